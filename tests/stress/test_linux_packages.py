"""The packages for Linux in new Debian 12 and 13: installed, started by double-click, used by no root, removed.

Needs root, debootstrap, Debian's index of packages, and what `make package` made in `dist/`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.libraries import CLUSTER, TRAINING
from engine.version import VERSION
from tests.stress.test_fresh_debian import Debian, make_debian

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "dist" / f"pigeonhole_{VERSION}_amd64.deb"
PACKED = {pack: ROOT / "dist" / f"{pack.name}_{VERSION}_amd64.deb" for pack in (TRAINING, CLUSTER)}
# Input of Korean and of other languages by IBus, and the window on Wayland.
PLUGINS = ("platforminputcontexts/libibusplatforminputcontextplugin.so", "platforms/libqwayland.so")
PLUGINS += ("platforms/libqxcb.so", "wayland-shell-integration/libxdg-shell.so")
TOOLS = "xvfb openbox xdotool x11-utils pcmanfm dbus-x11 shared-mime-info desktop-file-utils"

pytestmark = [
    pytest.mark.skipif(
        os.name != "posix" or os.getuid() != 0 or shutil.which("debootstrap") is None,
        reason="needs root and debootstrap (apt-get install debootstrap)",
    ),
    pytest.mark.skipif(
        not all(file.is_file() for file in (PACKAGE, *PACKED.values())),
        reason="needs the packages that `make package` makes",
    ),
]

SCRIPT = "script"  # of the test, in the root of the system
# A desktop for one shell script: a screen, a window manager, a bus.
DESKTOP = """
set -eu
export LANG=C.UTF-8 XDG_RUNTIME_DIR=$(mktemp -d) LIBGL_ALWAYS_SOFTWARE=1
# A free number: the system shares its screens' sockets with this machine.
Xvfb -displayfd 3 -screen 0 1280x800x24 3>$XDG_RUNTIME_DIR/display >/dev/null 2>&1 &
for _ in $(seq 300); do [ -s $XDG_RUNTIME_DIR/display ] && break; sleep 0.1; done
export DISPLAY=:$(cat $XDG_RUNTIME_DIR/display)
openbox >/dev/null 2>&1 &
window() { for _ in $(seq 600); do found=$(xdotool search --onlyvisible --name "$1" 2>/dev/null | tail -1); \
[ -n "$found" ] && break; sleep 0.1; done; [ -n "$found" ] || { echo "no window $1, but:"; \
for id in $(xdotool search --onlyvisible --name .); do xdotool getwindowname $id; done; exit 1; }; }
"""
# In the file manager the first letters of a name choose a file, and Return is a double-click.
BY_DOUBLE_CLICK = """
pcmanfm '/home/newcomer/sample/Clip art.pigeonhole' >/dev/null 2>&1 &
window '^Clip art.pigeonhole$'
xdotool windowfocus --sync $found; sleep 1; xdotool type --delay 80 project; sleep 1; xdotool key Return
window '^Clip art – Pigeonhole'
xprop -id $found WM_CLASS _NET_WM_NAME
xdotool windowclose $found
"""
FROM_THE_MENU = """
pcmanfm /usr/share/applications >/dev/null 2>&1 &
window '^applications$'
xdotool windowfocus --sync $found; sleep 1; xdotool type --delay 80 pigeonhole; sleep 1; xdotool key Return
window '^Execute File$'  # which this file manager asks of entries outside of its menu
xdotool windowfocus --sync $found; xdotool key alt+e
window '^Pigeonhole$'
xprop -id $found WM_CLASS
"""
# Ray's rows, which Parquet holds, beside those of the local engine. `__process__ script` runs a file in the program.
ON_RAY = r"""
set -eu
model=$(ls -d 'sample/Clip art.pigeonhole/runs/'*-instant/model.onnx)
pigeonhole classify "$model" 'sample/To classify' --out local.parquet
pigeonhole classify "$model" 'sample/To classify' --engine ray --out rows
cat > same.py <<'END'
import pyarrow.parquet as parquet
columns = ["path", "class", "unlike", "problem", "model"]
ours, theirs = (parquet.read_table(place) for place in ("local.parquet", "rows"))
assert len(ours) == 24 and ours.select(columns) == theirs.select(columns), (ours.to_pylist(), theirs.to_pylist())
pairs = zip(ours["confidence"].to_pylist(), theirs["confidence"].to_pylist())
assert max(abs(one - other) for one, other in pairs) < 1e-5
print("the same rows")
END
pigeonhole __process__ script same.py
"""


@pytest.fixture(params=["bookworm", "trixie"])
def debian(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Debian]:
    root = tmp_path / request.param
    system = make_debian(request.param, root)
    shutil.copy(PACKAGE, root / "pigeonhole.deb")
    for pack, file in PACKED.items():
        shutil.copy(file, root / f"{pack.extra}.deb")
    system.run(f"apt-get update -qq && apt-get install -y -qq --no-install-recommends {TOOLS}")
    system.run("useradd --create-home newcomer")
    yield system
    shutil.rmtree(root)


def as_newcomer(debian: Debian, script: str) -> str:
    (debian.root / SCRIPT).write_text(script)
    return debian.run(f"su - newcomer -c 'dbus-run-session sh /{SCRIPT}' 2>&1")[0]


def files(debian: Debian) -> set[str]:
    """All that is in the system but what belongs to users, runs, or is a list that a tool of the system makes anew."""
    found = debian.run("find / -xdev -not -path '/home/*' -not -path '/tmp/*' -not -path '/var/*' -not -path '/proc/*'")
    return set(found[0].splitlines()) - {f"/{SCRIPT}"}


def test_installed_it_opens_by_double_click_trains_classifies_and_is_removed_without_a_trace(debian: Debian) -> None:
    before = files(debian)
    debian.run("apt-get install -y -qq --no-install-recommends /pigeonhole.deb")
    core = files(debian)
    assert [name for name in PLUGINS if not any(file.endswith(f"/plugins/{name}") for file in core)] == []

    said = as_newcomer(debian, "pigeonhole --version; pigeonhole sample --headless --out sample 2>&1")
    assert f"pigeonhole {VERSION}" in said
    assert "classified.csv (24 images)" in said
    said = as_newcomer(debian, DESKTOP + BY_DOUBLE_CLICK)
    assert 'WM_CLASS(STRING) = "pigeonhole", "Pigeonhole"' in said
    said = as_newcomer(debian, DESKTOP + FROM_THE_MENU)
    assert 'WM_CLASS(STRING) = "pigeonhole", "Pigeonhole"' in said

    train = "pigeonhole train 'sample/Clip art.pigeonhole' --recipe quick --epochs 1"
    assert f"Install the package {TRAINING.name} {VERSION}" in as_newcomer(debian, f"! {train}")
    debian.run("apt-get install -y -qq --no-install-recommends /training.deb")
    with_training = files(debian)
    assert "validation accuracy after 1 epoch" in as_newcomer(debian, train)
    for form in ("keras", "savedmodel", "litert"):
        export = f"pigeonhole export 'sample/Clip art.pigeonhole' --format {form} --out {form}"
        assert "Compared on" in as_newcomer(debian, export)
    assert files(debian) == with_training, "nothing is compiled into the installed folders"

    debian.run("apt-get install -y -qq --no-install-recommends /cluster.deb")
    with_cluster = files(debian)
    assert as_newcomer(debian, ON_RAY).count("the same rows") == 1
    assert files(debian) == with_cluster, "Ray leaves nothing, and nothing is compiled into the installed folders"

    debian.run(f"apt-get purge -y -qq {CLUSTER.name}")
    assert files(debian) == with_training
    debian.run(f"apt-get purge -y -qq {TRAINING.name}")
    assert files(debian) == core
    debian.run("apt-get purge -y -qq pigeonhole && apt-get autoremove -y -qq")
    assert [name for name in files(debian) - before if "pigeonhole" in name] == []
