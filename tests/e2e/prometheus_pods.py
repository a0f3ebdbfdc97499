"""Two clusters with pods, as kube-state-metrics (v2) and the kubelet's cAdvisor tell of them.

A night over two UTC days. All is scraped every minute by an HA pair, whose second replica
is down from 23:00 to 23:30; from 02:30 to 03:10 nothing is scraped at all. Both clusters
have the same names. kube-state-metrics starts anew under another instance: in east the old
and the new one overlap, in west, where it has two shards, one leaves a gap of a minute.

A world is a list of what exporters tell: (target, metric, labels, steps). A step is a time
and the value from then on: a number, None where there is nothing, or a function of times.
planted() samples it as Prometheus does, with a stale marker where a series is gone from a
scrape that its target's last one had. What must come out of these samples: pods_truth.py.
"""
import collections
import struct
import zlib

import numpy as np
import prometheus_case as case
from prometheus_server import field_bytes, snappy, varint

MINUTE, HOUR, DAY = 60, 3600, 86400
MIDNIGHT = 1748908800  # 2025-06-03T00:00:00Z
SINCE, UNTIL = MIDNIGHT - 6 * HOUR, MIDNIGHT + 6 * HOUR
FIRST, LAST = SINCE - 20 * MINUTE, UNTIL + 2 * MINUTE  # scraped from then to then
SCRAPE_MS = 60000
REPLICAS = {"a": 7300, "b": 31900}  # and the ms of the minute at which each scrapes
HOLE = (MIDNIGHT + 2 * HOUR + 30 * MINUTE, MIDNIGHT + 3 * HOUR + 10 * MINUTE)
REPLICA_B_DOWN = (MIDNIGHT - HOUR, MIDNIGHT - 30 * MINUTE)
PHASES = ("Pending", "Running", "Succeeded", "Failed", "Unknown")
CLASSES = ("Guaranteed", "Burstable", "BestEffort")
GIB = 2.0**30
BEFORE, NEVER = FIRST - DAY, LAST + DAY

Target = collections.namedtuple("Target", "labels up")  # up: [(from, until)]
Told = collections.namedtuple("Told", "target metric labels steps")
Series = collections.namedtuple("Series", "labels t_ms values")  # NaN: a stale marker


def at(clock):
    """"20:17:40" of the night, in seconds since 1970."""
    parts = [int(part) for part in clock.split(":")]
    seconds = parts[0] * HOUR + parts[1] * MINUTE + (parts[2] if len(parts) > 2 else 0)
    return MIDNIGHT - (DAY if parts[0] >= 12 else 0) + seconds


# ---------------------------------------------------------------- exporters

class World:
    """A cluster: its targets, and what they tell."""

    def __init__(self, cluster, shards):
        self.cluster, self.told, self.kubelets = cluster, [], {}
        self.shards = [
            [Target({"instance": instance, "job": "kube-state-metrics", "service": "ksm",
                     "endpoint": "http"}, [up]) for instance, up in shard]
            for shard in shards]

    def state(self, metric, labels, *steps):
        """kube-state-metrics: by the shard of the object."""
        labels = {key: value for key, value in labels.items() if value != ""}
        name = labels.get("uid") or labels.get("node") or str(sorted(labels.items()))
        shard = self.shards[zlib.crc32(name.encode()) % len(self.shards)]
        self.told += [Told(target, metric, labels, steps) for target in shard]

    def usage(self, node, metric, labels, *steps, path="/metrics/cadvisor"):
        self.told.append(Told(self.kubelet(node, path), metric, labels, steps))

    def kubelet(self, node, path):
        if (node.name, path) not in self.kubelets:
            self.kubelets[node.name, path] = Target(
                {"instance": f"{node.ip}:10250", "job": "kubelet", "node": node.name,
                 "metrics_path": path, "endpoint": "https-metrics", "service": "kubelet"},
                [(node.born, node.gone)])
        return self.kubelets[node.name, path]


# ---------------------------------------------------------------- nodes

