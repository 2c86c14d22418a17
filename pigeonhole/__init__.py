"""Pigeonhole: label folders of images, train a classifier, review its mistakes, classify folders of any size.

From a notebook:

    import pigeonhole

    project = pigeonhole.open("flowers")            # a folder of pictures, or a project
    project.classes()                               # how many pictures each class has
    run = project.train()                           # or train("transfer", epochs=8)
    run.evaluate().accuracy
    run.evaluate().confusion                        # tables are pandas
    mistakes = run.mistakes()
    pigeonhole.show(mistakes)                       # the pictures themselves
    project.label("roses", mistakes.path[:3])
    run.predict("holiday pictures")
    run.export("flowers.onnx")

What is long shows its progress; Ctrl+C (in a notebook: interrupt) ends it and keeps what it has made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine import version as _version

if TYPE_CHECKING:
    from pigeonhole.models import Model, load
    from pigeonhole.pictures import show
    from pigeonhole.projects import Project, Run, Scores
    from pigeonhole.projects import open_project as open  # noqa: A004  # as in `pigeonhole.open`

__version__ = _version.VERSION
__all__ = ["Error", "Model", "Project", "Run", "Scores", "load", "open", "show"]

# Loaded when they are asked for: the program's own start, which passes here, waits for none of them.
_PLACES = {
    "Error": "engine.errors:EngineError",
    "Model": "pigeonhole.models:Model",
    "Project": "pigeonhole.projects:Project",
    "Run": "pigeonhole.projects:Run",
    "Scores": "pigeonhole.projects:Scores",
    "load": "pigeonhole.models:load",
    "open": "pigeonhole.projects:open_project",
    "show": "pigeonhole.pictures:show",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    module, _, member = _PLACES[name].partition(":")
    return getattr(importlib.import_module(module), member)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
