"""Which sections the Review page has, in the order of their tabs."""

from __future__ import annotations

from collections.abc import Callable

from gui.jobs import JobRunner
from gui.session import Session
from gui.widgets.review.again import TrainAgain
from gui.widgets.review.comparison import Comparison
from gui.widgets.review.confidence import Confidence
from gui.widgets.review.duplicates import Duplicates
from gui.widgets.review.map_section import MapSection
from gui.widgets.review.mistakes import Mistakes
from gui.widgets.review.scores import ScoresSection
from gui.widgets.review.section import Section
from gui.widgets.review.suspects import Suspects

# Each is made of the session and the jobs.
_SECTIONS: tuple[Callable[[Session, JobRunner], Section], ...] = (
    Mistakes,
    ScoresSection,
    Suspects,
    Duplicates,
    MapSection,
    Confidence,
    Comparison,
)
_LINES: tuple[Callable[[Session, JobRunner], Section], ...] = (TrainAgain,)


def sections(session: Session, jobs: JobRunner) -> list[Section]:
    """The first one has the gallery: `gallery_wanted` of the others leads to it."""
    return [make(session, jobs) for make in _SECTIONS]


def lines(session: Session, jobs: JobRunner) -> list[Section]:
    """What stands under the head of the page whatever section is shown, such as "train again with the fixes".

    Each hides itself as long as it has nothing to say.
    """
    return [make(session, jobs) for make in _LINES]
