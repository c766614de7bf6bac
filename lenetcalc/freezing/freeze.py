"""The figures of a network written into its spec: those stated under ``expect:``, or all where none are.

Only numbers that differ change, at their places in the text; comments, order, quotes and line ends stay.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pydantic_core import PydanticCustomError

from lenetcalc.analysis import Analysis
from lenetcalc.counting import Counted, conventions, counted
from lenetcalc.errors import MOST_FAULTS, Fault, SpecError
from lenetcalc.expectations import ELEMENT_SIZE
from lenetcalc.figures import Figure, read_bytes, read_figure, reprinted
from lenetcalc.freezing.insertion import Tree, added, below, shape
from lenetcalc.freezing.splicing import BLOCK, SCALAR_BLOCKS, Edit, Span, SpannedText, spliced
from lenetcalc.layers.fields import read_shape
from lenetcalc.measures import FIELDS, measured, measured_by, shape_of
from lenetcalc.source import MOST_DIGITS, Path
from lenetcalc.spec import loads
from lenetcalc.text import harmless, listed, nearest, times
from lenetcalc.validation import received

Value: TypeAlias = int | tuple[int, ...]
"""What a figure is about: a number, or one for each axis."""

Correction: TypeAlias = Sequence[Edit]
"""What makes one figure right: nothing where it is."""

UNTOUCHED = ("source", "published", "element_size")
"""What stands under ``expect:`` and is no figure of the network's own."""

IN_BYTES = ("weight_memory", "peak_memory")
"""The quantities that are bytes."""

MARK = "\ufeff"
"""The byte order mark that a text may begin with."""

MOST_KNOWN = 5_000
"""Names of layers among which the one that was meant is looked for."""

_TOTALS = ("parameters", "fixed", "buffers", "connections", "macs")
_TOTALS_THOUGH_0 = ("parameters", "connections", "macs")
_OF_LAYERS = ("output", "parameters", "fixed", "connections", "macs")


@dataclass(frozen=True, slots=True)
class Frozen:
    """A spec with its figures: the text, how many figures were written and how many were as they are."""

    text: str
    written: int
    kept: int


def freeze(text: str, analysis: Analysis, *, layers: bool = False) -> Frozen:
    """Write into the text of a spec what its analysis has; on request of every layer.

    >>> from lenetcalc.analysis import analyze
    >>> text = "{lenetcalc: 1, input: 4, layers: [{kind: dense, units: 2}], expect: {parameters: 8}}"
    >>> freeze(text, analyze(loads(text))).text[-25:]
    'expect: {parameters: 10}}'

    Raises:
        SpecError: a figure cannot be stated, or the spec has no room for it.
    """
    bare = text.removeprefix(MARK)
    document = SpannedText.read(bare)
    corrections = [*_corrections(document, analysis)]
    new, at, levels = _insertions(document, analysis, layers=layers)
    edits = [edit for correction in corrections for edit in correction]
    if new:
        if document.broken_off:
            fault = Fault("the file breaks off within a text", "", "end its last line", analysis.spec.place())
            raise SpecError([fault])
        edits += added(document, at, new, levels=levels, lists=_lists(document))
    written = spliced(bare, edits)
    _prove(document, written, analysis, added=bool(new))
    right = sum(not correction for correction in corrections)
    return Frozen(text[: len(text) - len(bare)] + written, len(corrections) - right + _figures(new), right)


@dataclass(frozen=True)
class Computed:
    """What a network has where figures are stated; what conventions count is worked out once."""

    analysis: Analysis
    counts: dict[str, Counted] = field(default_factory=dict)

    def at(self, path: Path) -> Sequence[Value]:
        """What a figure at a path under ``expect:`` may state: one value or several, or none that is whole.

        Raises:
            KeyError: there is no such layer or convention.
        """
        layer, names = (str(path[2]), path[3:]) if path[1] == "layers" else (None, path[1:])
        quantity = str(names[-1])
        if len(names) > 1:
            found = measured_by(self.analysis, layer, self._counted(quantity))
            values = () if found.lower_bound else (*found.values, found.also)
            return [value for value in values if isinstance(value, int)]
        if quantity == "output":
            return shape_of(self.analysis, layer)
        expect = self.analysis.spec.expect
        size = expect.element_size if expect else ELEMENT_SIZE
        values = measured(self.analysis, layer, quantity, element_size=size).values
        whole = [value for value in values if isinstance(value, int)]
        if quantity in FIELDS:
            return [tuple(whole)] if whole and len(whole) == len(values) else []
        return whole

    def _counted(self, convention: str) -> Counted:
        if convention not in self.counts:
            self.counts[convention] = counted(self.analysis, conventions()[convention])
        return self.counts[convention]


