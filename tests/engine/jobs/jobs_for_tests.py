"""Small jobs that a child process is asked for in the tests."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import DataError, JobCancelled
from engine.events import Log, Progress
from engine.jobs.job import Cancel, Emit
from engine.language import _


@dataclass(frozen=True, slots=True)
class Params:
    behaviour: str = "count"
    marker: str = ""
    names: tuple[str, ...] = ()
    overrides: dict[str, Any] = field(default_factory=dict)
    project: str = ""
    resume: str | None = None
    repeat: str | None = None


@dataclass(frozen=True, slots=True)
class NoTraining:
    """The params of a job that does not care what computes."""

    project: str = ""


def tell_backend(_: NoTraining, *, emit: Emit, cancel: Cancel) -> Mapping[str, Any]:
    return {"backend": os.environ["KERAS_BACKEND"]}


def act(params: Params, *, emit: Emit, cancel: Cancel) -> Mapping[str, Any]:
    if params.behaviour == "count":
        for number in range(3):
            emit(Progress("Counting", number + 1, 3))
        return {"names": list(params.names), "pid": os.getpid()}
    if params.behaviour == "print":
        print("this would garble the protocol", flush=True)
        os.write(1, b"and so would this\n")
        return {}
    if params.behaviour == "speak":
        return {"said": _("training")}
    if params.behaviour == "backend":
        return {"backend": os.environ["KERAS_BACKEND"]}
    if params.behaviour == "pause":
        emit(Log("ready"))
        while not cancel.is_paused():
            cancel.wait(0.01)
        emit(Log("paused"))
        cancel.wait_while_paused()
        return {"paused": cancel.is_paused()}
    if params.behaviour == "refuse":
        raise DataError("Two classes are needed, found one.")
    if params.behaviour == "die":
        print("last words", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    if params.behaviour == "load":
        time.sleep(60)  # as a library does that takes its time and hears nothing
    emit(Log("waiting"))
    if not cancel.wait(30):
        return {"waited": True}
    if params.marker:
        Path(params.marker).write_text("saved")
    raise JobCancelled({"saved": True})
