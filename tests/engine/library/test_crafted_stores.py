"""What a stranger may have made of `project.sqlite` is told in a sentence, in time, and harms nothing."""

import os
import sqlite3
import struct
import time
from contextlib import closing, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError, ProjectError
from engine.library import edits, integrity, query, schema
from engine.library.project import Project
from engine.library.query import Filter
from engine.library.store import FILE_NAME
from engine.library.timeline import history
from engine.places import cache_folder
from tests.long_forms import examples

WITHOUT_ROWID = ("label_changes", "split_changes", "field_changes", "class_changes")
NOT_OURS = r"x is not a Pigeonhole project, or damaged: .*restore it from a copy"
DAMAGED = r"x is damaged: .*restore it from a copy"


@pytest.fixture
def crafted(tmp_path):
    """The folder of a project whose store is changed by statements, as a stranger can."""
    with Project.create(tmp_path / "x") as project, project.store.write() as db:
        filled(db)
    return project.folder


def filled(db):
    db.execute("INSERT INTO sources (folder, kind) VALUES ('/nowhere', 'class-folders')")
    db.execute("INSERT INTO folders (source_id, path) VALUES (1, 'cat')")
    db.execute("INSERT INTO classes (name, colour, position) VALUES ('cat', '#102030', 0)")
    db.execute("INSERT INTO edits (name, created, state) VALUES ('Import', '2026-01-01', 'done')")
    db.executemany(
        "INSERT INTO images (source_id, path, sort_key, class_id, split, state, size_bytes, modified_ns, import_id,"
        " folder_id) VALUES (1, ?, ?, 1, 0, 1, 5, 5, 1, 1)",
        [(f"cat/{n}.png", f"cat/{n}.png") for n in range(40)],
    )
    db.execute("INSERT INTO label_changes VALUES (1, 1, NULL, 1)")
    db.execute("INSERT INTO split_changes VALUES (1, 1, 3, 0)")
    db.execute("INSERT INTO field_changes VALUES (1, 1, 'note', '', 'a')")
    row = '{"name": "cat", "colour": "#102030", "key": null, "position": 0, "gone": 0}'
    db.execute("INSERT INTO class_changes VALUES (1, 1, ?, ?)", (row, row))


def change(folder, *statements, values=(), bypass=False):
    with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as db:
        if bypass:
            db.execute("PRAGMA writable_schema = ON")
        for statement in statements:
            db.execute(statement, values)


def look(folder, *, read_only):
    """Everything that the program asks of a store when it is opened."""
    with Project.open(folder, read_only=read_only) as project:
        ids = query.image_ids(project, Filter(problems=None))
        return (
            *(query.images(project, ids), query.labelled(project), query.class_counts(project), history(project)),
            *(query.sources(project), query.summary(project)),
            *(query.grouped_ids(project, Filter(), by) for by in ("class", "split", "folder")),
        )


@pytest.mark.parametrize("read_only", [True, False])
@pytest.mark.parametrize(
    "statements",
    [
        [
            "DROP TABLE images",
            "CREATE VIEW images AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id FROM n",
        ],
        ["CREATE TRIGGER t AFTER INSERT ON edits BEGIN DELETE FROM images; END"],
        ["CREATE VIEW more AS SELECT 1"],
        ["CREATE TABLE more (x)"],
        ["CREATE INDEX more ON images (hex(zeroblob(500)) || path)"],
        ["DROP TABLE field_changes"],
        ["DROP INDEX image_places"],
        ["ALTER TABLE images ADD COLUMN more GENERATED ALWAYS AS (hex(zeroblob(100000000)))"],
        ["PRAGMA user_version = 1"],
    ],
    ids=["endless view", "trigger", "view", "table", "index", "no table", "no index", "generated", "version"],
)
def test_only_our_own_tables_are_opened_and_nothing_is_changed(crafted, statements, read_only):
    change(crafted, *statements)
    before = (crafted / FILE_NAME).read_bytes()

    began = time.monotonic()
    with pytest.raises(ProjectError, match=NOT_OURS):
        look(crafted, read_only=read_only)

    assert time.monotonic() - began < 5
    assert (crafted / FILE_NAME).read_bytes() == before


