"""A graphics card is used where ONNX Runtime drives one that answers as the CPU does; elsewhere one sentence says why.

The cards are played by ONNX Runtime's own CPU session behind a provider's name.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from PIL import Image

from engine.batch.classify import classify
from engine.batch.params import ClassifyParams
from engine.cli.main import main
from engine.errors import ModelError
from engine.events import Log
from engine.jobs.job import Cancel
from engine.models.predictor import Predictor
from engine.models.providers import prediction_device

REAL = onnxruntime.InferenceSession
CARDS = {"CUDA": "CUDAExecutionProvider", "DirectML": "DmlExecutionProvider", "CoreML": "CoreMLExecutionProvider"}
IMAGES = np.random.default_rng(0).integers(0, 256, (5, 8, 8, 3), np.uint8)


class Cards:
    """Stands for ONNX Runtime with cards. `made` are (key, options, session options) of all sessions on a card."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
        self.made: list[tuple[str, dict[str, str], Any]] = []
        self.creating: Exception | None = None
        self.missing = False
        self.error = 0.0
        self.fails_at = 10**9
        self.runs = self.at_once = self.most_at_once = 0
        keys = [CARDS[name] for name in names]
        monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [*keys, "CPUExecutionProvider"])
        monkeypatch.setattr(onnxruntime, "InferenceSession", self.session)
        monkeypatch.setattr(onnxruntime, "preload_dlls", lambda: None)

    def session(self, model: Any, options: Any, providers: list[Any]) -> Any:
        real = REAL(model, options, providers=["CPUExecutionProvider"])
        if providers[0] == "CPUExecutionProvider":
            return real
        if self.creating is not None:
            raise self.creating
        key, chosen = providers[0]
        self.made.append((key, chosen, options))
        return Session(real, self, key)


class Session:
    def __init__(self, real: Any, cards: Cards, key: str) -> None:
        self.real, self.cards, self.key = real, cards, key
        self.get_inputs, self.get_outputs = real.get_inputs, real.get_outputs

    def get_providers(self) -> list[str]:
        return ["CPUExecutionProvider"] if self.cards.missing else [self.key, "CPUExecutionProvider"]

    def run(self, names: Any, given: dict[str, Any]) -> list[Any]:
        cards = self.cards
        cards.runs += 1
        if cards.runs >= cards.fails_at:
            raise RuntimeError("CUDA failure 2: out of memory ; GPU=0\nand much more")
        cards.at_once += 1
        cards.most_at_once = max(cards.most_at_once, cards.at_once)
        threading.Event().wait(0.001)  # lets another thread in, if any may come in
        cards.at_once -= 1
        return [found + np.array(cards.error, found.dtype) for found in self.real.run(names, given)]


@pytest.fixture
def file(tmp_path: Path, write_model: Any) -> Path:
    return write_model(tmp_path / "model.onnx")


