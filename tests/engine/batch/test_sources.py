"""What is named is what is classified, in that order: folders, files, patterns, archives, lists."""

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from engine.batch.sources import archives
from engine.batch.sources.archives import stays_inside
from engine.batch.sources.stream import Count, Sources
from engine.errors import SourceError
from engine.jobs.job import Cancel


def names(*sources, **options):
    return [item.path for item in Sources([str(s) for s in sources], **options).items(cancel=Cancel())]


def tree(folder, *paths):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (4, 4), 200).save(folder / path)
    return folder


def png(value):
    data = io.BytesIO()
    Image.new("L", (5, 5), value).save(data, "PNG")
    return data.getvalue()


@pytest.fixture
def members():
    """Names and contents of an archive; the second is no picture, the third is damaged."""
    return {"b/10.png": png(255), "read me.txt": b"words", "b/9.png": b"broken", "a.png": png(0)}


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def tarred(path, members):
    with tarfile.open(path, "w:gz") as file:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    return path


def test_sources_come_in_the_order_in_which_they_are_named(tmp_path):
    tree(tmp_path, "b/10.png", "b/9.png", "a/x.png", "single.000.png")

    found = names(tmp_path / "b", tmp_path / "single.000.png", tmp_path / "a")

    assert found == [str(tmp_path / p) for p in ("b/9.png", "b/10.png", "single.000.png", "a/x.png")]


def test_a_pattern_stands_for_what_it_matches_in_natural_order(tmp_path):
    tree(tmp_path, "in/10.png", "in/9.png", "in/deep/er/1.png", "in/9.jpg", "in/.hidden.png")

    assert names(tmp_path / "in" / "*.png") == [str(tmp_path / "in" / p) for p in ("9.png", "10.png")]
    assert names(tmp_path / "in" / "**" / "*.png") == [
        str(tmp_path / "in" / p) for p in ("9.png", "10.png", "deep/er/1.png")
    ]
    assert names(tmp_path / "*" / "deep") == [str(tmp_path / "in/deep/er/1.png")]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path):
    tree(tmp_path, "a[1].png", "a1.png")

    assert names(tmp_path / "a[1].png") == [str(tmp_path / "a[1].png")]


@pytest.mark.parametrize(("ending", "name"), [(b"\n", "list"), (b"\r\n", "list of Windows"), (b"\0", "print0")])
def test_a_list_of_paths_comes_on_standard_input(tmp_path, ending, name):
    tree(tmp_path, "one two.png", "folder/x.png", "ü.png")
    paths = [tmp_path / "ü.png", tmp_path / "folder", tmp_path / "one two.png"]
    stream = io.BytesIO(ending.join(os.fsencode(p) for p in paths) + ending)

    found = names("-", standard_input=stream)

    assert found == [str(tmp_path / p) for p in ("ü.png", "folder/x.png", "one two.png")], name


def test_a_list_that_is_longer_than_a_block_is_read_whole(tmp_path):
    paths = [f"/nowhere/{number:06}.png" for number in range(20_000)]

    assert names("-", standard_input=io.BytesIO("\n".join(paths).encode())) == paths


@pytest.mark.parametrize("make", [lambda f, m: zipped(f / "p.zip", m), lambda f, m: tarred(f / "p.tar.gz", m)])
def test_pictures_in_archives_are_classified_like_files(tmp_path, members, make, run, rows_of):
    archive = make(tmp_path, members)

    result = run(archive, out=str(tmp_path / "out.csv"))

    assert [(r["path"], r["class"]) for r in rows_of(tmp_path / "out.csv")] == [
        (f"{archive}/b/10.png", "light"),
        (f"{archive}/a.png", "dark"),
    ]
    assert [r["path"] for r in rows_of(tmp_path / "out.problems.csv")] == [f"{archive}/b/9.png"]
    assert (result["images"], result["problems"]) == (2, 1)


@pytest.mark.parametrize("make", [lambda f, m: zipped(f / "p.zip", m), lambda f, m: tarred(f / "p.tar.gz", m)])
def test_pictures_without_a_suffix_in_archives_are_told_by_their_first_bytes(tmp_path, make):
    bare = {"12": png(255), "LICENSE": b"words", "empty": b"", ".13": png(9), "a/14": png(0), "notes.txt": png(7)}
    archive = make(tmp_path, bare)

    found = list(archives.members(str(archive), contents=True, cancel=Cancel()))

    assert [(item.path, item.data) for item in found] == [(f"{archive}/{name}", bare[name]) for name in ("12", "a/14")]
    counted = archives.members(str(archive), contents=False, cancel=Cancel())
    assert [item.path for item in counted] == [item.path for item in found]


