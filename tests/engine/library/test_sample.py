"""The built-in sample is real pictures, written once, without loading scikit-learn."""

import subprocess
import sys

import pytest
from PIL import Image

from engine.errors import SourceError
from engine.library import sample
from engine.library.importers.detect import detect
from engine.library.sample import write_sample


def test_the_sample_has_class_folders_a_test_folder_and_unlabelled_pictures(tmp_path):
    written = write_sample(tmp_path / "sample")

    found = detect(written.pictures)
    assert found.kind == "train-test-folders"
    assert list(found.classes) == list("0123456789")
    assert sum(found.splits.values()) == 1697
    assert 0.18 < found.splits["test"] / 1697 < 0.22
    assert detect(written.unlabelled).kind == "none"
    assert len(list(written.unlabelled.iterdir())) == 100


def test_the_pictures_are_those_of_scikit_learn(tmp_path):
    import numpy as np
    from sklearn.datasets import load_digits

    digits = load_digits()
    expected = {
        (d, Image.fromarray(np.round(i * 255 / 16).astype(np.uint8)).resize((32, 32), 3).tobytes())
        for i, d in zip(digits.images, digits.target, strict=True)
    }
    written = write_sample(tmp_path)
    labelled = set()
    for file in written.pictures.rglob("*.png"):
        with Image.open(file) as image:
            assert (image.mode, image.size) == ("L", (32, 32))
            labelled.add((int(file.parent.name), image.tobytes()))

    assert labelled < expected
    unlabelled = {Image.open(file).tobytes() for file in written.unlabelled.iterdir()}
    assert unlabelled == {pixels for _, pixels in expected - labelled}, "none of them is trained or tested on"


def test_writing_it_again_changes_nothing(tmp_path):
    write_sample(tmp_path)
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.png")}

    write_sample(tmp_path)

    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.png")} == before


def test_writing_that_broke_off_is_made_good(tmp_path, monkeypatch):
    made, write = [], Image.Image.save

    def breaks_off(self, *args, **kwargs):
        made.append(1)
        if len(made) > 500:
            raise OSError(28, "No space left on device")
        write(self, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(Image.Image, "save", breaks_off)
        with pytest.raises(SourceError, match=r"The sample cannot be written to .*: No space left on device"):
            write_sample(tmp_path)
    assert list(tmp_path.iterdir()) == []

    assert len(list(write_sample(tmp_path).pictures.rglob("*.png"))) == 1697


def test_a_machine_without_scikit_learn_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(sample, "find_spec", lambda name: None)

    with pytest.raises(SourceError, match="install scikit-learn"):
        write_sample(tmp_path)


def test_neither_the_sample_nor_the_store_load_anything_heavy(tmp_path):
    script = (
        "import sys; from pathlib import Path\n"
        "from engine.jobs.job import Cancel\n"
        "from engine.library.sample import write_sample\n"
        "from engine.library.scan import ImportParams, import_sources\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "params = ImportParams(str(folder / 'p'), (str(write_sample(folder).pictures),))\n"
        "import_sources(params, emit=lambda e: None, cancel=Cancel())\n"
        "heavy = 'numpy', 'cv2', 'pandas', 'sklearn', 'matplotlib', 'keras', 'PySide6'\n"
        "print([m for m in heavy if m in sys.modules])"
    )

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
