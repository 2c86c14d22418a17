"""Pictures in storage that is no local folder, through pyarrow's file systems or fsspec's."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from engine.errors import SourceError
from engine.imaging.signatures import IMAGE_SUFFIXES
from engine.language import _
from engine.library.listing import natural_key


def is_uri(place: str) -> bool:
    return "://" in place


def arrow_file_system(uri: str) -> tuple[Any, str]:
    """The file system of a URI as pyarrow knows it, and the path in it.

    Raises:
        SourceError: neither pyarrow nor fsspec knows such a place, or it does not answer.
    """
    fs = importlib.import_module("pyarrow.fs")
    try:
        system, path = fs.FileSystem.from_uri(uri)
    except (ValueError, OSError):
        try:
            known, path = importlib.import_module("fsspec").core.url_to_fs(uri)
        except (ImportError, ValueError, OSError) as error:
            raise SourceError(_("{uri} cannot be reached: {why}.").format(uri=uri, why=error)) from None
        system = fs.PyFileSystem(fs.FSSpecHandler(known))
    return system, path


def pictures(uri: str) -> Iterator[str]:
    """URIs of the image files below `uri`, or `uri` itself if it is a file; in natural order.

    Raises:
        SourceError: there is nothing, or it cannot be listed.
    """
    fs = importlib.import_module("pyarrow.fs")
    system, root = arrow_file_system(uri)
    try:
        if system.get_file_info(root).type == fs.FileType.File:
            yield uri
            return
        found = [
            info.path
            for info in system.get_file_info(fs.FileSelector(root, recursive=True))
            if info.type == fs.FileType.File and _is_picture(info.path)
        ]
    except OSError as error:
        raise SourceError(_("{uri} cannot be listed: {why}.").format(uri=uri, why=error)) from None
    scheme = uri.partition("://")[0]
    for path in sorted(found, key=lambda path: (natural_key(path.rpartition("/")[0]), natural_key(path))):
        yield f"{scheme}://{path}"


@contextmanager
def opened(uri: str) -> Iterator[IO[bytes]]:
    """The file at `uri`, to read.

    Raises:
        OSError: it cannot be opened.
    """
    try:
        system, path = arrow_file_system(uri)
    except SourceError as error:
        raise OSError(str(error)) from None
    with system.open_input_stream(path) as file:
        yield file


def _is_picture(path: str) -> bool:
    name = path.rpartition("/")[2]
    return not name.startswith(".") and name[name.rfind(".") :].lower() in IMAGE_SUFFIXES
