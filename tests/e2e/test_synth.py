"""hindcast synth: the files hold what truth.json says, and are whole or not there."""
import hashlib
import json
import os
import pathlib
import resource
import signal
import subprocess
import time

import duckdb
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HINDCAST = os.environ.get("HINDCAST", str(ROOT / "build/hindcast"))
SMALL = ["--nodes", "12", "--days", "8", "--step", "300"]
LARGE = ["--nodes", "500", "--days", "20", "--step", "30"]


def synth(folder, *args, **options):
    return subprocess.run([HINDCAST, "synth", "-o", str(folder), *args], text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=300,
                          **options)


def made(folder, *args):
    done = synth(folder, *args)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text())


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*")
                  if not path.is_dir())


def sums(folder):
    return {file["path"]: file["sha256"] for file in manifest(folder)["files"]}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("synth") / "small"
    made(folder, *SMALL)
    return folder


@pytest.fixture(scope="module")
def rows(small):
    db = duckdb.connect()
    db.execute(f"create view rows as select * from read_parquet("
               f"'{small}/samples/*.parquet', filename=true, file_row_number=true)")
    return db


@pytest.fixture(scope="module")
def truth(small):
    return json.loads((small / "truth.json").read_text())


def one(db, sql):
    return db.execute(sql).fetchone()


# ---- what the files hold ----

def test_manifest_is_true(small, truth):
    m = manifest(small)
    assert (m["schema_version"], m["source"], m["timezone"]) == (1, "synth", "UTC")
    assert (m["start"], m["end"], m["step_s"]) == (truth["start"], truth["end"], 300)
    assert [c["name"] for c in m["columns"]] == [c["name"] for c in truth["columns"]]
    folders = [file["path"].split("/")[0] for file in m["files"]]
    assert folders == 8 * ["samples"] + ["nodes.parquet", "pods.parquet"] + 8 * ["pod_usage"]
    assert sum(file["rows"] for file in m["files"][:8]) == truth["rows"]
    for file in m["files"]:
        content = (small / file["path"]).read_bytes()
        assert len(content) == file["bytes"]
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
    assert names(small) == sorted(
        [file["path"] for file in m["files"]] + ["manifest.json", "truth.json"])


def test_rows_of_each_node(rows, truth):
    assert one(rows, "select count(*) from rows") == (truth["rows"],)
    found = rows.execute("select node, pool, count(*) from rows group by all").fetchall()
    assert sorted(found) == sorted(
        (node["node"], node["pool"], node["rows"]) for node in truth["nodes"])


def test_bad_cells_are_counted(rows, truth):
    listed = subprocess.run([HINDCAST, "columns", "--json"], capture_output=True, text=True)
    ranges = {c["name"]: c for c in json.loads(listed.stdout)}
    for column in truth["columns"]:
        name, low = column["name"], ranges[column["name"]]["low"]
        high = ranges[name]["high"]
        found = one(rows, f"""
            select count(*) - count({name}), count(*) filter (isnan({name})),
                count(*) filter (isinf({name})),
                count(*) filter (isfinite({name}) and {name} < {low}),
                count(*) filter (isfinite({name}) and {name} > {high or "'inf'::double"})
            from rows""")
        assert found == tuple(
            column[key] for key in ("null", "nan", "infinite", "below", "above")), name
    assert sum(column["nan"] for column in truth["columns"]) > 0


def test_repeats_are_counted(rows, truth):
    found = one(rows, """
        with full_rows as (select * exclude (filename, file_row_number) from rows),
        kinds as (select node, timestamp, n from
            (select *, count(*) as n from full_rows group by all))
        select sum(n - d), sum(d - 1) from
            (select sum(n) as n, count(*) as d from kinds group by node, timestamp)""")
    assert found == (truth["duplicates"]["exact"], truth["duplicates"]["conflicting"])


def test_files_are_a_day_each_and_sorted(rows, truth):
    steps = """select timestamp, node,
        lag(node) over w as node_before, lag(timestamp) over w as time_before
        from rows window w as (partition by filename order by file_row_number)"""
    assert one(rows, f"select count(*) from ({steps}) where node < node_before") == (0,)
    assert one(rows, f"select count(*) from ({steps}) where node = node_before "
               "and timestamp < time_before") == (truth["out_of_order"],)
    assert one(rows, "select count(*) from rows where not contains("
               "filename, 'samples/' || strftime(timestamp, '%Y-%m-%d'))") == (0,)


