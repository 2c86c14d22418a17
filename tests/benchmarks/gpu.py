"""Training on a graphics card, within eight minutes: `python -m tests.benchmarks.gpu [--backend jax] [--minutes 8]`.

Quick, Accurate and Transfer in one child process as the window has it, each until it ends or its share of the time is
over; then Quick once more on the processor with the same options, split and seed; the card's memory before, with and
after the child; what one trained network says on both devices; ONNX Runtime on the card where its package drives one.

Accuracies are of validation images, seconds are by the clock from asking for the training; the first one loads Keras
and the card's libraries too. No model file is written, so that neither TensorFlow nor tf2onnx need be there. Pictures
are those of ../shared/data (or of the folder in PIGEONHOLE_PICTURES), Fashion-MNIST and CIFAR-10 where their folders
are; parts without pictures are left out. Each row is printed as soon as it is known: whoever ends the process early has
what was reached. `--tiny` trains an epoch of each on twenty pictures, on whatever device there is.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from engine.events import BatchEnded, Cancelled, EpochEnded, Event, Failed, Outcome, RunStarted
from engine.figures import percent
from engine.jobs.child import Child
from engine.jobs.job import Cancel
from engine.libraries import installed
from engine.training.machine.device import graphics_cards
from engine.training.plan import TrainParams
from tests.benchmarks.material import FASHION
from tests.benchmarks.measure import print_report, probe, seconds, workspace
from tests.benchmarks.recipes import SHARED

HEADER = ("what", "on", "found", "seconds")
RECIPES = ("quick", "accurate", "transfer")
BACKENDS = ("jax", "torch", "tensorflow")  # torch runs one step at a time in Keras, TensorFlow is large to bring along
GRACE = 20.0  # seconds that a training may take to stop before its process is killed
IDLE = 64  # MB of the card's memory that count as none
ALIKE = 1e-2  # difference of a probability: cards multiply by TensorFloat-32, with 10 bits behind the point


@dataclass(frozen=True, slots=True)
class Part:
    """A training: `until` is the share of all time at which it is stopped, `targets` are accuracies to be timed."""

    recipe: str
    kind: str
    until: float
    targets: tuple[float, ...]


SIGNS, FLOWERS, CLOTHES, CIFAR = (0.9, 0.95, 0.98), (0.85, 0.9, 0.93), (0.9, 0.92, 0.935), (0.8, 0.9, 0.94)
PARTS = (
    Part("quick", "signs", 0.15, SIGNS),
    Part("accurate", "signs", 0.27, SIGNS),
    Part("transfer", "flowers", 0.42, FLOWERS),
    Part("quick", "clothes", 0.5, CLOTHES),
    Part("accurate", "clothes", 0.6, CLOTHES),
    Part("quick", "cifar-10", 0.68, CIFAR),
    Part("accurate", "cifar-10", 0.8, CIFAR),
)
TINY = tuple(Part(recipe, "flowers", 0.8, (0.2, 0.99)) for recipe in RECIPES)
TWIN = 0.92  # share of the time at which the training on the processor is stopped


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--backend", choices=BACKENDS, default=next((b for b in BACKENDS if installed(b)), None))
    options.add_argument("--minutes", type=float, default=8.0, help="all trainings end within them")
    options.add_argument("--fashion", type=Path, default=FASHION, help="the four files of Fashion-MNIST")
    options.add_argument("--cifar", type=Path, help="CIFAR-10's data_batch_1.bin and the others")
    options.add_argument("--recipes", nargs="*", choices=RECIPES, default=RECIPES)
    options.add_argument("--tiny", action="store_true", help="try the script itself, on any device")
    options.add_argument("--probe", nargs=3, metavar=("PROJECT", "RUN", "BACKEND"))
    chosen = options.parse_args()
    if chosen.probe:
        print(json.dumps(on_both(Path(chosen.probe[0]), *chosen.probe[1:])))
        return
    if not chosen.tiny and not graphics_cards():
        raise SystemExit("No graphics card is here: nvidia-smi names none. --tiny tries the script on the processor.")
    with workspace(card=True) as folder:
        rows = measured(folder, chosen)
    print_report(f"python -m {__spec__.name}{' --tiny' if chosen.tiny else ''}", rows, HEADER)


def measured(folder: Path, chosen: argparse.Namespace) -> list[list[str]]:
    """All rows of the table."""
    start, rows = time.monotonic(), []

    def tell(row: list[str]) -> None:
        rows.append(row)
        print(" | ".join(row), flush=True)

    def left(share: float) -> float:
        return max(1.0, start + 60 * chosen.minutes * share - time.monotonic())

    sources = {
        "signs": SHARED / "gtsrb-mini.zip",
        "flowers": SHARED / "flower_photos-mini.tgz",
        "clothes": chosen.fashion / "train-images-idx3-ubyte.gz",
        "cifar-10": (chosen.cifar or folder / "none") / "data_batch_1.bin",
    }
    how: dict[str, Any] = {"backend": chosen.backend, **({"epochs": 1, "image_size": 32} if chosen.tiny else {})}
    before, done = card_memory(), {}
    child = Child()
    try:
        for part in TINY if chosen.tiny else PARTS:
            if part.recipe not in chosen.recipes:
                continue
            what = f"`{part.recipe}`, {part.kind}"
            if not sources[part.kind].is_file():
                tell([what, "–", f"left out: {sources[part.kind].name} is not here", "–"])
                continue
            project = made(folder, part.kind, sources[part.kind])
            params = TrainParams(str(project), part.recipe, how, most=20 if chosen.tiny else 0, export=False)
            done[part] = training = trained(child, params, left(part.until))
            tell([f"{what}, {training.images:,} to learn from", training.on, training.found(), training.times(part)])
        first = next((part for part, training in done.items() if training.epochs), None)
        if first is not None:
            project = folder / f"{first.kind}.pigeonhole"
            again = TrainParams(str(project), repeat=done[first].run, overrides={"device": "cpu"}, export=False)
            twin = trained(child, again, left(TWIN))
            tell([f"the same `{first.recipe}`, {first.kind}", twin.on, twin.found(), twin.times(first)])
            tell(["accuracies of the two", f"{done[first].on}, {twin.on}", compared(done[first], twin), "–"])
        at_work = card_memory()
    finally:
        child.close()
    tell(["the card's memory before, with and after the child", "–", *given_back(before, at_work)])
    if first is not None:
        found = probe("-m", __spec__.name, "--probe", str(project), done[first].run, chosen.backend)
        verdict = "alike" if found["difference"] <= ALIKE else "NOT alike"
        text = f"largest difference {found['difference']:.1e}, {percent(found['same'])} the same class: {verdict}"
        tell(["probabilities of one network on both", f"{found['device']}, CPU", text, f"{found['seconds']:.1f}"])
    tell(runtime(8 if chosen.tiny else 512))
    return rows


def made(folder: Path, kind: str, source: Path) -> Path:
    """The project of these pictures, imported at first use as a person would."""
    from engine.library.scan import ImportParams, import_sources

    project = folder / f"{kind}.pigeonhole"
    if not project.exists():
        import_sources(ImportParams(str(project), (str(source),)), emit=lambda _: None, cancel=Cancel())
    return project


@dataclass(slots=True)
class Training:
    """What the events of a training told, with seconds since it was asked for."""

    asked: float
    run: str = ""
    on: str = "–"
    images: int = 0
    checked: int = 0
    planned: int = 0
    first_batch: float | None = None
    epochs: list[tuple[float, EpochEnded]] = field(default_factory=list)
    outcome: Outcome | None = None

    def see(self, event: Event) -> None:
        since = time.monotonic() - self.asked
        if isinstance(event, RunStarted):
            self.run, self.on, self.planned = event.run, event.device, event.epochs
            self.images, self.checked = event.training_images, event.validation_images
        elif isinstance(event, BatchEnded) and self.first_batch is None:
            self.first_batch = since
        elif isinstance(event, EpochEnded):
            self.epochs.append((since, event))

    def best(self, epochs: int) -> float:
        """The best validation accuracy of the first so many epochs."""
        return max((event.validation_accuracy for _, event in self.epochs[:epochs]), default=0.0)

    def found(self) -> str:
        how = f"FAILED: {self.outcome.message} " if isinstance(self.outcome, Failed) else ""
        how += "stopped, its time was over: " if isinstance(self.outcome, Cancelled) else ""
        if not self.epochs:
            return f"{how}no epoch"
        rate = max(event.images_per_second for _, event in self.epochs)
        best = percent(self.best(len(self.epochs)), 2)
        return f"{how}{best} of {self.checked:,}, {len(self.epochs)} of {self.planned} epochs, {rate:,.0f} images/s"

    def times(self, part: Part) -> str:
        """Seconds to the first batch, to each accuracy that is a target, and to the end of the last epoch."""
        marks = [] if self.first_batch is None else [f"first batch {self.first_batch:.1f}"]
        for target in part.targets:
            when = next((since for since, event in self.epochs if event.validation_accuracy >= target), None)
            marks.append(f"{100 * target:g} % " + ("not reached" if when is None else f"{when:.1f}"))
        marks += [f"last epoch {self.epochs[-1][0]:.1f}"] if self.epochs else []
        return ", ".join(marks)


def trained(child: Child, params: TrainParams, most: float) -> Training:
    """Train for so many seconds at most; a process that does not stop then is killed, and the next part has another."""
    cancel, training = Cancel(), Training(time.monotonic())
    over = threading.Timer(most, cancel.set)
    killed = threading.Timer(most + GRACE, lambda: psutil.Process(child.pid).kill())
    for timer in (over, killed):
        timer.daemon = True
        timer.start()
    try:
        training.outcome = child.run("train", params, emit=training.see, cancel=cancel)
    finally:
        over.cancel()
        killed.cancel()
    return training


def compared(one: Training, other: Training) -> str:
    """Whether two trainings are equal within noise: the best of the epochs that both have, on as many images."""
    epochs, images = min(len(one.epochs), len(other.epochs)), min(one.checked, other.checked)
    if not epochs or not images:
        return "cannot be compared: one of them has no epoch"
    first, second = one.best(epochs), other.best(epochs)
    both = (images * (first + second) + 1) / (2 * images + 2)  # never quite 0 or 1
    noise = 2 * math.sqrt(2 * both * (1 - both) / images)
    verdict = "equal within noise" if abs(first - second) <= noise else "NOT equal"
    texts = f"{percent(first, 2)} and {percent(second, 2)} in {epochs} epochs"
    return f"{texts}, {100 * abs(first - second):.2f} apart, two standard errors are {100 * noise:.2f}: {verdict}"


def card_memory() -> int | None:
    """MB that are taken of all cards together; None where no NVIDIA driver tells."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return None
    query = [tool, "--query-gpu=memory.used", "--format=csv,noheader,nounits"]
    told = subprocess.run(query, capture_output=True, text=True, timeout=20, check=False).stdout.split()
    return sum(map(int, told)) if told and all(word.isdigit() for word in told) else None


