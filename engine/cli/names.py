"""The names of the commands, known without loading them: the window's start must not wait for a parser."""

from __future__ import annotations

COMMANDS = frozenset(
    {
        *("import", "info", "label", "classes", "split", "flags", "history", "undo", "redo"),
        *("rescan", "locate", "export-labels"),
        *("augment", "devices", "ensemble", "leaks", "network", "run"),
        *("recipes", "options", "train", "runs", "evaluate", "mistakes", "classify", "model", "export", "sample"),
        *("bases", "features", "suggest", "similar"),
        *("help", "completion", "desktop"),
        *("suspects", "duplicates", "explain", "compare", "calibrate", "map", "rounds", "assess"),
    }
)
