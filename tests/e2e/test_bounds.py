"""The lower bounds against SciPy's linear programs, and on a real trace of GPU pods.

tests/unit/bound_probe asks the library. The program is written down here a second time, per
pod type and node type, as SciPy takes it; the pods and nodes of the trace are read with
pandas. The unit tests hold the bounds against the true optimum of small instances.
"""
import json
import math
import os
import pathlib
import random
import subprocess

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from scipy.sparse import lil_array

from util import HINDCAST, ROOT, SLOWER

PROBE = str(pathlib.Path(HINDCAST).parent / "tests/unit/bound_probe")
OPENB = ROOT / "../shared/data/openb"
pytestmark = pytest.mark.skipif(not os.path.exists(PROBE),
                                reason="skipped, bound_probe is not built")


class Question:
    """Pods and nodes by type; `may` is a matrix of booleans."""

    def __init__(self, demand, pods, capacity, nodes, may):
        self.demand, self.pods = demand, pods
        self.capacity, self.nodes, self.may = capacity, nodes, may

    def text(self):
        lines = [f"{len(self.demand[0])} {len(self.pods)} {len(self.nodes)}"]
        for demand, count, row in zip(self.demand, self.pods, self.may):
            rule = "".join("01"[bool(x)] for x in row)
            lines.append(f"{count} {' '.join(map(str, demand))} {rule}")
        for capacity, count in zip(self.capacity, self.nodes):
            lines.append(f"{count} {' '.join(map(str, capacity))}")
        return "\n".join(lines) + "\n"

    def ask(self):
        done = subprocess.run([PROBE], input=self.text(), text=True, capture_output=True,
                              timeout=120 * SLOWER)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def pairs(self):
        return [(i, t) for i in range(len(self.pods)) for t in range(len(self.nodes))
                if self.may[i][t] and self.nodes[t]
                and all(d <= c for d, c in zip(self.demand[i], self.capacity[t]))]

    def relaxed(self, method="highs"):
        """SciPy's value: x pods of type i on node type t, y nodes of type t."""
        pairs = self.pairs()
        n_types, n_nodes, n_res = len(self.pods), len(self.nodes), len(self.demand[0])
        scale = np.maximum(np.array(self.capacity, dtype=float).max(axis=0), 1)
        room = lil_array((n_nodes * n_res, len(pairs) + n_nodes))
        placed = lil_array((n_types, len(pairs) + n_nodes))
        for k, (i, t) in enumerate(pairs):
            placed[i, k] = 1
            for r in range(n_res):
                room[t * n_res + r, k] = self.demand[i][r] / scale[r]
        for t in range(n_nodes):
            for r in range(n_res):
                room[t * n_res + r, len(pairs) + t] = -self.capacity[t][r] / scale[r]
        placeable = {i for i, _ in pairs}
        count = [self.pods[i] if i in placeable else 0 for i in range(n_types)]
        cost = [0] * len(pairs) + [1] * n_nodes
        limits = [(0, None)] * len(pairs) + [(0, n) for n in self.nodes]
        return linprog(cost, A_ub=room.tocsr(), b_ub=np.zeros(n_nodes * n_res),
                       A_eq=placed.tocsr(), b_eq=count, bounds=limits, method=method)


def made_up(rng):
    """A cluster of a few pools; requests of cores, bytes and pods, GPUs on some nodes."""
    types, pools = rng.randint(1, 40), rng.randint(1, 6)
    capacity = [[rng.choice([4, 8, 16, 64]) * 1000 - rng.randint(0, 300),
                 rng.choice([8, 32, 128]) * 2**30 - rng.randint(0, 2**27), 110,
                 rng.choice([0, 0, 8000])] for _ in range(pools)]
    demand = [[rng.choice([0, 100, 250, 1000, 3000]), int(2**rng.uniform(20, 33)), 1,
               rng.choice([0, 0, 0, 500, 1000])] for _ in range(types)]
    may = [[rng.random() < 0.8 for _ in range(pools)] for _ in range(types)]
    pods = [rng.randint(0, 60) for _ in range(types)]
    return Question(demand, pods, capacity, [rng.randint(0, 60) for _ in range(pools)], may)


