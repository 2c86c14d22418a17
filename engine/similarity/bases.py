"""Bases: networks from image to features. One is built in; a larger one is chosen once for the machine.

A base is one ONNX file: uint8 RGB pictures (n, height, width, 3) to float32 features (n, d), with all scaling inside;
its metadata name its input size, resize method, licence and source. `add_base` makes such a file of what publishers
give (DINOv2, SigLIP, MobileCLIP: float pictures, channels first, normalised) after it was looked through;
`engine.training` makes one of `keras.applications`. Files that this machine did not make run in a process with bounds
on memory and time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, cast, get_args

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelError, UsageError
from engine.files import open_regular, read_regular, reason_of
from engine.imaging.resize import Method
from engine.language import _, marked
from engine.models.atomic import replacing, write_json
from engine.models.bounded_model import BoundedSession
from engine.models.bundle import read_metadata
from engine.models.inspection import check_onnx
from engine.models.onnx_scan import Port, Scan
from engine.models.own_models import is_own
from engine.models.providers import Opened, open_session
from engine.places import BUILT_IN_BASE, data_folder
from engine.records import RecordError, build, parse

BATCH = 32  # images through a base at once, at most
LARGEST_SIDE = 1024  # px of a base's input
_MOST_DIMENSIONS = 16_384
_MOST_BYTES = 2**31 - 1  # of an ONNX file that is complete in itself
_FLOAT, _UINT8, _FLOAT16 = 1, 2, 10  # numbers of types in onnx.proto
_UNKNOWN = marked("not told")
_USUAL_SCALING, _OWN_SCALING = marked("-1 to 1"), marked("inside the file")
_OF_THE_BUILT_IN = marked("keras.applications, ImageNet, without its classifier; see NOTICE")  # as its file says
_ASSUMED = "ImageNet's, as nothing else is told"
# What publishers call the vector of a picture, the best first.
_VECTORS = ("features", "image_embeds", "image_embeddings", "pooler_output", "embeddings", "last_hidden_state")

Run = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
Colour = tuple[float, float, float]

# Mean and standard deviation of red, green and blue from 0 to 1, by which a network's input is scaled.
SCALINGS: dict[str, tuple[Colour, Colour]] = {
    "imagenet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "clip": ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)),
    "-1..1": ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    "0..1": ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
    "0..255": ((0.0, 0.0, 0.0), (1 / 255, 1 / 255, 1 / 255)),
}


@dataclass(frozen=True, slots=True)
class Base:
    """A network from image to features. `key` is the digest of its file and names its features in the cache.

    `input_size` in pixels, of a square; `dimensions` of its features; `scaling` says in words what it does to colours.
    """

    key: str
    name: str
    file: Path
    input_size: int
    dimensions: int
    resize: Method
    scaling: str
    licence: str
    source: str

    def open(self, *, threads: int | None = None) -> Run:
        """Return the function from pictures uint8 (n, size, size, 3), n at most BATCH, to features float32 (n, d).

        It may be called from several threads.

        Raises:
            ModelError: the file cannot be used, or the network takes far more memory or time than an ordinary one.
        """
        shape = (self.input_size, self.input_size, 3)
        if self.file == BUILT_IN_BASE or is_own(self.file):
            opened = open_session(self.file, threads=threads, device="cpu")
        else:
            session = BoundedSession(self.file, shape, batch=BATCH, threads=threads, device="cpu")
            opened = Opened(session, session.device, session.note, nullcontext(), session.input)

        def run(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
            with opened.turn:
                found: NDArray[np.float32] = opened.session.run(None, {opened.input: pictures})[0]
            if found.shape != (len(pictures), self.dimensions):
                raise ModelError(
                    _("{file} is damaged: it does not give {count} numbers for a picture.").format(
                        file=self.file, count=self.dimensions
                    )
                )
            return found

        return run


def bases_folder() -> Path:
    """Where bases are that were added or made on this machine."""
    return data_folder() / "bases"


def built_in_base() -> Base:
    """Return MobileNetV2 1.0, 224 px, ImageNet."""
    return read_base(BUILT_IN_BASE)


def known_bases() -> list[Base]:
    """Return the built-in base and those that were added, by name; files that cannot be used are passed over."""
    found = [built_in_base()]
    for file in sorted(bases_folder().glob("*.onnx")):
        try:
            found.append(read_base(file))
        except ModelError:
            continue
    return found


def chosen_base() -> Base:
    """Return the base that was chosen for this machine; the built-in one where none was, or where it has gone."""
    try:
        chosen = build(_Chosen, parse(read_regular(_choice(), most=2**16)))
        return read_base(bases_folder() / chosen.file)
    except (OSError, RecordError, ModelError):
        return built_in_base()


def choose_base(base: Base) -> None:
    """Remember a base for this machine.

    Raises:
        ModelError: the choice cannot be written.
    """
    try:
        if base.file == BUILT_IN_BASE:
            _choice().unlink(missing_ok=True)
            return
        _choice().parent.mkdir(parents=True, exist_ok=True)
        write_json(_choice(), {"file": base.file.name})
    except OSError as error:
        raise ModelError(
            _("The choice cannot be kept in {folder}: {why}.").format(folder=_choice().parent, why=reason_of(error))
        ) from None


def named_base(name: str) -> Base | None:
    """Return the known base that is called so, whatever the case of its letters; or whose key begins so."""
    wanted = name.casefold()
    known = known_bases()
    return next(
        (b for b in known if b.name.casefold() == wanted or b.file.stem.casefold() == wanted),
        next((b for b in known if len(wanted) >= 6 and b.key.startswith(wanted)), None),
    )


@dataclass(frozen=True, slots=True)
class _Chosen:
    file: str

    def __post_init__(self) -> None:
        if Path(self.file).name != self.file:
            raise RecordError(_("expected the name of a file, found a path"))


def _choice() -> Path:
    return data_folder() / "base.json"


def read_base(file: Path) -> Base:
    """Return the base in `file`, which `add_base` or a job of ours made.

    Raises:
        ModelError: it is no such file, or it is damaged or hostile.
    """
    try:
        facts = file.stat()
    except OSError as error:
        raise ModelError(_("The base {file} cannot be read: {why}.").format(file=file, why=reason_of(error))) from None
    return _read(file, facts.st_size, facts.st_mtime_ns)


@lru_cache(64)
def _read(file: Path, _size: int, _modified: int) -> Base:
    found = _scanned(file)
    told = read_metadata(file)
    given, features = _image_input(file, found), _vector_output(file, found)
    size, resize = _whole(told.get("input_size", "")), told.get("resize", "crop")
    if given.kind != _UINT8 or given.shape is None or given.shape[-1] != 3 or features.shape is None or not size:
        raise ModelError(_("{file} is no base of ours; add it by `pigeonhole bases add FILE`.").format(file=file))
    fixed = {side for side in given.shape[1:3] if side is not None}
    if fixed - {size} or not 0 < size <= LARGEST_SIDE or resize not in get_args(Method):
        raise ModelError(_("{file} is damaged: what it says of its input does not fit its network.").format(file=file))
    dimensions = features.shape[-1]
    if len(features.shape) != 2 or dimensions is None or not 0 < dimensions <= _MOST_DIMENSIONS:
        raise ModelError(_("{file} is damaged: it does not give a vector for each picture.").format(file=file))
    with open_regular(file) as opened:
        digest = blake2b(digest_size=16)
        while block := opened.read(2**20):
            digest.update(block)
    return Base(
        key=digest.hexdigest(),
        name=_words(told.get("name")) or file.stem,
        file=file,
        input_size=size,
        dimensions=dimensions,
        resize=cast(Method, resize),
        scaling=_words(told.get("scaling")) or _USUAL_SCALING,
        licence=_words(told.get("licence")) or _UNKNOWN,
        source=_words(told.get("source")) or _UNKNOWN,
    )


@dataclass(frozen=True, slots=True)
class BaseDetails:
    """What a person says of a network's input; None where the publisher's files beside it tell, or the usual holds.

    `mean` and `deviation` of colours from 0 to 1, as in `SCALINGS`; `input_size` in pixels.
    """

    name: str | None = None
    input_size: int | None = None
    mean: Colour | None = None
    deviation: Colour | None = None
    licence: str | None = None
    resize: Method | None = None


def add_base(file: Path, facts: BaseDetails = BaseDetails()) -> Base:  # frozen
    """Make a base of an ONNX file from image to vector, as its publisher gives it, and keep it for this machine.

    `preprocessor_config.json` and `README.md` beside the file or above its folder `onnx` tell size, scaling and
    licence, as on the Hugging Face Hub. Of a network that gives a vector for each patch, the first is taken.

    Raises:
        ModelError: it is no such network, or is damaged or hostile.
        UsageError: a fact cannot be, or is missing: neither the network nor a file beside it says the size of pictures.
    """
    found = _scanned(file)
    given, features = _image_input(file, found), _vector_output(file, found)
    _check(facts)
    told = _told_beside(file)
    size = _input_size(file, given, facts.input_size or told.input_size)
    is_ready = given.kind == _UINT8
    mean, deviation = facts.mean or told.mean, facts.deviation or told.deviation
    usual = SCALINGS["imagenet"]
    scaling = _scaling(mean or usual[0], deviation or usual[1])
    if mean is None and deviation is None:
        scaling += f" ({_ASSUMED})"
    metadata = {
        "name": facts.name or told.name or file.stem,
        "input_size": str(size),
        "resize": facts.resize or told.resize or "crop",
        "scaling": _OWN_SCALING if is_ready else scaling,
        "licence": facts.licence or told.licence or read_metadata(file).get("licence", _UNKNOWN),
        "source": f"{file.name}, added by a person",
    }
    folder = bases_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w.-]+", "-", metadata["name"]).strip("-.")[:60] or "base"
        with replacing(folder / f"{name}.onnx") as temporary:
            model = _rewritten(file, given, features, size, mean or usual[0], deviation or usual[1])
            dimensions = _try(file, model, size)
            _finish(model, dimensions, metadata)
            temporary.write_bytes(model.SerializeToString())
    except OSError as error:
        raise ModelError(
            _("The base cannot be kept in {folder}: {why}.").format(folder=folder, why=reason_of(error))
        ) from None
    return read_base(folder / f"{name}.onnx")


def _scanned(file: Path) -> Scan:
    found = check_onnx(file)
    if file.stat().st_size > _MOST_BYTES:
        raise ModelError(
            _("{file} is larger than 2 GB, which no ONNX file that is complete in itself can be.").format(file=file)
        )
    return found


def _image_input(file: Path, found: Scan) -> Port:
    """The one input: uint8 (n, height, width, 3), or float (n, 3, height, width)."""
    if len(found.inputs) == 1:
        port, shape = found.inputs[0], found.inputs[0].shape or ()
        if len(shape) == 4 and (
            (port.kind == _UINT8 and shape[3] in {3, None})
            or (port.kind in {_FLOAT, _FLOAT16} and shape[1] in {3, None} and shape[3] != 3)
        ):
            return port
    names = ", ".join(f"{port.name[:40]} {list(port.shape or ())}" for port in found.inputs[:5]) or _("none")
    raise ModelError(
        _(
            "{file} cannot be used as a base: expected one input of pictures, float32 (n, 3, height, width) or uint8 "
            "(n, height, width, 3), found {names}; of a model for pictures and texts, add the file of its picture part."
        ).format(file=file, names=names)
    )


def _vector_output(file: Path, found: Scan) -> Port:
    """The output that is a vector for each picture, or for each of its patches; the best known by its name."""
    usable = [p for p in found.outputs if p.kind in {_FLOAT, _FLOAT16} and p.shape and len(p.shape) in {2, 3, 4}]
    if not usable:
        raise ModelError(
            _("{file} cannot be used as a base: expected an output with a vector for each picture.").format(file=file)
        )

    def rank(port: Port) -> tuple[int, int]:
        known = _VECTORS.index(port.name) if port.name in _VECTORS else len(_VECTORS)
        return known, len(port.shape or ())

    return min(usable, key=rank)


def _check(facts: BaseDetails) -> None:
    if facts.input_size is not None and not 16 <= facts.input_size <= LARGEST_SIDE:
        raise UsageError(
            _("The input size of a base is 16 to {largest} px, found {size}.").format(
                largest=LARGEST_SIDE, size=facts.input_size
            )
        )
    if facts.deviation is not None and min(facts.deviation) <= 0:
        raise UsageError(_("The deviation of each colour is more than 0."))
    if facts.resize is not None and facts.resize not in get_args(Method):
        raise UsageError(
            _("A picture is made square by {known}, not by {found}.").format(
                known=", ".join(get_args(Method)), found=facts.resize
            )
        )


def _input_size(file: Path, given: Port, wanted: int | None) -> int:
    shape = given.shape or (None,) * 4
    height, width = shape[1:3] if given.kind == _UINT8 else shape[2:4]
    if height != width and None not in {height, width}:
        raise ModelError(
            _("{file} cannot be used as a base: it takes pictures of {width} × {height} px, not squares.").format(
                file=file, width=width, height=height
            )
        )
    size = height or width or wanted or _whole(read_metadata(file).get("input_size", ""))
    if not size:
        raise UsageError(
            _(
                "{file} takes pictures of any size, and no preprocessor_config.json beside it says which it was "
                "trained on; say the input size, such as 224."
            ).format(file=file)
        )
    if wanted is not None and wanted != size:
        raise UsageError(
            _("{file} takes pictures of {size} px, found the input size {wanted}.").format(
                file=file, size=size, wanted=wanted
            )
        )
    if not 16 <= size <= LARGEST_SIDE:
        raise ModelError(
            _("{file} cannot be used as a base: it takes pictures of {size} px, at most {largest}.").format(
                file=file, size=size, largest=LARGEST_SIDE
            )
        )
    return size


def _scaling(mean: Sequence[float], deviation: Sequence[float]) -> str:
    return f"mean {', '.join(f'{m:g}' for m in mean)}; deviation {', '.join(f'{d:g}' for d in deviation)}"


def _rewritten(
    file: Path, given: Port, features: Port, size: int, mean: Sequence[float], deviation: Sequence[float]
) -> Any:
    """The network with scaling before it and one output (n, d) after it."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    try:
        model = onnx.load_model_from_string(read_regular(file, most=_MOST_BYTES))
    except Exception as error:  # protobuf's own classes
        raise ModelError(_("{file} is damaged or is not an ONNX model.").format(file=file)) from error
    graph, ours = model.graph, "pigeonhole_base"
    pixels, first, last = given.name, [], []
    if given.kind != _UINT8:
        pixels = f"{ours}/pictures"
        constants = {
            "scale": 1 / (255 * np.asarray(deviation, np.float32)),
            "offset": np.asarray(mean, np.float32) / np.asarray(deviation, np.float32),
        }
        graph.initializer.extend(
            numpy_helper.from_array(v.astype(np.float32), f"{ours}/{k}") for k, v in constants.items()
        )
        steps: list[tuple[str, list[str], dict[str, Any]]] = [
            ("Cast", [], {"to": TensorProto.FLOAT}),
            ("Mul", [f"{ours}/scale"], {}),
            ("Sub", [f"{ours}/offset"], {}),
            ("Transpose", [], {"perm": [0, 3, 1, 2]}),
            *([("Cast", [], {"to": TensorProto.FLOAT16})] if given.kind == _FLOAT16 else []),
        ]
        first = _chain(pixels, steps, given.name, f"{ours}/before")
        for port in [port for port in graph.input if port.name == given.name]:
            graph.input.remove(port)
        graph.input.insert(0, helper.make_tensor_value_info(pixels, TensorProto.UINT8, ["n", size, size, 3]))
    depth = len(features.shape or ())
    ending: list[tuple[str, list[str], dict[str, Any]]] = []
    if depth == 3:
        graph.initializer.append(numpy_helper.from_array(np.array(0, np.int64), f"{ours}/first"))
        ending = [("Gather", [f"{ours}/first"], {"axis": 1})]
    elif depth == 4:
        ending = [("GlobalAveragePool", [], {})]
    ending += [("Flatten", [], {"axis": 1}), ("Cast", [], {"to": TensorProto.FLOAT})]
    last = _chain(features.name, ending, f"{ours}/features", f"{ours}/after")
    nodes = [*first, *graph.node, *last]
    del graph.node[:], graph.output[:], graph.value_info[:]
    graph.node.extend(nodes)
    graph.output.append(helper.make_tensor_value_info(f"{ours}/features", TensorProto.FLOAT, ["n", None]))
    return model


