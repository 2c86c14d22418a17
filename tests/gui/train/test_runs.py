"""The runs of the Train page: found, sorted, starred, named, put away, compared, repeated, joined."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from engine.library import query
from engine.training.option_rules import slower_rates
from engine.training.options import to_dict
from engine.training.recipes.registry import recipe as find_recipe
from engine.training.runs.notes_and_trash import annotate, discarded
from engine.training.runs.records import RunRecord, find_run, is_checked_otherwise, list_runs
from gui.classify.model_box import ModelBox
from gui.classify.page import ClassifyPage
from gui.review.page import ReviewPage
from gui.session import Session
from gui.train.page import TrainPage
from gui.train.run_list import RUN
from gui.train.trash_dialog import TrashDialog
from gui.widgets.run_words import run_title, run_words
from tests.gui.fakes import FakeJobs
from tests.gui.hosting import shown
from tests.gui.small_project import make_project, write_run
from tests.gui.train.training import unfold
from tests.gui.windows import open_in, window

A, B, C = "20260101-000000-fashion-cnn", "20260102-000000-photo-cnn", "20260103-000000-quick"


def alter(project: Path, name: str, **values: object) -> None:
    file = project / "runs" / name / "run.json"
    record = json.loads(file.read_text("utf-8"))
    options = record["options"] | values.pop("options", {})  # type: ignore[operator]
    file.write_text(json.dumps(record | values | {"options": options}), "utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Three runs with a split each, so that the labels of then are known."""
    project = make_project(tmp_path)
    from engine.library.project import Project
    from engine.training.frozen import freeze
    from engine.training.options import TrainOptions

    with Project.open(project, read_only=True) as opened:
        split = freeze(opened, TrainOptions(), lambda _: None).to_csv()
    for day, (name, recipe) in enumerate(((A, "fashion-cnn"), (B, "photo-cnn"), (C, "quick")), 1):
        write_run(project, name, epochs=day)
        created = f"2026-01-0{day}T00:00:00+00:00"
        alter(project, name, recipe=recipe, created=created, validation_accuracy=1 - day / 10, seconds=10.0 * day)
        (project / "runs" / name / "split.csv").write_text(split, "utf-8")
    return project


@pytest.fixture
def page(qtbot: QtBot, folded: TrainPage) -> TrainPage:
    """Once the runs are listed."""
    qtbot.waitUntil(lambda: len(folded.run_panel.list.runs()) == 3)
    return folded


def names(page: TrainPage) -> list[str]:
    return [run.name for run in page.run_panel.list.runs()]


def select(page: TrainPage, *wanted: str) -> None:
    page.run_panel.list.choose_none()
    for name in wanted:
        place = page.run_panel.list.model().place(name)
        flags = page.run_panel.list.selectionModel().SelectionFlag
        page.run_panel.list.selectionModel().setCurrentIndex(place, flags.Select)


def action(page: TrainPage, words: str):
    found = next(a for a in page.run_panel.list.actions() if a.text() == words)
    assert found.isEnabled(), f"{words} cannot be chosen"
    return found


def test_the_runs_of_folds_are_told_from_each_other_until_a_person_names_them(project: Path):
    alter(project, A, fold={"number": 2, "of": 3})
    run = find_run(project, A, with_model=False)
    assert run_title(run).endswith(", fold 2 of 3")
    assert run_title(annotate(run.folder, title="Tuesday")) == "Tuesday"


def test_runs_are_sorted_as_the_person_wants(page: TrainPage):
    assert names(page) == [C, B, A]
    for row, expected in ((1, [A, B, C]), (2, [A, B, C]), (5, [C, B, A])):
        page.run_panel.order.setCurrentIndex(row)
        assert names(page) == expected


def test_figures_of_other_check_images_do_not_stand_beside_those_of_the_newest(
    page: TrainPage, project: Path, session: Session, qtbot: QtBot
):
    alter(project, A, validation_accuracy=0.951, validation_loss=0.1, validation_images=41)
    alter(project, B, validation_accuracy=0.86, validation_loss=0.5, validation_images=50)
    alter(project, C, validation_accuracy=0.9, validation_loss=0.3, validation_images=50)
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    listed, runs = page.run_panel.list, session.runs()
    told = {run.name: run_words(run, runs).rpartition("  ·  ")[2] for run in runs}
    assert told[A] == "other check images"
    assert told[B].startswith("86.0 % of 50")
    assert told[C].startswith("90.0 % of 50")
    words = {listed.model().index(row, 0).data() for row in range(3)}
    assert words == {run_words(run, runs) for run in runs}
    page.run_panel.order.setCurrentText("Best accuracy")
    assert names(page) == [C, B, A], "not by a figure of other images"
    page.run_panel.order.setCurrentText("Lowest loss")
    assert names(page) == [C, B, A], "nor by a loss of other images"
    box = ModelBox()
    qtbot.addWidget(box)
    box.show_runs(runs)
    assert [words.rpartition("  ·  ")[2] for words, _ in box.offered()] == [told[C], told[B], told[A]]
    alter(project, C, validation_images=None)
    assert not is_checked_otherwise(list_runs(project)[2], list_runs(project)), "an earlier version did not say"