# ---- the same values ----

def test_threads_change_no_byte(small, tmp_path):
    for threads in ("1", "2", "3"):
        made(tmp_path / threads, *SMALL, "--threads", threads)
        assert sums(tmp_path / threads) == sums(small)


def test_memory_limit_changes_no_byte(tmp_path):
    size = ["--nodes", "20", "--days", "4"]
    made(tmp_path / "free", *size)
    for limit in ("40MB", "20MB", "5MB"):
        done = synth(tmp_path / limit, *size, "--threads", "2", "--memory-limit", limit)
        if done.returncode:  # what DuckDB cannot do at all, it says
            assert done.returncode == 1 and "raise --memory-limit" in done.stderr
            assert not (tmp_path / limit).exists()
        else:
            assert sums(tmp_path / limit) == sums(tmp_path / "free")
    assert (tmp_path / "40MB").exists()


def test_seed_and_start(small, tmp_path):
    made(tmp_path / "seed", *SMALL, "--seed", "2")
    assert not set(sums(tmp_path / "seed").values()) & set(sums(small).values())
    made(tmp_path / "start", *SMALL, "--start", "2024-02-26")
    assert list(sums(tmp_path / "start"))[3] == "samples/2024-02-29.parquet"


# ---- talk ----

def test_result(tmp_path):
    text = made(tmp_path / "a", "--nodes", "2", "--days", "2", "--step", "3600")
    assert "2 nodes, 2 days, every 3600 s, " in text
    assert text.endswith(f"{tmp_path}/a/truth.json\n")
    result = json.loads(made(tmp_path / "b", *SMALL, "--json"))
    assert result["rows"] == sum(f["rows"] for f in manifest(tmp_path / "b")["files"][:8])
    assert result["bytes"] == sum(f["bytes"] for f in manifest(tmp_path / "b")["files"])
    done = synth(tmp_path / "b", *SMALL, "--progress", "always")
    assert "day 8 of 8" in done.stderr


def test_strange_folder_names(tmp_path):
    for name in ("it's \"x\" \x1b[31m", "~x", "s3:x", "a=b", "ä*?"):
        text = subprocess.run([HINDCAST, "synth", "-o", name, *SMALL], text=True,
                              cwd=tmp_path, capture_output=True, check=True).stdout
        assert "\x1b" not in text
        assert (tmp_path / name / "manifest.json").exists()
    assert len(list(tmp_path.iterdir())) == 5


@pytest.mark.parametrize("args", [
    ["--nodes", "0"], ["--nodes", "x"], ["--days", "-1"], ["--step", "0"],
    ["--step", "100000"], ["--seed", "-1"], ["--start", "yesterday"],
    ["--start", "2025-06-02T10:00"], ["--start", "1999-12-31"], ["--nods", "3"], ["extra"]])
