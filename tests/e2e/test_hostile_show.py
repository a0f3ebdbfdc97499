"""`hindcast show` over a findings.json that is broken, huge or malicious: a report or one
clear line, always. tools/check runs this with the sanitizer build too."""
import json
import os
import random

import pandas as pd
import pytest

import util
from util import SANITIZED, analyze, run, samples, write

MEMORY = 2 * 2**30
SECTIONS = ["nodes", "columns", "correlation", "groups", "trends", "rhythm", "growth", "changes",
            "twins", "roles", "anomalies", "compare"]
# what is one of a few words, or a time
OURS = ("status", "kind", "unit", "start", "end", "gauge", "claim", "full", "role", "at", "first",
        "last", "first_day", "top")


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stored")
    frame = samples(nodes=3, days=8, step_s=3600)
    days = sorted({str(day) for day in pd.to_datetime(frame["timestamp"]).dt.date})
    ranges = f"{days[0]}..{days[4]},{days[4]}..{days[-1]}"
    frame["pool"] = frame["node"].map(lambda name: name[-1])
    analyze(write(folder / "d.parquet", frame), folder / "out", "--group-by", "pool",
            "--compare", ranges)
    return (folder / "out/findings.json").read_text()


def survive(folder, text, *args, **options):
    """Exit code; a report holds nothing that a terminal obeys, a failure is one line."""
    (folder / "findings.json").write_bytes(
        text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    done = run("show", folder, *args,
               env={"LC_ALL": "C.UTF-8", **util.sanitizer_env(MEMORY)},
               preexec_fn=lambda: util.limit_memory(MEMORY), **options)
    assert done.returncode in (0, 3), (
        f"exit {util.signal_name(done.returncode)}: {done.stderr[-2000:]}")
    if done.returncode:
        assert done.stdout == "" and done.stderr.count("\n") == 1, done.stderr[:2000]
        assert "findings.json" in done.stderr
    else:
        assert done.stderr == "" and max(map(util.width, done.stdout.splitlines())) <= 80
    assert util.control_characters(done.stdout + done.stderr.rstrip("\n")) == []
    return done.returncode


def test_cut_off_everywhere(stored, tmp_path):
    assert survive(tmp_path, stored) == 0
    for i in range(50):
        assert survive(tmp_path, stored[:len(stored) * i // 50]) == 3
    assert survive(tmp_path, stored[:-2]) == 3
    assert survive(tmp_path, stored + stored) == 3


def test_bytes_that_fell_over(stored, tmp_path):
    rng = random.Random(7)
    codes = []
    for _ in range(40 if SANITIZED else 150):
        data = bytearray(stored.encode())
        for _ in range(rng.choice([1, 1, 2, 20])):
            data[rng.randrange(len(data))] = rng.randrange(*rng.choice([(256,), (32, 127)]))
        codes.append(survive(tmp_path, bytes(data)))
    assert 3 in codes and set(codes) <= {0, 3}
    assert SANITIZED or 0 in codes  # forty may all be seen


def test_matrices_that_are_none(stored, tmp_path):
    for change in (lambda c: c["pooled"].pop(), lambda c: c["pooled"][2].pop(),
                   lambda c: c["n"].append([]), lambda c: c["columns"].append("node"),
                   lambda c: c["columns"].__setitem__(0, "unknown"),
                   lambda c: c["within_node"].__setitem__("columns", c["columns"] * 300),
                   lambda c: c.__setitem__("columns", ["node"] * 300_000),
                   lambda c: c["pooled"][1].__setitem__(1, "1"),
                   lambda c: c.update({key: [row] * 300_000 for key, row in (
                       ("columns", "node"), ("pooled", []), ("n", []))}),
                   lambda c: c["pairs"].append({})):
        report = json.loads(stored)
        change(report["correlation"])
        assert survive(tmp_path, json.dumps(report)) == 3


def test_lists_that_do_not_fit_together(stored, tmp_path):
    for path in ("nodes", "columns", "quality.missing", "quality.records_per_node",
                 "temporal.hourly", "temporal.weekly", "trends.nodes", "baseline.gauges"):
        for change in (lambda rows: rows.pop(), lambda rows: rows.append(rows[0])):
            report = json.loads(stored)
            part = report
            for key in path.split("."):
                part = part[key]
            change(part)
            assert survive(tmp_path, json.dumps(report)) == 3, path


def test_numbers_out_of_range(stored, tmp_path):
    for section, key, value in (
            ("quality", "rows", -1), ("quality", "rows", 2**63), ("quality", "rows", 1.0),
            ("quality", "short_nodes", 2**32), ("quality", "start_offset_s", 86401),
            ("quality", "start", "2025-13-01T00:00:00Z"), ("quality", "coverage", "1"),
            ("insights", "peak_hour", 24), ("insights", "low_hour", -1),
            ("trends", "hours", None), ("opportunity", "status", "fine"),
            ("opportunity", "nodes_compared", -1)):
        report = json.loads(stored)
        report[section][key] = value
        assert survive(tmp_path, json.dumps(report)) == 3, key
    report = json.loads(stored)
    report["quality"]["rows"] = 1  # of which more are missing
    report["quality"]["missing"][2]["missing"] = 2
    assert survive(tmp_path, json.dumps(report)) == 3


def test_patterns_that_do_not_fit(stored, tmp_path):
    """Nodes and gauges that there are not, lists of another length, words that are none."""
    def at(report, path):
        for key in path.split("."):
            report = report[int(key) if key.isdigit() else key]
        return report

    assert json.loads(stored)["rhythm"]["nodes"] and json.loads(stored)["roles"]["nodes"]
    for path, key, value in (
            ("rhythm.nodes.0", "node", "nobody"), ("rhythm.nodes.0", "node", None),
            ("rhythm.nodes.0", "gauge", "hour"), ("rhythm.nodes.0", "period_h", 2**31),
            ("rhythm.nodes.0", "top", {"hour": 24, "from": 0, "to": 0, "value": 0}),
            ("rhythm.cluster.0", "profile", [0] * 167), ("rhythm.cluster.0", "profile", {}),
            ("rhythm.parts.0", "hours", 2**40), ("rhythm.parts.0", "trend", ["1"]),
            ("rhythm.parts.0", "seasons", [{}] * 3), ("rhythm.parts.0", "node", 7),
            ("growth", "cluster", [{}]), ("changes", "nodes", [{"node": "node-00001"}]),
            ("twins", "map", [{"node": "nobody", "family": 1}]), ("twins", "r", [[1, 2]]),
            ("twins", "pairs", [{"a": "x", "b": "y"}]), ("twins", "gauge", "\u001b[2J"),
            ("roles.nodes.0", "role", "\u001b[31m"), ("roles.nodes.0", "hot_hours", -1),
            ("roles", "hot", [0] * 169), ("roles", "hot", [-1] * 168),
            ("compare", "ranges", [{}]), ("compare", "ranges", [7, 7]),
            ("compare.ranges.0", "days", 2**62), ("compare.ranges.0", "start", "x"),
            ("compare.cluster.0", "daily", {"first": [], "second": []}),
            ("compare.cluster.0.daily", "first", 7), ("compare.nodes.0", "node", "nobody"),
            ("compare.nodes.0", "claim", "\u001b[31m"), ("compare.nodes.0", "first", None)):
        report = json.loads(stored)
        at(report, path)[key] = value
        assert survive(tmp_path, json.dumps(report)) == 3, (path, key)
    report = json.loads(stored)
    report["roles"]["counts"] = [{"role": "x" * 40, "nodes": 1, "rule": "\u001b[2J" * 99}]
    assert survive(tmp_path, json.dumps(report)) == 0


def test_a_report_from_before_the_patterns(stored, tmp_path):
    report = json.loads(stored)
    for section in ("rhythm", "growth", "changes", "twins", "roles", "compare"):
        del report[section]
    assert survive(tmp_path, json.dumps(report)) == 0
    done = run("show", tmp_path, "rhythm", env={"LC_ALL": "C.UTF-8"})
    assert "analyze again" in done.stdout


@pytest.mark.parametrize("text", [
    "", "\0", "[" * 500_000, '{"a":' * 500_000, "nul", "[]", "1e999", '"' + "x" * 10**7,
    '{"schema_version": 1e999}', '{"schema_version": 99999999999999999999}',
    '{"schema_version": 1, "schema_version": 1}', '{"\\u0000": 1}', "\ufeff{}"],
    ids=range(13))
def test_what_is_no_report(text, tmp_path):
    assert survive(tmp_path, text) == 3


def test_names_that_a_terminal_would_obey(stored, tmp_path):
    evil = "\x1b]0;x\x07\x1b[2J\n\x7f\u202e\u200b" + "W" * 5000
    report = json.loads(stored)

    def spoil(value, keep):
        if isinstance(value, dict):
            return {key: spoil(inner, key in OURS)
                    for key, inner in value.items()}
        if isinstance(value, list):
            return [spoil(inner, keep) for inner in value]
        return value + evil if isinstance(value, str) and not keep else value

    spoiled = json.dumps(spoil(report, False))
    assert survive(tmp_path, spoiled) == 0
    for section in SECTIONS:
        assert survive(tmp_path, spoiled, section) == 0
    report["findings"][0]["unit"] = "\x1b[2J"
    assert survive(tmp_path, json.dumps(report)) == 3


def test_anomalies_that_do_not_fit(stored, tmp_path):
    report = json.loads(stored)
    node = report["nodes"][0]["node"]
    time = report["quality"]["start"]
    column = {"gauge": "load_1m", "z": 5.5, "value": 9, "usual": None}
    event = {"node": node, "start": time, "end": time, "top": time, "offset_s": 3600,
             "score": 7, "n": 1, "fleet": 0, "columns": [column] * 6}
    fleet = {"start": time, "end": time, "offset_s": 0, "nodes": 3, "events": 4,
             "columns": [{"gauge": "cpu_usage_rate", "events": 4}]}
    good = {**report["anomalies"], "status": "ok", "reason": None, "events": [event],
            "fleet": [fleet], "first_day": "2024-03-01", "days": 2, "map": [[0, None]],
            "nodes": [{"node": node, "events": 1, "score": 7, "minutes": 0}]}

    def shown(change):
        return survive(tmp_path, json.dumps({**report, "anomalies": {**good, **change}}),
                       "anomalies")

    assert shown({}) == 0 and shown({"fleet": [fleet] * 2, "map": []}) == 0
    for change in ({"fleet": []}, {"map": [[0]]}, {"map": [[0, 0]] * 2}, {"map": [[0, "x"]]},
                   {"days": 1 << 40}, {"days": -1}, {"first_day": "\x1b[2J"}, {"nodes": None},
                   {"events": [{**event, "node": "nobody"}]}, {"events": [{**event, "fleet": 1}]},
                   {"events": [{**event, "columns": [column] * 7}]},
                   {"events": [{**event, "columns": [{**column, "gauge": "x"}]}]},
                   {"events": [{**event, "offset_s": 1 << 40}]},
                   {"fleet": [{**fleet, "columns": fleet["columns"] * 4}]}):
        assert shown(change) == 3, change


def test_what_is_no_file(stored, tmp_path):
    path = tmp_path / "findings.json"
    os.mkfifo(path)
    assert run("show", tmp_path, timeout=10).returncode == 3
    path.unlink()
    path.symlink_to("findings.json")
    assert run("show", tmp_path).returncode == 3
    path.unlink()
    path.symlink_to("/dev/zero")
    assert run("show", tmp_path, timeout=10).returncode == 3
    path.unlink()
    with open(path, "wb") as file:
        file.truncate(2**40)
    assert "more than" in run("show", tmp_path, timeout=60).stderr


def test_a_hundred_thousand_nodes(stored, tmp_path):
    count = 5_000 if SANITIZED else 100_000
    report = json.loads(stored)
    for rows in (report["nodes"], report["quality"]["records_per_node"],
                 report["trends"]["nodes"]):
        first = rows[0]
        rows[:] = [{**first, "node": f"node-{i:06}"} for i in range(count)]
    for rows in (report["rhythm"]["nodes"], report["roles"]["nodes"]):
        first = rows[0]
        rows[:] = [{**first, "node": f"node-{i:06}"} for i in range(count)]
    for section, keys in (("rhythm", ["parts"]), ("growth", ["nodes"]), ("changes", ["nodes"]),
                          ("compare", ["nodes"]),
                          ("twins", ["pairs", "map", "r"])):
        report[section].update({key: [] for key in keys})
    text = json.dumps(report)
    assert survive(tmp_path, text, timeout=60) == 0
    done = run("show", tmp_path, "nodes", timeout=60)
    assert f"{count:,} nodes, busiest first" in done.stdout


def test_groups_without_end(stored, tmp_path):
    report = json.loads(stored)
    report["groups"] *= 100
    assert survive(tmp_path, json.dumps(report), "groups") == 0
    report["groups"] += [0] * 3_000_000
    assert survive(tmp_path, json.dumps(report), "groups") == 3
    report = json.loads(stored)
    report["groups"] = [{}] * 1_000_000
    assert survive(tmp_path, json.dumps(report)) == 3
