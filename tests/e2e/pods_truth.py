"""What collect must make of the samples of prometheus_pods.py, computed apart from it.

A moment t stands for (t - 300 s, t]. What is seen of a series in it is its last sample; of
several states of a thing the one that was seen last counts, of several tellers of one
number (replicas, shards, an exporter that started anew) the largest. Rates are PromQL's,
summed for each replica by itself, the largest sum counts; memory is what the server has of
a container at t. docs: src/collect/{queries,state,usage}.h.
"""
import json
import math

import numpy as np
import pandas as pd
from prometheus_case import largest, rate, total

GRID, WINDOW = 300, 300
NODES = ["cluster", "node", "created",
         "allocatable_cpu_cores", "allocatable_memory_bytes", "allocatable_pods",
         "allocatable_other", "capacity_cpu_cores", "capacity_memory_bytes",
         "capacity_pods", "unschedulable", "zone", "instance_type", "internal_ip",
         "labels", "taints", "valid_from", "valid_until"]
PODS = ["cluster", "namespace", "pod", "uid", "owner_kind", "owner_name", "node", "phase",
        "created", "started", "finished", "cpu_request_cores", "memory_request_bytes",
        "cpu_limit_cores", "memory_limit_bytes", "other_requests", "priority_class",
        "qos_class", "valid_from", "valid_until"]
USAGE = ["timestamp", "cluster", "namespace", "pod", "uid", "node", "cpu_usage_cores",
         "memory_working_set_bytes", "cpu_throttled_share", "oom_kills", "restarts"]
TIMES = {"valid_from", "valid_until", "created", "started", "finished", "timestamp"}


class Teller:
    """A series at the moments: what was seen of it, and when."""

    def __init__(self, series, moments):
        self.labels = series.labels
        # since the first moment: seconds since 1970 as a double lose the milliseconds
        t = (series.t_ms - int(moments[0]) * 1000) / 1000
        real = ~np.isnan(series.values)
        self.t, self.v = t[real], series.values[real]
        self.all_t, self.all_v = t, series.values
        self.moments = moments = moments - moments[0]
        last = np.searchsorted(self.t, moments, "right") - 1
        self.there = (last >= 0) & (self.t[last] > moments - GRID)
        self.when, self.value = self.t[last], self.v[last]

    def __getitem__(self, label):
        return self.labels.get(label, "")

    def is_set(self, p):
        return self.there[p] and self.value[p] > 0

    def at_once(self, p):
        """As an instant selector has it: nothing behind a stale marker."""
        i = np.searchsorted(self.all_t, self.moments[p], "right") - 1
        there = i >= 0 and self.all_t[i] > self.moments[p] - GRID
        return self.all_v[i] if there else math.nan

    def rate(self, p):
        return rate(self.t, self.v, self.moments[p], WINDOW)


class Server:
    """All series, by metric and by whom they speak of."""

    def __init__(self, series, moments):
        self.moments = moments
        self.by_metric = {}
        for one in series:
            metric = one.labels["__name__"]
            self.by_metric.setdefault(metric, []).append(Teller(one, moments))

    def by(self, metric, *names, keep=lambda teller: True):
        groups = {}
        for teller in self.by_metric.get(metric, []):
            if keep(teller):
                groups.setdefault(tuple(teller[n] for n in names), []).append(teller)
        return groups


def newest(tellers, p):
    """Of what is set, the teller that was seen last."""
    return max((one for one in tellers if one.is_set(p)), key=lambda one: one.when[p],
               default=None)


def number(tellers, p):
    return largest([one.value[p] for one in tellers if one.there[p]])


def numbers_by(tellers, label, p):
    """{value of the label: number}"""
    values = {}
    for one in tellers:
        if one.there[p]:
            values.setdefault(one[label], []).append(one.value[p])
    return {key: max(found) for key, found in values.items()}


def as_json(found):
    return json.dumps(found) if found else None


def text(value):
    return value or None


def rows_of(server, moments, make, there):
    """[(from, until, row)] of one thing: neighbours that say the same are one."""
    rows = []
    for p, t in enumerate(moments):
        if not any(one.is_set(p) for one in there):
            continue
        row = make(p)
        same = rows and rows[-1][1] == t and str(rows[-1][2]) == str(row)
        if same:
            rows[-1][1] = t + GRID
        else:
            rows.append([t, t + GRID, row])
    return [{**row, "valid_from": start, "valid_until": end} for start, end, row in rows]


