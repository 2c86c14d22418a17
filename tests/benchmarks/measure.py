"""What all benchmarks share: clocks, peak memory, a throw-away home, a description of the machine, a printed table.

Imports nothing heavy: the probes that are timed import this too.
"""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "PySide6-Essentials",
    "numpy",
    "pillow",
    "opencv-python-headless",
    "onnxruntime",
    "tensorflow",
    "keras",
    "jax",
    "torch",
)


@contextmanager
def workspace(*, card: bool = False) -> Iterator[Path]:
    """An empty folder, removed at the end; Pigeonhole's caches, settings and logs go there too. Figures are of a
    processor, with or without a card beside it, unless `card` says otherwise.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if not card:
        os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    with tempfile.TemporaryDirectory(prefix="pigeonhole-benchmark-") as name:
        os.environ["PIGEONHOLE_HOME"] = str(Path(name) / "home")
        if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):  # an installed program has its bytecode beside it
            os.environ["PYTHONPYCACHEPREFIX"] = str(Path(name) / "bytecode")
        yield Path(name)


def seconds(work: Callable[[], object]) -> float:
    """How long one call took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def middle(values: Sequence[float]) -> float:
    """The median."""
    return percentile(values, 50)


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile of at least one value."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def milliseconds(values: Sequence[float]) -> str:
    """Median, 99 % and worst of some times, for a table."""
    return " / ".join(f"{1000 * v:.1f}" for v in (middle(values), percentile(values, 99), max(values))) + " ms"


def memory() -> tuple[float, float]:
    """Resident memory of this process in MB: now, and at its peak."""
    status = Path("/proc/self/status")
    if status.exists():  # not getrusage: its peak is inherited from the parent across exec
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        return int(lines["VmRSS"].split()[0]) / 1024, int(lines["VmHWM"].split()[0]) / 1024
    import psutil

    info = psutil.Process().memory_info()
    peak = getattr(info, "peak_wset", None)  # Windows
    if peak is not None:
        return info.rss / 2**20, peak / 2**20
    import resource

    return info.rss / 2**20, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def probe(*arguments: str, python: str = sys.executable, cwd: Path = ROOT) -> dict[str, Any]:
    """Run Python with `arguments` and give back the JSON of its last line, with `seconds` and `cpu` (seconds of the
    processor) for the whole process.
    """
    before, start = os.times(), time.perf_counter()
    environment = {**os.environ, "BENCHMARK_START": repr(start)}
    done = subprocess.run([python, *arguments], capture_output=True, text=True, cwd=cwd, env=environment, check=False)
    spent, after = time.perf_counter() - start, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    return {"seconds": spent, "cpu": cpu, **(json.loads(lines[-1]) if lines else {})}


def since_start() -> float:
    """In a probe: seconds since its parent started it (the monotonic clock is one for the whole machine)."""
    return time.perf_counter() - float(os.environ["BENCHMARK_START"])


def print_report(command: str, rows: Sequence[Sequence[str]], header: Sequence[str] = ("what", "figure")) -> None:
    """The command, the date, the machine and a table, in Markdown."""
    print(f"\n`{command}`, {time.strftime('%Y-%m-%d')}\n\n{machine()}\n")
    print("| " + " | ".join(header) + " |")
    print("|" + "---|" * len(header))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print(flush=True)


def machine() -> str:
    """One line: processor, cores, memory, system, load, Python and the versions that matter."""
    from importlib.metadata import PackageNotFoundError, version

    import psutil

    found = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    load = f"{psutil.getloadavg()[0]:.1f}"
    return (
        f"{_processor()}, {os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GB, {_system()}, "
        f"Python {platform.python_version()}, {', '.join(found)}; load of the machine when this was printed: {load}"
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return f"{platform.system()} {platform.release()}"
