"""JSON that tells a class for each picture in a form of no importer of its own: a list of records, a record a line
(Vertex AI, SageMaker's and Azure's manifests), or names of pictures with their classes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.errors import SourceError
from engine.language import _, marked
from engine.library.importers.csv_manifest import Manifest, manifest
from engine.library.importers.exports import OtherForm, from_json
from engine.library.importers.finder import Finder
from engine.library.importers.importer import Columns, Importer, ImportOptions, Layout, Reading
from engine.library.importers.note import Note, NoteKind
from engine.library.importers.split_words import split_named
from engine.library.importers.tables import MOST_CELLS, Table, looks_like_image
from engine.library.importers.tree import LINES, Tree

KIND = "json-records"
_SUFFIXES = (".json", *LINES, ".labels")
_MOST_FIELDS = 200
_DEEPEST = 12
_LOOKED_AT = 50  # records
# What tools call the field of the class, at the end of its path in a record.
_CLASS_FIELDS = ("displayname", "tagname", "class-name", "radio_answer.name", "label.label")
_ATTRIBUTES = ("file_attributes.", "region_attributes.")  # of the VGG Image Annotator
_BOXES = ("bbox", "boundingbox", "shape_attributes", "rectanglelabels", "polygonlabels", "brushlabels")
_NO_CLASS_FIELDS = frozenset({"type", "_cls", "version", "name", "media_type"})

Record = dict[str, str]


def read_source(tree: Tree, options: ImportOptions) -> Reading:
    """Rows of the pictures in the files; see `parse`."""

    def parse_here(file: Path, data: Any) -> Manifest:
        return parse(file, data, tree.finder, sure=options.csv is None)

    return from_json(tree, options, KIND, marked("JSON file of pictures with their classes"), parse_here, _SUFFIXES)


def parse(file: Path, data: Any, finder: Finder, *, sure: bool = True) -> Manifest:
    """A line for each record that has the path of a picture and a class.

    Raises:
        OtherForm: it is another form.
        SourceError: it holds more values than memory may.
    """
    names = _categories(data)
    for records in _lists(data):
        fields = _fields(records, finder)
        if not fields:
            continue
        if len(fields) * len(records) > MOST_CELLS:
            raise SourceError(
                _("{file} has {records:,} records of {fields:,} fields, which is too much.").format(
                    file=file.name, records=len(records), fields=len(fields)
                )
            )
        rows = [[names.get(cell := r.get(key, ""), cell) for key in fields] for r in records]
        try:
            found = manifest(Table(file, tuple(fields.values()), rows), Columns(), finder, sure=sure)
        except SourceError:
            continue
        if any(entry.class_name for entry in found.entries):
            boxed = any(word in key.lower() for record in records[:_LOOKED_AT] for key in record for word in _BOXES)
            told = (Note(NoteKind.BOXES, len(records), _("a record for each picture"), file.name),) if boxed else ()
            return Manifest(found.entries, "", (*told, *found.notes), boxed, found.certainty)
    raise OtherForm(_("{file} holds no records with a picture and its class.").format(file=file.name))


def _categories(data: Any) -> dict[str, str]:
    """The names of numbers, as MegaDetector writes them: `detection_categories: {"1": "animal"}`."""
    found = data.get("detection_categories") if isinstance(data, dict) else None
    return {str(key): str(name) for key, name in found.items()} if isinstance(found, dict) else {}


def _lists(data: Any) -> Iterator[list[Record]]:
    """The lists of records that the file may mean, each flattened."""
    if isinstance(data, list):
        yield [_flat(record) for record in data if isinstance(record, dict)]
    if not isinstance(data, dict) or not data:
        return
    yield from _of_datumaro(data)
    values = list(data.values())
    if all(isinstance(value, str | int) for value in values):  # {"1.jpg": "cat"}
        yield [{"file": str(key), "label": str(value)} for key, value in data.items()]
    elif all(isinstance(value, list) and all(isinstance(v, str) for v in value) for value in values):
        yield [{"file": name, "label": str(key)} for key, names in data.items() for name in names]  # {"cat": ["1.jpg"]}
    elif all(isinstance(value, dict) for value in values):
        keys = {frozenset(value) for value in values}
        if len(keys) == 1 and not any(isinstance(v, dict | list) for value in values for v in value.values()):
            yield [{column: str(data[column][n]) for column in data} for n in values[0]]  # as pandas writes columns
        yield [{"file": str(key), **_flat(value)} for key, value in data.items()]
    for value in values:
        if isinstance(value, list | dict) and value:
            yield from _lists(value)


def _of_datumaro(data: dict[str, Any]) -> Iterator[list[Record]]:
    """The items of Datumaro and CVAT, whose labels are numbers of a list beside them."""
    try:
        names = [str(label["name"]) for label in data["categories"]["label"]["labels"]]
        yield [
            {
                "file": str(item.get("image", {}).get("path") or item["id"]),
                "label": "|".join(dict.fromkeys(names[a["label_id"]] for a in item["annotations"] if "label_id" in a)),
                **({"bbox": ""} if any(a.get("type") != "label" for a in item["annotations"]) else {}),
            }
            for item in data["items"]
        ]
    except (KeyError, TypeError, IndexError, AttributeError):
        return


def _flat(value: Any) -> Record:
    """The texts and numbers in a record by their path in it; several in one place are joined by |."""
    found: dict[str, dict[str, None]] = {}

    def look(part: Any, path: str, depth: int) -> None:
        if depth > _DEEPEST or len(found) > _MOST_FIELDS:
            return
        if isinstance(part, dict):
            for key, inner in part.items():
                look(inner, f"{path}.{key}" if path else str(key), depth + 1)
        elif isinstance(part, list):
            for inner in part:
                look(inner, path, depth + 1)
        elif part is not None:
            found.setdefault(path, {})[str(part).strip()] = None

    look(value, "", 0)
    return {path: "|".join(texts) for path, texts in found.items()}


def _fields(records: list[Record], finder: Finder) -> dict[str, str]:
    """The fields that count with the names that a table would have for them; none where no field holds pictures."""
    some = records[:_LOOKED_AT]
    keys = list(dict.fromkeys(key for record in some for key in record))
    path = next((key for key in keys if _holds_pictures(some, key, finder)), None)
    if path is None:
        return {}
    attributes = [key for key in keys if any(word in key for word in _ATTRIBUTES)]
    classes = [key for key in keys if key.lower().endswith(_CLASS_FIELDS) and any(record.get(key) for record in some)]
    told = {path: "path"}
    for key in attributes or keys:
        cells = [cell for record in some if (cell := record.get(key))]
        if key == path:
            continue
        if cells and all(split_named(cell) for cell in cells):
            told[key] = "split"
        elif key in classes[:1]:
            told[key] = "label"
        elif (
            not classes and (name := key.rpartition(".")[2]) not in _NO_CLASS_FIELDS and 2 * len({*cells}) <= len(cells)
        ):
            told[key] = name
    return told


def _holds_pictures(records: list[Record], key: str, finder: Finder) -> bool:
    cells = [record[key] for record in records if record.get(key)]
    known = sum(looks_like_image(cell) or finder.knows(cell) for cell in cells)
    return 2 * known > len(records)


IMPORTER = Importer(
    KIND,
    "json",
    kinds={KIND: "classes from a JSON file"},
    menu="Another JSON file of pictures and classes…",
    priority=1.4,
    read=read_source,
    options=frozenset({"csv"}),
    files=_SUFFIXES,
    layouts=(
        Layout(
            "JSON of pictures and classes",
            (
                'labels.json: {"1.jpg": "cat"}, {"cat": ["1.jpg"]} or [{"image": "1.jpg", "label": "cat"}]',
                'output.manifest (SageMaker): {"source-ref": "s3://b/1.jpg", "job-metadata": {"class-name": "cat"}}',
                'import.jsonl (Vertex AI): {"imageGcsUri": "gs://b/1.jpg", "classificationAnnotation": {...}}',
                "images.json (Custom Vision), info.labels (Edge Impulse), samples.json (FiftyOne)",
                "via_project.json (VGG Image Annotator), export.ndjson (Labelbox), default.json (Datumaro, CVAT)",
            ),
            classes="a field called like a class, or the one whose values repeat",
            split="a field of split words, else the name of the file",
            not_read="the places of objects; pictures with several labels get no class",
        ),
    ),
)
