"""Training curves as SVG that takes its colours from the page it stands in."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import chdir
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any

from engine.environment import PUT_OFF
from engine.events import EpochEnded
from engine.language import _
from engine.review.confidence.reliability import Coverage, Reliability

# matplotlib writes literal colours; these stand for the page's own and are replaced in the finished SVG.
_TEXT, _MUTED, _GRID, _FIRST, _SECOND = "#010201", "#010202", "#010203", "#010204", "#010205"
_PAGE_COLOURS = {
    _TEXT: "var(--text)",
    _MUTED: "var(--muted)",
    _GRID: "var(--border)",
    _FIRST: "var(--series-1)",
    _SECOND: "var(--series-2)",
}
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "pigeonhole",
    "font.family": "sans-serif",
    "font.size": 11.5,  # on a telephone a curve is half as wide
    "text.color": _TEXT,
    "axes.labelcolor": _MUTED,
    "axes.edgecolor": _GRID,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": _GRID,
    "grid.linewidth": 0.8,
    "xtick.color": _GRID,
    "ytick.color": _GRID,
    "xtick.labelcolor": _MUTED,
    "ytick.labelcolor": _MUTED,
    "legend.frameon": False,
}


@dataclass(frozen=True, slots=True)
class CurvePicture:
    """A picture: a title for readers and screen readers, and the SVG element."""

    title: str
    svg: str


def curves(history: Sequence[EpochEnded], *, held_out: bool = True) -> list[CurvePicture]:
    """Accuracy and loss by epoch, training beside validation; the epoch that the model was taken from is marked.

    Without `held_out` the second of each is of some training images, as they are without being changed at random.
    """
    if not history:
        return []
    best = max((e.epoch for e in history if e.best), default=None)
    epochs = [e.epoch for e in history]
    accuracy = [e.accuracy for e in history], [e.validation_accuracy for e in history]
    loss = [e.loss for e in history], [e.validation_loss for e in history]
    second = _("Validation") if held_out else _("Training images, unchanged")
    return [
        CurvePicture(
            _("Accuracy"),
            _drawn(_curve(epochs, accuracy, best, second, percent=True), "accuracy", _("Accuracy by epoch")),
        ),
        CurvePicture(_("Loss"), _drawn(_curve(epochs, loss, best, second), "loss", _("Loss by epoch"))),
    ]


def confidence_curves(found: Reliability, curve: Coverage) -> list[CurvePicture]:
    """Accuracy by confidence beside the diagonal of a calibrated model, and accuracy by the share that is answered."""
    _matplotlib()
    from matplotlib.ticker import PercentFormatter

    def diagram(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], color=_MUTED, linewidth=1, linestyle=(0, (2, 3)), label=_("Calibrated"))
        places, heights = [b.confidence for b in found.bins], [b.accuracy for b in found.bins]
        axes.plot(places, heights, color=_FIRST, linewidth=2, marker="o", label=_("This model"))
        axes.set_xlabel(_("Confidence"))
        axes.set_ylabel(_("Accuracy"))
        axes.legend(loc="best")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(PercentFormatter(1, symbol=" %"))

    def answered(axes: Any) -> None:
        low, high = min(curve.accuracy), max(curve.accuracy)
        axes.plot(curve.coverage, curve.accuracy, color=_FIRST, linewidth=2)
        axes.set_ylim(min(low, high - 0.1) - 0.005, high + 0.005)  # nothing is more accurate than 100 %
        axes.set_xlabel(_("Share of images answered, the most confident first"))
        axes.set_ylabel(_("Accuracy"))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(PercentFormatter(1, symbol=" %"))

    return [
        CurvePicture(_("Reliability"), _drawn(diagram, "reliability", _("Reliability by confidence"))),
        CurvePicture(_("Coverage"), _drawn(answered, "coverage", _("Coverage against accuracy"))),
    ]


def _curve(
    epochs: list[int],
    series: tuple[list[float], list[float]],
    best: int | None,
    second: str,
    *,
    percent: bool = False,
) -> Callable[[Any], None]:
    _matplotlib()
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    def draw(axes: Any) -> None:
        for name, values, colour in zip((_("Training"), second), series, (_FIRST, _SECOND), strict=True):
            axes.plot(epochs, values, color=colour, linewidth=2, label=name, marker="o" * (len(epochs) < 3))
        if best is not None:
            axes.axvline(
                best, color=_MUTED, linewidth=1, linestyle=(0, (2, 3)), label=_("Best epoch ({best})").format(best=best)
            )
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        if percent:
            axes.yaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
        axes.set_xlabel(_("Epoch"))
        axes.legend(loc="best")

    return draw


def _drawn(draw: Callable[[Any], None], name: str, words: str) -> str:
    """Return a picture as an SVG element for the page; `name` begins its ids, `words` are for screen readers."""
    matplotlib = _matplotlib()
    from matplotlib.figure import Figure

    with matplotlib.rc_context(_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # the font of the page has the letters
        figure = Figure(figsize=(5.6, 3.1), layout="constrained")
        figure.patch.set_alpha(0)
        axes = figure.add_subplot()
        axes.patch.set_alpha(0)
        draw(axes)
        out = StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return _for_page(out.getvalue(), name, words)


def _matplotlib() -> Any:
    """matplotlib without what a `matplotlibrc` of the current folder says: that is read when it is imported.

    The current folder may be a stranger's, and such a file can let it run LaTeX for each text.
    """
    if sys.modules.get(PUT_OFF, ...) is None:
        del sys.modules[PUT_OFF]
    found = find_spec("matplotlib")
    assert found is not None
    assert found.origin is not None
    with chdir(Path(found.origin).parent):
        return import_module("matplotlib")


def _for_page(svg: str, name: str, words: str) -> str:
    """The bare element in the page's colours and fonts, as wide as its box; ids made unlike those of other curves."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    svg = svg.replace("<svg", f'<svg role="img" aria-label="{words}"', 1)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family: [^;\"]*", "font-family: inherit", svg)
    for colour, variable in _PAGE_COLOURS.items():
        svg = svg.replace(colour, variable)
    return re.sub(r'(id="|href="#|url\(#)', rf"\g<1>{name}-", svg)
