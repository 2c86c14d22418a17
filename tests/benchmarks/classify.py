"""Classifying folders against the notebooks' way and against its two limits: `python -m tests.benchmarks.classify`.

Four combinations: traffic signs and photographs, each with a small network and with MobileNetV2. The notebook's way,
decode alone, network alone and the whole take turns, three times; medians are shown, and the time of a core that each
image took, which other work on the machine hardly changes. Then the memory for few and for many pictures.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.figures import percent
from tests.benchmarks.measure import ROOT, memory, middle, print_report, probe, workspace

if TYPE_CHECKING:
    from engine.models.bundle import ModelInfo

ROUNDS, BATCH = 3, 32
NETWORKS = {"small": "the traffic sign network, 30 px", "mobilenet": "MobileNetV2, 224 px"}
HEADER = (
    *("pictures, network", "notebook's way", "decode alone", "network alone", "`classify`"),
    *("times the notebook", "of the slower limit", "of both together"),
)


class Rate(NamedTuple):
    """Images a second, and milliseconds of a core for each."""

    rate: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.rate:,.0f} images/s, {self.cpu:.2f} ms"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--signs", type=int, default=5_000, help="number of traffic signs for the small network")
    options.add_argument("--photographs", type=int, default=1_500, help="of 320x240 JPEG files for the small network")
    options.add_argument("--mobilenet", type=int, default=600, help="of either for MobileNetV2")
    options.add_argument("--memory", type=int, nargs="*", default=(1_000, 100_000), help="numbers of images")
    options.add_argument("--probe", nargs=2, metavar=("MODEL", "FOLDER"), help="peak memory, as a process of its own")
    chosen = options.parse_args()
    if chosen.probe:
        result = run(*map(Path, chosen.probe))
        print(json.dumps({"images": result["images"], "peak": memory()[1]}))
        return
    with workspace() as folder:
        command = "uv run python -m tests.benchmarks.classify"
        with notebook(folder) as ask:
            print_report(command, [row(folder, ask, *each) for each in combinations(folder, chosen)], HEADER)
        print_report(command, list(peaks(folder, chosen.memory)))


def combinations(folder: Path, chosen: argparse.Namespace) -> Iterator[tuple[str, str, Path]]:
    from tests.benchmarks.material import photographs, signs

    for network, count in (("small", chosen.signs), ("mobilenet", chosen.mobilenet)):
        what, pictures = signs(folder / f"{network} signs", count)
        yield f"{count:,} PNG {what}; {NETWORKS[network]}", network, pictures
    for network, count in (("small", chosen.photographs), ("mobilenet", chosen.mobilenet)):
        pictures = photographs(folder / f"{network} made", count) / "train"
        flat = folder / f"{network} photographs"
        flat.mkdir()
        for file in sorted(pictures.rglob("*.jpg")):
            file.rename(flat / f"{file.parent.name} {file.name}")  # the notebook's way knows one folder
        yield f"{count:,} JPEG of 320x240; {NETWORKS[network]}", network, flat


def row(folder: Path, ask: Callable[[str, Path], Rate], name: str, network: str, pictures: Path) -> list[str]:
    """Each limit has all cores to itself; classifying must share them: there the times of both add."""
    from engine.models.predictor import Predictor

    model = folder / f"{network}.onnx"
    predictor = Predictor(model, threads=1)
    files = sorted(pictures.iterdir())
    pixels = decode(files[:512], predictor.info)
    ways: dict[str, Callable[[], object]] = {
        "decode": lambda: decode(files, predictor.info),
        "network": lambda: predict(predictor, pixels, len(files)),
        "whole": lambda: run(model, pictures),
    }
    found: dict[str, list[Rate]] = {"notebook": [], **{way: [] for way in ways}}
    for _ in range(ROUNDS):
        found["notebook"].append(ask(network, pictures))
        for way, work in ways.items():
            found[way].append(timed(work, len(files)))
    by_hand, decoding, predicting, whole = (
        Rate(middle([r.rate for r in rates]), middle([r.cpu for r in rates])) for rates in found.values()
    )
    shares = [
        f"{whole.rate / by_hand.rate:.1f} (of a core's time {by_hand.cpu / whole.cpu:.1f})",
        percent(whole.rate / min(decoding.rate, predicting.rate), 0),
        percent((decoding.cpu + predicting.cpu) / whole.cpu, 0),
    ]
    return [name, str(by_hand), str(decoding), str(predicting), str(whole), *shares]


def timed(work: Callable[[], object], images: int) -> Rate:
    cpu, start = time.process_time(), time.perf_counter()
    work()
    return Rate(images / (time.perf_counter() - start), 1000 * (time.process_time() - cpu) / images)


@contextmanager
def notebook(folder: Path) -> Iterator[Callable[[str, Path], Rate]]:
    """Asks a process with Keras in it to classify a folder; the networks lie in `folder` when this is entered."""
    command = [sys.executable, "-m", "tests.benchmarks.classify_notebook", str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        answers = (json.loads(line) for line in process.stdout if line.startswith("{"))

        def ask(network: str, pictures: Path) -> Rate:
            process.stdin.write(json.dumps([network, str(pictures)]) + "\n")
            process.stdin.flush()
            found = next(answers)
            return Rate(found["images"] / found["seconds"], 1000 * found["cpu"] / found["images"])

        for _ in NETWORKS:
            next(answers)
        yield ask
        process.stdin.close()


def peaks(folder: Path, numbers: list[int]) -> Iterator[tuple[str, str]]:
    from tests.benchmarks.material import tiny_pictures

    for number in numbers:
        images = tiny_pictures(folder / f"memory {number}", number)
        peak = probe("-m", "tests.benchmarks.classify", "--probe", str(folder / "small.onnx"), str(images))["peak"]
        yield f"peak memory for {number:,} images", f"{peak:.1f} MB"


def decode(files: list[Path], info: ModelInfo) -> NDArray[np.uint8]:
    """Decode and resize all `files` in as many threads as there are cores; the pixels of the first 512."""
    from engine.batch.pipeline import workers
    from engine.imaging.pixels import load

    wanted: dict[str, Any] = {"size": (info.width, info.height), "channels": info.channels, "method": info.resize}

    def some(start: int) -> NDArray[np.uint8]:
        return np.stack([load(file, **wanted) for file in files[start : start + BATCH]])

    kept = []
    with ThreadPoolExecutor(workers()) as pool:
        for number, pixels in enumerate(pool.map(some, range(0, len(files), BATCH))):
            if number < 512 // BATCH:
                kept.append(pixels)
    return np.concatenate(kept)


def predict(predictor: Any, pixels: NDArray[np.uint8], count: int) -> None:
    """Predict `count` images from memory, in as many threads as there are cores and in batches as `classify` does."""
    from engine.batch.pipeline import workers

    def some(start: int) -> None:
        first = start % max(1, len(pixels) - BATCH)
        predictor.predict(pixels[first : first + min(BATCH, count - start)])

    with ThreadPoolExecutor(workers()) as pool:
        list(pool.map(some, range(0, count, BATCH)))


def run(model: Path, folder: Path) -> dict[str, Any]:
    from engine.batch.classify import classify
    from engine.batch.params import ClassifyParams
    from engine.jobs.job import Cancel

    out = folder.with_name(f"{folder.name}.csv")
    params = ClassifyParams(model=str(model), sources=(str(folder),), out=str(out))
    return dict(classify(params, emit=lambda _: None, cancel=Cancel()))


if __name__ == "__main__":
    main()
