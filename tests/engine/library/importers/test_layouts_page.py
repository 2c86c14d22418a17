"""The section of layouts in `docs/formats.md` is made from the registered importers.

`PIGEONHOLE_LAYOUTS=docs/formats.md pytest tests/engine/library/importers/test_layouts_page.py` writes it anew.
"""

import os
import re
from pathlib import Path

from engine.library.importers.note import NoteKind
from engine.library.importers.registry import IMPORTERS

PAGE = Path(__file__).resolve().parents[4] / "docs" / "formats.md"
TITLE = "## Layouts of labelled pictures"
HEAD = f"""{TITLE}

An import reads a source in all of these forms; the one that gives most of the pictures a class wins, and the others are
told. `--labels` chooses one of them, `--csv` a table or an export. Tables and exports beat names of folders, and these
beat names of files. Names are compared with composed accents. A path in a table counts from the table or from the
source; else the picture whose path has the longest end in common is taken, also with another suffix or with lost
leading zeros, which is told. Pictures that a table does not list come in without a label. Masks beside their pictures
and folders such as `@eaDir`, `#recycle`, `.thumbnails`, `lost+found` are left out and told, as are raw pictures and
files of microscopes (save them as TIFF or PNG), recordings and other kinds of files. Where no table tells the split,
folders do; lists such as `train.txt`, `trainval.txt` and `test.txt`, tables of pictures and splits
(`list_eval_partition.txt`) and JSON such as `{{"train": ["1.jpg"], "test": ["2.jpg"]}}` tell it, too, where it is still
open or says no more than training. Of several divisions (`train1.txt`, `train2.txt` ...) the first is taken, which is
told; `--division` takes another one. Pictures that only lists of validation and test leave over are for training.
"""


def section() -> str:
    """The section as the registered importers tell it."""
    parts = [HEAD]
    for importer in IMPORTERS:
        for layout in importer.layouts:
            facts = {"class": layout.classes, "split": layout.split, "group": layout.group, "not read": layout.not_read}
            told = "\n".join(f"- {name}: {fact}" for name, fact in facts.items() if fact)
            example = "\n".join(layout.example)
            parts.append(f"### {layout.title}: `--labels {importer.flag}`\n\n```\n{example}\n```\n\n{told}\n")
    return "\n".join(parts)


def on_the_page() -> str:
    text = PAGE.read_text("utf-8")
    found = re.search(rf"(?ms)^{TITLE}\n.*?(?=^## |\Z)", text)
    return found.group() if found else ""


def test_the_section_of_layouts_is_that_of_the_registry() -> None:
    if out := os.environ.get("PIGEONHOLE_LAYOUTS"):
        text = PAGE.read_text("utf-8").replace(on_the_page(), f"{section()}\n")
        Path(out).write_text(text, "utf-8")
    assert on_the_page().strip() == section().strip()


def test_each_form_that_reads_labels_has_a_layout_and_words() -> None:
    for importer in IMPORTERS:
        assert importer.menu
        assert importer.kinds
        assert bool(importer.layouts) == (importer.flag != "none")
        assert all(layout.example and layout.classes and layout.split for layout in importer.layouts)


def test_every_note_has_a_sentence() -> None:
    from engine.library.importers.note import Note

    for kind in NoteKind:
        said = str(Note(kind, 3, "an example", "a.csv"))
        assert said
        assert "{" not in said
