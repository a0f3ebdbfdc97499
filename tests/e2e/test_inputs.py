"""Files as `analyze` may be given them: kinds, encodings, names, and what is refused.

What is hostile on purpose is in test_hostile.py; the dataset's own laws are in
tests/unit/test_dataset_*.c.
"""
import gzip
import os
import shutil
import subprocess

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from util import (HINDCAST, SLOWER, analyze, assert_same, dirty, leftovers, read_json, refused,
                  run, samples, tree, write)

GAUGES = ["cpu_usage_rate", "memory_usage", "load_1m", "network_rx_bytes"]


def exact(frame):
    """Values that every type of number holds: multiples of 1/64, and whole ones."""
    frame = frame.copy()
    for name in ("cpu_usage_rate", "memory_usage", "load_1m"):
        frame[name] = (frame[name] * 64).round() / 64
    frame["network_rx_bytes"] = (frame["network_rx_bytes"] / 1e4).round()
    return frame


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A frame, and the report of its Parquet."""
    folder = tmp_path_factory.mktemp("plain")
    frame = exact(samples(nodes=3, days=3, step_s=1800, gauges=GAUGES))
    frame.loc[5:9, "memory_usage"] = np.nan
    data = write(folder / "data.parquet", frame)
    analyze(data, folder / "report")
    return frame, data, folder / "report"


def insights(report):
    return (report / "insights.json").read_bytes()


def same(plain, data, tmp_path, *args, skip=(), identical=True):
    """That `data` gives the report of the plain Parquet, to the last digit if rows come in
    the same pieces; its notes."""
    got = analyze(data, tmp_path / "r", *args)
    expected = read_json(plain[2] / "findings.json")
    skip = ("generated_at", "input", "hindcast", "notes", "type", "missing", "nan", *skip)
    assert_same(expected, got, skip=skip, relative=1e-12, absolute=1e-12)
    if identical:
        assert insights(tmp_path / "r") == insights(plain[2])
    return "\n".join(got["quality"]["notes"])


# ---------------------------------------------------------------- kinds of text

def iso(frame):
    return frame.assign(timestamp=frame["timestamp"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"))


def as_csv(frame, **options):
    return iso(frame).to_csv(index=False, **options).encode()


def as_json(frame):
    return iso(frame).to_json(orient="records", lines=True, double_precision=15).encode()


def zstd(content):
    return pa.compress(content, codec="zstd", asbytes=True)


KINDS = {
    "csv": ("x.csv", as_csv),
    "csv, quoted": ("x.csv", lambda f: as_csv(f, quoting=1)),
    "csv, CRLF": ("x.csv", lambda f: as_csv(f, lineterminator="\r\n")),
    "csv, BOM": ("x.csv", lambda f: b"\xef\xbb\xbf" + as_csv(f)),
    "csv, semicolons": ("x.csv", lambda f: as_csv(f, sep=";")),
    "tsv": ("x.tsv", lambda f: as_csv(f, sep="\t")),
    "csv, bars": ("x.csv", lambda f: as_csv(f, sep="|")),
    "csv, NA": ("x.csv", lambda f: as_csv(f, na_rep="NA")),
    "csv, NaN": ("x.csv", lambda f: as_csv(f, na_rep="NaN")),
    "csv of another name": ("x.data", as_csv),
    "csv.gz": ("x.csv.gz", lambda f: gzip.compress(as_csv(f))),
    "csv.gz in pieces": ("x.csv.gz", lambda f: b"".join(
        gzip.compress(as_csv(f)[i:i + 5000]) for i in range(0, len(as_csv(f)), 5000))),
    "gzip without the ending": ("x.csv", lambda f: gzip.compress(as_csv(f))),
    "csv.zst": ("x.csv.zst", lambda f: zstd(as_csv(f))),
    "jsonl": ("x.jsonl", as_json),
    "ndjson.gz": ("x.ndjson.gz", lambda f: gzip.compress(as_json(f))),
    "json array": ("x.json", lambda f: b"[" + as_json(f).strip().replace(b"\n", b",") + b"]"),
    "json of another name": ("x.log", as_json),
}


@pytest.mark.parametrize("kind", KINDS)
def test_text_gives_what_parquet_gives(kind, plain, tmp_path):
    name, make = KINDS[kind]
    (tmp_path / name).write_bytes(make(plain[0]))
    same(plain, tmp_path / name, tmp_path)


@pytest.mark.parametrize("pack", [as_csv, lambda f: gzip.compress(as_csv(f)),
                                  lambda f: zstd(as_csv(f))], ids=["plain", "gzip", "zstd"])
def test_standard_input(pack, plain, tmp_path):
    done = subprocess.run([HINDCAST, "analyze", "-", "-o", tmp_path / "r", "--quiet"],
                          input=pack(plain[0]), capture_output=True, timeout=60 * SLOWER)
    assert (done.returncode, done.stderr) == (0, b"")
    assert insights(tmp_path / "r") == insights(plain[2])
    assert read_json(tmp_path / "r/findings.json")["input"]["files"][0]["path"] == "-"
    assert leftovers(tmp_path / "r") == []


def test_empty_standard_input(tmp_path):
    assert "standard input is empty" in refused(4, "-", tmp_path / "r")


def test_names_stay_text(tmp_path):
    """007 and 7 are two nodes, and so are 1e1 and 10; labels that are asked for too."""
    rows = [f"2025-06-0{day},{node},0{pool},0.5" for day in (1, 2)
            for pool, node in enumerate(["007", "7", "1e1", "10"])]
    (tmp_path / "x.csv").write_text("timestamp,node,pool,cpu_usage_rate\n" + "\n".join(rows))
    for args, nodes in (([], 4), (["--match", "pool=02"], 1), (["--match", "pool=2"], 0)):
        done = run("analyze", tmp_path / "x.csv", "-o", tmp_path / "r", "--quiet", *args)
        assert done.returncode == (0 if nodes else 4)
        if nodes == 4:
            found = read_json(tmp_path / "r/findings.json")["nodes"]
            assert sorted(n["node"] for n in found) == ["007", "10", "1e1", "7"]


def test_the_header_of_a_large_packed_file(tmp_path):
    """DuckDB's threads may see any line first."""
    frame = samples(nodes=20, days=30, step_s=300, gauges=["cpu_usage_rate"])
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(as_csv(frame), 1))
    got = analyze(tmp_path / "x.csv.gz", tmp_path / "r")
    assert got["quality"]["rows"] == len(frame)
    assert got["quality"]["out_of_order"] == 0


