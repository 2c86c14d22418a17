"""Every recipe, and every base, one epoch through the command line on real pictures of its kind:
`python -m tests.benchmarks.recipes [--only NAME]`. Each run ends with the self-test of its model file.

Bases have random weights but MobileNetV2, whose ImageNet weights are in ../shared/data.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from tests.benchmarks.material import fashion, take_out, write_pictures
from tests.benchmarks.measure import ROOT, print_report, workspace

SHARED = Path(os.environ.get("PIGEONHOLE_PICTURES") or ROOT.parent / "shared" / "data")
WEIGHTS = SHARED / "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5"
HEADER = ("recipe", "pictures", "parameters", "images/s", "seconds", "largest difference of the model file")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", metavar="TEXT", default="", help="only what has this in its name")
    options.add_argument("--images", type=int, default=400, help="most pictures of each project")
    chosen = options.parse_args()
    with workspace() as folder:
        rows = []
        for name, kind, more in trainings():
            if chosen.only.lower() in name.lower():
                project = made(folder, kind, chosen.images)
                rows.append(train(project, name, kind, more))
    print_report("uv run python -m tests.benchmarks.recipes", rows, HEADER)


def trainings() -> list[tuple[str, str, list[str]]]:
    """Name, kind of pictures, further arguments."""
    from engine.training.options import BASES
    from engine.training.recipes.bases import BASES as KNOWN
    from engine.training.recipes.registry import recipes

    kinds = {"fashion": "clothes", "l2-cnn": "clothes", "quick": "signs", "accurate": "signs", "traffic": "signs"}
    found = []
    for name in recipes():
        kind = next((k for start, k in kinds.items() if name.startswith(start)), "flowers")
        if name == "art-transfer":
            for base in BASES:
                more = ["--set", f"base={base}", "--set", f"image_size={max(96, KNOWN[base].smallest)}"]
                weights = ["--weights", str(WEIGHTS)] if base == "MobileNetV2" else ["--pretrained", "none"]
                found.append((f"{name} {base}", kind, more + weights))
        else:
            more = ["--weights", str(WEIGHTS), "--set", "head_epochs=0"] if name == "transfer" else []
            found.append((name, "pets" if name.startswith("cats") else kind, more))
    return found


def made(folder: Path, kind: str, images: int) -> Path:
    """The project of a kind of pictures, made at first use: so many, evenly over the classes."""
    project = folder / f"{kind}.pigeonhole"
    if project.exists():
        return project
    pictures = folder / kind
    if kind == "clothes":
        _, pixels, labels = fashion(images)
        write_pictures(pictures, pixels, labels)
    elif kind == "flowers":
        with tarfile.open(SHARED / "flower_photos-mini.tgz") as archive:
            names = [m.name for m in archive.getmembers() if m.isfile()]
            wanted = set(_some(names, images))
            take_out(archive, pictures, [m for m in archive.getmembers() if m.name in wanted])
        pictures = next(pictures.iterdir())
    else:
        name = "gtsrb-mini.zip" if kind == "signs" else "dogs-vs-cats-mini.zip"
        with zipfile.ZipFile(SHARED / name) as archive:
            names = [n for n in archive.namelist() if n.lower().startswith("train/") and not n.endswith("/")]
            archive.extractall(pictures, _some(names, images))
        pictures = next(pictures.iterdir())
    command("import", str(project), str(pictures))
    return project


def _some(names: list[str], count: int) -> list[str]:
    """Evenly spaced in the order of names, and so over the classes."""
    names = sorted(names)
    return [names[place * len(names) // min(count, len(names))] for place in range(min(count, len(names)))]


def train(project: Path, name: str, kind: str, more: list[str]) -> list[str]:
    """One epoch; the row of the table."""
    result = command("train", str(project), "--recipe", name.split()[0], "--epochs", "1", "--json", *more)
    difference = json.loads((project / "runs" / result["run"] / "run.json").read_text())["difference"]
    rate = f"{result['images_per_second']:,.0f}"
    print(name, rate, difference, flush=True)
    return [f"`{name}`", kind, f"{result['parameters']:,}", rate, f"{result['seconds']:.0f}", f"{difference:.1e}"]


def command(*arguments: str) -> dict[str, object]:
    """A command of the program; the result of its last line where there is one."""
    done = subprocess.run(
        [sys.executable, "main.py", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr[-2000:]}")
    last = done.stdout.strip().splitlines()[-1]
    return json.loads(last) if last.startswith("{") else {}


if __name__ == "__main__":
    main()
