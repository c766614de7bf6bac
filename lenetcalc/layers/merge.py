"""Several layers in one: added, multiplied, or one behind the other."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import reduce
from math import prod
from typing import Any, ClassVar, Literal

from pydantic import Field

from lenetcalc.errors import LayerError, MergeError
from lenetcalc.formula import Formula
from lenetcalc.layers.base import Layer, Output, Shapes, Weights
from lenetcalc.layers.fields import Natural
from lenetcalc.ledger import LedgerFormulas, Part
from lenetcalc.notation import Case, Symbols
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Shape
from lenetcalc.tensors import Scalar, Tensor
from lenetcalc.text import plural, times

COMBINED = Formula("(sources − 1) × units")
SIZE = Formula("size")


class Merge(Layer):
    """A layer that reads several layers."""

    MERGES: ClassVar[bool] = True
    SYMBOLS: ClassVar[Mapping[str, str]] = {"sources": "layers that are merged"}

    def check_inputs(self, inputs: Shapes) -> None:
        """Refuse one input alone, and inputs of different rank."""
        if len(inputs) < 2:
            raise LayerError(
                "it reads one layer",
                rule=f"a layer of kind {self.kind} reads at least two",
                hint="name them in from:, as in from: [C1, C2]",
                field="from",
            )
        for index, shape in enumerate(inputs):
            if len(shape) != len(inputs[0]):
                raise MergeError(
                    f"{{0}} is {times(inputs[0])} and {{1}} is {times(shape)}",
                    rule="what is merged has equally many axes",
                    hint="reshape one of them",
                    sources=(0, index),
                )

    def differ(self, inputs: Shapes, axis: int, one: int, other: int) -> MergeError:
        """The error of two inputs that do not agree along an axis."""
        return MergeError(
            f"{{0}} is {times(inputs[one])} and {{1}} is {times(inputs[other])}: "
            f"they differ in {axis_name(axis, len(inputs[one]))}, "
            f"{inputs[one][axis]:,} and {inputs[other][axis]:,}",
            rule=self.rule,
            hint="mind the strides and padding that lead there",
            sources=(one, other),
        )

    @property
    def rule(self) -> str:
        """What must hold of the sizes."""
        return "merged layers have equal sizes along every axis, or 1"


def axis_name(axis: int, rank: int) -> str:
    """What an axis of a shape is called."""
    names = {2: ("channels", "positions"), 3: ("channels", "rows", "columns")}.get(rank)
    return names[axis] if names else "channels" if axis == 0 else f"axis {axis}"


class Elementwise(Merge):
    """A layer that combines units at the same place: shapes → shape."""

    CONNECTIONS = Formula("sources × units")
    PART: ClassVar[Part] = "merging"

    @abstractmethod
    def merged(self, one: Scalar, other: Scalar) -> Scalar:
        """Two units in one."""

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """y = the units at one place in all layers, merged one after the other."""
        shape = tuple(map(max, zip(*(tensor.shape for tensor in inputs), strict=True)))
        spread = [_spread(tensor, shape) for tensor in inputs]
        return Tensor(shape, [reduce(self.merged, units) for units in zip(*spread, strict=True)])

    def output(self, *inputs: Shape) -> Output:
        """(shape, shape, …) → shape; a size of 1 is repeated along its axis."""
        self.check_inputs(inputs)
        sizes, notes = [], []
        for axis in range(len(inputs[0])):
            along = [shape[axis] for shape in inputs]
            widest = along.index(max(along))
            for index, size in enumerate(along):
                if size not in (1, along[widest]):
                    raise self.differ(inputs, axis, *sorted((widest, index)))
                if size != along[widest]:
                    notes.append(f"input {index + 1} is repeated along its {axis_name(axis, len(inputs[0]))}")
            sizes.append(along[widest])
        return Output(tuple(sizes), notes=tuple(notes))

    def cases(self, inputs: Shapes, output: Output) -> tuple[Symbols, ...]:
        """One case."""
        return ({"sources": len(inputs), "units": output.shape},)


def _spread(tensor: Tensor, shape: tuple[int, ...]) -> list[Scalar]:
    """The values of a tensor, repeated along the axes on which its size is 1."""
    values: list[Scalar] = [*tensor.values]
    for axis, (own, size) in enumerate(zip(tensor.shape, shape, strict=True)):
        if own != size:
            block = prod(tensor.shape[axis + 1 :])
            starts = range(0, len(values), block)
            values = [value for start in starts for value in values[start : start + block] * size]
            tensor = Tensor((*shape[: axis + 1], *tensor.shape[axis + 1 :]), values)
    return values


class Add(Elementwise):
    """Addition: each unit is the sum of the units at its place in several layers.

    (shape, shape, …) → shape

    A connection is a line from each of them; there are no weights. A size of 1 is repeated along its axis.
    Refuses shapes that do not agree.

    He, Zhang, Ren, Sun 2015 (shortcuts).

    >>> add = Add(sources=("residual", "input"))
    >>> print(add.count(((64, 56, 56),) * 2, add.output((64, 56, 56), (64, 56, 56))).connections)
    2×64×56×56 = 401,408
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {"Add": {}, "sum": {}}
    OPERATIONS: ClassVar[LedgerFormulas] = {"merging": {"additions": COMBINED}}

    kind: Literal["add"] = "add"

    def merged(self, one: Scalar, other: Scalar) -> Scalar:
        """Their sum."""
        return one + other


