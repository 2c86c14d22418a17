"""The pictures and models that the benchmarks work on, made afresh in a throw-away folder."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

SIGNS = Path(__file__).resolve().parents[3] / "shared" / "data" / "gtsrb-mini.zip"
FASHION = Path("/usr/share/datasets/fashion-mnist")


def take_out(archive: tarfile.TarFile, folder: Path, members: Sequence[tarfile.TarInfo] | None = None) -> None:
    """Into `folder`; Python 3.11.2, Debian's, does not know filters yet, and the archives are our own."""
    safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    archive.extractall(folder, members, **safely)  # type: ignore[arg-type]


def fashion(count: int, folder: Path = FASHION) -> tuple[str, np.ndarray, np.ndarray]:
    """Where they are from, `count` grey images uint8 (n, 28, 28) and their classes int64 (n,).

    Fashion-MNIST where Debian's `dataset-fashion-mnist` is installed, else scikit-learn's digits, repeated.
    """
    if folder.is_dir():
        images = _idx(folder / "train-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)
        labels = _idx(folder / "train-labels-idx1-ubyte.gz", 8).astype(np.int64)
        return "Fashion-MNIST", images[:count], labels[:count]
    from sklearn.datasets import load_digits

    digits = load_digits()
    small = [Image.fromarray((i * 15).astype(np.uint8)).resize((28, 28)) for i in digits.images]
    images = np.stack([np.asarray(i) for i in small])
    order = np.arange(count) % len(images)
    return "digits (repeated)", images[order], digits.target[order].astype(np.int64)


def fashion_test(folder: Path = FASHION) -> tuple[np.ndarray, np.ndarray]:
    """The test set of Fashion-MNIST: images uint8 (n, 28, 28) and their classes int64 (n,)."""
    images = _idx(folder / "t10k-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)
    return images, _idx(folder / "t10k-labels-idx1-ubyte.gz", 8).astype(np.int64)


def gtsrb(folder: Path, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The training pictures of the traffic sign benchmark as notebook 000 reads them: uint8 (n, 30, 30, 3), classes.

    `folder` holds `Train/<class>/*.png`. With fewer than there are, evenly spaced.
    """
    files = sorted((folder / "Train").glob("*/*.png"), key=lambda f: (int(f.parent.name), f.name))
    files = files[:: max(1, len(files) // count)]
    return _signs(files), np.array([int(f.parent.name) for f in files], np.int64)


def gtsrb_test(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """All test pictures of the benchmark and their classes, as `Test.csv` in `folder` gives them."""
    rows = pd.read_csv(folder / "Test.csv")
    return _signs([folder / "Test" / Path(path).name for path in rows["Path"]]), rows["ClassId"].to_numpy(np.int64)


def _signs(files: list[Path]) -> np.ndarray:
    return np.stack([np.asarray(Image.open(f).convert("RGB").resize((30, 30))) for f in files])


def _idx(path: Path, header: int) -> np.ndarray:
    return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=header)


def write_pictures(folder: Path, images: np.ndarray, labels: np.ndarray) -> Path:
    """PNG files in `folder/train/<class>/`, one for each image."""
    for label in np.unique(labels):
        (folder / "train" / f"{label:02d}").mkdir(parents=True, exist_ok=True)
    for number, (pixels, label) in enumerate(zip(images, labels, strict=True)):
        Image.fromarray(pixels).save(folder / "train" / f"{label:02d}" / f"{number:06d}.png", compress_level=1)
    return folder


def tiny_pictures(folder: Path, count: int) -> Path:
    """`count` grey PNG files of 28 px in ten class folders; 500 different pictures, copied."""
    _, images, _ = fashion(500)
    ready = []
    for pixels in images:
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "PNG")
        ready.append(buffer.getvalue())
    for name in range(10):
        (folder / f"class {name}").mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"class {number % 10}" / f"{number:07d}.png").write_bytes(ready[number % 500])
    return folder


def photographs(folder: Path, count: int) -> Path:
    """`count` JPEG files of 320x240 in two class folders, cut at random from scikit-learn's two photographs."""
    from sklearn.datasets import load_sample_images

    random = np.random.default_rng(0)
    for name, photo in zip(("china", "flower"), load_sample_images().images, strict=True):
        (folder / "train" / name).mkdir(parents=True, exist_ok=True)
        height, width = photo.shape[:2]
        for number in range(count // 2):
            top, left = random.integers(0, height - 240), random.integers(0, width - 320)
            crop = Image.fromarray(photo[top : top + 240, left : left + 320])
            crop.save(folder / "train" / name / f"{number:06d}.jpg", quality=90)
    return folder


def signs(folder: Path, count: int) -> tuple[str, Path]:
    """What they are, and `count` coloured PNG files of some 30 to 60 px: traffic signs of GTSRB where `../shared` has
    them, copied as often as need be, else photographs made small.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if SIGNS.is_file():
        with zipfile.ZipFile(SIGNS) as archive:
            names = [name for name in archive.namelist() if name.endswith(".png")]
            ready = [archive.read(name) for name in names[:1000]]
    else:
        photographs(folder.with_name(f"{folder.name} from"), 200)
        ready = []
        for file in sorted(folder.with_name(f"{folder.name} from").rglob("*.jpg")):
            buffer = io.BytesIO()
            with Image.open(file) as image:
                image.resize((45, 45)).save(buffer, "PNG")
            ready.append(buffer.getvalue())
    for number in range(count):
        (folder / f"{number:07d}.png").write_bytes(ready[number % len(ready)])
    return "of GTSRB" if SIGNS.is_file() else "of 45 px", folder


def model(folder: Path, pictures: Path, recipe: str) -> Path:
    """`model.onnx` of one short epoch on `pictures`, trained in a child process; what it learnt does not matter."""
    from engine.jobs.child import Child
    from engine.jobs.job import Cancel
    from engine.library.scan import ImportParams, import_sources
    from engine.training.plan import TrainParams

    project = folder / f"{recipe}.pigeonhole"
    params = ImportParams(project=str(project), sources=(str(pictures),))
    import_sources(params, emit=lambda _: None, cancel=Cancel())
    child = Child(warm=True)
    try:
        outcome = child.run(
            "train",
            TrainParams(project=str(project), recipe=recipe, overrides={"epochs": 1}),
            emit=lambda _: None,
            cancel=Cancel(),
        )
    finally:
        child.close()
    found = sorted(project.glob("runs/*/model.onnx"))
    if not found:
        raise SystemExit(f"No model for the benchmark: {outcome}")
    return found[0]