def test_a_store_that_hides_a_view_behind_a_table_is_refused(crafted):
    change(
        crafted,
        "UPDATE sqlite_master SET type = 'view', rootpage = 0, sql = 'CREATE VIEW images AS SELECT * FROM images'"
        " WHERE name = 'images'",
        bypass=True,
    )

    with pytest.raises(ProjectError, match=r"^x is "):
        look(crafted, read_only=True)


@pytest.mark.parametrize("version", [0, 2**31 - 1, -5])
def test_a_version_that_cannot_be_is_told(crafted, version):
    change(crafted, f"PRAGMA user_version = {version}")

    with pytest.raises(ProjectError):
        look(crafted, read_only=True)
    with pytest.raises(ProjectError):
        look(crafted, read_only=False)


def test_another_programs_database_is_not_made_ours(tmp_path):
    (tmp_path / "x.pigeonhole").mkdir()
    change(tmp_path / "x.pigeonhole", "CREATE TABLE songs (title)")
    before = (tmp_path / "x.pigeonhole" / FILE_NAME).read_bytes()

    with pytest.raises(ProjectError, match=NOT_OURS):
        Project.open(tmp_path / "x")

    assert (tmp_path / "x.pigeonhole" / FILE_NAME).read_bytes() == before


VALUES = [
    "UPDATE images SET path = 7 WHERE id = 3",
    "UPDATE images SET path = 1.5 WHERE id = 3",
    "UPDATE images SET path = 'a' || char(0) || 'b' WHERE id = 3",
    "UPDATE images SET path = x'610062' WHERE id = 3",
    "UPDATE images SET split = 17 WHERE id = 3",
    "UPDATE images SET split = 'x' WHERE id = 3",
    "UPDATE images SET state = 'x' WHERE id = 3",
    "UPDATE images SET width = 'wide' WHERE id = 3",
    "UPDATE images SET height = x'00' WHERE id = 3",
    "UPDATE images SET size_bytes = 'large' WHERE id = 3",
    "UPDATE images SET modified_ns = 9e999 WHERE id = 3",
    "UPDATE images SET note = x'ff' WHERE id = 3",
    "UPDATE images SET problem = x'ff' WHERE id = 3",
    "UPDATE images SET grouping = x'ff' WHERE id = 3",
    "UPDATE images SET class_id = 99 WHERE id = 3",
    "UPDATE images SET source_id = 99 WHERE id = 3",
    "UPDATE classes SET name = x'ff'",
    "UPDATE classes SET name = 'a' || char(0)",
    "UPDATE classes SET colour = 'red; background: url(http://nowhere)'",
    "UPDATE classes SET position = 'first'",
    "UPDATE sources SET folder = 5",
    "UPDATE sources SET folder = 'a' || char(0)",
    "UPDATE sources SET relative = 5",
    "UPDATE folders SET path = 5",
    "UPDATE edits SET name = x'ff'",
    "UPDATE edits SET state = 'maybe'",
    "UPDATE split_changes SET before = 9",
    "UPDATE field_changes SET field = 'path'",
    "UPDATE class_changes SET before = '{}'",
    "UPDATE class_changes SET after = '['",
    f"UPDATE class_changes SET after = '{'[' * 100_000}{']' * 100_000}'",
]


@pytest.mark.parametrize("statement", VALUES, ids=lambda statement: statement.removeprefix("UPDATE ")[:40])
def test_values_of_another_kind_are_told_when_the_store_is_opened(crafted, statement):
    change(crafted, statement)

    for read_only in (True, False):
        with pytest.raises(ProjectError, match=DAMAGED):
            look(crafted, read_only=read_only)


TEXTS = [
    (table, column)
    for table, columns in integrity.COLUMNS.items()
    for column, condition in columns.items()
    if "text" in condition
]


@pytest.mark.parametrize("bad", ["ff41", "410aff0a42", "80"])
@pytest.mark.parametrize(("table", "column"), TEXTS)
def test_text_that_is_no_text_is_told_in_one_line_wherever_it_stands(crafted, table, column, bad):
    one = "" if table in WITHOUT_ROWID else " WHERE rowid = 1"
    change(crafted, f"UPDATE {table} SET {column} = CAST(x'{bad}' AS TEXT){one}")

    for read_only in (True, False):
        with pytest.raises(ProjectError, match=DAMAGED) as told:
            look(crafted, read_only=read_only)
        assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "value", ["replace(hex(zeroblob(50000)), '0', '[')", "'[1' || hex(zeroblob(500)) || ', 2, null]'"]
)
@pytest.mark.parametrize(("table", "column"), TEXTS)
def test_json_of_any_depth_and_numbers_of_any_length_end_in_a_sentence_or_are_read(crafted, table, column, value):
    one = "" if table in WITHOUT_ROWID else " WHERE rowid = 1"
    change(crafted, f"UPDATE {table} SET {column} = {value}{one}")

    with suppress(ProjectError):
        look(crafted, read_only=True)


