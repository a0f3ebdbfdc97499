"""The end-to-end suites run the program hundreds of times: their folders are in memory,
where fsync costs nothing, if there is room."""
import os
import pathlib
import shutil
import signal
import tempfile

import pytest

pytest.register_assert_rewrite("util", "collect_trial", "collect_faults", "reliability")

import certificates as authority  # noqa: E402
import collect_trial  # noqa: E402
import prometheus_case as case  # noqa: E402

# a proxy that this machine has is not for servers on it
for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[name]

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


@pytest.fixture(scope="session")
def scene(server, folder, tmp_path_factory):
    """That server and what an undisturbed run makes of it, for collect_trial.py."""
    return collect_trial.scene(server, folder, tmp_path_factory.mktemp("truth") / "out")


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    """The folder of certificates.py."""
    if not shutil.which("openssl"):
        pytest.skip("skipped, no openssl command")
    folder = tmp_path_factory.mktemp("certificates")
    authority.make(folder)
    return folder
