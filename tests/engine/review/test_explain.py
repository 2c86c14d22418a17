"""Maps show what a model goes by."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import JobCancelled, UsageError
from engine.events import ProblemFound
from engine.jobs.job import Cancel
from engine.models.bundle import FORMAT_VERSION, ModelInfo
from engine.models.predictor import Predictor
from engine.review.explain.job import ExplainParams, explain_images
from engine.review.explain.rise import explain, overlay

SIDE = 24
NAMES = tuple("0123456789")


def write_network(path, weights, biases):
    """A perceptron on grey pixels as a model file: relu between its layers, softmax at its end."""
    from onnx import TensorProto, helper, numpy_helper, save

    nodes = [
        helper.make_node("Cast", ["images"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["floats", "scale"], ["scaled"]),
        helper.make_node("Flatten", ["scaled"], ["x0"]),
    ]
    tensors = [numpy_helper.from_array(np.array(255, np.float32), "scale")]
    for i, (w, b) in enumerate(zip(weights, biases, strict=True)):
        last = i == len(weights) - 1
        nodes.append(helper.make_node("Gemm", [f"x{i}", f"w{i}", f"b{i}"], [f"y{i}"]))
        nodes.append(helper.make_node("Softmax" if last else "Relu", [f"y{i}"], ["out" if last else f"x{i + 1}"]))
        tensors += [numpy_helper.from_array(a.astype(np.float32), f"{n}{i}") for n, a in (("w", w), ("b", b))]
    graph = helper.make_graph(
        nodes,
        "perceptron",
        [helper.make_tensor_value_info("images", TensorProto.UINT8, [None, SIDE, SIDE, 1])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, [None, len(NAMES)])],
        tensors,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    info = ModelInfo(FORMAT_VERSION, NAMES, SIDE, SIDE, "grey", "stretch", "perceptron", "by-hand", 1.0)
    helper.set_model_props(model, info.to_metadata())
    save(model, path)
    return path


@pytest.fixture(scope="module")
def digits():
    from sklearn.datasets import load_digits

    found = load_digits()
    pictures = [np.asarray(Image.fromarray((p * 15).astype(np.uint8)).resize((SIDE, SIDE))) for p in found.images]
    return np.stack(pictures), found.target


@pytest.fixture(scope="module")
def networks(digits, tmp_path_factory):
    """A perceptron that knows the digits, also where parts of them are covered; and one with its weights shuffled."""
    from sklearn.neural_network import MLPClassifier

    pictures, labels = digits
    rng = np.random.default_rng(0)
    seen = np.repeat(pictures[:1200], 4, axis=0)
    blocks = rng.random((len(seen), 4, 4)) < 0.3
    blocks[::4] = False
    covered = np.kron(blocks, np.ones((SIDE // 4, SIDE // 4), bool))
    seen = np.where(covered, seen.mean(axis=(1, 2), keepdims=True), seen).reshape(len(seen), -1) / 255
    trained = MLPClassifier((64,), max_iter=20, random_state=0)
    trained.fit(seen, np.repeat(labels[:1200], 4))
    folder = tmp_path_factory.mktemp("networks")
    known = write_network(folder / "known.onnx", trained.coefs_, trained.intercepts_)
    drawn = [rng.permutation(w.ravel()).reshape(w.shape) for w in trained.coefs_]
    return Predictor(known), Predictor(write_network(folder / "random.onnx", drawn, trained.intercepts_))


@pytest.fixture(scope="module")
def pasted(digits, networks):
    return paste(digits, networks, seed=5)


def paste(digits, networks, seed, pairs=60):
    """Pictures whose left half is of one digit and whose right half of another; each half alone is recognised."""
    pictures, labels = digits[0][1200:], digits[1][1200:]
    lefts, rights = pictures.copy(), pictures.copy()
    lefts[:, :, SIDE // 2 :] = 0
    rights[:, :, : SIDE // 2] = 0
    left, right = (
        np.flatnonzero(networks[0].predict(halves[..., None]).argmax(axis=1) == labels) for halves in (lefts, rights)
    )
    rng = np.random.default_rng(seed)
    found = []
    while len(found) < pairs:
        one, other = rng.choice(left), rng.choice(right)
        if labels[one] != labels[other]:
            found.append(((lefts[one] + rights[other])[..., None], (int(labels[one]), int(labels[other]))))
    return found


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize("seed", range(5))
def test_the_map_for_a_class_lies_on_its_own_half_of_a_pasted_picture(digits, networks, seed):
    own = []
    for pixels, classes in paste(digits, networks, seed):
        maps = explain(networks[0], pixels, classes, cancel=Cancel()).maps.clip(0)
        left, right = maps[:, :, : SIDE // 2].sum(axis=(1, 2)), maps[:, :, SIDE // 2 :].sum(axis=(1, 2))
        own += [left[0] > right[0], right[1] > left[1]]

    assert np.mean(own) >= 0.9


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_classes_that_are_explained_together_are_told_from_each_other(digits, networks):
    """As for a mistake, where the predicted and the true class are: each map lies more on its own half for it."""
    alone, together = [], []
    for pixels, classes in paste(digits, networks, seed=3, pairs=30):
        both = explain(networks[0], pixels, classes, cancel=Cancel()).maps.clip(0)
        single = [explain(networks[0], pixels, [cls], cancel=Cancel()).maps[0].clip(0) for cls in classes]
        for number, own in enumerate((np.s_[:, : SIDE // 2], np.s_[:, SIDE // 2 :])):
            together.append(both[number][own].sum() / both[number].sum())
            alone.append(single[number][own].sum() / single[number].sum())

    assert np.mean(together) > np.mean(alone) + 0.02


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_a_randomised_network_gives_another_map(networks, pasted):
    """The sanity check of Adebayo et al. (2018), arXiv:1810.03292."""

    def similarity(one, other):
        return abs(np.corrcoef(one.ravel(), other.ravel())[0, 1])

    same, random = [], []
    for pixels, classes in pasted[:20]:
        first = explain(networks[0], pixels, classes, cancel=Cancel()).maps
        same.append(similarity(first, explain(networks[0], pixels, classes, seed=1, cancel=Cancel()).maps))
        random.append(similarity(first, explain(networks[1], pixels, classes, cancel=Cancel()).maps))

    assert np.median(same) > 0.8
    assert np.median(random) < 0.5


def test_the_same_picture_has_the_same_map_of_the_shape_of_the_models_input(networks, pasted):
    first, second = (explain(networks[0], pasted[0][0], cancel=Cancel()) for _ in range(2))

    np.testing.assert_array_equal(first.maps, second.maps)
    assert first.maps.shape == (1, SIDE, SIDE)
    assert first.classes == (int(first.probabilities.argmax()),)
    assert np.abs(first.maps).max() == pytest.approx(1)


def test_a_picture_of_one_grey_has_an_even_map(networks):
    flat = explain(networks[0], np.full((SIDE, SIDE, 1), 90, np.uint8), cancel=Cancel())

    assert np.isfinite(flat.maps).all()


def test_the_overlay_is_a_colour_picture(networks, pasted):
    shown = overlay(explain(networks[0], pasted[0][0], cancel=Cancel()), 0)

    assert shown.shape == (SIDE, SIDE, 3)
    assert shown.dtype == np.uint8
    assert len(np.unique(shown.reshape(-1, 3), axis=0)) > 20


def test_an_explanation_can_be_cancelled(networks, pasted):
    cancel = Cancel()
    cancel.set()

    with pytest.raises(JobCancelled):
        explain(networks[0], pasted[0][0], cancel=cancel)


def run(params):
    seen = []
    return explain_images(params, emit=seen.append, cancel=Cancel()), seen


def test_the_job_explains_prediction_and_label_and_writes_pictures_and_a_table(setting, tmp_path):
    params = ExplainParams(
        str(setting.folder), ("test dark 2.png",), out=str(tmp_path / "maps"), csv=str(tmp_path / "maps.csv")
    )

    result, _ = run(params)

    assert [(r["class"], r["predicted"], r["label"]) for r in result["rows"]] == [
        ("light", "light", "dark"),
        ("dark", "light", "dark"),
    ]
    assert result["images"] == 1
    for row in result["rows"]:
        with Image.open(row["file"]) as image:
            assert min(image.size) >= 224
    with (tmp_path / "maps.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 2 * 7 * 7


def test_a_file_outside_the_project_is_explained_for_the_class_asked_for(setting, tmp_path):
    Image.new("L", (20, 20), 30).save(tmp_path / "alone.png")

    result, _ = run(ExplainParams(str(setting.folder), (str(tmp_path / "alone.png"),), classes=("light",)))

    assert [(r["class"], r["label"], r["file"]) for r in result["rows"]] == [("light", "", "")]


def test_a_class_that_is_asked_for_twice_counts_once(setting):
    def rows(*classes):
        return run(ExplainParams(str(setting.folder), ("test dark 2.png",), classes=classes))[0]["rows"]

    assert rows("dark", "dark", "light") == rows("dark", "light")


def test_what_is_not_there_is_refused_in_one_sentence(setting):
    with pytest.raises(UsageError, match="no class 'blue'"):
        run(ExplainParams(str(setting.folder), ("test dark 2.png",), classes=("blue",)))
    with pytest.raises(UsageError, match="no image of the project"):
        run(ExplainParams(str(setting.folder), ("nothing like it",)))


def test_a_file_that_cannot_be_read_is_a_problem_and_no_failure(setting, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG nothing")

    result, seen = run(ExplainParams(str(setting.folder), (str(tmp_path / "broken.png"), "test dark 0.png")))

    assert (result["images"], result["problems"]) == (1, 1)
    assert [Path(e.path).name for e in seen if isinstance(e, ProblemFound)] == ["broken.png"]
