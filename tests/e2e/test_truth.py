"""hindcast synth, then analyze: what was planted is found again.

truth.json's keys, and how near "about" is, are said in src/synth/synth.h.
"""
import json
import pathlib

import numpy as np
import pandas as pd
import pytest

import util
from statement_values import STATEMENTS, first, of_cluster
from util import analyze, close, needs, read_json, run, tree

NODES, DAYS, STEP_S = 20, 30, 120


class Made:
    def __init__(self, folder):
        self.data, self.out = folder / "data", folder / "report"
        made = run("synth", "-o", self.data, "--nodes", NODES, "--days", DAYS, "--step",
                   STEP_S, "--seed", 7)
        assert made.returncode == 0, made.stderr
        self.truth = read_json(self.data / "truth.json")
        self.findings = analyze(self.data, self.out)
        self.quality = self.findings["quality"]
        self.samples = pd.concat(map(pd.read_parquet, self.files()), ignore_index=True)

    def files(self):
        return sorted((self.data / "samples").glob("*.parquet"))

    def records(self):
        return {entry["node"]: entry for entry in self.quality["records_per_node"]}

    def nodes(self):
        return {entry["node"]: entry for entry in self.findings["nodes"]}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    needs("synth")
    return Made(tmp_path_factory.mktemp("truth"))


def seconds(a, b):
    return (pd.Timestamp(b) - pd.Timestamp(a)).total_seconds()


def test_rows_and_nodes(made):
    assert made.quality["rows"] == made.truth["rows"] == len(made.samples)
    assert made.quality["nodes"] == NODES == len(made.truth["nodes"])
    assert made.quality["step_s"] == STEP_S
    assert {n["node"]: n["rows"] for n in made.truth["nodes"]} == {
        n["node"]: n["n"] for n in made.findings["nodes"]}
    assert made.quality["start"] == made.truth["start"]
    assert seconds(made.quality["end"], made.truth["end"]) == STEP_S


def test_every_file_is_verified(made):
    files = made.findings["input"]["files"]
    assert len(files) == 2 * DAYS + 2
    assert all(file["verified"] for file in files)


def test_bad_cells_are_counted_exactly(made):
    missing = {entry["column"]: entry for entry in made.quality["missing"]}
    ranges = {entry["column"]: entry for entry in made.quality["out_of_range"]}
    planted = 0
    for column in made.truth["columns"]:
        told = missing[column["name"]]
        beside = ranges.get(column["name"], {"below": 0, "above": 0})
        assert told["missing"] == column["null"] + column["nan"], column
        assert (told["nan"], told["infinite"]) == (column["nan"], column["infinite"])
        assert close(told["pct"], 100 * told["missing"] / made.truth["rows"], 1e-12)
        assert (beside["below"], beside["above"]) == (column["below"], column["above"])
        planted += sum(column[kind] for kind in ("null", "nan", "infinite", "below", "above"))
    assert planted > 100


def test_repeats_and_disorder(made):
    assert made.quality["duplicates"] == made.truth["duplicates"]
    assert made.quality["out_of_order"] == made.truth["out_of_order"]
    assert min(*made.truth["duplicates"].values(), made.truth["out_of_order"]) > 0


def test_gaps_of_one_node(made):
    assert len(made.truth["node_gaps"]) == 2
    for gap in made.truth["node_gaps"]:
        record = made.records()[gap["node"]]
        assert record["gaps"] >= 1
        assert record["longest_gap_s"] >= gap["longest_gap_s"]
    expected = {}
    for gap in made.truth["node_gaps"]:
        expected[gap["node"]] = expected.get(gap["node"], 0) + 1
    first = {node["node"]: node["first"] for node in made.truth["nodes"]}
    last = {node["node"]: node["last"] for node in made.truth["nodes"]}
    for node, record in made.records().items():
        fleet = sum(first[node] < gap["start"] and last[node] > gap["end"]
                    for gap in made.truth["fleet_gaps"])
        assert record["gaps"] == expected.get(node, 0) + fleet, node


