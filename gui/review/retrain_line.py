"""The line that says what has changed since the run, with the button that trains it again, then the link to the
comparison of both.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QLabel, QPushButton

from engine.errors import EngineError
from gui import actions, theme
from gui.jobs import JobRunner
from gui.review.section import Section
from gui.session import Session
from gui.widgets.labels import elided
from gui.widgets.layouts import column, row

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.review.reviewed import Reviewed
    from engine.training.runs.changes import Changes
    from engine.training.runs.records import RunRecord

REST_MS = 800  # after an edit; who labels fast is not counted after each key
MOST_REST_MS = 15_000
LOOKING_SHARE = 1 / 8  # of the time, at most, is taken by looking through all images: keys have to share it


@dataclass(frozen=True, slots=True)
class Since:
    """The changes since a run, and the run that it repeats with fixes ("" for none)."""

    run: RunRecord
    changes: Changes
    repeats: str
    learns: bool = True  # whether another model would come of training it again


class RetrainLine(Section):
    """A line under the head of Review, hidden while there is nothing to say."""

    def __init__(self, session: Session, jobs: JobRunner) -> None:
        super().__init__()
        self.setObjectName("train_again_line")
        self._session, self._jobs = session, jobs
        self._reviewed: Reviewed | None = None
        self.since: Since | None = None
        self._repeated = ""  # the run that is being trained again
        self._before: frozenset[str] = frozenset()  # the runs that were there before that
        self.words = elided("", "")
        self.button = QPushButton(self.tr("Train again with the fixes"))
        self.button.setObjectName("train_again_button")
        self.button.setProperty("kind", "primary")
        self.button.setAccessibleName(self.button.text())
        self.button.setToolTip(self.tr("The same recipe and options on the same split, with the current labels"))
        self.compare = QPushButton(self.tr("Show before and after"))
        self.compare.setObjectName("before_and_after_button")
        self.compare.setAccessibleName(self.compare.text())
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.read)
        self._build()
        self.button.clicked.connect(self.retrain)
        self.compare.clicked.connect(lambda: self.section_wanted.emit("ComparisonSection"))
        session.runs_changed.connect(self._on_runs)
        session.images_changed.connect(lambda _: self._rest.start() if self._reviewed else None)
        self._action = actions.add(
            self, self.button.text(), self.retrain, "Ctrl+Shift+Return", "train", everywhere=True
        )
        self.button.setToolTip(actions.with_key(self.button.toolTip(), self._action))
        self._show()

    def _build(self) -> None:
        gap = theme.current()
        card = QFrame()
        card.setProperty("role", "well")
        sign = QLabel()
        theme.set_icon(sign, "refresh", "muted", 18)
        head = row(on=card, margins=(gap.M, gap.S, gap.S, gap.S), spacing=gap.M)
        for widget in (sign, self.words, self.compare, self.button):
            head.addWidget(widget, int(widget is self.words))
        column(card, on=self)

    # What is known

    def show_reviewed(self, reviewed: Reviewed | None) -> None:
        other = reviewed is None or self.since is None or self.since.run.name != reviewed.run
        if reviewed is not None and self._reviewed is not None and reviewed.reading != self._reviewed.reading:
            self._rest.start()  # images came or went
        self._reviewed = reviewed
        if other:
            self.since = None
            self._show()
            self.read()

    def stop(self) -> None:
        self._rest.stop()
        self._reviewed = self.since = None
        self._repeated = ""
        self._show()

    def read(self) -> None:
        reviewed = self._reviewed
        if reviewed is None:
            return
        run = self._session.run_named(reviewed.run)
        if run is not None:
            self._session.ask(lambda project: _timed(project, run), self._arrived, key="since")

    def _arrived(self, answer: tuple[Since | None, float]) -> None:
        found, seconds = answer
        self._rest.setInterval(min(MOST_REST_MS, max(REST_MS, round(1000 * seconds / LOOKING_SHARE))))
        reviewed = self._reviewed
        if reviewed is None or (found is not None and found.run.name != reviewed.run):
            return
        self.since = found
        self._show()
        if found is not None and self._repeated and found.repeats == self._repeated:
            self._repeated = ""  # what the person waited for is there
            self.section_wanted.emit("ComparisonSection")

    def _show(self) -> None:
        since = self.since
        changed = since is not None and bool(since.changes)
        repeats = since is not None and bool(since.repeats)
        training = bool(self._repeated)
        self.button.setVisible(changed)
        self._action.setEnabled(changed)
        self.compare.setVisible(repeats and not changed)
        self.setVisible(changed or repeats)
        if since is None:
            return
        if changed:
            sentence = self._sentence(since.changes, learns=since.learns)
            self.words.setText(self.tr("{0} Training again…").format(sentence) if training else sentence)
        else:
            self.words.setText(self.tr("Trained again with the fixes."))
        self.setAccessibleDescription(self.words.text())

    def _sentence(self, changes: Changes, *, learns: bool) -> str:
        """Return all that has changed since the run, in one line."""
        parts = []
        for count, words in (
            (changes.relabelled, self.tr("%Ln label(s) changed", None, changes.relabelled)),
            (changes.added, self.tr("%Ln image(s) added", None, changes.added)),
            (changes.removed, self.tr("%Ln image(s) taken out", None, changes.removed)),
            (changes.moved, self.tr("%Ln image(s) in another split", None, changes.moved)),
        ):
            if count:
                parts.append(words)
        sentence = self.tr("Since this run: {0}.").format(", ".join(parts))
        if learns:
            return sentence
        return self.tr("{0} No training image changed: the model would be the same, only its score.").format(sentence)

    # The loop

    def retrain(self) -> None:
        """Train the run again with the fixes, on the Train page, which shows how it goes."""
        since = self.since
        if since is None or not since.changes:
            return
        if not self._jobs.is_training:  # else the Train page says why this one does not begin
            self._repeated = since.run.name
            self._before = frozenset(run.name for run in self._session.runs())
        self.page_wanted.emit("train")
        self._session.retrain_asked.emit(since.run)
        self._show()

    def _on_runs(self) -> None:
        """The new run is shown as soon as it is there; one that failed ends the waiting."""
        if not self._repeated:
            return
        repeated, earlier = self._repeated, self._before
        self._session.ask(lambda project: latest_repeat(project, repeated, earlier), self._on_repeat, key="repeats")

    def _on_repeat(self, run: RunRecord | None) -> None:
        if run is None or not self._repeated or run.state == "running":
            return
        if run.state == "finished" and run.has_model:
            self.run_wanted.emit(run.name)
        else:
            self._repeated = ""
            self._show()


def _timed(project: Project, run: RunRecord) -> tuple[Since | None, float]:
    """Return what `since` finds, and the seconds that it took."""
    start = time.monotonic()
    return since(project, run), time.monotonic() - start


def since(project: Project, run: RunRecord) -> Since | None:
    """Return what has changed since the run; None where its files cannot be read."""
    from engine.library import query
    from engine.training.runs.changes import changes_since
    from engine.training.runs.records import read_record
    from engine.training.runs.retrain import touches_training

    try:
        record = read_record(run.folder)
        records, classes = query.labelled_images(project), query.classes(project)
        changes = changes_since(run, records, classes)
        learns = not changes or touches_training(run, records, classes)
    except EngineError:
        return None
    return Since(run, changes, str(record.get("repeats") or "") if record.get("fixes") else "", learns)


def latest_repeat(project: Project, name: str, but: frozenset[str]) -> RunRecord | None:
    """Return the newest run that repeats the one of that name with fixes, and is none of these."""
    from engine.training.runs.records import list_runs, read_record

    for run in (run for run in list_runs(project.folder) if run.name not in but):
        try:
            record = read_record(run.folder)
        except EngineError:
            continue
        if record.get("repeats") == name and record.get("fixes"):
            return run
    return None
