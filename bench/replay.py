"""`hindcast replay` against a numpy prototype of kube-scheduler's default, for bench.py.

The rival scores every node for every pod, as one would first write it. What both say of
the openb trace (pods placed, 131 columns of GPU allocation a seed) and of made-up clusters
with departures (pods placed, nodes used at most, node-hours) must agree before the clock
runs. Then: runs of each policy without reading, by bench/replay.c; 50 runs as a whole
process; a large cluster whose pods share 500 shapes, and one in which each has its own.
"""
import csv
import datetime
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import sys

import measure

HERE = measure.pathlib.Path(__file__).resolve().parent
MB = 1e6
FIVE = ["BestFit", "DotProd", "GpuClustering", "GpuPacking", "FGD"]
OTHERS = ["kube-1.35", "kube-1.36", "LeastAllocated", "MostAllocated", "BalancedAllocation",
          "RequestedToCapacityRatio", "TargetLoadPacking", "LoadVariationRiskBalancing",
          "LowRiskOverCommitment", "LoadAware", "Dynamic", "Random", "FirstFitDecreasing"]
LARGE, QUICK = (10000, 300000), (2000, 20000)
GROWTH, GROWTH_PODS, SHAPES = (1000, 10000, 100000), 20000, 500


class Bench:
    def __init__(self, program, openb, work, quick):
        self.program, self.openb, self.work, self.quick = program, openb, work, quick
        self.seeds = 2 if quick else 10
        self.out = work / "replayed"

    def openb_files(self):
        return [self.openb / name for name in
                ("nodes_gpu.csv", "pods_default.csv", "orders_default.parquet")]

    def cluster(self, nodes, pods, shapes):
        """Its two files, made if they are not there."""
        paths = [self.work / f"replay-{nodes}-{pods}-{shapes}-{what}.csv"
                 for what in ("nodes", "pods")]
        if not all(path.exists() for path in paths):
            print(f"making {nodes:,} nodes, {pods:,} pods", flush=True)
            subprocess.run(script("make_replay_cluster.py", nodes, pods, shapes, *paths),
                           check=True)
        return paths

    def ours(self, files, policies, watch=False):
        shutil.rmtree(self.out, ignore_errors=True)
        os.sync()
        orders = ["--orders", files[2]] if len(files) > 2 else ["--seeds", 1]
        command = [self.program, "replay", "--nodes", files[0], "--pods", files[1], *orders,
                   "--policy", ",".join(policies), "-o", self.out, "--quiet", "--threads", 2]
        return measure.run(list(map(str, command)), os.environ, watch)

    def rival(self, files, watch=False):
        orders = files[2] if len(files) > 2 else "-"
        ran = measure.run(script("rival_replay_numpy.py", *files[:2], orders, self.seeds,
                                 self.work / "replay-rival.json"), environment(), watch)
        return ran, json.loads((self.work / "replay-rival.json").read_text())

    def table(self, name):
        with open(self.out / "tables" / name, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))


def script(name, *arguments):
    return [sys.executable, str(HERE / name), *map(str, arguments)]


def environment():
    """The rival gets the kernel that its BLAS would choose, though it needs none."""
    return {key: value for key, value in os.environ.items()
            if key not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}


# ---------------------------------------------------------------- agreement

def same(what, seed, ours, theirs):
    if not math.isclose(ours, theirs, rel_tol=1e-9):
        raise SystemExit(f"replay: {what} of seed {seed} is {ours} here, {theirs} there")
    return 1


def check_openb(bench):
    """How many values agree, and what CPU the rival took for a run."""
    ran, theirs = bench.rival(bench.openb_files())  # its start-up and reading included
    bench.ours(bench.openb_files(), ["kube-1.35"])
    n = 0
    for row, shares in zip(bench.table("runs.csv"), bench.table("allocation.csv")):
        found = theirs.get(row["seed"])
        if found:
            n += same("pods placed", row["seed"], int(row["pods_placed"]), found["placed"])
            n += sum(same(f"column {k}", row["seed"], float(shares[str(k)]), value)
                     for k, value in enumerate(found["allocation"]))
    return n, ran.cpu / bench.seeds


def check_cluster(bench, row, theirs):
    found = theirs[row["seed"]]
    return sum(same(name, row["seed"], float(row[column]), found[name]) for name, column in
               (("placed", "pods_placed"), ("most", "nodes_used_most"),
                ("hours", "node_hours_used")))


# ---------------------------------------------------------------- times

def time_policies(bench):
    """{policy: (milliseconds of CPU, nodes scored) of a run}, after reading, one thread."""
    build = bench.program.resolve().parent
    subprocess.run(["ninja", "-C", build, "--quiet", "bench_replay"], check=True)
    policies = [*FIVE, *(OTHERS[:3] if bench.quick else OTHERS)]
    done = subprocess.run([build / "bench_replay", *bench.openb_files(), *policies],
                          check=True, capture_output=True, text=True)
    found = re.findall(r"^(\S+) +([\d.]+) ms +(\d+) scored", done.stdout, re.M)
    return {policy: (float(ms), int(scored)) for policy, ms, scored in found}


def time_all(bench):
    runs = [bench.ours(bench.openb_files(), FIVE) for _ in range(3 if bench.quick else 9)]
    return {"best": min(run.seconds for run in runs), "runs": len(runs),
            "median": statistics.median(run.seconds for run in runs),
            "cpu": min(run.cpu for run in runs), "peak": max(run.peak for run in runs)}


def time_cluster(bench, shapes):
    """A large cluster, both once; (ours, rival's, nodes scored, values that agree)."""
    files = bench.cluster(*(QUICK if bench.quick else LARGE), shapes)
    theirs, found = bench.rival(files, watch=True)
    ours = bench.ours(files, ["kube-1.35"], watch=True)
    row = bench.table("runs.csv")[0]
    return ours, theirs, int(row["scored"]), check_cluster(bench, row, found)


