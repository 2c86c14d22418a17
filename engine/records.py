"""The one reader of JSON that this program wrote once; a project or model from a stranger may hold anything instead.

`parse` bounds what a text may be (size, depth, encoding, keys that stand twice); `build` makes a dataclass of what was
parsed and checks each value against the type of its field; `read` does both with a file. Fields with a default may be
missing; keys that the dataclass does not know are passed over, as a later version may have written them.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache, reduce
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from engine.errors import EngineError
from engine.files import open_regular
from engine.language import _

MOST_BYTES = 64 * 2**20
MOST_DEPTH = 64

_MAY_BE_INFINITE = "may be infinite"
Loss = Annotated[float, _MAY_BE_INFINITE]
"""A number that may be infinite or NaN, as the loss of a training that diverges."""

T = TypeVar("T")
_Check = Callable[[Any], Any]


class RecordError(ValueError):
    """What was expected and what was found, as a part of a sentence."""


def narrowed(cls: type[T], source: object, **others: Any) -> T:
    """Return the dataclass `cls` with those fields of `source` that it has, and `others`."""
    own = {f.name: getattr(source, f.name) for f in fields(cls) if f.name not in others}  # type: ignore[arg-type]
    return cls(**own, **others)


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
        raise RecordError(_("expected at most {most:,} bytes, found more").format(most=most))
    try:
        text = data if isinstance(data, str) else data.decode("utf-8-sig")
        _check_depth(text)
        return json.loads(text, object_pairs_hook=_object)
    except UnicodeDecodeError:
        raise RecordError(_("expected text in UTF-8, found other bytes")) from None
    except json.JSONDecodeError as error:
        raise RecordError(_("expected JSON, found something else in line {line:,}").format(line=error.lineno)) from None
    except RecordError:
        raise
    except ValueError:  # a number of thousands of digits
        raise RecordError(_("expected JSON, found a number that is too long")) from None


def build(cls: type[T], data: Any, *, ours: bool = False) -> T:
    """A dataclass (or another type) made of parsed JSON, with every value of the type that its field says.

    Types: `str`, `int` (64 bits), `float`, `bool`, `None`, `Any`, literals, enums, tuples, lists, mappings from text,
    dataclasses, and unions of these. A field whose key is no name in Python gives it as `metadata={"key": ...}`. With
    `ours`, from a process of our own, numbers may be infinite and text may hold anything.

    Raises:
        RecordError: a value is missing or of another type.
    """
    check: _Check = _check_of(cls, ours)  # type: ignore[arg-type]  # each type that can be checked has a hash
    try:
        found: T = check(data)
    except _Wrong as wrong:
        sentence = _("expected {expected}, found {found}")
        if wrong.keys:
            sentence = _("expected {expected} for {place}, found {found}")
        place = _shown(".".join(reversed(wrong.keys)))
        raise RecordError(sentence.format(expected=wrong.expected, place=place, found=wrong.found)) from None
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
                sentence = _("expected at most {most} values within each other, found more")
                raise RecordError(sentence.format(most=MOST_DEPTH))
        elif first in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        ((twice, _count),) = Counter(name for name, _value in pairs).most_common(1)
        raise RecordError(_("expected each key once, found {key} twice").format(key=_shown(twice)))
    return found


# The values


class _Wrong(Exception):
    """A value of another type; each record and mapping around it adds the key that it has there."""

    def __init__(self, expected: str, found: str, *keys: str) -> None:
        super().__init__(expected, found)
        self.expected, self.found, self.keys = expected, found, list(keys)


@cache
def _check_of(hint: Any, ours: bool) -> _Check:
    """The function that gives a value of JSON back as `hint`, or raises `_Wrong`."""
    origin, arguments = get_origin(hint), get_args(hint)
    simple = _OURS if ours else _SIMPLE
    if hint in simple:
        return simple[hint]
    if origin is Annotated:
        return _any_number if _MAY_BE_INFINITE in arguments[1:] else _check_of(arguments[0], ours)
    if origin in {Union, UnionType}:
        return _one_of(arguments, ours)
    if origin is Literal:
        return _literal(arguments)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum(hint)
    if is_dataclass(hint):
        return _record(hint, ours)
    if origin is tuple and arguments[-1] is not Ellipsis:
        return _fixed([_check_of(argument, ours) for argument in arguments])
    if origin in {tuple, list}:
        return _list(origin, _check_of(arguments[0], ours))
    if hint is dict or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return _mapping(_check_of(arguments[1] if arguments else Any, ours), simple[str])
    raise TypeError(f"nothing in JSON is a {hint}")


def _any_text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong(_("text"), _kind(value))
    return value


def _text(value: Any) -> str:
    """A text that can be a file name here: one need not be Unicode, but has no zero character."""
    if type(value) is not str:
        raise _Wrong(_("text"), _kind(value))
    if not value.isascii():
        try:
            os.fsencode(value)
        except UnicodeEncodeError:
            raise _Wrong(_("text"), _("half of a character")) from None
    if "\0" in value:
        raise _Wrong(_("text"), _("a zero character"))
    return value


def _any_whole_number(value: Any) -> int:
    if type(value) is not int:
        raise _Wrong(_("a whole number"), _kind(value))
    return value


def _whole_number(value: Any) -> int:
    if not -(2**63) <= _any_whole_number(value) < 2**63:
        raise _Wrong(_("a whole number of 64 bits"), _("a larger one"))
    return int(value)


def _any_number(value: Any) -> float:
    if type(value) is float:
        return value
    if type(value) is not int:
        raise _Wrong(_("a number"), _kind(value))
    try:
        return float(value)
    except OverflowError:
        raise _Wrong(_("a number"), _("one that is too large")) from None


def _number(value: Any) -> float:
    found = _any_number(value)
    if not math.isfinite(found):
        raise _Wrong(_("a number"), _("an infinite one"))
    return found


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong(_("true or false"), _kind(value))
    return value


def _nothing(value: Any) -> None:
    if value is not None:
        raise _Wrong("null", _kind(value))


def _as_it_is(value: Any) -> Any:
    return value


def _anything(value: Any) -> Any:
    """Values whose type the reader does not know; numbers and texts among them are bounded all the same."""
    if isinstance(value, dict):
        return _anything_by_key(value)
    if isinstance(value, list):
        return [_anything(inner) for inner in value]
    return _SIMPLE[type(value)](value)


_SIMPLE: dict[Any, _Check] = {
    str: _text,
    int: _whole_number,
    float: _number,
    bool: _flag,
    NoneType: _nothing,
    None: _nothing,
    Any: _anything,
}
_OURS = _SIMPLE | {str: _any_text, int: _any_whole_number, float: _any_number, Any: _as_it_is}


def _one_of(arguments: tuple[Any, ...], ours: bool) -> _Check:
    checks = [_check_of(argument, ours) for argument in arguments if argument is not NoneType]
    optional = NoneType in arguments

    def check(value: Any) -> Any:
        if optional and value is None:
            return None
        expected = []
        for inner in checks:
            try:
                return inner(value)
            except _Wrong as wrong:
                if len(checks) == 1:
                    raise
                expected.append(wrong.expected)
        raise _Wrong(reduce(_either, expected), _kind(value))

    return check


def _literal(allowed: tuple[Any, ...]) -> _Check:
    def check(value: Any) -> Any:
        if not isinstance(value, str | int | None) or value not in allowed:
            raise _Wrong(_("one of {words}").format(words=", ".join(map(str, allowed))), _kind(value))
        return value

    return check


def _enum(cls: type[Enum]) -> _Check:
    check_value = _literal(tuple(one.value for one in cls))
    return lambda value: cls(check_value(value))


def _list(made: Any, inner: _Check) -> _Check:
    def check(value: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise _Wrong(_("a list"), _kind(value))
        return made([inner(one) for one in value])

    return check


def _fixed(checks: list[_Check]) -> _Check:
    length = len(checks)

    def check(value: Any) -> Any:
        if not isinstance(value, list | tuple) or len(value) != length:
            raise _Wrong(_("a list of {count} values").format(count=length), _kind(value))
        return tuple([inner(one) for inner, one in zip(checks, value, strict=True)])

    return check


def _mapping(inner: _Check, check_key: _Check) -> _Check:
    def check(value: Any) -> Any:
        if not isinstance(value, dict):
            raise _Wrong(_("an object"), _kind(value))
        found = {}
        for key, one in value.items():
            try:
                found[check_key(key)] = inner(one)
            except _Wrong as wrong:
                wrong.keys.append(str(key))
                raise
        return found

    return check


_anything_by_key = _mapping(_anything, _text)


def _record(cls: Any, ours: bool) -> _Check:
    hints = get_type_hints(cls, include_extras=True)
    entries = [
        (
            f.name,
            str(f.metadata.get("key", f.name)),
            _check_of(hints[f.name], ours),
            f.default is MISSING and f.default_factory is MISSING,
        )
        for f in fields(cls)
        if f.init
    ]

    def check(value: Any) -> Any:
        if not isinstance(value, dict):
            raise _Wrong(_("an object"), _kind(value))
        found = {}
        for name, key, inner, needed in entries:
            if key in value:
                try:
                    found[name] = inner(value[key])
                except _Wrong as wrong:
                    wrong.keys.append(key)
                    raise
            elif needed:
                raise _Wrong(_("a value"), _("none"), key)
        try:
            return cls(**found)
        except EngineError as error:  # what the dataclass itself has against its values
            raise RecordError(str(error).rstrip(".")) from None

    return check


def _either(one: str, other: str) -> str:
    return _("{one} or {other}").format(one=one, other=other)


def _kind(value: Any) -> str:
    """What a value is, short enough for a sentence."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return _("the text {text}").format(text=_shown(value))
    if isinstance(value, int | float):
        return _("the number {number}").format(number=value) if abs(value) < 1e15 else _("a large number")
    return _("a list") if isinstance(value, list | tuple) else _("an object")


def _shown(text: str) -> str:
    """A text as ASCII in quotation marks, cut where it is long."""
    return json.dumps(text if len(text) <= 60 else text[:59] + "…", ensure_ascii=not text.isprintable())
