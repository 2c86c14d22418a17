"""Array files as pictures: found, counted, and written as PNG into class folders."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from engine.events import Progress
from engine.jobs.job import Cancel, Emit
from engine.language import marked
from engine.library.folder_names import FolderNames
from engine.library.listing import Listed, natural_key
from engine.library.packed.pixel_header import pixel_header

if TYPE_CHECKING:
    from engine.library.packed.parts import Part, Pixels

_SAMPLES, _LOOKED_AT = 4, 200  # pictures of a class that a preview may show, out of the first ones
_CIFAR = re.compile(r"(data_batch_\d+|test_batch|train|test)\.bin", re.I)
_STL = re.compile(r"(train|test|unlabeled)_X\.bin", re.I)
_IDX = re.compile(r".*images[-_.]idx3[-_.]ubyte(\.gz)?", re.I)


@dataclass(frozen=True, slots=True)
class ArrayForm:
    """A kind of array files: what people call it, an example of its files, what of them tells class and split (all for
    `docs/formats.md`), which files it has and how they are read.

    `together`: a file that is named alone brings those of its kind beside it, such as labels and test pictures.
    """

    name: str
    example: str
    tells: str
    fits: Callable[[Path], bool]
    read: Callable[[list[Path]], list[Part]]
    together: bool = False


def _read_npz(files: list[Path]) -> list[Part]:
    from engine.library.packed import npz

    return npz.read_files(files)


def _read_npy(files: list[Path]) -> list[Part]:
    from engine.library.packed import npz

    return npz.read_npy(files)


def _read_idx(files: list[Path]) -> list[Part]:
    from engine.library.packed import idx
    from engine.library.packed.parts import upright

    return [upright(idx.read(file), file) for file in files]


def _read_cifar(files: list[Path]) -> list[Part]:
    from engine.library.packed import cifar

    return [cifar.read(file) for file in files]


def _read_stl(files: list[Path]) -> list[Part]:
    from engine.library.packed import cifar

    return [cifar.read_stl(file) for file in files]


def _read_parquet(files: list[Path]) -> list[Part]:
    from engine.library.packed import parquet

    return [parquet.read(file) for file in files]


def _read_mat(files: list[Path]) -> list[Part]:
    from engine.library.packed import mat
    from engine.library.packed.parts import upright

    return [upright(part, file) for file in files for part in mat.read(file)]


def _read_table(files: list[Path]) -> list[Part]:
    from engine.library.packed import pixel_table
    from engine.library.packed.parts import upright

    return [upright(part, file) for file in files for part in pixel_table.read(file)]


def _is_table(file: Path) -> bool:
    return file.suffix.lower() in (".csv", ".tsv") and pixel_header(file) is not None


def _has_suffix(suffix: str) -> Callable[[Path], bool]:
    return lambda file: file.suffix.lower() == suffix


FORMS: tuple[ArrayForm, ...] = (
    ArrayForm(
        "NumPy archive",
        "`mnist.npz` with `x_train`, `y_train`, `x_test`, `y_test`",
        "numbers, one-hot rows or texts beside the pictures, named by `class_names`; train, val, test in the name",
        _has_suffix(".npz"),
        _read_npz,
    ),
    ArrayForm(
        "IDX",
        "`train-images-idx3-ubyte.gz` and `train-labels-idx1-ubyte.gz`",
        "the numbers of the labels; train and t10k in the name; EMNIST is turned upright",
        lambda file: bool(_IDX.fullmatch(file.name)),
        _read_idx,
        True,
    ),
    ArrayForm(
        "CIFAR batches",
        "`data_batch_1.bin`",
        "the byte before each picture, named by `batches.meta.txt`; `test_batch.bin` is the test split",
        lambda file: bool(_CIFAR.fullmatch(file.name)),
        _read_cifar,
        True,
    ),
    ArrayForm(
        "STL-10",
        "`train_X.bin` and `train_y.bin`",
        "the bytes of the labels, named by `class_names.txt`; train and test in the name",
        lambda file: bool(_STL.fullmatch(file.name)),
        _read_stl,
        True,
    ),
    ArrayForm(
        "NumPy arrays",
        "`x_train.npy` and `y_train.npy`, or `cat.npy` and `dog.npy`",
        "as in a NumPy archive, or the names of the files; a file brings those beside it",
        _has_suffix(".npy"),
        _read_npy,
        True,
    ),
    ArrayForm(
        "Parquet with pictures",
        "`data/train-00000-of-00001.parquet`",
        "the column `label`, named as Hugging Face's ClassLabel says; train, test in the name; needs pyarrow",
        _has_suffix(".parquet"),
        _read_parquet,
    ),
    ArrayForm(
        "MATLAB arrays",
        "`train_32x32.mat` with `X` and `y`",
        "the numbers of `y` or `labels`; train, test in the name",
        _has_suffix(".mat"),
        _read_mat,
    ),
    ArrayForm(
        "table of pixels",
        "`train.csv` with `label`, `pixel0`, `pixel1` ..., or `emotion`, `pixels`, `Usage`",
        "the column `label`, `class` or `emotion`, without a head the first or last; the column `Usage` or the name",
        _is_table,
        _read_table,
    ),
)


def array_files(source: Path) -> list[Path]:
    """The array files that `source` is, or holds directly, or in the first of its folders that has any: all of the
    first of `FORMS` that is found there.

    Of CIFAR all batches beside the one that is named count, of IDX the pictures of both splits.
    """
    if source.is_file():
        form = _form(source)
        if form is None:
            return []
        return [file for file in _within(source.parent)[0] if form.fits(file)] if form.together else [source]
    files, folders = _within(source)
    for found in (files, *(_within(folder)[0] for folder in folders)):
        for form in FORMS:
            if fitting := [file for file in found if form.fits(file)]:
                return fitting
    return []


def read(files: list[Path]) -> list[Part]:
    """What the files, all of one form, hold.

    Raises:
        SourceError: one of them is damaged or of another kind.
    """
    from engine.library.packed.parts import check_count

    form = _form(files[0]) if files else None
    parts = [] if form is None else form.read(files)
    check_count(sum(part.count for part in parts), files[0].name if len(files) == 1 else str(files[0].parent))
    return parts


def _form(file: Path) -> ArrayForm | None:
    return next((form for form in FORMS if form.fits(file)), None)


def listing(parts: list[Part]) -> tuple[list[Listed], FolderNames]:
    """The files that `write` would write, as if they were there."""
    names = _folder_names(parts)
    found: dict[str, list[str]] = defaultdict(list)
    for path in _paths(parts, names):
        folder, _, name = path.rpartition("/")
        found[folder].append(name)
    folders = sorted(found, key=natural_key)
    return [Listed(folder, tuple(found[folder])) for folder in folders], names


def write(parts: list[Part], into: Path, *, emit: Emit, cancel: Cancel) -> None:
    """Write every picture as PNG below `into`: `train/CLASS/00012.png`. Those that are files already stay as they are.

    Raises:
        SourceError: an array is damaged or ends too early.
        OSError: the files cannot be written.
        JobCancelled: `cancel` was set; it is asked before each picture.
    """
    names = _folder_names(parts)
    total = sum(part.count for part in parts)
    made: set[Path] = set()
    for number, (path, pixels) in enumerate(zip(_paths(parts, names), _pixels(parts), strict=True)):
        cancel.check()
        file = into / path
        if file.parent not in made:
            file.parent.mkdir(parents=True, exist_ok=True)
            made.add(file.parent)
        _save(file, pixels)
        if number % 1000 == 0:
            emit(Progress(marked("Unpacking"), number, total))
    names.write_table(into)


def write_samples(parts: list[Part], into: Path, *, cancel: Cancel) -> None:
    """Write a few of the first pictures of each part, as `write` would. Raises what `write` raises."""
    names, start = _folder_names(parts), 0
    paths = list(_paths(parts, names))
    for part in parts:
        found: Counter[str] = Counter()
        first = islice((pixels for chunk in part.chunks() for pixels in chunk), _LOOKED_AT)
        for path, pixels in zip(paths[start : start + part.count], first, strict=False):
            cancel.check()
            file = into / path
            found[path.rpartition("/")[0]] += 1
            if found[path.rpartition("/")[0]] <= _SAMPLES:
                file.parent.mkdir(parents=True, exist_ok=True)
                _save(file, pixels)
        start += part.count


def _save(file: Path, pixels: Pixels | bytes) -> None:
    if isinstance(pixels, bytes):
        file.write_bytes(pixels)
    else:
        Image.fromarray(pixels).save(file, "PNG", compress_level=1)


def _pixels(parts: list[Part]) -> Iterator[Pixels | bytes]:
    for part in parts:
        for chunk in part.chunks():
            yield from chunk


def _paths(parts: list[Part], names: FolderNames) -> Iterator[str]:
    """A number of its own for each picture, with the places that the largest needs."""
    width = max(5, len(str(sum(part.count for part in parts))))
    number = 0
    for part in parts:
        prefix = f"{part.folder}/" if part.folder else ""
        for place in range(part.count):
            label = "" if part.labels is None else part.labels[place]
            suffix = ".png" if part.suffixes is None else part.suffixes[place]
            yield f"{prefix}{names[label] + '/' if label else ''}{number:0{width}d}{suffix}"
            number += 1


def _folder_names(parts: list[Part]) -> FolderNames:
    return FolderNames(dict.fromkeys(label for part in parts for label in part.labels or () if label))


def _within(folder: Path) -> tuple[list[Path], list[Path]]:
    """Files and folders in a folder, in natural order; none where it cannot be read."""
    files, folders = [], []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir():
                    folders.append(Path(entry.path))
                else:
                    files.append(Path(entry.path))
    except OSError:
        return [], []
    return sorted(files, key=lambda file: natural_key(file.name)), sorted(folders)
