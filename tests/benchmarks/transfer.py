"""Transfer on real photographs: accuracy over seeds, time, and memory epoch by epoch.
`python -m tests.benchmarks.transfer [--seeds 1 2 3]`.

160 pictures of each of five kinds of flowers (../shared/data), four fifths to learn from, MobileNetV2 with its ImageNet
weights from a file. Each seed divides the pictures anew and is a process of its own. Memory is resident, at its peak
within each epoch: what TensorFlow's allocator for processors once took it keeps, so growth shows as a staircase.
"""

from __future__ import annotations

import argparse
import json
import tarfile
import threading
import time
from pathlib import Path
from statistics import mean
from typing import Any

from engine.figures import percent
from tests.benchmarks.material import take_out
from tests.benchmarks.measure import memory, print_report, probe, workspace
from tests.benchmarks.recipes import SHARED, WEIGHTS
from tests.benchmarks.training_side_by_side import processor

HEADER = ("seed", "validation accuracy", "wall s", "processor s", "MB at the peak of each epoch")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3])
    options.add_argument("--epochs", type=int, default=0, help="fewer than the recipe has")
    options.add_argument("--probe", nargs=3, metavar=("PROJECT", "SEED", "EPOCHS"))
    chosen = options.parse_args()
    if chosen.probe:
        project, seed, epochs = chosen.probe
        print(json.dumps(trained(Path(project), int(seed), int(epochs))))
        return
    with workspace() as folder:
        project = made(folder)
        rows, accuracies = [], []
        for seed in chosen.seeds:
            found = probe("-m", __spec__.name, "--probe", str(project), str(seed), str(chosen.epochs))
            accuracies.append(found["accuracy"])
            peaks = " ".join(f"{peak:,.0f}" for peak in found["peaks"])
            rows.append(
                [str(seed), percent(found["accuracy"], 2), f"{found['wall']:.0f}", f"{found['cpu']:.0f}", peaks]
            )
    print(f"mean of {len(accuracies)} seeds: {percent(mean(accuracies), 2)}")
    print_report(f"uv run python -m {__spec__.name}", rows, HEADER)


def made(folder: Path, most: int = 160) -> Path:
    """A project of at most so many pictures of each kind."""
    from engine.jobs.job import Cancel
    from engine.library.scan import ImportParams, import_sources

    with tarfile.open(SHARED / "flower_photos-mini.tgz") as archive:
        take_out(archive, folder / "flowers")
    project = folder / "flowers.pigeonhole"
    pictures = next((folder / "flowers").iterdir())
    for kind in (path for path in pictures.iterdir() if path.is_dir()):
        for file in sorted(kind.iterdir())[most:]:
            file.unlink()
    params = ImportParams(project=str(project), sources=(str(pictures),), split="training")
    import_sources(params, emit=lambda _: None, cancel=Cancel())
    return project


def trained(project: Path, seed: int, epochs: int) -> dict[str, Any]:
    """One run; peaks of memory are sampled ten times a second."""
    import keras  # noqa: F401  # loading it is not part of the time

    from engine.events import EpochEnded, Event
    from engine.jobs.job import Cancel
    from engine.training.plan import TrainParams
    from engine.training.trainer import train

    peaks, highest, ended = [], 0.0, threading.Event()

    def watch() -> None:
        nonlocal highest
        while not ended.wait(0.1):
            highest = max(highest, memory()[0])

    def emit(event: Event) -> None:
        nonlocal highest
        if isinstance(event, EpochEnded):
            peaks.append(max(highest, memory()[0]))
            highest = 0.0

    watcher = threading.Thread(target=watch)
    watcher.start()
    start, before = time.perf_counter(), processor()
    overrides = {"seed": seed, "weights": str(WEIGHTS)} | ({"epochs": epochs} if epochs else {})
    try:
        result = train(TrainParams(str(project), "transfer", overrides), emit=emit, cancel=Cancel())
    finally:
        ended.set()
        watcher.join()
    return {
        "accuracy": result["validation_accuracy"],
        "wall": time.perf_counter() - start,
        "cpu": processor() - before,
        "peaks": [*peaks, memory()[1]],
    }


if __name__ == "__main__":
    main()
