"""Pictures that a model sees alike lie together."""

import csv
import threading
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import DataError, JobCancelled, UsageError
from engine.events import ProblemFound, Progress
from engine.jobs.job import Cancel
from engine.models.bundle import read_info
from engine.models.features import feature_model
from engine.models.mean_model import write_mean
from engine.models.predictor import Predictor
from engine.models.temperature import set_temperature
from engine.review.layout import MapParams, lay_out, pca, tsne

CLASSES = ("dark", "grey", "light")


def run(params):
    seen = []
    return lay_out(params, emit=seen.append, cancel=Cancel()), seen


def clusters(n=90, dimensions=20):
    rng = np.random.default_rng(1)
    places = np.arange(n) % 3
    centres = rng.normal(0, 10, (3, dimensions))
    return places, (centres[places] + rng.normal(0, 1, (n, dimensions))).astype(np.float32)


def test_the_features_are_what_goes_into_the_last_weighted_layer(tmp_path, write_model):
    predictor = Predictor(write_model(tmp_path / "model.onnx", CLASSES))
    images = np.random.default_rng(0).integers(0, 256, (300, 8, 8, 3), np.uint8)

    features = predictor.features(images)

    np.testing.assert_allclose(features, images.mean(axis=(1, 2)), rtol=1e-4)
    assert predictor.features(images[:0]).shape[0] == 0


def test_a_calibrated_model_has_the_same_features(tmp_path, write_model):
    path = write_model(tmp_path / "model.onnx")
    images = np.random.default_rng(0).integers(0, 256, (5, 8, 8, 3), np.uint8)
    before = Predictor(path).features(images)

    set_temperature(path, 2.0)

    np.testing.assert_array_equal(Predictor(path).features(images), before)
    assert feature_model(path)


def test_the_features_of_several_models_as_one_are_those_of_each(tmp_path, write_model):
    members = [write_model(tmp_path / name, CLASSES) for name in ("one.onnx", "other.onnx")]
    whole = tmp_path / "model.onnx"
    write_mean(members, [[0, 1, 2], [2, 0, 1]], read_info(members[0]), whole)
    set_temperature(whole, 2.0)
    images = np.random.default_rng(0).integers(0, 256, (5, 8, 8, 3), np.uint8)

    features = Predictor(whole).features(images)

    np.testing.assert_allclose(features, np.tile(images.mean(axis=(1, 2)), 2), rtol=1e-4)


def test_principal_components_are_those_of_scikit_learn():
    from sklearn.decomposition import PCA

    _, features = clusters()

    found, theirs = pca(features), PCA(2).fit_transform(features.astype(np.float64))

    np.testing.assert_allclose(np.abs(found), np.abs(theirs), atol=1e-4)
    np.testing.assert_array_equal(found, pca(features))
    assert pca(features[:, :1]).shape == (90, 2)


def test_principal_components_of_few_images_are_found_among_as_many_directions():
    from sklearn.decomposition import PCA

    features = np.random.default_rng(0).normal(size=(6, 40)).astype(np.float32)

    found, theirs = pca(features, 5), PCA(5).fit_transform(features.astype(np.float64))

    np.testing.assert_allclose(np.abs(found), np.abs(theirs), atol=1e-6)
    for alike in (features[[0, 0, 1]], features[[0, 0, 0]], features[:1]):  # one direction at most
        points = pca(alike, 3)
        assert points.shape == (len(alike), 3)
        np.testing.assert_allclose(points[:, 1:], 0, atol=1e-12)


@pytest.mark.parametrize("method", [lambda f: pca(f), lambda f: tsne(f, seed=1)])
def test_clusters_stay_together(method):
    places, features = clusters()
    points = method(features)

    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(distances, np.inf)

    assert (places[distances.argmin(axis=1)] == places).mean() > 0.95


def test_the_job_lays_out_every_usable_image_and_keeps_the_features(setting, tmp_path):
    out = tmp_path / "map.csv"

    result, seen = run(MapParams(str(setting.folder), csv=str(out)))
    again, seen_again = run(MapParams(str(setting.folder)))

    assert result["images"] == len(result["image_ids"]) == len(result["x"]) == 20
    assert min(result["x"]) == 0
    assert max(result["x"]) == 1
    assert (again["x"], again["y"]) == (result["x"], result["y"])
    assert any(isinstance(e, Progress) and e.phase == "Looking at images" for e in seen)
    assert not any(isinstance(e, Progress) and e.phase == "Looking at images" for e in seen_again)
    with out.open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 20


def test_dark_and_light_pictures_lie_apart(setting):
    result, _ = run(MapParams(str(setting.folder)))

    where = dict(zip(result["image_ids"], result["x"], strict=True))
    ids = setting.ids()
    dark = [where[i] for name, i in ids.items() if "dark" in name and name != "test dark 2.png"]
    light = [where[i] for name, i in ids.items() if "light" in name]
    assert max(dark) < min(light) or max(light) < min(dark)


def test_some_images_can_be_chosen_and_one_that_is_gone_is_passed_over(setting):
    ids = setting.ids("test dark")
    next(setting.pictures.rglob("test dark 1.png")).unlink()

    result, seen = run(MapParams(str(setting.folder), image_ids=tuple(ids.values())))

    assert (result["images"], result["problems"]) == (2, 1)
    assert sum(isinstance(e, ProblemFound) for e in seen) == 1


def test_t_sne_is_the_same_for_the_same_seed(setting):
    first, second = (run(MapParams(str(setting.folder), method="tsne"))[0] for _ in range(2))

    assert first["x"] == second["x"]


def test_what_makes_no_map_is_refused(setting):
    with pytest.raises(DataError, match="at least two images"):
        run(MapParams(str(setting.folder), image_ids=(next(iter(setting.ids().values())),)))
    with pytest.raises(UsageError, match="pca or tsne"):
        run(MapParams(str(setting.folder), method="umap"))


def test_t_sne_is_kept_for_the_same_features(setting, monkeypatch):
    params = MapParams(str(setting.folder), method="tsne")
    first, _ = run(params)
    monkeypatch.setattr("engine.review.layout.tsne", lambda *_, **__: pytest.fail("it was there"))
    again, _ = run(params)
    assert again["x"] == first["x"]
    monkeypatch.setattr("engine.review.layout.tsne", lambda features, *, seed: features[:, :2] + seed)
    assert run(replace(params, seed=7))[0]["x"] != first["x"]


def test_t_sne_is_left_alone_when_it_is_to_stop(setting, monkeypatch):
    cancel, left = Cancel(), threading.Event()

    def endless(features, *, seed):
        cancel.set()
        left.wait(10)
        return features[:, :2]

    monkeypatch.setattr("engine.review.layout.tsne", endless)
    with pytest.raises(JobCancelled):
        lay_out(MapParams(str(setting.folder), method="tsne"), emit=lambda _: None, cancel=cancel)
    left.set()


def test_what_goes_wrong_in_t_sne_is_told(setting, monkeypatch):
    def fails(features, *, seed):
        raise MemoryError("too many images")

    monkeypatch.setattr("engine.review.layout.tsne", fails)
    with pytest.raises(MemoryError, match="too many"):
        run(MapParams(str(setting.folder), method="tsne"))
