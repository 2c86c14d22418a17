"""Files that are dropped on an open project: each use of them is offered, and those without a use are named."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from engine.imaging.signatures import IMAGE_SUFFIXES
from gui import theme
from gui.session import Session
from gui.texts import Texts
from gui.widgets.chooser import Chooser, ChooserEntry
from gui.widgets.drop_zone import PACKED

Dropping = Texts("Dropping")

MOST_SOURCES = 4  # folders and tables that are offered; a chooser of more would not be read


@dataclass(frozen=True, slots=True)
class Dropped:
    """Files and folders by what they can be used for, by their names alone; the import looks inside."""

    sources: tuple[Path, ...]  # folders, archives, array files
    pictures: tuple[Path, ...]
    tables: tuple[Path, ...]
    others: tuple[Path, ...]

    @classmethod
    def of(cls, paths: Iterable[Path]) -> Dropped:
        from engine.library.importers.of_table import TABLES

        kinds: dict[str, list[Path]] = {"sources": [], "pictures": [], "tables": [], "others": []}
        for path in paths:
            name, suffix = path.name.lower(), path.suffix.lower()
            if path.is_dir() or name.endswith(PACKED):
                kind = "sources"
            elif suffix in IMAGE_SUFFIXES:
                kind = "pictures"
            else:
                kind = "tables" if suffix in TABLES else "others"
            kinds[kind].append(path)
        return cls(**{kind: tuple(found) for kind, found in kinds.items()})


@dataclass(frozen=True, slots=True)
class Uses:
    """The uses that the page has for dropped files."""

    add_source: Callable[[Path], object]
    add_pictures: Callable[[tuple[Path, ...]], object]
    read_table: Callable[[Path], object]
    find_like: Callable[[Path], object]


class DropQuestion:
    """Offers what can be done with dropped files, by a click or by keys."""

    def __init__(self, session: Session, uses: Uses) -> None:
        self._session, self._uses = session, uses
        self.chooser: Chooser | None = None

    def ask(self, page: QWidget, paths: Iterable[Path]) -> None:
        """Ask what is to be done; nothing is asked where nothing can be."""
        project, dropped = self._session.project, Dropped.of(paths)
        assert project is not None
        entries = self._entries(dropped, project.name)
        unused = self._unused(dropped)
        if not entries:
            self._session.message.emit(unused)
            return
        self.chooser = self.chooser or Chooser(page.window())
        self.chooser.ask(unused or Dropping.tr("What is to be done with it?"), entries)

    def _entries(self, dropped: Dropped, project: str) -> list[ChooserEntry]:
        uses, entries = self._uses, []
        if len(dropped.pictures) == 1:
            words = Dropping.tr("Find pictures like “{0}”").format(dropped.pictures[0].name)
            entries.append(_entry(words, "search", partial(uses.find_like, dropped.pictures[0])))
        if self._session.read_only:
            return entries
        if dropped.pictures:
            words = Dropping.tr("Add these %Ln picture(s) to “{0}”", None, len(dropped.pictures)).format(project)
            entries.append(_entry(words, "image", partial(uses.add_pictures, dropped.pictures)))
        for source in dropped.sources[:MOST_SOURCES]:
            add = Dropping.tr("Add “{0}” to “{1}”…").format(source.name, project)
            entries.append(_entry(add, "folder-plus", partial(uses.add_source, source)))
            alone = Dropping.tr("Open “{0}” by itself").format(source.name)
            entries.append(_entry(alone, "folder-open", partial(self._session.open_path, source)))
        for table in dropped.tables[:MOST_SOURCES]:
            words = Dropping.tr("Read labels from “{0}”…").format(table.name)
            entries.append(_entry(words, "tag", partial(uses.read_table, table)))
        return entries

    def _unused(self, dropped: Dropped) -> str:
        """Return what is not offered, in a sentence; empty where everything is."""
        if self._session.read_only:
            return self._session.read_only_reason
        beyond = (*dropped.sources[MOST_SOURCES:], *dropped.tables[MOST_SOURCES:])
        unused = [path.name for path in (*dropped.others, *beyond)]
        if not unused:
            return ""
        names = ", ".join(unused[:3])
        return Dropping.tr(
            "%Ln file(s) cannot be used here, such as {0}; drop folders, archives, pictures or tables.",
            None,
            len(unused),
        ).format(names)


def _entry(words: str, icon: str, run: Callable[[], object]) -> ChooserEntry:
    return ChooserEntry(words, run, icon=theme.icon(icon))
