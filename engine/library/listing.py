"""What image files a folder holds: names only, which is fast enough to do before anything is decided.

Files whose name has no suffix are the exception: their first bytes tell.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import SourceError
from engine.files import open_descriptor, reason_of
from engine.imaging.signatures import IMAGE_SUFFIXES, SIGNATURE_BYTES, is_picture
from engine.jobs.job import Cancel
from engine.language import _
from engine.suggestions import did_you_mean_beside

# Lower case. What systems and network drives keep beside the pictures: thumbnails, what was deleted.
SKIPPED_FOLDERS = {
    *("__macosx", "$recycle.bin", "system volume information", "lost+found", "found.000"),
    *("@eadir", "#recycle", "#snapshot", "@recycle", "@recently-snapshot", ".@__thumb", "@__thumb", ".thumbnails"),
}
# Files that may hold labels.
LABEL_SUFFIXES = frozenset(
    {
        *(".csv", ".tsv", ".txt", ".xlsx", ".json", ".jsonl", ".ndjson", ".manifest", ".labels", ".xml", ".yaml"),
        *(".yml", ".mat", ".cls"),
    }
)
# What is not read: pictures of cameras and microscopes, recordings, other files that hold pictures or draw them. Where
# a suffix is one of `IMAGE_SUFFIXES` too, that counts.
FOREIGN_PICTURES = frozenset(
    {
        *(".cr2", ".cr3", ".crw", ".nef", ".nrw", ".arw", ".srf", ".dng", ".raf", ".rw2", ".orf", ".pef", ".srw"),
        ".raw",
        *(".czi", ".nd2", ".lif", ".oib", ".oif", ".vsi", ".svs", ".ndpi", ".mrxs", ".lsm", ".ims", ".nii"),
    }
)
RECORDINGS = frozenset(
    {".mov", ".mp4", ".avi", ".mkv", ".mts", ".m2ts", ".m4v", ".wmv", ".webm", ".3gp", ".mpg", ".mpeg"}
)
FOREIGN_FILES = frozenset(
    {
        *(".svg", ".pdf", ".h5", ".hdf5", ".npy", ".npz", ".parquet", ".tfrecord", ".tfrec", ".mdb", ".pkl"),
        *(".zip", ".tar", ".tgz", ".7z", ".rar"),
    }
)
FOREIGN_SUFFIXES = FOREIGN_PICTURES | RECORDINGS | FOREIGN_FILES
_DIGITS = re.compile(r"([0-9]+)")
_LENGTHS = tuple(f"{n:02d}" for n in range(100))


@dataclass(frozen=True, slots=True)
class Listed:
    """A folder with images directly in it: its path from the root ("" for the root, "/" between), their names."""

    folder: str
    names: tuple[str, ...]

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.folder.split("/")) if self.folder else ()


@dataclass(slots=True)
class OtherFiles:
    """What lies beside the pictures of a source."""

    labels: dict[str, list[str]] = field(default_factory=dict)  # names of files that may hold labels, by folder
    foreign: Counter[str] = field(default_factory=Counter)  # files that are not read, by suffix
    doubles: Counter[str] = field(default_factory=Counter)  # those of them with a picture of the same name, by suffix
    skipped: Counter[str] = field(default_factory=Counter)  # folders that were passed over, by name


def list_images(
    root: Path,
    *,
    cancel: Cancel,
    found: Callable[[int], None] | None = None,
    unreadable: Callable[[str, str], None] | None = None,
    others: OtherFiles | None = None,
) -> list[Listed]:
    """The image files below `root`; folders in natural order (2 before 10), names sorted.

    They are told by their suffix, or by their first bytes where they have none. Hidden files and projects are passed
    over; links are followed, but never in circles. `found` hears the count so far after each folder, `unreadable` each
    folder that cannot be listed, and why; `others` receives what lies beside the pictures.

    Raises:
        SourceError: `root` is missing or cannot be read.
        JobCancelled: `cancel` was set.
    """
    if not root.is_dir():
        if root.exists():
            raise SourceError(
                _("Images are added from a folder, but {root} is a file, not a folder.").format(root=root)
            )
        sentence = _("Images are added from a folder, but {root} does not exist.")
        raise SourceError(sentence.format(root=root) + did_you_mean_beside(root))
    listed: list[Listed] = []
    count = 0
    for folder, names in walk(root, cancel=cancel, unreadable=unreadable, others=others):
        if names:
            names.sort()  # the same order on every machine; people see the order of `natural_key`
            listed.append(Listed(folder, tuple(names)))
            count += len(names)
            if found is not None:
                found(count)
    listed.sort(key=lambda entry: natural_key(entry.folder))
    return listed


def natural_key(text: str) -> str:
    """A key that sorts as people do: 2 before 10, capitals beside small letters. Always valid Unicode."""
    pieces = _DIGITS.split(text.casefold())
    for place in range(1, len(pieces), 2):
        digits = pieces[place].lstrip("0")
        pieces[place] = _LENGTHS[len(digits)] + digits if len(digits) < 100 else f"99{digits}"
    key = "".join(pieces)
    return key if key.isascii() else key.encode("utf-8", "replace").decode()


def stem(name: str) -> str:
    """The name of a file without its suffix."""
    return name.rpartition(".")[0] or name


def walk(
    root: Path,
    *,
    cancel: Cancel,
    unreadable: Callable[[str, str], None] | None = None,
    others: OtherFiles | None = None,
) -> Iterator[tuple[str, list[str]]]:
    """Each folder below `root` as in `Listed.folder`, with the names of its images in no order; as a stream.

    A folder comes before those in it, and these in natural order. Otherwise, and in what it raises, as `list_images`.
    """
    waiting = [""]
    seen: set[tuple[int, int]] = set()
    while waiting:
        cancel.check()
        folder = waiting.pop()
        place = os.path.join(root, folder)  # noqa: PTH118  plain text is several times faster here
        try:
            names, folders, bare = _entries(place, folder, seen, others)
        except OSError as error:
            reason = _("the folder cannot be read: {why}").format(why=reason_of(error))
            if not folder:
                raise SourceError(f"{root}: {reason}.") from error
            if unreadable is not None:
                unreadable(place, reason)
            continue
        for name in bare:
            cancel.check()  # opening many files takes its time
            if _shows_picture(os.path.join(place, name)):  # noqa: PTH118
                names.append(name)
        folders.sort(key=natural_key, reverse=True)
        waiting += [f"{folder}/{name}" if folder else name for name in folders]
        yield folder, names


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """False for a link that leads in circles: as a file it gets its own reason, and its neighbours are kept."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    """False for pipes, sockets and devices, and for links to them."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _shows_picture(file: str) -> bool:
    """Whether the first bytes are those of a picture; a file that cannot be read is passed over."""
    try:
        opened = open_descriptor(file)
        try:
            return is_picture(os.read(opened, SIGNATURE_BYTES))
        finally:
            os.close(opened)
    except OSError:
        return False


