"""Normalisation by mean and variance: over batches, over a whole map or position, over groups of channels."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, ClassVar, Literal

from pydantic import Field

from lenetcalc.formula import Formula
from lenetcalc.layers.base import Layer, Output, Shapes, Weight, Weights, called, check_groups, few_a_group
from lenetcalc.layers.fields import Flag, Positive, Small
from lenetcalc.ledger import LedgerFormulas, Part
from lenetcalc.notation import Symbols
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Shape
from lenetcalc.tensors import Scalar, Tensor, unrolled

UNITS = Formula("units")
PER_CHANNEL = Formula("(scale + shift) × channels")
SHIFT_PER_CHANNEL = Formula("shift × channels")
TRAINED: LedgerFormulas = {
    "weights": {"multiplications": Formula("scale × units")},
    "bias": {"additions": Formula("shift × units")},
}
"""What a trained scale and shift do to each unit."""

MEASURED: LedgerFormulas = {
    "normalisation": {
        # the sums of a mean and of a variance, and epsilon
        "additions": Formula("2 × (units − sets) + sets"),
        "subtractions": UNITS,
        "multiplications": UNITS,
        "divisions": Formula("2 × sets + units"),
        "square_roots": Formula("sets"),
    },
    **TRAINED,
}
"""What it takes to measure the mean and variance of sets of units, and to normalise the units by them."""

KERAS: Mapping[str, Any] = {"epsilon": 1e-3}
"""What a normalisation of Keras leaves unsaid."""


class Normalisation(Layer):
    """A layer that brings sets of units to mean 0 and variance 1, then scales and shifts: shape → shape."""

    FORMS_UNITS: ClassVar[bool] = False
    PART: ClassVar[Part] = "normalisation"
    SYMBOLS: ClassVar[Mapping[str, str]] = {
        "normalised": "scales, or shifts, of the layer: the units of one normalised set",
        "scale": "1 with a trained scale, 0 without",
        "sets": "sets of units that are normalised, each by a mean and variance of its own",
        "shift": "1 with a trained shift, 0 without",
    }

    scale: Flag = Field(default=True, description="Whether there is a trained scale.")
    shift: Flag = Field(
        default=True,
        validation_alias=called("shift", "center"),
        description="Whether there is a trained shift.",
    )
    epsilon: Small = Field(
        default=1e-5,
        validation_alias=called("epsilon", "eps"),
        description="A small number added to the variance; no count depends on it.",
    )

    def output(self, *inputs: Shape) -> Output:
        """Shape → shape."""
        return Output(inputs[0])

    def cases(self, inputs: Shapes, output: Output) -> tuple[Symbols, ...]:
        """One case: every set is normalised alike."""
        return (
            {
                "scale": int(self.scale),
                "shift": int(self.shift),
                "units": output.shape,
                "channels": output.shape[0],
                **self.sets(output.shape),
            },
        )

    def sets(self, shape: Shape) -> Symbols:
        """The sets of units that are normalised, where their mean and variance are of the input."""
        return {}

    def trained(self, shape: Shape) -> Mapping[str, Weight]:
        """A scale and a shift for each of some numbers, where there are any."""
        scale = {"weight": Weight(shape)} if self.scale else {}
        return scale | ({"bias": Weight(shape, "bias")} if self.shift else {})

    def restored(self, values: Sequence[Scalar], weights: Weights, spread: Sequence[int]) -> list[Scalar]:
        """Values scaled and shifted; ``spread`` says for each which scale and shift is its own."""
        restored = [*values]
        if self.scale:
            scales = [*weights["weight"]]
            restored = [value * scales[own] for value, own in zip(restored, spread, strict=True)]
        if self.shift:
            shifts = [*weights["bias"]]
            restored = [value + shifts[own] for value, own in zip(restored, spread, strict=True)]
        return restored

    def normalised(self, values: Sequence[Scalar], numbers: Numbers) -> list[Scalar]:
        """(x − mean) / √(variance + epsilon), with the mean and variance of the values themselves."""
        count = numbers.number(len(values))
        mean = numbers.divide(numbers.total(values), count)
        apart = [value - mean for value in values]
        variance = numbers.divide(numbers.dot(apart, apart), count)
        deviation = numbers.sqrt(variance + numbers.constant(self.epsilon))
        return [numbers.divide(value, deviation) for value in apart]


class BatchNorm(Normalisation):
    """Batch normalisation: each channel is normalised by the mean and variance it had in training.

    shape → shape

    Parameters are a scale and a shift for each channel, buffers its running mean and variance; PyTorch's
    counter of batches is not counted. Operations are those in use, by the running statistics. Connections and
    MACs are those of the units before, so it has none.

    Ioffe and Szegedy 2015.

    >>> norm = BatchNorm()
    >>> counts = norm.count(((6, 28, 28),), norm.output((6, 28, 28)))
    >>> print(counts.parameters)
    (1 + 1)×6 = 12
    >>> print(counts.buffers)
    2×6 = 12
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        spelling: {}
        for spelling in (
            *("batchnorm", "batch_norm", "batchnorm1d", "batchnorm2d", "batchnorm3d"),
            *("BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "BatchNormalization"),
        )
    }
    DEFAULTS: ClassVar[Mapping[str, Mapping[str, Any]]] = {"BatchNormalization": KERAS}
    SYMBOLS: ClassVar[Mapping[str, str]] = {word: Normalisation.SYMBOLS[word] for word in ("scale", "shift")}
    PARAMETERS = PER_CHANNEL
    BIASES = SHIFT_PER_CHANNEL
    BUFFERS = Formula("2 × channels")
    OPERATIONS: ClassVar[LedgerFormulas] = {
        "normalisation": {
            "additions": Formula("channels"),  # epsilon
            "subtractions": UNITS,
            "divisions": UNITS,
            "square_roots": Formula("channels"),
        },
        **TRAINED,
    }

    kind: Literal["batch-norm"] = "batch-norm"

    def weights(self, inputs: Shapes) -> Mapping[str, Weight]:
        """A scale, a shift, a running mean and variance for each channel."""
        channels = (inputs[0][0],)
        statistics = {
            "running_mean": Weight(channels, "mean"),
            "running_var": Weight(channels, "variance"),
        }
        return {**self.trained(channels), **statistics}

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """y = scale × (x − mean) / √(variance + epsilon) + shift, with what each channel had in training."""
        values: list[Scalar] = []
        statistics = zip(inputs[0].channels(), weights["running_mean"], weights["running_var"], strict=True)
        for units, mean, variance in statistics:
            deviation = numbers.sqrt(variance + numbers.constant(self.epsilon))
            values += [numbers.divide(unit - mean, deviation) for unit in units]
        return Tensor(inputs[0].shape, self.restored(values, weights, _channel_of(inputs[0].shape)))


