"""Before a training starts: what the recipe reads, the preview, the network, near-duplicates across the split."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.events import Progress
from engine.jobs.job import Cancel
from engine.library import query
from engine.library.records import Split
from engine.training.find_leaks import LeakageParams
from engine.training.options import TrainOptions
from engine.training.preview_grid import changes_pictures, preview_grid
from gui.jobs import JobRunner
from gui.pages.train import TrainPage
from gui.session import Session
from gui.widgets.training.augmentation_view import GAP, Preview, fitting
from gui.widgets.training.network_view import short
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.small_project import make_project, open_session


@pytest.fixture
def jobs() -> FakeJobs:
    return FakeJobs()


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    session = open_session(qtbot, make_project(tmp_path))
    yield session
    session.shut_down()


@pytest.fixture
def page(qtbot: QtBot, session: Session, jobs: FakeJobs) -> TrainPage:
    page = shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    jobs.run_callables()
    return page


def answered(qtbot: QtBot, jobs: FakeJobs, holds: Callable[[], object]) -> None:
    """Run what is asked in threads until something holds; other things may be asked before it."""

    def look() -> bool:
        jobs.run_callables()
        return bool(holds())

    qtbot.waitUntil(look)


def choose(page: TrainPage, recipe: str) -> None:
    page.setup.recipe_box.setCurrentIndex(page.setup.recipe_box.findData(recipe))
    page.setup.recipe_box.activated.emit(0)


def test_a_recipe_that_reads_the_project_shows_its_values_and_says_why(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    choose(page, "quick")
    page.setup.form.change("rotation", 33.0)
    answered(qtbot, jobs, lambda: page.setup.form.value("image_size") == 16)
    assert page.setup.form.value("image_size") == 16, "the pictures are of 8 px"
    assert page.setup.form.overrides() == {"rotation": 33.0}, "what it read is no change, what the person did stays one"
    assert "batches of 32 at 16 px" in page.setup.summary.text()
    choose(page, "photo-cnn")
    assert "batches of 32" not in page.setup.summary.text()


def test_the_preview_follows_the_options(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    choose(page, "photo-cnn")
    page.work.show_tab(page.pictures)
    answered(qtbot, jobs, lambda: len(page.pictures.grid.pictures) == 24)
    first = page.pictures.grid.pictures
    assert len(first) == 24
    assert first[0].width() == 180
    page.setup.form.set_overrides({"image_size": 32, "rotation": 90.0, "brightness": 0.9})
    answered(qtbot, jobs, lambda: page.pictures.grid.pictures[0].width() == 32)
    turned = page.pictures.grid.pictures
    assert turned[0].width() == 32
    assert any(picture != turned[0] for picture in turned[1:])
    again = page.findChild(QPushButton, "again_button")
    assert again is not None
    again.click()
    answered(qtbot, jobs, lambda: page.pictures.grid.pictures != turned)
    assert page.pictures.grid.pictures != turned
    assert page.pictures.grid.pictures[0] == turned[0], "the picture as it is stays"


def test_options_that_change_nothing_are_told(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    choose(page, "fashion-cnn")
    page.work.show_tab(page.pictures)
    answered(qtbot, jobs, lambda: len(page.pictures.grid.pictures) == 1)
    assert page.pictures.nothing.isVisible()
    assert "change nothing" in page.pictures.nothing.text()
    assert len(page.pictures.grid.pictures) == 1


def test_another_picture_is_shown_when_asked_for(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    page.work.show_tab(page.pictures)
    seen = set()
    for _ in range(8):
        answered(qtbot, jobs, lambda: page.pictures.grid.pictures)
        seen.add(page.before._files[0])
        page.pictures.grid.show_pictures([])
        page.findChild(QPushButton, "another_picture_button").click()  # type: ignore[union-attr]
    assert len(seen) > 1


def test_nothing_is_previewed_that_is_not_looked_at(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    choose(page, "photo-cnn")
    qtbot.wait(400)
    jobs.run_callables()
    page.setup.form.change("rotation", 20.0)
    qtbot.wait(250)
    assert not jobs.callables
    assert not jobs.of("summary")


def test_parts_of_other_pictures_are_previewed_too(tmp_path: Path):
    files = []
    for number, level in enumerate((0, 255, 255)):
        files.append(tmp_path / f"{number}.png")
        Image.new("RGB", (16, 16), (level,) * 3).save(files[-1])
    options = TrainOptions(image_size=16, cutmix=1.0)
    images = preview_grid(files[0], files[1:], options, 24, 1)
    assert not images[0].any()
    assert len({int(i.max()) for i in images[1:]} - {0}) == 1, "some of another picture is seen"
    assert np.array_equal(images, preview_grid(files[0], files[1:], options, 24, 1))
    assert changes_pictures(options)
    assert not changes_pictures(TrainOptions())


def test_tiles_fill_whole_rows():
    assert fitting(24, 800, 440) == (6, 105)
    columns, side = fitting(24, 300, 700)
    assert 24 % columns == 0
    assert columns * (side + GAP) - GAP <= 300


def test_pixels_become_pictures_and_back():
    pixels = bytes(range(2 * 3 * 3))
    one, other = Preview(pixels, 2, 3, 1, "a.png", True).pictures()
    assert [one.pixelColor(x, 0).red() for x in range(3)] == [0, 1, 2]
    assert other.pixelColor(0, 0).red() == 9


SUMMARY = {
    "recipe": "quick",
    "classes": 3,
    "shape": [32, 32, 3],
    "parameters": 1_234_567,
    "trainable": 1_000_000,
    "operations": 12_345_678,
    "batch_size": 32,
    "steps": 40,
    "why": "",
    "layers": [
        {"name": "conv", "kind": "Conv2D", "shape": [30, 30, 8], "parameters": 224, "trainable": True, "depth": 0},
        {"name": "drop", "kind": "Dropout", "shape": [30, 30, 8], "parameters": 0, "trainable": False, "depth": 1},
    ],
}


def test_the_network_is_a_table_that_can_be_copied_and_saved(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    page.setup.form.change("epochs", 3)
    page.work.show_tab(page.network)
    assert "Building" in page.network.said.text()
    qtbot.waitUntil(lambda: bool(jobs.of("summary")))
    (asked,) = jobs.of("summary")
    assert asked.params.recipe == page.setup.recipe().name  # type: ignore[attr-defined]
    assert asked.params.overrides == {"epochs": 3}  # type: ignore[attr-defined]
    asked.succeed(**SUMMARY)
    assert page.network.metrics[0].value.text() == "1,234,567"
    assert page.network.metrics[2].value.text() == "12.3 million"
    _, *rows = page.network.table.rows()
    assert rows[0] == ["conv", "Conv2D", "30 × 30 × 8", 224, True]
    page.network.table.setFocus()
    qtbot.keyClick(page.network.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().splitlines()[1].startswith("conv\tConv2D\t30 × 30 × 8\t224")


def test_a_network_that_cannot_be_built_says_why(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    page.work.show_tab(page.network)
    qtbot.waitUntil(lambda: bool(jobs.of("summary")))
    jobs.of("summary")[0].fail("quick needs images of at least 16 px, found image_size 8.")
    assert "at least 16 px" in page.network.said.text()
    assert not page.network.table.isVisible()


def test_only_the_newest_question_about_the_network_counts(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    page.work.show_tab(page.network)
    qtbot.waitUntil(lambda: bool(jobs.of("summary")))
    page.setup.form.change("image_size", 64)
    qtbot.waitUntil(lambda: page.before.summarising._again)
    jobs.of("summary")[0].succeed(**SUMMARY)
    assert not page.network.table.isVisible(), "it is of options that are no longer there"
    jobs.of("summary")[1].succeed(**SUMMARY)
    assert page.network.table.isVisible()


def test_large_numbers_are_short():
    assert [short(n) for n in (950, 12_345_678, 4.1e9)] == ["950", "12.3 million", "4.1 billion"]


LEAKS = {"share": 0.54, "leaks": True, "share_after": 0.02, "pattern": "", "groups": 1}


def leaking(page: TrainPage, session: Session, jobs: FakeJobs) -> tuple[list[int], list[int]]:
    """Answer the page's question: two images are alike, and would change sides."""
    project = session.project
    assert project is not None
    records = query.labelled_images(project)
    training = [r.id for r in records if r.split is Split.TRAINING]
    validation = [r.id for r in records if r.split is Split.VALIDATION]
    alike = training[0], (validation or training)[-1]
    (asked,) = jobs.of("leakage")
    assert isinstance(asked.params, LeakageParams)
    grouping, splits = [[i, "alike 1"] for i in alike], [[alike[0], "validation"]]
    asked.succeed(**LEAKS, grouping=grouping, splits=splits)
    return list(alike), [alike[0]]


