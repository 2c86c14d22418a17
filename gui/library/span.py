"""From and to: two numbers of which either may be left open."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from gui import theme


class _Number(QLineEdit):
    """A whole number from 0 to `most`, or nothing. A number counts when it is complete: Return, Tab, a click away."""

    def __init__(self, words: str, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = most
        plain = QIntValidator(0, most, self)
        plain.setLocale(QLocale.c())
        self.setValidator(plain)
        self.setPlaceholderText(self.tr("any"))
        self.setAccessibleName(words)
        self.setFixedWidth(52 if most <= 100 else 68)

    def number(self) -> int | None:
        return min(int(self.text()), self._most) if self.text().isdecimal() else None


class Span(QWidget):
    """`value()` gives whole numbers, None where it is open."""

    changed = Signal()

    def __init__(self, name: str, unit: str, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit = unit
        names = self.tr("{0}, from").format(name), self.tr("{0}, to").format(name)
        self.low, self.high = (_Number(words, most) for words in names)
        self._told = self.value()
        dash, after = QLabel("–"), QLabel(unit)
        for label in (dash, after):
            label.setProperty("role", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.Theme.XS)
        for widget in (self.low, dash, self.high, after):
            row.addWidget(widget)
        self.setFocusProxy(self.low)
        for field in (self.low, self.high):
            field.editingFinished.connect(self._tell)
            field.textChanged.connect(lambda words: None if words else self._tell())

    def _tell(self) -> None:
        if self.value() != self._told:
            self._told = self.value()
            self.changed.emit()

    def value(self) -> tuple[int | None, int | None]:
        return self.low.number(), self.high.number()

    def set_value(self, value: tuple[int | None, int | None]) -> None:
        """Tells of no change: whoever sets it knows."""
        self.blockSignals(True)
        for field, number in zip((self.low, self.high), value, strict=True):
            field.setText("" if number is None else str(number))
        self._told = self.value()
        self.blockSignals(False)

    def words(self) -> str:
        """What is let through, such as "≥ 224 px" or "10–20 %"; empty for everything."""
        low, high = self.value()
        if low is None and high is None:
            return ""
        if low is not None and high is not None:
            return f"{low:,}–{high:,} {self._unit}"
        return f"≥ {low:,} {self._unit}" if low is not None else f"≤ {high:,} {self._unit}"
