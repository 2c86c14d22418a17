"""All 800 flowers labelled through the real window by keys alone, with learning on and off: keys, seconds, right ones.

`python -m tests.benchmarks.learning_window [--each 160]` makes a project of the photographs, in no order and without
labels, whose five classes have the keys 1 to 5. The person who is simulated knows each flower, looks at each picture
once and makes no mistakes. With learning off each picture gets the key of its class. With learning on, J shows groups
of look-alikes, after Ctrl+- has made the pictures one size smaller, so that more are in sight; what does not belong is
gone to by the arrow keys and gets its own key; Enter, or the key of the class, labels the rest; what resembles nothing
is labelled one by one, where Enter accepts a suggestion that is right.

Delays are those of a timer that should fire every 5 ms, work what the thread of the window did between two of them.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.benchmarks.learning import flowers
from tests.benchmarks.measure import print_report, probe, workspace
from tests.benchmarks.window import Heartbeat, drive, until

KEYS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5)
TYPING = 0.28  # seconds a key takes an average typist (Card, Moran, Newell 1980, The Keystroke-Level Model)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("project", nargs="?", type=Path, help="one project; without it two are made")
    options.add_argument("--each", type=int, default=160, help="photographs of each of five kinds")
    chosen = options.parse_args()
    if chosen.project is not None:
        measure(chosen.project)
        return
    with workspace() as folder:
        columns = []
        for learning in ("off", "on"):
            project = make_project(folder / learning, chosen.each)
            os.environ["PIGEONHOLE_LEARN"] = learning
            columns.append(probe("-m", "tests.benchmarks.learning_window", str(project)))
    names = [name for name in columns[1] if name not in ("seconds", "cpu")]
    rows = [[name, *(str(column.get(name, "")) for column in columns)] for name in names]
    print_report(f"uv run python -m {__spec__.name}", rows, ("flowers labelled by keys", "learning off", "learning on"))


def make_project(folder: Path, each: int) -> Path:
    """A project of so many flowers of each kind under names that tell nothing; `kinds.json` beside it tells them."""
    import numpy as np

    from engine.jobs.job import Cancel
    from engine.library import edits
    from engine.library.project import Project
    from engine.library.scan import ImportParams, import_sources

    files, labels = flowers(folder / "from")
    some = np.concatenate([np.flatnonzero(labels == kind)[:each] for kind in np.unique(labels)])
    order = np.random.default_rng(0).permutation(some)
    pictures, kinds = folder / "pictures", {}
    pictures.mkdir()
    for number, place in enumerate(order.tolist()):
        name = f"{number:03}.jpg"
        files[place].rename(pictures / name)
        kinds[name] = files[place].parent.name
    (folder / "kinds.json").write_text(json.dumps(kinds), "utf-8")
    project = folder / "flowers.pigeonhole"
    params = ImportParams(str(project), (str(pictures),), labels="none")
    import_sources(params, emit=lambda event: None, cancel=Cancel())
    with Project.open(project) as opened:
        for kind in sorted(set(kinds.values())):
            edits.add_class(opened, kind)
    return project


def measure(project: Path) -> None:
    """Label all of a project and print the figures as JSON."""
    figures: dict[str, Any] = {}

    def script(window: Any) -> None:
        person = Person(window, json.loads((project.parent / "kinds.json").read_text("utf-8")))
        beat = Heartbeat()
        start = time.perf_counter()
        with beat:
            waited = person.wait_for_features()
            if person.learns:
                person.label_groups()
            person.label_the_rest()
        took = time.perf_counter() - start
        images, right = len(person.kinds), person.right()
        figures["images"] = images
        figures["keys"] = person.keys
        figures["keys an image"] = f"{person.keys / images:.2f}"
        figures["right labels"] = f"{100 * right / images:.1f} %"
        figures["groups, with what did not belong"] = f"{person.groups}, {person.odd}"
        figures["labelled one by one"] = person.alone
        figures["seconds until all features were there"] = f"{waited:.1f}"
        figures["seconds that the window took after that"] = f"{took - waited:.1f}"
        figures[f"the same and {TYPING} s a key"] = f"{took - waited + TYPING * person.keys:.0f}"
        figures["delay of the window (99 % / worst)"] = beat.words()
        figures["work of its thread (99 % / worst)"] = beat.work_words()

    drive([str(project)], script)
    print(json.dumps(figures), flush=True)


class Person:
    """Presses keys, and counts them. `kinds` tells the class of each file."""

    def __init__(self, window: Any, kinds: dict[str, str]) -> None:
        self.kinds = kinds
        self._session, self._page = window.session, window.page(0)
        self._browser = self._page.browser
        self._grid, self._images = self._browser.grid, self._browser.images
        self.keys = self.groups = self.odd = self.alone = 0
        from gui.library import labelling

        labelling.LOOK_MS = 0  # this person has seen at once what comes
        until(lambda: len(self._images) == len(kinds), "the images of the project")
        until(lambda: bool(self._session.overview.classes), "its classes")
        self._names = [c.name for c in self._session.overview.classes]
        self._kind_of = self._known_kinds()
        self._grid.setFocus()

    @property
    def learns(self) -> bool:
        return bool(self._page.learning.is_on)

    def wait_for_features(self) -> float:
        """How long they took; a person would begin before."""
        learning = self._page.learning
        if not self.learns:
            return 0.0
        ready = lambda: learning.ready == len(self.kinds) and not learning.busy  # noqa: E731
        return until(ready, "the features", 600)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.keys += 1
        QTest.keyClick(QApplication.focusWidget() or self._grid, key, modifier)

    def label_groups(self) -> None:
        """Group after group, as long as images look alike."""
        finding = self._browser.finding
        self.press(Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)  # more are in sight
        self.press(Qt.Key.Key_J)
        until(self._is_shown, "the first group")
        while finding.active:
            self.groups += 1
            group = finding.group
            kind = Counter(map(self._kind, finding.rest)).most_common(1)[0][0]
            for image in [i for i in finding.rest if self._kind(i) != kind]:
                self.odd += 1
                self._go_to(self._images.row_of(image))
                self.press(self._key(self._kind(image)))
                until(lambda image=image: image not in finding.rest, "the label of one that does not belong")
            suggested = self._session.class_of(finding.suggested)
            enter = suggested is not None and suggested.name == kind and len(finding.rest) > 1
            self.press(Qt.Key.Key_Return if enter else self._key(kind))
            until(lambda group=group: finding.group is not group and self._is_shown(), "the next group")

    def label_the_rest(self) -> None:
        """The images without a label, one after the other."""
        if self._left() and self.learns:
            self.press(Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
            until(lambda: len(self._images) == self._left() and not self._images.is_reading, "images without a label")
            self.press(Qt.Key.Key_Home)
        elif self._left():
            self.press(Qt.Key.Key_Home)
        while self._left():
            image = self._images.id_at(self._grid.current())
            suggested = self._browser.suggesting.of(image)
            right = suggested is not None and suggested[0].name == self._kind(image)
            self.alone += 1
            left = self._left()
            self.press(Qt.Key.Key_Return if right else self._key(self._kind(image)))
            until(lambda left=left: self._left() == left - 1, "a label to be counted")

    def right(self) -> int:
        """How many images have the label that they should have, as it is on disk."""
        from engine.library import query

        names = {c.id: c.name for c in query.classes(self._session.project)}
        records = query.images(self._session.project, list(self._kind_of))
        return sum(names.get(r.class_id or 0) == self._kind(r.id) for r in records)

    def _known_kinds(self) -> dict[int, str]:
        from engine.library import query

        records = query.images(self._session.project, list(self._images.snapshot()))
        return {record.id: self.kinds[record.path] for record in records}

    def _kind(self, image_id: int) -> str:
        return self._kind_of[image_id]

    def _key(self, kind: str) -> Qt.Key:
        return KEYS[self._names.index(kind)]

    def _left(self) -> int:
        summary = self._session.overview.summary
        return int(summary.images - summary.labelled)

    def _is_shown(self) -> bool:
        finding = self._browser.finding
        if finding.is_looking or self._images.is_reading:
            return False
        return not finding.active or (bool(finding.rest) and len(self._grid.selected()) == len(finding.rest))

    def _go_to(self, row: int) -> None:
        """By as few arrow keys as can be."""
        here, columns = self._grid.current(), self._grid._layout.columns
        down, right = row // columns - here // columns, row % columns - here % columns
        across = [Qt.Key.Key_Right if right > 0 else Qt.Key.Key_Left] * abs(right)
        keys = [Qt.Key.Key_Up] * -down + across + [Qt.Key.Key_Down] * down  # the last line may be a short one
        if not keys and len(self._grid.selected()) > 1:  # the keyboard is there; it alone is wanted
            keys = [Qt.Key.Key_Home] if here == 0 else [Qt.Key.Key_Left, Qt.Key.Key_Right]
        for key in keys:
            self.press(key)
        until(lambda: self._grid.current() == row, "the one that does not belong", 20)


if __name__ == "__main__":
    main()
