"""Activation as a layer of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Literal

from pydantic import Field

from lenetcalc.layers.base import Layer, Output, Shapes, Weight, Weights, called
from lenetcalc.layers.functions import SPELLINGS, Activated
from lenetcalc.ledger import Counts, Part, merged
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Shape
from lenetcalc.tensors import Tensor


class ActivationLayer(Layer):
    """An activation function as a layer: it is applied to every unit of the layer before.

    shape → shape

    It belongs to the units before it, so it forms no units and has no connections; only PReLU has
    parameters. The kind may be named by the function itself: ``- relu``.

    >>> layer = ActivationLayer(function="relu")
    >>> print(layer.count(((6, 24, 24),), layer.output((6, 24, 24))).operation("comparisons"))
    6×24×24 = 3,456
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "Activation": {},
        # "linear" is PyTorch's word for a dense layer
        **{spelling: {"function": name} for spelling, name in SPELLINGS.items() if spelling != "linear"},
    }
    FORMS_UNITS: ClassVar[bool] = False
    PART: ClassVar[Part] = "activation"

    kind: Literal["activation"] = "activation"
    function: Activated = Field(
        validation_alias=called("function"),
        description="The function, by name, or with its arguments as {function: leaky-relu, slope: 0.2}.",
    )

    @property
    def label(self) -> str:
        """The function's name."""
        return self.function.name

    def output(self, *inputs: Shape) -> Output:
        """Shape → shape."""
        return Output(inputs[0])

    def weights(self, inputs: Shapes) -> Mapping[str, Weight]:
        """The trained slopes of the function, where it has any."""
        slopes = self.function.slopes(inputs[0])
        return {"weight": Weight(slopes)} if slopes else {}

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """y = the function of x."""
        return self.function.applied(inputs[0], weights.get("weight", ()), numbers)

    def count(self, inputs: Shapes, output: Output) -> Counts:
        """What the function counts."""
        counts = super().count(inputs, output)
        return replace(
            counts,
            parameters=counts.parameters + self.function.parameters(output.shape),
            operations=merged(self.function.operations(output.shape), counts.operations),
        )
