"""Colours that can be read, and icons that are there."""

from __future__ import annotations

import gc
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPlainTextEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gui import theme

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    theme.apply(qapp, "light")


def luminance(colour: QColor) -> float:
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_can_be_read_on_what_they_stand_on(app: QApplication, scheme: str) -> None:
    colours = theme.apply(app, scheme)
    for ground in (colours.surface, colours.raised, colours.background):
        for ink in (colours.text, colours.muted, colours.positive, colours.negative, colours.accent):
            assert contrast(ink, ground) >= 4.5, (ink.name(), ground.name())  # WCAG 2.2, level AA
        assert contrast(theme.disabled(colours), ground) >= 3
    assert contrast(colours.on_accent, colours.accent) >= 4.5
    assert contrast(colours.text, colours.accent_soft) >= 7
    assert contrast(colours.warning, colours.warning_soft) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_box_that_cannot_be_ticked_now_can_be_read(app: QApplication, qtbot: QtBot, scheme: str) -> None:
    theme.apply(app, "dark" if scheme == "light" else "light")  # other tests leave this scheme without a style sheet
    colours = theme.apply(app, scheme)
    page = QWidget()
    page.setAutoFillBackground(True)
    box = QCheckBox("MMMM", page)
    box.setEnabled(False)
    box.resize(120, 32)
    qtbot.addWidget(page)
    page.show()
    picture = page.grab().toImage()
    ground = QColor(picture.pixel(picture.width() - 1, picture.height() - 1))
    half = 20  # pixels: the box, then its words
    for places in (range(half), range(half, box.width())):
        seen = {QColor(picture.pixel(x, y)).name() for x in places for y in range(box.height())}
        assert max(contrast(QColor(ink), ground) for ink in seen) >= 3, (seen, ground.name())
    assert colours.dark == (scheme == "dark")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_high_contrast_is_that_of_wcag_aaa(app: QApplication, scheme: str) -> None:
    colours = theme.apply(app, scheme, high_contrast=True)
    assert (colours.dark, colours.high_contrast) == (scheme == "dark", True)
    grounds = (colours.background, colours.surface, colours.raised, colours.sunken, colours.accent_soft)
    for ground in (*grounds, colours.warning_soft):
        for ink in (colours.text, colours.muted, colours.accent, colours.positive, colours.negative, colours.warning):
            assert contrast(ink, ground) >= 7, (ink.name(), ground.name())  # WCAG 2.2, level AAA
        for line in (colours.border, colours.strong_border):
            assert contrast(line, ground) >= 4.5, (line.name(), ground.name())
    for share in (0, 0.12, 0.24):  # as it is, under the pointer and pressed
        assert contrast(colours.on_accent, theme.mix(colours.accent, colours.text, share)) >= 7
    assert contrast(colours.link_on_text, colours.text) >= 7
    for series in colours.series:
        assert contrast(series, colours.surface) >= 4.5, series.name()


