"""Suspects: labels that are probably wrong, the most doubtful first, each decided by one key.

A run judges them, or before any run the features that suggestions are made of.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QSpinBox, QWidget

from engine.library.records import Flag
from engine.review.suspects.open_suspects import MORE, OpenSuspects, has_folds, read_open_suspects
from gui import actions, theme
from gui.jobs import JobRunner
from gui.review.decision_bar import Decision, DecisionBar
from gui.review.focus import pass_on
from gui.review.job_line import JobLine
from gui.review.label_judging import Judgement, LabelJudging
from gui.review.section import Section
from gui.review.suspects_grid import SuspectsGrid
from gui.session import Session
from gui.widgets import wording
from gui.widgets.class_keys import ClassKeys
from gui.widgets.controls import Combo, pad_number
from gui.widgets.empty_page import EmptyPage
from gui.widgets.labels import elided, text
from gui.widgets.layouts import column, fill, holder, row, stretch

if TYPE_CHECKING:
    from engine.library.records import Edit, ImageRecord
    from engine.review.reviewed import Reviewed
    from engine.review.suspects.ranking import Suspect
    from engine.similarity.feature_job import FeatureParams

HELD_OUT, FOLDS, FEATURES = range(3)
SOURCES = ("all", "folds", "features")


class JudgeChoice(QWidget):
    """A box for the choice; `folds_row`, which stands elsewhere, is shown where folds judge."""

    def __init__(self) -> None:
        super().__init__()
        self.box = Combo()
        self.box.addItems(
            [
                self.tr("Validation and test images"),
                self.tr("All labelled images, by training anew"),
                self.tr("All labelled images, by their features"),
            ]
        )
        self.box.setAccessibleName(self.tr("Images to judge"))
        self.folds = QSpinBox()
        pad_number(self.folds)
        self.folds.setRange(2, 20)
        self.folds.setValue(4)
        self.folds.setSuffix(self.tr(" parts"))
        self.folds.setAccessibleName(
            self.tr("Parts of the images, each judged by a network that did not learn from it")
        )
        self.train = QPushButton()
        self.train.setObjectName("judge_all_button")
        gap = theme.current()
        row(text(self.tr("Judged"), "muted"), self.box, on=self, spacing=gap.S)
        self.folds_row = holder(row(stretch(), self.folds, self.train, spacing=gap.S))

    @property
    def source(self) -> str:
        """Return one of `SOURCES`."""
        return SOURCES[self.box.currentIndex()]

    def choose(self, index: int) -> None:
        self.box.setCurrentIndex(index)

    def update_controls(self, *, enabled: bool, has_judged: bool) -> None:
        """Enable the controls; `has_judged` tells whether folds have judged the labels before."""
        self.folds_row.setVisible(self.source == "folds")
        self.train.setText(self.tr("Judge again") if has_judged else self.tr("Judge all images"))
        self.train.setAccessibleName(self.train.text())
        for control in (self.folds, self.train, self.box):
            control.setEnabled(enabled)


LIST, EMPTY = 0, 1


class SuspectsSection(Section):
    """Has the labels judged, and shows the suspects that are found, for a person to decide."""

    def __init__(self, session: Session, jobs: JobRunner) -> None:
        super().__init__()
        self._session = session
        self._reviewed: Reviewed | None = None
        self._found: OpenSuspects | None = None
        self._limit = 0  # how many of the most doubtful are shown
        self._more = 0  # of these, how many are beyond the probable ones
        self._read_for: tuple[object, ...] | None = None
        self.judging = LabelJudging(session, jobs, self)
        self._is_stale = False  # the labels changed while they were off screen
        self._wants_features = False  # of the run that is shown next
        self._has_listed = False  # some of this project
        self._has_computed = False  # the features of this project that were missing
        self.heading = elided("", "heading")
        self.judge = JudgeChoice()
        self.line = JobLine(session, jobs)
        self.grid = SuspectsGrid(session, self)
        self.empty = EmptyPage("check", "", "")
        self.more = QPushButton()
        self.more.setProperty("kind", "link")
        self.more.setAccessibleName(self.tr("Show less doubtful labels"))
        self.hint = elided("", "small")
        self.decisions = DecisionBar(self._make_decisions(), "suspect")
        self._build()
        self._add_actions()
        self._connect()
        self._update()

    # Layout

    @property
    def found(self) -> OpenSuspects | None:
        """Return all suspects, with those that are decided."""
        return self._found

    @property
    def shown(self) -> list[Suspect]:
        """The suspects of the grid, in its order."""
        return self.grid.shown

    def _build(self) -> None:
        gap = theme.current()
        head = row(fill(self.heading), self.judge, spacing=gap.S)
        head.addStrut(gap.CONTROL)
        self._below = holder(row(self.decisions, fill(self.hint), self.more, spacing=gap.S))
        body = fill(self.stacked(self.grid, self.empty))
        column(head, self.judge.folds_row, self.line, body, self._below, on=self, spacing=gap.S)

    def _make_decisions(self) -> list[Decision]:
        action = partial(actions.add, self, everywhere=True)

        def unsure() -> None:
            self.grid.set_flag(Flag.UNSURE)

        def exclude() -> None:
            self.grid.set_flag(Flag.EXCLUDED)

        def keep() -> None:
            self.grid.set_flag(Flag.CONFIRMED)

        return [
            Decision(
                "take",
                self.tr("Take suggestion"),
                self.tr("The selected images get the suggested class"),
                action(
                    self.tr("Take the suggested class as label"), self.grid.take_suggestions, "T Ctrl+Return", "check"
                ),
            ),
            Decision(
                "keep",
                self.tr("Keep label"),
                self.tr("The labels are right; nobody is asked about them again"),
                action(self.tr("Keep the label, and do not ask again"), keep, "K", "tag"),
            ),
            Decision(
                "unsure",
                self.tr("Unsure"),
                self.tr("Look at them later: the Library finds images that are unsure"),
                action(self.tr("Mark as unsure"), unsure, "U", "info"),
            ),
            Decision(
                "exclude",
                self.tr("Exclude"),
                self.tr("Neither train on them nor score them"),
                action(self.tr("Exclude from training"), exclude, "X", "minus"),
            ),
        ]

    def _add_actions(self) -> None:
        grid = self.grid
        add = partial(actions.add, self, everywhere=True)
        add(self.tr("Select all images"), grid.select_all, "Ctrl+A", "check")
        add(self.tr("Judge the labels again"), self.read, "F5", "refresh")
        ClassKeys(self, grid.label_by_key, self._session.has_key, everywhere=True)

    def _connect(self) -> None:
        self.judge.box.activated.connect(lambda _: self.read())
        self.judge.train.clicked.connect(self._judge_all)
        self.line.changed.connect(self._update)
        self.more.clicked.connect(self._show_more)
        self.grid.selection_changed.connect(lambda _: self._update())
        self._session.images_changed.connect(self._on_edit)
        self._session.listing_changed.connect(self._on_listing)
        self._session.classes_changed.connect(self._judge_soon)
        self.judging.judged.connect(self._labels_judged)

    # What is shown

    def show_reviewed(self, reviewed: Reviewed | None) -> None:
        """Show the suspects of a run; without one those that features tell, if a project is open."""
        other = reviewed is None or self._reviewed is None or reviewed.run != self._reviewed.run
        self._reviewed = reviewed
        if reviewed is None and self._session.project is None:
            self._forget()
            return
        if other and reviewed is not None and self._wants_features:
            self.grid.fit_names(reviewed.classes)
            self.judge.choose(FEATURES)
            self._wants_features = False
        elif other:
            names = [c.name for c in self._session.overview.classes] if reviewed is None else reviewed.classes
            self.grid.fit_names(names)
            by_folds = reviewed is not None and has_folds(reviewed.folder)
            self.judge.choose(FEATURES if reviewed is None else FOLDS if by_folds else HELD_OUT)
        self.judge.setVisible(reviewed is not None)
        if self._read_for != self._question():
            self.read()

    def judge_by_features(self) -> None:
        """Judge all labelled images by their features, also where a run could."""
        self._wants_features = self._reviewed is None
        if self.judge.source != "features":
            self.judge.choose(FEATURES)
            if self._read_for is not None:
                self.read()

    def stop(self) -> None:
        self.line.stop()
        self._forget()
        self.judging.forget()
        self._has_listed = self._has_computed = False

    def _forget(self) -> None:
        self.judging.stop()
        self._reviewed = self._found = self._read_for = None
        self.grid.clear()

    def _question(self) -> tuple[object, ...]:
        """Return what the list depends on; no edit changes it, as edits are followed one by one."""
        reviewed = self._reviewed
        return (self.judge.source, *((reviewed.run, reviewed.reading) if reviewed is not None else ()))

    def read(self) -> None:
        reviewed, source = self._reviewed, self.judge.source
        self._read_for, self._more = self._question(), 0
        if source == "features":
            self._found = None
            self.line.say("")
            self._say_empty(self.tr("Judging the labels…"), "", sign="clock")
            self.judging.judge()
            return
        self.judging.stop()
        if reviewed is None:
            return
        self.line.say("")
        self._update()
        if source == "folds" and not has_folds(reviewed.folder):
            self._found = None
            self._say_empty(
                self.tr("Only held-out images were judged so far"),
                self.tr(
                    "The recipe of this run is trained several times, each time without a part of the images, "
                    "which it then judges. That takes as long as so many trainings."
                ),
                sign="info",
            )
            return
        if self._found is None:
            self._say_empty(self.tr("Judging the labels…"), "", sign="clock")
        run = reviewed.run
        self._session.ask(lambda project: read_open_suspects(project, run, source), self._arrived, key="suspects")

    def _arrived(self, found: OpenSuspects | str) -> None:
        if isinstance(found, str):
            self._found = None
            self._say_empty(self.tr("Nothing could be judged"), found, sign="info")
            return
        is_renewal = self._found is not None and self.judge.source == "features"
        current, current_id = self.grid.current(), self.grid.current_id()
        self._found, self._limit = found, found.probable + self._more
        self._session.records.take(list(found.records.values()))
        index = next((n for n, s in enumerate(found.suspects[: self._limit]) if s.image_id == current_id), current)
        self._show(index if is_renewal else None)

    # By features

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._judge_soon()

    def _on_listing(self) -> None:
        self._has_computed = False  # new images may have no features
        self._judge_soon()

    def _judge_soon(self) -> None:
        """Judge the labels again in a moment, if it is features that judge; off screen, when it is shown again."""
        if self._read_for is None or self.judge.source != "features":
            return
        self._is_stale = not self.isVisible()
        if not self._is_stale:
            self.judging.judge_soon()

    def _labels_judged(self, judgement: Judgement) -> None:
        if self.judge.source != "features":
            return
        if judgement.missing and not self._has_computed:
            self._compute_features()
        if not (judgement.missing and isinstance(judgement.found, str) and self.line.running):
            self._arrived(judgement.found)

    def _compute_features(self) -> None:
        """Compute the features that are missing; those that are computed elsewhere meanwhile are not computed twice."""
        project = self._session.project
        if project is None or self.line.running:
            return
        self._has_computed = True
        params = partial(_params, str(project.folder))
        self.line.run("features", params, self.tr("Looking at every picture…"), lambda _: self.judging.judge())
        self._update()

    def _show(self, current: int | None) -> None:
        """Show those that nobody has decided on, up to the limit."""
        found = self._found
        if found is None:
            return
        self.grid.show_suspects(found, self._limit, current=current)
        left = sum(found.is_open(s) for s in found.suspects[self._limit :])
        if self.shown:
            self._has_listed = True
            self._body.setCurrentIndex(LIST)
            self._below.show()
            if not left:
                pass_on(self.more, self.grid)
        self.more.setVisible(left > 0)
        self.more.setText(self.tr("Show {0} less doubtful").format(wording.number(min(left, MORE))))
        self.more.setAccessibleName(self.more.text())
        self.heading.setText(
            self.tr("{0} of {1} labels are doubtful").format(
                wording.number(len(self.shown)), wording.number(found.judged)
            )
        )
        if not self.shown:
            decided = self._has_listed or any(not found.is_open(s) for s in found.suspects[: self._limit])
            self._say_empty(
                self.tr("All doubtful labels are decided") if decided else self.tr("No label looks wrong"),
                self.tr("{0} labels were judged. Train with the fixes to see what they are worth.")
                .format(wording.number(found.judged)) if decided else
                self._none_words(),
                counted=True,
            )  # fmt: skip
        self._update()

    def _none_words(self) -> str:
        """Say why no label is suspect, although the run may have been mistaken about some of the images."""
        assert self._found is not None
        reviewed, judged = self._reviewed, wording.number(self._found.judged)
        if reviewed is None or not reviewed.mistakes:
            return self.tr("{0} labels were judged; the model is sure of none that it is wrong.").format(judged)
        words = self.tr(
            "{0} labels were judged. The model takes {1} of the images for something else, but not surely enough to "
            "doubt their labels: they stand under Mistakes."
        )
        return words.format(judged, wording.number(reviewed.mistakes))

    def _say_empty(self, title: str, words: str, *, counted: bool = False, sign: str = "check") -> None:
        if not counted:
            self.grid.clear()
            self.heading.setText("")
            self.more.hide()
        self.empty.show_sign(sign)
        self.empty.say(title, words)
        self._body.setCurrentIndex(EMPTY)
        self._below.setVisible(counted and not self.more.isHidden())

    def show_most_doubtful(self, limit: int) -> None:
        """Show so many of them."""
        self._limit = limit
        self._show(self.grid.current())

    def _show_more(self) -> None:
        self._more += MORE
        self.show_most_doubtful(self._limit + MORE)

    def _on_edit(self, edit: Edit) -> None:
        """Let what was decided leave the list, and come back when it is undone. Where features judge, all others are
        judged again by what the correction teaches; else the order stays as it was judged.
        """
        self._judge_soon()
        found = self._found
        if found is None:
            return
        changed = [i for i in edit.image_ids if i in found.records]
        if changed:
            self._session.images(changed, self._renewed)

    def _renewed(self, records: list[ImageRecord]) -> None:
        if self._found is not None:
            self._found.records.update((r.id, r) for r in records)
            self._session.records.take(records)
            self._show(min(self.grid.selected() or [self.grid.current() or 0]))

    def _update(self) -> None:
        """Renew buttons and hint for the selection and the project."""
        chosen, running = self.grid.chosen(), self.line.running
        read_only = self._session.read_only
        self.decisions.enable(self.decisions.buttons if chosen and not read_only else ())
        has_judged = self._reviewed is not None and has_folds(self._reviewed.folder)
        self.judge.update_controls(enabled=not running and self._reviewed is not None, has_judged=has_judged)
        if read_only:
            self.hint.setText(self.tr("Labels cannot be changed: {0}").format(self._session.read_only_reason))
        elif len(chosen) == 1:
            self.hint.setText(self.grid.sentence(chosen[0]))
        elif chosen:
            self.hint.setText(self.tr("{0} selected").format(wording.number(len(chosen))))
        else:
            self.hint.setText(self.tr("Return shows an image large; a class's key gives it that label"))

    # All images, by folds

    def _judge_all(self) -> None:
        """Train the run's recipe on all images but one fold, for each fold."""
        from engine.review.suspects.job import SuspectsParams

        project, reviewed = self._session.project, self._reviewed
        if project is None or reviewed is None:
            return
        params = SuspectsParams(str(project.folder), reviewed.run, folds=self.judge.folds.value(), most=1)
        self.line.run("suspects", params, self.tr("Training the folds…"), self._judged)
        self._update()

    def _judged(self, result: dict[str, Any]) -> None:
        words = self.tr("{0} labels were judged.").format(wording.number(result["images"]))
        self._session.message.emit(words)
        self.read()


def _params(folder: str) -> FeatureParams:
    """Return the parameters of the job; in its thread, as the module loads NumPy."""
    from engine.similarity.feature_job import FeatureParams

    return FeatureParams(folder)
