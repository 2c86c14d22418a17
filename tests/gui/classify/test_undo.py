"""Corrections are undone and done again, each as one step, and what is kept follows."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from engine.batch.results import Results, arrived
from engine.batch.saved_results.folder import SavedResults, read_labels
from engine.batch.saved_results.stored import Block
from gui.classify.corrections import Corrections
from gui.session import Session
from tests.gui.classify.classifying import settle
from tests.gui.fakes import FakeJobs


@pytest.fixture
def correcting(qtbot: QtBot, jobs: FakeJobs, kept: SavedResults) -> Corrections:
    """Three rows: ant, bee, ant."""
    block = Block(names=("ant", "bee"))
    for place, cls in enumerate((0, 1, 0)):
        block.places.append(place)
        block.classes.append(cls)
        block.confidence.append(0.8)
    results = Results(("ant", "bee"))
    results.take(arrived(block))
    session = Session()
    made = Corrections(session, jobs)  # type: ignore[arg-type]
    made.begin(results, kept)
    return made


def called(correcting: Corrections, jobs: FakeJobs, kept: SavedResults) -> dict[int, str]:
    """As it is shown, which must be as it is kept."""
    settle(jobs)
    results = correcting._results
    shown = {row: results.names[label] for row, label in results.labels.items()}
    assert read_labels(kept.labels)[0] == shown
    return shown


def test_each_correction_is_one_step_back_and_forth(correcting: Corrections, jobs: FakeJobs, kept: SavedResults):
    correcting.call([0, 1], "wasp")
    correcting.confirm([0, 1, 2])
    correcting.call([1], None)
    states = [{}, {0: "wasp", 1: "wasp"}, {0: "ant", 1: "bee", 2: "ant"}, {0: "ant", 2: "ant"}]
    for state in states[::-1]:
        assert called(correcting, jobs, kept) == state
        correcting.undo()
    assert not correcting.can_undo()
    for state in states[1:]:
        correcting.redo()
        assert called(correcting, jobs, kept) == state
    assert not correcting.can_redo()


def test_a_new_correction_ends_what_could_be_done_again(correcting: Corrections, jobs: FakeJobs, kept: SavedResults):
    correcting.call([0], "wasp")
    correcting.undo()
    correcting.call([2], "bee")
    correcting.redo()
    assert called(correcting, jobs, kept) == {2: "bee"}


def test_other_results_have_nothing_to_undo(correcting: Corrections, kept: SavedResults):
    correcting.call([0], "wasp")
    correcting.begin(Results(), kept)
    correcting.undo()
    assert not correcting.can_undo()
    assert not correcting.can_redo()
