"""Filters that a person gave a name, kept with the settings of the window: they fit any project."""

from __future__ import annotations

import json
from typing import Any

from engine.records import RecordError, build, parse
from gui.settings import Settings

KEY = "filters"


class SavedFilters:
    """Names and what they stand for: plain data that the filter bar and the list of classes understand."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def all(self) -> dict[str, dict[str, Any]]:
        """Damaged settings read as none."""
        try:
            return build(dict[str, dict[str, Any]], parse(self._settings.text(KEY) or "{}"))
        except RecordError:
            return {}

    def save(self, name: str, fields: dict[str, Any]) -> None:
        self._settings.set_text(KEY, json.dumps({**self.all(), name: fields}))

    def forget(self, name: str) -> None:
        kept = {other: fields for other, fields in self.all().items() if other != name}
        self._settings.set_text(KEY, json.dumps(kept))
