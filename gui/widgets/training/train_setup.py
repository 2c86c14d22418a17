"""The left side of the Train page: what to train with, on what, with which options, and the button that starts it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gui import theme
from gui.widgets import wording
from gui.widgets.parts import elided, line, text
from gui.widgets.training.data_summary import DataSummary, Readiness
from gui.widgets.training.options_form import OptionsForm

if TYPE_CHECKING:
    from engine.library.records import ClassCount
    from engine.training.recipes.recipe import Recipe

WIDTH, NARROW = 348, 320


class TrainSetup(QFrame):
    """Emits `start_asked` and `stop_asked`; everything chosen is read from `recipe()` and `overrides()`."""

    start_asked = Signal()
    stop_asked = Signal()
    ready_changed = Signal()  # whether Start or Stop can be pressed

    def __init__(self, recipes: Sequence[Recipe], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recipes = list(recipes)
        self._counts: Sequence[ClassCount] = ()
        self._running = False
        self._ready = Readiness(False, "")
        self._obstacle = ""
        self._why = ""  # this recipe was proposed
        self._chosen = False  # by the person
        self.setFixedWidth(WIDTH)
        self.recipe_box = QComboBox()
        self.recipe_box.setObjectName("recipe_box")
        self.recipe_box.setAccessibleName(self.tr("Recipe"))
        for recipe in self._recipes:
            self.recipe_box.addItem(wording.recipe(recipe.name), recipe.name)
        self.summary = text("", "muted", wrap=True)
        self.device = elided(self.tr("looking for a graphics card…"), "muted")
        self.data = DataSummary()
        self.form = OptionsForm()
        self.reset = QPushButton(self.tr("Reset all"))
        self.reset.setProperty("kind", "link")
        self.reset.setAccessibleName(self.tr("Reset all options to the recipe's"))
        self.start = QPushButton(self.tr("Start training"))
        self.start.setObjectName("start_button")
        self.start.setProperty("kind", "primary")
        self.start.setAccessibleName(self.tr("Start training"))
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.setObjectName("stop_button")
        self.stop.setAccessibleName(self.tr("Stop training"))
        self.stop.setToolTip(self.tr("Ends at once; the best epoch so far is kept."))
        theme.set_icon(self.start, "play", "on_accent")
        theme.set_icon(self.stop, "stop")
        self._build()
        self.recipe_box.currentIndexChanged.connect(self._show_recipe)
        self.recipe_box.activated.connect(self._on_chosen)
        self.form.changed.connect(self._on_options)
        self.reset.clicked.connect(self.form.reset)
        self.start.clicked.connect(self.start_asked)
        self.stop.clicked.connect(self.stop_asked)
        self._show_recipe()

    def _build(self) -> None:
        gap = theme.current()
        inside = QWidget()
        inside.setProperty("role", "plain")
        column = QVBoxLayout(inside)
        column.setContentsMargins(gap.XL, gap.XL, gap.L, gap.L)
        column.setSpacing(gap.S)
        column.addWidget(text(self.tr("Train"), "title"))
        column.addSpacing(gap.S)
        column.addWidget(text(self.tr("Recipe"), "section"))
        column.addWidget(self.recipe_box)
        column.addWidget(self.summary)
        column.addSpacing(gap.S)
        column.addWidget(text(self.tr("Labelled images"), "section"))
        column.addWidget(self.data)
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
        head = QHBoxLayout()
        head.addWidget(text(self.tr("Options"), "heading"), 1)
        head.addWidget(self.reset)
        column.addLayout(head)
        column.addWidget(self.form)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(gap.XL, gap.M, gap.L, gap.L)
        buttons.setSpacing(gap.S)
        buttons.addWidget(self.start, 1)
        buttons.addWidget(self.stop)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addWidget(line())
        whole.addLayout(buttons)

    def recipe(self) -> Recipe:
        return self._recipes[self.recipe_box.currentIndex()]

    def overrides(self) -> dict[str, Any]:
        """The options that differ from the recipe's."""
        return self.form.overrides()

    def choose_recipe(self, name: str) -> None:
        self._why = ""
        self.recipe_box.setCurrentIndex(max(self.recipe_box.findData(name), 0))

    def propose(self, name: str, why: str = "") -> None:
        """Choose a recipe, and say why, unless the person has chosen one or changed an option."""
        index = self.recipe_box.findData(name)
        if self._chosen or self._running or index < 0 or self.form.overrides():
            return
        self._why = why
        self.recipe_box.setCurrentIndex(index)
        self._show_summary()

    def begin(self, obstacle: str = "") -> None:
        """Another project: what was chosen for the one before does not count. `obstacle` forbids any training."""
        self._chosen, self._why, self._obstacle = False, "", obstacle
        self._show_summary()

    def _on_chosen(self) -> None:
        self._chosen, self._why = True, ""
        self._show_summary()

    def show_counts(self, counts: Sequence[ClassCount]) -> None:
        self._counts = counts
        self._ready = self.data.show_counts(counts, float(self.form.value("validation_fraction")), self._obstacle)
        self._update_buttons()

    def set_running(self, running: bool, *, stopping: bool = False) -> None:
        """While a training runs its setup is fixed, and Stop takes the place of Start."""
        self._running = running
        self.recipe_box.setEnabled(not running)
        self.form.setEnabled(not running)
        self.reset.setEnabled(not running)
        self.stop.setText(self.tr("Stopping…") if stopping else self.tr("Stop"))
        self._update_buttons()
        self.stop.setEnabled(running and not stopping)

    def _update_buttons(self) -> None:
        self.start.setVisible(not self._running)
        self.stop.setVisible(self._running)
        self.stop.setEnabled(self._running)
        self.start.setEnabled(self._ready.can_train and not self._running)
        self.start.setToolTip(
            self.tr("Start training  (Ctrl+Return)") if self._ready.can_train else self._ready.sentence
        )
        self.ready_changed.emit()

    def _show_recipe(self) -> None:
        recipe = self.recipe()
        self._show_summary()
        tip = self.tr("On the command line: {0}").format(recipe.name)
        self.recipe_box.setToolTip(tip)
        self.summary.setToolTip(f"{recipe.source}\n{tip}")
        self.form.set_defaults(recipe.options)

    def _show_summary(self) -> None:
        self.summary.setText(" ".join(part for part in (self._why, self.recipe().summary) if part))

    def _on_options(self) -> None:
        self.reset.setVisible(bool(self.form.overrides()))
        self.show_counts(self._counts)
