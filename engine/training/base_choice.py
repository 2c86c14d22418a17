"""Networks that can give the features on this machine: listed, added and chosen.

One job for the window and the command line. Keras is loaded only to make a base of one of its networks.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.errors import UsageError
from engine.imaging.resize import Method
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _
from engine.similarity.bases import (
    SCALINGS,
    Base,
    BaseDetails,
    Colour,
    add_base,
    built_in_base,
    choose_base,
    chosen_base,
    known_bases,
    named_base,
    read_base,
)
from engine.training.recipes.bases import BASES

Action = Literal["list", "choose", "add"]


@dataclass(frozen=True, slots=True)
class BaseParams:
    """The action: list the bases, choose `what` for the machine, or add it.

    `what` is the name of a base, as listed or of Keras, or an ONNX file. `scaling` is one of `SCALINGS`, in the place
    of `mean` and `deviation`; these and the following are as in `BaseDetails`. `weights` is a file for one of Keras, ""
    where they are to be downloaded.
    """

    action: Action = "list"
    what: str = ""
    name: str | None = None
    input_size: int | None = None
    scaling: str | None = None
    mean: Colour | None = None
    deviation: Colour | None = None
    resize: Method | None = None
    licence: str | None = None
    weights: str = ""

    def says_more(self) -> bool:
        """Return whether anything is said beside the action and what it is about."""
        return self != BaseParams(self.action, self.what)


@dataclass(frozen=True, slots=True)
class KnownBase:
    """A base of this machine, as `similarity.bases.Base`; `chosen` for its features."""

    name: str
    file: str
    input_size: int
    dimensions: int
    resize: str
    scaling: str
    licence: str
    source: str
    key: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class KerasBase:
    """A network of Keras whose weights are downloaded when it is chosen."""

    name: str
    input_size: int
    megabytes: int
    licence: str


@dataclass(frozen=True, slots=True, eq=False)
class Bases(Result):
    """The bases of this machine, those `more` of Keras, and the name of the base that was chosen or added,
    if one was.
    """

    bases: list[KnownBase]
    more: list[KerasBase]
    action: str
    base: str | None


def bases(params: BaseParams, *, emit: Emit, cancel: Cancel) -> Bases:
    """List the bases, after one was chosen or added. A job.

    Raises:
        UsageError: there is no such base, or a fact does not belong to it.
        ModelError: it cannot be had or used.
        JobCancelled: during a download.
    """
    if (params.action == "list") == bool(params.what):
        raise UsageError(_("`bases` lists them; `bases choose` and `bases add` want the name of a base or a file."))
    if params.action == "list" and params.says_more():
        raise UsageError(_("Options of a base belong to `bases add FILE` and `bases choose NAME`."))
    if params.scaling is not None and (params.mean or params.deviation):
        raise UsageError(_("Give --scaling, or --mean and --deviation, not both."))
    base = None
    if params.action == "add":
        base = _added(params)
    elif params.action == "choose":
        base = _found(params, emit, cancel)
        choose_base(base)
    known, chosen = known_bases(), chosen_base()
    names = {b.name for b in known}
    return Bases(
        [
            KnownBase(
                b.name,
                str(b.file),
                b.input_size,
                b.dimensions,
                b.resize,
                b.scaling,
                b.licence,
                b.source,
                b.key,
                b == chosen,
            )
            for b in known
        ],
        [
            KerasBase(name, b.size, b.megabytes, b.licence)
            for name, b in BASES.items()
            if name not in names and name != "MobileNetV2"  # built in
        ],
        params.action,
        None if base is None else base.name,
    )


def _added(params: BaseParams) -> Base:
    if params.weights:
        raise UsageError(_("--weights belongs to a base of Keras; an ONNX file has its weights in it."))
    mean, deviation = params.mean, params.deviation
    if params.scaling is not None:
        if params.scaling not in SCALINGS:
            raise UsageError(
                _("A scaling is one of {scalings}; found {scaling}.").format(
                    scalings=", ".join(SCALINGS), scaling=params.scaling
                )
            )
        mean, deviation = SCALINGS[params.scaling]
    return add_base(
        Path(params.what), BaseDetails(params.name, params.input_size, mean, deviation, params.licence, params.resize)
    )


def _found(params: BaseParams, emit: Emit, cancel: Cancel) -> Base:
    """A base that is known, a file that becomes one, or one of Keras, made now."""
    what = params.what
    if not params.says_more():
        known = built_in_base() if what == "MobileNetV2" else named_base(what)
        if known is not None:
            return known
    if Path(what).is_file() or what.endswith(".onnx"):
        return _added(params)
    by_name = {name.casefold(): name for name in BASES}
    if what.casefold() not in by_name:
        raise UsageError(
            _(
                "There is no base {what}; `pigeonhole bases` lists those of this machine and of Keras, `pigeonhole "
                "bases add FILE` takes an ONNX file."
            ).format(what=what)
        )
    if BaseParams("choose", what, input_size=params.input_size, weights=params.weights) != params:
        raise UsageError(_("For a base of Keras only --size and --weights can be given."))
    from engine.training.keras_base import KerasBaseParams, make_base

    made = make_base(
        KerasBaseParams(by_name[what.casefold()], params.weights, params.input_size), emit=emit, cancel=cancel
    )
    return read_base(Path(made["file"]))
