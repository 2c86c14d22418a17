"""Korean as docs/translating.md asks for it, as far as a program can tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.places import TRANSLATIONS
from gui.translations import read
from tests.gui.test_translations import forms, messages

BOTH = re.compile(r"은\(는\)|는\(은\)|이\(가\)|가\(이\)|을\(를\)|를\(을\)|과\(와\)|와\(과\)|\(으\)로|\(이\)[가-힣]")
# Only these forms are right: they follow vowels, as words that count end in one (이미지 3개, 98%), or are of a name.
PARTICLE = re.compile(r"(\{[^{}\s]*\}|%L?n)[”’\"']?(은|는|이|가|을|를|과|와|으로|로)(?![가-힣(])")
COUNTED = {"{images}", "{share}", "{percent}", "{high}", "{reached}"}
COUNTED_IN = {  # texts of the window, whose fields have no names, and one with a size in brackets behind its number
    "True {0} → predicted {1}\n{2} predicted so ({3})",
    "{0} were compared.",
    "Congratulations: all {0} are recognised.",
    "{0}, {1} kept another label",
    "{0}; {1} without an answer, as the model does not know your class",
    "{0} sorted into {1}",
    "{0} put back",
    "{0} added to the project",
    "{0} can be used now.",
    "{0} into {1}",
    "{0} in %Ln group(s) stay together.",
    "{count:,} pictures{example} are unpacked into the project's folder; {file} stays as it is.",
}
INSTEAD = {  # of these words, which mean the same
    "라벨": "레이블",
    "훈련": "학습",
    "예제": "샘플",
    "에폭": "에포크",
    "파라미터": "매개변수",
    "레이어": "층",
    "웨이트": "가중치",
    "내려받": "다운로드",
    "불러오기": "가져오기",
    "미세조정": "미세 조정",
    "혼동행렬": "혼동 행렬",
    "유효성 검사": "검증",
    "과대적합": "과적합",
    "정밀률": "정밀도",
    "재현도": "재현율",
    "컨피던스": "신뢰도",
    "스플릿": "분할",
    "카테고리": "클래스",
    "디렉터리": "폴더",
    "데이터셋": "원본",
}
INFORMAL = re.compile(r"(?<![까나])(해|돼|어|아|워|예|에|네|지)요(?![가-힣])")


def texts() -> Iterator[tuple[str, str]]:
    """Each text with its translation, of the window and of the engine."""
    for _, text, translation in messages(TRANSLATIONS / "ko.ts"):
        for form in forms(translation):
            yield text, form
    for message in read(TRANSLATIONS / "ko.po"):
        if message.id:
            source = message.id if isinstance(message.id, str) else message.id[0]
            for form in message.string if isinstance(message.string, tuple) else (message.string,):
                yield source, form


def test_a_particle_behind_a_name_that_is_put_in_has_both_forms_or_another_word_before_it() -> None:
    """Of both forms `engine.particles` leaves the one that goes with the name."""
    wrong = [
        form
        for text, form in texts()
        for field, _ in PARTICLE.findall(form)
        if field not in COUNTED and text not in COUNTED_IN
    ]
    assert not wrong, "`{file} 파일을`, or `{0}: …`, or `을(를)`"


def test_no_text_of_the_window_leaves_the_choice_of_a_particle_to_its_reader() -> None:
    """Nothing chooses there, as `engine.particles` does in what the engine says."""
    assert not [form for _, _, said in messages(TRANSLATIONS / "ko.ts") for form in forms(said) if BOTH.search(form)]


def test_one_thing_has_one_word() -> None:
    found = {(word, form) for _, form in texts() for word in INSTEAD if word in form}
    assert not found, INSTEAD


def test_sentences_end_in_one_style() -> None:
    assert not [form for _, form in texts() if INFORMAL.search(form)]


def test_percentages_and_spans_are_written_as_in_korean() -> None:
    blank = [form for _, form in texts() if re.search(r"[\d}] %(?!\d|L)", form)]
    dashes = [form for _, form in texts() if re.search(r"[\d}]%?–[\d{]", form)]
    assert not blank + dashes
