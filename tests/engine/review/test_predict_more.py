"""Predictions of images that are in none of a run's splits, kept beside the run's own."""

from __future__ import annotations

import pytest

from engine.errors import JobCancelled
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.records import Flag, Split
from engine.review.evaluation import evaluation_of, load_evaluation, with_classes_of
from engine.review.predict_more import FILE, PredictMoreParams, all_predictions, predict_more


def predicted(setting, ids=None, cancel=None):
    with setting.project() as project:
        wanted = tuple(query.image_ids(project, query.Filter())) if ids is None else tuple(ids)
    return predict_more(PredictMoreParams(str(setting.folder), wanted), emit=lambda _: None, cancel=cancel or Cancel())


def test_only_images_that_the_run_neither_learnt_from_nor_knows_are_predicted(setting):
    setting.add(dark=30, split="unassigned")
    setting.add(light=20, split="unassigned")
    before = len(all_predictions(setting.run()).image_ids)
    assert predicted(setting)["images"] == 2
    assert len(all_predictions(setting.run()).image_ids) == before + 2
    assert predicted(setting)["images"] == 0, "they are kept"


def test_scores_of_a_filter_include_them_and_those_of_the_test_split_do_not(setting):
    setting.add(light=20, split="unassigned")
    new = next(i for name, i in setting.ids("more").items())
    predicted(setting)
    with setting.project() as project:
        known = with_classes_of(project, all_predictions(setting.run()))
        found = evaluation_of(project, setting.run(), known, None, among=[new])
        assert found.scores.images == 1
        assert found.mistakes == 1
        assert load_evaluation(project, setting.run(), "test").scores.images == 6
        assert {str(s) for s in known.splits[known.image_ids == new]} == {str(Split.UNASSIGNED)}


def test_what_was_predicted_before_a_stop_is_kept(setting, monkeypatch):
    monkeypatch.setattr("engine.review.predict_more.FILES_AT_ONCE", 1)
    setting.add(dark=30, split="unassigned")
    setting.add(dark=31, split="unassigned")

    class AfterOne(Cancel):
        asked = 0

        def check(self) -> None:
            self.asked += 1
            if self.asked > 1:
                raise JobCancelled

    with pytest.raises(JobCancelled):
        predicted(setting, cancel=AfterOne())
    assert predicted(setting)["images"] == 1


def test_a_damaged_file_of_them_is_made_anew(setting):
    setting.add(dark=30, split="unassigned")
    (setting.run().folder / FILE).write_bytes(b"no archive")
    assert predicted(setting)["images"] == 1


def test_an_excluded_image_counts_in_no_score(setting):
    with setting.project(write=True) as project:
        before = load_evaluation(project, setting.run(), "test").scores.images
        edits.set_flag(project, [setting.ids()["test dark 0.png"]], Flag.EXCLUDED, True)
        assert load_evaluation(project, setting.run(), "test").scores.images == before - 1
