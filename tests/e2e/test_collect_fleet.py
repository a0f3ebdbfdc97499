"""`hindcast collect`, and `analyze` behind it, over a fleet of which all is known: two days
of three nodes, and a month of twenty with `make check-long`.

Every number of every row is computed here from the planted samples, for whole columns at a
time; some thousand of them once more one by one, by prometheus_case's rate and latest.
"""
import json
import math

import numpy as np
import pandas as pd
import prometheus_case as case
import prometheus_fleet as planted
import pytest
import util

pytestmark = pytest.mark.skipif(
    not planted.there(), reason="skipped, no prometheus and promtool")

SCRAPE = 30
FLEETS = [planted.Fleet(nodes=3, days=2, scrape_s=SCRAPE),
          planted.Fleet(nodes=20, days=30, scrape_s=SCRAPE)]
WINDOW = 4 * SCRAPE
POINTS = 250  # of a node, looked at one by one
CACHE = util.ROOT / "build" / "bench"
RATES = {"network_rx_bytes": "node_network_receive_bytes_total",
         "network_tx_bytes": "node_network_transmit_bytes_total",
         "disk_read_bytes": "node_disk_read_bytes_total",
         "disk_write_bytes": "node_disk_written_bytes_total"}
GAUGES = {"load_1m": "node_load1", "load_5m": "node_load5", "load_15m": "node_load15",
          "memory_total": "node_memory_MemTotal_bytes",
          "memory_available": "node_memory_MemAvailable_bytes"}


def grid(fleet):
    """Times of rows, here and below in seconds since the start."""
    return np.arange(0, fleet.days * planted.DAY, SCRAPE)


# ---------------------------------------------------------------- whole columns

def latest(at, values, t):
    i = np.searchsorted(at, t, "right") - 1
    there = (i >= 0) & (at[np.maximum(i, 0)] >= t - planted.LOOKBACK)
    return np.where(there, values[np.maximum(i, 0)], np.nan)


def rate(at, values, t):
    """As prometheus_case.rate, for all moments at once."""
    low, behind = np.searchsorted(at, t - WINDOW), np.searchsorted(at, t, "right")
    enough = behind - low >= 2
    low, high = np.where(enough, low, 0), np.where(enough, behind - 1, 1)
    falls = np.concatenate(([0], np.cumsum(np.where(np.diff(values) < 0, values[:-1], 0))))
    grown = values[high] - values[low] + falls[high] - falls[low]
    covered = at[high] - at[low]
    mean = covered / (high - low)
    before, after = at[low] - (t - WINDOW), t - at[high]
    with np.errstate(divide="ignore", invalid="ignore"):
        to_zero = np.where(grown > 0, covered * values[low] / grown, np.inf)
    before = np.minimum(before, to_zero)
    total = covered + np.where(before < mean * 1.1, before, mean / 2)
    total += np.where(after < mean * 1.1, after, mean / 2)
    return np.where(enough, grown * (total / covered) / WINDOW, np.nan)


class Node:
    """The samples of an instance that count, and its columns by two ways to read a series."""

    def __init__(self, fleet, instance):
        self.fleet, self.instance, self.series = fleet, instance, {}
        for series in fleet.series(instance):
            if series.counts:
                self.series.setdefault(series.metric, []).append(
                    (series, *fleet.samples(series, instance)))

    def of(self, metric, read, t, keep=lambda series: True):
        return [read(at, values, t) for series, at, values in self.series[metric]
                if keep(series)]

    def columns(self, last, rate_of, t, fullest, least):
        def rates(metric, *modes):
            return sum(self.of(metric, rate_of, t, lambda series: not modes
                               or series.label("mode") in modes))

        def gauge(metric):
            return self.of(metric, last, t)[0]

        cpu = "node_cpu_seconds_total"
        cores = sum(0 * seen + 1 for seen in
                    self.of(cpu, last, t, lambda series: series.label("mode") == "idle"))
        free, size = (self.of(f"node_filesystem_{what}_bytes", last, t)
                      for what in ("avail", "size"))
        found = {name: gauge(metric) for name, metric in GAUGES.items()}
        return found | {
            "cpu_usage_rate": least(1 - rates(cpu, *planted.NOT_BUSY) / cores),
            "cpu_cores": cores, "cpu_iowait": rates(cpu, "iowait") / cores,
            "cpu_steal": rates(cpu, "steal") / cores,
            "memory_usage": 1 - found["memory_available"] / found["memory_total"],
            "disk_usage": fullest([1 - a / b for a, b in zip(free, size)]),
            **{name: rates(metric) for name, metric in RATES.items()}}

    def table(self):
        """Rows of the grid that have any number, with the name of the node."""
        t = grid(self.fleet)
        frame = pd.DataFrame(self.columns(latest, rate, t, lambda of: np.max(of, axis=0),
                                          lambda value: np.maximum(value, 0)))
        frame.insert(0, "t", t)
        frame.insert(1, "node", self.names(t))
        return frame[frame[util.GAUGES].notna().any(axis=1)]

    def names(self, t):
        names = np.full(len(t), self.instance.names[0][1], object)
        for first, name in self.instance.names[1:]:
            scrapes, at = self.fleet.seen(self.instance)
            names[t >= at[scrapes >= first][0]] = name
        return names

    def at(self, t):
        """The columns at one moment, by the slow way."""
        def by_rate(at, values, moment):
            return case.rate(at, values, moment, WINDOW)

        return self.columns(case.latest, by_rate, t, max,
                            lambda value: value if math.isnan(value) else max(value, 0.0))


