"""The card at the head of the page: what to classify, with which models, how, and the button that begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QToolButton, QWidget

from engine.batch.params import ClassifyParams, DeviceParams
from engine.events import Failed, Outcome, Succeeded
from engine.models.targets import TARGETS
from gui import theme
from gui.classify.camera import multimedia
from gui.classify.model_box import ModelChoice
from gui.classify.options_bar import OptionsBar
from gui.classify.source_list import SourceList
from gui.jobs import JobRunner
from gui.widgets import wording
from gui.widgets.labels import elided, text
from gui.widgets.layouts import column, fill, row, stretch

if TYPE_CHECKING:
    from engine.batch.saved_results.about import About


class SetupCard(QFrame):
    """`changed` tells that something else can be begun now; `refused` says why a model cannot be used."""

    changed = Signal()
    refused = Signal(str)

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "well")
        self._jobs = jobs
        self._about: list[About] = []
        self._running = False
        self.device = ""  # what models run on here, once it is known
        self._device_asked = False
        self.source_list = SourceList()
        self.source_list.setObjectName("source_list")
        self.source_note = elided(self.tr("none chosen; drop folders, pictures or archives here"), "muted")
        self.choose_button = QPushButton(self.tr("Choose folder…"))
        self.files_button = self._tool("image", self.tr("Choose pictures or archives…"), "choose_files_button")
        self.paste_button = self._tool("paste", self.tr("Paste a picture or files"), "paste_button")
        self.camera_button = self._tool("camera", self.tr("Take a picture with the camera…"), "camera_button")
        self.models = ModelChoice()
        self.model_note = elided("", "small")
        self.export_button = QPushButton(self.tr("Export…"))
        self.options = OptionsBar()
        self.classify_button = QPushButton(self.tr("Classify"))
        self.stop_button = QPushButton(self.tr("Stop"))
        self.go_on_button = QPushButton(self.tr("Go on"))
        self._name_parts()
        self._build()
        self.camera_button.setVisible(multimedia() is not None)
        self.source_list.changed.connect(self._update)
        self.models.changed.connect(self._look_at)
        self.options.watch_changed.connect(lambda _: self._update())
        self._look_at(self.models.files())

    def _tool(self, icon: str, words: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        theme.set_icon(button, icon)
        button.setIconSize(QSize(20, 20))
        button.setAccessibleName(words.rstrip("…"))
        button.setToolTip(words.rstrip("…"))
        return button

    def _name_parts(self) -> None:
        for button, name, icon in (
            (self.choose_button, "choose_folder_button", "folder-open"),
            (self.classify_button, "classify_button", ""),
            (self.stop_button, "stop_classify_button", "stop"),
            (self.go_on_button, "go_on_button", "play"),
            (self.export_button, "export_model_button", ""),
        ):
            button.setObjectName(name)
            button.setAccessibleName(button.text().rstrip("…"))
            if icon:
                theme.set_icon(button, icon)
        self.classify_button.setProperty("kind", "primary")
        theme.set_icon(self.classify_button, "play", "on_accent")
        self.export_button.setProperty("kind", "link")
        forms = ", ".join(target.title for target in TARGETS.values())
        self.export_button.setToolTip(self.tr("Take this model elsewhere: {0}").format(forms))
        self.go_on_button.setToolTip(self.tr("Go on where it stopped; what is classified stays"))

    def _build(self) -> None:
        gap = theme.current()
        grid = QGridLayout(self)
        grid.setContentsMargins(gap.L, gap.M, gap.L, gap.M)
        grid.setHorizontalSpacing(gap.XL)
        grid.setVerticalSpacing(gap.S)
        choose = (self.choose_button, self.files_button, self.paste_button, self.camera_button)
        sources = row(*choose, stretch(), spacing=gap.XS)
        buttons = (self.go_on_button, self.classify_button, self.stop_button)
        models = row(fill(self.models), *buttons, spacing=gap.M)
        note = row(fill(self.model_note), self.export_button, spacing=gap.S)
        listed = column(self.source_list, self.source_note, spacing=0)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(text(self.tr("Images"), "section"), 0, 0)
        grid.addWidget(text(self.tr("Model"), "section"), 0, 1)
        grid.addLayout(sources, 1, 0)
        grid.addLayout(models, 1, 1)
        grid.addLayout(listed, 2, 0, top)
        grid.addLayout(note, 2, 1, top)
        grid.addWidget(self.options, 3, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)

    # What is chosen

    def sources(self) -> list[Path]:
        return self.source_list.sources()

    def set_sources(self, sources: Iterable[Path]) -> None:
        self.source_list.set_sources(sources)
        self._update()

    def add_sources(self, sources: Iterable[Path]) -> None:
        self.set_sources([*self.sources(), *sources])

    def about(self) -> list[About]:
        """Return what is known of the chosen models, the first one first; empty as long as nothing is known."""
        return self._about

    @property
    def is_ready(self) -> bool:
        return bool(self.sources()) and bool(self._about) and not self._running

    def request(self) -> ClassifyParams:
        """Return the parameters of the job for what is chosen."""
        first, *more = [str(file) for file in self.models.files()]
        flips, top, watch = self.options.options()
        sources = tuple(str(source) for source in self.sources())
        return ClassifyParams(first, sources, more_models=tuple(more), top=top, flips=flips, watch=watch)

    def show_request(self, request: ClassifyParams, gone: Sequence[str] = ()) -> None:
        """Show what was asked for on an earlier day, as far as it is still there: not the models that are `gone`."""
        self.set_sources(Path(source) for source in request.sources)
        self.options.want_top(request.top)
        self.options.watch.setChecked(request.watch)
        if request.model not in gone:
            self.options.want_flips(request.flips)
            self.models.use(request.model, [path for path in request.more_models if path not in gone])

    def set_running(self, running: bool, *, can_go_on: bool) -> None:
        self._running = running
        for widget in (self.choose_button, self.files_button, self.paste_button, self.camera_button, self.source_list):
            widget.setEnabled(not running)
        self.models.setEnabled(not running)
        self.options.know(self._about)
        self.options.set_running(running)
        self.classify_button.setVisible(not running)
        self.stop_button.setVisible(running)
        self.stop_button.setEnabled(running)
        self.go_on_button.setVisible(can_go_on and not running)
        self._update()

    def _update(self) -> None:
        some = bool(self.sources())
        self.source_list.setVisible(some)
        self.source_note.setVisible(not some)
        self.classify_button.setEnabled(self.is_ready)
        self.model_note.setText(self._words())
        chosen = self.models.box.model_file()
        self.export_button.setVisible(chosen is not None and self.models.box.run_of(chosen) is not None)
        self.changed.emit()

    # What the models say of themselves

    def _look_at(self, files: Sequence[Path]) -> None:
        """Read the choice in a thread; a newer choice makes an older answer void. A stranger's file is looked through
        first.
        """
        self._about = []
        self.refused.emit("")
        self._update()
        if not files:
            return
        self._ask_device()
        strangers = [self.models.box.run_of(file) is None for file in files]
        pairs = list(zip(files, strangers, strict=True))

        def look(_emit: object, _cancel: object) -> Mapping[str, Any]:
            from engine.batch.saved_results.about import about_model

            return {"about": [about_model(file, stranger=stranger) for file, stranger in pairs]}

        handle = self._jobs.start_callable(look)
        handle.ended.connect(lambda outcome: self._looked(files, outcome))

    def _ask_device(self) -> None:
        """Ask once for the device, in a process of its own: finding out loads ONNX Runtime."""
        if not self._device_asked:
            self._device_asked = True
            handle = self._jobs.start("engine.batch.saved_results.about:about_device", DeviceParams())
            handle.ended.connect(self._know_device)

    def _know_device(self, outcome: Outcome) -> None:
        if isinstance(outcome, Succeeded):
            self.device = str(outcome.result["device"])
            self.model_note.setToolTip(str(outcome.result["note"] or outcome.result["runtime"]))
            self._update()

    def _looked(self, files: Sequence[Path], outcome: Outcome) -> None:
        if list(files) != self.models.files():
            return
        if isinstance(outcome, Succeeded):
            about = outcome.result["about"]
            odd = next((a for a in about if set(a.info.classes) != set(about[0].info.classes)), None)
            if odd is not None:
                words = self.tr("Several models are used together only if they know the same classes; {0} does not.")
                self.refused.emit(words.format(odd.info.run or odd.info.recipe))
            else:
                self._about = about
        elif isinstance(outcome, Failed):
            self.refused.emit(outcome.message)
        if not self._about:
            self.options.want_flips(False)
        self.options.know(self._about)
        self._update()

    def _words(self) -> str:
        if not self.models.files():
            return self.tr("Train a model first, or choose a model file.")
        if not self._about:
            return " "
        info = self._about[0].info
        colours = self.tr("grey") if info.channels == "grey" else self.tr("colour")
        parts = [wording.classes(len(info.classes))]
        if len(self._about) > 1:
            parts.append(self.tr("mean of {0} models").format(len(self._about)))
        else:
            parts.append(self.tr("{0} × {1} pixels, {2}").format(info.width, info.height, colours))
            parts.append(wording.recipe(info.recipe))
        if self.device:
            parts.append(self.tr("on {0}").format(self.device))
        return "  ·  ".join(parts)
