"""The notebook's own computations in pandas, call by call, without its figures.

    python rival_pandas.py DATA.parquet OUT.json

Numbers narrower than float64 are widened and infinite values made NaN, since the notebook
would otherwise print other digits than everyone else; both touch only the columns that
need it.
"""
import sys

import numpy as np
import pandas as pd

import notebook_json
from notebook_json import MAIN, plain


def load(path):
    df = pd.read_parquet(path)
    numeric = list(df.select_dtypes(include=[np.number]).columns)
    missing = (df.isnull().sum() / len(df)) * 100
    for name in numeric:
        if df[name].dtype == "float32":
            df[name] = df[name].astype("float64")
        if df[name].dtype == "float64" and np.isinf(df[name].to_numpy()).any():
            df[name] = df[name].replace([np.inf, -np.inf], np.nan)
    width = len(df.columns)
    if "hour" not in df:
        df["hour"] = df["timestamp"].dt.hour
        df["day_of_week"] = df["timestamp"].dt.day_of_week
    return df, numeric, missing, width


def quality(df, missing, width):
    missing = missing[missing > 0].sort_values(ascending=False)
    first, last = df["timestamp"].min(), df["timestamp"].max()
    counts = df["node"].value_counts()
    return {
        "rows": len(df), "columns": width, "nodes": len(df["node"].unique()),
        "start": first.isoformat() + "Z", "end": last.isoformat() + "Z",
        "missing_pct": {name: float(pct) for name, pct in missing.items()},
        "records_per_node": {node: int(n) for node, n in counts.items()},
    }


def temporal(df, gauges):
    hourly = {name: df.groupby("hour")[name].mean() for name in gauges}
    daily = df.groupby("day_of_week")["cpu_usage_rate"].mean()
    weekly = df.groupby(["day_of_week", "hour"]).agg(
        {name: "mean" for name in gauges if name != "load_1m"})
    return {
        "hourly": {str(hour): {name: plain(hourly[name][hour]) for name in gauges}
                   for hour in hourly[gauges[0]].index},
        "daily": {str(day): plain(mean) for day, mean in daily.items()},
        "weekly": {f"{day},{hour}": {name: plain(mean) for name, mean in row.items()}
                   for (day, hour), row in weekly.iterrows()},
    }


def node_stats(df, gauges):
    table = df.groupby("node").agg({name: ["mean", "std", "max"] for name in gauges})
    return {node: {name: {what: plain(table.at[node, (name, what)])
                          for what in ("mean", "std", "max")} for name in gauges}
            for node in table.index}


def trends(df, gauges):
    hourly = df.set_index("timestamp").groupby("node").resample("1h").agg(
        {name: "mean" for name in gauges}).reset_index()
    return {"trend_rows": len(hourly),
            "trend_means": {name: plain(hourly[name].mean()) for name in gauges}}


def main(path, out):
    """Writes the numbers; returns the frame and the matrix, for who draws them."""
    df, numeric, missing, width = load(path)
    gauges = [name for name in MAIN if name in df]
    result = {**quality(df, missing, width), **temporal(df, gauges)}
    result["node_stats"] = node_stats(df, gauges)
    matrix = df[numeric].corr()
    result.update(notebook_json.matrix_and_pairs(numeric, matrix.to_numpy()))
    result["baseline"] = notebook_json.baseline(
        {name: (df[name].mean(), df[name].std(), df[name].max()) for name in gauges})
    result.update(trends(df, gauges))
    hourly_cpu = {int(h): v["cpu_usage_rate"] for h, v in result["hourly"].items()}
    node_cpu = df.groupby("node")["cpu_usage_rate"].mean().to_dict()
    result.update(notebook_json.conclude(hourly_cpu, node_cpu, result["baseline"]))
    notebook_json.write(result, out)
    return df, matrix


if __name__ == "__main__":
    main(*sys.argv[1:3])
