"""The form of a training's options, made from `engine.training.options.specs()` and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.training.options import TrainOptions, specs
from gui import theme
from gui.train.option_groups import OptionGroup
from gui.train.option_rows import OptionRow, why_not
from gui.train.search_field import SearchField
from gui.widgets.parts import text


class OptionsForm(QWidget):
    """All options in groups that fold. What differs from the recipe is marked and never folded away by `advanced`."""

    changed = Signal()
    explained = Signal(str, str)  # name and help of the option under the pointer or the keyboard; both empty: none

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, OptionRow] = {}
        self._groups: list[OptionGroup] = []
        self._without: frozenset[str] = frozenset()
        self._loading = False
        self.search = SearchField("option_search", self.tr("Find an option"))
        self._more = QPushButton()
        self._more.setObjectName("advanced_button")
        self._more.setCheckable(True)
        self._more.setProperty("kind", "quiet")
        self._nothing = text(self.tr("No option is called so."), "muted")
        self._build()
        self.search.textChanged.connect(self._show_rows)
        self._more.toggled.connect(self._show_rows)
        self._show_rows()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().XS)
        line = QHBoxLayout()
        line.setSpacing(theme.current().XS)
        line.addWidget(self.search, 1)
        line.addWidget(self._more)
        column.addLayout(line)
        column.addWidget(self._nothing)
        for name, found in groupby(specs(), key=lambda s: s.group):
            group = OptionGroup(name)
            for spec in sorted(found, key=lambda s: s.advanced):
                row = OptionRow(spec, group.body)
                group.add(row)
                row.editor.on_change(self._on_change)
                row.explained.connect(self.explained)
                self._rows[spec.name] = row
            group.folded.connect(self._show_rows)
            column.addWidget(group)
            self._groups.append(group)
        column.addStretch(1)

    def set_defaults(self, options: TrainOptions) -> None:
        """Take over a recipe's values: the ones shown, and the ones that "changed" is measured against."""
        self._load({name: getattr(options, name) for name in self._rows}, as_default=True)

    def defaults(self) -> TrainOptions:
        """The recipe's values."""
        return TrainOptions(**{name: row.default for name, row in self._rows.items()})

    def set_new_defaults(self, options: TrainOptions) -> None:
        """The same, but what the person has changed stays changed."""
        kept = self.overrides()
        self._loading = True
        for name, row in self._rows.items():
            row.default = getattr(options, name)
        self._loading = False
        self.set_overrides(kept)

    def set_overrides(self, overrides: Mapping[str, Any]) -> None:
        """The recipe's values with some of them changed."""
        self._load({name: overrides.get(name, row.default) for name, row in self._rows.items()}, as_default=False)

    def overrides(self) -> dict[str, Any]:
        """Only what differs from the recipe."""
        return {name: row.editor.value() for name, row in self._rows.items() if row.changed}

    def orders(self) -> dict[str, Any]:
        """Of these what means something beside the other options: what a training is to be given."""
        values = self.values()
        return {name: value for name, value in self.overrides().items() if why_not(name, values) is None}

    def value(self, name: str) -> Any:
        return self._rows[name].editor.value()

    def values(self) -> dict[str, Any]:
        return {name: row.editor.value() for name, row in self._rows.items()}

    def change(self, name: str, value: Any) -> None:
        """Give one option a value, as a person would."""
        self._rows[name].editor.set_value(value)

    def reset(self) -> None:
        self.set_overrides({})

    def leave_out(self, names: frozenset[str]) -> None:
        """Options that mean nothing to the recipe are not shown, and count as unchanged."""
        if names != self._without:
            self._without = names
            self._loading = True
            for name in names:
                self._rows[name].editor.set_value(self._rows[name].default)
            self._loading = False
            self._on_change()

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """What a box of choices holds that only the project knows, as (words, value)."""
        self._loading = True
        self._rows[name].editor.offer(choices)
        self._loading = False

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
        values = self.values()
        for name, row in self._rows.items():
            row.set_needed(why_not(name, values))
            row.mark()
        self._show_rows()
        self.changed.emit()

    def _show_rows(self) -> None:
        """What is searched for; else what is unfolded, advanced options only where they are asked for or changed."""
        wanted, everything = self.search.wanted(), self._more.isChecked()
        known = {name: row for name, row in self._rows.items() if name not in self._without}
        for name, row in self._rows.items():
            if name not in known:
                row.set_visible(False)
            elif wanted:
                row.set_visible(row.answers(wanted))
            else:
                row.set_visible(row.group_open and (everything or not row.spec.advanced or row.changed))
        for group in self._groups:
            rows = [known[r.spec.name] for r in group.rows if r.spec.name in known]
            some = any(r.answers(wanted) if wanted else everything or not r.spec.advanced or r.changed for r in rows)
            group.setVisible(some)
            group.settle(sum(r.changed for r in rows))
        self._nothing.setVisible(bool(wanted) and not any(r.answers(wanted) for r in known.values()))
        self._name_more(sum(r.spec.advanced and not r.changed for r in known.values()))

    def _name_more(self, hidden: int) -> None:
        shown = self._more.isChecked()
        self._more.setText(self.tr("Common") if shown else self.tr("All options"))
        tip = self.tr("Show only what is changed often") if shown else self.tr("Show {0} more options").format(hidden)
        self._more.setToolTip(tip)
        self._more.setAccessibleName(tip)
