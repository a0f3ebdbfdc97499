"""The data inside report.html, against findings.json and rollup.parquet with pandas.

The page is the file that people pass on: its numbers are findings.json's to 9 digits, its
series the rollup's means to within half a step of what is quantised.
"""
import base64
import json
import re

import numpy as np
import pandas as pd
import pytest

from util import (MAIN, analyze, assert_same, dirty, needs, read_json, run, samples, write)

DATA = re.compile(r'<script type="application/json" id="hindcast-data">(.*?)</script>', re.S)
NONE = 255


def page_data(report):
    text = (report / "report.html").read_text(encoding="utf-8")
    found = DATA.findall(text)
    assert len(found) == 1
    assert "<" not in found[0]
    return json.loads(found[0], parse_constant=lambda name: pytest.fail(f"{name} in JSON"))


def codes(text, series):
    raw = np.frombuffer(base64.b64decode(text, validate=True), dtype=np.uint8)
    return raw.reshape(len(series["node"]), series["buckets"])


def decode(gauge, series):
    code = codes(gauge["codes"], series).astype(float)
    low, high = (np.array([np.nan if v is None else v for v in gauge[key]], dtype=float)
                 for key in ("low", "high"))
    values = low[:, None] + code / 254 * (high - low)[:, None]
    return np.where(code == NONE, np.nan, values), high - low


def grid(report, series, column):
    """Means by node and bucket, and over all samples by bucket, from the rollup."""
    cells = pd.read_parquet(report / "rollup.parquet")
    cells = cells[cells[f"{column}_n"] > 0]
    seconds = cells["bucket_start"].astype("datetime64[us]").astype("int64") // 10**6
    cells = cells.assign(
        bucket=(seconds - series["start_s"]) // series["width_s"],
        total=cells[f"{column}_n"] * cells[f"{column}_mean"])
    sums = cells.groupby(["node", "bucket"])[[f"{column}_n", "total"]].sum()
    table = (sums["total"] / sums[f"{column}_n"]).unstack()
    table = table.reindex(columns=range(series["buckets"]))
    overall = cells.groupby("bucket")[[f"{column}_n", "total"]].sum()
    means = (overall["total"] / overall[f"{column}_n"]).reindex(range(series["buckets"]))
    return table, means


def same(a, b, **tolerance):
    np.testing.assert_allclose(np.asarray(a, dtype=float), np.asarray(b, dtype=float),
                               equal_nan=True, **tolerance)


@pytest.fixture(scope="module", params=["UTC", "Europe/Berlin", "Asia/Kolkata"])
def report(request, tmp_path_factory):
    """Three months around a change of clocks: dirty, with a node that comes late."""
    folder = tmp_path_factory.mktemp("page")
    frame = dirty(samples(nodes=5, days=20, step_s=600, start="2025-03-20"))
    late = frame["node"].eq("node-03") & (frame["timestamp"] < "2025-03-28T05:17Z")
    write(folder / "data.parquet", frame[~late])
    analyze(folder / "data.parquet", folder / "report", "--timezone", request.param,
            html=True)
    return folder / "report"


def test_the_findings_are_those_of_the_file(report):
    """All but what of single nodes' patterns would be most of the page."""
    page, whole = page_data(report), read_json(report / "findings.json")
    rhythm, growth = whole["rhythm"], whole["growth"]
    rhythm["nodes"] = [row for row in rhythm["nodes"] if row["gauge"] == "cpu_usage_rate"]
    growth["nodes"] = [row for row in growth["nodes"] if row["gauge"] == "cpu_usage_rate"
                       or row["claim"] in ("rises", "falls")]
    rhythm["parts"] = []  # quantised, beside it
    changes = whole["changes"]
    changes["nodes"] = sorted(
        (row for row in changes["nodes"] if row["gauge"] == "cpu_usage_rate"),
        key=lambda row: -abs(row["after"] - row["before"]))[:1000]
    assert rhythm["nodes"]
    assert_same(page["findings"], whole, relative=1e-8, absolute=1e-300, skip=())


