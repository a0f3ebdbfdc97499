"""The readers of `collect` and its rate() against a real Prometheus.

Random counters (resets, gaps, irregular scrapes, stale markers, NaN) lie in blocks and in the
head. Everything is asked of the server twice: what it computes (query_range), and its raw
samples (remote read, both kinds of answer) from which tests/unit/wire_probe computes the same.
"""
import json
import math
import os
import pathlib
import random
import subprocess

import pytest

import prometheus_server
from util import HINDCAST, SLOWER

PROBE = str(pathlib.Path(HINDCAST).parent / "tests/unit/wire_probe")
BLOCKS_MS = 1748736000000  # 2025-06-01
HEAD_MS = BLOCKS_MS + 2 * 86400000
SPAN_MS = 6 * 3600 * 1000
SERVICE = 7  # HC_SERVICE of include/hindcast/status.h

pytestmark = [
    pytest.mark.skipif(not prometheus_server.there(), reason="skipped, no prometheus"),
    pytest.mark.skipif(not os.path.exists(PROBE), reason="skipped, wire_probe is not built"),
]


# ---------------------------------------------------------------- samples

def counter(rng, start_ms, kind):
    """[(t_ms, value or None)] of a counter that misbehaves in the way of its kind."""
    interval = rng.choice([10000, 15000, 30000, 60000])
    t, value, samples = start_ms + rng.randrange(interval), 0.0, []
    if kind == "aligned":
        t = start_ms
    if kind == "high":
        value = 1e9 * rng.random()
    while t < start_ms + SPAN_MS:
        samples.append((t, value))
        value += rng.random() * 10 ** rng.randrange(-3, 4) if rng.random() < 0.9 else 0.0
        if kind == "whole":
            value = float(math.floor(value))
        if rng.random() < (0.05 if kind == "resets" else 0.002):
            value = rng.choice([0.0, rng.random()])
        step = interval
        if kind == "irregular":
            step = rng.randrange(1, 3 * interval)
        elif kind == "jitter":
            step += rng.randrange(-200, 201)
        if rng.random() < (0.05 if kind == "gaps" else 0.003):
            if kind == "stale":
                samples.append((t + 1 + rng.randrange(step), None))
            step += rng.randrange(20 * interval)
        elif kind == "stale" and rng.random() < 0.05:
            samples.append((t + step, None))
            step *= 2
        t = max(t, samples[-1][0]) + step if kind == "stale" else t + step
    return samples


BLOCK_KINDS = ["plain", "aligned", "high", "whole", "resets", "gaps", "irregular", "jitter"]
HEAD_KINDS = [*BLOCK_KINDS, "stale", "stale", "nan"]


def with_nan(rng, samples):
    return [(t, rng.choice([math.nan, math.inf, -1.5, v]) if rng.random() < 0.02 else v)
            for t, v in samples]


def series_of(rng, name, start_ms, kinds):
    series = {}
    for i, kind in enumerate(kinds * 2):
        samples = counter(rng, start_ms, kind)
        if kind == "nan":
            samples = with_nan(rng, samples)
        series[(("__name__", name), ("i", str(i)), ("kind", kind))] = samples
    return series


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    rng = random.Random(5)
    blocks = series_of(rng, "old_total", BLOCKS_MS, BLOCK_KINDS)
    head = series_of(rng, "new_total", HEAD_MS, HEAD_KINDS)
    with prometheus_server.running(tmp_path_factory.mktemp("prometheus"),
                                   {"old_total": blocks}) as running:
        running.write(head)
        running.planted = {**blocks, **head}
        running.compared = 0
        yield running


# ---------------------------------------------------------------- the probe

def probe(*args, reply, code=0):
    done = subprocess.run([PROBE, *map(str, args)], input=reply, capture_output=True,
                          timeout=60 * SLOWER, check=False)
    assert done.returncode == code, done.stderr.decode()
    return done.stdout if code == 0 else done.stderr.decode()