class Node:
    def __init__(self, name, ip, cpu=8, memory=32 * GIB, born=BEFORE, gone=NEVER, gpus=0,
                 labels=(), relabelled=(), cordoned=(), taints=(), shrunk=None,
                 exported=0):
        self.name, self.ip, self.born, self.gone = name, ip, born, gone
        self.cpu, self.memory, self.gpus = cpu, memory, gpus
        self.labels, self.relabelled = dict(labels), relabelled  # [(when, labels)]
        self.cordoned, self.taints, self.shrunk = cordoned, taints, shrunk
        self.exported = max(born, exported)  # from then on by node_exporter

    def tell(self, w):
        alive = lambda value: ((self.born, value), (self.gone, None))  # noqa: E731
        own = {"node": self.name}
        w.state("kube_node_info", {
            **own, "internal_ip": self.ip, "kernel_version": "6.1.0", "os_image": "Debian",
            "container_runtime_version": "containerd://1.7.2", "pod_cidr": "10.244.0.0/24",
            "kubelet_version": "v1.29.1", "kubeproxy_version": "v1.29.1",
            "provider_id": f"kind://{self.name}", "system_uuid": f"uuid-{self.name}",
        }, *alive(1))
        w.state("kube_node_created", own, *alive(float(self.born)))
        cordons = [(t, value) for start, end in self.cordoned
                   for t, value in ((start, 1), (end, 0))]
        w.state("kube_node_spec_unschedulable", own, (self.born, 0), *cordons,
                (self.gone, None))
        for key, value, effect, start, end in self.taints:
            w.state("kube_node_spec_taint",
                    {**own, "key": key, "value": value, "effect": effect},
                    (start, 1), (end, None))
        self.tell_labels(w, own)
        self.tell_resources(w, own)
        exporter = Target({"instance": f"{self.ip}:9100", "job": "node-exporter"},
                          [(self.exported, self.gone)])
        load = lambda t: np.round(2 + np.sin(t / 700), 3)  # noqa: E731
        w.told += [Told(exporter, "node_load1", {}, alive(load)),
                   Told(exporter, "node_memory_MemTotal_bytes", {}, alive(self.memory))]

    def tell_labels(self, w, own):
        versions = [(self.born, self.labels), *self.relabelled, (self.gone, None)]
        for (start, labels), (end, _) in zip(versions, versions[1:]):
            w.state("kube_node_labels", {
                **own, "label_kubernetes_io_hostname": self.name,
                **{f"label_{key}": value for key, value in labels.items()},
            }, (start, 1), (end, None))

    def tell_resources(self, w, own):
        sizes = {("cpu", "core"): self.cpu, ("memory", "byte"): self.memory,
                 ("pods", "integer"): 110, ("ephemeral_storage", "byte"): 1.0e11}
        if self.gpus:
            sizes["nvidia_com_gpu", "integer"] = self.gpus
        for (resource, unit), size in sizes.items():
            labels = {**own, "resource": resource, "unit": unit}
            less = 0.25 if resource == "cpu" else 0.5 * GIB if resource == "memory" else 0
            shrunk = [(self.shrunk, size - less - 1)] if (
                self.shrunk and resource == "cpu") else []
            w.state("kube_node_status_capacity", labels, (self.born, size),
                    (self.gone, None))
            w.state("kube_node_status_allocatable", labels, (self.born, size - less),
                    *shrunk, (self.gone, None))


# ---------------------------------------------------------------- pods

class Container:
    """restarts: [(when, by how much, why the one before ended)]; resized: (when, requests).
    throttled: the share of periods, None: no limit. lingers: seconds that the series of a
    container that ended is still told."""

    def __init__(self, name, requests=(), limits=(), cpu=0.2, memory=2.0e8, restarts=(),
                 before=(0, None), resized=None, throttled=None, lingers=0, telling=True):
        self.name, self.requests, self.limits = name, dict(requests), dict(limits)
        self.cpu, self.memory, self.throttled = cpu, memory, throttled
        self.restarts, self.before, self.resized = restarts, before, resized
        self.lingers, self.telling = lingers, telling


