"""`hindcast collect` against prometheus-api-client and pandas, for bench.py.

A Prometheus on loopback holds a planted fleet (tests/e2e/prometheus_fleet.py), filled once
into build/bench. Everyone runs once and must give the same rows; then they are timed in
turn. Server and clients share the cores, so what others do on the machine moves the wall's
clock most: user and system time, the smallest of the runs, is what is compared beside it.
This module brings numpy along, 30 MB that count in the peak of every child (measure.py):
bench.py therefore runs it in a process of its own.
"""
import concurrent.futures
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
sys.path.insert(0, str(HERE.parent / "tests" / "e2e"))
import prometheus_fleet as planted  # noqa: E402

FLEET = planted.Fleet(nodes=20, days=30)
LONG = planted.Fleet(nodes=20, days=90, thin=True)
QUICK_DAYS, ROUNDS = 6, 3
MB = 1e6
# name: (what it is, arguments); ours are those of collect
OURS = {f"hindcast_{n}": (f"`hindcast collect --max-concurrency {n}`, query_range",
                          ["--protocol", "query_range", "--max-concurrency", str(n)])
        for n in (1, 2, 4)}
REMOTE = {"remote_read": ("`hindcast collect --protocol remote_read`",
                          ["--protocol", "remote_read"])}
RIVALS = {
    "lists_1": ("prometheus-api-client, lists into numpy, one request at a time",
                ["--threads", "1"]),
    "lists_2": ("prometheus-api-client, lists into numpy, two at a time",
                ["--threads", "2"]),
    "frames_2": ("prometheus-api-client, its MetricRangeDataFrame, two at a time",
                 ["--threads", "2", "--frames"])}
BEST_RIVAL = ["lists_1", "lists_2"]


# ---------------------------------------------------------------- who runs

def ours(program):
    """What `collect` can do here."""
    said = subprocess.run([program, "collect", "--help"], capture_output=True, text=True,
                          check=True).stdout
    return OURS | (REMOTE if "--protocol" in said else {})


def where(work, who):
    return work / f"collected-{who}"


def command(program, work, who, url, days):
    out, step = where(work, who), FLEET.scrape_s
    until = planted.START + days * planted.DAY
    if who in RIVALS:
        return [sys.executable, str(HERE / "rival_prometheus_api_client.py"), url,
                str(planted.START), str(until), str(step), str(out), *RIVALS[who][1]]
    begin, end = (datetime.datetime.fromtimestamp(t, datetime.timezone.utc).isoformat()
                  for t in (planted.START, until))
    return [str(program), "collect", "--url", url, "-o", str(out), "--since", begin,
            "--until", end, "--step", str(step), "--quiet",
            *(OURS | REMOTE)[who][1]]


def remove(path):
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)


def cpu_of(process):
    """Seconds of user and system time so far."""
    text = pathlib.Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii")
    fields = text.rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(program, work, who, server, days):
    """One collection from nothing: seconds, CPU time, that of the server, peak memory."""
    remove(where(work, who))
    before = cpu_of(server.process)
    ran = measure.run(command(program, work, who, server.url, days), os.environ)
    return {"wall": ran.seconds, "cpu": ran.cpu, "peak": ran.peak,
            "server": cpu_of(server.process) - before}


# ---------------------------------------------------------------- agreement

