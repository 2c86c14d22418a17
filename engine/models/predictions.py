"""The predictions that a run leaves for its validation and test images: `predictions.npz`."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import RunError
from engine.files import open_regular
from engine.language import _
from engine.models.atomic import replacing

_OF_IMAGES = ("image_ids", "splits", "labels", "probabilities")  # fields with a row for each image


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """Probabilities of images that the run did not learn from, n of them, over k classes.

    `image_ids` int64 (n,) are the store's; `splits` (n,) text, "validation" or "test"; `labels` int64 (n,) indexes
    `classes` as the images were labelled at the time; `probabilities` float32 (n, k), rows sum to 1.
    `class_ids` are the store's, in the order of `classes`.
    """

    image_ids: NDArray[np.int64]
    splits: NDArray[np.str_]
    labels: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    classes: tuple[str, ...]
    class_ids: tuple[int, ...]

    def of(self, rows: NDArray[np.bool_]) -> Predictions:
        """Return those of some images, told by a mask (n,)."""
        found: dict[str, Any] = {name: getattr(self, name)[rows] for name in _OF_IMAGES}
        return replace(self, **found)

    @staticmethod
    def joined(parts: Sequence[Predictions]) -> Predictions:
        """Return the predictions of all parts one after the other; all know the same classes."""
        found: dict[str, Any] = {name: np.concatenate([getattr(p, name) for p in parts]) for name in _OF_IMAGES}
        return replace(parts[0], **found)

    def save(self, path: Path) -> None:
        """Write to `path` at one stroke.

        Raises:
            OSError: the place cannot be written.
        """
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.savez_compressed(
                file,
                image_ids=self.image_ids.astype(np.int64),
                splits=self.splits.astype(np.str_),
                labels=self.labels.astype(np.int64),
                probabilities=self.probabilities.astype(np.float32),
                classes=np.array(self.classes, dtype=np.str_),
                class_ids=np.array(self.class_ids, dtype=np.int64),
            )

    @classmethod
    def load(cls, path: Path) -> Predictions:
        """Return the predictions that `save` wrote; nothing is unpickled.

        Raises:
            RunError: the file is missing or is not such a file.
        """
        try:
            with open_regular(path) as opened, np.load(opened, allow_pickle=False) as file:
                return cls(
                    image_ids=file["image_ids"],
                    splits=file["splits"],
                    labels=file["labels"],
                    probabilities=file["probabilities"],
                    classes=tuple(str(name) for name in file["classes"]),
                    class_ids=tuple(int(number) for number in file["class_ids"]),
                )
        except FileNotFoundError:
            raise RunError(
                _("The run has no predictions at {path}; it ended before they were made.").format(path=path)
            ) from None
        except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise RunError(
                _("The predictions at {path} are damaged ({why}); train again.").format(path=path, why=error)
            ) from None
