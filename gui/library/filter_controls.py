"""All that restricts what the Library shows: the chosen classes, the filter bar, more conditions, filters by name."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from gui.library.class_list import ClassList
from gui.library.conditions import Conditions
from gui.library.filter_bar import FilterBar
from gui.library.image_list import ImageList
from gui.library.saved_filters import SavedFilters
from gui.session import Session
from gui.settings import Settings

NO_CLASS = 0  # ids of classes begin at 1


class FilterControls(QObject):
    """Hands what is chosen to the list of images; `said` tells what a saved filter asks for in vain."""

    said = Signal(str)

    def __init__(self, session: Session, images: ImageList, classes: ClassList, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._images, self._classes = session, images, classes
        self.bar = FilterBar()
        self.conditions = Conditions(session)
        self._saved = saved = SavedFilters(Settings())
        self.bar.changed.connect(lambda fields: images.set_filter(**fields))
        self.bar.group_changed.connect(images.set_group)
        self.bar.more.toggled.connect(self.conditions.set_open)
        self.conditions.changed.connect(lambda: images.set_filter(**self.conditions.fields()))
        self.conditions.said.connect(self.said)
        classes.filter_changed.connect(lambda ids: images.set_filter(class_ids=ids))
        view = self.bar.view
        view.names = lambda: list(saved.all())
        view.save_wanted.connect(lambda name: saved.save(name, self.chosen()))
        view.forget_wanted.connect(saved.forget)
        view.filter_wanted.connect(lambda name: self.choose(saved.all().get(name, {}), name))
        session.project_changed.connect(self.bar.forget_confidence)

    def restrict(self) -> bool:
        """Whether any image may be hidden."""
        bars = self.bar.restricts() or self.conditions.restricts()
        return bars or bool(self._images.filter.class_ids) or self._images.filter.among is not None

    def clear(self) -> None:
        """Let every image through."""
        self._classes.clearSelection()
        self._images.set_filter(among=None, class_ids=frozenset())
        self.bar.clear()
        self.conditions.clear()

    def chosen(self) -> dict[str, Any]:
        """The filter as plain data that `choose` takes; classes by name, so that it fits other projects."""
        chosen = self._classes.chosen()
        names = [c.name for c in self._session.overview.classes if c.id in chosen]
        return {**self.bar.chosen(), "classes": names, "conditions": self.conditions.chosen()}

    def choose(self, state: dict[str, Any], name: str = "") -> None:
        """Choose what `state` says; `name` is that of a saved filter, for what it asks for in vain."""
        ids = {c.name: c.id for c in self._session.overview.classes}
        names = list(state.get("classes", ()))
        here = [ids[name] for name in names if name in ids]
        self._classes.choose(here)
        # The list tells nothing where it had nothing chosen before either; and no class at all lets everything through.
        self._images.set_filter(class_ids=frozenset(here if here or not names else {NO_CLASS}))
        self.bar.choose(state)
        conditions = state.get("conditions")
        self.conditions.choose(conditions if isinstance(conditions, dict) else {}, name)
        if gone := [other for other in names if other not in ids]:
            self._tell_gone(name, gone, all_of_them=len(gone) == len(names))

    def _tell_gone(self, name: str, gone: list[str], *, all_of_them: bool) -> None:
        """Classes of a saved filter were deleted, merged or renamed, or belong to another project."""
        if all_of_them:
            words = self.tr("The filter {0} asks for classes that this project does not have ({1}); no image fits it.")
        else:
            words = self.tr(
                "The filter {0} asks for classes that this project does not have ({1}); the others are shown."
            )
        self.said.emit(words.format(f"“{name}”", ", ".join(gone)))
