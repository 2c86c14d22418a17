"""The names in archives whose makers did not say how they are encoded, as zip programs of Windows leave them."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import UsageError
from engine.language import _

if TYPE_CHECKING:
    from engine.library.importers.note import Note

_MOST_NAMES = 2000  # that are looked at for a guess
_HANGUL, _KANA, _COMMON, _RARE = 1.0, 1.0, 0.9, 0.2


@dataclass(slots=True)
class Naming:
    """How names of one archive are read: `wanted` by its owner; then, what `used` turned out to be and whether it was
    `guessed`. `used` is None where the archive itself says how, or all names are ASCII or UTF-8. `for_table`: what is
    wanted concerns a table beside the archive as well.
    """

    wanted: str | None = None
    for_table: bool = False
    used: str | None = None
    guessed: bool = False

    def __post_init__(self) -> None:
        """Raises UsageError where `wanted` is no encoding."""
        if self.wanted is not None:
            try:
                self.wanted = codecs.lookup(self.wanted).name
            except (LookupError, UnicodeError):
                raise UsageError(
                    _(
                        "{wanted!r} is no encoding; expected one such as cp932 (Japanese), cp949 (Korean), gbk "
                        "(Chinese) or cp437."
                    ).format(wanted=self.wanted)
                ) from None

    def notes(self, name: str) -> list[Note]:
        """What to say of the archive `name`; nothing where nothing was guessed."""
        from engine.library.importers.note import Note, NoteKind

        return [Note(NoteKind.NAMES_ENCODING, example=self.used or "", file=name)] if self.guessed else []


def guess(names: Sequence[bytes], *, western: str = "cp437") -> str:
    """The encoding in which the names, which are not UTF-8, look most like words: "cp932", "cp949", "gbk", "big5" or,
    for letters with accents and where nothing fits, `western`: "cp437" of archives, "cp1252" of tables.

    By how common the characters are: each of these encodings lists the common ones first.
    """
    seen = [name for name in names if not name.isascii()][:_MOST_NAMES]
    scores = {
        encoding: _score(seen, encoding, rate) for encoding, rate in {**_RATES, western: _WESTERN[western]}.items()
    }
    best = max(scores, key=lambda encoding: scores[encoding])  # the first of equals
    return best if scores[best] > 0 else western


def _score(names: Sequence[bytes], encoding: str, rate: Callable[[bytes], float]) -> float:
    """The mean rate of a byte above ASCII; 0 where a name cannot be decoded."""
    total, count = 0.0, 0
    for name in names:
        try:
            text = name.decode(encoding)
            pieces = [character.encode(encoding) for character in text]
        except UnicodeError:
            return 0.0
        for piece in pieces:
            if not piece.isascii():
                total += rate(piece) * len(piece)
                count += len(piece)
    return total / max(1, count)


def _cp932(piece: bytes) -> float:
    if len(piece) == 1:  # katakana of half the width, which few names hold
        return _RARE
    if piece[0] == 0x83 or (piece[0] == 0x82 and piece[1] >= 0x9F):
        return _KANA
    return _COMMON if 0x88 <= piece[0] <= 0x97 else _RARE


def _cp949(piece: bytes) -> float:
    if len(piece) == 2 and 0xB0 <= piece[0] <= 0xC8 and piece[1] >= 0xA1:
        return _HANGUL
    return _RARE


def _gbk(piece: bytes) -> float:
    return _COMMON if len(piece) == 2 and 0xB0 <= piece[0] <= 0xD7 and piece[1] >= 0xA1 else _RARE


def _big5(piece: bytes) -> float:
    return _COMMON - 0.05 if len(piece) == 2 and 0xA4 <= piece[0] <= 0xC6 else _RARE


def _cp437(piece: bytes) -> float:
    """Letters with accents; its frames and blocks are in no name."""
    return 0.6 if 0x80 <= piece[0] <= 0xA5 or piece[0] == 0xE1 else 0.0


def _cp1252(piece: bytes) -> float:
    return 0.6 if piece[0] >= 0xC0 and piece[0] not in (0xD7, 0xF7) else 0.0


_RATES: dict[str, Callable[[bytes], float]] = {
    "cp949": _cp949,
    "cp932": _cp932,
    "gbk": _gbk,
    "big5": _big5,
}
_WESTERN = {"cp437": _cp437, "cp1252": _cp1252}