def _chain(given: str, steps: Sequence[tuple[str, list[str], dict[str, Any]]], result: str, prefix: str) -> list[Any]:
    from onnx import helper

    names = [*(f"{prefix}/{number}" for number in range(len(steps) - 1)), result]
    nodes = []
    for (kind, more, attributes), name in zip(steps, names, strict=True):
        nodes.append(helper.make_node(kind, [given, *more], [name], name=name, **attributes))
        given = name
    return nodes


def _try(file: Path, model: Any, size: int) -> int:
    """How many numbers the network gives for a picture, found by running it within bounds."""
    session = BoundedSession(
        file, (size, size, 3), batch=BATCH, threads=None, device="cpu", data=model.SerializeToString()
    )
    try:
        pictures = np.random.default_rng(0).integers(0, 256, (2, size, size, 3), np.uint8)
        found = session.run(None, {session.input: pictures})[0]
    finally:
        session.close()
    if found.ndim != 2 or not 0 < found.shape[1] <= _MOST_DIMENSIONS or not np.isfinite(found).all():
        raise ModelError(
            _("{file} cannot be used as a base: it does not give a vector of numbers for each picture.").format(
                file=file
            )
        )
    if np.allclose(found[0], found[1]):
        raise ModelError(
            _("{file} cannot be used as a base: it gives the same vector for different pictures.").format(file=file)
        )
    return int(found.shape[1])


