"""Labels out of a project: a table, class folders, a tree for Keras, an imagefolder for Hugging Face."""

from __future__ import annotations

import csv
import os
import re
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ImageProblem, SourceError, UsageError
from engine.events import Log, ProblemFound, Progress
from engine.files import reason_of
from engine.imaging.decode import decode
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.jobs.throttle import Throttle
from engine.language import _, marked
from engine.library import query
from engine.library.folder_names import FolderNames
from engine.library.project import Project
from engine.library.records import ImageRecord, Split
from engine.places import expanded

FORMATS = ("csv", "folders", "tree", "imagefolder")
COLUMNS = ("path", "class", "split", "unsure", "excluded", "note", "group", "confirmed", "unseen")

_SPLIT_FOLDERS = {
    Split.TRAINING: "train",
    Split.VALIDATION: "validation",
    Split.TEST: "test",
    Split.UNASSIGNED: "unassigned",
}
# What `keras.utils.image_dataset_from_directory` lists; the rest is written as PNG.
_KERAS_SUFFIXES = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".png"})
# What tables and other systems cannot tell of a name: bytes that are no text, ends of lines, spaces at its ends.
_UNSPEAKABLE = re.compile(r"[\udc80-\udcff\\\x00-\x1f]|^\s|\s$")


@dataclass(frozen=True, slots=True)
class ExportLabelsParams:
    """What to write where. `format` is one of `FORMATS`; `out` a file for "csv", else a folder, new or empty.

    "csv" tells of every image its class, split, flags, note and group. "folders" are `CLASS/`, "tree" is
    `train/CLASS/`, `validation/CLASS/`, `test/CLASS/`, both with the labelled, usable images that are not excluded from
    training; "imagefolder" is `train/` and so on, each with a `metadata.csv`. `hard_links` saves the room of copies
    where the disk can do that.
    """

    project: str
    out: str
    format: str = "csv"
    hard_links: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ExportedLabels(Result):
    """Numbers of images that were written, in all and by class, `converted` to PNG, or that cannot be read."""

    images: int
    classes: dict[str, int]
    converted: int
    problems: int
    format: str
    out: str


def export_labels(
    params: ExportLabelsParams, *, emit: Emit, cancel: Cancel, project: Project | None = None
) -> ExportedLabels:
    """Write the labels of the open `project`, or else of `params.project`. Whole or not at all.

    Raises:
        UsageError: the format is unknown, or `out` is there already.
        SourceError: `out` cannot be written.
        JobCancelled: `cancel` was set; it is asked before each file.
    """
    if params.format not in FORMATS:
        raise UsageError(
            _("Labels can be written as {formats}, not as {format!r}.").format(
                formats=", ".join(FORMATS), format=params.format
            )
        )
    if project is None:
        with Project.open(Path(params.project), read_only=True) as opened:
            return export_labels(params, emit=emit, cancel=cancel, project=opened)
    out = expanded(params.out).absolute()
    classes = query.class_names(project)
    export = _Export(project, classes, out, params.hard_links, emit, cancel)
    with _whole(out) as target:
        if params.format == "csv":
            export.table(target)
        else:
            target.mkdir()
            {"folders": export.folders, "tree": export.tree, "imagefolder": export.imagefolder}[params.format](target)
    return ExportedLabels(
        images=sum(export.counts.values()),
        classes={name: export.counts[name] for name in classes.values() if export.counts[name]},
        converted=export.converted,
        problems=export.problems,
        format=params.format,
        out=str(out),
    )


