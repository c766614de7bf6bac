"""A network as its spec states it: validated, frozen, not yet joined up or measured."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import BaseModel, Field, PrivateAttr, Strict, model_validator
from pydantic_core import PydanticCustomError

from lenetcalc.entries import INPUT, Block, Entries
from lenetcalc.errors import Place
from lenetcalc.figures import Figure, Printed
from lenetcalc.layers.fields import RECORD, SHAPE, InputShape, Reader, Sizes, Text, read_shape, refuse
from lenetcalc.shapes import Shape
from lenetcalc.source import Path, Source
from lenetcalc.text import listed

VERSION: Final = 1
"""The version of the schema that this module reads."""

Count = Annotated[int, Strict(), Field(ge=0)]


class _Record(BaseModel):
    """What all parts of a spec but its layers share."""

    model_config = RECORD


class Figures(_Record):
    """Published figures of a layer, or of the whole network."""

    units: Count | None = Field(default=None, description="LeCun's neurons: the product of the output shape.")
    parameters: Count | None = Field(default=None, description="Trainable weights and biases.")
    biases: Count | None = Field(
        default=None, description="Those of the parameters that are added, not multiplied."
    )
    weights: Count | None = Field(default=None, description="Those of the parameters that are multiplied.")
    fixed: Count | None = Field(default=None, description="Weights that nobody trains.")
    buffers: Count | None = Field(default=None, description="Running statistics.")
    connections: Count | None = Field(default=None, description="Links between units, bias lines included.")
    macs: Count | None = Field(default=None, description="Nominal multiply–accumulates, biases apart.")


class LayerFigures(Figures):
    """Published figures of one layer."""

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
    """Published figures, and who published them."""

    source: Text | None = Field(
        default=None, description="Who published the figures, where the spec's source did not."
    )
    layers: Mapping[Text, LayerFigures] = Field(
        default_factory=dict, description="Figures of layers, by name."
    )
    published: tuple[Published, ...] = Field(
        default=(),
        strict=False,
        description="Figures as they were printed, wrong ones among them, each with its verdict.",
    )


Inputs: TypeAlias = Shape | Mapping[str, Shape]
"""The shape of the one input, or of several by name."""


def read_input(value: object) -> Inputs:
    """One shape, or a mapping of names to shapes; raises `PydanticCustomError` for anything else."""
    if not isinstance(value, Mapping):
        return read_shape(value)
    if not value or not all(isinstance(name, str) and name for name in value):
        refuse("it must be a shape, or a mapping of names to shapes", "write it as 1x32x32")
    return {name: _read_named(name, shape) for name, shape in value.items()}


def _read_named(name: str, shape: object) -> Shape:
    try:
        return read_shape(shape)
    except PydanticCustomError as error:
        refuse(**(error.context or {}), at=name)


_NAMED_SHAPES = {"type": "object", "minProperties": 1, "propertyNames": {"minLength": 1}}
_INPUT = {"anyOf": [SHAPE, _NAMED_SHAPES | {"additionalProperties": SHAPE}]}


class NetworkSpec(_Record):
    """A network as stated: its input, its layers in order, and what was published of it.

    >>> from lenetcalc.layers.conv import Conv
    >>> NetworkSpec(input=(1, 32, 32), layers=[Conv(filters=6, kernel=5)]).layers[0].filters
    6
    """

    lenetcalc: Literal[1] = Field(
        default=VERSION, description="The version of this schema; what a spec says first."
    )
    name: Text | None = Field(default=None, description="What the network is called.")
    source: Text | None = Field(default=None, description="The paper or article that describes the network.")
    input: Annotated[Inputs, Reader(read_input, _INPUT)] = Field(
        description="The input's shape, channels first, as in 1x32x32; or a mapping of names to shapes."
    )
    blocks: Mapping[Text, Block] = Field(
        default_factory=dict, description="Named pieces with parameters, which layers may use."
    )
    layers: Entries = Field(
        description="The layers; each reads the one before it unless it says `from:`.",
        json_schema_extra={"minItems": 1},
    )
    expect: Expect | None = Field(default=None, description="Published figures that the network must have.")

    _source: Source | None = PrivateAttr(None)

    def model_post_init(self, context: Any) -> None:
        """Remember the document that the spec was read from."""
        if isinstance(context, Source):
            self._source = context

    @property
    def inputs(self) -> Mapping[str, Shape]:
        """The shape of every input, by the name that `from:` gives it."""
        return self.input if isinstance(self.input, Mapping) else {INPUT: self.input}

    @property
    def title(self) -> str:
        """What a report calls the network: its name, else its file, else nothing in particular."""
        return self.name or (self._source.file if self._source else "network")

    def place(self, path: Path = (), *, words: Iterable[str] = ()) -> Place | None:
        """Where a value stands in the file, or its field by whichever of the words it has there.

        `None` for a spec that was read from no file.
        """
        return self._source.place(path, words=words) if self._source else None

    def with_input(self, /, *shape: object, **shapes: object) -> "NetworkSpec":
        """The same network on another input, written as in a spec; several inputs go by their names.

        >>> from lenetcalc.spec import load
        >>> load("lenet5").with_input("1x28x28").inputs
        {'input': (1, 28, 28)}

        Raises:
            ValueError: a shape is none, or no input has that name (pydantic's `PydanticCustomError`).
        """
        given = dict(zip(self.inputs, shape, strict=False)) | shapes
        if len(shape) > 1 or not given.keys() <= self.inputs.keys():
            refuse(f"the network's inputs are {listed(self.inputs)}")
        inputs = {**self.inputs, **{name: _read_named(name, each) for name, each in given.items()}}
        single = not isinstance(self.input, Mapping)
        return self.model_copy(update={"input": inputs[INPUT] if single else inputs})