def test_wrong_usage(tmp_path, args):
    done = synth(tmp_path / "new", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("hindcast: ") and done.stderr.count("\n") == 1
    assert not (tmp_path / "new").exists()


def test_no_folder_given():
    done = subprocess.run([HINDCAST, "synth"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (
        2, "hindcast: 'hindcast synth' needs '-o DIR'\n")


# ---- an older data set, and other people's files ----

def test_older_set_is_replaced(tmp_path):
    made(tmp_path, *SMALL)
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "samples/mine.parquet").write_text("mine")
    made(tmp_path, *SMALL[:2], "--days", "2", "--step", "300")
    assert names(tmp_path) == [
        "manifest.json", "mine.txt", "nodes.parquet", "pod_usage/2025-06-02.parquet",
        "pod_usage/2025-06-03.parquet", "pods.parquet", "samples/2025-06-02.parquet",
        "samples/2025-06-03.parquet", "samples/mine.parquet", "truth.json"]


def test_without_pods(small, tmp_path):
    made(tmp_path, *SMALL)
    made(tmp_path, *SMALL, "--no-pods")
    assert sums(tmp_path) == {path: sha for path, sha in sums(small).items()
                              if path.startswith("samples/")}
    assert names(tmp_path) == sorted([*sums(tmp_path), "manifest.json", "truth.json"])
    assert not (tmp_path / "pod_usage").exists()
    told, without = (json.loads((folder / "truth.json").read_text())
                     for folder in (small, tmp_path))
    assert without.pop("pods") is None and told.pop("pods")
    assert told == without


def collected(folder):
    made(folder, *SMALL)
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"synth"', '"collect"'))


def broken_manifest(folder):
    (folder / "manifest.json").write_text("{}")


def foreign_truth(folder):
    (folder / "truth.json").write_text("{}")


def foreign_samples(folder):
    (folder / "samples").mkdir()
    (folder / "samples/2025-06-02.parquet").write_text("mine")


def foreign_pods(folder):
    (folder / "pods.parquet").write_text("mine")


def foreign_use(folder):
    (folder / "pod_usage").mkdir()
    (folder / "pod_usage/mine.parquet").write_text("mine")


def samples_is_a_file(folder):
    (folder / "samples").write_text("mine")


@pytest.mark.parametrize("prepare", [
    collected, broken_manifest, foreign_truth, foreign_samples, foreign_pods, foreign_use,
    samples_is_a_file])
def test_other_data_are_left_alone(tmp_path, prepare):
    prepare(tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in names(tmp_path)}
    done = synth(tmp_path, *SMALL)
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr.startswith(f"hindcast: cannot write to '{tmp_path}': ")
    assert done.stderr.endswith("; give another folder\n")
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == before


# ---- faults ----

def test_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("x")
    done = synth(tmp_path / "file/below", *SMALL)
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr == (
        f"hindcast: cannot make folder '{tmp_path}/file': Not a directory\n")


def test_folder_that_cannot_be_written():
    done = synth("/sys", *SMALL)  # not even by root
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr.startswith("hindcast: cannot write to '/sys': ")


def test_full_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "none", disk],
                      capture_output=True).returncode:
        pytest.skip("no right to mount a small disk")
    try:
        made(disk / "set", *SMALL)
        before = sums(disk / "set")
        for folder in (disk / "new", disk / "set"):
            done = synth(folder, *LARGE)
            assert (done.returncode, done.stdout) == (5, "")
            assert "No space left on device" in done.stderr and str(folder) in done.stderr
            assert done.stderr.count("\n") == 1
        assert [path.name for path in disk.iterdir()] == ["set"]
        assert sums(disk / "set") == before
        assert len(names(disk / "set")) == 20
    finally:
        subprocess.run(["umount", disk], check=True)


def test_files_that_may_not_grow(tmp_path):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))

    done = synth(tmp_path / "new", *LARGE, preexec_fn=limit, restore_signals=False)
    assert done.returncode == 5
    assert "File too large" in done.stderr
    assert not (tmp_path / "new").exists()


def start_large(folder):
    """A run that is in the middle of its first files."""
    run = subprocess.Popen([HINDCAST, "synth", "-o", folder, *LARGE],
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    limit = time.monotonic() + 60
    while not list(folder.glob(".hindcast-*.tmp/samples/*")):
        assert run.poll() is None and time.monotonic() < limit
        time.sleep(0.005)
    return run


def test_interrupt_leaves_nothing(tmp_path):
    run = start_large(tmp_path / "new")
    run.send_signal(signal.SIGINT)
    assert run.communicate(timeout=30) == ("", "hindcast: interrupted\n")
    assert run.returncode == 130
    assert not (tmp_path / "new").exists()


def test_kill_leaves_no_manifest_and_is_swept(tmp_path):
    folder = tmp_path / "new"
    run = start_large(folder)
    run.kill()
    run.communicate(timeout=30)
    assert [path.name.split("-")[0] for path in folder.iterdir()] == [".hindcast"]
    made(folder, *SMALL)
    assert len(names(folder)) == 20
    assert [path.name for path in folder.iterdir() if path.name[0] == "."] == []


def test_kill_in_the_middle_of_an_older_set(small, tmp_path):
    made(tmp_path, *SMALL)
    run = start_large(tmp_path)
    run.kill()
    run.communicate(timeout=30)
    assert sums(tmp_path) == sums(small)
    # as if it had died later, while its files were moved into place
    (tmp_path / "manifest.json").unlink()
    made(tmp_path, *SMALL)
    assert sums(tmp_path) == sums(small)
