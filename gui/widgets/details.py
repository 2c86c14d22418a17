"""What an expert looks for, out of the way of everybody else."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from gui import theme
from gui.widgets.layouts import aligned, column


class Details(QWidget):
    """A line “Details” that shows what stands behind it, and hides it again; hidden at first."""

    def __init__(self, behind: QWidget) -> None:
        super().__init__()
        self.behind = behind
        self.button = QToolButton()
        self.button.setObjectName("details_fold")
        self.button.setText(self.tr("Details"))
        self.button.setAccessibleName(self.button.text())
        self.button.setCheckable(True)
        self.button.setProperty("kind", "fold")
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setIconSize(QSize(16, 16))
        self.button.toggled.connect(self._show)
        column(aligned(self.button, Qt.AlignmentFlag.AlignLeft), behind, on=self, spacing=theme.Theme.S)
        self._show()

    def open(self) -> None:
        self.button.setChecked(True)

    def _show(self) -> None:
        shown = self.button.isChecked()
        theme.set_icon(self.button, "chevron-down" if shown else "chevron-right", "muted", 16)
        self.behind.setVisible(shown)
