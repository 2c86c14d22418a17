"""Make the packages for Linux in `dist/`: of the program and of each pack a `.tar.zst` and a `.deb`.

A `.tar.zst` has bin, lib and share, to be unpacked anywhere; the packs lie among the program's libraries.

    python -m release.linux FOLDER      (`make package` runs it; FOLDER holds what is in between)

Needs PyInstaller, dpkg-deb and zstd. The packages run where the C library is at least as new as on this machine.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.jobs.processes import SUBCOMMAND
from engine.libraries import CLUSTER, PACKS, TRAINING, Pack
from engine.version import VERSION
from gui.screen import LIBRARIES, RENAMED
from release import icons, packs

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
HOME = "lib/pigeonhole"  # of the frozen program, in a tree
DESKTOP = {
    "desktop/pigeonhole.desktop": "applications/pigeonhole.desktop",
    "desktop/pigeonhole.xml": "mime/packages/pigeonhole.xml",
    "desktop/pigeonhole.metainfo.xml": "metainfo/io.github.pigeonhole_images.pigeonhole.metainfo.xml",
    "icons/pigeonhole.svg": "icons/hicolor/scalable/apps/pigeonhole.svg",
}
# What the program writes of itself, and where it belongs.
WRITTEN = {
    ("completion", "bash"): "bash-completion/completions/pigeonhole",
    ("completion", "zsh"): "zsh/vendor-completions/_pigeonhole",
    ("completion", "fish"): "fish/vendor_completions.d/pigeonhole.fish",
    ("help", "--man"): "man/man1/pigeonhole.1",
}
# Of libraries, what functions of ours import.
LATE = ("scipy.spatial", "scipy.sparse.csgraph", "scipy.cluster.hierarchy", "sklearn.manifold", "matplotlib.figure")
LATE += ("matplotlib.backends.backend_svg", "cv2", "onnx.compose", "onnxruntime", "pandas", "openpyxl", "pillow_heif")
MODULES = [module for pack in PACKS for module in pack.modules]
# These come in the package (release/pigeonhole.spec).
IN_THE_PACKAGE = ("libxcb-cursor0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1", "libxcb-render-util0")
IN_THE_PACKAGE += ("libxcb-util1", "libxkbcommon0", "libxkbcommon-x11-0")
DESCRIPTIONS = {
    "pigeonhole": "label folders of images, train a classifier, sort folders of any size\n"
    " Open a folder of images, label them with single keys, train a classifier on\n"
    " your own machine, look at every mistake with its true and its predicted\n"
    " label, fix the data, and let the model sort folders of any size.",
    TRAINING.name: "training of neural networks for Pigeonhole\n"
    " TensorFlow, Keras and tf2onnx for the program Pigeonhole, which learns without\n"
    " them from the features of the network that comes with it, and with them trains\n"
    " networks of its own. They serve only this program.",
    CLUSTER.name: "classification by many processes and machines for Pigeonhole\n"
    " Ray and Arrow for the program Pigeonhole, which with them classifies in a process\n"
    " for each core or on a cluster, and reads and writes Parquet. They serve only\n"
    " this program.",
}
RELATED = {
    "pigeonhole": {
        "Recommends": "fonts-dejavu-core | fonts-noto-core, shared-mime-info, xdg-utils",
        "Suggests": ", ".join(pack.name for pack in PACKS),
    }
}


def main(between: Path) -> int:
    shutil.rmtree(between, ignore_errors=True)
    names = ["pigeonhole", *(pack.name for pack in PACKS)]
    trees = {name: between / f"{name}-{VERSION}-linux-{platform.machine()}" for name in names}
    tree = trees["pigeonhole"]
    freeze(between, tree / HOME)
    check(tree, between, without=MODULES)
    for pack in PACKS:
        packs.copy(pack, trees[pack.name] / HOME / "_internal")
        with_pack = between / f"with-{pack.extra}"
        for one in (tree, trees[pack.name]):
            subprocess.run(["cp", "-alT", one, with_pack], check=True)
        check(with_pack, between, without=[module for module in MODULES if module not in pack.modules])
    link(tree)
    share(tree / "bin" / "pigeonhole", tree / "share")
    DIST.mkdir(exist_ok=True)
    libc = f"libc6 (>= {os.confstr('CS_GNU_LIBC_VERSION').split()[1]})"
    sizes = {}
    for name, made_of in trees.items():
        tell_licences(made_of / "share" / "doc" / name)
        needs = [libc, *libraries()] if name == "pigeonhole" else [f"pigeonhole (= {VERSION})"]
        packed = archive(made_of), debian_package(name, made_of, between / "debian" / name, needs)
        sizes[name] = packed[1].stat().st_size, size(made_of)
        for made in packed:
            megabytes = f"{made.stat().st_size / 1e6:.0f} MB, {size(made_of) / 1e6:.0f} MB unpacked"
            print(f"{made.relative_to(ROOT)}  {megabytes}")
    return max(compare(pack, sizes[pack.name]) for pack in PACKS)


def compare(pack: Pack, sizes: tuple[int, int]) -> int:
    """Say where what people are told of the size of a pack is no longer so."""
    if all(abs(found / 1e6 - said) < 0.1 * said for found, said in zip(sizes, pack.megabytes, strict=True)):
        return 0
    found = [round(n / 1e6) for n in sizes]
    print(f"engine/libraries.py says that {pack.name} has {pack.megabytes} MB; found {found}.")
    return 1


def freeze(between: Path, target: Path) -> None:
    """Let PyInstaller put the program and its libraries into the folder `target`."""
    words = ["--noconfirm", "--log-level", "ERROR", "--distpath", between / "frozen", "--workpath", between / "work"]
    subprocess.run([sys.executable, "-m", "PyInstaller", *words, ROOT / "release" / "pigeonhole.spec"], check=True)
    target.parent.mkdir(parents=True)
    (between / "frozen" / "pigeonhole").rename(target)
    for library in (target / "_internal").glob("libpython3*.so*"):  # often built with all that a debugger needs
        subprocess.run(["strip", "--strip-unneeded", library], check=True)


CHECK = """
import importlib, sys
sys.modules.pop("matplotlib", None)  # engine/environment.py puts it off
for name in {names!r}:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in {without!r}:
            raise