# ---------------------------------------------------------------- nodes.parquet

def nodes(server):
    key = ("cluster", "node")
    groups = {metric: server.by(metric, *key) for metric in (
        "kube_node_info", "kube_node_created", "kube_node_status_allocatable",
        "kube_node_status_capacity", "kube_node_spec_unschedulable",
        "kube_node_spec_taint", "kube_node_labels")}
    found = []
    for who in sorted(groups["kube_node_info"]):
        told = {metric: group.get(who, []) for metric, group in groups.items()}
        found += rows_of(server, server.moments,
                         lambda p: node_at(who, told, p), told["kube_node_info"])
    return frame(found, NODES)


def node_at(who, told, p):
    can = numbers_by(told["kube_node_status_allocatable"], "resource", p)
    has = numbers_by(told["kube_node_status_capacity"], "resource", p)
    said = newest(told["kube_node_labels"], p)
    labels = {key[len("label_"):]: value for key, value in sorted(
        said.labels.items() if said else ()) if key.startswith("label_")}
    taints = sorted({(one["effect"], one["key"], one["value"])
                     for one in told["kube_node_spec_taint"] if one.is_set(p)})
    cordoned = number(told["kube_node_spec_unschedulable"], p)
    return {
        "cluster": text(who[0]), "node": who[1],
        "created": number(told["kube_node_created"], p),
        "allocatable_cpu_cores": can.get("cpu", math.nan),
        "allocatable_memory_bytes": can.get("memory", math.nan),
        "allocatable_pods": can.get("pods", math.nan),
        "allocatable_other": as_json({name: value for name, value in sorted(can.items())
                                      if name not in ("cpu", "memory", "pods")}),
        "capacity_cpu_cores": has.get("cpu", math.nan),
        "capacity_memory_bytes": has.get("memory", math.nan),
        "capacity_pods": has.get("pods", math.nan),
        "unschedulable": None if math.isnan(cordoned) else cordoned > 0,
        "zone": labels.get("topology_kubernetes_io_zone") or text(
            labels.get("failure_domain_beta_kubernetes_io_zone")),
        "instance_type": labels.get("node_kubernetes_io_instance_type") or text(
            labels.get("beta_kubernetes_io_instance_type")),
        "internal_ip": text(newest(told["kube_node_info"], p)["internal_ip"]),
        "labels": as_json(labels),
        "taints": as_json([{"key": key, "value": value, "effect": effect}
                           for effect, key, value in taints])}


# ---------------------------------------------------------------- pods.parquet

POD = ("cluster", "namespace", "pod", "uid")


def pods(server):
    groups = {metric: server.by(metric, *POD) for metric in (
        "kube_pod_info", "kube_pod_status_phase", "kube_pod_status_qos_class",
        "kube_pod_created", "kube_pod_start_time", "kube_pod_completion_time",
        "kube_pod_container_resource_requests", "kube_pod_container_resource_limits",
        "kube_pod_init_container_resource_requests")}
    owners = {kind: server.by(metric, "cluster", "namespace", name,
                              keep=lambda one: one["owner_is_controller"] != "false")
              for kind, metric, name in (
                  ("ReplicaSet", "kube_replicaset_owner", "replicaset"),
                  ("Job", "kube_job_owner", "job_name"))}
    found = []
    for who in sorted(groups["kube_pod_info"]):
        # what is told without a uid is told of whoever has the name
        told = {metric: group.get(who) or group.get((*who[:3], ""), [])
                for metric, group in groups.items()}
        found += rows_of(server, server.moments,
                         lambda p: pod_at(who, told, owners, p), told["kube_pod_info"])
    return frame(found, PODS)


def owner_of(who, info, owners, p):
    """Who is above a ReplicaSet or Job; when that is not said, what was said of it at
    another time."""
    kind, name = info["created_by_kind"], info["created_by_name"]
    above = owners.get(kind, {}).get((*who[:2], name), [])
    said = newest(above, p) or next((one for one in above if one.there.any()), None)
    if said and said["owner_name"] not in ("", "<none>"):
        return said["owner_kind"], said["owner_name"]
    return (None, None) if name in ("", "<none>") else (kind, name)


