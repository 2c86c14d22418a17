"""The packs of the packages for Linux hold what their part of the program loads, and nothing that the program has."""

from __future__ import annotations

import importlib.util
from itertools import combinations

import pytest

from engine.libraries import CLUSTER, PACKS, TRAINING, Pack
from release.licences import asked_by, core
from release.packs import IN_THE_PROGRAM, NOT_LOADED, distributions, files, modules

RAY = importlib.util.find_spec("ray") is not None
needs_ray = pytest.mark.skipif(not RAY, reason="Ray is not installed (extra `cluster`)")
packs = pytest.mark.parametrize("pack", [TRAINING, pytest.param(CLUSTER, marks=needs_ray)], ids=lambda pack: pack.extra)


@packs
def test_a_pack_holds_what_its_part_loads_and_no_library_of_the_program(pack: Pack) -> None:
    packed = {found.metadata["Name"].lower().replace("_", "-") for found in distributions(pack)}
    assert set(pack.modules) <= packed & modules([pack])
    assert packed & set(core()) == set()
    asked = set(asked_by(pack.extra))
    assert packed == asked - NOT_LOADED - IN_THE_PROGRAM
    assert {"numpy", "onnx", "google", "requests"} & modules([pack]) == set()


@needs_ray
def test_two_packs_have_no_file_of_one_name_and_what_both_ask_for_is_in_the_program() -> None:
    for one, other in combinations(PACKS, 2):
        both = asked_by(one.extra).keys() & asked_by(other.extra).keys()
        assert both == IN_THE_PROGRAM
        ours, theirs = ({f"{place}/{file.rpartition('/')[2]}" for file, place in files(pack)} for pack in (one, other))
        assert ours & theirs == set()


@needs_ray
def test_of_ray_the_programs_that_it_starts_are_packed_and_not_what_nobody_runs() -> None:
    packed = {f"{place}/{file.rpartition('/')[2]}" for file, place in files(CLUSTER)}
    started = {"ray/core/src/ray/raylet/raylet", "ray/core/src/ray/gcs/gcs_server", "ray/_private/log_monitor.py"}
    started |= {f"ray/_private/workers/{name}_worker.py" for name in ("setup", "default")}
    assert started <= packed
    unused = ("ray/jars/", "ray/rllib/", "ray/dashboard/client/", "pyarrow/include/", "pyarrow/libarrow_flight.")
    assert [file for file in packed if file.startswith(unused)] == []


@pytest.mark.parametrize("name", sorted(NOT_LOADED))
def test_what_is_left_out_of_the_pack_is_left_out_of_the_program_too(name: str) -> None:
    tops = {file.parts[0] for file in asked_by(TRAINING.extra)[name].files or []}
    assert {top for top in tops if top.isidentifier() and top != "__pycache__"} <= modules([TRAINING])
