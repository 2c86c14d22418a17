"""The form of a training's options, made from `engine.training.options.specs()` and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from engine.training.options import OptionSpec, TrainOptions, specs
from gui import theme
from gui.widgets.parts import WrapLabel
from gui.widgets.training.option_editors import Editor, editor_for

EDITOR_WIDTH = 132


def _words(text: str) -> str:
    """The options' words stand in the engine, which knows no Qt; their translations stand under this context."""
    return QCoreApplication.translate("TrainOptions", text)


class OptionRow:
    """One option in the grid: its name, its editor, the way back to the recipe's value, and one line of help."""

    def __init__(self, spec: OptionSpec, parent: QWidget) -> None:
        self.spec = spec
        self.default: Any = spec.default
        name, help_text = _words(spec.label), _words(spec.help)
        self.label = QLabel(name, parent)
        self.label.setToolTip(help_text)
        self.editor: Editor = editor_for(spec, _words, parent)
        self.editor.widget.setObjectName(f"option_{spec.name}")
        self.editor.widget.setAccessibleName(name)
        self.editor.widget.setAccessibleDescription(help_text)
        self.editor.widget.setToolTip(help_text)
        self.editor.widget.setFixedWidth(EDITOR_WIDTH)
        self.label.setBuddy(self.editor.widget)
        self.reset = QToolButton(parent)
        self.reset.setObjectName(f"reset_{spec.name}")
        theme.set_icon(self.reset, "undo", "accent", 16)
        self.reset.setIconSize(QSize(16, 16))
        self.help = WrapLabel(help_text, parent)
        self.help.setProperty("role", "small")

    @property
    def changed(self) -> bool:
        return bool(self.editor.value() != self.default)

    def place(self, grid: QGridLayout, line: int) -> None:
        grid.addWidget(self.label, line, 0)
        grid.addWidget(self.editor.widget, line, 1)
        grid.addWidget(self.reset, line, 2)
        grid.addWidget(self.help, line + 1, 0, 1, 3)

    def set_visible(self, visible: bool) -> None:
        for widget in (self.label, self.editor.widget, self.help):
            widget.setVisible(visible)
        kept = self.reset.sizePolicy()
        kept.setRetainSizeWhenHidden(visible)  # the editors keep their place, folded rows give theirs up
        self.reset.setSizePolicy(kept)
        self.reset.setVisible(visible and self.changed)

    def mark(self) -> None:
        """A changed value shows by a bold name, a sign before it and the button that takes it back."""
        changed = self.changed
        name = _words(self.spec.label)
        self.label.setText(f"• {name}" if changed else name)
        self.label.setStyleSheet("font-weight: 600" if changed else "")
        self.reset.setVisible(changed and not self.label.isHidden())
        back = QCoreApplication.translate("OptionsForm", "Back to the recipe's value: {0}")
        self.reset.setToolTip(back.format(self.editor.text(self.default)))
        self.reset.setAccessibleName(self.reset.toolTip())


class OptionsForm(QWidget):
    """All options in their groups. What differs from the recipe is marked; advanced options are folded away."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, OptionRow] = {}
        self._loading = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().L)
        for group, found in groupby(specs(), key=lambda s: s.group):
            column.addLayout(self._group(group, list(found)))
        self._more = QPushButton(self)
        self._more.setObjectName("advanced_button")
        self._more.setCheckable(True)
        self._more.setProperty("kind", "quiet")
        self._more.toggled.connect(self._show_advanced)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self._show_advanced(False)

    def _group(self, group: str, found: list[OptionSpec]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.current().S)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        heading = QLabel(_words(group), self)
        heading.setProperty("role", "section")
        grid.addWidget(heading, 0, 0, 1, 3)
        for line, spec in enumerate(sorted(found, key=lambda s: s.advanced)):
            row = OptionRow(spec, self)
            row.place(grid, 1 + 2 * line)
            row.editor.on_change(self._on_change)
            row.reset.clicked.connect(lambda _=False, r=row: r.editor.set_value(r.default))
            self._rows[spec.name] = row
        return grid

    def set_defaults(self, options: TrainOptions) -> None:
        """Take over a recipe's values: the ones shown, and the ones that "changed" is measured against."""
        self._load({name: getattr(options, name) for name in self._rows}, as_default=True)

    def set_overrides(self, overrides: Mapping[str, Any]) -> None:
        """The recipe's values with some of them changed."""
        self._load({name: overrides.get(name, row.default) for name, row in self._rows.items()}, as_default=False)

    def overrides(self) -> dict[str, Any]:
        """Only what differs from the recipe."""
        return {name: row.editor.value() for name, row in self._rows.items() if row.changed}

    def value(self, name: str) -> Any:
        return self._rows[name].editor.value()

    def reset(self) -> None:
        self.set_overrides({})

    def _load(self, values: Mapping[str, Any], *, as_default: bool) -> None:
        self._loading = True
        for name, value in values.items():
            if as_default:
                self._rows[name].default = value
            self._rows[name].editor.set_value(value)
        self._loading = False
        self._on_change()

    def _on_change(self) -> None:
        if self._loading:
            return
        for row in self._rows.values():
            row.mark()
        self._name_fold()
        self.changed.emit()

    def _show_advanced(self, shown: bool) -> None:
        for row in self._rows.values():
            row.set_visible(shown or not row.spec.advanced)
        self._name_fold()

    def _name_fold(self) -> None:
        folded = sum(1 for r in self._rows.values() if r.spec.advanced and r.changed)
        if self._more.isChecked():
            text = self.tr("▾ Fewer options")
        elif folded:
            text = self.tr("▸ Advanced options ({0} changed)").format(folded)
        else:
            text = self.tr("▸ Advanced options")
        self._more.setText(text)
        self._more.setAccessibleName(text[2:])
