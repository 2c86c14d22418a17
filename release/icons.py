"""The program's icon as each system wants it, drawn from `resources/icons/pigeonhole.svg`."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING = Path(__file__).resolve().parents[1] / "resources" / "icons" / "pigeonhole.svg"
SIDES = (16, 22, 24, 32, 48, 64, 128, 256, 512)  # of the icons of the theme "hicolor"
SIDES_OF_WINDOWS = (16, 20, 24, 32, 40, 48, 64, 256)


def drawn(side: int) -> Image.Image:
    """The icon on `side` × `side` pixels."""
    image = QImage(side, side, QImage.Format.Format_RGBA8888)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(DRAWING)).render(painter)
    painter.end()
    return Image.frombuffer("RGBA", (side, side), bytes(image.constBits()), "raw", "RGBA", image.bytesPerLine(), 1)


def write_theme(theme: Path) -> None:
    """Write the icon in every size of a theme of Linux, for desktops that read no SVG."""
    for side in SIDES:
        file = theme / f"{side}x{side}" / "apps" / "pigeonhole.png"
        file.parent.mkdir(parents=True)
        drawn(side).save(file)


def write_ico(file: Path) -> None:
    """Write the icon of Windows, each size drawn for itself."""
    first, *others = (drawn(side) for side in sorted(SIDES_OF_WINDOWS, reverse=True))
    first.save(file, sizes=[(side, side) for side in SIDES_OF_WINDOWS], append_images=others)


def write_icns(file: Path) -> None:
    """Write the icon of macOS, each size drawn for itself."""
    drawn(1024).save(file, append_images=[drawn(side) for side in (16, 32, 64, 128, 256, 512)])
