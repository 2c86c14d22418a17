"""Labelling and organising through the real `main()`: the same edits as the window's."""

import json
import random
import shlex
from pathlib import Path

import pytest
from PIL import Image

import main as entry

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def pigeonhole(capsys):
    """Runs a command with --json; gives the last line. It must succeed unless another status is expected."""

    def run(*arguments, status=0):
        found = entry.main([*map(str, arguments), "--json"])
        out = capsys.readouterr().out.splitlines()
        assert found == status, out
        return json.loads(out[-1]) if out else None

    return run


@pytest.fixture
def project(tmp_path, pigeonhole):
    """cats/1, cats/2, dogs/1, dogs/2 and other/1.png, without labels."""
    pictures = tmp_path / "pictures"
    for path in ("cats/1.png", "cats/2.png", "dogs/1.png", "dogs/2.png", "other/1.png"):
        (pictures / path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 6)).save(pictures / path)
    folder = tmp_path / "work.pigeonhole"
    pigeonhole("import", folder, pictures, "--labels", "none")
    return folder


def counts(pigeonhole, project):
    return {cls["name"]: cls["images"] for cls in pigeonhole("classes", project)["classes"]}


def test_images_are_labelled_by_path_by_pattern_and_by_file(project, pigeonhole, tmp_path):
    pigeonhole("classes", project, "add", "cat")

    assert pigeonhole("label", project, "cat", "cats/*")["name"] == "Label 2 images as cat"
    assert pigeonhole("label", project, "dog", tmp_path / "pictures/dogs/1.png", "dogs/2.png", "--new")["images"] == 2
    assert pigeonhole("label", project, "DOG", "--unlabelled")["name"] == "Label 1 image as dog"
    assert counts(pigeonhole, project) == {"cat": 2, "dog": 3}
    assert pigeonhole("label", project, "cat", "cats/1.png")["edit"] == 0
    assert pigeonhole("label", project, "", "--of-class", "dog", "*/1.png")["images"] == 2
    assert counts(pigeonhole, project) == {"cat": 2, "dog": 1}


def test_classes_are_added_renamed_ordered_merged_and_deleted(project, pigeonhole):
    for name in ("a", "b", "c"):
        pigeonhole("classes", project, "add", name)
    pigeonhole("label", project, "b", "cats/*")
    pigeonhole("classes", project, "rename", "c", "d")
    pigeonhole("classes", project, "reorder", "d")
    pigeonhole("classes", project, "colour", "d", "#123456")
    pigeonhole("classes", project, "key", "d", "x")
    pigeonhole("classes", project, "delete", "a")

    assert pigeonhole("classes", project, "merge", "b", "d") == {"edit": 11, "name": "Merge b into d", "images": 2}
    assert pigeonhole("classes", project)["classes"] == [{"name": "d", "colour": "#123456", "key": "x", "images": 2}]


def test_images_are_divided_class_by_class_and_stay_so(project, pigeonhole):
    pigeonhole("label", project, "cat", "cats/*", "dogs/*", "--new")
    pigeonhole("split", project, "--all", "--to", "unassigned")

    preview = pigeonhole("split", project, "--validation", 0.25, "--test", 0.25, "--preview")
    assert preview["classes"] == {"cat": {"training": 2, "validation": 1, "test": 1, "unassigned": 0}}
    assert pigeonhole("history", project)["edits"][-1]["name"] == "Take 4 images out of the splits", "nothing changed"
    done = pigeonhole("split", project, "--validation", 0.25, "--test", 0.25)
    assert (done["name"], done["classes"]) == ("Split 4 images", preview["classes"])
    assert pigeonhole("split", project, "--validation", 0.75)["images"] == 0

    assert pigeonhole("split", project, "--of-split", "test", "--to", "training")["name"] == "Move 1 image to training"


def test_folders_may_decide_the_split(project, pigeonhole, tmp_path):
    for path in ("train/a/1.png", "valid/a/2.png", "test1/a/3.png"):
        (tmp_path / "more" / path).parent.mkdir(parents=True)
        Image.new("RGB", (8, 6)).save(tmp_path / "more" / path)
    pigeonhole("import", project, tmp_path / "more", "--split", "training")

    done = pigeonhole("split", project, "--by-folder", "--again", "training")

    assert done["classes"] == {"a": {"training": 1, "validation": 1, "test": 1, "unassigned": 0}}


