"""What is remembered between starts."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray

from engine.places import settings_folder
from gui.settings import MOST_RECENT, Settings


def project(folder: Path, name: str) -> Path:
    made = folder / f"{name}.pigeonhole"
    made.mkdir()
    (made / "project.sqlite").touch()
    return made


def test_settings_survive_a_restart() -> None:
    settings = Settings()
    settings.scheme = "dark"
    settings.thumb_size = 200
    settings.set_state("window", QByteArray(b"\0\1\2"))
    settings.save()
    again = Settings()
    assert (again.scheme, again.thumb_size, again.state("window")) == ("dark", 200, QByteArray(b"\0\1\2"))


def test_damaged_values_read_as_defaults() -> None:
    settings_folder().mkdir(parents=True, exist_ok=True)
    (settings_folder() / "window.ini").write_text("[General]\nscheme=pink\nthumb_size=huge\nrecent=@Invalid()\n")
    settings = Settings()
    assert (settings.scheme, settings.thumb_size, settings.recent()) == ("system", 144, [])
    assert settings.state("window").isEmpty()


def test_recent_projects_come_newest_first_without_those_that_are_gone(tmp_path: Path) -> None:
    settings = Settings()
    made = [project(tmp_path, f"größe {number}") for number in range(MOST_RECENT + 3)]
    for one in (*made, made[-3]):
        settings.add_recent(one)
    (made[-1] / "project.sqlite").unlink()
    recent = Settings().recent()
    assert recent[:2] == [made[-3], made[-2]]
    assert len(recent) == MOST_RECENT - 1


def test_one_recent_project_is_read_back_as_a_list(tmp_path: Path) -> None:
    one = project(tmp_path, "alone")
    settings = Settings()
    settings.add_recent(one)
    settings.save()
    assert Settings().recent() == [one]