@pytest.mark.parametrize("byte", [0x80, 0xFF])
def test_a_list_of_tables_that_is_no_text_is_told(crafted, byte):
    change(crafted, "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA journal_mode = DELETE")
    file = crafted / FILE_NAME
    data = bytearray(file.read_bytes())
    data[data.index(b"after", data.index(b"CREATE TABLE class_changes"))] = byte
    file.write_bytes(data)

    for read_only in (True, False):
        with pytest.raises(ProjectError, match="x is damaged: it holds text that is not UTF-8"):
            look(crafted, read_only=read_only)


def test_every_column_of_the_schema_is_looked_at():
    with closing(sqlite3.connect(":memory:")) as db:
        schema.migrate(db)
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = {
            table: {row[1] for row in db.execute(f"PRAGMA table_info({table})")} - {"id", "edit_id", "class_id"}
            for table in tables
            if not table.startswith("sqlite_")
        }
    assert {table: set(known) - {"class_id"} for table, known in integrity.COLUMNS.items()} == columns


def interior(children, first=0):
    """A page of 4,096 bytes that points to other pages, beginning at the byte `first`."""
    cells = [struct.pack(">IB", child, number % 100) for number, child in enumerate(children[:-1])]
    page, place = bytearray(4096), 4096
    struct.pack_into(">BHHHBI", page, first, 5, 0, len(cells), 4096 - 5 * len(cells), 0, children[-1])
    for number, cell in enumerate(cells):
        place -= len(cell)
        page[place : place + len(cell)] = cell
        struct.pack_into(">H", page, first + 12 + 2 * number, place)
    return page


