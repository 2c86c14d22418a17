"""A look into a `.keras` file before Keras opens it: its configuration is JSON that a stranger may have written."""

from __future__ import annotations

import zipfile
from pathlib import Path

from engine.errors import ModelError
from engine.files import open_regular
from engine.language import _
from engine.records import RecordError, parse

_PARTS = ("config.json", "metadata.json")
_MOST_BYTES = 64 * 2**20  # of the configuration
_MOST_GROWTH = 20  # times the file's own size; Keras itself packs nothing


def check_keras_file(path: Path) -> None:
    """Raise where Keras should not open the file at `path`.

    Raises:
        OSError: it cannot be read.
        ModelError: it is damaged, or its configuration is too large, nested too deeply or no JSON.
    """
    try:
        with open_regular(path) as opened, zipfile.ZipFile(opened) as file:
            if sum(member.file_size for member in file.infolist()) > _MOST_GROWTH * path.stat().st_size:
                raise ModelError(
                    _("{path} would unpack to far more than its size; it is not opened.").format(path=path.name)
                )
            for part in _PARTS:
                if file.getinfo(part).file_size > _MOST_BYTES:
                    raise ModelError(
                        _("{path} has a configuration that is too large; it is not opened.").format(path=path.name)
                    )
                if not isinstance(parse(file.read(part), most=_MOST_BYTES), dict):
                    raise ModelError(
                        _("{path} is damaged: in {part}, expected an object, found something else.").format(
                            path=path.name, part=part
                        )
                    )
    except RecordError as error:
        raise ModelError(
            _("{path} is damaged: in {part}, {why}.").format(path=path.name, part=part, why=error)
        ) from None
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError) as error:
        raise ModelError(
            _("{path} is damaged or is not a Keras model: {why}.").format(path=path.name, why=error)
        ) from None
