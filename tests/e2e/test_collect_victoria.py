"""`hindcast collect` against a real VictoriaMetrics with the same planted samples.

It has Prometheus' API, and other rules (docs.victoriametrics.com, MetricsQL): a window is open
on its left side; rate() is the growth since the last sample before the window, divided by the
time since then, and nothing is extrapolated; a sample counts a little longer than until the
next one should have come, not five minutes.
"""
import json
import math
import re
import shutil
import subprocess
import time
import urllib.parse
import urllib.request

import numpy as np
import pandas as pd
import prometheus_case as case
import pytest
import util
from test_collect import FULL, assert_rows, collect, result, rows

PROGRAM = case.program("victoria-metrics", "victoria-metrics")
pytestmark = pytest.mark.skipif(not PROGRAM, reason="skipped, no victoria-metrics")


# ---------------------------------------------------------------- the server

def text_of(planted, path):
    """In Prometheus' text format, with times in milliseconds."""
    case.write_openmetrics(planted, path)
    with open(path) as lines:
        return "".join(line.rstrip("\n") + "000\n" for line in lines if line[0] != "#")


class Victoria:
    def __init__(self, folder, *arguments):
        self.port = case.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        with open(folder / "log", "w") as log:
            self.process = subprocess.Popen(
                [PROGRAM, f"-storageDataPath={folder / 'data'}", "-retentionPeriod=100y",
                 f"-httpListenAddr=127.0.0.1:{self.port}", *arguments],
                stdout=log, stderr=log)
        for _ in range(300):
            if self.is_up():
                return
            time.sleep(0.1)
        raise RuntimeError((folder / "log").read_text())

    def is_up(self):
        try:
            return self.get("/health") == b"OK"
        except OSError:
            return False

    def get(self, path, body=None, **fields):
        url = f"{self.url}{path}?{urllib.parse.urlencode(fields)}"
        with urllib.request.urlopen(url, body, timeout=60) as reply:
            return reply.read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


@pytest.fixture(scope="module")
def filled(planted, tmp_path_factory):
    """The folder of a server that was filled and stopped."""
    folder = tmp_path_factory.mktemp("victoria")
    with Victoria(folder) as running:
        running.get("/api/v1/import/prometheus",
                    text_of(planted, folder / "text").encode())
    return folder


@pytest.fixture(scope="module")
def victoria(filled):
    with Victoria(filled) as running:
        yield running


@pytest.fixture(scope="module")
def collected(victoria, tmp_path_factory):
    out = tmp_path_factory.mktemp("collected") / "data"
    collect(victoria.url, out)
    return out


# ---------------------------------------------------------------- its rules

def victoria_rate(at, values, t, window=case.WINDOW):
    low, high = (np.searchsorted(at, edge, "right") for edge in (t - window, t))
    longest = case.SCRAPE * 9 / 8
    if low > 0 and at[low - 1] > t - window - longest:
        low -= 1
    elif high - low == 1:
        return math.nan
    seen = values[low:high]
    if len(seen) < 2:
        return 0.0 if len(seen) else math.nan
    falls = np.flatnonzero(np.diff(seen) < 0)
    return (seen[-1] - seen[0] + seen[falls].sum()) / float(at[high - 1] - at[low])


def fresh(planted):
    """Moments at which every replica of every target has scraped within the interval."""
    grid = np.arange(case.START, case.END, 17 * case.STEP)
    for cluster, _ in planted:
        for replica in case.REPLICAS:
            at = case.times(cluster, replica)
            last = at[np.searchsorted(at, grid, "right") - 1]
            grid = grid[grid - last <= case.SCRAPE]
    return grid.tolist()


# ---------------------------------------------------------------- what comes out

def test_gives_the_truth_back(planted, collected, record_property):
    """Gauges as planted; rates by its own rule."""
    moments = fresh(planted)
    wanted = case.expected(planted, moments, victoria_rate)
    frame = rows(collected).set_index(["cluster", "node", "t"])
    assert frame.index.is_unique
    assert set(wanted) <= set(frame.index)
    assert_rows(wanted, frame)
    record_property("note", f"VictoriaMetrics: {len(wanted)} rows as planted, "
                            f"its rates by its rule")


def test_has_its_answers_exactly(victoria, tmp_path):
    """Column by column what it answers to the queries of the manifest, gaps and all; what
    is done here with plain series, it does itself."""
    out = tmp_path / "out"
    collect(victoria.url, out, "--node-label", "instance", "--no-pods")
    asked = {query["name"]: answers(victoria, whole(query["promql"], query["here"]))
             for query in util.read_json(out / "manifest.json")["queries"]}
    cores = asked["cpu_cores"]
    wanted = pd.DataFrame({
        **{name: asked[name] for name in util.GAUGES if name in asked},
        "cpu_usage_rate": (1 - asked["cpu_not_busy"] / cores).clip(lower=0),
        "cpu_iowait": asked["cpu_iowait_cores"] / cores,
        "cpu_steal": asked["cpu_steal_cores"] / cores,
        "memory_usage": 1 - asked["memory_available"] / asked["memory_total"]}).sort_index()
    got = rows(out).set_index(["cluster", "node", "t"])[list(wanted)].sort_index()
    same(got, wanted.dropna(how="all"))


def whole(promql, here):
    """The query with the step that collect has left to itself."""
    if here is None:
        return promql
    if " / " in here:  # of both metrics at once, with the same matchers
        matchers = promql[promql.index(",") + 1:]
        return re.sub(r"node_filesystem_\w+", lambda name: f"{name[0]}{{{matchers}", here)
    brackets = len(here) - len(here.rstrip(")")) - 1
    return f"{here[:len(here) - brackets]} ({promql}){')' * brackets}"


def same(a, b):
    """It adds series up in any order, so the last bits of a sum are others each time."""
    pd.testing.assert_frame_equal(a, b, check_names=False, rtol=1e-11, atol=1e-14)


def answers(victoria, promql):
    """A series by cluster, instance and time; a day a request, as collect asks."""
    values = {}
    for day in (case.START, case.START + case.DAY):
        reply = json.loads(victoria.get(
            "/api/v1/query_range", query=promql, start=day, step=case.STEP,
            end=day + case.DAY - case.STEP, nocache=1))
        for series in reply["data"]["result"]:
            labels = series["metric"]
            for t, value in series["values"]:
                values[labels["cluster"], labels["instance"], t] = float(value)
    return pd.Series(values)


def test_what_it_does_not_say(collected):
    """No version, and nothing that is not there in 'not_exported'."""
    manifest = util.read_json(collected / "manifest.json")
    assert manifest["server"]["version"] is None
    assert manifest["scrape_interval_s"] == case.SCRAPE
    lacking = {item["query"]: item["metric"] for item in manifest["not_exported"]}
    assert lacking.pop("load_15m") == "node_load15"
    assert all(metric.startswith(("kube_", "container_")) for metric in lacking.values())


def test_too_much_at_once_is_halved(filled, collected, tmp_path):
    """It answers 422, as Prometheus does."""
    shutil.copytree(filled / "data", tmp_path / "data")
    with Victoria(tmp_path, "-search.maxPointsPerTimeseries=500") as small:
        done = result(small.url, tmp_path / "out")
    assert done["requests"] > FULL
    same(rows(tmp_path / "out"), rows(collected))
