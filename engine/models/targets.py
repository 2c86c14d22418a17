"""The forms in which a model leaves: for each, what its files are and how its own runtime opens them."""

from __future__ import annotations

from dataclasses import dataclass

_ONNX = """
class Model:
    def __init__(self):
        import onnxruntime

        onnxruntime.disable_telemetry_events()  # on Windows it hands them to the system
        file = str(FOLDER / "model.onnx")
        self.session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])

    def __call__(self, images):
        return self.session.run(None, {self.session.get_inputs()[0].name: images})[0]
"""

_KERAS = """
class Model:
    def __init__(self):
        import keras

        self.network = keras.saving.load_model(FOLDER / "model.keras", compile=False, safe_mode=True)

    def __call__(self, images):
        return self.network.predict_on_batch(images)
"""

_SAVED_MODEL = """
class Model:
    def __init__(self):
        import tensorflow

        self.tensorflow = tensorflow
        self.loaded = tensorflow.saved_model.load(str(FOLDER / "saved_model"))

    def __call__(self, images):
        found = self.loaded.signatures["serving_default"](images=self.tensorflow.constant(images))
        return found["probabilities"].numpy()
"""

_LITERT = '''
def interpreter(file):
    """From whichever of the packages that carry LiteRT is installed."""
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        try:
            from tflite_runtime.interpreter import Interpreter
        except ImportError:
            import tensorflow

            Interpreter = tensorflow.lite.Interpreter
    return Interpreter(model_path=str(file))


class Model:
    def __init__(self):
        self.interpreter = interpreter(FOLDER / "model.tflite")
        self.interpreter.allocate_tensors()
        self.input = self.interpreter.get_input_details()[0]["index"]
        self.output = self.interpreter.get_output_details()[0]

    def __call__(self, images):
        return np.stack([self.one(image) for image in images])

    def one(self, image):
        self.interpreter.set_tensor(self.input, image[np.newaxis])
        self.interpreter.invoke()
        found = self.interpreter.get_tensor(self.output["index"])[0]
        scale, zero = self.output["quantization"]
        return (found.astype(np.float32) - zero) * scale if scale else found
'''

_OPENVINO = """
class Model:
    def __init__(self):
        import openvino

        precise = {"INFERENCE_PRECISION_HINT": "f32"}  # else bfloat16 where the processor has it
        self.compiled = openvino.Core().compile_model(str(FOLDER / "model.xml"), "CPU", precise)

    def __call__(self, images):
        return self.compiled(images)[0]
"""


@dataclass(frozen=True, slots=True)
class Target:
    """One form. `needs` is the package of its runtime, `module` what must be importable to open it here.

    `exact`: its probabilities must equal the run's within 1e-4. `calibrates`: the temperature is inside the model;
    elsewhere `predict.py` applies it.
    """

    name: str
    title: str
    model: str  # the file or folder that holds the network
    needs: str
    module: str
    runtime: str
    exact: bool = True
    calibrates: bool = True


_ALL = (
    Target("onnx", "ONNX", "model.onnx", "onnxruntime", "onnxruntime", _ONNX),
    Target("keras", "Keras", "model.keras", "keras with tensorflow", "keras", _KERAS, calibrates=False),
    Target("savedmodel", "TensorFlow SavedModel", "saved_model", "tensorflow", "tensorflow", _SAVED_MODEL),
    Target("litert", "LiteRT", "model.tflite", "ai-edge-litert (or tensorflow)", "tensorflow", _LITERT),
    Target(
        "litert-int8",
        "LiteRT in 8-bit integers",
        "model.tflite",
        "ai-edge-litert (or tensorflow)",
        "tensorflow",
        _LITERT,
        exact=False,
        calibrates=False,
    ),
    Target("openvino", "OpenVINO", "model.xml", "openvino", "openvino", _OPENVINO),
)
TARGETS: dict[str, Target] = {target.name: target for target in _ALL}


@dataclass(frozen=True, slots=True)
class ExportParams:
    """`project` is the project's folder, `run` a run's name (None: the newest finished), `out` a file or a folder.

    `format` is one of `TARGETS`: "onnx" (complete in itself, for any ONNX runtime) and "keras" (to train
    further in Keras) are a file if `out` is named like one, or is a folder that is there. All others, and these where
    `out` is a folder that is not there yet, come as a folder with a `predict.py`.
    """

    project: str
    run: str | None
    format: str
    out: str
