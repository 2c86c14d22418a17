"""What a folder holds is told from its names, can be shown before, and can be decided otherwise."""

import os
from pathlib import Path

import pytest

from engine.errors import SourceError, UsageError
from engine.jobs.job import Cancel
from engine.library.importers.detect import ImportOptions, detect, import_rows
from engine.library.importers.file_prefix import class_in
from engine.library.importers.names import class_key
from engine.library.importers.split_words import split_named
from engine.library.importers.tables import read_table
from engine.library.listing import list_images, natural_key
from engine.library.query import Filter, image_ids, images
from engine.library.records import Split


def rows(folder, **options):
    found = import_rows(folder, list_images(folder, cancel=Cancel()), ImportOptions(**options))
    return {row.path: (row.class_name, row.split and row.split.value) for row in found.rows}


def test_class_folders_are_found(pictures):
    found = detect(pictures("daisy/1.png", "daisy/deeper/2.png", "rose/3.png"))

    assert (found.kind, found.images, found.classes) == ("class-folders", 3, {"daisy": 2, "rose": 1})


def test_one_folder_around_everything_is_passed_through(pictures):
    found = detect(pictures("flower_photos/daisy/1.png", "flower_photos/rose/2.png"))

    assert (found.kind, found.classes) == ("class-folders", {"daisy": 1, "rose": 1})


def test_train_and_test_folders_are_found_whatever_they_are_called(pictures):
    folder = pictures("Train/a/1.png", "Train/b/2.png", "val/a/3.png", "testing/b/4.png")

    found = detect(folder)

    assert found.kind == "train-test-folders"
    assert found.classes == {"a": 2, "b": 2}
    assert found.splits == {"training": 2, "validation": 1, "test": 1}
    assert rows(folder)["val/a/3.png"] == ("a", "validation")


def test_folders_beside_the_splits_are_no_classes(pictures):
    found = rows(pictures("train/a/1.png", "train/b/2.png", "test/a/3.png", "screenshots/4.png", "test/5.png"))

    assert found["screenshots/4.png"] == (None, None)
    assert found["test/5.png"] == (None, "test")


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("train", Split.TRAINING),
        ("Training", Split.TRAINING),
        ("val", Split.VALIDATION),
        ("valid", Split.VALIDATION),
        ("VALIDATION", Split.VALIDATION),
        ("test", Split.TEST),
        ("test1", Split.TEST),
        ("test_2", Split.TEST),
        ("valid_01", Split.VALIDATION),
        ("unassigned", Split.UNASSIGNED),
        ("trains", None),
        ("testament", None),
        ("evaluators", None),
        ("", None),
    ],
)
def test_split_folders_are_known_by_name(name, split):
    assert split_named(name) == split


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dog.123.jpg", "dog"),
        ("cat_7.png", "cat"),
        ("red-fox 12.jpg", "red-fox"),
        ("cat12.jpg", "cat"),
        ("cat (3).jpg", "cat"),
        ("model3_12.png", "model3"),
        ("cat-07-2.png", "cat"),
        ("00000_00001_00029.png", "00000"),
        ("고양이_3.png", "고양이"),
        ("cat.jpg", None),
        ("9.png", None),
        ("cat_7_left.png", None),
    ],
)
def test_the_class_stands_before_the_number_in_a_file_name(name, expected):
    assert class_in(name) == expected


def test_classes_in_file_names_are_found(pictures):
    folder = pictures(*(f"train/{c}.{n}.png" for c in ("cat", "dog") for n in range(5)), "test1/1.png", "test1/2.png")

    found = detect(folder)

    assert (found.kind, found.classes) == ("file-prefix", {"cat": 5, "dog": 5})
    assert rows(folder)["train/cat.0.png"] == ("cat", "training")
    assert rows(folder)["test1/1.png"] == (None, "test")


@pytest.mark.parametrize(
    "names",
    [
        [f"IMG_{n}.png" for n in range(9)] + [f"DSC_{n}.png" for n in range(9)],
        [f"{n}.png" for n in range(9)],
        [f"{n}_{k}.png" for n in range(3) for k in range(9)],
        ["letter.png", "house.png", "tree.png"],
        [f"{c}_1.png" for c in "abcdefgh"],
    ],
)
def test_names_that_cameras_and_people_give_are_no_classes(pictures, names):
    found = detect(pictures(*names))

    assert (found.kind, found.classes, found.images) == ("none", {}, len(names))


