"""Writing an import into the store: sources, classes, images by the chunk. One edit in all, which can be taken back."""

from __future__ import annotations

import os
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from engine.imaging.ranges import PixelRange
from engine.library import history
from engine.library.edit_kinds import IMPORT
from engine.library.filters import SPLITS
from engine.library.folders import Folders
from engine.library.importers.detect import ImportRows
from engine.library.importers.rows import Row, Rows
from engine.library.listing import natural_key
from engine.library.palette import next_colour, next_key
from engine.library.project import Project
from engine.library.query import sources
from engine.library.records import Split
from engine.library.reserved_space import reserve_space
from engine.library.schema import DONE, OPEN, UNCHECKED
from engine.library.source_folders import make_known
from engine.library.split_choices import SplitChoices, SplitOptions
from engine.library.splits import Forecast, allowed, drawn_from, stratified
from engine.library.store import decode_path, encode_path

CHUNK = 2000
FIRST = 200  # so many are in sight before the rest is divided
_UNASSIGNED = SPLITS.index(Split.UNASSIGNED)


@dataclass(frozen=True, slots=True)
class NewImage:
    """A row with all that is decided about it before it is written."""

    folder: str  # of its source, absolute
    path: str  # from there
    class_name: str | None
    split: Split
    group: str | None
    unsure: bool = False
    excluded: bool = False
    note: str = ""
    confirmed: bool = False
    unseen: bool = False


class NewSource(NamedTuple):
    """A folder to add, absolute, with the form of its labels and the range of its deep pictures, which a person may
    have `wanted`; `choices` are kept with it, None where those that it has stay.
    """

    folder: Path
    kind: str
    pixel_range: PixelRange | None = None
    wanted: bool = False
    choices: SplitChoices | None = None


