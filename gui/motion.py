"""Whether the person at this desktop wants less motion, as desktops of Linux say through the portal of settings."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import SLOT, QObject, Slot
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher, QDBusVariant
from PySide6.QtWidgets import QApplication

from gui import theme

SERVICE, PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
INTERFACE = "org.freedesktop.portal.Settings"
# Namespace and key of a setting, and its value where less motion is wanted: of freedesktop.org, of GNOME, of KDE.
SETTINGS = {
    ("org.freedesktop.appearance", "reduced-motion"): 1,
    ("org.gnome.desktop.interface", "enable-animations"): False,
    ("org.kde.kdeglobals.KDE", "AnimationDurationFactor"): "0",
}


class Motion(QObject):
    """Asks the desktop whether less motion is wanted, without waiting, and listens for changes."""

    def __init__(self, app: QApplication, bus: QDBusConnection | None = None) -> None:
        super().__init__(app)
        self._app = app
        self._reduced_by: set[tuple[str, str]] = set()
        self._bus = QDBusConnection.sessionBus() if bus is None else bus
        if not self._bus.isConnected():
            return
        slot: Any = SLOT("take(QDBusMessage)")  # PySide's type hints want bytes here, PySide itself a str
        self._bus.connect(SERVICE, PATH, INTERFACE, "SettingChanged", self, slot)
        for setting in SETTINGS:
            question = QDBusMessage.createMethodCall(SERVICE, PATH, INTERFACE, "Read")
            question.setArguments(list(setting))
            watcher = QDBusPendingCallWatcher(self._bus.asyncCall(question), self)
            watcher.setProperty("setting", list(setting))
            watcher.finished.connect(self._answered)

    @Slot(QDBusPendingCallWatcher)
    def _answered(self, watcher: QDBusPendingCallWatcher) -> None:
        answer = watcher.reply()
        watcher.deleteLater()
        if answer.type() == QDBusMessage.MessageType.ReplyMessage:  # others say that there is no such setting
            namespace, key = watcher.property("setting")
            self._set(namespace, key, answer.arguments()[0])

    @Slot(QDBusMessage)
    def take(self, message: QDBusMessage) -> None:
        """Follow a change that the desktop tells of."""
        namespace, key, value = message.arguments()
        self._set(namespace, key, value)

    def _set(self, namespace: str, key: str, value: Any) -> None:
        if (namespace, key) not in SETTINGS:
            return
        while isinstance(value, QDBusVariant):
            value = value.variant()
        if value == SETTINGS[namespace, key]:
            self._reduced_by.add((namespace, key))
        else:
            self._reduced_by.discard((namespace, key))
        theme.reduce_motion(self._app, bool(self._reduced_by))