def test_gaps_of_the_fleet(made):
    """From the last sample before to the first one after, of nearly all nodes."""
    told, planted = made.quality["fleet_gaps"], made.truth["fleet_gaps"]
    assert len(told) == len(planted) > 0
    for found, gap in zip(told, planted):
        assert seconds(found["start"], gap["start"]) == STEP_S
        assert seconds(found["end"], gap["end"]) == 0
        assert found["nodes"] == gap["nodes"]


def test_who_joins_late_and_leaves_early(made):
    for node in made.truth["nodes"]:
        record = made.records()[node["node"]]
        assert (record["start"], record["end"]) == (node["first"], node["last"])
    (late,), (early,) = made.truth["joins_late"], made.truth["leaves_early"]
    assert made.records()[late["node"]]["start"] == late["first"] > made.truth["start"]
    assert made.records()[early["node"]]["end"] == early["last"] < made.quality["end"]


def test_slots_and_coverage(made):
    """Of each node: slots between first and last, less those lost in gaps."""
    for node in made.truth["nodes"]:
        record = made.records()[node["node"]]
        expected = int(seconds(node["first"], node["last"])) // STEP_S + 1
        lost = sum(gap["rows"] for gap in made.truth["node_gaps"]
                   if gap["node"] == node["node"])
        lost += sum(gap["rows"] // gap["nodes"] for gap in made.truth["fleet_gaps"]
                    if node["first"] < gap["start"] and node["last"] > gap["end"])
        assert (record["expected"], record["occupied"]) == (expected, expected - lost)
        assert close(record["coverage"], (expected - lost) / expected, 1e-12)


def test_rhythm_of_the_day(made):
    insights, rhythm = made.findings["insights"], made.truth["rhythm"]
    assert insights["peak_hour"] == rhythm["peak_hour"]
    assert insights["low_hour"] == rhythm["low_hour"]


def test_rhythm_of_the_week(made):
    daily = [entry["cpu_usage_rate"] for entry in made.findings["temporal"]["daily"]]
    rhythm = made.truth["rhythm"]
    assert int(np.argmax(daily)) == rhythm["busiest_day"]
    assert int(np.argmin(daily)) == rhythm["quietest_day"]
    factor = np.array(rhythm["weekday_factor"])
    told = np.array(daily) / np.mean(daily) * np.mean(factor)
    assert np.abs(told - factor).max() < 0.05, (told, factor)


def test_busiest_and_least_busy(made):
    assert made.findings["insights"]["busiest_node"] == made.truth["busiest_node"]
    assert made.findings["insights"]["least_busy_node"] == made.truth["least_busy_node"]


def test_levels_of_nodes(made):
    """cpu_level is that of a day of factor 1: the mean is near it times the week's."""
    week = np.mean(made.truth["rhythm"]["weekday_factor"])
    apart = {entry["node"] for key in ("trends", "maintenance", "joins_late",
                                       "leaves_early", "bursts")
             for entry in made.truth[key]}
    for node in made.truth["nodes"]:
        if node["node"] not in apart:
            told = made.nodes()[node["node"]]["cpu_usage_rate"]["mean"]
            assert close(told, node["cpu_level"] * week, 0.08, 0.02), node


def test_sizes_of_nodes(made):
    """cpu_cores and memory_total of the pools, in the rollup."""
    rollup = pd.read_parquet(made.out / "rollup.parquet")
    largest = rollup.groupby("node")[["cpu_cores_max", "memory_total_max"]].median()
    for node in made.truth["nodes"]:
        assert list(largest.loc[node["node"]]) == [node["cpu_cores"], node["memory_total"]]


def test_pairs_of_gauges(made):
    """What goes together in each node does so within nodes. Nodes of other sizes weigh
    their bytes and loads otherwise, so r is not the mean of theirs."""
    correlation = made.findings["correlation"]
    within = correlation["within_node"]
    place = {name: i for i, name in enumerate(within["columns"])}
    for pair in made.truth["correlated_gauges"]:
        told = within["matrix"][place[pair["a"]]][place[pair["b"]]]
        assert told * pair["r_node"] > 0.5 * pair["r_node"] ** 2, (pair, told)
    strong = {frozenset((pair["a"], pair["b"])) for pair in correlation["pairs"]}
    assert frozenset(("load_5m", "load_15m")) in strong


