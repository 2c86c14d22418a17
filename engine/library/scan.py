"""Adding images to a project, as a job: list, label, split, then look at each file."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from engine.errors import JobCancelled, ProjectError, UsageError
from engine.events import ImagesAdded, Log, ProblemFound, Progress
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.jobs.throttle import Throttle
from engine.language import _, marked
from engine.library.adding import CHUNK, FIRST, Addition, NewSource, chunks, decided, undecided
from engine.library.checking import check_images
from engine.library.importers.detect import ImportOptions, ImportRows, SourceReading, check_options, import_rows
from engine.library.importers.note import Note, NoteKind, in_order
from engine.library.importers.registry import AUTO, NONE
from engine.library.listing import Listed, OtherFiles, list_images
from engine.library.packed.member_names import Naming
from engine.library.packed.unpacking import is_packed, unpack
from engine.library.pixel_ranges import PixelLook, look_at_pixels
from engine.library.project import Project, is_project, with_suffix
from engine.library.query import sources, summary
from engine.library.records import Split
from engine.library.single_pictures import Copied, copied
from engine.library.split_choices import SplitChoices, SplitOptions, split_options
from engine.library.splits import VALIDATION_SHARE
from engine.library.unpacked import forget_unused
from engine.places import expanded
from engine.records import narrowed

_SHOW_SECONDS = 0.15  # left to the window for showing the first images: what follows keeps the interpreter busy


@dataclass(frozen=True, slots=True)
class ImportParams:
    """What to add to which project.

    `project` is a folder; `sources` are folders, archives or array files, or else single pictures, which are copied
    into the project. `labels` is one of `importers.detect.LABELS`; the options that `importers.detect.ImportOptions`
    has, too, are explained there. `split` is "auto", "named" (as folders and tables say) or that of all images. "auto"
    goes by folders and tables that name splits; labelled images elsewhere, and those of a train folder that has no
    validation folder beside it, are divided at random by the fractions and `seed`. `group_by` is a regular expression
    on file names: images of a class with the same first group of it (the match, where it has none) stay together. None
    leaves that to tables that tell groups and to names that evidently number sequences; "none" keeps nothing together.
    What is chosen of splits and groups is kept with the source, for pictures that it gets later; an import that chooses
    only how pictures are shown leaves it.
    `value_range` goes from black to white in pictures of over 8 bits, and `bands` are shown as their red, green and
    blue; without them a sample of the pictures tells. `page` is shown of files with several, such as the planes of an
    OME-TIFF. With `replace_labels` images that the project has get the labels
    of this import; otherwise they keep theirs.
    """

    project: str
    sources: tuple[str, ...]
    labels: str = "auto"
    csv: str | None = None
    path_column: str | None = None
    class_column: str | None = None
    names: str | None = None
    split: str = "auto"
    group_by: str | None = None
    seed: int = 42
    validation_fraction: float = VALIDATION_SHARE
    test_fraction: float = 0.0
    pattern: str | None = None
    split_column: str | None = None
    encoding: str | None = None
    separator: str | None = None
    value_range: tuple[float, float] | None = None
    bands: tuple[int, int, int] | None = None
    replace_labels: bool = False
    division: int | None = None
    page: int | None = None

    @property
    def wants_pixels(self) -> bool:
        """Whether anything says how pictures are shown."""
        return any(each is not None for each in (self.value_range, self.bands, self.page))

    @property
    def choices(self) -> SplitChoices:
        """What of this is kept with the source."""
        return narrowed(SplitChoices, self)


@dataclass(frozen=True, slots=True, eq=False)
class Imported(Result):
    """Numbers of images that were added, by class those of the import, and of problems.

    `notes` are what the import did that its owner might not expect: records of `importers.note.Note`.
    """

    images: int
    classes: dict[str, int]
    problems: int
    kind: str
    notes: list[dict[str, Any]]
    seconds: float


class Planned(NamedTuple):
    """A source with the rows to import from it, and how its pictures are shown."""

    folder: Path
    import_rows: ImportRows
    look: PixelLook


def import_sources(
    params: ImportParams,
    *,
    emit: Emit,
    cancel: Cancel,
    project: Project | None = None,
    found: SourceReading | None = None,
) -> Imported:
    """Add the images of `params.sources` to the open `project`, or else to `params.project`, made if it is missing.

    `found`, from a look at a source before (`importers.detect`), saves listing it again under the same options.

    Images appear in the project while they are listed; then each is decoded once, and problems get their reason.
    Cancelled or failed while it lists, it leaves the project as it was, unless a person has worked on its images: then
    those that were listed stay. Once all are listed they stay, as they may have labels by then: those that were not
    looked at yet are unchecked, and `check_images` goes on with them.

    Raises:
        SourceError: a source is missing, holds no images, or the tables do not fit it.
        UsageError: an option is wrong.
        ProjectError: the project cannot be opened or written.
        JobCancelled: `cancel` was set.
    """
    options = split_options(params.choices)
    if project is not None:
        return _import(project, params, options, emit, cancel, found)
    folder = with_suffix(Path(params.project))
    existed, folder_existed = is_project(folder), folder.exists()
    with Project.open_or_create(folder) as opened:
        try:
            return _import(opened, params, options, emit, cancel, found)
        except BaseException:
            if not existed and summary(opened).images == 0:
                opened.close()
                _remove_made(folder, folder_existed)
            raise


def _import(
    project: Project,
    params: ImportParams,
    options: SplitOptions,
    emit: Emit,
    cancel: Cancel,
    found: SourceReading | None,
) -> Imported:
    start = time.monotonic()
    with _unpacked(project), copied(project, params.sources, cancel=cancel) as pictures:
        if pictures is not None:
            labels = NONE if (params.labels, params.csv) == (AUTO, None) else params.labels
            params = replace(params, sources=(str(pictures.folder),), labels=labels)
        plans = _plans(project, params, emit, cancel, found)
        if pictures is not None:
            plans = [_only(plans[0], pictures, emit)]
        _check_splits(plans, options)
        return _imported(project, plans, params, options, emit, cancel, start)


def _only(found: Planned, pictures: Copied, emit: Emit) -> Planned:
    """Of all that was copied into the project, the pictures of this import."""
    for note in pictures.notes:
        emit(Log(str(note)))
    rows = found.import_rows.rows.chosen(pictures.names)
    return found._replace(
        import_rows=replace(found.import_rows, rows=rows, notes=(*found.import_rows.notes, *pictures.notes))
    )


@contextlib.contextmanager
def _unpacked(project: Project) -> Iterator[None]:
    """What was unpacked for an import that fails is removed with it."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(ProjectError):
            forget_unused(project.folder, {source.folder for source in sources(project)})
        raise