def parse(output, drop=("__name__",)):
    """{labels: {t_ms: value}}; a stale marker is None."""
    found, samples = {}, None
    for line in output.decode().splitlines():
        if line.startswith("series"):
            labels = tuple(tuple(part.split("=", 1)) for part in line.split("\t")[1:])
            samples = found.setdefault(tuple(x for x in labels if x[0] not in drop), {})
        elif line[0].isdigit() or line[0] == "-":
            t, value = line.split()
            samples[int(t)] = None if value == "stale" else float(value)
        else:
            assert line == "end", line
    return {labels: samples for labels, samples in found.items() if samples}


def streamed(server, start_ms, end_ms, *matchers):
    request = subprocess.run([PROBE, "request", str(start_ms), str(end_ms), *matchers],
                             capture_output=True, check=True).stdout
    kind, reply = server.remote_read(request)
    assert kind == "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse"
    return reply


def plain(server, start_ms, end_ms, name):
    kind, reply = server.remote_read(prometheus_server.read_request(
        start_ms, end_ms, [(0, "__name__", name)]))
    assert kind == "application/x-protobuf"
    return reply


def same(a, b):
    if a is None or b is None:
        return a is b
    return (math.isnan(a) and math.isnan(b)) or a == b or abs(a - b) <= 1e-9 * max(
        abs(a), abs(b))


def assert_same(expected, got):
    assert expected.keys() == got.keys()
    wrong = []
    for labels, samples in expected.items():
        times = sorted(samples.keys() ^ got[labels].keys())
        wrong += [f"{dict(labels)} {t}: only in one" for t in times]
        wrong += [f"{dict(labels)} {t}: {v!r} and {got[labels][t]!r}"
                  for t, v in samples.items()
                  if t in got[labels] and not same(v, got[labels][t])]
    assert not wrong, f"{len(wrong)} differ:\n" + "\n".join(wrong[:10])


# ---------------------------------------------------------------- query_range

def by_python(reply):
    document = json.loads(reply)
    assert document["status"] == "success"
    return {tuple(sorted(s["metric"].items())): {round(t * 1000): float(v)
                                                 for t, v in s["values"]}
            for s in document["data"]["result"]}


@pytest.mark.parametrize("name,start", [("old_total", BLOCKS_MS), ("new_total", HEAD_MS)])
@pytest.mark.parametrize("piece", [1, 13, 4096, 1 << 20])
def test_a_reply_is_what_python_reads(server, name, start, piece):
    reply = server.query_range(name, start, start + SPAN_MS, 60000)
    assert_same(by_python(reply), parse(probe("json", piece, reply=reply), drop=()))


