"""`hindcast replay` with input that cannot be: refused by file, row and column, or counted."""
import gzip
import json
import re
import signal
import subprocess
import time

import pytest

from util import HINDCAST, read_json, run

NODES = "name,cpu_milli,memory_mib,gpu,model\nn0,4000,8192,2,A\nn1,8000,8192,0,\n"
PODS = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\np0,1000,1024,1,500,A|B\n"
ORDERS = "seed,kind,index,name\n1,node,0,n1\n1,node,1,n0\n1,pod,0,p0\n"


def files(folder, nodes=NODES, pods=PODS, orders=None):
    (folder / "nodes.csv").write_text(nodes)
    (folder / "pods.csv").write_text(pods)
    args = ["--nodes", folder / "nodes.csv", "--pods", folder / "pods.csv"]
    if orders is not None:
        (folder / "orders.csv").write_text(orders)
        args += ["--orders", folder / "orders.csv"]
    return args


def refused(folder, args, code=3):
    done = run("replay", *args, "-o", folder / "out")
    assert done.returncode == code, (done.returncode, done.stderr)
    assert done.stdout == ""
    assert re.fullmatch(r"hindcast: [^\n]+\n", done.stderr), done.stderr
    assert not (folder / "out").exists()
    return done.stderr


def replayed(folder, args):
    done = run("replay", *args, "-o", folder / "out", "--json", "--seeds", 2, "--no-figures")
    assert done.returncode == 0, done.stderr
    return read_json(folder / "out/replay.json")


def test_good_files(tmp_path):
    found = replayed(tmp_path, files(tmp_path, orders=ORDERS))
    assert found["input"]["seeds"] == [1]
    assert not any(found["oddities"].values())


@pytest.mark.parametrize("row, column, what", [
    ("p1,x,1,0,0,", "cpu_milli", "is not a number"),
    ("p1,-1,1,0,0,", "cpu_milli", "is not a number"),
    ("p1,1,nan,0,0,", "memory_mib", "is not a number"),
    ("p1,1,1,1,1001,", "gpu_milli", "over 1000"),
    ("p1,1,1,99999999999,1000,", "num_gpu", "too large"),
    (",1,1,0,0,", "name", "a name is needed"),
])
def test_a_pod_that_does_not_parse(tmp_path, row, column, what):
    said = refused(tmp_path, files(tmp_path, pods=PODS + row + "\n"))
    assert "pods.csv', row 2, column" in said
    assert f"column '{column}'" in said and what in said


@pytest.mark.parametrize("row, what", [
    ("n2,x,1,0,", "row 3, column 'cpu_milli': 'x'"),
    ("n2,1,1,17,", "row 3, column 'gpu': '17'"),
    ("n0,1,1,0,", "row 3, column 'name': 'n0' is there twice"),
])
def test_a_node_that_does_not_parse(tmp_path, row, what):
    assert what in refused(tmp_path, files(tmp_path, nodes=NODES + row + "\n"))


@pytest.mark.parametrize("rows, what", [
    ("1,pod,1,p9\n", "'p9' is no pod"),
    ("1,node,1,n9\n", "'n9' is no node"),
    ("1,node,7,n0\n", "beyond the number of nodes"),
    ("1,pod,0,p0\n", "there twice"),
    ("1,pod,2,p0\n", "has no pod of index 1"),
    ("2,node,0,n0\n", "seed 2 has no node of index 1"),
    ("1,cat,1,p0\n", "neither node nor pod"),
    ("x,pod,1,p0\n", "is not a number"),
    ("1,pod,1,p0-tuned-\n", "is no pod"),
])
def test_orders_that_cannot_be(tmp_path, rows, what):
    assert what in refused(tmp_path, files(tmp_path, orders=ORDERS + rows))


def test_a_tuned_name_is_the_pod_before_it(tmp_path):
    found = replayed(tmp_path, files(tmp_path, orders=ORDERS + "1,pod,1,p0-tuned-12\n"))
    assert found["policies"][0]["measures"]["pods_arrived"]["mean"] == 2


def test_missing_columns(tmp_path):
    assert "no column 'name'" in refused(tmp_path, files(tmp_path, pods="a,b\n1,2\n"))
    said = refused(tmp_path, files(tmp_path, nodes="name\nn0\n"))
    assert "neither column 'cpu_milli' nor 'cpu_cores'" in said
    args = files(tmp_path, pods=PODS.replace("name", "who", 1))
    assert "no column 'name'" in refused(tmp_path, args)
    args = files(tmp_path)
    for wrong in ("name=nobody", "thing=name", "x"):
        assert "no file has that column" in refused(tmp_path, [*args, "--map", wrong], 2)


