"""Korean particles, whose form follows the last sound of the word before them: 개는 and 개로, but 책은 and 책으로.

A translation writes both forms, `{name}은(는)`; when a name is put in, the one that goes with it is left. Where nobody
can know how the name is read, both stay.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from typing import TypeVar


class Ending(Enum):
    """How the last syllable of a word ends."""

    VOWEL = "vowel"
    L = "ㄹ"  # a consonant, but 로 follows it as it follows a vowel
    CONSONANT = "consonant"


Words = TypeVar("Words", bound=str)  # plain, or markup

ANY = frozenset(Ending)
_VOWEL, _L, _CONSONANT = (frozenset({ending}) for ending in Ending)

# After a consonant, and after a vowel.
_FORMS = {"은(는)": "은는", "이(가)": "이가", "을(를)": "을를", "과(와)": "과와"}
_FORMS |= {f"{forms[1]}({forms[0]})": forms for forms in _FORMS.values()}
_EITHER = "|".join(map(re.escape, _FORMS))
_BOTH = re.compile(rf"{_EITHER}|\(으\)(?=로)|\(이\)(?=[가-힣])")

_CLOSED = re.compile(r"""(?:[\s"'’”`」』》〉\]/\\]|</\w+>)+$""")  # ends nothing that is read
_IN_BRACKETS = re.compile(r"(?<=[^\s(])\s*\([^()]*\)$")  # read past: 한국(Korea)은
_NUMBER = re.compile(r"\d[\d,.]*$")
_LETTERS = re.compile(r"[A-Za-z]+$")

_DIGITS = dict.fromkeys("2459", _VOWEL) | dict.fromkeys("178", _L)  # 이, 사, 오, 구; 일, 칠, 팔
_DIGITS |= dict.fromkeys("360", _CONSONANT)  # 삼, 육; 영, and 십, 백, 천, 만, 억
_IN_ENGLISH = dict.fromkeys("0234568", _VOWEL) | dict.fromkeys("179", _CONSONANT)  # 제로; 원
_HEARD = 200  # letters at the end of a text that are looked at
_TRILLIONS = range(12, 16)  # zeros that are read 조
_JAMO_CONSONANTS, _JAMO_VOWELS = range(0x3131, 0x314F), range(0x314F, 0x3164)  # ㄱ 기역, ㅏ 아
_SIGNS = {"%": _VOWEL, "℃": _VOWEL, "°": _VOWEL, "+": _VOWEL, "&": _VOWEL}  # 퍼센트, 도, 플러스, 앤드

_SPELLED = {"l": _L, "m": _CONSONANT, "n": _CONSONANT, "r": _VOWEL | _L}  # 엘, 엠, 엔, 아르 or 알
# How Korean writes English words by their last letters; the first that fits counts. A last b, c, g, k, p or t is a
# consonant here (컵, 북) and a syllable of its own there (테이프, 케이크): only behind some letters is it known.
_WORDS = tuple(
    (re.compile(f"(?:{letters})$"), ending)
    for letters, ending in (
        ("le?", _L),  # 모델, 파일, 테이블
        ("ng|me?|ne?", _CONSONANT),  # 프레임, 머신
        ("[tp]e", ANY),  # 플레이트, but 초콜릿; 파이프, but 타입
        ("[aeioudfhjrsvwxyz]", _VOWEL),  # 호스, 버드, 카, 버스, 박스
        ("[flmnrs][kpt]|[chpx]t", _VOWEL),  # 데스크, 램프, 테스트
    )
)


class Text(str):
    """A text with particles in both forms, which are chosen when its fields are filled."""

    __slots__ = ()

    def format(self, *args: object, **fields: object) -> str:
        """Return the text with its fields filled and the particles that go with them."""
        return filled(str(self), *args, **fields)


def text(translated: str) -> str:
    """Return a translated text so that `format` chooses its particles, where it has any."""
    return Text(translated) if _BOTH.search(translated) else translated


def filled(translated: Words, *args: object, **fields: object) -> Words:
    """Return what `translated.format` does, with the particles that go with what is put in.

    What is put in stays as it is, also where it holds both forms of a particle.
    """
    begun, done = translated[:0], 0
    for both in _BOTH.finditer(translated):
        begun += translated[done : both.start()].format(*args, **fields)
        begun += particle(str(begun), both.group())
        done = both.end()
    return begun + translated[done:].format(*args, **fields)  # type: ignore[return-value]  # of the same kind


def particle(before: str, both: str) -> str:
    """Return the form of a particle, such as `은(는)`, `(으)` or `(이)`, behind a text; both where nobody can know."""
    forms = _FORMS.get(both, both[1])  # the one letter in brackets stands behind a consonant only
    after_consonant, after_vowel = forms[0], forms[1:]
    bare = {Ending.VOWEL, Ending.L} if both == "(으)" else {Ending.VOWEL}
    chosen = {after_vowel if ending in bare else after_consonant for ending in endings(before)}
    return chosen.pop() if len(chosen) == 1 else both


def endings(words: str) -> frozenset[Ending]:
    """Return how the last sound of a text may be, as it is read in Korean: all endings where nothing is known."""
    heard = unicodedata.normalize("NFC", words[-_HEARD:])
    heard = _IN_BRACKETS.sub("", _CLOSED.sub("", heard))
    heard = _CLOSED.sub("", heard.rstrip(")"))
    if not heard:
        return ANY
    last = ord(heard[-1])
    if 0xAC00 <= last <= 0xD7A3:  # syllables are in the order of their finals
        final = (last - 0xAC00) % 28
        return _VOWEL if final == 0 else _L if final == 8 else _CONSONANT
    if last in _JAMO_VOWELS or heard[-1] in _SIGNS:
        return _SIGNS.get(heard[-1], _VOWEL)
    if last in _JAMO_CONSONANTS:
        return _L if heard[-1] == "ㄹ" else _CONSONANT
    if number := _NUMBER.search(heard):
        return _of_number(number.group(), heard[: number.start()])
    if letters := _LETTERS.search(heard):
        return _of_letters(letters.group())
    return ANY


def _of_number(number: str, before: str) -> frozenset[Ending]:
    digits = number.rstrip(",.").replace(",", "")
    zeros = 0 if "." in digits else len(digits) - len(digits.rstrip("0"))
    korean = _VOWEL if zeros in _TRILLIONS else _DIGITS[digits[-1]]
    if _LETTERS.search(before):  # B0 is read 비제로 or 비영
        return korean | _IN_ENGLISH[digits[-1]]
    return korean


def _of_letters(letters: str) -> frozenset[Ending]:
    spelled = _SPELLED.get(letters[-1].lower(), _VOWEL)
    word = letters.lower()
    if len(word) == 1 or not re.search("[aeiouy]", word):  # jpg, HTML
        return spelled
    read = next((ending for end, ending in _WORDS if end.search(word)), ANY)
    return read | spelled if letters[-1].isupper() else read  # GPU and RAM may be read either way
