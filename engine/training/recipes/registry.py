"""The recipes that there are, by name: one more is one more entry of `RECIPES`."""

from __future__ import annotations

from engine.errors import UsageError
from engine.language import _
from engine.suggestions import did_you_mean
from engine.training.recipes import (
    art_transfer,
    cats_and_dogs_cnn,
    cifar_vgg,
    fashion_cnn,
    instant,
    l2_cnn,
    photo_cnn,
    small_pictures,
    strided_cnn,
    traffic_sign_cnn,
    transfer,
)
from engine.training.recipes.recipe import Recipe

RECIPES: dict[str, Recipe] = {
    r.name: r
    for r in (
        small_pictures.QUICK,
        small_pictures.ACCURATE,
        transfer.RECIPE,
        instant.RECIPE,
        fashion_cnn.RECIPE,
        traffic_sign_cnn.RECIPE,
        photo_cnn.RECIPE,
        photo_cnn.PLAIN,
        cats_and_dogs_cnn.RECIPE,
        art_transfer.RECIPE,
        cifar_vgg.PLAIN,
        cifar_vgg.NORMALISED,
        strided_cnn.CIFAR,
        strided_cnn.FASHION,
        l2_cnn.RECIPE,
    )
}
_ALSO_CALLED = {"photo-cnn-augmented": "photo-cnn", "cats-dogs-cnn": "cats-and-dogs-cnn"}


def recipes() -> dict[str, Recipe]:
    """Return all recipes by name, in the order in which they are shown."""
    return dict(RECIPES)


def recipe(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        UsageError: there is none; the text suggests the nearest.
    """
    known = recipes()
    name = _ALSO_CALLED.get(name, name)
    if name in known:
        return known[name]
    sentence = _("There is no recipe {name!r}; known are {known}.")
    raise UsageError(sentence.format(name=name, known=", ".join(known)) + did_you_mean(name, known))


def title_of(name: str) -> str:
    """Return the one name that a recipe has in the window and in reports, in the language in use; that of an unknown
    recipe stays as it is.
    """
    if name == "ensemble":  # made of runs, not trained by a recipe
        return _("Ensemble")
    found = recipes().get(_ALSO_CALLED.get(name, name))
    return name if found is None else _(found.title)
