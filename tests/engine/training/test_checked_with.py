"""Whether the accuracies of two runs are of the same check images, which is told by the images, not by their number."""

from __future__ import annotations

from dataclasses import replace

from engine.library.project import Project
from engine.library.records import Split
from engine.training.frozen import freeze
from engine.training.options import TrainOptions
from engine.training.runs.folder import RunFolder
from engine.training.runs.records import (
    RunRecord,
    are_checked_otherwise,
    best_of_each_training,
    find_run,
    is_checked_otherwise,
    list_runs,
)
from tests.engine.training.conftest import MakeProject


def test_other_check_images_are_told_though_they_are_as_many(make_project: MakeProject) -> None:
    folder = make_project({"dark": {Split.UNASSIGNED: 30}, "light": {Split.UNASSIGNED: 30}})

    def run(seed: int) -> RunRecord:
        options = TrainOptions(seed=seed)
        with Project.open(folder) as project:
            frozen = freeze(project, options, lambda event: None)
            made = RunFolder.create(project.runs_folder, "made-up", options, frozen)
        checked = len(frozen.of(Split.VALIDATION))
        with made.writing():
            made.update(state="finished", validation_accuracy=0.9, validation_images=checked)
        return find_run(folder, made.name, with_model=False)

    first, other, newest = run(1), run(2), run(1)
    runs = list_runs(folder)
    assert first.validation_images == other.validation_images == newest.validation_images
    assert runs[0].name == newest.name
    assert is_checked_otherwise(other, runs)
    assert not is_checked_otherwise(first, runs)
    fold, outdone = replace(other, fold=(1, 2)), replace(other, outdone_by=newest.name)
    for none in (fold, outdone):
        assert not is_checked_otherwise(first, [none, *runs]), "a round tells, which is the best of its training"
        assert best_of_each_training([none, newest]) == [newest]
    assert is_checked_otherwise(first, [outdone, first]), "without the run that did better it is one"
    for pair in ([first, other], [first, fold], [fold, first], [newest, outdone]):
        assert are_checked_otherwise(pair), "those that are compared, in any order"
    assert not are_checked_otherwise([first, newest])
    assert not are_checked_otherwise([first, replace(other, validation_accuracy=None)]), "it has no figures"
