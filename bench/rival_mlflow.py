"""The runs of a run.json through MLflow's own client: what a notebook would do.

    python rival_mlflow.py URL EXPERIMENT FOLDER       in deps/mlflow's Python

The same metrics, parameters, tags, dataset and files, in as few calls as the client offers.
"""
import datetime
import json
import pathlib
import sys

import mlflow
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag


def metrics_of(run, when):
    found = []
    for key, value in run.get("metrics", {}).items():
        points = value if isinstance(value, list) else [[0, value]]
        found += [Metric(key, number, when, step) for step, number in points]
    return found


def dataset_of(told):
    columns = [{"type": kind(column["type"]), "name": column["name"], "required": False}
               for column in told["columns"]]
    source = {"uri": told["files"][0]["path"], "files": told["files"]}
    return DatasetInput(
        Dataset(told["name"], told["digest"], "local", json.dumps(source),
                json.dumps({"mlflow_colspec": columns}), json.dumps(told["profile"])),
        [InputTag("mlflow.data.context", "analysis")])


def kind(name):
    if name.startswith(("TIMESTAMP", "DATE")):
        return "datetime"
    return {"DOUBLE": "double", "BIGINT": "long", "INTEGER": "integer",
            "BOOLEAN": "boolean", "FLOAT": "float"}.get(name, "string")


def log(client, experiment, run, folder, when, parent=None):
    tags = {"mlflow.runName": run["name"], "mlflow.source.name": "hindcast analyze"}
    if parent:
        tags["mlflow.parentRunId"] = parent
    if run.get("description"):
        tags["mlflow.note.content"] = run["description"]
    made = client.create_run(experiment, when, tags, run["name"]).info.run_id
    client.log_batch(made, metrics_of(run, when),
                     [Param(*item) for item in run.get("params", {}).items()],
                     [RunTag(*item) for item in run.get("tags", {}).items()])
    if run.get("inputs"):
        client.log_inputs(made, [dataset_of(told) for told in run["inputs"]])
    for name in run.get("artifacts", []):
        parts = pathlib.PurePath(name).parent
        client.log_artifact(made, str(folder / name), None if str(parts) == "." else str(parts))
    return made


def main():
    url, experiment, folder = sys.argv[1:]
    folder = pathlib.Path(folder)
    told = json.loads((folder / "run.json").read_text())
    at = datetime.datetime.fromisoformat(told["generated_at"].replace("Z", "+00:00"))
    when = int(at.timestamp() * 1000)
    client = mlflow.MlflowClient(url)
    there = client.get_experiment_by_name(experiment)
    where = there.experiment_id if there else client.create_experiment(experiment)
    parent = log(client, where, {**told, "artifacts": []}, folder, when)
    made = [log(client, where, run, folder, when, parent) for run in told["runs"]]
    for run_id in (*made, parent):
        client.set_terminated(run_id, end_time=when)


if __name__ == "__main__":
    main()