def stated(data: Mapping[str, Any], path: Path = ("expect",)) -> Iterator[Path]:
    """Where figures stand under ``expect:``, those of layers among them."""
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield from stated(value, (*path, key))
        elif len(path) > 1 or key not in UNTOUCHED:
            yield (*path, key)


def _corrections(document: SpannedText, analysis: Analysis) -> Iterator[Correction]:
    """What makes each stated figure right; raises `SpecError` where some cannot be."""
    faults: list[Fault] = []
    network = Computed(analysis)
    for path in stated(document.data.get("expect", {})):
        try:
            yield [*_correction(document, path, _values(network, path))]
        except _UnstatableError as error:
            name = str(path[2]) if path[1] == "layers" else None
            fault = f"{harmless(path[-1])} is {received(document[path])}"
            faults.append(Fault(fault, str(error), error.hint, analysis.spec.place(path), name))
            if len(faults) > MOST_FAULTS:
                break
    if faults:
        raise SpecError(faults)


class _UnstatableError(Exception):
    """Why a figure cannot be made right, and what to do."""

    def __init__(self, why: str, hint: str = "") -> None:
        super().__init__(why)
        self.hint = hint


def _values(network: Computed, path: Path) -> Sequence[Value]:
    """What a figure may state; raises `_UnstatableError` where there is no such layer or convention."""
    try:
        return network.at(path)
    except KeyError:
        pass
    named = path[3:] if path[1] == "layers" else path[1:]
    if named[0] == "conventions" and str(path[-1]) not in conventions():
        what, name, known = "convention", str(path[-1]), [*conventions()]
    else:
        what, name, known = "layer", str(path[2]), [record.name for record in network.analysis.layers]
    near = nearest(name, known, most=MOST_KNOWN)
    hint = f"did you mean {harmless(near)}?" if near else "take it away"
    raise _UnstatableError(f"there is no {what} of that name", hint)


def _correction(document: SpannedText, path: Path, values: Sequence[Value]) -> Iterator[Edit]:
    """What makes a figure one of the values that it may state."""
    figure = document[path]
    if not values:
        raise _UnstatableError("the network has no whole number for it", "take it away")
    numbers = [value for value in values if isinstance(value, int)]
    shapes = [value for value in values if isinstance(value, tuple)]
    if numbers:
        read = read_bytes if path[-1] in IN_BYTES else read_figure
        printed = read(figure)
        if not any(map(printed.rounds_to, numbers)):
            number = min(numbers, key=lambda number: abs(number - printed.value))
            yield _scalar(document, path, _reprinted(printed, number, read))
    elif _sizes(figure, path, shapes[0]) not in shapes:
        if len(shapes) > 1:
            raise _UnstatableError(f"the network's are {listed(map(times, shapes))}", "write one of them")
        yield from _reshaped(document, path, shapes[0])


def _reprinted(printed: Figure, number: int, read: Callable[[object], Figure]) -> str:
    """A number in the form of a figure, in full where no such figure stands for it, as of bytes 0.3KiB."""
    text = reprinted(printed, number)
    try:
        return text if text.isdecimal() or read(text).rounds_to(number) else str(number)
    except PydanticCustomError:
        return str(number)


def _sizes(figure: Any, path: Path, along: Sequence[int]) -> tuple[int, ...]:
    """Sizes that are stated; one number may stand for all axes."""
    sizes = read_shape(figure)
    return sizes * len(along) if path[-1] in FIELDS and isinstance(figure, int) else sizes


def _reshaped(document: SpannedText, path: Path, sizes: tuple[int, ...]) -> Iterator[Edit]:
    """Other sizes in the form in which some are stated."""
    figure = document[path]
    if isinstance(figure, list):
        yield from _in_list(document, path, sizes)
        return
    number = isinstance(figure, int)
    if number and path[-1] in FIELDS and len({*sizes}) == 1:
        sizes = sizes[:1]
    sign = "×" if "×" in str(figure) else "x"
    yield _scalar(document, path, shape(sizes, lists=number and document.json, sign=sign))


def _scalar(document: SpannedText, path: Path, text: str) -> Edit:
    """Another text for a scalar, in its quotes but where it is a whole number."""
    span = document.spans[path]
    if span.style in SCALAR_BLOCKS:
        raise _UnstatableError("it is written as a block of text", "write it in one line")
    if text.isdecimal() and len(text) > MOST_DIGITS:
        raise _UnstatableError(
            f"the network's has {len(text)} digits, and a spec states at most {MOST_DIGITS}"
        )
    quotes = "" if text.isdecimal() else span.style
    return Edit(span.start, span.end, f"{quotes}{text}{quotes}")


