"""Options of an import: where labels come from, which split the images get, what is kept together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from engine import language as engine_language
from engine.patterns import MISTAKES
from gui import theme
from gui.widgets import wording
from gui.widgets.controls import Combo, pad_number
from gui.widgets.labels import elided, text
from gui.widgets.layouts import fill, row, stretch

if TYPE_CHECKING:  # its module is loaded with the first folder
    from engine.imaging.ranges import PixelRange
    from engine.library.importers.importer import Importer
    from engine.library.importers.note import Controls, Note
    from engine.library.pixel_ranges import PixelLook


@dataclass(frozen=True, slots=True)
class TableFound:
    """The table that labels were read from, as an absolute path, and what its columns are called; `read` are those that
    were used.
    """

    file: str
    columns: tuple[str, ...]
    read: tuple[str | None, str | None, str | None] = (None, None, None)  # those of the path, the class and the split


class TableColumns(QWidget):
    """Three boxes for the columns of a table; "automatic" in each leaves it to the importer."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.path, self.class_name, self.split = Combo(), Combo(), Combo()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.Theme.S)
        grid.setVerticalSpacing(2)
        for index, (box, words) in enumerate(
            (
                (self.path, self.tr("Pat&h")),
                (self.class_name, self.tr("Cl&ass")),
                (self.split, self.tr("Spli&t")),
            )
        ):
            box.setAccessibleName(self.tr("Column of the {0}").format(words.replace("&", "").lower()))
            box.setMinimumWidth(80)
            box.addItem(self.tr("automatic"), None)
            box.activated.connect(lambda _: self.changed.emit())
            label = text(words, "small")
            label.setBuddy(box)
            if box is self.class_name:
                self.words_of_class = words.replace("&", "")
            grid.addWidget(label, 0, index)
            grid.addWidget(box, 1, index)
            grid.setColumnStretch(index, 1)

    def show_columns(
        self, columns: Sequence[str], read: tuple[str | None, str | None, str | None] = (None, None, None)
    ) -> None:
        """Offer these; what was chosen stays as far as it is among them. `read` are those that were used."""
        for box, used in zip((self.path, self.class_name, self.split), read, strict=True):
            chosen = box.currentData()
            if chosen is None:
                box.setItemText(0, self.tr("{0} (automatic)").format(used) if used else self.tr("automatic"))
            while box.count() > 1:
                box.removeItem(1)
            for name in columns:
                box.addItem(name, name)
            box.setCurrentIndex(max(0, box.findData(chosen)) if chosen else 0)

    def reset(self) -> None:
        self.show_columns(())

    def any_chosen(self) -> bool:
        return any(box.currentData() for box in (self.path, self.class_name, self.split))


TYPING_MS = 300
SEPARATOR, PIECE = re.compile(r"[_\-. ]+"), r"[^_\-. ]+"  # of file names
MOST_BEGINS = 3
AUTOMATIC, NOTHING = "", "none"  # what is kept together, besides patterns; as the engine's `ImportParams` has them
PATTERN = r"^([a-z]+)_\d+"
EXAMPLE = r"^(\d+_\d+)_"  # the tracks of the traffic signs (GTSRB): 00000_00003_00012.png


@dataclass(frozen=True, slots=True)
class ImportChoices:
    """The choices of the person; the fields are those of the engine's `ImportParams`."""

    labels: str = "auto"
    csv: str | None = None
    names: str | None = None
    split: str = "auto"
    group_by: str | None = None
    pattern: str | None = None
    path_column: str | None = None
    class_column: str | None = None
    split_column: str | None = None
    encoding: str | None = None
    division: int | None = None
    value_range: tuple[float, float] | None = None
    bands: tuple[int, int, int] | None = None
    page: int | None = None
    replace_labels: bool = False


