"""Archives and files of programs that are not read here, told by name or by their first bytes: what each is, and what
to do with it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from engine.files import open_regular

_BY_NAME = (
    (
        re.compile(r"\.(zip|7z|rar|tar|tgz|gz)\.\d{2,3}$|\.z\d\d$|\.part\d+\.rar$|\.r\d\d$", re.I),
        "a part of a split archive",
    ),
    (re.compile(r"\.rar$", re.I), "a RAR archive"),
    (re.compile(r"\.7z$", re.I), "a 7-Zip archive"),
    (re.compile(r"\.(zst|tzst|lz4|lzh|lha|arj|cab|dmg|iso)$", re.I), "an archive of a kind that is not read here"),
)
_BY_BYTES = ((b"Rar!\x1a\x07", "a RAR archive"), (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"))


# Files of pictures that programs write for themselves, by suffix: what each is, and what makes pictures of it.
_FOR_PROGRAMS = {
    **dict.fromkeys((".tfrecord", ".tfrecords", ".tfrec"), ("a TFRecord file", "write its pictures as files")),
    **dict.fromkeys((".h5", ".hdf5"), ("an HDF5 file", "save its arrays as .npz with images and labels")),
    **dict.fromkeys((".mdb", ".lmdb"), ("an LMDB database", "write its pictures as files")),
    **dict.fromkeys(
        (".pkl", ".pickle", ".pt", ".pth"),
        ("a Python pickle, which could run any program and is never opened", "save its arrays as .npz"),
    ),
}
_PICKLES = re.compile(r"(?:data_batch_\d|test_batch|batches)(?:\.meta)?")  # of CIFAR, whose binary version is read
_DEEPEST = 3


def refusal(file: Path) -> str | None:
    """What to tell about a file that is an archive but cannot be read here; None for any other file."""
    if found := _FOR_PROGRAMS.get(file.suffix.lower()):
        return f"{file.name} is {found[0]}; {found[1]} and add these."
    if _PICKLES.fullmatch(file.name) and file.suffix in ("", ".meta"):
        return f"{file.name} is a Python pickle of CIFAR, which is never opened; get the binary version (.bin)."
    what = next((words for pattern, words in _BY_NAME if pattern.search(file.name)), None) or _by_content(file)
    if what is None:
        return None
    joined = "put the parts together and unpack them" if "split" in what else "unpack it yourself"
    return f"{file.name} is {what}; {joined} and add the folder, or pack that as .zip or .tar."


def _by_content(file: Path) -> str | None:
    """Of a file with the name of an archive that is read here."""
    if file.suffix.lower() != ".zip":
        return None
    if any(file.with_suffix(suffix).exists() for suffix in (".z01", ".Z01")):
        return "the last part of a split archive"
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