def _finish(model: Any, dimensions: int, metadata: Mapping[str, str]) -> None:
    from onnx import TensorProto, helper

    name = model.graph.output[0].name
    del model.graph.output[:]
    model.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", dimensions]))
    del model.metadata_props[:]
    helper.set_model_props(model, dict(metadata))


def _told_beside(file: Path) -> BaseDetails:
    """What the publisher's files say: beside the network, or above its folder `onnx`."""
    folders = [file.parent, *([file.parent.parent] if file.parent.name == "onnx" else [])]
    found = BaseDetails(name=folders[-1].name if len(folders) > 1 else None)
    for folder in folders:
        config = _json_object(folder / "preprocessor_config.json")
        if config:
            found = _configured(found.name, config)
            break
    return replace(found, licence=_licence(folders))


def _configured(name: str | None, config: Mapping[str, Any]) -> BaseDetails:
    """What a `preprocessor_config.json` says, as image processors of Hugging Face's transformers write and read it."""
    crops = config.get("do_center_crop", "crop_size" in config) is True
    size = config.get("size")
    is_stretched = not crops and isinstance(size, dict) and {"height", "width"} <= size.keys()
    mean, deviation = _three(config.get("image_mean")), _three(config.get("image_std"))
    if config.get("do_normalize", True) is not True:
        mean, deviation = SCALINGS["0..1"]
    factor = config.get("rescale_factor", 1 / 255) if config.get("do_rescale", True) is True else 1.0
    if mean and deviation and type(factor) in {int, float} and 0 < factor <= 1 and min(deviation) > 0:
        unit = 255 * factor  # what white is before the mean is taken away: mostly 1
        mean, deviation = _divided(mean, unit), _divided(deviation, unit)
    else:
        mean = deviation = None
    side = (_side(config.get("crop_size")) if crops else None) or _side(size)
    return BaseDetails(name, side, mean, deviation, resize="stretch" if is_stretched else "crop")


