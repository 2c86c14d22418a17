"""Sorting loses nothing, doubles nothing, overwrites nothing, leaves its target never, and can be taken back."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from engine.batch.sorting import moving
from engine.batch.sorting.folder_names import folder_names, numbered, safe_file_name
from engine.batch.sorting.journal import SortedFile, SortJournal
from engine.batch.sorting.undo import UndoSortParams, undo_sort
from engine.cli.main import main
from engine.errors import EngineError, UsageError
from engine.events import Log, ProblemFound
from engine.jobs.job import Cancel

ROOT = Path(__file__).resolve().parents[3]
MODES = ["copy", "move", "hardlink", "symlink"]


def undo(journal, emit=lambda event: None):
    return undo_sort(UndoSortParams(str(journal)), emit=emit, cancel=Cancel())


def listing(folder):
    """Every file below `folder` by its path and what it says."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in Path(folder).rglob("*") if p.is_file()}


@pytest.fixture
def target(tmp_path):
    return tmp_path / "sorted"


@pytest.mark.parametrize("mode", MODES)
def test_images_go_to_the_folders_of_their_classes_and_come_back(pictures, target, run, rows_of, contents, mode):
    (pictures / "broken.png").write_bytes(b"no picture")
    before, whole = listing(pictures), contents(pictures)

    result = run(pictures, sort_into=str(target), sort=mode, threshold=0.6)

    for row in rows_of(target / "classified.csv"):
        name = "unsure" if row["unsure"] == "yes" else row["class"]
        assert list((target / name).glob(f"{Path(row['path']).stem}*.png"))
    assert (target / "problems" / "broken.png").read_bytes() == b"no picture"
    assert contents(target) == whole
    assert result["sorted"] == 61
    assert contents(pictures) == ([] if mode == "move" else whole)
    if mode == "symlink":
        assert all(p.is_symlink() and p.exists() for p in target.rglob("*.png"))
    if mode == "hardlink":
        assert all(p.stat().st_nlink == 2 for p in target.rglob("*.png"))

    assert undo(result["journal"]) == {"journal": result["journal"], "mode": mode, "restored": 61, "left": 0}
    assert listing(pictures) == before
    assert contents(target) == []
    assert not [p for p in target.iterdir() if p.is_dir()]
    assert undo(result["journal"])["restored"] == 0


def test_names_that_clash_are_numbered(tmp_path, target, run):
    for name in "abc":
        (tmp_path / name).mkdir()
        Image.new("L", (5, 5 + ord(name)), 255).save(tmp_path / name / "same.png")

    run(*(tmp_path / name for name in "abc"), sort_into=str(target), sort="move")

    assert sorted(p.name for p in (target / "light").iterdir()) == ["same (2).png", "same (3).png", "same.png"]


def test_what_lies_in_the_target_already_is_never_overwritten(pictures, target, run):
    (target / "dark").mkdir(parents=True)
    (target / "dark" / "000.png").write_bytes(b"mine")

    result = run(pictures, sort_into=str(target), sort="move")

    assert (target / "dark" / "000.png").read_bytes() == b"mine"
    undo(result["journal"])
    assert listing(target)["dark/000.png"] == b"mine"


def test_class_names_that_are_no_file_names_stay_in_the_target(tmp_path, pictures, write_model, run, contents):
    wild = (
        "a/b",
        "..",
        "CON",
        "dot.",
        "x" * 300,
        "unsure",
        "UNSURE",
        "",
        "/etc",
        "C:\\x",
        "nul.txt",
        ".hid",
        "é",
        "a\nb",
    )
    model = write_model(tmp_path / "wild.onnx", classes=wild)
    target = tmp_path / "deep" / "sorted"

    run(pictures, model=str(model), sort_into=str(target), sort="move")

    assert len(contents(target)) == 60
    assert contents(pictures) == []
    assert {p.parent.parent for p in target.rglob("*.png")} == {target}


