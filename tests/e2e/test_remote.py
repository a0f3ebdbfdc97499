"""`hindcast collect` by remote read: the same as by query_range, from the same server.

Each query of the table is asked of a real Prometheus in both ways, a piece a day
(tests/unit/protocol_probe), and whole collections are compared. The servers: the planted
clusters in blocks; the same with samples in the head behind them, stale markers among
these; a night of pods.
"""
import json
import pathlib
import random
import re
import subprocess
import time

import numpy as np
import pandas as pd
import prometheus_case as case
import prometheus_pods as pods
import prometheus_server as wire
import pytest
import util
from fault_server import FaultServer

pytestmark = pytest.mark.skipif(
    not (case.program("prometheus") and case.program("promtool")),
    reason="skipped, no prometheus and promtool")

PROBE = pathlib.Path(util.HINDCAST).parent / "tests/unit/protocol_probe"
WIRE_PROBE = PROBE.parent / "wire_probe"
needs_probe = pytest.mark.skipif(not PROBE.exists(),
                                 reason="skipped, protocol_probe is not built")
DAYS = ("--since", "2025-06-02", "--until", "2025-06-04")
PART = ("--since", "2025-06-02T20:00:00Z", "--until", "2025-06-03T04:00:00Z")
NIGHT = ("--since", "2025-06-02T18:00:00Z", "--until", "2025-06-03T06:00:00Z")
BEYOND = ("--since", "2025-06-03T21:00:00Z", "--until", "2025-06-04T04:00:00Z")
READ = "/api/v1/read"
AGAIN = "it is asked again"


# ---------------------------------------------------------------- running

def collect(url, out, *args, code=0):
    done = util.run("collect", "--url", url, "-o", out, *args, timeout=120)
    assert done.returncode == code, f"exit {done.returncode}: {done.stderr}"
    return done


def planned(out):
    return util.read_json(pathlib.Path(out) / ".collect/plan.json")


def preflight(url, out, *args):
    return json.loads(collect(url, out, "--dry-run", "--json", *args).stdout)


def data(out):
    """The data files and their bytes."""
    return {path: content for path, content in util.tree(out).items()
            if path.endswith(".parquet") and not path.startswith(".collect")}


def both(url, tmp_path, *args):
    """Collected in both ways."""
    ways = {}
    for protocol in ("query_range", "remote_read"):
        ways[protocol] = tmp_path / protocol
        collect(url, ways[protocol], "--protocol", protocol, *args)
        assert util.read_json(ways[protocol] / "manifest.json")["protocol"] == protocol
    return ways["query_range"], ways["remote_read"]


def assert_same_data(a, b, note=None):
    """The same files, rows and columns; numbers within 1e-9."""
    files = sorted(path.relative_to(a) for path in a.rglob("*.parquet"))
    assert files and files == sorted(path.relative_to(b) for path in b.rglob("*.parquet"))
    values = 0
    for name in files:
        if ".collect" in name.parts:
            continue
        one, other = pd.read_parquet(a / name), pd.read_parquet(b / name)
        assert len(one) and list(one) == list(other) and len(one) == len(other)
        for column in one:
            if one[column].dtype.kind != "f":
                pd.testing.assert_series_equal(one[column], other[column])
                continue
            x, y = one[column].to_numpy(), other[column].to_numpy()
            np.testing.assert_allclose(x, y, rtol=1e-9, atol=0, equal_nan=True)
            values += int((~np.isnan(x)).sum())
    if note:
        same = data(a) == data(b)
        note("note", f"{values} numbers of {len(files)} files by both protocols within "
             f"1e-9; the files have {'the same' if same else 'other'} bytes")


def probed(url, out):
    """{name: (series, values, differ, worst)} of all days."""
    done = subprocess.run([PROBE, url, out / ".collect"], capture_output=True, text=True,
                          timeout=300 * util.SLOWER, check=False)
    assert done.returncode == 0, done.stderr
    found = {}
    for name, numbers in re.findall(r"^(\S+) \d+ (.*)$", done.stdout, re.M):
        series, values, differ, worst = numbers.split()[1::2]
        before = found.get(name, (0, 0, 0, 0.0))
        found[name] = (before[0] + int(series), before[1] + int(values),
                       before[2] + int(differ), max(before[3], float(worst)))
    return found


