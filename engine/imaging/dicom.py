"""Medical pictures (DICOM), by the package pydicom where it is installed."""

from __future__ import annotations

from importlib import import_module
from typing import IO, Any

import numpy as np

from engine.errors import ImageProblem
from engine.imaging.limits import PIXELS
from engine.imaging.rendering import Deep
from engine.language import _, marked
from engine.problems import ProblemKind

_NEEDS = marked(
    "DICOM files need the package pydicom; install it (pip install pydicom, or pigeonhole-images[dicom]), or "
    "convert them to PNG"
)


def read(stream: IO[bytes], page: int = 1) -> Deep:  # noqa: ARG001  # as every reader of numbers
    """The first frame, in the units of its file (Hounsfield's in computed tomography).

    Raises:
        ImageProblem: pydicom is missing, or the file holds no picture or one in a compression that it does not read.
    """
    try:
        pydicom: Any = import_module("pydicom")
    except ImportError:
        raise ImageProblem(ProblemKind.UNSUPPORTED, _NEEDS) from None
    stream.seek(0)
    facts = pydicom.dcmread(stream)
    if "PixelData" not in facts:
        raise ImageProblem(ProblemKind.UNSUPPORTED, marked("this DICOM file holds no picture"))
    rows, columns = int(facts.Rows), int(facts.Columns)
    if not 0 < rows * columns <= PIXELS:
        raise ImageProblem(ProblemKind.TOO_LARGE, _("{width} × {height} pixels").format(width=columns, height=rows))
    values = np.asarray(facts.pixel_array)
    colours = int(facts.get("SamplesPerPixel", 1))
    while values.ndim > (3 if colours > 1 else 2):
        values = values[0]
    inverted = facts.get("PhotometricInterpretation") == "MONOCHROME1"
    slope, intercept = float(facts.get("RescaleSlope", 1)), float(facts.get("RescaleIntercept", 0))
    if (slope, intercept) != (1.0, 0.0):
        values = (values * slope + intercept).astype(np.float32)
    padding = facts.get("PixelPaddingValue")
    stored, unsigned = int(facts.get("BitsStored", 16)), not int(facts.get("PixelRepresentation", 0))
    top = float((1 << stored) - 1) if unsigned and values.dtype.kind == "u" else None
    return Deep(values, top, None if padding is None else float(padding) * slope + intercept, inverted)
