"""What the words of a command line mean; raises click's errors for words that mean nothing."""

import re
import sys
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lenetcalc.analysis import Analysis
    from lenetcalc.counting import Convention, Counted
    from lenetcalc.figures import Figure
    from lenetcalc.network import NetworkSpec
    from lenetcalc.reference.run import WeightSource
    from lenetcalc.scalars import Numbers
    from lenetcalc.tensors import Tensor


LONGEST_FIGURE = 60
"""Digits that a number to reconcile may have."""

_FIGURE = re.compile(
    r"(\d{1,3}(?:,\d{3})+|\d+|[\d.]+ ?[kKMGBT]|[\d.]+e\d+)(?:\.0+)?"
    r" ?(?:[Mm]acs?|MACs?|FLOPs?|flops)?",
    re.ASCII,
)
"""A number as tools print it, perhaps with thousands marked, a decimal zero, and what it is of."""

MOST_KNOWN = 5_000
"""Words among which the one that was meant is looked for."""

MOST_NAMED, FEW_NAMED = 40, 9
"""Words that are named, and those beside the one that was meant."""


def limit(max_layers: int | None) -> dict[str, int]:
    """The limit on layers as an argument, where one is given."""
    return {"max_layers": max_layers} if max_layers else {}


def columns_of(given: str | None, *, beside: bool = False) -> tuple[str, ...]:
    """The columns asked for, or fewer where others stand ``beside``; raises `click.BadParameter`."""
    from lenetcalc.report.columns import COLUMNS, DEFAULT_COLUMNS, SHORT_COLUMNS

    if given is None:
        return SHORT_COLUMNS if beside else DEFAULT_COLUMNS
    names = tuple(dict.fromkeys(name.strip() for name in given.split(",")))
    for name in names:
        if name not in COLUMNS:
            raise click.BadParameter(unknown(name, COLUMNS), param_hint="--columns")
    return names


def figure_of(text: str) -> "Figure":
    """A number, exact or as printed; raises `click.BadParameter` where it is none."""
    from pydantic_core import PydanticCustomError

    from lenetcalc.figures import Figure, read_figure
    from lenetcalc.text import harmless

    match = _FIGURE.fullmatch(text)
    digits = match[1].replace(",", "") if match else text
    if digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_FIGURE:
        return Figure(text, int(digits), Fraction(1))
    try:
        return replace(read_figure(digits), text=text)
    except PydanticCustomError as error:
        raise click.BadParameter(f"{harmless(text)}: {error.message()}", param_hint="NUMBERS") from None


def conventions_of(given: tuple[str, ...]) -> "list[Convention]":
    """The conventions asked for; raises `click.BadParameter` for one that there is not."""
    if not given:
        return []
    from lenetcalc.counting import conventions

    table = conventions()
    for name in given:
        if name not in table:
            raise click.BadParameter(unknown(name, table), param_hint="--convention")
    return [table[name] for name in dict.fromkeys(given)]


def count_by(analysis: "Analysis", several: "list[Convention]") -> "Sequence[Counted]":
    """A network as several conventions count it; what counts is loaded where there is one."""
    if not several:
        return ()
    from lenetcalc.counting import counted_by

    return counted_by(analysis, several)


def unknown(word: str, known: Any) -> str:
    """A word that is none of those known, told with the one it may have meant."""
    from lenetcalc.text import harmless, listed, nearest

    near = nearest(word, known, most=MOST_KNOWN)
    told = f"'{harmless(word)}' is none of {listed(known, most=FEW_NAMED if near else MOST_NAMED)}"
    return f"{told}; did you mean {harmless(near)}?" if near else told


def network_of(spec: str) -> "NetworkSpec":
    """The network in a file, of a packaged name, or from standard input; raises `SpecError`."""
    from lenetcalc.spec import loads

    file, content = content_of(spec)
    return loads(content, file=file)


def content_of(spec: str) -> tuple[str, bytes]:
    """The name and content of a file, a packaged network or standard input; raises `SpecError`."""
    from lenetcalc.spec import find, read

    if spec == "-":
        return "<stdin>", standard_input()
    path = find(spec)
    return str(path), read(path)


def standard_input() -> bytes:
    """What comes in, as far as a spec may be long; raises `click.UsageError` where it is closed."""
    from lenetcalc.source import MOST_BYTES

    if sys.stdin is None:
        raise click.UsageError("standard input is closed")
    return sys.stdin.buffer.read(MOST_BYTES + 1)


def rules_of(given: tuple[str, ...], option: str) -> list[str]:
    """The rules that an option names; raises `click.BadParameter` for one that there is not."""
    from lenetcalc.findings import RULES

    names = [name.strip() for words in given for name in words.split(",")]
    for name in names:
        if name not in RULES:
            raise click.BadParameter(unknown(name, RULES), param_hint=option)
    return names


def compared_networks(one: str, other: str) -> "tuple[NetworkSpec, NetworkSpec]":
    """Two networks, each also as a git revision has it; raises `SpecError`."""
    from lenetcalc.comparing.revisions import load_at

    if one == other == "-":
        raise click.UsageError("standard input can be one of the two networks, not both")
    first, second = (network_of(spec) if spec == "-" else load_at(spec) for spec in (one, other))
    return first, second


