"""What an MLflow server holds, through MLflow's own client. Runs in deps/mlflow's Python.

Reads a line of JSON a question from standard input, {"ask": NAME, ...}, and answers each with
a line: {"ok": RESULT} or {"error": TEXT}.
"""
import json
import sys

import mlflow
from mlflow.entities import ViewType


def client(uri):
    mlflow.set_tracking_uri(uri)
    return mlflow.MlflowClient(uri)


def ids_of(there, experiment):
    found = there.get_experiment_by_name(experiment)
    return [found.experiment_id] if found else []


def artifacts(there, run_id, path=None):
    """{path: size} of all files below."""
    found = {}
    for entry in there.list_artifacts(run_id, path):
        if entry.is_dir:
            found |= artifacts(there, run_id, entry.path)
        else:
            found[entry.path] = entry.file_size
    return found


def inputs(run):
    return [{**{key: getattr(entry.dataset, key)
                for key in ("name", "digest", "source_type", "source", "schema", "profile")},
             "tags": {tag.key: tag.value for tag in entry.tags}}
            for entry in run.inputs.dataset_inputs]


def history(there, run_id, key):
    return sorted([point.step, point.value, point.timestamp]
                  for point in there.get_metric_history(run_id, key))


def describe(there, run):
    return {"run_id": run.info.run_id, "name": run.info.run_name, "status": run.info.status,
            "start": run.info.start_time, "end": run.info.end_time,
            "artifact_uri": run.info.artifact_uri, "stage": run.info.lifecycle_stage,
            "params": run.data.params, "tags": run.data.tags, "inputs": inputs(run),
            "metrics": {key: history(there, run.info.run_id, key)
                        for key in sorted(run.data.metrics)},
            "artifacts": artifacts(there, run.info.run_id)
            if run.info.artifact_uri.startswith("mlflow-artifacts:") else None}


def ask_runs(uri, experiment, deleted=False):
    there = client(uri)
    view = ViewType.ALL if deleted else ViewType.ACTIVE_ONLY
    found = ids_of(there, experiment)
    runs = there.search_runs(found, run_view_type=view, max_results=1000) if found else []
    return [describe(there, run) for run in runs]


def ask_search(uri, experiment, filter):
    there = client(uri)
    runs = there.search_runs(ids_of(there, experiment), filter, max_results=1000)
    return sorted(run.info.run_name for run in runs)


def ask_dict(uri, run_id, path):
    client(uri)
    return mlflow.artifacts.load_dict(f"runs:/{run_id}/{path}")


def ask_text(uri, run_id, path):
    client(uri)
    return mlflow.artifacts.load_text(f"runs:/{run_id}/{path}")


def ask_source(uri, run_id):
    """The dataset as MLflow's own class for it reads it."""
    run = client(uri).get_run(run_id)
    source = mlflow.data.get_source(run.inputs.dataset_inputs[0].dataset)
    return type(source).__name__


def ask_delete_experiment(uri, experiment):
    there = client(uri)
    there.delete_experiment(ids_of(there, experiment)[0])


def ask_version():
    return mlflow.__version__


def main():
    for line in sys.stdin:
        question = json.loads(line)
        name = question.pop("ask")
        try:
            answer = {"ok": globals()[f"ask_{name}"](**question)}
        except Exception as error:  # told to the test, which fails with it
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
