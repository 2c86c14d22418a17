"""The report: an evaluation as a page that is complete in one file: it can be mailed, printed and opened anywhere,
offline.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from engine.colours import DARK, LIGHT, css
from engine.errors import UsageError
from engine.figures import accuracy, percent
from engine.files import reason_of
from engine.jobs.job import Cancel
from engine.language import _, plural, used
from engine.library.records import ImageRecord
from engine.models.atomic import replacing
from engine.particles import filled
from engine.problems import Problem
from engine.review.evaluation import Evaluation
from engine.review.metrics import normalised
from engine.review.mistakes import Mistake, mistakes
from engine.review.report.curves import confidence_curves, curves
from engine.review.report.extras import Extras, details, maps
from engine.review.report.pictures import data_uri
from engine.review.report.printing import SIDE as PRINTED_SIDE
from engine.review.report.printing import WIDTH, Cell, brief, curve_uri, cut, drawn_matrix, matrix_uri, shown, tint
from engine.review.suspects.ranking import Suspect, suspects
from engine.training.option_words import value_words
from engine.training.options import specs
from engine.training.recipes.registry import title_of
from engine.training.runs.records import STATES, history, read_record

NONE = Extras()
TEMPLATES = Path(__file__).parent.parent / "templates"
MOST_PICTURES, MOST_PROBLEMS, MOST_PAIRS, MOST_DOUBTS = 240, 200, 8, 24
LARGEST_MATRIX, LARGEST_NUMBERED_MATRIX = 120, 30  # classes
LONGEST_NAME = 100  # letters


@dataclass(frozen=True, slots=True)
class Picture:
    """A mistake with what is to be seen of it: a data URI, or None where the file is gone."""

    mistake: Mistake
    row: int
    column: int
    uri: str | None
    small: bool  # shown with sharp pixels


@dataclass(frozen=True, slots=True)
class Doubt:
    """A suspect with what is to be seen of it."""

    suspect: Suspect
    uri: str | None
    small: bool


def write_report(
    evaluation: Evaluation,
    problems: Sequence[ImageRecord],
    out: Path,
    *,
    extras: Extras = NONE,
    printable: bool = False,
    cancel: Cancel,
) -> None:
    """Write the page to `out`, at one stroke; `extras` is what it shows of more than the evaluation.

    With `printable` it is in the plain form of HTML that Qt can print, as the window does for a PDF.

    Raises:
        UsageError: `out` cannot be written.
        JobCancelled: `cancel` was set.
    """
    contents = _contents(evaluation, problems, extras=extras, cancel=cancel)
    page = _environment().get_template("print.html" if printable else "report.html").render(contents)
    try:
        with replacing(out) as temporary:
            temporary.write_text(page, encoding="utf-8")
    except OSError as error:
        reason = reason_of(error)
        raise UsageError(
            _("The report cannot be written to {out}: {why}; choose another place.").format(out=out, why=reason)
        ) from error


def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader
    from markupsafe import Markup

    class MarkedUp(Markup):
        """A text, into which names are put escaped."""

        def format(self, *args: object, **fields: object) -> MarkedUp:
            return MarkedUp(filled(Markup(self), *args, **fields))  # noqa: S704  # of the catalogue

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True, auto_reload=False
    )
    environment.filters |= {"percent": partial(percent, digits=2), "shown": shown, "name": name, "brief": brief}
    environment.filters |= {"picture": curve_uri, "tint": tint, "number": lambda n: f"{n:,}"}
    environment.filters |= {"reason": lambda text: Problem.read(text).words()}
    environment.globals["_"] = lambda text: MarkedUp(_(text))
    environment.globals["plural"] = lambda *texts: MarkedUp(plural(*texts))
    environment.globals |= {"language": used()}
    script = environment.get_template("report.js").render()
    environment.globals |= {"width": WIDTH, "side": PRINTED_SIDE, "script": script, "script_hash": _hash(script)}
    environment.globals |= {"css": css, "light": LIGHT, "dark": DARK}
    return environment


def _hash(script: str) -> str:
    """Names the one script that a browser may run in the page: whatever a name or a note holds is none."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")


