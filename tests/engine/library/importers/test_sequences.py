"""Sequences that names number are kept together without a choice; those of cameras, classes and days are none."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.jobs.job import Cancel
from engine.library.adding import forecast
from engine.library.importers.detect import detect
from engine.library.importers.note import NoteKind
from engine.library.importers.rows import Row, Rows
from engine.library.importers.sequences import groups_by_names
from engine.library.project import Project
from engine.library.query import Filter, image_ids, images
from engine.library.records import Split
from engine.library.rescan import RescanParams, rescan
from engine.library.scan import ImportParams, import_sources
from engine.library.split_choices import split_options

QUIET = {"emit": lambda _: None, "cancel": Cancel()}


def tree(
    pattern: str, things: Sequence[object], numbers: Sequence[int], classes: Sequence[str] = ("ant", "bee")
) -> Rows:
    """Rows by class; `pattern` has {c} for the class, {t} for the thing, {n} for the number."""
    return Rows(Row(f"{c}/{pattern.format(c=c, t=t, n=n)}", c, None) for c in classes for t in things for n in numbers)


def unlabelled(pattern: str, things: Sequence[object], numbers: Sequence[int]) -> Rows:
    return Rows(Row(pattern.format(t=t, n=n), None, None) for t in things for n in numbers)


@pytest.mark.parametrize(
    ("rows", "groups", "one"),
    [
        (tree("{t:05}_{n:05}.ppm", range(5), range(30)), 10, "ant/00000"),
        (tree("00007_{t:05}_{n:05}.png", range(2), range(0, 30, 2)), 4, "ant/00007_00000"),
        (tree("clip{t}_frame{n:04}.jpg", range(4), range(100, 140)), 8, "ant/clip0_frame"),
        (tree("video {t} ({n}).jpg", range(4), range(1, 9)), 8, "ant/video 0 ("),
        (tree("IMG_20230101_12053{t}_BURST{n:03}.jpg", range(4), range(1, 6)), 8, "ant/IMG_20230101_120530_BURST"),
        (tree("hand{t}_seg_{n}_cropped.jpeg", range(9), range(1, 6)), 18, "ant/hand0_seg"),
        (tree("track{t}/{n:05}.jpg", range(3), range(20)), 6, "ant/track0"),
        (tree("patient{t:03}-slice-{n}.png", range(8), range(4)), 16, "ant/patient000-slice"),
        (unlabelled("clip{t}_frame{n:04}.jpg", range(12), range(30)), 12, "clip0_frame"),
        (unlabelled("patient{t}/{n:04}.jpg", range(3), range(30)), 3, "patient0"),
        (unlabelled("day/clip{t}_frame{n:04}.jpg", range(12), range(30)), 12, "day/clip0_frame"),
    ],
)
def test_names_that_number_sequences_make_groups(rows: Rows, groups: int, one: str) -> None:
    found = groups_by_names(rows)
    assert None not in found
    assert len(set(found)) == groups
    assert found[0] == one


@pytest.mark.parametrize(
    "rows",
    [
        tree("IMG_{n:04}.JPG", [0], range(200)),
        Rows(Row(f"{c}/{m}_{n:04}.JPG", c, None) for c in "ab" for m in ("IMG", "DSC", "DSCN") for n in range(50)),
        tree("{c}.{n}.jpg", [0], range(100)),
        tree("flower_{n:04}.jpg", [0], range(100)),
        tree("{c}2_{n:04}.jpg", [0], range(100)),
        tree("image_{n:05}.jpg", [0], range(100)),
        tree("{n:06}.jpg", [0], range(100)),
        tree("{t}_{n}.jpg", ["red", "blue", "green"], range(30)),
        Rows(Row(f"{'ab'[n % 2]}/{100 + n // 400}_{n:04}.JPG", "ab"[n % 2], None) for n in range(1200)),
        Rows(
            Row(f"{'ab'[n // 7 % 2]}/data_batch_{n // 100}_{n % 100}.png", "ab"[n // 7 % 2], None) for n in range(1500)
        ),
        tree("batch{t}_{n}.png", range(5), range(40)),
        tree("fold-{t}/{n:04}.png", range(5), range(40)),
        tree("2023-01-0{t}/{n:04}.jpg", range(1, 9), range(40)),
        tree("IMG-2023010{t}-WA{n:04}.jpg", range(1, 9), range(40)),
        tree("2023010{t}_{n:06}.jpg", range(1, 9), range(120000, 121000, 13)),
        tree("{n}_100.jpg", [0], range(100)),
        tree("person{t}_bacteria_{n}.jpeg", range(40), [1]),
        tree("n0208562{t}_{n}.JPEG", range(4), range(0, 9000, 70)),
        Rows(Row(f"{f}/cat/{n:04}.jpg", "cat", None) for f in ("part1", "part2", "part3") for n in range(30)),
        Rows(Row(f"{f}/7/{n:04}.jpg", "7", None) for f in ("part1", "part2", "part3") for n in range(30)),
        unlabelled("{t}_{n}.png", range(5), range(30)),
        unlabelled("{t:05}_{n:05}.png", range(43), range(30)),
        unlabelled("digit {t}/{n:03}.png", range(20), range(30)),
        unlabelled("IMG_{n:04}.JPG", [0], range(300)),
        Rows(Row(f"{n * 7919 % 100003}_f{n * 104729 % 99991:x}_n.jpg", "rose", None) for n in range(300)),
        Rows(),
    ],
)
def test_prefixes_of_cameras_classes_and_days_are_no_sequences(rows: Rows) -> None:
    assert set(groups_by_names(rows)) <= {None}


def test_some_odd_files_beside_sequences_have_no_group() -> None:
    rows = tree("clip{t}_{n:03}.jpg", range(5), range(20))
    for name in ("ant/logo.png", "bee/IMG_2.jpg"):
        rows.append(Row(name, name.split("/")[0], None))
    found = groups_by_names(rows)
    assert found[-2:] == [None, None]
    assert len(set(found[:-2])) == 10


def test_frames_that_were_sorted_into_classes_stay_with_their_video() -> None:
    rows = Rows(
        Row(f"{c}/clip{t:02}_{n:03}.jpg", c, None)
        for t in range(20)
        for n in range(40)
        for c in ("walk" if n < 20 else "run",)
    )
    assert groups_by_names(rows)[0] == "clip00"
    assert len(set(groups_by_names(rows))) == 20


@pytest.mark.parametrize("pattern", ["clip{t:02}_frame{n:05}.jpg", "clip{t:02}/{n:05}.jpg"])
@pytest.mark.parametrize("other", ["nothing", None])
@pytest.mark.parametrize("clips", [16, 5])
def test_a_few_frames_of_another_class_or_none_stay_with_their_video(
    pattern: str, other: str | None, clips: int
) -> None:
    """As where two of a table's 128 frames show nothing: a class of two frames, in one clip."""
    rows = Rows(
        Row(
            f"frames/{pattern.format(t=clip, n=25 * frame)}",
            other if clip == 2 and frame > 5 else ("deer", "fox")[clip % 2],
            None,
        )
        for clip in range(clips)
        for frame in range(8)
    )
    groups = groups_by_names(rows)
    assert None not in groups
    assert [len(set(groups[8 * clip : 8 * clip + 8])) for clip in range(clips)] == [1] * clips
    assert len(set(groups)) == clips
    told = forecast(_with_groups(rows, groups), split_options(ImportParams("", ()).choices))
    labelled_of_2 = 8 if other else 6
    assert told.validation
    assert told.validation % 8 in (0, labelled_of_2 % 8)
    assert told.unlearnt == ()


