"""The runs of a project over time, on the same check images."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.cli.main import main
from engine.errors import DataError
from engine.events import Event, Progress
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.library.records import Split
from engine.library.scan import ImportParams, import_sources
from engine.models.predictions import Predictions
from engine.review.assessment import Assessment, AssessParams, assess
from engine.review.rounds import Rounds, RoundsParams, rounds
from engine.training.frozen import freeze
from engine.training.options import TrainOptions
from engine.training.runs.folder import RunFolder
from engine.training.runs.records import MODEL, PREDICTIONS
from tests.engine.conftest import _write_model

CHECKED = 40  # of each of two classes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Per class 50 pictures, of which 40 check."""
    for name, value in {"dark": 20, "light": 220}.items():
        for number in range(CHECKED + 10):
            part = "validation" if number < CHECKED else "train"
            file = tmp_path / "pictures" / part / name / f"{name} {number}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.new("L", (8, 8), value + number % 10).save(file)
    params = ImportParams(str(tmp_path / "p"), (str(tmp_path / "pictures"),))
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    return tmp_path / "p.pigeonhole"


def add_run(folder: Path, day: int, wrong: int, *, options: TrainOptions | None = None, **facts: object) -> str:
    """A run of that day that mistakes the first `wrong` dark check images."""
    with Project.open(folder) as project:
        frozen = freeze(project, options or TrainOptions(), lambda event: None)
        run = RunFolder.create(project.runs_folder, "made-up", options or TrainOptions(), frozen)
    checked = frozen.of(Split.VALIDATION)
    probabilities = np.eye(2, dtype=np.float32)[[m.label for m in checked]]
    for row in [r for r, m in enumerate(checked) if frozen.classes[m.label] == "dark"][:wrong]:
        probabilities[row] = probabilities[row, ::-1]
    Predictions(
        image_ids=np.array([m.image_id for m in checked]),
        splits=np.array(["validation"] * len(checked)),
        labels=np.array([m.label for m in checked]),
        probabilities=probabilities,
        classes=frozen.classes,
        class_ids=frozen.class_ids,
    ).save(run.folder / PREDICTIONS)
    created = {"created": f"2026-01-{day:02}T00:00:00+00:00"}
    with run.writing():
        run.update(state="finished", epochs=1, best_epoch=1, validation_accuracy=0.5, **created, **facts)
    return run.name


def found(folder: Path) -> Rounds:
    return rounds(RoundsParams(str(folder)), emit=lambda event: None, cancel=Cancel())


def ids(folder: Path, split: Split, name: str = "") -> list[int]:
    with Project.open(folder, read_only=True) as project:
        return [i.id for i in query.labelled_images(project) if i.split is split and name in i.path]


def column(result: Rounds, name: str) -> list[object]:
    return [getattr(r, name) for r in result.rounds]


def test_rounds_go_forward_in_time_and_say_whether_each_is_better(folder: Path) -> None:
    names = [add_run(folder, day, wrong) for day, wrong in enumerate((30, 10, 9, 20), start=1)]
    result = found(folder)
    assert (result.check_images, result.enough, result.left_out) == (80, True, [])
    assert column(result, "run") == names
    assert column(result, "right") == [50, 70, 71, 60]
    assert column(result, "trend") == [None, "better", "can't tell", "worse"]
    assert [r.low < r.accuracy < r.high for r in result.rounds] == [True] * 4


def test_the_verdict_on_a_run_tells_how_the_round_before_does_on_the_same_images(folder: Path) -> None:
    def told(day: int, wrong: int) -> Assessment:
        name = add_run(folder, day, wrong)
        _write_model(folder / "runs" / name / MODEL)
        return assess(AssessParams(str(folder), name), emit=lambda event: None, cancel=Cancel())

    assert told(1, 30).before is None
    told(2, 12)
    before = told(3, 10).before
    assert before is not None
    assert (before.images, before.right, before.right_now, before.trend) == (80, 68, 70, "can't tell")
    with Project.open(folder) as project:
        edits.set_split(project, ids(folder, Split.VALIDATION)[:60], Split.TEST)
    later = told(4, 2)
    assert later.before is not None
    assert later.before.images == later.images == 20, "those that both were checked with"


def test_the_first_round_has_none_before_it_though_a_first_model_was_left_behind(folder: Path) -> None:
    first, better = add_run(folder, 1, 12), add_run(folder, 2, 10)
    for name in (first, better):
        _write_model(folder / "runs" / name / MODEL)
    opened = RunFolder.reopen(folder / "runs" / first)
    with opened.writing():
        opened.update(outdone_by=better)
    told = assess(AssessParams(str(folder), better), emit=lambda event: None, cancel=Cancel())
    assert told.before is None
    assert column(found(folder), "run") == [better]


def test_what_changed_between_rounds_is_told(folder: Path) -> None:
    training = ids(folder, Split.TRAINING)
    with Project.open(folder) as project:
        edits.set_split(project, training[:6], Split.TEST)
    add_run(folder, 1, 5)
    with Project.open(folder) as project:
        edits.set_split(project, training[:6], Split.TRAINING)
        light = next(c.id for c in query.classes(project) if c.name == "light")
        dark = [i.id for i in query.labelled_images(project) if "dark" in i.path and i.id in training[6:]]
        edits.set_label(project, dark[:2], light)
    add_run(folder, 2, 4, options=TrainOptions(seed=7))
    result = found(folder)
    assert column(result, "learnt") == [14, 20]
    assert (result.rounds[1].labelled, result.rounds[1].relabelled, result.rounds[1].options) == (6, 2, ["seed"])


