"""The journal of a batch: each row is appended to it first, and every output can be made from it again.

```
NAME.rows.jsonl   beside the output NAME: a line that tells the columns, then a list a row
```

An output that is JSON lines is a journal itself: an object a row, without the first line, with rounded figures. After a
kill the journal ends in a whole row, perhaps with a torn one behind it; the batch goes on from there.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.batch.items import ImageResult, Item
from engine.errors import SourceError, UsageError
from engine.files import continue_file, create_file, open_regular, sync_file, system_reason
from engine.language import _
from engine.records import RecordError, build, parse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SUFFIX = ".rows.jsonl"


@dataclass(frozen=True, slots=True)
class OutputColumns:
    """Columns of a row beside path, class and confidence.

    `classes` are the model's, in order; `top` how many of them are named; `model` names the model; with `labels` a
    column says what a person called an image; with `all`, rows have the probability of every class; with `novelty` they
    tell how unlike the training images an image is.
    """

    classes: tuple[str, ...]
    model: str
    top: int = 1
    unsure: bool = False
    all: bool = False
    labels: bool = False
    novelty: bool = False


@dataclass(frozen=True, slots=True)
class StoredRow:
    """The content of one line of JSON lines: `top` are classes with probabilities, highest first; none of a problem."""

    path: str
    top: tuple[tuple[str, float], ...] = ()
    problem: str | None = None
    class_name: str = field(default="", metadata={"key": "class"})
    confidence: float = 0.0
    unsure: bool = False
    model: str = ""
    novelty: float | None = None


def parse_row(line: bytes) -> StoredRow:
    """Return what a line says. Raises RecordError if it is no row."""
    return build(StoredRow, parse(line))


def _parse_json(line: bytes, _columns: OutputColumns) -> ImageResult:
    row = parse_row(line)
    top = row.top or (((row.class_name, row.confidence),) if row.problem is None else ())
    return ImageResult(row.path, top, unsure=row.unsure, problem=row.problem, novelty=row.novelty)


def json_line(row: ImageResult, columns: OutputColumns) -> bytes:
    """Return a row as it stands in an output of JSON lines: figures have six decimals."""
    model = {"model": columns.model}
    if row.problem is not None:
        return _line({"path": row.path, "problem": row.problem, **model})
    record: dict[str, Any] = {
        "path": row.path,
        "class": row.class_name,
        "confidence": round(row.confidence, 6),
        "top": [[name, round(p, 6)] for name, p in row.top],
    }
    if columns.unsure:
        record["unsure"] = row.unsure
    if columns.novelty and row.novelty is not None:
        record |= {"unlike": row.unlike, "novelty": round(row.novelty, 6)}
    if columns.labels:
        record["label"] = row.label
    if columns.all and row.probabilities is not None:
        shares = (round(float(p), 6) for p in row.probabilities)
        record["probabilities"] = dict(zip(columns.classes, shares, strict=True))
    return _line(record | model)


# In a journal of its own a row is a list, which is read in half the time of an object: path, problem, unsure, top,
# probabilities (float32 in base64), and novelty where the model gives one. Figures have all digits, so that an output
# made of it is as one made at once.
_EXACT: Any = tuple[str, str | None, bool, tuple[tuple[str, float], ...], str | None]
_EXACT_NOVELTY: Any = tuple[str, str | None, bool, tuple[tuple[str, float], ...], str | None, float | None]


def _exact_line(row: ImageResult, columns: OutputColumns) -> bytes:
    shares = None
    if columns.all and row.probabilities is not None:
        shares = base64.b64encode(row.probabilities.astype("<f4").tobytes()).decode("ascii")
    novelty = [row.novelty] if columns.novelty else []
    return _line([row.path, row.problem, row.unsure, row.top, shares, *novelty])


def _parse_exact(line: bytes, columns: OutputColumns) -> ImageResult:
    found = build(_EXACT_NOVELTY if columns.novelty else _EXACT, parse(line))
    path, problem, unsure, top, shares = found[:5]
    if bool(top) == (problem is not None):
        raise RecordError(_("expected a problem or classes, found neither or both"))
    probabilities = None if shares is None else _decoded(shares, len(columns.classes))
    return ImageResult(path, top, probabilities, unsure, problem, novelty=found[5] if columns.novelty else None)


def _decoded(text: str, classes: int) -> NDArray[np.float32]:
    import numpy as np

    try:
        found = np.frombuffer(base64.b64decode(text, validate=True), "<f4")
    except ValueError:
        found = np.empty(0, np.float32)
    if len(found) != classes:
        raise RecordError(_("expected {count:,} probabilities in base64, found something else").format(count=classes))
    return found


def _line(record: dict[str, Any] | list[Any]) -> bytes:
    return (json.dumps(record) + "\n").encode("ascii")


def journal_path(out: Path) -> Path:
    """Return where the journal of the output `out` lies."""
    return out.with_name(f"{out.name}{_SUFFIX}")


class Journal:
    """A journal that rows are appended to, in memory until `flush`; `is_output` if it is what a person asked for."""

    def __init__(self, out: Path, columns: OutputColumns, *, is_output: bool, resume: bool) -> None:
        """Begin the journal of the output `out`, or with `resume` keep the one that is there.

        Raises:
            UsageError: it cannot be written.
            SourceError: `resume`, and it has other columns, or there is an output without a journal.
        """
        self.path = out if is_output else journal_path(out)
        self._out, self._columns = out, columns
        self._line = json_line if is_output else _exact_line
        self._parse = _parse_json if is_output else _parse_exact
        facts = asdict(columns)
        if not columns.novelty:  # so that a batch of an older program, which had no such rows, can be gone on with
            del facts["novelty"]
        header = b"" if is_output else _line({"rows": "pigeonhole", "version": 1, **facts})
        self._start = len(header)
        begun = resume and self._is_begun(header)
        self._pending: list[bytes] = [] if begun else [header]
        try:
            if is_output:
                self._file = self.path.open("ab" if begun else "wb", buffering=0)
            else:
                self._file = continue_file(self.path, "ab") if begun else create_file(self.path)
        except OSError as error:
            raise UsageError(
                _("{out} cannot be written: {why}; choose another place.").format(out=out, why=system_reason(error))
            ) from error

    def write(self, rows: list[ImageResult]) -> None:
        self._pending += [self._line(row, self._columns) for row in rows]

    def flush(self, *, sync: bool = False) -> None:
        """Hand everything to the system; with `sync`, to the disk."""
        data = memoryview(b"".join(self._pending))
        self._pending = []
        while data:
            data = data[self._file.write(data) :]
        if sync:
            sync_file(self._file.fileno())

    def rows(self) -> Iterator[tuple[ImageResult, int]]:
        """Give the whole rows, each with the byte where the next begins; they end at damage that a power cut left."""
        self.flush()
        with open_regular(self.path) as file:
            file.seek(self._start)
            end = self._start
            for line in file:
                end += len(line)
                try:
                    if not line.endswith(b"\n"):
                        return
                    row = self._parse(line, self._columns)
                except RecordError:
                    return
                yield row, end

    def cut(self, end: int) -> None:
        """Drop everything from the byte `end` on."""
        if self.path.stat().st_size > end:
            self._file.truncate(end)

    def earlier(self) -> EarlierRows:
        """Return the rows that are there, to be gone through before any is written."""
        return EarlierRows(self.rows(), self._start, self.cut)

    def close(self) -> None:
        self._file.close()

    def _is_begun(self, header: bytes) -> bool:
        """Return whether an earlier batch has begun the journal; one that was killed within the first line has not."""
        try:
            with open_regular(self.path) as file:
                found = file.read(len(header))
        except FileNotFoundError:
            self._check_no_output()
            return False
        except OSError as error:
            raise UsageError(
                _("{path} cannot be read: {why}; choose another place.").format(
                    path=self.path, why=system_reason(error)
                )
            ) from error
        if found != header and not header.startswith(found):
            raise SourceError(
                _(
                    "{path} has other columns than this batch would write, or is of another model, so it cannot be "
                    "resumed; use the same model and options as before, or another file."
                ).format(path=self.path)
            )
        return found == header

    def _check_no_output(self) -> None:
        if self.path != self._out and (self._out.exists() or self._out.with_name(f"{self._out.name}.parts").exists()):
            raise SourceError(
                _(
                    "{out} cannot be resumed: there is no {path} beside it. An older version wrote it, or that file "
                    "was deleted; begin anew instead of resuming, or name another file."
                ).format(out=self._out, path=self.path.name)
            )


class EarlierRows:
    """The rows of an earlier batch, one after the other; `row` is None behind the last one."""

    def __init__(
        self, rows: Iterable[tuple[ImageResult, int]] = (), start: int = 0, cut: Callable[[int], None] = lambda _: None
    ) -> None:
        """`cut` drops what lies behind a byte of the journal; `start` is where its rows begin."""
        self._rows, self._cut = iter(rows), cut
        self._end = self._next = start
        self.row: ImageResult | None = None
        self._read()

    def advance(self) -> None:
        """Go to the next row."""
        self._end = self._next
        self._read()

    def finish(self) -> None:
        """Cut off what was not reached: it was torn, or is to be written again."""
        self.row, self._rows = None, iter(())
        self._cut(self._end)

    def _read(self) -> None:
        self.row, self._next = next(self._rows, (None, self._next))


def follow(items: Iterator[Item], earlier: EarlierRows) -> Iterator[tuple[Item | None, ImageResult]]:
    """Give the rows that there are, each with the image at the front of `items` that it tells of.

    Rows of files that are gone meanwhile (moved by this very batch, or deleted) come without one. At the end `items`
    stands behind the last image with a row, and what is torn is cut off.

    Use `Peekable` to have the first image without a row given back to the stream.

    Raises:
        SourceError: the rows are those of another input.
    """
    for item in items:
        yield from _rows_of_gone_files(earlier, item.path)
        row = earlier.row
        if row is None:
            if isinstance(items, Peekable):
                items.give_back(item)
            break
        if row.path != item.path:
            raise _other_input(row, item)
        earlier.advance()
        yield item, row
    else:
        yield from _rows_of_gone_files(earlier, None)
        if earlier.row is not None:
            raise _other_input(earlier.row, None)
    earlier.finish()


class Peekable(Iterator[Item]):
    """A stream to which one item can be given back."""

    def __init__(self, items: Iterator[Item]) -> None:
        self._items = items
        self._given_back: list[Item] = []

    def give_back(self, item: Item) -> None:
        self._given_back.append(item)

    def __next__(self) -> Item:
        return self._given_back.pop() if self._given_back else next(self._items)


def _rows_of_gone_files(earlier: EarlierRows, path: str | None) -> Iterator[tuple[None, ImageResult]]:
    """Give the next rows that are neither of `path` nor of any other file that there is."""
    while (row := earlier.row) is not None and row.path != path and _is_gone(row.path):
        earlier.advance()
        yield None, row


def _is_gone(path: str) -> bool:
    """Return whether there is no such file any more; what stood in an archive is gone with the archive."""
    if os.path.lexists(path):
        return False
    return not any(parent.is_file() for parent in Path(path).parents)


def _other_input(row: ImageResult, item: Item | None) -> SourceError:
    if item is None:
        sentence = _(
            "This output cannot be resumed: its next row is of {path}, where the input has ended. Name the same "
            "sources as before, or begin anew instead of resuming."
        )
        return SourceError(sentence.format(path=row.path))
    sentence = _(
        "This output cannot be resumed: its next row is of {path}, where the input goes on with {found}. Name the same "
        "sources as before, or begin anew instead of resuming."
    )
    return SourceError(sentence.format(path=row.path, found=item.path))
