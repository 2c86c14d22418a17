"""What the importers of exports share: finding the JSON file, and the class of a picture with boxes around objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.errors import SourceError
from engine.language import _
from engine.library.importers.csv_manifest import Entry, Manifest, listed_in, match, reading
from engine.library.importers.importer import Importer, ImportOptions, Layout, Reading
from engine.library.importers.note import Note, NoteKind, by_frequency, joined_names
from engine.library.importers.rows import Rows
from engine.library.importers.tree import Tree


class OtherForm(SourceError):
    """The file holds something else than this form."""


Parse = Callable[[Path, Any], Manifest]


def from_json(
    tree: Tree, options: ImportOptions, name: str, file_words: str, parse: Parse, suffixes: tuple[str, ...] = (".json",)
) -> Reading:
    """The reading of the JSON file that a person named, else of all files of this form in the source.

    `parse` makes lines of what a file holds and raises an OtherForm for another form; `file_words` name such a file.

    Raises:
        SourceError: there is no such file, or it lists none of the pictures.
    """
    if options.csv is not None:
        file = Path(options.csv)
        found = listed_in(tree, file, parse(file, tree.json(file)), name)
        return replace(found, notes=(_read_from([file]), *found.notes), table=None)
    rows, notes, files = Rows(), list[Note](), list[Path]()
    known: set[str] = set()
    for file in tree.files(*suffixes):
        with suppress(SourceError):  # some other JSON file
            read = parse(file, tree.json(file))
            split = tree.split_of_file(file)
            matched = match(read.entries, tree.finder, tree.beside(file), file.name, split=split, boxes=read.boxes)
            new = [row for row in matched.rows if row.path not in known]
            for row in new:
                known.add(row.path)
                rows.append(row)
            if new:
                files.append(file)
                notes += [*read.notes, *matched.notes]
    if not files:
        raise SourceError(
            _("There is no {words} in {root}; tell which file it is.").format(words=_(file_words), root=tree.root)
        )
    found = reading(tree, name, rows, (_read_from(files), *notes), files)
    return replace(found, table=None)


def json_importer(name: str, file_words: str, what_it_reads: str, menu: str, parse: Parse, layout: Layout) -> Importer:
    """Return the importer of an export in JSON: `parse` and `file_words` are as in `from_json`."""
    return Importer(
        name,
        name,
        kinds={name: what_it_reads},
        menu=menu,
        priority=1.5,
        read=lambda tree, options: from_json(tree, options, name, file_words, parse),
        options=frozenset({"csv"}),
        files=(".json",),
        layouts=(layout,),
    )


def _read_from(files: list[Path]) -> Note:
    return Note(NoteKind.READ_FROM, len(files), file=", ".join(dict.fromkeys(file.name for file in files)))


def of_objects(names: Mapping[str, Iterable[str]], file: str, words: str) -> Manifest:
    """Lines of pictures and the classes of their objects: a picture whose objects are all of one class gets it."""
    entries: list[Entry] = []
    mixed: list[str] = []
    together = Counter[str]()
    for path, found in names.items():
        classes = set(found)
        entries.append(Entry(path, next(iter(classes)) if len(classes) == 1 else "", None))
        if len(classes) > 1:
            mixed.append(path)
            together[joined_names(classes)] += 1
    notes = [Note(NoteKind.BOXES, len(names), words, file)]
    if mixed:
        notes.append(Note(NoteKind.MIXED_BOXES, len(mixed), mixed[0], file, by_frequency(together)))
    return Manifest(entries, "", tuple(notes), boxes=True)
