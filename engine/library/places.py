"""The places of the program under the name by which the other packages know them; `engine.imaging` needs them too."""

from __future__ import annotations

from engine.places import cache_folder, documents_folder, log_folder, settings_folder

__all__ = ["cache_folder", "documents_folder", "log_folder", "settings_folder"]
