"""The files of many images, in a few bytes each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import overload

from engine.library.records import ImageRecord


class Files(Sequence[Path]):
    """The files of images. A path is made when it is asked for: of a hundred thousand at once that takes a second, and
    each would be one more thing to look at whenever garbage is collected.
    """

    __slots__ = ("_places",)

    def __init__(self, images: Iterable[ImageRecord]) -> None:
        self._places = [f"{image.folder}{os.sep}{image.path}" for image in images]

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> Path: ...
    @overload
    def __getitem__(self, index: slice) -> list[Path]: ...
    def __getitem__(self, index: int | slice) -> Path | list[Path]:
        if isinstance(index, slice):
            return [Path(place) for place in self._places[index]]
        return Path(self._places[index])
