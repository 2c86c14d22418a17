"""Sources that are no plain folder of pictures: looked at without writing, then unpacked into the project's folder.

Why unpacked at all: see `docs/decisions/0005-packed-sources-are-unpacked-once.md`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import SourceError
from engine.events import Log, ProblemFound
from engine.files import reason_of
from engine.jobs.job import Cancel, Emit
from engine.language import _
from engine.library.importers.names import may_name_classes
from engine.library.importers.note import Note, NoteKind
from engine.library.listing import Listed, list_images
from engine.library.packed import archives, arrays, members
from engine.library.packed.member_names import Naming
from engine.library.packed.refused import refusal
from engine.library.unpacked import FOLDER

if TYPE_CHECKING:
    from engine.library.packed.parts import Part

# Longest first: what stands before is the name that people know it by.
SUFFIXES = tuple(
    sorted(
        (*members.SUFFIXES, ".npz", ".npy", ".gz", ".bin", ".parquet", ".mat", ".csv", ".tsv"), key=len, reverse=True
    )
)
_TEMPORARY = ".unpacking-"
_LARGEST_NAMES = 2**20  # bytes
_MOST_FILES = 8  # that are named
_LEAST_TOLD = 1e5  # bytes: less would be told as 0.0 MB


def is_packed(source: Path, listing: list[Listed] | None = None) -> bool:
    """True for an archive or array file, and for a folder of array files whose `listing` of pictures is empty; also for
    archives of which `preview` and `unpack` only tell why they are not read.
    """
    if source.is_file():
        return archives.is_archive(source) or refusal(source) is not None or bool(arrays.array_files(source))
    return not listing and source.is_dir() and bool(arrays.array_files(source))


@contextmanager
def preview(
    source: Path, naming: Naming | None = None, *, cancel: Cancel, samples_into: Path | None = None
) -> Iterator[tuple[Path, list[Listed], list[Note]]]:
    """What `unpack` would write, without writing it: a folder with the tables alone, the pictures, notes about it.

    A few pictures are written to `samples_into` where it is given.

    Raises:
        SourceError: `source` cannot be unpacked.
        UsageError: the encoding that `naming` wants changes nothing.
        JobCancelled: `cancel` was set.
    """
    with _writing(source), tempfile.TemporaryDirectory(prefix="pigeonhole-") as temporary:
        naming = naming or Naming()
        _check(source)
        folder = Path(temporary) / "whole"
        folder.mkdir()
        if source.is_file() and archives.is_archive(source):
            listing, size = archives.contents(source, folder, naming, cancel=cancel, samples_into=samples_into)
            if listing:
                yield (
                    folder,
                    listing,
                    [_note(source, sum(len(entry.names) for entry in listing), size), *naming.notes(source.name)],
                )
                return
            archives.unpack(
                source,
                folder,
                Naming(naming.wanted, naming.for_table),
                emit=_silent,
                cancel=cancel,
                problem=lambda *_: None,
            )
        files = arrays.array_files(folder) or arrays.array_files(source)
        parts = arrays.read(_some(files, source))
        listing, names = arrays.listing(parts)
        names.write_table(folder)
        _copy_names(source, files, folder)
        if samples_into is not None:
            arrays.write_samples(parts, samples_into, cancel=cancel)
        for file in files:
            if file.is_relative_to(folder):
                file.unlink()
        stored = ", ".join(file.name for file in files)
        read = [Note(NoteKind.STORED_IN, len(files), file=stored)] if 1 < len(files) <= _MOST_FILES else []
        yield folder, listing, [_note(source, sum(part.count for part in parts), None), *_notes(parts), *read]


def unpack(source: Path, project_folder: Path, naming: Naming | None = None, *, emit: Emit, cancel: Cancel) -> Path:
    """The folder, inside the project's, with the pictures of `source`; made if it is not there, whole or not at all.

    Raises:
        SourceError: `source` cannot be unpacked or the disk is full.
        UsageError: the encoding that `naming` wants changes nothing.
        JobCancelled: `cancel` was set.
    """
    naming = naming or Naming()
    _check(source)
    target = project_folder / FOLDER / f"{unpacked_name(source)}{f'-{naming.wanted}' if naming.wanted else ''}"
    if target.is_dir():
        return target

    def problem(path: str, reason: str) -> None:
        emit(ProblemFound(path, reason))

    with _writing(source):
        target.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=_TEMPORARY) as temporary:
            made = Path(temporary) / "whole"
            made.mkdir()
            if source.is_file() and archives.is_archive(source):
                archives.unpack(source, made, naming, emit=emit, cancel=cancel, problem=problem)
                for note in naming.notes(source.name):
                    emit(Log(str(note)))
            if not list_images(made, cancel=cancel):
                inner, made = made, Path(temporary) / "pictures"
                made.mkdir()
                files = arrays.array_files(inner) or arrays.array_files(source)
                parts = arrays.read(_some(files, source))
                for note in _notes(parts):
                    emit(Log(str(note)))
                arrays.write(parts, made, emit=emit, cancel=cancel)
                _copy_names(source, files, made)
            made.rename(target)
    return target


@contextmanager
def _writing(source: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = reason_of(error)
        raise SourceError(
            _("{source} cannot be unpacked: {why}; free some space, or unpack it yourself.").format(
                source=source.name, why=why
            )
        ) from error


def unpacked_name(source: Path) -> str:
    """What the folder is called in which `unpack` puts it: the same for a file as long as nobody changes it."""
    whole = source.resolve()
    files = arrays.array_files(whole) if whole.is_dir() else [whole]
    facts = "".join(f"{file}\0{file.stat().st_size}\0{file.stat().st_mtime_ns}\0" for file in files)
    digest = hashlib.sha256(os.fsencode(facts)).hexdigest()[:8]
    return f"{unpacked_stem(source)}-{digest}"


def unpacked_stem(source: Path) -> str:
    """How `unpacked_name` begins, also when the file was changed or stands elsewhere."""
    return source.name.partition(".")[0].encode("utf-8", "ignore")[:60].decode("utf-8", "ignore") or "pictures"


def _check(source: Path) -> None:
    if source.is_file() and (why := refusal(source)) is not None:
        raise SourceError(why)


def _some(files: list[Path], source: Path) -> list[Path]:
    if not files:
        raise SourceError(
            _("There are no images in {source}; expected files such as .jpg or .png, or arrays of pictures.").format(
                source=source.name
            )
        )
    return files


def _copy_names(source: Path, files: list[Path], into: Path) -> None:
    """Put the tables that lie beside array files and may name their classes beside the pictures, too; but those of a
    single file may be of anything.
    """
    if files == [source]:
        return
    for file in sorted(files[0].parent.iterdir()):
        wanted = file.suffix.lower() in (".txt", ".csv", ".json") and may_name_classes(file) and file not in files
        if wanted and file.is_file() and file.stat().st_size <= _LARGEST_NAMES and not (into / file.name).exists():
            shutil.copyfile(file, into / file.name)


def _notes(parts: list[Part]) -> list[Note]:
    return [
        Note(NoteKind.PART, example=words) for words in dict.fromkeys(note for part in parts for note in part.notes)
    ]


def _note(source: Path, pictures: int, size: int | None) -> Note:
    return Note(
        NoteKind.UNPACKED,
        pictures,
        _(" ({size:,.1f} MB)").format(size=size / 1e6) if size and size >= _LEAST_TOLD else "",
        source.name,
    )


def _silent(_event: object) -> None:
    """A preview says nothing on its way."""
