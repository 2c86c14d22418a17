"""Names in archives that do not say how they are encoded, archives in archives, and archives that are not read."""

import io
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.errors import SourceError, UsageError
from engine.events import Log, ProblemFound
from engine.library.importers.detect import ImportOptions, detect
from engine.library.packed.member_names import guess
from tests.engine.library.conftest import labels_of, splits_of

JAPANESE, KOREAN, CHINESE = (
    ("ひまわり", "チューリップ", "犬の写真"),
    ("고양이", "강아지", "해바라기"),
    ("小猫", "小狗", "向日葵", "郁金香", "玫瑰"),
)
FRENCH = ("tournesol ensoleillé", "forêt", "château à l'été")


def png(number=0):
    data = io.BytesIO()
    Image.new("RGB", (8, 6), (number % 256, 90, 30)).save(data, "PNG")
    return data.getvalue()


class _Unmarked(zipfile.ZipInfo):
    """Writes the bytes of its name as they are, without the mark of UTF-8."""

    def _encodeFilenameFlags(self):
        return self.filename.encode("cp437"), self.flag_bits & ~0x800


def zipped(file, names, encoding=None):
    """As programs of Windows write it, in `encoding`; else as Python does."""
    with zipfile.ZipFile(file, "w") as archive:
        for number, name in enumerate(names):
            info = zipfile.ZipInfo(name) if encoding is None else _Unmarked(name.encode(encoding).decode("cp437"))
            archive.writestr(info, png(number))
    return file


@pytest.mark.parametrize(
    ("classes", "encoding"),
    [(JAPANESE, "cp932"), (KOREAN, "cp949"), (CHINESE, "gbk"), (FRENCH, "cp437")],
)
def test_classes_of_an_archive_from_windows_are_guessed_with_a_note_or_read_as_told(
    tmp_path, project, add, classes, encoding
):
    names = [f"{name}/{n}.png" for name in classes for n in range(3)]
    archive, events = zipped(tmp_path / "set.zip", names, encoding), []

    guessed, told = detect(archive), detect(archive, ImportOptions(encoding=encoding))
    add(archive, events=events)

    assert set(guessed.classes) == set(told.classes) == set(labels_of(project).values()) == set(classes)
    assert any(f"({encoding})" in str(note) for note in guessed.notes)
    assert any(f"({encoding})" in event.message for event in events if isinstance(event, Log))
    assert not any("encoded" in str(note) for note in told.notes)


def test_another_encoding_is_unpacked_anew(tmp_path, project, add):
    archive = zipped(tmp_path / "set.zip", [f"{name}/1.png" for name in KOREAN], "cp949")

    add(archive, encoding="cp437")
    add(archive, encoding="cp949")

    assert set(KOREAN) < set(labels_of(project).values())


def test_an_encoding_that_the_names_do_not_have_is_told(tmp_path):
    archive = zipped(tmp_path / "set.zip", [f"{name}/1.png" for name in FRENCH], "cp437")

    with pytest.raises(SourceError, match="not in utf-8"):
        detect(archive, ImportOptions(encoding="utf-8"))


def test_an_encoding_without_effect_is_an_error(tmp_path, add):
    archive = zipped(tmp_path / "set.zip", ["cats/1.png", "dogs/1.png"])

    for look in (lambda: detect(archive, ImportOptions(encoding="cp932")), lambda: add(archive, encoding="cp932")):
        with pytest.raises(UsageError, match="changes nothing"):
            look()


def test_names_in_a_tar_archive_are_read_as_told(tmp_path):
    with tarfile.open(tmp_path / "set.tar", "w", format=tarfile.GNU_FORMAT, encoding="cp949") as archive:
        for name in KOREAN:
            info = tarfile.TarInfo(f"{name}/1.png")
            info.size = len(png())
            archive.addfile(info, io.BytesIO(png()))

    assert set(detect(tmp_path / "set.tar", ImportOptions(encoding="cp949")).classes) == set(KOREAN)


@given(st.lists(st.binary(max_size=12), max_size=8))
def test_a_guess_reads_any_names(names):
    encoding = guess(names)

    assert all(isinstance(name.decode(encoding), str) for name in names)


