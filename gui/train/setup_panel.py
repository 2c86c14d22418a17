"""The left side of the Train page: what to train with, on what, with which options, and the button that starts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.training.option_rules import unused_by
from engine.training.options import TrainOptions, with_overrides
from engine.training.readiness import readiness
from engine.training.recipes.choices import told
from gui import actions, theme
from gui.train.data_summary import DataSummary, readiness_words
from gui.train.near_duplicates import NearDuplicatesNotice
from gui.train.options_form import OptionsForm
from gui.train.validation_choice import EVERYTHING, HELD_OUT, ValidationChoice
from gui.widgets import wording
from gui.widgets.controls import Combo
from gui.widgets.labels import elided, text
from gui.widgets.layouts import fill, line, row

if TYPE_CHECKING:
    from engine.library.records import ClassCount
    from engine.training.recipes.recipe import Recipe


class StartButtons(QWidget):
    """Start, or Pause and Stop while a training runs: the buttons, and the actions that have their keys."""

    start_asked = Signal()
    pause_asked = Signal(bool)  # True: pause; False: go on
    stop_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running = self._paused = False
        self._shown: object = None
        self._start_action = self._action(self.tr("Start training"), self.start_asked.emit, "Ctrl+Return", "play")
        self._pause_action = self._action(self.tr("Pause training or go on"), self._toggle_pause, "Ctrl+P", "pause")
        self._stop_action = self._action(self.tr("Stop training"), self.stop_asked.emit, "Ctrl+.", "stop")
        self.start = QPushButton(self.tr("Start training"))
        self.start.setObjectName("start_button")
        self.start.setProperty("kind", "primary")
        self.start.setAccessibleName(self.tr("Start training"))
        self.pause = QPushButton()
        self.pause.setObjectName("pause_button")
        self.stop = QPushButton()
        self.stop.setObjectName("stop_button")
        self.stop.setAccessibleName(self.tr("Stop training"))
        self.stop.setToolTip(self.tr("Ends at once; the best epoch so far is kept."))
        actions.show_key(self.stop, self._stop_action)
        theme.set_icon(self.start, "play", "on_accent")
        theme.set_icon(self.stop, "stop")
        row(fill(self.start), fill(self.pause), fill(self.stop), on=self, spacing=theme.current().S)
        self.start.clicked.connect(self.start_asked)
        self.pause.clicked.connect(self._toggle_pause)
        self.stop.clicked.connect(self.stop_asked)
        self.show_training(running=False)
        self.show_ready(False, "")

    def _action(self, words: str, slot: Callable[[], object], key: str, icon: str) -> QAction:
        return actions.add(self, words, slot, keys=[key], icon=icon, everywhere=True)

    def _toggle_pause(self) -> None:
        self.pause_asked.emit(not self._paused)

    def show_training(self, *, running: bool, paused: bool = False, stopping: bool = False) -> None:
        """Called once a second: what is the same already costs nothing."""
        if (running, paused, stopping) == self._shown:
            return
        self._shown = running, paused, stopping
        self._running, self._paused = running, paused
        self.start.setVisible(not running)
        self.pause.setVisible(running)
        self.stop.setVisible(running)
        self.pause.setEnabled(running and not stopping)
        self.stop.setEnabled(running and not stopping)
        for action in (self._pause_action, self._stop_action):
            action.setEnabled(running)
        self.pause.setText(self.tr("Go on") if paused else self.tr("Pause"))
        self.pause.setAccessibleName(self.tr("Go on training") if paused else self.tr("Pause training"))
        tip = (
            self.tr("Goes on with the next batch.")
            if paused
            else self.tr("Waits after this batch, and keeps it in memory.")
        )
        self.pause.setToolTip(actions.with_key(tip, self._pause_action))
        theme.set_icon(self.pause, "play" if paused else "pause")
        self.stop.setText(self.tr("Stopping…") if stopping else self.tr("Stop"))

    def show_ready(self, can_train: bool, why_not: str) -> None:
        ready = can_train and not self._running
        self.start.setEnabled(ready)
        self._start_action.setEnabled(ready)
        tip = actions.with_key(self.tr("Start training"), self._start_action)
        self.start.setToolTip(tip if can_train else why_not)


WIDTH = 348


@dataclass(frozen=True, slots=True)
class _Own:
    """What the person had chosen."""

    recipe: str
    defaults: TrainOptions
    overrides: dict[str, Any]
    folds: int
    chosen: bool
    taken: bool
    why: str
    read: str
    adapted: TrainOptions | None


class SetupPanel(QFrame):
    """Everything chosen is read from `recipe()`, `overrides()` and `folds()`."""

    start_asked = Signal()
    stop_asked = Signal()
    pause_asked = Signal(bool)  # whether it is to pause, or to go on
    changed = Signal()  # recipe or options: what is shown of them is out of date

    def __init__(self, recipes: Sequence[Recipe], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recipes = list(recipes)
        self._counts: Sequence[ClassCount] = ()
        self._running = False
        self._why_not = ""  # no training can start
        self._obstacle = ""
        self._why = ""  # this recipe was proposed
        self._read = ""  # what the recipe itself made of the project
        self._adapted: TrainOptions | None = None  # and the options that this sentence tells of
        self._chosen = False  # by the person
        self._taken = False  # all values are those of a run
        self._fixed = False  # what is shown is what is trained; a training of another project leaves it open
        self._own: _Own | None = None  # what the person had chosen, while those of a run that is trained are shown
        self._left_out: frozenset[str] = frozenset()
        self.setFixedWidth(WIDTH)
        self.recipe_box = Combo()
        self.recipe_box.setObjectName("recipe_box")
        self.recipe_box.setAccessibleName(self.tr("Recipe"))
        for recipe in self._recipes:
            self.recipe_box.addItem(wording.recipe(recipe.name), recipe.name)
        self.summary = text("", "muted", wrap=True)
        self.device = elided(self.tr("looking for a graphics card…"), "muted")
        self.data = DataSummary()
        self.leakage = NearDuplicatesNotice()
        self.validation = ValidationChoice()
        self.validation_words = text("", "small", wrap=True)
        self.form = OptionsForm()
        self.reset = QPushButton(self.tr("Reset all"))
        self.reset.setObjectName("reset_all_button")
        self.reset.setProperty("kind", "link")
        self.reset.setAccessibleName(self.tr("Reset all options to the recipe's"))
        self.help = text("", "small", wrap=True)
        self.help.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.buttons = StartButtons()
        self.start, self.pause, self.stop = self.buttons.start, self.buttons.pause, self.buttons.stop
        self._build()
        self._connect()
        self._show_recipe()

    def _connect(self) -> None:
        self.recipe_box.currentIndexChanged.connect(self._show_recipe)
        self.recipe_box.activated.connect(self._on_chosen)
        self.form.changed.connect(self._on_options)
        self.form.explained.connect(self._explain)
        self.validation.changed.connect(self._on_validation)
        self.reset.clicked.connect(self._reset)
        self.buttons.start_asked.connect(self.start_asked)
        self.buttons.stop_asked.connect(self.stop_asked)
        self.buttons.pause_asked.connect(self.pause_asked)

    def _build(self) -> None:
        gap = theme.current()
        inside = QWidget()
        inside.setProperty("role", "plain")
        column = QVBoxLayout(inside)
        column.setContentsMargins(gap.XL, gap.XL, gap.L, gap.L)
        column.setSpacing(gap.S)
        column.addWidget(text(self.tr("Train"), "title"))
        column.addSpacing(gap.S)
        parts: tuple[tuple[str, tuple[QWidget, ...]], ...] = (
            (self.tr("Recipe"), (self.recipe_box, self.summary)),
            (self.tr("Labelled images"), (self.data, self.leakage)),
            (self.tr("Validate on"), (self.validation, self.validation_words)),
        )
        for title, widgets in parts:
            column.addWidget(text(title, "section"))
            for widget in widgets:
                column.addWidget(widget)
            column.addSpacing(gap.S)
        column.addWidget(text(self.tr("Device"), "section"))
        device = QHBoxLayout()
        chip = text("")
        theme.set_icon(chip, "chip", "muted", 18)
        device.addWidget(chip)
        device.addWidget(self.device, 1)
        column.addLayout(device)
        column.addSpacing(gap.S)
        column.addWidget(line())
        head = row(fill(text(self.tr("Options"), "heading")), self.reset)
        column.addLayout(head)
        column.addWidget(self.form)
        column.addStretch(1)
        scroll = self._scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.viewport().installEventFilter(self)
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        foot = self._foot = QVBoxLayout()
        foot.setContentsMargins(gap.XL, gap.S, gap.L, gap.L)
        foot.setSpacing(gap.S)
        self.help.setFixedHeight(2 * self.help.fontMetrics().lineSpacing() + 2)
        foot.addWidget(self.help)
        foot.addWidget(self.buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addWidget(line())
        whole.addLayout(foot)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The buttons end where the form above them ends, beside which a scroll bar stands."""
        if event.type() == QEvent.Type.Resize:
            gap, form = theme.current(), self._scroll.viewport()
            bar = self.width() - form.mapTo(self, QPoint(form.width(), 0)).x()
            self._foot.setContentsMargins(gap.XL, gap.S, gap.L + bar, gap.L)
        return super().eventFilter(watched, event)

    # What is chosen

    def recipe(self) -> Recipe:
        return self._recipes[self.recipe_box.currentIndex()]

    def overrides(self) -> dict[str, Any]:
        """The options that differ from the recipe's."""
        return self.form.orders()

    def folds(self) -> int:
        return self.validation.folds

    def choose_recipe(self, name: str) -> None:
        self._why = ""
        self.recipe_box.setCurrentIndex(max(self.recipe_box.findData(name), 0))

    def take(self, name: str, overrides: dict[str, Any]) -> None:
        """Take over what a person asked for elsewhere: from a run, say."""
        self._chosen = True
        if self.recipe_box.findData(name) >= 0:
            self.choose_recipe(name)
        self.form.set_overrides({k: v for k, v in overrides.items() if k not in self._left_out})
        self._taken = True

    def propose(self, name: str, why: str = "") -> None:
        """Choose a recipe, and say why, unless the person has chosen one or changed an option."""
        index = self.recipe_box.findData(name)
        if self._chosen or self._fixed or index < 0 or self.form.overrides():
            return
        self._why = why
        self.recipe_box.setCurrentIndex(index)
        self._show_summary()

    def show_run(self, name: str, options: Mapping[str, Any]) -> None:
        """The recipe and the options of a run that is trained anew or goes on, in place of the person's own."""
        if self._own is not None:
            return
        kept = self.form.defaults(), self.form.overrides(), self.validation.folds
        self._own = _Own(self.recipe().name, *kept, self._chosen, self._taken, self._why, self._read, self._adapted)
        self._fixed = True
        self.validation.show_folds(0)
        self.take(name, dict(options))

    def show_own(self) -> None:
        """What the person had chosen before a run was shown."""
        own, self._own = self._own, None
        if own is None:
            return
        self.choose_recipe(own.recipe)
        self.form.set_defaults(own.defaults)
        self.form.set_overrides(own.overrides)
        self.validation.show_folds(own.folds)
        self._chosen, self._taken, self._why = own.chosen, own.taken, own.why
        self._read, self._adapted = own.read, own.adapted
        self._show_summary()

    def begin(self, obstacle: str = "") -> None:
        """Another project: what was chosen for the one before does not count. `obstacle` forbids any training."""
        self.show_own()
        self.choose_recipe(self._recipes[0].name)  # until another one is proposed
        self._chosen, self._why, self._read, self._obstacle = False, "", "", obstacle
        self._adapted, self._taken, self._fixed = None, False, False
        self.leakage.say_nothing()
        self.validation.show_folds(0)
        self.form.set_defaults(self.recipe().options)
        self._show_summary()

    def show_adapted(self, name: str, options: TrainOptions, why: str) -> None:
        """What the recipe made of the project: its own values now, and the sentence that says why."""
        if self.recipe().name == name:
            self._read, self._adapted = why, options
            shown = self.form.values()
            self.form.set_new_defaults(options)
            if self._taken:  # also where the run has what the recipe says for any project
                self.form.set_overrides(shown)
            self._show_summary()

    def _reset(self) -> None:
        self._taken = False
        self.form.reset()

    def _on_chosen(self) -> None:
        self._chosen, self._why = True, ""
        self._show_summary()

    # What is shown

    def show_counts(self, counts: Sequence[ClassCount]) -> None:
        self._counts = counts
        self.validation.show_split(sum(c.validation for c in counts))
        ready = readiness(counts)
        words = self._obstacle or readiness_words(ready, float(self.form.value("validation_fraction")))
        self._why_not = words if self._obstacle or ready.obstacle is not None else ""
        self.data.show_counts(counts, words)
        self._show_buttons()

    def show_training(self, *, running: bool, paused: bool = False, stopping: bool = False) -> None:
        """While a training runs its setup is fixed, and Pause and Stop take the place of Start."""
        if running == self._running:
            self.buttons.show_training(running=running, paused=paused, stopping=stopping)
            self._show_buttons()
            return
        self._running = self._fixed = running
        for widget in (self.recipe_box, self.form, self.reset, self.validation, self.leakage):
            widget.setEnabled(not running)
        self.buttons.show_training(running=running, paused=paused, stopping=stopping)
        self._show_buttons()

    def _show_buttons(self) -> None:
        self.buttons.show_ready(not self._why_not, self._why_not)

    def _show_recipe(self) -> None:
        recipe = self.recipe()
        self._read, self._adapted, self._taken = "", None, False
        self._show_summary()
        tip = self.tr("On the command line: {0}").format(recipe.name)
        self.recipe_box.setToolTip(tip)
        self.summary.setToolTip(f"{recipe.source}\n{tip}")
        self._left_out = unused_by(recipe)
        self.form.leave_out(self._left_out)
        self.form.set_defaults(recipe.options)

    def _show_summary(self) -> None:
        said = QCoreApplication.translate("Recipes", self.recipe().summary)
        about = " ".join(part for part in (self._why, said) if part)
        read = self._read
        if self._adapted is not None:
            read = told(read, self._adapted, with_overrides(self._adapted, self.form.values()))
        self.summary.setText("\n".join(part for part in (about, read) if part))  # what it is; what it does here

    def _explain(self, name: str, words: str) -> None:
        self.help.setText(f"{name}: {words}" if name else "")

    def _on_options(self) -> None:
        self.reset.setVisible(bool(self.form.overrides()))
        everything = bool(self.form.value("train_on_everything"))
        self.validation.show_options(float(self.form.value("validation_fraction")), everything)
        self._show_validation()
        self.show_counts(self._counts)
        if self._read:
            self._show_summary()
        self.changed.emit()

    def _on_validation(self) -> None:
        """The choice above and the options below are the same thing."""
        choice = self.validation
        self.form.change("train_on_everything", choice.kind == EVERYTHING)
        if choice.kind == HELD_OUT:
            self.form.change("validation_fraction", choice.fraction)
        self._show_validation()

    def _show_validation(self) -> None:
        self.validation_words.setText(self.validation.sentence)
        self.validation_words.setVisible(bool(self.validation.sentence))
