"""The pictures of `hindcast replay`: what is drawn, what is not, and gnuplot's faults."""
import json
import re

import pytest

from test_figures import SVG, Picture, fake_gnuplot, needs_gnuplot, png, written
from test_replay_collected import node, pod, samples, use
from util import read_json, run, tree
from workload_case import data_set

POLICIES = "as-recorded,kube-1.35,MostAllocated,FirstFitDecreasing"
FIGURES = ["nodes", "allocation", "time"]
FILES = [f"figures/replay-{name}.{ending}" for name in FIGURES for ending in ("svg", "png")]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    nodes = [node(f"n{i}") for i in range(10)]
    pods = [pod(f"p{i}", f"n{i}", 1.0, since=1 + i / 4) for i in range(10)]
    usage = [row for i in range(10) for row in use(f"p{i}", 1 + i / 4, 24, 0.85)]
    return data_set(tmp_path_factory.mktemp("replay") / "data", samples(), nodes, pods, usage)


def draw(data, out, *args, **options):
    done = run("replay", data, "-o", out, "--policy", POLICIES, "--nodes-needed", *args,
               **options)
    assert done.returncode == 0, done.stderr
    return done.stderr


@needs_gnuplot
def test_pictures_are_there_and_hold_what_was_found(data, tmp_path):
    out = tmp_path / "r"
    assert draw(data, out) == ""
    artifacts = read_json(out / "run.json")["artifacts"]
    assert [name for name in artifacts if name.startswith("figures/")] == FILES
    assert set(artifacts) == set(tree(out))
    found = read_json(out / "replay.json")
    nodes = Picture(out / "figures/replay-nodes.svg")
    for policy in found["policies"]:
        assert any(text.startswith(policy["name"]) for text in nodes.texts)
    assert nodes.says("FirstFitDecreasing (oracle)")
    most = next(p for p in found["policies"] if p["name"] == "MostAllocated")
    assert nodes.texts.count(f"{most['measures']['nodes_used_most']['mean']:.0f}") >= 1
    time = Picture(out / "figures/replay-time.svg")
    assert len(time.groups["MostAllocated"]) == 4  # in use, requested, used, hot
    for name in FIGURES:
        width, _, pixels = png(out / f"figures/replay-{name}.png", 400)
        assert width == 1600 and (pixels < 250).any(axis=2).mean() > 0.01
        assert (out / f"figures/replay-{name}.svg").stat().st_size < 250_000


@needs_gnuplot
def test_a_step_is_where_the_pods_come(data, tmp_path):
    """A pod a quarter of an hour, on a node each: the line of what was recorded climbs."""
    draw(data, tmp_path / "r")
    group = Picture(tmp_path / "r/figures/replay-time.svg").groups["as-recorded"][0]
    path = " ".join(p.get("d") for p in group.iter(f"{SVG}path"))
    heights = {float(pair.split(",")[1]) for pair in path.replace("M", " ").replace(
        "L", " ").split() if "," in pair}
    # 0, then 1 + 3/4 + 2/4 + 1/4 of the first hour's four, and so on to 10
    assert len(heights) == 5


@needs_gnuplot
def test_only_what_there_is_data_for(tmp_path):
    (tmp_path / "nodes.csv").write_text("name,cpu_milli,memory_mib\nn0,8000,32768\n")
    (tmp_path / "pods.csv").write_text("name,cpu_milli,memory_mib\np0,0,1024\n")
    args = ("--nodes", tmp_path / "nodes.csv", "--pods", tmp_path / "pods.csv", "-o",
            tmp_path / "r")
    assert run("replay", *args).returncode == 0
    assert written(tmp_path / "r") == ["figures/replay-nodes.png", "figures/replay-nodes.svg"]


def test_the_page_holds_what_was_found(data, tmp_path):
    draw(data, tmp_path / "r", "--no-figures")
    html = (tmp_path / "r/report.html").read_text()
    text = re.search(r'<script type="application/json" id="hindcast-data">(.*?)</script>', html, re.S)
    page, found = json.loads(text.group(1)), read_json(tmp_path / "r/replay.json")
    assert page["only"] == "replay"
    for ours, theirs in zip(page["findings"]["replay"]["policies"], found["policies"], strict=True):
        assert ours["name"] == theirs["name"]
        assert ours["nodes_used_most"] == theirs["measures"]["nodes_used_most"]
    for course, policy in zip(page["replay"]["course"], found["policies"], strict=True):
        # of the first order, whose hours are not always the mean
        assert policy["measures"]["node_hours_used"]["min"] - 1e-6 <= sum(course["used"]) <= (
            policy["measures"]["node_hours_used"]["max"] + 1e-6)
    assert "report.html" in read_json(tmp_path / "r/run.json")["artifacts"]
    draw(data, tmp_path / "r", "--no-figures", "--no-html")
    assert not (tmp_path / "r/report.html").exists()


def test_no_figures(data, tmp_path):
    assert draw(data, tmp_path / "r", "--no-figures", env={"PATH": "/nowhere"}) == ""
    assert written(tmp_path / "r") == []


def test_without_gnuplot_the_rest_is_there(data, tmp_path):
    said = draw(data, tmp_path / "r", env={"PATH": "/nowhere"})
    assert said.startswith("hindcast: no gnuplot here") and said.count("\n") == 1
    assert written(tmp_path / "r") == []
    assert (tmp_path / "r/replay.json").exists()


def test_a_gnuplot_that_fails(data, tmp_path):
    env = fake_gnuplot(tmp_path / "bin", "echo no luck >&2; exit 3")
    said = draw(data, tmp_path / "r", env=env)
    assert said.startswith(f"hindcast: 6 of 6 pictures are left out, '{FILES[0]}' first: ")
    assert said.count("\n") == 1


@needs_gnuplot
def test_pictures_of_an_older_replay_do_not_stay(data, tmp_path):
    draw(data, tmp_path / "r")
    assert written(tmp_path / "r") == sorted(FILES)
    draw(data, tmp_path / "r", "--no-figures")
    assert written(tmp_path / "r") == []
