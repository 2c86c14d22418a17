"""The jobs of Review."""

import csv
import html
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from engine.errors import JobCancelled, ProjectError, RunError, UsageError
from engine.events import Log, ProblemFound, Progress
from engine.jobs.job import Cancel
from engine.library import edits
from engine.library.records import Split
from engine.library.scan import ImportParams, import_sources
from engine.models.atomic import write_json
from engine.models.predictions import Predictions
from engine.review.evaluate import EvaluateParams, MistakesParams, evaluate, find_mistakes
from engine.review.evaluation import load_evaluation
from engine.review.report import page as reports
from engine.training.runs.records import read_record


def run(job, params, cancel=None):
    seen = []
    return job(params, emit=seen.append, cancel=cancel or Cancel()), seen


def logs(seen):
    return [event.message for event in seen if isinstance(event, Log)]


def test_a_run_is_scored_on_its_test_images(setting):
    result, _ = run(evaluate, EvaluateParams(str(setting.folder)))

    assert result["accuracy"] == pytest.approx(5 / 6)
    assert (result["images"], result["mistakes"], result["split"]) == (6, 1, "test")
    assert 0 < result["macro_f1"] < 1
    assert result["run"] == setting.run().name
    assert [c["name"] for c in result["classes"]] == ["dark", "light"]
    assert "report" not in result


def test_test_images_that_came_after_the_training_are_predicted_and_kept(setting):
    setting.add(dark=5, light=250)

    result, seen = run(evaluate, EvaluateParams(str(setting.folder), split="test"))
    again, seen_again = run(evaluate, EvaluateParams(str(setting.folder), split="test"))

    assert result["images"] == 8
    assert result["mistakes"] == 1
    assert any(isinstance(e, Progress) and e.phase == "Predicting" for e in seen)
    assert again == result
    assert not any(isinstance(e, Progress) for e in seen_again)
    with setting.project() as project:
        assert len(load_evaluation(project, setting.run()).files) == 8


def test_images_that_the_run_trained_on_never_count(setting):
    with setting.project(write=True) as project:
        edits.set_split(project, list(setting.ids("train ").values()), Split.TEST)

    result, seen = run(evaluate, EvaluateParams(str(setting.folder)))

    assert result["images"] == 6
    assert logs(seen) == ["8 images of the test split are left out: the run trained on them."]


def test_images_that_were_removed_and_added_anew_are_known_again(setting):
    before, _ = run(evaluate, EvaluateParams(str(setting.folder)))
    with setting.project(write=True) as project:
        edits.undo(project)
        params = ImportParams("", (str(setting.pictures),), split="test")
        import_sources(params, emit=lambda event: None, cancel=Cancel(), project=project)

    result, seen = run(evaluate, EvaluateParams(str(setting.folder)))

    assert (result["accuracy"], result["images"]) == (before["accuracy"], before["images"])
    assert [c["name"] for c in result["classes"]] == ["dark", "light"]
    assert logs(seen) == ["8 images of the test split are left out: the run trained on them."]


def test_a_new_image_that_cannot_be_read_any_more_is_a_problem(setting):
    setting.add(light=250)
    (path,) = (setting.pictures / "more").rglob("*.png")
    path.write_bytes(b"")

    result, seen = run(evaluate, EvaluateParams(str(setting.folder)))

    assert result["images"] == 6
    assert [e.path for e in seen if isinstance(e, ProblemFound)] == [str(path)]


def test_a_class_that_the_run_does_not_know_is_named(setting):
    setting.add(dusk=128)

    result, seen = run(evaluate, EvaluateParams(str(setting.folder)))

    assert result["mistakes"] == 2
    assert logs(seen) == ["The run does not know dusk; images with that label count as mistakes."]


def test_a_run_that_cannot_be_written_is_scored_all_the_same(setting, monkeypatch):
    setting.add(light=250)

    def refuse(self, path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Predictions, "save", refuse)
    result, seen = run(evaluate, EvaluateParams(str(setting.folder)))

    assert result["images"] == 7
    assert logs(seen) == ["The new predictions cannot be kept in the run: Permission denied."]


