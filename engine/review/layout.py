"""Pictures as points: those that a model sees alike lie together."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataError, UsageError
from engine.events import Progress
from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import _, marked
from engine.library import query
from engine.library.project import Project
from engine.models.atomic import replacing
from engine.places import cache_folder
from engine.review.tables import write_csv
from engine.similarity.feature_job import base_of, base_points
from engine.similarity.features import features_of
from engine.training.runs.records import MODEL, find_run, has_model

_COMPONENTS = 50  # principal components that t-SNE starts from, as its authors do
_PERPLEXITY = 30
_MANY = 10_000  # images from which on t-SNE is worth more than one thread
_SAME_PLACE = 1e-9  # in units of the features
_SAME_DIRECTION = 1e-6  # of the length of the first principal component: what is shorter is rounding
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class MapParams:
    """`run` None means the newest finished one; `method` "pca" (at once) or "tsne" (minutes for 50,000 images).

    With `features`, and where there is no run, the features of the base that was chosen are laid out. `image_ids` empty
    means all usable images. `csv` is the file to write, or None.
    """

    project: str
    run: str | None = None
    method: Literal["pca", "tsne"] = "pca"
    image_ids: tuple[int, ...] = ()
    seed: int = 42
    csv: str | None = None
    features: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class LaidOut(Result):
    """Where each image lies: `image_ids`, `x` and `y` (0 to 1) are of the same length.

    Either `run` or `base` names what gave the features; `problems` counts images that cannot be read.
    """

    run: str | None
    base: str | None
    method: str
    images: int
    problems: int
    csv: str | None
    image_ids: list[int]
    x: list[float]
    y: list[float]


def lay_out(params: MapParams, *, emit: Emit, cancel: Cancel) -> LaidOut:
    """Lay images out by the features of a run's model, or of a base.

    Raises:
        EngineError: no such project or run, or fewer than two images.
        JobCancelled: `cancel` was set.
    """
    if params.method not in ("pca", "tsne"):
        raise UsageError(_("The method is pca or tsne, found {method!r}.").format(method=params.method))
    with Project.open(Path(params.project), read_only=True) as project:
        alone = params.features or (params.run is None and not has_model(project.folder))
        run = None if alone else find_run(project.folder, params.run)
        ids: Sequence[int] = params.image_ids or query.image_ids(project, query.Filter())
        images = query.images(project, ids)
    if run is None:
        readable, features = base_points(images, _COMPONENTS, emit=emit, cancel=cancel)
    else:
        readable, features = features_of(run.folder / MODEL, images, emit=emit, cancel=cancel)
    if len(readable) < 2:
        raise DataError(
            _("A map needs at least two images that can be read, found {count}.").format(count=len(readable))
        )
    emit(Progress(marked("Laying out"), 0))
    points = pca(features) if params.method == "pca" else _cached_tsne(features, params.seed, cancel)
    cancel.check()
    points = (points - points.min(axis=0)) / np.maximum(np.ptp(points, axis=0), 1e-9)
    x, y = points.round(5).T.tolist()
    if params.csv is not None:
        rows = zip((str(image.file) for image in readable), x, y, strict=True)
        write_csv(Path(params.csv), marked("map"), ("path", "x", "y"), rows)
    return LaidOut(
        run=None if run is None else run.name,
        base=base_of(None).name if run is None else None,
        method=params.method,
        images=len(readable),
        problems=len(images) - len(readable),
        csv=params.csv,
        image_ids=[image.id for image in readable],
        x=x,
        y=y,
    )


def pca(features: NDArray[np.float32], dimensions: int = 2) -> NDArray[np.float64]:
    """Return the first principal components (n, dimensions).

    The largest loading of each is positive, so that it is the same each time.
    """
    centred = features.astype(np.float64) - features.mean(axis=0, dtype=np.float64)
    few = len(centred) < centred.shape[1]  # as many directions as images, found in a matrix of that size
    values, vectors = np.linalg.eigh(centred @ centred.T if few else centred.T @ centred)
    vectors = vectors[:, np.argsort(-values)[:dimensions]]
    if few:
        vectors = centred.T @ vectors
        lengths = np.linalg.norm(vectors, axis=0)
        vectors /= np.where(lengths > _SAME_DIRECTION * lengths.max(initial=0), lengths, np.inf)
    vectors *= np.where(np.take_along_axis(vectors, np.abs(vectors).argmax(axis=0)[None], axis=0) < 0, -1, 1)
    points: NDArray[np.float64] = centred @ vectors
    missing = dimensions - points.shape[1]
    return np.pad(points, ((0, 0), (0, missing))) if missing > 0 else points


def _cached_tsne(features: NDArray[np.float32], seed: int, cancel: Cancel) -> NDArray[np.float64]:
    """Return what `tsne` gives, from the cache where the same features were laid out before.

    scikit-learn cannot be interrupted, so it works in a thread that is left alone when `cancel` is set; the process of
    the job ends then.
    """
    digest = hashlib.blake2b(np.ascontiguousarray(features).data, digest_size=16, key=str(seed).encode())
    place = cache_folder() / "features" / f"{digest.hexdigest()}-tsne.npy"
    try:
        found: NDArray[np.float64] = np.load(place, allow_pickle=False)
        if found.shape == (len(features), 2):
            return found
    except (OSError, ValueError, EOFError):
        pass
    done: list[NDArray[np.float64] | BaseException] = []

    def work() -> None:
        try:
            done.append(tsne(features, seed=seed))
        except BaseException as error:  # it is raised where the job waits
            done.append(error)

    thread = threading.Thread(target=work, name="tsne", daemon=True)
    thread.start()
    while thread.is_alive():
        cancel.check()
        thread.join(_POLL_SECONDS)
    result = done[0]
    if isinstance(result, BaseException):
        raise result
    with suppress(OSError), replacing(place) as temporary:  # else it is made again the next time
        np.save(temporary, result)
    return result


def tsne(features: NDArray[np.float32], *, seed: int) -> NDArray[np.float64]:
    """Return t-SNE (van der Maaten, Hinton 2008) of the first 50 principal components, (n, 2): the same for a seed.

    Few images are laid out by one thread: each of the thousand steps takes a millisecond or two, and threads would
    spend more time waiting for each other, busily, than working (1,290 images, two busy cores: 7 times as much).
    """
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # scikit-learn needs it, too

    start = pca(features, min(_COMPONENTS, features.shape[1]))
    if np.ptp(start[:, 0]) < _SAME_PLACE:
        return np.zeros((len(features), 2))  # as they are all the same, so is their place
    perplexity = min(_PERPLEXITY, (len(features) - 1) / 3)
    with threadpool_limits(1 if len(features) < _MANY else None):
        found = TSNE(perplexity=perplexity, init="pca", random_state=seed, n_jobs=-1).fit_transform(start)
    return np.asarray(found, np.float64)
