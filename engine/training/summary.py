"""Description of a network before anything is trained: layers, shapes, parameters. Loads Keras when it is called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.jobs.job import Cancel, Emit
from engine.jobs.result import Result
from engine.language import marked
from engine.libraries import loading
from engine.library import query
from engine.library.project import Project
from engine.training.machine.backend import load_keras, use_backend
from engine.training.plan import TrainParams, check
from engine.training.recipes.choices import completed_reason, for_project
from engine.training.recipes.recipe import input_shape
from engine.training.recipes.registry import recipe

if TYPE_CHECKING:
    import keras

_FEWEST_CLASSES = 2  # of a project in which little is labelled yet


@dataclass(frozen=True, slots=True)
class LayerDescription:
    """`shape` is that of the output, without the batch; `depth` is 0, or 1 within a pretrained base."""

    name: str
    kind: str
    shape: list[int | None]
    parameters: int
    trainable: bool
    depth: int


@dataclass(frozen=True, slots=True, eq=False)
class NetworkDescription(Result):
    """The description of a network. `shape` is height, width and channels of an image.

    `trainable` counts the parameters that training changes, from its first epoch or from its second stage on;
    `operations` are multiply-adds for one image, of layers with a kernel; `steps` are batches per epoch, None where
    nothing is labelled; `why` is what the recipe made of the project.
    """

    recipe: str
    classes: int
    shape: list[int]
    parameters: int
    trainable: int
    operations: int
    batch_size: int
    steps: int | None
    why: str
    layers: list[LayerDescription]


def summarise(params: TrainParams, *, emit: Emit, cancel: Cancel) -> NetworkDescription:  # noqa: ARG001  # shape of a job
    """Describe the network that a training with these params would have; nothing is downloaded, read or written.

    Raises:
        EngineError: options that the recipe cannot have, or a weights file that does not fit.
    """
    from dataclasses import replace

    from engine.training.options import with_overrides

    chosen = recipe(params.recipe)
    with Project.open(Path(params.project), read_only=True) as project:
        counts = [count for count in query.class_counts(project) if count.total]
        fitting, why = for_project(chosen, project, params.overrides) if counts else (chosen.options, "")
    options = with_overrides(fitting, params.overrides)
    check(chosen, options)
    use_backend(options.backend)
    cancel.check()

    with loading(marked("Training")):
        load_keras()
        from engine.training import fine_tuning, network

    drawn = options if options.weights else replace(options, pretrained="none")
    model = network.build(chosen, drawn, max(_FEWEST_CLASSES, len(counts)))
    place = network.base_of(model)
    if place is not None:
        network.set_trainable(model.layers[place], not options.freeze_base, averages=not options.head_epochs)
        if not options.freeze_base:
            fine_tuning.freeze_lower(model.layers[place], options.fine_tune_share)
    training = sum(count.training + count.unassigned for count in counts)
    if not any(count.validation for count in counts):
        training = round(training * (1 - options.validation_fraction))
    return NetworkDescription(
        recipe=chosen.name,
        classes=max(_FEWEST_CLASSES, len(counts)),
        shape=list(input_shape(options)),
        parameters=int(model.count_params()),
        trainable=_size(model.trainable_weights),
        operations=network.multiplications(model),
        batch_size=options.batch_size,
        steps=-(-training // options.batch_size) if counts else None,
        why=completed_reason(why, fitting, options),
        layers=_rows(model.layers, 0),
    )


def _rows(layers: list[keras.Layer], depth: int) -> list[LayerDescription]:
    rows: list[LayerDescription] = []
    for layer in layers:
        inner = getattr(layer, "layers", None)
        rows.append(
            LayerDescription(
                name=layer.name,
                kind=type(layer).__name__,
                shape=_shape(layer),
                parameters=_size(layer.weights),
                trainable=bool(layer.trainable_weights),
                depth=depth,
            )
        )
        rows += _rows(inner, depth + 1) if inner else []
    return rows


def _shape(layer: keras.Layer) -> list[int | None]:
    output = layer.output[0] if isinstance(layer.output, list | tuple) else layer.output
    return list(output.shape[1:])


def _size(weights: list[keras.Variable]) -> int:
    import math

    return sum(math.prod(w.shape) for w in weights if "seed_generator" not in w.path)
