"""Recipes and the notebooks' own way on the same pictures: `python -m tests.benchmarks.training_side_by_side`.

`--data gtsrb` (with `--gtsrb FOLDER`, the full benchmark with `Train/`, `Test/`, `Test.csv`): notebook 000's network,
its `ImageDataGenerator` and `model.fit` at a batch of 32, 70/30. `--data fashion`: notebook 004's at a batch of 200,
without augmentation. Each side is a process of its own: accuracy on the test set, wall and processor seconds, memory.

The script is measured over `--epochs` of its 30, the first not counted, and its time multiplied; its accuracy is what
the notebook printed. With `--epochs 30` all of it is measured, the accuracy of its last network too. Neighbours on the
machine slow both sides, so processor seconds (user and system, of the process and its children) compare better than
the clock. The test pictures choose nothing: epochs are chosen by validation.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from engine.figures import percent
from tests.benchmarks.material import fashion, fashion_test, gtsrb, gtsrb_test, write_pictures
from tests.benchmarks.measure import memory, middle, print_report, probe, workspace
from tests.benchmarks.notebook_scripts import Pictures, fashion_script, signs_script

EPOCHS = 30  # of both notebooks
PUBLISHED = {"gtsrb": 0.9845, "fashion": 0.9064}
HEADER = (
    *("what", "test accuracy", "processor s", "of the script's", "s by the clock", "of the script's"),
    *("images/s", "images a processor s", "MB"),
)
# Notebook 000's network and augmentation as a recipe: at its batch, and at the one that our own recipes choose.
RATES = {"same at 32": ("traffic-sign-cnn", 32), "same at 128": ("traffic-sign-cnn", 128), "quick": ("quick", 128)}
MIXED = ", mixed precision"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", choices=("fashion", "gtsrb"), default="fashion")
    options.add_argument("--gtsrb", metavar="FOLDER", help="where Train/, Test/ and Test.csv are")
    options.add_argument("--images", type=int, default=60_000, help="most training pictures")
    options.add_argument("--epochs", type=int, default=2, help="epochs of the script that are measured")
    options.add_argument("--recipes", nargs="*", default=["quick", "accurate"])
    options.add_argument("--rates", action="store_true", help="images/s alone, in turn, two epochs each")
    options.add_argument("--probe", nargs=4, metavar=("WHAT", "FOLDER", "DATA", "EPOCHS"))
    chosen = options.parse_args()
    if chosen.probe:
        what, folder, data, epochs = chosen.probe
        print(json.dumps(one(what, Path(folder), data, int(epochs)) | {"peak": memory()[1]}))
        return
    with workspace() as folder:
        prepare(folder, chosen)
        rates = [name + how for name in RATES for how in ("", MIXED)]
        names = ["script", *(rates if chosen.rates else chosen.recipes)]
        found = {name: _probed(name, folder, chosen) for name in names}
    script = found["script"]
    whole, clock = (_whole(script[name]) for name in ("epoch_cpu", "epoch_wall"))
    rows = [_row(name, f, (whole, clock), chosen.data) for name, f in found.items()]
    print(f"{chosen.data}: script's {EPOCHS} epochs take {whole:,.0f} processor seconds, {clock:,.0f} by the clock")
    print_report(f"uv run python -m {__spec__.name} --data {chosen.data}", rows, HEADER)


def _probed(name: str, folder: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    epochs = 2 if chosen.rates else chosen.epochs if name == "script" else 0
    found = probe("-m", __spec__.name, "--probe", name, str(folder), chosen.data, str(epochs))
    print(name, json.dumps(found), flush=True)
    return found


def _whole(epochs: list[float]) -> float:
    """Seconds of all epochs of the script: their sum, or as many times the middle one."""
    return sum(epochs) if len(epochs) == EPOCHS else EPOCHS * middle(epochs[1:])


def _row(name: str, f: dict[str, Any], script: tuple[float, float], data: str) -> list[str]:
    rates, cpu_rates = f["rates"][1:], f["cpu_rates"][1:]
    cpu, wall = script if name == "script" else (f["cpu"], f["wall"])
    printed = f"{percent(PUBLISHED[data], 2)} (printed)" if name == "script" else ""
    return [
        name,
        printed if f["test"] is None else percent(f["test"], 2),
        f"{cpu:,.0f}",
        percent(cpu / script[0], 0),
        f"{wall:,.0f}",
        percent(wall / script[1], 0),
        f"{middle(rates):,.0f}",
        f"{middle(cpu_rates):,.0f}",
        f"{f['peak']:,.0f}",
    ]


def prepare(folder: Path, chosen: argparse.Namespace) -> None:
    """The pictures as arrays for the script, and as a project for Pigeonhole with the test set as such."""
    from engine.jobs.job import Cancel
    from engine.library.scan import ImportParams, import_sources

    if chosen.data == "gtsrb":
        signs = Path(chosen.gtsrb or ".").resolve()
        _save(folder, gtsrb(signs, chosen.images), gtsrb_test(signs))
        parts: list[dict[str, Any]] = [
            {"sources": (str(signs / "Train"),), "split": "training", "group_by": r"^(\d+_\d+)_"},
            {"sources": (str(signs / "Test"),), "split": "test", "csv": str(signs / "Test.csv")},
        ]
    else:
        _, images, labels = fashion(chosen.images)
        test, answers = fashion_test()
        _save(folder, (images, labels), (test, answers))
        pictures = write_pictures(folder / "training", images, labels), write_pictures(folder / "test", test, answers)
        parts = [
            {"sources": (str(pictures[0] / "train"),), "split": "training"},
            {"sources": (str(pictures[1] / "train"),), "split": "test"},
        ]
    for part in parts:
        params = ImportParams(project=str(folder / "project.pigeonhole"), **part)
        import_sources(params, emit=lambda _: None, cancel=Cancel())


def _save(folder: Path, training: Pictures, test: Pictures) -> None:
    arrays = {"training": training[0], "training_labels": training[1], "test": test[0], "test_labels": test[1]}
    np.savez(folder / "arrays.npz", **arrays)


def one(what: str, folder: Path, data: str, epochs: int) -> dict[str, Any]:
    """One side: rates of each epoch by the clock and by the processor, and what it all took."""
    if what == "script":
        arrays = np.load(folder / "arrays.npz")
        sets = [(arrays[name], arrays[f"{name}_labels"]) for name in ("training", "test")]
        return {"gtsrb": signs_script, "fashion": fashion_script}[data](*sets, epochs, EPOCHS)
    recipe, batch = RATES.get(what.removesuffix(MIXED), (what, 0))
    overrides: dict[str, Any] = {"epochs": epochs} if epochs else {}
    if batch:
        overrides |= {"batch_size": batch, "mixed_precision": what.endswith(MIXED)}
    return pigeonhole(folder / "project.pigeonhole", recipe, overrides)


def processor() -> float:
    """Processor seconds of this process and of its children that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def pigeonhole(project: Path, recipe: str, overrides: dict[str, Any]) -> dict[str, Any]:
    """A training as the program does it: pictures read from their files, model exported and proved, all in the time."""
    import keras  # noqa: F401  # as in the script, loading it is in nobody's time

    from engine.events import EpochEnded, Event, RunStarted
    from engine.jobs.job import Cancel
    from engine.training.plan import TrainParams
    from engine.training.trainer import train

    found: dict[str, Any] = {"rates": [], "cpu_rates": [], "accuracies": [], "test": None}
    started, before, last, images = time.perf_counter(), processor(), processor(), 0

    def emit(event: Event) -> None:
        nonlocal last, images
        if isinstance(event, RunStarted):
            last, images = processor(), event.training_images
        if isinstance(event, EpochEnded):
            found["rates"].append(event.images_per_second)
            found["cpu_rates"].append(images / (processor() - last))  # validation of a tenth is in it
            found["accuracies"].append(event.validation_accuracy)
            last = processor()

    result = train(TrainParams(str(project), recipe, overrides), emit=emit, cancel=Cancel())
    report = json.loads((project / "runs" / result["run"] / "report.json").read_text())
    return found | {
        "test": report.get("test", {}).get("accuracy"),
        "wall": time.perf_counter() - started,
        "cpu": processor() - before,
    }


if __name__ == "__main__":
    main()
