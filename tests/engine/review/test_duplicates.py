"""Pictures that are there twice: as the same bytes, or changed a little."""

import csv
import io
import shutil
import tarfile
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from engine.errors import JobCancelled, UsageError
from engine.events import ProblemFound, Progress
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import ImageRecord, Split
from engine.library.scan import ImportParams, import_sources
from engine.review.duplicates import DuplicatesParams, find_duplicates
from engine.similarity.duplicates import connected_by, duplicate_groups, keep_one, together
from engine.similarity.fingerprints import fingerprint, matches_of, matching_pairs
from engine.similarity.groups import merged_groups
from engine.similarity.look_alikes import look_alike_pairs
from tests.benchmarks.material import take_out


def run(params, cancel=None):
    seen = []
    return find_duplicates(params, emit=seen.append, cancel=cancel or Cancel()), seen


def ids_of(images):
    return [image.id for image in images]


def changed(image, random):
    """As a picture changes on its way through other people's hands."""
    width, height = image.size
    left, top, right, bottom = random.uniform(0, 0.05, 4)
    image = image.crop((left * width, top * height, (1 - right) * width, (1 - bottom) * height))
    scale = random.uniform(0.4, 1.5)
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BICUBIC)
    image = ImageEnhance.Brightness(image).enhance(random.uniform(0.75, 1.3))
    data = io.BytesIO()
    image.save(data, "JPEG", quality=int(random.integers(40, 90)))
    return data.getvalue()


def scene(seed):
    """A picture of coloured patches, like no other."""
    small = np.random.default_rng(seed).integers(0, 256, (9, 12, 3), np.uint8)
    return Image.fromarray(small).resize((160, 120), Image.Resampling.BICUBIC)


def record(number, file, *, split=Split.TRAINING, class_id=1, width=100, height=100):
    return ImageRecord(number, 1, file.name, str(file.parent), class_id, split, width, height, 1, 1, None, None)


@pytest.fixture
def copies(tmp_path):
    """A project with eight pictures to train on; of two a changed and a true copy stand in the test split."""
    random = np.random.default_rng(3)
    for number in range(8):
        file = tmp_path / "pictures" / "train" / "ab"[number % 2] / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        scene(number).save(file)
    test = tmp_path / "pictures" / "test"
    for name in "ab":
        (test / name).mkdir(parents=True)
    (test / "b" / "changed 0.jpg").write_bytes(changed(scene(0), random))
    shutil.copy(tmp_path / "pictures" / "train" / "b" / "1.png", test / "b" / "same 1.png")
    scene(20).save(test / "a" / "another.png")
    folder = tmp_path / "copies.pigeonhole"
    import_sources(ImportParams(str(folder), (str(tmp_path / "pictures"),)), emit=lambda e: None, cancel=Cancel())
    return folder


def names(result):
    found = {}
    for row in result["rows"]:
        found.setdefault(row["group"], set()).add(Path(row["path"]).name)
    return [found[number] for number in sorted(found)]


def test_changed_and_true_copies_are_found_and_nothing_else(copies):
    result, seen = run(DuplicatesParams(str(copies)))

    assert names(result) == [{"0.png", "changed 0.jpg"}, {"1.png", "same 1.png"}]
    assert [(r["kind"], r["across_splits"], r["labels_differ"]) for r in result["rows"][::2]] == [
        ("near", True, True),
        ("exact", True, False),
    ]
    assert result["rows"][0]["similarity"] < 1 == result["rows"][2]["similarity"]
    assert (result["groups"], result["across_splits"], result["labels_differ"], result["looked_at"]) == (2, 2, 1, 11)
    assert any(isinstance(e, Progress) and e.phase == "Looking at images" for e in seen)


def test_exact_copies_alone_can_be_asked_for(copies):
    result, _ = run(DuplicatesParams(str(copies), exact=True))

    assert names(result) == [{"1.png", "same 1.png"}]