class Pod:
    """The life of a pod: born, scheduled (onto node), running, ended (as phase), gone."""

    def __init__(self, name, node, containers=(), *, namespace="shop", uid=None,
                 born=BEFORE, scheduled=None, running=None, ended=NEVER, phase="Succeeded",
                 gone=NEVER, owner=("<none>", "<none>"), priority="", host_network=False,
                 qos="Burstable", init=(), stopped=(), start_known=True):
        self.name, self.node, self.containers = name, node, containers
        self.namespace, self.born, self.gone = namespace, born, gone
        self.scheduled = born + 1 if scheduled is None else scheduled
        self.running = self.scheduled + 2 if running is None else running
        self.ended, self.phase, self.owner = min(ended, gone), phase, owner
        self.priority, self.host_network, self.qos = priority, host_network, qos
        self.init = dict(init)
        self.stopped = stopped  # [(from, until)]: a container is between two lives
        self.uid = uid or "%08x-0000-4000-8000-%012x" % (
            zlib.crc32(name.encode()), born)
        self.own = {"namespace": namespace, "pod": name, "uid": self.uid}

    def tell(self, w):
        w.state("kube_pod_created", self.own, (self.born, float(self.born)),
                (self.gone, None))
        if self.scheduled < self.gone:
            w.state("kube_pod_start_time", self.own,
                    (self.scheduled, float(self.scheduled)), (self.gone, None))
        self.tell_info(w)
        self.tell_phase(w)
        for container in self.containers:
            self.tell_container(w, container)
            if self.running < self.ended:
                Cadvisor(w, self, container).tell()
        for resource, size in self.init.items():
            w.state("kube_pod_init_container_resource_requests",
                    {**self.own, "container": "init", "resource": resource,
                     "unit": "core" if resource == "cpu" else "byte"},
                    (self.born, size), (self.gone, None))

    def tell_info(self, w):
        info = {**self.own, "created_by_kind": self.owner[0],
                "created_by_name": self.owner[1], "priority_class": self.priority,
                "host_network": str(self.host_network).lower()}
        placed = {**info, "node": self.node.name, "host_ip": self.node.ip,
                  "pod_ip": f"10.244.1.{zlib.crc32(self.uid.encode()) % 250}"}
        w.state("kube_pod_info", info, (self.born, 1),
                (min(self.scheduled, self.gone), None))
        if self.scheduled < self.gone:
            w.state("kube_pod_info", placed, (self.scheduled, 1), (self.gone, None))
        for name in CLASSES:
            w.state("kube_pod_status_qos_class", {**self.own, "qos_class": name},
                    (self.born, int(name == self.qos)), (self.gone, None))

    def tell_phase(self, w):
        life = [(self.born, "Pending"), (self.running, "Running"), (self.ended, self.phase)]
        life = [(t, phase) for t, phase in life if t < self.gone]
        for name in PHASES:
            w.state("kube_pod_status_phase", {**self.own, "phase": name},
                    *((t, int(phase == name)) for t, phase in life), (self.gone, None))
        finished = [(t, value) for start, end in self.stopped
                    for t, value in ((start, float(start)), (end, None))]
        if self.ended < self.gone:
            finished.append((self.ended, float(self.ended)))
        w.state("kube_pod_completion_time", self.own, *finished, (self.gone, None))

    def tell_container(self, w, c):
        for what, sizes in (("requests", c.requests), ("limits", c.limits)):
            for resource, size in sizes.items():
                unit = {"cpu": "core", "memory": "byte"}.get(resource, "integer")
                resized = [(c.resized[0], c.resized[1][resource])] if (
                    c.resized and what == "requests" and resource in c.resized[1]) else []
                # the node is a label here, too: another series once it is scheduled
                for start, end, node, more in (
                        (self.born, self.scheduled, "", []),
                        (self.scheduled, self.gone, self.node.name, resized)):
                    if start < end:
                        w.state(f"kube_pod_container_resource_{what}",
                                {**self.own, "container": c.name, "resource": resource,
                                 "unit": unit, "node": node},
                                (start, size), *more, (min(end, self.gone), None))
        if self.running >= self.gone:
            return
        own = {**self.own, "container": c.name}
        count, why = c.before
        counts, reasons = [(self.running, count)], [(self.running, why)]
        for when, step, reason in c.restarts:
            count += step
            counts.append((when, count))
            reasons.append((when, reason))
        w.state("kube_pod_container_status_restarts_total", own, *counts, (self.gone, None))
        for reason in {reason for _, reason in reasons if reason}:
            w.state("kube_pod_container_status_last_terminated_reason",
                    {**own, "reason": reason},
                    *((t, 1 if said == reason else None) for t, said in reasons),
                    (self.gone, None))


