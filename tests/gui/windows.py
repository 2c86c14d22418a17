"""The real window over real tiny pictures, for tests of the pages and of what they share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.jobs.job import Cancel
from engine.library.scan import ImportParams, import_sources
from gui import theme
from gui.library.browser import Browser
from gui.main_window import MainWindow
from gui.settings import Settings
from gui.widgets.chooser import Chooser


def make_pictures(folder: Path, classes: tuple[str, ...] = ("ant", "bee", "cat"), each: int = 4) -> Path:
    """`folder/pictures/<class>/<n>.png`, `each` of a class, all of different colours."""
    pictures = folder / "pictures"
    for place, name in enumerate(classes):
        for number in range(each):
            file = pictures / name / f"{number}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (12, 8), (60 * place, 20 * number, 90)).save(file)
    return pictures


def make_project(folder: Path, *, labels: str = "auto") -> Path:
    """The project `folder/pictures.pigeonhole` over `make_pictures(folder)`."""
    pictures = make_pictures(folder)
    project = folder / "pictures.pigeonhole"
    import_sources(ImportParams(str(project), (str(pictures),), labels=labels), emit=lambda _: None, cancel=Cancel())
    return project


def take_style_away(qapp: QApplication) -> None:
    """Let the next window get its style sheet once it is built, as the program does, in half the time.

    Not where an earlier widget is left: Qt ends where it loses its style sheet.
    """
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if not qapp.allWidgets():
        qapp.setStyleSheet("")


@contextmanager
def styled(qapp: QApplication, scheme: str = "light") -> Iterator[None]:
    """What is built in the block has the style sheet of the program at its end."""
    take_style_away(qapp)
    with theme.style_at_the_end(qapp):
        theme.apply(qapp, scheme)
        yield


@contextmanager
def window(qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    """An open window that is closed, with all its threads, at the end."""
    with styled(qapp):
        opened = MainWindow(Settings())
    opened.resize(1100, 720)
    opened.show()
    qtbot.waitExposed(opened)
    try:
        yield opened
    finally:
        opened.close_now()  # a test may have left a training, of which it would ask
        opened.deleteLater()


def open_in(qtbot: QtBot, opened: MainWindow, path: Path) -> None:
    """Open a project and wait until its images are listed."""
    browser = opened.page(0).browser
    opened.open_path(path)
    qtbot.waitUntil(lambda: len(browser.images) > 0 and browser.images.record(0) is not None)
    qtbot.waitUntil(lambda: opened.session.overview.summary is not None)


def open_chooser(window: QWidget) -> Chooser:
    """The list of choices that lies over the window."""
    (found,) = [chooser for chooser in window.findChildren(Chooser) if chooser.isVisible()]
    return found


def at_rest(qtbot: QtBot, browser: Browser) -> Browser:
    """Once the list is not read again of itself, as it is a moment after a project was opened."""
    qtbot.waitUntil(lambda: browser.images.is_settled)
    return browser
