"""Modes of the grid by what images look like: like one, in groups, unlike all, or what teaches most.

What belongs together, and in which order, is decided by the learner, in its thread; this asks for it, shows it in the
grid, and goes on when what is shown has its labels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QBuffer, QIODevice, QObject, QTimer, Signal
from PySide6.QtGui import QImage

from engine.library import query
from engine.library.filters import Filter
from engine.library.records import ClassRecord, Edit, ImageRecord
from engine.similarity.boundary import CLOSEST, WIDEST
from gui.library.filter_controls import FilterControls
from gui.library.image_list import ImageList
from gui.library.learning import OwnLearner
from gui.library.saved_filters import SavedFilter
from gui.library.suggesting import Suggesting
from gui.session import Session
from gui.widgets.grid.thumbnail_grid import ThumbnailGrid

if TYPE_CHECKING:
    from engine.library.project import Project
    from engine.similarity.label_groups import Group

T = TypeVar("T")

SLIDING_MS = 200  # a slider that moves asks once it rests
FEWEST_IN_SIGHT = 6  # images in a group at most, however few the grid has room for


class Mode(Enum):
    """A choice of the images that the grid shows."""

    NOTHING = auto()  # what the filter says
    LIKE = auto()  # an order by similarity
    GROUPS = auto()  # a group of look-alikes without a label
    UNLIKE = auto()  # the same among those that are unlike all labelled ones
    TEACHING = auto()  # the order in which labels teach most
    CHECKING = auto()  # images with a suggestion, the least sure first


GROUPED = (Mode.GROUPS, Mode.UNLIKE)


@dataclass(frozen=True, slots=True, eq=False)
class EarlierView:
    """What was on screen: `again` shows it, but for a `group`, of which the labels are to be read; `current` is the
    image that the person was at.
    """

    mode: Mode
    again: Callable[[], None]
    group: Group | None
    current: int | None


class Finding(QObject):
    """`changed` tells of another mode, group or step, `came` of images that came because those before have their
    labels, `said` of what could not be found.
    """

    changed = Signal()
    came = Signal()
    said = Signal(str)

    def __init__(
        self,
        session: Session,
        suggesting: Suggesting,
        images: ImageList,
        grid: ThumbnailGrid,
        filters: FilterControls,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._images, self._grid, self._filters = session, images, grid, filters
        self._suggesting, self.learning = suggesting, suggesting.learning
        self.mode = Mode.NOTHING
        self.like_what = ""  # in words, in Mode.LIKE
        self.step = 0  # of the group on screen
        self._wanted_step = 0  # by the person: the next groups begin there
        self.group: Group | None = None
        self.rest: Sequence[int] = ()  # of what is to be labelled now, those without a label
        self._others: frozenset[int] = frozenset()  # of `rest`, those that are suggested another class than the group
        self.is_looking = False
        self._earlier: list[EarlierView] = []  # in their order; the first is what the person began with
        self._again: Callable[[], None] = self.stop  # shows anew what is on screen, where that is no group
        self._wanted_current: int | None = None  # the image to be at, once what was shown before is listed again
        self._skipped: list[int] = []
        self._shown_by: Filter | None = None
        self._listed = False  # whether the grid has what is shown
        self._comes_by_itself = False
        self._number = 0  # of the newest question
        self._slides = QTimer(self, interval=SLIDING_MS, singleShot=True)
        self._slides.timeout.connect(self._next_group)
        session.project_changed.connect(self._forget)
        session.images_changed.connect(self._edited)
        suggesting.changed.connect(self._suggested_anew)
        self._below = 0
        for moved in (grid.verticalScrollBar().valueChanged, grid.verticalScrollBar().rangeChanged):
            moved.connect(self._scrolled)

    @property
    def active(self) -> bool:
        return self.mode is not Mode.NOTHING

    # What a person asks for

    def like_image(self, image: ImageRecord) -> None:
        """Put the images in the order in which they are like one of them."""
        words = self.tr("Pictures like “{0}”").format(Path(image.path).name)
        self._order_by_similarity(words, lambda own: own.learner.like_image(image.id))

    def like_class(self, cls: ClassRecord) -> None:
        """Put the images without a label in the order in which they are like a class."""
        words = self.tr("Pictures without a label that are like the class {0}").format(cls.name)
        self._order_by_similarity(words, lambda own: own.learner.like_class(cls.id))

    def like_picture(self, picture: Path | QImage) -> None:
        """Put the images in the order in which they are like a picture that may be in no project."""
        words = self.tr("Pictures like the copied one")
        if isinstance(picture, Path):
            words = self.tr("Pictures like “{0}”").format(picture.name)
        self._order_by_similarity(words, lambda own: own.learner.like_picture(_encoded(picture), own.base))

    def _order_by_similarity(
        self, words: str, question: Callable[[OwnLearner], list[int]], *, remember: bool = True
    ) -> None:
        def found(ids: list[int]) -> None:
            if remember:
                self._remember()
            self.like_what, self.group = words, None
            self._again = lambda: self._order_by_similarity(words, question, remember=False)
            self._show(Mode.LIKE, ids, ())

        self._ask(question, found)

    def teach(self) -> None:
        """Show the images without a label in the order in which labels teach most."""
        self._teach(remember=self.mode is not Mode.TEACHING)

    def _teach(self, *, remember: bool) -> None:
        def found(order: tuple[list[int], list[int]]) -> None:
            first, others = order
            if not first:
                self._end_with(self.tr("Every image has a label; there is nothing left that a label would teach."))
                return
            if remember:
                self._remember()
            self.group, self._again = None, lambda: self._teach(remember=False)
            self._show(Mode.TEACHING, [*first, *others], first)

        project = self._session.project
        if project is not None:
            self._ask(lambda own: own.learner.teaching_order(project), found)

    def check(self, least_sure_first: Sequence[int], *, remember: bool = True) -> None:
        """Show the images with a suggestion in this order."""
        if remember and self.mode is not Mode.CHECKING:
            self._remember()
        self.group, self._again = None, self._check_again
        self._show(Mode.CHECKING, least_sure_first, ())

    def _check_again(self) -> None:
        self.check(self._suggesting.least_sure_first(), remember=False)

    def next_group(self, mode: Mode) -> None:
        """Show the biggest group of look-alikes, or leave the one that is shown for later."""
        if self.mode is not mode:
            self._skipped = []
        elif self.group is not None:
            self._skipped += self.group.image_ids
            self._remember()
        self._find_group(mode)

    # The way back

    @property
    def has_earlier(self) -> bool:
        """Whether `go_back` leads to anything."""
        return self.active and bool(self._earlier)

    def _remember(self) -> None:
        """Note what is on screen, as something else is about to be shown."""
        row = self._grid.current()
        current = self._images.id_at(row) if row is not None else None
        again = self._again
        if not self.active:
            chosen, among = self._filters.chosen(), self._images.filter.among
            again = partial(self._show_beginning, chosen, among)
        self._earlier.append(EarlierView(self.mode, again, self.group, current))

    def _show_beginning(self, chosen: SavedFilter, among: Sequence[int] | None) -> None:
        """Show the list with which the person began, by its filter."""
        wanted = self._wanted_current
        self.stop()
        self._filters.choose(chosen)
        if among is not None:
            self._images.set_filter(among=among)
        self._wanted_current = wanted

    def go_back(self) -> None:
        """Show what was on screen before: a group, whether it was labelled or left for later, an order by similarity,
        and at last the list with which the person began. A group of which no image is left is passed over.
        """
        if not self.has_earlier:
            return
        shown_by = self._shown_by
        image_ids = [i for earlier in self._earlier if earlier.group is not None for i in earlier.group.image_ids]

        def answer(found: tuple[set[int], set[int]]) -> None:
            there, open_ids = found
            if self._shown_by is not shown_by:
                return
            while self._earlier:
                earlier = self._earlier.pop()
                group = earlier.group
                if group is not None and there.isdisjoint(group.image_ids):
                    continue
                self._number += 1  # the next group may be looked for still
                self.is_looking = False
                if group is not None:
                    self._show_group(earlier.mode, group, [i for i in group.image_ids if i in open_ids])
                else:
                    self._wanted_current = earlier.current
                    earlier.again()
                return
            self.changed.emit()

        self._session.ask(
            lambda project: ({i.id for i in query.images(project, image_ids)}, _waiting(project, image_ids)),
            answer,
            waited_for=True,
        )

    @property
    def suggested(self) -> int | None:
        """The class that `together` are suggested; None where there is no such group, and while several cannot be
        accepted at once: a class that was made since has no label.
        """
        fits = self.mode in GROUPED and self.group is not None and len(self._others) < len(self.rest)
        fits = fits and self._suggesting.may_accept_unseen
        return self.group.class_id if fits and self.group is not None else None

    @property
    def together(self) -> Sequence[int]:
        """The images of the group that the next key labels: those that wait for a label, but not those under which
        another suggestion stands by now. Where that is so of all, they only look alike.
        """
        return tuple(i for i in self.rest if i not in self._others) or self.rest

    @property
    def not_shown(self) -> list[str]:
        """The names of the classes of which no image has a label yet."""
        return [cls.name for cls in self._suggesting.not_shown]

    @property
    def left_out(self) -> int:
        """How many of the group wait for a label and are suggested another class by now."""
        return len(self.rest) - len(self.together)

    @property
    def below(self) -> int:
        """How many of `together` are further down than can be seen now: a key labels these, too."""
        rows = self._images.rows_of(tuple(self.together)) if self.mode in GROUPED and self._listed else ()
        return sum(not self._grid.is_above_the_edge(row) for row in rows)

    def _scrolled(self) -> None:
        below = self.below
        if below != self._below:
            self._below = below
            self.changed.emit()

    def unselect_others(self) -> bool:
        """Take out of the selection what is suggested another class than the group, as its label is not meant for that;
        return whether anything is left that it is meant for.
        """
        others, rows = set(self._images.rows_of(tuple(self._others))), self._grid.selected()
        kept = [row for row in rows if row not in others]
        if kept and len(kept) < len(rows):
            current = self._grid.current()
            self._grid.select(kept, current if current in kept else kept[0])
        return bool(kept)

    def move_boundary(self, step: int) -> None:
        """Let the images of a group be more alike (below 0) or less."""
        step = min(max(step, CLOSEST), WIDEST)
        if self.mode in GROUPED and step != self.step:
            self.step = self._wanted_step = step
            self.changed.emit()
            self._slides.start()

    def closer(self) -> None:
        self.move_boundary(self.step - 1)

    def wider(self) -> None:
        self.move_boundary(self.step + 1)

    def stop(self) -> None:
        """Show all images again."""
        if self.active:
            self._forget()
            self._filters.clear()

    # Groups

    def _next_group(self) -> None:
        if self.mode in GROUPED:
            self._find_group(self.mode)

    def _find_group(self, mode: Mode) -> None:
        most = max(FEWEST_IN_SIGHT, self._grid.cells_in_sight())
        step, skipped = self._wanted_step, tuple(self._skipped)

        def found(answer: tuple[int, Group | None]) -> None:
            self.step, group = answer
            if group is not None:
                if self.mode is not mode:
                    self._remember()
                self._show_group(mode, group, group.image_ids)
            elif self._skipped:  # those that were left for later are all that is left
                self._skipped = []
                self._find_group(mode)
            elif mode is Mode.GROUPS:
                self._end_with(self.tr("No images without a label look alike any more. N goes to the next one."))
            else:
                self._end_with(self.tr("No image is unlike everything that has a label."))

        self._ask(
            lambda own: own.learner.groups(step, most=most, skipped=skipped, unlike=mode is Mode.UNLIKE),
            found,
        )

    def _show_group(self, mode: Mode, group: Group, rest: Sequence[int]) -> None:
        self.group = group
        self._show(mode, group.image_ids, rest)

    def _suggested_others(self, rest: Sequence[int]) -> frozenset[int]:
        """Return those of the images under which another suggestion stands than that of the group."""
        wanted = self.group.class_id if self.group is not None else None
        if wanted is None:
            return frozenset()
        found = ((i, self._suggesting.of(i)) for i in rest)
        return frozenset(i for i, suggested in found if suggested is not None and suggested[0].id != wanted)

    def _suggested_anew(self) -> None:
        """Suggestions are others: the selection follows, unless a person has chosen one image or other ones."""
        others = self._suggested_others(self.rest)
        if self.mode not in GROUPED or others == self._others:
            return
        was_whole = list(self._grid.selected()) == list(self._images.rows_of(self.together))
        self._others = others
        if was_whole and self._listed:
            self._select_rest()
        self.changed.emit()

    # Showing

    def _show(self, mode: Mode, ids: Sequence[int], rest: Sequence[int]) -> None:
        """Show these in the grid; `rest` are those that are to be labelled before anything else is shown."""
        self.mode, self.rest, self._listed = mode, tuple(rest), False
        self._others = self._suggested_others(rest)
        self._filters.clear()
        order = {Mode.TEACHING: self.tr("Teaches most"), Mode.CHECKING: self.tr("Least sure first")}
        self._filters.bar.show_order(order.get(mode, self.tr("By similarity")))
        self._images.set_filter(among=tuple(ids), sort="given", descending=False)
        self._shown_by = self._images.filter
        self.changed.emit()

    def listed(self) -> None:
        """The grid has another list: select in it what is to be labelled, or leave where a person chose another one."""
        if self._images.is_reading:
            return
        row = self._images.row_of(self._wanted_current) if self._wanted_current is not None else None
        if not self.active:
            self._wanted_current = None
            if row is not None:
                self._grid.set_current(row)
            return
        if self._images.filter != self._shown_by:  # the person has chosen another filter or order
            among = self._images.filter.among
            self._forget()
            if among is not None:
                self._images.set_filter(among=None, sort=self._filters.bar.fields()["sort"])
            return
        if not self._listed and len(self._images):
            self._listed = True
            if self._comes_by_itself:
                self._comes_by_itself = False
                self.came.emit()
            if self.mode in GROUPED:
                self._select_rest()
            if not self.rest or self.mode not in GROUPED:
                self._grid.set_current(row or 0)
                self._wanted_current = None
            self._scrolled()

    def _select_rest(self) -> None:
        """Select those of the group that the next key labels together."""
        rows = self._images.rows_of(self.together)
        if rows:
            current = self._grid.current()
            self._grid.select(rows, current if current in rows else rows[0])

    def _edited(self, edit: Edit) -> None:
        """Labels came or went: go on when all that is shown has one, go back where that was undone."""
        if self.mode not in (*GROUPED, Mode.TEACHING):
            return
        group, touched = self.group, self._newest_touched(edit)
        before = touched.group if touched is not None else None
        now = group.image_ids if group is not None else self.rest
        image_ids = [*now, *(before.image_ids if before is not None else ())]

        def answer(open_ids: set[int]) -> None:
            if self.group is not group:
                return
            is_earlier = touched is not None and touched in self._earlier
            if is_earlier and touched is not None and before is not None and open_ids & _images_of(before, edit):
                del self._earlier[self._earlier.index(touched) :]  # the label was undone
                self._show_group(touched.mode, before, [i for i in before.image_ids if i in open_ids])
                return
            rest = tuple(i for i in now if i in open_ids)
            if rest == self.rest:
                return
            was_suggested, self.rest = self.suggested is not None, rest
            self._others = self._suggested_others(rest)
            if not rest and self.mode is Mode.TEACHING:
                self._comes_by_itself = True
                self.teach()
            elif not rest or (was_suggested and self.suggested is None):  # what is left belongs to other groups
                if group is not None:
                    self._remember()
                self._comes_by_itself = True
                self._next_group()
            elif self.mode in GROUPED:
                self._select_rest()
            self.changed.emit()

        self._session.ask(lambda project: _waiting(project, image_ids), answer, waited_for=True)

    def _newest_touched(self, edit: Edit) -> EarlierView | None:
        """Return the last of the groups before, in the mode that is on, of which an image was changed."""
        for shown in reversed(self._earlier):
            if shown.mode is self.mode and shown.group is not None and _images_of(shown.group, edit):
                return shown
        return None

    def _forget(self) -> None:
        """The grid shows something else."""
        self._number += 1  # answers that are still to come are of no interest
        self._comes_by_itself = False
        self._slides.stop()
        was = self.active
        self.mode, self.group, self.rest, self._earlier = Mode.NOTHING, None, (), []
        self._others, self._wanted_current = frozenset(), None
        self._skipped, self._shown_by, self.is_looking = [], None, False
        self.step = self._wanted_step = 0
        if was:
            self._filters.bar.show_order("")
            self.changed.emit()

    def _end_with(self, words: str) -> None:
        self.stop()
        self.said.emit(words)

    # Asking

    def _ask(self, question: Callable[[OwnLearner], T], then: Callable[[T], None]) -> None:
        self._number += 1
        number = self._number

        def answer(result: T) -> None:
            if number == self._number:
                self.is_looking = False
                then(result)
                self.changed.emit()

        def failed(why: str) -> None:
            if number == self._number:
                self.is_looking = False
                self.said.emit(why)
                self.changed.emit()

        self.is_looking = self.learning.ask(question, answer, failed)
        self.changed.emit()


def _images_of(group: Group, edit: Edit) -> set[int]:
    """Return the images of a group that were changed."""
    return set(group.image_ids) & set(edit.image_ids)


def _waiting(project: Project, ids: Sequence[int]) -> set[int]:
    """Return those of the images that wait for a label, and are not marked as unsure, to be looked at again later."""
    images = query.images(project, ids)
    return {image.id for image in images if image.class_id is None and not image.excluded and not image.unsure}


def _encoded(picture: Path | QImage) -> Path | bytes:
    """Return a picture as the engine reads it. In the learner's thread: to compress it takes a while."""
    if isinstance(picture, Path):
        return picture
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload]  # it takes a text, whatever its stub says
    return bytes(buffer.data().data())