@pytest.mark.parametrize("more", [0, 100])
def test_an_archive_that_is_cut_behind_a_picture_is_not_taken_for_a_whole_one(tmp_path, more):
    whole, cut = tmp_path / "whole.tar", tmp_path / "cut.tar"
    with tarfile.open(whole, "w") as file:
        for number in range(4):
            member = tarfile.TarInfo(f"{number}.png")
            member.size = 512
            file.addfile(member, io.BytesIO(b"x" * 512))
    cut.write_bytes(whole.read_bytes()[: 2 * 1024 + more])  # a header and its picture are two blocks of 512 bytes
    assert [item.problem for item in archives.members(str(whole), contents=True, cancel=Cancel())] == [None] * 4
    found = list(archives.members(str(cut), contents=True, cancel=Cancel()))
    assert [item.path for item in found] == [f"{cut}/0.png", f"{cut}/1.png", str(cut)]
    assert stays_inside(found[-1].problem)
    assert len(list(archives.members(str(cut), contents=False, cancel=Cancel()))) == 2


def test_an_archive_that_is_cut_short_gives_what_it_holds_and_a_problem(tmp_path, run, rows_of):
    archive = tarred(tmp_path / "p.tgz", {f"{n}.png": os.urandom(40_000) for n in range(8)})
    archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])

    run(archive, out=str(tmp_path / "out.csv"))

    last = rows_of(tmp_path / "out.problems.csv")[-1]
    assert last["path"] == str(archive)
    assert stays_inside(last["reason"])


@pytest.mark.parametrize("name", ["p.zip", "p.tar", "p.tgz"])
def test_a_file_that_is_no_archive_is_refused_in_a_sentence(tmp_path, run, name):
    (tmp_path / name).write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(SourceError, match=r"The archive .* cannot be opened"):
        run(tmp_path / name)


def test_a_member_that_would_fill_the_memory_is_a_problem(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.batch.sources.archives.LARGEST_MEMBER", 1000)
    archive = zipped(tmp_path / "bomb.zip", {"bomb.png": bytes(100_000)})

    (item,) = Sources([str(archive)]).items(cancel=Cancel())

    assert item.data is None
    assert stays_inside(item.problem)


def test_links_in_an_archive_lead_nowhere(tmp_path):
    with tarfile.open(tmp_path / "links.tar", "w") as file:
        info = tarfile.TarInfo("secret.png")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        file.addfile(info)

    assert names(tmp_path / "links.tar") == []


def test_links_in_a_circle_end(tmp_path):
    tree(tmp_path, "a/x.png")
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)

    assert len(names(tmp_path)) == 1


def test_a_folder_that_is_left_out_is_passed_over_also_through_a_link(tmp_path):
    tree(tmp_path, "in/x.png", "in/sorted/cat/y.png")
    (tmp_path / "in" / "link").symlink_to(tmp_path / "in" / "sorted", target_is_directory=True)

    assert names(tmp_path / "in", left_out=[tmp_path / "in" / "sorted"]) == [str(tmp_path / "in" / "x.png")]


def test_images_are_counted_beside_the_work(tmp_path, members):
    tree(tmp_path, "in/x.png", "in/y.png")
    sources = Sources([str(tmp_path / "in"), str(zipped(tmp_path / "p.zip", members))])

    with Count(sources) as count:
        count._thread.join(10)

    assert count.total == 5


def test_the_count_is_that_of_the_items_whatever_they_are(tmp_path, members, monkeypatch):
    tree(tmp_path, "in/x.png", "in/deep/y.png", "in/sorted/z.png", "in/closed/w.png")
    zipped(tmp_path / "p.zip", members)
    real = os.scandir

    def scandir(place):
        if str(place).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return real(place)

    monkeypatch.setattr(os, "scandir", scandir)
    named = [str(tmp_path / "in"), str(tmp_path / "p.zip"), str(tmp_path / "in" / "*.png"), str(tmp_path / "in/x.png")]
    sources = Sources(named, left_out=[tmp_path / "in" / "sorted"])

    items = list(sources.items(cancel=Cancel(), contents=False))

    assert sources.count(cancel=Cancel()) == len(items) == 8
    assert sum(item.problem is not None for item in items) >= 1


def test_a_file_that_vanishes_before_it_is_read_is_a_problem(tmp_path, run, rows_of):
    tree(tmp_path, "here.png")
    stream = io.BytesIO(f"{tmp_path / 'gone.png'}\n{tmp_path / 'here.png'}\n".encode())

    result = run("-", standard_input=stream, out=str(tmp_path / "out.csv"))

    assert (result["images"], result["problems"]) == (1, 1)
    assert "missing" in rows_of(tmp_path / "out.problems.csv")[0]["reason"]


def test_a_source_that_is_missing_is_named():
    with pytest.raises(SourceError, match="no folder or file nowhere"):
        Sources(["nowhere"])
    with pytest.raises(SourceError, match="nothing to classify"):
        Sources([])
    with pytest.raises(SourceError, match="once only"):
        Sources(["-", "-"])


def test_a_pattern_without_matches_says_so(tmp_path, run):
    with pytest.raises(SourceError, match="There are no images in"):
        run(tmp_path / "*.png")


def test_fifty_thousand_files_in_one_folder_are_listed(tmp_path):
    for number in range(50_000):
        os.close(os.open(tmp_path / f"{number}.png", os.O_CREAT | os.O_WRONLY))

    found = names(tmp_path)

    assert len(found) == 50_000
    assert [Path(p).name for p in found[:3]] == ["0.png", "1.png", "2.png"]
