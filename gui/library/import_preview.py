"""Preview of what a folder would bring, shown before anything is imported; the person may say otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

from engine import language as engine_language
from engine.library.palette import COLOURS
from gui import actions, theme
from gui.library.import_options import ImportOptionsForm, TableFound
from gui.library.sample_sheet import ExampleSheet
from gui.widgets import wording
from gui.widgets.charts.bars import Bar, BarList
from gui.widgets.fonts import boxes_explained
from gui.widgets.labels import elided, text
from gui.widgets.layouts import aligned, column, row, stretch
from gui.widgets.progress_bar import ProgressBar

if TYPE_CHECKING:  # its module loads Pillow, which the window starts without
    from engine.library.importers.detect import ImportPreviewData
    from engine.library.importers.examples import Example
    from engine.library.splits import Forecast

WIDTH = 620
INSIDE = WIDTH - 2 * theme.Theme.L - 2  # the room for words in the card
LEAST_ROWS, MOST_ROWS = 2, 5
LEAST_HEIGHT = 160  # of what was found, in a low window
MOST_KEPT = 420  # of the height of the card, when less is to be shown
MOST_OFFERED, MOST_NAMED = 3, 12  # other forms, and classes of one in its tip


class _Scrolled(QScrollArea):
    """As high as what is in it; in a low window it can be scrolled, where the words would run into the pictures."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self._inside = inside
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setWidget(inside)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        return self._inside.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._inside.width(), min(LEAST_HEIGHT, self._inside.minimumSizeHint().height()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # of what is inside
            self.updateGeometry()
        return super().event(event)


def _wrapped(role: str) -> QLabel:
    label = text("", role)
    label.setWordWrap(True)
    return label


class ImportPreview(QWidget):
    """Asks to import, or to look again, with the `ImportChoices` of the person."""

    import_wanted = Signal(object)
    look_again = Signal(object)
    forecast_wanted = Signal(object)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._readable = False
        self._title = elided("", "title", Qt.TextElideMode.ElideMiddle)
        self.place = elided("", "muted", Qt.TextElideMode.ElideMiddle)
        self._found = _wrapped("heading")
        self.splits = _wrapped("muted")
        self.unlearnt = _wrapped("warning")
        self.losses = _wrapped("warning")
        self.notes = _wrapped("muted")
        self.others = QWidget()  # a button for each other form that the folder has
        self.others.setAccessibleName(self.tr("Other forms"))
        column(on=self.others, spacing=2)
        self._busy = ProgressBar(self.tr("Looking at the folder"))
        self._busy.setRange(0, 0)
        self.bars = BarList(self.tr("Classes found"), by_share=True)
        self.sheet = ExampleSheet()
        self.options = ImportOptionsForm()
        self.options.look_again.connect(lambda: self.look_again.emit(self.options.choices()))
        self.options.changed.connect(self._judge)
        self.options.changed.connect(lambda: self.forecast_wanted.emit(self.options.choices()))
        self.mistake = _wrapped("negative")
        self.mistake.hide()
        self.import_button = QPushButton(self.tr("Import"))
        self.import_button.setProperty("kind", "primary")
        self.import_button.setObjectName("import_button")
        self.import_button.setAccessibleName(self.tr("Import"))
        self.import_button.setEnabled(False)
        self.import_button.clicked.connect(lambda: self.import_wanted.emit(self.options.choices()))
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.setAccessibleName(self.tr("Cancel"))
        self.cancel_button.clicked.connect(self.cancelled)
        self.again_button = QPushButton(self.tr("Look again"))
        self.again_button.setAccessibleName(self.tr("Look again"))
        self.again_button.setToolTip(self.tr("Look at the files once more, after they have changed"))
        self.again_button.clicked.connect(lambda: self.look_again.emit(self.options.choices()))
        self.again_button.setShortcut(QKeySequence(Qt.Key.Key_F5))
        self.import_button.setToolTip(actions.with_key(self.import_button.text(), Qt.Key.Key_Return))
        self.cancel_button.setToolTip(actions.with_key(self.cancel_button.text(), Qt.Key.Key_Escape))
        self.again_button.setToolTip(actions.with_key(self.again_button.toolTip(), Qt.Key.Key_F5))
        theme.set_icon(self.again_button, "refresh")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # so that Enter imports before anything is clicked
        self._build()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter imports and Escape leaves, wherever the focus is; on a button Enter presses that."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancel_button.click()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            if isinstance(focused, QPushButton):
                focused.click()
            elif not self.options.is_typing:
                self.import_button.click()
        else:
            super().keyPressEvent(event)

    @property
    def found(self) -> QLabel:
        """The sentence of what was found."""
        return self._found

    def _build(self) -> None:
        card = QFrame()
        card.setFixedWidth(WIDTH)
        card.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum)
        buttons = row(self.again_button, stretch(), self.cancel_button, self.import_button, spacing=theme.Theme.S)
        self._well = QFrame()
        self._well.setProperty("role", "card")
        gap = theme.Theme
        words = (self._busy, self._found, self.splits, self.unlearnt, self.losses)
        found = (*words, self.bars, self.sheet, self.notes, self.others, stretch())
        inner = QWidget()
        inner.setFixedWidth(INSIDE)
        column(*found, on=inner, spacing=gap.S)
        self.scrolled = _Scrolled(inner)
        self.scrolled.setAccessibleName(self.tr("What was found"))
        frame = column(self.scrolled, on=self._well, margins=gap.L)
        frame.setContentsMargins(gap.L, gap.L, 0, gap.L)  # the bar takes none of the width of the words
        head = column(self._title, self.place, spacing=2)
        column(head, self._well, self.options, self.mistake, gap.S, buttons, on=card, spacing=gap.M)
        middle = aligned(card, Qt.AlignmentFlag.AlignHCenter)
        column(stretch(2), middle, stretch(3), on=self, margins=gap.XL)

    def show_folder(self, folder: Path, project: str | None = None) -> None:
        """Begin: the folder is being looked at. `project` is the one it is to be added to, None for a new one."""
        self._set_readable(False)
        self.options.begin(folder, adding=project is not None)
        self._well.setMinimumHeight(0)
        self._title.setText(folder.name)
        beside = wording.place(folder.parent)
        new = self.tr("{0}  ·  a new project is made for it").format(beside)
        self.place.setText(new if project is None else self.tr("{0}  ·  added to {1}").format(beside, project))
        self.show_looking()

    def show_looking(self) -> None:
        """Look again at the same folder: the page keeps its height, so that nothing jumps under the mouse."""
        self._busy.show()
        self.again_button.setEnabled(False)
        if self.isVisible() and self._readable:
            self._well.setMinimumHeight(min(self._well.height(), MOST_KEPT))
            self._set_readable(False)
            return  # what was found before stays to be seen for the moment that this takes
        self._say(self.tr("Looking at the folder…"))
        for widget in (self.splits, self.unlearnt, self.losses, self.bars, self.sheet, self.notes, self.others):
            widget.hide()
        self._set_readable(False)

    def show_detection(
        self, found: ImportPreviewData, table: TableFound | None = None, examples: Sequence[Example] = ()
    ) -> None:
        self._looked()
        self.sheet.show_examples(examples)
        self.options.show_table(table)
        self.options.show_pixels(found.look)
        self.options.show_encoding(found.notes)
        self.options.show_names(found.notes, classes=bool(found.classes))
        self.options.show_divisions(found.notes)
        self.options.show_form(found.kind)
        paths = found.found.import_rows.rows.paths if found.found is not None else []
        self.options.show_example(Path(paths[0]).name if paths else "")
        self._say(self._headline(found))
        self.bars.set_bars(
            [
                Bar(name, count, QColor(COLOURS[index % len(COLOURS)]))
                for index, (name, count) in enumerate(found.classes.items())
            ]
        )
        self.bars.setVisible(bool(found.classes))
        row = round(self.bars.fontMetrics().height() * 2.5)
        self.bars.setMinimumHeight(row * min(len(found.classes), LEAST_ROWS))
        self.bars.setMaximumHeight(row * min(len(found.classes), MOST_ROWS))
        self._offer(found)
        self._show_notes(found)
        self._set_readable(True)
        self.import_button.setDefault(True)
        if not self.options.isAncestorOf(self.focusWidget() or self):  # whoever types a pattern goes on typing
            self.import_button.setFocus()

    def _headline(self, found: ImportPreviewData) -> str:
        images, labelled = wording.images(found.images), sum(found.classes.values())
        if not found.classes:
            return self.tr("{0}, not labelled yet").format(images)
        classes, kind = wording.classes(len(found.classes)), self._kind_words(found.kind)
        if labelled == found.images:
            return self.tr("{0} in {1}, {2}").format(images, classes, kind)
        words = self.tr("{0}: {1} in {2}, {3} without a label; {4}")
        return words.format(images, wording.number(labelled), classes, wording.number(found.images - labelled), kind)

    def show_forecast(self, made: Forecast | None) -> None:
        """Say how many images are learnt from and checked with, and which classes cannot be learnt."""
        loss = made.loss if made is not None else ""
        for label, words in (
            (self.splits, str(made or "")),
            (self.unlearnt, f"\N{WARNING SIGN} {loss}" if loss else ""),
        ):
            self._wrap(label, words)
            label.setVisible(bool(words))

    def _show_notes(self, found: ImportPreviewData) -> None:
        """The Notes, losses first and with a sign."""
        from engine.library.importers.note import in_order

        controls = self.options.controls()
        notes = [(note.is_loss, note.words(controls)) for note in in_order(found.notes)]
        if boxes := boxes_explained(found.classes):
            notes.insert(0, (False, boxes))
        for label, words in (
            (self.losses, [f"\N{WARNING SIGN} {words}" for is_loss, words in notes if is_loss]),
            (self.notes, [words for is_loss, words in notes if not is_loss]),
        ):
            self._wrap(label, "\n".join(words))
            label.setVisible(bool(words))

    def _offer(self, found: ImportPreviewData) -> None:
        """A button for each other form, with its classes and a key (Alt and a digit)."""
        layout = self.others.layout()
        assert layout is not None
        while (item := layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for number, other in enumerate(found.others[:MOST_OFFERED], 1):
            images, classes = wording.images(other.with_class), wording.classes(len(other.classes))
            words = self.tr("Read instead: {0} ({1} in {2})").format(self._kind_words(other.kind), images, classes)
            key = QKeySequence(f"Alt+{number}")
            button = QPushButton(f"{words}   {key.toString(QKeySequence.SequenceFormat.NativeText)}")
            button.setShortcut(key)
            button.setAccessibleName(words)
            shown = ", ".join(
                f"{name} ({wording.number(count)})" for name, count in list(other.classes.items())[:MOST_NAMED]
            )
            button.setToolTip(shown)
            button.setAccessibleDescription(shown)
            button.setProperty("kind", "link")
            button.clicked.connect(lambda _=False, flag=other.flag: self.options.choose_form(flag))
            layout.addWidget(button)
        self.others.setVisible(bool(found.others))

    def show_reason(self, reason: str) -> None:
        """Show why this folder cannot be imported in this way."""
        self._looked()
        self._say(reason)
        for widget in (self.splits, self.unlearnt, self.losses, self.bars, self.sheet, self.notes, self.others):
            widget.hide()
        self._well.setMinimumHeight(0)
        self._set_readable(False)
        if not self.options.isAncestorOf(self.focusWidget() or self):
            self.options.kind.setFocus()

    def _looked(self) -> None:
        self._busy.hide()
        self.again_button.setEnabled(True)

    def _say(self, words: str) -> None:
        self._wrap(self._found, words)

    def _wrap(self, label: QLabel, words: str) -> None:
        """The layout asks a wrapped text for its height before it has its width; a long one would be cut, a
        short one would leave a gap.
        """
        label.setText(words)
        label.ensurePolished()  # the font of its role is larger than the one it was made with
        label.setMinimumHeight(0)  # which the height for a width is never below
        label.setFixedHeight(max(0, label.heightForWidth(INSIDE)))

    def _set_readable(self, readable: bool) -> None:
        """Set whether the folder can be imported as it was read; the choices must make sense, too."""
        self._readable = readable
        self._judge()

    def _judge(self) -> None:
        mistake = self.options.mistake()
        self.mistake.setText(mistake)
        self.mistake.setVisible(bool(mistake))
        self.import_button.setEnabled(self._readable and not mistake)

    def _kind_words(self, kind: str) -> str:
        from engine.library.importers.registry import kind_words

        return engine_language._(kind_words(kind))
