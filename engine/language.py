"""The language in which the engine speaks to people.

A text stands in the code in English, whole and as a literal: `_("Rename {name} to {new}").format(...)`. Where it is
data of a module, made before the language is known, `marked("...")` marks it for the translators, and `_` translates it
when it is said. Nothing is ever read from a translated text. Where what is put in decides about the words behind it, as
about particles in Korean, `format` of the translated text sees to that (`engine.particles`).

A process speaks the language that `use` was called with, else that of its environment. The window calls `use`; those
that we start inherit it (`engine.jobs.processes`).
"""

from __future__ import annotations

import gettext
import os

from engine import particles
from engine.places import TRANSLATIONS

SOURCE = "en"  # in which the texts stand in the code; its files hold their plurals
VARIABLE = "PIGEONHOLE_LANGUAGE"  # comes before the language of the system
_OF_SYSTEM = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set counts, as for all that uses gettext

_catalogue: gettext.NullTranslations | None = None  # None until something is said
_code = SOURCE


def codes() -> list[str]:
    """Return the code of each language that there are texts in, that of the code first."""
    return sorted((file.stem for file in TRANSLATIONS.glob("*.qm")), key=lambda code: (code != SOURCE, code))


def use(code: str) -> None:
    """Speak the language with this code from now on, in this process; English where there is no catalogue of it."""
    global _catalogue, _code
    _code = code
    file = TRANSLATIONS / f"{code}.mo"
    if file.is_file():
        with file.open("rb") as stream:
            _catalogue = gettext.GNUTranslations(stream)
    else:
        _catalogue = gettext.NullTranslations()


def used() -> str:
    """Return the code of the language in use."""
    _texts()
    return _code


def of_environment() -> str:
    """Return the code of the language that the environment asks for, of those that there are; English otherwise."""
    of_system = next(filter(None, map(os.environ.get, _OF_SYSTEM)), "")
    for wanted in (os.environ.get(VARIABLE, ""), *of_system.split(":")):
        code = wanted.partition(".")[0].partition("@")[0]  # ko of ko_KR.UTF-8, and zh_TW beside zh
        for known in (code, code.partition("_")[0]):
            if known == SOURCE or (known and (TRANSLATIONS / f"{known}.mo").is_file()):
                return known
    return SOURCE


def _texts() -> gettext.NullTranslations:
    if _catalogue is None:
        use(of_environment())
    assert _catalogue is not None
    return _catalogue


def _(text: str) -> str:
    """Return a text in the language in use."""
    return particles.text(_texts().gettext(text)) if text else ""


def plural(one: str, many: str, count: int) -> str:
    """Return the form of a text that goes with a number, with `{count}` replaced by it."""
    form = _texts().ngettext(one, many, count).replace("{count}", written(f"{count:,}"))
    return particles.text(form)


def written(number: str) -> str:
    """Return a number, written as in English, such as `12,345.6`, with the separators of the language in use."""
    form = _("1,234.5")  # its translation has them
    separators: dict[str, str | int | None] = {",": form[1:-5], ".": form[-2]}
    return number.translate(str.maketrans(separators))


def marked(text: str) -> str:
    """Mark a text for the translators, and return it as it is."""
    return text
