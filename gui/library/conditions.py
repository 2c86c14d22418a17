"""Further conditions for images to be shown: their folder, file and pixels, and what a run predicted of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCompleter, QFrame, QLineEdit, QPushButton, QWidget

from engine import figures
from engine import language as engine_language
from engine.library.filters import ConditionKind, Filter, FilterField, conditions
from gui import theme
from gui.session import Session
from gui.widgets import wording
from gui.widgets.controls import Combo, make_clearable
from gui.widgets.flow import FlowLayout
from gui.widgets.labels import elided, text
from gui.widgets.layouts import column, fill, holder, row

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.training.runs.records import RunRecord


class _NumberField(QLineEdit):
    """A whole number from 0 to `most`, or nothing. A number counts when it is complete: Return, Tab, a click away."""

    def __init__(self, words: str, most: int) -> None:
        super().__init__()
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

    def __init__(self, name: str, unit: str, most: int) -> None:
        super().__init__()
        self._unit = unit
        names = self.tr("{0}, from").format(name), self.tr("{0}, to").format(name)
        self.low, self.high = (_NumberField(words, most) for words in names)
        self._reported = self.value()
        row(self.low, text("–", "muted"), self.high, text(unit, "muted"), on=self, spacing=theme.Theme.XS)
        self.setFocusProxy(self.low)
        for field in (self.low, self.high):
            field.editingFinished.connect(self._tell)
            field.textChanged.connect(lambda words: None if words else self._tell())

    def _tell(self) -> None:
        if self.value() != self._reported:
            self._reported = self.value()
            self.changed.emit()

    def value(self) -> tuple[int | None, int | None]:
        return self.low.number(), self.high.number()

    def texts(self) -> list[str]:
        """Return the range as `FilterField.parse` reads it; none where both are open."""
        low, high = ("" if number is None else str(number) for number in self.value())
        return [f"{low}..{high}"] if low or high else []

    def set_texts(self, texts: Sequence[str]) -> None:
        """Set the range; no change is reported, as whoever sets it knows."""
        value = [int(part) if part else None for part in texts[0].split("..")] if texts else [None, None]
        self.blockSignals(True)
        for field, number in zip((self.low, self.high), value, strict=True):
            field.setText("" if number is None else str(number))
        self._reported = self.value()
        self.blockSignals(False)

    def words(self) -> str:
        """Return what is let through, such as "≥ 224 px" or "10–20 %"; empty for everything."""
        low, high = self.value()
        if low is None and high is None:
            return ""
        if low is not None and high is not None:
            shown = figures.span(wording.number(low), wording.number(high))
        else:
            shown = f"≥ {wording.number(low)}" if low is not None else f"≤ {wording.number(high)}"
        return figures.with_percent(shown) if self._unit == "%" else f"{shown} {self._unit}"


class ChoiceBox(Combo):
    """A choice among some texts, each with its words, after a first choice that asks for nothing."""

    changed = Signal()

    def __init__(self, any_label: str, choices: Iterable[tuple[str, str]], width: int) -> None:
        super().__init__()
        self.setFixedWidth(width)
        self.addItem(any_label, "")
        self.offer(choices)
        self.activated.connect(lambda _: self.changed.emit())

    def offer(self, choices: Iterable[tuple[str, str]]) -> None:
        """New choices, as (words, value), after the first one; what was chosen stays, as far as it is still there."""
        chosen = self.currentData()
        while self.count() > 1:
            self.removeItem(1)
        for words, value in choices:
            self.addItem(words, value)
        self.setCurrentIndex(max(0, self.findData(chosen)))

    def texts(self) -> list[str]:
        chosen = str(self.currentData())
        return [chosen] if chosen else []

    def set_texts(self, texts: Sequence[str]) -> None:
        """Choose a text. One that is not among the choices is added: no image may have it."""
        chosen = texts[0] if texts else ""
        if self.findData(chosen) < 0:
            self.addItem(chosen, chosen)
        self.setCurrentIndex(self.findData(chosen))

    def words(self) -> str:
        return self.currentText() if self.texts() else ""


class TextField(QLineEdit):
    """A text counts when it is complete: Return, Tab, a click away; or when it is cleared."""

    changed = Signal()

    def __init__(self, placeholder: str) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        make_clearable(self)
        self.setFixedWidth(170)
        self.editingFinished.connect(self.changed)
        self.textChanged.connect(lambda words: None if words else self.changed.emit())  # its clear button

    def texts(self) -> list[str]:
        return [self.words()] if self.words() else []

    def set_texts(self, texts: Sequence[str]) -> None:
        self.setText(texts[0] if texts else "")

    def words(self) -> str:
        return self.text().strip()


Control = ChoiceBox | TextField | NumberRange
RUN_WIDTH, BOX_WIDTH = 150, 120
ELSEWHERE = (
    "class",
    "split",
    "labelled",
    "problem",
    "text",
    "flag",
    "note",
)  # chosen in the list of classes or the bar


def control_for(field: FilterField) -> Control:
    """Return the control that a condition is chosen with; `field.value_of` reads its `texts()`."""
    control: Control
    if field.kind is ConditionKind.RANGE:
        control = NumberRange(tr(field.label), tr(field.unit), field.maximum)
    elif field.kind in (ConditionKind.TEXT, ConditionKind.FOLDER):
        control = TextField(tr(field.any_label))
    else:
        width = RUN_WIDTH if field.kind is ConditionKind.RUN else BOX_WIDTH
        choices = [(tr(choice.label or choice.text), choice.text) for choice in field.choices]
        control = ChoiceBox(tr(field.any_label), choices, width)
    control.setToolTip(tr(field.help))
    return control


class Conditions(QFrame):
    """All conditions of `kind` that are not chosen elsewhere. Folded, it tells in one line what is set, or is hidden.

    `fields()` are those of `ImageList.set_filter`; `controls` has a control by the name of each condition.
    """

    changed = Signal()
    said = Signal(str)

    def __init__(self, session: Session, kind: type[Filter] = Filter) -> None:
        super().__init__()
        self._session = session
        self._kind = kind
        self._quiet = False
        self._runs: list[RunRecord] = []
        self.setProperty("role", "card")
        self._fields = [f for f in conditions(kind) if f.name not in ELSEWHERE]
        self.controls = {f.name: control_for(f) for f in self._fields}
        self.summary = elided("", "muted")
        self.clear_button = QPushButton(self.tr("Clear"))
        self.clear_button.setProperty("kind", "link")
        self.clear_button.setAccessibleName(self.tr("Clear these conditions"))
        self.clear_button.clicked.connect(self.clear)
        self._build()
        for control in self.controls.values():
            control.changed.connect(self._emit)
        session.classes_changed.connect(self._fill_classes)
        session.runs_changed.connect(self._ask_runs)
        session.listing_changed.connect(self._ask_folders)
        session.project_changed.connect(self._project_changed)
        self.set_open(False)

    def _build(self) -> None:
        self._form = QWidget()
        flow = FlowLayout(self._form)
        flow.setContentsMargins(0, 0, 0, 0)
        for field in self._fields:
            flow.addWidget(_titled(tr(field.label), self.controls[field.name]))
        line = row(fill(self.summary), self.clear_button)
        margins = theme.Theme.M, theme.Theme.S, theme.Theme.S, theme.Theme.S
        column(self._form, line, on=self, margins=margins, spacing=theme.Theme.XS)

    def of_kind(self, kind: ConditionKind) -> list[Any]:
        """The controls of the conditions of one kind."""
        return [self.controls[f.name] for f in self._fields if f.kind is kind]

    # What is set

    def fields(self) -> dict[str, Any]:
        return {f.attribute: f.value_of(self.controls[f.name].texts(), _no_class) for f in self._fields}

    def _asks_run(self) -> bool:
        return any(self.controls[f.name].texts() for f in self._fields if f.fits is not None)

    def restricts(self) -> bool:
        return any(self.controls[f.name].texts() for f in self._fields if f.kind is not ConditionKind.RUN)

    def choose(self, filter_: Filter, name: str = "") -> None:
        """Set what `filter_` says and nothing else. `name` is that of a saved filter, for what cannot be set."""
        self._quiet = True
        for field in self._fields:
            self.controls[field.name].set_texts(field.texts(getattr(filter_, field.attribute), str))
        for run in self._chosen_runs() - {run.name for run in self._runs}:
            self._fill_runs()
            self._forget_run(run, name)
        self._quiet = False
        self._emit()

    def _forget_run(self, run: str, name: str) -> None:
        """The conditions on predictions say nothing without their run."""
        for field in self._fields:
            if field.of_run:
                self.controls[field.name].set_texts([])
        words = self.tr("The filter {0} asks for the run {1}, which is not in this project; the rest of it is applied.")
        gone = self.tr("The run {0} is not in this project any more; its predictions are no longer asked for.")
        self.said.emit(words.format(f"“{name}”", run) if name else gone.format(run))

    def clear(self) -> None:
        self.choose(self._kind())

    # Whether it is open

    @property
    def is_open(self) -> bool:
        return not self._form.isHidden()

    def set_open(self, shown: bool) -> None:
        """Show the fields, or only what is set."""
        self._form.setVisible(shown)
        if shown:
            self._ask_folders()
            self.controls[self._fields[0].name].setFocus()
        self._show()

    def _show(self) -> None:
        words = self.words()
        self.summary.setText(words)
        for widget in (self.summary, self.clear_button):
            widget.setVisible(bool(words))
        self.setVisible(self.is_open or bool(words))

    def words(self) -> str:
        """Return what is set, in one line."""
        parts = []
        for field in self._fields:
            words = self.controls[field.name].words()
            if field.kind is ConditionKind.RUN:
                words = (words or _lower(tr(field.any_label))) if self._asks_run() else ""
            elif field.kind is ConditionKind.CHOICE:
                words = words.lower()
            parts.append(tr(field.summary).format(words) if words else "")
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
        for box in self.of_kind(ConditionKind.CLASS_NAME):
            chosen = box.texts()
            box.offer([(c.name, c.name) for c in self._session.overview.classes])
            if box.texts() != chosen:  # the class was renamed or is gone
                self._emit()

    def _ask_runs(self) -> None:
        self._session.ask(_runs, self._runs_known, key="runs with predictions")

    def _runs_known(self, runs: list[RunRecord]) -> None:
        self._runs = runs
        asks_run, gone = self._asks_run(), self._chosen_runs() - {run.name for run in runs}
        self._fill_runs()
        for run in gone:
            self._quiet = True
            if asks_run:
                self._forget_run(run, "")
            self._quiet = False
            self._emit()

    def _chosen_runs(self) -> set[str]:
        return {run for box in self.of_kind(ConditionKind.RUN) for run in box.texts()}

    def _fill_runs(self) -> None:
        if not self._runs:
            items: list[tuple[str, str]] = []
        else:
            from gui.widgets.run_words import run_words  # loads what reads runs

            items = [(run_words(run, self._runs), run.name) for run in self._runs]
        for box in self.of_kind(ConditionKind.RUN):
            box.offer(items)
            for index, run in enumerate(self._runs, 1):
                box.setItemData(index, run.name, Qt.ItemDataRole.ToolTipRole)

    def _ask_folders(self) -> None:
        if self.is_open:
            self._session.ask(_folders, self._offer_folders, key="folder names")

    def _offer_folders(self, folders: list[str]) -> None:
        for field in self.of_kind(ConditionKind.FOLDER):
            completer = QCompleter(folders, field)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.activated.connect(lambda _: self._emit())
            field.setCompleter(completer)


def tr(words: str) -> str:
    """Words of a condition, which stand in the engine, in the language of the window."""
    return engine_language._(words)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _no_class(name: str) -> int:
    raise AssertionError(f"classes are chosen in their list, not here: {name}")


def _titled(words: str, field: QWidget) -> QWidget:
    label = text(words, "small")
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
