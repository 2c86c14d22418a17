"""Which processor a training would run on, found out without loading a training library."""

from __future__ import annotations

import os
import shutil
import subprocess

from gui.texts import Texts

Device = Texts("Device")


def device_name() -> str:
    """The name of the first NVIDIA graphics card, or the processor with its cores. Waits for a program: not in a slot.

    `CUDA_VISIBLE_DEVICES` counts here as it does in the training: where it hides the cards, the answer is "CPU".
    """
    if os.environ.get("CUDA_VISIBLE_DEVICES", "0").strip() not in ("", "-1"):
        name = _graphics_card()
        if name:
            return name
    return processor_name()


def processor_name() -> str:
    """What is shown for a training on the processor, before it starts and while it runs."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Device.tr("CPU, %Ln core(s)", None, cores)


def _graphics_card() -> str:
    program = shutil.which("nvidia-smi")
    if program is None:
        return ""
    query = [program, "--query-gpu=name", "--format=csv,noheader"]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip().partition("\n")[0].strip() if answer.returncode == 0 else ""