def _divided(colour: Colour, by: float) -> Colour:
    red, green, blue = (value / by for value in colour)
    return red, green, blue


def _json_object(file: Path) -> dict[str, Any]:
    try:
        found = parse(read_regular(file, most=2**20))
    except (OSError, RecordError):
        return {}
    return found if isinstance(found, dict) else {}


def _side(value: Any) -> int | None:
    if isinstance(value, dict):
        value = value.get("height", value.get("shortest_edge"))
    return value if type(value) is int and 16 <= value <= LARGEST_SIDE else None


def _three(value: Any) -> Colour | None:
    if isinstance(value, list) and len(value) == 3 and all(type(v) in {int, float} and abs(v) <= 255 for v in value):
        return float(value[0]), float(value[1]), float(value[2])
    return None


def _licence(folders: Sequence[Path]) -> str | None:
    """The line `license:` at the beginning of a `README.md`, as the Hub wants it."""
    for folder in folders:
        try:
            text = read_regular(folder / "README.md", most=2**20).decode("utf-8", "replace")
        except OSError:
            continue
        if (said := re.search(r"\A---\n(?:.*\n)*?license:[ \t]*([\w.+-]{1,40})[ \t]*\n", text[:20_000])) is not None:
            return said[1]
    return None


def _whole(text: str) -> int:
    return int(text) if re.fullmatch(r"[1-9]\d{0,4}", text) else 0


def _words(text: str | None) -> str:
    """Text of a file on one line, short enough for a table."""
    return re.sub(r"[^\S ]|[^\x20-\U0010ffff]", " ", text or "").encode("utf-8", "replace").decode()[:200].strip()
