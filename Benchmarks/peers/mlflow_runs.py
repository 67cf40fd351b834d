"""mlflow_runs.py URI COUNT: fills a store of MLflow with finished runs of one experiment and prints its id."""
import logging
import sys

logging.disable(logging.INFO)
from mlflow.entities import RunStatus, RunTag
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore


def main(uri, count):
    store = SqlAlchemyStore(uri, "./artifacts")
    experiment = store.create_experiment("nightly")
    for number in range(int(count)):
        began = 1_760_000_000_000 + number * 60_000
        run = store.create_run(experiment, "admin", began, [RunTag("pipeline", f"nightly-{number % 20:02d}")], f"run-{number}")
        status = RunStatus.FAILED if number % 20 > 16 else RunStatus.FINISHED
        store.update_run_info(run.info.run_id, status, began + 12_500, None)
    print(experiment)


if __name__ == "__main__":
    main(*sys.argv[1:])
