"""Archives and files of programs that are not read here, told by name or by their first bytes: what each is, and what
to do with it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from engine.files import open_regular
from engine.language import _, marked

_PART = marked(
    "{file} is a part of a split archive; put the parts together and unpack them and add the folder, or pack that as "
    ".zip or .tar."
)
_LAST_PART = marked(
    "{file} is the last part of a split archive; put the parts together and unpack them and add the folder, or pack "
    "that as .zip or .tar."
)
_RAR = marked("{file} is a RAR archive; unpack it yourself and add the folder, or pack that as .zip or .tar.")
_SEVEN = marked("{file} is a 7-Zip archive; unpack it yourself and add the folder, or pack that as .zip or .tar.")
_BY_NAME = (
    (re.compile(r"\.(zip|7z|rar|tar|tgz|gz)\.\d{2,3}$|\.z\d\d$|\.part\d+\.rar$|\.r\d\d$", re.I), _PART),
    (re.compile(r"\.rar$", re.I), _RAR),
    (re.compile(r"\.7z$", re.I), _SEVEN),
    (
        re.compile(r"\.(zst|tzst|lz4|lzh|lha|arj|cab|dmg|iso)$", re.I),
        marked(
            "{file} is an archive of a kind that is not read here; unpack it yourself and add the folder, or pack that "
            "as .zip or .tar."
        ),
    ),
)
_BY_BYTES = ((b"Rar!\x1a\x07", _RAR), (b"7z\xbc\xaf\x27\x1c", _SEVEN))


# Files of pictures that programs write for themselves, by suffix: what each is, and what makes pictures of it.
_FOR_PROGRAMS = {
    **dict.fromkeys(
        (".tfrecord", ".tfrecords", ".tfrec"),
        marked("{file} is a TFRecord file; write its pictures as files and add these."),
    ),
    **dict.fromkeys(
        (".h5", ".hdf5"),
        marked("{file} is an HDF5 file; save its arrays as .npz with images and labels and add these."),
    ),
    **dict.fromkeys(
        (".mdb", ".lmdb"), marked("{file} is an LMDB database; write its pictures as files and add these.")
    ),
    **dict.fromkeys(
        (".pkl", ".pickle", ".pt", ".pth"),
        marked(
            "{file} is a Python pickle, which could run any program and is never opened; save its arrays as .npz "
            "and add these."
        ),
    ),
}
_PICKLES = re.compile(r"(?:data_batch_\d|test_batch|batches)(?:\.meta)?")  # of CIFAR, whose binary version is read
_DEEPEST = 3


def refusal(file: Path) -> str | None:
    """What to tell about a file that is an archive but cannot be read here; None for any other file."""
    sentence = _FOR_PROGRAMS.get(file.suffix.lower())
    if sentence is None and _PICKLES.fullmatch(file.name) and file.suffix in ("", ".meta"):
        sentence = marked("{file} is a Python pickle of CIFAR, which is never opened; get the binary version (.bin).")
    if sentence is None:
        sentence = next((words for pattern, words in _BY_NAME if pattern.search(file.name)), None) or _by_content(file)
    return None if sentence is None else _(sentence).format(file=file.name)


def _by_content(file: Path) -> str | None:
    """Of a file with the name of an archive that is read here."""
    if file.suffix.lower() != ".zip":
        return None
    if any(file.with_suffix(suffix).exists() for suffix in (".z01", ".Z01")):
        return _LAST_PART
    try:
        with open_regular(file) as stream:
            head = stream.read(8)
    except OSError:
        return None
    return next((words for magic, words in _BY_BYTES if head.startswith(magic)), None)


def refusal_within(folder: Path) -> str | None:
    """What to tell about the first file in a folder, or some levels below, that is told by `refusal`."""
    for place, folders, names in os.walk(folder):
        if len(Path(place).relative_to(folder).parts) >= _DEEPEST:
            folders.clear()
        folders.sort()
        for name in sorted(names):
            if (why := refusal(Path(place, name))) is not None:
                return why
    return None
