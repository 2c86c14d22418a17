"""Learning in the window among very many images: `python -m tests.benchmarks.learning_large [--sizes 1000000]`.

A project of so many rows is made, with 2,000 small pictures on disk, which the first screens show, and made-up
features of all (300 clusters, with noise, as long as those of the chosen base); `--classes` classes of clusters,
`--labelled` images have a label. The real window is opened on it, offscreen, in a process of its own. A person then
labels, asks for look-alikes, for what teaches most, for groups and for the least sure suggestions.

Memory is that of the window's process and its children at each step: resident, and without what is mapped from files.
For each step the longest that the window's thread computed between two looks of its event loop (as `slots`), in
processor time, and how late a timer of 5 ms came. Features take 2.6 GB of disk for a million images, in the folder for
temporary files.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from engine.figures import percent
from tests.benchmarks.learning_memory import AT_ONCE, NEAREST
from tests.benchmarks.measure import milliseconds, print_report, probe, workspace
from tests.benchmarks.slots import Watch
from tests.benchmarks.window import Heartbeat, Pictures, drive, until

ON_DISK, CLUSTERS, KEYS = 2_000, 300, 20
HOUR = 3600.0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("project", nargs="?", type=Path, help="one that this has made; without it --sizes are made")
    options.add_argument("--sizes", type=int, nargs="+", default=(100_000, 1_000_000))
    options.add_argument("--classes", type=int, default=20)
    options.add_argument("--labelled", type=int, default=2_000)
    chosen = options.parse_args()
    if chosen.project is not None:
        measure(chosen.project)
        return
    columns = []
    for size in chosen.sizes:
        with workspace() as folder:
            project = make_project(folder, size, chosen.classes, chosen.labelled)
            columns.append(probe("-m", "tests.benchmarks.learning_large", str(project)))
    rows = [[name, *(str(column[name]) for column in columns)] for name in columns[0] if name not in ("seconds", "cpu")]
    head = (f"{chosen.classes} classes, {chosen.labelled:,} labels", *(f"{size:,} images" for size in chosen.sizes))
    print_report(f"uv run python -m {__spec__.name}", rows, head)


def make_project(folder: Path, count: int, classes: int, labelled: int) -> Path:
    """A project of `count` images with features; `clusters.npy` beside it tells the cluster of each, by id."""
    from contextlib import closing

    from PIL import Image

    from engine.jobs.job import Cancel
    from engine.library import edits, query
    from engine.library.project import Project
    from engine.library.scan import ImportParams, import_sources
    from engine.similarity.bases import chosen_base
    from engine.similarity.feature_job import store_of

    pictures = folder / "pictures"
    pictures.mkdir(parents=True)
    for number in range(min(count, ON_DISK)):
        Image.new("RGB", (48, 48), (number % 256, number // 8 % 256, 99)).save(pictures / f"{number:07}.png")
    project = folder / "large.pigeonhole"
    params = ImportParams(str(project), (str(pictures),), labels="none")
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    random = np.random.default_rng(0)
    base = chosen_base()
    with Project.open(project) as opened, closing(store_of(base)) as store:
        add_rows(opened, count)
        clusters = random.integers(0, CLUSTERS, count + 1)
        np.save(folder / "clusters.npy", clusters)
        middles = np.maximum(random.normal(size=(CLUSTERS, base.dimensions)), 0).astype(np.float32)
        ids = np.sort(np.asarray(query.image_ids(opened, query.Filter()), np.int64))
        for start in range(0, count, AT_ONCE):
            some = ids[start : start + AT_ONCE]
            rows = middles[clusters[some]]
            rows += random.normal(size=rows.shape).astype(np.float32) / 2
            store.add(query.images(opened, some.tolist()), np.maximum(rows, 0, out=rows).astype(np.float16))
        for number in range(classes):
            edits.add_class(opened, f"class {number:02}")
        known = random.choice(ids, labelled, replace=False)
        for number, made in enumerate(query.classes(opened)):
            edits.set_label(opened, known[clusters[known] % classes == number].tolist(), made.id)
    return project


def add_rows(project: Any, count: int) -> None:
    """As many rows as are still wanted, like the first image's but for path and content; no files."""
    with project.store.write() as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(images)") if row[1] != "id"]
        own = {"path": "printf('%07d.png', n)", "sort_key": "printf('%07d.png', n)", "digest": "CAST(n AS BLOB)"}
        (there,) = db.execute("SELECT count(*) FROM images").fetchone()
        db.execute("UPDATE images SET digest = CAST(id - 1 AS BLOB)")
        db.execute(
            f"WITH RECURSIVE numbers(n) AS (SELECT {there} UNION ALL SELECT n + 1 FROM numbers WHERE n < {count - 1})"
            f" INSERT INTO images ({', '.join(columns)})"
            f" SELECT {', '.join(own.get(name, name) for name in columns)} FROM numbers,"
            " (SELECT * FROM images ORDER BY id LIMIT 1) WHERE n >= (SELECT count(*) FROM images)"
        )