def test_near_duplicates_across_the_split_are_told_and_kept_together_by_one_click(
    page: TrainPage, session: Session, jobs: FakeJobs, qtbot: QtBot
):
    alike, moved = leaking(page, session, jobs)
    notice = page.setup.leakage
    assert notice.isVisible()
    assert "54 %" in notice.words.text()
    assert "2 % would" in notice.words.text()
    button = page.findChild(QPushButton, "keep_together_button")
    assert button is not None
    button.click()
    project = session.project
    assert project is not None

    def grouped() -> bool:
        by_id = {r.id: r for r in query.labelled_images(project)}
        return all(by_id[i].group == "alike 1" for i in alike) and by_id[moved[0]].split is Split.VALIDATION

    qtbot.waitUntil(grouped)
    assert "kept together" in notice.words.text()
    assert not notice.together.isVisible()
    before = {r.id: (r.group, r.split) for r in query.labelled_images(project)}
    session.undo()
    qtbot.waitUntil(lambda: {r.id: (r.group, r.split) for r in query.labelled_images(project)} != before)
    after = {r.id: r for r in query.labelled_images(project)}
    assert all(after[i].group is None for i in alike), "one edit made the groups and the splits"
    assert after[moved[0]].split is Split.TRAINING


def test_near_duplicates_are_looked_for_again_when_labels_changed_meanwhile(
    page: TrainPage, session: Session, jobs: FakeJobs, qtbot: QtBot
):
    (asked,) = jobs.of("leakage")
    project = session.project
    assert project is not None
    some = query.labelled_images(project)[0]
    with qtbot.waitSignal(session.overview_changed):
        session.set_label([some.id], None)
    asked.succeed(**LEAKS, grouping=[[some.id, "alike 1"]], splits=[[some.id, "validation"]])
    assert not page.setup.leakage.isVisible(), "what was found is about the labels of before"
    assert len(jobs.of("leakage")) == 2


