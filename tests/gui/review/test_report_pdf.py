"""Reports as PDF, from the printable page that the engine writes."""

from __future__ import annotations

import base64
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from engine.errors import UsageError
from engine.jobs.job import Cancel
from engine.library import edits, query
from engine.library.project import Project
from engine.review.evaluate import EvaluateParams, evaluate
from engine.review.report.printing import brief
from gui.jobs import JobRunner
from gui.review.report_buttons import ReportButtons
from gui.review.report_pdf import SVG, PlacedPiece, pages, paint, paint_page, printable_page, write_pdf
from gui.widgets import file_dialogs
from tests.engine.conftest import _write_model
from tests.gui.fakes import FakeJobs
from tests.gui.review.flipped_project import CLASSES, make_flipped, write_true_run
from tests.gui.small_project import open_session

ROOM = QSizeF(680, 1009)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = make_flipped(tmp_path)
    run = write_true_run(project, wrong={5: 2})
    _write_model(run / "model.onnx", CLASSES)
    (run / "split.csv").write_text("image_id,source_id,path,class,split,file\n", "utf-8")
    return project


def page_of(project: Path) -> str:
    file = printable_page()
    file.parent.mkdir(parents=True, exist_ok=True)
    evaluate(EvaluateParams(str(project), report=str(file), printable=True), emit=lambda _: None, cancel=Cancel())
    return file.read_text("utf-8")


def words_of(found: list[list[PlacedPiece]]) -> str:
    return "\n".join(placed.piece.document.toPlainText() for page in found for placed in page)


def test_the_printable_page_tells_what_the_report_tells(qapp: object, project: Path):
    found = pages(page_of(project), ROOM)
    words = words_of(found)
    for part in ("Accuracy", "87.50 %", "Confusion matrix", "Misclassified", "Suspects", "Options of the run", "ant"):
        assert part in words
    assert len(found) >= 2
    assert "piece" not in words


