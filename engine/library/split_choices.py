"""How an import divides images: as a person chooses it, kept with the source so that new pictures come in alike."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace

from engine.errors import UsageError
from engine.language import _
from engine.library.records import Split
from engine.library.splits import VALIDATION_SHARE
from engine.patterns import compiled
from engine.records import RecordError, build, parse

TOGETHER_NONE = "none"  # in place of a pattern by which images are kept together
SPLIT_WAYS = (*Split, "named", "auto")


@dataclass(frozen=True, slots=True)
class SplitOptions:
    """How images are divided; see `SplitChoices`, where each of these comes from."""

    split: Split | None
    named: bool  # only as folders and tables say; nothing is drawn
    group_by: re.Pattern[str] | None
    seed: int
    validation_fraction: float
    test_fraction: float
    grouped: bool = True  # False: no image belongs to another, whatever tables and names say


@dataclass(frozen=True, slots=True)
class SplitChoices:
    """The choices of `scan.ImportParams` that are about splits, as it explains them."""

    split: str = "auto"
    group_by: str | None = None
    division: int | None = None
    seed: int = 42
    validation_fraction: float = VALIDATION_SHARE
    test_fraction: float = 0.0

    def to_text(self) -> str | None:
        """Return what the store keeps: what was chosen otherwise than by default; None where that is nothing."""
        usual = asdict(SplitChoices())
        chosen = {name: value for name, value in asdict(self).items() if value != usual[name]}
        return json.dumps(chosen) if chosen else None


def from_text(text: str | None) -> SplitChoices:
    """Return what `to_text` wrote; the default for anything else, and for an expression that is refused by now."""
    if text is None:
        return SplitChoices()
    try:
        found = build(SplitChoices, parse(text))
        if not is_usable(found):
            found = replace(found, group_by=SplitChoices().group_by)
        split_options(found)
    except (RecordError, UsageError):
        return SplitChoices()
    return found


def is_usable(chosen: SplitChoices) -> bool:
    """Return whether the expression that names what belongs together, if there is one, is one that we search with."""
    try:
        return not chosen.group_by or chosen.group_by == TOGETHER_NONE or bool(compiled(chosen.group_by))
    except UsageError:
        return False


def split_options(chosen: SplitChoices) -> SplitOptions:
    """Return how images are divided.

    Raises:
        UsageError: a choice is wrong.
    """
    if chosen.split not in SPLIT_WAYS:
        raise UsageError(
            _("A split is auto, named, {known}; found {split!r}.").format(known=", ".join(Split), split=chosen.split)
        )
    held_out = chosen.validation_fraction, chosen.test_fraction
    if any(not 0 <= share < 1 for share in held_out) or sum(held_out) >= 1:
        raise UsageError(_("The shares for validation and test are from 0 to 1 and must leave something for training."))
    if chosen.test_fraction and chosen.split != "auto":
        raise UsageError(
            _("A share for the test has no effect with the split {split}; leave out one of them.").format(
                split=chosen.split
            )
        )
    pattern = compiled(chosen.group_by) if chosen.group_by and chosen.group_by != TOGETHER_NONE else None
    return SplitOptions(
        None if chosen.split in ("auto", "named") else Split(chosen.split),
        chosen.split == "named",
        pattern,
        chosen.seed,
        chosen.validation_fraction,
        chosen.test_fraction,
        grouped=chosen.group_by != TOGETHER_NONE,
    )
