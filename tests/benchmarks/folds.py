"""Folds and ensembles against one training: `python -m tests.benchmarks.folds [--pictures 160] [--folds 5]`.

So many pictures of each of five kinds of flowers (../shared/data), by Transfer as it is and with its base frozen, with
MobileNetV2's ImageNet weights from a file. One training, all folds and the mean of their models follow each other, each
in a process of its own that has loaded Keras before. Processor seconds are of that process and its decoders; neighbours
on the machine slow all of them, so how many times those of one training is the figure.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from engine.figures import percent
from tests.benchmarks.measure import memory, print_report, probe, workspace
from tests.benchmarks.recipes import WEIGHTS
from tests.benchmarks.transfer import made

HEADER = ("what", "processor s", "times one training", "s by the clock", "times one training", "validation", "MB")
FORMS: dict[str, dict[str, Any]] = {"Transfer": {}, "Transfer, its base frozen": {"freeze_base": True}}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pictures", type=int, default=160, help="of each kind")
    options.add_argument("--folds", type=int, default=5)
    options.add_argument("--probe", nargs=2, metavar=("JOB", "PARAMS"))
    chosen = options.parse_args()
    if chosen.probe:
        print(json.dumps(done(*chosen.probe)))
        return
    with workspace() as folder:
        project = made(folder, chosen.pictures)
        rows = [row for name in FORMS for row in measured(name, project, chosen.folds)]
    print_report(f"uv run python -m {__spec__.name} --pictures {chosen.pictures} --folds {chosen.folds}", rows, HEADER)


def measured(name: str, project: Path, folds: int) -> list[list[str]]:
    """One training, all folds, and the mean of their models."""

    def ask(job: str, **params: Any) -> dict[str, Any]:
        found = probe("-m", __spec__.name, "--probe", job, json.dumps({"project": str(project), **params}))
        print(name, job, json.dumps(found), flush=True)
        return found

    how = {"recipe": "transfer", "overrides": {"weights": str(WEIGHTS), **FORMS[name]}}
    one, all_of_them = ask("train", **how), ask("train_folds", folds=folds, **how)
    mean = ask("ensemble", runs=all_of_them["runs"])
    return [
        _row(f"{name}: one training", one, one),
        _row(f"{name}: {folds} folds", all_of_them, one),
        _row(f"{name}: the mean of their models", mean, one),
    ]


def _row(name: str, found: dict[str, Any], one: dict[str, Any]) -> list[str]:
    times = (f"{found[clock]:.1f}|{found[clock] / one[clock]:.2f}" for clock in ("processor", "wall"))
    accuracy = "" if found["accuracy"] is None else percent(found["accuracy"], 1)
    return [name, *"|".join(times).split("|"), accuracy, f"{found['peak']:,.0f}"]


def done(name: str, data: str) -> dict[str, Any]:
    """One job of the program, in this process."""
    from engine.jobs import registry
    from engine.jobs.job import Cancel
    from engine.training.machine.backend import load_keras

    load_keras()  # is not part of the time
    job = registry.job(name)
    start, before = time.perf_counter(), _processor()
    found = job(registry.params_of(job, json.loads(data)), emit=lambda _: None, cancel=Cancel())
    return {
        "runs": found["runs"] if name == "train_folds" else [found["run"]],
        "accuracy": found["validation_accuracy"],
        "wall": time.perf_counter() - start,
        "processor": _processor() - before,
        "peak": memory()[1],
    }


def _processor() -> float:
    """Seconds of this process, of its children that have ended and of its decoders, which live on."""
    import psutil

    own = psutil.Process()
    spent = [own.cpu_times(), *(child.cpu_times() for child in own.children(recursive=True))]
    return sum(times.user + times.system for times in spent) + spent[0].children_user + spent[0].children_system


if __name__ == "__main__":
    main()
