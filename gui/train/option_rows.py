"""One option in the form: its name, its editor, the way back to the recipe's value, and what it depends on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Signal
from PySide6.QtWidgets import QGridLayout, QToolButton, QWidget

from engine.training.option_rules import unmet
from engine.training.options import OptionSpec, specs
from gui import theme
from gui.train.option_editors import Editor, choice_words, editor_for
from gui.widgets.parts import text

EDITOR_WIDTH = 132


def words(text: str) -> str:
    """The options' words stand in the engine, which knows no Qt; their translations stand under this context."""
    return QCoreApplication.translate("TrainOptions", text)


def label_of(name: str) -> str:
    """What an option is called in the form."""
    return next((words(s.label) for s in specs() if s.name == name), name)


def value_words(name: str, value: Any) -> str:
    """A value of an option as it reads in tables."""
    spec = next((s for s in specs() if s.name == name), None)
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return words("on") if value else words("off")
    if spec is not None and spec.kind == "choice":
        return words(choice_words(str(value)))
    shown = f"{value:.6g}" if isinstance(value, float) else str(value)
    return f"{shown} {words(spec.unit)}".replace(" °", "°") if spec is not None and spec.unit else shown


def why_not(name: str, values: Mapping[str, Any]) -> str | None:
    """Return why an option has no effect beside these values of the others; None where it has one."""
    condition = unmet(name, values)
    if condition is None:
        return None
    label = label_of(condition.option)
    if condition.or_with:
        others = ", ".join(f"“{label_of(name)}”" for name in condition.or_with)
        return QCoreApplication.translate("OptionsForm", "Only without “{0}”, or with one of {1}.").format(
            label, others
        )
    if condition.off:
        return QCoreApplication.translate("OptionsForm", "Only without “{0}”.").format(label)
    if not condition.values:
        return QCoreApplication.translate("OptionsForm", "Only with “{0}”.").format(label)
    choices = ", ".join(words(choice_words(v)) for v in condition.values)
    return QCoreApplication.translate("OptionsForm", "Only with {0}: {1}.").format(label, choices)


class OptionRow(QObject):
    """Its widgets stand in the grid of a group."""

    explained = Signal(str, str)

    def __init__(self, spec: OptionSpec, parent: QWidget) -> None:
        super().__init__(parent)
        self.spec = spec
        self.default: Any = spec.default
        self.group_open = True
        self._needed = ""
        self._name, self._help = words(spec.label), words(spec.help)
        self.label = text(self._name, "option", wrap=True)  # a long name, bold, must not make the form wider
        self.label.setParent(parent)
        self.label.setToolTip(self._help)
        self.editor: Editor = editor_for(spec, words, parent)
        widget = self.editor.widget
        widget.setObjectName(f"option_{spec.name}")
        widget.setAccessibleName(self._name)
        widget.setAccessibleDescription(self._help)
        widget.setToolTip(self._help)
        widget.setFixedWidth(EDITOR_WIDTH)
        self.label.setBuddy(widget)
        self.reset = QToolButton(parent)
        self.reset.setObjectName(f"reset_{spec.name}")
        theme.set_icon(self.reset, "undo", "accent", 16)
        self.reset.setIconSize(QSize(16, 16))
        self.reset.clicked.connect(lambda: self.editor.set_value(self.default))
        kept = self.reset.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # the editors keep their place
        self.reset.setSizePolicy(kept)
        for watched in (self.label, widget, *widget.findChildren(QWidget)):
            watched.installEventFilter(self)

    @property
    def changed(self) -> bool:
        return bool(self.editor.value() != self.default)

    def answers(self, wanted: str) -> bool:
        """Whether a search finds it: by its name in the window or on the command line, or by its help."""
        return any(wanted in s.casefold() for s in (self._name, self._help, self.spec.name, words(self.spec.group)))

    def place(self, grid: QGridLayout, line: int) -> None:
        grid.addWidget(self.label, line, 0)
        grid.addWidget(self.editor.widget, line, 1)
        grid.addWidget(self.reset, line, 2)

    def set_visible(self, visible: bool) -> None:
        self.label.setVisible(visible)
        self.editor.widget.setVisible(visible)
        kept = self.reset.sizePolicy()
        kept.setRetainSizeWhenHidden(visible)
        self.reset.setSizePolicy(kept)
        self.reset.setVisible(visible and self.changed)

    def set_needed(self, why_not: str | None) -> None:
        """Off, with the reason in its help, while another option makes it mean nothing."""
        self._needed = why_not or ""
        for widget in (self.label, self.editor.widget):
            widget.setEnabled(why_not is None)
            widget.setToolTip(self.help)
        self.editor.widget.setAccessibleDescription(self.help)

    @property
    def help(self) -> str:
        return " ".join(part for part in (self._help, self._needed) if part)

    def mark(self) -> None:
        """A changed value shows by a bold name, a sign before it and the button that takes it back."""
        changed = self.changed
        self.label.setText(f"• {self._name}" if changed else self._name)
        self.label.setStyleSheet("font-weight: 600" if changed else "")
        self.reset.setVisible(changed and not self.label.isHidden())
        back = QCoreApplication.translate("OptionsForm", "Back to the recipe's value: {0}")
        self.reset.setToolTip(back.format(self.editor.text(self.default)))
        self.reset.setAccessibleName(f"{self._name}: {self.reset.toolTip()}")

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.FocusIn):
            self.explained.emit(self._name, self.help)
        return False
