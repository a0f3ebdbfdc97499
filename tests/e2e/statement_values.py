"""Value, n and interval of statements of `analyze`, where they stand in the sections of
findings.json: STATEMENTS has a function a statement, from findings to the three."""


def of_cluster(rows, gauge="cpu_usage_rate"):
    (row,) = [row for row in rows if row["gauge"] == gauge]
    return row


def first(rows, **wanted):
    return next((row for row in rows if all(row.get(k) == v for k, v in wanted.items())), None)


def peak(findings):
    rhythm = of_cluster(findings["rhythm"]["cluster"])
    at = rhythm["top"] or rhythm["low"]
    return at["hour"], rhythm["days"], [at["from"], at["to"]]


def period(findings):
    """The cluster's period; where it has none, how many nodes have one."""
    cluster = of_cluster(findings["rhythm"]["cluster"])
    nodes = [row["period_h"] for row in findings["rhythm"]["nodes"]
             if row["gauge"] == "cpu_usage_rate" and row["period_h"] is not None]
    if cluster["period_h"]:
        return cluster["period_h"], cluster["n"], None
    return sum(hours > 0 for hours in nodes), len(nodes), None


def growth(findings):
    row = of_cluster(findings["growth"]["cluster"])
    return row["slope_per_day"], row["days"], [row["low"], row["high"]]


def full(findings):
    row = min((row for row in findings["growth"]["nodes"] if row["full_days"] is not None),
              key=lambda row: row["full_days"])
    return row["full_days"], row["days"], [row["full_low"], row["full_high"]]


def pair(choose):
    def of(findings):
        row = choose((pair for pair in findings["twins"]["pairs"] if pair["kept"]),
                     key=lambda pair: pair["r"])
        return row["r"], row["n"], [row["low"], row["high"]]
    return of


def together(findings):
    changes = findings["changes"]
    return max([row["nodes"] for row in changes["together"]], default=0), changes["courses"], None


def steps(findings):
    rows = findings["changes"]["cluster"]
    return (sum(row["gauge"] == "cpu_usage_rate" for row in rows), findings["rhythm"]["hours"],
            None)


def idle(findings):
    roles = findings["roles"]
    return first(roles["counts"], role="idle")["nodes"], len(roles["nodes"]), None


STATEMENTS = {
    "rhythm.peak_hour": peak,
    "rhythm.period": period,
    "growth.cpu": growth,
    "growth.full": full,
    "changes.together": together,
    "changes.cluster": steps,
    "twins.together": pair(max),
    "twins.opposite": pair(min),
    "roles.idle": idle,
    "roles.shiftable": lambda f: (f["roles"]["shiftable"], f["roles"]["shiftable_n"], None),
}