def test_curves_and_pictures_are_painted(qapp: object, project: Path):
    found = pages(page_of(project), ROOM)
    image = QImage(680, 1009, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint_page(painter, found, 0, ROOM, "title")
    painter.end()
    colours = {image.pixelColor(x, y).name() for x in range(0, 680, 2) for y in range(0, 1009, 2)}
    assert "#3b5bdb" in colours, "the curve of this model"
    assert "#636977" in colours or len(colours) > 50


@pytest.mark.parametrize("before", range(12, 24))
def test_nothing_is_parted_and_no_title_stands_alone_at_the_foot_of_a_page(qapp: object, before: int):
    filled = "<!--piece row--><p>row</p>" * before
    table = "<!--piece title--><h2>Title</h2><!--piece keep--><p>told</p><!--piece head--><b>head</b>"
    rows = "".join(f"<!--piece row--><p>number {n}</p>" for n in range(20))
    picture = "<!--piece title--><h2>Picture</h2><!--piece-->" + "<p>high</p>" * 6
    room = QSizeF(300, 400)

    found = pages(f"<body>{filled}{table}{rows}{picture}</body>", room)

    assert [p.piece.document.toPlainText() for page in found for p in page if p.piece.kind == "title"] == [
        "Title",
        "Picture",
    ]
    for page in found:
        assert page[-1].piece.kind not in {"title", "keep", "head"}
        assert all(placed.top + placed.piece.height <= room.height() for placed in page)
        places = [(placed.top, placed.top + placed.piece.height) for placed in page]
        assert all(below[0] >= above[1] for above, below in pairwise(places)), "none covers another"


def test_the_head_of_a_table_is_above_its_rows_on_every_page_and_on_no_other(qapp: object):
    rows = "<!--piece head--><b>head</b>" + "<!--piece row--><p>row</p>" * 60
    after = "<!--piece title--><h2>Title</h2>" + "<!--piece row--><p>alone</p>" * 60

    found = pages(rows + after, QSizeF(300, 400))

    kinds = [[placed.piece.kind for placed in page] for page in found]
    of_table = [kind for kind, page in zip(kinds, found, strict=True) if "row\n" in words_of([page]) + "\n"]
    assert len(of_table) > 2
    assert all(kind[0] == "head" for kind in of_table)
    assert all("head" not in kind for kind in kinds[len(of_table) :])


def test_a_piece_that_is_higher_than_a_page_becomes_smaller(qapp: object):
    room = QSizeF(300, 400)
    found = pages(
        "<!--piece--><p>first</p><!--piece-->" + "<p>line</p>" * 100 + "<p style='color: #ff0000'>█████</p>", room
    )
    assert [len(page) for page in found] == [1, 1]
    image = QImage(300, 400, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint(painter, found[1][0], room)
    painter.end()
    assert any(
        image.pixelColor(x, y).red() > image.pixelColor(x, y).green() + 60 for x in range(40) for y in range(380, 400)
    )


def test_a_drawing_that_cannot_be_read_leaves_the_words_beside_it(qapp: object):
    """Nothing is painted on a picture of no size either: Qt would warn, and warnings fail here."""
    broken = base64.b64encode(b"<svg>\x01</svg>").decode()

    ((placed,),) = pages(f'<!--piece--><p>before <img src="{SVG}{broken}"> after</p>', ROOM)

    words = placed.piece.document.toPlainText()
    assert words.startswith("before")
    assert words.endswith("after")


def test_names_from_right_to_left_stand_in_lines_that_begin_at_the_left(qapp: object):
    name = brief("\u05e9\u05dc\u05d5\u05dd", 50)
    table = f"<!--piece--><table><tr><td>{name}</td><td>{name} to other?</td></tr></table>"
    ((placed,),) = pages(table, ROOM)

    block, directions = placed.piece.document.begin(), []
    while block.isValid():
        directions += [block.textDirection()] * bool(block.text())
        block = block.next()
    assert directions == [Qt.LayoutDirection.LeftToRight] * 2


def test_a_pdf_is_whole_or_not_there(qapp: object, project: Path, tmp_path: Path):
    out = tmp_path / "report.pdf"
    write_pdf("<!--piece--><p>some words</p>", out, "some run")
    data = out.read_bytes()
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    with pytest.raises(UsageError, match="cannot be written"):
        write_pdf("<!--piece--><p>words</p>", tmp_path / "none" / "report.pdf", "some run")
    assert [file.name for file in tmp_path.glob("*.pdf")] == ["report.pdf"]
    assert not list(tmp_path.glob(".*.pdf"))


def test_the_window_saves_a_pdf(qtbot: QtBot, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    session, jobs = open_session(qtbot, project), FakeJobs()
    buttons = ReportButtons(session, jobs)  # type: ignore[arg-type]
    qtbot.addWidget(buttons)
    buttons.show_run(session.runs()[0], None)
    out = tmp_path / "my report.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), "PDF (*.pdf)"))
    buttons.ask()
    params = jobs.started[0].params
    assert isinstance(params, EvaluateParams)
    assert params.printable
    assert params.report is not None
    page = Path(params.report)
    page.parent.mkdir(parents=True, exist_ok=True)
    jobs.started[0].succeed(**evaluate(params, emit=lambda _: None, cancel=Cancel()))
    assert buttons.busy
    with qtbot.waitSignal(session.message) as told:
        jobs.run_callables()
    assert str(out) in told.args[0]
    assert out.read_bytes().startswith(b"%PDF-")
    assert not page.exists(), "what it was printed from is gone"
    assert not buttons.busy
    session.shut_down()


def test_the_title_is_the_project_and_a_long_name_under_a_picture_is_whole(qtbot: QtBot, project: Path, tmp_path: Path):
    long = "a class whose name is longer than fifty letters, and goes on after that"
    with Project.open(project) as opened:
        edits.rename_class(opened, query.classes(opened)[0].id, long)
    page, out = tmp_path / "page.html", tmp_path / "any name.pdf"
    params = EvaluateParams(str(project), report=str(page), printable=True)
    evaluate(params, emit=lambda _: None, cancel=Cancel())
    html = page.read_text("utf-8").replace("\u200b", "")
    assert f"<title>{project.stem}</title>" in html
    assert html.index(f">{project.stem}<") < html.index("Accuracy")
    assert long in html
    assert "…" not in html
    write_pdf(html, out, project.stem)
    assert project.stem.encode("utf-16-be") in out.read_bytes() or project.stem.encode() in out.read_bytes()


def test_printing_works_in_the_thread_of_a_job(qtbot: QtBot, tmp_path: Path):
    from gui.review.report_pdf import printing

    page, out = tmp_path / "page.html", tmp_path / "out.pdf"
    page.write_text("<!--piece--><h1>words</h1>" * 80, "utf-8")
    runner = JobRunner()
    handle = runner.start_callable(printing(page, out, "flowers"))
    with qtbot.waitSignal(handle.ended):
        pass
    runner.close()
    assert out.read_bytes().startswith(b"%PDF-")
    assert not page.exists()


def test_a_failed_evaluation_leaves_no_page(qtbot: QtBot, project: Path, tmp_path: Path):
    session, jobs = open_session(qtbot, project), FakeJobs()
    buttons = ReportButtons(session, jobs)  # type: ignore[arg-type]
    qtbot.addWidget(buttons)
    buttons.show_run(session.runs()[0], None)
    buttons.write(tmp_path / "report.pdf")
    with qtbot.waitSignal(buttons.failed) as told:
        jobs.started[0].fail("no images")
    assert told.args == ["no images"]
    assert not Path(jobs.started[0].params.report).exists()  # type: ignore[attr-defined]
    assert not buttons.busy
    assert not (tmp_path / "report.pdf").exists()
    session.shut_down()


def test_the_command_line_says_where_pdfs_are_made(project: Path, tmp_path: Path):
    with pytest.raises(UsageError, match="made in the window"):
        evaluate(EvaluateParams(str(project), report=str(tmp_path / "a.PDF")), emit=lambda _: None, cancel=Cancel())


@pytest.mark.parametrize(
    ("typed", "kind", "saved"),
    [
        ("run.html", "PDF (*.pdf)", "run.pdf"),
        ("run.html", "HTML (*.html)", "run.html"),
        ("other.html", "PDF (*.pdf)", "other.html"),
        ("other", "PDF (*.pdf)", "other.pdf"),
        ("other", "", "other.html"),
    ],
)
def test_the_chosen_kind_gives_the_suffix(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, kind: str, saved: str
):
    parent = QWidget()
    qtbot.addWidget(parent)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / typed), kind))
    assert file_dialogs.ask_save(parent, "Save", "run.html", "HTML (*.html);;PDF (*.pdf)") == tmp_path / saved