def test_relaxation_is_scipys(record_property):
    """Never above it, and within what an integer's edge leaves; impossible where it is."""
    rng = random.Random(20250607)
    solved = impossible = raised = 0
    worst = 0.0
    for _ in range(300):
        question = made_up(rng)
        answer, reference = question.ask(), question.relaxed()
        placeable = {i for i, _ in question.pairs()}
        assert answer["left_out"] == sum(n for i, n in enumerate(question.pods)
                                         if i not in placeable)
        if reference.status == 2:
            impossible += 1
            assert answer["end"] == 2 or answer["pending"] > 0
            continue
        assert reference.status == 0
        solved += 1
        assert answer["value"] <= reference.fun + 1e-6 * max(1, reference.fun)
        worst = max(worst, reference.fun - answer["value"])
        assert answer["lp"] >= math.ceil(reference.fun - 1e-5)
        raised += answer["lp"] > max(answer["l1"], answer["l2"])
        assert answer["nodes"] == max(answer[k] for k in ("l1", "l2", "lp", "by_pool"))
        if answer["pending"] == 0:
            assert answer["nodes"] <= answer["ffd"] and not answer["impossible"]
    assert solved > 100 and impossible > 20 and raised > 20
    assert worst < 1e-5
    record_property("note", f"relaxation: {solved} programs of SciPy's, at most {worst:.1e} "
                            f"below; above L1 and L2 in {raised}")


@pytest.mark.skipif(not OPENB.exists(), reason="skipped, no shared data")
def test_gpu_trace(record_property):
    """8,152 pods on 1,213 GPU nodes; milli-GPUs add up on a node, models are rules."""
    nodes = pd.read_csv(OPENB / "nodes_gpu.csv")
    pods = pd.read_csv(OPENB / "pods_default.csv", keep_default_na=False)
    pods["gpu"] = pods.num_gpu * pods.gpu_milli
    nodes["gpu"] *= 1000
    shapes = pods.groupby(["cpu_milli", "memory_mib", "gpu", "gpu_spec"]).size()
    kinds = nodes.groupby(["cpu_milli", "memory_mib", "gpu", "model"]).size()
    may = [[not spec or kind in spec.split("|") for *_, kind in kinds.index]
           for *_, spec in shapes.index]
    question = Question([s[:3] for s in shapes.index], list(shapes),
                        [k[:3] for k in kinds.index], list(kinds), may)
    answer, reference = question.ask(), question.relaxed()
    assert answer["pods"] == 8152 and answer["left_out"] == 0
    # by hand: the largest nodes of each resource, against all that is asked of it
    for name in ("cpu_milli", "memory_mib", "gpu"):
        largest = np.sort(nodes[name].to_numpy())[::-1].cumsum()
        assert answer["l1"] >= np.searchsorted(largest, pods[name].sum()) + 1
    assert answer["lp"] == math.ceil(reference.fun - 1e-6)
    assert answer["lp"] <= 1213
    record_property("note", f"GPU trace: L1 {answer['l1']}, L2 {answer['l2']}, "
                            f"LP {answer['lp']} of 1213 nodes")


def large(rng, types, pools, rules):
    """So many types that the solver gets a sketch: the proof is over all of them."""
    rows = [[rng.random() < 0.75 for _ in range(pools)] for _ in range(rules)]
    capacity = [[rng.choice([8, 16, 32, 64]) * 1000 - rng.randint(0, 400),
                 rng.choice([32, 64, 256]) * 2**30 - rng.randint(0, 2**28), 110]
                for _ in range(pools)]
    demand = [[min(int(rng.lognormvariate(5.5, 1.2)), 7000),
               min(int(rng.lognormvariate(20, 1.2)), 15 * 2**30), 1] for _ in range(types)]
    pods = [rng.randint(1, 60) for _ in range(types)]
    nodes = [rng.randint(20, 20000 // pools) for _ in range(pools)]
    return Question(demand, pods, capacity, nodes, [rng.choice(rows) for _ in range(types)])


def test_a_sketch_proves_nearly_as_much(record_property):
    """1,200 shapes on 90 pools are past the limit; merged shapes lead to the same bound."""
    question = large(random.Random(5), 1200, 90, 12)
    answer, reference = question.ask(), question.relaxed("highs-ipm")
    assert answer["bits"] < 63 and answer["proof_bits"] == 63 and answer["rules"] == 1
    assert answer["pod_types"] * answer["node_types"] <= 100000
    assert answer["value"] <= reference.fun * (1 + 1e-6)
    assert answer["value"] >= reference.fun * 0.999
    record_property("note", f"sketch of {answer['pod_types']} x {answer['node_types']} types: "
                            f"{answer['value']:.2f} of {reference.fun:.2f} nodes")
