"""The labels of many images at once, as columns: for questions that compare them with something else."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from engine.library.project import Project

NO_LABEL = 0  # ids of classes begin at 1


def labels_of(project: Project, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The class id of each image now, in the order of `ids`; `NO_LABEL` for none, also where there is no such image."""
    with project.store.read() as db:
        rows = db.execute(
            "SELECT id, class_id FROM images WHERE id IN (SELECT value FROM json_each(?)) AND class_id NOT NULL",
            (json.dumps(ids.tolist()),),
        )
        found = np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, 2)
    found = found[np.argsort(found[:, 0])]
    labels = np.full(len(ids), NO_LABEL, np.int64)
    if len(found):
        places = np.minimum(np.searchsorted(found[:, 0], ids), len(found) - 1)
        known = found[places, 0] == ids
        labels[known] = found[places[known], 1]
    return labels