def test_a_person_may_decide_otherwise(pictures):
    folder = pictures("a/IMG_1.png", "a/IMG_2.png", "b/DSC_1.png")

    assert rows(folder)["a/IMG_1.png"] == ("a", None)
    assert rows(folder, labels="prefix")["a/IMG_1.png"] == ("IMG", None)
    assert rows(folder, labels="none")["a/IMG_1.png"] == (None, None)
    assert detect(folder, ImportOptions(labels="none")).kind == "none"


def test_an_unknown_way_to_label_is_refused(pictures):
    with pytest.raises(UsageError, match=r"Labels can come from auto, folders, .*, none, not from 'magic'"):
        detect(pictures("1.png"), ImportOptions(labels="magic"))


def test_classes_come_in_natural_order(pictures):
    found = detect(pictures("10/1.png", "9/1.png", "2/1.png", "1/1.png"))

    assert list(found.classes) == ["1", "2", "9", "10"]
    assert sorted(["b10", "B2", "a", "b1"], key=natural_key) == ["a", "b1", "B2", "b10"]


def table(folder, text, name="labels.csv", encoding="utf-8"):
    file = folder / name
    file.write_bytes(text.encode(encoding))
    return str(file)


def test_a_table_with_paths_of_another_machine_is_matched_by_the_longest_tail(pictures):
    folder = pictures("Train/5/1.png", "Train/6/1.png", "Test/1.png", "Test/2.png", "Test/3.png")
    csv = table(
        folder, "Width,ClassId,Path\n10,7,/code/Train/6/1.png\n10,8,C:\\data\\Test\\1.png\n10,9,/code/Test/2.png\n"
    )

    assert rows(folder, csv=csv) == {
        "Train/6/1.png": ("7", "training"),
        "Test/1.png": ("8", "test"),
        "Test/2.png": ("9", "test"),
        "Train/5/1.png": (None, "training"),
        "Test/3.png": (None, "test"),
    }, "pictures that the table does not list have no label"


def test_the_folder_above_the_source_counts_for_the_tail(pictures):
    folder = pictures("Test/1.png")
    csv = table(folder.parent, "path,class\n/code/Train/1.png,wrong\n/code/Test/1.png,right\n")

    assert rows(folder / "Test", csv=csv) == {"1.png": ("right", None)}


def test_a_path_that_could_mean_several_files_is_left_out_and_counted(pictures):
    folder = pictures("a/1.png", "b/1.png", "a/2.png")
    csv = table(folder.parent, "path,class\n1.png,x\n2.png,y\n")

    found = detect(folder, ImportOptions(csv=csv))

    assert (found.images, found.classes) == (3, {"y": 1})
    assert [str(note) for note in found.notes] == [
        "1 names of labels.csv are in several folders, so that their labels are not used: 1.png is in a and in b. "
        "Write the folders into the table, too.",
        "2 pictures are not listed in labels.csv and get no label, such as a/1.png.",
    ]


def test_paths_count_from_the_table_itself_first(pictures):
    folder = pictures("a/1.png", "b/1.png")
    csv = table(folder / "b", "path,class\n1.png,x\n")

    assert rows(folder, csv=csv) == {"b/1.png": ("x", None), "a/1.png": (None, None)}


