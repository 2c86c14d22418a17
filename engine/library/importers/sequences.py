"""Sequences that names number: frames of a video, the tracks of a traffic sign, bursts. Their pictures are of one thing
and belong on one side of a split.

Names tell it where one prefix, or folder, has several numbers in a row, and a class has several of these:
`00003_00012.ppm` is frame 12 of sign 3, `clip3_frame0001.jpg` the first of clip 3. The prefix must tell which thing it
is, by a number that is no day and no part of a set, so that those of a class, a camera or a day are none: `cat.0.jpg`,
`IMG_0001.jpg`, `20230101_120533.jpg`. Nor is what a class has mostly, or what counts on from class to class as the
numbers of a camera do. Where the pictures can be read, some of them are looked at: a picture must be far more like the
next of its sequence than like one of another sequence of its class. Pictures without a class must be called frames,
clips or the like: they show no class within which to compare.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from engine.errors import ImageProblem
from engine.language import _
from engine.library.importers.note import Note, NoteKind
from engine.library.importers.placing import names_a_thing
from engine.library.importers.rows import Rows
from engine.library.records import Split

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.jobs.job import Cancel

_NUMBERED = re.compile(r"(.*\D)??(\d+)\D*", re.S)  # what stands before the last number, and that
_SAMPLE = 200  # names that are looked at first
_LEAST = 3  # pictures of a sequence, on average
_GAP = 4  # numbers for one picture at most: frames may be left out
_MOSTLY = 0.8  # of a class must be in sequences, and not in one of them
_OF_CLASSES = 0.5  # of all pictures must be in such classes
_CAMERA = 0.1  # of all pictures: what counts on over several classes and has more is a camera or a part of the set
_VIDEO = 0.34  # the same of what is called a video or the like: of three or four, each has a third
# What pictures without a class must be called: other prefixes and folders may as well be their classes, and pictures of
# a class look alike, too.
_FRAMES = re.compile(
    r"(?<![a-z])(?:frame|clip|video|vid|film|track|burst|seq|sequence|scene|shot|take|slice|patient|subject)[\s_-]?\d",
    re.I,
)
_TRIPLES = 40  # of pictures to compare
_FEWEST_TRIPLES = 8
_CLOSER = 0.8  # times as far as the other (the ratio of Lowe, as in `engine.similarity.leaks`)
_WON = 0.7  # of traffic signs 85 %; of digits in the order of their writers 53 %, of flowers 14 %
_SIDE = 16


class _Numbered(NamedTuple):
    place: int
    number: int


class _Owner(NamedTuple):
    """Whose a sequence is: a class, or else the folder of pictures without a class."""

    class_name: str | None
    folder: str


_Sequences = dict[tuple[_Owner, str], list[_Numbered]]


def kept_together(source: Path, rows: Rows, cancel: Cancel) -> list[Note]:
    """Give the rows the sequences that their names evidently tell as groups; returns what to say about it.

    Rows that have groups already, such as those of a table, keep these and get no others.
    """
    if any(rows.groups()):
        return []
    groups = groups_by_names(rows)
    sizes = Counter(group for group in groups if group is not None)
    if not sizes:
        return []
    first = next(path for path, group in zip(rows.paths, groups, strict=True) if group is not None)
    example = _("{sequences:,} sequences, such as that of {first}").format(sequences=len(sizes), first=first)
    if _look_alike(source, rows, groups, cancel) is False:
        return [Note(NoteKind.MAYBE_SEQUENCES, sizes.total(), example)]
    rows.set_groups(groups)
    return [Note(NoteKind.SEQUENCES, sizes.total(), example)]


def groups_by_names(rows: Rows) -> list[str | None]:
    """Return the sequence of each row by the names alone; None for none."""
    groups: list[str | None] = [None] * len(rows)
    some = rows.paths[:: max(1, len(rows) // _SAMPLE)]
    if 4 * sum(_parsed(path) is not None for path in some) < len(some):  # a quick look at a hundred thousand names
        return groups
    by_domain: dict[object, list[int]] = defaultdict(list)
    for place, (name, split) in enumerate(zip(rows.class_names, rows.splits, strict=True)):
        by_domain[split, name is None].append(place)
    for places in by_domain.values():
        for name, members in _sequences(rows, places).items():
            for place in members:
                groups[place] = name
    if any(groups):
        _take_up(rows, groups)
    return groups


def _take_up(rows: Rows, groups: list[str | None]) -> None:
    """Put pictures that are of no sequence into the one that they count on in: the few frames of a video that have a
    class of their own, or none, would be learnt from while the others check.
    """
    numbers: dict[tuple[Split | None, str, str], dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    left: list[tuple[int, tuple[Split | None, str, str], int]] = []
    for place, (path, name, split) in enumerate(zip(rows.paths, rows.class_names, rows.splits, strict=True)):
        if (parsed := _parsed(path)) is None:
            continue
        (thing, number), folder = parsed, path.rpartition("/")[0]
        within = split, thing, folder
        by_name = within if thing.endswith("/") else (split, thing, "")  # sorted into folders of classes
        group = groups[place]
        if group is None:
            left.append((place, within if name is None else by_name, number))
        else:
            for key in {within, by_name}:
                numbers[key][group].add(number)
    for place, key, number in left:
        of_thing = numbers.get(key, {})
        if len(of_thing) == 1 and (key[1].endswith("/") or number not in next(iter(of_thing.values()))):
            groups[place] = next(iter(of_thing))


def _parsed(path: str) -> tuple[str, int] | None:
    """What tells the thing in a path, its name's prefix or else its folder, and the number of the picture."""
    folder, _, name = path.rpartition("/")
    match = _NUMBERED.fullmatch(name.rpartition(".")[0])
    if match is None:
        return None
    prefix = match[1] or ""
    inner = folder.rpartition("/")[2]
    thing = prefix if names_a_thing(prefix) else f"{inner}/" if names_a_thing(inner) else None
    return None if thing is None else (thing, int(match[2]))


