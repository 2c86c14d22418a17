"""Which images are trained on and which are held out, at random but the same each time."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence

from engine.library.records import Split


def stratified(
    class_ids: Sequence[Hashable],
    fractions: Mapping[Split, float],
    seed: int,
    groups: Sequence[Hashable] | None = None,
) -> list[Split]:
    """A split for each image, such that each class is divided by `fractions`; what they leave is for training.

    Images with the same entry in `groups` (None: no group) come into the same split. A held-out split gets at least
    one image (or group) of each class that has enough of them to leave one for training, and never the last one.
    The result depends on the order of the images and on `seed` alone. A group whose images differ in class counts
    for the class of its first image.

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
    result = [Split.TRAINING] * len(class_ids)
    for number, units in enumerate(_units_by_class(class_ids, groups)):
        random.Random(f"{seed} {number}").shuffle(units)  # noqa: S311  not a secret
        for split, taken in _share_out(units, held_out):
            for image in taken:
                result[image] = split
    return result


def joined(groupings: Sequence[Sequence[Hashable | None]]) -> list[int | None]:
    """One grouping of several of the same images: those that any of them puts together are together.

    The group of an image is the place of its first member; None where it is alone.
    """
    first: list[int] = list(range(len(groupings[0]))) if groupings else []

    def top(place: int) -> int:
        while first[place] != place:
            first[place] = first[first[place]]
            place = first[place]
        return place

    for grouping in groupings:
        known: dict[Hashable, int] = {}
        for place, group in enumerate(grouping):
            if group is not None:
                one, other = top(known.setdefault(group, place)), top(place)
                first[max(one, other)] = min(one, other)
    groups = [top(place) for place in range(len(first))]
    sizes = Counter(groups)
    return [group if sizes[group] > 1 else None for group in groups]


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


def _share_out(units: list[Unit], fractions: Mapping[Split, float]) -> list[tuple[Split, list[int]]]:
    """Whole groups for each held-out split, until one more would carry it further from its share than it is now."""
    total = sum(_size(unit) for unit in units)
    left = list(units)
    shares: list[tuple[Split, list[int]]] = []
    for split, fraction in fractions.items():
        wanted = round(total * fraction)
        taken: list[int] = []
        while len(left) > 1 and (not taken or abs(len(taken) + _size(left[-1]) - wanted) < abs(len(taken) - wanted)):
            unit = left.pop()
            taken += [unit] if isinstance(unit, int) else unit
        shares.append((split, taken))
    return shares


def _size(unit: Unit) -> int:
    return 1 if isinstance(unit, int) else len(unit)
