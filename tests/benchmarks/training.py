"""Training against the same network fed from memory: `python -m tests.benchmarks.training`.

Pigeonhole's trainer (pictures in a project, augmentation as the recipe says) and plain `keras.Model.fit` on arrays that
are already in memory (no augmentation) run in turn in one process. Rates are of the training part of an epoch, the
first epoch of each not counted: it traces the network.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

from engine.figures import percent
from tests.benchmarks.material import fashion, write_pictures
from tests.benchmarks.measure import memory, middle, print_report, probe, workspace

HEADER = ("recipe, pictures", "Pigeonhole", "`fit` on arrays", "ratio", "`fit`, one step per execution", "ratio")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--images", type=int, default=20_000)
    options.add_argument("--epochs", type=int, default=3, help="epochs of each turn, the first not counted")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--starts", type=int, default=0, help="measure alone how soon the first batch comes, so often")
    options.add_argument("--probe", metavar="PROJECT", help="peak memory of one training, as a process of its own")
    chosen = options.parse_args()
    if chosen.probe:
        rates(Path(chosen.probe), "fashion-cnn", 2)
        print(json.dumps({"peak": memory()[1]}))
        return
    with workspace() as folder:
        source, images, labels = fashion(chosen.images)
        if chosen.starts:
            project = make_project(folder / "start", images[..., None], labels)
            command = f"uv run python -m tests.benchmarks.training --images {chosen.images} --starts {chosen.starts}"
            print_report(command, child_starts(project, "quick", chosen.starts))
            return
        signs, sign_labels = coloured(images)
        rows = []
        for recipe, (x, y), what in (
            ("fashion-cnn", (images[..., None], labels), source),
            ("traffic-sign-cnn", (signs, sign_labels), f"{source} as coloured 30 px pictures in 43 classes"),
        ):
            project = make_project(folder / recipe, x, y)
            ours, same, plain = [], [], []
            for _ in range(chosen.rounds):
                ours += rates(project, recipe, chosen.epochs)
                same += fit_rates(recipe, x, y, chosen.epochs)
                plain += fit_rates(recipe, x, y, chosen.epochs, steps=1)
            rate = middle(ours)
            compared = [t for r in (same, plain) for t in (f"{middle(r):,.0f} images/s", percent(rate / middle(r), 0))]
            rows.append([f"`{recipe}`, {len(x):,} of {what}", f"{rate:,.0f} images/s", *compared])
        project = folder / "fashion-cnn.pigeonhole"
        starts = child_starts(project, "fashion-cnn", 1)
        peak = probe("-m", "tests.benchmarks.training", "--probe", str(project))["peak"]
        starts.append(("peak memory of a training of `fashion-cnn` in a process of its own", f"{peak:,.0f} MB"))
        window = probe("-m", "tests.benchmarks.training_window", str(project))
        starts += [(f"window: {name}", str(figure)) for name, figure in window.items() if name != "seconds"]
    command = "uv run python -m tests.benchmarks.training"
    print_report(command, rows, HEADER)
    print_report(command, starts)


def coloured(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The grey images as uint8 (n, 30, 30, 3), in 43 classes by turns: their size counts, not their sense."""
    framed = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    return np.stack([framed, 255 - framed, framed // 2], axis=-1), np.arange(len(images)) % 43


def make_project(name: Path, x: np.ndarray, y: np.ndarray) -> Path:
    """The arrays as PNG files in a project; one in ten for validation."""
    from engine.jobs.job import Cancel
    from engine.library.scan import ImportParams, import_sources

    project = name.with_suffix(".pigeonhole")
    pictures = write_pictures(name, x.squeeze(), y)
    params = ImportParams(project=str(project), sources=(str(pictures),), validation_fraction=0.1)
    import_sources(params, emit=lambda _: None, cancel=Cancel())
    return project


def rates(project: Path, recipe: str, epochs: int) -> list[float]:
    """Images per second of Pigeonhole's trainer in each epoch but the first."""
    from engine.events import EpochEnded, Event
    from engine.jobs.job import Cancel
    from engine.training.plan import TrainParams
    from engine.training.trainer import train

    ended: list[EpochEnded] = []

    def emit(event: Event) -> None:
        if isinstance(event, EpochEnded):
            ended.append(event)

    train(
        TrainParams(project=str(project), recipe=recipe, overrides={"epochs": epochs}),
        emit=emit,
        cancel=Cancel(),
    )
    return [event.images_per_second for event in ended[1:]]


def fit_rates(recipe_name: str, x: np.ndarray, y: np.ndarray, epochs: int, steps: int | None = None) -> list[float]:
    """Images per second of `fit` on arrays in each epoch but the first; as many steps per execution as the trainer."""
    import keras

    from engine.training.machine.device import device_kind
    from engine.training.network import steps_per_execution
    from engine.training.recipes.registry import recipe

    chosen = recipe(recipe_name)
    network = chosen.build(chosen.options, int(y.max()) + 1)
    network.compile(
        optimizer=keras.optimizers.Adam(chosen.options.learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,  # on a processor XLA is eight times slower
        steps_per_execution=steps or steps_per_execution(network, chosen.options.batch_size, device_kind()),
    )
    starts: list[float] = []
    spent: list[float] = []
    clock = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: starts.append(time.perf_counter()),
        on_epoch_end=lambda epoch, logs: spent.append(time.perf_counter() - starts[-1]),
    )
    network.fit(x, y, batch_size=chosen.options.batch_size, epochs=epochs, verbose=0, callbacks=[clock])
    return [len(x) / seconds for seconds in spent[1:]]


def spent(pid: int) -> float:
    """Processor seconds of a process and its children until now."""
    import psutil

    process = psutil.Process(pid)
    times = [p.cpu_times() for p in (process, *process.children(recursive=True))]
    return sum(t.user + t.system for t in times)


def wait_until_idle(pid: int) -> None:
    """Until the child has done what it does ahead: it uses the processor no more."""
    before = -1.0
    while (now := spent(pid)) - before > 0.02 or now < 0.5:
        time.sleep(1)
        before = now


def child_starts(project: Path, recipe: str, rounds: int) -> list[tuple[str, str]]:
    """From asking for a training to its first batch: with a process that has the network ready, with one that has Keras
    ready, and with a new one, in turn.
    """
    names = {
        "prepared": "process that was told the choice ahead (prepared)",
        "warm": "process started ahead (warm)",
        "cold": "new process (cold)",
    }
    found: dict[str, list[tuple[float, float, float, float]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            found[name].append(one_start(project, recipe, name))
            print(f"{name}: {found[name][-1]}", flush=True)
    rows = []
    for name, words in names.items():
        started, first, processor, memory_before = (middle(values) for values in zip(*found[name], strict=True))
        figures = f"{started:.1f} s / {first:.1f} s / {processor:.1f} s; {memory_before:,.0f} MB"
        what = "to the run started / the first batch trained / processor seconds until then; memory before"
        rows.append((f"`{recipe}`, {words}: {what}", figures))
    return rows


def one_start(project: Path, recipe: str, how: str) -> tuple[float, float, float, float]:
    """Seconds to the run started and to the first batch, processor seconds until then, MB before it was asked for."""
    import psutil

    from engine.events import BatchEnded, Event, RunStarted
    from engine.jobs.child import Child
    from engine.jobs.job import Cancel
    from engine.training.plan import TrainParams

    params = TrainParams(project=str(project), recipe=recipe, overrides={"epochs": 1})
    cancel, child = Cancel(), Child(warm=how != "cold")
    if how == "prepared":
        child.prepare(params)
    if how != "cold":
        wait_until_idle(child.pid)
    held = psutil.Process(child.pid).memory_info().rss / 2**20
    before, start = spent(child.pid), time.perf_counter()
    marks: dict[str, float] = {}

    def emit(event: Event) -> None:
        if isinstance(event, RunStarted | BatchEnded):
            marks.setdefault(type(event).__name__, time.perf_counter() - start)
        if isinstance(event, BatchEnded):
            marks.setdefault("processor", spent(child.pid) - before)
            cancel.set()

    try:
        child.run("train", params, emit=emit, cancel=cancel)
    finally:
        child.close()
    return marks["RunStarted"], marks["BatchEnded"], marks["processor"], held


if __name__ == "__main__":
    main()
