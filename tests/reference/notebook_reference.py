"""The notebook's computations in pandas, as the reference that hindcast is held against.

    python notebook_reference.py FILE… -o OUT.json [--timezone Area/City] [--exact]

The answer has the shape of findings.json, so that the two can be walked side by side.
Every numeric column is turned to float64 and ±Inf is set to NaN before anything is
computed; hour and weekday come from the timestamp in the given zone, never from a column
of the file. Nothing here is tuned: where pandas has a call for it, that call is made.

Where the notebook says nothing (quality, quantiles, correlation within nodes) the
definitions are those of the program's contract, each written beside its function.
"""
import argparse
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

MAIN = ["cpu_usage_rate", "memory_usage", "load_1m"]
FRACTIONS = ["cpu_usage_rate", "memory_usage", "cpu_iowait", "cpu_steal", "disk_usage"]
GAUGES = [
    "cpu_usage_rate", "memory_usage", "memory_available", "memory_total", "cpu_cores",
    "cpu_iowait", "cpu_steal", "load_1m", "load_5m", "load_15m", "disk_usage",
    "network_rx_bytes", "network_tx_bytes", "disk_read_bytes", "disk_write_bytes",
]
QUANTILES = {"p50": (1, 2), "p95": (19, 20), "p99": (99, 100)}
TARGET_CPU, TARGET_MEMORY = 0.65, 0.80
TIE = 1e-12
SECOND = 1_000_000  # times are whole microseconds


# ---------------------------------------------------------------- reading

class Samples:
    """A data set: the raw Arrow table, and the same as the notebook would hold it.

    frame has the numeric columns as float64 without Inf, and beside them `timestamp`
    (UTC), `hour`, `day_of_week` and `date` in the zone under names of their own
    (`local_…`), `code` (which node, an index into `names`), `time` (microseconds) and
    `file`. A node is a (cluster, node) pair where there is a cluster column.
    """

    def __init__(self, paths, timezone="UTC"):
        tables = [pq.read_table(path) for path in paths]
        self.rows_per_file = [table.num_rows for table in tables]
        self.table = pa.concat_tables(tables, promote_options="permissive")
        self.numeric = [f.name for f in self.table.schema if is_number(f.type)]
        self.counts = {name: count_holes(self.table.column(name))
                       for name in self.table.column_names}
        self.frame = pd.DataFrame({name: as_float(self.table.column(name))
                                   for name in self.numeric}, copy=False)
        self.gauges = [name for name in GAUGES if name in self.numeric]
        self.add_keys(timezone)

    def add_keys(self, timezone):
        stamp = pd.to_datetime(self.table.column("timestamp").to_pandas(), utc=True)
        local = stamp.dt.tz_convert(timezone)
        frame = self.frame
        frame["timestamp"] = stamp
        frame["time"] = stamp.astype("datetime64[us, UTC]").astype("int64").to_numpy()
        frame["local_hour"] = local.dt.hour
        frame["local_day_of_week"] = local.dt.day_of_week
        frame["local_date"] = local.dt.tz_localize(None).dt.normalize()
        frame["file"] = np.repeat(np.arange(len(self.rows_per_file)), self.rows_per_file)
        self.names, frame["code"] = node_codes(self.table)


def is_number(kind):
    return (pa.types.is_integer(kind) or pa.types.is_floating(kind)
            or pa.types.is_decimal(kind))


def count_holes(column):
    """NULL, NaN and infinite values of a column of any type."""
    nan = infinite = 0
    if pa.types.is_floating(column.type):
        nan = pc.sum(pc.is_nan(column)).as_py() or 0
        infinite = pc.sum(pc.is_inf(column)).as_py() or 0
    return {"null": column.null_count, "nan": nan, "infinite": infinite}


def as_float(column):
    values = column.cast(pa.float64()).to_numpy()
    if np.isinf(values).any():
        values = np.where(np.isinf(values), np.nan, values)
    return values


def node_codes(table):
    """Names of the nodes, ordered, as (cluster, node); and each row's place in them."""
    node = table.column("node").to_pandas().astype(str)
    if "cluster" not in table.column_names:
        codes, names = pd.factorize(node, sort=True)
        return [(None, name) for name in names], codes
    cluster = table.column("cluster").to_pandas().astype(str)
    codes, names = pd.factorize(pd.MultiIndex.from_arrays([cluster, node]), sort=True)
    return list(names), codes


