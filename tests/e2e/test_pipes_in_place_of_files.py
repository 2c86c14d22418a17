"""A pipe, a socket or a device in the place of any file that a command reads is told in a sentence, not waited for."""

import os
import shutil
import signal
import socket
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

import main as entry
from tests.engine.conftest import _write_model
from tests.engine.review.conftest import make_setting
from tests.long_forms import LONG

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders on this system"),
]
MOST_SECONDS = 20  # far more than any of these takes; a wait for a pipe has no end
UNEXPECTED = "Something unexpected"


@pytest.fixture
def setting(tmp_path):
    return make_setting(tmp_path, _write_model)


@pytest.fixture
def command(capsys):
    """Run a command; give its exit status and all that it said. Ends a wait."""

    def waited(*_):
        raise AssertionError("it waits")

    def run(*arguments):
        before = signal.signal(signal.SIGALRM, waited)
        signal.alarm(MOST_SECONDS)
        try:
            status = entry.main(list(map(str, arguments)))
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, before)
        said = "".join(capsys.readouterr())
        assert UNEXPECTED not in said
        assert "Traceback" not in said
        return status, said

    return run


@contextmanager
def instead(path, kind="pipe", *, link="/dev/zero"):
    """Something that is no file, in the place of one."""
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX) as listening:
        if kind == "pipe":
            os.mkfifo(path)
        elif kind in ("device", "link"):
            path.symlink_to("/dev/zero" if kind == "device" else link)
        else:
            here = Path.cwd()  # a socket's whole path may have no more than a hundred bytes
            os.chdir(path.parent)
            listening.bind(path.name)
            os.chdir(here)
        yield path
        path.unlink(missing_ok=True)


@pytest.fixture
def pictures(tmp_path):
    for name in ("cat", "dog"):
        for number in range(3):
            place = tmp_path / "in" / name / f"{name}.{number}.png"
            place.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (9, 9), (number, 9, 9)).save(place)
    return tmp_path / "in"


@pytest.mark.parametrize("kind", ["pipe", "socket", "device"])
def test_import_waits_for_nothing(tmp_path, pictures, command, kind):
    project = tmp_path / "p"
    with instead(tmp_path / "x.csv", kind) as table:
        for more in (["--csv", table], ["--labels", "csv", "--csv", table], ["--names", table]):
            status, said = command("import", project, pictures, *more)
            assert status == 1, more
            assert f"it is a {kind}, not a file" in said
    with instead(tmp_path / "x.json", kind) as export:
        status, said = command("import", project, pictures, "--labels", "label-studio", "--csv", export)
        assert status == 1
        assert f"it is a {kind}, not a file" in said


@pytest.mark.parametrize("kind", ["pipe", "socket", "device"])
@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tgz", "x.npz", "train-images-idx3-ubyte", "data_batch_1.bin"])
def test_import_of_a_source_that_is_no_file_is_told(tmp_path, command, name, kind):
    with instead(tmp_path / "s" / name, kind) as source:
        for place in (source, source.parent):
            status, _ = command("import", tmp_path / "p", place)
            assert status in (1, 2)


@pytest.mark.parametrize(
    "name",
    [
        *("a.csv", "cat.csv", "metadata.csv", "metadata.jsonl", "export.json", "classes.txt", "cat/cat.0.json"),
        *("cat/photo.jpg", "cat/nosuffix", "x.npz", "labels.tsv", "cat/metadata.jsonl"),
    ],
)
def test_import_goes_on_beside_what_is_no_file(tmp_path, pictures, command, name):
    with instead(pictures / name):
        for labels in ("auto", "folders", "csv", "labelme", "label-studio", "imagefolder", "prefix", "none"):
            command("import", tmp_path / f"p-{labels}", pictures, "--labels", labels)
        status, said = command("import", tmp_path / "all", pictures)
    assert status == 0, said


RUN_FILES = [
    *("run.json", "notes.json", "split.csv", "history.csv", "model.onnx", "model.keras", "predictions.npz"),
    *("report.json", "more_predictions.npz", "checkpoint/state.json", "run.lock", ".lock"),
]
COMMANDS = [
    ["runs", "P"],
    ["run", "P", "RUN"],
    ["evaluate", "P"],
    ["mistakes", "P"],
    ["classify", "P", "PICTURES", "--out", "OUT.csv"],
    ["classify", "MODEL", "PICTURES", "--out", "OUT.csv"],
    ["model", "RUN_FOLDER"],
    ["export", "P", "--out", "OUT.onnx"],
    ["suspects", "P"],
]
if LONG:
    COMMANDS += [
        ["runs", "P", "--json"],
        ["classify", "RUN_FOLDER", "PICTURES", "--out", "OUT.csv"],
        ["model", "MODEL"],
        ["export", "P", "--out", "OUT"],
        ["explain", "P", "dark 0.png"],
        ["compare", "P", "--before", "RUN", "--after", "RUN"],
        ["calibrate", "P"],
        ["map", "P"],
        ["duplicates", "P"],
        ["train", "P", "--resume", "RUN"],
        ["train", "P", "--repeat", "RUN", "--recipe", "nothing"],
        ["ensemble", "P", "--runs", "RUN", "RUN"],
        ["run", "P", "RUN", "--star"],
        ["info", "P"],
    ]


