"""The job that explains predictions: a picture with its map for each image and class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataError, ImageProblem, UsageError
from engine.events import Log, ProblemFound, Progress
from engine.jobs.job import Cancel, Emit
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


def explain_images(params: ExplainParams, *, emit: Emit, cancel: Cancel) -> dict[str, Any]:
    """Explain what a run's model goes by in some images.

    The classes that an image is explained for are told from each other: a map shows what speaks for its class rather
    than for the others, so it is not the one that the class has alone.

    Returns:
        "run", "images" (explained), "problems", "out", "csv", and "rows": path, class, probability, predicted,
        label ("" for none), map (7 rows of 7 values, -1 against to 1 for the class), file (the picture, or "").

    Raises:
        EngineError: no such project, run, image or class; none that can be read; a place that cannot be written.
    """
    check_place(params.csv, "maps")
    with Project.open(Path(params.project), read_only=True) as project:
        run = find_run(project.folder, params.run)
        files = _files(project, params.images)
    if len(files) > MANY:
        emit(Log(f"{len(files):,} images are meant: this takes its time; name more of a path for fewer."))
    predictor = Predictor(run.folder / MODEL, threads=1, cancel=cancel)  # of those that `explain` uses
    names = predictor.info.classes
    if unknown := [name for name in params.classes if name not in names]:
        raise UsageError(f"The run {run.name} has no class {unknown[0]!r}; it knows {', '.join(names)}.")
    rows, problems, reason = [], 0, ""
    for number, (file, label) in enumerate(files):
        cancel.check()
        emit(Progress("Explaining", number, len(files)))
        try:
            rows += _rows(predictor, file, label, params, number, cancel)
        except ImageProblem as problem:
            problems, reason = problems + 1, str(problem).rstrip(".")
            emit(ProblemFound(str(file), str(problem)))
    if not rows:
        raise DataError(f"None of these images could be explained: {reason}.")
    if params.csv is not None:
        cells = (
            (r["path"], r["class"], y, x, v) for r in rows for y, row in enumerate(r["map"]) for x, v in enumerate(row)
        )
        write_csv(Path(params.csv), "maps", ("path", "class", "row", "column", "value"), cells)
    images = len(files) - problems
    return {"run": run.name, "images": images, "problems": problems, "out": params.out, "csv": params.csv, "rows": rows}


def _files(project: Project, wanted: Sequence[str]) -> list[tuple[Path, str]]:
    """The files that are meant, with their labels where the project has one."""
    names = {c.id: c.name for c in query.classes(project)}
    found: list[tuple[Path, str]] = []
    for part in wanted:
        images = query.images(project, query.image_ids(project, query.Filter(text=Path(part).name)))
        path = Path(part).absolute()
        exact = [i for i in images if i.file == path] if path.is_file() else [i for i in images if part in i.path]
        if not exact and not path.is_file():
            raise UsageError(f"There is no file {part}, and no image of the project has that in its path.")
        found += [(i.file, names.get(i.class_id, "") if i.class_id else "") for i in exact] or [(path, "")]
    return found


def _rows(
    predictor: Predictor, file: Path, label: str, params: ExplainParams, number: int, cancel: Cancel
) -> list[dict[str, Any]]:
    names = predictor.info.classes
    probabilities, problems = predictor.predict_files([file])
    if problems:
        raise ImageProblem.read(problems[0])
    predicted = names[int(probabilities[0].argmax())]
    wanted = tuple(dict.fromkeys(params.classes or [predicted, *([label] if label in names else [])]))
    found = explain_file(predictor, file, [names.index(name) for name in wanted], masks=params.masks, cancel=cancel)
    return [
        {
            "path": str(file),
            "class": name,
            "probability": round(float(found.probabilities[names.index(name)]), 6),
            "predicted": predicted,
            "label": label,
            "map": coarse(found.maps[place]).round(4).tolist(),
            "file": _written(found, place, params.out, f"{number + 1:03d} {file.stem} {name}") if params.out else "",
        }
        for place, name in enumerate(wanted)
    ]


def coarse(map: NDArray[np.float32]) -> NDArray[np.float32]:
    """A map as the means of seven by seven cells."""
    rows = [part.mean(axis=0) for part in np.array_split(map, min(CELLS, len(map)))]
    return np.stack([part.mean(axis=1) for part in np.array_split(np.stack(rows), min(CELLS, map.shape[1]), axis=1)], 1)


def _written(explanation: Explanation, place: int, folder: str, name: str) -> str:
    """The picture with its map as a PNG of at least 224 px."""
    from PIL import Image

    safe = "".join(c if c.isalnum() or c in " -_.()" else "_" for c in name).encode("utf-8", "replace").decode()
    path = Path(folder) / f"{safe}.png"
    image = Image.fromarray(overlay(explanation, place))
    times = max(1, -(-224 // min(image.size)))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST).save(temporary)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"The picture cannot be written to {path}: {reason}; choose another place.") from error
    return str(path)
