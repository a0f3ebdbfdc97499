"""This machine itself: node exporter, scraped by Prometheus every second, and collected."""
import json
import re
import subprocess
import time
import urllib.parse
import urllib.request

import prometheus_case as case
import pytest
import util
from fault_server import FaultServer
from test_collect import rows

EXPORTER = case.program("prometheus-node-exporter", "prometheus-node-exporter")
pytestmark = pytest.mark.skipif(
    not (case.program("prometheus") and EXPORTER),
    reason="skipped, no prometheus and prometheus-node-exporter")

SCRAPES = 10
CONFIG = """scrape_configs:
- {{job_name: node, scrape_interval: 1s, static_configs: [{{targets: ['127.0.0.1:{}']}}]}}
"""


@pytest.fixture
def exporter():
    port = case.free_port()
    process = subprocess.Popen([EXPORTER, f"--web.listen-address=127.0.0.1:{port}"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield port
    process.terminate()
    process.wait()


def scraped(server):
    """The seconds of the scrapes so far."""
    query = urllib.parse.urlencode({"query": "node_load1[10m]"})
    with urllib.request.urlopen(f"{server.url}/api/v1/query?{query}", timeout=60) as reply:
        series = json.load(reply)["data"]["result"]
    return [t for one in series for t, _ in one["values"]]


def collect(server, since, until, out):
    """The server's clock is ahead: else nothing younger than five minutes is asked for."""
    ahead = {"fault": "clock", "shift_s": 3600}
    with FaultServer([ahead], upstream=server.url) as proxy:
        return util.run("collect", "--url", proxy.url, "-o", out, "--step", 1, "--since",
                        moment(since), "--until", moment(until))


def moment(t):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(t))


def meminfo(name):
    text = open("/proc/meminfo").read()
    return int(re.search(rf"^{name}: +(\d+) kB$", text, re.M)[1]) * 1024


def cores():
    return len(re.findall(r"^cpu\d+ ", open("/proc/stat").read(), re.M))


def test_this_machine(exporter, tmp_path, record_property):
    (tmp_path / "prometheus.yml").write_text(CONFIG.format(exporter))
    with case.Prometheus(tmp_path) as server:
        end = time.monotonic() + 120 * util.SLOWER
        while len(scraped(server)) < SCRAPES:
            assert time.monotonic() < end
            time.sleep(0.5)
        times = scraped(server)
        # a rate needs two samples
        since, until = int(times[2]) + 1, int(times[-1]) + 1
        done = collect(server, since, until, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    frame = rows(tmp_path / "out")
    assert list(frame["t"]) == list(range(since, until))
    assert set(frame["node"]) == {"127.0.0.1"}
    assert set(frame["memory_total"]) == {meminfo("MemTotal")}
    assert set(frame["cpu_cores"]) == {cores()}
    assert frame["memory_available"].between(1, meminfo("MemTotal")).all()
    for column in ("cpu_usage_rate", "memory_usage", "cpu_iowait", "cpu_steal"):
        there = frame[column].dropna()  # a busy machine may miss scrapes
        assert len(there) and there.between(0, 1).all(), column
    for column in ("load_1m", "load_5m", "load_15m"):
        assert frame[column].between(0, 100 * cores()).all(), column
    record_property("note", f"this machine, collected: {cores()} cores, CPU at "
                            f"{frame['cpu_usage_rate'].mean():.0%} for {len(frame)} s")
