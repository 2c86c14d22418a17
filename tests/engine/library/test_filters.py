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
    FilterField,
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


EXAMPLES = {
    ConditionKind.TEXT: ["a = b"],
    ConditionKind.FOLDER: ["train/cat"],
    ConditionKind.RANGE: ["10..90", "10..", "..90"],
    ConditionKind.CLASS_ID: ["cat", "dog, big"],
    ConditionKind.CLASS_NAME: ["cat"],
    ConditionKind.RUN: ["20260101-000000-quick"],
}


def examples(field: FilterField) -> list[str]:
    """Texts that ask for something."""
    return [choice.text for choice in field.choices if choice.value != field.default] or EXAMPLES[field.kind]


@pytest.mark.parametrize("field", conditions(), ids=lambda field: field.name)
def test_each_condition_is_said_in_words_and_read_again(field: FilterField):
    for text in examples(field):
        asked = with_conditions(Filter(), [f"{field.name}={text}"], class_id)
        assert [f.name for f in asked.set_fields()] == [field.name]
        assert condition_words(asked, NAMES) == [f"{field.name}={text}"]


def test_all_conditions_together_are_said_in_words_and_read_again():
    words = [f"{f.name}={text}" for f in conditions() for text in examples(f)[: None if f.many else 1]]
    asked = with_conditions(Filter(), words, class_id)
    assert {f.attribute for f in asked.set_fields()} == {f.attribute for f in conditions()}
    assert condition_words(asked, NAMES) == words
    assert condition_words(Filter(), NAMES) == []


def test_a_condition_that_nothing_decides_cannot_be_made():
    with pytest.raises(ValueError, match="weather needs `sql` or `fits`"):
        FilterField("weather", "weather", "Weather", "The weather.", ConditionKind.TEXT, "", None)


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
    """A filter with two more conditions, of the store and of predictions: all that was done for each is its field."""

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
    doubtful: bool = condition(
        False,
        "doubtful",
        "Doubtful",
        "The run was not sure.",
        ConditionKind.CHOICE,
        None,
        fits=lambda value, images: (images.confidence < 0.7) == value,
        any_label="Sure or not",
        choices=(FilterChoice("yes", True, "Not sure"),),
    )


def test_a_new_condition_is_one_field(project, add, pictures):
    add(pictures("a/1.png", "a/2.png"))  # 8 x 6 pixels
    wanted = with_conditions(Wider(), ["upright=landscape", "text=1"], class_id)

    assert [i.path for i in query.images(project, query.image_ids(project, wanted))] == ["a/1.png"]
    assert len(query.image_ids(project, replace(wanted, upright="portrait"))) == 0
    assert len(query.fitting(wanted, query.images(project, query.image_ids(project, Filter())))) == 1
    assert condition_words(wanted, {}) == ["text=1", "upright=landscape"]
    assert condition_help(next(f for f in conditions(Wider) if f.name == "upright")) == "upright=portrait|landscape"