def test_all_but_one_are_excluded_in_one_edit_that_can_be_undone(copies):
    with Project.open(copies) as project:
        one, other = (
            next(i for i in query.images(project, query.image_ids(project, query.Filter())) if i.file.name == name)
            for name in ("0.png", "changed 0.jpg")
        )
        edits.set_label(project, [other.id], one.class_id)  # with another label both would stay
    result, _ = run(DuplicatesParams(str(copies), resolve="exclude"))

    with Project.open(copies) as project:
        excluded = [i.file.name for i in query.images(project, query.image_ids(project, query.Filter())) if i.excluded]
        assert sorted(excluded) == ["0.png", "1.png"]
        assert result["edit"] == edits.undo_name(project) == "Exclude 2 images from training"
    assert run(DuplicatesParams(str(copies)))[0]["groups"] == 0


def test_groups_are_brought_into_one_split_in_one_edit(copies):
    result, _ = run(DuplicatesParams(str(copies), resolve="together"))

    again, _ = run(DuplicatesParams(str(copies)))
    assert result["across_splits"] == 2
    assert (again["groups"], again["across_splits"]) == (2, 0)
    assert {row["split"] for row in again["rows"]} == {"training"}
    with Project.open(copies) as project:
        edits.undo(project)
    assert run(DuplicatesParams(str(copies)))[0]["across_splits"] == 2


def test_the_table_names_the_group_of_each_image(copies, tmp_path):
    out = tmp_path / "duplicates.csv"

    run(DuplicatesParams(str(copies), csv=str(out)))

    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["group"] for row in rows] == ["1", "1", "2", "2"]
    assert {row["split"] for row in rows} == {"training", "test"}


def test_a_file_that_is_gone_is_told_and_passed_over(copies, tmp_path):
    (tmp_path / "pictures" / "train" / "b" / "1.png").unlink()

    result, seen = run(DuplicatesParams(str(copies)))

    assert result["groups"] == 1
    assert [Path(e.path).name for e in seen if isinstance(e, ProblemFound)] == ["1.png"]


def test_a_cancel_stops_before_anything_is_changed(copies):
    cancel = Cancel()
    cancel.set()

    with pytest.raises(JobCancelled):
        run(DuplicatesParams(str(copies), resolve="exclude"), cancel)

    assert run(DuplicatesParams(str(copies)))[0]["groups"] == 2


@pytest.mark.parametrize("similarity", [0, 1.5])
def test_a_similarity_that_makes_no_sense_is_refused(copies, similarity):
    with pytest.raises(UsageError, match="above 0 and up to 1"):
        run(DuplicatesParams(str(copies), similarity=similarity))


def test_of_each_group_one_stays_that_measures_and_is_large(tmp_path):
    scene(1).save(tmp_path / "a.png")
    for name in "bcd":
        shutil.copy(tmp_path / "a.png", tmp_path / f"{name}.png")
    images = [
        record(1, tmp_path / "a.png"),
        record(2, tmp_path / "b.png", split=Split.VALIDATION, width=50),
        record(3, tmp_path / "c.png", split=Split.VALIDATION),
        record(4, tmp_path / "d.png", split=Split.UNASSIGNED),
    ]
    groups = duplicate_groups(images, None, emit=lambda e: None, cancel=Cancel())

    assert sorted(keep_one(groups)) == [1, 2, 4]
    assert together(groups) == dict.fromkeys([1, 2, 3, 4], Split.VALIDATION)


def test_of_a_film_only_frames_go_that_another_frame_shows(tmp_path):
    """Each frame is shifted a little from the one before: the last one shows nothing of the first one."""
    wide = np.asarray(scene(3).resize((480, 120), Image.Resampling.BICUBIC))
    images = []
    for number in range(12):
        Image.fromarray(wide[:, number * 12 : number * 12 + 160]).save(tmp_path / f"{number}.png")
        images.append(record(number + 1, tmp_path / f"{number}.png"))
    (group,) = duplicate_groups(images, 0.8, emit=lambda e: None, cancel=Cancel())
    assert len(group.images) == 12

    gone = set(keep_one([group]))

    stays = {image.id for image in group.images} - gone
    assert len(stays) > 1, "the ends of the film are different pictures"
    pixels = {image.id: fingerprint(image.file)[1] for image in group.images}
    for image, other in zip(group.images, group.shown_by, strict=True):
        assert other in stays
        assert (image.id == other) == (image.id in stays)
        assert matches_of(pixels[image.id][None], pixels[other], 0.75, np.zeros(1, bool))[0]


