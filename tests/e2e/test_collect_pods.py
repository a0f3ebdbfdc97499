"""Nodes, pods and their usage out of a real Prometheus, against a history that is known."""
import hashlib
import json
import random
import shutil
import signal
import subprocess
import time

import pandas as pd
import pods_truth as truth
import prometheus_case as case
import prometheus_pods as pods
import pytest
import util
from prometheus_pods import at
from prometheus_server import Server

pytestmark = pytest.mark.skipif(
    not (case.program("prometheus") and case.program("promtool")),
    reason="skipped, no prometheus and promtool")

NIGHT = ["--since", "2025-06-02T18:00:00Z", "--until", "2025-06-03T06:00:00Z"]
MAIN = ["--match", 'cluster=~"east|west"']


# ---------------------------------------------------------------- what is planted

def changed(series, cluster, keep=lambda labels: True, change=lambda labels: labels):
    """Of west what is told until 21:00 to replica a, as another cluster."""
    made = []
    for one in series:
        labels = one.labels
        early = one.t_ms < at("21:00") * 1000
        if (labels["cluster"], labels["prometheus_replica"]) != ("west", "a") or not (
                early.any() and keep(labels)):
            continue
        labels = change({**labels, "cluster": cluster})
        made.append(pods.Series(labels, one.t_ms[early], one.values[early]))
    return merged(made)


def merged(series):
    """Those that are one by their labels, one after the other or beside each other."""
    found = {}
    for one in series:
        found.setdefault(tuple(sorted(one.labels.items())), []).append(one)
    made = []
    for labels, parts in found.items():
        if len(parts) == 1:
            made += parts
            continue
        samples = {}
        for part in parts:  # a stale marker does not end what another one tells
            for t, v in zip(part.t_ms.tolist(), part.values.tolist()):
                if t not in samples or samples[t] != samples[t]:
                    samples[t] = v
        times = sorted(samples)
        made.append(pods.Series(dict(labels), truth.np.array(times),
                                truth.np.array([samples[t] for t in times])))
    return made


def is_state(labels):
    return labels["__name__"].startswith("kube_")


def without_uid(labels):
    return {key: value for key, value in labels.items() if key != "uid"}


def old_state(labels):
    """kube-state-metrics before its version 2."""
    return labels if labels["__name__"] == "kube_pod_info" else without_uid(labels)


def not_honored(labels):
    """As a scrape without honor_labels has it."""
    if not is_state(labels):
        return labels
    target = {"namespace": "monitoring", "pod": "ksm-0", "container": "ksm", "node": "n2"}
    real = {f"exported_{key}": labels[key] for key in target if key in labels}
    return {**labels, **real, **target}


ODD = {
    "no_state": {"keep": lambda labels: not is_state(labels)},
    "no_usage": {"keep": lambda labels: not labels["__name__"].startswith("container_")},
    "info_only": {"keep": lambda labels: not is_state(labels) or
                  labels["__name__"] in ("kube_pod_info", "kube_node_info")},
    "no_info": {"keep": lambda labels: labels["__name__"] != "kube_pod_info"},
    "old_state": {"change": old_state},
    "no_uid": {"change": without_uid},
    "not_honored": {"change": not_honored},
}


@pytest.fixture(scope="module")
def planted():
    return pods.planted([pods.east(), pods.west()])


@pytest.fixture(scope="module")
def odd(planted):
    return {cluster: changed(planted, cluster, **how) for cluster, how in ODD.items()}


@pytest.fixture(scope="module")
def server(planted, odd, tmp_path_factory):
    with pods.Prometheus(tmp_path_factory.mktemp("prometheus")) as running:
        everything = planted + [one for series in odd.values() for one in series]
        pods.write(Server(running.url), everything)
        yield running


@pytest.fixture(scope="module")
def wanted(planted):
    return truth.expected(planted, pods.SINCE, pods.UNTIL)


