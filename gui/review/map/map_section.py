"""The images laid out by what the model makes of them; those that it sees alike lie together."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QMenu,
    QPushButton,
    QSplitter,
    QToolButton,
    QWidget,
)

from engine.review.map_points import Mapped, read_mapped, still_there
from gui import actions, theme
from gui.jobs import JobRunner
from gui.review.id_grid import IdGrid
from gui.review.job_line import JobLine
from gui.review.map.hover import HoverCard
from gui.review.map.legend import LegendEntry, MapLegend, by_class, by_mistake, looks
from gui.review.map.view import MapView
from gui.review.section import Section
from gui.session import Session
from gui.widgets import wording
from gui.widgets.charts import export
from gui.widgets.class_keys import ClassKeys
from gui.widgets.controls import Segments, icon_button
from gui.widgets.empty_page import EmptyPage
from gui.widgets.labels import elided
from gui.widgets.layouts import column, fill, row

if TYPE_CHECKING:
    from engine.library.records import Edit, ImageRecord
    from engine.review.reviewed import Reviewed
    from engine.training.runs.records import RunRecord
    from gui.widgets.pictures.large_view import Guess

METHODS = ("pca", "tsne")
LABEL, PREDICTION, MISTAKE = range(3)  # what colours and signs tell
MAP, EMPTY = 0, 1
SIDE = 84  # of the chosen pictures


class MapSection(Section):
    def __init__(self, session: Session, jobs: JobRunner) -> None:
        super().__init__()
        self._session = session
        self._reviewed: Reviewed | None = None
        self._is_open = False  # a project; without a run the features of the base are laid out
        self._laid_out: dict[tuple[str, str], Mapped] = {}  # by run and method
        self._trained: dict[str, RunRecord] = {}  # the runs of which these are
        self._found: Mapped | None = None
        self.entries: list[LegendEntry] = []
        self.method = Segments([self.tr("Overview"), self.tr("Groups")], self.tr("Layout"))
        self.method.button(0).setToolTip(self.tr("Details: principal component analysis (PCA), in a moment"))
        self.method.button(1).setToolTip(self.tr("Details: t-SNE, which keeps neighbours together"))
        self.tells = Segments(
            [self.tr("Label"), self.tr("Prediction"), self.tr("Mistakes")], self.tr("What colours and signs tell")
        )
        self.hand = Segments([self.tr("Lasso"), self.tr("Move")], self.tr("What the left button does"))
        self.heading = elided("", "heading")
        self.line = JobLine(session, jobs)
        self.view = MapView()
        self.view.setObjectName("map_view")
        self.hover = HoverCard(session, self.view)
        self.legend = MapLegend()
        self.grid = IdGrid(session, self._words, self._large)
        self.grid.cover = self
        self.grid.setObjectName("map_grid")
        self.grid.setAccessibleName(self.tr("Chosen images"))
        self.grid.set_empty_text(self.tr("Draw a lasso around points, or choose a line above, to see the pictures."))
        self.chosen = elided("", "section")
        self.gallery = QPushButton(self.tr("Show in the gallery"))
        self.gallery.setObjectName("map_gallery_button")
        self.gallery.setAccessibleName(self.gallery.text())
        self.empty = EmptyPage("scatter", "", "")
        self.start = self.empty.add_button(self.tr("Lay out the map"), "lay_out_button", self._lay_out)
        self._build()
        self._add_actions()
        self._connect()

    # Layout

    @property
    def found(self) -> Mapped | None:
        """The map that is shown."""
        return self._found

    def _build(self) -> None:
        gap = theme.current()
        self._zooms = row(spacing=0)
        head = row(self.method, self.tells, self.hand, fill(self.heading), self._zooms, spacing=gap.M)
        head.addStrut(gap.CONTROL)
        self.grid.set_thumb_size(SIDE)
        below = QWidget()
        chosen = row(fill(self.chosen), self.gallery)
        column(chosen, fill(self.grid), on=below, margins=(0, gap.S, 0, 0), spacing=gap.S)
        side = QSplitter(Qt.Orientation.Vertical)
        side.setChildrenCollapsible(False)
        side.addWidget(self.legend)
        side.addWidget(below)
        side.setSizes([200, 320])
        right = QWidget()
        column(side, on=right, margins=(gap.L, 0, 0, 0))
        halves = QSplitter()
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(1)
        halves.addWidget(self.view)
        halves.addWidget(right)
        halves.setStretchFactor(0, 1)
        halves.setSizes([760, 330])
        column(head, self.line, fill(self.stacked(halves, self.empty)), on=self, spacing=gap.S)

    def _add_actions(self) -> None:
        view = self.view
        add = partial(actions.add, self, everywhere=True)
        export_words = self.tr("Export")
        zooms = [
            add(self.tr("Smaller map"), lambda: view.enlarge(1 / 1.5), "Ctrl+-", "zoom-out"),
            add(self.tr("Larger map"), lambda: view.enlarge(1.5), "Ctrl++ Ctrl+=", "zoom-in"),
            add(self.tr("Show the whole map"), view.fit, "Ctrl+0", "fit"),
        ]
        for action in zooms:
            self._zooms.addWidget(actions.button(action))
        picture = add(self.tr("Save picture as PNG or SVG…"), self.save_picture, "Ctrl+E", "image", also=export_words)
        table = add(self.tr("Save table as CSV…"), self.save_table, "Ctrl+Shift+E", "export", also=export_words)
        save = icon_button("export", self.tr("Save the map"))
        save.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(save)
        menu.addActions([picture, table])
        save.setMenu(menu)
        self._zooms.addWidget(save)
        add(self.tr("Other layout"), self.method.next, "Ctrl+L", "grid")
        add(self.tr("Let colours tell something else"), self.tells.next, "Ctrl+M", "tag")
        add(self.tr("Lasso or move"), self.hand.next, "M", "fit")
        add(self.tr("Choose all points"), view.select_all, "Ctrl+A", "check")
        add(self.tr("Show the chosen images in the gallery"), self._to_gallery, "Ctrl+G", "eye")
        add(self.tr("Lay out the map again"), self._lay_out, "F5", "refresh")
        ClassKeys(self, self._label, self._session.has_key, everywhere=True)

    def _connect(self) -> None:
        self.method.chosen.connect(lambda _: self._show())
        self.tells.chosen.connect(lambda _: self._show_looks())
        self.hand.chosen.connect(lambda index: self.view.set_moving(index == 1))
        self.line.changed.connect(self._update)
        self.view.selection_changed.connect(self._on_selection)
        self.view.activated.connect(self.open_large)
        self.view.hovered.connect(self._on_hover)
        self.view.current_changed.connect(self._on_hover)
        self.legend.chosen.connect(self.view.select)
        self.gallery.clicked.connect(self._to_gallery)
        self._session.images_changed.connect(self._on_edit)
        self._session.classes_changed.connect(self._show_looks)
        self._session.listing_changed.connect(self._read_again)
        self._session.runs_changed.connect(self._on_runs)
        theme.notifier().changed.connect(self._show_looks)
        export.offer(self.grid, "chosen images", rows=self.rows)

    # What is shown

    def show_reviewed(self, reviewed: Reviewed | None) -> None:
        """Show the map of a run; without one that of the features, if a project is open."""
        self._reviewed, self._is_open = reviewed, self._session.project is not None
        if not self._is_open:
            self._found = None
            return
        self.tells.setVisible(reviewed is not None)  # of what is predicted there is nothing to tell
        if reviewed is None:
            self.tells.button(LABEL).setChecked(True)
        self._show()

    def stop(self) -> None:
        self.line.stop()
        self.line.say("")
        self.hover.hide()
        self._laid_out.clear()
        self._trained.clear()
        self._reviewed = self._found = None
        self._is_open = False

    def _show(self) -> None:
        """The map of this run, or of the features, in this layout, where it is there."""
        if not self._is_open:
            return
        found = self._laid_out.get((self._run(), METHODS[self.method.current()]))
        if found is None:
            self._found = None
            self._say_empty()
        elif found is not self._found:
            self._found = found
            self.view.show_points(found.x, found.y)
            self._on_selection()
            self._show_looks()
            self._body.setCurrentIndex(MAP)
        self._update()

    def _run(self) -> str:
        return "" if self._reviewed is None else self._reviewed.run

    def _say_empty(self) -> None:
        if self.method.current() == 0 and self._reviewed is None:
            words = self.tr(
                "Each image becomes a point; images with like features lie together, labelled or not. No run is "
                "needed: these are the features that suggestions are made of, laid out in a moment."
            )
        elif self.method.current() == 0:
            words = self.tr(
                "Each image becomes a point; images that the model sees alike lie together. The model looks at all "
                "images once, then the map takes a moment."
            )
        else:
            words = self.tr(
                "This layout keeps neighbours together and shows groups more clearly. It takes seconds for a "
                "thousand images and many minutes for fifty thousand; it can be stopped."
            )
        self.empty.say(self.tr("The images as a map"), words)
        self.heading.setText("")
        self._body.setCurrentIndex(EMPTY)

    def _lay_out(self) -> None:
        from engine.review.layout import MapParams

        project, run = self._session.project, self._run()
        if project is None or not self._is_open or self.line.running:
            return
        method = METHODS[self.method.current()]
        params = MapParams(str(project.folder), run or None, "pca" if method == "pca" else "tsne", features=not run)
        self.line.run("map", params, self.tr("Looking at images…"), self._arrived)

    def _arrived(self, result: dict[str, Any]) -> None:
        def read(found: Mapped) -> None:
            self._laid_out[found.run, found.method] = found
            self._trained.update((run.name, run) for run in self._session.runs() if run.name == found.run)
            self._show()

        self._session.ask(lambda project: read_mapped(project, result), read, key="map")

    def _read_again(self) -> None:
        """Images came or went: a map shows those that are still there."""
        for key, mapped in self._laid_out.items():
            self._session.ask(partial(still_there, mapped), partial(self._keep_there, key, mapped))

    def _keep_there(self, key: tuple[str, str], before: Mapped, now: Mapped) -> None:
        if self._laid_out.get(key) is not before:  # it has other labels by now, or is laid out anew
            self._read_again()
        elif len(now.image_ids) < len(before.image_ids):
            self._laid_out[key] = now
            self._show()

    def _on_runs(self) -> None:
        """A run that was trained further sees other images alike than before: its maps are laid out anew."""
        for run in self._session.runs():
            if run.name in self._trained and not run.is_trained_as(self._trained[run.name]):
                del self._trained[run.name]
                self._laid_out = {key: found for key, found in self._laid_out.items() if key[0] != run.name}
                self._show()

    def _show_looks(self) -> None:
        """Colours and signs of the points, and the legend that explains them."""
        found = self._found
        if found is None:
            return
        classes = self._session.overview.classes
        if self.tells.current() == MISTAKE:
            names = self.tr("recognised"), self.tr("misclassified"), self.tr("not judged")
            self.entries = by_mistake(found, names)
        elif self.tells.current() == LABEL:
            self.entries = by_class(found.labels, classes, self.tr("no label"))
        else:
            self.entries = by_class(found.predicted, classes, self.tr("no prediction"))
        self.view.show_looks(*looks(self.entries, len(found.image_ids)))
        self.legend.show_entries(self.entries)
        self.heading.setText(wording.images(len(found.image_ids)))
        self.view.setAccessibleDescription(
            ", ".join(f"{entry.name}: {wording.images(len(entry.points))}" for entry in self.entries)
        )

    def _update(self) -> None:
        running = self.line.running
        self.start.setEnabled(not running)
        for control in (self.tells, self.hand):
            control.setEnabled(self._found is not None)
        self.gallery.setEnabled(bool(self._chosen_ids()))

    # Choosing

    def _chosen_ids(self) -> list[int]:
        found = self._found
        ids: list[int] = [] if found is None else found.image_ids[self.view.selected()].tolist()
        return ids

    def _on_selection(self) -> None:
        ids = self._chosen_ids()
        self.grid.show_ids(ids)
        self.chosen.setText(self.tr("{0} chosen").format(wording.images(len(ids))) if ids else "")
        self._update()

    def _to_gallery(self) -> None:
        """Show all of them in the gallery: those that the run was not measured on stand there too, without a
        prediction.
        """
        ids = self._chosen_ids()
        if ids:
            self.gallery_wanted.emit(ids, self.tr("{0} of the map").format(wording.images(len(ids))))

    def _on_hover(self, point: int | None) -> None:
        found = self._found
        if point is None or found is None:
            self.hover.show_image(None, None, "")
            return
        names = {c.id: c.name for c in self._session.overview.classes}
        label = names.get(int(found.labels[point]), self.tr("no label"))
        predicted = names.get(int(found.predicted[point]), "")
        words = label if predicted in ("", label) else self.tr("{0}, predicted {1}").format(label, predicted)
        self.hover.show_image(int(found.image_ids[point]), self.view.place(point), words)

    def open_large(self, point: int) -> None:
        """Show a point large; it is chosen with that, unless it is among the chosen ones."""
        chosen = self.view.selected().tolist()
        if point not in chosen:
            self.view.select([point])
            chosen = [point]
        self.hover.hide()
        self.grid.set_current(chosen.index(point))
        self.grid.open_large()

    # Labels

    def _label(self, key: str) -> None:
        """Give the images that are selected in the grid, or else all chosen ones, the class that has this key."""
        cls = self._session.class_with_key(key)
        ids = self.grid.selected_ids() or self._chosen_ids()
        if cls is not None and ids:
            self._session.set_label(ids, cls.id)

    def _on_edit(self, edit: Edit) -> None:
        if not self._laid_out or not edit.image_ids:
            return
        import numpy as np

        from engine.library.labels import labels_of

        ids = np.array(edit.image_ids, np.int64)
        self._session.ask(lambda project: (ids, labels_of(project, ids)), self._relabelled)

    def _relabelled(self, answer: tuple[Any, Any]) -> None:
        """Show the same maps with these labels."""
        import numpy as np

        now = dict(zip(*(column.tolist() for column in answer), strict=True))
        for key, found in self._laid_out.items():
            changed = np.flatnonzero(np.isin(found.image_ids, answer[0]))
            labels = found.labels.copy()
            labels[changed] = [now[i] for i in found.image_ids[changed].tolist()]
            self._laid_out[key] = replace(found, labels=labels)
            if found is self._found:
                self._found = self._laid_out[key]
        self._show_looks()

    # Words

    def _words(self, record: ImageRecord, _place: int) -> tuple[str, str]:
        cls = self._session.class_of(record.class_id)
        return cls.name if cls else self.tr("no label"), wording.split(record.split)

    def _large(self, record: ImageRecord, _place: int) -> tuple[str, tuple[tuple[str, str], ...], tuple[Guess, ...]]:
        cls = self._session.class_of(record.class_id)
        label = cls.name if cls else self.tr("no label")
        return label, ((self.tr("Label"), label),), ()

    def rows(self) -> list[list[object]]:
        """The chosen points, or all where none is chosen."""
        head: list[object] = ["image id", "x", "y", "label", "predicted"]
        found = self._found
        if found is None:
            return [head]
        names = {c.id: c.name for c in self._session.overview.classes}
        chosen = self.view.selected().tolist() or range(len(found.image_ids))
        body: list[list[object]] = [
            [
                int(found.image_ids[i]),
                round(float(found.x[i]), 5),
                round(float(found.y[i]), 5),
                names.get(int(found.labels[i]), ""),
                names.get(int(found.predicted[i]), ""),
            ]
            for i in chosen
        ]
        return [head, *body]

    def save_picture(self) -> None:
        def make(path: Path) -> bytes:
            return export.picture_bytes(self.view.paint_picture, self.view.size(), path.suffix.lower(), "map")

        if self._found is not None:
            export.ask_and_write(self, "map.png", "PNG (*.png);;SVG (*.svg)", make)

    def save_table(self) -> None:
        if self._found is not None:
            export.ask_and_write(self, "map.csv", "CSV (*.csv)", lambda _path: export.table_bytes(self.rows()))