def summed(tellers, p):
    """{resource: the sum over containers}"""
    sums = {}
    by_container = {}
    for one in tellers:
        if one.there[p]:
            by_container.setdefault((one["container"], one["resource"]), []).append(
                one.value[p])
    for (_, resource), values in sorted(by_container.items()):
        sums[resource] = sums.get(resource, 0) + max(values)
    return sums


def pod_at(who, told, owners, p):
    info = newest(told["kube_pod_info"], p)
    phase = newest(told["kube_pod_status_phase"], p)
    qos = newest(told["kube_pod_status_qos_class"], p)
    wants = summed(told["kube_pod_container_resource_requests"], p)
    for resource, size in numbers_by(
            told["kube_pod_init_container_resource_requests"], "resource", p).items():
        wants[resource] = max(size, wants.get(resource, 0))
    limits = summed(told["kube_pod_container_resource_limits"], p)
    over = phase is None or phase["phase"] in ("Succeeded", "Failed")
    kind, name = owner_of(who, info, owners, p)
    return {
        **{key: text(value) for key, value in zip(POD, who)},
        "owner_kind": kind, "owner_name": name, "node": text(info["node"]),
        "phase": phase and phase["phase"],
        "created": number(told["kube_pod_created"], p),
        "started": number(told["kube_pod_start_time"], p),
        "finished": number(told["kube_pod_completion_time"], p) if over else math.nan,
        "cpu_request_cores": wants.get("cpu", math.nan),
        "memory_request_bytes": wants.get("memory", math.nan),
        "cpu_limit_cores": limits.get("cpu", math.nan),
        "memory_limit_bytes": limits.get("memory", math.nan),
        "other_requests": as_json({name: value for name, value in sorted(wants.items())
                                   if name not in ("cpu", "memory")}),
        "priority_class": text(info["priority_class"]),
        "qos_class": qos and qos["qos_class"]}


# ---------------------------------------------------------------- pod_usage/

NAME = ("cluster", "namespace", "pod")


def is_container(teller):
    return teller["container"] not in ("", "POD")


def rates(tellers, p):
    """Of the sums of what each replica and page has seen, the largest."""
    groups = {}
    for one in tellers:
        groups.setdefault((one["prometheus_replica"], one["job"], one["metrics_path"]),
                          []).append(one.rate(p))
    return largest([total(found) for found in groups.values()])


def memory(tellers, p):
    by_container = {}
    for one in tellers:
        by_container.setdefault(one["container"], []).append(one.at_once(p))
    return total([largest(found) for found in by_container.values()])


def counts(server, who, p, groups, kills_known):
    """(restarts, of which for want of memory) of the five minutes."""
    restarts, kills, any_count = 0.0, 0.0, False
    for key, tellers in groups["restarts"].get(who, {}).items():
        now = number(tellers, p)
        if math.isnan(now):
            continue
        any_count = True
        before = number(tellers, p - 1)
        grown = now if now < before else now - before
        if math.isnan(before) and now == 0:
            grown = 0.0
        restarts += grown
        why = newest(groups["reasons"].get(who, {}).get(key, []), p)
        if why is not None and why["reason"] == "OOMKilled":
            kills += grown
    if not any_count:
        return math.nan, math.nan
    return restarts, kills if kills_known or restarts == 0 else math.nan


def by_pod_and_container(server, metric):
    found = {}
    for key, tellers in server.by(metric, *NAME, "uid", "container").items():
        found.setdefault(key[:3], {})[key[3:]] = tellers
    return found


