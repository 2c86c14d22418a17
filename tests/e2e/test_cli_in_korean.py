"""The command line in Korean: help, manual page and completions, and no word of English is left in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import typer

import main as entry
from engine import language
from engine.cli.app import app
from engine.cli.commands import COMMANDS, load
from engine.cli.completion import completion
from engine.cli.described import commands
from engine.cli.layout import table, width, wrapped
from engine.cli.manual import manual
from engine.training.options import specs

HANGUL = re.compile("[가-힣]")
WORD = re.compile(r"[A-Za-z]{2,}")
# What is the same in all languages: names of programs, formats and units, and words that are typed.
NAMES = {
    *("Pigeonhole", "pigeonhole", "Keras", "TensorFlow", "ONNX", "Runtime", "Ray", "LiteRT", "OpenVINO", "Parquet"),
    *("ImageNet", "MobileNetV", "RandAugment", "CutMix", "MixUp", "MixStyle", "JSON", "HTML", "TIFF", "URI", "CPU"),
    *("GPU", "SNE", "px", "KB", "Ctrl", "man", "bash", "ko", "en", "tab"),
    *("bfloat", "cp", "near", "duplicates", "submission", "eval", "off"),  # values
}
TYPED = re.compile(
    r"`[^`]*`|#rrggbb"  # a command, a colour
    r"|(?<!\w)--?[a-z][a-z-]*"  # an option
    r"|[\w/.*'-]*[./*_][\w/.*'-]+|\w+/"  # a file, a folder
    r"|\b[A-Z_]+(?:\.\.+[A-Z]+)?\b"  # a value that is put in
    r"|[a-z]+=[\w|.]+|[\w.-]+\|[\w.|-]+",  # a condition, choices
    re.ASCII,
)


@pytest.fixture(autouse=True)
def korean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COLUMNS", "80")
    language.use("ko")
    yield
    language.use("en")


@cache
def choices() -> set[str]:
    """What may be typed: names of commands, and values of their options."""
    values = {value for command in commands() for parameter in command.parameters for value in parameter.choices}
    values |= {value for spec in specs() for value in spec.choices}
    return {word for value in values | set(COMMANDS) for word in WORD.findall(value)}


@cache
def parser() -> Any:
    load(None)
    return typer.main.get_command(app)


def english(text: str) -> list[str]:
    """The English words of a text that are no names and not typed."""
    return [word for word in WORD.findall(TYPED.sub(" ", text)) if word not in NAMES | choices()]


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=lambda words: "".join(words) or "program")
def test_no_english_is_left_in_the_help_of_a_command(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    parser().main([*command, "--help"], prog_name="pigeonhole", standalone_mode=False)

    page = capsys.readouterr().out
    assert page.startswith("사용법: pigeonhole")
    assert english(page) == []
    assert [line for line in page.splitlines() if width(line) > 80 and "|" not in line] == []


def test_no_english_is_left_in_the_manual_page_and_the_completions() -> None:
    shown = re.sub(r"\\f[BIR]|\\", "", manual())
    assert "환경 변수" in shown
    assert english(re.sub(r"^\.(TH|TP|PP|br|B|SS|SH)\b", "", shown, flags=re.MULTILINE)) == []
    said = re.findall(r" -d '(.*)'", completion("fish"))
    assert len(said) > 200
    assert english("\n".join(said)) == []
    assert HANGUL.search(completion("zsh"))


def test_help_of_the_language_of_the_code_names_the_same_options(capsys: pytest.CaptureFixture[str]) -> None:
    flags = re.compile(r"^  (-\S+)", re.MULTILINE)
    pages = []
    for code in ("ko", "en"):
        language.use(code)
        entry.main(["train", "--help"])
        pages.append(capsys.readouterr().out)
    korean, plain = pages
    assert flags.findall(korean) == flags.findall(plain)
    assert not HANGUL.search(plain)


def test_letters_that_are_two_columns_wide_are_counted_so() -> None:
    assert width("학습 run") == 8
    assert width("한글") == 4  # as macOS writes names
    rows = table([["고양이", "1"], ["dog", "1,234"]], head=["클래스", "이미지"]).splitlines()
    assert rows == ["클래스  이미지", "고양이       1", "dog      1,234"]
    assert wrapped("하나 둘 셋 넷", 7) == ["하나 둘", "셋 넷"]
