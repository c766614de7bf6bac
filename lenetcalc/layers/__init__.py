"""Every kind of layer, found in the modules of this package: to add a kind is to add its class.

`KINDS` is the one list of them. Loading, the JSON Schema, the command line and the docs read it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any

from lenetcalc.layers.base import Layer


def _classes() -> Iterator[type[Layer]]:
    """The final classes of all modules, those that name a kind, in the order of modules."""
    for module in sorted(found.name for found in iter_modules(__path__)):
        for value in vars(import_module(f"{__name__}.{module}")).values():
            if isinstance(value, type) and issubclass(value, Layer) and kind_of(value):
                yield value


def kind_of(layer: type[Layer]) -> str | None:
    """The kind that a class stands for; `None` for an abstract one."""
    default = layer.model_fields["kind"].default
    return default if isinstance(default, str) else None


def _by_kind() -> Mapping[str, type[Layer]]:
    kinds: dict[str, type[Layer]] = {}
    for layer in _classes():
        kind = str(kind_of(layer))
        if kinds.get(kind, layer) is not layer:
            raise TypeError(f"{kind} is the kind of both {kinds[kind].__name__} and {layer.__name__}")
        kinds[kind] = layer
    return MappingProxyType(dict(sorted(kinds.items())))


KINDS: Mapping[str, type[Layer]] = _by_kind()
"""Every kind of layer, by name."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """A word for a kind: the class it names, the fields it sets, and those it only has a default for."""

    layer: type[Layer]
    presets: Mapping[str, Any]
    defaults: Mapping[str, Any]


def _by_spelling() -> Mapping[str, Spelling]:
    spellings = {kind: Spelling(layer, {}, {}) for kind, layer in KINDS.items()}
    for layer in KINDS.values():
        for word, presets in layer.SPELLINGS.items():
            if word in spellings:
                raise TypeError(f"{word!r} names both {spellings[word].layer.__name__} and {layer.__name__}")
            spellings[word] = Spelling(layer, presets, layer.DEFAULTS.get(word, {}))
    return MappingProxyType(spellings)


SPELLINGS: Mapping[str, Spelling] = _by_spelling()
"""Every word for a kind: its own name and those of other tools."""
