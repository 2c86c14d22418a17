"""Tells what a screen reader is told: run by the system's Python, which has the library for it (`gi`, Atspi).

    python3 screen_reader.py SECONDS

Prints a JSON list of everything that is visible in the application "pigeonhole": role, name, description, whether it
is checked and takes the focus, and how deep it lies.
"""

import json
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402


def application(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        desktop = Atspi.get_desktop(0)
        for place in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(place)
            if child is not None and "igeonhole" in (child.get_name() or "") and child.get_child_count():
                return child
        time.sleep(0.2)
    raise SystemExit("Pigeonhole is not there")


def told(node, depth, found):
    states = node.get_state_set()
    if depth > 1 and not states.contains(Atspi.StateType.SHOWING):
        return
    found.append(
        {
            "role": node.get_role_name(),
            "name": node.get_name(),
            "description": node.get_description(),
            "checked": states.contains(Atspi.StateType.CHECKED),
            "focusable": states.contains(Atspi.StateType.FOCUSABLE),
            "depth": depth,
        }
    )
    for place in range(node.get_child_count()):
        child = node.get_child_at_index(place)
        if child is not None:
            told(child, depth + 1, found)


found = []
told(application(float(sys.argv[1])), 0, found)
print(json.dumps(found))
