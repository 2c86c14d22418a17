"""Libraries that a part of the program needs: where one is missing, that part says so and the rest works."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec

from engine.errors import MissingLibrary
from engine.language import _
from engine.version import VERSION

PIP_MEGABYTES = 1900  # of TensorFlow with all that training needs, as pip installs them


@dataclass(frozen=True, slots=True)
class Pack:
    """A package that brings libraries to the frozen program for Linux (`release/packs.py`)."""

    name: str
    extra: str  # of pyproject.toml, which asks for them
    modules: tuple[str, ...]  # that the program imports
    megabytes: tuple[int, int]  # packed and installed; `make package` checks them


# TensorFlow and tf2onnx write the model file, whichever backend trains.
TRAINING = Pack("pigeonhole-training", "training", ("keras", "tensorflow", "tf2onnx"), (380, 1250))
CLUSTER = Pack("pigeonhole-cluster", "cluster", ("ray", "pyarrow", "fsspec"), (67, 225))
PACKS = (TRAINING, CLUSTER)


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
        return _install(next((pack for pack in PACKS if set(missing) & set(pack.modules)), TRAINING))
    if "tensorflow" in missing:
        sentence = _("Install with `pip install {missing}` ({size:,} MB on the disk), in a checkout with `uv sync`.")
    else:
        sentence = _("Install with `pip install {missing}`, in a checkout with `uv sync`.")
    return sentence.format(missing=" ".join(missing), size=PIP_MEGABYTES)


def in_a_package(module: str) -> str:
    """Return the sentence that names the package which brings `module`; "" where pip installs it."""
    if getattr(sys, "frozen", False) and sys.platform == "linux":
        return next((_install(pack) for pack in PACKS if module in pack.modules), "")
    return ""


def _install(pack: Pack) -> str:
    packed, unpacked = pack.megabytes
    return _(
        "Install the package {pack} {version}, which lies where this program came from ({packed:,} MB to download, "
        "{unpacked:,} MB on the disk)."
    ).format(pack=pack.name, version=VERSION, packed=packed, unpacked=unpacked)


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
