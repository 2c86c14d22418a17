"""What holds for every page: names for screen readers, and nothing heavy in the window's process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

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
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=root, check=True
    )
    assert done.stdout.strip() == "[]"
