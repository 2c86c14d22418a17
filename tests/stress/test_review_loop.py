"""The whole loop from the window alone: every image is judged by folds that are trained from there."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.test_review_loop import LEARNT, go_round, make_flipped


def test_the_whole_loop_from_the_window(qapp: object, tmp_path: Path) -> None:
    options = {"epochs": 6, "batch_size": 32, "early_stop": 0, "plateau": 0, "seed": 1}
    learnt = 2 * LEARNT
    project, truth = make_flipped(tmp_path, "fashion-strided-cnn", learnt=learnt, one_of=1, **options)
    go_round(project, truth, learnt, judged=False)
