"""Questions: filters, orders, counts."""

import os

import pytest

from engine.errors import UsageError
from engine.library import edits
from engine.library.query import Filter, class_counts, classes, image_ids, images, labelled_images, problems, summary
from engine.library.records import Split


@pytest.fixture
def filled(project, add, pictures):
    """a/1, a/2, a/10, b/1 labelled by folder, c.png unlabelled, a/bad.png a problem."""
    folder = pictures("a/10.png", "a/2.png", "a/1.png", "b/1.png", "c.png")
    (folder / "a" / "bad.png").write_bytes(b"bad")
    add(folder)
    return project


def found(project, **conditions):
    return [image.path for image in images(project, image_ids(project, Filter(**conditions)))]


def test_images_come_in_natural_order_of_their_paths(filled):
    assert found(filled) == ["a/1.png", "a/2.png", "a/10.png", "b/1.png", "c.png"]


def test_problems_are_shown_apart_or_with_the_rest(filled):
    assert found(filled, problems=True) == ["a/bad.png"]
    assert "a/bad.png" in found(filled, problems=None)
    assert [record.problem for record in problems(filled)] == ["not an image"]


def test_each_condition_restricts_and_together_they_restrict_more(filled):
    a, b = (cls.id for cls in classes(filled))
    edits.set_split(filled, image_ids(filled, Filter())[:2], Split.TEST)

    assert found(filled, class_ids=frozenset({b})) == ["b/1.png"]
    assert len(found(filled, class_ids=frozenset({a, b}))) == 4
    assert found(filled, labelled=False) == ["c.png"]
    assert len(found(filled, labelled=True)) == 4
    assert found(filled, splits=frozenset({Split.TEST})) == ["a/1.png", "a/2.png"]
    assert found(filled, splits=frozenset({Split.TEST, Split.UNASSIGNED})) == ["a/1.png", "a/2.png", "c.png"]
    assert found(filled, class_ids=frozenset({a}), splits=frozenset({Split.TEST}), text="2") == ["a/2.png"]


@pytest.mark.parametrize(("text", "count"), [("A/", 3), ("%", 0), ("_", 0), ("!", 0), (".PNG", 5), ("zzz", 0)])
def test_text_is_sought_as_it_stands_in_any_case(filled, text, count):
    assert len(found(filled, text=text)) == count


def test_orders(filled):
    a, b = (cls.id for cls in classes(filled))
    records = images(filled, image_ids(filled, Filter()))
    for age, record in enumerate(records):
        os.utime(record.file, ns=(age, age))

    by_class = images(filled, image_ids(filled, Filter(sort="class")))
    assert [record.class_id for record in by_class] == [a, a, a, b, None]
    sizes = [record.size_bytes for record in images(filled, image_ids(filled, Filter(sort="size")))]
    assert sizes == sorted(sizes, reverse=True)
    dates = [record.modified_ns for record in images(filled, image_ids(filled, Filter(sort="date")))]
    assert dates == sorted(dates, reverse=True)


def test_a_random_order_is_another_one_but_stays(project, add, pictures):
    add(pictures(*(f"{n}.png" for n in range(50))), labels="none")
    first = found(project, sort="random")
    edits.add_class(project, "cat")
    edits.set_label(project, image_ids(project, Filter())[:9], classes(project)[0].id)

    assert found(project, sort="random") == first
    assert sorted(first) == sorted(found(project))
    assert first != found(project)


def test_an_unknown_order_is_refused(filled):
    with pytest.raises(UsageError, match="Images can be sorted by path, class, size, date, random, not by 'mood'"):
        image_ids(filled, Filter(sort="mood"))


def test_counts_add_up(filled):
    assert [(c.cls.name, c.total) for c in class_counts(filled)] == [("a", 3), ("b", 1)]
    counted = summary(filled)
    assert (counted.images, counted.labelled, counted.problems, counted.unchecked) == (6, 4, 1, 0)
    assert [record.path for record in labelled_images(filled)] == ["a/1.png", "a/2.png", "a/10.png", "b/1.png"]


def test_a_class_of_one_image_is_trained_on(filled):
    assert {c.cls.name: (c.training, c.validation) for c in class_counts(filled)}["b"] == (1, 0)


def test_ids_are_a_compact_array(filled):
    ids = image_ids(filled, Filter())

    assert (ids.typecode, len(ids)) == ("q", 5)
