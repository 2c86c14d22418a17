"""What makes the program for Windows and macOS agrees with the program. Only their own systems can build it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine import language

ROOT = Path(__file__).resolve().parents[1]
SPEC = (ROOT / "release" / "pigeonhole.spec").read_text("utf-8")
INSTALLER = (ROOT / "release" / "windows.iss").read_text("utf-8")
WORKFLOW = (ROOT / ".github" / "workflows" / "packages.yml").read_text("utf-8")


def test_the_installer_for_windows_installs_what_is_frozen_and_names_the_window_as_the_program_does() -> None:
    (said,) = re.findall(
        r'SetCurrentProcessExplicitAppUserModelID\("(.+?)"\)', (ROOT / "gui/app.py").read_text("utf-8")
    )
    assert f'AppUserModelID: "{said}"' in INSTALLER
    programs = set(re.findall(r"\{app\}\\([\w-]+)\.exe", INSTALLER))
    assert programs == {"pigeonhole-gui"}
    assert all(f'programs["{name}"]' in SPEC for name in programs)
    assert 'Source: "build\\frozen\\pigeonhole\\*"' in INSTALLER
    assert "--distpath build/frozen" in WORKFLOW


def test_each_system_tries_the_program_that_it_made() -> None:
    for system in ("windows-latest", "macos-latest", "ubuntu-22.04"):
        assert system in WORKFLOW
    compile(SPEC, "pigeonhole.spec", "exec")
    assert 'name="Pigeonhole.app"' in SPEC
    assert "Pigeonhole.app/Contents/MacOS/pigeonhole" in WORKFLOW
    for tried in ("sample --headless", "train ", "The window opens and closes"):
        assert WORKFLOW.count(tried) >= 2, tried


@pytest.mark.parametrize("code", language.codes())
def test_the_installer_and_the_desktops_speak_each_language(code: str) -> None:
    languages, own = INSTALLER.partition("[Languages]")[2].partition("[CustomMessages]")[::2]
    assert f'Name: "{code}"; MessagesFile:' in languages
    assert re.search(rf"^{code}\.OpenFolder=.*Pigeonhole", own, re.M)
    if code != language.SOURCE:
        desktop = ROOT / "resources" / "desktop"
        assert f"Comment[{code}]=" in (desktop / "pigeonhole.desktop").read_text("utf-8")
        for name in ("pigeonhole.metainfo.xml", "pigeonhole.xml"):
            assert f'xml:lang="{code}"' in (desktop / name).read_text("utf-8"), name
