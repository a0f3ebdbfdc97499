"""`hindcast features`: the columns against pandas and a naive loop, and no look ahead.

The naive loop (class Naive) reads docs/commands/features.md as it stands: windows and
targets by time, the step as it is known at a row.
"""
import functools
import json
import math
import pathlib
import resource
import signal
import subprocess
import sys
import time

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from util import (GAUGES, HINDCAST, MAIN, ROOT, SLOWER, analyze, dirty, leftovers, read_json,
                  run, samples, tree, write)

sys.path.insert(0, str(ROOT / "bench"))

FEW = ["cpu_usage_rate", "memory_usage", "load_1m", "disk_usage"]
CALENDAR = ["hour", "day_of_week", "day_of_month", "month", "is_weekend",
            "is_business_hours", "hour_sin", "hour_cos", "day_sin", "day_cos"]
HOUR = 3600


# ---------------------------------------------------------------- running

def features(data, out, *args, **options):
    """The names of the files that a run made, which must go well."""
    paths = data if isinstance(data, list) else [data]
    done = run("features", *paths, "-o", out, "--json", *args, **options)
    assert done.returncode == 0, f"exit {done.returncode}: {done.stderr}"
    return [pathlib.Path(out) / part["path"] for part in json.loads(done.stdout)["parts"]]


def table(data, out, *args, **options):
    """The set as a frame of doubles; NULL is NaN."""
    (path,) = features(data, out, *args, **options)
    return frame_of(path)


def frame_of(path):
    return pq.read_table(path).to_pandas()


def refused(code, data, out, *args, **options):
    paths = data if isinstance(data, list) else [data]
    done = run("features", *paths, "-o", out, *args, **options)
    assert done.returncode == code, f"exit {done.returncode}: {done.stderr}"
    assert done.stdout == ""
    assert done.stderr.startswith("hindcast: ") and done.stderr.count("\n") == 1
    return done.stderr


def bits(frame, columns):
    """Rows as bytes, by node and time: NaN equals NaN, and nothing else is close enough."""
    values = frame[columns].to_numpy(np.float64).view(np.uint64)
    keys = zip(frame["node"], frame["timestamp"])
    return {key: row.tobytes() for key, row in zip(keys, values)}


def known(frame):
    """Columns that may be known at the row's time: all but keys and targets."""
    return [name for name in frame.columns
            if name not in ("timestamp", "node", "cluster") and "_target_" not in name]


def targets(frame):
    return [name for name in frame.columns if "_target_" in name]


