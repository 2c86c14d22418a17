"""The conditions that images are chosen by, one field of `Filter` each.

From what `condition` says of a field follow the SQL of `query`, `--where NAME=VALUE` of the command line, the Library's
form of conditions and how a filter is saved under a name.
"""

# ruff: noqa: RUF009  `condition` makes fields, as `dataclasses.field` does

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from engine.errors import UsageError
from engine.language import _, marked
from engine.library.records import Flag, Split
from engine.library.schema import PROBLEM, UNCHECKED, USABLE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SPLITS = tuple(Split)
USABLE_STATES = f"state IN ({UNCHECKED}, {USABLE})"  # those not looked at yet count until they are found wanting
HELD_OUT = (Split.VALIDATION, Split.TEST)
# A label that was accepted unseen checks nothing: in a held-out split it waits until somebody has looked at it.
LABEL_COUNTS_SQL = (
    f"NOT excluded AND NOT (unseen AND split IN ({', '.join(str(SPLITS.index(split)) for split in HELD_OUT)}))"
)
BY_CONFIDENCE = "confidence"  # the order by how sure a run was, the least sure first

Range = tuple[int | None, int | None]
Term = tuple[str, Sequence[object]]  # SQL over the table `images`, and the values of its question marks


class ConditionKind(Enum):
    """What a value is, which decides the control of a form and how text is read."""

    CHOICE = marked("one or more of some words")
    TEXT = marked("text")
    FOLDER = marked("a folder of a source")
    RANGE = marked("whole numbers FROM..TO, either may be left out")
    CLASS_ID = marked("the names of classes")
    CLASS_NAME = marked("the name of a class")
    RUN = marked("the name of a run")


class PredictionResult(StrEnum):
    """How a run's prediction and the label of an image go together."""

    PREDICTED = "predicted"
    MISTAKES = "mistakes"
    CORRECT = "correct"


class PredictedImages(Protocol):
    """The images that a run has predictions for, as columns of the same length, for conditions on predictions."""

    predicted: NDArray[np.int64]  # ids of classes
    confidence: NDArray[np.float64]  # 0 to 1

    @property
    def labels(self) -> NDArray[np.int64]:
        """The ids of the classes that are the labels now; 0 for none."""

    def class_ids_of(self, name: str) -> list[int]:
        """The ids of the classes with that name."""


Fits = Callable[[Any, PredictedImages], "NDArray[np.bool_]"]  # which of them fit a value


@dataclass(frozen=True, slots=True)
class FilterChoice:
    """A value that a condition can have: how it is written in a command, and what a form calls it."""

    text: str
    value: Any
    label: str = ""


