"""The notebook's outputs as one JSON document: what every rival writes, and what bench.py
makes of hindcast's report, so that all can be compared number by number.

    rows, columns, nodes, start, end      of the set
    missing_pct {column: %}               of columns that lack something
    records_per_node {node: rows}
    hourly {hour: {gauge: mean}}          three gauges
    daily {weekday: mean}                 of CPU; 0 = Monday
    weekly {"weekday,hour": {gauge: mean}}
    node_stats {node: {gauge: {mean, std, max}}}
    correlation {column: {column: r}}     null where r cannot be had
    pairs {"a,b": r}                      |r| > 0.7; a before b in the alphabet
    baseline {…}, optimization_potential_pct
    trend_rows                            hours of each node from its first to its last
    trend_means {gauge: mean}             of the hourly means that resampling gives
    insights {…}                          the notebook's eight
"""
import datetime
import json
import math

MAIN = ["cpu_usage_rate", "memory_usage", "load_1m"]
TARGET_CPU = 0.65
TIE = 1e-12


def plain(value):
    """A JSON number or None; NaN and NULL are None."""
    if value is None:
        return None
    value = float(value)
    return value if math.isfinite(value) else None


def iso(time):
    """Microseconds since 1970 as ISO 8601 in UTC."""
    epoch = datetime.datetime(1970, 1, 1)
    return (epoch + datetime.timedelta(microseconds=int(time))).isoformat() + "Z"


def matrix_and_pairs(columns, matrix):
    """matrix[i][j] for all i < j at least; the diagonal is 1 unless null."""
    correlation = {name: {} for name in columns}
    pairs = {}
    for i, a in enumerate(columns):
        for j in range(i, len(columns)):
            r, b = plain(matrix[i][j]), columns[j]
            correlation[a][b] = correlation[b][a] = r
            if i != j and r is not None and abs(r) > 0.7:
                pairs[",".join(sorted((a, b)))] = r
    return {"correlation": correlation, "pairs": pairs}


def baseline(stats):
    """From {gauge: (mean, std, max)} over all rows; a gauge that is not there is None."""
    cpu, memory, load = (stats.get(name, (None,) * 3) for name in MAIN)
    values = {
        "avg_cpu_utilization": cpu[0], "max_cpu_utilization": cpu[2],
        "avg_memory_utilization": memory[0], "max_memory_utilization": memory[2],
        "avg_load_1m": load[0], "max_load_1m": load[2],
        "cpu_utilization_std": cpu[1], "memory_utilization_std": memory[1],
    }
    return {key: plain(value) for key, value in values.items()}


def smallest_near(values, best):
    return min(key for key, value in values.items() if abs(value - best) <= TIE)


def conclude(hourly, node_cpu, base):
    """The last cells of the notebook: {hour: mean CPU}, {node: mean CPU} and baseline."""
    average, deviation = base["avg_cpu_utilization"], base["cpu_utilization_std"]
    potential = (average - TARGET_CPU) / average * 100
    high, low = max(hourly.values()), min(hourly.values())
    most, least = max(node_cpu.values()), min(node_cpu.values())
    return {
        "optimization_potential_pct": potential,
        "insights": {
            "peak_hour": int(smallest_near(hourly, high)),
            "low_hour": int(smallest_near(hourly, low)),
            "peak_cpu_usage": high,
            "low_cpu_usage": low,
            "busiest_node": smallest_near(node_cpu, most),
            "least_busy_node": smallest_near(node_cpu, least),
            "cpu_variation_coefficient": deviation / average,
            "optimization_opportunity_pct": potential,
        },
    }


def write(result, path):
    with open(path, "w", encoding="utf-8") as out:
        json.dump(result, out, allow_nan=False)
