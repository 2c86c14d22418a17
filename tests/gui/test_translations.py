"""Every text of the window is translated, whole, with what is put into it, and the window shows it."""

from __future__ import annotations

import ast
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from PySide6.QtCore import QCoreApplication

from engine.places import TRANSLATIONS
from gui import language
from gui.translations import CODE, SOURCE, collect, collected, compile_, compiled, read, spoken

CATALOGUES = sorted(TRANSLATIONS.glob("*.ts"))
FIELDS = re.compile(r"\{[^{}\s]*\}|%L?n|%\d")
TARGETS = [catalogue for catalogue in CATALOGUES if catalogue.stem != SOURCE]

each_catalogue = pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda file: file.stem)
each_translation = pytest.mark.parametrize("catalogue", TARGETS, ids=lambda file: file.stem)


def messages(catalogue: Path) -> Iterator[tuple[str, str, ET.Element]]:
    """Context, text and translation of each message."""
    for context in ET.parse(catalogue).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            yield context.findtext("name") or "", message.findtext("source") or "", translation


def forms(translation: ET.Element) -> list[str]:
    """The translation, or its plural forms."""
    return [form.text or "" for form in translation.findall("numerusform")] or [translation.text or ""]


@cache
def modules() -> dict[Path, ast.Module]:
    return {file: ast.parse(file.read_text("utf-8")) for file in sorted(CODE.rglob("*.py"))}


