"""Makes a 60-column training set of the shape that the notebook's origin had.

    python make_sixty_columns.py NODES OUT.parquet [--days N] [--start DATE] [--dirt]

A row a node and 30 seconds: timestamp, node, 12 gauges, 10 calendar columns, 27 rolling
columns (mean, std and max of three gauges over 1, 6 and 24 hours) and 9 targets (the same
gauges 1, 2 and 4 hours later). 20 nodes × 30 days are 1,728,000 rows, about 540 MB.

The values come from a hash of node, time and column, so every run makes the same. With
--dirt the file also has NULL, NaN and infinite values, gaps of one node and of all,
repeated rows and rows out of order.
"""
import argparse
import os
import tempfile

import duckdb

STEPS_A_DAY = 2880
BATCH = 20  # nodes made at a time: bounds the memory
MAIN = ["cpu_usage_rate", "memory_usage", "load_1m"]
WINDOWS = {"1.0h": 120, "6.0h": 720, "24.0h": 2880}
HORIZONS = {"1.0h": 120, "2.0h": 240, "4.0h": 480}


def noise(column):
    """SQL of a value in 0..1 that depends on node, step and column alone."""
    return f"((hash(n, t, {column}) >> 11) / 9007199254740992.0)"


def wave(phase):
    return f"sin(2 * pi() * (t % {STEPS_A_DAY}) / {STEPS_A_DAY} - {phase})"


def base_sql(first, count, days, start):
    date = f"timestamp '{start}' + to_days((t // {STEPS_A_DAY})::integer)"
    weekend = f"(isodow({date}) > 5)::integer"
    return f"""
        select n, t, timestamp '{start}' + to_seconds(30 * t) as timestamp,
            'node-' || lpad(n::varchar, 4, '0') as node,
            least(1, greatest(0, 0.42 + 0.02 * (n % 10) + 0.22 * {wave(2)}
                - 0.08 * {weekend} + 0.06 * ({noise(1)} - 0.5))) as cpu_usage_rate,
            least(1, greatest(0, 0.35 + 0.01 * (n % 7) + 0.1 * {wave(1)}
                + 0.02 * ({noise(2)} - 0.5))) as memory_usage,
            1e10 + 1e8 * {noise(3)} as memory_available,
            16777216000.0::double as memory_total,
            3 + 2 * {wave(2)} + 4 * {noise(4)} as load_1m,
            4 + {noise(5)} as load_5m,
            4 + 0.5 * {noise(6)} as load_15m,
            0.55 + 1e-7 * t as disk_usage,
            1e6 * {noise(7)} as network_rx_bytes,
            1e6 * {noise(8)} as network_tx_bytes,
            1e5 * {noise(9)} as disk_read_bytes,
            1e5 * {noise(10)} as disk_write_bytes
        from range({first}, {first + count}) nodes(n),
            range({days * STEPS_A_DAY}) steps(t)"""


def calendar_sql():
    return """
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


def rolling_sql():
    parts = []
    for name in MAIN:
        for label, rows in WINDOWS.items():
            over = f"over (partition by n order by t rows {rows - 1} preceding)"
            for function, what in (("avg", "mean"), ("stddev", "std"), ("max", "max")):
                parts.append(f'{function}({name}) {over} as "{name}_{what}_{label}"')
    return ", ".join(parts)


def target_sql():
    over = "over (partition by n order by t)"
    return ", ".join(f'lead({name}, {rows}) {over} as "{name}_target_{label}"'
                     for name in MAIN for label, rows in HORIZONS.items())


def clean_sql(first, count, days, start):
    return f"""
        select *, {calendar_sql()}, {rolling_sql()}, {target_sql()}
        from ({base_sql(first, count, days, start)})"""


def dirty_sql(clean):
    """Holes by a hash of node and step; a gap of node 1 in the second day and of all
    nodes in the fourth; repeats, exact and conflicting; rows that come late."""
    return f"""
        with holes as (
            select * replace (
                case when hash(n, t, 21) % 97 = 0 then null else cpu_usage_rate end
                    as cpu_usage_rate,
                case when hash(n, t, 22) % 89 = 0 then 'nan'::double else memory_usage end
                    as memory_usage,
                case when hash(n, t, 23) % 101 = 0 then 'inf'::double
                    when hash(n, t, 23) % 101 = 1 then '-inf'::double
                    when hash(n, t, 23) % 101 = 2 then null else load_1m end as load_1m,
                case when hash(n, t, 24) % 83 = 0 then 1.5
                    when hash(n, t, 24) % 83 = 1 then -0.25 else disk_usage end
                    as disk_usage)
            from ({clean})
            where not (n % 4 = 1 and t between 3000 and 3400)
                and not (t between 9000 and 9240)),
        rows as (
            select *, 0 as again from holes
            union all select *, 1 from holes where t % 5003 = 0
            union all select * replace (network_rx_bytes + 1 as network_rx_bytes), 2
                from holes where t % 7001 = 7000)
        select * from rows"""


def write(connection, sql, out):
    connection.execute(f"""
        copy ({sql}) to '{out}'
        (format parquet, compression snappy, row_group_size 122880)""")


def make_batch(connection, first, count, out, days, start, dirt):
    sql = clean_sql(first, count, days, start)
    place = "t"
    if dirt:
        sql = dirty_sql(sql)
        place = "case when t % 4999 = 17 then t + 3 else t end, again"
    hidden = "n, t, again" if dirt else "n, t"
    ordered = f"select * exclude ({hidden}) from ({sql}) order by n, {place}"
    write(connection, ordered, out)


def make(nodes, out, days=30, start="2025-07-31", dirt=False):
    """Writes the set to `out`, under a temporary name until it is whole."""
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    folder = os.path.dirname(os.path.abspath(out))
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        connection.execute(f"set temp_directory = '{scratch}'")
        parts = []
        for first in range(0, nodes, BATCH):
            parts.append(f"{scratch}/part-{first:06}.parquet")
            count = min(BATCH, nodes - first)
            make_batch(connection, first, count, parts[-1], days, start, dirt)
        if len(parts) > 1:
            connection.execute("set memory_limit = '4GB'")
            whole = f"{scratch}/whole.parquet"
            write(connection, f"select * from read_parquet({parts})", whole)
            parts = [whole]
        os.replace(parts[0], out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nodes", type=int, metavar="NODES")
    parser.add_argument("out", metavar="OUT.parquet")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--start", default="2025-07-31")
    parser.add_argument("--dirt", action="store_true")
    args = parser.parse_args()
    make(args.nodes, args.out, args.days, args.start, args.dirt)


if __name__ == "__main__":
    main()
