"""The colours of the window, of reports and of summaries: a palette for light and one for dark ground.

The window has both also with high contrast.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Generic, TypeVar

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Palette(Generic[C]):
    """Colours by what they are for: `#rrggbb` here, of Qt in the window's `Theme`."""

    background: C  # behind everything: the rail, the gaps
    surface: C  # pages, lists, fields
    raised: C  # what lies on a surface: tiles, cards, hovered rows
    sunken: C  # wells: picture backgrounds, bar tracks
    border: C
    strong_border: C
    text: C
    muted: C
    accent: C
    accent_soft: C  # behind selected rows and tiles
    on_accent: C
    positive: C
    negative: C
    warning: C
    warning_soft: C
    link_on_text: C  # a link on a ground that has the colour of text
    series: tuple[C, ...]  # for charts, in this order

    def named(self) -> dict[str, C]:
        """Return the colours by their names, without those of charts."""
        return {field.name: getattr(self, field.name) for field in fields(Palette) if field.name != "series"}


LIGHT: Palette[str] = Palette(
    background="#f1f2f5",
    surface="#ffffff",
    raised="#f5f6f8",
    sunken="#eceef2",
    border="#e1e3e9",
    strong_border="#c9cdd7",
    text="#1b1d24",
    muted="#636977",
    accent="#3b5bdb",
    accent_soft="#e4e9fc",
    on_accent="#ffffff",
    positive="#187846",
    negative="#c2342d",
    warning="#9a6200",
    warning_soft="#fdf3dc",
    link_on_text="#a9b8ff",
    series=("#3b5bdb", "#d9622b", "#1a8f6a", "#a23fb5", "#b58900", "#0f87b3", "#c2346b", "#5c6b7a"),
)
DARK: Palette[str] = Palette(
    background="#131418",
    surface="#1b1d22",
    raised="#25282f",
    sunken="#14161a",
    border="#2e323b",
    strong_border="#474d5a",
    text="#e9ebf0",
    muted="#9aa1b0",
    accent="#8da2fb",
    accent_soft="#2a3252",
    on_accent="#10142a",
    positive="#5fcf94",
    negative="#ff8078",
    warning="#eab54d",
    warning_soft="#33291a",
    link_on_text="#2f49b8",
    series=("#8da2fb", "#f2935c", "#57cfa5", "#d18be0", "#e0c255", "#62c3e6", "#f283ae", "#a3b1c2"),
)
# For people who want more contrast: texts at 7:1 and more (WCAG 2.2, level AAA), lines at 4.5:1 and more.
HIGH_LIGHT: Palette[str] = Palette(
    background="#ffffff",
    surface="#ffffff",
    raised="#f2f2f2",
    sunken="#e6e6e6",
    border="#595959",
    strong_border="#000000",
    text="#000000",
    muted="#333333",
    accent="#0a2f9e",
    accent_soft="#d3ddff",
    on_accent="#ffffff",
    positive="#004d24",
    negative="#8a0d08",
    warning="#573600",
    warning_soft="#fff0c7",
    link_on_text="#b9c7ff",
    series=("#0a2f9e", "#a63a08", "#00613f", "#7d1a91", "#6b5000", "#00587a", "#96124a", "#3d4853"),
)
HIGH_DARK: Palette[str] = Palette(
    background="#000000",
    surface="#000000",
    raised="#141414",
    sunken="#242424",
    border="#a6a6a6",
    strong_border="#ffffff",
    text="#ffffff",
    muted="#d9d9d9",
    accent="#b3c1ff",
    accent_soft="#1e2a6e",
    on_accent="#000000",
    positive="#7ee6aa",
    negative="#ffaaa3",
    warning="#ffd26a",
    warning_soft="#2e2200",
    link_on_text="#002c9c",
    series=("#b3c1ff", "#ffa873", "#6fe3bb", "#e3a6f0", "#f0d670", "#7fd3f2", "#ff9dc4", "#c2cedb"),
)
INK, PAPER = "#15171c", "#ffffff"  # what is written on any other colour, whichever reads better


def css_variables(palette: Palette[str]) -> dict[str, str]:
    """Return the colours by the names of style sheets: `--strong-border`, and `--series-1` for the first of a chart."""
    named = {f"--{name.replace('_', '-')}": colour for name, colour in palette.named().items()}
    return named | {f"--series-{number}": colour for number, colour in enumerate(palette.series, start=1)}


def css(palette: Palette[str]) -> str:
    """Return the declarations of all colours, for the `:root` of a page."""
    return " ".join(f"{name}: {colour};" for name, colour in css_variables(palette).items())


def rgb(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue (0 to 255) of `#rrggbb`."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
