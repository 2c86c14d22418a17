"""The notebooks' way to classify a folder, in a process of its own: `-m tests.benchmarks.classify_notebook FOLDER`.

It writes two networks to FOLDER, `small` (the traffic sign network, 30 px) and `mobilenet` (MobileNetV2, 224 px, with
the weights of ImageNet where `../shared` has them; what they answer does not matter), each as `.keras` and `.onnx`.
Then, for each line on standard input, a JSON list of a network's name and a folder, it does what notebook 001 does:
every file is read by OpenCV, made a Pillow image, resized, put into one array, and the array goes to `model.predict`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from tests.benchmarks.measure import memory

WEIGHTS = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / WEIGHTS


def networks(folder: Path) -> dict[str, Any]:
    import keras
    from keras import layers

    from engine.models.bundle import FORMAT_VERSION, ModelInfo
    from engine.models.export import to_onnx
    from engine.training.recipes.registry import recipes

    recipe = recipes()["traffic-sign-cnn"]
    base = keras.applications.MobileNetV2(
        include_top=False, input_shape=(224, 224, 3), weights=str(SHARED) if SHARED.is_file() else None
    )
    found = {
        "small": recipe.build(recipe.options, 43),
        "mobilenet": keras.Sequential(
            [
                keras.Input((224, 224, 3), dtype="uint8"),
                layers.Rescaling(1 / 127.5, -1),
                base,
                layers.GlobalAveragePooling2D(),
                layers.Dense(5, activation="softmax"),
            ]
        ),
    }
    for name, network in found.items():
        side, classes = network.inputs[0].shape[1], network.outputs[0].shape[-1]
        names = tuple(f"class {number}" for number in range(classes))
        network.save(folder / f"{name}.keras")
        info = ModelInfo(FORMAT_VERSION, names, side, side, "rgb", "stretch", name, "benchmark", 1.0)
        to_onnx(network, info, folder / f"{name}.onnx")
    return found


def classify(network: Any, folder: str) -> int:
    """As in the notebook; its division by 255 is inside the network here, which spares it the array of floats."""
    side, data = network.inputs[0].shape[1], []
    for name in os.listdir(folder):  # noqa: PTH208  # the notebook's words
        try:
            image = cv2.imread(folder + "/" + name)
            data.append(np.array(Image.fromarray(image).resize((side, side))))
        except Exception:
            print("Error in " + name)
    return len(network.predict(np.array(data), verbose=0).argmax(axis=1))


def main() -> None:
    found = networks(Path(sys.argv[1]))
    for name, network in found.items():  # the first call traces
        network.predict(np.zeros((32, *network.inputs[0].shape[1:]), np.uint8), verbose=0)
        print(json.dumps({"ready": name}), flush=True)
    for line in sys.stdin:
        name, folder = json.loads(line)
        cpu, start = time.process_time(), time.perf_counter()
        images = classify(found[name], folder)
        spent = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu}
        print(json.dumps({"images": images, **spent, "peak": memory()[1]}), flush=True)


if __name__ == "__main__":
    main()
