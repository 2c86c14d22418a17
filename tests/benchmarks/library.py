"""Adding, asking and labelling at 1,000 to 1,000,000 images: `python -m tests.benchmarks.library [--sizes 1000 ...]`.

Each size runs on a folder of its own, made of small PNG files; then the window does the same (`library_window.py`).
A million files take four gigabytes of disk and some minutes to make; of so many only the listing is waited for, not the
look at each.
"""

from __future__ import annotations

import argparse
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.material import tiny_pictures
from tests.benchmarks.measure import memory, middle, milliseconds, print_report, probe, seconds, workspace

if TYPE_CHECKING:
    from engine.library.project import Project

SIZES = (1_000, 10_000, 100_000, 1_000_000)
CHECKED = 200_000  # of more images than this not every file is decoded
LABELS = 200


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    options.add_argument("--probe", nargs=2, metavar=("FOLDER", "PROJECT"), help="one size, as a process of its own")
    options.add_argument("--no-window", action="store_true", help="only the engine")
    chosen = options.parse_args()
    if chosen.probe:
        import json

        print(json.dumps(measured(*map(Path, chosen.probe))))
        return
    with workspace() as folder:
        columns, windows = [], []
        for size in chosen.sizes:
            pictures = tiny_pictures(folder / str(size), size)
            project = folder / f"engine {size}.pigeonhole"  # the window makes the one beside the pictures
            columns.append(probe("-m", "tests.benchmarks.library", "--probe", str(pictures), str(project)))
            if not chosen.no_window:
                windows.append(probe("-m", "tests.benchmarks.library_window", str(pictures)))
    sizes = [f"{size:,}" for size in chosen.sizes]
    command = "uv run python -m tests.benchmarks.library"
    print_report(command, table(columns), ("engine", *sizes))
    if windows:
        print_report(command, table(windows), ("window (offscreen)", *sizes))


def table(columns: list[dict[str, Any]]) -> list[list[str]]:
    rows = [name for name in columns[0] if name not in ("seconds", "cpu")]
    return [[name, *(str(column[name]) for column in columns)] for name in rows]


def measured(pictures: Path, folder: Path) -> dict[str, str]:
    """Every figure of one size; the names are the rows of the table."""
    from engine.library.project import Project

    figures: dict[str, str] = {}
    with Project.create(folder) as project:
        figures |= adding(project, pictures)
        figures |= asking(project)
        figures |= labelling(project)
    figures["peak memory of the process"] = f"{memory()[1]:.0f} MB"
    store = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
    figures["size of the store"] = f"{store / 2**20:.1f} MB"
    return figures


def adding(project: Project, pictures: Path) -> dict[str, str]:
    """The import as the window runs it: list first, then check each file by decoding it."""
    from engine.errors import JobCancelled
    from engine.events import Event, ImagesAdded, Progress
    from engine.jobs.job import Cancel
    from engine.library.importers.detect import detect
    from engine.library.scan import ImportParams, import_sources

    look = time.perf_counter()
    found = detect(pictures)
    start = time.perf_counter()
    looked = start - look
    added: list[float] = []
    cancel = Cancel()

    def emit(event: Event) -> None:
        if isinstance(event, ImagesAdded):
            added.append(time.perf_counter() - start)
        elif isinstance(event, Progress) and event.phase == "Checking" and found.images > CHECKED:
            cancel.set()

    params = ImportParams(project=str(project.folder), sources=(str(pictures),))
    with suppress(JobCancelled):
        import_sources(params, emit=emit, cancel=cancel, project=project, found=found.found)
    whole = time.perf_counter() - start
    listed = added[-1]
    checked = not cancel.is_set()
    return {
        "preview: classes and counts": f"{looked:.2f} s",
        "first images listed, from Import on": f"{added[0]:.2f} s",
        "all listed, labelled and split": f"{listed:.2f} s ({found.images / listed:,.0f}/s)",
        "preview and listing together": f"{looked + listed:.2f} s",
        "all checked (each file decoded), from the start": f"{whole:.1f} s" if checked else "-",
        "check alone": f"{found.images / (whole - listed):,.0f} images/s" if checked else "-",
        "memory at its peak until here": f"{memory()[1]:.0f} MB",
        "`scandir` and `stat` of the same files, for comparison": f"{seconds(lambda: bare_listing(pictures)):.2f} s",
    }


def bare_listing(folder: Path) -> int:
    """What listing costs at least: every name with its size and time."""
    total = 0
    waiting = [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    waiting.append(entry.path)
                else:
                    total += entry.stat().st_size
    return total


def asking(project: Project) -> dict[str, str]:
    from engine.library.query import Filter, class_counts, grouped_ids, image_ids, images, labelled_images, summary
    from engine.library.records import Flag

    first = class_counts(project)[0].cls
    one_class = frozenset({first.id})
    ids = image_ids(project, Filter())
    timed = {
        "all images in order of path": lambda: image_ids(project, Filter()),
        "one class, sorted by class": lambda: image_ids(project, Filter(class_ids=one_class, sort="class")),
        "sorted by size": lambda: image_ids(project, Filter(sort="size")),
        "sorted by date": lambda: image_ids(project, Filter(sort="date")),
        "in random order": lambda: image_ids(project, Filter(sort="random")),
        "name contains a text": lambda: image_ids(project, Filter(text="00099")),
        "marked as unsure": lambda: image_ids(project, Filter(flags=frozenset({Flag.UNSURE}))),
        "under headings of class": lambda: grouped_ids(project, Filter(), "class"),
        "under headings of folder": lambda: grouped_ids(project, Filter(), "folder"),
        "under headings of class, sorted by size": lambda: grouped_ids(project, Filter(sort="size"), "class"),
        "counts by class and split, and the summary": lambda: (class_counts(project), summary(project)),
        "records of 200 images (a page of the grid)": lambda: images(project, ids[len(ids) // 2 :][:200]),
        "records of all labelled images, as for a training": lambda: labelled_images(project),
    }
    figures = {}
    for name, ask in timed.items():
        times = [seconds(ask) for _ in range(7)]
        figures[f"{name} (median / worst)"] = f"{1000 * middle(times):.1f} / {1000 * max(times):.1f} ms"
    return figures


def labelling(project: Project) -> dict[str, str]:
    from engine.library.edits import redo, set_label, undo
    from engine.library.query import Filter, class_counts, image_ids

    ids = list(image_ids(project, Filter()))
    classes = [count.cls.id for count in class_counts(project)]
    singles = []
    for number in range(LABELS):
        target = classes[number % len(classes)]
        image = ids[number * len(ids) // LABELS]
        singles.append(seconds(lambda: set_label(project, [image], target)))  # noqa: B023  called at once
    many = ids[:10_000]
    figures = {"one label saved (median / 99 % / worst)": milliseconds(singles)}
    bulk = [seconds(lambda: set_label(project, many, classes[-1])), seconds(lambda: undo(project))]
    bulk.append(seconds(lambda: redo(project)))
    figures["one label for 10,000 images (or all) / undone / redone"] = " / ".join(f"{s:.2f}" for s in bulk) + " s"
    return figures


if __name__ == "__main__":
    main()
