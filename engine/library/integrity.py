"""Whether a store is one of ours: a stranger's is data, never a program, and is found out before it is used.

In this order, each step safe for what the steps before it let through: its files are files, its tables are our tables
and there is no view, trigger or virtual table, its pages are read once each, its values are of the types that the
program reads. All of it in bounded time.
"""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import time
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path

from engine.errors import ProjectError
from engine.files import read_regular
from engine.language import _
from engine.library import schema
from engine.places import cache_folder

_OPS_BETWEEN_LOOKS = 100_000  # of SQLite's virtual machine: some milliseconds
LONGEST_SECONDS, _BYTES_PER_SECOND = 20.0, 2 * 2**20  # measured: 100 MB a second, on a disk that has nothing else to do
_SMALL = 4 * 2**20  # bytes; below this, looking again is as fast as looking up whether it was looked at
_BESIDE = ("-wal", "-shm", "-journal")
_OWN = re.compile(r"sqlite_(sequence|stat[14])")  # tables that SQLite makes by itself


def check_files(store: Path) -> None:
    """Raise ProjectError where links or devices stand in the place of what SQLite puts beside a store.

    It waits for these, and writes through a link that stands in the place of its log.
    """
    for file in (store, *(store.with_name(f"{store.name}{end}") for end in _BESIDE)):
        with suppress(FileNotFoundError):
            mode = (file.stat() if file == store else file.lstat()).st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                raise ProjectError(
                    _(
                        "{name} is not opened: expected a file called {file}, found a link or a device of that name, "
                        "which no project of ours has; delete it, or restore the project from a copy."
                    ).format(name=_name(store), file=file.name)
                )


def check_schema(db: sqlite3.Connection, store: Path) -> None:
    """Raise ProjectError where the tables are not exactly those of the version that the store says it has."""
    with _in_time(db, store):
        expected = dict(_expected(schema.MIGRATIONS[: schema.version(db)]))
        for kind, name, table, sql in db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"):
            if kind == "table" and _OWN.fullmatch(str(name)):
                continue
            if kind == "index" and sql is None and str(name) == f"sqlite_autoindex_{table}_1":
                continue
            if (kind, table, _plain(str(sql))) != expected.pop(name, None):
                raise ProjectError(_other(store, _("its {kind} {name!r} is none of ours").format(kind=kind, name=name)))
        if expected:
            raise ProjectError(_other(store, _("it has no {names}").format(names=", ".join(sorted(expected)))))


def is_known(store: Path) -> bool:
    """Whether it is as it was when it was remembered, or the same file while one of us may be writing to it.

    To be asked before it is connected to, which makes the file by which the latter is told.
    """
    try:
        known = read_regular(_mark(store), most=1000).decode().splitlines()
        identity, content = _facts(store).splitlines()
    except (OSError, ValueError):
        return False
    return known == [identity, content] or (known[:1] == [identity] and store.with_name(f"{store.name}-shm").exists())


