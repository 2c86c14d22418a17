"""Importing a folder of pictures into the project: look at it, let the person decide, import while they watch."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTemporaryDir, QTimer, Signal

from engine.events import Cancelled, Event, Failed, ImagesAdded, Outcome, Progress, Succeeded
from engine.imaging.ranges import know
from engine.jobs.job import Cancel, Emit
from gui.jobs import JobRunner, OwnedJob
from gui.library.import_options import ImportChoices, TableFound
from gui.session import Session
from gui.widgets import wording

if TYPE_CHECKING:
    from engine.library.importers.detect import ImportPreviewData, SourceReading
    from engine.library.importers.rows import Rows
    from engine.library.splits import Forecast

SHOW_MS = 250  # how often the pages look again while images come in
AUTOMATIC = ImportChoices()


class Importing(QObject):
    """Imports one source at a time. `look_at`, `look_at_table` → `detected`; `begin`, `add` → `began`, `progress`,
    `ended`.
    """

    looking = Signal(Path)
    detected = Signal(
        object, object, list
    )  # a `ImportPreviewData`, the `TableFound` that labels were read from or None, `Example`s
    forecast_made = Signal(object)  # a `Forecast` of how the images will be divided, or None
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
        self._forecasting = OwnedJob(self)
        self._rows: Rows | None = None  # all that would come in
        self._found: SourceReading | None = None  # what the look found, so that the import need not list it again
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
        samples = self._room_for_samples()

        def look(_emit: Emit, cancel: Cancel) -> Mapping[str, Any]:
            from engine.library.importers.detect import ImportOptions, detect

            chosen = asdict(choices)
            options = ImportOptions(**{f.name: chosen[f.name] for f in fields(ImportOptions) if f.name in chosen})
            found = detect(
                folder,
                options,
                cancel=cancel,
                samples_into=samples,
                values=choices.value_range,
                bands=choices.bands,
                page=choices.page,
            )
            return _looked_at(folder, found, samples, choices)

        self._look(folder, look)

    def look_at_table(self, table: Path) -> None:
        """Tell what a table says of the open project's pictures, or else of those in its folder."""
        project, self._apart = self._session.project, False
        samples = self._room_for_samples()

        def look(_emit: Emit, cancel: Cancel) -> Mapping[str, Any]:
            from engine.library.importers.of_table import detect_by_table
            from engine.library.query import sources

            known = [] if project is None else [s.folder for s in sources(project) if not s.missing]
            return _looked_at(*detect_by_table(table, known, cancel=cancel, samples_into=samples), samples, AUTOMATIC)

        self._look(table, look)

    def _room_for_samples(self) -> Path:
        """An empty folder for pictures of something packed; that of an earlier look goes."""
        self._samples = QTemporaryDir()  # which removes the folder when it goes
        return Path(self._samples.path())

    def _look(self, source: Path, look: Callable[[Emit, Cancel], Mapping[str, Any]]) -> None:
        self._found = self._rows = None
        self.folder = source
        self._looking.follow(self._jobs.start_callable(look), self._looked)
        self.looking.emit(source)

    def stop_looking(self) -> None:
        """Leave what was looked at; pictures of the project are shown again as it has them."""
        self._looking.drop()
        project = self._session.project
        if project is not None:
            from engine.library.query import sources
            from engine.library.source_folders import make_known

            make_known(sources(project))

    def _looked(self, outcome: Outcome) -> None:
        if isinstance(outcome, Succeeded):
            found = outcome.result
            self.folder, self._found = found["folder"], found["detection"].found
            self._rows = found["detection"].rows
            self.detected.emit(found["detection"], found["table"], found["examples"])
            self.forecast_made.emit(found["forecast"])
        elif isinstance(outcome, Failed):
            self.not_detected.emit(outcome.message)

    def forecast(self, choices: ImportChoices) -> None:
        """Tell how the images that were found will be divided by these choices."""
        rows = self._rows
        if rows is not None:
            handle = self._jobs.start_callable(lambda _emit, _cancel: {"forecast": _forecast(rows, choices)})
            self._forecasting.follow(handle, self._forecast_made)

    def _forecast_made(self, outcome: Outcome) -> None:
        if isinstance(outcome, Succeeded):
            self.forecast_made.emit(outcome.result["forecast"])

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

    def add(self, pictures: Sequence[Path]) -> None:
        """Import single pictures into the open project, without a look before."""
        if self._session.project is not None and not self.running and not self._starting:
            self._found = None
            self._import(pictures, AUTOMATIC)

    def _not_made(self) -> None:
        self._starting = False

    def _start(self, folder: Path, choices: ImportChoices) -> None:
        self._starting = False
        self._import([folder], choices)

    def _import(self, sources: Sequence[Path], choices: ImportChoices) -> None:
        from engine.library.scan import ImportParams, import_sources

        project = self._session.project
        assert project is not None
        params = ImportParams(project=str(project.folder), sources=tuple(map(str, sources)), **asdict(choices))
        found, self._found = self._found, None
        self._shown = False
        job = self._jobs.start_callable(
            lambda emit, cancel: import_sources(params, emit=emit, cancel=cancel, project=project, found=found),
            words=self.tr("Adding pictures"),
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
            count = int(outcome.result.get("images", 0))
            if count:
                return self.tr("Stopped; {0} images are in the project, not all were looked at yet").format(
                    wording.number(count)
                )
            return self.tr("Stopped; the project is as it was before.")
        from engine.library.importers.note import NoteKind

        result = outcome.result if isinstance(outcome, Succeeded) else {}
        added, problems = int(result.get("images", 0)), int(result.get("problems", 0))
        words = self.tr("{0} added").format(wording.images(added))
        count = sum(note["count"] for note in result.get("notes", ()) if note["kind"] == NoteKind.OTHER_LABEL_KEPT)
        if count:
            words = self.tr("{0}, {1} kept another label").format(words, wording.images(count))
        return self.tr("{0}, {1} cannot be used").format(words, wording.number(problems)) if problems else words

    def prepare_sample(self) -> None:
        """Write the built-in sample into the documents, import it, and say where its project is."""

        def write(emit: Emit, cancel: Cancel) -> Mapping[str, Any]:
            from engine.library.sample import default_folder, prepare_sample

            return {"project": prepare_sample(default_folder(), emit=emit, cancel=cancel).project}

        handle = self._jobs.start_callable(write)
        handle.ended.connect(self._sample_written)

    def _sample_written(self, outcome: Outcome) -> None:
        if isinstance(outcome, Succeeded):
            self.sample_ready.emit(outcome.result["project"])
        elif isinstance(outcome, Failed):
            self._session.report_failure(outcome)


def _forecast(rows: Rows, choices: ImportChoices) -> Forecast | None:
    """How the images will be divided, by the rule that divides them; None where none has a class."""
    from engine.library.adding import forecast
    from engine.library.scan import ImportParams
    from engine.library.split_choices import split_options

    options = split_options(ImportParams(project="", sources=(), **asdict(choices)).choices)
    return forecast(rows, options) if any(rows.class_names) else None


def _looked_at(folder: Path, found: ImportPreviewData, samples: Path, choices: ImportChoices) -> dict[str, Any]:
    """What is shown. Deep pictures, and pages, are decoded as was chosen from now on; the first stands before the
    others as it is without that, and with it: as a copy, since a choice is that of a folder.
    """
    from engine.library.importers.examples import ShownAs, examples

    shown = [] if found.shown is None else examples(found.shown)
    know({str(folder.resolve()): found.look.pixel_range})
    if found.look.pixel_range is not None and shown:
        with suppress(OSError):
            copy = Path(shutil.copy2(shown[0].file, samples))
            shown = [
                replace(shown[0], file=copy, shown_as=ShownAs.BEFORE),
                replace(shown[0], shown_as=ShownAs.AFTER),
                *shown,
            ]
    return {
        "folder": folder,
        "detection": found,
        "table": _table_of(found),
        "examples": shown,
        "forecast": _forecast(found.rows, choices),
    }


def _table_of(found: ImportPreviewData) -> TableFound | None:
    """The table that labels were read from, with its columns."""
    from engine.errors import SourceError
    from engine.library.importers.tables import read_table

    file, columns = found.table, found.columns
    if file is None:
        return None
    read = (None, None, None) if columns is None else (columns.path, columns.class_name, columns.split)
    try:
        return TableFound(str(file), read_table(file).columns, read)
    except SourceError:  # it can be read in another encoding only, as the importer reported
        return None