def named(names, code, **values):
    cluster, node = names[code]
    entry = {"node": node} if cluster is None else {"cluster": cluster, "node": node}
    return {**entry, **values}


# ---------------------------------------------------------------- small helpers

def number(value):
    """A JSON number, or None for what cannot be had."""
    if value is None or pd.isna(value):
        return None
    return float(value)


def iso(time):
    return pd.Timestamp(int(time), unit="us", tz="UTC").isoformat().replace("+00:00", "Z")


def rank(values, q):
    """The value at rank floor(q (n - 1)) of finite values, in whole numbers."""
    if not len(values):
        return None
    place = q[0] * (len(values) - 1) // q[1]
    return number(np.partition(values, place)[place])


def first_within_tie(series, best):
    """The smallest key among those whose value is within 1e-12 of the best."""
    near = series[(series - best).abs() <= TIE]
    return near.index.min()


# ---------------------------------------------------------------- quality

def quality(samples):
    frame, table = samples.frame, samples.table
    times = distinct_times(frame)
    steps = gaps_and_steps(times)
    nodes = [node_record(samples, steps, code) for code in range(len(samples.names))]
    start, end = int(frame["time"].min()), int(frame["time"].max())
    return {
        "rows": len(frame),
        "columns": len(table.column_names),
        "nodes": int(frame["code"].nunique()),
        "start": iso(start),
        "end": iso(end),
        "span_s": (end - start) / SECOND,
        "step_s": most_frequent(steps["step"]),
        "missing": [missing(samples, name) for name in table.column_names],
        "records_per_node": with_counts(nodes, frame["code"].value_counts()),
        "fleet_gaps": fleet_gaps(steps, len(samples.names)),
        "duplicates": duplicates(samples),
        "out_of_order": out_of_order(frame),
        "out_of_range": [out_of_range(frame, name) for name in samples.gauges],
    }


def missing(samples, name):
    """pct is of all rows, NULL and NaN together, as isnull() counts; `missing` counts
    both too, `nan` those of them that are NaN."""
    counts = samples.counts[name]
    holes = counts["null"] + counts["nan"]
    return {"column": name, "missing": holes, "nan": counts["nan"],
            "infinite": counts["infinite"],
            "pct": 100.0 * holes / max(1, len(samples.frame))}


def distinct_times(frame):
    keys = frame[["code", "time"]].drop_duplicates()
    return keys.sort_values(["code", "time"], ignore_index=True)