class Addition:
    """One import on its way into a project. `finish` keeps it, `take_back` leaves the project as it was."""

    def __init__(self, project: Project, expected: int, *, replace_labels: bool = False) -> None:
        """Begin; until `finish` the edit counts as open and a restart of the program takes it back.

        Raises:
            ProjectError: there is no room on the disk for the `expected` number of images, or it cannot be written.
        """
        self._project = project
        self._replace_labels = replace_labels
        self._reserve = reserve_space(project.folder, expected)
        self._classes: dict[str, int] = {}
        self._places: list[tuple[PurePath, int]] = []
        self._placed: dict[tuple[str, str], tuple[int, str]] = {}
        self._folders = Folders()
        self._undecided: set[tuple[int, str | bytes]] = set()
        self.images = 0
        self.other_labels = 0  # images that had another label than the one they came with
        self.other_label = ""  # the path of the first of them
        try:
            with project.store.write() as db:
                self.edit = history.begin(db, IMPORT, "Import", OPEN)
        except BaseException:
            self._reserve.unlink(missing_ok=True)
            raise

    def add_sources(self, folders: Iterable[NewSource]) -> None:
        """Make each folder known, unless it lies in a source that the project has: that one keeps its range of values,
        but for one that a person wants.
        """
        before = {source.id: source.pixel_range for source in sources(self._project)}
        known: dict[PurePath, int] = {source.folder: source.id for source in sources(self._project)}
        with self._project.store.write() as db:
            for folder, kind, pixel_range, wanted, choices in folders:
                inside = [other for other in known if folder.is_relative_to(other)]
                if not inside:
                    known[folder] = _insert_source(db, self._project.folder, folder, kind)
                source = known[max(inside, key=lambda other: len(other.parts), default=folder)]
                if choices is not None and (not inside or folder in inside):
                    db.execute("UPDATE sources SET choices = ? WHERE id = ?", (choices.to_text(), source))
                if pixel_range is not None and (wanted or before.get(source) is None):
                    db.execute("UPDATE sources SET pixel_range = ? WHERE id = ?", (pixel_range.to_text(), source))
        make_known(sources(self._project))
        # The innermost source first: it is the one that a path belongs to.
        self._places = sorted(known.items(), key=lambda item: -len(item[0].parts))

    def add_classes(self, names: Iterable[str]) -> None:
        """Make the classes that are new, in this order, with colours and keys."""
        with self._project.store.write() as db:
            rows = db.execute("SELECT name, id, colour, key, position FROM classes WHERE gone = 0").fetchall()
            self._classes = {row[0]: row[1] for row in rows}
            colours, keys = [row[2] for row in rows], [row[3] for row in rows]
            position = max((row[4] for row in rows), default=-1)
            for name in names:
                if name in self._classes:
                    continue
                colour, key, position = next_colour(colours), next_key(keys, name), position + 1
                row = {"name": name, "colour": colour, "key": key, "position": position}
                self._classes[name] = history.insert_class(db, self.edit, row)
                colours.append(colour)
                keys.append(key)

    def add_first(self, chunk: list[NewImage]) -> None:
        """Write images whose splits are not decided yet; `add_images` gets them again with these."""
        self.add_images(chunk)
        self._undecided = {(row[0], row[1]) for row in map(self._row, chunk)}

    def add_images(self, chunk: list[NewImage]) -> None:
        """Write some images in one transaction. One that the project has keeps its label and its split, if any."""
        rows = [self._row(image) for image in chunk]
        with self._project.store.write() as db:
            folders = [self._folders.number(db, row[0], row[1]) for row in rows]
            before = db.total_changes
            db.executemany(
                "INSERT INTO images (source_id, path, sort_key, class_id, split, size_bytes, modified_ns, grouping,"
                " unsure, excluded, note, confirmed, unseen, import_id, folder_id, state)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"
                " ON CONFLICT DO NOTHING",
                [(*row, folder) for row, folder in zip(rows, folders, strict=True)],
            )
            added = db.total_changes - before
            if added < len(rows):
                for row in rows:
                    self._merge(db, row)
        self.images += added

    def finish(self, *, unused_classes: bool = False) -> bool:
        """Keep what was added, as one edit that can be undone; False if that is nothing.

        New classes that no image has are kept only with `unused_classes`, such as those that are suggested.
        """
        name = IMPORT.name_of(self.images)
        with self._project.store.write() as db:
            if not unused_classes:
                history.forget_unused_classes(db, self.edit)
            tables = (*history.IMAGE_CHANGES, "class_changes")
            changed = any(db.execute(f"SELECT 1 FROM {t} WHERE edit_id = ?", (self.edit,)).fetchone() for t in tables)  # noqa: S608
            if self.images or changed:
                history.forget_undone(db, before=self.edit)
                db.execute("UPDATE edits SET name = ?, state = ? WHERE id = ?", (name, DONE, self.edit))
        if not self.images and not changed:
            self.take_back()
        self._reserve.unlink(missing_ok=True)
        return bool(self.images or changed)

    def end_early(self) -> bool:
        """Take back what was added, or keep it if a person has worked on it by now; True if it was kept."""
        self._reserve.unlink(missing_ok=True)
        if history.keep_worked_on(self._project.store, self.edit):
            return True
        self.take_back()
        return False

    def take_back(self) -> None:
        """Remove everything that this import brought."""
        self._reserve.unlink(missing_ok=True)  # on a full disk this is the room to do it in
        history.take_back(self._project.store, self.edit)

    def groups(self) -> dict[str, Split]:
        """Where the groups that the project has already are."""
        with self._project.store.read() as db:
            rows = db.execute(
                "SELECT DISTINCT grouping, split FROM images WHERE grouping NOT NULL AND state >= 0 AND split != ?",
                (_UNASSIGNED,),
            )
            return {group: SPLITS[split] for group, split in rows}

    def _row(self, image: NewImage) -> tuple[Any, ...]:
        folder, _, name = image.path.rpartition("/")
        if (image.folder, folder) not in self._placed:
            self._placed[image.folder, folder] = placed(Path(image.folder, folder), self._places)
        source, inside = self._placed[image.folder, folder]
        path = f"{inside}/{name}" if inside else name
        try:
            facts = os.stat(f"{image.folder}{os.sep}{image.path}")  # noqa: PTH116  plain text is several times faster
            size, modified = facts.st_size, facts.st_mtime_ns
        except OSError:  # the check that follows finds out why
            size, modified = 0, 0
        class_id = None if image.class_name is None else self._classes[image.class_name]
        split = SPLITS.index(image.split)
        key = natural_key(path)
        of_label = (int(on and class_id is not None) for on in (image.confirmed, image.unseen))
        marks = int(image.unsure), int(image.excluded), image.note, *of_label
        group = None if image.group is None else history.stored_group(image.group)
        return source, encode_path(path), key, class_id, split, size, modified, group, *marks, self.edit

    def _merge(self, db: sqlite3.Connection, row: tuple[Any, ...]) -> None:
        """An image that was there: give it what it lacks, and have it looked at again if its file changed."""
        source, path, _, class_id, split, size, modified, group, *marks, edit = row
        if (source, path) in self._undecided:
            self._undecided.remove((source, path))
            db.execute(  # unless a person was faster
                "UPDATE images SET split = ? WHERE source_id = ? AND path = ? AND import_id = ? AND split = ?"
                " AND state >= 0",
                (split, source, path, edit, _UNASSIGNED),
            )
        found = db.execute(
            f"SELECT id, class_id, split, size_bytes, modified_ns, grouping, {', '.join(history.MARK_FIELDS)}"  # noqa: S608
            " FROM images WHERE source_id = ? AND path = ? AND import_id != ? AND state >= 0",
            (source, path, edit),
        ).fetchone()
        if found is None:
            return
        image, old_class, old_split, old_size, old_modified, old_group, *old_marks = found
        if class_id is not None and old_class is None:
            history.change_image(db, self.edit, image, "class_id", None, class_id)
        replaced = False
        if class_id is not None and old_class not in (None, class_id):
            self.other_labels += 1
            self.other_label = self.other_label or decode_path(path)
            if replaced := self._replace_labels:
                history.change_image(db, self.edit, image, "class_id", old_class, class_id)
                old_class = class_id
        if old_split == _UNASSIGNED and split != _UNASSIGNED and (old_class is None or old_class == class_id):
            history.change_image(db, self.edit, image, "split", old_split, split)
        for field, old, new in zip(history.MARK_FIELDS, old_marks, marks, strict=True):
            of_label = {"confirmed": old_class in (None, class_id), "unseen": old_class is None or replaced}
            gone = replaced and field in of_label and old and not new  # it was said of the label before
            if gone or (new and not old and of_label.get(field, True)):
                history.change_fields(db, self.edit, f"[{image}]", field, new)
        if group is not None and group != old_group:
            history.change_fields(db, self.edit, f"[{image}]", "grouping", group)
        if (size, modified) != (old_size, old_modified):
            db.execute(
                f"UPDATE images SET size_bytes = ?, modified_ns = ?, state = {UNCHECKED}, problem = NULL WHERE id = ?",  # noqa: S608
                (size, modified, image),
            )