def test_runs_are_found_by_recipe_note_and_state(page: TrainPage, session: Session, qtbot: QtBot):
    page.run_panel.search.setText("photo")
    assert names(page) == [B]
    page.run_panel.search.setText("finished")
    assert len(names(page)) == 3
    page.run_panel.search.setText("no such run")
    assert names(page) == []
    assert "No run is found" in page.run_panel.list.nothing
    page.run_panel.search.clear()
    select(page, A)
    with qtbot.waitSignal(session.runs_changed):
        page.run_actions.write_note(page.run_panel.list.selected()[0], "with blurred pictures")
    page.run_panel.search.setText("blurred")
    assert names(page) == [A]
    qtbot.waitUntil(lambda: page.view.note.isVisible())
    assert page.view.note.text() == "with blurred pictures"
    page.run_panel.search.clear()
    page.run_panel.list.choose(B)
    qtbot.waitUntil(lambda: not page.view.note.isVisible())


def test_a_star_stays_and_sifts(page: TrainPage, project: Path, session: Session, qtbot: QtBot):
    select(page, A, B)
    with qtbot.waitSignal(session.runs_changed):
        action(page, "Star or unstar").trigger()
    assert {r.name for r in list_runs(project) if r.starred} == {A, B}
    page.findChild(QToolButton, "starred_button").click()  # type: ignore[union-attr]
    assert names(page) == [B, A]
    assert [r.name for r in page.run_panel.list.selected()] == [B, A], "what was chosen stays chosen"
    with qtbot.waitSignal(session.runs_changed):
        action(page, "Star or unstar").trigger()
    assert names(page) == []


def test_a_run_has_the_name_that_a_person_gave_it(page: TrainPage, project: Path, session: Session, qtbot: QtBot):
    select(page, B)
    action(page, "Rename…").trigger()
    dialog = page.window().findChild(QInputDialog)
    assert dialog is not None
    dialog.setTextValue("  Flowers,  first try ")
    with qtbot.waitSignal(session.runs_changed):
        dialog.accept()
    assert next(r for r in list_runs(project) if r.name == B).title == "Flowers, first try"
    qtbot.waitUntil(lambda: "Flowers, first try" in page.view.headline.text())
    index = page.run_panel.list.model().place(B)
    assert "Flowers, first try" in index.data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_run_goes_to_the_trash_and_comes_back(page: TrainPage, project: Path, session: Session, qtbot: QtBot):
    select(page, B)
    page.run_panel.list.setFocus()
    qtbot.keyClick(page.run_panel.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: names(page) == [C, A])
    assert [r.name for r in discarded(project)] == [B]
    assert "went to the trash" in page.run_panel.said.text()
    page.findChild(QPushButton, "put_back_button").click()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: names(page) == [C, B, A])
    assert page.run_panel.list.current().name == B  # type: ignore[union-attr]
    assert not page.run_panel.bar.isVisible()


def test_the_trash_shows_what_is_in_it_and_is_emptied_only_there(
    page: TrainPage, project: Path, session: Session, qtbot: QtBot
):
    select(page, A, B)
    page.run_actions.put_away()
    qtbot.waitUntil(lambda: names(page) == [C])
    page.findChild(QToolButton, "trash_button").click()  # type: ignore[union-attr]
    dialog = page.window().findChild(TrashDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: [r.name for r in dialog.list.runs()] == [B, A])
    assert not dialog.back.isEnabled()
    dialog.list.choose(A)
    dialog.back.click()
    qtbot.waitUntil(lambda: [r.name for r in dialog.list.runs()] == [B])
    qtbot.waitUntil(lambda: names(page) == [C, A])
    dialog.empty.click()
    qtbot.waitUntil(lambda: not dialog.list.runs())
    assert not discarded(project)
    assert not dialog.empty.isEnabled()
    dialog.accept()


