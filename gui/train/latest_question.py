"""A question that is asked anew when what it depends on has changed; only the newest answer counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from engine.events import Outcome

if TYPE_CHECKING:
    from gui.jobs import JobHandle


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
