"""The subcommands by name, and which module has each; a module is imported when its command is called for.

So a command waits for no other one, and the window's start for none. In a module each command parses its arguments,
calls one function of the engine, and words the result for a person; what is heavy it imports within.
"""

from __future__ import annotations

import importlib

_MODULES = {
    "import_command": ("import",),
    "library_commands": ("info", "label", "classes", "flags"),
    "split_command": ("split",),
    "history_commands": ("history", "undo", "redo"),
    "source_commands": ("rescan", "locate", "export-labels"),
    "base_commands": ("features", "bases"),
    "learning_commands": ("suggest", "similar"),
    "training_commands": ("recipes", "train", "options", "runs", "ensemble", "augment", "devices"),
    "run_commands": ("run", "network", "leaks"),
    "score_commands": ("evaluate", "mistakes"),
    "review_commands": ("suspects", "duplicates", "explain", "compare", "rounds", "assess", "calibrate", "map"),
    "export_command": ("export",),
    "classify_commands": ("classify", "model"),
    "system_commands": ("sample", "help", "completion", "desktop"),
}
COMMANDS = {command: module for module, commands in _MODULES.items() for command in commands}  # as help lists them


def load(command: str | None) -> None:
    """Register `command` with the parser; all of them where there is none of that name, as help and errors list all."""
    module = COMMANDS.get(command or "")
    for name in _MODULES if module is None else (module,):
        importlib.import_module(f"{__package__}.{name}")
