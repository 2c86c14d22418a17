"""The same classification on Ray Data: many machines, one predictor in each worker, Parquet in any storage.

Every worker needs this package and the extra `cluster`; `docs/scale.md` plans such a batch.
"""

from __future__ import annotations

import importlib
import os
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, Protocol

from engine.batch.ensemble import Ensemble
from engine.batch.items import ImageResult, Item
from engine.batch.outputs.journal import OutputColumns
from engine.batch.outputs.parquet import from_text, table, to_text
from engine.batch.pipeline import predict_items, rows_of
from engine.batch.sources.storage import arrow_file_system, is_uri, opened, pictures
from engine.batch.sources.stream import STANDARD_INPUT, Sources
from engine.batch.target import model_file
from engine.environment import SILENT
from engine.errors import EngineError, JobCancelled, SourceError, UsageError
from engine.events import Log, Progress
from engine.files import read_regular
from engine.jobs import processes
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _, marked
from engine.libraries import in_a_package
from engine.problems import FILE_GONE, ProblemKind, unreadable

PATHS_PER_BLOCK = 2048
_POLL_SECONDS = 0.5
# The process of Ray that would report its use asks, though it is told not to report, which cloud it is in: through a
# proxy that is none, so that it gets no further than this machine. Workers keep the user's own proxy.
_PROXY, _NOWHERE = "http_proxy", "http://127.0.0.1:9"
_READERS = 8  # threads of a worker that wait for storage


@dataclass(frozen=True, slots=True)
class RayParams:
    """Parameters as in `ClassifyParams`, where they have the same names. `sources` and `out` (a folder) may be URIs
    such as `s3://bucket/pictures` or `memory://pictures`; plain paths must lead to the same place on every machine.

    `address` is that of a Ray cluster; None starts one on this machine, of `workers` workers (None: one for each core).
    """

    model: str
    sources: tuple[str, ...]
    out: str
    address: str | None = None
    workers: int | None = None
    top: int = 1
    batch_size: int = 32
    more_models: tuple[str, ...] = ()
    all_classes: bool = False
    threshold: float | None = None
    flips: bool = False


class OnCluster(Protocol):
    """What all parameters have of jobs on a cluster, as in `RayParams`."""

    @property
    def address(self) -> str | None: ...
    @property
    def workers(self) -> int | None: ...


class _Counts(NamedTuple):
    images: int
    problems: int
    unsure: int
    unlike: int
    classes: dict[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class RayResult(Result):
    """Counts as in `CountedRows`, where they have the same names; `out` is the folder of the rows."""

    images: int
    problems: int
    unsure: int
    unlike: int
    classes: dict[str, int]
    seconds: float
    images_per_second: float
    out: str
    model: str
    engine: str = "ray"


def classify_on_ray(params: RayParams, *, emit: Emit, cancel: Cancel) -> RayResult:
    """Classify every image of the sources; the rows are those of the local engine's Parquet form, in files in `out`.

    A worker that dies is replaced and its images are classified again.

    Raises:
        UsageError: Ray is not installed, or `out` exists already.
        SourceError: there are no images.
        EngineError: the cluster cannot be reached, or fails.
        JobCancelled: `cancel` was set; files that were written stay.
    """
    ray = imported_ray(params)
    models = [model_file(model) for model in (params.model, *params.more_models)]
    ensemble = Ensemble(
        models, flips=params.flips, threads=1, device="cpu", cancel=cancel
    )  # refuses here what every worker would refuse
    _check_out(params.out)
    began = time.perf_counter()
    with cluster(ray, params):
        blocks, total = _blocks(ray, params.sources, cancel)
        if not total:
            raise SourceError(
                _("There are no images in {sources}; expected files such as .jpg or .png.").format(
                    sources=", ".join(params.sources)
                )
            )
        emit(
            Log(
                _("Ray: {images:,} images, {cpus:.0f} CPUs").format(
                    images=total, cpus=ray.cluster_resources().get("CPU", 0)
                )
            )
        )
        counter = ray.remote(num_cpus=0)(_Counter).remote()
        columns = _columns(params, ensemble)
        data = ray.data.from_arrow_refs(blocks).map_batches(
            _Worker,
            fn_constructor_args=(_packed(models), params.flips, columns, params.threshold, params.batch_size, counter),
            batch_format="pyarrow",
            batch_size=max(params.batch_size, 256),
            num_cpus=1,
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=workers_of(ray, params)),
        )  # Ray Data starts a worker that died anew, and gives its images to another, without end
        out = params.out if is_uri(params.out) else os.path.abspath(params.out)  # noqa: PTH100
        _write(ray, data, out, counter, total, emit, cancel)
    seconds = time.perf_counter() - began
    counts = _counts(params.out)
    return RayResult(
        **counts._asdict(),
        seconds=round(seconds, 3),
        images_per_second=round(counts.images / seconds, 1),
        out=params.out,
        model=ensemble.name,
    )