def test_pairs_of_nodes(made):
    """The cells are enough to find nodes that move together, and one against another."""
    rollup = pd.read_parquet(made.out / "rollup.parquet")
    hourly = rollup.pivot(index="bucket_start", columns="node", values="cpu_usage_rate_mean")
    r = hourly.corr()
    assert len(made.truth["correlated_nodes"]) == 2
    for pair in made.truth["correlated_nodes"]:
        told = r.loc[pair["a"], pair["b"]]
        assert np.sign(told) == np.sign(pair["r"])
        assert abs(told) > abs(pair["r"]) - 0.1, (pair, told)  # an hour's mean has less noise


def test_trend(made):
    slopes = {entry["node"]: entry["slope_per_day"]
              for entry in made.findings["trends"]["nodes"]}
    (trend,) = made.truth["trends"]
    assert abs(slopes[trend["node"]] - trend["slope_per_day"]) < 0.0015
    others = [slope for node, slope in slopes.items() if node != trend["node"]]
    assert max(others) < slopes[trend["node"]]


def test_maintenance_day(made):
    (maintenance,) = made.truth["maintenance"]
    rollup = pd.read_parquet(made.out / "rollup.parquet")
    start = pd.to_datetime(rollup["bucket_start"], utc=True)
    inside = ((rollup["node"] == maintenance["node"])
              & (start >= pd.Timestamp(maintenance["start"]))
              & (start < pd.Timestamp(maintenance["end"])))
    assert inside.sum() == 24
    assert rollup["cpu_usage_rate_mean"][inside].max() < 0.02


def test_bursts(made):
    """CPU in a burst is above that of the node at the same time of the other days."""
    for burst in made.truth["bursts"]:
        rows = made.samples[made.samples["node"] == burst["node"]]
        time = pd.to_datetime(rows["timestamp"], utc=True)
        cpu = rows["cpu_usage_rate"].where(rows["cpu_usage_rate"].between(0, 1))
        inside = (time >= pd.Timestamp(burst["start"])) & (time < pd.Timestamp(burst["end"]))
        near = (time.dt.hour.isin(time[inside].dt.hour.unique())) & ~inside
        assert cpu[inside].mean() > cpu[near].mean() + 0.3 * burst["height"], burst


def test_groups_are_the_pools(tmp_path, made):
    groups = analyze(made.data, tmp_path / "r", "--group-by", "pool")["groups"]
    told = {group["value"]: group["nodes"] for group in groups}
    assert told == {pool["pool"]: pool["nodes"] for pool in made.truth["rhythm"]["pools"]}
    for pool in made.truth["rhythm"]["pools"]:
        (group,) = [group for group in groups if group["value"] == pool["pool"]]
        hourly = {entry["hour"]: entry["cpu_usage_rate"]
                  for entry in group["temporal"]["hourly"]}
        if pool["amplitude"] > 0.2:  # less is drowned by the parts that some nodes play
            peak = max(hourly, key=hourly.get)
            assert min((peak - pool["peak_hour"]) % 24, (pool["peak_hour"] - peak) % 24) <= 2


def test_dedup(tmp_path, made):
    quality = analyze(made.data, tmp_path / "r", "--dedup")["quality"]
    exact, conflicting = (made.truth["duplicates"][key] for key in ("exact", "conflicting"))
    assert quality["rows"] == made.truth["rows"] - exact
    assert quality["duplicates"] == {"exact": 0, "conflicting": conflicting}


# ---------------------------------------------------------------- synth itself

