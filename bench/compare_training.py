"""Are these training sets the same? Parquet files with the same columns, in any order.

    python compare_training.py FIRST OTHER...

Rows by node and time, numbers within 1e-9 of each other, missing ones in the same places;
prints how many as JSON, or says where the first difference is and ends with 1.
"""
import json
import sys

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

KEYS = [("node", "ascending"), ("timestamp", "ascending")]


def order_of(path):
    """The rows in the order of node and time."""
    return pc.sort_indices(pq.read_table(path, columns=["node", "timestamp"]),
                           sort_keys=KEYS)


def column(path, name, order):
    """As text, or as doubles with NaN for what is missing."""
    values = pq.read_table(path, columns=[name])[name].take(order)
    if name == "node":
        return values.cast("string").to_numpy()
    if name == "timestamp":
        return values.cast("timestamp[us]").to_numpy()
    return values.cast("float64").to_numpy()


def compare(name, first, other, path):
    if name in ("node", "timestamp"):
        if not np.array_equal(first, other):
            raise SystemExit(f"{path}: other rows")
        return
    np.testing.assert_allclose(other, first, rtol=1e-9, atol=1e-12,
                               err_msg=f"{path}: {name}")


def main(first, *others):
    names = pq.read_schema(first).names
    for path in others:
        if pq.read_schema(path).names != names:
            raise SystemExit(f"{path}: other columns")
    orders = {path: order_of(path) for path in (first, *others)}
    values = 0
    for name in names:
        ours = column(first, name, orders[first])
        for path in others:
            compare(name, ours, column(path, name, orders[path]), path)
        if name not in ("node", "timestamp"):
            values += int(np.isfinite(ours).sum())
    print(json.dumps({"rows": len(orders[first]), "values": values}))


if __name__ == "__main__":
    main(*sys.argv[1:])
