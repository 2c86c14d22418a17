"""The command line in Korean: help, manual page and completions, and no word of English is left in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

import main as entry
from engine import language
from engine.cli.all_commands import commands
from engine.cli.app import parser
from engine.cli.commands import COMMANDS, load
from engine.cli.completion import completion
from engine.cli.layout import table, width, wrapped
from engine.cli.manual import manual
from engine.models.prediction_device import PredictionDevice
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
    r"|[\w/.*'-]*[./*_][\w/.*'-]+|[\w-]+/"  # a file, a folder
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


def english(text: str) -> list[str]:
    """The English words of a text that are no names and not typed."""
    return [word for word in WORD.findall(TYPED.sub(" ", text)) if word not in NAMES | choices()]


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=lambda words: "".join(words) or "program")
def test_no_english_is_left_in_the_help_of_a_command(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    load(None)
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


@pytest.mark.parametrize(
    "words",
    [
        ["frobnicate"],
        ["trian", "p"],
        ["help", "trian"],
        ["train", "p", "--xyzzy"],
        ["train", "p", "--label-smothing", "1"],
        ["train", "p", "--recipe", "quick", "--set", "epoch=3"],
        ["train", "p", "--json=3"],
        ["classify"],
        ["export", "p"],
        ["completion"],
        ["import", "p", "s", "--labels", "magic"],
        ["import", "p", "s", "--seed", "many"],
        ["import", "p", "s", "--range", "1"],
        ["import", "p", "s", "--csv"],
        ["classify", "m.onnx", "s", "--out", "x.csv", "--top", "0"],
        ["suggest", "p", "--accept", "2"],
        ["split", "p", "--validation", "much"],
        ["info", "p", "extra"],
    ],
    ids=" ".join,
)
def test_no_english_is_left_in_what_is_said_of_wrong_usage(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert entry.main(words) == 2
    said = capsys.readouterr().err
    assert HANGUL.search(said)
    typed = {part for word in words for part in WORD.findall(word)}
    assert [word for word in english(said) if word not in typed | {"epochs"}] == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Pictures of two classes, one of them without a label."""
    for path in ("고양이/1.png", "고양이/2.png", "개/1.png", "개/2.png", "3.png"):
        (tmp_path / "사진" / path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 6), (len(path), 90, 9)).save(tmp_path / "사진" / path)
    assert entry.main(["import", str(tmp_path / "동물"), str(tmp_path / "사진"), "--labels", "folders", "--json"]) == 0
    return tmp_path / "동물.pigeonhole"


IN_TURN = (
    ("info P", "이미지 5개, 클래스 2개, 문제 0개"),
    ("classes P", "클래스"),
    ("flags P", "표시나 메모가 있는 이미지가 없습니다."),
    ("flags P --unsure --all", "이미지 5개"),
    ("flags P", "불확실"),
    ("label P 개 3.png", "이미지 1개"),
    ("undo P", "취소함: "),
    ("history P", "(취소됨)"),
    ("redo P", "다시 실행함: "),
    ("redo P", "할 것이 없습니다."),
    ("history P --to 1", "변경"),
    ("split P --preview", "옮겨집니다"),
    ("rescan P", "바뀐 것이 없습니다."),
    ("rescan P --problems", "살펴볼 문제가 없습니다."),
    ("export-labels P --out PLACE", "레이블: "),
    ("runs P", "아직 실행이 없습니다."),
    ("runs P --trash", "휴지통이 비어 있습니다."),
    ("duplicates P --exact", "그룹"),
    ("recipes", "합성곱"),
    ("options", "이미지의 가로와 세로를"),
    ("devices", "코어"),
)


def test_no_english_is_left_in_the_results_of_commands(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cpu = PredictionDevice("CPU", "ONNX Runtime 1.0", None)
    monkeypatch.setattr("engine.training.machine.device.graphics_cards", list)  # names, not the same on every machine
    monkeypatch.setattr("engine.models.providers.prediction_device", lambda: cpu)
    own = re.compile(r"^(\w|-)+(?=  )|\[[\w|-]+\]|/\S+", re.MULTILINE)  # names of recipes and options, values, places
    capsys.readouterr()
    for words, told in IN_TURN:
        put_in = {"P": str(project), "PLACE": str(tmp_path / "표.csv")}
        assert entry.main([put_in.get(word, word) for word in words.split()]) == 0
        out = capsys.readouterr().out
        assert told in out, words
        assert english(own.sub("", out)) == [], words


def test_the_colour_of_a_class_is_not_called_by_the_word_for_colour_pictures(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert entry.main(["classes", str(project)]) == 0
    assert capsys.readouterr().out.split()[:4] == ["클래스", "키", "색", "이미지"]


def test_what_is_read_by_a_program_is_english_in_every_language(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert entry.main(["info", str(project), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert set(result) == {"images", "classes", "problems", "unseen", "sources"}
    assert {"training", "validation", "test", "unassigned"} < set(result["classes"][0])


def test_without_a_screen_the_reason_and_the_way_out_are_in_korean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert entry.main([]) == 1
    said = capsys.readouterr().err
    assert "화면" in said
    assert english(said.replace("DISPLAY", "")) == []
    (tmp_path / "1.png").write_bytes(b"")
    assert entry.main([str(tmp_path / "1.png")]) == 2
    assert "프로젝트여야 하는데 파일입니다" in capsys.readouterr().err
