"""hindcast against the notebook in pandas: every number of every section, on real data.

HINDCAST is the program (default build/hindcast), HINDCAST_SHARED the folder with the real
sets (default ../shared beside the repository). Each test prints how many values it
compared.

What is taken from the contract where it can be read in two ways:
- quality.missing[].missing counts NULL and NaN, .nan those of them that are NaN;
  columns[].missing is the same count. A column without an entry has none.
- quality.step_s is the most frequent of the nodes' steps, the smallest among equals;
  longest_gap_s is the whole difference between the two times, 0 without a gap.
- a node is not in a gap at the instant of a sample, so a sample parts two fleet gaps.
- slope_per_day is in fractions a local day, null under seven daily means.
- n in temporal, nodes and records_per_node is rows; n in columns is finite values.
- a gauge that the data lacks is null (or absent) in temporal and nodes.
- temporal entries that never occur may be left out, or be there with n 0 and nulls.
- nodes[].node, records_per_node[].node and trends.nodes[].node are the plain name; beside
  it `cluster` where the data has that column.
- columns[] may also list columns that are not numbers. correlation.columns is every
  numeric column of the file and no other; within_node.columns at least every gauge.
- pairs[].r_within is null unless both are gauges.
- tables/{hourly,daily,weekly,columns,pairs}.csv have the names of findings.json,
  nodes.csv `<gauge>_<statistic>`, correlation.csv the names in its first column and row.

Tolerance: relative 1e-9 as the contract has it, and beside it, for what is a small
difference of large values (the mean of a sine over whole days), 1e-12 of the largest
absolute value of the column: no order of summation in double can promise more.
"""
import json
import math
import os
import pathlib
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(ROOT / "bench")]

import make_sixty_columns  # noqa: E402
import notebook_reference as reference  # noqa: E402

PROGRAM = pathlib.Path(os.environ.get("HINDCAST", ROOT / "build" / "hindcast"))
SHARED = pathlib.Path(os.environ.get("HINDCAST_SHARED", ROOT.parent / "shared"))
RELATIVE, CANCELLED, CORRELATION, QUANTILE = 1e-9, 1e-12, 1e-9, 0.01
ABSENT = "<absent>"


class Comparison:
    """Counts the values compared and keeps those that differ."""

    def __init__(self):
        self.count = 0
        self.wrong = []

    def note(self, key, expected, got, right):
        self.count += 1
        if not right:
            self.wrong.append(f"{key}: expected {expected!r}, got {got!r}")

    def same(self, key, expected, got):
        right = expected == got and isinstance(expected, bool) == isinstance(got, bool)
        self.note(key, expected, got, right)

    def time(self, key, expected, got):
        right = isinstance(got, str) and utc(expected) == utc(got)
        self.note(key, expected, got, right)

    def near(self, key, expected, got, relative=RELATIVE, absolute=0.0):
        if expected is None or not is_finite(got):
            return self.note(key, expected, got, expected is None and got is None)
        room = max(relative * abs(expected), absolute)
        return self.note(key, expected, got, abs(got - expected) <= room)

    def arrays(self, key, labels, expected, got, relative=RELATIVE, absolute=0.0):
        expected, got = (np.asarray(a, dtype=float) for a in (expected, got))
        room = np.maximum(relative * np.abs(expected), absolute)
        right = (np.abs(got - expected) <= room) | (np.isnan(expected) & np.isnan(got))
        self.count += right.size
        for i in np.flatnonzero(~right):
            want, have = float(expected[i]), float(got[i])
            self.wrong.append(f"{key}[{labels(i)}]: expected {want!r}, got {have!r}")

    def report(self):
        lines = self.wrong[:20]
        if len(self.wrong) > len(lines):
            lines.append(f"and {len(self.wrong) - len(lines)} more")
        return f"{len(self.wrong)} of {self.count} values differ\n" + "\n".join(lines)


def is_finite(value):
    return (isinstance(value, (int, float)) and not isinstance(value, bool)
            and math.isfinite(value))


