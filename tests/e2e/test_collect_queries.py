"""`hindcast collect --queries` and `--strict` against a real Prometheus."""
import json
import subprocess
import time

import numpy as np
import pandas as pd
import prometheus_case as case
import prometheus_pods as pods
import pytest
import util
from fault_server import FaultServer
from prometheus_server import Server

pytestmark = pytest.mark.skipif(
    not (case.program("prometheus") and case.program("promtool")),
    reason="skipped, no prometheus and promtool")

START = 1748822400  # 2025-06-02T00:00:00Z
END = START + 2 * 3600
WINDOW = ["--since", "2025-06-02T00:00:00Z", "--until", "2025-06-02T02:00:00Z"]
QUERIES = [
    {"name": "gpu_usage", "unit": "ratio", "meaning": "mean use of the GPUs",
     "promql": "avg by (cluster, instance) (DCGM_FI_DEV_GPU_UTIL{$match}) / 100"},
    {"name": "requests", "promql":
     "sum by (cluster, node) (rate(http_requests_total{code=\"200\",$match}[$window]))"},
]
NODES = {("east", "n1"): "10.0.0.1", ("east", "n2"): "10.0.0.2", ("west", "n1"): "10.0.0.1"}


# ---------------------------------------------------------------- what is planted

def series(metric, value, first=START - 600, **labels):
    """A sample every minute; `value` is of the time since the start."""
    t = np.arange(first, END + 120, 60)
    values = np.array([value(x - START) for x in t], float)
    return pods.Series({"__name__": metric, **labels}, t * 1000 + 7300, values)


def planted():
    for number, ((cluster, node), ip) in enumerate(NODES.items()):
        who = {"cluster": cluster, "instance": f"{ip}:9100", "job": "node-exporter"}
        yield series("node_load1", lambda t: number, **who)
        yield series("kube_node_info", lambda t: 1, cluster=cluster, node=node,
                     internal_ip=ip, instance="10.9.9.9:8080", job="ksm")
        for gpu in range(2):
            for replica in "ab":
                yield series("DCGM_FI_DEV_GPU_UTIL", lambda t: 10 * number + 20 * gpu,
                             cluster=cluster, instance=f"{ip}:8000", gpu=str(gpu),
                             job="dcgm", prometheus_replica=replica)
        yield series("http_requests_total", lambda t: (3 + number) * (t + 600),
                     cluster=cluster, node=node, code="200", pod="p")
        yield series("http_requests_total", lambda t: 100 * (t + 600),
                     cluster=cluster, node=node, code="500", pod="p")
    # a node that only speaks of its requests, and from 01:00 on
    yield series("http_requests_total", lambda t: 9 * (t + 600), first=START + 3600,
                 cluster="west", node="n7", code="200", pod="p")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with pods.Prometheus(tmp_path_factory.mktemp("prometheus")) as running:
        pods.write(Server(running.url), list(planted()))
        yield running


def file_of(tmp_path, queries, name="queries.json"):
    path = tmp_path / name
    path.write_text(queries if isinstance(queries, str) else json.dumps(queries))
    return path


def run(url, out, *args):
    return util.run("collect", "--url", url, "-o", out, *WINDOW, *args)


def collect(url, out, *args):
    done = run(url, out, "--json", *args)
    assert done.returncode == 0, f"exit {done.returncode}: {done.stderr}"
    return json.loads(done.stdout)


def refused(code, url, out, *args):
    """The last line, which says why."""
    done = run(url, out, *args)
    assert done.returncode == code, f"exit {done.returncode}: {done.stderr}"
    lines = [line for line in done.stderr.splitlines() if line.startswith("hindcast: ")]
    assert lines and done.stderr.endswith(lines[-1] + "\n"), done.stderr
    return lines[-1]


def rows(out):
    frame = pd.read_parquet(out / "samples/2025-06-02.parquet")
    return frame.set_index(["cluster", "node", "timestamp"])


def manifest(out):
    return util.read_json(out / "manifest.json")


