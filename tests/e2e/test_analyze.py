"""hindcast analyze from outside: its files, options, streams, exit codes and faults."""
import csv
import io
import json
import math
import os
import pathlib
import pty
import resource
import select
import shutil
import signal
import subprocess
import time

import duckdb
import jsonschema
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import util
from util import (GAUGES, HINDCAST, MAIN, REPORT, ROOT, UNDRAWN, analyze, assert_same, close,
                  dirty, leftovers, read_json, refused, run, samples, tree, width, write)

INSIGHTS = ["peak_hour", "low_hour", "peak_cpu_usage", "low_cpu_usage", "busiest_node",
            "least_busy_node", "cpu_variation_coefficient", "optimization_opportunity_pct"]
THREADS = dict(relative=1e-12, absolute=1e-12)  # sums in another order, in double
SPLIT = dict(relative=1e-10, absolute=1e-12)


# ---------------------------------------------------------------- the variants

def pools(frame):
    return frame.assign(pool=frame["node"].map(lambda name: f"pool-{int(name[-1]) % 2}"))


def clusters(frame):
    """Two clusters that share the name of a node."""
    two = frame.assign(node=frame["node"].replace("node-02", "node-00"))
    return two.assign(cluster=np.where(frame["node"] == "node-02", "east", "west"))


def short_and_long():
    """Eight nodes; one has but two days."""
    frame = samples(nodes=8, days=9, step_s=1800)
    last = frame["node"] == "node-07"
    return frame[~last | (frame["timestamp"] < "2025-06-04")]


VARIANTS = {
    "utc": (lambda: dirty(samples()), []),
    "kolkata": (lambda: dirty(samples()), ["--timezone", "Asia/Kolkata"]),
    "berlin, clock back": (lambda: dirty(samples(start="2025-10-20", days=10)),
                           ["--timezone", "Europe/Berlin"]),
    "new york, clock forward": (lambda: samples(start="2025-03-03", days=10),
                                ["--timezone", "America/New_York"]),
    "by pool": (lambda: pools(dirty(samples(nodes=4))), ["--group-by", "pool"]),
    "cpu only": (lambda: samples(gauges=["cpu_usage_rate"]), []),
    "no main gauge": (lambda: samples(gauges=["disk_usage", "load_5m"]), []),
    "no cores": (lambda: samples(gauges=[*MAIN, "memory_total"]), []),
    "cluster": (lambda: clusters(samples()), []),
    "one node": (lambda: samples(nodes=1), []),
    "two rows": (lambda: samples(nodes=1, days=1).head(2), []),
    "idle": (lambda: samples().assign(cpu_usage_rate=0.0), []),
    "a short node": (short_and_long, []),
    "other columns": (lambda: samples().assign(**{
        "temperature": 20.5, "note": "text", "hour": 3, "cpu_usage_rate_mean_1.0h": 0.5,
        "load_1m_target_2.0h": 1.0}), []),
    "since": (lambda: samples(), ["--since", "2025-06-03T06:00", "--until", "2025-06-08"]),
}


class Case:
    def __init__(self, folder, frame, args):
        self.folder, self.frame, self.args = folder, frame, args
        self.out = folder / "report"
        self.data = write(folder / "data.parquet", frame, row_group_size=2048)
        self.findings = analyze(self.data, self.out, *args)

    def rollup(self):
        return pd.read_parquet(self.out / "rollup.parquet")


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    made = {}

    def case(name):
        if name not in made:
            build, args = VARIANTS[name]
            made[name] = Case(tmp_path_factory.mktemp("case"), build(), args)
        return made[name]

    return case


every_variant = pytest.mark.parametrize("name", VARIANTS)


# ---------------------------------------------------------------- the report's files

@every_variant
def test_every_file_of_the_contract_is_there(name, cases):
    assert set(REPORT) <= set(tree(cases(name).out))
    assert leftovers(cases(name).out) == []


@every_variant
def test_findings_match_the_schema(name, cases):
    schema = read_json(ROOT / "docs/findings.schema.json")
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    errors = [f"{error.json_path}: {error.message[:200]}"
              for error in validator(schema).iter_errors(cases(name).findings)]
    assert errors == []


@every_variant
def test_null_has_a_reason(name, cases):
    """A finding without a value has a status other than ok, and says why."""
    for finding in cases(name).findings["findings"]:
        assert (finding["value"] is None) == (finding["status"] != "ok"), finding
        assert (finding["reason"] is None) == (finding["status"] == "ok"), finding


