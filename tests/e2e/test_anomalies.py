"""Anomalies through analyze: planted events, false alarms, ways of reading, what is left out."""
import numpy as np
import pandas as pd
import pytest

from test_figures import needs_gnuplot, picture
from util import analyze, needs, read_json, run

START = np.datetime64("2025-06-02T00:00:00")  # a Monday


def overlap(event, burst):
    return (event["node"] == burst["node"] and event["start"] < burst["end"]
            and event["end"] >= burst["start"])


# ---- what synth plants ----------------------------------------------------------------

def deviation(samples):
    """Of CPU about its median of the hour of the week, within hours too: usual.h's floor."""
    cpu = samples.set_index("timestamp").sort_index().cpu_usage_rate
    hours = cpu[(cpu >= 0) & (cpu <= 1)].resample("h")
    mean, within = hours.mean(), hours.var(ddof=0)
    off = mean - mean.groupby(mean.index.day_of_week * 24 + mean.index.hour).transform("median")
    return np.sqrt((off ** 2).mean() + within.mean())


def planted(folder, seed):
    """Each burst with its height in deviations, and the events of its node at the time."""
    made = run("synth", "-o", folder / "data", "--nodes", 20, "--days", 60, "--step", 300,
               "--seed", seed, "--no-pods", "--quiet")
    assert made.returncode == 0, made.stderr
    told = analyze(folder / "data", folder / "report")["anomalies"]
    assert told["total"] == len(told["events"])
    samples = pd.concat(map(pd.read_parquet, (folder / "data/samples").glob("*.parquet")))
    for burst in read_json(folder / "data/truth.json")["bursts"]:
        height = burst["height"] / deviation(samples[samples.node == burst["node"]])
        yield burst, height, [event for event in told["events"] if overlap(event, burst)]


def near(a, b):
    return abs(pd.Timestamp(a) - pd.Timestamp(b)) <= pd.Timedelta("10min")


def test_bursts_are_found(tmp_path):
    """Of 20 to 90 minutes; docs/method/anomalies.md states the power."""
    needs("synth")
    bursts = [each for seed in (1, 2, 3) for each in planted(tmp_path / str(seed), seed)]
    high = [(burst, hits) for burst, height, hits in bursts if height >= 7]
    found = [(burst, max(hits, key=lambda hit: hit["n"])) for burst, hits in high if hits]
    assert (len(bursts), len(high)) == (72, 18)
    assert len(found) >= 12
    for burst, event in found:
        assert near(event["start"], burst["start"]) and near(event["end"], burst["end"])
        assert "cpu_usage_rate" in [column["gauge"] for column in event["columns"]]


# ---- made by hand ---------------------------------------------------------------------

def frame(nodes=6, days=21, step_s=600, seed=4):
    """Alike weeks with noise; three nodes have an event of 40 minutes at once, one alone."""
    random = np.random.default_rng(seed)
    times = START + np.arange(0, days * 86400, step_s).astype("timedelta64[s]")
    hour = np.arange(len(times)) * step_s / 3600
    rows = []
    for k in range(nodes):
        cpu = 0.3 + 0.1 * np.cos((hour - 14) * np.pi / 12) + random.normal(0, 0.02, len(times))
        load = 20 * cpu + random.normal(0, 0.3, len(times))
        for day, first in [(15, 60)] * (k < 5) + [(9, 100)] * (k == 5):
            at = day * 86400 // step_s + first
            cpu[at:at + 4] += 0.5
            load[at:at + 4] += 9
        rows.append(pd.DataFrame({"timestamp": times, "node": f"n{k}", "cpu_usage_rate": cpu,
                                  "memory_usage": random.normal(0.5, 0.01, len(times)),
                                  "load_1m": load}))
    return pd.concat(rows, ignore_index=True)


def told_of(events):
    return [(event["node"], event["start"], event["end"], event["n"], event["fleet"],
             [column["gauge"] for column in event["columns"]]) for event in events]


