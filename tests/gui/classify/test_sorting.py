"""Files are sorted into folders by class, moved or copied, and put back; nothing is lost on the way."""

from __future__ import annotations

import errno
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QFileDialog
from pytestqt.qtbot import QtBot

from engine.batch.sorting import moving
from engine.batch.sorting.proposing import name_of, place_beside
from engine.batch.sources.archives import members
from engine.events import Failed
from engine.jobs.job import Cancel
from engine.places import data_folder, documents_folder
from gui.classify.add_dialog import AddDialog
from gui.classify.page import ClassifyPage
from gui.classify.sort_dialog import SortDialog, plan
from gui.session import Session
from tests.gui.classify.classifying import Said, begin, carry_out, dialog, done, finish, rows, say, settle
from tests.gui.fakes import FakeHandle, FakeJobs
from tests.gui.hosting import shown


def test_sorting_shows_first_what_each_folder_would_get(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    handle = begin(page, jobs, pictures)
    say(handle, jobs, [*rows(pictures), ("/x/broken.png", "truncated")], 4)
    finish(page, handle, jobs)
    assert plan(page.view.results, 50).folders == {"unsure": 1, "problems": 1, "ant": 1, "bee": 1}
    assert plan(page.view.results, 0).folders == {"problems": 1, "bee": 2, "ant": 1}
    assert plan(page.view.results, 50, [1, 2]) == ({"unsure": 1, "bee": 1}, 2, 0)
    page.view.kinds.button(1).click()
    page.output_bar.sort_button.click()
    asked = dialog(page, SortDialog)
    asked.target.setText("")
    assert not asked.sort_button.isEnabled(), "no folder was named"
    asked.target.setText(str(pictures))
    assert "was classified itself" in asked.words.text()
    asked.target.setText(str(pictures.parent / "sorted"))
    assert asked.words.text() == "4 files into 4 folders; below 50 % they are unsure"
    asked.which.setCurrentIndex(1)
    settle(jobs)
    assert asked.words.text().startswith("1 file into 1 folder")
    assert asked.bars.rows()[1][:2] == ["unsure", 1]


def test_a_new_folder_beside_the_pictures_is_proposed_and_again_after_the_sorting_was_undone(
    qtbot: QtBot, page: ClassifyPage, jobs: FakeJobs, pictures: Path
):
    done(page, jobs, pictures)
    beside = pictures.parent

    def ask() -> SortDialog:
        page.output_bar.sort_button.click()
        return dialog(page, SortDialog)

    asked = ask()
    assert asked.folder() == beside / "test sorted"
    assert asked.sort_button.isEnabled(), "who wants nothing else need not choose"
    asked.target.setText("Flowers")
    assert asked.folder() == beside / "Flowers", "a name alone is that of a folder beside the pictures"
    assert asked.sort_button.isEnabled()
    qtbot.keyClick(asked.target, Qt.Key.Key_Return)
    carry_out(jobs)
    assert (beside / "Flowers" / "ant" / "3.png").is_file(), "Enter sorts"
    asked = ask()
    assert asked.folder() == beside / "test sorted"
    asked.reject()
    page.output_bar.done.undo_button.click()
    carry_out(jobs)
    asked = ask()
    assert asked.folder() == beside / "Flowers"
    asked.reject()
    (beside / "test sorted").mkdir()
    assert SortDialog(page.view.results, 50, (str(pictures),), [], page).folder() == beside / "test sorted"
    (beside / "test sorted" / "ant").mkdir()
    assert SortDialog(page.view.results, 50, (str(pictures),), [], page).folder() == beside / "test sorted 2"


def test_the_folder_that_is_proposed_is_named_after_what_was_classified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "Garden 1.2").mkdir()
    assert name_of([str(tmp_path / "Garden 1.2")]) == "Garden 1.2"
    assert name_of([str(tmp_path / "Garden 1.2.tar.gz"), str(tmp_path)]) == "Garden 1.2"
    assert name_of([str(tmp_path / "Garden 1.2" / "a.jpg")]) == "Garden 1.2"
    assert place_beside([str(tmp_path / "Garden 1.2")]) == tmp_path
    pasted = str(data_folder() / "pictures" / "1.png")
    assert (name_of([pasted]), place_beside([pasted])) == ("", documents_folder())
    monkeypatch.setattr("os.access", lambda *_: False)
    assert place_beside([str(tmp_path / "Garden 1.2")]) == documents_folder()


