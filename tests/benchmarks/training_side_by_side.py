"""Recipes and a script in the notebooks' style, in turn: `python -m tests.benchmarks.training_side_by_side`.

All learn Fashion-MNIST at its own size (scikit-learn's digits, repeated, where it is not installed), each in a process
of its own: images per second, seconds until the script's best test accuracy, final test accuracy, peak memory. The
script is notebook 004's network with notebook 000's `ImageDataGenerator` at its batch of 32 and `model.fit`; `same` is
that network, augmentation and batch in Pigeonhole. The test images are the validation of all, as in notebook 004.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.material import fashion, write_pictures
from tests.benchmarks.measure import memory, middle, print_report, probe, workspace

HEADER = ("what", "images/s", "against the script", "best test accuracy", "seconds to the script's best", "peak memory")
SAME = {"rotation": 10, "zoom": 0.15, "shift": 0.1, "shear": 0.15, "batch_size": 32, "plateau": 0, "early_stop": 0}
TEST_SHARE = 7


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--images", type=int, default=60_000)
    options.add_argument("--epochs", type=int, default=30, help="of the script and of `same`")
    options.add_argument("--recipes", nargs="*", default=["quick", "accurate"])
    options.add_argument("--probe", nargs=3, metavar=("WHAT", "FOLDER", "EPOCHS"))
    chosen = options.parse_args()
    if chosen.probe:
        what, folder, epochs = chosen.probe
        print(json.dumps(one(what, Path(folder), int(epochs)) | {"peak": memory()[1]}))
        return
    with workspace() as folder:
        source = prepare(folder, chosen.images)
        found = {
            what: probe("-m", __spec__.name, "--probe", what, str(folder), str(chosen.epochs))
            for what in ("script", "same", *chosen.recipes)
        }
    script = found["script"]
    goal, rate = max(script["accuracies"]), middle(script["rates"][1:] or script["rates"])
    rows = []
    for what, figures in found.items():
        reached = next((t for t, a in zip(figures["times"], figures["accuracies"], strict=True) if a >= goal), None)
        own = middle(figures["rates"][1:] or figures["rates"])
        rows.append(
            [
                what,
                f"{own:,.0f}",
                f"{own / rate:.2f}",
                f"{max(figures['accuracies']):.2%} after {figures['times'][-1]:.0f} s",
                "not reached" if reached is None else f"{reached:.0f}",
                f"{figures['peak']:,.0f} MB",
            ]
        )
    print(f"{source}, {chosen.images:,} images, one in {TEST_SHARE} of them to test on")
    print_report("uv run python -m tests.benchmarks.training_side_by_side", rows, HEADER)


def prepare(folder: Path, count: int) -> str:
    """The images as arrays for the script and as a project for Pigeonhole, with the same ones to test on."""
    from engine.jobs.job import Cancel
    from engine.library import edits, query
    from engine.library.project import Project
    from engine.library.records import Split
    from engine.library.scan import ImportParams, import_sources

    source, images, labels = fashion(count)
    np.savez(folder / "arrays.npz", images=images, labels=labels)
    pictures = write_pictures(folder / "pictures", images, labels)
    project = folder / "project.pigeonhole"
    params = ImportParams(project=str(project), sources=(str(pictures),), split="training")
    import_sources(params, emit=lambda _: None, cancel=Cancel())
    with Project.open(project) as opened:
        records = query.labelled_images(opened)
        tested = [r.id for r in records if int(r.file.stem) % TEST_SHARE == 0]
        edits.set_split(opened, tested, Split.VALIDATION)
    return source


def one(what: str, folder: Path, epochs: int) -> dict[str, Any]:
    """Rates and test accuracies of each epoch, and the seconds since the start of training at its end."""
    if what == "script":
        return notebook(folder, epochs)
    return pigeonhole(
        folder, "fashion-cnn" if what == "same" else what, {"epochs": epochs, **SAME} if what == "same" else {}
    )


def notebook(folder: Path, epochs: int) -> dict[str, Any]:
    """What the notebooks do, cell by cell."""
    import keras
    import tensorflow as tf
    from keras import layers

    arrays = np.load(folder / "arrays.npz")
    x, y = arrays["images"].astype("float32")[..., None] / 255, keras.utils.to_categorical(arrays["labels"])
    tested = np.arange(len(x)) % TEST_SHARE == 0
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for filters in (32, 64, 128):
        model.add(layers.Conv2D(filters, (3, 3), activation="relu"))
        model.add(layers.BatchNormalization())
        model.add(layers.MaxPooling2D(pool_size=(2, 2)))
        model.add(layers.Dropout(0.2))
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.BatchNormalization())
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(y.shape[1], activation="softmax"))
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    augmentation = tf.keras.preprocessing.image.ImageDataGenerator(
        rotation_range=10, zoom_range=0.15, width_shift_range=0.1, height_shift_range=0.1, shear_range=0.15
    )
    begun, started, times = [0.0], time.perf_counter(), []
    found: dict[str, Any] = {"rates": [], "accuracies": [], "times": times}
    for _ in range(epochs):
        begun[0] = time.perf_counter()
        model.fit(augmentation.flow(x[~tested], y[~tested], batch_size=32), epochs=1, verbose=0)
        found["rates"].append(int((~tested).sum()) / (time.perf_counter() - begun[0]))
        found["accuracies"].append(model.evaluate(x[tested], y[tested], verbose=0)[1])
        times.append(time.perf_counter() - started)
    return found


def pigeonhole(folder: Path, recipe: str, overrides: dict[str, Any]) -> dict[str, Any]:
    """The same by a recipe, loading the pictures from their files included in the time."""
    from engine.events import EpochEnded, Event
    from engine.jobs.job import Cancel
    from engine.training.trainer import TrainParams, train

    found: dict[str, Any] = {"rates": [], "accuracies": [], "times": []}
    started = time.perf_counter()

    def emit(event: Event) -> None:
        if isinstance(event, EpochEnded):
            found["rates"].append(event.images_per_second)
            found["accuracies"].append(event.validation_accuracy)
            found["times"].append(time.perf_counter() - started)

    train(TrainParams(str(folder / "project.pigeonhole"), recipe, overrides), emit=emit, cancel=Cancel())
    return found


if __name__ == "__main__":
    main()
