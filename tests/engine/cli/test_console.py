"""A job in a terminal: what is shown where, and how it ends."""

import io
import json
import os
import signal
import subprocess
import sys

import pytest

from engine.cli.console import Console, duration, run
from engine.cli.layout import table
from engine.cli.training_commands import _trained
from engine.errors import JobCancelled, ProjectError, UsageError
from engine.events import BatchEnded, EpochEnded, Log, ProblemFound, Progress, RunStarted
from engine.places import log_folder


def job_that(*events, result=None, error=None, then=None):
    def job(params, *, emit, cancel):
        for event in events:
            emit(event)
        if then is not None:
            then(cancel)
        if error is not None:
            raise error
        return result or {}

    return job


class Screen:
    """Two streams of which the second one may be a terminal."""

    def __init__(self, *, as_json=False, live=False):
        self.out, self.err = io.StringIO(), io.StringIO()
        self.err.isatty = lambda: live
        self.console = Console(as_json=as_json, out=self.out, err=self.err)

    def run(self, job, text=lambda result: "done"):
        return run(job, None, self.console, text)


def test_json_has_one_event_a_line_and_the_bare_result_last():
    screen = Screen(as_json=True)

    status = screen.run(job_that(Log("one"), Progress("Listing", 1, 2), result={"images": 3}))

    lines = [json.loads(line) for line in screen.out.getvalue().splitlines()]
    assert status == 0
    assert [line.get("event") for line in lines] == ["log", "progress", None]
    assert lines[-1] == {"images": 3}
    assert screen.err.getvalue() == ""


def test_json_of_a_failed_job_ends_with_the_failure_and_status_one():
    screen = Screen(as_json=True)

    status = screen.run(job_that(error=ProjectError("There is no project here.")))

    assert status == 1
    last = json.loads(screen.out.getvalue().splitlines()[-1])
    assert last == {"event": "failed", "message": "There is no project here.", "details": ""}
    assert screen.err.getvalue() == ""


def test_wrong_usage_found_inside_a_job_has_status_two():
    assert Screen().run(job_that(error=UsageError("There is no recipe 'x'."))) == 2


def test_an_unforeseen_failure_shows_its_details():
    screen = Screen()

    status = screen.run(job_that(error=KeyError("surprise")))

    assert status == 1
    assert "Traceback" in screen.err.getvalue()
    assert "KeyError: 'surprise'" in screen.err.getvalue().splitlines()[-1]


def test_a_cancelled_job_says_what_is_kept():
    screen = Screen(as_json=True)

    status = screen.run(job_that(error=JobCancelled({"run": "r1", "epochs": 3})))

    assert status == 130
    last = json.loads(screen.out.getvalue().splitlines()[-1])
    assert last == {"event": "cancelled", "result": {"run": "r1", "epochs": 3}}
    assert "the best of 3 epochs is kept in the run r1" in screen.err.getvalue()
    screen.run(job_that(error=JobCancelled({"run": "r2", "epochs": 1})))
    assert "Stopped; its one epoch is kept in the run r2." in screen.err.getvalue()


def test_a_training_of_one_epoch_is_told_as_one():
    accuracy = {"validation_accuracy": 0.5, "validation_images": 40}
    result = {"run": "r1", "epochs": 1, **accuracy, "seconds": 2.0, "images_per_second": 10.0}

    assert "after 1 epoch, 2.0 s" in _trained(result)
    assert "after 2 epochs, 2.0 s" in _trained(result | {"epochs": 2})


def test_ctrl_c_sets_the_cancel_of_the_job_and_a_second_one_ends_it():
    def once(cancel):
        os.kill(os.getpid(), signal.SIGINT)
        cancel.check()

    def twice(cancel):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    before, screen = signal.getsignal(signal.SIGINT), Screen()
    assert screen.run(job_that(then=once)) == 130
    with pytest.raises(KeyboardInterrupt):
        Screen().run(job_that(then=twice))
    assert signal.getsignal(signal.SIGINT) is before
    assert "press Ctrl+C again" in screen.err.getvalue()


