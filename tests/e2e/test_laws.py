"""Random little data sets, each against the notebook's computations in pandas.

Every section of findings.json, the tables and the rollup go through the comparer of
tests/reference. A seed that once failed is a test for ever: add it to SEEDS.
"""
import pathlib
import sys

import numpy as np
import pandas as pd
import pytest

import util
from util import GAUGES, MAIN, ROOT, analyze, write

sys.path.insert(0, str(ROOT / "tests/reference"))

import notebook_reference as reference  # noqa: E402
import test_notebook as comparer  # noqa: E402

SEEDS = range(30)
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo"]  # whole hours only
SECOND = 1_000_000


# ---------------------------------------------------------------- made-up dirt

def times(rng, step_s):
    """Microseconds of one node: steps that are mostly even, holes, now and then a pause."""
    count = int(rng.integers(2, 400))
    steps = np.full(count, step_s * SECOND)
    if rng.random() < 0.5:  # late by up to a fifth of a step
        steps = steps + rng.integers(0, step_s * SECOND // 5, count)
    for _ in range(rng.integers(0, 4)):
        steps[rng.integers(0, count)] += int(rng.integers(1, 60) * step_s * SECOND // 4)
    start = pd.Timestamp("2025-03-27", tz="UTC").value // 1000
    start += int(rng.integers(0, 40)) * step_s * SECOND
    return start + np.cumsum(steps)


def values(rng, count):
    """One column: of some scale, perhaps constant, with holes."""
    scale = 10.0 ** rng.integers(-3, 10)
    column = {0: lambda: np.full(count, scale), 1: lambda: rng.normal(0, scale, count),
              2: lambda: scale + rng.random(count), 3: lambda: rng.random(count) ** 4,
              4: lambda: np.round(rng.random(count) * 5)}[int(rng.integers(0, 5))]()
    holes = rng.random(count)
    if rng.random() < 0.6:
        column = np.where(holes < rng.choice([0.01, 0.2, 0.9]), np.nan, column)
    if rng.random() < 0.4:
        column = np.where(holes > 0.98, rng.choice([np.inf, -np.inf, -1.0, 7.0]), column)
    return column


def usual(rng, name, count):
    """Never without a value: the notebook stops where every CPU cell is empty."""
    column = rng.random(count) * (1 if name != "load_1m" else 9)
    column[rng.random(count) < rng.choice([0, 0.05])] = np.nan
    column[rng.random(count) < rng.choice([0, 0.01])] = np.inf
    column[:2] = 0.5, 0.25
    return column


def data_set(seed):
    rng = np.random.default_rng(seed)
    step_s = int(rng.choice([10, 60, 300, 1800, 86400 // 4]))
    parts = [pd.DataFrame({"node": f"n{k}", "time": times(rng, step_s)})
             for k in range(rng.integers(1, 6))]
    frame = pd.concat(parts, ignore_index=True)
    count = len(frame)
    for name in MAIN:
        frame[name] = usual(rng, name, count)
    for name in [g for g in GAUGES if g not in MAIN and rng.random() < 0.4]:
        frame[name] = values(rng, count)
    for k in range(rng.integers(0, 4)):
        frame[f"extra_{k}"] = values(rng, count)
    if rng.random() < 0.3:
        frame["whole"] = rng.integers(-5, 5, count)
    if rng.random() < 0.3:
        frame["cluster"] = np.where(rng.random(count) < 0.5, "east", "west")
    return disorder(rng, repeat(rng, frame))


def repeat(rng, frame):
    """Exact and conflicting repeats."""
    again = frame.sample(int(rng.integers(0, 12)), replace=True, random_state=rng)
    other = frame.sample(int(rng.integers(0, 12)), replace=True, random_state=rng)
    other = other.assign(cpu_usage_rate=rng.random(len(other)))
    return pd.concat([frame, again, other], ignore_index=True)


def disorder(rng, frame):
    how = rng.integers(0, 4)
    if how == 0:
        return frame.sort_values(["node", "time"], kind="stable", ignore_index=True)
    if how == 1:
        return frame.sort_values("time", kind="stable", ignore_index=True)
    if how == 2:  # nearly sorted
        frame = frame.sort_values(["node", "time"], kind="stable", ignore_index=True)
        moved = np.arange(len(frame)) + np.where(rng.random(len(frame)) < 0.03,
                                                 rng.integers(-9, 9, len(frame)), 0)
        return frame.iloc[np.argsort(moved, kind="stable")].reset_index(drop=True)
    return frame.sample(frac=1, random_state=rng, ignore_index=True)


def as_files(rng, frame, folder):
    """One to four files; a missing number is NULL in some and NaN in others."""
    frame = frame.drop(columns="time").assign(
        timestamp=pd.to_datetime(frame["time"], unit="us", utc=True))
    cuts = np.sort(rng.integers(0, len(frame) + 1, rng.integers(0, 4)))
    paths = []
    for a, b in zip([0, *cuts], [*cuts, len(frame)]):
        path = folder / f"part-{len(paths)}.parquet"
        nan = rng.random() < 0.5
        table = {name: column_of(frame[name].iloc[a:b], nan) for name in frame}
        paths.append(str(write(path, table, row_group_size=int(rng.integers(7, 300)))))
    return paths


def column_of(series, nan):
    from_pandas = not (nan and series.dtype == np.float64)
    return util.pa.array(series, from_pandas=from_pandas)


# ---------------------------------------------------------------- the law

@pytest.mark.parametrize("seed", SEEDS)
def test_agrees_with_the_notebook(seed, tmp_path):
    rng = np.random.default_rng(1000 + seed)
    paths = as_files(rng, data_set(seed), tmp_path)
    zone = str(rng.choice(ZONES))
    out = tmp_path / "report"
    findings = analyze(paths, out, "--timezone", zone, "--threads", int(rng.integers(1, 4)))
    samples = reference.Samples(paths, zone)
    expected = reference.analyse(samples)
    expected["correlation"] = without_chance(samples, expected["correlation"])
    check = comparer.compare_all(samples, expected, findings, pathlib.Path(out))
    assert not check.wrong, check.report()


def without_chance(samples, correlation):
    """pandas gives a constant column a tiny deviation where its sum is not exact, and a
    correlation that is noise: the pooled matrix is that of two passes, taken from a value."""
    exact = reference.pearson(samples.frame, samples.numeric, None, np.longdouble)
    return {**correlation, "pooled": [[reference.number(r) for r in row] for row in exact],
            "pairs": reference.high_pairs(samples, exact, within_of(correlation))}


def within_of(correlation):
    matrix = correlation["within_node"]["matrix"]
    return np.array([[np.nan if r is None else r for r in row] for row in matrix])
