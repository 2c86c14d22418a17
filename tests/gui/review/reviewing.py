"""What several sections of Review need: a run with mistakes, read as the page reads it, and the end of its threads."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from engine.review.reviewed import Reviewed, Reviewer
from gui.session import Session
from gui.widgets.grid.thumbnail_grid import ThumbnailGrid
from gui.widgets.pictures.image_view import ImageView

WRONG = {"ant": ("bee", 0.8), "cat": ("bee", 0.95)}  # of three test images, two are taken for a bee


def read_run(session: Session, name: str = "") -> Reviewed:
    """The run of that name, or the newest."""
    assert session.project is not None
    run = next(run for run in session.runs() if name in ("", run.name))
    found = Reviewer().read(session.project, run, None, None)
    assert isinstance(found, Reviewed)
    return found


def close_loaders(widget: QWidget) -> None:
    """Of all pictures in its window."""
    for kind in (ThumbnailGrid, ImageView):
        for found in widget.window().findChildren(kind):
            found.close_loader()