def test_a_running_run_cannot_be_put_away(page: TrainPage, session: Session, qtbot: QtBot):
    from dataclasses import replace

    page.run_panel.show_runs([replace(page.run_panel.list.runs()[0], state="running")])
    select(page, C)
    assert not next(a for a in page.run_panel.list.actions() if a.text() == "Move to the trash").isEnabled()


def test_several_runs_are_compared_in_curves_and_options(
    page: TrainPage, project: Path, session: Session, qtbot: QtBot
):
    alter(project, C, options={"batch_size": 64, "optimizer": "adamw"})
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    select(page, C, B)
    qtbot.waitUntil(lambda: len(page.compare.accuracy.chart.curves) == 2)
    assert page.views.shown() is page.compare
    assert page.views.bar.tabText(3) == "Compare (2)"
    assert [len(c.points) for c in page.compare.loss.chart.curves] == [3, 2]
    head, *rows = page.compare.table.rows()
    table = {row[0]: row[1:] for row in rows}
    assert head == ["What", "A  Quick", "B  Photographs" if "B  Photographs" in head else head[2]]
    assert table["Validation accuracy"] == ["6 of 8 (36.6–90.4 %)", "6 of 8 (45.5–95.0 %)"]
    assert table["Batch size"] == ["64", "32"]
    assert table["Optimiser"] == ["AdamW", "Adam"]
    assert "Rotation" not in table, "what is the same is not listed"
    select(page, B)
    assert page.views.shown() is page.view


def test_runs_of_one_name_are_told_apart_in_a_comparison(page: TrainPage, session: Session, qtbot: QtBot):
    run = page.run_panel.list.runs()[0]
    two = replace(run, name="another", created="2026-03-04T05:06:00+00:00"), run
    page.compare.show_runs([*two, page.run_panel.list.runs()[1]], {})
    _, first, second, third = page.compare.table.heads()
    assert first.startswith("A  ")
    assert first[1:] != second[1:], "the time stands with the name"
    assert run_title(run) in first
    assert run_title(run) in second
    assert third == f"C  {run_title(page.run_panel.list.runs()[1])}"


def test_accuracy_and_loss_of_other_check_images_are_both_marked_in_a_comparison_of_folds_too(page: TrainPage):
    one, other = (
        replace(run, fold=(number, 2), checked_with=f"images {number}")
        for number, run in enumerate(page.run_panel.list.runs()[:2], 1)
    )

    def figures(*runs: RunRecord) -> list[str]:
        page.compare.show_runs(runs, {})
        return [words for row in page.compare.table.rows() if "alidation" in row[0] for words in row[1:]]

    for pair in ((one, other), (other, one)):
        assert [words.endswith(", not the same images") for words in figures(*pair)] == [True] * 4
    assert not any("not the same" in words for words in figures(one, replace(other, checked_with="images 1")))


def test_one_run_has_nothing_to_be_compared_with(page: TrainPage):
    page.views.show_tab(page.compare)
    assert page.compare.nothing.isVisible()


def test_a_run_is_repeated_with_its_options_and_split(page: TrainPage, jobs: FakeJobs):
    select(page, A)
    action(page, "Repeat this run").trigger()
    (training,) = jobs.trainings
    assert training.params.repeat == A  # type: ignore[attr-defined]
    assert training.params.overrides == {}  # type: ignore[attr-defined]


def test_a_run_is_trained_again_with_the_labels_of_now(page: TrainPage, jobs: FakeJobs):
    select(page, A)
    action(page, "Train again with the current labels").trigger()
    (training,) = jobs.trainings
    assert training.params.repeat == A  # type: ignore[attr-defined]
    assert training.params.fixes is True  # type: ignore[attr-defined]


def test_a_run_json_from_elsewhere_is_repeated(
    page: TrainPage, jobs: FakeJobs, project: Path, monkeypatch: pytest.MonkeyPatch
):
    file = project / "runs" / A / "run.json"
    monkeypatch.setattr("gui.widgets.file_dialogs.ask_open", lambda *_, of: file)
    action(page, "Repeat a run.json…").trigger()
    assert jobs.trainings[0].params.repeat == str(file)  # type: ignore[attr-defined]


