"""`docs/formats.md` is made from the registered forms of labels, arrays and pictures, and from the odd and broken files
of other projects' test suites, and is true.

`PIGEONHOLE_FORMATS=docs/formats.md pytest tests/engine/imaging/test_formats_page.py` writes it anew.
"""

import contextlib
import os
import time
import warnings
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from PIL import Image

from engine.errors import ImageProblem
from engine.imaging.codec import decode_here
from engine.imaging.decode import decode
from engine.imaging.signatures import FORMATS, SIGNATURE_BYTES, format_of
from engine.library.importers.registry import IMPORTERS
from engine.library.packed.arrays import FORMS
from engine.library.packed.members import SUFFIXES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "formats.md"
HEAD = """# Formats

What becomes of the {total:,} odd, broken and hostile files of `trouble.zip` (test suites of Pillow, pillow-heif,
PngSuite, image-rs, zune and the EXIF orientation examples): each is decoded to 8-bit pixels or listed as a Problem with
its reason. Made by `tests/engine/imaging/test_formats_page.py`, which fails when it is no longer true.

Formats are told by content, not by the file's name. EXIF orientation is applied; CMYK, LAB and palettes are converted;
more than 8 bits are scaled by the one range of their source (below), else by what the file declares; transparency is
laid on white; of animations and pages the first is taken. {decoded:,} files are decoded, {listed:,} listed.

Which files of a folder are looked at is told by their suffix, such as `.jpg`. A file whose name has no suffix is looked
at when its first bytes are those of one of these forms of pictures:
{told_by_content}.
So are those of archives; in cloud places such as `s3://` the suffix alone tells, as opening each file there takes long.

## Deep pictures

Pictures of 16 bits, of whole numbers or fractions of 16, 32 or 64 bits, and of any number of bands, are scaled to 8
bits by one range for their source. An import finds it in a sample, says it and keeps it; `info` shows it; `import`
again with `--range LOW HIGH` or `--bands 4,3,2` changes it. NaN, infinities and no-data are left out, and black. Of
two bands the second is green, of the 12 or 13 of Sentinel-2 the bands 4, 3, 2 are shown, of others the first three.
Pictures that come out as one flat colour are told. TIFF files of such kinds are read uncompressed or with Deflate;
other compressions are a Problem that says so. DICOM needs the package pydicom. Of TIFF files with several planes or
pages, such as OME-TIFF, the first is shown; `--page 3` (`Page` in the preview) shows another one of all of a source.

{layouts}
## Archives and arrays

| form | what becomes class and split |
|---|---|
{arrays}
| archives: {archives} | as in a folder |

Archives in an archive are folders of their names, one level deep. Names that are not marked as UTF-8 are read by
`--encoding`, else by a guess, which is told.

Not read, and told with what to do: 7-Zip, RAR, split and encrypted archives; MATLAB files of version 7.3; TFRecord,
HDF5, LMDB and Python pickles.

## Files of test suites

| format | mode in the file | files | decoded | listed, by the kind of problem |
|---|---|---:|---:|---|
"""

LAYOUTS = """## Layouts of labelled pictures

An import reads a source in all of these forms; the one that gives most of the pictures a class wins, and the others are
told. `--labels` chooses one of them, `--csv` a table or an export. Tables and exports beat names of folders, and these
beat names of files. Names are compared with composed accents. A path in a table counts from the table or from the
source; else the picture whose path has the longest end in common is taken, also with another suffix or with lost
leading zeros, which is told. Pictures that a table does not list come in without a label. Masks beside their pictures
and folders such as `@eaDir`, `#recycle`, `.thumbnails`, `lost+found` are left out and told, as are raw pictures and
files of microscopes (save them as TIFF or PNG), recordings and other kinds of files. Where no table tells the split,
folders do; lists such as `train.txt`, `trainval.txt` and `test.txt`, tables of pictures and splits
(`list_eval_partition.txt`) and JSON such as `{"train": ["1.jpg"], "test": ["2.jpg"]}` tell it, too, where it is still
open or says no more than training. Of several divisions (`train1.txt`, `train2.txt` ...) the first is taken, which is
told; `--division` takes another one. Pictures that only lists of validation and test leave over are for training.
"""


def test_the_page_of_formats_is_true(trouble):
    heif = pytest.importorskip("pillow_heif", reason="the page counts HEIC as read; pillow-heif is not installed")
    heif.register_heif_opener()  # so that Pillow names its format here as well as in the decoder process
    page = made(trouble)
    if target := os.environ.get("PIGEONHOLE_FORMATS"):
        Path(target).write_text(page, encoding="utf-8")

    assert PAGE.read_text(encoding="utf-8") == page


def test_the_layouts_on_the_page_are_those_of_the_registry():
    """What `test_the_page_of_formats_is_true` writes; here also where the files of test suites are not at hand."""
    assert layouts() in PAGE.read_text(encoding="utf-8")


def test_no_file_takes_longer_than_two_seconds_of_work(trouble):
    slow = {}
    for file in trouble:
        start = time.thread_time()
        with contextlib.suppress(ImageProblem):
            decode_here(file)
        taken = time.thread_time() - start
        if taken > 2:
            slow[file.name] = taken

    assert slow == {}


def made(files):
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for file in files:
        counts[kind(file)][outcome(file)] += 1
    decoded = sum(count["decoded"] for count in counts.values())
    rows = []
    for (name, mode), count in sorted(counts.items(), key=lambda item: (item[0][0].lower(), item[0][1])):
        reasons = "; ".join(f"{n} {words}" for words, n in sorted(count.items()) if words != "decoded")
        rows.append(f"| {name} | {mode} | {count.total()} | {count['decoded']} | {reasons} |")
    head = HEAD.format(
        layouts=layouts(),
        told_by_content=", ".join(known.name for known in FORMATS if known.is_picture),
        total=len(files),
        decoded=decoded,
        listed=len(files) - decoded,
        arrays="\n".join(f"| {form.name}: {form.example} | {form.tells} |" for form in FORMS),
        archives=", ".join(f"`{suffix}`" for suffix in SUFFIXES),
    )
    return head + "\n".join(rows) + "\n"


def layouts():
    """The section of layouts of labelled pictures."""
    parts = [LAYOUTS]
    for importer in IMPORTERS:
        for layout in importer.layouts:
            facts = {"class": layout.classes, "split": layout.split, "group": layout.group, "not read": layout.not_read}
            told = "\n".join(f"- {name}: {fact}" for name, fact in facts.items() if fact)
            example = "\n".join(layout.example)
            parts.append(f"### {layout.title}: `--labels {importer.flag}`\n\n```\n{example}\n```\n\n{told}\n")
    return "\n".join(parts)


def kind(file):
    """Format and mode as Pillow names them."""
    with file.open("rb") as stream:
        head = stream.read(SIGNATURE_BYTES)
    known = format_of(head)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(file) as image:
                return image.format or "?", image.mode
        except Exception:
            return known.name if known else "none known", "–"


def outcome(file):
    try:
        decode(file)
    except ImageProblem as problem:
        return str(problem.problem.kind)
    return "decoded"