def calls(tree: ast.AST, inside: str = "") -> Iterator[tuple[str, ast.Call]]:
    """Calls that translate, each with the context in which the text is looked up; "" where it is not known."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            owner, _, name = called.rpartition(".")
            if name == "tr" and owner:
                yield inside if owner == "self" else owner, node
            elif name in ("translate", "QT_TRANSLATE_NOOP") and owner in ("", "QCoreApplication"):
                first = node.args[0]
                yield str(first.value) if isinstance(first, ast.Constant) else "", node
        yield from calls(node, node.name if isinstance(node, ast.ClassDef) else inside)


def text_of(call: ast.Call) -> str | None:
    """The literal text of such a call; None where it is made at run time."""
    place = 0 if ast.unparse(call.func).endswith("tr") else 1
    text = call.args[place]
    return text.value if isinstance(text, ast.Constant) and isinstance(text.value, str) else None


def translates(node: ast.AST) -> bool:
    """Whether an expression is a translated text, maybe with something put into it."""
    while (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "rstrip")
    ):
        node = node.func.value
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".tr")


@each_catalogue
def test_a_catalogue_holds_every_text_and_no_other(catalogue: Path, tmp_path: Path) -> None:
    anew = Path(shutil.copy(catalogue, tmp_path))
    collect(anew)
    assert [m[:2] for m in messages(anew)] == [m[:2] for m in messages(catalogue)], "run `make translations`"


@each_catalogue
def test_no_text_is_without_its_translation(catalogue: Path) -> None:
    missing = [
        (context, text)
        for context, text, translation in messages(catalogue)
        if translation.get("type") or not all(form.strip() for form in forms(translation))
    ]
    assert not missing, f"translate these in {catalogue.name}, then run `make translations`"


@each_catalogue
def test_what_is_put_into_a_text_is_put_into_its_translation(catalogue: Path) -> None:
    wrong = []
    for context, text, translation in messages(catalogue):
        for number, form in enumerate(forms(translation)):
            wanted, found = sorted(FIELDS.findall(text)), sorted(FIELDS.findall(form))
            few = (
                number == 0 and len(forms(translation)) > 1
            )  # "one" may stand for the number, and what it is for the name
            if found != wanted and not (few and set(found) <= set(wanted)):
                wrong.append((context, text, form))
    assert not wrong


@each_catalogue
def test_the_compiled_catalogue_is_that_of_its_texts(catalogue: Path, tmp_path: Path) -> None:
    compile_(catalogue, tmp_path / "anew.qm")
    compiled = catalogue.with_suffix(".qm").read_bytes()
    assert (tmp_path / "anew.qm").read_bytes() == compiled, "run `make translations`"


@each_translation
def test_a_translation_keeps_blanks_keys_and_ends_of_its_text(catalogue: Path) -> None:
    def shape(text: str) -> tuple[object, ...]:
        bare = text.strip()
        ends = bare.endswith("…"), bare.endswith(("?", "？", ";", "؟")), bare.count("\n"), bool(re.search(r"&\w", bare))
        return text.startswith(" "), text.endswith(" "), *ends

    wrong = [
        (text, form)
        for _, text, translation in messages(catalogue)
        for form in forms(translation)
        if shape(text) != shape(form)
    ]
    assert not wrong


def test_every_text_stands_in_the_context_in_which_the_window_asks_for_it() -> None:
    known = {(context, text) for context, text, _ in messages(TARGETS[0])}
    lost = [
        (file.name, call.lineno, context, text)
        for file, tree in modules().items()
        for context, call in calls(tree)
        if (text := text_of(call)) is not None and context and (context, text) not in known
    ]
    assert not lost, "the tool of the translators finds no text in an f-string, and none behind a short name of `tr`"


def test_texts_outside_of_a_class_are_named_like_their_context() -> None:
    """`Name = Texts("Name")`: there the tool reads the context from the name."""
    for file, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                call = node.value
                if ast.unparse(call.func) == "Texts":
                    assert ast.unparse(node.targets[0]) == ast.literal_eval(call.args[0]), file


def test_no_sentence_is_glued_of_translated_parts() -> None:
    glued = []
    for file, tree in modules().items():
        for node in ast.walk(tree):
            parts: list[ast.AST] = []
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
                parts = [node.left, node.right]
            elif isinstance(node, ast.AugAssign | ast.FormattedValue):
                parts = [node.value]
            blank = any(isinstance(part, ast.Constant) and part.value == " " for part in parts)  # between icon and text
            if any(map(translates, parts)) and not blank:
                glued.append((file.name, node.lineno, ast.unparse(node)))
    assert not glued


def test_no_text_is_the_torn_off_end_of_another() -> None:
    suffixes = {" parts", " of {0}"}  # of boxes with a number
    torn = {text for _, text, _ in messages(TARGETS[0]) if text != text.strip() or text.startswith((",", ";", "·"))}
    assert torn <= suffixes


def test_no_split_is_put_into_a_text_as_it_stands_in_the_code() -> None:
    raw = [
        (file.name, node.lineno, ast.unparse(value))
        for file, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and translates(node) and not ast.unparse(node.func).endswith("tr")
        for value in node.args
        if re.search(r"\.split(\.value)?($| for )", ast.unparse(value)) and "wording." not in ast.unparse(value)
    ]
    assert not raw, "wording.split says what a split is called"


def test_plurals_are_made_by_the_translation_and_by_nothing_else() -> None:
    by_hand = []
    for file, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.IfExp) and translates(node.body) and translates(node.orelse):
                body, other = ast.unparse(node.body), ast.unparse(node.orelse)
                if re.search(r"== 1$", ast.unparse(node.test)) and re.search(r"\{\d\} \w+s\b", body + other):
                    by_hand.append((file.name, node.lineno))
    assert not by_hand


def test_no_class_inherits_a_text_with_a_number() -> None:
    """PySide asks for a text in the context of each class, and takes a number put into it for a translation."""
    bases = {
        ast.unparse(base).rpartition(".")[2]
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for base in node.bases
    }
    numbered = {
        context
        for tree in modules().values()
        for context, call in calls(tree)
        if (text := text_of(call)) is not None and "%Ln" in text
    }
    assert not numbered & bases


def test_numbers_are_written_by_the_language() -> None:
    fixed = [
        (file.name, node.lineno)
        for file, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FormattedValue) and isinstance(node.format_spec, ast.JoinedStr)
        if any(isinstance(part, ast.Constant) and "," in str(part.value) for part in node.format_spec.values)
    ]
    assert not fixed, "wording.number or QLocale().toString writes numbers as the language of the window does"


@each_translation
def test_a_catalogue_is_found_and_used(catalogue: Path, qapp: QCoreApplication) -> None:
    assert catalogue.stem in language.languages()
    try:
        language.use(qapp, catalogue.stem)
        assert language.used() == catalogue.stem
        found = {text: QCoreApplication.translate("MainWindow", text) for text in ("Library", "Train", "Undo")}
        assert all(text != shown for text, shown in found.items())
    finally:
        language.use(qapp, SOURCE)
    assert QCoreApplication.translate("MainWindow", "Undo") == "Undo"


def engine_catalogues() -> list[Path]:
    return sorted(TRANSLATIONS.glob("*.po"))


each_of_the_engine = pytest.mark.parametrize("file", engine_catalogues(), ids=lambda file: file.stem)


def test_every_language_has_a_catalogue_of_the_engine() -> None:
    assert [file.stem for file in engine_catalogues()] == [catalogue.stem for catalogue in TARGETS]


@each_of_the_engine
def test_the_catalogue_of_the_engine_is_whole(file: Path, tmp_path: Path) -> None:
    there = {message.id: message.string for message in read(file)}
    assert there.keys() == {message.id for message in collected(read(file))}, "run `make translations`"
    for message in read(file):
        if message.id:
            assert not message.fuzzy, message.id
            assert message.string, f"translate {message.id} in {file.name}, then run `make translations`"
            assert all(message.string), message.id
            texts = message.id if isinstance(message.id, tuple) else (message.id,)
            forms = message.string if isinstance(message.string, tuple) else (message.string,)
            assert {frozenset(FIELDS.findall(form)) for form in forms} <= {frozenset(FIELDS.findall(t)) for t in texts}
    compiled(read(file), tmp_path / "anew.mo")
    with (tmp_path / "anew.mo").open("rb") as anew, file.with_suffix(".mo").open("rb") as ours:
        assert read_mo(anew)._messages == read_mo(ours)._messages, "run `make translations`"


@each_of_the_engine
def test_no_text_of_the_engine_is_the_torn_off_end_of_another(file: Path) -> None:
    between = {
        " and ",
        " and in ",
        " or ",
        ", then ",
        " ({size:,.1f} MB)",
    }  # the parts of a list, and what follows a name
    texts = [text for message in read(file) for text in ([message.id] if isinstance(message.id, str) else message.id)]
    torn = {text for text in texts if re.match(r" \S|[,;·]", text) or text != text.rstrip()}
    assert torn == between


def test_texts_of_the_engine_are_literals() -> None:
    made = []
    for file in spoken():
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("marked", "plural"):
                texts = node.args[: 2 if ast.unparse(node.func) == "plural" else 1]
                made += [(file.name, node.lineno) for text in texts if not isinstance(text, ast.Constant | ast.Starred)]
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "_":
                made += [(file.name, node.lineno) for text in node.args if isinstance(text, ast.JoinedStr | ast.BinOp)]
    assert not made


def commands(readme: Path) -> set[str]:
    """What its blocks of code run, without the comments."""
    blocks = re.findall(r"^```\n(.*?)^```", readme.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return {line.split("  #")[0].strip() for block in blocks for line in block.splitlines() if line.strip()}


@each_translation
def test_the_first_page_in_the_language_gives_the_commands_of_the_readme(catalogue: Path) -> None:
    root, name = TRANSLATIONS.parents[1], f"README.{catalogue.stem}.md"
    if not (root / name).exists():
        pytest.skip(f"there is no {name}")
    first = root / name
    assert f"]({name})" in (root / "README.md").read_text("utf-8")
    assert {"make run", "make test"} <= commands(first) <= commands(root / "README.md")
    links = re.findall(r"\]\((?!https?:)([^)#]+)", first.read_text("utf-8"))
    assert "README.md" in links
    assert [link for link in links if not (root / link).exists()] == []