def utc(text):
    stamp = pd.Timestamp(text)
    return stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")


def by_key(entries, *keys):
    return {tuple(entry.get(key) for key in keys): entry for entry in entries}


# ---------------------------------------------------------------- sections

def compare_quality(check, expected, got):
    for key in ("rows", "columns", "nodes", "step_s", "out_of_order"):
        check.same(f"quality.{key}", expected[key], got.get(key, ABSENT))
    for key in ("start", "end"):
        check.time(f"quality.{key}", expected[key], got.get(key, ABSENT))
    check.near("quality.span_s", expected["span_s"], got.get("span_s", ABSENT))
    for key, count in expected["duplicates"].items():
        check.same(f"quality.duplicates.{key}", count, got["duplicates"].get(key, ABSENT))
    compare_columns_counted(check, "missing", expected, got)
    compare_columns_counted(check, "out_of_range", expected, got)
    compare_records(check, expected["records_per_node"], got["records_per_node"])
    compare_fleet_gaps(check, expected["fleet_gaps"], got["fleet_gaps"])


def compare_columns_counted(check, section, expected, got):
    found = by_key(got[section], "column")
    for entry in expected[section]:
        other = found.get((entry["column"],), {})
        for key in set(entry) - {"column"}:
            where = f"quality.{section}[{entry['column']}].{key}"
            if key == "pct":
                check.near(where, entry[key], other.get(key, 0.0))
            else:
                check.same(where, entry[key], other.get(key, 0) or 0)
    names = {entry["column"] for entry in expected[section]}
    check.same(f"quality.{section}: columns that are not there", [],
               [name for (name,) in found if name not in names])


def compare_records(check, expected, got):
    found = by_key(got, "cluster", "node")
    check.same("quality.records_per_node: how many", len(expected), len(got))
    for entry in expected:
        key = (entry.get("cluster"), entry["node"])
        other, where = found.get(key, {}), f"quality.records_per_node[{entry['node']}]"
        for name in ("n", "step_s", "expected", "occupied", "gaps"):
            check.same(f"{where}.{name}", entry[name], other.get(name, ABSENT))
        for name in ("coverage", "longest_gap_s"):
            check.near(f"{where}.{name}", entry[name], other.get(name, ABSENT))


def compare_fleet_gaps(check, expected, got):
    check.same("quality.fleet_gaps: how many", len(expected), len(got))
    for i, (entry, other) in enumerate(zip(expected, got)):
        check.time(f"quality.fleet_gaps[{i}].start", entry["start"], other.get("start"))
        check.time(f"quality.fleet_gaps[{i}].end", entry["end"], other.get("end"))
        check.same(f"quality.fleet_gaps[{i}].nodes", entry["nodes"], other.get("nodes"))


TEMPORAL_KEYS = {"hourly": ["hour"], "daily": ["day_of_week"],
                 "weekly": ["day_of_week", "hour"]}


def compare_temporal(check, expected, got, what="temporal"):
    for name, keys in TEMPORAL_KEYS.items():
        found = by_key(got[name], *keys)
        for entry in expected[name]:
            key = tuple(entry[k] for k in keys)
            other, where = found.pop(key, {}), f"{what}.{name}{list(key)}"
            for count in ("n", "days"):
                check.same(f"{where}.{count}", entry[count], other.get(count, ABSENT))
            for gauge in reference.MAIN:
                check.near(f"{where}.{gauge}", entry[gauge], other.get(gauge))
        for key, other in found.items():
            check.same(f"{what}.{name}{list(key)}.n", 0, other.get("n"))


def compare_stats(check, where, expected, got, largest):
    """mean, std, min, max and the three quantiles of one column or node."""
    for key in ("min", "max"):
        check.near(f"{where}.{key}", expected[key], got.get(key, ABSENT))
    for key in ("mean", "std"):
        check.near(f"{where}.{key}", expected[key], got.get(key, ABSENT),
                   absolute=CANCELLED * largest)
    for key in reference.QUANTILES:
        check.near(f"{where}.{key}", expected[key], got.get(key, ABSENT),
                   relative=QUANTILE, absolute=1e-300)