def test_the_same_seed_gives_the_same_files(tmp_path):
    needs("synth")
    for name, threads in (("a", 1), ("b", 3)):
        made = run("synth", "-o", tmp_path / name, "--nodes", 3, "--days", 3, "--step", 300,
                   "--threads", threads)
        assert made.returncode == 0, made.stderr
    a, b = tree(tmp_path / "a"), tree(tmp_path / "b")
    assert set(a) == set(b)
    days = [name for name in a if name.startswith("samples/")]
    assert len(days) == 3
    for name in days:
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a" / name),
                                      pd.read_parquet(tmp_path / "b" / name))
    assert a["truth.json"] == b["truth.json"]


def test_another_seed_gives_another_cluster(tmp_path):
    needs("synth")
    for seed in (1, 2):
        assert run("synth", "-o", tmp_path / str(seed), "--nodes", 2, "--days", 1, "--step",
                   600, "--seed", seed).returncode == 0
    one, two = (pd.read_parquet(tmp_path / str(seed) / "samples/2025-06-02.parquet")
                for seed in (1, 2))
    assert (one["cpu_usage_rate"] != two["cpu_usage_rate"]).mean() > 0.9


def test_synth_does_not_write_over_what_is_not_its_own(tmp_path):
    needs("synth")
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples/2025-06-02.parquet").write_bytes(b"mine")
    done = run("synth", "-o", tmp_path, "--nodes", 1, "--days", 1, "--step", 600)
    assert (done.returncode, done.stdout) == (5, "")
    assert str(tmp_path) in done.stderr
    assert tree(tmp_path) == {"samples/2025-06-02.parquet": b"mine"}


def test_manifest_and_samples_of_the_contract(made):
    manifest = json.loads((made.data / "manifest.json").read_text())
    assert len(manifest["files"]) == 2 * DAYS + 2
    for path in made.files():
        frame = pd.read_parquet(path)
        day = pd.to_datetime(frame["timestamp"], utc=True).dt.strftime("%Y-%m-%d")
        assert set(day) == {pathlib.Path(path).stem}
        assert {"timestamp", "node", *util.GAUGES} <= set(frame)


# ---- patterns -------------------------------------------------------------------------

def of_node(rows, node, gauge="cpu_usage_rate"):
    return [row for row in rows if row["node"] == node and row["gauge"] == gauge]


def within(hour, extreme):
    """Is the hour in the run from .. to, which may go over midnight?"""
    start, end = extreme["from"], extreme["to"]
    return start <= hour <= end if start <= end else hour >= start or hour <= end


def test_peak_and_trough_with_their_interval(made):
    row, rhythm = of_cluster(made.findings["rhythm"]["cluster"]), made.truth["rhythm"]
    assert row["top"]["hour"] == rhythm["peak_hour"] and row["low"]["hour"] == rhythm["low_hour"]
    assert within(rhythm["peak_hour"], row["top"]) and within(rhythm["low_hour"], row["low"])
    assert row["period_h"] in (24, 168) and row["day"] > 0.9 and row["p"] <= 0.05


def test_peaks_of_nodes(made):
    """Of nodes whose wave is half of its level or more the hour is named, nearly always."""
    clear = [node for node in made.truth["nodes"] if node["amplitude"] >= 0.25]
    rows = [of_node(made.findings["rhythm"]["nodes"], node["node"])[0] for node in clear]
    named = [row["top"] and (row["top"]["hour"] - node["peak_hour"] + 12) % 24 - 12
             for row, node in zip(rows, clear)]
    assert len(clear) >= 8
    assert sum(off is not None and abs(off) <= 1 for off in named) >= 0.9 * len(clear), named


def test_the_node_that_grows(made):
    (trend,) = made.truth["trends"]
    claims = {row["node"]: row for row in made.findings["growth"]["nodes"]
              if row["gauge"] == "cpu_usage_rate"}
    row = claims[trend["node"]]
    assert row["claim"] == "rises"
    assert row["low"] - 0.001 < trend["slope_per_day"] < row["high"] + 0.001
    others = [row["claim"] for node, row in claims.items() if node != trend["node"]]
    assert sum(claim in ("rises", "falls") for claim in others) <= 1


