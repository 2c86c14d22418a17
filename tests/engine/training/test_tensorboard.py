"""The history of a run as TensorBoard reads it."""

from __future__ import annotations

import errno
import struct
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from engine.errors import RunError, UsageError
from engine.events import EpochEnded
from engine.training.results.tensorboard import crc32c, write_events
from engine.training.runs.records import HISTORY, RunRecord

EPOCHS = [
    EpochEnded(epoch, 200, 1 / epoch, 0.5, 2 / epoch, 0.25, 1e-3, 10.0, 512.0, epoch == 200) for epoch in (1, 2, 200)
]


@pytest.fixture
def run(tmp_path: Path) -> RunRecord:
    (tmp_path / "run").mkdir()
    rows = [list(asdict(epoch).values()) for epoch in EPOCHS]
    lines = [",".join(asdict(EPOCHS[0])), *(",".join(map(str, row)) for row in rows)]
    (tmp_path / "run" / HISTORY).write_text("\n".join(lines) + "\n")
    return RunRecord(
        **{"name": "20261130-175759-quick", "recipe": "quick", "state": "finished", "epochs": 3, "best_epoch": 3},
        **{"created": "2026-11-30T17:57:59+00:00", "validation_accuracy": 0.25, "validation_loss": 0.01},
        **{"seconds": 30.0, "images_per_second": 512.0, "has_model": True, "error": None, "options": {}},
        **{"classes": ("a", "b"), "folder": tmp_path / "run"},
    )


def event_class() -> Any:
    """`Event`, as far as it is needed, from the description that TensorFlow publishes."""
    kinds = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="event.proto", syntax="proto3")
    fields: dict[str, list[tuple[str, int, int, int, str]]] = {
        "Value": [("tag", 1, kinds.TYPE_STRING, 1, ""), ("simple_value", 2, kinds.TYPE_FLOAT, 1, "")],
        "Summary": [("value", 1, kinds.TYPE_MESSAGE, 3, ".Value")],
        "Event": [
            ("wall_time", 1, kinds.TYPE_DOUBLE, 1, ""),
            ("step", 2, kinds.TYPE_INT64, 1, ""),
            ("file_version", 3, kinds.TYPE_STRING, 1, ""),
            ("summary", 5, kinds.TYPE_MESSAGE, 1, ".Summary"),
        ],
    }
    for name, described in fields.items():
        message = file.message_type.add(name=name)
        for field, number, kind, label, type_name in described:
            message.field.add(name=field, number=number, type=kind, label=label, type_name=type_name or None)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("Event"))


def read(file: Path) -> list[Any]:
    """The events of a file, each checked as TensorBoard checks it."""
    data, found, kind = file.read_bytes(), [], event_class()
    while data:
        (length,) = struct.unpack_from("<Q", data)
        for part, at in ((data[:8], 8), (data[12 : 12 + length], 12 + length)):
            summed = crc32c(part)
            assert struct.unpack_from("<I", data, at)[0] == (((summed >> 15) | (summed << 17)) + 0xA282EAD8) % 2**32
        found.append(kind.FromString(data[12 : 12 + length]))
        data = data[16 + length :]
    return found


def test_every_epoch_is_an_event_with_its_numbers_and_its_time(run: RunRecord, tmp_path: Path) -> None:
    made = write_events(run, tmp_path / "logs")
    assert made == tmp_path / "logs" / run.name
    (file,) = made.iterdir()
    assert ".tfevents." in file.name
    first, *epochs = read(file)
    assert first.file_version == "brain.Event:2"
    assert [event.step for event in epochs] == [1, 2, 200]
    assert [event.wall_time - first.wall_time for event in epochs] == [10, 20, 30]
    values = {value.tag: value.simple_value for value in epochs[1].summary.value}
    assert values == {
        "loss/training": 0.5,
        "loss/validation": 1.0,
        "accuracy/training": 0.5,
        "accuracy/validation": 0.25,
        "learning_rate": pytest.approx(1e-3),
        "images_per_second": 512.0,
    }


def test_the_checksum_is_that_of_the_standard() -> None:
    assert crc32c(b"123456789") == 0xE3069283  # the check value of CRC-32C
    assert crc32c(bytes(32)) == 0x8A9136AA  # RFC 3720, B.4: 32 bytes of zeros


def test_a_place_that_cannot_be_written_is_said_and_nothing_is_left(
    run: RunRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(RunError, match=r"cannot be written to .*: no space left on device"):
        write_events(run, tmp_path / "logs")
    monkeypatch.undo()
    assert write_events(run, tmp_path / "logs").is_dir(), "it can be tried again"


def test_a_run_that_is_there_or_has_no_epoch_is_said(run: RunRecord, tmp_path: Path) -> None:
    write_events(run, tmp_path / "logs")
    with pytest.raises(UsageError, match="is there already; delete it, or choose another folder"):
        write_events(run, tmp_path / "logs")
    (run.folder / HISTORY).unlink()
    with pytest.raises(RunError, match="has no completed epoch"):
        write_events(run, tmp_path / "others")
