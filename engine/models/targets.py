"""The forms in which a model leaves: for each, what its files are and how its own runtime opens them."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import ModelError
from engine.jobs.result import Result
from engine.language import _
from engine.libraries import installed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.jobs.job import Cancel
    from engine.models.bundle import ModelInfo

_ONNX = """
class Model:
    def __init__(self):
        import onnxruntime

        onnxruntime.disable_telemetry_events()  # on Windows it hands them to the system
        file = str(FOLDER / "model.onnx")
        self.session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])

    def __call__(self, images):
        return self.session.run(None, {self.session.get_inputs()[0].name: images})
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
        found = self.compiled(images)
        return [found[place] for place in range(len(self.compiled.outputs))]
"""


@dataclass(frozen=True, slots=True)
class Writing:
    """The files and facts that a form is written from: a run's `model.keras` and `model.onnx`, and what they expect and
    know.

    `calibration` uint8 (n, height, width, channels) are training images, where the target asks for them.
    """

    network: Path
    onnx: Path
    info: ModelInfo
    calibration: NDArray[np.uint8] | None
    cancel: Cancel


def _copy_onnx(given: Writing, out: Path) -> None:
    shutil.copyfile(given.onnx, out)


def _copy_keras(given: Writing, out: Path) -> None:
    shutil.copyfile(given.network, out)


def _by_tensorflow(name: str) -> Callable[[Writing, Path], None]:
    def write(given: Writing, out: Path) -> None:
        from engine.models.tensorflow_targets import convert

        temperature = given.info.temperature
        convert(given.network, name, out, temperature=temperature, calibration=given.calibration, cancel=given.cancel)

    return write


def _to_openvino(given: Writing, out: Path) -> None:
    openvino: Any = importlib.import_module("openvino")
    try:
        openvino.save_model(openvino.Core().read_model(str(given.onnx)), str(out), compress_to_fp16=False)
    except Exception as error:  # OpenVINO's own classes; whatever it is, the person learns that it did not work
        raise ModelError(
            _("OpenVINO cannot write this network: {why}").format(why=str(error).strip().splitlines()[-1])
        ) from None


@dataclass(frozen=True, slots=True)
class Target:
    """A form of exported models: flags, the dialog and `predict.py` follow from it.

    `words` say what it is for. `needs` is the package of its runtime, `module` what must be importable to open it here.
    `runtime` is the part of `predict.py` that opens `model` by it; `write` makes that file or folder.
    `from_keras`: it is made of the run's Keras model, else of its ONNX model. `one_file`: it is a copy of that,
    complete in itself, and need not come in a folder. `needs_pictures`: it is shown training images. `exact`: its
    probabilities must equal the run's within 1e-4. `has_temperature`: the temperature is inside the model; elsewhere
    `predict.py` applies it.
    """

    name: str
    title: str
    words: str
    model: str
    needs: str
    module: str
    runtime: str
    write: Callable[[Writing, Path], None]
    from_keras: bool = True
    one_file: bool = False
    needs_pictures: bool = False
    exact: bool = True
    has_temperature: bool = True


def missing(target: Target) -> str:
    """Return the command that installs the target's own runtime; "" where it is there."""
    return "" if installed(target.module) else f"pip install {target.module}"


TARGETS: dict[str, Target] = {}
_OTHER_MODELS = (".h5", ".pt", ".pth", ".safetensors", ".gguf")


def is_model(path: Path) -> bool:
    """Return whether a file is called like a model: one that was exported, or one that other programs write."""
    suffix = path.suffix.lower()
    return suffix in _OTHER_MODELS or (suffix != "" and any(suffix == Path(t.model).suffix for t in TARGETS.values()))


def register(target: Target) -> None:
    """Offer a form in the command line and in the window."""
    TARGETS[target.name] = target


register(
    Target(
        "onnx",
        "ONNX",
        "For any ONNX runtime, on every system; what Pigeonhole itself uses",
        "model.onnx",
        "onnxruntime",
        "onnxruntime",
        _ONNX,
        _copy_onnx,
        from_keras=False,
        one_file=True,
    )
)
register(
    Target(
        "keras",
        "Keras",
        "To train further in Keras",
        "model.keras",
        "keras with tensorflow",
        "keras",
        _KERAS,
        _copy_keras,
        one_file=True,
        has_temperature=False,
    )
)
register(
    Target(
        "savedmodel",
        "TensorFlow SavedModel",
        "For TensorFlow and its servers",
        "saved_model",
        "tensorflow",
        "tensorflow",
        _SAVED_MODEL,
        _by_tensorflow("savedmodel"),
    )
)
register(
    Target(
        "litert",
        "LiteRT",
        "For telephones and small computers",
        "model.tflite",
        "ai-edge-litert (or tensorflow)",
        "tensorflow",
        _LITERT,
        _by_tensorflow("litert"),
    )
)
register(
    Target(
        "litert-int8",
        "LiteRT in 8-bit integers",
        "The same, a quarter of the size; calibrated on training pictures",
        "model.tflite",
        "ai-edge-litert (or tensorflow)",
        "tensorflow",
        _LITERT,
        _by_tensorflow("litert-int8"),
        needs_pictures=True,
        exact=False,
        has_temperature=False,
    )
)
register(
    Target(
        "openvino",
        "OpenVINO",
        "For Intel machines",
        "model.xml",
        "openvino",
        "openvino",
        _OPENVINO,
        _to_openvino,
        from_keras=False,
    )
)


@dataclass(frozen=True, slots=True)
class ExportParams:
    """`project` is the project's folder, `run` a run's name (None: the newest finished), `out` a file or a folder.

    `format` is the name of one of `TARGETS`. Those that are one file are that if `out` is named like one, or is a
    folder that is there. All others, and these where `out` is a folder that is not there yet, come as a folder with a
    `predict.py`.
    """

    project: str
    run: str | None
    format: str
    out: str


@dataclass(frozen=True, slots=True, eq=False)
class Exported(Result):
    """The model of `run` in the form `format`: `out` is the file or folder that was written, of so many `bytes`.

    It was compared with the run on `images` validation pictures: `difference` is the greatest of a probability. None
    where none of the pictures can be found any more.
    """

    run: str
    format: str
    out: str
    bytes: int
    images: int = 0
    difference: float | None = None
    accuracy: float | None = None
    run_accuracy: float | None = None