class Multiply(Elementwise):
    """Multiplication: each unit is the product of the units at its place in several layers.

    (shape, shape, …) → shape

    A connection is a line from each of them; there are no weights. A size of 1 is repeated along its axis, as
    that of a gate for each channel. Refuses shapes that do not agree.

    Hu, Shen, Sun 2018 (squeeze and excitation).

    >>> Multiply().output((64, 7, 5), (64, 1, 1)).shape
    (64, 7, 5)
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {"Multiply": {}, "mul": {}}
    OPERATIONS: ClassVar[LedgerFormulas] = {"merging": {"multiplications": COMBINED}}

    kind: Literal["multiply"] = "multiply"

    def merged(self, one: Scalar, other: Scalar) -> Scalar:
        """Their product."""
        return one * other


class Concat(Merge):
    """Concatenation: the units of several layers, one layer behind the other along an axis.

    (channels, *size), (channels, *size), … → (sum of channels, *size)

    It forms no units and counts nothing. Refuses shapes that do not agree along the other axes.

    Szegedy et al. 2014; Huang et al. 2017.

    >>> joined = Concat().output((64, 28, 28), (128, 28, 28), (32, 28, 28))
    >>> print(*joined.shape, *joined.workings, sep="; ")
    224; 28; 28; 64 + 128 + 32 = 224
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        spelling: {} for spelling in ("Concat", "Concatenate", "concatenate", "cat")
    }
    FORMS_UNITS: ClassVar[bool] = False

    kind: Literal["concat"] = "concat"
    axis: Natural = Field(default=0, description="The axis along which they are joined; 0 is the channels.")

    @property
    def rule(self) -> str:
        """What must hold of the sizes."""
        return f"concatenated layers have equal sizes along every axis but axis {self.axis}"

    def output(self, *inputs: Shape) -> Output:
        """(channels, *size), … → (sum of channels, *size)."""
        self.check_inputs(inputs)
        first, rank = inputs[0], len(inputs[0])
        if self.axis >= rank:
            raise LayerError(
                f"axis is {self.axis:,}, but the layers have {plural(rank, 'axis')}",
                rule=f"it goes from 0, the channels, to {rank - 1}",
                hint="leave it out to join channels",
                field="axis",
            )
        for index, shape in enumerate(inputs):
            for axis in range(rank):
                if axis != self.axis and shape[axis] != first[axis]:
                    raise self.differ(inputs, axis, 0, index)
        joined = SIZE.total(tuple(Case({"size": shape[self.axis]}) for shape in inputs))
        sizes = (*first[: self.axis], joined.value, *first[self.axis + 1 :])
        return Output(sizes, (joined,), reaches="lost" if self.axis else ())

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """y = the blocks of values along the axis, of one layer after the other."""
        ranges = [range(0, len(tensor.values), prod(tensor.shape[self.axis :])) for tensor in inputs]
        values: list[Scalar] = []
        for starts in zip(*ranges, strict=True):
            for tensor, start, each in zip(inputs, starts, ranges, strict=True):
                values += tensor.values[start : start + each.step]
        joined = sum(tensor.shape[self.axis] for tensor in inputs)
        shape = inputs[0].shape
        return Tensor((*shape[: self.axis], joined, *shape[self.axis + 1 :]), values)
