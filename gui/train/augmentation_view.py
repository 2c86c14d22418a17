"""What augmentation makes of one picture: the picture as it is, and changed ones, by the options in the form."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from engine.events import Failed, Outcome, Succeeded
from engine.training.options import TrainOptions, with_overrides
from gui import theme
from gui.latest_question import LatestQuestion
from gui.widgets.charts import export
from gui.widgets.labels import elided, text
from gui.widgets.layouts import column, fill, row

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.library.records import ImageRecord
    from gui.jobs import JobHandle, JobRunner
    from gui.session import Session
    from gui.train.setup_panel import SetupPanel

COUNT = 24  # pictures of a preview, the unchanged one included
GAP, LARGEST = 6, 200  # pixels
REST_MS = 120  # how long options rest before it is drawn anew
PARTNERS = 7  # other pictures of which parts may be mixed in


@dataclass(frozen=True, slots=True)
class Preview:
    """Pixels of `count` square pictures, one after the other; `changes` is False where the options change nothing."""

    pixels: bytes
    count: int
    side: int
    channels: int
    file: str
    changes: bool

    def pictures(self) -> list[QImage]:
        size = self.side * self.side * self.channels
        kind = QImage.Format.Format_RGB888 if self.channels == 3 else QImage.Format.Format_Grayscale8
        return [
            QImage(self.pixels[i * size : (i + 1) * size], self.side, self.side, self.side * self.channels, kind).copy()
            for i in range(self.count)
        ]


class PreviewGrid(QWidget):
    """Tiles as large as they fit; small pictures are enlarged without smoothing, so that their pixels are seen."""

    accessible_role = QAccessible.Role.Graphic

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pictures: list[QImage] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(260, 160)
        self.setAccessibleName(self.tr("Preview of the augmentation"))
        export.offer(self, "augmentation", paint=self.paint_picture)
        theme.notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(640, 420)

    def show_pictures(self, pictures: list[QImage]) -> None:
        self.pictures = pictures
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint_picture(painter, self.rect())
        painter.end()

    def paint_picture(self, painter: QPainter, rect: QRect) -> None:
        if not self.pictures:
            return
        columns, tile = fitting(len(self.pictures), rect.width(), rect.height())
        smooth = tile < self.pictures[0].width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        for place, picture in enumerate(self.pictures):
            row, column = divmod(place, columns)
            corner = QPointF(rect.left() + column * (tile + GAP), rect.top() + row * (tile + GAP))
            target = QRectF(corner.x(), corner.y(), tile, tile)
            painter.drawImage(target, picture)
            if place == 0:
                self._mark_first(painter, target)

    def _mark_first(self, painter: QPainter, target: QRectF) -> None:
        """The picture as it is: framed, and said so."""
        colours = theme.current()
        painter.setPen(QPen(colours.accent, 2))
        painter.drawRect(target.adjusted(1, 1, -1, -1))
        words = self.tr("as it is")
        metrics = painter.fontMetrics()
        box = QRectF(target.left(), target.top(), metrics.horizontalAdvance(words) + 12, metrics.height() + 4)
        if box.width() <= target.width():
            painter.fillRect(box, colours.accent)
            painter.setPen(colours.on_accent)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def fitting(count: int, width: int, height: int) -> tuple[int, float]:
    """Columns and side of square tiles, as large as `count` of them fit into full rows."""
    best = 1, 8.0
    for columns in (c for c in range(1, count + 1) if count % c == 0):
        rows = count // columns
        side = min((width - (columns - 1) * GAP) / columns, (height - (rows - 1) * GAP) / rows, LARGEST)
        if side > best[1]:
            best = columns, float(math.floor(side))
    return best


class AugmentationView(QWidget):
    another_asked = Signal()  # another picture
    again_asked = Signal()  # the same picture, drawn anew

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = elided("", "muted")
        self.grid = PreviewGrid()
        self.grid.setObjectName("augmentation_grid")
        self.nothing = text("", "muted", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.another = QPushButton(self.tr("Another picture"))
        self.another.setObjectName("another_picture_button")
        self.again = QPushButton(self.tr("Again"))
        self.again.setObjectName("again_button")
        theme.set_icon(self.another, "image")
        theme.set_icon(self.again, "refresh")
        self.another.setAccessibleName(self.tr("Preview another picture"))
        self.again.setAccessibleName(self.tr("Draw the changes again"))
        self.another.clicked.connect(self.another_asked)
        self.again.clicked.connect(self.again_asked)
        gap = theme.current()
        head = row(fill(self.words), self.another, self.again, spacing=gap.S)
        column(head, self.nothing, fill(self.grid), on=self, spacing=gap.M)
        self.say(self.tr("Label some images to see what training would make of them."))

    def say(self, sentence: str) -> None:
        """A sentence instead of pictures."""
        self.nothing.setText(sentence)
        self.nothing.show()
        self.grid.show_pictures([])
        self.words.setText("")

    def show_preview(self, preview: Preview) -> None:
        unchanged = self.tr("These options change nothing: each epoch sees the pictures as they are.")
        self.nothing.setText(unchanged)
        self.nothing.setVisible(not preview.changes)
        self.again.setEnabled(preview.changes)
        self.grid.show_pictures(preview.pictures() if preview.changes else preview.pictures()[:1])
        self.words.setText(self.tr("{0} at {1} px").format(preview.file, preview.side))
        self.words.setToolTip(preview.file)
        self.grid.setAccessibleDescription(self.words.text())


class AugmentationPreview(QObject):
    """Draws what is shown in the view, while it is shown."""

    def __init__(self, session: Session, jobs: JobRunner, setup: SetupPanel, view: AugmentationView) -> None:
        super().__init__(view)
        self._session, self._jobs, self._setup, self._view = session, jobs, setup, view
        self.files: list[Path] = []  # of the previewed picture and of its partners
        self._ids: list[int] = []  # of the same
        self._seed = 1
        self._shown = False
        self.question = LatestQuestion(REST_MS, self._ask, self._on_answer, self)
        setup.changed.connect(self._on_options)
        session.listing_changed.connect(self._on_listing)
        view.another_asked.connect(self.another_picture)
        view.again_asked.connect(self.draw_again)

    def begin(self) -> None:
        """Another project is open, or none."""
        self.question.stop()
        self.files, self._ids = [], []
        self._view.say(self.tr("Label some images to see what training would make of them."))

    def show(self, shown: bool) -> None:
        """The view has come in sight, or is out of it: then nothing is drawn."""
        self._shown = shown
        if shown and self.files:
            self.question.ask()
        elif shown:
            self.another_picture()

    def counts_changed(self) -> None:
        """Labels came or went: choose others where there was no picture, or one of these is not trained on any more."""
        if self._view.isVisible():
            self._choose(self._ids)

    def another_picture(self) -> None:
        """Choose other pictures of the training at random."""
        self._choose([])

    def _choose(self, before: list[int]) -> None:
        self._session.ask(partial(_some_images, before=before), self._on_images, key="preview files")

    def _on_listing(self) -> None:
        """The files themselves may be others now."""
        if self._view.isVisible() and self.files:
            self.question.ask()

    def draw_again(self) -> None:
        self._seed += 1
        self.question.ask()

    def _on_options(self) -> None:
        if self._shown and self.files:
            self.question.ask()

    def _on_images(self, found: list[ImageRecord]) -> None:
        ids = [record.id for record in found]
        same, self._ids, self.files = ids == self._ids, ids, [record.file for record in found]
        if ids and not same:
            self.question.ask()
        elif not ids:
            self.question.stop()
            self._view.say(self.tr("Label some images to see what training would make of them."))

    def _ask(self) -> JobHandle | None:
        if not self.files:
            return None
        options = with_overrides(TrainOptions(), self._setup.form.values())
        files, seed = self.files, self._seed
        return self._jobs.start_callable(lambda _emit, _cancel: _preview(files, options, seed))

    def _on_answer(self, outcome: Outcome) -> None:
        if isinstance(outcome, Succeeded):
            self._view.show_preview(outcome.result["preview"])
        elif isinstance(outcome, Failed):
            self._view.say(outcome.message)


def _some_images(project: Project, before: list[int]) -> list[ImageRecord]:
    """A labelled picture at random, one that is trained on where there is one, and some more; those from `before` where
    all of them are trained on.
    """
    from engine.library import query
    from engine.library.records import Split

    ids = query.image_ids(project, query.Filter(labelled=True, splits=frozenset({Split.TRAINING})))
    ids = ids or query.image_ids(project, query.Filter(labelled=True))
    again = bool(before) and set(before) <= set(ids)
    return query.images(project, before if again else random.sample(ids, min(len(ids), 1 + PARTNERS)))


def _preview(files: list[Path], options: TrainOptions, seed: int) -> dict[str, Any]:
    from engine.errors import ImageProblem, SourceError
    from engine.training.data.preview import changes_pictures, preview_grid

    try:
        images = preview_grid(files[0], files[1:], options, COUNT, seed)
    except ImageProblem as problem:
        raise SourceError(f"{files[0].name} cannot be used: {problem}.") from None
    changes = changes_pictures(options)
    count, side, _, channels = images.shape
    return {"preview": Preview(images.tobytes(), count, side, channels, files[0].name, changes)}
