"""Training on more pictures than memory holds: `python -m tests.benchmarks.training_large [--photos 50000]`.

Some hundred real JPEG files of about 1 MB are made once and linked to as many names as asked for; each is read and
decoded anew under its own name. The training runs in a process whose data may not grow over `--limit` MB
(`RLIMIT_DATA`: private writable memory, which a file of pixels that is mapped is not), one epoch long. Its reading of
the pictures is set beside decoding alone, in the same number of threads, before and after it in the same process.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from engine.figures import percent
from tests.benchmarks.measure import memory, print_report, probe, workspace

FEW = 8  # images of a batch where they are large


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--photos", type=int, default=50_000)
    options.add_argument("--different", type=int, default=300, help="files that are not links")
    options.add_argument("--limit", type=int, default=2048, help="MB of private memory; 0 for none")
    options.add_argument("--side", type=int, default=64, help="px the network sees; 50,000 of 64 px are 614 MB")
    options.add_argument("--probe", nargs=4, metavar=("PROJECT", "PHOTOS", "LIMIT", "SIDE"))
    chosen = options.parse_args()
    if chosen.probe:
        project, pictures, limit, side = chosen.probe
        print(json.dumps(trained(Path(project), Path(pictures), int(limit), int(side))))
        return
    with workspace() as folder:
        size = photos(folder / "photos", chosen.photos, chosen.different)
        found = probe(
            *("-m", __spec__.name, "--probe", str(made(folder)), str(folder / "photos")),
            *(str(chosen.limit), str(chosen.side)),
        )
    rows = [
        ("photos, size of a file", f"{chosen.photos:,} ({chosen.different} different), {size / 1e6:.2f} MB"),
        ("limit of private memory", f"{chosen.limit:,} MB (RLIMIT_DATA)" if chosen.limit else "none"),
        ("decoding alone, before / after", " / ".join(f"{rate:,.0f} photos/s" for rate in found["alone"])),
        (
            "read by the training",
            f"{found['read']:,.0f} photos/s ({percent(found['read'] / np.mean(found['alone']), 0)})",
        ),
        ("pixels are in", found["pixels"]),
        ("the epoch after that", f"{found['rate']:,.0f} images/s"),
        ("private memory at its peak", f"{found['private']:,.0f} MB"),
        ("resident memory at its peak, mapped file included", f"{found['resident']:,.0f} MB"),
    ]
    print_report(f"uv run python -m {__spec__.name} --photos {chosen.photos} --side {chosen.side}", rows)


def photos(folder: Path, count: int, different: int) -> float:
    """`count` names of JPEG files in two classes; returns their mean size in bytes."""
    from sklearn.datasets import load_sample_images

    random, sizes, files = np.random.default_rng(0), [], []
    names = ("china", "flower")
    for name in names:
        (folder / name).mkdir(parents=True)
    whole = [Image.fromarray(i).resize((2600, 1740), Image.Resampling.BICUBIC) for i in load_sample_images().images]
    for number in range(min(different, count)):
        left, top = random.integers(0, 600), random.integers(0, 240)
        crop = np.asarray(whole[number % 2].crop((left, top, left + 2000, top + 1500)), np.int16)
        grain = random.normal(0, 9, crop.shape[:2]).astype(np.int16)[..., None]  # as a sensor's, or it were 300 kB
        file = folder / names[number % 2] / f"{number:06d}.jpg"
        Image.fromarray((crop + grain).clip(0, 255).astype(np.uint8)).save(file, quality=88)
        files.append(file)
        sizes.append(file.stat().st_size)
    for number in range(len(files), count):
        os.link(files[number % len(files)], folder / names[number % len(files) % 2] / f"{number:06d}.jpg")
    return float(np.mean(sizes))


def made(folder: Path) -> Path:
    from engine.jobs.job import Cancel
    from engine.library.scan import ImportParams, import_sources

    project = folder / "large.pigeonhole"
    params = ImportParams(project=str(project), sources=(str(folder / "photos"),), validation_fraction=0.05)
    import_sources(params, emit=lambda _: None, cancel=Cancel())
    return project


def decoding(files: list[Path], side: int) -> float:
    """Photos a second that are decoded to the network's size, and nothing else."""
    from engine.imaging.pixels import load

    start = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(lambda file: load(file, size=(side, side)), files):
            pass
    return len(files) / (time.perf_counter() - start)


def trained(project: Path, pictures: Path, limit: int, side: int) -> dict[str, Any]:
    """One epoch under the limit."""
    import resource

    import keras  # noqa: F401  # its own memory is in the figures

    from engine.events import EpochEnded, Event, Progress
    from engine.jobs.job import Cancel
    from engine.training.data import loading
    from engine.training.plan import TrainParams
    from engine.training.trainer import train

    if limit:
        resource.setrlimit(resource.RLIMIT_DATA, (limit * 2**20, limit * 2**20))
    some = sorted(pictures.glob("*/*.jpg"))[:150]
    alone = [decoding(some, side)]
    kept: list[np.ndarray] = []
    allocate = loading.allocate
    loading.allocate = lambda shape: kept.append(allocate(shape)) or kept[-1]  # type: ignore[func-returns-value]
    found: dict[str, Any] = {"read": 0.0, "rate": 0.0, "private": 0.0}

    def emit(event: Event) -> None:
        if isinstance(event, Progress) and event.phase == "Loading images" and event.rate:
            found["read"] = event.rate
        if isinstance(event, EpochEnded):
            found["rate"] = event.images_per_second
        found["private"] = max(found["private"], _private())

    overrides = {"epochs": 1, "image_size": side, **({"batch_size": FEW} if side > 128 else {})}
    train(TrainParams(str(project), "photo-cnn-plain", overrides), emit=emit, cancel=Cancel())
    mapped = isinstance(kept[0], np.memmap)
    what = f"{kept[0].nbytes / 1e6:,.0f} MB {'in a mapped file' if mapped else 'in memory'}"
    return found | {"alone": [*alone, decoding(some, side)], "pixels": what, "resident": memory()[1]}


def _private() -> float:
    """Anonymous resident memory in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024


if __name__ == "__main__":
    main()