def _imported(
    project: Project,
    planned: list[Planned],
    params: ImportParams,
    options: SplitOptions,
    emit: Emit,
    cancel: Cancel,
    start: float,
) -> Imported:
    plans = [(folder, found) for folder, found, _ in planned]
    expected = sum(len(found.rows) for _, found in plans)
    only_pixels = params.wants_pixels and params.choices == SplitChoices()  # of a source that may have others
    choices = None if only_pixels else params.choices
    addition = Addition(project, expected, replace_labels=params.replace_labels)
    try:
        addition.add_sources(
            NewSource(folder, found.kind, look.pixel_range, params.wants_pixels, choices)
            for folder, found, look in planned
        )
        _add(addition, plans, options, emit, cancel)
        cancel.check()
        kept = addition.finish()
    except JobCancelled:
        if addition.end_early():
            raise JobCancelled({"images": addition.images, "unchecked": summary(project).unchecked}) from None
        raise
    except BaseException:
        # On a full disk this may fail too; then opening the project next time ends the import.
        with contextlib.suppress(ProjectError):
            addition.end_early()
        raise
    problems = _checked(project, addition.images, emit, cancel)
    notes = [note for _, found in plans for note in found.notes]
    notes += [note for found in planned for note in found.look.notes()]
    if addition.other_labels:
        kind = NoteKind.LABELS_REPLACED if params.replace_labels else NoteKind.OTHER_LABEL_KEPT
        notes.append(Note(kind, addition.other_labels, addition.other_label))
        emit(Log(str(notes[-1])))
    elif params.replace_labels:
        notes.append(Note(NoteKind.NOTHING_REPLACED))
        emit(Log(str(notes[-1])))
    if not kept:
        emit(Log(_("Nothing new was found; all of these images are in the project.")))
    classes = sum((found.rows.counts() for _, found in plans), Counter[str]())
    order = dict.fromkeys(name for _, found in plans for name in found.classes)
    return Imported(
        images=addition.images,
        classes={name: classes[name] for name in order},
        problems=problems,
        kind=plans[0][1].kind,
        notes=[note.record() for note in notes],
        seconds=round(time.monotonic() - start, 3),
    )


def _checked(project: Project, added: int, emit: Emit, cancel: Cancel) -> int:
    try:
        return check_images(project, emit=emit, cancel=cancel)
    except JobCancelled:
        left = summary(project).unchecked
        emit(Log(_("The images are in the project; {left:,} of them were not looked at yet.").format(left=left)))
        raise JobCancelled({"images": added, "unchecked": left}) from None


