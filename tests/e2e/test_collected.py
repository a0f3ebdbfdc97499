"""What `hindcast analyze` says of a data set that `hindcast collect` wrote: the holes,
warnings and missing metrics of its manifest."""
import jsonschema
import pandas as pd
import pytest
from collected_case import (END, HOLES, SAID, START, STEP, URL, cluster, collection,
                            write_manifest)

import util
from util import ROOT, UNDRAWN, analyze, read_json, run, width


def span(item):
    return pd.Timestamp(item["start"]), pd.Timestamp(item["end"])


def validator():
    schema = read_json(ROOT / "docs/findings.schema.json")
    return jsonschema.validators.validator_for(schema)(schema)


def statement(findings, name):
    found = [entry for entry in findings["findings"] if entry["id"] == name]
    return found[0] if found else None


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return collection(tmp_path_factory.mktemp("collected") / "history", cluster())


@pytest.fixture(scope="module")
def report(data, tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "out"
    analyze(data, out, html=True)
    return out


# ---------------------------------------------------------------- what is said

def test_the_collection_is_in_the_findings(data, report):
    (found,) = read_json(report / "findings.json")["quality"]["collections"]
    manifest = read_json(data / "manifest.json")
    assert found == {
        "path": str(data), "hole_s": (120 + 35 + 20) * 60,
        **{key: manifest[key] for key in (
            "source", "server", "start", "end", "step_s", "holes", "warnings",
            "not_exported", "instance_days_without_node", "rows_folded")}}


def test_holes_are_where_no_node_has_a_row(report):
    """The manifest is true of this data: seen with pandas, and by the program."""
    quality = read_json(report / "findings.json")["quality"]
    (found,) = quality["collections"]
    grid = pd.date_range(START, END, freq=STEP, inclusive="left")
    empty = pd.Series(~grid.isin(cluster()["timestamp"]), index=grid)
    run_of = (empty != empty.shift()).cumsum()
    seen = [(part.index[0], part.index[-1] + STEP) for _, part in empty.groupby(run_of)
            if part.iloc[0]]
    assert [span(hole) for hole in found["holes"]] == seen
    # a gap is from the last sample to the next one; before the first there is none
    assert [span(gap) for gap in quality["fleet_gaps"]] == [
        (start - STEP, end) for start, end in seen[1:]]
    assert [gap["hole"] for gap in quality["fleet_gaps"]] == [True, True]


def test_one_trouble_is_told_once(data, report, tmp_path):
    findings = read_json(report / "findings.json")
    holes, gaps = (statement(findings, name) for name in (
        "quality.holes", "quality.fleet_gaps"))
    assert (holes["value"], holes["unit"], holes["n"]) == (175 * 60, "s", 3)
    assert "the longest is 2.0 h from 2025-06-02 00:00 UTC" in holes["statement"]
    assert "2 of them gaps of the fleet." in holes["statement"]
    assert "2 of them holes of the collection" in gaps["statement"]
    # without the first hole the gaps tell all: their sentence comes first by far
    later = analyze(data, tmp_path / "r", "--since", "2025-06-02T02:00")
    order = [entry["id"] for entry in later["findings"]]
    assert order.index("quality.holes") > order.index("quality.fleet_gaps") + 5
    assert "no further ones" in statement(later, "quality.holes")["statement"]


def test_a_gap_that_the_collection_knows_nothing_of(tmp_path):
    """Two hours are lost after the collection, one was lost in it."""
    lost = ("2025-06-04T10:00:00Z", "2025-06-04T12:00:00Z")
    folder = collection(tmp_path / "d", cluster(holes=[*HOLES, lost]))
    findings = analyze(folder, tmp_path / "r")
    assert [gap["hole"] for gap in findings["quality"]["fleet_gaps"]] == [True, False, True]


def test_findings_match_the_schema(report):
    errors = [f"{error.json_path}: {error.message[:200]}"
              for error in validator().iter_errors(read_json(report / "findings.json"))]
    assert errors == []


# ---------------------------------------------------------------- on the terminal

@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_the_terminal_says_it_and_show_again(data, tmp_path, locale):
    done = run("analyze", data, "-o", tmp_path / "r", *UNDRAWN, env={"LC_ALL": locale})
    assert (done.returncode, done.stderr) == (0, "")
    part = run("show", tmp_path / "r", "quality", env={"LC_ALL": locale}).stdout
    assert part in done.stdout
    assert run("show", tmp_path / "r", env={"LC_ALL": locale}).stdout == done.stdout
    assert max(width(line) for line in part.splitlines()) <= 80
    words = " ".join(part.split())
    assert "; 2 of them holes of the collection" in words
    assert (f"Collected from {URL}: 3 holes, 2 h 55 min in all, longest 2025-06-02 00:00 "
            "to 02:00 UTC; 3 warnings of the server; on 2 instance-days no node had the "
            "address; no column load_15m (node_load15 was not exported); no nodes "
            "(kube_node_info was not exported).") in words
    assert "2025-06-03" in part.split("was not exported).")[1]
    assert locale != "C" or part.isascii()


def test_without_a_hole(tmp_path):
    folder = collection(tmp_path / "d", cluster(holes=[]), holes=[], warnings=[],
                        not_exported=[], instance_days_without_node=0)
    findings = analyze(folder, tmp_path / "r")
    assert findings["quality"]["collections"][0]["hole_s"] == 0
    assert statement(findings, "quality.holes") is None
    part = run("show", tmp_path / "r", "quality").stdout
    assert f"Collected from {URL}: no hole.\n" in part


# ---------------------------------------------------------------- a part of it

@pytest.mark.parametrize("since, until, zone", [
    ("2025-06-03T03:15", "2025-06-06", "UTC"),
    ("2025-06-03T05:15", "2025-06-06T02:00", "Europe/Berlin"),
    ("2025-06-03T03:40", "2025-06-05T23:50", "UTC"),
    ("2025-06-02T01:00", None, "UTC"), (None, "2025-06-03T03:05", "UTC"),
])
def test_holes_outside_are_cut_off(data, tmp_path, since, until, zone):
    args = ["--timezone", zone]
    args += ["--since", since] if since else []
    args += ["--until", until] if until else []
    findings = analyze(data, tmp_path / "r", *args)
    (found,) = findings["quality"]["collections"]
    low = max(START, pd.Timestamp(since, tz=zone)) if since else START
    high = min(END, pd.Timestamp(until, tz=zone)) if until else END
    wanted = [(max(low, start), min(high, end)) for start, end in map(span, SAID["holes"])]
    wanted = [(start, end) for start, end in wanted if start < end]
    assert span(found) == (low, high)
    assert [span(hole) for hole in found["holes"]] == wanted
    assert found["hole_s"] == sum((end - start).total_seconds() for start, end in wanted)
    days = [pd.Timestamp(entry["day"]) for entry in SAID["warnings"]]
    assert [pd.Timestamp(entry["day"]) for entry in found["warnings"]] == [
        day for day in days if day < high and day + pd.Timedelta("1D") > low]
    assert found["instance_days_without_node"] == 2  # of the whole collection
    assert list(validator().iter_errors(findings)) == []


def test_a_collection_of_another_time_is_not_there(data, tmp_path):
    """Its rows are left out, and so is what it says."""
    other = collection(
        tmp_path / "july", cluster(nodes=2).assign(
            timestamp=lambda frame: frame["timestamp"] + pd.Timedelta("30D")),
        start="2025-07-02T00:00:00Z", end="2025-07-11T00:00:00Z", holes=[], warnings=[])
    findings = analyze([data, other], tmp_path / "r", "--since", "2025-07-01")
    assert [entry["path"] for entry in findings["quality"]["collections"]] == [str(other)]


# ---------------------------------------------------------------- several, and none

def test_two_collections(data, tmp_path):
    east = cluster(seed=2, nodes=2, holes=HOLES[1:2]).assign(
        node=lambda frame: "east-" + frame["node"])
    other = collection(tmp_path / "east", east, holes=SAID["holes"][1:2], warnings=[],
                       server={"url": "http://east", "version": "2.53.0"})
    findings = analyze([data, other], tmp_path / "r")
    assert [(entry["path"], entry["hole_s"]) for entry in
            findings["quality"]["collections"]] == [
        (str(data), 175 * 60), (str(other), 35 * 60)]
    assert list(validator().iter_errors(findings)) == []
    # in the second the other cluster has rows: three of five nodes are no fleet
    assert [gap["hole"] for gap in findings["quality"]["fleet_gaps"]] == [True]
    words = " ".join(run("show", tmp_path / "r", "quality").stdout.split())
    assert "Collected from http://east into " in words and f"from {URL} into " in words


def test_a_folder_named_twice_is_one(data, tmp_path):
    (tmp_path / "link").symlink_to(data)
    findings = analyze([data, tmp_path / "link", f"{data}/"], tmp_path / "r")
    assert len(findings["quality"]["collections"]) == 1


def test_a_manifest_vouches_for_its_own_files_alone(data, tmp_path):
    """Also for those that were named before; not for whatever was named last."""
    foreign = util.write(tmp_path / "foreign.parquet", cluster(seed=3))
    files = sorted((data / "samples").iterdir())
    findings = analyze([*files, foreign, data], tmp_path / "r")
    assert {file["path"]: file["verified"] for file in findings["input"]["files"]} == {
        **{str(file): True for file in files}, str(foreign): False}
    assert [entry["path"] for entry in findings["quality"]["collections"]] == [str(data)]


def test_what_was_not_collected(data, tmp_path):
    files = sorted((data / "samples").iterdir())
    by_hand = collection(tmp_path / "d", cluster(), source="synth", holes="not for us")
    for paths in (files, by_hand):
        findings = analyze(paths, tmp_path / "r")
        assert findings["quality"]["collections"] == []
        assert statement(findings, "quality.holes") is None
        assert not any(gap["hole"] for gap in findings["quality"]["fleet_gaps"])
        assert "Collected" not in run("show", tmp_path / "r", "quality").stdout


@pytest.mark.parametrize("missing", [[key] for key in (
    "server", "holes", "warnings", "not_exported", "instance_days_without_node",
    "rows_folded")] + [list(SAID)], ids=lambda keys: keys[0] if len(keys) == 1 else "all")
def test_what_is_not_said_is_not_nothing(data, tmp_path, missing):
    folder = collection(tmp_path / "d", cluster())
    manifest = read_json(folder / "manifest.json")
    for key in missing:
        del manifest[key]
    write_manifest(folder, manifest)
    findings = analyze(folder, tmp_path / "r")
    (found,) = findings["quality"]["collections"]
    assert {key for key, value in found.items() if value is None} == (
        set(missing) & set(found)) | ({"hole_s"} if "holes" in missing else set())
    assert (found["status"], found["reason"]) == ("not_available", "the manifest does not say")
    assert list(validator().iter_errors(findings)) == []
    words = " ".join(run("show", tmp_path / "r", "quality").stdout.split())
    assert ("holes are not known" in words) == ("holes" in missing)
    assert ("Collected into /" in words) == ("server" in missing)
