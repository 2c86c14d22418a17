"""Images chosen by what a run predicted of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.errors import RunError
from engine.library import edits, query
from engine.library.filters import Filter, PredictionResult
from engine.library.project import Project
from engine.review.run_predictions import RunPredictionReader, RunPredictions, ids_by_prediction
from tests.engine.library.test_filters import Wider
from tests.gui.small_project import make_project, write_run

WRONG = {"ant": ("cat", 0.6), "bee": ("bee", 0.8)}


@pytest.fixture
def project(tmp_path: Path):
    folder = make_project(tmp_path)
    write_run(folder, wrong=WRONG)
    with Project.open(folder) as opened:
        yield opened


def names(project: Project, wanted: Filter) -> list[str]:
    predictions = RunPredictionReader().read(project, wanted.run)
    return [Path(i.path).parent.name for i in query.images(project, ids_by_prediction(project, predictions, wanted))]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), ["ant", "bee", "cat"]),
        (Filter(result=PredictionResult.MISTAKES), ["ant"]),
        (Filter(result=PredictionResult.CORRECT), ["bee", "cat"]),
        (Filter(predicted="cat"), ["ant", "cat"]),
        (Filter(predicted="cat", result=PredictionResult.CORRECT), ["cat"]),
        (Filter(confidence=(70, None)), ["bee", "cat"]),
        (Filter(confidence=(70, 85)), ["bee"]),
        (Filter(predicted="dog"), []),
    ],
)
def test_each_condition_lets_its_images_through_the_least_confident_first(
    project: Project, wanted: Filter, found: list[str]
) -> None:
    assert names(project, wanted) == found


def test_a_new_condition_on_predictions_is_asked_too(project: Project) -> None:
    assert names(project, Wider(doubtful=True)) == ["ant"]


def test_mistakes_follow_the_labels_of_now(project: Project) -> None:
    cat = next(c for c in query.classes(project) if c.name == "cat")
    ant = next(i for i in query.labelled_images(project) if i.path.startswith("test/ant"))
    edits.set_label(project, [ant.id], cat.id)
    assert names(project, Filter(result=PredictionResult.MISTAKES)) == []
    edits.set_label(project, [ant.id], None)
    assert names(project, Filter(result=PredictionResult.MISTAKES)) == [], "an image without a label is no mistake"
    assert names(project, Filter(result=PredictionResult.CORRECT)) == ["bee", "cat"]


def test_the_prediction_is_told_of_each_image_and_none_of_those_that_were_learnt(project: Project) -> None:
    predictions = RunPredictionReader().read(project, "")
    classes = {c.id: c.name for c in query.classes(project)}
    for image in query.labelled_images(project):
        found = predictions.of(image.id)
        if image.split == "test":
            assert found is not None
            name = Path(image.path).parent.name
            assert (classes[found[0]], round(found[1], 3)) == WRONG.get(name, ("cat", 0.9))
        else:
            assert found is None
    assert predictions.of(10**9) is None


def test_predictions_are_read_again_when_they_changed(project: Project) -> None:
    reader = RunPredictionReader()
    first = reader.read(project, "")
    assert reader.read(project, "") is first
    newer = write_run(project.folder, "20260103-030405-fashion-cnn", wrong={"cat": ("ant", 0.7)})
    named: RunPredictions = reader.read(project, newer.name)
    assert len(ids_by_prediction(project, named, Filter(result=PredictionResult.MISTAKES))) == 1
    edits.rename_class(project, query.classes(project)[0].id, "emmet")
    assert reader.read(project, newer.name) is not named


def test_a_run_that_is_gone_is_named_in_one_sentence(project: Project) -> None:
    with pytest.raises(RunError, match="The run gone is not in this project any more"):
        RunPredictionReader().read(project, "gone")
    shutil.rmtree(project.folder / "runs")
    with pytest.raises(RunError, match="No run has predictions yet"):
        RunPredictionReader().read(project, "")