def test_almost_the_same_picture_with_another_label_stays_too(tmp_path):
    scene(1).save(tmp_path / "a.png")
    scene(1).save(tmp_path / "b.jpg", quality=90)
    images = [record(1, tmp_path / "a.png"), record(2, tmp_path / "b.jpg", class_id=2)]
    (group,) = duplicate_groups(images, 0.8, emit=lambda e: None, cancel=Cancel())

    assert group.labels_differ
    assert keep_one([group]) == [], "which of the labels is right is for a person to say"


def test_a_copy_stays_where_the_one_that_shows_it_is_gone(tmp_path):
    scene(1).save(tmp_path / "a.png")
    shutil.copy(tmp_path / "a.png", tmp_path / "b.png")
    images = [record(1, tmp_path / "a.png"), record(2, tmp_path / "b.png")]
    (group,) = duplicate_groups(images, 0.8, emit=lambda e: None, cancel=Cancel())

    assert keep_one([group]) == [2]
    assert keep_one([replace(group, images=group.images[1:], shown_by=group.shown_by[1:])]) == []


def test_where_no_candidate_is_worth_a_closer_look_there_is_no_similarity():
    one, other = (np.random.default_rng(seed).integers(0, 256, (1, 32, 32), np.uint8) for seed in (1, 2))
    large = np.zeros(1, bool)
    assert not matches_of(one, other[0], 0.8, large)[0]
    assert matches_of(one, one[0], 0.8, large)[0]
    assert matches_of(one[:0], other[0], 0.8, large[:0]).tolist() == []


def test_empty_pictures_are_not_all_copies_of_each_other(tmp_path):
    images = []
    for number, grey in enumerate((0, 128, 255)):
        Image.new("L", (90, 90), grey).save(tmp_path / f"{number}.png")
        images.append(record(number, tmp_path / f"{number}.png"))

    assert duplicate_groups(images, 0.8, emit=lambda e: None, cancel=Cancel()) == []
    assert duplicate_groups(images[:1], 0.8, emit=lambda e: None, cancel=Cancel()) == []
    assert duplicate_groups([], 0.8, emit=lambda e: None, cancel=Cancel()) == []


def test_handwritten_digits_are_alike_but_hardly_any_is_taken_for_a_copy():
    from sklearn.datasets import load_digits

    pixels = [Image.fromarray((p * 15).astype(np.uint8)).resize((32, 32)) for p in load_digits().images]
    pictures = np.stack([np.asarray(p) for p in pixels])

    pairs, _ = matching_pairs(pictures, 0.8, np.ones(len(pictures), bool), cancel=Cancel())

    assert len(pairs) < 0.01 * len(pictures)


def test_of_five_hundred_changed_flowers_nearly_all_are_found_and_no_others(shared_data, tmp_path):
    with tarfile.open(shared_data / "flower_photos-mini.tgz") as archive:
        take_out(archive, tmp_path)
    files = sorted(tmp_path.rglob("*.jpg"))
    random = np.random.default_rng(11)
    chosen = random.choice(len(files), 500, replace=False)
    images = [record(number, file) for number, file in enumerate(files)]
    for place, number in enumerate(chosen.tolist()):
        file = tmp_path / f"changed {place}.jpg"
        with Image.open(files[number]) as image:
            file.write_bytes(changed(image.convert("RGB"), random))
        images.append(record(len(files) + place, file))
    truth = {(number, len(files) + place) for place, number in enumerate(chosen.tolist())}

    groups = duplicate_groups(images, 0.8, emit=lambda e: None, cancel=Cancel())

    found = {(a.id, b.id) for g in groups for a in g.images for b in g.images if a.id < b.id}
    assert len(found & truth) / len(truth) >= 0.95
    assert len(found - truth) / len(found) <= 0.01