def test_archives_in_an_archive_are_folders_of_its_names(tmp_path, project, add):
    train, test = (f"train/{name}/{n}.png" for name in "ab" for n in range(3)), ("a/9.png", "b/9.png")
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.writestr("set/train.zip", zipped(tmp_path / "train.zip", train).read_bytes())
        archive.writestr("set/test.zip", zipped(tmp_path / "test.zip", test).read_bytes())

    found = detect(tmp_path / "set.zip")
    add(tmp_path / "set.zip", split="named")

    assert (found.classes, found.splits) == ({"a": 4, "b": 4}, {"training": 6, "test": 2})
    assert sorted(splits_of(project).values()) == ["test"] * 2 + ["training"] * 6


def test_an_archive_three_deep_is_told_and_a_bomb_within_one_is_refused(tmp_path, add, monkeypatch):
    inner = zipped(tmp_path / "inner.zip", ["a/1.png", "b/1.png"])
    with zipfile.ZipFile(tmp_path / "middle.zip", "w") as archive:
        archive.write(inner, "inner.zip")
        archive.writestr("a/0.png", png())
        archive.writestr("b/0.png", png())
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(tmp_path / "middle.zip", "middle.zip")
    events = []

    assert add(tmp_path / "outer.zip", events=events)["images"] == 2
    assert any("an archive in an archive" in e.reason for e in events if isinstance(e, ProblemFound))

    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/1.png", bytes(10**6))
    with zipfile.ZipFile(tmp_path / "outer2.zip", "w") as archive:
        archive.write(tmp_path / "bomb.zip", "bomb.zip")
    monkeypatch.setattr("engine.library.packed.members.RATIO_FROM", 1000)
    with pytest.raises(SourceError, match=r"bomb\.zip is not unpacked"):
        add(tmp_path / "outer2.zip")


def test_an_archive_in_an_archive_that_leads_out_writes_nothing(tmp_path, project, add):
    inner = zipped(tmp_path / "inner.zip", ["../../out.png", "a/1.png"])
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(inner, "inner.zip")

    with pytest.raises(SourceError, match="leads out"):
        add(tmp_path / "outer.zip")

    assert not list(tmp_path.rglob("out.png"))


@pytest.mark.parametrize(
    ("name", "head", "told"),
    [
        ("x.rar", b"Rar!\x1a\x07", "RAR archive"),
        ("x.7z", b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
        ("x.zip", b"Rar!\x1a\x07\x01", "RAR archive"),
        ("x.zip.001", b"PK\x03\x04", "part of a split archive"),
        ("x.z01", b"PK\x03\x04", "part of a split archive"),
        ("x.part1.rar", b"Rar!", "part of a split archive"),
    ],
)
def test_archives_that_are_not_read_are_told_with_what_to_do(tmp_path, add, name, head, told):
    (tmp_path / name).write_bytes(head)

    for look in (detect, add):
        with pytest.raises(SourceError, match=rf"{told}.*pack that as \.zip"):
            look(tmp_path / name)


def test_the_last_part_of_a_split_archive_is_told_as_such(tmp_path):
    zipped(tmp_path / "x.zip", ["a/1.png"])
    (tmp_path / "x.z01").write_bytes(b"PK")

    with pytest.raises(SourceError, match="put the parts together"):
        detect(tmp_path / "x.zip")


@pytest.fixture
def cases(shared_data, tmp_path):
    with zipfile.ZipFile(shared_data / "import-cases.zip") as archive:
        archive.extractall(tmp_path)
    return tmp_path


@pytest.mark.parametrize("encoding", [None, "cp932"])
def test_the_archive_from_japanese_windows_that_people_sent(cases, encoding):
    file = cases / "15-zip-from-japanese-windows" / "61-cp932.zip"

    assert detect(file, ImportOptions(encoding=encoding)).classes == {"犬": 12, "猫": 12}


def test_the_zips_in_a_zip_that_people_sent(cases):
    found = detect(cases / "30-zips-in-a-zip" / "62-nested.zip")

    assert (found.classes, found.splits) == ({"cat": 12, "dog": 12}, {"test": 8, "training": 16})
