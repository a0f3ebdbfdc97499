"""`hindcast collect` survives the world: each fault of collect_faults.py, tried against a real
Prometheus, and docs/reliability.md says what came of it."""
import concurrent.futures
import re
import subprocess

import prometheus_case as case
import pytest
from collect_faults import FAULTS
from collect_trial import Trial, row
from reliability import Table

pytestmark = pytest.mark.skipif(
    not (case.program("prometheus") and case.program("promtool")),
    reason="skipped, no prometheus and promtool")

AT_A_TIME = 8  # most of them wait most of the time
TABLE = Table("collect", [fault.name for fault in FAULTS])


@pytest.fixture(scope="module")
def can_mount(tmp_path_factory):
    place = tmp_path_factory.mktemp("mount")
    done = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", place], capture_output=True)
    return done.returncode == 0 and not subprocess.run(["umount", place]).returncode


@pytest.fixture(scope="module")
def trials(request, scene, can_mount, tmp_path_factory):
    """Those of all faults that were chosen, beside each other: {name: futures}."""
    def play(fault, seed):
        with Trial(fault, seed, scene, tmp_path_factory.mktemp("trial")) as trial:
            return trial.play()

    # those that wait longest first
    chosen = [item.callspec.params["fault"] for item in request.session.items
              if getattr(item, "originalname", "") == "test_fault"]
    chosen.sort(key=lambda fault: "--timeout" not in fault.args)
    with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
        yield {fault.name: [pool.submit(play, fault, seed) for seed in range(fault.times)]
               for fault in chosen if can_mount or not fault.mounts}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("fault", [
    pytest.param(fault, id=re.sub(r"\W+", "_", fault.name), marks=[
        getattr(pytest.mark, mark) for mark in ("long", "asan") if getattr(fault, mark)])
    for fault in FAULTS])
def test_fault(fault, trials, record_property):
    if fault.name not in trials:
        pytest.skip("skipped, no right to mount a disk")
    done = [future.result() for future in trials[fault.name]]
    TABLE.add(row(fault, done))
    if done[0].peak:
        record_property("note", f"{fault.name}: {done[0].peak / 2**20:.0f} MB at most")


@pytest.mark.asan
def test_the_page_says_what_was_seen():
    TABLE.check()
