"""A look through an ONNX file's outer structure before anything opens it: what a stranger may have put there.

Reads the protobuf fields themselves: no library parses the file, no weights are read, and nothing in it is run.
Field numbers are those of `onnx.proto`.
"""

from __future__ import annotations

import math
import mmap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import ModelError
from engine.files import open_regular, reason_of
from engine.language import _

MOST_ELEMENTS = 2**31  # that one operator may make out of a few constants
_MOST_FIELDS = 1_000_000
_MOST_DIMENSIONS = 32
_MOST_NESTING = 16
_SMALL = 64  # elements of a constant that may be a shape
_GRAPH, _OPSET, _FUNCTION = 7, 8, 25
# Operators with networks within them, which may run for ever; no classifier that looks at a picture once needs them.
_WITHIN = frozenset({"If", "Loop", "Scan", "SequenceMap"})
_MAKERS = {  # operators that make a tensor as large as an input says, and which input that is
    "ConstantOfShape": 0,
    "Expand": 1,
    "Tile": 1,
    "Reshape": 1,
    "Resize": 3,
    "Upsample": 1,
    "Pad": 1,
    "Range": 1,
    "OneHot": 1,
}
_RANDOM = {"RandomNormal", "RandomUniform", "EyeLike", "Multinomial"}
_BITS = {1: 32, 2: 8, 3: 8, 4: 16, 5: 16, 6: 32, 7: 64, 9: 8, 10: 16, 11: 64, 12: 32, 13: 64, 14: 64, 15: 128, 16: 16}

