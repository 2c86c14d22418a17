"""A source that was moved or renamed: which one, and where it is now, are asked; then its files are met there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.events import Failed, Outcome, Succeeded
from gui import theme
from gui.jobs import JobRunner
from gui.library.rescanning import FileJob
from gui.session import Session
from gui.widgets import wording
from gui.widgets.chooser import Chooser, Entry

if TYPE_CHECKING:
    from engine.jobs.job import Cancel, Emit
    from engine.library.locating import Located
    from engine.library.project import Project
    from engine.library.records import SourceRecord


class Locating(FileJob):
    """`ask` for a source and its folder, or `start` where both are known."""

    def __init__(
        self, session: Session, jobs: JobRunner, busy: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(session, jobs, busy, parent)
        self._chooser: Chooser | None = None
        session.project_changed.connect(self.stop)

    def ask(self, page: QWidget) -> None:
        """Ask where the missing source is now; which of them, or of all where none is missing, is asked first."""
        if self._session.read_only:
            self._session.message.emit(self._session.read_only_reason)
            return
        self._session.ask(_sources, partial(self._ask, page))

    def _ask(self, page: QWidget, known: Sequence[SourceRecord]) -> None:
        missing = [source for source in known if source.missing]
        if not known:
            self._session.message.emit(self.tr("This project has no folders yet."))
        elif len(missing) == 1:
            self._ask_folder(page, missing[0].folder)
        else:
            entries = [
                Entry(
                    source.folder.name,
                    partial(self._ask_folder, page, source.folder),
                    icon=theme.icon("folder"),
                    detail=wording.place(source.folder.parent),
                )
                for source in missing or known
            ]
            self._chooser = self._chooser or Chooser(page.window())
            self._chooser.ask(self.tr("Which folder was moved?"), entries)

    def _ask_folder(self, page: QWidget, source: Path) -> None:
        dialog = QFileDialog(page, self.tr("Where is {0} now?").format(source.name))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: self.start(source, Path(folder)))
        dialog.open()

    def start(self, source: Path, folder: Path) -> None:
        """Point `source` to `folder`."""
        project = self._session.project
        if project is None or self.running:
            return
        if not self._can_start():
            self._refuse()
            return

        def work(emit: Emit, cancel: Cancel) -> Mapping[str, Any]:
            from engine.library.locating import LocateParams, locate

            params = LocateParams(str(project.folder), str(source), str(folder))
            return locate(params, emit=emit, cancel=cancel, project=project)

        self._follow(work, self._finished)
        self.began.emit()

    def _finished(self, outcome: Outcome) -> None:
        from engine.library.locating import Located  # loaded with the job

        if isinstance(outcome, Failed):
            self._session.report_failure(outcome)
        if self._session.project is not None:
            self._session.images_listed()
        self.ended.emit(self._words(Located.of(outcome.result)) if isinstance(outcome, Succeeded) else "")

    def _words(self, result: Located) -> str:
        """What was found there, in words."""
        counts = (
            (result.changed, self.tr("{0} changed")),
            (result.missing, self.tr("{0} missing, which keep their labels")),
            (result.new, self.tr("{0} new")),
        )
        found = [self.tr("{0} found").format(wording.images(result.found))]
        found += [words.format(f"{count:,}") for count, words in counts if count]
        return self.tr("{0}: {1}").format(wording.place(Path(result.folder)), ", ".join(found))


def _sources(project: Project) -> list[SourceRecord]:
    from engine.library import query

    return query.sources(project)
