"""Thumbnails fit, come from the cache when that is worth it, and never depend on it."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest
from PIL import Image

from engine.errors import ImageProblem
from engine.imaging import thumbnails
from engine.imaging.thumbnails import EXPENSIVE_BYTES, prune, thumbnail, thumbnails_folder


@pytest.fixture
def photo(tmp_path):
    """A picture whose file is expensive enough to be cached."""
    noise = np.random.default_rng(1).integers(0, 255, (300, 400, 3), dtype=np.uint8)
    file = tmp_path / "photo.png"
    Image.fromarray(noise).save(file)
    assert file.stat().st_size > EXPENSIVE_BYTES
    return file


def made(file, side=64):
    facts = file.stat()
    return thumbnail(file, side=side, size_bytes=facts.st_size, modified_ns=facts.st_mtime_ns)


def entries():
    return sorted(thumbnails_folder().glob("*/*"))


def test_a_thumbnail_fits_and_keeps_its_aspect(photo):
    assert made(photo).size == (64, 48)
    assert made(photo).mode == "RGB"


def test_a_small_picture_is_not_enlarged_and_not_cached(tmp_path):
    Image.new("L", (10, 7)).save(tmp_path / "x.png")

    assert made(tmp_path / "x.png").size == (10, 7)
    assert not entries()


def test_an_expensive_one_is_decoded_once(photo, monkeypatch):
    first = made(photo)
    monkeypatch.setattr(thumbnails, "_make", lambda *_: pytest.fail("decoded again"))

    second = made(photo)

    assert second.size == first.size
    assert np.abs(np.asarray(second, int) - np.asarray(first, int)).mean() < 10  # it was kept as a JPEG


def test_a_changed_file_gets_a_new_thumbnail(photo):
    made(photo)
    os.utime(photo, ns=(1, 1))

    made(photo)

    assert len(entries()) == 2


@pytest.mark.parametrize("damage", [b"", b"not a picture", b"\xff\xd8\xff\xe0 cut"])
def test_a_damaged_entry_is_made_again(photo, damage):
    made(photo)
    (entry,) = entries()
    entry.write_bytes(damage)

    assert made(photo).size == (64, 48)
    assert entry.stat().st_size > 500


def test_a_cache_that_cannot_be_written_is_no_reason_to_fail(photo, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(thumbnails.tempfile, "mkstemp", full)

    assert made(photo).size == (64, 48)
    assert not entries()


def test_a_write_that_breaks_off_leaves_no_file(photo, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)

    assert made(photo).size == (64, 48)
    assert not entries()


def test_pruning_deletes_what_was_used_longest_ago(photo):
    for side in (16, 32, 48, 64):
        made(photo, side)
    for age, entry in enumerate(entries()):
        os.utime(entry, (1000 + age, 1000 + age))
    oldest, *_, newest = sorted(entries(), key=lambda e: e.stat().st_mtime)

    prune(newest.stat().st_size + 1)

    assert newest.exists()
    assert not oldest.exists()
    assert sum(e.stat().st_size for e in entries()) <= newest.stat().st_size + 1


def test_many_threads_may_ask_for_the_same_picture(photo):
    sizes = []
    threads = [threading.Thread(target=lambda: sizes.append(made(photo).size)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sizes == [(64, 48)] * 8
    assert len(entries()) == 1


def test_a_file_that_cannot_be_decoded_says_why(tmp_path):
    (tmp_path / "x.jpg").write_bytes(b"text" * 50_000)

    with pytest.raises(ImageProblem, match="not an image"):
        made(tmp_path / "x.jpg")


def test_thumbnails_load_no_numpy():
    script = "import sys, engine.imaging.thumbnails; print([m for m in ('numpy', 'cv2', 'pandas') if m in sys.modules])"

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
