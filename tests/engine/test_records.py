"""JSON of ours, read back from wherever it lay: a record, or one sentence on what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UsageError
from engine.records import MOST_DEPTH, Loss, RecordError, build, parse, read
from tests.long_forms import examples


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Inner:
    number: int
    share: float = 0.5

    def __post_init__(self) -> None:
        if self.number < 0:
            raise UsageError(f"A number is at least 0, found {self.number}.")


@dataclass(frozen=True)
class Outer:
    name: str
    colour: Colour
    mode: Literal["copy", "move"]
    inner: Inner
    many: tuple[Inner, ...] = ()
    pair: tuple[str, float] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    kind: str = field(default="", metadata={"key": "class"})
    loss: Loss = 0.0
    on: bool = False


GOOD: dict[str, Any] = {"name": "a", "colour": "red", "mode": "copy", "inner": {"number": 1}}


def test_a_record_becomes_its_dataclass_with_defaults_for_what_is_missing() -> None:
    data = {**GOOD, "many": [{"number": 2, "share": 1}], "pair": ["x", 2], "class": "cat", "unknown": [1], "on": True}
    expected = Outer("a", Colour.RED, "copy", Inner(1), (Inner(2, 1.0),), ("x", 2.0), kind="cat", on=True)
    assert build(Outer, parse(json.dumps(data))) == expected


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": 7}, 'expected text for "name", found the number 7'),
        ({"name": "a\0b"}, "found a zero character"),
        ({"name": "\ud800"}, "found half of a character"),
        ({"colour": "green"}, 'expected one of red, blue for "colour"'),
        ({"colour": ["red"]}, "found a list"),
        ({"mode": None}, 'expected one of copy, move for "mode", found null'),
        ({"inner": {}}, 'expected a value for "inner.number", found none'),
        ({"inner": {"number": True}}, 'expected a whole number for "inner.number", found true'),
        ({"inner": {"number": 1.5}}, "expected a whole number"),
        ({"inner": {"number": 2**63}}, "64 bits"),
        ({"inner": {"number": 1, "share": float("inf")}}, 'a number for "inner.share", found an infinite one'),
        ({"inner": {"number": 1, "share": float("nan")}}, "found an infinite one"),
        ({"inner": {"number": 1, "share": 10**400}}, "too large"),
        ({"inner": {"number": -1}}, "A number is at least 0"),
        ({"many": "text"}, 'expected a list for "many"'),
        ({"pair": ["x"]}, "a list of 2 values"),
        ({"pair": ["x", "y"]}, 'a number for "pair"'),
        ({"facts": {"deep": [1, {"x": float("nan")}]}}, "found an infinite one"),
        ({"facts": {"\0": 1}}, "found a zero character"),
        ({"on": 1}, "true or false"),
    ],
)
def test_a_value_of_another_type_is_told_with_its_place(change: dict[str, Any], words: str) -> None:
    with pytest.raises(RecordError, match=words):
        build(Outer, parse(json.dumps({**GOOD, **change})))


def test_a_loss_may_be_infinite_and_a_file_name_need_not_be_unicode() -> None:
    text = json.dumps({**GOOD, "name": "caf\udce9", "loss": float("inf")})
    assert build(Outer, parse(text)).loss == float("inf")
    assert build(Outer, parse(text)).name == "caf\udce9"


def test_what_a_process_of_ours_wrote_may_hold_any_number_and_text() -> None:
    data = {**GOOD, "name": "a\0b", "inner": {"number": 1, "share": float("inf")}, "facts": {"x": float("inf")}}
    assert build(Outer, data, ours=True).inner.share == float("inf")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "expected JSON"),
        (b"{", "expected JSON"),
        (b"\xff\xfe{\0}\0", "expected text in UTF-8"),
        (b'{"a": 1, "a": 2}', 'expected each key once, found "a" twice'),
        (b'{"a": 0,' + b",".join(b'"%d": 0' % n for n in [*range(60_000), 59_999]) + b"}", '"59999" twice'),  # at once
        (b"9" * 10_000, "a number that is too long"),
        (b"[" * 100_000 + b"]" * 100_000, f"at most {MOST_DEPTH} values within each other"),
        (b'{"a":' * 100_000, "within each other"),
        (b"[" + b"1," * 600, "at most 1,000 bytes"),
    ],
)
def test_a_text_that_is_no_json_of_ours_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(RecordError, match=words):
        parse(data, most=1000 if data.startswith(b"[1") else 10**7)


def test_brackets_within_texts_are_no_depth() -> None:
    data = [r"\"[[[{{{" * 100, {"x": "]" * 200 + "\\"}] * 100
    assert parse(json.dumps(data)) == data


def test_a_file_is_read_up_to_its_bound(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD).encode())
    assert read(path, Outer).name == "a"
    with pytest.raises(RecordError, match="at most 10 bytes"):
        read(path, Outer, most=10)
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "missing.json", Outer)


def mappings(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    names = st.sampled_from(["name", "colour", "mode", "inner", "many", "pair", "facts", "class", "loss", "number"])
    return st.dictionaries(names | st.text(), inner)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner) | mappings(inner)
)


@examples(200)
@given(ANY_JSON)
def test_whatever_json_is_built_or_refused_in_a_sentence(data: Any) -> None:
    for text in (json.dumps(data), json.dumps({**GOOD, **data} if isinstance(data, dict) else data)):
        try:
            found = build(Outer, parse(text))
        except RecordError as error:
            assert "\n" not in str(error)  # noqa: PT017
            assert len(str(error)) < 300  # noqa: PT017
        else:
            assert asdict(found)["name"] == found.name


@examples(200)
@given(st.binary(max_size=200) | st.text(alphabet='{}[]":,\\0123eE.-ntrufals ').map(str.encode))
def test_whatever_bytes_are_parsed_or_refused(data: bytes) -> None:
    try:
        parse(data)
    except RecordError as error:
        assert "\n" not in str(error)  # noqa: PT017