@pytest.mark.stress
@pytest.mark.parametrize("name", RUN_FILES)
def test_a_run_with_something_else_in_the_place_of_a_file_is_told(setting, tmp_path, command, name):
    run = setting.run()
    words = {
        "P": setting.folder,
        "RUN": run.name,
        "RUN_FOLDER": run.folder,
        "MODEL": run.folder / "model.onnx",
        "PICTURES": setting.pictures,
        "OUT": tmp_path / "out",
        "OUT.csv": tmp_path / "out.csv",
        "OUT.onnx": tmp_path / "out.onnx",
    }
    with instead(run.folder / name):
        for line in COMMANDS:
            status, said = command(*(words.get(word, word) for word in line))
            assert status in (0, 1, 2), said


@pytest.mark.parametrize("kind", ["pipe", "socket", "device"])
def test_classify_waits_for_nothing(setting, tmp_path, command, kind):
    model = setting.run().folder / "model.onnx"
    with instead(tmp_path / "s" / "x.jpg", kind) as picture:
        status, _ = command("classify", model, picture, "--out", tmp_path / "out.csv")
        assert status in (0, 1)
        assert "not a file" in (tmp_path / "out.problems.csv").read_text()
    for name in ("x.zip", "x.tar", "x.txz"):
        with instead(tmp_path / "s" / name, kind) as archive:
            status, said = command("classify", model, archive, "--out", tmp_path / "out.csv")
            assert status == 1
            assert "not a file" in said
    with instead(tmp_path / "s" / "other.onnx", kind) as other:
        out = ["--out", tmp_path / "out.csv"]
        for line in (["classify", other], ["classify", model, "--with", other]):
            status, said = command(*line, setting.pictures, *out)
            assert status == 1
            assert "model" in said
        assert command("model", other)[0] == 1
    with instead(tmp_path / "s" / "sorted-20260101-000000-000000.journal", kind) as journal:
        assert command("undo", journal)[0] in (1, 2)
        command("classify", model, setting.pictures, "--into", tmp_path / "s", "--by", "copy", "--resume")


@pytest.mark.parametrize("name", ["o.csv.rows.jsonl", "o.problems.csv"])
@pytest.mark.parametrize("kind", ["pipe", "socket", "device", "link"])
def test_what_is_written_beside_an_output_goes_where_nobody_else_has_put_a_name(setting, tmp_path, command, name, kind):
    """Who saves results in a downloaded folder has typed the name of the output, and no other."""
    model, own = setting.run().folder / "model.onnx", tmp_path / "own.txt"
    own.write_text("of the person")
    (setting.pictures / "damaged.png").write_bytes(b"no picture")
    for more in ([], ["--resume"]):
        with instead(tmp_path / "s" / name, kind, link=own):
            status, said = command("classify", model, setting.pictures, "--out", tmp_path / "s" / "o.csv", *more)
        assert status in (0, 1, 2), said
    assert own.read_text() == "of the person"


@pytest.mark.parametrize("name", ["project.sqlite", "project.sqlite-wal", "project.sqlite-shm", "writer.lock"])
@pytest.mark.parametrize("kind", ["pipe", "socket", "device"])
def test_a_project_of_something_else_is_told(setting, command, name, kind):
    with instead(setting.folder / name, kind):
        for line in (["info"], ["classes"], ["runs"], ["evaluate"], ["undo"], ["rescan"], ["label", "light", "x.png"]):
            status, said = command(line[0], setting.folder, *line[1:])
            assert status in (0, 1, 2), said


def test_pictures_that_became_something_else_are_problems(setting, tmp_path, command):
    picture = next(setting.pictures.rglob("test dark 0.png"))
    with instead(picture):
        for line in (
            ["rescan"],
            ["duplicates"],
            ["suspects"],
            ["leaks"],
            ["map", "--method", "pca"],
            ["explain", picture],
        ):
            command(line[0], setting.folder, *line[1:])
        for form in ("folders", "tree", "imagefolder", "csv"):
            command("export-labels", setting.folder, "--out", tmp_path / form, "--format", form)
        command("augment", picture, "--out", tmp_path / "sheet.png")


@pytest.mark.parametrize("weights", ["w.h5", "mobilenet_v2_1.0_224.h5", "w.onnx", "w.weights.h5"])
def test_weights_that_are_no_file_are_told(setting, tmp_path, command, weights):
    with instead(tmp_path / weights) as place:
        settings = ["--set", f"weights={place}", "--set", "pretrained=imagenet"]
        status, said = command("network", setting.folder, "--recipe", "transfer", *settings)
        assert status in (1, 2), said


def test_a_pipe_in_a_zip_is_passed_over(setting, tmp_path, command):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as file:
        info = zipfile.ZipInfo("pipe.png")
        info.external_attr = 0o010644 << 16
        file.writestr(info, b"")
        file.write(next(setting.pictures.rglob("*.png")), "real.png")
    shutil.copy(tmp_path / "x.zip", tmp_path / "y.zip")

    assert (
        command("classify", setting.run().folder / "model.onnx", tmp_path / "x.zip", "--out", tmp_path / "o.csv")[0]
        == 0
    )
    assert command("import", tmp_path / "p", tmp_path / "y.zip")[0] == 0