def _sequences(rows: Rows, places: Sequence[int]) -> dict[str, list[int]]:
    """The places of each sequence, by its name, among pictures of one split that all have a class, or all have none."""
    found: _Sequences = defaultdict(list)
    sizes: Counter[str | None] = Counter()
    for place in places:
        path, name = rows.paths[place], rows.class_names[place]
        sizes[name] += 1
        parsed = _parsed(path)
        if parsed is not None and parsed[0] != f"{name}/" and (name is not None or _FRAMES.search(path)):
            owner = _Owner(name, path.rpartition("/")[0] if name is None else "")
            found[owner, parsed[0]].append(_Numbered(place, parsed[1]))
    shared, cameras = _counting_on(found, len(places))
    in_class: dict[str | None, _Sequences] = defaultdict(dict)
    for (owner, thing), members in found.items():
        if thing not in cameras and len(members) > 1 and _in_a_row(members, thing):
            in_class[owner.class_name][owner, thing] = members
    told = {name: these for name, these in in_class.items() if _tells(these, sizes[name])}
    if sum(sizes[name] for name in told) < _OF_CLASSES * len(places):
        return {}
    result: dict[str, list[int]] = defaultdict(list)
    owners = {(_folder(rows, members), name) for name, these in told.items() for members in these.values()}
    classes_in = Counter(folder for folder, _ in owners)
    for these in told.values():
        for (owner, thing), members in these.items():
            whose = owner.class_name
            if whose is None:
                whose = owner.folder.rpartition("/")[0] if thing.endswith("/") else owner.folder
            name = thing if thing in shared or not whose else f"{whose}/{thing}"
            if thing.endswith("/") and classes_in[folder := _folder(rows, members)] > 1:  # as a table has it
                name = folder
            result[name.rstrip("/_-. ")] += [member.place for member in members]
    return result


def _folder(rows: Rows, members: Sequence[_Numbered]) -> str:
    return rows.paths[members[0].place].rpartition("/")[0]


