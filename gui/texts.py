"""Texts that stand outside of any `QObject`."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


class Texts:
    """Translates the texts of a module: `Wording = Texts("Wording")`, then `Wording.tr("over {0}")`.

    The variable is named like the context: there `pyside6-lupdate` reads the context of a text.
    """

    def __init__(self, context: str) -> None:
        self._context = context

    def tr(self, text: str, comment: str | None = None, n: int = -1) -> str:
        """Return a text in the language of the window; `%Ln` in it is the number `n`, by which its form is chosen."""
        return QCoreApplication.translate(self._context, text, comment, n)
