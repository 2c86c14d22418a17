"""Figures are written one way, here and by everything that people see."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from engine import language
from engine.figures import Certainty, accuracy, certainty, confidence, interval, percent

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("fraction", "digits", "shown"),
    [
        (0.9845, 1, "98.5 %"),
        (0.9845, 2, "98.45 %"),
        (0.26, 0, "26 %"),
        (0.99999, 1, "99.9 %"),
        (0.9999, 0, "99 %"),
        (1.0, 2, "100 %"),
        (0.0, 0, "0 %"),
        (-0.0123, 2, "-1.23 %"),
        (-0.00001, 2, "0.00 %"),
        (float(np.float32(99) / np.float32(160)), 2, "61.88 %"),  # as Keras counts
        (99 / 160, 2, "61.88 %"),
        (float("nan"), 1, "–"),
    ],
)
def test_a_percentage_has_a_space_and_rounds_no_mistake_away(fraction: float, digits: int, shown: str) -> None:
    assert percent(fraction, digits) == shown


def test_nothing_writes_percentages_in_another_way() -> None:
    """Neither the format of Python, which leaves the space out, nor by hand."""
    written = re.compile(r":[+]?\.?\d*%\}|[\d}]%(?=[\s.,;:)\"'|]|$)")
    sources = [*ROOT.glob("engine/**/*.py"), *ROOT.glob("gui/**/*.py"), *ROOT.glob("docs/**/*.md"), ROOT / "README.md"]
    allowed = re.compile(r"LIKE|_escaped|folder_name\(|print\(f|width=.\d+%")  # SQLite, folders, examples, HTML
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in sources
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if written.search(line) and not allowed.search(line)
    ]
    assert found == []


def test_an_accuracy_is_told_with_its_number_of_images_and_its_interval() -> None:
    assert accuracy(0.875, 8) == "7 of 8 (52.9–97.8 %)", "a percentage of so few would be believed"
    assert accuracy(0.8, 35, 2) == "80.0 % of 35 (64.1–90.0 %)", "no more decimals than they tell"
    assert accuracy(0.80123, 1_000, 2) == "80.12 % of 1,000 (77.5–82.5 %)"
    assert accuracy(1.0, 1_200, 2) == "100 % of 1,200 (99.7–100 %)"
    assert interval(0.5, 100) == "40.4–59.6 %"


@pytest.mark.parametrize(
    ("form", "shown"), [("1.234,5", "98,4 % of 12.345"), ("1\u202f234,5", "98,4 % of 12\u202f345")]
)
def test_figures_have_the_separators_of_the_language(
    form: str, shown: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    catalogue = Catalog(locale="fr")
    catalogue.add("1,234.5", form)
    with (tmp_path / "fr.mo").open("wb") as stream:
        write_mo(stream, catalogue)
    monkeypatch.setattr(language, "TRANSLATIONS", tmp_path)
    before = language.used()
    language.use("fr")
    try:
        assert accuracy(0.984, 12_345).startswith(shown)
        assert language.plural("{count} image", "{count} images", 12_345) == f"{shown.rpartition(' ')[2]} images"
    finally:
        language.use(before)


@pytest.mark.parametrize("images", [None, 0, -5, 10**400])
def test_an_accuracy_without_a_number_of_images_has_no_interval(images: int | None) -> None:
    assert accuracy(0.875, images) == "87.5 %"
    assert interval(0.875, images) == ""


@pytest.mark.parametrize("share", [float("nan"), float("inf"), -0.1, 5.0])
def test_a_damaged_share_has_no_interval(share: float) -> None:
    assert interval(share, 10) == ""


def test_no_model_is_ever_certain() -> None:
    assert [confidence(share, 0) for share in (0.93, 0.994, 0.9951, 1.0, 0.0)] == [
        "93 %",
        "99 %",
        "over 99 %",
        "over 99 %",
        "0 %",
    ]
    assert [confidence(share) for share in (0.9994, 0.9996, 1.0, float("nan"))] == [
        "99.9 %",
        "over 99.9 %",
        "over 99.9 %",
        "–",
    ]
    assert confidence(np.float32(1), 0, "über {0}") == "über 99 %"


def test_how_sure_a_model_is_begins_at_the_share_of_each_word() -> None:
    shares = (1.0, 0.99, 0.98, 0.95, 0.94, 0.85, 0.84, 0.7, 0.69, 0.0, float("nan"))
    assert [certainty(share) for share in shares] == [
        Certainty.ALMOST_CERTAIN,
        Certainty.ALMOST_CERTAIN,
        Certainty.VERY_SURE,
        Certainty.VERY_SURE,
        Certainty.SURE,
        Certainty.SURE,
        Certainty.FAIRLY_SURE,
        Certainty.FAIRLY_SURE,
        *[Certainty.UNSURE] * 3,
    ]
    assert [certainty(least / 100) for least in (99, 95, 85, 70)] == list(Certainty)[:-1]  # of a slider in per cent