def test_training_starts_from_a_run_at_a_tenth_of_its_rate(
    page: TrainPage, jobs: FakeJobs, project: Path, qtbot: QtBot
):
    select(page, A)
    action(page, "Start from this run").trigger()
    assert page.setup.recipe().name == "fashion-cnn"
    chosen = page.setup.overrides()
    assert chosen["start_from"] == A
    assert chosen["learning_rate"] == pytest.approx(1e-4)
    assert "fine_tune_rate" not in chosen, "its network has no base"
    page.setup.buttons.start.click()
    assert jobs.trainings[0].params.overrides["start_from"] == A  # type: ignore[attr-defined]


def test_both_stages_of_a_transfer_go_on_at_a_tenth_of_their_rates(
    page: TrainPage, project: Path, session: Session, qtbot: QtBot
):
    unfold(qtbot, page)
    own = find_recipe("transfer").options
    alter(project, A, recipe="transfer", options=to_dict(own))
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    select(page, A)
    action(page, "Start from this run").trigger()
    chosen = page.setup.overrides()
    for name in ("learning_rate", "fine_tune_rate"):
        assert chosen[name] == pytest.approx(getattr(own, name) / 10)
        assert not page.setup.form.findChild(QWidget, f"option_{name}").isHidden(), "what differs is in sight"


def test_no_rate_falls_below_what_an_option_may_be():
    assert slower_rates({"learning_rate": 1e-7, "fine_tune_rate": 3e-8}) == {
        "learning_rate": 1e-7,
        "fine_tune_rate": 1e-8,
    }
    assert slower_rates({"learning_rate": 0.01}) == {"learning_rate": 0.001}


def test_the_options_of_a_run_are_taken_over_to_be_changed(
    page: TrainPage, project: Path, session: Session, qtbot: QtBot
):
    alter(project, B, options={"batch_size": 7})
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    select(page, B)
    action(page, "Take over its options").trigger()
    assert page.setup.recipe().name == "photo-cnn"
    assert page.setup.overrides()["batch_size"] == 7


