"""What is dropped on an open project is offered to be added; what has no use is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from pytestqt.qtbot import QtBot

from engine.library.project import Project
from gui.library.page import LibraryPage
from gui.main_window import MainWindow
from gui.widgets.chooser import Chooser
from tests.gui.windows import make_pictures, make_project, open_in


def drop(target: LibraryPage, *files: Path) -> bool:
    """Returns whether the target would have them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    copy, button, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(20, 200), copy, data, button, none)
    target.dragEnterEvent(enter)  # not sent: what it leaves alone would go on to the window above it
    if enter.isAccepted():
        target.dropEvent(QDropEvent(QPointF(20, 200), copy, data, button, none))
    return enter.isAccepted()


def offered(page: LibraryPage) -> list[str]:
    chooser = page.window().findChild(Chooser)
    return [] if chooser is None or not chooser.isVisible() else [entry.text for entry in chooser.shown()]


def choose(qtbot: QtBot, page: LibraryPage, words: str) -> None:
    """By keys, as a person who reads the list."""
    chooser = page.window().findChild(Chooser)
    assert chooser is not None
    for _ in range(offered(page).index(words)):
        qtbot.keyClick(chooser.field, Qt.Key.Key_Down)
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return)


def picture(file: Path, colour: str = "white") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (9, 9), colour).save(file)
    return file


def total(shell: MainWindow) -> int:
    summary = shell.session.overview.summary
    return 0 if summary is None else summary.images


@pytest.fixture
def empty_page(shell: MainWindow) -> LibraryPage:
    """Where no project is open."""
    found = shell.page(0)
    assert isinstance(found, LibraryPage)
    return found


@pytest.fixture
def page(opened: MainWindow, page: LibraryPage) -> LibraryPage:
    """With the project of twelve pictures open."""
    return page


