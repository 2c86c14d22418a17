"""The confidence from which on a model's answers count; below it an answer is "unsure". Kept in the model file itself,
so that it goes wherever the model goes. Reads and writes only the file's outer layer: no ONNX library is loaded.
"""

from __future__ import annotations

import errno
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from engine.errors import ModelError, UsageError
from engine.files import open_regular
from engine.language import _
from engine.models.bundle import metadata_bytes, protobuf_fields, read_info, read_metadata
from engine.models.own_models import changing
from engine.records import RecordError, build, parse

_KEY = "pigeonhole.threshold"
_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Threshold:
    """`confidence` from which on an answer counts; chosen because then so large a share of the answers (`accuracy`)
    was right, on images that the model did not learn from, and so large a share of them (`coverage`) was answered.
    All 0 to 1.
    """

    confidence: float
    accuracy: float
    coverage: float

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if not 0 <= value <= 1:
                raise UsageError(
                    _("The {name} of a threshold is 0 to 1, found {value:g}.").format(name=name, value=value)
                )


def read_threshold(model: Path) -> Threshold | None:
    """The threshold that was kept for the model file, None where there is none.

    Raises:
        ModelError: it is not a model of ours, or damaged.
    """
    text = read_metadata(model).get(_KEY)
    if text is None:
        return None
    try:
        return build(Threshold, parse(text))
    except RecordError:
        raise ModelError(
            _("{model} is damaged: its threshold cannot be read; choose one again in Review.").format(model=model)
        ) from None


def write_threshold(model: Path, threshold: Threshold | None) -> None:
    """Keep a threshold in the model file, in place of the one that is there; None takes it out.

    The network stays byte for byte as it is, and the file changes at one stroke. A new temperature takes the
    threshold out, because confidences mean something else then.

    Raises:
        ModelError: it is not a model of ours, or damaged.
        OSError: the place cannot be written.
    """
    read_info(model)
    with changing(model) as temporary, open_regular(model) as file, temporary.open("wb") as out:
        for span in protobuf_fields(file):
            if (span.metadata(file) or ("",))[0] != _KEY:
                _copy(file, span.start, span.end, out)
        if threshold is not None:
            out.write(metadata_bytes(_KEY, json.dumps(asdict(threshold))))


def _copy(file: BinaryIO, start: int, end: int, out: BinaryIO) -> None:
    file.seek(start)
    while start < end:
        part = file.read(min(end - start, _AT_ONCE))
        if not part:
            raise OSError(errno.EIO, "the file became shorter while it was read")
        start += out.write(part)
