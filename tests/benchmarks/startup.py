"""Start to a painted window and to a first prediction: `python -m tests.benchmarks.startup [--peers FOLDER]`.

Every figure is the median of five fresh processes, alternating, after one not counted (it fills the file cache).
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

from tests.benchmarks.measure import middle, print_report, probe, workspace

REPEATS = 5
BARE = "a bare PySide6 window"
MANY = 10_000  # files in the folder that the other programs open
# The program, the package that holds it, its Qt, the module and function that start it, how it is given a folder.
PEERS = (
    ("labelme", "labelme", "PyQt5", "labelme.__main__", "main", ()),
    ("X-AnyLabeling", "x-anylabeling-cvhub[cpu]", "PyQt6", "anylabeling.app", "main", ("--filename",)),
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--peers", type=Path, help="also start other programs, installed with uv below this folder")
    chosen = options.parse_args()
    with workspace() as folder:
        rows = window_rows(folder) + command_rows(folder)
        if chosen.peers:
            rows += peer_rows(chosen.peers.resolve(), folder)
    print_report("uv run python -m tests.benchmarks.startup" + (" --peers FOLDER" if chosen.peers else ""), rows)


def window_rows(folder: Path) -> list[tuple[str, str]]:
    from engine.jobs.job import Cancel
    from engine.library.scan import ImportParams, import_sources
    from tests.digits import write_digits

    digits = write_digits(folder)
    project = folder / "sample.pigeonhole"
    params = ImportParams(project=str(project), sources=(str(digits.pictures),))
    added = import_sources(params, emit=lambda _: None, cancel=Cancel())["images"]
    window = ("-m", "tests.benchmarks.startup_window")
    starts = {
        BARE: (str(Path(__file__).with_name("bare_window.py")),),
        "window, empty": window,
        f"window on a project of {added:,} images": (*window, str(project)),
    }
    rows = []
    measured = repeated(starts)
    bare = measured.pop(BARE)
    rows.append((f"{BARE}: start of the process to painted and idle, the whole in seconds of a core", whole(bare)))
    for name, runs in measured.items():
        heavy = ", ".join(runs[0]["heavy"]) or "none"
        rows.append((f"{name}: start of the process to painted and idle", times(runs, "shown")))
        if name != "window, empty":
            rows.append((f"{name}: to its first pictures painted", times(runs, "pictures")))
        ratio = median(runs, "shown") / median(bare, "shown")
        rows.append((f"{name}: painted and idle, as a multiple of the bare window", f"{ratio:.2f}"))
        rows.append((f"{name}: resident memory", f"{median(runs, 'memory'):.0f} MB"))
        rows.append((f"{name}: modules loaded, heavy ones among them", f"{runs[0]['modules']}, {heavy}"))
    return rows


def command_rows(folder: Path) -> list[tuple[str, str]]:
    from tests.benchmarks.material import model

    file = model(folder, folder / "digits", "fashion-cnn")
    image = next((folder / "to classify").glob("*.png"))
    commands = {
        "`python main.py --help`": ("main.py", "--help"),
        "`python main.py classify MODEL ONE_IMAGE --out FILE`": (
            *("main.py", "classify", str(file), str(image)),
            *("--out", str(folder / "out.csv")),
        ),
        "for comparison: `python -c pass`": ("-c", "pass"),
    }
    runs = repeated(commands)
    figures = {
        name: f"{times(runs[name], 'seconds')}, {median(runs[name], 'cpu'):.2f} s of a core" for name in commands
    }
    return [(f"{name}, whole process", figures[name]) for name in commands]


def peer_rows(folder: Path, work: Path) -> list[tuple[str, str]]:
    """Other programs, each in an environment of its own outside the project, started empty and on a folder of files."""
    import os
    import subprocess

    from tests.benchmarks.material import tiny_pictures

    uv = shutil.which("uv")
    if uv is None:
        raise SystemExit("--peers needs uv on the path.")
    os.environ["HOME"] = str(folder / "home")  # their settings stay out of the user's home
    many = tiny_pictures(work / "many", MANY)
    rows = []
    for name, package, binding, module, function, before in PEERS:
        place = folder / name
        python = place / "bin" / "python"
        if not python.exists():
            subprocess.run([uv, "venv", "--quiet", str(place)], check=True)
            subprocess.run([uv, "pip", "install", "--quiet", "--python", str(python), package], check=True)
        script = str(Path(__file__).with_name("peer_probe.py"))
        runs = [probe(script, binding, module, function, python=str(python)) for _ in range(REPEATS + 1)][1:]
        figures = f"{times(runs, 'shown')}, {median(runs, 'memory'):.0f} MB"
        rows.append((f"{name}, empty: start to painted and idle, resident memory", figures))
        os.environ["BENCHMARK_QUIET"] = "1"
        opened = (binding, module, function, *before, str(many))
        runs = [probe(script, *opened, python=str(python)) for _ in range(3)][1:]
        del os.environ["BENCHMARK_QUIET"]
        figures = f"{times(runs, 'shown')}, {median(runs, 'memory'):.0f} MB"
        rows.append((f"{name}, on a folder of {MANY:,} small files: until the window no longer stands still", figures))
    return rows


def repeated(commands: dict[str, tuple[str, ...]]) -> dict[str, list[dict[str, Any]]]:
    """Each command in turn, so that a busy moment of the machine meets all of them."""
    rounds = [{name: probe(*arguments) for name, arguments in commands.items()} for _ in range(REPEATS + 1)]
    return {name: [r[name] for r in rounds[1:]] for name in commands}


def whole(runs: list[dict[str, Any]]) -> str:
    return f"{times(runs, 'shown')}, {median(runs, 'cpu'):.2f} s"


def times(runs: list[dict[str, Any]], key: str) -> str:
    """The median, and the fastest beside it: how far they lie apart tells how busy the machine was."""
    return f"{median(runs, key):.2f} s (fastest {min(run[key] for run in runs):.2f})"


def median(runs: list[dict[str, Any]], key: str) -> float:
    return middle([run[key] for run in runs])


if __name__ == "__main__":
    main()
