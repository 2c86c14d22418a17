"""An environment without some of the packages that this one has: a Python of its own beside links to all the others."""

from __future__ import annotations

import os
import sysconfig
import venv
from pathlib import Path

# What "the training pack" is, with what comes along and is of no use without it.
TRAINING = ("keras", "tensorflow", "tensorboard", "tf2onnx", "tf_keras", "jax", "torch")


def make_environment(folder: Path, left_out: tuple[str, ...] = TRAINING) -> Path:
    """Make it in `folder`; return its Python. Packages whose names begin like one of `left_out` are not there."""
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    here = Path(sysconfig.get_path("purelib"))
    there = next(folder.glob("**/site-packages"))
    for entry in here.iterdir():
        if not entry.name.lower().startswith(left_out) and entry.name not in ("__pycache__", "pip"):
            (there / entry.name).symlink_to(entry)
    assert python.exists()
    return python