class Cadvisor:
    """What the kubelet says of a container: a new id with each start of it."""

    def __init__(self, w, pod, container):
        self.w, self.pod, self.container = w, pod, container

    def tell(self):
        pod, c = self.pod, self.container
        starts = [pod.running, *(when for when, _, _ in c.restarts), min(pod.ended, pod.gone)]
        for number, (start, end) in enumerate(zip(starts, starts[1:])):
            last = end == starts[-1]
            self.tell_one(number, start, end + (0 if last else c.lingers))
        # the pod's cgroup, and the pause container as Docker has it: not to be counted
        for name in ("", "POD"):
            labels = {**self.labels("pause"), "container": name}
            self.counter("container_cpu_usage_seconds_total", {**labels, "cpu": "total"},
                         starts[0], starts[-1], 5.0)
            self.gauge("container_memory_working_set_bytes", labels, starts[0],
                       starts[-1], 7.0e9)

    def labels(self, number):
        pod = self.pod
        return {"namespace": pod.namespace, "pod": pod.name,
                "container": self.container.name, "image": "registry.example/app:1",
                "name": f"{pod.uid}-{self.container.name}-{number}",
                "id": f"/kubepods/burstable/pod{pod.uid}/"
                      f"{zlib.crc32(str((pod.uid, number)).encode()):x}"}

    def tell_one(self, number, start, end):
        c, labels = self.container, self.labels(number)
        self.counter("container_cpu_usage_seconds_total", {**labels, "cpu": "total"},
                     start, end, c.cpu)
        self.gauge("container_memory_working_set_bytes", labels, start, end,
                   c.memory * (1 + number))
        if c.throttled is not None:
            self.counter("container_cpu_cfs_periods_total", labels, start, end, 10.0, 0)
            self.counter("container_cpu_cfs_throttled_periods_total", labels, start, end,
                         10.0 * c.throttled, 0)
        if self.w.cluster == "west":  # the kubelet's other page says the same
            few = {key: labels[key] for key in ("namespace", "pod", "container")}
            if number == 0:
                self.counter("container_cpu_usage_seconds_total", few, start, end, c.cpu,
                             path="/metrics/resource")

    def counter(self, metric, labels, start, end, mean, digits=6, **more):
        def grown(t):
            past = t - start
            return np.round(mean * (past + 40 * (1 - np.cos(past / 200))), digits)

        self.w.usage(self.pod.node, metric, labels, (start, grown), (end, None), **more)

    def gauge(self, metric, labels, start, end, size):
        def level(t):
            return np.round(size * (1 + 0.2 * np.sin((t - BEFORE) / 900)))

        self.w.usage(self.pod.node, metric, labels, (start, level), (end, None))


# ---------------------------------------------------------------- workloads

def replicaset(w, name, deployment, born=BEFORE, gone=NEVER, namespace="shop"):
    owner = ("Deployment", deployment) if deployment else ("<none>", "<none>")
    labels = {"namespace": namespace, "replicaset": name, "owner_kind": owner[0],
              "owner_name": owner[1],
              "owner_is_controller": "true" if deployment else "<none>"}
    w.state("kube_replicaset_owner", labels, (born, 1), (gone, None))


def job(w, name, cronjob, born, gone=NEVER, namespace="shop"):
    owner = ("CronJob", cronjob) if cronjob else ("<none>", "<none>")
    w.state("kube_job_owner",
            {"namespace": namespace, "job_name": name, "owner_kind": owner[0],
             "owner_name": owner[1],
             "owner_is_controller": "true" if cronjob else "<none>"},
            (born, 1), (gone, None))


SMALL = {"cpu": 0.1, "memory": 2.0**27}
MEDIUM = {"cpu": 0.5, "memory": GIB}


