"""A fleet of nodes as node_exporter and kube-state-metrics show it, for weeks, in Prometheus.

Every sample is a function of its series and of the number of the scrape, so that any of
them can be had again without those before it: the text for promtool is made from it, and
so is what must come out. A node has the series that a real one has, of which those that
are no hardware (loopback, veth, tmpfs, overlay, device mapper, loop) must count nowhere.

    a node in five is booted anew after five minutes' silence: its counters start at 0
    the last node's address belongs to another node from the middle on
    one scrape in 500 is missed; nothing is scraped for 40 minutes on the second day
    every instance is scraped at a millisecond of its own

A thin fleet has only what is asked for, one series a kind: what comes back is as much, and
it is filled in a fraction of the time.
"""
import concurrent.futures
import contextlib
import dataclasses
import functools
import os
import pathlib
import shutil
import subprocess
import tempfile

import numpy as np
from prometheus_case import Prometheus, program

START = 1748736000  # 2025-06-01T00:00:00Z
DAY, LEAD, LOOKBACK = 86400, 600, 300
BLOCK = 18 * 3600  # a range that promtool and the server make blocks of
HOLE = (START + DAY + 10 * 3600, START + DAY + 10 * 3600 + 2400)
# else it would make larger ones of them while it is asked
AS_FILLED = ("--storage.tsdb.max-block-duration=18h",)
FORMAT = 1  # of the data below: another one is filled anew

MODES = {"idle": 0.60, "user": 0.22, "system": 0.10, "iowait": 0.04, "softirq": 0.015,
         "steal": 0.01, "nice": 0.003, "irq": 0.002}
NOT_BUSY = ("idle", "iowait", "steal")
# device, type, mount point, size; the first two are real
FILE_SYSTEMS = [("/dev/nvme0n1p2", "ext4", "/", 1.0e11),
                ("/dev/mapper/data", "xfs", "/data", 1.0e12),
                ("tmpfs", "tmpfs", "/run", 3.3e9), ("shm", "tmpfs", "/dev/shm", 6.4e7),
                ("overlay", "overlay",
                 "/run/containerd/io.containerd.runtime.v2.task/k8s.io/4f1d/rootfs", 1.0e11)]
# device, bytes a second; the first one is real
INTERFACES = [("ens5", 2.5e6), ("lo", 4.0e5), ("cni0", 9.0e5), ("flannel.1", 3.0e5),
              ("veth1f0a9c2e", 8.0e4), ("veth77b20d41", 6.0e4)]
DISKS = [("nvme0n1", 6.0e5), ("sda", 1.2e5), ("dm-0", 5.0e5), ("loop0", 1.0e2)]  # two real


def there():
    return program("prometheus") and program("promtool")


@dataclasses.dataclass(frozen=True)
class Series:
    """One series: how its value follows from the number of the scrape."""

    metric: str
    labels: tuple  # of pairs, sorted
    seed: int
    counts: bool  # it belongs to the hardware
    mean: float   # counters: growth a scrape; gauges: the middle; in 1/scale
    noise: float
    swing: float  # of the day
    scale: int    # the value is a whole number of 1/scale

    @property
    def counter(self):
        return self.metric.endswith("_total")

    def label(self, name):
        return dict(self.labels)[name]


@dataclasses.dataclass(frozen=True)
class Instance:
    """An exporter at an address; `boot` is the scrape at which its counters are 0."""

    index: int
    address: str
    names: tuple  # of the nodes: (from scrape, name)
    boot: int | None
    offset_ms: int


def noise(seed, scrape):
    """0..1, by splitmix64."""
    with np.errstate(over="ignore"):
        x = np.asarray(scrape).astype(np.uint64) + np.uint64(seed)
        x = x * np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return ((x ^ (x >> np.uint64(31))) >> np.uint64(11)).astype(float) * 2.0**-53


