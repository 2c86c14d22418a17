"""Near-duplicates on both sides of the split: looked for before a training, and kept together by one click."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from engine.events import Event, Failed, Outcome, Progress, Succeeded
from engine.library import edits
from gui import theme
from gui.jobs import OwnedJob
from gui.widgets.labels import text
from gui.widgets.layouts import aligned, column, fill, row

if TYPE_CHECKING:
    from engine.training.leaks import LeakParams
    from gui.jobs import JobRunner
    from gui.session import Session
    from gui.train.setup_panel import SetupPanel


class NearDuplicatesNotice(QFrame):
    """Hidden until there is something to say."""

    together_asked = Signal()
    look_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self.setObjectName("leakage_notice")
        self._sign = QLabel()
        self.words = text("", wrap=True)
        self.together = QPushButton(self.tr("Keep near-duplicates together"))
        self.together.setObjectName("keep_together_button")
        self.together.setAccessibleName(self.together.text())
        self.together.setToolTip(
            self.tr(
                "Near-duplicates become groups, and training and validation are divided anew by group. Undo: Ctrl+Z"
            )
        )
        self.together.clicked.connect(self.together_asked)
        self.look = QPushButton(self.tr("Look for near-duplicates"))
        self.look.setObjectName("look_for_duplicates_button")
        self.look.setAccessibleName(self.look.text())
        self.look.clicked.connect(self.look_asked)
        gap = theme.current()
        inner = column(self.words, self.together, self.look, spacing=gap.S)
        row(
            aligned(self._sign, Qt.AlignmentFlag.AlignTop),
            fill(inner),
            on=self,
            margins=(gap.M, gap.S, gap.M, gap.M),
            spacing=gap.S,
        )
        self.say_nothing()

    def say_nothing(self) -> None:
        self.hide()

    def warn(self, share: float, *, after: float, can_change: bool) -> None:
        """`share` of the validation images look almost like one that is trained on; `after`: so many would by group."""
        if not share:
            self.say_nothing()
            return
        words = self.tr(
            "About {0} % of the validation images look almost like one that is trained on: validation will promise "
            "more than new pictures hold."
        ).format(round(share * 100))
        if can_change:
            words += " " + self.tr("Kept together, {0} % would.").format(round(after * 100))
        self._show(words, "warning", button=can_change)

    def offer(self) -> None:
        """So many images are not looked through unasked."""
        words = self.tr("It is not known yet whether near-duplicates stand on both sides of the split.")
        self._show(words, "info")
        self.look.show()

    def show_progress(self, done: int, total: int | None) -> None:
        of = f"{done:,}" if total is None else self.tr("{0} of {1}").format(f"{done:,}", f"{total:,}")
        self._show(self.tr("Looking for near-duplicates: {0}").format(of), "info")

    def tell(self, words: str) -> None:
        """How it ended."""
        self._show(words, "info")

    def _show(self, words: str, icon: str, *, button: bool = False) -> None:
        self.words.setText(words)
        self.setAccessibleName(words)
        theme.set_icon(self._sign, icon, "warning" if icon == "warning" else "muted", 18)
        self.together.setVisible(button)
        self.look.hide()
        self.show()


FEWEST, MOST = 4, 3_000  # labelled images for which it is looked without being asked
REST_MS = 600  # how long options rest before it is looked again


class NearDuplicates(QObject):
    """Looked for once for each state of the labels; the answer goes to the notice of the setup."""

    def __init__(self, session: Session, jobs: JobRunner, setup: SetupPanel) -> None:
        super().__init__(setup)
        self._session, self._jobs, self._notice = session, jobs, setup.leakage
        self._setup = setup
        self._job = OwnedJob(self)
        self._looked_for: object = None
        self.found: dict[str, Any] | None = None
        self._project: object = None  # in which it is looked
        self._asked = False  # by the person, who is shown how far it is
        self._kept = False  # the notice says what was just done, until something else is
        self._listings = 0  # how often images were added or looked at
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._look_again)
        setup.changed.connect(self._rest.start)
        session.listing_changed.connect(self._on_listing)
        self._notice.together_asked.connect(self.keep_together)
        self._notice.look_asked.connect(lambda: self.look(asked=True))

    def begin(self) -> None:
        """Another project is open, or none."""
        self.stop()
        self.found = self._looked_for = None
        self._kept = False
        self._notice.say_nothing()

    def stop(self) -> None:
        """A training begins, which says it by itself in its log."""
        self._rest.stop()
        self._job.stop()

    def _on_listing(self) -> None:
        """Other images or other pixels, and perhaps the same counts."""
        self._listings += 1

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
        if not self._kept:  # what it says is about the images of before
            self._notice.say_nothing()
        form = self._setup.form
        asking = partial(
            _params, str(project.folder), float(form.value("validation_fraction")), int(form.value("seed"))
        )
        self._job.follow(self._jobs.start("leakage", asking), self._on_ended, self._on_event)

    def _look_again(self) -> None:
        """After options have changed, where they decide something; what is not in sight waits until it is."""
        if self._looked_for is not None and self._setup.isVisible() and self._setup.form.isEnabled():
            self.look()

    def _state(self) -> tuple[object, ...]:
        """All that decides which image stands on which side; two options do where no image is held out yet."""
        counts, form = self._session.overview.counts, self._setup.form
        divided = any(count.validation for count in counts)
        drawn = None if divided else (float(form.value("validation_fraction")), int(form.value("seed")))
        summary = self._session.overview.summary
        looked_at = -1 if summary is not None and summary.unchecked else self._listings
        return self._session.project, counts, drawn, looked_at

    def _on_event(self, event: Event) -> None:
        if self._asked and isinstance(event, Progress):
            self._notice.show_progress(event.done, event.total)

    def _on_ended(self, outcome: Outcome) -> None:
        if self._session.project is not self._project:  # it is about another one, or cancelled for that
            self.look()
            return
        if not isinstance(outcome, Succeeded):
            self._looked_for = None
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
        self.found = outcome.result
        kept, self._kept = self._kept, False
        if kept and not outcome.result["leaks"]:
            return
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
        """Make groups of the near-duplicates and divide training and validation anew by group, in one edit."""
        from engine.library.records import Split

        found = self.found
        if found is None:
            return
        groups = {int(image): str(group) for image, group in found["grouping"]}
        splits = {int(image): Split(split) for image, split in found["splits"]}
        if splits:
            self._session.edit(edits.set_splits, splits, groups=groups)
        else:
            self._session.edit(edits.set_grouping, dict(groups))
        words = self.tr("{0} groups of near-duplicates are kept together now; {1} images changed their split.")
        self._notice.tell(words.format(f"{found['groups']:,}", f"{len(splits):,}"))
        self.found, self._kept = None, True


def _params(folder: str, fraction: float, seed: int) -> LeakParams:
    """Not in a slot: their module loads NumPy, while the page that asks is not yet painted."""
    from engine.training.leaks import LeakParams

    return LeakParams(folder, fraction, seed)