def test_the_series_are_the_rollups(report):
    page = page_data(report)
    series = page["series"]
    names = [node["node"] for node in page["findings"]["nodes"]]
    assert [g["name"] for g in series["gauges"]] == MAIN
    assert series["all_nodes"] and series["width_s"] == 3600
    for gauge in series["gauges"]:
        table, means = grid(report, series, gauge["name"])
        table = table.reindex([names[i] for i in series["node"]])
        values, width = decode(gauge, series)
        assert (np.isnan(values) == table.isna().to_numpy()).all()
        off = np.abs(values - table.to_numpy())
        assert np.nanmax(off / np.maximum(width[:, None] / 508, 1e-12)) < 1.01
        same(gauge["band"]["mean"], means, rtol=6e-4)
        same(gauge["band"]["nodes"], table.notna().sum(), rtol=0)


def test_parts_are_the_findings_to_a_step(report):
    page, whole = page_data(report), read_json(report / "findings.json")
    theirs = whole["rhythm"]["parts"]
    assert len(page["parts"]) == len(theirs) > 0
    for ours, parts in zip(page["parts"], theirs):
        assert (ours["node"], ours["gauge"], ours["n"]) == (None, parts["gauge"], parts["n"])
        assert ours["start_s"] == pd.Timestamp(parts["start"]).timestamp()
        values = [parts["trend"], *(s["values"] for s in parts["seasons"]), parts["remainder"]]
        names = ["trend", *({24: "day", 168: "week"}[s["period_h"]] for s in parts["seasons"]),
                 "remainder"]
        assert [curve["name"] for curve in ours["curves"]] == names
        for curve, exact in zip(ours["curves"], values):
            raw = np.frombuffer(base64.b64decode(curve["codes"], validate=True), dtype=np.uint8)
            width = curve["high"] - curve["low"]
            decoded = np.where(raw == NONE, np.nan, curve["low"] + raw / 254 * width)
            same(decoded, [np.nan if v is None else v for v in exact], rtol=1e-5,
                 atol=width / 508 * 1.01 + 1e-9)


def test_changes_are_the_findings_by_hour(tmp_path):
    """Half of the nodes step up at one hour."""
    frame = samples(nodes=6, days=21, step_s=3600)
    stepped = frame["node"].isin(["node-01", "node-03", "node-05"]) & (
        frame["timestamp"] >= frame["timestamp"].min() + pd.Timedelta(hours=250))
    frame["cpu_usage_rate"] = 0.3 + 0.4 * stepped + np.random.default_rng(2).normal(
        0, 0.01, len(frame))
    write(tmp_path / "d.parquet", frame)
    analyze(tmp_path / "d.parquet", tmp_path / "r", html=True)
    page, whole = page_data(tmp_path / "r"), read_json(tmp_path / "r" / "findings.json")
    start = pd.Timestamp(whole["rhythm"]["start"])
    rows = [(gauge["gauge"], start + pd.Timedelta(hours=hour), bool(up))
            for gauge in page["changes"]["gauges"]
            for hour, up in zip(gauge["hour"], gauge["up"])]
    assert rows == [(row["gauge"], pd.Timestamp(row["at"]), row["after"] > row["before"])
                    for row in whole["changes"]["nodes"]]
    cpu = [row for row in rows if row[0] == "cpu_usage_rate"]
    assert len(cpu) == page["changes"]["rows"] - len(rows) + len(cpu) >= 3
    assert sum(up for _, _, up in cpu) >= 3


def test_the_band_is_over_nodes(report):
    series = page_data(report)["series"]
    for gauge in series["gauges"]:
        table, _ = grid(report, series, gauge["name"])
        ranked = np.sort(table.to_numpy(), axis=0)  # NaN last
        count = (~np.isnan(ranked)).sum(axis=0)
        for key, q in (("low", 0), ("p10", 0.1), ("p50", 0.5), ("p90", 0.9), ("high", 1)):
            rank = np.floor(q * np.maximum(count - 1, 0)).astype(int)
            same(gauge["band"][key], ranked[rank, np.arange(len(rank))], rtol=6e-4)


