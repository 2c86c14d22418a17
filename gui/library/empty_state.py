"""The Library when no project is open: what to do next, and what was open before."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from gui import theme
from gui.widgets.drop_zone import DropZone
from gui.widgets.labels import elided, text
from gui.widgets.layouts import aligned, column, fill, holder, row, stretch

WIDTH = 560


class EmptyState(QWidget):
    """Open a folder, try the sample, drop something, or go on with a recent project."""

    open_wanted = Signal()
    sample_wanted = Signal()
    path_chosen = Signal(Path)

    def __init__(self) -> None:
        super().__init__()
        self.zone = DropZone()
        self.zone.setFixedWidth(WIDTH)
        self.zone.dropped.connect(self.path_chosen)
        self.open_button = QPushButton(self.tr("Open folder…"))
        self.open_button.setProperty("kind", "primary")
        self.open_button.setObjectName("open_button")
        self.open_button.clicked.connect(self.open_wanted)
        self.sample_button = QPushButton(self.tr("Try the sample"))
        self.sample_button.setObjectName("sample_button")
        self.sample_button.clicked.connect(self.sample_wanted)
        for button in (self.open_button, self.sample_button):
            button.setAccessibleName(button.text())
        self._recent = column(spacing=0)
        self._recent_title = text(self.tr("RECENT"), "section")
        self._build()

    def _build(self) -> None:
        picture = QLabel()
        drawn = theme.pixmap("pigeonhole", theme.current().text, 72, max(2.0, self.devicePixelRatioF()))
        picture.setPixmap(drawn)
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        picture.setFixedHeight(76)
        title = text(self.tr("Drop a folder of pictures here"), "title")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        promise = text(
            self.tr(
                "Label them with a key each, train a classifier on this computer, look at its mistakes, "
                "and sort folders of any size. Your pictures are never changed and never leave this computer."
            ),
            "muted",
        )
        promise.setWordWrap(True)
        promise.setAlignment(Qt.AlignmentFlag.AlignCenter)
        promise.setFixedWidth(WIDTH - 96)
        promise.setMinimumHeight(promise.heightForWidth(WIDTH - 96))
        buttons = row(stretch(), self.open_button, self.sample_button, stretch(), spacing=theme.Theme.S)
        middle = Qt.AlignmentFlag.AlignHCenter
        parts = [aligned(widget, middle) for widget in (picture, title, promise)]
        column(*parts, theme.Theme.S, buttons, on=self.zone, margins=(48, 40, 48, 40), spacing=theme.Theme.M)
        below = (0, theme.Theme.L, 0, 0)
        recent = holder(column(self._recent_title, self._recent, margins=below, spacing=theme.Theme.XS))
        recent.setFixedWidth(WIDTH)
        column(stretch(2), aligned(self.zone, middle), aligned(recent, middle), stretch(3), on=self, margins=None)

    def show_recent(self, projects: list[Path]) -> None:
        """Offer these projects, newest first."""
        while (item := self._recent.takeAt(0)) is not None:
            if (row := item.widget()) is not None:
                row.deleteLater()
        self._recent_title.setVisible(bool(projects))
        for project in projects[:5]:
            entry = _RecentRow(project)
            entry.clicked.connect(partial(self.path_chosen.emit, project))
            self._recent.addWidget(entry)


class _RecentRow(QPushButton):
    def __init__(self, project: Path) -> None:
        super().__init__()
        name = project.name.removesuffix(".pigeonhole")
        self.setProperty("kind", "quiet")
        self.setAccessibleName(self.tr("Open {0}").format(name))
        self.setToolTip(str(project))
        self.setFixedHeight(36)
        icon = QLabel()
        theme.set_icon(icon, "folder", "muted", 18)
        title = QLabel(name)
        place = elided(str(project.parent), "muted", Qt.TextElideMode.ElideMiddle)
        place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row(icon, title, fill(place), on=self, margins=(10, 0, 10, 0), spacing=10)
        for label in (icon, title, place):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
