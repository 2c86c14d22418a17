"""Splits, folds and groups: which images are trained on and which are held out, the same each time for one seed."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.errors import UsageError
from engine.language import _, plural
from engine.library.filters import HELD_OUT
from engine.library.records import Split

MOST_FOLDS = 20
VALIDATION_SHARE = 0.2  # of the images that an import divides
_MOST_NAMED = 6  # classes in a sentence
_MORE = 1.25  # times the share that was wanted: groups are the reason


def drawn_from(named: Container[Split | None]) -> set[Split | None]:
    """Return the splits, None for none, whose labelled images an import divides at random, where the labelled images
    have the `named` ones: a train folder without a validation folder is divided, other folders decide for themselves.
    """
    return {None} if Split.VALIDATION in named else {None, Split.TRAINING}


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many images with a label an import will put into each split (`adding.forecast`).

    `drawn`: those to check with are chosen at random; `only_training`: of images that are all said to be for training.
    `unlearnt` are the classes whose images are all set aside, `unlearnt_in_test` whether all these are in the test.
    Where whole groups are drawn, `checking_groups` of `groups`; `share` is what was wanted for checking.
    """

    training: int = 0
    validation: int = 0
    test: int = 0
    unassigned: int = 0
    drawn: bool = False
    only_training: bool = False
    unlearnt: tuple[str, ...] = ()
    unlearnt_in_test: bool = False
    checking_groups: int = 0
    groups: int = 0
    share: float = VALIDATION_SHARE

    @property
    def loss(self) -> str:
        """A sentence about the classes that cannot be learnt; empty where there are none."""
        if not self.unlearnt:
            return ""
        count = len(self.unlearnt)
        words = (
            plural(
                "{count} class has pictures in the test only and cannot be learnt: {names}.",
                "{count} classes have pictures in the test only and cannot be learnt: {names}.",
                count,
            )
            if self.unlearnt_in_test
            else plural(
                "{count} class has all its pictures set aside and cannot be learnt: {names}.",
                "{count} classes have all their pictures set aside and cannot be learnt: {names}.",
                count,
            )
        )
        names = list(self.unlearnt[:_MOST_NAMED])
        if count > _MOST_NAMED:
            names.append(plural("{count} more", "{count} more", count - _MOST_NAMED))
        return words.format(names=", ".join(names))

    def __str__(self) -> str:
        parts = []
        if self.training:
            parts.append(plural("{count} to learn from", "{count} to learn from", self.training))
        if self.validation and self.drawn:
            parts.append(
                plural(
                    "{count} set aside for checking (chosen at random)",
                    "{count} set aside for checking (chosen at random)",
                    self.validation,
                )
            )
        elif self.validation:
            parts.append(plural("{count} set aside for checking", "{count} set aside for checking", self.validation))
        if self.test:
            parts.append(plural("{count} for the test at the end", "{count} for the test at the end", self.test))
        if self.unassigned:
            parts.append(plural("{count} in no split", "{count} in no split", self.unassigned))
        words = ", ".join(parts)
        if (
            self.drawn
            and self.checking_groups
            and self.validation > _MORE * self.share * (self.training + self.validation)
        ):
            return _(
                "{parts}. Pictures that belong together are not divided: with {some} of {all} such groups, one at "
                "least for each class, more than {percent} % are set aside."
            ).format(
                parts=words,
                some=f"{self.checking_groups:,}",
                all=f"{self.groups:,}",
                percent=f"{100 * self.share:.3g}",
            )
        if self.only_training and self.drawn:
            return _("{parts}. All are said to be for training, so some of them are set aside.").format(parts=words)
        if self.training and not self.validation:
            return _("{parts}. None are set aside for checking yet: training does that when it starts.").format(
                parts=words
            )
        return words


