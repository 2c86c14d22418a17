"""Pictures into a folder for each class: copied, moved or linked, every step written down before it is done."""

from __future__ import annotations

import errno
import os
import stat
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from engine.batch.items import ImageResult, Item
from engine.batch.sorting.folder_names import PROBLEMS, UNLIKE, UNSURE, folder_names, numbered, safe_file_name
from engine.batch.sorting.journal import Mode, SortedFile, SortJournal
from engine.batch.sorting.moving import copy, hard_link, link, move, same
from engine.errors import EngineError
from engine.files import system_reason
from engine.language import _

_FATAL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ENODEV}
_MOST_NAMES = 10_000  # remembered to number clashes without trying all numbers again


class _Step(NamedTuple):
    entry: SortedFile
    data: bytes | None


class Sorter:
    """Sorts the pictures of a batch into `target`; `failed` is called with each that stays where it is, and why."""

    def __init__(
        self, target: Path, mode: Mode, classes: Sequence[str], failed: Callable[[str, str], None], *, resume: bool
    ) -> None:
        """Begin a journal in `target`, or with `resume` go on with its last one.

        Raises:
            UsageError: the place cannot be written.
        """
        earlier = SortJournal.newest(target, mode) if resume else None
        self.target = target
        self._home = Path(os.path.abspath(target))  # noqa: PTH100
        self.journal = earlier or SortJournal.create(target, mode)
        self.sorted = 0
        self._folders = folder_names(classes)
        self._failed = failed
        self._numbers: dict[str, int] = {}
        self._open: dict[str, SortedFile] = {}
        self._done: Iterator[SortedFile] = iter(())
        self._next: SortedFile | None = None
        if earlier is not None:
            self._recover()

    def put(self, rows: Sequence[ImageResult]) -> None:
        """Sort some results: all of them are in the journal, on disk, before the first is touched.

        Raises:
            EngineError: the disk is full or cannot be written any more.
        """
        used_names: set[str] = set()
        steps = [
            step for row in rows if (step := self._step(row.item or Item(row.path), self._folder(row), used_names))
        ]
        self._carry_out(steps)

    def put_resumed(self, item: Item, row: ImageResult) -> None:
        """A picture that has its row from before a kill: sorted now, if it was not."""
        source = _absolute(item)
        entry = self._open.pop(source, None)
        if entry is not None:
            self._do(_Step(entry, item.data))
        elif self.journal.mode == "move" or not self._was_done(source):
            step = self._step(item, self._folder(row), set())
            self._carry_out([step] if step else [])

    def _folder(self, row: ImageResult) -> str:
        if row.problem is not None:
            return PROBLEMS
        if row.unlike:
            return UNLIKE
        return UNSURE if row.unsure else self._folders.get(row.class_name, PROBLEMS)

    def _step(self, item: Item, folder: str, used_names: set[str]) -> _Step | None:
        """Return what is to be done with an item; None where there is no file, or it is where it belongs."""
        source = _absolute(item)
        if item.problem is not None and item.data is None:
            return None  # a member of an archive that cannot be taken out of it
        if item.data is not None and self.journal.mode != "copy":
            self._failed(item.path, _("it is in an archive, from which it can only be copied"))
            return None
        if item.data is not None:
            target = self._free(folder, safe_file_name(item.path), used_names)
            return _Step(SortedFile(source, target, len(item.data), checksum=zlib.crc32(item.data)), item.data)
        try:
            facts = os.lstat(source)
        except OSError:
            self._failed(item.path, _("missing: the file is not there any more"))
            return None
        if stat.S_ISDIR(facts.st_mode) or Path(source).parent == self._home / folder:
            return None
        target = self._free(folder, os.path.basename(source), used_names)  # noqa: PTH119
        says = source if self.journal.mode == "symlink" else None
        if self.journal.mode == "move" and stat.S_ISLNK(facts.st_mode):
            says = os.readlink(source)  # noqa: PTH115
        return _Step(SortedFile(source, target, facts.st_size, link=says), None)

    def _free(self, folder: str, name: str, used_names: set[str]) -> str:
        """A name in `folder` that nothing has yet; `used_names` are those of the same lot."""
        path = os.path.join(folder, name)  # noqa: PTH118
        number = self._numbers.get(path, 1)
        found = path if number == 1 else os.path.join(folder, numbered(name, number))  # noqa: PTH118
        while found in used_names or os.path.lexists(self.target / found):
            number += 1
            found = os.path.join(folder, numbered(name, number))  # noqa: PTH118
        if number > 1:
            if len(self._numbers) >= _MOST_NAMES:
                self._numbers.clear()
            self._numbers[path] = number
        used_names.add(found)
        return found

    def _carry_out(self, steps: Sequence[_Step]) -> None:
        if not steps:
            return
        folders = dict.fromkeys(os.path.dirname(step.entry.target) for step in steps)  # noqa: PTH120
        new = [folder for folder in folders if not (self.target / folder).is_dir()]
        self.journal.will_do(new, [step.entry for step in steps])
        for folder in new:
            try:
                (self.target / folder).mkdir(exist_ok=True)
            except OSError as error:
                raise EngineError(
                    _("The folder {target} cannot be made: {why}.").format(
                        target=self.target / folder, why=system_reason(error)
                    )
                ) from error
        for step in steps:
            self._do(step)

    def _do(self, step: _Step) -> None:
        source, target = Path(step.entry.source), self.target / step.entry.target
        try:
            match self.journal.mode:
                case "move":
                    move(source, target, self.journal.part)
                case "copy":
                    copy(source if step.data is None else step.data, target, self.journal.part)
                case "hardlink":
                    hard_link(source, target)
                case "symlink":
                    link(source, target)
        except OSError as error:
            if error.errno in _FATAL:
                raise EngineError(
                    _(
                        "{target} cannot be written: {why}; `pigeonhole undo {path}` takes back what was sorted so far."
                    ).format(target=target, why=system_reason(error), path=self.journal.path)
                ) from error
            self._failed(step.entry.source, _cannot(self.journal.mode, error))
        else:
            self.sorted += 1

    def _recover(self) -> None:
        """Finish what a kill interrupted, and find out what the journal promised and was not begun."""
        self.journal.part.unlink(missing_ok=True)
        for entry in self.journal.entries():
            source, target = Path(entry.source), self.target / entry.target
            there = os.path.lexists(target)
            if self.journal.mode == "move":
                if not os.path.lexists(source):
                    continue
                if there and same(source, target):
                    source.unlink()
                    continue
            if not there:
                self._open[entry.source] = entry
            target.parent.mkdir(exist_ok=True)
        if self.journal.mode != "move":
            self._done = self.journal.entries()
            self._next = next(self._done, None)

    def _was_done(self, source: str) -> bool:
        """Return whether the journal tells of `source`, asked in the order of the input."""
        if self._next is None or self._next.source != source:
            return False
        self._next = next(self._done, None)
        return True


def _absolute(item: Item) -> str:
    """Where an item comes from. In an archive `..` is part of a name, which is left as it is."""
    if item.data is not None:
        return os.path.join(os.getcwd(), item.path)  # noqa: PTH109, PTH118
    return os.path.abspath(item.path)  # noqa: PTH100


def _cannot(mode: Mode, error: OSError) -> str:
    if mode == "hardlink" and error.errno == errno.EXDEV:
        return _("cannot be linked: it is on another file system; copy, or link symbolically")
    sentence = {
        "move": _("cannot be moved: {why}"),
        "copy": _("cannot be copied: {why}"),
        "hardlink": _("cannot be linked: {why}"),
        "symlink": _("cannot be linked: {why}"),
    }[mode]
    return sentence.format(why=system_reason(error))
