"""Regular expressions as people write them, and as a project keeps them."""

from __future__ import annotations

import re

from engine.errors import UsageError

MISTAKES = (re.error, OverflowError, RecursionError)
"""What `re.compile` raises: of a number of repetitions that is too large, and of groups in groups in groups, too."""


def compiled(text: str) -> re.Pattern[str]:
    """Return the expression that `text` is.

    Raises:
        UsageError: it is none.
    """
    try:
        return re.compile(text)
    except MISTAKES as error:
        raise UsageError(f"{text!r} is not a regular expression: {error}.") from None
