"""What a report tells of duplicates across splits, and the map that it draws."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from engine.events import EpochEnded
from engine.jobs.job import Cancel, JobCancelled
from engine.jobs.processes import environment
from engine.library import edits
from engine.library.records import Flag
from engine.library.rescan import RescanParams, rescan
from engine.review.duplicates import DuplicatesParams, find_duplicates
from engine.review.evaluate import EvaluateParams, evaluate
from engine.review.evaluation import load_evaluation
from engine.review.layout import MapParams, lay_out
from engine.review.report import leakage as leaks
from engine.review.report import picture_map as maps
from engine.review.report.curves import curves
from engine.review.report.picture_map import Dots, drawing
from tests.engine.review.conftest import CLASSES

QUIET = {"emit": lambda event: None}


def leakage_of(setting):
    with setting.project() as project:
        return leaks.leakage(project, load_evaluation(project, setting.run()), **QUIET, cancel=Cancel())


def map_of(setting, seen=None):
    emit = (lambda event: None) if seen is None else seen.append
    with setting.project() as project:
        return maps.picture_map(project, load_evaluation(project, setting.run()), emit=emit, cancel=Cancel())


def scene(path, seed):
    """A picture with details, which the pictures of one grey in the setting have not."""
    pixels = np.random.default_rng(seed).integers(0, 256, (8, 8, 3)).astype(np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).resize((64, 64), Image.Resampling.BICUBIC).save(path)


@pytest.fixture
def leaking(setting):
    """Training and test each hold one scene, and training another one twice."""
    for name, seed in (("train dark 0", 1), ("train dark 1", 2), ("train dark 2", 2), ("test light 0", 1)):
        (found,) = setting.pictures.rglob(f"{name}.png")
        scene(found, seed)
    look_again(setting)
    return setting


def look_again(setting):
    with setting.project(write=True) as project:
        rescan(RescanParams(""), **QUIET, cancel=Cancel(), project=project)


def test_groups_across_the_splits_of_the_run_are_counted_and_pictured(leaking):
    found = leakage_of(leaking)

    assert (found.groups, found.across, found.differ, found.learnt, found.looked_at) == (3, 2, 2, 1, 20), (
        "of the setting a light validation image is the dark test image that looks light"
    )
    pair = found.pairs[0]
    assert [(p.image.file.name, p.label) for p in pair.pictures] == [
        ("train dark 0.png", "dark"),
        ("test light 0.png", "light"),
    ]
    assert all(p.uri.startswith("data:image/") for p in pair.pictures)
    assert pair.words == "same file"


def test_the_splits_are_those_that_the_run_had_and_not_those_of_now(leaking):
    ids = leaking.ids()
    with leaking.project(write=True) as project:
        edits.set_splits(project, {ids["test light 0.png"]: "training"})

    assert leakage_of(leaking).across == 2


def test_images_that_were_excluded_leak_no_more(leaking):
    with leaking.project(write=True) as project:
        edits.set_flag(project, [leaking.ids()["train dark 0.png"]], Flag.EXCLUDED)

    found = leakage_of(leaking)

    assert (found.groups, found.across, found.learnt) == (2, 1, 0)


def test_of_too_many_images_only_what_was_found_before_is_told(leaking, monkeypatch):
    monkeypatch.setattr(leaks, "MOST_IMAGES", 5)
    never = leakage_of(leaking)
    find_duplicates(DuplicatesParams(str(leaking.folder)), **QUIET, cancel=Cancel())
    found = leakage_of(leaking)

    assert (never.looked_at, never.images) == (0, 20)
    assert (found.groups, found.across, found.learnt, found.looked_at) == (3, 2, 1, 20)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", found.when)


def test_what_was_kept_counts_only_for_files_that_are_the_same_still(leaking, monkeypatch):
    monkeypatch.setattr(leaks, "MOST_BYTES", 0)
    find_duplicates(DuplicatesParams(str(leaking.folder)), **QUIET, cancel=Cancel())
    (changed,) = leaking.pictures.rglob("train dark 0.png")
    scene(changed, 3)
    look_again(leaking)

    found = leakage_of(leaking)

    assert (found.groups, found.across, found.learnt) == (2, 1, 0)


def test_the_page_tells_of_leakage_and_shows_the_map(leaking, tmp_path):
    out = tmp_path / "report.html"
    for printable in (False, True):
        evaluate(EvaluateParams(str(leaking.folder), report=str(out), printable=printable), **QUIET, cancel=Cancel())
        text = out.read_text("utf-8")
        assert "3 groups of images that show the same, among 20; 2 across splits, 2 with different labels." in text
        assert "1 of the scored images has a duplicate that the run learnt from" in text
        assert "6 images, laid out by what the model makes of them" in text
        assert "Map by mistake" in text
        assert re.search(r"same file", text)


def test_the_map_draws_each_scored_image_once_by_label_and_once_by_mistake(setting):
    found = map_of(setting)

    assert (found.drawn, found.images, found.named) == (6, 6, 2)
    by_label, by_mistake = (ElementTree.fromstring(curve.svg) for curve in found.curves)
    assert sum(points_of(by_label)) == sum(points_of(by_mistake)) == 6
    assert "misclassified 1" in "".join(by_mistake.itertext())
    for name in CLASSES:
        assert name in "".join(by_label.itertext())


def points_of(svg):
    """The number of points of each path."""
    return [path.get("d").count("M") for path in svg.iter() if path.tag.endswith("path")]


def test_of_many_images_a_sample_is_drawn_the_same_each_time(setting, monkeypatch):
    monkeypatch.setattr(maps, "MOST_POINTS", 4)

    found = map_of(setting)

    assert (found.drawn, found.images) == (4, 6)
    assert found == map_of(setting)


def test_a_slow_model_looks_at_fewer_images(setting, monkeypatch):
    monkeypatch.setattr(maps, "AT_ONCE", 3)
    monkeypatch.setattr(maps, "MOST_SECONDS", -1.0)
    assert map_of(setting) is None

    class Slow(maps.Predictor):
        """Takes more than all the time for the first pictures."""

        def features_of_files(self, files):
            monkeypatch.setattr(maps, "MOST_SECONDS", -1.0)
            return super().features_of_files(files)

    monkeypatch.setattr(maps, "MOST_SECONDS", 20.0)
    monkeypatch.setattr(maps, "Predictor", Slow)
    assert map_of(setting).drawn == 3


def test_features_of_the_map_in_the_window_are_taken_where_there_are_some(setting, monkeypatch):
    plain = map_of(setting)
    lay_out(MapParams(str(setting.folder)), **QUIET, cancel=Cancel())
    monkeypatch.setattr(maps, "_looked_at", lambda *_: pytest.fail("the features are in the cache"))

    assert map_of(setting) == plain


def test_without_a_model_there_is_no_map_and_the_report_says_why(setting):
    seen = []
    with setting.project() as project:
        evaluation = load_evaluation(project, setting.run())
        (setting.run().folder / "model.onnx").unlink()
        assert maps.picture_map(project, evaluation, emit=seen.append, cancel=Cancel()) is None

    assert "without a map" in seen[-1].message


def test_the_map_can_be_cancelled(setting):
    cancel = Cancel()
    cancel.set()
    with setting.project() as project, pytest.raises(JobCancelled):
        maps.picture_map(project, load_evaluation(project, setting.run()), **QUIET, cancel=cancel)


def test_of_many_classes_those_with_the_most_mistakes_have_a_colour(setting, monkeypatch):
    monkeypatch.setattr(maps, "MOST_NAMED", 1)

    found = map_of(setting)

    assert (found.named, found.classes) == (1, 2)
    words = "".join(ElementTree.fromstring(found.curves[0].svg).itertext())
    assert "dark" in words, "the class with the mistake"
    assert "light" not in words


def test_of_many_classes_without_mistakes_none_has_a_colour(setting, monkeypatch):
    monkeypatch.setattr(maps, "MOST_NAMED", 1)
    with setting.project() as project:
        evaluation = load_evaluation(project, setting.run())
        right = replace(evaluation, predicted=evaluation.labels)
        found = maps.picture_map(project, right, **QUIET, cancel=Cancel())

    assert [curve.title for curve in found.curves] == ["Map by mistake"]


def test_names_in_a_drawing_are_text_and_do_not_cover_each_other():
    same = np.full((3, 2), 0.5)
    kinds = [Dots(name, "#ff0000", same) for name in ("<b>&", "b" * 40, "dé\udce9", "d")]

    svg = ElementTree.fromstring(drawing(kinds, "Map", named=True))

    shown = [t for t in svg.iter() if t.tag.endswith("text") and t.get("stroke") is None]
    assert {"".join(t.itertext()) for t in shown} == {
        f"●\xa0{name}" for name in ("<b>&", f"{'b' * 17}…", "dé\ufffd", "d")
    }
    lines = sorted(float(t.get("y")) for t in shown)
    assert all(below - above >= 18 for above, below in pairwise(lines))


@pytest.mark.parametrize(
    ("held_out", "names"), [(True, ["Training", "Validation"]), (False, ["Training", "Training images, unchanged"])]
)
def test_only_what_was_held_out_is_called_validation(held_out: bool, names: list[str]):
    epochs = [EpochEnded(n, 2, 0.5, 0.75, 0.4, 0.99, 0.001, 1.0, 100.0, n == 2) for n in (1, 2)]
    for curve in curves(epochs, held_out=held_out):
        words = [text.text for text in ElementTree.fromstring(curve.svg).iter() if text.text]
        assert [word for word in words if word.startswith(("Training", "Validation"))] == names


def test_a_settings_file_of_matplotlib_in_the_current_folder_changes_no_curve(tmp_path: Path) -> None:
    """A stranger's could have it run LaTeX for each text."""
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "matplotlibrc").write_text("lines.linestyle: --\naxes.xmargin: 0.4\n")
    code = """
from engine.environment import prepare_process
from engine.events import EpochEnded
from engine.review.report.curves import curves
prepare_process()
history = [EpochEnded(n, 2, 0.5, 0.75, 0.4, 0.8, 0.001, 1.0, 100.0, best=n == 2) for n in (1, 2)]
print([curve.svg for curve in curves(history)])
"""
    here, there = (
        subprocess.run(
            [sys.executable, "-P", "-c", code],
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for folder in (tmp_path, tmp_path / "theirs")
    )
    assert "<svg" in here
    assert here == there
