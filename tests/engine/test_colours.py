"""The one palette that the window and what the engine writes read."""

import re
from pathlib import Path

from engine.colours import DARK, LIGHT, css, rgb

ROOT = Path(__file__).resolve().parents[2]
COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b|(?<![&\w])#[0-9a-fA-F]{3}\b")
OWN = {
    "engine/colours.py",
    "engine/library/palette.py",  # what classes get
    "engine/cli/library_commands.py",  # an example in a message
    "engine/review/report/curves.py",  # stand-ins that are replaced by names of the palette
}


def test_no_colour_is_written_down_outside_the_palette():
    found = []
    for folder in ("engine", "gui"):
        for file in sorted((ROOT / folder).rglob("*")):
            name = file.relative_to(ROOT).as_posix()
            if file.suffix in {".py", ".html", ".css"} and name not in OWN:
                found += [f"{name}: {colour}" for colour in COLOUR.findall(file.read_text(encoding="utf-8"))]
    assert not found, "read engine.colours"


def test_a_style_sheet_gets_every_colour_by_its_name():
    declared = css(DARK)
    assert "--positive: #5fcf94;" in declared
    assert "--strong-border: #474d5a;" in declared
    assert "--series-2: #f2935c;" in declared
    assert rgb(LIGHT.positive) == (0x18, 0x78, 0x46)