"""


def check(tree: Path, between: Path, without: Sequence[str]) -> None:
    """Import all that the program may import late, in the frozen program itself: what was left out shows here."""
    files = [file for top in ("engine", "gui") for file in sorted((ROOT / top).rglob("*.py"))]
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files]
    names = [name for name in names if name != "gui.translations"]  # which makes sources
    script = between / "check.py"
    script.write_text(CHECK.format(names=[*names, *LATE, *MODULES], without=without))
    subprocess.run([tree / HOME / "pigeonhole", SUBCOMMAND, "script", script], check=True, cwd="/")


def link(tree: Path) -> None:
    """Link the commands to the program: `pigeonhole-gui` is what the menu starts, however it was installed."""
    (tree / "bin").mkdir()
    for name in ("pigeonhole", "pigeonhole-gui"):
        (tree / "bin" / name).symlink_to("../lib/pigeonhole/pigeonhole")


def share(program: Path, target: Path) -> None:
    """Write what desktops, shells and man(1) read."""
    for source, place in DESKTOP.items():
        (target / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "resources" / source, target / place)
    english = {**os.environ, "PIGEONHOLE_LANGUAGE": "en"}  # for all users, whatever the builder speaks
    for words, place in WRITTEN.items():
        (target / place).parent.mkdir(parents=True, exist_ok=True)
        (target / place).write_bytes(
            subprocess.run([program, *words], env=english, check=True, capture_output=True).stdout
        )
    subprocess.run(["gzip", "-9n", target / WRITTEN["help", "--man"]], check=True)
    icons.write_theme(target / "icons" / "hicolor")


def tell_licences(documents: Path) -> None:
    documents.mkdir(parents=True)
    shutil.copy(ROOT / "LICENSE", documents / "copyright")
    shutil.copy(ROOT / "resources" / "bases" / "NOTICE", documents)
    shutil.copy(ROOT / "docs" / "licences.md", documents)


def archive(tree: Path) -> Path:
    made = DIST / f"{tree.name}.tar.zst"
    # Unpacked into ~/.local or /usr/local by `tar --strip-components=1`, it is installed there.
    words = ["--owner=0", "--group=0", "--sort=name", "-C", tree.parent, "-cf", made, tree.name]
    subprocess.run(["tar", "-I", "zstd -T0 -12", *words], check=True)
    return made


def debian_package(name: str, tree: Path, root: Path, needs: list[str]) -> Path:
    (root / "DEBIAN").mkdir(parents=True)
    subprocess.run(["cp", "-al", tree, root / "usr"], check=True)
    # Files in `mime`, `applications`, `icons` and `man` are noticed by triggers of the packages that read them: no
    # script is needed, and nothing is left when the package is removed.
    fields = {
        "Package": name,
        "Version": VERSION,
        "Architecture": {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()],
        "Maintainer": "The Pigeonhole developers <nobody@pigeonhole.invalid>",
        "Installed-Size": str(size(tree) // 1024),
        "Depends": ", ".join(needs),
        **RELATED.get(name, {}),
        "Section": "science",
        "Priority": "optional",
        "Homepage": "https://github.com/pigeonhole-images/pigeonhole",
        "Description": DESCRIPTIONS[name],
    }
    (root / "DEBIAN" / "control").write_text("".join(f"{field}: {value}\n" for field, value in fields.items()))
    made = DIST / f"{name}_{VERSION}_{fields['Architecture']}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zzstd", "-z12", "--build", root, made], check=True)
    return made


def libraries() -> list[str]:
    """The packages of Debian that the window needs and that are not in the package, each by both of its names."""
    wanted = sorted({"libstdc++6", "libgcc-s1", "xkb-data", *LIBRARIES.values()} - set(IN_THE_PACKAGE))
    return [f"{RENAMED[name]} | {name}" if name in RENAMED else name for name in wanted]


def size(tree: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(file.lstat().st_size for file in tree.rglob("*") if file.is_file() and not file.is_symlink())


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute()))
