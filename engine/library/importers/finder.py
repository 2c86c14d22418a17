"""Finding the pictures of a source by paths that another machine, a program or a web address wrote."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from engine.library.importers.rows import paths
from engine.library.listing import Listed, stem
from engine.library.records import Split

_EXACT = 1_000_000  # agrees better than any end of a path
_BYTE = re.compile(r"\\u(dc[89a-f][0-9a-f])")
_UPLOADED = re.compile(r"^[0-9a-f]{8}-")  # what Label Studio puts before the name of an uploaded file
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")


class Match(NamedTuple):
    """The file that a path means, from the root; how many folders of both agree; False if the name is another one."""

    path: str
    rank: int
    by_name: bool = True


class Finder:
    """Looks paths up; `ambiguous` keeps those that could mean several files, with these."""

    def __init__(
        self, listing: list[Listed], root: Path, split_of: Callable[[str], Split | None] = lambda _folder: None
    ) -> None:
        self._root = root.as_posix()
        self._split_of = split_of
        self._listing = listing
        self._all: dict[str, str] = {}
        self._by_name: dict[str, str | list[str]] = {}  # a list where several have one name
        self.ambiguous: dict[str, list[str]] = {}
        for entry in listing:
            for path, name in zip(paths(entry), entry.names, strict=True):
                self._all[path] = path
                if not path.isascii():
                    self._all.setdefault(composed(path), path)
                key = composed(name.lower())
                self._add(key, path)
                self._add(stem(key), path)  # tables of bare identifiers leave the suffix out

    def _add(self, name: str, path: str) -> None:
        known = self._by_name.setdefault(name, path)
        if isinstance(known, list):
            known.append(path)
        elif known is not path:
            self._by_name[name] = [known, path]

    def _named(self, name: str) -> list[str]:
        found = self._by_name.get(name, [])
        return [found] if isinstance(found, str) else found

    def find(self, cell: str, beside: str | None, split: Split | None = None) -> Match | None:
        """The file that `cell` means; None if there is no such file, or if it could be several.

        `beside` is the folder of the table from the root, `split` the one that its row or its name tells.
        """
        if (bare := self._bare(cell, beside)) is not None:
            return bare
        several: list[str] = []
        for reading in readings(cell):
            plain = "/".join(part for part in reading.split("/") if part not in ("", "."))
            if not plain:
                continue
            for start in (beside, ""):
                whole = f"{start}/{plain}" if start else plain
                if start is not None and (exact := self._all.get(whole) or self._all.get(composed(whole))):
                    return Match(exact, _EXACT)
            wanted = composed(plain).split("/")
            for candidates, by_name in self._candidates(wanted[-1].lower()):
                ranked = self._ranked(candidates, wanted, split)
                if len(ranked) == 1:
                    return Match(ranked[0][1], ranked[0][0], by_name)
                several = several or [path for _, path in ranked]
        if several:
            self.ambiguous[cell] = several
        return None

    def _bare(self, cell: str, beside: str | None) -> Match | None:
        """The one picture of a name without a folder: what `find` comes to for most of a hundred thousand, sooner."""
        if "/" in cell or "\\" in cell or "%" in cell or not cell.isascii():
            return None
        path = self._by_name.get(cell.lower())
        if not isinstance(path, str):
            return None
        exact = path == cell or (beside and path == f"{beside}/{cell}")
        return Match(path, _EXACT if exact else 0)

    def knows(self, path: str) -> bool:
        """True if a picture has the name in `path`, whatever its folder."""
        name = composed(path).rpartition("/")[2].lower()
        return bool(name) and name in self._by_name

    def _candidates(self, name: str) -> Iterator[tuple[list[str], bool]]:
        """Pictures of that name; else with another suffix; else with other zeros before numbers."""
        if found := self._named(name):
            yield found, True
            return
        found = self._named(stem(name))
        if not found and any(c.isdigit() for c in name):
            found = self._by_number.get(_ZEROS.sub("", stem(name)), [])
        if found:
            yield found, False

    @cached_property
    def _by_number(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for entry in self._listing:
            for path, name in zip(paths(entry), entry.names, strict=True):
                found[_ZEROS.sub("", stem(composed(name.lower())))].append(path)
        return found

    def _ranked(self, candidates: list[str], wanted: list[str], split: Split | None) -> list[tuple[int, str]]:
        """Those whose folders agree best; of several, those in the folder of the split."""
        if len(candidates) == 1:
            return [(_common_tail(f"{self._root}/{candidates[0]}", wanted), candidates[0])]
        ranked = [(_common_tail(f"{self._root}/{path}", wanted), path) for path in candidates]
        most = max(rank for rank, _ in ranked)
        best = [found for found in ranked if found[0] == most]
        if len(best) > 1 and split is not None:
            return [found for found in best if self._split_of(found[1].rpartition("/")[0]) is split] or best
        return best


def composed(text: str) -> str:
    """The text with composed accents (NFC), as names are compared."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def readings(cell: str) -> Iterator[str]:
    """What a cell may mean: the path as it stands, one with bytes that we write as `\\udcff`, one of Windows, an
    address with a query and with %20, a file that a server renamed.
    """
    yield cell
    if "\\" in cell:
        yield _BYTE.sub(lambda match: chr(int(match.group(1), 16)), cell)
        yield cell.replace("\\", "/")
    local = local_path(cell)
    if local != cell:
        yield local
    if "%" in cell:
        yield unquote(local)


def local_path(value: str) -> str:
    """The path in an address (`/data/local-files/?d=a/1.jpg`, `/data/upload/2/1f3a9c0e-1.jpg`, `s3://...`), or the
    value as it is.
    """
    if "://" in value or value.startswith("/data/"):
        try:
            parts = urlsplit(value)
        except ValueError:
            return value
        local = parse_qs(parts.query).get("d")
        value = local[0] if local else unquote(parts.path)
    folder, slash, name = value.replace("\\", "/").rpartition("/")
    return f"{folder}{slash}{_UPLOADED.sub('', name) if '/upload/' in f'{folder}/' else name}"


def _common_tail(path: str, wanted: list[str]) -> int:
    """How many folders above the file name are the same, from the end."""
    if len(wanted) == 1:
        return 0
    count = 0
    for a, b in zip(reversed(composed(path).split("/")[:-1]), reversed(wanted[:-1]), strict=False):
        if a.lower() != b.lower():
            break
        count += 1
    return count
