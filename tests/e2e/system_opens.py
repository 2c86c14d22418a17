"""A window that is open while macOS asks the program to open a file: what a double-click in Finder does."""

from __future__ import annotations

import sys
from collections.abc import Generator

from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

import main
from gui.app import Application
from tests.e2e.person import Condition, Person, use


def is_asked(person: Person) -> Generator[Condition, None, None]:
    QApplication.sendEvent(app, QFileOpenEvent(sys.argv[1]))
    yield lambda: person.window.session.project is not None
    sys.stdout.write(person.window.windowTitle())


if __name__ == "__main__":
    app = Application([])  # before the timer of `use`
    raise SystemExit(use(main.main, [], is_asked, patience=60))
