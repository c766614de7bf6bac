"""LeCun's trainable sub-sampling."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from lenetcalc.formula import Formula
from lenetcalc.layers.base import Biased, Output, Shapes, Weight, Weights
from lenetcalc.layers.windowed import COMBINED, Pooling
from lenetcalc.ledger import LedgerFormulas
from lenetcalc.notation import Symbols
from lenetcalc.scalars import Numbers
from lenetcalc.tensors import Tensor, biased, from_maps

UNITS = Formula("channels × positions")


class Subsample(Pooling, Biased):
    """Trainable sub-sampling: the sum of a window, times one coefficient a map, plus one bias a map.

    (channels, *size) → (channels, *stops of the window over size)

    A connection is a line from each real tap and one bias line a unit. The coefficient is a multiplication
    in the ledger, not a MAC.

    LeCun et al. 1998, II-B (layers S2 and S4); Le Cun et al. 1990 (H2 and H4).

    >>> subsample = Subsample(kernel=2)
    >>> counts = subsample.count(((6, 28, 28),), subsample.output((6, 28, 28)))
    >>> print(counts.parameters)
    (1 + 1)×6 = 12
    >>> print(counts.connections)
    (2×2 + 1)×6×14×14 = 5,880
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "subsampling": {},
        "sub-sample": {},
        "sub-sampling": {},
    }
    PARAMETERS = Formula("(1 + bias) × channels")
    BIASES = Formula("bias × channels")
    CONNECTIONS = Formula("(kernel + bias) × channels × positions − outside_taps × channels")
    OPERATIONS: ClassVar[LedgerFormulas] = {
        "weights": {"multiplications": UNITS},
        "bias": {"additions": Formula("bias × channels × positions")},
        "pooling": {"additions": COMBINED},
    }

    kind: Literal["subsample"] = "subsample"

    def weights(self, inputs: Shapes) -> Mapping[str, Weight]:
        """A coefficient for every map, and a bias."""
        weight = Weight((inputs[0][0],))
        return {"weight": weight} | ({"bias": Weight(weight.shape, "bias")} if self.bias else {})

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """y = coefficient × Σ of the real inputs in the window + bias."""
        size = inputs[0].shape[1:]
        way = self.way(size)
        stops = [*way.real(size)]
        maps = [
            [numbers.total([values[tap] for tap in taps]) * coefficient for taps in stops]
            for values, coefficient in zip(inputs[0].channels(), weights["weight"], strict=True)
        ]
        if self.bias:
            maps = biased(maps, weights["bias"])
        return from_maps(maps, way.size)

    def cases(self, inputs: Shapes, output: Output) -> tuple[Symbols, ...]:
        """One case: every map has the same window, and a coefficient and bias of its own."""
        return tuple({**symbols, "bias": int(self.bias)} for symbols in super().cases(inputs, output))
