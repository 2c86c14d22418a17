"""Libraries that a part of the program needs: where one is missing, that part says so and the rest works."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from engine.errors import MissingLibrary
from engine.language import _
from engine.version import VERSION

# What training loads. TensorFlow and tf2onnx write the model file, whichever backend trains.
TRAINING = ("keras", "tensorflow", "tf2onnx")
# The package that brings them to the frozen program, and its size in MB, packed and installed (release/linux.py).
PACK = "pigeonhole-training"
PACK_MEGABYTES = (380, 1250)
PIP_MEGABYTES = 1900  # as pip installs them


def installed(module: str) -> bool:
    """Return whether this top-level module can be found, without loading it."""
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):  # somebody forbids it
        return False


def require(what: str, modules: tuple[str, ...]) -> None:
    """Raise `MissingLibrary` unless all of `modules` are installed, which `what` ("Training", in English) needs."""
    missing = [module for module in modules if not installed(module)]
    if missing:
        raise MissingLibrary(
            _("{what} needs {modules}; not installed here: {missing}.").format(
                what=_(what), modules=", ".join(modules), missing=", ".join(missing)
            )
            + f" {_remedy(missing)}"
        )


def _remedy(missing: list[str]) -> str:
    if getattr(sys, "frozen", False):
        packed, unpacked = PACK_MEGABYTES
        return _(
            "Install the package {pack} {version}, which lies where this program came from ({packed:,} MB to download, "
            "{unpacked:,} MB on the disk)."
        ).format(pack=PACK, version=VERSION, packed=packed, unpacked=unpacked)
    if "tensorflow" in missing:
        sentence = _("Install with `pip install {missing}` ({size:,} MB on the disk), in a checkout with `uv sync`.")
    else:
        sentence = _("Install with `pip install {missing}`, in a checkout with `uv sync`.")
    return sentence.format(missing=" ".join(missing), size=PIP_MEGABYTES)


@contextmanager
def loading(what: str) -> Iterator[None]:
    """Turn the failure of an import in the block into `MissingLibrary`: a library of `what` is there, but damaged."""
    try:
        yield
    except ImportError as error:
        if (error.name or "").partition(".")[0] in ("engine", "gui", "pigeonhole"):
            raise  # a mistake of ours
        raise MissingLibrary(
            _(
                "{what} needs a library that cannot be loaded here ({why}); install it again with `pip install "
                "--force-reinstall`, in a checkout with `uv sync --reinstall`."
            ).format(what=_(what), why=error)
        ) from error
