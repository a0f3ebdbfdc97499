"""The end-to-end suites run the program hundreds of times: their folders are in memory,
where fsync costs nothing, if there is room."""
import pathlib
import shutil
import signal
import tempfile

import prometheus_case as case
import pytest

pytest.register_assert_rewrite("util")

# whoever runs this in the background has Ctrl-C ignored, and so would the programs
signal.signal(signal.SIGINT, signal.default_int_handler)

MEMORY = pathlib.Path("/dev/shm")
ROOM = 2 * 2**30


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    if config.option.basetemp or not MEMORY.is_dir():
        return
    if shutil.disk_usage(MEMORY).free < ROOM:
        return
    folder = tempfile.mkdtemp(prefix="hindcast-test-", dir=MEMORY)
    config.option.basetemp = folder
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


# ---- a Prometheus in which all is known, one for all suites -------------------------------

@pytest.fixture(scope="session")
def planted():
    return case.plant()


@pytest.fixture(scope="session")
def folder(planted, tmp_path_factory):
    path = tmp_path_factory.mktemp("prometheus")
    case.backfill(planted, path)
    return path


@pytest.fixture(scope="session")
def server(folder):
    with case.Prometheus(folder) as running:
        yield running
