"""Duplicates and leakage: pictures that are there more than once, those across splits first, settled in one edit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QPushButton, QWidget

from engine.library import edits
from engine.library.records import Flag
from engine.review.found_groups import FoundGroup, fits, found_groups, read_records, renewed
from gui import actions, theme
from gui.jobs import JobRunner
from gui.review.decision_bar import Decision, DecisionBar
from gui.review.focus import pass_on
from gui.review.id_grid import IdGrid
from gui.review.job_line import JobLine
from gui.review.section import Section
from gui.session import Session
from gui.widgets import wording
from gui.widgets.charts import export, scales
from gui.widgets.class_keys import ClassKeys
from gui.widgets.controls import Segments, pad_number
from gui.widgets.empty_page import EmptyPage
from gui.widgets.flow import FlowLayout
from gui.widgets.labels import elided, text
from gui.widgets.layouts import column, fill, holder, row

if TYPE_CHECKING:
    from engine.library.records import Edit, ImageRecord
    from engine.review.reviewed import Reviewed
    from engine.similarity.duplicates import DuplicateGroup
    from gui.widgets.pictures.large_view import Guess

LIST, EMPTY = 0, 1


class DuplicatesSection(Section):
    def __init__(self, session: Session, jobs: JobRunner) -> None:
        super().__init__()
        self._session = session
        self.run = ""
        self._found: list[FoundGroup] | None = None
        self._looked_at = 0
        self._records: dict[int, ImageRecord] = {}
        self._groups: list[DuplicateGroup] = []  # that are shown
        self._group_of: list[int] = []  # of each cell of the grid
        self.heading = elided("", "heading")
        self.which = Segments(
            [self.tr("All"), self.tr("Across splits"), self.tr("Different labels")], self.tr("Groups to show")
        )
        self.least = QDoubleSpinBox()
        pad_number(self.least)
        self.by_model = QCheckBox()
        self.look = QPushButton(self.tr("Look for duplicates"))
        self.look.setObjectName("find_duplicates_button")
        self.look.setAccessibleName(self.look.text())
        self.line = JobLine(session, jobs)
        self.grid = IdGrid(session, self._words, self._large)
        self.grid.cover = self
        self.grid.setObjectName("duplicates_grid")
        self.grid.setAccessibleName(self.tr("Groups of images that show the same"))
        self.empty = EmptyPage("copy", "", "")
        self.begin = self.empty.add_button(self.look.text(), "begin_duplicates_button", self._look)
        self.hint = elided("", "small")
        self.decisions = DecisionBar(self._make_decisions(), "duplicates")
        self._build()
        self._add_actions()
        self._connect()
        self._say_nothing_yet()

    # Layout

    @property
    def groups(self) -> list[DuplicateGroup]:
        """The groups that are shown."""
        return self._groups

    def _build(self) -> None:
        gap = theme.current()
        self.least.setRange(0.5, 1.0)
        self.least.setSingleStep(0.05)
        self.least.setValue(0.8)
        self.by_model.setMinimumHeight(gap.CONTROL)
        self._say_by_what()
        self.least.setAccessibleName(self.tr("Least similarity"))
        self.least.setToolTip(
            self.tr("1 is the same picture; 0.8 finds copies that were resized, cropped a little or made brighter")
        )
        head = row(fill(self.heading), self.which, spacing=gap.S)
        head.addStrut(gap.CONTROL)
        similarity = QWidget()
        row(text(self.tr("Least similarity"), "muted"), self.least, on=similarity)
        how = FlowLayout()
        for widget in (similarity, self.by_model, self.look):
            how.addWidget(widget)
        self.below = holder(row(self.decisions, fill(self.hint), spacing=gap.S))
        column(how, head, self.line, fill(self.stacked(self.grid, self.empty)), self.below, on=self, spacing=gap.S)

    def _say_by_what(self) -> None:
        """Say what else pictures are compared by: what the run's model makes of them, or without a run
        their features.
        """
        words = self.tr("Also what the model sees alike") if self.run else self.tr("Also look-alikes")
        self.by_model.setText(words)
        self.by_model.setAccessibleName(words)
        self.by_model.setToolTip(
            self.tr("Compares what the run's model makes of the pictures, which finds more")
            if self.run
            else self.tr("Compares the features that suggestions are made of, which finds more; no run is needed")
        )

    def _make_decisions(self) -> list[Decision]:
        add = partial(actions.add, self, everywhere=True)
        return [
            Decision(
                "keep",
                self.tr("Keep one of each"),
                self.tr("Images that show the same as one that stays are excluded from training and scores"),
                add(self.tr("Keep one of each group, and exclude the others"), self.keep_one, "K", "check"),
            ),
            Decision(
                "together",
                self.tr("Bring into one split"),
                self.tr("Each group goes where most of it is, so that no score is too good"),
                add(self.tr("Bring each group into one split"), self.bring_together, "B", "split"),
            ),
            Decision(
                "group",
                self.tr("Group"),
                self.tr("They stay in one split whenever images are divided from now on"),
                add(self.tr("Keep each group in one split when images are divided"), self.group, "G", "folder"),
            ),
            Decision(
                "exclude",
                self.tr("Exclude"),
                self.tr("The selected images are neither trained on nor scored"),
                add(self.tr("Exclude the selected images from training"), self.exclude, "X", "minus"),
            ),
        ]

    def _add_actions(self) -> None:
        add = partial(actions.add, self, everywhere=True)
        add(self.tr("Look for duplicates"), self._look, "F5", "search")
        add(self.tr("Show other groups"), self.which.next, "Ctrl+M", "filter")
        add(self.tr("Select all images"), self.grid.select_all, "Ctrl+A", "check")
        ClassKeys(self, self._label, self._session.has_key, everywhere=True)

    def _connect(self) -> None:
        self.look.clicked.connect(self._look)
        self.which.chosen.connect(lambda _: self._show(None))
        self.line.changed.connect(self._update)
        self.grid.selection_changed.connect(lambda _: self._update())
        self._session.images_changed.connect(self._on_edit)
        self._session.listing_changed.connect(self._read_again)
        export.offer(self.grid, "duplicates", rows=self.rows)

    # What is shown

    def show_reviewed(self, reviewed: Reviewed | None) -> None:
        self.run = reviewed.run if reviewed is not None else ""
        self._say_by_what()
        if reviewed is not None:
            self.grid.fit_names(reviewed.classes)
        self._update()

    def stop(self) -> None:
        self.line.stop()
        self.line.say("")
        self._found, self.run = None, ""
        self._records.clear()
        self._say_nothing_yet()

    def _say_nothing_yet(self) -> None:
        self._say_empty(
            self.tr("Pictures that are there more than once"),
            self.tr(
                "A picture that is in the training and in the test split makes scores too good. "
                "Files are compared by their content and pictures by their details."
            ),
        )

    def _say_empty(self, title: str, words: str) -> None:
        self._groups, self._group_of = [], []
        self.grid.show_ids([])
        self.heading.setText("" if self._found is None else self._summary())
        self.empty.say(title, words)
        self._body.setCurrentIndex(EMPTY)
        self._update()

    def _look(self) -> None:
        from engine.review.duplicates import DuplicatesParams

        project = self._session.project
        if project is None or self.line.running:
            return
        more = self.by_model.isChecked()
        run = self.run if more and self.run else None
        params = DuplicatesParams(
            str(project.folder), round(self.least.value(), 2), run=run, features=more and not self.run
        )
        self.line.run("duplicates", params, self.tr("Looking at images…"), self._arrived)

    def _arrived(self, result: dict[str, Any]) -> None:
        found = found_groups(result["rows"])
        self._looked_at = int(result["looked_at"])

        self._read(found)

    def _read(self, found: list[FoundGroup]) -> None:
        def read(records: dict[int, ImageRecord]) -> None:
            self._found, self._records = found, records
            self._session.records.take(list(records.values()))
            selected = self.grid.selected()
            self._show(min(selected) if selected else None)

        self._session.ask(lambda project: read_records(project, found), read, key="duplicates")

    def _read_again(self) -> None:
        """Images came or went, and those of the groups with them."""
        if self._found is not None:
            self._read(self._found)

    def _show(self, current: int | None) -> None:
        """The groups that are left, under a heading each."""
        if self._found is None:
            return
        groups = [group for found in self._found if (group := renewed(found, self._records)) is not None]
        self._show_counts(groups)
        self._groups = [group for group in groups if fits(group, self.which.current())]
        if not self._groups:
            self._say_empty(
                self.tr("Nothing is there twice") if not groups else self.tr("No such group"),
                self.tr("{0} were compared.").format(wording.images(self._looked_at)),
            )
            return
        sections: list[tuple[str, int]] = []
        ids: list[int] = []
        self._group_of = []
        for index, group in enumerate(self._groups):
            sections.append((self._title(group), len(ids)))
            ids += [image.id for image in group.images]
            self._group_of += [index] * len(group.images)
        self.heading.setText(self._summary())
        self._body.setCurrentIndex(LIST)
        self.grid.show_ids(ids, sections=sections, current=current)
        self._update()

    def _show_counts(self, groups: list[DuplicateGroup]) -> None:
        """Show the number of groups on each of the switches."""
        names = self.tr("All"), self.tr("Across splits"), self.tr("Different labels")
        for which, name in enumerate(names):
            count = sum(fits(group, which) for group in groups)
            self.which.button(which).setText(f"{name}  {wording.number(count)}")

    def _summary(self) -> str:
        if not self._groups:
            return self.tr("No groups")
        images = sum(len(group.images) for group in self._groups)
        words = self.tr("%Ln group(s)", None, len(self._groups))
        return f"{words} · {wording.images(images)}"

    def _title(self, group: DuplicateGroup) -> str:
        kinds = {
            "exact": self.tr("Same file"),
            "near": (
                self.tr("Same picture, similarity {0}")
                if len(set(group.shown_by)) == 1
                else self.tr("Each like the next, similarity {0}")
            ).format(f"{group.similarity:.2f}"),
            "alike": (self.tr("Alike to the model, {0}") if self.run else self.tr("Look-alikes, {0}")).format(
                f"{group.similarity:.2f}"
            ),
        }
        parts = [kinds[group.kind]]
        if group.across_splits:
            parts.append(
                self.tr("across splits: {0}").format(
                    ", ".join(map(wording.split, sorted({i.split for i in group.images})))
                )
            )
        if group.labels_differ:
            parts.append(self.tr("different labels"))
        return "  ·  ".join(parts)

    def _on_edit(self, edit: Edit) -> None:
        """Groups of which one is left go, and come back when it is undone."""
        changed = [i for i in edit.image_ids if i in self._records]
        if changed:
            self._session.images(changed, self._renewed)

    def _renewed(self, records: list[ImageRecord]) -> None:
        self._records.update((r.id, r) for r in records)
        self._session.records.take(records)
        selected = self.grid.selected()
        self._show(min(selected) if selected else None)

    def _update(self) -> None:
        fixed, running = self._session.read_only, self.line.running
        listed, first = self._body.currentIndex() == LIST, self._found is None
        for button, going in ((self.look, running or first), (self.begin, running or not first)):
            if going:
                pass_on(button, self.grid if listed else self)
        if listed and self.window().focusWidget() is self:  # which had the keys while the first look was going on
            self.grid.setFocus()
        self.look.setEnabled(not running and self._session.project is not None)
        for control in (self.least, self.by_model):
            control.setEnabled(not running)
        self.which.setVisible(self._found is not None)
        self.begin.setVisible(self._found is None)
        self.look.setVisible(self._found is not None)  # one button that begins is enough
        self.begin.setEnabled(self.look.isEnabled())
        self.below.setVisible(bool(self._groups))
        chosen = self._chosen()
        possible = {"keep", "together", "group"} if chosen and not fixed else set()
        self.decisions.enable(possible | ({"exclude"} if self.grid.selected() and not fixed else set()))
        if fixed:
            self.hint.setText(self.tr("Nothing can be changed: {0}").format(self._session.read_only_reason))
        elif self.grid.selected():
            self.hint.setText(self.tr("for %Ln selected group(s)", None, len(chosen)))
        else:
            self.hint.setText(self.tr("for all %Ln group(s) shown", None, len(chosen)))

    # Words

    def _words(self, record: ImageRecord, _place: int) -> tuple[str, str]:
        cls = self._session.class_of(record.class_id)
        return cls.name if cls else self.tr("no label"), wording.split(record.split)

    def _large(self, record: ImageRecord, index: int) -> tuple[str, tuple[tuple[str, str], ...], tuple[Guess, ...]]:
        group = self._groups[self._group_of[index]]
        cls = self._session.class_of(record.class_id)
        pixels = f"{record.width} × {record.height}" if record.width and record.height else "–"
        facts = (
            (self.tr("Label"), cls.name if cls else self.tr("no label")),
            (
                self.tr("Group"),
                self.tr("{0} of {1}").format(self._group_of[index] + 1, wording.number(len(self._groups))),
            ),
            (self.tr("Likeness"), scales.percent(group.similarity)),
            (self.tr("Pixels"), pixels),
        )
        return self._title(group), facts, ()

    def rows(self) -> list[list[object]]:
        """The groups that are shown, as a table."""
        head: list[object] = [
            "group",
            "kind",
            "similarity",
            "across splits",
            "different labels",
            "path",
            "label",
            "split",
        ]
        body: list[list[object]] = []
        for number, g in enumerate(self._groups, start=1):
            for image in g.images:
                cls = self._session.class_of(image.class_id)
                facts = [number, g.kind, round(g.similarity, 4), g.across_splits, g.labels_differ]
                body.append([*facts, str(image.file), cls.name if cls else "", image.split.value])
        return [head, *body]

    # Decisions

    def _chosen(self) -> list[DuplicateGroup]:
        """The groups of the selected images; without any, all that are shown."""
        places = {self._group_of[i] for i in self.grid.selected() if i < len(self._group_of)}
        return [self._groups[i] for i in sorted(places)] if places else self._groups

    def keep_one(self) -> None:
        """Exclude the images of the chosen groups that another one, which stays, shows too: one edit."""
        from engine.similarity.duplicates import keep_one

        image_ids = keep_one(self._chosen())
        self._session.edit(edits.set_flag, image_ids, Flag.EXCLUDED, True)
        if not image_ids and self._chosen():
            self._session.message.emit(self.tr("None of these shows what another one shows with the same label."))

    def bring_together(self) -> None:
        """Put each of the chosen groups into one split: one edit."""
        from engine.similarity.duplicates import together

        self._session.edit(edits.set_splits, together(self._chosen()))

    def group(self) -> None:
        """Keep each of the chosen groups in one split from now on: one edit."""
        from engine.similarity.groups import merged_groups

        chosen = [[image.id for image in group.images] for group in self._chosen()]

        def keep(groups: dict[int, str]) -> None:
            self._session.edit(edits.set_grouping, groups)

        self._session.ask(lambda project: merged_groups(project, chosen), keep, key="grouping")

    def exclude(self) -> None:
        self._session.edit(edits.set_flag, self.grid.selected_ids(), Flag.EXCLUDED, True)

    def _label(self, key: str) -> None:
        """Give the selected images the class that has this key."""
        cls = self._session.class_with_key(key)
        if cls is not None:
            self._session.set_label(self.grid.selected_ids(), cls.id)
