"""Pictures of the same thing stay in one split: near-duplicates, and whole films that these give away."""

import zipfile
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import JobCancelled
from engine.jobs.job import Cancel
from engine.library import edits
from engine.library.dividing import Division, divide
from engine.library.project import Project
from engine.library.query import Filter, image_ids, images
from engine.library.records import Flag, Split
from engine.library.scan import ImportParams, import_sources
from engine.similarity.groups import GroupParams, merged_groups, near_groups

SIGNS = Path(__file__).parents[4] / "shared/data/gtsrb-mini.zip"
ALL = frozenset(Split)


def scene(seed, *, crop=0, light=0):
    """A picture unlike that of any other seed; `crop` and `light` make frames of it."""
    small = np.random.default_rng(seed).integers(30, 220, (9, 9, 3), np.uint8)
    image = Image.fromarray(small).resize((96, 96), Image.Resampling.BICUBIC)
    image = image.crop((crop, crop, 96 - crop, 96 - crop)).resize((96, 96))
    return image.point(lambda value: min(255, value + light))


@pytest.fixture
def make(tmp_path):
    """Import pictures, given as path to picture, by their folders; the project is closed at the end."""
    opened = []

    def _make(pictures):
        for path, picture in pictures.items():
            file = tmp_path / "pictures" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            picture.save(file)
        return imported(tmp_path / "pictures")

    def imported(folder):
        params = ImportParams(str(tmp_path / "work"), (str(folder),), group_by="none")
        import_sources(params, emit=lambda _: None, cancel=Cancel())
        opened.append(Project.open(tmp_path / "work"))
        return opened[-1]

    _make.imported = imported
    yield _make
    for project in opened:
        project.close()


def found_in(project):
    return near_groups(GroupParams(str(project.folder)), emit=lambda _: None, cancel=Cancel(), project=project)


def named(project, result):
    paths = {image.id: image.path for image in images(project, image_ids(project, Filter(problems=None)))}
    return sorted([paths[image] for image in group] for group in result["groups"])


def test_near_duplicates_are_a_group_and_all_others_are_alone(make):
    project = make(
        {
            "cat/a.png": scene(1),
            "cat/b.png": scene(1, light=12),
            "cat/c.png": scene(2),
            "dog/d.png": scene(1, crop=2),
            "dog/e.png": scene(3),
        }
    )

    result = found_in(project)

    assert named(project, result) == [["cat/a.png", "cat/b.png", "dog/d.png"]]
    assert (result["images"], result["sequences"], result["looked_at"]) == (3, 0, 5)


def film(name, seed, frames=6):
    """Half of the frames can be told by similarity; then the camera has moved on."""
    return {f"{name}_{n:04}.png": scene(seed + (n > frames // 2), light=2 * n) for n in range(frames)}


def test_names_that_number_the_frames_of_films_make_each_film_a_group(make):
    films = {f"cat/{n}": seed for n, seed in (("one", 10), ("two", 20))} | {"dog/one": 30, "dog/two": 40}
    project = make({path: picture for name, seed in films.items() for path, picture in film(name, seed).items()})

    result = found_in(project)

    assert result["sequences"] == 4
    assert named(project, result) == [sorted(film(name, seed)) for name, seed in sorted(films.items())]


def test_a_number_that_counts_all_of_a_class_makes_no_film(make):
    project = make(film("cat/img", 10) | film("dog/img", 30))

    result = found_in(project)

    assert result["sequences"] == 0
    assert {len(group) for group in named(project, result)} == {4, 2}, "what is alike is together all the same"


def test_names_tell_nothing_where_neighbours_are_not_alike(make):
    names = [f"{kind}/{series}_{n}.png" for kind in ("cat", "dog") for series in "ab" for n in range(6)]
    project = make({name: scene(100 + number) for number, name in enumerate(names)})

    assert found_in(project)["groups"] == []


def test_groups_that_images_have_are_kept_whole_and_excluded_images_are_left_out(make):
    project = make({f"cat/{n}.png": scene(n // 2, light=n % 2) for n in range(8)})
    ids = list(image_ids(project, Filter()))
    edits.set_grouping(project, {ids[1]: "mine", ids[2]: "mine"})
    edits.set_flag(project, ids[4:5], Flag.EXCLUDED)

    groups = found_in(project)["groups"]

    assert sorted(groups) == [ids[0:4], ids[6:8]]
    assert merged_groups(project, groups) == dict.fromkeys(ids[0:4], "mine") | dict.fromkeys(ids[6:8], "duplicates 1")


def test_looking_can_be_cancelled(make):
    cancel = Cancel()
    cancel.set()
    with pytest.raises(JobCancelled):
        near_groups(GroupParams(str(make({"cat/a.png": scene(1)}).folder)), emit=lambda _: None, cancel=cancel)


@pytest.mark.skipif(not SIGNS.is_file(), reason="the traffic signs of ../shared/data are not here")
def test_frames_of_one_sign_are_never_on_both_sides(make, tmp_path):
    """Six kinds of signs, two of each, fifteen frames of every one: from 20 pixels wide to 100."""
    with zipfile.ZipFile(SIGNS) as archive:
        kinds = ("Train/0/", "Train/3/", "Train/7/", "Train/12/", "Train/25/", "Train/38/")
        archive.extractall(tmp_path / "signs", [name for name in archive.namelist() if name.startswith(kinds)])
    project = make.imported(tmp_path / "signs/Train")

    result = found_in(project)
    for seed in range(5):
        moved = divide(project, Division(0.4, seed=seed, again=ALL, together=result["groups"])).splits
        sides = defaultdict(set)
        for image in images(project, image_ids(project, Filter())):
            folder, name = image.path.split("/")
            sides[folder, name.rsplit("_", 1)[0]].add(moved.get(image.id, image.split))
        assert len(sides) == 12
        assert {len(side) for side in sides.values()} == {1}
        assert sum(Split.VALIDATION in side for side in sides.values()) >= 4, "and something is held out"
    splits = divide(project, Division(0.4, again=ALL, together=result["groups"])).splits
    edits.set_splits(project, splits, groups=merged_groups(project, result["groups"]))
    assert divide(project, Division(0.4, again=ALL)).splits == {}, "the groups were kept with the edit"
    edits.undo(project)
    assert {image.group for image in images(project, image_ids(project, Filter()))} == {None}
