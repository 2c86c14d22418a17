"""Opens a window with a word in it and says when it was painted and idle: what Qt and Python alone take.

Prints JSON: `shown` (s from the start of the process); `startup.py` runs it.
"""

from __future__ import annotations

import json
import os
import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow


def main() -> None:
    app = QApplication([])
    window = QMainWindow()
    window.setCentralWidget(QLabel("Pigeonhole"))
    window.resize(1280, 800)
    window.show()
    QTimer.singleShot(0, lambda: QTimer.singleShot(0, app.quit))  # the first is served before the window is painted
    app.exec()
    print(json.dumps({"shown": time.perf_counter() - float(os.environ["BENCHMARK_START"])}), flush=True)


if __name__ == "__main__":
    main()
