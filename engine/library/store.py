"""The door to `project.sqlite`: a connection for each thread, one writer at a time, errors in words."""

from __future__ import annotations

import sqlite3
import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from engine.errors import ProjectError
from engine.language import _, marked
from engine.library import integrity, schema
from engine.library.schema import decode_path, encode_path
from engine.places import cache_folder

__all__ = ["FILE_NAME", "Store", "decode_path", "encode_path", "explained"]

FILE_NAME = "project.sqlite"
_BUSY_SECONDS = 10.0
_CACHE_KIB = 32 * 1024  # the indexes of a few hundred thousand images


class Store:
    """Reads and transactions on one project. Safe from any thread; each gets a connection of its own."""

    def __init__(self, file: Path, *, read_only: bool) -> None:
        """Open the store at `file`, which is made when it is missing and `read_only` is False.

        Raises:
            ProjectError: it cannot be opened, is no store, or is newer than this program.
        """
        self.file = file
        self.read_only = read_only
        self._writing = threading.RLock()
        self._local = threading.local()
        self._handles: weakref.WeakSet[_Handle] = weakref.WeakSet()
        self._state = threading.Condition()
        self._users = 0
        self._closed = False
        self._immutable = self._checked = self._sound = False
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection on which all statements see the same state of the project.

        Raises:
            ProjectError: the store cannot be read.
        """
        with self._using() as db:
            if db.in_transaction:
                yield db
                return
            db.execute("BEGIN")
            try:
                yield db
            finally:
                db.execute("ROLLBACK")

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction: on disk when the block ends, nothing changed when it raises.

        Raises:
            ProjectError: the project is read-only, or the change could not be saved (disk full and the like).
        """
        if self.read_only:
            raise ProjectError(
                _("{name} is open read-only here and cannot be changed; open it for writing first.").format(
                    name=self._name
                )
            )
        with self._writing, self._using() as db:
            if db.in_transaction:
                raise RuntimeError("a transaction inside another cannot be saved on its own")
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:  # SQLite has already undone it after some failures
                    db.execute("ROLLBACK")
                raise

    def _read_migrated(self) -> None:
        """An older store that may not be written is read as a copy that was brought forward."""
        with self._using() as db:
            if schema.version(db) == schema.VERSION:
                return
            cache_folder().mkdir(parents=True, exist_ok=True)
            self._copy = tempfile.TemporaryDirectory(dir=cache_folder(), prefix="older-")
            with closing(sqlite3.connect(Path(self._copy.name) / FILE_NAME, isolation_level=None)) as copy:
                db.backup(copy)
                schema.migrate(copy)
        self._immutable = False
        self._local = threading.local()

    def close(self) -> None:
        """Wait for reads and writes under way, then close every connection. May be called twice."""
        with self._state:
            self._closed = True
            self._state.wait_for(lambda: self._users == 0)
            handles = list(self._handles)
            for handle in handles:
                handle.close()
            if handles and self.read_only and not self._immutable:
                self._tidy()
            if handles and self._sound and not self.read_only:
                integrity.remember(self.file)
            if self._copy is not None:
                self._copy.cleanup()
                self._copy = None

    def _tidy(self) -> None:
        """SQLite lets a reader make its two files beside the store, but not remove them. A connection that could write
        removes them when it is the last one, and knows that better than we do.
        """
        log = self.file.with_name(f"{FILE_NAME}-wal")
        with suppress(OSError, sqlite3.Error):
            if log.stat().st_size == 0:  # else it holds changes of a writer that was killed: they are for the next one
                uri = f"{self.file.absolute().as_uri()}?mode=rw"
                with closing(schema.limited(sqlite3.connect(uri, uri=True))) as db:
                    db.execute("SELECT count(*) FROM sqlite_master").fetchone()

    @property
    def _name(self) -> str:
        return self.file.parent.name.removesuffix(".pigeonhole")

    def _open(self) -> None:
        integrity.check_files(self.file)
        known = integrity.is_known(self.file)
        if self.read_only:
            self._open_reader()
        else:
            with self._using() as db:
                schema.migrate(db)
        if not known:
            with self._using() as db:
                integrity.check_values(db, self.file)
        self._sound = True

    def _open_reader(self) -> None:
        try:
            self._check_readable()
        except ProjectError:
            if self.file.with_name(f"{FILE_NAME}-wal").exists() or not self.file.exists():
                raise
            # On a medium that cannot be written SQLite cannot make its shared-memory file; nobody else writes there.
            self._immutable = True
            self._local = threading.local()
            self._check_readable()
        self._read_migrated()

    def _check_readable(self) -> None:
        with self._using() as db:
            if schema.version(db) == 0:
                raise ProjectError(_("{name} is not a Pigeonhole project.").format(name=self._name))
            db.execute("SELECT count(*) FROM sources").fetchone()

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._state:
            if self._closed:
                raise ProjectError(_("{name} was closed.").format(name=self._name))
            self._users += 1
        try:
            yield self._connection()
        except sqlite3.Error as error:
            raise explained(error, self._name) from error
        finally:
            with self._state:
                self._users -= 1
                self._state.notify_all()

    def _connection(self) -> sqlite3.Connection:
        handle: _Handle | None = getattr(self._local, "handle", None)
        if handle is None:
            handle = _Handle(self._connect())
            self._local.handle = handle
            with self._state:
                self._handles.add(handle)
        return handle.db

    def _connect(self) -> sqlite3.Connection:
        mode = "ro" if self.read_only else "rwc"
        file = Path(self._copy.name) / FILE_NAME if self._copy else self.file.absolute()
        uri = f"{file.as_uri()}?mode={mode}{'&immutable=1' if self._immutable else ''}"
        # Closed by whichever thread closes the store, hence no check of the thread.
        db = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            schema.limited(db).execute("PRAGMA foreign_keys = ON")
            if not self._checked:  # before anything is written into what may be somebody else's
                integrity.check_schema(db, self.file)
                self._checked = True
            if not self.read_only:
                db.execute("PRAGMA journal_mode = WAL")
                db.execute("PRAGMA synchronous = FULL")
                db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        except BaseException:
            db.close()
            raise
        return db


