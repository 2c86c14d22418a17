"""The one reader of JSON that this program wrote once; a project or model from a stranger may hold anything instead.

`parse` bounds what a text may be (size, depth, encoding, keys that stand twice); `build` makes a dataclass of what was
parsed and checks each value against the type of its field; `read` does both with a file. Fields with a default may be
missing; keys that the dataclass does not know are passed over, as a later version may have written them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from engine.errors import EngineError
from engine.files import open_regular

MOST_BYTES = 64 * 2**20
MOST_DEPTH = 64

_MAY_BE_INFINITE = "may be infinite"
Loss = Annotated[float, _MAY_BE_INFINITE]
"""A number that may be infinite or NaN, as the loss of a training that diverges."""

T = TypeVar("T")
_Check = Callable[[Any, str, bool], Any]  # a value, where it stands, and whether a process of ours wrote it


class RecordError(ValueError):
    """What was expected and what was found, as a part of a sentence."""


def read(path: Path, cls: type[T], *, most: int = MOST_BYTES) -> T:
    """The record in the file at `path`.

    Raises:
        OSError: it cannot be read.
        RecordError: it holds something else.
    """
    return build(cls, read_json(path, most=most))


def read_json(path: Path, *, most: int = MOST_BYTES) -> Any:
    """What `parse` makes of the file at `path`. Raises what `read` raises."""
    with open_regular(path) as file:
        return parse(file.read(most + 1), most=most)


def parse(data: bytes | str, *, most: int = MOST_BYTES) -> Any:
    """The value that a JSON text stands for. Its numbers may still be infinite: `build` refuses those.

    Raises:
        RecordError: it has more than `most` bytes, is nested too deeply, or is not JSON in UTF-8.
    """
    if len(data) > most:
        raise RecordError(f"expected at most {most:,} bytes, found more")
    try:
        text = data if isinstance(data, str) else data.decode("utf-8-sig")
        _check_depth(text)
        return json.loads(text, object_pairs_hook=_object)
    except UnicodeDecodeError:
        raise RecordError("expected text in UTF-8, found other bytes") from None
    except json.JSONDecodeError as error:
        raise RecordError(f"expected JSON, found something else in line {error.lineno}") from None
    except RecordError:
        raise
    except ValueError:  # a number of thousands of digits
        raise RecordError("expected JSON, found a number that is too long") from None


def build(cls: type[T], data: Any, *, ours: bool = False) -> T:
    """A dataclass (or another type) made of parsed JSON, with every value of the type that its field says.

    Types: `str`, `int` (64 bits), `float`, `bool`, `None`, `Any`, literals, enums, tuples, lists, mappings from text,
    dataclasses, and unions of these. A field whose key is no name in Python gives it as `metadata={"key": ...}`. With
    `ours`, from a process of our own, numbers may be infinite and text may hold anything.

    Raises:
        RecordError: a value is missing or of another type.
    """
    check: _Check = _check_of(cls)  # type: ignore[arg-type]  # each type that can be checked has a hash
    found: T = check(data, "", ours)
    return found


# The text


_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{}]', re.DOTALL)


def _check_depth(text: str) -> None:
    """Before the parser, whose recursion would end in an error or in a crash, as the stack of the thread has it."""
    if text.count("[") + text.count("{") <= MOST_DEPTH:
        return
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        first = text[found.start()]
        if first in "[{":
            depth += 1
            if depth > MOST_DEPTH:
                raise RecordError(f"expected at most {MOST_DEPTH} values within each other, found more")
        elif first in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise RecordError(f"expected each key once, found {_shown(twice)} twice")
    return found


# The values


@cache
def _check_of(hint: Any) -> _Check:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if origin is Annotated:
        return _any_number if _MAY_BE_INFINITE in arguments[1:] else _check_of(arguments[0])
    if origin in {Union, UnionType}:
        return _one_of(hint, arguments)
    if origin is Literal:
        return _literal(arguments)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum(hint)
    if is_dataclass(hint):
        return _record(hint)
    if origin is tuple and arguments[-1] is not Ellipsis:
        return _fixed(arguments)
    if origin in {tuple, list}:
        return _list(origin, arguments[0])
    if hint is dict or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return _mapping(arguments[1] if arguments else Any)
    raise TypeError(f"nothing in JSON is a {hint}")


def _text(value: Any, where: str, ours: bool) -> str:
    if not isinstance(value, str):
        raise _wrong("text", where, value)
    if not ours and not (value.isascii() and "\0" not in value):
        try:
            if b"\0" in os.fsencode(value):
                raise _refuse("text", where, "a zero character")
        except UnicodeEncodeError:
            raise _refuse("text", where, "half of a character") from None
    return value


def _whole_number(value: Any, where: str, ours: bool) -> int:
    if type(value) is not int:
        raise _wrong("a whole number", where, value)
    if not -(2**63) <= value < 2**63 and not ours:
        raise _refuse("a whole number of 64 bits", where, "a larger one")
    return value


def _number(value: Any, where: str, ours: bool) -> float:
    found = _any_number(value, where, ours)
    if not ours and not abs(found) < float("inf"):
        raise _refuse("a number", where, "an infinite one")
    return found


def _any_number(value: Any, where: str, ours: bool) -> float:  # noqa: ARG001
    if type(value) is float:
        return value
    if type(value) is not int:
        raise _wrong("a number", where, value)
    try:
        return float(value)
    except OverflowError:
        raise _refuse("a number", where, "one that is too large") from None


def _flag(value: Any, where: str, ours: bool) -> bool:  # noqa: ARG001
    if not isinstance(value, bool):
        raise _wrong("true or false", where, value)
    return value


def _nothing(value: Any, where: str, ours: bool) -> None:  # noqa: ARG001
    if value is not None:
        raise _wrong("null", where, value)


def _anything(value: Any, where: str, ours: bool) -> Any:
    """Values whose type the reader does not know; numbers and texts among them are bounded all the same."""
    if ours:
        return value
    if isinstance(value, dict):
        return {_text(key, where, ours): _anything(inner, _inside(where, key), ours) for key, inner in value.items()}
    if isinstance(value, list):
        return [_anything(inner, where, ours) for inner in value]
    return value if value is None else _SIMPLE[type(value)](value, where, ours)


_SIMPLE: dict[Any, _Check] = {
    str: _text,
    int: _whole_number,
    float: _number,
    bool: _flag,
    NoneType: _nothing,
    None: _nothing,
    Any: _anything,
}


def _one_of(hint: Any, arguments: tuple[Any, ...]) -> _Check:
    checks = [_check_of(argument) for argument in arguments]

    def check(value: Any, where: str, ours: bool) -> Any:
        reasons = []
        for inner in checks:
            try:
                return inner(value, where, ours)
            except RecordError as reason:
                reasons.append(reason)
        if len(checks) == 2 and NoneType in arguments and value is not None:
            raise reasons[1 if arguments[0] is NoneType else 0]
        raise _wrong(str(hint), where, value)

    return check


def _literal(allowed: tuple[Any, ...]) -> _Check:
    def check(value: Any, where: str, ours: bool) -> Any:  # noqa: ARG001
        if not isinstance(value, str | int | None) or value not in allowed:
            raise _wrong("one of " + ", ".join(str(one) for one in allowed), where, value)
        return value

    return check


def _enum(cls: type[Enum]) -> _Check:
    check_value = _literal(tuple(one.value for one in cls))
    return lambda value, where, ours: cls(check_value(value, where, ours))


def _list(made: Any, argument: Any) -> _Check:
    inner = _check_of(argument)

    def check(value: Any, where: str, ours: bool) -> Any:
        if not isinstance(value, list | tuple):
            raise _wrong("a list", where, value)
        return made(inner(one, where, ours) for one in value)

    return check


def _fixed(arguments: tuple[Any, ...]) -> _Check:
    checks = [_check_of(argument) for argument in arguments]

    def check(value: Any, where: str, ours: bool) -> Any:
        if not isinstance(value, list | tuple) or len(value) != len(checks):
            raise _wrong(f"a list of {len(checks)} values", where, value)
        return tuple(inner(one, where, ours) for inner, one in zip(checks, value, strict=True))

    return check


def _mapping(argument: Any) -> _Check:
    inner = _check_of(argument)

    def check(value: Any, where: str, ours: bool) -> Any:
        if not isinstance(value, dict):
            raise _wrong("an object", where, value)
        return {_text(key, where, ours): inner(one, _inside(where, key), ours) for key, one in value.items()}

    return check


def _record(cls: Any) -> _Check:
    hints = get_type_hints(cls, include_extras=True)
    entries = [
        (
            f.name,
            str(f.metadata.get("key", f.name)),
            _check_of(hints[f.name]),
            f.default is MISSING and f.default_factory is MISSING,
        )
        for f in fields(cls)
        if f.init
    ]

    def check(value: Any, where: str, ours: bool) -> Any:
        if not isinstance(value, dict):
            raise _wrong("an object", where, value)
        found = {}
        for name, key, inner, needed in entries:
            if key in value:
                found[name] = inner(value[key], _inside(where, key), ours)
            elif needed:
                raise RecordError(f"expected {_shown(_inside(where, key))}, which is missing")
        try:
            return cls(**found)
        except EngineError as error:  # what the dataclass itself has against its values
            raise RecordError(str(error).rstrip(".")) from None

    return check


def _inside(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _wrong(expected: str, where: str, value: Any) -> RecordError:
    return _refuse(expected, where, _kind(value))


def _refuse(expected: str, where: str, found: str) -> RecordError:
    return RecordError(f"expected {expected}{f' for {_shown(where)}' if where else ''}, found {found}")


def _kind(value: Any) -> str:
    """What a value is, short enough for a sentence."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return f"the text {_shown(value)}"
    if isinstance(value, int | float):
        return f"the number {value}" if abs(value) < 1e15 else "a large number"
    return "a list" if isinstance(value, list | tuple) else "an object"


def _shown(text: str) -> str:
    """A text as ASCII in quotation marks, cut where it is long."""
    return json.dumps(text if len(text) <= 60 else text[:59] + "…", ensure_ascii=not text.isprintable())
