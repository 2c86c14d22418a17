"""What the recipe makes of the project, asked anew whenever the project is another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from engine.events import Outcome, Succeeded
from gui.latest_question import LatestQuestion
from gui.train.plan_line import suits_words

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.library.records import Summary
    from engine.training.automatic.choice import Choice
    from gui.jobs import JobHandle, JobRunner
    from gui.session import Session
    from gui.train.setup_panel import SetupPanel

REST_MS = 300  # how long the project and the options rest before it is asked anew


class RecipeFitting(QObject):
    """Suggests a recipe by what the images look like, and sets its own options; the answers go to the setup."""

    def __init__(self, session: Session, jobs: JobRunner, setup: SetupPanel) -> None:
        super().__init__(setup)
        self._session, self._jobs, self._setup = session, jobs, setup
        self._training = False
        self._asked_for: object = None
        self._suggested_for: object = None  # images and labelled ones for which a recipe was asked
        self._listings = 0  # how often images were added or looked at
        self.question = LatestQuestion(REST_MS, self._ask, self._on_answer, self, old_too=True)
        session.listing_changed.connect(self._on_listing)
        setup.changed.connect(self._on_options)
        setup.recipes.changed.connect(self._on_recipe)

    def begin(self) -> None:
        """Another project is open, or none."""
        self.question.stop()
        self._asked_for = self._suggested_for = None

    def counts_changed(self) -> None:
        """Images or labels came or went: what a recipe reads from them may be something else now."""
        self._fit()
        self._suggest()

    def training_changed(self, running: bool) -> None:
        """While a training runs the processor is its own; the project may be another one when it has ended."""
        self._training = running
        if not running:
            self._fit()

    def _on_listing(self) -> None:
        """Other images or other pixels, and perhaps the same counts."""
        self._listings += 1

    def _on_recipe(self) -> None:
        """Another recipe, or the one that the pictures had chosen: its own values are shown now."""
        self._asked_for = None
        self._fit()

    def _on_options(self) -> None:
        if self._asked_for is not None:
            self._fit()  # which asks again only where another device was chosen

    def _fit(self) -> None:
        """Ask the recipe what it makes of the project, where it reads one."""
        summary = self._session.overview.summary
        recipe = self._setup.recipe()
        if recipe.adapt is None or summary is None or not summary.labelled or self._training:
            return
        counts = self._session.overview.counts
        asked = recipe.name, self._session.project, counts, self._looked_at(summary), *self._where().values()
        if asked != self._asked_for:
            self._asked_for = asked
            self.question.ask()

    def _looked_at(self, summary: Summary) -> int:
        """Which state of the images is known; while an import looks at them they change often."""
        return -1 if summary.unchecked else self._listings

    def _ask(self) -> JobHandle | None:
        project, recipe = self._session.project, self._setup.recipe()
        if project is None or recipe.adapt is None:
            return None
        folder, name, where = project.folder, recipe.name, self._where()
        return self._jobs.start_callable(lambda _emit, _cancel: _adapted(folder, name, where))

    def _where(self) -> dict[str, Any]:
        """What was chosen of where it trains: that decides over batches too."""
        return {name: self._setup.form.value(name) for name in ("device", "backend")}

    def _on_answer(self, outcome: Outcome) -> None:
        if isinstance(outcome, Succeeded):
            options = outcome.result["options"]
            self._setup.show_adapted(str(outcome.result["recipe"]), options, str(outcome.result["why"]))

    def _suggest(self) -> None:
        summary = self._session.overview.summary
        if summary is None:
            return
        asked = summary.images, min(summary.labelled, 1), self._looked_at(summary)
        if summary.images and asked != self._suggested_for:
            self._suggested_for = asked
            self._session.ask(_suggested, self._on_suggestion, key="suggestion")

    def _on_suggestion(self, found: Choice | None) -> None:
        if found is None:
            self._suggested_for = None  # none of these images can be read yet
        else:
            self._setup.propose(found.recipe, suits_words(found.reason))


def _suggested(project: Project) -> Choice | None:
    """Which recipe suits the pictures; its module loads NumPy, in the thread that asks."""
    from engine.training.automatic import choice

    return choice.suggested(project)


def _adapted(folder: Path, name: str, where: dict[str, Any]) -> dict[str, Any]:
    """What a recipe makes of a project, to be trained `where`."""
    from engine.library.project import Project
    from engine.training.recipes.choices import for_project
    from engine.training.recipes.registry import recipe

    with Project.open(folder, read_only=True) as project:
        options, why = for_project(recipe(name), project, where)
    return {"recipe": name, "options": options, "why": why}
