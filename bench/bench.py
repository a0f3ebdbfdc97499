"""hindcast against the ways the notebook's numbers are had today, all in one run.

    python bench.py [--quick] [--skip-large]
                    [--only analyze|collect|features|patterns|replay|track] [--output FILE]

Makes the data in build/bench/ if it is not there; runs everyone once and compares every
number, and stops if any two differ; then times them, one after the other in rounds, so
that a slow minute of the machine falls on all; and writes the table, docs/benchmarks.md
if nothing else is said. With --only one part is measured, and the others of the page
stay. HINDCAST is the program (default build/hindcast), HINDCAST_SHARED the folder with the
real sets.
"""
import argparse
import concurrent.futures
import datetime
import functools
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys

import features
import measure
import replay

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
WORK = ROOT / "build" / "bench"
PROGRAM = pathlib.Path(os.environ.get("HINDCAST", ROOT / "build" / "hindcast"))
SHARED = pathlib.Path(os.environ.get("HINDCAST_SHARED", ROOT.parent / "shared"))
REAL = SHARED / "data" / "bitbrains-rnd" / "nodes.parquet"
OPENB = SHARED / "data" / "openb"
OURS = ["hindcast", "full"]
RIVALS = ["pandas", "polars", "duckdb", "notebook"]
NAMES = {"hindcast": "`hindcast analyze`, no figures, no page",
         "full": "`hindcast analyze`, all of it", "scan": "DuckDB, only the scan (Python)",
         "scan_c": "DuckDB, only the scan (C)",
         "pandas": "the notebook in pandas", "polars": "Polars and one BLAS product",
         "duckdb": "DuckDB SQL with corr()",
         "notebook": "the notebook with its figures"}
THREADS = "2"
MB = 1e6
TOLERANCE = 1e-9
PARTS = {"analyze": "", "features": "## The training set", "patterns": "## Patterns",
         "replay": "## Replay", "track": "## Into MLflow", "collect": "## Out of Prometheus"}
HEADINGS = {heading: name for name, heading in PARTS.items() if heading}


# ---------------------------------------------------------------- data and commands

def sixty_columns(nodes):
    path = WORK / f"sixty-{nodes}.parquet"
    if not path.exists():
        print(f"making {path.name}", flush=True)
        WORK.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, HERE / "make_sixty_columns.py", str(nodes), path],
                       check=True)
    return path


def script(name, *arguments):
    return [sys.executable, str(HERE / name), *map(str, arguments)]


@functools.cache
def scan_program():
    """bench/scan.c, built against the DuckDB that tools/setup fetched."""
    duckdb, out = ROOT / "deps" / "duckdb", WORK / "scan"
    subprocess.run(["cc", "-O2", HERE / "scan.c", "-o", out, f"-I{duckdb / 'include'}",
                    f"-L{duckdb / 'lib'}", "-lduckdb", f"-Wl,-rpath,{duckdb / 'lib'}"],
                   check=True)
    return out


@functools.cache
def command(who, data):
    """The command line of a contender, and where its answer will be."""
    answer = WORK / f"{who}.json"
    if who in OURS:
        report = WORK / f"report-{who}"
        numbers_only = ["--no-figures", "--no-html"] if who == "hindcast" else []
        return [str(PROGRAM), "analyze", str(data), "-o", str(report), *numbers_only,
                "--quiet", "--threads", THREADS], report
    if who == "scan_c":
        sql = subprocess.run(script("scan_duckdb.py", data, "--sql"), check=True,
                             capture_output=True, text=True).stdout.strip()
        return [str(scan_program()), sql], None
    if who == "scan":
        return script("scan_duckdb.py", data), None
    return script(f"rival_{who}.py", data, answer), answer


