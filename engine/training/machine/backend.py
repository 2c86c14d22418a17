"""Which library computes under Keras: it is chosen once in the life of a process, before Keras is loaded."""

from __future__ import annotations

import os
import sys

from engine.errors import UsageError
from engine.libraries import TRAINING, installed, require


def use_backend(name: str) -> None:
    """Let Keras use this backend from here on; "auto" is what `KERAS_BACKEND` names, or TensorFlow.

    Raises:
        MissingLibrary: training is not installed.
        UsageError: the backend is not installed, or Keras has been loaded with another one.
    """
    loaded = sys.modules.get("keras")
    if loaded is None:
        require("Training", TRAINING)
    if name == "auto":
        if loaded is None:
            os.environ.setdefault("KERAS_BACKEND", "tensorflow")
        return
    if not installed(name):
        raise UsageError(f"The backend {name} is not installed; install it, or set backend to tensorflow.")
    if loaded is None:
        os.environ["KERAS_BACKEND"] = name
        return
    current = loaded.config.backend()
    if current != name:
        raise UsageError(f"Keras already runs on {current} in this process; start anew to train with {name}.")


def loaded_backend() -> str:
    """The library that computes under Keras, which is loaded."""
    return str(sys.modules["keras"].config.backend())