def check_values(db: sqlite3.Connection, store: Path) -> None:
    """Raise ProjectError where a page or a value is not what the program reads; `db` is of the newest version."""
    with _in_time(db, store):
        (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise ProjectError(_damaged(store, " ".join(str(found).split()).rstrip(".")))
        for table, columns in COLUMNS.items():
            conditions = {column: f"({condition.format(column)})" for column, condition in columns.items()}
            texts = [column for column, condition in columns.items() if "'text'" in condition]
            if texts:  # read once, as SQLite does not look whether text is UTF-8
                deque(db.execute(f"SELECT {', '.join(texts)} FROM {table}"), maxlen=0)  # noqa: S608  # names of ours
            if _has_other(db, table, " AND ".join(conditions.values())):
                column = next(c for c, condition in conditions.items() if _has_other(db, table, condition))
                raise ProjectError(
                    _damaged(store, _("a value of {column} in {table} cannot be").format(column=column, table=table))
                )
    remember(store)


def remember(store: Path) -> None:
    """Keep that a large store as it is now was looked at, or was written by us."""
    with suppress(OSError):
        if store.stat().st_size > _SMALL:
            _mark(store).parent.mkdir(parents=True, exist_ok=True)
            _mark(store).write_text(_facts(store), encoding="ascii")


_TEXT = "typeof({0}) = 'text'"
_WHOLE = "typeof({0}) = 'integer'"
_MAY_BE_TEXT = "typeof({0}) IN ('text', 'null')"
_MAY_BE_WHOLE = "typeof({0}) IN ('integer', 'null')"
_FLAG = "typeof({0}) = 'integer' AND {0} IN (0, 1)"
_PATH = "typeof({0}) IN ('text', 'blob') AND NOT instr(CAST({0} AS BLOB), x'00')"
_SPLIT = "typeof({0}) = 'integer' AND {0} BETWEEN 0 AND 3"
_CLASS = (
    "CASE WHEN json_valid({0}) THEN json_type({0}, '$.name') = 'text' AND json_type({0}, '$.colour') = 'text'"
    " AND json_type({0}, '$.key') IN ('text', 'null') AND json_type({0}, '$.position') = 'integer'"
    " AND json_type({0}, '$.gone') = 'integer' END"
)
COLUMNS: dict[str, dict[str, str]] = {
    "sources": {
        "folder": _PATH,
        "relative": f"{{0}} IS NULL OR {_PATH}",
        "kind": _TEXT,
        "pixel_range": _MAY_BE_TEXT,
        "choices": _MAY_BE_TEXT,
    },
    "folders": {"source_id": "{0} IN (SELECT id FROM sources)", "path": _PATH},
    "classes": {
        "name": f"{_TEXT} AND NOT instr({{0}}, char(0))",
        "colour": "typeof({0}) = 'text' AND {0} GLOB '#" + "[0-9A-Fa-f]" * 6 + "'",
        "key": _MAY_BE_TEXT,
        "position": _WHOLE,
        "gone": _FLAG,
    },
    "images": {
        "source_id": "{0} IN (SELECT id FROM sources)",
        "path": _PATH,
        "sort_key": _TEXT,
        "class_id": "{0} IS NULL OR {0} IN (SELECT id FROM classes)",
        "split": _SPLIT,
        "state": "typeof({0}) = 'integer' AND {0} BETWEEN -3 AND 2",
        "width": _MAY_BE_WHOLE,
        "height": _MAY_BE_WHOLE,
        "size_bytes": _WHOLE,
        "modified_ns": _WHOLE,
        "grouping": _MAY_BE_TEXT,
        "problem": _MAY_BE_TEXT,
        "import_id": _WHOLE,
        "unsure": _FLAG,
        "excluded": _FLAG,
        "note": _TEXT,
        "digest": "typeof({0}) IN ('blob', 'null')",
        "confirmed": _FLAG,
        "unseen": _FLAG,
        "folder_id": "typeof({0}) = 'integer' AND ({0} = 0 OR {0} IN (SELECT id FROM folders))",
    },
    "edits": {
        "kind": _TEXT,
        "name": _TEXT,
        "created": _TEXT,
        "state": f"{{0}} IN ('{schema.OPEN}', '{schema.DONE}', '{schema.UNDONE}')",
    },
    "label_changes": {"image_id": _WHOLE, "before": _MAY_BE_WHOLE, "after": _MAY_BE_WHOLE},
    "split_changes": {"image_id": _WHOLE, "before": _SPLIT, "after": _SPLIT},
    "field_changes": {
        "image_id": _WHOLE,
        "field": "{0} IN ('unsure', 'excluded', 'confirmed', 'unseen', 'note', 'grouping')",
        "before": "typeof({0}) IN ('integer', 'text', 'null')",
        "after": "typeof({0}) IN ('integer', 'text', 'null')",
    },
    "class_changes": {"before": _CLASS, "after": _CLASS},
}


@cache
def _expected(steps: tuple[str, ...]) -> tuple[tuple[str, tuple[str, str, str]], ...]:
    """Name, kind, table and statement of all that a store has after these steps."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        schema.carry_out(db, steps)
        rows = db.execute("SELECT name, type, tbl_name, sql FROM sqlite_master WHERE name NOT GLOB 'sqlite_*'")
        return tuple((name, (kind, table, _plain(sql))) for name, kind, table, sql in rows)


def _has_other(db: sqlite3.Connection, table: str, condition: str) -> bool:
    return bool(db.execute(f"SELECT 1 FROM {table} WHERE NOT coalesce({condition}, 0) LIMIT 1").fetchone())  # noqa: S608


def _plain(sql: str) -> str:
    """A statement without what says nothing: versions of SQLite quote and space renamed tables otherwise."""
    return re.sub(r"--[^\n]*|[\s\"`;]+", "", sql).lower()


@contextmanager
def _in_time(db: sqlite3.Connection, store: Path) -> Iterator[None]:
    """Interrupt what takes longer than its size can be the reason for; tell text that cannot be read as such."""
    size = store.stat().st_size if store.exists() else 0
    end = time.monotonic() + LONGEST_SECONDS + size / _BYTES_PER_SECOND
    db.set_progress_handler(lambda: time.monotonic() > end, _OPS_BETWEEN_LOOKS)
    try:
        yield
    except (sqlite3.OperationalError, UnicodeDecodeError) as error:
        code = getattr(error, "sqlite_errorcode", None)  # none where Python's own module could not decode a text
        if code not in (sqlite3.SQLITE_INTERRUPT, None):
            raise
        why = _("it holds text that is not UTF-8") if code is None else _("looking through it does not come to an end")
        raise ProjectError(_damaged(store, why)) from None
    finally:
        db.set_progress_handler(None, 0)


def _mark(store: Path) -> Path:
    import hashlib  # with OpenSSL: a window without a project needs none

    return cache_folder() / "stores" / hashlib.sha256(os.fsencode(store.resolve())).hexdigest()[:32]


def _facts(store: Path) -> str:
    facts = store.stat()
    return f"{schema.VERSION} {facts.st_dev} {facts.st_ino}\n{facts.st_size} {facts.st_mtime_ns}\n"


def _name(store: Path) -> str:
    return store.parent.name.removesuffix(".pigeonhole")


def _other(store: Path, why: str) -> str:
    sentence = _("{name} is not a Pigeonhole project, or damaged: {why} ({file}); restore it from a copy.")
    return sentence.format(name=_name(store), why=why, file=store.name)


def _damaged(store: Path, why: str) -> str:
    sentence = _("{name} is damaged: {why} ({file}); restore it from a copy.")
    return sentence.format(name=_name(store), why=why, file=store.name)
