"""The name that was meant where one is mistyped: one sentence behind the error, in all of them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from engine.language import _

_MOST_NAMES = 5_000  # of a folder, among which one that was meant is looked for
_CLOSE = 0.75  # names of files have common ends


def did_you_mean(name: str, known: Iterable[str], close: float = 0.6) -> str:
    """Return " Did you mean NAME?" where a known name is nearly so, whatever the case of its letters, else "".

    Args:
        close: how alike they must be, 0 to 1.
    """
    from difflib import get_close_matches

    by_letters = {each.casefold(): each for each in known}
    found = get_close_matches(name.casefold(), by_letters, n=1, cutoff=close)
    return " " + _("Did you mean {name}?").format(name=by_letters[found[0]]) if found else ""


def did_you_mean_beside(path: Path) -> str:
    """Return the same for what lies in the folder of `path`."""
    try:
        with os.scandir(path.parent) as entries:
            names = [entry.name for entry in islice(entries, _MOST_NAMES)]
    except (OSError, ValueError):
        return ""
    return did_you_mean(path.name, names, _CLOSE)
