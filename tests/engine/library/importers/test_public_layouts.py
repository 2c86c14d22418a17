"""One small tree for each public layout of labelled pictures, as their publishers or Kaggle lay them out: the classes
and splits are the intended ones, or a Note says what was not read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.errors import SourceError
from engine.library.importers.detect import detect
from engine.library.importers.note import NoteKind
from engine.library.packed.arrays import read as read_arrays


@dataclass(frozen=True)
class Layout:
    """Pictures and other files; then what is right."""

    pictures: tuple[str, ...]
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)
    splits: Mapping[str, int] | None = None
    notes: frozenset[NoteKind] = frozenset()
    groups: int | None = None


def many(pattern: str, numbers: range = range(6)) -> tuple[str, ...]:
    return tuple(pattern.format(n) for n in numbers)


def rows(pattern: str, values: tuple[str, ...] = ("cat", "dog"), numbers: range = range(6)) -> str:
    """A line for each number; `{0}` is the number, `{1}` one of the values in turn."""
    return "".join(pattern.format(n, values[n % len(values)]) + "\n" for n in numbers)


def notes(*kinds: NoteKind) -> frozenset[NoteKind]:
    return frozenset(kinds)


ANIMALS = {"cat": 3, "dog": 3}
SYNSETS = ("n01440764", "n01443537")
LAYOUTS = {
    "Kaggle: train_labels.csv and test_labels.csv over the same names": Layout(
        (*many("train/{}.jpg"), *many("test/{}.jpg", range(4))),
        {
            "train_labels.csv": "id,label\n" + rows("{0},{1}"),
            "test_labels.csv": "id,label\n" + rows("{0},{1}", numbers=range(4)),
        },
        {"cat": 5, "dog": 5},
        {"training": 6, "test": 4},
    ),
    "Kaggle: trainLabels.csv over names that the test folder has, too": Layout(
        (*many("train/{}.png"), *many("test/{}.png", range(4))),
        {"trainLabels.csv": "id,label\n" + rows("{0},{1}")},
        ANIMALS,
        {"training": 6, "test": 4},
    ),
    "Kaggle: number labels that a JSON file names": Layout(
        many("train_images/{}.jpg"),
        {
            "train.csv": "image_id,label\n" + rows("{0}.jpg,{1}", ("0", "1")),
            "label_num_to_disease_map.json": json.dumps({"0": "cat", "1": "dog", "2": "cow"}),
        },
        ANIMALS,
        notes=notes(NoteKind.NAMED_BY),
    ),
    "Kaggle: folders sort by the beginnings of names": Layout(
        tuple(f"train/{a}/{b}/{a}{b}{n}.jpg" for a in "ab" for b in "12" for n in range(2)),
        {"train.csv": "id,landmark_id\n" + "".join(f"{a}{b}{n},{n}\n" for a in "ab" for b in "12" for n in range(2))},
        {"0": 4, "1": 4},
    ),
    "ImageNet: a cell of class and box, names of synsets": Layout(
        (
            *(f"Data/CLS-LOC/train/{w}/{w}_{n}.JPEG" for w in SYNSETS for n in range(2)),
            *many("Data/CLS-LOC/val/ILSVRC2012_val_{:08}.JPEG", range(2)),
        ),
        {
            "LOC_synset_mapping.txt": f"{SYNSETS[0]} tench, Tinca tinca\n{SYNSETS[1]} goldfish\n",
            "LOC_val_solution.csv": "ImageId,PredictionString\n"
            + rows("ILSVRC2012_val_{0:08},{1} 1 2 3 4 {1} 5 6 7 8 ", SYNSETS, range(2)),
        },
        {"tench, Tinca tinca": 3, "goldfish": 3},
        {"training": 4, "validation": 2},
        notes(NoteKind.NAMED_BY, NoteKind.LABELLED_BESIDE),
    ),
    "ImageNet-100: train.X1, train.X2, val.X and Labels.json": Layout(
        tuple(f"{s}/{w}/{s}{n}.JPEG" for s in ("train.X1", "train.X2", "val.X") for w in SYNSETS for n in range(2)),
        {"Labels.json": json.dumps(dict(zip(SYNSETS, ("tench", "goldfish"), strict=True)))},
        {"tench": 6, "goldfish": 6},
        {"training": 8, "validation": 4},
    ),
    "Tiny ImageNet: tables of boxes are no tables of classes": Layout(
        (
            *(f"t/train/{w}/images/{w}_{n}.JPEG" for w in SYNSETS for n in range(4)),
            *many("t/val/images/val_{}.JPEG", range(4)),
        ),
        {
            **{f"t/train/{w}/{w}_boxes.txt": rows(f"{w}_{{0}}.JPEG\t0\t10\t63\t58") for w in SYNSETS},
            "t/val/val_annotations.txt": rows("val_{0}.JPEG\t{1}\t0\t32\t44\t62", SYNSETS, range(4)),
            "t/words.txt": f"{SYNSETS[0]}\ttench\n{SYNSETS[1]}\tgoldfish\nn09999999\tother\n",
        },
        {"tench": 6, "goldfish": 6},
        {"training": 8, "validation": 4},
    ),
    "a workbook's words in German, beside folders of places": Layout(
        tuple(f"Fotos/Wiese {n % 3}/DSC{n:05}.JPG" for n in range(12)),
        {"Funde.csv": "Nr;Foto;Standort;Art\n" + rows("{0};DSC{0:05}.JPG;Wiese;{1}", numbers=range(12))},
        {"cat": 6, "dog": 6},
        notes=notes(NoteKind.READ_FROM),
    ),
    "a table in Korean": Layout(
        many("사진/{}.jpg"), {"목록.csv": "파일명,품종,구분\n" + rows("{0}.jpg,{1},학습")}, ANIMALS, {"training": 6}
    ),
    "a table in Japanese": Layout(many("{}.jpg"), {"list.csv": "ファイル名,ラベル\n" + rows("{0}.jpg,{1}")}, ANIMALS),
    "a table in Spanish": Layout(many("{}.jpg"), {"t.csv": "imagen,categoría\n" + rows("{0}.jpg,{1}")}, ANIMALS),
    "folders of splits in other languages and with numbers": Layout(
        tuple(f"{s}/{c}/{s}{n}.jpg" for s in ("1.Training", "2.Validation") for c in ("cat", "dog") for n in range(3)),
        classes={"cat": 6, "dog": 6},
        splits={"training": 6, "validation": 6},
    ),
    "folders of splits in Korean": Layout(
        tuple(f"{s}/{c}/{n}.jpg" for s in ("학습데이터", "검증용", "테스트") for c in ("cat", "dog") for n in range(3)),
        classes={"cat": 9, "dog": 9},
        splits={"training": 6, "validation": 6, "test": 6},
    ),
    "class folders, and a table of several such columns": Layout(
        tuple(f"{c}/{c}{n}.jpg" for c in ("cat", "dog") for n in range(3)),
        {
            "list.csv": "file,weather,light\n"
            + "".join(f"{c}{n}.jpg,{'sw'[n % 2]},{'ab'[n // 2]}\n" for c in ("cat", "dog") for n in range(3))
        },
        ANIMALS,
        notes=notes(NoteKind.CHOOSE_COLUMN),
    ),
    "Plant Pathology: Train_0.jpg and Test_0.jpg are no classes, and test.csv is told": Layout(
        (*many("images/Train_{}.jpg"), *many("images/Test_{}.jpg", range(4))),
        {
            "train.csv": "image_id,cat,dog\n" + rows("Train_{0},{1}", ("1,0", "0,1")),
            "test.csv": "image_id\n" + rows("Test_{0}", numbers=range(4)),
            "sample_submission.csv": "image_id,cat,dog\n" + rows("Test_{0},0.5,0.5", numbers=range(4)),
        },
        ANIMALS,
        {"training": 6, "test": 4},
        notes(NoteKind.LISTED_WITHOUT_CLASS, NoteKind.EXAMPLE_TABLE),
    ),
    "two people's tables that differ": Layout(
        many("{}.jpg"),
        {
            "anna.csv": "file,label\n" + rows("{0}.jpg,{1}"),
            "ben.csv": "file,label\n" + rows("{0}.jpg,{1}", ("cat", "dog", "cow", "dog")),
        },
        notes=notes(NoteKind.OTHER_TABLE),
        classes={"cat": 2, "cow": 1, "dog": 3},
    ),
    "frames of videos, each 25th": Layout(
        tuple(f"{c}/clip{v}_frame{25 * n:05}.jpg" for c in ("cat", "dog") for v in range(4) for n in range(5)),
        classes={"cat": 20, "dog": 20},
        groups=8,
    ),
    "Oxford-IIIT Pets: trainval.txt and test.txt": Layout(
        tuple(f"images/{c}_{n}.jpg" for c in ("Abyssinian", "beagle") for n in range(6)),
        {
            "annotations/trainval.txt": "".join(f"{c}_{n} 1 1 1\n" for c in ("Abyssinian", "beagle") for n in range(4)),
            "annotations/test.txt": "".join(f"{c}_{n} 1 1 1\n" for c in ("Abyssinian", "beagle") for n in (4, 5)),
            "annotations/list.txt": "#Image CLASS-ID SPECIES BREED ID\n"
            + "".join(f"{c}_{n} 1 1 1\n" for c in ("Abyssinian", "beagle") for n in range(6)),
        },
        {"Abyssinian": 6, "beagle": 6},
        {"training": 8, "test": 4},
        notes(NoteKind.SPLITS_FROM),
    ),
    "ChestX-ray14: train_val_list.txt and test_list.txt": Layout(
        many("images_001/images/{:08}.png", range(10)),
        {
            "Data_Entry_2017.csv": "Image Index,Finding Labels,Follow-up #,Patient ID\n"
            + rows("{0:08}.png,{1},0,{0}", ("Mass", "No Finding"), range(10)),
            "train_val_list.txt": rows("{0:08}.png", numbers=range(7)),
            "test_list.txt": rows("{0:08}.png", numbers=range(7, 10)),
        },
        {"Mass": 5, "No Finding": 5},
        {"training": 7, "test": 3},
        notes(NoteKind.SPLITS_FROM),
    ),
    "DTD: the first of ten divisions, and the others are told": Layout(
        tuple(f"images/{c}/{c}_{n}.jpg" for c in ("banded", "dotted") for n in range(6)),
        {
            f"labels/{s}{k}.txt": "".join(f"{c}/{c}_{(n + k) % 6}.jpg\n" for c in ("banded", "dotted") for n in places)
            for k in range(1, 11)
            for s, places in (("train", (0, 1)), ("val", (2, 3)), ("test", (4, 5)))
        },
        {"banded": 6, "dotted": 6},
        {"training": 4, "validation": 4, "test": 4},
        notes(NoteKind.SPLITS_FROM, NoteKind.SEVERAL_DIVISIONS),
    ),
    "SUN397: Training_01.txt and Testing_01.txt": Layout(
        tuple(f"SUN397/{c[0]}/{c}/sun_{c}{n}.jpg" for c in ("abbey", "beach") for n in range(4)),
        {
            f"Partitions/{s}_{k:02}.txt": "".join(
                f"/{c[0]}/{c}/sun_{c}{n}.jpg\n" for c in ("abbey", "beach") for n in places
            )
            for k in (1, 2)
            for s, places in (("Training", (0, 1, 2)), ("Testing", (3,)))
        },
        {"abbey": 4, "beach": 4},
        {"training": 6, "test": 2},
        notes(NoteKind.SPLITS_FROM, NoteKind.SEVERAL_DIVISIONS),
    ),
    "MIT Indoor 67: TrainImages.txt and TestImages.txt": Layout(
        tuple(f"Images/{c}/{c}{n}.jpg" for c in ("bakery", "bar") for n in range(4)),
        {
            "TrainImages.txt": "".join(f"{c}/{c}{n}.jpg\n" for c in ("bakery", "bar") for n in range(3)),
            "TestImages.txt": "bakery/bakery3.jpg\nbar/bar3.jpg\n",
        },
        {"bakery": 4, "bar": 4},
        {"training": 6, "test": 2},
    ),
    "RESISC45: the set's name before the split": Layout(
        tuple(f"NWPU/{c}/{c}_{n}.jpg" for c in ("airport", "beach") for n in range(4)),
        {
            "resisc45-train.txt": rows("airport_{0}.jpg\nbeach_{0}.jpg", numbers=range(2)),
            "resisc45-val.txt": "airport_2.jpg\nbeach_2.jpg\n",
            "resisc45-test.txt": "airport_3.jpg\nbeach_3.jpg\n",
        },
        {"airport": 4, "beach": 4},
        {"training": 4, "validation": 2, "test": 2},
    ),
    "lists of validation and test leave the others for training": Layout(
        tuple(f"{c}/{c}{n}.jpg" for c in ("cat", "dog") for n in range(5)),
        {"validation_list.txt": "cat/cat0.jpg\ndog/dog0.jpg\n", "testing_list.txt": "cat/cat1.jpg\ndog/dog1.jpg\n"},
        {"cat": 5, "dog": 5},
        {"training": 6, "validation": 2, "test": 2},
        notes(NoteKind.SPLITS_FROM),
    ),
    "a list of validation inside the folder of training": Layout(
        tuple(f"train/{c}/{c}{n}.jpg" for c in ("cat", "dog") for n in range(5)),
        {"validation_list.txt": "train/cat/cat0.jpg\ntrain/dog/dog0.jpg\n"},
        {"cat": 5, "dog": 5},
        {"training": 8, "validation": 2},
        notes(NoteKind.SPLITS_FROM),
    ),
    "lists that contradict each other give no split, which is told": Layout(
        tuple(f"{c}/{c}{n}.jpg" for c in ("cat", "dog") for n in range(3)),
        {"train.txt": "cat/cat0.jpg\ndog/dog0.jpg\n", "test.txt": "cat/cat0.jpg\ndog/dog1.jpg\n"},
        ANIMALS,
        {},
        notes(NoteKind.SPLITS_NOT_USED),
    ),
    "a table of splits beside class folders": Layout(
        tuple(f"{c}/{c}{n}.jpg" for c in ("cat", "dog") for n in range(3)),
        {
            "splits.csv": "filename,split\n"
            + "".join(f"{c}{n}.jpg,{s}\n" for c in ("cat", "dog") for n, s in enumerate(("train", "val", "test")))
        },
        ANIMALS,
        {"training": 2, "validation": 2, "test": 2},
        notes(NoteKind.SPLITS_FROM),
    ),
    "CelebA: the splits of list_eval_partition.csv": Layout(
        many("img_align_celeba/{:06}.jpg"),
        {
            "identity.csv": "image_id,label\n" + rows("{0:06}.jpg,{1}"),
            "list_eval_partition.csv": "image_id,partition\n" + rows("{0:06}.jpg,{1}", ("0", "1", "2")),
        },
        ANIMALS,
        {"training": 2, "validation": 2, "test": 2},
        notes(NoteKind.SPLITS_FROM, NoteKind.SPLIT_NUMBERS),
    ),
    "CoOp: split_zhou_OxfordPets.json": Layout(
        tuple(f"images/{c}_{n}.jpg" for c in ("cat", "dog") for n in range(3)),
        {
            "split_zhou.json": json.dumps(
                {s: [[f"{c}_{n}.jpg", 0, c] for c in ("cat", "dog")] for n, s in enumerate(("train", "val", "test"))}
            )
        },
        ANIMALS,
        {"training": 2, "validation": 2, "test": 2},
        notes(NoteKind.SPLITS_FROM),
    ),
    "CBIS-DDSM: a folder for each picture, and a table of other files": Layout(
        many("jpeg/1.3.6.1.4.{0}/1-{0:03}.jpg"),
        {"csv/cases.csv": "patient_id,pathology,image file path\n" + rows("P_{0},{1},M_{0}/1.3.6.{0}/000000.dcm")},
        notes=notes(NoteKind.ONE_EACH, NoteKind.LISTS_OTHERS),
    ),
    "a table of pictures that are elsewhere, beside class folders": Layout(
        tuple(f"{c}/{c}{n}.jpg" for c in ("cat", "dog") for n in range(3)),
        {"labels.csv": "file,label\n" + rows("old_{0}.jpg,{1}")},
        ANIMALS,
        notes=notes(NoteKind.LISTS_OTHERS),
    ),
    "BigEarthNet: a folder for the bands of each scene": Layout(
        tuple(f"BigEarthNet/S2A_{n}/S2A_{n}_{band}.tif" for n in range(3) for band in ("B02", "B03", "B8A")),
        notes=notes(NoteKind.SINGLE_BANDS),
    ),
    "DeepWeeds: numbers that stand for the same classes are no other classes": Layout(
        many("images/{}.jpg"),
        {
            "labels.csv": "Filename,Label,Species\n" + rows("{0}.jpg,{1}", ("0,cat", "1,dog")),
            "train_subset0.csv": "Filename,Label\n" + rows("{0}.jpg,{1}", ("0", "1"), range(4)),
            "test_subset0.csv": "Filename,Label\n" + rows("{0}.jpg,{1}", ("0", "1"), range(4, 6)),
        },
        ANIMALS,
        {"training": 4, "test": 2},
        notes(NoteKind.SPLITS_FROM),
    ),
    "iNaturalist 2018: numbers that categories.json names": Layout(
        tuple(f"train_val2018/{c}/{n}.jpg" for n, c in enumerate(("Aves", "Plantae") * 3)),
        {
            "train2018.json": json.dumps(
                {
                    "images": [
                        {"id": n, "file_name": f"train_val2018/{('Aves', 'Plantae')[n % 2]}/{n}.jpg"} for n in range(6)
                    ],
                    "annotations": [{"id": n, "image_id": n, "category_id": 20 + n % 2} for n in range(6)],
                    "categories": [{"id": 20 + n, "name": f"{20 + n}"} for n in range(2)],
                }
            ),
            "categories.json": json.dumps([{"id": 20, "name": "Turdus merula"}, {"id": 21, "name": "Quercus robur"}]),
        },
        {"Turdus merula": 3, "Quercus robur": 3},
        notes=notes(NoteKind.NAMED_BY),
    ),
    "AI-Hub: numbered splits, folders of source data, and what each split puts before its classes": Layout(
        tuple(
            f"{s}/01.원천데이터/{k}_{c}/{c}{k}{n}.jpg"
            for s, k in (("1.Training", "TS"), ("2.Validation", "VS"))
            for c in ("사과", "배")
            for n in range(3)
        ),
        classes={"배": 6, "사과": 6},
        splits={"training": 6, "validation": 6},
    ),
    "castings: a set in two sizes, one with splits": Layout(
        (
            *(f"a/a/{s}/{c}/{s}{n}.jpg" for s in ("train", "test") for c in ("def", "ok") for n in range(3)),
            *(f"a_512/a_512/{c}/x{n}.jpg" for c in ("def", "ok") for n in range(2)),
        ),
        classes={"def": 6, "ok": 6},
        splits={"training": 6, "test": 6},
        notes=notes(NoteKind.BESIDE_SPLITS),
    ),
    "MVTec AD: masks in ground_truth are no pictures": Layout(
        (
            *(f"bottle/train/good/{n:03}.png" for n in range(4)),
            *(f"bottle/test/{c}/{n:03}.png" for c in ("good", "broken") for n in range(3)),
            *(f"bottle/ground_truth/broken/{n:03}_mask.png" for n in range(3)),
        ),
        classes={"broken": 3, "good": 7},
        splits={"training": 4, "test": 6},
        notes=notes(NoteKind.MASKS),
    ),
    "a table under a title": Layout(
        many("{}.jpg"),
        {"survey.csv": "Survey of the meadow,,\n,,\nPhoto,Species,n\n" + rows("{0}.jpg,{1},{0}")},
        ANIMALS,
    ),
    "Stanford Cars: cars_train and cars_test are no classes": Layout(
        (*many("cars_train/{:05}.jpg"), *many("cars_test/{:05}.jpg", range(3))),
        notes=notes(NoteKind.ONLY_SPLITS),
    ),
    "a prefix of the set before the split": Layout(
        tuple(f"rps{s}/{c}/{s}{n}.png" for s in ("", "-test-set") for c in ("paper", "rock") for n in range(2)),
        classes={"paper": 4, "rock": 4},
        splits={"training": 4, "test": 4},
    ),
    "ASL: the folder of the split twice": Layout(
        (
            *(f"asl_alphabet_train/asl_alphabet_train/{c}/{c}{n}.jpg" for c in ("A", "del") for n in range(3)),
            "asl_alphabet_test/asl_alphabet_test/A_test.jpg",
        ),
        classes={"A": 3, "del": 3},
        splits={"training": 6, "test": 1},
    ),
    "SUN397: letters around the classes": Layout(
        tuple(f"SUN397/{c}/sun_{n}.jpg" for c in ("a/abbey", "b/bakery/shop", "b/badlands") for n in range(2)),
        classes={"abbey": 2, "bakery": 2, "badlands": 2},
    ),
    "Places365: numbers of a table that stand for folders": Layout(
        (*(f"train/{c}/{n}.jpg" for c in ("airfield", "beach") for n in range(3)), *many("val/v{}.jpg", range(4))),
        {
            "places365_val.txt": rows("v{0}.jpg {1}", ("0", "1"), range(4)),
            "categories_places365.txt": "/a/airfield 0\n/b/beach 1\n",
        },
        {"airfield": 5, "beach": 5},
        {"training": 6, "validation": 4},
    ),
    "numbers of a table that nothing joins to the folders": Layout(
        (*(f"train/{c}/{n}.jpg" for c in ("airfield", "beach") for n in range(3)), *many("val/v{}.jpg", range(4))),
        {"val.txt": rows("v{0}.jpg {1}", ("0", "1"), range(4))},
        {"airfield": 3, "beach": 3},
        notes=notes(NoteKind.OTHER_NAMES),
    ),
    "FGVC Aircraft: three lists of names without suffix": Layout(
        many("data/images/{:07}.jpg"),
        {
            "data/images_variant_train.txt": rows("{0:07} {1}", ("Boeing 737-200", "A 320", "A 321")),
            "data/images_manufacturer_train.txt": rows("{0:07} {1}", ("Boeing", "Airbus", "Airbus")),
            "data/images_box.txt": rows("{0:07} 3 144 998 431"),
        },
        {"A 320": 2, "A 321": 2, "Boeing 737-200": 2},
        notes=notes(NoteKind.OTHER_TABLE),
    ),
    "CelebA: attributes are several columns of -1 and 1": Layout(
        many("img_align_celeba/{:06}.jpg"),
        {"list_attr_celeba.txt": "6\nSmiling Male Young \n" + rows("{0:06}.jpg {1} 1  1", ("-1", " 1"))},
        notes=notes(NoteKind.SEVERAL_COLUMNS),
    ),
    "CheXpert: patients are no classes": Layout(
        tuple(f"CheXpert/train/patient{n:05}/study1/view1.jpg" for n in range(6)),
        {
            "CheXpert/train.csv": "Path,Sex,Edema,Mass\n"
            + rows("CheXpert/train/patient{0:05}/study1/view1.jpg,Male,{1}", ("1.0,-1.0", ",1.0", "1.0,1.0"))
        },
        {"Edema": 2, "Mass": 2},
        notes=notes(NoteKind.SEVERAL_COLUMNS),
    ),
    "folders of patients or places alone": Layout(
        tuple(f"site{k}/{n}.jpg" for k in (1, 2) for n in range(3)), notes=notes(NoteKind.GROUP_FOLDERS)
    ),
    "folders of patients around the classes": Layout(
        tuple(f"patient{k:03}/{c}/{k}{n}.jpg" for k in range(3) for c in ("benign", "malignant") for n in range(2)),
        classes={"benign": 6, "malignant": 6},
    ),
    "Chest X-rays: the whole set a second time inside": Layout(
        tuple(
            f"{outer}/{s}/{c}/{s}IM-{n}.jpeg"
            for outer in ("chest_xray", "chest_xray/chest_xray")
            for s in ("train", "val", "test")
            for c in ("NORMAL", "PNEUMONIA")
            for n in range(3)
        ),
        classes={"NORMAL": 9, "PNEUMONIA": 9},
        splits={"training": 6, "validation": 6, "test": 6},
        notes=notes(NoteKind.COPIES),
    ),
    "New Plant Diseases: splits inside a folder beside the test pictures": Layout(
        (
            *(f"New Plant/New Plant/{s}/{c}/{s}_{n}.jpg" for s in ("train", "valid") for c in "ab" for n in range(3)),
            *many("test/test/AppleScab{}.JPG"),
        ),
        classes={"a": 6, "b": 6},
        splits={"training": 6, "validation": 6, "test": 6},
    ),
    "names that begin with their split are no classes": Layout(
        tuple(f"{s}/{s}IM_{n}.jpg" for s in ("train", "val") for n in range(6)), notes=notes(NoteKind.ONLY_SPLITS)
    ),
    "Human Protein Atlas: colours of the same picture are no classes": Layout(
        tuple(f"train/{n}_{colour}.png" for n in range(4) for colour in ("red", "green", "blue")),
        notes=notes(NoteKind.ONLY_SPLITS),
    ),
    "Open Images: names of entities, rows that deny a class": Layout(
        many("train/{:016x}.jpg"),
        {
            "train-annotations-human-imagelabels.csv": "ImageID,Source,LabelName,Confidence\n"
            + rows("{0:016x},verification,{1},1\n{0:016x},verification,/m/0k4j,0", ("/m/01yrx", "/m/0bt9lr")),
            "class-descriptions.csv": "/m/01yrx,cat\n/m/0bt9lr,dog\n/m/0k4j,Car\n",
        },
        ANIMALS,
    ),
    "GTSRB of Kaggle: the signs of Meta are no pictures of the set": Layout(
        (
            *(f"Train/{c}/{c}_{n}.png" for c in range(2) for n in range(3)),
            *many("Test/{:05}.png", range(4)),
            *many("Meta/{}.png", range(2)),
        ),
        {
            "Train.csv": "ClassId,Path\n" + "".join(f"{c},Train/{c}/{c}_{n}.png\n" for c in range(2) for n in range(3)),
            "Test.csv": "ClassId,Path\n" + rows("{1},Test/{0:05}.png", ("0", "1"), range(4)),
            "Meta.csv": "Path,ClassId\nMeta/0.png,0\nMeta/1.png,1\n",
        },
        {"0": 5, "1": 5},
        {"training": 6, "test": 4},
    ),
    "Timelapse: the folder in a column of its own": Layout(
        tuple(f"{s}/IMG_{n}.JPG" for s in ("north", "south") for n in range(3)),
        {
            "data.csv": "File,RelativePath,Species\n"
            + "".join(f"IMG_{n}.JPG,{s},{c}\n" for s, c in (("north", "cat"), ("south", "dog")) for n in range(3))
        },
        ANIMALS,
    ),
    "Wildlife Insights: the rank `class` is not the class": Layout(
        many("images/{}.jpg"),
        {
            "images.csv": "filename,class,order,family,genus,species,common_name\n"
            + rows("{0}.jpg,Mammalia,Carnivora,Canidae,{1}", ("Felis,catus,cat", "Canis,lupus,dog"))
        },
        ANIMALS,
    ),
    "iWildCam: names instead of the numbers beside them, id_test": Layout(
        many("train/{}.jpg"),
        {
            "labels.csv": "filename,category_id,name,split,seq_id\n"
            + rows("{0}.jpg,{1},s{0}", ("0,cat,train", "1,dog,id_test"))
        },
        ANIMALS,
        {"training": 3, "test": 3},
        groups=6,
    ),
    "Google's AutoML: the split before an address": Layout(
        many("img/{}.jpg"),
        {
            "all.csv": rows("TRAIN,gs://bucket/img/{0}.jpg,{1}", numbers=range(4))
            + rows("TEST,gs://bucket/img/{0}.jpg,{1}", numbers=range(4, 6))
        },
        ANIMALS,
        {"training": 4, "test": 2},
    ),
    "Google's AutoML: several labels in further columns": Layout(
        many("img/{}.jpg"),
        {"all.csv": "TRAIN,gs://b/img/0.jpg,cat,dog\n" + rows("TRAIN,gs://b/img/{0}.jpg,{1}", numbers=range(1, 6))},
        {"cat": 2, "dog": 3},
        notes=notes(NoteKind.SEVERAL_LABELS),
    ),
    "FER+: votes are no class": Layout(
        many("FER2013Train/fer{}.png"),
        {"FER2013Train/label.csv": rows('fer{0}.png,"(0, 0, 48, 48)",{1}', ("4,1,0,1,3,2", "0,6,2,0,1,1"))},
        notes=notes(NoteKind.CHOOSE_COLUMN),
    ),
    "bare names in several folders are told where they leave nothing": Layout(
        tuple(f"cam{k}/{n}.jpg" for k in (1, 2) for n in range(3)),
        {"labels.csv": "file,label\n" + rows("{0}.jpg,{1}", numbers=range(3))},
        notes=notes(NoteKind.TABLE_NOT_USED),
    ),
    "numbers of several classes in a cell": Layout(
        many("{}.jpg"),
        {"train.csv": "Id,Target\n" + rows("{0},{1}", ("16 0", "5", "7"))},
        {"5": 2, "7": 2},
        notes=notes(NoteKind.SEVERAL_LABELS),
    ),
    "tags that never stand alone": Layout(
        many("{}.jpg"),
        {"train.csv": "image_name,tags\n" + rows("{0},{1}", ("haze primary", "clear primary water", "clear primary"))},
        notes=notes(NoteKind.SEVERAL_LABELS),
    ),
    "Label Studio's CSV with a name of one's own and several choices": Layout(
        many("{}.jpg"),
        {
            "project.csv": "image,id,kind,annotator,annotation_id,created_at,updated_at,lead_time\n"
            + rows(
                "/data/upload/1/0a1b2c3d-{0}.jpg,{0},{1},1,{0},2024-01-0{0},2024-01-0{0},{0}.5",
                ("cat", "dog", '"{{""choices"":[""cat"",""dog""]}}"'),
            )
            .replace("{{", "{")
            .replace("}}", "}")
        },
        {"cat": 2, "dog": 2},
        notes=notes(NoteKind.SEVERAL_LABELS),
    ),
    "Label Studio: several choices, and annotators who disagree, are told": Layout(
        many("{}.jpg"),
        {
            "export.json": json.dumps(
                [
                    {
                        "data": {"image": f"/data/upload/1/0a1b2c3d-{n}.jpg"},
                        "annotations": [{"result": [{"value": {"choices": c}}]} for c in choices],
                    }
                    for n, choices in enumerate(
                        ([["cat"]], [["dog"]], [["cat", "dog"]], [["cat"], ["dog"]], [["cat"]] * 2, [["dog"]])
                    )
                ]
            )
        },
        {"cat": 2, "dog": 2},
        notes=notes(NoteKind.SEVERAL_LABELS, NoteKind.DISAGREED),
    ),
    "Label Studio's short form with several choices": Layout(
        many("{}.jpg"),
        {
            "export.json": json.dumps(
                [
                    {"image": f"{n}.jpg", "choice": {"choices": ["cat", "dog"]} if n == 5 else ("cat", "dog")[n % 2]}
                    for n in range(6)
                ]
            )
        },
        {"cat": 3, "dog": 2},
        notes=notes(NoteKind.SEVERAL_LABELS),
    ),
    "FiftyOne: several labels of a picture are told": Layout(
        many("data/{}.jpg"),
        {
            "labels.json": json.dumps(
                {"classes": ["cat", "dog"], "labels": {f"{n}": [0, 1] if n == 5 else n % 2 for n in range(6)}}
            )
        },
        {"cat": 3, "dog": 2},
        notes=notes(NoteKind.SEVERAL_LABELS),
    ),
    "several columns that may be the class": Layout(
        many("images/{}.jpg"),
        {"styles.csv": "id,gender,masterCategory\n" + rows("{0},{1}", ("Men,cat", "Men,dog", "Women,cat"))},
        {"cat": 4, "dog": 2},
        notes=notes(NoteKind.OTHER_COLUMNS),
    ),
    "a table in Korean's cp949": Layout(
        many("사진/{}.jpg"),
        {"라벨.csv": ("파일명,분류\n" + rows("{0}.jpg,{1}", ("고양이", "개"))).encode("cp949")},
        {"고양이": 3, "개": 3},
        notes=notes(NoteKind.ENCODING),
    ),
    "a table in western Europe's cp1252": Layout(
        many("{}.jpg"),
        {"t.csv": ("Datei;Klasse\n" + rows("{0}.jpg;{1}", ("Löwe", "Bär"))).encode("cp1252")},
        {"Bär": 3, "Löwe": 3},
        notes=notes(NoteKind.ENCODING),
    ),
    "PaddleClas: train_list.txt and val_list.txt, names in label_list.txt": Layout(
        many("images/{}.jpg"),
        {
            "train_list.txt": rows("images/{0}.jpg\t{1}", ("0", "1"), range(4)),
            "val_list.txt": rows("images/{0}.jpg\t{1}", ("0", "1"), range(4, 6)),
            "label_list.txt": "0 cat\n1 dog\n",
        },
        ANIMALS,
        {"training": 4, "validation": 2},
    ),
    "Teachable Machine's names": Layout(
        tuple(f"Class {k}-!-{n}.jpg" for k in (1, 2) for n in range(4)), classes={"Class 1": 4, "Class 2": 4}
    ),
    "class folders that hold further ones": Layout(
        tuple(f"{c}/{n}.jpg" for c in ("Animals/Cat", "Animals/Dog", "Plants/Rose", "Plants/Tulip") for n in range(2)),
        classes={"Animals": 4, "Plants": 4},
        notes=notes(NoteKind.DEEPER),
    ),
    # Tools
    "a JSON of names and classes": Layout(
        many("images/{}.jpg"),
        {"labels.json": json.dumps({f"{n}.jpg": ["cat", "dog"][n % 2] for n in range(6)})},
        ANIMALS,
    ),
    "a JSON of classes and their pictures": Layout(
        many("images/{}.jpg"),
        {"labels.json": json.dumps({"cat": many("{}.jpg", range(3)), "dog": many("{}.jpg", range(3, 6))})},
        ANIMALS,
    ),
    "a JSON of columns, as pandas writes it": Layout(
        many("images/{}.jpg"),
        {
            "data.json": json.dumps(
                {
                    "file": {str(n): f"{n}.jpg" for n in range(6)},
                    "label": {str(n): ["cat", "dog"][n % 2] for n in range(6)},
                }
            )
        },
        ANIMALS,
    ),
    "records line by line": Layout(
        many("images/{}.jpg"), {"labels.jsonl": rows('{{"image": "images/{0}.jpg", "label": "{1}"}}')}, ANIMALS
    ),
    "Vertex AI": Layout(
        many("img/{}.jpg"),
        {
            "import.jsonl": rows(
                '{{"imageGcsUri": "gs://b/img/{0}.jpg", "classificationAnnotation": {{"displayName": "{1}"}}, '
                '"dataItemResourceLabels": {{"aiplatform.googleapis.com/ml_use": "{2}"}}}}'.replace("{2}", "training")
            )
        },
        ANIMALS,
        {"training": 6},
    ),
    "SageMaker Ground Truth": Layout(
        many("img/{}.jpg"),
        {
            "output.manifest": rows(
                '{{"source-ref": "s3://b/img/{0}.jpg", "job": 0, "job-metadata": {{"class-name": "{1}", '
                '"confidence": 0.9, "type": "groundtruth/image-classification"}}}}'
            )
        },
        ANIMALS,
    ),
    "Azure Custom Vision": Layout(
        many("images/{}.jpg"),
        {
            "images.json": json.dumps(
                [
                    {
                        "id": str(n),
                        "originalImageUri": f"https://x/i/{n}.jpg?sv=1",
                        "tags": [{"tagName": ["cat", "dog"][n % 2]}],
                    }
                    for n in range(6)
                ]
            )
        },
        ANIMALS,
    ),
    "Edge Impulse": Layout(
        (*many("training/{}.0a.jpg"), *many("testing/{}.0b.jpg", range(4))),
        {
            f"{s}/info.labels": json.dumps(
                {
                    "version": 1,
                    "files": [
                        {
                            "path": f"{n}.0{c}.jpg",
                            "category": s,
                            "label": {"type": "label", "label": ["cat", "dog"][n % 2]},
                        }
                        for n in range(k)
                    ],
                }
            )
            for s, c, k in (("training", "a", 6), ("testing", "b", 4))
        },
        {"cat": 5, "dog": 5},
        {"training": 6, "test": 4},
    ),
    "FiftyOne's own dataset": Layout(
        many("data/{}.jpg"),
        {
            "samples.json": json.dumps(
                {
                    "samples": [
                        {
                            "filepath": f"data/{n}.jpg",
                            "ground_truth": {"_cls": "Classification", "label": ["cat", "dog"][n % 2]},
                        }
                        for n in range(6)
                    ]
                }
            )
        },
        ANIMALS,
    ),
    "VGG Image Annotator": Layout(
        many("{}.jpg"),
        {
            "via_project.json": json.dumps(
                {
                    "_via_settings": {},
                    "_via_img_metadata": {
                        f"{n}.jpg99": {
                            "filename": f"{n}.jpg",
                            "size": n,
                            "regions": [],
                            "file_attributes": {"animal": ["cat", "dog"][n % 2]},
                        }
                        for n in range(6)
                    },
                }
            )
        },
        ANIMALS,
    ),
    "VGG Image Annotator's CSV": Layout(
        many("{}.jpg"),
        {"via.csv": "filename,file_size,file_attributes\n" + rows('{0}.jpg,99,"{{""animal"":""{1}""}}"')},
        ANIMALS,
    ),
    "Labelbox": Layout(
        many("{}.jpg"),
        {
            "export.ndjson": rows(
                '{{"data_row": {{"external_id": "{0}.jpg"}}, "projects": {{"x": {{"labels": [{{"annotations": '
                '{{"classifications": [{{"name": "animal", "radio_answer": {{"name": "{1}"}}}}]}}}}]}}}}}}'
            )
        },
        ANIMALS,
    ),
    "Datumaro": Layout(
        many("images/default/{}.jpg"),
        {
            "annotations/default.json": json.dumps(
                {
                    "categories": {"label": {"labels": [{"name": "cat"}, {"name": "dog"}]}},
                    "items": [
                        {
                            "id": str(n),
                            "annotations": [{"type": "label", "label_id": n % 2}],
                            "image": {"path": f"{n}.jpg"},
                        }
                        for n in range(6)
                    ],
                }
            )
        },
        ANIMALS,
    ),
    "MegaDetector": Layout(
        many("cam/{}.jpg"),
        {
            "results.json": json.dumps(
                {
                    "images": [
                        {"file": f"cam/{n}.jpg", "detections": [{"category": str(1 + n % 2), "bbox": [0, 0, 1, 1]}]}
                        for n in range(6)
                    ],
                    "detection_categories": {"1": "cat", "2": "dog"},
                }
            )
        },
        ANIMALS,
        notes=notes(NoteKind.BOXES),
    ),
    "CVAT": Layout(
        many("images/{}.jpg"),
        {
            "annotations.xml": '<?xml version="1.0"?>\n<annotations>\n'
            + rows('<image id="{0}" name="{0}.jpg"><tag label="{1}" source="manual"></tag></image>')
            + '<image id="9" name="9.jpg"/></annotations>'
        },
        ANIMALS,
    ),
    "CVAT with shapes": Layout(
        many("images/{}.jpg"),
        {
            "annotations.xml": "<annotations>\n"
            + rows('<image id="{0}" name="{0}.jpg"><box label="{1}" xtl="0"></box><box label="cat"></box></image>')
            + "</annotations>"
        },
        {"cat": 3},
        notes=notes(NoteKind.BOXES, NoteKind.MIXED_BOXES),
    ),
    "labelme with shapes": Layout(
        many("{}.jpg"),
        {
            f"{n}.json": json.dumps({"flags": {}, "shapes": [{"label": ["cat", "dog"][n % 2], "points": []}]})
            for n in range(6)
        },
        ANIMALS,
        notes=notes(NoteKind.BOXES),
    ),
    "WebDataset": Layout(many("{:06}.jpg"), {f"{n:06}.cls": str(n % 2) for n in range(6)}, {"0": 3, "1": 3}),
    "WebDataset with JSON and captions": Layout(
        many("{:06}.jpg"),
        {f"{n:06}.json": json.dumps({"label": ["cat", "dog"][n % 2]}) for n in range(6)}
        | {f"{n:06}.txt": "a photograph" for n in range(6)},
        ANIMALS,
    ),
    "captions beside pictures are no classes": Layout(
        many("{}.jpg"),
        {f"{n}.txt": f"a photograph of thing {n}" for n in range(6)},
        notes=notes(NoteKind.NOT_UNDERSTOOD),
    ),
    "CUB-200": Layout(
        many("images/{}.jpg", range(1, 7)),
        {
            "images.txt": rows("{0} {0}.jpg", numbers=range(1, 7)),
            "image_class_labels.txt": rows("{0} {1}", ("1", "2"), range(1, 7)),
            "classes.txt": "1 001.Black_footed_Albatross\n2 002.Laysan_Albatross\n",
            "train_test_split.txt": rows("{0} {1}", ("1", "0"), range(1, 7)),
        },
        {"001.Black_footed_Albatross": 3, "002.Laysan_Albatross": 3},
        {"training": 3, "test": 3},
    ),
    "Hugging Face metadata two levels below": Layout(
        (*many("data/train/{}.jpg"), *many("data/test/{}.jpg", range(4))),
        {
            f"data/{s}/metadata.jsonl": rows('{{"file_name": "{0}.jpg", "label": "{1}"}}', numbers=range(k))
            for s, k in (("train", 6), ("test", 4))
        },
        {"cat": 5, "dog": 5},
        {"training": 6, "test": 4},
    ),
    "a table of animals": Layout(many("{}.jpg"), {"t.csv": "filename,animal\n" + rows("{0}.jpg,{1}")}, ANIMALS),
    "an export that nobody understands is told": Layout(
        many("images/{}.jpg"), {"export.xml": "<dump/>", "README.txt": "x"}, notes=notes(NoteKind.NOT_UNDERSTOOD)
    ),
    "an archive beside the pictures is told": Layout(
        (*many("cat/{}.jpg"), *many("dog/{}.jpg")),
        {"more.zip": "x"},
        {"cat": 6, "dog": 6},
        notes=notes(NoteKind.OTHER_FILES),
    ),
    # Damaged
    "a damaged file of YOLO is told": Layout(
        many("images/{}.jpg"),
        {f"labels/{n}.txt": f"{n % 2} 0.5 0.5 0.2 0.2\n" for n in range(5)} | {"labels/5.txt": "1 0.5 0."},
        {"0": 3, "1": 2},
        notes=notes(NoteKind.DAMAGED),
    ),
    "a damaged file of Pascal VOC is told": Layout(
        many("JPEGImages/{}.jpg"),
        {
            f"Annotations/{n}.xml": f"<annotation><object><name>{['cat', 'dog'][n % 2]}</name></object></annotation>"
            for n in range(5)
        }
        | {"Annotations/5.xml": "garbage"},
        {"cat": 3, "dog": 2},
        notes=notes(NoteKind.DAMAGED),
    ),
    "COCO's annotations of what it does not list are told": Layout(
        many("{}.jpg"),
        {
            "a.json": json.dumps(
                {
                    "images": [{"id": n, "file_name": f"{n}.jpg"} for n in range(6)],
                    "annotations": [{"image_id": n, "category_id": n % 3} for n in range(9)],
                    "categories": [{"id": 0, "name": "cat"}, {"id": 1, "name": "dog"}],
                }
            )
        },
        {"cat": 2, "dog": 2},
        notes=notes(NoteKind.UNKNOWN_IDS),
    ),
}


def build(root: Path, layout: Layout) -> Path:
    for path in layout.pictures:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (2, 2)).save(file, "PNG")
    for path, text in layout.files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode() if isinstance(text, str) else text)
    return root


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_public_layout_gives_its_classes_or_says_what_is_not_read(name: str, tmp_path: Path) -> None:
    layout = LAYOUTS[name]

    found = detect(build(tmp_path / "set", layout))

    said = [str(note) for note in found.notes]
    assert dict(found.classes) == dict(layout.classes), said
    assert layout.splits is None or found.splits == dict(layout.splits), said
    assert layout.notes <= {note.kind for note in found.notes}, said
    if layout.groups is not None:
        assert found.found is not None
        assert len(set(found.found.import_rows.rows.groups()) - {None}) == layout.groups


@pytest.mark.parametrize("suffix", ["png", "bmp", "jpg"])
def test_a_folder_inside_one_of_its_name_is_left_out_only_where_its_pictures_are_the_same(
    suffix: str, tmp_path: Path
) -> None:
    """Of the same names and sizes, too: uncompressed pictures of one camera are all of one size."""
    noise = np.random.default_rng(3).integers(0, 255, (160, 160, 3), dtype=np.uint8)
    other = noise.copy()
    other[40, 40:44] += 1
    for folder in ("set/cat", "set/dog", "set/set/cat", "set/set/dog"):
        (tmp_path / folder).mkdir(parents=True)
        for n in range(3):
            Image.fromarray(noise if "set/set" not in folder else other).save(tmp_path / folder / f"{n}.{suffix}")
    for file in (tmp_path / "set/set").rglob(f"*.{suffix}"):  # as large as the other one
        beside = tmp_path / file.relative_to(tmp_path / "set")
        file.write_bytes(file.read_bytes().ljust(beside.stat().st_size, b"\0"))
        beside.write_bytes(beside.read_bytes().ljust(file.stat().st_size, b"\0"))

    assert detect(tmp_path).images == 12
    for file in (tmp_path / "set/set").rglob(f"*.{suffix}"):
        file.write_bytes((tmp_path / file.relative_to(tmp_path / "set")).read_bytes())
    found = detect(tmp_path)
    assert found.images == 6
    assert NoteKind.COPIES in {note.kind for note in found.notes}


@pytest.mark.parametrize("form", ["idx", "csv"])
def test_emnist_is_turned_upright_and_its_classes_are_characters(form: str, tmp_path: Path) -> None:
    pixels = np.zeros((4, 28, 28), np.uint8)
    pixels[:, 3, 20] = 255
    pixels[:, 25:27, 10] = 1 + np.arange(4)[:, None]
    stored = pixels.swapaxes(1, 2)
    name = "emnist-letters-train"
    if form == "csv":
        lines = [",".join(map(str, (1 + n % 2, *stored[n].ravel()))) for n in range(4)]
        (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n")
    else:
        head = b"\0\0\x08\x03" + np.array([4, 28, 28], ">u4").tobytes()
        (tmp_path / f"{name}-images-idx3-ubyte").write_bytes(head + stored.tobytes())
        head = b"\0\0\x08\x01" + np.array([4], ">u4").tobytes()
        (tmp_path / f"{name}-labels-idx1-ubyte").write_bytes(head + bytes([1, 2, 1, 2]))
    (tmp_path / "emnist-letters-mapping.txt").write_text("1 65 97\n2 66 98\n")

    found = detect(tmp_path)

    assert dict(found.classes) == {"A": 2, "B": 2}
    assert "turned upright" in " ".join(str(note) for note in found.notes)
    (part,) = read_arrays([file for file in tmp_path.iterdir() if "images" in file.name or file.suffix == ".csv"])
    assert np.array_equal(np.concatenate([np.asarray(chunk) for chunk in part.chunks()]), pixels)


def save_mat(file: Path, **variables: Any) -> None:
    import scipy.io as matlab

    matlab.savemat(file, variables)


def test_the_lists_of_oxford_flowers_go_by_the_order_of_names(tmp_path: Path) -> None:
    folder = build(tmp_path / "set", Layout(many("jpg/image_{:05}.jpg", range(1, 7))))
    save_mat(folder / "imagelabels.mat", labels=np.array([[2, 2, 1, 1, 1, 1]]))
    save_mat(folder / "setid.mat", trnid=np.array([[1, 3]]), valid=np.array([[4]]), tstid=np.array([[2, 5, 6]]))

    found = detect(folder)

    assert (found.kind, found.classes) == ("matlab-lists", {"1": 4, "2": 2})
    assert found.splits == {"training": 2, "validation": 1, "test": 3}
    assert NoteKind.BY_ORDER in {note.kind for note in found.notes}


def test_the_lists_of_stanford_cars_are_records(tmp_path: Path) -> None:
    layout = Layout((*many("cars_train/{:05}.jpg"), *many("cars_test/{:05}.jpg", range(2))))
    folder = build(tmp_path / "set", layout)
    records = np.zeros((1, 6), [("class", object), ("fname", object)])
    for n in range(6):
        records[0, n] = (np.array([[1 + n % 2]]), f"{n:05}.jpg")
    save_mat(folder / "cars_train_annos.mat", annotations=records)
    save_mat(folder / "cars_meta.mat", class_names=np.array([["Acura RL", "Audi A5"]], object))

    found = detect(folder)

    assert found.classes == {"Acura RL": 3, "Audi A5": 3}
    assert found.splits == {"training": 6, "test": 2}


def test_numbers_of_a_list_get_the_names_of_the_folders_they_stand_for(tmp_path: Path) -> None:
    """Stanford Dogs: its lists tell the split, its folders the breed."""
    paths = [f"Images/n{k}-{breed}/{n}.jpg" for k, breed in enumerate(("Chihuahua", "Beagle")) for n in range(3)]
    folder = build(tmp_path / "set", Layout(tuple(paths)))
    names = [path.removeprefix("Images/") for path in paths]
    for split, chosen in (("train", (0, 1, 3, 4)), ("test", (2, 5))):
        files = np.array([[names[n]] for n in chosen], object)
        save_mat(folder / f"{split}_list.mat", file_list=files, labels=np.array([[1 + n // 3] for n in chosen]))

    found = detect(folder)

    assert found.classes == {"n0-Chihuahua": 3, "n1-Beagle": 3}
    assert found.splits == {"training": 4, "test": 2}
    assert NoteKind.NAMED_BY_FOLDERS in {note.kind for note in found.notes}


def arrays(folder: Path, **files: Any) -> Path:
    folder.mkdir()
    for name, array in files.items():
        np.save(folder / f"{name}.npy", array)
    return folder


def test_rows_of_several_labels_give_no_class(tmp_path: Path) -> None:
    """ChestMNIST: the first of several classes is not the class."""
    file = tmp_path / "chestmnist.npz"
    labels = np.array([[1, 1, 0], [0, 1, 0], [0, 0, 0]], np.uint8)
    np.savez(file, train_images=np.zeros((3, 28, 28), np.uint8), train_labels=labels)

    found = detect(file)

    assert (dict(found.classes), found.images) == ({"1": 1}, 3)
    assert any("2 pictures have several labels, or none" in str(note) for note in found.notes)


def test_arrays_called_like_their_classes_are_classes(tmp_path: Path) -> None:
    """Quick, Draw!"""
    pictures = np.zeros((3, 784), np.uint8)

    found = detect(arrays(tmp_path / "quick", full_numpy_bitmap_cat=pictures, dog=pictures))

    assert found.classes == {"cat": 3, "dog": 3}


def test_arrays_without_a_name_belong_together_by_their_files(tmp_path: Path) -> None:
    """Kuzushiji-MNIST"""
    for split, count in (("train", 4), ("test", 2)):
        np.savez(tmp_path / f"kmnist-{split}-imgs.npz", np.zeros((count, 28, 28), np.uint8))
        np.savez(tmp_path / f"kmnist-{split}-labels.npz", np.arange(count) % 2)

    found = detect(tmp_path)

    assert (found.classes, found.splits) == ({"0": 3, "1": 3}, {"training": 4, "test": 2})


def test_the_files_of_stl_10_are_read_by_columns(tmp_path: Path) -> None:
    picture = np.zeros((1, 3, 96, 96), np.uint8)
    picture[0, 0, 5, 7] = 255  # red in column 5, row 7
    (tmp_path / "train_X.bin").write_bytes(np.concatenate([picture, picture]).tobytes())
    (tmp_path / "train_y.bin").write_bytes(bytes([1, 2]))
    (tmp_path / "class_names.txt").write_text("airplane\nbird\n")

    found = detect(tmp_path)
    (part,) = read_arrays([tmp_path / "train_X.bin"])
    (pixels,) = part.chunks()

    assert (found.classes, found.splits) == ({"airplane": 1, "bird": 1}, {"training": 2})
    assert pixels[0, 7, 5].tolist() == [255, 0, 0]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("train.tfrecord", "is a TFRecord file; write its pictures as files"),
        ("camelyonpatch_train_x.h5", "is an HDF5 file; save its arrays as .npz"),
        ("data.mdb", "is an LMDB database; write its pictures as files"),
        ("data_batch_1", "is a Python pickle of CIFAR, which is never opened; get the binary version"),
        ("set.pkl", "is a Python pickle, which could run any program and is never opened"),
        ("a.7z", "is a 7-Zip archive; unpack it yourself"),
        ("a.part1.rar", "is a part of a split archive"),
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_what_is_not_read_says_what_to_do(name: str, words: str, inside: bool, tmp_path: Path) -> None:
    """Named alone, and in a folder that holds nothing else."""
    file = tmp_path / "set" / name
    file.parent.mkdir()
    file.write_bytes(bytes(100))

    with pytest.raises(SourceError, match=re.escape(f"{name} {words}")):
        detect(file.parent if inside else file)


@pytest.mark.parametrize("options", [{}, {"big_tiff": True}], ids=["TIFF", "BigTIFF"])
def test_pages_and_planes_that_are_not_shown_are_told(options: dict[str, bool], tmp_path: Path) -> None:
    """A microscope's OME-TIFF has a page for each channel and plane; a picture of one page is not told."""
    pages = [Image.new("L", (4, 4), n) for n in range(3)]
    for name in ("cat/a.ome.tif", "dog/b.ome.tif"):
        (tmp_path / name).parent.mkdir()
        pages[0].save(tmp_path / name, save_all=True, append_images=pages[1:], **options)
    pages[0].save(tmp_path / "dog" / "c.tif")

    (note,) = [note for note in detect(tmp_path).notes if note.kind is NoteKind.PAGES]

    assert (note.count, note.example) == (2, "a.ome.tif has 3")