def nodes_of_east():
    odd = 'a "b" \\c, d\ne – é'
    n1 = Node("n1", "10.0.0.1", labels={
        "topology_kubernetes_io_zone": "z1", "note": odd,
        "node_kubernetes_io_instance_type": "m5"}, cordoned=[(at("19:10"), at("20:05"))])
    n2 = Node("n2", "10.0.0.2", shrunk=at("02:00"), taints=[
        ("dedicated", "batch", "NoSchedule", at("21:00"), at("21:30")),
        ("node.kubernetes.io/unreachable", "", "NoExecute", at("21:42:10"), at("21:44")),
        ("node.kubernetes.io/unreachable", "", "NoSchedule", at("21:42:10"),
         at("21:50"))])
    n3 = Node("n3", "10.0.0.3", cpu=16, gpus=4, labels={
        "topology_kubernetes_io_zone": "z1", "pool": "a"}, relabelled=[
            (at("23:58:40"), {"topology_kubernetes_io_zone": "z1", "pool": "b"}),
            (at("04:00"), {"topology_kubernetes_io_zone": "z2", "pool": "b"})])
    old = {"failure_domain_beta_kubernetes_io_zone": "old-zone",
           "beta_kubernetes_io_instance_type": "old-type"}
    n4 = Node("n4", "10.0.0.4", gone=at("22:40:20"), labels=old)
    n4b = Node("n4b", "10.0.0.4", born=at("22:41:30"), labels=old,
               exported=at("22:46:30"))
    return n1, n2, n3, n4, n4b


def rollout(w, nodes):
    replicaset(w, "web-7d9f", "web")
    replicaset(w, "web-5c88", "web", born=at("19:29:50"))
    w.state("kube_replicaset_owner", {  # one that does not make it
        "namespace": "shop", "replicaset": "web-5c88", "owner_kind": "Application",
        "owner_name": "all", "owner_is_controller": "false"}, (at("19:29:50"), 1))
    for number, node in enumerate(nodes[:2]):
        Pod(f"web-7d9f-{number}", node,
            [Container("app", MEDIUM, {"cpu": 1, "memory": GIB}, throttled=0.0),
             Container("proxy", SMALL, cpu=0.02)], owner=("ReplicaSet", "web-7d9f"),
            gone=at("19:31:10") + 70 * number, priority="high").tell(w)
        Pod(f"web-5c88-{number}", node,
            [Container("app", MEDIUM, {"cpu": 1, "memory": GIB}, throttled=0.3, cpu=0.7),
             Container("proxy", SMALL, cpu=0.02)], owner=("ReplicaSet", "web-5c88"),
            born=at("19:30") + 70 * number, running=at("19:30:25") + 70 * number,
            priority="high").tell(w)


def moved(w, node, other, uid=None):
    own = {"owner": ("StatefulSet", "db"), "qos": "Guaranteed"}
    def db():
        return [Container("db", MEDIUM, MEDIUM, cpu=0.4, memory=8.0e8, throttled=0.05)]
    Pod("db-0", node, db(), uid=uid, gone=at("20:17:40"), **own).tell(w)
    Pod("db-0", other, db(), born=at("20:18:05"), running=at("20:18:40"), **own).tell(w)


def cronjobs(w, node):
    """Pods of 50 to 180 seconds, now and then over a moment of the grid."""
    for number in range(20):
        born = at("18:30") + number * 1847
        if born > UNTIL:
            break
        name = f"tick-{born // 60}"
        lives = 50 + 43 * (number % 4)
        job(w, name, "tick", born - 2, born + lives + 90)
        Pod(f"{name}-x", node, [Container("tick", SMALL, cpu=0.9)], born=born,
            scheduled=born + 3, running=born + 8, ended=born + lives - 10,
            gone=born + lives, owner=("Job", name)).tell(w)


def jobs(w, node, gpu):
    job(w, "load-once", None, at("20:00"), at("23:20"))
    Pod("load-once-q", node, [Container("load", MEDIUM, cpu=1.5)], born=at("20:00:05"),
        running=at("20:00:30"), ended=at("20:22:30"), gone=at("23:19"),
        owner=("Job", "load-once")).tell(w)
    job(w, "train", None, at("22:10"))
    Pod("train-z", gpu, [Container("train", {**MEDIUM, "nvidia_com_gpu": 2},
                                   {"nvidia_com_gpu": 2}, cpu=3)],
        born=at("22:10:10"), scheduled=at("22:49:30"), running=at("22:52"),
        owner=("Job", "train"), priority="low").tell(w)
    Pod("never", node, [Container("main", {"cpu": 99})], born=at("01:10:30"),
        scheduled=NEVER, gone=at("01:33:20")).tell(w)


