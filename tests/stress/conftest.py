"""Long tests: `make stress`, or PIGEONHOLE_STRESS=1. Others hold a short form of each."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("PIGEONHOLE_STRESS") else ["test_*.py"]