# ---------------------------------------------------------------- encodings of Parquet

def recast(frame, casts):
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for name, cast in casts.items():
        column = cast(table.column(name)) if callable(cast) else table.column(name).cast(cast)
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return table


FRACTIONS = ["cpu_usage_rate", "memory_usage", "load_1m"]
ENCODINGS = {
    "float32": dict.fromkeys(FRACTIONS, pa.float32()),
    "decimal": dict.fromkeys(FRACTIONS, pa.decimal128(20, 6)),
    "wide decimal": dict.fromkeys(FRACTIONS, pa.decimal128(38, 12)),
    "dictionary": {**dict.fromkeys(FRACTIONS, pc.dictionary_encode),
                   "node": pc.dictionary_encode},
    "int32": {"network_rx_bytes": pa.int32()},
    "uint64": {"network_rx_bytes": pa.uint64()},
    "large string": {"node": pa.large_string()},
    "binary": {"node": pa.binary()},
}
TIMES = {
    **{unit: pa.timestamp(unit, "UTC") for unit in ("s", "ms", "us", "ns")},
    **{f"{unit}, naive": pa.timestamp(unit) for unit in ("s", "ms", "us", "ns")},
    "us, Berlin": pa.timestamp("us", "Europe/Berlin"),
    **{f"raw {unit}": lambda c, unit=unit: c.cast(pa.timestamp(unit, "UTC")).cast(pa.int64())
       for unit in ("s", "ms", "us", "ns")},
    "raw double": lambda c: c.cast(pa.timestamp("s", "UTC")).cast(pa.int64()).cast(pa.float64()),
    "text": lambda c: pc.strftime(c, "%Y-%m-%dT%H:%M:%SZ"),
    "text, naive": lambda c: pc.strftime(c.cast(pa.timestamp("s", "UTC")), "%Y-%m-%d %H:%M:%S"),
    "text, offset": lambda c: pc.strftime(
        c.cast(pa.timestamp("s", "Asia/Kolkata")), "%Y-%m-%dT%H:%M:%S%z"),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings_of_numbers(encoding, plain, tmp_path):
    data = write(tmp_path / "x.parquet", recast(plain[0], ENCODINGS[encoding]))
    same(plain, data, tmp_path)


@pytest.mark.parametrize("kind", TIMES)
def test_encodings_of_time(kind, plain, tmp_path):
    data = write(tmp_path / "x.parquet", recast(plain[0], {"timestamp": TIMES[kind]}))
    same(plain, data, tmp_path)


@pytest.mark.parametrize("kind", ["us, naive", "text, naive"])
def test_the_zone_of_times_without_one(kind, plain, tmp_path):
    frame = plain[0]
    wall = frame.assign(timestamp=frame["timestamp"].dt.tz_convert("Asia/Kolkata")
                        .dt.tz_localize(None).dt.tz_localize("UTC"))
    data = write(tmp_path / "x.parquet", recast(wall, {"timestamp": TIMES[kind]}))
    same(plain, data, tmp_path, "--naive-timezone", "Asia/Kolkata")


@pytest.mark.parametrize("codec", ["none", "snappy", "gzip", "zstd", "lz4"])
def test_codecs(codec, plain, tmp_path):
    data = write(tmp_path / "x.parquet", plain[0], compression=codec, row_group_size=100)
    same(plain, data, tmp_path, identical=False)


def test_without_statistics(plain, tmp_path):
    data = write(tmp_path / "x.parquet", plain[0], write_statistics=False)
    same(plain, data, tmp_path)


# ---------------------------------------------------------------- many files

def parts(frame, n=4):
    return [frame.iloc[i::n] for i in range(n)]


def test_kinds_and_types_together(plain, tmp_path):
    """A Parquet of int32, one of float32, a CSV and JSON lines are one dataset."""
    a, b, c, d = parts(plain[0])
    write(tmp_path / "a.parquet", recast(a, {"network_rx_bytes": pa.int32()}))
    write(tmp_path / "b.parquet",
          recast(b[b.columns[::-1]], {"network_rx_bytes": pa.float32(), **TIMES_AS_TEXT}))
    (tmp_path / "c.csv").write_bytes(as_csv(c))
    (tmp_path / "d.jsonl").write_bytes(as_json(d))
    (tmp_path / "note.txt").write_text("no data")
    notes = same(plain, tmp_path, tmp_path.parent / "together", skip=("out_of_order",),
                 identical=False)
    assert "differing number types read as double: network_rx_bytes" in notes
    assert "left out 1 file that is no data: note.txt" in notes


TIMES_AS_TEXT = {"timestamp": TIMES["text"]}


def test_a_column_that_some_files_lack(tmp_path):
    frame = exact(samples(nodes=2, days=2, step_s=1800, gauges=GAUGES))
    whole = frame.copy()
    whole.loc[whole["node"] == "node-01", "load_1m"] = np.nan
    write(tmp_path / "0.parquet", frame[frame["node"] == "node-00"])
    write(tmp_path / "1.parquet", frame[frame["node"] == "node-01"].drop(columns="load_1m"))
    expected = analyze(write(tmp_path / "whole.parquet", whole), tmp_path / "a")
    got = analyze([tmp_path / "0.parquet", tmp_path / "1.parquet"], tmp_path / "b")
    assert_same(expected, got, skip=("generated_at", "input", "hindcast", "notes", "nan"),
                relative=1e-12, absolute=1e-12)


def test_a_map_that_only_some_files_need(plain, tmp_path):
    a, b, *_ = parts(plain[0], 2)
    files = [write(tmp_path / "a.parquet", a),
             write(tmp_path / "b.parquet", b.rename(columns={"node": "instance"}))]
    got = analyze(files, tmp_path / "r", "--map", "node=instance")
    assert got["quality"]["rows"] == len(plain[0])
    assert_same(read_json(plain[2] / "findings.json")["nodes"], got["nodes"],
                relative=1e-12)


def test_a_table_of_another_kind_in_a_folder(plain, tmp_path):
    shutil.copy(plain[1], tmp_path / "nodes.parquet")
    write(tmp_path / "anomalies.parquet", {"start": [1], "end": [2]})
    out = tmp_path.parent / "other-kind"
    assert "anomalies.parquet': no column 'timestamp'" in same(plain, tmp_path, out)
    line = refused(3, [tmp_path / "nodes.parquet", tmp_path / "anomalies.parquet"], out)
    assert "no column 'timestamp' in" in line and "anomalies.parquet" in line


def test_odd_folders_for_the_report(plain, tmp_path):
    """DuckDB writes and reads there what was converted."""
    (tmp_path / "x.csv").write_bytes(as_csv(plain[0]))
    for name in ("r[1]", "r*", "it's", 'a"b', "~", "{a,b}"):
        analyze(tmp_path / "x.csv", tmp_path / name, "--dedup")
        assert insights(tmp_path / name) == insights(plain[2]), name


def test_relative_names(plain, tmp_path):
    shutil.copy(plain[1], tmp_path / "-x.parquet")
    for name in ("./-x.parquet", "sub/../-x.parquet", ".", "[-]x*"):
        (tmp_path / "sub").mkdir(exist_ok=True)
        done = run("analyze", name, "-o", tmp_path.parent / "relative", "--quiet", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, ""), name
        assert insights(tmp_path.parent / "relative") == insights(plain[2])


# ---------------------------------------------------------------- repeats and filters

def test_dedup_is_drop_duplicates(tmp_path):
    frame = dirty(samples(nodes=3, days=3, step_s=1800, gauges=GAUGES))
    data = write(tmp_path / "x.parquet", frame)
    alone = write(tmp_path / "y.parquet", frame.drop_duplicates())
    got = analyze(data, tmp_path / "a", "--dedup")
    assert got["quality"]["duplicates"]["exact"] == 0
    assert_same(analyze(alone, tmp_path / "b"), got, relative=1e-12, absolute=1e-12)
    dropped = len(frame) - len(frame.drop_duplicates())
    assert any(f"dropped {dropped} exact" in note for note in got["quality"]["notes"])


# ---------------------------------------------------------------- what is refused

REFUSED = {
    "no time": (3, lambda f: f.rename(columns={"timestamp": "ts"}), [],
                "'ts' looks like it: --map timestamp=ts"),
    "no node": (3, lambda f: f.rename(columns={"node": "instance"}), [],
                "no column 'node' in '{data}'; 'instance' looks like it: --map node=instance"),
    "no node, case": (3, lambda f: f.rename(columns={"node": "Node"}), [], "--map node=Node"),
    "no gauge": (3, lambda f: f[["timestamp", "node"]].assign(cpu=0.5), [],
                 "'cpu' looks like one: --map cpu_usage_rate=cpu"),
    "raw time": (3, lambda f: f.assign(timestamp=np.arange(len(f))), [],
                 "goes from 0 to"),
    "raw times in two units": (3, lambda f: f.assign(timestamp=np.where(
        f.index % 2, 1_700_000_000, 1_700_000_000_000)), [], "not all of it is between"),
    "text time": (3, lambda f: f.assign(timestamp="02/06/2025"), [], "such as '02/06/2025'"),
    "case alone": (3, lambda f: f.assign(NODE="x"), [], "differ in case alone"),
    "unknown column in a map": (2, None, ["--map", "cpu_cores=lod_1m"],
                                "did you mean 'load_1m'?"),
    "map to a name that is taken": (2, None, ["--map", "node=load_1m"], "would both be 'node'"),
    "map without =": (2, None, ["--map", "node"], "OURS=THEIRS is expected"),
    "match of no column": (2, None, ["--match", "lode_1m=1"], "did you mean 'load_1m'?"),
    "match without =": (2, None, ["--match", "node"], "LABEL=VALUE is expected"),
    "group of no column": (2, None, ["--group-by", "pol"], "--group-by: no column 'pol'"),
    "since that is none": (2, None, ["--since", "soon"], "--since 'soon'"),
    "since after until": (2, None, ["--since", "2025-06-03", "--until", "2025-06-02"],
                          "is not before"),
    "zone that is none": (2, None, ["--naive-timezone", "Berlin"],
                          "did you mean 'Europe/Berlin'?"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case, plain, tmp_path):
    code, change, args, words = REFUSED[case]
    frame = change(plain[0]) if change else plain[0]
    data = write(tmp_path / "x.parquet", frame)
    line = refused(code, data, tmp_path / "r", *args)
    assert words.format(data=data) in line
    assert code == 2 or "x.parquet" in line
    assert tree(tmp_path / "r") == {}


TEXTS = {
    "ragged": ("x.csv", b"timestamp,node,load_1m\n2025-06-01,a,1\n2025-06-02,a\n", "line 3"),
    "Latin-1": ("x.csv", b"timestamp,node,load_1m\n2025-06-01,caf\xe9,1\n", "line"),
    "broken JSON": ("x.jsonl", b'{"timestamp":1,"node":"a"}\n{"timestamp":\n', "JSON"),
    "cut gzip": ("x.csv.gz", gzip.compress(b"timestamp,node,load_1m\n" + b"".join(
        b"2025-06-01,n%d,%d\n" % (i, i * i) for i in range(20000)))[:20000], "x.csv.gz"),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_refused_text(kind, tmp_path):
    name, content, words = TEXTS[kind]
    (tmp_path / name).write_bytes(content)
    line = refused(3, tmp_path / name, tmp_path / "r")
    assert name in line and words in line, line


@pytest.mark.parametrize("content", [b"", b"\n\n", b"timestamp,node,load_1m\n"])
def test_nothing_in_it(content, tmp_path):
    (tmp_path / "x.csv").write_bytes(content)
    assert "not enough data" in refused(4, tmp_path / "x.csv", tmp_path / "r")


def test_text_against_number(plain, tmp_path):
    a = write(tmp_path / "a.parquet", plain[0])
    b = write(tmp_path / "b.parquet", plain[0].assign(load_1m="1"))
    line = refused(3, [a, b], tmp_path / "r")
    assert all(word in line for word in ("'load_1m'", str(a), str(b), "text")), line


def test_the_older_report_stays(plain, tmp_path):
    shutil.copytree(plain[2], tmp_path / "r")
    before = tree(tmp_path / "r")
    whole = plain[1].read_bytes()
    data = tmp_path / "x.parquet"
    for place in range(0, len(whole), max(1, len(whole) // 20)):
        data.write_bytes(whole[:place])
        assert "x.parquet" in refused(3, data, tmp_path / "r")
    assert tree(tmp_path / "r") == before and leftovers(tmp_path / "r") == []


def test_permission_denied(plain, tmp_path):
    data = shutil.copy(plain[1], tmp_path / "x.parquet")
    os.chmod(data, 0)
    # root may read anything, unless that right is taken from it
    less = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    done = subprocess.run([*(less if os.geteuid() == 0 else []), HINDCAST, "analyze", data,
                           "-o", tmp_path / "r"], capture_output=True, text=True)
    assert done.returncode == 3, done.stderr
    assert "x.parquet': Permission denied" in done.stderr


def test_what_is_no_file(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    assert "loop" in refused(3, tmp_path / "loop", tmp_path / "r")
    assert "neither a file nor a folder" in refused(3, tmp_path / "pipe", tmp_path / "r")
    assert "x" * 50 in refused(3, "x" * 10_000, tmp_path / "r")
