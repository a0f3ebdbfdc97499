"""The methods of src/patterns against statsmodels, scipy, ruptures and numpy.

Each test feeds series to build/tests/unit/patterns_probe and compares what it prints.
HINDCAST is the program beside which the probe was built.
"""
import os
import pathlib
import subprocess
import warnings

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("HINDCAST", ROOT / "build" / "hindcast"))
PROBE = PROGRAM.parent / "tests/unit/patterns_probe"
SHARED = pathlib.Path(os.environ.get("HINDCAST_SHARED", ROOT.parent / "shared"))


def probe(method, *numbers, series):
    """The rows that the probe prints."""
    text = "\n".join(map(repr, np.asarray(series, float).tolist()))
    done = subprocess.run([PROBE, method, *map(str, numbers)], input=text, text=True,
                          capture_output=True)
    assert done.returncode == 0, done.stderr
    return [[float(word) for word in line.split()] for line in done.stdout.splitlines()]


def seasonal_series(seed, n, period, kind="normal"):
    """Season, slope and noise; with heavy tails where asked for."""
    random = np.random.default_rng(seed)
    t = np.arange(n)
    noise = random.standard_t(1.5, n) if kind == "wild" else random.normal(0, 1, n)
    walk = np.cumsum(random.normal(0, 0.1, n))
    return 3 * np.sin(2 * np.pi * t / period) + np.cos(6 * np.pi * t / period) + walk + noise


STL_CASES = [(720, 24, (7, 0, 0)), (720, 168, (7, 0, 0)), (500, 12, (13, 0, 0)),
             (49, 24, (7, 0, 0)), (48, 24, (0, 0, 0)), (301, 7, (35, 51, 9)),
             (103, 4, (31, 0, 0)), (91, 7, (101, 301, 9))]


# two points a phase fit exactly: robust weights would be those of rounding
@pytest.mark.parametrize("n, period, windows, robust", [
    (*case, robust) for case in STL_CASES for robust in (False, True)
    if not robust or case[0] != 2 * case[1]])
def test_stl_is_statsmodels(n, period, windows, robust):
    from statsmodels.tsa.seasonal import STL

    for kind in ("normal", "wild"):
        y = seasonal_series(n + period, n, period, kind)
        named = {name: w for name, w in zip(("seasonal", "trend", "low_pass"), windows) if w}
        fit = STL(y, period=period, robust=robust, **named).fit()
        wanted = np.column_stack([fit.seasonal, fit.trend, fit.resid])
        rows = probe("stl", period, *windows, int(robust), series=y)
        scale = np.abs(y).max()
        assert np.abs(np.array(rows[:-1]) - wanted).max() <= 1e-6 * max(1, scale)
        strength = [max(0, 1 - np.var(fit.resid) / np.var(part + fit.resid))
                    for part in (fit.seasonal, fit.trend)]
        assert rows[-1] == pytest.approx(strength, abs=1e-6)


@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("n, periods", [(720, (24, 168)), (2184, (24, 168)), (336, (24, 168)),
                                        (337, (24, 168)), (200, (24,)), (400, (6, 24, 100))])
def test_mstl_is_statsmodels(n, periods, robust):
    from statsmodels.tsa.seasonal import MSTL

    y = seasonal_series(n, n, 24) + seasonal_series(1, n, 168, "wild")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = MSTL(y, periods=periods, stl_kwargs={"robust": robust}).fit()
    wanted = np.column_stack([fit.seasonal, fit.trend, fit.resid])
    rows = np.array(probe("mstl", int(robust), *periods, series=y))
    assert rows.shape == wanted.shape
    assert np.abs(rows - wanted).max() <= 1e-6 * max(1, np.abs(y).max())


def test_stl_refuses_what_it_cannot_do():
    for numbers, n in (((24, 7, 0, 0, 0), 47), ((1, 7, 0, 0, 0), 50), ((24, 8, 0, 0, 0), 50)):
        done = subprocess.run([PROBE, "stl", *map(str, numbers)], input="1 " * n, text=True,
                              capture_output=True)
        assert done.returncode == 3 and ("stl" in done.stderr or "too few" in done.stderr)


def test_stl_goes_on_over_gaps():
    """Without a tenth of the values the season is found as with them."""
    random = np.random.default_rng(5)
    t = np.arange(1400)
    season, trend = 3 * np.sin(2 * np.pi * t / 24), t / 300
    y = season + trend + random.normal(0, 0.3, len(t))
    y[random.random(len(t)) < 0.1] = np.nan
    y[400:460] = np.nan
    for robust in (0, 1):
        rows = np.array(probe("stl", 24, 0, 0, 0, robust, series=y)[:-1])
        assert np.sqrt(np.mean((rows[:, 0] - season) ** 2)) < 0.25
        assert np.abs(rows[:, 1] - trend).max() < 1
        assert (np.isnan(rows[:, 2]) == np.isnan(y)).all()


