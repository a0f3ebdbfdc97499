"""A real Prometheus on loopback, and clusters planted in it of which everything is known.

Two clusters, two UTC days, a sample every two minutes, all scraped by an HA pair:

    east  10.0.0.1  node n1    its counters start anew on the first day at 15:10
          10.0.0.2  node n2, replaced on the second day at 12:00 by n2b
    west  10.0.0.1  node n1    not scraped on the first day from 20:00 to 20:30
    all   not scraped on the second day from 03:00 to 03:40
    the second replica is down on the first day from 08:00 to 09:00

There is no node_load15. What a column must be is computed here from the planted samples,
by what PromQL's documentation says of lookback, rate and aggregation.
"""
import math
import pathlib
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
START = 1748822400  # 2025-06-02T00:00:00Z
DAY, SCRAPE, STEP, LOOKBACK = 86400, 120, 60, 300
WINDOW = 4 * SCRAPE
END = START + 2 * DAY
REPLICAS = {"a": 7, "b": 31}  # and the second at which each scrapes
TARGETS = [("east", "10.0.0.1"), ("east", "10.0.0.2"), ("west", "10.0.0.1")]
HOLE = (START + DAY + 3 * 3600, START + DAY + 3 * 3600 + 2400)
RESET = START + 15 * 3600 + 600
REPLACED = START + DAY + 12 * 3600


def program(name, package="prometheus"):
    """Out of the Debian package that tools/setup unpacked, else on the PATH."""
    here = ROOT / "deps" / package / name
    return str(here) if here.exists() else shutil.which(name)


# ---------------------------------------------------------------- the planted samples

def is_scraped(cluster, replica, t):
    if HOLE[0] <= t < HOLE[1]:
        return False
    if cluster == "west" and START + 72000 <= t < START + 73800:
        return False
    return not (replica == "b" and START + 28800 <= t < START + 32400)


def times(cluster, replica):
    grid = range(START - 600 + REPLICAS[replica], END, SCRAPE)
    return np.array([t for t in grid if is_scraped(cluster, replica, t)])


def gauge(rng, n, low, high):
    walk = np.cumsum(rng.normal(0, 1, n))
    return low + (high - low) * (0.5 + 0.5 * np.sin(walk / 10))


def counter(rng, at, mean, resets):
    """Grows between two samples; starts anew at RESET where `resets`."""
    grow = rng.gamma(2.0, mean * SCRAPE / 2.0, len(at))
    values = 1000 * mean + np.cumsum(grow)
    if resets:
        after = at >= RESET
        values[after] -= values[after][0] - grow[after][0]
    return values


def node_metrics(rng, at, resets):
    """(metric, labels, values) of one target; every value is one that a text keeps."""
    n = len(at)
    yield "node_load1", {}, gauge(rng, n, 0, 8)
    yield "node_load5", {}, gauge(rng, n, 0, 6)
    yield "node_memory_MemTotal_bytes", {}, np.full(n, 16 * 2.0**30)
    yield "node_memory_MemAvailable_bytes", {}, gauge(rng, n, 2e9, 12e9)
    for cpu in "01":
        for mode, mean in (("idle", 0.6), ("iowait", 0.05), ("steal", 0.02),
                           ("user", 0.33)):
            yield ("node_cpu_seconds_total", {"cpu": cpu, "mode": mode},
                   counter(rng, at, mean, resets))
    for mount, kind, size in (("/", "ext4", 1e11), ("/data", "xfs", 5e11),
                              ("/run", "tmpfs", 1e9)):
        labels = {"device": f"/dev/{kind}", "fstype": kind, "mountpoint": mount}
        yield "node_filesystem_size_bytes", labels, np.full(n, size)
        yield "node_filesystem_avail_bytes", labels, gauge(rng, n, 0.01 * size, size)
    for device in ("eth0", "eth1", "veth12ab"):
        for metric in ("receive", "transmit"):
            yield (f"node_network_{metric}_bytes_total", {"device": device},
                   counter(rng, at, 1e5, resets))
    for device in ("sda", "nvme0n1", "dm-0"):
        for metric in ("read", "written"):
            yield (f"node_disk_{metric}_bytes_total", {"device": device},
                   counter(rng, at, 1e4, resets))


