"""Suspects: labels that are probably wrong, the most doubtful first, each decided by one key.

A run judges them, or before any run the features that suggestions are made of.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction, QColor, QShowEvent
from PySide6.QtWidgets import QPushButton, QSpinBox, QStackedWidget, QWidget

from engine.events import Failed, Outcome, Succeeded
from engine.library import edits
from engine.library.records import Flag
from engine.review.suspects.open_suspects import (
    MORE,
    OpenSuspects,
    has_folds,
    judge_open_suspects,
    read_open_suspects,
)
from gui import actions, theme
from gui.jobs import JobRunner, OwnedJob
from gui.review.decision_bar import Decision, DecisionBar
from gui.review.focus import pass_on
from gui.review.id_grid import IdGrid
from gui.review.job_line import JobLine
from gui.review.section import Section
from gui.session import Session
from gui.widgets.charts import export, scales
from gui.widgets.controls import Combo, pad_number
from gui.widgets.empty_page import EmptyPage
from gui.widgets.labels import elided, text
from gui.widgets.layouts import column, fill, holder, row, stretch
from gui.widgets.pictures.large_view import Guess

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.library.records import Edit, ImageRecord
    from engine.review.reviewed import Reviewed
    from engine.review.suspects.by_features import LabelJudge
    from engine.review.suspects.ranking import Suspect
    from engine.similarity.feature_job import FeatureParams

HELD_OUT, FOLDS, FEATURES = range(3)  # of the box that says which images are judged, and by what
SOURCES = ("all", "folds", "features")
LIST, EMPTY = 0, 1
TOP = 3
AGAIN_MS = 150  # after a correction, until the other labels are judged again: several keys in a row are one


class Suspects(Section):
    def __init__(self, session: Session, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._reviewed: Reviewed | None = None
        self._found: OpenSuspects | None = None
        self._shown: list[Suspect] = []
        self._limit = 0  # how many of the most doubtful are shown
        self._more = 0  # of these, how many are beyond the probable ones
        self._read_for: tuple[object, ...] | None = None
        self._judging, self._judge, self._is_stale = OwnedJob(self), _Judge(), False
        self._has_listed = False  # some of this project
        self._has_asked = False  # for the features of this project
        self._again = QTimer(self, interval=AGAIN_MS, singleShot=True)
        self._again.timeout.connect(self._judge_labels)
        self.heading = elided("", "heading")
        self.source = Combo()
        self.source.addItems(
            [
                self.tr("Validation and test images"),
                self.tr("All labelled images, by folds"),
                self.tr("All labelled images, by their features"),
            ]
        )
        self.source.setAccessibleName(self.tr("Images to judge"))
        self.folds = QSpinBox()
        pad_number(self.folds)
        self.folds.setRange(2, 20)
        self.folds.setValue(4)
        self.folds.setSuffix(self.tr(" folds"))
        self.folds.setAccessibleName(self.tr("Folds"))
        self.train = QPushButton()
        self.train.setObjectName("judge_all_button")
        self.line = JobLine(session, jobs)
        self.grid = IdGrid(session, self._words, self._large)
        self.grid.cover = self
        self.grid.setObjectName("suspects_grid")
        self.grid.setAccessibleName(self.tr("Images whose label is probably wrong"))
        self.grid.set_tip(self._tip)
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
    def showing(self) -> int:
        """What the body shows now: one of the numbers of its pages."""
        return self._body.currentIndex()

    @property
    def found(self) -> OpenSuspects | None:
        """All suspects, with those that are decided."""
        return self._found

    @property
    def shown(self) -> list[Suspect]:
        """The suspects of the grid, in its order."""
        return self._shown

    def _build(self) -> None:
        gap = theme.current()
        self._judged_words = text(self.tr("Judged"), "muted")
        head = row(fill(self.heading), self._judged_words, self.source, spacing=gap.S)
        head.addStrut(gap.CONTROL)
        folds = row(stretch(), self.folds, self.train, spacing=gap.S)
        self._body = QStackedWidget()
        self._body.addWidget(self.grid)
        self._body.addWidget(self.empty)
        self._below = holder(row(self.decisions, fill(self.hint), self.more, spacing=gap.S))
        column(head, folds, self.line, fill(self._body), self._below, on=self, spacing=gap.S)

    def _make_decisions(self) -> list[Decision]:
        def action(words: str, slot: Callable[[], object], keys: str, icon: str) -> QAction:
            return actions.add(self, words, slot, keys=keys.split(), icon=icon, everywhere=True)

        def unsure() -> None:
            self._mark(Flag.UNSURE)

        def exclude() -> None:
            self._mark(Flag.EXCLUDED)

        tr = self.tr
        return [
            Decision(
                "take",
                tr("Take suggestion"),
                tr("The selected images get the suggested class"),
                action(tr("Take the suggested class as label"), self.take, "T Ctrl+Return", "check"),
            ),
            Decision(
                "keep",
                tr("Keep label"),
                tr("The labels are right; nobody is asked about them again"),
                action(tr("Keep the label, and do not ask again"), self.keep, "K", "tag"),
            ),
            Decision(
                "unsure",
                tr("Unsure"),
                tr("Look at them later: the Library finds images that are unsure"),
                action(tr("Mark as unsure"), unsure, "U", "info"),
            ),
            Decision(
                "exclude",
                tr("Exclude"),
                tr("Neither train on them nor score them"),
                action(tr("Exclude from training"), exclude, "X", "minus"),
            ),
        ]

    def _add_actions(self) -> None:
        tr, grid = self.tr, self.grid
        actions.add(self, tr("Select all images"), grid.select_all, keys=["Ctrl+A"], icon="check", everywhere=True)
        actions.add(self, tr("Judge the labels again"), self._read, keys=["F5"], icon="refresh", everywhere=True)
        actions.add_digits(self, self._label, everywhere=True)

    def _connect(self) -> None:
        self.source.activated.connect(lambda _: self._read())
        self.train.clicked.connect(self._judge_all)
        self.line.changed.connect(self._update)
        self.more.clicked.connect(self._show_more)
        self.grid.selection_changed.connect(lambda _: self._update())
        self._session.images_changed.connect(self._on_edit)
        self._session.listing_changed.connect(self._on_listing)
        self._session.classes_changed.connect(self._ask_again)
        export.offer(self.grid, "suspects", rows=self.rows)

    # What is shown

    def show_reviewed(self, reviewed: Reviewed | None) -> None:
        """Show the suspects of a run; without one those that features tell, if a project is open."""
        other = reviewed is None or self._reviewed is None or reviewed.run != self._reviewed.run
        self._reviewed = reviewed
        if reviewed is None and self._session.project is None:
            self._forget()
            return
        if other:
            names = [c.name for c in self._session.overview.classes] if reviewed is None else reviewed.classes
            self.grid.fit_names(names)
            by_folds = reviewed is not None and has_folds(reviewed.folder)
            self.source.setCurrentIndex(FEATURES if reviewed is None else FOLDS if by_folds else HELD_OUT)
        for part in (self._judged_words, self.source):
            part.setVisible(reviewed is not None)
        if self._read_for != self._question():
            self._read()

    def stop(self) -> None:
        self.line.stop()
        self._forget()
        self._judge = _Judge()
        self._has_listed = self._has_asked = False

    def _forget(self) -> None:
        self._judging.drop()
        self._again.stop()
        self._reviewed = self._found = self._read_for = None
        self.grid.show_ids([])

    def _question(self) -> tuple[object, ...]:
        """What the list answers; edits change nothing of it, as they are followed one by one."""
        reviewed = self._reviewed
        return (self._source(), *((reviewed.run, reviewed.reading) if reviewed is not None else ()))

    def _source(self) -> str:
        return SOURCES[self.source.currentIndex()]

    def _read(self) -> None:
        reviewed, source = self._reviewed, self._source()
        self._read_for, self._more = self._question(), 0
        if source == "features":
            self._found = None
            self.line.say("")
            self._say_empty(self.tr("Judging the labels…"), "")
            self._judge_labels()
            return
        self._judging.drop()
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
            )
            return
        if self._found is None:
            self._say_empty(self.tr("Judging the labels…"), "")
        run = reviewed.run
        self._session.ask(lambda project: read_open_suspects(project, run, source), self._arrived, key="suspects")

    def _arrived(self, found: OpenSuspects | str) -> None:
        if isinstance(found, str):
            self._found = None
            self._say_empty(self.tr("Nothing could be judged"), found)
            return
        again, before = self._found is not None and self._source() == "features", self.grid.current()
        looked_at = self._shown[before].image_id if again and before is not None and before < len(self._shown) else None
        self._found, self._limit = found, found.probable + self._more
        self._session.records.take(list(found.records.values()))
        place = next((n for n, s in enumerate(found.suspects[: self._limit]) if s.image_id == looked_at), before)
        self._show(place if again else None)

    # By features

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._ask_again()

    def _on_listing(self) -> None:
        self._has_asked = False  # new images may have no features
        self._ask_again()

    def _ask_again(self) -> None:
        """Judge the labels again in a moment, if it is features that judge; off screen, when it is shown again."""
        if self._read_for is None or self._source() != "features":
            return
        if self.isVisible():
            self._again.start()
        else:
            self._is_stale = True

    def _judge_labels(self) -> None:
        """Judge all labels of now, in a thread; what changes meanwhile is judged after that."""
        project, own = self._session.project, self._judge
        if project is None or self._source() != "features":
            return
        if self._judging.running:
            self._is_stale = True
            return
        self._is_stale = False

        def judge(_emit: object, _cancel: object) -> dict[str, Any]:
            return {"found": judge_open_suspects(project, own.judge), "unready": own.judge.unready}

        handle = self._jobs.start_callable(judge)
        self._judging.follow(handle, self._labels_judged, release=self._session.hold())

    def _labels_judged(self, outcome: Outcome) -> None:
        if isinstance(outcome, Failed):
            self._arrived(outcome.message)
        if not isinstance(outcome, Succeeded) or self._source() != "features":
            return
        unready = int(outcome.result["unready"])
        if unready and not self._has_asked:
            self._compute_features()
        if not (unready and isinstance(outcome.result["found"], str) and self.line.running):
            self._arrived(outcome.result["found"])
        if self._is_stale:
            self._judge_labels()

    def _compute_features(self) -> None:
        """Compute the features that are missing; those that are computed elsewhere meanwhile are not computed twice."""
        project = self._session.project
        if project is None or self.line.running:
            return
        self._has_asked = True
        params = partial(_params, str(project.folder))
        self.line.run("features", params, self.tr("Computing features…"), lambda _: self._judge_labels())
        self._update()

    def _show(self, current: int | None) -> None:
        """Show those that nobody has decided on, up to the limit."""
        found = self._found
        if found is None:
            return
        self._shown = [s for s in found.suspects[: self._limit] if found.is_open(s)]
        left = sum(found.is_open(s) for s in found.suspects[self._limit :])
        if self._shown:
            self._has_listed = True
            self._body.setCurrentIndex(LIST)
            self._below.show()
            if not left:
                pass_on(self.more, self.grid)
        self.more.setVisible(left > 0)
        self.more.setText(self.tr("Show {0} less doubtful").format(f"{min(left, MORE):,}"))
        self.more.setAccessibleName(self.more.text())
        self.heading.setText(
            self.tr("{0} of {1} labels are doubtful").format(f"{len(self._shown):,}", f"{found.judged:,}")
        )
        self.grid.show_ids([s.image_id for s in self._shown], current=current)
        if not self._shown:
            decided = self._has_listed or any(not found.is_open(s) for s in found.suspects[: self._limit])
            self._say_empty(
                self.tr("All doubtful labels are decided") if decided else self.tr("No label looks wrong"),
                self.tr("{0} labels were judged. Train with the fixes to see what they are worth.")
                .format(f"{found.judged:,}") if decided else
                self.tr("{0} labels were judged, and the model agrees with them as far as it can tell.")
                .format(f"{found.judged:,}"),
                counted=True,
            )  # fmt: skip
        self._update()

    def _say_empty(self, title: str, words: str, *, counted: bool = False) -> None:
        if not counted:
            self._shown = []
            self.grid.show_ids([])
            self.heading.setText("")
            self.more.hide()
        self.empty.title.setText(title)
        self.empty.words.setText(words)
        self._body.setCurrentIndex(EMPTY)
        self._below.setVisible(counted and not self.more.isHidden())

    def _show_more(self) -> None:
        self._limit += MORE
        self._more += MORE
        self._show(self.grid.current())

    def _on_edit(self, edit: Edit) -> None:
        """Let what was decided leave the list, and come back when it is undone. Where features judge, all others are
        judged again by what the correction teaches; else the order stays as it was judged.
        """
        self._ask_again()
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
        chosen, running = self._chosen(), self.line.running
        fixed = self._session.read_only
        self.decisions.enable(self.decisions.buttons if chosen and not fixed else ())
        by_folds = self.source.currentIndex() == FOLDS
        again = self._reviewed is not None and has_folds(self._reviewed.folder)
        self.folds.setVisible(by_folds)
        self.train.setVisible(by_folds)
        self.train.setText(self.tr("Judge again") if again else self.tr("Judge all images"))
        self.train.setAccessibleName(self.train.text())
        for control in (self.folds, self.train, self.source):
            control.setEnabled(not running and self._reviewed is not None)
        if fixed:
            self.hint.setText(self.tr("Labels cannot be changed: {0}").format(self._session.read_only_reason))
        elif len(chosen) == 1:
            self.hint.setText(self._sentence(chosen[0]))
        elif chosen:
            self.hint.setText(self.tr("{0} selected").format(f"{len(chosen):,}"))
        else:
            self.hint.setText(self.tr("Return shows an image large; a class's key gives it that label"))

    # Words

    def _sentence(self, s: Suspect) -> str:
        return self.tr("Labelled {0} ({1}), looks like {2} ({3})").format(
            s.label, scales.percent(s.label_probability), s.suggested, scales.percent(s.suggested_probability)
        )

    def _words(self, _record: ImageRecord, place: int) -> tuple[str, str]:
        s = self._shown[place]
        sure = scales.percent(s.suggested_probability, 0)  # it stands behind the name of what is suggested
        return self.grid.pair(s.label, s.suggested, self.tr("{0} sure").format(sure) if self.grid.short else sure)

    def _tip(self, place: int) -> str:
        if place >= len(self._shown):
            return ""
        s = self._shown[place]
        return "\n".join(
            [
                self._sentence(s),
                self.tr("Quality of the label {0}; 100 % is a label that the model is sure of").format(
                    scales.percent(s.quality)
                ),
                str(s.file),
            ]
        )

    def _large(self, _record: ImageRecord, place: int) -> tuple[str, tuple[tuple[str, str], ...], tuple[Guess, ...]]:
        s, found = self._shown[place], self._found
        assert found is not None
        guesses = []
        for name, class_id, share in found.top(s.image_id, TOP):
            cls = self._session.class_of(class_id)
            guesses.append(Guess(name, share, QColor(cls.colour) if cls else None))
        facts = (
            (self.tr("Label"), f"{s.label}  ·  {scales.percent(s.label_probability)}"),
            (self.tr("Suggested"), f"{s.suggested}  ·  {scales.percent(s.suggested_probability)}"),
            (self.tr("Quality"), scales.percent(s.quality)),
        )
        return self.tr("Labelled {0}, looks like {1}").format(s.label, s.suggested), facts, tuple(guesses)

    def rows(self) -> list[list[object]]:
        """Return what is shown as a table."""
        head: list[object] = ["path", "label", "suggested", "quality", "label probability", "suggested probability"]
        numbers = ("quality", "label_probability", "suggested_probability")
        return [
            head,
            *([str(s.file), s.label, s.suggested, *(round(getattr(s, n), 6) for n in numbers)] for s in self._shown),
        ]

    # Decisions

    def _chosen(self) -> list[Suspect]:
        return [self._shown[place] for place in self.grid.selected() if place < len(self._shown)]

    def take(self) -> None:
        """The selected images get the class that is suggested for each: one edit."""
        found = self._found
        if found is not None:
            wanted = {s.image_id: found.ids[s.suggested] for s in self._chosen()}
            self._session.set_labels(wanted, edits.TAKE_SUGGESTION)

    def keep(self) -> None:
        """The labels are right: they are not asked about again."""
        self._mark(Flag.CONFIRMED)

    def _mark(self, flag: Flag) -> None:
        self._session.edit(edits.set_flag, [s.image_id for s in self._chosen()], flag, True)

    def _label(self, key: str) -> None:
        """Give the selected images the class that has this key; one that has it already is kept."""
        cls, found = self._session.class_with_key(key), self._found
        if cls is None or found is None:
            return
        chosen = self._chosen()
        self._session.edit(
            edits.set_flag, [s.image_id for s in chosen if found.ids[s.label] == cls.id], Flag.CONFIRMED, True
        )
        self._session.set_label([s.image_id for s in chosen if found.ids[s.label] != cls.id], cls.id)

    # Every image

    def _judge_all(self) -> None:
        """Train the run's recipe on all images but one fold, for each fold."""
        from engine.review.suspects.job import SuspectsParams

        project, reviewed = self._session.project, self._reviewed
        if project is None or reviewed is None:
            return
        params = SuspectsParams(str(project.folder), reviewed.run, folds=self.folds.value(), most=1)
        self.line.run("suspects", params, self.tr("Training the folds…"), self._judged)
        self._update()

    def _judged(self, result: dict[str, Any]) -> None:
        words = self.tr("{0} labels were judged.").format(f"{int(result['images']):,}")
        self._session.message.emit(words)
        self._read()


def _params(folder: str) -> FeatureParams:
    """Return the parameters of the job; in its thread, as the module loads NumPy."""
    from engine.similarity.feature_job import FeatureParams

    return FeatureParams(folder)


class _Judge:
    """What judges the labels of one project; made in the thread, as the base's file is read for it."""

    def __init__(self) -> None:
        self._made: LabelJudge | None = None

    @property
    def judge(self) -> LabelJudge:
        if self._made is None:
            from engine.review.suspects.by_features import LabelJudge
            from engine.similarity.bases import chosen_base
            from engine.similarity.feature_job import store_of

            self._made = LabelJudge(store_of(chosen_base()))
        return self._made
