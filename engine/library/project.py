"""A project: the folder `NAME.pigeonhole/` with its store, its runs, and the lock of its one writer."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from engine.errors import ProjectError, ProjectLocked
from engine.files import reason_of
from engine.language import _
from engine.library import history
from engine.library.reserved_space import release_space
from engine.library.source_folders import make_known, read_sources
from engine.library.store import FILE_NAME, Store
from engine.library.unpacked import FOLDER, forget_unused
from engine.places import documents_folder, expanded
from engine.suggestions import did_you_mean_beside

if TYPE_CHECKING:
    from filelock import BaseFileLock

    from engine.library.records import SourceRecord

SUFFIX = ".pigeonhole"
LOCK_NAME = "writer.lock"
_LOCK_SECONDS = 1.0  # a program that was killed while it started another has left that one the lock for a moment


class Project:
    """An open project. Use it as a context manager, or call `close`."""

    def __init__(self, folder: Path, store: Store, lock: BaseFileLock | None) -> None:
        """Use `create`, `open` or `open_or_create`."""
        self.folder = folder
        self.store = store
        self._lock = lock
        self._identity = _identity(folder)
        make_known(_sources(self))

    @classmethod
    def create(cls, folder: Path) -> Project:
        """Make an empty project and open it for writing. `.pigeonhole` is added to the name when it lacks it.

        Raises:
            ProjectError: there is one already, or the place cannot be written. Nothing is left behind.
        """
        folder = with_suffix(folder)
        if is_project(folder):
            raise ProjectError(
                _("There is a project at {folder} already; open it, or choose another name.").format(folder=folder)
            )
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ProjectError(
                _("A new project needs a new or empty folder, but {folder} holds something else.").format(folder=folder)
            )
        existed = folder.exists()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "runs").mkdir(exist_ok=True)
            return cls._open_writer(folder)
        except (OSError, ProjectError) as error:
            if not existed:
                shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, ProjectError):
                raise
            raise ProjectError(
                _("The project {folder} cannot be made: {why}.").format(folder=folder, why=reason_of(error))
            ) from error

    @classmethod
    def open(cls, folder: Path, *, read_only: bool = False) -> Project:
        """Open an existing project; read-only takes no lock and may be done while another window writes.

        Raises:
            ProjectLocked: another window or command is writing to it.
            ProjectError: there is no project, it is damaged or newer than this program, or it cannot be written.
        """
        folder = with_suffix(folder)
        if not is_project(folder):
            sentence = _("There is no project at {folder}; expected a folder that holds {file}.")
            raise ProjectError(sentence.format(folder=folder, file=FILE_NAME) + did_you_mean_beside(folder))
        if read_only:
            return cls(folder, Store(folder / FILE_NAME, read_only=True), None)
        return cls._open_writer(folder)

    @classmethod
    def open_or_create(cls, folder: Path) -> Project:
        """`open` if there is a project, `create` otherwise. Raises what these raise."""
        return cls.open(folder) if is_project(with_suffix(folder)) else cls.create(folder)

    @property
    def name(self) -> str:
        """The project's name as people see it: its folder's, without the suffix."""
        return self.folder.name.removesuffix(SUFFIX)

    @property
    def read_only(self) -> bool:
        """True if labels, classes and splits cannot be changed through this object."""
        return self.store.read_only

    @property
    def runs_folder(self) -> Path:
        """Where each run has its folder."""
        return self.folder / "runs"

    def is_at(self, folder: Path) -> bool:
        """Whether `folder` is this project's, whatever way leads there: it may have been renamed, or be a link."""
        return self._identity is not None and _identity(with_suffix(folder)) == self._identity

    def close(self) -> None:
        """Close the store and let others write. May be called twice."""
        self.store.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Project:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @classmethod
    def _open_writer(cls, folder: Path) -> Project:
        lock = _locked(folder)
        try:
            release_space(folder)
            store = Store(folder / FILE_NAME, read_only=False)
            try:
                history.recover(store)
                project = cls(folder, store, lock)
                forget_unused(folder, {source.folder for source in _sources(project)})
            except BaseException:
                store.close()
                raise
        except BaseException:
            lock.release()
            raise
        return project


def _sources(project: Project) -> list[SourceRecord]:
    with project.store.read() as db:
        return read_sources(db, project.folder)


def _identity(folder: Path) -> tuple[int, int] | None:
    """What tells the project in `folder` from any other: the device and the number of its store; None without one."""
    try:
        facts = (folder / FILE_NAME).stat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino


