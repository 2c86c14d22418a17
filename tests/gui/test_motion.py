"""Nothing moves where the person asked the desktop for less motion."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusVariant, QDBusVirtualObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui import theme
from gui.motion import INTERFACE, PATH, SERVICE, Motion

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or not shutil.which("dbus-daemon"), reason="needs dbus-daemon"
)

GNOME = "org.gnome.desktop.interface", "enable-animations"


class Portal(QDBusVirtualObject):
    """A desktop that knows one setting."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value

    def introspect(self, path: str) -> str:
        return ""

    def handleMessage(self, message: QDBusMessage, connection: QDBusConnection) -> bool:
        if tuple(message.arguments()) == GNOME:
            answer = message.createReply(QDBusVariant(QDBusVariant(self.value)))  # as `Read` wraps it
        else:
            answer = message.createErrorReply("org.freedesktop.portal.Error.NotFound", "Requested setting not found")
        return connection.send(answer)


@pytest.fixture
def buses() -> Iterator[tuple[QDBusConnection, QDBusConnection]]:
    """Two ends of a bus of its own: of the desktop and of the program."""
    command = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
    daemon = subprocess.Popen(
        command, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert daemon.stdout is not None
    address = daemon.stdout.readline().strip()
    yield QDBusConnection.connectToBus(address, "desktop"), QDBusConnection.connectToBus(address, "program")
    for name in ("desktop", "program"):
        QDBusConnection.disconnectFromBus(name)
    daemon.terminate()
    daemon.communicate(timeout=10)


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    theme.apply(qapp, "light")
    yield qapp
    theme.reduce_motion(qapp, False)


def test_motion_follows_the_wish_of_the_desktop_and_its_changes(
    qtbot: QtBot, app: QApplication, buses: tuple[QDBusConnection, QDBusConnection]
) -> None:
    desktop, program = buses
    portal = Portal(False)
    assert desktop.registerVirtualObject(PATH, portal)
    assert desktop.registerService(SERVICE)
    widget = QWidget()
    qtbot.addWidget(widget)
    assert theme.moves(widget)

    motion = Motion(app, program)
    qtbot.waitUntil(lambda: not theme.moves(widget))

    change = QDBusMessage.createSignal(PATH, INTERFACE, "SettingChanged")
    change.setArguments([*GNOME, QDBusVariant(True)])
    desktop.send(change)
    qtbot.waitUntil(lambda: theme.moves(widget))
    motion.deleteLater()


def test_without_a_desktop_that_answers_everything_moves_as_the_style_says(qtbot: QtBot, app: QApplication) -> None:
    motion = Motion(app, QDBusConnection("of nobody"))
    widget = QWidget()
    qtbot.addWidget(widget)
    assert theme.moves(widget)
    motion.deleteLater()
