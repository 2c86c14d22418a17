"""The training pictures of the label and of the predicted class that the model sees as most alike to one picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QPushButton, QWidget

from engine.events import Event, Failed, Outcome, Progress, Succeeded
from engine.review.reviewed import Reviewed
from gui import theme
from gui.jobs import JobRunner, OwnedJob
from gui.review.focus import holds
from gui.review.gallery.run_model import OpenedModel
from gui.session import Session
from gui.widgets import wording
from gui.widgets.charts import scales
from gui.widgets.grid.item import GridItem
from gui.widgets.grid.layout import MARGIN, PAD
from gui.widgets.grid.thumbnail_grid import ThumbnailGrid
from gui.widgets.labels import elided
from gui.widgets.layouts import column, fill, row
from gui.widgets.progress_strip import ProgressStrip

if TYPE_CHECKING:
    from engine.jobs.job import Cancel, Emit
    from engine.library.records import ImageRecord

SIDE = 64  # pixels of a picture
SHOWN = 6  # of each class
AT_ONCE = 500  # training pictures that are looked at without being asked
Found = dict[int, list[tuple[int, float]]]  # by class: ids and how alike


class _PictureLine(ThumbnailGrid):
    """A line of pictures; it never scrolls."""

    def __init__(self, name: str) -> None:
        super().__init__(two_lines=False)
        self.setAccessibleName(name)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.set_thumb_size(SIDE)
        self.setFixedHeight(SIDE + 24 + 2 * PAD + 2 * MARGIN + self.fontMetrics().height())
        self._pictures: list[GridItem] = []

    def show_pictures(self, pictures: list[GridItem]) -> None:
        """Show as many of these as stand in one line."""
        self._pictures = pictures
        self.set_items(min(len(pictures), self._layout.columns), pictures.__getitem__)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.count() != min(len(self._pictures), self._layout.columns):
            self.show_pictures(self._pictures)


class NearestImages(QWidget):
    """`gallery_wanted` tells the ids of what is shown, so that labels which are wrong among them can be corrected.

    What had the keys and goes away here says so first: they are for what stands around.
    """

    gallery_wanted = Signal(object, str)
    left = Signal()

    def __init__(self, session: Session, jobs: JobRunner, models: OpenedModel) -> None:
        super().__init__()
        self._session, self._jobs, self._models = session, jobs, models
        self._what: tuple[Reviewed, int, ImageRecord] | None = None
        self._job = OwnedJob(self)  # a look at one picture
        self._preparing = OwnedJob(self)  # a look at all training pictures
        self._refused: set[str] = set()  # runs whose training pictures a person does not want to be looked at
        self.items: dict[int, list[GridItem]] = {}
        self.title = elided(self.tr("Nearest training pictures"), "section")
        self.start_button = QPushButton()
        self.start_button.setProperty("kind", "link")
        self.start_button.setObjectName("nearest_button")
        self.gallery_button = QPushButton(self.tr("Show them in the gallery"))
        self.gallery_button.setProperty("kind", "link")
        self.gallery_button.setAccessibleName(self.gallery_button.text())
        self.progress = ProgressStrip()
        self.names = [elided("", "small"), elided("", "small")]
        self.rows = [
            _PictureLine(self.tr("Nearest training pictures of the label")),
            _PictureLine(self.tr("Nearest training pictures of the predicted class")),
        ]
        self._build()
        self.start_button.clicked.connect(self.prepare)
        self.gallery_button.clicked.connect(self._to_gallery)
        self.progress.stop_wanted.connect(self._refuse)

    def _build(self) -> None:
        gap = theme.current()
        head = row(fill(self.title), self.start_button, self.gallery_button)
        halves = (fill(column(name, line, spacing=0)) for name, line in zip(self.names, self.rows, strict=True))
        column(head, self.progress, row(*halves, spacing=gap.L), on=self, spacing=gap.XS)
        self._clear()

    def show_image(self, reviewed: Reviewed, row: int, record: ImageRecord) -> None:
        """Show what is nearest to this picture from now on; `row` -1 is an image without a prediction."""
        before, self._what = self._what, (reviewed, row, record)
        if before is not None and (before[0].run, before[2].id, before[1]) == (reviewed.run, record.id, row):
            return
        if before is not None and before[0].run != reviewed.run:
            self.stop()
        self._clear()
        if row >= 0 and not self._preparing.running:
            self._ask()

    def stop(self) -> None:
        """Stop what was begun here."""
        self._job.drop()
        self._preparing.drop()
        self.progress.hide()
        self._what = None

    def _clear(self) -> None:
        self.items.clear()
        self._hide(self.start_button)
        self._hide(self.gallery_button)
        self.progress.setVisible(self._preparing.running)
        for widget in (*self.names, *self.rows):
            widget.hide()

    def _hide(self, widget: QWidget) -> None:
        if holds(widget):
            self.left.emit()
        widget.hide()

    # A look at one picture

    def _ask(self) -> None:
        what, project = self._what, self._session.project
        self._job.drop()
        if what is None or project is None:
            return
        reviewed, row, record = what
        classes = dict.fromkeys((int(reviewed.labels[row]), int(reviewed.predicted[row])))
        ids = {cls: reviewed.class_ids[cls] for cls in classes}
        models, folder, run = self._models, project.folder, reviewed.folder

        def work(emit: Emit, cancel: Cancel) -> dict[str, object]:
            return _look(models, folder, run, record, ids, emit=emit, cancel=cancel)

        self._job.follow(self._jobs.start_callable(work), self._found)

    def _found(self, outcome: Outcome) -> None:
        if isinstance(outcome, Failed):
            self.title.setText(outcome.message)
        if not isinstance(outcome, Succeeded) or self._what is None:
            return
        missing = int(outcome.result["missing"])
        self.title.setText(self.tr("Nearest training pictures"))
        if not missing:
            self._read(outcome.result["found"])
        elif missing <= AT_ONCE and self._what[0].run not in self._refused:
            self.prepare()
        else:
            words = self.tr("Look at the {0} that the run learnt from").format(wording.images(missing))
            self.start_button.setText(words)
            self.start_button.setAccessibleName(words)
            self.start_button.show()

    def _read(self, found: Found) -> None:
        what = self._what
        ids = [image_id for some in found.values() for image_id, _ in some]

        def arrived(records: list[ImageRecord]) -> None:
            if self._what is what:
                self._show({record.id: record for record in records}, found)

        self._session.images(ids, arrived)

    def _show(self, records: dict[int, ImageRecord], found: Found) -> None:
        assert self._what is not None
        reviewed, place, _ = self._what
        label, predicted = int(reviewed.labels[place]), int(reviewed.predicted[place])
        words = self.tr("Labelled {0}"), self.tr("Predicted {0}")
        shown = [(label, words[0])] + ([(predicted, words[1])] if predicted != label else [])
        for number, (cls, sentence) in enumerate(shown):
            items = [_item(records[i], alike, self._colour(reviewed, cls)) for i, alike in found[cls] if i in records]
            self.items[number] = items
            none = self.tr("{0}: the run learnt from none").format(reviewed.classes[cls])
            self.names[number].setText(sentence.format(reviewed.classes[cls]) if items else none)
            self.names[number].show()
            self.rows[number].show_pictures(items)
            self.rows[number].setVisible(bool(items))
        self.gallery_button.setVisible(any(self.items.values()))

    def _colour(self, reviewed: Reviewed, cls: int) -> QColor | None:
        found = self._session.class_of(reviewed.class_ids[cls])
        return QColor(found.colour) if found else None

    def _to_gallery(self) -> None:
        ids = [item.key for items in self.items.values() for item in items]
        self.gallery_wanted.emit(ids, self.tr("Nearest training pictures"))

    # A look at all training pictures, once for each run

    def prepare(self) -> None:
        """Look at the pictures that the run learnt from; they are kept for the next time."""
        from engine.review.nearest_training import NeighboursParams

        project, what = self._session.project, self._what
        if project is None or what is None or self._preparing.running:
            return
        self._refused.discard(what[0].run)
        self._hide(self.start_button)
        self.progress.start(self.tr("Looking at the training pictures…"))
        params = NeighboursParams(str(project.folder), what[0].run)
        job = self._jobs.start("neighbours", params, words=self.tr("Looking at the training pictures"))
        self._preparing.follow(job, self._prepared, self._on_event)

    def _refuse(self) -> None:
        if self._what is not None:
            self._refused.add(self._what[0].run)
        self._preparing.stop()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progress):
            self.progress.show_progress(event)

    def _prepared(self, outcome: Outcome) -> None:
        self._hide(self.progress)
        if isinstance(outcome, Failed):
            self.title.setText(outcome.message)
        elif self._what is not None and self._what[1] >= 0:
            self._ask()


def _item(record: ImageRecord, alike: float, colour: QColor | None) -> GridItem:
    return GridItem.of(record, scales.percent(max(alike, 0), 0), badge=colour)


def _look(
    models: OpenedModel,
    project: Path,
    run: Path,
    record: ImageRecord,
    class_ids: dict[int, int],
    *,
    emit: Emit,
    cancel: Cancel,
) -> dict[str, object]:
    """Return what is nearest to a picture, by class; or how many pictures need features first. For a thread."""
    from engine.errors import EngineError, ImageProblem
    from engine.similarity.features import features_of_file

    neighbours = models.neighbours(project, run, emit=emit, cancel=cancel)
    if isinstance(neighbours, int):
        return {"missing": neighbours, "found": {}}
    cancel.check()
    try:
        features = features_of_file(models.predictor(run), record.file)
    except ImageProblem as problem:
        raise EngineError(f"This picture cannot be compared: {problem}.") from None
    found = {cls: neighbours.nearest(features, class_id, SHOWN, but=record.id) for cls, class_id in class_ids.items()}
    return {"missing": 0, "found": found}