def growth(bench):
    """Nodes scored a placement, by how many nodes there are."""
    found = {}
    for nodes in GROWTH:
        bench.ours(bench.cluster(nodes, GROWTH_PODS, 50), ["kube-1.35"])
        row = bench.table("runs.csv")[0]
        found[nodes] = int(row["scored"]) / int(row["pods_arrived"])
    return found


def measured(program, openb, work, quick):
    """The section of the page."""
    work.mkdir(parents=True, exist_ok=True)
    bench, load = Bench(program, openb, work, quick), os.getloadavg()[0]
    agreed, rival_s = check_openb(bench)
    print(f"replay: {agreed:,} values of the openb trace agree", flush=True)
    policies = time_policies(bench)
    for policy, (ms, scored) in policies.items():
        print(f"  {policy}: {ms:.1f} ms, {scored:,} nodes scored", flush=True)
    whole = time_all(bench)
    print(f"  {len(FIVE) * 10} runs: {whole['best']:.2f} s", flush=True)
    large = {}
    for what, shapes in (("500 shapes", SHAPES), ("each pod its own shape", 0)):
        large[what] = time_cluster(bench, shapes)
        agreed += large[what][3]
        print(f"  {what}: {large[what][0].seconds:.1f} s, rival "
              f"{large[what][1].seconds:.1f} s", flush=True)
    return page(bench, load, agreed, rival_s, policies, whole, large, growth(bench))


# ---------------------------------------------------------------- the page

def verdict(what, wanted, figure, met):
    return f"| {what} | {wanted} | {figure} | {'yes' if met else '**no**'} |"


def exponent(grown):
    least, most = min(grown), max(grown)
    return math.log(grown[most] / grown[least]) / math.log(most / least)


def targets(bench, policies, whole, large, grown):
    slowest = max(ms for policy, (ms, _) in policies.items()
                  if policy in ("BestFit", "DotProd", "GpuPacking", "kube-1.35"))
    scored = " / ".join(f"{n:.0f}" for n in grown.values())
    lines = [verdict("a run of openb, the slowest of BestFit, DotProd, GpuPacking, kube-1.35",
                     "≤ 10 ms", f"{slowest:.1f} ms of CPU", slowest <= 10),
             verdict("50 runs of openb, reading, bounds and writing included", "≤ 1 s",
                     f"{whole['best']:.2f} s", whole["best"] <= 1)]
    for (what, (ours, *_)), seconds in zip(large.items(), (10, 20)):
        peak = ours.peak / MB
        if bench.quick:
            lines.append(f"| {what} | – | {ours.seconds:.1f} s, {peak:.0f} MB, quick | – |")
        else:
            lines.append(verdict(f"10,000 nodes, 300,000 pods, {what}",
                                 f"≤ {seconds} s, ≤ 500 MB",
                                 f"{ours.seconds:.1f} s, {peak:.0f} MB",
                                 ours.seconds <= seconds and peak <= 500))
    return [*lines, verdict("nodes scored a placement, 1,000 / 10,000 / 100,000 nodes",
                            "exponent ≤ 0.7", f"{scored}: {exponent(grown):.2f}",
                            exponent(grown) <= 0.7)]


def tables(bench, rival_s, policies, whole, large):
    nodes, pods = QUICK if bench.quick else LARGE
    lines = ["A run of openb, 10,800 arrivals on 1,213 nodes, after reading, on one thread; "
             "the best of many, in the mean over ten seeds:", "",
             "| | CPU ms | nodes scored |", "|---|---:|---:|"]
    lines += [f"| {policy} | {ms:.1f} | {scored:,} |"
              for policy, (ms, scored) in policies.items()]
    lines += [f"| numpy, kube-1.35, all of it over {bench.seeds} seeds | {rival_s * 1e3:.0f} "
              "| 13,100,400 |", "",
              f"50 runs (5 policies, 10 seeds), as a process, 2 threads: best "
              f"{whole['best']:.2f} s, median {whole['median']:.2f} s of {whole['runs']}, CPU "
              f"{whole['cpu']:.2f} s, peak {whole['peak'] / MB:.0f} MB.", "",
              f"{nodes:,} nodes, {pods:,} pods with departures, kube-1.35, one seed, as "
              "processes, once each:", "",
              "| | s | CPU s | peak MB | nodes scored |", "|---|---:|---:|---:|---:|"]
    for what, (ours, theirs, scored, _) in large.items():
        lines += [f"| `hindcast replay`, {what} | {ours.seconds:.1f} | {ours.cpu:.1f} "
                  f"| {ours.peak / MB:.0f} | {scored:,} |",
                  f"| numpy, {what} | {theirs.seconds:.1f} | {theirs.cpu:.1f} "
                  f"| {theirs.peak / MB:.0f} | {nodes * pods:,} |"]
    return lines


def page(bench, load, agreed, rival_s, policies, whole, large, grown):
    today = datetime.datetime.now(datetime.timezone.utc)
    return "\n".join([
        "`hindcast replay` on the openb trace and on made-up clusters, beside a prototype in "
        "numpy that scores every node for every pod: "
        f"{agreed:,} values agreed before the clock ran (pods placed and GPU allocation of "
        "each seed; pods placed, nodes used and node-hours over time).",
        "", f"- measured: {today:%Y-%m-%d}, load average before {load:.1f}", "",
        "| | wanted | reached | met |", "|---|---|---|---|",
        *targets(bench, policies, whole, large, grown), "",
        *tables(bench, rival_s, policies, whole, large), ""])