def test_flags_and_notes_are_set_and_listed(project, pigeonhole):
    done = pigeonhole("flags", project, "cats/1.png", "--unsure", "--exclude", "--note", "two cats")

    assert done["name"] == ("Mark 1 image as unsure; Exclude 1 image from training; Write a note on 1 image")
    assert pigeonhole("flags", project)["images"] == [
        {
            "path": "cats/1.png",
            "unsure": True,
            "excluded": True,
            "confirmed": False,
            "unseen": False,
            "note": "two cats",
        }
    ]
    pigeonhole("flags", project, "--all", "--sure", "--include", "--note", "")
    assert pigeonhole("flags", project)["images"] == []


def test_labels_accepted_unseen_are_counted_found_and_cleared(project, pigeonhole, capsys):
    pigeonhole("label", project, "cat", "cats/*", "--new")
    pigeonhole("flags", project, "--all", "--unseen")

    info = pigeonhole("info", project)
    assert (info["unseen"], [cls["unseen"] for cls in info["classes"]]) == (2, [2]), "images without a label have none"
    assert entry.main(["info", str(project)]) == 0
    assert "2 labels were accepted unseen" in capsys.readouterr().out
    assert [image["path"] for image in pigeonhole("flags", project)["images"]] == ["cats/1.png", "cats/2.png"]
    assert pigeonhole("label", project, "cat", "cats/1.png")["images"] == 1, "to say it again is to have looked"
    done = pigeonhole("flags", project, "--where", "flag=unseen", "--looked-at")
    assert (done["name"], done["images"]) == ("Mark 1 image as looked at", 1)
    assert pigeonhole("info", project)["unseen"] == 0
    pigeonhole("undo", project)
    assert pigeonhole("info", project)["unseen"] == 1


def test_images_are_chosen_by_every_condition_of_the_library(project, pigeonhole, tmp_path, capsys):
    pigeonhole("label", project, "cats", "--where", "folder=cats", "--new")
    pigeonhole("flags", project, "--where", "class=cats", "--where", "text=1", "--unsure")
    done = pigeonhole("split", project, "--where", "flag=unsure", "--where", "sides=1..", "--to", "test")
    assert done["name"] == "Move 1 image to test"
    assert pigeonhole("label", project, "", "--where", "split=test")["images"] == 1

    assert entry.main(["label", str(project), "cats", "--where", "result=mistakes", "--json"]) == 1
    assert "No run has predictions yet" in capsys.readouterr().out


def test_every_edit_is_in_the_history_and_can_be_gone_back_to(project, pigeonhole):
    pigeonhole("label", project, "cat", "cats/*", "--new")
    pigeonhole("label", project, "dog", "dogs/*", "--new")

    edits = pigeonhole("history", project)["edits"]
    assert [edit["name"] for edit in edits[1:]] == [
        "Add class cat", "Label 2 images as cat", "Add class dog", "Label 2 images as dog",
    ]  # fmt: skip
    assert pigeonhole("undo", project, "--steps", 3)["images"] == 4
    assert counts(pigeonhole, project) == {"cat": 0}
    assert [edit["name"] for edit in pigeonhole("redo", project)["edits"]] == ["Label 2 images as cat"]
    assert pigeonhole("history", project, "--to", edits[-1]["edit"])["images"] == 2
    assert counts(pigeonhole, project) == {"cat": 2, "dog": 2}
    assert pigeonhole("history", project, "--newest", 1)["edits"] == edits[-1:]
    pigeonhole("history", project, "--to", 0)
    assert pigeonhole("undo", project) == {"edits": [], "images": 0}


