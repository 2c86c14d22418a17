"""The Library page: open pictures, import them, browse and label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from engine.library.records import Flag, Split
from gui import actions, theme
from gui.jobs import JobRunner
from gui.library import file_manager
from gui.library.browser import Browser
from gui.library.dropping import Dropped, DropQuestion, Uses
from gui.library.empty_state import EmptyState
from gui.library.file_job import FileJob
from gui.library.finding_actions import add_finding_actions, help_button
from gui.library.import_options import ImportChoices, TableFound
from gui.library.importing import Importing
from gui.library.labels_export import LabelsExport, LabelsExportDialog
from gui.library.learning import Learning
from gui.library.locating import Locating
from gui.library.model_of_labels import ModelOfLabels
from gui.library.rescanning import Rechecking, Rescanning
from gui.library.returning import LibraryPlace, Returning
from gui.library.side_panel import IMAGE
from gui.library.strips import check_images
from gui.library.suggesting import Suggesting
from gui.session import Session
from gui.settings import Settings
from gui.texts import Texts
from gui.widgets import file_dialogs, wording
from gui.widgets.class_keys import ClassKeys
from gui.widgets.drop_zone import PACKED
from gui.widgets.fonts import boxes_explained
from gui.widgets.labels import elided, text
from gui.widgets.layouts import column, fill, holder, row, stretch
from gui.widgets.pasted import files_in, picture_in
from gui.widgets.progress_strip import ProgressStrip

AddingPictures = Texts("AddingPictures")

if TYPE_CHECKING:
    from engine.library.importers.detect import ImportPreviewData
    from engine.library.importers.examples import Example
    from engine.library.project import Project
    from gui.library.distribution import Distribution
    from gui.library.import_preview import ImportPreview


class Header(QWidget):
    """The name of the project, what is in it, and buttons for what is done most."""

    problems_wanted = Signal()
    check_wanted = Signal(bool)  # to see the check images, or where there are none to set some aside

    def __init__(self, session: Session, add_pictures: QAction, helping: QToolButton, shown: Sequence[QAction]) -> None:
        super().__init__()
        self._session = session
        self._title = elided("", "title")
        self.facts = text("", "muted")
        self.facts.setMinimumHeight(26)
        self.problems = QPushButton()
        self.problems.setProperty("kind", "link")
        self.problems.clicked.connect(self.problems_wanted)
        self.check = QPushButton()
        self.check.setObjectName("check_images_button")
        self.check.setProperty("kind", "link")
        self.check.setToolTip(self.tr("Pictures that a model never learns from, to see how good it is"))
        self.check.clicked.connect(lambda: self.check_wanted.emit(check_images(session) > 0))
        add = QPushButton(" " + self.tr("Add pictures…"))
        add.setAccessibleName(self.tr("Add pictures"))
        add.setToolTip(add_pictures.toolTip())
        add.clicked.connect(add_pictures.trigger)
        theme.set_icon(add, "folder-plus")
        facts = row(self.facts, self.problems, self.check, stretch(), spacing=theme.Theme.XS)
        words = column(self._title, facts, spacing=0)
        buttons = [actions.button(action) for action in shown]
        row(fill(words), helping, add, *buttons, on=self, margins=(16, 12, 12, 8), spacing=theme.Theme.S)
        session.overview_changed.connect(self.show_facts)

    def show_facts(self) -> None:
        project, overview = self._session.project, self._session.overview
        if project is None:
            return
        self._title.setText(project.name)
        summary = overview.summary
        if summary is None:
            self.facts.setText(self.tr("Counting the images…"))
            self.problems.hide()
            self.check.hide()
            return
        parts = [wording.images(summary.images)]
        if overview.classes:
            parts.append(wording.classes(len(overview.classes)))
        if summary.images:
            left = self.tr("{0} to label").format(wording.number(summary.to_label))
            parts.append(left if summary.to_label else self.tr("all labelled"))
        if summary.left_out:
            parts.append(self.tr("{0} left out").format(wording.number(summary.left_out)))
        if self._session.read_only:
            parts.append(self.tr("read-only"))
        checked, links = check_images(self._session), bool(summary.problems or summary.labelled)
        self.facts.setText("  ·  ".join(parts) + ("  ·" if links else ""))
        aside, none = self.tr("{0} set aside to check"), self.tr("none set aside to check")
        self.check.setText(aside.format(wording.number(checked)) if checked else none)
        self.check.setAccessibleName(self.check.text())
        self.check.setVisible(summary.labelled > 0)
        self.problems.setText(self.tr("{0} cannot be used").format(wording.number(summary.problems)))
        self.problems.setAccessibleName(self.problems.text())
        self.problems.setVisible(summary.problems > 0)


class LibraryPage(QWidget):
    """The Library page, which shows one of three things: nothing is open; a folder is about to be imported; the open
    project.
    """

    open_wanted = Signal()
    page_wanted = Signal(str)  # "classify"

    def __init__(self, session: Session, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("library_page")
        self.setProperty("role", "page")
        self.setAcceptDrops(True)
        self._session = session
        self._jobs = jobs
        self.importing = Importing(session, jobs, self)
        self._boxes_told: Path | None = None  # the folder of the project of which it was said
        self.rescanning = Rescanning(session, jobs, self._reading_but(lambda: self.rescanning), self)
        self.rechecking = Rechecking(session, jobs, self._reading_but(lambda: self.rechecking), self)
        self.locating = Locating(session, jobs, self._reading_but(lambda: self.locating), self)
        self.exporting = LabelsExport(session, jobs, self._reading_but(lambda: self.exporting), self)
        uses = Uses(self.offer, self._add_dropped, self.offer_table, self._find_like)
        self.dropping = DropQuestion(session, uses)
        self.empty = EmptyState()
        self.learning = Learning(session, jobs, self)
        self.model = ModelOfLabels(session, jobs, self)
        self.browser = Browser(session, Suggesting(session, jobs, self.learning, self))
        self.learning.wanted_first = self.browser.ids_on_screen
        self.strip = ProgressStrip()
        self.strip.hide()
        self.stack = QStackedWidget()
        self.distribution: Distribution | None = None
        self._add_actions()
        self._build()
        self._connect()
        self._show_face()

    def _file_jobs(self) -> tuple[FileJob, ...]:
        """Return the jobs that read the files of the project, of which one runs at a time."""
        return self.rescanning, self.rechecking, self.locating, self.exporting

    def _reading_but(self, own: Callable[[], FileJob]) -> Callable[[], bool]:
        return lambda: self.importing.running or any(job.running for job in self._file_jobs() if job is not own())

    def _add_actions(self) -> None:
        """Add every action of the page: words, what it does, keys, icon."""
        browser, labelling = self.browser, self.browser.labelling
        bar, grid, classes, side = browser.filter_bar, browser.grid, browser.classes, browser.side

        add = partial(actions.add, self)

        def split(value: Split) -> Callable[[], object]:
            return lambda: labelling.set_split(value)

        self.add_pictures = add(self.tr("Add pictures…"), self.choose_pictures, "Ctrl+I", "folder-plus")
        self.add_packed = add(
            self.tr("Add an archive or array file…"), self.choose_packed, "Ctrl+Shift+I", "folder-plus"
        )
        rescan = add(self.tr("Look for new, changed and missing files"), self.rescanning.start, "F5", "refresh")
        locate = add(self.tr("A folder was moved…"), lambda: self.locating.ask(self), "Ctrl+L", "folder-open")
        export = add(self.tr("Export labels…"), self._export_labels, "Ctrl+E", "export")
        clear_label = add(self.tr("Remove label"), lambda: labelling.label(None), "Delete Backspace", "close")
        choose = add(self.tr("Label as…"), labelling.choose, "L", "tag")
        look = add(self.tr("Look closely"), browser.viewer.toggle, "Space F", "zoom-in")
        same_label = add(self.tr("Same label as last"), labelling.same_as_last, "R .", "refresh")
        add(self.tr("Next unlabelled image"), labelling.next_unlabelled, "N", "arrow-right")
        suggest = add(self.tr("Show suggestions, or hide them"), browser.toggle_suggestions, "G", "sample")
        check = add(self.tr("Check suggestions"), browser.check_suggestions, "Shift+G", "eye")
        accept = add(self.tr("Accept suggestions…"), browser.accept_suggestions, "Ctrl+G", "check")
        looked_at = add(self.tr("Mark as looked at"), labelling.looked_at, "V", "eye")
        take_back = add(self.tr("Take back those accepted unseen"), labelling.take_back_unseen, "Ctrl+Shift+G", "undo")
        unsure = add(self.tr("Mark as unsure, or as sure"), lambda: labelling.toggle_flag(Flag.UNSURE), "U", "info")
        exclude = add(
            self.tr("Exclude from training, or include"), lambda: labelling.toggle_flag(Flag.EXCLUDED), "X", "minus"
        )
        note = add(self.tr("Write a note…"), self._write_note, "M", "pencil")
        add(self.tr("Add class…"), classes.edit_new, actions.NEW_CLASS, "plus")
        add(self.tr("Rename class…"), self._rename_class, "F2", "pencil")
        add(self.tr("Merge class into…"), classes.merge_current, "Ctrl+M", "tag")
        search = add(self.tr("Search images"), self._search, "Ctrl+F", "search")
        conditions = add(self.tr("More conditions…"), bar.more.toggle, "Ctrl+Shift+F", "filter")
        add(self.tr("Show unlabelled images"), bar.show_unlabelled, "Ctrl+U", "filter")
        add(self.tr("Show problems"), bar.show_problems, "Ctrl+Shift+P", "warning")
        self.check_again = add(self.tr("Check problems again"), self._check_again, "K", "refresh")
        add(self.tr("Show all images"), browser.step_back, actions.SHOW_ALL, "grid")
        add(self.tr("Select all images"), grid.select_all, "Ctrl+A", "check")
        splits = [
            add(self.tr("Move to training"), split(Split.TRAINING), "Alt+T", "split"),
            add(self.tr("Set aside to check"), split(Split.VALIDATION), "Alt+V", "split"),
            add(self.tr("Move to test"), split(Split.TEST), "Alt+S", "split"),
        ]
        add(self.tr("Divide into splits…"), self._divide, "Ctrl+D", "split")
        add(self.tr("Larger pictures"), lambda: self._resize(1.25), "Ctrl++ Ctrl+=", "zoom-in")
        add(self.tr("Smaller pictures"), lambda: self._resize(0.8), "Ctrl+-", "zoom-out")
        self.toggle_inspector = add(self.tr("Show or hide the inspector"), self._toggle_inspector, "I", "panel")
        self.show_history = add(self.tr("Show the history"), side.toggle_history, "H", "clock")
        distribution = add(self.tr("Show the distribution"), self.show_distribution, "D", "stats")
        use_model = add(self.tr("Make a model of these labels"), self.model.start, "Ctrl+Shift+U", "classify")
        finding = add_finding_actions(self, browser, suggest, check, accept, use_model)
        browser.finding_bar.show_keys(found=finding, label=choose, exclude=exclude)
        helping = help_button(finding)
        self.header = Header(
            self._session, self.add_pictures, helping, (export, distribution, self.show_history, self.toggle_inspector)
        )
        show_folder = add(self.tr("Show in file manager"), self._show_in_folder, "Ctrl+Shift+R", "folder-open")
        copy_path = add(self.tr("Copy path"), self._copy_path, "Ctrl+Shift+C", "copy")
        ClassKeys(self, self._label_by_key, self._session.has_key)
        browser.inspector.show_keys(label=choose, unsure=unsure, excluded=exclude, note=note, looked_at=looked_at)
        browser.unseen_bar.do(take_back)
        browser.check_bar.show_key(splits[0])
        for widget, action in (
            (bar.more, conditions),
            (bar.search, search),
            (browser.suggestion_bar.close_button, suggest),
            (browser.suggestion_bar.check, check),
            (browser.suggestion_bar.accept, accept),
            (browser.problem_bar.again, self.check_again),
            (browser.source_notice.again, rescan),
            (browser.source_notice.locate, locate),
        ):
            actions.show_key(widget, action)
        labels = (choose, same_label, accept, clear_label)
        marks = (looked_at, unsure, exclude, note)
        files = (show_folder, copy_path, None, export)
        browser.set_menu([look, finding.like_this, None, *labels, None, *marks, None, *splits, None, *files])

    def _label_by_key(self, key: str) -> None:
        if not self.previewing:
            self.browser.labelling.label_by_key(key)

    def _build(self) -> None:
        rule = QFrame()
        rule.setProperty("role", "line")
        self.strip_holder = holder(column(self.strip, margins=(16, 0, 16, 12)))
        self.strip_holder.hide()
        self._project_face = holder(column(self.header, self.strip_holder, rule, fill(self.browser), spacing=0))
        for face in (self.empty, self._project_face):
            self.stack.addWidget(face)
        column(self.stack, on=self)

    @cached_property
    def preview(self) -> ImportPreview:
        """The face for a folder that is about to be imported; made when it is first shown."""
        from gui.library.import_preview import ImportPreview

        preview = ImportPreview()
        preview.look_again.connect(self._look_again)
        preview.import_wanted.connect(self.importing.begin)
        preview.forecast_wanted.connect(self.importing.forecast)
        preview.cancelled.connect(self._leave_preview)
        self.stack.addWidget(preview)
        return preview

    def _connect(self) -> None:
        session, importing = self._session, self.importing
        session.project_changed.connect(self._project_changed)
        session.overview_changed.connect(self._tell_of_boxes)
        self.header.problems_wanted.connect(self.browser.filter_bar.show_problems)
        self.header.check_wanted.connect(lambda some: self.browser.show_check_images() if some else self._divide())
        self.browser.check_bar.divide_wanted.connect(self._divide)
        session.pictures_offered.connect(self.offer)
        self.empty.open_wanted.connect(self.open_wanted)
        self.empty.sample_wanted.connect(importing.prepare_sample)
        self.empty.path_chosen.connect(session.open_path)
        importing.sample_ready.connect(session.open_project)
        importing.detected.connect(self._detected)
        importing.forecast_made.connect(lambda made: self.preview.show_forecast(made))
        importing.not_detected.connect(lambda why: self.preview.show_reason(why))
        importing.began.connect(self._import_began)
        importing.began.connect(self.rescanning.leave_to_import)
        importing.progress.connect(self.strip.show_progress)
        importing.ended.connect(self._import_ended)
        self.strip.stop_wanted.connect(importing.stop)
        self.model.began.connect(self._model_began)
        self.model.progress.connect(self.strip.show_progress)
        self.model.ended.connect(self._import_ended)
        self.model.made.connect(self._use_model)
        self.strip.stop_wanted.connect(self.model.stop)
        for files in self._file_jobs():
            files.began.connect(self._import_began)
            files.progress.connect(self.strip.show_progress)
            files.ended.connect(self._import_ended)
            self.strip.stop_wanted.connect(files.stop)
        self.rescanning.ended.connect(lambda _: self.browser.source_notice.read())
        self.locating.ended.connect(self._located)
        self.browser.source_notice.locate_wanted.connect(lambda: self.locating.ask(self))
        self.browser.source_notice.recheck_wanted.connect(self.rescanning.start)
        self.browser.problem_bar.recheck_wanted.connect(self.check_again.trigger)
        self.browser.problem_bar.folder_wanted.connect(self._show_in_folder)
        self.browser.said.connect(session.message)

    def _tell_of_boxes(self) -> None:
        """Say once of a project that boxes stand for names of its classes, where no font has their letters."""
        project, classes = self._session.project, self._session.overview.classes
        if project is not None and project.folder != self._boxes_told and classes:
            self._boxes_told = project.folder
            self._session.message.emit(boxes_explained(cls.name for cls in classes))

    # What is dropped on the open project

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and pictures are for the open project; tables and pictures for a new one where none is open. A project,
        and a folder where none is open, are left to the window, which opens them.
        """
        if self.takes(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        if not self.takes(event.mimeData()):
            event.ignore()
            return
        event.acceptProposedAction()
        self.use_dropped(event.mimeData())

    def use_dropped(self, data: QMimeData) -> None:
        """Ask what is to be done with files, or find what is like a picture; begin a project where none is open."""
        files, picture = files_in(data), picture_in(data)
        if self.stack.currentWidget() is self.empty:
            self._begin_with(Dropped.of(files))
        elif files:
            self.dropping.ask(self, files)
        elif picture is not None:
            self.browser.finding.like_picture(picture)

    def _begin_with(self, dropped: Dropped) -> None:
        """A table is about pictures beside it; single pictures get a project beside their folder, into which they are
        copied.
        """
        if dropped.tables:
            self.offer_table(dropped.tables[0])
        else:
            pictures = dropped.pictures
            self._session.create_project_for(pictures[0].parent, lambda: self.importing.add(pictures))

    def takes(self, data: QMimeData) -> bool:
        """Whether what is dropped is for the open project, or for a new one where none is open."""
        from engine.library.project import is_project

        files, picture = files_in(data), picture_in(data)
        if self.stack.currentWidget() is self.empty:
            dropped = Dropped.of(files)
            return not dropped.sources and bool(dropped.tables or dropped.pictures)
        if self.stack.currentWidget() is not self._project_face or (len(files) == 1 and is_project(files[0])):
            return False
        return bool(files) or picture is not None

    def _find_like(self, picture: Path) -> None:
        self.browser.finding.like_picture(picture)

    def _add_dropped(self, pictures: Sequence[Path]) -> None:
        if not self._is_busy():
            self.importing.add(pictures)

    # Faces

    @property
    def previewing(self) -> bool:
        """Return whether what an import would bring is shown in place of the project."""
        return "preview" in vars(self) and self.stack.currentWidget() is self.preview

    def _show_face(self) -> None:
        opened = self._session.project is not None
        if not opened:
            self.empty.show_recent(Settings().recent())
        self.stack.setCurrentWidget(self._project_face if opened else self.empty)
        for action in self.actions():
            action.setEnabled(opened or action is self.add_packed)
        if opened:
            self.header.show_facts()
            self.browser.grid.setFocus()

    def _project_changed(self) -> None:
        self.importing.stop()
        self.importing.stop_looking()
        self.browser.filters.clear()
        self._show_face()

    # Import

    def offer(self, folder: Path, apart: bool = False) -> None:
        """Show what `folder` holds and ask whether to import it; with `apart` into a project of its own."""
        if self._show_preview(folder, None if apart else self._session.project):
            self.importing.choose(folder, apart=apart)

    def offer_table(self, table: Path) -> None:
        """Show what a table says of the project's pictures, or of those beside it, and ask whether to import that."""
        if self._show_preview(table, self._session.project):
            self.preview.options.read_table(str(table))
            self.importing.look_at_table(table)

    def _detected(self, found: ImportPreviewData, table: TableFound | None, examples: Sequence[Example]) -> None:
        chosen = self.preview.options.choices().csv
        if chosen is not None and self.importing.folder == Path(chosen):  # it holds the pictures themselves
            self.preview.options.read_table("")
        self.preview.show_detection(found, table, examples)

    def _is_busy(self) -> bool:
        """Return whether files are being read, and say so."""
        busy = self.importing.running or any(job.running for job in self._file_jobs())
        if busy:
            self._session.message.emit(self.tr("Pictures are being imported; stop that first."))
        return busy

    def _show_preview(self, source: Path, project: Project | None) -> bool:
        if self._is_busy():
            return False
        self.preview.show_folder(source, project.name if project is not None else None)
        self.stack.setCurrentWidget(self.preview)
        self.preview.setFocus()
        for action in self.actions():  # a key would change images that nobody sees
            action.setEnabled(action.isEnabled() and action in (self.add_pictures, self.add_packed))
        return True

    def choose_pictures(self) -> None:
        """Ask for a folder to add to the open project."""
        _ask_folder(self, lambda folder: self.offer(Path(folder)))

    def choose_packed(self) -> None:
        """Ask for an archive or a file of arrays to add to the open project, or to open in one of its own."""
        opened = self._session.project is not None
        _ask_packed(self, lambda file: self.offer(Path(file)) if opened else self._session.open_path(file))

    def _look_again(self, choices: ImportChoices) -> None:
        if self.importing.folder is not None:
            self.preview.show_looking()
            self.importing.look_at(self.importing.folder, choices)

    def _leave_preview(self) -> None:
        self.importing.stop_looking()
        self._show_face()

    def _import_began(self) -> None:
        self._show_face()
        self.strip.start(self.tr("Looking at the files…"))
        self.strip_holder.show()
        self.add_pictures.setEnabled(False)

    def _model_began(self) -> None:
        self.strip.start(self.tr("Making a model of your labels…"))
        self.strip_holder.show()

    def _use_model(self, run: str) -> None:
        """Go on to Classify, with the model of this run."""
        self.page_wanted.emit("classify")
        self._session.run_wanted.emit(run)

    def _located(self, _words: str) -> None:
        self.rescanning.folders.begin()
        self.browser.source_notice.read()

    def _export_labels(self) -> None:
        dialog = LabelsExportDialog(self.exporting, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _import_ended(self, words: str) -> None:
        self.strip_holder.hide()
        self.add_pictures.setEnabled(self._session.project is not None)
        if words:
            self._session.message.emit(words)

    # What is kept between starts

    def restore(self, settings: Settings) -> None:
        self.browser.grid.set_thumb_size(settings.thumb_size)
        self.browser.splitter.restoreState(settings.state("library"))

    def return_to(self, place: LibraryPlace) -> None:
        """Choose what was chosen in the window before, once the project is open."""
        Returning(self._session, self.browser, place)

    def keep(self, settings: Settings) -> None:
        settings.thumb_size = self.browser.grid.thumb_size()
        settings.set_state("library", self.browser.splitter.saveState())

    # Actions

    def _rename_class(self) -> None:
        cls = self._session.class_of(self.browser.classes.list.current_class())
        if cls is not None and not self._session.read_only:
            self.browser.classes.rename(cls)
        else:
            self._session.message.emit(self.tr("Choose a class in the list first."))

    def _search(self) -> None:
        self.browser.filter_bar.search.setFocus()
        self.browser.filter_bar.search.selectAll()

    def _resize(self, factor: float) -> None:
        self.browser.grid.set_thumb_size(round(self.browser.grid.thumb_size() * factor))

    def _toggle_inspector(self) -> None:
        self.browser.side.setVisible(self.browser.side.isHidden())

    def show_distribution(self) -> None:
        if self.distribution is None:
            from gui.library.distribution import Distribution

            self.distribution = Distribution(self._session, self)
        self.distribution.show()
        self.distribution.raise_()

    def _divide(self) -> None:
        from gui.library.splits_dialog import SplitsDialog

        dialog = SplitsDialog(self._session, self._jobs, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _write_note(self) -> None:
        if self._session.read_only or not self.browser.grid.selected():
            self._session.message.emit(self.tr("Select images first, then write a note on them."))
            return
        self.browser.side.show_side(IMAGE)
        self.browser.inspector.marks.edit_note()

    def _show_in_folder(self) -> None:
        record = self.browser.inspector.record()
        if record is not None:
            file_manager.show(record.file)
        else:
            self._session.message.emit(self.tr("Choose an image first."))

    def _check_again(self) -> None:
        """The problems that are selected, else all that are shown, else all there are."""
        selected = self.browser.selected_ids()
        shown = self.browser.images.filter
        self.rechecking.start(selected if selected and shown.problems else shown.among if shown.problems else None)

    def _copy_path(self) -> None:
        record = self.browser.inspector.record()
        if record is not None:
            QGuiApplication.clipboard().setText(str(record.file))
            self._session.message.emit(self.tr("Path copied"))


def _ask_folder(parent: QWidget, then: Callable[[str], object]) -> None:
    """Ask for a folder of pictures."""
    file_dialogs.open_pictures(parent, AddingPictures.tr("Add pictures from a folder"), then)


def _ask_packed(parent: QWidget, then: Callable[[str], object]) -> None:
    """Ask for an archive or a file of arrays."""
    names = " ".join(f"*{end}" for end in PACKED)
    kinds = [AddingPictures.tr("Archives and arrays ({0})").format(names), AddingPictures.tr("All files (*)")]
    title = AddingPictures.tr("Add pictures from an archive or an array file")
    file_dialogs.open_pictures(parent, title, then, mode=QFileDialog.FileMode.ExistingFile, kinds=kinds)