@pytest.fixture(scope="module")
def undisturbed(server, tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed") / "data"
    collect(server.url, out, "--queries", file_of(out.parent, QUERIES))
    return out


# ---------------------------------------------------------------- the truth

def test_columns_by_instance_and_by_node(undisturbed):
    frame = rows(undisturbed)
    assert list(frame) == ["load_1m", "gpu_usage", "requests"]
    assert frame.index.is_unique and frame.index.is_monotonic_increasing
    assert set(frame.index.droplevel(2)) == {*NODES, ("west", "n7")}
    for number, key in enumerate(NODES):
        mine = frame.loc[key]
        assert len(mine) == 120
        # another exporter, which comes first by name: the address joins them
        assert np.allclose(mine["gpu_usage"], (10 * number + 10) / 100, rtol=1e-12)
        assert np.allclose(mine["requests"], 3 + number, rtol=1e-9)
        assert (mine["load_1m"] == number).all()
    late = frame.loc["west", "n7"]
    # two samples make a rate: of 01:00:07 and 01:01:07
    assert late.index.min() == pd.Timestamp("2025-06-02T01:02:00")
    assert late["load_1m"].isna().all() and late["gpu_usage"].isna().all()
    assert np.allclose(late["requests"][5:], 9, rtol=1e-9)


def test_the_manifest_says_what_they_are(undisturbed):
    said = manifest(undisturbed)
    units = {column["name"]: column["unit"] for column in said["columns"]}
    assert units["gpu_usage"] == "ratio" and units["requests"] is None
    asked = {query["name"]: query["promql"] for query in said["queries"]}
    assert asked["gpu_usage"] == \
        "avg by (cluster, instance) (DCGM_FI_DEV_GPU_UTIL{}) / 100"
    assert "[240s]" in asked["requests"] and said["warnings"] == []


def test_analyze_reads_them(undisturbed, tmp_path):
    found = util.analyze(undisturbed, tmp_path / "report")
    columns = {column["name"]: column for column in found["columns"]}
    assert columns["gpu_usage"]["n"] == 360
    assert columns["gpu_usage"]["mean"] == pytest.approx(0.2, rel=1e-9)


def test_match_goes_in(server, undisturbed, tmp_path):
    collect(server.url, tmp_path / "out", "--queries", file_of(tmp_path, QUERIES),
            "--match", 'cluster="west"')
    whole = pd.read_parquet(undisturbed / "samples/2025-06-02.parquet")
    west = whole[whole["cluster"] == "west"].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "out/samples/2025-06-02.parquet"), west)


def test_killed_and_again(server, undisturbed, tmp_path):
    out, path = tmp_path / "out", file_of(tmp_path, QUERIES)
    process = subprocess.Popen(
        [util.HINDCAST, "collect", "--url", server.url, "-o", out, *WINDOW, "--queries",
         path, "--pause", "0.3", "--quiet"])
    while not list(out.glob(".collect/*/*.piece")) and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.wait()
    collect(server.url, out)  # the plan knows them
    assert rows(out).equals(rows(undisturbed))


# ---------------------------------------------------------------- what is odd, and told

def test_several_series_of_a_node(server, tmp_path):
    """Not aggregated: the largest counts, and it is said."""
    odd = [{"name": "gpu", "promql": "DCGM_FI_DEV_GPU_UTIL{$match}"}]
    out = tmp_path / "out"
    collect(server.url, out, "--queries", file_of(tmp_path, odd))
    assert (rows(out).loc[("west", "n1"), "gpu"] == 40).all()
    (warning,) = manifest(out)["warnings"]
    assert warning["warning"].startswith("gpu: there are several series of one node")


def test_series_that_speak_of_no_node(server, tmp_path):
    odd = [{"name": "none", "promql": "vector(3)"},
           {"name": "nothing", "promql": "no_such_metric{$match}"}]
    out = tmp_path / "out"
    collect(server.url, out, "--queries", file_of(tmp_path, odd))
    frame = rows(out)
    assert frame["none"].isna().all() and frame["nothing"].isna().all()
    assert [warning["warning"] for warning in manifest(out)["warnings"]] == [
        "none: a series without the label 'instance' is left out"]


# ---------------------------------------------------------------- what is refused