def test_only_options_that_divide_the_images_make_it_look_again(
    page: TrainPage, session: Session, jobs: FakeJobs, qtbot: QtBot
):
    jobs.of("leakage")[0].succeed(**LEAKS, grouping=[], splits=[])
    page.setup.form.change("rotation", 11.0)
    qtbot.waitUntil(lambda: not page.leaks._rest.isActive())
    assert len(jobs.of("leakage")) == 1
    project = session.project
    assert project is not None
    held_out = [r.id for r in query.labelled_images(project) if r.split is Split.VALIDATION]
    page.setup.form.change("validation_fraction", 0.3)
    qtbot.waitUntil(lambda: not page.leaks._rest.isActive())
    assert len(jobs.of("leakage")) == 1, "the project says itself what validates"
    with qtbot.waitSignal(session.overview_changed):
        session.set_split(held_out, Split.TRAINING)
    jobs.of("leakage")[1].succeed(**LEAKS, grouping=[], splits=[])
    page.setup.form.change("validation_fraction", 0.35)
    qtbot.waitUntil(lambda: len(jobs.of("leakage")) == 3)
    asked = jobs.of("leakage")[-1].params
    assert isinstance(asked, LeakageParams)
    assert asked.validation_fraction == 0.35


def test_nothing_is_said_of_few_near_duplicates(page: TrainPage, jobs: FakeJobs):
    found = LEAKS | {"share": 0.04, "leaks": False, "grouping": [], "splits": []}
    jobs.of("leakage")[0].succeed(**found)
    assert not page.setup.leakage.isVisible()


