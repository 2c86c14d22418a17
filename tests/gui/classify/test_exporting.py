"""A model is exported for other programs and compared with its run."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from engine.events import Log, Progress
from engine.models.targets import TARGETS, Exported
from gui import language
from gui.classify.export_dialog import ExportDialog
from gui.classify.page import ClassifyPage
from tests.gui.classify.classifying import dialog, settle
from tests.gui.fakes import FakeJobs


def test_a_model_is_exported_and_compared_and_what_is_missing_is_said(
    page: ClassifyPage, jobs: FakeJobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda n, *a: None if n == "openvino" else find(n, *a))
    page.setup.export_button.click()
    asked = dialog(page, ExportDialog)
    by_name = {button.objectName(): button for button in asked.targets.buttons()}
    assert len(by_name) == 6
    assert not by_name["target_openvino"].isEnabled()
    assert by_name["target_openvino"].accessibleDescription() == "not installed: pip install openvino"
    by_name["target_litert-int8"].setChecked(True)
    assert asked.place.text().endswith("litert-int8")
    asked.place.setText(str(tmp_path / "out"))
    asked.export_button.click()
    handle = jobs.started[-1]
    assert (handle.name, handle.params.format, handle.params.out) == ("export", "litert-int8", str(tmp_path / "out"))
    assert not asked.export_button.isEnabled()
    handle.play(Progress("Exporting", 1, 3), Log("One picture is gone.", "warning"))
    assert "Comparing with the run" in asked.strip.what.text()
    assert asked.notice.words.text() == "One picture is gone."
    written = ("run", "litert-int8", str(tmp_path / "out"), 1_500_000)
    result = Exported(*written, images=250, difference=0.031, accuracy=0.914, run_accuracy=0.92)
    handle.succeed(**result)
    assert asked.difference.value.text() == "0.03"
    assert asked.accuracy.value.text() == "91.40 %"
    assert asked.loss.value.text() == "−0.60 points"
    asked.show_result(replace(result, difference=1e-6, accuracy=0.813953, run_accuracy=0.833333))
    assert asked.difference.value.text() == "< 0.0001"
    assert asked.loss.value.text() == "−1.93 points", "as 81.40 % and 83.33 % differ to the eye"
    asked.show_result(replace(result, accuracy=0.92))
    assert asked.loss.value.text() == "0.00 points"
    assert "1.5 MB" in asked.words.text()
    asked.export_button.click()
    asked.reject()
    assert jobs.started[-1].cancelled, "closing the dialog stops the job"


def test_an_export_that_fails_says_why(page: ClassifyPage, jobs: FakeJobs):
    page.setup.export_button.click()
    asked = dialog(page, ExportDialog)
    asked.export_button.click()
    jobs.started[-1].fail("The exported ONNX model failed its test.")
    assert asked.notice.words.text() == "The exported ONNX model failed its test."
    assert asked.export_button.isEnabled()


def test_a_model_file_from_elsewhere_is_not_offered_for_export(page: ClassifyPage, jobs: FakeJobs, tmp_path: Path):
    assert page.setup.export_button.isVisible()
    page.setup.models.box.add_file(tmp_path / "foreign.onnx")
    settle(jobs)
    assert not page.setup.export_button.isVisible()


def test_a_form_that_is_registered_is_offered(page: ClassifyPage, monkeypatch: pytest.MonkeyPatch):
    form = replace(TARGETS["onnx"], name="core", title="Core", words="For telephones with an apple")
    monkeypatch.setitem(TARGETS, form.name, form)
    page.setup.export_button.click()
    asked = dialog(page, ExportDialog)
    button = next(b for b in asked.targets.buttons() if b.objectName() == "target_core")
    assert (button.text(), button.accessibleDescription()) == ("Core", "For telephones with an apple")
    button.setChecked(True)
    assert asked.target() is form
    assert asked.place.text().endswith("-core")


def test_the_names_of_forms_are_in_the_language(page: ClassifyPage, qapp: QApplication):
    try:
        language.use(qapp, "ko")
        page.setup.export_button.click()
        names = {b.objectName(): b.text() for b in dialog(page, ExportDialog).targets.buttons()}
    finally:
        language.use(qapp, language.SOURCE)
    assert (names["target_onnx"], names["target_litert-int8"]) == ("ONNX", "LiteRT(8비트 정수)")
