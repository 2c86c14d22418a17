"""Near-duplicates on both sides of the split: looked for before a training, and kept together by one click."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from engine.events import Event, Failed, Outcome, Progress, Succeeded

if TYPE_CHECKING:
    from gui.jobs import JobHandle, JobRunner
    from gui.session import Session
    from gui.widgets.training.train_setup import TrainSetup

FEWEST, MOST = 4, 3_000  # labelled images for which it is looked without being asked


class Leaks(QObject):
    """Looked for once for each state of the labels; the answer goes to the notice of the setup."""

    def __init__(self, session: Session, jobs: JobRunner, setup: TrainSetup) -> None:
        super().__init__(setup)
        self._session, self._jobs, self._notice = session, jobs, setup.leakage
        self._setup = setup
        self._handle: JobHandle | None = None
        self._looked_for: object = None
        self.found: dict[str, Any] | None = None
        self._project: object = None  # in which it is looked
        self._asked = False  # by the person, who is shown how far it is
        self._notice.together_asked.connect(self.keep_together)
        self._notice.look_asked.connect(lambda: self.look(asked=True))

    def begin(self) -> None:
        """Another project is open, or none."""
        self.stop()
        self.found = self._looked_for = None
        self._notice.say_nothing()

    def stop(self) -> None:
        """A training begins, which says it by itself in its log."""
        if self._handle is not None:
            self._handle.cancel()

    def look(self, *, asked: bool = False) -> None:
        """Look for near-duplicates, unless that was done for these counts; through many images only when `asked`."""
        project, summary = self._session.project, self._session.overview.summary
        if project is None or summary is None or self._handle is not None or summary.labelled < FEWEST:
            return
        fraction = float(self._setup.form.value("validation_fraction"))
        state = project, self._session.overview.counts, fraction
        if state == self._looked_for:
            return
        if summary.labelled > MOST and not asked:
            self._notice.offer()
            return
        from engine.training.find_leaks import LeakageParams

        self._looked_for, self._asked, self._project = state, asked, project
        self.found = None
        params = LeakageParams(str(project.folder), fraction, int(self._setup.form.value("seed")))
        self._handle = self._jobs.start("leakage", params)
        self._handle.event.connect(self._on_event)
        self._handle.ended.connect(self._on_ended)

    def _on_event(self, event: Event) -> None:
        if self._asked and isinstance(event, Progress):
            self._notice.show_progress(event.done, event.total)

    def _on_ended(self, outcome: Outcome) -> None:
        self._handle = None
        if self._session.project is not self._project:  # it is about another one, or cancelled for that
            self.look()
            return
        if not isinstance(outcome, Succeeded):
            self._looked_for = None
            if self._asked:
                self._notice.tell(outcome.message if isinstance(outcome, Failed) else self.tr("Not looked to the end."))
            return
        self.found = outcome.result
        if self._asked and not outcome.result["leaks"]:
            few = self.tr("Only about {0} % of the validation images look almost like one that is trained on.")
            self._notice.tell(few.format(round(float(outcome.result["share"]) * 100)))
            return
        self._notice.warn(
            float(outcome.result["share"]) if outcome.result["leaks"] else 0.0,
            after=float(outcome.result["share_after"]),
            can_change=bool(outcome.result["grouping"]) and not self._session.read_only,
        )

    def keep_together(self) -> None:
        """Make groups of the near-duplicates and divide training and validation anew by group: two edits."""
        from engine.library.records import Split

        found = self.found
        if found is None:
            return
        self._session.set_grouping({int(image): str(group) for image, group in found["grouping"]})
        splits = {int(image): Split(split) for image, split in found["splits"]}
        self._session.set_splits(splits)
        words = self.tr("{0} groups of near-duplicates are kept together now; {1} images changed their split.")
        self._notice.tell(words.format(f"{found['groups']:,}", f"{len(splits):,}"))
        self.found = None
