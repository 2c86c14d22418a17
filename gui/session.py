"""The open project, its classes and labels: one session under all four pages, and the only door to edits.

Nothing here waits for the disk: every edit and every question runs in a thread, in order, and ends with a signal.
`set_label(...)` returns at once; `images_changed` follows when the label is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from engine.errors import EngineError, ProjectError
from engine.events import Failed
from gui.background import Background

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.library.records import ClassCount, ClassRecord, Edit, ImageRecord, Split, Summary
    from engine.training.runs import RunRecord

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Overview:
    """What every page shows of the project; read again after each change."""

    classes: tuple[ClassRecord, ...]
    counts: tuple[ClassCount, ...]
    summary: Summary | None
    undo_name: str | None
    redo_name: str | None


EMPTY = Overview((), (), None, None, None)


class Session(QObject):
    """Signals: all are emitted in the thread of the window, after the change is on disk."""

    project_changed = Signal()  # another project is open, or none
    images_changed = Signal(object)  # an `Edit`: labels or splits of `edit.image_ids` are new
    classes_changed = Signal()  # the list of classes, or their names, colours, keys
    overview_changed = Signal()  # counts are new: `overview`
    listing_changed = Signal()  # images were added or checked: lists of ids are out of date
    runs_changed = Signal()  # `runs()` has another answer
    pictures_offered = Signal(object)  # a folder (Path) that is in no project yet, or in an empty one
    message = Signal(str)  # one line to show for a moment
    edited = Signal(str)  # the same of an edit, which can be undone
    failed = Signal(str, str)  # one sentence that says why something was not done; details when it was not foreseen

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._runs: list[RunRecord] = []
        self._read_only_reason = ""
        self._held: dict[int, tuple[Project, int]] = {}
        self._retired: list[Project] = []
        self.overview = EMPTY
        self._writer = Background("edits", self._report, self)
        self._reader = Background("questions", self._report, self)

    # The project

    @property
    def project(self) -> Project | None:
        return self._project

    @property
    def read_only(self) -> bool:
        return self._project is not None and self._project.read_only

    @property
    def read_only_reason(self) -> str:
        """One sentence that says why the project is open read-only; empty when it is not."""
        return self._read_only_reason

    def open_path(self, path: Path | str) -> None:
        """Open a project folder, or the project that belongs to a folder of pictures."""
        from engine.library.project import is_project

        path = Path(path)
        if is_project(path):
            self.open_project(path)
        else:
            self.open_pictures(path)

    def open_project(self, path: Path | str, *, offer: Path | None = None) -> None:
        """Open a project; when another window writes to it, open it read-only and say so."""
        self._writer.submit(lambda: _open(Path(path)), lambda opened: self._opened(opened, offer))

    def open_pictures(self, folder: Path | str) -> None:
        """Open the project of a folder of pictures; where there is none yet, `pictures_offered` asks the person."""
        folder = Path(folder).absolute()
        self._writer.submit(lambda: _project_of(folder), lambda found: self._found(folder, found))

    def create_project_for(self, pictures: Path, then: Callable[[], None]) -> None:
        """Create (or open) the project that belongs to a folder of pictures, show it, and call `then`."""

        def opened(result: tuple[Project, str]) -> None:
            self._opened(result, None)
            then()

        self._writer.submit(lambda: _create(pictures), opened)

    def _found(self, folder: Path, found: Path | None) -> None:
        if found is None:
            self.pictures_offered.emit(folder)
        else:
            self.open_project(found, offer=folder)

    def _opened(self, opened: tuple[Project, str], offer: Path | None) -> None:
        project, reason = opened
        self._retire()
        self._project, self._read_only_reason = project, reason
        self.overview = EMPTY
        self._runs = []
        self.project_changed.emit()
        self.refresh(then=(lambda: self._offer(offer)) if offer else None)
        self.refresh_runs()

    def _offer(self, folder: Path) -> None:
        summary = self.overview.summary
        if summary is not None and summary.images == 0 and not self.read_only:
            self.pictures_offered.emit(folder)

    def close_project(self) -> None:
        if self._project is not None:
            self._retire()
            self.overview, self._runs = EMPTY, []
            self.project_changed.emit()
            self.overview_changed.emit()

    def _retire(self) -> None:
        """Stop showing the project; its files are closed as soon as no job holds it."""
        project, self._project = self._project, None
        if project is not None:
            self._retired.append(project)
            self._sweep()

    def _sweep(self) -> None:
        for project in [p for p in self._retired if id(p) not in self._held]:
            self._retired.remove(project)
            self._writer.submit(project.close)

    def hold(self) -> Callable[[], None]:
        """Keep the open project's files open for a job; call the returned function when the job has ended."""
        project = self._project
        assert project is not None
        self._held[id(project)] = (project, self._held.get(id(project), (project, 0))[1] + 1)

        def release() -> None:
            count = self._held[id(project)][1] - 1
            if count:
                self._held[id(project)] = (project, count)
            else:
                del self._held[id(project)]
                self._sweep()

        return release

    def shut_down(self) -> None:
        """Close everything; the window is going."""
        self._reader.close()
        self._writer.close()
        for project in [*self._retired, *([self._project] if self._project else [])]:
            project.close()
        self._retired.clear()
        self._project = None

    # Questions

    def ask(self, question: Callable[[Project], T], then: Callable[[T], None], *, key: str | None = None) -> None:
        """Put `question` to the project in the reading thread and hand its answer to `then` in this one.

        A newer question with the same `key` replaces an older one. Answers about a project that is no longer open
        are dropped.
        """
        project = self._project
        if project is None:
            return

        def answer(result: T) -> None:
            if self._project is project:
                then(result)

        def failed(error: Exception) -> None:
            if self._project is project:  # one that was closed meanwhile has no answers to give
                self._report(error)

        self._reader.submit(lambda: question(project), answer, failed=failed, key=key)

    def refresh(self, then: Callable[[], None] | None = None) -> None:
        """Read classes and counts again."""

        def arrived(overview: Overview) -> None:
            changed = overview.classes != self.overview.classes
            self.overview = overview
            if changed:
                self.classes_changed.emit()
            self.overview_changed.emit()
            if then is not None:
                then()

        self.ask(_overview, arrived, key=None if then else "overview")

    def images_listed(self) -> None:
        """Tell everyone that an import has added or checked images."""
        self.listing_changed.emit()
        self.refresh()

    def class_named(self, name: str) -> ClassRecord | None:
        return next((c for c in self.overview.classes if c.name == name), None)

    def class_of(self, class_id: int | None) -> ClassRecord | None:
        return next((c for c in self.overview.classes if c.id == class_id), None)

    def class_with_key(self, key: str) -> ClassRecord | None:
        return next((c for c in self.overview.classes if c.key == key), None)

    def images(self, ids: Iterable[int], then: Callable[[list[ImageRecord]], None]) -> None:
        """The records of `ids`, read in the background."""
        from engine.library import query

        wanted = list(ids)
        self.ask(lambda project: query.images(project, wanted), then)

    def runs(self) -> list[RunRecord]:
        """The runs of the project, newest first, as last read; `refresh_runs` reads them again."""
        return self._runs

    def refresh_runs(self) -> None:
        def arrived(runs: list[RunRecord]) -> None:
            self._runs = runs
            self.runs_changed.emit()

        self.ask(_runs, arrived, key="runs")

    # Edits

    def set_label(self, image_ids: Iterable[int], class_id: int | None) -> None:
        """Label images, or clear their labels (None). `images_changed` tells when it is saved."""
        from engine.library import edits

        ids = list(image_ids)
        if ids:
            self._edit(lambda project: edits.set_label(project, ids, class_id))

    def set_split(self, image_ids: Iterable[int], split: Split) -> None:
        from engine.library import edits

        ids = list(image_ids)
        if ids:
            self._edit(lambda project: edits.set_split(project, ids, split))

    def add_class(self, name: str, then: Callable[[ClassRecord], None] | None = None) -> None:
        """Add a class; `then` gets it when it is saved."""
        from engine.library import edits

        def added() -> None:
            found = self.class_named(name)
            if then is not None and found is not None:
                then(found)

        self._edit(lambda project: edits.add_class(project, name), added)

    def rename_class(self, class_id: int, name: str) -> None:
        from engine.library import edits

        self._edit(lambda project: edits.rename_class(project, class_id, name))

    def recolour_class(self, class_id: int, colour: str) -> None:
        from engine.library import edits

        self._edit(lambda project: edits.recolour_class(project, class_id, colour))

    def set_class_key(self, class_id: int, key: str | None) -> None:
        from engine.library import edits

        self._edit(lambda project: edits.set_class_key(project, class_id, key))

    def delete_class(self, class_id: int) -> None:
        from engine.library import edits

        self._edit(lambda project: edits.delete_class(project, class_id))

    def undo(self) -> None:
        from engine.library import edits

        self._edit(edits.undo, said=self.tr("Undone: {}"), nothing=self.tr("There is nothing to undo."))

    def redo(self) -> None:
        from engine.library import edits

        self._edit(edits.redo, said=self.tr("Done again: {}"), nothing=self.tr("There is nothing to do again."))

    def _edit(
        self,
        work: Callable[[Project], Edit | None],
        then: Callable[[], None] | None = None,
        *,
        said: str = "",
        nothing: str = "",
    ) -> None:
        project = self._project
        if project is None:
            return
        if project.read_only:
            self.failed.emit(
                self.tr("This project is open read-only here; close the other window to change labels."), ""
            )
            return

        def saved(edit: Edit | None) -> None:
            if self._project is not project:
                return
            if edit is None:
                self.message.emit(nothing)
                return
            if not edit.id:  # nothing was different
                return
            self.refresh(then)
            self.images_changed.emit(edit)
            if said:
                self.message.emit(said.format(edit.name))
            else:
                self.edited.emit(edit.name)

        self._writer.submit(lambda: work(project), saved)

    def _report(self, error: Exception) -> None:
        """Foreseen errors are told to the person; all others belong to the excepthook."""
        if not isinstance(error, EngineError):
            raise error
        self.failed.emit(str(error), "")

    def report_failure(self, outcome: Failed) -> None:
        """Tell the person that a job failed."""
        self.failed.emit(outcome.message, outcome.details)


def _open(path: Path) -> tuple[Project, str]:
    from engine.library.project import Project

    try:
        return Project.open(path), ""
    except ProjectError as why:  # another window writes to it, or its place cannot be written
        try:
            return Project.open(path, read_only=True), str(why)
        except ProjectError:
            raise why from None


def _create(pictures: Path) -> tuple[Project, str]:
    from engine.library.project import Project, project_for_pictures

    return Project.open_or_create(project_for_pictures(pictures)), ""


def _project_of(folder: Path) -> Path | None:
    """The project that a folder of pictures already has."""
    from engine.library.project import is_project, project_for_pictures

    if not folder.is_dir():
        raise EngineError(f"There is no folder {folder}; choose a folder of images or a project.")
    place = project_for_pictures(folder)
    return place if is_project(place) else None


def _overview(project: Project) -> Overview:
    from engine.library import edits, query

    counts = tuple(query.class_counts(project))
    return Overview(
        classes=tuple(query.classes(project)),
        counts=counts,
        summary=query.summary(project),
        undo_name=edits.undo_name(project),
        redo_name=edits.redo_name(project),
    )


def _runs(project: Project) -> list[RunRecord]:
    from engine.training.runs import list_runs

    return list_runs(project.folder)
