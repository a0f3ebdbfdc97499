"""A data set whose manifest says of holes, warnings and the server what is broken, huge or
malicious: an answer or one clear line, always. tools/check runs this with the sanitizer
build too."""
import json
import re

import pandas as pd
import pytest
from collected_case import SAID, URL, cluster, collection

import util
from util import analyze, leftovers, read_json, refused, run, tree, width

EVIL = "\x1b]0;x\x07\x1b[2J\n\r\x7f\u202e\u200b<script>alert(1)</script>" + "W" * 3000


def test_texts_that_a_terminal_would_obey(tmp_path):
    folder = collection(
        tmp_path / "d", cluster(), server={"url": "http://" + EVIL[:1500], "version": EVIL[:80]},
        not_exported=[{"query": EVIL[:60], "metric": EVIL[:60]}] * 50,
        warnings=[{"day": "2025-06-03T00:00:00Z", "warning": f"{i}{EVIL}"} for i in range(50)])
    done = run("analyze", folder, "-o", tmp_path / "r", "--no-figures",
               env={"LC_ALL": "C.UTF-8"})
    assert (done.returncode, done.stderr) == (0, "")
    assert util.control_characters(done.stdout) == []
    assert [line for line in done.stdout.splitlines() if width(line) > 80] == []
    assert run("show", tmp_path / "r", env={"LC_ALL": "C.UTF-8"}).stdout == done.stdout
    (found,) = read_json(tmp_path / "r/findings.json")["quality"]["collections"]
    assert found["warnings"][7]["warning"] == f"7{EVIL}"
    page = (tmp_path / "r/report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page and "\\u003cscript>alert(1)" in page


def hole(start, end, **more):
    return [{"start": start, "end": end, **more}]


WRONG = {
    "ends before it starts": {"holes": hole("2025-06-03T03:40:00Z", "2025-06-03T03:05:00Z")},
    "of no length": {"holes": hole("2025-06-03T03:05:00Z", "2025-06-03T03:05:00Z")},
    "out of order": {"holes": SAID["holes"][::-1]},
    "one over another": {"holes": SAID["holes"][1:2] * 2},
    "before the collection": {"holes": hole("2025-06-01T23:55:00Z", "2025-06-02T00:10:00Z")},
    "after the collection": {"holes": hole("2025-06-10T23:00:00Z", "2025-06-11T00:05:00Z")},
    "of a million years": {"holes": hole("2025-06-02T00:00:00Z", "+1000000-01-01T00:00:00Z")},
    "numbers for times": {"holes": hole(1748833500, 1748835600)},
    "no zone": {"holes": hole("2025-06-03T03:05:00", "2025-06-03T03:40:00")},
    "no end": {"holes": [{"start": "2025-06-03T03:05:00Z"}]},
    "pairs": {"holes": [["2025-06-03T03:05:00Z", "2025-06-03T03:40:00Z"]]},
    "holes as an object": {"holes": SAID["holes"][0]},
    "holes as a number": {"holes": 3},
    "a warning that is a number": {"warnings": [{"day": "2025-06-03T00:00:00Z", "warning": 7}]},
    "a warning of no day": {"warnings": [{"warning": "partial"}]},
    "a warning of another year": {
        "warnings": [{"day": "2024-06-03T00:00:00Z", "warning": "partial"}]},
    "a warning with a zero byte": {
        "warnings": [{"day": "2025-06-03T00:00:00Z", "warning": "a\0b"}]},
    "warnings as text": {"warnings": "partial"},
    "a server that is a text": {"server": URL},
    "a server without a URL": {"server": {"version": "2.42.0"}},
    "a URL without an end": {"server": {"url": "http://" + "x" * 5000, "version": None}},
    "a metric that is a list": {"not_exported": [{"query": "load_15m", "metric": ["a"]}]},
    "half an instance": {"instance_days_without_node": 0.5},
    "rows below zero": {"rows_folded": -1},
    "rows beyond counting": {"rows_folded": 2**63},
}


@pytest.mark.parametrize("name", WRONG)
def test_manifests_that_are_wrong(name, tmp_path):
    folder = collection(tmp_path / "d", cluster(nodes=1).head(300), **WRONG[name])
    said = refused(3, folder, tmp_path / "r")
    assert "manifest.json' is not a valid manifest: " in said
    assert util.control_characters(said.rstrip("\n")) == []
    assert not (tmp_path / "r").exists() or tree(tmp_path / "r") == {}
    assert leftovers(tmp_path) == []


def minutes(n):
    """A hole every other minute, from long ago on."""
    at = pd.date_range("2000-01-01", periods=n, freq="2min").strftime("%Y-%m-%dT%H:%M")
    return [{"start": f"{t}:00Z", "end": f"{t}:59Z"} for t in at]


def test_a_million_holes(tmp_path):
    folder = collection(tmp_path / "d", cluster(nodes=1).head(300))
    text = (folder / "manifest.json").read_text()
    one = json.dumps(SAID["holes"][0], separators=(",", ":"))
    many = ",".join([one] * (200_000 if util.SANITIZED else 1_000_000))
    (folder / "manifest.json").write_text(
        re.sub(r'"holes": \[.*?\]', lambda _: f'"holes":[{many}]', text))
    said = refused(3, folder, tmp_path / "r", env=util.sanitizer_env(4 * 2**30),
                   preexec_fn=lambda: util.limit_memory(4 * 2**30))
    assert "'holes' has 1000000 entries, at most 100000 are read" in said or util.SANITIZED


def test_as_many_holes_as_are_read(tmp_path):
    """And as many warnings: an answer all the same."""
    count = 20_000 if util.SANITIZED else 100_000
    folder = collection(
        tmp_path / "d", cluster(nodes=2), start="2000-01-01T00:00:00Z", holes=minutes(count),
        warnings=[{"day": f"2025-06-03T00:00:{i % 60:02}Z", "warning": f"partial {i}"}
                  for i in range(count)])
    findings = analyze(folder, tmp_path / "r")
    (found,) = findings["quality"]["collections"]
    assert (len(found["holes"]), found["hole_s"]) == (count, 59 * count)
    assert [entry["n"] for entry in findings["findings"] if entry["id"] == "quality.holes"] == [
        count]
    words = " ".join(run("show", tmp_path / "r", "quality").stdout.split())
    assert f": {count:,} holes, " in words and f"; {count:,} warnings of the server" in words
