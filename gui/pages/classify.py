"""Classify: folders of any size, with a run or a model file, to pictures, bars and a CSV file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTemporaryDir, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.events import Cancelled, Classified, Event, Failed, Outcome, ProblemFound, Progress, Succeeded
from gui import actions, theme
from gui.jobs import JobHandle, JobRunner
from gui.session import Session
from gui.widgets import places, wording
from gui.widgets.caution import Caution
from gui.widgets.classify.model_box import ModelBox
from gui.widgets.classify.result_view import ResultView
from gui.widgets.classify.results import Results
from gui.widgets.empty_state import DropZone
from gui.widgets.parts import EmptyPlace, elided, text

if TYPE_CHECKING:
    from engine.models.bundle import ModelInfo

TOP = 3  # classes a row of the CSV file names
EMPTY, RESULTS = 0, 1


class ClassifyPage(QWidget):
    page_wanted = Signal(str)  # "train"

    def __init__(self, session: Session, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classify_page")
        self.setProperty("role", "page")
        self.setAccessibleName(self.tr("Classify"))
        self.setAcceptDrops(True)
        self._session, self._jobs = session, jobs
        self._sources: list[Path] = []
        self._info: ModelInfo | None = None
        self._job: JobHandle | None = None
        self._scratch: QTemporaryDir | None = None
        self._saved_rows: Path | None = None
        self.model_box = ModelBox()
        self.model_note = elided("", "small")
        self.source_note = elided("", "", Qt.TextElideMode.ElideMiddle)
        self.choose_button = QPushButton(self.tr("Choose folder…"))
        self.classify_button = QPushButton(self.tr("Classify"))
        self.stop_button = QPushButton(self.tr("Stop"))
        self.save_csv_button = QPushButton(self.tr("Save CSV…"))
        self.notice = Caution()
        self.bar = QProgressBar()
        self.words = elided("", "small")
        self.view = ResultView(session, jobs, self)
        self.grid = self.view.grid
        self._name_parts()
        self._add_actions()
        self._build()
        self._connect()
        self._on_project()
        self._update()

    def _name_parts(self) -> None:
        for button, name in (
            (self.choose_button, "choose_folder_button"),
            (self.classify_button, "classify_button"),
            (self.stop_button, "stop_classify_button"),
            (self.save_csv_button, "save_csv_button"),
        ):
            button.setObjectName(name)
            button.setAccessibleName(button.text())
        self.classify_button.setProperty("kind", "primary")
        theme.set_icon(self.choose_button, "folder-open")
        theme.set_icon(self.classify_button, "play", "on_accent")
        theme.set_icon(self.stop_button, "stop")
        theme.set_icon(self.save_csv_button, "export")
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the classification"))

    def _add_actions(self) -> None:
        def add(words: str, slot: Callable[[], object], key: str, icon: str) -> QAction:
            return actions.add(self, words, slot, keys=[key], icon=icon, everywhere=True)

        tr = self.tr
        add(tr("Choose folder to classify…"), self._choose_folder, "Ctrl+Shift+O", "folder-open")
        self._start_action = add(tr("Classify"), self._start, "Ctrl+Return", "play")
        self._stop_action = add(tr("Stop classifying"), self._stop, "Ctrl+.", "stop")
        self._save_action = add(tr("Save CSV…"), self._ask_csv, "Ctrl+S", "export")
        self._large_action = add(tr("Show image large"), self.view.open_large, "Ctrl+L", "eye")

    # Layout

    def _build(self) -> None:
        gap = theme.current()
        head = QHBoxLayout()
        head.addStrut(gap.CONTROL)
        head.addWidget(text(self.tr("Classify"), "title"), 1)
        head.addWidget(self.save_csv_button)
        self._progress = QWidget()
        progress = QVBoxLayout(self._progress)
        progress.setContentsMargins(0, 0, 0, 0)
        progress.setSpacing(gap.XS + 2)
        progress.addWidget(self.bar)
        progress.addWidget(self.words)
        empty = self._empty = EmptyPlace("folder-open", "", "")
        self._lead = empty.add_button(
            self.tr("Train a model"), "lead_on_button", lambda: self.page_wanted.emit("train")
        )
        self._drop = DropZone()
        self._drop.dropped.connect(lambda folder: self.set_sources([folder]))
        inside = QVBoxLayout(self._drop)
        inside.addWidget(empty)
        self._body = QStackedWidget()
        self._body.addWidget(self._drop)
        self._body.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(gap.XL, gap.XL, gap.XL, gap.L)
        column.setSpacing(gap.L)
        column.addLayout(head)
        column.addWidget(self._setup())
        column.addWidget(self.notice)
        column.addWidget(self._progress)
        column.addWidget(self._body, 1)

    def _setup(self) -> QFrame:
        gap = theme.current()
        card = QFrame()
        card.setProperty("role", "well")
        grid = QGridLayout(card)
        grid.setContentsMargins(gap.L, gap.M, gap.L, gap.M)
        grid.setHorizontalSpacing(gap.L)
        grid.setVerticalSpacing(gap.XS)
        images = QHBoxLayout()
        images.setSpacing(gap.M)
        images.addWidget(self.choose_button)
        images.addWidget(self.source_note, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.classify_button)
        buttons.addWidget(self.stop_button)
        grid.addWidget(text(self.tr("Images"), "section"), 0, 0)
        grid.addWidget(text(self.tr("Model"), "section"), 0, 1)
        grid.addLayout(images, 1, 0)
        grid.addWidget(self.model_box, 1, 1)
        grid.addLayout(buttons, 1, 2)
        grid.addWidget(self.model_note, 2, 1, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return card

    def _connect(self) -> None:
        self.choose_button.clicked.connect(self._choose_folder)
        self.classify_button.clicked.connect(self._start)
        self.stop_button.clicked.connect(self._stop)
        self.save_csv_button.clicked.connect(self._ask_csv)
        self.model_box.model_changed.connect(self._on_model)
        session = self._session
        session.runs_changed.connect(lambda: self.model_box.show_runs(session.runs()))
        session.project_changed.connect(self._on_project)

    def _on_project(self) -> None:
        project = self._session.project
        places.stand_beside(None if project is None else project.folder)
        self.model_box.show_runs(self._session.runs())

    def _lead_on(self) -> None:
        self.page_wanted.emit("train")

    # What to classify

    def _choose_folder(self) -> None:
        folder = places.ask_folder(self, self.tr("Choose a folder of images"))
        if folder is not None:
            self.set_sources([folder])

    def set_sources(self, sources: Sequence[Path]) -> None:
        """Classify these folders and images instead."""
        self._sources = list(sources)
        self._update()

    def add_sources(self, sources: Sequence[Path]) -> None:
        self.set_sources([*self._sources, *(s for s in sources if s not in self._sources)])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._job is None and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        models = [p for p in paths if p.suffix.lower() == ".onnx"]
        for model in models:
            self.model_box.add_file(model)
        others = [p for p in paths if p not in models]
        if others:
            self.set_sources(others)
        event.acceptProposedAction()

    def _on_model(self, path: Path | None) -> None:
        """What the model says of itself is read in a thread; a newer choice makes an older answer void."""
        self._info = None
        self.notice.say("")
        self._update()
        if path is not None:
            handle = self._jobs.start_callable(lambda _emit, _cancel: _read_info(path))
            handle.ended.connect(lambda outcome: self._on_info(path, outcome))

    def _on_info(self, path: Path, outcome: Outcome) -> None:
        if path != self.model_box.model_file():
            return
        if isinstance(outcome, Succeeded):
            self._info = outcome.result["info"]
        elif isinstance(outcome, Failed):
            self.notice.say(outcome.message)
        self._update()

    def _update(self) -> None:
        running = self._job is not None
        self.choose_button.setEnabled(not running)
        self.model_box.setEnabled(not running)
        self.classify_button.setVisible(not running)
        self.stop_button.setVisible(running)
        self.classify_button.setEnabled(bool(self._sources) and self._info is not None and not running)
        self.save_csv_button.setEnabled(not running and self._saved_rows is not None and len(self.view.results) > 0)
        self.save_csv_button.setVisible(self._body.currentIndex() == RESULTS)
        self._progress.setVisible(self._body.currentIndex() == RESULTS)
        self.bar.setVisible(running)
        if not self._sources:
            self._empty.title.setText(self.tr("Drop a folder here"))
            words = self.tr("Every image in it and below gets a class. No file is moved or changed.")
        else:
            self._empty.title.setText(self.tr("Ready"))
            words = self.tr("Press Classify; the pictures appear here with what they are.")
        if self.model_box.model_file() is None:
            words = self.tr("You need a model first: train one, or choose a model file above.")
        self._empty.words.setText(words)
        self._lead.setVisible(self.model_box.model_file() is None and self._session.project is not None)
        for action, enabled in (
            (self._start_action, self.classify_button.isEnabled()),
            (self._stop_action, running),
            (self._save_action, self.save_csv_button.isEnabled()),
            (self._large_action, self._body.currentIndex() == RESULTS),
        ):
            action.setEnabled(enabled)
        names = ", ".join(wording.place(source) for source in self._sources)
        self.source_note.setText(names or self.tr("none chosen; drop a folder here"))
        self.model_note.setText(self._model_words())

    def _model_words(self) -> str:
        if self.model_box.model_file() is None:
            return self.tr("Train a model first, or choose a model file.")
        if self._info is None:
            return " "
        info = self._info
        colours = self.tr("grey") if info.channels == "grey" else self.tr("colour")
        words = self.tr("{0}  ·  {1} × {2} pixels, {3}  ·  {4}")
        classes, recipe = wording.classes(len(info.classes)), wording.recipe(info.recipe)
        return words.format(classes, info.width, info.height, colours, recipe)

    # The job

    def _start(self) -> None:
        from engine.batch.classify import ClassifyParams

        model = self.model_box.model_file()
        if model is None or not self._sources or self._job is not None or self._info is None:
            return
        results = Results()
        results.know(self._info.classes)
        self._saved_rows = self._scratch_file()
        self.view.begin(results, self._saved_rows)
        self._body.setCurrentIndex(RESULTS)
        self.notice.say("")
        self.bar.setRange(0, 0)
        self.words.setText(self.tr("Starting…"))
        sources = tuple(str(source) for source in self._sources)
        self._job = self._jobs.start("classify", ClassifyParams(str(model), sources, str(self._saved_rows), TOP))
        self._job.event.connect(self._on_event)
        self._job.ended.connect(self._on_ended)
        self._update()

    def _scratch_file(self) -> Path:
        """Where the job writes its rows, until the person saves them; gone with the page."""
        from engine.places import cache_folder

        cache_folder().mkdir(parents=True, exist_ok=True)
        self._scratch = QTemporaryDir(str(cache_folder() / "classified-XXXXXX"))
        return Path(self._scratch.path()) / "results.csv"

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self.stop_button.setEnabled(False)

    def _on_event(self, event: Event) -> None:
        match event:
            case Classified():
                self.view.results.add(event.rows)
                self.view.refresh()
            case ProblemFound():
                self.view.results.add_problem(event.path, event.reason)
            case Progress():
                self._show_progress(event)

    def _show_progress(self, event: Progress) -> None:
        self.bar.setRange(0, event.total or 0)
        self.bar.setValue(event.done)
        count = wording.images(event.done)
        if event.total is not None:
            count = wording.of_images(event.done, event.total)
        parts = [
            count,
            wording.images_rate(event.rate),
            wording.time_left(event.seconds_left) if event.done != event.total else "",
        ]
        self.words.setText("  ·  ".join(part for part in parts if part))

    def _on_ended(self, outcome: Outcome) -> None:
        self._job = None
        self.stop_button.setEnabled(True)
        self.view.refresh()
        if isinstance(outcome, Failed):
            self.notice.say(outcome.message)
            self.words.setText(self.tr("Failed after {0}").format(wording.images(len(self.view.results))))
        elif isinstance(outcome, Succeeded | Cancelled):
            self.words.setText(self._summary(outcome.result, stopped=isinstance(outcome, Cancelled)))
        self._update()

    def _summary(self, result: Mapping[str, Any], *, stopped: bool) -> str:
        done = self.tr("Stopped after {0}") if stopped else self.tr("{0} classified")
        parts = [done.format(wording.images(len(self.view.results)))]
        if result.get("seconds"):
            parts.append(self.tr("in {0}").format(wording.duration(float(result["seconds"]))))
            parts.append(wording.images_rate(float(result.get("images_per_second", 0.0))))
        if self.view.results.problems:
            parts.append(wording.unreadable(len(self.view.results.problems)))
        return "  ·  ".join(parts)

    # CSV

    def _ask_csv(self) -> None:
        path = places.ask_save(self, self.tr("Save CSV"), "classified.csv", "CSV (*.csv)")
        if path is not None:
            self.save_csv(path)

    def save_csv(self, path: Path) -> None:
        """Copy the rows, and the problems where there are any, to where the person wants them."""
        rows = self._saved_rows
        if rows is None:
            return
        self.save_csv_button.setEnabled(False)
        handle = self._jobs.start_callable(lambda _emit, _cancel: _copy(rows, path))
        handle.ended.connect(lambda outcome: self._on_saved(path, outcome))

    def _on_saved(self, path: Path, outcome: Outcome) -> None:
        self._update()
        if isinstance(outcome, Failed):
            self.notice.say(outcome.message)
        else:
            self._session.message.emit(self.tr("Saved: {0}").format(path))


def _read_info(path: Path) -> Mapping[str, Any]:
    from engine.models.bundle import read_info

    return {"info": read_info(path)}


def _copy(rows: Path, out: Path) -> Mapping[str, Any]:
    import shutil

    from engine.batch.sinks import problems_path, why
    from engine.errors import EngineError

    pairs = [(rows, out), (problems_path(rows), problems_path(out))]
    try:
        for source, target in pairs:
            if source.exists():
                partial = target.with_name(f".{target.name}.part")
                shutil.copyfile(source, partial)
                partial.replace(target)
    except OSError as error:
        raise EngineError(f"{out} cannot be written: {why(error)}; choose another place.") from error
    return {"out": str(out)}