def undecided(plans: list[tuple[Path, ImportRows]], options: SplitOptions, count: int) -> list[NewImage]:
    """The first rows, as `decided` gives them but for their splits."""
    rows = islice(((str(folder), row) for folder, plan in plans for row in plan.rows), count)
    return [
        _new(folder, row, Split.UNASSIGNED, _group(row, options.group_by) if options.grouped else None)
        for folder, row in rows
    ]


def decided(
    plans: list[tuple[Path, ImportRows]], options: SplitOptions, groups: dict[str, Split]
) -> Iterator[NewImage]:
    """The rows of all sources with their splits. `groups` are those that the project has: they stay together."""
    found = [group for _, plan in plans for group in _groups(plan.rows, options)]
    splits = _splits([plan.rows for _, plan in plans], found, options, groups)
    rows = ((str(folder), row) for folder, plan in plans for row in plan.rows)
    for (folder, row), group, split in zip(rows, found, splits, strict=True):
        yield _new(folder, row, split, group)


def forecast(rows: Rows, options: SplitOptions) -> Forecast:
    """Return how many images with a label `decided` will put into each split, where the project has none of them."""
    groups = _groups(rows, options)
    splits = _splits([rows], groups, options, {})
    of_classes = Counter(
        (name, split) for name, split in zip(rows.class_names, splits, strict=True) if name is not None
    )
    totals = Counter[Split]()
    for (_, split), count in of_classes.items():
        totals[split] += count
    given = {split for name, split in zip(rows.class_names, rows.splits, strict=True) if name is not None}
    drawn = options.split is None and not options.named and totals[Split.VALIDATION] > 0
    held_out = {Split.VALIDATION, Split.TEST}
    learnt = {name for name, split in of_classes if split not in held_out}
    unlearnt = [*dict.fromkeys(name for name, _ in of_classes if name not in learnt)] if learnt else []
    sides = {
        (group, split in held_out)
        for group, name, old, split in zip(groups, rows.class_names, rows.splits, splits, strict=True)
        if group is not None and name is not None and old not in held_out
    }
    return Forecast(
        totals[Split.TRAINING],
        totals[Split.VALIDATION],
        totals[Split.TEST],
        totals[Split.UNASSIGNED],
        drawn=drawn and Split.VALIDATION not in given,
        only_training=given == {Split.TRAINING},
        unlearnt=tuple(sorted(unlearnt, key=natural_key)),
        unlearnt_in_test=not any((name, Split.VALIDATION) in of_classes for name in unlearnt),
        checking_groups=sum(held for _, held in sides),
        groups=len(sides),
        share=options.validation_fraction,
    )