def _entries(
    place: str, inside: str, seen: set[tuple[int, int]], others: OtherFiles | None
) -> tuple[list[str], list[str], list[str]]:
    """Names of the images, of the folders and of files without a suffix in `place`.

    Nothing if it was seen by another way already.
    """
    facts = os.stat(place)  # noqa: PTH116
    identity = (facts.st_dev, facts.st_ino)
    if identity in seen:
        return [], [], []
    seen.add(identity)
    names: list[str] = []
    folders: list[str] = []
    bare: list[str] = []
    labels: list[str] = []
    foreign: list[str] = []
    with os.scandir(place) as entries:
        for entry in entries:
            name = entry.name
            if name.startswith("."):
                if others is not None and name.lower() in SKIPPED_FOLDERS:
                    others.skipped[name] += 1
                continue
            folder = _is_folder(entry)
            suffix = name[name.rfind(".") :].lower()
            if folder:
                if name.lower() in SKIPPED_FOLDERS:
                    if others is not None:
                        others.skipped[name] += 1
                elif not name.endswith(".pigeonhole"):
                    folders.append(name)
            elif suffix in IMAGE_SUFFIXES:
                names.append(name)
            elif "." not in name:
                if _is_file(entry):
                    bare.append(name)
            elif suffix in LABEL_SUFFIXES:
                labels.append(name)
            elif suffix in FOREIGN_SUFFIXES:
                foreign.append(name)
    if others is not None and foreign:
        stems = {stem(name).lower() for name in names}
        for name in foreign:
            doubled = stem(name).lower() in stems
            (others.doubles if doubled else others.foreign)[name[name.rfind(".") :].lower()] += 1
    if others is not None and labels:
        others.labels[inside] = sorted(labels)
    return names, folders, bare