def singles(w, n1, n2):
    Pod("debug", n2, [Container("sh", cpu=0.001, memory=3.0e6)], qos="BestEffort",
        born=at("21:07:30"), gone=at("21:21:45")).tell(w)
    Pod("kube-apiserver-n1", n1, [Container("apiserver", {"cpu": 0.25}, cpu=0.3)],
        namespace="kube-system", owner=("Node", "n1"), host_network=True,
        priority="system-node-critical").tell(w)
    Pod("cache-0", n1, [Container("cache", MEDIUM, resized=(
        at("21:13:30"), {"cpu": 1.5, "memory": 2 * GIB}))],
        owner=("StatefulSet", "cache")).tell(w)
    Pod("migrate", n2, [Container("main", SMALL), Container("side", SMALL)],
        init={"cpu": 2.0, "memory": 2.0**26, "nvidia_com_gpu": 1},
        born=at("21:50:10"), running=at("21:51:50"), gone=at("22:25:05")).tell(w)
    Pod("evicted-k", n1, [Container("main", SMALL)], born=at("18:40"),
        ended=at("19:02:20"), phase="Failed", gone=at("00:20:10"),
        owner=("ReplicaSet", "orphan-1")).tell(w)


def troubled(w, n1, n2):
    """Restarts in all places at which a difference could be lost."""
    replicaset(w, "flaky-1", "flaky")
    Pod("flaky-1-p", n1, [
        Container("app", SMALL, {"cpu": 0.5}, memory=1.0e8, throttled=0.1, lingers=130,
                  before=(3, "Error"), restarts=[
                      (at("17:57:30"), 1, "Error"), (at("18:01:30"), 1, "Error"),
                      (at("19:22:10"), 1, "Completed"), (at("22:31:10"), 2, "Error"),
                      (at("23:25"), 1, "Error"), (at("23:58:30"), 1, "Error"),
                      (at("00:00"), 1, "Error"), (at("00:02"), 1, "Error"),
                      (at("02:45"), 1, "Error"), (at("04:10:40"), 1, "Error"),
                      (at("04:12:20"), 1, "Error")]),
        Container("proxy", SMALL, cpu=0.01, restarts=[(at("22:32:40"), 1, "Error")])],
        owner=("ReplicaSet", "flaky-1")).tell(w)
    Pod("hungry", n2, [Container(
        "app", SMALL, {"memory": 2.0e8}, restarts=[
            (at("19:41:20"), 1, "Error"), (at("20:52:20"), 1, "OOMKilled"),
            (at("20:57:40"), 1, "OOMKilled"), (at("22:21:30"), 1, "Error"),
            (at("00:00:30"), 1, "OOMKilled"), (at("00:31:30"), 2, "OOMKilled")])],
        stopped=[(at("22:21:00"), at("22:27:30"))]).tell(w)


def east():
    w = World("east", [[("10.1.0.5:8080", (BEFORE, at("20:32"))),
                        ("10.1.0.9:8080", (at("20:30"), NEVER))]])
    nodes = n1, n2, n3, n4, n4b = nodes_of_east()
    for node in nodes:
        node.tell(w)
        Pod(f"agent-{node.name}", node, [Container("agent", SMALL, cpu=0.05)],
            namespace="kube-system", owner=("DaemonSet", "agent"),
            born=node.born if node.born == BEFORE else node.born + 15,
            gone=node.gone - 20 if node.gone != NEVER else NEVER).tell(w)
    rollout(w, nodes)
    moved(w, n1, n2)
    cronjobs(w, n2)
    jobs(w, n1, n3)
    singles(w, n1, n2)
    troubled(w, n1, n2)
    return w


SAME_UID = "11111111-2222-4333-8444-555555555555"  # clusters that were copied


def west():
    gap = [("10.1.1.5:8080", (BEFORE, at("01:00:10"))),
           ("10.1.1.8:8080", (at("01:01:30"), NEVER))]
    w = World("west", [gap, [("10.1.1.6:8080", (BEFORE, NEVER))]])
    n1, n2 = Node("n1", "10.0.0.1", cpu=4), Node("n2", "10.0.0.2", cpu=4)
    for node in (n1, n2):
        node.tell(w)
    rollout(w, (n2, n1))
    moved(w, n2, n1, SAME_UID)
    singles(w, n1, n2)
    return w


# ---------------------------------------------------------------- sampled

