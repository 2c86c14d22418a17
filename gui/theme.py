"""All colours and distances of the window, and the one place that turns them into a look.

Widgets that paint themselves call `current()` inside their paint event; everything else is styled by
`resources/styles/window.qss` through two properties: `kind` of a button ("primary", "quiet", "danger") and `role` of a
label ("title", "heading", "muted", "metric", "small").
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import ClassVar

from PySide6.QtCore import QByteArray, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QIconEngine, QPainter, QPalette, QPixmap, QPixmapCache
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLayout, QStyle, QStyleFactory, QWidget

from engine.colours import DARK, HIGH_DARK, HIGH_LIGHT, INK, LIGHT, PAPER, Palette

_RESOURCES = Path(__file__).resolve().parent.parent / "resources"
ICONS, STYLES = _RESOURCES / "icons", _RESOURCES / "styles" / "window.qss"


@dataclass(frozen=True)
class Theme(Palette[QColor]):
    """The colours of one scheme, and distances in device-independent pixels."""

    dark: bool
    high_contrast: bool
    shadow: QColor

    XS: ClassVar[int] = 4
    S: ClassVar[int] = 8
    M: ClassVar[int] = 12
    L: ClassVar[int] = 16
    XL: ClassVar[int] = 24
    RADIUS: ClassVar[int] = 8
    CONTROL: ClassVar[int] = 32  # height of a button or field

    @property
    def grid(self) -> QColor:
        """Lines behind the words and curves of a chart, and cells without a number: weaker than what is told."""
        return self.sunken if self.high_contrast else self.border


def _theme(palette: Palette[str], *, dark: bool, high: bool, shadow: QColor) -> Theme:
    named = {name: QColor(colour) for name, colour in palette.named().items()}
    series = tuple(QColor(colour) for colour in palette.series)
    return Theme(dark=dark, high_contrast=high, shadow=shadow, series=series, **named)


@cache
def _themes() -> dict[tuple[bool, bool], Theme]:
    """The themes by whether they are dark and whether they have high contrast."""
    light, dark = QColor(20, 24, 40, 46), QColor(0, 0, 0, 130)  # of shadows
    return {
        (False, False): _theme(LIGHT, dark=False, high=False, shadow=light),
        (True, False): _theme(DARK, dark=True, high=False, shadow=dark),
        (False, True): _theme(HIGH_LIGHT, dark=False, high=True, shadow=light),
        (True, True): _theme(HIGH_DARK, dark=True, high=True, shadow=dark),
    }


class Notifier(QObject):
    """Tells widgets that paint themselves that the colours are new."""

    changed = Signal()


class _State:
    theme: Theme | None = None
    scheme: str = "system"
    high_contrast: bool = False
    reduced_motion: bool = False
    notifier: Notifier | None = None
    follows: bool = False
    styling_is_put_off: bool = False


def notifier() -> Notifier:
    """The object whose `changed` is emitted after each change of the theme."""
    if _State.notifier is None:
        _State.notifier = Notifier()
    return _State.notifier


def current() -> Theme:
    """The theme that is shown now; light until `apply` was called."""
    return _State.theme or _themes()[False, False]


def scheme() -> str:
    """What the person chose: "system", "light" or "dark"."""
    return _State.scheme


def apply(app: QApplication, scheme: str = "system", *, high_contrast: bool = False) -> Theme:
    """Show `scheme` ("system", "light" or "dark") everywhere, now and whenever the system changes its own.

    Contrast is high where `high_contrast` is, and where the system says that its user wants it so.
    """
    _State.scheme, _State.high_contrast = scheme, high_contrast
    hints = app.styleHints()
    if not _State.follows:
        _State.follows = True
        app.setStyle(QStyleFactory.create("Fusion"))
        hints.colorSchemeChanged.connect(_system_changed)
        if hasattr(hints, "accessibility"):  # from Qt 6.10 on
            hints.accessibility().contrastPreferenceChanged.connect(_system_changed)
    wanted = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(scheme, Qt.ColorScheme.Unknown)
    hints.setColorScheme(wanted)
    dark = scheme == "dark" or (scheme != "light" and hints.colorScheme() == Qt.ColorScheme.Dark)
    theme = _themes()[dark, high_contrast or system_wants_contrast(app)]
    if theme is not _State.theme:
        _State.theme = theme
        app.setPalette(_palette(theme))
        if not _State.styling_is_put_off:
            app.setStyleSheet(_style_sheet(theme, app.font().pointSizeF()))
        _retint(app)
        notifier().changed.emit()
    return theme


def system_wants_contrast(app: QApplication) -> bool:
    """Return whether the system says that its user wants high contrast."""
    hints = app.styleHints()
    if not hasattr(hints, "accessibility"):
        return False
    return hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast


def reduce_motion(app: QApplication, reduced: bool) -> None:
    """Let nothing move, now and until the opposite is said."""
    if reduced is _State.reduced_motion:
        return
    _State.reduced_motion = reduced
    if _State.theme is not None and not _State.styling_is_put_off:
        app.setStyleSheet(_style_sheet(_State.theme, app.font().pointSizeF()))


def moves(widget: QWidget) -> bool:
    """Return whether something may move in a widget. Qt's own animations last as long as the style says, too."""
    return widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, widget) > 0