def test_predicting_can_be_cancelled(setting):
    setting.add(light=250)
    cancel = Cancel()
    cancel.set()

    with pytest.raises(JobCancelled):
        run(evaluate, EvaluateParams(str(setting.folder)), cancel)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"run": "other"}, RunError, "there is no run 'other'"),
        ({"split": "training"}, UsageError, "must be test, validation or all"),
        ({"project": "/nowhere"}, ProjectError, "There is no project at"),
        ({"report": "/nowhere/report.html"}, UsageError, "cannot be written to /nowhere/report.html"),
    ],
)
def test_what_does_not_fit_is_said_in_one_sentence(setting, changes, error, message):
    with pytest.raises(error, match=message) as found:
        run(evaluate, replace(EvaluateParams(str(setting.folder)), **changes))
    assert "\n" not in str(found.value)


def test_mistakes_are_listed_and_written(setting, tmp_path):
    out = tmp_path / "mistakes.csv"

    result, _ = run(find_mistakes, MistakesParams(str(setting.folder), csv=str(out)))

    with out.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert list(row) == ["path", "label", "predicted", "confidence", "label_probability"]
    assert Path(row["path"]).name == "test dark 2.png"
    assert (row["label"], row["predicted"]) == ("dark", "light")
    assert result["mistakes"] == len(result["rows"]) == 1
    assert result["rows"][0]["path"] == row["path"]


def test_mistakes_that_cannot_be_written_are_refused(setting):
    with pytest.raises(UsageError, match="cannot be written to /nowhere"):
        run(find_mistakes, MistakesParams(str(setting.folder), csv="/nowhere/m.csv"))


class Page(HTMLParser):
    """Checks that elements are closed in order, and collects text, links and pictures."""

    VOID = frozenset({"meta", "img", "input", "path", "use"})

    def __init__(self, text):
        super().__init__()
        self.open, self.words, self.links = [], "", []
        self.pictures = []  # those of mistakes
        self.feed(text)
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "img" and "figure" in self.open:
            self.pictures.append(values["src"])
        self.links += [value for name, value in attrs if name in {"src", "href"} and not value.startswith("data:")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag, tag

    def handle_data(self, data):
        self.words += data


@pytest.fixture
def page(setting, tmp_path):
    def make():
        out = tmp_path / "report.html"
        run(evaluate, EvaluateParams(str(setting.folder), report=str(out)))
        return Page(out.read_text("utf-8")), out.read_text("utf-8")

    return make


def test_the_report_is_complete_in_one_file(page):
    parsed, text = page()

    assert parsed.links == []
    assert "url(http" not in text
    assert "@import" not in text


def test_the_report_shows_curves_scores_matrix_and_mistakes(page):
    parsed, text = page()

    assert "83.33 %" in parsed.words
    assert text.count("<svg") == 6
    assert "Best epoch (2)" in text
    assert len(re.findall(r"<td><button", text)) == 4
    assert len(parsed.pictures) == 1
    assert parsed.pictures[0].startswith("data:image/png;base64,")
    assert re.search(r"predicted\s*light", parsed.words)
    assert "brightness" in parsed.words
    assert "Batch size" in parsed.words


def test_the_report_follows_light_and_dark(page):
    _, text = page()

    assert "prefers-color-scheme: dark" in text
    assert "#0102" not in text, "a placeholder colour of the curves is left"


def test_names_are_shown_as_text_and_never_as_markup(setting, page):
    with setting.project(write=True) as project:
        edits.rename_class(project, setting.class_ids()["light"], "<script>alert('x')</script> & \"more\"")

    parsed, text = page()

    assert "<script>alert" not in text
    assert "<script>alert('x')</script> & \"more\"" in html.unescape(parsed.words)


def test_problems_are_listed_in_the_report(setting, page):
    broken = setting.pictures / "more" / "0" / "dark" / "broken.jpg"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"")
    setting.add(dark=10)
    from engine.library.scan import ImportParams, import_sources

    source = (str(broken.parents[1]),)
    import_sources(ImportParams(str(setting.folder), source), emit=lambda e: None, cancel=Cancel())

    parsed, _ = page()

    assert "1 file of the project cannot be used" in parsed.words
    assert "broken.jpg" in parsed.words