def test_twins_and_opposites(made):
    pairs = {frozenset((pair["a"], pair["b"])): pair for pair in made.findings["twins"]["pairs"]
             if pair["kept"]}
    planted = {frozenset((pair["a"], pair["b"])): pair["r_residual"]
               for pair in made.truth["correlated_nodes"]}
    assert set(pairs) == set(planted)
    for key, r in planted.items():
        assert np.sign(pairs[key]["r"]) == np.sign(r) and abs(pairs[key]["r"]) > abs(r) - 0.1
        assert pairs[key]["low"] <= pairs[key]["r"] <= pairs[key]["high"]
    assert made.findings["twins"]["tested"] == NODES * (NODES - 1) // 2


def test_roles_add_up(made):
    roles = made.findings["roles"]
    counts = {entry["role"]: entry["nodes"] for entry in roles["counts"]}
    assert counts == {role: sum(row["role"] == role for row in roles["nodes"])
                      for role in counts}
    assert sum(counts.values()) + roles["too_short"] == NODES
    assert counts["idle"] == 0


def test_hours_are_those_of_the_rollup(made):
    """n and means by hour of the day, from the cells themselves."""
    rollup = pd.read_parquet(made.out / "rollup.parquet")
    some = rollup[rollup["cpu_usage_rate_n"] > 0]
    row = of_cluster(made.findings["rhythm"]["cluster"])
    assert row["n"] == some["bucket_start"].nunique()
    for node, cells in some.groupby("node"):
        assert of_node(made.findings["rhythm"]["nodes"], node)[0]["n"] == len(cells)
        (role,) = [row for row in made.findings["roles"]["nodes"] if row["node"] == node]
        assert close(role["mean"], cells["cpu_usage_rate_mean"].mean(), 1e-12)


# ---- statements -----------------------------------------------------------------------

def test_statements_are_what_their_sections_have(made):
    said = {s["id"]: s for s in made.findings["findings"]}
    for key, of in STATEMENTS.items():
        value, n, interval = of(made.findings)
        assert said[key]["status"] == "ok", key
        assert said[key]["value"] == value and said[key]["n"] == n, key
        assert said[key]["interval"] == interval, key
        assert said[key]["source"].startswith("method:")
        name = said[key]["source"].split(":")[1]
        assert (util.ROOT / f"docs/method/{name}.md").exists(), name


def test_first_five_come_from_the_methods_where_they_say_more(made):
    order = [s["id"] for s in made.findings["findings"] if s["status"] == "ok"]
    assert {"rhythm.peak_hour", "growth.full", "twins.together"} < set(order[:5])
    assert order.index("rhythm.peak_hour") < order.index("temporal.peak_hour")
    assert order.index("growth.cpu") < order.index("trends.cpu")


def test_chosen_nodes_are_taken_apart(tmp_path, made):
    node = made.truth["nodes"][2]["node"]
    findings = analyze(made.data, tmp_path / "out", "--node", node)
    parts = findings["rhythm"]["parts"]
    assert [part["gauge"] for part in parts if part.get("node") == node] == [
        "cpu_usage_rate", "memory_usage", "load_1m"]
    rollup = pd.read_parquet(made.out / "rollup.parquet")
    cells = rollup[rollup["node"] == node].set_index("bucket_start")["cpu_usage_rate_mean"]
    part = first(parts, node=node, gauge="cpu_usage_rate")
    hours = pd.date_range(pd.Timestamp(part["start"]).tz_localize(None), periods=part["hours"],
                          freq="h")
    told = np.array(part["trend"]) + sum(np.array(s["values"]) for s in part["seasons"])
    told = told + np.array([np.nan if x is None else x for x in part["remainder"]])
    index = cells.index.tz_localize(None) if cells.index.tz else cells.index
    wanted = cells.set_axis(index).reindex(hours).to_numpy()
    assert np.array_equal(np.isnan(told), np.isnan(wanted))
    assert np.nanmax(np.abs(told - wanted)) < 1e-5  # six digits each
    done = run("analyze", made.data, "-o", tmp_path / "none", "--node", "no-such*")
    assert done.returncode == 2 and "no-such*" in done.stderr