def scrapes(replica):
    """(time in ms, whether it goes on from the one before) of all scrapes of a replica."""
    found, unbroken = [], False
    for t_ms in range(FIRST * 1000 + REPLICAS[replica], LAST * 1000, SCRAPE_MS):
        t = t_ms / 1000
        out = HOLE[0] <= t < HOLE[1] or (
            replica == "b" and REPLICA_B_DOWN[0] <= t < REPLICA_B_DOWN[1])
        if not out:
            found.append((t_ms, unbroken))
        unbroken = not out
    return np.array([t for t, _ in found]), np.array([goes_on for _, goes_on in found])


def values_at(steps, t):
    """NaN where there is nothing."""
    starts = np.array([start for start, _ in steps], float)
    which = np.searchsorted(starts, t, "right") - 1
    values = np.full(len(t), np.nan)
    for number, (_, value) in enumerate(steps):
        mine = which == number
        if value is not None and mine.any():
            values[mine] = value(t[mine]) if callable(value) else value
    return values


def sample(told, scraped):
    """(times, values) with NaN as a stale marker; None: never seen."""
    t_ms, goes_on = scraped
    values = values_at(told.steps, t_ms / 1000)
    up = np.zeros(len(t_ms), bool)
    for start, end in told.target.up:
        up |= (t_ms >= start * 1000) & (t_ms < end * 1000)
    there = ~np.isnan(values) & up
    stale = np.zeros(len(t_ms), bool)
    stale[1:] = there[:-1] & ~there[1:] & goes_on[1:]
    values[stale] = np.nan
    keep = there | stale
    return (t_ms[keep], values[keep]) if there.any() else None


def planted(worlds):
    """All series, by both replicas. One that is told twice, one after the other (a target
    whose node was replaced), is one."""
    times = {replica: scrapes(replica) for replica in REPLICAS}
    found = {}
    for w in worlds:
        for told in w.told:
            for replica, scraped in times.items():
                samples = sample(told, scraped)
                if samples:
                    labels = {**told.target.labels, **told.labels, "cluster": w.cluster,
                              "prometheus_replica": replica, "__name__": told.metric}
                    key = tuple((name, labels[name]) for name in sorted(labels)
                                if labels[name] != "")
                    found.setdefault(key, []).append(samples)
    return [Series(dict(key), *map(np.concatenate, zip(*parts)))
            for key, parts in found.items()]


# ---------------------------------------------------------------- into a server

STALE = struct.pack("<Q", 0x7FF0000000000002)


def encoded(series):
    """The samples of a series as of a write request, 18 bytes each."""
    n = len(series.t_ms)
    out = np.zeros((n, 18), np.uint8)
    out[:, 0], out[:, 1], out[:, 2], out[:, 11] = 0x12, 16, 0x09, 0x10
    out[:, 3:11] = np.frombuffer(series.values.astype("<f8").tobytes(), np.uint8
                                 ).reshape(n, 8)
    out[np.isnan(series.values), 3:11] = np.frombuffer(STALE, np.uint8)
    for i in range(6):
        out[:, 12 + i] = (series.t_ms >> (7 * i) & 0x7F) | (0x80 if i < 5 else 0)
    return out


def write(server, series, batch_s=6 * HOUR):
    """Into a Prometheus that takes remote write, in the order of time."""
    heads = [b"".join(field_bytes(1, field_bytes(1, key.encode())
                                  + field_bytes(2, value.encode()))
                      for key, value in sorted(one.labels.items())) for one in series]
    samples = [encoded(one) for one in series]
    first = min(one.t_ms[0] for one in series)
    last = max(one.t_ms[-1] for one in series)
    for start in range(int(first), int(last) + 1, batch_s * 1000):
        parts = []
        for one, head, rows in zip(series, heads, samples):
            low, high = np.searchsorted(one.t_ms, (start, start + batch_s * 1000))
            if low < high:
                body = head + rows[low:high].tobytes()
                parts.append(b"\x0a" + varint(len(body)) + body)
        server.post("/api/v1/write", snappy(b"".join(parts)),
                    X_Prometheus_Remote_Write_Version="0.1.0")


class Prometheus(case.Prometheus):
    """A server that is empty at first; a context."""

    def __init__(self, folder, *arguments):
        super().__init__(folder, "--web.enable-remote-write-receiver", *arguments)