def test_what_is_shown_to_a_person_reads_well(project, capsys):
    assert entry.main(["label", str(project), "cat", "cats/*", "--new"]) == 0
    assert entry.main(["label", str(project), "cat", "cats/*"]) == 0
    assert entry.main(["flags", str(project), "cats/1.png", "--note", "dark"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Label 2 images as cat.", "Nothing to change.", "Write a note on 1 image.",
    ]  # fmt: skip
    for command in (["classes"], ["flags"], ["history"], ["split", "--preview"], ["undo"], ["redo"]):
        assert entry.main([command[0], str(project), *command[1:]]) == 0
    shown = capsys.readouterr().out
    for piece in (
        "Class",
        "cat",
        "dark",
        "Write a note on 1 image",
        "0 images would move. All labelled images have a split; divide them anew with --again training",
        "Undone: Write",
        "Done again",
    ):
        assert piece in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["label", "cat", "nowhere/*"], "There is no image 'nowhere/*' in work"),
        (["label", "lion", "cats/*"], "There is no class 'lion' in work; it has none yet."),
        (["label", "cat"], "Name the images"),
        (["classes", "merge", "a"], "`classes merge` takes at least two names; the last one stays; found 1."),
        (["classes", "rename", "a", "b"], "There is no class 'a'"),
        (["split", "cats/*"], "Name with --to"),
        (["split", "--validation", "1.5"], "shares for validation and test"),
        (["split", "--group-by", "("], "is not a regular expression"),
        (["split", "--group-by", "a{99999999999999999999}"], "is not a regular expression"),
        (["history", "--to", "99"], "There is no edit 99"),
    ],
)
def test_wrong_usage_is_told_in_one_line(project, arguments, message, capsys):
    status = entry.main([arguments[0], str(project), *arguments[1:]])

    err = capsys.readouterr().err
    assert status == 2
    assert message in err
    assert err.count("\n") == 1


def test_a_project_that_is_open_elsewhere_is_told(project, capsys):
    from engine.library.project import Project

    with Project.open(project):
        assert entry.main(["undo", str(project)]) == 1
        assert "work is open in another window or command" in capsys.readouterr().err
        assert entry.main(["history", str(project)]) == 0


def test_labels_are_written_out(project, pigeonhole, tmp_path, capsys):
    pigeonhole("label", project, "cat", "cats/*", "--new")

    assert pigeonhole("export-labels", project, "--out", tmp_path / "labels.csv")["images"] == 5
    done = pigeonhole("export-labels", project, "--out", tmp_path / "tree", "--format", "tree", "--hard-links")
    assert (done["images"], done["classes"], done["out"]) == (2, {"cat": 2}, str(tmp_path / "tree"))
    assert (tmp_path / "tree/train/cat/1.png").samefile(tmp_path / "pictures/cats/1.png")
    assert pigeonhole("export-labels", project, "--out", tmp_path / "labels.csv", status=2)["event"] == "failed"
    assert entry.main(["export-labels", str(project), "--out", str(tmp_path / "more"), "--format", "folders"]) == 0
    assert "2 images, 0 problems." in capsys.readouterr().out


