"""`hindcast show`: what `hindcast analyze` printed, again, out of findings.json."""
import json
import os
import pathlib
import re

import numpy as np
import pandas as pd
import pytest

from util import ROOT, analyze, dirty, read_json, run, samples, tree, write

SHARED = pathlib.Path(os.environ.get("HINDCAST_SHARED", ROOT.parent / "shared")) / "data"
SECTIONS = ["statements", "quality", "temporal", "nodes", "groups", "columns",
            "correlation", "baseline", "trends", "weekly", "rhythm", "growth", "changes",
            "twins", "roles", "anomalies", "compare", "workloads", "opportunity", "replay",
            "insights"]
RENAMED = {"statements": "findings", "weekly": "temporal"}
UTF8 = {"LC_ALL": "C.UTF-8"}


def show(*args, env=UTF8, **options):
    done = run("show", *args, env=env, **options)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def check(data, out, *args, cwd=None, env=UTF8):
    """The law: the whole is what was printed, and a section is a part of the whole."""
    paths = data if isinstance(data, list) else [data]
    done = run("analyze", *paths, "-o", out, *args, cwd=cwd, env=env, timeout=600)
    assert (done.returncode, done.stderr) == (0, "")
    assert show(out, cwd=cwd, env=env) == done.stdout
    pods = any((pathlib.Path(cwd or ".") / path / "pods.parquet").exists() for path in paths)
    for section in SECTIONS:
        part = show(out, section, cwd=cwd, env=env)
        assert part.count(" ─") == 1 or env != UTF8
        assert (part in done.stdout) != (section == "columns" or (
            section == "groups" and "--group-by" not in args) or (
            section == "compare" and "--compare" not in args) or (
            section == "replay" and not pods)), section
    return done.stdout


# ---- the law --------------------------------------------------------------------------