def test_folder_names_are_safe_on_every_system_and_different():
    classes = [
        "a/b",
        "a\\b",
        "..",
        ".",
        "CON",
        "con",
        "com1.x",
        "end. ",
        "x" * 300,
        "x" * 301,
        "鳩" * 200,
        "",
        " ",
        "Cat",
    ]
    classes += ["cat", "CAT", "unsure", "Problems", "e\u0301", "\u00e9", "\x00", "\u202egpj", "\ud800", "<>", "ok"]
    names = folder_names(classes)

    assert set(names) == set(classes)
    folded = [unicodedata.normalize("NFC", n).casefold() for n in names.values()]
    assert len(set(folded)) == len(classes)
    assert not set(folded) & {"unsure", "problems", "con", "", ".", ".."}
    for name in names.values():
        assert not set(name) & set('/\\:*?"<>|\0')
        assert not name.endswith((".", " "))
        assert not name.startswith(".")
        assert len(name.encode()) <= 110
    assert names["ok"] == "ok"
    assert names["Cat"] == "Cat"


def test_names_out_of_archives_are_made_safe():
    assert safe_file_name("z.zip/../../etc/pass:wd.png") == "pass_wd.png"
    assert safe_file_name("z.zip/dir\\evil.png") == "evil.png"
    assert safe_file_name("z.zip/CON.png") == "_CON.png"
    assert safe_file_name("z.zip/.png") == "_.png"
    assert len(safe_file_name("z.zip/" + "x" * 400 + ".png").encode()) <= 255
    assert len(os.fsencode(numbered("\udce9" * 255, 2))) <= 255


def test_pictures_out_of_an_archive_are_copied_and_taken_away_again(tmp_path, pictures, target, run, contents):
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as file:
        for path in pictures.rglob("*.png"):
            file.write(path, f"../../{path.name}")
    whole = contents(pictures)

    with pytest.raises(UsageError, match="can only be copied"):
        run(tmp_path / "p.zip", sort_into=str(target), sort="move")
    result = run(tmp_path / "p.zip", sort_into=str(target))

    assert contents(target) == whole
    assert undo(result["journal"])["restored"] == 60


def test_a_target_in_the_source_is_not_classified_itself(pictures, run, contents):
    target = pictures / "sorted"
    whole = contents(pictures)

    first = run(pictures, sort_into=str(target))
    second = run(pictures, sort_into=str(target), sort="move", out=str(pictures / "second.csv"))

    assert first["images"] == second["images"] == 60
    undo(second["journal"])
    undo(first["journal"])
    assert contents(pictures) == whole


def test_a_source_cannot_be_the_target(pictures, run):
    with pytest.raises(UsageError, match="is a source itself"):
        run(pictures, sort_into=str(pictures / "..") + "/" + pictures.name)
    with pytest.raises(UsageError, match="sorted by copy, move"):
        run(pictures, sort_into=str(pictures / "x"), sort="teleport")


def test_a_target_that_cannot_be_written_is_refused_before_anything_moves(tmp_path, pictures, run, contents):
    whole = contents(pictures)
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(UsageError, match="Nothing can be sorted into"):
        run(pictures, sort_into=str(tmp_path / "file" / "x"), sort="move")
    assert contents(pictures) == whole


def test_a_full_disk_ends_the_sorting_with_a_sentence_and_loses_nothing(pictures, target, run, contents, monkeypatch):
    whole, real, count = contents(pictures), shutil.copy2, 0

    def full(source, goal, **options):
        nonlocal count
        count += 1
        if count > 20:
            Path(goal).write_bytes(b"half")
            raise OSError(28, "No space left on device")
        return real(source, goal, **options)

    monkeypatch.setattr(moving.shutil, "copy2", full)
    with pytest.raises(EngineError, match=r"no space left on device; `pigeonhole undo .*journal` takes back"):
        run(pictures, sort_into=str(target))
    assert contents(pictures) == whole
    assert len(contents(target)) == 20
    undo(next(target.glob("*.journal")))
    assert contents(target) == []