def same(a, b):
    """But for the last digits of what is usual: cells are merged in another order."""
    assert told_of(a["events"]) == told_of(b["events"])
    for key in ("total", "n", "nodes_known", "fleet", "first_day", "days"):
        assert a[key] == b[key], key
    assert np.allclose([event["score"] for event in a["events"]],
                       [event["score"] for event in b["events"]], rtol=1e-9)
    assert np.allclose([[v or 0 for v in row] for row in a["map"]],
                       [[v or 0 for v in row] for row in b["map"]], rtol=1e-9)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("anomalies")
    table = frame()
    table.to_parquet(folder / "data.parquet")
    return folder, table, analyze(folder / "data.parquet", folder / "report")


def test_events_are_the_planted_ones(made):
    told = made[2]["anomalies"]
    assert told["status"] == "ok" and told["total"] == 6
    assert {event["node"] for event in told["events"]} == {f"n{k}" for k in range(6)}
    for event in told["events"]:
        alone = event["node"] == "n5"
        assert event["start"] == ("2025-06-11T16:40:00Z" if alone else "2025-06-17T10:00:00Z")
        assert event["end"] == ("2025-06-11T17:10:00Z" if alone else "2025-06-17T10:30:00Z")
        assert event["n"] == 4 and event["fleet"] == (None if alone else 0)
        assert sorted(c["gauge"] for c in event["columns"]) == ["cpu_usage_rate", "load_1m"]
        for column in event["columns"]:
            assert column["value"] > column["usual"] + (0.3 if "cpu" in column["gauge"] else 6)
    (fleet,) = told["fleet"]
    assert (fleet["nodes"], fleet["events"]) == (5, 5)
    assert (fleet["start"], fleet["end"]) == ("2025-06-17T10:00:00Z", "2025-06-17T11:00:00Z")


def test_statements_and_metrics_are_the_sections(made):
    folder, _, findings = made
    said = {s["id"]: s for s in findings["findings"]}
    told = findings["anomalies"]
    assert (said["anomalies.events"]["value"], said["anomalies.events"]["n"]) == (6, told["n"])
    assert (said["anomalies.fleet"]["value"], said["anomalies.fleet"]["n"]) == (5, 6)
    metrics = read_json(folder / "report/run.json")["metrics"]
    assert (metrics["anomalies.events"], metrics["anomalies.fleet"],
            metrics["anomalies.nodes"]) == (6, 1, 6)


def test_table_has_the_events(made):
    folder, _, findings = made
    table = pd.read_csv(folder / "report/tables/anomalies.csv")
    events = findings["anomalies"]["events"]
    assert table.node.tolist() == [event["node"] for event in events]
    assert table.start.tolist() == [event["start"] for event in events]
    assert np.allclose(table.score, [event["score"] for event in events], rtol=0, atol=0)
    assert table["columns"].tolist() == [
        ";".join(c["gauge"] for c in event["columns"]) for event in events]


@needs_gnuplot
def test_picture_has_nodes_and_days(made, tmp_path):
    folder, _, _ = made
    analyze(folder / "data.parquet", tmp_path / "r", figures=True)
    shown = picture(tmp_path / "r", "anomalies")
    for k in range(6):
        assert shown.says(f"n{k}")
    assert shown.says("Many nodes at once") and shown.says("9 Jun")
    assert shown.says("6 events in 6 of 6 nodes")


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_threads_do_not_matter(made, tmp_path, threads):
    folder, _, findings = made
    again = analyze(folder / "data.parquet", tmp_path / "r", "--threads", threads)
    same(findings["anomalies"], again["anomalies"])


def write(kind, table, folder):
    """The same rows: by time, in any order, cut into files, as text, with rows twice."""
    data = folder / "data"
    data.mkdir()
    if kind == "by time":
        table.sort_values(["timestamp", "node"]).to_parquet(data / "a.parquet")
    elif kind == "shuffled":
        table.sample(frac=1, random_state=1).to_parquet(data / "a.parquet")
    elif kind == "split":
        for day, part in table.groupby(table.timestamp.dt.day % 5):
            part.to_parquet(data / f"{9 - day}.parquet", row_group_size=1000)
    elif kind == "csv":
        table.to_csv(data / "a.csv", index=False)
    elif kind == "json lines":
        table.assign(timestamp=table.timestamp.dt.strftime("%Y-%m-%dT%H:%M:%SZ")).to_json(
            data / "a.jsonl", orient="records", lines=True, double_precision=15)
    else:
        pd.concat([table, table[100:200]]).to_parquet(data / "a.parquet")
    return data