def given_back(before: int | None, at_work: int | None) -> list[str]:
    """The end of the row of the card's memory: what was found, and how long it took to come back."""
    if before is None or at_work is None:
        return ["cannot be read: no nvidia-smi here", "–"]
    start, after = time.monotonic(), card_memory() or 0
    while after > before + IDLE and time.monotonic() - start < 10:
        time.sleep(0.2)
        after = card_memory() or 0
    verdict = "given back" if after <= before + IDLE else "NOT given back"
    return [f"{before:,}, {at_work:,}, {after:,} MB: {verdict}", f"{time.monotonic() - start:.1f}"]


def on_both(folder: Path, name: str, backend: str) -> dict[str, Any]:
    """Ask the best network of a run about its validation images, on the device that is there and on the processor."""
    from engine.training.data.loading import load_images
    from engine.training.machine.backend import load_keras, use_backend
    from engine.training.options import TrainOptions, with_overrides
    from engine.training.runs.records import CHECKPOINT, find_run, read_split

    run = find_run(folder, name, with_model=False)
    trained_with = with_overrides(TrainOptions(), run.options)
    files = [Path(row.file) for row in read_split(run) if row.split.value == "validation"][:256]
    images, _ = load_images(files, trained_with, emit=lambda _: None, cancel=Cancel())
    use_backend(backend, export=False)
    load_keras()
    from engine.training.machine.device import device, scope
    from engine.training.network import in_full_precision
    from engine.training.runs.checkpoint import Checkpoint, load_model

    answers = []
    for where in ("auto", "cpu"):
        with scope(TrainOptions(device=where)):
            network = in_full_precision(load_model(Checkpoint(run.folder / CHECKPOINT).best))
            answers.append(
                np.concatenate([network.predict_on_batch(images[i : i + 32]) for i in range(0, len(images), 32)])
            )
    same = float(np.mean(answers[0].argmax(1) == answers[1].argmax(1)))
    return {"difference": float(np.abs(answers[0] - answers[1]).max()), "same": same, "device": device()}


