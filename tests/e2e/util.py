"""What the end-to-end suites share: running the program, made-up data, comparing answers.

The program is HINDCAST (default build/hindcast). Under a sanitizer (tools/check sets
ASAN_OPTIONS, by hand HINDCAST_SANITIZED=1) sizes are smaller and times longer.
"""
import functools
import json
import math
import os
import pathlib
import re
import resource
import signal
import subprocess
import unicodedata

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HINDCAST = os.environ.get("HINDCAST", str(ROOT / "build/hindcast"))
SANITIZED = bool(os.environ.get("HINDCAST_SANITIZED") or os.environ.get("ASAN_OPTIONS"))
SLOWER = 6 if SANITIZED else 1
BUSY = 5  # times longer a program may take before it hangs: others are at work, too
REPORT = ["findings.json", "insights.json", "rollup.parquet", "run.json", "state.hcs",
          *(f"tables/{name}.csv" for name in (
              "anomalies", "columns", "correlation", "daily", "hourly", "nodes", "pairs",
              "weekly", "workload_namespaces", "workload_nodes", "workloads"))]
GAUGES = ["cpu_usage_rate", "memory_usage", "memory_available", "memory_total",
          "cpu_cores", "cpu_iowait", "cpu_steal", "load_1m", "load_5m", "load_15m",
          "disk_usage", "network_rx_bytes", "network_tx_bytes", "disk_read_bytes",
          "disk_write_bytes"]
UNDRAWN = ["--no-html", "--no-figures"]
MAIN = ["cpu_usage_rate", "memory_usage", "load_1m"]


# ---------------------------------------------------------------- running

def run(*args, timeout=60, env=None, **options):
    """The finished program; output as text, bytes that are no UTF-8 are replaced."""
    variables = {**os.environ, **(env or {})}
    settings = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
                "stderr": subprocess.PIPE, **options}
    return subprocess.run([HINDCAST, *map(str, args)], timeout=timeout * SLOWER * BUSY,
                          env=variables, encoding="utf-8", errors="replace", **settings)


def analyze(data, out, *args, html=False, figures=False, **options):
    """findings.json of a run that must go well; without pictures, if none are asked for."""
    paths = data if isinstance(data, list) else [data]
    drawn = [] if html else ["--no-html"]
    drawn += [] if figures else ["--no-figures"]
    done = run("analyze", *paths, "-o", out, "--quiet", *drawn, *args, **options)
    assert done.returncode == 0, f"exit {done.returncode}: {done.stderr}"
    assert (done.stdout, done.stderr) == ("", "")
    return read_json(pathlib.Path(out) / "findings.json")


def refused(code, data, out, *args, **options):
    """The one line that a run which must fail says."""
    paths = data if isinstance(data, list) else [data]
    done = run("analyze", *paths, "-o", out, *args, **options)
    assert done.returncode == code, f"exit {done.returncode}: {done.stderr}"
    assert done.stdout == ""
    assert re.fullmatch(r"hindcast: [^\n]+\n", done.stderr), done.stderr
    return done.stderr


@functools.cache
def has_command(name):
    return run(name, "--help").returncode == 0


def needs(command):
    if not has_command(command):
        pytest.skip(f"no command '{command}' yet")


def limit_memory(size):
    """For preexec_fn. A sanitizer maps terabytes: it watches what is resident instead."""
    if not SANITIZED:
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def sanitizer_env(size):
    given = os.environ.get("ASAN_OPTIONS", "")
    limit = f"hard_rss_limit_mb={size // 2**20}"
    return {"ASAN_OPTIONS": f"{given}:{limit}".lstrip(":")} if SANITIZED else {}


# ---------------------------------------------------------------- files

def read_json(path):
    def refuse(name):
        raise ValueError(f"{path} holds {name}, which is not JSON")

    return json.loads(pathlib.Path(path).read_text(encoding="utf-8"),
                      parse_constant=refuse)


def tree(folder):
    """Every file below, with its bytes."""
    folder = pathlib.Path(folder)
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}


def leftovers(folder):
    return [str(path) for path in pathlib.Path(folder).rglob(".*")]


def write(path, table, **options):
    """A frame or a dict of columns as Parquet."""
    if isinstance(table, dict):
        table = pa.table(table)
    elif isinstance(table, pd.DataFrame):
        table = pa.Table.from_pandas(table, preserve_index=False)
    pq.write_table(table, path, **options)
    return path


# ---------------------------------------------------------------- data

