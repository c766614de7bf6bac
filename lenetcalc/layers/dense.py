"""Full connection."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, ClassVar, Literal

from pydantic import Field

from lenetcalc.formula import Formula
from lenetcalc.layers.base import Biased, Layer, Output, Shapes, Weight, Weights, called
from lenetcalc.layers.fields import Positive
from lenetcalc.ledger import LedgerFormulas
from lenetcalc.notation import Symbols
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Shape, lengths
from lenetcalc.tensors import Tensor


class Dense(Biased):
    """Full connection: every unit reads every unit of the input, whatever its shape.

    (*shape) → (units)

    A connection is a line from each input and one bias line a unit, so there are as many as parameters.

    LeCun et al. 1998, II-B (layer F6).

    >>> dense = Dense(units=84)
    >>> print(dense.count(((120, 1, 1),), dense.output((120, 1, 1))).parameters)
    (120 + 1)×84 = 10,164
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        spelling: {} for spelling in ("Dense", "linear", "Linear", "fully-connected", "fully_connected", "fc")
    }
    PARAMETERS = Formula("(inputs + bias) × units")
    BIASES = Formula("bias × units")
    CONNECTIONS = PARAMETERS
    MACS = Formula("inputs × units")
    OPERATIONS: ClassVar[LedgerFormulas] = {
        "weights": {"multiplications": MACS, "additions": Formula("(inputs − 1) × units")},
        "bias": {"additions": Formula("bias × units")},
    }

    kind: Literal["dense"] = "dense"
    units: Positive = Field(
        validation_alias=called("units", "out_features", "num_output"),
        description="The number of output units.",
    )

    def output(self, *inputs: Shape) -> Output:
        """(*shape) → (units)."""
        return Output((self.units,), reaches="all")

    def weights(self, inputs: Shapes) -> Mapping[str, Weight]:
        """A weight for every input of every unit, and a bias for every unit."""
        weight = Weight((self.units, prod(inputs[0])))
        return {"weight": weight} | ({"bias": Weight((self.units,), "bias")} if self.bias else {})

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """yᵢ = Σⱼ wᵢⱼ·xⱼ + bᵢ."""
        values = inputs[0].values
        totals = [numbers.dot(row, values) for row in weights["weight"]]
        if self.bias:
            totals = [total + bias for total, bias in zip(totals, weights["bias"], strict=True)]
        return Tensor((self.units,), totals)

    def narrowed(self, inputs: Shapes, few: int) -> tuple[Layer, Shapes]:
        """Fewer units too."""
        _, narrow = super().narrowed(inputs, few)
        return self.model_copy(update={"units": min(self.units, few)}), narrow

    def cases(self, inputs: Shapes, output: Output) -> tuple[Symbols, ...]:
        """One case."""
        return ({"inputs": lengths(inputs[0]), "units": self.units, "bias": int(self.bias)},)
