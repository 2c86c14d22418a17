"""A form of labelled pictures: one registered object, from which flags, menus, words and docs follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.library.importers.note import Note
from engine.library.importers.rows import Rows

if TYPE_CHECKING:
    from engine.library.importers.tree import Tree


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns hold what, and how the file is written; what is None is guessed."""

    path: str | None = None
    class_name: str | None = None
    split: str | None = None
    encoding: str | None = None
    separator: str | None = None


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How labels are found: `labels` is one of the flags of the registered importers; "auto" compares all of them.

    `csv` is a table or an export of a tool. `pattern` is a regular expression for "pattern". `division` is the number
    of one of several divisions into splits, such as `train2.txt` and `test2.txt`; None takes the first.
    """

    labels: str = "auto"
    csv: str | None = None
    path_column: str | None = None
    class_column: str | None = None
    names: str | None = None
    pattern: str | None = None
    split_column: str | None = None
    encoding: str | None = None
    separator: str | None = None
    division: int | None = None

    @property
    def columns(self) -> Columns:
        return Columns(self.path_column, self.class_column, self.split_column, self.encoding, self.separator)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source gives when it is read in one form.

    `with_class` counts the pictures to which the form gives a class (0: it does not fit), `listed` those of which it
    says anything, where that is more; `certainty` is below 1 where the form was partly guessed. `table` is the file
    with `columns` that the labels were read from, if any, and `tables` are all files that list pictures.
    """

    kind: str
    rows: Rows
    with_class: int
    notes: tuple[Note, ...] = ()
    table: Path | None = None
    tables: tuple[Path, ...] = ()
    listed: int = 0
    certainty: float = 1.0
    columns: Columns | None = None

    @property
    def score(self) -> float:
        """How much it counts against other forms of the same source."""
        return self.certainty * max(self.with_class, self.listed) if self.with_class else 0.0


@dataclass(frozen=True, slots=True)
class Layout:
    """An example for `docs/formats.md`: paths of a tree, what becomes class and split and group, what is not read."""

    title: str
    example: tuple[str, ...]
    classes: str
    split: str
    group: str = ""
    not_read: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Importer:
    """A form. `read` reads a source in it and raises a SourceError where it cannot.

    `name` is what the store keeps, `flag` what a person types, `kinds` the words for each kind of reading, `menu` the
    entry of the window; `priority` says how much a picture to which it gives a class counts against other forms;
    `options` are the fields of `ImportOptions` that have an effect, `files` the suffixes of a file that may be named
    (`csv`); `rescan` is the flag by which new pictures of such a source get their class: "none" where a file that may
    be anywhere lists them.
    """

    name: str
    flag: str
    kinds: Mapping[str, str]
    menu: str
    priority: float
    read: Callable[[Tree, ImportOptions], Reading]
    layouts: tuple[Layout, ...] = ()
    options: frozenset[str] = field(default_factory=frozenset)
    files: tuple[str, ...] = ()
    rescan: str = "none"
    automatic: bool = True