# ---------------------------------------------------------------- collected

@pytest.fixture(scope="module", ids=lambda fleet: f"{fleet.nodes}x{fleet.days}", params=[
    FLEETS[0], pytest.param(FLEETS[1], marks=pytest.mark.long)])
def fleet(request):
    return request.param


@pytest.fixture(scope="module")
def collected(fleet, tmp_path_factory):
    kept = fleet is not FLEETS[0]  # what takes minutes is filled once
    blocks = planted.filled(fleet, CACHE if kept else tmp_path_factory.mktemp("blocks"))
    out = tmp_path_factory.mktemp("fleet") / "data"
    end = pd.Timestamp(fleet.end, unit="s").isoformat()
    with planted.serving(blocks) as server:
        done = util.run("collect", "--url", server.url, "-o", out, "--since", "2025-06-01",
                        "--until", end, "--step", SCRAPE, "--json", timeout=1200)
    assert done.returncode == 0, done.stderr
    return out, json.loads(done.stdout)


@pytest.fixture(scope="module")
def rows(collected):
    frame = pd.concat([pd.read_parquet(path) for path in
                       sorted((collected[0] / "samples").glob("*.parquet"))])
    when = frame["timestamp"].astype("datetime64[us]").astype("int64") // 10**6
    return frame.assign(t=when - planted.START).drop(columns="timestamp").sort_values(
        ["node", "t"], ignore_index=True)


@pytest.fixture(scope="module")
def nodes(fleet):
    return [Node(fleet, instance) for instance in fleet.instances]


@pytest.fixture(scope="module")
def expected(nodes):
    frame = pd.concat([node.table() for node in nodes])
    return frame.sort_values(["node", "t"], ignore_index=True)


def test_every_row_and_number(rows, expected):
    assert len(rows) == len(expected)
    assert (rows["node"].to_numpy() == expected["node"].to_numpy()).all()
    assert (rows["t"].to_numpy() == expected["t"].to_numpy()).all()
    for name in util.GAUGES:
        np.testing.assert_allclose(rows[name].to_numpy(), expected[name].to_numpy(),
                                   rtol=1e-9, atol=1e-12, err_msg=name)


def test_numbers_one_by_one(fleet, nodes, rows):
    rng = np.random.default_rng(1)
    there = {name: part.set_index("t") for name, part in rows.groupby("node")}
    looked = 0
    for node in nodes:
        moments = rng.choice(grid(fleet), POINTS, replace=False)
        for t, name in zip(moments.tolist(), node.names(moments)):
            column = str(rng.choice(util.GAUGES))
            wanted = node.at(t)[column]
            found = there[name][column].get(t, math.nan)
            assert math.isnan(wanted) == math.isnan(found), (name, t, column)
            assert math.isnan(wanted) or math.isclose(
                found, wanted, rel_tol=1e-9, abs_tol=1e-12), (name, t, column)
            looked += not math.isnan(wanted)
    assert looked > 0.98 * POINTS * fleet.nodes


def test_days_and_holes(fleet, collected, rows, expected):
    out, said = collected
    manifest = util.read_json(out / "manifest.json")
    assert said["files"] == fleet.days and said["rows"] == len(expected)
    assert sum(file["rows"] for file in manifest["files"]
               if file["path"].startswith("samples/")) == len(rows)
    lacking = [item["metric"] for item in manifest["not_exported"]]
    assert all(metric.startswith(("kube_", "container_")) for metric in lacking)
    assert manifest["warnings"] == []
    assert manifest["instance_days_without_node"] == manifest["rows_folded"] == 0
    assert manifest["scrape_interval_s"] == SCRAPE
    nobody = np.setdiff1d(grid(fleet), expected["t"].unique())
    (hole,) = manifest["holes"]
    start, end = (pd.Timestamp(hole[key]).timestamp() - planted.START
                  for key in ("start", "end"))
    assert (start, end) == (nobody[0], nobody[-1] + SCRAPE)
    assert len(nobody) == (end - start) / SCRAPE


def test_analyze_gives_the_truth(collected, expected, tmp_path):
    found = util.analyze(collected[0], tmp_path / "report", timeout=300)
    assert found["quality"]["rows"] == len(expected)
    assert {node["node"] for node in found["nodes"]} == set(expected["node"])
    cells = pd.read_parquet(tmp_path / "report/rollup.parquet")
    hour = pd.to_datetime(cells["bucket_start"], utc=True).dt.hour
    truth = expected.groupby(["node", expected["t"] // 3600 % 24])
    for name in util.MAIN:
        weighed = (cells[f"{name}_mean"] * cells[f"{name}_n"]).groupby(
            [cells["node"], hour]).sum()
        means = weighed / cells[f"{name}_n"].groupby([cells["node"], hour]).sum()
        wanted = truth[name].mean()
        assert list(means.index) == list(wanted.index)
        np.testing.assert_allclose(means, wanted, rtol=1e-9, err_msg=name)
    by_hour = expected.groupby(expected["t"] // 3600 % 24)[util.MAIN].mean()
    for line in found["temporal"]["hourly"]:
        for name in util.MAIN:
            assert util.close(line[name], by_hour.at[line["hour"], name])
