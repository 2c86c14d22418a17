"""What the window asks of the engine, as params of jobs. Importing the jobs themselves would load NumPy into it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.batch.sorting.journal import Mode


@dataclass(frozen=True, slots=True)
class Request:
    """The params of the job `classify` as far as the window uses them: importing that job loads NumPy."""

    model: str
    sources: tuple[str, ...]
    out: str
    more_models: tuple[str, ...] = ()
    top: int = 3
    flips: bool = False
    watch: bool = False
    resume: bool = False
    form: str = "jsonl"


@dataclass(frozen=True, slots=True)
class SaveParams:
    """`kept` is the folder of a batch, `out` the file to write; `form` "csv", "jsonl", "parquet", "submission" or
    "page". `classes` are the model's; below `threshold` an image is unsure. `newest`: of a file that has several rows,
    since it changed while it was watched, only the last one.
    """

    kept: str
    out: str
    form: str
    classes: tuple[str, ...]
    sources: tuple[str, ...]
    top: int
    threshold: float
    newest: bool = False


@dataclass(frozen=True, slots=True)
class SortParams:
    """Sorts the files of the batch in the folder `kept` into `target` by `mode`; `only`: just these rows.

    `classes` are all that a row may be called. `journals` is the file that remembers journals.
    """

    kept: str
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
    """Adds the rows of the batch in the folder `kept` (all, or those numbered in `only`) to a project.

    What a person called an image is its label. With `label`, predictions at least as sure as `threshold` are labels
    too. All other images come without one, with a suggestion.
    """

    kept: str
    classes: tuple[str, ...]
    sources: tuple[str, ...]
    label: bool
    threshold: float
    total: int
    only: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class DeviceParams:
    """Asks for nothing but what there is."""


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """The params of the job `export`, whose module loads what training needs."""

    project: str
    run: str | None
    format: str
    out: str
