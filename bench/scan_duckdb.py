"""The floor: DuckDB reads every numeric column of the file and adds it up.

    python scan_duckdb.py DATA.parquet [--check | --sql]

--check only asserts that the plan reads the file's pages: a Parquet scan of all these
columns is in it, so the sums are not answered from the statistics in the footer. --sql prints the
query and runs nothing.
"""
import json
import sys

import duckdb

from rival_duckdb import is_number, quoted


def scan_sql(connection, path):
    source = "read_parquet('" + path.replace("'", "''") + "')"
    columns = connection.execute(f"describe select * from {source}").fetchall()
    numeric = [row[0] for row in columns if is_number(row[1])]
    sums = ", ".join(f"sum({quoted(name)})" for name in numeric)
    return numeric, f"select {sums} from {source}"


def operators(nodes):
    for node in nodes:
        yield node
        yield from operators(node["children"])


def check_plan(connection, numeric, sql):
    plan = connection.execute(f"explain (format json) {sql}").fetchall()[0][1]
    scans = [node["extra_info"] for node in operators(json.loads(plan))
             if node["name"].strip() in ("READ_PARQUET", "PARQUET_SCAN")]
    assert len(scans) == 1, f"not one scan of the file:\n{plan}"
    assert sorted(scans[0]["Projections"]) == sorted(numeric), f"other columns:\n{plan}"


def main(path, check=None):
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    numeric, sql = scan_sql(connection, path)
    if check == "--check":
        check_plan(connection, numeric, sql)
        print(f"{len(numeric)} numeric columns are read from the pages")
    elif check == "--sql":
        print(sql)
    else:
        connection.execute(sql).fetchall()


if __name__ == "__main__":
    main(*sys.argv[1:3])
