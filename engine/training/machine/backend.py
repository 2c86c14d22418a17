"""The backend of Keras, which is chosen once in the life of a process, before Keras is loaded."""

from __future__ import annotations

import importlib
import os
import sys

from engine.errors import UsageError
from engine.language import _, marked
from engine.libraries import TRAINING, installed, require


def use_backend(name: str, *, export: bool = True) -> None:
    """Let Keras use this backend from here on; "auto" is what `KERAS_BACKEND` names, or TensorFlow.

    Without `export` no model file will be written, so that what writes it need not be installed.

    Raises:
        MissingLibrary: training is not installed.
        UsageError: the backend is not installed, or Keras has been loaded with another one.
    """
    loaded = sys.modules.get("keras")
    if loaded is None:
        computes = (os.environ.get("KERAS_BACKEND", "tensorflow"),) if name == "auto" else ()
        require(marked("Training"), TRAINING.modules if export else ("keras", *computes))
    if name == "auto":
        if loaded is None:
            os.environ.setdefault("KERAS_BACKEND", "tensorflow")
        return
    if not installed(name):
        raise UsageError(
            _("The backend {name} is not installed; install it, or set backend to tensorflow.").format(name=name)
        )
    if loaded is None:
        os.environ["KERAS_BACKEND"] = name
        return
    current = loaded.config.backend()
    if current != name:
        raise UsageError(
            _("Keras already runs on {current} in this process; start anew to train with {name}.").format(
                current=current, name=name
            )
        )


def load_keras() -> None:
    """Load Keras as where scikit-learn, pandas and matplotlib are not installed, which take a third of the time.

    It has them for wrappers, tables and galleries that nothing here uses.
    """
    if "keras" in sys.modules:
        return
    hidden = [n for n in ("sklearn", "pandas", "matplotlib", "matplotlib.pyplot") if n not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: an import raises ImportError
    try:
        importlib.import_module("keras")
    finally:
        for name in hidden:
            del sys.modules[name]


def loaded_backend() -> str:
    """The library that computes under Keras, which is loaded."""
    return str(sys.modules["keras"].config.backend())