def compare(work, others, first):
    """In a process of its own, which holds the frames: rows × columns that agree."""
    done = subprocess.run(
        [sys.executable, str(HERE / "compare_collected.py"), str(where(work, first)),
         *(str(where(work, who)) for who in others)], capture_output=True, text=True,
        check=False)
    if done.returncode:
        raise SystemExit(f"collect: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def smallest(runs):
    """Of each figure the smallest, but of memory the largest."""
    found = {name: min(run[name] for run in runs) for name in ("wall", "cpu", "server")}
    return found | {"median": statistics.median(run["wall"] for run in runs),
                    "peak": max(run["peak"] for run in runs), "runs": len(runs)}


def tell(who, row):
    print(f"  {who}: {row['wall']:.1f} s, CPU {row['cpu']:.1f} s, server "
          f"{row['server']:.1f} s, {row['peak'] / MB:.0f} MB", flush=True)


def in_turn(program, work, days, rounds):
    contenders = [*ours(program), *RIVALS]
    runs = {who: [] for who in contenders}
    with planted.serving(filled(work, FLEET)) as server:
        for who in contenders:
            runs[who].append(run(program, work, who, server, days))
        agreed = compare(work, contenders[1:], contenders[0])
        print(f"collect: {agreed['collected']:,} rows and {agreed['values']:,} values agree "
              f"among {', '.join(contenders)}", flush=True)
        for _ in range(rounds - 1):
            for who in contenders:
                runs[who].append(run(program, work, who, server, days))
    rows = {who: smallest(runs[who]) for who in contenders}
    for who, row in rows.items():
        tell(who, row)
        remove(where(work, who))
    return {"rows": rows, "days": days, **agreed}


def quarter(program, work):
    """Three times as long, once."""
    with planted.serving(filled(work, LONG)) as server:
        row = smallest([run(program, work, "hindcast_2", server, LONG.days)])
    remove(where(work, "hindcast_2"))
    tell("90 days", row)
    return row


def filled(work, fleet):
    """In a process of its own: what it held would count as the peak of every child."""
    with concurrent.futures.ProcessPoolExecutor(1) as pool:
        return pool.submit(planted.filled, fleet, work).result()


def bench(program, work, quick, long):
    """The section of the page, or None where there is no Prometheus."""
    if not planted.there():
        print("no prometheus and promtool: collect is not measured")
        return None
    work.mkdir(parents=True, exist_ok=True)
    result = {"load": os.getloadavg()[0],
              "date": datetime.datetime.now(datetime.timezone.utc)}
    result |= in_turn(program, work, *((QUICK_DAYS, 1) if quick else (FLEET.days, ROUNDS)))
    return page(result | {"long": quarter(program, work) if long else None})


# ---------------------------------------------------------------- the page

def verdict(what, wanted, figure, met):
    return f"| {what} | {wanted} | {figure} | {'yes' if met else '**no**'} |"


def own_cost(days, row):
    share = row["cpu"] / row["wall"]
    return [verdict(f"{days} days by query_range: own CPU time ÷ wall time", "≤ 0.3",
                    f"{share:.2f}", share <= 0.3),
            verdict(f"{days} days by query_range: peak memory", "≤ 150 MB",
                    f"{row['peak'] / MB:.0f} MB", row["peak"] <= 150 * MB)]


def targets(result):
    rows, long = result["rows"], result["long"]
    lines = own_cost(result["days"], rows["hindcast_2"])
    lines += own_cost(90, long) if long else [
        "| 90 days by query_range: CPU time and peak memory | ≤ 0.3, ≤ 150 MB "
        "| not measured | – |"]
    rival = min(rows[who]["wall"] for who in BEST_RIVAL)
    best = min(rows[who]["wall"] for who in OURS)
    lines.append(verdict("times faster than prometheus-api-client and pandas, query_range",
                         "≥ 3", f"{rival / best:.1f}", rival / best >= 3))
    what = "times faster than prometheus-api-client and pandas, remote_read"
    if "remote_read" not in rows:
        return [*lines, f"| {what} | ≥ 10 | not measured | – |"]
    ratio = rival / rows["remote_read"]["wall"]
    return [*lines, verdict(what, "≥ 10", f"{ratio:.1f}", ratio >= 10)]


def table(rows):
    names = {who: name for who, (name, _) in (OURS | REMOTE | RIVALS).items()}
    best = min(row["wall"] for who, row in rows.items() if who in OURS)
    lines = ["| | best s | median s | runs | CPU s | server's CPU s | peak MB | ÷ hindcast |",
             "|---|---:|---:|---:|---:|---:|---:|---:|"]
    for who, row in rows.items():
        lines.append(f"| {names[who]} | {row['wall']:.1f} | {row['median']:.1f} "
                     f"| {row['runs']} | {row['cpu']:.1f} | {row['server']:.1f} "
                     f"| {row['peak'] / MB:.0f} | {row['wall'] / best:.2f} |")
    return lines


def page(result):
    series = len(FLEET.series(FLEET.instances[0])) + 1
    lines = [
        f"{FLEET.days} days of {FLEET.nodes} nodes, {series} series a node, scraped every "
        f"{FLEET.scrape_s} s: {FLEET.scrapes * FLEET.nodes * series / 1e6:.0f} million "
        "samples in Prometheus 2.42 on loopback. "
        f"{result['days']} days of them are asked for, at every {FLEET.scrape_s} s: "
        f"{result['collected']:,} rows; {result['values']:,} values "
        "agreed within 1e-9 before the clock ran. The server and whoever asks share the two "
        "cores. CPU is user and system time; of times the smallest of the runs, of memory "
        f"the largest. For 90 days ({LONG.nodes} nodes, one series of a kind) what comes "
        "back is of the same form.", "",
        f"- measured: {result['date']:%Y-%m-%d}, load average before "
        f"{result['load']:.1f}", "",
        "| | wanted | reached | met |", "|---|---|---|---|", *targets(result), "",
        *table(result["rows"]), ""]
    return "\n".join(lines)