def largest_of(stats):
    return max(abs(stats["min"] or 0), abs(stats["max"] or 0))


def compare_nodes(check, expected, got):
    found = by_key(got, "cluster", "node")
    check.same("nodes: how many", len(expected), len(got))
    for entry in expected:
        other = found.get((entry.get("cluster"), entry["node"]), {})
        where = f"nodes[{entry['node']}]"
        check.same(f"{where}.n", entry["n"], other.get("n", ABSENT))
        for gauge in reference.MAIN:
            if entry[gauge] is None:
                check.same(f"{where}.{gauge}", None, nothing(other.get(gauge)))
            else:
                compare_stats(check, f"{where}.{gauge}", entry[gauge],
                              other.get(gauge) or {}, largest_of(entry[gauge]))


def nothing(stats):
    """None for a gauge that is absent, null, or whose every statistic is null."""
    if isinstance(stats, dict) and not any(v for k, v in stats.items()
                                           if k not in ("status", "reason")):
        return None
    return stats


def compare_columns(check, expected, got):
    found = by_key(got, "name")
    for entry in expected:
        other, where = found.get((entry["name"],), {}), f"columns[{entry['name']}]"
        for key in ("kind", "n", "missing"):
            check.same(f"{where}.{key}", entry[key], other.get(key, ABSENT))
        compare_stats(check, where, entry, other, largest_of(entry))


def compare_matrix(check, where, names, expected, columns, matrix):
    """Names may come in any order; expected is over `names`, got over `columns`."""
    place = {name: i for i, name in enumerate(columns)}
    for i, a in enumerate(names):
        for j, b in enumerate(names):
            if a in place and b in place:
                check.near(f"{where}[{a}][{b}]", expected[i][j],
                           matrix[place[a]][place[b]], relative=0, absolute=CORRELATION)


def compare_correlation(check, expected, got, gauges):
    names = expected["columns"]
    check.same("correlation.columns", sorted(names), sorted(got["columns"]))
    check.same("correlation.omitted", [], got.get("omitted", ABSENT))
    compare_matrix(check, "correlation.pooled", names, expected["pooled"],
                   got["columns"], got["pooled"])
    within = got["within_node"]
    check.same("correlation.within_node.columns: gauges missing", [],
               [name for name in gauges if name not in within["columns"]])
    compare_matrix(check, "correlation.within_node", names,
                   expected["within_node"]["matrix"], within["columns"], within["matrix"])
    compare_pairs(check, "correlation.pairs", expected["pairs"], got["pairs"])


def compare_pairs(check, where, expected, got):
    """A pair whose |r| is within the tolerance of 0.7 may be in or out."""
    found = {frozenset((p["a"], p["b"])): p for p in got}
    for entry in expected:
        key = frozenset((entry["a"], entry["b"]))
        if key not in found and abs(entry["r"]) <= 0.7 + CORRELATION:
            continue
        other, name = found.pop(key, {}), f"{where}[{entry['a']}, {entry['b']}]"
        for r in ("r", "r_within"):
            check.near(f"{name}.{r}", entry[r], other.get(r, ABSENT), relative=0,
                       absolute=CORRELATION)
    extra = [sorted(key) for key, p in found.items() if abs(p["r"]) > 0.7 + CORRELATION]
    check.same(f"{where}: not in the reference", [], extra)


def compare_trends(check, expected, got, columns):
    for key in ("rows", "hours"):
        check.same(f"trends.{key}", expected[key], got.get(key, ABSENT))
    cpu = by_key(columns, "name").get(("cpu_usage_rate",))
    room = CANCELLED * largest_of(cpu) if cpu else 0.0
    found = by_key(got["nodes"], "cluster", "node")
    for entry in expected["nodes"]:
        other = found.get((entry.get("cluster"), entry["node"]), {})
        check.near(f"trends.nodes[{entry['node']}].slope_per_day", entry["slope_per_day"],
                   other.get("slope_per_day", ABSENT), absolute=room)


