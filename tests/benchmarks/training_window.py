"""The real window, offscreen, while its child process trains; `training.py` runs it with a project.

Prints JSON; its names are rows of the table. Delays are those of a timer that should fire every 5 ms.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from PySide6.QtWidgets import QPushButton

from tests.benchmarks.measure import memory
from tests.benchmarks.window import Heartbeat, drive, until

SECONDS = 15.0


def main() -> None:
    figures: dict[str, Any] = {}

    def script(window: Any) -> None:
        figures.update(training(window))
        figures["memory of the window's process, with nothing of Keras in it"] = f"{memory()[0]:.0f} MB"
        assert not {"keras", "tensorflow"} & set(sys.modules)

    drive(sys.argv[1:], script)
    print(json.dumps(figures), flush=True)


def training(window: Any) -> dict[str, str]:
    from engine.events import EpochEnded, Event, RunStarted
    from gui.jobs import JobHandle

    window.show_page(1)
    start = window.findChild(QPushButton, "start_button")
    until(start.isEnabled, "the project can be trained on")
    window.page(1).setup.recipes.choose("quick")  # one training, long enough to be measured
    before = set(window.jobs.findChildren(JobHandle))
    times: dict[str, float] = {}
    epochs = []
    clicked = time.perf_counter()

    def note(event: Event) -> None:
        if isinstance(event, RunStarted | EpochEnded):
            times.setdefault(type(event).__name__, time.perf_counter() - clicked)
        epochs.extend([event] if isinstance(event, EpochEnded) else [])

    beat = Heartbeat()
    with beat:
        start.click()
        job = next(h for h in window.jobs.findChildren(JobHandle) if h not in before)
        job.event.connect(note)
        job.ended.connect(lambda _: times.setdefault("ended", time.perf_counter()))
        until(lambda: "RunStarted" in times or "ended" in times, "the run starts")
        end = time.perf_counter() + SECONDS
        until(lambda: (time.perf_counter() > end and bool(epochs)) or "ended" in times, "an epoch ends")
        delays, number = beat.words(), len(epochs)
        work = beat.work_words()
    stopped = time.perf_counter()
    window.findChild(QPushButton, "stop_button").click()
    until(lambda: "ended" in times, "the training stops")
    return {
        f"delay of the window over {SECONDS:.0f} s of training, charts live (99 % / worst)": delays,
        "work of the window's own thread between two beats, free of what else runs (99 % / worst)": work,
        "Start pressed to the run started / the first epoch ended": (
            f"{times['RunStarted']:.1f} s / {times['EpochEnded']:.1f} s ({number} epochs seen)"
        ),
        "Stop pressed to ended, the best epoch saved as a model": f"{times['ended'] - stopped:.1f} s",
    }


if __name__ == "__main__":
    main()