def environment(who):
    """Rivals get two threads, and the kernel that their BLAS would choose by itself."""
    variables = dict(os.environ)
    if who not in OURS:
        for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
            variables.pop(name, None)
        for name in ("POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
            variables[name] = THREADS
    return variables


# ---------------------------------------------------------------- agreement

def answer_of(who, where):
    if who in OURS:
        out = WORK / f"{who}.json"
        subprocess.run(script("hindcast_json.py", where, out), check=True)
        where = out
    return json.loads(where.read_text(encoding="utf-8"))


def flatten(value, key=()):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from flatten(inner, (*key, name))
    else:
        yield key, value


def agree(key, a, b):
    if not all(isinstance(v, (int, float)) for v in (a, b)):
        return a == b
    room = TOLERANCE if key[0] in ("correlation", "pairs") else TOLERANCE * abs(a)
    return math.isclose(a, b, rel_tol=0, abs_tol=max(room, 1e-15))


def compare(name, a, b):
    """The number of values that two documents share; raises where they differ."""
    a, b = dict(flatten(a)), dict(flatten(b))
    wrong = [f"{'.'.join(key)}: {a.get(key)!r} and {b.get(key)!r}"
             for key in sorted(a.keys() | b.keys())
             if key not in a or key not in b or not agree(key, a[key], b[key])]
    if wrong:
        raise SystemExit(f"{name}: {len(wrong)} of {len(a)} values differ\n"
                         + "\n".join(wrong[:20]))
    return len(a)


def check_all(data, contenders):
    """Runs everyone once, watched; returns the peak of each and the values compared."""
    subprocess.run(script("scan_duckdb.py", data, "--check"), check=True)
    peaks, first, count = {}, None, 0
    for who in contenders:
        line, where = command(who, data)
        peaks[who] = measure.run(line, environment(who), watch=True).peak
        if not where:
            continue
        answer = answer_of(who, where)
        if first:
            count = compare(f"{first[0]} and {who} on {data.name}", first[1], answer)
        first = first or (who, answer)
    print(f"{data.name}: {count} values agree among "
          f"{', '.join(who for who in contenders if not who.startswith('scan'))}", flush=True)
    return peaks, count


# ---------------------------------------------------------------- timing

def time_all(data, contenders, runs):
    """Rounds of everyone in turn; `runs` says in how many of them each takes part."""
    seconds, peaks = {who: [] for who in contenders}, dict.fromkeys(contenders, 0)
    for turn in range(max(runs.values())):
        for who in contenders:
            if turn < runs[who]:
                ran = measure.run(command(who, data)[0], environment(who))
                seconds[who].append(ran.seconds)
                peaks[who] = max(peaks[who], ran.peak)
    return seconds, peaks


def bench_set(data, contenders, runs):
    peaks, count = check_all(data, contenders)
    seconds, more = time_all(data, contenders, runs)
    rows = {who: {"best": min(seconds[who]), "median": statistics.median(seconds[who]),
                  "runs": len(seconds[who]), "peak": max(peaks[who], more[who])}
            for who in contenders}
    for who, row in rows.items():
        print(f"  {who}: {row['best']:.2f} s, {row['peak'] / MB:.0f} MB", flush=True)
    return {"rows": rows, "values": count, "bytes": data.stat().st_size}


def bench_large(data):
    ran = measure.run(command("hindcast", data)[0], environment("hindcast"), watch=True)
    print(f"{data.name}: {ran.seconds:.2f} s, {ran.peak / MB:.0f} MB", flush=True)
    return {"seconds": ran.seconds, "peak": ran.peak, "bytes": data.stat().st_size}


# ---------------------------------------------------------------- the page

def verdict(what, wanted, figure, met):
    return f"| {what} | {wanted} | {figure} | {'yes' if met else '**no**'} |"


def unmeasured(what, wanted):
    return f"| {what} | {wanted} | not measured | – |"


def drawing_targets(where, rows):
    """What figures and page add; the tree of processes is the program and gnuplot's."""
    added = rows["full"]["best"] - rows["hindcast"]["best"]
    peak = rows["full"]["peak"]
    return [verdict(f"{where}figures and page add", "≤ 1.0 s", f"{added:.2f} s", added <= 1.0),
            verdict(f"{where}peak memory with figures and page, all processes", "≤ 600 MB",
                    f"{peak / MB:.0f} MB", peak <= 600 * MB)]


def sixty_targets(rows):
    ours = rows["hindcast"]
    scan = ours["best"] / rows["scan"]["best"]
    bare = ours["best"] / rows["scan_c"]["best"]
    share = ours["peak"] / rows["pandas"]["peak"]
    lines = [
        verdict("time ÷ DuckDB's sum over the same columns, from Python", "≤ 2.0, aim 1.5",
                f"{scan:.2f}", scan <= 2.0),
        verdict("the same, the sum asked by a C program without an interpreter",
                "≤ 2.0, aim 1.5", f"{bare:.2f}", bare <= 2.0),
        verdict("memory ÷ the notebook's", "≤ 0.20", f"{share:.2f}", share <= 0.2),
        verdict("peak memory", "≤ 500 MB", f"{ours['peak'] / MB:.0f} MB",
                ours["peak"] <= 500 * MB),
        *drawing_targets("", rows)]
    ratio = rows["notebook"]["best"] / rows["full"]["best"]
    lines.append(verdict("all of it: times faster than the notebook with its figures",
                         "≥ 20", f"{ratio:.1f}", ratio >= 20))
    for who, wanted in (("pandas", 15), ("polars", 10), ("duckdb", 10)):
        ratio = rows[who]["best"] / ours["best"]
        lines.append(verdict(f"times faster than {NAMES[who]}", f"≥ {wanted}",
                             f"{ratio:.1f}", ratio >= wanted))
    return lines


def large_target(sixty, large):
    what, wanted = "peak memory on ten times the rows ÷ that on the set", "within 20 %"
    if not large:
        return [unmeasured(what, wanted)]
    ratio = large["peak"] / sixty["rows"]["hindcast"]["peak"]
    return [verdict(what, wanted, f"{ratio:.2f} ({large['peak'] / MB:.0f} MB, "
                    f"{large['seconds']:.1f} s)", ratio <= 1.2)]


def real_targets(real):
    names = (("bitbrains-rnd, time", "≤ 1.5 s"),
             ("bitbrains-rnd, peak memory", "≤ 500 MB"),
             ("bitbrains-rnd, figures and page add", "≤ 1.0 s"))
    if not real:
        return [unmeasured(*name) for name in names]
    ours = real["rows"]["hindcast"]
    return [verdict(*names[0], f"{ours['best']:.2f} s", ours["best"] <= 1.5),
            verdict(*names[1], f"{ours['peak'] / MB:.0f} MB", ours["peak"] <= 500 * MB),
            *drawing_targets("bitbrains-rnd, ", real["rows"])]


def times_table(title, result):
    lines = [f"## {title}", "",
             f"{result['bytes'] / MB:.0f} MB of Parquet; {result['values']:,} values "
             "agreed before the clock ran.", "",
             "| | best s | median s | runs | peak MB | ÷ hindcast |",
             "|---|---:|---:|---:|---:|---:|"]
    ours = result["rows"]["hindcast"]["best"]
    for who, row in result["rows"].items():
        lines.append(f"| {NAMES[who]} | {row['best']:.2f} | {row['median']:.2f} "
                     f"| {row['runs']} | {row['peak'] / MB:.0f} "
                     f"| {row['best'] / ours:.2f} |")
    return lines


def said(line):
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    return " · ".join(done.stdout.split("\n")).strip(" ·")


def first_of(path, key):
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        if line.startswith(key):
            return line.split(":", 1)[1].strip()
    return "unknown"


def machine():
    packages = ("import importlib.metadata as m; print(', '.join(p + ' ' + m.version(p) "
                "for p in ('pandas', 'numpy', 'pyarrow', 'polars', 'duckdb', 'matplotlib', "
                "'seaborn', 'plotly')))")
    memory = int(first_of("/proc/meminfo", "MemTotal").split()[0]) * 1024 / 1e9
    return [
        f"- date: {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}",
        f"- processor: {first_of('/proc/cpuinfo', 'model name')}, "
        f"{len(os.sched_getaffinity(0))} cores; memory {memory:.0f} GB",
        f"- kernel: {os.uname().sysname} {os.uname().release} {os.uname().machine}",
        f"- program: {said([str(PROGRAM), '--version'])}",
        f"- rivals: Python {sys.version.split()[0]}, "
        f"{said([sys.executable, '-c', packages])}",
    ]


def page(sixty, large, real):
    lines = [
        "# Benchmarks", "",
        "Written by `make bench`; do not edit. Whole processes with their start-up, two "
        "threads each, files in the page cache; the best of several runs, taken in turn. "
        "Peak memory is of the process tree, in 10⁶ bytes: the kernel's own peak of "
        "the process, or the sum over the tree seen every 10 ms in a run of its own, "
        "whichever is larger. The rivals are the scripts in `bench/`, each of which gives "
        "the notebook's numbers, one of them its figures too; `analyze` also does what the "
        "notebook does not (quality, quantiles, correlation within nodes, rollup, stored "
        "state, patterns, anomalies), and ran both with `--no-figures --no-html` and with "
        "all that it writes (figures as SVG and PNG, and the page).", "",
        *machine(), "",
        "## What was asked, and what is reached", "",
        "The 60-column set unless another is named.", "",
        "| | wanted | reached | met |", "|---|---|---|---|",
        *sixty_targets(sixty["rows"]), *large_target(sixty, large),
        *real_targets(real), "",
        *times_table("60 columns, 20 nodes, 30 days: 1,728,000 rows", sixty), ""]
    if real:
        lines += [*times_table("bitbrains-rnd: 300 nodes, 7,595,575 rows", real), "",
                  "bitbrains-rnd is part of the trace GWA-T-12 of the Grid Workloads Archive, "
                  "graciously provided by Bitbrains IT Services Inc. (Shen, van Beek, Iosup, "
                  "CCGrid 2015).", ""]
    return "\n".join(lines)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer runs, and six days out of "
                        "Prometheus for thirty")
    parser.add_argument("--skip-large", action="store_true",
                        help="without ten times the rows (5.4 GB) and without 90 days out of "
                        "Prometheus")
    parser.add_argument("--only", choices=list(PARTS), help="a part of it")
    parser.add_argument("--output", type=pathlib.Path,
                        default=ROOT / "docs" / "benchmarks.md")
    return parser.parse_args()


