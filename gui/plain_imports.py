"""Imports as Python has them, once PySide6 is loaded. Imported for this effect.

PySide6 replaces `import` by one that reads the source of every module, also of NumPy's, to see whether it uses one of
PySide's `__feature__` switches. Nothing here does.
"""

from __future__ import annotations

import builtins

import PySide6.QtCore  # noqa: F401  # which has replaced it

builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
