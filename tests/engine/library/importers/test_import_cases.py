"""Forms from the real world that were once imported wrongly: each gives what is right, or says why not.

The folders come from `import-cases.zip`; each has a README with the same three facts.
"""

from __future__ import annotations

import importlib.util
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import main as entry
from engine.imaging.decode import decode
from engine.library.project import Project
from engine.library.query import Filter, image_ids, images, sources
from engine.library.source_folders import make_known
from tests.engine.training.conftest import steps_as_written

ROOT = Path(__file__).resolve().parents[4]


@dataclass(frozen=True)
class Case:
    """What is imported and with which options; then either the classes, splits and kinds of Notes that are right, or
    words of the error that must come.
    """

    sources: tuple[str, ...] = ("data",)
    options: tuple[str, ...] = ()
    images: int = 0
    classes: Mapping[str, int] = field(default_factory=dict)
    splits: Mapping[str, int] | None = None
    notes: tuple[str, ...] = ()
    error: str = ""


def csv(name: str = "labels.csv", *more: str) -> tuple[str, ...]:
    return ("--csv", f"data/{name}", *more)


def each(count: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, count)


LEAVES = each(8, "healthy", "rust", "scab")
PETS = each(12, "cat", "dog")
CASES = {
    "01-number-labels-named-after-files": Case(images=24, classes=each(8, "0", "1", "2"), notes=("read-from",)),
    "03-images-folder-beats-table": Case(images=24, classes=LEAVES, notes=("read-from",)),
    "04-train_images-and-train.csv": Case(
        images=34, classes=each(8, "0", "1", "2"), notes=("read-from", "listed-without-class", "example-table")
    ),
    "05-training_set-is-a-class": Case(
        images=28, classes=each(14, "cats", "dogs"), splits={"training": 16, "validation": 4, "test": 8}
    ),
    "07-class-called-train": Case(images=32, classes=each(8, "bus", "car", "train", "truck")),
    "12-masks-count-as-pictures": Case(images=24, classes=each(12, "COVID", "Normal"), notes=("masks",)),
    "13-synology-thumbnails": Case(images=16, classes=each(8, "cat", "dog"), notes=("folders-passed-over",)),
    "14-days-become-classes": Case(images=24, notes=("dates",)),
    "16-rows-that-contradict": Case(options=csv(), images=20, classes=each(6, "cat", "dog"), notes=("contradicted",)),
    "17-nfc-table-nfd-files": Case(options=csv(), images=20, classes=each(10, "chêne", "érable")),
    "18-same-name-two-spellings": Case(
        images=28, classes=each(14, "chêne", "érable"), splits={"training": 16, "validation": 4, "test": 8}
    ),
    "19-split-column-without-effect": Case(
        options=csv("labels.csv", "--split-column", "is_valid"),
        images=24,
        classes=PETS,
        splits={"training": 18, "validation": 6},
    ),
    "21-unlisted-pictures-dropped": Case(images=24, classes=each(6, "cat", "dog"), notes=("unlisted",)),
    "23-one-hot-table": Case(
        options=csv("train.csv"), images=24, classes=each(6, "healthy", "multiple_diseases", "rust", "scab")
    ),
    "24-yolo-tree-is-class-images": Case(images=26, classes=each(13, "cat", "dog"), notes=("boxes",)),
    "24c-fiftyone-labels-unread": Case(images=16, classes=each(8, "cat", "dog"), notes=("read-from",)),
    "25-createml-read-as-label-studio": Case(images=16, classes=each(8, "cat", "dog"), notes=("read-from", "boxes")),
    "26-nan-as-a-class": Case(images=24, classes=each(10, "0", "1"), notes=("no-value",)),
    "27-xlsx": Case(options=csv("labels.xlsx"), images=24, classes=PETS),
    "28-sep-line-of-excel": Case(options=csv(), images=24, classes=PETS),
    "32-bare-names-in-two-folders": Case(options=csv(), error=r"000.jpg is in cam1 and in cam2; .* tell the folder"),
    "34-label-studio-csv-export": Case(
        options=csv("project-3-at-2024.csv", "--class-column", "choice"), images=24, classes=each(12, "Cat", "Dog")
    ),
    "35-url-paths": Case(options=csv(), images=24, classes=PETS),
    "36-other-kinds-of-pictures-unmentioned": Case(
        images=12, classes=each(6, "cat", "dog"), notes=("unreadable-pictures", "same-pictures")
    ),
}
# Each of these has a test of its own below.
ALONE = (
    *("08-16-bit-white-is-zero", "09-kelvin-float-tiff", "10-nan-in-float-tiff", "11-dim-16-bit-microscope"),
    *("15-zip-from-japanese-windows", "20-quick-crashes-on-blank-pictures", "22-import-again-changes-nothing"),
    *("29-archives-and-arrays-refused", "30-zips-in-a-zip", "31-intact-tiff-called-damaged"),
)


