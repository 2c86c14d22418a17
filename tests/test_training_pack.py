"""The training pack of the packages for Linux holds what training loads, and nothing that the program has itself."""

from __future__ import annotations

import pytest

from engine.libraries import TRAINING
from release.licences import libraries
from release.training_pack import NOT_LOADED, distributions, modules


def test_the_pack_holds_what_training_loads_and_no_library_of_the_program() -> None:
    core, training = libraries()
    packed = {found.metadata["Name"].lower().replace("_", "-") for found in distributions()}
    assert set(TRAINING) <= packed & modules()
    assert packed & set(core) == set()
    assert packed | NOT_LOADED == set(training), "NOT_LOADED names libraries that training asks for"
    assert {"numpy", "onnx", "google"} & modules() == set()


@pytest.mark.parametrize("name", sorted(NOT_LOADED))
def test_what_is_left_out_of_the_pack_is_left_out_of_the_program_too(name: str) -> None:
    tops = {file.parts[0] for file in libraries()[1][name].files or []}
    assert {top for top in tops if top.isidentifier() and top != "__pycache__"} <= modules()
