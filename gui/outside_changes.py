"""What other processes do to the open project, such as `pigeonhole train` in a terminal: the window follows.

The folders of runs are watched, and looked at again when the person comes back to the window. Labels can change
only under a window that is open read-only, as there is one writer: the files of the store are watched there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from engine.library import query
from gui.session import Session

if TYPE_CHECKING:
    from engine.library.project import Project

QUIET_MS = 500  # after a change, in which more of them are looked at together


class OutsideChanges(QObject):
    """Follows the open project of the session."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._seen: tuple[Project, int] | None = None  # the state of the store when it was read last
        self._watcher = QFileSystemWatcher(self)
        self._soon = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._soon.timeout.connect(self.look)
        self._watcher.directoryChanged.connect(lambda _: self._soon.start())
        self._watcher.fileChanged.connect(lambda _: self._soon.start())
        session.project_changed.connect(self._begin)
        session.runs_changed.connect(self._watch)
        QGuiApplication.instance().applicationStateChanged.connect(self._state_changed)  # type: ignore[union-attr]

    def watched(self) -> list[str]:
        """The folders and files that are watched."""
        return [*self._watcher.directories(), *self._watcher.files()]

    def _begin(self) -> None:
        self._soon.stop()
        self._seen = None
        if self.watched():
            self._watcher.removePaths(self.watched())
        self._watch()
        if self._session.read_only:
            self._look_at_store()

    def _watch(self) -> None:
        """Watch what can change now; what does not exist, as the folder of runs before the first, is seen to come."""
        project = self._session.project
        if project is None:
            return
        running = [run.folder for run in self._session.runs() if run.state == "running"]
        wanted = {str(path) for path in (project.folder, project.runs_folder, *running)}
        if self._session.read_only:
            wanted |= {str(path) for path in project.folder.glob("project.sqlite*")}
        new = wanted.difference(self.watched())
        if new:
            self._watcher.addPaths(sorted(new))

    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive:
            self._soon.start()

    def look(self) -> None:
        """Read what has changed; nothing is told where nothing has."""
        if self._session.project is None:
            return
        self._session.refresh_runs(if_changed=True)
        self._watch()
        if self._session.read_only:
            self._look_at_store()

    def _look_at_store(self) -> None:
        project = self._session.project

        def arrived(version: int) -> None:
            if project is None or self._session.project is not project:
                return
            before, self._seen = self._seen, (project, version)
            if before is not None and before != self._seen:
                self._session.images_listed()
                self._session.classes_changed.emit()

        self._session.ask(query.version, arrived, key="outside changes")
