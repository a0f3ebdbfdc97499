"""hindcast's report in the shape of the rivals' documents (see notebook_json.py).

    python hindcast_json.py REPORT-FOLDER OUT.json
"""
import json
import pathlib
import sys

import duckdb

import notebook_json
from notebook_json import MAIN


def utc(text):
    """2025-07-31T00:00:00.000Z and …+00:00 as the rivals write it."""
    text = text.replace("+00:00", "").rstrip("Z")
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "Z"


def gauges_of(findings):
    return [name for name in MAIN
            if any(column["name"] == name for column in findings["columns"])]


def quality(found):
    missing = {entry["column"]: entry["pct"]
               for entry in found["missing"] if entry["pct"]}
    records = {entry["node"]: entry["n"] for entry in found["records_per_node"]}
    return {"rows": found["rows"], "columns": found["columns"], "nodes": found["nodes"],
            "start": utc(found["start"]), "end": utc(found["end"]),
            "missing_pct": missing, "records_per_node": records}


def temporal(found, gauges):
    weekly = [name for name in gauges if name != "load_1m"]
    seen = {name: [entry for entry in found[name] if entry["n"]] for name in found
            if name in ("hourly", "daily", "weekly")}
    return {
        "hourly": {str(e["hour"]): {name: e[name] for name in gauges}
                   for e in seen["hourly"]},
        "daily": {str(e["day_of_week"]): e["cpu_usage_rate"] for e in seen["daily"]},
        "weekly": {f"{e['day_of_week']},{e['hour']}": {name: e[name] for name in weekly}
                   for e in seen["weekly"]},
    }


def node_stats(nodes, gauges):
    return {node["node"]: {name: {what: node[name][what]
                                  for what in ("mean", "std", "max")}
                           for name in gauges} for node in nodes}


def trend_means(rollup, gauges):
    """The hourly series that the notebook draws are the cells of the rollup."""
    means = ", ".join(f"avg({name}_mean) filter ({name}_n > 0)" for name in gauges)
    row = duckdb.execute(f"select {means} from read_parquet(?)", [str(rollup)]).fetchone()
    return dict(zip(gauges, row))


def convert(folder):
    findings = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    gauges, matrix = gauges_of(findings), findings["correlation"]
    return {
        **quality(findings["quality"]),
        **temporal(findings["temporal"], gauges),
        "node_stats": node_stats(findings["nodes"], gauges),
        "correlation": notebook_json.matrix_and_pairs(
            matrix["columns"], matrix["pooled"])["correlation"],
        "pairs": {",".join(sorted((p["a"], p["b"]))): p["r"] for p in matrix["pairs"]},
        "baseline": {key: findings["baseline"].get(key)
                     for key in notebook_json.baseline({})},
        "trend_rows": findings["trends"]["rows"],
        "trend_means": trend_means(folder / "rollup.parquet", gauges),
        "optimization_potential_pct":
            findings["opportunity"]["optimization_potential_pct"],
        "insights": json.loads((folder / "insights.json").read_text(encoding="utf-8")),
    }


if __name__ == "__main__":
    notebook_json.write(convert(pathlib.Path(sys.argv[1])), sys.argv[2])
