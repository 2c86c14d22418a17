"""The built-in base is Keras' own MobileNetV2: the same weights, the same features."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from resources.bases import make

WEIGHTS = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5"
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")


@pytest.fixture(scope="module")
def session() -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(str(make.TARGET), providers=["CPUExecutionProvider"])


def test_the_features_are_those_of_keras_own_network(shared_data: Path, session: onnxruntime.InferenceSession) -> None:
    import keras

    network = keras.applications.MobileNetV2(include_top=False, weights=None, pooling="avg", input_shape=(224, 224, 3))
    network.load_weights(shared_data / WEIGHTS)
    pictures = np.random.default_rng(0).integers(0, 256, (4, 224, 224, 3), np.uint8)
    pictures[1:] //= np.array([1, 2, 8], np.uint8)[:, None, None, None]

    expected = network.predict(pictures / 127.5 - 1.0, verbose=0)
    found = session.run(None, {"images": pictures})[0]

    assert np.abs(expected).max() > 1
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_the_file_is_made_of_the_published_weights_and_nothing_else(shared_data: Path) -> None:
    made = make.make(make.read_weights(shared_data / WEIGHTS))

    assert made.SerializeToString() == onnx.load(str(make.TARGET)).SerializeToString()


@pytest.mark.parametrize("side", [96, 160, 320])
def test_pictures_of_other_sizes_have_features_too(session: onnxruntime.InferenceSession, side: int) -> None:
    found = session.run(None, {"images": np.zeros((2, side, side, 3), np.uint8)})[0]

    assert found.shape == (2, 1280)
    assert np.isfinite(found).all()
