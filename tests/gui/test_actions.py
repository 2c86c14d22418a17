"""Keys: each comes from an action or from the constant that a widget's handler compares with."""

import ast
import re
from pathlib import Path

import gui

KEY = re.compile(
    r"\((Ctrl|Alt|Shift|Esc|Escape|Return|Enter|Space|Del|Tab|Left|Right|Up|Down|F\d+|[A-Z])(\+[^)\s]+)*\)\s*$"
)


def test_no_text_of_the_window_has_a_key_typed_by_hand():
    typed = []
    for file in sorted(Path(gui.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.search(node.value):
                typed.append(f"{file.name}:{node.lineno}: {node.value}")
    assert not typed, "use actions.show_key or actions.with_key"


def test_a_key_typed_by_hand_would_be_found():
    found = ["Close  (Escape)", "Stop  (Ctrl+.)", "Exclude  (X)", "Show it  (Alt+0)", "Move up  (Alt+Up)"]
    assert all(KEY.search(words) for words in found)
    assert not KEY.search("Parts by turns (k-fold)")
