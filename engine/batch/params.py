"""Parameters of the jobs of this package.

Loads without NumPy, which the jobs themselves need, so that the window can ask for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.batch.sorting.journal import Mode
from engine.errors import UsageError
from engine.jobs.result import Result, omitted
from engine.language import _


@dataclass(frozen=True, slots=True)
class ClassifyParams:
    """Parameters of a batch: what is classified, with which model, and where the results go.

    `model` is a `model.onnx`, a run folder or a project; `more_models` are used with it, and the mean is taken.
    `sources` are folders, images, archives, patterns or `-`, as `sources.Sources` takes them.
    `out` is the file to write, `-` for standard output, or None; `form` "csv", "jsonl", "parquet" or "submission", by
    default as its suffix says; `top` how many classes it names for each image, `all_classes` whether it has the
    probability of every one.
    `threshold` (0 to 1): below it an image is unsure. `flips`: its mirror image counts too.
    `resume`: go on behind the last row of `out`. `sort_into` is a folder to sort the images into, by `sort` "copy",
    "move", "hardlink" or "symlink". `summary` is an HTML page to write at the end. `watch`: the sources are folders,
    and files are classified as they come, until the job is cancelled; that is then its regular end. A table is only
    ever added to: a file that changes while it is watched gets a further row, and the last one counts. `device` "cpu"
    leaves a graphics card alone.
    """

    model: str
    sources: tuple[str, ...]
    out: str | None = None
    top: int = 1
    batch_size: int = 32
    more_models: tuple[str, ...] = ()
    form: str | None = None
    all_classes: bool = False
    threshold: float | None = None
    flips: bool = False
    resume: bool = False
    sort_into: str | None = None
    sort: Mode = "copy"
    summary: str | None = None
    watch: bool = False
    device: Literal["auto", "cpu"] = "auto"


@dataclass(frozen=True, slots=True)
class SaveParams:
    """`saved` is the folder of a batch, `out` the file to write; `form` "csv", "jsonl", "parquet", "submission" or
    "page". `classes` are the model's; below `threshold` an image is unsure. `newest`: of a file that has several rows,
    since it changed while it was watched, only the last one.
    """

    saved: str
    out: str
    form: str
    classes: tuple[str, ...]
    sources: tuple[str, ...]
    top: int
    threshold: float
    newest: bool = False


@dataclass(frozen=True, slots=True)
class SortParams:
    """Parameters of sorting the files of the batch in the folder `saved` into `target` by `mode`; `only`: just these
    rows.

    `classes` are all that a row may be called. `journals` is the file that remembers journals.
    """

    saved: str
    target: str
    mode: Mode
    classes: tuple[str, ...]
    sources: tuple[str, ...]
    threshold: float
    journals: str
    total: int
    only: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class AdoptParams:
    """Parameters of adding the rows of the batch in the folder `saved` (all, or those numbered in `only`) to a project.

    What a person called an image is its label. With `label`, predictions at least as sure as `threshold` are labels
    too, but not of images unlike anything that the model was trained on. All other images come without one, with a
    suggestion.
    """

    saved: str
    classes: tuple[str, ...]
    sources: tuple[str, ...]
    label: bool
    threshold: float
    total: int
    only: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class DeviceParams:
    """No parameters: the device is what this machine has."""


@dataclass(frozen=True, slots=True, eq=False)
class WrittenRows(Result):
    """`images` rows were written to `out`. Of a submission `unanswered` ones have no number, as a person called them
    something which is no class of the model.
    """

    out: str
    images: int
    problems: int
    unanswered: int | None = omitted()


@dataclass(frozen=True, slots=True, eq=False)
class SortedFiles(Result):
    """Numbers of files; those not sorted stay where they are. `journal` takes the sorting back."""

    sorted: int
    not_sorted: int
    journal: str
    target: str


@dataclass(frozen=True, slots=True, eq=False)
class Adopted(Result):
    """Numbers of images: new ones, those with a label, `kept` with another label than the one they came with,
    `left_out` as they are in archives or gone. `suggestions` (file: class and probability) are of all rows that got no
    label; `unchecked` images were not looked at yet when a person stopped that.
    """

    images: int
    labelled: int
    kept: int
    left_out: int
    suggestions: dict[str, tuple[str, float]]
    unchecked: int | None = omitted()


@dataclass(frozen=True, slots=True, eq=False)
class CountedRows(Result):
    """Counts of a batch: `images` were classified, `classes` counts them by name, `unlike` are unlike anything the
    model was trained on, `resumed` rows were there already and count in the others.
    """

    images: int
    problems: int
    seconds: float
    images_per_second: float
    classes: dict[str, int]
    unsure: int
    unlike: int
    resumed: int


@dataclass(frozen=True, slots=True, eq=False)
class BatchResult(CountedRows):
    """The same, where the rows are, and by which model on which `device` ("CPU", "CUDA" ...) they were made.

    `summary` is the page that was asked for; where files were sorted, `journal` is what `undo_sort` takes. `top` are
    the most probable classes with their probabilities, where a single picture was classified without an output.
    """

    out: str | None
    model: str
    device: str
    summary: str | None = omitted()
    sorted: int | None = omitted()
    not_sorted: int | None = omitted()
    journal: str | None = omitted()
    top: list[tuple[str, float]] | None = omitted()  # noqa: RUF009  # it is a field


def check_threshold(threshold: float | None) -> None:
    """Raise UsageError unless it is a probability, or None."""
    if threshold is not None and not 0 <= threshold <= 1:
        raise UsageError(
            _("The threshold is a probability from 0 to 1, found {threshold:g}.").format(threshold=threshold)
        )
