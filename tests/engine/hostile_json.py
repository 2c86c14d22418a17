"""JSON as nobody would write it: what every reader of a record of ours is tried with."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import strategies as st

HOSTILE = {
    "empty": b"",
    "no JSON": b"\x80\x04pickle",
    "deep list": b"[" * 100_000,
    "deep and closed": b"[" * 100_000 + b"]" * 100_000,
    "deep object": b'{"a":' * 100_000,
    "UTF-16": '{"recipe": 1}'.encode("utf-16"),
    "Latin-1": b'{"recipe": "\xe9"}',
    "a list": b"[]",
    "null": b"null",
    "a long number": b"9" * 10_000,
    "twice": b'{"recipe": "a", "recipe": "b"}',
}

_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -1, 2**63, float("inf"), float("nan"), "", "\0", "\ud800", "../../x", "9" * 5000])
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def changed(draw: st.DrawFn, record: Any) -> bytes:
    """`record` as JSON with one or two of its values taken out or put in the place of others."""
    whole = [copy.deepcopy(record)]
    for _ in range(draw(st.integers(1, 2))):
        holder, key = draw(st.sampled_from(list(_places(whole))))
        if isinstance(holder, dict) and draw(st.booleans()):
            del holder[key]
        else:
            holder[key] = draw(_VALUES)
    return json.dumps(whole[0]).encode()


def _places(value: Any) -> Any:
    """All containers within `value` with the keys of their values."""
    for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)