def test_across_file_systems_contents_are_copied_before_the_old_name_goes(pictures, target, run, contents, monkeypatch):
    whole = contents(pictures)

    def refuse(source, goal, **options):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(moving.os, "link", refuse)
    monkeypatch.setattr(moving, "_on_one_file_system", lambda one, other: False)

    result = run(pictures, sort_into=str(target), sort="move")

    assert contents(target) == whole
    assert contents(pictures) == []
    undo(result["journal"])
    assert contents(pictures) == whole


def test_a_file_that_cannot_be_moved_is_told_and_the_others_go_on(pictures, target, run, contents, monkeypatch):
    whole, seen, unlink = contents(pictures), [], Path.unlink

    def refuse(self, **options):
        if self.name == "020.png" and self.is_relative_to(pictures):
            raise PermissionError(13, "Permission denied")
        return unlink(self, **options)

    monkeypatch.setattr(Path, "unlink", refuse)
    result = run(pictures, sort_into=str(target), sort="move", emit=seen.append)

    assert (result["sorted"], result["not_sorted"]) == (59, 1)
    assert "cannot be moved: permission denied" in [e.reason for e in seen if isinstance(e, ProblemFound)]
    assert contents(pictures, target) == whole


def test_links_among_the_images_are_moved_as_links_and_come_back_as_they_were(tmp_path, pictures, target, run):
    real = tmp_path / "elsewhere.png"
    Image.new("L", (5, 5), 255).save(real)
    (pictures / "link.png").symlink_to("../elsewhere.png")

    result = run(pictures, sort_into=str(target), sort="move")

    assert (target / "light" / "link.png").read_bytes() == real.read_bytes()
    assert real.is_file()
    undo(result["journal"])
    assert (pictures / "link.png").readlink() == Path("../elsewhere.png")


def test_undo_overwrites_nothing_and_says_what_it_leaves(pictures, target, run):
    result, seen = run(pictures, sort_into=str(target), sort="move"), []
    old = next(iter(SortJournal.open(Path(result["journal"])).entries()))
    Path(old.source).write_bytes(b"new work")

    undone = undo(result["journal"], emit=seen.append)

    assert (undone["restored"], undone["left"]) == (59, 1)
    assert Path(old.source).read_bytes() == b"new work"
    assert "there is another file" in seen[-1].reason
    Path(old.source).unlink()
    assert undo(result["journal"])["restored"] == 1


def test_undo_takes_no_copy_away_whose_original_is_gone_or_other(pictures, target, run):
    result = run(pictures, sort_into=str(target))
    first, second, *_ = SortJournal.open(Path(result["journal"])).entries()
    Path(first.source).unlink()
    (target / second.target).write_bytes(b"retouched")

    assert undo(result["journal"])["left"] == 2
    assert (target / first.target).is_file()
    assert (target / second.target).read_bytes() == b"retouched"


@pytest.mark.parametrize("text", [b"", b"{}\n", b"[1]\n", b"\xff\xfe", b'{"journal": "pigeonhole sort"}\n'])
def test_a_file_that_is_no_journal_is_refused(tmp_path, text):
    (tmp_path / "x").write_bytes(text)
    with pytest.raises(UsageError, match="no journal"):
        undo(tmp_path / "x")
    with pytest.raises(UsageError, match="cannot be read"):
        undo(tmp_path / "missing")
    with pytest.raises(UsageError, match="no sorting to undo"):
        undo(tmp_path)


def test_a_journal_that_ends_in_a_torn_line_is_read_up_to_it(tmp_path):
    journal = SortJournal.create(tmp_path / "t", "move")
    journal.will_do(["cat"], [SortedFile("/a", "cat/a", 1), SortedFile("/b", "cat/b", 2)])
    journal.path.write_bytes(journal.path.read_bytes()[:-5])

    assert [e.source for e in journal.entries()] == ["/a"]
    assert [e.source for e in journal.backwards()] == ["/a"]


