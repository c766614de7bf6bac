"""What every kind of layer is: a frozen record of its fields, with its rules as formulas beside them."""

from abc import abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import gcd
from typing import Any, ClassVar, Literal, TypeAlias

from pydantic import AliasChoices, BaseModel, Field

from lenetcalc.errors import LayerError
from lenetcalc.formula import Formula, Working
from lenetcalc.layers.fields import RECORD, Flag, Names, Repeat, Text
from lenetcalc.layers.functions import Activated, Activation
from lenetcalc.ledger import NOTHING, Counts, LedgerFormulas, Part, ledger, merged
from lenetcalc.notation import Case, Symbols
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Reach, Reaches, Shape, Window
from lenetcalc.tensors import Tensor
from lenetcalc.text import an, listed, plural

Shapes: TypeAlias = tuple[Shape, ...]
"""The shapes of a layer's inputs, in the order of ``from:``."""

GLOSSARY: Mapping[str, str] = {
    "Σ": "the sum over several cases, whose numbers stand here in turn: with a table, one for all output "
    "maps that read equally many input maps",
    "bias": "1 with a bias, 0 without",
    "channels": "maps, or channels, of the output",
    "empty_windows": "windows without any input unit, which lie wholly on padding",
    "filters": "output maps",
    "groups": "groups that the channels are divided into",
    "in_channels": "maps, or channels, of the input; with a table, those that an output map reads",
    "inputs": "units of the input",
    "kernel": "taps of the window: the product of its sizes",
    "outside_taps": "taps, over all stops of the window, that fall on padding, or on what a transposed "
    "convolution cuts off, and so join no units",
    "positions": "stops of the window: the product of the output's sizes",
    "real_taps": "taps, over all stops of the window, that fall on the map",
    "stops": "stops of the window, over all axes",
    "units": "units of the output",
}
"""What the symbols of the formulas stand for."""

SIZES: Mapping[str, str] = {
    "Σ": "the sum over all inputs, whose sizes stand here in turn",
    "after": "positions added, or cut off, at the end of the axis",
    "before": "positions added, or cut off, at the beginning of the axis",
    "clipped": "1 where a last window would start behind the map and is left out, 0 elsewhere",
    "dilation": "positions from one tap of the window to the next",
    "factor": "how many times larger the output is",
    "inputs": "units of the input",
    "kernel": "taps of the window along the axis",
    "known": "the product of the sizes that are stated",
    "output_padding": "positions that the output has more at its end",
    "padding": "zeros at both ends together; of a transposed convolution, what is cut off there",
    "size": "size of the input along the axis",
    "span": "positions from the first tap of the window to the last, both included",
    "stride": "positions from one stop of the window to the next",
}
"""What the symbols stand for in the formulas of an output's sizes, axis by axis."""


@dataclass(frozen=True, slots=True)
class Output:
    """The shape of a layer's output, the working of its sizes, and what a reader should know of it.

    ``windows`` are those that made it, one an axis, for the counts of the layer. ``reaches`` says how far
    each unit reaches into the input: that of the windows where it is not given.
    """

    shape: Shape
    workings: tuple[Working, ...] = ()
    notes: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()
    reaches: Reaches = ()

    def __post_init__(self) -> None:
        """Take the reach of the windows where no other is given."""
        if self.windows and self.reaches == ():
            object.__setattr__(self, "reaches", tuple([window.reach for window in self.windows]))


Role: TypeAlias = Literal["weight", "bias", "fixed", "mean", "variance"]
"""What numbers that a layer keeps are for: to be multiplied, added, or the statistics of a normalisation."""


@dataclass(frozen=True, slots=True)
class Weight:
    """An array of numbers that a layer keeps: its shape, and what it is for."""

    shape: Shape
    role: Role = "weight"


Weights: TypeAlias = Mapping[str, Iterable[Any]]
"""The values of a layer's weights by name: of a vector its values, of an array the values of each row."""


def known(reaches: Iterable[Reach | None]) -> Reaches:
    """The reach along each axis; lost where one of them is not known."""
    several = tuple(reaches)
    found = tuple([reach for reach in several if reach is not None])
    return found if len(found) == len(several) else "lost"


