"""What is found out before a training starts: the recipe's own options, the network, the preview.

Everything is asked in a thread or a child, the newest question alone counts, and nothing is asked that is not shown.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from engine.events import Failed, Outcome, Succeeded
from engine.training.options import TrainOptions, with_overrides
from gui.train.augmentation_view import COUNT, AugmentationView, Preview
from gui.train.network_view import NetworkView

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.training.plan import TrainParams
    from gui.jobs import JobHandle, JobRunner
    from gui.session import Session
    from gui.train.setup_panel import TrainSetup

PICTURE_MS, NETWORK_MS, ADAPT_MS = 120, 500, 300  # how long options rest before a question is asked anew
PARTNERS = 7  # other pictures of which parts may be mixed in


class Asking(QObject):
    """One question at a time, asked again when what it depends on has changed meanwhile."""

    def __init__(
        self,
        rest: int,
        ask: Callable[[], JobHandle | None],
        answer: Callable[[Outcome], None],
        parent: QObject,
        *,
        old_too: bool = False,
    ) -> None:
        """With `old_too` an answer that is out of date is shown until the new one comes."""
        super().__init__(parent)
        self._old_too = old_too
        self._ask, self._answer = ask, answer
        self._handle: JobHandle | None = None
        self._again = self._dropped = False
        self._rest = QTimer(self, interval=rest, singleShot=True)
        self._rest.timeout.connect(self._begin)

    @property
    def busy(self) -> bool:
        return self._handle is not None or self._rest.isActive()

    def ask(self) -> None:
        """Soon; what was asked before no longer counts."""
        self._rest.start()

    def stop(self) -> None:
        """Another project: an answer that is still on its way is about the one before."""
        self._rest.stop()
        self._again, self._dropped = False, self._handle is not None
        if self._handle is not None:
            self._handle.cancel()

    def _begin(self) -> None:
        if self._handle is not None:
            self._again = True
            return
        self._handle = self._ask()
        if self._handle is not None:
            self._handle.ended.connect(self._on_ended)

    def _on_ended(self, outcome: Outcome) -> None:
        self._handle = None
        again, self._again = self._again, False
        dropped, self._dropped = self._dropped, False
        if not dropped and (not again or self._old_too):
            self._answer(outcome)
        if again:
            self._begin()


class Before(QObject):
    """Answers go to the setup and to the views."""

    def __init__(
        self, session: Session, jobs: JobRunner, setup: TrainSetup, pictures: AugmentationView, network: NetworkView
    ) -> None:
        super().__init__(setup)
        self._session, self._jobs, self._setup = session, jobs, setup
        self._pictures, self._network = pictures, network
        self._files: list[Path] = []  # of the previewed picture and of its partners
        self._seed = 1
        self._shown: object = None
        self._training = False
        self._adapted_for: object = None
        self._listings = 0  # how often images were added or looked at
        self.adapting = Asking(ADAPT_MS, self._ask_adapted, self._on_adapted, self, old_too=True)
        self.previewing = Asking(PICTURE_MS, self._ask_preview, self._on_preview, self)
        self.summarising = Asking(NETWORK_MS, self._ask_summary, self._on_summary, self)
        session.listing_changed.connect(self._on_listing)
        setup.changed.connect(self._on_options)
        setup.recipe_box.currentIndexChanged.connect(lambda _index: self.adapt())
        pictures.another_asked.connect(self.another_picture)
        pictures.again_asked.connect(self.draw_again)

    def begin(self) -> None:
        """Another project is open, or none."""
        for asking in (self.adapting, self.previewing, self.summarising):
            asking.stop()
        self._files, self._adapted_for = [], None
        self._pictures.say(self.tr("Label some images to see what training would make of them."))

    def _on_listing(self) -> None:
        """Other images or other pixels, and perhaps the same counts."""
        self._listings += 1

    def counts_changed(self) -> None:
        """Images or labels came or went: what a recipe reads from them may be something else now."""
        self.adapt()
        if self._shown is self._pictures and not self._files:
            self.another_picture()

    def tab_shown(self, widget: object) -> None:
        self._shown = widget
        if widget is self._pictures:
            if self._files:
                self.previewing.ask()
            else:
                self.another_picture()
        elif widget is self._network:
            self._ask_network()

    def training_changed(self, running: bool) -> None:
        """While a training runs its child and the processor are its own."""
        self._training = running
        if not running:
            self.adapt()  # the project may be another one by now, or have more labels
            if self._shown is self._network:
                self._ask_network()

    def _on_options(self) -> None:
        if self._adapted_for is not None:
            self.adapt()  # which asks again only where another device was chosen
        if self._shown is self._pictures and self._files:
            self.previewing.ask()
        elif self._shown is self._network:
            self._ask_network()

    # The recipe's own options

    def adapt(self) -> None:
        """Ask the recipe what it makes of the project, where it reads one."""
        summary = self._session.overview.summary
        recipe = self._setup.recipe()
        if recipe.adapt is None or summary is None or not summary.labelled or self._training:
            return
        looked_at = -1 if summary.unchecked else self._listings  # while an import looks at images, these come often
        asked = recipe.name, self._session.project, self._session.overview.counts, looked_at, *self._where().values()
        if asked != self._adapted_for:
            self._adapted_for = asked
            self.adapting.ask()

    def _ask_adapted(self) -> JobHandle | None:
        project, recipe = self._session.project, self._setup.recipe()
        if project is None or recipe.adapt is None:
            return None
        folder, name, where = project.folder, recipe.name, self._where()
        return self._jobs.start_callable(lambda _emit, _cancel: _adapted(folder, name, where))

    def _where(self) -> dict[str, Any]:
        """What was chosen of where it trains: that decides over batches too."""
        return {name: self._setup.form.value(name) for name in ("device", "backend")}

    def _on_adapted(self, outcome: Outcome) -> None:
        if isinstance(outcome, Succeeded):
            options = outcome.result["options"]
            self._setup.show_adapted(str(outcome.result["recipe"]), options, str(outcome.result["why"]))

    # The preview

    def another_picture(self) -> None:
        """Choose other pictures of the training at random."""
        self._session.ask(_some_files, self._on_files, key="preview files")

    def draw_again(self) -> None:
        self._seed += 1
        self.previewing.ask()

    def _on_files(self, files: list[Path]) -> None:
        self._files = files
        if files:
            self.previewing.ask()
        else:
            self._pictures.say(self.tr("Label some images to see what training would make of them."))

    def _options(self) -> TrainOptions:
        return with_overrides(TrainOptions(), self._setup.form.values())

    def _ask_preview(self) -> JobHandle | None:
        if not self._files:
            return None
        files, options, seed = self._files, self._options(), self._seed
        return self._jobs.start_callable(lambda _emit, _cancel: _preview(files, options, seed))

    def _on_preview(self, outcome: Outcome) -> None:
        if isinstance(outcome, Succeeded):
            self._pictures.show_preview(outcome.result["preview"])
        elif isinstance(outcome, Failed):
            self._pictures.say(outcome.message)

    # The network

    def _ask_network(self) -> None:
        if self._training:
            self._network.waiting_for_training()
        elif self._session.project is not None:
            self._network.waiting()
            self.summarising.ask()

    def _ask_summary(self) -> JobHandle | None:
        project = self._session.project
        if project is None or self._training:
            return None
        return self._jobs.start(
            "summary", partial(_params, str(project.folder), self._setup.recipe().name, self._setup.overrides())
        )

    def _on_summary(self, outcome: Outcome) -> None:
        if isinstance(outcome, Succeeded):
            self._network.show_summary(outcome.result)
        elif isinstance(outcome, Failed):
            self._network.say(outcome.message)


def _params(folder: str, name: str, overrides: dict[str, Any]) -> TrainParams:
    from engine.training.plan import TrainParams

    return TrainParams(folder, name, overrides)


def _adapted(folder: Path, name: str, where: dict[str, Any]) -> dict[str, Any]:
    """What a recipe makes of a project, to be trained `where`."""
    from engine.library.project import Project
    from engine.training.recipes.choices import for_project
    from engine.training.recipes.registry import recipe

    with Project.open(folder, read_only=True) as project:
        options, why = for_project(recipe(name), project, where)
    return {"recipe": name, "options": options, "why": why}


def _some_files(project: Project) -> list[Path]:
    """A labelled picture at random, one that is trained on where there is one, and some more."""
    from engine.library import query
    from engine.library.records import Split

    ids = query.image_ids(project, query.Filter(labelled=True, splits=frozenset({Split.TRAINING})))
    ids = ids or query.image_ids(project, query.Filter(labelled=True))
    chosen = random.sample(ids, min(len(ids), 1 + PARTNERS))
    return [record.file for record in query.images(project, chosen)]


def _preview(files: list[Path], options: TrainOptions, seed: int) -> dict[str, Any]:
    from engine.errors import ImageProblem, SourceError
    from engine.training.data.preview import changes_pictures, preview_grid

    try:
        images = preview_grid(files[0], files[1:], options, COUNT, seed)
    except ImageProblem as problem:
        raise SourceError(f"{files[0].name} cannot be used: {problem}.") from None
    changes = changes_pictures(options)
    count, side, _, channels = images.shape
    return {"preview": Preview(images.tobytes(), count, side, channels, files[0].name, changes)}