def test_a_dropped_folder_is_added_to_the_open_project_after_its_preview(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    more = make_pictures(tmp_path / "more", ("bee", "dog"), 3)
    assert drop(page, more)
    assert offered(page) == ["Add “pictures” to “pictures”…", "Open “pictures” by itself"]
    choose(qtbot, page, "Add “pictures” to “pictures”…")
    qtbot.waitUntil(page.preview.import_button.isEnabled)
    assert page.preview.place.text().endswith("added to pictures")
    with qtbot.waitSignal(page.importing.ended) as ended:
        qtbot.keyClick(page.preview.import_button, Qt.Key.Key_Return)
    assert ended.args == ["6 images added"]
    qtbot.waitUntil(lambda: total(shell) == 18)
    assert {c.cls.name: c.total for c in shell.session.overview.counts} == {"ant": 4, "bee": 7, "cat": 4, "dog": 3}


def test_a_dropped_folder_can_be_opened_by_itself(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    drop(page, make_pictures(tmp_path / "more", ("dog",)))
    with qtbot.waitSignal(shell.session.pictures_offered) as asked:
        choose(qtbot, page, "Open “pictures” by itself")
    assert asked.args == [tmp_path / "more" / "pictures", True]


def test_dropped_pictures_are_added_and_what_lies_beside_them_is_not(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    files = [
        picture(tmp_path / "mail" / name, name[0] and colour) for name, colour in (("a.png", "red"), ("b.png", "blue"))
    ]
    picture(tmp_path / "mail" / "beside.png", "green")
    (tmp_path / "mail" / "film.mp4").write_bytes(b"x")
    assert drop(page, *files, tmp_path / "mail" / "film.mp4")
    assert offered(page) == ["Add these 2 pictures to “pictures”"]
    prompt = page.window().findChild(Chooser).field.placeholderText()
    assert prompt == "film.mp4 cannot be used here; drop folders, archives, pictures or tables."
    with qtbot.waitSignal(page.importing.ended) as ended:
        choose(qtbot, page, "Add these 2 pictures to “pictures”")
    assert ended.args == ["2 images added"]
    qtbot.waitUntil(lambda: total(shell) == 14)
    shutil.rmtree(tmp_path / "mail")
    with qtbot.waitSignal(page.rescanning.ended) as ended:
        page.rescanning.start()
    assert ended.args == ["Everything is as it was."], "they were copied into the project"


def test_one_picture_is_looked_for_or_added(qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path) -> None:
    assert drop(page, picture(tmp_path / "one.png"))
    assert offered(page) == ["Find pictures like “one.png”", "Add this picture to “pictures”"]
    with qtbot.waitSignal(page.importing.ended) as ended:
        choose(qtbot, page, "Add this picture to “pictures”")
    assert ended.args == ["1 image added"]


def test_a_dropped_table_labels_the_pictures_of_the_project(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    shell.close_project.trigger()
    folder = tmp_path / "bare"
    folder.mkdir()
    open_in(qtbot, shell, make_project(folder, labels="none"))
    table = tmp_path / "desk" / "labels.csv"
    table.parent.mkdir()
    names = [f"{name}/{n}.png" for name in ("ant", "bee", "cat") for n in range(4)]
    table.write_text("\n".join(["file,label", *(f"{name},{'xy'[n % 2]}" for n, name in enumerate(names))]))
    assert drop(page, table)
    assert offered(page) == ["Read labels from “labels.csv”…"]
    choose(qtbot, page, "Read labels from “labels.csv”…")
    qtbot.waitUntil(page.preview.import_button.isEnabled)  # the first table loads pandas
    assert page.importing.folder == folder / "pictures"
    assert "12 images in 2 classes" in page.preview.found.text()
    with qtbot.waitSignal(page.importing.ended) as ended:
        qtbot.keyClick(page.preview.options.split, Qt.Key.Key_Return)
    assert ended.args == ["0 images added"]
    qtbot.waitUntil(lambda: [c.total for c in shell.session.overview.counts] == [6, 6])


def test_a_dropped_table_brings_the_pictures_beside_it(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    for n in range(3):
        picture(tmp_path / "set" / f"{n}.png", ("red", "blue", "green")[n])
    (tmp_path / "set" / "list.tsv").write_text("file\tlabel\n0.png\tx\n1.png\ty\n2.png\tx\n")
    drop(page, tmp_path / "set" / "list.tsv")
    choose(qtbot, page, "Read labels from “list.tsv”…")
    qtbot.waitUntil(page.preview.import_button.isEnabled)
    assert page.importing.folder == tmp_path / "set"
    with qtbot.waitSignal(page.importing.ended) as ended:
        page.preview.import_button.click()
    assert ended.args == ["3 images added"]


def test_a_dropped_table_of_pixels_brings_its_pictures(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    table = tmp_path / "digits.csv"
    head = ",".join(["label", *(f"pixel{n}" for n in range(64))])
    table.write_text("\n".join([head, *(",".join(map(str, [n % 2, *([40 * n] * 64)])) for n in range(6))]))
    drop(page, table)
    choose(qtbot, page, "Read labels from “digits.csv”…")
    qtbot.waitUntil(page.preview.import_button.isEnabled)
    assert "6 images in 2 classes" in page.preview.found.text()
    with qtbot.waitSignal(page.importing.ended) as ended:
        page.preview.import_button.click()
    assert ended.args == ["6 images added"]


def test_what_cannot_be_used_is_told(qtbot: QtBot, page: LibraryPage, tmp_path: Path) -> None:
    for name in ("a.mp4", "b.doc"):
        (tmp_path / name).write_bytes(b"x")
    for files, words in (
        (["a.mp4"], "a.mp4 cannot be used here; drop folders, archives, pictures or tables."),
        (
            ["a.mp4", "b.doc"],
            "2 files cannot be used here, such as a.mp4, b.doc; drop folders, archives, pictures or tables.",
        ),
    ):
        with qtbot.waitSignal(page.window().session.message) as said:
            assert drop(page, *(tmp_path / name for name in files))
        assert said.args == [words]
        assert offered(page) == []


def test_a_project_that_is_dropped_is_left_to_the_window(page: LibraryPage, project: Path) -> None:
    assert not drop(page, project)


def test_nothing_is_added_to_a_project_that_is_open_read_only(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, project: Path, tmp_path: Path
) -> None:
    shell.close_project.trigger()
    qtbot.waitUntil(lambda: not (project / "writer.lock").exists() or shell.session.project is None)
    other = tmp_path / "other"
    other.mkdir()
    with Project.open(make_project(other)):
        open_in(qtbot, shell, other / "pictures.pigeonhole")
        assert shell.session.read_only
        with qtbot.waitSignal(shell.session.message) as said:
            drop(page, make_pictures(tmp_path / "more"))
        assert "open in another window" in said.args[0]
        drop(page, picture(tmp_path / "one.png"))
        assert offered(page) == ["Find pictures like “one.png”"]


def test_pictures_dropped_where_no_project_is_open_begin_one(
    qtbot: QtBot, shell: MainWindow, empty_page: LibraryPage, tmp_path: Path
) -> None:
    pictures = [picture(tmp_path / "shots" / name, colour) for name, colour in (("a.png", "red"), ("b.png", "blue"))]
    picture(tmp_path / "shots" / "c.png")

    assert drop(empty_page, *pictures)

    qtbot.waitUntil(lambda: total(shell) == 2)
    assert shell.session.project is not None
    assert shell.session.project.name == "shots"


def test_a_table_dropped_where_no_project_is_open_offers_the_pictures_beside_it(
    qtbot: QtBot, empty_page: LibraryPage, tmp_path: Path
) -> None:
    for name in ("a.png", "b.png"):
        picture(tmp_path / "shots" / name)
    table = tmp_path / "shots" / "labels.csv"
    table.write_text("file,label\na.png,cat\nb.png,dog\n")

    assert drop(empty_page, table)

    qtbot.waitUntil(empty_page.preview.import_button.isEnabled)
    assert empty_page.preview.found.text().startswith("2 images in 2 classes")


def test_a_folder_dropped_where_no_project_is_open_is_left_to_the_window(
    empty_page: LibraryPage, tmp_path: Path
) -> None:
    assert not drop(empty_page, make_pictures(tmp_path / "more"))
    assert not drop(empty_page, tmp_path / "notes.docx")