def _new(folder: str, row: Row, split: Split, group: str | None) -> NewImage:
    marks = row.unsure, row.excluded, row.note, row.confirmed, row.unseen
    return NewImage(folder, row.path, row.class_name, split, group, *marks)


def chunks(images: Iterator[NewImage]) -> Iterator[list[NewImage]]:
    """Lists of as many images as are written in one transaction."""
    while chunk := list(islice(images, CHUNK)):
        yield chunk


def _splits(plans: list[Rows], groups: list[str | None], options: SplitOptions, known: dict[str, Split]) -> list[Split]:
    names = [name for rows in plans for name in rows.class_names]
    given = [split for rows in plans for split in rows.splits]
    unseen = [is_unseen for rows in plans for is_unseen in rows.unseen()]
    if options.split is not None:
        return [options.split] * len(names)
    if options.named:
        return [split or Split.UNASSIGNED for split in given]
    named = {split for name, split in zip(names, given, strict=True) if name is not None}
    open_splits = drawn_from(named)
    result = [
        Split.UNASSIGNED if name is None else split or Split.TRAINING for name, split in zip(names, given, strict=True)
    ]
    drawn = [n for n, split in enumerate(given) if names[n] is not None and split in open_splits]
    keys = [groups[n] for n in drawn]
    fractions = {Split.VALIDATION: options.validation_fraction}
    if Split.TEST not in named:
        fractions[Split.TEST] = options.test_fraction
    splits = stratified([names[n] for n in drawn], fractions, options.seed, keys, [unseen[n] for n in drawn])
    for n, key, split in zip(drawn, keys, splits, strict=True):
        result[n] = split if key is None else allowed(known.get(key, split), unseen=unseen[n])
    return result


def _groups(rows: Rows, options: SplitOptions) -> list[str | None]:
    if not options.grouped:
        return [None] * len(rows)
    pattern = options.group_by
    return rows.groups() if pattern is None else [_group(row, pattern) for row in rows]


def _group(row: Row, pattern: re.Pattern[str] | None) -> str | None:
    """Numbers of physical objects often start again in each class, so the class is part of what tells groups apart."""
    if pattern is None:
        return row.group
    match = pattern.search(row.path.rpartition("/")[2])
    if match is None:
        return None
    group = match.group(1) if match.re.groups else match.group()
    return group if row.class_name is None else f"{row.class_name}/{group}"


def placed(folder: PurePath, places: Iterable[tuple[PurePath, int]]) -> tuple[int, str]:
    """The first of `places`, sources with their ids, that holds `folder`, and the folder from there ("" for itself).

    Whatever the system's paths look like: `\\` between folders, or capitals that mean the same as small letters.
    """
    for place, source in places:
        if folder.is_relative_to(place):
            inside = folder.relative_to(place).as_posix()
            return source, "" if inside == "." else inside
    raise LookupError(f"no source holds {folder}")


def relative_place(project_folder: Path, folder: Path) -> str | None:
    """Where a source is from the folder that holds the project, or with "./" from the project itself; else None.

    What was unpacked into the project is found again when the project is renamed, too.
    """
    home = project_folder.resolve()
    if folder.is_relative_to(home):
        return f"./{folder.relative_to(home).as_posix()}"
    return folder.relative_to(home.parent).as_posix() if folder.is_relative_to(home.parent) else None


def _insert_source(db: sqlite3.Connection, project_folder: Path, folder: Path, kind: str) -> int:
    relative = relative_place(project_folder, folder)
    cursor = db.execute(
        "INSERT INTO sources (folder, relative, kind) VALUES (?, ?, ?)",
        (encode_path(str(folder)), None if relative is None else encode_path(relative), kind),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid
