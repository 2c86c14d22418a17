"""`pigeonhole train PROJECT --recipe instant` from a cold start, without features and with features at hand.
`python -m tests.benchmarks.learning_instant [--images 1700] [--rounds 3]`.

The project has photographs of two classes (JPEG, 320x240). Each command is a process of its own; beside its seconds by
the clock stand those of the processor, which other work on the machine changes less.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from tests.benchmarks.measure import middle, print_report, probe, workspace


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--images", type=int, default=1_700)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    with workspace() as folder:
        project = make_project(folder, chosen.images)
        rows = [row("without features", [run(project)])]
        rows.append(row("with features at hand", [run(project) for _ in range(chosen.rounds)]))
    head = (f"{chosen.images:,} photographs", "the run", "the whole command", "processor, whole command")
    print_report(f"uv run python -m {__spec__.name}", rows, head)


def make_project(folder: Path, count: int) -> Path:
    from engine.jobs.job import Cancel
    from engine.library.scan import ImportParams, import_sources
    from tests.benchmarks.material import photographs

    pictures, project = photographs(folder / "pictures", count), folder / "photographs.pigeonhole"
    import_sources(ImportParams(str(project), (str(pictures),)), emit=lambda event: None, cancel=Cancel())
    return project


def run(project: Path) -> tuple[float, float, float]:
    """Seconds of the run, of the whole command, and of the processor for it."""
    start = time.perf_counter()
    found = probe("-m", "main", "train", str(project), "--recipe", "instant", "--json")
    return found["seconds"], time.perf_counter() - start, found["cpu"]


def row(what: str, times: list[tuple[float, float, float]]) -> list[str]:
    return [what, *(f"{middle(column):.1f} s" for column in zip(*times, strict=True))]


if __name__ == "__main__":
    main()
