"""The map of a report: images of the run laid out by what its model makes of them, as small drawings.

Features cost a pass of the network, so they are taken from the map of the window where that was laid out, else of a
sample for as long as a person is glad to wait.
"""

from __future__ import annotations

import html
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import EngineError
from engine.events import Log, Progress
from engine.jobs.job import Cancel, Emit
from engine.language import _, marked
from engine.library import query
from engine.library.project import Project
from engine.models.predictor import Predictor
from engine.review.evaluation import Evaluation
from engine.review.layout import pca
from engine.review.report.curves import CurvePicture
from engine.similarity.features import are_cached, features_of
from engine.training.runs.records import MODEL

WIDTH, HEIGHT = 560, 400
_EDGE, _FOOT = 12, 30  # room beside the points, and below them for the legend
_LONGEST = 18  # letters of a name
_LETTER, _LINE = 8.0, 18.0  # a letter's width and a line's height, of names that must not cover each other


@dataclass(frozen=True, slots=True)
class Dots:
    """Points (n, 2) of 0 to 1, upwards, that look alike. `cross` gives them another sign beside the colour."""

    name: str
    colour: str
    points: NDArray[np.float64]
    cross: bool = False


def drawing(kinds: Sequence[Dots], title: str, *, named: bool = False) -> str:
    """An SVG element. With `named` each name stands where its points are, else in a legend with their numbers."""
    kinds = [kind for kind in kinds if len(kind.points)]
    body = [_path(kind) for kind in kinds]
    body += _names([kind for kind in kinds if kind.name]) if named else _legend(kinds)
    head = f'<svg role="img" aria-label="{html.escape(title)}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    frame = f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - _FOOT}" fill="none" stroke="var(--border)"/>'
    look = ' xmlns="http://www.w3.org/2000/svg" style="font-family: inherit; font-size: 15px">'
    return "".join([head, look, frame, *body, "</svg>"])


