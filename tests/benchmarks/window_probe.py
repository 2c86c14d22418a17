"""Opens the window as `main.py [PATH]` does and says when it was painted and idle; `startup.py` runs it.

Prints one line of JSON: `shown` (s, start of the process to the painted window), `memory` (MB), `modules`, `heavy`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.benchmarks.measure import memory, since_start

HEAVY = ("numpy", "cv2", "pandas", "matplotlib", "sklearn", "onnxruntime", "keras", "tensorflow")


def main() -> None:
    from gui.app import build_application, build_window

    import main as entry  # noqa: F401  what `python main.py` loads before it decides

    application = build_application(sys.argv[:1])
    window = build_window(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    from PySide6.QtCore import QEvent, QObject, QTimer

    painted: list[float] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and not painted:
                painted.append(0.0)
                QTimer.singleShot(0, application.quit)  # runs when the paint and all that was queued before it are done
            return False

    watch = Watch()
    for widget in (window, *window.findChildren(QObject, "grid")):
        widget.installEventFilter(watch)
    window.show()
    application.exec()
    shown = since_start()
    resident, _ = memory()
    facts = {
        "shown": shown,
        "memory": resident,
        "modules": len(sys.modules),
        "heavy": [name for name in HEAVY if name in sys.modules],
    }
    print(json.dumps(facts), flush=True)
    window.close()


if __name__ == "__main__":
    main()
