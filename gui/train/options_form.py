"""The form of a training's options, made from `engine.training.options.specs()` and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from engine import language as engine_language
from engine.training.option_rules import unmet
from engine.training.option_words import choice_words
from engine.training.options import OptionSpec, TrainOptions, specs
from gui import theme
from gui.train.option_editors import Editor, editor_for
from gui.widgets import layouts
from gui.widgets.labels import text
from gui.widgets.search_field import SearchField

EDITOR_WIDTH = 132


def words(text: str) -> str:
    """Return words of the options, which stand in the engine, in the language of the window."""
    return engine_language._(text)


def label_of(name: str) -> str:
    """What an option is called in the form."""
    return next((words(s.label) for s in specs() if s.name == name), name)


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


def fitting(spec: OptionSpec, value: Any) -> Any:
    """Return a value as an editor of its kind holds it: of its type, and within the bounds of the option."""
    if spec.kind == "bool":
        return bool(value)
    if spec.kind not in ("int", "float"):
        return str(value).strip()
    number = int(value) if spec.kind == "int" else float(value)
    low = number if spec.minimum is None else max(number, type(number)(spec.minimum))
    return low if spec.maximum is None else min(low, type(number)(spec.maximum))


class OptionRow(QObject):
    """Shows the value of an option. Its widgets stand in the grid of a group."""

    explained = Signal(str, str)
    edited = Signal(str, object)  # the name of the option, and the value that a person gave it

    def __init__(self, spec: OptionSpec, parent: QWidget) -> None:
        super().__init__(parent)
        self.spec = spec
        self.group_open = True
        self._default: Any = None
        self._changed: bool | None = None  # whether the value differs from the default, once one is shown
        self._is_showing = False
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
        self.reset.clicked.connect(lambda: self.edited.emit(spec.name, self._default))
        kept = self.reset.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # the editors keep their place
        self.reset.setSizePolicy(kept)
        self.editor.on_change(self._on_edit)
        for watched in (self.label, widget, *widget.findChildren(QWidget)):
            watched.installEventFilter(self)

    def _on_edit(self) -> None:
        if not self._is_showing:
            self.edited.emit(self.spec.name, self.editor.value())

    def answers(self, wanted: str) -> bool:
        """Whether a search finds it: by its name in the window or on the command line, or by its help."""
        return any(wanted in s.casefold() for s in (self._name, self._help, self.spec.name, words(self.spec.group)))

    def place(self, grid: QGridLayout, line: int) -> None:
        grid.addWidget(self.label, line, 0)
        grid.addWidget(self.editor.widget, line, 1)
        grid.addWidget(self.reset, line, 2)

    def offer(self, choices: list[tuple[str, str]]) -> None:
        self._is_showing = True
        self.editor.offer(choices)
        self._is_showing = False

    def show_value(self, value: Any, default: Any) -> None:
        """A changed value shows by a bold name, a sign before it and the button that takes it back."""
        if self.editor.value() != value:
            self._is_showing = True
            self.editor.set_value(value)
            self._is_showing = False
        changed = bool(value != default)
        if (changed, default) == (self._changed, self._default):
            return
        if changed is not self._changed:
            self.label.setText(f"• {self._name}" if changed else self._name)
            self.label.setStyleSheet("font-weight: 600" if changed else "")
            self.reset.setVisible(changed and not self.label.isHidden())
        self._changed, self._default = changed, default
        back = QCoreApplication.translate("OptionsForm", "Back to the recipe's value: {0}")
        self.reset.setToolTip(back.format(self.editor.text(default)))
        self.reset.setAccessibleName(f"{self._name}: {self.reset.toolTip()}")

    def set_visible(self, visible: bool) -> None:
        if visible is not self.label.isHidden():
            return
        self.label.setVisible(visible)
        self.editor.widget.setVisible(visible)
        kept = self.reset.sizePolicy()
        kept.setRetainSizeWhenHidden(visible)
        self.reset.setSizePolicy(kept)
        self.reset.setVisible(visible and bool(self._changed))

    def set_needed(self, why_not: str | None) -> None:
        """Off, with the reason in its help, while another option makes it mean nothing."""
        if (why_not or "") == self._needed:
            return
        self._needed = why_not or ""
        for widget in (self.label, self.editor.widget):
            widget.setEnabled(why_not is None)
            widget.setToolTip(self.help)
        self.editor.widget.setAccessibleDescription(self.help)

    @property
    def help(self) -> str:
        return " ".join(part for part in (self._help, self._needed) if part)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.FocusIn):
            self.explained.emit(self._name, self.help)
        return False


class OptionGroup(QWidget):
    folded = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[OptionRow] = []
        self._name = words(name)
        self.head = QToolButton()
        self.head.setObjectName(f"group_{name.lower()}")
        self.head.setText(self._name)
        self.head.setCheckable(True)
        self.head.setChecked(True)
        self.head.setProperty("kind", "fold")
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setIconSize(QSize(16, 16))
        self.head.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._changed = text("", "small")
        self.body = QWidget()
        self._grid = QGridLayout(self.body)
        self._grid.setContentsMargins(0, 0, 0, theme.current().S)
        self._grid.setHorizontalSpacing(theme.current().S)
        self._grid.setVerticalSpacing(theme.current().XS)
        self._grid.setColumnStretch(0, 1)
        line = layouts.row(self.head, layouts.stretch(), self._changed)
        layouts.column(line, self.body, on=self, spacing=0)
        self.head.toggled.connect(self._on_fold)
        self._show_fold()

    def add(self, row: OptionRow) -> None:
        row.place(self._grid, len(self.rows))
        self.rows.append(row)

    def settle(self, changed: int) -> None:
        """After rows were shown or hidden: a group without any takes no room. `changed` is said in the head."""
        self.body.setVisible(any(not r.label.isHidden() for r in self.rows))
        self._changed.setText(self.tr("{0} changed").format(changed) if changed else "")

    def _on_fold(self, shown: bool) -> None:
        for row in self.rows:
            row.group_open = shown
        self._show_fold()
        self.folded.emit()

    def _show_fold(self) -> None:
        shown = self.head.isChecked()
        theme.set_icon(self.head, "chevron-down" if shown else "chevron-right", "muted", 16)
        tip = self.tr("Fold “{0}”") if shown else self.tr("Unfold “{0}”")
        self.head.setToolTip(tip.format(self._name))
        self.head.setAccessibleName(self.head.toolTip())


class OptionsForm(QWidget):
    """All options in groups that fold. What differs from the recipe is marked and never folded away by `advanced`.

    It knows the values from the beginning; the widgets are made when it is first shown, a group in each turn of the
    event loop: all at once would hold up a key.
    """

    changed = Signal()
    explained = Signal(str, str)  # name and help of the option under the pointer or the keyboard; both empty: none

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._specs = {spec.name: spec for spec in specs()}
        self._defaults = {name: spec.default for name, spec in self._specs.items()}
        self._values = dict(self._defaults)
        self._offered: dict[str, list[tuple[str, str]]] = {}
        self._rows: dict[str, OptionRow] = {}
        self._groups: list[OptionGroup] = []
        self._without: frozenset[str] = frozenset()
        self.search = SearchField("option_search", self.tr("Find an option"))
        self.more = QPushButton()
        self.more.setObjectName("advanced_button")
        self.more.setCheckable(True)
        self.more.setProperty("kind", "quiet")
        self.nothing = text(self.tr("No option is called so."), "muted")
        self._column = QVBoxLayout(self)
        self._to_make = [(name, list(found)) for name, found in groupby(specs(), key=lambda s: s.group)]
        self._last: QWidget = self.more  # in the order of the Tab key
        self._build()
        self._making = QTimer(self, interval=0)
        self._making.timeout.connect(self._make_group)
        self.search.textChanged.connect(self._show_rows)
        self.more.toggled.connect(self._show_rows)
        self._show_rows()

    def _build(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.current().XS)
        line = QHBoxLayout()
        line.setSpacing(theme.current().XS)
        line.addWidget(self.search, 1)
        line.addWidget(self.more)
        self._column.addLayout(line)
        self._column.addWidget(self.nothing)
        self._column.addStretch(1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._to_make:
            self._making.start()

    @property
    def is_complete(self) -> bool:
        """Whether all widgets are made."""
        return not self._to_make

    def _make_group(self) -> None:
        name, found = self._to_make.pop(0)
        if not self._to_make:
            self._making.stop()
        group = OptionGroup(name, self)
        for spec in sorted(found, key=lambda s: s.advanced):
            row = OptionRow(spec, group.body)
            row.set_visible(False)  # until it is known what is shown
            group.add(row)
            row.edited.connect(self.change)
            row.explained.connect(self.explained)
            if spec.name in self._offered:
                row.offer(self._offered[spec.name])
            self._rows[spec.name] = row
        group.folded.connect(self._show_rows)
        self._column.insertWidget(self._column.count() - 1, group)
        self._groups.append(group)
        for widget in (group.head, *(part for row in group.rows for part in (row.editor.widget, row.reset))):
            QWidget.setTabOrder(self._last, widget)  # else the Tab key would come to it after all that was made before
            self._last = widget
        self._show_values()

    def set_defaults(self, options: TrainOptions) -> None:
        """Take over a recipe's values: the ones shown, and the ones that "changed" is measured against."""
        self._defaults = self._of(options)
        self._take(self._defaults)

    def defaults(self) -> TrainOptions:
        """The recipe's values."""
        return TrainOptions(**self._defaults)

    def set_new_defaults(self, options: TrainOptions) -> None:
        """The same, but what the person has changed stays changed."""
        kept = self.overrides()
        self._defaults = self._of(options)
        self.set_overrides(kept)

    def _of(self, options: TrainOptions) -> dict[str, Any]:
        return {name: fitting(spec, getattr(options, name)) for name, spec in self._specs.items()}

    def set_overrides(self, overrides: Mapping[str, Any]) -> None:
        """The recipe's values with some of them changed."""
        self._take({name: overrides.get(name, default) for name, default in self._defaults.items()})

    def overrides(self) -> dict[str, Any]:
        """Only what differs from the recipe."""
        return {name: value for name, value in self._values.items() if self._is_changed(name)}

    def _is_changed(self, name: str) -> bool:
        return bool(self._values[name] != self._defaults[name])

    def orders(self) -> dict[str, Any]:
        """Of these what means something beside the other options: what a training is to be given."""
        values = self.values()
        return {name: value for name, value in self.overrides().items() if why_not(name, values) is None}

    def value(self, name: str) -> Any:
        return self._values[name]

    def values(self) -> dict[str, Any]:
        return dict(self._values)

    def change(self, name: str, value: Any) -> None:
        """Give one option a value, as a person does."""
        if fitting(self._specs[name], value) != self._values[name]:
            self._take({name: value})

    def reset(self) -> None:
        self.set_overrides({})

    def leave_out(self, names: frozenset[str]) -> None:
        """Options that mean nothing to the recipe are not shown, and count as unchanged."""
        if names != self._without:
            self._without = names
            self._take({name: self._defaults[name] for name in names})

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """What a box of choices holds that only the project knows, as (words, value)."""
        self._offered[name] = choices
        if name in self._rows:
            self._rows[name].offer(choices)

    def _take(self, values: Mapping[str, Any]) -> None:
        self._values.update({name: fitting(self._specs[name], value) for name, value in values.items()})
        self._show_values()
        self.changed.emit()

    def _show_values(self) -> None:
        for name, row in self._rows.items():
            row.set_needed(why_not(name, self._values))
            row.show_value(self._values[name], self._defaults[name])
        self._show_rows()

    def _show_rows(self) -> None:
        """What is searched for; else what is unfolded, advanced options only where they are asked for or changed."""
        wanted, everything = self.search.wanted(), self.more.isChecked()
        known = {name: row for name, row in self._rows.items() if name not in self._without}
        changed = {name for name in self._specs if self._is_changed(name)}
        for name, row in self._rows.items():
            if name not in known:
                row.set_visible(False)
            elif wanted:
                row.set_visible(row.answers(wanted))
            else:
                row.set_visible(row.group_open and (everything or not row.spec.advanced or name in changed))
        for group in self._groups:
            rows = [known[r.spec.name] for r in group.rows if r.spec.name in known]
            unfolded = [r for r in rows if everything or not r.spec.advanced or r.spec.name in changed]
            group.setVisible(any(r.answers(wanted) for r in rows) if wanted else bool(unfolded))
            group.settle(sum(r.spec.name in changed for r in group.rows))
        found = bool(self._to_make) or any(r.answers(wanted) for r in known.values())
        self.nothing.setVisible(bool(wanted) and not found)
        self._name_more(sum(s.advanced for name, s in self._specs.items() if name not in {*self._without, *changed}))

    def _name_more(self, hidden: int) -> None:
        shown = self.more.isChecked()
        self.more.setText(self.tr("Common") if shown else self.tr("All options"))
        tip = self.tr("Show only what is changed often") if shown else self.tr("Show {0} more options").format(hidden)
        self.more.setToolTip(tip)
        self.more.setAccessibleName(tip)
