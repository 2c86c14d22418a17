"""Where each folder of a source stands: in which split, and what of its path may be a class."""

from __future__ import annotations

import filecmp
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import IO, NamedTuple

from engine.files import open_regular
from engine.library.importers.split_words import split_named, split_within
from engine.library.listing import Listed, stem
from engine.library.records import Split

_FEW = 20  # one picture in so many is a stray one
_ENOUGH = 5  # of so many pictures one alone is a stray one, too
# What people call a folder that holds just the pictures.
_GENERIC = re.compile(
    r"(?:\d{1,2}\.\s*)?(?:\[?(?:원천|라벨링?)\]?(?:\s*데이터)?|(?:jpe?g|png|raw|all|my|the)?[\s_-]*(?:images?|imgs?|pictures?|pics?|photos?|data(?:set)?|jpe?g|png|files)[\s_-]?\d*)",
    re.I,
)
_CAMERA = re.compile(r"DCIM|\d{3}[A-Z0-9_]{5}")  # as cameras name their folders: 100CANON
_BAND = re.compile(r"[_-](?:B(?:\d{1,2}|8A)|V[VH]|H[HV])$", re.I)  # of Sentinel-1 and 2, Landsat
_PART = re.compile(r"(?:fold|part|batch|chunk|shard|subset|split|cv|k|run|disc|volume|vol)[\s_-]?\d+", re.I)
# Folders that tell of whom, where or when their pictures are: groups, and no classes.
_GROUP = re.compile(
    r"(?:patient|subject|participant|site|loc|location|cam|camera|station|plot|session|seq|sequence|burst|individual)"
    r"[\s_-]?\d+",
    re.I,
)
_FEWEST_CLASSES = 2
_MASKS = frozenset(
    {
        *("mask", "masks", "segmentation", "segmentations", "segmentationclass", "segmentationobject", "annotation"),
        *("annotations", "label", "labels", "gt", "groundtruth", "ground_truth", "trimaps", "labelimages"),
    }
)
_BLOCK = 2**14  # bytes
# Where two files differ anywhere, these differ to their end. Any other is compared whole: slower, never wrong.
_COMPRESSED = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".avif", ".gif", ".jp2"})
_MASK_END = re.compile(r"(?:[\s_-]+(?:mask|masks|seg|segmentation|gt|label|labels)(?:[\s_-]?\d+)?)+$", re.I)
_MOSTLY = 0.8
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d([-_. ]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?!\d)")

_NO_THING = re.compile(
    rf"{_DATE.pattern}|(?<![a-z])(?:(?:fold|part|batch|chunk|shard|subset|split|cv|run|disc|volume|vol)[\s_-]?\d+)"
    r"|\d+\s?x\s?\d+",
    re.I,
)


class Placed(NamedTuple):
    """A folder with the split that it lies in, and what of its path is left after that."""

    entry: Listed
    split: Split | None
    rest: tuple[str, ...]


def is_generic(folder: str) -> bool:
    """True for names such as images, data, JPEGImages, 100CANON: of a folder that says nothing about what it holds."""
    return (_GENERIC.fullmatch(folder) or _CAMERA.fullmatch(folder)) is not None


def has_date(name: str) -> bool:
    """True if a name holds a day, such as IMG-20230101-WA or 2023-01-01."""
    return _DATE.search(name) is not None


def is_group(folder: str) -> bool:
    """True for names such as patient001, loc00, site_3."""
    return _GROUP.fullmatch(folder) is not None


def names_a_thing(name: str) -> bool:
    """True for a name that has a number besides days, sizes and parts of a set: clip3, 00012, and not batch_2."""
    return any(letter.isdigit() for letter in _NO_THING.sub(" ", name))