def test_all_are_judged_on_the_images_that_all_have_and_by_the_labels_of_now(folder: Path) -> None:
    add_run(folder, 1, 10)
    checked = ids(folder, Split.VALIDATION, "light")
    with Project.open(folder) as project:
        edits.set_split(project, checked[:5], Split.TRAINING)  # the second run learns from them
    add_run(folder, 2, 10)
    with Project.open(folder) as project:
        dark = next(c.id for c in query.classes(project) if c.name == "dark")
        edits.set_label(project, checked[5:7], dark)  # both said light
    result = found(folder)
    assert result.check_images == 75
    assert column(result, "right") == [63, 63]


def test_runs_that_checked_on_other_images_are_left_out_and_named(folder: Path) -> None:
    checked, training = ids(folder, Split.VALIDATION), ids(folder, Split.TRAINING)
    with Project.open(folder) as project:
        edits.set_split(project, checked[10:], Split.TRAINING)
        edits.set_split(project, training, Split.VALIDATION)
    other = add_run(folder, 1, 0)
    with Project.open(folder) as project:
        edits.set_split(project, checked[10:], Split.VALIDATION)
        edits.set_split(project, training, Split.TRAINING)
    kept = add_run(folder, 2, 0)
    result = found(folder)
    assert (column(result, "run"), result.left_out, result.check_images) == ([kept], [other], 80)


def test_folds_and_runs_that_were_outdone_are_no_rounds(folder: Path) -> None:
    best = add_run(folder, 1, 3)
    add_run(folder, 2, 9, outdone_by=best)
    add_run(folder, 3, 0, fold={"number": 1, "of": 3})
    lonely = add_run(folder, 4, 4, outdone_by="a run that is gone")
    assert column(found(folder), "run") == [best, lonely]


def test_few_check_images_are_said_to_be_few(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Project.open(folder) as project:
        edits.set_split(project, ids(folder, Split.VALIDATION)[::4], Split.TEST)
    with pytest.raises(DataError, match="No run has predictions for check images"):
        found(folder)
    add_run(folder, 1, 3)
    assert found(folder).enough
    with Project.open(folder) as project:
        left = [i.id for i in query.labelled_images(project) if i.split is Split.VALIDATION]
        edits.set_label(project, left[:-12], None)
    assert not found(folder).enough
    assert main(["rounds", str(folder)]) == 0
    assert "12 check images.\nThese are few" in capsys.readouterr().out
    assert main(["rounds", str(folder), "--json"]) == 0
    record: Mapping[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert record["check_images"] == 12


def test_an_earlier_round_is_asked_about_check_images_that_came_after_it(folder: Path) -> None:
    late = ids(folder, Split.VALIDATION)[10:]
    with Project.open(folder) as project:
        edits.set_split(project, late, Split.UNASSIGNED)
        dark = [image for image in query.images(project, late) if "dark" in image.path]
        edits.set_label(project, late, None)
    earlier = add_run(folder, 1, 0)
    _write_model(folder / "runs" / earlier / MODEL)
    with Project.open(folder) as project:
        classes = {cls.name: cls.id for cls in query.classes(project)}
        edits.set_label(project, [image.id for image in dark], classes["dark"])
        edits.set_label(project, sorted(set(late) - {image.id for image in dark}), classes["light"])
        edits.set_split(project, late, Split.VALIDATION)
    add_run(folder, 2, 3)

    result = found(folder)
    assert (result.check_images, result.left_out) == (2 * CHECKED, [])
    assert result.rounds[0].run == earlier
    assert column(result, "right") == [2 * CHECKED, 2 * CHECKED - 3]


def test_for_the_verdict_the_round_before_predicts_only_check_images_of_the_run_and_only_where_it_is_asked(
    folder: Path,
) -> None:
    late, latest = ids(folder, Split.VALIDATION)[:20], ids(folder, Split.VALIDATION)[20:30]
    with Project.open(folder) as project:
        names = {cls.name: cls.id for cls in query.classes(project)}
        classes = {i.id: names["dark" if "dark" in i.path else "light"] for i in query.images(project, late + latest)}

    def label(images: list[int], *, back: bool) -> None:
        with Project.open(folder) as project:
            for class_id in names.values():
                own = [i for i in images if classes[i] == class_id]
                edits.set_label(project, own, class_id if back else None)
            edits.set_split(project, images, Split.VALIDATION if back else Split.UNASSIGNED)

    label(late + latest, back=False)
    earlier = add_run(folder, 1, 0)
    label(late, back=True)
    newest = add_run(folder, 2, 0)
    label(latest, back=True)
    for name in (earlier, newest):
        _write_model(folder / "runs" / name / MODEL)
    events: list[Event] = []

    def images(*, ask_before: bool) -> tuple[int, int]:
        params = AssessParams(str(folder), newest, ask_before)
        found = assess(params, emit=events.append, cancel=Cancel()).before
        assert found is not None
        return found.images, len(Predictions.load(folder / "runs" / earlier / PREDICTIONS).image_ids)

    assert images(ask_before=False) == (50, 50)
    assert not [event for event in events if isinstance(event, Progress)]
    assert images(ask_before=True) == (70, 70)
    assert [(e.done, e.total) for e in events if isinstance(e, Progress)] == [(0, 20)]
