"""What is asked about the project and the options while a person sets a training up, each answer to its own view."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from engine.events import Event, Failed, Outcome, Progress, Succeeded
from engine.library import edits
from gui.jobs import OwnedJob
from gui.train.augmentation_view import AugmentationPreview, AugmentationView
from gui.train.network_view import NetworkSummary, NetworkView
from gui.train.planning import Planning
from gui.train.preparing import Preparing
from gui.train.recipe_fitting import RecipeFitting
from gui.train.setup_panel import SetupPanel
from gui.widgets import wording

if TYPE_CHECKING:
    from engine.library.records import Edit
    from engine.training.leaks import LeakParams, LeakReport
    from gui.jobs import JobRunner
    from gui.session import Session

FEWEST, MOST = 4, 3_000  # labelled images for which it is looked without being asked
REST_MS = 600  # how long options rest before it is looked again


class SetupQuestions(QObject):
    """The plan, the recipe that fits, previews, the network, and near-duplicates on both sides of the split."""

    def __init__(
        self, session: Session, jobs: JobRunner, setup: SetupPanel, pictures: AugmentationView, network: NetworkView
    ) -> None:
        super().__init__(setup)
        self._pictures, self._network = pictures, network
        self.fitting = RecipeFitting(session, jobs, setup)
        self.preview = AugmentationPreview(session, jobs, setup, pictures)
        self.summary = NetworkSummary(session, jobs, setup, network)
        self.near_duplicates = NearDuplicates(session, jobs, setup)
        self.planning = Planning(session, jobs, setup)
        self.preparing = Preparing(session, jobs, setup)

    def begin(self) -> None:
        """Forget all answers: another project is open."""
        for question in (self.fitting, self.preview, self.summary, self.near_duplicates, self.planning, self.preparing):
            question.begin()

    def counts_changed(self) -> None:
        """Ask anew what depends on images and labels."""
        self.fitting.counts_changed()
        self.preview.counts_changed()
        self.summary.counts_changed()
        self.planning.look()
        self.preparing.look()

    def training_changed(self, *, running: bool) -> None:
        """Leave the processor to a training that begins; ask again what was put off once it has ended."""
        if running:
            self.near_duplicates.stop()
        self.fitting.training_changed(running=running)
        self.summary.training_changed(running=running)
        self.planning.training_changed(running=running)
        self.preparing.training_changed(running=running)

    def show(self, tab: QWidget) -> None:
        """Ask only what the tab that is shown answers."""
        self.preview.show(tab is self._pictures)
        self.summary.show(tab is self._network)


class NearDuplicates(QObject):
    """Looked for once for each state of the labels; the answer goes to the notice of the setup."""

    def __init__(self, session: Session, jobs: JobRunner, setup: SetupPanel) -> None:
        super().__init__(setup)
        self._session, self._jobs, self._notice = session, jobs, setup.leakage
        self._setup = setup
        self._job = OwnedJob(self)
        self._looked_for: object = None
        self.found: LeakReport | None = None
        self._project: object = None  # in which it is looked
        self._asked = False  # by the person, who is shown how far it is
        self._mending = False  # what is found is kept together without a further click
        self._kept = False  # the notice says what was just done, until something else is
        self._changes = 0  # how often images were added or looked at, or got other labels or splits
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._look_again)
        setup.changed.connect(self._rest.start)
        session.listing_changed.connect(self._on_change)
        session.images_changed.connect(self._on_edit)
        self._notice.together_asked.connect(self.keep_together)
        self._notice.look_asked.connect(lambda: self.look(asked=True))
        self._notice.label_asked.connect(self._label_more)

    def begin(self) -> None:
        """Another project is open, or none."""
        self.stop()
        self.found = self._looked_for = None
        self._kept = self._mending = False
        self._setup.show_look_alikes(0.0)
        self._notice.say_nothing()

    def stop(self) -> None:
        """A training begins, which says it by itself in its log."""
        self._rest.stop()
        self._job.stop()

    def _on_change(self) -> None:
        """Other images, pixels, labels or splits, and perhaps the same counts."""
        self._changes += 1

    def _on_edit(self, edit: Edit) -> None:
        if not edit.kind.is_mark:
            self._on_change()

    def look(self, *, asked: bool = False) -> None:
        """Look for near-duplicates, unless that was done for these counts; through many images only when `asked`."""
        project, summary = self._session.project, self._session.overview.summary
        if project is None or summary is None or self._job.running or summary.labelled < FEWEST:
            return
        state = self._state()
        if state == self._looked_for:
            return
        if summary.labelled > MOST and not asked:
            if self._kept:  # they are together since a moment ago
                self._looked_for, self._kept = state, False
            else:
                self._notice.offer()
            return
        self._looked_for, self._asked, self._project = state, asked, project
        self.found = None
        self._setup.show_look_alikes(0.0)
        if not self._kept:  # what it says is about the images of before
            self._notice.say_nothing()
        form = self._setup.form
        asking = partial(_params, str(project.folder), self._setup.check_share, int(form.value("seed")))
        job = self._jobs.start(
            "leakage", asking, words=self.tr("Looking for check images that look like training images")
        )
        self._job.follow(job, self._on_ended, self._on_event)

    def _look_again(self) -> None:
        """After options have changed, where they decide something; what is not in sight waits until it is."""
        if self._looked_for is not None and self._setup.isVisible() and self._setup.form.isEnabled():
            self.look()

    def _state(self) -> tuple[object, ...]:
        """All that decides which image stands on which side; two options do where no image is held out yet."""
        counts, form = self._session.overview.counts, self._setup.form
        divided = any(count.validation for count in counts)
        drawn = None if divided else (self._setup.check_share, int(form.value("seed")))
        summary = self._session.overview.summary
        looked_at = -1 if summary is not None and summary.unchecked else self._changes
        return self._session.project, counts, drawn, looked_at

    def _on_event(self, event: Event) -> None:
        if self._asked and isinstance(event, Progress):
            self._notice.show_progress(event.done, event.total)

    def _on_ended(self, outcome: Outcome) -> None:
        if self._session.project is not self._project:  # it is about another one, or cancelled for that
            self.look()
            return
        if not isinstance(outcome, Succeeded):
            self._looked_for, self._mending = None, False
            if self._asked:
                self._notice.tell(outcome.message if isinstance(outcome, Failed) else self.tr("Not looked to the end."))
            return
        if self._state() != self._looked_for:  # labels or splits are others by now: so are the pairs
            self._looked_for, self._kept = (), False
            if self._asked:
                self.look(asked=True)
            else:
                self._look_again()
            return
        from engine.training.leaks import LeakReport  # loaded with the params that were asked for

        self.found = LeakReport.of(outcome.result)
        self._show_found(self.found)

    def _show_found(self, found: LeakReport) -> None:
        kept, self._kept = self._kept, False
        mending, self._mending = self._mending, False
        self._setup.show_look_alikes(found.share if found.leaks else 0.0)
        if mending and found.leaks and found.grouping and not found.apart and not self._session.read_only:
            self.keep_together()
            return
        if kept and not found.leaks:
            return
        if (self._asked or mending) and not found.leaks:
            few = self.tr("Only about {0} % of the validation images look almost like one that is trained on.")
            self._notice.tell(few.format(round(found.share * 100)))
            return
        self._notice.warn(
            found.share if found.leaks else 0.0,
            after=found.share_after,
            can_change=bool(found.grouping) and not self._session.read_only,
            apart=found.apart,
        )

    def _label_more(self, class_id: int, name: str) -> None:
        """Lead to pictures that could be other ones of a class."""
        from engine.review.assessment import MORE, Action, NextStep

        self._session.step_wanted.emit(NextStep(Action.LABEL_CLASS, MORE, name, class_id), "")

    def mend(self) -> None:
        """Keep near-duplicates together as soon as they are known."""
        self._mending = True
        if self.found is not None and not self._job.running:
            self._show_found(self.found)
        else:
            self.look(asked=True)
        self._mending = self._mending and self._job.running

    def keep_together(self) -> None:
        """Make groups of the near-duplicates and divide training and validation anew by group, in one edit."""
        from engine.library.records import Split

        found = self.found
        if found is None:
            return
        groups = dict(found.grouping)
        splits = {image: Split(split) for image, split in found.splits}
        if splits:
            self._session.edit(edits.set_splits, splits, groups=groups)
        else:
            self._session.edit(edits.set_grouping, groups)
        words = self.tr("{0} groups of near-duplicates are kept together now; {1} images changed their split.")
        self._notice.tell(words.format(wording.number(found.groups), wording.number(len(splits))))
        self.found, self._kept = None, True


def _params(folder: str, fraction: float, seed: int) -> LeakParams:
    """Not in a slot: their module loads NumPy, while the page that asks is not yet painted."""
    from engine.training.leaks import LeakParams

    return LeakParams(folder, fraction, seed)