def bench_analyze(args):
    """The page, of all but collect."""
    contenders = [*OURS, "scan_c", "scan", *RIVALS]
    runs = dict.fromkeys(contenders, 1 if args.quick else 3)
    runs.update(dict.fromkeys((*OURS, "scan_c", "scan"), 3 if args.quick else 7))
    sixty = bench_set(sixty_columns(20), contenders, runs)
    large = None if args.skip_large else bench_large(sixty_columns(200))
    real = bench_set(REAL, contenders, runs) if REAL.exists() else None
    return page(sixty, large, real)


def collect_section(quick, long):
    import collect  # only here: it is large

    return collect.bench(PROGRAM, WORK, quick, long)


def bench_collect(args):
    with concurrent.futures.ProcessPoolExecutor(1) as pool:
        return pool.submit(collect_section, args.quick, not args.skip_large).result()


def bench_features(args):
    data = sixty_columns(20)
    return features.measured(PROGRAM, scan_program(), data, WORK, args.quick,
                             not args.skip_large)


def bench_replay(args):
    if not OPENB.exists():
        return print("replay: skipped, no shared data")
    return replay.measured(PROGRAM, OPENB, WORK, args.quick)


def track_section(data, quick):
    import track  # only here: it is large

    return track.measured(PROGRAM, data, WORK, quick)


