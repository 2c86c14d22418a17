"""The explanation of a prediction, as a map over the picture: switched by class, and as strong as a person wants it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QSlider, QWidget

from engine.events import Cancelled, Failed, Outcome, Succeeded
from engine.review.reviewed import Reviewed
from gui import actions, theme
from gui.jobs import JobRunner, OwnedJob
from gui.review.gallery.run_model import OpenedModel
from gui.widgets.controls import Segments
from gui.widgets.labels import text
from gui.widgets.layouts import column, fill, row

if TYPE_CHECKING:
    from engine.jobs.job import Cancel
    from engine.library.records import ImageRecord
    from engine.review.explain.rise import Explanation
    from engine.review.explain.seen_part import Place

WAIT_MS = 150  # a person who steps through pictures does not want each of them explained
CACHED = 32  # explanations
OFF, PREDICTED, LABEL = range(3)


@dataclass(frozen=True, slots=True)
class _MapRequest:
    """A picture, and the classes to explain: the predicted one and, where it is another that the model knows, the
    label."""

    run: str
    image_id: int
    classes: tuple[int, ...]


class ExplanationMap(QWidget):
    """`cover_changed` tells what to lay over the picture, and where: None takes it away."""

    cover_changed = Signal(object, object)  # QImage | None, QRectF

    def __init__(self, jobs: JobRunner, models: OpenedModel) -> None:
        super().__init__()
        self._jobs, self._models = jobs, models
        self._what: tuple[Reviewed, int, ImageRecord] | None = None
        self._request: _MapRequest | None = None
        self._job = OwnedJob(self)
        self._known: OrderedDict[_MapRequest, tuple[Explanation, Place]] = OrderedDict()
        self._timer = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._timer.timeout.connect(self._ask)
        self.choice = Segments([self.tr("Off"), self.tr("Predicted"), self.tr("Label")], self.tr("Explain"))
        self.strength = QSlider(Qt.Orientation.Horizontal)
        self.strength.setRange(10, 100)
        self.strength.setValue(70)
        self.strength.setAccessibleName(self.tr("Strength of the map"))
        self.strength.setToolTip(self.tr("Strength of the map"))
        self.words = text("", "small", wrap=True)
        self.words.setObjectName("explaining_words")
        self._build()
        self.choice.chosen.connect(lambda _: self._changed())
        self.strength.valueChanged.connect(lambda _: self._lay())

    def _build(self) -> None:
        gap = theme.current()
        title = text(self.tr("What the model goes by"), "section")
        column(title, row(self.choice, fill(self.strength)), self.words, on=self, spacing=gap.XS)
        self._say("")

    def add_actions(self, owner: QWidget) -> None:
        """The key works wherever the focus is inside `owner`."""
        words = self.tr("Explain: off, predicted, label")
        action = actions.add(owner, words, self.choice.next, "E", "eye")
        tip = actions.with_key(self.tr("Off, the predicted class, the label"), action)
        for place in (OFF, PREDICTED, LABEL):
            self.choice.button(place).setToolTip(tip)

    def show_image(self, reviewed: Reviewed, row: int, record: ImageRecord) -> None:
        """Explain this picture from now on; `row` -1 is an image that cannot be explained: it has no prediction."""
        self._what = (reviewed, row, record)
        known = row >= 0
        self.choice.setEnabled(known)
        label = self.choice.button(LABEL)
        label.setEnabled(known and bool(reviewed.labels[row] != reviewed.predicted[row]))
        if not label.isEnabled() and self.choice.current() == LABEL:
            self.choice.button(PREDICTED).setChecked(True)
        self._changed()

    def stop(self) -> None:
        """Ask nothing any more."""
        self._timer.stop()
        self._job.drop()

    def _changed(self) -> None:
        self.strength.setVisible(self.choice.current() != OFF)
        request = self._current_request()
        if request is None or request != self._request:
            self.stop()
        if request is None:
            self._request = None
            self._say("")
            self.cover_changed.emit(None, QRectF())
        elif request in self._known:
            self._request = request
            self._lay()
        elif not self._job.running:
            self._request = request
            self.cover_changed.emit(None, QRectF())
            self._say(self.tr("Looking at what matters…"))
            self._timer.start()

    def _current_request(self) -> _MapRequest | None:
        if self._what is None or self.choice.current() == OFF or self._what[1] < 0:
            return None
        reviewed, row, record = self._what
        classes = dict.fromkeys((int(reviewed.predicted[row]), int(reviewed.labels[row])))
        return _MapRequest(reviewed.run, record.id, tuple(classes))

    def _ask(self) -> None:
        request, what = self._request, self._what
        if request is None or what is None:
            return
        run, file, models = what[0].folder, what[2].file, self._models
        size = (what[2].width or 1, what[2].height or 1)

        def work(_emit: object, cancel: Cancel) -> dict[str, object]:
            from typing import cast

            from engine.imaging.resize import Method
            from engine.review.explain.rise import explain_file
            from engine.review.explain.seen_part import seen_part

            predictor = models.predictor(run)
            info = predictor.info
            classes = [c for c in request.classes if c < len(info.classes)]  # the project may have gained some since
            found = explain_file(predictor, file, classes, cancel=cancel)
            return {"found": found, "place": seen_part(size, (info.width, info.height), cast(Method, info.resize))}

        self._job.follow(self._jobs.start_callable(work), partial(self._ended, request))

    def _ended(self, request: _MapRequest, outcome: Outcome) -> None:
        if isinstance(outcome, Failed):
            self._say(outcome.message)
        elif isinstance(outcome, Succeeded):
            self._known[request] = outcome.result["found"], outcome.result["place"]
            while len(self._known) > CACHED:
                self._known.popitem(last=False)
            self._lay()
        elif isinstance(outcome, Cancelled):
            self._say("")

    def _lay(self) -> None:
        """Lay the map of the chosen class over the picture."""
        if self._request is None or self._request not in self._known or self._what is None:
            return
        found, place = self._known[self._request]
        reviewed, row, _ = self._what
        cls = int((reviewed.predicted if self.choice.current() == PREDICTED else reviewed.labels)[row])
        if cls not in found.classes:
            self.cover_changed.emit(None, QRectF())
            self._say(self.tr("The run does not know {0}.").format(reviewed.classes[cls]))
            return
        cover = map_image(found, found.classes.index(cls), self.strength.value() / 100)
        self.cover_changed.emit(cover, QRectF(*place))
        others = [reviewed.classes[other] for other in found.classes if other != cls]
        words = self.tr("Orange speaks for {0} rather than {1}, blue against it.")
        if not others:
            words = self.tr("Orange speaks for {0}, blue against it.")
        self._say(words.format(reviewed.classes[cls], *others))

    def _say(self, words: str) -> None:
        self.words.setText(words)
        self.words.setVisible(bool(words))


def map_image(explanation: Explanation, number: int, strength: float) -> QImage:
    """The map of one of the explained classes as a translucent picture."""
    import numpy as np

    from engine.review.explain.rise import AGAINST, FOR

    values = explanation.maps[number]
    alpha = np.abs(values) * strength
    colour = np.where(values[..., None] > 0, np.array(FOR), np.array(AGAINST)) * alpha[..., None]
    pixels = np.empty((*values.shape, 4), np.uint8)
    pixels[..., 2::-1] = colour.round()  # blue, green, red: as Qt has them in memory
    pixels[..., 3] = (alpha * 255).round()
    height, width = values.shape
    return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()
