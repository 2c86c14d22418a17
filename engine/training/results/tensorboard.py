"""The history of a run as the file that TensorBoard reads, written here so that nothing needs to be installed for it.

It is a row of records with checksums (TFRecord), each an `Event` of protobuf, as TensorFlow's `core/util/event.proto`
and `core/framework/summary.proto` say.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path

from engine.errors import RunError, UsageError
from engine.files import reason_of
from engine.language import _
from engine.models.atomic import replacing
from engine.training.runs.records import RunRecord, history

# The names of the charts. What stands before the slash is a group of charts.
CHARTS = {
    "loss/training": "loss",
    "loss/validation": "validation_loss",
    "accuracy/training": "accuracy",
    "accuracy/validation": "validation_accuracy",
    "learning_rate": "learning_rate",
    "images_per_second": "images_per_second",
}


def write_events(run: RunRecord, folder: Path) -> Path:
    """Write the epochs of a run into a folder of its name in `folder`, where TensorBoard compares it with others.

    Raises:
        RunError: no epoch was completed, or the history cannot be read.
        UsageError: the run is there already.
            Or the place cannot be written.
    """
    epochs = history(run)
    if not epochs:
        raise RunError(_("The run {run} has no completed epoch.").format(run=run.name))
    made = folder / run.name
    time = datetime.fromisoformat(run.created).timestamp()
    events = [_time(time) + _bytes(3, b"brain.Event:2")]
    for epoch in epochs:
        time += epoch.seconds
        values = ((name, getattr(epoch, field)) for name, field in CHARTS.items())
        events.append(_time(time) + _whole(2, epoch.epoch) + _bytes(5, _summary(values)))
    name = f"events.out.tfevents.{int(time)}.pigeonhole"
    if made.exists():
        raise UsageError(_("{folder} is there already; delete it, or choose another folder.").format(folder=made))
    try:
        made.mkdir(parents=True)
        with replacing(made / name) as temporary:
            temporary.write_bytes(b"".join(map(_record, events)))
    except OSError as error:
        with suppress(OSError):
            made.rmdir()  # empty, or of somebody else
        raise RunError(
            _("The history cannot be written to {folder}: {why}.").format(folder=made, why=reason_of(error))
        ) from None
    return made


def _summary(values: Iterable[tuple[str, float]]) -> bytes:
    return b"".join(_bytes(1, _bytes(1, name.encode()) + _float(2, value)) for name, value in values)


def _time(seconds: float) -> bytes:
    return _varint(1 << 3 | 1) + struct.pack("<d", seconds)


def _whole(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _float(field: int, value: float) -> bytes:
    return _varint(field << 3 | 5) + struct.pack("<f", value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    """A whole number by seven bits a byte, the lowest first; the highest bit says that more follow."""
    parts = bytearray()
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])


def _record(data: bytes) -> bytes:
    length = struct.pack("<Q", len(data))
    return length + _masked(length) + data + _masked(data)


def _masked(data: bytes) -> bytes:
    """The checksum as TFRecord writes it, so that the sum of data with sums in it is no special case."""
    found = crc32c(data)
    return struct.pack("<I", ((found >> 15 | found << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def crc32c(data: bytes) -> int:
    """Return the checksum of RFC 3720, appendix B.4 (Castagnoli's polynomial)."""
    found = 0xFFFFFFFF
    for byte in data:
        found = _table()[(found ^ byte) & 0xFF] ^ found >> 8
    return found ^ 0xFFFFFFFF


@cache
def _table() -> list[int]:
    table = []
    for byte in range(256):
        found = byte
        for _bit in range(8):
            found = found >> 1 ^ (0x82F63B78 if found & 1 else 0)
        table.append(found)
    return table
