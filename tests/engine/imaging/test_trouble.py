"""The odd, broken and hostile files of other projects' test suites."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from engine.errors import ImageProblem
from engine.imaging.decode import decode, measure
from engine.imaging.limits import PIXELS


def test_every_file_is_decoded_or_has_a_reason(trouble):
    reasons: list[str] = []
    decoded = 0
    slowest = 0.0
    for file in trouble:
        start = time.perf_counter()
        try:
            image = decode(file)
        except ImageProblem as problem:
            reasons.append(str(problem))
        else:
            decoded += 1
            assert image.mode == "RGB", file
            assert 0 < image.width * image.height <= PIXELS, file
        slowest = max(slowest, time.perf_counter() - start)

    assert decoded + len(reasons) == len(trouble) > 1700
    assert all(reason.strip() for reason in reasons)
    assert decoded > 500, "most well-formed files can be read"
    assert slowest < 10, "no file holds up the others"


def test_measuring_agrees_with_decoding(trouble):
    for file in trouble:
        try:
            expected = decode(file).size
        except ImageProblem:
            with pytest.raises(ImageProblem):
                measure(file)
        else:
            assert measure(file) == expected, file


def test_grey_is_decoded_wherever_colour_is(trouble):
    for file in trouble:
        try:
            expected = decode(file).size
        except ImageProblem:
            continue
        grey = decode(file, mode="grey")
        assert (grey.mode, grey.size) == ("L", expected), file


def test_the_photographs_of_all_orientations_look_alike(trouble):
    shown = [f for f in trouble if f.parent.name == "exif-orientation" and f.suffix == ".jpg"]
    pictures = {f.stem: decode(f).resize((60, 60)) for f in shown}
    landscapes = [image for name, image in pictures.items() if name.startswith("Landscape")]

    assert len(landscapes) >= 3
    for image in landscapes[1:]:
        assert _difference(image, landscapes[0]) < 12


def _difference(a: Image.Image, b: Image.Image) -> float:
    return sum(abs(x - y) for x, y in zip(a.tobytes(), b.tobytes(), strict=True)) / len(a.tobytes())


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process is read from /proc")
def test_no_file_takes_a_gigabyte_of_memory(trouble):
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from engine.errors import ImageProblem\n"
        "from engine.imaging.codec import decode_here\n"
        "peak = 0\n"
        "for line in sys.stdin.read().split('\\0'):\n"
        "    try:\n"
        "        decode_here(Path(line))\n"
        "    except ImageProblem:\n"
        "        pass\n"
        "    found = Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0]\n"
        "    if int(found) // 1024 > peak:\n"
        "        peak, worst = int(found) // 1024, line\n"
        "print(peak, worst)\n"
    )
    root = Path(__file__).resolve().parents[3]
    files = "\0".join(map(str, trouble))
    done = subprocess.run([sys.executable, "-c", script], input=files, capture_output=True, text=True, cwd=root)

    assert done.returncode == 0, done.stderr
    megabytes, _, worst = done.stdout.strip().partition(" ")
    assert int(megabytes) < 1000, worst