def usage(server, first=1):
    """From the first moment on that has one before it."""
    groups = {
        "cpu": server.by("container_cpu_usage_seconds_total", *NAME, keep=is_container),
        "memory": server.by("container_memory_working_set_bytes", *NAME,
                            keep=is_container),
        "throttled": server.by("container_cpu_cfs_throttled_periods_total", *NAME,
                               keep=is_container),
        "periods": server.by("container_cpu_cfs_periods_total", *NAME, keep=is_container),
        "restarts": by_pod_and_container(
            server, "kube_pod_container_status_restarts_total"),
        "reasons": by_pod_and_container(
            server, "kube_pod_container_status_last_terminated_reason")}
    infos, made = server.by("kube_pod_info", *NAME), server.by("kube_pod_created", *POD)
    found = []
    for who in sorted(set().union(*(group for group in groups.values()))):
        for p in range(first, len(server.moments)):
            row = usage_at(server, who, p, groups)
            if row:
                found.append({**row, **whose(who, infos.get(who, []), made, p)})
    return frame(found, USAGE)


def usage_at(server, who, p, groups):
    cpu = rates(groups["cpu"].get(who, []), p)
    held = memory(groups["memory"].get(who, []), p)
    restarts, kills = counts(server, who, p, groups, bool(groups["reasons"]))
    if math.isnan(cpu) and math.isnan(held) and not restarts > 0:
        return None
    periods = rates(groups["periods"].get(who, []), p)
    throttled = rates(groups["throttled"].get(who, []), p)
    return {"timestamp": server.moments[p],
            **{key: text(value) for key, value in zip(NAME, who)},
            "cpu_usage_cores": cpu, "memory_working_set_bytes": held,
            "cpu_throttled_share": throttled / periods if periods > 0 else math.nan,
            "oom_kills": kills, "restarts": restarts}


def whose(who, infos, made, p):
    """Of the pods of that name that are there, the one made last; its newest node."""
    there = {one["uid"] for one in infos if one.is_set(p)}
    if not there:
        return {"uid": None, "node": None}
    uid = max(sorted(there), key=lambda uid: np.nan_to_num(number(
        made.get((*who, uid)) or made.get((*who, ""), []), p), nan=-math.inf))
    node = newest([one for one in infos if one["uid"] == uid], p)["node"]
    return {"uid": text(uid), "node": text(node)}


# ---------------------------------------------------------------- frames

def frame(rows, columns):
    """As pandas reads the file back."""
    made = pd.DataFrame(rows, columns=columns)
    for name in columns:
        if name in TIMES:
            made[name] = pd.to_datetime(made[name], unit="s")
    return made


def moments(since, until, before=0):
    """Of the grid in [since, until), and so many before."""
    first = -(-since // GRID) * GRID
    return np.arange(first - before * GRID, -(-until // GRID) * GRID, GRID)


def expected(series, since, until):
    """{name of the file or folder: frame}"""
    if not len(moments(since, until)):
        return {name: frame([], columns) for name, columns in (
            ("nodes", NODES), ("pods", PODS), ("usage", USAGE))}
    server = Server(series, moments(since, until))
    return {"nodes": nodes(server), "pods": pods(server),
            "usage": usage(Server(series, moments(since, until, 1)))}


# ---------------------------------------------------------------- comparing

def plain(value):
    """A cell as what it says: JSON parsed, times without a unit, missing as None."""
    if isinstance(value, str):
        return json.loads(value) if value[:1] in ("[", "{") else value
    if value is None or pd.isna(value):
        return None
    return pd.Timestamp(value) if isinstance(value, pd.Timestamp) else value


def same(a, b):
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
    return a == b


def differences(got, wanted):
    """Lines; nothing: every row and column is as it must be, in the same order."""
    if list(got) != list(wanted):
        return [f"columns {list(got)} instead of {list(wanted)}"]
    keys = [name for name in got if name in (
        "cluster", "namespace", "pod", "node", "timestamp", "valid_from")]
    lines = []
    rows = list(zip(got.to_dict("records"), wanted.to_dict("records")))
    for number, (row, must) in enumerate(rows):
        wrong = {name: (plain(row[name]), plain(must[name])) for name in got
                 if not same(plain(row[name]), plain(must[name]))}
        if wrong:
            lines.append(f"row {number} {[str(must[key]) for key in keys]}: {wrong}")
    if len(got) != len(wanted):
        lines.append(f"{len(got)} rows instead of {len(wanted)}")
    return lines


def assert_same(got, wanted):
    lines = differences(got, wanted)
    assert not lines, f"{len(lines)} differ, is and must be:\n" + "\n".join(lines[:12])
