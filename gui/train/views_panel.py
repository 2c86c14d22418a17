"""The right side of the Train page: what is looked at on tabs, the runs and the log below."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QSplitter, QStackedWidget, QTabBar, QWidget

from gui import theme
from gui.train.training_progress import MOST_LINES
from gui.widgets.layouts import column, fill, titled

ANY_HEIGHT = (1 << 24) - 1  # no bound, as Qt counts it


class LogView(QPlainTextEdit):
    """The log; its end stays in sight also where it had no room yet when its lines came."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_end()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._keep_end()

    def _keep_end(self) -> None:
        if self.textCursor().atEnd():
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())


class ViewsPanel(QWidget):
    """Tabs of which one is shown, over `runs` and the log. Knows nothing of what stands in them."""

    tab_shown = Signal(QWidget)

    def __init__(self, cautions: list[QWidget], runs: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._halves = QSplitter(
            Qt.Orientation.Vertical, self
        )  # from here on all is made in its place, else styled anew
        self._above = QWidget(self._halves)
        self.log = LogView()
        self.log.setObjectName("training_log")
        self.bar = QTabBar(self._above)
        self.bar.setAccessibleName(self.tr("What is shown"))
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setIconSize(QSize(16, 16))
        self.stack = QStackedWidget(self._above)  # the parent of what is to be a tab
        self._short: set[QWidget] = set()  # tabs that take no more height than they need: the runs get the rest
        self._shared: list[int] = []  # how the height was shared before a short tab was shown
        self._build(cautions, runs)
        self.bar.currentChanged.connect(self._on_tab)
        self.stack.installEventFilter(self)

    def _build(self, cautions: list[QWidget], runs: QWidget) -> None:
        gap = theme.current()
        self.log.setReadOnly(True)
        self.log.setMaximumBlockCount(MOST_LINES)
        self.log.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.log.setPlaceholderText(self.tr("What the training says appears here."))
        self.log.setAccessibleName(self.tr("Log"))
        below = QSplitter(Qt.Orientation.Horizontal, self._halves)
        below.setChildrenCollapsible(False)
        below.addWidget(runs)
        self._log_box = titled(self.tr("Log"), self.log, 0)
        below.addWidget(self._log_box)
        below.setSizes([460, 400])
        below.setMinimumHeight(130)
        column(self.bar, *cautions, fill(self.stack), on=self._above, margins=(0, 0, 0, gap.M), spacing=gap.M)
        halves = self._halves
        halves.setChildrenCollapsible(False)
        halves.addWidget(self._above)
        halves.addWidget(below)
        halves.setStretchFactor(0, 3)
        halves.setStretchFactor(1, 1)
        halves.setSizes([520, 230])
        column(halves, on=self, margins=(gap.XL, gap.M, gap.XL, gap.L))

    def add_tab(self, widget: QWidget, title: str, tip: str) -> None:
        self.stack.addWidget(widget)
        self.bar.addTab(title)
        self.bar.setTabToolTip(self.bar.count() - 1, tip)

    def show_tab(self, widget: QWidget) -> None:
        self.bar.setCurrentIndex(self.stack.indexOf(widget))

    def shown(self) -> QWidget | None:
        return self.stack.currentWidget()

    def name_tab(self, widget: QWidget, title: str) -> None:
        self.bar.setTabText(self.stack.indexOf(widget), title)

    def _on_tab(self, index: int) -> None:
        self.stack.setCurrentIndex(index)
        self._share_height()
        self.tab_shown.emit(self.stack.widget(index))

    def keep_short(self, widget: QWidget, short: bool) -> None:
        """Let a tab be only as high as what stands in it, so that no empty strip lies between it and the runs."""
        widget.installEventFilter(self)
        (self._short.add if short else self._short.discard)(widget)
        self._share_height()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is shown has become longer or shorter, or wider."""
        if event.type() == (QEvent.Type.Resize if watched is self.stack else QEvent.Type.LayoutRequest):
            self._share_height()
        return super().eventFilter(watched, event)

    def _share_height(self) -> None:
        shown, halves = self.stack.currentWidget(), self._halves
        layout = shown.layout() if shown in self._short else None
        if layout is None:
            self._above.setMaximumHeight(ANY_HEIGHT)
            if self._shared:
                halves.setSizes(self._shared)
                self._shared = []
            return
        self._shared = self._shared or halves.sizes()
        wide = self.stack.width()
        needed = layout.totalHeightForWidth(wide) if layout.hasHeightForWidth() else layout.totalSizeHint().height()
        self._above.setMaximumHeight(self._above.height() - self.stack.height() + needed)

    def set_log_shown(self, shown: bool) -> None:
        """Show the log beside the runs, or the runs alone."""
        self._log_box.setVisible(shown)

    def show_log(self, lines: list[str]) -> None:
        """Show these lines, the newest in sight; the same lines again keep the place."""
        words = "\n".join(lines)
        if words != self.log.toPlainText():
            self.log.setPlainText(words)
            self.log.moveCursor(QTextCursor.MoveOperation.End)

    def add_lines(self, *lines: str) -> None:
        self.log.appendPlainText("\n".join(lines))
