"""docs/licences.md tells of every library that is installed with the program."""

from __future__ import annotations

import importlib.util
import re
import tomllib

from release.licences import ROOT, TARGET, closure


def test_every_library_that_we_ask_for_and_all_that_these_ask_for_has_its_licence_in_the_list() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    told = dict(re.findall(r"^\| ([\w-]+) \| \S+ \| (.+) \|$", TARGET.read_text("utf-8"), re.MULTILINE))
    extras = ["training", *(["cluster"] if importlib.util.find_spec("ray") else [])]
    wanted = closure(
        [*project["dependencies"], *(text for e in extras for text in project["optional-dependencies"][e])]
    )
    assert {"numpy", "shiboken6", "tensorflow", "h5py"} <= set(wanted)
    assert {"ray", "pyarrow", "fsspec", "msgpack"} <= set(told), "packed for Linux, and not installed here"
    assert set(wanted) - set(told) == set(), "run `python -m release.licences`"
