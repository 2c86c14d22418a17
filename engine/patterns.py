"""Regular expressions as people write them, and as a project keeps them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from engine.errors import UsageError
from engine.language import _

_MANY = 20  # times, of a repetition that has a bound

MISTAKES = (re.error, OverflowError, RecursionError)
"""What `re.compile` raises: of a number of repetitions that is too large, and of groups in groups in groups, too."""

# The parts of an expression that `re.compile` takes. The last of them is a character, or what stands for one.
_PARTS = re.compile(
    r"""
    (?P<nothing> \(\?\#[^)]*\) | \(\?[aiLmsux]+\) )        # a comment, and flags for the whole
    | (?P<open> \( (?: \?P<\w+> | \?\(\w+\) | \?[aiLmsux-]*: | \?<?[=!] | \?> )? )
    | (?P<close> \) )
    | (?P<or> \| )
    | (?P<repeat> (?: [*+?] | \{(?P<least>\d*)(?P<to>,?)(?P<most>\d*)\}(?<!\{\})(?<!\{,\}) ) (?P<how>[?+]?) )
    | (?P<one> \(\?P=\w+\) | \[\^?\]?(?:\\.|[^\]\\])*\] | \\. | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_CHARACTER = re.compile(r"[^.^$\\]|\[[^^].*\]|\\[^AbBZ1-9]", re.DOTALL)  # or a set of those that may stand there
_VERBOSE = re.compile(r"(?P<kept>\[\^?\]?(?:\\.|[^\]\\])*\]|\\.)|\s+|#[^\n]*", re.DOTALL)


def compiled(text: str) -> re.Pattern[str]:
    """Return the expression that `text` is.

    Raises:
        UsageError: it is none, or it repeats a group in which something is repeated or chosen: on a name that does not
            match such a one may take longer than anybody waits, and no thread of ours can end it.
    """
    try:
        found = re.compile(text)
    except MISTAKES as error:
        raise UsageError(_("{text!r} is not a regular expression: {why}.").format(text=text, why=error)) from None
    if _is_endless(found):
        sentence = _(
            "{text!r} repeats a group that holds a repetition or a choice, which can take for ever; write it without "
            "one of them."
        )
        raise UsageError(sentence.format(text=text))
    return found


@dataclass(slots=True)
class _Group:
    """What was read of a group: whether something is repeated many times or chosen in it, and its alternatives."""

    varies: bool = False
    alternatives: list[list[str]] = field(default_factory=lambda: [[]])

    @property
    def is_choice(self) -> bool:
        """Whether there are alternatives, other than different single characters: of these Python makes a set."""
        is_set = all(len(parts) == 1 and _CHARACTER.fullmatch(parts[0]) for parts in self.alternatives)
        are_different = any(parts != self.alternatives[0] for parts in self.alternatives)
        return len(self.alternatives) > 1 and not (is_set and are_different)


def _is_endless(expression: re.Pattern[str]) -> bool:
    """Return whether something is repeated many times, or chosen, within what is repeated many times."""
    text = expression.pattern
    if expression.flags & re.VERBOSE:
        text = _VERBOSE.sub(lambda found: found["kept"] or "", text)
    groups, last = [_Group()], _Group()  # those that are open, and what a repetition would repeat
    for part in _PARTS.finditer(text):
        match part.lastgroup:
            case "open":
                groups.append(_Group())
            case "or":
                groups[-1].alternatives.append([])
            case "close" if len(groups) > 1:  # else it stood in a comment
                last = groups.pop()
                last.varies |= last.is_choice
                groups[-1].varies |= last.varies
                groups[-1].alternatives[-1].append("()")
            case "one":
                last = _Group()
                groups[-1].alternatives[-1].append(part["one"])
            case "repeat" | "how":
                if _is_many(part):
                    if last.varies:
                        return True
                    groups[-1].varies = True
                groups[-1].alternatives[-1].append("*")
    return False


def _is_many(repetition: re.Match[str]) -> bool:
    """Return whether it repeats without a bound, or so often as if; one that gives nothing back (`a*+`) does not."""
    if repetition["how"] == "+":
        return False
    sign = repetition["repeat"][0]
    if sign != "{":
        return sign != "?"
    most = repetition["most"] or ("" if repetition["to"] else repetition["least"])
    return not most or int(most) > _MANY
