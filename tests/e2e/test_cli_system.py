"""The commands about the program itself: help and manual, completions, and the desktop's menu."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer

import main as entry
from engine.cli.app import app
from engine.cli.commands import COMMANDS, load
from engine.cli.completion import completion
from engine.cli.manual import manual

ROOT = Path(__file__).resolve().parents[2]
on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="menus of Linux")
# https://specifications.freedesktop.org/menu-spec/latest/category-registry.html
MAIN_CATEGORIES = {
    *("AudioVideo", "Audio", "Video", "Development", "Education", "Game", "Graphics", "Network", "Office"),
    *("Science", "Settings", "System", "Utility"),
}


def options() -> dict[str, set[str]]:
    """The options of each command as the parser has them."""
    load(None)
    parser = typer.main.get_command(app)
    return {
        name: {
            option
            for parameter in found.get_params(typer.Context(found))  # with those of a training's options
            if parameter.param_type_name == "option"
            for option in (*parameter.opts, *parameter.secondary_opts)
        }
        for name, found in parser.commands.items()  # type: ignore[attr-defined]
    }


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_completes_commands_options_and_their_values() -> None:
    asked = [(), *((name, "--") for name in sorted(COMMANDS))]
    asked += [("export", "PROJECT", "--format", "op"), ("completion", ""), ("train", "--recipe", "")]
    asked += [("train", "--rot"), ("train", "PROJECT", "--channels", "")]
    tries = "\n".join(
        f"COMP_WORDS=(pigeonhole {' '.join(map(repr, words)) or repr('')}); COMP_CWORD={max(1, len(words))}\n"
        '_pigeonhole; echo "${COMPREPLY[*]}"'
        for words in asked
    )
    done = subprocess.run(
        ["bash", "-eu", "-c", f"{completion('bash')}\nset +e\n{tries}"], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    first, *of_commands, formats, shells, files, flags, values = done.stdout.split("\n")[:-1]
    assert set(first.split()) == set(COMMANDS)
    for name, line in zip(sorted(COMMANDS), of_commands, strict=True):
        assert set(line.split()) == options()[name] | {"--help"}, name
    assert (formats, shells, files) == ("openvino", "bash zsh fish", "")
    assert (flags, values) == ("--rotation", "rgb grey")


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_zsh_and_fish_are_told_every_command_and_option(shell: str) -> None:
    script = completion(shell)
    for name, found in options().items():
        (line, *more) = [
            line
            for line in script.splitlines()
            if line.lstrip().startswith(f"{name})")
            or line.startswith(f"complete -c pigeonhole -n __fish_use_subcommand -a {name} ")
        ]
        assert not more
        told = line if shell == "zsh" else "\n".join(x for x in script.splitlines() if f'subcommand_from {name}"' in x)
        for option in found:
            assert f"*{option}[" in told or f" -l {option[2:]} " in told or f" -s {option[1:]} " in told, (name, option)
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, text=True, check=True)


def test_the_manual_tells_every_command_and_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.main(["help", "--man"]) == 0
    page = capsys.readouterr().out
    sections = {part.split()[0]: part for part in page.partition(".SH COMMANDS")[2].split(".SS ")[1:]}
    assert set(sections) == set(COMMANDS)
    for name, found in options().items():
        for option in found:
            assert f"\\fB{option.replace('-', chr(92) + '-')}\\fR" in sections[name]
    if shutil.which("groff"):
        said = subprocess.run(["groff", "-man", "-ww", "-z"], input=page, capture_output=True, text=True, check=True)
        assert said.stderr == ""


def test_help_is_what_the_option_says_and_an_unknown_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["train"]):
        entry.main(["help", *words])
        by_command = capsys.readouterr().out
        entry.main([*words, "--help"])
        assert by_command == capsys.readouterr().out != ""
    assert entry.main(["help", "tarin"]) == 2
    assert "There is no command 'tarin'" in capsys.readouterr().err


@on_linux
def test_the_desktop_is_told_and_forgets_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data, program = tmp_path / "data", tmp_path / 'a "b" 100%' / "pigeonhole-gui"
    program.parent.mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(data))
    monkeypatch.setattr("sys.executable", str(program.with_name("python")))
    assert entry.main(["desktop", "--install"]) == 2
    assert "found no file" in capsys.readouterr().err
    program.touch(mode=0o755)

    assert entry.main(["desktop", "--install"]) == 0

    found = desktop_entry(data / "applications" / "pigeonhole.desktop")
    assert found["Exec"] == f'"{tmp_path}/a \\\\"b\\\\" 100%%/pigeonhole-gui" %f'
    kinds = ElementTree.parse(data / "mime" / "packages" / "pigeonhole.xml").getroot()
    assert set(found["MimeType"].strip(";").split(";")) <= {kind.get("type") for kind in kinds}
    assert (data / "icons" / "hicolor" / "scalable" / "apps" / f"{found['Icon']}.svg").is_file()

    assert entry.main(["desktop", "--remove"]) == 0
    ours = [file for file in data.rglob("*") if "pigeonhole" in file.name]
    assert ours == []
    assert entry.main(["desktop"]) == 2


def test_the_menu_entry_has_one_main_category_and_the_name_of_the_window() -> None:
    found = desktop_entry(ROOT / "resources" / "desktop" / "pigeonhole.desktop")
    categories = set(found["Categories"].strip(";").split(";"))
    assert categories & MAIN_CATEGORIES == {"Science"}
    assert found["StartupWMClass"] == "pigeonhole"


def test_a_double_click_on_the_store_opens_its_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str | None] = []
    monkeypatch.setattr(entry, "_window", lambda place: opened.append(place) or 0)
    project = tmp_path / "birds.pigeonhole"
    project.mkdir()
    (project / "project.sqlite").touch()
    monkeypatch.chdir(project)
    assert entry.main([str(project / "project.sqlite")]) == 0
    assert entry.main(["project.sqlite"]) == 0
    assert opened == [str(project), str(project)]


def desktop_entry(file: Path) -> configparser.SectionProxy:
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read(file, encoding="utf-8")
    return parser["Desktop Entry"]


def test_the_manual_tells_of_every_environment_variable_that_is_read() -> None:
    sources = [*(ROOT / "engine").rglob("*.py"), *(ROOT / "gui").rglob("*.py"), ROOT / "main.py"]
    read = {name for file in sources for name in re.findall(r"\bPIGEONHOLE_[A-Z_]+\b", file.read_text("utf-8"))}
    page = manual().partition(".SH ENVIRONMENT")[2].replace("\\-", "-")
    assert read == set(re.findall(r"\bPIGEONHOLE_[A-Z_]+\b", page))
    assert "NO_COLOR" in page


def test_a_terminal_gets_no_colours(tmp_path: Path) -> None:
    code = "import pty, sys; sys.exit(pty.spawn([sys.executable, 'main.py', 'info', 'nowhere']) and 0)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert "There is no project" in done.stdout
    assert "\x1b[" not in done.stdout
