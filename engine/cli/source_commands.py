"""The subcommands over the files of sources: look for changes, look at problems again, write labels out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import typer

from engine.cli.app import Json, Project, app
from engine.cli.console import Console, run
from engine.cli.layout import table
from engine.language import _, plural


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
        return _("There are no problems to look at.")
    looked_at = plural("{count} problem", "{count} problems", result["looked_at"])
    sentence = plural("{count} of {problems} is usable now.", "{count} of {problems} are usable now.", result["mended"])
    return sentence.format(problems=looked_at)


def _rescanned(result: Mapping[str, Any]) -> str:
    words = {
        "new": _("{count:,} new"),
        "changed": _("{count:,} changed"),
        "moved": _("{count:,} moved"),
        "missing": _("{count:,} missing"),
        "back": _("{count:,} back again"),
        "problems": plural("{count} problem", "{count} problems", result["problems"]),
    }
    found = ", ".join(word.format(count=result[key]) for key, word in words.items() if result[key])
    return f"{found}." if found else _("Nothing changed.")


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
    words = {
        "changed": _("{count:,} changed"),
        "missing": _("{count:,} missing, which keep their labels"),
        "new": _("{count:,} new"),
    }
    found = [plural("{count} image found", "{count} images found", result["found"])]
    found += [word.format(count=result[key]) for key, word in words.items() if result[key]]
    source = _("Source: {place}").format(place=result["folder"])
    return f"{', '.join(found)}.\n{source}"


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
    shown = f"{table(rows, head=[_('Class'), _('Images')])}\n\n" if rows else ""
    parts = [plural("{count} image", "{count} images", result["images"])]
    if result["converted"]:
        parts.append(_("{count:,} of them as PNG").format(count=result["converted"]))
    parts.append(plural("{count} problem", "{count} problems", result["problems"]))
    labels = _("Labels: {place}").format(place=result["out"])
    return f"{shown}{', '.join(parts)}.\n{labels}"
