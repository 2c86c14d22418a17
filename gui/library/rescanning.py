"""Meeting the files again: when a person asks, and by itself a moment after something in the folders has changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from engine.events import Failed, Outcome, Progress, Succeeded
from gui.jobs import JobHandle, JobRunner
from gui.session import Session

if TYPE_CHECKING:
    from engine.jobs.job import Cancel, Emit
    from engine.library.project import Project

QUIET_MS = 2_500  # without a further change: whoever copies a thousand files is met once
SETTLED_MS = 600  # without a change of the list: while an import goes on, nobody looks for folders
MOST_FOLDERS = 2_000  # systems bound how many folders can be watched


class Rescanning(QObject):
    """One rescan at a time; none while `busy` says that something else adds images."""

    began = Signal()
    progress = Signal(object)
    ended = Signal(str)  # one line that says what was found; empty when nothing was, and nobody had asked

    def __init__(
        self, session: Session, jobs: JobRunner, busy: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._busy = busy
        self._job: JobHandle | None = None
        self._release: Callable[[], None] | None = None
        self._soon = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._soon.timeout.connect(lambda: self.start(asked=False))
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(lambda _: self._soon.start())
        self._settled = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._settled.timeout.connect(self._walk)
        self._walking: JobHandle | None = None
        session.project_changed.connect(self._project_changed)
        session.listing_changed.connect(self._look_for_folders)
        session.overview_changed.connect(self._check_on)
        self._met: Project | None = None

    @property
    def running(self) -> bool:
        return self._job is not None

    def watched(self) -> list[str]:
        """The folders that are watched."""
        return self._watcher.directories()

    def start(self, *, asked: bool = True) -> None:
        """Compare the project with its files; what is new is added, what is gone keeps its label."""
        project = self._session.project
        if project is None or self.running:
            return
        if self._session.read_only or self._busy():
            if asked:
                self._session.message.emit(self.tr("The files cannot be met again now; try when nothing else runs."))
            else:
                self._soon.start()
            return

        def work(emit: Emit, cancel: Cancel) -> Mapping[str, Any]:
            from engine.library.rescan import RescanParams, rescan

            return rescan(RescanParams(str(project.folder)), emit=emit, cancel=cancel, project=project)

        self._release = self._session.hold()
        job = self._job = self._jobs.start_callable(work)
        if asked:
            job.event.connect(lambda event: self.progress.emit(event) if isinstance(event, Progress) else None)
            self.began.emit()
        job.ended.connect(lambda outcome: self._finished(outcome, asked))

    def stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _finished(self, outcome: Outcome, asked: bool) -> None:
        self._job = None
        if self._release is not None:
            self._release()
            self._release = None
        words = self._words(outcome.result) if isinstance(outcome, Succeeded) else ""
        if isinstance(outcome, Failed):
            self._session.report_failure(outcome)
        summary = self._session.overview.summary
        if self._session.project is not None and (words or (summary is not None and summary.unchecked)):
            self._session.images_listed()
        if asked and not words and isinstance(outcome, Succeeded):
            words = self.tr("Everything is as it was.")
        self.ended.emit(words)

    def _words(self, result: Mapping[str, Any]) -> str:
        """What was found, in words; empty for nothing."""
        names = {
            "new": self.tr("{0} new"),
            "changed": self.tr("{0} changed"),
            "moved": self.tr("{0} moved"),
            "missing": self.tr("{0} missing"),
            "back": self.tr("{0} back again"),
        }
        found = [words.format(f"{result[name]:,}") for name, words in names.items() if result[name]]
        found += [self.tr("{0} cannot be reached").format(folder) for folder in result["unreachable"]]
        return self.tr("Files: {0}").format(", ".join(found)) if found else ""

    def _check_on(self) -> None:
        """Once for each project that is opened: an import that was stopped or killed while it checked goes on."""
        project, summary = self._session.project, self._session.overview.summary
        if project is None or summary is None or project is self._met:
            return
        self._met = project
        if summary.unchecked and not self._busy() and not self._session.read_only:
            self.start(asked=False)

    def leave(self) -> None:
        """An import into the open project begins, and looks at the files itself: one that is stopped stays stopped."""
        self._met = self._session.project

    # Watching

    def _project_changed(self) -> None:
        self.stop()
        self._soon.stop()
        if self._walking is not None:
            self._walking.cancel()
        if self.watched():
            self._watcher.removePaths(self.watched())
        self._look_for_folders()

    def _look_for_folders(self) -> None:
        if not self._session.read_only:
            self._settled.start()

    def _walk(self) -> None:
        """In a thread of its own: on a slow drive it takes seconds, and lists and counts must not wait for it."""
        project = self._session.project
        if project is None or self._session.read_only:
            return
        if self._walking is not None:
            self._settled.start()
            return
        job = self._walking = self._jobs.start_callable(lambda _, cancel: {"folders": _folders(project, cancel)})
        job.ended.connect(lambda outcome: self._walked(project, outcome))

    def _walked(self, project: Project, outcome: Outcome) -> None:
        self._walking = None
        if isinstance(outcome, Succeeded) and self._session.project is project:
            self._watch(outcome.result["folders"])

    def _watch(self, folders: list[str]) -> None:
        fresh = sorted(set(folders) - set(self.watched()))
        if fresh:
            self._watcher.addPaths(fresh)


def _folders(project: Project, cancel: Cancel) -> list[str]:
    """The folders of the sources and those below them, as many as can be watched."""
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
