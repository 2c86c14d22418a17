"""One editor for each kind of option: a number, a choice, yes or no, a text. All alike to the form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFileDialog,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QWidget,
)

from engine.training.option_words import OFF, ON, choice_words
from engine.training.options import OptionSpec
from gui import theme
from gui.widgets import file_dialogs
from gui.widgets.charts import scales
from gui.widgets.controls import Combo
from gui.widgets.layouts import fill, row

Words = Callable[[str], str]
WIDE_RANGE = 1e4  # above this ratio of the ends, arrows go 1, 2, 5, 10 instead of adding


# What zero means to these options, said instead of the number; with translations in the context of the options.
ZERO = {"early_stop": "never", "plateau": "never", "head_epochs": "none", "randaugment": "none"}
BY_EDITORS = (*ZERO.values(), ON, OFF, "None", "Choose a file…")  # words beside those of the options


class Editor(Protocol):
    @property
    def widget(self) -> QWidget: ...

    def value(self) -> Any: ...

    def set_value(self, value: Any) -> None: ...

    def text(self, value: Any) -> str:
        """How the editor shows this value."""
        ...

    def on_change(self, call: Callable[[], None]) -> None: ...

    def offer(self, choices: list[tuple[str, str]]) -> None:
        """Give a box of choices that only the project knows what it holds, as (words, value)."""
        ...


def editor_for(spec: OptionSpec, words: Words, parent: QWidget) -> Editor:
    kinds: dict[str, Callable[[OptionSpec, Words, QWidget], Editor]] = {
        "int": _WholeEditor,
        "float": _NumberEditor,
        "choice": _ChoiceEditor,
        "bool": _SwitchEditor,
        "text": _TextEditor,
    }
    special: dict[str, Callable[[OptionSpec, Words, QWidget], Editor]] = {
        "start_from": _OfferedEditor,
        "weights": _FileEditor,
    }
    editor = special.get(spec.name, kinds[spec.kind])(spec, words, parent)
    leave_the_wheel(editor.widget)
    return editor


def leave_the_wheel(widget: QWidget) -> None:
    """The wheel scrolls what the widget stands in; neither its value nor the focus goes with it."""
    widget.installEventFilter(_WheelGuard(widget))
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


class _WheelGuard(QObject):
    """The wheel scrolls the form; it changes a value only in the editor that has the focus."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QWheelEvent) and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


class _Editor:
    def offer(self, _choices: list[tuple[str, str]]) -> None:
        raise TypeError("this option has its own values")


class _WholeEditor(_Editor):
    def __init__(self, spec: OptionSpec, words: Words, parent: QWidget) -> None:
        self._box = box = QSpinBox(parent)
        self.widget: QWidget = box
        box.setRange(int(spec.minimum or 0), int(spec.maximum if spec.maximum is not None else 2**31 - 1))
        box.setSingleStep(int(spec.step or 1))
        box.setSuffix(f" {words(spec.unit)}" if spec.unit else "")
        box.setAlignment(Qt.AlignmentFlag.AlignRight)
        if spec.name in ZERO:
            box.setSpecialValueText(words(ZERO[spec.name]))

    def value(self) -> int:
        return self._box.value()

    def set_value(self, value: Any) -> None:
        self._box.setValue(int(value))

    def text(self, value: Any) -> str:
        return (not int(value) and self._box.specialValueText()) or f"{int(value)}{self._box.suffix()}"

    def on_change(self, call: Callable[[], None]) -> None:
        self._box.valueChanged.connect(lambda _value: call())


