"""Keys: each comes from an action or from the constant that a widget's handler compares with."""

import ast
import re
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

import gui
from gui import actions

KEY = re.compile(
    r"\((Ctrl|Alt|Shift|Esc|Escape|Return|Enter|Space|Del|Tab|Left|Right|Up|Down|F\d+|[A-Z])(\+[^)\s]+)*\)\s*$"
    r"|[a-z][.;:,]? (Ctrl|Alt|Shift)\+\w"
)


def test_no_text_of_the_window_has_a_key_typed_by_hand():
    typed = []
    for file in sorted(Path(gui.__file__).parent.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if id(node) in docs:
                continue
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.search(node.value):
                typed.append(f"{file.name}:{node.lineno}: {node.value}")
    assert not typed, "use actions.show_key, actions.with_key or actions.key_text"


def test_a_key_typed_by_hand_would_be_found():
    found = [
        "Close  (Escape)",
        "Stop  (Ctrl+.)",
        "Exclude  (X)",
        "Show it  (Alt+0)",
        "Move up  (Alt+Up)",
        "No class; Ctrl+N adds one",
    ]
    assert all(KEY.search(words) for words in found)
    assert not KEY.search("Parts by turns (k-fold)")


def test_a_menu_has_the_actions_in_order_with_lines_between(qtbot: QtBot):
    menu = QMenu()
    qtbot.addWidget(menu)
    first, second = QAction("First", menu), QAction("Second", menu)
    actions.fill(menu, [first, None, second])
    assert [None if action.isSeparator() else action for action in menu.actions()] == [first, None, second]
