"""`hindcast track` against MLflow's own client, for bench.py.

A real MLflow server on loopback, SQLite and files, behind a proxy that takes the time from
each request's last byte to its answer: the server's own time. What everyone leaves there is
read back by MLflow's client and must be the same, but for ids and our tags; then they are
timed in turn, each into an experiment that is there and empty.
"""
import datetime
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request

import measure

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "e2e"))
import fault_server  # noqa: E402
import mlflow_case  # noqa: E402

NAMES = {"hindcast": "`hindcast track`", "client": "MLflow's client in Python"}
OURS = {"hindcast.id", "hindcast.run", "mlflow.user", "mlflow.source.type"}


class Proxy(fault_server.FaultServer):
    """Counts requests, and the seconds from a whole request to its answer."""

    seconds = 0.0


class Timed(fault_server.Exchange):
    def answer_of(self, request, plain=False):
        start = time.perf_counter()
        answer = super().answer_of(request, plain)
        self.server.owner.seconds += time.perf_counter() - start
        return answer


class Bench:
    def __init__(self, program, report, server, work):
        self.program, self.report, self.server, self.work = program, report, server, work
        self.turn = 0

    def experiment(self, who):
        """A new one, made beforehand."""
        self.turn += 1
        name = f"{who}-{self.turn}"
        body = json.dumps({"name": name}).encode()
        urllib.request.urlopen(urllib.request.Request(
            f"{self.server.url}/api/2.0/mlflow/experiments/create", body,
            {"Content-Type": "application/json"}), timeout=60).read()
        return name

    def run(self, who, watch=False):
        """(what it took, requests, seconds of the server, the experiment)."""
        name, copy = self.experiment(who), self.work / "tracked"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.report, copy)
        os.sync()
        with Proxy([], upstream=self.server.url) as proxy:
            proxy.listener.RequestHandlerClass = Timed
            command = {"hindcast": [str(self.program), "track", str(copy), "--tracking-uri",
                                    proxy.url, "--experiment", name, "--quiet"],
                       "client": [str(mlflow_case.PYTHONS["3"]),
                                  str(HERE / "rival_mlflow.py"), proxy.url, name, str(copy)]}
            ran = measure.run(command[who], mlflow_case.environment(), watch)
            return ran, len(proxy.requests), proxy.seconds, name


def comparable(runs):
    """Without what one sets and the other does not."""
    found = mlflow_case.comparable(runs)
    for run in found.values():
        run["tags"] = {key: value for key, value in run["tags"].items() if key not in OURS}
        run["end"] = None
        for told in run["inputs"]:
            for key in ("source", "schema", "profile"):
                told[key] = json.loads(told[key])
    return found


def check_all(bench):
    """Both once: the same runs, metrics, parameters, dataset and files."""
    reader = mlflow_case.Reader()
    try:
        seen = {}
        for who in NAMES:
            *_, name = bench.run(who)
            seen[who] = comparable(reader.runs(bench.server.url, name))
    finally:
        reader.close()
    if seen["hindcast"] != seen["client"]:
        raise SystemExit(f"track: {json.dumps(seen, indent=1)}\nis not the same")
    points = sum(len(points) for run in seen["client"].values()
                 for points in run["metrics"].values())
    files = sum(len(run["artifacts"]) for run in seen["client"].values())
    print(f"track: 3 runs, {points} points of metrics and {files} files agree", flush=True)
    return points, files


def time_all(bench, rounds):
    rows = {who: [] for who in NAMES}
    for _ in range(rounds):
        for who in NAMES:
            ran, requests, server_s, _ = bench.run(who)
            rows[who].append((ran.seconds, ran.cpu, requests, server_s))
    return rows


def summary(some):
    """Of the run that took the least: its wall, its server; the least CPU of all."""
    best = min(some)
    return {"wall": best[0], "server": best[3], "requests": best[2],
            "ratio": statistics.median(row[0] / row[3] for row in some),
            "median": statistics.median(row[0] for row in some),
            "cpu": min(row[1] for row in some), "runs": len(some)}


def measured(program, data, work, quick):
    report = work / "tracked-report"
    shutil.rmtree(report, ignore_errors=True)
    subprocess.run([str(program), "analyze", str(data), "-o", str(report), "--quiet"],
                   check=True)
    load = os.getloadavg()[0]
    shutil.rmtree(work / "mlflow", ignore_errors=True)
    with mlflow_case.Server(work / "mlflow") as server:
        bench = Bench(program, report, server, work)
        points, files = check_all(bench)
        rows = {who: summary(some)
                for who, some in time_all(bench, 3 if quick else 9).items()}
    for who, row in rows.items():
        print(f"  {who}: {row['wall']:.2f} s, CPU {row['cpu'] * 1e3:.0f} ms, "
              f"{row['requests']} requests, wall / server {row['ratio']:.2f}", flush=True)
    return page(rows, points, files, load)


# ---------------------------------------------------------------- the page

def verdict(what, wanted, figure, met):
    return f"| {what} | {wanted} | {figure} | {'yes' if met else '**no**'} |"


def page(rows, points, files, load):
    ours = rows["hindcast"]
    cpu_ms = ours["cpu"] * 1e3
    table = ["| | best s | median s | runs | CPU ms | requests | server's time s | wall ÷ it |",
             "|---|---:|---:|---:|---:|---:|---:|---:|"]
    for who, row in rows.items():
        table.append(f"| {NAMES[who]} | {row['wall']:.2f} | {row['median']:.2f} "
                     f"| {row['runs']} | {row['cpu'] * 1e3:.0f} | {row['requests']} "
                     f"| {row['server']:.2f} | {row['ratio']:.2f} |")
    today = datetime.datetime.now(datetime.timezone.utc)
    return "\n".join([
        f"A report of the 60-column set to a real MLflow server on loopback: 3 runs, {points} "
        f"points of metrics, {files} files. Read back by MLflow's client, both left the same. "
        "The server's time is from the last byte of a request to its answer, summed, as a "
        "proxy between sees it; client, proxy and server share the cores. The ratio is the "
        "median of the runs; start-up included.",
        "", f"- measured: {today:%Y-%m-%d}, load average before {load:.1f}", "",
        "| | wanted | reached | met |", "|---|---|---|---|",
        verdict("requests", "≤ 30", ours["requests"], ours["requests"] <= 30),
        verdict("CPU time of ours", "≤ 30 ms", f"{cpu_ms:.0f} ms", cpu_ms <= 30),
        verdict("wall ÷ the server's own times", "≤ 1.3", f"{ours['ratio']:.2f}",
                ours["ratio"] <= 1.3), "", *table, ""])
