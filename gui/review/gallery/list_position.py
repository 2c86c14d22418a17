"""The current and the selected images of a list, found again when the list has changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

_FEW = 8  # images that are looked up one by one; for more a table of a hundred thousand is worth its making


class ListPosition(NamedTuple):
    """Indices in a list: of the keyboard, of what is selected, and of where a range begins that Shift extends."""

    current: int
    selected: list[int]
    anchor: int


def moved(
    before: Sequence[int],
    place: tuple[int, Collection[int], int | None],
    after: Sequence[int],
    decided: Collection[int],
) -> ListPosition:
    """Return the place in `after` for a place (current, selected, anchor) in `before`; both are ids of images.

    Who is at an image that has been `decided` about, or that is gone, goes on to the next of those that followed it;
    where none is left of these, at the same image, or the nearest before it. `after` has at least one image.
    """
    current, selected, anchor = place
    find = _finder(after, len(selected))
    here = find(before[current]) if current < len(before) else None
    if here is not None and before[current] not in decided:
        kept = [at for at in (find(before[i]) for i in selected if i < len(before)) if at is not None]
        begin = find(before[anchor]) if anchor is not None and anchor < len(before) else None
        return ListPosition(here, kept, here if begin is None else begin)
    found = _first(find, (i for i in before[current + 1 :] if i not in decided))
    if found is None:
        found = here
    if found is None:
        found = _first(find, reversed(before[:current]))
    there = min(current, len(after) - 1) if found is None else found
    return ListPosition(there, [there], there)


def _finder(ids: Sequence[int], times: int) -> Callable[[int], int | None]:
    """Return a function from an id to its index, None for none, that is called so many times."""
    if times > _FEW:
        return {image_id: at for at, image_id in enumerate(ids)}.get

    def find(image_id: int) -> int | None:
        try:
            return ids.index(image_id)
        except ValueError:
            return None

    return find


def _first(find: Callable[[int], int | None], ids: Iterable[int]) -> int | None:
    return next((at for at in map(find, ids) if at is not None), None)
