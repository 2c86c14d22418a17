"""How unlike its training images a picture is, as a part of the model file: a second output beside the probabilities.

It is a product of two. What all training images together show lies near the first principal components of their
features, and the distance from these is what the network sees in a picture and saw in none of them: large for anything
that is no photograph of the kinds that it knows (Wang et al. 2022, ViM: Out-Of-Distribution with Virtual-logit
Matching). Within these components a picture of a class that is missing lies far from every class, measured by how far
it lies from the middle of all (relative Mahalanobis distance, as in `unlike`). The file holds no training image's
features (docs/decisions/0031).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelError
from engine.models.bundle import FORMAT_VERSION, ModelInfo, Novelty
from engine.models.features import features_of_graph, load_onnx
from engine.models.own_models import changing
from engine.models.predictor import Predictor
from engine.similarity.classifier import DIMENSIONS, Floats, Projection, fit_projection, sample, unit_roots
from engine.similarity.graph_steps import UNIT_ROOTS, append_steps
from engine.similarity.threads import one_thread
from engine.similarity.unlike import LEAST_SQUARE, Relative, fit_relative, spread_of

OUTPUT = "novelty"
FEWEST_CHECK_IMAGES = 20  # below which no limit can be told: already one of 20 is 5 %
SHARE = 0.03  # of the check images that are told by mistake: with fewer much more goes unnoticed (docs/benchmarks.md)
_MOST_TRAINING, _MOST_CHECK = 600, 300  # images that a trained network is asked about: seconds, also of a large one
_AT_ONCE = 64
_NEAREST = 1e-3  # of unit length: less than that is nothing, in single precision


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSpace:
    """What the training images have in common: principal components, and where the classes lie among them."""

    projection: Projection
    measure: Relative

    def distances(self, features: NDArray[np.floating]) -> Floats:
        """Return how unlike the training images features (n, d) are, from 0 on (n,)."""
        centred: Floats = unit_roots(features) - self.projection.mean
        points: Floats = (centred @ self.projection.axes).astype(np.float32, copy=False)
        rest: Floats = np.sqrt(np.maximum((centred**2).sum(axis=1) - (points**2).sum(axis=1), 0))
        near, usual = self.measure.squares(points)
        return rest * near / usual


def training_space(training: NDArray[np.floating], labels: NDArray[np.int64]) -> TrainingSpace:
    """Return what training images have in common, from their features (n, d) and their classes (n,).

    It has 128 axes, at most half as many as there are features or images: else nothing is left to tell by.
    """
    most = max(1, min(DIMENSIONS, min(training.shape) // 2))
    projection = fit_projection(training[sample(len(training))], most)
    points = projection.apply(training)  # all of them: of a rare class a sample may hold none
    return TrainingSpace(projection, fit_relative(points, labels, *spread_of(points)))


def limit_of(space: TrainingSpace, check: NDArray[np.floating]) -> Novelty | None:
    """Return from which distance on a picture is unlike the training images, by the features of check images (n, d):
    3 of 100 of these are told too. None where there are fewer than 20, or where nothing is left to tell by.
    """
    if len(check) < FEWEST_CHECK_IMAGES:
        return None
    found = space.distances(check)
    limit = float(np.quantile(found, 1 - SHARE))
    return Novelty(limit, float((found > limit).mean()), len(found)) if limit > _NEAREST else None


def add_novelty(path: Path, info: ModelInfo, space: TrainingSpace, novelty: Novelty) -> None:
    """Give the model at `path`, one of this program's own making, the second output.

    Raises:
        ModelError: it is damaged, or has no features.
        OSError: the place cannot be written.
    """
    import onnx

    proto = load_onnx(path)
    append(proto.graph, features_of_graph(proto.graph, path), space)
    del proto.metadata_props[:]
    onnx.helper.set_model_props(proto, replace(info, format_version=FORMAT_VERSION, novelty=novelty).to_metadata())
    with changing(path) as temporary:
        onnx.save(proto, str(temporary))


def append(graph: Any, features: str, space: TrainingSpace) -> None:
    """Append to an ONNX graph the nodes from `features` (n, ...) to the output `novelty` (n,)."""
    from onnx import TensorProto, helper

    projection, measure = space.projection, space.measure
    ones = np.ones(projection.axes.shape[1], np.float32)
    constants: dict[str, NDArray[Any] | np.generic] = {
        "mean": projection.mean,
        "axes": projection.axes,
        "one of each feature": np.ones(len(projection.mean), np.float32),
        "one of each axis": ones,
        "nothing": np.float32(0),
        "least": LEAST_SQUARE,
        "middle of all": measure.mean,
        "scale of all": measure.scale,
        "whitening": measure.whitening,
        "twice the middles": 2 * measure.middles.T,
        "lengths of middles": (measure.middles**2).sum(axis=1),
        "second axis": np.array([1], np.int64),
        "other axes": np.array([1, 2], np.int64),
    }
    steps = (
        *UNIT_ROOTS,
        ("Sub", ("unit roots", "mean"), "centred"),
        ("Mul", ("centred", "centred"), "centred squares"),
        ("MatMul", ("centred squares", "one of each feature"), "all"),
        ("MatMul", ("centred", "axes"), "points"),
        ("Mul", ("points", "points"), "point squares"),
        ("MatMul", ("point squares", "one of each axis"), "known"),
        ("Sub", ("all", "known"), "left"),
        ("Max", ("left", "nothing"), "squares"),
        ("Sqrt", ("squares",), "rest"),
        ("MatMul", ("points", "whitening"), "own"),
        ("Mul", ("own", "own"), "own squares"),
        ("MatMul", ("own squares", "one of each axis"), "own length"),
        ("MatMul", ("own", "twice the middles"), "alike"),
        ("Sub", ("alike", "lengths of middles"), "nearness"),
        ("Unsqueeze", ("nearness", "second axis"), "nearness in a row"),
        ("GlobalMaxPool", ("nearness in a row",), "nearest in a row"),  # ReduceMax changed between versions
        ("Squeeze", ("nearest in a row", "other axes"), "nearest"),
        ("Sub", ("own length", "nearest"), "square to the nearest"),
        ("Max", ("square to the nearest", "least"), "near"),
        ("Sub", ("points", "middle of all"), "from the middle"),
        ("Mul", ("from the middle", "scale of all"), "scaled"),
        ("Mul", ("scaled", "scaled"), "scaled squares"),
        ("MatMul", ("scaled squares", "one of each axis"), "square to the middle"),
        ("Max", ("square to the middle", "least"), "usual"),
        ("Div", ("near", "usual"), "quotient"),
        ("Mul", ("rest", "quotient"), "distance"),
    )
    last = append_steps(graph, f"{OUTPUT}/", features, len(projection.mean), constants, steps)
    graph.node.append(helper.make_node("Identity", [last], [OUTPUT], name=OUTPUT))
    graph.output.append(helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [None]))


def learn_novelty(
    path: Path,
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    training: NDArray[np.int64],
    check: NDArray[np.int64],
    *,
    is_over: Callable[[], bool] = lambda: False,
) -> Novelty | None:
    """Give the model at `path` the second output, learnt from pixels as it takes them, (n, height, width, channels).

    Some of many images are enough: 600 to learn from and 300 to find the limit.

    Args:
        labels: (n,) classes of the images; those of the training images count.
        training, check: places of the training images and of the check images.
        is_over: whether a person waits no more; nothing is learnt then.

    Returns:
        The limit; None, with the file as it was, where the network has no features, there is too little to learn from,
        or it `is_over`.

    Raises:
        OSError: the place cannot be written.
    """
    if len(training) < 2 or len(check) < FEWEST_CHECK_IMAGES:
        return None
    predictor = Predictor(path, device="cpu")
    found = []
    taught = _some(training, _MOST_TRAINING)
    for places in (taught, _some(check, _MOST_CHECK)):
        parts = []
        for start in range(0, len(places), _AT_ONCE):
            if is_over():
                return None
            try:
                parts.append(predictor.features(images[places[start : start + _AT_ONCE]]))
            except ModelError:  # it has no layer of weights that ends in the classes
                return None
        found.append(np.concatenate(parts))
    with one_thread():
        space = training_space(found[0], labels[taught])
        novelty = limit_of(space, found[1])
    if novelty is not None:
        add_novelty(path, predictor.info, space, novelty)
    return novelty


def _some(places: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    return places[:: -(-len(places) // most)]
