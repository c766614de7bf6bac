"""What is stated of a network, in its spec or in a policy, one statement at a time, each with its place."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import floor
from typing import Any, Protocol

from pydantic import BaseModel

from lenetcalc.analysis import Analysis
from lenetcalc.counting import Counted, conventions, counted_by
from lenetcalc.errors import Place
from lenetcalc.expectations import ELEMENT_SIZE
from lenetcalc.findings import Expectation, Finding, Share
from lenetcalc.measures import Measured, measured, measured_by
from lenetcalc.source import KEY, Path
from lenetcalc.text import harmless, listed, nearest

MOST_SHARES = 3
"""Layers that are named as those that contribute most."""

_NO_QUANTITIES = frozenset(
    {"conventions", "layers", "each_layer", "inputs", "input", "published", "source", "element_size"}
)


class Stated(Protocol):
    """A document that states something, and knows where."""

    def place(self, path: Path = ()) -> Place | None:
        """Where a value stands."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that is stated: of which layer, where it is not of the network, what, and where."""

    layer: str | None
    quantity: str
    value: Any
    path: Path
    convention: str | None = None

    @property
    def words(self) -> str:
        """The quantity in words."""
        if self.convention:
            known = conventions().get(self.convention)
            return known.title if known else harmless(self.convention)
        return "MACs" if self.quantity == "macs" else self.quantity.replace("_", " ")

    @property
    def about(self) -> str:
        """What it is about: ``C3: parameters``."""
        return f"{harmless(self.layer)}: {self.words}" if self.layer is not None else self.words

    @property
    def verb(self) -> str:
        """What joins the words to a number."""
        noun = self.words.partition(" of ")[0]
        return "are" if noun.endswith("s") else "is"


def stated(model: BaseModel, layer: str | None, path: Path) -> Iterator[Statement]:
    """What one mapping states of a layer or of the network."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if name not in _NO_QUANTITIES and value is not None:
            yield Statement(layer, name, value, (*path, name))
    for name, value in getattr(model, "conventions", {}).items():
        yield Statement(layer, "conventions", value, (*path, "conventions", name), name)


def statements(model: Any, path: Path, names: Collection[str]) -> Iterator[Statement]:
    """What ``expect:`` or ``budget:`` states of the network, and of those of its ``names`` that are named."""
    yield from stated(model, None, path)
    for name, figures in model.layers.items():
        if name in names:
            yield from stated(figures, name, (*path, "layers", name))


@dataclass
class Measures:
    """A network that is measured as statements ask for; what a convention counts is worked out once."""

    analysis: Analysis
    file: str
    element_size: int = ELEMENT_SIZE
    counted: dict[str, Counted] = field(default_factory=dict)

    def of(self, statement: Statement) -> Measured:
        """The quantity that a statement is about; its layer and convention are known."""
        if statement.convention is None:
            return measured(
                self.analysis, statement.layer, statement.quantity, element_size=self.element_size
            )
        if statement.convention not in self.counted:
            known = conventions()[statement.convention]
            (self.counted[statement.convention],) = counted_by(self.analysis, [known])
        return measured_by(self.analysis, statement.layer, self.counted[statement.convention])

    def count(self, statement: Statement) -> int:
        """A quantity that is one whole number."""
        (value,) = self.of(statement).values
        return int(value or 0)

    def unknown_layers(self, model: Any, path: Path, document: Stated) -> Iterator[Expectation]:
        """The layers that ``expect:`` or ``budget:`` names and that there are not."""
        for name in model.layers:
            statement = Statement(name, "layers", None, (*path, "layers", name))
            if wrong := self.unknown(statement, document, (*statement.path, KEY)):
                yield Expectation(f"there is a layer {harmless(name)}", wrong.place, wrong)

    def unknown(self, statement: Statement, document: Stated, at: Path) -> Finding | None:
        """What is wrong with a statement about a layer that there is not, which is named ``at`` a path."""
        layer = statement.layer
        if layer is None or layer in self.names:
            return None
        near = nearest(layer, self.names, most=5_000)
        hint = f"did you mean {harmless(near)}?" if near else f"its layers are {listed(self.names, most=9)}"
        message = f"{statement.path[0]} names {harmless(layer)}: there is no layer of that name"
        return self.finding("unknown-layer", message, statement, document, at=at, hint=hint)

    def unknown_convention(self, statement: Statement, document: Stated) -> Finding | None:
        """What is wrong with a statement under a convention that there is not."""
        convention = statement.convention
        if convention is None or convention in conventions():
            return None
        near = nearest(convention, conventions())
        hint = f"did you mean {near}?" if near else f"known are {listed(conventions())}"
        message = f"{statement.path[0]} names {harmless(convention)}: there is no convention of that name"
        at = (*statement.path, KEY)
        return self.finding("unknown-convention", message, statement, document, at=at, hint=hint)

    @cached_property
    def names(self) -> Collection[str]:
        """The names of layers, and of blocks and chains that have some."""
        graph = self.analysis.graph
        names = dict.fromkeys(record.name for record in self.analysis.layers)
        names |= dict.fromkeys(name for name in graph.blocks if graph.meant(name).startswith(f"{name}."))
        chains = graph.outputs.keys() - graph.blocks.keys()
        return names | dict.fromkeys(name for name in sorted(chains) if graph.outputs[name] in names)

    def finding(
        self,
        rule: str,
        message: str,
        statement: Statement,
        document: Stated,
        at: Path | None = None,
        **more: Any,
    ) -> Finding:
        """A finding about a statement, at its place or another."""
        return Finding(
            rule,
            message,
            self.where(document, at or statement.path),
            self.file,
            path=statement.path,
            layer=statement.layer,
            quantity=statement.convention or statement.quantity,
            **more,
        )

    def where(self, document: Stated, path: Path) -> Place:
        """Where a value of a document stands; the network's file where the document was read from none."""
        return document.place(path) or Place(self.file)

    def shares(self, found: Measured) -> tuple[Share, ...]:
        """The layers that contribute most, with their places."""
        return tuple(
            [Share(name, value, self.places.get(name)) for name, value in found.shares[:MOST_SHARES]]
        )

    @cached_property
    def places(self) -> Mapping[str, Place | None]:
        """Where every layer stands."""
        spec = self.analysis.spec
        return {node.name: spec.place(node.path) for node in self.analysis.graph.nodes}


def number(value: int | Fraction, quantity: str) -> str:
    """A number of a quantity as it is shown."""
    return f"{decimal(value)} bytes" if quantity.endswith("_memory") else decimal(value)


def decimal(value: int | Fraction) -> str:
    """A number with thousands marked, and at most two decimals.

    >>> decimal(1228), decimal(Fraction(12288, 10)), decimal(Fraction(1, 3))
    ('1,228', '1,228.8', '0.33')
    """
    hundredths = floor(value * 100 + Fraction(1, 2))
    whole, rest = divmod(hundredths, 100)
    return f"{whole:,}" + (f".{rest:02}".rstrip("0") if rest else "")
