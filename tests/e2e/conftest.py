"""The end-to-end suites run the program hundreds of times: their folders are in memory,
where fsync costs nothing, if there is room."""
import pathlib
import shutil
import signal
import tempfile

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