@contextmanager
def style_at_the_end(app: QApplication) -> Iterator[None]:
    """Give what is built in the block its style sheet in one pass at the end, where the application has none yet.

    Qt styles a widget and all below it anew whenever it gets another parent: for a whole window that took a third of
    the time of its start.
    """
    _State.styling_is_put_off = True
    try:
        yield
    finally:
        _State.styling_is_put_off = False
        app.setStyleSheet(_style_sheet(current(), app.font().pointSizeF()))
        for window in app.topLevelWidgets():  # whose hidden parts tell no layout that they have another size now
            for layout in window.findChildren(QLayout):
                layout.invalidate()


def _style_sheet(theme: Theme, base: float) -> str:
    """Return the style sheet in the colours of `theme`; `base` is the system's font size in points."""
    tokens = {name: colour.name() for name, colour in theme.named().items()}
    tokens |= {
        "off": disabled(theme).name(),
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
    still = "QWidget { widget-animation-duration: 0; }\n" if _State.reduced_motion else ""
    return still + Template(STYLES.read_text("utf-8")).substitute(tokens)


def _system_changed() -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication):
        apply(app, _State.scheme, high_contrast=_State.high_contrast)


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, theme.surface),
        (roles.WindowText, theme.text),
        (roles.Base, theme.surface),
        (roles.AlternateBase, theme.raised),
        (roles.Text, theme.text),
        (roles.PlaceholderText, theme.muted),
        (roles.Button, theme.surface),
        (roles.ButtonText, theme.text),
        (roles.BrightText, theme.negative),
        (roles.ToolTipBase, theme.text),
        (roles.ToolTipText, theme.surface),
        (roles.Highlight, theme.accent),
        (roles.HighlightedText, theme.on_accent),
        (roles.Accent, theme.accent),
        (roles.Link, theme.accent),
        (roles.Light, theme.raised),
        (roles.Midlight, theme.raised),
        (roles.Mid, theme.border),
        (roles.Dark, theme.strong_border),
        (roles.Shadow, theme.border),
    ):
        palette.setColor(role, colour)
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, disabled(theme))
    return palette


def disabled(theme: Theme) -> QColor:
    """The colour of what cannot be used now: fainter than other texts, but to be read (3:1 on every ground)."""
    return mix(theme.muted, theme.surface, 0.2)


def mix(one: QColor, other: QColor, share: float) -> QColor:
    """`one` with `share` (0 to 1) of `other` in it, opaque."""
    keep = 1.0 - share
    return QColor(
        round(one.red() * keep + other.red() * share),
        round(one.green() * keep + other.green() * share),
        round(one.blue() * keep + other.blue() * share),
    )


def on(colour: QColor) -> QColor:
    """Black or white, whichever reads better on `colour`."""
    light = 0.299 * colour.red() + 0.587 * colour.green() + 0.114 * colour.blue()
    return QColor(INK if light > 150 else PAPER)


