"""The training pictures nearest to a picture, and where on a picture the model looks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from engine.errors import DataError, ImageProblem
from engine.events import Progress
from engine.imaging.resize import Method, resize
from engine.jobs.job import Cancel
from engine.library import query
from engine.library.project import Project
from engine.library.records import Flag, Split
from engine.models.predictor import Predictor
from engine.review.explain.seen_part import seen_part
from engine.review.nearest_training import NeighboursParams, is_prepared, prepare, training_images
from engine.similarity.features import features_of_file
from engine.similarity.look_alikes import LabelledFeatures


def test_the_nearest_of_a_class_point_in_the_most_similar_direction(setting):
    with setting.project() as project:
        images = training_images(project, setting.run())
    one, other, third, fourth = (replace(image, class_id=5 + (place == 3)) for place, image in enumerate(images[:4]))
    features = np.array([[1, 0], [3, 3], [0, 2], [1, 0.1]], np.float32)
    known = LabelledFeatures([one, other, third, fourth], features)

    found = known.nearest(np.array([10, 1], np.float32), 5, 2)

    assert [i for i, _ in found] == [one.id, other.id], "its length does not count, its class does"
    assert found[0][1] == pytest.approx(10 / np.sqrt(101), abs=1e-6)
    assert known.nearest(np.array([10, 1], np.float32), 5, 2, but=one.id)[0][0] == other.id
    assert known.nearest(np.array([10, 1], np.float32), 99, 2) == []


def test_all_training_pictures_are_looked_at_once(setting):
    seen: list[object] = []
    run = setting.run()
    with setting.project() as project:
        images = training_images(project, run)
    assert {image.split for image in images} == {Split.TRAINING}
    assert not is_prepared(run, images)

    done = prepare(NeighboursParams(str(setting.folder)), emit=seen.append, cancel=Cancel())

    assert done == {"run": run.name, "images": 8, "problems": 0}
    assert any(isinstance(event, Progress) and event.total == 8 for event in seen)
    assert is_prepared(run, images)
    again: list[object] = []
    prepare(NeighboursParams(str(setting.folder)), emit=again.append, cancel=Cancel())
    assert again == [], "the second time it answers from the cache"


def test_a_picture_that_cannot_be_read_is_said(setting, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no picture")
    with pytest.raises(ImageProblem):
        features_of_file(Predictor(setting.run().folder / "model.onnx"), tmp_path / "broken.png")


def test_without_any_training_picture_one_sentence_says_so(setting):
    from engine.library import edits

    run = setting.run()
    with Project.open(setting.folder) as project:
        edits.set_label(project, list(query.image_ids(project, query.Filter())), None)
        edits.set_flag(project, list(query.image_ids(project, query.Filter())), Flag.UNSURE, True)
        with pytest.raises(DataError, match="None of the training pictures"):
            training_images(project, run)


@pytest.mark.parametrize("method", ["stretch", "crop", "letterbox"])
@pytest.mark.parametrize("size", [(90, 60), (60, 90), (64, 64)])
def test_what_a_model_sees_is_found_again_on_the_picture(method: Method, size: tuple[int, int]):
    """A dot on the picture is looked for in the model's input, and its place there is put back on the picture."""
    into = (30, 30)
    picture = Image.new("L", size, 0)
    spot = size[0] // 2 - 9, size[1] // 2 + 6
    picture.paste(255, (spot[0] - 3, spot[1] - 3, spot[0] + 3, spot[1] + 3))
    seen = np.asarray(resize(picture, into, method=method, background=(0, 0, 0)), float)
    rows, columns = np.mgrid[:30, :30]
    y, x = ((seen * axis).sum() / seen.sum() + 0.5 for axis in (rows, columns))

    left, top, width, height = seen_part(size, into, method)

    assert (left + x / 30 * width) * size[0] == pytest.approx(spot[0], abs=1.6)
    assert (top + y / 30 * height) * size[1] == pytest.approx(spot[1], abs=1.6)
