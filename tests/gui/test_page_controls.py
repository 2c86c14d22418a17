"""What holds for every page: names for screen readers, and nothing heavy in the window's process."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QFrame,
    QPlainTextEdit,
    QSplitter,
    QWidget,
)
from pytestqt.qtbot import QtBot

import gui
from gui import accessibility
from gui.classify.confidence_bar import ConfidenceBar
from gui.classify.page import ClassifyPage
from gui.review.page import ReviewPage
from gui.train.page import TrainPage
from gui.widgets.grid.thumbnail_grid import ThumbnailGrid
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.small_project import make_project, open_session, write_run

CONTROLS = (QAbstractButton, QComboBox, QAbstractSpinBox, QPlainTextEdit, QAbstractItemView, ThumbnailGrid)


def made_by_qt(widget: QWidget) -> bool:
    """Parts of other controls: the list of a combo box, the headers of a table."""
    parent = widget.parentWidget()
    return (
        widget.objectName().startswith("qt_")
        or widget.inherits("QHeaderView")
        or widget.inherits("QTableCornerButton")
        or (parent is not None and parent.inherits("QComboBoxPrivateContainer"))
    )


@pytest.mark.parametrize("page_class", [TrainPage, ReviewPage, ClassifyPage])
def test_every_control_has_a_name_for_screen_readers(page_class: type[QWidget], qtbot: QtBot, tmp_path: Path):
    project = make_project(tmp_path)
    write_run(project)
    session = open_session(qtbot, project)
    page = shown(qtbot, page_class(session, FakeJobs()), 1160, 770)  # type: ignore[call-arg]
    nameless = [
        f"{type(w).__name__} {w.objectName()!r}"
        for w in page.findChildren(QWidget)
        if isinstance(w, CONTROLS) and not made_by_qt(w) and not w.accessibleName()
    ]
    assert nameless == []
    for grid in page.findChildren(ThumbnailGrid):
        grid.close_loader()
    session.shut_down()


def painted() -> list[type[QWidget]]:
    """The classes of ours that paint all of themselves, on nothing that Qt knows how to tell of."""
    for module in pkgutil.walk_packages(gui.__path__, "gui."):
        importlib.import_module(module.name)
    found, classes = [], [QWidget]
    while classes:
        cls = classes.pop()
        classes += cls.__subclasses__()
        known = next(base for base in cls.__mro__ if base.__module__.startswith("PySide6"))
        plain = known in (QWidget, QFrame, QAbstractScrollArea)
        if cls.__module__.startswith("gui.") and "paintEvent" in vars(cls) and plain:
            found.append(cls)
    return found


def test_whatever_paints_itself_has_a_role_for_screen_readers() -> None:
    decoration = {"Overlay", "Viewer", "LargeView", "Chooser", "Dot", "_Ring"}  # grounds and frames of others, a dot
    assert len(painted()) > 15
    assert [cls for cls in painted() if not hasattr(cls, "accessible_role") and cls.__name__ not in decoration] == []


def test_a_role_and_a_name_reach_whoever_asks(qtbot: QtBot) -> None:
    accessibility.install()
    chart = shown(qtbot, ConfidenceBar(), 200, 100)
    told = QAccessible.queryAccessibleInterface(chart)
    assert told.role() == QAccessible.Role.Chart
    assert told.text(QAccessible.Text.Name) == "Confidence of the images shown"
    bar = shown(qtbot, QSplitter(), 200, 100)
    bar.addWidget(QWidget())
    bar.addWidget(QWidget())
    assert QAccessible.queryAccessibleInterface(bar.handle(1)).role() == QAccessible.Role.Separator


def printed_by(code: str) -> str:
    """What a new Python process prints that runs this code in the checkout."""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=root, check=True
    )
    return done.stdout.strip()


def test_no_page_loads_a_training_or_plotting_library():
    code = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "app = QApplication([])\n"
        "from gui.session import Session\n"
        "from gui.train.page import TrainPage\n"
        "from gui.review.page import ReviewPage\n"
        "from gui.classify.page import ClassifyPage\n"
        "from tests.gui.fakes import FakeJobs\n"
        "session = Session()\n"
        "pages = [c(session, FakeJobs()) for c in (TrainPage, ReviewPage, ClassifyPage)]\n"
        "heavy = {'keras', 'tensorflow', 'matplotlib', 'pandas', 'sklearn', 'numpy', 'cv2', 'onnxruntime'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    assert printed_by(code) == "[]"


def test_the_library_page_loads_nothing_of_trainings_and_of_imports_before_they_are_wanted():
    code = (
        "import sys\n"
        "import gui.app, gui.library.page\n"
        "late = {'engine.training.runs.records', 'engine.library.importers', 'engine.library.listing'}\n"
        "print(sorted(late & set(sys.modules)))\n"
    )
    assert printed_by(code) == "[]"
