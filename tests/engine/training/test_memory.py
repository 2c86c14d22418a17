"""Too little memory: told in as many words as there are backends."""

from __future__ import annotations

import gc
from collections import deque

import numpy as np
import pytest

from engine.errors import JobCancelled, ModelError, RunError
from engine.events import Event, Log, Progress
from engine.jobs import memory
from engine.jobs.job import Cancel
from engine.library.records import Split
from engine.models.export import _only_new_garbage
from engine.training.data.imbalance import images_of_epoch, resampled
from engine.training.data.memory import BatchSize, is_out_of_memory
from engine.training.plan import TrainParams
from engine.training.trainer import train
from tests.engine.training.conftest import MakeProject


def raised_by_numpy() -> BaseException:
    try:
        np.zeros(1 << 62, np.uint8)
    except MemoryError as error:
        return error
    raise AssertionError("this machine has room for everything")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), True),
        (raised_by_numpy(), True),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:114] data. DefaultCPUAllocator: can't allocate memory"), True),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes."), True),
        (RuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate"), True),
        (type("OutOfMemoryError", (RuntimeError,), {})("CUDA out of memory."), True),
        (RuntimeError("shapes do not fit"), False),
        (ValueError("memory"), False),
    ],
)
def test_too_little_memory_is_told_from_other_errors(error: BaseException, expected: bool) -> None:
    assert is_out_of_memory(error) is expected


def test_fewer_images_are_seen_at_once_from_the_first_time_that_memory_is_too_small() -> None:
    events: list[Event] = []
    batch_size, seen = BatchSize(events.append), []

    def look(images: np.ndarray) -> list[int]:
        if len(images) > 3:
            raise MemoryError
        seen.append(len(images))
        return images.tolist()  # type: ignore[no-any-return]

    assert batch_size.at_once(224) == 16
    found = batch_size.through(look, np.arange(16))
    assert [number for some in found for number in some] == list(range(16))
    assert seen == [2] * 8
    assert batch_size.at_once(224) == batch_size.at_once(16, least=500) == 2
    assert [isinstance(e, Log) and e.level for e in events] == ["warning"] * 3


def test_a_single_image_that_is_too_much_is_told_in_a_sentence() -> None:
    def look(images: np.ndarray) -> None:
        raise MemoryError

    batch_size = BatchSize(lambda event: None)
    with pytest.raises(RunError, match="too little memory to look at a single image; choose a smaller image size"):
        batch_size.through(look, np.arange(4))


def test_what_is_no_lack_of_memory_is_told_as_it_is() -> None:
    def look(images: np.ndarray) -> None:
        raise ValueError("another")

    with pytest.raises(ValueError, match="another"):
        BatchSize(lambda event: None).through(look, np.arange(4))


@pytest.mark.parametrize("kind", ["none", "class-weights", "oversample", "undersample"])
def test_the_images_of_an_epoch_are_counted_as_they_are_drawn(kind: str) -> None:
    labels = np.array([0, 0, 0, 0, 0, 2, 2])
    drawn = np.arange(7)
    if kind in {"oversample", "undersample"}:
        drawn = resampled(drawn, labels, kind, np.random.default_rng(0))
    assert images_of_epoch(labels, kind) == len(drawn)


FEW = {name: {Split.TRAINING: 4, Split.VALIDATION: 2} for name in ("a", "b")}


def test_a_network_that_could_never_be_written_is_refused_before_pictures_are_read(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, events = make_project(FEW), list[Event]()
    for most in ("allowed", "limit"):
        monkeypatch.setattr(memory, most, lambda: 10)
    with pytest.raises(ModelError, match=r"takes about 0 GB of memory, and Pigeonhole may have 0 GB here; choose a"):
        train(TrainParams(str(folder), "quick"), emit=events.append, cancel=Cancel())
    assert not any(isinstance(event, Progress) for event in events)
    assert not list((folder / "runs").glob("*"))


def test_too_little_memory_to_write_the_model_is_said_before_a_training_that_is_to_leave_one(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch, untraced: None
) -> None:
    folder, cancel, said = make_project(FEW), Cancel(), list[str]()
    monkeypatch.setattr(memory, "available", lambda: 10)

    def emit(event: Event) -> None:
        if isinstance(event, Log) and event.level == "warning":
            said.append(event.message)
        if isinstance(event, Progress):
            cancel.set()

    for export in (True, False):
        with pytest.raises(JobCancelled):
            train(TrainParams(str(folder), "quick", export=export), emit=emit, cancel=cancel)
        cancel = Cancel()
    (sentence,) = said
    assert "writing this network as ONNX will take about 0 GB of memory, and 0 GB are free now; close" in sentence


class Copy:
    """Holds itself, as the copies do that tf2onnx makes of a network."""

    alive = most = 0

    def __init__(self) -> None:
        self.own = self
        Copy.alive += 1
        Copy.most = max(Copy.most, Copy.alive)

    def __del__(self) -> None:
        Copy.alive -= 1


def test_copies_that_a_conversion_is_done_with_do_not_wait_for_its_end() -> None:
    """Each was in use for some time, so that the usual looks at the newest objects miss it."""
    before = gc.get_threshold(), gc.isenabled()
    with _only_new_garbage():
        in_use = deque[Copy](maxlen=3_000)
        for _ in range(50_000):
            in_use.append(Copy())
    assert Copy.most < 16_000
    assert (gc.get_threshold(), gc.isenabled()) == before
