"""`hindcast features` against DuckDB's windows and Polars, for bench.py.

Out of the 60-column set (its 12 gauges; derived columns are made anew) everyone makes 60
columns once, and every value must agree; then they are timed in turn. Beside them is what
reading and writing alone cost: DuckDB copying the finished set, asked by Python and by a
C program. Outputs are removed before each run, and what is written is not synced but by
hindcast. Imports nothing large: measure.py says why.
"""
import datetime
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

import measure

HERE = pathlib.Path(__file__).resolve().parent
THREADS = "2"
MB = 1e6
TIMES = 10  # the rows of the large set
NAMES = {"hindcast": "`hindcast features`",
         "copy": "DuckDB, the finished set from Parquet to Parquet (Python)",
         "copy_c": "DuckDB, the finished set from Parquet to Parquet (C)",
         "duckdb": "DuckDB SQL, 27 windows",
         "polars": "Polars, `rolling_*_by` and `join_asof`"}
RIVALS = ["duckdb", "polars"]
COPIES = ["copy", "copy_c"]


# ---------------------------------------------------------------- who runs

class Bench:
    """Programs, data and where things are: `scan` runs SQL that is its argument."""

    def __init__(self, program, scan, data, work):
        self.program, self.scan, self.data, self.work = program, scan, data, work
        self.finished = None  # our set, once it is there

    def out(self, who):
        return self.work / ("training" if who == "hindcast" else f"training-{who}.parquet")

    def command(self, who, data=None):
        out = str(self.out(who))
        if who == "hindcast":
            return [str(self.program), "features", str(data or self.data), "-o", out,
                    "--quiet", "--threads", THREADS]
        if who == "polars":
            return script("rival_features_polars.py", self.data, out)
        if who == "duckdb":
            return script("rival_features_duckdb.py", self.data, out)
        copy = script("rival_features_duckdb.py", self.finished, out, "--copy")
        if who == "copy":
            return copy
        said = subprocess.run([*copy, "--sql"], check=True, capture_output=True, text=True)
        return [str(self.scan), said.stdout.strip()]

    def run(self, who, watch=False, data=None):
        """From nothing; the outputs of the run stay until the next."""
        command = self.command(who, data)
        remove(self.out(who))
        os.sync()  # what others wrote is not for this one to wait for
        return measure.run(command, environment(who), watch)

    def result(self, who):
        out = self.out(who)
        return next(out.glob("*.parquet")) if out.is_dir() else out


def script(name, *arguments):
    return [sys.executable, str(HERE / name), *map(str, arguments)]


def environment(who):
    more = {} if who == "hindcast" else {"POLARS_MAX_THREADS": THREADS}
    return {**os.environ, **more}


def remove(path):
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)


# ---------------------------------------------------------------- agreement and times

def check_all(bench):
    """Everyone once, watched: peaks, and the values that agree."""
    peaks = {"hindcast": bench.run("hindcast", watch=True).peak}
    bench.finished = bench.work / "finished.parquet"
    remove(bench.finished)
    os.link(bench.result("hindcast"), bench.finished)
    for who in (*COPIES, *RIVALS):
        peaks[who] = bench.run(who, watch=True).peak
    others = [*COPIES, *RIVALS]
    done = subprocess.run(
        script("compare_training.py", bench.finished, *map(bench.result, others)),
        capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"features: {done.stdout}{done.stderr}")
    agreed = json.loads(done.stdout)
    print(f"features: {agreed['values']:,} values agree among hindcast, "
          f"{', '.join(others)}", flush=True)
    return peaks, agreed


def time_all(bench, peaks, runs):
    seconds = {who: [] for who in NAMES}
    for turn in range(max(runs.values())):
        for who in NAMES:
            if turn < runs[who]:
                ran = bench.run(who)
                seconds[who].append(ran.seconds)
                peaks[who] = max(peaks[who], ran.peak)
    return {who: {"best": min(some), "median": statistics.median(some), "runs": len(some),
                  "peak": peaks[who], "bytes": bench.result(who).stat().st_size}
            for who, some in seconds.items()}


