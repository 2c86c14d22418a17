"""Lists in MATLAB files beside pictures: Oxford Flowers' `imagelabels.mat` and `setid.mat`, Stanford Cars'
`cars_train_annos.mat`, Stanford Dogs' `train_list.mat`.
"""

from __future__ import annotations

import errno
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.errors import SourceError
from engine.files import read_regular, reason_of
from engine.language import _, marked
from engine.library.importers.csv_manifest import Entry, match, reading
from engine.library.importers.importer import Importer, ImportOptions, Layout, Reading
from engine.library.importers.note import Note, NoteKind
from engine.library.importers.rows import Rows, paths
from engine.library.importers.tree import Tree
from engine.library.listing import natural_key
from engine.library.packed.mat_elements import check_elements
from engine.library.records import Split

KIND = "matlab-lists"
_LARGEST = 64 * 2**20  # bytes, also unpacked: scipy reads an array as a whole
_MOST = 1_000_000  # values of a list
_LONGEST = 9  # digits of a number of a class
_FILES, _LABELS = ("fname", "relative_im_path", "file_list", "filename", "image"), ("class", "labels", "label")
_SETS = {"trnid": Split.TRAINING, "valid": Split.VALIDATION, "tstid": Split.TEST}
_NAMES = ("class_names", "classes", "names")

Variables = dict[str, Any]


def read_source(tree: Tree, options: ImportOptions) -> Reading:  # noqa: ARG001  # as every importer
    """Rows of the pictures that the lists name; labels without names are those of the pictures in natural order, where
    there are as many.

    Raises:
        SourceError: there are no such lists, or they list none of the pictures.
    """
    found = {file: variables for file in tree.files(".mat") if (variables := _read(tree, file))}
    names = next((_texts(v[key]) for v in found.values() for key in _NAMES if key in v), [])
    rows, notes, files = Rows(), list[Note](), list[Path]()
    known: set[str] = set()
    for file, variables in found.items():
        entries = [e._replace(class_name=_named(e.class_name, names)) for e in _entries(variables)]
        matched = match(entries, tree.finder, tree.beside(file), file.name, split=tree.split_of_file(file))
        for row in matched.rows:
            if row.path not in known:
                known.add(row.path)
                rows.append(row)
        if matched.rows:
            files.append(file)
            notes += matched.notes
    if found and not files and (ordered := _by_order(tree, found, names)) is not None:
        file, entries = ordered
        rows, files = match(entries, tree.finder, "", file.name).rows, [file]
        example = _("{name} is {other}").format(name=entries[0].path, other=entries[0].class_name)
        notes.append(Note(NoteKind.BY_ORDER, len(rows), example, file.name))
    if not files:
        raise SourceError(_("There are no lists of MATLAB in {root} that list its pictures.").format(root=tree.root))
    first = Note(NoteKind.READ_FROM, len(files), file=", ".join(file.name for file in files))
    return reading(tree, KIND, rows, (first, *notes), files)


def _entries(variables: Variables) -> Iterator[Entry]:
    """The files and labels of two arrays, or of an array of records."""
    for record in (
        variables,
        *(v for v in variables.values() if getattr(v, "dtype", None) is not None and v.dtype.names),
    ):
        keys = record.keys() if isinstance(record, dict) else record.dtype.names
        file, label = (next((key for key in wanted if key in keys), None) for wanted in (_FILES, _LABELS))
        if file is not None and label is not None:
            for path, value in zip(_texts(record[file]), _texts(record[label]), strict=False):
                yield Entry(path, value, None)


def _by_order(tree: Tree, found: dict[Path, Variables], names: list[str]) -> tuple[Path, list[Entry]] | None:
    pictures = sorted((path for entry in tree.listing for path in paths(entry)), key=natural_key)
    for file, variables in found.items():
        labels = next((_texts(variables[key]) for key in _LABELS if key in variables), [])
        if len(labels) != len(pictures):
            continue
        splits: dict[int, Split] = {}
        for other in found.values():
            for key in _SETS.keys() & other.keys():
                splits |= {int(n): _SETS[key] for n in _texts(other[key]) if n.isdecimal() and len(n) <= _LONGEST}
        rows = zip(pictures, labels, strict=True)
        return file, [Entry(p, _named(label, names), splits.get(n)) for n, (p, label) in enumerate(rows, 1)]
    return None


def _named(label: str, names: list[str]) -> str:
    """The name of a number, which MATLAB counts from 1."""
    return (
        names[int(label) - 1]
        if label.isdecimal() and len(label) <= _LONGEST and 0 < int(label) <= len(names)
        else label
    )


def _texts(array: Any) -> list[str]:
    """The values of an array of numbers, texts or cells of these; none of one of more values than a list has."""
    import numpy as np

    found: list[str] = []
    if np.size(array) > _MOST:
        return found
    for value in np.asarray(array).reshape(-1):
        while isinstance(value, np.ndarray) and value.size:
            value = value.reshape(-1)[0]
        if isinstance(value, float | np.floating) and float(value).is_integer():  # MATLAB's numbers are all floats
            value = int(value)
        found.append(str(value).strip())
    return found


_NO_MATLAB = marked("{file} cannot be read as a MATLAB file: {why}")


def _read(tree: Tree, file: Path) -> Variables:
    """The arrays in a file; functions and objects of MATLAB are never run. None of a file that cannot be read."""
    import scipy.io as matlab

    try:
        data = read_regular(file, most=_LARGEST)
        check_elements(data, _LARGEST)
        return {key: value for key, value in matlab.loadmat(io.BytesIO(data)).items() if not key.startswith("__")}
    except NotImplementedError:
        sentence = _("{file} is a MATLAB file of version 7.3, which is not read here; save it with -v7")
        tree.damaged[file] = sentence.format(file=file.name)
    except ValueError as error:
        tree.damaged[file] = _(_NO_MATLAB).format(file=file.name, why=error)
    except OSError as error:
        if error.errno != errno.EFBIG:  # so large a file holds pictures
            tree.damaged[file] = _("{file} cannot be read: {why}").format(file=file.name, why=reason_of(error))
    except Exception as error:  # damaged files make scipy raise anything
        tree.damaged[file] = _(_NO_MATLAB).format(file=file.name, why=type(error).__name__)
    return {}


IMPORTER = Importer(
    KIND,
    "matlab",
    kinds={KIND: "classes from lists of MATLAB"},
    menu="Lists of MATLAB (Oxford Flowers, Stanford Cars)",
    priority=1.5,
    read=read_source,
    layouts=(
        Layout(
            "Lists of MATLAB",
            (
                "imagelabels.mat: labels; setid.mat: trnid, valid, tstid; jpg/image_00001.jpg",
                "cars_train_annos.mat: annotations with fname and class; cars_meta.mat: class_names",
                "train_list.mat: file_list and labels",
            ),
            classes="the label, named by class_names",
            split="setid.mat, or the name of the list",
            not_read="boxes; files of version 7.3",
        ),
    ),
)
