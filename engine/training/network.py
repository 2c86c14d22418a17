"""A recipe's network as the options want it: precision, penalties, optimiser, loss. Loads Keras."""

from __future__ import annotations

import math

import keras
import numpy as np

from engine.training.class_accuracy import ClassAccuracy
from engine.training.data.mixing import is_soft
from engine.training.machine.device import device_kind
from engine.training.options import TrainOptions
from engine.training.recipes.bases import leaves
from engine.training.recipes.columns import ColumnsCrossEntropy, columns
from engine.training.recipes.recipe import Recipe

# How long a cancel or the next progress may take on a slow machine. Measured for the recipes on two cores of another
# that had other work too: executions of several steps take 0.13 to 0.23 s, 0.32 s in Fashion strided CNN (32 steps), in
# validation at most 0.14 s; none over 0.42 processor seconds. A single step, which cannot be divided, takes up to 0.47
# (Cats and dogs CNN), in Transfer's fine-tuning of a whole base at 224 px 1.5 processor seconds.
_SECONDS_PER_EXECUTION = 0.5
_OPERATIONS_PER_SECOND = {"cpu": 2e10, "gpu": 1e12}  # of a slow machine of that kind
MOST_STEPS = 32
_MOST_IMAGES = 4096  # of an execution: a card computes faster than processors bring the pictures and change them
_MANY_STEPS, _FEWEST_AVERAGED = 100, 10  # of an epoch; of what moving averages look back over


def build(recipe: Recipe, options: TrainOptions, classes: int) -> keras.Model:
    """The network before its first step."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16" if _is_mixed(options) else "float32")
    try:
        model = recipe.build(options, classes)
    finally:
        keras.config.set_dtype_policy(before)
    if options.l2:
        _penalise(model, options.l2)
    return model


def _is_mixed(options: TrainOptions) -> bool:
    return options.mixed_precision and device_kind(options.device) == "gpu"


def _penalise(model: keras.Model, strength: float) -> None:
    """L2 on the kernels outside a pretrained base, but the last: as the notebooks do."""
    for layer in _with_kernel(model)[: -columns(model)]:
        layer.kernel_regularizer = layer.kernel.regularizer = keras.regularizers.L2(strength)


def _with_kernel(model: keras.Model) -> list[keras.Layer]:
    return [layer for layer in model.layers if getattr(layer, "kernel", None) is not None]


def last_layers(model: keras.Model) -> list[keras.Layer]:
    """The layers that tell the classes apart, one in each column."""
    return _with_kernel(model)[-columns(model) :]


def base_of(model: keras.Model) -> int | None:
    """The place of the pretrained base among the network's layers; None where it has none."""
    return next((i for i, layer in enumerate(model.layers) if isinstance(layer, keras.Model)), None)


def set_trainable(base: keras.Model, trains: bool, *, averages: bool) -> None:
    """Let the base's weights change or not; without `averages` its batch normalisation keeps what it knows.

    Fine-tuning on a few hundred images would spoil averages that came from a million.
    """
    base.trainable = trains
    for layer in leaves(base):
        if isinstance(layer, keras.layers.BatchNormalization) and not averages:
            layer.trainable = False


def prepare(model: keras.Model, options: TrainOptions, optimizer: keras.Optimizer, **more: object) -> ClassAccuracy:
    """Loss, accuracy and steps per execution; the optimiser may have a state already. Returns the per-class metric."""
    by_class = ClassAccuracy(int(model.output_shape[-1]))
    if is_soft(options):
        loss = keras.losses.CategoricalCrossentropy(label_smoothing=options.label_smoothing)
        accuracy = keras.metrics.CategoricalAccuracy(name="accuracy")
    else:
        loss = keras.losses.SparseCategoricalCrossentropy()
        accuracy = keras.metrics.SparseCategoricalAccuracy(name="accuracy")
    if columns(model) > 1:
        loss = ColumnsCrossEntropy(options.label_smoothing)
    model.compile(
        optimizer=optimizer,
        loss=loss,
        metrics=[accuracy, by_class],
        jit_compile=keras.backend.backend() == "jax",  # which is slow without; TensorFlow on a processor is with it
        steps_per_execution=steps_per_execution(model, options.batch_size, device_kind(options.device)),
        **more,
    )
    return by_class


def new_optimizer(options: TrainOptions) -> keras.Optimizer:
    """The optimiser of the options at its first step; in mixed precision within the one that scales the loss.

    Keras would put it there itself, but a checkpoint would not know of it and could not be taken up again.
    """
    found = _optimizer(options)
    return keras.optimizers.LossScaleOptimizer(found) if _is_mixed(options) else found