def test_a_file_of_two_sources_counts_once(page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path):
    handle = begin(page, jobs, pictures)
    ant, bee, cat = rows(pictures)
    broken = (str(pictures / "broken.png"), "truncated")
    (pictures / "broken.png").write_bytes(b"broken")
    say(handle, jobs, [ant, bee, cat, broken, ant, broken, bee], 7)
    finish(page, handle, jobs)
    page.view.kinds.button(1).click()  # both unsure rows, of the same file
    page.output_bar.sort_button.click()
    asked = dialog(page, SortDialog)
    settle(jobs)
    asked.target.setText(str(tmp_path / "sorted"))
    assert [asked.which.itemText(place) for place in (0, 1)] == ["All 4 files", "Only the 1 shown"]
    assert asked.words.text() == "4 files into 4 folders; below 50 % they are unsure"
    assert asked.plan().folders == {"unsure": 1, "problems": 1, "ant": 1, "bee": 1}
    asked.which.setCurrentIndex(1)
    assert asked.plan() == ({"unsure": 1}, 1, 0)
    asked.which.setCurrentIndex(0)
    asked.sort_button.click()
    carry_out(jobs)
    assert page.output_bar.done.words.text().startswith("4 files sorted into ")


def test_files_that_could_not_be_counted_can_be_sorted(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    done(page, jobs, pictures)
    asked = SortDialog(page.view.results, 50, (str(pictures),), [1, 2], page)
    asked.target.setText(str(pictures.parent / "sorted"))
    asked.which.setCurrentIndex(1)
    assert (asked.words.text(), asked.sort_button.isEnabled()) == ("Counting…", False)
    asked.know_shown(Failed("No memory is left."))
    assert asked.words.text() == "They could not be counted, but can be sorted: No memory is left."
    assert asked.sort_button.isEnabled()


def test_files_are_moved_into_class_folders_and_put_back_also_after_a_restart(
    qtbot: QtBot, page: ClassifyPage, session: Session, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    done(page, jobs, pictures)
    page.view.correcting.call([1], "a/b")
    settle(jobs)
    files = sorted(p for p in pictures.rglob("*.png"))
    target = tmp_path / "sorted"
    page.output_bar.sort_button.click()
    asked = dialog(page, SortDialog)
    asked.target.setText(str(target))
    asked.mode.setCurrentIndex(1)
    asked.sort_button.click()
    carry_out(jobs)
    assert sorted(str(p.relative_to(target)) for p in target.rglob("*.png")) == ["a_b/3.png", "ant/3.png", "bee/3.png"]
    assert not [p for p in files if p.exists()]
    assert page.output_bar.done.words.text().startswith("3 files sorted into ")
    assert page.output_bar.done.undo_button.isVisible()
    assert page.view.grid.item(0).file == target / "ant" / "3.png", "the grid shows it where it is now"
    page.view.grid.set_current(0)
    page.view.open_large()
    assert page.view.large.isVisible()
    assert page.view.details.of(0).place == target / "ant" / "3.png"
    later_jobs = FakeJobs()
    later = shown(qtbot, ClassifyPage(session, later_jobs), 1160, 770)  # type: ignore[arg-type]
    settle(later_jobs)
    later.earlier.choose_results()
    settle(later_jobs)
    later.earlier.chooser.shown()[0].run()
    settle(later_jobs)
    assert later.view.grid.item(0).file == target / "ant" / "3.png", "also after a restart"
    later.earlier.choose_sorting()
    settle(later_jobs)
    (entry,) = later.earlier.chooser.shown()
    assert "moved" in entry.text
    entry.run()
    carry_out(later_jobs)
    assert [p for p in files if p.exists()] == files
    assert not list(target.rglob("*.png"))
    assert later.output_bar.done.words.text() == "3 files put back"
    later.earlier.choose_sorting()
    settle(later_jobs)
    assert later.earlier.chooser.shown() == []
    later.view.grid.close_loader()


def test_undo_is_beside_the_line_that_says_what_was_sorted(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    done(page, jobs, pictures)
    page.output_bar.sort(tmp_path / "sorted", "move", None)
    page.output_bar.strip.stop_button.click()
    assert jobs.started[-1].cancelled
    carry_out(jobs)
    page.output_bar.done.undo_button.click()
    carry_out(jobs)
    assert page.view.grid.item(0).file == pictures / "ant" / "3.png"
    assert not page.output_bar.done.undo_button.isVisible()
    assert not list((tmp_path / "sorted").rglob("*.png"))


def test_moving_images_of_the_open_project_is_cautioned_against(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    done(page, jobs, pictures)
    page.output_bar.sort_button.click()
    settle(jobs)
    asked = dialog(page, SortDialog)
    asked.target.setText(str(tmp_path / "sorted"))
    assert asked.notice.isHidden()
    asked.mode.setCurrentIndex(1)
    assert asked.notice.words.text().startswith("The project small has these images")
    assert asked.sort_button.isEnabled(), "a person may want just that"
    asked.mode.setCurrentIndex(0)
    assert asked.notice.isHidden()


def test_moving_other_images_is_not_cautioned_against(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    (tmp_path / "elsewhere").mkdir()
    handle = begin(page, jobs, tmp_path / "elsewhere")
    say(handle, jobs, rows(pictures), 3)
    finish(page, handle, jobs)
    page.output_bar.sort_button.click()
    settle(jobs)
    asked = dialog(page, SortDialog)
    asked.mode.setCurrentIndex(1)
    assert asked.notice.isHidden()


def test_a_sorting_that_runs_is_not_undone_beside_itself(
    page: ClassifyPage, session: Session, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    said: list[str] = []
    session.message.connect(said.append)
    done(page, jobs, pictures)
    page.output_bar.sort(tmp_path / "sorted", "move", None)
    started = len(jobs.started)
    page.output_bar.outputs.undo_sorting(tmp_path / "sorted" / "sorted-1.journal")
    page.output_bar.save("csv", tmp_path / "out.csv")
    assert len(jobs.started) == started
    assert "wait for the end, or stop it" in said[-2]
    assert said[-1] == "Save CSV  ·  waits for the one before it"
    page.output_bar.strip.stop_button.click()
    assert jobs.started[-1].cancelled, "the job that is stopped is still the sorting"


def test_a_sorting_can_be_undone_as_long_as_files_are_left(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    done(page, jobs, pictures)
    page.output_bar.sort(tmp_path / "other", "copy", None)
    carry_out(jobs)
    (other,) = (tmp_path / "other").glob("*.journal")
    page.output_bar.sort(tmp_path / "sorted", "move", None)
    carry_out(jobs)
    page.output_bar.outputs.undo_sorting(other)
    carry_out(jobs)
    assert page.output_bar.sorted.undo_button.isVisible(), "another sorting was undone"
    assert not page.output_bar.done.undo_button.isVisible()
    in_the_way = pictures / "ant" / "3.png"
    in_the_way.write_bytes(b"another file of that name")
    page.output_bar.sorted.undo_button.click()
    carry_out(jobs)
    assert "1 left where they are (there is another file at" in page.output_bar.done.words.text()
    in_the_way.unlink()
    page.output_bar.sorted.undo_button.click()
    carry_out(jobs)
    assert in_the_way.is_file()
    assert not any(line.undo_button.isVisible() for line in (page.output_bar.sorted, page.output_bar.done))


def test_undo_stands_beside_the_words_of_the_sorting_and_not_beside_those_of_a_file_saved_after_it(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    done(page, jobs, pictures)
    bar = page.output_bar
    bar.sort(tmp_path / "sorted", "copy", None)
    carry_out(jobs)
    told = bar.done.words.text()
    assert bar.done.undo_button.isVisible()
    bar.save("csv", tmp_path / "out.csv")
    carry_out(jobs)
    assert bar.done.words.text().startswith("Saved: ")
    assert not bar.done.undo_button.isVisible()
    assert (bar.sorted.words.text(), bar.sorted.undo_button.isVisible()) == (told, True)
    bar.sorted.undo_button.click()
    carry_out(jobs)
    assert bar.done.words.text() == "3 copies removed; your files are where they were", "nothing was put back"
    assert not bar.sorted.isVisible()
    assert not list((tmp_path / "sorted").rglob("*.png"))
    bar.sort(tmp_path / "sorted", "symlink", [0])
    carry_out(jobs)
    bar.done.undo_button.click()
    carry_out(jobs)
    assert bar.done.words.text() == "1 link removed; your files are where they were"


def test_a_sorting_that_fails_in_the_middle_can_be_undone_at_once(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    done(page, jobs, pictures)
    moves = []

    def move(source: Path, target: Path, part: Path) -> None:
        if moves:
            raise OSError(errno.ENOSPC, "No space left on device")
        moves.append(source)
        moving.move(source, target, part)

    monkeypatch.setattr("engine.batch.sorting.sorter.move", move)
    page.output_bar.sort(tmp_path / "sorted", "move", None)
    assert isinstance(carry_out(jobs), Failed)
    assert "no space left" in page.notice.words.text()
    assert not moves[0].exists()
    assert page.output_bar.done.undo_button.isVisible()
    page.output_bar.done.undo_button.click()
    carry_out(jobs)
    assert moves[0].is_file()


def test_what_stays_is_counted_with_the_first_reason(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    done(page, jobs, pictures)
    (pictures / "ant" / "3.png").unlink()
    page.output_bar.sort(tmp_path / "sorted", "copy", None)
    carry_out(jobs)
    words = page.output_bar.done.words.text()
    assert words.startswith("2 files sorted into ")
    assert "1 left where they are (missing: the file is not there any more)" in words


def test_archives_are_only_copied_out_of(page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path):
    page.set_sources([tmp_path / "all.zip"])
    page.setup.classify_button.click()
    settle(jobs)
    handle = jobs.started[-1]
    say(handle, jobs, [(f"{tmp_path}/all.zip/a.png", "ant", 0.9)], 1)
    finish(page, handle, jobs)
    page.output_bar.ask_sort()
    asked = dialog(page, SortDialog)
    assert not asked.mode.isEnabled()
    assert asked.mode_chosen() == "copy"
    asked.reject()
    page.output_bar.ask_add()
    asked = dialog(page, AddDialog)
    assert asked.notice.words.text().startswith("Pictures in archives are left out")
    assert not asked.add_button.isEnabled(), "there would be nothing to add"


@pytest.mark.parametrize("kind", [SortDialog, AddDialog])
def test_what_is_shown_is_counted_outside_the_windows_thread(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, kind: type[QDialog], tmp_path: Path
):
    done(page, jobs, pictures)
    page.view.set_threshold(40)
    page.view.bars.select(0)  # bees, of which there are two
    page.view._want()
    assert 0 < len(page.view.rows()) < 3
    (page.output_bar.ask_sort if kind is SortDialog else page.output_bar.ask_add)()
    asked = dialog(page, kind)
    asked.which.setCurrentIndex(1)
    assert asked.words.text() == "Counting…"
    settle(jobs)
    assert asked.words.text().startswith("2 files into" if kind is SortDialog else "2 images:")
    asked.reject()


def test_pictures_that_stay_in_their_archive_are_not_counted_as_copied(
    page: ClassifyPage, jobs: FakeJobs, tmp_path: Path
):
    archive = tmp_path / "all.zip"
    locked = tmp_path / "locked.png"
    QImage(6, 6, QImage.Format.Format_RGB32).save(str(locked))
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("good.png", locked.read_bytes())
        file.writestr("no picture.png", b"nothing")
        file.writestr("damaged.png", locked.read_bytes())
    content = bytearray(archive.read_bytes())
    place = content.index(locked.read_bytes(), content.index(b"damaged.png"))
    content[place + 20] ^= 0xFF  # its checksum no longer fits
    archive.write_bytes(bytes(content))
    page.set_sources([archive])
    page.setup.classify_button.click()
    settle(jobs)
    handle = jobs.started[-1]
    found: list[Said] = [(f"{archive}/good.png", "ant", 0.9), (f"{archive}/no picture.png", "no image: expected one")]
    problems = [item.problem for item in members(str(archive), contents=True, cancel=Cancel())]
    assert [problem is None for problem in problems] == [True, True, False]
    say(handle, jobs, [*found, (f"{archive}/damaged.png", str(problems[2]))], 3)
    finish(page, handle, jobs)
    page.output_bar.ask_sort()
    asked = dialog(page, SortDialog)
    assert asked.plan() == ({"problems": 1, "ant": 1}, 2, 1)
    assert asked.words.text() == ("2 files into 2 folders; 1 stays in archives, out of which they cannot be taken")
    asked.reject()
    page.output_bar.sort(tmp_path / "sorted", "copy", None)
    carry_out(jobs)
    assert len(list((tmp_path / "sorted").rglob("*.png"))) == 2, "as it was said before"


def test_what_is_asked_for_while_files_are_sorted_has_its_dialog_at_once_and_is_done_after_it(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A key that opens no dialog would leave what is typed then to the keys of classes, which correct predictions."""
    done(page, jobs, pictures)
    page.output_bar.sort(tmp_path / "sorted", "copy", None)
    sorting = jobs.started[-1]
    out = tmp_path / "out.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    for action in page.actions():
        if action.text() == "Save CSV…":
            assert action.isEnabled()
            action.trigger()
    assert jobs.started[-1] is sorting
    page.output_bar.sort_button.click()
    asked = dialog(page, SortDialog)
    asked.target.setText(str(tmp_path / "other"))
    settle(jobs)
    asked.sort_button.click()
    assert jobs.started[-1] is sorting
    carry_out(jobs)
    assert jobs.started[-1].name.endswith("save_results"), "in the order in which they were asked for"
    carry_out(jobs)
    assert out.is_file()
    carry_out(jobs)
    assert len(list((tmp_path / "other").rglob("*.png"))) == 3


# Hot folder


def watch(page: ClassifyPage, jobs: FakeJobs, pictures: Path) -> FakeHandle:
    """Tick "Watch for new files" of a folder that is chosen; nothing else is pressed."""
    page.set_sources([pictures])
    page.setup.options.watch.click()
    settle(jobs)
    assert jobs.started[-1].params.watch  # type: ignore[attr-defined]
    return jobs.started[-1]


def test_a_watch_begins_and_ends_by_itself(page: ClassifyPage, jobs: FakeJobs, pictures: Path):
    page.setup.options.watch.click()
    settle(jobs)
    assert not jobs.of("classify"), "no folder is chosen yet"
    page.set_sources([pictures])
    settle(jobs)
    (handle,) = jobs.of("classify")
    assert handle.params.watch  # type: ignore[attr-defined]
    assert page.setup.options.watch.isEnabled()
    page.setup.options.watch.click()
    assert handle.cancelled
    handle.stop()
    settle(jobs)
    page.set_sources([pictures / "ant"])
    settle(jobs)
    assert len(jobs.of("classify")) == 1


def test_new_files_of_a_watched_folder_are_sorted_by_the_same_rule_and_each_batch_is_undone_by_itself(
    page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path
):
    handle, target = watch(page, jobs, pictures), tmp_path / "sorted"
    ant, bee, cat = rows(pictures)
    say(handle, jobs, [ant])
    page.output_bar.sort_button.click()
    asked = dialog(page, SortDialog)
    assert "New files are sorted the same way as they come" in asked.rule.text()
    assert asked.rule.isVisible()
    asked.target.setText(str(target))
    asked.mode.setCurrentIndex(1)
    settle(jobs)
    asked.sort_button.click()
    first = jobs.started[-1]
    say(handle, jobs, [bee])  # while the first is being sorted
    assert jobs.started[-1] is first
    jobs.started.remove(first)
    jobs.started.append(first)
    carry_out(jobs)
    assert [p.name for p in target.iterdir() if p.is_dir()] == ["ant"]
    second = jobs.started[-1]
    assert second is not first, "what has come meanwhile follows at once"
    assert (second.params.only, second.params.mode, second.params.target) == ((1,), "move", str(target))  # type: ignore[attr-defined]
    carry_out(jobs)
    assert (target / "unsure").is_dir(), "by the threshold of the first"
    assert page.output_bar.done.words.text().endswith("New files are sorted the same way.")
    page.output_bar.undo_sorting()
    carry_out(jobs)
    assert Path(bee[0]).exists()
    assert not Path(ant[0]).exists(), "the batch before is as it was"
    started = len(jobs.started)
    say(handle, jobs, [cat])
    assert len(jobs.started) == started, "who undoes a sorting ends the rule"
    page.output_bar.undo_sorting()
    carry_out(jobs)
    assert Path(ant[0]).exists()


def test_what_a_watch_brought_last_is_sorted_too(page: ClassifyPage, jobs: FakeJobs, pictures: Path, tmp_path: Path):
    handle = watch(page, jobs, pictures)
    ant, bee, cat = rows(pictures)
    say(handle, jobs, [ant])
    page.output_bar.sort_button.click()
    asked = dialog(page, SortDialog)
    asked.target.setText(str(tmp_path / "sorted"))
    settle(jobs)
    asked.sort_button.click()
    sorting = jobs.started[-1]
    say(handle, jobs, [bee, cat])
    page.setup.stop_button.click()
    handle.stop()
    settle(jobs)
    jobs.started.append(sorting)
    carry_out(jobs)
    assert jobs.started[-1].params.only == (1, 2)  # type: ignore[attr-defined]
    carry_out(jobs)
    assert len(list((tmp_path / "sorted").rglob("*.png"))) == 3
    assert not page.output_bar.done.words.text().endswith("the same way.")
