"""A question that is asked anew when what it depends on has changed; only the newest answer counts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from engine.events import Outcome
from gui.jobs import JobHandle, OwnedJob


class LatestQuestion(QObject):
    """One job at a time, begun again after it has ended where that was wanted meanwhile."""

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
        self.job = OwnedJob(self)
        self.outdated = False  # it is asked anew once the job that runs has ended
        self._rest = QTimer(self, interval=rest, singleShot=True)
        self._rest.timeout.connect(self._begin)

    @property
    def busy(self) -> bool:
        return self.job.running or self._rest.isActive()

    def ask(self) -> None:
        """Ask soon; what was asked before no longer counts."""
        self._rest.start()

    def stop(self) -> None:
        """Drop the question: an answer that is still on its way is about another project."""
        self._rest.stop()
        self.outdated = False
        self.job.drop()

    def _begin(self) -> None:
        if self.job.running:
            self.outdated = True
            return
        handle = self._ask()
        if handle is not None:
            self.job.follow(handle, self._on_ended)

    def _on_ended(self, outcome: Outcome) -> None:
        again, self.outdated = self.outdated, False
        if not again or self._old_too:
            self._answer(outcome)
        if again:
            self._begin()