def _optimizer(options: TrainOptions) -> keras.Optimizer:
    rate, decay = options.learning_rate, options.weight_decay or None
    if options.optimizer == "adamw":
        return keras.optimizers.AdamW(rate, weight_decay=options.weight_decay)
    if options.optimizer == "sgd":
        return keras.optimizers.SGD(rate, momentum=options.momentum, weight_decay=decay)
    if options.optimizer == "rmsprop":
        return keras.optimizers.RMSprop(rate, weight_decay=decay)
    return keras.optimizers.Adam(rate, weight_decay=decay)


def in_full_precision(model: keras.Model) -> keras.Model:
    """The same network with 32 bits for all numbers; itself where it has them already."""
    if all(layer.dtype_policy.name == "float32" for layer in leaves(model)):
        return model

    def same(layer: keras.Layer) -> keras.Layer:  # or an operation, which computes in what it is given
        precision = {"dtype": "float32"} if isinstance(layer, keras.Layer) else {}
        return layer.__class__.from_config({**layer.get_config(), **precision})

    changed = keras.models.clone_model(model, clone_function=same, recursive=True)
    changed.set_weights(model.get_weights())
    return changed


def reseed(model: keras.Model, seed: int, epoch: int) -> None:
    """Dropout draws the same numbers in an epoch whether or not the run was resumed before it."""
    for number, layer in enumerate(leaves(model)):
        generator = getattr(layer, "seed_generator", None)
        if generator is not None:
            state = np.random.SeedSequence([seed, epoch, number]).generate_state(2)
            generator.state.assign(state.astype(keras.backend.standardize_dtype(generator.state.dtype)))


def build_optimizer(model: keras.Model) -> None:
    """Make the variables of the optimiser, else TensorFlow traces the first step twice: new ones appear in it."""
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_weights)


def quicken_averages(model: keras.Model, steps: int) -> bool:
    """Let the moving averages of batch normalisation follow well within an epoch where one has few steps.

    Returns whether a momentum was changed, which is within a step that was traced.

    Keras' momentum of 0.99 looks back over a hundred steps: with six an epoch, validation would see the averages of
    an untrained network for twenty epochs, and the plateau would lower the rate for nothing. Looking back over a
    quarter of an epoch leaves 2 % of what was before it, where a whole one leaves 37 %: Quick on the sample's digits,
    34 steps an epoch, then says 96 % after the first of three epochs and 98 % after the last, instead of 10 and 48 %.
    Never over fewer than ten steps, as few pictures make poor averages. Unchanged from a hundred steps on.
    """
    looked_back = steps if steps >= _MANY_STEPS else max(min(steps, _FEWEST_AVERAGED), steps / 4)
    most = 1 - 1 / max(2, looked_back)
    slower = [n for n in leaves(model) if isinstance(n, keras.layers.BatchNormalization) and n.momentum > most]
    for layer in slower:
        layer.momentum = most
    return bool(slower)


def steps_per_execution(model: keras.Model, batch_size: int, kind: str, passes: int = 3) -> int:
    """Steps that run without a look at the clock: many for a small network, whose steps are mostly overhead.

    A pass is as much work as forwards: training goes twice that backwards, evaluation has one alone. Worked out from
    the network and not measured, so that it is the same in each run with the same options: the rate of a schedule is
    set once for an execution. Keras knows no such thing on torch.
    """
    if keras.backend.backend() == "torch":
        return 1
    operations = 2 * passes * batch_size * multiplications(model)
    steps = min(_SECONDS_PER_EXECUTION * _OPERATIONS_PER_SECOND[kind] / operations, _MOST_IMAGES / batch_size)
    return int(min(MOST_STEPS, max(1, steps)))


def evaluate(
    model: keras.Model, images: keras.utils.PyDataset, steps: int, watch: keras.callbacks.Callback
) -> dict[str, float]:
    """Loss and metrics of `images`; `watch` looks at the clock after so many `steps`, at most as many as in training.

    Always as many as before, unless `forget_evaluation` was called.
    """
    in_training = model.steps_per_execution
    model.steps_per_execution = min(in_training, steps)
    try:
        found: dict[str, float] = model.evaluate(images, verbose=0, callbacks=[watch], return_dict=True)
    finally:
        model.steps_per_execution = in_training
    return found


def forget_evaluation(model: keras.Model) -> None:
    """Keras has the number of steps within what it compiled: let it compile `evaluate` anew."""
    model.test_function = None


def multiplications(model: keras.Model) -> int:
    """Multiply-adds of the network for one image, those of layers with a kernel; of separable ones with two."""
    total = 0
    for layer in leaves(model):
        for name in ("kernel", "depthwise_kernel", "pointwise_kernel"):
            kernel = getattr(layer, name, None)
            if kernel is not None:
                total += math.prod(kernel.shape) * math.prod(layer.output.shape[1:-1])
    return max(total, 1)
