"""Classifying folders against its two limits: `python -m tests.benchmarks.classify`.

Decode alone, network alone and the whole are measured in turn, three times each, in one process; medians are shown.
"""

from __future__ import annotations

import argparse
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.measure import memory, middle, print_report, probe, seconds, workspace

if TYPE_CHECKING:
    from engine.models.bundle import ModelInfo
    from engine.models.predictor import Predictor

ROUNDS = 3
HEADER = ("pictures", "decode alone", "network alone", "classify", "of the slower limit", "of both limits together")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--small", type=int, default=6_000, help="number of small PNG files")
    options.add_argument("--photographs", type=int, default=1_500, help="number of 320x240 JPEG files")
    options.add_argument("--memory", type=int, nargs=2, default=(1_000, 20_000), help="two numbers of images")
    options.add_argument("--probe", nargs=2, metavar=("MODEL", "FOLDER"), help="peak memory, as a process of its own")
    chosen = options.parse_args()
    if chosen.probe:
        result = run(*map(Path, chosen.probe))
        print(json.dumps({"images": result["images"], "peak": memory()[1]}))
        return
    from tests.benchmarks.material import model, photographs, tiny_pictures

    with workspace() as folder:
        small_model = model(folder, tiny_pictures(folder / "learn", 500), "fashion-cnn")
        photo_model = model(folder, photographs(folder / "learn photographs", 64), "photo-cnn")
        small = tiny_pictures(folder / "small", chosen.small)
        photos = photographs(folder / "photographs", chosen.photographs)
        rows = [
            row(f"{chosen.small:,} PNG, 28 px grey; `fashion-cnn`", small_model, small),
            row(f"{chosen.photographs:,} JPEG, 320x240; `photo-cnn` at 180 px", photo_model, photos),
        ]
        peaks = []
        for number in chosen.memory:
            images = tiny_pictures(folder / f"memory {number}", number)
            peak = probe("-m", "tests.benchmarks.classify", "--probe", str(small_model), str(images))["peak"]
            peaks.append((f"peak memory for {number:,} images", f"{peak:.0f} MB"))
    command = "uv run python -m tests.benchmarks.classify"
    print_report(command, rows, HEADER)
    print_report(command, peaks)


def row(name: str, model: Path, folder: Path) -> list[str]:
    """One kind of pictures. Each limit has every core to itself; classifying must share them: there their times add."""
    from engine.models.predictor import Predictor

    predictor = Predictor(model)
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    pixels = decode(files, predictor.info)
    alone, network, whole = [], [], []
    for _ in range(ROUNDS):
        alone.append(len(files) / seconds(lambda: decode(files, predictor.info)))
        network.append(len(files) / seconds(lambda: predict(predictor, pixels, len(files))))
        whole.append(run(model, folder)["images_per_second"])
    decoding, predicting, rate = middle(alone), middle(network), middle(whole)
    shared = 1 / (1 / decoding + 1 / predicting)
    per_second = [f"{r:,.0f} images/s" for r in (decoding, predicting, rate)]
    return [name, *per_second, f"{rate / min(decoding, predicting):.0%}", f"{rate / shared:.0%}"]


def decode(files: list[Path], info: ModelInfo, batch: int = 32) -> NDArray[np.uint8]:
    """Decode and resize all `files` in as many threads as there are cores; the pixels of the first 512."""
    from engine.imaging.pixels import load

    wanted: dict[str, Any] = {"size": (info.width, info.height), "channels": info.channels, "method": info.resize}

    def some(start: int) -> NDArray[np.uint8]:
        return np.stack([load(file, **wanted) for file in files[start : start + batch]])

    kept = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, pixels in enumerate(pool.map(some, range(0, len(files), batch))):
            if number < 512 // batch:
                kept.append(pixels)
    return np.concatenate(kept)


def predict(predictor: Predictor, pixels: NDArray[np.uint8], count: int, batch: int = 32) -> None:
    """Predict `count` images from memory, in batches as `classify` does."""
    for start in range(0, count, batch):
        first = start % (len(pixels) - batch)
        predictor.predict(pixels[first : first + batch])


def run(model: Path, folder: Path) -> dict[str, Any]:
    from engine.batch.classify import ClassifyParams, classify
    from engine.jobs.job import Cancel

    out = folder.with_suffix(".csv")
    params = ClassifyParams(model=str(model), sources=(str(folder),), out=str(out))
    return dict(classify(params, emit=lambda _: None, cancel=Cancel()))


if __name__ == "__main__":
    main()