def test_options_that_were_taken_over_stay_when_the_recipe_has_read_the_project(page: TrainPage):
    """Also one that is as the recipe has it for any project, but not for this one."""
    options = find_recipe("quick").options
    page.setup.recipes.choose("photo-cnn")
    page.setup.take("quick", {**to_dict(options), "epochs": 7})
    page.setup.show_adapted("quick", replace(options, batch_size=options.batch_size // 2), "It is small.")
    assert page.setup.overrides() == {"epochs": 7, "batch_size": options.batch_size}
    page.setup.reset.click()
    page.setup.show_adapted("quick", replace(options, batch_size=options.batch_size // 4), "It is smaller.")
    assert page.setup.form.value("batch_size") == options.batch_size // 4


def test_what_the_recipe_read_is_completed_by_what_the_person_chose_instead(page: TrainPage):
    page.setup.recipes.choose("quick")
    adapted = replace(find_recipe("quick").options, epochs=40)
    page.setup.show_adapted("quick", adapted, "40 epochs of batches of 128.")
    page.setup.form.change("epochs", 3)
    page.setup.form.change("rotation", 20)
    assert page.setup.recipes.summary.text().endswith("40 epochs of batches of 128. Chosen instead: 3 epochs.")
    page.setup.reset.click()
    assert page.setup.recipes.summary.text().endswith("40 epochs of batches of 128.")


def test_runs_are_joined_to_an_ensemble(page: TrainPage, jobs: FakeJobs, session: Session, project: Path, qtbot: QtBot):
    select(page, A, B)
    action(page, "Make an ensemble").trigger()
    (joining,) = jobs.of("ensemble")
    assert joining.params.runs == (B, A)  # type: ignore[attr-defined]
    assert "ensemble of 2 runs" in page.notice.words.text()
    assert not next(a for a in page.run_panel.list.actions() if a.text() == "Make an ensemble").isEnabled()
    made = write_run(project, "20260105-000000-ensemble").name
    joining.succeed(run=made)
    qtbot.waitUntil(lambda: page.run_panel.list.current() is not None and page.run_panel.list.current().name == made)
    assert not page.notice.isVisible()


def test_the_best_of_the_newest_training_is_looked_at_first(
    session: Session, project: Path, qtbot: QtBot, jobs: FakeJobs
):
    best, later = (write_run(project, name).name for name in ("20260105-000000-instant", "20260105-000100-transfer"))
    alter(project, best, created="2026-01-05T00:00:00+00:00")
    alter(project, later, created="2026-01-05T00:01:00+00:00", outdone_by=best)
    with qtbot.waitSignal(session.runs_changed):
        session.refresh_runs()
    page = shown(qtbot, TrainPage(session, jobs), 1160, 770)  # type: ignore[arg-type]
    assert page.run_panel.list.current().name == best
    rows = page.run_panel.list.model()
    told = [rows.place(name).data(Qt.ItemDataRole.AccessibleTextRole) for name in (best, later)]
    assert ["is used instead" in words for words in told] == [False, True], "who waited for it sees what came of it"
    title = run_title(rows.place(best).data(RUN))
    assert f"“{title}” is used instead" in told[1]


def test_an_ensemble_says_what_it_is_made_of_and_how_good_it_is(
    page: TrainPage, session: Session, project: Path, qtbot: QtBot
):
    made = write_run(project, "20260105-000000-ensemble", epochs=0).name
    alter(
        project,
        made,
        recipe="ensemble",
        members=[A, "a-run-that-is-gone"],
        validation_accuracy=0.9485,
        validation_images=194,
        epochs=0,
    )
    (project / "runs" / made / "history.csv").unlink(missing_ok=True)
    session.refresh_runs()
    qtbot.waitUntil(lambda: made in names(page))
    page.run_panel.list.choose(made)
    qtbot.waitUntil(lambda: "Ensemble" in page.view.headline.text())
    assert page.view.metrics[0].value.text() == "94.8 %"
    assert "epoch" not in page.view.detail.text()
    said = page.view.charts.nothing.text()
    assert "mean" in said
    assert "a-run-that-is-gone" in said
    assert "Small grey pictures" in said
    assert f"Made of {A}" in page.views.log.toPlainText()
    page.run_panel.list.choose(A)
    qtbot.waitUntil(lambda: "Small grey pictures" in page.view.headline.text())
    assert page.view.charts.nothing.isHidden() or "mean" not in page.view.charts.nothing.text()


def test_an_ensemble_that_cannot_be_made_says_why(page: TrainPage, jobs: FakeJobs):
    select(page, A, B)
    page.run_actions.join()
    jobs.of("ensemble")[0].fail("B knows other classes than A; an ensemble needs the same.")
    assert "other classes" in page.notice.words.text()


def test_a_run_says_when_labels_have_changed_since(page: TrainPage, jobs: FakeJobs, session: Session, qtbot: QtBot):
    def checked() -> bool:
        waiting = bool(jobs.callables)
        jobs.run_callables()
        return waiting

    unfold(qtbot, page)
    qtbot.waitUntil(checked)
    assert not page.view.since.isVisible()
    project = session.project
    assert project is not None
    image = query.labelled_images(project)[0]
    other = next(c for c in session.overview.classes if c.id != image.class_id)
    with qtbot.waitSignal(session.images_changed):
        session.set_label([image.id], other.id)
    qtbot.waitUntil(lambda: checked() and page.view.since.isVisible())
    assert "1 image got another label" in page.view.since.words.text()
    assert page.run_panel.list.model().changed.keys() == {A, B, C}


def test_everything_that_can_be_done_with_runs_is_in_a_menu(page: TrainPage, qtbot: QtBot):
    select(page, A)
    page.findChild(QToolButton, "run_menu_button").click()  # type: ignore[union-attr]
    (menu,) = [m for m in page.findChildren(QMenu) if m.isVisible()]
    words = [a.text() for a in menu.actions()]
    assert {"Star or unstar", "Rename…", "Note…", "Move to the trash", "Make an ensemble"} <= set(words)
    menu.close()


def test_a_run_leads_on_to_its_review(page: TrainPage, qtbot: QtBot):
    select(page, A)
    with qtbot.waitSignal(page.page_wanted) as wanted:
        action(page, "Review").trigger()
    assert wanted.args == ["review"]


def test_the_chosen_run_and_not_the_newest_is_shown_on_the_next_page(project: Path, qtbot: QtBot, qapp: QApplication):
    with window(qtbot, qapp) as opened:
        open_in(qtbot, opened, project)
        page = opened.show_page(1)
        assert isinstance(page, TrainPage)
        qtbot.waitUntil(lambda: len(page.run_panel.list.runs()) == 3)
        select(page, A)
        action(page, "Review").trigger()
        review = opened.page(2)
        assert isinstance(review, ReviewPage)
        qtbot.waitUntil(lambda: review.bar.run_box.currentData() == A)
        opened.show_page(1)
        select(page, B)
        action(page, "Classify with it, or export it").trigger()
        classify = opened.page(3)
        assert isinstance(classify, ClassifyPage)
        file = classify.setup.models.box.model_file()
        assert file is not None
        assert file.parent.name == B
        assert review.bar.run_box.currentData() == A, "a page that is not in sight keeps its run"
