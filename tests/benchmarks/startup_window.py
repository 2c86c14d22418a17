"""Opens the window and says when it was painted and idle, then when its pictures were; `startup.py` runs it.

Prints JSON: `shown` and `pictures` (s from the start of the process), `memory` (MB), `modules`, `heavy`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from tests.benchmarks.measure import memory, since_start

HEAVY = ("numpy", "cv2", "pandas", "matplotlib", "sklearn", "onnxruntime", "keras", "tensorflow")


def main() -> None:
    from tests.benchmarks.window import Pictures, drive, until

    facts: dict[str, Any] = {}

    def script(window: Any) -> None:
        facts["shown"] = since_start()
        if sys.argv[1:]:
            until(Pictures(window).complete, "pictures on screen")
        facts["pictures"] = since_start()
        facts["memory"] = memory()[0]
        facts["modules"] = len(sys.modules)
        facts["heavy"] = [name for name in HEAVY if name in sys.modules]

    drive(sys.argv[1:], script)
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    main()