def judged_quantities(given: tuple[str, ...], fail_on: str) -> tuple[str, ...]:
    """The quantities that ``--fail-on`` judges; raises click's errors where they are none."""
    from lenetcalc.comparing.comparison import COMPARED, JUDGED

    if given and fail_on == "none":
        raise click.UsageError("--quantity says what is judged: add --fail-on increase or --fail-on change")
    for name in given:
        if name not in COMPARED:
            raise click.BadParameter(unknown(name, COMPARED), param_hint="--quantity")
    return tuple(dict.fromkeys(given)) or (JUDGED if fail_on == "increase" else COMPARED)


def shape_of(text: str) -> tuple[int, ...]:
    """The numbers of an input; raises `click.BadParameter` where it is none."""
    from pydantic_core import PydanticCustomError

    from lenetcalc.layers.fields import read_shape
    from lenetcalc.text import harmless

    try:
        return read_shape(_number(text))
    except PydanticCustomError:
        rule = "an input is numbers of at least 1, as in 224, 224x320 or 3x224x320"
        raise click.BadParameter(f"{harmless(text)}: {rule}", param_hint="INPUTS") from None


def _number(text: str) -> int | str:
    """A text that is one number as that number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else text


def on_inputs(network: "NetworkSpec", given: tuple[str, ...]) -> "NetworkSpec":
    """The network with the inputs of ``--input`` in place of its own."""
    from pydantic_core import PydanticCustomError

    from lenetcalc.text import harmless, listed

    for text in given:
        name, named, sizes = text.rpartition("=")
        if not name and (named or len(network.inputs) > 1):
            known = listed(network.inputs, last="or", most=8)
            raise click.BadParameter(f"{harmless(text)} does not say which of {known}", param_hint="--input")
        try:
            network = network.with_input(**{name or next(iter(network.inputs)): _number(sizes)})
        except PydanticCustomError as error:
            raise click.BadParameter(f"{harmless(text)}: {error.message()}", param_hint="--input") from None
    return network


def layer_of(given: str | None, analysis: "Analysis") -> str | None:
    """The layer asked for; raises `click.BadParameter` for one that there is not."""
    names = [record.name for record in analysis.layers]
    if given is not None and given not in names:
        raise click.BadParameter(unknown(given, names), param_hint="--layer")
    return given


def explained_layer(given: str, analysis: "Analysis") -> str:
    """The layer to explain; raises `click.BadParameter` for a name of none, and for one of several."""
    from lenetcalc.text import harmless, listed

    names = [record.name for record in analysis.layers]
    if given in names:
        return given
    if given in analysis.blocks:
        inside = [record.name for record in analysis.blocks[given].layers]
        told = f"'{harmless(given)}' is a block of {listed(inside, most=FEW_NAMED)}"
    elif given in analysis.graph.outputs:
        told = f"'{harmless(given)}' is a chain of layers"
    else:
        raise click.BadParameter(unknown(given, names), param_hint="LAYER")
    last = harmless(analysis.graph.meant(given))
    raise click.BadParameter(f"{told}; one layer is explained: did you mean {last}?", param_hint="LAYER")


def explained_quantity(given: str | None) -> str | None:
    """The quantity to explain; raises `click.BadParameter` for one that there is not."""
    from lenetcalc.report.explain import EXPLAINED

    if given is not None and given not in EXPLAINED:
        raise click.BadParameter(unknown(given, EXPLAINED), param_hint="QUANTITY")
    return given


def weights_of(given: str, analysis: "Analysis") -> "WeightSource":
    """The weights that a word stands for, or those in a file; raises `SpecError`."""
    from lenetcalc.reference.forward import weights_from

    with _told_of("--weights", given):
        return weights_from(given, analysis)


def inputs_of(given: str, analysis: "Analysis", numbers: "Numbers") -> "Mapping[str, Tensor]":
    """The inputs that a word stands for, or those in a file; raises `SpecError`."""
    from lenetcalc.reference.forward import inputs_from

    with _told_of("--input", given):
        return inputs_from(given, analysis, numbers)


@contextmanager
def _told_of(option: str, given: str) -> "Iterator[None]":
    """Raise `click.BadParameter` for a word that means nothing."""
    from lenetcalc.errors import SpecError
    from lenetcalc.text import harmless

    try:
        yield
    except SpecError:  # of a file
        raise
    except ValueError as error:
        raise click.BadParameter(f"{harmless(given)}: {error}", param_hint=option) from None


ENDINGS = {".json": "json", ".md": "markdown", ".safetensors": "safetensors"}
"""The format that a file is written in, by its ending; others are text."""


def form_of(form: str | None, output: str | None) -> str:
    """The format of an output, from the ending of its file where it is not stated.

    Raises:
        click.UsageError: the two contradict each other, tensors have no file, or there is no such folder.
    """
    file_to_write(output)
    ending = ENDINGS.get(Path(output).suffix.lower()) if output is not None else None
    if form == "safetensors" and output is None:
        raise click.UsageError("--format safetensors writes a file: name it with -o")
    if form is not None and ending not in (None, form):
        raise click.UsageError(f"--format {form} and a file for {ending} contradict each other")
    return form or ending or "table"


def file_to_write(output: str | None, option: str = "--output") -> None:
    """Raise `click.BadParameter` where a file cannot be written, or is a spec, which would be lost."""
    from lenetcalc.checking.files import kind_of
    from lenetcalc.text import harmless

    if output is None:
        return
    path = Path(output)
    if not path.absolute().parent.is_dir():
        raise click.BadParameter(f"{harmless(output)}: there is no such folder", param_hint=option)
    if path.is_file() and kind_of(path) in ("spec", "policy"):
        raise click.BadParameter(
            f"{harmless(output)}: this is a spec, which would be lost", param_hint=option
        )
