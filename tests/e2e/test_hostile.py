"""Input that is broken, huge, empty or malicious: an answer or one clear line, always.

tools/check runs this with the sanitizer build too, on smaller sizes (util.SANITIZED).
"""
import concurrent.futures
import csv
import os
import pathlib
import shutil
import socket
import subprocess
import threading
import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import util
from util import (GAUGES, HINDCAST, MAIN, SANITIZED, analyze, assert_same, leftovers,
                  needs, read_json, run, samples, tree, width, write)

MEMORY = 4 * 2**30
ROUNDING = dict(relative=1e-11, absolute=1e-12)  # sums in another order


def survive(data, out, *args, locale="C.UTF-8", **options):
    """A run that may fail, but only in words: exit code and what it said."""
    done = run("analyze", data, "-o", out, *args,
               env={"LC_ALL": locale, **util.sanitizer_env(MEMORY)},
               preexec_fn=lambda: util.limit_memory(MEMORY), **options)
    assert done.returncode in (0, 2, 3, 4), (
        f"exit {util.signal_name(done.returncode)}: {done.stderr[-2000:]}")
    if done.returncode:
        assert done.stdout == "" and done.stderr.count("\n") == 1, done.stderr[:2000]
        assert util.control_characters(done.stderr) == []
        assert tree(out) == {}
    assert not pathlib.Path(out).exists() or leftovers(out) == []
    return done


# ---------------------------------------------------------------- names of nodes

NAMES = [
    "plain", "", " ", "  padded  ", "a\nb", "a\r\nb", "tab\tin", "bell\x07", "\x7f",
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b31m", "nul\x00inside", "\x00",
    "<script>alert('x')</script>", "</script><!--", "&amp;", '"quoted"', "it's",
    "'; DROP TABLE rollup; --", 'a""b', "back\\slash", "\\x1b", "=1+1", "+1", "-1", "@x",
    "\u202edlrow", "zero\u200bwidth", "\u2028line", "e\u0301 combined", "ü", "日本語ノード",
    "👩\u200d💻", "NULL", "null", "nan", "None", "true", "%s%n%d", "${HOME}", "../../etc",
    "a,b;c", "x" * 10_000, "日" * 3_000, "\ufeffbom", "\ufffd",
]


def told(name):
    """How a name with NUL is written: C strings end there."""
    return name.replace("\x00", "\\0")


def guarded(text):
    """A table's cell, without what keeps a spreadsheet from taking it for a formula."""
    return text[1:] if text[:1] == "'" else text


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    """48 rows of every node, and the report of it."""
    folder = tmp_path_factory.mktemp("named")
    frame = samples(nodes=1, days=2, step_s=3600, gauges=[*MAIN, "cpu_cores"])
    parts = [frame.assign(node=name, cpu_usage_rate=frame["cpu_usage_rate"] / (1 + i))
             for i, name in enumerate(NAMES)]
    data = write(folder / "d.parquet", pd.concat(parts))
    return data, folder / "r", analyze(data, folder / "r")


def test_names_in_json(named):
    _, _, findings = named
    expected = sorted(map(told, NAMES))
    for nodes in (findings["nodes"], findings["quality"]["records_per_node"],
                  findings["trends"]["nodes"]):
        assert sorted(entry["node"] for entry in nodes) == expected
    assert findings["insights"]["busiest_node"] == NAMES[0]


