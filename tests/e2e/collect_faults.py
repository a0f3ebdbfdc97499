"""The faults that `hindcast collect` is put through: the table FAULTS at the end."""
import datetime
import email.utils
import json
import random
import shutil
import signal
import subprocess
import threading
import time

import prometheus_case as case
import util
from collect_trial import RANGE, SPAN, Fault, is_piece
from fault_server import FaultServer

MiB = 2**20
BIG = 2**27 if util.SANITIZED else 2**31
AGAIN = "it is asked again"
NOW = SPAN[:2]  # the end is what the server's clock says


# ---------------------------------------------------------------- rules

def error(code, kind, text, **headers):
    """As Prometheus says it."""
    body = {"status": "error", "errorType": kind, "error": text}
    return {"fault": "reply", "code": code, "body": json.dumps(body, separators=(",", ":")),
            "headers": {name.replace("_", "-"): value for name, value in headers.items()}}


def clock(text):
    """What every answer says that the time is."""
    moment = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)
    return {"path": "*", "fault": "head",
            "set": {"Date": email.utils.format_datetime(moment, usegmt=True)}}


def of_load(request):
    return b"query=node_load1&" in request.body


def warn(body):
    return json.dumps({**json.loads(body), "warnings": ["a store is down"]}).encode()


def other_times(body):
    return body.replace(b"[17488", b"[17478").replace(b"[17489", b"[17479")