def test_changed_files_are_met_again(project, pigeonhole, tmp_path, capsys):
    pigeonhole("label", project, "cat", "cats/*", "--new")
    pictures = tmp_path / "pictures"
    (pictures / "cats/1.png").unlink()
    Image.new("RGB", (9, 9)).save(pictures / "other/2.png")

    result = pigeonhole("rescan", project)
    assert (result["new"], result["missing"], result["unreachable"]) == (1, 1, [])
    assert entry.main(["rescan", str(project)]) == 0
    assert capsys.readouterr().out == "Nothing changed.\n"
    pictures.rename(tmp_path / "moved")
    assert pigeonhole("rescan", project)["unreachable"] == [str(pictures)]
    located = pigeonhole("locate", project, "pictures", tmp_path / "moved")
    assert (located["source"], located["folder"]) == (str(pictures), str(tmp_path / "moved"))
    assert (located["found"], located["missing"]) == (5, 1)
    assert pigeonhole("rescan", project)["unreachable"] == []
    assert counts(pigeonhole, project) == {"cat": 1}
    pigeonhole("locate", project, "moved", tmp_path, status=1)
    (tmp_path / "moved").rename(tmp_path / "back")
    assert entry.main(["locate", str(project), str(tmp_path / "moved"), str(tmp_path / "back")]) == 0
    said = f"5 images found, 1 missing, which keep their labels.\nSource: {tmp_path / 'back'}\n"
    assert capsys.readouterr().out == said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("split", "PROJECT", "--seed", "x"), "Invalid value for '--seed': a whole number is expected;"),
        (("split", "PROJECT", "--validation", "much"), "Invalid value for '--validation': a number is expected;"),
        (("undo", "PROJECT", "--steps", "0"), "Invalid value for '--steps': the least is 1;"),
        (("history", "PROJECT", "--newest", "1.5"), "Invalid value for '--newest': a whole number is expected;"),
    ],
)
def test_wrong_values_are_told_in_words_of_this_program(project, arguments, words, capsys):
    assert entry.main([str(project) if a == "PROJECT" else a for a in arguments]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_numbers_have_the_right_word(project, tmp_path, capsys):
    def said(*arguments):
        assert entry.main([str(a) for a in arguments]) == 0
        return capsys.readouterr().out

    said("label", project, "cat", "cats/1.png", "--new")
    assert "0 images would move. All labelled images have a split" in said("split", project, "--preview")
    said("split", project, "--all", "--to", "unassigned")
    assert said("split", project, "--preview").endswith("\n1 image would move.\n")
    assert "1 image, 0 problems." in said("export-labels", project, "--out", tmp_path / "out", "--format", "folders")
    assert said("history", project, "--to", 0).endswith(": 5 images changed.\n")


def test_near_duplicates_are_kept_in_one_split(project, pigeonhole, tmp_path):
    folder = tmp_path / "pictures"
    for number in range(4):
        grey = random.Random(number).randbytes(36)
        scene = Image.frombytes("L", (6, 6), grey).resize((64, 64), Image.Resampling.BICUBIC)
        scene.save(folder / f"cats/scene-{'abcd'[number]}.png")
        scene.point(lambda value: min(255, value + 9)).save(folder / f"cats/scene-{'wxyz'[number]}.png")
    pigeonhole("rescan", project)
    pigeonhole("label", project, "cat", "cats/scene*", "--new")
    pigeonhole("split", project, "--all", "--to", "unassigned")

    shown = pigeonhole("split", project, "--group-by", "near-duplicates", "--validation", "0.5", "--preview")
    assert (shown["edit"], shown["groups"], shown["images"]) == (0, 5, 8), "the black ones are alike, too"
    done = pigeonhole("split", project, "--group-by", "near-duplicates", "--validation", "0.5")
    assert (done["name"], done["classes"]["cat"]) == (
        "Split 8 images",
        {"training": 4, "validation": 4, "test": 0, "unassigned": 0},
    )


def test_problems_are_looked_at_again(project, pigeonhole, tmp_path, capsys):
    file = tmp_path / "pictures/cats/1.png"
    file.write_bytes(b"broken")
    assert pigeonhole("rescan", project)["problems"] == 1
    Image.new("RGB", (8, 6)).save(file)

    assert pigeonhole("rescan", project, "--problems") == {"looked_at": 1, "mended": 1, "problems": 0}
    assert entry.main(["rescan", str(project), "--problems"]) == 0
    assert capsys.readouterr().out == "There are no problems to look at.\n"


def test_the_imports_of_the_readme_name_training_and_test_classes_alike(pigeonhole, tmp_path, monkeypatch):
    """Its folders are those of GTSRB: numbers for classes, and a table that names them."""
    for path in ("Train/0/00000_00000_00000.png", "Train/1/00001_00000_00000.png", "Test/00000.png", "Test/00001.png"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 6)).save(tmp_path / path)
    (tmp_path / "Test.csv").write_text("ClassId,Path\n1,Test/00000.png\n0,Test/00001.png\n")
    (tmp_path / "signnames.csv").write_text("ClassId,SignName\n0,Stop\n1,Yield\n")
    monkeypatch.chdir(tmp_path)
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    imports = [shlex.split(line)[1:] for line in lines if line.startswith("pigeonhole import ")]
    assert len(imports) == 2

    for arguments in imports:
        pigeonhole(*arguments)

    assert counts(pigeonhole, "signs.pigeonhole") == {"Stop": 2, "Yield": 2}
