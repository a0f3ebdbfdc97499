"""Are these collections the same? Folders of `hindcast collect`, or Parquet files.

    python compare_collected.py FIRST OTHER...

Rows by node and time, numbers within 1e-9 of each other; prints how many as JSON, or says
where the first difference is and ends with 1.
"""
import json
import pathlib
import sys

import numpy as np
import pandas as pd


def load(path):
    path = pathlib.Path(path)
    files = sorted((path / "samples").glob("*.parquet")) if path.is_dir() else [path]
    frame = pd.concat([pd.read_parquet(file) for file in files])
    frame["timestamp"] = frame["timestamp"].astype("datetime64[us]")
    return frame.sort_values(["node", "timestamp"], ignore_index=True)


def check(first, other, name):
    if list(first) != list(other) or len(first) != len(other):
        raise SystemExit(f"{name}: {other.shape} of {list(other)}, not {first.shape}")
    for key in ("timestamp", "node"):
        if not (first[key].to_numpy() == other[key].to_numpy()).all():
            raise SystemExit(f"{name}: other rows")
    for column in first.columns.drop(["timestamp", "node"]):
        np.testing.assert_allclose(other[column], first[column], rtol=1e-9, atol=1e-12,
                                   err_msg=f"{name}: {column}")


def main(first, *others):
    frame = load(first)
    for path in others:
        check(frame, load(path), path)
    print(json.dumps({"collected": len(frame),
                      "values": int(frame.drop(columns=["timestamp", "node"]).count().sum())}))


if __name__ == "__main__":
    main(*sys.argv[1:])
