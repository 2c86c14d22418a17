"""The strips above the grid: a source that cannot be reached, suggestions, labels accepted unseen, problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QWidget

from engine.library import edits, query
from engine.library.records import Split
from engine.problems import ProblemKind
from gui import actions, theme
from gui.library.suggesting import Suggesting
from gui.session import Session
from gui.widgets import wording
from gui.widgets.controls import Combo, icon_button
from gui.widgets.flow import FlowLayout
from gui.widgets.labels import elided, text
from gui.widgets.layouts import Item, column, fill, row

if TYPE_CHECKING:
    from pathlib import Path

    from engine.library.project import Project


class Strip(QFrame):
    """A line above the grid: its `words`, and what can be done about it."""

    def __init__(self, role: str = "well", words: QLabel | None = None) -> None:
        """`words` are cut with an ellipsis unless a label is given."""
        super().__init__()
        self.setProperty("role", role)
        self.words = words or elided("")
        if words is None:
            self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def lay_out(self, words: Item, *controls: QWidget) -> None:
        """Put the words at the left, with the room that the controls leave."""
        row(fill(words), *controls, on=self, margins=(theme.Theme.M, 6, 6, 6), spacing=theme.Theme.S)


class SuggestionBar(Strip):
    """The bar of suggestions: whose are shown, how many, and what can be done with them; hidden while there
    are none.
    """

    check_wanted = Signal()
    accept_wanted = Signal()
    hide_wanted = Signal()

    def __init__(self, suggesting: Suggesting) -> None:
        super().__init__()
        self._suggesting = suggesting
        self.quality = text("", "muted", wrap=True)
        self.accept = QPushButton(self.tr("Accept suggestions…"))
        self.accept.setAccessibleName(self.tr("Accept suggestions"))
        self.accept.setToolTip(self.tr("Accept many at once, of which you see first what that would do"))
        self.accept.clicked.connect(self.accept_wanted)
        self.check = QPushButton(self.tr("Check suggestions"))
        self.check.setAccessibleName(self.check.text())
        self.check.setToolTip(self.tr("Go through them one by one, the least sure first"))
        self.check.setProperty("kind", "primary")
        self.check.clicked.connect(self.check_wanted)
        self.close_button = icon_button("close", self.tr("Hide the suggestions"), self.hide_wanted)
        self.lay_out(column(self.words, self.quality, spacing=0), self.check, self.accept, self.close_button)
        suggesting.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        suggesting = self._suggesting
        self.setVisible(suggesting.active)
        if not suggesting.active:
            return
        total = suggesting.count()
        if suggesting.running and suggesting.progress is not None and suggesting.progress.total:
            done = suggesting.progress.done / suggesting.progress.total
            self.words.setText(self.tr("{0} is looking: {1} %").format(suggesting.by, round(100 * done)))
        elif suggesting.running or not total:
            words = self.tr("{0} is looking at the unlabelled images…") if suggesting.running else self.tr("All done")
            self.words.setText(words.format(suggesting.by))
        else:
            self.words.setText(self.tr("{0} suggestions").format(wording.number(total)))
        tip = self.tr("Suggested by {0}. Enter accepts the one of the current image.")
        self.words.setToolTip(tip.format(suggesting.by if suggesting.run is None else suggesting.run.name))
        if suggesting.learnt is not None:
            self.words.setToolTip(
                self.tr("Learnt from your labels so far. Enter accepts the suggestion for the current image.")
            )
        self._show_quality()
        self.accept.setEnabled(total > 0)
        self.check.setEnabled(total > 0)

    def _show_quality(self) -> None:
        """Show how many suggestions learnt from labels are right, or of which classes nothing is learnt yet; nothing
        where too few labels tell.
        """
        not_shown = [cls.name for cls in self._suggesting.not_shown]
        if not_shown:
            self.quality.setText(not_shown_words(not_shown))
            self.quality.setToolTip(self.tr("A picture of such a class is suggested another one until then."))
            self.quality.show()
            return
        estimate = self._suggesting.learning.estimate if self._suggesting.learnt is not None else None
        known = estimate is not None and estimate.enough
        self.quality.setVisible(known)
        if estimate is None or not known:
            return
        accuracy, low, high = (round(100 * share) for share in (estimate.accuracy, estimate.low, estimate.high))
        words = self.tr("About {0} of 100 of them right (± {1})").format(accuracy, max(accuracy - low, high - accuracy))
        if accuracy == 100:  # of so many images; no model is certain
            words = self.tr("{0} or more of 100 of them right").format(low)
        self.quality.setText(words)
        words = self.tr(
            "Between {0} and {1} of 100, counted on your {2} labelled images, each left out once. Hard and easy ones "
            "count for as many pictures as are left of each."
        )
        self.quality.setToolTip(words.format(low, high, wording.number(estimate.images)))


def not_shown_words(names: Sequence[str]) -> str:
    """What suggestions cannot know yet: that of these classes no picture has a label."""
    words = QCoreApplication.translate("SuggestionBar", "No picture of {0} has a label yet: label one of each first.")
    return words.format(wording.names(names))


class UnseenBar(Strip):
    """The bar of labels accepted unseen: how many there are, and what can be done; hidden while every label was looked
    at.

    `show_wanted` asks for these images and no others.
    """

    show_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.words.setToolTip(
            self.tr(
                "Nobody has looked at these labels yet. Until then they train a model, but are not used to check it."
            )
        )
        self.look = QPushButton(self.tr("Show them"))
        self.look.setAccessibleName(self.tr("Show the labels that were accepted unseen"))
        self.look.clicked.connect(self.show_wanted)
        self.take_back = QPushButton(self.tr("Take back"))
        self.take_back.setAccessibleName(self.tr("Take back the labels that were accepted unseen"))
        self.take_back.setToolTip(self.tr("Take these labels away again"))
        self.lay_out(self.words, self.look, self.take_back)
        session.overview_changed.connect(self._show)
        session.project_changed.connect(self._show)
        self.hide()

    def do(self, take_back: QAction) -> None:
        """The button does what this action does."""
        self.take_back.clicked.connect(take_back.trigger)
        actions.show_key(self.take_back, take_back)

    def _show(self) -> None:
        summary = self._session.overview.summary
        count = summary.unseen if summary is not None and self._session.project is not None else 0
        self.words.setText(self.tr("%Ln label(s) were accepted unseen", None, count))
        self.take_back.setEnabled(not self._session.read_only)
        self.setVisible(count > 0)


class CheckBar(Strip):
    """The bar of check images: what they are for, and how others take their place; hidden unless they are shown."""

    divide_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(words=text("", wrap=True))
        self._session = session
        self._key = ""
        self.setObjectName("check_bar")
        self.others = QPushButton(self.tr("Set others aside…"))
        self.others.setAccessibleName(self.tr("Set other pictures aside to check"))
        self.others.setToolTip(self.tr("Divide all labelled pictures anew; what each class would get is seen first"))
        self.others.clicked.connect(self.divide_wanted)
        self.off = QPushButton(self.tr("Use them for training"))
        self.off.setAccessibleName(self.tr("Set no pictures aside to check"))
        self.off.setToolTip(self.tr("The next training sets others aside, by which rounds are compared from then on"))
        self.off.clicked.connect(self._turn_off)
        self.lay_out(self.words, self.others, self.off)
        session.overview_changed.connect(self._show)
        self.hide()

    def show_key(self, move: QAction) -> None:
        """Tell by which key selected images are moved to training."""
        self._key = actions.key_text(move)

    def set_shown(self, shown: bool) -> None:
        """Set whether the grid shows check images, and no others, now."""
        self.setVisible(shown)
        self._show()

    def _show(self) -> None:
        count = check_images(self._session)
        words = self.tr(
            "%Ln picture(s) are set aside to check how good a model is: it never learns from them. {0} moves selected "
            "ones to training.",
            None,
            count,
        )
        if not count:
            words = self.tr("No picture is set aside to check how good a model is.")
        self.words.setText(words.format(self._key))
        self.off.setEnabled(count > 0 and not self._session.read_only)
        self.others.setEnabled(not self._session.read_only)

    def _turn_off(self) -> None:
        def found(ids: list[int]) -> None:
            self._session.edit(edits.set_split, ids, Split.TRAINING)

        self._session.ask(_check_ids, found, waited_for=True)


def _check_ids(project: Project) -> list[int]:
    return list(query.image_ids(project, query.Filter(splits=frozenset({Split.VALIDATION}))))


def check_images(session: Session) -> int:
    """Return how many labelled images are set aside to check."""
    return sum(count.validation for count in session.overview.counts)


class SourceNotice(Strip):
    """The notice of a source that cannot be reached, such as a drive that is not there; hidden otherwise. `read` looks
    again.
    """

    recheck_wanted = Signal()
    locate_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__("notice")
        self._session = session
        self.again = QPushButton(self.tr("Look again"))
        self.again.setAccessibleName(self.tr("Look for the files again"))
        self.again.setToolTip(self.tr("Look at the files again once the drive is there"))
        theme.set_icon(self.again, "refresh")
        self.again.clicked.connect(self.recheck_wanted)
        self.locate = QPushButton(self.tr("It was moved…"))
        self.locate.setAccessibleName(self.tr("Point to the new place of the folder"))
        self.locate.setToolTip(self.tr("Say where the folder is now; its images keep their labels"))
        self.locate.clicked.connect(self.locate_wanted)
        self.lay_out(self.words, self.locate, self.again)
        session.project_changed.connect(self._project_changed)
        session.listing_changed.connect(self.read)
        self.hide()

    def _project_changed(self) -> None:
        self.hide()
        self.read()

    def read(self) -> None:
        self._session.ask(_missing, self._show, key="missing sources")

    def _show(self, missing: list[Path]) -> None:
        self.setVisible(bool(missing))
        if missing:
            more = self.tr("{0} and %Ln more folder(s)", None, len(missing) - 1).format(missing[0].name)
            where = missing[0].name if len(missing) == 1 else more
            self.words.setText(self.tr("Missing: {0} cannot be reached. Its images keep their labels.").format(where))
            self.setToolTip("\n".join(map(wording.place, missing)))
            self.setAccessibleDescription(f"{self.words.text()} {self.toolTip()}")
        for button in (self.locate, self.again):
            button.setEnabled(not self._session.read_only)


def _missing(project: Project) -> list[Path]:
    from engine.library import query

    return [source.folder for source in query.sources(project) if source.missing]


class ProblemBar(QFrame):
    """The bar of problems: why files cannot be used, and what can be done about it; hidden unless problems are shown.

    `chosen` gives the ids of one kind of problem, None for all.
    """

    chosen = Signal(object)
    recheck_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._ids: Mapping[ProblemKind, tuple[int, ...]] = {}
        self._reason: ProblemKind | None = None
        self.setProperty("role", "notice")
        self.words = elided("")
        self.words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.reasons = Combo()
        self.reasons.setAccessibleName(self.tr("Reason"))
        self.reasons.setMinimumWidth(150)
        self.reasons.activated.connect(lambda _: self._choose(self.reasons.currentData()))
        self.folder = QPushButton(self.tr("Show in file manager"))
        self.folder.setAccessibleName(self.folder.text())
        self.folder.clicked.connect(self.folder_wanted)
        self.again = QPushButton(self.tr("Check again"))
        self.again.setAccessibleName(self.tr("Check the problems again"))
        self.again.setToolTip(self.tr("Look at the selected files once more, or at all of them"))
        theme.set_icon(self.again, "refresh")
        self.again.clicked.connect(self.recheck_wanted)
        row = FlowLayout(self)  # beside two panels a line has room for two of them
        row.setContentsMargins(theme.Theme.M, 6, 6, 6)
        row.setSpacing(theme.Theme.S)
        for widget in (self.words, self.reasons, self.folder, self.again):
            row.addWidget(widget)
        session.project_changed.connect(lambda: self.set_shown(False))
        session.listing_changed.connect(self._read)
        self.hide()

    def set_shown(self, shown: bool) -> None:
        """Set whether the grid shows problems now."""
        if shown != self.isHidden():
            return
        self.setVisible(shown)
        if shown:
            self._read()
        elif self._reason is not None:
            self._choose(None)

    def _read(self) -> None:
        if not self.isHidden():
            self._session.ask(query.problems_by_kind, self._show, key="reasons")

    def _show(self, found: Mapping[ProblemKind, tuple[int, ...]]) -> None:
        self._ids = found
        total = sum(map(len, found.values()))
        unusable = self.tr("%Ln file(s) cannot be used", None, total)
        self.words.setText(unusable if total else self.tr("Every file can be used."))
        self.reasons.clear()
        self.reasons.addItem(self.tr("Every reason"), None)
        for reason, ids in found.items():
            self.reasons.addItem(f"{wording.problem(reason)}  ·  {wording.number(len(ids))}", reason)
        for button in (self.reasons, self.folder, self.again):
            button.setEnabled(total > 0)
        if self._session.read_only:
            self.again.setEnabled(False)
        place = self.reasons.findData(self._reason) if self._reason is not None else 0
        self.reasons.setCurrentIndex(max(0, place))
        if self._reason is not None:  # some of these may have been mended
            self._choose(self._reason if place > 0 else None)

    def _choose(self, reason: ProblemKind | None) -> None:
        self._reason = reason
        self.chosen.emit(None if reason is None else self._ids[reason])
