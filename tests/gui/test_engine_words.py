"""The words that stand in the engine are marked for translation, each in the context in which it is asked for."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from gui.mark_words import FILE, words


def marked() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in ast.walk(ast.parse(FILE.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "QT_TRANSLATE_NOOP":
            context, text = (ast.literal_eval(argument) for argument in node.args)
            found.setdefault(context, []).append(text)
    return found


def test_every_word_of_the_engine_is_marked_and_no_other():
    assert marked() == words(), "run `make words`"


def test_the_translators_tool_finds_the_words(tmp_path: Path):
    tool = shutil.which("pyside6-lupdate", path=str(Path(sys.executable).parent))
    if tool is None:
        pytest.skip("needs pyside6-lupdate, which comes with PySide6")
    file = tmp_path / "words.ts"
    form = FILE.parent / "train" / "setup_panel.py"
    subprocess.run([tool, str(FILE), str(form), "-ts", str(file)], check=True, capture_output=True, timeout=60)
    found = {
        context.findtext("name"): {message.findtext("source") for message in context.iter("message")}
        for context in ET.parse(file).getroot().iter("context")
    }
    for context, some in words().items():
        assert set(some) <= found[context]
    assert "Validate on" in found["SetupPanel"]
