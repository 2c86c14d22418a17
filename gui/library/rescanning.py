"""Looking at the files again: for new, changed and missing ones, and whether problems can be used by now."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from engine.events import Event, Failed, Outcome, Succeeded
from gui.jobs import JobRunner, OwnedJob
from gui.library.file_job import FileJob
from gui.session import Session
from gui.widgets import wording

if TYPE_CHECKING:
    from engine.jobs.job import Cancel, Emit
    from engine.library.project import Project

QUIET_MS = 2_500  # without a further change: whoever copies a thousand files causes one rescan
SETTLED_MS = 600  # without a change of the list: while an import goes on, nobody looks for folders
MOST_FOLDERS = 2_000  # systems bound how many folders can be watched


class FolderWatch(QObject):
    """Tells when something in the folders of the sources has changed."""

    changed = Signal()

    def __init__(self, session: Session, jobs: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(lambda _: self.changed.emit())
        self._settled = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._settled.timeout.connect(self._walk)
        self._job = OwnedJob(self)
        session.listing_changed.connect(self._look_for_folders)

    def watched(self) -> list[str]:
        """Return the folders that are watched."""
        return self._watcher.directories()

    @property
    def looking(self) -> bool:
        """Return whether it looks for folders now."""
        return self._job.running

    def begin(self) -> None:
        """Watch the folders of the project that is open now, if any."""
        self._job.stop()
        if self.watched():
            self._watcher.removePaths(self.watched())
        self._look_for_folders()

    def _look_for_folders(self) -> None:
        if not self._session.read_only:
            self._settled.start()

    def _walk(self) -> None:
        """List the folders to watch, in a thread of its own: on a slow drive it takes seconds, and lists and counts
        must not wait for it.
        """
        project = self._session.project
        if project is None or self._session.read_only:
            return
        if self._job.running:
            self._settled.start()
            return
        job = self._jobs.start_callable(lambda _, cancel: {"folders": _folders(project, cancel)})
        self._job.follow(job, lambda outcome: self._walked(project, outcome))

    def _walked(self, project: Project, outcome: Outcome) -> None:
        if isinstance(outcome, Succeeded) and self._session.project is project:
            fresh = sorted(set(outcome.result["folders"]) - set(self.watched()))
            if fresh:
                self._watcher.addPaths(fresh)


class Rescanning(FileJob):
    """Compares the project with its files: when a person asks, and a moment after something in the folders changed."""

    def __init__(
        self, session: Session, jobs: JobRunner, busy: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(session, jobs, busy, parent)
        self._by_person = False  # who is shown how far it is
        self._soon = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._soon.timeout.connect(lambda: self.start(by_person=False))
        self.folders = FolderWatch(session, jobs, self)
        self.folders.changed.connect(self._soon.start)
        self._resumed: Project | None = None  # whose unfinished import was looked at already
        session.project_changed.connect(self._project_changed)
        session.overview_changed.connect(self._resume_check)

    def start(self, *, by_person: bool = True) -> None:
        """Compare the project with its files; what is new is added, what is gone keeps its label."""
        project = self._session.project
        if project is None or self.running:
            return
        self._by_person = by_person
        if by_person:
            self._begin(_rescan)
        elif self._can_start():
            self._follow(project, _rescan)
        else:
            self._soon.start()

    def _happened(self, event: Event) -> None:
        if self._by_person:
            super()._happened(event)

    def _finished(self, outcome: Outcome) -> None:
        words = self._ending(outcome)
        if isinstance(outcome, Failed):
            self._session.report_failure(outcome)
        summary = self._session.overview.summary
        if self._session.project is not None and (words or (summary is not None and summary.unchecked)):
            self._session.images_listed()
        if self._by_person and not words and isinstance(outcome, Succeeded):
            words = self.tr("Everything is as it was.")
        self.ended.emit(words)

    def _words(self, record: Mapping[str, Any]) -> str:
        from engine.library.rescan import Rescanned  # loaded with the job

        result = Rescanned.of(record)
        counts = (
            (result.new, self.tr("{0} new")),
            (result.changed, self.tr("{0} changed")),
            (result.moved, self.tr("{0} moved")),
            (result.missing, self.tr("{0} missing")),
            (result.back, self.tr("{0} back again")),
        )
        found = [words.format(wording.number(count)) for count, words in counts if count]
        found += [self.tr("{0} cannot be reached").format(folder) for folder in result.unreachable]
        return self.tr("Files: {0}").format(", ".join(found)) if found else ""

    def _resume_check(self) -> None:
        """Go on, once for each project that is opened, with an import that was stopped or killed while it checked."""
        project, summary = self._session.project, self._session.overview.summary
        if project is None or summary is None or project is self._resumed:
            return
        self._resumed = project
        if summary.unchecked and self._can_start():
            self.start(by_person=False)

    def leave_to_import(self) -> None:
        """An import into the open project begins, and looks at the files itself: one that is stopped stays stopped."""
        self._resumed = self._session.project

    def _project_changed(self) -> None:
        self.stop()
        self._soon.stop()
        self.folders.begin()


class Rechecking(FileJob):
    """Looks at problems again when a person asks: files that were mended meanwhile can be used."""

    def start(self, image_ids: Iterable[int] | None = None) -> None:
        """Look at these problems once more; None for all of them."""
        ids = None if image_ids is None else tuple(image_ids)

        def work(project: Project, emit: Emit, cancel: Cancel) -> Mapping[str, Any]:
            from engine.library.rechecking import RecheckParams, recheck

            return recheck(RecheckParams(str(project.folder), ids), emit=emit, cancel=cancel, project=project)

        self._begin(work)

    def _words(self, record: Mapping[str, Any]) -> str:
        from engine.library.rechecking import Rechecked  # loaded with the job

        result = Rechecked.of(record)
        looked, mended = result.looked_at, result.mended
        if not looked:
            return self.tr("None of these files can be reached now.")
        if not mended:
            return self.tr("None of the %Ln file(s) can be used yet.", None, looked)
        if looked == 1:
            return self.tr("It can be used now.")
        return self.tr("{0} can be used now.").format(wording.of_images(mended, looked))


def _rescan(project: Project, emit: Emit, cancel: Cancel) -> Mapping[str, Any]:
    from engine.library.rescan import RescanParams, rescan

    return rescan(RescanParams(str(project.folder)), emit=emit, cancel=cancel, project=project)


def _folders(project: Project, cancel: Cancel) -> list[str]:
    """Return the folders of the sources and those below them, as many as can be watched."""
    from engine.library import query

    found: list[str] = []
    for source in query.sources(project):
        if source.missing:
            continue
        for place, names, _ in os.walk(source.folder):
            cancel.check()
            names[:] = [name for name in names if not name.startswith(".")]
            found.append(place)
            if len(found) >= MOST_FOLDERS:
                return found
    return found