SUMS = {"cpu_not_busy", "cpu_iowait_cores", "cpu_steal_cores", "network_rx_bytes",
        "network_tx_bytes", "disk_read_bytes", "disk_write_bytes", "pod_cpu",
        "pod_throttled", "pod_periods"}


def assert_same_pieces(url, out, note):
    """All but sums to the last bit."""
    asked = {query["name"] for query in planned(out)["queries"] if query["asked"]}
    found = probed(url, out)
    assert set(found) == asked
    for name, (series, values, differ, worst) in found.items():
        assert series and values, name
        assert worst <= 1e-9 if name in SUMS else not differ, (name, differ, worst)
    note("note", f"{len(found)} queries, {sum(f[0] for f in found.values())} series, "
         f"{sum(f[1] for f in found.values())} values in both ways; other bits: "
         f"{sum(f[2] for f in found.values())}, worst {max(f[3] for f in found.values())}")


# ---------------------------------------------------------------- servers

@pytest.fixture(scope="module")
def undisturbed(server, tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed") / "data"
    collect(server.url, out, *PART)
    assert planned(out)["remote_read"]
    return out


def go_on(planted):
    """Three hours more of the planted series, for the head: {labels: [(ms, value)]}, with
    stale markers, and a metric whose series have no label 'cluster'."""
    rng = random.Random(4)
    series = {}
    for (cluster, ip), replicas in planted.items():
        for replica, known in replicas.items():
            base = {"cluster": cluster, "prometheus_replica": replica,
                    "instance": f"{ip}:9100", "job": "node-exporter"}
            load15 = []
            for metric, labels, _, values in known:
                value, samples = float(values[-1]), []
                for t in range(case.END + case.REPLICAS[replica], case.END + 10800,
                               case.SCRAPE):
                    value += rng.random() * 50 if metric.endswith("_total") else 0
                    if rng.random() < 0.01:
                        value = 0.0
                    if rng.random() < 0.03:
                        samples.append((t * 1000, None))
                    elif rng.random() < 0.95:
                        samples.append((t * 1000, round(value, 6)))
                key = tuple(sorted({**base, **labels, "__name__": metric}.items()))
                series[key] = samples
                load15 = samples if metric == "node_load1" else load15
            key = tuple(sorted({"__name__": "node_load15", "instance": f"{ip}:{cluster}",
                                "prometheus_replica": replica}.items()))
            series[key] = load15
    return series


@pytest.fixture(scope="module")
def headed(planted, folder, tmp_path_factory):
    own = case.copy_of(folder, tmp_path_factory.mktemp("headed"))
    with case.Prometheus(own, "--web.enable-remote-write-receiver") as running:
        wire.Server(running.url).write(go_on(planted))
        yield running


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    """With external labels, one of which no series has of its own."""
    own = tmp_path_factory.mktemp("night")
    (own / "prometheus.yml").write_text(
        "global:\n  external_labels:\n    region: 'eu, \"west\"'\n    replica: r1\n")
    with pods.Prometheus(own) as running:
        pods.write(wire.Server(running.url), pods.planted([pods.east(), pods.west()]))
        yield running


# ---------------------------------------------------------------- the same, both ways

@needs_probe
def test_every_query_of_two_days(server, tmp_path, record_property):
    one, other = both(server.url, tmp_path, *DAYS)
    assert_same_data(one, other, record_property)
    assert_same_pieces(server.url, other, record_property)


@needs_probe
def test_every_query_of_a_night_of_pods(night, tmp_path, record_property):
    one, other = both(night.url, tmp_path, *NIGHT)
    plan = planned(other)
    assert plan["external_labels"] == "region,replica"
    asked = {query["name"] for query in plan["queries"] if query["asked"]}
    assert {"node_labels", "pod_phase", "pod_cpu", "pod_memory", "pod_restarts"} <= asked
    assert_same_data(one, other, record_property)
    assert_same_pieces(night.url, other, record_property)


@needs_probe
def test_blocks_and_head(headed, tmp_path, record_property):
    one, other = both(headed.url, tmp_path, *BEYOND)
    assert_same_data(one, other, record_property)
    assert_same_pieces(headed.url, other, record_property)
    assert pd.read_parquet(other / "samples/2025-06-04.parquet")["load_15m"].notna().any()


@pytest.mark.skipif(not WIRE_PROBE.exists(), reason="skipped, wire_probe is not built")
def test_a_stream_is_sorted_by_labels(headed):
    """Of series that are in blocks, in the head, or in both; sums need it."""
    for metric in ("node_cpu_seconds_total", "node_load15"):
        window = [(case.END - 7200) * 1000, (case.END + 7200) * 1000]
        request = subprocess.run([WIRE_PROBE, "request", *map(str, window),
                                  f"__name__={metric}"], capture_output=True, check=True)
        _, reply = wire.Server(headed.url).remote_read(request.stdout)
        said = subprocess.run([WIRE_PROBE, "streamed", *map(str, window)], input=reply,
                              capture_output=True, check=True).stdout.decode()
        found = [[tuple(part.split("=", 1)) for part in line.split("\t")[1:]]
                 for line in said.splitlines() if line.startswith("series")]
        assert len(found) > 5 and found == sorted(found)
        assert len({str(labels) for labels in found}) == len(found)


@needs_probe
def test_another_look_back(folder, tmp_path, record_property):
    own = case.copy_of(folder, tmp_path)
    with case.Prometheus(own, "--query.lookback-delta=2m30s") as running:
        one, other = both(running.url, tmp_path, *PART)
        assert planned(other)["lookback_ms"] == 150000
        assert_same_data(one, other)
        assert_same_pieces(running.url, other, record_property)


@pytest.mark.parametrize("match", [
    'cluster="west"', "instance=~'10.0.0.1:.*',", 'job=`node-exporter`, cluster!~"ea.t"',
    'instance!="10.0.0.2:\\x39100",cluster=~"\\u0065ast|w.*"'])
def test_match(server, tmp_path, match):
    one, other = both(server.url, tmp_path, *PART, "--match", match)
    assert_same_data(one, other)


def test_external_labels_that_all_series_have(folder, tmp_path):
    """Asked for cluster="east", a remote read would look for series without the label."""
    own = case.copy_of(folder, tmp_path)
    (own / "prometheus.yml").write_text("global: {external_labels: {cluster: east}}\n")
    with case.Prometheus(own) as running:
        for number, match in enumerate(('cluster="east"', 'cluster="west"')):
            one, other = both(running.url, tmp_path / str(number), *PART, "--match", match)
            assert planned(other)["external_labels"] is None
            assert_same_data(one, other)


def test_node_label_and_own_queries(server, tmp_path):
    """Queries of the user's own are asked by query_range all the same."""
    queries = tmp_path / "queries.json"
    queries.write_text(json.dumps([{
        "name": "own_load", "promql": "max by (cluster,instance) (node_load1{$match})"}]))
    with FaultServer(upstream=server.url) as proxy:
        one, other = both(proxy.url, tmp_path, *PART, "--node-label", "instance",
                          "--queries", queries)
        assert sum(request.path == READ for request in proxy.requests) > 26
    assert_same_data(one, other)
    frame = pd.read_parquet(other / "samples/2025-06-03.parquet")
    assert frame["own_load"].equals(frame["load_1m"])


# ---------------------------------------------------------------- which way

def test_what_is_said(server, tmp_path):
    said = preflight(server.url, tmp_path / "out", *PART)
    assert (said["protocol"], said["protocol_reason"]) == ("remote_read", None)
    said = preflight(server.url, tmp_path / "out", *PART, "--protocol", "query_range")
    assert (said["protocol"], said["protocol_reason"]) == ("query_range", None)
    assert "protocol: remote_read\n" in collect(
        server.url, tmp_path / "out", *PART, "--dry-run").stdout
    assert not (tmp_path / "out").exists()


def build_info(**changed):
    def change(body):
        reply = json.loads(body)
        reply["data"] = {key: value for key, value in {**reply["data"], **changed}.items()
                         if value is not None}
        return json.dumps(reply).encode()

    return {"path": "/api/v1/status/buildinfo", "fault": "edit", "plain": True,
            "change": change}


def one_frame_more(body):
    return body + b"<html>"


@pytest.mark.parametrize("rules,why", [
    ([{"path": READ, "fault": "reply", "code": 404, "body": "not here"}], "404"),
    ([{"path": READ, "fault": "reply", "code": 405}], "405"),
    ([{"path": READ, "fault": "type", "to": "text/html"}], "unknown type 'text/html'"),
    ([{"path": READ, "fault": "unframed"}], "does not say where it ends"),
    ([build_info(goVersion=None)], "does not say that it is Prometheus"),
    ([build_info(application="Grafana Mimir")], "does not say that it is Prometheus"),
    ([build_info(version="0.34.0")], "'0.34.0' is not one of Prometheus"),
    ([{"path": "/api/v1/status/flags", "fault": "reply", "code": 200, "body": json.dumps(
        {"status": "success", "data": {"query.lookback-delta": "1m"}})}], "differ: 'cpu_"),
    ([{"path": "/api/v1/status/flags", "fault": "reply", "code": 200, "body": json.dumps(
        {"status": "success", "data": {"query.lookback-delta": "soon"}})}],
     "its look-back 'soon'"),
], ids=["404", "405", "type", "unframed", "no_prometheus", "mimir", "thanos", "look_back",
        "odd_look_back"])
def test_a_server_that_cannot(server, tmp_path, rules, why):
    with FaultServer(rules, upstream=server.url) as proxy:
        said = preflight(proxy.url, tmp_path / "out", *PART)
        assert said["protocol"] == "query_range" and why in said["protocol_reason"]
        done = util.run("collect", "--url", proxy.url, "-o", tmp_path / "out", *PART,
                        "--protocol", "remote_read")
    assert done.returncode == 6 and why in done.stderr.splitlines()[-1]
    assert "remote read cannot be used" in done.stderr
    assert not (tmp_path / "out").exists()


def test_flags_that_are_not_said(server, undisturbed, tmp_path):
    rules = [{"path": "/api/v1/status/flags", "fault": "reply", "code": 404}]
    with FaultServer(rules, upstream=server.url) as proxy:
        collect(proxy.url, tmp_path / "out", *PART, "--protocol", "remote_read")
    assert data(tmp_path / "out") == data(undisturbed)


def test_warnings_that_remote_read_would_not_give(server, tmp_path):
    def warn(body):
        return json.dumps({**json.loads(body), "warnings": ["a store is down"]}).encode()

    rules = [{"path": "/api/v1/query_range", "fault": "edit", "plain": True, "change": warn}]
    with FaultServer(rules, upstream=server.url) as proxy:
        said = preflight(proxy.url, tmp_path / "out", *PART)
    assert said["protocol"] == "query_range" and "may be partial" in said["protocol_reason"]


def test_labels_that_only_some_series_have(planted, folder, tmp_path):
    """An external label that is a label of other series: no rule tells them apart."""
    own = case.copy_of(folder, tmp_path)
    (own / "prometheus.yml").write_text("global: {external_labels: {cluster: north}}\n")
    with case.Prometheus(own, "--web.enable-remote-write-receiver") as running:
        wire.Server(running.url).write(go_on(planted))
        done = collect(running.url, tmp_path / "out", *BEYOND)
        assert "remote_read is not used" in done.stderr
        assert "the series of 'load_15m' have other labels" in done.stderr
        collect(running.url, tmp_path / "no", *BEYOND, "--protocol", "remote_read", code=6)
    assert util.read_json(tmp_path / "out/manifest.json")["protocol"] == "query_range"


def test_matchers_that_only_the_server_understands(server, tmp_path):
    """A comment, which PromQL has and matchers.h has not."""
    match = 'cluster="west" # the second\n'
    said = preflight(server.url, tmp_path / "out", *PART, "--match", match)
    assert said["protocol"] == "query_range" and "no matchers" in said["protocol_reason"]
    collect(server.url, tmp_path / "out", *PART, "--match", match, "--protocol",
            "remote_read", code=2)


def test_the_protocol_stays(server, undisturbed, tmp_path):
    for protocol, other in (("query_range", "remote_read"), ("remote_read", "query_range")):
        out = tmp_path / protocol
        collect(server.url, out, *PART, "--protocol", protocol)
        done = collect(server.url, out, *PART, "--protocol", other, code=2)
        assert "another '--protocol'" in done.stderr
        (out / "samples/2025-06-03.parquet").unlink()
        with FaultServer(upstream=server.url) as proxy:
            collect(proxy.url, out)
            reads = sum(request.path == READ for request in proxy.requests)
        assert (reads > 0) == (protocol == "remote_read")
        assert util.read_json(out / "manifest.json")["protocol"] == protocol
        assert_same_data(out, undisturbed)


# ---------------------------------------------------------------- a server in trouble

@pytest.fixture(scope="module")
def reads(server, tmp_path_factory):
    """(requests of remote read in the preflight, those of pieces) of PART."""
    with FaultServer(upstream=server.url) as proxy:
        done = collect(proxy.url, tmp_path_factory.mktemp("reads") / "out", *PART, "--json")
        total = sum(request.path == READ for request in proxy.requests)
    pieces = json.loads(done.stdout)["requests"]
    assert total > pieces > 20
    return total - pieces, pieces


class Pieces:
    """A `when` of rules: remote reads behind those of the preflight."""

    def __init__(self, before):
        self.before, self.seen = before, 0

    def __call__(self, request):
        self.seen += request.path == READ
        return request.path == READ and self.seen > self.before


def flip(seed):
    def change(body):
        content = bytearray(body)
        bit = random.Random(seed).randrange(len(content) * 8)
        content[bit // 8] ^= 1 << bit % 8
        return bytes(content)

    return change


def other_sum(body):
    """Of the first frame; its length has two bytes or three."""
    at = 1 + next(i for i, byte in enumerate(body) if byte < 0x80)
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1:]


def large_frame(body):
    return wire.varint(64 << 20) + body[2:]


def json_error(code, text):
    return {"fault": "reply", "code": code, "body": text,
            "headers": {"Content-Type": "text/plain"}}


@pytest.mark.parametrize("rule", [
    {"fault": "truncate", "after": 1000}, {"fault": "chunk_cut", "after": 900},
    {"fault": "chunk_cut", "after": -1}, {"fault": "reset"}, {"fault": "reset", "after": 700},
    {"fault": "cut_json"}, {"fault": "edit", "change": other_sum},
    {"fault": "edit", "change": one_frame_more},
    {"fault": "edit", "change": lambda body: body[:-1]},
    {"fault": "edit", "change": lambda body: body[1:]},
    *({"fault": "edit", "change": flip(seed)} for seed in range(6)),
    {**json_error(503, "starting"), "headers": {"Retry-After": "0"}},
    {**json_error(429, "slow down"), "headers": {"Retry-After": "0"}},
    json_error(500, "a block is gone"),
], ids=["truncated", "chunk_cut", "no_last_chunk", "reset", "reset_later", "half",
        "other_sum", "words_behind", "byte_less", "first_byte_less",
        *(f"bit_{seed}" for seed in range(6)), "503", "429", "500"])
def test_passing_faults(server, undisturbed, reads, tmp_path, rule):
    with FaultServer([{"when": Pieces(reads[0]), "times": 2, **rule}],
                     upstream=server.url) as proxy:
        done = collect(proxy.url, tmp_path / "out", *PART, "--protocol", "remote_read")
        asked = sum(request.path == READ for request in proxy.requests)
    assert AGAIN in done.stderr and asked == sum(reads) + 2
    assert data(tmp_path / "out") == data(undisturbed)


@pytest.mark.parametrize("rule", [
    {"fault": "edit", "change": large_frame},
    json_error(400, "exceeded sample limit (50000)"), json_error(413, "too large"),
    json_error(422, "too much"), {"fault": "stall", "after": -1}],
    ids=["large_frame", "sample_limit", "413", "422", "no_answer"])
def test_too_much_is_halved(server, undisturbed, reads, tmp_path, rule):
    with FaultServer([{"when": Pieces(reads[0]), "times": 1, **rule}],
                     upstream=server.url) as proxy:
        done = collect(proxy.url, tmp_path / "out", *PART, "--timeout", 1, "--json")
    assert json.loads(done.stdout)["requests"] == reads[1] + 1
    assert AGAIN not in done.stderr
    assert data(tmp_path / "out") == data(undisturbed)


def test_a_whole_stream_without_its_length(server, reads, tmp_path):
    """Cut between two frames it would be as valid."""
    with FaultServer([{"when": Pieces(reads[0]), "fault": "unframed"}],
                     upstream=server.url) as proxy:
        done = collect(proxy.url, tmp_path / "out", *PART, code=6)
    assert "does not say where it ends" in done.stderr


def test_it_is_switched_off_in_the_middle(server, undisturbed, reads, tmp_path):
    out = tmp_path / "out"
    with FaultServer([{"when": Pieces(reads[0] + 9), **json_error(404, "not found")}],
                     upstream=server.url) as proxy:
        done = collect(proxy.url, out, *PART, code=6)
        assert "404" in done.stderr
    collect(server.url, out)
    assert data(out) == data(undisturbed)


def test_passing_faults_of_the_preflight(server, undisturbed, tmp_path):
    rules = [{"path": READ, "times": 1, **json_error(503, "starting")}]
    with FaultServer(rules, upstream=server.url) as proxy:
        collect(proxy.url, tmp_path / "out", *PART)
    assert planned(tmp_path / "out")["remote_read"]
    assert data(tmp_path / "out") == data(undisturbed)


@pytest.mark.parametrize("seed", range(8))
def test_killed_at_any_moment(server, undisturbed, tmp_path, seed):
    out = tmp_path / "out"
    process = subprocess.Popen(
        [util.HINDCAST, "collect", "--url", server.url, "-o", str(out), *PART,
         "--pause", "0.02", "--quiet"])
    seeded = random.Random(seed)
    while process.poll() is None and not (out / ".collect/plan.json").exists():
        time.sleep(0.002)
    time.sleep(seeded.uniform(0, 0.6) * util.SLOWER)
    process.kill()
    process.wait()
    collect(server.url, out, *PART)
    assert planned(out)["remote_read"]
    assert data(out) == data(undisturbed)


# ---------------------------------------------------------------- a server without streams

def unpacked(block):
    """A block of Snappy's format."""
    at, out = 0, bytearray()
    while block[at] >= 0x80:
        at += 1
    at += 1
    while at < len(block):
        tag = block[at]
        size, at = tag >> 2, at + 1
        if tag & 3 == 0:
            more = max(size - 59, 0)
            size = int.from_bytes(block[at:at + more], "little") if more else size
            at += more
            out += block[at:at + size + 1]
            at += size + 1
            continue
        width = (1, 2, 4)[(tag & 3) - 1]
        back = int.from_bytes(block[at:at + width], "little")
        if width == 1:
            back, size = back | tag >> 5 << 8, (size & 7) + 3
        at += width
        for _ in range(size + 1):
            out.append(out[-back])
    return bytes(out)


class Unstreamed(FaultServer):
    """In front of a server that it asks for samples alone."""

    def note(self, *args):
        request, rule = super().note(*args)
        if request.path == READ:
            body = unpacked(request.body)
            accepted = wire.field_bytes(2, bytes([1, 0]))
            assert body.endswith(accepted)
            request = request._replace(body=wire.snappy(body[:-len(accepted)]))
        return request, rule


def test_a_reply_with_samples(server, undisturbed, tmp_path):
    with Unstreamed(upstream=server.url) as proxy:
        collect(proxy.url, tmp_path / "out", *PART, "--protocol", "remote_read")
        assert sum(request.path == READ for request in proxy.requests) > 26
    assert_same_data(tmp_path / "out", undisturbed)


def test_more_samples_than_a_reply_may_have(folder, undisturbed, tmp_path):
    own = case.copy_of(folder, tmp_path)
    with case.Prometheus(own, "--storage.remote.read-sample-limit=5000") as running, \
            Unstreamed(upstream=running.url) as proxy:
        done = collect(proxy.url, tmp_path / "out", *PART, "--protocol", "remote_read",
                       "--json")
    assert json.loads(done.stdout)["requests"] > 27
    assert_same_data(tmp_path / "out", undisturbed)
