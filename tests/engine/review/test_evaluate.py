"""The jobs of Review."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import JobCancelled, ProjectError, RunError, UsageError
from engine.events import Log, ProblemFound, Progress
from engine.jobs.job import Cancel
from engine.library import edits
from engine.library.records import Split
from engine.library.scan import ImportParams, import_sources
from engine.models.predictions import Predictions
from engine.review.evaluate import EvaluateParams, MistakesParams, evaluate, find_mistakes
from engine.review.evaluation import load_evaluation


def run(job, params, cancel=None):
    seen = []
    return job(params, emit=seen.append, cancel=cancel or Cancel()), seen


def logs(seen):
    return [event.message for event in seen if isinstance(event, Log)]


def test_a_run_is_scored_on_its_test_images(setting):
    result, _ = run(evaluate, EvaluateParams(str(setting.folder)))

    assert result["accuracy"] == pytest.approx(5 / 6)
    assert (result["images"], result["mistakes"], result["split"]) == (6, 1, "test")
    assert 0 < result["macro_f1"] < 1
    assert result["run"] == setting.run().name
    assert [c["name"] for c in result["classes"]] == ["dark", "light"]
    assert "report" not in result


def test_test_images_that_came_after_the_training_are_predicted_and_kept(setting):
    setting.add(dark=5, light=250)

    result, seen = run(evaluate, EvaluateParams(str(setting.folder), split="test"))
    again, seen_again = run(evaluate, EvaluateParams(str(setting.folder), split="test"))

    assert result["images"] == 8
    assert result["mistakes"] == 1
    assert any(isinstance(e, Progress) and e.phase == "Predicting" for e in seen)
    assert again == result
    assert not any(isinstance(e, Progress) for e in seen_again)
    with setting.project() as project:
        assert len(load_evaluation(project, setting.run()).files) == 8


def test_images_that_the_run_trained_on_never_count(setting):
    with setting.project(write=True) as project:
        edits.set_split(project, list(setting.ids("train ").values()), Split.TEST)

    result, seen = run(evaluate, EvaluateParams(str(setting.folder)))

    assert result["images"] == 6
    assert logs(seen) == ["8 images of the test split are left out: the run trained on them."]


def test_images_that_were_removed_and_added_anew_are_known_again(setting):
    before, _ = run(evaluate, EvaluateParams(str(setting.folder)))
    with setting.project(write=True) as project:
        edits.undo(project)
        params = ImportParams("", (str(setting.pictures),), split="test")
        import_sources(params, emit=lambda event: None, cancel=Cancel(), project=project)

    result, seen = run(evaluate, EvaluateParams(str(setting.folder)))

    assert (result["accuracy"], result["images"]) == (before["accuracy"], before["images"])
    assert [c["name"] for c in result["classes"]] == ["dark", "light"]
    assert logs(seen) == ["8 images of the test split are left out: the run trained on them."]


def test_a_new_image_that_cannot_be_read_any_more_is_a_problem(setting):
    setting.add(light=250)
    (path,) = (setting.pictures / "more").rglob("*.png")
    path.write_bytes(b"")

    result, seen = run(evaluate, EvaluateParams(str(setting.folder)))

    assert result["images"] == 6
    assert [e.path for e in seen if isinstance(e, ProblemFound)] == [str(path)]


def test_a_class_that_the_run_does_not_know_is_named(setting):
    setting.add(dusk=128)

    result, seen = run(evaluate, EvaluateParams(str(setting.folder)))

    assert result["mistakes"] == 2
    assert logs(seen) == ["The run does not know dusk; images with that label count as mistakes."]


def test_a_run_that_cannot_be_written_is_scored_all_the_same(setting, monkeypatch):
    setting.add(light=250)

    def refuse(self, path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Predictions, "save", refuse)
    result, seen = run(evaluate, EvaluateParams(str(setting.folder)))

    assert result["images"] == 7
    assert logs(seen) == ["The new predictions cannot be kept in the run: permission denied."]


def test_predicting_can_be_cancelled(setting):
    setting.add(light=250)
    cancel = Cancel()
    cancel.set()

    with pytest.raises(JobCancelled):
        run(evaluate, EvaluateParams(str(setting.folder)), cancel)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"run": "other"}, RunError, "there is no run 'other'"),
        ({"split": "training"}, UsageError, "must be test, validation or all"),
        ({"project": "/nowhere"}, ProjectError, "There is no project at"),
        ({"report": "/nowhere/report.html"}, UsageError, "cannot be written to /nowhere/report.html"),
    ],
)
def test_what_does_not_fit_is_said_in_one_sentence(setting, changes, error, message):
    with pytest.raises(error, match=message) as found:
        run(evaluate, replace(EvaluateParams(str(setting.folder)), **changes))
    assert "\n" not in str(found.value)


def test_mistakes_are_listed_and_written(setting, tmp_path):
    out = tmp_path / "mistakes.csv"

    result, _ = run(find_mistakes, MistakesParams(str(setting.folder), csv=str(out)))

    with out.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert list(row) == ["path", "label", "predicted", "confidence", "label_probability"]
    assert Path(row["path"]).name == "test dark 2.png"
    assert (row["label"], row["predicted"]) == ("dark", "light")
    assert result["mistakes"] == len(result["rows"]) == 1
    assert result["rows"][0]["path"] == row["path"]


def test_mistakes_that_cannot_be_written_are_refused(setting):
    with pytest.raises(UsageError, match="cannot be written to /nowhere"):
        run(find_mistakes, MistakesParams(str(setting.folder), csv="/nowhere/m.csv"))


def test_an_evaluation_tells_more_scores_and_how_sure_they_are(setting):
    result, _ = run(evaluate, EvaluateParams(str(setting.folder)))

    assert result["balanced_accuracy"] == pytest.approx((2 / 3 + 1) / 2)
    assert result["top_3"] == result["top_5"] == 1
    low, high = result["accuracy_interval"]
    assert low < result["accuracy"] < high
    dark, light = result["classes"]
    assert (dark["confused_with"], dark["confused"], light["confused_with"]) == ("light", 1, None)
    assert dark["recall_interval"][0] < dark["recall"] < dark["recall_interval"][1]
