"""The tables of `project.sqlite`, and how an older store is brought forward.

`PRAGMA user_version` holds the version. Version n is reached from n - 1 by `MIGRATIONS[n - 1]`; a released entry is
never changed again, only followed by another.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing

from engine.errors import ProjectError
from engine.language import _

# images.state: 0 not looked at yet, 1 usable, 2 a problem. The import that brought the image being undone turns
# it into -1 - state, so that redo brings back exactly what was there.
UNCHECKED, USABLE, PROBLEM = 0, 1, 2

# edits.state
OPEN, DONE, UNDONE = "open", "done", "undone"

_VERSION_1 = """
CREATE TABLE sources (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder NOT NULL,             -- absolute, as it was when added
    relative,                    -- to the folder that holds the project, where it is below it
    kind TEXT NOT NULL
);
CREATE TABLE classes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    colour TEXT NOT NULL,
    key TEXT,
    position INTEGER NOT NULL,
    gone INTEGER NOT NULL DEFAULT 0    -- deleted, or its making undone; kept so that it can come back
);
CREATE UNIQUE INDEX class_names ON classes (name) WHERE gone = 0;
CREATE TABLE images (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id INTEGER NOT NULL REFERENCES sources,
    path NOT NULL,               -- relative to its source, with "/"; a BLOB where the name is not Unicode
    sort_key TEXT NOT NULL,
    class_id INTEGER REFERENCES classes,
    split INTEGER NOT NULL,      -- place in records.Split
    state INTEGER NOT NULL,
    width INTEGER,
    height INTEGER,
    size_bytes INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    grouping TEXT,
    problem TEXT,
    import_id INTEGER NOT NULL,  -- the edit that brought it
    UNIQUE (source_id, path)
);
CREATE INDEX images_in_order ON images (source_id, sort_key, state, class_id, split);
CREATE INDEX images_of_class ON images (class_id, split, state);
CREATE TABLE edits (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    created TEXT NOT NULL,
    state TEXT NOT NULL
);
CREATE TABLE label_changes (
    edit_id INTEGER NOT NULL REFERENCES edits ON DELETE CASCADE,
    image_id INTEGER NOT NULL,
    before INTEGER,
    after INTEGER,
    PRIMARY KEY (edit_id, image_id)
) WITHOUT ROWID;
CREATE TABLE split_changes (
    edit_id INTEGER NOT NULL REFERENCES edits ON DELETE CASCADE,
    image_id INTEGER NOT NULL,
    before INTEGER NOT NULL,
    after INTEGER NOT NULL,
    PRIMARY KEY (edit_id, image_id)
) WITHOUT ROWID;
CREATE TABLE class_changes (
    edit_id INTEGER NOT NULL REFERENCES edits ON DELETE CASCADE,
    class_id INTEGER NOT NULL REFERENCES classes,
    before TEXT NOT NULL,        -- the row as JSON
    after TEXT NOT NULL,
    PRIMARY KEY (edit_id, class_id)
) WITHOUT ROWID;
"""

_VERSION_2 = """
ALTER TABLE images ADD COLUMN unsure INTEGER NOT NULL DEFAULT 0;
ALTER TABLE images ADD COLUMN excluded INTEGER NOT NULL DEFAULT 0;    -- from training
ALTER TABLE images ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE images ADD COLUMN digest BLOB;    -- of the file's bytes; finds an image again that was moved
CREATE TABLE field_changes (
    edit_id INTEGER NOT NULL REFERENCES edits ON DELETE CASCADE,
    image_id INTEGER NOT NULL,
    field TEXT NOT NULL,         -- a column of images: unsure, excluded or note
    before NOT NULL,
    after NOT NULL,
    PRIMARY KEY (edit_id, field, image_id)
) WITHOUT ROWID;
"""

# What a field was may be nothing, such as the group of an image that had none.
_VERSION_3 = """
ALTER TABLE images ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0;    -- a person keeps this label against a model
CREATE TABLE field_changes_3 (
    edit_id INTEGER NOT NULL REFERENCES edits ON DELETE CASCADE,
    image_id INTEGER NOT NULL,
    field TEXT NOT NULL,         -- a column of images, one of history.FIELDS
    before,
    after,
    PRIMARY KEY (edit_id, field, image_id)
) WITHOUT ROWID;
INSERT INTO field_changes_3 SELECT edit_id, image_id, field, before, after FROM field_changes;
DROP TABLE field_changes;
ALTER TABLE field_changes_3 RENAME TO field_changes;
"""

# The folder of an image as a number: to find it in the path of each of a million takes a second. And a place is taken
# by images in sight only, so that an import need not forget those of one that was undone before it has ended itself.
_VERSION_4 = """
CREATE TABLE folders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    path NOT NULL,               -- from its source, "" for that itself; a BLOB where it is not Unicode
    UNIQUE (source_id, path)
);
INSERT INTO folders (source_id, path) SELECT DISTINCT source_id, folder_of(path) FROM images;
CREATE TABLE images_4 (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id INTEGER NOT NULL REFERENCES sources,
    path NOT NULL,               -- relative to its source, with "/"; a BLOB where the name is not Unicode
    sort_key TEXT NOT NULL,
    class_id INTEGER REFERENCES classes,
    split INTEGER NOT NULL,      -- place in records.Split
    state INTEGER NOT NULL,
    width INTEGER,
    height INTEGER,
    size_bytes INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    grouping TEXT,
    problem TEXT,
    import_id INTEGER NOT NULL,  -- the edit that brought it
    unsure INTEGER NOT NULL DEFAULT 0,
    excluded INTEGER NOT NULL DEFAULT 0,    -- from training
    note TEXT NOT NULL DEFAULT '',
    digest BLOB,                 -- of the file's bytes; finds an image again that was moved
    confirmed INTEGER NOT NULL DEFAULT 0,   -- a person keeps this label against a model
    folder_id INTEGER NOT NULL DEFAULT 0    -- of folders
);
INSERT INTO sqlite_sequence (name, seq) SELECT 'images_4', seq FROM sqlite_sequence WHERE name = 'images';
INSERT INTO images_4
    SELECT i.id, i.source_id, i.path, sort_key, class_id, split, state, width, height, size_bytes, modified_ns,
        grouping, problem, import_id, unsure, excluded, note, digest, confirmed, f.id
    FROM images AS i JOIN folders AS f ON f.source_id = i.source_id AND f.path = folder_of(i.path) ORDER BY i.id;