@pytest.mark.parametrize(("high", "least"), [(False, 4.5), (True, 7.0)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("field", [QLineEdit, QPlainTextEdit])
def test_what_an_empty_field_says_can_be_read(
    app: QApplication, qtbot: QtBot, field: type[QWidget], scheme: str, high: bool, least: float
) -> None:
    colours = theme.apply(app, scheme, high_contrast=high)
    empty = field()
    qtbot.addWidget(empty)
    empty.ensurePolished()
    said = empty.palette().color(QPalette.ColorRole.PlaceholderText)
    assert said.alpha() == 255
    for ground in (colours.surface, colours.raised):
        assert contrast(said, ground) >= least


def test_contrast_follows_the_system_and_the_person(app: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not theme.apply(app, "dark").high_contrast
    assert theme.apply(app, "dark", high_contrast=True).high_contrast
    assert not theme.apply(app, "dark").high_contrast

    hints = app.styleHints()
    if not hasattr(hints, "accessibility"):
        pytest.skip("Qt knows of the system's contrast from 6.10 on")
    monkeypatch.setattr(theme, "system_wants_contrast", lambda _: True)
    hints.accessibility().contrastPreferenceChanged.emit(Qt.ContrastPreference.HighContrast)
    assert (theme.current().dark, theme.current().high_contrast) == (True, True)
    assert theme.current().text.name() in app.styleSheet()


def test_a_change_of_the_scheme_is_told_once_and_tints_icons_anew(app: QApplication, qtbot: QtBot) -> None:
    theme.apply(app, "light")
    button = QToolButton()
    qtbot.addWidget(button)
    theme.set_icon(button, "search")
    before = button.icon().cacheKey()
    told: list[bool] = []
    theme.notifier().changed.connect(lambda: told.append(theme.current().dark))
    theme.apply(app, "dark")
    theme.apply(app, "dark")
    assert told == [True]
    assert button.icon().cacheKey() != before


STYLED_AT_THE_END_AND_BEFORE = """
from contextlib import nullcontext
from PySide6.QtWidgets import QApplication
from gui import theme
from gui.main_window import MainWindow
from gui.settings import Settings
app, pictures = QApplication([]), []
for styling in (theme.style_at_the_end(app), nullcontext()):
    with styling:
        theme.apply(app, "light")
        window = MainWindow(Settings())
    window.resize(1100, 720)
    window.show()
    pictures.append(window.grab().toImage())
    window.close_now()
print(pictures[0] == pictures[1])
"""


def test_a_window_that_is_styled_at_the_end_looks_the_same_from_its_first_frame_on() -> None:
    script = [sys.executable, "-c", STYLED_AT_THE_END_AND_BEFORE]
    done = subprocess.run(script, capture_output=True, text=True, cwd=ROOT, timeout=60, check=True)
    assert done.stdout.strip() == "True"


def test_icons_are_sharp_at_every_scale_grey_where_disabled_and_survive_a_copy(app: QApplication) -> None:
    theme.apply(app, "light")
    drawn = theme.icon("search")
    copied = QIcon(drawn)
    copied.addPixmap(QPixmap(1, 1))  # makes a copy of what draws it
    gc.collect()
    for icon in (drawn, copied):
        for ratio in (1.0, 1.5, 2.0):
            picture = icon.pixmap(QSize(20, 20), ratio, QIcon.Mode.Normal, QIcon.State.Off)
            assert picture.size() == QSize(round(20 * ratio), round(20 * ratio))
        normal, disabled = (
            icon.pixmap(QSize(20, 20), 1.0, mode).toImage() for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled)
        )
        assert normal != disabled


def test_a_button_without_any_room_has_no_picture_of_its_icon(app: QApplication) -> None:
    assert theme.icon("play").pixmap(QSize(0, 0)).isNull()  # where Qt warns the test fails


def test_every_icon_that_the_code_names_is_drawn() -> None:
    names: set[str] = set()
    for file in (ROOT / "gui").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        names |= set(re.findall(r'(?:set_icon\([^,()]+, |theme\.icon\(|icon=)"([a-z-]+)"', text))
    assert len(names) > 15
    assert not [name for name in names if not (theme.ICONS / f"{name}.svg").is_file()]


def test_every_icon_can_be_drawn(app: QApplication) -> None:
    for file in theme.ICONS.glob("*.svg"):
        picture = theme.pixmap(file.stem, QColor("red"), 24).toImage()
        inked = any(picture.pixelColor(x, y).alpha() for x in range(24) for y in range(24))
        assert inked, file.name


@pytest.mark.parametrize(("colour", "ink"), [("#ffffff", "#15171c"), ("#000000", "#ffffff"), ("#f59e0b", "#15171c")])
def test_the_ink_on_a_colour_is_the_one_that_reads_better(colour: str, ink: str) -> None:
    assert theme.on(QColor(colour)).name() == ink