def test_a_picture_that_is_gone_leaves_a_gap_and_not_an_error(setting, page):
    next(setting.pictures.rglob("test dark 2.png")).unlink()

    parsed, _ = page()

    assert parsed.pictures == []
    assert "no picture" in parsed.words


def test_a_run_without_mistakes_says_so(setting, page):
    with setting.project(write=True) as project:
        edits.set_label(project, [setting.ids()["test dark 2.png"]], setting.class_ids()["light"])

    parsed, _ = page()

    assert "None: every one of these 6 images" in parsed.words


def test_only_the_most_confident_pictures_are_shown_where_there_are_very_many(setting, page, monkeypatch):
    monkeypatch.setattr(reports, "MOST_PICTURES", 1)
    setting.add(dark=230)

    parsed, _ = page()

    assert len(parsed.pictures) == 1
    assert "The 1 most confident of 2" in parsed.words


def test_a_matrix_of_very_many_classes_is_left_to_the_list_of_pairs(page, monkeypatch):
    monkeypatch.setattr(reports, "LARGEST_MATRIX", 1)

    parsed, text = page()

    assert "<td><button" not in text
    assert "Most confused" in parsed.words


def test_a_name_that_is_not_valid_unicode_can_be_shown():
    assert reports.shown("d\udce9j\udce0.png") == "d\ufffdj\ufffd.png"


def test_an_evaluation_tells_more_scores_and_how_sure_they_are(setting):
    result, _ = run(evaluate, EvaluateParams(str(setting.folder)))

    assert result["balanced_accuracy"] == pytest.approx((2 / 3 + 1) / 2)
    assert result["top_3"] == result["top_5"] == 1
    low, high = result["accuracy_interval"]
    assert low < result["accuracy"] < high
    dark, light = result["classes"]
    assert (dark["confused_with"], dark["confused"], light["confused_with"]) == ("light", 1, None)
    assert dark["recall_interval"][0] < dark["recall"] < dark["recall_interval"][1]


def test_the_report_tells_how_sure_its_scores_are_and_how_far_to_trust_a_confidence(page):
    parsed, _ = page()

    for words in ("95 % interval", "Balanced accuracy", "Top 3", "Expected calibration error", "99 % accuracy"):
        assert words in parsed.words


def test_the_report_shows_what_the_model_goes_by_in_its_mistakes(page):
    parsed, text = page()

    assert "What the model goes by" in parsed.words
    section = text[text.index('id="maps"') :]
    assert section[: section.index("</section>")].count("data:image/jpeg") == 2


def test_the_report_shows_suspects_where_there_are_some(setting, page):
    parsed, _ = page()
    assert "1 label is probably wrong" in parsed.words

    with setting.project(write=True) as project:
        edits.set_label(project, [setting.ids()["test dark 2.png"]], setting.class_ids()["light"])
    parsed, _ = page()
    assert "Suspects" not in parsed.words


def test_the_report_compares_with_the_run_before_where_there_is_one(setting, page):
    assert "Against the run before" not in page()[0].words
    first = setting.run().folder
    second = first.with_name("29991231-000000-second")
    shutil.copytree(first, second)
    write_json(second / "run.json", {**read_record(first), "created": "2999-12-31T00:00:00+00:00"})

    parsed, _ = page()

    assert "Against the run before" in parsed.words
    assert f"{first.name}, on the same 6 images" in parsed.words
    assert "No class changed." in parsed.words


def test_a_report_can_be_made_of_a_run_whose_model_is_gone(setting, tmp_path):
    with setting.project() as project:
        evaluation = load_evaluation(project, setting.run())
    (setting.run().folder / "model.onnx").unlink()

    text = reports.render(evaluation, [], cancel=Cancel())

    assert "What the model goes by" not in text
