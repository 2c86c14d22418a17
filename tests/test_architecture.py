"""What `docs/architecture.md` says is true: every file and name on it exists, and what it says follows does follow."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import IO

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.batch.outputs.tables import OUTPUTS
from engine.colours import DARK, HIGH_DARK, HIGH_LIGHT, LIGHT, css
from engine.imaging import signatures
from engine.imaging.codec import decode_here
from engine.imaging.depth import values_here
from engine.imaging.rendering import Deep
from engine.imaging.signatures import FORMATS, PictureFormat
from engine.jobs.job import Cancel
from engine.jobs.registry import JOBS, job
from engine.library import edits, history, query, timeline
from engine.library.edit_kinds import edit_kind
from engine.library.importers import registry
from engine.library.listing import list_images
from engine.library.project import Project
from engine.library.records import Split
from engine.library.scan import ImportParams, import_sources
from engine.library.split_choices import SPLIT_WAYS
from engine.models.targets import TARGETS
from engine.similarity.bases import BaseDetails, add_base, chosen_base
from engine.training.base_choice import BaseParams, bases
from engine.training.options import specs
from engine.training.recipes.registry import RECIPES
from gui import actions, theme
from gui.library.base_dialog import BaseDialog
from gui.library.import_options import ImportOptionsForm
from gui.review import sections
from gui.review.section import Section
from gui.session import Session
from gui.train.options_form import OptionsForm
from gui.train.setup_panel import SetupPanel
from main import main
from tests.engine.similarity.test_bases import published
from tests.gui.fakes import FakeJobs

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "architecture.md").read_text("utf-8")
TICKED = re.compile(r"`([^`]+)`")
PATH = re.compile(r"(engine|gui|tests|docs|release|resources)/[\w./-]*")
NAME = re.compile(r"(?!.*\.(py|json)$)[A-Za-z_]\w*(\.\w+)?")


OF_A_TEST = edit_kind("of-a-test", "Move {images} by a test")


def section(title: str) -> str:
    return TEXT.partition(f"## {title}\n")[2].partition("\n## ")[0]


def table(title: str) -> list[list[str]]:
    """The cells of the rows of the one table of a section, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


@cache
def defined(path: str) -> frozenset[str]:
    """The classes, functions, methods and constants of a file: `name` or `Class.name`."""

    def names(body: list[ast.stmt], prefix: str = "") -> Iterator[str]:
        for node in body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                yield prefix + node.name
            if isinstance(node, ast.ClassDef):
                yield from names(node.body, f"{node.name}.")
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            yield from (prefix + target.id for target in targets if isinstance(target, ast.Name))

    return frozenset(names(ast.parse((ROOT / path).read_text("utf-8")).body))


def test_every_path_on_the_page_exists():
    paths = [word for word in TICKED.findall(re.sub(r"(?s)```.*?```", "", TEXT)) if PATH.fullmatch(word)]
    assert len(paths) > 60
    missing = [path for path in paths if not any(ROOT.glob(path.replace("NAME", "*").rstrip("/")))]
    assert missing == []


@pytest.mark.parametrize("step", table("The tour: one picture on its way"), ids=lambda step: step[0])
def test_each_step_of_the_tour_names_functions_that_are_there(step: list[str]):
    path, found = "", 0
    for word in TICKED.findall(step[2]):
        if PATH.fullmatch(word):
            path = word
        else:
            assert word in defined(path), f"{word} is not in {path}"
            found += 1
    assert found


def test_the_tour_goes_from_the_folder_to_the_new_label():
    steps = [step[0] for step in table("The tour: one picture on its way")]
    wanted = ["folder", "image", "label", "split", "batch", "fit", "model", "prediction", "mistake", "relabel"]
    assert [step for step in steps if step in wanted] == wanted


@pytest.mark.parametrize("row", table("Where to put the next change"), ids=lambda row: row[0])
def test_each_place_of_the_next_change_is_there(row: list[str]):
    """What is named beside a file of the row is defined in it, or in one of its kind where the file is yet to write."""
    words = TICKED.findall(" ".join(row[1:]))
    files = [str(file.relative_to(ROOT)) for word in words if PATH.fullmatch(word) for file in _files(word)]
    assert files
    known = frozenset[str]().union(*(defined(file) for file in files if file.endswith((".py", ".spec"))))
    names = [word for word in words if NAME.fullmatch(word) and not PATH.fullmatch(word)]
    assert [name for name in names if name not in known] == []


def _files(path: str) -> list[Path]:
    found = list(ROOT.glob(path.replace("NAME", "*").rstrip("/")))
    assert found, path
    return [file for place in found for file in (place.rglob("*.py") if place.is_dir() else [place])]