@pytest.mark.parametrize("card", ["CUDA", "DirectML", "CoreML"])
def test_a_card_that_works_is_used_and_named(card: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = Predictor(file).predict(IMAGES)
    cards = Cards(monkeypatch, card)

    predictor = Predictor(file, threads=1)

    assert (predictor.device, predictor.note) == (card, None)
    np.testing.assert_allclose(predictor.predict(IMAGES), expected, atol=1e-6)
    assert [key for key, _, _ in cards.made] == [CARDS[card]]
    assert cards.runs == 2  # the check, and the prediction


def test_cuda_goes_before_directml_and_computes_in_full_precision(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cards = Cards(monkeypatch, "DirectML", "CUDA")

    assert Predictor(file).device == "CUDA"
    assert cards.made[0][1] == {"use_tf32": "0"}


def test_the_cpu_is_taken_where_it_is_asked_for(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cards = Cards(monkeypatch, "CUDA")

    predictor = Predictor(file, device="cpu")

    assert (predictor.device, predictor.note, cards.made) == ("CPU", None, [])


def spoilt(cards: Cards, how: str) -> str:
    """Spoil the cards; what the sentence says."""
    if how == "missing":
        cards.missing = True
        return "its driver or libraries are missing"
    if how == "creating":
        cards.creating = RuntimeError("cudnn64_9.dll is not there.\nA long trace")
        return "cudnn64_9.dll is not there"
    if how == "running":
        cards.fails_at = 1
        return "CUDA failure 2: out of memory ; GPU=0"
    cards.error = 0.01
    return "it answers otherwise than the CPU for the same image"


@pytest.mark.parametrize("how", ["missing", "creating", "running", "wrong"])
def test_a_card_that_does_not_work_leaves_it_to_the_cpu_with_one_sentence(
    how: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = Predictor(file).predict(IMAGES)
    words = spoilt(Cards(monkeypatch, "CUDA"), how)

    predictor = Predictor(file)

    assert predictor.device == "CPU"
    assert predictor.note == f"CUDA cannot be used: {words}; predictions are made on the CPU."
    np.testing.assert_array_equal(predictor.predict(IMAGES), expected)


def test_a_card_that_fails_in_the_middle_leaves_the_rest_to_the_cpu(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, features = Predictor(file).predict(IMAGES), Predictor(file).features(IMAGES)
    cards = Cards(monkeypatch, "CUDA")
    predictor = Predictor(file)
    cards.fails_at = cards.runs + 1

    np.testing.assert_array_equal(predictor.predict(IMAGES), expected)
    np.testing.assert_array_equal(predictor.features(IMAGES), features)

    assert predictor.device == "CPU"
    assert predictor.note == "CUDA failed in the middle: CUDA failure 2: out of memory ; GPU=0; the CPU does the rest."


@pytest.mark.parametrize(("card", "most"), [("CUDA", 2), ("DirectML", 1)])
def test_directml_is_used_by_one_thread_at_a_time(
    card: str, most: int, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards, together = Cards(monkeypatch, card), threading.Barrier(2)
    predictor = Predictor(file)

    def work() -> None:
        together.wait()
        for _ in range(20):
            predictor.predict(IMAGES)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert cards.most_at_once == most


def test_a_model_that_nothing_can_open_is_refused_all_the_same(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import onnx

    model = onnx.load(file)
    model.graph.node[0].op_type = "NoSuchOperator"
    file.write_bytes(model.SerializeToString())
    Cards(monkeypatch, "CUDA")

    with pytest.raises(ModelError, match="cannot be used as a model"):
        Predictor(file)


def test_a_package_that_hides_the_one_for_the_card_is_told(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "site" / "onnxruntime_gpu-1.30.0.dist-info").mkdir(parents=True)
    monkeypatch.setattr(onnxruntime, "__file__", str(tmp_path / "site" / "onnxruntime" / "__init__.py"))

    note = Predictor(file).note

    assert note is not None
    assert note.startswith("onnxruntime-gpu is installed but hidden by onnxruntime")
    assert prediction_device().note == note


@pytest.mark.parametrize("how", [None, "missing", "running"])
def test_what_predicts_here_is_told(how: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    cards = Cards(monkeypatch, "CUDA")
    words = spoilt(cards, how) if how else None

    found = prediction_device()

    assert found["device"] == ("CPU" if how else "CUDA")
    assert found["runtime"].startswith("ONNX Runtime 1.")
    assert (found["note"] is None) if words is None else (words in found["note"])


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    (tmp_path / "pictures").mkdir()
    for grey in range(0, 250, 10):
        Image.new("L", (9, 9), grey).save(tmp_path / "pictures" / f"{grey}.png")
    return tmp_path / "pictures"


def test_classify_says_what_it_computed_on(
    file: Path, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Cards(monkeypatch, "CUDA")

    assert main(["classify", str(file), str(pictures), "--out", str(tmp_path / "a.csv"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["device"] == "CUDA"
    assert main(["classify", str(file), str(pictures), "--out", str(tmp_path / "b.csv"), "--device", "cpu"]) == 0
    assert "images/s on CPU." in capsys.readouterr().out
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_classify_warns_once_of_a_card_that_is_not_used_and_of_one_that_fails(
    file: Path, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = ClassifyParams(str(file), (str(pictures),), str(tmp_path / "out.csv"), batch_size=8)
    cards = Cards(monkeypatch, "CUDA")
    for fails_at, words in ((1, "cannot be used"), (3, "failed in the middle")):
        cards.runs, cards.fails_at, seen = 0, fails_at, []
        result = classify(params, emit=seen.append, cancel=Cancel())
        warnings = [event.message for event in seen if isinstance(event, Log)]
        assert len(warnings) == 1
        assert words in warnings[0]
        assert (result["device"], result["images"], result["problems"]) == ("CPU", 25, 0)
