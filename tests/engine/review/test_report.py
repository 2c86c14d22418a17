"""The report of a run as one page."""

import base64
import hashlib
import html
import re
import shutil
from html.parser import HTMLParser
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from engine import language
from engine.jobs.job import Cancel
from engine.library import edits
from engine.library.scan import ImportParams, import_sources
from engine.models.atomic import write_json
from engine.review.evaluate import EvaluateParams, evaluate
from engine.review.evaluation import load_evaluation
from engine.review.report import page as reports
from engine.review.report import printing
from engine.training.recipes.registry import title_of
from engine.training.runs.notes_and_trash import annotate
from engine.training.runs.records import read_record


def run(job, params):
    return job(params, emit=lambda event: None, cancel=Cancel())


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
    assert len(re.findall(r"<td>\s*<button", text)) == 1, "the cell with the mistake alone can be chosen"
    assert len(re.findall(r'class="(?:zero|hit|miss)"', text)) == 4
    assert len(parsed.pictures) == 1
    assert parsed.pictures[0].startswith("data:image/png;base64,")
    assert re.search(r"predicted\s*light", parsed.words)
    assert "brightness" in parsed.words
    assert "Batch size" in parsed.words


def test_the_report_says_of_which_project_and_of_which_images_it_is(setting, tmp_path):
    out, run_of = tmp_path / "report.html", setting.run()
    annotate(run_of.folder, title="The best <one>", note="Trained\nagain")

    for split, words in (("validation", "its validation split"), ("all", "all images that it did not learn from")):
        run(evaluate, EvaluateParams(str(setting.folder), split=split, report=str(out)))
        parsed = Page(out.read_text("utf-8"))
        assert f"Evaluation of a run on {words}" in parsed.words
        for known in ("The best <one>", "Trained\nagain", run_of.name, setting.folder.stem):
            assert known in parsed.words


def test_a_report_of_some_images_tells_of_these_alone(setting, tmp_path):
    out, ids = tmp_path / "report.html", setting.ids()
    chosen = tuple(ids[name] for name in ("test dark 2.png", "validation light 0.png", "train dark 0.png"))

    result = run(evaluate, EvaluateParams(str(setting.folder), report=str(out), images=chosen))

    assert (result["images"], result["mistakes"]) == (2, 1), "the run learnt from the third"
    words = Page(out.read_text("utf-8")).words
    assert "Evaluation of a run on the images that a filter let through" in words
    assert "1 of 2 correct" in words


