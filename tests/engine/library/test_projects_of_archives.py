"""The project of an archive: called as people know the pictures, beside them, found again, and nobody else's."""

import shutil
import zipfile

import pytest

from engine.jobs.job import Cancel
from engine.library.project import Project, project_for_pictures
from engine.library.query import sources
from engine.library.scan import ImportParams, import_sources


@pytest.fixture
def archive(tmp_path, pictures):
    """Write `x.zip`, or another name, with a picture or more."""

    def write(name="x.zip", folder=tmp_path, count=1):
        folder.mkdir(exist_ok=True)
        source = pictures(*(f"cat/{n}.png" for n in range(count)), root=f"for-{name}")
        with zipfile.ZipFile(folder / name, "w") as packed:
            for file in sorted(source.rglob("*.png")):
                packed.write(file, file.relative_to(source))
        shutil.rmtree(source)
        return folder / name

    return write


def imported(source):
    place = project_for_pictures(source)
    import_sources(ImportParams(str(place), (str(source),)), emit=lambda _: None, cancel=Cancel())
    return place


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        *(("x.zip", "x"), ("X.ZIP", "X"), ("flowers.tar.gz", "flowers"), ("a.v2.tgz", "a.v2"), ("mnist.npz", "mnist")),
        ("train-images-idx3-ubyte.gz", "train-images-idx3-ubyte"),
    ],
)
def test_the_project_of_an_archive_is_called_without_its_suffix_and_stands_beside_it(tmp_path, name, plain):
    (tmp_path / name).touch()

    assert project_for_pictures(tmp_path / name) == tmp_path / f"{plain}.pigeonhole"


def test_it_is_found_again_also_when_the_archive_was_changed_moved_or_unpacked_beside_it(tmp_path, archive):
    place = imported(archive())
    assert project_for_pictures(tmp_path / "x.zip") == place

    archive(count=2)
    assert project_for_pictures(tmp_path / "x.zip") == place

    (tmp_path / "x").mkdir()
    assert project_for_pictures(tmp_path / "x.zip") == place

    (tmp_path / "elsewhere").mkdir()
    for name in ("x.zip", "x.pigeonhole"):
        shutil.move(tmp_path / name, tmp_path / "elsewhere")
    assert project_for_pictures(tmp_path / "elsewhere" / "x.zip") == tmp_path / "elsewhere" / "x.pigeonhole"


def test_the_project_of_a_folder_of_that_name_is_left_to_the_folder(tmp_path, pictures, archive):
    folder = pictures("dog/1.png", root="x")
    assert project_for_pictures(archive()) == tmp_path / "x.zip.pigeonhole", "the folder may want the name"

    place = imported(folder)
    assert project_for_pictures(folder) == place == tmp_path / "x.pigeonhole"
    other = imported(tmp_path / "x.zip")
    assert other == project_for_pictures(tmp_path / "x.zip") == tmp_path / "x.zip.pigeonhole"
    with Project.open(place, read_only=True) as project:
        assert [source.folder for source in sources(project)] == [folder]


def test_two_archives_that_differ_in_their_suffix_have_a_project_each(tmp_path, archive):
    place = imported(archive())
    shutil.copy(tmp_path / "x.zip", tmp_path / "x.tar.gz")

    other = imported(tmp_path / "x.tar.gz")
    assert other == project_for_pictures(tmp_path / "x.tar.gz") == tmp_path / "x.tar.gz.pigeonhole"
    assert project_for_pictures(tmp_path / "x.zip") == place == tmp_path / "x.pigeonhole"


@pytest.mark.usefixtures("nothing_writable")
def test_pictures_that_are_gone_have_no_part_in_a_project_of_an_archive_of_that_name(tmp_path, archive):
    place = imported(archive(folder=tmp_path / "one"))

    assert project_for_pictures(tmp_path / "gone" / "x") == place.with_name("x 2.pigeonhole")


def test_a_project_that_an_earlier_version_made_is_opened(tmp_path, archive):
    with Project.create(tmp_path / "x.zip.pigeonhole") as project:
        place = project.folder

    assert project_for_pictures(archive()) == place


@pytest.mark.usefixtures("nothing_writable")
def test_the_project_of_an_archive_on_a_place_that_cannot_be_written_is_found_again(tmp_path, archive):
    from engine.places import documents_folder

    one, two = archive(folder=tmp_path / "one"), archive(folder=tmp_path / "two")

    assert imported(one) == project_for_pictures(one) == documents_folder() / "x.pigeonhole"
    assert imported(two) == project_for_pictures(two) == documents_folder() / "x 2.pigeonhole"