@pytest.fixture(scope="module")
def undisturbed(server, tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed") / "data"
    collect(server.url, out)
    return out


def command(url, out, *args):
    window = () if "--since" in args else NIGHT
    match = () if "--match" in args else MAIN
    return ["collect", "--url", url, "-o", str(out), *window, *match, *map(str, args)]


def collect(url, out, *args):
    """The result, as --json has it."""
    done = util.run(*command(url, out, "--json", *args))
    assert done.returncode == 0, f"exit {done.returncode}: {done.stderr}"
    return json.loads(done.stdout)


def collect_odd(url, out, cluster):
    return collect(url, out, "--match", f'cluster="{cluster}"', "--since",
                   "2025-06-02T18:00:00Z", "--until", "2025-06-02T21:00:00Z")


def data(out):
    """The data files and their bytes; the plan and manifest.json tell when they were made."""
    return {path: content for path, content in util.tree(out).items()
            if path.endswith(".parquet") and not path.startswith(".collect")}


def frames(out):
    """What is there of nodes, pods and usage."""
    found = {name: pd.read_parquet(out / f"{name}.parquet") for name in ("nodes", "pods")
             if (out / f"{name}.parquet").exists()}
    days = sorted((out / "pod_usage").glob("*.parquet"))
    if days:
        found["usage"] = pd.concat(map(pd.read_parquet, days), ignore_index=True)
        by = ["cluster", "namespace", "pod", "timestamp"]
        found["usage"] = found["usage"].sort_values(by, kind="stable", ignore_index=True)
    return found


def assert_true(out, series, since, until):
    got, must = frames(out), truth.expected(series, since, until)
    for name, frame in must.items():
        truth.assert_same(got.get(name, frame[:0]), frame)
    assert not set(got) - set(must)


# ---------------------------------------------------------------- the truth

@pytest.mark.parametrize("name", ["nodes", "pods", "usage"])
def test_gives_the_truth_back(undisturbed, wanted, name):
    truth.assert_same(frames(undisturbed)[name], wanted[name])


def test_files_are_sorted_and_of_one_day(undisturbed):
    for name, keys in (("nodes", truth.POD[:1] + ("node", "valid_from")),
                       ("pods", truth.POD + ("valid_from",))):
        rows = pd.read_parquet(undisturbed / f"{name}.parquet")[list(keys)]
        rows = rows.apply(tuple, axis=1).tolist()
        assert rows == sorted(rows) and len(rows) == len(set(rows))
    for path in sorted((undisturbed / "pod_usage").iterdir()):
        frame = pd.read_parquet(path)
        rows = frame[["cluster", "namespace", "pod", "timestamp"]].apply(tuple, axis=1)
        assert rows.tolist() == sorted(set(rows))
        assert set(frame["timestamp"].dt.strftime("%Y-%m-%d")) == {path.stem}


def test_types(undisturbed):
    import pyarrow.parquet as pq

    kinds = {"unschedulable": "bool"}
    kinds |= {name: "timestamp[us]" for name in truth.TIMES}
    numbers = ("allocatable_cpu", "allocatable_memory", "allocatable_pods", "capacity",
               "cpu_", "memory_", "oom", "restarts")
    for path in (undisturbed / "nodes.parquet", undisturbed / "pods.parquet",
                 undisturbed / "pod_usage/2025-06-02.parquet"):
        for field in pq.read_schema(path):
            kind = kinds.get(field.name, "double" if field.name.startswith(numbers)
                             else "string")
            assert str(field.type).replace("large_", "") == kind, (path.name, field)


def test_a_node_that_came_before_its_exporter(undisturbed):
    """There was no row when the address changed hands."""
    samples = pd.concat(map(pd.read_parquet, sorted((undisturbed / "samples").iterdir())))
    times = samples[samples["cluster"] == "east"].groupby("node")["timestamp"]
    assert times.max()["n4"].strftime("%H:%M") == "22:41"
    assert times.min()["n4b"].strftime("%H:%M") == "22:47"


# What was planted, by hand: that the reference and the program are not wrong together.

def rows_of(undisturbed, pod, cluster="east"):
    frame = frames(undisturbed)["pods"]
    frame = frame[(frame["pod"] == pod) & (frame["cluster"] == cluster)].astype(object)
    return frame.where(frame.notna(), None).to_dict("records")


def hours(row):
    return tuple(row[key].strftime("%H:%M") for key in ("valid_from", "valid_until"))


def test_lives(undisturbed):
    agent = rows_of(undisturbed, "agent-n1")  # over midnight one row, over the hole two
    assert [hours(row) for row in agent] == [("18:00", "02:35"), ("03:15", "06:00")]
    assert {row["owner_kind"] for row in agent} == {"DaemonSet"}
    first, last = [[row for row in rows_of(undisturbed, "db-0") if row["node"] == node]
                   for node in ("n1", "n2")]
    assert [hours(row) for row in first] == [("18:00", "20:25")]
    assert last[0]["valid_from"].strftime("%H:%M") == "20:20"
    assert len({row["uid"] for row in first + last}) == 2
    small, large, *_ = rows_of(undisturbed, "cache-0")
    assert (hours(small)[1], small["cpu_request_cores"]) == ("21:15", 0.5)
    assert (hours(large)[0], large["cpu_request_cores"]) == ("21:15", 1.5)
    waits, runs, *_ = rows_of(undisturbed, "train-z")
    assert (waits["node"], waits["phase"], runs["node"]) == (None, "Pending", "n3")
    assert json.loads(runs["other_requests"]) == {"nvidia_com_gpu": 2}
    load = rows_of(undisturbed, "load-once-q")[-1]
    assert (load["phase"], hours(load)[1]) == ("Succeeded", "23:25")
    assert load["finished"] == pd.Timestamp(at("20:22:30"), unit="s")
    assert (load["owner_kind"], load["owner_name"]) == ("Job", "load-once")
    (debug,) = {row["owner_kind"] for row in rows_of(undisturbed, "debug")}
    assert debug is None
    (own,) = {row["owner_kind"] for row in rows_of(undisturbed, "kube-apiserver-n1")}
    assert own == "Node"


def test_short_pods(undisturbed):
    frame = frames(undisturbed)["pods"]
    ticks = frame[frame["pod"].str.startswith("tick-")]
    born = [at("18:30") + n * 1847 for n in range(20)]
    born = [t for t in born if t < pods.HOLE[0] - 300 or pods.HOLE[1] < t < pods.UNTIL]
    assert ticks["pod"].nunique() >= len(born) - 1
    assert set(ticks["owner_kind"]) == {"CronJob"} and set(ticks["owner_name"]) == {"tick"}
    lived = (ticks.groupby("pod")["valid_until"].max()
             - ticks.groupby("pod")["valid_from"].min()).dt.total_seconds()
    assert set(lived) <= {300.0, 600.0} and (lived == 300).sum() > 5


def counts_of(undisturbed, pod, column):
    frame = frames(undisturbed)["usage"]
    mine = frame[(frame["pod"] == pod) & (frame[column] != 0)]
    return {when.strftime("%H:%M"): value for when, value in zip(
        mine["timestamp"], mine[column].astype(object).where(mine[column].notna(), None))}


def test_restarts_and_kills(undisturbed):
    assert counts_of(undisturbed, "flaky-1-p", "restarts") == {
        "18:00": 1, "18:05": 1, "19:25": 1, "22:35": 3, "23:30": 1, "00:00": 1,
        "00:05": 2, "03:15": None, "04:15": 2}
    assert counts_of(undisturbed, "hungry", "restarts") == {
        "19:45": 1, "20:55": 1, "21:00": 1, "22:25": 1, "00:05": 1, "00:35": 2,
        "03:15": None}
    assert counts_of(undisturbed, "hungry", "oom_kills") == {
        "20:55": 1, "21:00": 1, "00:05": 1, "00:35": 2, "03:15": None}


def test_a_container_that_is_new_is_not_counted_twice(undisturbed):
    frame = frames(undisturbed)["usage"]
    mine = frame[(frame["pod"] == "flaky-1-p") & (frame["timestamp"] == pd.Timestamp(
        at("22:35"), unit="s"))]
    (held,) = mine["memory_working_set_bytes"]
    # 4 starts of app before, each 1e8 more, and proxy; both are told until 22:33:20
    assert 4.8 * 1e8 + 1.6e8 * 2 < held < 1.2 * (5e8 + 4e8)
    assert mine["cpu_usage_cores"].item() < 0.4


def test_the_manifest_lists_all(undisturbed):
    manifest = util.read_json(undisturbed / "manifest.json")
    listed = {file["path"]: file for file in manifest["files"]}
    assert set(listed) == set(data(undisturbed))
    for path, content in data(undisturbed).items():
        assert listed[path]["bytes"] == len(content)
        assert listed[path]["sha256"] == hashlib.sha256(content).hexdigest()
        assert listed[path]["rows"] == len(pd.read_parquet(undisturbed / path))
    assert manifest["left_out"] == [] and manifest["warnings"] == []
    assert {item["metric"] for item in manifest["not_exported"]} == {
        "node_cpu_seconds_total", "node_memory_MemAvailable_bytes", "node_load5",
        "node_load15", "node_filesystem_avail_bytes", "node_network_receive_bytes_total",
        "node_network_transmit_bytes_total", "node_disk_read_bytes_total",
        "node_disk_written_bytes_total"}


def test_analyze_reads_it(undisturbed, tmp_path):
    found = util.analyze(undisturbed, tmp_path / "report")
    assert found["quality"]["nodes"] == 7  # of both clusters
    assert {file["verified"] for file in found["input"]["files"]} == {True}


# ---------------------------------------------------------------- the same again

def test_the_same_bytes_again(server, undisturbed, tmp_path):
    said = collect(server.url, tmp_path / "out", "--max-concurrency", 5)
    assert data(tmp_path / "out") == data(undisturbed)
    again = collect(server.url, tmp_path / "out")
    assert again["requests"] == 0
    for key in ("nodes_rows", "pods_rows", "pod_usage_rows", "rows"):
        assert again[key] == said[key] > 0


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_moment(server, undisturbed, tmp_path, seed):
    out = tmp_path / "out"
    process = subprocess.Popen(
        [util.HINDCAST, *command(server.url, out, "--quiet")])
    time.sleep(random.Random(seed).uniform(0.05, 0.9) * util.SLOWER)
    process.send_signal(signal.SIGKILL)
    process.wait()
    collect(server.url, out)
    assert data(out) == data(undisturbed)


def test_later_days_are_added_and_the_last_one_completed(server, undisturbed, tmp_path):
    out, since = tmp_path / "out", ["--since", "2025-06-02T18:00:00Z", "--until"]
    first = collect(server.url, out, *since, "2025-06-02T20:19:00Z")
    assert first["pods_rows"] > 0 and not (out / "pod_usage/2025-06-03.parquet").exists()
    collect(server.url, out, *since, "2025-06-03T02:50:00Z")
    collect(server.url, out, *since, "2025-06-03T06:00:00Z")
    assert data(out) == data(undisturbed)


def test_a_file_that_is_gone_is_made_again(server, undisturbed, tmp_path):
    out = tmp_path / "out"
    for name, asked in (("pods.parquet", False), ("pod_usage/2025-06-02.parquet", True)):
        shutil.copytree(undisturbed, out)
        (out / name).unlink()
        assert bool(collect(server.url, out)["requests"]) == asked
        assert data(out) == data(undisturbed)
        shutil.rmtree(out)


def test_match_takes_one_cluster(server, wanted, tmp_path):
    collect(server.url, tmp_path / "out", "--match", 'cluster="west"')
    for name, frame in frames(tmp_path / "out").items():
        west = wanted[name][wanted[name]["cluster"] == "west"].reset_index(drop=True)
        truth.assert_same(frame, west)


def test_no_pods(server, undisturbed, tmp_path):
    out = tmp_path / "out"
    said = collect(server.url, out, "--no-pods")
    assert said["pods_rows"] == said["nodes_rows"] == said["pod_usage_rows"] == 0
    samples = {path: content for path, content in data(undisturbed).items()
               if path.startswith("samples/")}
    assert data(out) == samples and not (out / "pod_usage").exists()
    manifest = util.read_json(out / "manifest.json")
    assert not [item for item in manifest["not_exported"] + manifest["left_out"]
                if not item["metric"].startswith("node_")]
    done = util.run(*command(server.url, undisturbed, "--no-pods"))
    assert done.returncode == 2 and "--no-pods" in done.stderr


# ---------------------------------------------------------------- ranges and steps

@pytest.mark.parametrize("step, since, until, first, end", [
    (60, "20:03:10", "20:21:40", "20:03:10", "20:21:40"),
    (7, "23:40", "00:20", "23:40", "00:20"),  # 7 divides neither 300 nor a day
    (3600, "20:00", "22:40", "20:00", "22:40"),
    (420, "23:31", "00:31", "23:34", "00:31"),
    (86400, "00:00", "01:30", "00:00", "01:30"),
    (60, "20:01", "20:04", "20:01", "20:04"),  # no moment of pods
], ids=["mid-grid", "7 s", "an hour", "7 min", "a day", "too short"])
def test_any_range_and_step(server, planted, tmp_path, step, since, until, first, end):
    out = tmp_path / "out"
    iso = [pd.Timestamp(at(clock), unit="s").isoformat() + "Z" for clock in (since, until)]
    collect(server.url, out, "--step", step, "--since", iso[0], "--until", iso[1])
    aligned = -(-at(first) // step) * step  # the range begins on the grid of the step
    assert_true(out, planted, aligned, at(end))
    for path in (out / "pod_usage").glob("*.parquet"):
        days = pd.read_parquet(path)["timestamp"].dt.strftime("%Y-%m-%d")
        assert set(days) == {path.stem}


def test_a_day_that_goes_on_with_a_long_step(server, planted, tmp_path):
    """What was still to come at first is asked for later."""
    out, since = tmp_path / "out", ["--step", 86400, "--since", "2025-06-03T00:00:00Z"]
    collect(server.url, out, *since, "--until", "2025-06-03T01:00:00Z")
    assert_true(out, planted, at("00:00"), at("01:00"))
    collect(server.url, out, *since, "--until", "2025-06-04T00:30:00Z")
    got = frames(out)["usage"]["timestamp"]
    assert got.min() == pd.Timestamp(at("00:00"), unit="s")
    assert got.max() >= pd.Timestamp(pods.UNTIL, unit="s")


# ---------------------------------------------------------------- other servers

def not_asked(out, key):
    return {item["query"] for item in util.read_json(out / "manifest.json")[key]}


@pytest.mark.parametrize("cluster", ["no_state", "no_usage", "info_only", "old_state",
                                     "no_uid"])
def test_what_a_server_has(server, odd, tmp_path, cluster):
    out = tmp_path / "out"
    collect_odd(server.url, out, cluster)
    assert_true(out, odd[cluster], at("18:00"), at("21:00"))
    there = {"no_state": {"usage"}, "no_usage": {"nodes", "pods"}}
    assert set(frames(out)) == there.get(cluster, {"nodes", "pods", "usage"})
    metrics = {one.labels["__name__"] for one in odd[cluster]}
    lacking = util.read_json(out / "manifest.json")["not_exported"]
    assert not metrics & {item["metric"] for item in lacking}
    if cluster == "no_state":
        assert {"pod", "node", "pod_restarts"} <= not_asked(out, "not_exported")
    if cluster == "no_usage":
        assert "pod_memory" in not_asked(out, "not_exported")
        assert not_asked(out, "left_out") == {"pod_restarts"}


def test_without_what_says_that_pods_are_there(server, odd, tmp_path):
    out = tmp_path / "out"
    collect_odd(server.url, out, "no_info")
    assert set(frames(out)) == {"nodes", "usage"}
    assert not_asked(out, "not_exported") >= {"pod"}
    assert not_asked(out, "left_out") >= {"pod_phase", "pod_requests", "replicaset_owner"}
    assert frames(out)["usage"]["uid"].isna().all()


def test_scraped_without_honor_labels(server, odd, tmp_path):
    """All pods would be one: they are left out, and that is said."""
    out = tmp_path / "out"
    window = ["--since", "2025-06-02T18:00:00Z", "--until", "2025-06-02T21:00:00Z"]
    match = ["--match", 'cluster="not_honored"']
    done = util.run(*command(server.url, out, *window, *match))
    assert done.returncode == 0
    for text in ("no pods.parquet", "exported_namespace", "no nodes.parquet",
                 "exported_node", "honor_labels"):
        assert text in done.stderr
    assert set(frames(out)) == {"usage"}
    usage = [one for one in odd["not_honored"] if not is_state(one.labels)]
    assert_true(out, usage, at("18:00"), at("21:00"))
    assert not_asked(out, "left_out") >= {"pod", "node", "node_info", "pod_restarts"}
    # those who ask for nothing of the kind are left alone
    said = collect(server.url, tmp_path / "other", "--dry-run")
    assert said["renamed_labels"] == []
    said = collect_odd(server.url, out.with_name("rest"), "not_honored\",exported_node=\"")
    assert said["pods_rows"] == said["nodes_rows"] == 0
