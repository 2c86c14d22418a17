"""Results of a batch, as if they were read from its file."""

from __future__ import annotations

from engine.batch.results import Results, arrived
from engine.batch.saved_results.stored import PROBLEM, Block


def made(*found: tuple[int, float]) -> Results:
    results = Results(["ant", "bee"])
    block = Block(names=("ant", "bee"))
    for place, (cls, sure) in enumerate(found):
        block.places.append(100 * place)
        block.classes.append(cls)
        block.confidence.append(sure)
        if cls == PROBLEM:
            block.problems.append((place, f"{place}.png", "damaged"))
    results.take(arrived(block))
    return results
