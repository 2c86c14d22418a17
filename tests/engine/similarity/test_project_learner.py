"""The learner of a project follows its images, features and labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import ImageProblem, UsageError
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Flag
from engine.library.rescan import RescanParams, rescan
from engine.library.scan import ImportParams, import_sources
from engine.similarity.bases import built_in_base
from engine.similarity.feature_job import compute_for, store_of
from engine.similarity.feature_store import FeatureStore
from engine.similarity.project_learner import ProjectLearner

SIZE = 24


@pytest.fixture
def project(tmp_path: Path, empty_home: Path):
    """Sixty pictures in two folders without labels; the folder is what they show."""
    for number in range(60):
        file = tmp_path / "pictures" / "ab"[number % 2] / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8), (number, 0, 0)).save(file)
    params = ImportParams(str(tmp_path / "some"), (str(tmp_path / "pictures"),), labels="none")
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    with Project.open(tmp_path / "some.pigeonhole") as opened:
        yield opened


@pytest.fixture
def store(empty_home: Path):
    made = FeatureStore("test", SIZE)
    yield made
    made.close()


def records(project: Project):
    """All images, those of the two folders in turn."""
    found = query.images(project, query.image_ids(project, query.Filter()))
    return [image for pair in zip(found[:30], found[30:], strict=True) for image in pair]


def classes_of(project: Project) -> tuple[int, int]:
    """The ids of two new classes."""
    for name in ("one", "two"):
        edits.add_class(project, name)
    one, two = query.classes(project)
    return one.id, two.id


def features_of(images) -> np.ndarray:
    """Features that differ by folder, and a little by image."""
    centres = np.abs(np.random.default_rng(0).normal(size=(2, SIZE)))
    return np.stack(
        [
            centres["ab".index(image.path[0])] + 0.2 * np.abs(np.random.default_rng(image.id).normal(size=SIZE))
            for image in images
        ]
    )


def test_suggestions_follow_features_labels_and_undo(project: Project, store: FeatureStore) -> None:
    learner = ProjectLearner(store)
    assert not learner.load(project), "nothing is ready"
    assert (learner.images, learner.ready) == (60, 0)
    images = records(project)
    store.add(images[:20], features_of(images[:20]))
    assert learner.load(project)
    assert not learner.load(project), "nothing is new"
    assert learner.snapshot() is None
    first, second = classes_of(project)
    of_a, of_b = images[:2]
    edits.set_labels(project, {of_a.id: first, of_b.id: second})
    learner.learn(project)
    seen = learner.snapshot()
    assert seen.of(of_a.id) is None, "it has a label"
    assert all(
        seen.of(i.id)[0] == (first if i.path[0] == "a" else second) for i in images[:20] if i not in (of_a, of_b)
    )
    assert seen.of(images[30].id) is None, "it has no features yet"
    store.add(images[20:], features_of(images[20:]))
    assert learner.load(project)
    learner.learn(project)
    seen = learner.snapshot()
    assert seen.of(images[30].id)[0] == (first if images[30].path[0] == "a" else second)
    assert seen.count() == len(seen.of_open()[0]) == 58
    order = seen.least_sure_first()
    assert [seen.of(i)[1] for i in order] == sorted(seen.of(i)[1] for i in order)
    assert seen.least_sure_first(10) == order[:10]
    assert seen.least_sure_first(1000) == order
    edits.undo(project)
    learner.learn(project)
    assert learner.snapshot() is None


def test_excluded_images_teach_nothing_and_images_that_are_gone_leave(project: Project, store: FeatureStore) -> None:
    images = records(project)
    store.add(images, features_of(images))
    learner = ProjectLearner(store)
    learner.load(project)
    first, second = classes_of(project)
    edits.set_labels(project, {image.id: first if image.path[0] == "a" else second for image in images[:40]})
    learner.learn(project)
    assert learner.snapshot().classes == (first, second)
    edits.set_flag(project, [image.id for image in images[:40] if image.path[0] == "b"], Flag.EXCLUDED)
    learner.learn(project)
    assert learner.snapshot().classes == (first,)
    for image in images[50:]:
        image.file.unlink()
    rescan(RescanParams(str(project.folder)), emit=lambda event: None, cancel=Cancel(), project=project)
    assert learner.load(project)
    assert (learner.images, learner.ready) == (50, 50)


def test_while_a_class_has_no_label_suggestions_are_not_sure_and_groups_are_of_look_alikes_alone(
    project: Project, store: FeatureStore
) -> None:
    images = records(project)
    store.add(images, features_of(images))
    learner = ProjectLearner(store)
    learner.load(project)
    first, second = classes_of(project)
    edits.set_labels(project, {image.id: first if image.path[0] == "a" else second for image in images[:20]})
    learner.learn(project)
    sure, open_image = learner.snapshot(), images[20]
    assert (sure.not_shown, sure.of(open_image.id)[0]) == ((), first)
    assert sure.of(open_image.id)[1] > 0.9
    assert learner.estimate() is not None
    assert learner.groups(0, most=60)[1].class_id in (first, second)
    edits.add_class(project, "three")
    third = next(cls.id for cls in query.classes(project) if cls.name == "three")
    learner.learn(project)
    found = learner.snapshot()
    assert found.not_shown == (third,)
    assert found.of(open_image.id) == (first, None)
    assert not found.has_the_labels_of(sure), "the estimate is another one"
    assert learner.estimate() is None
    assert learner.groups(0, most=60)[1].class_id is None
    edits.accept_unseen(project, {images[21].id: third})
    learner.learn(project)
    assert learner.snapshot().not_shown == (third,), "nobody has looked at it"
    edits.look_at(project, [images[21].id])
    learner.learn(project)
    assert learner.snapshot().not_shown == ()


def test_labels_accepted_unseen_teach_nothing_flatter_nothing_and_are_not_suggested_for(
    project: Project, store: FeatureStore
) -> None:
    images = records(project)
    store.add(images, features_of(images))
    learner = ProjectLearner(store)
    learner.load(project)
    first, second = classes_of(project)
    edits.set_labels(project, {image.id: first if image.path[0] == "a" else second for image in images[:10]})
    learner.learn(project)
    before = learner.snapshot()
    held_out = learner.estimate().images

    edits.accept_unseen(project, {image.id: second for image in images[10:30]})  # half of them are wrong
    edits.set_flag(project, [images[30].id], Flag.EXCLUDED)
    edits.set_label(project, [images[30].id], first)
    learner.learn(project)
    found = learner.snapshot()

    assert learner.estimate().images == held_out == 10
    assert found.count() == before.count() - 21
    assert all(found.of(image.id) is None for image in images[10:31]), "they have a label"
    assert np.array_equal(found.class_ids, before.class_ids)
    edits.look_at(project, [image.id for image in images[10:30] if image.path[0] == "b"])
    learner.learn(project)
    assert learner.estimate().images == 20
    assert not learner.snapshot().has_the_labels_of(found), "the estimate is another one"


def test_what_is_asked_before_features_are_there_is_answered_by_how_far_it_is(
    project: Project, store: FeatureStore
) -> None:
    learner, images = ProjectLearner(store), records(project)
    learner.load(project)
    with pytest.raises(UsageError, match="0 of 60 were looked at"):
        learner.groups(0, most=20)
    store.add(images[:20], features_of(images[:20]))
    learner.load(project)
    with pytest.raises(UsageError, match="20 of 60 were looked at"):
        learner.like_image(images[40].id)
    with pytest.raises(UsageError, match="No image has this class"):
        learner.like_class(classes_of(project)[0])
    with pytest.raises(UsageError, match="Label 20 images first"):
        learner.groups(0, most=20, unlike=True)


def test_look_alikes_groups_and_orders_are_of_the_images_of_the_project(project: Project, store: FeatureStore) -> None:
    learner, images = ProjectLearner(store), records(project)
    store.add(images, features_of(images))
    learner.load(project)
    learner.learn(project)
    folder = {image.id: image.path[0] for image in images}
    order = learner.like_image(images[1].id)
    assert order[0] == images[1].id
    assert {folder[i] for i in order[:30]} == {"b"}
    assert len(order) == 60
    step, group = learner.groups(0, most=99)
    assert len({folder[i] for i in group.image_ids}) == 1
    assert step == 0, "they are as alike as usual"
    assert learner.groups(0, most=99, skipped=[*folder]) == (0, None)
    apart = [next(i for i in folder if folder[i] == name) for name in "ab"]
    step, group = learner.groups(-5, most=99, skipped=[i for i in folder if i not in apart])
    assert group is None or step > -5, "less alike where nothing else is left"
    first, _ = classes_of(project)
    edits.set_label(project, [images[1].id], first)
    edits.set_flag(project, [images[3].id], Flag.EXCLUDED)
    learner.learn(project)
    assert {folder[i] for i in learner.like_class(first)[:20]} == {"b"}
    asked, rest = learner.teaching_order(project)
    assert sorted(asked + rest) == sorted({*folder} - {images[1].id, images[3].id})
    assert len(asked) == 10
    edits.set_flag(project, asked[:2], Flag.UNSURE)
    now, others = learner.teaching_order(project)
    assert now[:8] == asked[2:]
    assert sorted(others[-2:]) == sorted(asked[:2]), "who is unsure of them is asked for all others first"
    assert sorted(now + others) == sorted(asked + rest)


def test_a_picture_of_no_project_is_found_again_by_what_it_shows(project: Project) -> None:
    base = built_in_base()
    with_store, images = store_of(base), records(project)[:12]
    compute_for(images, base, with_store, emit=lambda event: None, cancel=Cancel())
    learner = ProjectLearner(with_store)
    learner.load(project)
    wanted = images[7]
    assert learner.like_picture(wanted.file, base)[0] == wanted.id
    assert learner.like_picture(wanted.file.read_bytes(), base)[0] == wanted.id
    with pytest.raises(ImageProblem):
        learner.like_picture(b"no picture", base)
    with_store.close()


def test_look_alikes_are_those_that_all_features_find(project: Project, empty_home: Path) -> None:
    """Features of 600 values, of which points keep 60 at most, as there are so many images."""
    images, random = records(project), np.random.default_rng(0)
    features = np.abs(random.normal(size=(60, 600)))
    store = FeatureStore("wide", 600)
    store.add(images, features)
    learner = ProjectLearner(store)
    learner.load(project)
    roots = np.sqrt(store.read(images)[1].astype(np.float64))
    roots /= np.linalg.norm(roots, axis=1, keepdims=True)
    away = roots - learner.projection.mean
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    cosines = away @ away[7]
    expected = [images[i].id for i in np.argsort(-cosines) if i != 7]

    found = learner.nearest(images[7].id, 60)

    assert [image for image, _ in found] == expected
    np.testing.assert_allclose([cosine for _, cosine in found], sorted(np.delete(cosines, 7))[::-1], atol=1e-4)
    assert learner.nearest(features[7].astype(np.float32), 1)[0] == (images[7].id, pytest.approx(1, abs=1e-3))
    assert [image for image, _ in learner.nearest(images[7].id, 5)] == expected[:5]
    assert learner.nearest(999_999, 5) == []
    store.close()


def test_look_alikes_are_found_by_points_where_the_features_were_deleted(project: Project, store: FeatureStore) -> None:
    images = records(project)
    store.add(images, features_of(images))
    store.close()
    learner = ProjectLearner(store)
    learner.load(project)
    for file in store.folder.iterdir():
        file.unlink()

    found = learner.nearest(images[1].id, 20)

    assert {image.path[0] for image in query.images(project, [i for i, _ in found])} == {"b"}
    assert len(found) == 20


def test_a_picture_that_changed_is_learnt_anew(project: Project, store: FeatureStore) -> None:
    images = records(project)
    store.add(images, features_of(images))
    learner = ProjectLearner(store)
    learner.load(project)
    one, other = images[0], images[1]
    assert other.id not in [i for i, _ in learner.nearest(one.id, 20)]
    Image.new("RGB", (8, 8), (0, 200, 0)).save(one.file)
    rescan(RescanParams(str(project.folder)), emit=lambda event: None, cancel=Cancel(), project=project)
    store.add(query.images(project, [one.id]), features_of([other]))

    assert learner.load(project)

    assert learner.ready == 60
    assert learner.nearest(one.id, 1)[0] == (other.id, pytest.approx(1, abs=1e-3))


def test_records_of_all_images_are_never_in_memory_at_once(
    project: Project, store: FeatureStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    images, asked = records(project), []
    read = query.images

    def counted(project: Project, ids):
        asked.append(len(ids))
        return read(project, ids)

    store.add(images, features_of(images))
    monkeypatch.setattr("engine.similarity.project_learner.ROWS_AT_ONCE", 16)
    monkeypatch.setattr(query, "images", counted)
    learner = ProjectLearner(store)
    learner.load(project)
    assert asked == [16, 16, 16, 12]
    assert (learner.images, learner.ready) == (60, 60)
