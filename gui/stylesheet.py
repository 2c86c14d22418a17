"""The style sheet: `Theme` tokens on top of the Fusion style."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gui.theme import Theme

_SHEET = Template("""
QWidget { color: $text; font-size: ${base}pt; }
QPushButton, QToolButton, QCheckBox, QRadioButton, QComboBox, QSlider { outline: 0; }
QMainWindow, QDialog { background: $surface; }
QMainWindow > QWidget#central, QWidget#rail { background: $background; }
QWidget[role="page"] { background: $surface; }
QToolTip { background: $tip; color: $tip_text; border: 0; padding: 5px 8px; }

QLabel { background: transparent; }
QLabel[role="title"] { font-size: ${title}pt; font-weight: 600; }
QLabel[role="heading"] { font-size: ${heading}pt; font-weight: 600; }
QLabel[role="metric"] { font-size: ${metric}pt; font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="small"] { color: $muted; font-size: ${small}pt; }
QLabel[role="section"] { color: $muted; font-size: ${small}pt; font-weight: 600; }
QLabel[role="positive"] { color: $positive; }
QLabel[role="negative"] { color: $negative; }
QLabel[role="warning"] { color: $warning; }
QLabel[role="option"]:disabled { color: $off; }

QFrame[role="card"] { background: $surface; border: 1px solid $border; border-radius: ${radius}px; }
QFrame[role="well"] { background: $raised; border: 0; border-radius: ${radius}px; }
QFrame[role="notice"] { background: $warning_soft; border: 0; border-radius: ${radius}px; }
QFrame[role="bar"] { background: $warning_soft; border: 0; border-bottom: 1px solid $border; }
QFrame[role="line"] { background: $border; border: 0; max-height: 1px; min-height: 1px; }
QFrame[role="popup"] { background: $surface; border: 1px solid $strong_border; border-radius: 12px; }

