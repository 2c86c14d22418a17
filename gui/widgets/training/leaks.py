"""Near-duplicates on both sides of the split: looked for before a training, and kept together by one click."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from engine.events import Outcome, Succeeded

if TYPE_CHECKING:
    from gui.jobs import JobHandle, JobRunner
    from gui.session import Session
    from gui.widgets.training.train_setup import TrainSetup

FEWEST, MOST = 4, 10_000  # labelled images for which it is looked without being asked


class Leaks(QObject):
    """Looked for once for each state of the labels; the answer goes to the notice of the setup."""

    def __init__(self, session: Session, jobs: JobRunner, setup: TrainSetup) -> None:
        super().__init__(setup)
        self._session, self._jobs, self._notice = session, jobs, setup.leakage
        self._setup = setup
        self._handle: JobHandle | None = None
        self._looked_for: object = None
        self.found: dict[str, Any] | None = None
        self._notice.together_asked.connect(self.keep_together)

    def begin(self) -> None:
        """Another project is open, or none."""
        self.stop()
        self.found = self._looked_for = None
        self._notice.say_nothing()

    def stop(self) -> None:
        """A training begins, which says it by itself in its log."""
        if self._handle is not None:
            self._handle.cancel()

    def look(self) -> None:
        """Look for near-duplicates, unless they were for these counts or there are too many images to do it unasked."""
        project, summary = self._session.project, self._session.overview.summary
        if project is None or summary is None or self._handle is not None or not FEWEST <= summary.labelled <= MOST:
            return
        fraction = float(self._setup.form.value("validation_fraction"))
        asked = project, self._session.overview.counts, fraction
        if asked == self._looked_for:
            return
        from engine.training.find_leaks import LeakageParams

        self._looked_for = asked
        self.found = None
        params = LeakageParams(str(project.folder), fraction, int(self._setup.form.value("seed")))
        self._handle = self._jobs.start("leakage", params)
        self._handle.ended.connect(self._on_ended)

    def _on_ended(self, outcome: Outcome) -> None:
        self._handle = None
        if not isinstance(outcome, Succeeded):
            self._looked_for = None
            return
        self.found = outcome.result
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