def test_no_two_classes_have_one_name():
    """A reader who looks for a class finds it, and no other one. (What a string holds is a program of its own.)"""
    places: dict[str, list[str]] = {}
    for package in ("engine", "gui"):
        for file in sorted((ROOT / package).rglob("*.py")):
            for node in ast.parse(file.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef):
                    places.setdefault(node.name, []).append(str(file.relative_to(ROOT)))
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


def test_each_dependency_has_one_line_that_says_why_it_is_there():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    optional = project["project"]["optional-dependencies"]
    extras = {f"{name(wanted)} (extra `{extra}`)" for extra in optional for wanted in optional[extra]}
    wanted = {
        *map(name, project["project"]["dependencies"]),
        *(name(wanted) for group in ("dev", "package") for wanted in project["dependency-groups"][group]),
    }
    rows = table("Dependencies, and why each is there")
    told = [row[0] for row in rows]
    assert len(told) == len(set(told))
    assert all(len(row) == 2 and row[1] for row in rows)
    # Told of as extras: pyarrow under Parquet, and both are installed for the tests.
    shared = {"pyarrow (extra `cluster`)", "pyarrow", "pydicom"}
    assert set(told) == (wanted | extras) - shared


def name(requirement: str) -> str:
    return re.split(r"[>=<!;~ ]", requirement)[0]


# What follows from one registered object, as the table says.


def lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict]:
    capsys.readouterr()
    main([*arguments, "--json"])
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_recipe_is_one_entry(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    made_up = replace(RECIPES["quick"], name="made-up", title="Made up", summary="Of a test.")
    monkeypatch.setitem(RECIPES, made_up.name, made_up)
    listed = lines(capsys, "recipes")[-1]["recipes"]
    assert listed[-1] == {"name": "made-up", "summary": "Of a test."}
    setup = SetupPanel(list(RECIPES.values()))
    qtbot.addWidget(setup)
    assert setup.recipes.knows("made-up")


def test_each_option_has_a_flag_and_a_row_of_the_form(qtbot: QtBot, capsys: pytest.CaptureFixture[str]):
    form = OptionsForm()
    qtbot.addWidget(form)
    main(["train", "--help"])
    shown = capsys.readouterr().out
    for spec in specs():
        assert re.search(rf"--{spec.name.replace('_', '-')}\b", shown), spec.name
    assert set(form.values()) == {spec.name for spec in specs()}


def test_each_registered_form_is_a_word_of_its_flag(capsys: pytest.CaptureFixture[str]):
    registered = (("export", TARGETS), ("classify", OUTPUTS), ("import", registry.LABELS), ("import", SPLIT_WAYS))
    for command, known in registered:
        capsys.readouterr()
        main([command, "--help"])
        shown = re.sub(r"\s+", "", capsys.readouterr().out)
        assert "|".join(known) in shown, command


def test_the_first_page_names_every_recipe_and_every_form_of_labels():
    page = (ROOT / "README.md").read_text("utf-8")
    recipes = page.partition("### Recipes\n")[2].partition("\n## ")[0]
    assert [name for name in RECIPES if f"`{name}`" not in recipes] == []
    forms = page.partition("### What folders it understands\n")[2].partition("\n### ")[0].lower().replace(" ", "-")
    own_rows = {"folders", "prefix", "suffix", "pattern", "csv", "none"}  # of folders, names, tables, no labels
    assert [form.flag for form in registry.IMPORTERS if form.flag not in own_rows and form.flag not in forms] == []


def test_a_form_of_labelled_pictures_is_one_object(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    made_up = replace(
        registry.by_flag("labelme"), name="made-up", flag="made-up", menu="Made up", kinds={"made-up": "x"}
    )
    monkeypatch.setattr(registry, "IMPORTERS", (*registry.IMPORTERS, made_up))
    options = ImportOptionsForm()
    qtbot.addWidget(options)
    options.begin(tmp_path)
    flags = [options.kind.itemData(row) for row in range(options.kind.count())]
    assert flags == [*registry.LABELS, "made-up"]
    assert options.kind.itemText(options.kind.count() - 1) == "Made up"
    assert registry.kind_words("made-up") == "x"


def test_a_form_of_pictures_is_one_entry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    made_up = PictureFormat("Made up", "", ((0, b"made up"),), deep_reader=f"{__name__}:read_made_up", is_picture=bool)
    monkeypatch.setattr(signatures, "FORMATS", (*FORMATS, made_up))
    (tmp_path / "1").write_bytes(b"made up 200")
    assert [listed.names for listed in list_images(tmp_path, cancel=Cancel())] == [("1",)]
    assert decode_here(tmp_path / "1").getpixel((0, 0)) == (200, 200, 200)
    assert values_here(tmp_path / "1").tolist() == [[200]]


def read_made_up(stream: IO[bytes], page: int) -> Deep:
    assert page == 1
    stream.seek(0)
    return Deep(np.array([[int(stream.read().split()[-1])]], np.uint16), top=255.0)


def test_a_colour_is_one_field(qapp: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    styles = tmp_path / "window.qss"
    styles.write_text("".join(f"#{name} {{ color: ${name}; }}\n" for name in LIGHT.named()), "utf-8")
    monkeypatch.setattr(theme, "STYLES", styles)
    try:
        for scheme, high, palette in (
            ("dark", False, DARK),
            ("light", False, LIGHT),
            ("dark", True, HIGH_DARK),
            ("light", True, HIGH_LIGHT),
        ):
            shown, named = theme.apply(qapp, scheme, high_contrast=high).named(), palette.named()
            assert {name: colour.name() for name, colour in shown.items()} == named
            assert [
                f"#{name} {{ color: {colour}; }}" for name, colour in named.items()
            ] == qapp.styleSheet().splitlines()
            assert all(f"--{name.replace('_', '-')}: {colour};" in css(palette) for name, colour in named.items())
    finally:
        monkeypatch.undo()
        theme.apply(qapp, "dark")
        theme.apply(qapp, "light")


def test_a_base_is_one_file(qtbot: QtBot, empty_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    made_up = add_base(published(tmp_path / "made-up.onnx"), BaseDetails(name="made-up"))
    assert made_up.name in [base["name"] for base in lines(capsys, "bases")[-1]["bases"]]
    jobs = FakeJobs()
    dialog = BaseDialog(jobs)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    jobs.started[0].succeed(**bases(BaseParams(), emit=lambda _: None, cancel=Cancel()))
    assert made_up.name in [row[0] for row in dialog.table.rows()]
    assert lines(capsys, "bases", "choose", "made-up")[-1]["base"] == made_up.name
    assert chosen_base() == made_up


class MadeUpSection(Section):
    """Counts what it is shown."""

    def __init__(self, session: Session, jobs: FakeJobs) -> None:
        super().__init__()
        self.shown: list[object] = []

    def show_reviewed(self, reviewed: object) -> None:
        self.shown.append(reviewed)


def test_a_section_of_review_is_one_entry(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch):
    made_up = sections.SectionKind("MadeUpSection", __name__, "Made up", "review", needs_run=False)
    monkeypatch.setattr(sections, "SECTIONS", (*sections.SECTIONS, made_up))
    page = QWidget()
    qtbot.addWidget(page)
    session = Session()
    every = sections.all_sections(session, FakeJobs())  # type: ignore[arg-type]
    every.setParent(page)
    every.tabs.setParent(page)
    every.add_actions(page)
    place = every.place("MadeUpSection")
    assert every.tabs.tabText(place) == "Made up"
    (action,) = [action for action in page.actions() if action.text() == "Review: Made up"]
    assert action.shortcut().toString() == f"Alt+{place + 1}"
    action.trigger()
    every.show_reviewed(None, opened=True, usable=True)
    assert every.section(MadeUpSection).shown == [None]
    session.shut_down()


def test_a_job_is_one_entry(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(JOBS, "made-up", f"{__name__}:made_up_job")
    assert job("made-up").__name__ == "made_up_job"


def made_up_job(params: object, *, emit: object, cancel: object) -> dict:
    return {}


def test_an_edit_of_a_new_kind_has_words_and_is_undone(tmp_path: Path):
    Image.new("RGB", (8, 8)).save(tmp_path / "1.png")
    with Project.create(tmp_path / "p") as project:
        params = ImportParams(str(project.folder), (str(tmp_path),))
        import_sources(params, emit=lambda _: None, cancel=Cancel(), project=project)
        picked = f"[{query.image_ids(project, query.Filter())[0]}]"
        test = tuple(Split).index(Split.TEST)
        with project.store.write() as db:
            made = edits.on_images(db, OF_A_TEST, lambda edit: history.change_splits(db, edit, picked, test))
        assert made.name == "Move 1 image by a test"
        assert [past.name for past in timeline.history(project)][-1] == made.name
        undone = edits.undo(project)
        assert undone is not None
        assert undone.kind is OF_A_TEST
        assert edits.redo_name(project) == made.name


def test_what_can_be_done_has_its_key_in_its_tip(qtbot: QtBot):
    page = QWidget()
    qtbot.addWidget(page)
    action = actions.add(page, "Do something…", lambda: None, "Ctrl+7")
    assert action in page.actions()
    assert "7" in action.toolTip()
