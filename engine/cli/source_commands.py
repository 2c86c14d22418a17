"""The subcommands over the files of sources: look for changes, look at problems again, write labels out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import typer

from engine.cli.app import Json, Project, app
from engine.cli.console import Console, run, table
from engine.cli.editing import counted


@app.command()
def rescan(
    project: Project,
    problems: Annotated[
        bool, typer.Option("--problems", help="Only look at the problems again: what was mended is usable then.")
    ] = False,
    json: Json = False,
) -> int:
    """Look at the files again: add new images, look at changed ones, find moved ones; no label is dropped."""
    if problems:
        from engine.library.rechecking import RecheckParams, recheck

        return run(recheck, RecheckParams(project), Console(as_json=json), _rechecked)
    from engine.library.rescan import RescanParams, rescan

    return run(rescan, RescanParams(project), Console(as_json=json), _rescanned)


def _rechecked(result: Mapping[str, Any]) -> str:
    if not result["looked_at"]:
        return "There are no problems to look at."
    now = "is" if result["mended"] == 1 else "are"
    return f"{result['mended']:,} of {counted(result['looked_at'], 'problem')} {now} usable now."


def _rescanned(result: Mapping[str, Any]) -> str:
    words = (
        ("new", "new"), ("changed", "changed"), ("moved", "moved"), ("missing", "missing"), ("back", "back again"),
        ("problems", "problems"),
    )  # fmt: skip
    found = ", ".join(
        counted(result[key], "problem") if key == "problems" else f"{result[key]:,} {word}"
        for key, word in words
        if result[key]
    )
    return f"{found}." if found else "Nothing changed."


@app.command()
def locate(
    project: Project,
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="The source's folder as the project knows it, or its name alone.")
    ],
    folder: Annotated[str, typer.Argument(metavar="NEW_FOLDER", help="Where the same pictures are now.")],
    json: Json = False,
) -> int:
    """Point a source that was moved or renamed to its new place; all labels are kept."""
    from engine.library.locating import LocateParams, locate

    return run(locate, LocateParams(project, source, folder), Console(as_json=json), _located)


def _located(result: Mapping[str, Any]) -> str:
    words = (("changed", "changed"), ("missing", "missing, which keep their labels"), ("new", "new"))
    others = "".join(f", {result[key]:,} {word}" for key, word in words if result[key])
    return f"{counted(result['found'], 'image')} found{others}.\nSource: {result['folder']}"


@app.command("export-labels")
def export_labels(
    project: Project,
    out: Annotated[
        str,
        typer.Option("--out", metavar="PLACE", help="A new file for csv (- is standard output), else a new folder."),
    ],
    format: Annotated[
        Literal["csv", "folders", "tree", "imagefolder"],
        typer.Option(
            help="A table; CLASS folders; train/CLASS, validation/CLASS, test/CLASS; metadata.csv in each split."
        ),
    ] = "csv",
    hard_links: Annotated[bool, typer.Option("--hard-links", help="Share the files instead of copying them.")] = False,
    json: Json = False,
) -> int:
    """Write the labels to a table, or the labelled images to folders."""
    from engine.library.exporting import ExportLabelsParams, export_labels

    params = ExportLabelsParams(project, out, format, hard_links)
    texts = ("out",) if format == "csv" else ()
    return run(export_labels, params, Console(as_json=json), _exported, texts=texts)


def _exported(result: Mapping[str, Any]) -> str:
    rows = [[name, f"{count:,}"] for name, count in result["classes"].items()]
    shown = table(rows, head=["Class", "Images"]) + "\n\n" if rows else ""
    converted = f", {result['converted']:,} of them as PNG" if result["converted"] else ""
    images, problems = counted(result["images"], "image"), counted(result["problems"], "problem")
    return f"{shown}{images}{converted}, {problems}.\nLabels: {result['out']}"