QPushButton {
    background: $surface; border: 1px solid $strong_border; border-radius: 7px;
    padding: 0 14px; min-height: 30px; font-weight: 500;
}
QPushButton:hover { background: $raised; }
QPushButton:pressed { background: $sunken; }
QPushButton:checked { background: $accent_soft; border-color: $accent; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $off; border-color: $border; background: $surface; }
QPushButton[kind="primary"] { background: $accent; border-color: $accent; color: $on_accent; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent_pressed; }
QPushButton[kind="primary"]:focus { border-color: $text; }
QPushButton[kind="primary"]:disabled { background: $sunken; border-color: $sunken; color: $off; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; padding: 0 10px; }
QPushButton[kind="quiet"]:hover { background: $raised; }
QPushButton[kind="quiet"]:pressed, QPushButton[kind="quiet"]:checked { background: $sunken; }
QPushButton[kind="quiet"]:focus { border-color: $accent; }
QPushButton[kind="link"] {
    background: transparent; border: 1px solid transparent; padding: 0 2px; color: $accent; min-height: 22px;
}
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:focus { border-color: $accent; }
QPushButton[kind="link"]:disabled { color: $off; border-color: transparent; background: transparent; }
QPushButton[kind="danger"] { color: $negative; border-color: $negative; }
QPushButton[kind="danger"]:hover { background: $negative_soft; }
QPushButton[kind="danger"]:disabled { color: $off; border-color: $border; }
QToolButton {
    background: transparent; border: 1px solid transparent; border-radius: 7px; padding: 5px;
}
QToolButton:hover { background: $raised; }
QToolButton:pressed, QToolButton:checked { background: $sunken; }
QToolButton:focus { border-color: $accent; }
QToolButton[kind="fold"] { font-weight: 600; padding: 4px 6px 4px 2px; }
QToolButton[kind="fold"]:checked { background: transparent; }
QToolButton[kind="fold"]:hover { background: $raised; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox {
    background: $field; border: 1px solid $field_border; border-radius: 7px; padding: 0 9px; min-height: 30px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit:hover, QComboBox:hover, QSpinBox:hover, QDoubleSpinBox:hover { border-color: $muted; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QPlainTextEdit:focus { border-color: $accent; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled {
    color: $off; border-color: $border; background: $raised;
}
QLineEdit[kind="search"] { padding: 0 3px; }
QLineEdit[kind="bare"] { border: 0; background: transparent; padding: 0; }
QComboBox { combobox-popup: 0; }
QComboBox::drop-down { border: 0; width: 26px; }
QComboBox::down-arrow { image: url($icons/arrow-down.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView {
    background: $surface; border: 1px solid $strong_border; border-radius: 7px; padding: 4px; outline: 0;
    selection-background-color: $accent_soft; selection-color: $text;
}
QComboBox QAbstractItemView::item { min-height: 28px; padding: 0 6px; border-radius: 5px; }
QComboBox QAbstractItemView::item:selected, QComboBox QAbstractItemView::item:hover { background: $accent_soft; }
QSpinBox, QDoubleSpinBox { padding-right: 22px; }
QSpinBox::up-button, QDoubleSpinBox::up-button {
    subcontrol-origin: border; subcontrol-position: top right; width: 22px; height: 15px; border: 0;
}
QSpinBox::down-button, QDoubleSpinBox::down-button {
    subcontrol-origin: border; subcontrol-position: bottom right; width: 22px; height: 15px; border: 0;
}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url($icons/arrow-up.svg); width: 9px; height: 9px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url($icons/arrow-down.svg); width: 9px; height: 9px; }
QPlainTextEdit, QTextEdit {
    background: $field; border: 1px solid $border; border-radius: 7px; padding: 6px;
    selection-background-color: $accent; selection-color: $on_accent;
}

QCheckBox, QRadioButton { spacing: 8px; min-height: 24px; background: transparent; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 16px; height: 16px; border: 1px solid $muted; border-radius: 4px; background: $field;
}
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover, QCheckBox::indicator:focus, QRadioButton::indicator:focus {
    border-color: $accent;
}
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url($icons/tick-$scheme.svg); }
QRadioButton::indicator:checked { background: $accent; border-color: $accent; image: url($icons/dot-$scheme.svg); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $border; background: $sunken; }

QSlider { min-height: 22px; background: transparent; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $sunken; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $muted; }
QSlider::handle:horizontal {
    width: 14px; height: 14px; margin: -6px 0; border-radius: 8px; background: $knob; border: 1px solid $muted;
}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus { border-color: $accent; }
QProgressBar { border: 0; border-radius: 3px; background: $sunken; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { border-radius: 3px; background: $accent; }

QScrollBar:vertical { width: 12px; background: transparent; margin: 0; }
QScrollBar:horizontal { height: 12px; background: transparent; margin: 0; }
QScrollBar::handle { background: $handle; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 36px; }
QScrollBar::handle:horizontal { min-width: 36px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: 0; }
QScrollArea { border: 0; background: transparent; }
QScrollArea > QWidget > QWidget[role="plain"] { background: transparent; }

QMenu { background: $surface; border: 1px solid $strong_border; border-radius: 8px; padding: 5px; }
QMenu::item { padding: 6px 26px 6px 10px; border-radius: 5px; }
QMenu::item:selected { background: $accent_soft; color: $text; }
QMenu::item:disabled { color: $off; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $border; margin: 5px 8px; }

QAbstractItemView { background: $surface; border: 0; outline: 0; alternate-background-color: $raised; }
QListView::item, QTreeView::item { border-radius: 6px; }
QTableView, QTreeView {
    gridline-color: $border; border: 1px solid $border; border-radius: ${radius}px;
    selection-background-color: $accent_soft; selection-color: $text;
}
QListWidget::item:selected { background: $accent_soft; color: $text; }
QTableView::item { padding: 4px 8px; }
QHeaderView { background: transparent; border: 0; font-weight: 600; }
QHeaderView::section {
    background: $surface; color: $muted; font-weight: 600;
    border: 0; border-bottom: 1px solid $border; padding: 6px 8px;
}
QTableCornerButton::section { background: $surface; border: 0; }
QTabWidget::pane { border: 0; }
QTabBar::tab { padding: 7px 12px; border: 0; border-bottom: 2px solid transparent; color: $muted; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:hover { color: $text; }
QGroupBox { border: 0; margin-top: 22px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0; }
QSplitter { background: transparent; }
QSplitter::handle { background: $border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $accent; }
""")


def stylesheet(theme: Theme, base: float) -> str:
    """The style sheet of `theme`; `base` is the system's font size in points."""
    from gui.theme import ICONS, mix

    names = (
        "background surface raised sunken border strong_border text muted accent accent_soft on_accent "
        "positive negative warning warning_soft"
    )
    tokens = {name: getattr(theme, name).name() for name in names.split()}
    tokens |= {
        "off": mix(theme.muted, theme.surface, 0.4).name(),
        "accent_hover": mix(theme.accent, theme.text, 0.12).name(),
        "accent_pressed": mix(theme.accent, theme.text, 0.24).name(),
        "negative_soft": mix(theme.surface, theme.negative, 0.1).name(),
        "field": (theme.raised if theme.dark else theme.surface).name(),
        "field_border": (theme.border if theme.dark else theme.strong_border).name(),
        "knob": (theme.text if theme.dark else theme.surface).name(),
        "handle": theme.strong_border.name(),
        "tip": theme.text.name(),
        "tip_text": theme.surface.name(),
        "scheme": "dark" if theme.dark else "light",
        "icons": ICONS.as_posix(),
        "radius": str(theme.RADIUS),
    }
    sizes = {"base": 1.0, "small": 0.9, "heading": 1.15, "title": 1.55, "metric": 2.0}
    tokens |= {name: f"{base * factor:.2f}".rstrip("0").rstrip(".") for name, factor in sizes.items()}
    return _SHEET.substitute(tokens)
