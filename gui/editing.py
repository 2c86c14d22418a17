"""All edits of the window, of `engine.library.edits`: each is saved in a thread and told when it is on disk.

`Session` is the one that pages hold; this is its part that changes labels, splits, flags and classes.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import EngineError
from engine.library import edits
from gui.background import Background, is_gone

if TYPE_CHECKING:
    from engine.library.edit_kinds import EditKind
    from engine.library.project import Project
    from engine.library.records import ClassCount, ClassRecord, Edit, ImageRecord, Summary


@dataclass(frozen=True, slots=True)
class Overview:
    """Read again after each change: classes and names at once, counts a moment later."""

    classes: tuple[ClassRecord, ...]
    counts: tuple[ClassCount, ...]
    summary: Summary | None
    undo_name: str | None
    redo_name: str | None
    redo_images: int | None  # how many images redo would bring back, where it does an import again

    @property
    def counted(self) -> bool:
        """Whether the project was counted; no number of it is known before."""
        return self.summary is not None


EMPTY = Overview((), (), None, None, None, None)


@dataclass(frozen=True, slots=True)
class Saved:
    """An edit that is on disk, with all that must be on screen in the same blink.

    `records` are those of the changed images that were on screen; `classes` is None when they did not change.
    """

    edit: Edit
    records: list[ImageRecord]
    classes: tuple[ClassRecord, ...] | None
    undo_name: str | None
    redo_name: str | None
    redo_images: int | None


def read_overview(project: Project) -> Overview:
    """Everything; counting takes some milliseconds for each 10,000 images."""
    from engine.library import query

    return Overview(
        classes=tuple(query.classes(project)),
        counts=tuple(query.class_counts(project)),
        summary=query.summary(project),
        undo_name=edits.undo_name(project),
        redo_name=edits.redo_name(project),
        redo_images=edits.redo_import(project),
    )


def read_saved(project: Project, edit: Edit, on_screen: frozenset[int]) -> Saved:
    """What must be shown of an edit at once; counts nothing."""
    from engine.library import query

    few = len(edit.image_ids) <= MOST_AT_ONCE
    wanted = [i for i in edit.image_ids if few or i in on_screen]
    return Saved(
        edit=edit,
        records=query.images(project, wanted) if wanted else [],
        classes=tuple(query.classes(project)) if edit.classes_changed else None,
        undo_name=edits.undo_name(project),
        redo_name=edits.redo_name(project),
        redo_images=edits.redo_import(project),
    )


MOST_AT_ONCE = 64


T = TypeVar("T")
P = ParamSpec("P")

COUNT_MS = 60  # counts may follow a label this late; they are never worth a wait
COUNTING_SHARE = 1 / 4  # of the time, at most, is taken by counting


class Editing(QObject):
    """Signals: all are emitted in the thread of the window, after the change is on disk."""

    images_changed = Signal(object)  # an `Edit`: labels, splits, flags or notes of `edit.image_ids` are new
    records_changed = Signal(object, list)  # the same `Edit` with the new records of images that were on screen
    classes_changed = Signal()  # the list of classes, or their names, colours, keys, order
    history_changed = Signal()  # what can be undone and redone
    overview_changed = Signal()  # counts are new: `overview`
    labelled = Signal(int)  # a person gave so many images a label
    message = Signal(str)  # one line to show for a moment
    edited = Signal(str)  # the same of an edit, which can be undone
    failed = Signal(str, str)  # one sentence that says why something was not done; details when it was not foreseen

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self.overview = EMPTY
        self.on_screen: frozenset[int] = frozenset()  # ids whose records an edit brings with it
        self._version = 0
        self._writer = Background("edits", self._report, self)
        self._reader = Background("questions", self._report, self)
        self._screen = Background("what is waited for", self._report, self)
        self._counting: Project | None = None  # whose counts are being read
        self._count_again = False
        self._then: list[tuple[Project, Callable[[], None]]] = []  # what waits for the next counts
        self._recount = QTimer(self, singleShot=True, interval=COUNT_MS)
        self._recount.timeout.connect(self.refresh)

    # Labels, splits, flags

    def edit(
        self, change: Callable[Concatenate[Project, P], Edit | None], /, *arguments: P.args, **options: P.kwargs
    ) -> None:
        """Make a change, one of `engine.library.edits`, with these arguments after the project.

        `images_changed` and `classes_changed` tell when it is saved. Nothing happens where the first argument holds no
        images.
        """
        self._make(change, arguments, options)

    def set_label(self, image_ids: Iterable[int], class_id: int | None, *, quiet: bool = False) -> None:
        """Label images, or clear their labels (None). With `quiet` nothing is said of it: the person sees it."""
        then = self._told_labelled if class_id is not None else None
        self._make(edits.set_label, (image_ids, class_id), {}, then, quiet=quiet)

    def set_labels(self, labels: Mapping[int, int], kind: EditKind) -> None:
        """Give each image its own class in one edit of that kind."""
        self._make(edits.set_labels, (labels, kind), {}, self._told_labelled)

    def look_at(self, image_ids: Iterable[int]) -> None:
        """Keep that the person has looked at these images; nothing is said of it, nor where it cannot be kept."""
        if self._project is not None and not self._project.read_only:
            self._make(edits.look_at, (image_ids,), {}, quiet=True)

    def make_class(
        self, image_ids: Iterable[int], name: str, then: Callable[[ClassRecord], None] | None = None
    ) -> None:
        """Add a class and label these images with it, in one edit; `then` gets it when it is saved."""

        def made(edit: Edit) -> None:
            self._told_labelled(edit)
            self._hand_class(name, then)

        self._make(edits.make_class, (image_ids, name), {}, made)

    def _hand_class(self, name: str, then: Callable[[ClassRecord], None] | None) -> None:
        wanted = " ".join(name.split())
        found = next((c for c in self.overview.classes if c.name == wanted), None)
        if then is not None and found is not None:
            then(found)

    def _told_labelled(self, edit: Edit) -> None:
        self.labelled.emit(len(edit.image_ids))

    def add_class(self, name: str, then: Callable[[ClassRecord], None] | None = None) -> None:
        """Add a class; `then` gets it when it is saved."""
        self._make(edits.add_class, (name,), {}, lambda _: self._hand_class(name, then))

    def _make(
        self,
        change: Callable[..., Edit | None],
        arguments: Sequence[object],
        options: Mapping[str, object],
        then: Callable[[Edit], None] | None = None,
        *,
        quiet: bool = False,
    ) -> None:
        now = [_as_now(argument) for argument in arguments]
        if not now or not isinstance(now[0], Sized) or now[0]:
            self._edit(lambda project: change(project, *now, **options), then, quiet=quiet)

    # Back and forth

    def undo(self) -> None:
        self._edit(edits.undo, said=self.tr("Undone: {}"), nothing=self.tr("There is nothing to undo."))

    def redo(self) -> None:
        self._edit(edits.redo, said=self.tr("Done again: {}"), nothing=self.tr("There is nothing to do again."))

    def jump_to(self, edit_id: int) -> None:
        """Undo or redo until `edit_id` is the newest edit that is done; 0 undoes everything."""
        from engine.library import timeline

        self._edit(partial(timeline.jump_to, edit_id=edit_id), said=self.tr("Now as it was after: {}"))

    def _edit(
        self,
        work: Callable[[Project], Edit | None],
        then: Callable[[Edit], None] | None = None,
        *,
        said: str = "",
        nothing: str = "",
        quiet: bool = False,
    ) -> None:
        project = self._project
        if project is None:
            return
        if project.read_only:
            words = self.tr("This project is open read-only here; close the other window to change labels.")
            self.failed.emit(words, "")
            return

        def run() -> Saved | None:
            edit = work(project)
            return None if edit is None else read_saved(project, edit, self.on_screen)

        def saved(result: Saved | None) -> None:
            if self._project is not project:
                return
            if result is None:
                self.message.emit(nothing)
            elif result.edit.image_ids or result.edit.classes_changed:  # else nothing was different
                self._show_saved(result, said, quiet=quiet)
                if then is not None:
                    then(result.edit)

        self._writer.submit(run, saved)

    def _show_saved(self, saved: Saved, said: str, *, quiet: bool) -> None:
        """The image first: a person waits for it. Words and counts follow."""
        edit = saved.edit
        self._version += 1
        self.overview = replace(
            self.overview, undo_name=saved.undo_name, redo_name=saved.redo_name, redo_images=saved.redo_images
        )
        if saved.classes is not None and saved.classes != self.overview.classes:
            self.overview = replace(self.overview, classes=saved.classes)
            self.classes_changed.emit()
        self.images_changed.emit(edit)
        self.records_changed.emit(edit, saved.records)
        self.history_changed.emit()
        if said:
            self.message.emit(said.format(edit.name))
        elif not quiet:
            self.edited.emit(edit.name)
        if not self._recount.isActive():
            self._recount.start()

    # Questions

    def ask(
        self,
        question: Callable[[Project], T],
        then: Callable[[T], None],
        *,
        key: str | None = None,
        waited_for: bool = False,
    ) -> None:
        """Put `question` to the project in the reading thread and hand its answer to `then` in this one.

        A newer question with the same `key` replaces an older one. Answers about a project that is no longer open
        are dropped. What a person has on screen and waits for has a thread of its own: counts and lists of a hundred
        thousand images must not stand before it.
        """
        project = self._project
        if project is None:
            return

        def answer(result: T) -> None:
            if self._project is project and not is_gone(then):
                then(result)

        def failed(error: Exception) -> None:
            if self._project is project:  # one that was closed meanwhile has no answers to give
                self._report(error)

        thread = self._screen if waited_for else self._reader
        thread.submit(lambda: question(project), answer, failed=failed, key=key)

    def _report(self, error: Exception) -> None:
        """Foreseen errors are told to the person; all others belong to the excepthook."""
        if not isinstance(error, EngineError):
            raise error
        self.failed.emit(str(error), "")

    def refresh(self, then: Callable[[], None] | None = None) -> None:
        """Read classes and counts again; while that is under way, once more after it.

        Counts that take longer than an import lets pass between two calls would never come if each call began anew, and
        without classes no key labels.
        """
        project = self._project
        if project is None:
            return
        if then is not None:
            self._then.append((project, then))
        if self._counting is project:
            self._count_again = True
            return
        self._counting, self._count_again = project, False
        version, waiting = self._version, self._then
        self._then = []

        def read() -> tuple[Overview, float]:
            start = time.monotonic()
            return read_overview(project), time.monotonic() - start

        def arrived(answer: tuple[Overview, float]) -> None:
            if not counted():
                return
            overview, seconds = answer
            self._recount.setInterval(max(COUNT_MS, round(1000 * seconds / COUNTING_SHARE)))
            if self._count_again:
                self._recount.start()
            self._show_overview(overview, version)
            for asked, call in waiting:
                if asked is self._project:
                    call()

        def failed(error: Exception) -> None:
            if counted():
                self._report(error)

        def counted() -> bool:
            if self._counting is project:
                self._counting = None
            return self._project is project  # answers about one that was closed meanwhile are dropped

        self._reader.submit(read, arrived, failed=failed)

    def _show_overview(self, overview: Overview, version: int) -> None:
        if version != self._version:  # it was asked for before the newest edit, whose own facts are younger
            now = self.overview
            overview = replace(
                overview,
                classes=now.classes,
                undo_name=now.undo_name,
                redo_name=now.redo_name,
                redo_images=now.redo_images,
            )
        changed = overview.classes != self.overview.classes
        self.overview = overview
        if changed:
            self.classes_changed.emit()
        self.history_changed.emit()
        self.overview_changed.emit()


def _as_now(argument: object) -> object:
    """Images and what they get, as they are now. An array is taken as it is: nobody changes one that is a selection."""
    if isinstance(argument, Mapping):
        return dict(argument)
    return list(argument) if isinstance(argument, Iterable) and not isinstance(argument, str | array) else argument