def _tells(these: _Sequences, images: int) -> bool:
    """Whether these are the sequences of a class of so many images, or of all that have none."""
    sizes = [len(members) for members in these.values()]
    enough = sum(sizes) >= max(_MOSTLY * images, _LEAST * len(sizes))
    return len(sizes) > 1 and enough and max(sizes) <= _MOSTLY * images


def _in_a_row(members: Sequence[_Numbered], thing: str) -> bool:
    """Whether they count on; what is called frames also by steps, as where each 25th one of a video was taken."""
    numbers = {member.number for member in members}
    first = min(numbers)
    stepped = len(numbers) > 2 and _is_video(thing)
    step = math.gcd(*(number - first for number in numbers)) if stepped else 1
    return len(numbers) > 1 and (max(numbers) - first) // step < _GAP * len(numbers)


def _is_video(thing: str) -> bool:
    """Whether it is called frames, a clip or the like."""
    return _FRAMES.search(f"{thing}0") is not None


def _counting_on(found: _Sequences, images: int) -> tuple[set[str], set[str]]:
    """The things that count on from class to class: those that are the same in all of these, such as a video whose
    frames were sorted into classes, and those that are too much for that, such as a camera.
    """
    numbers: dict[str, list[int]] = defaultdict(list)
    owners = Counter(thing for _, thing in found)
    for (_split, thing), members in found.items():
        if owners[thing] > 1 and not thing.endswith("/"):
            numbers[thing] += [member.number for member in members]
    once = {thing: len(all_of) for thing, all_of in numbers.items() if len(set(all_of)) > 0.95 * len(all_of)}
    cameras = {thing for thing, count in once.items() if count > (_VIDEO if _is_video(thing) else _CAMERA) * images}
    return once.keys() - cameras, cameras


def _look_alike(source: Path, rows: Rows, groups: Sequence[str | None], cancel: Cancel) -> bool | None:
    """Whether pictures are far more like the next one of their group than like one of another group of their class;
    None where too few can be read.
    """
    triples = _triples(rows, groups)
    files = [source / rows.paths[place] for triple in triples for place in triple]
    if not all(file.is_file() for file in files):  # packed, and not on the disk yet
        return None
    from engine.imaging.pixels import load_each

    pictures = load_each(files, size=(_SIDE, _SIDE), cancel=cancel)
    won = looked_at = 0
    for start in range(0, len(pictures), 3):
        three = [_unit(p) for p in pictures[start : start + 3] if not isinstance(p, ImageProblem)]
        if len(three) < 3:
            continue
        one, following, other = three
        near, far = (float(((one - picture) ** 2).sum()) for picture in (following, other))
        if max(near, far) > 1e-6:
            looked_at, won = looked_at + 1, won + (near <= _CLOSER**2 * far)
    return None if looked_at < _FEWEST_TRIPLES else won >= _WON * looked_at


def _triples(rows: Rows, groups: Sequence[str | None]) -> list[tuple[int, int, int]]:
    """Places of a picture, the next one of its group, and one of another group of its class."""
    members: dict[str, list[int]] = defaultdict(list)
    for place, group in enumerate(groups):
        if group is not None:
            members[group].append(place)
    of_class: Mapping[str | None, list[str]] = defaultdict(list)
    for group, places in members.items():
        of_class[rows.class_names[places[0]]].append(group)
    found = []
    for names in of_class.values():
        for number, group in enumerate(names):
            others = members[names[number - 1]]
            found += [
                (one, two, others[n % len(others)])
                for n, (one, two) in enumerate(pairwise(members[group]))
                if names[number - 1] != group
            ]
    return found[:: -(-len(found) // _TRIPLES) or 1]


def _unit(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The pixels as a vector of mean 0 and length 1; 0 where all are the same."""
    import numpy as np

    vector = picture.astype(np.float32)
    vector -= vector.mean()
    length = np.linalg.norm(vector)
    return vector / length if length > 1 else np.zeros_like(vector)
