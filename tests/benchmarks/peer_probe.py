"""Starts another labelling program, given as MODULE and arguments, and says when its window was painted and idle.

Runs with that program's own Python, so it imports nothing of this project. Prints JSON: `shown` (s), `memory` (MB).
With BENCHMARK_QUIET set `shown` is the end of the last turn of the event loop that held the window for more than 50 ms,
told after two seconds in which nothing did: a folder that is opened after the first paint counts too.
"""

import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

HELD, QUIET = 0.05, 2.0  # s


def report_and_end(at: float | None = None) -> None:
    shown = (at or time.perf_counter()) - float(os.environ["BENCHMARK_START"])
    lines = Path("/proc/self/status").read_text().splitlines()
    resident = next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
    print(json.dumps({"shown": shown, "memory": resident}), flush=True)
    os._exit(0)  # its own closing dialogs and threads are not what is measured


def main() -> None:
    binding, module, function, *arguments = sys.argv[1:]
    core: Any = importlib.import_module(f"{binding}.QtCore")
    widgets: Any = importlib.import_module(f"{binding}.QtWidgets")

    class Watch(core.QObject):  # type: ignore[misc]  # whichever Qt the program brings
        def eventFilter(self, watched: Any, event: Any) -> bool:
            if event.type() == core.QEvent.Type.Paint and isinstance(watched, widgets.QMainWindow):
                if "BENCHMARK_QUIET" not in os.environ:
                    core.QTimer.singleShot(0, report_and_end)
                elif self.last is None:
                    self.last = self.held_until = time.perf_counter()
                    self.timer.start(5)
            return False

        last: float | None = None
        held_until = 0.0

        def beat(self) -> None:
            now = time.perf_counter()
            if now - (self.last or now) > HELD:
                self.held_until = now
            self.last = now
            if now - self.held_until > QUIET:
                report_and_end(self.held_until)

    original = widgets.QApplication.__init__

    def started(self: Any, *args: Any) -> None:
        original(self, *args)
        self._watch = Watch()
        self._watch.timer = core.QTimer()
        self._watch.timer.timeout.connect(self._watch.beat)
        self.installEventFilter(self._watch)

    widgets.QApplication.__init__ = started
    sys.argv = [module, *arguments]
    getattr(importlib.import_module(module), function)()


if __name__ == "__main__":
    main()