@dataclasses.dataclass(frozen=True)
class Fleet:
    nodes: int
    days: int
    scrape_s: int = 30
    cores: int = 2
    thin: bool = False

    @property
    def end(self):
        return START + self.days * DAY

    @property
    def name(self):
        return (f"{FORMAT}-{self.nodes}x{self.days}x{self.scrape_s}-{self.cores}"
                f"{'-thin' if self.thin else ''}")

    @functools.cached_property
    def scrapes(self):
        """How many, from LEAD before the start on."""
        return (self.days * DAY + LEAD) // self.scrape_s

    @functools.cached_property
    def instances(self):
        return [self._instance(index) for index in range(self.nodes)]

    def _scrape_of(self, t):
        return (t - START + LEAD) // self.scrape_s

    def _instance(self, index):
        middle = self._scrape_of(START + self.days * DAY // 2 + 3300)
        names, boot = ((0, f"ip-10-0-{index // 200}-{index % 200 + 10}"),), None
        if index == self.nodes - 1:
            names, boot = (*names, (middle, "ip-10-0-9-9")), middle
        elif index % 5 == 1:
            boot = self._scrape_of(START + (index % self.days) * DAY + 14 * 3600)
        return Instance(index, f"10.0.{index // 200}.{index % 200 + 10}", names, boot,
                        1 + (index * 7919 + 13) % (1000 * self.scrape_s - 2))

    # ------------------------------------------------------------ series

    def series(self, instance):
        """All of node_exporter's, metric by metric."""
        made = self._series(instance)
        return [s for s in made if s.counts] if self.thin else made

    def _series(self, instance):
        found, own = [], self._exporter(instance)

        def add(metric, labels, counts, mean, noise_, swing, scale=1):
            found.append(Series(metric, tuple(sorted({**own, **labels}.items())),
                                (instance.index * 1000 + len(found) + 1) << 32, counts,
                                mean, noise_, swing, scale))

        def counter(metric, labels, counts, per_second, scale=1):
            add(metric, labels, counts, per_second * self.scrape_s * scale, 0.4, 0.5, scale)

        busier = 1 + 0.02 * (instance.index % 10)
        for core in range(1 if self.thin else self.cores):
            for mode, mean in MODES.items():
                counter("node_cpu_seconds_total", {"cpu": str(core), "mode": mode},
                        mode in NOT_BUSY, mean / (busier if mode == "idle" else 1), 100)
        for what, level in (("avail", 0.55), ("size", None)):
            for number, (device, kind, mount, size) in enumerate(FILE_SYSTEMS):
                labels = {"device": device, "fstype": kind, "mountpoint": mount}
                add(f"node_filesystem_{what}_bytes", labels,
                    number < (1 if self.thin else 2), size * (level or 1),
                    0.02 * bool(level), 0.1 * bool(level))
        for way, share in (("receive", 1.0), ("transmit", 0.7)):
            for number, (device, mean) in enumerate(INTERFACES):
                counter(f"node_network_{way}_bytes_total", {"device": device}, number < 1,
                        share * mean)
        for way, share in (("read", 0.3), ("written", 1.0)):
            for number, (device, mean) in enumerate(DISKS):
                counter(f"node_disk_{way}_bytes_total", {"device": device},
                        number < (1 if self.thin else 2), share * mean)
        for minutes, rough in ((1, 0.5), (5, 0.2), (15, 0.05)):
            add(f"node_load{minutes}", {}, True, 80 * self.cores * busier, rough, 0.4, 100)
        total = 4096 * (4_000_000 + 1000 * instance.index)
        add("node_memory_MemTotal_bytes", {}, True, total, 0, 0)
        add("node_memory_MemAvailable_bytes", {}, True, 0.5 * total, 0.1, 0.3)
        return found

    def _exporter(self, instance):
        return {"container": "node-exporter", "endpoint": "http-metrics",
                "instance": f"{instance.address}:9100", "job": "node-exporter",
                "namespace": "monitoring", "pod": f"node-exporter-{instance.index:05x}",
                "service": "node-exporter"}

    def infos(self, instance):
        """kube_node_info: (labels, first scrape, scrape behind the last)."""
        for number, (first, name) in enumerate(instance.names):
            behind = [*instance.names, (self.scrapes, "")][number + 1][0]
            yield tuple(sorted({
                "container": "kube-state-metrics", "endpoint": "http",
                "instance": "10.42.0.17:8080", "job": "kube-state-metrics",
                "namespace": "monitoring", "service": "kube-state-metrics",
                "node": name, "internal_ip": instance.address,
                "container_runtime_version": "containerd://1.7.23",
                "kernel_version": "6.1.0-28-amd64", "kubelet_version": "v1.31.4",
                "kubeproxy_version": "v1.31.4",
                "os_image": "Debian GNU/Linux 12 (bookworm)",
                "pod_cidr": f"10.42.{instance.index}.0/24",
                "system_uuid": f"ec2b3f1a-{instance.index:04x}-4c55-9a51-0a1b2c3d4e5f",
            }.items())), first, behind

    # ------------------------------------------------------------ samples

    def times_ms(self, instance, scrapes):
        """As the server has them: it multiplies the text of seconds by 1000 and cuts."""
        ms = (START - LEAD) * 1000 + scrapes * (self.scrape_s * 1000) + instance.offset_ms
        return (ms / 1000.0 * 1000.0).astype(np.int64), ms

    def scraped(self, instance, scrapes):
        """Which of these went well."""
        t = START - LEAD + scrapes * self.scrape_s + instance.offset_ms / 1000
        good = noise(instance.index + 1, scrapes) >= 1 / 500
        good &= ~((t >= HOLE[0]) & (t < HOLE[1]))
        if instance.boot is not None:
            silent = 300 // self.scrape_s
            good &= ~((scrapes >= instance.boot - silent) & (scrapes < instance.boot))
        return good

    def _grown(self, series, scrapes):
        day = DAY / self.scrape_s
        wave = series.swing * day / (2 * np.pi) * (1 - np.cos(2 * np.pi * scrapes / day))
        rough = series.noise * noise(series.seed, scrapes)
        return np.floor(series.mean * (scrapes + wave + rough)).astype(np.int64)

    def whole(self, series, instance, scrapes):
        """The values as whole numbers of 1/scale."""
        if not series.counter:
            wave = np.sin(2 * np.pi * scrapes * self.scrape_s / DAY)
            rough = 2 * noise(series.seed, scrapes) - 1
            return np.floor(series.mean * (
                1 + series.swing * wave + series.noise * rough)).astype(np.int64)
        grown = self._grown(series, scrapes)
        if instance.boot is not None:
            at_boot = self._grown(series, np.array([instance.boot]))[0]
            grown = np.where(scrapes >= instance.boot, grown - at_boot, grown)
        return grown

    @functools.lru_cache(maxsize=None)
    def seen(self, instance):
        """What was scraped of an instance: the numbers of the scrapes, and seconds since
        START; of those since 1970 a double has no whole microseconds."""
        scrapes = np.arange(self.scrapes)
        scrapes = scrapes[self.scraped(instance, scrapes)]
        return scrapes, (self.times_ms(instance, scrapes)[0] - START * 1000) / 1000.0

    def samples(self, series, instance):
        """Seconds since START and values of all samples of a series."""
        scrapes, at = self.seen(instance)
        return at, self.whole(series, instance, scrapes) / series.scale


# ---------------------------------------------------------------- as OpenMetrics

FOUR = np.frombuffer(b"".join(b"%04d" % n for n in range(10000)), np.uint8).reshape(-1, 4)


def digits(values, groups=4):
    """Rows of 4 × groups figures, with zeros in front."""
    out = np.empty((len(values), groups, 4), np.uint8)
    for group in reversed(range(groups)):
        out[:, group] = FOUR[values % 10000]
        values = values // 10000
    return out.reshape(len(values), -1)


def seconds_text(ms):
    text = digits(ms)
    out = np.full((len(ms), 14), ord("."), np.uint8)
    out[:, :10], out[:, 11:] = text[:, 3:13], text[:, 13:]
    return out


def value_text(whole, scale):
    text = digits(whole)
    if scale == 1:
        return text
    out = np.full((len(whole), 17), ord("."), np.uint8)
    out[:, :14], out[:, 15:] = text[:, :14], text[:, 14:]
    return out


def lines(metric, labels, values, times):
    """Bytes of a series, a row a sample; all rows are of one length."""
    text = ",".join(f'{key}="{value}"' for key, value in labels)
    head = np.frombuffer(f"{metric}{{{text}}} ".encode(), np.uint8)
    n, width = len(head), values.shape[1]
    out = np.empty((len(times), n + width + 16), np.uint8)
    out[:, :n] = head
    out[:, n:n + width] = values
    out[:, n + width] = ord(" ")
    out[:, n + width + 1:-1] = times
    out[:, -1] = ord("\n")
    return out


def families(fleet):
    """{metric: [(instance, series)]}, and kube_node_info's apart."""
    found = {}
    for instance in fleet.instances:
        for series in fleet.series(instance):
            found.setdefault(series.metric, []).append((instance, series))
    return found


def write_text(fleet, first, behind, file):
    """The samples of the scrapes from `first` up to `behind`."""
    seen, times = {}, {}
    for instance in fleet.instances:
        scrapes = np.arange(first, behind)
        scrapes = scrapes[fleet.scraped(instance, scrapes)]
        seen[instance] = scrapes
        times[instance] = seconds_text(fleet.times_ms(instance, scrapes)[1])
    for metric, members in families(fleet).items():
        kind = "counter" if metric.endswith("_total") else "gauge"
        file.write(f"# TYPE {metric.removesuffix('_total')} {kind}\n".encode())
        for instance, series in members:
            whole = fleet.whole(series, instance, seen[instance])
            file.write(lines(metric, series.labels, value_text(whole, series.scale),
                             times[instance]))
    file.write(b"# TYPE kube_node_info gauge\n")
    for instance in fleet.instances:
        for labels, begin, end in fleet.infos(instance):
            mine = (seen[instance] >= begin) & (seen[instance] < end)
            one = np.full((mine.sum(), 1), ord("1"), np.uint8)
            file.write(lines("kube_node_info", labels, one, times[instance][mine]))
    file.write(b"# EOF\n")


# ---------------------------------------------------------------- filled

def block_ranges(fleet):
    """Scrapes by the block that the server keeps them in."""
    at, first = START - LEAD, 0
    while first < fleet.scrapes:
        at = at // BLOCK * BLOCK + BLOCK
        behind = min(fleet.scrapes, (at - START + LEAD) // fleet.scrape_s)
        yield first, behind
        first = behind


def fill_range(fleet, scrapes, tsdb):
    with tempfile.NamedTemporaryFile(dir=room_for_text()) as file:
        write_text(fleet, *scrapes, file)
        file.flush()
        subprocess.run([program("promtool"), "tsdb", "create-blocks-from",
                        "--max-block-duration=24h", "openmetrics", file.name, str(tsdb)],
                       env={**os.environ, "GOGC": "800"}, check=True, capture_output=True)


def room_for_text():
    memory = pathlib.Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 4 * 2**30
    return memory if roomy else None


def filled(fleet, cache):
    """The folder with the fleet's blocks, made if it is not there."""
    folder = pathlib.Path(cache) / f"prometheus-{fleet.name}"
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        tsdb = pathlib.Path(scratch) / "tsdb"
        with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            list(pool.map(lambda scrapes: fill_range(fleet, scrapes, tsdb),
                          list(block_ranges(fleet))))
        with contextlib.suppress(OSError):
            os.rename(tsdb, folder)
    assert folder.is_dir()  # ours, or that of a run beside us
    return folder


@contextlib.contextmanager
def serving(blocks, *arguments):
    """A server over the same blocks by hard links, so that those in the cache stay."""
    with tempfile.TemporaryDirectory(dir=pathlib.Path(blocks).parent) as scratch:
        shutil.copytree(blocks, pathlib.Path(scratch) / "tsdb", copy_function=os.link)
        with Prometheus(scratch, *AS_FILLED, *arguments) as server:
            yield server
