"""What a recipe makes of the project depends on where it trains, which a person may choose."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui.session import Session
from gui.train.page import TrainPage
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown


@pytest.fixture
def page(qtbot: QtBot, session: Session, jobs: FakeJobs, monkeypatch: pytest.MonkeyPatch) -> TrainPage:
    """On a machine with a graphics card."""
    on_card = "engine.training.machine.device.trains_on_card"
    monkeypatch.setattr(on_card, lambda options: options.device != "cpu")
    return shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]


def test_the_recipe_reads_the_project_again_when_the_processor_is_chosen(page: TrainPage, jobs: FakeJobs, qtbot: QtBot):
    form = page.setup.form

    def says(mixed: bool) -> bool:
        jobs.run_callables()
        return (
            form.value("mixed_precision") is mixed
            and ("graphics card: in mixed" in page.setup.recipes.summary.text()) is mixed
        )

    page.setup.recipes.box.setCurrentIndex(page.setup.recipes.box.findData("quick"))
    qtbot.waitUntil(lambda: says(True))
    form.change("device", "cpu")
    qtbot.waitUntil(lambda: says(False))
    assert page.setup.overrides() == {"device": "cpu"}, "what the person chose stays chosen, and goes into the training"
    form.change("device", "auto")
    qtbot.waitUntil(lambda: says(True))
    assert page.setup.overrides() == {}
