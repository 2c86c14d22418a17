"""Array files as pictures: found, counted, and written as PNG into class folders."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from engine.events import Progress
from engine.jobs.job import Cancel, Emit
from engine.library.folder_names import FolderNames
from engine.library.listing import Listed, natural_key

if TYPE_CHECKING:
    from engine.library.packed.parts import Part, Pixels

_CIFAR = re.compile(r"(data_batch_\d+|test_batch|train|test)\.bin", re.I)
_IDX = re.compile(r".*images[-_.]idx3[-_.]ubyte(\.gz)?", re.I)


def array_files(source: Path) -> list[Path]:
    """The array files that `source` is, or holds directly, or in the first of its folders that has any.

    Of CIFAR all batches beside the one that is named count, of IDX the pictures of both splits.
    """
    if source.is_file():
        if source.suffix.lower() == ".npz":
            return [source]
        if not _is_array(source.name):
            return []
        return [file for file in _within(source.parent)[0] if file.suffix.lower() != ".npz"]
    found, folders = _within(source)
    return found or next((files for folder in folders if (files := _within(folder)[0])), [])


def read(files: list[Path]) -> list[Part]:
    """What the files hold.

    Raises:
        SourceError: one of them is damaged or of another kind.
    """
    from engine.library.packed import cifar, idx, npz
    from engine.library.packed.parts import check_count

    parts: list[Part] = []
    for file in files:
        if file.suffix.lower() == ".npz":
            parts += npz.read(file)
        else:
            parts.append(cifar.read(file) if _CIFAR.fullmatch(file.name) else idx.read(file))
        check_count(sum(part.count for part in parts), file.name if len(files) == 1 else str(file.parent))
    return parts


def listing(parts: list[Part]) -> tuple[list[Listed], FolderNames]:
    """The files that `write` would write, as if they were there."""
    names = _folder_names(parts)
    found: dict[str, list[str]] = defaultdict(list)
    for path in _paths(parts, names):
        folder, _, name = path.rpartition("/")
        found[folder].append(name)
    folders = sorted(found, key=natural_key)
    return [Listed(folder, tuple(found[folder])) for folder in folders], names


def write(parts: list[Part], into: Path, *, emit: Emit, cancel: Cancel) -> None:
    """Write every picture as PNG below `into`: `train/CLASS/00012.png`.

    Raises:
        SourceError: an array is damaged or ends too early.
        OSError: the files cannot be written.
        JobCancelled: `cancel` was set; it is asked before each picture.
    """
    names = _folder_names(parts)
    total = sum(part.count for part in parts)
    made: set[Path] = set()
    for number, (path, pixels) in enumerate(zip(_paths(parts, names), _pixels(parts), strict=True)):
        cancel.check()
        file = into / path
        if file.parent not in made:
            file.parent.mkdir(parents=True, exist_ok=True)
            made.add(file.parent)
        Image.fromarray(pixels).save(file, "PNG", compress_level=1)
        if number % 1000 == 0:
            emit(Progress("Unpacking", number, total))
    names.write_table(into)


def _pixels(parts: list[Part]) -> Iterator[Pixels]:
    for part in parts:
        for chunk in part.chunks():
            yield from chunk


def _paths(parts: list[Part], names: FolderNames) -> Iterator[str]:
    """A number of its own for each picture, with the places that the largest needs."""
    width = max(5, len(str(sum(part.count for part in parts))))
    number = 0
    for part in parts:
        prefix = f"{part.folder}/" if part.folder else ""
        for place in range(part.count):
            class_folder = "" if part.labels is None else f"{names[part.labels[place]]}/"
            yield f"{prefix}{class_folder}{number:0{width}d}.png"
            number += 1


def _folder_names(parts: list[Part]) -> FolderNames:
    return FolderNames(dict.fromkeys(label for part in parts for label in part.labels or ()))


def _is_array(name: str) -> bool:
    return name.lower().endswith(".npz") or bool(_CIFAR.fullmatch(name) or _IDX.fullmatch(name))


def _within(folder: Path) -> tuple[list[Path], list[Path]]:
    """Array files and folders in a folder, in natural order; none where it cannot be read."""
    files, folders = [], []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir():
                    folders.append(Path(entry.path))
                elif _is_array(entry.name):
                    files.append(Path(entry.path))
    except OSError:
        return [], []
    return sorted(files, key=lambda file: natural_key(file.name)), sorted(folders)