def runtime(count: int) -> list[str]:
    """The row of ONNX Runtime: the built-in base on the card and on the processor, if its package drives a card."""
    from engine.models.providers import CPU, open_session, prediction_device
    from engine.similarity.bases import built_in_base

    there = prediction_device()
    if there.device == CPU:
        return [there.runtime, CPU, there.note or "no package of it that drives a card is installed", "–"]
    base = built_in_base()
    images = np.random.default_rng(0).integers(0, 256, (count, base.input_size, base.input_size, 3), np.uint8)
    found, spent = [], []
    for where in ("auto", "cpu"):
        opened = open_session(base.file, device=where)  # type: ignore[arg-type]
        opened.session.run(None, {opened.input: images[:8]})
        parts: list[np.ndarray] = []
        spent.append(
            seconds(
                lambda o=opened, p=parts: p.extend(
                    o.session.run(None, {o.input: images[i : i + 64]})[0] for i in range(0, count, 64)
                )
            )
        )
        found.append(np.concatenate(parts))
    rates = " and ".join(f"{count / took:,.0f}" for took in spent)
    difference = np.abs(found[0] - found[1]).max() / np.abs(found[1]).max()
    text = f"{rates} images/s of {base.input_size} px, largest difference {difference:.1e} of the largest feature"
    return [there.runtime, f"{there.device}, CPU", text, f"{sum(spent):.1f}"]


if __name__ == "__main__":
    main()
