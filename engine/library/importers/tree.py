"""A source as importers see it: its pictures, and the files beside them that may hold labels."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.errors import SourceError
from engine.files import read_regular, reason_of
from engine.jobs.job import Cancel
from engine.jobs.memory import available
from engine.language import _
from engine.library.importers.finder import Finder
from engine.library.importers.placing import Placed, placed
from engine.library.importers.split_words import split_named, split_within
from engine.library.importers.tables import Table, read_table
from engine.library.listing import Listed, OtherFiles, natural_key, walk
from engine.library.records import Split
from engine.records import RecordError, parse, read_json

LINES = (".jsonl", ".ndjson", ".manifest")  # a JSON record on each line
_MOST_FILES = 20  # in one folder: more are one for each picture
_DEEPEST = 3
LARGEST_JSON = 2**30
_MEMORY_OF_JSON = 6  # bytes for each one of a file that is parsed
_KEPT_CELLS = 1_000_000  # of a table


class Tree:
    """The pictures of `listing` below `root`. `others` is found by a look of its own where it is not given. Importers
    that open a file for each picture ask `cancel` before each.
    """

    def __init__(
        self, root: Path, listing: list[Listed], others: OtherFiles | None = None, cancel: Cancel | None = None
    ) -> None:
        self.root = root
        self.cancel = cancel or Cancel()
        self.listing = listing
        self.count = sum(len(entry.names) for entry in listing)
        self._others = others
        self._read: dict[Path, Any] = {}
        self._json_bytes = 0
        self._tables: dict[tuple[Path, str | None, str | None, bool], Table] = {}
        self.damaged: dict[Path, str] = {}  # files that may hold labels and cannot be read, with the reason

    @cached_property
    def others(self) -> OtherFiles:
        if self._others is not None:
            return self._others
        found = OtherFiles()
        with suppress(SourceError):
            for _ in walk(self.root, cancel=self.cancel, others=found):
                pass
        return found

    @cached_property
    def placed(self) -> list[Placed]:
        return placed(self.listing)

    @cached_property
    def finder(self) -> Finder:
        splits = {place.entry.folder: place.split for place in self.placed}
        return Finder(self.listing, self.root, splits.get)

    def files(self, *suffixes: str, most: int = _MOST_FILES) -> list[Path]:
        """Files of these suffixes that may list pictures, those nearest to the root first.

        Folders with more than `most` such files are left out: these belong to one picture each.
        """
        found: list[str] = []
        for folder, names in self.others.labels.items():
            if folder.count("/") < _DEEPEST:
                wanted = [name for name in names if name.lower().endswith(suffixes)]
                if len(wanted) <= most:
                    found += [f"{folder}/{name}" if folder else name for name in wanted]
        found.sort(key=lambda path: (path.count("/"), natural_key(path)))
        return [self.root / path for path in found]

    def json(self, file: Path) -> Any:
        """What a JSON file holds, or a list of what its lines hold; it is read once and kept.

        Raises:
            SourceError: it cannot be read, is no JSON, or takes too much memory together with the others.
        """
        if file not in self._read:
            try:
                size = file.stat().st_size
                if size > self._room_for_json():
                    why = _(
                        "{file} is not read: it has {size:,.0f} MB, and the JSON files of a source are kept in memory "
                        "together; put away those without labels, or close other programs"
                    ).format(file=file.name, size=size / 1e6)
                    self.damaged[file] = why
                    raise SourceError(f"{why}.")
                lines = file.suffix.lower() in LINES
                self._read[file] = _read_lines(file) if lines else read_json(file, most=LARGEST_JSON)
                self._json_bytes += size
            except (OSError, RecordError) as error:
                if isinstance(error, OSError):
                    why = _("{file} cannot be read: {why}").format(file=file, why=reason_of(error))
                else:
                    why = _("{file} is no JSON file: {why}").format(file=file.name, why=error)
                self.damaged[file] = why
                raise SourceError(f"{why}.") from error
        return self._read[file]

    def _room_for_json(self) -> int:
        """Bytes of JSON that may still be read, which takes several times as much memory."""
        free = available()
        left = LARGEST_JSON - self._json_bytes
        return left if free is None else min(left, free // _MEMORY_OF_JSON)

    def table(
        self, file: Path, *, encoding: str | None = None, separator: str | None = None, listed: bool = False
    ) -> Table:
        """The table in a file, as `read_table` reads it; one that is not large is kept. Raises what that raises."""
        asked = file, encoding, separator, listed
        found = self._tables.get(asked)
        if found is None:
            found = read_table(file, encoding=encoding, separator=separator, listed=listed)
            if len(found.rows) * len(found.columns) <= _KEPT_CELLS:
                self._tables[asked] = found
        return found

    def beside(self, file: Path) -> str | None:
        """The folder of a file from the root, None if it is elsewhere."""
        try:
            relative = file.resolve().parent.relative_to(self.root.resolve()).as_posix()
        except (ValueError, OSError):
            return None
        return "" if relative == "." else relative

    def split_of_file(self, file: Path) -> Split | None:
        """The split that the name of a table tells (`val.csv`), or that of a folder which it lies in."""
        inside = self.beside(file)
        folders = reversed(inside.split("/") if inside else ())
        return split_within(file.stem)[0] or next((s for name in folders if (s := split_named(name)) is not None), None)


def _read_lines(file: Path) -> list[Any]:
    return [parse(line) for line in read_regular(file, most=LARGEST_JSON).splitlines() if line.strip()]
