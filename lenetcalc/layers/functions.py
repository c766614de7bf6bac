"""Activation functions: one table, with what each computes for one unit and which operations that takes.

A change of sign is free, and a function with two branches is counted by the longer one. Softmax acts across
the channels at each position. Sources are named beside the functions that a paper introduced.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Annotated, Any, TypeAlias

from lenetcalc.formula import Formula, Working
from lenetcalc.layers import elementary
from lenetcalc.layers.elementary import Across, Compute
from lenetcalc.layers.fields import LARGEST, Reader, one_of, refuse
from lenetcalc.ledger import NOTHING, Ledger, Operation, ledger
from lenetcalc.notation import Case, Symbols
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Shape
from lenetcalc.tensors import Scalar, Tensor, unrolled

Argument: TypeAlias = float | str

UNITS = Formula("units")
TWICE = Formula("2 × units")
BETWEEN_CHANNELS = Formula("(channels − 1) × positions")
SLOPES: Mapping[str, Formula] = {
    "channel": Formula("channels"),
    "unit": Formula("units"),
    "layer": Formula("1"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """An activation function: its name, what it computes, and its operations for ``units`` units.

    One that acts ``across`` computes all channels at a position at once.
    """

    name: str
    compute: Compute | Across
    definition: str
    operations: Mapping[Operation, Formula]
    spellings: tuple[str, ...] = ()
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    source: str = ""
    across: bool = False


_SIGMOID: dict[Operation, Formula] = {"exponentials": UNITS, "additions": UNITS, "divisions": UNITS}
_SOFTPLUS: dict[Operation, Formula] = {"exponentials": UNITS, "additions": UNITS, "logarithms": UNITS}
_LEAKY: dict[Operation, Formula] = {"comparisons": UNITS, "multiplications": UNITS}
_HARD: dict[Operation, Formula] = {"comparisons": TWICE, "divisions": UNITS, "additions": UNITS}
_ELU: dict[Operation, Formula] = {"comparisons": UNITS, "exponentials": UNITS, "subtractions": UNITS}

FUNCTIONS: Mapping[str, Function] = {
    function.name: function
    for function in (
        Function("linear", elementary.linear, "x", {}, ("identity", "Identity")),
        Function("relu", elementary.relu, "max(0, x)", {"comparisons": UNITS}, ("ReLU",)),
        Function("relu6", elementary.relu6, "min(max(0, x), 6)", {"comparisons": TWICE}, ("ReLU6",)),
        Function(
            "leaky-relu",
            elementary.leaky_relu,
            "x, or slope·x below 0",
            _LEAKY,
            ("leaky_relu", "LeakyReLU"),
            {"slope": 0.01},
        ),
        Function(
            "prelu",
            elementary.leaky_relu,
            "x, or a·x below 0 with a trained slope a for each channel, unit or layer",
            _LEAKY,
            ("PReLU",),
            {"slopes": "channel"},
            "He, Zhang, Ren, Sun 2015",
        ),
        Function(
            "elu",
            elementary.elu,
            "x, or alpha·(exp(x) − 1) below 0",
            _ELU | {"multiplications": UNITS},
            ("ELU",),
            {"alpha": 1.0},
        ),
        Function(
            "selu",
            elementary.selu,
            "1.0507·x, or 1.0507·1.67326·(exp(x) − 1) below 0",
            _ELU | {"multiplications": TWICE},
            ("SELU",),
            source="Klambauer et al. 2017",
        ),
        Function("sigmoid", elementary.sigmoid, "1/(1 + exp(−x))", _SIGMOID, ("Sigmoid",)),
        Function(
            "hard-sigmoid",
            elementary.hard_sigmoid,
            "min(max(0, x/6 + 1/2), 1)",
            _HARD,
            ("hard_sigmoid", "hardsigmoid", "Hardsigmoid"),
        ),
        Function("tanh", elementary.tanh, "tanh(x)", {"tanhs": UNITS}, ("Tanh",)),
        Function(
            "hard-tanh",
            elementary.hard_tanh,
            "min(max(−1, x), 1)",
            {"comparisons": TWICE},
            ("hard_tanh", "hardtanh", "Hardtanh"),
        ),
        Function(
            "scaled-tanh",
            elementary.scaled_tanh,
            "amplitude·tanh(slope·x)",
            {"multiplications": TWICE, "tanhs": UNITS},
            ("scaled_tanh",),
            {"amplitude": 1.7159, "slope": 2 / 3},
            "LeCun et al. 1998, eq. 6 and appendix A",
        ),
        Function("softplus", elementary.softplus, "ln(1 + exp(x))", _SOFTPLUS, ("Softplus",)),
        Function(
            "softsign",
            elementary.softsign,
            "x/(1 + |x|)",
            {"absolutes": UNITS, "additions": UNITS, "divisions": UNITS},
            ("Softsign",),
        ),
        Function(
            "gelu",
            elementary.gelu,
            "x/2·(1 + erf(x/√2))",
            {"divisions": TWICE, "erfs": UNITS, "additions": UNITS, "multiplications": UNITS},
            ("GELU",),
            source="Hendrycks, Gimpel 2016",
        ),
        Function("silu", elementary.silu, "x/(1 + exp(−x))", _SIGMOID, ("SiLU", "swish")),
        Function(
            "hard-swish",
            elementary.hard_swish,
            "x·min(max(0, x/6 + 1/2), 1)",
            _HARD | {"multiplications": UNITS},
            ("hard_swish", "hardswish", "Hardswish", "hard_silu"),
        ),
        Function(
            "mish",
            elementary.mish,
            "x·tanh(ln(1 + exp(x)))",
            _SOFTPLUS | {"tanhs": UNITS, "multiplications": UNITS},
            ("Mish",),
            source="Misra 2019",
        ),
        Function(
            "softmax",
            elementary.softmax,
            "exp(x) / Σ exp(x) across the channels",
            {"exponentials": UNITS, "additions": BETWEEN_CHANNELS, "divisions": UNITS},
            ("Softmax",),
            across=True,
        ),
        Function(
            "log-softmax",
            elementary.log_softmax,
            "x − ln Σ exp(x) across the channels",
            {
                "exponentials": UNITS,
                "additions": BETWEEN_CHANNELS,
                "logarithms": Formula("positions"),
                "subtractions": UNITS,
            },
            ("log_softmax", "LogSoftmax"),
            across=True,
        ),
    )
}
"""Every activation function, by name."""

SPELLINGS: Mapping[str, str] = {
    spelling: function.name
    for function in FUNCTIONS.values()
    for spelling in (function.name, *function.spellings)
}
"""Every way to write the name of a function, and the name itself."""


@dataclass(frozen=True, slots=True)
class Activation:
    """A function as a layer applies it, with the arguments that were given."""

    function: Function
    given: tuple[tuple[str, Argument], ...] = ()

    @property
    def arguments(self) -> Mapping[str, Argument]:
        """The value of each argument: as given, else the function's own."""
        return {**self.function.arguments, **dict(self.given)}

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.name

    @property
    def effective(self) -> Hashable:
        """The function with all its arguments; nothing for the one that leaves a unit as it is."""
        return None if self.name == "linear" else (self.name, *self.arguments.items())

    def slopes(self, shape: Shape) -> Shape:
        """The shape of the trained slopes; () where there are none."""
        if "slopes" not in self.function.arguments:
            return ()
        return {"channel": shape[:1], "unit": shape, "layer": (1,)}[str(self.arguments["slopes"])]

    def applied(self, tensor: Tensor, slopes: Iterable[Scalar], numbers: Numbers) -> Tensor:
        """The function of every unit of a tensor, or of the channels at every position."""
        compute: Any = self.function.compute
        if self.function.across:
            columns = [compute(column, numbers) for column in zip(*tensor.channels(), strict=True)]
            return Tensor(tensor.shape, [unit for units in zip(*columns, strict=True) for unit in units])
        if "slopes" in self.function.arguments:
            pairs = zip(tensor.values, _spread(slopes, len(tensor.values)), strict=True)
            return Tensor(tensor.shape, [compute(unit, numbers, {"slope": slope}) for unit, slope in pairs])
        arguments = {name: numbers.constant(float(value)) for name, value in self.arguments.items()}
        return Tensor(tensor.shape, [compute(unit, numbers, arguments) for unit in tensor.values])

    def parameters(self, shape: Shape) -> Working:
        """The trained slopes that the function adds to a layer whose output has this shape."""
        if "slopes" not in self.function.arguments:
            return NOTHING
        return SLOPES[str(self.arguments["slopes"])].work(_symbols(shape))

    def operations(self, shape: Shape) -> Ledger:
        """The operations that the function takes on an output of this shape."""
        case = Case(_symbols(shape))
        return ledger({"activation": self.function.operations}, (case,))


