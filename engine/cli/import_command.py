"""The subcommand that adds pictures, their labels and splits to a project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from engine.cli.app import Json, app
from engine.cli.console import Console, duration, run
from engine.errors import UsageError
from engine.language import _, plural
from engine.library.importers.registry import LABELS, kind_words

if TYPE_CHECKING:
    Form = str
else:
    Form = Literal[LABELS]  # of which Typer makes the choices


@app.command("import")
def import_(
    project: Annotated[str, typer.Argument(metavar="PROJECT", help="The project; it is made where there is none.")],
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Folders of images, archives, or single pictures.")
    ],
    labels: Annotated[
        Form,
        typer.Option(
            help="Where the labels are: class folders, file names (dog.12.jpg, 12_dog.jpg), a table, ...",
        ),
    ] = "auto",
    csv: Annotated[
        str | None, typer.Option("--csv", metavar="FILE", help="A table of paths and classes, or a JSON export.")
    ] = None,
    pattern: Annotated[
        str | None, typer.Option(metavar="REGEX", help="Finds the class in the file name: its first group.")
    ] = None,
    path_column: Annotated[str | None, typer.Option(metavar="C", help="The table's column of paths.")] = None,
    class_column: Annotated[str | None, typer.Option(metavar="C", help="The table's column of classes.")] = None,
    split_column: Annotated[str | None, typer.Option(metavar="C", help="The table's column of splits.")] = None,
    encoding: Annotated[
        str | None, typer.Option(metavar="E", help="Of the table, and of names in an archive, such as cp949.")
    ] = None,
    separator: Annotated[str | None, typer.Option(metavar="S", help="What separates its cells; tab for tabs.")] = None,
    names: Annotated[str | None, typer.Option(metavar="FILE", help="A table that names the classes.")] = None,
    split: Annotated[
        Literal["training", "validation", "test", "unassigned", "named", "auto"],
        typer.Option(
            help="The split of all images; auto goes by folder names, else holds out a fifth to validate; "
            "named goes by these alone."
        ),
    ] = "auto",
    test_fraction: Annotated[float, typer.Option(metavar="SHARE", help="Share that auto holds out to test.")] = 0.0,
    group_by: Annotated[
        str | None,
        typer.Option(
            metavar="REGEX",
            help="Images whose file names match alike stay in one split; without it, evident sequences do; "
            "none: no images.",
        ),
    ] = None,
    division: Annotated[
        int | None, typer.Option(metavar="N", help="Which of several divisions into splits, as of train2.txt.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Decides which images are held out.")] = 42,
    value_range: Annotated[
        tuple[float, float] | None,
        typer.Option("--range", metavar="LOW HIGH", help="Values of 16-bit and float pictures, black to white."),
    ] = None,
    bands: Annotated[
        str | None, typer.Option(metavar="R,G,B", help="Bands that are shown as red, green and blue, such as 4,3,2.")
    ] = None,
    page: Annotated[
        int | None, typer.Option(metavar="N", help="Which page or plane is shown of TIFF files with several.")
    ] = None,
    replace_labels: Annotated[
        bool, typer.Option("--replace-labels", help="Give images of the project the labels of this import.")
    ] = False,
    json: Json = False,
) -> int:
    """Add images, labels and splits to a project; --range, --bands and --page also change those of its sources."""
    from engine.library.scan import ImportParams, import_sources

    params = ImportParams(
        project=project,
        sources=tuple(sources),
        labels=labels,
        csv=csv,
        path_column=path_column,
        class_column=class_column,
        names=names,
        pattern=pattern,
        split_column=split_column,
        encoding=encoding,
        separator=separator,
        split=split,
        test_fraction=test_fraction,
        group_by=group_by,
        division=division,
        seed=seed,
        value_range=value_range,
        bands=None if bands is None else _three(bands),
        page=page,
        replace_labels=replace_labels,
    )
    return run(import_sources, params, Console(as_json=json), _imported)


def _three(text: str) -> tuple[int, int, int]:
    try:
        red, green, blue = (int(band) for band in text.split(","))
    except ValueError:
        raise UsageError(_("--bands takes three numbers such as 4,3,2; found {text!r}.").format(text=text)) from None
    return red, green, blue


def _imported(result: Mapping[str, Any]) -> str:
    return _("Added {images} in {classes} ({kind}), {problems}, {time}.").format(
        images=plural("{count} image", "{count} images", result["images"]),
        classes=plural("{count} class", "{count} classes", len(result["classes"])),
        kind=_(kind_words(result["kind"])),
        problems=plural("{count} problem", "{count} problems", result["problems"]),
        time=duration(result["seconds"]),
    )
