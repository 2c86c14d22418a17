"""Controls that restrict what the Library shows: the chosen classes, the filter bar, more conditions,
filters by name.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from engine.errors import UsageError
from engine.library.filters import Filter, condition_words, with_conditions
from gui.library.class_list import ClassList
from gui.library.conditions import Conditions
from gui.library.filter_bar import FilterBar
from gui.library.image_list import ImageList
from gui.library.saved_filters import SavedFilter, SavedFilters
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
        view.filter_wanted.connect(lambda name: self.choose(saved.all().get(name, SavedFilter([])), name))
        session.project_changed.connect(self.bar.forget_confidence)

    def restrict(self) -> bool:
        """Restrict the list; return whether any image may be hidden."""
        bars = self.bar.restricts() or self.conditions.restricts()
        return bars or bool(self._images.filter.class_ids) or self._images.filter.among is not None

    def clear(self) -> None:
        """Let every image through."""
        self._classes.clearSelection()
        self._images.set_filter(among=None, class_ids=frozenset())
        self.bar.clear()
        self.conditions.clear()

    def chosen(self) -> SavedFilter:
        """The filter as text; classes by name, so that it fits other projects."""
        fields = self.bar.fields() | self.conditions.fields()
        filter_ = Filter(**fields, class_ids=self._classes.chosen())
        names = {c.id: c.name for c in self._session.overview.classes}
        return SavedFilter(condition_words(filter_, names), filter_.sort, filter_.descending, self.bar.view.headings())

    def choose(self, saved: SavedFilter, name: str = "") -> None:
        """Choose what `saved` says; `name` is that of a saved filter, for what it asks for in vain."""
        ids = {c.name: c.id for c in self._session.overview.classes}
        gone: list[str] = []

        def class_id(name: str) -> int:
            if name not in ids:
                gone.append(name)
            return ids.get(name, NO_CLASS)

        filter_ = Filter(sort=saved.sort, descending=saved.descending)
        for word in saved.where:
            try:
                found = with_conditions(Filter(), [word], class_id)
            except UsageError as why:  # whoever wrote the settings by hand; the rest is applied
                self.said.emit(str(why))
                continue
            for field in found.set_fields():
                before, value = getattr(filter_, field.attribute), getattr(found, field.attribute)
                filter_ = replace(filter_, **{field.attribute: before | value if field.many else value})
        here = filter_.class_ids - {NO_CLASS}
        self._classes.choose(here)
        # The list tells nothing where it had nothing chosen before either; and no class at all lets everything through.
        self._images.set_filter(class_ids=here or filter_.class_ids)
        self.bar.choose(filter_, saved.group)
        self.conditions.choose(filter_, name)
        if gone:
            self._tell_gone(name, gone, all_of_them=not here)

    def _tell_gone(self, name: str, gone: list[str], *, all_of_them: bool) -> None:
        """Classes of a saved filter were deleted, merged or renamed, or belong to another project."""
        if all_of_them:
            words = self.tr("The filter {0} asks for classes that this project does not have ({1}); no image fits it.")
        else:
            words = self.tr(
                "The filter {0} asks for classes that this project does not have ({1}); the others are shown."
            )
        self.said.emit(words.format(f"“{name}”", ", ".join(gone)))
