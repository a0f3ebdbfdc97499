"""The pictures of a report: that they are there, hold what the findings hold, run nothing
that a name in the data says, and that gnuplot's faults are not the analysis'.

SVGs are read as XML: shapes are groups with a title, which says what they are. PNGs are
decoded here, with zlib: the venv has no imaging library.
"""
import os
import pathlib
import re
import shutil
import signal
import stat
import struct
import subprocess
import time
import xml.etree.ElementTree as ET
import zlib

import numpy as np
import pytest

import util
from util import HINDCAST, SANITIZED, analyze, leftovers, read_json, run, samples, tree, write

NAMES = ["temporal", "weekly", "trends", "nodes", "correlation", "opportunity", "quality"]
LAST = ["figures/anomalies.svg", "figures/anomalies.png"]
FILES = [f"figures/{name}.{ending}" for name in NAMES for ending in ("svg", "png")]
PATTERNS = ["rhythm", "growth", "changes", "twins", "roles"]  # where something was found
GROWTH = util.MAIN + ["disk_usage"]  # gauges that the figure of growth has a panel for
SVG = "{http://www.w3.org/2000/svg}"
WAIT = 20 * util.SLOWER

needs_gnuplot = pytest.mark.skipif(not shutil.which("gnuplot"), reason="no gnuplot here")


# ---------------------------------------------------------------- reading pictures

class Picture:
    """An SVG: its texts, and its shapes by title."""

    def __init__(self, path):
        self.root = ET.parse(path).getroot()
        assert self.root.tag == f"{SVG}svg"
        self.texts = ["".join(text.itertext()) for text in self.root.iter(f"{SVG}text")]
        self.groups = {}
        for group in self.root.iter(f"{SVG}g"):
            title = group.find(f"{SVG}title")
            if title is not None:
                self.groups.setdefault(title.text, []).append(group)

    def points(self, title, which=0):
        return len(list(self.groups[title][which].iter(f"{SVG}use")))

    def strokes(self, title, which=0):
        """Pieces of line, each from where the pen is put down: cells, bars, lines."""
        return sum(len(re.findall(r"[ML][-\d.]+,[-\d.]+ +L|M", path.get("d")))
                   for path in self.groups[title][which].iter(f"{SVG}path"))

    def says(self, words):
        return any(words in text for text in self.texts)


def png(path, most=180):
    """Width, height and the first rows of an 8-bit PNG, as an array of pixels."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, body = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        chunk, check = data[at + 8:at + 8 + size], data[at + 8 + size:at + 12 + size]
        assert zlib.crc32(kind + chunk) == int.from_bytes(check, "big")
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", chunk[:10])
        body += chunk if kind == b"IDAT" else b""
        at += 12 + size
    assert (kind, depth, colour) == (b"IEND", 8, 2)
    raw = zlib.decompress(body)
    assert len(raw) == height * (1 + 3 * width)
    rows, above = [], bytes(3 * width)
    for y in range(min(height, most)):
        line = raw[y * (1 + 3 * width):(y + 1) * (1 + 3 * width)]
        above = unfiltered(line[0], line[1:], above)
        rows.append(np.frombuffer(above, np.uint8).reshape(width, 3))
    return width, height, np.array(rows)


def unfiltered(kind, line, above):
    if kind == 0:
        return line
    if kind == 2:
        return bytes(np.frombuffer(line, np.uint8) + np.frombuffer(above, np.uint8))
    out = bytearray(line)
    for x, value in enumerate(line):
        left = out[x - 3] if x > 2 else 0
        if kind == 1:
            guess = left
        elif kind == 3:
            guess = (left + above[x]) // 2
        else:
            guess = paeth(left, above[x], above[x - 3] if x > 2 else 0)
        out[x] = (value + guess) & 255
    return bytes(out)


def paeth(a, b, c):
    if b == c:  # most often
        return a
    if a == c:
        return b
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    return a if pa <= pb and pa <= pc else b if pb <= pc else c


# ---------------------------------------------------------------- data, reports

@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Nine days, twelve nodes, one gap of one node and one of all."""
    frame = samples(nodes=12, days=9, step_s=900)
    time_of = frame["timestamp"]
    gone = (time_of >= "2025-06-05") & (time_of < "2025-06-05 06:00")
    one = (frame["node"] == "node-03") & (time_of.dt.day == 8)
    return write(tmp_path_factory.mktemp("data") / "d.parquet", frame[~gone & ~one])


