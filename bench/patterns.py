"""The methods of src/patterns against statsmodels, ruptures and scipy, for bench.py.

One series each, in memory: what both give is compared first, then both are timed in turn, the
call alone, without start-up and without reading. And what the methods take in `hindcast
analyze`: all of them over 300 nodes of 91 days and 7 gauges, twins of 2,000 nodes, and events
out of the samples of the real set.
"""
import datetime
import pathlib
import subprocess
import time
import warnings

import numpy as np

import measure

HERE = pathlib.Path(__file__).resolve().parent
HOURS, PELT_HOURS, DAYS = 2184, 728, (91, 400)
TOLERANCE = 1e-9


def series(n, seed=1):
    """Hours with a day, a week, a slope, a step and dependent noise."""
    random = np.random.default_rng(seed)
    hour = np.arange(n)
    noise = random.normal(0, 0.02, n)
    for i in range(1, n):
        noise[i] += 0.5 * noise[i - 1]
    return (0.4 + 0.1 * np.cos(2 * np.pi * (hour - 14) / 24) - 0.05 * (hour // 24 % 7 >= 5)
            + 2e-5 * hour + 0.1 * (hour > n // 3) + noise)


class Ours:
    """The method itself behind a pipe for its values, and the same in a loop for its time."""

    def __init__(self, build):
        self.probe = build / "tests/unit/patterns_probe"
        self.times = build / "bench_pattern_times"
        subprocess.run(["ninja", "-C", build, "tests/unit/patterns_probe", self.times.name,
                        "bench_patterns"], check=True, stdout=subprocess.DEVNULL)
        self.fleet = build / "bench_patterns"

    def values(self, method, *numbers, y):
        done = subprocess.run([self.probe, method, *map(str, numbers)], check=True, text=True,
                              input="\n".join(map(repr, y.tolist())), capture_output=True)
        return [[float(word) for word in line.split()] for line in done.stdout.splitlines()]

    def seconds(self, method, y, *more, runs=30):
        done = subprocess.run([self.times, method, str(runs), *map(str, more)], check=True,
                              input=np.asarray(y, float).tobytes(), capture_output=True)
        return float(done.stdout)

    def all_methods(self, *shape):
        """{name: seconds} of bench_patterns."""
        done = subprocess.run([self.fleet, *map(str, shape)], check=True, text=True,
                              capture_output=True)
        words = [line.split() for line in done.stdout.splitlines()]
        return {row[0]: float(row[1]) for row in words if len(row) > 2 and row[2] == "s"}


def clock(call, runs):
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def agree(name, a, b):
    a, b = np.asarray(a, float), np.asarray(b, float)
    if a.shape != b.shape or np.abs(a - b).max() > TOLERANCE * max(1, np.abs(b).max()):
        raise SystemExit(f"patterns: {name} is not the same")


# ---------------------------------------------------------------- the rivals

def mstl(ours, runs):
    from statsmodels.tsa.seasonal import MSTL

    y = series(HOURS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = MSTL(y, periods=(24, 168)).fit()
        agree("MSTL", ours.values("mstl", 0, 24, 168, y=y),
              np.column_stack([fit.seasonal, fit.trend, fit.resid]))
        return (f"MSTL, periods of 24 and 168 h, {HOURS:,} hours", "statsmodels",
                clock(lambda: MSTL(y, periods=(24, 168)).fit(), runs), ours.seconds("mstl", y))


def stl(ours, runs):
    from statsmodels.tsa.seasonal import STL

    y = series(HOURS)
    fit = STL(y, period=24).fit()
    agree("STL", ours.values("stl", 24, 7, 0, 0, 0, y=y)[:-1],
          np.column_stack([fit.seasonal, fit.trend, fit.resid]))
    return (f"STL, period of 24 h, {HOURS:,} hours", "statsmodels",
            clock(lambda: STL(y, period=24).fit(), runs), ours.seconds("stl", y))


def pelt(ours, runs):
    import ruptures

    y = series(PELT_HOURS)
    penalty = float(3 * y.var() * np.log(PELT_HOURS))
    found = ruptures.Pelt(model="l2", min_size=24, jump=1).fit_predict(y, penalty)
    agree("PELT", ours.values("pelt", 24, repr(penalty), y=y)[1], found)
    return (f"PELT, segments of a day or more, {PELT_HOURS} hours", "ruptures",
            clock(lambda: ruptures.Pelt(model="l2", min_size=24, jump=1).fit_predict(y, penalty),
                  min(runs, 2)), ours.seconds("pelt", y))


def theil_sen(days):
    def timed(ours, runs):
        from scipy.stats import theilslopes

        y = series(days * 24)[::24].copy()
        found = theilslopes(y, np.arange(days))
        pairs = np.column_stack([np.arange(days), y]).ravel()
        agree("Theil-Sen", ours.values("theil_sen", y=pairs)[0], [found[0], found[1]])
        return (f"Theil–Sen, {days} days", "scipy (its interval too)",
                clock(lambda: theilslopes(y, np.arange(days)), 10 * runs),
                ours.seconds("theil_sen", y, runs=300))
    return timed


RIVALS = [mstl, stl, pelt, *map(theil_sen, DAYS)]


# ---------------------------------------------------------------- in the program

def added(program, data, work, runs):
    """Seconds that events add to `hindcast analyze`: the least with, less the least without."""
    def least(*more):
        line = [str(program), "analyze", str(data), "-o", str(work / "report-patterns"),
                "--no-figures", "--no-html", "--quiet", "--threads", "2", *more]
        return min(measure.run(line, None).seconds for _ in range(runs))

    whole, without = least(), least("--no-anomalies")
    return whole - without, whole


def measured(program, real, work, quick, load):
    ours, runs = Ours(program.parent), 1 if quick else 5
    rows = []
    for rival in RIVALS:
        rows.append(rival(ours, runs))
        print("  {}: {:.4g} s, {}: {:.4g} s".format(rows[-1][0], rows[-1][3], rows[-1][1],
                                                    rows[-1][2]), flush=True)
    fleet = ours.all_methods(300, 91, 7, 2)
    many = ours.all_methods(2000, 30, 1, 2)
    events = added(program, real, work, 2 if quick else 5) if real.exists() else None
    return page(rows, fleet, many, events, load)


# ---------------------------------------------------------------- the page

def verdict(what, wanted, figure, met):
    return f"| {what} | {wanted} | {figure} | {'yes' if met else '**no**'} |"


def page(rows, fleet, many, events, load):
    today = datetime.datetime.now(datetime.timezone.utc)
    verdicts = [
        verdict("all methods but events and MSTL, 300 nodes × 91 days × 7 gauges, two threads",
                "≤ 1.5 s", f"{fleet['together']:.2f} s", fleet["together"] <= 1.5),
        verdict("twins, 2,000 nodes × 720 hours", "≤ 1 s", f"{many['twins']:.2f} s",
                many["twins"] <= 1)]
    if events:
        verdicts.append(verdict("events out of the samples of bitbrains-rnd add", "≤ 2 s",
                                f"{events[0]:.2f} s (of {events[1]:.2f} s)", events[0] <= 2))
    verdicts += [verdict(f"times faster than {who.split(' ')[0]}: {what}", "≥ 20",
                         f"{theirs / mine:,.0f}", theirs / mine >= 20)
                 for what, who, theirs, mine in rows]
    table = ["| | the rival | its ms | ours, ms | times |", "|---|---|---:|---:|---:|"]
    table += [f"| {what} | {who} | {1e3 * theirs:.2f} | {1e3 * mine:.3f} "
              f"| {theirs / mine:,.0f} |" for what, who, theirs, mine in rows]
    return "\n".join([
        "Methods over a series in memory, the call alone, one thread; what both give was the "
        "same within 1e-9 before the clock ran. The least of several runs.",
        "", f"- measured: {today:%Y-%m-%d}, load average before {load:.1f}", "",
        "| | wanted | reached | met |", "|---|---|---|---|", *verdicts, "", *table, ""])
