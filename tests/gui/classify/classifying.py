"""What a batch says to the Classify page, by a script of events and rows, and what a person does there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QDialog

from engine.batch.params import BatchResult, CountedRows
from engine.batch.saved_results.about import About
from engine.events import Outcome, Progress
from engine.jobs.job import Cancel, run_job
from engine.jobs.registry import job, params_of, to_data
from engine.models.bundle import FORMAT_VERSION, ModelInfo
from engine.models.threshold import Threshold
from gui.classify.page import ClassifyPage
from tests.gui.fakes import FakeHandle, FakeJobs

CLASSES = ("ant", "bee", "cat")
INFO = ModelInfo(FORMAT_VERSION, CLASSES, 28, 28, "grey", "stretch", "fashion-cnn", "a-run", 1.0)
# Path, class, confidence, and where the model tells it novelty; or path and why it is a problem
Said = tuple[str, str, float, float] | tuple[str, str, float] | tuple[str, str]


def about(*, threshold: Threshold | None = None, mirrored: bool = False, info: ModelInfo = INFO) -> About:
    return About(info, threshold, mirrored)


def settle(jobs: FakeJobs) -> None:
    """Run what waits in threads, and what these ask for then."""
    while jobs.callables:
        jobs.run_callables()


def begin(page: ClassifyPage, jobs: FakeJobs, pictures: Path) -> FakeHandle:
    """Press Classify on a folder."""
    page.set_sources([pictures])
    page.setup.classify_button.click()
    settle(jobs)
    return jobs.started[-1]


def rows(pictures: Path) -> list[Said]:
    return [
        (str(pictures / "ant" / "3.png"), "ant", 0.97),
        (str(pictures / "bee" / "3.png"), "bee", 0.41),
        (str(pictures / "cat" / "3.png"), "bee", 0.88),
    ]


def say(handle: FakeHandle, jobs: FakeJobs, found: Sequence[Said], total: int | None = None) -> None:
    """The job writes rows and tells how far it is; the page reads them."""
    out = Path(handle.params.out)  # type: ignore[attr-defined]
    with out.open("a") as file:
        for row in found:
            record: dict[str, object] = {"path": row[0]}
            if len(row) > 2:
                rest = [name for name in CLASSES if name != row[1]]
                others = [[name, (1 - row[2]) / 2] for name in rest]
                record |= {"class": row[1], "confidence": row[2], "top": [[row[1], row[2]], *others]}
                record |= {"novelty": row[3]} if len(row) == 4 else {}
            else:
                record["problem"] = row[1]
            file.write(json.dumps(record) + "\n")
    done = len(out.read_text().splitlines())
    handle.play(Progress("Classifying", done, total))
    settle(jobs)


def result(images: int, **more: Any) -> BatchResult:
    """What a batch returns."""
    counts = CountedRows(images, 0, 1.5, 2.0, classes={}, unsure=0, unlike=0, resumed=0)
    return BatchResult(**{**counts, "out": None, "model": "m", "device": "CPU", **more})


def finish(page: ClassifyPage, handle: FakeHandle, jobs: FakeJobs, **more: Any) -> None:
    handle.succeed(**result(len(page.view.results), **more))
    settle(jobs)


def done(page: ClassifyPage, jobs: FakeJobs, pictures: Path) -> FakeHandle:
    """A batch of three images that is complete."""
    handle = begin(page, jobs, pictures)
    say(handle, jobs, rows(pictures), 3)
    finish(page, handle, jobs, device="CPU")
    return handle


def captions(page: ClassifyPage) -> list[tuple[str, str] | None]:
    items = [page.view.grid.item(index) for index in range(page.view.grid.count())]
    return [(item.caption, item.sub) if item else None for item in items]


def carry_out(jobs: FakeJobs) -> Outcome:
    """Run the job that was started last, with its params as a child process would get them."""
    handle = jobs.started[-1]
    work = job(handle.name)
    outcome = run_job(work, params_of(work, to_data(handle.params)), emit=handle.play, cancel=Cancel())
    settle(jobs)
    return outcome


def dialog(page: ClassifyPage, kind: type[QDialog]) -> QDialog:
    """The one of that kind that is open."""
    return next(d for d in page.findChildren(kind) if d.isVisible())


def drop(page: ClassifyPage, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(QPointF(5, 5), copy, data, left, none))