@pytest.mark.parametrize(
    "text",
    [
        "path,class\n1.png,cat\n2.png,dog\n",
        "class;file name\ncat;1.png\ndog;2.png\n",
        "\ufeffImage\tLabel\n1.png\tcat\n2.png\tdog\n",
        "1.png,cat\n2.png,dog\n",
        "id,breed\n1,cat\n2,dog\n",
        "whatever,other\n1.png,cat\n2.png,dog\n",
        'path,class,note\n"1.png","cat","a, b"\n2.png,dog\n\n',
        "path,class,size\r\n1.png,cat,3\r\n2.png,dog,4\r\n",
    ],
)
def test_columns_separators_and_headers_are_recognised(pictures, text):
    folder = pictures("1.png", "2.png")

    assert rows(folder, labels="csv", csv=table(folder, text)) == {"1.png": ("cat", None), "2.png": ("dog", None)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_tables_of_any_encoding_are_read(tmp_path, encoding):
    file = tmp_path / "t.csv"
    file.write_bytes("path,class\n1.png,Löwe\n".encode(encoding))

    assert read_table(file).rows == [["1.png", "Löwe"]]


@pytest.mark.parametrize(
    ("options", "data"),
    [
        ({"encoding": "cp949"}, "path,class\n1.png,고양이\n".encode("cp949")),
        ({"encoding": "shift_jis", "separator": "|"}, "path|class\n1.png|猫\n".encode("shift_jis")),
        ({"separator": "tab"}, b"path\tclass\n1.png\ta,b\n"),
        ({"separator": r"\s*::\s*"}, b"path :: class\n1.png :: cat\n"),
    ],
)
def test_encoding_and_separator_can_be_told(tmp_path, options, data):
    file = tmp_path / "t.csv"
    file.write_bytes(data)

    assert read_table(file, **options).columns == ("path", "class")
    assert read_table(file, **options).rows[0][1] in ("고양이", "猫", "a,b", "cat")


@pytest.mark.parametrize(
    ("options", "data", "sentence"),
    [
        ({"encoding": "klingon"}, b"a,b\n", "unknown encoding: klingon"),
        ({}, b'a,b\n"never closed,1\n', "cannot be read as a CSV table"),
        ({}, b"a," * 5000, "a row has 5,001 cells"),
        ({"separator": "(("}, b"a,b\n", "is not a regular expression"),
        ({"separator": ",{99999999999999999999}"}, b"a,b\n", "is not a regular expression"),
    ],
)
def test_what_is_no_table_says_why(tmp_path, options, data, sentence):
    file = tmp_path / "t.csv"
    file.write_bytes(data)

    with pytest.raises(SourceError, match=sentence):
        read_table(file, **options)


def test_rows_may_differ_in_length_and_cells_may_hold_lines(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text('a,b\n1,2,3\n"x, y"\n7,"one\ntwo",9\n')

    assert read_table(file).rows == [["1", "2", "3"], ["x, y", "", ""], ["7", "one\ntwo", "9"]]


def test_a_column_of_splits_is_used(pictures):
    folder = pictures("1.png", "2.png", "3.png")
    csv = table(folder, "path,class,split\n1.png,a,train\n2.png,a,val\n3.png,b,test\n")

    assert [split for _, split in rows(folder, csv=csv).values()] == ["training", "validation", "test"]


def test_columns_may_be_named_in_any_case_and_a_wrong_one_is_explained(pictures):
    folder = pictures("1.png")
    csv = table(folder, "Where,What,More\n1.png,cat,x\n")

    assert rows(folder, csv=csv, path_column="where", class_column="WHAT") == {"1.png": ("cat", None)}
    with pytest.raises(SourceError, match=r"no column 'Wat'; it has Where, What, More\. Did you mean What\?"):
        rows(folder, csv=csv, class_column="Wat")
    with pytest.raises(
        SourceError, match=r"labels.csv has the columns Where, What, More; tell which one holds the class"
    ):
        rows(folder, csv=csv)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        ("path,class\n/other/9.png,x\n", r"None of the 1 pictures .* \(such as /other/9.png\) is in"),
        ("path,class\n", r"None of the 0 pictures"),
        ("a,b\nc,d\n", "tell which one holds the path"),
    ],
)
def test_a_table_that_does_not_fit_says_why(pictures, text, sentence):
    folder = pictures("1.png")

    with pytest.raises(SourceError, match=sentence):
        rows(folder, csv=table(folder, text))


def test_a_table_that_is_missing_says_so(pictures, tmp_path):
    with pytest.raises(SourceError, match=r"gone.csv cannot be read: no such file"):
        rows(pictures("1.png"), csv=str(tmp_path / "gone.csv"))
    with pytest.raises(SourceError, match=r"There is no table in .* that lists its pictures"):
        rows(pictures("1.png"), labels="csv")


def test_a_table_beside_flat_pictures_is_found_by_itself(pictures):
    folder = pictures("1.png", "2.png")
    table(folder, "path,class\n1.png,cat\n2.png,dog\n")

    found = detect(folder)

    assert (found.kind, found.classes) == ("csv", {"cat": 1, "dog": 1})
    assert [str(note) for note in found.notes] == ["Labels are read from labels.csv."]


