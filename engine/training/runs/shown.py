"""A run as the command `run` shows it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.jobs.result import Result, omitted
from engine.records import narrowed
from engine.training.runs.records import RunDetails, RunRecord


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ShownRun(Result, RunDetails):
    """A run, and whether it is in the trash.

    `since` counts the images that changed in the project since, by kind of change; it is empty for an ensemble.
    """

    trash: bool
    since: dict[str, int] | None = omitted()  # noqa: RUF009  # it is a field

    @staticmethod
    def from_record(record: RunRecord, *, trash: bool, since: dict[str, int] | None = None) -> ShownRun:
        """Return a run as it stands on disk, without its folder."""
        return narrowed(ShownRun, record, trash=trash, since=since)