def test_a_journal_is_marked_as_undone_behind_a_line_that_a_full_disk_tore(tmp_path, pictures, target, run):
    """Else the sorting would be offered to be undone for ever, and the next one would go on with it."""
    result = run(pictures, sort_into=str(target), sort="copy")
    with Path(result["journal"]).open("ab") as journal:
        journal.write(b'{"source": "/pictures/12')  # all that the disk had room for

    assert undo(result["journal"])["left"] == 0

    assert SortJournal.open(Path(result["journal"])).is_undone()
    assert SortJournal.newest(target, "copy") is None


def test_a_sorting_that_was_stopped_before_its_first_file_does_not_hide_the_one_to_undo(
    pictures, target, run, contents
):
    before = listing(pictures)
    first = run(pictures, sort_into=str(target), sort="move")
    SortJournal.create(target, "move")

    assert undo(target)["journal"] == first["journal"]

    assert listing(pictures) == before
    assert contents(target) == []
    with pytest.raises(UsageError, match="no sorting to undo"):
        undo(target)


def test_a_folder_that_was_renamed_since_is_named_to_undo_its_last_sorting(tmp_path, pictures, target, run, capsys):
    """Its journal is hidden, and the window knows it by its old place."""
    before = listing(pictures)
    run(pictures, sort_into=str(target), sort="move")
    renamed = target.rename(tmp_path / "pictures of today")

    assert main(["undo", str(renamed)]) == 0
    assert capsys.readouterr().out == "60 files put back.\n"
    assert listing(pictures) == before
    with pytest.raises(UsageError, match="There is no sorting to undo in"):
        undo(renamed)
    assert main(["undo", str(renamed)]) == 1


def test_files_go_back_where_the_journal_itself_cannot_be_written_which_is_said(pictures, target, run, monkeypatch):
    before = listing(pictures)
    result = run(pictures, sort_into=str(target), sort="move")
    events = []

    def full(_journal):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(SortJournal, "set_undone", full)
    done = undo(result["journal"], events.append)

    assert (done["restored"], done["left"]) == (60, 0)
    assert listing(pictures) == before
    warnings = [event.message for event in events if isinstance(event, Log)]
    assert len(warnings) == 1
    assert "no space left" in warnings[0].lower()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("then", ["resume", "undo"])
def test_a_sorting_that_is_killed_goes_on_or_comes_back(pictures, target, run, model, contents, rows_of, mode, then):
    """The short form of `tests/stress`: killed after 7, 22 and 41 files."""
    before, whole = listing(pictures), contents(pictures)
    script = (
        "import os, sys; from engine.batch.sorting import sorter; from engine.batch.classify import *\n"
        "from engine.jobs.job import Cancel\n"
        "do, left = sorter.Sorter._do, [int(sys.argv[5])]\n"
        "def kill(self, step):\n"
        "    do(self, step); left[0] -= 1\n"
        "    if not left[0]: os.kill(os.getpid(), 9)\n"
        "sorter.Sorter._do = kill\n"
        "classify(ClassifyParams(sys.argv[1], (sys.argv[2],), sort_into=sys.argv[3], sort=sys.argv[4], batch_size=8,"
        " resume=True), emit=lambda e: None, cancel=Cancel())"
    )
    for count in (7, 15, 19):
        command = [sys.executable, "-c", script, str(model), str(pictures), str(target), mode, str(count)]
        assert subprocess.run(command, cwd=ROOT).returncode == -signal.SIGKILL

    if then == "resume":
        result = run(pictures, sort_into=str(target), sort=mode, resume=True)
        assert contents(target) == whole
        assert len(rows_of(target / "classified.csv")) == 60
        assert result["images"] == 60
    (journal,) = target.glob("*.journal")
    undo(journal)
    assert listing(pictures) == before
    assert contents(target) == []


