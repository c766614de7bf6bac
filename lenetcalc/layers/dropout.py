"""Dropout."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from lenetcalc.layers.base import Layer, Output, Weights, called
from lenetcalc.layers.fields import Rate
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Shape
from lenetcalc.tensors import Tensor


class Dropout(Layer):
    """Dropout: units left out at random in training; in use it passes its input on.

    shape → shape

    It counts nothing: no units, weights, connections or operations of its own.

    Srivastava et al. 2014.

    >>> Dropout(rate=0.2).output((120,)).shape
    (120,)
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        spelling: {}
        for spelling in ("Dropout", "dropout1d", "dropout2d", "Dropout1d", "Dropout2d", "Dropout3d")
    }
    FORMS_UNITS: ClassVar[bool] = False
    COPIES: ClassVar[bool] = False

    kind: Literal["dropout"] = "dropout"
    rate: Rate = Field(
        default=0.5,
        validation_alias=called("rate", "p"),
        description="The share of units left out in training.",
    )

    def output(self, *inputs: Shape) -> Output:
        """Shape → shape."""
        return Output(inputs[0])

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """y = x: nothing is left out in use."""
        return inputs[0]
