"""The program's icon for Windows, macOS and Linux."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import IcnsImagePlugin, IcoImagePlugin, Image
from PySide6.QtWidgets import QApplication

from release import icons


def inked(image: Image.Image) -> float:
    return float((np.asarray(image.convert("RGBA"))[..., 3] > 0).mean())


def test_each_system_gets_the_icon_in_its_sizes(qapp: QApplication, tmp_path: Path) -> None:
    icons.write_ico(tmp_path / "pigeonhole.ico")
    icons.write_icns(tmp_path / "pigeonhole.icns")
    icons.write_theme(tmp_path / "hicolor")

    with Image.open(tmp_path / "pigeonhole.ico") as ico:
        assert isinstance(ico, IcoImagePlugin.IcoImageFile)
        assert ico.ico.sizes() == {(side, side) for side in icons.SIDES_OF_WINDOWS}
        for size in ico.ico.sizes():
            assert inked(ico.ico.getimage(size)) > 0.3
    with Image.open(tmp_path / "pigeonhole.icns") as icns:
        assert isinstance(icns, IcnsImagePlugin.IcnsImageFile)
        assert {side * scale for side, _, scale in icns.info["sizes"]} >= {32, 64, 128, 256, 512, 1024}
        assert inked(icns) > 0.3
    for side in icons.SIDES:
        with Image.open(tmp_path / "hicolor" / f"{side}x{side}" / "apps" / "pigeonhole.png") as png:
            assert png.size == (side, side)
            assert inked(png) > 0.3