Field = tuple[int, int, int, int]  # number, wire type, and where its value begins and ends (or the value, for varints)


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output of the network: `kind` is the number of its type in `onnx.proto` (0: no tensor), `shape` its
    sizes, None where one is free; None for all of it where it is not declared.
    """

    name: str
    kind: int
    shape: tuple[int | None, ...] | None


@dataclass(slots=True)
class Scan:
    """The structure of a model: operators and how often, parameters, opset of ONNX's own operators.

    `inputs` are those that a caller gives, without the weights.
    """

    operators: Counter[str] = field(default_factory=Counter)
    parameters: int = 0
    opset: int = 0
    producer: str = ""
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()


def scan(path: Path) -> Scan:
    """Look through the model at `path`.

    Raises:
        ModelError: it is damaged, keeps weights outside of itself, or declares tensors that it does not hold.
    """
    try:
        with open_regular(path) as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            found = _Scanner(path, data).run()
    except (OSError, ValueError, IndexError, RecursionError) as error:
        if isinstance(error, OSError) and error.strerror:
            raise ModelError(
                _("The model {path} cannot be read: {why}.").format(path=path, why=reason_of(error))
            ) from None
        raise ModelError(_("{path} is damaged or is not an ONNX model.").format(path=path)) from None
    if not found.operators:
        raise ModelError(_("{path} is damaged: it holds no network.").format(path=path))
    return found


class _Scanner:
    def __init__(self, path: Path, data: mmap.mmap) -> None:
        self._path, self._data = path, data
        self._found = Scan()
        self._fields = 0
        self._weights: set[str] = set()
        self._inputs: list[Port] = []
        self._outputs: list[Port] = []
        self._constants: dict[str, list[int]] = {}
        self._shapes: list[tuple[str, list[str]]] = []

    def run(self) -> Scan:
        for number, wire, start, end in self._each(0, len(self._data)):
            if number == _GRAPH and wire == 2:
                self._graph(start, end, 0)
            elif number == _FUNCTION:
                raise ModelError(
                    _(
                        "{path} has functions of its own, which may call each other without end; export it with its "
                        "functions inlined."
                    ).format(path=self._path)
                )
            elif number == _OPSET and wire == 2:
                self._opset(start, end)
            elif number == 2 and wire == 2:
                self._found.producer = self._text(start, end)
        for operator, inputs in self._shapes:
            self._check_made(operator, inputs)
        self._found.inputs = tuple(port for port in self._inputs if port.name not in self._weights)
        self._found.outputs = tuple(self._outputs)
        return self._found

    def _opset(self, start: int, end: int) -> None:
        domain, version = "", 0
        for number, wire, low, high in self._each(start, end):
            if number == 1 and wire == 2:
                domain = self._text(low, high)
            elif number == 2 and wire == 0:
                version = low
        if domain in {"", "ai.onnx"}:
            self._found.opset = version

    def _graph(self, start: int, end: int, depth: int) -> None:
        if depth > _MOST_NESTING:
            raise ModelError(_("{path} nests networks too deeply; it is not opened.").format(path=self._path))
        for number, wire, low, high in self._each(start, end):
            if wire != 2:
                continue
            if number == 1:
                self._node(low, high, depth)
            elif number == 5:
                self._weights.add(self._tensor(low, high))
            elif number == 15:
                raise self._sparse()
            elif number in {11, 12} and depth == 0:
                (self._inputs if number == 11 else self._outputs).append(self._port(low, high))

    def _sparse(self) -> ModelError:
        return ModelError(
            _(
                "{path} has sparse weights, which a few bytes make as large as they like; export it with dense ones."
            ).format(path=self._path)
        )

    def _port(self, start: int, end: int) -> Port:
        name, kind, shape = "", 0, None
        for number, wire, low, high in self._each(start, end):
            if number == 1 and wire == 2:
                name = self._text(low, high)
            elif number == 2 and wire == 2:  # TypeProto
                for inner, inner_wire, first, last in self._each(low, high):
                    if inner == 1 and inner_wire == 2:  # of a tensor
                        kind, shape = self._tensor_type(first, last)
        return Port(name, kind, shape)

    def _tensor_type(self, start: int, end: int) -> tuple[int, tuple[int | None, ...] | None]:
        kind, shape = 0, None
        for number, wire, low, high in self._each(start, end):
            if number == 1 and wire == 0:
                kind = low
            elif number == 2 and wire == 2:
                sizes = [self._size(first, last) for inner, _, first, last in self._each(low, high) if inner == 1]
                shape = tuple(sizes[: _MOST_DIMENSIONS + 1])
        return kind, shape

    def _size(self, start: int, end: int) -> int | None:
        found = [_signed(low) for number, wire, low, _ in self._each(start, end) if number == 1 and wire == 0]
        return found[-1] if found else None

    def _node(self, start: int, end: int, depth: int) -> None:
        operator, inputs, outputs, attributes = "", [], [], []
        for number, wire, low, high in self._each(start, end):
            if wire != 2:
                continue
            if number == 1:
                inputs.append(self._text(low, high))
            elif number == 2:
                outputs.append(self._text(low, high))
            elif number == 4:
                operator = self._text(low, high)
            elif number == 5:
                attributes.append((low, high))
        self._found.operators[operator] += 1
        for low, high in attributes:
            self._attribute(low, high, operator, outputs, depth)
        if operator in _WITHIN:
            raise ModelError(
                _(
                    "{path} holds {operator}, with which a network may run for ever; Pigeonhole uses networks that run "
                    "straight through. Export it without loops and conditions."
                ).format(path=self._path, operator=operator)
            )
        place = _MAKERS.get(operator)
        if place is not None and len(inputs) > place:
            self._shapes.append((operator, inputs[place:]))

    def _attribute(self, start: int, end: int, operator: str, outputs: list[str], depth: int) -> None:
        integers: list[int] = []
        for number, wire, low, high in self._each(start, end):
            if number in {5, 10} and wire == 2:
                self._tensor(low, high, outputs[0] if operator == "Constant" and outputs else "")
            elif number in {6, 11} and wire == 2:
                self._graph(low, high, depth + 1)
            elif number in {22, 23}:
                raise self._sparse()
            elif number == 8:
                integers += self._integers(wire, low, high)
        if operator in _RANDOM and math.prod(map(abs, integers)) > MOST_ELEMENTS:
            raise self._too_large(operator)
        if operator == "Constant" and outputs and 0 < len(integers) <= _SMALL:
            self._constants[outputs[0]] = integers

    def _tensor(self, start: int, end: int, name: str = "") -> str:
        """Look at a tensor; gives its name."""
        dims: list[int] = []
        integers: list[int] = []
        held, kind, raw = 0, 0, (0, 0)
        for number, wire, low, high in self._each(start, end):
            if number == 1:
                dims += self._integers(wire, low, high)
            elif number == 2 and wire == 0:
                kind = low
            elif number == 13 or (number == 14 and low == 1):
                raise ModelError(
                    _(
                        "{path} keeps weights in another file, which is never opened; ask for a model that is complete "
                        "in itself."
                    ).format(path=self._path)
                )
            elif number == 8 and wire == 2:
                name = name or self._text(low, high)
            elif number in {4, 5, 6, 7, 10, 11}:
                held += 16 * (high - low if wire == 2 else 1)  # a varint of one byte may stand for sixteen
                integers += self._integers(wire, low, high) if number == 7 and len(integers) <= _SMALL else []
            elif number == 9 and wire == 2:
                held, raw = high - low, (low, high)
        if len(dims) > _MOST_DIMENSIONS:
            raise ModelError(
                _("{path} is damaged: it declares a tensor of over {most} dimensions.").format(
                    path=self._path, most=_MOST_DIMENSIONS
                )
            )
        if any(size < 0 for size in dims):
            raise ModelError(_("{path} is damaged: it declares a tensor of negative size.").format(path=self._path))
        elements = math.prod(dims)
        if elements * _BITS.get(kind, 4) > 8 * held + 7:
            raise ModelError(
                _(
                    "{path} declares a tensor of {elements:,} elements and does not hold them; it is damaged or made "
                    "to fill the memory."
                ).format(path=self._path, elements=min(elements, 2**63))
            )
        self._found.parameters += elements
        if kind == 7 and elements <= _SMALL:
            view = self._data[raw[0] : raw[1]]
            packed = [int.from_bytes(view[i : i + 8], "little", signed=True) for i in range(0, len(view) - 7, 8)]
            self._constants[name] = packed or integers
        return name

    def _check_made(self, operator: str, inputs: list[str]) -> None:
        for name in inputs:
            values = self._constants.get(name, [])
            if math.prod(abs(value) for value in values if value) > MOST_ELEMENTS:
                raise self._too_large(operator)

    def _too_large(self, operator: str) -> ModelError:
        return ModelError(
            _(
                "{path} would make a tensor of more than {most:,} elements ({operator}); it is damaged or "
                "made to fill the memory."
            ).format(path=self._path, most=MOST_ELEMENTS, operator=operator)
        )

    def _integers(self, wire: int, start: int, end: int) -> list[int]:
        """Read a signed integer, or the first of many that are packed."""
        if wire == 0:
            return [_signed(start)]
        values: list[int] = []
        place = start
        while place < end and len(values) <= _SMALL:
            value, place = self._varint(place)
            values.append(_signed(value))
        return values

    def _each(self, start: int, end: int) -> Iterator[Field]:
        place = start
        while place < end:
            self._fields += 1
            if self._fields > _MOST_FIELDS:
                raise ModelError(
                    _("{path} has too many parts to look through; it is not opened.").format(path=self._path)
                )
            key, place = self._varint(place)
            number, wire = key >> 3, key & 7
            if wire == 0:
                value, place = self._varint(place)
                yield number, wire, value, value
                continue
            if wire == 2:
                length, place = self._varint(place)
            elif wire in {1, 5}:
                length = 8 if wire == 1 else 4
            else:
                raise ValueError("not protobuf")
            if number == 0 or place + length > end:
                raise ValueError("cut short")
            yield number, wire, place, place + length
            place += length

    def _varint(self, index: int) -> tuple[int, int]:
        value = 0
        for shift in range(0, 70, 7):
            byte = self._data[index]
            index += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value, index
        raise ValueError("not a varint")

    def _text(self, start: int, end: int) -> str:
        return self._data[start : min(end, start + 1000)].decode("utf-8", "replace")


def _signed(value: int) -> int:
    return value - 2**64 if value >= 2**63 else value
