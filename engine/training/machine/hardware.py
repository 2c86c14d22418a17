"""What this machine has to train on. Loads no Keras: the drivers and the installed packages tell."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib.util import find_spec
from typing import Any

from engine.jobs.job import Cancel, Emit

BACKENDS = ("tensorflow", "torch", "jax")


def graphics_cards() -> list[str]:
    """The names of NVIDIA's cards in this machine, whether or not a backend can use them."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return []
    query = [tool, "--query-gpu=name", "--format=csv,noheader"]
    try:
        found = subprocess.run(query, capture_output=True, text=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [line.strip() for line in found.splitlines() if line.strip()]


def devices(_: None, *, emit: Emit, cancel: Cancel) -> dict[str, Any]:  # noqa: ARG001  # shape of a job
    """ "devices" (each "name", "kind" "cpu" or "gpu", "detail"), "backends" that are installed, "memory" in bytes, and
    "predictions": what those are made with, as `providers.facts` tells.
    """
    from engine.models.providers import facts
    from engine.training.feeding.data import memory_bytes

    cores = os.cpu_count() or 1
    found = [{"name": "CPU", "kind": "cpu", "detail": f"{cores} cores, {memory_bytes() / 2**30:.0f} GB memory"}]
    found += [{"name": name, "kind": "gpu", "detail": "NVIDIA"} for name in graphics_cards()]
    backends = [b for b in BACKENDS if find_spec(b)]
    return {"devices": found, "backends": backends, "memory": memory_bytes(), "predictions": facts()}
