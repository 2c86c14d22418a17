"""Pictures of a report as data URIs, so that its page is complete in one file."""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path
from typing import Any

from engine.errors import ImageProblem
from engine.imaging.thumbnails import thumbnail

SIDE = 160  # pixels


def data_uri(file: Path) -> tuple[str | None, bool]:
    """The picture as it is shown, and whether it is so small that its pixels should stay sharp."""
    try:
        facts = file.stat()
        image: Any = thumbnail(file, side=SIDE, size_bytes=facts.st_size, modified_ns=facts.st_mtime_ns)
    except (OSError, ImageProblem):
        return None, False
    small = max(image.size) <= SIDE // 2
    kind, options = ("png", {"optimize": True}) if small else ("jpeg", {"quality": 85})
    data = BytesIO()
    image.save(data, kind, **options)
    return f"data:image/{kind};base64,{base64.b64encode(data.getvalue()).decode('ascii')}", small