def compare_flat(check, where, expected, got):
    """Objects of plain values: baseline, opportunity, insights."""
    for key, value in expected.items():
        compare = check.near if isinstance(value, float) or value is None else check.same
        compare(f"{where}.{key}", value, got.get(key, None if value is None else ABSENT))


def compare_insights(check, expected, findings, folder):
    compare_flat(check, "findings.insights", expected, findings["insights"])
    alone = read_json(folder / "insights.json")
    check.same("insights.json: keys", sorted(expected), sorted(alone))
    compare_flat(check, "insights.json", expected, alone)


# ---------------------------------------------------------------- files beside

def read_json(path):
    def refuse(name):
        raise ValueError(f"{path.name} holds {name}, which is not JSON")

    return json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)


def read_table(path):
    """A table as pandas reads it, rows as dicts with None for what is empty."""
    table = pd.read_csv(path)
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{key: plain(value) for key, value in row.items()} for row in rows]


def plain(value):
    """Counts in a column that also has empty cells come back as floats."""
    if isinstance(value, np.generic):
        value = value.item()
    return int(value) if isinstance(value, float) and value.is_integer() else value


def compare_tables(check, expected, folder):
    tables = {name: read_table(folder / "tables" / f"{name}.csv")
              for name in ("hourly", "daily", "weekly", "nodes", "columns", "pairs")}
    compare_temporal(check, expected["temporal"], tables, "tables")
    compare_nodes(check, expected["nodes"], [unflatten(row) for row in tables["nodes"]])
    compare_columns(check, expected["columns"], tables["columns"])
    correlation = expected["correlation"]
    compare_pairs(check, "tables.pairs", correlation["pairs"], tables["pairs"])
    matrix = pd.read_csv(folder / "tables" / "correlation.csv", index_col=0)
    cells = [[None if pd.isna(r) else r for r in row] for row in matrix.to_numpy()]
    check.same("tables.correlation: rows as columns", list(matrix.columns),
               list(matrix.index))
    compare_matrix(check, "tables.correlation", correlation["columns"],
                   correlation["pooled"], list(matrix.columns), cells)


def unflatten(row):
    entry = {key: row.get(key) for key in ("cluster", "node", "n")}
    for gauge in reference.MAIN:
        entry[gauge] = {key.removeprefix(gauge + "_"): value for key, value in row.items()
                        if key.startswith(gauge + "_")}
    return entry


def compare_cells(check, samples, expected, folder):
    """rollup.parquet, cell by cell: keys in any order, then every statistic."""
    got = pd.read_parquet(folder / "rollup.parquet")
    want = reference.cells(samples)
    names = samples.names
    want["node"] = [names[code][1] for code in want["code"]]
    want["cluster"] = [names[code][0] for code in want["code"]]
    keys = ["node", "bucket_start"]
    if names[0][0] is not None:
        keys.insert(0, "cluster")
    want["bucket_start"] = as_microseconds(want["bucket_start"])
    got["bucket_start"] = as_microseconds(got["bucket_start"])
    want, got = (t.sort_values(keys, ignore_index=True) for t in (want, got))
    check.same("rollup: cells", len(want), len(got))
    same = len(want) == len(got) and want[keys].astype(str).equals(got[keys].astype(str))
    check.same("rollup: nodes and hours", True, bool(same))
    if same:
        compare_cell_values(check, want, got, expected, samples.gauges)


def as_microseconds(stamps):
    return pd.to_datetime(stamps, utc=True).astype("datetime64[us, UTC]").astype("int64")