def test_the_table_that_labels_were_read_from_is_told_as_a_file(pictures, tmp_path):
    folder = pictures("a.png", "b.png")
    assert detect(folder).table is None
    beside = Path(table(folder, "path,class\na.png,ant\nb.png,bee\n"))
    assert detect(folder).table == beside
    elsewhere = Path(table(tmp_path, "path,class\na.png,cat\nb.png,cat\n", "other.csv"))
    assert detect(folder, ImportOptions(csv=str(elsewhere))).table == elsewhere
    beside.unlink()
    metadata = Path(table(folder, "file_name,label\na.png,ant\nb.png,bee\n", "metadata.csv"))
    found = detect(folder)
    assert (found.kind, found.table) == ("imagefolder", metadata)


@pytest.mark.parametrize(
    ("raw", "key"), [("7", "7"), ("007", "7"), ("7.0", "7"), (" 7 ", "7"), ("0", "0"), ("a7", "a7")]
)
def test_numbers_of_classes_are_looked_up_as_numbers(raw, key):
    assert class_key(raw) == key


def test_a_names_table_names_class_folders_in_the_order_of_their_numbers(pictures):
    folder = pictures("00000/1.png", "00002/2.png", "00010/3.png")
    names = table(folder.parent, "ClassId,SignName\n0,Stop\n2,Give way\n10,Ahead\n")

    found = detect(folder, ImportOptions(names=names))

    assert found.classes == {"Stop": 1, "Give way": 1, "Ahead": 1}
    assert list(found.classes) == ["Stop", "Give way", "Ahead"]


def test_a_names_table_of_other_classes_is_refused(pictures):
    folder = pictures("cat/1.png", "dog/2.png")
    names = table(folder.parent, "ClassId,SignName\n0,Stop\n")

    with pytest.raises(SourceError, match=r"labels.csv names none of the classes found \(cat"):
        detect(folder, ImportOptions(names=names))


def test_gtsrb_as_it_is_downloaded_is_understood(pictures):
    folder = pictures("Train/0/0_1_1.png", "Train/10/10_1_1.png", "Test/00000.png", "Test/00001.png")
    table(folder, "ClassId,SignName\n0,Stop\n10,Ahead\n", "signnames.csv")
    table(folder, "Width,ClassId,Path\n5,10,/code/Test/00000.png\n5,0,/code/Test/00001.png\n", "Test.csv")

    found = detect(folder)

    assert (found.kind, found.classes) == ("train-test-folders", {"Stop": 2, "Ahead": 2})
    assert len(found.notes) == 2


@pytest.mark.parametrize("make", ["missing", "file", "empty", "no images"])
def test_a_folder_without_images_says_what_was_expected(tmp_path, make):
    folder = tmp_path / "x"
    if make == "file":
        folder.write_text("x")
    elif make != "missing":
        folder.mkdir()
    if make == "no images":
        (folder / "letter.txt").write_text("dear")
    sentence = {"missing": "does not exist", "file": "is a file, not a folder"}.get(make, "There are no images in")

    with pytest.raises(SourceError, match=sentence):
        detect(folder)


def test_hidden_files_projects_and_leftovers_of_archives_are_passed_over(pictures):
    folder = pictures("a/1.png", "a/._1.png", ".cache/2.png", "__MACOSX/a/3.png", "x.pigeonhole/runs/4.png", "b/5.PNG")

    assert sorted(rows(folder)) == ["a/1.png", "b/5.PNG"]


def test_a_link_to_itself_hides_nothing_beside_it(pictures, add, project):
    folder = pictures("cat/1.png", "cat/2.png")
    (folder / "cat" / "loop.png").symlink_to("loop.png")

    add(folder)

    found = {image.path: image.problem for image in images(project, image_ids(project, Filter(problems=None)))}
    assert {path for path, problem in found.items() if problem is None} == {"cat/1.png", "cat/2.png"}
    assert "cat/loop.png" in found


def test_links_in_circles_end(pictures):
    folder = pictures("a/1.png", "b/2.png")
    (folder / "a" / "again").symlink_to(folder)

    assert len(rows(folder)) == 2


def test_a_folder_that_cannot_be_read_is_told_and_the_rest_is_listed(pictures, monkeypatch):
    folder = pictures("a/1.png", "b/2.png")
    scandir = os.scandir

    def refusing(place):
        if str(place).endswith("b"):
            raise PermissionError(13, "Permission denied")
        return scandir(place)

    monkeypatch.setattr(os, "scandir", refusing)
    told = []

    found = list_images(folder, cancel=Cancel(), unreadable=lambda *what: told.append(what))

    assert [entry.names for entry in found] == [("1.png",)]
    assert told == [(str(folder / "b"), "the folder cannot be read: permission denied")]
