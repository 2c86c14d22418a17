"""The start as a process of its own where a screen, a library or a stream is missing: one sentence, no crash."""

from __future__ import annotations

import configparser
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from engine.cli.main import main
from engine.errors import ProjectLocked
from engine.library.project import Project
from gui import screen
from tests.e2e.waiting import until
from tests.gui.windows import make_project

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "XDG_SESSION_TYPE", "XDG_RUNTIME_DIR", "QT_QPA_PLATFORM")

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="needs the display servers of Linux")
on_a_screen = pytest.mark.skipif(
    not all(shutil.which(tool) for tool in ("Xvfb", "xdotool")),
    reason="needs Xvfb and xdotool, which `make test` installs on Debian and Ubuntu",
)


def environment(**variables: str) -> dict[str, str]:
    """That of this process without a display, and with `variables`."""
    return {name: value for name, value in os.environ.items() if name not in DISPLAYS} | variables


def start(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "main.py"), *arguments]
    return subprocess.run(
        command, env=environment(**variables), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )


def assert_one_sentence(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """An exit status of its own, not that of a signal, and one line that says all of `words`."""
    assert done.returncode == 1, done
    assert done.stderr.startswith("pigeonhole: "), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    for word in (*words, "`pigeonhole sample --headless`"):
        assert word in done.stderr


@pytest.fixture
def missing(tmp_path: Path):
    """Makes system libraries unusable for processes with the variables that it returns: as if they were not there."""

    def hide(*libraries: str) -> dict[str, str]:
        folder = tmp_path / "libraries"
        folder.mkdir()
        for library in libraries:
            (folder / library).touch()  # the loader finds it first, and it is no library
        return {"LD_LIBRARY_PATH": str(folder)}

    return hide


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder for PATH, with none of the programs that show dialogs: those would wait for somebody to close them."""
    folder = tmp_path / "tools"
    folder.mkdir()
    apt = shutil.which("apt-get")
    if apt is not None:
        (folder / "apt-get").symlink_to(apt)
    return folder


@on_linux
@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"DISPLAY": ":6543"}, ["DISPLAY=:6543"]),
        ({"WAYLAND_DISPLAY": "wayland-7"}, ["WAYLAND_DISPLAY=wayland-7"]),
        ({"WAYLAND_DISPLAY": "wayland-7", "DISPLAY": ":6543"}, ["DISPLAY=:6543", "WAYLAND_DISPLAY=wayland-7"]),
        ({"XDG_SESSION_TYPE": "wayland"}, ["WAYLAND_DISPLAY is not set"]),
        ({"QT_QPA_PLATFORM": "xcb"}, ["DISPLAY is not set"]),
        ({"QT_QPA_PLATFORM": "wayland;xcb", "DISPLAY": ":6543"}, ["DISPLAY=:6543"]),
        ({"QT_QPA_PLATFORM": "marble"}, ["asks for the platform marble", "offscreen"]),
        ({}, ["neither DISPLAY nor WAYLAND_DISPLAY is set"]),
    ],
)
def test_a_display_that_is_gone_is_said_in_one_sentence(variables: dict[str, str], named: list[str]) -> None:
    assert_one_sentence(start(**variables), *named)


@on_linux
def test_a_wayland_socket_that_nobody_listens_at_is_said(tmp_path: Path) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / "wayland-0"))
    left.close()
    done = start(WAYLAND_DISPLAY="wayland-0", XDG_RUNTIME_DIR=str(tmp_path))
    assert_one_sentence(done, "WAYLAND_DISPLAY=wayland-0")


@on_linux
def test_a_display_server_that_never_answers_does_not_hold_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as listening:
        for number in range(40, 90):
            try:
                listening.bind(("127.0.0.1", 6000 + number))
                break
            except OSError:
                continue
        listening.listen()
        monkeypatch.setattr(screen, "ANSWER_SECONDS", 0.2)
        monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
        monkeypatch.setenv("DISPLAY", f"127.0.0.1:{number}")
        assert f"No display server answers (DISPLAY=127.0.0.1:{number})" in screen.why_no_window()


@on_linux
@pytest.mark.parametrize("library", ["libEGL.so.1", "libglib-2.0.so.0"])
def test_a_library_that_qt_lacks_is_said_with_the_command_that_brings_it(library: str, missing) -> None:
    done = start(QT_QPA_PLATFORM="offscreen", **missing(library))
    assert_one_sentence(done, f"not installed: {library}", screen.remedy([library]))


@on_linux
@on_a_screen
def test_libraries_that_the_x_plugin_lacks_are_said_with_the_command_that_brings_them(
    display: str, missing, tools: Path
) -> None:
    lacking = ["libxcb-cursor.so.0", "libxcb-icccm.so.4"]
    done = start(DISPLAY=display, PATH=str(tools), **missing(*lacking))
    assert_one_sentence(done, ", ".join(lacking), screen.remedy(lacking))


@on_linux
@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="asks Debian's list of installed files")
@pytest.mark.parametrize("library", screen.LIBRARIES)
def test_each_library_is_in_the_package_of_this_debian_that_is_named_for_it(library: str) -> None:
    found = subprocess.run(["dpkg-query", "--search", f"*/{library}"], capture_output=True, text=True).stdout
    if not found:
        pytest.skip(f"{library} is not installed")
    assert screen.packages([library])[0] in {line.partition(":")[0] for line in found.splitlines()}


@on_linux
def test_every_library_that_the_plugins_are_linked_with_has_its_package() -> None:
    from PySide6.QtCore import QLibraryInfo

    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms"
    own = {file.name for file in Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.LibrariesPath)).iterdir()}
    of_the_c_compiler = r"lib(c|m|dl|rt|pthread|stdc\+\+|gcc_s)\.so\.|ld-linux|libz\.so|libzstd\.so"
    plugins = [folder / "libqxcb.so", folder / "libqwayland.so"]
    libraries = [folder.parents[1] / "lib" / name for name in ("libQt6Gui.so.6", "libQt6XcbQpa.so.6")]
    linked = set()
    for file in (*plugins, *libraries):
        linked |= {name.decode() for name in re.findall(rb"(?<=\0)(lib[\w+.-]+\.so\.\d+)(?=\0)", file.read_bytes())}
    outside = {name for name in linked - own if not re.match(of_the_c_compiler, name)}
    assert {"libxcb-cursor.so.0", "libwayland-cursor.so.0"} <= outside
    assert {name for name in outside if name not in screen.LIBRARIES} == set()


@on_linux
@on_a_screen
def test_an_error_at_the_start_from_a_desktop_is_shown_in_a_dialog(display: str, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sir")
    program = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), str(tmp_path / "letter.txt")],
        **{"env": environment(DISPLAY=display), "stdin": subprocess.DEVNULL, "text": True},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )

    def xdotool(*words: str) -> str:
        return subprocess.run(
            ["xdotool", *words], env=environment(DISPLAY=display), capture_output=True, text=True
        ).stdout.strip()

    try:
        until(lambda: xdotool("search", "--onlyvisible", "--name", "^Pigeonhole$"), "the dialog")
        assert program.poll() is None
        dialog = xdotool("search", "--onlyvisible", "--name", "^Pigeonhole$")
        until(lambda: xdotool("key", "--window", dialog, "Return") or program.poll() is not None, "its end")
    finally:
        program.kill()
        _, said = program.communicate(timeout=10)
    assert program.returncode == 2
    assert "found the file" in said


@on_linux
@on_a_screen
def test_where_qt_has_no_dialog_one_of_the_system_shows_the_error(
    display: str, tmp_path: Path, missing, tools: Path
) -> None:
    for name, status in (("zenity", 1), ("kdialog", 0), ("xmessage", 0)):
        tool = tools / name
        tool.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{tmp_path / name}.said"\nexit {status}\n')
        tool.chmod(0o755)
    done = start(DISPLAY=display, PATH=str(tools), **missing("libxcb-cursor.so.0"))
    assert_one_sentence(done, "libxcb-cursor0")
    for name in ("zenity", "kdialog"):  # the first could not show it
        assert done.stderr.removeprefix("pigeonhole: ").strip() in (tmp_path / f"{name}.said").read_text()
    assert not (tmp_path / "xmessage.said").exists()


def without_streams(*arguments: str, **variables: str) -> int:
    """Start it with descriptors 0, 1 and 2 closed, as `pythonw` and a windowed executable have none."""
    command = [sys.executable, str(ROOT / "main.py"), *arguments]
    shell = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *command]
    return subprocess.run(shell, env=environment(**variables), timeout=60).returncode


def make_pictures(folder: Path) -> Path:
    for name in ("개", "고양이"):
        (folder / name).mkdir(parents=True)
        for shade in range(4):
            Image.new("RGB", (12, 12), (40 * shade, 90, 20)).save(folder / name / f"{shade}.png")
    return folder


@pytest.mark.skipif(os.name != "posix", reason="closes the streams by a shell")
def test_commands_work_without_standard_streams_and_write_nothing_into_other_files(tmp_path: Path) -> None:
    pictures, project = make_pictures(tmp_path / "pictures"), str(tmp_path / "p.pigeonhole")
    assert without_streams("import", project, str(pictures)) == 0
    assert without_streams("info", project, "--json") == 0
    assert without_streams("--help") == 0
    assert without_streams("info", str(tmp_path / "none.pigeonhole")) == 1
    assert without_streams() == 1, "no screen"
    assert "8 images, 2 classes" in start("info", project).stdout


@pytest.mark.skipif(os.name != "posix", reason="closes the streams by a shell")
def test_the_window_opens_without_standard_streams(tmp_path: Path, empty_home: Path) -> None:
    project = tmp_path / "p.pigeonhole"
    assert start("import", str(project), str(make_pictures(tmp_path / "pictures"))).returncode == 0

    def is_open() -> bool:
        """Whether SQLite has its log of changes beside the store. To try for the lock would take it from the window."""
        return (project / "project.sqlite-wal").exists()

    command = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", sys.executable, str(ROOT / "main.py")]
    program = subprocess.Popen([*command, str(project)], env=environment(QT_QPA_PLATFORM="offscreen"))
    try:
        until(lambda: program.poll() is not None or is_open(), "the project")
        with pytest.raises(ProjectLocked):
            Project.open(project)
        program.send_signal(signal.SIGTERM)
        assert program.wait(20) == 0
    finally:
        program.kill()
    assert "Traceback" not in "".join(file.read_text() for file in (empty_home / "log").glob("*.log"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [("--help",), ("options",), ("info", "PROJECT"), ("info", "PROJECT", "--json")])
def test_an_output_that_takes_no_more_is_said_in_one_sentence(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    project = str(tmp_path / "p.pigeonhole")
    assert main(["import", project, str(make_pictures(tmp_path / "pictures"))]) == 0
    words = [project if word == "PROJECT" else word for word in arguments]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, str(ROOT / "main.py"), *words], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 1
    assert done.stderr == "pigeonhole: The output cannot be written: no space left on device.\n"


IN_TURN = """
import json, sys
import main
from engine import environment, streams
environment.prepare_process()
streams.make_usable()
sys.exit(max(main.main(words) for words in json.loads(sys.argv[1])))
"""


@pytest.mark.parametrize(
    "variables", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}, {"LC_ALL": "POSIX"}, {"LANG": "xx_YY.nonsense"}]
)
def test_names_that_the_terminal_cannot_show_end_no_command(tmp_path: Path, variables: dict[str, str]) -> None:
    project = str(tmp_path / "p.pigeonhole")
    assert start("import", project, str(make_pictures(tmp_path / "pictures")), **variables).returncode == 0
    commands = [["info", project], ["recipes"], ["--help"], ["import", "--help"], ["history", project]]
    done = subprocess.run(
        [sys.executable, "-c", IN_TURN, json.dumps(commands)],
        env=environment(**variables, PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("Usage: ") == 2, "all of them ran"
    assert start("고양이", **variables).stderr.count("\n") == 1


def test_the_desktop_entry_takes_no_folders_and_no_files_of_other_programs() -> None:
    """Else "Show the log folder" opens a second Pigeonhole in the place of the file manager."""
    entry = configparser.RawConfigParser()
    entry.optionxform = str  # type: ignore[method-assign,assignment]
    entry.read(ROOT / "resources" / "desktop" / "pigeonhole.desktop", encoding="utf-8")
    taken = [kind for kind in entry["Desktop Entry"].get("MimeType", "").split(";") if kind]
    assert [kind for kind in taken if not kind.startswith("application/x-pigeonhole")] == []
    assert entry["Desktop Entry"]["Exec"].split()[0] == "pigeonhole-gui"


def read_only_homes(tmp_path: Path) -> dict[str, dict[str, str]]:
    """Variables of homes in which nothing can be written, also not by root."""
    file = tmp_path / "file"
    file.touch()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    common = {"TMPDIR": str(temporary), "PIGEONHOLE_HOME": ""}
    xdg = dict.fromkeys(("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"), "")
    return {
        "a home that cannot be made": {**common, **xdg, "HOME": str(file / "home")},
        "folders of the system that cannot be made": {**common, "PIGEONHOLE_HOME": str(file / "home")},
    }


@on_linux
@pytest.mark.parametrize("which", ["a home that cannot be made", "folders of the system that cannot be made"])
def test_commands_work_in_a_home_that_cannot_be_written_and_say_where_things_go(tmp_path: Path, which: str) -> None:
    variables = read_only_homes(tmp_path)[which]
    project = str(tmp_path / "p.pigeonhole")
    instead = tmp_path / "temporary" / f"pigeonhole-{os.getuid()}"
    for arguments in (["import", project, str(make_pictures(tmp_path / "pictures"))], ["info", project]):
        done = start(*arguments, **variables)
        assert done.returncode == 0, done
        assert done.stderr.count(" cannot be written; what Pigeonhole keeps for itself") == 1
        assert str(instead) in done.stderr
    assert (instead / "log" / "libraries.log").exists()
    assert instead.stat().st_mode & 0o077 == 0, "nobody else can read it"
    assert start("--help", **variables).stderr == ""


@on_linux
def test_the_window_opens_in_a_home_that_cannot_be_written_and_says_where_things_go(tmp_path: Path) -> None:
    variables = read_only_homes(tmp_path)["a home that cannot be made"]
    code = (
        "from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from gui import app, main_window\n"
        "shown = main_window.MainWindow.show\n"
        "def show(window):\n"
        "    shown(window)\n"
        "    QTimer.singleShot(0, lambda: (print(window.toast.text()), window.close()))\n"
        "main_window.MainWindow.show = show\n"
        "raise SystemExit(app.run())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        **{"cwd": ROOT, "env": environment(QT_QPA_PLATFORM="offscreen", **variables), "timeout": 60},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert "cannot be written: settings and results are in " in done.stdout
    settings = tmp_path / "temporary" / f"pigeonhole-{os.getuid()}" / "settings"
    assert (settings / "window.ini").exists()


@on_linux
def test_a_folder_that_somebody_else_put_in_the_place_of_ours_is_not_used(tmp_path: Path) -> None:
    variables = read_only_homes(tmp_path)["a home that cannot be made"]
    trap = tmp_path / "trap"
    trap.mkdir()
    (tmp_path / "temporary" / f"pigeonhole-{os.getuid()}").symlink_to(trap)
    project = str(tmp_path / "p.pigeonhole")
    assert start("import", project, str(make_pictures(tmp_path / "pictures")), **variables).returncode == 0
    assert list(trap.iterdir()) == []


@pytest.mark.parametrize("command", ["import", "info"])
def test_a_home_that_nobody_knows_is_told_as_a_place_that_is_not_there(tmp_path: Path, command: str) -> None:
    place = "~nobody-of-this-name/pictures"
    project = str(tmp_path / "p.pigeonhole")
    done = start(command, *([project, place] if command == "import" else [place]))
    assert done.returncode == 1
    assert "unexpected" not in done.stderr
    assert place in done.stderr


def test_the_open_window_opens_what_the_system_asks_for(tmp_path: Path) -> None:
    store = make_project(tmp_path) / "project.sqlite"
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tests.e2e.system_opens", store],
        **{"cwd": ROOT, "env": environment(QT_QPA_PLATFORM="offscreen", PYTHONPATH=str(ROOT)), "timeout": 60},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "pictures – Pigeonhole"), done.stderr