@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A made-up cluster over the end of daylight saving."""
    data = tmp_path_factory.mktemp("show") / "data"
    done = run("synth", "-o", data, "--nodes", "24", "--days", "31", "--step", "600",
               "--start", "2025-10-10")
    assert done.returncode == 0, done.stderr
    return data


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kathmandu"])
@pytest.mark.parametrize("groups", [[], ["--group-by", "pool"]], ids=["all", "pools"])
def test_a_cluster(cluster, tmp_path, zone, groups):
    ranges = ["--compare", "2025-10-12..2025-10-24,2025-10-25..2025-11-08"] if groups else []
    shown = check(cluster, tmp_path / "out", "--timezone", zone, *groups,
                  "--target-cpu", "0.5", *ranges)
    assert (" +02:00 – " in shown) == (zone == "Europe/Berlin")


def test_plain_ascii(cluster, tmp_path):
    assert check(cluster, tmp_path / "out", env={"LC_ALL": "C"}).isascii()


def test_the_folder_as_it_was_given(cluster, tmp_path):
    check(cluster, "hindcast-report/", cwd=tmp_path)


def test_dirty_data(tmp_path):
    data = write(tmp_path / "d.parquet", dirty(samples(nodes=25, days=9, step_s=900)))
    check(data, tmp_path / "out", "--timezone", "America/New_York")


@pytest.mark.parametrize("gauges", [["cpu_usage_rate"], ["memory_usage", "load_5m"],
                                    ["disk_usage"]], ids="-".join)
def test_missing_gauges(tmp_path, gauges):
    data = write(tmp_path / "d.parquet", samples(nodes=2, days=3, gauges=gauges))
    check(data, tmp_path / "out")


def test_one_node_of_two_samples(tmp_path):
    data = write(tmp_path / "d.parquet", samples(nodes=1, days=1).head(2))
    check(data, tmp_path / "out")


def test_columns_of_nothing(tmp_path):
    frame = samples(nodes=3, days=8)
    frame["cpu_usage_rate"] = np.nan
    frame.loc[frame["node"] == "node-01", "memory_usage"] = np.nan
    frame["load_1m"] = 0.0
    frame["text"] = "x"
    frame.loc[7:, "load_1m"] = -0.0
    check(write(tmp_path / "d.parquet", frame), tmp_path / "out")


def test_a_single_cpu_value(tmp_path):
    frame = samples(nodes=2, days=2)
    frame.loc[1:, "cpu_usage_rate"] = np.nan
    check(write(tmp_path / "d.parquet", frame), tmp_path / "out")


@pytest.mark.parametrize("size", [1e155, 1e308], ids=str)
def test_values_of_a_size_that_no_cluster_has(tmp_path, size):
    frame = samples(nodes=3, days=8)
    frame["load_1m"] *= size
    frame["cpu_usage_rate"] *= size * np.where(frame.index % 2, 1, -1)
    check(write(tmp_path / "d.parquet", frame), tmp_path / "out")


def test_names_that_a_terminal_would_obey(tmp_path):
    frame = samples(nodes=4, days=8)
    frame["node"] = frame["node"].map(dict(zip(
        ["node-00", "node-01", "node-02", "node-03"],
        ["\x1b[31mred", "a\nb\tc\x7f", "日本語\u202e", '"q\\uote"' + "x" * 300])))
    frame["cluster"] = "c\x07"
    check(write(tmp_path / "d.parquet", frame), tmp_path / "out")


def test_times_far_away(tmp_path):
    frame = samples(nodes=3, days=8)
    frame["timestamp"] = frame["timestamp"].astype("datetime64[us, UTC]")
    frame.loc[0, "timestamp"] = pd.Timestamp("1901-02-03 04:05:06.789", tz="UTC")
    check(write(tmp_path / "d.parquet", frame), tmp_path / "out")


@pytest.mark.parametrize("name", ["bitbrains-rnd", "smd"])
def test_real_data(name, tmp_path):
    data = SHARED / name
    if not data.is_dir():
        pytest.skip("no shared data")
    check(sorted(data.glob("nodes.parquet")) or data, tmp_path / "out")


# ---- as JSON --------------------------------------------------------------------------

@pytest.fixture(scope="module")
def report(cluster, tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "out"
    analyze(cluster, out, "--group-by", "pool")
    return out


def test_json_is_what_is_stored(report):
    text = (report / "findings.json").read_text()
    stored = json.loads(text)
    assert show(report, "--json") == text
    for section in SECTIONS:
        shown = show(report, section, "--json")
        assert json.loads(shown) == stored[RENAMED.get(section, section)], section
        assert re.sub(r"\s", "", shown) in re.sub(r"\s", "", text)
        assert shown.splitlines()[-1] in ("}", "]")


def test_a_report_of_other_layout_and_with_unknown_keys(report, tmp_path):
    stored = read_json(report / "findings.json")
    for indent in (None, 1, 8):
        other = {"zzz": 1, **stored, "trends": {**stored["trends"], "new": ["x"]}}
        (tmp_path / "findings.json").write_text(json.dumps(other, indent=indent))
        for section in SECTIONS:
            assert show(tmp_path, section) == show(report, section)
            assert json.loads(show(tmp_path, section, "--json")) == other[
                RENAMED.get(section, section)]


def test_quiet(report):
    assert show(report, "--quiet") == ""
    assert show(report, "baseline", "--quiet", "--json")


def test_nothing_is_written(report):
    before = tree(report)
    show(report)
    assert tree(report) == before


def test_files_that_are_there(report, tmp_path):
    (tmp_path / "findings.json").write_bytes((report / "findings.json").read_bytes())
    listed = show(tmp_path).split("Files in ")[1]
    assert "findings.json" in listed and "rollup.parquet" not in listed
    (tmp_path / "report.html").touch()
    assert "report.html" in show(tmp_path).split("Files in ")[1]


# ---- what is refused --------------------------------------------------------------------

def refused(code, *args):
    done = run("show", *args)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("hindcast: ") and done.stderr.count("\n") == 1
    return done.stderr


def test_sections_that_are_not_there(report):
    for args in ([report, "wekly"], ["nowhere", "wekly"]):
        said = refused(2, *args)
        assert "unknown section 'wekly'; did you mean 'weekly'?" in said
        assert said.rstrip().endswith("there are: " + ", ".join(SECTIONS))
    assert "did you mean" not in refused(2, report, "zzz")
    assert "cannot take 'x'" in refused(2, report, "weekly", "x")
    assert "needs DIR" in refused(2)


def test_folders_that_hold_no_report(report, tmp_path):
    assert f"there is no folder '{tmp_path}/x'" in refused(3, tmp_path / "x")
    assert f"there is no report in '{tmp_path}'" in refused(3, tmp_path)
    assert "is not a folder" in refused(3, report / "findings.json")
    (tmp_path / "findings.json").mkdir()
    assert "findings.json': " in refused(3, tmp_path)


def test_a_newer_report(report, tmp_path):
    stored = read_json(report / "findings.json")
    stored["schema_version"] = 2
    (tmp_path / "findings.json").write_text(json.dumps(stored))
    said = refused(3, tmp_path)
    assert "schema_version 2, and this program knows 1: a newer hindcast" in said
    assert "findings.json" in said


# ---- one table, many places -----------------------------------------------------------

def test_sections_are_named_everywhere():
    page = (ROOT / "docs/commands/show.md").read_text()
    assert re.findall(r"^\| `(\w+)` \|", page, re.M) == SECTIONS
    assert " ".join(SECTIONS) in run("--print-completion").stdout
    words = re.findall(r"\w+", run("show", "--help").stdout)
    assert set(SECTIONS) <= set(words)
