"""The words by which folders, tables and cells name a split."""

from __future__ import annotations

import re

from engine.library.importers.column_words import plain
from engine.library.records import Split

_WORD = r"train(?:ing)?|val(?:id(?:ation)?)?|dev|test(?:ing)?|eval(?:uation)?"
_AROUND = r"images?|imgs?|pictures|pics|photos|data(?:set)?|set|split|folder|full|seg|final"
_SPLIT = re.compile(
    rf"(?:\d{{1,2}}[\s_.-]+)?(?:(?:{_AROUND}|public|private|my|the|id|ood)[\s_.-]*)?({_WORD})(?:[\s_.-]*(?:{_AROUND}))?[\s_-]?\d*|(unassigned)",
    re.I,
)
_SPLITS = {
    **{"tr": Split.TRAINING, "va": Split.VALIDATION, "de": Split.VALIDATION, "te": Split.TEST, "ev": Split.TEST},
    "un": Split.UNASSIGNED,
}
# In other languages, with what may follow: 훈련데이터, 训练集.
_FOREIGN = (
    (Split.TRAINING, r"entrainement|apprentissage|entrenamiento|treino|addestramento|훈련|학습|学習|訓練|训练"),
    (Split.VALIDATION, r"validierung|validacion|validacao|validazione|검증|検証|验证|驗證"),
    (Split.TEST, r"prueba|teste|시험|테스트|평가|テスト|評価|测试|測試"),
)
_FOREIGN_END = r"(?:용|용?(?:데이터|데이터셋|이미지|셋)|用?(?:データ|画像|セット)|集)?"
# The two halves of a competition's test set: one gave the score that could be seen while it ran.
_COMPETITION = {"publictest": Split.VALIDATION, "privatetest": Split.TEST}
_YES = frozenset({"1", "true", "yes", "t", "y", "1.0"})
_NO = frozenset({"0", "false", "no", "f", "n", "0.0", ""})
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_SAYS_NOTHING = frozenset(_AROUND.split("|")) - {"images?", "imgs?", "data(?:set)?"} | {
    *("image", "images", "img", "imgs", "data", "dataset", "input", "inputs", "x"),
}
# Columns of yes and no.
_FLAGS = {
    **dict.fromkeys(("isvalid", "isval", "isvalidation", "validation", "valid", "val"), Split.VALIDATION),
    **dict.fromkeys(("istest", "test"), Split.TEST),
    **dict.fromkeys(("istrain", "istraining", "train"), Split.TRAINING),
}


def split_named(word: str) -> Split | None:
    """The split that a folder or a cell called `word` stands for, such as "Train", "val_set", "test1", "seg_train"."""
    match = _SPLIT.fullmatch(word.strip())
    if match is None:
        return _foreign(word)
    letters = re.sub(r"[^a-z]", "", word.lower())
    return _COMPETITION.get(letters) or _SPLITS[(match.group(1) or match.group(2))[:2].lower()]


def _foreign(word: str) -> Split | None:
    letters = plain(word)
    return next((split for split, words in _FOREIGN if re.fullmatch(f"(?:{words}){_FOREIGN_END}", letters)), None)


def split_within(name: str) -> tuple[Split | None, tuple[str, ...]]:
    """The one split that the words of a longer name tell, such as trainLabels, cars_train, instances_val2017, and its
    other words; None where it tells none, or several as in train_test_split.
    """
    words = [word.lower() for word in _WORDS.findall(name)]
    told = {split for word in words if (split := split_named(word)) is not None}
    rest = tuple(word for word in words if split_named(word) is None and word not in _SAYS_NOTHING)
    return (told.pop() if len(told) == 1 else None), rest


def split_in_cell(column: str, cell: str) -> Split | None:
    """The split that `cell` tells in `column`, which may be one of yes and no such as `is_valid`."""
    flag = _FLAGS.get(re.sub(r"[^a-z]", "", column.lower()))
    lowered = cell.strip().lower()
    if flag is None or lowered not in _YES | _NO:
        return split_named(cell)
    if lowered in _YES:
        return flag
    return Split.VALIDATION if flag is Split.TRAINING else Split.TRAINING
