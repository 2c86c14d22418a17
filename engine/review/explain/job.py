"""The job that explains predictions: a picture with its map for each image and class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataError, ImageProblem, UsageError
from engine.events import Log, ProblemFound, Progress
from engine.files import reason_of
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _, marked
from engine.library import query
from engine.library.project import Project
from engine.models.atomic import replacing
from engine.models.predictor import Predictor
from engine.review.explain.rise import CELLS, MASKS, Explanation, explain_file, overlay
from engine.review.tables import check_place, write_csv
from engine.training.runs.records import MODEL, find_run

MANY = 20  # images, from which on a message says that explaining them takes long


@dataclass(frozen=True, slots=True)
class ExplainParams:
    """`images` are files, or parts of paths of the project's images; `classes` are names, none for the predicted class
    and, where it is another, the label.

    `out` is the folder for the pictures, or None; `csv` the file for the maps, seven by seven cells each, or None.
    """

    project: str
    images: tuple[str, ...]
    run: str | None = None
    classes: tuple[str, ...] = ()
    masks: int = MASKS
    out: str | None = None
    csv: str | None = None


@dataclass(frozen=True, slots=True)
class ExplanationRow:
    """The explanation of an image for a class: `map` has 7 rows of 7 values, -1 (against the class) to 1 (for it).

    `label` is "" where the image has none, and `file`, the picture that was written, where there is none.
    """

    path: str
    class_name: str = field(metadata={"key": "class"})
    probability: float
    predicted: str
    label: str
    map: list[list[float]]
    file: str


@dataclass(frozen=True, slots=True, eq=False)
class ExplainedImages(Result):
    """Numbers of `images` that were explained and of those that cannot be read; a row for each image and class."""

    run: str
    images: int
    problems: int
    out: str | None
    csv: str | None
    rows: list[ExplanationRow]


def explain_images(params: ExplainParams, *, emit: Emit, cancel: Cancel) -> ExplainedImages:
    """Explain what a run's model goes by in some images.

    The classes that an image is explained for are contrasted with each other: a map shows what speaks for its class
    rather than for the others, so it is not the one that the class has alone.

    Raises:
        EngineError: no such project, run, image or class; none that can be read; a place that cannot be written.
    """
    check_place(params.csv, marked("maps"))
    with Project.open(Path(params.project), read_only=True) as project:
        run = find_run(project.folder, params.run)
        files = _files(project, params.images)
    if len(files) > MANY:
        emit(
            Log(
                _("{files:,} images are meant: this takes its time; name more of a path for fewer.").format(
                    files=len(files)
                )
            )
        )
    predictor = Predictor(run.folder / MODEL, threads=1, cancel=cancel)  # of those that `explain` uses
    names = predictor.info.classes
    if unknown := [name for name in params.classes if name not in names]:
        raise UsageError(
            _("The run {run} has no class {unknown!r}; it knows {names}.").format(
                run=run.name, unknown=unknown[0], names=", ".join(names)
            )
        )
    rows: list[ExplanationRow] = []
    problems, reason = 0, ""
    for number, (file, label) in enumerate(files):
        cancel.check()
        emit(Progress(marked("Explaining"), number, len(files)))
        try:
            rows += _rows(predictor, file, label, params, number, cancel)
        except ImageProblem as problem:
            problems, reason = problems + 1, str(problem).rstrip(".")
            emit(ProblemFound(str(file), str(problem)))
    if not rows:
        raise DataError(_("None of these images could be explained: {why}.").format(why=reason))
    if params.csv is not None:
        cells = (
            (r.path, r.class_name, y, x, v) for r in rows for y, line in enumerate(r.map) for x, v in enumerate(line)
        )
        write_csv(Path(params.csv), marked("maps"), ("path", "class", "row", "column", "value"), cells)
    images = len(files) - problems
    return ExplainedImages(run.name, images, problems, params.out, params.csv, rows)


def _files(project: Project, words: Sequence[str]) -> list[tuple[Path, str]]:
    """Return the files that the words name, with their labels where the project has one."""
    names = query.class_names(project)
    found: list[tuple[Path, str]] = []
    for part in words:
        images = query.images(project, query.image_ids(project, query.Filter(text=Path(part).name)))
        path = Path(part).absolute()
        exact = [i for i in images if i.file == path] if path.is_file() else [i for i in images if part in i.path]
        if not exact and not path.is_file():
            raise UsageError(
                _("There is no file {part}, and no image of the project has that in its path.").format(part=part)
            )
        found += [(i.file, names.get(i.class_id, "") if i.class_id else "") for i in exact] or [(path, "")]
    return found


def _rows(
    predictor: Predictor, file: Path, label: str, params: ExplainParams, number: int, cancel: Cancel
) -> list[ExplanationRow]:
    names = predictor.info.classes
    probabilities, problems = predictor.predict_files([file])
    if problems:
        raise ImageProblem.read(problems[0])
    predicted = names[int(probabilities[0].argmax())]
    classes = tuple(dict.fromkeys(params.classes or [predicted, *([label] if label in names else [])]))
    found = explain_file(predictor, file, [names.index(name) for name in classes], masks=params.masks, cancel=cancel)
    return [
        ExplanationRow(
            path=str(file),
            class_name=name,
            probability=round(float(found.probabilities[names.index(name)]), 6),
            predicted=predicted,
            label=label,
            map=coarse(found.maps[index]).round(4).tolist(),
            file=_write_picture(found, index, params.out, f"{number + 1:03d} {file.stem} {name}") if params.out else "",
        )
        for index, name in enumerate(classes)
    ]


def coarse(map: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a map as the means of seven by seven cells."""
    rows = [part.mean(axis=0) for part in np.array_split(map, min(CELLS, len(map)))]
    return np.stack([part.mean(axis=1) for part in np.array_split(np.stack(rows), min(CELLS, map.shape[1]), axis=1)], 1)


def _write_picture(explanation: Explanation, index: int, folder: str, name: str) -> str:
    """Write the picture with a map of its explanation as a PNG of at least 224 px; return the file."""
    from PIL import Image

    safe = "".join(c if c.isalnum() or c in " -_.()" else "_" for c in name).encode("utf-8", "replace").decode()
    path = Path(folder) / f"{safe}.png"
    image = Image.fromarray(overlay(explanation, index))
    times = max(1, -(-224 // min(image.size)))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST).save(temporary)
    except OSError as error:
        reason = reason_of(error)
        raise UsageError(
            _("The picture cannot be written to {path}: {why}; choose another place.").format(path=path, why=reason)
        ) from error
    return str(path)
