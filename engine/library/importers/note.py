"""What an import did that its owner might not expect: a kind, a count, an example. The sentence is made last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from engine.language import _, marked


class NoteKind(StrEnum):
    READ_FROM = "read-from"
    NAMED_BY = "named-by"
    LABELLED_BESIDE = "labelled-beside"
    UNPACKED = "unpacked"
    STORED_IN = "stored-in"
    PART = "part"
    PIXEL_RANGE = "pixel-range"
    PAGES = "pages"
    WITHOUT_LABEL = "without-label"
    NOT_FOUND = "not-found"
    SEVERAL_PLACES = "several-places"
    TABLE_NOT_USED = "table-not-used"
    LISTS_OTHERS = "lists-others"
    UNLISTED = "unlisted"
    MATCHED_OTHERWISE = "matched-otherwise"
    CONTRADICTED = "contradicted"
    NO_VALUE = "no-value"
    SEVERAL_LABELS = "several-labels"
    DISAGREED = "disagreed"
    SEVERAL_COLUMNS = "several-columns"
    OTHER_COLUMNS = "other-columns"
    OTHER_TABLE = "other-table"
    SPLIT_NUMBERS = "split-numbers"
    ENCODING = "encoding"
    NAMES_ENCODING = "names-encoding"
    BOXES = "boxes"
    UNKNOWN_IDS = "unknown-ids"
    NAMED_BY_FOLDERS = "named-by-folders"
    MIXED_BOXES = "mixed-boxes"
    ONE_FOLDER = "one-folder"
    ONLY_SPLITS = "only-splits"
    SPLITS_IN_NAMES = "splits-in-names"
    SAME_INSIDE = "same-inside"
    DEEPER = "deeper"
    DATES = "dates"
    GROUP_FOLDERS = "group-folders"
    ONE_EACH = "one-each"
    SINGLE_BANDS = "single-bands"
    BEGINNINGS = "beginnings"
    COPIES = "copies"
    OTHER_NAMES = "other-names"
    BESIDE_SPLITS = "beside-splits"
    SIMILAR_CLASSES = "similar-classes"
    SAME_NAME = "same-name"
    MASKS = "masks"
    FOLDERS_PASSED_OVER = "folders-passed-over"
    UNREADABLE_PICTURES = "unreadable-pictures"
    RECORDINGS = "recordings"
    SAME_PICTURES = "same-pictures"
    OTHER_FILES = "other-files"
    EXAMPLE_TABLE = "example-table"
    SPLITS_FROM = "splits-from"
    SPLITS_NOT_USED = "splits-not-used"
    LISTED_WITHOUT_CLASS = "listed-without-class"
    SEVERAL_DIVISIONS = "several-divisions"
    CHOOSE_COLUMN = "choose-column"
    DAMAGED = "damaged"
    NOT_UNDERSTOOD = "not-understood"
    BY_ORDER = "by-order"
    NOTHING_FOUND = "nothing-found"
    OTHER_LABEL_KEPT = "other-label-kept"
    LABELS_REPLACED = "labels-replaced"
    NOTHING_REPLACED = "nothing-replaced"
    COPIED = "copied"
    IN_A_SOURCE = "in-a-source"
    GROUPED = "grouped"
    SEQUENCES = "sequences"
    MAYBE_SEQUENCES = "maybe-sequences"


_WORDS = {
    NoteKind.READ_FROM: marked("Labels are read from {file}."),
    NoteKind.NAMED_BY: marked("Classes are named by {file}."),
    NoteKind.LABELLED_BESIDE: marked("{count:,} pictures without a class folder are labelled by {file}."),
    NoteKind.UNPACKED: marked(
        "{count:,} pictures{example} are unpacked into the project's folder; {file} stays as it is."
    ),
    NoteKind.STORED_IN: marked("Pictures and their labels are read from {file}."),
    NoteKind.PART: "{example}",
    NoteKind.PIXEL_RANGE: marked(
        "Pictures of more than 8 bits or several bands are shown and learnt from as black to white over the values "
        "{example}; {values} changes that. The files are not changed."
    ),
    NoteKind.PAGES: marked(
        "{count:,} of the TIFF files that were looked into hold several pages or planes ({example}); number {file} is "
        "shown and learnt from. Another one can be chosen {page}."
    ),
    NoteKind.WITHOUT_LABEL: marked("{count:,} pictures come in without a label: {cases}."),
    NoteKind.NOT_FOUND: marked("{count:,} pictures of {file} were not found, such as {example}."),
    NoteKind.SEVERAL_PLACES: marked(
        "{count:,} names of {file} are in several folders, so that their labels are not used: {example}. Write the "
        "folders into the table, too."
    ),
    NoteKind.TABLE_NOT_USED: marked(
        "{file} is not used: its {count:,} names do not say in which folder the pictures are ({example}). Write the "
        "folders into the table, too."
    ),
    NoteKind.LISTS_OTHERS: marked(
        "{file} is not used: none of the {count:,} pictures that it lists is here ({example})."
    ),
    NoteKind.UNLISTED: marked("{count:,} pictures are not listed in {file} and get no label, such as {example}."),
    NoteKind.MATCHED_OTHERWISE: marked(
        "{count:,} paths of {file} were matched otherwise than by their exact name: {example}."
    ),
    NoteKind.CONTRADICTED: marked(
        "{count:,} pictures have rows with different classes in {file}; they get no label and are marked as unsure, "
        "such as {example}."
    ),
    NoteKind.NO_VALUE: marked("{count:,} pictures have no class in {file} ({example} is no class)."),
    NoteKind.SEVERAL_LABELS: marked(
        "{count:,} pictures have several labels in {file} and get no class, such as {example}."
    ),
    NoteKind.DISAGREED: marked(
        "{count:,} pictures get no class, as their annotators disagree evenly in {file}, such as {example}."
    ),
    NoteKind.SEVERAL_COLUMNS: marked(
        "{count:,} rows of {file} have a 1 in several of the columns {example}, and their pictures get no label. To "
        "label these as well, choose one of these columns {column}; then the classes are, say, “{cases}” and “not "
        "{cases}”."
    ),
    NoteKind.OTHER_COLUMNS: marked(
        "The classes of {file} are read from one of several columns that may hold them ({example}); another one can be "
        "chosen."
    ),
    NoteKind.OTHER_TABLE: marked(
        "{example} gives {count:,} of the pictures another class than {file}, such as {cases}. {file} is used: the "
        "table with most labels, of equal ones that with most classes. Choose another one {table}."
    ),
    NoteKind.SPLIT_NUMBERS: marked(
        "0, 1 and 2 in the column {example} of {file} are taken as training, validation and test."
    ),
    NoteKind.ENCODING: marked(
        "{file} does not say how it is encoded; it is read as {example}. If names of classes look wrong, choose "
        "another encoding {encoding}."
    ),
    NoteKind.NAMES_ENCODING: marked(
        "{file} does not say how its names are encoded; they are read as {example}. If names of classes look wrong, "
        "choose another encoding {encoding}."
    ),
    NoteKind.BOXES: marked(
        "There are boxes around objects in {file} ({example}); a picture whose boxes are all of one class gets it."
    ),
    NoteKind.UNKNOWN_IDS: marked(
        "{count:,} annotations of {file} name pictures or categories that are not in it ({example}) and are left out."
    ),
    NoteKind.NAMED_BY_FOLDERS: marked(
        "The numbers in {file} stand for folders and get the names of these, such as {example}."
    ),
    NoteKind.MIXED_BOXES: marked(
        "{count:,} pictures have objects of more than one class ({cases}) and get no label, such as {example}."
    ),
    NoteKind.ONE_FOLDER: marked(
        "All pictures lie in folders called {example}, which is no classification; to make it a class, "
        "choose {folders}."
    ),
    NoteKind.ONLY_SPLITS: marked(
        "The folders {example} are called like splits and hold no folders of classes, so that their pictures get no "
        "class; if these are the classes, give the folders other names."
    ),
    NoteKind.SPLITS_IN_NAMES: marked(
        "File names begin or end with {example}, which are words for splits, so that their pictures get no class; if "
        "these are the classes, choose the beginning or the end of file names for the labels."
    ),
    NoteKind.SAME_INSIDE: marked(
        "All {count:,} class folders hold the same folders ({example}); if these are the classes, take them by "
        "{pattern} ([^/]+)/[^/]+$."
    ),
    NoteKind.DEEPER: marked(
        "Folders below the class folders ({example}) belong to their class; if these are the classes, take them by "
        "{pattern} ([^/]+)/[^/]+$."
    ),
    NoteKind.GROUP_FOLDERS: marked(
        "Folders such as {example} look like places or persons, so they are not taken as classes. If they are, choose "
        "{folders}."
    ),
    NoteKind.ONE_EACH: marked(
        "Each of {count:,} folders, such as {example}, holds one picture, which is no classification; to make them "
        "classes, choose {folders}."
    ),
    NoteKind.SINGLE_BANDS: marked(
        "Folders such as {example} hold the bands of one scene as pictures of their own, which is no classification; "
        "put the bands of each into one file."
    ),
    NoteKind.BEGINNINGS: marked(
        "Folders such as {example} sort pictures by the beginnings of their names, which is no classification."
    ),
    NoteKind.COPIES: marked(
        "{count:,} pictures lie twice, in a folder inside one of its own name; these are left out, such as {example}."
    ),
    NoteKind.OTHER_NAMES: marked(
        "{file} tells the classes of {count:,} pictures by other names ({example}) than the folders have; these "
        "pictures get no label. A table with both names would join them."
    ),
    NoteKind.DATES: marked("Names that are dates, such as {example}, are no classes."),
    NoteKind.BESIDE_SPLITS: marked("{count:,} pictures beside the folders of splits get no label, such as {example}."),
    NoteKind.SIMILAR_CLASSES: marked("Some classes differ only by the case of their letters: {example}."),
    NoteKind.SAME_NAME: marked(
        "{count:,} classes would share a name with another one in {file}; they keep their own: {example}."
    ),
    NoteKind.MASKS: marked("{count:,} masks beside the pictures are left out, such as {example}."),
    NoteKind.FOLDERS_PASSED_OVER: marked("{count:,} folders that programs made are left out ({example})."),
    NoteKind.UNREADABLE_PICTURES: marked("{count:,} pictures cannot be read ({example}): save them as TIFF or PNG."),
    NoteKind.RECORDINGS: marked("{count:,} recordings ({example}) are left out: save their frames as pictures."),
    NoteKind.SAME_PICTURES: marked(
        "{count:,} files ({example}) are left out, as pictures of the same names beside them are read."
    ),
    NoteKind.OTHER_FILES: marked("{count:,} files of other kinds ({example}) are left out."),
    NoteKind.EXAMPLE_TABLE: marked("{file} looks like an example without real classes; it is not used."),
    NoteKind.SPLITS_FROM: marked("{count:,} pictures get their split from {file}."),
    NoteKind.SPLITS_NOT_USED: marked("{file} name {example} in several splits, so that these splits are not used."),
    NoteKind.LISTED_WITHOUT_CLASS: marked("{file} lists {count:,} pictures without a class; they get no label."),
    NoteKind.SEVERAL_DIVISIONS: marked(
        "There are {count} divisions into splits ({example}); number {file} is used. Another one can be chosen "
        "{division}."
    ),
    NoteKind.CHOOSE_COLUMN: marked(
        "{file} lists {count:,} of the pictures, but none of its columns is called like a class ({example}); choose "
        "the column of the class."
    ),
    NoteKind.NOTHING_FOUND: marked(
        "No picture gets a class by {example}; choose another form, or let the import choose."
    ),
    NoteKind.DAMAGED: marked("{count:,} files that may hold labels cannot be read: {example}."),
    NoteKind.NOT_UNDERSTOOD: marked(
        "{count:,} files that may hold labels tell no classes that are understood ({example}); a table of paths and "
        "classes (CSV) always is."
    ),
    NoteKind.BY_ORDER: marked(
        "{count:,} labels of {file} go to the pictures in the order of their names, as it names none: {example}."
    ),
    NoteKind.OTHER_LABEL_KEPT: marked(
        "{count:,} images kept another label, such as {example}; import again with {replace} to change them."
    ),
    NoteKind.LABELS_REPLACED: marked("{count:,} labels were replaced, such as that of {example}."),
    NoteKind.NOTHING_REPLACED: marked("No image had another label, so that {replace} changed nothing."),
    NoteKind.COPIED: marked("{count:,} pictures were copied into the project, such as {example}."),
    NoteKind.SEQUENCES: marked(
        "By their names {count:,} pictures are of {example}: each of these comes to one side of the split, so that a "
        "model is checked on things that it has not seen; {apart} changes that."
    ),
    NoteKind.GROUPED: marked(
        "Pictures with the same {example} in {file} come to one side of the split, so that a model is checked on "
        "things that it has not seen; {apart} changes that."
    ),
    NoteKind.MAYBE_SEQUENCES: marked(
        "The names of {count:,} pictures may number {example}, but pictures of one look no more alike than others and "
        "are divided one by one; {together} changes that."
    ),
    NoteKind.IN_A_SOURCE: marked(
        "{count:,} pictures lie in a folder that the project has already, such as {example}; rescan finds what is new."
    ),
}

# What does not come in, or comes in without its label: told before all else.
_LOSSES = frozenset(
    {
        NoteKind.WITHOUT_LABEL,
        NoteKind.TABLE_NOT_USED,
        NoteKind.LISTS_OTHERS,
        NoteKind.SEVERAL_PLACES,
        NoteKind.NOT_FOUND,
        NoteKind.CONTRADICTED,
        NoteKind.SEVERAL_LABELS,
        NoteKind.SEVERAL_COLUMNS,
        NoteKind.DISAGREED,
        NoteKind.OTHER_TABLE,
        NoteKind.MIXED_BOXES,
        NoteKind.UNKNOWN_IDS,
        NoteKind.OTHER_NAMES,
        NoteKind.SPLITS_NOT_USED,
        NoteKind.CHOOSE_COLUMN,
        NoteKind.DAMAGED,
        NoteKind.NOT_UNDERSTOOD,
        NoteKind.NOTHING_FOUND,
        NoteKind.ONLY_SPLITS,
        NoteKind.UNREADABLE_PICTURES,
    }
)
# Where things come from, which is as it was expected.
_LAST = frozenset({NoteKind.READ_FROM, NoteKind.NAMED_BY, NoteKind.SPLITS_FROM, NoteKind.STORED_IN, NoteKind.UNPACKED})
_OF_ENCODINGS = frozenset({NoteKind.ENCODING, NoteKind.NAMES_ENCODING})
_MOST_CASES = 3
# What encodings are for, as people do not know their names.
ENCODINGS = {
    "cp932": marked("Japanese (cp932)"),
    "cp949": marked("Korean (cp949)"),
    "gbk": marked("Chinese, simplified (gbk)"),
    "big5": marked("Chinese, traditional (big5)"),
    "cp437": marked("Western, old (cp437)"),
    "cp1252": marked("Western (cp1252)"),
}
# Why pictures come in without a label, in the sum of all these.
_WHY_NONE = {
    NoteKind.SEVERAL_COLUMNS: marked("{count:,} with a 1 in several columns of {file}"),
    NoteKind.UNLISTED: marked("{count:,} not listed in {file}"),
    NoteKind.LISTED_WITHOUT_CLASS: marked("{count:,} listed in {file}, which has no classes"),
    NoteKind.NO_VALUE: marked("{count:,} without a class in {file}"),
    NoteKind.CONTRADICTED: marked("{count:,} with different classes in {file}"),
    NoteKind.SEVERAL_LABELS: marked("{count:,} with several labels in {file}"),
    NoteKind.DISAGREED: marked("{count:,} on which annotators disagree evenly"),
    NoteKind.MIXED_BOXES: marked("{count:,} with objects of more than one class"),
    NoteKind.BESIDE_SPLITS: marked("{count:,} beside the folders of splits"),
    NoteKind.OTHER_NAMES: marked("{count:,} with other names of classes in {file}"),
}


@dataclass(frozen=True, slots=True)
class Controls:
    """What the choices that a Note speaks of are called where it is read; those here are of the command line."""

    encoding: str = marked("by --encoding (cp932, cp949, gbk, cp437, cp1252 ...)")
    values: str = marked("--range LOW HIGH (and --bands)")
    page: str = marked("by --page")
    folders: str = marked("--labels folders")
    table: str = marked("by --csv FILE")
    column: str = marked("by --class-column NAME")
    pattern: str = marked("--pattern")
    replace: str = marked("--replace-labels")
    division: str = marked("by --division")
    together: str = marked("--group-by")
    apart: str = marked("--group-by none")


FLAGS = Controls()


@dataclass(frozen=True, slots=True)
class Note:
    """`count` says how often, `example` one case of it, `file` the name of the table or export that it is about,
    `cases` which cases there are, the commonest first.
    """

    kind: NoteKind
    count: int = 0
    example: str = ""
    file: str = ""
    cases: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.words(FLAGS)

    def words(self, controls: Controls) -> str:
        """The sentence, with choices called as `controls` says."""
        more = ", ..." if len(self.cases) > _MOST_CASES and self.kind is not NoteKind.WITHOUT_LABEL else ""
        shown = self.cases if self.kind is NoteKind.WITHOUT_LABEL else self.cases[:_MOST_CASES]
        example = self.example
        if self.kind in _OF_ENCODINGS or self.kind is NoteKind.NOTHING_FOUND:  # words of ours, not names of theirs
            example = _(ENCODINGS.get(example, example))
        facts = {"count": self.count, "example": example, "file": self.file, "cases": ", ".join(shown) + more}
        called = {name: _(words) for name, words in asdict(controls).items()}
        return _(_WORDS[self.kind]).format(**facts, **called)

    @property
    def is_loss(self) -> bool:
        """Whether pictures or labels do not come in."""
        return self.kind in _LOSSES

    def record(self) -> dict[str, Any]:
        """The Note for `--json`."""
        return {**asdict(self), "text": str(self)}


def merged(notes: Iterable[Note]) -> list[Note]:
    """One Note for those that say the same of several files, with the example of the first."""
    found: dict[tuple[NoteKind, str], Note] = {}
    for note in notes:
        counted = "such as {example}" in _WORDS[note.kind]
        key = note.kind, "" if counted else note.example
        known = found.get(key)
        files = ", ".join(dict.fromkeys(name for name in (known.file if known else "", note.file) if name))
        cases = tuple(dict.fromkeys((*(known.cases if known else ()), *note.cases)))
        found[key] = note if known is None else replace(known, count=known.count + note.count, file=files, cases=cases)
    return [*found.values()]


def joined_names(classes: Iterable[str]) -> str:
    """Classes that are together in a picture, as one case of a Note; a dozen of them in part."""
    names = sorted(classes)
    if len(names) > _MOST_CASES:
        return _("{names} and others").format(names=_(" and ").join(names[:_MOST_CASES]))
    return _(" and ").join(names)


def by_frequency(cases: Counter[str]) -> tuple[str, ...]:
    """Cases for a Note: as many as it shows, and one more so that it tells that there are others."""
    return tuple(case for case, _count in cases.most_common(_MOST_CASES + 1))


def summed(notes: Sequence[Note], unlabelled: int) -> list[Note]:
    """The sum of what leaves so many pictures without a label, where there are several reasons and they tell all."""
    reasons = [note for note in notes if note.kind in _WHY_NONE]
    if len(reasons) < 2 or sum(note.count for note in reasons) != unlabelled:
        return []
    cases = tuple(_(_WHY_NONE[note.kind]).format(count=note.count, file=note.file) for note in reasons)
    return [Note(NoteKind.WITHOUT_LABEL, unlabelled, cases=cases)]


def in_order(notes: Iterable[Note]) -> list[Note]:
    """The Notes as they are told: losses first, of these the sum, where things come from last."""
    return sorted(
        notes, key=lambda note: (not note.is_loss, note.kind is not NoteKind.WITHOUT_LABEL, note.kind in _LAST)
    )