def _with_groups(rows: Rows, groups: list[str | None]) -> Rows:
    rows.set_groups(groups)
    return rows


def test_frames_of_two_classes_in_one_folder_are_of_one_sequence() -> None:
    rows = Rows(
        Row(f"clip{clip}/{frame}.jpg", ("deer", "fox")[frame // 4 % 2], None)
        for clip in range(8)
        for frame in range(16)
    )
    assert len(set(groups_by_names(rows))) == 8


def test_names_that_are_not_there_or_have_long_numbers_are_no_error() -> None:
    rows = Rows(Row(name, None, None) for name in ("", "/", ".png", "1", f"a1_{'9' * 200}.png", "é1_٣.png"))
    assert set(groups_by_names(rows)) == {None}


@pytest.mark.parametrize("seed", range(5))
def test_no_group_comes_to_both_sides(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    for name in ("ant", "bee", "cow"):
        for thing in range(chance.randint(2, 6)):
            write_frames(tmp_path / "set" / name, f"clip{thing}_", chance.randint(3, 8), chance.random())
    sides = sides_of(ImportParams(str(tmp_path / "p"), (str(tmp_path / "set"),), seed=seed))
    assert None not in sides
    assert all(len(splits) == 1 for splits in sides.values())
    assert {split for splits in sides.values() for split in splits} == {Split.TRAINING, Split.VALIDATION}


def write_frames(folder: Path, prefix: str, count: int, seed: float, *, alike: bool = True) -> None:
    """Pictures that are nearly the same, or each another one."""
    folder.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(int(seed * 10**6))
    first = noise.integers(0, 256, (16, 16, 3))
    for number in range(count):
        pixels = first + noise.integers(-9, 9, first.shape) if alike else noise.integers(0, 256, first.shape)
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(folder / f"{prefix}{number:03}.png")


def sides_of(params: ImportParams) -> dict[str | None, set[Split]]:
    import_sources(params, **QUIET)
    sides: dict[str | None, set[Split]] = {}
    with Project.open(Path(f"{params.project}.pigeonhole"), read_only=True) as project:
        for image in images(project, image_ids(project, Filter())):
            sides.setdefault(image.group, set()).add(image.split)
    return sides


def test_new_frames_of_a_sequence_come_to_its_side(tmp_path: Path) -> None:
    for name in ("ant", "bee"):
        for thing in range(4):
            write_frames(tmp_path / "set" / name, f"clip{thing}_", 5, thing / 9 + (name == "bee") / 20)
    params = ImportParams(str(tmp_path / "p"), (str(tmp_path / "set"),))
    before = sides_of(params)
    for name in ("ant", "bee"):
        for thing in range(4):
            write_frames(tmp_path / "set" / name, f"clip{thing}_", 9, thing / 9 + (name == "bee") / 20)
    done = rescan(RescanParams(f"{params.project}.pigeonhole"), **QUIET)
    assert done.new == 2 * 4 * 4
    assert sides_of(params) == before


@pytest.mark.parametrize(("chosen", "grouped"), [("none", 0), (r"^(clip\d)_", 40), (None, 40)])
def test_new_pictures_are_kept_together_as_their_source_was_imported(
    chosen: str | None, grouped: int, tmp_path: Path
) -> None:
    for name in ("ant", "bee"):
        for thing in range(4):
            write_frames(tmp_path / "set" / name, f"clip{thing}_", 3, thing / 9 + (name == "bee") / 20)
    params = ImportParams(str(tmp_path / "p"), (str(tmp_path / "set"),), group_by=chosen)
    import_sources(params, **QUIET)
    for name in ("ant", "bee"):
        for thing in range(4):
            write_frames(tmp_path / "set" / name, f"clip{thing}_", 5, thing / 9 + (name == "bee") / 20)

    rescan(RescanParams(f"{params.project}.pigeonhole"), **QUIET)

    with Project.open(Path(f"{params.project}.pigeonhole"), read_only=True) as project:
        found = images(project, image_ids(project, Filter()))
    assert (len(found), sum(image.group is not None for image in found)) == (40, grouped)


@pytest.mark.parametrize("alike", [True, False])
def test_where_names_may_mean_both_the_pictures_decide(alike: bool, tmp_path: Path) -> None:
    for name in ("ant", "bee"):
        for thing in range(4):
            write_frames(tmp_path / "set" / name, f"{thing}_", 10, thing / 9 + (name == "bee") / 20, alike=alike)
    found = detect(tmp_path / "set")
    assert found.found is not None
    kinds = {note.kind: note for note in found.notes}
    expected = NoteKind.SEQUENCES if alike else NoteKind.MAYBE_SEQUENCES
    assert kinds[expected].count == 80
    assert "8 sequences, such as that of ant/0_000.png" in str(kinds[expected])
    assert "--group-by" in str(kinds[expected])
    assert len(set(found.found.import_rows.rows.groups()) - {None}) == (8 if alike else 0)


def test_groups_of_a_table_are_kept_and_no_others_made(tmp_path: Path) -> None:
    write_frames(tmp_path / "set", "clip1_", 6, 0.1)
    write_frames(tmp_path / "set", "clip2_", 6, 0.2)
    table = "\n".join(f"clip{t}_{n:03}.png,ant,all" for t in (1, 2) for n in range(6))
    (tmp_path / "set" / "labels.csv").write_text(f"path,class,group\n{table}\n")
    found = detect(tmp_path / "set")
    assert found.found is not None
    assert set(found.found.import_rows.rows.groups()) == {"all"}
    assert NoteKind.SEQUENCES not in {note.kind for note in found.notes}


@pytest.fixture(scope="module")
def signs(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signs")
    with zipfile.ZipFile(shared_data / "gtsrb-mini.zip") as archive:
        archive.extractall(folder, [n for n in archive.namelist() if n.startswith("Train/")])
    return folder


def test_traffic_signs_are_imported_with_each_sign_on_one_side(signs: Path, tmp_path: Path) -> None:
    params = ImportParams(str(tmp_path / "p"), (str(signs / "Train"),))
    sides = sides_of(params)
    assert len(sides) == 86, "two signs of each of 43 classes"
    assert all(len(splits) == 1 for splits in sides.values())
    assert "0/00000_00001" in sides

    picture_by_picture = sides_of(replace(params, project=str(tmp_path / "q"), group_by="none"))
    assert picture_by_picture == {None: {Split.TRAINING, Split.VALIDATION}}


def test_the_archive_of_the_signs_says_before_it_is_unpacked_what_is_kept_together(shared_data: Path) -> None:
    notes = {note.kind: note for note in detect(shared_data / "gtsrb-mini.zip").notes}
    assert notes[NoteKind.SEQUENCES].count == 1290
    assert "86 sequences" in str(notes[NoteKind.SEQUENCES])


@pytest.mark.parametrize("group_by", ["none", r"^(\d+)_"])
def test_a_choice_leaves_out_what_the_import_says_by_itself(group_by: str, signs: Path, tmp_path: Path) -> None:
    said: list[str] = []
    params = ImportParams(str(tmp_path / "p"), (str(signs / "Train"),), group_by=group_by)
    done = import_sources(params, emit=lambda event: said.append(getattr(event, "message", "")), cancel=Cancel())
    assert not any("sequences" in text for text in said)
    assert not any(note["kind"] == "sequences" for note in done["notes"])
