"""Random changes of training images: one composed affine map per image, so that pixels are interpolated once.

The ranges mean what they mean in Keras' former `ImageDataGenerator`: rotation and shear in degrees to both sides,
zoom of each axis by 1 - z to 1 + z, shift as a share of the side.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.training.options import TrainOptions

_BORDERS = {"nearest": cv2.BORDER_REPLICATE, "mirror": cv2.BORDER_REFLECT}


class Augmentation:
    """The changes that a run's options ask for; the same random numbers give the same pixels."""

    def __init__(self, options: TrainOptions) -> None:
        self._options = options
        self._border = _BORDERS[options.border]

    @property
    def active(self) -> bool:
        """False where the options ask for no change at all."""
        o = self._options
        return bool(o.rotation or o.zoom or o.shift or o.shear or o.flip)

    def apply(self, images: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
        """Changed copies of uint8 images (n, height, width, channels)."""
        n, height, width, channels = images.shape
        maps = self.matrices(random, n, height, width)
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

    def matrices(self, random: np.random.Generator, n: int, height: int, width: int) -> NDArray[np.float64]:
        """Maps from a pixel of the changed image to one of the original, float64 (n, 2, 3), about the centre."""
        o = self._options
        angle = np.deg2rad(random.uniform(-o.rotation, o.rotation, n))
        shear = np.deg2rad(random.uniform(-o.shear, o.shear, n))
        zoom_x, zoom_y = random.uniform(1 - o.zoom, 1 + o.zoom, (2, n))
        shift_x, shift_y = random.uniform(-o.shift, o.shift, (2, n))
        mirror = np.where(random.random(n) < 0.5, -1.0, 1.0) if o.flip else np.ones(n)

        rotate = np.stack([np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)], -1).reshape(n, 2, 2)
        slant = np.stack([np.ones(n), -np.sin(shear), np.zeros(n), np.cos(shear)], -1).reshape(n, 2, 2)
        scale = np.zeros((n, 2, 2))
        scale[:, 0, 0], scale[:, 1, 1] = zoom_x * mirror, zoom_y
        linear = rotate @ slant @ scale

        centre = np.array([(width - 1) / 2, (height - 1) / 2])
        shift = np.stack([shift_x * width, shift_y * height], -1)
        offset = centre + (rotate @ shift[..., None])[..., 0] - linear @ centre
        return np.concatenate([linear, offset[..., None]], -1)