@every_variant
def test_insights_are_the_notebook_s_eight(name, cases):
    case = cases(name)
    insights = read_json(case.out / "insights.json")
    assert list(insights) == INSIGHTS
    assert insights == {key: case.findings["insights"][key] for key in INSIGHTS}


@every_variant
def test_sql_of_findings_gives_their_values(name, cases):
    """Also where the session's own time zone is another."""
    case = cases(name)
    told = [f for f in case.findings["findings"] if f["sql"] and f["status"] == "ok"]
    with duckdb.connect() as session:
        session.execute("SET TimeZone = 'Pacific/Chatham'")
        session.read_parquet(str(case.out / "rollup.parquet")).create_view("rollup")
        for finding in told:
            ((value,),) = session.execute(finding["sql"]).fetchall()
            assert close(float(value), finding["value"], absolute=1e-15), finding
    if name == "utc":
        assert len(told) >= 8


def rollup_keys(case):
    return [*(["cluster"] if "cluster" in case.frame else []), "node", "bucket_start"]


@every_variant
def test_rollup_columns_and_metadata(name, cases):
    case = cases(name)
    schema = pq.read_schema(case.out / "rollup.parquet")
    gauges = [gauge for gauge in GAUGES if gauge in case.frame]
    assert schema.names == rollup_keys(case) + ["rows"] + [
        f"{gauge}_{part}" for gauge in gauges for part in ("n", "mean", "m2", "min", "max")]
    assert schema.metadata[b"grain_s"] == (b"900" if name == "kolkata" else b"3600")
    assert schema.metadata[b"origin"].startswith(b"hindcast ")
    rollup = case.rollup()
    assert not rollup.duplicated(rollup_keys(case)).any()
    starts = pd.to_datetime(rollup["bucket_start"], utc=True)
    assert (starts == starts.dt.floor(f"{int(schema.metadata[b'grain_s'])}s")).all()


@every_variant
def test_rollup_sums_are_the_findings(name, cases):
    case = cases(name)
    rollup, findings = case.rollup(), case.findings
    assert rollup["rows"].sum() == findings["quality"]["rows"]
    nodes = rollup.groupby(rollup_keys(case)[:-1])["rows"].sum()
    assert sorted(nodes) == sorted(entry["n"] for entry in findings["nodes"])
    columns = {entry["name"]: entry for entry in findings["columns"]}
    for gauge in (gauge for gauge in GAUGES if gauge in case.frame):
        count, column = rollup[f"{gauge}_n"], columns[gauge]
        mean = (count * rollup[f"{gauge}_mean"].fillna(0)).sum() / count.sum()
        spread = (rollup[f"{gauge}_m2"].fillna(0)
                  + count * (rollup[f"{gauge}_mean"].fillna(mean) - mean) ** 2).sum()
        assert count.sum() == column["n"]
        assert close(mean, column["mean"])
        assert close(math.sqrt(spread / (count.sum() - 1)), column["std"], 1e-9, 1e-9)
        assert rollup[f"{gauge}_min"].min() == column["min"]
        assert rollup[f"{gauge}_max"].max() == column["max"]


@every_variant
def test_rollup_in_local_time_is_the_hourly_table(name, cases):
    case = cases(name)
    rollup = case.rollup()
    local = pd.to_datetime(rollup["bucket_start"], utc=True).dt.tz_convert(
        case.findings["temporal"]["timezone"])
    by_hour = rollup.groupby(local.dt.hour)["rows"].sum()
    told = {entry["hour"]: entry["n"] for entry in case.findings["temporal"]["hourly"]}
    assert {hour: n for hour, n in told.items() if n} == by_hour.to_dict()


# ---------------------------------------------------------------- tables