def workers_of(ray: Any, params: OnCluster) -> int:
    """Return how many workers the cluster of these parameters has."""
    return params.workers or max(1, int(ray.cluster_resources().get("CPU", 1)))


class _Worker:
    """A process of the cluster with the models in memory."""

    def __init__(
        self,
        models: Sequence[dict[str, bytes]],
        flips: bool,
        columns: OutputColumns,
        threshold: float | None,
        batch_size: int,
        counter: Any,
    ) -> None:
        with TemporaryDirectory() as folder:
            files = []
            for number, parts in enumerate(models):
                place = Path(folder) / str(number)
                place.mkdir()
                for name, data in parts.items():
                    (place / name).write_bytes(data)
                files.append(place / next(iter(parts)))
            self._ensemble = Ensemble(files, flips=flips, threads=1, device="cpu")
        self._columns, self._threshold, self._batch_size, self._counter = columns, threshold, batch_size, counter
        self._readers = ThreadPoolExecutor(_READERS)

    def __call__(self, batch: Any) -> Any:
        """Paths to rows, both as Arrow tables."""
        pairs = zip(batch["path"].to_pylist(), batch["place"].to_pylist(), strict=True)
        items = self._readers.map(lambda pair: _read(from_text(pair[0]), from_text(pair[1])), pairs)
        rows: list[ImageResult] = []
        while chunk := list(islice(items, self._batch_size)):
            found = predict_items(chunk, self._ensemble, Cancel())
            classes, top = self._columns.classes, self._columns.top
            rows += rows_of(found, classes, top=top, threshold=self._threshold)
        self._counter.add.remote(len(rows))
        return table(rows, self._columns)


class _Counter:
    """The progress of all workers together; images of a worker that died count twice."""

    def __init__(self) -> None:
        self.done = 0

    def add(self, number: int) -> None:
        self.done += number

    def get(self) -> int:
        return self.done


def _read(path: str, place: str) -> Item:
    if not is_uri(place):
        return _local(path, place)
    try:
        with opened(place) as file:
            return Item(path, file.read())
    except OSError as error:
        return Item(path, problem=str(unreadable(error)))


def _local(path: str, place: str) -> Item:
    """A file of this machine, or of storage that all machines have in one place."""
    try:
        data = read_regular(place)
    except FileNotFoundError:
        return Item(path, problem=str(FILE_GONE))
    except OSError as error:
        return Item(path, problem=str(unreadable(error)))
    return Item(path, data) if data else Item(path, problem=str(ProblemKind.EMPTY))


def _blocks(ray: Any, sources: Sequence[str], cancel: Cancel) -> tuple[list[Any], int]:
    """The paths of all images in blocks in Ray's object store: the driver holds one block at a time."""
    pa = importlib.import_module("pyarrow")
    paths, blocks, total = _paths(sources, cancel), [], 0
    while some := list(islice(paths, PATHS_PER_BLOCK)):
        cancel.check()
        total += len(some)
        columns = {"path": [to_text(path) for path, _ in some], "place": [to_text(place) for _, place in some]}
        blocks.append(ray.put(pa.table(columns)))
    return blocks, total


def _paths(sources: Sequence[str], cancel: Cancel) -> Iterator[tuple[str, str]]:
    """Yield each image's path as results name it, and where it is found."""
    for source in sources:
        if source == STANDARD_INPUT:
            raise UsageError(_("A cluster classifies what its machines can read themselves; name folders or URIs."))
        if is_uri(source):
            yield from ((path, path) for path in pictures(source))
            continue
        for item in Sources([source]).items(cancel=cancel, contents=False):
            if Path(source).is_file() and item.path != source:
                raise UsageError(_("A cluster reads no archives; unpack {source} first.").format(source=source))
            yield item.path, os.path.abspath(item.path)  # noqa: PTH100


def _packed(models: Sequence[Path]) -> list[dict[str, bytes]]:
    """The files that a worker needs of each model: the model itself, and the run's options, which allow flips."""
    packed = []
    for model in models:
        options = model.with_name("run.json")
        files = [model, *([options] if options.is_file() else [])]
        packed.append({file.name: read_regular(file) for file in files})
    return packed


def _columns(params: RayParams, ensemble: Ensemble) -> OutputColumns:
    top = max(1, min(params.top, len(ensemble.classes)))
    unsure = params.threshold is not None
    return OutputColumns(
        ensemble.classes, ensemble.name, top, unsure, params.all_classes, novelty=ensemble.tells_novelty
    )


