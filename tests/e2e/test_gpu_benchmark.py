"""The benchmark for graphics cards, which the machines of these tests have not: its tiny form, on the processor."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from engine.events import EpochEnded, Failed, RunStarted
from engine.training.plan import TrainParams
from tests.benchmarks import gpu
from tests.long_forms import LONG

if TYPE_CHECKING:
    from engine.jobs.child import Child

ROOT = Path(__file__).resolve().parents[2]
RECIPES = ("quick", "accurate", "transfer")

pytestmark = pytest.mark.slow


def with_driver(folder: Path) -> dict[str, str]:
    """The environment where a driver tells of a card, with 512 MB taken of it, which Keras' backend cannot see."""
    tool = folder / "bin" / "nvidia-smi"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\ncase $1 in *name*) echo Card;; *) echo 512;; esac\n")
    tool.chmod(0o755)
    return {**os.environ, "PATH": f"{tool.parent}{os.pathsep}{os.environ['PATH']}", "KERAS_BACKEND": "tensorflow"}


def table(*words: str, environment: dict[str, str]) -> list[list[str]]:
    """The rows of the table that the benchmark prints last."""
    command = [sys.executable, "-m", "tests.benchmarks.gpu", "--backend", "tensorflow", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    lines = [line.strip("| ").split(" | ") for line in done.stdout.splitlines() if line.startswith("| ")]
    assert lines[0] == list(gpu.HEADER)
    return lines[1:]


@pytest.mark.skipif(os.name == "nt", reason="the driver's tool is a shell script here")
@pytest.mark.stress
@pytest.mark.skipif(not LONG, reason="part of `make stress`")
def test_the_tiny_form_trains_compares_with_the_processor_and_reads_the_memory_of_the_card(
    shared_data: Path, tmp_path: Path
) -> None:
    rows = table("--tiny", "--recipes", *RECIPES, environment=with_driver(tmp_path))
    trained, (twin, accuracies, memory, probabilities, runtime) = rows[: len(RECIPES)], rows[len(RECIPES) :]
    for recipe, row in zip(RECIPES, trained, strict=True):
        assert row[:2] == [f"`{recipe}`, flowers, 20 to learn from", "CPU"]
        assert " % of 10, 1 of 1 epochs, " in row[2]  # two of each of five classes check
        assert row[3].startswith("first batch ")
        assert "99 % not reached, last epoch " in row[3]
    assert twin[0] == "the same `quick`, flowers"
    assert twin[2].split(" % ")[0] == trained[0][2].split(" % ")[0], "the same seed, split and device"
    assert accuracies[2].endswith(": equal within noise")
    assert memory[2] == "512, 512, 512 MB: given back"
    assert probabilities[2] == "largest difference 0.0e+00, 100 % the same class: alike"
    assert runtime[0].startswith("ONNX Runtime ")
    assert len(runtime[2]) > 20, "why it is not on a card"


@pytest.mark.stress
@pytest.mark.skipif(not LONG, reason="part of `make stress`")
def test_what_has_no_time_left_is_stopped_and_the_table_printed_all_the_same(shared_data: Path) -> None:
    rows = table("--tiny", "--recipes", "quick", "--minutes", "0.001", environment=dict(os.environ))
    assert rows[0][2] == "stopped, its time was over: no epoch"
    assert rows[-1][0].startswith("ONNX Runtime ")


def test_without_a_card_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["gpu"])
    with pytest.raises(SystemExit, match="No graphics card is here"):
        gpu.main()


def told(*accuracies: float, checked: int = 1000) -> gpu.Training:
    training = gpu.Training(asked=0.0)
    training.see(RunStarted("run", "quick", "Card", len(accuracies), 10, 5000, checked, 1))
    for number, accuracy in enumerate(accuracies, 1):
        training.epochs.append(
            (10.0 * number, EpochEnded(number, len(accuracies), 0.1, 0.9, 0.1, accuracy, 1e-3, 1.0, 900.0, True))
        )
    return training


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((0.90, 0.95), (0.90, 0.945), "equal within noise"),
        ((0.90, 0.95), (0.90, 0.91), "NOT equal"),
        ((0.90, 0.95), (0.90,), "equal within noise"),  # one was stopped: the epoch that both have counts
        ((1.0,), (1.0,), "equal within noise"),
        ((), (0.9,), "cannot be compared"),
    ],
)
def test_two_trainings_are_equal_where_they_differ_by_no_more_than_chance(
    one: tuple[float, ...], other: tuple[float, ...], expected: str
) -> None:
    assert expected in gpu.compared(told(*one), told(*other))


def test_the_time_to_an_accuracy_is_that_of_the_first_epoch_that_has_it() -> None:
    training = told(0.5, 0.92, 0.91, 0.96)
    times = training.times(gpu.Part("quick", "signs", 0.1, (0.9, 0.95, 0.98)))
    assert times == "90 % 20.0, 95 % 40.0, 98 % not reached, last epoch 40.0"
    assert training.found() == "96.00 % of 1,000, 4 of 4 epochs, 900 images/s"


class Deaf:
    """A child whose process takes no notice of a cancel."""

    def __init__(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        self.pid = self.process.pid

    def run(self, *_: object, **__: object) -> Failed:
        return Failed(f"The process ended with {self.process.wait(60)}.")


@pytest.mark.skipif(os.name == "nt", reason="another number tells of a kill there")
def test_a_process_that_does_not_stop_in_time_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "GRACE", 0.0)
    child = Deaf()
    with child.process:
        training = gpu.trained(cast("Child", child), TrainParams("project"), most=0.0)
    assert training.found() == "FAILED: The process ended with -9. no epoch"