def same_values(a, b):
    """To 1e-9, with NaN in the same places."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    assert a.shape == b.shape
    assert (np.isnan(a) == np.isnan(b)).all()
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


# ---------------------------------------------------------------- against pandas

@pytest.fixture(scope="module")
def regular(tmp_path_factory):
    folder = tmp_path_factory.mktemp("regular")
    frame = samples(nodes=3, days=4, step_s=300, gauges=FEW)
    return frame, table(write(folder / "x.parquet", frame), folder / "out")


def test_windows_are_those_of_pandas(regular):
    frame, made = regular
    for node, rows in frame.groupby("node"):
        got = made[made["node"] == node]
        rows = rows.set_index("timestamp")
        for gauge in MAIN:
            for hours in (1, 6, 24):
                window = rows[gauge].rolling(f"{hours}h", min_periods=hours * 6)
                for name in ("mean", "std", "max"):
                    same_values(got[f"{gauge}_{name}_{hours}.0h"], getattr(window, name)())


def test_targets_are_those_of_merge_asof(regular):
    frame, made = regular
    for node, rows in frame.groupby("node"):
        got = made[made["node"] == node]
        for hours in (1, 2, 4):
            goal = pd.DataFrame({"timestamp": rows["timestamp"] + pd.Timedelta(hours=hours)})
            later = pd.merge_asof(goal, rows, on="timestamp", direction="nearest",
                                  tolerance=pd.Timedelta(seconds=150))
            for gauge in MAIN:
                same_values(got[f"{gauge}_target_{hours}.0h"], later[gauge])


def test_samples_pass_through(regular):
    frame, made = regular
    assert (made["node"].to_numpy() == frame["node"].to_numpy()).all()
    assert (made["timestamp"].to_numpy() ==
            frame["timestamp"].dt.tz_localize(None).to_numpy("M8[us]")).all()
    for gauge in FEW:
        assert (made[gauge].to_numpy() == frame[gauge].to_numpy()).all()


# ---------------------------------------------------------------- against a naive loop

class Naive:
    """One node, row by row: each value from the definition alone."""

    def __init__(self, rows, step_s=None):
        self.times = [int(t.value // 1000) for t in rows["timestamp"]]
        self.rows = rows
        self.steps = [step_s or self.step_at(i) for i in range(len(rows))]

    def step_at(self, row):
        """The most frequent difference so far, in whole seconds; the smallest of equals."""
        counts = {}
        for a, b in zip(self.times[:row], self.times[1:row + 1]):
            seconds = max(1, (b - a + 500000) // 1000000)
            counts[seconds] = counts.get(seconds, 0) + 1
        return min(counts, key=lambda s: (-counts[s], s)) if counts else None

    def values(self, gauge):
        values = self.rows[gauge].to_numpy(float)
        return np.where(np.isfinite(values), values, np.nan)

    def window(self, gauge, width_s, row):
        values, t = self.values(gauge), self.times[row]
        inside = [v for v, at in zip(values, self.times)
                  if t - width_s * 1000000 < at <= t and not math.isnan(v)]
        step = self.steps[row]
        if not step or 2 * len(inside) * step < width_s:
            return math.nan, math.nan, math.nan
        mean = math.fsum(inside) / len(inside)
        std = math.nan
        if len(inside) > 1:
            std = math.sqrt(math.fsum((v - mean) ** 2 for v in inside) / (len(inside) - 1))
        return mean, std, max(inside)

    def target(self, gauge, ahead_s, row):
        goal, room = self.times[row] + ahead_s * 1000000, (self.steps[row] or 0) * 500000
        near = [(abs(at - goal), at, v) for v, at in zip(self.values(gauge), self.times)
                if abs(at - goal) <= room and at > self.times[row] and not math.isnan(v)]
        return min(near)[2] if near else math.nan


def check_naive(frame, made, gauges, windows, horizons, step_s=None):
    """`frame` as it was given: in any order, with repeats."""
    first = frame.drop_duplicates(["node", "timestamp"]).sort_values(["node", "timestamp"])
    assert len(made) == len(first)
    for node, rows in first.groupby("node"):
        got, naive = made[made["node"] == node], Naive(rows, step_s)
        for gauge in gauges:
            for label, width in windows.items():
                wanted = [naive.window(gauge, width, i) for i in range(len(rows))]
                for k, name in enumerate(("mean", "std", "max")):
                    same_values(got[f"{gauge}_{name}_{label}"], [w[k] for w in wanted])
            for label, ahead in horizons.items():
                same_values(got[f"{gauge}_target_{label}"],
                            [naive.target(gauge, ahead, i) for i in range(len(rows))])


def irregular(seed, nodes=3, rows=150):
    """Steps about half a minute, gaps, values missing and infinite, repeats; shuffled."""
    rng = np.random.default_rng(seed)
    parts = []
    for node in range(nodes):
        steps = rng.choice([30, 29, 31, 60, 7.25, 0.4, 4000, 20000],
                           p=[.6, .1, .1, .1, .05, .02, .02, .01], size=rows)
        time = pd.Timestamp("2025-06-02 22:13:20.5", tz="UTC") + pd.to_timedelta(
            np.cumsum(steps), unit="s").round("us")
        part = pd.DataFrame({"timestamp": time, "node": f"n{node}"})
        for gauge in MAIN:
            part[gauge] = rng.random(rows) + (1e6 if gauge == "load_1m" else 0)
            part.loc[rng.choice(rows, 20), gauge] = np.nan
            part.loc[rng.choice(rows, 3), gauge] = np.inf
        parts.append(part)
    frame = pd.concat(parts)
    again = frame.sample(30, random_state=seed)
    again["cpu_usage_rate"] = 0.125
    return pd.concat([frame, again]), rng


@pytest.mark.parametrize("seed", range(3))
def test_irregular_gappy_repeated_rows(seed, tmp_path):
    """The first of repeated rows stays, in the order in which they stand."""
    frame, rng = irregular(seed)
    if seed % 2:
        order = rng.permutation(len(frame))
    else:
        order = np.argsort(frame["node"] + frame["timestamp"].astype(str), kind="stable")
    frame = frame.iloc[order]
    windows = {"5.0m": 300, "1.0h": 3600, "6.0h": 21600}
    horizons = {"30.0s": 30, "5.0m": 300, "2.0h": 7200}
    made = table(write(tmp_path / "x.parquet", frame), tmp_path / "out", "--windows",
                 "5m,1h,6h", "--horizons", "30s,5m,2h")
    check_naive(frame, made, MAIN, windows, horizons)
    kept = frame.drop_duplicates(["node", "timestamp"]).set_index(["node", "timestamp"])
    for row in made.sample(50, random_state=1).itertuples():
        value = kept.loc[(row.node, row.timestamp.tz_localize("UTC")), "cpu_usage_rate"]
        assert row.cpu_usage_rate == value or math.isnan(row.cpu_usage_rate)


def test_given_step(tmp_path):
    frame, _ = irregular(9)
    made = table(write(tmp_path / "x.parquet", frame), tmp_path / "out", "--step", "45",
                 "--windows", "10m", "--horizons", "1m", "--columns", "load_1m")
    check_naive(frame, made, ["load_1m"], {"10.0m": 600}, {"1.0m": 60}, step_s=45)


def test_a_window_needs_half_of_its_samples(tmp_path):
    """60 of 120 expected samples are enough for an hour at 30 s, 59 are not."""
    time = pd.date_range("2025-06-02", periods=200, freq="30s", tz="UTC")
    frame = pd.DataFrame({"timestamp": time, "node": "a", "cpu_usage_rate": 0.5})
    frame.loc[100:, "cpu_usage_rate"] = np.nan
    made = table(write(tmp_path / "x.parquet", frame), tmp_path / "out")
    there = made["cpu_usage_rate_mean_1.0h"].notna().to_numpy()
    assert there.tolist() == [59 <= i < 160 for i in range(200)]
    assert made["cpu_usage_rate_std_1.0h"].max() == 0


def test_large_offsets_keep_their_digits(tmp_path):
    rng = np.random.default_rng(1)
    time = pd.date_range("2025-06-02", periods=2000, freq="60s", tz="UTC")
    noise = rng.normal(0, 1, 2000)
    frame = pd.DataFrame({"timestamp": time, "node": "a", "memory_available": noise + 1e10})
    made = table(write(tmp_path / "x.parquet", frame), tmp_path / "out", "--columns",
                 "memory_available")
    exact = (frame["memory_available"] - 1e10).set_axis(time)
    wanted = exact.rolling("6h", min_periods=180).std()
    same_values(made["memory_available_std_6.0h"], wanted)


def test_any_number_of_nodes_and_portions(tmp_path):
    """Nodes that end and begin within a row group, and some that span several of them."""
    def node(name, rows, start):
        time = pd.date_range(start, periods=rows, freq="30s", tz="UTC")
        return pd.DataFrame({"timestamp": time, "node": name,
                             "cpu_usage_rate": np.arange(rows) % 977 / 977})

    frame = pd.concat([node("a", 3, "2025-06-02"), node("b", 200_000, "2025-06-01"),
                       node("c", 1, "2025-06-02"), *(node(f"d{i:03}", 700, "2025-06-03")
                                                     for i in range(150))])
    made = table(write(tmp_path / "x.parquet", frame), tmp_path / "out")
    assert len(made) == len(frame)
    for name, rows in frame.groupby("node"):
        got = made[made["node"] == name]
        mean = rows.set_index("timestamp")["cpu_usage_rate"].rolling("24h", min_periods=1440)
        same_values(got["cpu_usage_rate_mean_24.0h"], mean.mean())
        later = rows["cpu_usage_rate"].shift(-480)
        same_values(got["cpu_usage_rate_target_4.0h"], later)


# ---------------------------------------------------------------- no look ahead

def changed_after(frame, moment, seed):
    """Every later value another, and some missing; earlier ones as they were."""
    rng = np.random.default_rng(seed)
    frame = frame.copy()
    later = frame["timestamp"] > moment
    for gauge in set(FEW) & set(frame.columns):
        frame.loc[later, gauge] = rng.random(later.sum()) * 1e6
        frame.loc[later & (rng.random(len(frame)) < 0.1), gauge] = np.nan
    return frame


def without_later(frame, moment):
    return frame[frame["timestamp"] <= moment]


def rarer_later(frame, moment):
    """Another rhythm from then on."""
    later = frame["timestamp"] > moment
    return frame[~later | (frame.groupby("node").cumcount() % 7 == 0)]


def more_later(frame, moment):
    more = frame[frame["timestamp"] > moment].copy()
    more["timestamp"] += pd.Timedelta(seconds=7)
    return pd.concat([frame, more]).sort_values(["node", "timestamp"], kind="stable")


@pytest.mark.parametrize("change", [changed_after, without_later, rarer_later, more_later])
def test_nothing_but_targets_depends_on_what_comes_after(change, tmp_path):
    frame = dirty(samples(nodes=3, days=3, step_s=120, gauges=FEW), seed=3)
    path = write(tmp_path / "x.parquet", frame)
    whole = table(path, tmp_path / "whole")
    columns = known(whole)
    for number, part in enumerate((0.05, 0.37, 0.61, 0.93)):
        moment = frame["timestamp"].sort_values().iloc[int(part * len(frame))]
        other = change(frame, moment, number) if change is changed_after else change(
            frame, moment)
        made = table(write(tmp_path / f"{number}.parquet", other), tmp_path / "other")
        at = moment.tz_localize(None)
        a = bits(whole[whole["timestamp"] <= at], columns)
        b = bits(made[made["timestamp"] <= at], columns)
        assert len(a) > 50
        assert a == b


def test_as_of_is_what_was_known_then(tmp_path):
    """The whole set as of T is the set of the rows up to T, targets and all."""
    frame = dirty(samples(nodes=3, days=3, step_s=120, gauges=FEW), seed=4)
    path = write(tmp_path / "x.parquet", frame)
    for number, moment in enumerate(("2025-06-03T07:30:00Z", "2025-06-04T00:00:00.5Z")):
        rows = frame[frame["timestamp"] <= pd.Timestamp(moment)]
        early = write(tmp_path / f"{number}.parquet", rows)
        a = table(path, tmp_path / "a", "--as-of", moment)
        b = table(early, tmp_path / "b")
        assert a["timestamp"].max() <= pd.Timestamp(moment).tz_localize(None)
        columns = [*known(a), *targets(a)]
        assert bits(a, columns) == bits(b, columns)


def test_split_has_an_embargo_and_trains_on_what_was_known(tmp_path):
    frame = dirty(samples(nodes=3, days=4, step_s=120, gauges=FEW), seed=5)
    path = write(tmp_path / "x.parquet", frame)
    moment = pd.Timestamp("2025-06-04T06:01:00")
    train, test = map(frame_of, features(path, tmp_path / "split", "--split-at",
                                         "2025-06-04T06:01:00Z"))
    whole = table(path, tmp_path / "whole")
    before = table(path, tmp_path / "before", "--as-of", "2025-06-04T06:00:59.999999Z")
    columns = [*known(whole), *targets(whole)]
    assert list(train.columns) == list(test.columns) == list(whole.columns)
    embargo = moment - pd.Timedelta(hours=4)
    assert bits(train, columns) == bits(before[before["timestamp"] < embargo], columns)
    assert bits(test, columns) == bits(whole[whole["timestamp"] >= moment], columns)
    assert train["timestamp"].max() < embargo and test["timestamp"].min() >= moment
    # and so no value at or after the moment changes the training part
    other = write(tmp_path / "y.parquet", changed_after(
        frame, (moment - pd.Timedelta(microseconds=1)).tz_localize("UTC"), 1))
    again, _ = map(frame_of, features(other, tmp_path / "other", "--split-at",
                                      "2025-06-04T06:01:00Z"))
    assert bits(again, columns) == bits(train, columns)


def test_a_target_is_never_the_sample_itself(tmp_path):
    """Even where half a step is longer than the horizon."""
    time = pd.date_range("2025-06-02", periods=50, freq="2h", tz="UTC")
    frame = pd.DataFrame({"timestamp": time, "node": "a",
                          "cpu_usage_rate": np.arange(50.0)})
    made = table(write(tmp_path / "x.parquet", frame), tmp_path / "out")
    wanted = [math.nan, *np.arange(2.0, 50), math.nan]  # of the first no step is known
    same_values(made["cpu_usage_rate_target_1.0h"], wanted)


# ---------------------------------------------------------------- the calendar

@pytest.mark.parametrize("zone, start", [
    ("Europe/Berlin", "2025-03-29T20:00"), ("Europe/Berlin", "2025-10-25T20:00"),
    ("America/St_Johns", "2025-03-08T20:00"), ("Australia/Lord_Howe", "2025-04-05T05:00"),
    ("Asia/Kathmandu", "2025-06-02"), ("UTC", "2024-02-28T12:00")])
def test_calendar_is_the_wall_clock(zone, start, tmp_path):
    time = pd.date_range(start, periods=400, freq="450s", tz="UTC")
    frame = pd.DataFrame({"timestamp": time, "node": "a", "cpu_usage_rate": 0.5})
    made = table(write(tmp_path / "x.parquet", frame), tmp_path / "out", "--timezone", zone)
    wall = time.tz_convert(zone)
    weekend = wall.day_of_week >= 5
    business = (wall.hour >= 8) & (wall.hour <= 18)
    wanted = [wall.hour, wall.day_of_week, wall.day, wall.month, weekend, business,
              np.sin(2 * np.pi * wall.hour / 24), np.cos(2 * np.pi * wall.hour / 24),
              np.sin(2 * np.pi * wall.day_of_week / 7), np.cos(2 * np.pi * wall.day_of_week / 7)]
    for name, values in zip(CALENDAR, wanted):
        same_values(made[name], values.astype(float))


# ---------------------------------------------------------------- the origin's columns

@pytest.fixture(scope="module")
def sixty(tmp_path_factory):
    """The origin's set of two nodes over three days, made apart by DuckDB, and ours."""
    import make_sixty_columns

    folder = tmp_path_factory.mktemp("sixty")
    path = folder / "sixty.parquet"
    make_sixty_columns.make(2, str(path), days=3)
    return path, features(path, folder / "out")[0]