def gaps_and_steps(times):
    """Per node the differences of successive distinct times, the step, and the gaps.

    A step is the most frequent difference in whole seconds, the smallest among equals;
    a gap is a difference over 1.5 steps."""
    code, time = times["code"].to_numpy(), times["time"].to_numpy()
    same = code[1:] == code[:-1]
    where, begin, end = code[1:][same], time[:-1][same], time[1:][same]
    seconds = (end - begin + SECOND // 2) // SECOND
    step = pd.Series(seconds).groupby(where).agg(most_frequent)
    wide = 2 * (end - begin) > 3 * step.reindex(where).to_numpy() * SECOND
    return {"times": times, "step": step,
            "gaps": pd.DataFrame({"code": where, "start": begin, "end": end})[wide]}


def most_frequent(seconds):
    values, counts = np.unique(np.asarray(seconds), return_counts=True)
    return int(values[np.argmax(counts)]) if len(values) else None


def node_record(samples, steps, code):
    """Slots are floor(time / step); coverage is occupied slots over those expected
    between the first and the last time."""
    entry = named(samples.names, code, gaps=0, longest_gap_s=0.0)
    if code not in steps["step"].index:
        return {**entry, "step_s": None, "expected": None, "occupied": None,
                "coverage": None}
    step = int(steps["step"][code])
    low, high = np.searchsorted(steps["times"]["code"], [code, code + 1])
    slots = np.unique(steps["times"]["time"].to_numpy()[low:high] // (step * SECOND))
    expected = int(slots[-1] - slots[0] + 1)
    gaps = steps["gaps"][steps["gaps"]["code"] == code]
    longest = (gaps["end"] - gaps["start"]).max() / SECOND if len(gaps) else 0.0
    return {**entry, "step_s": step, "expected": expected, "occupied": len(slots),
            "coverage": len(slots) / expected, "gaps": len(gaps),
            "longest_gap_s": float(longest)}


def with_counts(nodes, counts):
    return [{**node, "n": int(counts[code])} for code, node in enumerate(nodes)]


def fleet_gaps(steps, nodes):
    """Stretches in which at least 80 % of all nodes are in a gap at once; one node alone
    is no fleet.

    A node is not in a gap at the instant of a sample, so at one instant gaps end before
    others begin: a sample between two gaps parts them."""
    if nodes < 2:
        return []
    gaps = steps["gaps"]
    moves = sorted([(time, -1) for time in gaps["end"]] + [(t, 1) for t in gaps["start"]])
    stretches, current, away = [], None, 0
    for time, step in moves:
        away += step
        inside = 5 * away >= 4 * nodes
        if inside and current is None:
            current = {"start": iso(time), "nodes": 0}
        if inside:
            current["nodes"] = max(current["nodes"], away)
        elif current is not None:
            stretches.append({**current, "end": iso(time)})
            current = None
    return stretches


def duplicates(samples):
    """Of the rows with the same node and time: exact = rows - distinct rows, conflicting
    = distinct rows - 1. NULL equals NaN, -0 equals 0; all columns of the file count."""
    repeated = samples.frame.duplicated(["code", "time"], keep=False).to_numpy()
    rows = samples.table.filter(pa.array(repeated)).to_pandas()
    for name in samples.numeric:
        rows[name] = rows[name] + 0
    distinct = rows.drop_duplicates()
    keys = [name for name in ("cluster", "node", "timestamp") if name in rows]
    groups = len(distinct[keys].drop_duplicates())
    return {"exact": len(rows) - len(distinct), "conflicting": len(distinct) - groups}


def out_of_order(frame):
    """Rows whose time is before that of the row above of the same node and file."""
    return int((frame.groupby(["file", "code"])["time"].diff() < 0).sum())


def out_of_range(frame, name):
    """Finite values below 0; and, of fractions, above 1."""
    values = frame[name]
    above = int((values > 1).sum()) if name in FRACTIONS else 0
    return {"column": name, "below": int((values < 0).sum()), "above": above}


# ---------------------------------------------------------------- the notebook

def temporal(samples):
    keys = {"hourly": ["local_hour"], "daily": ["local_day_of_week"],
            "weekly": ["local_day_of_week", "local_hour"]}
    return {name: pattern(samples, by) for name, by in keys.items()}


def pattern(samples, by):
    """n is the rows of the group, days the distinct local dates behind them."""
    groups = samples.frame.groupby(by)
    present = [name for name in MAIN if name in samples.numeric]
    means, size = groups[present].mean(), groups.size()
    days = groups["local_date"].nunique()
    result = []
    for key in means.index:
        parts = key if isinstance(key, tuple) else (key,)
        entry = {name.removeprefix("local_"): int(part) for name, part in zip(by, parts)}
        entry.update(n=int(size[key]), days=int(days[key]))
        entry.update({name: number(means.at[key, name]) if name in present else None
                      for name in MAIN})
        result.append(entry)
    return result


def nodes(samples):
    frame = samples.frame
    size = frame.groupby("code").size()
    result = [named(samples.names, code, n=int(size[code])) for code in size.index]
    for name in MAIN:
        if name not in samples.numeric:
            for entry in result:
                entry[name] = None
            continue
        table = frame.groupby("code")[name].agg(["mean", "std", "min", "max"])
        quantiles = node_quantiles(frame["code"].to_numpy(), frame[name].to_numpy())
        for code, entry in enumerate(result):
            stats = {key: number(table.at[code, key]) for key in table.columns}
            entry[name] = {**stats, **quantiles.get(code, dict.fromkeys(QUANTILES))}
    return result


def node_quantiles(code, values):
    keep = ~np.isnan(values)
    code, values = code[keep], values[keep]
    order = np.argsort(code, kind="stable")
    code, values = code[order], values[order]
    present, first = np.unique(code, return_index=True)
    parts = np.split(values, first[1:])
    return {int(c): {name: rank(part, q) for name, q in QUANTILES.items()}
            for c, part in zip(present, parts)}


def columns(samples, exact=False):
    return [column(samples, name, exact) for name in samples.numeric]


def column(samples, name, exact):
    series = samples.frame[name]
    values = series.to_numpy()
    values = values[~np.isnan(values)]
    mean, std = moments(values) if exact else (series.mean(), series.std())
    counts = samples.counts[name]
    entry = {"name": name, "kind": kind(name), "n": len(values),
             "missing": counts["null"] + counts["nan"],
             "mean": number(mean), "std": number(std),
             "min": number(series.min()), "max": number(series.max())}
    return {**entry, **{key: rank(values, q) for key, q in QUANTILES.items()}}


def kind(name):
    """gauge, derived, target or other, by the contract's names."""
    calendar = {"hour", "day_of_week", "day_of_month", "month", "is_weekend",
                "is_business_hours", "hour_sin", "hour_cos", "day_sin", "day_cos"}
    windows = {f"{g}_{s}_{w}" for g in MAIN for s in ("mean", "std", "max")
               for w in ("1.0h", "6.0h", "24.0h")}
    targets = {f"{g}_target_{h}" for g in MAIN for h in ("1.0h", "2.0h", "4.0h")}
    if name in GAUGES:
        return "gauge"
    if name in targets:
        return "target"
    return "derived" if name in calendar | windows else "other"


def moments(values):
    """Mean and sample deviation by two passes in long double."""
    if not len(values):
        return None, None
    wide = values.astype(np.longdouble)
    mean = wide.mean()
    square = ((wide - mean) ** 2).sum()
    return mean, np.sqrt(square / (len(values) - 1)) if len(values) > 1 else None


def baseline(samples):
    frame = samples.frame
    empty = pd.Series([np.nan])
    cpu, memory, load = (frame.get(name, empty) for name in MAIN)
    return {
        "avg_cpu_utilization": number(cpu.mean()),
        "max_cpu_utilization": number(cpu.max()),
        "avg_memory_utilization": number(memory.mean()),
        "max_memory_utilization": number(memory.max()),
        "avg_load_1m": number(load.mean()),
        "max_load_1m": number(load.max()),
        "cpu_utilization_std": number(cpu.std()),
        "memory_utilization_std": number(memory.std()),
    }


def trends(samples):
    """rows as resample() makes them; hours those with a row; the slope is Theil-Sen's,
    the median over all pairs of days, on the mean over the samples of each local date."""
    frame = samples.frame.set_index("timestamp")
    present = [name for name in MAIN if name in samples.numeric]
    hourly = frame.groupby("code")[present].resample("1h").agg("mean")
    filled = samples.frame[["code"]].assign(hour=samples.frame["time"] // (3600 * SECOND))
    slopes = [named(samples.names, code, slope_per_day=number(slope))
              for code, slope in daily_slopes(samples).items()]
    return {"rows": len(hourly), "hours": len(filled.drop_duplicates()), "nodes": slopes}


def daily_slopes(samples):
    if "cpu_usage_rate" not in samples.numeric:
        return dict.fromkeys(range(len(samples.names)))
    groups = samples.frame.groupby(["code", "local_date"])["cpu_usage_rate"]
    return {code: theil_sen(days.droplevel(0).dropna())
            for code, days in groups.mean().groupby(level=0)}


def theil_sen(series):
    """None under a week of days: weekdays differ, and would pass for a trend."""
    if len(series) < 7:
        return None
    day = ((series.index - series.index[0]) // pd.Timedelta(days=1)).to_numpy()
    first, second = np.triu_indices(len(series), 1)
    values = series.to_numpy()
    return np.median((values[second] - values[first]) / (day[second] - day[first]))


def optimization_potential(average):
    if not average:
        return None
    return (average - TARGET_CPU) / average * 100


def insights(samples):
    frame = samples.frame
    hourly = frame.groupby("local_hour")["cpu_usage_rate"].mean()
    by_node = frame.groupby("code")["cpu_usage_rate"].mean()
    cpu = frame["cpu_usage_rate"]
    busiest = first_within_tie(by_node, by_node.max())
    least = first_within_tie(by_node, by_node.min())
    return {
        "peak_hour": int(first_within_tie(hourly, hourly.max())),
        "low_hour": int(first_within_tie(hourly, hourly.min())),
        "peak_cpu_usage": number(hourly.max()),
        "low_cpu_usage": number(hourly.min()),
        "busiest_node": samples.names[busiest][1],
        "least_busy_node": samples.names[least][1],
        "cpu_variation_coefficient": number(cpu.std() / cpu.mean()),
        "optimization_opportunity_pct": number(optimization_potential(cpu.mean())),
    }


# ---------------------------------------------------------------- correlation

def correlation(samples, exact=False):
    names = samples.numeric
    if exact:
        pooled = pearson(samples.frame, names, None, np.longdouble)
    else:
        pooled = samples.frame[names].corr().to_numpy()
    within = pearson(samples.frame, names, samples.frame["code"].to_numpy(), np.float64)
    return {
        "columns": names,
        "pooled": [[number(r) for r in row] for row in pooled],
        "within_node": {"columns": names,
                        "matrix": [[number(r) for r in row] for row in within]},
        "pairs": high_pairs(samples, pooled, within),
        "omitted": [],
    }


def high_pairs(samples, pooled, within):
    """r_within is of gauges only."""
    names, pairs = samples.numeric, []
    for i, a in enumerate(names):
        for j in range(i + 1, len(names)):
            if abs(pooled[i][j]) > 0.7:
                both = a in samples.gauges and names[j] in samples.gauges
                pairs.append({"a": a, "b": names[j], "r": number(pooled[i][j]),
                              "r_within": number(within[i][j]) if both else None})
    return pairs


def pearson(frame, names, code, dtype):
    """Pearson's r over pairwise complete rows by two passes; with `code`, after the node
    means of the pair's rows are taken out. NaN where one side does not vary.

    Columns that lack the same rows share their centred values."""
    present = [~np.isnan(frame[name].to_numpy()) for name in names]
    shapes = [mask.tobytes() for mask in present]
    shape_of = {shape: i for i, shape in enumerate(dict.fromkeys(shapes))}
    kept = {}

    def centred(column, keep, key):
        if (column, key) not in kept:
            values = frame[names[column]].to_numpy()[keep].astype(dtype)
            kept[column, key] = centre(values, None if code is None else code[keep])
        return kept[column, key]

    result = np.full((len(names), len(names)), np.nan)
    for i in range(len(names)):
        for j in range(i, len(names)):
            key = tuple(sorted({shape_of[shapes[i]], shape_of[shapes[j]]}))
            keep = present[i] & present[j]
            a, b = centred(i, keep, key), centred(j, keep, key)
            scale = np.sqrt(a @ a) * np.sqrt(b @ b)
            if scale > 0:
                result[i, j] = result[j, i] = (a @ b) / scale
    return np.clip(result, -1, 1)


def centre(values, code):
    """Takes out the mean, of all or of each node. The first value is taken off before, so
    that what is constant becomes exactly 0."""
    if not len(values):
        return values
    if code is None:
        values = values - values[0]
        return values - values.mean()
    _, first, index, size = np.unique(
        code, return_index=True, return_inverse=True, return_counts=True)
    values = values - values[first][index]
    return values - (np.bincount(index, values) / size)[index]


# ---------------------------------------------------------------- cells

def cells(samples):
    """What rollup.parquet must hold: a row a node and hour of UTC with rows, and of each
    gauge n, mean, centred second moment, min and max."""
    frame = samples.frame
    hour = frame["timestamp"].dt.floor("h").rename("bucket_start")
    groups = frame.groupby(["code", hour])
    parts = [groups.size().rename("rows")]
    for name in samples.gauges:
        stats = groups[name].agg(["count", "mean", "min", "max"])
        stats["m2"] = groups[name].var(ddof=0) * stats["count"]
        stats = stats.rename(columns={"count": "n"})
        parts.append(stats.add_prefix(name + "_"))
    return pd.concat(parts, axis=1).reset_index()


# ---------------------------------------------------------------- all of it

def analyse(samples, exact=False):
    base = baseline(samples)
    return {
        "quality": quality(samples),
        "temporal": temporal(samples),
        "nodes": nodes(samples),
        "columns": columns(samples, exact),
        "correlation": correlation(samples, exact),
        "baseline": base,
        "trends": trends(samples),
        "opportunity": {
            "target_cpu": TARGET_CPU,
            "target_memory": TARGET_MEMORY,
            "optimization_potential_pct": number(
                optimization_potential(base["avg_cpu_utilization"])),
        },
        "insights": insights(samples),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("--timezone", default="UTC")
    parser.add_argument("--exact", action="store_true",
                        help="columns and pooled correlation in long double, two passes")
    args = parser.parse_args()
    result = analyse(Samples(args.files, args.timezone), args.exact)
    with open(args.output, "w", encoding="utf-8") as out:
        json.dump(result, out, indent=1, allow_nan=False)


if __name__ == "__main__":
    main()