def measure(project: Path) -> None:
    """Drive the window over one project and print the figures as JSON."""
    figures = Told()
    clusters = np.load(project.parent / "clusters.npy")

    def script(window: Any) -> None:
        Person(window, project, clusters, figures).go_through()

    drive([], script)
    print(json.dumps(figures), flush=True)


class Told(dict[str, str]):
    """Figures that are also printed as they come: among a million images a step may take minutes."""

    def __setitem__(self, what: str, figure: str) -> None:
        print(f"{what}: {figure}", file=sys.stderr, flush=True)
        super().__setitem__(what, figure)


class Person:
    """Does what a person does, and notes what it cost."""

    def __init__(self, window: Any, project: Path, clusters: Any, figures: dict[str, str]) -> None:
        self._window, self._project, self._clusters, self._figures = window, project, clusters, figures
        self._page, self._session = window.page(0), window.session
        self._learning, self._browser = self._page.learning, self._page.browser
        self._watch, self._beat = Watch(), Heartbeat()

    def go_through(self) -> None:
        learning, figures = self._learning, self._figures
        self._tell_memory("window without a project")
        pictures = Pictures(self._window)
        self._do("opened, first pictures", lambda: self._window.open_path(str(self._project)), pictures.complete)
        self._do("first suggestions", lambda: None, lambda: learning.snapshot is not None)
        self._do("nothing left to do", lambda: None, lambda: not learning.busy and not learning.estimating)
        self._tell_memory("with suggestions")
        figures["suggested rightly"] = percent(self._right())
        self._window.activateWindow()
        self._browser.grid.setFocus()
        self._labels()
        self._do("estimated", lambda: None, lambda: not learning.busy and not learning.estimating)
        self._tell_memory("after labels")
        self._look_alikes()
        from gui.library.finding import Mode

        finding = self._browser.finding
        for name, act in (
            ("what teaches most", finding.teach),
            ("a group of look-alikes", lambda: finding.next_group(Mode.GROUPS)),
            ("the least sure first", self._browser.check_suggestions),
        ):
            before = self._browser.images.filter
            self._do(
                name,
                act,
                lambda before=before: self._browser.images.filter != before and not finding.is_looking,
                whole=True,
            )
            self._do(f"{name}: left", finding.stop, lambda: not self._browser.images.is_reading)
        self._tell_memory("at the end")

    def _labels(self) -> None:
        with self._beat:
            self._watch.step = "labels"
            times = [self._label(7 * number) for number in range(KEYS)]
            self._watch.step = ""
            words = self._blocked("labels")
        saved, renewed, worked = zip(*times, strict=True)
        self._figures["label to saved (median / 99 % / worst)"] = milliseconds(saved)
        self._figures["label to suggestions renewed (median / 99 % / worst)"] = milliseconds(renewed)
        self._figures["the same: processor time of the whole process"] = milliseconds(worked)
        self._figures["labels: window's thread blocked"] = words

    def _label(self, row: int) -> tuple[float, float, float]:
        """Seconds from a label to its being saved, to the suggestions anew, and of the processor meanwhile."""
        learning, before = self._learning, self._learning.snapshot
        self._browser.grid.set_current(row)
        self._browser.grid.select([row])
        end = time.perf_counter() + 0.05
        until(lambda: time.perf_counter() > end, "the selection")
        start, work, saved = time.perf_counter(), time.process_time(), list[float]()

        def note(_edit: object) -> None:
            saved.append(time.perf_counter() - start)

        self._session.images_changed.connect(note)
        self._session.set_label([self._browser.images.id_at(row)], self._other_class(row))
        until(lambda: learning.snapshot is not before and bool(saved), f"suggestions anew (saved: {saved})", 120)
        self._session.images_changed.disconnect(note)
        return saved[0], time.perf_counter() - start, time.process_time() - work

    def _other_class(self, row: int) -> int:
        """A class that the image in this row has not."""
        has = self._browser.images.record(row).class_id
        return next(int(cls.id) for cls in self._session.overview.classes if cls.id != has)

    def _look_alikes(self) -> None:
        images = self._browser.images
        some = np.random.default_rng(1).choice(len(images), 20, replace=False).tolist()
        times: list[float] = []
        with self._beat:
            self._watch.step = "look-alikes"
            for row in some:
                found: list[Any] = []
                start, image = time.perf_counter(), images.id_at(row)
                self._learning.ask(
                    lambda own, image=image: own.learner.nearest(image, NEAREST), found.append, found.append
                )
                until(lambda found=found: bool(found), "look-alikes", 600)
                times.append(time.perf_counter() - start)
                assert len(found[0]) == NEAREST
            self._watch.step = ""
            words = self._blocked("look-alikes")
        self._figures[f"{NEAREST} look-alikes of an image (median / 99 % / worst)"] = milliseconds(times)
        self._figures["look-alikes: window's thread blocked"] = words
        record = self._browser.images.record(0)
        self._do(
            "pictures like the first",
            lambda: self._browser.finding.like_image(record),
            lambda: self._browser.finding.active and not images.is_reading,
        )
        self._do("pictures like the first: left", self._browser.finding.stop, lambda: not images.is_reading)

    def _do(self, step: str, act: Callable[[], object], done: Callable[[], bool], whole: bool = False) -> None:
        self._watch.step = step
        work = time.process_time()
        with self._beat:
            act()
            took = until(done, step, HOUR)
            work = time.process_time() - work
            if whole:
                until(lambda: not self._browser.images.is_reading, step, HOUR)
            end = time.perf_counter() + 0.3
            until(lambda: time.perf_counter() > end, step)
            words = self._blocked(step)
        self._watch.step = ""
        self._figures[f"{step}: after / processor"] = f"{took:.2f} / {work:.2f} s; {words}"

    def _blocked(self, step: str) -> str:
        longest = 1000 * self._watch.longest.get(step, 0)
        return f"at most {longest:.0f} ms computed; late (99 % / worst) {self._beat.words()}"

    def _right(self) -> float:
        """The share of images without a label whose suggestion is of their cluster's class."""
        snapshot = self._learning.snapshot
        ids, classes, _ = snapshot.of_open()
        numbers = {cls.id: number for number, cls in enumerate(self._session.overview.classes)}
        said = np.vectorize(numbers.get)(classes)
        return float((said == self._clusters[ids] % len(numbers)).mean())

    def _tell_memory(self, what: str) -> None:
        import psutil

        def parts(status: str) -> list[int]:
            lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
            return [int(lines[name].split()[0]) // 1024 for name in ("VmRSS", "RssAnon", "VmHWM")]

        own = parts(Path("/proc/self/status").read_text())
        children = [0, 0]
        for child in psutil.Process().children(recursive=True):
            try:
                found = parts(Path(f"/proc/{child.pid}/status").read_text())
            except (OSError, KeyError):
                continue
            children = [children[0] + found[0], children[1] + found[1]]
        self._figures[f"{what}: MB resident / without what is mapped / resident at the peak; children"] = (
            f"{own[0]} / {own[1]} / {own[2]}; {children[0]} / {children[1]}"
        )


if __name__ == "__main__":
    os.environ.pop("PIGEONHOLE_LEARN", None)
    main()
