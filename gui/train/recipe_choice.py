"""Which recipe is trained with, and in words why: proposed, chosen by the person, adapted to the project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from engine.training.options import TrainOptions, with_overrides
from engine.training.recipes.choices import completed_reason
from gui import theme
from gui.widgets import wording
from gui.widgets.controls import Combo
from gui.widgets.labels import text
from gui.widgets.layouts import column

if TYPE_CHECKING:
    from engine.training.recipes.recipe import Recipe


@dataclass(slots=True)
class Reasons:
    """Why the recipe and its options are what they are."""

    by_person: bool = False  # the person chose the recipe
    of_run: bool = False  # all options are those of a run
    proposal: str = ""  # why this recipe was proposed
    adaptation: str = ""  # what the recipe itself made of the project
    adapted: TrainOptions | None = None  # the options that this sentence tells of


class RecipeChoice(QWidget):
    """The box of recipes, and a few lines below it. Tells of another recipe by `changed`."""

    changed = Signal()

    def __init__(self, recipes: Sequence[Recipe], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recipes = list(recipes)
        self.reasons = Reasons()
        self._values: dict[str, Any] = {}  # of the options
        self.box = Combo()
        self.box.setObjectName("recipe_box")
        self.box.setAccessibleName(self.tr("Recipe"))
        for recipe in self._recipes:
            self.box.addItem(wording.recipe(recipe.name), recipe.name)
        self.summary = text("", "muted", wrap=True)
        column(self.box, self.summary, on=self, spacing=theme.current().S)
        self.box.currentIndexChanged.connect(self._on_changed)
        self.box.activated.connect(self._on_chosen)
        self._show_recipe()

    def recipe(self) -> Recipe:
        return self._recipes[self.box.currentIndex()]

    def knows(self, name: str) -> bool:
        return self.box.findData(name) >= 0

    def choose(self, name: str, why: str = "") -> None:
        """Choose a recipe, the first where there is none by this name; `why` is why it is proposed."""
        self.reasons.proposal = why
        self.box.setCurrentIndex(max(self.box.findData(name), 0))

    def explain(self, values: Mapping[str, Any]) -> None:
        """Say what the recipe is, why it is proposed, and what it does here with these options."""
        self._values = dict(values)
        self._show_summary()

    def _show_summary(self) -> None:
        reasons = self.reasons
        said = QCoreApplication.translate("Recipes", self.recipe().summary)
        about = " ".join(part for part in (reasons.proposal, said) if part)
        here = reasons.adaptation
        if reasons.adapted is not None:
            here = completed_reason(here, reasons.adapted, with_overrides(reasons.adapted, self._values))
        self.summary.setText("\n".join(part for part in (about, here) if part))

    def _on_chosen(self) -> None:
        self.reasons.by_person, self.reasons.proposal = True, ""
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
