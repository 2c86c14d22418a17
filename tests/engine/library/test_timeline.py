"""The history names every edit and leads back and forth to any of them."""

import random

import pytest

from engine.errors import UsageError
from engine.library import edits
from engine.library.project import Project
from engine.library.query import Filter, classes, image_ids
from engine.library.records import Flag, Split
from engine.library.timeline import BEGINNING, history, jump_to
from tests.engine.library.conftest import contents


@pytest.fixture
def walked(project, add, pictures):
    """A project with seven edits, and what it held after each: {edit id: contents}."""
    states = {BEGINNING: contents(project)}

    def note():
        states[history(project)[-1].id] = contents(project)

    add(pictures(*(f"{n}.png" for n in range(4))), labels="none")
    note()
    for change in (
        lambda ids: edits.add_class(project, "cat"),
        lambda ids: edits.set_label(project, ids[:3], classes(project)[0].id),
        lambda ids: edits.set_split(project, ids[1:], Split.TEST),
        lambda ids: edits.set_flag(project, ids[:2], Flag.UNSURE),
        lambda ids: edits.rename_class(project, classes(project)[0].id, "kitten"),
        lambda ids: edits.delete_class(project, classes(project)[0].id),
    ):
        change(list(image_ids(project, Filter())))
        note()
    return project, states


def test_the_history_names_each_edit_with_its_time_and_state(walked):
    project, _ = walked
    edits.undo(project)

    found = history(project)

    assert [edit.name for edit in found] == [
        "Import 4 images",
        "Add class cat",
        "Label 3 images as cat",
        "Move 3 images to test",
        "Mark 2 images as unsure",
        "Rename cat to kitten",
        "Delete class kitten",
    ]
    assert [edit.done for edit in found] == [True] * 6 + [False]
    assert all(edit.created.endswith("+00:00") for edit in found)
    assert history(project, newest=2) == found[-2:]


def test_a_jump_leads_to_exactly_what_was_there(walked):
    project, states = walked
    moves = random.Random(7).choices(list(states), k=25)

    for target in [*moves, BEGINNING, max(states)]:
        jump_to(project, target)
        assert contents(project) == states[target]


def test_a_jump_tells_what_it_changed(walked):
    project, states = walked
    last = max(states)

    back = jump_to(project, last - 3)

    assert (back.name, back.classes_changed) == ("Move 3 images to test", True)
    assert set(back.image_ids) == set(list(image_ids(project, Filter()))[:3])
    assert jump_to(project, last - 3).image_ids == ()


def test_a_jump_survives_closing_and_opening(walked, tmp_path):
    project, states = walked
    target = sorted(states)[3]
    jump_to(project, target)
    project.close()

    with Project.open(tmp_path / "work") as again:
        assert contents(again) == states[target]
        assert [edit.done for edit in history(again)] == [True] * 3 + [False] * 4
        jump_to(again, max(states))
        assert contents(again) == states[max(states)]


def test_an_edit_after_a_jump_replaces_what_was_undone(walked):
    project, states = walked
    jump_to(project, sorted(states)[2])

    edits.add_class(project, "dog")

    assert [edit.name for edit in history(project)] == ["Import 4 images", "Add class cat", "Add class dog"]
    with pytest.raises(UsageError, match="There is no edit 3 in the history"):
        jump_to(project, 3)