def test_what_was_received(report):
    """Samples over what the node's step lets expect, between its first and last."""
    page = page_data(report)
    series = page["series"]
    cells = pd.read_parquet(report / "rollup.parquet")
    start = cells["bucket_start"].astype("datetime64[us]").astype("int64") // 10**6
    cells["bucket"] = (start - series["start_s"]) // series["width_s"]
    rows = cells.groupby(["node", "bucket"])["rows"].sum()
    runs = np.frombuffer(base64.b64decode(series["received"]["runs"]), dtype=np.uint8)
    received = np.repeat(runs[::2], runs[1::2]).reshape(len(series["node"]), -1)
    steps = series["received"]["steps"]
    for at, index in enumerate(series["node"]):
        name = page["findings"]["nodes"][index]["node"]
        step = next(r["step_s"] for r in page["findings"]["quality"]["records_per_node"]
                    if r["node"] == name)
        here = rows[name].reindex(range(series["buckets"])).to_numpy()
        inside = ~np.isnan(here)
        first, last = np.flatnonzero(inside)[[0, -1]]
        middle = slice(first + 1, last)
        expected = np.fmin(np.nan_to_num(here[middle]) * step / series["width_s"], 1)
        same(received[at, middle] / steps, expected, atol=0.5 / steps + 1e-6)
        assert (received[at, :first] == NONE).all() and (received[at, last + 1:] == NONE).all()


def test_needs_add_up_to_the_opportunity(report):
    page = page_data(report)
    needs_, opportunity = page["needs"], page["findings"]["opportunity"]
    assert len(needs_["start_s"]) == opportunity["hours"]
    assert needs_["start_s"] == sorted(set(needs_["start_s"]))
    assert sum(needs_["present"]) == opportunity["node_hours"]
    assert sum(needs_["needed"]) == opportunity["node_hours_needed"]
    rank = int(0.95 * (opportunity["hours"] - 1))
    assert sorted(needs_["needed"])[rank] == opportunity["nodes_needed"]["p95"]


def test_offsets_are_the_zones(report):
    page = page_data(report)
    zone = page["findings"]["input"]["timezone"]
    offsets = page["series"]["offsets"]
    assert offsets[0]["from_s"] is None
    for bucket in range(0, page["series"]["buckets"], 7):
        at = page["series"]["start_s"] + bucket * page["series"]["width_s"]
        ours = [o["offset_s"] for o in offsets if o["from_s"] is None or o["from_s"] <= at][-1]
        theirs = pd.Timestamp(at, unit="s", tz="UTC").tz_convert(zone).utcoffset()
        assert ours == theirs.total_seconds()


HOSTILE = ["</script><script>alert(1)</script>", "<!--", "a\"b'c`d", "\u202egnp.exe",
           "<img src=x onerror=alert(1)>", "&lt;b&gt;", "line\u2028end", "x" * 300]


def test_names_cannot_leave_the_data(tmp_path):
    frame = pd.concat([samples(nodes=1, days=2, step_s=3600).assign(node=name)
                       for name in HOSTILE])
    write(tmp_path / "data.parquet", frame)
    analyze(tmp_path / "data.parquet", tmp_path / "report", html=True)
    page = page_data(tmp_path / "report")
    assert {node["node"] for node in page["findings"]["nodes"]} == set(HOSTILE)
    text = (tmp_path / "report/report.html").read_text(encoding="utf-8")
    for name in HOSTILE:
        assert text.count(name) == 0 or "<" not in name


def test_without_html_there_is_no_page(tmp_path):
    write(tmp_path / "data.parquet", samples(nodes=1, days=2))
    done = run("analyze", tmp_path / "data.parquet", "-o", tmp_path / "report", "--no-html",
               "--no-figures")
    assert done.returncode == 0
    assert not (tmp_path / "report/report.html").exists()
    assert "report.html" not in done.stdout


def test_a_thousand_nodes_stay_small(tmp_path):
    needs("synth")
    assert run("synth", "-o", tmp_path / "data", "--nodes", 1000, "--days", 30, "--step",
               3600, "--seed", 3, "--no-pods").returncode == 0
    analyze(tmp_path / "data", tmp_path / "report", html=True, timeout=120)
    assert (tmp_path / "report/report.html").stat().st_size < 6_500_000
    series = page_data(tmp_path / "report")["series"]
    assert (len(series["node"]), series["width_s"]) == (1000, 3600)
