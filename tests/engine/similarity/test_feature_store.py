"""Features in the cache folder: the same for the same file, whatever happens to the cache meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.imaging import ranges
from engine.jobs import processes
from engine.library.records import ImageRecord, Split
from engine.similarity import feature_store
from engine.similarity.feature_store import FeatureStore, prune, store_folder
from tests.long_forms import LONG

DIMENSIONS = 16


def image(number: int, **changes: object) -> ImageRecord:
    facts = {"size_bytes": 100 + number, "modified_ns": 10**18 + number, **changes}
    return ImageRecord(
        number, 1, f"{number}.jpg", "/pictures", None, Split.UNASSIGNED, None, None, group=None, problem=None, **facts
    )


def features(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, DIMENSIONS)).astype(np.float32)


def filled(count: int, key: str = "base") -> tuple[FeatureStore, list[ImageRecord], np.ndarray]:
    store, images, given = FeatureStore(key, DIMENSIONS), [image(i) for i in range(count)], features(count)
    store.add(images, given)
    store.close()
    return store, images, given


def files(suffix: str) -> list[Path]:
    return sorted(store_folder().glob(f"*/*{suffix}"))


def test_features_are_read_in_the_order_of_the_question() -> None:
    _, images, given = filled(10)
    store = FeatureStore("base", DIMENSIONS)
    asked = [images[7], image(99), images[2]]

    mask, found = store.read(asked)

    assert mask.tolist() == store.known(asked).tolist() == [True, False, True]
    np.testing.assert_array_equal(found, given[[7, 2]].astype(np.float16))


@pytest.mark.parametrize("change", [{"size_bytes": 1}, {"modified_ns": 1}])
def test_a_file_that_has_changed_is_another_image(change: dict[str, int]) -> None:
    store, *_ = filled(3)
    assert store.known([image(1), image(1, **change)]).tolist() == [True, False]


def test_a_file_of_the_same_content_is_the_same_image_wherever_it_is() -> None:
    store, given = FeatureStore("base", DIMENSIONS), features(2)
    store.add([image(0, digest=b"0" * 16), image(1, digest=b"1" * 16)], given)
    store.close()
    elsewhere = [
        replace(image(7, digest=b"1" * 16), folder="/copies", path="renamed.jpg"),
        image(0, digest=b"2" * 16),  # its place, size and date are known, its content is not
    ]

    mask, found = store.read(elsewhere)

    assert mask.tolist() == store.known(elsewhere).tolist() == [True, False]
    np.testing.assert_array_equal(found, given[1:].astype(np.float16))


def test_deep_pictures_that_are_decoded_by_another_range_are_other_images() -> None:
    store, *_ = filled(2)
    ranges.know({"/pictures": ranges.PixelRange(290, 304)})
    try:
        assert not store.known([image(0)]).any()
    finally:
        ranges.know({"/pictures": None})
    assert store.known([image(0)]).all()


def test_each_base_has_features_of_its_own() -> None:
    filled(3)
    assert not FeatureStore("another", DIMENSIONS).known([image(0)]).any()


def test_values_that_float16_has_not_become_its_largest() -> None:
    store = FeatureStore("base", 2)
    store.add([image(0)], np.array([[1e9, -1e9]], np.float32))
    store.close()
    assert np.isfinite(store.read([image(0)])[1]).all()


def test_another_store_sees_what_is_added_when_it_looks_again() -> None:
    reader = FeatureStore("base", DIMENSIONS)
    _, images, _ = filled(5)
    assert not reader.known(images).any()
    reader.refresh()
    assert reader.known(images).all()


def test_more_images_than_a_segment_has_go_into_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature_store, "SEGMENT_ROWS", 4)
    store, images, given = filled(10)
    store.add([image(10)], given[:1])
    store.close()
    assert len(files(".rows")) == 3
    np.testing.assert_array_equal(FeatureStore("base", DIMENSIONS).read(images)[1], given.astype(np.float16))


@pytest.mark.parametrize("suffix", [".rows", ".index"])
def test_what_a_kill_cut_short_is_left_out_and_replaced(suffix: str) -> None:
    _, images, given = filled(10)
    (file,) = files(suffix)
    file.write_bytes(file.read_bytes()[:-5])
    store = FeatureStore("base", DIMENSIONS)
    assert store.known(images).sum() == 9

    store.add([images[9]], given[9:])
    store.close()

    mask, found = FeatureStore("base", DIMENSIONS).read(images)
    assert mask.all()
    np.testing.assert_array_equal(found, given.astype(np.float16))


def test_a_damaged_segment_is_deleted_and_its_images_are_unknown() -> None:
    store, images, _ = filled(10)
    (file,) = files(".rows")
    data = bytearray(file.read_bytes())
    data[3 * 2 * DIMENSIONS] ^= 1
    file.write_bytes(data)

    mask, found = store.read(images)

    assert mask.sum() == len(found) == 9  # the others are as they were written
    assert not mask[3]
    assert not store.known(images).any()
    assert files(".rows") == files(".index") == []


@pytest.mark.parametrize("content", [b"", b"x", b"nonsense" * 1000])
@pytest.mark.parametrize("suffix", [".rows", ".index"])
def test_nonsense_in_a_file_of_the_cache_is_no_feature(suffix: str, content: bytes) -> None:
    _, images, given = filled(10)
    (file,) = files(suffix)
    file.write_bytes(content)
    store = FeatureStore("base", DIMENSIONS)

    mask, found = store.read(images)

    np.testing.assert_array_equal(found, given[mask].astype(np.float16))
    store.add(images, given)
    store.close()
    assert FeatureStore("base", DIMENSIONS).read(images)[0].all()


def test_a_cache_that_is_deleted_meanwhile_is_begun_anew() -> None:
    store, images, given = FeatureStore("base", DIMENSIONS), [image(i) for i in range(4)], features(4)
    store.add(images[:2], given[:2])
    for file in files(""):
        file.unlink()
    assert not store.read(images)[0].any()

    store.add(images[2:], given[2:])
    store.close()

    assert store.known(images).tolist() == [False, False, True, True]


def test_features_that_cannot_be_written_stay_in_memory() -> None:
    store_folder().parent.mkdir(parents=True)
    store_folder().write_bytes(b"in the way")
    store, images, given = filled(5)
    assert store.problem is not None
    mask, found = store.read([*images, image(9)])
    assert mask.tolist() == store.known([*images, image(9)]).tolist() == [*[True] * 5, False]
    np.testing.assert_array_equal(found, given.astype(np.float16))


def test_two_processes_at_once_keep_what_both_have_computed() -> None:
    code = """
        import sys
        from tests.engine.similarity.test_feature_store import *
        store = FeatureStore("base", DIMENSIONS)
        first = int(sys.argv[1])
        print("ready", flush=True), sys.stdin.readline()
        for i in range(first, first + 300):
            store.add([image(i)], features(1, seed=i))
    """
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code), str(first)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=processes.environment(),
        )
        for first in (0, 200)
    ]
    for program in programs:
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        program.stdin.write("\n")
        program.stdin.flush()
    for program in programs:
        program.communicate()
        assert program.returncode == 0

    mask, found = FeatureStore("base", DIMENSIONS).read([image(i) for i in range(500)])

    assert mask.all()
    np.testing.assert_array_equal(found, np.concatenate([features(1, seed=i) for i in range(500)]).astype(np.float16))


def test_what_was_used_longest_ago_is_deleted_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature_store, "SEGMENT_ROWS", 10)
    store, images, _ = filled(30)
    for number, file in enumerate(files(".rows")):
        os.utime(file, (number, number))
    store.read(images[:10])

    assert prune(2 * 10 * 2 * DIMENSIONS) == 10 * 2 * DIMENSIONS

    store.refresh()
    assert store.known(images).tolist() == [True] * 10 + [False] * 10 + [True] * 10


def test_memory_is_that_of_the_answer() -> None:
    """100,000 images of 1,280 values, 256 MB on disk, are read some thousand at a time in a tenth of that."""
    code = """
        import numpy as np
        from tests.benchmarks.measure import memory
        from tests.engine.similarity.test_feature_store import image
        from engine.similarity.feature_store import FeatureStore
        store = FeatureStore("base", 1280)
        rows = np.ones((4096, 1280), np.float16)
        for start in range(0, 100_000, 4096):
            store.add([image(i) for i in range(start, start + 4096)], rows)
        for start in range(0, 100_000, 4096):
            mask, found = store.read([image(i) for i in range(start, start + 4096)])
            assert mask.all() and found.shape == (4096, 1280)
        print(memory()[1])
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        env=processes.environment(),
        check=True,
    )
    assert float(done.stdout) < 150


@pytest.mark.stress
def test_very_many_images_are_known_and_read_in_little_memory() -> None:
    """What is held of each is 28 bytes of the index; rows are read from the disk as they are asked for."""
    count, most_held = (1_000_000, 250) if LONG else (200_000, 200)
    code = f"""
        import numpy as np
        from tests.benchmarks.measure import memory
        from tests.engine.similarity.test_feature_store import image
        from engine.similarity.feature_store import FeatureStore
        def some(start):
            return [image(i, digest=i.to_bytes(16, "big")) for i in range(start, start + 4000)]
        store = FeatureStore("base", 8)
        for start in range(0, {count}, 4000):
            store.add(some(start), np.arange(start, start + 4000).repeat(8).reshape(-1, 8) % 1000)
        store.close()
        store, before = FeatureStore("base", 8), memory()[0]
        for start in range(0, {count}, 4000):
            mask, found = store.read(some(start))
            assert mask.all() and (found[:, 3] == np.arange(start, start + 4000) % 1000).all()
        print(memory()[0] - before, memory()[1])
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        env=processes.environment(),
        check=True,
    )
    grown, most = map(float, done.stdout.split())
    assert grown < 10, "reading holds on to nothing"
    assert most < most_held
