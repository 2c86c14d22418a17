"""Conditions: one rule in SQL, in a command, over records; one place for each."""

from dataclasses import dataclass, replace

import pytest

from engine.cli.editing import condition_help
from engine.errors import UsageError
from engine.library import edits, query
from engine.library.filters import (
    ConditionKind,
    Filter,
    FilterChoice,
    PredictionResult,
    condition,
    condition_words,
    conditions,
    with_conditions,
)
from engine.library.records import Flag, Split

NAMES = {1: "cat", 2: "dog, big"}


def class_id(name: str) -> int:
    return next(i for i, other in NAMES.items() if other == name)


ALL = Filter(
    class_ids=frozenset({1, 2}),
    splits=frozenset({Split.TEST}),
    labelled=True,
    problems=None,
    text="a = b",
    flags=frozenset({Flag.UNSURE, Flag.CONFIRMED}),
    noted=False,
    folder="train/cat",
    bytes=(1024, None),
    sides=(None, 224),
    result=PredictionResult.MISTAKES,
    predicted="cat",
    confidence=(10, 90),
    run="20260101-000000-quick",
)
WORDS = [
    *("class=cat", "class=dog, big", "split=test", "labelled=yes", "problem=any", "text=a = b"),
    *("flag=unsure", "flag=confirmed", "note=no", "folder=train/cat", "bytes=1..", "sides=..224"),
    *("result=mistakes", "predicted=cat", "confidence=10..90", "run=20260101-000000-quick"),
]


def test_each_condition_is_said_in_words_and_read_again():
    assert {f.attribute for f in ALL.set_fields()} == {f.attribute for f in conditions()}, "one of each kind here"
    assert condition_words(ALL, NAMES) == WORDS
    assert with_conditions(Filter(), WORDS, class_id) == ALL
    assert condition_words(Filter(), NAMES) == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["colour=red"], "A condition is NAME=VALUE with one of class, split, labelled"),
        (["labelled"], "found 'labelled'"),
        (["split=train"], "is one of training, validation, test, unassigned; found 'train'"),
        (["sides=20"], "whole numbers FROM..TO, either may be left out, such as 10..20 or 10..; found '20'"),
        (["note=yes", "note=no"], "The condition note can be given once; found it twice."),
    ],
)
def test_what_is_no_condition_is_told(words, why):
    with pytest.raises(UsageError) as error:
        with_conditions(Filter(), words, class_id)
    assert why in str(error.value)


def test_records_and_the_store_are_asked_by_one_rule(project, add, pictures):
    folder = pictures("a/10.png", "a/2.png", "b/1.png", "b/ü_%.png", "c.png")
    (folder / "a" / "bad.png").write_bytes(b"bad")
    add(folder)
    ids = list(query.image_ids(project, Filter(problems=None)))
    a, b = (cls.id for cls in query.classes(project))
    edits.set_flag(project, ids[:2], Flag.UNSURE)
    edits.set_flag(project, ids[1:3], Flag.EXCLUDED)
    edits.set_note(project, ids[2:4], "look")
    edits.set_split(project, ids[3:], Split.TEST)
    wanted = [
        Filter(class_ids=frozenset({a})),
        Filter(class_ids=frozenset({a, b}), splits=frozenset({Split.TEST, Split.UNASSIGNED})),
        *(Filter(labelled=value, noted=other) for value in (True, False) for other in (True, False, None)),
        *(Filter(problems=value) for value in (True, False, None)),
        *(Filter(flags=frozenset(flags)) for flags in ([Flag.UNSURE], [Flag.EXCLUDED], Flag)),
        *(Filter(text=text) for text in ("1", "_%", "A/", "bad")),
        *(Filter(folder=name) for name in ("a", "b/", "c")),
        *(Filter(sides=(None, 6)), Filter(sides=(7, None)), Filter(bytes=(0, 10)), Filter(bytes=(60, None))),
    ]
    records = query.images(project, ids)
    answers = [query.fitting(some, records) for some in wanted]

    assert answers == [set(query.image_ids(project, some)) for some in wanted]
    assert {len(answer) for answer in answers} >= {0, 1, 2, 5, 6}


def test_predictions_are_not_asked_of_the_store(project):
    with pytest.raises(UsageError, match="predictions of a run"):
        query.image_ids(project, Filter(result=PredictionResult.CORRECT))
    with pytest.raises(UsageError, match="sorted by"):
        query.image_ids(project, Filter(sort="confidence"))


@dataclass(frozen=True, slots=True)
class Wider(Filter):
    """A filter with one more condition: all that was done for it stands in this field."""

    upright: str = condition(
        "",
        "upright",
        "Direction",
        "Higher than wide, or wider than high.",
        ConditionKind.CHOICE,
        lambda value: ("height > width" if value == "portrait" else "width > height", ()) if value else None,
        any_label="Any direction",
        choices=(FilterChoice("portrait", "portrait", "Portrait"), FilterChoice("landscape", "landscape", "Landscape")),
    )


def test_a_new_condition_is_one_field(project, add, pictures):
    add(pictures("a/1.png", "a/2.png"))  # 8 x 6 pixels
    wanted = with_conditions(Wider(), ["upright=landscape", "text=1"], class_id)

    assert [i.path for i in query.images(project, query.image_ids(project, wanted))] == ["a/1.png"]
    assert len(query.image_ids(project, replace(wanted, upright="portrait"))) == 0
    assert len(query.fitting(wanted, query.images(project, query.image_ids(project, Filter())))) == 1
    assert condition_words(wanted, {}) == ["text=1", "upright=landscape"]
    assert condition_help(conditions(Wider)[-1]) == "upright=portrait|landscape"