def test_names_in_tables(named):
    _, out, findings = named
    csv.field_size_limit(10**6)
    with open(out / "tables/nodes.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [entry["node"] for entry in findings["nodes"]]
    assert [guarded(row["node"]) for row in rows] == names
    assert not any(row["node"][:1] in ("=", "+", "-", "@") for row in rows)


def test_names_in_the_rollup(named):
    _, out, _ = named
    rollup = pq.read_table(out / "rollup.parquet")
    assert set(rollup["node"].to_pylist()) == set(map(told, NAMES))


@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_names_on_the_terminal(locale, named, tmp_path):
    """Nothing that a terminal would obey, and no line beyond its edge."""
    data, _, _ = named
    done = survive(data, tmp_path / "r", locale=locale)
    assert done.returncode == 0
    assert util.control_characters(done.stdout) == []
    assert [line[:200] for line in done.stdout.splitlines() if width(line) > 80] == []
    assert locale != "C" or done.stdout.isascii()


def test_names_that_are_no_text(tmp_path):
    """Bytes that are no UTF-8 under the type of text."""
    for name in (b"\xff\xfe", b"ab\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"):
        frame = samples(nodes=1, days=1, step_s=3600, gauges=MAIN)
        table = pa.Table.from_pandas(frame, preserve_index=False)
        node = pa.array([name] * len(frame), pa.binary()).view(pa.string())
        data = write(tmp_path / "d.parquet", table.set_column(1, "node", node))
        done = survive(data, tmp_path / "r")
        assert done.returncode == 0 or "d.parquet" in done.stderr
        if done.returncode == 0:
            read_json(tmp_path / "r/findings.json")
        shutil.rmtree(tmp_path / "r", ignore_errors=True)


def test_names_of_files(tmp_path):
    frame = samples(nodes=1, days=2, step_s=3600, gauges=MAIN)
    expected = analyze(write(tmp_path / "plain.parquet", frame), tmp_path / "r0")
    for name in ("sp ace", "qu'ote", 'dou"ble', "new\nline", "\x1b[31mred", "[a-z]*?",
                 "-o", "~", "{a,b}", "ünï", "x" * 200, "%s", "$(id)", "a=b", "<b>"):
        data = write(tmp_path / f"{name}.parquet", frame)
        got = analyze(data, tmp_path / "r1")
        assert_same(expected, got)
        assert got["input"]["files"][0]["path"] == str(data)
        data.write_bytes(b"PAR1")
        done = survive(data, tmp_path / "r2")
        assert done.returncode == 3
        data.unlink()


# ---------------------------------------------------------------- names of columns

def table_with(columns, **more):
    frame = samples(nodes=2, days=1, step_s=1800, gauges=MAIN)
    arrays = [pa.array(frame[name]) for name in frame]
    names = list(frame)
    for name, values in {**dict.fromkeys(columns), **more}.items():
        names.append(name)
        arrays.append(pa.array(np.arange(len(frame)) * 1.5 if values is None else values))
    return pa.Table.from_arrays(arrays, names=names)


@pytest.mark.parametrize("columns", [
    ["hc_row"], ["hc_file", "hc_time", "hc_node", "hc_keep", "hc_other", "hc_cluster"],
    ['a""b'], ['"'], ["'"], [""], [" "], ["x" * 65536], ["new\nline"], ["\x1b[31m"],
    ["nul\x00"], ["Straße", "STRASSE"], ["filename", "file_row_number", "rowid"],
    ["select", "from", "*", "COLUMNS(*)"], ["a.b", "a", "b"], ["<b>", "%s"],
    ["__index_level_0__"], ["=1+1"], ["日" * 500],
], ids=lambda columns: repr(columns)[:30])
def test_names_of_columns(columns, tmp_path):
    data = write(tmp_path / "d.parquet", table_with(columns))
    done = survive(data, tmp_path / "r")
    assert done.returncode == 0 or "d.parquet" in done.stderr
    if done.returncode == 0:
        assert util.control_characters(done.stdout) == []
        assert [x[:90] for x in done.stdout.splitlines() if width(x) > 80] == []
        names = {entry["name"] for entry in read_json(tmp_path / "r/findings.json")["columns"]}
        assert names >= {"timestamp", "node", *MAIN}
        lost = [name[:50] for name in columns if told(name) not in names]
        notes = read_json(tmp_path / "r/findings.json")["quality"]["notes"]
        assert all(any(name[:20] in note for note in notes) for name in lost), lost


@pytest.mark.parametrize("twice", ["node", "Node", "TIMESTAMP", "Cpu_Usage_Rate",
                                   "cpu_usage_rate"])
def test_a_column_twice(twice, tmp_path):
    """The same name, or the same but for case: an answer or a refusal that names it."""
    table = table_with([])
    table = table.append_column(twice, table.column(twice.lower()))
    data = write(tmp_path / "d.parquet", table)
    done = survive(data, tmp_path / "r")
    assert done.returncode == 0 or "d.parquet" in done.stderr


# ---------------------------------------------------------------- sizes

def test_many_columns(tmp_path, record_property):
    count = 1000 if SANITIZED else 5000
    frame = samples(nodes=2, days=2, step_s=1800, gauges=MAIN)
    rng = np.random.default_rng(0)
    more = pd.DataFrame(rng.random((len(frame), count)).astype(np.float32),
                        columns=[f"column_{i}" for i in range(count)])
    data = write(tmp_path / "d.parquet", pd.concat([frame, more], axis=1))
    start = time.monotonic()
    assert survive(data, tmp_path / "r", "--quiet", timeout=60).returncode == 0
    record_property("note", f"{count} columns: {time.monotonic() - start:.1f} s")
    findings = read_json(tmp_path / "r/findings.json")
    assert len(findings["columns"]) == count + 5
    assert len(findings["correlation"]["columns"]) == 256
    assert len(findings["correlation"]["omitted"]) == count + 3 - 256
    values = {entry["name"]: entry for entry in findings["columns"]}
    for name in ("column_0", f"column_{count // 2}", f"column_{count - 1}"):
        assert util.close(values[name]["mean"], more[name].astype(float).mean())


@pytest.mark.parametrize("order", ["node", "timestamp"])
def test_many_nodes(order, tmp_path, record_property):
    count = 1500 if SANITIZED else 10_000
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({
        "timestamp": np.tile(pd.date_range("2025-06-02", periods=24, freq="1h", tz="UTC"),
                             count),
        "node": np.repeat([f"ip-10-0-{i // 256}-{i % 256}.example" for i in range(count)], 24),
        **{name: rng.random(24 * count) for name in GAUGES}})
    frame = frame.sort_values(order, kind="stable")
    data = write(tmp_path / "d.parquet", frame)
    start = time.monotonic()
    done = survive(data, tmp_path / "r", "--memory-limit", "500MB")
    record_property("note", f"{count} nodes by {order}: {time.monotonic() - start:.1f} s")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) < 400
    findings = read_json(tmp_path / "r/findings.json")
    assert findings["quality"]["nodes"] == len(findings["nodes"]) == count
    assert findings["quality"]["duplicates"] == {"exact": 0, "conflicting": 0}
    means = frame.groupby("node")["load_1m"].mean()
    for entry in findings["nodes"][:: count // 50]:
        assert util.close(entry["load_1m"]["mean"], means[entry["node"]])


@pytest.mark.parametrize("count", [200, 1000])
def test_many_columns_of_text(count, tmp_path):
    """As many in CSV, where every one has to be looked at."""
    frame = samples(nodes=1, days=1, step_s=3600, gauges=MAIN)
    more = pd.DataFrame(0.5, index=frame.index, columns=[f"c{i}" for i in range(count)])
    pd.concat([frame, more], axis=1).to_csv(tmp_path / "d.csv", index=False)
    assert survive(tmp_path / "d.csv", tmp_path / "r", "--quiet", timeout=15).returncode == 0
    assert len(read_json(tmp_path / "r/findings.json")["columns"]) == count + 5


def test_a_million_nan(tmp_path):
    count = 200_000 if SANITIZED else 1_000_000
    nan = np.full(count, np.nan)
    nan[0], nan[-1] = 0.25, 0.75
    time_us = np.arange(count) * 30_000_000 + 1_748_822_400_000_000
    data = write(tmp_path / "d.parquet", {
        "timestamp": pa.array(time_us, pa.timestamp("us", "UTC")),
        "node": pa.array(["n"] * count).dictionary_encode(),
        "cpu_usage_rate": pa.array(nan, from_pandas=False),
        "memory_usage": pa.nulls(count, pa.float64())})
    assert survive(data, tmp_path / "r", "--quiet").returncode == 0
    columns = {c["name"]: c for c in read_json(tmp_path / "r/findings.json")["columns"]}
    cpu, memory = columns["cpu_usage_rate"], columns["memory_usage"]
    assert (cpu["n"], cpu["missing"], cpu["mean"]) == (2, count - 2, 0.5)
    assert (memory["n"], memory["missing"], memory["mean"]) == (0, count, None)


def test_many_files(tmp_path):
    count = 200 if SANITIZED else 1000
    frame = samples(nodes=1, days=30, step_s=2592, gauges=MAIN).head(count)
    for i in range(count):
        write(tmp_path / f"{i:05}.parquet", frame.iloc[i:i + 1])
    done = survive(tmp_path, tmp_path / "r", "--quiet")
    assert done.returncode == 0
    assert read_json(tmp_path / "r/findings.json")["quality"]["rows"] == count


# ---------------------------------------------------------------- little or nothing

HOUR = pd.date_range("2025-06-02", periods=48, freq="1h", tz="UTC")


def little(**columns):
    return {"timestamp": pa.array(HOUR), "node": pa.array(["a", "b"] * 24),
            "cpu_usage_rate": pa.array(np.linspace(0.1, 0.9, 48)), **columns}


EMPTY = {
    "no rows": lambda: {name: column[:0] for name, column in little().items()},
    "one row": lambda: {name: column[:1] for name, column in little().items()},
    "one time": lambda: little(timestamp=pa.array([HOUR[0]] * 48)),
    "no time": lambda: little(timestamp=pa.nulls(48, pa.timestamp("us", "UTC"))),
    "no node": lambda: little(node=pa.nulls(48, pa.string())),
    "no value": lambda: little(cpu_usage_rate=pa.nulls(48, pa.float64())),
    "nan": lambda: little(cpu_usage_rate=pa.array([np.nan] * 48, from_pandas=False)),
    "infinite": lambda: little(cpu_usage_rate=pa.array([np.inf, -np.inf] * 24)),
}


@pytest.mark.parametrize("name", EMPTY)
def test_not_enough(name, tmp_path):
    done = survive(write(tmp_path / "d.parquet", EMPTY[name]()), tmp_path / "r")
    assert done.returncode == 4
    assert "not enough data" in done.stderr


def test_a_node_that_has_no_time(tmp_path):
    """Its rows are counted, but there is no node of which nothing is known."""
    times = pa.array([time if i % 2 else None for i, time in enumerate(HOUR)])
    findings = analyze(write(tmp_path / "d.parquet", little(timestamp=times)),
                       tmp_path / "r")
    assert findings["quality"]["rows"] == 48
    assert findings["quality"]["start"] == "2025-06-02T01:00:00Z"
    assert [entry["node"] for entry in findings["nodes"]] == ["b"]
    assert findings["quality"]["nodes"] == 1


WRONG = {
    "null column": lambda: little(cpu_usage_rate=pa.nulls(48)),
    "text gauge": lambda: little(cpu_usage_rate=pa.array(["x"] * 48)),
    "bool gauge": lambda: little(cpu_usage_rate=pa.array([True] * 48)),
    "nested gauge": lambda: little(cpu_usage_rate=pa.array([[0.5]] * 48)),
    "nested node": lambda: little(node=pa.array([{"a": 1}] * 48)),
    "number node": lambda: little(node=pa.array([1, 2] * 24)),
    "blob node": lambda: little(node=pa.array([b"\xff", b"a"] * 24)),
    "bool time": lambda: little(timestamp=pa.array([True] * 48)),
    "text time": lambda: little(timestamp=pa.array(["yesterday"] * 48)),
    "small time": lambda: little(timestamp=pa.array(np.arange(48))),
    "float time": lambda: little(timestamp=pa.array(np.arange(48) * 1.5)),
    "nan time": lambda: little(timestamp=pa.array([np.nan] * 48, from_pandas=False)),
    "huge time": lambda: little(timestamp=pa.array([2**63 - 1, -2**63] * 24)),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_types(name, tmp_path):
    done = survive(write(tmp_path / "d.parquet", WRONG[name]()), tmp_path / "r")
    assert done.returncode == 0 or "d.parquet" in done.stderr or done.returncode == 4


def test_columns_of_every_type(tmp_path):
    """Types that are no numbers are carried along; the numbers stay the same."""
    odd = {"bool": pa.array([True, None] * 24), "nested": pa.array([[1.0], None] * 24),
           "struct": pa.array([{"a": 1}] * 48),
           "map": pa.array([[("k", 1)]] * 48, pa.map_(pa.string(), pa.int64())),
           "blob": pa.array([b"\xff\x00"] * 48), "date": pa.array(HOUR.date),
           "time": pa.array(HOUR.time), "text": pa.array(["a", None] * 24)}
    expected = analyze(write(tmp_path / "a.parquet", little()), tmp_path / "ra")
    got = analyze(write(tmp_path / "b.parquet", little(**odd)), tmp_path / "rb")
    assert_same(expected["nodes"], got["nodes"])
    assert_same(expected["correlation"], got["correlation"])
    missing = {m["column"]: m["missing"] for m in got["quality"]["missing"]}
    assert [missing[kind] for kind in ("bool", "nested", "text", "blob")] == [24, 24, 24, 0]


NUMBERS = {
    "int8": pa.int8(), "uint8": pa.uint8(), "int32": pa.int32(), "uint64": pa.uint64(),
    "float32": pa.float32(), "float16": pa.float16(), "decimal": pa.decimal128(20, 3),
    "wide decimal": pa.decimal128(38, 10),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_of_every_type(name, tmp_path):
    values = pa.array(np.arange(48, dtype=float) % 7)
    expected = analyze(write(tmp_path / "a.parquet", little(load_1m=values)),
                       tmp_path / "ra")
    other = values.cast(NUMBERS[name])
    got = analyze(write(tmp_path / "b.parquet", little(load_1m=other)), tmp_path / "rb")
    assert_same(expected, got, skip=(*util.VOLATILE, "type"))


@pytest.mark.parametrize("values", [
    [1e308, -1e308], [5e-324, 1e-310], [1.7976931348623157e308, 0.0], [-0.0, 0.0],
    [1e308, 1e-308], [1e16 + 2, 1e16], [np.inf, 1.0], [-np.inf, np.nan],
    [2.0**53, 2.0**53 + 2],
], ids=str)
def test_extreme_values(values, tmp_path):
    column = pa.array(values * 24, from_pandas=False)
    data = write(tmp_path / "d.parquet", little(load_1m=column, extra=column))
    done = survive(data, tmp_path / "r")
    assert done.returncode == 0
    assert [line for line in done.stdout.splitlines() if width(line) > 80] == []
    (told_of,) = [c for c in read_json(tmp_path / "r/findings.json")["columns"]
                  if c["name"] == "extra"]
    finite = [v for v in values if np.isfinite(v)]
    largest = max(map(abs, finite), default=0.0)
    assert told_of["n"] == 24 * len(finite)
    assert told_of["min"] == min(finite, default=None)
    assert told_of["max"] == max(finite, default=None)
    if largest > 1e150:  # squares are beyond a double: null, with a reason
        assert told_of["std"] is None and told_of["reason"]
    elif finite:
        mean = sum(v / len(finite) for v in finite)
        assert util.close(told_of["mean"], mean, absolute=1e-12 * largest)


# ---------------------------------------------------------------- times

UNITS = {"s": 1, "ms": 1000, "us": 1_000_000, "ns": 1_000_000_000}


def stamps():
    seconds = HOUR.astype("datetime64[s, UTC]").astype("int64").to_numpy()
    text = HOUR.strftime
    kinds = {f"{unit} {zone}": pa.array(seconds * UNITS[unit], pa.timestamp(unit, zone))
             for unit in UNITS for zone in ("UTC", "Asia/Kolkata", None)}
    kinds |= {f"raw {unit}": pa.array(seconds * factor) for unit, factor in UNITS.items()}
    kinds |= {"raw float": pa.array(seconds.astype(float)),
              "raw int32": pa.array(seconds.astype("int32")),
              "text Z": pa.array(text("%Y-%m-%dT%H:%M:%SZ")),
              "text bare": pa.array(text("%Y-%m-%d %H:%M:%S")),
              "text offset": pa.array(HOUR.tz_convert("Asia/Kolkata").strftime(
                  "%Y-%m-%dT%H:%M:%S+05:30")),
              "text micro": pa.array(text("%Y-%m-%d %H:%M:%S.%f")),
              "dictionary": pa.array(text("%Y-%m-%dT%H:%M:%SZ")).dictionary_encode()}
    return kinds


@pytest.mark.parametrize("kind", stamps())
def test_timestamps_of_every_kind(kind, tmp_path):
    expected = analyze(write(tmp_path / "a.parquet", little()), tmp_path / "ra")
    data = write(tmp_path / "b.parquet", little(timestamp=stamps()[kind]))
    got = analyze(data, tmp_path / "rb")
    assert_same(expected, got, skip=(*util.VOLATILE, "type"))


@pytest.mark.parametrize("years", [(1, 1), (1, 9999), (1969, 1970), (2262, 2263),
                                   (2025, 9999), (9999, 9999), (-4000, 2025)], ids=str)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_years_long_ago_and_far_away(years, zone, tmp_path):
    stamps = pa.array([int(np.datetime64(f"{year}-03-01T{hour:02}", "us").astype("int64"))
                       for year in years for hour in range(24)], pa.timestamp("us", "UTC"))
    data = write(tmp_path / "d.parquet", little(timestamp=stamps))
    done = survive(data, tmp_path / "r", "--timezone", zone, timeout=20)
    assert done.returncode == 0 or "d.parquet" in done.stderr, done.stderr


@pytest.mark.parametrize("gap", [1, 1000, 400_000])
def test_times_less_than_a_second_apart(gap, tmp_path):
    stamps = pa.array(1_748_822_400_000_000 + np.arange(48) * gap, pa.timestamp("us", "UTC"))
    done = survive(write(tmp_path / "d.parquet", little(timestamp=stamps)), tmp_path / "r")
    assert done.returncode == 0


def test_a_time_far_from_all_others(tmp_path):
    """One broken clock must not make centuries of hours."""
    stamps = pa.array([*HOUR[:-1], pd.Timestamp("2099-12-31", tz="UTC")])
    data = write(tmp_path / "d.parquet", little(timestamp=stamps))
    start = time.monotonic()
    assert survive(data, tmp_path / "r").returncode == 0
    assert time.monotonic() - start < 10 * util.SLOWER


# ---------------------------------------------------------------- damaged files

class Damage:
    """How runs over damaged copies of a file end, as a table."""

    def __init__(self, folder, data, reference):
        self.folder, self.data, self.reference = folder, data, reference
        self.name = data.name
        self.kinds = {}
        self.serial = 0
        self.lock = threading.Lock()

    def try_one(self, content):
        with self.lock:
            self.serial += 1
            place = self.folder / f"try-{self.serial}"
        place.mkdir()
        (place / self.name).write_bytes(content)
        kind = self.outcome(place)
        shutil.rmtree(place)
        with self.lock:
            self.kinds[kind] = self.kinds.get(kind, 0) + 1

    def outcome(self, place):
        try:
            done = run("analyze", place / self.name, "-o", place / "r", "--no-figures", "--quiet",
                       "--threads", 1, timeout=20, env=util.sanitizer_env(MEMORY),
                       preexec_fn=lambda: util.limit_memory(MEMORY))
        except subprocess.TimeoutExpired:
            return "time-out"
        if done.returncode < 0:
            return "signal"
        if "Sanitizer" in done.stderr or "runtime error" in done.stderr:
            return "sanitizer"
        if done.returncode == 0:
            return self.answered(place / "r")
        clean = (done.stderr.count("\n") == 1 and self.name in done.stderr
                 and tree(place / "r") == {} and not leftovers(place / "r")
                 and util.control_characters(done.stderr) == [])
        if done.returncode == 3 and clean:
            return "clean error"
        return f"exit {done.returncode}: {done.stderr.strip()[:150]}"

    def answered(self, report):
        findings = read_json(report / "findings.json")
        if not util.differences(self.reference, findings, **ROUNDING):
            return "same"
        verified = findings["input"]["files"][0]["verified"]
        return "different, said to be verified" if verified else "different, unverified"

    def table(self):
        return ", ".join(f"{kind} {n}" for kind, n in sorted(self.kinds.items()))

    def run(self, contents):
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(self.try_one, contents))


ALLOWED = {"same", "clean error", "different, unverified"}


@pytest.fixture(scope="module")
def victim(tmp_path_factory):
    """A small Parquet file and its findings."""
    folder = tmp_path_factory.mktemp("victim")
    frame = samples(nodes=2, days=2, step_s=1800, gauges=[*MAIN, "cpu_cores"])
    data = write(folder / "victim.parquet", frame, row_group_size=60)
    return data, analyze(data, folder / "r")


def test_truncated_at_200_places(victim, tmp_path, record_property):
    data, findings = victim
    whole = data.read_bytes()
    damage = Damage(tmp_path, data, findings)
    damage.run(whole[:int(cut)] for cut in np.linspace(0, len(whole) - 1, 200))
    record_property("note", f"truncated Parquet, 200 places: {damage.table()}")
    assert damage.kinds == {"clean error": 200}


def flipped(content, seed, count):
    """Copies with a bit flipped; half of them in the metadata at the end, where it hurts."""
    rng = np.random.default_rng(seed)
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    for i in range(count):
        place = int(rng.integers(footer if i % 2 else 0, len(content)))
        copy = bytearray(content)
        copy[place] ^= 1 << int(rng.integers(0, 8))
        yield bytes(copy)


def test_200_flipped_bits(victim, tmp_path, record_property):
    data, findings = victim
    damage = Damage(tmp_path, data, findings)
    damage.run(flipped(data.read_bytes(), 1, 200))
    record_property("note", f"flipped bits in Parquet, 200: {damage.table()}")
    assert set(damage.kinds) <= ALLOWED, damage.table()
    assert sum(damage.kinds.values()) == 200


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_50_flipped_bits_in_text(ending, victim, tmp_path, record_property):
    frame = pd.read_parquet(victim[0]).head(60)
    data = tmp_path / f"victim.{ending}"
    if ending == "csv":
        frame.to_csv(data, index=False)
    else:
        frame.assign(timestamp=frame["timestamp"].astype(str)).to_json(
            data, orient="records", lines=True)
    done = survive(data, tmp_path / "r", "--quiet")
    assert done.returncode == 0, done.stderr
    damage = Damage(tmp_path, data, read_json(tmp_path / "r/findings.json"))
    damage.run(flipped_anywhere(data.read_bytes(), 50))
    record_property("note", f"flipped bits in {ending}, 50: {damage.table()}")
    assert set(damage.kinds) <= ALLOWED, damage.table()


def flipped_anywhere(content, count):
    rng = np.random.default_rng(2)
    for place in rng.integers(0, len(content), count):
        copy = bytearray(content)
        copy[place] ^= 1 << int(rng.integers(0, 8))
        yield bytes(copy)


def test_flipped_bits_in_a_data_set_of_ours(tmp_path, record_property):
    """Our manifest vouches for every byte: no flip goes unnoticed."""
    needs("synth")
    made = run("synth", "-o", tmp_path / "data", "--nodes", 2, "--days", 2, "--step", 600)
    assert made.returncode == 0, made.stderr
    analyze(tmp_path / "data", tmp_path / "r")
    day = sorted((tmp_path / "data/samples").iterdir())[0]
    whole = day.read_bytes()
    count = 10 if SANITIZED else 40
    for content in flipped(whole, 3, count):
        day.write_bytes(content)
        done = survive(tmp_path / "data", tmp_path / "none", "--quiet")
        assert (done.returncode, day.name in done.stderr) == (3, True), done.stderr
    day.write_bytes(whole[:-1])
    assert survive(tmp_path / "data", tmp_path / "none").returncode == 3
    day.unlink()
    done = survive(tmp_path / "data", tmp_path / "none")
    assert (done.returncode, day.name in done.stderr) == (3, True)


@pytest.mark.parametrize("content", [
    b"", b"{", b"null", b"[]", b"\xff" * 100, b'{"files": "x"}', b"[" * 100_000,
    b'{"files": [{"path": "../../etc/passwd"}]}', b'{"version": 1e999}',
], ids=lambda content: repr(content[:20]))
def test_manifest_that_is_none(content, victim, tmp_path):
    (tmp_path / "samples").mkdir()
    shutil.copy(victim[0], tmp_path / "samples/2025-06-02.parquet")
    (tmp_path / "manifest.json").write_bytes(content)
    done = survive(tmp_path, tmp_path / "r", "--quiet")
    assert done.returncode == 3 and "manifest.json" in done.stderr, done.stderr


# ---------------------------------------------------------------- rubbish

RUBBISH = {
    "empty": b"", "zeros": bytes(1000), "magic": b"PAR1", "two magics": b"PAR1PAR1",
    "random": np.random.default_rng(0).bytes(5000), "png": b"\x89PNG\r\n\x1a\n" + bytes(50),
    "html": b"<html><body>404</body></html>\n", "elf": b"\x7fELF" + bytes(200),
    "huge footer": b"PAR1" + bytes(100) + b"\xff\xff\xff\x7fPAR1",
    "encrypted": b"PARE" + bytes(100) + b"\x10\x00\x00\x00PARE",
    "gzip": b"\x1f\x8b\x08\x00" + bytes(60), "zstd": b"\x28\xb5\x2f\xfd" + bytes(60),
    "long line": b"a" * 3_000_000, "quotes": b'"' * 5001, "newlines": b"\n" * 5000,
    "brackets": b"[" * 50_000, "brace": b"{" * 50_000, "nul text": b"a,b\n1,\x002\n",
    "bom": b"\xef\xbb\xbftimestamp,node,cpu_usage_rate\n", "header": b"timestamp,node,cpu\n",
    "utf16": "timestamp,node,cpu_usage_rate\n".encode("utf-16"),
    "wide": b",".join(b"c%d" % i for i in range(2_000)) + b"\n",
    "ragged": b"timestamp,node,cpu_usage_rate\n2025-06-02,a\n2025-06-03,a,1,2,3\n",
    "unfinished": b'timestamp,node,cpu_usage_rate\n2025-06-02,"a,0.5\n2025-06-03,a,0.5\n',
    "json deep": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "json array": b'[{"timestamp":"2025-06-02","node":"a","cpu_usage_rate":1}]',
}


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl", "csv.gz", "csv.zst"])
def test_rubbish(ending, tmp_path):
    """Whatever the bytes are and the name says: one line that names the file."""
    for name, content in RUBBISH.items():
        data = tmp_path / f"{name}.{ending}"
        data.write_bytes(content)
        done = survive(data, tmp_path / "r", "--quiet", timeout=20)
        assert done.returncode in (3, 4), (name, done)
        assert data.name in done.stderr or done.returncode == 4, (name, done.stderr)
        shutil.rmtree(tmp_path / "r", ignore_errors=True)


@pytest.fixture
def mixed(victim, tmp_path):
    """A folder with one good file among all that may lie about in one."""
    folder = tmp_path / "mixed"
    (folder / "sub.folder").mkdir(parents=True)
    (folder / ".hidden.parquet").write_bytes(b"x")
    (folder / "README.md").write_text("# not data")
    (folder / "picture.png").write_bytes(RUBBISH["png"])
    (folder / "loop").symlink_to("loop")
    (folder / "nowhere").symlink_to("/nowhere/at/all")
    os.mkfifo(folder / "pipe")
    address = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(folder)  # the name of a socket is short
    address.bind("socket")
    os.chdir(here)
    shutil.copy(victim[0], folder / "good.parquet")
    yield folder
    address.close()


def test_a_folder_of_mixed_rubbish(mixed, victim, tmp_path):
    done = survive(mixed, tmp_path / "r", "--quiet")
    assert done.returncode == 0, done.stderr
    assert_same(victim[1], read_json(tmp_path / "r/findings.json"), **ROUNDING)
    shutil.rmtree(tmp_path / "r")
    for name, content in RUBBISH.items():
        data = mixed / "bad.parquet"
        data.write_bytes(content)
        done = survive(mixed, tmp_path / "r", "--quiet")
        notes = (read_json(tmp_path / "r/findings.json")["quality"]["notes"]
                 if done.returncode == 0 else [done.stderr])
        assert any("bad.parquet" in note for note in notes), name
        shutil.rmtree(tmp_path / "r", ignore_errors=True)


@pytest.mark.parametrize("kind", ["pipe", "loop", "folder", "nowhere"])
def test_no_file_under_the_name_of_one(kind, mixed, tmp_path):
    """A pipe that nobody writes to must not be waited for when a folder is meant."""
    data = mixed / "x.parquet"
    if kind == "folder":
        data.mkdir()
    elif kind == "pipe":
        os.mkfifo(data)
    else:
        data.symlink_to(data.name if kind == "loop" else "/nowhere")
    done = survive(mixed, tmp_path / "r", "--quiet", timeout=20)
    if done.returncode:
        assert "x.parquet" in done.stderr


def test_text_against_number(tmp_path):
    write(tmp_path / "a.parquet", little(load_1m=pa.array(np.arange(48.0))))
    write(tmp_path / "b.parquet", little(load_1m=pa.array(["x"] * 48)))
    done = survive(tmp_path, tmp_path / "r")
    assert done.returncode == 3
    assert all(word in done.stderr for word in ("load_1m", "a.parquet", "b.parquet"))


def test_a_file_that_changes_while_it_is_read(victim, tmp_path):
    """Rewritten again and again: an answer that is one of both, or an error that says so."""
    frame = samples(nodes=2, days=20, step_s=60, gauges=MAIN)
    one = write(tmp_path / "one", frame).read_bytes()
    other = write(tmp_path / "other", frame.assign(load_1m=frame["load_1m"] + 1)).read_bytes()
    data = tmp_path / "d.parquet"
    data.write_bytes(one)
    child = subprocess.Popen([HINDCAST, "analyze", str(data), "-o", str(tmp_path / "r"),
                              "--quiet", "--threads", "1"], stderr=subprocess.PIPE,
                             text=True)
    end = time.monotonic() + 20
    while child.poll() is None and time.monotonic() < end:
        data.write_bytes(other)
        data.write_bytes(one)
    _, stderr = child.communicate(timeout=60)
    assert child.returncode in (0, 3), stderr
    if child.returncode == 3:
        assert "d.parquet" in stderr and stderr.count("\n") == 1
