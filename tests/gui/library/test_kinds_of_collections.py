"""Collections other than photographs of a few classes, labelled in the real window by groups of look-alikes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.scan import ImportParams, import_sources
from gui.library.browser import Browser
from tests.gui.library.flowers import FLOWERS, OF_EACH, make_flowers
from tests.gui.windows import open_in, window
from tests.long_forms import LONG

SIDE, MARGIN = 96, 8
THINGS, CLASSES = (6, 60) if LONG else (2, 20)


def make_frames(folder: Path, objects: int, frames: int) -> Path:
    """A project of so many frames of each of some objects: a pattern that moves a little, in changing light, with
    noise. The number of the object is in the file's name; there is a class for each.
    """
    pictures = folder / "frames"
    pictures.mkdir()
    for thing in range(objects):
        random = np.random.default_rng(thing)
        drawn = Image.new("RGB", (SIDE + MARGIN,) * 2, tuple(random.integers(0, 256, 3).tolist()))
        pen = ImageDraw.Draw(drawn)
        for shape in (pen.ellipse, pen.rectangle, pen.line, pen.pieslice)[thing % 4 : thing % 4 + 1] * 4:
            corners = np.sort(random.integers(0, SIDE + MARGIN, (2, 2)), axis=0).ravel().tolist()
            more = (0, 270) if shape == pen.pieslice else ()
            width = {"width": 9} if shape == pen.line else {}
            shape(corners, *more, fill=tuple(random.integers(0, 256, 3).tolist()), **width)
        whole = np.asarray(drawn, float)
        for frame in range(frames):
            left, top = random.integers(0, MARGIN, 2)
            seen = whole[top : top + SIDE, left : left + SIDE] * random.uniform(0.95, 1.05)
            noisy = np.clip(seen + random.normal(0, 3, seen.shape), 0, 255).astype(np.uint8)
            Image.fromarray(noisy).save(pictures / f"{(frame * 7919 + thing * 31) % 9973:04}-{thing:02}.png")
    project = folder / "frames.pigeonhole"
    params = ImportParams(str(project), (str(pictures),), labels="none")
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    with Project.open(project) as opened:
        for thing in range(objects):
            edits.add_class(opened, f"thing {thing:02}")
    return project


@contextmanager
def learnt(qtbot: QtBot, qapp: QApplication, project: Path, images: int) -> Iterator[Browser]:
    """The window on the project, once all features are there."""
    with window(qtbot, qapp) as shell:
        open_in(qtbot, shell, project)
        page = shell.page(0)
        qtbot.waitUntil(lambda: page.learning.ready == images and not page.learning.busy, timeout=180_000)
        page.browser.grid.setFocus()
        yield page.browser


def label_groups(qtbot: QtBot, browser: Browser, give: Callable[[str], None], *, most: int = 1000) -> tuple[int, int]:
    """Let `give` label groups that J offers, at most so many, by the name of their class; returns how many labels were
    given, and how many images have the right one by that.
    """
    finding, project = browser.finding, browser.session.project
    kinds = {r.id: f"thing {r.path[5:7]}" for r in query.images(project, browser.images.snapshot())}

    def is_shown() -> bool:
        if finding.is_looking or browser.images.is_reading:
            return False
        return not finding.active or (bool(finding.rest) and len(browser.grid.selected()) == len(finding.rest))

    given = groups = 0
    qtbot.keyClick(browser.grid, Qt.Key.Key_J)
    qtbot.waitUntil(is_shown)
    while finding.active and groups < most:
        groups += 1
        group = finding.group
        kind = Counter(kinds[i] for i in finding.rest).most_common(1)[0][0]
        for image in [i for i in finding.rest if kinds[i] != kind]:
            given += 1
            browser.grid.set_current(browser.images.row_of(image))
            give(kinds[image])
            qtbot.waitUntil(lambda image=image: image not in finding.rest)
        given += 1
        give(kind)
        qtbot.waitUntil(lambda group=group: finding.group is not group and is_shown())
    names = {c.id: c.name for c in query.classes(project)}
    labelled = query.labelled_images(project)
    assert all(names[r.class_id] == kinds[r.id] for r in labelled)
    return given, len(labelled)


@pytest.mark.stress
def test_forty_nearly_equal_frames_of_each_thing_need_a_key_for_each_screen_of_them(
    qtbot: QtBot, qapp: QApplication, learns: None, tmp_path: Path
) -> None:
    project = make_frames(tmp_path, THINGS, 40)
    with learnt(qtbot, qapp, project, THINGS * 40) as browser:
        in_sight = browser.grid.cells_in_sight()

        def give(kind: str) -> None:
            qtbot.keyClick(browser.grid, getattr(Qt.Key, f"Key_{int(kind[-2:]) + 1}"))

        given, labelled = label_groups(qtbot, browser, give)
        least = THINGS * -(-40 // in_sight)
        assert given + THINGS * 40 - labelled <= 1.5 * least, (
            f"{least} screens, and what is left is labelled one by one"
        )


@pytest.mark.stress
def test_many_classes_are_labelled_group_by_group_by_the_letters_of_their_names(
    qtbot: QtBot, qapp: QApplication, learns: None, tmp_path: Path
) -> None:
    project = make_frames(tmp_path, CLASSES, 4)
    with learnt(qtbot, qapp, project, CLASSES * 4) as browser:

        def give(kind: str) -> None:
            qtbot.keyClick(browser.grid, Qt.Key.Key_L)
            qtbot.keyClicks(QApplication.focusWidget(), kind)
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)

        given, labelled = label_groups(qtbot, browser, give, most=10)
        assert labelled >= 2.5 * given, "ten groups of four would be the best"


def test_two_rare_kinds_among_photographs_are_suggested_from_three_labels_each_and_undo_brings_everything_back(
    qtbot: QtBot, qapp: QApplication, learns: None, shared_data: Path, tmp_path: Path
) -> None:
    rare = {"tulips": 8, "dandelion": 8}
    kinds = (*FLOWERS, *rare)
    project = make_flowers(tmp_path, shared_data, rare=rare)
    total = OF_EACH * len(FLOWERS) + sum(rare.values())
    with learnt(qtbot, qapp, project, total) as browser:
        session = browser.session
        kind_of = {
            r.id: r.path.rpartition(" ")[2][:-4] for r in query.images(session.project, browser.images.snapshot())
        }

        def label(image: int) -> None:
            browser.grid.set_current(browser.images.row_of(image))
            with qtbot.waitSignal(session.images_changed):
                qtbot.keyClick(browser.grid, str(kinds.index(kind_of[image]) + 1))

        def found() -> dict[int, tuple[str, float]]:
            """The suggestions that say how sure they are, as they do once every class has a label."""
            said = {image: browser.suggesting.of(image) for image in kind_of}
            return {i: (it[0].name, round(it[1], 4)) for i, it in said.items() if it is not None and it[1] is not None}

        first = {kind: [i for i, name in kind_of.items() if name == kind] for kind in kinds}
        for kind in kinds:
            for image in first[kind][: 3 if kind in rare else 6]:
                label(image)
        learning = browser.finding.learning

        def is_calibrated(count: int) -> bool:
            return len(found()) == count and not learning.busy and not learning.estimating

        qtbot.waitUntil(lambda: is_calibrated(total - 18))
        before = found()
        right = [(i, name == kind_of[i]) for i, (name, _) in before.items()]
        of_rare = [is_right for i, is_right in right if kind_of[i] in rare]
        assert len(of_rare) == 10
        assert sum(of_rare) >= 5, "the common kinds do not drown them"
        assert sum(is_right for i, is_right in right if kind_of[i] not in rare) >= 9
        label(first["tulips"][3])
        qtbot.waitUntil(lambda: len(found()) == len(before) - 1)
        with qtbot.waitSignal(session.images_changed):
            session.undo()
        qtbot.waitUntil(lambda: is_calibrated(len(before)))
        assert {image: name for image, (name, _) in found().items()} == {i: name for i, (name, _) in before.items()}
        assert all(abs(share - before[image][1]) < 0.03 for image, (_, share) in found().items())
