"""The training set of `hindcast features`, in Polars.

    python rival_features_polars.py DATA.parquet OUT.parquet

Windows by time (rolling_*_by) and targets (join_asof), with less than half of the expected
samples null, as hindcast has them; the calendar in UTC. DATA is regular: a sample every
30 s.
"""
import math
import sys

import polars as pl

GAUGES = ["cpu_usage_rate", "memory_usage", "memory_available", "memory_total", "load_1m",
          "load_5m", "load_15m", "disk_usage", "network_rx_bytes", "network_tx_bytes",
          "disk_read_bytes", "disk_write_bytes"]
MAIN = ["cpu_usage_rate", "memory_usage", "load_1m"]
WINDOWS = {"1h": 60, "6h": 360, "24h": 1440}  # and the samples that it must have
HORIZONS = ["1h", "2h", "4h"]


def label(duration):
    return duration.replace("h", ".0h")


def calendar():
    time = pl.col("timestamp").dt
    hour, day = time.hour().cast(pl.Int32), (time.weekday() - 1).cast(pl.Int32)
    day_angle, hour_angle = 2 * math.pi * day / 7, 2 * math.pi * hour / 24
    return [hour.alias("hour"), day.alias("day_of_week"),
            time.day().cast(pl.Int32).alias("day_of_month"),
            time.month().cast(pl.Int32).alias("month"),
            (day > 4).cast(pl.Int64).alias("is_weekend"),
            hour.is_between(8, 18).cast(pl.Int64).alias("is_business_hours"),
            hour_angle.sin().alias("hour_sin"), hour_angle.cos().alias("hour_cos"),
            day_angle.sin().alias("day_sin"), day_angle.cos().alias("day_cos")]


def rolling(gauge, window, least):
    column = pl.col(gauge)
    settings = {"window_size": window, "min_samples": least}
    made = {"mean": column.rolling_mean_by("timestamp", **settings),
            "std": column.rolling_std_by("timestamp", **settings),
            "max": column.rolling_max_by("timestamp", **settings)}
    return [value.over("node").alias(f"{gauge}_{name}_{label(window)}")
            for name, value in made.items()]


def add_targets(frame, horizon):
    later = frame.select(
        "node", "timestamp",
        *(pl.col(gauge).alias(f"{gauge}_target_{label(horizon)}") for gauge in MAIN))
    return frame.with_columns(goal=pl.col("timestamp").dt.offset_by(horizon)).join_asof(
        later, left_on="goal", right_on="timestamp", by="node", strategy="nearest",
        tolerance="15s", check_sortedness=False).drop("goal", "timestamp_right")


def names():
    rolled = [f"{gauge}_{name}_{label(window)}" for gauge in MAIN for window in WINDOWS
              for name in ("mean", "std", "max")]
    targets = [f"{gauge}_target_{label(horizon)}" for gauge in MAIN
               for horizon in HORIZONS]
    return [*rolled, *targets]


def main(data, out):
    frame = pl.read_parquet(data, columns=["timestamp", "node", *GAUGES])
    frame = frame.with_columns(*calendar(), *(
        column for gauge in MAIN for window, least in WINDOWS.items()
        for column in rolling(gauge, window, least)))
    plain = [name for name in frame.columns if name not in names()]
    for horizon in HORIZONS:
        frame = add_targets(frame, horizon)
    frame.select(*plain, *names()).write_parquet(
        out, compression="zstd", compression_level=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