def test_sixty_names_and_types_in_their_order(sixty):
    theirs, ours = (pq.read_schema(path) for path in sixty)
    assert len(ours) == 60
    assert ours.names == theirs.names
    assert [str(t) for t in ours.types] == [
        "string" if str(t) == "large_string" else str(t) for t in theirs.types]


def test_sixty_values_where_a_window_is_full(sixty):
    """The origin's windows are rows; at a steady step they hold the same samples."""
    theirs, ours = map(frame_of, sixty)
    theirs = theirs.sort_values(["node", "timestamp"], ignore_index=True)
    half = {"1.0h": 59, "6.0h": 359, "24.0h": 1439}
    at = theirs.groupby("node").cumcount()
    for name in theirs.columns[2:]:
        label = name.rpartition("_")[2]
        valid = at >= half[label] if "_target_" not in name and label in half else at >= 0
        same_values(ours.loc[valid, name], theirs.loc[valid, name])
        assert "_target_" in name or ours.loc[~valid, name].isna().all()


def test_readers_agree(sixty):
    path = sixty[1]
    arrow = pq.read_table(path).to_pandas()
    others = {"polars": pl.read_parquet(path).to_pandas(),
              "duckdb": pd.DataFrame(duckdb.connect().execute(
                  f"from '{path}'").fetchnumpy())}
    assert (arrow[["node", "timestamp"]] ==
            arrow.sort_values(["node", "timestamp"])[["node", "timestamp"]]).all(axis=None)
    for other in others.values():
        assert list(other.columns) == list(arrow.columns)
        assert (other["node"] == arrow["node"]).all()
        assert (other["timestamp"] == arrow["timestamp"]).all()
        numbers = arrow.columns[2:]
        a, b = arrow[numbers].to_numpy(float), other[numbers].to_numpy(float)
        assert ((a == b) | (np.isnan(a) & np.isnan(b))).all()
    counted = duckdb.connect().execute(f"select count(*) from '{path}' where node = 'node-0001' and "
                         "timestamp >= '2025-08-01'").fetchone()
    assert counted == (((arrow["node"] == "node-0001") &
                        (arrow["timestamp"] >= "2025-08-01")).sum(),)


