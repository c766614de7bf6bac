"""A network as its spec states it: validated, frozen, not yet joined up or measured."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from lenetcalc.document import Document
from lenetcalc.entries import INPUT, Block, Entries
from lenetcalc.expectations import Budget, Expect
from lenetcalc.layers.fields import INPUT_SHAPES, Inputs, Reader, Text, read_input, read_named, refuse
from lenetcalc.shapes import Shape
from lenetcalc.text import listed

VERSION: Final = 1
"""The version of the schema that this module reads."""


class NetworkSpec(Document):
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
    input: Annotated[Inputs, Reader(read_input, INPUT_SHAPES)] = Field(
        description="The input's shape, channels first, as in 1x32x32; or a mapping of names to shapes."
    )
    blocks: Mapping[Text, Block] = Field(
        default_factory=dict, description="Named pieces with parameters, which layers may use."
    )
    layers: Entries = Field(
        description="The layers; each reads the one before it unless it says `from:`.",
        json_schema_extra={"minItems": 1},
    )
    expect: Expect | None = Field(default=None, description="Figures that the network must have.")
    budget: Budget | None = Field(default=None, description="Limits that the network must keep.")

    @property
    def inputs(self) -> Mapping[str, Shape]:
        """The shape of every input, by the name that `from:` gives it."""
        return self.input if isinstance(self.input, Mapping) else {INPUT: self.input}

    @property
    def title(self) -> str:
        """What a report calls the network: its name, else its file, else nothing in particular."""
        return self.name or self.file or "network"

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
        inputs = {**self.inputs, **{name: read_named(name, each) for name, each in given.items()}}
        single = not isinstance(self.input, Mapping)
        return self.model_copy(update={"input": inputs[INPUT] if single else inputs})