DROP TABLE images;
ALTER TABLE images_4 RENAME TO images;
CREATE INDEX images_in_order ON images (source_id, sort_key, state, class_id, split);
CREATE INDEX images_of_class ON images (class_id, split, state);
CREATE INDEX images_left_out ON images (class_id, split, state) WHERE excluded;
CREATE UNIQUE INDEX image_places ON images (source_id, path) WHERE state >= 0;
"""

# What an edit is, which its name says to people only.
_VERSION_5 = """
ALTER TABLE edits ADD COLUMN kind TEXT NOT NULL DEFAULT '';    -- one of edit_kinds; '' of older programs
"""

# The range of values of its deep pictures: as imaging.ranges writes it.
_VERSION_6 = """
ALTER TABLE sources ADD COLUMN pixel_range TEXT;
"""

# Suggestions that were accepted together; the index counts them among a million.
_VERSION_7 = """
ALTER TABLE images ADD COLUMN unseen INTEGER NOT NULL DEFAULT 0;    -- nobody has looked at this label yet
CREATE INDEX images_unseen ON images (class_id, split, state) WHERE unseen;
"""

# How its images were divided, as split_choices writes it; NULL: by default.
_VERSION_8 = """
ALTER TABLE sources ADD COLUMN choices TEXT;
"""

MIGRATIONS: tuple[str, ...] = (
    *(_VERSION_1, _VERSION_2, _VERSION_3, _VERSION_4, _VERSION_5, _VERSION_6, _VERSION_7, _VERSION_8),
)
VERSION = len(MIGRATIONS)
_BUSY_SECONDS = 10.0
_LONGEST_VALUE = 2**28  # bytes, such as a list of a million ids that a statement takes


def encode_path(path: str) -> str | bytes:
    """A path as the store keeps it: text, or bytes where the file system's name is not Unicode."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path


def decode_path(value: str | bytes) -> str:
    """What `encode_path` took."""
    return value if isinstance(value, str) else os.fsdecode(value)


def folder_of(path: str | bytes) -> str | bytes:
    """The folder of an image's path, both as the store keeps them."""
    return encode_path(decode_path(path).rpartition("/")[0])


def migrate(db: sqlite3.Connection) -> None:
    """Bring the store forward to `VERSION`, all steps in one transaction.

    Raises:
        ProjectError: it was written by a newer version of the program.
    """
    found = version(db)
    if found == VERSION:
        return
    steps = MIGRATIONS[found:]
    file = db.execute("PRAGMA database_list").fetchone()[2]
    if not file:
        carry_out(db, steps)
        return
    # On a connection of its own, closed here: one that a thread of Qt's leaves behind is closed with that thread's
    # Python state, and letting go of the function then takes this state away under the call that closes it.
    with closing(limited(sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None))) as own:
        carry_out(own, steps)


def carry_out(db: sqlite3.Connection, steps: Sequence[str]) -> None:
    """Take the steps that follow the version of `db`, all in one transaction."""
    db.create_function("folder_of", 1, folder_of, deterministic=True)
    try:
        db.executescript(f"BEGIN IMMEDIATE; {''.join(steps)} PRAGMA user_version = {version(db) + len(steps)}; COMMIT;")
    except sqlite3.Error:
        if db.in_transaction:
            db.rollback()
        raise


def limited(db: sqlite3.Connection) -> sqlite3.Connection:
    """The connection, on which nothing in the file runs functions or asks for absurd amounts of memory."""
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA cell_size_check = ON")
    db.execute("PRAGMA mmap_size = 0")  # a mapped file that becomes shorter would end the process
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    return db


def version(db: sqlite3.Connection) -> int:
    """The version of the store.

    Raises:
        ProjectError: it is newer than this program.
    """
    found = int(db.execute("PRAGMA user_version").fetchone()[0])
    if found > VERSION:
        raise ProjectError(
            _(
                "This project was written by a newer Pigeonhole (store version {found}, this one reads up to "
                "{version}); update Pigeonhole to open it."
            ).format(found=found, version=VERSION)
        )
    return found
