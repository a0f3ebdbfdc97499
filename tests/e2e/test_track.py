"""`hindcast track` against real MLflow servers, read back by MLflow's own client."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

import mlflow_case
import pytest
import util
from fault_server import FaultServer, server_context
from mlflow_case import CLOCK, comparable, copy_report, track_environment
from util import analyze, read_json, run, tree

BASELINE = ["avg_cpu_utilization", "avg_load_1m", "avg_memory_utilization",
            "cpu_utilization_std", "max_cpu_utilization", "max_load_1m",
            "max_memory_utilization", "memory_utilization_std"]
NAMES = {"hindcast_analysis", "baseline_analysis", "pattern_analysis"}


# ---------------------------------------------------------------- servers and reports

@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    """The server of a version, started when it is first asked for."""
    running = {}

    def server(version):
        if version not in running:
            folder = tmp_path_factory.mktemp(f"mlflow{version}")
            running[version] = mlflow_case.Server(folder, version).__enter__()
        return running[version]

    yield server
    for started in running.values():
        started.__exit__()


@pytest.fixture(scope="module")
def reader():
    opened = mlflow_case.Reader()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return util.write(tmp_path_factory.mktemp("data") / "metrics.parquet",
                      util.samples(nodes=4, days=9, step_s=900))


@pytest.fixture(scope="module")
def whole(data, tmp_path_factory):
    """A report with figures and page."""
    out = tmp_path_factory.mktemp("whole") / "report"
    analyze(data, out, "--timezone", "Europe/Berlin", html=True, figures=True)
    return out


@pytest.fixture
def report(data, tmp_path):
    """A small one, made in this test alone."""
    out = tmp_path / "report"
    analyze(data, out)
    return out


def track(folder, *args, code=0, **environment):
    done = run("track", folder, *args, env=track_environment(**environment))
    assert done.returncode == code, f"exit {done.returncode}: {done.stderr}{done.stdout}"
    return done


def sent(folder, server, experiment, *args):
    return json.loads(track(folder, "--tracking-uri", server.url, "--experiment", experiment,
                            "--json", *args).stdout)


# ---------------------------------------------------------------- what arrives

@pytest.fixture(scope="module", params=["3", "2"])
def arrived(request, servers, reader, whole, tmp_path_factory):
    """(server, report, what it said, what MLflow's client sees)."""
    server = servers(request.param)
    report = copy_report(whole, tmp_path_factory.mktemp("sent") / "report")
    told = sent(report, server, "everything")
    return server, report, told, reader.runs(server.url, "everything")


def test_three_runs(arrived):
    server, report, told, runs = arrived
    assert set(runs) == NAMES
    parent = runs["hindcast_analysis"]["run_id"]
    when = read_json(report / "run.json")["generated_at"]
    for name, seen in runs.items():
        assert seen["status"] == "FINISHED"
        assert seen["tags"].get("mlflow.parentRunId") == (None if name == "hindcast_analysis"
                                                          else parent)
        assert seen["tags"]["mlflow.source.name"] == "hindcast analyze"
        assert seen["tags"]["hindcast.id"] == told["id"]
        assert time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seen["start"] / 1e3)) == when
    assert told["was_there"] is False and told["not_sent"] == []
    assert {entry["name"]: entry["run_id"] for entry in told["runs"]} == {
        name: seen["run_id"] for name, seen in runs.items()}


def latest(seen):
    """{metric: value} of those with a single point."""
    return {key: points[0][1] for key, points in seen["metrics"].items() if len(points) == 1}