def called(name: str, *synonyms: str) -> AliasChoices:
    """The words that a spec may use for a field: ours first, then those of other tools."""
    return AliasChoices(name, *synonyms)


@cache
def field_words(model: type[BaseModel]) -> Mapping[str, tuple[str, ...]]:
    """The fields of a model by the name that a spec gives them, each with every word for it."""
    words = {}
    for name, field in model.model_fields.items():
        alias = field.validation_alias
        spelled = alias if isinstance(alias, str) else name
        choices = getattr(alias, "choices", [spelled])
        words[str(choices[0])] = tuple(map(str, choices))
    return words


class Layer(BaseModel):
    """One layer of a network: its fields are what a spec may say, its class attributes how it is counted.

    A kind states the formulas of its parameters, the biases among them, fixed weights, buffers, connections,
    MACs and elementary operations; `cases` gives the numbers to put in them. A formula that is `None` is a
    quantity the kind does not have.
    """

    model_config = RECORD

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """Other words for the kind, those of PyTorch and Keras among them, each with the fields that it sets."""

    DEFAULTS: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """What the words of other tools leave unsaid: the fields that have another default there than here."""

    INSTEAD: ClassVar[Mapping[str, str]] = {}
    """Words that are no kind, because several layers of this one stand for them: what to write instead."""

    FIELDS_INSTEAD: ClassVar[Mapping[str, str]] = {}
    """Fields of other tools that the kind does not have: what to write instead."""

    MERGES: ClassVar[bool] = False
    """Whether the kind reads several layers."""

    FORMS_UNITS: ClassVar[bool] = True
    """Whether the outputs are units of their own, not those of the layer before in another form."""

    COPIES: ClassVar[bool] = True
    """Whether the output takes memory of its own, rather than being the input seen in another way."""

    SYMBOLS: ClassVar[Mapping[str, str]] = {}
    """What the symbols of the kind's formulas stand for, beside those of the glossary."""

    PARAMETERS: ClassVar[Formula | None] = None
    BIASES: ClassVar[Formula | None] = None
    FIXED: ClassVar[Formula | None] = None
    BUFFERS: ClassVar[Formula | None] = None
    CONNECTIONS: ClassVar[Formula | None] = None
    MACS: ClassVar[Formula | None] = None
    OPERATIONS: ClassVar[LedgerFormulas] = {}

    PART: ClassVar[Part] = "weights"
    """What the kind's operations are for, those apart that a bias or a weight takes part in."""

    kind: str
    name: Text | None = Field(
        default=None,
        description="What to call the layer; the type that reports show and a number where not given.",
    )
    sources: Names = Field(
        default=(),
        validation_alias="from",
        description="The layer or layers it reads; the one before it where not given.",
    )
    activation: Activated | None = Field(
        default=None, description="A function applied to every unit of the output."
    )

    repeat: Repeat | None = Field(
        default=None, description="How often it stands, each reading the one before; the names are numbered."
    )

    @property
    def label(self) -> str:
        """What a report calls the kind."""
        return self.kind

    @property
    def rules(self) -> Hashable:
        """All that the output and the counts depend on, beside the inputs: layers equal in it are alike."""
        fields = self.__dict__.items()
        return (type(self), *[value for field, value in fields if field not in ("name", "sources", "repeat")])

    @abstractmethod
    def output(self, *inputs: Shape) -> Output:
        """The shape that the layer makes of its inputs'; raises `LayerError` where it can make none."""

    def cases(self, inputs: Shapes, output: Output) -> tuple[Symbols, ...]:
        """The numbers to put in the formulas; several where a count is a sum over groups of maps."""
        return ()

    def weights(self, inputs: Shapes) -> Mapping[str, Weight]:
        """The arrays of numbers that the layer keeps, by the names that PyTorch gives them."""
        return {}

    @abstractmethod
    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """What the layer computes, by its definition, without its activation.

        It shares no rule with the shape and the counts, which it is there to judge.
        """

    def spelled(self, field: str) -> Any:
        """The value of a field as a spec may write it: by its name where the kind knows one for it."""
        return getattr(self, field)

    def effective(self, field: str, inputs: Shapes) -> Hashable:
        """What the value of a field comes to on inputs: the same of two that mean the same, as 3 and 3x3."""
        value: Hashable = getattr(self, field)
        return value.effective if isinstance(value, Activation) else value

    def read_maps(self) -> tuple[tuple[int, ...], ...]:
        """For every output map the input maps that a table lets it read; nothing where there is no table."""
        return ()

    def narrowed(self, inputs: Shapes, few: int) -> tuple["Layer", Shapes]:
        """The layer and its inputs with at most so few channels, to be run where it is too large.

        What differs from channel to channel, as groups do, must be left as it is.
        """
        return self, tuple([(min(shape[0], few), *shape[1:]) for shape in inputs])

    def amounts(self, inputs: Shapes, output: Shape, counts: Counts) -> Mapping[str, int]:
        """What conventions count of the layer beside its counts; without a window its lines are taps."""
        lines = counts.connections.value
        return {"windows": lines, "averaged": lines, "sides": lines}

    def repairs(self) -> Iterator[tuple[str, "Layer"]]:
        """Changes, each with how to write it, that let smaller maps through."""
        return iter(())

    def count(self, inputs: Shapes, output: Output) -> Counts:
        """Everything that is counted in the layer, its activation included."""
        cases = tuple(map(Case, self.cases(inputs, output)))
        parameters, operations = _work(self.PARAMETERS, cases), ledger(self.OPERATIONS, cases)
        if self.activation:
            parameters = parameters + self.activation.parameters(output.shape)
            operations = merged(operations, self.activation.operations(output.shape))
        return Counts(
            parameters=parameters,
            biases=_work(self.BIASES, cases),
            fixed=_work(self.FIXED, cases),
            buffers=_work(self.BUFFERS, cases),
            connections=_work(self.CONNECTIONS, cases),
            macs=_work(self.MACS, cases),
            operations=operations,
        )


