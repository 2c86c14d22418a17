"""Choosing the network whose features suggestions and look-alikes are made of: what each is, and what is downloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QDialog, QPushButton, QWidget

from engine.events import Cancelled, Event, Failed, Outcome, Progress, Succeeded
from engine.language import _
from gui import theme
from gui.jobs import JobRunner, OwnedJob
from gui.widgets import file_dialogs, wording
from gui.widgets.caution import Caution
from gui.widgets.labels import text
from gui.widgets.layouts import column, fill, row
from gui.widgets.progress_strip import ProgressStrip
from gui.widgets.table import Column, SortableTable

if TYPE_CHECKING:
    from engine.training.base_choice import Action, BaseParams, Bases, KerasBase, KnownBase


class BaseDialog(QDialog):
    """The dialog of bases. Nothing is downloaded before `Use` is pressed; closing the dialog stops a download."""

    changed = Signal()  # another base is chosen

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._job = OwnedJob(self)
        self.setWindowTitle(self.tr("Network for suggestions"))
        self.setAccessibleName(self.windowTitle())
        self.resize(860, 620)
        self.table = SortableTable("bases", self.windowTitle(), self._columns())
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.words = text("", "muted", wrap=True)
        self.notice = Caution()
        self.strip = ProgressStrip()
        self.strip.hide()
        self.add_button = QPushButton(self.tr("Add an ONNX file…"))
        self.use_button = QPushButton(self.tr("Use"))
        self.use_button.setProperty("kind", "primary")
        self.close_button = QPushButton(self.tr("Close"))
        for button in (self.add_button, self.use_button, self.close_button):
            button.setAccessibleName(button.text())
        about = self.tr(
            "Suggestions and look-alikes compare what this network sees. A larger one is right more often, mostly, and "
            "takes longer: all images are looked at once again. It is remembered for this machine."
        )
        column(
            text(about, "muted", wrap=True),
            fill(self.table),
            self.words,
            self.notice,
            self.strip,
            row(self.add_button, fill(QWidget()), self.close_button, self.use_button),
            on=self,
            margins=(20, 20, 20, 16),
            spacing=theme.Theme.L,
        )
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_chosen())
        self.table.doubleClicked.connect(lambda _: self._use())
        self.add_button.clicked.connect(self._add)
        self.use_button.clicked.connect(self._use)
        self.close_button.clicked.connect(self.reject)
        self.strip.stop_wanted.connect(self._job.stop)
        self.finished.connect(lambda _: self._job.stop())
        self._run("list", "")

    def _columns(self) -> list[Column]:
        size = self.tr("{0} px")
        return [
            Column(self.tr("Network"), lambda base: base.name),
            Column(
                self.tr("Pictures"),
                lambda base: base.input_size,
                lambda base: size.format(base.input_size),
                number=True,
            ),
            Column(self.tr("State"), self._state),
            Column(self.tr("Licence"), lambda base: base.licence),
        ]

    def _state(self, base: KnownBase | KerasBase) -> str:
        megabytes = getattr(base, "megabytes", None)
        if megabytes is not None:
            return self.tr("download of {0} MB").format(wording.number(megabytes))
        return self.tr("in use") if getattr(base, "chosen", False) else self.tr("on this machine")

    def _chosen(self) -> KnownBase | KerasBase | None:
        chosen = self.table.chosen()
        return chosen[0] if chosen else None

    def _show_chosen(self) -> None:
        base, is_idle = self._chosen(), not self._job.running
        megabytes = getattr(base, "megabytes", None)
        if base is None:
            self.words.setText("")
        elif megabytes is not None:
            words = self.tr(
                "{0} MB are downloaded from where Keras keeps them; nothing of yours is sent. Licence: {1}."
            )
            self.words.setText(words.format(wording.number(megabytes), base.licence))
        else:
            words = self.tr("{0} numbers for each picture. Colours: {1}. From: {2}. Licence: {3}.")
            facts = map(_, (base.scaling, base.source, base.licence))  # type: ignore[union-attr]
            self.words.setText(words.format(wording.number(base.dimensions), *facts))  # type: ignore[union-attr]
        self.use_button.setText(self.tr("Download and use") if megabytes is not None else self.tr("Use"))
        self.use_button.setAccessibleName(self.use_button.text())
        self.use_button.setEnabled(is_idle and base is not None and not getattr(base, "chosen", False))
        self.add_button.setEnabled(is_idle)

    # Jobs

    def _use(self) -> None:
        base = self._chosen()
        if base is not None and self.use_button.isEnabled():
            self._run("choose", base.name)

    def _add(self) -> None:
        file = file_dialogs.ask_open(
            self, self.tr("Add a network from image to vector"), self.tr("Networks (*.onnx)"), of="models"
        )
        if file is not None:
            self._run("add", str(file))

    def _run(self, action: Action, what: str) -> None:
        def params() -> BaseParams:  # in the job's thread, as the module loads NumPy
            from engine.training.base_choice import BaseParams

            return BaseParams(action, what)

        self.notice.say("")
        started = {"choose": self.tr("Preparing {0}").format(what), "add": self.tr("Looking at the file")}
        words = started.get(action, self.tr("Looking for networks"))
        self.strip.start(words)
        job = self._jobs.start("bases", params, child=action != "list", words=words if action in started else "")
        self._job.follow(job, self._ended, self._happened)
        self._show_chosen()

    def _happened(self, event: Event) -> None:
        if isinstance(event, Progress):
            self.strip.show_progress(event)

    def _ended(self, outcome: Outcome) -> None:
        self.strip.hide()
        if isinstance(outcome, Failed):
            self.notice.say(outcome.message)
        elif isinstance(outcome, Cancelled):
            self.words.setText(self.tr("Stopped; the network in use stays."))
        elif isinstance(outcome, Succeeded):
            from engine.training.base_choice import Bases

            self._show(Bases.of(outcome.result))
        self._show_chosen()

    def _show(self, found: Bases) -> None:
        self.table.show_rows([*found.bases, *found.more])
        self.table.stretch_first()
        self.table.choose_where(
            lambda base: base.name == found.base if found.base is not None else getattr(base, "chosen", False)
        )
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if found.action == "choose":
            self.changed.emit()
