"""The words that stand in the engine are marked for translation, each in the context in which it is asked for."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from engine.training.options import specs
from engine.training.recipes.registry import recipes
from gui.train.option_editors import ZERO, choice_words

FILE = Path(__file__).resolve().parents[3] / "gui" / "train" / "translated.py"
STEPS = (
    *("Downloading weights (kB)", "Loading images", "Looking at images", "Computing features"),
    *("Saving the model", "Testing the model"),
)
IN_CODE = ("on", "off", "None", "Choose a file…")  # asked for in this context by the editors


def wanted() -> dict[str, list[str]]:
    """The texts of each context, in the order of the form."""
    options: dict[str, None] = {}
    for spec in specs():
        options |= dict.fromkeys([spec.group, spec.label, spec.help, *([spec.unit] if spec.unit else [])])
        options |= dict.fromkeys(choice_words(choice) for choice in spec.choices)
    options |= dict.fromkeys([*ZERO.values(), *IN_CODE])
    titles: dict[str, None] = {}
    for recipe in recipes().values():
        titles |= dict.fromkeys([recipe.title, recipe.summary])
    return {"TrainOptions": list(options), "Recipes": list(titles), "Progress": list(STEPS)}


def marked() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in ast.walk(ast.parse(FILE.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "QT_TRANSLATE_NOOP":
            context, words = (ast.literal_eval(argument) for argument in node.args)
            found.setdefault(context, []).append(words)
    return found


@pytest.mark.parametrize("context", ["TrainOptions", "Recipes", "Progress"])
def test_every_word_of_the_engine_is_marked_and_no_other(context: str):
    assert sorted(marked()[context]) == sorted(wanted()[context])


def test_the_translators_tool_finds_the_words(tmp_path: Path):
    tool = shutil.which("pyside6-lupdate", path=str(Path(sys.executable).parent))
    if tool is None:
        pytest.skip("needs pyside6-lupdate, which comes with PySide6")
    file = tmp_path / "words.ts"
    form = FILE.parent / "setup_panel.py"
    subprocess.run([tool, str(FILE), str(form), "-ts", str(file)], check=True, capture_output=True, timeout=60)
    found = {
        context.findtext("name"): {message.findtext("source") for message in context.iter("message")}
        for context in ET.parse(file).getroot().iter("context")
    }
    for context, words in wanted().items():
        assert set(words) <= found[context]
    assert "Validate on" in found["SetupPanel"]
