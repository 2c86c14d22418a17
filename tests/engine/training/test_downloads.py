"""Pretrained weights that come from the network: told as they come, kept whole or not at all, and not fetched twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import keras
import numpy as np
import pytest
from keras.src.applications import mobilenet_v2
from keras.src.backend import config

from engine.errors import JobCancelled, ModelError
from engine.events import Event, Log, Progress
from engine.jobs.job import Cancel
from engine.library.records import Split
from engine.training.options import TrainOptions
from engine.training.plan import TrainParams
from engine.training.recipes import bases, downloads
from engine.training.runs.records import list_runs
from engine.training.trainer import train
from tests.engine.training.conftest import MakeProject
from tests.engine.training.test_bases import SMALL_WEIGHTS

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")

OPTIONS = TrainOptions(image_size=96, base="Xception")  # whose place MobileNetV2 takes: its narrowest is small
NAME = SMALL_WEIGHTS.replace("_224_", "_96_")  # as Keras calls it for pictures of 96 px


@dataclass
class Served:
    """A server of one file. `least` bytes of it are sent of those that it promised."""

    content: bytes
    asked: list[str] = field(default_factory=list)
    least: int | None = None
    status: int = 200
    address: str = ""


@pytest.fixture
def served(shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A base whose weights, the narrowest of MobileNetV2, are served on this machine; its cache is empty."""
    found = Served((shared_data / SMALL_WEIGHTS).read_bytes())

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # as http.server calls it
            found.asked.append(self.path)
            self.send_response(found.status)
            self.send_header("Content-Length", str(len(found.content)))
            self.end_headers()
            if found.status == 200:
                with suppress(ConnectionError):  # who cancels a download hangs up
                    self.wfile.write(found.content[: found.least])

        def log_message(self, format: str, *args: object) -> None:
            pass

    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(config, "keras_home", lambda: str(tmp_path / "keras"))
    monkeypatch.setattr(keras.applications, "Xception", partial(keras.applications.MobileNetV2, alpha=0.35))
    (tmp_path / "keras").mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.address = f"http://127.0.0.1:{server.server_port}/"
        monkeypatch.setattr(mobilenet_v2, "BASE_WEIGHT_PATH", found.address)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        try:
            yield found
        finally:
            server.shutdown()


def cached(tmp_path: Path) -> list[str]:
    return sorted(file.name for file in (tmp_path / "keras" / "models").glob("*"))


def test_a_download_tells_how_far_it_is_and_the_next_time_there_is_none(
    served: Served, shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.jobs.throttle.SECONDS_BETWEEN_EVENTS", 0.0)
    events: list[Event] = []
    with downloads.reported(events.append, Cancel()):
        network = bases.base(OPTIONS)
    expected = bases.base(TrainOptions(image_size=96, weights=str(shared_data / SMALL_WEIGHTS)))
    for one, other in zip(network.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    (log,) = [event.message for event in events if isinstance(event, Log)]
    assert log.startswith(f"Downloading {served.address}{NAME}; ")
    steps = [event for event in events if isinstance(event, Progress)]
    total = -(-len(served.content) // 1024)
    assert {(step.phase, step.total) for step in steps} == {("Downloading weights (kB)", total)}
    assert len(steps) > 10
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert (steps[0].done, steps[-1].done, steps[-1].seconds_left) == (0, total, 0.0)
    assert cached(tmp_path) == [NAME]

    events.clear()
    served.status = 500
    with downloads.reported(events.append, Cancel()):
        again = bases.base(OPTIONS)
    np.testing.assert_array_equal(again.get_weights()[0], network.get_weights()[0])
    assert events == []
    assert served.asked == [f"/{NAME}"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"status": 503}, "Service Unavailable"),
        ({"least": 1000}, r"the connection ended after 1,000 of [\d,]+ bytes"),
        ({"address": "http://127.0.0.1:9/"}, "Connection refused"),
    ],
)
def test_a_download_that_fails_names_the_file_and_where_to_put_it_and_leaves_no_half(
    change: dict[str, object], why: str, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in change.items():
        setattr(served, name, value)
    monkeypatch.setattr(mobilenet_v2, "BASE_WEIGHT_PATH", served.address)
    expected = (
        rf"cannot be downloaded \(.*{why}.*\); get {served.address}{NAME} and name it under “Weights file” .*{tmp_path}"
    )
    with downloads.reported(lambda event: None, Cancel()), pytest.raises(ModelError, match=expected):
        bases.base(OPTIONS)
    assert cached(tmp_path) == []


def test_a_disk_that_is_full_is_the_reason_that_is_told(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(downloads, "_copy", full)
    with (
        downloads.reported(lambda event: None, Cancel()),
        pytest.raises(ModelError, match=r"\(No space left on device\)"),
    ):
        bases.base(OPTIONS)


def test_a_file_in_the_cache_that_is_damaged_is_to_be_deleted(served: Served, tmp_path: Path) -> None:
    """As a download leaves it that another program began and did not end."""
    (tmp_path / "keras" / "models").mkdir()
    (tmp_path / "keras" / "models" / NAME).write_bytes(served.content[:5000])
    with pytest.raises(ModelError, match=r"in .*models cannot be read \(.*\); delete their file"):
        bases.base(OPTIONS)


def test_a_training_that_is_cancelled_in_its_download_leaves_no_trace(
    served: Served, tmp_path: Path, make_project: MakeProject
) -> None:
    folder = make_project({name: {Split.TRAINING: 4, Split.VALIDATION: 2} for name in ("bright", "dark")})
    overrides = {
        "image_size": 96,
        "epochs": 1,
        "head_epochs": 1,
        "batch_size": 8,
        "channels": "rgb",
        "base": "Xception",
    }
    params = TrainParams(str(folder), "transfer", overrides, export=False)
    cancel, events = Cancel(), []

    def stop(event: Event) -> None:
        events.append(event)
        if isinstance(event, Progress) and event.phase == downloads.PHASE:
            cancel.set()

    with pytest.raises(JobCancelled):
        train(params, emit=stop, cancel=cancel)
    assert events[-1] == Progress(downloads.PHASE, 0, -(-len(served.content) // 1024))
    assert cached(tmp_path) == []
    assert list_runs(folder) == []
    assert list((folder / "runs").iterdir()) == []


def test_weights_that_another_program_has_downloaded_are_taken_from_there(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / "home" / ".keras" / "models"
    theirs.mkdir(parents=True)
    (theirs / NAME).write_bytes(served.content)
    events: list[Event] = []
    with downloads.reported(events.append, Cancel()):
        bases.base(OPTIONS)
    assert (served.asked, events, cached(tmp_path)) == ([], [], [NAME])


def test_wrong_weights_of_another_program_are_not_taken_for_ever(served: Served, tmp_path: Path) -> None:
    theirs = tmp_path / "home" / ".keras" / "models"
    theirs.mkdir(parents=True)
    (theirs / NAME).write_bytes(b"not weights")
    with downloads.reported(lambda _: None, Cancel()), pytest.raises(ModelError):
        bases.base(OPTIONS)
    target = tmp_path / "keras" / "models" / NAME
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(b"not weights")  # as Keras leaves it; it is asked for again, where a hash does not fit
    with downloads.reported(lambda _: None, Cancel()):
        from keras.src.utils import file_utils

        file_utils.urlretrieve(f"{served.address}{NAME}", str(target))
    assert target.read_bytes() == served.content