def test_tracks_of_traffic_signs_come_out_as_groups(shared_data, tmp_path):
    with zipfile.ZipFile(shared_data / "gtsrb-mini.zip") as archive:
        archive.extractall(tmp_path, [n for n in archive.namelist() if n.startswith("Train/") and n.endswith(".png")])
    files = sorted((tmp_path / "Train").rglob("*.png"))
    tracks = [f"{f.parent.name} {f.stem.split('_')[1]}" for f in files]
    pictures = np.stack([fingerprint(f)[1] for f in files])
    images = [record(number, file) for number, file in enumerate(files)]

    groups = duplicate_groups(images, 0.7, emit=lambda e: None, cancel=Cancel())

    inside = [Counter(tracks[i.id] for i in g.images) for g in groups]
    of_one_track = sum(count.most_common(1)[0][1] for count in inside) / sum(count.total() for count in inside)
    assert of_one_track >= 0.85
    assert len({track for count in inside for track in count}) >= 0.85 * len(set(tracks))
    assert sum(count.total() for count in inside) >= 0.6 * len(pictures)


# What a model sees alike


def test_pictures_that_a_model_sees_alike_are_found_and_others_are_not():
    random = np.random.default_rng(0)
    seen = random.normal(size=(60, 16)).astype(np.float32)
    seen[31] = seen[7] + random.normal(size=16).astype(np.float32) * 0.03
    seen[59] = seen[7] * 1.5
    pairs, similarity = look_alike_pairs(seen, 0.8, cancel=Cancel())
    assert {tuple(pair) for pair in pairs.tolist()} == {(7, 31), (7, 59), (31, 59)}
    assert ((similarity > 0.8) & (similarity <= 1)).all()


def test_of_a_large_cluster_enough_pairs_are_kept_to_connect_it():
    random = np.random.default_rng(1)
    others = random.normal(size=(900, 16))
    seen = np.concatenate([others, others[:1] + random.normal(size=(300, 16)) * 0.001]).astype(np.float32)
    pairs, similarity = look_alike_pairs(seen, 0.8, cancel=Cancel())
    assert len(pairs) < 9 * 301
    group, _ = max(connected_by(len(seen), pairs, similarity), key=lambda found: len(found[0]))
    assert set(group) == {0, *range(900, 1200)}


@pytest.mark.parametrize("count", [0, 1, 5])
def test_few_or_equal_pictures_need_no_model_to_see_them(count):
    pairs, similarity = look_alike_pairs(np.ones((count, 4), np.float32), 0.8, cancel=Cancel())
    assert pairs.shape == (0, 2)
    assert len(similarity) == 0


def test_a_project_is_searched_with_the_model_of_a_run(setting):
    for value in (12, 13, 240):
        setting.add(dark=value)
    result, _ = run(DuplicatesParams(str(setting.folder), run=""))
    assert {row["kind"] for row in result["rows"]} <= {"exact", "near", "alike"}
    assert result["groups"] > 0
    alike_rows = [row for row in result["rows"] if row["kind"] == "alike"]
    assert all(row["similarity"] >= 0.8 for row in alike_rows)
    assert alike_rows


# Keeping them together


def test_a_group_gets_a_name_that_no_other_has(copies):
    with Project.open(copies) as project:
        images = query.images(project, query.image_ids(project, query.Filter()))
        edits.set_grouping(project, {images[5].id: "duplicates 1"})
        names = merged_groups(project, [ids_of(images[:2]), ids_of(images[2:4])])
    assert names == {
        i.id: name for i, name in zip(images[:4], ["duplicates 2"] * 2 + ["duplicates 3"] * 2, strict=True)
    }


def test_what_was_together_stays_together(copies):
    with Project.open(copies) as project:
        images = query.images(project, query.image_ids(project, query.Filter()))
        one, two, three, four, five, *_ = images
        edits.set_grouping(project, {one.id: "a", two.id: "a", three.id: "b", four.id: "b"})
        one, two, three, four, five, *_ = query.images(project, [image.id for image in images])
        names = merged_groups(project, [ids_of([two, three]), ids_of([five, one])])
    assert {names.get(i.id) for i in (two, three, four, five)} == {"a"}
