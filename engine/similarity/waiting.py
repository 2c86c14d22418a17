"""What features tell of the pictures that wait for a label."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.library import query
from engine.library.project import Project
from engine.similarity.feature_store import FeatureStore


def features_of_waiting(project: Project, store: FeatureStore, most: int) -> tuple[NDArray[np.floating], int]:
    """Return the features (n, d) of up to `most` of the pictures without a label, evenly from the first to the last,
    and how many there are. No features where some of those have none yet: the others would not stand for all.
    """
    ids = query.ids_to_label(project)
    places = np.linspace(0, len(ids) - 1, min(most, len(ids))).astype(np.int64).tolist()
    known, features = store.read(query.images(project, [ids[place] for place in places]))
    return features if known.all() else features[:0], len(ids)
