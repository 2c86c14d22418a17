"""Uses of results: saved, sorted into folders and put back, added to a project. One at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from engine.batch.outputs.tables import OUTPUTS
from engine.batch.params import Adopted, AdoptParams, SaveParams, SortedFiles, SortParams, WrittenRows
from engine.events import Cancelled, Event, Failed, Outcome, ProblemFound, Progress, Succeeded
from gui.jobs import JobHandle, JobRunner, OwnedJob
from gui.session import Session
from gui.widgets import wording

if TYPE_CHECKING:
    from engine.batch.saved_results.folder import SavedResults, Sorted
    from engine.batch.sorting.journal import Mode
    from engine.jobs.job import Cancel, Emit

# Proposed name and kind of files for the dialog
FORMS = {form.name: (form.file_name, form.file_kind) for form in OUTPUTS.values()}
FORMS["page"] = ("summary.html", "HTML (*.html)")


def journals_file() -> Path:
    from engine.places import data_folder

    return data_folder() / "sorted.json"


class OutputJobs(QObject):
    """`began` says what is done, `progress` how far it is, `done` in a line how it went."""

    began = Signal(str)
    progress = Signal(object)
    done = Signal(str)
    failed = Signal(str)
    sorted_to = Signal(object)  # the journal (Path) of a sorting, also of one that ended early
    put_back = Signal(object, bool)  # the journal of a sorting that was undone, and whether all of it was

    def __init__(self, session: Session, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._job = OwnedJob(self)
        self._left: list[tuple[str, str]] = []

    @property
    def running(self) -> bool:
        return self._job.running

    def stop(self) -> None:
        self._job.stop()

    def _is_busy(self) -> bool:
        """Return whether something is under way, and say so: two at once would take files from each other."""
        if self.running:
            busy = self.tr("Images are being saved, sorted or added now; wait for the end, or stop it first.")
            self._session.message.emit(busy)
        return self.running

    def save(self, saved: SavedResults, form: str, out: Path, threshold: int) -> None:
        """Write the rows, with the corrections, in one of `FORMS`."""
        if self._is_busy():
            return
        request = saved.request
        folder, least = str(saved.folder), threshold / 100
        params = SaveParams(
            folder, str(out), form, saved.classes, request.sources, request.top, least, newest=request.watch
        )
        what = self.tr("Saving")
        job = self._jobs.start("engine.batch.saved_results.outputs:save_results", params, words=what)
        self._follow(job, what, self._saved)

    def sort(
        self, saved: SavedResults, target: Path, mode: Mode, threshold: int, total: int, only: tuple[int, ...] | None
    ) -> None:
        """Put every file into the folder of its class."""
        if self._is_busy():
            return
        request, journals = saved.request, str(journals_file())
        params = SortParams(
            str(saved.folder), str(target), mode, saved.classes, request.sources, threshold / 100, journals, total, only
        )
        what = self.tr("Sorting")
        job = self._jobs.start("engine.batch.saved_results.outputs:sort_results", params, words=what)
        begun = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"  # a journal of this sorting has a later name
        self._follow(job, what, self._sorted, finish=lambda o: self._tell_journal(o, target, begun))

    def undo_sorting(self, journal: Path) -> None:
        """Put every file back that went by this journal."""
        if self._is_busy():
            return
        from engine.batch.sorting.undo import SortUndone, UndoSortParams

        what = self.tr("Undoing the sorting")
        job = self._jobs.start("engine.batch.sorting.undo:undo_sort", UndoSortParams(str(journal)), words=what)

        def finish(outcome: Outcome) -> None:
            self.put_back.emit(journal, isinstance(outcome, Succeeded) and not SortUndone.of(outcome.result).left)

        self._follow(job, what, self._put_back, finish=finish)

    def adopt(self, params: AdoptParams) -> None:
        """Add rows to the open project, as images that its Library shows."""
        session, project = self._session, self._session.project
        if project is None or self._is_busy():
            return
        if session.read_only:
            self.failed.emit(self.tr("This project is open read-only here; close the other window to add images."))
            return

        def work(emit: Emit, cancel: Cancel) -> Mapping[str, Any]:
            from engine.batch.saved_results.adopting import adopt

            return adopt(params, emit=emit, cancel=cancel, project=project)

        def finish(outcome: Outcome) -> None:
            session.images_listed()
            if isinstance(outcome, Succeeded | Cancelled) and outcome.result.get("suggestions"):
                session.suggestions_offered.emit(outcome.result["suggestions"], self.tr("Classify"))

        what = self.tr("Adding to the project")
        release, job = session.hold(), self._jobs.start_callable(work, words=what)
        self._follow(job, what, self._added, finish=finish, release=release)

    def look_for_journals(self, then: Callable[[list[Sorted]], object]) -> None:
        """Tell `then` which sortings can be undone, newest first."""
        from engine.batch.saved_results.folder import recent_journals

        def ended(outcome: Outcome) -> None:
            if isinstance(outcome, Succeeded):
                then(outcome.result["found"])

        file = journals_file()
        self._jobs.start_callable(lambda _emit, _cancel: {"found": recent_journals(file)}).ended.connect(ended)

    def look_for_project(self, saved: SavedResults, then: Callable[[str], object]) -> None:
        """Tell `then` the name of the open project if what was classified lies in one of its sources, or around it."""
        project = self._session.project
        if project is None:
            return
        places = [Path(source) for source in saved.request.sources]

        def look(_emit: object, _cancel: object) -> Mapping[str, Any]:
            from engine.library.query import sources

            folders = [source.folder for source in sources(project)]
            return {"meets": any(p.is_relative_to(f) or f.is_relative_to(p) for p in places for f in folders)}

        def ended(outcome: Outcome) -> None:
            if isinstance(outcome, Succeeded) and outcome.result["meets"]:
                then(project.name)

        self._jobs.start_callable(look).ended.connect(ended)

    # The job

    def _follow(
        self,
        job: JobHandle,
        what: str,
        words: Callable[[Mapping[str, Any]], str],
        *,
        finish: Callable[[Outcome], object] = lambda _: None,
        release: Callable[[], None] | None = None,
    ) -> None:
        self._left = []
        self._job.follow(job, lambda outcome: self._ended(outcome, words, finish), self._happened, release=release)
        self.began.emit(what)

    def _happened(self, event: Event) -> None:
        if isinstance(event, Progress):
            self.progress.emit(event)
        elif isinstance(event, ProblemFound):
            self._left.append((event.path, wording.reason(event.reason)))

    def _ended(
        self, outcome: Outcome, words: Callable[[Mapping[str, Any]], str], finish: Callable[[Outcome], object]
    ) -> None:
        finish(outcome)
        if isinstance(outcome, Failed):
            self.done.emit("")
            self.failed.emit(outcome.message)
        elif isinstance(outcome, Cancelled):
            self.done.emit(
                self.tr("Stopped. {0}").format(words(outcome.result)) if outcome.result else self.tr("Stopped.")
            )
        elif isinstance(outcome, Succeeded):
            self.done.emit(words(outcome.result))

    def _tell_journal(self, outcome: Outcome, target: Path, begun: str) -> None:
        """A sorting that failed in the middle, on a full disk say, does not name its journal: it was remembered."""
        if isinstance(outcome, Succeeded | Cancelled):
            if outcome.result and (result := SortedFiles.of(outcome.result)).sorted:
                self.sorted_to.emit(Path(result.journal))
            return

        def found(sortings: list[Sorted]) -> None:
            from engine.batch.sorting.journal import begun as begun_at

            own = (s.journal for s in sortings if s.journal.parent == target and begun_at(s.journal) >= begun)
            journal = next(own, None)
            if journal is not None and not self.running:
                self.sorted_to.emit(journal)
                self.done.emit(self.tr("The sorting ended early; what was sorted can be undone"))

        self.look_for_journals(found)

    def _saved(self, record: Mapping[str, Any]) -> str:
        result = WrittenRows.of(record)
        words = self.tr("Saved: {0}").format(result.out)
        if not result.unanswered:
            return words
        images = wording.images(result.unanswered)
        return self.tr("{0}; {1} without an answer, as the model does not know your class").format(words, images)

    def _sorted(self, record: Mapping[str, Any]) -> str:
        result = SortedFiles.of(record)
        words = self.tr("{0} sorted into {1}").format(wording.files(result.sorted), wording.place(Path(result.target)))
        return self._with_left(words, result.not_sorted)

    def _put_back(self, record: Mapping[str, Any]) -> str:
        from engine.batch.sorting.undo import SortUndone

        result = SortUndone.of(record)
        words = {
            "move": self.tr("{0} put back").format(wording.files(result.restored)),
            "copy": self.tr("%Ln copy(s) removed; your files are where they were", None, result.restored),
        }
        links = self.tr("%Ln link(s) removed; your files are where they were", None, result.restored)
        return self._with_left(words.get(result.mode, links), result.left)

    def _with_left(self, words: str, left: int) -> str:
        """Say what was left where it is, and why the first of it was."""
        if not left:
            return words
        reason = self._left[0][1] if self._left else ""
        return self.tr("{0}; {1} left where they are ({2})").format(words, wording.number(left), reason)

    def _added(self, record: Mapping[str, Any]) -> str:
        result = Adopted.of(record)
        parts = [self.tr("{0} added to the project").format(wording.images(result.images))]
        if result.labelled:
            parts.append(self.tr("{0} with a label").format(wording.number(result.labelled)))
        if result.suggestions:
            parts.append(self.tr("{0} with a suggestion").format(wording.number(len(result.suggestions))))
        if result.kept:
            parts.append(self.tr("%Ln keep the other label(s) that they have there", None, result.kept))
        if result.left_out:
            parts.append(
                self.tr("{0} left out, as they are in archives or gone").format(wording.number(result.left_out))
            )
        if result.unchecked:
            parts.append(self.tr("{0} not looked at yet").format(wording.number(result.unchecked)))
        return ", ".join(parts)
