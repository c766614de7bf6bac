"""Full connection."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from lenetcalc.formula import Formula
from lenetcalc.layers.base import Biased, Output, Shapes, called
from lenetcalc.layers.fields import Positive
from lenetcalc.ledger import LedgerFormulas
from lenetcalc.notation import Symbols
from lenetcalc.shapes import Shape, lengths


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

    def cases(self, inputs: Shapes, output: Output) -> tuple[Symbols, ...]:
        """One case."""
        return ({"inputs": lengths(inputs[0]), "units": self.units, "bias": int(self.bias)},)
