"""The classes that a person gives to classified images: by key, by typing, or as predicted. Saved at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from engine.batch.results import Results
from engine.events import Failed, Outcome
from engine.library.palette import KEYS
from gui import theme
from gui.jobs import JobRunner
from gui.session import Session
from gui.widgets.chooser import Chooser, ChooserEntry

if TYPE_CHECKING:
    from engine.batch.saved_results.folder import SavedResults

Names = dict[str | None, list[int]]  # rows by what they are called; None: as predicted


class ClassChoice(NamedTuple):
    name: str
    key: str
    colour: QColor


class Corrections(QObject):
    """Corrections by a person, on disk a moment after they are shown; `changed` gives the rows."""

    changed = Signal(list)
    said = Signal(str)
    failed = Signal(str)

    def __init__(self, session: Session, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._results = Results()
        self._kept: SavedResults | None = None
        self._number = 0
        self._done: list[Names] = []  # what each correction has replaced, the newest last
        self._undone: list[Names] = []
        self._colours_of: object = None
        self._colours: dict[str, QColor] = {}
        self.chooser: Chooser | None = None

    def begin(self, results: Results, saved: SavedResults | None, number: int = 0) -> None:
        """Begin with other results; `number` is the highest that their corrections have so far."""
        self._results, self._kept, self._number = results, saved, number
        self._done, self._undone = [], []

    def colour(self, index: int) -> QColor:
        """The class's own colour where the open project has that class, else one of the charts'."""
        classes = self._session.overview.classes
        if classes is not self._colours_of:
            self._colours_of = classes
            self._colours = {cls.name: QColor(cls.colour) for cls in classes}
        series = theme.current().series
        return self._colours.get(self._results.names[index]) or series[index % len(series)]

    def choices(self) -> list[ClassChoice]:
        """The classes of the results and those of the project, each with its key in the project; the others get the
        digits that are free, in order.
        """
        own = {cls.name: cls for cls in self._session.overview.classes}
        used_keys = {cls.key for cls in own.values()}
        free = iter([key for key in KEYS if key not in used_keys])
        found = []
        for index, name in enumerate(self._results.names):
            cls = own.pop(name, None)
            found.append(ClassChoice(name, (cls.key or "") if cls else next(free, ""), self.colour(index)))
        found += [ClassChoice(cls.name, cls.key or "", QColor(cls.colour)) for cls in own.values()]
        return found

    def has_key(self, key: str) -> bool:
        return bool(key) and any(choice.key == key for choice in self.choices())

    def call(self, rows: Sequence[int], name: str | None) -> None:
        """Call rows `name`, or with None what was predicted again."""
        if not rows or self._kept is None:
            self.said.emit(self.tr("Select images first, then press the key of their class."))
            return
        self._change({name: list(rows)}, self._done)
        self._undone = []

    def confirm(self, rows: Iterable[int]) -> None:
        """Say that the predictions of these rows are right."""
        saved, results = self._kept, self._results
        by_name: Names = {}
        for row in rows:
            if results.predicted[row] >= 0:
                by_name.setdefault(results.names[results.predicted[row]], []).append(row)
        if saved is not None and by_name:
            self._change(by_name, self._done)
            self._undone = []

    @property
    def steps(self) -> int:
        """The number of corrections that can be undone."""
        return len(self._done)

    def can_undo(self) -> bool:
        return bool(self._done)

    def can_redo(self) -> bool:
        return bool(self._undone)

    def undo(self) -> None:
        """Take the newest correction back."""
        if self._done:
            self._change(self._done.pop(), self._undone)

    def redo(self) -> None:
        """Make the correction again that was taken back last."""
        if self._undone:
            self._change(self._undone.pop(), self._done)

    def _change(self, called: Names, before: list[Names]) -> None:
        """Call rows by these names, and put what they were called to `before`."""
        saved, results = self._kept, self._results
        if saved is None:
            return
        was: Names = {}
        for row in (row for rows in called.values() for row in rows):
            label = results.labels.get(row)
            was.setdefault(None if label is None else results.names[label], []).append(row)
        for name, rows in called.items():
            results.label(rows, None if name is None else results.place_of(name))
        before.append(was)
        self._keep(saved, called)
        self.changed.emit([row for rows in called.values() for row in rows])

    def by_key(self, rows: Sequence[int], key: str) -> bool:
        """Call rows the class with that key; False if there is none."""
        choice = next((c for c in self.choices() if c.key == key), None)
        if choice is None:
            self.said.emit(self.tr("No class has the key {0}; L finds a class by its name.").format(key))
            return False
        self.call(rows, choice.name)
        return True

    def choose(self, over: QWidget, rows: Sequence[int], then: Callable[[], object]) -> None:
        """Let the person type a few letters of the class."""
        if not rows:
            self.call(rows, None)
            return
        if self.chooser is None:
            self.chooser = Chooser(over.window())

        def entry(name: str, key: str = "", colour: QColor | None = None) -> ChooserEntry:
            return ChooserEntry(name, partial(chosen, name), key=key, colour=colour)

        def chosen(name: str) -> None:
            self.call(rows, name)
            then()

        def create(name: str) -> ChooserEntry:
            words = self.tr("Label as “{0}”, a class that the model does not know").format(name)
            return ChooserEntry(words, partial(chosen, " ".join(name.split())), icon=theme.icon("plus"))

        prompt = self.tr("Label %Ln image(s) as…", None, len(rows))
        self.chooser.ask(prompt, [entry(*c) for c in self.choices()], create=create)

    def _keep(self, saved: SavedResults, called: Names) -> None:
        """Write corrections in a thread that begins at once. Threads may overtake each other, so each line has a
        number.
        """
        from engine.batch.saved_results.folder import add_labels

        first, self._number = self._number + 1, self._number + len(called)

        def write(_emit: object, _cancel: object) -> dict[str, object]:
            for number, (name, rows) in enumerate(called.items(), start=first):
                add_labels(saved, number, rows, name)
            return {}

        self._jobs.start_callable(write).ended.connect(self._on_saved)

    def _on_saved(self, outcome: Outcome) -> None:
        if isinstance(outcome, Failed):
            self.failed.emit(outcome.message)
