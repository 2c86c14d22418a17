"""What the window remembers between starts: one INI file in the settings folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from engine.places import settings_folder

MOST_RECENT = 8


class Settings:
    """Typed access to the settings file. Missing and damaged values read as their defaults."""

    def __init__(self) -> None:
        folder = settings_folder()
        folder.mkdir(parents=True, exist_ok=True)
        self._store = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        # What Qt itself remembers, such as the folders of its dialogs, goes beside it instead of into the home folder.
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(folder))

    @property
    def scheme(self) -> str:
        """ "system", "light" or "dark"."""
        value = str(self._store.value("scheme", "system"))
        return value if value in ("system", "light", "dark") else "system"

    @scheme.setter
    def scheme(self, value: str) -> None:
        self._store.setValue("scheme", value)

    @property
    def high_contrast(self) -> bool:
        """Whether contrast is high where the system does not ask for it either."""
        return str(self._store.value("contrast", "system")) == "high"

    @high_contrast.setter
    def high_contrast(self, on: bool) -> None:
        self._store.setValue("contrast", "high" if on else "system")

    @property
    def language(self) -> str:
        """The code of the language that a person chose; "" follows the system."""
        return self.text("language")

    @language.setter
    def language(self, code: str) -> None:
        self.set_text("language", code)

    @property
    def thumb_size(self) -> int:
        """Side of the thumbnails in device-independent pixels."""
        value = str(self._store.value("thumb_size", 144))
        return int(value) if value.isdecimal() else 144

    @thumb_size.setter
    def thumb_size(self, value: int) -> None:
        self._store.setValue("thumb_size", value)

    @property
    def learning(self) -> bool:
        """Whether the program learns while a person labels."""
        return str(self._store.value("learning", "on")) != "off"

    @learning.setter
    def learning(self, on: bool) -> None:
        self._store.setValue("learning", "on" if on else "off")

    def recent(self) -> list[Path]:
        """Projects that were open, newest first, as far as they are still there."""
        value = self._store.value("recent", [])
        names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return [path for path in map(Path, names) if (path / "project.sqlite").is_file()]

    def add_recent(self, project: Path) -> None:
        others = [path for path in self.recent() if path != project]
        self._store.setValue("recent", [str(path) for path in (project, *others)][:MOST_RECENT])

    def state(self, name: str) -> QByteArray:
        """What `set_state` kept under that name: the geometry of a window, the state of a splitter."""
        value = self._store.value(f"state/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_state(self, name: str, state: QByteArray) -> None:
        self._store.setValue(f"state/{name}", state)

    def text(self, name: str) -> str:
        """What `set_text` kept under that name, or an empty text."""
        value = self._store.value(f"text/{name}", "")
        return value if isinstance(value, str) else ""

    def set_text(self, name: str, text: str) -> None:
        self._store.setValue(f"text/{name}", text)

    def save(self) -> None:
        self._store.sync()
