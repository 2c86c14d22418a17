"""The language of the window: which there are, which one a person uses, and its texts, numbers and dates.

A language is four files in `resources/translations`, made by `make translations`: `ko.ts` and `ko.po`, which
translators write for the window and for what the engine says, and `ko.qm` and `ko.mo`, which are read. No code names
the languages.
"""

from __future__ import annotations

import os

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from engine import language as engine_language
from engine.places import TRANSLATIONS

SOURCE = engine_language.SOURCE
VARIABLE = engine_language.VARIABLE


def languages() -> dict[str, str]:
    """Return the name of each language, in itself, by its code; the one of the code first."""
    return {code: _name(code) for code in engine_language.codes()}


def _name(code: str) -> str:
    name = "English" if code == SOURCE else QLocale(code).nativeLanguageName()
    return name[:1].upper() + name[1:]


def chosen(setting: str) -> str:
    """Return the code of the language to use: what a person set, else the environment, else the system's first."""
    wanted = [setting, os.environ.get(VARIABLE, ""), *QLocale.system().uiLanguages()]
    known = languages()
    for name in wanted:
        code = QLocale(name).name() if name else ""
        for candidate in (code, code.partition("_")[0]):  # zh_TW may be there beside zh
            if candidate in known:
                return candidate
    return SOURCE


def used() -> str:
    """Return the code of the language in use."""
    code = QLocale().name()
    return code if code in languages() else code.partition("_")[0]


def use(app: QCoreApplication, code: str) -> None:
    """Use a language from now on, for all that is shown anew: texts, those of Qt itself too, numbers and dates."""
    for before in app.findChildren(QTranslator, "language"):
        app.removeTranslator(before)
        before.deleteLater()
    system = QLocale.system()
    same = code in (system.name(), system.name().partition("_")[0])
    QLocale.setDefault(system if same else QLocale(code))  # with the system's own forms of dates where it is the same
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in ((f"qtbase_{code}", qt), (code, str(TRANSLATIONS))):
        translator = QTranslator(app)
        translator.setObjectName("language")
        if translator.load(name, folder):
            app.installTranslator(translator)
    engine_language.use(code)


def percent_form() -> str:
    """How the language writes percentages, with `{0}` for the number."""
    return engine_language._("{0} %")
