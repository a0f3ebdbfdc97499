"""A real MLflow server on loopback, and a reader of what it holds."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import urllib.request

import pytest
from prometheus_server import free_port
from util import HINDCAST, ROOT

START_TIMEOUT_S = 180
PYTHONS = {"3": ROOT / "deps/mlflow/bin/python", "2": ROOT / "deps/mlflow2/bin/python"}
QUIET = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true",
         "DO_NOT_TRACK": "true", "GIT_PYTHON_REFRESH": "quiet",
         "PYTHONDONTWRITEBYTECODE": "1"}
VERSIONS = {}  # of the servers that run, by URL
USER, PASSWORD = "admin", "correct horse battery"
AUTH = """[mlflow]
default_permission = READ
database_uri = sqlite:///{folder}/auth.db
admin_username = {user}
admin_password = {password}
authorization_function = mlflow.server.auth:authenticate_request_basic_auth
"""


def environment(**more):
    """Without what this machine's own MLflow has set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}
    return {**kept, **QUIET, **more}


def needs(version):
    if not PYTHONS[version].exists():
        pytest.skip(f"skipped, no MLflow {version}: tools/setup --check installs it")
    return str(PYTHONS[version])


class Server:
    """SQLite store, artifacts through the proxy; `options` are more of `mlflow server`'s."""

    def __init__(self, folder, version="3", options=(), auth=False, proxied=True):
        self.folder, self.python = pathlib.Path(folder), needs(version)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.auth = auth
        VERSIONS[self.url] = version
        store = (["--artifacts-destination", str(self.folder / "artifacts")] if proxied else
                 ["--no-serve-artifacts", "--default-artifact-root",
                  str(self.folder / "artifacts")])
        self.command = [self.python, "-m", "mlflow", "server", "--host", "127.0.0.1",
                        "--port", str(self.port), "--workers", "1", "--backend-store-uri",
                        f"sqlite:///{self.folder}/mlflow.db", *store, *options]
        if auth:
            self.command += ["--app-name", "basic-auth"]

    def settings(self):
        if not self.auth:
            return environment()
        config = self.folder / "auth.ini"
        config.write_text(AUTH.format(folder=self.folder, user=USER, password=PASSWORD))
        return environment(MLFLOW_AUTH_CONFIG_PATH=str(config),
                           MLFLOW_FLASK_SERVER_SECRET_KEY="a key for the tests")

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "server.log", "wb") as log:
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                cwd=self.folder, env=self.settings(), start_new_session=True)
        try:
            self.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def wait_until_ready(self):
        end = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(self.url + "/health", timeout=5):
                    return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError("MLflow did not start: " + (self.folder / "server.log").read_text())

    def __exit__(self, *_):
        """Its workers are of its group, and outlive it otherwise."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            pass
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Client:
    """MLflow's own client in a process of its own, which imports it but once."""

    def __init__(self, version, **more):
        self.process = subprocess.Popen(
            [needs(version), str(ROOT / "tests/e2e/mlflow_reader.py")], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(**more))

    def ask(self, name, **question):
        self.process.stdin.write(json.dumps({"ask": name, **question}).encode() + b"\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["ok"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Reader:
    """Asks a server by the client of its own version."""

    def __init__(self, **more):
        self.more, self.clients = more, {}

    def ask(self, name, uri, **question):
        version = VERSIONS.get(uri, "3")
        if version not in self.clients:
            self.clients[version] = Client(version, **self.more)
        return self.clients[version].ask(name, uri=uri, **question)

    def runs(self, uri, experiment, **more):
        """{name: run}; no name twice."""
        found = self.ask("runs", uri=uri, experiment=experiment, **more)
        by_name = {run["name"]: run for run in found}
        assert len(by_name) == len(found), sorted(run["name"] for run in found)
        return by_name

    def close(self):
        for client in self.clients.values():
            client.close()


VOLATILE = {"mlflow.parentRunId"}


def comparable(runs):
    """The same of every server and experiment: parents by name, no ids."""
    names = {run["run_id"]: name for name, run in runs.items()}
    found = {}
    for name, run in runs.items():
        kept = {key: value for key, value in run.items() if key not in ("run_id", "artifact_uri")}
        tags = run["tags"]
        kept["tags"] = {key: value for key, value in tags.items() if key not in VOLATILE}
        kept["below"] = names.get(tags.get("mlflow.parentRunId"))
        found[name] = kept
    return found


# waits of a program that has it as LD_PRELOAD cost nothing
CLOCK = pathlib.Path(HINDCAST).parent / "tests/unit/libfast_clock.so"


def track_environment(**more):
    """Of the program: no setting of this machine's, none of a proxy's."""
    return {**{name: "" for name in os.environ if name.startswith("MLFLOW_")}, **more}


def copy_report(report, to):
    shutil.copytree(report, to)
    return to
