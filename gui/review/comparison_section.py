"""Two runs side by side: which mistakes the later one fixed, made and kept, and which classes gained."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QPushButton, QSplitter, QWidget

from engine.errors import EngineError
from engine.figures import are_few, interval
from engine.statistics import Trend
from engine.training.runs.records import older_run
from gui import actions, theme
from gui.jobs import JobRunner
from gui.review.gain_table import GainTable, signed
from gui.review.id_grid import IdGrid
from gui.review.job_line import JobLine
from gui.review.rounds_words import trend
from gui.review.section import Section
from gui.session import Session
from gui.widgets import wording
from gui.widgets.charts import export
from gui.widgets.controls import Combo, Segments
from gui.widgets.empty_page import EmptyPage
from gui.widgets.labels import elided, text
from gui.widgets.layouts import column, fill, row, stretch
from gui.widgets.metrics import Metric, MetricRow
from gui.widgets.run_words import run_in_round

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.library.records import ImageRecord
    from engine.review.compare import Change, Comparison
    from engine.review.reviewed import Reviewed
    from engine.training.runs.records import RunRecord
    from gui.widgets.pictures.large_view import Guess

KINDS = ("fixed", "made", "kept")
CONTENT, EMPTY = 0, 1


class ComparisonSection(Section):
    def __init__(self, session: Session, jobs: JobRunner) -> None:
        super().__init__()
        self._session, self._jobs = session, jobs
        self._reviewed: Reviewed | None = None
        self._found: Comparison | None = None
        self._chosen: dict[str, str] = {}  # the run that a person chose to compare a run with
        self._repeats: dict[str, str] = {}  # the run that a run repeats, "" for none, once it was read
        self._runs: list[RunRecord] = []  # that are offered
        self._class = ""
        self._asked: set[tuple[str, str, int]] = set()  # runs that were asked about the newer check images, for which
        self._asking: tuple[str, str, int] | None = None  # the last of them
        self.line = JobLine(session, jobs)
        self.said = text("", "heading", wrap=True)
        self._shown: list[Change] = []
        self.before = Combo()
        self.before.setObjectName("before_box")
        self.before.setAccessibleName(self.tr("Run before"))
        self.before.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToContents)
        self.before.setMinimumWidth(260)
        self.after = elided("", "heading")
        self.metrics = [
            Metric(title)
            for title in (
                self.tr("Accuracy before"),
                self.tr("Accuracy after"),
                self.tr("Gain"),
                self.tr("Compared with before"),
            )
        ]
        self.table = GainTable()
        self.kinds = Segments([self.tr("Fixed"), self.tr("Made"), self.tr("Kept")], self.tr("Mistakes"))
        self.all_classes = QPushButton(self.tr("All classes"))
        self.all_classes.setProperty("kind", "link")
        self.all_classes.setAccessibleName(self.tr("Show the mistakes of all classes"))
        self.grid = IdGrid(session, self._words, self._large)
        self.grid.cover = self
        self.grid.setObjectName("changes_grid")
        self.grid.setAccessibleName(self.tr("Images whose prediction is wrong in one of the runs"))
        self.grid.set_tip(self._tip)
        self.grid.badges = False  # the first name is not that of the label
        self.grid.mark = lambda _record, _place: "correct" if KINDS[self.kinds.current()] == "fixed" else "wrong"
        self.gallery = QPushButton(self.tr("Show in the gallery"))
        self.gallery.setObjectName("show_in_gallery_button")
        self.gallery.setAccessibleName(self.gallery.text())
        self.hint = elided("", "small")
        self.empty = EmptyPage("split", "", "")
        self._build()
        self._connect()

    @property
    def found(self) -> Comparison | None:
        """The comparison that is shown."""
        return self._found

    def _build(self) -> None:
        gap = theme.current()
        head = row(
            text(self.tr("Before"), "muted"),
            self.before,
            gap.M,
            text(self.tr("After"), "muted"),
            fill(self.after),
            spacing=gap.S,
        )
        left = QWidget()
        column(text(self.tr("Classes"), "heading"), fill(self.table), on=left, margins=(0, 0, gap.L, 0), spacing=gap.S)
        halves = QSplitter()
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(1)
        halves.addWidget(left)
        halves.addWidget(self._right())
        halves.setSizes([540, 560])
        content = QWidget()
        column(self.said, MetricRow(self.metrics), fill(halves), on=content, spacing=gap.M)
        column(head, self.line, fill(self.stacked(content, self.empty)), on=self, spacing=gap.M)

    def _right(self) -> QWidget:
        gap = theme.current()
        part = QWidget()
        switches = row(self.kinds, stretch(), self.all_classes)
        below = row(self.gallery, fill(self.hint), spacing=gap.M)
        column(switches, fill(self.grid), below, on=part, margins=(gap.L, 0, 0, 0), spacing=gap.S)
        return part

    def _connect(self) -> None:
        self.before.activated.connect(self._on_chosen)
        self.line.changed.connect(lambda: None if self.line.running else self._read())
        self._jobs.training_changed.connect(self._on_training)
        self.kinds.chosen.connect(lambda _: self._show_kind())
        self.table.class_chosen.connect(self._on_class)
        self.all_classes.clicked.connect(lambda: self.table.choose(""))
        self.gallery.clicked.connect(self._to_gallery)
        self.grid.selection_changed.connect(lambda _: self._update())
        self._session.runs_changed.connect(self._on_runs)
        export.offer(self.grid, "comparison", rows=self.rows)

        add = partial(actions.add, self, everywhere=True)
        add(self.tr("Show fixed, made or kept mistakes"), self.kinds.next, "Ctrl+M", "grid")
        add(self.tr("Show these images in the gallery"), self._to_gallery, "Ctrl+G", "eye")
        add(self.tr("Select all images"), self.grid.select_all, "Ctrl+A", "check")

    # What is shown

    def show_reviewed(self, reviewed: Reviewed | None) -> None:
        self._reviewed = reviewed
        if reviewed is None:
            self._found = None
            return
        self.grid.fit_names(reviewed.classes)
        self._show_runs()
        self._read()

    def stop(self) -> None:
        self._reviewed = self._found = None
        self.line.stop()
        self._asked.clear()
        self._chosen.clear()
        self._repeats.clear()

    def _others(self) -> list[RunRecord]:
        own = self._reviewed.run if self._reviewed else ""
        return [run for run in self._session.runs() if run.has_model and run.name != own]

    def _on_runs(self) -> None:
        if self._reviewed is not None and self._runs != self._session.runs():
            self._show_runs()
            if self.isVisible():
                self._read()

    def _show_runs(self) -> None:
        """The runs that can be compared with; the one that was repeated, or else the one before, is chosen."""
        reviewed, others = self._reviewed, self._others()
        assert reviewed is not None
        self._runs = self._session.runs()
        self.before.clear()
        for run in others:
            self.before.addItem(run_in_round(run, self._runs), run.name)
        names = [run.name for run in others]
        own = self._session.run_named(reviewed.run)
        self.after.setText(run_in_round(own, self._runs) if own else reviewed.run)
        older = older_run(own, others) if own is not None else None
        name = self._chosen.get(reviewed.run) or self._repeats.get(reviewed.run) or (older.name if older else None)
        self.before.setCurrentIndex(names.index(name) if name in names else 0 if names else -1)
        self.before.setEnabled(bool(names))

    def _on_training(self, is_training: bool) -> None:
        """Leave the processor to a training; what was not asked for it is asked once it has ended."""
        if is_training and self.line.running:
            self._asked.clear()
            self.line.stop()
        elif not is_training and self.isVisible():
            self._read()

    def _on_chosen(self, _index: int) -> None:
        if self._reviewed is not None:
            self._chosen[self._reviewed.run] = self.before.currentData()
            self._read()

    def _read(self) -> None:
        reviewed, before = self._reviewed, self.before.currentData()
        if reviewed is None:
            return
        if before is None:
            self._say_empty(
                self.tr("There is only one run"),
                self.tr("Train again, with fixed labels or other options, to see here what came of it."),
            )
            return
        names = {run.name for run in self._others()}
        open_question = reviewed.run not in self._chosen and reviewed.run not in self._repeats

        def work(project: Project) -> tuple[str | None, Comparison | str]:
            repeated = repeated_by(project, reviewed.run) if open_question else None
            name = before if repeated is None or repeated not in names else repeated
            return repeated, compared(project, name, reviewed)

        def arrived(answer: tuple[str | None, Comparison | str]) -> None:
            repeated, found = answer
            if repeated is not None:
                self._repeats[reviewed.run] = repeated
                self._show_runs()
            if not self._complete(reviewed, found):
                self._arrived(found)

        self._session.ask(work, arrived, key="compare")

    def _complete(self, reviewed: Reviewed, found: Comparison | str) -> bool:
        """Have the earlier run asked about the check images that came after it, once; return whether it is waited for.

        Else both would be compared on those alone that the earlier one had, which may be a few of them. While a
        training runs they are, and while another earlier run is asked this one waits.
        """
        project = self._session.project
        if project is None or isinstance(found, str) or found.images == len(reviewed.image_ids):
            return False
        asked = found.before.name, reviewed.run, reviewed.reading
        is_asked_now = self.line.running and asked == self._asking
        if not is_asked_now and (asked in self._asked or self._jobs.is_training):
            return False
        words = self.tr("The earlier model is asked about the newer check images…")
        self._say_empty(self.tr("One moment"), words)
        if not self.line.running:
            from engine.review.compare import CompareParams

            self._asking = asked
            self._asked.add(asked)
            params = CompareParams(str(project.folder), found.before.name, reviewed.run, "all")
            self.line.run("compare", params, words, lambda _: None)
        return True

    def _arrived(self, found: Comparison | str) -> None:
        if isinstance(found, str):
            self._say_empty(self.tr("These runs cannot be compared"), found)
            return
        self._found = found
        self._body.setCurrentIndex(CONTENT)
        self._show_scores(found)
        chosen = self._class
        self.table.show_gains(found.classes)
        self.table.choose(chosen)
        for index, (kind, words) in enumerate(
            zip(KINDS, (self.tr("Fixed"), self.tr("Made"), self.tr("Kept")), strict=True)
        ):
            self.kinds.button(index).setText(f"{words}  {wording.number(len(getattr(found, kind)))}")
        self._show_kind()

    def _say_empty(self, title: str, words: str) -> None:
        self._found = None
        self.empty.say(title, words)
        self._body.setCurrentIndex(EMPTY)

    def _show_scores(self, found: Comparison) -> None:
        self.said.setText(comparison_words(found))
        before, after, gain, chance = self.metrics
        on = self.tr("on {0} that both judged").format(wording.images(found.images))
        for tile, share in ((before, found.accuracy_before), (after, found.accuracy_after)):
            tile.show_share(share, found.images, f"{interval(share, found.images)}  ·  {on}", on)
        difference = found.accuracy_after - found.accuracy_before
        words = self.tr("{0} fixed, {1} made, {2} kept").format(
            *(wording.number(len(getattr(found, kind))) for kind in KINDS)
        )
        gain.show_figure(signed(difference), found.images, self.tr("points: {0}").format(words))
        unlikely = found.trend is not Trend.CANNOT_TELL
        chance.show_value(
            trend(found.trend), self.tr("unlikely to be chance") if unlikely else self.tr("may well be chance")
        )
        p_value = f"p = {found.p_value:.2g}" if found.p_value >= 0.001 else "p < 0.001"
        details = self.tr(
            "Details: {0} by McNemar's exact test, which is how likely so large a difference between fixed and made "
            "mistakes is where neither run is the better one"
        )
        chance.setToolTip(details.format(p_value))

    def _on_class(self, name: str) -> None:
        self._class = name
        self._show_kind()

    def _show_kind(self) -> None:
        if self._found is None:
            return
        kind = KINDS[self.kinds.current()]
        found = getattr(self._found, kind)
        self._shown = [c for c in found if not self._class or c.label == self._class]
        self.all_classes.setVisible(bool(self._class))
        empty = {
            "fixed": self.tr("The later run fixed no mistake here."),
            "made": self.tr("The later run made no new mistake here."),
            "kept": self.tr("No mistake of the first run is left here."),
        }
        self.grid.set_empty_text(empty[kind])
        self.grid.show_ids([c.image_id for c in self._shown])
        self._update()

    def _update(self) -> None:
        self.gallery.setEnabled(bool(self._shown))
        chosen = self.grid.selected()
        if len(chosen) == 1 and chosen[0] < len(self._shown):
            self.hint.setText(self._sentence(self._shown[chosen[0]]))
        else:
            self.hint.setText(self.tr("In the gallery the labels can be corrected"))

    # Words

    def _sentence(self, c: Change) -> str:
        return self.tr("Labelled {0}; before {1}, after {2}").format(c.label, c.before, c.after)

    def _words(self, _record: ImageRecord, index: int) -> tuple[str, str]:
        c = self._shown[index]
        return self.grid.pair(c.before, c.after, self.tr("labelled {0}").format(c.label) if self.grid.short else "")

    def _tip(self, index: int) -> str:
        c = self._shown[index] if index < len(self._shown) else None
        return "" if c is None else f"{self._sentence(c)}\n{c.file}"

    def _large(self, _record: ImageRecord, index: int) -> tuple[str, tuple[tuple[str, str], ...], tuple[Guess, ...]]:
        c = self._shown[index]
        facts = ((self.tr("Label"), c.label), (self.tr("Before"), c.before), (self.tr("After"), c.after))
        return self._sentence(c), facts, ()

    def rows(self) -> list[list[object]]:
        """Every mistake of either run, as a table."""
        head: list[object] = ["change", "path", "label", "before", "after"]
        found = self._found
        if found is None:
            return [head]
        body: list[list[object]] = [
            [kind, str(c.file), c.label, c.before, c.after] for kind in KINDS for c in getattr(found, kind)
        ]
        return [head, *body]

    def _to_gallery(self) -> None:
        """Show the selected images in the gallery, or all."""
        if not self._shown:
            return
        titles = {
            "fixed": self.tr("{0} mistakes fixed"),
            "made": self.tr("{0} mistakes made"),
            "kept": self.tr("{0} mistakes kept"),
        }
        ids = self.grid.selected_ids() or [c.image_id for c in self._shown]
        self.gallery_wanted.emit(ids, titles[KINDS[self.kinds.current()]].format(wording.number(len(ids))))


def comparison_words(found: Comparison) -> str:
    """What came of it, in one sentence: `Before 24, now 28 of the same 35 are right: better.`"""
    translate = QCoreApplication.translate
    words = {
        Trend.BETTER: translate("ComparisonSection", "Before {0}, now {1} of the same {2} are right: better."),
        Trend.WORSE: translate("ComparisonSection", "Before {0}, now {1} of the same {2} are right: worse."),
        Trend.CANNOT_TELL: translate(
            "ComparisonSection", "Before {0}, now {1} of the same {2} are right, which may well be chance."
        ),
    }[found.trend]
    if are_few(found.images):
        words = translate("ComparisonSection", "Before {0}, now {1} of the same {2} are right: too few to tell much.")
    right = (round(share * found.images) for share in (found.accuracy_before, found.accuracy_after))
    return words.format(*map(wording.number, right), wording.images(found.images))


def repeated_by(project: Project, name: str) -> str:
    """The run that the one of this name repeats, "" for none. Reads a file: not for the window's thread."""
    from engine.training.runs.records import find_run, read_record

    try:
        return str(read_record(find_run(project.folder, name).folder).get("repeats") or "")
    except EngineError:
        return ""


def compared(project: Project, before: str, after: Reviewed) -> Comparison | str:
    """Return the comparison, or one sentence why there is none."""
    from engine.review.compare import compare_reviewed

    try:
        return compare_reviewed(project, before, after)
    except EngineError as error:
        return str(error)