def _contents(
    evaluation: Evaluation, problems: Sequence[ImageRecord], *, extras: Extras, cancel: Cancel
) -> dict[str, Any]:
    """Return everything that a page shows, by the names that the templates use."""
    wrong = mistakes(evaluation)
    classes, more = evaluation.classes, details(evaluation)
    doubts = suspects(evaluation)
    return {
        "run": evaluation.run,
        "project": evaluation.run.folder.parents[1].stem,
        "split": evaluation.part,
        "filtered": evaluation.filtered,
        "scores": evaluation.scores,
        "classes": classes,
        "facts": _facts(evaluation),
        "options": _options(evaluation),
        "curves": curves(history(evaluation.run), held_out=evaluation.run.validated_on != "training"),
        "matrix": _matrix(evaluation) if len(classes) <= LARGEST_MATRIX else None,
        "matrix_picture": matrix_uri(evaluation.matrix) if len(classes) > LARGEST_MATRIX else None,
        "drawn_matrix": drawn_matrix(evaluation.matrix, classes) if len(classes) <= LARGEST_MATRIX else None,
        "numbered": len(classes) <= LARGEST_NUMBERED_MATRIX,
        "pairs": _most_confused(evaluation),
        "mistakes": len(wrong),
        "pictures": _pictures(evaluation, wrong[:MOST_PICTURES], cancel),
        "details": more,
        "confidence": confidence_curves(more.reliability, more.coverage),
        "before": extras.before,
        "map": extras.map,
        "leakage": extras.leakage,
        "doubts": [Doubt(suspect, *data_uri(suspect.file)) for suspect in doubts[:MOST_DOUBTS]],
        "all_doubts": len(doubts),
        "maps": maps(evaluation, wrong, cancel=cancel),
        "problems": problems[:MOST_PROBLEMS],
        "all_problems": len(problems),
        "made": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }


def name(text: object, most: int = LONGEST_NAME) -> Any:
    """The same as markup that keeps to itself: a name written from right to left turns nothing beside it.

    Of a very long one the beginning is shown, and all of it to whoever points at it.
    """
    from markupsafe import Markup, escape

    whole, beginning = shown(text), cut(text, most)
    title = Markup(' title="') + escape(whole) + Markup('"') if beginning != whole else Markup("")
    return Markup("<bdi") + title + Markup(">") + escape(beginning) + Markup("</bdi>")


def _facts(evaluation: Evaluation) -> list[tuple[str, str]]:
    """Return what this run is, in the order in which a person asks."""
    run, record = evaluation.run, read_record(evaluation.run.folder)
    epochs = _("{epochs}, best {best}") if run.best_epoch else "{epochs}"
    facts = [
        (_("Project"), run.folder.parent.parent.stem),
        (_("Run"), run.name if run.title else ""),
        (_("Recipe"), title_of(run.recipe)),
        (_("Trained"), run.created.replace("T", " ")[:16] + " UTC"),
        (_("Device"), str(record.get("device") or "")),
        (_("Epochs"), epochs.format(epochs=run.epochs, best=run.best_epoch)),
        (_("Time"), _("{seconds:,.1f} s").format(seconds=run.seconds)),
        (_("Rate"), _("{rate:,.0f} images/s").format(rate=run.images_per_second)),
        (_("Parameters"), f"{record['parameters']:,}" if record.get("parameters") else ""),
        (
            _("Validation accuracy"),
            accuracy(run.validation_accuracy, run.validation_images, 2) if run.validation_accuracy is not None else "",
        ),
        (_("State"), "" if run.state == "finished" else _(STATES.get(run.state, run.state))),
    ]
    return [(what, value) for what, value in facts if value]


def _options(evaluation: Evaluation) -> list[tuple[str, str]]:
    chosen = evaluation.run.options
    return [(_(s.label), value_words(s.name, chosen[s.name])) for s in specs() if s.name in chosen]


def _matrix(evaluation: Evaluation) -> list[list[Cell]]:
    shares = normalised(evaluation.matrix)
    n = len(evaluation.classes)
    return [[Cell(r, c, int(evaluation.matrix[r, c]), float(shares[r, c])) for c in range(n)] for r in range(n)]


def _most_confused(evaluation: Evaluation) -> list[Cell]:
    """The cells off the diagonal with the most images, most first."""
    shares, off = normalised(evaluation.matrix), evaluation.matrix.copy()
    np.fill_diagonal(off, 0)
    order = np.argsort(-off, axis=None, kind="stable")[:MOST_PAIRS]
    cells = [divmod(int(place), len(evaluation.classes)) for place in order]
    return [Cell(r, c, int(off[r, c]), float(shares[r, c])) for r, c in cells if off[r, c]]


def _pictures(evaluation: Evaluation, wrong: Sequence[Mistake], cancel: Cancel) -> list[Picture]:
    place = {known: i for i, known in enumerate(evaluation.classes)}
    found = []
    for mistake in wrong:
        cancel.check()
        uri, small = data_uri(mistake.file)
        found.append(Picture(mistake, place[mistake.label], place[mistake.predicted], uri, small))
    return found
