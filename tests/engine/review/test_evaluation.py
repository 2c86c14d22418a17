"""What a run predicts beside the labels as they are now."""

import numpy as np
import pytest

from engine.errors import DataError, RunError
from engine.library import edits, query
from engine.library.records import Split
from engine.review.evaluation import load_evaluation
from engine.review.mistakes import mistakes


def evaluation_of(setting, split=None):
    with setting.project() as project:
        return load_evaluation(project, setting.run(), split)


def test_the_test_split_is_taken_where_there_is_one(setting):
    evaluation = evaluation_of(setting)

    assert evaluation.split is Split.TEST
    assert evaluation.classes == ("dark", "light")
    assert len(evaluation.files) == 6
    assert all("test" in file.name for file in evaluation.files)
    assert evaluation.scores.accuracy == pytest.approx(5 / 6)
    np.testing.assert_array_equal(evaluation.matrix, [[2, 1], [0, 3]])
    np.testing.assert_allclose(evaluation.confidence, evaluation.probabilities.max(axis=1))


def test_files_are_told_one_by_one_or_several(setting):
    files = evaluation_of(setting).files
    with setting.project() as project:
        known = {image.file for image in query.labelled_images(project)}

    assert set(files) < known
    assert files[1:3] == [files[1], files[2]]
    assert files[-1] == list(files)[-1]


def test_the_validation_split_can_be_asked_for(setting):
    evaluation = evaluation_of(setting, "validation")

    assert evaluation.split is Split.VALIDATION
    assert evaluation.mistakes == 0
    assert all("validation" in file.name for file in evaluation.files)


def test_without_test_images_the_validation_split_is_taken(setting):
    with setting.project(write=True) as project:
        edits.set_label(project, list(setting.ids("test").values()), None)

    assert evaluation_of(setting).split is Split.VALIDATION
    with pytest.raises(DataError, match="no predictions for labelled images of the test split"):
        evaluation_of(setting, "test")


def test_a_corrected_label_counts_at_once(setting):
    with setting.project(write=True) as project:
        edits.set_label(project, [setting.ids()["test dark 2.png"]], setting.class_ids()["light"])

    evaluation = evaluation_of(setting)

    assert evaluation.mistakes == 0
    assert evaluation.scores.accuracy == 1


def test_an_image_that_lost_its_label_is_left_out(setting):
    with setting.project(write=True) as project:
        edits.set_label(project, [setting.ids()["test dark 2.png"]], None)

    assert len(evaluation_of(setting).files) == 5


def test_a_renamed_class_keeps_its_predictions(setting):
    with setting.project(write=True) as project:
        edits.rename_class(project, setting.class_ids()["light"], "bright")

    evaluation = evaluation_of(setting)

    assert evaluation.classes == ("dark", "bright")
    assert evaluation.mistakes == 1


def test_images_of_a_class_that_the_run_does_not_know_count_as_mistakes(setting):
    with setting.project(write=True) as project:
        edits.add_class(project, "dusk")
    with setting.project(write=True) as project:
        edits.set_label(project, [setting.ids()["test dark 0.png"]], setting.class_ids()["dusk"])

    evaluation = evaluation_of(setting)

    assert evaluation.classes == ("dark", "light", "dusk")
    assert evaluation.class_ids[2] == setting.class_ids()["dusk"]
    assert evaluation.matrix.shape == (3, 3)
    assert (evaluation.probabilities[:, 2] == 0).all()
    assert evaluation.mistakes == 2


def test_a_deleted_class_keeps_its_place_among_the_predictions(setting):
    with setting.project(write=True) as project:
        edits.delete_class(project, setting.class_ids()["light"])

    evaluation = evaluation_of(setting)

    assert evaluation.classes == ("dark", "light")
    np.testing.assert_array_equal(evaluation.matrix, [[2, 1], [0, 0]])


def test_a_run_without_predictions_says_so(setting):
    (setting.run().folder / "predictions.npz").unlink()

    with pytest.raises(RunError, match="has no predictions"):
        evaluation_of(setting)


def test_damaged_predictions_are_said_to_be_so(setting):
    (setting.run().folder / "predictions.npz").write_bytes(b"not a table")

    with pytest.raises(RunError, match="damaged"):
        evaluation_of(setting)


def test_mistakes_name_label_prediction_and_confidence(setting):
    (mistake,) = mistakes(evaluation_of(setting))

    assert mistake.file.name == "test dark 2.png"
    assert mistake.image_id == setting.ids()["test dark 2.png"]
    assert (mistake.label, mistake.predicted) == ("dark", "light")
    assert mistake.confidence > 0.9
    assert mistake.label_probability == pytest.approx(1 - mistake.confidence, abs=1e-6)
    assert [name for name, _ in mistake.top] == ["light", "dark"]


def test_the_most_confident_mistake_comes_first(setting):
    with setting.project(write=True) as project:
        ids, light = setting.ids(), setting.class_ids()["light"]
        edits.set_label(project, [ids["test dark 0.png"], ids["test dark 1.png"]], light)

    found = mistakes(evaluation_of(setting))

    confidences = [m.confidence for m in found]
    assert len(found) == 3
    assert confidences == sorted(confidences, reverse=True)
    assert found[-1].file.name == "test dark 1.png"
