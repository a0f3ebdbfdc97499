"""A fault at every request in turn between `hindcast track` and a real MLflow server: in the end
one parent and two runs, nothing doubled, nothing missing. The program's waits cost nothing
(tests/unit/fast_clock.c). What was seen is held against docs/reliability.md.
"""
import dataclasses

import mlflow_case
import pytest
import reliability
import util
from fault_server import FaultServer
from mlflow_case import CLOCK, comparable, copy_report, track_environment
from util import analyze, run

LATE = "server makes a run after the program gave up"

# Name on the page: (rule at the request, what the program is given, exit codes that may come)
FAULTS = {
    "connection dropped before the server got it": ({"fault": "close"}, [], {0}),
    "connection dropped after the server acted": ({"fault": "reset"}, [], {0}),
    "500": ({"fault": "reply", "code": 500}, [], {0}),
    "503 with Retry-After": ({"fault": "reply", "code": 503,
                              "headers": {"Retry-After": "3"}}, [], {0}),
    "answer cut off in the middle": ({"fault": "truncate", "after": 3}, [], {0}),
    "answer after the program gave up": ({"fault": "delay", "seconds": 1.5},
                                         ["--timeout", "1"], {6}),
    LATE: ({"fault": "delay", "late": 1.5, "seconds": 0}, ["--timeout", "1"], {6}),
    "server down for good": ({"fault": "close", "times": 1000}, ["--timeout", "5"], {6}),
}
HEAD = ("| fault | tried | what the program does | lost | doubled |\n"
        "|---|---|---|---|---|\n")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with mlflow_case.Server(tmp_path_factory.mktemp("mlflow"), "3") as running:
        yield running


@pytest.fixture(scope="module")
def reader():
    opened = mlflow_case.Reader()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def truth(server, reader, tmp_path_factory):
    """A report, what an undisturbed run makes of it, and the requests that takes."""
    folder = tmp_path_factory.mktemp("truth")
    data = util.write(folder / "metrics.parquet", util.samples(nodes=2, days=3, step_s=900))
    analyze(data, folder / "report")
    with FaultServer([], upstream=server.url) as proxy:
        track(copy_report(folder / "report", folder / "copy"), proxy.url, "truth")
        paths = [request.path for request in proxy.requests]
    return folder / "report", comparable(reader.runs(server.url, "truth")), paths


def track(report, url, experiment, *args, codes=(0,), clock=CLOCK):
    preload = {"LD_PRELOAD": str(clock)} if clock else {}
    done = run("track", report, "--tracking-uri", url, "--experiment", experiment, *args,
               env=track_environment(**preload))
    assert done.returncode in codes, f"exit {done.returncode}: {done.stderr}"
    return done


@dataclasses.dataclass(frozen=True)
class Row:
    fault: str
    tried: int
    alone: int
    lost: int
    doubled: int

    def __str__(self):
        does = ("goes on by itself" if self.alone == self.tried else
                "exit 6, and the run waits; `--spooled` completes it")
        cells = (self.fault, self.tried, does, self.lost, self.doubled)
        return "| " + " | ".join(map(str, cells)) + " |"


@pytest.fixture(scope="module")
def page():
    record = reliability.Table("track", FAULTS, HEAD)
    yield record
    record.check()


@pytest.mark.parametrize("fault", FAULTS)
def test_at_every_request(fault, server, reader, truth, page, tmp_path):
    report, expected, paths = truth
    rule, options, codes = FAULTS[fault]
    alone = doubled = lost = 0
    late = fault == LATE  # what else is late is the same as what comes twice
    places = [at for at, path in enumerate(paths, 1)
              if not late or path.endswith("runs/create")]
    for at in places:
        copy, name = copy_report(report, tmp_path / f"report-{at}"), f"{fault} {at}"
        place = {"when": lambda request, at=at: request.number >= at, "times": 1}
        with FaultServer([{**place, **rule}], upstream=server.url) as proxy:
            done = track(copy, proxy.url, name, *options, codes=codes,
                         clock=None if late else CLOCK)
            alone += done.returncode == 0
            if done.returncode:
                track(copy, proxy.url if rule.get("times", 1) == 1 else server.url, name,
                      "--spooled", clock=None if late else CLOCK)
        found = reader.ask("runs", uri=server.url, experiment=name)
        doubled += len(found) > 3
        runs = {run["name"]: run for run in found}
        lost += comparable(runs) != expected
        assert len(found) == 3 and comparable(runs) == expected, (at, sorted(runs))
        assert not (copy / "spool").exists()
    page.add(Row(fault, len(places), alone, lost, doubled))


def test_the_clock_is_replaced():
    """Without it, these tests would wait for hours, and a wrong budget would not be seen."""
    assert CLOCK.exists()


def test_twenty_seconds_in_all(truth, tmp_path):
    """By the program's clock; the server refuses each time."""
    with FaultServer([{"fault": "reply", "code": 500}]) as server:
        done = track(copy_report(truth[0], tmp_path / "report"), server.url, "never", codes=[6])
        assert 3 <= len(server.requests) <= 6
    assert "no time left" in done.stderr


def test_a_server_that_restarts(server, reader, truth, tmp_path):
    """Nobody listens for a while in the middle: it goes on by itself."""
    report = copy_report(truth[0], tmp_path / "report")
    with FaultServer([{"at": 9, "fault": "restart", "seconds": 0.8}],
                     upstream=server.url) as proxy:
        done = run("track", report, "--tracking-uri", proxy.url, "--experiment", "restarts",
                   env=track_environment())
        assert done.returncode == 0, done.stderr
    assert comparable(reader.runs(server.url, "restarts")) == truth[1]