def _in_list(document: SpannedText, path: Path, sizes: Sequence[int]) -> Iterator[Edit]:
    """Other sizes in a list, which may be longer or shorter than it was."""
    figure, span = document[path], document.spans[path]
    for index, (size, other) in enumerate(zip(figure, sizes, strict=False)):
        if size != other:
            yield _scalar(document, (*path, index), str(other))
    last = document.spans[(*path, len(figure) - 1)]
    if len(sizes) < len(figure):
        start = document.spans[(*path, len(sizes) - 1)].end
        if "#" in document.text[start : last.end]:
            raise _UnstatableError(f"the network's is {shape(sizes)}, and there are comments in the list")
        yield Edit(start, last.end, "")
    elif len(sizes) > len(figure):
        yield _appended(document, span, last, sizes[len(figure) :])


def _appended(document: SpannedText, span: Span, last: Span, sizes: Sequence[int]) -> Edit:
    """More sizes behind the last of a list."""
    before = document.text[document.line(last.start) : last.start]
    newline = document.newline(last.start)
    if span.style == BLOCK:
        return below(document.text, last.end, [f"{before}{size}" for size in sizes], newline)
    between = " " if before.strip(" \t") else newline + before
    return Edit(last.end, last.end, "".join([f",{between}{size}" for size in sizes]))


def _insertions(
    document: SpannedText, analysis: Analysis, *, layers: bool
) -> tuple[Mapping[str, Tree], Path, int]:
    """What is added, to which mapping, and how many levels of it take a line an entry."""
    expect, network = document.data.get("expect"), Computed(analysis)
    here = expect.get("layers") if expect else None
    missing = {
        record.name: _layer_figures(network, record.name)
        for record in (analysis.layers if layers else ())
        if record.name not in (here or {})
    }
    new: Mapping[str, Tree] = {"layers": missing} if missing else {}
    if expect is None:
        return {"expect": {**_total_figures(network), **new}}, (), 2
    if here is None:
        return new, ("expect",), 1
    at: Path = ("expect", "layers")
    return missing, at, int(any(document.spread((*at, name)) for name in [*here][-1:]))


def _total_figures(network: Computed) -> Mapping[str, Tree]:
    figures = {name: network.at(("expect", name))[0] for name in _TOTALS}
    return {name: value for name, value in figures.items() if value or name in _TOTALS_THOUGH_0}


def _layer_figures(network: Computed, layer: str) -> Mapping[str, Tree]:
    figures = {name: network.at(("expect", "layers", layer, name))[0] for name in _OF_LAYERS}
    return {name: value for name, value in figures.items() if value}


def _figures(tree: Tree) -> int:
    """How many figures are in what is added."""
    return sum(map(_figures, tree.values())) if isinstance(tree, Mapping) else 1


def _lists(document: SpannedText) -> bool:
    """Whether shapes are written as lists, as the last one stated is, else as JSON has them."""
    layers = document.data.get("expect", {}).get("layers", {})
    outputs = [figures["output"] for figures in layers.values() if "output" in figures]
    shapes = [output for output in outputs if not isinstance(output, int)]
    return isinstance(shapes[-1], list) if shapes else document.json


def _prove(document: SpannedText, text: str, analysis: Analysis, *, added: bool) -> None:
    """Hold a text against the network and the figures that it must have.

    Raises:
        SpecError: it is more than a spec may have.
        RuntimeError: a bug of ours.
    """
    try:
        network = loads(text)
    except SpecError as error:
        fault = error.faults[0]
        if "at most" not in fault.rule:  # as all limits are told
            raise RuntimeError(f"a spec is none once its figures are written: {fault.fault}") from error
        told = Fault(f"its figures cannot be written: {fault.fault}", fault.rule, place=analysis.spec.place())
        raise SpecError([told]) from None
    again = SpannedText.read(text)
    before, after = [[*stated(each.data.get("expect", {}))] for each in (document, again)]
    same = [each.model_copy(update={"expect": None}) for each in (network, analysis.spec)]
    untouched = [[each.data.get("expect", {}).get(key) for key in UNTOUCHED] for each in (document, again)]
    whole = before == after[: len(before)] if not added else {*before} <= {*after}
    if same[0] != same[1] or untouched[0] != untouched[1] or not whole or any(_corrections(again, analysis)):
        raise RuntimeError("the figures that were written are not those of the network")