def plant(seed=1):
    """{(cluster, ip): {replica: [(metric, labels, times, values)]}}"""
    planted = {}
    for index, (cluster, ip) in enumerate(TARGETS):
        for number, replica in enumerate(REPLICAS):
            rng = np.random.default_rng([seed, index, number])
            at = times(cluster, replica)
            planted.setdefault((cluster, ip), {})[replica] = [
                (metric, labels, at, np.round(values, 6)) for metric, labels, values in
                node_metrics(rng, at, (cluster, ip) == TARGETS[0])]
    return planted


def owner(cluster, ip, t):
    if (cluster, ip) == ("east", "10.0.0.2"):
        return "n2" if t < REPLACED else "n2b"
    return "n1"


def node_info(cluster, ip, replica):
    at = times(cluster, replica)
    names = np.array([owner(cluster, ip, t) for t in at])
    for node in sorted(set(names)):
        mine = at[names == node]
        yield ("kube_node_info", {"node": node, "internal_ip": ip,
                                  "instance": "10.9.9.9:8080", "job": "ksm"},
               mine, np.ones(len(mine)))


# ---------------------------------------------------------------- as OpenMetrics

def line(metric, labels, t, value):
    text = ",".join(f'{key}="{value}"' for key, value in sorted(labels.items()))
    return f"{metric}{{{text}}} {float(value)!r} {t}\n"


def write_openmetrics(planted, path):
    families = {}
    for (cluster, ip), replicas in planted.items():
        for replica, series in replicas.items():
            more = {"cluster": cluster, "prometheus_replica": replica}
            own = {**more, "instance": f"{ip}:9100", "job": "node-exporter"}
            for metric, labels, at, values in series:
                families.setdefault(metric, []).append(({**own, **labels}, at, values))
            for metric, labels, at, values in node_info(cluster, ip, replica):
                families.setdefault(metric, []).append(({**more, **labels}, at, values))
    with open(path, "w") as file:
        for metric, series in families.items():
            family = metric.removesuffix("_total")
            kind = "counter" if metric.endswith("_total") else "gauge"
            file.write(f"# TYPE {family} {kind}\n")
            for labels, at, values in series:
                file.writelines(line(metric, labels, t, v) for t, v in zip(at, values))
        file.write("# EOF\n")


# ---------------------------------------------------------------- what must come out

def latest(at, values, t):
    i = np.searchsorted(at, t, "right") - 1
    return values[i] if i >= 0 and at[i] >= t - LOOKBACK else math.nan


def rate(at, values, t, window=WINDOW):
    """PromQL's rate(): resets are added, and the ends are extrapolated."""
    low, high = np.searchsorted(at, t - window), np.searchsorted(at, t, "right")
    if high - low < 2:
        return math.nan
    seen, when = values[low:high], at[low:high]
    falls = np.flatnonzero(np.diff(seen) < 0)
    grown = seen[-1] - seen[0] + seen[falls].sum()
    covered = float(when[-1] - when[0])
    mean = covered / (len(when) - 1)
    before, behind = float(when[0] - (t - window)), float(t - when[-1])
    if grown > 0 and seen[0] >= 0:
        before = min(before, covered * seen[0] / grown)
    total = covered
    total += before if before < mean * 1.1 else mean / 2
    total += behind if behind < mean * 1.1 else mean / 2
    return grown * (total / covered) / window


def largest(values):
    there = [value for value in values if not math.isnan(value)]
    return max(there) if there else math.nan


def total(values):
    there = [value for value in values if not math.isnan(value)]
    return math.fsum(there) if there else math.nan


def by_series(series, metric, keep, of, t):
    """One number for each series of a metric, as one replica has it."""
    return {tuple(sorted(labels.items())): of(at, values, t)
            for name, labels, at, values in series if name == metric and keep(labels)}