@pytest.mark.parametrize("kind", ["by time", "shuffled", "split", "csv", "json lines", "twice"])
def test_files_do_not_matter(made, tmp_path, kind):
    data = write(kind, made[1], tmp_path)
    more = ["--dedup"] if kind == "twice" else []
    same(made[2]["anomalies"], analyze(data, tmp_path / "r", *more)["anomalies"])


def test_standard_input_is_read_twice(made, tmp_path):
    made[1].to_csv(tmp_path / "d.csv", index=False)
    with open(tmp_path / "d.csv") as rows:
        done = run("analyze", "-", "-o", tmp_path / "r", "--quiet", "--no-html", "--no-figures",
                   stdin=rows)
    assert done.returncode == 0, done.stderr
    same(made[2]["anomalies"], read_json(tmp_path / "r/findings.json")["anomalies"])


def test_clusters_are_apart(made, tmp_path):
    """Nodes of the same name in two clusters: events are each one's own."""
    table = pd.concat([made[1].assign(cluster="a"),
                       frame(seed=9).assign(cluster="b")[lambda t: t.node != "n5"]])
    table.to_parquet(tmp_path / "d.parquet")
    told = analyze(tmp_path / "d.parquet", tmp_path / "r")["anomalies"]
    assert told["total"] == 11
    assert [e["cluster"] for e in told["events"] if e["node"] == "n5"] == ["a"]


def test_zone_moves_hours_and_days(made, tmp_path):
    told = analyze(made[0] / "data.parquet", tmp_path / "r", "--timezone",
                   "Asia/Kolkata")["anomalies"]
    assert {event["offset_s"] for event in told["events"]} == {19800}
    assert told["total"] == 6


# ---- where nothing is said ------------------------------------------------------------

def test_left_out_on_request(made, tmp_path):
    folder, _, findings = made
    without = analyze(folder / "data.parquet", tmp_path / "r", "--no-anomalies")
    told = without["anomalies"]
    assert (told["status"], told["reason"]) == ("not_available", "left out by --no-anomalies")
    assert not told["events"] and not told["nodes"] and told["n"] == 0
    for key in findings:
        if key not in ("anomalies", "findings", "generated_at", "input"):
            assert findings[key] == without[key], key
    shown = run("show", tmp_path / "r", "anomalies")
    assert "left out by --no-anomalies" in shown.stdout


@pytest.mark.parametrize("change, reason", [
    (lambda t: t[t.timestamp < "2025-06-15"], "less than two weeks of history"),
    (lambda t: t.assign(cpu_usage_rate=0.25, memory_usage=0.5, load_1m=1.0),
     "every gauge of every node is constant"),
    (lambda t: t[(t.timestamp < "2025-06-09") | (t.timestamp > "2025-06-21")],
     "no gauge of a node has 336 hours with a value"),
])
def test_little_says_nothing(made, tmp_path, change, reason):
    change(made[1]).to_parquet(tmp_path / "d.parquet")
    told = analyze(tmp_path / "d.parquet", tmp_path / "r")["anomalies"]
    assert (told["status"], told["reason"]) == ("not_enough_data", reason)
    assert not told["events"] and told["total"] == 0


def test_show_reads_it_back(made):
    shown = run("show", made[0] / "report", "anomalies").stdout
    assert "6 events in 6 of 6 nodes" in shown
    assert shown.count("2025-06-17 10:00") == 1 and "2025-06-11 16:40" in shown  # once, not 5 times
    assert "n5" in shown and "n4" not in shown


# ---- false alarms, and power ---------------------------------------------------------------------

