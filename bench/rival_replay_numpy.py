"""kube-1.35 as one would first write it: every node scored for every pod, in numpy.

    python rival_replay_numpy.py NODES PODS ORDERS|- SEEDS OUT.json

With ORDERS, of Parquet, the pods of its first SEEDS seeds arrive in that order and stay;
with - they arrive and leave at their times, and nodes are in the order that hindcast's
seed 42 has. Filters are CPU, memory, places, GPU models and GPUs. OUT gets for each seed
what `hindcast replay` writes into its tables: pods placed, nodes used at most, node-hours,
and the GPU allocation by percent arrived.
"""
import csv
import json
import sys

import numpy as np

PLACES, COLUMNS, MASK = 1001, 131, (1 << 64) - 1


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def numbers(table, name):
    return np.array([int(row.get(name) or 0) for row in table], dtype=np.int64)


class Nodes:
    """In the order in which they are tried, so that argmax finds the first of equals."""

    def __init__(self, table, order):
        self.cpu = numbers(table, "cpu_milli")[order]
        self.memory = numbers(table, "memory_mib")[order] << 20
        self.model = np.array([row.get("model") or "" for row in table])[order]
        self.free_cpu, self.free_memory = self.cpu.copy(), self.memory.copy()
        self.places = np.full(len(order), PLACES)
        gpus = numbers(table, "gpu")[order]
        self.gpu = np.where(np.arange(max(gpus.max(), 1)) < gpus[:, None], 1000, 0)
        self.accepted = {"": np.ones(len(order), bool)}

    def accepts(self, spec):
        if spec not in self.accepted:
            self.accepted[spec] = np.isin(self.model, spec.split("|"))
        return self.accepted[spec]

    def feasible(self, pod):
        cpu, memory, gpus, milli, spec = pod
        fits = (self.free_cpu >= cpu) & (self.free_memory >= memory) & (self.places > 0)
        if gpus:
            fits &= self.accepts(spec) & ((self.gpu >= milli).sum(axis=1) >= gpus)
        return fits

    def scores(self, pod):
        left, memory_left = self.free_cpu - pod[0], self.free_memory - pod[1]
        least = (left * 100 // self.cpu + memory_left * 100 // self.memory) // 2
        apart = (self.cpu - left) / self.cpu - (self.memory - memory_left) / self.memory
        balance = ((1 - np.abs(apart / 2)) * 100).astype(np.int64)
        return least + (balance if pod[0] or pod[1] else 0)

    def place(self, pod):
        """(node, GPUs of it), or None."""
        total = np.where(self.feasible(pod), self.scores(pod), -1)
        node = int(total.argmax())
        if total[node] < 0:
            return None
        _, _, gpus, milli, _ = pod
        left = self.gpu[node]
        if gpus == 1 and milli < 1000:
            devices = [int(np.where(left >= milli, left, 2000).argmin())]
        else:
            devices = np.flatnonzero(left >= milli)[:gpus]
        self.take(pod, node, devices, 1)
        return node, devices

    def take(self, pod, node, devices, sign):
        self.free_cpu[node] -= sign * pod[0]
        self.free_memory[node] -= sign * pod[1]
        self.places[node] -= sign
        if len(devices):
            self.gpu[node, devices] -= sign * pod[3]


def pods_of(table):
    gpus = numbers(table, "num_gpu")
    milli = np.where(gpus > 0, numbers(table, "gpu_milli"), 0)
    return list(zip(numbers(table, "cpu_milli").tolist(),
                    (numbers(table, "memory_mib") << 20).tolist(), gpus.tolist(),
                    milli.tolist(), [row.get("gpu_spec") or "" for row in table]))


# ---------------------------------------------------------------- in an order

def in_order(nodes, pods, arrivals):
    whole = (nodes.gpu > 0).sum()
    arrived = used = placed = 0
    at, share = [], []
    for name in arrivals:
        pod = pods[name]
        arrived += pod[2] * pod[3]
        if nodes.place(pod):
            placed += 1
            used += pod[2] * pod[3]
        at.append(int(np.rint(arrived / whole / 10)))
        share.append(round(used / whole / 10, 2))
    at, share = np.array(at), np.array(share)
    return {"placed": placed,
            "allocation": [float(np.rint(share[at == k].mean() * 100) / 100)
                           for k in range(COLUMNS)]}


def orders(path, seeds):
    import polars

    table = polars.read_parquet(path).sort("index")
    for seed in sorted(table["seed"].unique())[:seeds]:
        one = table.filter(polars.col("seed") == seed)
        yield int(seed), *(one.filter(polars.col("kind") == kind)["name"].to_list()
                           for kind in ("node", "pod"))


# ---------------------------------------------------------------- over time

def xoshiro(seed):
    """xoshiro256**, its state from SplitMix64."""
    state = []
    for _ in range(4):
        seed = (seed + 0x9e3779b97f4a7c15) & MASK
        mixed = ((seed ^ seed >> 30) * 0xbf58476d1ce4e5b9) & MASK
        mixed = ((mixed ^ mixed >> 27) * 0x94d049bb133111eb) & MASK
        state.append(mixed ^ mixed >> 31)
    turn = lambda x, k: (x << k | x >> (64 - k)) & MASK
    while True:
        yield turn(state[1] * 5 & MASK, 7) * 9 & MASK
        kept = state[1] << 17 & MASK
        state[2] ^= state[0]
        state[3] ^= state[1]
        state[1] ^= state[2]
        state[0] ^= state[3]
        state[2] ^= kept
        state[3] = turn(state[3], 45)


def shuffled(n, seed):
    order, random = list(range(n)), xoshiro(seed)
    for i in range(n - 1, 0, -1):
        k = next(x for x in random if x < MASK - MASK % (i + 1)) % (i + 1)
        order[i], order[k] = order[k], order[i]
    return order


def over_time(nodes, pods, table):
    """Of one moment pods leave first; in seconds."""
    events = [(int(row["creation_time"]), 1, i) for i, row in enumerate(table)]
    events += [(int(row["deletion_time"]), 0, i) for i, row in enumerate(table)]
    on, many = {}, np.zeros(len(nodes.cpu), int)
    used = most = placed = seconds = 0
    before = None
    for time, arrives, i in sorted(events):
        seconds += used * (time - (time if before is None else before))
        before = time
        found = nodes.place(pods[i]) if arrives else on.pop(i, None)
        if not found:
            continue
        node, devices = found
        if arrives:
            on[i] = found
            placed += 1
        else:
            nodes.take(pods[i], node, devices, -1)
        used += int(many[node] == 0) if arrives else -int(many[node] == 1)
        many[node] += 1 if arrives else -1
        most = max(most, used)
    return {"placed": placed, "most": int(most), "hours": float(seconds / 3600)}


def main(nodes_path, pods_path, orders_path, seeds, out):
    node_table, pod_table = rows(nodes_path), rows(pods_path)
    pods, found = pods_of(pod_table), {}
    if orders_path == "-":
        nodes = Nodes(node_table, shuffled(len(node_table), 42))
        found[42] = over_time(nodes, pods, pod_table)
    else:
        names = {(row.get("name") or row.get("sn")): i for i, row in enumerate(node_table)}
        by_name = {row["name"]: pods[i] for i, row in enumerate(pod_table)}
        for seed, tried, arrivals in orders(orders_path, int(seeds)):
            nodes = Nodes(node_table, [names[name] for name in tried])
            found[seed] = in_order(
                nodes, by_name, [name.split("-tuned-")[0] for name in arrivals])
    with open(out, "w", encoding="utf-8") as file:
        json.dump(found, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