class _Handle:
    """Holds the connection of a thread; when the thread ends the connection is closed."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.close = weakref.finalize(self, db.close)


_SENTENCES = {
    sqlite3.SQLITE_FULL: marked("The disk is full: nothing was changed in {name}; free some space and try again."),
    sqlite3.SQLITE_READONLY: marked("{name} cannot be written: the folder is read-only; open it read-only or copy it."),
    sqlite3.SQLITE_PERM: marked("{name} cannot be written: permission denied; open it read-only or copy it."),
    sqlite3.SQLITE_CANTOPEN: marked(
        "{name} cannot be opened: its store {file} is missing or its folder is not accessible."
    ),
    sqlite3.SQLITE_BUSY: marked("{name} is busy: another program is writing to it; try again when it has finished."),
    sqlite3.SQLITE_IOERR: marked(
        "{name} cannot be read or written: the disk reports an error ({error}); check the disk."
    ),
    sqlite3.SQLITE_CORRUPT: marked(
        "{name} is damaged: its store {file} cannot be read ({error}); restore it from a copy."
    ),
    sqlite3.SQLITE_NOTADB: marked("{name} is not a Pigeonhole project: its file {file} is something else."),
}
_OTHER = marked("{name} could not be read or changed: {error}.")


def explained(error: sqlite3.Error, name: str) -> ProjectError:
    """The one sentence that a person needs about a failure of SQLite in the project `name`."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte is the kind, the rest is detail
    sentence = _(_SENTENCES.get(code, _OTHER))
    return ProjectError(sentence.format(name=name, file=FILE_NAME, error=error))
