"""Normalisation by mean and variance: over batches, over a whole map or position, over groups of channels."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from lenetcalc.formula import Formula
from lenetcalc.layers.base import Layer, Output, Shapes, called, check_groups
from lenetcalc.layers.fields import Flag, Positive, Small
from lenetcalc.ledger import LedgerFormulas
from lenetcalc.notation import Symbols
from lenetcalc.shapes import Shape

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


class Normalisation(Layer):
    """A layer that brings sets of units to mean 0 and variance 1, then scales and shifts: shape → shape."""

    FORMS_UNITS: ClassVar[bool] = False
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
    PARAMETERS = Formula("(scale + shift) × normalised")
    BIASES = Formula("shift × normalised")
    OPERATIONS: ClassVar[LedgerFormulas] = MEASURED

    kind: Literal["layer-norm"] = "layer-norm"
    over: Literal["all", "channels"] = Field(
        default="all",
        description="What is normalised together: all units, or the channels at each position by themselves.",
    )

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

    def sets(self, shape: Shape) -> Symbols:
        """A set for each group."""
        return {"sets": self.groups}
