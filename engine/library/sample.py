"""The built-in sample: drawings in the public domain, most in a folder of their class. Needs no network."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from engine.errors import SourceError
from engine.files import reason_of
from engine.jobs.job import Cancel, Emit
from engine.language import _
from engine.places import BUILT_IN_SAMPLE, documents_folder

# Of eight pictures of a class, in the order of their names, one is left to label and one to classify.
_OF_EACH, _TO_LABEL, _TO_CLASSIFY = 8, 2, 6


@dataclass(frozen=True, slots=True)
class Sample:
    """Where it is: `pictures` holds class folders and some pictures beside them; `unlabelled` holds other pictures."""

    pictures: Path
    unlabelled: Path

    @property
    def project(self) -> Path:
        return self.pictures.with_suffix(".pigeonhole")


def default_folder() -> Path:
    """Where the sample goes when nobody says another place."""
    return documents_folder() / "Pigeonhole sample"


def sample_in(folder: Path) -> Sample:
    return Sample(folder / "Clip art", folder / "To classify")


def is_sample(project: Path) -> bool:
    """Whether this is the folder of the sample's project. The window asks at each opening: nothing is loaded for it."""
    sample = sample_in(project.parent)
    return project == sample.project and sample.unlabelled.is_dir()


def write_sample(folder: Path) -> Sample:
    """Write the 208 pictures below `folder`; nothing is done when they are there already.

    Raises:
        SourceError: The pictures are missing in the program, or the folder cannot be written.
    """
    sample = sample_in(folder)
    if sample.pictures.is_dir() and sample.unlabelled.is_dir():
        return sample
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".sample-") as temporary:
            whole = Sample(Path(temporary, sample.pictures.name), Path(temporary, sample.unlabelled.name))
            _write(whole)
            for made, wanted in ((whole.unlabelled, sample.unlabelled), (whole.pictures, sample.pictures)):
                if not wanted.is_dir():
                    made.rename(wanted)  # whole or not at all
    except OSError as error:
        raise SourceError(
            _("The sample cannot be written to {folder}: {why}.").format(folder=folder, why=reason_of(error))
        ) from error
    return sample


def prepare_sample(folder: Path, *, emit: Emit, cancel: Cancel) -> Sample:
    """Write the sample and import it into its project; what is there already is left as it is."""
    from engine.library.project import is_project
    from engine.library.scan import ImportParams, import_sources

    sample = write_sample(folder)
    if not is_project(sample.project):
        import_sources(ImportParams(str(sample.project), (str(sample.pictures),)), emit=emit, cancel=cancel)
    return sample


def _write(sample: Sample) -> None:
    classes = [place for place in sorted(BUILT_IN_SAMPLE.glob("*")) if any(place.glob("*.png"))]
    if not classes:
        raise SourceError(
            _("The pictures of the sample are not at {folder}; install Pigeonhole again.").format(
                folder=BUILT_IN_SAMPLE
            )
        )
    loose: dict[Path, list[Path]] = {sample.pictures: [], sample.unlabelled: []}
    for place in loose:
        place.mkdir(parents=True)
    for cls in classes:
        (sample.pictures / cls.name).mkdir()
        for number, file in enumerate(sorted(cls.glob("*.png"))):
            if number % _OF_EACH == _TO_LABEL:
                loose[sample.pictures].append(file)
            elif number % _OF_EACH == _TO_CLASSIFY:
                loose[sample.unlabelled].append(file)
            else:
                shutil.copyfile(file, sample.pictures / cls.name / file.name)
    for place, files in loose.items():
        for number, file in enumerate(sorted(files, key=lambda file: (file.stem[-2:], file.stem))):
            # Numbered in an order that does not give the class away.
            shutil.copyfile(file, place / f"{number + 1:02d}.png")