class _Export:
    """One export on its way; counts what it writes."""

    def __init__(
        self, project: Project, classes: dict[int, str], out: Path, hard_links: bool, emit: Emit, cancel: Cancel
    ) -> None:
        self._project = project
        self._classes = classes
        self._out = out
        self._hard_links = hard_links
        self._emit = emit
        self._cancel = cancel
        self._taken: dict[Path, set[str]] = defaultdict(set)
        self._throttle = Throttle(at_once=True)
        self.counts: Counter[str] = Counter()
        self.converted = self.problems = 0

    def table(self, target: Path) -> None:
        records = self._records(query.Filter(problems=None))
        with target.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for record in self._watched(records):
                writer.writerow([self._path_in_table(record.file), *self._cells(record)])
                self._count(record)

    def folders(self, target: Path) -> None:
        self._class_folders(target, [""], lambda _: "", convert=False)

    def tree(self, target: Path) -> None:
        """Every split gets every class folder, so that Keras numbers the classes alike in each."""
        self._class_folders(
            target, ["train", "validation", "test"], lambda record: _SPLIT_FOLDERS[record.split], convert=True
        )

    def imagefolder(self, target: Path) -> None:
        rows: dict[Path, list[list[str]]] = defaultdict(list)
        for record in self._watched(self._records(query.Filter(labelled=True))):
            folder = target / _SPLIT_FOLDERS[record.split]
            folder.mkdir(exist_ok=True)
            name = self._write(record, folder, convert=False)
            if name is not None:
                rows[folder].append([name, *self._cells(record)])
        for folder, lines in rows.items():
            with (folder / "metadata.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(["file_name", "label", *COLUMNS[2:]])
                writer.writerows(lines)

    def _class_folders(
        self, target: Path, prefixes: list[str], prefix: Callable[[ImageRecord], str], *, convert: bool
    ) -> None:
        names = FolderNames(self._classes.values())
        for start in prefixes:
            for name in names.folders():
                (target / start / name).mkdir(parents=True)
        names.write_table(target)
        records = self._records(query.Filter(labelled=True))
        excluded = sum(record.excluded for record in records)
        if excluded:
            self._emit(Log(_("{excluded:,} images are excluded from training and left out.").format(excluded=excluded)))
        for record in self._watched([record for record in records if not record.excluded]):
            folder = target / prefix(record) / names[self._classes[record.class_id or 0]]
            folder.mkdir(parents=True, exist_ok=True)
            self._write(record, folder, convert=convert)

    def _records(self, wanted: query.Filter) -> list[ImageRecord]:
        return query.images(self._project, query.image_ids(self._project, wanted))

    def _watched(self, records: list[ImageRecord]) -> Iterator[ImageRecord]:
        for number, record in enumerate(records, 1):
            self._cancel.check()
            yield record
            if self._throttle.is_due(last=number == len(records)):
                self._emit(Progress(marked("Writing"), number, len(records)))

    def _write(self, record: ImageRecord, folder: Path, *, convert: bool) -> str | None:
        """The name of the file that was written; None if the image cannot be read, which is reported."""
        suffix = os.path.splitext(record.path)[1]  # noqa: PTH122
        converted = convert and suffix.lower() not in _KERAS_SUFFIXES
        name = self._free_name(folder, record.path.rpartition("/")[2], ".png" if converted else None)
        try:
            if converted:
                decode(record.file).save(folder / name, "PNG")
            else:
                self._copy(record.file, folder / name)
        except (ImageProblem, FileNotFoundError, PermissionError) as error:
            self._taken[folder].discard(name.casefold())
            self.problems += 1
            reason = str(error) if isinstance(error, ImageProblem) else _("missing or not readable")
            self._emit(ProblemFound(str(record.file), reason))
            return None
        self.converted += converted
        self._count(record)
        return name

    def _copy(self, file: Path, target: Path) -> None:
        if self._hard_links:
            try:
                os.link(file, target)
            except (FileNotFoundError, PermissionError):
                raise
            except OSError:  # another disk, or one that knows no links
                self._hard_links = False
                self._emit(Log(_("This disk cannot share files by hard links; they are copied."), "warning"))
            else:
                return
        shutil.copy2(file, target)

    def _free_name(self, folder: Path, name: str, suffix: str | None) -> str:
        """Pictures of several folders may share a name; no file system confuses the results."""
        stem, dot, end = _UNSPEAKABLE.sub("_", name).rpartition(".")
        if not dot:
            stem, end = end, ""
        if suffix is not None:
            stem, dot, end = (stem or end), "", suffix
        name, number = f"{stem}{dot}{end}", 2
        while name.casefold() in self._taken[folder]:
            name, number = f"{stem}-{number}{dot}{end}", number + 1
        self._taken[folder].add(name.casefold())
        return name

    def _cells(self, record: ImageRecord) -> list[str]:
        label = "" if record.class_id is None else self._classes[record.class_id]
        unsure, excluded, confirmed, unseen = (
            str(int(on)) for on in (record.unsure, record.excluded, record.confirmed, record.unseen)
        )
        return [label, record.split.value, unsure, excluded, record.note, record.group or "", confirmed, unseen]

    def _path_in_table(self, file: Path) -> str:
        """From the table where the picture is below it, so that both can be moved together."""
        if not file.is_relative_to(self._out.parent):
            return file.as_posix()
        path = file.relative_to(self._out.parent).as_posix()
        return f"./{path}" if path[0].isspace() else path  # who reads tables takes spaces off

    def _count(self, record: ImageRecord) -> None:
        self.counts["" if record.class_id is None else self._classes[record.class_id]] += 1


@contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """A place to write to, which becomes `out` when the block ends and vanishes when it raises."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(_("{out} is there already; choose another name, nothing is overwritten.").format(out=out))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name[:40]}-") as temporary:
            yield Path(temporary) / "whole"
            if out.is_dir():
                out.rmdir()
            (Path(temporary) / "whole").rename(out)
    except OSError as error:
        raise SourceError(_("{out} cannot be written: {why}.").format(out=out, why=reason_of(error))) from error
