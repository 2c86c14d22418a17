"""Several runs beside each other: their curves in one picture, and what differs in their options as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedLayout, QWidget

from engine.events import EpochEnded
from engine.training.option_rules import unmet
from engine.training.option_words import value_words
from engine.training.runs.records import are_checked_otherwise
from gui import theme
from gui.train.options_form import label_of
from gui.widgets import wording
from gui.widgets.charts import scales
from gui.widgets.charts.curve_paint import Chart, Curve
from gui.widgets.charts.curves import CurveChart
from gui.widgets.labels import text
from gui.widgets.layouts import column, fill
from gui.widgets.run_words import accuracy_words, run_title, state_words
from gui.widgets.table import SortableTable, cell_text, cells

if TYPE_CHECKING:
    from engine.training.runs.records import RunRecord

    Histories = Mapping[str, Sequence[EpochEnded]]

MOST = 8  # runs in one picture: as many as there are colours
LETTERS = "ABCDEFGH"


class CompareView(QWidget):
    """Each run has a letter: its curves have it at their ends, and the table in its heads."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        halves = QSplitter(Qt.Orientation.Vertical, self)  # all is made in its place: in another it is styled anew
        charts, below = QWidget(halves), QWidget(halves)
        self.loss = CurveChart(Chart(self.tr("Validation loss"), self.tr("epoch"), []), "validation losses", charts)
        accuracy = Chart(self.tr("Validation accuracy"), self.tr("epoch"), [], as_percent=True)
        self.accuracy = CurveChart(accuracy, "validation accuracies", charts)
        self.table = SortableTable("differences", self.tr("What differs between the runs"))
        self.nothing = text(
            self.tr("Choose two or more runs in the list below, with Ctrl or Shift, to see them side by side."),
            "muted",
            wrap=True,
        )
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout(charts)
        row.setContentsMargins(0, 0, 0, theme.current().S)
        row.setSpacing(theme.current().XL)
        for chart in (self.loss, self.accuracy):
            row.addWidget(chart, 1)
            chart.hovered.connect(self._share_hover)
        self.said = text("", "small", wrap=True)
        column(self.said, fill(self.table), on=below, margins=(0, theme.current().S, 0, 0))
        halves.setChildrenCollapsible(False)
        halves.addWidget(charts)
        halves.addWidget(below)
        halves.setSizes([240, 220])
        self._faces = QStackedLayout(self)
        self._faces.addWidget(self.nothing)
        self._faces.addWidget(halves)
        self.runs: list[RunRecord] = []

    def show_runs(self, runs: Sequence[RunRecord], histories: Histories) -> None:
        """These runs, of which the first eight are compared."""
        self.runs = list(runs[:MOST])
        self._faces.setCurrentIndex(int(len(self.runs) > 1))
        if len(self.runs) < 2:
            return
        self._show_curves(histories)
        rows = comparison(self.runs, self._results)
        said = []
        if len(rows) == len(self._results(self.runs[0])):
            said.append(self.tr("The options of these runs are all the same."))
        if len(runs) > MOST:
            said.append(self.tr("Only the first {0} of {1} runs are shown.").format(MOST, len(runs)))
        self.said.setText(" ".join(said))
        self.said.setVisible(bool(self.said.text()))
        heads = [self.tr("What"), *(f"{a}  {name}" for a, name in zip(LETTERS, _told_apart(self.runs), strict=False))]
        self.table.show_rows(rows, cells(heads))
        self.table.stretch_first(False)

    def _show_curves(self, histories: Histories) -> None:
        known = {run.name: histories.get(run.name, ()) for run in self.runs if run.validated_on == "validation"}
        lengths = [len(epochs) for epochs in known.values()]
        for widget, of in ((self.loss, "validation_loss"), (self.accuracy, "validation_accuracy")):
            widget.chart.curves = [
                Curve(letter, [(float(e.epoch), float(getattr(e, of))) for e in known.get(run.name, ())])
                for letter, run in zip(LETTERS, self.runs, strict=False)
            ]
            widget.chart.first, widget.chart.last = 1, max([*lengths, 2])
            widget.refresh(glide=False)

    def _results(self, run: RunRecord) -> list[tuple[str, object]]:
        """What came of a run, above its options."""
        accuracy = self.tr("nothing held out") if run.validated_on == "training" else None
        if run.recipe == "ensemble":  # unless its runs held out the same images
            accuracy = self.tr("no shared images")
        otherwise = are_checked_otherwise(self.runs)  # Review asks about the same ones
        figure = self.tr("{0}, not the same images") if otherwise else "{0}"
        if run.validation_accuracy is not None:
            accuracy = figure.format(accuracy_words(run, 2))
        loss = None if run.validation_loss is None else figure.format(scales.number(run.validation_loss))
        return [
            (self.tr("Validation accuracy"), accuracy),
            (self.tr("Validation loss"), loss),
            (self.tr("Best epoch"), run.best_epoch),
            (self.tr("Epochs trained"), run.epochs or None),
            (self.tr("Time"), wording.duration(run.seconds)),
            (self.tr("State"), state_words(run.state)[1]),
        ]

    def _share_hover(self, epoch: int | None) -> None:
        for widget in (self.loss, self.accuracy):
            widget.set_hover(epoch)


def _told_apart(runs: Sequence[RunRecord]) -> list[str]:
    """The names of runs; with the time where several are called the same."""
    titles = Counter(run_title(run) for run in runs)
    return [
        run_title(run) if titles[run_title(run)] == 1 else f"{run_title(run)}, {wording.when(run.created)}"
        for run in runs
    ]


def comparison(runs: Sequence[RunRecord], results: Any) -> list[list[object]]:
    """Rows of the table: what came of each run, then recipe and options in which any two of them differ."""
    from engine.training.runs.changes import differences

    found: list[list[object]] = []
    for number, (name, _) in enumerate(results(runs[0])):
        found.append([name, *(cell_text(results(run)[number][1]) for run in runs)])
    names = dict.fromkeys(d.name for run in runs[1:] for d in differences(runs[0], run))
    for name in names:
        if name == "recipe":
            found.append(
                [QCoreApplication.translate("CompareView", "Recipe"), *(wording.recipe(run.recipe) for run in runs)]
            )
        else:
            found.append([label_of(name), *(_value(name, run.options) for run in runs)])
    return found


def _value(name: str, options: Mapping[str, Any]) -> str:
    """A value of a run; none where it had nothing to say, such as the rate of a base that was frozen."""
    return value_words(name, options.get(name) if unmet(name, options) is None else None)