def noise(nodes, days, step_s, gauges, phi, seed):
    """A series a node and gauge: an autoregression of deviation 1 % about a day's wave."""
    random = np.random.default_rng(seed)
    n = days * 86400 // step_s
    day = 86400 / step_s
    wave = 0.1 * np.cos(np.arange(n) / day * 2 * np.pi)
    columns = {}
    for gauge in gauges:
        x = random.normal(0, 1, (n, nodes))
        for i in range(1, n if phi else 0):
            x[i] = phi * x[i - 1] + np.sqrt(1 - phi * phi) * x[i]
        columns[gauge] = (0.4 + wave[:, None] + 0.01 * x).T.ravel()
    times = START + np.arange(0, days * 86400, step_s).astype("timedelta64[s]")
    return pd.DataFrame({"timestamp": np.tile(times, nodes),
                         "node": np.repeat([f"n{k:04}" for k in range(nodes)], n), **columns})


# step, days, gauges, autoregression; nodes with any event at most, in 1,000
ALARMS = [
    (3600, 30, ["cpu_usage_rate"], 0, 60),
    (3600, 91, ["cpu_usage_rate"], 0, 20),
    (3600, 91, ["cpu_usage_rate"], 0.8, 20),
    (600, 30, ["cpu_usage_rate", "memory_usage", "disk_usage"], 0, 5),
    (600, 30, ["cpu_usage_rate", "memory_usage", "disk_usage"], 0.8, 5),
]


def check_alarms(folder, runs, step_s, days, gauges, phi, most):
    noise(runs, days, step_s, gauges, phi, 11).to_parquet(folder / "d.parquet")
    told = analyze(folder / "d.parquet", folder / "r")["anomalies"]
    assert told["status"] == "ok" and told["nodes_known"] == runs
    assert len(told["nodes"]) <= most, len(told["nodes"])
    assert told["total_fleet"] == 0
    return len(told["nodes"])


@pytest.mark.long
@pytest.mark.parametrize("step_s, days, gauges, phi, most", ALARMS)
def test_false_alarms_in_1000_runs(tmp_path, record_property, step_s, days, gauges, phi, most):
    alarms = check_alarms(tmp_path, 1000, step_s, days, gauges, phi, most)
    record_property("note", f"anomalies: {alarms} of 1,000 nodes of noise have an event ({days} "
                    f"days, {step_s} s, {len(gauges)} gauges, phi {phi})")


@pytest.mark.parametrize("step_s, days, gauges, phi, most", ALARMS[:2])
def test_false_alarms_in_100_runs(tmp_path, step_s, days, gauges, phi, most):
    check_alarms(tmp_path, 100, step_s, days, gauges, phi, most // 10 + 5)


def power(folder, gauges, off, height):
    """Share of 60 nodes whose 40 minutes of so many gauges off are found, to the sample."""
    nodes, days = 60, 21
    table, n = noise(nodes, days, 600, gauges, 0, 5), days * 144
    at = np.random.default_rng(3).integers(0, n - 4, nodes)
    for gauge in gauges[:off]:
        x = table[gauge].to_numpy().copy()
        for k in range(nodes):
            x[k * n + at[k]:k * n + at[k] + 4] += 0.01 * height
        table[gauge] = x
    table.to_parquet(folder / "d.parquet")
    told = analyze(folder / "d.parquet", folder / "r")["anomalies"]
    begin = {f"n{k:04}": str(START + np.timedelta64(600 * int(at[k]), "s")) + "Z"
             for k in range(nodes)}
    right = [event for event in told["events"] if near(event["start"], begin[event["node"]])]
    assert len(right) >= 0.9 * told["total"]
    return len({event["node"] for event in right}) / nodes


SIX = ["cpu_usage_rate", "memory_usage", "disk_usage", "cpu_iowait", "cpu_steal", "load_1m"]


@pytest.mark.parametrize("gauges, off, height, least", [
    (1, 1, 6, 0.85), (3, 1, 12, 0.95), (3, 2, 7, 0.75), (6, 1, 15, 0.85), (6, 3, 8, 0.75),
    (6, 6, 6, 0.9)])
def test_power_is_as_stated(tmp_path, gauges, off, height, least):
    assert power(tmp_path, SIX[:gauges], off, height) >= least
