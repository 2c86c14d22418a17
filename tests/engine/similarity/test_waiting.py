"""Which pictures without a label are asked for all of them."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
from PIL import Image

from engine.jobs.job import Cancel
from engine.library import query
from engine.library.project import Project
from engine.library.scan import ImportParams, import_sources
from engine.similarity.feature_store import FeatureStore
from engine.similarity.waiting import features_of_waiting


def test_some_of_all_folders_are_asked(tmp_path: Path, empty_home: Path) -> None:
    for number in range(15):
        file = tmp_path / "pictures" / ("first" if number < 8 else "second") / f"{number:02}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (8, 8), number).save(file)
    params = ImportParams(str(tmp_path / "p"), (str(tmp_path / "pictures"),), labels="none")
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    with Project.open(tmp_path / "p.pigeonhole") as project, closing(FeatureStore("made up", 2)) as store:
        images = query.images(project, query.image_ids(project, query.Filter()))
        own = np.array([[i, "second" in image.path] for i, image in enumerate(images)], np.float32)
        store.add(images, own)
        features, waiting = features_of_waiting(project, store, 8)  # a step of 1 would take the first folder alone
    assert waiting == 15
    assert (len(features), features[:, 1].sum()) == (8, 4)
    assert (features[0, 0], features[-1, 0]) == (0, 14)