def stratified(
    class_ids: Sequence[Hashable],
    fractions: Mapping[Split, float],
    seed: int,
    groups: Sequence[Hashable] | None = None,
    unseen: Sequence[bool] = (),
) -> list[Split]:
    """Return a split for each image, such that each class is divided by `fractions`; what they leave is for training.

    Images with the same entry in `groups` (None: no group) come into the same split. A held-out split gets at least
    one image (or group) of each class that has enough of them to leave one for training, and never the last one; nor
    one that has all pictures of a class, such as those few frames of a video that show something else.
    The result depends on the order of the images and on `seed` alone. A group whose images differ in class counts
    for the class of its first image. Labels that were accepted `unseen` are never held out: these images come into
    training, or stay unassigned where the rest of their group is held out.

    Raises:
        ValueError: the fractions are not between 0 and 1 or leave nothing for training, or lengths differ.
    """
    held_out: dict[Split, float] = {
        s: f for s, f in fractions.items() if s not in (Split.TRAINING, Split.UNASSIGNED) and f > 0
    }
    if any(not 0 <= f <= 1 for f in fractions.values()) or sum(held_out.values()) >= 1:
        raise ValueError(f"expected fractions from 0 to 1 that leave something for training, found {dict(fractions)}")
    if groups is not None and len(groups) != len(class_ids):
        raise ValueError(f"expected {len(class_ids)} groups, found {len(groups)}")
    if any(unseen):
        return _with_unseen(class_ids, fractions, seed, groups, unseen)
    result = [Split.TRAINING] * len(class_ids)
    whole = _with_a_whole_class(class_ids, groups)
    for number, units in enumerate(_units_by_class(class_ids, groups)):
        random.Random(f"{seed} {number}").shuffle(units)  # noqa: S311  not a secret
        if whole:  # these stay, as what is first is not taken
            units.sort(key=lambda unit: isinstance(unit, int) or unit[0] not in whole)
        stay = 0 if not whole else sum(not isinstance(unit, int) and unit[0] in whole for unit in units)
        for split, taken in _share_out(units, held_out, max(1, stay)):
            for image in taken:
                result[image] = split
    return result


def _with_unseen(
    class_ids: Sequence[Hashable],
    fractions: Mapping[Split, float],
    seed: int,
    groups: Sequence[Hashable] | None,
    unseen: Sequence[bool],
) -> list[Split]:
    """Draw among the images that somebody has looked at; the others follow their groups."""
    seen = [place for place, is_unseen in enumerate(unseen) if not is_unseen]
    of = [None] * len(class_ids) if groups is None else groups
    drawn = stratified([class_ids[place] for place in seen], fractions, seed, [of[place] for place in seen])
    result = dict(zip(seen, drawn, strict=True))
    sides = {of[place]: split for place, split in result.items() if of[place] is not None}
    for place in range(len(class_ids)):
        result.setdefault(place, allowed(sides.get(of[place], Split.TRAINING), unseen=True))
    return [result[place] for place in range(len(class_ids))]


def allowed(split: Split, *, unseen: bool) -> Split:
    """Return `split`; unassigned where it is held out and the label was accepted unseen, as that checks nothing."""
    return Split.UNASSIGNED if unseen and split in HELD_OUT else split