def test_the_journal_is_hidden_beside_the_folders_and_one_of_an_earlier_version_is_gone_on_with(tmp_path):
    hidden = SortJournal.create(tmp_path, "copy")
    assert hidden.path.name.startswith(".sorted-"), "a person who opens the folder sees the classes alone"
    shown = hidden.path.rename(tmp_path / "sorted-20260102-030405-000000.journal")
    assert SortJournal.newest(tmp_path, "copy").path == shown
    later = SortJournal.create(tmp_path, "copy")
    assert SortJournal.newest(tmp_path, "copy").path == later.path
    later.set_undone()
    assert SortJournal.newest(tmp_path, "copy").path == shown


def test_what_a_kill_left_of_a_journal_is_taken_away_by_the_next_and_nothing_else(tmp_path, monkeypatch):
    """Between its first byte and its name. One that is just being written, or has a copy under way, is let alone."""
    begun = SortJournal.create(tmp_path, "copy")
    begun.part.write_bytes(b"half a picture")

    def die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", die)
    with pytest.raises(KeyboardInterrupt):
        SortJournal.create(tmp_path, "copy")
    monkeypatch.undo()
    (left,) = {p for p in tmp_path.iterdir() if p.suffix == ".part"} - {begun.part}
    SortJournal.create(tmp_path, "copy")
    assert left.exists()
    for part in (left, begun.part):
        os.utime(part, (0, 0))

    third = SortJournal.create(tmp_path, "copy")

    assert not left.exists()
    assert begun.part.read_bytes() == b"half a picture"
    assert SortJournal.newest(tmp_path, "copy").path == third.path


@pytest.mark.parametrize("mode", MODES)
def test_hostile_file_names_are_sorted_and_come_back_byte_for_byte(tmp_path, target, run, mode):
    """Names as long as a file system takes, twice; no Unicode; line breaks; what looks like an option or a pattern."""
    pictures = tmp_path / "pictures"
    names = [b"\xff\xfe.png", b"new\nline.png", b"-rf.png", b"*.png", b'"quo,ted".png', b"a" * 251 + b".png", b" .png"]
    for folder in ("one", "two"):
        (pictures / folder).mkdir(parents=True)
        for number, name in enumerate(names):
            try:
                with (pictures / folder / os.fsdecode(name)).open("wb") as file:
                    Image.new("L", (9, 9), 10 + 7 * number + (folder == "two")).save(file, "PNG")
            except OSError:  # a file system that knows Unicode alone
                continue
    before = listing(pictures)

    result = run(pictures, sort_into=str(target), sort=mode)

    assert result["sorted"] == len(before) >= 12
    assert result["not_sorted"] == 0
    there = {path: data for path, data in listing(target).items() if path.startswith(("dark", "grey", "light"))}
    assert sorted(there.values()) == sorted(before.values())
    assert undo(result["journal"])["left"] == 0
    assert listing(pictures) == before
    assert list(target.rglob("*.png")) == []


@pytest.mark.parametrize("mode", ["move", "copy", "symlink"])
@pytest.mark.parametrize("lead", ["up", "absolute", "link"])
def test_a_journal_of_a_stranger_moves_and_deletes_nothing_outside_of_its_folder(tmp_path, mode, lead):
    """As it may lie in a folder that was downloaded."""
    theirs, mine = tmp_path / "theirs", tmp_path / "mine"
    theirs.mkdir()
    mine.mkdir()
    (mine / "letter.txt").write_text("mine")
    shutil.copy(mine / "letter.txt", tmp_path / "same.txt")
    (theirs / "cat").symlink_to(mine)
    target = {"up": "../mine/letter.txt", "absolute": str(mine / "letter.txt"), "link": "cat/letter.txt"}[lead]
    source = tmp_path / ("same.txt" if mode == "copy" else "gone.txt")
    journal = SortJournal.create(theirs, mode)
    journal.will_do([str(mine), "../mine"], [SortedFile(str(source), target, 4)])

    result = undo_sort(UndoSortParams(str(journal.path)), emit=lambda _: None, cancel=Cancel())

    assert result["restored"] == 0
    assert (mine / "letter.txt").read_text() == "mine"
    assert not (tmp_path / "gone.txt").exists()
