"""How fast this machine trains: what earlier trainings took, beside what they took where times were measured.

A file in the user's cache folder, safe to delete; a machine begins with the measured times.
"""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median

from engine.models.atomic import write_json
from engine.places import cache_folder

_KEPT = 5  # trainings of a recipe and a kind of device, the newest
_FINISHING = 10.0  # seconds for proving and writing a model where times were measured
_LEAST_SECONDS = 5.0  # of a training that tells anything


def pace(recipe: str, *, on_card: bool) -> float | None:
    """Return how many times as long as measured a recipe takes here, in the median; None before the first training."""
    found = _read().get(_key(recipe, on_card=on_card))
    return median(found) if found else None


def remember(recipe: str, *, on_card: bool, measured: float, took: float) -> None:
    """Keep how long a training took that was to take `measured` seconds; nothing where it is too short to tell.

    A file that cannot be written is no reason to fail: the next plan then is no better than this one.
    """
    if measured <= 0 or took < _LEAST_SECONDS:
        return
    _keep(_key(recipe, on_card=on_card), took / measured)


def _keep(key: str, value: float) -> None:
    known = _read()
    known[key] = [*known.get(key, []), round(value, 4)][-_KEPT:]
    try:
        _file().parent.mkdir(parents=True, exist_ok=True)
        write_json(_file(), known)
    except OSError:
        return


def finishing(recipe: str, *, on_card: bool) -> float:
    """Return how many seconds proving and writing a model take here after the last epoch, in the median of earlier
    trainings of the recipe.
    """
    found = _read().get(_end_key(recipe, on_card=on_card))
    return median(found) if found else _FINISHING * (pace(recipe, on_card=on_card) or 1.0)


def remember_finishing(recipe: str, *, on_card: bool, took: float) -> None:
    """Keep how many seconds that took."""
    _keep(_end_key(recipe, on_card=on_card), took)


def _end_key(recipe: str, *, on_card: bool) -> str:
    return f"the end of {_key(recipe, on_card=on_card)}"


def _key(recipe: str, *, on_card: bool) -> str:
    return f"{recipe} on {'card' if on_card else 'processor'}"


def _file() -> Path:
    return cache_folder() / "training-times.json"


def _read() -> dict[str, list[float]]:
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
        return {str(key): [float(value) for value in values if value > 0] for key, values in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
