"""Filters that a person gave a name, kept with the settings of the window: they fit any project."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from engine.records import RecordError, build, parse
from gui.settings import Settings

KEY = "filters"


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter as text: `where` are conditions as `engine.library.filters.with_conditions` reads them.

    `sort` and `descending` are those of `Filter`; `group` is what the images stand under.
    """

    where: list[str]
    sort: str = "path"
    descending: bool = False
    group: str = ""


class SavedFilters:
    """Filters by their names."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def all(self) -> dict[str, SavedFilter]:
        """Damaged settings read as none."""
        try:
            found = build(dict[str, dict[str, Any]], parse(self._settings.text(KEY) or "{}"))
            return {
                name: build(SavedFilter, fields if "where" in fields else _of_old(fields))
                for name, fields in found.items()
            }
        except RecordError:
            return {}

    def save(self, name: str, saved: SavedFilter) -> None:
        self._write({**self.all(), name: saved})

    def forget(self, name: str) -> None:
        self._write({other: wanted for other, wanted in self.all().items() if other != name})

    def _write(self, filters: dict[str, SavedFilter]) -> None:
        self._settings.set_text(KEY, json.dumps({name: asdict(wanted) for name, wanted in filters.items()}))


# The first form: places in the boxes of the bar, as they stood when it was written.
_STATES = ("", "labelled=yes", "labelled=no", "flag=unsure", "flag=excluded", "note=yes", "problem=yes")
_SPLITS = ("", "split=training", "split=validation", "split=test", "split=unassigned")
_SORTS = ("path", "class", "split", "date", "size", "dimensions", "random", "confidence")


def _of_old(fields: dict[str, Any]) -> dict[str, Any]:
    """A filter that was saved in the first form, in the present form; what is not understood in it is left out."""

    def place(name: str, of: tuple[str, ...]) -> str:
        index = fields.get(name, 0)
        return of[index] if isinstance(index, int) and 0 <= index < len(of) else of[0]

    where = [place("state", _STATES), place("split", _SPLITS)]
    if text := fields.get("text"):
        where.append(f"text={text}")
    classes, conditions = fields.get("classes"), fields.get("conditions")
    where += [f"class={name}" for name in classes if isinstance(name, str)] if isinstance(classes, list) else []
    for name, value in conditions.items() if isinstance(conditions, dict) else ():
        if isinstance(value, list):
            value = "..".join(str(bound) if type(bound) is int and bound >= 0 else "" for bound in value)
        if value not in ("", ".."):
            where.append(f"{name}={value}")
    return {
        "where": [word for word in where if word],
        "sort": place("sort", _SORTS),
        "descending": bool(fields.get("turned")),
        "group": str(fields.get("group", "")),
    }