@pytest.fixture(scope="module")
def report(data, tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "r"
    analyze(data, out, "--timezone", "Europe/Berlin", figures=True, timeout=120)
    return out


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return write(tmp_path_factory.mktemp("small") / "d.parquet",
                 samples(nodes=2, days=8, step_s=3600))


def picture(out, name):
    return Picture(out / f"figures/{name}.svg")


def files(out):
    """What a report of these findings has to have: the rule, written anew."""
    found = read_json(out / "findings.json")
    there = {
        "rhythm": any(row["gauge"] in util.MAIN for row in found["rhythm"]["cluster"]),
        "growth": any(row["gauge"] in GROWTH for row in found["growth"]["cluster"]),
        "changes": found["changes"]["nodes"] != [],
        "twins": len(found["twins"]["map"]) > 1,
        "roles": found["roles"]["nodes"] != [],
    }
    return FILES + [f"figures/{name}.{ending}" for name in PATTERNS
                    if found[name]["status"] == "ok" and there[name]
                    for ending in ("svg", "png")] + LAST


def names(out):
    return [name.split("/")[1][:-4] for name in files(out) if name.endswith(".svg")]


def analyze_loud(data, out, *args, **options):
    """Exit 0; what was said on stderr."""
    done = run("analyze", data, "-o", out, "--no-html", *args, **options)
    assert done.returncode == 0, done.stderr
    return done.stderr, done.stdout


def written(out):
    return sorted(name for name in tree(out) if name.startswith("figures/"))


# ---------------------------------------------------------------- what is there

@needs_gnuplot
def test_all_pictures_are_there_and_listed(report):
    assert written(report) == sorted(files(report))
    artifacts = read_json(report / "run.json")["artifacts"]
    assert [name for name in artifacts if name.startswith("figures/")] == files(report)
    assert set(artifacts) == set(tree(report))


@needs_gnuplot
def test_an_svg_says_what_it_is(report):
    for name in names(report):
        shown = picture(report, name)
        assert shown.says("12 nodes"), name
        assert len(shown.texts) > 10 or name == "anomalies"  # two weeks are not there
        assert (report / f"figures/{name}.svg").stat().st_size < 250_000
    for name in ("temporal", "weekly", "trends", "opportunity", "quality"):
        assert picture(report, name).says("times of Europe/Berlin"), name


@needs_gnuplot
def test_a_png_is_crisp_and_not_blank(report):
    for name in names(report):
        width, height, pixels = png(report / f"figures/{name}.png")
        assert width == 1600 and 300 < height < 2500, name
        colours = np.unique(pixels.reshape(-1, 3), axis=0)
        assert len(colours) > 30, name
        ink = (pixels < 250).any(axis=2).mean()
        assert 0.01 < ink < 0.8, (name, ink)


@needs_gnuplot
def test_marks_are_those_of_the_findings(report):
    found = read_json(report / "findings.json")
    temporal, nodes = picture(report, "temporal"), picture(report, "nodes")
    assert [temporal.points("hour", i) for i in range(3)] == [24] * 3
    assert temporal.strokes("weekday") == 7
    assert [nodes.points("mean", i) for i in range(3)] == [12] * 3
    for node in found["nodes"]:
        assert nodes.says(node["node"])
    weekly = picture(report, "weekly")
    cells = [c for c in found["temporal"]["weekly"] if c["n"]]
    assert sum(weekly.says(f"{100 * c['cpu_usage_rate']:.1f}") for c in cells) == len(cells)
    assert weekly.strokes("cpu cells") == 168
    p = len(found["correlation"]["columns"])
    correlation = picture(report, "correlation")
    assert correlation.strokes("cells") == p * p
    assert all(correlation.says(name) for name in found["correlation"]["columns"])
    assert correlation.says(f"0.7 in {len(found['correlation']['pairs'])} of {p * (p - 1) // 2}")


@needs_gnuplot
def test_gaps_are_gaps(report):
    found = read_json(report / "findings.json")
    assert len(found["quality"]["fleet_gaps"]) == 1
    trends, quality = picture(report, "trends"), picture(report, "quality")
    assert trends.strokes("fleet gap") == 1
    mean = [p.get("d") for p in trends.groups["mean"][0].iter(f"{SVG}path")]
    assert sum(d.count("M") for d in mean) == 2  # before and after the fleet's gap
    assert quality.strokes("fleet gap") == 1
    assert quality.strokes("received") > 12 + 12 + 1
    for record in found["quality"]["records_per_node"]:
        assert quality.says(record["node"])
    opportunity = picture(report, "opportunity")
    assert len(opportunity.groups["there"]) == 1
    there = [p.get("d") for p in opportunity.groups["there"][0].iter(f"{SVG}path")]
    assert sum(d.count("M") for d in there) == 2
    needed = found["opportunity"]["nodes_needed"]
    assert opportunity.says(f"max: {needed['max']:.0f}")


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    """28 days in which a disk fills up, two nodes are twins, and half of them step up."""
    rng = np.random.default_rng(4)
    frame = samples(nodes=8, days=28, step_s=3600, gauges=util.MAIN)
    hour = (frame["timestamp"] - frame["timestamp"].min()).dt.total_seconds() / 3600
    at = frame["node"].str[-2:].astype(int)
    noise = {i: np.cumsum(rng.normal(0, 0.05, 28 * 24 + 1)) for i in range(8)}
    noise = {i: y - np.convolve(y, np.ones(24) / 24, "same") for i, y in noise.items()}
    noise[1] = noise[0]
    frame["cpu_usage_rate"] = np.clip(
        0.4 + 0.1 * np.sin(2 * np.pi * hour / 24) + 0.25 * ((hour >= 400) & (at % 2 == 1))
        + np.array([noise[i][int(h)] for i, h in zip(at, hour)]) * 0.2, 0, 1)
    frame["disk_usage"] = np.where(
        at == 2, 0.5 + hour / 24 * 0.01, 0.3) + rng.normal(0, 0.01, len(frame))
    folder = tmp_path_factory.mktemp("month")
    analyze(write(folder / "d.parquet", frame), folder / "r", figures=True, timeout=120)
    return folder / "r"


@needs_gnuplot
def test_patterns_are_those_of_the_findings(month):
    found = read_json(month / "findings.json")
    assert set(PATTERNS) <= set(names(month))
    assert written(month) == sorted(files(month))
    rhythm, growth, changes, twins, roles = (picture(month, name) for name in PATTERNS)
    row = found["rhythm"]["cluster"][0]
    assert row["period_h"] == 24 and row["top"] and row["low"]
    assert rhythm.says(f"period 24 h, r {row['r']:.2f}")
    assert rhythm.says(f"busiest {row['top']['hour']:02}:00")
    assert rhythm.strokes("busiest hours") in (7, 14)  # seven days, twice over midnight
    for gauge, row in enumerate(r for r in found["growth"]["cluster"] if r["gauge"] in GROWTH):
        assert growth.points("day", gauge) == sum(v is not None for v in row["daily"])
    full = [r for r in found["growth"]["nodes"] if r["full_days"] is not None]
    assert growth.points("days until full") == len(full) >= 1
    slopes = [r for r in found["growth"]["nodes"] if r["gauge"] == "cpu_usage_rate"]
    assert growth.points("slope") == len(slopes) == 8
    assert len([r for r in found["changes"]["nodes"] if r["gauge"] == "cpu_usage_rate"]) >= 4
    for gauge in {r["gauge"] for r in found["changes"]["nodes"]}:
        n = sum(r["gauge"] == gauge for r in found["changes"]["nodes"])
        assert changes.says(f"{n} changes")
    assert twins.strokes("cells") <= len(found["twins"]["map"]) ** 2
    assert all(twins.says(node["node"]) for node in found["twins"]["map"])
    for count in found["roles"]["counts"]:
        drawn = [r for r in found["roles"]["nodes"] if r["role"] == count["role"]]
        assert len(drawn) == count["nodes"]
        assert sum(roles.points(count["role"], i) for i in range(
            len(roles.groups.get(count["role"], [])))) == count["nodes"]


@needs_gnuplot
def test_a_gauge_that_is_not_there_is_said(tmp_path):
    frame = samples(nodes=3, days=8, step_s=3600, gauges=["cpu_usage_rate"])
    analyze(write(tmp_path / "d.parquet", frame), tmp_path / "r", figures=True)
    assert written(tmp_path / "r") == sorted(files(tmp_path / "r"))
    for name in ("temporal", "nodes", "trends"):
        assert picture(tmp_path / "r", name).says("no column ’load_1m’"), name
    assert picture(tmp_path / "r", "temporal").points("hour") == 24


@needs_gnuplot
@pytest.mark.parametrize("size", [1e308, 1e155, 1e17, -1, 1e-320, 0], ids=str)
def test_values_that_no_cluster_has(size, tmp_path):
    frame = samples(nodes=9, days=8, step_s=7200, gauges=util.MAIN)
    frame["load_1m"] *= size
    frame["memory_usage"] *= -size
    frame["cpu_usage_rate"] *= size * np.where(frame.index % 2, 1, -1)
    analyze(write(tmp_path / "d.parquet", frame), tmp_path / "r", figures=True)
    assert written(tmp_path / "r") == sorted(files(tmp_path / "r"))
    for name in names(tmp_path / "r"):
        assert not any(re.search(r"\b(nan|inf)\b", text)
                       for text in picture(tmp_path / "r", name).texts), name


@needs_gnuplot
@pytest.mark.parametrize("nodes,days,step", [(1, 1, 3600), (300, 8, 7200), (2000, 1, 7200)])
def test_few_and_many_nodes(nodes, days, step, tmp_path):
    frame = samples(nodes=nodes, days=days, step_s=step, gauges=util.MAIN)
    if nodes > 99:
        frame["node"] = frame["node"].str.replace("node-", "n")
    analyze(write(tmp_path / "d.parquet", frame), tmp_path / "r", figures=True, timeout=120)
    assert written(tmp_path / "r") == sorted(files(tmp_path / "r"))
    shown = picture(tmp_path / "r", "nodes")
    if nodes > 36:
        assert shown.says(f"{nodes - 26:,} nodes between")
    for file in files(tmp_path / "r"):
        assert (tmp_path / "r" / file).stat().st_size < 400_000, file


# ---------------------------------------------------------------- hostile names

HOSTILE = [
    "a`touch OWNED`", "it's \"so\"", "'; system 'touch OWNED'; '", "system(\"touch OWNED\")",
    "@GPVAL_TERM", "$data $b0", "new\nline\r\tx", "x" * 300, "EOD", "\nEOD\nsystem 'touch OWNED'",
    "שלום\u202eevil", "<b>&amp;&#65;</b>]]>", "{/:Bold x}^2_a ~b", "\ufffe\uffff\x01", "\\n\\",
    "節点", "%s%n", "'", "''", "'''", "\\'; !touch OWNED", "\x1b[31m", "\U0001f600",
]


@needs_gnuplot
def test_names_run_nothing_and_are_shown(tmp_path):
    frame = samples(nodes=len(HOSTILE), days=8, step_s=7200, gauges=util.MAIN)
    frame["node"] = frame["node"].str[-2:].astype(int).map(dict(enumerate(HOSTILE)))
    for index, name in enumerate(HOSTILE[:6]):
        frame[name] = np.sin(np.arange(len(frame)) * (index + 1.0))
    data = write(tmp_path / "d.parquet", frame)
    analyze(data, tmp_path / "r", figures=True, cwd=tmp_path, timeout=120)
    assert written(tmp_path / "r") == sorted(files(tmp_path / "r"))
    assert not list(tmp_path.rglob("*OWNED*"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d.parquet", "r"]
    nodes = picture(tmp_path / "r", "nodes")
    for shown in ("a`touch OWNED`", "it’s \"so\"", "@GPVAL_TERM", "$data $b0", "EOD",
                  "new\\x0aline\\x0d\\x09x", "<b>&amp;&#65;</b>]]\\x3e", "{/:Bold x}^2_a ~b",
                  "x" * 20, "\\x1b[31m", "節点", "%s%n"):
        assert nodes.says(shown), shown
    for name in names(tmp_path / "r"):
        width, height, pixels = png(tmp_path / f"r/figures/{name}.png")
        dark = (pixels < 128).all(axis=2).mean()
        assert dark < 0.2, f"{name}: a sign without a glyph has flooded the picture"


# ---------------------------------------------------------------- gnuplot's faults

def fake_gnuplot(folder, body):
    """A PATH on which gnuplot is a shell script."""
    folder.mkdir(exist_ok=True)
    (folder / "gnuplot").write_text(f"#!/bin/sh\n{body}\n")
    (folder / "gnuplot").chmod(stat.S_IRWXU)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def test_without_gnuplot_the_rest_is_there(small, tmp_path):
    said, shown = analyze_loud(small, tmp_path / "r", env={"PATH": "/nowhere"})
    assert said == ("hindcast: no gnuplot here: figures are left out (Debian: apt-get install "
                    "gnuplot-nox)\n")
    assert set(tree(tmp_path / "r")) == set(util.REPORT)
    assert "figures" not in shown.split("Files in")[1]
    assert not any("figures" in name
                   for name in read_json(tmp_path / "r/run.json")["artifacts"])
    assert analyze(small, tmp_path / "r", figures=True, env={"PATH": "/nowhere"})


def test_no_figures(small, tmp_path):
    env = fake_gnuplot(tmp_path / "bin", f"touch {tmp_path}/ran; exit 1")
    assert analyze_loud(small, tmp_path / "r", "--no-figures", env=env)[0] == ""
    assert not (tmp_path / "ran").exists()
    assert set(tree(tmp_path / "r")) == set(util.REPORT)


@pytest.mark.parametrize("body,reason", [
    ("echo 'line 7: bad thing' >&2; exit 1", "gnuplot ended with exit code 1: line 7: bad thing"),
    ("kill -9 $$", "gnuplot ended with signal 9"),
    ("exit 0", "gnuplot wrote no whole picture"),
    ("for f in *.gp; do head -c 5000 /dev/urandom >${f%.gp}; done",
     "gnuplot wrote no whole picture"),
    ("printf '\\211PNG\\r\\n\\032\\nhalf' >${2%.gp}; printf 'a\\033[31m\\007b' >&2; exit 2",
     "gnuplot ended with exit code 2: a\\x1b[31m\\x07b"),
    ("mkdir ${2%.gp}", "gnuplot wrote no whole picture"),
    ("ln -s /etc/passwd ${2%.gp}", "gnuplot wrote no whole picture"),
])
def test_a_gnuplot_that_fails(body, reason, small, tmp_path):
    env = fake_gnuplot(tmp_path / "bin", body)
    said, _ = analyze_loud(small, tmp_path / "r", env=env)
    n = len(files(tmp_path / "r"))
    assert said == (f"hindcast: {n} of {n} pictures are left out, '{FILES[0]}' first: "
                    f"{reason}\n")
    assert set(tree(tmp_path / "r")) == set(util.REPORT)
    assert not (tmp_path / "r/figures").exists()
    assert leftovers(tmp_path / "r") == []


@needs_gnuplot
def test_one_that_fails_leaves_the_others(small, tmp_path):
    env = fake_gnuplot(tmp_path / "bin", "case $2 in nodes.png.gp) echo no >&2; exit 4;; esac\n"
                       f"exec {shutil.which('gnuplot')} \"$@\"")
    said, _ = analyze_loud(small, tmp_path / "r", env=env)
    assert said == ("hindcast: 'figures/nodes.png' is left out: gnuplot ended with exit code 4: "
                    "no\n")
    assert written(tmp_path / "r") == sorted(set(files(tmp_path / "r")) - {"figures/nodes.png"})
    artifacts = read_json(tmp_path / "r/run.json")["artifacts"]
    assert "figures/nodes.png" not in artifacts and "figures/nodes.svg" in artifacts


@needs_gnuplot
def test_pictures_of_an_older_report_do_not_stay(small, tmp_path):
    analyze(small, tmp_path / "r", figures=True)
    (tmp_path / "r/figures/mine.svg").write_text("mine")
    analyze(small, tmp_path / "r", "--nodes", "node-00")
    assert written(tmp_path / "r") == ["figures/mine.svg"]


@needs_gnuplot
def test_settings_of_a_user_have_no_say(small, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home/.gnuplot").write_text(f"system 'touch {tmp_path}/ran'\nset yrange [0:1]\n")
    env = {"HOME": str(tmp_path / "home"), "LC_ALL": "C", "GNUTERM": "dumb",
           "GNUPLOT_LIB": str(tmp_path)}
    analyze(small, tmp_path / "r", figures=True, env=env)
    assert written(tmp_path / "r") == sorted(files(tmp_path / "r"))
    assert not (tmp_path / "ran").exists()


@needs_gnuplot
def test_the_same_data_give_the_same_pictures(small, tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    analyze(small, first, figures=True)
    analyze(small, second, "--threads", "1", figures=True, env={"LC_ALL": "C"})
    for file in files(first):
        assert (first / file).read_bytes() == (second / file).read_bytes(), file


def test_an_input_that_a_picture_would_replace(tmp_path):
    (tmp_path / "figures").mkdir()
    data = tmp_path / "figures/nodes.svg"
    samples(nodes=2, days=2, step_s=3600).to_csv(data, index=False)
    shutil.copy(data, tmp_path / "figures/nodes.csv")
    os.link(data, tmp_path / "in.csv")
    said = util.refused(2, tmp_path / "in.csv", tmp_path)
    assert "figures/nodes.svg" in said


# ---------------------------------------------------------------- killed, interrupted

def processes_in(folder):
    """Pids whose working folder is below `folder`."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str((entry / "cwd").resolve()).startswith(str(folder)):
                found.append(int(entry.name))
        except OSError:
            pass
    return found


def wait_until(true, seconds=WAIT):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.01)
    return False


def start_hanging(small, tmp_path):
    """A run whose gnuplot draws half a picture and never ends, nor does its child."""
    env = fake_gnuplot(tmp_path / "bin", "trap '' INT TERM HUP\necho half >${2%.gp}\n"
                       "sleep 300 &\nwait")
    child = subprocess.Popen(
        [HINDCAST, "analyze", str(small), "-o", str(tmp_path / "r"), "--no-html"],
        env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert wait_until(lambda: len(processes_in(tmp_path / "r")) >= 2)
    return child


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_while_gnuplot_draws(number, small, tmp_path):
    child = start_hanging(small, tmp_path)
    start = time.monotonic()
    child.send_signal(number)
    assert child.wait(WAIT) == 130
    assert time.monotonic() - start < 1.2 * (2 if SANITIZED else 1)
    assert child.stderr.read() == b"hindcast: interrupted\n"
    child.stderr.close()
    assert not (tmp_path / "r").exists() or tree(tmp_path / "r") == {}
    assert leftovers(tmp_path) == []
    assert wait_until(lambda: not processes_in(tmp_path), 2)


def test_a_second_interrupt_at_once(small, tmp_path):
    child = start_hanging(small, tmp_path)
    child.send_signal(signal.SIGINT)
    child.send_signal(signal.SIGINT)
    assert child.wait(WAIT) == 130
    child.stderr.close()
    assert leftovers(tmp_path) == []
    assert wait_until(lambda: not processes_in(tmp_path), 2)


def test_killed_while_gnuplot_draws(small, tmp_path):
    """What nobody can catch: gnuplot goes with us, the next run sweeps the folder."""
    child = start_hanging(small, tmp_path)
    drawing = [pid for pid in processes_in(tmp_path / "r")
               if f"PPid:\t{child.pid}\n" in pathlib.Path(f"/proc/{pid}/status").read_text()]
    assert drawing
    child.kill()
    child.wait()
    child.stderr.close()
    assert wait_until(lambda: not set(drawing) & set(processes_in(tmp_path)), 5)
    for pid in processes_in(tmp_path):  # the sleep of the fake script, which is no gnuplot
        os.kill(pid, signal.SIGKILL)
    analyze(small, tmp_path / "r")
    assert leftovers(tmp_path / "r") == []
    assert set(tree(tmp_path / "r")) == set(util.REPORT)


@pytest.mark.long
def test_a_gnuplot_that_hangs_is_given_up(small, tmp_path):
    env = fake_gnuplot(tmp_path / "bin", "sleep 300")
    start = time.monotonic()
    said, _ = analyze_loud(small, tmp_path / "r", env=env, timeout=120)
    assert 55 < time.monotonic() - start < 80
    assert said.endswith("first: gnuplot did not end in time\n")
    assert set(tree(tmp_path / "r")) == set(util.REPORT)
    assert not processes_in(tmp_path)