def _plans(
    project: Project, params: ImportParams, emit: Emit, cancel: Cancel, before: SourceReading | None
) -> list[Planned]:
    """Every source's rows, before anything is written."""
    if not params.sources:
        raise UsageError(_("Name at least one folder to import."))
    options = narrowed(ImportOptions, params)
    check_options(options)
    plans: list[Planned] = []
    for source in params.sources:
        folder = expanded(source).resolve()
        if before is not None and (before.source, before.options) == (folder, options):
            for path, reason in before.unreadable:
                emit(ProblemFound(path, reason))
            look = before.look
            if params.wants_pixels:
                look = _look(params, folder, before.listing, cancel)
            plans.append(Planned(folder, _noted(before.import_rows, params, emit), _told(look, emit)))
            continue
        others = OtherFiles()
        listing = [] if folder.is_file() else _listed(folder, emit, cancel, others)
        if packed := not listing and is_packed(folder, listing):
            naming = Naming(params.encoding, for_table=params.csv is not None)
            folder = unpack(folder, project.folder.resolve(), naming, emit=emit, cancel=cancel)
            others = OtherFiles()
            listing = _listed(folder, emit, cancel, others)
        found = _noted(import_rows(folder, listing, options, others, packed=packed, cancel=cancel), params, emit)
        look = _look(params, folder, listing, cancel)
        plans.append(Planned(folder, found, _told(look, emit)))
    return plans


def _check_splits(plans: list[Planned], options: SplitOptions) -> None:
    """No option without effect: the pattern of groups fits some file name, a share for the test is drawn."""
    if options.test_fraction:
        rows = [found.import_rows.rows for found in plans]
        told = {s for each in rows for name, s in zip(each.class_names, each.splits, strict=True) if name is not None}
        if not told or Split.TEST in told:
            if told:
                raise UsageError(
                    _("A share for the test has no effect, as folders or tables tell the test images; leave it out.")
                )
            raise UsageError(_("A share for the test has no effect, as no image has a label; leave it out."))
    paths = [path for found in plans for path in found.import_rows.rows.paths]
    pattern = options.group_by
    if pattern is not None and paths and not any(pattern.search(path.rpartition("/")[2]) for path in paths):
        raise UsageError(
            _(
                "The expression {pattern} keeps nothing together: it matches no file name, such as that of {example}."
            ).format(pattern=pattern.pattern, example=paths[0])
        )


def _look(params: ImportParams, folder: Path, listing: list[Listed], cancel: Cancel) -> PixelLook:
    values, bands, page = params.value_range, params.bands, params.page
    return look_at_pixels(folder, listing, values=values, bands=bands, page=page, cancel=cancel)


def _told(look: PixelLook, emit: Emit) -> PixelLook:
    for note in look.notes():
        emit(Log(str(note)))
    return look


def _noted(found: ImportRows, params: ImportParams, emit: Emit) -> ImportRows:
    """The rows without notes on what is decided otherwise; the others are said."""
    if params.group_by is not None:
        decided = (NoteKind.SEQUENCES, NoteKind.MAYBE_SEQUENCES, NoteKind.GROUPED)
        others = tuple(note for note in found.notes if note.kind not in decided)
        found = replace(found, notes=others)
    for note in in_order(found.notes):
        emit(Log(str(note)))
    return found


def _listed(folder: Path, emit: Emit, cancel: Cancel, others: OtherFiles) -> list[Listed]:
    throttle = Throttle(at_once=True)

    def found(count: int) -> None:
        if throttle.is_due():
            emit(Progress(marked("Listing"), count))

    def unreadable(path: str, reason: str) -> None:
        emit(ProblemFound(path, reason))

    return list_images(folder, cancel=cancel, found=found, unreadable=unreadable, others=others)


def _add(
    addition: Addition, plans: list[tuple[Path, ImportRows]], options: SplitOptions, emit: Emit, cancel: Cancel
) -> None:
    addition.add_classes(name for _, found in plans for name in found.classes)
    groups = addition.groups() if options.grouped else {}
    total = sum(len(found.rows) for _, found in plans)
    start = time.monotonic()
    done = 0
    if total > CHUNK:  # dividing many takes a moment, and a person waits for the first pictures
        addition.add_first(undecided(plans, options, FIRST))
        emit(ImagesAdded(addition.images))
        cancel.wait(_SHOW_SECONDS)
    for chunk in chunks(decided(plans, options, groups)):
        cancel.check()
        addition.add_images(chunk)
        done += len(chunk)
        rate = done / max(1e-9, time.monotonic() - start)
        emit(Progress(marked("Listing"), done, total, rate, (total - done) / rate))
        emit(ImagesAdded(addition.images))


def _remove_made(folder: Path, folder_existed: bool) -> None:
    """A project that this import made goes with it."""
    if not folder_existed:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for entry in folder.iterdir():
        if entry.is_dir():
            entry.rmdir()
        else:
            entry.unlink()