def test_answers_about_a_project_that_was_closed_are_dropped(
    page: TrainPage, session: Session, jobs: FakeJobs, qtbot: QtBot, tmp_path: Path
):
    (tmp_path / "other").mkdir()
    choose(page, "quick")
    qtbot.waitUntil(lambda: page.before.adapting._handle is not None)
    waiting = page.before.adapting._handle
    with qtbot.waitSignal(session.overview_changed):
        session.open_project(make_project(tmp_path / "other"))
    jobs.of("leakage")[0].succeed(**LEAKS, grouping=[[1, "a"]], splits=[])
    assert not page.setup.leakage.isVisible()
    assert len(jobs.of("leakage")) == 2, "the new one is looked through"
    waiting.succeed(recipe="quick", options=TrainOptions(epochs=77), why="of another project")  # type: ignore[union-attr]
    assert "another project" not in page.setup.summary.text()
    assert page.setup.form.value("epochs") != 77


def test_many_images_are_looked_through_only_when_that_is_asked_for(
    qtbot: QtBot, session: Session, jobs: FakeJobs, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("gui.widgets.training.leaks.MOST", 5)
    page = shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    assert not jobs.of("leakage")
    notice = page.setup.leakage
    assert "not known yet" in notice.words.text()
    page.findChild(QPushButton, "look_for_duplicates_button").click()  # type: ignore[union-attr]
    (asked,) = jobs.of("leakage")
    asked.play(Progress("Loading images", 4, 9))
    assert "4 of 9" in notice.words.text()
    asked.succeed(**LEAKS | {"share": 0.04, "leaks": False, "grouping": [], "splits": []})
    assert "Only about 4 %" in notice.words.text()
    assert not notice.look.isVisible()


def test_a_training_does_not_wait_for_the_search_for_near_duplicates(page: TrainPage, jobs: FakeJobs):
    page.setup.start.click()
    assert jobs.of("leakage")[0].cancelled


def test_real_near_duplicates_are_found_and_divided_through_the_page(qtbot: QtBot, tmp_path: Path):
    """Films of twelve frames, divided frame by frame: the real job in a real child."""
    from engine.library.scan import ImportParams, import_sources

    random = np.random.default_rng(0)
    for cls in ("ant", "bee"):
        for film in range(4):
            scene = random.integers(0, 255, (6, 6, 3)).astype(np.uint8)
            for frame in range(12):
                file = tmp_path / "films" / cls / f"{film:03d}_{frame:03d}.png"
                file.parent.mkdir(parents=True, exist_ok=True)
                picture = Image.fromarray(scene).resize((48, 48), Image.Resampling.BICUBIC)
                picture.rotate(frame / 3).save(file)
    project = tmp_path / "films.pigeonhole"
    import_sources(ImportParams(str(project), (str(tmp_path / "films"),)), emit=lambda _: None, cancel=Cancel())
    session, jobs = open_session(qtbot, project), JobRunner()
    jobs.warm = lambda: None  # type: ignore[method-assign]  # nothing is trained here
    page = shown(qtbot, TrainPage(session, jobs), 1160, 770)
    qtbot.waitUntil(lambda: page.setup.leakage.isVisible(), timeout=30_000)
    assert "Kept together, 0 % would" in page.setup.leakage.words.text()
    page.setup.leakage.together.click()
    assert session.project is not None
    opened = session.project

    def films_are_whole() -> bool:
        sides: dict[str, set[Split]] = {}
        for record in query.labelled_images(opened):
            sides.setdefault(f"{record.class_id} {record.file.name[:3]}", set()).add(record.split)
        return all(len(found) == 1 for found in sides.values())

    qtbot.waitUntil(films_are_whole, timeout=10_000)
    jobs.close()
    session.shut_down()


def test_the_page_opens_without_opencv():
    code = (
        "import sys, gui.pages.train; print([m for m in ('cv2', 'numpy', 'keras', 'tensorflow') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
