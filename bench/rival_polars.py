"""The notebook's numbers as someone who knows Polars well would have them.

    python rival_polars.py DATA.parquet OUT.json

Lazy, reading only the columns a step needs, all groupings in one collected batch; the
correlation is one masked product over NumPy's BLAS instead of a loop over pairs.
"""
import sys

import numpy as np
import polars as pl

import notebook_json
from notebook_json import MAIN, plain


def clean(name):
    """Float64, with NaN and infinite values as null."""
    value = pl.col(name).cast(pl.Float64)
    return pl.when(value.is_finite()).then(value).alias(name)


def hour_and_weekday(schema):
    if "hour" in schema:
        return pl.col("hour"), pl.col("day_of_week")
    stamp = pl.col("timestamp").dt
    return stamp.hour().alias("hour"), (stamp.weekday() - 1).alias("day_of_week")


def queries(lazy, schema, gauges):
    """The quality and grouping steps, as frames that are yet to be collected."""
    narrow = lazy.select("timestamp", "node", *hour_and_weekday(schema),
                         *[clean(name) for name in gauges])
    means = [pl.col(name).mean() for name in gauges]
    holes = [holes_of(name, kind) for name, kind in schema.items()]
    hour = pl.col("timestamp").dt.truncate("1h")
    stats = [f for name in gauges for f in (
        pl.col(name).mean().alias(f"{name}/mean"),
        pl.col(name).std().alias(f"{name}/std"),
        pl.col(name).max().alias(f"{name}/max"))]
    return {
        "holes": lazy.select(pl.len().alias("rows"), *holes),
        "span": narrow.select(first=pl.col("timestamp").min(),
                              last=pl.col("timestamp").max()),
        "hourly": narrow.group_by("hour").agg(means).sort("hour"),
        "daily": narrow.group_by("day_of_week").agg(means).sort("day_of_week"),
        "weekly": narrow.group_by("day_of_week", "hour").agg(means),
        "nodes": narrow.group_by("node").agg(pl.len().alias("rows"), *stats),
        "all": narrow.select(stats),
        "trends": narrow.group_by("node", hour).agg(means),
    }


def holes_of(name, kind):
    missing = pl.col(name).is_null().sum()
    if kind.is_float():
        missing = missing + pl.col(name).is_nan().sum()
    return missing.alias(f"missing/{name}")


def quality(tables, schema):
    holes = tables["holes"].row(0, named=True)
    span, rows = tables["span"].row(0, named=True), holes["rows"]
    percent = {name: 100 * holes[f"missing/{name}"] / rows for name in schema}
    return {
        "rows": rows, "columns": len(schema), "nodes": len(tables["nodes"]),
        "start": span["first"].isoformat() + "Z", "end": span["last"].isoformat() + "Z",
        "missing_pct": {name: pct for name, pct in percent.items() if pct},
        "records_per_node": dict(tables["nodes"].select("node", "rows").iter_rows()),
    }


def temporal(tables, gauges):
    weekly = [name for name in gauges if name != "load_1m"]
    return {
        "hourly": {str(row["hour"]): {name: plain(row[name]) for name in gauges}
                   for row in tables["hourly"].iter_rows(named=True)},
        "daily": {str(row["day_of_week"]): plain(row["cpu_usage_rate"])
                  for row in tables["daily"].iter_rows(named=True)},
        "weekly": {f"{row['day_of_week']},{row['hour']}":
                   {name: plain(row[name]) for name in weekly}
                   for row in tables["weekly"].iter_rows(named=True)},
    }


def node_stats(table, gauges):
    return {row["node"]: {name: {what: plain(row[f"{name}/{what}"])
                                 for what in ("mean", "std", "max")} for name in gauges}
            for row in table.iter_rows(named=True)}


def trends(table, gauges):
    """Resampling fills the hours of a node without a row: they add to the count alone."""
    hour = pl.col("timestamp")
    span = table.group_by("node").agg((hour.max() - hour.min()).dt.total_hours() + 1)
    return {"trend_rows": span["timestamp"].sum(),
            "trend_means": {name: plain(table[name].mean()) for name in gauges}}


def correlation(lazy, numeric):
    """Pearson over pairwise complete rows: sums of the centred values, of their squares
    and of the counts over each pair's rows, as products of matrices."""
    values = lazy.select([pl.col(name).cast(pl.Float64) for name in numeric]).collect()
    x = values.to_numpy(writable=True)
    del values
    present = np.isfinite(x)
    np.copyto(x, 0, where=~present)
    count = np.count_nonzero(present, axis=0)
    x -= x.sum(axis=0) / np.maximum(count, 1)
    mask = present.astype(np.float64)
    x *= mask
    n, sums, products = mask.T @ mask, x.T @ mask, x.T @ x
    squares = np.square(x).T @ mask
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = products - sums * sums.T / n
        variance = squares - sums * sums / n
        return covariance / np.sqrt(variance * variance.T)


def main(path, out):
    lazy = pl.scan_parquet(path)
    schema = lazy.collect_schema()
    numeric = [name for name, kind in schema.items() if kind.is_numeric()]
    gauges = [name for name in MAIN if name in schema]
    planned = queries(lazy, schema, gauges)
    tables = dict(zip(planned, pl.collect_all(list(planned.values()))))
    result = {**quality(tables, schema), **temporal(tables, gauges)}
    result["node_stats"] = node_stats(tables["nodes"], gauges)
    result.update(notebook_json.matrix_and_pairs(numeric, correlation(lazy, numeric)))
    whole = tables["all"].row(0, named=True)
    result["baseline"] = notebook_json.baseline(
        {name: tuple(whole[f"{name}/{what}"] for what in ("mean", "std", "max"))
         for name in gauges})
    result.update(trends(tables["trends"], gauges))
    hourly_cpu = {int(h): v["cpu_usage_rate"] for h, v in result["hourly"].items()}
    node_cpu = {node: v["cpu_usage_rate"]["mean"]
                for node, v in result["node_stats"].items()}
    result.update(notebook_json.conclude(hourly_cpu, node_cpu, result["baseline"]))
    notebook_json.write(result, out)


if __name__ == "__main__":
    main(*sys.argv[1:3])
