"""Nodes and pods for `hindcast replay`, of any size.

    python make_replay_cluster.py NODES PODS SHAPES NODES.csv PODS.csv

Nodes have 16, 32 or 64 cores and 4 GiB for each. PODS pods arrive over 14 days, evenly,
and live long enough to ask for 70 % of the cores if it went on. SHAPES different requests
are drawn from, log-normal; with 0 every pod has its own.
"""
import sys

import numpy as np

DAYS, ASKED = 14, 0.7


def drawn(random, middle, least, most, n):
    return np.clip(np.exp(random.normal(middle, 1, n)), least, most).astype(int)


def main(nodes, pods, shapes, nodes_path, pods_path):
    nodes, pods, shapes = int(nodes), int(pods), int(shapes)
    random = np.random.default_rng(1)
    cores = 16 << random.integers(0, 3, nodes)
    cpu = drawn(random, 6.5, 50, 16000, shapes or pods)
    memory = drawn(random, 7.5, 64, 65536, shapes or pods)
    kind = random.integers(0, shapes, pods) if shapes else np.arange(pods)
    created = np.sort(random.integers(0, DAYS * 86400, pods))
    life = np.exp(random.normal(0, 1.2, pods))
    life *= ASKED * cores.sum() * 1000 * DAYS * 86400 / (life.mean() * cpu[kind].sum())
    with open(nodes_path, "w", encoding="utf-8") as file:
        file.write("name,cpu_milli,memory_mib\n")
        file.writelines(f"n{i},{n * 1000},{n * 4096}\n" for i, n in enumerate(cores))
    with open(pods_path, "w", encoding="utf-8") as file:
        file.write("name,cpu_milli,memory_mib,creation_time,deletion_time\n")
        file.writelines(f"p{i},{cpu[k]},{memory[k]},{at},{at + 1 + int(lasts)}\n"
                        for i, (k, at, lasts) in enumerate(zip(kind, created, life)))


if __name__ == "__main__":
    main(*sys.argv[1:])