def _places(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return places in the drawing: downwards, inside the frame."""
    x = _EDGE + points[:, 0] * (WIDTH - 2 * _EDGE)
    y = _EDGE + (1 - points[:, 1]) * (HEIGHT - _FOOT - 2 * _EDGE)
    return np.stack([x, y], axis=1)


def _path(kind: Dots) -> str:
    """Return a path of all points at once: dots are the round ends of lines without a length."""
    sign = "m-3-3l6 6m0-6l-6 6" if kind.cross else "h.01"
    steps = "".join(f"M{x:.1f} {y:.1f}{sign}" for x, y in _places(kind.points).tolist())
    width, opacity = (1.6, 1.0) if kind.cross else (4.4, 0.6)
    look = f'stroke="{html.escape(kind.colour)}" stroke-width="{width}" stroke-linecap="round"'
    return f'<path d="{steps}" fill="none" {look} stroke-opacity="{opacity}"/>'


def _names(kinds: Sequence[Dots]) -> list[str]:
    """Draw each name in the middle of its points, moved where it would cover another."""
    points_by_name = sorted(
        ((*np.median(_places(kind.points), axis=0).tolist(), kind) for kind in kinds), key=lambda w: (w[1], w[0])
    )
    placed: list[tuple[float, float, float]] = []  # middle, line, half the width
    texts = []
    for x, y, kind in points_by_name:
        name = _short(kind.name)
        half = (len(name) + 2) * _LETTER / 2
        x = min(max(x, half + 2), WIDTH - half - 2)
        line = _free(x, y, half, placed)
        placed.append((x, line, half))
        dot = f'<tspan fill="{html.escape(kind.colour)}">●&#160;</tspan>'
        place = f'x="{x:.1f}" y="{line:.1f}" text-anchor="middle"'
        halo = f'<text {place} fill="none" stroke="var(--surface)" stroke-width="4">●&#160;{html.escape(name)}</text>'
        texts += [halo, f'<text {place} fill="var(--text)">{dot}{html.escape(name)}</text>']
    return texts


def _free(x: float, y: float, half: float, placed: Sequence[tuple[float, float, float]]) -> float:
    """The line nearest to `y` on which no other name stands; `y` itself where there is none."""
    lowest, highest = _LINE, HEIGHT - _FOOT - 6.0
    steps = np.arange(0, HEIGHT, 4.0)
    lines: list[float] = [y + sign * step for step in steps.tolist() for sign in (1, -1)]
    for line in lines:
        if lowest <= line <= highest and not any(
            abs(x - other) < half + width and abs(line - used) < _LINE for other, used, width in placed
        ):
            return line
    return y


def _legend(kinds: Sequence[Dots]) -> list[str]:
    texts, x = [], 2.0
    for kind in kinds:
        words = f"{kind.name} {len(kind.points):,}"
        sign = f'<tspan fill="{html.escape(kind.colour)}">{"✗" if kind.cross else "●"}&#160;</tspan>'
        texts.append(f'<text x="{x:.1f}" y="{HEIGHT - 8}" fill="var(--text)">{sign}{html.escape(words)}</text>')
        x += (len(words) + 5) * _LETTER
    return texts


def _short(name: str) -> str:
    """Fit to be drawn: what no font has (bytes of a file name that are no text) becomes a replacement mark."""
    name = "".join(letter if letter.isprintable() else "\ufffd" for letter in name)
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


MOST_POINTS, MOST_SECONDS = 1500, 20.0
MOST_NAMED = 12  # classes with a colour of their own; more cannot be distinguished
SEED = 42
_MOST_KEPT = 50_000  # images that the map of the window is for
AT_ONCE = 250
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class PictureMap:
    """`drawn` of the `images` that were scored are points. `named` classes have a colour, of `classes` there are."""

    curves: tuple[CurvePicture, ...]
    drawn: int
    images: int
    named: int
    classes: int


def picture_map(project: Project, evaluation: Evaluation, *, emit: Emit, cancel: Cancel) -> PictureMap | None:
    """The scored images by their principal components, once by mistake and, where a class has a colour, by label.

    None where the model cannot be used or too few images can be read.

    Raises:
        JobCancelled: `cancel` was set.
    """
    try:
        rows, features = _features(project, evaluation, emit, cancel)
    except EngineError as error:
        emit(Log(_("The report is without a map: {why}").format(why=error), "warning"))
        return None
    if len(rows) < _FEWEST:
        return None
    points = pca(features)
    points = (points - points.min(axis=0)) / np.maximum(np.ptp(points, axis=0), 1e-9)
    named = _worth_a_colour(evaluation, rows)
    colours = {c.id: c.colour for c in query.classes(project)}
    labels, wrong = evaluation.labels[rows], (evaluation.labels != evaluation.predicted)[rows]
    by_label = [
        Dots(evaluation.classes[i], colours.get(evaluation.class_ids[i], "var(--muted)"), points[labels == i])
        for i in named
    ]
    rest = Dots("", "var(--muted)", points[~np.isin(labels, named)])
    by_mistake = [
        Dots(_("recognised"), "var(--muted)", points[~wrong]),
        Dots(_("misclassified"), "var(--negative)", points[wrong], cross=True),
    ]
    drawn = [CurvePicture(_("Map by mistake"), drawing(by_mistake, _("Map by mistake")))]
    if named:
        drawn.insert(0, CurvePicture(_("Map by label"), drawing([rest, *by_label], _("Map by label"), named=True)))
    return PictureMap(
        curves=tuple(drawn),
        drawn=len(rows),
        images=len(evaluation.image_ids),
        named=len(named),
        classes=len(evaluation.classes),
    )


def _features(
    project: Project, evaluation: Evaluation, emit: Emit, cancel: Cancel
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Rows of the evaluation, a random sample where there are many, and the features of their images."""
    model = evaluation.run.folder / MODEL
    order = np.random.default_rng(SEED).permutation(len(evaluation.image_ids))
    known = query.image_ids(project, query.Filter())
    if model.is_file() and len(known) <= _MOST_KEPT:
        images = query.images(project, known)  # those that the map of the window lays out, in its order
        if are_cached(model, images):
            readable, features = features_of(model, images, emit=emit, cancel=cancel)
            place = {image.id: i for i, image in enumerate(readable)}
            ids = evaluation.image_ids.tolist()
            rows = [row for row in order.tolist() if ids[row] in place][:MOST_POINTS]
            return np.array(rows, np.int64), features[[place[ids[row]] for row in rows]]
    return _looked_at(Predictor(model, cancel=cancel), evaluation, order[:MOST_POINTS], emit, cancel)


def _looked_at(
    predictor: Predictor, evaluation: Evaluation, chosen: NDArray[np.int64], emit: Emit, cancel: Cancel
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return as many of the chosen rows as the time allows, in their order."""
    parts, rows, began = [], [], time.monotonic()
    for start in range(0, len(chosen), AT_ONCE):
        cancel.check()
        if time.monotonic() - began > MOST_SECONDS:
            break
        emit(Progress(marked("Looking at images"), start, len(chosen)))
        some = chosen[start : start + AT_ONCE].tolist()
        features, problems = predictor.features_of_files([evaluation.files[row] for row in some])
        good = [row for i, row in enumerate(some) if i not in problems]
        if good:
            parts.append(features)
            rows += good
    return np.array(rows, np.int64), np.concatenate(parts) if parts else np.empty((0, 0), np.float32)


def _worth_a_colour(evaluation: Evaluation, rows: NDArray[np.int64]) -> list[int]:
    """The classes that are there; of too many those with the most mistakes, and none without a mistake."""
    labels = evaluation.labels[rows]
    there: list[int] = np.unique(labels).tolist()
    if len(there) <= MOST_NAMED:
        return there
    wrong = np.bincount(evaluation.labels[evaluation.labels != evaluation.predicted], minlength=len(evaluation.classes))
    return sorted(sorted((i for i in there if wrong[i]), key=lambda i: (-int(wrong[i]), i))[:MOST_NAMED])