def _spread(slopes: Iterable[Scalar], units: int) -> list[Scalar]:
    """The slope of each unit, from one for each unit, channel or layer."""
    each = unrolled(slopes)
    return [slope for slope in each for _ in range(units // len(each))]


def _symbols(shape: Shape) -> Symbols:
    return {"units": shape, "channels": shape[0], "positions": shape[1:]}


def read_activation(value: object) -> Activation:
    """An activation from its name, or from ``{function: name, argument: …}``."""
    if isinstance(value, Activation):
        return value
    given = dict(value) if isinstance(value, Mapping) else {"function": value}
    name = given.pop("function", None)
    if not isinstance(name, str):
        refuse("it must name a function, alone or as {function: …}", "write it as tanh or {function: tanh}")
    if name not in SPELLINGS:
        refuse(
            f"the functions are {', '.join(FUNCTIONS)}",
            "write it as tanh or {function: tanh}",
            word=name,
            known=SPELLINGS,
        )
    function = FUNCTIONS[SPELLINGS[name]]
    return Activation(function, tuple(_read_arguments(function, given).items()))


def _read_arguments(function: Function, given: Mapping[str, object]) -> dict[str, Argument]:
    for argument in given:
        if argument not in function.arguments:
            known = " and ".join(function.arguments) or "no arguments"
            refuse(f"{function.name} takes {known}", at=argument, misplaced=True)
    return {name: _read_argument(name, value, function.arguments[name]) for name, value in given.items()}


def _read_argument(name: str, value: object, default: Argument) -> Argument:
    if isinstance(default, str):
        if not isinstance(value, str) or value not in SLOPES:
            refuse(
                f"it must be one of {', '.join(SLOPES)}",
                word=str(value),
                known={slopes: slopes for slopes in SLOPES},
                at=name,
            )
        return value
    if not isinstance(value, int | float) or isinstance(value, bool) or not _is_finite(value):
        refuse("it must be a number", f"write {default:g}", at=name)
    return float(value)


def _is_finite(value: float) -> bool:
    return isfinite(value) if isinstance(value, float) else abs(value) <= LARGEST


def _argument_schema(default: Argument) -> dict[str, Any]:
    return {"enum": [*SLOPES]} if isinstance(default, str) else {"type": "number"}


def _function_schema(function: Function) -> dict[str, Any]:
    return {
        "if": {"properties": {"function": {"not": {"enum": [function.name, *function.spellings]}}}},
        "else": {
            "additionalProperties": False,
            "properties": {"function": {}}
            | {name: _argument_schema(default) for name, default in function.arguments.items()},
        },
    }


_NAMES = one_of(
    {name: function.definition for name, function in FUNCTIONS.items()},
    [word for word in SPELLINGS if word not in FUNCTIONS],
)
SCHEMA: Mapping[str, Any] = {
    "type": ["string", "object"],
    "defaultSnippets": _NAMES["defaultSnippets"],
    "if": {"type": "string"},
    "then": _NAMES,
    "else": {
        "required": ["function"],
        "properties": {"function": _NAMES},
        "allOf": [_function_schema(function) for function in FUNCTIONS.values()],
    },
}
"""The JSON Schema of an activation; so long that a spec's schema holds it once, as a definition."""

Activated = Annotated[Activation, Reader(read_activation, {"definition": "function"})]
"""The type of a field that applies a function."""