def flip(seed):
    """A change of a bit behind gzip's head."""
    def change(body):
        content = bytearray(body)
        bit = random.Random(seed).randrange(80, len(content) * 8)
        content[bit // 8] ^= 1 << bit % 8
        return bytes(content)

    return change


# ---------------------------------------------------------------- the server

def nobody_listens(trial):
    trial.proxy.down()
    code = trial.quietly()
    trial.proxy.up()
    return code


def killed_and_started(trial):
    """The real server; it is started again once the program has noticed."""
    own = trial.enter_context(case.Prometheus(case.copy_of(trial.scene.folder, trial.tmp)))
    trial.url = own.url
    process = trial.start("--pause", 0.3)
    trial.wait_for(lambda: len(trial.pieces()) >= 4)
    own.end(signal.SIGKILL)
    trial.wait_for(lambda: AGAIN in trial.said())
    own.start()
    return trial.finish(process)


def few_samples(trial):
    own = trial.enter_context(case.Prometheus(
        case.copy_of(trial.scene.folder, trial.tmp), "--query.max-samples=5000"))
    trial.proxy.upstream = own.url
    return trial.run()


def drips(trial):
    """A silence of 11 s would be the end: ten more than --timeout."""
    trial.proxy.rules = [{"when": is_piece, "times": 1, "fault": "drip", "bytes_a_piece": 24,
                          "pause_s": 0.1}]
    start_s = time.monotonic()
    code = trial.run()
    assert time.monotonic() - start_s > 11
    return code


def flipped(trial):
    trial.proxy.rules = [{"when": is_piece, "times": 2, "fault": "edit",
                          "change": flip(trial.seed)}]
    return trial.run()


def redirected_away(trial):
    """To a server that must not be told the token, nor anything else."""
    token = trial.tmp / "token"
    token.write_text("s3cret-of-the-first\n")
    other = trial.enter_context(FaultServer())
    trial.proxy.rules = [{"when": is_piece, "fault": "redirect", "to": other.url + RANGE}]
    code = trial.run("--quiet", "--bearer-file", token)
    assert other.requests == []
    assert all("s3cret" in request.headers["authorization"]
               for request in trial.proxy.requests)
    return code


# ---------------------------------------------------------------- checks

def more_requests(trial):
    assert trial.asked() > trial.scene.full


def no_more_requests(trial):
    assert trial.asked() == trial.scene.full
    assert AGAIN not in trial.said()


def warning_is_listed(trial):
    manifest = util.read_json(trial.out / "manifest.json")
    assert manifest["warnings"] == [{"day": SPAN[1], "warning": "a store is down"}]


def at_most(mib):
    def check(trial):
        assert util.SANITIZED or trial.peak < mib * MiB, trial.peak

    return check


# ---------------------------------------------------------------- clocks

def until_is_the_servers(shift_s, rule):
    """Where the range ends, if nothing is said of it: five minutes before the server's now."""
    def act(trial):
        trial.proxy.rules = [{"path": "*", **rule}]
        before_s = time.time()
        done = util.run("collect", "--url", trial.url, "-o", trial.out, *NOW, "--dry-run",
                        "--json")
        until = json.loads(done.stdout)["until"].replace("Z", "+00:00")
        until_s = datetime.datetime.fromisoformat(until).timestamp()
        # times are multiples of a minute, and a Date has whole seconds
        assert before_s - 1 <= until_s - shift_s + 300 <= time.time() + 60
        return trial.run()

    return act


# ---------------------------------------------------------------- 2 GB

BEGIN = b'{"status":"success","data":{"resultType":"matrix","result":['
LABEL = BEGIN + b'{"metric":{"instance":"'
VALUES = LABEL + b'10.0.0.1:9100"},"values":['
SAMPLES = b"".join(b'[%d,"1"],' % (1748894400 + 60 * (i % 240)) for i in range(60000))
SERIES = b"".join(b'{"metric":{"instance":"%d"},"values":[]},' % i for i in range(20000))


def big(**parameters):
    """For one answer; the memory is measured."""
    def act(trial):
        trial.proxy.rules = [{"when": is_piece, "times": 1, "fault": "big", "size": BIG,
                              **parameters}]
        return trial.measured()

    return act


def big_values(trial):
    """In the place of the names of the metrics."""
    trial.proxy.rules = [{"path": "*/values", "fault": "big", "size": BIG, "piece": b"x" * MiB,
                          "begin": b'{"status":"success","data":["'}]
    return trial.quietly()


# ---------------------------------------------------------------- signals

def signalled(number):
    def act(trial):
        process = trial.start("--quiet", "--pause", 1)
        trial.wait_for(trial.pieces)
        process.send_signal(number)
        return trial.finish(process)

    return act


def killed(trial):
    """At a seeded request or some time after it, often where a day's file is made. Where the
    program was done by then: sooner."""
    seeded = random.Random(trial.seed)
    before, full = trial.scene.before, trial.scene.full
    number = seeded.choice([seeded.randint(1, before + full), before + full // 2,
                            before + full])
    delay_s = seeded.choice([0, seeded.uniform(0, 0.02), seeded.uniform(0, 0.15)])
    while not dies(trial, number, delay_s):
        delay_s = delay_s / 2 if delay_s > 0.001 else 0
        shutil.rmtree(trial.out)
        trial.proxy.requests.clear()
    return -signal.SIGKILL


def dies(trial, number, delay_s):
    def strike():
        if delay_s:
            threading.Timer(delay_s, process.kill).start()
        else:
            process.kill()
            process.wait()  # before the answer goes out

    trial.proxy.rules = [{"path": "*", "at": number, "fault": "call", "function": strike}]
    process = trial.start("--quiet")
    return trial.finish(process) == -signal.SIGKILL


# ---------------------------------------------------------------- the disk

def disk(trial, options):
    place = trial.tmp / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], check=True)
    # a child of another thread may have it open for a moment
    trial.callback(subprocess.run, ["umount", "--lazy", place], check=True)
    trial.out = place / "out"


def remounted(trial, options):
    subprocess.run(["mount", "-o", f"remount,{options}", trial.out.parent], check=True)


def full_disk(trial):
    disk(trial, f"size={(60, 110, 130, 160, 200)[trial.seed]}k")
    return trial.quietly()


def read_only_disk(trial):
    disk(trial, "size=64m,ro")
    return trial.quietly()


