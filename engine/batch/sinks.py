"""Where results of a batch go. Rows are written as they come, so that a kill leaves a file of complete rows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol, Self

from engine.errors import UsageError


class Sink(Protocol):
    """Takes results in the order of the input; a context manager, complete when it is left."""

    def write(self, path: str, top: Sequence[tuple[str, float]]) -> None:
        """One image: its path and its most probable classes with their probabilities, highest first."""

    def problem(self, path: str, reason: str) -> None:
        """One file that cannot be used."""

    def flush(self) -> None:
        """Hand everything written so far to the system."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class NoSink:
    """For a caller that reads the events and wants no file."""

    def write(self, path: str, top: Sequence[tuple[str, float]]) -> None: ...

    def problem(self, path: str, reason: str) -> None: ...

    def flush(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...


class CsvSink:
    """`path,class,confidence`, with more classes `class_2,confidence_2` and so on; problems in a second file.

    Paths whose names are not valid Unicode come out as the bytes that they are.
    """

    def __init__(self, out: Path, *, top: int = 1) -> None:
        """Open `out` and write its header; what it held before is replaced.

        Raises:
            UsageError: the file cannot be written there.
        """
        self.path = out
        self.problems_path = problems_path(out)
        self._closing = ExitStack()
        extra = [f"{name}_{rank}" for rank in range(2, top + 1) for name in ("class", "confidence")]
        self._file, self._rows = self._open(self.path, ["path", "class", "confidence", *extra])
        self._problems: Any = None
        if self.problems_path.exists():  # of an earlier batch: it must not be taken for this one's
            self._open_problems()

    def write(self, path: str, top: Sequence[tuple[str, float]]) -> None:
        self._rows.writerow([path, *(cell for name, p in top for cell in (name, f"{p:.6f}"))])

    def problem(self, path: str, reason: str) -> None:
        if self._problems is None:
            self._open_problems()
        self._problems.writerow([path, reason])

    def flush(self) -> None:
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def _open_problems(self) -> None:
        _, self._problems = self._open(self.problems_path, ["path", "reason"])

    def _open(self, path: Path, header: Iterable[str]) -> tuple[IO[str], Any]:
        try:
            file = path.open("w", newline="", encoding="utf-8", errors="surrogateescape")
        except OSError as error:
            self._closing.close()
            raise UsageError(f"{path} cannot be written: {why(error)}; choose another place.") from error
        self._closing.enter_context(file)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        return file, writer


def problems_path(out: Path) -> Path:
    """Where the problems of a batch that writes `out` are listed."""
    return out.with_name(f"{out.stem}.problems.csv")


def why(error: OSError) -> str:
    """The system's reason in a few small words."""
    if isinstance(error, FileNotFoundError):
        return "its folder does not exist"
    if isinstance(error, IsADirectoryError):
        return "there is a folder of that name"
    return (error.strerror or str(error)).lower()
