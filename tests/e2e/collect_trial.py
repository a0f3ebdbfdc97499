"""One fault that `hindcast collect` is put through, from its beginning to the last byte.

A fault is rules of the proxy (fault_server.py) between the program and a real Prometheus, or
an action, and what must come of it. A trial runs the program; where that ended before its
time, it runs the same command again without the fault. In the end the data files have the
bytes of an undisturbed run.
"""
import collections
import contextlib
import dataclasses
import io
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import urllib.parse

import pyarrow.parquet as pq
import util
from fault_server import FaultServer
from reliability import Row

# parts of two days: with a hole, a target that is gone, and a node that is replaced
SPAN = ("--since", "2025-06-02T20:00:00Z", "--until", "2025-06-03T04:00:00Z")
RANGE = "/api/v1/query_range"
# remote read has its faults in test_remote.py
ASKED = ("--protocol", "query_range", "--gzip", "always")
PATIENCE_S = 300 * util.SLOWER
OWN = ("created_at", "server", "warnings")  # what manifests of the same data differ in

# Starts the program, and writes the most memory that it had (KiB) into a file. As a child of
# the tests it would be counted with their memory, which it shares until it begins.
MEASURE = """
import os, sys
child = os.spawnv(os.P_NOWAIT, sys.argv[2], sys.argv[2:])
_, status, used = os.wait4(child, 0)
open(sys.argv[1], "w").write(str(used.ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status))
"""

# server: a case.Prometheus; folder: its own; truth: the folder of an undisturbed run, which
# sent `before` requests before the first one of a range, and then `full` of these
Scene = collections.namedtuple("Scene", "server folder truth before full")


def is_piece(request):
    """A request of the plan, and none of the preflight: that looks over the whole range in
    steps of ten minutes, and tries an hour that ends where there was last anything."""
    if request.path != RANGE:
        return False
    form = dict(urllib.parse.parse_qsl(request.body.decode()))
    start, end, step = (int(form[key]) for key in ("start", "end", "step"))
    return step != 600 and not (step == 60 and end - start == 3540 and start % 3600)


def scene(server, folder, truth):
    with FaultServer(upstream=server.url) as proxy:
        done = util.run("collect", "--url", proxy.url, "-o", truth, *SPAN, *ASKED)
        assert done.returncode == 0, done.stderr
        pieces = [is_piece(request) for request in proxy.requests]
    before = pieces.index(True)
    assert before and all(pieces[before:])
    return Scene(server, folder, truth, before, len(pieces) - before)


@dataclasses.dataclass(frozen=True)
class Fault:
    """`code`: how the first run ends; `says`: a pattern of what it says. `does` is for the
    table; what a run says that ends with an error stands there as it is said."""
    name: str
    does: str = ""
    rules: tuple = ()
    act: object = None     # a function of the trial, in the place of the plain run
    again: object = None   # another one, before the second run; else the rules are dropped
    check: object = None   # another one, after the first run
    args: tuple = ()
    span: tuple = SPAN
    code: int = 0
    says: str = ""
    then: str = ""         # what is to be done before the second run
    times: int = 1         # trials, numbered from 0: trial.seed
    mounts: bool = False   # needs the right to mount a disk
    long: bool = False
    asan: bool = False     # also tried with the sanitizers' build


