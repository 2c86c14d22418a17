"""The left side of the Train page: the button, what it will do, on what; recipes and options behind "Advanced"."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QToolButton, QVBoxLayout, QWidget

from engine.training.option_rules import FIRST, FREE, unused_by
from engine.training.options import TrainOptions
from engine.training.readiness import readiness
from engine.training.recipes.registry import recipe
from gui import actions, theme
from gui.settings import Settings
from gui.train.data_summary import DataSummary, readiness_words
from gui.train.near_duplicates import NearDuplicatesNotice
from gui.train.options_form import OptionsForm
from gui.train.plan_line import LastTraining, PlanLine, learns_words, suits_words
from gui.train.recipe_choice import Reasons, RecipeChoice
from gui.train.validation_choice import EVERYTHING, HELD_OUT, ValidationChoice
from gui.widgets import wording
from gui.widgets.labels import elided, text
from gui.widgets.layouts import column, fill, holder, line, row, set_margins, stretch

if TYPE_CHECKING:
    from engine.events import TrainingPlanned
    from engine.library.records import ClassCount
    from engine.training.recipes.recipe import Recipe


class StartButtons(QWidget):
    """Start, or Pause and Stop while a training runs: the buttons, and the actions that have their keys."""

    start_asked = Signal()
    pause_asked = Signal(bool)  # True: pause; False: go on
    stop_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.running = self._paused = False
        self.why_not = self.tr("No project is open.")  # why no training can start; "": one can
        self._shown: object = None
        self._start_action = self._action(self.tr("Start training"), self.start_asked.emit, "Ctrl+Return", "play")
        self._pause_action = self._action(self.tr("Pause training or go on"), self._toggle_pause, "Ctrl+P", "pause")
        self._stop_action = self._action(self.tr("Stop training"), self.stop_asked.emit, "Ctrl+.", "stop")
        self.start = QPushButton(self.tr("Train"))
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

    def _action(self, words: str, slot: Callable[[], object], key: str, icon: str) -> QAction:
        return actions.add(self, words, slot, key, icon, everywhere=True)

    def _toggle_pause(self) -> None:
        self.pause_asked.emit(not self._paused)

    def show_training(self, *, running: bool, paused: bool = False, stopping: bool = False) -> None:
        """Called once a second: what is the same already costs nothing."""
        if (running, paused, stopping) == self._shown:
            return
        self._shown = running, paused, stopping
        self.running, self._paused = running, paused
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
        self._show_ready()

    def show_ready(self, why_not: str) -> None:
        """Let a training start, unless `why_not` says why none can."""
        self.why_not = why_not
        self._show_ready()

    @property
    def ready(self) -> bool:
        """Whether nothing stands in the way of a training, but perhaps one that runs."""
        return not self.why_not

    def _show_ready(self) -> None:
        ready = self.ready and not self.running
        self.start.setEnabled(ready)
        self._start_action.setEnabled(ready)
        tip = actions.with_key(self.tr("Start training"), self._start_action)
        self.start.setToolTip(self.why_not or tip)


WIDTH = 348
ADVANCED = "train/advanced"  # what is remembered of it


class FormUnderHead(QWidget):
    """A head and a foot that stay, and between them a form that scrolls; all end at the same place beside its bar.

    The widgets of the form are made with `form` as their parent, not given one later: each change of a parent styles
    everything below it anew.
    """

    def __init__(self, head: QVBoxLayout, foot: QVBoxLayout, parent: QWidget) -> None:
        super().__init__(parent)
        self._head, self._foot = head, foot
        self.form = QWidget()
        self.form.setProperty("role", "plain")
        self.area = QScrollArea(self)
        self.area.setWidget(self.form)
        self.area.setWidgetResizable(True)
        self.area.viewport().installEventFilter(self)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.foot = holder(column(line(), foot, spacing=0))
        column(head, line(), fill(self.area), self.foot, on=self, spacing=0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            gap, form = theme.current(), self.area.viewport()
            bar = self.width() - form.mapTo(self, QPoint(form.width(), 0)).x()
            set_margins(self._head, (gap.XL, gap.XL, gap.L + bar, gap.L))
            set_margins(self._foot, (gap.XL, gap.S, gap.L + bar, gap.L))
        return super().eventFilter(watched, event)


@dataclass(frozen=True, slots=True)
class _Own:
    """What the person had chosen, while a run that is trained is shown in its place; no `recipe`: the pictures do."""

    recipe: str
    defaults: TrainOptions
    overrides: dict[str, Any]
    folds: int
    reasons: Reasons


class SetupPanel(QFrame):
    """Everything chosen is read from `is_automatic`, `takes_longer`, `recipe()`, `overrides()` and `folds()`."""

    start_asked = Signal()
    stop_asked = Signal()
    said = Signal(str)  # why nothing is trained
    pause_asked = Signal(bool)  # whether it is to pause, or to go on
    changed = Signal()  # recipe or options: what is shown of them is out of date

    def __init__(self, recipes: Sequence[Recipe], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: Sequence[ClassCount] | None = None
        self._obstacle = ""  # why nothing can be trained in this project
        self._fixed = False  # what is shown is what is trained; a training of another project leaves it open
        self._own: _Own | None = None
        self._plan: TrainingPlanned | None = None
        self._no_plan = ""  # why there is none
        self._trained = LastTraining.NOTHING
        self._starts_when_counted = False  # somebody asked for it before that was known
        self._look_alikes = 0.0  # share of the images that check which look like ones that are learnt from
        self._settings = Settings()
        self.plan = PlanLine()
        self.help = text("", "small", wrap=True)
        self.buttons = StartButtons()
        gap = theme.current()
        title = text(self.tr("Train"), "title")
        head = column(title, self.buttons, self.plan, margins=(gap.XL, gap.XL, gap.L, gap.L), spacing=gap.M)
        foot = column(self.help, margins=(gap.XL, gap.S, gap.L, gap.L))
        self.pane = FormUnderHead(head, foot, self)
        self.advanced = QToolButton()
        self.behind = QWidget(self.pane.form)  # recipes and options, for whoever unfolds them
        self.recipes = RecipeChoice(recipes)
        self.device = elided(self.tr("looking for a graphics card…"), "muted")
        self.data = DataSummary()
        self.leakage = NearDuplicatesNotice()
        self.validation = ValidationChoice()
        self.form = OptionsForm(self.behind)
        self.reset = QPushButton(self.tr("Reset all"))
        self.reset.setObjectName("reset_all_button")
        self.reset.setProperty("kind", "link")
        self.reset.setAccessibleName(self.tr("Reset all options to the recipe's"))
        self._make_advanced()
        self._build()
        self._connect()
        self._on_recipe()
        self._show_advanced()

    def _make_advanced(self) -> None:
        """Whether it stands open is remembered."""
        self.advanced.setObjectName("advanced_fold")
        self.advanced.setText(self.tr("Advanced"))
        self.advanced.setCheckable(True)
        self.advanced.setChecked(self._settings.text(ADVANCED) == "open")
        self.advanced.setProperty("kind", "fold")
        self.advanced.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.advanced.setIconSize(QSize(16, 16))
        self.advanced.toggled.connect(self._show_advanced)

    def _show_advanced(self) -> None:
        shown = self.advanced.isChecked()
        theme.set_icon(self.advanced, "chevron-down" if shown else "chevron-right", "muted", 16)
        tip = self.tr("Hide recipes and options") if shown else self.tr("Choose a recipe and its options yourself")
        self.advanced.setToolTip(tip)
        self.advanced.setAccessibleName(tip)
        self.behind.setVisible(shown)
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOn if shown else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.pane.area.setVerticalScrollBarPolicy(policy)
        self.pane.foot.setVisible(shown)
        self._settings.set_text(ADVANCED, "open" if shown else "")

    def _connect(self) -> None:
        self.recipes.changed.connect(self._on_recipe)
        self.form.changed.connect(self._on_options)
        self.form.explained.connect(self._explain)
        self.validation.changed.connect(self._on_validation)
        self.reset.clicked.connect(self._reset)
        self.buttons.start_asked.connect(self.start_asked)
        self.buttons.stop_asked.connect(self.stop_asked)
        self.buttons.pause_asked.connect(self.pause_asked)
        self.plan.automatic_asked.connect(self.let_pictures_choose)
        self.plan.longer_asked.connect(lambda _: self.changed.emit())

    def _build(self) -> None:
        gap = theme.current()
        self.setFixedWidth(WIDTH)
        self.help.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.help.setFixedHeight(2 * self.help.fontMetrics().lineSpacing() + 2)
        chip = text("")
        theme.set_icon(chip, "chip", "muted", 18)
        column(
            text(self.tr("Labelled images"), "section"),
            self.data,
            self.leakage,
            gap.S,
            row(self.advanced, stretch()),
            self.behind,
            stretch(),
            on=self.pane.form,
            margins=(gap.XL, gap.L, gap.L, gap.L),
            spacing=gap.S,
        )
        column(
            text(self.tr("Recipe"), "section"),
            self.recipes,
            gap.S,
            text(self.tr("Validate on"), "section"),
            self.validation,
            gap.S,
            text(self.tr("Device"), "section"),
            row(chip, fill(self.device), margins=None),
            gap.S,
            line(),
            row(fill(text(self.tr("Options"), "heading")), self.reset),
            self.form,
            on=self.behind,
            spacing=gap.S,
        )
        column(self.pane, on=self)

    # What is chosen

    @property
    def is_automatic(self) -> bool:
        """Whether the pictures choose what is trained."""
        return self.recipes.is_automatic

    @property
    def takes_longer(self) -> bool:
        """Whether another network is to follow on what the pictures choose."""
        return self.is_automatic and self.plan.longer.isChecked()

    @property
    def check_share(self) -> float:
        """The share of the images that a training sets aside to check, where none are yet."""
        if self.is_automatic:
            first = recipe(FIRST).options.validation_fraction
            return float(self.free_overrides().get("validation_fraction", first))
        return float(self.form.value("validation_fraction"))

    @property
    def wants_plan(self) -> bool:
        """Whether a training that the pictures choose could start now."""
        return self.is_automatic and self.is_ready

    @property
    def is_ready(self) -> bool:
        """Whether a training could start now, as far as is known."""
        return self._counts is not None and self.buttons.ready

    def recipe(self) -> Recipe:
        """The recipe whose options are shown: the chosen one, or the one that suits the pictures."""
        return self.recipes.recipe()

    def overrides(self) -> dict[str, Any]:
        """Return the options that differ from the recipe's."""
        return self.form.orders()

    def free_overrides(self) -> dict[str, Any]:
        """Of these the ones that belong to no recipe."""
        return {name: value for name, value in self.form.orders().items() if name in FREE}

    def folds(self) -> int:
        return self.validation.folds

    def take(self, name: str, overrides: dict[str, Any]) -> None:
        """Take over what a person asked for elsewhere: from a run, say."""
        self.recipes.choose(name if self.recipes.knows(name) else self.recipe().name)
        unused = unused_by(self.recipe())
        self.form.set_overrides({k: v for k, v in overrides.items() if k not in unused})
        self.recipes.reasons.of_run = True

    def propose(self, name: str, why: str = "") -> None:
        """Say which recipe suits the pictures, and why, unless the person has chosen one or changed its options."""
        if not self._fixed:
            self.recipes.propose(name, why)
            self._explain_recipe()

    def let_pictures_choose(self) -> None:
        """Forget the recipe and the options that the person has chosen."""
        self.validation.show_folds(0)
        self.form.reset()
        self.recipes.let_pictures_choose()
        self._show_plan()
        self.changed.emit()

    def show_run(self, name: str, options: Mapping[str, Any]) -> None:
        """Show the recipe and the options of a run that is trained anew or goes on, in place of the person's own."""
        if self._own is not None:
            return
        before = self.form.defaults(), self.form.overrides(), self.validation.folds
        own = "" if self.is_automatic else self.recipe().name
        self._own = _Own(own, *before, replace(self.recipes.reasons))
        self._fixed = True
        self.validation.show_folds(0)
        self.take(name, dict(options))

    def show_own(self) -> None:
        """Show what the person had chosen before a run was shown."""
        own, self._own = self._own, None
        if own is None:
            return
        self.recipes.choose(own.recipe)
        self.form.set_defaults(own.defaults)
        self.form.set_overrides(own.overrides)
        self.validation.show_folds(own.folds)
        self.recipes.reasons = own.reasons
        self._explain_recipe()

    def ask_to_start(self) -> None:
        """Start as the button does, once the images are counted; say what stands in the way where something does."""
        self._starts_when_counted = self._counts is None and not self._obstacle
        if self._starts_when_counted:
            return
        if self.buttons.ready:
            self.start_asked.emit()
        else:
            self.said.emit(self.buttons.why_not)

    def begin(self, obstacle: str = "") -> None:
        """Forget what was chosen for another project. `obstacle` says why nothing can be trained in this one."""
        self._starts_when_counted = False
        self.show_own()
        self._obstacle, self._fixed = obstacle, False
        self.plan.longer.setChecked(False)
        self.recipes.forget_proposal()
        self.let_pictures_choose()
        self.recipes.reasons = Reasons()
        self.leakage.say_nothing()
        self.form.set_defaults(self.recipe().options)
        self._explain_recipe()

    def show_adapted(self, name: str, options: TrainOptions, why: str) -> None:
        """Show what a recipe made of the project: its own values now, and the sentence that says why."""
        if self.recipe().name == name:
            reasons = self.recipes.reasons
            reasons.adaptation, reasons.adapted = why, options
            shown = self.form.values()
            self.form.set_new_defaults(options)
            if reasons.of_run:  # also where the run has what the recipe says for any project
                self.form.set_overrides(shown)
            self._explain_recipe()

    def _reset(self) -> None:
        self.recipes.reasons.of_run = False
        self.form.reset()

    # What is shown

    def show_counts(self, counts: Sequence[ClassCount] | None) -> None:
        """Show what would be trained on, and what stands in the way; None while that is being counted."""
        self._counts = counts
        if counts is None:
            words = self._obstacle or self.tr("Counting the images…")
            self.data.show_counts(None, words)
            self.buttons.show_ready(words)
            self._show_plan()
            return
        self.validation.show_split(sum(c.validation for c in counts))
        ready = readiness(counts)
        words = self._obstacle or readiness_words(ready, self.check_share)
        self.data.show_counts(counts, words)
        self.buttons.show_ready(words if self._obstacle or ready.obstacle is not None else "")
        self._show_plan()
        if self._starts_when_counted:
            self.ask_to_start()

    def show_plan(self, plan: TrainingPlanned | None) -> None:
        """Show what a training would do that the pictures choose; None while that is found out."""
        self._plan, self._no_plan = plan, ""
        if plan is not None:
            self.recipes.propose(plan.chosen, suits_words(plan.reason))
        self._show_plan()

    def show_look_alikes(self, share: float) -> None:
        """Say with the plan that this share of the images that check look like ones that are learnt from."""
        self._look_alikes = share
        self._show_plan()

    def show_trained(self, trained: LastTraining) -> None:
        """Say with the plan how it stands to what was trained before."""
        self._trained = trained
        self._show_plan()

    def say_no_plan(self, why: str) -> None:
        self._plan, self._no_plan = None, why
        self._show_plan()

    def _show_plan(self) -> None:
        if not self.buttons.ready:
            self.plan.say("")
        elif not self.is_automatic:
            self.plan.show_choice(wording.recipe(self.recipe().name), len(self.form.overrides()))
        elif self._plan is not None:
            self.plan.show_plan(self._plan, self._look_alikes, self._trained)
        elif self._no_plan:
            self.plan.say(self._no_plan)
        else:
            self.plan.say(" ".join((self._learns(), self.tr("Looking at them to say how long it takes…"))))

    def _learns(self) -> str:
        """How many pictures are learnt from and checked with, as far as the counts tell; the draw of a training that is
        still to come takes its share."""
        counts = self._counts or ()
        check, usable = sum(c.validation for c in counts), [c.training + c.validation + c.unassigned for c in counts]
        if not check:
            check = round(sum(usable) * self.check_share)
        return learns_words(sum(usable) - check, sum(count > 0 for count in usable), check)

    def show_training(self, *, running: bool, paused: bool = False, stopping: bool = False) -> None:
        """While a training runs its setup is fixed, and Pause and Stop take the place of Start."""
        if running != self.buttons.running:
            self._fixed = running
            for widget in (self.recipes, self.form, self.reset, self.validation, self.leakage, self.plan.longer):
                widget.setEnabled(not running)
        self.buttons.show_training(running=running, paused=paused, stopping=stopping)

    def _explain_recipe(self) -> None:
        self.recipes.explain(self.form.values())

    def _on_recipe(self) -> None:
        recipe = self.recipe()
        self.form.leave_out(unused_by(recipe))
        if self.is_automatic:
            self.form.set_new_defaults(recipe.options)  # what belongs to no recipe stays chosen
        else:
            self.form.set_defaults(recipe.options)
        self._show_plan()

    def _explain(self, name: str, words: str) -> None:
        self.help.setText(f"{name}: {words}" if name else "")

    def _hold_recipe(self) -> None:
        """Options that a person has changed belong to the recipe that is shown: the pictures choose no more."""
        if self.is_automatic and (self.folds() or not self.form.overrides().keys() <= set(FREE)):
            self.recipes.hold()

    def _on_options(self) -> None:
        self._hold_recipe()
        self.reset.setVisible(bool(self.form.overrides()))
        everything = bool(self.form.value("train_on_everything"))
        self.validation.show_options(float(self.form.value("validation_fraction")), everything)
        self.show_counts(self._counts)
        if self.recipes.reasons.adaptation:
            self._explain_recipe()
        self.changed.emit()

    def _on_validation(self) -> None:
        """The choice above and the options below are the same thing."""
        choice = self.validation
        self.form.change("train_on_everything", choice.kind == EVERYTHING)
        if choice.kind == HELD_OUT:
            self.form.change("validation_fraction", choice.fraction)
        self._hold_recipe()
        self._show_plan()
