"""What kinds of layers there are, with their fields and formulas, as a report made from their classes."""

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any

from pydantic import BaseModel

from lenetcalc.formula import Formula
from lenetcalc.layers import KINDS
from lenetcalc.layers.base import GLOSSARY, Layer, field_words
from lenetcalc.layers.functions import FUNCTIONS, Activation
from lenetcalc.report.model import Column, Report, Table
from lenetcalc.schema import summary
from lenetcalc.text import harmless, listed

SCHEMA_VERSION = 1
"""The version of the JSON document."""

_FIELD_COLUMNS = (Column("Field"), Column("Default"), Column("Meaning", folds=True))


def kinds_report(kinds: Sequence[str] = ()) -> Report:
    """The kinds of layers, all or those named: what each is, its fields and its formulas."""
    chosen = {kind: KINDS[kind] for kind in kinds or sorted(KINDS)}
    tables = [table for layer in chosen.values() for table in _tables(layer)]
    symbols = sorted(
        {name for layer in chosen.values() for _, formula in formulas(layer) for name in formula.names}
    )
    tables.append(_common())
    if not kinds or any(map(_applies_functions, chosen.values())):
        tables.append(_functions())
    if symbols:
        meanings = ChainMap(*({**layer.SYMBOLS} for layer in chosen.values()), {**GLOSSARY})
        rows = tuple((name, meanings[name]) for name in symbols)
        tables.append(Table((Column("Symbol"), Column("Stands for", folds=True)), rows))
    return Report(
        title="Kinds of layers" if not kinds else f"Kind {', '.join(chosen)}",
        facts={},
        tables=tuple(tables),
        footer={},
        notes=(),
        document=lambda: {
            "document": "lenetcalc kinds",
            "schema_version": SCHEMA_VERSION,
            "kinds": [_document(kind, layer) for kind, layer in chosen.items()],
        },
    )


def formulas(layer: type[Layer]) -> Iterator[tuple[str, Formula]]:
    """The formulas of a kind, each with what it counts."""
    quantities = {
        "parameters": layer.PARAMETERS,
        "biases": layer.BIASES,
        "fixed": layer.FIXED,
        "buffers": layer.BUFFERS,
        "connections": layer.CONNECTIONS,
        "macs": layer.MACS,
    }
    yield from ((name, formula) for name, formula in quantities.items() if formula)
    for part, row in layer.OPERATIONS.items():
        yield from ((f"{part}: {operation}", formula) for operation, formula in row.items())


def _tables(layer: type[Layer]) -> Iterator[Table]:
    kind = str(layer.model_fields["kind"].default)
    own = [field for field in _fields(layer, layer.DEFAULTS) if field.attribute not in Layer.model_fields]
    spelled = f"Also {', '.join(layer.SPELLINGS)}." if layer.SPELLINGS else ""
    rows = [("kind", kind, spelled), *map(_row, sorted(own, key=lambda field: field.default != "required"))]
    yield Table(_FIELD_COLUMNS, tuple(rows), title=f"{kind}: {summary(layer)}")
    if counted := tuple((name, str(formula)) for name, formula in formulas(layer)):
        yield Table((Column("Counts"), Column("Formula", folds=True)), counted)


@dataclass(frozen=True, slots=True)
class _Field:
    """A field as a spec writes it."""

    attribute: str
    word: str
    synonyms: tuple[str, ...]
    default: str
    default_as: Mapping[str, str]
    description: str


def _fields(model: type[BaseModel], defaults: Mapping[str, Mapping[str, Any]]) -> list[_Field]:
    words = field_words(model).items()
    return [
        _Field(
            attribute,
            word,
            spelled[1:],
            "required" if field.is_required() else _default(field.default),
            {kind: _default(unsaid[word]) for kind, unsaid in defaults.items() if word in unsaid},
            field.description or "",
        )
        for (word, spelled), (attribute, field) in zip(words, model.model_fields.items(), strict=True)
    ]


def _default(value: object) -> str:
    match value:
        case None | ():
            return ""
        case bool():
            return str(value).lower()
    return harmless(value)


def _row(field: _Field) -> tuple[str, str, str]:
    also = f" Also {', '.join(field.synonyms)}." if field.synonyms else ""
    return field.word, field.default, field.description + also + _elsewhere(field.default_as)


def _elsewhere(default_as: Mapping[str, str]) -> str:
    """What a field is by default where the kind is spelled as another tool spells it."""
    kinds: dict[str, list[str]] = {}
    for kind, value in default_as.items():
        kinds.setdefault(value, []).append(kind)
    return "".join(f" By default {value} for {listed(each)}." for value, each in kinds.items())


def _common() -> Table:
    base: type[BaseModel] = Layer
    rows = tuple(_row(field) for field in _fields(base, {}) if field.attribute != "kind")
    return Table(_FIELD_COLUMNS, rows, title="every kind, beside kind")


def _applies_functions(layer: type[Layer]) -> bool:
    """Whether a kind is itself about an activation function."""
    own = layer.model_fields.keys() - Layer.model_fields.keys()
    return any(layer.model_fields[name].annotation is Activation for name in own)


def _functions() -> Table:
    columns = (Column("Function"), Column("Computes", folds=True), Column("Arguments"))
    rows = tuple(
        (
            function.name,
            function.definition,
            ", ".join(f"{name}: {_shown(value)}" for name, value in function.arguments.items()),
        )
        for function in FUNCTIONS.values()
    )
    return Table(columns, rows, title="activation functions")


def _shown(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.5g}"


def _document(kind: str, layer: type[Layer]) -> dict[str, Any]:
    return {
        "kind": kind,
        "summary": summary(layer),
        "description": cleandoc(layer.__doc__ or ""),
        "spellings": [*layer.SPELLINGS],
        "fields": [
            {
                "name": field.word,
                "synonyms": list(field.synonyms),
                "default": field.default,
                "default_as": dict(field.default_as),
                "description": field.description,
            }
            for field in _fields(layer, layer.DEFAULTS)
            if field.attribute != "kind"
        ],
        "formulas": {name: str(formula) for name, formula in formulas(layer)},
    }
