"""Whether a window can be opened here, and what to do where it cannot.

Qt ends the process natively (SIGABRT) where no platform plugin can be loaded or no display server answers, so that
both are tried before. The modules of Qt are loaded on the way, as the window needs them a moment later anyway.

Run as a module it prints the Debian packages of the libraries that are missing: `make` installs those.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Thread

from engine.language import _  # Qt translates nothing yet

# The libraries that Qt's wheels expect from the system, and the Debian packages that hold them.
_QT = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
_XCB = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
_WAYLAND = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
LIBRARIES = _QT | _XCB | _WAYLAND
# Since 2024 these have another name where the C library is that new (Debian 13, Ubuntu 24.04): time in 64 bits.
RENAMED = {"libglib2.0-0": "libglib2.0-0t64"}
_RENAMED_SINCE = (2, 39)
_FONTS = "fonts-dejavu-core"

ANSWER_SECONDS = 5.0
_connections: list[object] = []


def why_no_window() -> str:
    """Return why no window can be opened here and what to do, as a sentence; "" where one can be opened."""
    if sys.platform in ("win32", "darwin"):
        return _why_no_qt()
    platforms = _platforms()
    if not platforms:
        return _("There is no screen here: neither DISPLAY nor WAYLAND_DISPLAY is set.")
    return _why_no_qt() or _why_none_of(platforms)


def is_seen() -> bool:
    """Return whether somebody could see a dialog here: not on a platform of Qt that paints into memory alone."""
    hidden = {"offscreen", "minimal"}
    named = _named_platforms()
    if sys.platform in ("win32", "darwin"):
        return not hidden & set(named)
    return bool({"xcb", "wayland"} & set(_platforms()))


def _named_platforms() -> list[str]:
    """The platforms of Qt that the person chose: `QT_QPA_PLATFORM` is `NAME[:OPTIONS][;NAME[:OPTIONS]...]`."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "").split(";")
    return [name.partition(":")[0] for name in chosen if name]


def _platforms() -> list[str]:
    """The platforms that Qt tries, in its order."""
    named = _named_platforms()
    if named:
        return named
    found = []
    if os.environ.get("WAYLAND_DISPLAY") or os.environ.get("XDG_SESSION_TYPE") == "wayland":
        found.append("wayland")
    if os.environ.get("DISPLAY"):
        found.append("xcb")
    return found


def _why_no_qt() -> str:
    try:
        from PySide6 import QtWidgets  # noqa: F401
    except ModuleNotFoundError:
        return _("The window needs PySide6, which is not installed; install it with `pip install PySide6-Essentials`.")
    except ImportError as error:
        return _libraries_sentence(_QT, str(error))
    return ""


def _why_none_of(platforms: Iterable[str]) -> str:
    """Return why Qt can use none of `platforms`; "" where it can use one."""
    silent, broken = [], ""
    for name in platforms:
        base = name.partition("-")[0]  # of "wayland-egl"
        variable, answers, libraries = _SERVERS.get(base, ("", lambda: True, {}))
        if not _in_time(answers):
            unset = _("{variable} is not set").format(variable=variable)
            silent.append(f"{variable}={os.environ[variable]}" if variable in os.environ else unset)
            continue
        reason = _why_no_plugin(name, libraries)
        if not reason:
            return ""
        broken = broken or reason
    sentence = _(
        "No display server answers ({servers}): it has ended, or does not let this user in; start Pigeonhole from a "
        "terminal on the desktop."
    )
    return broken or sentence.format(servers=", ".join(silent))


def _why_no_plugin(name: str, libraries: dict[str, str]) -> str:
    from PySide6.QtCore import QLibraryInfo, QPluginLoader

    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms"
    files = [*folder.glob(f"libq{name}.so"), *folder.glob(f"libq{name}-*.so")]  # older ones: libqwayland-generic.so
    if not files:
        known = sorted(file.stem.removeprefix("libq") for file in folder.glob("libq*.so"))
        sentence = _("QT_QPA_PLATFORM asks for the platform {name}, which is not here; there are {known}.")
        return sentence.format(name=name, known=", ".join(known))
    for file in files:
        loader = QPluginLoader(str(file))
        if loader.load():
            return ""
    return _libraries_sentence(libraries | _QT, loader.errorString())


def _libraries_sentence(libraries: Iterable[str], reason: str) -> str:
    missing = [name for name in libraries if not _loads(name)]
    if not missing:
        return _("The window's libraries cannot be loaded here: {why}.").format(why=reason.rstrip("."))
    sentence = _("The window needs system libraries that are not installed: {libraries}; {remedy}.")
    return sentence.format(libraries=", ".join(missing), remedy=remedy(missing))


def remedy(libraries: Iterable[str]) -> str:
    """Return what a person does to have these libraries."""
    if shutil.which("apt-get") is None:
        return _("install them with the package manager of this system")
    return _("as root run `{command}`").format(command=f"apt-get install {' '.join(packages(libraries))}")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def packages(libraries: Iterable[str]) -> list[str]:
    """Return the packages that hold these libraries, by their names on this Debian or Ubuntu."""
    names = sorted({LIBRARIES[library] for library in libraries})
    version = (os.confstr("CS_GNU_LIBC_VERSION") or "glibc 0").split()[-1]
    if tuple(int(part) for part in version.split(".")[:2]) >= _RENAMED_SINCE:
        return [RENAMED.get(name, name) for name in names]
    return names


def _in_time(answers: Callable[[], bool]) -> bool:
    """Ask a server in a thread: one that takes the connection and then says nothing would hold the start for ever."""
    found: list[bool] = []
    thread = Thread(target=lambda: found.append(answers()), name="display server", daemon=True)
    thread.start()
    thread.join(ANSWER_SECONDS)
    return found == [True]


def _x_answers() -> bool:
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # the plugin cannot be loaded either, and says what is missing
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    # Stays open until the process ends: a server whose only client leaves starts anew, which takes longer.
    _connections.append(connection)
    return not xcb.xcb_connection_has_error(connection)


def _wayland_answers() -> bool:
    if os.environ.get("WAYLAND_SOCKET"):
        return True  # an open connection, which can be used once
    name = os.environ.get("WAYLAND_DISPLAY", "")
    if not Path(name).is_absolute() and not os.environ.get("XDG_RUNTIME_DIR"):
        return False  # the library would say so on standard error
    try:
        wayland = ctypes.CDLL("libwayland-client.so.0")
    except OSError:
        return True  # as above
    wayland.wl_display_connect.restype = ctypes.c_void_p
    display = ctypes.c_void_p(wayland.wl_display_connect(None))
    if not display:
        return False
    answers = wayland.wl_display_roundtrip(display) >= 0
    wayland.wl_display_disconnect(display)
    return bool(answers)


# The variable that names the server of a platform, whether that server answers, and what its plugin is linked with.
_SERVERS: dict[str, tuple[str, Callable[[], bool], dict[str, str]]] = {
    "xcb": ("DISPLAY", _x_answers, _XCB),
    "wayland": ("WAYLAND_DISPLAY", _wayland_answers, _WAYLAND),
}


def _print_missingpackages() -> None:
    needed = packages(name for name in LIBRARIES if not _loads(name))
    fonts = Path("/usr/share/fonts"), Path("/usr/local/share/fonts")
    if not any(file for folder in fonts for file in folder.rglob("*.[to]t[fc]")):
        needed.append(_FONTS)
    sys.stdout.write(" ".join(needed) + "\n")


if __name__ == "__main__":
    _print_missingpackages()
