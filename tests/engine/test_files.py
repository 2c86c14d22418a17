"""Nothing that is no file is waited for, whoever put it there."""

import os
import socket
import threading

import pytest

from engine.errors import EngineError
from engine.files import (
    NotAFile,
    check_regular,
    continue_file,
    create_file,
    open_descriptor,
    open_regular,
    open_regular_text,
    read_regular,
)

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders on this system")
DOORS = [open_regular, open_regular_text, read_regular, check_regular, lambda path: open_descriptor(str(path))]


@pytest.fixture(params=["pipe", "socket", "device"])
def stranger(request, tmp_path):
    """A path at which something waits that is no file, and the word for it."""
    path = tmp_path / "x.jpg"
    with socket.socket(socket.AF_UNIX) as listening:
        if request.param == "pipe":
            os.mkfifo(path)
        elif request.param == "device":
            path.symlink_to("/dev/zero")
        else:
            listening.bind(str(path))
        yield path, request.param


@pytest.mark.parametrize("door", DOORS)
def test_what_is_no_file_is_refused_in_a_sentence_at_once(door, stranger):
    path, kind = stranger
    found = []

    def knock():
        with pytest.raises(NotAFile) as caught:
            door(path)
        found.append(caught.value)

    waiting = threading.Thread(target=knock, daemon=True)
    waiting.start()
    waiting.join(10)

    assert str(found[0]) == f"{path} cannot be read: it is a {kind}, not a file."
    assert isinstance(found[0], EngineError)
    assert found[0].strerror == f"it is a {kind}, not a file"


@pytest.mark.parametrize("door", DOORS)
def test_folders_and_missing_files_are_what_they_are_elsewhere(door, tmp_path):
    with pytest.raises(IsADirectoryError):
        door(tmp_path)
    with pytest.raises(FileNotFoundError):
        door(tmp_path / "nowhere")


def test_files_are_read_also_through_links(tmp_path):
    (tmp_path / "real").write_bytes("é\r\n".encode())
    (tmp_path / "link").symlink_to("real")

    assert read_regular(tmp_path / "link") == "é\r\n".encode()
    with open_regular_text(tmp_path / "link", newline="") as file:
        assert file.read() == "é\r\n"
    with open_regular(tmp_path / "link") as file:
        assert file.read(2) == "é".encode()


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path):
    with (tmp_path / "large").open("wb") as file:
        file.truncate(2**40)

    with pytest.raises(OSError, match="larger than 1 MB"):
        read_regular(tmp_path / "large", most=2**20)
    (tmp_path / "large").write_bytes(b"abc")
    assert read_regular(tmp_path / "large", most=3) == b"abc"


def test_a_file_of_ours_takes_the_place_of_whatever_has_its_name(stranger):
    path, _ = stranger
    with create_file(path) as file:
        file.write(b"ours")
    with continue_file(path, "ab") as file:
        file.write(b" too")
    assert path.read_bytes() == b"ours too"
    assert not path.is_symlink()


def test_a_link_in_the_place_of_a_file_of_ours_leads_nowhere(tmp_path):
    (tmp_path / "own.txt").write_text("of the person")
    (tmp_path / "link").symlink_to("own.txt")

    for mode in ("ab", "rb+"):
        with pytest.raises(OSError, match="symbolic links"):
            continue_file(tmp_path / "link", mode)
    create_file(tmp_path / "link").close()
    assert (tmp_path / "own.txt").read_text() == "of the person"
    assert (tmp_path / "link").read_bytes() == b""
