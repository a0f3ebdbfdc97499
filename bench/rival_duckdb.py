"""The notebook's numbers in SQL: DuckDB on two threads, the correlation by its corr().

    python rival_duckdb.py DATA.parquet OUT.json

NaN and infinite values must be NULL, or corr() and stddev() refuse the query; only
columns that hold any pay for it.
"""
import sys

import duckdb

import notebook_json
from notebook_json import MAIN, plain

FLOATS = ("FLOAT", "DOUBLE")
NUMBERS = FLOATS + ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT",
                    "USMALLINT", "UINTEGER", "UBIGINT")


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


class Data:
    """The file, its columns, and for each numeric column the SQL of its clean value."""

    def __init__(self, path):
        self.sql = duckdb.connect()
        self.sql.execute("set threads = 2")
        self.file = "read_parquet('" + path.replace("'", "''") + "')"
        described = self.sql.execute(f"describe select * from {self.file}").fetchall()
        self.types = {row[0]: row[1] for row in described}
        self.numeric = [name for name, kind in self.types.items() if is_number(kind)]
        self.gauges = [name for name in MAIN if name in self.types]
        self.clean = {}

    def rows(self, select, rest=""):
        return self.sql.execute(f"select {select} from {self.file} {rest}").fetchall()

    def value(self, name):
        return self.clean.get(name, quoted(name))

    def means(self, names):
        return ", ".join(f"avg({self.value(name)})" for name in names)


def is_number(kind):
    return kind in NUMBERS or kind.startswith("DECIMAL")


def quality(data):
    """Counts what is missing, and sees which columns have to be cleaned."""
    parts = ["count(*)", "epoch_us(min(timestamp))", "epoch_us(max(timestamp))"]
    for name, kind in data.types.items():
        column = quoted(name)
        parts.append(f"count({column})")
        real = kind in FLOATS
        parts.append(f"count_if(isnan({column}))" if real else "0")
        parts.append(f"count_if(isinf({column}))" if real else "0")
    rows, first, last, *counts = data.rows(", ".join(parts))[0]
    percent = {}
    for i, name in enumerate(data.types):
        there, nan, infinite = counts[3 * i:3 * i + 3]
        if rows - there + nan:
            percent[name] = 100 * (rows - there + nan) / rows
        note_clean(data, name, nan + infinite)
    return {"rows": rows, "columns": len(data.types), "missing_pct": percent,
            "start": notebook_json.iso(first), "end": notebook_json.iso(last)}


def note_clean(data, name, unclean):
    value = quoted(name)
    if data.types[name] == "FLOAT":
        value += "::double"
    if unclean:
        value = f"case when isfinite({quoted(name)}) then {value} end"
    if value != quoted(name):
        data.clean[name] = value


def temporal(data):
    known = "hour" in data.types
    hour = "hour" if known else "hour(timestamp)"
    day = "day_of_week" if known else "isodow(timestamp) - 1"
    weekly = [name for name in data.gauges if name != "load_1m"]
    hourly = data.rows(f"{hour}, {data.means(data.gauges)}", "group by all")
    daily = data.rows(f"{day}, {data.means(['cpu_usage_rate'])}", "group by all")
    cells = data.rows(f"{day}, {hour}, {data.means(weekly)}", "group by all")
    return {
        "hourly": {str(h): dict(zip(data.gauges, map(plain, means)))
                   for h, *means in hourly},
        "daily": {str(d): plain(mean) for d, mean in daily},
        "weekly": {f"{d},{h}": dict(zip(weekly, map(plain, means)))
                   for d, h, *means in cells},
    }


def moments(data):
    return ", ".join(f"avg({value}), stddev({value}), max({value})"
                     for value in map(data.value, data.gauges))


def node_stats(data):
    table = data.rows(f"node, count(*), {moments(data)}", "group by node")
    stats = {}
    for node, _, *values in table:
        stats[node] = {name: dict(zip(("mean", "std", "max"), map(plain, triple)))
                       for name, triple in zip(data.gauges, triples(values))}
    return {"nodes": len(table), "records_per_node": {row[0]: row[1] for row in table},
            "node_stats": stats}


def triples(values):
    return [values[i:i + 3] for i in range(0, len(values), 3)]


def trends(data):
    """Resampling fills the hours of a node without a row: they add to the count alone."""
    names = ", ".join(f"avg({value}) as m{i}"
                      for i, value in enumerate(map(data.value, data.gauges)))
    means = ", ".join(f"avg(m{i})" for i in range(len(data.gauges)))
    data.sql.execute(f"""
        create temp table hourly as
        select node, date_trunc('hour', timestamp) as hour, {names}
        from {data.file} group by all""")
    rows = data.sql.execute("""
        select sum(hours) from (
            select date_diff('hour', min(hour), max(hour)) + 1 as hours
            from hourly group by node)""").fetchone()[0]
    values = data.sql.execute(f"select {means} from hourly").fetchone()
    return {"trend_rows": int(rows),
            "trend_means": dict(zip(data.gauges, map(plain, values)))}


def correlation(data):
    """A column with itself is 1, or null where it does not vary."""
    names = data.numeric
    pairs = [(i, j) for i in range(len(names)) for j in range(i + 1, len(names))]
    parts = [f"corr({data.value(names[i])}, {data.value(names[j])})" for i, j in pairs]
    parts += [f"min({data.value(name)}) < max({data.value(name)})" for name in names]
    values = data.rows(", ".join(parts))[0]
    matrix = [[None] * len(names) for _ in names]
    for (i, j), r in zip(pairs, values):
        matrix[i][j] = r
    for i, varies in enumerate(values[len(pairs):]):
        matrix[i][i] = 1.0 if varies else None
    return notebook_json.matrix_and_pairs(names, matrix)


def main(path, out):
    data = Data(path)
    result = {**quality(data), **temporal(data), **node_stats(data), **correlation(data)}
    whole = triples(data.rows(moments(data))[0])
    result["baseline"] = notebook_json.baseline(dict(zip(data.gauges, whole)))
    result.update(trends(data))
    hourly_cpu = {int(h): v["cpu_usage_rate"] for h, v in result["hourly"].items()}
    node_cpu = {node: v["cpu_usage_rate"]["mean"]
                for node, v in result["node_stats"].items()}
    result.update(notebook_json.conclude(hourly_cpu, node_cpu, result["baseline"]))
    notebook_json.write(result, out)


if __name__ == "__main__":
    main(*sys.argv[1:3])