class Trial(contextlib.ExitStack):
    def __init__(self, fault, seed, scene, tmp):
        super().__init__()
        self.fault, self.seed, self.scene = fault, seed, scene
        self.tmp = pathlib.Path(tmp)
        self.out = self.tmp / "out"
        rules = [rule if "path" in rule else {"when": is_piece, **rule}
                 for rule in fault.rules]
        self.proxy = self.enter_context(FaultServer(rules, upstream=scene.server.url))
        self.url = self.proxy.url
        self.first = self.message = self.lost = self.peak = None

    # ---- running

    def command(self, *args):
        return [util.HINDCAST, "collect", "--url", self.url, "-o", str(self.out),
                *self.fault.span, *ASKED, *self.fault.args, *map(str, args)]

    def start(self, *args, before=(), stdout=subprocess.DEVNULL):
        """The program in the background; `before` are words before its own."""
        with open(self.tmp / "stderr", "w") as stderr:
            process = subprocess.Popen(
                [*map(str, before), *self.command(*args)], start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)
        self.callback(end, process)
        return process

    def finish(self, process):
        return process.wait(PATIENCE_S)

    def run(self, *args, **options):
        return self.finish(self.start(*args, **options))

    def quietly(self, **options):
        """A run that says nothing but its error."""
        return self.run("--quiet", **options)

    def plainly(self, **options):
        return self.quietly(**options) if self.fault.code else self.run(**options)

    def measured(self):
        path = self.tmp / "peak"
        code = self.plainly(before=[sys.executable, "-c", MEASURE, path])
        self.peak = int(path.read_text()) * 1024
        return code

    # ---- what is there

    def said(self):
        return (self.tmp / "stderr").read_text(errors="replace")

    def asked(self):
        """Requests of a range so far."""
        return sum(map(is_piece, self.proxy.requests))

    def pieces(self):
        days = self.out.glob(".collect/????-??-??")
        return sorted(path for day in days for path in piece_files(day))

    def stored(self):
        """How many pieces need not be asked for again."""
        days = {path.stem for path in self.out.glob(".collect/????-??-??.json")
                if (self.out / f"samples/{path.stem}.parquet").exists()}
        return (len(days) * self.scene.full // 2
                + sum(path.parent.name not in days for path in self.pieces()))

    def wait_for(self, found):
        """Until it is so."""
        end = time.monotonic() + PATIENCE_S
        while not found():
            assert time.monotonic() < end, self.said()
            time.sleep(0.005)

    def rows_lost(self):
        """Rows of the truth that are not there, or not as they should be."""
        made, truth = data_files(self.out), data_files(self.scene.truth)
        return 0 if made == truth else sum(
            len(rows_of(truth[name]) - rows_of(made.get(name))) for name in truth)

    # ---- the trial

    def play(self):
        fault = self.fault
        self.first = fault.act(self) if fault.act else self.plainly()
        said, self.message = self.said(), self.shown()
        assert self.first == fault.code, said
        assert re.search(fault.says, said), said
        if fault.code > 0:
            assert re.fullmatch(r"hindcast: [^\n]+\n", said), said
        if fault.check:
            fault.check(self)
        if fault.code:
            self.second()
        self.lost = self.rows_lost()
        self.compare()
        return self

    def second(self):
        """The same command; only what is missing is asked for."""
        self.proxy.rules.clear()
        if self.fault.again:
            self.fault.again(self)
        stored, before = self.stored(), self.asked()
        assert self.run() == 0, self.said()
        assert self.asked() - before == self.scene.full - stored

    def compare(self):
        """With the undisturbed run; and nothing is left of the work."""
        assert data_files(self.out) == data_files(self.scene.truth)
        util.assert_same(*(util.read_json(out / "manifest.json")
                           for out in (self.out, self.scene.truth)), skip=OWN)
        assert [path.name for path in self.out.glob(".collect/*") if path.is_dir()] == []
        assert [path for path in util.leftovers(self.out) if "/.hindcast" in path] == []

    def shown(self):
        """What it said, without what differs from run to run."""
        said = self.said().strip().removeprefix("hindcast: ")
        said = said.replace(str(self.out), "DIR").replace(str(self.tmp), "TMP")
        said = re.sub(r"https?://(127\.0\.0\.1|localhost):\d+", "URL", said)
        said = re.sub(r"\w+-\d+-\d+\.piece", "PIECE", said)
        return re.sub(r"[\d.]+ [KM]iB", "N", said)


def piece_files(day):
    """Of a folder that may be gone at any moment: its day is done then."""
    try:
        return [day / name for name in os.listdir(day) if name.endswith(".piece")]
    except FileNotFoundError:
        return []


def end(process):
    """With its children, if a test gave it up."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def data_files(folder):
    return {name: content for name, content in util.tree(folder).items()
            if name.endswith(".parquet") and not name.startswith(".collect")}


def rows_of(content):
    return set(map(str, pq.read_table(io.BytesIO(content)).to_pylist())) if content else set()


def row(fault, trials):
    """What the table says of a fault whose trials are over."""
    does = fault.does
    if fault.code > 0:
        ending = f"exit {fault.code}: `{trials[0].message}`"
        does = "; ".join(filter(None, [ending, fault.then]))
    return Row(fault.name, len(trials), sum(trial.first == 0 for trial in trials), does,
               sum(trial.lost for trial in trials))
