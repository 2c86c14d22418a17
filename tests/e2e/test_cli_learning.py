"""`suggest` and `similar` through the real `main()`, on photographs of two kinds, by the built-in base."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import main as entry
from tests.flowers import photographs
from tests.gui.library.flowers import FLOWERS, make_flowers

KINDS, OF_EACH, LABELLED = ("roses", "sunflowers"), 36, 18


@pytest.fixture
def pigeonhole(capsys):
    """Runs a command with --json; gives its last line, or what was said where another status than 0 is expected."""

    def run(*arguments, status=0):
        assert entry.main([*map(str, arguments), "--json"]) == status
        out = capsys.readouterr().out.splitlines()
        return json.loads(out[-1])

    return run


@pytest.fixture
def flowers(tmp_path: Path, shared_data: Path, pigeonhole) -> Path:
    """A project of photographs whose kind is in their name; half of each kind has its label."""
    pictures = tmp_path / "flowers"
    pictures.mkdir()
    for kind, number, content in photographs(shared_data, dict.fromkeys(KINDS, OF_EACH + 1)):
        folder = pictures if number < OF_EACH else tmp_path  # one more of each is no part of the project
        (folder / f"{kind}-{number:02}.jpg").write_bytes(content)
    project = tmp_path / "flowers.pigeonhole"
    pigeonhole("import", project, pictures, "--labels", "none")
    for kind in KINDS:
        wanted = [f"{kind}-{number:02}.jpg" for number in range(LABELLED)]
        pigeonhole("label", project, kind, *wanted, "--new")
    return project


def kind(row) -> str:
    return Path(row["path"]).name.partition("-")[0]


def test_suggestions_are_listed_accepted_unseen_and_taken_back(flowers, pigeonhole, tmp_path, capsys):
    table = tmp_path / "suggestions.csv"
    listed = pigeonhole("suggest", flowers, "--csv", table)

    assert listed["images"] == len(listed["rows"]) == 2 * (OF_EACH - LABELLED)
    assert listed["labelled"] == listed["estimated_on"] == 2 * LABELLED
    assert listed["accepted"] is None
    assert listed["low"] <= listed["accuracy"] <= listed["high"]
    shares = [row["probability"] for row in listed["rows"]]
    assert shares == sorted(shares)
    assert sum(row["suggested"] == kind(row) for row in listed["rows"]) >= 0.8 * listed["images"]
    with table.open(encoding="utf-8", newline="") as file:
        assert [row["suggested"] for row in csv.DictReader(file)] == [row["suggested"] for row in listed["rows"]]
    assert pigeonhole("info", flowers)["unseen"] == 0, "nothing was changed"

    as_sure = [row for row in listed["rows"] if row["probability"] >= 0.9]
    sure = [row for row in as_sure if not row["unlike"]]
    done = pigeonhole("suggest", flowers, "--accept", "0.9")["accepted"]
    assert done["images"] == len(sure) > 0
    assert done["unlike"] == len(as_sure) - len(sure)
    assert done["classes"] == {k: n for k in KINDS if (n := sum(row["suggested"] == k for row in sure))}
    assert done["checked_on"] <= 2 * LABELLED
    if done["checked_on"] >= 30:
        assert done["wrong_low"] <= done["wrong"] <= done["wrong_high"]
    else:
        assert done["wrong"] is None
    assert pigeonhole("info", flowers)["unseen"] == len(sure)
    by_hand = {cls["name"]: cls["images"] for cls in pigeonhole("classes", flowers)["classes"]}
    assert sum(by_hand.values()) == 2 * LABELLED + len(sure)

    assert pigeonhole("suggest", flowers, "--accept", "0.9")["accepted"]["images"] == 0, "all of these have a label"
    assert "--accept" in pigeonhole("suggest", flowers, "--with-unlike", status=2)["message"]
    assert entry.main(["suggest", str(flowers), "--accept", "0", "--with-unlike"]) == 0
    said = capsys.readouterr().out
    assert "expected to be wrong" in said
    assert "not made yet" in said
    assert "accepted unseen" in said
    pigeonhole("undo", flowers)
    pigeonhole("undo", flowers)
    assert pigeonhole("info", flowers)["unseen"] == 0
    assert pigeonhole("suggest", flowers)["rows"] == listed["rows"], "undo brings back labels and suggestions"


def test_what_is_unlike_everything_is_left_out_of_what_is_accepted(tmp_path, shared_data, pigeonhole, capsys):
    """Two kinds of flowers have labels; nobody has made a class for the chess boards among them."""
    project = make_flowers(tmp_path, shared_data, boards=6)
    for kind in FLOWERS:
        pigeonhole("label", project, kind, *(f"{number:02} {kind}.jpg" for number in range(2, 12)))
    rows = pigeonhole("suggest", project)["rows"]
    assert {Path(row["path"]).stem.split()[1] for row in rows if row["unlike"]} == {"board"}
    assert sum(row["unlike"] for row in rows) >= 5
    accepted = pigeonhole("suggest", project, "--accept", "0")["accepted"]
    assert accepted["unlike"] == sum(row["unlike"] for row in rows)
    assert accepted["images"] == len(rows) - accepted["unlike"]
    assert entry.main(["suggest", str(project), "--accept", "0"]) == 0
    assert "unlike everything that has a label and were left out" in capsys.readouterr().out
    assert pigeonhole("suggest", project, "--accept", "0", "--with-unlike")["accepted"]["images"] >= 5


def test_look_alikes_of_an_image_and_of_a_file_that_is_not_in_the_project(flowers, pigeonhole, tmp_path, capsys):
    own = pigeonhole("similar", flowers, "sunflowers-03.jpg", "--most", "5")["rows"]
    assert len(own) == 5
    assert "sunflowers-03.jpg" not in {Path(row["path"]).name for row in own}
    similarity = [row["similarity"] for row in own]
    assert similarity == sorted(similarity, reverse=True)

    strange = tmp_path / f"sunflowers-{OF_EACH}.jpg"
    found = pigeonhole("similar", flowers, strange, "--most", "8")["rows"]
    assert sum(kind(row) == "sunflowers" for row in found) >= 6
    assert {row["label"] for row in found} <= {"", *KINDS}
    inside = pigeonhole("similar", flowers, tmp_path / "flowers" / "sunflowers-03.jpg", "--most", "5")["rows"]
    assert inside == own, "a path to a file of the project is that image"

    bad = tmp_path / "no picture.jpg"
    bad.write_bytes(b"no picture")
    assert "cannot be used" in pigeonhole("similar", flowers, bad, status=1)["message"]
    assert entry.main(["similar", str(flowers), "nowhere.jpg"]) == 2
    assert "neither an image" in capsys.readouterr().err


def test_a_class_without_a_label_is_named_and_nothing_is_promised_until_it_has_one(flowers, pigeonhole, capsys):
    pigeonhole("classes", flowers, "add", "tulips")
    found = pigeonhole("suggest", flowers)
    assert (found["not_shown"], found["accuracy"]) == (["tulips"], None)
    assert entry.main(["suggest", str(flowers)]) == 0
    assert "No image of tulips has a label to learn from" in capsys.readouterr().out


def test_while_a_class_has_no_label_none_is_accepted_and_the_class_is_named(flowers, pigeonhole, capsys):
    pigeonhole("classes", flowers, "add", "tulips")
    accepted = pigeonhole("suggest", flowers, "--accept", "0.5", "--with-unlike")["accepted"]
    assert (accepted["images"], accepted["classes"], accepted["edit"]) == (0, {}, 0)
    assert pigeonhole("info", flowers)["unseen"] == 0
    assert entry.main(["suggest", str(flowers), "--accept", "0.5"]) == 0
    assert capsys.readouterr().out.strip() == (
        "Nothing was labelled: no image of tulips has a label to learn from; label one of each class first."
    )


def test_one_class_suggests_nothing(flowers, pigeonhole):
    pigeonhole("label", flowers, "", "--of-class", KINDS[1])
    assert "two classes" in pigeonhole("suggest", flowers, "--accept", "0.5", status=1)["message"]
    assert pigeonhole("info", flowers)["unseen"] == 0
