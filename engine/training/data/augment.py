"""Random changes of training images: one composed affine map per image, so that pixels are interpolated once, one
table for brightness and contrast, then saturation and erasing.

The ranges mean what they mean in Keras' former `ImageDataGenerator`: rotation and shear in degrees to both sides,
zoom of each axis by 1 - z to 1 + z (of both alike where proportions are kept), shift as a share of the side,
brightness a factor of 1 - b to 1 + b.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.training.options import TrainOptions

Chosen = dict[str, NDArray[np.bool_]]  # for a kind of change: the images that get it
_BORDERS = {"nearest": cv2.BORDER_REPLICATE, "mirror": cv2.BORDER_REFLECT}
_GREY = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601, as OpenCV and Pillow
# Kinds of RandAugment (Cubuk et al. 2019) at two thirds of that paper's largest strength.
_RANDAUGMENT = {
    "rotation": 20.0,
    "shear": 12.0,
    "zoom": 0.2,
    "shift": 0.2,
    "brightness": 0.6,
    "contrast": 0.6,
    "saturation": 0.6,
}


class Augmentation:
    """The changes that a run's options ask for; the same random numbers give the same pixels."""

    def __init__(self, options: TrainOptions) -> None:
        self.options = options
        self._border = _BORDERS[options.border]
        changes: dict[str, Any] = dict(_RANDAUGMENT)
        o = replace(options, **changes) if options.randaugment else options
        self._moves = bool(o.rotation or o.zoom or o.shift or o.shear or o.flip or o.flip_vertical)
        self._colours = bool(o.brightness or o.contrast or o.saturation)

    @property
    def active(self) -> bool:
        """Return whether anything is changed: False where the options ask for no change at all."""
        return self._moves or self._colours or bool(self.options.erasing)

    def apply(self, images: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
        """Return changed copies of uint8 images (n, height, width, channels)."""
        chosen = self._chosen(len(images), random)
        changed = self._moved(images, random, chosen) if self._moves else images.copy()
        if self._colours:
            self._colour(changed, random, chosen)
        if self.options.erasing:
            self._erase(changed, random)
        return changed

    def matrices(
        self,
        random: np.random.Generator,
        n: int,
        height: int,
        width: int,
        chosen: Chosen | None = None,
    ) -> NDArray[np.float64]:
        """Maps from a pixel of the changed image to one of the original, float64 (n, 2, 3), about the centre."""
        o, size = self.options, self._strengths(n, chosen or {})
        angle = np.deg2rad(random.uniform(-1, 1, n) * size("rotation"))
        shear = np.deg2rad(random.uniform(-1, 1, n) * size("shear"))
        zoom_x, zoom_y = 1 + random.uniform(-1, 1, (2, n)) * size("zoom")
        if o.zoom_evenly:
            zoom_x = zoom_y
        shift_x, shift_y = random.uniform(-1, 1, (2, n)) * size("shift")
        mirror = np.where(random.random(n) < 0.5, -1.0, 1.0) if o.flip else np.ones(n)
        over = np.where(random.random(n) < 0.5, -1.0, 1.0) if o.flip_vertical else np.ones(n)

        rotate = np.stack([np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)], -1).reshape(n, 2, 2)
        slant = np.stack([np.ones(n), -np.sin(shear), np.zeros(n), np.cos(shear)], -1).reshape(n, 2, 2)
        scale = np.zeros((n, 2, 2))
        scale[:, 0, 0], scale[:, 1, 1] = zoom_x * mirror, zoom_y * over
        linear = rotate @ slant @ scale

        centre = np.array([(width - 1) / 2, (height - 1) / 2])
        shift = np.stack([shift_x * width, shift_y * height], -1)
        offset = centre + (rotate @ shift[..., None])[..., 0] - linear @ centre
        return np.concatenate([linear, offset[..., None]], -1)

    def _chosen(self, n: int, random: np.random.Generator) -> Chosen:
        """Return which kinds RandAugment drew for which image; nothing where it is off."""
        if not self.options.randaugment:
            return {}
        drawn = random.random((n, len(_RANDAUGMENT))).argsort(axis=1).argsort(axis=1) < self.options.randaugment
        return dict(zip(_RANDAUGMENT, drawn.T, strict=True))

    def _strengths(self, n: int, chosen: Chosen) -> Callable[[str], NDArray[np.float64]]:
        """Return for a kind how strong it may be in each image, (n,)."""

        def of(kind: str) -> NDArray[np.float64]:
            strengths = np.full(n, float(getattr(self.options, kind)))
            return np.maximum(strengths, chosen[kind] * _RANDAUGMENT[kind]) if kind in chosen else strengths

        return of

    def _moved(self, images: NDArray[np.uint8], random: np.random.Generator, chosen: Chosen) -> NDArray[np.uint8]:
        n, height, width, channels = images.shape
        maps = self.matrices(random, n, height, width, chosen)
        changed = np.empty_like(images)
        flat = channels == 1  # OpenCV takes grey pictures without an axis for the channel
        for index in range(n):
            cv2.warpAffine(
                images[index, :, :, 0] if flat else images[index],
                maps[index],
                (width, height),
                dst=changed[index, :, :, 0] if flat else changed[index],
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=self._border,
            )
        return changed

    def _colour(self, images: NDArray[np.uint8], random: np.random.Generator, chosen: Chosen) -> None:
        n, channels = len(images), images.shape[3]
        size = self._strengths(n, chosen)
        bright = 1 + random.uniform(-1, 1, n) * size("brightness")
        strong = 1 + random.uniform(-1, 1, n) * size("contrast")
        vivid = 1 + random.uniform(-1, 1, n) * size("saturation")
        means = images.mean(axis=(1, 2, 3)) * bright
        levels = np.arange(256)
        tables = strong[:, None] * (bright[:, None] * levels - means[:, None]) + means[:, None]
        tables = np.clip(np.rint(tables), 0, 255).astype(np.uint8)
        for index in range(n):
            images[index] = cv2.LUT(images[index], tables[index]).reshape(images[index].shape)
            if channels == 3 and vivid[index] != 1:
                grey = (images[index] @ _GREY)[..., None]
                mixed = vivid[index] * images[index] + (1 - vivid[index]) * grey
                images[index] = np.clip(np.rint(mixed), 0, 255).astype(np.uint8)

    def _erase(self, images: NDArray[np.uint8], random: np.random.Generator) -> None:
        """A rectangle of 2 to 25 % of the area, in one random colour (Zhong et al., "Random Erasing", 2017)."""
        n, height, width, channels = images.shape
        hit = random.random(n) < self.options.erasing
        area, aspect = random.uniform(0.02, 0.25, n), np.exp(random.uniform(-1.2, 1.2, n))
        top, left = random.random((2, n))
        colours = random.integers(0, 256, (n, channels), np.uint8)
        tall = np.clip(np.sqrt(area * aspect) * height, 1, height).astype(int)
        wide = np.clip(np.sqrt(area / aspect) * width, 1, width).astype(int)
        for index in np.flatnonzero(hit):
            y = int(top[index] * (height - tall[index] + 1))
            x = int(left[index] * (width - wide[index] + 1))
            images[index, y : y + tall[index], x : x + wide[index]] = colours[index]
