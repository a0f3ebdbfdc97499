"""The history of the nodes by prometheus-api-client and pandas, as `hindcast collect` has it.

    python rival_prometheus_api_client.py URL START END STEP OUT.parquet [options]

The same rows and columns, by queries as they are written where there is no HA pair; 11,000
points a series and request, which is all that Prometheus gives at a time, and --threads
requests at once. Replies are not compressed: on loopback that is the faster way. With
--frames replies become frames by the library's own MetricRangeDataFrame; without, their
lists become numpy arrays here, which is faster.
"""
import argparse
import concurrent.futures
import datetime

import numpy as np
import pandas as pd
from prometheus_api_client import MetricRangeDataFrame, PrometheusConnect

POINTS = 11000
REAL_FILE_SYSTEM = ('fstype!~"tmpfs|ramfs|overlay|squashfs|iso9660|devtmpfs",'
                    'mountpoint!~"/(run|dev|proc|sys|var/lib/(kubelet|containerd))/.*"')
PHYSICAL = 'device!~"lo|veth.*|cali.*|cni.*|docker.*|flannel.*|br-.*|virbr.*|tun.*|vxlan.*"'
DISK = 'device!~"dm-.*|loop.*|ram.*|zram.*|md.*|sr.*"'


def rate(metric, matchers, window):
    return f"sum by (instance) (rate({metric}{{{matchers}}}[{window}s]))"


def queries(window):
    cpu, free, size = ("node_cpu_seconds_total", "node_filesystem_avail_bytes",
                       "node_filesystem_size_bytes")
    return {
        "not_busy": rate(cpu, 'mode=~"idle|iowait|steal"', window),
        "iowait": rate(cpu, 'mode="iowait"', window),
        "steal": rate(cpu, 'mode="steal"', window),
        "cpu_cores": f'count by (instance) ({cpu}{{mode="idle"}})',
        "memory_available": "node_memory_MemAvailable_bytes",
        "memory_total": "node_memory_MemTotal_bytes",
        "load_1m": "node_load1",
        "load_5m": "node_load5",
        "load_15m": "node_load15",
        "disk_usage": f"max by (instance) (1 - {free}{{{REAL_FILE_SYSTEM}}} / "
                      f"{size}{{{REAL_FILE_SYSTEM}}})",
        "network_rx_bytes": rate("node_network_receive_bytes_total", PHYSICAL, window),
        "network_tx_bytes": rate("node_network_transmit_bytes_total", PHYSICAL, window),
        "disk_read_bytes": rate("node_disk_read_bytes_total", DISK, window),
        "disk_write_bytes": rate("node_disk_written_bytes_total", DISK, window),
    }


NODES = "kube_node_info"
COLUMNS = ["cpu_usage_rate", "memory_usage", "memory_available", "memory_total",
           "cpu_cores", "cpu_iowait", "cpu_steal", "load_1m", "load_5m", "load_15m",
           "disk_usage", "network_rx_bytes", "network_tx_bytes", "disk_read_bytes",
           "disk_write_bytes"]


# ---------------------------------------------------------------- replies to series

def by_frames(data, labels):
    """{values of the labels: series}, by the library's frame."""
    if not data:
        return {}
    frame = MetricRangeDataFrame(data)
    return {key: part["value"] for key, part in frame.groupby(labels)}


def by_lists(data, labels):
    found = {}
    for series in data:
        values = series["values"]
        seconds = np.fromiter((t for t, _ in values), np.int64, len(values))
        numbers = np.fromiter((float(v) for _, v in values), np.float64, len(values))
        found[tuple(series["metric"][label] for label in labels)] = pd.Series(
            numbers, index=pd.DatetimeIndex(seconds.view("datetime64[s]")))
    return found


# ---------------------------------------------------------------- series to rows

def node_names(infos, address, index):
    """Who has the address: the one that came last, else the one before."""
    names = pd.Series(None, index=index, dtype=object)
    mine = [(series.index[0], node, series) for (ip, node), series in infos.items()
            if ip == address]
    for _, node, series in sorted(mine, key=lambda info: info[:2]):
        names[series.index] = node
    return names.ffill().bfill()


def rows_of(found, infos):
    parts = []
    for (instance,) in found["memory_total"]:
        frame = pd.DataFrame({name: series.get((instance,), pd.Series(dtype=float))
                              for name, series in found.items()})
        cores = frame["cpu_cores"]
        frame["cpu_usage_rate"] = (1 - frame["not_busy"] / cores).clip(lower=0)
        frame["memory_usage"] = 1 - frame["memory_available"] / frame["memory_total"]
        frame["cpu_iowait"] = frame["iowait"] / cores
        frame["cpu_steal"] = frame["steal"] / cores
        frame = frame[COLUMNS].dropna(how="all")
        frame.insert(0, "node", node_names(infos, instance.rsplit(":", 1)[0], frame.index))
        parts.append(frame.rename_axis("timestamp").reset_index())
    return pd.concat(parts, ignore_index=True)


def chunk(pool, client, args, start):
    """The rows of as many points as a request may have."""
    end = min(start + POINTS * args.step, args.end) - args.step
    moments = [datetime.datetime.fromtimestamp(t, datetime.timezone.utc)
               for t in (start, end)]
    read = by_frames if args.frames else by_lists

    def ask(query, labels):
        return read(client.custom_query_range(query, *moments, str(args.step)), labels)

    infos = pool.submit(ask, NODES, ["internal_ip", "node"])
    asked = {name: pool.submit(ask, query, ["instance"])
             for name, query in queries(args.window).items()}
    return rows_of({name: answer.result() for name, answer in asked.items()},
                   infos.result())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("start", type=int)
    parser.add_argument("end", type=int)
    parser.add_argument("step", type=int)
    parser.add_argument("out")
    parser.add_argument("--window", type=int, default=120, help="seconds of a rate")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--frames", action="store_true")
    args = parser.parse_args()
    client = PrometheusConnect(args.url, headers={"Accept-Encoding": "identity"})
    with concurrent.futures.ThreadPoolExecutor(args.threads) as pool:
        parts = [chunk(pool, client, args, start)
                 for start in range(args.start, args.end, POINTS * args.step)]
    frame = pd.concat(parts, ignore_index=True)
    frame.sort_values(["node", "timestamp"], ignore_index=True).to_parquet(args.out)


if __name__ == "__main__":
    main()