def is_project(path: Path) -> bool:
    """True if `path` is the folder of a project."""
    try:
        return (path / FILE_NAME).is_file()
    except OSError:
        return False


def project_of_store(file: Path) -> Path | None:
    """Return the folder of the project whose store `file` is, which a double-click names; None if it is none."""
    return file.parent if file.name == FILE_NAME and is_project(file.parent) else None


def project_for_pictures(folder: Path) -> Path:
    """The project that belongs to the pictures in `folder`: beside it, or in the documents where that cannot be
    written. It may not exist yet. Never inside `folder`, which may be an archive or an array file as well.
    """
    folder = folder.resolve()
    name = _packed_name(folder) if folder.is_file() else folder.name
    beside = folder.with_name(name + SUFFIX) if name else None
    if beside is not None and (is_project(beside) or (not beside.exists() and os.access(folder.parent, os.W_OK))):
        return beside
    return _in_documents(folder, name or "Pictures")


def _packed_name(file: Path) -> str:
    """`x` for `x.zip` or `x.tar.gz`, unless that is the name of the project of a folder `x`."""
    from engine.library.packed.unpacking import SUFFIXES

    if is_project(file.with_name(file.name + SUFFIX)):  # as earlier versions called it
        return file.name
    suffix = next((s for s in SUFFIXES if file.name.lower().endswith(s)), "")
    plain = file.name[: len(file.name) - len(suffix)]
    if not plain:
        return file.name
    beside, owned = file.with_name(plain + SUFFIX), file.with_name(plain).is_dir()
    free = _came_from(beside, file, owned) if is_project(beside) else not owned and not beside.exists()
    return plain if free else file.name


def _came_from(project: Path, file: Path, owned: bool) -> bool:
    """Whether it has pictures out of `file`, which may have been changed or moved since; or none, if nobody else may
    be the owner.
    """
    from engine.library.packed.unpacking import SUFFIXES, unpacked_name, unpacked_stem

    alike = (project.with_suffix(suffix) for suffix in SUFFIXES)  # `x.tar.gz` beside `x.zip` is another archive
    theirs = tuple(unpacked_name(other) for other in alike if other != file and other.is_file())
    begin = project / FOLDER / f"{unpacked_stem(file)}-"
    try:
        with Project.open(project, read_only=True) as opened:
            found = [source.folder for source in _sources(opened)]
    except ProjectError:
        return True  # who opens it hears why it cannot be read
    ours = any(str(folder).startswith(str(begin)) and not folder.name.startswith(theirs) for folder in found)
    return ours if found else not owned


def _in_documents(folder: Path, name: str) -> Path:
    """Folders of the same name elsewhere may have taken the plain name; each project keeps its own pictures."""
    number = 1
    while True:
        candidate = documents_folder() / f"{name}{'' if number == 1 else f' {number}'}{SUFFIX}"
        if not candidate.exists():
            return candidate
        if is_project(candidate):
            with Project.open(candidate, read_only=True) as project:
                found = _sources(project)
            if not found or any(_holds(source.folder, folder, candidate) for source in found):
                return candidate
        number += 1


def _holds(source: Path, pictures: Path, project: Path) -> bool:
    """Whether a source of a project is of these pictures, or was unpacked from them."""
    from engine.library.packed.unpacking import unpacked_name

    if source == pictures or source.parent != project / FOLDER:
        return source == pictures
    return pictures.exists() and source.name.startswith(unpacked_name(pictures))


def with_suffix(folder: Path) -> Path:
    """The absolute folder of the project that a person means by `folder`, who may leave `.pigeonhole` out."""
    folder = expanded(folder).absolute()
    if folder.name == FILE_NAME:
        return folder.parent
    return folder if folder.name.endswith(SUFFIX) or is_project(folder) else folder.with_name(folder.name + SUFFIX)


def _locked(folder: Path) -> BaseFileLock:
    from filelock import FileLock, Timeout

    # Not bound to a thread: the window opens a project in one and closes it in another.
    lock = FileLock(folder / LOCK_NAME, timeout=_LOCK_SECONDS, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        name = folder.name.removesuffix(SUFFIX)
        raise ProjectLocked(
            _("{name} is open in another window or command").format(name=name),
            _("close it there, or open it read-only here"),
        ) from None
    except OSError as error:
        name = folder.name.removesuffix(SUFFIX)
        raise ProjectError(
            _("{name} cannot be written: {why}").format(name=name, why=reason_of(error)),
            _("open it read-only, or copy it to another place"),
        ) from error
    return lock