def samples(nodes=3, days=9, step_s=600, start="2025-06-02", seed=1, gauges=GAUGES):
    """A frame sorted by node and time, with rhythm and noise; clean."""
    rng = np.random.default_rng(seed)
    count = days * 86400 // step_s
    time = pd.date_range(start, periods=count, freq=f"{step_s}s", tz="UTC")
    hour = np.arange(count) * step_s / 3600
    parts = []
    for index in range(nodes):
        level = 0.2 + 0.4 * index / max(1, nodes - 1)
        wave = np.sin(2 * np.pi * (hour - 9) / 24)
        cpu = np.clip(level + 0.15 * wave + rng.normal(0, 0.04, count), 0.001, 0.999)
        memory = np.clip(0.3 + 0.4 * cpu + rng.normal(0, 0.05, count), 0.001, 0.999)
        cores, total = 8.0 * (1 + index % 2), 64e9 * (1 + index % 2)
        rx = 1e6 * (1 + cpu) + rng.random(count) * 3e5
        part = {
            "cpu_usage_rate": cpu, "memory_usage": memory,
            "memory_available": total * (1 - memory), "memory_total": np.full(count, total),
            "cpu_cores": np.full(count, cores), "cpu_iowait": 0.01 * rng.random(count),
            "cpu_steal": 0.002 * rng.random(count),
            "load_1m": cores * cpu * (0.8 + 0.4 * rng.random(count)),
            "load_5m": cores * cpu, "load_15m": cores * (0.1 + 0.9 * cpu),
            "disk_usage": np.clip(0.3 + 1e-5 * hour + 0.1 * rng.random(count), 0, 1),
            "network_rx_bytes": rx, "network_tx_bytes": 0.7 * rx + 1e4 * rng.random(count),
            "disk_read_bytes": 1e5 * rng.random(count),
            "disk_write_bytes": 2e5 * rng.random(count),
        }
        frame = pd.DataFrame({name: part[name] for name in gauges})
        frame.insert(0, "node", f"node-{index:02d}")
        frame.insert(0, "timestamp", time)
        parts.append(frame)
    return pd.concat(parts, ignore_index=True)


def dirty(frame, seed=1):
    """NULL, NaN, Inf, values out of range, gaps, exact and conflicting repeats. Time
    stays in order within a node."""
    rng = np.random.default_rng(seed)
    frame = frame.copy()
    names = [name for name in frame.columns if name in GAUGES]
    for name in names[:8]:
        rows = rng.choice(len(frame), 12, replace=False)
        frame.loc[rows, name] = [np.nan] * 6 + [np.inf, -np.inf, np.inf, -0.5, 1.5, 2.5]
    frame = frame.drop(rng.choice(len(frame), len(frame) // 50, replace=False))
    exact = frame.sample(20, random_state=seed)
    conflicting = frame.sample(15, random_state=seed + 1)
    conflicting[names[0]] = conflicting[names[0]] * 0.5 + 0.01
    frame = pd.concat([frame, exact, conflicting])
    return frame.sort_values(["node", "timestamp"], kind="stable", ignore_index=True)


# ---------------------------------------------------------------- comparing

# What says when, where and with which program; notes name the files.
VOLATILE = ("generated_at", "input", "hindcast", "notes")


def differences(a, b, relative=0.0, absolute=0.0, skip=VOLATILE, where=""):
    """Paths at which two JSON values differ; numbers may by the tolerances."""
    if isinstance(a, dict) and isinstance(b, dict):
        found = [f"{where}.{key}: only in one" for key in set(a) ^ set(b)]
        for key in a.keys() & b.keys():
            if f"{where}.{key}".lstrip(".") not in skip and key not in skip:
                found += differences(a[key], b[key], relative, absolute, skip,
                                     f"{where}.{key}")
        return found
    if isinstance(a, list) and isinstance(b, list):
        if len(a) != len(b):
            return [f"{where}: {len(a)} and {len(b)} entries"]
        return [line for i, (x, y) in enumerate(zip(a, b))
                for line in differences(x, y, relative, absolute, skip, f"{where}[{i}]")]
    if is_number(a) and is_number(b):
        room = max(relative * max(abs(a), abs(b)), absolute)
        return [] if abs(a - b) <= room else [f"{where}: {a!r} and {b!r}"]
    return [] if a == b else [f"{where}: {a!r} and {b!r}"]


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def close(a, b, relative=1e-9, absolute=0.0):
    return a is not None and b is not None and math.isclose(
        a, b, rel_tol=relative, abs_tol=absolute)


def assert_same(a, b, **tolerances):
    found = differences(a, b, **tolerances)
    assert not found, f"{len(found)} differ:\n" + "\n".join(found[:15])


# ---------------------------------------------------------------- terminal

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def width(line):
    return sum(0 if unicodedata.combining(c) else
               2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in ESCAPE.sub("", line))


def control_characters(text):
    """What a terminal could obey, but for the newline."""
    return sorted({c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")
                   and c != "\n"})


def signal_name(code):
    return signal.Signals(-code).name if code < 0 else str(code)