def test_other_kinds_of_reply(server):
    at = (BLOCKS_MS + SPAN_MS // 2) / 1000
    vector = server.get("/api/v1/query", query='sum(rate(old_total[10m]))', time=at)
    value = float(json.loads(vector)["data"]["result"][0]["value"][1])
    assert parse(probe("json", reply=vector)) == {(): {int(at * 1000): value}}
    scalar = server.get("/api/v1/query", query="scalar(vector(1.5))", time=at)
    assert parse(probe("json", reply=scalar)) == {(): {int(at * 1000): 1.5}}
    nothing = server.get("/api/v1/query", query="nosuch", time=at)
    assert probe("json", reply=nothing) == b""


def test_the_server_refuses(server):
    error = probe("json", reply=server.get("/api/v1/query", query="("), code=SERVICE)
    assert "the server says 'bad_data'" in error
    too_many = server.query_range("old_total", 0, SPAN_MS * 100, 1000)
    assert "exceeded maximum resolution of 11,000 points" in probe(
        "json", reply=too_many, code=SERVICE)


# ---------------------------------------------------------------- remote read

def planted(server, name, start_ms, end_ms):
    found = {}
    for labels, samples in server.planted.items():
        part = {t: v for t, v in samples if start_ms <= t <= end_ms}
        if dict(labels)["__name__"] == name and part:
            found[tuple(x for x in labels if x[0] != "__name__")] = part
    return found


@pytest.mark.parametrize("name,start", [("old_total", BLOCKS_MS), ("new_total", HEAD_MS)])
@pytest.mark.parametrize("share", [(0, 1), (0.3, 0.31), (0.5, 0.9)])
def test_raw_samples_are_what_was_planted(server, name, start, share):
    window = [start + round(part * SPAN_MS) for part in share]
    expected = planted(server, name, *window)
    reply = streamed(server, *window, f"__name__={name}")
    for piece in (1, 1000, 1 << 20):
        assert_same(expected, parse(probe("streamed", *window, piece, reply=reply)))
    reply = plain(server, *window, name)
    assert_same(expected, parse(probe("samples", *window, reply=reply)))


@pytest.mark.parametrize("matcher,keep", [
    ("kind=plain", lambda kind: kind == "plain"), ("kind!=plain", lambda kind: kind != "plain"),
    ("kind=~g.*|high", lambda kind: kind in ("gaps", "high")),
    ("kind!~g.*|high", lambda kind: kind not in ("gaps", "high"))])
def test_matchers(server, matcher, keep):
    window = [BLOCKS_MS, BLOCKS_MS + SPAN_MS]
    reply = streamed(server, *window, "__name__=old_total", matcher)
    expected = {labels: samples for labels, samples in planted(server, "old_total", *window)
                .items() if keep(dict(labels)["kind"])}
    assert len(expected) > 1
    assert_same(expected, parse(probe("streamed", *window, reply=reply)))


# ---------------------------------------------------------------- rate

GRIDS = [("1m", 60000, 15000), ("2m", 120000, 30000), ("150s", 150000, 30000),
         ("10m", 600000, 60000), ("17s", 17000, 7000), ("90s", 90000, 300000)]


def compare(server, function, name, start, window_ms, step_ms, query):
    grid = [start - 60000, start + SPAN_MS + 600000]
    if (grid[1] - grid[0]) / step_ms > 10000:
        grid[1] = grid[0] + 10000 * step_ms
    expected = parse(probe("json", reply=server.query_range(query, *grid, step_ms)))
    raw = [grid[0] - window_ms, grid[1]]
    points = sum(map(len, expected.values()))
    assert points > 500
    for kind, reply in (("streamed", streamed(server, *raw, f"__name__={name}")),
                        ("samples", plain(server, *raw, name))):
        got = parse(probe(function, kind, *grid, step_ms, window_ms, "-", reply=reply))
        assert_same(expected, got)
    server.compared += points


@pytest.mark.parametrize("name,start", [("old_total", BLOCKS_MS), ("new_total", HEAD_MS)])
@pytest.mark.parametrize("window,window_ms,step_ms", GRIDS)
@pytest.mark.parametrize("function", ["rate", "increase"])
def test_rates(server, function, name, start, window, window_ms, step_ms):
    compare(server, function, name, start, window_ms, step_ms,
            f"{function}({name}[{window}])")


@pytest.mark.parametrize("name,start", [("old_total", BLOCKS_MS), ("new_total", HEAD_MS)])
@pytest.mark.parametrize("step_ms", [7000, 15000, 60000])
def test_the_newest_sample(server, name, start, step_ms):
    compare(server, "last", name, start, 300000, step_ms, name)


@pytest.mark.parametrize("name,start", [("old_total", BLOCKS_MS), ("new_total", HEAD_MS)])
@pytest.mark.parametrize("window,window_ms,step_ms", GRIDS)
def test_what_was_seen_in_a_window(server, name, start, window, window_ms, step_ms):
    compare(server, "seen", name, start, window_ms, step_ms,
            f"last_over_time({name}[{window}])")


def test_enough_was_compared(server, record_property):
    record_property("note", f"{server.compared} points of rate, increase and newest sample "
                    "equal to Prometheus' own, by both answers to a remote read")
    assert server.compared > 100000
