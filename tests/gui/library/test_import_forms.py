"""What a source would bring is shown for every form, can be said to be otherwise, and is what then comes in."""

from __future__ import annotations

import gzip
import json
import re
import struct
import zipfile
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from engine.imaging.decode import decode_array
from engine.imaging.ranges import range_of
from engine.library import edits, query
from engine.library.importers.note import Note, NoteKind
from engine.library.importers.registry import LABELS
from engine.library.palette import COLOURS
from engine.library.project import Project
from engine.library.query import sources
from gui import theme
from gui.library.page import LibraryPage
from gui.main_window import MainWindow
from tests.engine.imaging.test_deep_pictures import tiff
from tests.gui.windows import make_pictures


def pictures(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for place, name in enumerate(names):
        Image.new("RGB", (6, 4), (20 * place, 90, 40)).save(folder / name)
    return folder


def offer(qtbot: QtBot, shell: MainWindow, source: Path) -> None:
    shell.open_path(source)
    qtbot.waitUntil(shell.page(0).preview.import_button.isEnabled)


def choose(qtbot: QtBot, page: LibraryPage, kind: str) -> None:
    """As a person chooses where labels come from."""
    box = page.preview.options.kind
    box.setCurrentIndex(box.findData(kind))
    box.activated.emit(box.currentIndex())


def bars(page: LibraryPage) -> dict[str, int]:
    return {bar.name: int(bar.count) for bar in page.preview.bars.bars}


def imported(qtbot: QtBot, shell: MainWindow, page: LibraryPage) -> dict[str, int]:
    """Press Import; images by class, as the project then has them."""
    with qtbot.waitSignal(page.importing.ended) as ended:
        page.preview.import_button.click()
    assert "added" in ended.args[0], shell.toast.text()
    with Project.open(shell.session.project.folder, read_only=True) as project:
        found = {c.cls.name: c.total for c in query.class_counts(project)}
    qtbot.waitUntil(lambda: {c.cls.name: c.total for c in shell.session.overview.counts} == found)
    return found


def test_a_pattern_is_tried_while_it_is_typed(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    source = pictures(tmp_path / "shots", "a1 red.png", "a2 red.png", "b1 blue.png", "plain.png")
    offer(qtbot, shell, source)
    options = page.preview.options
    choose(qtbot, page, "pattern")
    assert options.pattern.isVisible()
    assert not page.preview.import_button.isEnabled()
    assert page.preview.mistake.text() == "Write the pattern by which file names tell the class."
    qtbot.keyClicks(options.pattern, r"(red")
    assert "cannot be understood" in page.preview.mistake.text()
    options.pattern.clear()
    qtbot.keyClicks(options.pattern, r"\d (?P<class>[a-z]+)")
    qtbot.waitUntil(lambda: bars(page) == {"blue": 1, "red": 2})
    assert options.pattern.hasFocus(), "the preview takes nobody's keyboard away"
    assert page.preview.found.text().startswith("4 images: 3 in 2 classes, 1 without a label; ")
    assert "by a pattern" in page.preview.found.text()
    assert imported(qtbot, shell, page) == {"blue": 1, "red": 2}


def test_the_class_at_the_end_of_the_name(qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path) -> None:
    offer(qtbot, shell, pictures(tmp_path / "shots", *(f"{n:04}_{name}.png" for n in range(4) for name in "xy")))
    choose(qtbot, page, "none")
    qtbot.waitUntil(lambda: "not labelled" in page.preview.found.text())
    choose(qtbot, page, "suffix")
    qtbot.waitUntil(lambda: bars(page) == {"x": 4, "y": 4} and page.preview.import_button.isEnabled())
    assert imported(qtbot, shell, page) == {"x": 4, "y": 4}


def test_the_columns_of_a_table_are_chosen(qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path) -> None:
    source = pictures(tmp_path / "shots", "1.png", "2.png", "3.png")
    table = source / "list.csv"
    table.write_text("file,label,kind,part\n1.png,x,round,test\n2.png,x,square,train\n3.png,y,round,train\n")
    offer(qtbot, shell, source)
    columns = page.preview.options.columns
    qtbot.waitUntil(lambda: bars(page) == {"x": 2, "y": 1})  # the first table loads pandas
    assert columns.isVisible()
    assert [columns.class_name.itemText(n) for n in range(5)] == [
        *("label (automatic)", "file", "label", "kind", "part")
    ]
    assert columns.path.currentText() == "file (automatic)"
    for box, name in ((columns.class_name, "kind"), (columns.split, "part")):
        box.setCurrentIndex(box.findData(name))
        box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: bars(page) == {"round": 2, "square": 1} and page.preview.import_button.isEnabled())
    assert page.preview.splits.text().startswith("2 to learn from, 1 for the test at the end. None are set aside")
    columns.path.setCurrentIndex(columns.path.findData("part"))
    columns.path.activated.emit(columns.path.currentIndex())
    qtbot.waitUntil(lambda: "check the path column" in page.preview.found.text())
    assert not page.preview.import_button.isEnabled()
    columns.path.setCurrentIndex(0)
    columns.path.activated.emit(0)
    qtbot.waitUntil(page.preview.import_button.isEnabled)
    assert imported(qtbot, shell, page) == {"round": 2, "square": 1}
    assert [c.test for c in shell.session.overview.counts] == [1, 0]


def test_the_other_forms_are_offered_and_chosen_by_key(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    source = tmp_path / "shots"
    for place in ("north", "south"):
        pictures(source / place, "1.png", "2.png")
    rows = [f"{place}/{n}.png,{'xy'[n - 1]}" for place in ("north", "south") for n in (1, 2)]
    (source / "labels.csv").write_text("\n".join(["file,label", *rows]))
    offer(qtbot, shell, source)
    qtbot.waitUntil(lambda: bars(page) == {"x": 2, "y": 2})  # the first table loads pandas
    assert "Labels are read from labels.csv." in page.preview.notes.text()
    (button,) = page.preview.others.findChildren(QPushButton)
    assert button.accessibleName() == "Read instead: a folder for each class (4 images in 2 classes)"
    assert button.toolTip() == "north (2), south (2)"
    assert button.shortcut().toString() == "Alt+1"
    button.click()
    qtbot.waitUntil(lambda: bars(page) == {"north": 2, "south": 2})
    assert page.preview.options.kind.currentData() == "folders"


def test_pictures_are_kept_together_by_an_example_of_their_names(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    for name in ("ant", "bee"):
        pictures(tmp_path / "shots" / name, *(f"{film}_{take}_{n}.png" for film in "ab" for take in "xy" for n in "12"))
    offer(qtbot, shell, tmp_path / "shots")
    options = page.preview.options
    shown = [options.alike.itemText(n) for n in range(options.alike.count())]
    assert shown == [
        "Automatic",
        "Nothing: each picture shows something else",
        "Pictures whose names begin alike: a_…",
        "Pictures whose names begin alike: a_x_…",
        "By an expression…",
    ]
    assert not options.together.isVisible()
    for place, group in ((2, "a"), (3, "a_x")):
        options.alike.setCurrentIndex(place)
        options.alike.activated.emit(place)
        match = re.search(options.choices().group_by or "", "a_x_1.png")
        assert match is not None
        assert match.group(1) == group
    options.alike.setCurrentIndex(4)
    options.alike.activated.emit(4)
    assert options.together.isVisible()
    assert options.choices().group_by is None
    options.alike.setCurrentIndex(1)
    options.alike.activated.emit(1)
    assert options.choices().group_by == "none"
    options.alike.setCurrentIndex(2)
    options.alike.activated.emit(2)
    imported(qtbot, shell, page)
    with shell.session.project.store.read() as db:
        groups = {group for (group,) in db.execute("SELECT grouping FROM images")}
    assert groups == {"ant/a", "ant/b", "bee/a", "bee/b"}


def test_every_registered_form_is_in_the_menu(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    offer(qtbot, shell, pictures(tmp_path / "shots", "1.png"))
    box = page.preview.options.kind
    assert [box.itemData(n) for n in range(box.count())] == list(LABELS)


def test_no_flag_of_the_command_line_is_told_in_the_window(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    """The choices that Notes speak of are called as the controls are."""
    offer(qtbot, shell, pictures(tmp_path / "shots", "1.png"))
    controls = page.preview.options.controls()
    for kind in NoteKind:
        words = Note(kind, 2, "x", "labels.csv").words(controls)
        assert "--" not in words
        assert ("--" in str(Note(kind, 2, "x", "labels.csv"))) == ("“" in words), kind
    shown = [label.text().replace("&", "") for label in page.preview.options.findChildren(QLabel)]
    assert controls.column == "“Class” under “Columns”"
    for name in re.findall("“([^”]+)”", " ".join(asdict(controls).values())):
        box = page.preview.options.kind
        assert name in [*shown, page.preview.options.replace.text().replace("&", "")] or box.findText(name) > 0


def test_losses_are_told_first_with_a_sign_and_where_labels_come_from_last(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    source = pictures(tmp_path / "shots", *(f"{n}.png" for n in range(4)))
    (source / "labels.csv").write_text("file,label\n0.png,x\n1.png,y\n2.png,y\n2.png,x\n9.png,x\n")
    (source / "7.czi").write_bytes(b"x")
    offer(qtbot, shell, source)
    losses = page.preview.losses.text().splitlines()
    assert [line[0] for line in losses] == ["\N{WARNING SIGN}"] * 4
    assert losses[0].endswith("1 with different classes in labels.csv, 1 not listed in labels.csv.")
    assert losses[-1].endswith("1 pictures cannot be read (1 .czi): save them as TIFF or PNG.")
    assert page.preview.notes.text().splitlines()[-1] == "Labels are read from labels.csv."
    assert page.preview.found.text().startswith("4 images: 2 in 2 classes, 2 without a label; ")


def test_a_table_without_folders_that_is_not_used_is_the_first_thing_told(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    source = tmp_path / "shots"
    for place in ("cam1", "cam2"):
        pictures(source / place, "0.png", "1.png")
    (source / "labels.csv").write_text("file,label\n0.png,x\n1.png,y\n")
    offer(qtbot, shell, source)
    assert page.preview.losses.text() == (
        "\N{WARNING SIGN} labels.csv is not used: its 2 names do not say in which folder the pictures are (0.png is in "
        "cam1 and in cam2). Write the folders into the table, too."
    )
    assert "choose “Folder names” under “Labels come from”" in page.preview.notes.text()


def test_splits_are_told_in_numbers_and_follow_the_choice(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    offer(qtbot, shell, make_pictures(tmp_path, ("ant", "bee"), 10))
    preview, split = page.preview, page.preview.options.split
    assert preview.splits.text() == "16 to learn from, 4 set aside for checking (chosen at random)"
    split.setCurrentIndex(split.findData("training"))
    split.activated.emit(split.currentIndex())
    qtbot.waitUntil(lambda: preview.splits.text().startswith("20 to learn from. None are set aside for checking yet"))
    split.setCurrentIndex(0)
    split.activated.emit(0)
    imported(qtbot, shell, page)
    assert [sum(c.validation for c in shell.session.overview.counts)] == [4]


def test_one_of_several_divisions_into_splits_is_chosen(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    source = tmp_path / "set"
    for name in "ab":
        pictures(source / name, *(f"{name}{n}.png" for n in range(4)))
    for k in (1, 2):
        lines = [f"a/a{n}.png\nb/b{n}.png\n" for n in range(4)]
        (source / f"train{k}.txt").write_text("".join(lines[:k]))
        (source / f"test{k}.txt").write_text("".join(lines[k:]))
    offer(qtbot, shell, source)
    division = page.preview.options.division
    assert division.isVisible()
    assert "6 for the test at the end" in page.preview.splits.text()
    assert "Another one can be chosen under “Division”" in page.preview.notes.text()

    division.setCurrentIndex(1)
    division.activated.emit(1)

    qtbot.waitUntil(lambda: "4 for the test at the end" in page.preview.splits.text())
    assert division.currentText() == "Number 2"
    qtbot.waitUntil(page.preview.import_button.isEnabled)
    imported(qtbot, shell, page)
    assert [c.test for c in shell.session.overview.counts] == [2, 2]


def test_the_preview_forecasts_what_keeping_together_does(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    source = pictures(tmp_path / "shots", *(f"x_{track}_{n}.png" for track in "abcd" for n in range(5)))
    (source / "t.csv").write_text("file,label\n" + "".join(f"{p.name},x\n" for p in sorted(source.glob("*.png"))))
    offer(qtbot, shell, source)
    options = page.preview.options
    assert page.preview.splits.text() == "16 to learn from, 4 set aside for checking (chosen at random)"

    options.alike.setCurrentIndex(3)  # x_a_ ...
    options.alike.activated.emit(3)

    qtbot.waitUntil(lambda: page.preview.splits.text().startswith("15 to learn from, 5 set aside"))
    imported(qtbot, shell, page)
    assert [(c.training, c.validation) for c in shell.session.overview.counts] == [(15, 5)]


def test_names_in_letters_that_no_font_has_are_told(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    for name in ("\U000f1234\U000f1235", "rose"):  # letters for private use
        pictures(tmp_path / "set" / name, "1.png", "2.png")

    offer(qtbot, shell, tmp_path / "set")

    assert "boxes stand for" in page.preview.notes.text()
    said = lambda words: "boxes stand for" in words  # noqa: E731
    with qtbot.waitSignal(shell.session.message, timeout=15_000, check_params_cb=said):
        imported(qtbot, shell, page)
    again: list[str] = []
    shell.session.message.connect(again.append)
    shell.session.edit(lambda project: edits.add_class(project, "tulip"))
    qtbot.waitUntil(lambda: len(shell.session.overview.classes) == 3)
    assert not any(map(said, again)), "it is said once"


def test_another_encoding_of_the_names_in_an_archive_is_chosen(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    """Offered where it was guessed, and used by the import."""
    made = tmp_path / "shots.zip"
    picture = make_pictures(tmp_path) / "ant" / "0.png"
    with zipfile.ZipFile(made, "w") as archive:
        for name in ("ZZZ", "YYY"):
            archive.write(picture, f"{name}{name}/0.png")
    raw = made.read_bytes()
    for name, word in (("ZZZ", "犬の"), ("YYY", "猫の")):
        raw = raw.replace(f"{name}{name}".encode(), f"{word}b!".encode("cp932"))
    made.write_bytes(raw)
    offer(qtbot, shell, made)
    encoding = page.preview.options.encoding
    assert encoding.isVisible()
    assert encoding.currentText() == "Automatic: Japanese (cp932)"
    assert set(bars(page)) == {"犬のb!", "猫のb!"}
    assert "choose another encoding under “Encoding”" in page.preview.notes.text()
    encoding.setCurrentIndex(encoding.findData("gbk"))
    encoding.activated.emit(encoding.currentIndex())
    qtbot.waitUntil(lambda: set(bars(page)).isdisjoint({"犬のb!", "猫のb!"}) and len(bars(page)) == 2)
    assert encoding.isVisible()
    chosen = set(bars(page))
    qtbot.waitUntil(page.preview.import_button.isEnabled)
    assert set(imported(qtbot, shell, page)) == chosen


def test_a_bar_is_as_long_as_the_share_of_its_class(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    offer(qtbot, shell, make_pictures(tmp_path, ("ant", "bee"), 3))
    viewport = page.preview.bars.viewport()
    qtbot.waitUntil(lambda: viewport.height() > 0)
    shown = viewport.grab().toImage()
    line = page.preview.bars.step() - theme.current().XS - 4  # through the bar of the first class
    colours = [shown.pixelColor(int(share * shown.width()), line).name() for share in (0.1, 0.4, 0.6, 0.9)]
    assert colours[0] == colours[1] == COLOURS[0]
    assert colours[2] == colours[3] != COLOURS[0]


def test_automatic_says_what_it_chose(qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path) -> None:
    offer(qtbot, shell, make_pictures(tmp_path))
    assert page.preview.options.kind.currentText() == "Automatic (a folder for each class)"


def test_labels_of_images_that_are_in_the_project_are_replaced_when_a_person_says_so(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    source = pictures(tmp_path / "shots", "1.png", "2.png")
    table = source / "labels.csv"
    table.write_text("file,label\n1.png,x\n2.png,y\n")
    offer(qtbot, shell, source)
    assert not page.preview.options.form.isRowVisible(page.preview.options.replace)
    qtbot.waitUntil(lambda: bars(page) == {"x": 1, "y": 1} and page.preview.import_button.isEnabled())
    assert imported(qtbot, shell, page) == {"x": 1, "y": 1}
    table.write_text("file,label\n1.png,z\n2.png,y\n")
    for replace, ended in ((False, "0 images added, 1 image kept another label"), (True, "0 images added")):
        page.offer(source)
        qtbot.waitUntil(lambda: page.previewing and page.preview.import_button.isEnabled())
        assert page.preview.options.form.isRowVisible(page.preview.options.replace)
        page.preview.options.replace.setChecked(replace)
        with qtbot.waitSignal(page.importing.ended) as said:
            page.preview.import_button.click()
        assert said.args == [ended]
    qtbot.waitUntil(lambda: {c.cls.name: c.total for c in shell.session.overview.counts} == {"x": 0, "y": 1, "z": 1})


def test_labels_of_other_tools_are_found_and_can_be_refused(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    source = pictures(tmp_path / "shots", "1.png", "2.png")
    for name, flag in (("1", "good"), ("2", "bad")):
        flags = {"good": flag == "good", "bad": flag == "bad"}
        (source / f"{name}.json").write_text(json.dumps({"flags": flags, "shapes": [], "imagePath": f"{name}.png"}))
    offer(qtbot, shell, source)
    assert "flags of labelme or X-AnyLabeling" in page.preview.found.text()
    assert bars(page) == {"bad": 1, "good": 1}
    choose(qtbot, page, "none")
    qtbot.waitUntil(lambda: "not labelled" in page.preview.found.text() and page.preview.import_button.isEnabled())
    choose(qtbot, page, "imagefolder")
    qtbot.waitUntil(lambda: "There is no metadata.csv" in page.preview.found.text())
    choose(qtbot, page, "labelme")
    qtbot.waitUntil(lambda: bars(page) == {"bad": 1, "good": 1} and page.preview.import_button.isEnabled())
    assert imported(qtbot, shell, page) == {"bad": 1, "good": 1}


def test_an_export_of_label_studio_is_chosen_from_elsewhere(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    source = pictures(tmp_path / "shots", "1.png", "2.png")
    tasks = [
        {
            "data": {"image": f"/data/upload/3/1f3a9c0e-{n}.png"},
            "annotations": [{"result": [{"type": "choices", "value": {"choices": [label]}}]}],
        }
        for n, label in ((1, "cat"), (2, "dog"))
    ]
    export = tmp_path / "export.json"
    export.write_text(json.dumps(tasks))
    offer(qtbot, shell, source)
    options = page.preview.options
    options.kind.setCurrentIndex(options.kind.findData("label-studio"))
    options.file_chosen(str(export))
    qtbot.waitUntil(lambda: bars(page) == {"cat": 1, "dog": 1} and page.preview.import_button.isEnabled())
    assert "Label Studio" in page.preview.found.text() or "export.json" in page.preview.notes.text()
    assert imported(qtbot, shell, page) == {"cat": 1, "dog": 1}


def idx(array: np.ndarray) -> bytes:
    head = struct.pack(">BBBB", 0, 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(head + array.astype(np.uint8).tobytes())


def packed(tmp_path: Path, form: str) -> Path:
    """One source of each packed form with two classes."""
    numbers = np.random.default_rng(0)
    images = numbers.integers(0, 255, (6, 8, 8), np.uint8)
    labels = np.array([0, 1, 0, 1, 0, 1], np.uint8)
    if form == "zip":
        tree = make_pictures(tmp_path / "tree", ("0", "1"), 3)
        with zipfile.ZipFile(tmp_path / "shots.zip", "w") as archive:
            for file in tree.rglob("*.png"):
                archive.write(file, file.relative_to(tree))
        return tmp_path / "shots.zip"
    if form == "npz":
        np.savez(tmp_path / "shots.npz", images=images, labels=labels)
        return tmp_path / "shots.npz"
    folder = tmp_path / form
    folder.mkdir()
    if form == "idx":
        (folder / "train-images-idx3-ubyte.gz").write_bytes(idx(images))
        (folder / "train-labels-idx1-ubyte.gz").write_bytes(idx(labels))
    else:
        rows = numbers.integers(0, 255, (6, 3072), np.uint8)
        (folder / "data_batch_1.bin").write_bytes(np.concatenate((labels[:, None], rows), axis=1).tobytes())
    return folder


@pytest.mark.parametrize("form", ["zip", "npz", "idx", "cifar"])
def test_archives_and_arrays_are_shown_and_overridden_before_they_are_unpacked(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path, form: str
) -> None:
    source = packed(tmp_path, form)
    before = sorted(p.name for p in tmp_path.rglob("*"))
    offer(qtbot, shell, source)
    assert list(bars(page).values()) == [3, 3]
    assert "unpacked into the project" in page.preview.notes.text()
    assert sorted(p.name for p in tmp_path.rglob("*")) == before, "nothing is written by looking"
    choose(qtbot, page, "none")
    qtbot.waitUntil(lambda: "6 images, not labelled yet" in page.preview.found.text())
    choose(qtbot, page, "auto")
    qtbot.waitUntil(lambda: list(bars(page).values()) == [3, 3] and page.preview.import_button.isEnabled())
    assert list(imported(qtbot, shell, page).values()) == [3, 3]


def test_look_again_sees_what_was_added_meanwhile(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    source = make_pictures(tmp_path)
    offer(qtbot, shell, source)
    pictures(source / "dog", "1.png", "2.png")
    page.preview.again_button.click()
    assert not page.preview.import_button.isEnabled()
    qtbot.waitUntil(lambda: bars(page).get("dog") == 2 and page.preview.import_button.isEnabled())
    assert page.preview.again_button.isEnabled()


def test_a_file_that_holds_no_pictures_is_refused_in_a_sentence(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 and then nothing")
    with qtbot.waitSignal(page.importing.not_detected) as caught:
        shell.open_path(broken)
    assert "broken.zip" in caught.args[0]
    assert page.preview.found.text() == caught.args[0]
    qtbot.keyClick(page.preview.options.kind, Qt.Key.Key_Tab)
    assert not page.preview.import_button.isEnabled()


def test_an_archive_is_asked_for_by_key_also_when_nothing_is_open(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    source = packed(tmp_path, "zip")
    shell.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is shell)
    page.add_packed.trigger()
    dialog = page.findChild(QFileDialog)
    assert "*.npz" in dialog.nameFilters()[0]
    dialog.fileSelected.emit(str(source))
    dialog.close()
    qtbot.waitUntil(page.preview.import_button.isEnabled)
    assert list(bars(page).values()) == [3, 3]


def test_the_range_of_deep_pictures_is_shown_and_changed_before_they_are_imported(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    """The first picture stands before the others as it is without the range: black, as 290 of 65535 is."""
    source = tmp_path / "thermal"
    for name in ("empty", "full"):
        (source / name).mkdir(parents=True)
        for n in range(3):
            values = np.linspace(290, 304, 64, dtype=np.float32).reshape(8, 8) + n
            Image.fromarray(values).save(source / name / f"{n}.tif")
    offer(qtbot, shell, source)
    options, sheet = page.preview.options, page.preview.sheet
    assert [sheet.captions(n)[0] for n in range(3)] == ["As stored", "As seen", "empty"]
    assert [sheet.cell(n) for n in range(3)] == [0, 2, 10], "the two that compare stand in a row of their own"
    assert sheet.examples[0].file.parent != sheet.examples[1].file.parent
    assert "“Values shown” changes that." in page.preview.notes.text()
    assert options.values.text() == "290 306"

    options.values.setText("304")
    assert not page.preview.import_button.isEnabled()
    options.values.setText("280 310")
    with qtbot.waitSignal(page.importing.detected):
        options.values.editingFinished.emit()
    qtbot.waitUntil(page.preview.import_button.isEnabled)
    found = range_of(str(source / "full" / "0.tif"))
    assert found is not None
    assert (found.low, found.high) == (280, 310)
    assert imported(qtbot, shell, page) == {"empty": 3, "full": 3}
    project = shell.session.project
    assert project is not None
    (kept,) = [each.pixel_range for each in sources(project)]
    assert kept is not None
    assert (kept.low, kept.high) == (280, 310)


def test_bands_and_a_page_are_chosen_where_pictures_have_several(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    source = tmp_path / "planes"
    for name in ("empty", "full"):
        (source / name).mkdir(parents=True)
        planes = [Image.new("L", (8, 8), value) for value in (10, 90, 200)]
        planes[0].save(source / name / "1.tif", save_all=True, append_images=planes[1:])
    offer(qtbot, shell, source)
    options, sheet = page.preview.options, page.preview.sheet
    assert options.page.isVisible()
    assert not options.bands.isVisible()
    assert (options.page.text(), options.page.maximum()) == ("1 of 3", 3)
    assert "number 1 is shown and learnt from. Another one can be chosen under “Page”." in page.preview.notes.text()

    with qtbot.waitSignal(page.importing.detected):
        options.page.setValue(3)
    qtbot.waitUntil(page.preview.import_button.isEnabled)
    assert [sheet.captions(n)[0] for n in range(3)] == ["As stored", "As seen", "empty"]
    assert decode_array(sheet.examples[0].file)[0, 0, 0] == 10
    assert decode_array(sheet.examples[1].file)[0, 0, 0] == 200
    assert imported(qtbot, shell, page) == {"empty": 1, "full": 1}
    assert shell.session.project is not None
    (kept,) = [each.pixel_range for each in sources(shell.session.project)]
    assert kept is not None
    assert kept.page == 3


def test_bands_are_chosen_and_seen_before_an_import(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    source = tmp_path / "satellite"
    source.mkdir()
    values = np.zeros((8, 8, 13), np.uint16)
    values[:, :, 7] = np.arange(64, dtype=np.uint16).reshape(8, 8) * 40
    values[:, :, 3] = 900
    for n in range(2):
        tiff(source / f"field_{n}.tif", values)
    offer(qtbot, shell, source)
    options = page.preview.options
    assert options.bands.isVisible()
    assert not options.page.isVisible()
    assert [box.value() for box in options.band] == [4, 3, 2]
    for box, band in zip(options.band, (8, 4, 3), strict=True):
        with qtbot.waitSignal(page.importing.detected):
            box.setValue(band)
    qtbot.waitUntil(page.preview.import_button.isEnabled)
    assert "bands 8, 4, 3" in page.preview.notes.text()
    shown = decode_array(page.preview.sheet.examples[1].file)
    assert shown[7, 7, 0] > shown[0, 0, 0]
    page.preview.cancel_button.click()


def test_pictures_of_an_archive_are_shown_before_it_is_unpacked(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    made = make_pictures(tmp_path, ("ant", "bee"), 2)
    archive = tmp_path / "animals.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for file in sorted(made.rglob("*.png")):
            zipped.write(file, file.relative_to(made))

    offer(qtbot, shell, archive)

    sheet = page.preview.sheet
    qtbot.waitUntil(sheet.is_complete)
    assert [sheet.captions(n)[0] for n in range(len(sheet.examples))] == ["ant", "ant", "bee", "bee"]
    folder = sheet.examples[0].file.parents[1]
    page.preview.cancel_button.click()
    offer(qtbot, shell, made)
    qtbot.waitUntil(lambda: not folder.exists())


@pytest.mark.parametrize("choice", ["Automatic", "Nothing"])
def test_frames_of_a_video_are_kept_together_unless_a_person_says_otherwise(
    choice: str, qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    for name in ("ant", "bee"):
        pictures(tmp_path / "shots" / name, *(f"clip{clip}_frame{n:03}.png" for clip in range(3) for n in range(4)))
    offer(qtbot, shell, tmp_path / "shots")
    assert "By their names 24 pictures are of 6 sequences" in page.preview.notes.text()
    assert "“Keep together” changes that." in page.preview.notes.text()
    alike = page.preview.options.alike
    assert alike.currentText() == "Automatic"
    alike.setCurrentIndex(alike.findText(choice, Qt.MatchFlag.MatchStartsWith))
    alike.activated.emit(alike.currentIndex())
    imported(qtbot, shell, page)
    with shell.session.project.store.read() as db:
        found = db.execute("SELECT grouping, count(DISTINCT split) FROM images GROUP BY grouping").fetchall()
    if choice == "Nothing":
        assert [group for group, _ in found] == [None]
    else:
        assert len(found) == 6
        assert {sides for _, sides in found} == {1}


def test_classes_that_cannot_be_learnt_are_warned_of_and_names_tables_told(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    for part, names in (("train", "01"), ("test", "012")):
        for name in names:
            pictures(tmp_path / "set" / part / name, *(f"{n}.png" for n in range(5)))
    (tmp_path / "set" / "signnames.csv").write_text("ClassId,SignName\n0,stop\n1,yield\n2,speed\n")
    offer(qtbot, shell, tmp_path / "set")
    preview = page.preview
    assert preview.unlearnt.text() == (
        "\N{WARNING SIGN} 1 class has pictures in the test only and cannot be learnt: speed."
    )
    assert preview.options._names_file.text() == "signnames.csv"

    split = preview.options.split
    split.setCurrentIndex(split.findData("training"))
    split.activated.emit(split.currentIndex())
    qtbot.waitUntil(lambda: not preview.unlearnt.isVisible())


def test_long_names_of_columns_end_in_an_ellipsis_and_are_whole_in_the_tip(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    source = pictures(tmp_path / "set", *(f"{n}.png" for n in range(6)))
    column = "image_id_of_the_picture_as_the_camera_numbered_it"
    lines = [f"{n}.png,{'ab'[n % 2]}\n" for n in range(6)]
    (source / "t.csv").write_text(f"{column},label\n" + "".join(lines))
    offer(qtbot, shell, source)
    box = page.preview.options.columns.path
    assert box.currentText() == f"{column} (automatic)"
    assert box.shown().endswith("…")
    assert box.fontMetrics().horizontalAdvance(box.shown()) < box.width()
    assert box.tip() == f"{column} (automatic)"
    assert page.preview.options.columns.split.tip() == ""


def test_in_a_low_window_what_was_found_is_scrolled_and_nothing_runs_into_the_pictures(
    qtbot: QtBot, shell: MainWindow, page: LibraryPage, tmp_path: Path
) -> None:
    source = pictures(tmp_path / "set", *(f"{n}.png" for n in range(40)))
    for name, first in (("anna", "a"), ("ben", "b")):
        lines = [f"{n}.png,{first if n < 2 else 'abcde'[n % 5]}\n" for n in range(40)]
        (source / f"{name}.csv").write_text("file,label\n" + "".join(lines))
    shell.resize(1100, 640)
    offer(qtbot, shell, source)
    preview = page.preview
    shown = [preview.found, preview.splits, preview.losses, preview.bars, preview.sheet, preview.notes]
    assert all(widget.isVisible() for widget in shown)
    qtbot.waitUntil(lambda: preview.scrolled.verticalScrollBar().maximum() > 0)
    qtbot.waitUntil(lambda: all(above.geometry().bottom() < below.geometry().top() for above, below in pairwise(shown)))
    assert preview.scrolled.viewport().width() >= preview.scrolled._inside.width(), "no word is under the bar"
    assert preview.import_button.isVisible()
