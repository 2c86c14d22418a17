"""The open project, its classes and labels: one session under all four pages, and the only door to edits.

Nothing here waits for the disk: every edit and every question runs in a thread, in order, and ends with a signal.
`set_label(...)` returns at once; `images_changed` follows when the label is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from engine.errors import EngineError, ProjectError
from engine.events import Failed
from engine.library.edit_kinds import IMPORT
from gui.editing import EMPTY, Editing
from gui.records import Records

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.library.records import ClassRecord, Edit, ImageRecord
    from engine.training.runs.records import RunRecord

T = TypeVar("T")


class Session(Editing):
    """Signals: all are emitted in the thread of the window, after the change is on disk."""

    project_changed = Signal()  # another project is open, or none
    listing_changed = Signal()  # images were added or checked: lists of ids are out of date
    runs_changed = Signal()  # `runs()` has another answer
    suggestions_offered = Signal(object, str)  # by file: class and how sure; and who made them, in words
    retrain_asked = Signal(object)  # a `RunRecord` that is to be trained again with the current labels
    step_wanted = Signal(object, str)  # the engine's `NextStep` for a run, and the name of that run
    rounds_wanted = Signal()  # all rounds of the project on the same check images
    run_wanted = Signal(str)  # the name of the run that the page on screen is to show
    pictures_offered = Signal(object, bool)  # a folder (Path), and whether it is to have a project of its own

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: list[RunRecord] = []
        self.are_runs_read = False  # of the open project
        self._read_only_why: ProjectError | None = None
        self._held: dict[int, tuple[Project, int]] = {}
        self._retired: list[Project] = []
        self._classes_by_id: tuple[tuple[ClassRecord, ...], dict[int, ClassRecord]] = ((), {})
        self._images = 0  # as the overview last counted them
        self.listed: Callable[[], Sequence[int]] = tuple  # ids of the images that the Library shows now
        self.records = Records(self)
        self.project_changed.connect(self.records.clear)
        self.listing_changed.connect(self.records.listed)
        self.overview_changed.connect(self._count_shown)
        self.images_changed.connect(self._show_import)

    # The project

    @property
    def project(self) -> Project | None:
        return self._project

    @property
    def read_only(self) -> bool:
        return self._project is not None and self._project.read_only

    @property
    def read_only_reason(self) -> str:
        """One sentence that says why the project is open read-only, and what to do; empty when it is not."""
        return "" if self._read_only_why is None else str(self._read_only_why)

    @property
    def read_only_cause(self) -> str:
        """The same without what to do."""
        return "" if self._read_only_why is None else self._read_only_why.found

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
        place = Path(path)
        self._open_at(place, lambda: _open(place), lambda opened: self._opened(opened, offer))

    def _open_at(
        self,
        place: Path,
        work: Callable[[], tuple[Project, ProjectError | None]],
        then: Callable[[tuple[Project, ProjectError | None]], None],
    ) -> None:
        """Let `work` open the project at `place`, unless that is the one shown here: it stays as it is, by whatever
        name, but is opened anew where it was renamed.
        """
        shown = self._project
        if shown is None or shown.read_only:  # only a writer stands in its own way
            self._writer.submit(work, then)
            return

        def looked(found: tuple[bool, bool]) -> None:
            same, in_place = found
            if same and in_place and self._project is shown:
                then((shown, None))
                return
            if same and self._project is shown:
                if id(shown) in self._held:
                    words = self.tr("{0} was renamed while work on it goes on; open it again when that has ended.")
                    self.failed.emit(words.format(shown.name), "")
                    return
                self.close_project()
            self._writer.submit(work, then)

        self._writer.submit(lambda: (shown.is_at(place), shown.is_at(shown.folder)), looked)

    def open_pictures(self, folder: Path | str) -> None:
        """Open the project of a folder of pictures; where there is none yet, `pictures_offered` asks the person."""
        folder = Path(folder).absolute()
        self._writer.submit(lambda: _project_of(folder), lambda found: self._found(folder, found))

    def create_project_for(self, pictures: Path, then: Callable[[], None]) -> None:
        """Create (or open) the project that belongs to a folder of pictures, show it, and call `then`."""

        self._writer.submit(lambda: _place_for(pictures), lambda place: self.create_project(place, then))

    def create_project(self, place: Path, then: Callable[[], None]) -> None:
        """Create (or open) the project at `place`, show it, and call `then`."""

        def opened(result: tuple[Project, ProjectError | None]) -> None:
            self._opened(result, None)
            then()

        self._open_at(place, lambda: _create_at(place), opened)

    def _found(self, folder: Path, found: Path | None) -> None:
        if found is None:
            self.pictures_offered.emit(folder, True)
        else:
            self.open_project(found, offer=folder)

    def _opened(self, opened: tuple[Project, ProjectError | None], offer: Path | None) -> None:
        project, why = opened
        if project is self._project:
            self.message.emit(self.tr("{0} is open already.").format(project.name))
            self._offer(offer)
            return
        self._retire()
        self._project, self._read_only_why = project, why
        self.overview = EMPTY
        self._runs, self.are_runs_read = [], False
        self.project_changed.emit()
        self.refresh(then=lambda: self._offer(offer))
        self.refresh_runs()

    def _offer(self, folder: Path | None) -> None:
        summary = self.overview.summary
        if folder is not None and summary is not None and summary.images == 0 and not self.read_only:
            self.pictures_offered.emit(folder, False)

    def _show_import(self, edit: Edit) -> None:
        """An import that is undone or done again, perhaps before its images were ever counted."""
        if edit.kind is IMPORT:
            self.listing_changed.emit()

    def _count_shown(self) -> None:
        """Images that came or went by undo and redo change the lists, not only the counts."""
        images = self.overview.summary.images if self.overview.summary is not None else 0
        if images != self._images:
            self._images = images
            self.listing_changed.emit()

    def close_project(self) -> None:
        if self._project is not None:
            self._retire()
            self.overview, self._runs, self.are_runs_read = EMPTY, [], False
            self.project_changed.emit()
            self.classes_changed.emit()
            self.history_changed.emit()
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
        for thread in (self._screen, self._reader, self._writer):
            thread.close()
        for project in [*self._retired, *([self._project] if self._project else [])]:
            project.close()
        self._retired.clear()
        self._project = None

    # Questions

    def images_listed(self) -> None:
        """Tell everyone that an import has added or checked images."""
        self.listing_changed.emit()
        self.refresh()

    def class_named(self, name: str) -> ClassRecord | None:
        return next((c for c in self.overview.classes if c.name == name), None)

    def class_of(self, class_id: int | None) -> ClassRecord | None:
        """Each cell that comes on screen asks for several: of a thousand classes none is sought one by one."""
        if self._classes_by_id[0] is not self.overview.classes:
            self._classes_by_id = self.overview.classes, {c.id: c for c in self.overview.classes}
        return None if class_id is None else self._classes_by_id[1].get(class_id)

    def class_with_key(self, key: str) -> ClassRecord | None:
        return next((c for c in self.overview.classes if c.key == key), None)

    def has_key(self, key: str) -> bool:
        """Return whether the key belongs to a class."""
        return bool(key) and self.class_with_key(key) is not None

    def images(self, ids: Iterable[int], then: Callable[[list[ImageRecord]], None]) -> None:
        """The records of `ids`, read in the background."""
        from engine.library import query

        wanted = list(ids)
        self.ask(lambda project: query.images(project, wanted), then, waited_for=True)

    def runs(self) -> list[RunRecord]:
        """The runs of the project, newest first, as last read; `refresh_runs` reads them again."""
        return self._runs

    def run_named(self, name: str) -> RunRecord | None:
        return next((run for run in self._runs if run.name == name), None)

    def refresh_runs(self, *, if_changed: bool = False) -> None:
        """Read the runs again; `runs_changed` follows, with `if_changed` only where they are others than before."""

        def arrived(runs: list[RunRecord]) -> None:
            same = self.are_runs_read and runs == self._runs
            self._runs, self.are_runs_read = runs, True
            if not (if_changed and same):
                self.runs_changed.emit()

        self.ask(_runs, arrived, key="runs")

    def report_failure(self, outcome: Failed) -> None:
        """Tell the person that a job failed."""
        self.failed.emit(outcome.message, outcome.details)


def _open(path: Path) -> tuple[Project, ProjectError | None]:
    from engine.library.project import Project

    try:
        return Project.open(path), None
    except ProjectError as why:  # another window writes to it, or its place cannot be written
        try:
            return Project.open(path, read_only=True), why
        except ProjectError:
            raise why from None


def _place_for(pictures: Path) -> Path:
    from engine.library.project import project_for_pictures

    return project_for_pictures(pictures)


def _create_at(place: Path) -> tuple[Project, None]:
    from engine.library.project import Project

    return Project.open_or_create(place), None


def _project_of(folder: Path) -> Path | None:
    """The project that a folder of pictures already has."""
    from engine.library.project import is_project, project_for_pictures

    if not folder.exists():  # an archive or an array file is as good as a folder
        raise EngineError(f"There is no folder {folder}; choose a folder of images or a project.")
    place = project_for_pictures(folder)
    return place if is_project(place) else None


def _runs(project: Project) -> list[RunRecord]:
    from engine.training.recipes import registry  # noqa: F401  # whoever shows a run needs it, in the window's thread
    from engine.training.runs.records import list_runs

    return list_runs(project.folder)
