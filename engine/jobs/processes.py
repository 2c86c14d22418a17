"""Start the program's own processes: the one place that does, alike in a checkout, installed and frozen.

None of them imports from the current folder, which may be a stranger's folder of pictures with a `numpy.py` in it.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from engine.environment import prepare_process
from engine.errors import JobCancelled
from engine.jobs.job import Cancel
from engine.language import VARIABLE, used

# What a process can be, and the function that it runs on the words behind its name.
PROGRAMS = {
    "job": "engine.jobs.child:main",
    "to-onnx": "engine.models.export:main",
    "decode": "engine.imaging.decoder_process:main",
    "convert": "engine.models.tensorflow_targets:main",
    "predict": "engine.models.bounded_model:main",
    "script": "engine.jobs.processes:run_script",
}
SUBCOMMAND = "__process__"  # of main.py, hidden: a frozen program has no interpreter that could be given a module
# From where this module can be imported: the checkout, or the folder of libraries that `pigeonhole` is installed in.
_ROOT = Path(__file__).resolve().parents[len(str(__package__).split("."))]
_POLL_SECONDS = 0.1


def command(program: str, *arguments: str) -> list[str]:
    """The command that runs one of `PROGRAMS`."""
    if getattr(sys, "frozen", False):
        return [sys.executable, SUBCOMMAND, program, *arguments]
    return [sys.executable, "-P", "-m", "engine.jobs.processes", program, *arguments]


def script_command(file: Path, *arguments: str) -> list[str]:
    """The command that runs a Python file which needs nothing of ours."""
    if getattr(sys, "frozen", False):
        return command("script", str(file), *arguments)
    return [sys.executable, "-P", str(file), *arguments]


def environment() -> dict[str, str]:
    """The environment of a process that runs one of `PROGRAMS`.

    An empty entry of `PYTHONPATH`, as in `:/some/folder`, is the current folder: only absolute ones are passed on.
    """
    inherited = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    paths = [str(_ROOT), *(path for path in inherited if os.path.isabs(path))]  # noqa: PTH117
    return {
        "TF_CPP_MIN_LOG_LEVEL": "3",
        **os.environ,
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)),
        "PYTHONSAFEPATH": "1",
        "PYTHONIOENCODING": "utf-8",
        VARIABLE: used(),
    }


def script_environment() -> dict[str, str]:
    """The environment of a file that needs nothing of ours: our own modules cannot be imported from there."""
    return {name: value for name, value in environment().items() if name != "PYTHONPATH"}


def start(program: str, *arguments: str, more: Mapping[str, str], **options: Any) -> subprocess.Popen[Any]:
    """Start one of `PROGRAMS` and return at once; `more` is added to its environment, `options` are those of Popen."""
    return subprocess.Popen(command(program, *arguments), env=environment() | dict(more), **options)


@dataclass(frozen=True, slots=True)
class Finished:
    """A process that has ended. `reason` is the last line of its standard error, where errors say what they are."""

    status: int
    out: bytes
    reason: str


def run(words: Sequence[str], env: Mapping[str, str], *, cancel: Cancel, given: bytes = b"") -> Finished:
    """Run a command of this module to its end, with `given` as its standard input.

    Raises:
        JobCancelled: within a moment of being cancelled; the process is killed.
    """
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        stdin.write(given)
        stdin.seek(0)
        with subprocess.Popen(words, stdin=stdin, stdout=out, stderr=errors, env=env) as process:
            try:
                while process.poll() is None:
                    if cancel.wait(_POLL_SECONDS):
                        raise JobCancelled
            finally:
                process.kill()
        out.seek(0)
        errors.seek(0)
        lines = errors.read().decode("utf-8", "replace").strip().splitlines()
        return Finished(process.returncode, out.read(), lines[-1] if lines else "no reason given")


# Flags of an interpreter that Ray gives to what it starts; the frozen program has the last two anyway.
_FLAGS = ("-u", "-s", "-S")


def file_of_ray(words: Sequence[str]) -> list[str]:
    """Return the file and its arguments if these are the words that Ray gives to `sys.executable`, else nothing.

    Ray starts its processes as `python -u .../ray/_private/log_monitor.py ...`: in the frozen program `sys.executable`
    is the program. Only files that lie in its own folder of Ray are run so, whatever path leads there.
    """
    call = list(dropwhile(_FLAGS.__contains__, words))
    if not call or not getattr(sys, "frozen", False):
        return []
    file, ray = (Path(os.path.realpath(place)) for place in (call[0], os.path.join(sys._MEIPASS, "ray")))  # type: ignore[attr-defined]  # noqa: PTH118
    return call if file.suffix == ".py" and ray in file.parents and file.is_file() else []


def interpreter_for_shells() -> str:
    """What Ray starts as Python, as one word of a shell: Ray itself does not quote it."""
    return shlex.quote(sys.executable)


def run_script(arguments: list[str]) -> None:
    """Run a Python file in this process as an interpreter would; a frozen program has none to start."""
    import runpy

    sys.argv = list(arguments)
    runpy.run_path(arguments[0], run_name="__main__")


def main(arguments: Sequence[str]) -> int:
    """Run the program that `command` names."""
    import faulthandler

    prepare_process()
    faulthandler.enable()  # a native crash leaves its traceback
    program, *rest = arguments
    resolve_name(PROGRAMS[program])(rest)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