def test_a_set_is_made_out_of_a_set_anew(sixty, tmp_path):
    """Its derived columns and targets are not taken over."""
    a, b = frame_of(sixty[1]), table(sixty[1], tmp_path / "again")
    assert bits(a, list(a.columns[2:])) == bits(b, list(b.columns[2:]))


# ---------------------------------------------------------------- order, threads, files

def test_threads_change_no_byte(tmp_path):
    frame = dirty(samples(nodes=5, days=4, step_s=60, gauges=FEW))
    path = write(tmp_path / "x.parquet", frame, row_group_size=3000)
    sums = {features(path, tmp_path / threads, "--threads", threads)[0].read_bytes()
            for threads in ("1", "2", "3", "7")}
    assert len(sums) == 1


def test_order_and_split_of_the_input_do_not_matter(tmp_path):
    frame = samples(nodes=4, days=3, step_s=300, gauges=FEW)
    whole = table(write(tmp_path / "x.parquet", frame), tmp_path / "whole")
    columns = [*known(whole), *targets(whole)]
    folder = tmp_path / "days"
    folder.mkdir()
    for day, rows in frame.groupby(frame["timestamp"].dt.date):
        write(folder / f"{day}.parquet", rows.sample(frac=1, random_state=1))
    for data in (folder, write(tmp_path / "y.parquet", frame.sort_values("timestamp"))):
        made = table(data, tmp_path / "made")
        assert bits(made, columns) == bits(whole, columns)
        assert (made["node"].to_numpy() == whole["node"].to_numpy()).all()
        assert (made["timestamp"].to_numpy() == whole["timestamp"].to_numpy()).all()
        assert read_json(tmp_path / "made/manifest.json")["had_to_be_sorted"] is True
    assert read_json(tmp_path / "whole/manifest.json")["had_to_be_sorted"] is False


def test_names_of_any_length_are_told_apart(tmp_path):
    """One below the other with the same beginning, in the order of their bytes."""
    long = "node-with-a-name-of-more-than-twelve-bytes"
    names = ["a", "a ", "aa", "node", long, f"{long}-1", f"{long}-10", f"{long}-2", "z", "ä"]
    time = pd.date_range("2025-06-02", periods=20, freq="1h", tz="UTC")
    frame = pd.concat([pd.DataFrame({"timestamp": time, "node": name,
                                     "cpu_usage_rate": 0.01 * i})
                       for i, name in enumerate(names)])
    for order in (frame, frame.sort_values(["timestamp", "node"])):
        made = table(write(tmp_path / "x.parquet", order), tmp_path / "out")
        assert list(dict.fromkeys(made["node"])) == sorted(names, key=str.encode)
        for i, name in enumerate(names):
            assert (made.loc[made["node"] == name, "cpu_usage_rate"] == 0.01 * i).all()