def connected(count: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Return for each of `count` places the smallest place that `pairs` connect it with, itself if none is smaller."""
    import numpy as np  # loaded here, as is SciPy: the window starts without them
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends = np.array([*pairs], np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(ends), np.int8), (ends[:, 0], ends[:, 1])), shape=(count, count))
    _, component = connected_components(graph, directed=False)
    _, first, of = np.unique(component, return_index=True, return_inverse=True)
    found: list[int] = first[of].tolist()
    return found


def joined(groupings: Sequence[Sequence[Hashable | None]]) -> list[int | None]:
    """Return one grouping of several of the same images: those that any of them puts together are together.

    The group of an image is the place of its first member; None where it is alone.
    """
    pairs = []
    for grouping in groupings:
        known: dict[Hashable, int] = {}
        pairs += [(known.setdefault(group, place), place) for place, group in enumerate(grouping) if group is not None]
    groups = connected(len(groupings[0]) if groupings else 0, pairs)
    sizes = Counter(groups)
    return [group if sizes[group] > 1 else None for group in groups]


def check_folds(folds: int) -> None:
    """Raise UsageError for a number of folds that is not 2 to 20."""
    if not 2 <= folds <= MOST_FOLDS:
        raise UsageError(_("The number of folds is 2 to {most}, found {folds}.").format(most=MOST_FOLDS, folds=folds))


def stratified_folds(labels: Sequence[Hashable], groups: Sequence[Hashable | None], folds: int, seed: int) -> list[int]:
    """Return the fold of each image, 0 to `folds` - 1: each class spread evenly, a group (None: no group) in one fold.

    Large groups are dealt first, so that small ones even them out. A group whose images differ in class counts for the
    class of its first image. The result depends on the order of the images and on `seed` alone.
    """
    found = [0] * len(labels)
    sizes = [0] * folds
    for number, units in enumerate(_units_by_class(labels, groups)):
        random.Random(f"{seed} {number}").shuffle(units)  # noqa: S311  not a secret
        of_class = [0] * folds
        for unit in sorted(units, key=_size, reverse=True):
            fold = min(range(folds), key=lambda f: (of_class[f], sizes[f], f))
            of_class[fold] += _size(unit)
            sizes[fold] += _size(unit)
            for place in [unit] if isinstance(unit, int) else unit:
                found[place] = fold
    return found


# A place where an image is alone, which most are: a list for each would be a hundred thousand lists.
Unit = int | list[int]


def _units_by_class(class_ids: Sequence[Hashable], groups: Sequence[Hashable] | None) -> list[list[Unit]]:
    """For each class, in order of appearance, its places and groups of places."""
    units: dict[Hashable, list[Unit]] = defaultdict(list)
    known: dict[Hashable, list[int]] = {}
    for place, class_id in enumerate(class_ids):
        group = None if groups is None else groups[place]
        if group is None:
            units[class_id].append(place)
        elif group in known:
            known[group].append(place)
        else:
            known[group] = [place]
            units[class_id].append(known[group])
    return list(units.values())


def _with_a_whole_class(class_ids: Sequence[Hashable], groups: Sequence[Hashable] | None) -> set[int]:
    """The first places of groups of one class that have all pictures of another one."""
    if groups is None or all(group is None for group in groups):
        return set()
    first: dict[Hashable, int] = {}
    of_class: dict[Hashable, Hashable] = {}  # the one group of a class, None where it has others
    for place, (class_id, group) in enumerate(zip(class_ids, groups, strict=True)):
        if group is not None:
            first.setdefault(group, place)
        if of_class.setdefault(class_id, group) != group:
            of_class[class_id] = None
    found = {(class_id, first[group]) for class_id, group in of_class.items() if group is not None}
    return {place for class_id, place in found if class_ids[place] != class_id}


def _share_out(units: list[Unit], fractions: Mapping[Split, float], stay: int) -> list[tuple[Split, list[int]]]:
    """Whole groups for each held-out split, until one more would carry it further from its share than it is now; the
    first `stay` units are left.
    """
    total = sum(_size(unit) for unit in units)
    left = list(units)
    shares: list[tuple[Split, list[int]]] = []
    for split, fraction in fractions.items():
        wanted = round(total * fraction)
        taken: list[int] = []
        while len(left) > stay and (not taken or abs(len(taken) + _size(left[-1]) - wanted) < abs(len(taken) - wanted)):
            unit = left.pop()
            taken += [unit] if isinstance(unit, int) else unit
        shares.append((split, taken))
    return shares


def _size(unit: Unit) -> int:
    return 1 if isinstance(unit, int) else len(unit)
