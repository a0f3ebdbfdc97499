"""`hindcast collect` against a real Prometheus in which all is known; its faults are in
test_collect_faults.py."""
import json
import math
import shutil
import signal
import subprocess
import time

import pandas as pd
import prometheus_case as case
import pytest
import util
from fault_server import FaultServer

pytestmark = pytest.mark.skipif(
    not (case.program("prometheus") and case.program("promtool")),
    reason="skipped, no prometheus and promtool")

DAYS = ["--since", "2025-06-02", "--until", "2025-06-04"]
FIRST_DAY = 14  # pieces of the first day at the plan's step
FULL = 30  # requests of two days: 13 queries, kube_node_info for two things, each


@pytest.fixture(scope="module")
def undisturbed(server, tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed") / "data"
    collect(server.url, out)
    return out


def collect(url, out, *args, code=0, **options):
    window = () if {"--since", "--days"} & set(args) else DAYS
    done = util.run("collect", "--url", url, "-o", out, *window, *args, **options)
    assert done.returncode == code, f"exit {done.returncode}: {done.stderr}"
    return done


def result(url, out, *args, **options):
    return json.loads(collect(url, out, "--json", *args, **options).stdout)


def is_piece(request):
    """Asks for a piece of a whole day, as the preflight does not."""
    return (request.path == "/api/v1/query_range"
            and b"end=%d" % (case.START + case.DAY - case.STEP) in request.body)


def samples(out):
    """The data files and their bytes."""
    return util.tree(out / "samples")


def rows(out):
    frame = pd.concat([pd.read_parquet(path) for path in
                       sorted((out / "samples").glob("*.parquet"))])
    when = frame["timestamp"].astype("datetime64[us]").astype("int64") // 10**6
    return frame.assign(t=when)


# ---------------------------------------------------------------- the truth

def moments():
    """Every 17th, and those around all that happens."""
    around = [*case.HOLE, case.RESET, case.REPLACED, case.START, case.START + case.DAY,
              case.START + 72000, case.START + 73800, case.START + 28800, case.END]
    chosen = set(range(case.START, case.END, 17 * case.STEP))
    for t in around:
        chosen |= set(range(t - 15 * case.STEP, t + 15 * case.STEP, case.STEP))
    return sorted(t for t in chosen if case.START <= t < case.END)


def test_gives_the_truth_back(planted, undisturbed):
    wanted = case.expected(planted, moments())
    frame = rows(undisturbed)
    got = frame[frame["t"].isin(moments())].set_index(["cluster", "node", "t"])
    assert set(got.index) == set(wanted)
    assert got.index.is_unique
    assert_rows(wanted, got)


def assert_rows(wanted, got):
    """Rows of case.expected, by their keys."""
    for key, row in wanted.items():
        for column, value in row.items():
            found = got.at[key, column]
            assert math.isnan(value) == math.isnan(found), (key, column)
            assert math.isnan(value) or math.isclose(
                found, value, rel_tol=1e-9, abs_tol=1e-12), (key, column, value, found)


def test_rows_are_sorted_and_columns_are_those_that_exist(undisturbed):
    for path in sorted((undisturbed / "samples").iterdir()):
        frame = pd.read_parquet(path)
        keys = frame[["cluster", "node", "timestamp"]].apply(tuple, axis=1).tolist()
        assert keys == sorted(keys)
        assert list(frame) == ["timestamp", "node", "cluster", *(
            name for name in util.GAUGES if name != "load_15m")]


def test_the_manifest_says_what_there_is(server, undisturbed):
    manifest = util.read_json(undisturbed / "manifest.json")
    assert manifest["source"] == "collect"
    assert manifest["server"]["url"] == server.url
    assert manifest["server"]["version"].startswith("2.")
    assert (manifest["scrape_interval_s"], manifest["rate_window_s"]) == (120, 480)
    lacking = {item["query"]: item["metric"] for item in manifest["not_exported"]}
    assert lacking.pop("load_15m") == "node_load15"
    assert all(metric.startswith(("kube_", "container_")) for metric in lacking.values())
    assert {"pod", "pod_cpu", "node_allocatable"} <= set(lacking)
    assert sum(file["rows"] for file in manifest["files"]
               if file["path"].startswith("samples/")) == len(rows(undisturbed))
    assert manifest["files"][-1]["path"] == "nodes.parquet"
    asked = {query["name"]: query["promql"] for query in manifest["queries"]}
    # one job, and no other label of replicas
    by = "max by (cluster,instance) (%s by (cluster,instance,prometheus_replica)%s)"
    assert asked["cpu_not_busy"] == by % (
        "sum", ' (rate(node_cpu_seconds_total{mode=~"idle|iowait|steal"}[480s]))')
    here = {query["name"]: query["here"] for query in manifest["queries"]}
    assert here["cpu_not_busy"] is None
    assert here["load_1m"] == "max by (cluster,instance)"
    # two cores: few enough to be counted here
    assert asked["cpu_cores"] == 'node_cpu_seconds_total{mode="idle"}'
    assert here["cpu_cores"] == by % ("count", "")
    hole = pd.Timestamp(case.HOLE[0], unit="s", tz="UTC")
    (found,) = manifest["holes"]
    start, end = (pd.Timestamp(found[key]) for key in ("start", "end"))
    # what came last counts for five minutes, and rates need two samples
    assert hole < start <= hole + pd.Timedelta(minutes=10)
    assert end == pd.Timestamp(case.HOLE[1], unit="s", tz="UTC") + pd.Timedelta(minutes=1)


def test_analyze_reads_it(undisturbed, tmp_path):
    found = util.analyze(undisturbed, tmp_path / "report")
    frame = rows(undisturbed)
    assert found["quality"]["rows"] == len(frame)
    assert {file["verified"] for file in found["input"]["files"]} == {True}
    assert found["baseline"]["avg_cpu_utilization"] == pytest.approx(
        frame["cpu_usage_rate"].mean(), rel=1e-9)
    assert len(found["nodes"]) == 4
    (said,) = found["quality"]["collections"]
    manifest = util.read_json(undisturbed / "manifest.json")
    assert {key: said[key] for key in manifest.keys() & said.keys()} == {
        key: manifest[key] for key in manifest.keys() & said.keys()}
    assert "status" not in said and len(said["holes"]) == 1
    # of the four nodes only three were there then: no gap of the fleet, but a hole
    assert found["quality"]["fleet_gaps"] == []
    (holes,) = [entry for entry in found["findings"] if entry["id"] == "quality.holes"]
    assert (holes["value"], holes["n"]) == (said["hole_s"], 1)


@pytest.mark.parametrize("when, wanted", [
    ("auto", None), ("never", None), ("always", "gzip")])
def test_compressed_answers(server, tmp_path, when, wanted):
    with FaultServer(upstream=server.url) as proxy:
        collect(proxy.url, tmp_path / "out", "--dry-run", "--gzip", when, "--protocol",
                "query_range")
        asked = {request.headers.get("accept-encoding") for request in proxy.requests}
    assert asked == {wanted}


def test_match_takes_one_cluster(server, undisturbed, tmp_path):
    collect(server.url, tmp_path / "out", "--match", 'cluster="west"')
    whole = rows(undisturbed)
    west = whole[whole["cluster"] == "west"].reset_index(drop=True)
    pd.testing.assert_frame_equal(rows(tmp_path / "out").reset_index(drop=True), west)


def test_node_label(server, undisturbed, tmp_path):
    collect(server.url, tmp_path / "out", "--node-label", "instance")
    frame = rows(tmp_path / "out")
    assert set(frame["node"]) == {"10.0.0.1:9100", "10.0.0.2:9100"}
    assert len(frame) == len(rows(undisturbed))


# ---------------------------------------------------------------- again

def test_interrupted_within_a_second(server, undisturbed, tmp_path):
    out = tmp_path / "out"
    process = subprocess.Popen(
        [util.HINDCAST, "collect", "--url", server.url, "-o", str(out), *DAYS,
         "--pause", "5"], stderr=subprocess.PIPE, text=True)
    while not list(out.glob(".collect/*/*.piece")):
        time.sleep(0.01)
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130 and time.monotonic() - start < 1.0 * util.SLOWER * util.BUSY
    assert "goes on where it was left" in said
    begun = ["--url", server.url, "-o", out, "--since", "2025-06-02", "--until"]
    assert "later '--until'" in refused(2, *begun, "2025-06-03")
    done = util.run("collect", *begun, "2025-06-05")
    assert done.returncode == 0 and "finished first" in done.stderr
    assert samples(out) == samples(undisturbed)


def test_later_days_are_added_and_the_last_one_completed(server, undisturbed, tmp_path):
    out = tmp_path / "out"
    first = result(server.url, out, "--since", "2025-06-02", "--until",
                   "2025-06-03T10:00:00Z")
    assert first["files"] == 2
    whole_day = (out / "samples/2025-06-02.parquet").stat().st_mtime_ns
    second = result(server.url, out, "--since", "2025-06-02", "--until", "2025-06-04")
    assert samples(out) == samples(undisturbed)
    assert second["requests"] == FULL / 2
    assert (out / "samples/2025-06-02.parquet").stat().st_mtime_ns == whole_day
    before = util.tree(out)
    third = result(server.url, out, "--since", "2025-06-02", "--until", "2025-06-04")
    assert third["requests"] == 0 and util.tree(out) == before


def test_a_data_file_that_is_gone_is_made_again(server, undisturbed, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(undisturbed, out)
    (out / "samples/2025-06-03.parquet").unlink()
    assert result(server.url, out)["requests"] == FULL / 2
    assert samples(out) == samples(undisturbed)


def test_days_without_a_row_are_a_hole(server, tmp_path):
    out = tmp_path / "out"
    done = result(server.url, out, "--since", "2025-06-03T12:00:00Z", "--until",
                  "2025-06-06")
    assert done["files"] == 2  # what came last counts five minutes into the next day
    assert done["holes"][-1]["end"] == "2025-06-06T00:00:00Z"


# ---------------------------------------------------------------- what is refused

def refused(code, *args):
    done = util.run("collect", *args)
    assert done.returncode == code, f"exit {done.returncode}: {done.stderr}"
    lines = [line for line in done.stderr.splitlines() if line.startswith("hindcast: ")]
    assert lines, done.stderr
    return lines[-1]


def test_wrong_usage(server, undisturbed, tmp_path):
    out = tmp_path / "out"
    assert "--url" in refused(2, "-o", out)
    assert "-o DIR" in refused(2, "--url", server.url)
    assert "--since" in refused(2, "--url", server.url, "-o", out, "--since", "yesterday")
    assert "no moment" in refused(2, "--url", server.url, "-o", out, "--since",
                                  "2025-06-03", "--until", "2025-06-02")
    assert "label" in refused(2, "--url", server.url, "-o", out, "--node-label", "a-b")
    for option, value in (("--step", 30), ("--match", 'a="b"'), ("--since", "2025-06-01")):
        assert f"another '{option}'" in refused(
            2, "--url", server.url, "-o", undisturbed, option, value)
    assert not out.exists()


def test_services_that_fail(server, tmp_path):
    out = tmp_path / "out"
    nobody = f"http://127.0.0.1:{case.free_port()}"
    assert nobody in refused(6, "--url", nobody, "-o", out)
    assert "404" in refused(6, "--url", f"{server.url}/nothing", "-o", out)
    with FaultServer(body=b"<html>") as other:
        assert "Prometheus" in refused(6, "--url", other.url, "-o", out)
    assert refused(6, "--url", server.url, "-o", out, *DAYS, "--match", "cluster=")
    assert "no metric" in refused(4, "--url", server.url, "-o", out, *DAYS, "--match",
                                  'cluster="none"')
    assert not out.exists()


def test_foreign_folders_are_left_alone(server, tmp_path):
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples/mine.parquet").write_bytes(b"mine")
    assert "no plan says whose" in refused(5, "--url", server.url, "-o", tmp_path, *DAYS)
    (tmp_path / "manifest.json").write_text("{}")
    assert "did not make" in refused(5, "--url", server.url, "-o", tmp_path, *DAYS)
    assert sorted(util.tree(tmp_path)) == ["manifest.json", "samples/mine.parquet"]


def test_dry_run_writes_nothing(server, tmp_path):
    done = collect(server.url, tmp_path / "out", "--dry-run", "--json")
    said = json.loads(done.stdout)
    assert (said["requests"], said["instances"]) == (FULL, 3)
    assert said["scrape_interval_s"] == 120
    assert said["looks"] == 120 and 117 <= said["looks_with_nodes"] <= 120
    assert (said["nodes_least"], said["nodes_most"]) == (2, 3)
    assert said["first_seen"] == "2025-06-02T00:00:00Z"
    assert said["rows"] == 3 * 2880 and said["bytes"] > 0 and said["seconds"] > 0
    assert "load_15m" in said["not_exported"] and "load_1m" not in said["not_exported"]
    assert not (tmp_path / "out").exists()