def test_a_browser_runs_the_script_of_the_report_and_no_other(page):
    _, text = page()

    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    named = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', text)
    assert policy == (f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{named}'")


def test_long_names_are_cut_and_names_from_right_to_left_keep_to_themselves():
    long, turned = str(reports.name("<" + "x" * 300)), "\u05e9\u05dc"

    assert long.endswith(f">&lt;{'x' * 98}…</bdi>")
    assert f'title="&lt;{"x" * 300}"' in long
    assert reports.name(turned) == f"<bdi>{turned}</bdi>"
    assert printing.brief(turned, 9) == f"\u2068{turned}\u2069"
    assert printing.brief("x" * 40, 30).replace("\u200b", "") == "x" * 29 + "…"
    assert max(len(part) for part in printing.brief("x" * 40, 30).split("\u200b")) <= 15


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


def test_a_matrix_of_very_many_classes_is_a_picture(page, monkeypatch):
    monkeypatch.setattr(reports, "LARGEST_MATRIX", 1)

    parsed, text = page()

    assert "<button type" not in text[: text.index('id="mistakes"')].split('id="confusion"')[1]
    assert "in the order of the table below" in parsed.words
    (uri,) = re.findall(r'<img class="whole" src="data:image/png;base64,([^"]*)"', text)
    picture = Image.open(BytesIO(base64.b64decode(uri)))
    rows = np.asarray(picture.convert("RGBA"))
    edge = len(rows) // 4
    right, wrong = rows[edge, edge], rows[edge, 3 * edge]
    assert (right[1] > right[0], wrong[0] > wrong[1], rows[3 * edge, edge][3] < 40) == (True, True, True)


def test_a_printed_matrix_of_many_classes_names_them():
    names = [f"class {n} & <b>" for n in range(40)]

    drawn = printing.drawn_matrix(np.eye(40, dtype=np.int64), names)

    svg = ElementTree.fromstring(drawn.svg)
    texts = [t.text for t in svg.iter() if t.tag.endswith("text")]
    assert sorted(texts) == sorted(names * 2)
    width, height = (float(n) for n in svg.get("viewBox").split()[2:])
    cells = [r for r in svg.iter() if r.tag.endswith("rect")]
    assert len(cells) == 41
    assert all(float(r.get("x")) + float(r.get("width")) <= width for r in cells)
    assert all(float(r.get("y")) + float(r.get("height")) <= height for r in cells)


def test_control_characters_in_a_name_leave_a_printed_matrix_well_formed():
    drawn = printing.drawn_matrix(np.eye(2, dtype=np.int64), ["a\x01b", "c\td\x1f\uffff"])

    words = [e.text for e in ElementTree.fromstring(drawn.svg).iter() if e.tag.endswith("text")]
    assert words == ["ab", "ab", "c\td", "c\td"]


def test_many_doubtful_labels_are_called_mistakes_of_the_model(page):
    words = page()[0].words

    assert "1 label is probably wrong" in words, "one of six"
    told = reports._environment().get_template("words.html").module.doubted
    assert "3 of 6 labels disagree with the model: so many" in told(3, 3, 6)
    assert "the 2 most doubtful" in told(3, 2, 60)


def test_a_name_that_is_not_valid_unicode_can_be_shown():
    assert reports.shown("d\udce9j\udce0.png") == "d\ufffdj\ufffd.png"


def test_the_report_tells_how_sure_its_scores_are_and_how_far_to_trust_a_confidence(page):
    parsed, _ = page()

    for words in ("95 % interval", "Balanced accuracy", "Top 3", "Expected calibration error", "99 % accuracy"):
        assert words in parsed.words


def test_the_report_shows_what_the_model_goes_by_in_its_mistakes(setting, page, tmp_path):
    parsed, text = page()
    printed = tmp_path / "print.html"
    run(evaluate, EvaluateParams(str(setting.folder), report=str(printed), printable=True))

    assert "What the model goes by" in parsed.words
    for words in (parsed.words, printed.read_text("utf-8")):
        assert "for the predicted class rather than the label" in words
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

    reports.write_report(evaluation, [], tmp_path / "report.html", cancel=Cancel())

    assert "What the model goes by" not in (tmp_path / "report.html").read_text("utf-8")


def test_the_report_is_in_the_language_in_use(page, setting, tmp_path):
    language.use("ko")
    try:
        _parsed, text = page()
        with setting.project() as project:
            evaluation = load_evaluation(project, setting.run())
        reports.write_report(evaluation, [], tmp_path / "print.html", printable=True, cancel=Cancel())
    finally:
        language.use("en")
    assert '<html lang="ko">' in text
    assert {"dark라는 근거", "light라는 근거"} == set(re.findall(r'alt="([^"]*근거)"', text))
    for words in (text, (tmp_path / "print.html").read_text("utf-8")):
        assert {"정확도", "혼동 행렬", "오분류"} <= set(re.findall("정확도|혼동 행렬|오분류", words))
        assert not re.search("Accuracy|Confusion matrix|Misclassified|predicted|interval|Made by", words)
        assert not re.search(r">(True|False|on|off|none|auto|rgb|grey|adam|cosine|constant|stretch)<", words)


def test_a_recipe_has_the_name_that_the_window_gives_it() -> None:
    language.use("ko")
    try:
        assert [title_of(name) for name in ("transfer", "ensemble", "brightness")] == [
            "전이 학습",
            "앙상블",
            "brightness",
        ]
    finally:
        language.use("en")
    assert title_of("transfer") == "Transfer"