def test_cluster_is_part_of_a_node(tmp_path):
    time = pd.date_range("2025-06-02", periods=30, freq="10min", tz="UTC")
    frame = pd.concat([
        pd.DataFrame({"timestamp": time, "node": node, "cluster": cluster,
                      "cpu_usage_rate": np.arange(30) * scale})
        for cluster, node, scale in (("b", "n", 1), (None, "n", 3), ("a", "n", 2),
                                     ("a", "m", 4))])
    made = table(write(tmp_path / "x.parquet", frame), tmp_path / "out")
    assert list(made.columns[:4]) == ["timestamp", "node", "cluster", "cpu_usage_rate"]
    order = made.drop_duplicates(["node", "cluster"])
    assert list(zip(order["cluster"].fillna("-"), order["node"])) == [
        ("-", "n"), ("a", "m"), ("a", "n"), ("b", "n")]
    for (cluster, scale) in (("b", 1), ("a", 2)):
        rows = made[(made["node"] == "n") & (made["cluster"] == cluster)]
        assert rows["cpu_usage_rate_target_1.0h"].dropna().tolist() == [
            (i + 6) * scale for i in range(24)]


def test_other_columns_windows_and_horizons(tmp_path):
    frame = samples(nodes=2, days=2, step_s=300, gauges=FEW)
    frame["queue"] = np.arange(len(frame)) % 17
    frame["pool"] = "a"
    path = write(tmp_path / "x.parquet", frame)
    made = table(path, tmp_path / "out", "--columns", "disk_usage,queue", "--windows",
                 "90m,45m", "--horizons", "10m")
    assert list(made.columns) == [
        "timestamp", "node", *FEW, "queue", *CALENDAR,
        *(f"{gauge}_{name}_{label}" for gauge in ("disk_usage", "queue")
          for label in ("1.5h", "0.75h") for name in ("mean", "std", "max")),
        "disk_usage_target_10.0m", "queue_target_10.0m"]
    for node, rows in frame.groupby("node"):
        window = rows.set_index("timestamp")["queue"].rolling("45min", min_periods=5)
        same_values(made.loc[made["node"] == node, "queue_mean_0.75h"], window.mean())


def test_filters_and_other_names(tmp_path):
    frame = samples(nodes=3, days=3, step_s=600, gauges=FEW).rename(
        columns={"node": "instance", "timestamp": "time"})
    frame["pool"] = np.where(frame["instance"] == "node-01", "b", "a")
    path = write(tmp_path / "x.parquet", frame)
    names = ["--map", "node=instance", "--map", "timestamp=time"]
    made = table(path, tmp_path / "a", *names, "--match", "pool=a", "--since", "2025-06-03",
                 "--until", "2025-06-04T12:00", "--timezone", "Europe/Berlin")
    assert set(made["node"]) == {"node-00", "node-02"}
    assert made["timestamp"].min() == pd.Timestamp("2025-06-02T22:00")
    assert made["timestamp"].max() == pd.Timestamp("2025-06-04T09:50")
    made = table(path, tmp_path / "b", *names, "--nodes", "*-01")
    assert set(made["node"]) == {"node-01"}


