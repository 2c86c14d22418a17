"""The things that a project holds, as plain data."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from engine.imaging.ranges import PixelRange
from engine.library.edit_kinds import OTHER, EditKind


class Split(StrEnum):
    TRAINING = "training"
    VALIDATION = "validation"
    TEST = "test"
    UNASSIGNED = "unassigned"


class Flag(StrEnum):
    UNSURE = "unsure"
    EXCLUDED = "excluded"  # from training
    CONFIRMED = "confirmed"  # a person looked and keeps the label although a model disagrees; another label ends it
    UNSEEN = "unseen"  # the label is a suggestion that was accepted among many; nobody has looked at it yet


UNLEARNT_FLAGS = (Flag.EXCLUDED, Flag.UNSEEN)  # a label with one of these is neither learnt from nor scored


@dataclass(frozen=True, slots=True)
class SourceRecord:
    id: int
    folder: Path
    kind: str
    missing: bool
    pixel_range: PixelRange | None = None  # of its deep pictures
    choices: str | None = None  # how it is divided, as `split_choices.from_text` reads it


@dataclass(unsafe_hash=True, slots=True)  # nobody changes one, but a frozen one takes five times as long to make
class ImageRecord:
    """One image. `path` is relative to its source, which is at `folder`; sizes in pixels and bytes.

    `width` and `height` are None until the file was looked at; `problem` is the reason why it cannot be used.
    `excluded` from training; `note` is what a person wrote about it; `confirmed` and `unseen` as in `Flag`. Images of
    the same `group` belong into one split. `digest` tells the file's content from any other; None until it was looked
    at.
    """

    id: int
    source_id: int
    path: str
    folder: str
    class_id: int | None
    split: Split
    width: int | None
    height: int | None
    size_bytes: int
    modified_ns: int
    group: str | None
    problem: str | None
    unsure: bool = False
    excluded: bool = False
    note: str = ""
    confirmed: bool = False
    unseen: bool = False
    digest: bytes | None = None

    @property
    def is_scored(self) -> bool:
        """Whether it counts in scores: it has a label that a person has seen, can be used, and is not excluded."""
        return self.class_id is not None and self.problem is None and not any(map(self.has, UNLEARNT_FLAGS))

    def has(self, flag: Flag) -> bool:
        """Whether `flag` is set."""
        return bool(getattr(self, flag.value))

    @property
    def file(self) -> Path:
        """Where it is, absolute. Made when it is asked for: a million of these at once take seconds."""
        return Path(f"{self.folder}{os.sep}{self.path}")


@dataclass(frozen=True, slots=True)
class ClassRecord:
    """A class: its name as shown, its colour as `#rrggbb`, its key (one character) or None, its place in the order."""

    id: int
    name: str
    colour: str
    key: str | None
    position: int


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How many labelled, usable images a class has in each split: those that training and scores go by.

    `excluded` ones have the label too, but are in none of these numbers; nor are those that are `waiting` in validation
    or test until somebody has looked at a label that was accepted unseen. `unseen` are those of training and unassigned
    whose label was.
    """

    cls: ClassRecord
    training: int
    validation: int
    test: int
    unassigned: int
    excluded: int = 0
    waiting: int = 0
    unseen: int = 0

    @property
    def total(self) -> int:
        """Those that are neither excluded nor waiting."""
        return self.training + self.validation + self.test + self.unassigned

    @property
    def accepted_unseen(self) -> int:
        """Those that are not excluded and whose label nobody has looked at, in any split."""
        return self.unseen + self.waiting

    @property
    def labelled(self) -> int:
        """All that have the label, as a filter by the class finds them."""
        return self.total + self.excluded + self.waiting


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over the whole project. `images` counts everything listed, `problems` those that cannot be used.

    `unseen` are usable images whose label is a suggestion that nobody has looked at, `left_out` those without a label
    that are excluded.
    """

    images: int
    labelled: int
    problems: int
    unchecked: int
    unseen: int = 0
    left_out: int = 0

    @property
    def to_label(self) -> int:
        """Those that wait for a label."""
        return self.images - self.problems - self.labelled - self.left_out


@dataclass(frozen=True, slots=True)
class PastEdit:
    """An edit as the history lists it: `created` in UTC (ISO 8601), `done` False after it was undone."""

    id: int
    name: str
    created: str
    done: bool
    kind: EditKind = OTHER


@dataclass(frozen=True, slots=True)
class Edit:
    """What a change of labels, classes or splits did; views refresh just that.

    `image_ids` are the images it changed; `classes_changed` tells that the list of classes itself is new.
    """

    id: int
    name: str
    image_ids: tuple[int, ...]
    classes_changed: bool
    kind: EditKind = OTHER