def bench_track(args):
    with concurrent.futures.ProcessPoolExecutor(1) as pool:
        return pool.submit(track_section, sixty_columns(20), args.quick).result()


def patterns_section(quick, load):
    import patterns  # only here: it is large

    return patterns.measured(PROGRAM, REAL, WORK, quick, load)


def bench_patterns(args):
    with concurrent.futures.ProcessPoolExecutor(1) as pool:
        return pool.submit(patterns_section, args.quick, os.getloadavg()[0]).result()


MEASURE = {"analyze": bench_analyze, "features": bench_features, "patterns": bench_patterns,
           "replay": bench_replay, "track": bench_track, "collect": bench_collect}


def parts_of(path):
    """What a page that is there has of each part, without its heading."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    found, part = dict.fromkeys(PARTS, ""), "analyze"
    for line in text.splitlines(keepends=True):
        heading = line.strip()
        if heading in HEADINGS:
            part = HEADINGS[heading]
        else:
            found[part] += line
    return found


def main():
    args = arguments()
    if not PROGRAM.exists():
        raise SystemExit(f"no program at {PROGRAM}: build it, or set HINDCAST")
    found = parts_of(args.output)
    for name, part in MEASURE.items():
        if args.only in (None, name):
            found[name] = part(args) or found[name]
    parts = [f"{heading}\n\n{found[name].strip()}".strip()
             for name, heading in PARTS.items() if found[name].strip()]
    args.output.parent.mkdir(parents=True, exist_ok=True)
    args.output.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    print(f"written: {args.output}")


if __name__ == "__main__":
    main()