def test_kinds_of_input(tmp_path):
    frame = samples(nodes=2, days=2, step_s=600, gauges=FEW)
    for gauge in FEW:
        frame[gauge] = (frame[gauge] * 64).round() / 64
    whole = table(write(tmp_path / "x.parquet", frame), tmp_path / "whole")
    text = frame.assign(timestamp=frame["timestamp"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    (tmp_path / "x.csv").write_text(text.to_csv(index=False))
    (tmp_path / "x.jsonl").write_text(text.to_json(orient="records", lines=True))
    columns = [*known(whole), *targets(whole)]
    for name in ("x.csv", "x.jsonl"):
        made = table(tmp_path / name, tmp_path / name[2:])
        assert bits(made, columns) == bits(whole, columns)
    done = subprocess.run([HINDCAST, "features", "-", "-o", tmp_path / "stdin", "--json"],
                          input=(tmp_path / "x.csv").read_bytes(), capture_output=True,
                          timeout=60 * SLOWER, check=True)
    assert json.loads(done.stdout)["inputs"][0]["sha256"] is None
    (path,) = (tmp_path / "stdin").glob("*.parquet")
    assert bits(frame_of(path), columns) == bits(whole, columns)


# ---------------------------------------------------------------- planted truth

@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    done = run("synth", "-o", folder / "data", "--nodes", "12", "--days", "9", "--step",
               "300")
    assert done.returncode == 0, done.stderr
    (path,) = features(folder / "data", folder / "out", "--timezone", "Europe/Berlin")
    return folder, read_json(folder / "data/truth.json"), frame_of(path)


def test_planted_rows_and_repeats(planted):
    folder, truth, made = planted
    manifest = read_json(folder / "out/manifest.json")
    repeats = truth["duplicates"]["exact"] + truth["duplicates"]["conflicting"]
    assert manifest["repeats_left_out"] == repeats > 0
    assert len(made) == truth["rows"] - repeats
    assert manifest["nodes"] == made["node"].nunique() == len(truth["nodes"])
    infinite = sum(column["infinite"] for column in truth["columns"])
    assert 0 < manifest["infinite_values"] <= infinite


def test_planted_gaps_are_in_no_window_and_no_target(planted):
    """Right after a gap of more than half a window it is not valid; no target in a gap."""
    _, truth, made = planted
    long = [gap for gap in truth["fleet_gaps"]
            if pd.Timestamp(gap["end"]) - pd.Timestamp(gap["start"]) > pd.Timedelta("31min")]
    assert long
    for gap in long:
        start, end = (pd.Timestamp(gap[k]).tz_localize(None) for k in ("start", "end"))
        after = made[(made["timestamp"] >= end) &
                     (made["timestamp"] < end + pd.Timedelta("5min"))]
        assert len(after) and after["cpu_usage_rate_mean_1.0h"].isna().all()
        for hours in (1, 2, 4):
            goal = made["timestamp"] + pd.Timedelta(hours=hours)
            inside = (goal >= start + pd.Timedelta("151s")) & (
                goal < end - pd.Timedelta("151s"))
            assert made.loc[inside, f"memory_usage_target_{hours}.0h"].isna().all()


def test_planted_rhythm_is_in_the_calendar(planted):
    folder, _, made = planted
    done = run("analyze", folder / "data", "-o", folder / "report", "--timezone",
               "Europe/Berlin", "--no-html", "--no-figures", "--quiet")
    assert done.returncode == 0
    peak = made.groupby("hour")["cpu_usage_rate"].mean().idxmax()
    assert peak == read_json(folder / "report/insights.json")["peak_hour"]


# ---------------------------------------------------------------- what is beside the set

def test_manifest_and_metadata_are_true(tmp_path):
    frame = samples(nodes=2, days=2, step_s=600, gauges=FEW)
    path = write(tmp_path / "x.parquet", frame)
    (made,) = features(path, tmp_path / "out", "--horizons", "1h,3h", "--timezone",
                       "Europe/Berlin")
    manifest = read_json(tmp_path / "out/manifest.json")
    assert (manifest["source"], manifest["schema_version"]) == ("features", 1)
    assert manifest["step_s"] == 600
    content = made.read_bytes()
    assert manifest["files"] == [{"path": made.name, "bytes": len(content),
                                  "rows": len(frame), "sha256": sha256(made)}]
    schema = pq.read_schema(made)
    assert [column["name"] for column in manifest["columns"]] == schema.names
    metadata = pq.ParquetFile(made).metadata.metadata
    assert metadata[b"hindcast_source"] == b"features"
    assert metadata[b"hindcast_version"].decode() == manifest["hindcast"]
    assert json.loads(metadata[b"hindcast_options"]) == manifest["options"]
    assert json.loads(metadata[b"hindcast_inputs"]) == manifest["inputs"] == [
        {"path": str(path), "bytes": path.stat().st_size, "rows": len(frame),
         "sha256": sha256(path), "verified": False}]
    assert manifest["options"]["horizons_s"] == [3600, 10800]
    assert tree(tmp_path / "out").keys() == {made.name, "manifest.json"}


def sha256(path):
    return subprocess.run(["sha256sum", path], capture_output=True, text=True,
                          check=True).stdout.split()[0]


def test_inputs_of_a_data_set_are_vouched_for(tmp_path):
    run("synth", "-o", tmp_path / "data", "--nodes", "2", "--days", "2", "--step", "1800")
    features(tmp_path / "data", tmp_path / "out")
    inputs = read_json(tmp_path / "out/manifest.json")["inputs"]
    listed = read_json(tmp_path / "data/manifest.json")["files"]
    assert [(i["sha256"], i["verified"]) for i in inputs] == [
        (file["sha256"], True) for file in listed if file["path"].startswith("samples/")]


def test_analyze_marks_what_is_derived(tmp_path):
    frame = samples(nodes=2, days=3, step_s=300, gauges=FEW)
    path = write(tmp_path / "x.parquet", frame)
    features(path, tmp_path / "out", "--windows", "1h,20m", "--horizons", "2h",
             "--columns", "cpu_usage_rate,disk_usage")
    found = analyze(tmp_path / "out", tmp_path / "report")
    assert found["input"]["files"][0]["verified"] is True
    kinds = {column["name"]: column["kind"] for column in found["columns"]}
    for name, kind in kinds.items():
        if name in ("timestamp", "node"):
            continue
        wanted = ("gauge" if name in FEW else "target" if "_target_" in name
                  else "derived")
        assert kind == wanted, name
    assert sum(kind == "target" for kind in kinds.values()) == 2
    hours = [note for note in found["quality"]["notes"] if "hour" in note]
    assert hours == []  # the calendar agrees with the timestamps


def test_the_newest_set_is_loaded_and_a_split_is_one(tmp_path):
    frame = samples(nodes=2, days=3, step_s=600, gauges=FEW)
    path = write(tmp_path / "x.parquet", frame)
    (old,) = features(path, tmp_path / "out")
    parts = features(path, tmp_path / "out", "--split-at", "2025-06-04")
    names = {file["path"] for file in read_json(tmp_path / "out/manifest.json")["files"]}
    assert names == {old.name, *(part.name for part in parts)}
    assert parts[0].name[:-len("_train.parquet")] == parts[1].name[:-len("_test.parquet")]
    found = analyze(tmp_path / "out", tmp_path / "report")
    assert {pathlib.Path(file["path"]).name for file in found["input"]["files"]} == {
        part.name for part in parts}
    assert all(file["verified"] for file in found["input"]["files"])
    old.unlink()
    features(path, tmp_path / "out")
    names = {file["path"] for file in read_json(tmp_path / "out/manifest.json")["files"]}
    assert names == {item.name for item in (tmp_path / "out").glob("*.parquet")}


def test_a_flipped_bit_is_found(tmp_path):
    path = write(tmp_path / "x.parquet", samples(nodes=2, days=2, step_s=600, gauges=FEW))
    (made,) = features(path, tmp_path / "out")
    content = bytearray(made.read_bytes())
    content[len(content) // 3] ^= 4
    made.write_bytes(content)
    done = run("analyze", tmp_path / "out", "-o", tmp_path / "report")
    assert done.returncode == 3 and made.name in done.stderr


def test_talk(tmp_path):
    frame = samples(nodes=2, days=2, step_s=600, gauges=FEW)
    frame.loc[3, "load_1m"] = np.inf
    frame = pd.concat([frame.iloc[:5], frame.iloc[4:], frame.iloc[:1].assign(node=None)])
    path = write(tmp_path / "x.parquet", frame)
    done = run("features", path, "-o", tmp_path / "out", env={"LC_ALL": "C"})
    assert (done.returncode, done.stderr) == (0, "")
    (made,) = (tmp_path / "out").glob("*.parquet")
    lines = done.stdout.splitlines()
    assert lines[0] == str(made)
    assert "576 rows, 52 columns" in lines[1]
    assert lines[2:] == ["2 nodes", "  1 row left out: it repeats a node and time",
                         "  1 row left out: it has no time or no node",
                         "  1 infinite value taken as missing"]
    assert max(map(len, lines[1:])) <= 80
    done = run("features", path, "-o", tmp_path / "out", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_missing_main_gauge_is_said(tmp_path):
    frame = samples(nodes=2, days=2, step_s=600, gauges=["cpu_usage_rate"])
    done = run("features", write(tmp_path / "x.parquet", frame), "-o", tmp_path / "out")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "hindcast: no column 'memory_usage': no features of it",
        "hindcast: no column 'load_1m': no features of it"]


# ---------------------------------------------------------------- bad input

@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return write(tmp_path_factory.mktemp("small") / "x.parquet",
                 samples(nodes=2, days=2, step_s=600, gauges=FEW))


@pytest.mark.parametrize("args, words", [
    (["--windows", "1x"], "'--windows' needs durations"),
    (["--windows", ""], "'--windows' needs durations"),
    (["--windows", "1h,60m"], "has '60m' twice"),
    (["--horizons", "400d"], "'--horizons' takes 1s to 366d"),
    (["--columns", "cpu_usage"], "--columns: no column 'cpu_usage'; did you mean"),
    (["--columns", "node"], "'node' holds no numbers"),
    (["--columns", "load_1m,load_1m"], "'load_1m' is there twice"),
    (["--timezone", "Berlin"], "did you mean 'Europe/Berlin'?"),
    (["--as-of", "yesterday"], "--as-of 'yesterday': no date or time"),
    (["--split-at", "soon"], "--split-at 'soon': no date or time"),
    (["--split-at", "2025-06-03", "--as-of", "2025-06-02"], "nothing would be left"),
    (["--step", "0"], "'--step'"),
    (["--windws", "1h"], "did you mean '--windows'?"),
    (["--match", "pool=a"], "--match: no column 'pool'")])
def test_wrong_usage(args, words, small, tmp_path):
    assert words in refused(2, small, tmp_path / "out", *args)
    assert not (tmp_path / "out").exists()


def test_no_folder_given(small):
    done = run("features", small)
    assert (done.returncode, done.stderr) == (
        2, "hindcast: 'hindcast features' needs '-o DIR'\n")


def test_derived_columns_are_not_rolled_again(small, tmp_path):
    (made,) = features(small, tmp_path / "out")
    said = refused(2, made, tmp_path / "two", "--columns", "load_1m_mean_1.0h")
    assert "is made of other columns already" in said


def frames_without_enough():
    frame = samples(nodes=2, days=1, step_s=3600, gauges=["cpu_usage_rate"])
    frame = frame.assign(memory_usage=0.5, load_1m=0.5)
    yield "no row", frame.iloc[:0]
    yield "no node", frame.assign(node=None)
    yield "no value", frame.assign(**dict.fromkeys(MAIN, np.nan))
    yield "one time", frame[frame["timestamp"] == frame["timestamp"].min()]


@pytest.mark.parametrize("name, frame", list(frames_without_enough()), ids=lambda v: v if isinstance(
    v, str) else "")
def test_not_enough_data(name, frame, tmp_path):
    schema = pa.schema([("timestamp", pa.timestamp("us")), ("node", pa.string()),
                        *((gauge, pa.float64()) for gauge in MAIN)])
    frame = frame.assign(timestamp=frame["timestamp"].dt.tz_localize(None))
    path = write(tmp_path / "x.parquet", pa.Table.from_pandas(
        frame[schema.names], schema=schema, preserve_index=False))
    assert "not enough data" in refused(4, path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("args", [["--as-of", "2020-01-01"], ["--since", "2030-01-01"],
                                  ["--split-at", "2020-01-01"], ["--nodes", "x*"],
                                  ["--split-at", "2030-01-01"]])
def test_nothing_is_left(args, small, tmp_path):
    assert "not enough data" in refused(4, small, tmp_path / "out", *args)


def test_input_that_is_not_valid(small, tmp_path):
    content = small.read_bytes()
    (tmp_path / "cut.parquet").write_bytes(content[:len(content) // 2])
    (tmp_path / "text.parquet").write_text("no parquet")
    (tmp_path / "empty").mkdir()
    write(tmp_path / "keyless.parquet", {"timestamp": [1], "cpu_usage_rate": [0.5]})
    for name in ("cut.parquet", "text.parquet", "empty", "keyless.parquet", "none.parquet"):
        said = refused(3, tmp_path / name, tmp_path / "out")
        assert name in said
        assert not (tmp_path / "out").exists()
    (tmp_path / "zero.csv").write_text("")
    assert "is empty" in refused(4, tmp_path / "zero.csv", tmp_path / "out")


def test_broken_pages_are_an_error_that_names_the_file(tmp_path):
    """Where DuckDB sees it: it has no checksums. What is not seen is no crash either."""
    frame = samples(nodes=3, days=3, step_s=60, gauges=FEW)
    path = write(tmp_path / "x.parquet", frame, compression="zstd")
    content = path.read_bytes()
    for number in range(6):
        broken = bytearray(content)
        at = int(len(content) * (number + 0.5) / 6.5)
        broken[at:at + 200] = bytes(255 - b for b in broken[at:at + 200])
        (tmp_path / "broken.parquet").write_bytes(broken)
        out = tmp_path / str(number)
        done = run("features", tmp_path / "broken.parquet", "-o", out)
        assert done.returncode in (0, 3, 4)
        if done.returncode:
            assert "broken.parquet" in done.stderr or "not enough" in done.stderr
            assert done.stderr.count("\n") == 1
            assert not out.exists()
        else:
            assert features(path, out)  # its manifest is a manifest


def test_hostile_names_are_shown_harmlessly(tmp_path):
    time = pd.date_range("2025-06-02", periods=30, freq="10min", tz="UTC")
    frame = pd.DataFrame({"timestamp": time, "node": "\x1b[31m'; drop", "load_1m": 1.0,
                          "x\"; --": 2.0})
    path = write(tmp_path / "it's \x1b[31m.parquet", frame)
    done = run("features", path, "-o", tmp_path / "o\x1b[0mut", "--columns", "x\"; --")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr
    (made,) = (tmp_path / "o\x1b[0mut").glob("*.parquet")
    assert set(frame_of(made)["node"]) == {"\x1b[31m'; drop"}
    assert (frame_of(made)["x\"; --_mean_1.0h"].dropna() == 2).all()


# ---------------------------------------------------------------- faults

LARGE = ["--nodes", "40", "--days", "6", "--step", "30"]


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large") / "data"
    assert run("synth", "-o", folder, *LARGE, timeout=200).returncode == 0
    return folder


def test_files_that_may_not_grow(large, tmp_path):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))

    said = refused(5, large, tmp_path / "new", preexec_fn=limit, restore_signals=False)
    assert "File too large" in said
    assert not (tmp_path / "new").exists()


def test_full_disk_keeps_what_is_there(small, large, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", disk],
                      capture_output=True).returncode:
        pytest.skip("no right to mount a small disk")
    try:
        features(small, disk / "set")
        before = tree(disk / "set")
        for folder in (disk / "new", disk / "set"):
            said = refused(5, large, folder)
            assert "No space left on device" in said and str(folder) in said
        assert [path.name for path in disk.iterdir()] == ["set"]
        assert tree(disk / "set") == before
    finally:
        subprocess.run(["umount", disk], check=True)


def test_folder_that_cannot_be_written(small, tmp_path):
    (tmp_path / "file").write_text("x")
    assert "Not a directory" in refused(5, small, tmp_path / "file/below")
    assert "cannot write to '/sys'" in refused(5, small, "/sys")


@pytest.mark.parametrize("source", ["collect", "synth", "broken"])
def test_other_data_are_left_alone(source, small, tmp_path):
    run("synth", "-o", tmp_path / "data", "--nodes", "2", "--days", "2", "--step", "3600")
    path = tmp_path / "data/manifest.json"
    if source == "collect":
        path.write_text(path.read_text().replace('"synth"', '"collect"'))
    if source == "broken":
        path.write_text("{}")
    before = tree(tmp_path / "data")
    said = refused(5, small, tmp_path / "data")
    assert "its manifest.json is not of training sets" in said
    assert tree(tmp_path / "data") == before


def start(large, folder):
    """A run in the middle of writing."""
    child = subprocess.Popen([HINDCAST, "features", large, "-o", folder],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    limit = time.monotonic() + 60 * SLOWER
    while not any(path.stat().st_size > 4 for path in
                  folder.glob(".hindcast-*.tmp/*.parquet")):
        assert child.poll() is None and time.monotonic() < limit
        time.sleep(0.005)
    return child


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_leaves_nothing(number, large, tmp_path):
    child = start(large, tmp_path / "new")
    begin = time.monotonic()
    child.send_signal(number)
    assert child.communicate(timeout=30) == ("", "hindcast: interrupted\n")
    assert time.monotonic() - begin < 10 * SLOWER
    assert child.returncode == 130
    assert not (tmp_path / "new").exists()


def test_kill_leaves_no_seal_and_is_swept(small, large, tmp_path):
    folder = tmp_path / "new"
    features(small, folder)
    before = tree(folder)
    child = start(large, folder)
    child.kill()
    child.communicate(timeout=30)
    assert leftovers(folder)
    assert {name: content for name, content in tree(folder).items()
            if name[0] != "."} == before
    (made,) = features(small, folder)
    assert leftovers(folder) == []
    assert tree(folder).keys() == {*before, made.name}


def test_input_that_is_the_output_is_spared(small, tmp_path):
    """The set in the same folder is read, and the new one stands beside it."""
    (made,) = features(small, tmp_path)
    (again,) = features(tmp_path, tmp_path)
    assert made.exists() and again != made
    assert bits(frame_of(made), FEW) == bits(frame_of(again), FEW)


def test_times_that_are_none(tmp_path):
    """Before the year 1 and after 9999; they fit no manifest, and no window."""
    frame = samples(nodes=2, days=1, step_s=600, gauges=FEW)
    time = frame["timestamp"].dt.tz_localize(None).astype("datetime64[us]").to_numpy().copy()
    time[:3] = np.array([-(2**62), 2**62, 2**63 - 1]).astype("M8[us]")
    path = write(tmp_path / "x.parquet", pa.table({
        "timestamp": pa.array(time.astype(np.int64)).cast(pa.timestamp("us")),
        **{name: pa.array(frame[name]) for name in ["node", *FEW]}}))
    made = table(path, tmp_path / "out")
    assert len(made) == len(frame) - 3
    assert read_json(tmp_path / "out/manifest.json")["rows_without_key"] == 3


def test_memory_limit(large, tmp_path):
    """In order, a small limit is enough; what has to be sorted spills, or says why not."""
    (free,) = features(large, tmp_path / "free")
    done = run("features", large, "-o", tmp_path / "low", "--memory-limit", "200MB",
               "--json", timeout=120)
    assert done.returncode == 0, done.stderr
    (path,) = (tmp_path / "low").glob("*.parquet")
    assert sha256(path) == sha256(free)
    done = run("features", large, "-o", tmp_path / "none", "--memory-limit", "5MB")
    assert done.returncode == 1 and "--memory-limit" in done.stderr
    assert not (tmp_path / "none").exists()
