"""A project in which a person labels: some pictures of some classes of the sample have a label, the others none."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.sample import write_sample
from engine.library.scan import ImportParams, import_sources
from engine.similarity.feature_job import FeatureParams, compute_features
from engine.similarity.feature_store import store_folder

LABELLED_CLASSES, LABELS_OF_EACH = ("flowers", "fruit", "houses", "insects"), 9


def half_labelled_project(home: Path) -> Path:
    pictures = write_sample(home / "To label").pictures
    project = pictures.with_suffix(".pigeonhole")
    import_sources(ImportParams(str(project), (str(pictures),), labels="none"), emit=lambda _: None, cancel=Cancel())
    with Project.open(project) as opened_project:
        records = query.images(opened_project, query.image_ids(opened_project, query.Filter()))
        for name in LABELLED_CLASSES:
            edits.add_class(opened_project, name)
        for cls in query.classes(opened_project):
            of_it = [r.id for r in records if Path(r.path).parent.name == cls.name]
            edits.set_label(opened_project, of_it[::2][:LABELS_OF_EACH], cls.id)
    return project


def features_of(project: Path, home: Path) -> Path:
    """A folder as `store_folder` gives, with the features of that project."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIGEONHOLE_HOME", str(home / "features"))
        compute_features(FeatureParams(str(project)), emit=lambda _: None, cancel=Cancel())
        return store_folder()
