"""Euclidean radial basis functions with codes fixed by hand."""

from collections.abc import Mapping, Sequence
from math import prod
from operator import sub
from typing import Any, ClassVar, Literal

from pydantic import Field

from lenetcalc.formula import Formula
from lenetcalc.layers.base import Layer, Output, Shapes, Weight, Weights, called
from lenetcalc.layers.fields import Positive
from lenetcalc.ledger import LedgerFormulas
from lenetcalc.notation import Symbols
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Shape, lengths
from lenetcalc.tensors import Tensor

PAIRS = Formula("inputs × units")


class Rbf(Layer):
    """Euclidean radial basis functions: each unit is its input's squared distance to a code fixed by hand.

    (*shape) → (units)

    yᵢ = Σⱼ (xⱼ − wᵢⱼ)². The codes are fixed weights, not parameters, and there is no bias: a connection is a
    line from each input.

    LeCun et al. 1998, II-B, eq. 7 (the output layer); the paper draws its codes but prints no numbers.

    >>> print(Rbf(units=10).count(((84,),), Output((10,))).fixed)
    84×10 = 840
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {"RBF": {}, "euclidean-rbf": {}}
    FIXED = PAIRS
    CONNECTIONS = PAIRS
    MACS = PAIRS
    OPERATIONS: ClassVar[LedgerFormulas] = {
        "weights": {
            "subtractions": PAIRS,
            "multiplications": PAIRS,
            "additions": Formula("(inputs − 1) × units"),
        }
    }

    kind: Literal["rbf"] = "rbf"
    units: Positive = Field(
        validation_alias=called("units", "out_features"),
        description="The number of codes, one for each class.",
    )

    def output(self, *inputs: Shape) -> Output:
        """(*shape) → (units)."""
        return Output((self.units,), reaches="all")

    def weights(self, inputs: Shapes) -> Mapping[str, Weight]:
        """The codes: as many numbers as inputs for every unit."""
        return {"weight": Weight((self.units, prod(inputs[0])), "fixed")}

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """yᵢ = Σⱼ (xⱼ − wᵢⱼ)²."""
        distances = []
        for code in weights["weight"]:
            differences = [*map(sub, inputs[0].values, code)]
            distances.append(numbers.dot(differences, differences))
        return Tensor((self.units,), distances)

    def narrowed(self, inputs: Shapes, few: int) -> tuple[Layer, Shapes]:
        """Fewer units too."""
        _, narrow = super().narrowed(inputs, few)
        return self.model_copy(update={"units": min(self.units, few)}), narrow

    def cases(self, inputs: Shapes, output: Output) -> tuple[Symbols, ...]:
        """One case."""
        return ({"inputs": lengths(inputs[0]), "units": self.units},)
