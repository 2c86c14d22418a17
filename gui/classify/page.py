"""Classify: images of any number, with runs or model files; look at the results, correct them, and save them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from engine.batch.outputs.tables import OUTPUTS
from engine.batch.saved_results.folder import SavedResults
from engine.events import Failed, Outcome, Progress
from gui import actions, theme
from gui.classify.batch import Batch, result_of
from gui.classify.earlier_results import EarlierResults
from gui.classify.intake import DropArea, Intake
from gui.classify.older_model import OlderModel
from gui.classify.output_bar import OutputBar
from gui.classify.result_view import ResultView
from gui.classify.setup_card import SetupCard
from gui.jobs import JobRunner
from gui.session import Session
from gui.widgets import file_dialogs, wording
from gui.widgets.caution import Caution
from gui.widgets.class_keys import ClassKeys
from gui.widgets.empty_page import EmptyPage
from gui.widgets.labels import elided, text
from gui.widgets.layouts import column, fill, row
from gui.widgets.pasted import files_in
from gui.widgets.progress_bar import ProgressBar


class CorrectionKeys:
    """The keys that correct the images selected in `view`: a digit or the key of a class, L to find one by name."""

    def __init__(self, page: QWidget, view: ResultView, sorted_last: Callable[[], bool]) -> None:
        self._page, self._view, self._sorted_last = page, view, sorted_last
        ClassKeys(page, self._by_key, self._is_key)

    @property
    def _usable(self) -> bool:
        return self._view.isVisible()

    def _by_key(self, key: str) -> None:
        if self._usable and self._view.correcting.by_key(self._view.selected(), key):
            self._view.step_on()

    def choose(self) -> None:
        self._view.correcting.choose(self._page, self._view.selected(), self._view.step_on)

    def confirm(self) -> None:
        """Say that the predictions of the selected images are right."""
        self._view.correcting.confirm(self._view.selected())
        self._view.step_on()

    def take_back(self) -> None:
        self._view.correcting.call(self._view.selected(), None)

    def claims(self, event: object) -> bool:
        """Accept an event of the page that offers a key to undo or redo here; return whether it was one."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
            return False
        if self._undo_of(event) is not None:
            event.accept()
            return True
        return False

    def press(self, event: QKeyEvent) -> bool:
        """Undo or redo; False if the key is for neither, or there is nothing of that here."""
        undo = self._undo_of(event)
        if undo is not None:
            undo()
        return undo is not None

    def _undo_of(self, event: QKeyEvent) -> Callable[[], None] | None:
        """Undo and redo are for the corrections as long as there are any: a person who has just pressed a wrong key
        does not mean the newest edit of the Library, which they do not even see here. A sorting that came after them
        goes first; the page tells the window of it.
        """
        correcting = self._view.correcting
        if self._usable and event.matches(QKeySequence.StandardKey.Undo) and correcting.can_undo():
            return None if self._sorted_last() else correcting.undo
        redo = event.matches(QKeySequence.StandardKey.Redo) or (
            event.key() == Qt.Key.Key_Y and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        )
        return correcting.redo if self._usable and redo and correcting.can_redo() else None

    def _is_key(self, key: str) -> bool:
        return self._usable and self._view.correcting.has_key(key)


