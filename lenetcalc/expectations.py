"""What a spec or a policy asks of a network: figures that it must have, and limits that it must keep."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, Strict, create_model, model_validator

from lenetcalc.figures import Figure, Printed, PrintedBytes
from lenetcalc.layers.fields import (
    INPUT_SHAPES,
    RECORD,
    Inputs,
    InputShape,
    Reader,
    Sizes,
    Text,
    read_input,
    refuse,
)

Count = Annotated[int, Strict(), Field(ge=0)]
ElementSize = Annotated[int, Strict(), Field(ge=1, le=64)]

ELEMENT_SIZE = 4
"""Bytes of a value where nothing else is said."""


class _Record(BaseModel):
    """What all parts share."""

    model_config = RECORD


class Figures(_Record):
    """Figures of a layer: exact, or as printed."""

    units: Printed | None = Field(
        default=None, description="LeCun's neurons: the product of the output shape."
    )
    parameters: Printed | None = Field(default=None, description="Trainable weights and biases.")
    biases: Printed | None = Field(
        default=None, description="Those of the parameters that are added, not multiplied."
    )
    weights: Printed | None = Field(default=None, description="Those of the parameters that are multiplied.")
    fixed: Printed | None = Field(default=None, description="Weights that nobody trains.")
    buffers: Printed | None = Field(default=None, description="Running statistics.")
    connections: Printed | None = Field(default=None, description="Links between units, bias lines included.")
    macs: Printed | None = Field(default=None, description="Nominal multiply–accumulates, biases apart.")
    multiplications: Printed | None = Field(default=None, description="Elementary multiplications.")
    additions: Printed | None = Field(default=None, description="Elementary additions.")
    subtractions: Printed | None = Field(default=None, description="Elementary subtractions.")
    divisions: Printed | None = Field(default=None, description="Elementary divisions.")
    comparisons: Printed | None = Field(default=None, description="Elementary comparisons.")
    powers: Printed | None = Field(default=None, description="Elementary powers.")
    square_roots: Printed | None = Field(default=None, description="Elementary square roots.")
    exponentials: Printed | None = Field(default=None, description="Elementary exponentials.")
    logarithms: Printed | None = Field(default=None, description="Elementary logarithms.")
    tanhs: Printed | None = Field(default=None, description="Elementary hyperbolic tangents.")
    erfs: Printed | None = Field(default=None, description="Elementary error functions.")
    absolutes: Printed | None = Field(default=None, description="Elementary absolute values.")
    weight_memory: PrintedBytes | None = Field(
        default=None, description="Bytes that parameters, fixed weights and buffers take."
    )
    conventions: Mapping[Text, Printed] = Field(
        default={}, description="What conventions count, by their names: torchinfo, fvcore, …"
    )
    output: InputShape | None = Field(default=None, description="The output shape, channels first.")
    receptive_field: Sizes | None = Field(
        default=None, description="Inputs along every axis, or along each, that a unit depends on."
    )
    stride: Sizes | None = Field(
        default=None, description="Inputs from the field of one unit to that of the next, over all layers."
    )


class Published(_Record):
    """One figure as it was published, with a verdict: that of a paper which states a wrong one too."""

    layer: Text | None = Field(default=None, description="The layer, or block, that it is about.")
    units: Printed | None = Field(default=None, description="The figure, of units.")
    parameters: Printed | None = Field(default=None, description="The figure, of parameters.")
    weights: Printed | None = Field(default=None, description="The figure, of parameters without biases.")
    connections: Printed | None = Field(default=None, description="The figure, of connections.")
    macs: Printed | None = Field(default=None, description="The figure, of multiply–accumulates.")
    verdict: Literal["right", "truncated", "wrong"] = Field(
        description="Whether the network's own figure rounds to it, is cut off to it, or neither."
    )
    right: Count | None = Field(default=None, description="What is right where the figure is wrong.")
    why: Text | None = Field(default=None, description="What went wrong.")
    source: Text | None = Field(
        default=None, description="Who published it, where the spec's source did not."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if len(self.figures) != 1:
            refuse("it must state one figure: units, parameters, weights, connections or macs")
        if (self.verdict == "wrong") != (self.right is not None):
            refuse("it must say what is right where the figure is wrong, and only there")
        return self

    @property
    def figures(self) -> Mapping[str, Figure]:
        """The figure, by what it counts."""
        quantities = ("units", "parameters", "weights", "connections", "macs")
        return {name: figure for name in quantities if (figure := getattr(self, name)) is not None}


class Expect(Figures):
    """Figures that a network must have, and who published them."""

    source: Text | None = Field(
        default=None, description="Who published the figures, where the spec's source did not."
    )
    element_size: ElementSize = Field(default=ELEMENT_SIZE, description="Bytes of a value.")
    peak_memory: PrintedBytes | None = Field(
        default=None, description="The most bytes that activations take at one moment."
    )
    layers: Mapping[Text, Figures] = Field(default_factory=dict, description="Figures of layers, by name.")
    published: tuple[Published, ...] = Field(
        default=(),
        strict=False,
        description="Figures as they were printed, wrong ones among them, each with its verdict.",
    )


class _Limit(_Record):
    @model_validator(mode="after")
    def _check(self) -> Self:
        if all(getattr(self, end, None) is None for end in ("min", "max")):
            refuse("it must state max, min or both", "write it as {max: 100k}")
        return self


class Limit(_Limit):
    """The least and the most that a quantity may be, both included."""

    min: Printed | None = Field(default=None, description="The least that it may be.")
    max: Printed | None = Field(default=None, description="The most that it may be.")
    message: Text | None = Field(default=None, description="Why, for whoever breaks it.")


class ByteLimit(_Limit):
    """The least and the most bytes that something may take, both included."""

    min: PrintedBytes | None = Field(default=None, description="The least that it may be, as in 64KiB.")
    max: PrintedBytes | None = Field(default=None, description="The most that it may be, as in 64KiB.")
    message: Text | None = Field(default=None, description="Why, for whoever breaks it.")


def _limits() -> dict[str, Any]:
    """A limit for every figure of a layer that is a number."""
    fields: dict[str, Any] = {}
    for name, field in Figures.model_fields.items():
        limit = ByteLimit if name.endswith("_memory") else Limit
        fields[name] = (limit | None, Field(default=None, description=field.description))
    described = Figures.model_fields["conventions"].description
    fields["conventions"] = (Mapping[Text, Limit], Field(default={}, description=described))
    del fields["output"]
    return fields


if TYPE_CHECKING:

    class Limits(_Record):
        """Limits of a layer."""

        conventions: Mapping[str, Limit]
else:
    Limits = create_model("Limits", __base__=_Record, __doc__="Limits of a layer.", **_limits())


class NetworkLimits(Limits):
    """Limits of a whole network, and of its layers."""

    peak_memory: ByteLimit | None = Field(
        default=None, description="The most bytes that activations take at one moment."
    )
    layers: Mapping[Text, Limits] = Field(default_factory=dict, description="Limits of layers, by name.")
    each_layer: Limits | None = Field(default=None, description="Limits of every layer by itself.")


class LimitsOnInput(NetworkLimits):
    """Limits of a network on another input than its own."""

    input: Annotated[Inputs, Reader(read_input, INPUT_SHAPES)] = Field(
        description="The input's shape, channels first; or a mapping of names to shapes."
    )


class Budget(NetworkLimits):
    """Limits that a network must keep."""

    element_size: ElementSize = Field(default=ELEMENT_SIZE, description="Bytes of a value.")
    inputs: tuple[LimitsOnInput, ...] = Field(
        default=(), strict=False, max_length=32, description="Limits on other inputs, each with its own."
    )


_NOT_ASKED = frozenset({"source", "element_size", "input", "message"})


def asks(part: object) -> bool:
    """Whether anything is asked for in ``expect:`` or ``budget:``, or in a part of it."""
    if isinstance(part, BaseModel):
        names = type(part).model_fields.keys() - _NOT_ASKED
        return any(asks(getattr(part, name)) for name in names)
    if isinstance(part, Mapping):
        return any(map(asks, part.values()))
    if isinstance(part, tuple) and part and isinstance(part[0], BaseModel):
        return any(map(asks, part))
    return part is not None and part != ()
