"""Classify folders of any size: listed, decoded, predicted and written as a stream, in the order of the input."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO, Any

from engine.batch.ensemble import Ensemble
from engine.batch.items import Item
from engine.batch.outputs.counts import BatchCounts
from engine.batch.outputs.journal import OutputColumns, Peekable, follow
from engine.batch.outputs.summary_page import SummaryPage, check_page
from engine.batch.outputs.tables import RowWriter
from engine.batch.outputs.text_file import Stream
from engine.batch.params import BatchResult, ClassifyParams, check_threshold
from engine.batch.pipeline import Chunk, predicted, rows_of
from engine.batch.sorting.sorter import Sorter
from engine.batch.sources.stream import Count, Sources
from engine.batch.sources.watch import LOOKS_REMEMBERED, HotFolder, check_folders
from engine.batch.target import check_out, check_sorting, model_file
from engine.errors import EngineError, JobCancelled, SourceError, UsageError
from engine.events import Log
from engine.files import system_reason
from engine.jobs.job import Cancel, Emit
from engine.language import _

STANDARD_OUTPUT = "-"
TABLE_IN_TARGET = "classified.csv"  # of sorted folders, where no other is named


def classify(
    params: ClassifyParams,
    *,
    emit: Emit,
    cancel: Cancel,
    standard_input: IO[bytes] | None = None,
    standard_output: Stream | None = None,
) -> BatchResult:
    """Classify every image of the sources. Memory does not grow with their number.

    Emits `Progress`, `ProblemFound` and, about ten times a second, `Classified` with the rows since the last one.
    `standard_input` is read for the source `-`, by default the process's own; `standard_output` takes the table where
    `out` is `-`.

    Raises:
        EngineError: a model, source or output file that does not fit, or a disk that is full.
        JobCancelled: with the counts so far; the rows written so far stay.
    """
    left_out = [Path(params.sort_into)] if params.sort_into is not None else []
    sources = Sources(params.sources, left_out=left_out, standard_input=standard_input)
    if params.watch:
        check_folders(params.sources)
    models = [model_file(model) for model in (params.model, *params.more_models)]
    ensemble = Ensemble(models, flips=params.flips, threads=1, device=params.device, cancel=cancel)
    reported = _say(ensemble, (), emit)
    batch = _Batch(params, ensemble, emit, standard_output)
    with batch:
        try:
            (_watch if params.watch else _all)(sources, batch, cancel)
        except JobCancelled:
            if not params.watch:
                raise JobCancelled(batch.result()) from None
        batch.report(batch.counts.done, last=True)
        if not batch.counts.done and not params.watch:
            names = ", ".join(params.sources)
            raise SourceError(
                _("There are no images in {names}; expected files such as .jpg or .png.").format(names=names)
            )
        batch.complete()
    _say(ensemble, reported, emit)
    return batch.result()


def _say(ensemble: Ensemble, reported: Sequence[str], emit: Emit) -> tuple[str, ...]:
    """Report the notes on the devices that were not `reported` before; return all of them."""
    for note in ensemble.notes:
        if note not in reported:
            emit(Log(note, "warning"))
    return ensemble.notes


def _all(sources: Sources, batch: _Batch, cancel: Cancel) -> None:
    items = Peekable(sources.items(cancel=cancel))
    with Count(sources) as count:
        batch.catch_up(items, cancel)
        batch.work(items, cancel, lambda: count.total)


def _watch(sources: Sources, batch: _Batch, cancel: Cancel) -> None:
    # What was moved out may be put there again, to be sorted anew.
    hot = HotFolder(sources, remembered=0 if batch.moves else LOOKS_REMEMBERED)
    batch.know(hot.know)
    for found in hot.looks(cancel):
        batch.work(iter(found), cancel, lambda: None)
        batch.report(None, last=True)


class _Batch:
    """The results of one batch on their way to table, folders and events; a context manager."""

    def __init__(
        self, params: ClassifyParams, ensemble: Ensemble, emit: Emit, standard_output: Stream | None = None
    ) -> None:
        """Open all that will be written.

        Raises:
            UsageError: an option is out of range, or an output would destroy an input or cannot be written.
        """
        check_threshold(params.threshold)
        self._params, self.ensemble, self.counts = params, ensemble, BatchCounts(emit)
        self._top = max(1, min(params.top, len(ensemble.classes)))
        self._out = _out(params, standard_output)
        page = None if params.summary is None else check_page(params.summary, params.sources)
        with ExitStack() as opened:
            self._rows = opened.enter_context(closing(self._open_writer()))
            self._sorter = self._open_sorter()
            self._page = None if page is None else SummaryPage(page, ensemble.classes)
            self._closing = opened.pop_all()

    @property
    def moves(self) -> bool:
        """Return whether files leave their place once they are classified."""
        return self._sorter is not None and self._params.sort == "move"

    def __enter__(self) -> _Batch:
        return self

    def __exit__(self, *error: Any) -> None:
        with self._writing():
            self._closing.__exit__(*error)

    def catch_up(self, items: Peekable, cancel: Cancel) -> None:
        """Pass over the images that an earlier batch has written, and finish what it has not sorted of them."""
        if not self._params.resume:
            return
        for item, row in follow(items, self._rows.earlier()):
            cancel.check()
            self.counts.resumed(row)
            if self._page is not None:
                self._page.resumed(row)
            if self._sorter is not None and item is not None:
                self._sorter.put_resumed(item, row)
        with self._writing():
            self._rows.settle()

    def know(self, tell: Callable[[str], None]) -> None:
        """Report each file that an earlier batch has written, whatever input it came from."""
        if not self._params.resume:
            return
        earlier = self._rows.earlier()
        while (row := earlier.row) is not None:
            earlier.advance()
            self.counts.resumed(row)
            tell(row.path)
        with self._writing():
            earlier.finish()
            self._rows.settle()

    def work(self, items: Iterator[Item], cancel: Cancel, total: Callable[[], int | None]) -> None:
        """Classify items and write their results."""
        with closing(predicted(items, self.ensemble, batch_size=self._params.batch_size, cancel=cancel)) as chunks:
            for chunk in chunks:
                self.add(chunk)
                self.report(total())
                cancel.check()

    def add(self, chunk: Chunk) -> None:
        """Write some results: first the rows, then the files that they name."""
        classes, threshold = self.ensemble.classes, self._params.threshold
        rows = list(rows_of(chunk, classes, top=self._top, threshold=threshold))
        with self._writing():
            self._rows.write(rows)
            if self._sorter is not None:
                self._rows.flush(sync=True)
        if self._page is not None:
            self._page.add(rows)
        if self._sorter is not None:
            self._sorter.put(rows)
        self.counts.add(rows)

    def report(self, total: int | None, *, last: bool = False) -> None:
        """Report the progress, if it is due."""
        if self.counts.throttle.is_due(last=last):
            with self._writing():
                self._rows.flush()
            self.counts.report(total)

    def complete(self) -> None:
        """Write what can only be written at the end."""
        with self._writing():
            self._rows.complete()
        if self._page is not None:
            self._page.write(self.counts.result(), self.ensemble.name, self._params.sources)

    def result(self) -> BatchResult:
        out = self._params.out if self._params.out == STANDARD_OUTPUT or self._out is None else str(self._out)
        return BatchResult(
            **self.counts.result(),
            out=out,
            model=self.ensemble.name,
            device=self.ensemble.device,
            summary=None if self._page is None else str(self._page.path),
            sorted=None if self._sorter is None else self._sorter.sorted,
            not_sorted=None if self._sorter is None else self.counts.not_sorted,
            journal=None if self._sorter is None else str(self._sorter.journal.path),
        )

    def _open_writer(self) -> RowWriter:
        params = self._params
        columns = OutputColumns(
            self.ensemble.classes,
            self.ensemble.name,
            self._top,
            params.threshold is not None,
            params.all_classes,
            novelty=self.ensemble.tells_novelty,
        )
        return RowWriter(self._out, params.form, columns, resume=params.resume)

    def _open_sorter(self) -> Sorter | None:
        params = self._params
        if params.sort_into is None:
            return None
        return Sorter(
            Path(params.sort_into), params.sort, self.ensemble.classes, self.counts.stays, resume=params.resume
        )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError as error:
            raise EngineError(_("Nobody reads the predictions any more; the rest was not classified.")) from error
        except OSError as error:
            raise EngineError(
                _("{out} cannot be written any further: {why}; free some space and try again.").format(
                    out=self._out, why=system_reason(error)
                )
            ) from error


def _out(params: ClassifyParams, standard_output: Stream | None) -> Path | Stream | None:
    """The table to write, after a look at what else may be written."""
    out = params.out
    if out == STANDARD_OUTPUT and params.resume:
        raise UsageError(_("A batch to standard output cannot be resumed; name a file."))
    if params.sort_into is not None:
        target = check_sorting(params.sort_into, params.sort, params.sources)
        out = out or str(target / TABLE_IN_TARGET)
        _make(target)
    elif params.resume and out is None:
        raise UsageError(_("There is nothing to resume without a file of predictions; name it with --out."))
    if out == STANDARD_OUTPUT:
        if standard_output is None:
            raise UsageError(_("There is no standard output here; name a file for the predictions."))
        return standard_output
    return check_out(out, (params.model, *params.more_models, *params.sources))


def _make(target: Path) -> None:
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            _("Nothing can be sorted into {target}: {why}; choose another place.").format(
                target=target, why=system_reason(error)
            )
        ) from error
