"""A person who presses Start where training is not installed, and then goes to the other pages."""

from __future__ import annotations

import sys
from collections.abc import Generator

from PySide6.QtWidgets import QApplication, QLabel, QPushButton

import main
from gui.guide.tour import Tour
from tests.e2e.person import Condition, Person, use


def said(person: Person) -> set[str]:
    shown = person.window.findChildren(QLabel)
    return {label.text() for label in shown if label.isVisible() and label.text().startswith("Training needs")}


def goes_on(person: Person) -> Generator[Condition, None, None]:
    yield lambda: person.window.findChild(Tour) is not None  # of the sample, which leads to the Library
    person.window.findChild(Tour).leave()
    person.go_to(2)
    yield lambda: person.can_press(QPushButton, "start_button")
    person.window.page(1).setup.recipes.choose("quick")  # which needs Keras
    person.click(QPushButton, "start_button")
    yield lambda: said(person)
    sys.stdout.write("\n".join(said(person)))
    yield lambda: person.can_press(QPushButton, "start_button")
    for page in (3, 4, 1):
        person.go_to(page)
        yield lambda: True


if __name__ == "__main__":
    app = QApplication([])  # before the timer of `use`
    raise SystemExit(use(main.main, sys.argv[1:], goes_on, patience=60))