@pytest.fixture(scope="module")
def cases(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cases")
    with zipfile.ZipFile(shared_data / "import-cases.zip", metadata_encoding="utf-8") as archive:
        archive.extractall(folder)
    return folder


class Outcome:
    """The lines of a command with `--json`, and its project."""

    def __init__(self, status: int, lines: list[dict[str, Any]], project: Path) -> None:
        self.status, self.lines, self.project = status, lines, project
        self.result = lines[-1]

    @property
    def kinds(self) -> list[str]:
        return [note["kind"] for note in self.result["notes"]]

    def note(self, kind: str) -> dict[str, Any]:
        return next(note for note in self.result["notes"] if note["kind"] == kind)

    def said(self) -> str:
        return " ".join(line["message"] for line in self.lines if line.get("event") == "log")


@pytest.fixture
def run(
    cases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Outcome]:
    """Import from the folder of a case, as its README tells, into one project."""

    def _run(case: str, *arguments: str) -> Outcome:
        monkeypatch.chdir(cases / case)
        project = tmp_path / "work.pigeonhole"
        capsys.readouterr()
        status = entry.main(["import", str(project), *arguments, "--json"])
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return Outcome(status, lines, project)

    return _run


def counts(project: Path) -> dict[str, dict[str, int]]:
    """How many images of each class are in each split, as `info` tells."""
    from engine.library.query import class_counts

    with Project.open(project, read_only=True) as opened:
        return {
            c.cls.name: {s: getattr(c, s) for s in ("training", "validation", "test") if getattr(c, s)}
            for c in class_counts(opened)
        }


def test_every_case_of_the_archive_is_tested(cases: Path) -> None:
    assert sorted((*CASES, *ALONE)) == sorted(folder.name for folder in cases.iterdir())


@pytest.mark.parametrize("name", CASES)
def test_the_classes_are_right_or_an_error_says_why(name: str, run: Callable[..., Outcome]) -> None:
    case = CASES[name]
    outcome = run(name, *case.sources, *case.options)
    if case.error:
        assert outcome.status == 1
        assert re.search(case.error, outcome.result["message"]), outcome.result["message"]
        return
    assert outcome.status == 0, outcome.lines
    found = counts(outcome.project)
    names = {unicodedata.normalize("NFC", name): sum(split.values()) for name, split in found.items()}
    assert (outcome.result["images"], names) == (case.images, case.classes)
    assert all(unicodedata.is_normalized("NFC", name) for name in found)
    if case.splits is not None:
        splits: dict[str, int] = {}
        for of_class in found.values():
            for split, count in of_class.items():
                splits[split] = splits.get(split, 0) + count
        assert splits == case.splits
    for kind in case.notes:
        assert kind in outcome.kinds
        assert outcome.note(kind)["text"] in outcome.said()


def pixels(folder: Path, project: Path) -> list[np.ndarray]:
    """Pictures as the project shows them."""
    with Project.open(project, read_only=True) as opened:
        make_known(sources(opened))
        return [np.asarray(decode(file)) for file in sorted(folder.rglob("*.tif"))[:6]]


def test_08_both_senses_of_grey_show_the_same_pictures(cases: Path) -> None:
    folder = cases / "08-16-bit-white-is-zero" / "data"
    for bits in (8, 16):
        black, white = (
            np.asarray(decode(folder / f"{sense}_is_zero" / f"0_{bits}.tif")).astype(int)
            for sense in ("black", "white")
        )
        assert np.abs(black - white).max() <= 1


@pytest.mark.parametrize("name", ["09-kelvin-float-tiff", "10-nan-in-float-tiff", "11-dim-16-bit-microscope"])
def test_deep_pictures_have_contrast_by_one_range_of_their_source(
    name: str, run: Callable[..., Outcome], cases: Path
) -> None:
    outcome = run(name, "data")

    assert outcome.status == 0
    assert "pixel-range" in outcome.kinds
    for picture in pixels(cases / name / "data", outcome.project):
        assert int(picture.max()) - int(picture.min()) > 100


@pytest.mark.parametrize("options", [(), ("--encoding", "cp932")])
def test_15_names_in_a_zip_from_japan_are_read(options: tuple[str, ...], run: Callable[..., Outcome]) -> None:
    outcome = run("15-zip-from-japanese-windows", "61-cp932.zip", *options)

    assert outcome.status == 0
    assert set(outcome.result["classes"]) == {"猫", "犬"}


def test_16_contradicted_pictures_are_marked_as_unsure(run: Callable[..., Outcome]) -> None:
    outcome = run("16-rows-that-contradict", "data", *CASES["16-rows-that-contradict"].options)

    assert outcome.note("contradicted")["count"] == 8
    with Project.open(outcome.project, read_only=True) as opened:
        found = images(opened, image_ids(opened, Filter()))
    assert sum(image.unsure for image in found) == 8
    assert all(image.class_id is None for image in found if image.unsure)


def test_19_a_split_column_that_tells_no_split_is_an_error_with_its_cells(run: Callable[..., Outcome]) -> None:
    outcome = run("19-split-column-without-effect", "data", *csv("labels.csv", "--split-column", "fold"))

    assert outcome.status == 1
    assert "No cell of the column fold of labels.csv names a split" in outcome.result["message"]
    assert "found 0, 1, 2, 3, 4" in outcome.result["message"]


@pytest.mark.parametrize("recipe", ["quick"])
def test_20_blank_pictures_train_or_say_why_not(
    recipe: str, run: Callable[..., Outcome], capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = run("20-quick-crashes-on-blank-pictures", "data")
    with steps_as_written():
        status = entry.main(["train", str(outcome.project), "--recipe", recipe, "--epochs", "1", "--json"])
    said = "".join(capsys.readouterr())

    assert status in (0, 1)
    assert "Traceback" not in said
    assert "Something unexpected" not in said


def test_22_another_label_is_kept_and_told_or_replaced(run: Callable[..., Outcome]) -> None:
    case = "22-import-again-changes-nothing"
    run(case, "data", "--labels", "folders")

    kept = run(case, "data", *csv())
    assert (kept.note("other-label-kept")["count"], kept.result["images"]) == (24, 0)
    assert "--replace-labels" in kept.said()
    assert counts(kept.project).keys() == {"images"}, "no class without an image is made"

    replaced = run(case, "data", *csv(), "--replace-labels")
    assert replaced.note("labels-replaced")["count"] == 24
    assert {name: sum(c.values()) for name, c in counts(replaced.project).items() if c} == LEAVES


@pytest.mark.parametrize(
    ("source", "why"),
    [("63b.7z", "7z"), ("65-npy/train-images.npy", ""), ("64-parquet", ""), ("67-mnist-csv/train.csv", "")],
)
def test_29_archives_and_arrays_are_read_or_told(source: str, why: str, run: Callable[..., Outcome]) -> None:
    outcome = run("29-archives-and-arrays-refused", source)

    if source == "64-parquet" and importlib.util.find_spec("pyarrow") is None:
        why = "needs the package pyarrow"
    if why:
        assert outcome.status == 1
        assert why in outcome.result["message"]
    else:
        assert outcome.status == 0
        assert sum(outcome.result["classes"].values()) == outcome.result["images"] > 0


def test_30_zips_in_a_zip_are_read(run: Callable[..., Outcome]) -> None:
    outcome = run("30-zips-in-a-zip", "62-nested.zip")

    assert outcome.status == 0
    assert len(outcome.result["classes"]) == 2
    found = counts(outcome.project)
    assert all("test" in splits for splits in found.values())


@pytest.mark.parametrize("source", ["34-13bands", "38-sar2", "43-float64", "43c-float16"])
def test_31_odd_tiff_files_are_shown_or_called_by_their_form(source: str, run: Callable[..., Outcome]) -> None:
    outcome = run("31-intact-tiff-called-damaged", source)

    assert outcome.status == 0
    assert outcome.result["problems"] == 0
    assert outcome.result["classes"] == {"round": 1, "square": 1}
