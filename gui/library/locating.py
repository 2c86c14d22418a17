"""Asking for a source that was moved or renamed, and for its new folder; then its files are looked for there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from gui import theme
from gui.jobs import JobRunner
from gui.library.file_job import FileJob
from gui.session import Session
from gui.widgets import wording
from gui.widgets.chooser import Chooser, ChooserEntry

if TYPE_CHECKING:
    from engine.jobs.job import Cancel, Emit
    from engine.library.project import Project
    from engine.library.records import SourceRecord


class Locating(FileJob):
    """`ask` for a source and its folder, or `start` where both are known."""

    def __init__(
        self, session: Session, jobs: JobRunner, busy: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(session, jobs, busy, parent)
        self._chooser: Chooser | None = None

    def ask(self, page: QWidget) -> None:
        """Ask where the missing source is now, and before that which one, where several or none are missing."""
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
                ChooserEntry(
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
        near = next((place for place in source.parents if place.is_dir()), Path.home())
        dialog = QFileDialog(page, self.tr("Where is {0} now?").format(source.name), str(near))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: self.start(source, Path(folder)))
        dialog.open()

    def start(self, source: Path, folder: Path) -> None:
        """Point `source` to `folder`."""

        def work(project: Project, emit: Emit, cancel: Cancel) -> Mapping[str, Any]:
            from engine.library.locating import LocateParams, locate

            params = LocateParams(str(project.folder), str(source), str(folder))
            return locate(params, emit=emit, cancel=cancel, project=project)

        self._begin(work)

    def _words(self, record: Mapping[str, Any]) -> str:
        from engine.library.locating import Located  # loaded with the job

        result = Located.of(record)
        counts = (
            (result.changed, self.tr("{0} changed")),
            (result.missing, self.tr("{0} missing, which keep their labels")),
            (result.new, self.tr("{0} new")),
        )
        found = [self.tr("{0} found").format(wording.images(result.found))]
        found += [words.format(wording.number(count)) for count, words in counts if count]
        return self.tr("{0}: {1}").format(wording.place(Path(result.folder)), ", ".join(found))


def _sources(project: Project) -> list[SourceRecord]:
    from engine.library import query

    return query.sources(project)
