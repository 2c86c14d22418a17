"""Regular expressions as people write them, and as a project keeps them."""

from __future__ import annotations

import re
import re._parser as _parser  # type: ignore[import-not-found]  # what Python itself makes of an expression
from collections.abc import Iterator
from typing import Any

from engine.errors import UsageError
from engine.language import _

_REPETITIONS = (_parser.MAX_REPEAT, _parser.MIN_REPEAT)
_MANY = 20  # times, of a repetition that has a bound

MISTAKES = (re.error, OverflowError, RecursionError)
"""What `re.compile` raises: of a number of repetitions that is too large, and of groups in groups in groups, too."""


def compiled(text: str) -> re.Pattern[str]:
    """Return the expression that `text` is.

    Raises:
        UsageError: it is none, or it repeats a group in which something is repeated or chosen: on a name that does not
            match such a one may take longer than anybody waits, and no thread of ours can end it.
    """
    try:
        found = re.compile(text)
        endless = _is_endless(_parser.parse(text))
    except MISTAKES as error:
        raise UsageError(_("{text!r} is not a regular expression: {why}.").format(text=text, why=error)) from None
    if endless:
        sentence = _(
            "{text!r} repeats a group that holds a repetition or a choice, which can take for ever; write it without "
            "one of them."
        )
        raise UsageError(sentence.format(text=text))
    return found


def _is_endless(parsed: Any, repeated: bool = False) -> bool:
    """Return whether a repetition without a bound stands within another one, or a choice does."""
    for operation, argument in parsed:
        inside = repeated
        if operation in _REPETITIONS:
            most = argument[1]
            many = most is _parser.MAXREPEAT or most > _MANY
            if many and repeated:
                return True
            inside = repeated or many
        if operation is _parser.BRANCH and repeated:
            return True
        if any(_is_endless(part, inside) for part in _parts(argument)):
            return True
    return False


def _parts(argument: Any) -> Iterator[Any]:
    """Yield the parsed expressions within the argument of an operation."""
    if isinstance(argument, _parser.SubPattern):
        yield argument
    elif isinstance(argument, tuple | list):
        for part in argument:
            yield from _parts(part)
