"""Archives are looked at without writing, unpacked safely, and found again when the project moves."""

import io
import random
import tarfile
import zipfile
from collections import Counter

import pytest
from PIL import Image

from engine.errors import JobCancelled, SourceError
from engine.events import ProblemFound, Progress
from engine.jobs.job import Cancel
from engine.library import edits
from engine.library.importers.detect import detect
from engine.library.packed import archives, members
from engine.library.project import Project
from engine.library.query import Filter, class_counts, image_ids, images, sources
from tests.engine.library.conftest import labels_of, splits_of


def png(colour=(10, 90, 30)):
    buffer = io.BytesIO()
    Image.new("RGB", (8, 6), colour).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def zipped(tmp_path):
    """Write a ZIP of {path: bytes}; an image where the bytes are None."""

    def write(files, name="set.zip", **options):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED, **options) as archive:
            for path, data in files.items():
                archive.writestr(path, png() if data is None else data)
        return tmp_path / name

    return write


@pytest.fixture
def tarred(tmp_path):
    """Write a tar of {path: bytes, or a function that changes the entry}."""

    def write(files, name="set.tgz"):
        with tarfile.open(tmp_path / name, "w:gz" if name.endswith("gz") else "w") as archive:
            for path, data in files.items():
                info = tarfile.TarInfo(path)
                content = png() if data is None or callable(data) else data
                info.size = len(content)
                if callable(data):
                    data(info)
                archive.addfile(info, io.BytesIO(content))
        return tmp_path / name

    return write


FILES = {
    "flowers/train/daisy/1.png": None,
    "flowers/train/rose/2.png": None,
    "flowers/valid/daisy/3.png": None,
    "flowers/test1/4.png": None,
    "flowers/readme.md": b"hello",
    "__MACOSX/flowers/train/daisy/._1.png": b"x",
}


@pytest.mark.parametrize("form", ["zip", "tgz", "tar"])
def test_an_archive_is_previewed_and_imported_like_the_folder_in_it(form, zipped, tarred, project, add, tmp_path):
    archive = zipped(FILES) if form == "zip" else tarred(FILES, f"set.{form}")
    before = sorted(tmp_path.rglob("*"))

    found = detect(archive)

    assert (found.kind, found.images) == ("train-test-folders", 4)
    assert found.classes == {"daisy": 2, "rose": 1}
    assert found.splits == {"training": 2, "validation": 1, "test": 1}
    assert "4 pictures" in str(found.notes[0])
    assert "unpacked into the project's folder" in str(found.notes[0])
    assert sorted(tmp_path.rglob("*")) == before, "a preview writes nothing there"
    result = add(archive)
    assert (result["images"], result["kind"], result["classes"]) == (4, found.kind, found.classes)
    assert set(splits_of(project).values()) == {"training", "validation", "unassigned"}
    assert all(image.file.is_relative_to(project.folder) for image in images(project, image_ids(project, Filter())))


@pytest.mark.parametrize("kind", ["zip", "tgz"])
def test_pictures_without_a_suffix_count_in_the_preview_and_in_the_import(project, add, zipped, tarred, kind):
    files = {"cat/photo": None, "cat/other": None, "dog/photo": None, "dog/README": b"about dogs", "LICENSE": b"free"}
    archive = (zipped if kind == "zip" else tarred)(files)

    assert detect(archive).classes == add(archive)["classes"] == {"cat": 2, "dog": 1}


def test_tables_in_an_archive_count_in_the_preview_and_in_the_import(zipped, project, add):
    archive = zipped({"1.png": None, "2.png": None, "labels.csv": b"path,class\n1.png,cat\n2.png,dog\n"})

    assert detect(archive).classes == add(archive)["classes"] == {"cat": 1, "dog": 1}


def test_the_same_archive_is_unpacked_once(zipped, project, add):
    archive = zipped(FILES)
    add(archive)
    events = []

    assert add(archive, events=events)["images"] == 0
    assert not [event for event in events if isinstance(event, Progress) and event.phase == "Unpacking"]


def test_a_project_that_is_renamed_finds_what_was_unpacked(zipped, project, add, tmp_path):
    add(zipped(FILES))
    project.close()
    project.folder.rename(tmp_path / "other.pigeonhole")

    with Project.open(tmp_path / "other") as moved:
        assert not any(source.missing for source in sources(moved))
        assert all(image.file.is_file() for image in images(moved, image_ids(moved, Filter())))


def test_what_was_unpacked_goes_when_its_import_is_undone_for_good(zipped, project, add, tmp_path):
    add(zipped(FILES))
    edits.undo(project)
    project.close()
    unpacked = project.folder / "unpacked"
    with Project.open(project.folder) as again:
        assert len(list(unpacked.iterdir())) == 1, "redo may still need it"
        edits.add_class(again, "new")
    (unpacked / ".unpacking-left").mkdir()

    with Project.open(project.folder):
        assert list(unpacked.iterdir()) == []


def test_a_cancelled_import_leaves_nothing_unpacked(zipped, project, add):
    cancel = Cancel()
    cancel.set()
    with pytest.raises(JobCancelled):
        add(zipped(FILES), cancel=cancel)

    assert not list(project.folder.glob("unpacked/*"))


@pytest.mark.parametrize(
    "path", ["../evil.png", "a/../../evil.png", "/tmp/evil.png", "C:\\evil.png", "..\\evil.png", "a\\..\\..\\evil.png"]
)
@pytest.mark.parametrize("form", ["zip", "tar"])
def test_a_path_that_leads_out_refuses_the_archive(path, form, zipped, tarred, project, add, tmp_path):
    files = {"a/1.png": None, path: None}
    archive = zipped(files) if form == "zip" else tarred(files, "set.tar")

    for look in (detect, add):
        with pytest.raises(SourceError, match=r"is not unpacked: it holds the path .*evil.png', which leads out"):
            look(archive)
    assert not list(tmp_path.parent.rglob("evil.png"))
    assert not list(project.folder.glob("unpacked/*"))


