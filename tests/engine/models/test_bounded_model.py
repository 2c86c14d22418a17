"""A model that this machine did not make runs in a process of its own, within bounds whatever the network does."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from engine.batch.classify import classify
from engine.batch.ensemble import Ensemble
from engine.batch.params import ClassifyParams
from engine.errors import JobCancelled, ModelError
from engine.jobs.job import Cancel
from engine.models.bounded_model import BoundedSession, Bounds
from engine.models.bundle import read_info
from engine.models.inspection import check_model
from engine.models.mean_model import write_mean
from engine.models.own_models import is_own, remember
from engine.models.predictor import Predictor
from engine.models.temperature import set_temperature
from engine.models.threshold import Threshold, write_threshold

onnx = pytest.importorskip("onnx")

SHAPE = (8, 8, 3)
IMAGES = np.random.default_rng(0).integers(0, 256, (300, *SHAPE), np.uint8)


@pytest.fixture
def own(tmp_path: Path, write_model: Any) -> Path:
    return write_model(tmp_path / "own.onnx")


def altered(own: Path, change: Callable[[Any], None] = lambda model: None) -> Path:
    """A stranger's file: never seen here, byte for byte."""
    model = onnx.load(own)
    model.producer_name = "a stranger"
    change(model)
    path = own.with_name("stranger.onnx")
    path.write_bytes(model.SerializeToString())
    return path


def processes() -> list[psutil.Process]:
    return [p for p in psutil.Process().children() if "predict" in p.cmdline()]


def node(kind: str, inputs: list[str], output: str, **options: Any) -> Any:
    return onnx.helper.make_node(kind, inputs, [output], **options)


def constant(model: Any, name: str, values: Any, kind: Any = np.int64) -> str:
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.array(values, kind), name))
    return name


def add_to_answer(model: Any, extra: list[Any]) -> None:
    """Let the network's answer depend on the float "extra" that these nodes make."""
    last = model.graph.node[-1]
    last.output[0] = "raw"
    model.graph.node.extend([*extra, node("Add", ["raw", "extra"], "probabilities")])


def grows_with_its_input(model: Any) -> None:
    """A tensor of 13 GB, whose size is computed from that of the images."""
    constant(model, "factor", [1, 4096, 4096, 1])
    add_to_answer(
        model,
        [
            node("Shape", ["images"], "sizes"),
            node("Mul", ["sizes", "factor"], "large"),
            node("ConstantOfShape", ["large"], "huge"),
            node("ReduceSum", ["huge"], "extra", keepdims=0),
        ],
    )


def grows_with_what_it_sees(model: Any) -> None:
    """Nothing for a black image, a tensor of 17 GB for a bright one."""
    constant(model, "factor", [1 << 24])
    constant(model, "flat", [1])
    add_to_answer(
        model,
        [
            node("Cast", ["images"], "numbers", to=onnx.TensorProto.INT32),
            node("ReduceMax", ["numbers"], "brightest", keepdims=0),
            node("Cast", ["brightest"], "whole", to=onnx.TensorProto.INT64),
            node("Reshape", ["whole", "flat"], "size"),
            node("Mul", ["size", "factor"], "large"),
            node("ConstantOfShape", ["large"], "huge"),
            node("ReduceSum", ["huge"], "extra", keepdims=0),
        ],
    )


def never_ends(model: Any) -> None:
    """Matrix products for hours, of numbers that depend on the image."""
    constant(model, "matrix", np.eye(1500), np.float32)
    chain = [node("Cast", ["images"], "numbers", to=onnx.TensorProto.FLOAT)]
    chain += [node("ReduceMax", ["numbers"], "one", keepdims=0), node("Mul", ["matrix", "one"], "product0")]
    steps = 2000
    chain += [node("MatMul", [f"product{i}", "matrix"], f"product{i + 1}") for i in range(steps)]
    add_to_answer(model, [*chain, node("ReduceMin", [f"product{steps}"], "extra", keepdims=0)])


def session(path: Path, **bounds: Any) -> BoundedSession:
    return BoundedSession(path, SHAPE, batch=128, threads=None, device="cpu", bounds=Bounds(**bounds))


def one_sentence(error: Exception) -> None:
    assert "\n" not in str(error)
    assert len(str(error)) < 500