def placed(listing: list[Listed]) -> list[Placed]:
    """Each folder with its split and what is left of its path.

    Archives often hold everything in one folder (`flower_photos/daisy/...`): such folders are passed through, also
    below a split (`training_set/training_set/cats`, `train/images`). A folder named after a split counts as one unless
    its neighbours show that it is a class. Splits may also lie in the classes (`cat/train`, `cat/test`).
    """
    depth = _base_depth(listing)
    rests = [entry.parts[depth:] if len(entry.parts) >= depth else () for entry in listing]
    rests = _without_outer(_without_wrappers(_without_same_folder(listing, rests, depth)))
    sizes = [len(entry.names) for entry in listing]
    splits = _split_folders(rests, sizes)
    if splits:
        inside: dict[str, list[int]] = defaultdict(list)
        for number, rest in enumerate(rests):
            if rest and rest[0] in splits:
                inside[rest[0]].append(number)
        found: list[Split | None] = [None] * len(rests)
        for folder, members in inside.items():
            for number in members:
                found[number], rests[number] = splits[folder], rests[number][1:]
            _pass_through(rests, members, splits[folder])
        _take_prefixes(rests, list(inside.values()))
        return [Placed(*row) for row in zip(listing, found, rests, strict=True)]
    below = [split_named(rest[1]) if len(rest) > 1 else None for rest in rests]
    if len({split for split in below if split}) > 1 and all(below):
        return [
            Placed(entry, split, (rest[0], *rest[2:])) for entry, split, rest in zip(listing, below, rests, strict=True)
        ]
    rests = _without_letters(_without_parts(rests))
    return [Placed(entry, None, rest) for entry, rest in zip(listing, rests, strict=True)]