def test_baseline(arrived):
    _, report, _, runs = arrived
    findings = read_json(report / "findings.json")
    seen = runs["baseline_analysis"]
    assert sorted(seen["metrics"]) == sorted([*BASELINE, "optimization_potential_pct"])
    for name in BASELINE:
        assert latest(seen)[name] == findings["baseline"][name]
    assert (latest(seen)["optimization_potential_pct"]
            == findings["opportunity"]["optimization_potential_pct"])
    params = seen["params"]
    assert params["analysis_date"] == findings["generated_at"]
    assert params["data_points"] == str(findings["quality"]["rows"])
    assert params["time_span_days"] == str(int(findings["quality"]["span_s"] // 86400))
    assert params["timezone"] == "Europe/Berlin"
    assert (params["target_cpu"], params["target_memory"]) == ("0.65", "0.8")
    assert params["hindcast_version"] == findings["hindcast"]
    assert params["input_sha256"].endswith(findings["input"]["files"][0]["path"])


def test_patterns(arrived):
    _, report, _, runs = arrived
    insights, findings = read_json(report / "insights.json"), read_json(report / "findings.json")
    seen = runs["pattern_analysis"]
    for name, value in insights.items():
        if isinstance(value, str):
            assert seen["params"][name] == value
        else:
            assert latest(seen)[name] == value
    for gauge in util.MAIN:
        for name, rows, step in (("hourly", findings["temporal"]["hourly"], "hour"),
                                 ("weekday", findings["temporal"]["daily"], "day_of_week")):
            points = seen["metrics"][f"{name}/{gauge}"]
            assert [[p[0], p[1]] for p in points] == [
                [row[step], row[gauge]] for row in rows if row[gauge] is not None]
    assert len(seen["metrics"]["hourly/cpu_usage_rate"]) == 24


def test_the_whole_analysis(arrived):
    _, report, _, runs = arrived
    findings, seen = read_json(report / "findings.json"), runs["hindcast_analysis"]
    assert latest(seen)["quality.rows"] == findings["quality"]["rows"]
    assert latest(seen)["quality.coverage"] == findings["quality"]["coverage"]
    assert latest(seen)["opportunity.nodes_needed_p95"] == \
        findings["opportunity"]["nodes_needed"]["p95"]
    told = [line for line in seen["tags"]["mlflow.note.content"].split("\n")]
    assert len(told) == 5
    plain = [re.sub(r"\\(.)", r"\1", line[2:]) for line in told]
    assert plain == [s["statement"] for s in findings["findings"] if s["status"] == "ok"][:5]


# that are sent beside the page, which has them all
PICTURES = ("temporal", "weekly", "trends", "nodes", "correlation", "opportunity", "quality")


def test_files(arrived, reader):
    server, report, _, runs = arrived
    there = runs["pattern_analysis"]["artifacts"]
    expected = [name for name in tree(report)
                if name.endswith((".svg", ".csv", ".html")) or name in
                ("insights.json", "findings.json")]
    full = [name for name in expected if (not name.endswith(".csv")
            or (report / name).read_text().count("\n") > 1)
            and (not name.endswith(".svg") or name[8:-4] in PICTURES)]
    assert sorted(there) == sorted(full)
    assert "report.html" in there and "figures/weekly.svg" in there
    for name, size in there.items():
        assert size == (report / name).stat().st_size, name
    run_id = runs["pattern_analysis"]["run_id"]
    for name in ("insights.json", "findings.json"):
        assert reader.ask("dict", uri=server.url, run_id=run_id, path=name) == read_json(
            report / name)
    for name in ("tables/hourly.csv", "figures/temporal.svg"):
        assert reader.ask("text", uri=server.url, run_id=run_id, path=name) == \
            (report / name).read_text()
    assert not runs["baseline_analysis"]["artifacts"]
    assert not runs["hindcast_analysis"]["artifacts"]


def test_the_input_is_a_dataset(arrived, reader):
    server, report, _, runs = arrived
    findings = read_json(report / "findings.json")
    (dataset,) = runs["baseline_analysis"]["inputs"]
    assert dataset["name"] == "metrics.parquet"
    assert re.fullmatch("[0-9a-f]{32}", dataset["digest"])
    assert dataset["digest"] == runs["baseline_analysis"]["params"]["input_digest"]
    assert dataset["tags"] == {"mlflow.data.context": "analysis"}
    columns = json.loads(dataset["schema"])["mlflow_colspec"]
    assert [column["name"] for column in columns] == [c["name"] for c in findings["columns"]]
    types = {column["name"]: column["type"] for column in columns}
    assert types["cpu_usage_rate"] == "double" and types["timestamp"] == "datetime"
    assert types["node"] == "string"
    profile = json.loads(dataset["profile"])
    assert profile["rows"] == findings["quality"]["rows"]
    assert profile["nodes"] == findings["quality"]["nodes"]
    assert profile["start"] == findings["quality"]["start"]
    source = json.loads(dataset["source"])
    assert source["uri"].endswith("metrics.parquet")
    assert reader.ask("source", uri=server.url,
                      run_id=runs["baseline_analysis"]["run_id"]) == "LocalArtifactDatasetSource"


def test_found_by_its_metrics(arrived, reader):
    server, report, _, _ = arrived
    value = read_json(report / "findings.json")["baseline"]["avg_cpu_utilization"]

    def found(filter):
        return reader.ask("search", uri=server.url, experiment="everything", filter=filter)

    assert found(f"metrics.avg_cpu_utilization > {value * 0.999}") == ["baseline_analysis"]
    assert found(f"metrics.avg_cpu_utilization > {value * 1.001}") == []
    assert found("params.timezone = 'Europe/Berlin'") == ["baseline_analysis",
                                                          "hindcast_analysis"]
    assert found("tags.`hindcast.run` = 'pattern_analysis'") == ["pattern_analysis"]


def test_sent_again_nothing_changes(arrived, reader):
    server, report, _, runs = arrived
    told = sent(report, server, "everything")
    assert told["was_there"] is True
    assert told["requests"] == 2
    assert reader.runs(server.url, "everything", deleted=True) == runs


def test_few_requests(arrived):
    told = arrived[2]
    assert told["requests"] <= 30


# ---------------------------------------------------------------- hashes

def test_track_takes_hashes_of_foreign_files(servers, reader, data, tmp_path):
    import hashlib

    server = servers("3")
    done = run("analyze", data, "-o", tmp_path / "r", "--quiet", *util.UNDRAWN, "--track",
               env=track_environment(MLFLOW_TRACKING_URI=server.url,
                                     MLFLOW_EXPERIMENT_NAME="hashes"))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    params = reader.runs(server.url, "hashes")["baseline_analysis"]["params"]
    assert params["input_sha256"] == f"{hashlib.sha256(data.read_bytes()).hexdigest()}  {data}"


def test_an_input_has_one_digest(servers, reader, data, report, tmp_path):
    """The same data is the same dataset, whenever it is analysed; other data is another."""
    server = servers("3")
    analyze(data, tmp_path / "again", "--timezone", "Asia/Tokyo")
    other = util.write(tmp_path / "metrics.parquet", util.samples(nodes=5, days=3))
    analyze(other, tmp_path / "other")
    for folder in (report, tmp_path / "again", tmp_path / "other"):
        sent(folder, server, f"digest {folder.name}")
    digests = [reader.runs(server.url, f"digest {name}")["baseline_analysis"]["inputs"][0]["digest"]
               for name in ("report", "again", "other")]
    assert digests[0] == digests[1] != digests[2]


# ---------------------------------------------------------------- settings

def test_options_over_environment(servers, reader, report):
    server = servers("3")
    environment = {"MLFLOW_TRACKING_URI": server.url, "MLFLOW_EXPERIMENT_NAME": "from outside"}
    track(report, **environment)
    assert set(reader.runs(server.url, "from outside")) == NAMES
    track(report, "--experiment", "from within", **environment)
    assert set(reader.runs(server.url, "from within")) == NAMES
    track(report, "--tracking-uri", server.url, "--experiment", "third",
          MLFLOW_TRACKING_URI="http://127.0.0.1:9")
    assert set(reader.runs(server.url, "third")) == NAMES


def test_the_experiment_is_hindcast_where_none_is_named(servers, reader, report):
    server = servers("3")
    track(report, "--tracking-uri", server.url)
    assert set(reader.runs(server.url, "hindcast")) == NAMES


@pytest.mark.parametrize("uri", [None, "", "file:///tmp/mlruns", "sqlite:///mlflow.db",
                                 "mlruns", "databricks", "postgresql://u:geheim@h/db",
                                 "http://", "ftp://host"])
def test_no_server_is_wrong_usage(uri, report):
    environment = {} if uri is None else {"MLFLOW_TRACKING_URI": uri}
    done = track(report, code=2, **environment)
    assert re.fullmatch(r"hindcast: [^\n]+\n", done.stderr)
    assert "geheim" not in done.stderr
    assert not (report / "spool").exists()


def test_a_wrong_address_stops_analyze_before_it_begins(data, tmp_path):
    done = run("analyze", data, "-o", tmp_path / "r", "--track",
               env=track_environment(MLFLOW_TRACKING_URI="sqlite:///mlflow.db"))
    assert done.returncode == 2
    assert "mlflow server" in done.stderr
    assert not (tmp_path / "r").exists()


def test_a_deleted_experiment_is_said(servers, reader, report):
    server = servers("3")
    sent(report, server, "gone")
    reader.ask("delete_experiment", uri=server.url, experiment="gone")
    done = track(report, "--tracking-uri", server.url, "--experiment", "gone", code=6)
    assert "the experiment 'gone' is deleted there" in done.stderr


def test_not_a_tracking_server(report):
    with FaultServer([], body=b"<html>hello</html>", content_type="text/html") as other:
        done = track(report, "--tracking-uri", other.url, "--timeout", "2", code=6)
        assert "does not answer as MLflow does" in done.stderr
        assert len(other.requests) == 1


def test_not_found_is_not_a_tracking_server(report):
    with FaultServer([{"fault": "reply", "code": 404, "body": "no such page"}]) as other:
        done = track(report, "--tracking-uri", other.url, "--timeout", "2", code=6)
        assert "does not answer as MLflow does" in done.stderr


# ---------------------------------------------------------------- getting in

@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    with mlflow_case.Server(tmp_path_factory.mktemp("auth"), "3", auth=True) as server:
        yield server


def test_with_a_password(guarded, tmp_path):
    """A small run: the server hashes the password at each request."""
    folder = put_run(tmp_path / "few", metrics={"a": 1.5})
    track(folder, MLFLOW_TRACKING_URI=guarded.url, MLFLOW_TRACKING_USERNAME=mlflow_case.USER,
          MLFLOW_TRACKING_PASSWORD=mlflow_case.PASSWORD)
    reader = mlflow_case.Reader(MLFLOW_TRACKING_USERNAME=mlflow_case.USER,
                                MLFLOW_TRACKING_PASSWORD=mlflow_case.PASSWORD)
    try:
        (seen,) = reader.runs(guarded.url, "hindcast").values()
    finally:
        reader.close()
    assert [point[1] for point in seen["metrics"]["a"]] == [1.5]


def no_secret(done, folder, *secrets):
    said = done.stderr + done.stdout + "".join(
        content.decode("utf-8", "replace") for content in tree(folder).values())
    for secret in secrets:
        assert secret not in said


def test_a_wrong_password_is_not_tried_twice(guarded, report):
    with FaultServer([], upstream=guarded.url) as proxy:
        done = track(report, code=6, MLFLOW_TRACKING_URI=proxy.url,
                     MLFLOW_TRACKING_USERNAME="admin", MLFLOW_TRACKING_PASSWORD="Grüße-1234")
        assert len(proxy.requests) == 1
    assert "401" in done.stderr
    no_secret(done, report, "Grüße-1234")


@pytest.mark.parametrize("code", [401, 403])
def test_a_token_is_sent_and_never_shown(code, report):
    token = "ey.token.0123456789"
    rules = [{"fault": "reply", "code": code, "body": f"bad credentials: Bearer {token}"}]
    with FaultServer(rules) as server:
        done = track(report, code=6, MLFLOW_TRACKING_URI=server.url, MLFLOW_TRACKING_TOKEN=token)
        assert [r.headers["authorization"] for r in server.requests] == [f"Bearer {token}"]
    assert str(code) in done.stderr
    no_secret(done, report, token)


def test_a_user_in_the_address_is_not_kept(report):
    with FaultServer([{"fault": "reply", "code": 403}]) as server:
        uri = server.url.replace("http://", "http://me:geheim123@")
        done = track(report, code=6, MLFLOW_TRACKING_URI=uri)
        assert server.requests[0].headers["authorization"].startswith("Basic ")
    no_secret(done, report, "geheim123")


def test_tls(servers, reader, report, certificates):
    server = servers("3")
    context = server_context(certificates / "good.pem", certificates / "good.key")
    with FaultServer([], upstream=server.url, tls=context) as proxy:
        where = {"MLFLOW_TRACKING_URI": proxy.url, "MLFLOW_EXPERIMENT_NAME": "tls"}
        done = track(report, "--timeout", "3", code=6, **where)
        assert "certificate" in done.stderr
        track(report, **where, MLFLOW_TRACKING_SERVER_CERT_PATH=str(certificates / "ca.pem"))
        assert set(reader.runs(server.url, "tls")) == NAMES
        track(report, "--experiment", "insecure", **where, MLFLOW_TRACKING_INSECURE_TLS="true")
        assert set(reader.runs(server.url, "insecure")) == NAMES


# ---------------------------------------------------------------- run.json of others

def put_run(folder, **content):
    folder.mkdir(parents=True, exist_ok=True)
    head = {"schema_version": 1, "command": "mine", "generated_at": "2025-06-02T10:00:00Z"}
    (folder / "run.json").write_text(json.dumps({**head, **content}))
    return folder


def test_a_script_of_ones_own(servers, reader, tmp_path):
    server = servers("3")
    folder = put_run(tmp_path / "mine", metrics={"a": 1.5, "b/c": [[0, 1], [5, -2e-300]]},
                     params={"p": "x", "empty": ""}, tags={"t": "ä"},
                     artifacts=["notes.txt", "more/ü & ?.txt"])
    (folder / "notes.txt").write_text("hello")
    (folder / "more").mkdir()
    (folder / "more/ü & ?.txt").write_text("there")
    sent(folder, server, "own script")
    (seen,) = reader.runs(server.url, "own script").values()
    assert seen["name"] == "hindcast_mine"
    assert seen["metrics"]["a"] == [[0, 1.5, 1748858400000]]
    assert [point[:2] for point in seen["metrics"]["b/c"]] == [[0, 1.0], [5, -2e-300]]
    assert seen["params"] == {"p": "x", "empty": ""}
    assert seen["tags"]["t"] == "ä"
    assert seen["artifacts"] == {"notes.txt": 5, "more/ü & ?.txt": 5}


@pytest.mark.parametrize("version", ["3", "2"])
def test_more_than_a_batch_takes(version, servers, reader, tmp_path):
    """2,500 metrics, 250 params of up to 7,000 characters, 250 tags of up to 6,000."""
    server = servers(version)
    params = {f"p{i:03d}": "€" * (2 * i) + '"\\\x01' * i for i in range(250)}
    params["long"] = "x" * 7000
    tags = {f"t{i:03d}": "ü" * (i * 8) for i in range(250)}
    tags["long"] = "y" * 6000
    metrics = {f"m{i:04d}": i / 7 for i in range(1500)}
    metrics["curve"] = [[i, i * i] for i in range(1000)]
    folder = put_run(tmp_path / "much", metrics=metrics, params=params, tags=tags)
    told = sent(folder, server, "much")
    (seen,) = reader.runs(server.url, "much").values()
    assert {key: points[0][1] for key, points in seen["metrics"].items() if key != "curve"} == {
        key: value for key, value in metrics.items() if key != "curve"}
    assert [point[:2] for point in seen["metrics"]["curve"]] == metrics["curve"]
    assert set(params) == set(seen["params"]) and set(tags) <= set(seen["tags"])
    for key, value in params.items():
        whole = len(value.encode()) <= 6000
        assert seen["params"][key] == value if whole else \
            value.startswith(seen["params"][key][:-3]) and seen["params"][key].endswith("...")
    assert seen["tags"]["long"] == "y" * 4997 + "..."
    assert told["requests"] < 12


BAD = {
    "not JSON": "{",
    "not an object": "[]",
    "another schema": {"schema_version": 2},
    "no command": {"command": None},
    "no time": {"generated_at": "yesterday"},
    "metric a text": {"metrics": {"a": "1"}},
    "metric null": {"metrics": {"a": None}},
    "points crooked": {"metrics": {"a": [[1]]}},
    "step a fraction": {"metrics": {"a": [[1.5, 2]]}},
    "metrics a list": {"metrics": [1]},
    "key with a quote": {"metrics": {"a'b": 1}},
    "key too long": {"params": {"k" * 251: "v"}},
    "key of a path": {"metrics": {"../a": 1}},
    "param a number": {"params": {"a": 1}},
    "artifact absolute": {"artifacts": ["/etc/passwd"]},
    "artifact above": {"artifacts": ["../secret"]},
    "artifact above in the middle": {"artifacts": ["a/../../b"]},
    "artifact a number": {"artifacts": [1]},
    "two runs of a name": {"runs": [{"name": "a"}, {"name": "a"}]},
    "run without a name": {"runs": [{}]},
    "run a text": {"runs": ["a"]},
    "too many runs": {"runs": [{"name": f"r{i}"} for i in range(64)]},
    "digest too long": {"inputs": [{"name": "n", "digest": "d" * 37}]},
}


@pytest.mark.parametrize("fault", BAD)
def test_a_damaged_run_json_is_refused(fault, tmp_path):
    bad = BAD[fault]
    folder = put_run(tmp_path / "bad", **(bad if isinstance(bad, dict) else {}))
    if isinstance(bad, str):
        (folder / "run.json").write_text(bad)
    done = track(folder, "--tracking-uri", "http://127.0.0.1:9", code=3)
    assert re.fullmatch(r"hindcast: [^\n]+\n", done.stderr)
    assert "run.json" in done.stderr
    assert sorted(tree(folder)) == ["run.json"]


def test_no_run_json(tmp_path):
    done = track(tmp_path, "--tracking-uri", "http://127.0.0.1:9", code=3)
    assert "there is no run.json in" in done.stderr
    done = track(tmp_path / "nowhere", "--tracking-uri", "http://127.0.0.1:9", code=3)
    assert "there is no folder" in done.stderr


def test_what_is_not_in_the_folder_is_not_sent(servers, reader, tmp_path):
    server = servers("3")
    (tmp_path / "secret").write_text("geheim")
    folder = put_run(tmp_path / "links", artifacts=["out", "gone", "folder", "in", "real"])
    (folder / "real").write_text("here")
    (folder / "out").symlink_to(tmp_path / "secret")
    (folder / "in").symlink_to("real")
    (folder / "folder").mkdir()
    told = sent(folder, server, "links")
    assert sorted(told["not_sent"]) == ["folder: it is not a file", "gone: it is not there",
                                        "out: it leads out of the folder"]
    (seen,) = reader.runs(server.url, "links").values()
    assert seen["artifacts"] == {"real": 4, "in": 4}
    assert "gone: it is not there" in seen["tags"]["hindcast.artifacts_not_sent"]


def test_a_server_that_does_not_take_files(reader, whole, tmp_path):
    report = copy_report(whole, tmp_path / "report")
    with mlflow_case.Server(tmp_path / "mlflow", "3", proxied=False) as server:
        done = track(report, "--tracking-uri", server.url)
        assert "files" not in done.stdout.split("not sent")[0].split("pattern_analysis")[1]
        assert "not sent: report.html: the server does not take files" in done.stdout
        runs = reader.runs(server.url, "hindcast")
        assert all(run["status"] == "FINISHED" for run in runs.values())
        assert len(runs["pattern_analysis"]["metrics"]) > 10
        told = runs["pattern_analysis"]["tags"]["hindcast.artifacts_not_sent"]
        assert "report.html" in told and "insights.json" in told
        listed = json.loads(track(report, "--list", "--json").stdout)
        assert listed["sent"][0]["artifacts_not_sent"] > 10


# ---------------------------------------------------------------- spool

@pytest.fixture(scope="module")
def undisturbed(servers, reader, data, tmp_path_factory):
    """A report, and what MLflow holds of it when nothing goes wrong."""
    report = tmp_path_factory.mktemp("undisturbed") / "report"
    analyze(data, report)
    sent(copy_report(report, report.parent / "copy"), servers("3"), "undisturbed")
    return report, comparable(reader.runs(servers("3").url, "undisturbed"))


def down():
    return f"http://127.0.0.1:{mlflow_case.free_port()}"


def test_a_server_that_is_down_loses_nothing(servers, reader, data, undisturbed, tmp_path):
    server, report = servers("3"), copy_report(undisturbed[0], tmp_path / "report")
    before = tree(report)
    done = track(report, "--tracking-uri", down(), "--timeout", "1", code=6)
    assert re.fullmatch(r"hindcast: [^\n]+\n", done.stderr)
    assert "--spooled" in done.stderr
    assert {name: content for name, content in tree(report).items()
            if not name.startswith("spool/")} == before
    analyze(data, report, "--nodes", "node-00")  # another report takes its place
    told = track(report, "--spooled", "--tracking-uri", server.url, "--experiment", "later")
    assert "hindcast_analysis" in told.stdout
    assert comparable(reader.runs(server.url, "later")) == undisturbed[1]
    assert not (report / "spool").exists()
    assert track(report, "--spooled").stderr == f"hindcast: nothing waits in '{report}'\n"


def test_several_wait(servers, reader, data, tmp_path):
    server, report, names = servers("3"), tmp_path / "report", ["node-00", "node-01", "node-02"]
    where = down()
    for name in names:
        analyze(data, report, "--nodes", name)
        track(report, "--tracking-uri", where, "--experiment", "kept", "--timeout", "1", code=6)
        time.sleep(1.1)  # a report's time is in seconds
    listed = json.loads(track(report, "--list", "--json").stdout)
    assert [entry["tries"] for entry in listed["waiting"]] == [1, 1, 1]
    assert {entry["tracking_uri"] for entry in listed["waiting"]} == {where}
    assert all("refused" in entry["reason"] for entry in listed["waiting"])
    assert listed["sent"] == []
    track(report, "--spooled", "--tracking-uri", server.url)
    found = reader.ask("runs", uri=server.url, experiment="kept")
    assert len(found) == 9
    busiest = {run["params"].get("busiest_node") for run in found}
    assert busiest == {None, *names}
    listed = json.loads(track(report, "--list", "--json").stdout)
    assert len(listed["sent"]) == 3 and listed["waiting"] == []


def test_an_address_is_remembered(servers, reader, report):
    server = servers("3")
    with FaultServer([{"fault": "reply", "code": 403, "times": 1}],
                     upstream=server.url) as proxy:
        track(report, "--tracking-uri", proxy.url, "--experiment", "remembered", code=6)
        track(report, "--spooled")
    assert set(reader.runs(server.url, "remembered")) == NAMES


def test_list_for_a_person(servers, report):
    assert "nothing was sent" in track(report, "--list").stdout
    told = sent(report, servers("3"), "listed")
    track(report, "--tracking-uri", down(), "--timeout", "1", code=6)
    lines = track(report, "--list").stdout.splitlines()
    assert lines[0].startswith("sent ") and "'listed'" in lines[0]
    assert lines[1].strip().endswith(told["runs"][0]["run_id"])
    assert lines[2].startswith("waits ") and "tried 1 time" in lines[3]


@pytest.mark.parametrize("moment", range(1, 22, 4))
def test_killed_at_any_moment(moment, servers, reader, undisturbed, tmp_path):
    """SIGKILL while a request is answered: the next one completes it."""
    server, report = servers("3"), copy_report(undisturbed[0], tmp_path / "report")
    process = None

    def kill():
        process.send_signal(signal.SIGKILL)

    rules = [{"at": moment, "fault": "call", "function": kill}]
    with FaultServer(rules, upstream=server.url) as proxy:
        process = subprocess.Popen(
            [util.HINDCAST, "track", str(report), "--experiment", f"killed {moment}"],
            env={**os.environ, **track_environment(MLFLOW_TRACKING_URI=proxy.url)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert process.wait(60) == -signal.SIGKILL
    track(report, "--spooled", "--tracking-uri", server.url)
    assert comparable(reader.runs(server.url, f"killed {moment}")) == undisturbed[1]
    assert not (report / "spool").exists()


def test_two_at_a_time(servers, reader, undisturbed, tmp_path):
    """The second one is told, or does nothing: nothing is doubled."""
    server, report = servers("3"), copy_report(undisturbed[0], tmp_path / "report")
    with FaultServer([{"at": 2, "fault": "delay", "seconds": 1}], upstream=server.url) as proxy:
        command = [util.HINDCAST, "track", str(report), "--tracking-uri", proxy.url,
                   "--experiment", "two"]
        both = [subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                 env={**os.environ, **track_environment()}) for _ in range(2)]
        said = [process.communicate()[1].decode() for process in both]
        codes = sorted(process.returncode for process in both)
    assert codes in ([0, 6], [0, 0]), said
    assert codes == [0, 0] or any("another hindcast is sending" in text for text in said)
    assert comparable(reader.runs(server.url, "two")) == undisturbed[1]


def test_no_room_for_the_spool(servers, reader, report):
    """What stands in the way of the spool does not stop the sending."""
    (report / "spool").write_text("in the way")
    server = servers("3")
    sent(report, server, "no spool")
    assert set(reader.runs(server.url, "no spool")) == NAMES
    done = track(report, "--tracking-uri", down(), "--timeout", "1", code=6)
    assert "could not be kept for later" in done.stderr


def test_a_damaged_ledger(servers, report):
    (report / "tracked.json").write_text("{")
    done = track(report, "--tracking-uri", servers("3").url, "--experiment", "ledger")
    assert "but not noted" in done.stderr and "tracked.json" in done.stderr
    assert "damaged" in track(report, "--list", code=3).stderr


def test_a_changed_spool_is_not_sent(report):
    track(report, "--tracking-uri", down(), "--timeout", "1", code=6)
    (kept,) = pathlib.Path(report).glob("spool/*/files/run.json")
    text = kept.read_text()
    kept.unlink()
    kept.write_text(text.replace('"timezone": "UTC"', '"timezone": "GMT"'))
    done = track(report, "--spooled", "--tracking-uri", down(), code=3)
    assert "it was changed" in done.stderr


# ---------------------------------------------------------------- analyze --track

def test_analyze_and_track(servers, reader, data, tmp_path):
    server = servers("3")
    done = run("analyze", data, "-o", tmp_path / "r", *util.UNDRAWN, "--track",
               "--tracking-uri", server.url, "--experiment", "at once",
               env=track_environment())
    assert done.returncode == 0
    assert f"{server.url}/#/experiments/" in done.stderr
    runs = reader.runs(server.url, "at once")
    assert set(runs) == NAMES
    sent(tmp_path / "r", server, "at once")
    assert reader.runs(server.url, "at once") == runs


def test_analyze_is_not_spoiled(data, tmp_path):
    """The same files and exit 0, with a warning, even if nobody answers."""
    plain = analyze(data, tmp_path / "plain")
    done = run("analyze", data, "-o", tmp_path / "r", *util.UNDRAWN, "--quiet", "--track",
               env=track_environment(MLFLOW_TRACKING_URI=down(), LD_PRELOAD=str(CLOCK)),
               timeout=120)
    assert (done.returncode, done.stdout) == (0, "")
    assert re.fullmatch(r"hindcast: [^\n]+\n", done.stderr)
    assert "--spooled" in done.stderr
    util.assert_same(plain, read_json(tmp_path / "r/findings.json"))


def test_track_required(data, tmp_path):
    done = run("analyze", data, "-o", tmp_path / "r", *util.UNDRAWN, "--track-required",
               env=track_environment(MLFLOW_TRACKING_URI=down(), LD_PRELOAD=str(CLOCK)),
               timeout=120)
    assert done.returncode == 6
    assert (tmp_path / "r/findings.json").exists()
    assert (tmp_path / "r/spool").is_dir()


# ---------------------------------------------------------------- what a person reads

def test_the_result_fits_a_terminal(servers, report):
    done = track(report, "--tracking-uri", servers("3").url, "--experiment", "terminal")
    lines = done.stdout.splitlines()
    assert lines[0] == f"experiment 'terminal' at {servers('3').url}"
    assert all(len(line) <= 80 for line in lines[:-1])
    assert lines[-1].startswith(servers("3").url + "/#/experiments/")
    assert done.stderr == ""
    assert track(report, "--tracking-uri", servers("3").url, "--experiment", "terminal",
                 "--quiet").stdout == ""




@pytest.mark.skipif(not shutil.which("chromium") or not shutil.which("node"),
                    reason="skipped, no chromium or node")
def test_what_mlflow_shows(arrived, tmp_path):
    """Its own page in a browser: the curves are drawn, the report opens."""
    server, report, told, runs = arrived
    done = subprocess.run(
        ["node", str(util.ROOT / "tests/e2e/mlflow_page.mjs"), server.url,
         told["experiment_id"], runs["pattern_analysis"]["run_id"], str(tmp_path)],
        capture_output=True, timeout=400, check=False)
    assert done.returncode == 0, done.stderr.decode()
    seen = json.loads(done.stdout)
    hourly = [row["cpu_usage_rate"] for row in
              read_json(report / "findings.json")["temporal"]["hourly"]]
    curves = [curve for curve in seen["curves"] if curve["points"] == 24 and curve["lines"]]
    assert any(curve["y"] == pytest.approx(hourly) and curve["x"] == list(range(24))
               for curve in curves)
    assert seen["report"]["title"] == "4 nodes, 9 days"
    assert seen["report"]["charts"] >= 5
