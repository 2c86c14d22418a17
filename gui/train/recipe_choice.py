"""Which recipe is trained with, and in words why: chosen by the pictures or by the person, adapted to the project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QWidget

from engine import language as engine_language
from engine.training.options import TrainOptions, with_overrides
from engine.training.recipes.choices import completed_reason
from gui import theme
from gui.widgets import wording
from gui.widgets.controls import Combo
from gui.widgets.labels import text
from gui.widgets.layouts import column

if TYPE_CHECKING:
    from engine.training.recipes.recipe import Recipe

BY_THE_PICTURES = 0  # the place in the box


@dataclass(slots=True)
class Reasons:
    """Why the recipe and its options are what they are."""

    of_run: bool = False  # all options are those of a run
    proposal: str = ""  # why this recipe was proposed
    adaptation: str = ""  # what the recipe itself made of the project
    adapted: TrainOptions | None = None  # the options that this sentence tells of


class RecipeChoice(QWidget):
    """The box of recipes, and a few lines below it. Tells of another recipe by `changed`.

    Until a person chooses one, the pictures do: then `recipe` is the one that was proposed last.
    """

    changed = Signal()

    def __init__(self, recipes: Sequence[Recipe], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recipes = {recipe.name: recipe for recipe in recipes}
        self._first = recipes[0].name
        self._proposed = self._first
        self.reasons = Reasons()
        self._values: dict[str, Any] = {}  # of the options
        self.box = Combo()
        self.box.setObjectName("recipe_box")
        self.box.setAccessibleName(self.tr("Recipe"))
        self._fill_box()
        self.summary = text("", "muted", wrap=True)
        column(self.box, self.summary, on=self, spacing=theme.current().S)
        self.box.currentIndexChanged.connect(self._on_changed)
        self.box.activated.connect(self._on_chosen)
        self._show_recipe()

    def _fill_box(self) -> None:
        self.box.addItem(self.tr("Chosen by the pictures"))
        model = self.box.model()
        assert isinstance(model, QStandardItemModel)
        for title, ours in ((self.tr("Ours"), True), (self.tr("Those of the notebooks"), False)):
            self.box.addItem(title)
            model.item(self.box.count() - 1).setFlags(Qt.ItemFlag.NoItemFlags)
            for recipe in (r for r in self._recipes.values() if r.ours is ours):
                self.box.addItem(wording.recipe(recipe.name), recipe.name)

    @property
    def is_automatic(self) -> bool:
        """Whether the pictures choose."""
        return self.box.currentIndex() == BY_THE_PICTURES

    def recipe(self) -> Recipe:
        return self._recipes[self.box.currentData() or self._proposed]

    def knows(self, name: str) -> bool:
        return name in self._recipes

    def choose(self, name: str, why: str = "") -> None:
        """Choose a recipe; `why` is what is said of that. Where there is none by this name the pictures choose."""
        self.reasons.proposal = why
        self.box.setCurrentIndex(max(self.box.findData(name) if name else 0, BY_THE_PICTURES))

    def let_pictures_choose(self) -> None:
        self.choose("")

    def propose(self, name: str, why: str = "") -> None:
        """Say which recipe suits the pictures, and why; of no interest where a person has chosen one."""
        if not self.is_automatic or not self.knows(name):
            return
        self.reasons.proposal = why
        if name == self._proposed:
            self._show_summary()
        else:
            self._proposed = name
            self._on_changed()

    def forget_proposal(self) -> None:
        """Another project."""
        self._proposed = self._first

    def hold(self) -> None:
        """Stay with this recipe from now on, whose options a person has changed."""
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(self.box.findData(self.recipe().name))
        self._on_chosen()

    def explain(self, values: Mapping[str, Any]) -> None:
        """Say what the recipe is, why it is proposed, and what it does here with these options."""
        self._values = dict(values)
        self._show_summary()

    def _show_summary(self) -> None:
        reasons = self.reasons
        said = engine_language._(self.recipe().summary)
        name = f"{wording.recipe(self.recipe().name)}: " if self.is_automatic else ""
        about = " ".join(part for part in (reasons.proposal, name + said) if part)
        here = reasons.adaptation
        if reasons.adapted is not None:
            here = completed_reason(here, reasons.adapted, with_overrides(reasons.adapted, self._values))
        self.summary.setText("\n".join(part for part in (about, here) if part))

    def _on_chosen(self) -> None:
        self.reasons.proposal = ""
        self._show_summary()

    def _on_changed(self) -> None:
        reasons = self.reasons
        reasons.adaptation, reasons.adapted, reasons.of_run = "", None, False
        self._show_recipe()
        self.changed.emit()

    def _show_recipe(self) -> None:
        recipe = self.recipe()
        tip = self.tr("On the command line: {0}").format(recipe.name)
        self.box.setToolTip(tip)
        self.summary.setToolTip(f"{recipe.source}\n{tip}")
        self._show_summary()