class BatchStrip(QWidget):
    """The progress of a batch: a bar, and one line with the count, the rate and the time left, or how it ended."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = ProgressBar(self.tr("Progress of the classification"))
        self.words = elided("", "small")
        column(self.bar, self.words, on=self, spacing=theme.current().XS + 2)

    def start(self) -> None:
        self.bar.setRange(0, 0)
        self.words.setText(self.tr("Starting…"))

    def show_progress(self, event: Progress, *, watching: bool) -> None:
        """Show the progress; while a folder is watched there is no end to count down to."""
        self.bar.setRange(0, event.total or 0)
        self.bar.setValue(event.done)
        if watching:
            words = self.tr("Watching; {0} so far. New files are classified as they come.")
            self.words.setText(words.format(wording.images(event.done)))
            return
        known = event.total is not None
        left = wording.time_left(event.seconds_left) if event.done != event.total else ""
        count = wording.of_images(event.done, event.total or 0) if known else wording.images(event.done)
        self._say(count, wording.images_rate(event.rate), left)

    def show_end(self, outcome: Outcome, images: int, problems: int, saved: SavedResults) -> None:
        """Say how the job ended, with the numbers that are there now."""
        done = self.tr("Stopped after {0}") if saved.can_go_on else self.tr("{0} classified")
        if isinstance(outcome, Failed):
            done = self.tr("Failed after {0}")
        result = result_of(outcome)
        parts = [done.format(wording.images(images))]
        if result is not None:
            parts.append(self.tr("in {0}").format(wording.duration(result.seconds)))
            parts.append(wording.images_rate(result.images_per_second) if images else "")
        if saved.device:
            parts.append(self.tr("on {0}").format(saved.device))
        self._say(*parts, wording.unreadable(problems) if problems else "")

    def show_saved(self, saved: SavedResults) -> None:
        """Say of what day the results are, and by which model."""
        when = self.tr("Classified {0}").format(wording.when(saved.created))
        model = Path(saved.request.model)
        name = model.parent.name if model.name == "model.onnx" else model.name
        stopped = self.tr("stopped before its end") if saved.can_go_on and not saved.request.watch else ""
        self._say(when, wording.images(saved.images) if saved.images else "", self.tr("by {0}").format(name), stopped)

    def _say(self, *parts: str) -> None:
        self.words.setText("  ·  ".join(part for part in parts if part))


EMPTY, RESULTS = 0, 1


class NoResults(DropArea):
    """The page before there are results: what to do next."""

    train_wanted = Signal()
    earlier_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.empty = EmptyPage("folder-open", "", "")
        self.train = self.empty.add_button(self.tr("Train a model"), "lead_on_button", self.train_wanted.emit)
        self.earlier = self.empty.add_button(
            self.tr("Show earlier predictions…"), "show_earlier_button", self.earlier_wanted.emit, primary=False
        )
        self.earlier.hide()
        column(self.empty, on=self, margins=None)

    def say(self, *, sources: bool, model: bool, project: bool) -> None:
        """Say what to do, by what is chosen already and whether a project is open to train in."""
        title = self.tr("Drop folders, pictures or archives here")
        words = self.tr("Every image in them gets a class. No file is moved or changed.")
        if sources:
            title = self.tr("Ready")
            words = self.tr("Press Classify; the pictures appear here with what they are.")
        if not model:
            title = self.tr("What is in your pictures?")
            words = self.tr("You need a model first: train one, or choose a model file above.")
        self.empty.say(title, words)
        self.train.setVisible(not model and project)


class ClassifyPage(QWidget):
    page_wanted = Signal(str)  # "train", "library"
    undo_changed = Signal()  # `own_undo` may be another
    _dropped = 0  # corrections that a person was informed of
    _built = False  # Qt sends events before the page is put together

    def __init__(self, session: Session, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classify_page")
        self.setProperty("role", "page")
        self.setAccessibleName(self.tr("Classify"))
        self.setAcceptDrops(True)
        self._session, self._jobs = session, jobs
        self.setup = SetupCard(jobs)
        self._watch_waits = False  # for a folder and a model
        self.batch = Batch(jobs, self)
        self.intake = Intake(jobs, self.setup, self.batch, self)
        self.notice = Caution()
        self.strip = BatchStrip()
        self.older = OlderModel()
        self.view = ResultView(session, jobs, self)
        self.output_bar = OutputBar(session, jobs, self.batch, self.view, self)
        self.earlier = EarlierResults(self.batch, self.output_bar.outputs, self)
        self.keys = CorrectionKeys(self, self.view, lambda: self.output_bar.sorted_last)
        self.no_results = NoResults()
        self._actions = PageActions(self)
        self._build()
        self._connect()
        self._on_project()
        self._show_running()
        self._built = True

    @property
    def showing(self) -> int:
        """Return what the body shows now: one of the numbers of its pages."""
        return self._body.currentIndex()

    def _build(self) -> None:
        gap = theme.current()
        self._body = QStackedWidget()
        self._body.addWidget(self.no_results)
        self._body.addWidget(self.view)
        title = text(self.tr("Classify"), "title")
        head = row(fill(title), self.earlier.button, *self.output_bar.buttons, spacing=gap.S)
        head.addStrut(gap.CONTROL)
        column(
            head,
            self.setup,
            self.notice,
            self.strip,
            self.older,
            self.output_bar.strip,
            self.output_bar.sorted,
            self.output_bar.done,
            fill(self._body),
            on=self,
            margins=(gap.XL, gap.XL, gap.XL, gap.L),
            spacing=gap.M,
        )

    def _connect(self) -> None:
        setup, batch, session = self.setup, self.batch, self._session
        setup.classify_button.clicked.connect(self.start)
        setup.stop_button.clicked.connect(self.stop)
        setup.go_on_button.clicked.connect(self.go_on)
        setup.export_button.clicked.connect(self.export_model)
        setup.changed.connect(self._update)
        self.older.again_wanted.connect(self.start)
        self.output_bar.older_words = lambda: self.older.words.text()
        setup.refused.connect(self.notice.say)
        setup.options.watch_asked.connect(self._on_watch)
        setup.options.threshold_changed.connect(self.view.set_threshold)
        self.intake.said.connect(session.message)
        self.intake.refused.connect(self.notice.say)
        self.no_results.files_dropped.connect(self.intake.take)
        self.no_results.train_wanted.connect(lambda: self.page_wanted.emit("train"))
        self.no_results.earlier_wanted.connect(self.earlier.choose_results)
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
        self.output_bar.failed.connect(self.notice.say)
        self.output_bar.changed.connect(self._update)
        self.output_bar.library_wanted.connect(lambda: self.page_wanted.emit("library"))
        session.runs_changed.connect(lambda: setup.models.box.show_runs(session.runs()))
        session.run_wanted.connect(lambda name: setup.models.box.choose_run(name) if self.isVisible() else None)
        session.project_changed.connect(self._on_project)
        self.earlier.found.connect(self.no_results.earlier.setVisible)
        self.earlier.look()

    def _on_project(self) -> None:
        project = self._session.project
        file_dialogs.stand_beside(None if project is None else project.folder)
        self.setup.models.box.show_runs(self._session.runs())

    # What to classify

    def set_sources(self, sources: Sequence[Path]) -> None:
        """Classify these folders, images and archives instead."""
        self.setup.set_sources(sources)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.intake.accepts(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.intake.take(files_in(event.mimeData()))
        event.acceptProposedAction()

    def export_model(self) -> None:
        file, project = self.setup.models.box.model_file(), self._session.project
        run = self.setup.models.box.run_of(file) if file is not None else None
        if run is not None and project is not None:
            from gui.classify.export_dialog import ExportDialog

            ExportDialog(self._jobs, project.folder, run, self).open()

    # The batch

    def start(self) -> None:
        """Classify what is chosen."""
        about = self.setup.about()
        if self.setup.is_ready and not self.batch.running:
            self.notice.say("")
            self.batch.start(self.setup.request(), about[0].info.classes)

    def _on_watch(self, on: bool) -> None:
        """Watch as soon as a folder and a model are chosen, or end that."""
        self._watch_waits = on and not self.setup.is_ready
        if not on and self.batch.watching:
            self.stop()
        elif on and not self._watch_waits:
            self.start()

    def go_on(self) -> None:
        """Go on with the batch that was stopped."""
        self.notice.say("")
        self.batch.go_on()

    def stop(self) -> None:
        """Stop the batch; what is classified stays."""
        self.batch.stop()
        self.setup.stop_button.setEnabled(False)

    def _on_started(self) -> None:
        self.strip.start()
        self._show_running()
        self.view.grid.setFocus()

    def _on_opened(self, saved: SavedResults, number: int) -> None:
        """Show other results: those that begin now, or those of an earlier day."""
        self._body.setCurrentIndex(RESULTS)
        results = self.batch.reading.results
        self.view.set_threshold(self.setup.options.threshold.value())
        self.view.begin(results, saved, number)
        self.output_bar.begin()
        if not self.batch.running:
            self.setup.show_request(saved.request, self.batch.gone)
            self.notice.say(self.earlier.missing_models())
            self.strip.show_saved(saved)
        self._show_running()

    def _on_rows(self) -> None:
        self.view.grown()
        self.output_bar.sort_new()
        if self.batch.watching and not self.output_bar.sort_button.isEnabled():
            self._update()  # the first ones are there
        dropped = self.batch.reading.results.dropped_count
        if dropped > self._dropped:
            words = self.tr(
                "%Ln correction(s) no longer count: their files have changed, and were classified again.",
                None,
                dropped,
            )
            self.notice.say(words)
        self._dropped = dropped
        if not self.batch.running:
            self._show_running()

    def _on_failed(self, words: str) -> None:
        self.notice.say(words)
        self._show_running()

    def _on_ended(self, outcome: Outcome) -> None:
        results, saved = self.batch.reading.results, self.batch.saved
        assert saved is not None
        self.setup.device = saved.device or self.setup.device
        self.strip.show_end(outcome, results.images, results.problem_count, saved)
        self.notice.say(getattr(outcome, "message", ""))
        self.view.grown()
        self.output_bar.sort_new()
        self._show_running()

    def _show_running(self) -> None:
        """The batch was begun, has ended, or is another."""
        self.setup.set_running(self.batch.running, can_go_on=self.batch.can_go_on)

    def _update(self) -> None:
        running, some = self.batch.running, len(self.batch.reading.results) > 0
        showing, usable = self._body.currentIndex() == RESULTS, some and not running
        self.strip.setVisible(showing)
        self.strip.bar.setVisible(running)
        saved = self.batch.saved if showing and not running else None
        files, ready = self.setup.models.files(), self.setup.is_ready
        self.older.show_for(None if saved is None else saved.request, files, self.setup.models.box, ready=ready)
        can_sort = usable or (some and self.batch.watching)
        self.output_bar.update(showing=showing, usable=usable, can_sort=can_sort)
        self.no_results.say(
            sources=bool(self.setup.sources()),
            model=self.setup.models.box.model_file() is not None,
            project=self._session.project is not None,
        )
        self._actions.update(showing=showing, usable=usable, can_sort=can_sort)
        self.undo_changed.emit()
        if self._watch_waits and self.setup.is_ready:
            self._watch_waits = False
            self.start()

    def own_undo(self) -> tuple[str, Callable[[], object]] | None:
        """Return what undo takes back here before any edit of the project, which nobody sees on this page."""
        if self.output_bar.sorted_last:
            return self.tr("Sort into folders"), self.output_bar.undo_sorting
        if self.view.correcting.can_undo():
            return self.tr("Correct a prediction"), self.view.correcting.undo
        return None

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard is where the work goes on: at the results, or at choosing what to classify."""
        super().showEvent(event)
        (self.view.grid if self._body.currentIndex() == RESULTS else self.setup.choose_button).setFocus()

    # Keys that undo corrections

    def event(self, event: object) -> bool:
        """Undo and redo are for the corrections first."""
        if self._built and self.keys.claims(event):
            return True
        return super().event(event)  # type: ignore[arg-type]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.keys.press(event):
            super().keyPressEvent(event)