def test_a_mapped_column(tmp_path):
    args = files(tmp_path, pods=PODS.replace("cpu_milli", "millis", 1))
    found = replayed(tmp_path, [*args, "--map", "cpu_milli=millis"])
    assert found["policies"][0]["measures"]["cpu_requested_share"]["mean"] == 0.25


def test_what_is_odd_is_counted(tmp_path):
    pods = ("name,cpu_milli,memory_mib,node,creation_time,deletion_time\n"
            "big,9000,1,n0,0,5\nback,1,1,n0,7,6\naway,1,1,n9,0,5\n"
            "same,1,1,n1,0,5\nsame,1,1,n1,8,9\n")
    found = replayed(tmp_path, files(tmp_path, pods=pods))
    assert {k: v for k, v in found["oddities"].items() if v} == {
        "pods_larger_than_any_node": 1, "pods_deleted_before_created": 1,
        "pods_on_unknown_nodes": 1, "pod_names_repeated": 1}
    assert found["policies"][0]["measures"]["pods_arrived"]["mean"] == 4
    assert found["policies"][0]["measures"]["pods_refused"]["mean"] == 1


def test_empty_files(tmp_path):
    assert "no node" in refused(tmp_path, files(tmp_path, nodes=NODES.split("\n")[0] + "\n"), 4)
    assert "no pod" in refused(tmp_path, files(tmp_path, pods=PODS.split("\n")[0] + "\n"), 4)
    assert "no such file" in refused(tmp_path, ["--nodes", tmp_path / "x", "--pods",
                                                tmp_path / "pods.csv"])


@pytest.mark.parametrize("args", [
    [], ["--nodes", "a.csv"], ["--nodes", "a.csv", "--pods", "b.csv", "--snapshot", "c.json"],
    ["--snapshot", "c.json", "--orders", "d.csv"], ["data", "--snapshot", "c.json"],
    ["--nodes", "a.csv", "--pods", "b.csv", "--policy", "BestFti"],
    ["--nodes", "a.csv", "--pods", "b.csv", "--policy", "Random:1,FGD:1"],
])
def test_wrong_usage(tmp_path, args):
    refused(tmp_path, args, 2)


# ---- snapshots --------------------------------------------------------------------------

def cluster():
    return {"nodes": [{"metadata": {"name": "n0"}, "status": {"allocatable": {
        "cpu": "4", "memory": "8Gi", "pods": "10"}}}],
        "pods": [{"metadata": {"name": "p0"}, "spec": {"containers": [
            {"resources": {"requests": {"cpu": "100m"}}}]}}]}


def snapshot(folder, what, name="c.json"):
    data = what if isinstance(what, bytes) else json.dumps(what).encode()
    (folder / name).write_bytes(data)
    return ["--snapshot", folder / name]


def test_a_snapshot_in_every_form(tmp_path):
    items = [{**item, "kind": kind} for key, kind in (("nodes", "Node"), ("pods", "Pod"))
             for item in cluster()[key]]
    forms = [cluster(), {"kind": "List", "items": items + [{"kind": "Secret"}]},
             {key: {"items": value} for key, value in cluster().items()}]
    for form in forms:
        found = replayed(tmp_path, snapshot(tmp_path, form))
        assert (found["input"]["nodes"], found["input"]["pods"]) == (1, 1)
    packed = gzip.compress(json.dumps(cluster()).encode())
    replayed(tmp_path, snapshot(tmp_path, packed, "c.json.gz"))
    whole = json.dumps(cluster()).encode()
    replayed(tmp_path, snapshot(tmp_path, gzip.compress(whole[:40]) + gzip.compress(whole[40:])))


def test_a_snapshot_that_is_none(tmp_path):
    packed = gzip.compress(json.dumps(cluster()).encode())
    for bad, what in [(b"", "cannot read"), (b"{", "line 1"), (b"[]", "nodes and pods are expected"),
                      (b"{\"items\": [1]}", "expected"), (b"{\"nodes\": 3, \"pods\": []}", "expected"),
                      (packed[:-9], "damaged"), (packed[:30] + b"xx" + packed[32:], "damaged"),
                      (b"[" * 100000, "cannot read"), (b"\xff\xfe{}", "cannot read")]:
        assert what in refused(tmp_path, snapshot(tmp_path, bad)), bad[:20]


