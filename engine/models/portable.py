"""A model in a folder of its own: the network, what it expects and knows, and a `predict.py` for its runtime."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.environment import PUT_OFF, REPORTING_MODULE, SILENT
from engine.errors import ModelError, UsageError
from engine.files import open_regular
from engine.imaging.signatures import SIGNATURE_BYTES, format_of
from engine.jobs import processes
from engine.jobs.job import Cancel
from engine.language import _
from engine.models.bundle import ModelInfo
from engine.models.export import LARGEST_DIFFERENCE
from engine.models.targets import Target, Writing, missing

FACTS, SCRIPT = "model.json", "predict.py"


@dataclass(frozen=True, slots=True)
class Check:
    """The check of an exported model on validation images, opened by its own runtime, beside the run's own model.

    `difference` is the largest of any probability; accuracies are top-1.
    """

    images: int
    difference: float
    accuracy: float
    run_accuracy: float


def write_model(
    target: Target,
    network: Path,
    onnx: Path,
    info: ModelInfo,
    folder: Path,
    *,
    calibration: NDArray[np.uint8] | None,
    cancel: Cancel,
) -> None:
    """Fill `folder`, which exists and is empty, from a run's `model.keras` and `model.onnx`.

    Raises:
        ModelError: the network cannot be written in that form.
        UsageError: what the form needs is not installed.
        OSError: the place cannot be written.
    """
    out = folder / target.model
    target.write(Writing(network, onnx, info, calibration, cancel), out)
    novelty = None if info.novelty is None or target.from_keras else asdict(info.novelty)
    facts = {
        "made_by": "Pigeonhole",
        "form": target.name,
        "model": target.model,
        "classes": info.classes,
        "width": info.width,
        "height": info.height,
        "channels": info.channels,
        "resize": info.resize,
        "input": "uint8 images (n, height, width, channels), not scaled; the network scales them itself",
        "output": "probabilities (n, classes)" + ("" if novelty is None else " and novelty (n,)"),
        "novelty": novelty,
        "pixel_range": [info.deep_range.low, info.deep_range.high] if info.deep_range is not None else None,
        "page": None if info.deep_range is None else info.deep_range.page,
        "temperature": 1.0 if target.has_temperature else info.temperature,
        "recipe": info.recipe,
        "run": info.run,
    }
    (folder / FACTS).write_text(json.dumps(facts, indent=1) + "\n", "ascii")
    (folder / SCRIPT).write_text(script(target), "utf-8")


def script(target: Target) -> str:
    """The text of `predict.py`."""
    template = (Path(__file__).parent / "templates" / "predict.py.txt").read_text("utf-8")
    return template.format(
        needs=target.needs,
        silent=json.dumps(SILENT),
        reporting_module=REPORTING_MODULE,
        put_off=PUT_OFF,
        runtime=target.runtime.strip("\n") + "\n",
    )


def check_export(
    folder: Path,
    target: Target,
    files: Sequence[Path],
    labels: Sequence[int],
    expected: NDArray[np.float32],
    *,
    cancel: Cancel,
) -> Check | None:
    """Run the folder's own `predict.py` on image files and compare with `expected` (n, classes); None where they are
    all of kinds that only Pigeonhole reads, which are left out.

    Raises:
        ModelError: it does not run here, or differs by more than 1e-4 where it must not.
        JobCancelled: within a moment of being cancelled.
    """
    found = run_script(folder, files, cancel=cancel)
    deep = json.loads((folder / FACTS).read_text("ascii"))["pixel_range"] is not None
    ours = [not np.isfinite(row).all() and (deep or _only_ours(file)) for row, file in zip(found, files, strict=True)]
    if any(ours):
        compared = [n for n, only_ours in enumerate(ours) if not only_ours]
        if not compared:
            return None
        found, expected, labels = found[compared], expected[compared], [labels[n] for n in compared]
    if found.shape != expected.shape or not np.isfinite(found).all():
        raise ModelError(
            _("The exported {title} model failed its test: it does not answer for every image.").format(
                title=_(target.title)
            )
        )
    difference = float(np.abs(found - expected).max())
    if target.exact and difference > LARGEST_DIFFERENCE:
        raise ModelError(
            _(
                "The exported {title} model failed its test: its probabilities differ from the run's by "
                "{difference:.2g}, allowed are {allowed:g}."
            ).format(title=_(target.title), difference=difference, allowed=LARGEST_DIFFERENCE)
        )
    truth = np.asarray(labels)
    hits, run_hits = (float((p.argmax(1) == truth).mean()) for p in (found, expected))
    return Check(len(found), difference, hits, run_hits)


def _only_ours(file: Path) -> bool:
    """Return whether a picture is of a format that Pillow alone does not read."""
    with open_regular(file) as stream:
        known = format_of(stream.read(SIGNATURE_BYTES))
    return known is not None and bool(known.plugin or known.deep_reader or not known.pillow)


def run_script(folder: Path, files: Sequence[Path], *, cancel: Cancel) -> NDArray[np.float32]:
    """Probabilities (n, classes) from the `predict.py` in `folder`; NaN for a file that it cannot use.

    Raises:
        ModelError: it ends with an error.
        JobCancelled: within a moment of being cancelled.
    """
    paths = b"".join(os.fsencode(file.absolute()) + b"\0" for file in files)
    words = processes.script_command((folder / SCRIPT).absolute(), "--json", "-")
    done = processes.run(words, processes.script_environment(), cancel=cancel, given=paths)
    if done.status != 0:
        raise ModelError(_("The exported model does not run here: {why}").format(why=done.reason))
    records = [json.loads(line) for line in done.out.splitlines() if line.startswith(b"{")]
    width = max((len(r["probabilities"]) for r in records if "probabilities" in r), default=1)
    return np.array([r.get("probabilities", [np.nan] * width) for r in records], np.float32)


def check_installed(target: Target) -> None:
    """Raise UsageError where the target's own runtime is missing: an export that cannot be opened is not made."""
    if command := missing(target):
        raise UsageError(
            _("{title} needs {needs}, which is not installed; `{command}` brings it.").format(
                title=_(target.title), needs=target.needs, command=command
            )
        )