def _without_parts(rests: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The folders without a first `fold1`, `part2`, `2023-01-01` ..., where these hold the same class folders."""
    if not all(len(rest) > 1 and _is_part(rest[0]) for rest in rests) or len(same_inside(rests)) < _FEWEST_CLASSES:
        return rests
    return [rest[1:] for rest in rests]


def _is_part(folder: str) -> bool:
    return is_generic(folder) or has_date(folder) or is_group(folder) or _PART.fullmatch(folder) is not None


def _without_same_folder(listing: list[Listed], rests: list[tuple[str, ...]], depth: int) -> list[tuple[str, ...]]:
    """The folders without a first one that lies in another of its name, as archives leave it: `cells/cells/...`."""
    if not depth:
        return rests
    above = [entry.parts[depth - 1] if len(entry.parts) >= depth else "" for entry in listing]
    return [rest[1:] if len(rest) > 1 and rest[0] == name else rest for rest, name in zip(rests, above, strict=True)]


def _without_wrappers(rests: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The folders without the first ones, where each of several holds one of its own name alone, as a set in two sizes
    does: `cast_512/cast_512/ok`, `cast/cast/train/ok`.
    """
    wrapped = all(len(rest) > 2 and rest[0] == rest[1] for rest in rests)
    outer = {rest[0] for rest in rests} if wrapped else set()
    is_split = any(split_named(name) or split_within(name)[0] for name in outer)
    return [rest[2:] for rest in rests] if len(outer) > 1 and not is_split else rests


def _without_outer(rests: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The folders without the first one of those that hold the splits: `set/train/cat` and `set/val/cat` beside `test`.

    Several such folders are classes with splits in them.
    """
    found = rests
    while True:
        inside: dict[str, set[str]] = defaultdict(set)
        deep: dict[str, bool] = defaultdict(lambda: True)
        for rest in found:
            if rest:
                inside[rest[0]].add(rest[1] if len(rest) > 1 else "")
                deep[rest[0]] = deep[rest[0]] and len(rest) > 2  # a class below the split
        outer = [
            folder
            for folder, names in inside.items()
            if deep[folder] and split_named(folder) is None and len(inside) > 1
            if names == {folder} or len({split_named(name) for name in names} - {None}) > 1
            if names == {folder} or all(split_named(name) for name in names)
        ]
        if len(outer) != 1:
            return found
        found = [rest[1:] if rest and rest[0] == outer[0] else rest for rest in found]


def _without_letters(rests: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The folders without a first one that is the first letter of those in it: `a/abbey`, `b/beach`."""
    sorted_by_letter = all(len(r) > 1 and len(r[0]) == 1 and r[1].lower().startswith(r[0].lower()) for r in rests)
    return [rest[1:] for rest in rests] if sorted_by_letter and rests else rests


def are_beginnings(found: list[Placed]) -> bool:
    """True if folders sort pictures by the first characters of their names: `a/1/a10f.jpg`."""
    return all(
        len(place.rest) > 1
        and len(place.rest[0]) == len(place.rest[1]) == 1
        and all(name.startswith("".join(place.rest[:2])) for name in place.entry.names)
        for place in found
    )


def are_single_bands(names: Sequence[str]) -> bool:
    """True for the bands of one scene of a satellite, such as S2A_1_B02.tif, S2A_1_B8A.tif or S1_1_VV.tif."""
    if len(names) < 2 or not _BAND.search(stem(names[0])):  # as of nearly all
        return False
    scenes = {_BAND.sub("", stem(name)) for name in names}
    return len(scenes) == 1 and all(_BAND.search(stem(name)) for name in names)


def same_inside(rests: list[tuple[str, ...]]) -> list[str]:
    """The folders that lie in several of the first ones, if all of these hold mostly the same ones; else none."""
    inside: dict[str, set[str]] = defaultdict(set)
    for rest in rests:
        if len(rest) > 1:
            inside[rest[0]].add(rest[1])
    if len(inside) < _FEWEST_CLASSES or len(inside) < len({rest[0] for rest in rests if rest}):
        return []
    counts = Counter(name for names in inside.values() for name in names)
    shared = [name for name, count in counts.items() if count > 1]
    return sorted(shared) if 2 * len(shared) > len(counts) else []


def _base_depth(listing: list[Listed]) -> int:
    """How many folders lie between the root and the place where classes or splits begin; stray pictures aside."""
    total = sum(len(entry.names) for entry in listing)
    depth = 0
    while True:
        deeper = [entry for entry in listing if len(entry.parts) > depth + 1]
        stray = total - sum(len(entry.names) for entry in deeper)
        names = {entry.parts[depth] for entry in listing if len(entry.parts) > depth}
        few = stray * _FEW <= total or (stray == 1 and total > _ENOUGH)
        if len(names) != 1 or not deeper or not few or split_named(names.pop()) is not None:
            return depth
        depth += 1


def _split_folders(rests: list[tuple[str, ...]], sizes: list[int]) -> dict[str, Split]:
    """The first folders of `rests` that are splits."""
    whole: Counter[str] = Counter()
    deep: Counter[str] = Counter()
    for rest, size in zip(rests, sizes, strict=True):
        if rest:
            whole[rest[0]] += size
            deep[rest[0]] += size * (len(rest) > 1)
    named = {folder: split for folder in whole if (split := split_named(folder)) is not None}
    named = named or _splits_of_one(list(whole))
    others = [folder for folder in whole if folder not in named]
    if not named or not others:
        return named
    in_others, in_named = sum(whole[f] for f in others), sum(whole[f] for f in named)
    several = len(set(named.values())) > 1
    if any(2 * deep[folder] >= whole[folder] for folder in named):
        # Class folders below: a class called train that has folders of its own stands among larger neighbours.
        return named if several or len(others) == 1 or in_others <= in_named else {}
    # Pictures alone: a class, as its neighbours are; but train and test beside a few others are splits.
    return named if several and (len(others) < len(named) or in_others * _FEW <= in_named) else {}


def _splits_of_one(folders: list[str]) -> dict[str, Split]:
    """Folders that differ by their split alone, such as cars_train and cars_test; one without is for training."""
    told = {folder: split_within(folder) for folder in folders}
    bare = [folder for folder, (split, _) in told.items() if split is None]
    if len({rest for _, rest in told.values()}) != 1 or len({split for split, _ in told.values()}) < 2 or len(bare) > 1:
        return {}
    return {folder: split or Split.TRAINING for folder, (split, _) in told.items()}


def _pass_through(rests: list[tuple[str, ...]], members: list[int], split: Split) -> None:
    """Take away folders between a split and its classes: one of a generic name, or of the same split again."""
    while True:
        firsts = {rests[n][0] for n in members if rests[n]}
        if len(firsts) != 1:
            return
        (name,) = firsts
        if not is_generic(name) and split_named(name) is not split and split_within(name)[0] is not split:
            return
        for n in members:
            rests[n] = rests[n][1:]


def _take_prefixes(rests: list[tuple[str, ...]], splits: list[list[int]]) -> None:
    """Take away what the class folders of each split begin with, where they are the same without: TS_oak, VS_oak."""
    names = [{rests[n][0] for n in members if rests[n]} for members in splits]
    starts = [_start(each) for each in names]
    if len(names) < 2 or not all(starts) or len(set(starts)) < len(starts):
        return
    bare = [{name.removeprefix(start) for name in each} for each, start in zip(names, starts, strict=True)]
    if any(each != bare[0] for each in bare) or "" in bare[0]:
        return
    for members, start in zip(splits, starts, strict=True):
        for n in members:
            if rests[n]:
                rests[n] = (rests[n][0].removeprefix(start), *rests[n][1:])


def _start(names: set[str]) -> str:
    """What all of several names begin with, up to a separator."""
    first, last = min(names, default=""), max(names, default="")
    common = next((first[:n] for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), "")
    return common[: 1 + max(common.rfind(mark) for mark in "_- .")]


def without_masks(listing: list[Listed]) -> tuple[list[Listed], int, str]:
    """The listing without the masks of its own pictures, how many these are, and the path of one of them."""
    if not any(_MASKS.intersection(part.lower() for part in entry.parts) for entry in listing):
        pictures: list[Listed] = []
    else:
        pictures = [entry for entry in listing if any(_holds_pictures(part) for part in entry.parts)]
    kept: list[Listed] = []
    count, example = 0, ""
    for entry in listing:
        left = () if _are_masks(entry, pictures) else _without_masks_of_same_folder(entry.names)
        if left is not entry.names:
            present = set(left)
            mask = next(name for name in entry.names if name not in present)
            count, example = count + len(entry.names) - len(left), example or f"{entry.folder}/{mask}".lstrip("/")
        if left:
            kept.append(entry if left is entry.names else Listed(entry.folder, left))
    return kept, count, example


def without_copies(root: Path, listing: list[Listed]) -> tuple[list[Listed], int, str]:
    """The listing without folders that lie a second time in one of their own name, as archives leave it, how many
    pictures these hold, and the path of one: `cells/cells/a/1.png`, of the content of `cells/a/1.png`.
    """
    if not any(a == b for entry in listing for a, b in pairwise(entry.parts)):
        return listing, 0, ""
    whole = {entry.folder: set(entry.names) for entry in listing}
    copies: dict[str, str] = {}
    for entry in listing:
        parts = entry.parts
        for place in range(1, len(parts)):
            outer = "/".join((*parts[:place], *parts[place + 1 :]))
            if parts[place] == parts[place - 1] and whole.get(outer, set()).issuperset(entry.names):
                copies[entry.folder] = outer
    same = {f for f, outer in copies.items() if all(_same_content(root / f / n, root / outer / n) for n in whole[f])}
    kept = [entry for entry in listing if entry.folder not in same]
    left = [entry for entry in listing if entry.folder in same]
    return kept, sum(len(entry.names) for entry in left), f"{left[0].folder}/{left[0].names[0]}" if left else ""


def _same_content(one: Path, other: Path) -> bool:
    """True for equal files, and where the pictures are packed yet. Of a large compressed picture the beginning, the
    middle and the end are compared: another picture differs there.
    """
    try:
        size = one.stat().st_size
        if size != other.stat().st_size:
            return False
        if size <= 3 * _BLOCK or one.suffix.lower() not in _COMPRESSED:
            return filecmp.cmp(one, other, shallow=False)
        places = (0, (size - _BLOCK) // 2, size - _BLOCK)
        with open_regular(one) as a, open_regular(other) as b:
            return all(_block(a, place) == _block(b, place) for place in places)
    except OSError:
        return True


def _block(stream: IO[bytes], place: int) -> bytes:
    stream.seek(place)
    return stream.read(_BLOCK)


def _holds_pictures(folder: str) -> bool:
    return is_generic(folder) or folder.lower() in ("originals", "original", "inputs")


def _are_masks(entry: Listed, pictures: list[Listed]) -> bool:
    """True for a folder called like one of masks whose names are those of pictures in a folder beside it."""
    for place, part in enumerate(entry.parts):
        if part.lower() not in _MASKS:
            continue
        if all(_MASK_END.search(stem(name)) for name in entry.names):  # ground_truth/crack/000_mask.png
            return True
        above = entry.parts[:place]
        beside = [other for other in pictures if other is not entry and other.parts[:place] == above]
        stems = {stem(name) for other in beside if other.parts[place] != part for name in other.names}
        if sum(stem(name) in stems or _plain(name) in stems for name in entry.names) >= _MOSTLY * len(entry.names):
            return True
    return False


def _plain(name: str) -> str:
    return _MASK_END.sub("", stem(name))


def _without_masks_of_same_folder(names: tuple[str, ...]) -> tuple[str, ...]:
    """`cell_1_mask.png` beside `cell_1.png`, where at least a quarter of the pictures have one."""
    lowered = "\n".join(names).lower()
    if not any(word in lowered for word in ("mask", "seg", "gt", "label")):
        return names
    stems = {stem(name) for name in names}
    masks = {name for name in names if (plain := _plain(name)) in stems and plain != stem(name)}
    pictures = len(names) - len(masks)
    return names if 4 * len(masks) < pictures or not masks else tuple(name for name in names if name not in masks)