def compare_cell_values(check, want, got, expected, gauges):
    def label(i):
        return f"{want['node'][i]}, {pd.Timestamp(want['bucket_start'][i], unit='us')}"

    check.arrays("rollup.rows", label, want["rows"], got["rows"], relative=0)
    columns = by_key(expected["columns"], "name")
    for gauge in gauges:
        largest = largest_of(columns[(gauge,)])
        count = want[f"{gauge}_n"].to_numpy()
        check.arrays(f"rollup.{gauge}_n", label, count, got[f"{gauge}_n"], relative=0)
        for what in ("min", "max"):
            key = f"{gauge}_{what}"
            check.arrays(f"rollup.{key}", label, want[key], empty_as_nan(got[key], count))
        mean, m2 = f"{gauge}_mean", f"{gauge}_m2"
        check.arrays(f"rollup.{mean}", label, want[mean], empty_as_nan(got[mean], count),
                     absolute=CANCELLED * largest)
        size = np.maximum(want[f"{gauge}_max"].abs(), want[f"{gauge}_min"].abs())
        check.arrays(f"rollup.{m2}", label, want[m2].where(count > 0),
                     empty_as_nan(got[m2], count),
                     absolute=(1e-15 * count * size.fillna(0) ** 2).to_numpy())


def empty_as_nan(values, count):
    """Where a cell has no value of a gauge, NULL and 0 are both "none"."""
    return np.where(count > 0, values.astype(float), np.nan)


# ---------------------------------------------------------------- the tests

def run_program(data, folder, timezone):
    assert PROGRAM.exists(), f"no program at {PROGRAM}: build it, or set HINDCAST"
    command = [str(PROGRAM), "analyze", str(data), "-o", str(folder), "--no-figures",
               "--no-html", "--quiet", "--timezone", timezone]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stderr}"
    return read_json(folder / "findings.json")


def compare_all(samples, expected, findings, folder):
    check = Comparison()
    check.same("input.files[].rows", samples.rows_per_file,
               [file.get("rows") for file in findings["input"]["files"]])
    compare_quality(check, expected["quality"], findings["quality"])
    compare_temporal(check, expected["temporal"], findings["temporal"])
    compare_nodes(check, expected["nodes"], findings["nodes"])
    compare_columns(check, expected["columns"], findings["columns"])
    compare_correlation(check, expected["correlation"], findings["correlation"],
                        samples.gauges)
    compare_flat(check, "baseline", expected["baseline"], findings["baseline"])
    compare_trends(check, expected["trends"], findings["trends"], expected["columns"])
    compare_flat(check, "opportunity", expected["opportunity"], findings["opportunity"])
    compare_insights(check, expected["insights"], findings, folder)
    compare_tables(check, expected, folder)
    compare_cells(check, samples, expected, folder)
    return check


def run_comparison(name, data, tmp_path, capsys, timezone="UTC"):
    folder = tmp_path / "report"
    findings = run_program(data, folder, timezone)
    samples = reference.Samples([str(data)], timezone)
    expected = reference.analyse(samples)
    check = compare_all(samples, expected, findings, folder)
    with capsys.disabled():
        print(f"\n{name}: compared {check.count} values")
    assert not check.wrong, check.report()


def shared_set(name):
    data = SHARED / "data" / name / "nodes.parquet"
    if not data.exists():
        pytest.skip("no shared data")
    return data


@pytest.fixture(scope="session")
def sixty_columns(tmp_path_factory):
    """4 nodes, 10 days, holes and repeats of every kind; Berlin's clock goes back."""
    data = tmp_path_factory.mktemp("sixty") / "sixty.parquet"
    make_sixty_columns.make(4, str(data), days=10, start="2025-10-20", dirt=True)
    return data


@pytest.mark.parametrize("name", ["smd", "bitbrains-rnd"])
def test_real_set(name, tmp_path, capsys):
    run_comparison(name, shared_set(name), tmp_path, capsys)


@pytest.mark.parametrize("timezone", ["UTC", "Europe/Berlin"])
def test_sixty_columns(timezone, sixty_columns, tmp_path, capsys):
    run_comparison(f"60 columns, {timezone}", sixty_columns, tmp_path, capsys, timezone)