class ImportOptionsForm(QWidget):
    """`look_again` when what the folder holds may now read otherwise; `changed` when anything is chosen."""

    look_again = Signal()
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._folder = Path()
        self._csv = self._names = ""
        self._found = ""  # the table that was read without being asked for
        self._changed_values = False
        self.kind = Combo()
        self.kind.activated.connect(self._kind_chosen)
        self._make_pattern()
        self.columns = TableColumns()
        self.columns.changed.connect(self.look_again)
        self._make_names()
        self._make_splits()
        self._make_values()
        self._make_pixels()
        self._make_encoding()
        self._build()

    def _fill_kinds(self) -> None:
        """The registered forms; they are loaded with the first folder, not when the window starts."""
        from engine.library.importers.registry import AUTO, IMPORTERS

        self.kind.addItem(self.tr("Automatic"), AUTO)
        for importer in IMPORTERS:
            self.kind.addItem(engine_language._(importer.menu), importer.flag)
        self.kind.setMaxVisibleItems(self.kind.count())

    def _importer(self) -> Importer | None:
        """The form that was chosen; None for "automatic"."""
        from engine.library.importers.registry import by_flag

        return by_flag(self.kind.currentData() or "")

    def _reads_table(self) -> bool:
        """Return whether a table may be read, whose columns can be chosen."""
        importer = self._importer()
        return importer is None or "class_column" in importer.options

    def _make_pattern(self) -> None:
        self.pattern = QLineEdit()
        self.pattern.setPlaceholderText(self.tr("Pattern, such as {0}").format(PATTERN))
        self.pattern.setToolTip(
            self.tr(
                "The group called “class” is the class, else the first group, else the whole match.\n"
                "A pattern with a / is sought in the path from the source."
            )
        )
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._look_at_pattern)
        self.pattern.textChanged.connect(lambda _: self._pattern_typed())

    def _make_names(self) -> None:
        self.names_button = QPushButton(self.tr("Names table…"))
        self.names_button.setAccessibleName(self.tr("Names table"))
        self.names_button.setToolTip(
            self.tr("A table with the columns ClassId and SignName (or id and name): it names classes such as 0, 1, 2")
        )
        self.names_button.clicked.connect(self._choose_names)
        self._names_file = elided("", "muted", Qt.TextElideMode.ElideMiddle)

    def _make_splits(self) -> None:
        self.split = Combo()
        for words, value in (
            (self.tr("Automatic"), "auto"),
            (self.tr("As folders and tables say, no others"), "named"),
            (self.tr("All to training"), "training"),
            (self.tr("All to the check images"), "validation"),
            (self.tr("All to test"), "test"),
        ):
            self.split.addItem(words, value)
        self.split.setToolTip(
            self.tr("Automatic: as folders and tables say; of other labelled images 20 % are set aside for checking")
        )
        self.split.activated.connect(self._split_chosen)
        self.division = Combo()
        self.division.setToolTip(self.tr("The folder divides its pictures in several ways; one of them is used"))
        self.division.activated.connect(lambda _: self.look_again.emit())
        self.alike = Combo()
        self.alike.setToolTip(
            self.tr(
                "Pictures of one thing, such as frames of a video, come into the same split.\n"
                "Automatic: those that a table puts together, or names that evidently number sequences"
            )
        )
        self.alike.activated.connect(self._alike_chosen)
        self.together = QLineEdit()
        self.together.setPlaceholderText(self.tr("Pattern in file names, such as {0}").format(EXAMPLE))
        self.together.setToolTip(
            self.tr("Images of a class with the same first group of this expression come into the same split")
        )
        self.together.textChanged.connect(lambda _: self.changed.emit())

    def _make_values(self) -> None:
        self._values = ""  # as they were found, or shown last
        self.values = QLineEdit()
        self.values.setToolTip(
            self.tr("The values of pictures of more than 8 bits that become black and white, such as 290 304")
        )
        self.values.textChanged.connect(lambda _: self.changed.emit())
        self.values.editingFinished.connect(self._values_typed)

    def _make_pixels(self) -> None:
        """Which bands are shown as red, green and blue, and which page of files with several."""
        self.bands, self.band = QWidget(), tuple(QSpinBox() for _ in range(3))
        self._changed_bands = False
        for box, words in zip(self.band, (self.tr("Red"), self.tr("Green"), self.tr("Blue")), strict=True):
            box.setAccessibleName(self.tr("Band that is shown as {0}").format(words.lower()))
            box.setPrefix(f"{words} ")
            pad_number(box)
            box.setKeyboardTracking(False)  # a number of two digits is looked at once
            box.valueChanged.connect(self._bands_chosen)
        row(*self.band, stretch(), on=self.bands, spacing=theme.Theme.S)
        self.bands.setToolTip(self.tr("Which bands of the pictures are shown, and learnt from, as red, green and blue"))
        self.page = QSpinBox()
        pad_number(self.page)
        self.page.setKeyboardTracking(False)
        self.page.setToolTip(self.tr("Which page or plane of files with several is shown, and learnt from"))
        self.page.valueChanged.connect(lambda _: self.look_again.emit())

    def show_pixels(self, look: PixelLook) -> None:
        """Offer what can be chosen of the pictures' pixels: the range of values, bands, a page."""
        self.show_values(look.pixel_range if look.deep else None)
        shown = look.pixel_range
        self.form.setRowVisible(self.bands, bool(look.bands))
        for box, band in zip(self.band, (shown and shown.bands) or (1, 1, 1), strict=True):
            with QSignalBlocker(box):
                box.setRange(1, max(1, look.bands))
                box.setValue(band)
        self.form.setRowVisible(self.page, look.paged.pages > 1)
        with QSignalBlocker(self.page):
            self.page.setRange(1, max(1, look.paged.pages))
            self.page.setSuffix(self.tr(" of {0}").format(wording.number(look.paged.pages)))
            self.page.setValue((shown and shown.page) or 1)

    def _bands_chosen(self) -> None:
        self._changed_bands = True
        self.look_again.emit()

    def _make_encoding(self) -> None:
        self.encoding = Combo()
        for words, name in (
            (self.tr("Automatic"), None),
            (self.tr("Japanese (cp932)"), "cp932"),
            (self.tr("Korean (cp949)"), "cp949"),
            (self.tr("Chinese, simplified (gbk)"), "gbk"),
            (self.tr("Chinese, traditional (big5)"), "big5"),
            (self.tr("Western, old (cp437)"), "cp437"),
            (self.tr("Western (cp1252)"), "cp1252"),
            (self.tr("Unicode (UTF-8)"), "utf-8"),
        ):
            self.encoding.addItem(words, name)
        self.encoding.setToolTip(self.tr("How names with accents or in other scripts are written in this file"))
        self.encoding.activated.connect(lambda _: self.look_again.emit())

    def show_encoding(self, notes: Sequence[Note]) -> None:
        """Offer encodings where one was guessed; what was chosen stays in sight."""
        from engine.library.importers.note import NoteKind

        guesses = (NoteKind.ENCODING, NoteKind.NAMES_ENCODING)
        guessed = next((note.example for note in notes if note.kind in guesses), None)
        if guessed is not None:
            at = self.encoding.findData(guessed)
            self.encoding.setItemText(
                0, self.tr("Automatic: {0}").format(self.encoding.itemText(at) if at > 0 else guessed)
            )
        self.form.setRowVisible(self.encoding, guessed is not None or self.encoding.currentIndex() > 0)

    def show_names(self, notes: Sequence[Note], *, classes: bool) -> None:
        """Say which table names the classes, where none was chosen."""
        from engine.library.importers.note import NoteKind

        used = next((note.file for note in notes if note.kind is NoteKind.NAMED_BY), None)
        if not self._names:
            self._names_file.setText(used or (self.tr("as they were found") if classes else ""))

    def show_divisions(self, notes: Sequence[Note]) -> None:
        """Offer the divisions into splits where there are several; hidden where there are not."""
        from engine.library.importers.note import NoteKind

        told = next((note for note in notes if note.kind is NoteKind.SEVERAL_DIVISIONS), None)
        self.division.clear()
        for number in [] if told is None else map(int, told.example.split(", ")):
            self.division.addItem(
                self.tr("Number {0}").format(number) if number else self.tr("Without a number"), number
            )
        if told is not None:
            self.division.setCurrentIndex(self.division.findData(int(told.file)))
        self.form.setRowVisible(self.division, told is not None)

    def show_form(self, kind: str) -> None:
        """Say by which form the source was read where that was left to the import."""
        from engine.library.importers.registry import AUTO, kind_words

        if self.kind.currentData() == AUTO:
            words = engine_language._(kind_words(kind))
            self.kind.setItemText(0, self.tr("Automatic ({0})").format(words))

    def controls(self) -> Controls:
        """What the choices are called here, for Notes that speak of them."""
        from engine.library.importers.folders import IMPORTER as FOLDERS
        from engine.library.importers.note import Controls

        def quoted(field: QWidget) -> str:
            return self.tr("“{0}”").format(field.accessibleName())

        label = self.form.labelForField(self.columns)
        assert isinstance(label, QLabel)
        columns = label.text().replace("&", "")
        by_folders = engine_language._(FOLDERS.menu)
        return Controls(
            encoding=self.tr("under {0}").format(quoted(self.encoding)),
            values=quoted(self.values),
            page=self.tr("under {0}").format(quoted(self.page)),
            folders=self.tr("“{0}” under {1}").format(by_folders, quoted(self.kind)),
            table=self.tr("under {0}").format(quoted(self.kind)),
            column=self.tr("“{0}” under {1}").format(self.columns.words_of_class, self.tr("“{0}”").format(columns)),
            pattern=quoted(self.pattern),
            replace=self.tr("“{0}”").format(self.replace.text().replace("&", "")),
            division=self.tr("under {0}").format(quoted(self.division)),
            together=quoted(self.alike),
            apart=quoted(self.alike),
        )

    def show_values(self, found: PixelRange | None) -> None:
        """Offer to change the range of values that was found; hidden where there are no deep pictures."""
        self.form.setRowVisible(self.values, found is not None)
        if found is not None and not self._changed_values:
            self._values = f"{found.low:.6g} {found.high:.6g}"
            with QSignalBlocker(self.values):
                self.values.setText(self._values)

    def _values_typed(self) -> None:
        if self.values.text() != self._values and self._value_range() is not None:
            self._values = self.values.text()
            self._changed_values = True
            self.look_again.emit()

    def _value_range(self) -> tuple[float, float] | None:
        """Return the values that were typed; None where they are no lower and higher number."""
        try:
            low, high = map(float, self.values.text().replace("–", " ").split())
        except ValueError:
            return None
        return (low, high) if low < high else None

    def _build(self) -> None:
        self.replace = QCheckBox(self.tr("&Replace the labels of images that are in the project"))
        self.replace.setToolTip(self.tr("Without this they keep theirs, which is told; it can be undone"))
        self.replace.toggled.connect(lambda _: self.changed.emit())
        self.form = QFormLayout(self)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.form.setHorizontalSpacing(theme.Theme.M)
        self.form.setVerticalSpacing(theme.Theme.S)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        names = self._names_row = QWidget()
        row(self.names_button, fill(self._names_file), on=names, spacing=theme.Theme.M)
        for words, field, control in (
            (self.tr("&Labels come from"), self.kind, self.kind),
            (self.tr("&Pattern"), self.pattern, self.pattern),
            (self.tr("&Columns"), self.columns, self.columns.path),
            (self.tr("Class &names"), names, self.names_button),
            (self.tr("&Split"), self.split, self.split),
            (self.tr("&Division"), self.division, self.division),
            (self.tr("&Keep together"), self.alike, self.alike),
            (self.tr("E&xpression"), self.together, self.together),
            (self.tr("&Values shown"), self.values, self.values),
            (self.tr("&Bands"), self.bands, self.band[0]),
            (self.tr("Pa&ge"), self.page, self.page),
            (self.tr("&Encoding"), self.encoding, self.encoding),
        ):
            label = text(words, "muted")
            label.setMinimumHeight(theme.Theme.CONTROL)
            label.setBuddy(control)
            if control is field:
                control.setAccessibleName(words.replace("&", ""))
            self.form.addRow(label, field)
        self.form.addRow("", self.replace)

    def begin(self, folder: Path, *, adding: bool = False) -> None:
        """Begin with another folder: everything is automatic again. `adding`: to a project that has images already."""
        self.replace.setChecked(False)
        self.form.setRowVisible(self.replace, adding)
        self._folder, self._csv, self._found = folder, "", ""
        self._typing.stop()
        if not self.kind.count():
            self._fill_kinds()
        self.kind.setCurrentIndex(0)
        with QSignalBlocker(self.pattern):
            self.pattern.clear()
        self.columns.reset()
        self.split.setCurrentIndex(0)
        self.together.clear()
        self._changed_values = self._changed_bands = False
        self.values.clear()
        for field in (self.values, self.bands, self.page):
            self.form.setRowVisible(field, False)
        with QSignalBlocker(self.page):
            self.page.setValue(1)
        self.kind.setItemText(0, self.tr("Automatic"))
        self.encoding.setItemText(0, self.tr("Automatic"))
        self.encoding.setCurrentIndex(0)
        self.form.setRowVisible(self.encoding, False)
        self.show_divisions(())
        self.alike.setCurrentIndex(0)
        self.show_example("")
        self._set_names("")
        self._show_usable()

    def show_table(self, found: TableFound | None) -> None:
        """Labels were read from this table: its columns can be chosen."""
        if found is not None:
            self._found = found.file
            self.columns.show_columns(found.columns, found.read)
        self._show_usable()

    def show_example(self, name: str) -> None:
        """Offer to keep those pictures together whose names begin like this one's, up to one of its separators."""
        chosen = self.alike.currentIndex()
        self.alike.clear()
        self.alike.addItem(self.tr("Automatic"), AUTOMATIC)
        self.alike.addItem(self.tr("Nothing: each picture shows something else"), NOTHING)
        begins = list(SEPARATOR.finditer(Path(name).stem))[:MOST_BEGINS]
        for count, match in enumerate(begins, 1):
            words = self.tr("Pictures whose names begin alike: {0}…").format(name[: match.end()])
            self.alike.addItem(words, rf"^({PIECE}(?:{SEPARATOR.pattern}{PIECE}){{{count - 1}}}){SEPARATOR.pattern}")
        self.alike.addItem(self.tr("By an expression…"), None)
        self.alike.setCurrentIndex(chosen if 0 <= chosen < self.alike.count() else 0)

    def _alike_chosen(self) -> None:
        pattern = self.alike.currentData()
        self.together.setText("" if pattern in (AUTOMATIC, NOTHING, None) else pattern)
        self._show_usable()
        if pattern is None:
            self.together.setFocus()

    def choices(self) -> ImportChoices:
        kind = self.kind.currentData()
        columns = self.columns if self._reads_table() else None
        found = kind in ("auto", "csv") and self.columns.any_chosen()  # metadata is found again by its name
        file = self._csv or (self._found if found else "")
        return ImportChoices(
            labels=kind or "auto",
            csv=file or None,
            pattern=self.pattern.text() or None if kind == "pattern" else None,
            path_column=columns.path.currentData() if columns is not None else None,
            class_column=columns.class_name.currentData() if columns is not None else None,
            split_column=columns.split.currentData() if columns is not None else None,
            names=self._names or None if self._names_row.isEnabled() else None,
            split=self.split.currentData(),
            group_by=self._together(),
            encoding=self.encoding.currentData() if self._folder.is_file() or self._reads_table() else None,
            division=self.division.currentData() if self.division.currentIndex() > 0 else None,
            value_range=self._value_range() if self._changed_values else None,
            bands=(self.band[0].value(), self.band[1].value(), self.band[2].value()) if self._changed_bands else None,
            page=self.page.value() if self.page.value() > 1 else None,
            replace_labels=self.replace.isChecked() and self.form.isRowVisible(self.replace),
        )

    def _together(self) -> str | None:
        """What stays together: None for what the names evidently tell."""
        if not self.alike.isEnabled():
            return None
        return NOTHING if self.alike.currentData() == NOTHING else self.together.text().strip() or None

    def mistake(self) -> str:
        """Return why these choices cannot be used; empty when they can."""
        for field, words in (
            (self.pattern, self.tr("The pattern cannot be understood: {0}.")),
            (self.together, self.tr("“Keep together” cannot be understood: {0}.")),
        ):
            try:
                re.compile(field.text().strip())
            except MISTAKES as why:
                return words.format(why)
        if self.kind.currentData() == "pattern" and not self.pattern.text():
            return self.tr("Write the pattern by which file names tell the class.")
        if self.form.isRowVisible(self.values) and self._value_range() is None:
            return self.tr("Write a lower and a higher value with a blank between, such as 290 304.")
        return ""

    def _pattern_typed(self) -> None:
        self._typing.start()
        self.changed.emit()

    def _look_at_pattern(self) -> None:
        if self.kind.currentData() == "pattern" and not self.mistake():
            self.look_again.emit()

    def _show_usable(self) -> None:
        """Names belong to classes that are found by name; only a division into splits keeps images together."""
        self.form.setRowVisible(self.pattern, self.kind.currentData() == "pattern")
        self.form.setRowVisible(self.columns, self._reads_table() and self.columns.path.count() > 1)
        self._names_row.setEnabled(self.kind.currentData() != "none")
        for control in (self.alike, self.together):
            control.setEnabled(self.split.currentData() == "auto")
        self.form.setRowVisible(self.together, self.alike.currentData() is None)

    def _split_chosen(self) -> None:
        self._show_usable()
        self.changed.emit()

    def _kind_chosen(self) -> None:
        self._csv = ""
        self.columns.reset()
        self._show_usable()
        kind = self.kind.currentData()
        if kind == "pattern":
            self.changed.emit()
            self.pattern.setFocus()
            self._look_at_pattern()
        elif (importer := self._importer()) is not None and importer.files:
            self._choose_file(importer)
        else:
            self.look_again.emit()

    def choose_form(self, flag: str) -> None:
        """Read the folder in another form, which finds its files by itself."""
        self._csv = ""
        self.kind.setCurrentIndex(self.kind.findData(flag))
        self._show_usable()
        self.look_again.emit()

    def _choose_file(self, importer: Importer) -> None:
        words = engine_language._(importer.menu).rstrip("…")
        dialog = self._file_dialog(words, words, importer.files)
        dialog.fileSelected.connect(self.file_chosen)
        dialog.rejected.connect(self._file_not_chosen)
        dialog.open()

    def _file_dialog(self, title: str, words: str, suffixes: Sequence[str]) -> QFileDialog:
        dialog = QFileDialog(self, title, str(self._folder if self._folder.is_dir() else self._folder.parent))
        dialog.setNameFilter(f"{words} ({' '.join(f'*{suffix}' for suffix in suffixes)})")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    @property
    def is_typing(self) -> bool:
        """Return whether a pattern is being typed, by which nothing was looked at yet."""
        return self._typing.isActive()

    def read_table(self, file: str) -> None:
        """The table by which the folder is being looked at; "" where it is a source itself."""
        self._csv = file

    def file_chosen(self, file: str) -> None:
        """The table or export that holds the labels."""
        self._csv = file
        self.look_again.emit()

    def _file_not_chosen(self) -> None:
        self.kind.setCurrentIndex(0)
        self._show_usable()
        self.look_again.emit()

    def _choose_names(self) -> None:
        """Choose a table of names, or go back to none when one was chosen."""
        if self._names:
            self.names_chosen("")
            return
        suffixes = (".csv", ".tsv", ".txt", ".xlsx")
        dialog = self._file_dialog(self.tr("Choose a table of class names"), self.tr("Tables"), suffixes)
        dialog.fileSelected.connect(self.names_chosen)
        dialog.open()

    def names_chosen(self, file: str) -> None:
        self._set_names(file)
        self.look_again.emit()

    def _set_names(self, file: str) -> None:
        self._names = file
        self._names_file.setText(Path(file).name if file else self.tr("as they were found"))
        self.names_button.setText(self.tr("Without it") if file else self.tr("Names table…"))
