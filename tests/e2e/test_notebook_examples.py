"""The examples of docs/python.md run, on few small pictures laid out as those of the five notebooks are.

With `PIGEONHOLE_STRESS` set they train what they name, for an epoch; else `instant` stands in for each recipe.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.long_forms import LONG

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "python.md").read_text("utf-8")
EXAMPLES = dict(re.findall(r"^### (.+?)\n.*?```python\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL))
RANDOM = np.random.default_rng(5)


def noise(number: int, size: tuple[int, ...]) -> NDArray[np.uint8]:
    """A picture of the class of this number: noise of its own brightness."""
    return (RANDOM.integers(0, 60, size) + 18 * number).clip(0, 255).astype(np.uint8)


def save(file: Path, number: int, side: int = 24) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(noise(number, (side, side, 3))).save(file)


def traffic_signs() -> None:
    rows = ["Width,Height,ClassId,Path"]
    for sign in range(3):
        for place in range(10):
            save(Path(f"Train/{sign}/{sign:05}_{place:05}_00000.png"), 4 * sign)
        for place in range(2):
            save(Path(f"Test/{sign}{place:04}.png"), 4 * sign)
            rows.append(f"24,24,{sign},/code/Test/{sign}{place:04}.png")
    Path("Test.csv").write_text("\n".join(rows))
    Path("signnames.csv").write_text("ClassId,SignName\n0,Limit 20\n1,Limit 30\n2,Limit 50\n")


def fashion_mnist_and_cifar_10() -> None:
    for part, count in (("train", 40), ("t10k", 10)):
        labels = np.arange(count, dtype=np.uint8) % 10
        write_idx(f"fashion-mnist/{part}-images-idx3-ubyte.gz", np.stack([noise(n, (28, 28)) for n in labels]))
        write_idx(f"fashion-mnist/{part}-labels-idx1-ubyte.gz", labels)
    Path("cifar-10-batches-bin").mkdir()
    for name, count in (("data_batch_1", 40), ("test_batch", 10)):
        records = b"".join(bytes([n % 10]) + noise(n % 10, (3072,)).tobytes() for n in range(count))
        Path(f"cifar-10-batches-bin/{name}.bin").write_bytes(records)
    Path("cifar-10-batches-bin/batches.meta.txt").write_text("\n".join(f"thing {n}" for n in range(10)))


def write_idx(name: str, values: NDArray[np.uint8]) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    head = bytes([0, 0, 8, values.ndim]) + b"".join(size.to_bytes(4, "big") for size in values.shape)
    Path(name).write_bytes(gzip.compress(head + values.tobytes()))


def class_folders(folder: str, classes: Iterable[str]) -> None:
    for number, name in enumerate(classes):
        for place in range(10):
            save(Path(folder) / name / f"{place}.jpg", 4 * number)


def flowers() -> None:
    class_folders("flower_photos", ("daisy", "roses", "tulips"))
    save(Path("holiday pictures/1.jpg"), 0)


def art() -> None:
    class_folders("art", ("house", "dog", "guitar"))


def dogs_and_cats() -> None:
    for place in range(10):
        save(Path(f"train/cat.{place}.jpg"), 1)
        save(Path(f"train/dog.{place}.jpg"), 9)
        save(Path(f"test1/{place}.jpg"), 9 if place % 2 else 1)


MAKERS = {
    "Traffic signs": traffic_signs,
    "Fashion-MNIST and CIFAR-10": fashion_mnist_and_cifar_10,
    "Flowers": flowers,
    "Art": art,
    "Dogs and cats": dogs_and_cats,
}


def shortened(code: str) -> str:
    if LONG:
        return re.sub(r'(train\("[\w-]+")[^)]*', r"\1, epochs=1", code)
    return re.sub(r"train\(.*?\)", 'train("instant")', code)


@pytest.mark.stress
@pytest.mark.parametrize("name", MAKERS)
def test_an_example_of_the_page_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(EXAMPLES) == set(MAKERS)
    monkeypatch.chdir(tmp_path)
    MAKERS[name]()
    found: dict[str, Any] = {}
    exec(shortened(EXAMPLES[name]), found)  # it is our own text
    if name == "Traffic signs":
        assert found["scores"].images == 6
        assert set(found["scores"].classes.index) == {"Limit 20", "Limit 30", "Limit 50"}
    elif name == "Fashion-MNIST and CIFAR-10":
        assert "Ankle boot" in found["clothes"].classes().index
        assert found["things"].classes().test.sum() == 10
    elif name == "Art":
        assert found["together"].record.recipe == "ensemble"
    elif name == "Dogs and cats":
        rows = Path("submission.csv").read_text().splitlines()
        assert rows[0] == "id,label"
        assert len(rows) == 11
    assert found["run" if "run" in found else "first"].record.state == "finished"