class PageActions(QObject):
    """Made once for the page; `update` enables what is possible now."""

    def __init__(self, page: ClassifyPage) -> None:
        super().__init__(page)
        self._page = page
        add, earlier = self._add, page.earlier
        add(self.tr("Choose folder to classify…"), page.intake.choose_folder, "Ctrl+Shift+O", "folder-open")
        add(self.tr("Choose pictures or archives to classify…"), page.intake.choose_files, "Ctrl+Alt+O", "image")
        self._paste = add(self.tr("Paste a picture or files"), page.intake.paste, "Ctrl+V", "paste")
        self._start = add(self.tr("Classify"), page.start, "Ctrl+Return", "play")
        self._go_on = add(self.tr("Go on where it stopped"), page.go_on, "Ctrl+Shift+Return", "play")
        self._stop = add(self.tr("Stop classifying"), page.stop, "Ctrl+.", "stop")
        add(self.tr("Earlier predictions…"), earlier.choose_results, "Ctrl+Shift+E", "clock")
        add(self.tr("Undo sorting…"), earlier.choose_sorting, "Ctrl+Shift+U", "undo")
        self._export = add(self.tr("Export the model…"), page.export_model, "Ctrl+E", "export")
        self._outputs = self._add_outputs()
        self._sort = self._add(self.tr("Sort into folders…"), page.output_bar.ask_sort, "Ctrl+Shift+S", "folder")
        self._looks = self._add_looks()

    def _add(self, words: str, slot: Callable[[], object], key: str, icon: str) -> QAction:
        everywhere = key.startswith("Ctrl")
        also = self._page.tr("Export") if icon == "export" else ""
        return actions.add(self._page, words, slot, key, icon, everywhere=everywhere, also=also)

    def _add_outputs(self) -> list[QAction]:
        """Add the actions on results."""
        add, bar = self._add, self._page.output_bar
        known = {
            "csv": (self.tr("Save CSV…"), "Ctrl+S"),
            "jsonl": (self.tr("Save JSON lines…"), "Ctrl+Alt+J"),
            "parquet": (self.tr("Save Parquet…"), "Ctrl+Alt+P"),
            "submission": (self.tr("Save as a submission…"), "Ctrl+Alt+U"),
        }
        forms = []
        for form in OUTPUTS.values():
            words, key = known.get(form.name, (self.tr("Save as {0}…").format(form.words), ""))
            forms.append(add(words, partial(bar.ask_save, form.name), key, "export"))
        forms.append(add(self.tr("Save a summary page…"), partial(bar.ask_save, "page"), "Ctrl+Alt+H", "stats"))
        bar.fill_menu(forms[1:])
        return [
            *forms,
            add(self.tr("Add to a project…"), bar.ask_add, "Ctrl+Shift+A", "folder-plus"),
        ]

    def _add_looks(self) -> list[QAction]:
        """Looking at results, and correcting them."""
        add, view, keys = self._add, self._page.view, self._page.keys
        return [
            add(self.tr("Show image large"), view.open_large, "Ctrl+L", "eye"),
            add(self.tr("Larger pictures"), lambda: view.resize_pictures(1.25), "Ctrl++ Ctrl+=", "zoom-in"),
            add(self.tr("Smaller pictures"), lambda: view.resize_pictures(0.8), "Ctrl+-", "zoom-out"),
            add(self.tr("Label as…"), keys.choose, "L", "tag"),
            add(self.tr("Confirm the prediction"), keys.confirm, "Y", "check"),
            add(self.tr("Take the correction back"), keys.take_back, "Delete Backspace", "close"),
            add(self.tr("Select all images"), view.grid.select_all, "Ctrl+A", "check"),
            add(self.tr("Show the next kind of predictions"), view.next_kind, "Ctrl+PgDown", "filter"),
        ]

    def update(self, *, showing: bool, usable: bool, can_sort: bool) -> None:
        """`showing` tells whether results are on screen, `usable` whether something can be done with them; sorting
        `can_sort` what a watch has brought so far, too.
        """
        setup, batch = self._page.setup, self._page.batch
        for action, enabled in (
            (self._start, setup.is_ready),
            (self._go_on, batch.can_go_on),
            (self._stop, batch.running),
            (self._paste, not batch.running),
            (self._export, setup.export_button.isVisibleTo(setup)),
            *((action, usable) for action in self._outputs),
            (self._sort, can_sort),
            *((action, showing) for action in self._looks),
        ):
            action.setEnabled(enabled)