def test_a_list_of_tables_that_never_ends_is_given_up(crafted, monkeypatch):
    """The pages of the list point to one another, so that the same entry comes some ten thousand million times."""
    monkeypatch.setattr(integrity, "LONGEST_SECONDS", 1.0)
    change(crafted, "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA journal_mode = DELETE")
    file = crafted / FILE_NAME
    data = bytearray(file.read_bytes())
    assert struct.unpack_from(">H", data, 16) == (4096,)
    pages = len(data) // 4096
    real, single, *levels = range(pages + 1, pages + 7)
    first = data[:4096]
    assert first[100] == 5, "the list of our tables takes several pages"
    places = struct.unpack_from(f">{struct.unpack_from('>H', first, 103)[0]}H", first, 112)
    leaves = [struct.unpack_from(">I", first, place)[0] for place in (*places, 108)]
    whole = interior(leaves)
    sources = [data[4096 * (leaf - 1) : 4096 * leaf] for leaf in leaves]
    leaf, cell = next(
        (page, place)
        for page in sources
        for place in struct.unpack_from(f">{struct.unpack_from('>H', page, 3)[0]}H", page, 8)
        if b"sqlite_autoindex_folders_1" in page[place : place + 60]
    )
    only = bytearray(leaf)
    struct.pack_into(">HHH", only, 1, 0, 1, struct.unpack_from(">H", leaf, 5)[0])
    struct.pack_into(">H", only, 8, cell)
    many = [interior([below] * 300) for below in (single, *levels[:-1])]
    data[:4096] = data[:100] + interior([real, *[levels[-1]] * 300], first=100)[100:]
    data += b"".join([whole, only, *many])
    struct.pack_into(">I", data, 28, len(data) // 4096)
    file.write_bytes(data)

    began = time.monotonic()
    for read_only in (True, False):
        with pytest.raises(ProjectError, match="x is damaged: looking through it does not come to an end"):
            look(crafted, read_only=read_only)
    assert time.monotonic() - began < 10


def test_pages_that_lead_in_circles_are_found(crafted):
    with closing(sqlite3.connect(crafted / FILE_NAME, isolation_level=None)) as db:
        db.execute("BEGIN")
        db.executemany(
            "INSERT INTO images (source_id, path, sort_key, class_id, split, state, size_bytes, modified_ns, import_id,"
            " folder_id) VALUES (1, ?, ?, 1, 0, 1, 5, 5, 1, 1)",
            [(f"cat/x{n}.png", f"cat/x{n}.png") for n in range(3000)],
        )
        db.execute("COMMIT")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'images'").fetchone()
    data = bytearray((crafted / FILE_NAME).read_bytes())
    start = 4096 * (root - 1)
    assert data[start] == 5
    (cell,) = struct.unpack_from(">H", data, start + 12)
    child = data[start + cell : start + cell + 4]
    data[start + 8 : start + 12] = child  # the last page is the first once more
    (crafted / FILE_NAME).write_bytes(data)

    with pytest.raises(ProjectError, match=DAMAGED):
        look(crafted, read_only=True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders on this system")
@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
@pytest.mark.parametrize("kind", ["pipe", "link"])
def test_what_stands_in_the_place_of_a_log_is_neither_waited_for_nor_written_through(crafted, tmp_path, end, kind):
    (tmp_path / "letter.txt").write_text("mine")
    beside = crafted / f"{FILE_NAME}{end}"
    os.mkfifo(beside) if kind == "pipe" else beside.symlink_to(tmp_path / "letter.txt")

    for read_only in (True, False):
        with pytest.raises(ProjectError, match="found a link or a device"):
            look(crafted, read_only=read_only)
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_a_folder_of_unpacked_files_that_leads_out_is_left_alone(crafted, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letters").mkdir()
    (crafted / "unpacked").symlink_to(tmp_path / "home")

    look(crafted, read_only=False)

    assert (tmp_path / "home" / "letters").is_dir()


def test_a_large_store_is_looked_through_once_and_again_when_others_changed_it(crafted):
    with closing(sqlite3.connect(crafted / FILE_NAME, isolation_level=None)) as db:
        db.execute("UPDATE images SET problem = hex(zeroblob(100000))")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    look(crafted, read_only=False)
    assert len(list((cache_folder() / "stores").iterdir())) == 1
    with Project.open(crafted) as project:
        edits.add_class(project, "dog")
    with Project.open(crafted, read_only=True) as project:
        assert [cls.name for cls in query.classes(project)] == ["cat", "dog"]
    change(crafted, "UPDATE images SET path = 7 WHERE id = 3", "PRAGMA wal_checkpoint(TRUNCATE)")
    with pytest.raises(ProjectError, match="a value of path in images cannot be"):
        look(crafted, read_only=True)


def in_a_line(work):
    """Whether some work ends, well or with a sentence of one line."""
    try:
        work()
    except EngineError as error:
        return "\n" not in str(error)
    return True


@examples(40)
@given(data=st.data())
def test_any_damage_is_a_sentence_or_a_project_that_can_be_read(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("damage") / "x.pigeonhole"
    with Project.create(folder) as project, project.store.write() as db:
        filled(db)
    whole = bytearray((folder / FILE_NAME).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(whole) - 1))
        new = data.draw(st.binary(min_size=1, max_size=8))
        whole[place : place + len(new)] = new
    (folder / FILE_NAME).write_bytes(whole[: data.draw(st.integers(0, 2 * len(whole)))])

    for read_only in (True, False):
        assert in_a_line(lambda read_only=read_only: look(folder, read_only=read_only))


@examples(40)
@given(
    st.sampled_from([(table, column) for table, columns in integrity.COLUMNS.items() for column in columns]),
    st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.binary(max_size=8) | st.text(max_size=8),
)
def test_any_value_in_any_column_is_a_sentence_or_can_be_read(tmp_path_factory, column, value):
    folder = tmp_path_factory.mktemp("values") / "x.pigeonhole"
    with Project.create(folder) as project, project.store.write() as db:
        filled(db)
    one = "" if column[0] in WITHOUT_ROWID else " WHERE rowid = 1"
    with suppress(sqlite3.IntegrityError, UnicodeEncodeError):
        change(folder, f"UPDATE {column[0]} SET {column[1]} = ?{one}", values=(value,))

    def undo():
        with Project.open(folder) as project:
            edits.undo(project)

    assert in_a_line(lambda: look(folder, read_only=True))
    assert in_a_line(undo)
