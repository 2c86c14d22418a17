"""From a folder of pictures to images in the project: look at it, let the person decide, import while they watch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.events import Cancelled, Event, Failed, ImagesAdded, Outcome, Progress, Succeeded
from engine.jobs.job import Cancel, Emit
from engine.library.importers.note import NoteKind
from gui.jobs import JobRunner, OwnedJob
from gui.library.import_options import ImportChoices, TableFound
from gui.session import Session
from gui.widgets import wording

if TYPE_CHECKING:
    from engine.library.importers.detect import Found

SHOW_MS = 250  # how often the pages look again while images come in
AUTOMATIC = ImportChoices()


class Importing(QObject):
    """One folder at a time. `look_at` → `detected`; `begin` → `began`, `progress`, `ended`."""

    looking = Signal(Path)
    detected = Signal(object, object)  # a `Detection`, and the `TableFound` that labels were read from, or None
    not_detected = Signal(str)  # why this folder cannot be imported
    began = Signal()
    progress = Signal(object)
    ended = Signal(str)  # one line that says how it went
    sample_ready = Signal(Path)

    def __init__(self, session: Session, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._looking = OwnedJob(self)
        self._found: Found | None = None  # what the look found, so that the import need not list it again
        self._importing = OwnedJob(self)
        self.folder: Path | None = None
        self._apart = False
        self._starting = False  # a project is being made for it
        self._shown = False
        session.failed.connect(self._not_made)
        self._show = QTimer(self, singleShot=True, interval=SHOW_MS)
        self._show.timeout.connect(session.images_listed)

    @property
    def running(self) -> bool:
        return self._importing.running

    def choose(self, folder: Path, *, apart: bool) -> None:
        """Look at another folder; with `apart` it gets a project of its own, whatever is open now."""
        self._apart = apart
        self.look_at(folder)

    def look_at(self, folder: Path, choices: ImportChoices = AUTOMATIC) -> None:
        """Tell what the folder holds; an earlier look is given up."""

        def look(_emit: Emit, cancel: Cancel) -> Mapping[str, Any]:
            from engine.library.importers.detect import ImportOptions, detect

            wanted = asdict(choices)
            options = ImportOptions(**{f.name: wanted[f.name] for f in fields(ImportOptions) if f.name in wanted})
            found = detect(folder, options, cancel=cancel)
            return {"detection": found, "table": _table_of(found.table)}

        self._found = None
        self.folder = folder
        self._looking.follow(self._jobs.start_callable(look), self._looked)
        self.looking.emit(folder)

    def stop_looking(self) -> None:
        self._looking.drop()

    def _looked(self, outcome: Outcome) -> None:
        if isinstance(outcome, Succeeded):
            self._found = outcome.result["detection"].found
            self.detected.emit(outcome.result["detection"], outcome.result["table"])
        elif isinstance(outcome, Failed):
            self.not_detected.emit(outcome.message)

    def begin(self, choices: ImportChoices = AUTOMATIC) -> None:
        """Import the folder that was looked at: into the open project, or into one that is made beside it."""
        folder = self.folder
        if folder is None or self.running or self._starting:
            return
        if self._session.project is None or self._apart:
            self._starting = True
            self._session.create_project_for(folder, lambda: self._start(folder, choices))
        else:
            self._start(folder, choices)

    def _not_made(self) -> None:
        self._starting = False

    def _start(self, folder: Path, choices: ImportChoices) -> None:
        from engine.library.scan import ImportParams, import_sources

        self._starting = False
        project = self._session.project
        assert project is not None
        params = ImportParams(project=str(project.folder), sources=(str(folder),), **asdict(choices))
        found, self._found = self._found, None
        self._shown = False
        job = self._jobs.start_callable(
            lambda emit, cancel: import_sources(params, emit=emit, cancel=cancel, project=project, found=found)
        )
        self._importing.follow(job, self._finished, self._happened, release=self._session.hold())
        self.began.emit()

    def _happened(self, event: Event) -> None:
        if isinstance(event, Progress):
            self.progress.emit(event)
        elif isinstance(event, ImagesAdded) and not self._show.isActive():
            if not self._shown:  # the first pictures are waited for
                self._shown = True
                self._session.images_listed()
            self._show.start()

    def stop(self) -> None:
        self._importing.stop()

    def _finished(self, outcome: Outcome) -> None:
        self._show.stop()
        if self._session.project is not None:
            self._session.images_listed()
        self.ended.emit(self._words(outcome))

    def _words(self, outcome: Outcome) -> str:
        if isinstance(outcome, Failed):
            self._session.report_failure(outcome)
            return ""
        if isinstance(outcome, Cancelled):
            kept = int(outcome.result.get("images", 0))
            if kept:
                return self.tr("Stopped; {0} images are in the project, not all were looked at yet").format(f"{kept:,}")
            return self.tr("Stopped; the project is as it was before.")
        result = outcome.result if isinstance(outcome, Succeeded) else {}
        added, problems = int(result.get("images", 0)), int(result.get("problems", 0))
        words = self.tr("{0} added").format(wording.images(added))
        kept = sum(note["count"] for note in result.get("notes", ()) if note["kind"] == NoteKind.OTHER_LABEL_KEPT)
        if kept:
            words = self.tr("{0}, {1} kept another label").format(words, wording.images(kept))
        return self.tr("{0}, {1} cannot be used").format(words, f"{problems:,}") if problems else words

    def prepare_sample(self) -> None:
        """Write the built-in sample into the documents and say where its pictures are."""

        def write(_emit: Emit, _cancel: Cancel) -> Mapping[str, Any]:
            from engine.library.sample import write_sample
            from engine.places import documents_folder

            return {"pictures": write_sample(documents_folder() / "Pigeonhole sample").pictures}

        handle = self._jobs.start_callable(write)
        handle.ended.connect(self._sample_written)

    def _sample_written(self, outcome: Outcome) -> None:
        if isinstance(outcome, Succeeded):
            self.sample_ready.emit(outcome.result["pictures"])
        elif isinstance(outcome, Failed):
            self._session.report_failure(outcome)


def _table_of(file: Path | None) -> TableFound | None:
    """The table that labels were read from, with its columns."""
    from engine.errors import SourceError
    from engine.library.importers.tables import read_table

    if file is None:
        return None
    try:
        return TableFound(str(file), read_table(file).columns)
    except SourceError:  # it can be read in another encoding only, as the importer was told
        return None