def weekly(series, slot=0):
    """trend and remainder by hour, the five strengths, the profile"""
    rows = probe("weekly", slot, series=series)
    n = len(series)
    return np.array(rows[:n]), rows[n], np.ravel(rows[n + 1:])


def test_weekly_profile_is_the_median():
    """A profile on a flat trend is numpy's median by hour of the week, less its mean."""
    random = np.random.default_rng(8)
    y = random.normal(0, 1, 168 * 9) + np.tile(random.normal(0, 5, 168), 9)
    y[random.random(len(y)) < 0.05] = np.nan
    parts, _, profile = weekly(y)
    detrended = y - parts[:, 0]
    wanted = np.nanmedian(detrended.reshape(9, 168), axis=0)
    assert profile == pytest.approx(wanted - wanted.mean(), abs=1e-12)


def shared_hourly():
    """(nodes, hourly means) of real CPU, and the hour of the week of the first hour"""
    path = SHARED / "data/bitbrains-rnd/nodes.parquet"
    if not path.exists():
        pytest.skip("skipped, no shared data")
    import duckdb
    hours = duckdb.sql(f"""SELECT node, CAST(floor(epoch(timestamp) / 3600) AS BIGINT) AS hour,
        avg(cpu_usage_rate) AS cpu FROM '{path}' GROUP BY ALL""").df()
    table = hours.pivot(index="node", columns="hour", values="cpu")
    first = table.columns.min()
    table = table.reindex(columns=range(first, table.columns.max() + 1))
    return list(table.index), table.to_numpy(), int((first + 72) % 168)


@pytest.mark.parametrize("hours, machines", [(24, (215, 218, 226, 228, 231)),
                                             (168, (97, 242, 288, 300))])
def test_period_of_real_machines(hours, machines):
    """Those whose rhythm the set's description names."""
    names, hourly, _ = shared_hourly()
    for machine in machines:
        series = hourly[names.index(f"vm-{machine:03}")]
        assert probe("period", 24, series=series)[0][0] == hours, machine


@pytest.mark.long
def test_weekly_strengths_agree_with_mstl():
    """The agreement that docs/method/strength.md states, over nodes that are there."""
    _, hourly, slot = shared_hourly()
    ours, theirs = [], []
    for y in hourly:
        there = np.isfinite(y)
        if there.mean() < 0.9 or np.nanstd(y) == 0:
            continue
        ours.append(weekly(y, slot)[1][:4])
        day, week, trend, rest = np.array(probe("mstl", 1, 24, 168, series=y))[there].T
        theirs.append([max(0, 1 - np.var(rest) / np.var(part + rest))
                       for part in (trend, day + week, day, week)])
    off = np.abs(np.array(ours) - theirs)
    assert len(off) > 200
    assert np.median(off, axis=0).max() < 0.03
    assert np.quantile(off, 0.9, axis=0).max() < 0.16


@pytest.mark.parametrize("n", [2, 3, 14, 91, 400])
def test_theil_sen_is_scipy(n):
    from scipy.stats import theilslopes

    for seed, ties in ((1, False), (2, True), (3, False)):
        random = np.random.default_rng(seed)
        x = np.sort(random.integers(0, n, n).astype(float) if ties else random.random(n) * n)
        y = random.standard_t(2, n) + 0.1 * x
        if len(set(x)) < 2:
            continue
        wanted = theilslopes(y, x)
        slope, level = probe("theil_sen", series=np.column_stack([x, y]).ravel())[0]
        assert slope == pytest.approx(wanted.slope, rel=1e-12, abs=1e-15)
        assert level == pytest.approx(wanted.intercept, rel=1e-12, abs=1e-12)


def test_trend_with_days_missing_has_the_slope_of_the_others():
    from scipy.stats import theilslopes

    random = np.random.default_rng(4)
    y = random.normal(0, 1, 91) + 0.05 * np.arange(91)
    y[random.random(91) < 0.2] = np.nan
    y[:5] = y[-3:] = np.nan
    there = np.flatnonzero(np.isfinite(y))
    claim, slope, low, high, level, phi, n = probe("trend", 1, 10, series=y)[0]
    wanted = theilslopes(y[there], there - there[0], method="joint")  # median of y - slope x
    assert slope == pytest.approx(wanted.slope, rel=1e-12)
    assert level == pytest.approx(wanted.intercept + wanted.slope * (there[-1] - there[0]))
    assert claim == 1 and low < 0.05 < high and n == len(there)


