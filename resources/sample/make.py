"""How the pictures here were made from those of Debian's package `openclipart-png`, once.

    apt-get download openclipart-png && dpkg-deb -x openclipart-png_*.deb clipart
    python -m resources.sample.make clipart/usr/share/openclipart/png

`pictures.csv` names the source of each. White takes the place of what is transparent, empty margins are cut off, and
the longer side becomes 208 px at most, with a margin of 8 px on each side:
what the built-in network looks at is 224 px.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from PIL import Image, ImageChops

HERE = Path(__file__).parent
SIDE, MARGIN, COLOURS = 208, 8, 96
_NEAR_WHITE = 12


def main(clipart: Path) -> None:
    """Write each picture that `pictures.csv` lists into the folder of its class."""
    Image.MAX_IMAGE_PIXELS = None  # some were drawn at 13,000 px
    with (HERE / "pictures.csv").open(newline="", encoding="utf-8") as table:
        for row in csv.DictReader(table):
            file = HERE / row["file"]
            file.parent.mkdir(exist_ok=True)
            _small(clipart / row["source"]).save(file, optimize=True)


def _small(source: Path) -> Image.Image:
    with Image.open(source) as opened:
        drawing = opened.convert("RGBA")
    drawing.thumbnail((4 * SIDE, 4 * SIDE))
    paper = Image.new("RGBA", drawing.size, "white")
    paper.alpha_composite(drawing)
    picture = paper.convert("RGB")
    away = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).convert("L")
    picture = picture.crop(away.point(lambda value: 255 * (value > _NEAR_WHITE)).getbbox())
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    whole = Image.new("RGB", (picture.width + 2 * MARGIN, picture.height + 2 * MARGIN), "white")
    whole.paste(picture, (MARGIN, MARGIN))
    return whole.quantize(COLOURS, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
