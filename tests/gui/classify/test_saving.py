"""Results are saved in every form, with what a person called them."""

from __future__ import annotations

import csv
import importlib.util
import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from engine.events import Failed
from gui.classify.page import ClassifyPage
from tests.gui.classify.classifying import begin, carry_out, done, finish, rows, say, settle
from tests.gui.fakes import FakeJobs


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_results_are_saved_as_csv_with_what_a_person_called_them(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    handle = begin(page, jobs, pictures)
    say(handle, jobs, rows(pictures), 3)
    assert not page.output_bar.save_button.isEnabled(), "not while it runs"
    finish(page, handle, jobs)
    page.view.correcting.call([1], "wasp")
    settle(jobs)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "out.csv"), ""))
    page.output_bar.save_button.click()
    carry_out(jobs)
    found = read(tmp_path / "out.csv")
    assert [(r["class"], r["unsure"], r["label"]) for r in found] == [
        ("ant", "no", ""),
        ("bee", "no", "wasp"),
        ("bee", "no", ""),
    ]
    assert found[0]["class_3"] in ("bee", "cat")
    assert page.output_bar.done.words.text() == f"Saved: {tmp_path / 'out.csv'}"


def test_every_form_has_its_command(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    done(page, jobs, pictures)
    page.setup.options.threshold.setValue(90)
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda _p, _t, start, _k: (str(tmp_path / Path(start).name), "")
    )
    for action in page.output_bar.menu_button.menu().actions():
        if "Parquet" not in action.text():
            action.trigger()
            carry_out(jobs)
    lines = [json.loads(line) for line in (tmp_path / "classified.jsonl").read_text().splitlines()]
    assert [line["unsure"] for line in lines] == [False, True, True], "as the threshold is now"
    assert (tmp_path / "submission.csv").read_text().split("\n")[1:4] == ["0,0", "1,1", "2,1"]
    assert "3 images classified" in (tmp_path / "summary.html").read_text()


def test_a_submission_says_how_many_images_have_no_answer(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    done(page, jobs, pictures)
    page.view.correcting.call([1], "wasp")
    settle(jobs)
    page.output_bar.save("submission", tmp_path / "out.csv")
    carry_out(jobs)
    assert page.output_bar.done.words.text().endswith(
        "out.csv; 1 image without an answer, as the model does not know your class"
    )


def test_parquet_says_what_to_install_where_it_is_missing(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, monkeypatch: pytest.MonkeyPatch
):
    done(page, jobs, pictures)
    started = len(jobs.started)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    page.output_bar.ask_save("parquet")
    assert "pip install pyarrow" in page.notice.words.text()
    assert len(jobs.started) == started


def test_a_place_that_cannot_be_written_is_said_in_one_sentence(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    done(page, jobs, pictures)
    page.output_bar.save("csv", tmp_path / "nowhere" / "out.csv")
    assert isinstance(carry_out(jobs), Failed)
    assert "its folder does not exist" in page.notice.words.text()
    assert page.output_bar.strip.isHidden()
    assert page.output_bar.save_button.isEnabled()
