"""Whatever a picture does to its decoder, this process goes on and says what is wrong with the file, within bounds."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from PIL import Image

from engine.errors import ImageProblem, JobCancelled
from engine.imaging.decode import decode, measure
from engine.imaging.decoders import start_ahead
from engine.imaging.depth import deep_values
from engine.imaging.limits import MEMORY_AT_REST
from engine.imaging.pixels import load, load_each
from engine.imaging.thumbnails import thumbnail
from engine.jobs.job import Cancel
from engine.jobs.memory import resident
from tests.engine.imaging import hostile
from tests.long_forms import LONG

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
REASONS = {
    "crash": "damaged: its decoder crashed (signal 11)",
    "sleep": "takes too long: decoding it was stopped",
    "spin": "takes too long: decoding it was stopped",
    "eat": "too large: there is not enough memory to decode it",
    "lie": "damaged: its decoder crashed (exit status 0)",
}
EACH = """
import sys
from engine.errors import ImageProblem
from engine.imaging.decode import decode, measure
for name in sys.argv[1:]:
    for look in (measure, decode):
        try:
            look(name)
            print("good")
        except ImageProblem as problem:
            print(problem)
"""


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """One file of each hostile kind; the first is a JPEG of thousands of scans."""
    return hostile.generated(tmp_path_factory.mktemp("hostile"))


def looked_at(generated, bomb):
    """All but the first, which is of a test of its own; of the two large ones this, unless there is time for both."""
    return [file for file in generated[1:] if LONG or file.stem != "bomb" or file.name == bomb]


def run(script, *arguments, folder, seconds="1"):
    environment = {**hostile.faulty_decoder(folder / "faulty"), "PIGEONHOLE_DECODE_SECONDS": seconds}
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.stress
def test_no_picture_leaves_its_memory_to_the_next_one(generated, tmp_path):
    """Which would be refused for want of it, although nothing is wrong with it."""
    for file in [*looked_at(generated, "bomb.png"), *hostile.good(tmp_path / "good", 1)]:
        with suppress(ImageProblem):
            decode(file)
        assert waited_for(
            lambda: all((resident(child.pid) or 0) <= MEMORY_AT_REST for child in decoders_of(os.getpid()))
        )


@pytest.mark.skipif(sys.platform == "win32", reason="its exit statuses differ")
@pytest.mark.parametrize("what", hostile.FAULTS)
def test_a_decoder_that_fails_in_any_way_costs_the_one_file(tmp_path, what):
    before, after = hostile.good(tmp_path, 2)
    bad = hostile.fault(tmp_path / "bad.qoi", what)

    seconds = "10" if what == "eat" else "1"  # two gigabytes take a while to fill
    with run(EACH, before, bad, after, folder=tmp_path, seconds=seconds) as process:
        told = process.communicate(timeout=100)[0].splitlines()

    assert told == ["good", "good", REASONS[what], REASONS[what], "good", "good"]


@pytest.mark.skipif(sys.platform == "win32", reason="its exit statuses differ")
def test_a_busy_system_changes_nothing_of_what_is_said_of_a_picture(tmp_path, monkeypatch):
    """Neither a decoder that takes long to start, longer than a picture may, nor one that takes long to end."""
    monkeypatch.setenv("SECONDS_TO_START", "4")
    good, bad = *hostile.good(tmp_path, 1), hostile.fault(tmp_path / "bad.qoi", "crash slowly")

    with run(EACH, good, bad, folder=tmp_path, seconds="0.6") as process:
        told = process.communicate(timeout=100)[0].splitlines()

    assert told == ["good", "good", REASONS["crash"], REASONS["crash"]]


@pytest.mark.stress
def test_hostile_pictures_are_decoded_or_refused_and_take_this_process_no_memory(generated):
    for file in looked_at(generated, "bomb.tif"):
        began, before = time.monotonic(), resident(os.getpid()) or 0
        with suppress(ImageProblem):
            measure(file)
        assert time.monotonic() - began < 60, file.name
        assert (resident(os.getpid()) or 0) - before < 50 * 2**20, file.name


def test_a_jpeg_of_thousands_of_scans_is_stopped(generated, tmp_path):
    with run(EACH, generated[0], folder=tmp_path) as process:
        told = process.communicate(timeout=100)[0].splitlines()

    assert told == ["takes too long: decoding it was stopped"] * 2


LOOKS = {
    "measure": lambda file, cancel: measure(file, cancel=cancel),
    "decode": lambda file, cancel: decode(file, cancel=cancel),
    "load": lambda file, cancel: load(file, size=(32, 32), cancel=cancel),
    "thumbnail": lambda file, cancel: thumbnail(file, side=64, size_bytes=1, modified_ns=1, cancel=cancel),
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_cancel_ends_a_picture_that_takes_long_within_a_second(generated, look):
    cancel, cancelled = Cancel(), []

    def stop():
        cancel.set()
        cancelled.append(time.monotonic())

    timer = threading.Timer(1, stop)
    timer.start()
    with pytest.raises(JobCancelled):
        LOOKS[look](generated[0], cancel)

    assert time.monotonic() - cancelled[0] < 1
    timer.join()


def test_a_decoder_that_ended_at_rest_is_replaced(tmp_path):
    (file,) = hostile.good(tmp_path, 1)
    decode(file)
    for child in decoders_of(os.getpid()):
        child.kill()
        child.wait(5)

    assert decode(file).size == measure(file) == (8, 8)
    assert load(file.read_bytes(), size=(4, 4)).shape == (4, 4, 3)
    assert deep_values(file) is None


def test_decoders_that_rest_already_are_not_started_again(tmp_path):
    (file,) = hostile.good(tmp_path, 1)
    for child in decoders_of(os.getpid()):  # of other tests, which may be about to end
        child.kill()
        child.wait(5)
    start_ahead(2)
    number = min(2, os.cpu_count() or 1)
    before = waited_for(lambda: len(found := decoders_of(os.getpid())) == number and found)
    start_ahead(2)
    assert decode(file).size == (8, 8)
    assert decoders_of(os.getpid()) == before


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="decoders at rest do not end by themselves here")
def test_the_first_picture_after_a_rest_is_not_called_damaged_when_all_decoders_have_ended(tmp_path):
    """Each ends by itself after some minutes without a question."""
    (file,) = hostile.good(tmp_path, 1)
    start_ahead(3)
    resting = decoders_of(os.getpid())
    assert waited_for(lambda: all(child.status() == psutil.STATUS_SLEEPING for child in resting))
    for child in resting:
        child.send_signal(signal.SIGALRM)
    assert waited_for(lambda: all(child.status() == psutil.STATUS_ZOMBIE for child in resting))

    assert decode(file).size == (8, 8)


@pytest.mark.skipif(not hasattr(signal, "SIGPROF"), reason="the limit is the system's own")
def test_a_decoder_at_work_ends_by_itself_when_its_owner_is_killed(tmp_path):
    file = hostile.progressive_jpeg(tmp_path / "scans.jpg", scans=5000)
    with run(EACH, file, folder=tmp_path, seconds="3") as process:
        decoder = waited_for(lambda: decoders_of(process.pid))[0]
        waited_for(lambda: decoder.cpu_times().user > 0.5)
        process.kill()
        process.communicate()

    decoder.wait(30)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_asks_decoders_of_its_own(tmp_path):
    (file,) = hostile.good(tmp_path, 1)
    script = (
        "import os, sys\n"
        "from engine.imaging.decode import decode\n"
        "decode(sys.argv[1])\n"
        "child = os.fork()\n"
        "sizes = [decode(sys.argv[1]).size for _ in range(50)]\n"
        "assert sizes == [(8, 8)] * 50\n"
        "if child == 0:\n"
        "    os._exit(0)\n"
        "print(os.waitpid(child, 0)[1])\n"
    )
    with run(script, file, folder=tmp_path) as process:
        assert process.communicate(timeout=60)[0].split() == ["0"]


def decoders_of(pid):
    running = [child for child in psutil.Process(pid).children() if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in running if child.cmdline()[-1:] == ["decode"]]


def waited_for(question, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := question():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen")


def test_problems_among_many_pictures_stand_in_their_places(tmp_path):
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from engine.imaging.decode import measure_each\n"
        "for found in measure_each([Path(name) for name in sys.argv[1:]]):\n"
        "    print(found if isinstance(found, Exception) else found[:2])\n"
    )
    files = hostile.good(tmp_path, 40)
    for place in (0, 7, 8, 39):
        files[place] = hostile.fault(tmp_path / f"{place}.qoi", "crash")
    files[20] = hostile.fault(tmp_path / "20.qoi", "spin")

    with run(script, *files, folder=tmp_path, seconds="3") as process:
        told = process.communicate(timeout=100)[0].splitlines()

    crashed = dict.fromkeys((0, 7, 8, 39), REASONS["crash"])
    assert told == [(crashed | {20: REASONS["spin"]}).get(place, "(8, 8)") for place in range(40)]


def test_many_pictures_given_as_bytes_fill_no_pipe(tmp_path):
    stream = io.BytesIO()
    Image.effect_noise((300, 300), 50).save(stream, "PNG")  # some 90 KB: more than a pipe of questions takes
    pictures = [stream.getvalue()] * 40

    found = load_each(pictures, size=(400, 400))

    assert [pixels.shape for pixels in found] == [(400, 400, 3)] * 40
    assert load_each([b"", b"no picture"], size=(4, 4))[0].args == ("empty file",)
    assert load_each([], size=(4, 4)) == []