@contextmanager
def cluster(ray: Any, params: OnCluster) -> Iterator[None]:
    """The cluster in this block: one of this machine, which is gone with its files behind it, or that at the address.

    Ray lets its workers import from the folder that is the current one when it starts: that is an empty one here.
    """
    # Not the folder for temporary files, whose name may be too long for the sockets that Ray makes in there.
    short = "/tmp" if os.path.isdir("/tmp") else None  # noqa: S108, PTH112
    with TemporaryDirectory(prefix="pigeonhole-ray-", dir=short, ignore_cleanup_errors=True) as folder:
        here, proxy = os.getcwd(), os.environ.get(_PROXY)  # noqa: PTH109
        os.chdir(folder)
        if params.address is None:
            os.environ[_PROXY] = _NOWHERE
        try:
            _connect(ray, params, folder, proxy or "")
        finally:
            os.chdir(here)
            os.environ.pop(_PROXY, None)
            os.environ.update({_PROXY: proxy} if proxy is not None else {})
        try:
            yield
        finally:
            ray.shutdown()


def _connect(ray: Any, params: OnCluster, folder: str, proxy: str) -> None:
    options: dict[str, Any] = {"logging_level": "ERROR", "log_to_driver": False}
    if params.address is None:
        names = ("PYTHONPATH", "PYTHONSAFEPATH", *SILENT)
        environment = {name: value for name, value in processes.environment().items() if name in names}
        environment[_PROXY] = proxy
        runtime = {"env_vars": environment, "py_executable": processes.interpreter_for_shells()}
        options |= {"include_dashboard": False, "runtime_env": runtime, "_temp_dir": folder}
        options |= {"num_cpus": params.workers} if params.workers else {}
    else:
        options["address"] = params.address
    try:
        ray.init(**options)
    except Exception as error:  # Ray's own classes share no public base
        lines = str(error).strip().splitlines()
        why = lines[0] if lines else type(error).__name__
        raise EngineError(_("The Ray cluster cannot be reached: {why}").format(why=why)) from None
    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False


def _write(ray: Any, data: Any, out: str, counter: Any, total: int, emit: Emit, cancel: Cancel) -> None:
    """Write all rows while telling how far it is."""
    failed: list[Exception] = []

    def write() -> None:
        try:
            data.write_parquet(out)
        except Exception as error:  # reported by the thread that waits
            failed.append(error)

    thread = threading.Thread(target=write, name="ray", daemon=True)
    began = time.perf_counter()
    thread.start()
    while thread.is_alive():
        if cancel.is_set():
            raise JobCancelled
        thread.join(_POLL_SECONDS)
        done = min(total, ray.get(counter.get.remote())) if thread.is_alive() else total
        rate = done / max(time.perf_counter() - began, 1e-9)
        emit(Progress(marked("Classifying"), done, total, rate, (total - done) / rate if rate else None))
    if failed:
        raise unfinished(failed[0]) from failed[0]


def unfinished(error: Exception) -> EngineError:
    """Return what is said of a failure of the cluster."""
    lines = str(error).strip().splitlines()
    return EngineError(_("Ray could not finish: {why}").format(why=lines[-1] if lines else type(error).__name__))


def _counts(out: str) -> _Counts:
    """Return what the rows come to that were written."""
    dataset, fs = importlib.import_module("pyarrow.dataset"), importlib.import_module("pyarrow.fs")
    if is_uri(out):
        system, root = arrow_file_system(out)
    else:
        system, root = fs.LocalFileSystem(), out
    found = dataset.dataset(root, filesystem=system, format="parquet")
    flags = [name for name in ("unsure", "unlike") if name in found.schema.names]
    classes: Counter[str] = Counter()
    problems, flagged = 0, Counter(unsure=0, unlike=0)
    for batch in found.to_batches(columns=["class", "problem", *flags]):
        classes.update(name for name in batch["class"].to_pylist() if name is not None)
        problems += batch.num_rows - batch["problem"].null_count
        flagged.update({name: sum(map(bool, batch[name].to_pylist())) for name in flags})
    return _Counts(sum(classes.values()), problems, flagged["unsure"], flagged["unlike"], dict(classes.most_common()))


def _check_out(out: str) -> None:
    """Raise UsageError if something lies there: rows of two batches in one folder cannot be separated."""
    if not is_uri(out) and Path(out).exists() and (Path(out).is_file() or any(Path(out).iterdir())):
        raise UsageError(
            _("{out} exists already; a cluster writes a folder of Parquet files, name one that is not there.").format(
                out=out
            )
        )


def imported_ray(params: OnCluster) -> Any:
    """Return Ray, set up for such a cluster.

    Raises:
        UsageError: it is not installed.
    """
    if params.address is None:  # only we can use the cluster; Ray would keep a token for that in the home folder
        os.environ.setdefault("RAY_AUTH_MODE", "token")
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # on Linux too: listen on this machine's loopback alone
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")  # workers use this very environment
    try:
        ray = importlib.import_module("ray")
        importlib.import_module("ray.data")
    except ImportError:
        package = in_a_package("ray")
        raise UsageError(
            _("--engine ray needs Ray.") + f" {package}"
            if package
            else _("--engine ray needs Ray; install it with `pip install 'pigeonhole-images[cluster]'`.")
        ) from None
    return ray
