"""The language in which the engine speaks to people.

A text stands in the code in English, whole and as a literal: `_("Rename {name} to {new}").format(...)`. Where it is
data of a module, made before the language is known, `marked("...")` marks it for the translators, and `_` translates it
when it is said. Nothing is ever read from a translated text.
"""

from __future__ import annotations

import gettext

from engine.places import TRANSLATIONS

SOURCE = "en"  # in which the texts stand in the code; its files hold their plurals

_catalogue: gettext.NullTranslations = gettext.NullTranslations()
_code = ""


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
    """Return the code that `use` was called with last, for a process that is to speak alike; "" before."""
    return _code


def _(text: str) -> str:
    """Return a text in the language in use."""
    return _catalogue.gettext(text)


def plural(one: str, many: str, count: int) -> str:
    """Return the form of a text that goes with a number, with `{count}` replaced by it."""
    return _catalogue.ngettext(one, many, count).replace("{count}", f"{count:,}")


def marked(text: str) -> str:
    """Mark a text for the translators, and return it as it is."""
    return text