def table(case, name):
    text = (case.out / "tables" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def cell(value):
    return "" if value is None else value


def same_cell(text, value):
    if util.is_number(value):
        return text != "" and close(float(text), value, 1e-15)
    return text == cell(value)


def assert_rows(rows, entries, keys):
    assert len(rows) == len(entries)
    for row, entry in zip(rows, entries):
        for key in keys:
            assert same_cell(row[key], entry.get(key)), (key, row[key], entry.get(key))


@every_variant
def test_tables_are_the_findings(name, cases):
    case, findings = cases(name), cases(name).findings
    pattern = ["n", "days", *MAIN]
    assert_rows(table(case, "hourly"), findings["temporal"]["hourly"], ["hour", *pattern])
    assert_rows(table(case, "daily"), findings["temporal"]["daily"],
                ["day_of_week", *pattern])
    assert_rows(table(case, "weekly"), findings["temporal"]["weekly"],
                ["day_of_week", "hour", *pattern])
    assert_rows(table(case, "columns"), findings["columns"],
                ["name", "type", "kind", "n", "missing", "mean", "std", "min", "max",
                 "p50", "p95", "p99"])
    assert_rows(table(case, "pairs"), findings["correlation"]["pairs"],
                ["a", "b", "r", "r_within"])
    stats = ("mean", "std", "min", "max", "p50", "p95", "p99")
    flat = [{"node": entry["node"], "n": entry["n"],
             **{f"{gauge}_{key}": (entry.get(gauge) or {}).get(key)
                for gauge in MAIN for key in stats}} for entry in findings["nodes"]]
    assert_rows(table(case, "nodes"), flat, flat[0])
    assert_rows(table(case, "nodes"), findings["quality"]["records_per_node"],
                ["node", "n", "step_s", "expected", "occupied", "coverage", "gaps",
                 "longest_gap_s"])


@every_variant
def test_correlation_table_is_a_pandas_frame(name, cases):
    case, correlation = cases(name), cases(name).findings["correlation"]
    matrix = pd.read_csv(case.out / "tables/correlation.csv", index_col=0)
    assert list(matrix.columns) == list(matrix.index) == correlation["columns"]
    pooled = np.array(correlation["pooled"], dtype=float)
    assert np.allclose(matrix.to_numpy(dtype=float), pooled, rtol=0, atol=0,
                       equal_nan=True)


def test_run_json_lists_what_was_written(cases):
    case = cases("utc")
    told = read_json(case.out / "run.json")
    assert sorted(told["artifacts"]) == sorted(tree(case.out))
    for value in told["metrics"].values():
        assert util.is_number(value)
    for value in [*told["params"].values(), *told["tags"].values()]:
        assert isinstance(value, str)


def test_hours_of_a_day_with_25(cases):
    """The clock goes back in Berlin on 26 October: hour 2 comes twice that day."""
    case = cases("berlin, clock back")
    local = case.frame["timestamp"].dt.tz_convert("Europe/Berlin")
    expected = case.frame.groupby(local.dt.hour).size()
    hourly = case.findings["temporal"]["hourly"]
    assert {entry["hour"]: entry["n"] for entry in hourly} == expected.to_dict()
    sunday = local[local.dt.day_of_week == 6]
    told = case.findings["temporal"]["daily"][6]
    assert (told["n"], told["days"]) == (len(sunday), sunday.dt.date.nunique())


def test_groups(cases):
    case = cases("by pool")
    told = {entry["value"]: entry for entry in case.findings["groups"]}
    for pool, rows in case.frame.groupby("pool"):
        assert told[pool]["n"] == len(rows)
        cpu = rows["cpu_usage_rate"].replace([np.inf, -np.inf], np.nan)
        assert close(told[pool]["cpu_usage_rate"]["mean"], cpu.mean())
        assert close(told[pool]["cpu_usage_rate"]["std"], cpu.std())
        hourly = cpu.groupby(rows["timestamp"].dt.hour).mean()
        for entry in told[pool]["temporal"]["hourly"]:
            assert close(entry["cpu_usage_rate"], hourly[entry["hour"]])
    assert set(told) == set(case.frame["pool"])


# ---------------------------------------------------------------- streams

@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A little data set that many runs share."""
    return write(tmp_path_factory.mktemp("small") / "data.parquet",
                 samples(nodes=2, days=8, step_s=3600))


def test_json_goes_to_stdout(small, tmp_path):
    done = run("analyze", small, "-o", tmp_path / "r", "--json")
    assert done.returncode == 0
    assert done.stdout == (tmp_path / "r/findings.json").read_text(encoding="utf-8")


def test_quiet_prints_nothing(small, tmp_path):
    analyze(small, tmp_path / "r")


def test_talk_goes_to_stderr(small, tmp_path):
    done = run("analyze", small, "-o", tmp_path / "r", "--progress", "always", "--json")
    json.loads(done.stdout)


@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
@every_variant
def test_terminal_fits_80_columns(name, locale, cases, tmp_path):
    case = cases(name)
    done = run("analyze", case.data, "-o", tmp_path / "r", *case.args,
               env={"LC_ALL": locale})
    assert done.returncode == 0
    too_wide = [line for line in done.stdout.splitlines() if width(line) > 80]
    assert too_wide == []
    assert util.control_characters(done.stdout) == []
    assert done.stdout.isascii() or locale != "C"


def on_terminal(*args, columns=80, env=None):
    """What the program writes to a terminal."""
    ours, theirs = pty.openpty()
    os.set_blocking(ours, True)
    subprocess.run(["stty", "cols", str(columns), "rows", "50"], stdin=theirs, check=True)
    child = subprocess.Popen([HINDCAST, *map(str, args)], stdin=theirs, stdout=theirs,
                             stderr=subprocess.DEVNULL,
                             env={**os.environ, "TERM": "xterm", **(env or {})})
    os.close(theirs)
    output = b""
    while select.select([ours], [], [], 60)[0]:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        output += piece
        if not piece:
            break
    os.close(ours)
    assert child.wait(60) == 0
    return output.decode("utf-8").replace("\r\n", "\n")


def test_colour_on_a_terminal_only_and_not_with_no_color(small, tmp_path):
    env = {"LC_ALL": "C.UTF-8"}
    env_plain = {**env, "NO_COLOR": "1"}
    coloured = on_terminal("analyze", small, "-o", tmp_path / "r", env=env)
    plain = on_terminal("analyze", small, "-o", tmp_path / "r", env=env_plain)
    piped = run("analyze", small, "-o", tmp_path / "r", env=env).stdout
    assert "\x1b[" in coloured
    assert "\x1b" not in plain + piped
    assert util.ESCAPE.sub("", coloured) == plain == piped
    assert max(map(width, coloured.splitlines())) <= 80


@pytest.mark.parametrize("columns", [40, 60, 100])
def test_other_widths(columns, small, tmp_path):
    text = on_terminal("analyze", small, "-o", tmp_path / "r", columns=columns,
                       env={"LC_ALL": "C.UTF-8"})
    assert [line for line in text.splitlines() if width(line) > max(80, columns)] == []


def test_a_comma_locale_changes_no_number(small, tmp_path):
    plain = run("analyze", small, "-o", tmp_path / "r", env={"LC_ALL": "C.UTF-8"}).stdout
    comma = run("analyze", small, "-o", tmp_path / "r", env={"LC_ALL": "de_DE.UTF-8"})
    assert comma.stdout.replace("\n", "") == plain.replace("\n", "") or (
        comma.stdout.isascii())  # the locale is not installed
    assert "0,5" not in comma.stdout


def test_reader_that_leaves(small, tmp_path):
    """The report is on the disk before anything is printed."""
    reader, writer = os.pipe()
    os.close(reader)
    done = run("analyze", small, "-o", tmp_path / "r", *UNDRAWN, stdout=writer)
    os.close(writer)
    assert done.returncode == 5
    assert done.stderr.count("\n") == 1
    assert set(tree(tmp_path / "r")) == set(REPORT)
    assert leftovers(tmp_path / "r") == []


def test_full_standard_output(small, tmp_path):
    with open("/dev/full", "w") as full:
        done = run("analyze", small, "-o", tmp_path / "r", stdout=full)
    assert done.returncode == 5
    assert "standard output" in done.stderr


# ---------------------------------------------------------------- exit codes

def test_wrong_usage(small, tmp_path):
    out = tmp_path / "r"
    assert "PATH" in refused(2, [], out)
    assert "'--timezone'" in refused(2, small, out, "--timezon", "UTC")
    assert "Europe/Berlin" in refused(2, small, out, "--timezone", "Europe/Berlim")
    assert "target-cpu" in refused(2, small, out, "--target-cpu", "65")
    refused(2, small, out, "--since", "yesterday")
    refused(2, small, out, "--map", "node")
    refused(2, small, out, "--match", "pool")
    assert not out.exists() or tree(out) == {}


def test_input_that_cannot_be_read(tmp_path):
    out = tmp_path / "r"
    assert "nothing.parquet" in refused(3, tmp_path / "nothing.parquet", out)
    (tmp_path / "folder").mkdir()
    assert "folder" in refused(3, tmp_path / "folder", out)
    (tmp_path / "x.parquet").write_bytes(b"PAR1 but no more")
    assert "x.parquet" in refused(3, tmp_path / "x.parquet", out)
    assert tree(tmp_path / "r") == {} if out.exists() else True


def test_a_missing_column_names_the_nearest(tmp_path):
    frame = samples(days=1).rename(columns={"node": "instance"})
    data = write(tmp_path / "d.parquet", frame)
    line = refused(3, data, tmp_path / "r")
    assert "--map node=instance" in line and "d.parquet" in line
    analyze(data, tmp_path / "r", "--map", "node=instance")


def test_not_enough_data(tmp_path):
    frame = samples(days=1)
    cases = {"none": frame.head(0), "one": frame.head(1),
             "one time": frame[frame["timestamp"] == frame["timestamp"][0]],
             "no value": frame.assign(**dict.fromkeys(GAUGES, np.nan)),
             "infinite": frame.assign(**dict.fromkeys(GAUGES, np.inf))}
    for name, rows in cases.items():
        data = write(tmp_path / f"{name}.parquet", rows)
        assert "not enough data" in refused(4, data, tmp_path / "r"), name
    data = write(tmp_path / "data.parquet", frame)
    for args in (["--since", "2030-01-01"], ["--nodes", "nobody*"]):
        assert "not enough data" in refused(4, data, tmp_path / "r", *args)
    assert tree(tmp_path / "r") == {}


# ---------------------------------------------------------------- same data, same answer

@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Dirty data in many row groups, its findings with one thread, and the frame."""
    folder = tmp_path_factory.mktemp("whole")
    frame = dirty(samples(nodes=5, days=12, step_s=900), seed=7)
    data = write(folder / "data.parquet", frame, row_group_size=700)
    return frame, data, analyze(data, folder / "r", "--threads", 1)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_any_number_of_threads(threads, whole, tmp_path):
    _, data, findings = whole
    assert_same(findings, analyze(data, tmp_path, "--threads", threads), **THREADS)


def pieces(frame, how, rng):
    if how == "at random places":
        cuts = np.sort(rng.choice(np.arange(1, len(frame)), 6, replace=False))
        return [frame.iloc[a:b] for a, b in zip([0, *cuts], [*cuts, len(frame)])]
    if how == "by node":
        return [part for _, part in frame.groupby("node")]
    if how == "by day":
        return [part for _, part in frame.groupby(frame["timestamp"].dt.date)]
    return [frame[rows] for rows in (np.arange(len(frame)) % 3 == k for k in range(3))]


@pytest.mark.parametrize("how", ["at random places", "by node", "by day", "interleaved"])
def test_any_split_over_files(how, whole, tmp_path):
    frame, _, findings = whole
    parts = pieces(frame, how, np.random.default_rng(3))
    names = [str(write(tmp_path / f"{i:03}.parquet", part, row_group_size=500))
             for i, part in enumerate(parts)]
    got = analyze(names[::-1], tmp_path / "r")
    assert_same(findings, got, **SPLIT)
    assert sum(file["rows"] for file in got["input"]["files"]) == len(frame)


@pytest.mark.parametrize("order", ["by time", "shuffled", "backwards"])
def test_any_order_of_rows(order, whole, tmp_path):
    frame, _, findings = whole
    moved = {"by time": lambda: frame.sort_values("timestamp", kind="stable"),
             "shuffled": lambda: frame.sample(frac=1, random_state=5),
             "backwards": lambda: frame[::-1]}[order]()
    data = write(tmp_path / "d.parquet", moved, row_group_size=700)
    got = analyze(data, tmp_path / "r")
    before = moved.groupby("node")["timestamp"].diff() < pd.Timedelta(0)
    assert got["quality"]["out_of_order"] == before.sum()
    skip = (*util.VOLATILE, "out_of_order")
    assert_same(without_disorder(findings), without_disorder(got), skip=skip, **SPLIT)


def without_disorder(findings):
    """Without what is said of rows that are out of order."""
    kept = [f for f in findings["findings"] if "order" not in (f["statement"] or "")
            and "order" not in f["id"]]
    return {**findings, "findings": kept}


def test_a_small_memory_limit(whole, tmp_path):
    _, data, findings = whole
    got = analyze(data, tmp_path, "--memory-limit", "200MB", "--threads", 1)
    assert_same(findings, got, **THREADS)


def test_encodings_do_not_matter(whole, tmp_path):
    """Dictionaries, other compressions and page sizes, and another order of columns."""
    frame, _, findings = whole
    ordered = frame[["node", *GAUGES[::-1], "timestamp"]]
    data = write(tmp_path / "d.parquet", ordered, use_dictionary=["node", "cpu_cores"],
                 compression="zstd", data_page_size=4000, version="1.0")
    skip = (*util.VOLATILE, "type")
    assert_same(findings, analyze(data, tmp_path / "r"), skip=skip, **SPLIT)


# ---------------------------------------------------------------- options that choose

def same_as_only(rows, data, tmp_path, *args, keep_args=()):
    """Choosing rows by options is the same as a file of only these rows."""
    only = write(tmp_path / "only.parquet", rows)
    expected = analyze(only, tmp_path / "a", *keep_args)
    got = analyze(data, tmp_path / "b", *args, *keep_args)
    skip = (*util.VOLATILE, "out_of_order")
    assert_same(expected, got, skip=skip, **SPLIT)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_since_and_until_are_half_open_in_the_zone(zone, whole, tmp_path):
    frame, data, _ = whole
    start = pd.Timestamp("2025-06-04", tz=zone)
    end = pd.Timestamp("2025-06-12T06:00", tz=zone)
    rows = frame[(frame["timestamp"] >= start) & (frame["timestamp"] < end)]
    assert (frame["timestamp"] == start).any() and (frame["timestamp"] == end).any()
    same_as_only(rows, data, tmp_path, "--since", "2025-06-04", "--until",
                 "2025-06-12T06:00", keep_args=["--timezone", zone])


def test_nodes_glob(whole, tmp_path):
    frame, data, _ = whole
    rows = frame[frame["node"].isin(["node-01", "node-03"])]
    same_as_only(rows, data, tmp_path, "--nodes", "n*-0[13]")


def test_match(whole, tmp_path):
    frame = pools(whole[0]).assign(zone="a'b")
    data = write(tmp_path / "pools.parquet", frame)
    same_as_only(frame[frame["pool"] == "pool-1"], data, tmp_path, "--match",
                 "pool=pool-1", "--match", "zone=a'b")
    assert "rack" in refused(2, data, tmp_path / "r", "--match", "rack=1")


def test_correlation_is_bounded_and_names_what_it_leaves_out(tmp_path):
    frame = samples(nodes=1, days=2, gauges=MAIN)
    more = pd.DataFrame(np.random.default_rng(0).random((len(frame), 300)),
                        columns=[f"x{i:03}" for i in range(300)])
    data = write(tmp_path / "d.parquet", pd.concat([frame, more], axis=1))
    correlation = analyze(data, tmp_path / "r")["correlation"]
    assert correlation["columns"] == MAIN + [f"x{i:03}" for i in range(253)]
    assert correlation["omitted"] == [f"x{i:03}" for i in range(253, 300)]
    chosen = analyze(data, tmp_path / "r", "--correlate", "x29*")["correlation"]
    assert chosen["columns"][:13] == MAIN + [f"x{i:03}" for i in range(290, 300)]
    assert set(chosen["columns"]) | set(chosen["omitted"]) == set(MAIN) | set(more)


def test_targets(small, tmp_path):
    low = analyze(small, tmp_path / "a", "--target-cpu", "0.3")["opportunity"]
    high = analyze(small, tmp_path / "b", "--target-cpu", "0.9")["opportunity"]
    assert (low["target_cpu"], high["target_cpu"]) == (0.3, 0.9)
    assert low["optimization_potential_pct"] > high["optimization_potential_pct"]


def test_dedup_drops_exact_repeats_only(whole, tmp_path):
    frame, data, findings = whole
    rows = frame.drop_duplicates()
    got = analyze(data, tmp_path / "r", "--dedup")["quality"]
    assert (got["rows"], got["duplicates"]["exact"]) == (len(rows), 0)
    told = findings["quality"]["duplicates"]
    assert got["duplicates"]["conflicting"] == told["conflicting"]


# ---------------------------------------------------------------- the folder of the report

def test_an_older_report_survives_a_failure(small, tmp_path):
    out = tmp_path / "r"
    analyze(small, out)
    before = tree(out)
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(small.read_bytes()[:-700])
    refused(3, broken, out)
    refused(4, small, out, "--since", "2040-01-01")
    refused(2, small, out, "--target-cpu", "7")
    assert tree(out) == before
    assert leftovers(out) == []


def test_a_report_replaces_an_older_one_and_nothing_else(small, tmp_path):
    out = tmp_path / "r"
    (out / "tables").mkdir(parents=True)
    (out / "notes.txt").write_text("mine")
    (out / "tables/mine.csv").write_text("a,b\n")
    first = analyze(small, out)
    second = analyze(small, out, "--nodes", "node-01")
    assert (first["quality"]["nodes"], second["quality"]["nodes"]) == (2, 1)
    files = tree(out)
    assert (files["notes.txt"], files["tables/mine.csv"]) == (b"mine", b"a,b\n")
    assert set(files) == {*REPORT, "notes.txt", "tables/mine.csv"}


def test_a_folder_where_none_can_be(small, tmp_path):
    (tmp_path / "file").write_text("in the way")
    for place in ("file", "file/below"):
        assert "file" in refused(5, small, tmp_path / place)
    (tmp_path / "r/findings.json").mkdir(parents=True)
    assert "findings.json" in refused(5, small, tmp_path / "r")
    assert tree(tmp_path / "r") == {}
    assert leftovers(tmp_path / "r") == []
    assert (tmp_path / "file").read_text() == "in the way"


def test_the_report_is_not_written_over_its_input(small, tmp_path):
    data = tmp_path / "rollup.parquet"
    data.write_bytes(small.read_bytes())
    done = run("analyze", data, "-o", tmp_path, "--quiet")
    assert done.returncode in (2, 5), "the input was replaced by the report"
    assert data.read_bytes() == small.read_bytes()


@pytest.fixture
def small_disk(tmp_path):
    """A function that mounts a disk of so many KiB; it is unmounted in the end."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = []

    def mount(size_kib, options=""):
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size_kib}k{options}", "tmpfs", place],
            capture_output=True, text=True) if shutil.which("mount") else None
        if done is None or done.returncode:
            pytest.skip("cannot mount a tmpfs here (needs root): "
                        + (done.stderr.strip() if done else "no mount"))
        mounted.append(place)
        return place

    yield mount
    for place in mounted:
        subprocess.run(["umount", place], check=True)


@pytest.mark.parametrize("free_kib", [4, 40, 80, 120, 160])
def test_full_disk(free_kib, small_disk, small, tmp_path):
    disk = small_disk(2000)
    out = disk / "r"
    analyze(small, out)
    before = tree(out)
    with open(disk / "ballast", "wb") as ballast:
        ballast.truncate(0)
        room = shutil.disk_usage(disk).free - free_kib * 1024
        ballast.write(bytes(max(0, room)))
    line = refused(5, small, out, "--timezone", "Asia/Kolkata")
    assert str(disk) in line and "space" in line.lower(), line
    assert tree(out) == before
    assert leftovers(disk) == []


def test_disk_that_cannot_be_written(small_disk, small):
    disk = small_disk(2000, ",ro")
    assert str(disk) in refused(5, small, disk / "r")


@pytest.mark.parametrize("size", [0, 200, 5000, 20000])
def test_no_file_may_be_larger(size, small, tmp_path):
    """A limit on the size of files fails writes in places where a full disk may not."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    out = tmp_path / "r"
    refused(5, small, out, preexec_fn=limit)
    assert tree(out) == {}
    assert leftovers(out) == []


# ---------------------------------------------------------------- killed, interrupted

def is_whole(out):
    """The seal vouches for all the rest: one run wrote it."""
    told, findings = read_json(out / "run.json"), read_json(out / "findings.json")
    assert set(REPORT) <= set(tree(out))
    assert told["generated_at"] == findings["generated_at"]
    rollup = pq.read_metadata(out / "rollup.parquet").num_rows
    assert told["metrics"]["quality.rows"] == findings["quality"]["rows"]
    assert rollup == findings["trends"]["hours"]
    return True


def wait_for(path_of, seconds=30):
    """Until a glob finds something; False if it never does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if path_of():
            return True
    return False


@pytest.mark.parametrize("moment", ["temporary folder", "rollup.parquet", "tables",
                                    "findings.json", "run.json", "moving"])
def test_killed_while_writing(moment, small, tmp_path):
    """The next run sweeps what a killed one left, and the folder is whole or unsealed."""
    out = tmp_path / "r"
    analyze(small, out, "--nodes", "node-00")
    old = (out / "findings.json").stat().st_ino
    child = subprocess.Popen([HINDCAST, "analyze", str(small), "-o", str(out), "--quiet",
                              *UNDRAWN])
    watched = {"temporary folder": lambda: list(out.glob(".hindcast-*")),
               "moving": lambda: (out / "findings.json").stat().st_ino != old}

    def there():
        return (child.poll() is not None
                or watched.get(moment, lambda: list(out.glob(f".hindcast-*/{moment}")))())

    assert wait_for(there)
    child.kill()
    child.wait()
    assert not (out / "run.json").exists() or is_whole(out)
    analyze(small, out)
    assert leftovers(out) == []
    assert is_whole(out) and set(tree(out)) == set(REPORT)


def test_a_page_of_an_older_report_does_not_stay(small, tmp_path):
    analyze(small, tmp_path / "r", html=True)
    assert (tmp_path / "r/report.html").exists()
    analyze(small, tmp_path / "r", "--nodes", "node-00")
    assert set(tree(tmp_path / "r")) == set(REPORT)


def test_a_sweep_leaves_a_running_one_alone(small, big, tmp_path):
    child = subprocess.Popen([HINDCAST, "analyze", str(big), "-o", str(tmp_path), "--quiet"])
    assert wait_for(lambda: list(tmp_path.glob(".hindcast-*")))
    done = run("analyze", small, "-o", tmp_path, "--quiet")
    assert (done.returncode, child.wait(60)) == (0, 0)
    assert leftovers(tmp_path) == []
    assert is_whole(tmp_path)


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    """Enough rows, from a small file, that a run takes a while."""
    path = tmp_path_factory.mktemp("big") / "big.parquet"
    gauges = ", ".join(f"hash(range * {i + 2}) / 1.9e19 AS {name}"
                       for i, name in enumerate(GAUGES))
    with duckdb.connect() as session:
        session.execute(
            f"COPY (SELECT TIMESTAMP '2025-06-02' + to_seconds(range % 100000 * 30) AS "
            f"timestamp, 'node-' || range // 100000 AS node, {gauges} FROM range(1200000)) "
            f"TO '{path}'")
    return path


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted(number, big, tmp_path):
    out = tmp_path / "r"
    child = subprocess.Popen([HINDCAST, "analyze", str(big), "-o", str(out), "--threads",
                              "1"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert wait_for(lambda: list(out.glob(".hindcast-*")))
    time.sleep(0.2)
    child.send_signal(number)
    start = time.monotonic()
    _, stderr = child.communicate(timeout=30)
    assert child.returncode == 130, stderr
    assert time.monotonic() - start < 1.2
    assert stderr.count(b"\n") <= 1
    assert tree(out) == {} and leftovers(out) == []


def test_interrupted_while_reading_a_pipe(tmp_path):
    child = subprocess.Popen([HINDCAST, "analyze", "-", "-o", str(tmp_path / "r")],
                             stdin=subprocess.PIPE, stderr=subprocess.PIPE,
                             stdout=subprocess.DEVNULL)
    child.stdin.write(b"timestamp,node,cpu_usage_rate\n" * 2)
    child.stdin.flush()
    wait_for(lambda: list(tmp_path.glob("r/.hindcast-*")), seconds=5)
    time.sleep(0.3)
    child.send_signal(signal.SIGINT)
    start = time.monotonic()
    assert child.wait(30) == 130
    assert time.monotonic() - start < 1.2
    child.stdin.close()
    child.stderr.close()
    assert not (tmp_path / "r").exists() or tree(tmp_path / "r") == {}
    assert leftovers(tmp_path) == []


# ---------------------------------------------------------------- what is read

def test_csv_json_and_parquet_are_the_same(tmp_path):
    frame = samples(nodes=2, days=8, step_s=1800)
    frame["pool"] = frame["node"]
    text = frame.assign(timestamp=frame["timestamp"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    write(tmp_path / "d.parquet", frame)
    text.to_csv(tmp_path / "d.csv", index=False)
    text.to_csv(tmp_path / "d.csv.gz", index=False)
    text.to_json(tmp_path / "d.jsonl", orient="records", lines=True, double_precision=15)
    expected = analyze(tmp_path / "d.parquet", tmp_path / "r")
    for name in ("d.csv", "d.csv.gz", "d.jsonl"):
        got = analyze(tmp_path / name, tmp_path / "r")
        skip = (*util.VOLATILE, "type")
        assert_same(expected, got, relative=1e-12, absolute=1e-11, skip=skip)
    with open(tmp_path / "d.csv") as piped:
        got = analyze("-", tmp_path / "r", stdin=piped)
    assert_same(expected, got, relative=1e-12, absolute=1e-11, skip=skip)


def test_a_file_of_the_user_is_unverified(small, tmp_path):
    (file,) = analyze(small, tmp_path)["input"]["files"]
    assert file == {"path": str(small), "bytes": small.stat().st_size, "rows": 384,
                    "verified": False}


def test_a_folder_and_a_glob(tmp_path):
    frame = samples(nodes=2, days=8, step_s=1800)
    for day, rows in frame.groupby(frame["timestamp"].dt.day):
        write(tmp_path / f"day-{day:02}.parquet", rows)
    expected = analyze(write(tmp_path.parent / f"{tmp_path.name}.parquet", frame),
                       tmp_path / "r")
    shutil.rmtree(tmp_path / "r")
    out = tmp_path.parent / f"{tmp_path.name}-report"
    for paths in (tmp_path, tmp_path / "day-*.parquet", sorted(tmp_path.glob("*"))):
        assert_same(expected, analyze(paths, out), **SPLIT)


def test_the_newest_training_set_of_a_folder(tmp_path):
    frame = samples(nodes=2, days=8, step_s=1800)
    name = "ml_scheduler_training_data_{}.parquet"
    write(tmp_path / name.format("20250601_120000"), frame.head(20))
    newest = write(tmp_path / name.format("20250602_000000"), frame)
    os.utime(newest, (0, 0))  # by name, not by time of change
    write(tmp_path / "other.parquet", frame.head(10))
    out = tmp_path / "r"
    (file,) = analyze(tmp_path, out)["input"]["files"]
    assert pathlib.Path(file["path"]).name == newest.name
    assert len(analyze(tmp_path, out, "--all")["input"]["files"]) == 2
