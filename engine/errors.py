"""Exceptions shown to users.

Every message is one clear sentence for the person at the screen: what was expected, what was found, what to do.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.problems import Problem, ProblemKind


class EngineError(Exception):
    """Something that the person can understand and mend; its text is shown to them as it is."""


class UsageError(EngineError):
    """An option or argument is wrong. The command line ends with exit status 2."""


class ProjectError(EngineError):
    """A project cannot be made, opened or written (not a project, newer version, disk full, read-only).

    `found` is the sentence without the advice that follows it, for whoever takes the advice already.
    """

    def __init__(self, found: str, advice: str = "") -> None:
        super().__init__(f"{found}; {advice}." if advice else found)
        self.found = found


class ProjectLocked(ProjectError):
    """Another window or command holds the project's one writer."""


class SourceError(EngineError):
    """A source cannot be imported (missing folder, no images, a manifest that does not fit)."""


class DataError(EngineError):
    """The labelled images cannot be trained on or evaluated (one class, no labels, an empty split)."""


class RunError(EngineError):
    """A run is missing, unfinished or damaged."""


class UnknownRun(RunError, UsageError):
    """No run has the name that was given, or several begin with it."""


class ModelError(EngineError):
    """A model file is not one of ours, is damaged, or failed its self-test."""


class MissingLibrary(EngineError):
    """A library that this part of the program needs is not installed, or cannot be loaded."""


class ImageProblem(EngineError):
    """One file cannot be used as an image; `problem` says why, and its text is what a person reads."""

    def __init__(self, kind: ProblemKind, detail: str = "") -> None:
        self.problem = Problem(kind, detail)
        super().__init__(str(self.problem))

    @classmethod
    def read(cls, text: str) -> ImageProblem:
        """Return the problem that has this text."""
        return cls(*Problem.read(text))


class JobCancelled(Exception):
    """Raised inside a job when its cancel was set. Not an error: `run_job` turns it into `Cancelled`."""

    def __init__(self, result: Mapping[str, object] | None = None) -> None:
        super().__init__("cancelled")
        self.result: dict[str, object] = dict(result or {})