def test_a_strangers_model_answers_as_ours_from_a_process_that_ends_with_it(own: Path) -> None:
    expected = Predictor(own)
    assert processes() == []  # ours runs here
    predictor = Predictor(altered(own))
    assert len(processes()) == 1
    np.testing.assert_array_equal(predictor.predict(IMAGES), expected.predict(IMAGES))
    np.testing.assert_array_equal(predictor.features(IMAGES), expected.features(IMAGES))
    assert len(processes()) == 2  # the features too
    assert (predictor.device, predictor.note) == (expected.device, expected.note)
    del predictor
    gc.collect()
    assert processes() == []


def test_a_strangers_model_is_found_by_a_path_from_the_current_folder(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process stands elsewhere."""
    path = altered(own)
    monkeypatch.chdir(path.parent)
    assert Predictor(Path(path.name)).predict(IMAGES[:2]).shape == (2, 2)


def test_several_threads_ask_a_strangers_model_at_once(own: Path) -> None:
    expected, predictor = Predictor(own), Predictor(altered(own), threads=1)
    parts = [IMAGES[i::7] for i in range(7)] * 5
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(predictor.predict, parts))
    for one, part in zip(found, parts, strict=True):
        np.testing.assert_array_equal(one, expected.predict(part))


def test_what_this_machine_makes_of_its_own_models_is_its_own(own: Path, tmp_path: Path) -> None:
    stranger, mean = altered(own), tmp_path / "mean.onnx"
    assert (is_own(own), is_own(stranger)) == (True, False)
    set_temperature(own, 2.0)
    write_threshold(own, Threshold(0.5, 0.9, 0.8))
    assert is_own(own)
    write_mean([own, own], [[0, 1]] * 2, read_info(own), mean)
    assert is_own(mean)
    set_temperature(stranger, 3.0)
    write_threshold(stranger, Threshold(0.5, 0.9, 0.8))
    write_mean([own, stranger], [[0, 1]] * 2, read_info(own), tmp_path / "other.onnx")
    assert not is_own(stranger)
    assert not is_own(tmp_path / "other.onnx")


def test_a_run_beside_a_model_does_not_make_it_ours(own: Path) -> None:
    stranger = altered(own)
    (stranger.parent / "run.json").write_text("{}")
    assert not is_own(stranger)
    assert not is_own(stranger.parent / "missing.onnx")


def test_where_nothing_can_be_noted_a_model_stays_a_strangers(own: Path, empty_home: Path) -> None:
    stranger = altered(own)
    for file in (empty_home / "data" / "own-models").iterdir():
        file.unlink()
    (empty_home / "data" / "own-models").rmdir()
    (empty_home / "data" / "own-models").write_text("in the way")
    remember(stranger)
    assert not is_own(stranger)
    assert Predictor(stranger).predict(IMAGES[:2]).shape == (2, 2)


@pytest.mark.parametrize("change", [grows_with_its_input, never_ends])
def test_a_model_that_takes_all_memory_or_time_is_refused_before_the_first_picture(own: Path, change: Any) -> None:
    path = altered(own, change)
    check_model(path)  # what can be seen from outside is in order
    with pytest.raises(ModelError, match=r"cannot be used as a model|more than 1 seconds") as found:
        session(path, seconds=1, bases=1)
    one_sentence(found.value)
    assert processes() == []


def test_a_model_that_takes_all_memory_for_some_pictures_only_is_stopped_there(own: Path) -> None:
    predictor = Predictor(altered(own, grows_with_what_it_sees))
    assert predictor.predict(np.zeros((2, *SHAPE), np.uint8)).shape == (2, 2)
    for _ in range(2):
        with pytest.raises(ModelError, match=r"cannot be used as a model|GB of memory") as found:
            predictor.predict(np.full((2, *SHAPE), 255, np.uint8))
        one_sentence(found.value)


def test_memory_is_looked_at_where_the_system_does_not_bound_it(own: Path) -> None:
    """Also by a model that answers at once: what it keeps from call to call would never be seen between two looks."""
    opened = session(altered(own))
    opened.memory = 2**20
    with pytest.raises(ModelError, match=r"took more than 0.0 GB of memory") as found:
        opened.run(None, {"images": np.zeros((1, *SHAPE), np.uint8)})
    one_sentence(found.value)


def test_a_process_that_dies_is_told_and_does_not_take_us_along(own: Path) -> None:
    predictor = Predictor(altered(own))
    processes()[0].kill()
    for _ in range(2):
        with pytest.raises(ModelError, match="ended unexpectedly"):
            predictor.predict(IMAGES)


def test_all_who_wait_are_told_when_a_model_is_stopped(own: Path) -> None:
    opened = session(altered(own))
    told: list[str] = []

    def ask() -> None:
        try:
            while True:
                opened.run(None, {"images": np.zeros((5_000, *SHAPE), np.uint8)})
        except ModelError as error:
            told.append(str(error))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    processes()[0].kill()
    for thread in threads:
        thread.join(20)
    assert len(told) == 3


def test_a_batch_whose_network_hangs_can_be_cancelled_at_once(own: Path, tmp_path: Path) -> None:
    """It is quick for the black image that it is tried with, and takes minutes for a bright one."""
    from PIL import Image

    def slow(model: Any) -> None:
        constant(model, "factor", [12])
        constant(model, "flat", [1])
        constant(model, "column", np.ones((1, 1)), np.float32)
        sides = [
            node("Cast", ["images"], "numbers", to=onnx.TensorProto.INT32),
            node("ReduceMax", ["numbers"], "brightest", keepdims=0),
            node("Cast", ["brightest"], "whole", to=onnx.TensorProto.INT64),
            node("Reshape", ["whole", "flat"], "bright"),
            node("Mul", ["bright", "factor"], "side"),
            node("Concat", ["side", "side"], "sides", axis=0),
            node("Expand", ["column", "sides"], "product0"),
        ]
        steps = [node("MatMul", [f"product{i}", "product0"], f"product{i + 1}") for i in range(300)]
        add_to_answer(model, [*sides, *steps, node("ReduceSum", ["product300"], "sum", keepdims=0), *tiny(model)])

    Image.new("RGB", (8, 8), (255, 255, 255)).save(tmp_path / "a.png")
    cancel = Cancel()
    timer = threading.Timer(3, cancel.set)
    timer.start()
    began = time.monotonic()
    params = ClassifyParams(str(altered(own, slow)), (str(tmp_path),))
    with pytest.raises(JobCancelled):
        classify(params, emit=lambda event: None, cancel=cancel)
    timer.join()
    assert time.monotonic() - began < 10
    assert processes() == []


def tiny(model: Any) -> list[Any]:
    """The sum as a number that changes no answer."""
    constant(model, "none", 0, np.float32)
    return [node("IsNaN", ["sum"], "odd"), node("Where", ["odd", "none", "none"], "extra")]


def test_a_whole_batch_with_a_hostile_model_ends_in_a_sentence(own: Path, tmp_path: Path) -> None:
    from PIL import Image

    for number in range(3):
        Image.new("RGB", (8, 8), (255, 255, 255)).save(tmp_path / f"{number}.png")
    path = altered(own, grows_with_what_it_sees)
    with pytest.raises(ModelError) as found:
        classify(ClassifyParams(str(path), (str(tmp_path),)), emit=lambda event: None, cancel=Cancel())
    one_sentence(found.value)
    with pytest.raises(ModelError):
        Ensemble([own, altered(own, grows_with_its_input)])


def test_opening_a_model_that_takes_its_time_can_be_cancelled_at_once(own: Path, tmp_path: Path) -> None:
    path = altered(own, never_ends)
    jobs: list[Callable[[Cancel], Any]] = [
        lambda cancel: Predictor(path, cancel=cancel),
        lambda cancel: classify(ClassifyParams(str(path), (str(tmp_path),)), emit=lambda event: None, cancel=cancel),
    ]
    for job in jobs:
        cancel = Cancel()
        timer = threading.Timer(2, cancel.set)
        timer.start()
        began = time.monotonic()
        with pytest.raises(JobCancelled):
            job(cancel)
        timer.join()
        assert time.monotonic() - began < 6, "not the 20 s that opening may take"
        assert processes() == []


def test_the_model_of_a_review_is_forgotten_without_waiting_for_it(own: Path) -> None:
    """Closing the large picture forgets it, in the thread of the window."""
    from gui.review.gallery.run_model import OpenedModel

    path = altered(own, never_ends).rename(own.with_name("model.onnx"))
    models = OpenedModel()
    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(models.predictor, path.parent)
        while not processes():
            time.sleep(0.05)
        began = time.monotonic()
        models.forget()
        assert time.monotonic() - began < 0.02
        assert isinstance(opening.exception(5), JobCancelled)
    assert processes() == []


def test_the_bound_on_time_is_learnt_from_the_built_in_base(own: Path) -> None:
    """A slow machine, or one that is busy, gives a large network its time; nothing that was written down does."""
    path = altered(own, never_ends)
    with pytest.raises(ModelError, match="for its first image") as found:
        session(path, seconds=0, bases=200)
    one_sentence(found.value)
    assert "more than 0 seconds" not in str(found.value), "200 images of the base take more than half a second anywhere"
