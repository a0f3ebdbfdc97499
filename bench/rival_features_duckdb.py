"""The training set of `hindcast features`, in DuckDB SQL windows.

    python rival_features_duckdb.py DATA.parquet OUT.parquet [--copy]

With --copy DATA is a finished training set, and is only copied, column by column, with the
compression that hindcast uses: what reading and writing cost at the least.
"""
import sys

import duckdb

from rival_features_polars import GAUGES, HORIZONS, MAIN, WINDOWS, label

WRITE = ("(format parquet, compression zstd, compression_level 1, parquet_version v2, "
         "row_group_size 122880)")
CALENDAR = """
    hour(timestamp)::integer as hour,
    isodow(timestamp)::integer - 1 as day_of_week,
    day(timestamp)::integer as day_of_month,
    month(timestamp)::integer as month,
    (isodow(timestamp) > 5)::bigint as is_weekend,
    (hour(timestamp) between 8 and 18)::bigint as is_business_hours,
    sin(2 * pi() * hour(timestamp) / 24) as hour_sin,
    cos(2 * pi() * hour(timestamp) / 24) as hour_cos,
    sin(2 * pi() * (isodow(timestamp) - 1) / 7) as day_sin,
    cos(2 * pi() * (isodow(timestamp) - 1) / 7) as day_cos"""


def rolling():
    functions = {"mean": "avg", "std": "stddev", "max": "max"}
    return ", ".join(
        f"case when count({gauge}) over w{window} >= {least} then {function}({gauge}) over "
        f'w{window} end as "{gauge}_{name}_{label(window)}"'
        for gauge in MAIN for window, least in WINDOWS.items()
        for name, function in functions.items())


def windows():
    return ", ".join(
        f"w{window} as (partition by node order by timestamp range between "
        f"interval {window[:-1]} hour - interval 1 microsecond preceding and current row)"
        for window in WINDOWS)


def targets():
    return ", ".join(f'lead({gauge}, {120 * int(horizon[:-1])}) over at as '
                     f'"{gauge}_target_{label(horizon)}"'
                     for gauge in MAIN for horizon in HORIZONS)


def main(data, out, copy=None):
    with duckdb.connect() as db:
        db.execute("set threads = 2")
        if copy:
            db.execute("set preserve_insertion_order = false")
            db.execute(f"copy (from '{data}') to '{out}' {WRITE}")
            return
        db.execute(f"""
            copy (select timestamp, node, {', '.join(GAUGES)}, {CALENDAR}, {rolling()},
                {targets()}
            from '{data}' window {windows()}, at as (partition by node order by timestamp)
            order by node, timestamp) to '{out}' {WRITE}""")


if __name__ == "__main__":
    main(*sys.argv[1:])
