"""Reading of what is reviewed outside the window's thread, and after every edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from engine.review.reviewed import FILTER, LeftOut, Reviewed, Reviewer
from gui.session import Session

if TYPE_CHECKING:
    from engine.library.records import Edit
    from engine.training.runs.records import RunRecord

FOLLOW_MS = 30  # counts and scores follow an edit this late: the key after it never waits for them
LEFT_OUT_MS = 400  # and what is left out follows after a rest, as it is counted over all images


class ReviewReader(QObject):
    """`arrived` gives what is reviewed, or one sentence why nothing can be; `left_out` what is left out of it after
    edits; `reload_wanted` asks for `read`.

    Answers that a newer question has overtaken are dropped.
    """

    arrived = Signal(object)  # Reviewed | str
    left_out = Signal(object)  # LeftOut
    reload_wanted = Signal()

    def __init__(self, session: Session, is_wanted: Callable[[], bool], parent: QObject) -> None:
        """`is_wanted` tells whether anybody sees what edits have changed; else it is read with the next question."""
        super().__init__(parent)
        self._session, self._is_wanted = session, is_wanted
        self._reviewer = Reviewer()  # used in the thread for what is waited for alone
        self._changed: set[int] = set()  # images that were changed since they were last asked for
        self._questions = 0  # questions so far
        self.timer = QTimer(self, singleShot=True, interval=FOLLOW_MS)
        self.timer.timeout.connect(self.read_changed)
        self._rest = QTimer(self, singleShot=True, interval=LEFT_OUT_MS)
        self._rest.timeout.connect(self._read_left_out)

    def begin(self) -> None:
        """Forget everything: another project is open."""
        self._reviewer = Reviewer()  # the one before may be at work in its thread; its answers are not wanted
        self._changed.clear()
        self.timer.stop()
        self._rest.stop()

    def read(self, run: RunRecord, scope: str | None) -> None:
        """Read the predictions of a run and the current labels."""
        reviewer, listed = self._reviewer, self._listed(scope)
        self._changed.clear()
        self._questions += 1
        self._session.ask(
            lambda project: reviewer.read(project, run, scope, listed), self._arrived, key="review", waited_for=True
        )

    def choose(self, scope: str) -> None:
        """Read another scope of the same run, and what edits have changed."""
        reviewer, listed = self._reviewer, self._listed(scope)
        ids, self._changed = self._changed, set()
        self._questions += 1
        question = self._questions
        self._session.ask(
            lambda project: reviewer.choose(project, scope, listed, ids),
            lambda found: self._arrived(found) if question == self._questions else None,
            waited_for=True,
        )

    def note(self, edit: Edit) -> None:
        """Read in a moment what an edit has changed."""
        self._changed.update(edit.image_ids)
        if self._is_wanted() and not self.timer.isActive():
            self.timer.start()

    def read_changed(self) -> None:
        """Read what edits have changed; an answer that a newer edit has overtaken is not shown, but built upon."""
        if not self._changed or not self._is_wanted():
            return
        reviewer, ids, self._changed = self._reviewer, self._changed, set()
        self._questions += 1
        question = self._questions

        def arrived(found: Reviewed | str | None) -> None:
            if question == self._questions and not self._changed:
                self._arrived(found)
                self._rest.start()

        self._session.ask(lambda project: reviewer.after(project, ids), arrived, waited_for=True)

    def _read_left_out(self) -> None:
        reviewer, question = self._reviewer, self._questions

        def arrived(found: LeftOut | None) -> None:
            if question == self._questions and found is not None:
                self.left_out.emit(found)

        self._session.ask(reviewer.left_out, arrived, waited_for=True)

    def _listed(self, scope: str | None) -> Sequence[int]:
        return self._session.listed() if scope == FILTER else ()

    def _arrived(self, found: Reviewed | str | None) -> None:
        if found is None:
            self.reload_wanted.emit()
        else:
            self.arrived.emit(found)