@dataclass(frozen=True, slots=True)
class FilterField:
    """What is known of one condition.

    `name` is what a command and a saved filter call it, `attribute` the field of `Filter`, `default` its value where
    nothing is asked for. `summary` puts the value into a line of words. Values are multiples of `scale` in a command
    and a form ("1" KB is 1024). `sql` is None where only the predictions of a run tell: then `of_run` is True, and
    `fits` decides, except for which run is asked. `edited`: edits change whether an image fits. `many`: the value is a
    set, and the condition may be repeated.

    Raises:
        ValueError: nothing decides which images fit.
    """

    name: str
    attribute: str
    label: str
    help: str
    kind: ConditionKind
    default: Any
    sql: Callable[[Any], Term | None] | None
    fits: Fits | None = None
    any_label: str = ""
    summary: str = "{0}"
    unit: str = ""
    maximum: int = 0
    scale: int = 1
    choices: tuple[FilterChoice, ...] = ()
    edited: bool = False
    many: bool = False

    def __post_init__(self) -> None:
        if self.sql is None and self.fits is None and self.kind is not ConditionKind.RUN:
            raise ValueError(f"The condition {self.name} needs `sql` or `fits`, to decide which images fit.")

    @property
    def of_run(self) -> bool:
        return self.sql is None

    def value_of(self, texts: Sequence[str], class_id: Callable[[str], int]) -> Any:
        """Return the value that `texts` stand for together, as `parse` reads each; the default for none.

        Raises:
            UsageError: as `parse`; there are several, and it can have one only.
        """
        values = [self.parse(text, class_id) for text in texts]
        if self.many:
            return frozenset().union(*values) if values else self.default
        if len(values) > 1:
            raise UsageError(_("The condition {name} can be given once; found it twice.").format(name=self.name))
        return values[0] if values else self.default

    def parse(self, text: str, class_id: Callable[[str], int]) -> Any:
        """Return the value that `text` stands for; `class_id` finds a class by its name.

        Raises:
            UsageError: it stands for none; as `class_id` does.
        """
        value: Any = text
        if self.kind is ConditionKind.CHOICE:
            value = {choice.text: choice.value for choice in self.choices}.get(text, self)
            if value is self:
                known = ", ".join(choice.text for choice in self.choices)
                raise UsageError(
                    _("The condition {name} is one of {known}; found {text!r}.").format(
                        name=self.name, known=known, text=text
                    )
                )
        elif self.kind is ConditionKind.CLASS_ID:
            value = class_id(text)
        elif self.kind is ConditionKind.RANGE:
            value = self._range(text)
        elif self.kind is ConditionKind.FOLDER:
            value = text.strip("/")
        return frozenset({value}) if self.many else value

    def _range(self, text: str) -> Range:
        low, dots, high = text.partition("..")
        if not dots or not all(part == "" or (part.isascii() and part.isdecimal()) for part in (low, high)):
            raise UsageError(
                _("The condition {name} is {kind}, such as 10..20 or 10..; found {text!r}.").format(
                    name=self.name, kind=_(self.kind.value), text=text
                )
            )
        least, most = (min(int(part), self.maximum) * self.scale if part else None for part in (low, high))
        return least, most

    def texts(self, value: Any, class_name: Callable[[int], str]) -> list[str]:
        """Return the texts that `parse` reads: one, or one for each value of a set; none for the default."""
        if value == self.default:
            return []
        if self.kind is ConditionKind.CHOICE:
            return [c.text for c in self.choices if (c.value in value if self.many else c.value == value)]
        if self.kind is ConditionKind.CLASS_ID:
            return [class_name(i) for i in sorted(value)]
        if self.kind is ConditionKind.RANGE:
            return ["..".join("" if bound is None else str(bound // self.scale) for bound in value)]
        return [str(value)]


def condition(
    default: Any,
    name: str,
    label: str,
    help: str,
    kind: ConditionKind,
    sql: Callable[[Any], Term | None] | None,
    **more: Any,
) -> Any:
    """A field of `Filter` with all that `FilterField` says of it."""
    spec = {"name": name, "label": label, "help": help, "kind": kind, "sql": sql, "default": default, **more}
    return field(default=default, metadata={"condition": spec})


def _one_of(column: str, encode: Callable[[Any], object] = lambda value: value) -> Callable[[Any], Term | None]:
    def sql(values: frozenset[Any]) -> Term | None:
        marks = ", ".join("?" for _ in values)
        return (f"{column} IN ({marks})", [encode(value) for value in values]) if values else None

    return sql


def _either(yes: str, no: str, both: str = "") -> Callable[[bool | None], Term | None]:
    def sql(value: bool | None) -> Term | None:
        term = both if value is None else yes if value else no
        return (term, ()) if term else None

    return sql


def _between(column: str) -> Callable[[Range], Term | None]:
    def sql(value: Range) -> Term | None:
        bounds = [(sign, bound) for sign, bound in zip((">=", "<="), value, strict=True) if bound is not None]
        terms = " AND ".join(f"{column} {sign} ?" for sign, _ in bounds)
        return (terms, [bound for _, bound in bounds]) if bounds else None

    return sql


def _any_flag(flags: frozenset[Flag]) -> Term | None:
    return (f"({' OR '.join(sorted(flag.value for flag in flags))})", ()) if flags else None


def _below(folder: str) -> Term | None:
    return ("path LIKE ? ESCAPE '!'", [f"{_escaped(folder.rstrip('/'))}/%"]) if folder else None


def _has_text(text: str) -> Term | None:
    return ("path LIKE ? ESCAPE '!'", [f"%{_escaped(text)}%"]) if text else None


def _judged(value: PredictionResult | None, images: PredictedImages) -> NDArray[np.bool_]:
    if value is PredictionResult.PREDICTED:
        return images.confidence >= 0  # all of them
    fits: NDArray[np.bool_] = images.labels > 0
    fits &= (images.labels != images.predicted) == (value is PredictionResult.MISTAKES)
    return fits


def _predicted_so(name: str, images: PredictedImages) -> NDArray[np.bool_]:
    fits: NDArray[np.bool_] = (images.predicted[:, None] == images.class_ids_of(name)).any(axis=1)
    return fits


def _sure_within(percent: Range, images: PredictedImages) -> NDArray[np.bool_]:
    least, most = percent
    low, high = 0 if least is None else least / 100, 1 if most is None else most / 100
    fits: NDArray[np.bool_] = (images.confidence >= low) & (images.confidence <= high)
    return fits


def _escaped(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


_YES_NO = (FilterChoice("yes", True), FilterChoice("no", False))


@dataclass(frozen=True, slots=True)
class Filter:
    """Which images, in which order. Conditions that are set all hold together; empty ones do not restrict.

    Each condition says itself what it asks for. A set of values lets through what fits one of them. Conditions on
    predictions are about images that the run did not learn from.
    `among`: only these ids, which another question gave, such as a run's mistakes.
    `sort`: "path", "class" (unlabelled last), "split", "size" of the file (largest first), "date" (newest first),
    "dimensions" (most pixels first), "random", "given" (the order of `among`) or "confidence" (the least sure first, by
    `run`); `descending` turns it round.
    """

    class_ids: frozenset[int] = condition(
        frozenset(),
        "class",
        "Class",
        "Labelled so.",
        ConditionKind.CLASS_ID,
        _one_of("class_id"),
        many=True,
        edited=True,
    )
    splits: frozenset[Split] = condition(
        frozenset(),
        "split",
        "Split",
        "In this split.",
        ConditionKind.CHOICE,
        _one_of("split", SPLITS.index),
        choices=tuple(FilterChoice(split.value, split) for split in SPLITS),
        many=True,
        edited=True,
    )
    labelled: bool | None = condition(
        None,
        "labelled",
        "Labelled",
        "Has a label or not.",
        ConditionKind.CHOICE,
        _either("class_id NOT NULL", "class_id IS NULL"),
        choices=_YES_NO,
        edited=True,
    )
    problems: bool | None = condition(
        False,
        "problem",
        "Problem",
        "Cannot be used, or can.",
        ConditionKind.CHOICE,
        _either(f"state = {PROBLEM}", USABLE_STATES, "state >= 0"),
        choices=(*_YES_NO, FilterChoice("any", None)),
    )
    text: str = condition("", "text", "Text", "In the path.", ConditionKind.TEXT, _has_text)
    flags: frozenset[Flag] = condition(
        frozenset(),
        "flag",
        "Flag",
        "Has this flag.",
        ConditionKind.CHOICE,
        _any_flag,
        choices=tuple(FilterChoice(flag.value, flag) for flag in Flag),
        many=True,
        edited=True,
    )
    noted: bool | None = condition(
        None,
        "note",
        "Note",
        "Has a note or not.",
        ConditionKind.CHOICE,
        _either("note != ''", "note = ''"),
        choices=_YES_NO,
        edited=True,
    )
    folder: str = condition(
        "",
        "folder",
        "Folder",
        "Below this folder of its source.",
        ConditionKind.FOLDER,
        _below,
        any_label="Every folder",
        summary="in {0}",
    )
    bytes: Range = condition(
        (None, None),
        "bytes",
        "File size",
        "Size of the file in KB.",
        ConditionKind.RANGE,
        _between("size_bytes"),
        unit="KB",
        maximum=100_000_000,
        scale=1024,
    )
    sides: Range = condition(
        (None, None),
        "sides",
        "Shorter side",
        "Pixels of the shorter side.",
        ConditionKind.RANGE,
        _between("min(width, height)"),
        unit="px",
        maximum=100_000,
        summary="shorter side {0}",
    )
    result: PredictionResult | None = condition(
        None,
        "result",
        "Predictions",
        "A run has predictions for the validation and test images that it was given",
        ConditionKind.CHOICE,
        None,
        fits=_judged,
        any_label="Any or none",
        choices=(
            FilterChoice("predicted", PredictionResult.PREDICTED, "With a prediction"),
            FilterChoice("mistakes", PredictionResult.MISTAKES, "Mistakes"),
            FilterChoice("correct", PredictionResult.CORRECT, "Recognised"),
        ),
        edited=True,
    )
    predicted: str = condition(
        "",
        "predicted",
        "Predicted class",
        "A run predicted this class.",
        ConditionKind.CLASS_NAME,
        None,
        fits=_predicted_so,
        any_label="Any class",
        summary="predicted {0}",
    )
    confidence: Range = condition(
        (None, None),
        "confidence",
        "Confidence",
        "How sure the run was, in percent.",
        ConditionKind.RANGE,
        None,
        fits=_sure_within,
        unit="%",
        maximum=100,
        summary="confidence {0}",
    )
    run: str = condition(
        "",
        "run",
        "Run",
        "The run whose predictions are asked for; else the newest.",
        ConditionKind.RUN,
        None,
        any_label="The newest run",
        summary="by {0}",
    )
    sort: str = "path"
    among: Sequence[int] | None = None
    descending: bool = False

    def set_fields(self) -> list[FilterField]:
        """The conditions that ask for something."""
        return [f for f in conditions(type(self)) if getattr(self, f.attribute) != f.default]

    @property
    def asks_run(self) -> bool:
        """Whether predictions of a run decide which images there are. A run alone asks for nothing."""
        return any(f.fits is not None for f in self.set_fields())

    @property
    def needs_run(self) -> bool:
        """Whether predictions of a run decide which images there are, or their order."""
        return self.asks_run or self.sort == BY_CONFIDENCE

    @property
    def follows_edits(self) -> bool:
        """Whether an edit can change which images there are."""
        return any(f.edited for f in self.set_fields())

    def without_run(self) -> Filter:
        """Return the same filter as far as it needs no predictions."""
        free: dict[str, Any] = {f.attribute: f.default for f in conditions(type(self)) if f.of_run}
        return replace(self, **free, sort="path" if self.sort == BY_CONFIDENCE else self.sort)


_CONDITIONS: dict[type[Filter], tuple[FilterField, ...]] = {}


def conditions(of: type[Filter] = Filter) -> tuple[FilterField, ...]:
    """Return all conditions, in the order of a form."""
    if of not in _CONDITIONS:
        found = [f for f in fields(of) if "condition" in f.metadata]
        _CONDITIONS[of] = tuple(FilterField(attribute=f.name, **f.metadata["condition"]) for f in found)
    return _CONDITIONS[of]


def with_conditions(wanted: Filter, words: Iterable[str], class_id: Callable[[str], int]) -> Filter:
    """Return `wanted` with the conditions that `words` ask for, each `NAME=VALUE`; see `FilterField.parse`.

    Raises:
        UsageError: a word names no condition or a value that it cannot have, or repeats what can be said once.
    """
    by_name = {f.name: f for f in conditions(type(wanted))}
    texts: dict[str, list[str]] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if name not in by_name or not equals:
            raise UsageError(
                _("A condition is NAME=VALUE with one of {known}; found {word!r}.").format(
                    known=", ".join(by_name), word=word
                )
            )
        texts.setdefault(name, []).append(text)
    values: dict[str, Any] = {
        by_name[name].attribute: by_name[name].value_of(of, class_id) for name, of in texts.items()
    }
    return replace(wanted, **values)


def condition_words(wanted: Filter, class_names: Mapping[int, str]) -> list[str]:
    """Return the words that `with_conditions` makes the same conditions of."""
    return [
        f"{f.name}={text}"
        for f in conditions(type(wanted))
        for text in f.texts(getattr(wanted, f.attribute), class_names.__getitem__)
    ]


def where(wanted: Filter) -> Term:
    """Return SQL over `images` that holds for the images that fit, as far as no predictions are needed."""
    terms: list[str] = []
    values: list[object] = []
    for f in conditions(type(wanted)):
        term = f.sql(getattr(wanted, f.attribute)) if f.sql is not None else None
        if term is not None:
            terms.append(term[0])
            values += term[1]
    return " AND ".join(terms), values
