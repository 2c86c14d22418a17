"""What else images must be, to be shown: their folder, file and pixels, and what a run predicted of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCompleter, QFrame, QLabel, QLineEdit, QPushButton, QWidget

from gui import theme
from gui.session import Session
from gui.widgets import run_words
from gui.widgets.controls import Combo
from gui.widgets.flow import FlowLayout
from gui.widgets.labels import ElidedLabel
from gui.widgets.layouts import column, fill, holder, row

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.training.runs.records import RunRecord


class _Number(QLineEdit):
    """A whole number from 0 to `most`, or nothing. A number counts when it is complete: Return, Tab, a click away."""

    def __init__(self, words: str, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = most
        plain = QIntValidator(0, most, self)
        plain.setLocale(QLocale.c())
        self.setValidator(plain)
        self.setPlaceholderText(self.tr("any"))
        self.setAccessibleName(words)
        self.setFixedWidth(52 if most <= 100 else 68)

    def number(self) -> int | None:
        return min(int(self.text()), self._most) if self.text().isdecimal() else None


class NumberRange(QWidget):
    """`value()` gives whole numbers, None where it is open."""

    changed = Signal()

    def __init__(self, name: str, unit: str, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit = unit
        names = self.tr("{0}, from").format(name), self.tr("{0}, to").format(name)
        self.low, self.high = (_Number(words, most) for words in names)
        self._told = self.value()
        dash, after = QLabel("–"), QLabel(unit)
        for label in (dash, after):
            label.setProperty("role", "muted")
        row(self.low, dash, self.high, after, on=self, spacing=theme.Theme.XS)
        self.setFocusProxy(self.low)
        for field in (self.low, self.high):
            field.editingFinished.connect(self._tell)
            field.textChanged.connect(lambda words: None if words else self._tell())

    def _tell(self) -> None:
        if self.value() != self._told:
            self._told = self.value()
            self.changed.emit()

    def value(self) -> tuple[int | None, int | None]:
        return self.low.number(), self.high.number()

    def set_value(self, value: tuple[int | None, int | None]) -> None:
        """Tells of no change: whoever sets it knows."""
        self.blockSignals(True)
        for field, number in zip((self.low, self.high), value, strict=True):
            field.setText("" if number is None else str(number))
        self._told = self.value()
        self.blockSignals(False)

    def words(self) -> str:
        """What is let through, such as "≥ 224 px" or "10–20 %"; empty for everything."""
        low, high = self.value()
        if low is None and high is None:
            return ""
        if low is not None and high is not None:
            return f"{low:,}–{high:,} {self._unit}"
        return f"≥ {low:,} {self._unit}" if low is not None else f"≤ {high:,} {self._unit}"


KB = 1024
ANY, PREDICTED, MISTAKES, CORRECT = "", "predicted", "mistakes", "correct"


class Conditions(QFrame):
    """`fields()` are those of `ImageList.set_filter`. Folded, it tells in one line what is set, or is hidden."""

    changed = Signal()
    said = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._quiet = False
        self._runs: list[RunRecord] = []
        self.setProperty("role", "card")
        self.folder = QLineEdit()
        self.folder.setPlaceholderText(self.tr("Every folder"))
        self.folder.setClearButtonEnabled(True)
        self.folder.setFixedWidth(170)
        self.folder.editingFinished.connect(self._emit)
        self.folder.textChanged.connect(lambda words: None if words else self._emit())  # its clear button
        self.bytes = NumberRange(self.tr("File size"), "KB", 100_000_000)
        self.sides = NumberRange(self.tr("Shorter side"), "px", 100_000)
        self.confidence = NumberRange(self.tr("Confidence"), "%", 100)
        self.result = self._box(
            [
                (self.tr("Any or none"), ANY),
                (self.tr("With a prediction"), PREDICTED),
                (self.tr("Mistakes"), MISTAKES),
                (self.tr("Recognised"), CORRECT),
            ],
            120,
        )
        self.result.setToolTip(self.tr("A run has predictions for the validation and test images that it was given"))
        self.predicted = self._box([(self.tr("Any class"), "")], 120)
        self.run = self._box([(self.tr("The newest run"), "")], 150)
        self.summary = ElidedLabel(mode=Qt.TextElideMode.ElideRight)
        self.summary.setProperty("role", "muted")
        self.clear_button = QPushButton(self.tr("Clear"))
        self.clear_button.setProperty("kind", "link")
        self.clear_button.setAccessibleName(self.tr("Clear these conditions"))
        self.clear_button.clicked.connect(self.clear)
        self._build()
        for span in (self.bytes, self.sides, self.confidence):
            span.changed.connect(self._emit)
        session.classes_changed.connect(self._fill_classes)
        session.runs_changed.connect(self._ask_runs)
        session.project_changed.connect(self._project_changed)
        self.set_open(False)

    def _box(self, choices: list[tuple[str, str]], width: int) -> Combo:
        box = Combo()
        box.setFixedWidth(width)
        for words, value in choices:
            box.addItem(words, value)
        box.activated.connect(lambda _: self._emit())
        return box

    def _build(self) -> None:
        self._form = QWidget()
        flow = FlowLayout(self._form)
        flow.setContentsMargins(0, 0, 0, 0)
        for words, field in (
            (self.tr("Folder"), self.folder),
            (self.tr("File size"), self.bytes),
            (self.tr("Shorter side"), self.sides),
            (self.tr("Predictions"), self.result),
            (self.tr("Predicted class"), self.predicted),
            (self.tr("Confidence"), self.confidence),
            (self.tr("Run"), self.run),
        ):
            flow.addWidget(_titled(words, field))
        line = row(fill(self.summary), self.clear_button)
        margins = theme.Theme.M, theme.Theme.S, theme.Theme.S, theme.Theme.S
        column(self._form, line, on=self, margins=margins, spacing=theme.Theme.XS)

    # What is set

    def fields(self) -> dict[str, object]:
        low, high = self.bytes.value()
        sizes = (None if low is None else low * KB, None if high is None else high * KB)
        return {
            "folder": self.folder.text().strip().strip("/"),
            "bytes": sizes,
            "sides": self.sides.value(),
            "run": self._run_filter(),
        }

    def _run_filter(self) -> object:
        if not self._asks_run():
            return None
        from engine.review.run_filter import RunFilter

        least, most = self.confidence.value()
        mistake = {MISTAKES: True, CORRECT: False}.get(self.result.currentData())
        return RunFilter(
            run=self.run.currentData(),
            predicted=self.predicted.currentData(),
            mistake=mistake,
            least=0.0 if least is None else least / 100,
            most=1.0 if most is None else most / 100,
        )

    def _asks_run(self) -> bool:
        asked = self.result.currentData() or self.predicted.currentData() or self.confidence.value() != (None, None)
        return bool(asked)

    def restricts(self) -> bool:
        files = bool(self.folder.text().strip()) or self.bytes.value() != (None, None)
        return files or self.sides.value() != (None, None) or self._asks_run()

    def chosen(self) -> dict[str, Any]:
        """What is set, as plain data that `choose` takes; only what differs from a fresh one."""
        found = {
            "folder": self.folder.text().strip(),
            "bytes": list(self.bytes.value()),
            "sides": list(self.sides.value()),
            "confidence": list(self.confidence.value()),
            "result": self.result.currentData(),
            "predicted": self.predicted.currentData(),
            "run": self.run.currentData(),
        }
        return {name: value for name, value in found.items() if value not in ("", [None, None])}

    def choose(self, chosen: dict[str, Any], name: str = "") -> None:
        """Set what `chosen` says and nothing else. `name` is that of a saved filter, for what cannot be set."""
        self._quiet = True
        self.folder.setText(str(chosen.get("folder", "")))
        for span, key in ((self.bytes, "bytes"), (self.sides, "sides"), (self.confidence, "confidence")):
            span.set_value(_number_range(chosen.get(key)))
        self._choose(self.result, str(chosen.get("result", "")))
        self._choose(self.predicted, str(chosen.get("predicted", "")))
        run = str(chosen.get("run", ""))
        if not self._choose(self.run, run):
            self._forget_run(run, name)
        self._quiet = False
        self._emit()

    def _choose(self, box: Combo, value: str) -> bool:
        place = box.findData(value)
        if place < 0 and box is self.predicted:  # a class of another project: no image has it
            box.addItem(value, value)
            place = box.count() - 1
        box.setCurrentIndex(max(0, place))
        return place >= 0

    def _forget_run(self, run: str, name: str) -> None:
        """The conditions on predictions say nothing without their run."""
        for box in (self.result, self.predicted, self.run):
            box.setCurrentIndex(0)
        self.confidence.set_value((None, None))
        words = self.tr("The filter {0} asks for the run {1}, which is not in this project; the rest of it is applied.")
        gone = self.tr("The run {0} is not in this project any more; its predictions are no longer asked for.")
        self.said.emit(words.format(f"“{name}”", run) if name else gone.format(run))

    def clear(self) -> None:
        self.choose({})

    # Whether it is open

    @property
    def is_open(self) -> bool:
        return not self._form.isHidden()

    def set_open(self, shown: bool) -> None:
        """Show the fields, or only what is set."""
        self._form.setVisible(shown)
        if shown:
            self._session.ask(_folders, self._offer_folders, key="folder names")
            self.folder.setFocus()
        self._show()

    def _show(self) -> None:
        words = self.words()
        self.summary.setText(words)
        for widget in (self.summary, self.clear_button):
            widget.setVisible(bool(words))
        self.setVisible(self.is_open or bool(words))

    def words(self) -> str:
        """What is set, in one line."""
        parts = [
            self.tr("in {0}").format(self.folder.text().strip()) if self.folder.text().strip() else "",
            self.bytes.words(),
            self.tr("shorter side {0}").format(self.sides.words()) if self.sides.words() else "",
            self.result.currentText().lower() if self.result.currentData() else "",
            self.tr("predicted {0}").format(self.predicted.currentText()) if self.predicted.currentData() else "",
            self.tr("confidence {0}").format(self.confidence.words()) if self.confidence.words() else "",
        ]
        if self._asks_run():
            run = self.run.currentText() if self.run.currentData() else self.tr("the newest run")
            parts.append(self.tr("by {0}").format(run))
        return "  ·  ".join(part for part in parts if part)

    def _emit(self) -> None:
        self._show()
        if not self._quiet:
            self.changed.emit()

    # What can be chosen

    def _project_changed(self) -> None:
        self._runs = []
        self._fill_runs()

    def _fill_classes(self) -> None:
        chosen = self.predicted.currentData()
        _refill(self.predicted, [(c.name, c.name) for c in self._session.overview.classes])
        if self.predicted.currentData() != chosen:  # the class was renamed or is gone
            self._emit()

    def _ask_runs(self) -> None:
        self._session.ask(_runs, self._runs_known, key="runs with predictions")

    def _runs_known(self, runs: list[RunRecord]) -> None:
        self._runs = runs
        chosen = self.run.currentData()
        self._fill_runs()
        if chosen and all(run.name != chosen for run in runs):
            asked = self._asks_run()
            self._quiet = True
            self.run.setCurrentIndex(0)
            if asked:
                self._forget_run(chosen, "")
            self._quiet = False
            self._emit()

    def _fill_runs(self) -> None:
        _refill(self.run, [(run_words.run_words(run), run.name) for run in self._runs])
        for place, run in enumerate(self._runs, 1):
            self.run.setItemData(place, run.name, Qt.ItemDataRole.ToolTipRole)

    def _offer_folders(self, folders: list[str]) -> None:
        completer = QCompleter(folders, self.folder)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.activated.connect(lambda _: self._emit())
        self.folder.setCompleter(completer)


def _refill(box: Combo, choices: list[tuple[str, str]]) -> None:
    """New choices after the first one; what was chosen stays, as far as it is still there."""
    chosen = box.currentData()
    while box.count() > 1:
        box.removeItem(1)
    for words, value in choices:
        box.addItem(words, value)
    box.setCurrentIndex(max(0, box.findData(chosen)))


def _number_range(value: object) -> tuple[int | None, int | None]:
    """What a settings file says, which anybody may have changed."""
    if not isinstance(value, list) or len(value) != 2:
        return None, None
    low, high = (number if isinstance(number, int) and number >= 0 else None for number in value)
    return low, high


def _titled(words: str, field: QWidget) -> QWidget:
    label = QLabel(words)
    label.setProperty("role", "small")
    label.setBuddy(field)
    if not field.accessibleName():
        field.setAccessibleName(words)
    return holder(column(label, field, spacing=2))


def _runs(project: Project) -> list[RunRecord]:
    from engine.review.run_filter import with_predictions

    return with_predictions(project.folder)


def _folders(project: Project) -> list[str]:
    from engine.library.folders import folder_paths

    return folder_paths(project)
