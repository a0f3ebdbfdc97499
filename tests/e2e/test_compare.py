"""`analyze --compare A..B,C..D`: two ranges of time side by side, held against pandas."""
import numpy as np
import pandas as pd
import pytest

from util import analyze, read_json, refused, run, samples, write

ROSE = 0.1  # of node n1, from the 29th day on


def made(days=56, start="2025-06-02", step_s=1800):
    """n0 stays, n1 rises half-way, n2 is there in the first half alone; weekends are calm."""
    rng = np.random.default_rng(5)
    time = pd.date_range(start, periods=days * 86400 // step_s, freq=f"{step_s}s", tz="UTC")
    half = np.arange(len(time)) >= len(time) // 2
    frames = []
    for node in range(3):
        cpu = 0.3 + 0.02 * node + 0.01 * rng.standard_normal(len(time))
        cpu = cpu - 0.1 * (time.day_of_week >= 5) + ROSE * half * (node == 1)
        frame = pd.DataFrame({"timestamp": time, "node": f"n{node}", "cpu_usage_rate": cpu})
        frames.append(frame[~half] if node == 2 else frame)
    data = pd.concat(frames, ignore_index=True)
    data.loc[rng.random(len(data)) < 0.02, "cpu_usage_rate"] = np.nan
    return data


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compare")
    frame = made()
    path = write(folder / "d.parquet", frame)
    found = analyze(path, folder / "out", "--compare",
                    "2025-06-02..2025-06-30,2025-06-30..2025-07-28")
    return frame, found, folder


def hourly(frame, node=None):
    part = frame if node is None else frame[frame["node"] == node]
    return part.groupby(part["timestamp"].dt.floor("h"))["cpu_usage_rate"].mean().dropna()


def nearest_rank(values, q):
    return np.sort(values)[int(q * (len(values) - 1))]


def rows(found, node=None):
    part = found["compare"]["cluster" if node is None else "nodes"]
    return next(row for row in part if row["gauge"] == "cpu_usage_rate"
                and row.get("node") == node)


@pytest.mark.parametrize("node", [None, "n0", "n1"])
def test_sides_are_those_of_pandas(report, node):
    frame, found, _ = report
    hours = hourly(frame, node)
    middle = pd.Timestamp("2025-06-30", tz="UTC")
    row = rows(found, node)
    for key, part in (("first", hours[hours.index < middle]),
                      ("second", hours[hours.index >= middle])):
        assert row[key]["hours"] == len(part)
        assert row[key]["mean"] == pytest.approx(part.mean(), rel=1e-9)
        assert row[key]["p95"] == pytest.approx(nearest_rank(part.to_numpy(), 0.95), rel=1e-9)
        assert row[key]["days"] == 28


def test_what_is_planted_is_found(report):
    _, found, _ = report
    assert rows(found, "n0")["claim"] == "none"
    row = rows(found, "n1")
    assert row["claim"] == "more"
    assert row["low"] < ROSE < row["high"] and row["high"] - row["low"] < 0.05
    section = found["compare"]
    assert [part["nodes_in_it_alone"] for part in section["ranges"]] == [1, 0]
    assert [part["days"] for part in section["ranges"]] == [28, 28]
    assert {row["node"] for row in section["nodes"]} == {"n0", "n1"}


def test_daily_means_are_those_of_pandas(report):
    frame, found, _ = report
    daily = hourly(frame).resample("D").mean()
    row = rows(found)["daily"]
    assert np.allclose(row["first"] + row["second"], daily.to_numpy(), rtol=1e-5)


def test_the_statement_is_what_the_section_has(report):
    _, found, folder = report
    said = found["findings"][0]
    row = rows(found)
    assert said["id"] == "compare.cpu" and said["source"] == "method:compare"
    assert said["value"] == row["difference"] and said["unit"] == "fraction difference"
    assert said["interval"] == [row["low"], row["high"]]
    assert said["n"] == row["first"]["days"] + row["second"]["days"]
    assert "of 2 nodes 1 rose, 0 fell" in said["statement"]
    metrics = read_json(folder / "out/run.json")["metrics"]
    assert metrics["compare.cpu_difference"] == row["difference"]
    shown = run("show", folder / "out", "compare", env={"LC_ALL": "C.UTF-8"}).stdout
    assert "first 2025-06-02 00:00 – 2025-06-30 00:00 UTC · 28 days · 1 node only then" \
        in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_ranges_are_in_the_zone(report, tmp_path):
    frame, _, folder = report
    found = analyze(folder / "d.parquet", tmp_path / "out", "--timezone", "Asia/Tokyo",
                    "--compare", "2025-06-04..2025-06-18,2025-06-18..2025-07-02")
    assert found["compare"]["ranges"][0]["start"] == "2025-06-03T15:00:00Z"
    hours = hourly(frame, "n0").tz_convert("Asia/Tokyo")
    row = rows(found, "n0")
    assert row["first"]["mean"] == pytest.approx(
        hours["2025-06-04":"2025-06-17"].mean(), rel=1e-9)
    assert [part["days"] for part in found["compare"]["ranges"]] == [14, 14]


def test_weekends_are_no_difference(report, tmp_path):
    """Ten days from Monday against ten from Friday: the means differ, the week does not."""
    _, _, folder = report
    found = analyze(folder / "d.parquet", tmp_path / "out", "--nodes", "n0", "--compare",
                    "2025-06-02..2025-06-12,2025-06-13..2025-06-23")
    row = rows(found, "n0")
    assert row["first"]["mean"] - row["second"]["mean"] > 0.015
    assert row["claim"] == "none" and row["low"] < 0 < row["high"]


def test_without_being_asked(report, tmp_path):
    _, _, folder = report
    found = analyze(folder / "d.parquet", tmp_path / "out")
    assert found["compare"]["status"] == "not_available"
    assert "--compare" in found["compare"]["reason"]
    assert found["compare"]["ranges"] == [] and found["compare"]["nodes"] == []
    assert not any(said["id"].startswith("compare") for said in found["findings"])


def test_ranges_without_data(report, tmp_path):
    _, _, folder = report
    found = analyze(folder / "d.parquet", tmp_path / "out", "--compare",
                    "2025-06-02..2025-06-30,2030-01-01..2030-02-01")
    section = found["compare"]
    assert section["status"] == "not_enough_data" and "second range" in section["reason"]
    said = next(s for s in found["findings"] if s["id"] == "compare.cpu")
    assert said["value"] is None and said["reason"] == section["reason"]


@pytest.mark.parametrize("text, why", [
    ("", "two ranges"), ("2025-06-02..2025-06-03", "two ranges"), (",", "two ranges"),
    ("a..b,c..d", "no date"), ("2025-06-02..2025-06-30,2025-06-29..2025-07-30", "overlap"),
    ("2025-06-30..2025-06-02,2025-07-01..2025-07-02", "not before"),
    ("2025-06-02..2025-06-03..2025-06-04,2025-06-05..2025-06-06", "two ranges"),
    ("2025-06-02..2025-06-03,2025-06-05..2025-06-06,", "two ranges"),
    ("2025-06-02...2025-06-03,2025-06-05..2025-06-06", "no date"),
    ("2025-06-02..2025-06-02,2025-06-05..2025-06-06", "not before")])
def test_what_are_no_two_ranges(report, tmp_path, text, why):
    _, _, folder = report
    said = refused(2, folder / "d.parquet", tmp_path / "out", "--compare", text)
    assert "--compare" in said and why in said
    assert not (tmp_path / "out/findings.json").exists()


def test_threads_and_files_change_nothing(report, tmp_path):
    frame, found, _ = report
    parts = np.array_split(np.random.default_rng(1).permutation(len(frame)), 3)
    for i, part in enumerate(parts):
        write(tmp_path / f"d{i}.parquet", frame.iloc[np.sort(part)])
    again = analyze([str(tmp_path / f"d{i}.parquet") for i in range(3)], tmp_path / "out",
                    "--threads", "1", "--compare",
                    "2025-06-02..2025-06-30,2025-06-30..2025-07-28")
    for one, two in zip(found["compare"]["nodes"], again["compare"]["nodes"]):
        assert one["claim"] == two["claim"]
        assert one["low"] == pytest.approx(two["low"], rel=1e-9)


def test_a_gauge_that_is_not_there(tmp_path):
    frame = samples(nodes=2, days=20, step_s=3600).drop(columns="cpu_usage_rate")
    start = pd.to_datetime(frame["timestamp"]).min().normalize()
    days = [str((start + pd.Timedelta(days=d)).date()) for d in (0, 10, 20)]
    found = analyze(write(tmp_path / "d.parquet", frame), tmp_path / "out", "--compare",
                    f"{days[0]}..{days[1]},{days[1]}..{days[2]}")
    said = next(s for s in found["findings"] if s["id"] == "compare.cpu")
    assert said["status"] == "not_enough_data"
    assert found["compare"]["status"] == "ok" and found["compare"]["nodes"]