def large(bench):
    """Ten times the nodes, once: it is sorted, as the set is."""
    data = bench.work / f"gauges-{TIMES}.parquet"
    if not data.exists():
        print(f"making {data.name}", flush=True)
        subprocess.run(script("rival_features_duckdb.py", bench.data, data, "--times",
                              TIMES), check=True)
    ran = bench.run("hindcast", watch=True, data=data)
    remove(bench.out("hindcast"))
    print(f"  {TIMES} times the rows: {ran.seconds:.2f} s, {ran.peak / MB:.0f} MB", flush=True)
    return {"seconds": ran.seconds, "peak": ran.peak}


def measured(program, scan, data, work, quick, with_large):
    """The section of the page."""
    bench = Bench(program, scan, data, work)
    result = {"load": os.getloadavg()[0], "date": datetime.datetime.now(datetime.timezone.utc)}
    peaks, result["agreed"] = check_all(bench)
    runs = dict.fromkeys(NAMES, 3 if quick else 7)
    runs.update(dict.fromkeys(RIVALS, 1 if quick else 3))
    result["rows"] = time_all(bench, peaks, runs)
    result["large"] = large(bench) if with_large else None
    for who, row in result["rows"].items():
        print(f"  {who}: {row['best']:.2f} s, {row['peak'] / MB:.0f} MB", flush=True)
        remove(bench.out(who))
    remove(bench.finished)
    return page(result)


# ---------------------------------------------------------------- the page

def verdict(what, wanted, figure, met):
    return f"| {what} | {wanted} | {figure} | {'yes' if met else '**no**'} |"


def targets(rows, large_run):
    ours = rows["hindcast"]
    copy, copy_c = (ours["best"] / rows[who]["best"] for who in COPIES)
    rival = min(RIVALS, key=lambda who: rows[who]["best"])
    faster = rows[rival]["best"] / ours["best"]
    peak = ours["peak"]
    lines = [verdict("time ÷ DuckDB copying the finished set, from Python", "≤ 1.5",
                     f"{copy:.2f}", copy <= 1.5),
             verdict("the same, asked by a C program without an interpreter", "≤ 1.5",
                     f"{copy_c:.2f}", copy_c <= 1.5),
             verdict(f"times faster than the better rival ({NAMES[rival]})", "≥ 3",
                     f"{faster:.1f}", faster >= 3),
             verdict("peak memory", "≤ 500 MB", f"{peak / MB:.0f} MB", peak <= 500 * MB)]
    what = f"peak memory on {TIMES} times the rows ÷ that on the set"
    if not large_run:
        return [*lines, f"| {what} | within 20 % | not measured | – |"]
    ratio = large_run["peak"] / peak
    return [*lines, verdict(what, "within 20 %", f"{ratio:.2f} ({large_run['peak'] / MB:.0f} "
                            f"MB, {large_run['seconds']:.1f} s)", ratio <= 1.2)]


def table(rows):
    lines = ["| | best s | median s | runs | peak MB | MB written | ÷ hindcast |",
             "|---|---:|---:|---:|---:|---:|---:|"]
    for who, row in rows.items():
        lines.append(f"| {NAMES[who]} | {row['best']:.2f} | {row['median']:.2f} "
                     f"| {row['runs']} | {row['peak'] / MB:.0f} | {row['bytes'] / MB:.0f} "
                     f"| {row['best'] / rows['hindcast']['best']:.2f} |")
    return lines


def page(result):
    agreed = result["agreed"]
    return "\n".join([
        f"`hindcast features` on the 60-column set: {agreed['rows']:,} rows, whose 12 gauges "
        "are read and 60 columns written, zstd level 1. Everyone makes the same set: "
        f"{agreed['values']:,} values agreed within 1e-9 before the clock ran. Only "
        "`hindcast` also hashes what it reads and writes, and waits for the disk at the end.",
        "", f"- measured: {result['date']:%Y-%m-%d}, load average before "
        f"{result['load']:.1f}", "",
        "| | wanted | reached | met |", "|---|---|---|---|",
        *targets(result["rows"], result["large"]), "", *table(result["rows"]), ""])
