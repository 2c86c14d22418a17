"""The kinds of edits, each with the words that the history, undo and the command line say of one.

A kind is registered beside the function that makes the edit, in `edits`. What an edit changed is kept in the tables of
`history`, which undo and redo every kind alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.language import _, marked, plural


@dataclass(frozen=True, slots=True)
class EditKind:
    """`name` is what the store keeps; `words` become the name of one edit, with `{images}` for their number.

    `is_mark`: it changes neither what is trained on nor in which split an image is.
    """

    name: str
    words: str = ""
    is_mark: bool = False

    def name_of(self, images: int = 0, /, **facts: str) -> str:
        """Return the name of an edit of this kind, such as "Label 3 images as cat", in the language in use."""
        return _(self.words).format(images=plural("{count} image", "{count} images", images), **facts)


_KINDS: dict[str, EditKind] = {}


def edit_kind(name: str, words: str, *, is_mark: bool = False) -> EditKind:
    """Register a kind of edit and return it."""
    assert name not in _KINDS, f"there is a kind of edit called {name} already"
    return _KINDS.setdefault(name, EditKind(name, words, is_mark))


def kind_called(name: object) -> EditKind:
    """Return the kind that the store calls `name`; `OTHER` for those of older or newer programs."""
    return _KINDS.get(name, OTHER) if isinstance(name, str) else OTHER


OTHER = EditKind("")
IMPORT = edit_kind("import", marked("Import {images}"))