def test_what_libraries_print_goes_to_a_log_file_and_not_to_the_terminal():
    code = """if True:
        import os
        from engine.cli.console import Console, run
        def noisy(params, *, emit, cancel):
            print("from Python")
            os.write(1, b"from C")
            os.write(2, b"an absl warning")
            return {"images": 1}
        run(noisy, None, Console(as_json=True), str)
        print("afterwards")
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert done.stdout == '{"images": 1}\nafterwards\n'
    assert done.stderr == ""
    log = (log_folder() / "libraries.log").read_text()
    assert all(words in log for words in ("from Python", "from C", "an absl warning"))


def test_a_reader_that_goes_away_cancels_the_job():
    class Closed(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    seen = []

    def job(params, *, emit, cancel):
        emit(Log("one"))
        seen.append(cancel.is_set())
        cancel.check()

    with pytest.raises(BrokenPipeError):
        run(job, None, Console(as_json=True, out=Closed(), err=io.StringIO()), str)
    assert seen == [True]


def test_a_person_reads_phases_epochs_and_the_result():
    screen = Screen()
    events = [
        Progress("Loading images", 5, 10),
        Progress("Loading images", 10, 10),
        RunStarted("r1", "fashion-cnn", "CPU", 2, 4, 100, 20, 12345),
        BatchEnded(1, 2, 4, 0.5, 0.5, 100.0),
        EpochEnded(1, 2, 0.5, 0.75, 0.4, 0.8125, 0.001, 1.0, 100.0, best=True),
        Log("slow", "warning"),
    ]

    screen.run(job_that(*events))

    err = screen.err.getvalue()
    assert err.count("Loading images") == 1
    assert "Run r1: fashion-cnn on CPU, 12,345 parameters, 100 training and 20 validation images" in err
    assert "epoch   1/2  loss 0.5000  accuracy 75.00 %  validation 0.4000  16 of 20 (59.8–92.7 %)  *" in err
    assert "batch" not in err
    assert "Warning: slow" in err
    assert screen.out.getvalue() == "done\n"


def test_what_is_not_held_out_is_not_called_validation():
    screen = Screen()
    epoch = EpochEnded(1, 2, 0.5, 0.75, 0.4, 0.9981, 0.001, 1.0, 100.0, best=True)

    screen.run(job_that(RunStarted("r1", "fashion-cnn", "CPU", 2, 4, 120, 0, 12345), epoch))

    err = screen.err.getvalue()
    assert "epoch   1/2  loss 0.5000  accuracy 75.00 %  *" in err
    assert "99.81" not in err


def test_on_a_terminal_progress_stays_on_one_line_and_is_gone_at_the_end():
    screen = Screen(live=True)

    screen.run(job_that(Progress("Checking", 1, 9), Progress("Checking", 9, 9, 4.0, 0.0)))

    err = screen.err.getvalue()
    assert "\n" not in err
    assert "Checking  9/9  4/s  0.0 s left" in err
    assert err.endswith("\r")


def test_many_problems_are_counted_and_not_all_shown():
    screen = Screen()

    screen.run(job_that(*(ProblemFound(f"{i}.png", "empty file") for i in range(50))))

    assert screen.err.getvalue().count("problem:") == 10
    assert "further problems are counted, not shown" in screen.err.getvalue()


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0.0 s"), (9.5, "9.5 s"), (12.4, "12 s"), (185, "3 min 05 s"), (7800, "2 h 10 min")]
)
def test_durations_are_said_as_people_do(seconds, text):
    assert duration(seconds) == text


def test_columns_are_aligned():
    assert table([["a", "1"], ["long", "22"]], head=["Class", "N"]) == "Class   N\na       1\nlong   22"
