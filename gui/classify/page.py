"""Classify: images of any number, with runs or model files; look at the results, correct them, and take them along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QImage, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from engine.events import Outcome
from gui import actions, theme
from gui.classify import clipboard
from gui.classify.batch import Batch
from gui.classify.batch_strip import BatchStrip
from gui.classify.class_keys import ClassKeys
from gui.classify.drop_area import DropPlace
from gui.classify.earlier import Earlier
from gui.classify.output_bar import Taking
from gui.classify.result_view import ResultView
from gui.classify.setup_card import Setup
from gui.classify.source_list import is_model
from gui.jobs import JobRunner
from gui.session import Session
from gui.widgets import file_dialogs, wording
from gui.widgets.caution import Caution
from gui.widgets.parts import EmptyPlace, text

EMPTY, RESULTS = 0, 1


class ClassifyPage(QWidget):
    page_wanted = Signal(str)  # "train", "library"
    undo_changed = Signal()  # `own_undo` may be another
    _dropped = 0  # corrections, as far as a person was told
    _keys: ClassKeys | None = None  # Qt sends events before the page is put together

    def __init__(self, session: Session, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classify_page")
        self.setProperty("role", "page")
        self.setAccessibleName(self.tr("Classify"))
        self.setAcceptDrops(True)
        self._session, self._jobs = session, jobs
        self.setup = Setup(jobs)
        self.batch = Batch(jobs, self)
        self.notice = Caution()
        self.strip = BatchStrip()
        self.view = ResultView(session, jobs, self)
        self.grid = self.view.grid
        self.taking = Taking(session, jobs, self.batch, self.view, self)
        self.earlier = Earlier(self.batch, self.taking.outputs, self)
        self._keys = keys = ClassKeys(self, self.view, lambda: self.taking.sorted_last)
        self._add_actions(keys)
        self._build()
        self._connect()
        self._on_project()
        self._show_running()

    def _add_actions(self, keys: ClassKeys) -> None:
        def add(words: str, slot: Callable[[], object], key: str, icon: str) -> QAction:
            everywhere = key.startswith("Ctrl")
            return actions.add(self, words, slot, keys=key.split(" "), icon=icon, everywhere=everywhere)

        tr, view, taking = self.tr, self.view, self.taking
        add(tr("Choose folder to classify…"), self._choose_folder, "Ctrl+Shift+O", "folder-open")
        add(tr("Choose pictures or archives to classify…"), self._choose_files, "Ctrl+Alt+O", "image")
        self._paste_action = add(tr("Paste a picture or files"), self.paste, "Ctrl+V", "paste")
        self._start_action = add(tr("Classify"), self._start, "Ctrl+Return", "play")
        self._go_on_action = add(tr("Go on where it stopped"), self._go_on, "Ctrl+Shift+Return", "play")
        self._stop_action = add(tr("Stop classifying"), self._stop, "Ctrl+.", "stop")
        add(tr("Earlier predictions…"), self.earlier.choose_results, "Ctrl+Shift+E", "clock")
        add(tr("Undo sorting…"), self.earlier.choose_sorting, "Ctrl+Shift+U", "undo")
        self._model_action = add(tr("Export the model…"), self._export_model, "Ctrl+E", "export")
        self._result_actions = [
            add(tr("Save CSV…"), lambda: taking.ask_save("csv"), "Ctrl+S", "export"),
            add(tr("Save JSON lines…"), lambda: taking.ask_save("jsonl"), "Ctrl+Alt+J", "export"),
            add(tr("Save Parquet…"), lambda: taking.ask_save("parquet"), "Ctrl+Alt+P", "export"),
            add(tr("Save as a submission…"), lambda: taking.ask_save("submission"), "Ctrl+Alt+U", "export"),
            add(tr("Save a summary page…"), lambda: taking.ask_save("page"), "Ctrl+Alt+H", "stats"),
            add(tr("Sort into folders…"), taking.ask_sort, "Ctrl+Shift+S", "folder"),
            add(tr("Add to a project…"), taking.ask_add, "Ctrl+Shift+A", "folder-plus"),
        ]
        self._look_actions = [
            add(tr("Show image large"), view.open_large, "Ctrl+L", "eye"),
            add(tr("Larger pictures"), lambda: view.resize_pictures(1.25), "Ctrl++ Ctrl+=", "zoom-in"),
            add(tr("Smaller pictures"), lambda: view.resize_pictures(0.8), "Ctrl+-", "zoom-out"),
            add(tr("Label as…"), keys.choose, "L", "tag"),
            add(tr("Confirm the prediction"), keys.confirm, "Y", "check"),
            add(tr("Take the correction back"), keys.take_back, "Delete Backspace", "close"),
            add(tr("Select all images"), view.grid.select_all, "Ctrl+A", "check"),
            add(tr("Show the next kind of predictions"), view.next_kind, "Ctrl+PgDown", "filter"),
        ]
        taking.fill_menu(self._result_actions[1:5])

    # Layout

    def _build(self) -> None:
        gap = theme.current()
        self.earlier_button = QPushButton(self.tr("Earlier…"))
        self.earlier_button.setObjectName("earlier_button")
        self.earlier_button.setProperty("kind", "quiet")
        self.earlier_button.setAccessibleName(self.tr("Earlier predictions"))
        self.earlier_button.setToolTip(self.tr("Predictions of earlier days, also those that were interrupted"))
        theme.set_icon(self.earlier_button, "clock")
        head = QHBoxLayout()
        head.setSpacing(gap.S)
        head.addStrut(gap.CONTROL)
        head.addWidget(text(self.tr("Classify"), "title"), 1)
        head.addWidget(self.earlier_button)
        for button in self.taking.buttons:
            head.addWidget(button)
        empty = self._empty = EmptyPlace("folder-open", "", "")
        self._lead = empty.add_button(
            self.tr("Train a model"), "lead_on_button", lambda: self.page_wanted.emit("train")
        )
        self._again = empty.add_button(
            self.tr("Show earlier predictions…"), "show_earlier_button", self.earlier.choose_results, primary=False
        )
        self._drop = DropPlace()
        inside = QVBoxLayout(self._drop)
        inside.addWidget(empty)
        self._body = QStackedWidget()
        self._body.addWidget(self._drop)
        self._body.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(gap.XL, gap.XL, gap.XL, gap.L)
        column.setSpacing(gap.M)
        column.addLayout(head)
        column.addWidget(self.setup)
        column.addWidget(self.notice)
        column.addWidget(self.strip)
        column.addWidget(self.taking.strip)
        column.addWidget(self.taking.done)
        column.addWidget(self._body, 1)

    def _connect(self) -> None:
        setup, batch, session = self.setup, self.batch, self._session
        setup.choose_button.clicked.connect(self._choose_folder)
        setup.files_button.clicked.connect(self._choose_files)
        setup.paste_button.clicked.connect(self.paste)
        setup.camera_button.clicked.connect(self._use_camera)
        setup.classify_button.clicked.connect(self._start)
        setup.stop_button.clicked.connect(self._stop)
        setup.go_on_button.clicked.connect(self._go_on)
        setup.export_button.clicked.connect(self._export_model)
        setup.changed.connect(self._update)
        setup.refused.connect(self.notice.say)
        setup.options.threshold_changed.connect(self.view.set_threshold)
        self.earlier_button.clicked.connect(self.earlier.choose_results)
        self._drop.files_dropped.connect(self._take_files)
        batch.opened.connect(self._on_opened)
        batch.started.connect(self._on_started)
        batch.progress.connect(lambda event: self.strip.show_progress(event, watching=batch.watching))
        batch.noted.connect(self.notice.say)
        batch.failed.connect(self._on_failed)
        batch.ended.connect(self._on_ended)
        batch.reading.changed.connect(self._on_rows)
        self.view.correcting.said.connect(session.message)
        self.view.correcting.changed.connect(lambda _: self.undo_changed.emit())
        self.view.correcting.failed.connect(self.notice.say)
        self.taking.failed.connect(self.notice.say)
        self.taking.changed.connect(self._update)
        self.taking.library_wanted.connect(lambda: self.page_wanted.emit("library"))
        session.runs_changed.connect(lambda: setup.models.box.show_runs(session.runs()))
        session.run_wanted.connect(lambda name: setup.models.box.choose_run(name) if self.isVisible() else None)
        session.project_changed.connect(self._on_project)
        self.earlier.found.connect(self._again.setVisible)
        self._again.hide()
        self.earlier.look()

    def _on_project(self) -> None:
        project = self._session.project
        file_dialogs.stand_beside(None if project is None else project.folder)
        self.setup.models.box.show_runs(self._session.runs())

    # What to classify

    def _choose_folder(self) -> None:
        folder = file_dialogs.ask_folder(self, self.tr("Choose a folder of images"))
        if folder is not None:
            self._take_files([folder])

    def _choose_files(self) -> None:
        self._take_files(file_dialogs.ask_files(self, self.tr("Choose pictures or archives"), self.tr("All files (*)")))

    def set_sources(self, sources: Sequence[Path]) -> None:
        """Classify these folders, images and archives instead."""
        self.setup.set_sources(sources)

    def _take_files(self, paths: Sequence[Path]) -> None:
        """Models are chosen; everything else is put to the list. After a batch that is complete a new list begins."""
        if self.batch.running or not paths:
            return
        others = []
        for path in paths:
            if is_model(path):
                self.setup.models.box.add_file(path)
            else:
                others.append(path)
        kept = self.batch.kept
        if others and kept is not None and not kept.can_go_on and self._was_asked(kept.request.sources):
            self.setup.set_sources(others)
        elif others:
            self.setup.add_sources(others)

    def _was_asked(self, sources: tuple[str, ...]) -> bool:
        """Whether what is in the list is just what the results shown are of."""
        return tuple(str(source) for source in self.setup.sources()) == sources

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self.batch.running and clipboard.files_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self._take_files(clipboard.files_in(event.mimeData()))
        event.acceptProposedAction()

    def paste(self) -> None:
        """Take files, or a picture, that were copied elsewhere."""
        data = QApplication.clipboard().mimeData()
        if self.batch.running:
            return
        files, picture = clipboard.files_in(data), clipboard.picture_in(data)
        if files:
            self._take_files(files)
        elif picture is not None:
            self._take_picture(picture)
        else:
            self._session.message.emit(self.tr("Copy a picture or some files first; then paste them here."))

    def _take_picture(self, picture: QImage) -> None:
        clipboard.keep_picture(self._jobs, picture, lambda file: self._take_files([file]), self.notice.say)

    def _use_camera(self) -> None:
        from gui.classify.camera import CameraDialog, multimedia

        module = multimedia()
        if module is not None:
            dialog = CameraDialog(module, self)
            dialog.taken.connect(self._take_picture)
            dialog.open()

    def _export_model(self) -> None:
        file, project = self.setup.models.box.model_file(), self._session.project
        run = self.setup.models.box.run_of(file) if file is not None else None
        if run is not None and project is not None:
            from gui.classify.export_dialog import ExportDialog

            ExportDialog(self._jobs, project.folder, run, self).open()

    # The batch

    def _start(self) -> None:
        about = self.setup.about()
        if self.setup.is_ready and not self.batch.running:
            self.notice.say("")
            self.batch.start(self.setup.request(), about[0].info.classes)

    def _go_on(self) -> None:
        self.notice.say("")
        self.batch.go_on()

    def _stop(self) -> None:
        self.batch.stop()
        self.setup.stop_button.setEnabled(False)

    def _on_started(self) -> None:
        self.strip.start()
        self._show_running()
        self.grid.setFocus()

    def _on_opened(self, kept: object, number: int) -> None:
        """Other results: those that begin now, or those of an earlier day."""
        from engine.batch.kept.folder import Kept

        assert isinstance(kept, Kept)
        self._body.setCurrentIndex(RESULTS)
        results = self.batch.reading.results
        self.view.set_threshold(self.setup.options.threshold.value())
        self.view.begin(results, kept, number)
        self.taking.begin()
        if not self.batch.running:
            self.setup.show_request(kept.request, self.batch.gone)
            self.notice.say(self._say_gone())
            self.strip.show_kept(kept)
        self._show_running()

    def _say_gone(self) -> str:
        """That models of results of an earlier day are not where they were; as `show_request` chooses the others."""
        kept, gone = self.batch.kept, self.batch.gone
        if kept is None or not gone:
            return ""
        places, models = ", ".join(wording.place(Path(model)) for model in gone), 1 + len(kept.request.more_models)
        if models == 1:
            words = self.tr("The model that gave these predictions is no longer at {0}; choose one to classify with.")
            return words.format(places)
        which = wording.plural(
            len(gone),
            self.tr("One of the {2} models that gave these predictions is no longer at {1}"),
            self.tr("{0} of the {2} models that gave these predictions are no longer at {1}"),
        )
        if kept.request.model in gone:
            then = self.tr("{0}; choose what to classify with.")
        else:
            then = self.tr("{0}; only the others are chosen now.")
        return then.format(which.format(len(gone), places, models))

    def _on_rows(self) -> None:
        self.view.grown()
        dropped = self.batch.reading.results.dropped_count
        if dropped > self._dropped:
            words = wording.plural(
                dropped,
                self.tr("1 correction no longer counts: its file has changed, and was classified again."),
                self.tr("{0} corrections no longer count: their files have changed, and were classified again."),
            )
            self.notice.say(words)
        self._dropped = dropped
        if not self.batch.running:
            self._show_running()

    def _on_failed(self, words: str) -> None:
        self.notice.say(words)
        self._show_running()

    def _on_ended(self, outcome: Outcome) -> None:
        results, kept = self.batch.reading.results, self.batch.kept
        assert kept is not None
        self.setup.device = kept.device or self.setup.device
        self.strip.show_end(outcome, results.images, results.problem_count, kept)
        self.notice.say(getattr(outcome, "message", ""))
        self.view.grown()
        self._show_running()

    def _show_running(self) -> None:
        """The batch was begun, has ended, or is another."""
        self.setup.set_running(self.batch.running, can_go_on=self.batch.can_go_on)

    def _update(self) -> None:
        running, some = self.batch.running, len(self.batch.reading.results) > 0
        showing = self._body.currentIndex() == RESULTS
        self.strip.setVisible(showing)
        self.strip.bar.setVisible(running)
        self.taking.update(showing=showing, usable=some and not running)
        self._say_empty()
        for action, enabled in (
            (self._start_action, self.setup.is_ready),
            (self._go_on_action, self.batch.can_go_on),
            (self._stop_action, running),
            (self._paste_action, not running),
            (self._model_action, self.setup.export_button.isVisibleTo(self.setup)),
            *((action, some and not running and not self.taking.outputs.running) for action in self._result_actions),
            *((action, showing) for action in self._look_actions),
        ):
            action.setEnabled(enabled)
        self.undo_changed.emit()

    def own_undo(self) -> tuple[str, Callable[[], object]] | None:
        """What undo takes back here before any edit of the project, which nobody sees on this page: words and work."""
        if self.taking.sorted_last:
            return self.tr("Sort into folders"), self.taking.undo_sorting
        if self.view.correcting.can_undo():
            return self.tr("Correct a prediction"), self.view.correcting.undo
        return None

    def _say_empty(self) -> None:
        no_model = self.setup.models.box.model_file() is None
        if not self.setup.sources():
            self._empty.title.setText(self.tr("Drop folders, pictures or archives here"))
            words = self.tr("Every image in them gets a class. No file is moved or changed.")
        else:
            self._empty.title.setText(self.tr("Ready"))
            words = self.tr("Press Classify; the pictures appear here with what they are.")
        if no_model:
            self._empty.title.setText(self.tr("What is in your pictures?"))
            words = self.tr("You need a model first: train one, or choose a model file above.")
        self._empty.words.setText(words)
        self._lead.setVisible(no_model and self._session.project is not None)

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard is where the work goes on: at the results, or at choosing what to classify."""
        super().showEvent(event)
        (self.grid if self._body.currentIndex() == RESULTS else self.setup.choose_button).setFocus()

    # Keys of classes

    def event(self, event: object) -> bool:
        """A key that a person gave to a class goes before the letter of an action."""
        if self._keys is not None and self._keys.claims(event):
            return True
        return super().event(event)  # type: ignore[arg-type]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._keys is None or not self._keys.press(event):
            super().keyPressEvent(event)