@pytest.mark.parametrize("text, word", [
    ("{", "not JSON"),
    ("{}", "not a list"),
    ('[{"name": "a", "promql": "b", "step": "c"}]', "'step'"),
    ('[{"name": "node", "promql": "b"}]', "another column"),
    ('[{"name": "load_1m", "promql": "b"}]', "another column"),
    (json.dumps([{"name": f"q{n}", "promql": "up"} for n in range(25)]), "at most 24"),
], ids=["json", "list", "key", "taken", "gauge", "many"])
def test_wrong_files(server, tmp_path, text, word):
    out = tmp_path / "out"
    line = refused(3, server.url, out, "--queries", file_of(tmp_path, text))
    assert "queries.json" in line and word in line
    assert not out.exists()


def test_24_queries(server, tmp_path):
    many = [{"name": f"q{n}", "promql": f"max by (cluster, instance) (node_load1) + {n}"}
            for n in range(24)]
    out = tmp_path / "out"
    collect(server.url, out, "--queries", file_of(tmp_path, many))
    frame = rows(out)
    for n in range(24):
        assert (frame[f"q{n}"] == frame["load_1m"] + n).all()


def test_bad_promql(server, tmp_path):
    """What the server says of it, and whose it is, in one line."""
    bad = [{"name": "fine", "promql": "node_load1"},
           {"name": "broken", "promql": "sum by (node (up)"}]
    line = refused(6, server.url, tmp_path / "out", "--queries", file_of(tmp_path, bad))
    assert "parse error" in line and "broken" in line


def test_no_file(server, tmp_path):
    assert "none.json" in refused(
        3, server.url, tmp_path / "out", "--queries", tmp_path / "none.json")


def test_another_file_is_refused(server, undisturbed, tmp_path):
    assert collect(server.url, undisturbed)["requests"] == 0
    same = file_of(tmp_path, [{**query, "meaning": "said otherwise"} for query in QUERIES])
    assert collect(server.url, undisturbed, "--queries", same)["requests"] == 0
    for other in (QUERIES[:1], QUERIES[::-1],
                  [QUERIES[0], {**QUERIES[1], "promql": "up"}]):
        assert "another '--queries'" in refused(
            2, server.url, undisturbed, "--queries", file_of(tmp_path, other, "b.json"))
    collect(server.url, tmp_path / "plain")
    assert "another '--queries'" in refused(
        2, server.url, tmp_path / "plain", "--queries", same)


# ---------------------------------------------------------------- --strict

def warn(body):
    return json.dumps({**json.loads(body), "warnings": ["a store is down"]}).encode()


def asked(proxy):
    return len([r for r in proxy.requests if r.path == "/api/v1/query_range"])


def partial(times):
    """A proxy that warns with the first answers of a day; the preflight's are whole."""
    return {"path": "/api/v1/query_range", "times": times, "fault": "edit", "change": warn}


def test_strict(server, tmp_path):
    out, whole = tmp_path / "out", tmp_path / "whole"
    collect(server.url, whole)
    with FaultServer([partial(1000)], upstream=server.url) as proxy:
        line = refused(6, proxy.url, out, "--strict")
        assert "a store is down" in line and "--strict" in line
        assert not (out / "manifest.json").exists()
        assert not list((out / "samples").glob("*")) if out.exists() else True
        collect(proxy.url, out)
    assert {item["warning"] for item in manifest(out)["warnings"]} == {"a store is down"}
    assert rows(out).equals(rows(whole))


def test_strict_asks_again_for_what_was_partial(server, tmp_path):
    """Answers that came with a warning and were stored are not good enough later on."""
    out = tmp_path / "out"
    with FaultServer([partial(1000)], upstream=server.url) as proxy:
        process = subprocess.Popen(
            [util.HINDCAST, "collect", "--url", proxy.url, "-o", out, *WINDOW, "--pause",
             "1", "--quiet"])
        while len(list(out.glob(".collect/*/*.piece"))) < 2 and process.poll() is None:
            time.sleep(0.01)
        process.kill()
        process.wait()
    done = collect(server.url, out, "--strict")
    assert manifest(out)["warnings"] == []
    fresh = collect(server.url, tmp_path / "fresh", "--strict")
    assert done["requests"] == fresh["requests"]
    assert rows(out).equals(rows(tmp_path / "fresh"))
