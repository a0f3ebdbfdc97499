"""The whole notebook: its computations in pandas, and its figures by seaborn and plotly.

    python rival_notebook.py DATA.parquet OUT.json

As rival_pandas.py, call by call; then the five pictures as the notebook draws them, with
annotated heatmaps, each rendered to PNG as a notebook shows it, the plotly one to HTML.
Matplotlib's Agg is the quickest backend that it has; the PNGs go into OUT.json's folder.
"""
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402
import plotly.graph_objects as go  # noqa: E402
import seaborn as sns  # noqa: E402

import rival_pandas  # noqa: E402

DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def gauges_of(df):
    return [name for name in ("cpu_usage_rate", "memory_usage", "load_1m") if name in df]


def temporal(df, out):
    figure, axes = plt.subplots(2, 2, figsize=(15, 10))
    for axis, name in zip((axes[0, 0], axes[1, 0], axes[1, 1]), gauges_of(df)):
        hourly = df.groupby("hour")[name].mean()
        axis.plot(hourly.index, hourly.values, marker="o")
        axis.set_title(f"Average {name} by hour")
        axis.grid(True)
    daily = df.groupby("day_of_week")["cpu_usage_rate"].mean()
    axes[0, 1].bar(range(len(daily)), daily.values)
    axes[0, 1].set_xticks(range(len(daily)))
    axes[0, 1].set_xticklabels([DAYS[day] for day in daily.index])
    plt.tight_layout()
    figure.savefig(out / "temporal.png")
    plt.close(figure)


def nodes(df, out):
    figure, axes = plt.subplots(1, 3, figsize=(18, 5))
    for axis, name in zip(axes, gauges_of(df)):
        means = df.groupby("node")[name].mean()
        axis.bar(means.index, means.values)
        axis.tick_params(axis="x", rotation=45)
    plt.tight_layout()
    figure.savefig(out / "nodes.png")
    plt.close(figure)


def correlation(matrix, out):
    figure = plt.figure(figsize=(12, 10))
    sns.heatmap(matrix, annot=True, cmap="coolwarm", center=0, square=True,
                linewidths=0.5, fmt=".2f")
    plt.tight_layout()
    figure.savefig(out / "correlation.png")
    plt.close(figure)


def trends(df, out):
    hourly = df.set_index("timestamp").groupby("node").resample("1h").agg(
        {name: "mean" for name in gauges_of(df)}).reset_index()
    figure = go.Figure()
    for node in df["node"].unique():
        data = hourly[hourly["node"] == node]
        figure.add_trace(go.Scatter(x=data["timestamp"], y=data["cpu_usage_rate"],
                                    mode="lines", name=f"{node} CPU", line={"width": 1}))
    figure.update_layout(title="CPU Usage Trends by Node", height=500)
    figure.write_html(out / "trends.html")


def weekly(df, out):
    table = df.groupby(["day_of_week", "hour"]).agg(
        {name: "mean" for name in gauges_of(df) if name != "load_1m"}).reset_index()
    figure = plt.figure(figsize=(10, 8))
    sns.heatmap(table.pivot(index="hour", columns="day_of_week", values="cpu_usage_rate"),
                annot=True, fmt=".3f", cmap="YlOrRd")
    figure.savefig(out / "weekly.png")
    plt.close(figure)


def main(path, out):
    df, matrix = rival_pandas.main(path, out)
    folder = pathlib.Path(out).parent / "notebook-figures"
    folder.mkdir(exist_ok=True)
    temporal(df, folder)
    nodes(df, folder)
    correlation(matrix, folder)
    trends(df, folder)
    weekly(df, folder)


if __name__ == "__main__":
    main(*sys.argv[1:3])
