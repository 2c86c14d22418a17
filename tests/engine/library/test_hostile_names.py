"""Names that people and programs give to files: in, labelled, undone, out, and in again they are the same."""

import hashlib
import os
import shutil
import sys

import pytest
from PIL import Image

from engine.jobs.job import Cancel
from engine.library import edits
from engine.library.exporting import ExportLabelsParams, export_labels
from engine.library.project import Project
from engine.library.query import Filter, classes, image_ids, images, problems
from engine.library.records import Flag, Split
from engine.library.scan import ImportParams, import_sources

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="this system refuses such names")

FOLDERS = ("고양이", "dog 😀", "new\nline", "100 %", "quo\"te's", " spaces ", "-dash", os.fsdecode(b"bytes\xff\xfe"))
FILES = (
    *("한국어 사진.png", "😀👍🏽.png", "new\nline.png", "100%25.png", "quo\"te's.png", " leading.png", "trailing .png"),
    *("comma, semicolon; tab\t.png", "=1+1.png", "back\\slash.png", "return\r.png", "[a]*?{b}.png", "x" * 240 + ".png"),
    *(os.fsdecode(b"bytes\xff.png"), os.fsdecode(b"bytes\xfe.png"), "e\u0301.png", "\u00e9.png"),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A picture for each name, all different, spread over the folders."""
    root = tmp_path_factory.mktemp("hostile") / "그림 100% \n'\""
    for number, name in enumerate(FILES):
        file = root / FOLDERS[number % len(FOLDERS)] / name
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 6), (number * 9, 200, 10)).save(file, "PNG")
    return root


@pytest.fixture
def labelled(tmp_path, made):
    """The pictures in a project: labels by folder, some others, splits, flags, notes; the last label was undone."""
    shutil.copytree(made, tmp_path / made.name)
    project = imported(tmp_path / "work", tmp_path / made.name)
    ids, known = list(image_ids(project, Filter())), classes(project)
    edits.set_label(project, ids[::3], known[2].id)
    edits.set_label(project, ids[1:2], None)
    for number, split in enumerate(Split):
        edits.set_split(project, ids[number::4], split)
    edits.set_flag(project, ids[::2], Flag.UNSURE)
    edits.set_note(project, ids[4:6], "넓은 \"note\", '50 %'\nof two lines")
    edits.set_label(project, ids, known[0].id)
    edits.undo(project)
    yield project
    project.close()


def imported(folder, source, **options):
    params = ImportParams(str(folder), (str(source),), **options)
    import_sources(params, emit=lambda _: None, cancel=Cancel())
    return Project.open(folder)


def known(project, key, count=6):
    names = {cls.id: cls.name for cls in classes(project)}
    found = images(project, image_ids(project, Filter()))
    facts = {key(i): (names.get(i.class_id), i.split, i.unsure, i.excluded, i.note, i.group)[:count] for i in found}
    assert len(facts) == len(FILES)
    return facts


def content(image):
    return hashlib.sha256(image.file.read_bytes()).hexdigest()


def test_every_name_comes_in_with_its_folder_as_its_class(tmp_path, made):
    with imported(tmp_path / "work", made) as project:
        assert problems(project) == []
        paths = {image.path for image in images(project, image_ids(project, Filter()))}
        assert paths == {f"{FOLDERS[n % len(FOLDERS)]}/{name}" for n, name in enumerate(FILES)}
        assert len(classes(project)) == len(FOLDERS)


def test_names_survive_a_restart_and_undo(labelled):
    before = known(labelled, lambda i: i.path)
    labelled.close()
    with Project.open(labelled.folder) as again:
        assert known(again, lambda i: i.path) == before
        edits.redo(again)
        edits.undo(again)
        assert known(again, lambda i: i.path) == before


def test_a_table_out_and_in_again_is_equal(labelled, tmp_path):
    table = tmp_path / "labels.csv"
    params = ExportLabelsParams(str(labelled.folder), str(table))
    export_labels(params, emit=lambda _: None, cancel=Cancel(), project=labelled)

    (source,) = {image.folder for image in images(labelled, image_ids(labelled, Filter()))}
    with imported(tmp_path / "again", source, csv=str(table), split="named") as again:
        assert known(again, lambda i: i.path) == known(labelled, lambda i: i.path)


@pytest.mark.parametrize(("format", "fields"), [("tree", 2), ("folders", 1), ("imagefolder", 6)])
def test_pictures_out_and_in_again_are_equal(labelled, tmp_path, format, fields):
    edits.set_label(labelled, image_ids(labelled, Filter(labelled=False)), classes(labelled)[0].id)
    if format == "tree":
        edits.set_split(labelled, image_ids(labelled, Filter(splits=frozenset({Split.UNASSIGNED}))), Split.TRAINING)
    params = ExportLabelsParams(str(labelled.folder), str(tmp_path / "out"), format)
    export_labels(params, emit=lambda _: None, cancel=Cancel(), project=labelled)

    with imported(tmp_path / "again", tmp_path / "out", split="named") as again:
        assert known(again, content, fields) == known(labelled, content, fields)


def test_a_source_at_the_end_of_a_path_of_3000_characters(tmp_path, made):
    deep = tmp_path
    while len(str(deep)) < 3000:
        deep = deep / f"{len(str(deep))} 사진".ljust(200, "x")
    file = deep / "cat/1.png"
    try:
        file.parent.mkdir(parents=True)
    except OSError as error:
        pytest.skip(f"this file system has no such paths: {error}")
    Image.new("RGB", (8, 6)).save(file)
    Image.new("RGB", (8, 6)).save(deep / "2.png")

    with imported(tmp_path / "work", deep) as project:
        assert problems(project) == []
        found = images(project, image_ids(project, Filter()))
        assert {image.file for image in found} == {file, deep / "2.png"}
        edits.add_class(project, "bird")
        edits.set_label(project, [found[0].id], classes(project)[-1].id)
        edits.undo(project)
        table = tmp_path / "labels.csv"
        params = ExportLabelsParams(str(project.folder), str(table))
        assert export_labels(params, emit=lambda _: None, cancel=Cancel(), project=project)["images"] == 2
        before = {image.path: image.class_id is not None for image in found}
    with imported(tmp_path / "again", deep, csv=str(table)) as again:
        found = images(again, image_ids(again, Filter()))
        assert {image.path: image.class_id is not None for image in found} == before
