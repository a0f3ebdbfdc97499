"""The training set of `hindcast features`, in DuckDB SQL windows.

    python rival_features_duckdb.py DATA.parquet OUT.parquet [--copy [--sql] | --times N]

With --copy DATA is a finished training set, and is only copied, column by column, with the
compression that hindcast uses: what reading and writing cost at the least; --sql prints
how that is asked. With --times OUT is N times the nodes of DATA, the keys and gauges alone.
"""
import argparse

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
    return ", ".join(f'lead({gauge}, {120 * int(horizon[:-1])}) over later as '
                     f'"{gauge}_target_{label(horizon)}"'
                     for gauge in MAIN for horizon in HORIZONS)


def copy_sql(data, out):
    return f"copy (from '{data}') to '{out}' {WRITE}"


def times_sql(data, out, times):
    parts = (f"select timestamp, '{k:03}-' || node as node, {', '.join(GAUGES)} "
             f"from '{data}'" for k in range(times))
    return f"copy ({' union all '.join(parts)}) to '{out}' {WRITE}"


def features_sql(data, out):
    return f"""
        copy (select timestamp, node, {', '.join(GAUGES)}, {CALENDAR}, {rolling()},
            {targets()}
        from '{data}' window {windows()}, later as (partition by node order by timestamp)
        order by node, timestamp) to '{out}' {WRITE}"""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("out")
    parser.add_argument("--copy", action="store_true")
    parser.add_argument("--sql", action="store_true")
    parser.add_argument("--times", type=int)
    return parser.parse_args()


def main():
    args = arguments()
    if args.sql:
        print("set preserve_insertion_order = false;", copy_sql(args.data, args.out))
        return
    with duckdb.connect() as db:
        db.execute("set threads = 2")
        if args.times:
            db.execute(times_sql(args.data, args.out, args.times))
        elif args.copy:
            db.execute("set preserve_insertion_order = false")
            db.execute(copy_sql(args.data, args.out))
        else:
            db.execute(features_sql(args.data, args.out))


if __name__ == "__main__":
    main()
