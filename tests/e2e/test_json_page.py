"""docs/json.md tells what `--json` prints: every event, and the result of every command, made from the code.

`PIGEONHOLE_JSON=docs/json.md pytest tests/e2e/test_json_page.py` writes it anew.
"""

from __future__ import annotations

import dataclasses
import inspect
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from engine import events
from engine.cli.commands import COMMANDS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "json.md"
RESULTS = {
    "import": ["engine.library.scan:Imported"],
    "info": ["engine.cli.library_commands:ProjectInfo"],
    "label": ["engine.cli.editing:EditResult"],
    "classes": ["engine.cli.library_commands:ListedClasses", "engine.cli.editing:EditResult"],
    "flags": ["engine.cli.library_commands:FlaggedImages", "engine.cli.editing:EditResult"],
    "split": ["engine.cli.split_command:DividedImages"],
    "history": ["engine.cli.history_commands:ListedEdits", "engine.cli.history_commands:TakenSteps"],
    "undo": ["engine.cli.history_commands:TakenSteps"],
    "redo": ["engine.cli.history_commands:TakenSteps"],
    "rescan": ["engine.library.rescan:Rescanned", "engine.library.rechecking:Rechecked"],
    "locate": ["engine.library.locating:Located"],
    "export-labels": ["engine.library.exporting:ExportedLabels"],
    "features": ["engine.similarity.feature_job:ComputedFeatures"],
    "bases": ["engine.training.base_choice:Bases"],
    "suggest": ["engine.review.suggest:Suggested"],
    "similar": ["engine.review.suggest:SimilarImages"],
    "recipes": ["engine.cli.training_commands:ListedRecipes"],
    "train": [
        "engine.training.automatic.job:AutomaticallyTrained",
        "engine.training.plan:Trained",
        "engine.training.plan:TrainedFolds",
    ],
    "options": ["engine.cli.training_commands:ListedOptions"],
    "runs": [
        "engine.cli.training_commands:ListedRuns",
        "engine.cli.training_commands:ComparedRuns",
        "engine.cli.training_commands:EmptiedTrash",
    ],
    "ensemble": ["engine.training.results.ensemble:Joined"],
    "augment": ["engine.training.data.preview:AugmentationSheet"],
    "devices": ["engine.training.machine.device:Devices"],
    "run": ["engine.training.runs.shown:ShownRun"],
    "network": ["engine.training.summary:NetworkDescription"],
    "leaks": ["engine.training.leaks:LeakReport"],
    "evaluate": ["engine.review.evaluate:Evaluated"],
    "mistakes": ["engine.review.evaluate:ListedMistakes"],
    "suspects": ["engine.review.suspects.job:FoundSuspects"],
    "duplicates": ["engine.review.duplicates:FoundDuplicates"],
    "explain": ["engine.review.explain.job:ExplainedImages"],
    "compare": ["engine.review.compare:Compared"],
    "rounds": ["engine.review.rounds:Rounds"],
    "assess": ["engine.review.assessment:Assessment"],
    "calibrate": ["engine.review.confidence.calibrate:Calibrated"],
    "map": ["engine.review.layout:LaidOut"],
    "export": ["engine.models.targets:Exported"],
    "classify": [
        "engine.batch.params:BatchResult",
        "engine.batch.ray_engine:RayResult",
        "engine.batch.sorting.undo:SortUndone",
    ],
    "model": ["engine.models.inspection:ModelDescription"],
    "sample": ["engine.cli.sample:SampleOutcome", "engine.cli.sample:SamplePlaces"],
}
PRINTS_NO_JSON = {"help", "completion", "desktop"}
HEAD = """\
# What `--json` prints

With `--json` a command prints one JSON object a line on standard output: events while it works, and at the end its
result, the one line without `"event"`. Where it fails, the last line is the event `failed`, and nothing is on standard
error; wrong usage (status 2) is one line on standard error and no JSON. Fields may be added in a later version; none
is renamed or taken away within a major one.

A field that is marked "may be absent" is left out where it says nothing. Fractions are 0 to 1, times are seconds, sizes
bytes. Sentences (`message`, `text`, `why`, `note`, `detail`) are for people, in the language of the command;
`PIGEONHOLE_LANGUAGE=en` asks for English. Nothing needs to be read out of them: kinds, names and numbers are fields of
their own, the same in all languages.

"""


def page() -> str:
    parts = [HEAD, "## Events\n\n"]
    parts += [described(f'`"event": "{name}"`', cls) for name, cls in sorted(events.all_events().items())]
    parts.append("## Results\n\n")
    for command in COMMANDS:
        if command in PRINTS_NO_JSON:
            continue
        for place in RESULTS[command]:
            cls = resolve_name(place)
            of = f" ({cls.__name__})" if len(RESULTS[command]) > 1 else ""
            parts.append(described(f"`pigeonhole {command}`{of}", cls))
    told = [resolve_name(place) for places in RESULTS.values() for place in places]
    told += events.all_events().values()
    parts.append("## Parts of them\n\n")
    inside: dict[str, type] = {}
    for cls in told:
        for part in parts_of(cls):
            if part not in told:
                inside[part.__name__] = part
                told.append(part)  # which may have parts itself
    parts += [described(f"`{name}`", cls) for name, cls in sorted(inside.items())]
    return "".join(parts).rstrip() + "\n"


def parts_of(cls: Any) -> Iterator[type]:
    """The dataclasses that the types of its fields name."""
    names = {name: value for base in cls.__mro__ for name, value in vars(sys.modules[base.__module__]).items()}
    for field in dataclasses.fields(cls):
        for word in re.findall(r"\w+", str(field.type)):
            if inspect.isclass(names.get(word)) and dataclasses.is_dataclass(names[word]):
                yield names[word]


def described(title: str, cls: type) -> str:
    text = inspect.getdoc(cls) or ""
    words = "" if text.startswith(f"{cls.__name__}(") else " ".join(text.split()) + "\n\n"
    rows = "".join(f"| `{name}` | {kind} |\n" for name, kind in fields(cls))
    table = f"| field | |\n|---|---|\n{rows}\n" if rows else ""
    return f"### {title}\n\n{words}{table}"


def fields(cls: Any) -> Iterator[tuple[str, str]]:
    for field in dataclasses.fields(cls):
        kind = re.sub(r"\b[a-z_]+\.", "", str(field.type)).replace("|", "or")
        may = "; may be absent" if field.metadata.get("omitted") else ""
        yield str(field.metadata.get("key", field.name)), f"{kind}{may}"


def test_the_page_tells_of_every_command_and_event() -> None:
    assert set(RESULTS) | PRINTS_NO_JSON == set(COMMANDS)
    made = page()
    if place := os.environ.get("PIGEONHOLE_JSON"):
        Path(place).write_text(made, "utf-8")
    assert made == PAGE.read_text("utf-8"), "write it anew, as the head of this file says"