class NumberBox(QDoubleSpinBox):
    """A spin box that shows numbers as they are written (`0.15`, `1e-05`) and steps by factors over wide ranges."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.by_factor = False
        self.setDecimals(12)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def textFromValue(self, value: float) -> str:
        return f"{value:.6g}"

    def valueFromText(self, text: str) -> float:
        return _number(self._bare(text)) or 0.0

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        found = _number(self._bare(text))
        if found is None:
            typing = set(self._bare(text)) <= set("0123456789.,eE+-")
            state = QValidator.State.Intermediate if typing else QValidator.State.Invalid
        elif self.minimum() <= found <= self.maximum():
            state = QValidator.State.Acceptable
        else:
            state = QValidator.State.Intermediate
        return state, text, place

    def rounded(self, value: float) -> float:
        return min(max(round(value, self.decimals()), self.minimum()), self.maximum())

    def stepBy(self, steps: int) -> None:
        if not self.by_factor:
            super().stepBy(steps)
            return
        value = self.value()
        for _ in range(abs(steps)):
            value = scales.next_125(value, up=steps > 0)
        self.setValue(value)

    def _bare(self, text: str) -> str:
        return text.removesuffix(self.suffix()).strip()


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


class _NumberEditor(_Editor):
    def __init__(self, spec: OptionSpec, words: Words, parent: QWidget) -> None:
        self._box = NumberBox(parent)
        self.widget: QWidget = self._box
        self._exact = self._box_value = 0.0
        low = spec.minimum if spec.minimum is not None else -1e9
        high = spec.maximum if spec.maximum is not None else 1e9
        self._box.setRange(low, high)
        self._box.setSingleStep(spec.step or (high - low) / 100)
        self._box.by_factor = low > 0 and high / low > WIDE_RANGE
        unit = words(spec.unit)
        self._box.setSuffix(unit if unit == "°" else f" {unit}" if unit else "")

    def value(self) -> float:
        if self._box.value() == self._box_value:
            return self._exact
        return float(f"{self._box.value():.6g}")

    def set_value(self, value: Any) -> None:
        """What was set comes back unchanged; the box itself rounds to twelve decimals."""
        self._exact = float(value)
        self._box_value = self._box.rounded(self._exact)
        self._box.setValue(self._exact)

    def text(self, value: Any) -> str:
        return f"{self._box.textFromValue(float(value))}{self._box.suffix()}"

    def on_change(self, call: Callable[[], None]) -> None:
        self._box.valueChanged.connect(lambda _value: call())


class _ChoiceEditor(_Editor):
    def __init__(self, spec: OptionSpec, words: Words, parent: QWidget) -> None:
        self._box = Combo(parent)
        self.widget: QWidget = self._box
        self._words = words
        for choice in spec.choices or ("",):
            self._box.addItem(words(choice_words(choice) or "None"), choice)
        self._box.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def value(self) -> str:
        return str(self._box.currentData())

    def set_value(self, value: Any) -> None:
        self._box.setCurrentIndex(self._box.findData(value))

    def text(self, value: Any) -> str:
        return self._words(choice_words(str(value)))

    def on_change(self, call: Callable[[], None]) -> None:
        self._box.currentIndexChanged.connect(lambda _index: call())


class _SwitchEditor(_Editor):
    def __init__(self, spec: OptionSpec, words: Words, parent: QWidget) -> None:
        self._box = QCheckBox(parent)
        self.widget: QWidget = self._box
        self._box.setToolTip(words(spec.help))
        self._on, self._off = words(ON), words(OFF)

    def value(self) -> bool:
        return self._box.isChecked()

    def set_value(self, value: Any) -> None:
        self._box.setChecked(bool(value))

    def text(self, value: Any) -> str:
        return self._on if value else self._off

    def on_change(self, call: Callable[[], None]) -> None:
        self._box.toggled.connect(lambda _on: call())


class _TextEditor(_Editor):
    def __init__(self, spec: OptionSpec, words: Words, parent: QWidget) -> None:
        self._box = QLineEdit(parent)
        self.widget: QWidget = self._box
        self._box.setPlaceholderText(words(str(spec.default)))

    def value(self) -> str:
        return self._box.text().strip()

    def set_value(self, value: Any) -> None:
        self._box.setText(str(value))

    def text(self, value: Any) -> str:
        return str(value)

    def on_change(self, call: Callable[[], None]) -> None:
        self._box.textChanged.connect(lambda _text: call())


class _OfferedEditor(_ChoiceEditor):
    """One of the things of the project, or none."""

    def offer(self, choices: list[tuple[str, str]]) -> None:
        kept = self.value()
        self._box.blockSignals(True)
        self._box.clear()
        self._box.addItem(self._words("None"), "")
        for shown, value in choices:
            self._box.addItem(shown, value)
        self._box.blockSignals(False)
        self.set_value(kept)

    def value(self) -> str:
        return str(self._box.currentData() or "")

    def set_value(self, value: Any) -> None:
        """A value that is not offered is named all the same: it came from a run."""
        place = self._box.findData(str(value))
        if place < 0 and value:
            self._box.addItem(str(value), str(value))
            place = self._box.count() - 1
        self._box.setCurrentIndex(max(place, 0))

    def text(self, value: Any) -> str:
        return str(value) or self._words("None")


class _FileEditor(_Editor):
    """A file by its path, typed or chosen."""

    def __init__(self, spec: OptionSpec, words: Words, parent: QWidget) -> None:
        self._line = QLineEdit()
        self._line.setPlaceholderText(words("None"))
        self._line.setAccessibleName(words(spec.label))
        self._words = words
        choose = QToolButton()
        choose.setAccessibleName(words("Choose a file…"))
        choose.setToolTip(choose.accessibleName())
        theme.set_icon(choose, "folder-open", "text", 18)
        choose.clicked.connect(self._ask)
        self.widget = QWidget(parent)
        self.widget.setFocusProxy(self._line)
        row(fill(self._line), choose, on=self.widget, spacing=2)

    def _ask(self) -> None:
        begin = self._line.text().strip() or str(file_dialogs.last_folder("models"))
        dialog = QFileDialog(self.widget.window(), self._words("Choose a file…"), begin)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["HDF5, Keras (*.h5 *.hdf5 *.keras)", "* (*)"])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: file_dialogs.remember("models", chosen))
        dialog.fileSelected.connect(self._line.setText)
        dialog.open()

    def value(self) -> str:
        return self._line.text().strip()

    def set_value(self, value: Any) -> None:
        self._line.setText(str(value))

    def text(self, value: Any) -> str:
        return str(value) or self._words("None")

    def on_change(self, call: Callable[[], None]) -> None:
        self._line.textChanged.connect(lambda _text: call())