@pytest.mark.parametrize("change, what", [
    (lambda c: c["pods"][0]["spec"]["containers"][0]["resources"]["requests"].update(cpu="4x"),
     "pods[0] 'p0', cpu '4x': is no quantity"),
    (lambda c: c["nodes"][0]["status"]["allocatable"].update(memory="-1"),
     "nodes[0] 'n0', memory '-1': is no quantity"),
    (lambda c: c["nodes"][0]["metadata"].pop("name"), "nodes[0] '', metadata.name: is needed"),
    (lambda c: c["nodes"].append(c["nodes"][0]), "nodes[1] 'n0', metadata.name: is there twice"),
    (lambda c: c["pods"][0]["spec"].update(topologySpreadConstraints=[{"maxSkew": 1}]),
     "no topologyKey"),
])
def test_an_item_that_cannot_be(tmp_path, change, what):
    made = cluster()
    change(made)
    assert what in refused(tmp_path, snapshot(tmp_path, made))


def test_placements_that_cannot_be(tmp_path):
    args = snapshot(tmp_path, cluster())
    for text, what in [("index,node\n0,n9\n", "'n9' is no node"),
                       ("index,node\n1,n0\n", "'1' is no place of a pod"),
                       ("index,node\n0,n0\n0,n0\n", "there twice"),
                       ("pod,node\np1,n0\n", "'p1' is no pod"),
                       ("node\nn0\n", "neither column 'index' nor 'pod'"),
                       ("index,node\n", "no row for pod 0")]:
        (tmp_path / "p.csv").write_text(text)
        assert what in refused(tmp_path, [*args, "--placements", tmp_path / "p.csv"]), text


def test_an_older_result_does_not_stay_beside_a_newer_one(tmp_path):
    args = snapshot(tmp_path, cluster())
    replayed(tmp_path, [*args, "--explain"])
    assert (tmp_path / "out/explain_scores.parquet").exists()
    (tmp_path / "out/mine.txt").write_text("x")
    replayed(tmp_path, args)
    assert {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*")
            if path.is_file()} == {"mine.txt", "replay.json", "report.html", "run.json",
                                   "tables/load.csv", "tables/runs.csv",
                                   "tables/policies.csv"}


def many(folder, nodes, pods):
    """A cluster, and pods of which few are alike."""
    return files(folder, "name,cpu_milli,memory_mib\n" + "".join(
        f"n{i},8000,8192\n" for i in range(nodes)), "name,cpu_milli,memory_mib\n" + "".join(
            f"p{i},{i % 997 + 1},{i % 991 + 1}\n" for i in range(pods)))


def test_a_bar_where_it_is_asked_for(tmp_path):
    args = ["replay", *many(tmp_path, 200, 3000), "-o", tmp_path / "out", "--seeds", 1,
            "--no-figures"]
    shown = run(*args, "--progress", "always", "--nodes-needed")
    assert shown.returncode == 0 and re.search(r"\[#* *\] +\d+ %", shown.stderr)
    assert run(*args).stderr == ""


def test_interrupted_it_leaves_nothing(tmp_path):
    args = [HINDCAST, "replay", *many(tmp_path, 3000, 40000), "-o", tmp_path / "out", "--seeds", 200,
            "--policy", "Random,kube-1.35", "--nodes-needed"]
    program = subprocess.Popen([*map(str, args)], stderr=subprocess.PIPE, text=True)
    while not (tmp_path / "out").exists():
        time.sleep(0.01)
    time.sleep(1)
    program.send_signal(signal.SIGINT)
    _, said = program.communicate(timeout=60)
    assert (program.returncode, said) == (130, "hindcast: interrupted\n")
    assert not (tmp_path / "out").exists()


def test_huge_amounts_do_not_overflow(tmp_path):
    made = cluster()
    made["pods"] = [{"metadata": {"name": f"p{i}"}, "spec": {
        "nodeName": "n0", "containers": [{"resources": {"requests": {
            "cpu": "9Ei", "memory": "8Ei"}}}]}} for i in range(50)]
    found = replayed(tmp_path, [*snapshot(tmp_path, made), "--policy", "as-recorded,kube-1.35"])
    assert found["oddities"]["pods_larger_than_any_node"] == 50