class LayerNorm(Normalisation):
    """Layer normalisation: all units at once, or the channels at each position, by mean and variance.

    shape → shape

    Over all units each has a scale and a shift of its own, as in PyTorch with the whole shape of the map as
    normalized_shape; over the channels each channel has, as in Keras and ConvNeXt. Operations measure the
    mean and variance of the input. It has no buffers, and its connections and MACs are those of the units
    before.

    Ba, Kiros and Hinton 2016.

    >>> norm = LayerNorm(over="channels")
    >>> print(norm.count(((6, 28, 28),), norm.output((6, 28, 28))).parameters)
    (1 + 1)×6 = 12
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        **{spelling: {} for spelling in ("layernorm", "layer_norm", "LayerNorm")},
        "LayerNormalization": {"over": "channels"},
    }
    DEFAULTS: ClassVar[Mapping[str, Mapping[str, Any]]] = {"LayerNormalization": KERAS}
    PARAMETERS = Formula("(scale + shift) × normalised")
    BIASES = Formula("shift × normalised")
    OPERATIONS: ClassVar[LedgerFormulas] = MEASURED

    kind: Literal["layer-norm"] = "layer-norm"
    over: Literal["all", "channels"] = Field(
        default="all",
        description="What is normalised together: all units, or the channels at each position by themselves.",
    )

    def weights(self, inputs: Shapes) -> Mapping[str, Weight]:
        """A scale and a shift for each unit, or for each channel."""
        return self.trained(inputs[0] if self.over == "all" else inputs[0][:1])

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """y = scale × (x − mean) / √(variance + epsilon) + shift, over all units or those at a position."""
        shape, values = inputs[0].shape, inputs[0].values
        if self.over == "all":
            flat = {name: unrolled(rows) for name, rows in weights.items()}
            spread: Sequence[int] = range(len(values))
            return Tensor(shape, self.restored(self.normalised(values, numbers), flat, spread))
        columns = [self.normalised(column, numbers) for column in zip(*inputs[0].channels(), strict=True)]
        units = [unit for row in zip(*columns, strict=True) for unit in row]
        return Tensor(shape, self.restored(units, weights, _channel_of(shape)))

    def sets(self, shape: Shape) -> Symbols:
        """One set of all units, or one for each position."""
        if self.over == "all":
            return {"sets": 1, "normalised": shape}
        return {"sets": shape[1:], "normalised": shape[0]}


class GroupNorm(Normalisation):
    """Group normalisation: the units of each group of channels, by their own mean and variance.

    shape → shape

    Parameters are a scale and a shift for each channel. Operations measure the mean and variance of the
    input. It has no buffers, and its connections and MACs are those of the units before. Refuses groups that
    do not divide the channels.

    Wu and He 2018.

    >>> norm = GroupNorm(groups=3)
    >>> print(norm.count(((6, 28, 28),), norm.output((6, 28, 28))).operation("square_roots"))
    3
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        spelling: {} for spelling in ("groupnorm", "group_norm", "GroupNorm", "GroupNormalization")
    }
    DEFAULTS: ClassVar[Mapping[str, Mapping[str, Any]]] = {"GroupNormalization": KERAS}
    SYMBOLS: ClassVar[Mapping[str, str]] = {
        word: Normalisation.SYMBOLS[word] for word in ("scale", "sets", "shift")
    }
    PARAMETERS = PER_CHANNEL
    BIASES = SHIFT_PER_CHANNEL
    OPERATIONS: ClassVar[LedgerFormulas] = MEASURED

    kind: Literal["group-norm"] = "group-norm"
    groups: Positive = Field(
        validation_alias=called("groups", "num_groups"),
        description="Groups of channels, each normalised by itself.",
    )

    def output(self, *inputs: Shape) -> Output:
        """Shape → shape."""
        check_groups(self.groups, {"channel": inputs[0][0]})
        return super().output(*inputs)

    def weights(self, inputs: Shapes) -> Mapping[str, Weight]:
        """A scale and a shift for each channel."""
        return self.trained(inputs[0][:1])

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """y = scale × (x − mean) / √(variance + epsilon) + shift, over the units of a group of channels."""
        shape, values = inputs[0].shape, inputs[0].values
        each = len(values) // self.groups
        units: list[Scalar] = []
        for start in range(0, len(values), each):
            units += self.normalised(values[start : start + each], numbers)
        return Tensor(shape, self.restored(units, weights, _channel_of(shape)))

    def narrowed(self, inputs: Shapes, few: int) -> tuple[Layer, Shapes]:
        """As many groups, each of fewer channels."""
        return self, few_a_group(inputs, self.groups, few)

    def sets(self, shape: Shape) -> Symbols:
        """A set for each group."""
        return {"sets": self.groups}


def _channel_of(shape: Shape) -> list[int]:
    """The channel of each value of a shape."""
    area = prod(shape[1:])
    return [channel for channel in range(shape[0]) for _ in range(area)]