def small_files(trial):
    size = (500, 1000, 4000, 20000)[trial.seed]
    return trial.quietly(before=["prlimit", f"--fsize={size}"])


def full_stdout(trial):
    with open("/dev/full", "w") as full:
        return trial.quietly(stdout=full)


# ---------------------------------------------------------------- the folder

def in_work(trial):
    """Another run of collect, in the same folder, while the first one is at work there."""
    first = trial.start("--quiet", "--pause", 0.2)
    trial.wait_for(trial.pieces)
    code = trial.quietly()
    assert trial.finish(first) == 0
    return code


def half(path):
    content = path.read_bytes()
    path.write_bytes(content[:len(content) // 2])


def bit(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 16
    path.write_bytes(content)


def harmed(*harms):
    """The first run is killed in the second day; a harm for each seed."""
    def act(trial):
        process = trial.start("--quiet", "--pause", 0.5)
        trial.wait_for(lambda: (trial.out / ".collect/2025-06-02.json").exists()
                       and not (trial.out / ".collect/2025-06-02").exists()
                       and len(trial.pieces()) >= 2)  # last: now they are the second day's
        process.kill()
        process.wait()
        harms[trial.seed](trial)
        return trial.run()

    return act


def on(pattern, harm):
    """The harm to the first file that the pattern finds."""
    return lambda trial: harm(sorted(trial.out.glob(pattern))[0])


def one_in_the_place_of_another(trial):
    first, second = trial.pieces()[:2]
    first.replace(second)


def pieces_of_a_day_that_is_done(trial):
    folder = trial.out / ".collect/2025-06-02"
    folder.mkdir()
    shutil.copy(trial.pieces()[0], folder)


def changed_data(trial):
    """Found by whoever reads it, since the manifest has its hash."""
    assert trial.run() == 0
    bit(trial.out / "samples/2025-06-02.parquet")
    with open(trial.tmp / "stderr", "w") as stderr:
        return subprocess.run(
            [util.HINDCAST, "analyze", trial.out, "-o", trial.tmp / "report", "--quiet"],
            stderr=stderr).returncode


def without_the_data(trial):
    (trial.out / "samples/2025-06-02.parquet").unlink()


PIECE, DAY = ".collect/2025-06-03/*.piece", ".collect/2025-06-02.json"
DATA = "samples/2025-06-02.parquet"


# ---------------------------------------------------------------- the table

FAULTS = [
    Fault("nobody listens at the start", act=nobody_listens, code=6, says="refused"),
    Fault("the server is killed (SIGKILL) in the middle and started again",
          "asks again until it is back", act=killed_and_started, says=AGAIN),
    Fault("connection reset before an answer", "asks again",
          rules=({"times": 2, "fault": "reset"},), says=AGAIN),
    Fault("connection reset in the middle of an answer", "asks again",
          rules=({"times": 2, "fault": "reset", "after": 700},), says=AGAIN, asan=True),
    Fault("answer shorter than its Content-Length", "asks again",
          rules=({"times": 2, "fault": "truncate", "after": 1000},), says=AGAIN, asan=True),
    Fault("answer that ends in the middle of a chunk", "asks again",
          rules=({"times": 2, "fault": "chunk_cut", "after": 900},), says=AGAIN, asan=True),
    Fault("HTTP/1.0 without a length, whole", "takes it, since the JSON is whole",
          rules=({"fault": "unframed"},), check=no_more_requests),
    Fault("HTTP/1.0 without a length, cut", "asks again, since the JSON is not whole",
          rules=({"times": 2, "fault": "unframed", "after": 2000, "plain": True},),
          says=AGAIN, asan=True),
    Fault("whole HTTP with JSON that is cut", "asks again",
          rules=({"times": 2, "fault": "cut_json", "plain": True},), says=AGAIN, asan=True),
    Fault("whole HTTP with a gzip that is cut", "asks again",
          rules=({"times": 2, "fault": "cut_json"},), says=AGAIN, asan=True),
    Fault("a bit of a gzip flipped", "asks again", act=flipped, says=AGAIN, times=4, asan=True),
    Fault("bytes that are no HTTP", "asks again",
          rules=({"times": 2, "fault": "garbage"},), says=AGAIN, asan=True),
    Fault("HTML with code 200", "asks again",
          rules=({"times": 2, "fault": "reply", "code": 200, "body": "<html>Welcome</html>",
                  "headers": {"Content-Type": "text/html"}},), says=AGAIN),
    Fault("answer for other times than were asked for", code=6, says="another time",
          rules=({"when": of_load, "fault": "edit", "plain": True, "change": other_times},),
          asan=True),
    Fault("429 with Retry-After", "asks again after as long as it says",
          rules=({"times": 2, **error(429, "", "slow down", Retry_After="1")},),
          says="429.*" + AGAIN, asan=True),
    Fault("500, 502, 503, 504", "asks again", says="50[0234].*" + AGAIN, rules=tuple(
        {"times": 1, **error(code, "internal", "odd")} for code in (500, 502, 503, 504))),
    Fault("503 each time", code=6, says="503.*tried 10 times",
          rules=(error(503, "unavailable", "starting", Retry_After="0"),), asan=True),
    Fault("400", code=6, says="400.*invalid parameter",
          rules=({"times": 1, **error(400, "bad_data", "invalid parameter")},)),
    Fault("401 in the middle", code=6, says="401",
          rules=({"at": 30, **error(401, "unauthorized", "token has expired")},)),
    Fault("422, more samples than a query may load", "asks for halves", act=few_samples,
          check=more_requests, asan=True),
    Fault("422 to a question for names, at the start", "asks again",
          rules=({"path": "/api/v1/label/__name__/values", "times": 2,
                  **error(422, "execution", "LabelNames(): not found")},), asan=True),
    Fault("422 each time", code=6, says="even 60 s of it", asan=True,
          rules=(error(422, "execution", "query processing would load too many samples"),)),
    Fault("no answer within --timeout", "asks for halves", args=("--timeout", "1"),
          rules=({"times": 1, "fault": "stall", "after": -1},), check=more_requests),
    Fault("silence in the middle of an answer", "asks for halves", args=("--timeout", "1"),
          rules=({"times": 1, "fault": "stall", "after": 300},), check=more_requests),
    Fault("answer that drips for longer than any silence may last", "waits for it",
          args=("--timeout", "1"), act=drips, check=no_more_requests),
    Fault("`warnings` in an answer", "keeps it, and lists the warning in manifest.json",
          rules=({"times": 3, "fault": "edit", "change": warn, "plain": True},),
          check=warning_is_listed, asan=True),
    Fault("redirect on the same server", "follows it",
          rules=({"times": 2, "fault": "redirect", "to": RANGE},)),
    Fault("redirect to another server", act=redirected_away, code=6, says="another server",
          asan=True),

    Fault("a label of 2 GB", "asks again; under 150 MB of memory",
          act=big(begin=LABEL, piece=b"x" * MiB), says=AGAIN, check=at_most(150), asan=True),
    Fault("a series of 2 GB of samples", "asks again; under 150 MB of memory",
          act=big(begin=VALUES, piece=SAMPLES), says=AGAIN, check=at_most(150), asan=True),
    Fault("2 GB of series", "asks for halves; under 1 GB of memory",
          act=big(begin=BEGIN, piece=SERIES), check=at_most(1000), asan=True),
    Fault("an error of 2 GB", "asks again; under 150 MB of memory",
          act=big(code=503, piece=b"x" * MiB), says="503.*" + AGAIN, check=at_most(150)),
    Fault("2 GB of names of metrics, at the start", act=big_values, code=6,
          says="larger than is allowed", asan=True),
    Fault("2 GB of blanks", "asks again; under 150 MB of memory", long=True,
          act=big(piece=b" " * MiB), says=AGAIN, check=at_most(150)),
    Fault("2 GB of warnings", "asks again; under 150 MB of memory", long=True,
          act=big(begin=b'{"status":"success","warnings":["w"', piece=b',"late"' * 150000),
          says=AGAIN, check=at_most(150)),

    Fault("the server's clock is an hour ahead", "ends five minutes before the server's now",
          act=until_is_the_servers(3600, {"fault": "clock", "shift_s": 3600})),
    Fault("the server's clock is an hour behind", "ends five minutes before the server's now",
          act=until_is_the_servers(-3600, {"fault": "clock", "shift_s": -3600})),
    Fault("no Date in the answers", "ends five minutes before its own now",
          act=until_is_the_servers(0, {"fault": "head", "set": {"Date": None}})),
    Fault("the server's clock is years behind, no --until",
          "ends five minutes before the server's now", span=NOW,
          rules=(clock("2025-06-03T04:05:00"),), asan=True),
    Fault("interrupted, with an --until that the server's clock had not reached", code=130,
          act=signalled(signal.SIGINT), span=(*NOW, "--until", "2025-06-04"),
          rules=(clock("2025-06-03T04:05:00"),),
          again=lambda trial: trial.proxy.rules.append(clock("2025-06-03T09:00:00"))),
    Fault("interrupted, and the server's clock goes back", code=130,
          act=signalled(signal.SIGINT),
          again=lambda trial: trial.proxy.rules.append(clock("2025-06-03T01:00:00"))),

    Fault("SIGINT", act=signalled(signal.SIGINT), code=130),
    Fault("SIGTERM", act=signalled(signal.SIGTERM), code=130, asan=True),
    Fault("SIGHUP", act=signalled(signal.SIGHUP), code=130),
    Fault("SIGKILL at a seeded moment", "asks only for the pieces that are missing",
          act=killed, code=-signal.SIGKILL, times=20),
    Fault("SIGKILL at a seeded moment, more of them",
          "asks only for the pieces that are missing",
          act=killed, code=-signal.SIGKILL, times=200, long=True),

    Fault("disk full", act=full_disk, code=5, says="No space left", times=5, mounts=True,
          then="more room is needed", again=lambda trial: remounted(trial, "size=64m")),
    Fault("disk that cannot be written", act=read_only_disk, code=5, says="Read-only",
          mounts=True, again=lambda trial: remounted(trial, "rw")),
    Fault("limit on the size of a file", act=small_files, code=5, says="too large", times=4,
          asan=True),
    Fault("memory limit reached", code=1, says="memory limit",
          act=lambda trial: trial.run("--quiet", "--memory-limit", "1MB"), asan=True),
    Fault("standard output full", act=full_stdout, code=5, says="standard output",
          args=("--json",), asan=True),
    Fault("another collect in the same folder", act=in_work, code=5, says="at work",
          then="the other one goes on"),
    Fault("a piece that is cut, changed or another", "asks for it again", times=3, act=harmed(
        on(PIECE, half), on(PIECE, bit), one_in_the_place_of_another), asan=True),
    Fault("what is known of a day is cut, changed or gone", "asks for the day again", times=3,
          act=harmed(on(DAY, half), on(DAY, bit), on(DAY, lambda path: path.unlink())),
          asan=True),
    Fault("data file that is cut or gone, before the end", "asks for the day again", times=2,
          act=harmed(on(DATA, half), on(DATA, lambda path: path.unlink()))),
    Fault("pieces that are left of a day that is done", "removes them", times=1,
          act=harmed(pieces_of_a_day_that_is_done), asan=True),
    Fault("a bit of a data file flipped", act=changed_data, code=3, says="SHA-256",
          again=without_the_data, then="once the file is removed, collect makes it again"),
]
