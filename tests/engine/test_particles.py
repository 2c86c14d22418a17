"""Korean particles follow the last sound of what is put in before them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator

import pytest

from engine import language, particles
from engine.places import TRANSLATIONS
from gui.translations import read
from tests.gui.test_korean import BOTH


def behind(name: str, both: str = "은(는)") -> str:
    return particles.text("{name}" + both).format(name=name).removeprefix(name)


@pytest.mark.parametrize(
    ("both", "after_vowel", "after_l", "after_consonant"),
    [
        ("은(는)", "는", "은", "은"),
        ("는(은)", "는", "은", "은"),
        ("이(가)", "가", "이", "이"),
        ("을(를)", "를", "을", "을"),
        ("과(와)", "와", "과", "과"),
        ("와(과)", "와", "과", "과"),
        ("(으)로", "로", "로", "으로"),
        ("(으)로서", "로서", "로서", "으로서"),
        ("(이)라는", "라는", "이라는", "이라는"),
        ("(이)나", "나", "이나", "이나"),
    ],
)
def test_each_particle_has_a_form_for_each_end_of_a_syllable(
    both: str, after_vowel: str, after_l: str, after_consonant: str
) -> None:
    assert [behind(name, both) for name in ("개", "연필", "책")] == [after_vowel, after_l, after_consonant]


@pytest.mark.parametrize("name", ["개", "고양이", "소", "귀", "쥐", "뭐", "ㅏ"])
def test_a_syllable_without_a_final_takes_the_form_of_a_vowel(name: str) -> None:
    assert (behind(name), behind(name, "(으)로")) == ("는", "로")


@pytest.mark.parametrize("name", ["책", "손", "밭", "앞", "꽃", "빵", "밖", "값", "닭", "삶", "ㄱ", "ㅎ"])
def test_a_syllable_with_a_final_takes_the_form_of_a_consonant(name: str) -> None:
    assert (behind(name), behind(name, "(으)로")) == ("은", "으로")


@pytest.mark.parametrize("name", ["말", "길", "파일", "픽셀", "ㄹ"])
def test_only_ro_follows_a_final_l_as_it_follows_a_vowel(name: str) -> None:
    assert (behind(name), behind(name, "(으)로")) == ("은", "로")


def test_all_syllables_of_the_alphabet_have_an_ending() -> None:
    chosen = [behind(chr(code), "(으)로") for code in range(0xAC00, 0xD7A4)]
    assert {form: chosen.count(form) for form in set(chosen)} == {"로": 2 * 399, "으로": 26 * 399}


def test_a_name_as_some_disks_keep_it_is_read_the_same() -> None:
    for name in ("책", "개", "파일"):
        assert behind(unicodedata.normalize("NFD", name)) == behind(name)


@pytest.mark.parametrize(
    ("number", "particle", "towards"),
    [
        ("0", "은", "으로"),
        ("1", "은", "로"),
        ("2", "는", "로"),
        ("3", "은", "으로"),
        ("4", "는", "로"),
        ("5", "는", "로"),
        ("6", "은", "으로"),
        ("7", "은", "로"),
        ("8", "은", "로"),
        ("9", "는", "로"),
        ("10", "은", "으로"),
        ("1,000", "은", "으로"),
        ("1,234", "는", "로"),
        ("100000000", "은", "으로"),  # 억
        ("1,000,000,000,000", "는", "로"),  # 조
        ("0.5", "는", "로"),
        ("2.10", "은", "으로"),
        ("0.95", "는", "로"),
        ("98%", "는", "로"),
        ("폴더 12", "는", "로"),
        ("2026-12-01", "은", "로"),
    ],
)
def test_numbers_are_read_in_korean(number: str, particle: str, towards: str) -> None:
    assert (behind(number), behind(number, "(으)로")) == (particle, towards)


@pytest.mark.parametrize(
    ("name", "particle"),
    [
        ("A", "는"),
        ("L", "은"),
        ("N", "은"),
        ("r", "은(는)"),  # 아르 or 알
        ("CSV", "는"),
        ("jpg", "는"),
        ("photo.png", "는"),
        ("HTML", "은"),
        ("GPU", "는"),
        ("CUDA", "는"),
        ("RAM", "은"),
        ("OCR", "은(는)"),  # 오시알
        ("USB", "은(는)"),
        ("JPEG", "은(는)"),  # 제이피이지 or 제이펙
        ("label", "은"),
        ("file", "은"),
        ("table", "은"),
        ("train", "은"),
        ("airplane", "은"),
        ("training", "은"),
        ("film", "은"),
        ("panda", "는"),
        ("taxi", "는"),
        ("tiger", "는"),
        ("horse", "는"),
        ("bird", "는"),
        ("bus", "는"),
        ("box", "는"),
        ("fish", "는"),
        ("Ray", "는"),
        ("Keras", "는"),
        ("TensorFlow", "는"),
        ("OpenVINO", "는"),
        ("model.onnx", "는"),
        ("daisy", "는"),
        ("desk", "는"),
        ("test", "는"),
        ("lamp", "는"),
        ("light", "는"),
        ("object", "는"),
        ("cat", "은(는)"),  # 캣, but 로봇 and 요트
        ("frog", "은(는)"),
        ("ship", "은(는)"),
        ("truck", "은(는)"),
        ("club", "은(는)"),
        ("chocolate", "은(는)"),
        ("B0", "은(는)"),  # 비영 or 비제로
        ("MobileNetV2", "는"),
        ("x5", "는"),
        ("run-1", "은"),
        ("f1", "은"),
    ],
)
def test_latin_letters_are_read_as_korean_writes_english_words_and_both_forms_stay_where_that_differs(
    name: str, particle: str
) -> None:
    assert behind(name) == particle


def test_ro_is_chosen_where_both_readings_of_a_name_take_the_same() -> None:
    assert [behind(name, "(으)로") for name in ("r", "f1", "B0")] == ["로", "(으)로", "(으)로"]


@pytest.mark.parametrize("name", ["", "…", "犬", "собака", "いぬ", "café", "🐕", "---"])
def test_both_forms_stay_where_nobody_knows_how_a_name_is_read(name: str) -> None:
    assert (behind(name), behind(name, "(으)로"), behind(name, "(이)라는")) == ("은(는)", "(으)로", "(이)라는")


@pytest.mark.parametrize(
    ("name", "particle"),
    [
        ("'개'", "는"),
        ("“책”", "은"),
        ("`책`", "은"),
        ("사진/", "은"),
        ("개(책)", "는"),
        ("개 (dog)", "는"),
        ("'책'(Book)", "은"),
        ("(책)", "은"),
        ("<bdi>책</bdi>", "은"),
    ],
)
def test_what_closes_a_name_is_not_read(name: str, particle: str) -> None:
    assert behind(name) == particle


def test_a_particle_goes_with_what_stands_before_it_in_the_sentence() -> None:
    text = particles.text("'{a}'은(는) {b!r}을(를) {n:,}(으)로, {a}와(과) {{은(는)}}")
    assert text.format(a="개", b="책", n=1000) == "'개'는 '책'을 1,000으로, 개와 {은(는)}"
    assert particles.text("{0}은(는) {1}이(가)").format("책", "개") == "책은 개가"


def test_what_is_put_in_stays_as_it_is() -> None:
    assert particles.text("{name}은(는) 없음").format(name="이(가)") == "이(가)는 없음"
    assert particles.text("{name}: 없음").format(name="개은(는)") == "개은(는): 없음"


def test_a_text_without_both_forms_is_a_plain_one() -> None:
    assert type(particles.text("{name} 파일을")) is str
    assert json.dumps(particles.text("{name}을(를)"), ensure_ascii=False) == '"{name}을(를)"'


@pytest.fixture
def korean() -> Iterator[None]:
    language.use("ko")
    yield
    language.use("en")


@pytest.mark.usefixtures("korean")
@pytest.mark.parametrize(("name", "said"), [("개", "개는"), ("책", "책은"), ("연필", "연필은"), ("ship", "ship은(는)")])
def test_a_sentence_of_the_engine_reads_as_it_is_spoken(name: str, said: str) -> None:
    assert (
        language._("{name} is not a Pigeonhole project.").format(name=name) == f"{said} Pigeonhole 프로젝트가 아닙니다."
    )


def test_every_sentence_of_the_engine_has_its_particles_chosen() -> None:
    """Those that stand both behind nothing that is put in would stay as they are."""
    texts = [
        form
        for message in read(TRANSLATIONS / "ko.po")
        if message.id
        for form in (message.string if isinstance(message.string, tuple) else (message.string,))
        if BOTH.search(form)
    ]
    assert len(texts) > 90
    for form in texts:
        names = re.findall(r"\{(\w+)[^{}]*\}", form)
        for name in ("개", "연필", "책"):
            filled = particles.text(re.sub(r"(\{\w+)[^{}]*\}", r"\1}", form)).format(**dict.fromkeys(names, name))
            assert not BOTH.search(filled), filled