def test_links_and_devices_are_passed_over_and_told(tarred, project, add):
    def link(info):
        info.type, info.linkname, info.size = tarfile.SYMTYPE, "/etc/passwd", 0

    def hard(info):
        info.type, info.linkname, info.size = tarfile.LNKTYPE, "../../outside.png", 0

    def pipe(info):
        info.type, info.size = tarfile.FIFOTYPE, 0

    events = []
    result = add(tarred({"a/1.png": None, "a/2.png": link, "a/3.png": hard, "a/4.png": pipe}), events=events)

    assert result["images"] == 1
    reasons = [event.reason for event in events if isinstance(event, ProblemFound)]
    assert reasons == ["a link; links in archives are not followed"] * 2 + ["not a file"]


def test_a_symbolic_link_in_a_zip_is_passed_over(zipped, add, tmp_path):
    archive = zipped({"a/1.png": None})
    with zipfile.ZipFile(archive, "a") as more:
        info = zipfile.ZipInfo("a/2.png")
        info.external_attr = 0o120777 << 16
        more.writestr(info, "/etc/passwd")

    assert add(archive)["images"] == 1


def test_a_link_that_comes_first_does_not_lead_later_files_out(tarred, project, add, tmp_path):
    def link(info):
        info.name, info.type, info.linkname, info.size = "a", tarfile.SYMTYPE, str(tmp_path / "outside"), 0

    (tmp_path / "outside").mkdir()
    add(tarred({"link": link, "a/1.png": None}))

    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.parametrize("limit", ["bytes", "ratio"])
@pytest.mark.parametrize("form", ["zip", "tgz"])
def test_a_bomb_is_refused_with_the_limit_in_the_reason(limit, form, zipped, tarred, project, add, monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 4 * 10**6 if limit == "bytes" else 10**12)
    monkeypatch.setattr(members, "RATIO_FROM", 10**6 if limit == "ratio" else 10**12)
    files = {f"a/{n}.png": bytes(10**6) for n in range(5)}
    archive = zipped(files) if form == "zip" else tarred(files)
    sentence = "the limit; unpack it yourself" if limit == "bytes" else "over 200 times its size"

    for look in (detect, add):
        with pytest.raises(SourceError, match=sentence):
            look(archive)
    assert not list(project.folder.glob("unpacked/*"))


def test_an_archive_that_lies_about_its_sizes_is_stopped_while_it_is_written(zipped, project, add, monkeypatch):
    archive = zipped({"a/1.png": bytes(5 * 10**6)})
    monkeypatch.setattr(members, "RATIO_FROM", 10**6)
    monkeypatch.setattr(members.Limits, "announced", lambda self, size: None)

    with pytest.raises(SourceError, match="over 200 times its size"):
        add(archive)


def test_a_damaged_file_in_an_archive_is_told_and_the_rest_is_imported(zipped, add):
    archive = zipped({"a/1.png": None, "a/2.png": png((200, 1, 1)), "a/3.png": None})
    data = bytearray(archive.read_bytes())
    place = data.index(b"a/2.png") + len("a/2.png") + 20
    data[place : place + 4] = b"\xff\xff\xff\xff"
    archive.write_bytes(data)
    events = []

    assert add(archive, events=events)["images"] == 2
    assert [e.reason.partition(":")[0] for e in events if isinstance(e, ProblemFound)] == ["damaged"]


@pytest.mark.parametrize("cut", [10, 200, 5000, 40_000])
def test_a_truncated_archive_says_so(cut, tarred, zipped, add):
    files = {f"a/{n}.png": png((n, n, n)) + random.Random(n).randbytes(9000) for n in range(9)}
    for archive in (tarred(files), zipped(files)):
        archive.write_bytes(archive.read_bytes()[:cut])
        for look in (detect, add):
            with pytest.raises(SourceError, match="damaged"):
                look(archive)


def test_an_encrypted_archive_says_so(zipped, add):
    archive = zipped({"a/1.png": None})
    data = bytearray(archive.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    archive.write_bytes(data)

    with pytest.raises(SourceError, match=r"set.zip is encrypted; unpack it yourself"):
        add(archive)


def test_names_of_any_kind_come_through(zipped, project, add):
    files = ["고양이/1 #%.png", "emoji 🐦/a'\"b.png", "trail /x.png", "new\nline/1.png"]

    add(zipped(dict.fromkeys(files)))

    names = [" ".join(name.partition("/")[0].split()) for name in files]  # of classes: in one line, no spaces around
    assert Counter(labels_of(project).values()) == Counter(names)


def test_names_that_differ_in_case_alone_do_not_overwrite_each_other(zipped, project, add):
    add(zipped({"a/1.png": None, "A/1.PNG": None}))

    assert sum(count.total for count in class_counts(project)) == len(list(project.folder.glob("unpacked/*/*/*")))


def test_an_archive_without_pictures_says_so(zipped, add):
    archive = zipped({"readme.txt": b"hello"})

    for look in (detect, add):
        with pytest.raises(SourceError, match=r"There are no images in"):
            look(archive)


def test_a_name_that_is_too_long_concerns_one_file(zipped, add):
    events = []

    assert add(zipped({"a/1.png": None, f"a/{'x' * 300}.png": None}), events=events)["images"] == 1
    assert any("its name cannot be used here" in e.reason for e in events if isinstance(e, ProblemFound))
