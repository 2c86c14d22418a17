"""Why a file cannot be used as an image: a kind, for the program, and a detail, for people."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from engine.language import _, marked


class ProblemKind(StrEnum):
    """The kinds of problems, each by the words with which its text begins."""

    EMPTY = marked("empty file")
    NOT_A_FILE = marked("not a file")
    MISSING = marked("missing")
    UNREADABLE = marked("cannot be read")
    NOT_AN_IMAGE = marked("not an image")
    UNSUPPORTED = marked("unsupported")
    TRUNCATED = marked("truncated")
    DAMAGED = marked("damaged")
    TOO_LARGE = marked("too large")
    TOO_SLOW = marked("takes too long")
    IN_ARCHIVE = marked(
        "cannot be unpacked"
    )  # an archive, or a picture that does not come out of one: there is no file
    OTHER = ""  # such as texts of older programs


_KINDS = {str(kind): kind for kind in ProblemKind}


class Problem(NamedTuple):
    """A problem as the store, results and `--json` have it: its text is KIND or KIND: DETAIL, which `read` reads."""

    kind: ProblemKind
    detail: str = ""

    def __str__(self) -> str:
        return ": ".join(part for part in (self.kind, self.detail) if part)

    def words(self) -> str:
        """Return the text in the language in use. A detail with facts in it is in that in which it was found."""
        return ": ".join(_(part) for part in self if part)

    @classmethod
    def read(cls, text: str) -> Problem:
        """Return the problem that has this text."""
        words, _, detail = text.partition(": ")
        kind = _KINDS.get(words)
        return cls(ProblemKind.OTHER, text) if kind is None else cls(kind, detail)


FILE_GONE = Problem(ProblemKind.MISSING, marked("the file is not there any more"))


def unreadable(error: OSError) -> Problem:
    """Return why the system does not give a file."""
    return Problem(ProblemKind.UNREADABLE, (error.strerror or str(error)).lower())