# Icons: line drawings whose strokes are `currentColor`, tinted when they are made.


def pixmap(name: str, colour: QColor, side: int, ratio: float = 1.0) -> QPixmap:
    """The icon `name` drawn in `colour` on `side` × `side` device-independent pixels; each is drawn only once."""
    from PySide6.QtSvg import QSvgRenderer

    key = f"pigeonhole icon {name} {colour.name()} {side} {ratio}"
    picture = QPixmap()
    if QPixmapCache.find(key, picture):
        return picture
    renderer = QSvgRenderer(QByteArray(_source(name).replace(b"currentColor", colour.name().encode())))
    picture = QPixmap(round(side * ratio), round(side * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, picture.width(), picture.height()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, picture)
    return picture


@cache
def _source(name: str) -> bytes:
    return (ICONS / f"{name}.svg").read_bytes()


def icon(name: str, colour: QColor | None = None) -> QIcon:
    """The icon `name`, in the colour of text where none is given. Use `set_icon` where it must follow the theme."""
    return QIcon(_LineIcon(name, colour or current().text, mix(current().muted, current().surface, 0.5)))


class _LineIcon(QIconEngine):
    """Draws an icon when it is shown: most of a window's hundred icons are in menus that nobody opens."""

    _copies: ClassVar[list[QIconEngine]] = []

    def __init__(self, name: str, colour: QColor, disabled: QColor) -> None:
        super().__init__()
        self._name, self._colour, self._disabled = name, colour, disabled

    def clone(self) -> QIconEngine:
        copy = _LineIcon(self._name, self._colour, self._disabled)
        self._copies.append(copy)  # Qt asks for one where somebody changes an icon, and does not hold on to it
        return copy

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(rect, self._drawn(min(rect.width(), rect.height()), ratio, mode))

    def pixmap(self, size: QSize, mode: QIcon.Mode, _: QIcon.State) -> QPixmap:
        return self._drawn(min(size.width(), size.height()), 1.0, mode)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, _: QIcon.State, scale: float) -> QPixmap:
        return self._drawn(min(size.width(), size.height()), scale, mode)

    def _drawn(self, side: int, ratio: float, mode: QIcon.Mode) -> QPixmap:
        if side < 1:  # of a button that has no room yet: Qt warns of whoever paints on nothing
            return QPixmap()
        return pixmap(self._name, self._disabled if mode == QIcon.Mode.Disabled else self._colour, side, ratio)


def app_icon() -> QIcon:
    """The application's own icon, in its own colours."""
    found = QIcon()
    for side in (16, 32, 64, 128):
        found.addPixmap(pixmap("pigeonhole", current().text, side))
    return found


def set_icon(target: QAbstractButton | QAction | QLabel, name: str, colour: str = "text", side: int = 20) -> None:
    """Give `target` the icon `name`, now and after changes of the theme.

    `colour` is the name of a token: "text", "muted", "accent", ...
    """
    for key, value in (("icon_name", name), ("icon_colour", colour), ("icon_side", side)):
        target.setProperty(key, value)
    _tint(target)


def _tint(target: QObject) -> None:
    colour = getattr(current(), str(target.property("icon_colour")))
    name = str(target.property("icon_name"))
    if isinstance(target, QLabel):
        target.setPixmap(pixmap(name, colour, int(target.property("icon_side")), target.devicePixelRatioF()))
    elif isinstance(target, QAbstractButton | QAction):
        target.setIcon(icon(name, colour))


def _retint(app: QApplication) -> None:
    for widget in app.allWidgets():
        if widget.property("icon_name"):
            _tint(widget)
        for action in widget.actions():
            if action.property("icon_name"):
                _tint(action)


def set_variant(widget: QWidget, name: str, value: str) -> None:
    """Change `kind` or `role` of a widget that is already shown."""
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def split_colours() -> list[QColor]:
    """Training, validation, test, unassigned: training and validation as in the charts."""
    colours = current()
    return [colours.series[0], colours.series[1], colours.series[2], colours.strong_border]
