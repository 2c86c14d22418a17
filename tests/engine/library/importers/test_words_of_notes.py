"""What an import says: which classes, pictures and files it is about, and how many pictures get no label, and why."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

from engine.library.importers.detect import detect
from engine.library.importers.note import Note, NoteKind, in_order, merged


def pictures(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4, 4)).save(folder / name)


def said(folder: Path, kind: NoteKind) -> str:
    (note,) = (note for note in detect(folder).notes if note.kind is kind)
    return str(note)


def test_boxes_of_several_classes_name_these(tmp_path: Path) -> None:
    for part, numbers in (("train", range(6)), ("val", range(6, 12))):
        pictures(tmp_path, *(f"{part}/{n}.png" for n in numbers))
        boxes = [(n, 1 + n % 2) for n in numbers] + [(n, 3) for n in numbers if n % 6 in (0, 1, 3)]
        annotations = [{"image_id": n, "category_id": c, "bbox": [0, 0, 2, 2]} for n, c in boxes]
        images = [{"id": n, "file_name": f"{n}.png"} for n in numbers]
        names = [{"id": n, "name": name} for n, name in enumerate(("cat", "dog", "person"), 1)]
        record = {"images": images, "annotations": annotations, "categories": names}
        (tmp_path / f"{part}.json").write_text(json.dumps(record))

    assert said(tmp_path, NoteKind.MIXED_BOXES) == (
        "6 pictures have objects of more than one class (dog and person, cat and person) and get no label, such as "
        "0.png."
    )


def test_many_kinds_of_several_classes_are_told_in_part() -> None:
    several = [Note(NoteKind.MIXED_BOXES, 1, "1.png", "", (f"{n} and x",)) for n in range(5)]
    (note,) = merged(several)
    assert "(0 and x, 1 and x, 2 and x, ...)" in str(note)


def test_what_gets_no_label_is_summed_with_its_reasons(tmp_path: Path) -> None:
    pictures(tmp_path, *(f"images/Train_{n}.png" for n in range(12)), *(f"images/Test_{n}.png" for n in range(4)))
    rows = [f"Train_{n},{n % 2},{1 - n % 2},{int(n < 5)}\n" for n in range(12)]
    (tmp_path / "train.csv").write_text("image_id,cat,dog,collar\n" + "".join(rows))
    (tmp_path / "test.csv").write_text("image_id\n" + "".join(f"Test_{n}\n" for n in range(4)))

    notes = in_order(detect(tmp_path).notes)

    assert str(notes[0]) == (
        "9 pictures come in without a label: 5 with a 1 in several columns of train.csv, 4 listed in test.csv, which "
        "has no classes."
    )
    assert str(notes[1]) == (
        "5 rows of train.csv have a 1 in several of the columns cat, dog, collar, and their pictures get no label. To "
        "label these as well, choose one of these columns by --class-column NAME; then the classes are, say, “cat” and "
        "“not cat”."
    )
    assert NoteKind.UNLISTED not in {note.kind for note in notes}, "the four are those of test.csv"


def test_pictures_on_which_tables_disagree_are_named(tmp_path: Path) -> None:
    pictures(tmp_path, *(f"{n}.png" for n in range(12)))
    for name, other in (("anna", "fox"), ("ben", "hare")):
        rows = [f"{n}.png,{other if n < 2 else 'deer' if n % 2 else 'fox'}\n" for n in range(12)]
        (tmp_path / f"{name}.csv").write_text("frame,label\n" + "".join(rows))
    words = said(tmp_path, NoteKind.OTHER_TABLE)
    assert words.startswith(
        "anna.csv gives 2 of the pictures another class than ben.csv, such as 0.png, 1.png. ben.csv"
    )
    assert "of equal ones that with most classes" in words


def test_encodings_are_told_by_their_languages() -> None:
    note = Note(NoteKind.NAMES_ENCODING, example="cp949", file="set.zip")
    assert "they are read as Korean (cp949)." in str(note)


def test_the_files_of_arrays_are_named(tmp_path: Path) -> None:
    for part in ("train", "test"):
        np.save(tmp_path / f"x_{part}.npy", np.zeros((4, 8, 8), np.uint8))
        np.save(tmp_path / f"y_{part}.npy", np.arange(4) % 2)
    assert said(tmp_path, NoteKind.STORED_IN) == (
        "Pictures and their labels are read from x_test.npy, x_train.npy, y_test.npy, y_train.npy."
    )


def test_every_note_has_a_sentence() -> None:
    for kind in NoteKind:
        said = str(Note(kind, 3, "an example", "a.csv"))
        assert said
        assert "{" not in said