class Biased(Layer):
    """A layer with weights, and a trainable bias unless it is told to have none."""

    bias: Flag = Field(
        default=True,
        validation_alias=called("bias", "use_bias", "bias_term"),
        description="Whether there is a trainable bias.",
    )


def spatial_size(kind: str, shape: Shape) -> Shape:
    """The sizes of maps along their axes; raises `LayerError` for units in a row."""
    if len(shape) == 1:
        raise LayerError(
            f"{an(f'{kind} layer')} reads maps, but its input is a row of {plural(shape[0], 'unit')}",
            rule="it needs channels and at least one spatial axis",
            hint="put it before the flatten or dense layer, or reshape the row into maps",
        )
    return shape[1:]


def check_axes(field: str, value: object, rank: int) -> None:
    """Refuse a field with a number for each axis where the maps have another number of axes."""
    if isinstance(value, tuple) and len(value) != rank:
        raise LayerError(
            f"{field} has {plural(len(value), 'number')}, but the maps have {plural(rank, 'axis')}",
            rule="it needs one number for all axes or one for each, channels apart",
            hint=f"write {field} with {plural(rank, 'number')}, or one for all",
            field=field,
        )


def few_a_group(inputs: Shapes, groups: int, few: int) -> Shapes:
    """The one input of a layer with at most so few channels in each group."""
    ((channels, *size),) = inputs
    return ((groups * min(channels // groups, few), *size),)


def check_groups(groups: int, divided: Mapping[str, int], *, hint: str = "") -> None:
    """Refuse groups that do not divide each of some numbers, which stand under what they count."""
    for what, number in divided.items():
        if number % groups:
            raise LayerError(
                f"groups {groups:,} do not divide {plural(number, what)}",
                rule=f"each group has equally many {listed(f'{each}s' for each in divided)}",
                hint=hint or f"groups may be {_common_divisors([*divided.values()])}",
                field="groups",
            )


def _common_divisors(numbers: Sequence[int]) -> str:
    """The first numbers that divide all of some others, among those below 1,000."""
    common = gcd(*numbers)
    return listed([number for number in range(1, 1000) if not common % number], last="or", most=8)


def _work(formula: Formula | None, cases: tuple[Case, ...]) -> Working:
    return formula.total(cases) if formula else NOTHING