# What the set's own source expects, in hours; 0: not periodic. Signal 3 has a plain day (the
# autocorrelation of its hourly means at 24 h is 0.83), so it is told, not held.
LABELLED = {0: 24, 1: 24, 2: 168, 4: 0, 5: 0, 6: 0, 7: 0}


@pytest.mark.parametrize("signal", LABELLED)
def test_period_of_labelled_signals(signal):
    path = SHARED / f"data/periodicity/input{signal}.csv"
    if not path.exists():
        pytest.skip("skipped, no shared data")
    stamp, value = np.loadtxt(path, delimiter=",", skiprows=1).T
    hour = (stamp // 3600).astype(int) - int(stamp[0] // 3600)
    hourly = np.bincount(hour, value) / np.bincount(hour)
    assert probe("period", 24, series=hourly)[0][0] == LABELLED[signal]


def test_peak_profile_is_the_mean_of_centred_days():
    random = np.random.default_rng(3)
    days = random.normal(0, 1, (40, 24)) + 2 * np.cos(2 * np.pi * (np.arange(24) - 9) / 24)
    rows = probe("peak", 0, 1, series=days.ravel())
    level = days.mean(axis=1)
    before, after = np.r_[level[0], level[:-1]], np.r_[level[1:], level[-1]]
    at = (np.arange(24) + 0.5) / 24 - 0.5
    line = level[:, None] + np.where(at < 0, (level - before)[:, None] * at,
                                     (after - level)[:, None] * at)
    centred = days - line
    centred -= np.median(centred, axis=1, keepdims=True)
    reach = 4 * 1.4826 * np.median(np.abs(centred))
    tamed = np.clip(centred, -reach, reach)
    wanted = (tamed - tamed.mean(axis=1, keepdims=True)).mean(axis=0)
    assert np.ravel(rows[3:]) == pytest.approx(wanted, abs=1e-12)
    hour, first, last, value, clear = rows[1]
    assert (hour, clear) == (wanted.argmax(), 1) and first <= 9 <= last
    assert value == pytest.approx(level.mean() + wanted.max())


@pytest.mark.parametrize("least", [1, 2, 7, 24])
@pytest.mark.parametrize("penalty", [1, 10, 50])
def test_pelt_is_ruptures(least, penalty):
    import ruptures

    for seed in range(2):
        random = np.random.default_rng(seed)
        n = int(random.integers(60, 400))
        levels = np.repeat(random.normal(0, 2, 12), -(-n // 12))[:n]
        for x in (random.normal(0, 1, n) + levels, np.cumsum(random.normal(0, 1, n)),
                  1e5 + random.standard_t(2, n)):
            wanted = ruptures.Pelt(model="l2", min_size=least, jump=1).fit_predict(x, penalty)
            cost, ends = probe("pelt", least, penalty, series=x)
            assert ends == wanted
            starts = [0, *wanted[:-1]]
            assert cost[0] == pytest.approx(
                sum(x[a:b].var() * (b - a) + penalty for a, b in zip(starts, wanted)))


def twins(x, least, fdr=0.05, fitted=0):
    """(counts, pairs, r, family of each row, order, loose pairs)"""
    rows = probe("twins", len(x), least, fdr, fitted, series=np.ravel(x))
    kept, told = 1 + int(rows[0][4]), 1 + int(rows[0][4] + rows[0][6])
    return (rows[0], rows[1:kept], np.array(rows[told:-2]), rows[-2],
            [int(row) for row in rows[-1]], rows[kept:told])


def dependent(seed, nodes, hours, gaps):
    """Rows of which neighbours share a part; autocorrelated; with gaps where asked for."""
    random = np.random.default_rng(seed)
    x = random.normal(0, 1, (nodes, hours))
    for t in range(1, hours):
        x[:, t] += np.linspace(0, 0.9, nodes) * x[:, t - 1]
    x[1::4] += random.choice([-1, 1], (len(x[1::4]), 1)) * x[::4][:len(x[1::4])]
    if gaps:
        x[3:][random.random((nodes - 3, hours)) < 0.1] = np.nan
        x[5, hours // 3:] = np.nan
    return x * 1e-3 + 1e3


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("nodes, hours", [(2, 60), (13, 300), (150, 200)])
def test_twins_are_pandas_and_scipy(nodes, hours, gaps):
    """r of DataFrame.corr(); n' and p by the formulas of twins.h; scipy's procedure."""
    import pandas
    import scipy.stats

    x = dependent(nodes, nodes, hours, gaps and nodes > 6)
    counts, pairs, r, _, _, loose = twins(x, 1e-9)
    wanted = pandas.DataFrame(x.T).corr(min_periods=12).to_numpy()
    assert (np.isnan(r) == np.isnan(wanted)).all()
    assert np.nanmax(np.abs(r - wanted)) < 1e-5
    there = np.isfinite(x)
    z = np.where(there, (x - np.nanmean(x, 1, keepdims=True)) / np.nanstd(x, 1, keepdims=True), 0)
    lags = hours // 4
    acf = np.array([[(row[:-k] * row[k:]).sum() / max((mask[:-k] & mask[k:]).sum(), 1)
                     for k in range(1, lags + 1)] for row, mask in zip(z, there)])
    a, b = np.triu_indices(nodes, 1)
    n = (there[a] & there[b]).sum(1)
    fade = 1 - np.arange(1, lags + 1) / hours
    independent = n / np.maximum(1, 1 + 2 * (acf[a] * acf[b] * fade).sum(1))
    kept = np.isfinite(wanted[a, b])
    with np.errstate(invalid="ignore"):
        size = np.abs(np.arctanh(np.clip(wanted[a, b], -1 + 1e-15, 1 - 1e-15)))
        p = 2 * scipy.stats.norm.sf(size * np.sqrt(independent - 3))
    p[independent < 12] = 1
    false = scipy.stats.false_discovery_control(p[kept]) <= 0.05
    chosen = {(i, j): k for k, i, j in zip(np.flatnonzero(kept)[false], a[kept][false],
                                           b[kept][false])}
    assert (counts[0], counts[1]) == (kept.sum(), false.sum())
    assert {(int(row[0]), int(row[1])) for row in pairs} == set(chosen)
    for i, j, r_pair, low, high, n_pair, n_own, p_pair in pairs:
        k = chosen[int(i), int(j)]
        assert r_pair == pytest.approx(wanted[a[k], b[k]], abs=1e-10)
        assert n_pair == n[k] and n_own == pytest.approx(independent[k], rel=1e-4)
        half = 1.959963984540054 / np.sqrt(n_own - 3)
        assert (low, high) == pytest.approx(
            (np.tanh(np.arctanh(r_pair) - half), np.tanh(np.arctanh(r_pair) + half)), abs=1e-9)
    assert len(loose) == min(kept.sum() - len(pairs), 10000)
    for told in (pairs, loose):
        sizes = [abs(row[2]) for row in told]
        assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("nodes", [2, 9, 40])
def test_families_are_average_linkage(nodes):
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    x = dependent(3, nodes, 400, False)
    x[nodes // 2:] += x[nodes // 2] - 1e3
    _, _, r, family, order, _ = twins(x, 0.4)
    far = 1 - np.corrcoef(x)
    np.fill_diagonal(far, 0)
    wanted = fcluster(linkage(squareform(far, checks=False), "average"), 0.6, "distance")
    together = wanted[:, None] == wanted
    family = np.array(family)
    ours = (family[:, None] == family) & (family[:, None] > 0) | np.eye(nodes, dtype=bool)
    assert (ours == together).all()
    assert sorted(order) == list(range(nodes))
    numbers = [g for g in family[order] if g]  # a family stands side by side, in order
    assert numbers == sorted(numbers)


def test_twins_of_real_machines():
    """Those that the set's description names."""
    names, hourly, slot = shared_hourly()
    residuals = np.full(hourly.shape, np.nan)
    for row, y in zip(residuals, hourly):
        if np.isfinite(y).sum() >= 72:
            row[:] = weekly(y, slot)[0].sum(axis=1)  # all but the profile
    _, pairs, r, family, _, loose = twins(residuals, 0.5, fitted=168)
    at = {name: k for k, name in enumerate(names)}
    found = {(names[int(i)], names[int(j)]): value for i, j, value, *_ in pairs}
    for a, b in ((186, 187), (209, 210), (52, 53), (122, 123), (126, 127), (44, 45), (47, 48)):
        assert found[f"vm-{a:03}", f"vm-{b:03}"] > 0.7, (a, b)
    # one step in each, within two days: as opposite as can be, and no more than one event
    maybe = {(names[int(i)], names[int(j)]): (value, own)
             for i, j, value, _, _, _, own, _ in loose}
    for a, b in ((6, 192), (192, 270)):
        value, own = maybe[f"vm-{a:03}", f"vm-{b:03}"]
        assert value < -0.8 and own < 12, (a, b)
    for members in ((186, 187), (209, 210), (52, 53), range(122, 128), range(44, 49)):
        assert len({family[at[f"vm-{m:03}"]] for m in members} - {0}) == 1, members
