"""What is said where a library is missing."""

from __future__ import annotations

import sys

import pytest

from engine.errors import MissingLibrary
from engine.libraries import CLUSTER, PACKS, TRAINING, Pack, in_a_package, require
from engine.version import VERSION


def test_the_frozen_program_names_the_package_that_has_training_and_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingLibrary, match="`pip install not_there`, in a checkout with `uv sync`"):
        require("Training", ("not_there",))
    monkeypatch.setattr("sys.frozen", True, raising=False)
    with pytest.raises(MissingLibrary) as said:
        require("Training", ("not_there",))
    packed, unpacked = TRAINING.megabytes
    assert f"Install the package pigeonhole-training {VERSION}" in str(said.value)
    assert f"({packed:,} MB to download, {unpacked:,} MB on the disk)" in str(said.value)


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.extra)
def test_what_a_pack_brings_is_named_only_where_there_are_packs(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    assert in_a_package(pack.modules[0]) == ""
    monkeypatch.setattr("sys.frozen", True, raising=False)
    for system, named in (("linux", True), ("win32", False), ("darwin", False)):
        monkeypatch.setattr("sys.platform", system)
        assert (f"Install the package {pack.name} {VERSION}" in in_a_package(pack.modules[0])) is named
        assert in_a_package("numpy") == ""


def test_the_frozen_program_without_the_pack_of_ray_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.batch.outputs.parquet import check_pyarrow
    from engine.batch.ray_engine import RayParams, classify_on_ray
    from engine.errors import UsageError
    from engine.jobs.job import Cancel

    for name, value in (("sys.frozen", True), ("sys.platform", "linux")):
        monkeypatch.setattr(name, value, raising=False)
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    jobs = (check_pyarrow, lambda: classify_on_ray(RayParams("m", ("p",), "o"), emit=print, cancel=Cancel()))
    for job in jobs:
        with pytest.raises(UsageError, match=f"Install the package {CLUSTER.name} {VERSION}"):
            job()