def node_at(replicas, t, rate=rate):
    """The columns of one target at one moment: of what each replica saw, the largest. `rate`:
    another server's."""
    def of_replicas(fold, metric, keep=lambda labels: True, of=latest):
        return largest([fold(by_series(series, metric, keep, of, t))
                        for series in replicas.values()])

    def rates(metric, keep):
        return of_replicas(lambda found: total(found.values()), metric, keep, rate)

    def last(metric):
        return of_replicas(lambda found: largest(found.values()), metric)

    def mode(*modes):
        return lambda labels: labels["mode"] in modes

    def device(*devices):
        return lambda labels: labels["device"] in devices

    def count(found):
        return sum(not math.isnan(value) for value in found.values()) or math.nan

    def fill(series):
        free, size = (by_series(series, f"node_filesystem_{what}_bytes",
                                lambda labels: labels["fstype"] != "tmpfs", latest, t)
                      for what in ("avail", "size"))
        return largest([1 - free[key] / size[key] for key in free])

    cpu, nics, disks = "node_cpu_seconds_total", ("eth0", "eth1"), ("sda", "nvme0n1")
    cores = of_replicas(count, cpu, mode("idle"))
    busy = 1 - rates(cpu, mode("idle", "iowait", "steal")) / cores
    free, memory = (last(f"node_memory_Mem{what}_bytes") for what in ("Available", "Total"))
    return {
        "cpu_usage_rate": busy if math.isnan(busy) else max(busy, 0.0),
        "memory_usage": 1 - free / memory, "memory_available": free,
        "memory_total": memory, "cpu_cores": cores,
        "cpu_iowait": rates(cpu, mode("iowait")) / cores,
        "cpu_steal": rates(cpu, mode("steal")) / cores,
        "load_1m": last("node_load1"), "load_5m": last("node_load5"),
        "disk_usage": largest([fill(series) for series in replicas.values()]),
        "network_rx_bytes": rates("node_network_receive_bytes_total", device(*nics)),
        "network_tx_bytes": rates("node_network_transmit_bytes_total", device(*nics)),
        "disk_read_bytes": rates("node_disk_read_bytes_total", device(*disks)),
        "disk_write_bytes": rates("node_disk_written_bytes_total", device(*disks))}


def owner_found(cluster, ip, t):
    """The node whose kube_node_info is there, the newest one; else the one before."""
    latest_start = None
    for replica in REPLICAS:
        for _, labels, at, values in node_info(cluster, ip, replica):
            if not math.isnan(latest(at, values, t)):
                start = at[0]
                if latest_start is None or start > latest_start[0]:
                    latest_start = (start, labels["node"])
    return latest_start[1] if latest_start else owner(cluster, ip, t)


def expected(planted, moments, rate=rate):
    """{(cluster, node, t): columns} for those moments that have any."""
    rows = {}
    for (cluster, ip), replicas in planted.items():
        for t in moments:
            row = node_at(replicas, t, rate)
            if any(not math.isnan(value) for value in row.values()):
                rows[cluster, owner_found(cluster, ip, t), t] = row
    return rows


# ---------------------------------------------------------------- the server

def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def backfill(planted, folder):
    folder = pathlib.Path(folder)
    text = folder / "planted.om"
    write_openmetrics(planted, text)
    subprocess.run([program("promtool"), "tsdb", "create-blocks-from", "openmetrics",
                    str(text), str(folder / "tsdb")], check=True, capture_output=True)
    text.unlink()


def copy_of(folder, to):
    """The samples of a folder that was backfilled, in a folder for another server."""
    shutil.copytree(pathlib.Path(folder) / "tsdb", pathlib.Path(to) / "tsdb")
    (pathlib.Path(to) / "tsdb/lock").unlink(missing_ok=True)
    return pathlib.Path(to)


class Prometheus:
    """A server over a folder that was backfilled; a context. `ready` is the status that
    says that it is up, `tls` an ssl.SSLContext to ask for it with."""

    def __init__(self, folder, *arguments, ready=200, tls=None):
        self.folder, self.arguments = pathlib.Path(folder), arguments
        self.ready, self.tls, self.port = ready, tls, free_port()
        scheme, host = ("https", "localhost") if tls else ("http", "127.0.0.1")
        self.url = f"{scheme}://{host}:{self.port}"

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.end(signal.SIGTERM)

    def start(self):
        config = self.folder / "prometheus.yml"
        config.touch()
        with open(self.folder / "log", "w") as log:
            self.process = subprocess.Popen(
                [program("prometheus"), f"--config.file={config}",
                 f"--storage.tsdb.path={self.folder / 'tsdb'}",
                 "--storage.tsdb.retention.time=100y",
                 f"--web.listen-address=127.0.0.1:{self.port}", *self.arguments],
                stdout=log, stderr=log)
        for _ in range(300):
            if self.status() == self.ready:
                return
            time.sleep(0.1)
        self.end(signal.SIGKILL)
        raise RuntimeError((self.folder / "log").read_text())

    def end(self, number):
        self.process.send_signal(number)
        self.process.wait()

    def status(self):
        try:
            return urllib.request.urlopen(f"{self.url}/-/ready", timeout=5,
                                          context=self.tls).status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0
