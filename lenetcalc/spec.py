"""From a file to a validated `NetworkSpec`, or to every fault found in it, each with its place."""

from collections.abc import Mapping
from itertools import islice
from pathlib import Path as FilePath

from pydantic import ValidationError

from lenetcalc.errors import MOST_FAULTS, Fault, Place, SpecError
from lenetcalc.network import VERSION, NetworkSpec
from lenetcalc.source import KEY, MOST_BYTES, Source, parse
from lenetcalc.text import harmless, nearest
from lenetcalc.validation import by_place, empty_fields, received, validation_faults

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
    try:
        path = find(spec)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except SpecError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise SpecError([Fault(f"the file cannot be read: {reason}", place=Place(str(spec)))]) from None
    return loads(content, file=str(path))


def loads(text: str | bytes, *, file: str = "<text>") -> NetworkSpec:
    """Read a network from a text; ``file`` is what errors call it.

    >>> loads("{lenetcalc: 1, input: 784, layers: [{kind: dense, units: 10}]}").inputs
    {'input': (784,)}

    Raises:
        SpecError: the text is no valid spec; with every independent fault.
    """
    source = parse(text, file)
    if fault := _head_fault(source) or _too_many_layers(source):
        raise SpecError([fault])
    empty = [*islice(empty_fields(source, (), source.data), MOST_FAULTS)]
    try:
        spec = NetworkSpec.model_validate(source.data, context=source, by_alias=True, by_name=False)
    except ValidationError as error:
        told = {fault.place for fault in empty}
        others = [fault for fault in validation_faults(error, source) if fault.place not in told]
        raise SpecError(by_place([*empty, *others])) from None
    if empty:
        raise SpecError(empty)
    return spec


def packaged() -> Mapping[str, FilePath]:
    """The networks that come with lenetcalc, by name."""
    folder = next((folder for folder in _SPECS if folder.is_dir()), None)
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))} if folder else {}


def find(spec: str | FilePath) -> FilePath:
    """The file that a path or the name of a packaged network means."""
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
    expect = source.data.get("expect")
    for path, layers in (
        (("layers",), source.data.get("layers")),
        (("expect", "layers"), expect.get("layers") if isinstance(expect, dict) else None),
    ):
        if isinstance(layers, list | dict) and len(layers) > MOST_LAYERS:
            rule = f"a spec has at most {MOST_LAYERS:,}"
            return Fault(f"there are {len(layers):,} layers", rule, place=source.place(path))
    return None


def _head_fault(source: Source) -> Fault | None:
    """What is wrong where a document should say, before all else, that it is a spec and of which version."""
    data, hint = source.data, f"write lenetcalc: {VERSION} in its first line"
    if not isinstance(data, dict):
        rule = "a spec is a mapping with lenetcalc, input and layers"
        return Fault(f"the document is {received(data)}", rule, hint, source.place())
    if "lenetcalc" not in data:
        return Fault(
            "this does not say that it is a spec", "it needs the schema's version", hint, source.place()
        )
    first = next(iter(data))
    if first != "lenetcalc":
        rule = "a spec begins with the schema's version, so that tools tell it from other YAML"
        place = source.place(("lenetcalc", KEY))
        return Fault(f"{harmless(first)} stands before lenetcalc", rule, hint, place)
    version = data["lenetcalc"]
    if type(version) is not int or version != VERSION:
        rule = f"this release reads version {VERSION} of the schema"
        return Fault(f"lenetcalc is {received(version)}", rule, hint, source.place(("lenetcalc",)))
    return None
