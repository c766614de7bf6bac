"""From a file to a validated `NetworkSpec`, or to every fault found in it, each with its place."""

from collections.abc import Mapping
from itertools import islice
from pathlib import Path as FilePath
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from lenetcalc.errors import MOST_FAULTS, Fault, Place, SpecError
from lenetcalc.network import VERSION, NetworkSpec
from lenetcalc.policy import POLICY, POLICY_VERSION, Policy
from lenetcalc.source import KEY, MOST_BYTES, Source, parse
from lenetcalc.text import harmless, nearest
from lenetcalc.validation import by_place, empty_fields, received, validation_faults

SPEC: Final = "lenetcalc"
"""The key that a spec begins with."""

Model = TypeVar("Model", bound=BaseModel)

MOST_LAYERS = 10_000
"""Layers that a file may write out; a `NetworkSpec` made in Python may have more."""

_SPECS = (FilePath(__file__).parent / "specs", FilePath(__file__).parent.parent / "specs")


def load(spec: str | FilePath) -> NetworkSpec:
    """Read a network from a file, or one of the packaged networks by its name.

    >>> load("lenet5").layers[0].name
    'C1'

    Raises:
        SpecError: the file cannot be read, or is no valid spec; with every independent fault.
    """
    path = find(spec)
    return loads(read(path), file=str(path))


def read(path: FilePath) -> bytes:
    """What stands in a file, as far as a spec may be long; raises `SpecError` where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _unreadable(path, error) from None


def _unreadable(path: str | FilePath, error: Exception) -> SpecError:
    reason = (getattr(error, "strerror", None) or str(error)).lower()
    return SpecError([Fault(f"the file cannot be read: {reason}", place=Place(str(path)))])


def loads(text: str | bytes, *, file: str = "<text>") -> NetworkSpec:
    """Read a network from a text; ``file`` is what errors call it.

    >>> loads("{lenetcalc: 1, input: 784, layers: [{kind: dense, units: 10}]}").inputs
    {'input': (784,)}

    Raises:
        SpecError: the text is no valid spec; with every independent fault.
    """
    source = parse(text, file)
    if fault := _head_fault(source, SPEC) or _too_many_layers(source):
        raise SpecError([fault])
    return _validated(NetworkSpec, source)


def loads_policy(text: str | bytes, *, file: str = "<text>") -> Policy:
    """Read a policy from a text; ``file`` is what errors call it.

    >>> loads_policy("{lenetcalc-policy: 1, specs: lenet5, budget: {macs: {max: 1M}}}").specs
    ('lenet5',)

    Raises:
        SpecError: the text is no valid policy; with every independent fault.
    """
    source = parse(text, file)
    if fault := _head_fault(source, POLICY):
        raise SpecError([fault])
    return _validated(Policy, source)


def _validated(model: type[Model], source: Source) -> Model:
    """A document as a model; raises `SpecError` with every fault."""
    empty = [*islice(empty_fields(source, (), source.data), MOST_FAULTS)]
    try:
        found = model.model_validate(source.data, context=source, by_alias=True, by_name=False)
    except ValidationError as error:
        told = {fault.place for fault in empty}
        others = [fault for fault in validation_faults(error, source) if fault.place not in told]
        raise SpecError(by_place([*empty, *others])) from None
    if empty:
        raise SpecError(empty)
    return found


def packaged() -> Mapping[str, FilePath]:
    """The networks that come with lenetcalc, by name."""
    folder = next((folder for folder in _SPECS if folder.is_dir()), None)
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))} if folder else {}


def find(spec: str | FilePath) -> FilePath:
    """The file that a path or the name of a packaged network means; raises `SpecError` where it is none."""
    try:
        return _found(spec)
    except SpecError:
        raise
    except (OSError, ValueError) as error:  # a name that is too long, or with a NUL
        raise _unreadable(spec, error) from None


def _found(spec: str | FilePath) -> FilePath:
    path = FilePath(spec)
    names = packaged()
    if str(spec) in names and not path.is_file():
        return names[str(spec)]
    if path.is_dir():
        fault = Fault("this is a directory", "a spec is a file", "name the file in it", Place(str(spec)))
        raise SpecError([fault])
    if not path.exists():
        near = nearest(path.stem, names)
        hint = f"did you mean {near}?" if near else f"packaged are {', '.join(names)}"
        fault = Fault(
            "there is no such file, and no packaged network of that name", hint=hint, place=Place(str(spec))
        )
        raise SpecError([fault])
    return path


def _too_many_layers(source: Source) -> Fault | None:
    for path in (("layers",), ("expect", "layers"), ("budget", "layers")):
        layers = source.data
        for step in path:
            layers = layers.get(step) if isinstance(layers, dict) else None
        if isinstance(layers, list | dict) and len(layers) > MOST_LAYERS:
            rule = f"a spec has at most {MOST_LAYERS:,}"
            return Fault(f"there are {len(layers):,} layers", rule, place=source.place(path))
    return None


_DOCUMENTS: Mapping[str, tuple[str, str, int]] = {
    SPEC: ("spec", "lenetcalc, input and layers", VERSION),
    POLICY: ("policy", "lenetcalc-policy, specs and expect or budget", POLICY_VERSION),
}
"""By the key that a document begins with: what it is, what it holds, and the version that is read."""


def _head_fault(source: Source, key: str) -> Fault | None:
    """What is wrong where a document should say, before all else, what it is and of which version."""
    what, holds, known = _DOCUMENTS[key]
    data, hint = source.data, f"write {key}: {known} in its first line"
    if not isinstance(data, dict):
        rule = f"a {what} is a mapping with {holds}"
        return Fault(f"the document is {received(data)}", rule, hint, source.place())
    if key not in data:
        return Fault(
            f"this does not say that it is a {what}", "it needs the schema's version", hint, source.place()
        )
    first = next(iter(data))
    if first != key:
        rule = f"a {what} begins with the schema's version, so that tools tell it from other YAML"
        place = source.place((key, KEY))
        return Fault(f"{harmless(first)} stands before {key}", rule, hint, place)
    version = data[key]
    if type(version) is not int or version != known:
        rule = f"this release reads version {known} of the schema"
        return Fault(f"{key} is {received(version)}", rule, hint, source.place((key,)))
    return None
