"""Weights, inputs and expected outputs from files: held against the network before it runs."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from lenetcalc.analysis import Analysis
from lenetcalc.errors import Fault, LayerError, Place, SpecError
from lenetcalc.layers.base import Weight, Weights
from lenetcalc.reference.arrays import Array, bare, values_of
from lenetcalc.reference.files import read_arrays, refused
from lenetcalc.reference.run import kept
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Shape
from lenetcalc.tensors import Scalar, Tensor, in_rows
from lenetcalc.text import harmless, nearest, times

MOST_TOLD = 20
"""Faults of a file that are told."""

MOST_COMPARED = 5_000
"""Names among which the one that was meant is looked for."""

IGNORED = "num_batches_tracked"
"""What PyTorch keeps beside the running statistics and no output depends on."""


@dataclass(frozen=True, slots=True)
class Given:
    """The weights of a network by the names ``LAYER.weight``, as in a state dict of PyTorch."""

    arrays: Mapping[str, Array]

    def weights(self, layer: str, kept: Mapping[str, Weight], numbers: Numbers) -> Weights:
        """The weights of a layer; raises `LayerError` where the numbers do not have them."""
        found: dict[str, Any] = {}
        for name, weight in kept.items():
            try:
                values = iter(self.arrays[f"{layer}.{name}"].scalars(numbers))
            except LayerError as error:
                raise LayerError(f"{name}: {error.fault}", rule=error.rule, hint=error.hint) from None
            found[name] = in_rows(weight.shape, partial(_taken, values))
        return found


def _taken(values: Iterator[Scalar], count: int) -> list[Scalar]:
    return [*islice(values, count)]


def given_weights(analysis: Analysis, path: str) -> Given:
    """The weights in a file; raises `SpecError` with all that are missing, superfluous or misshapen."""
    arrays = {name: array for name, array in read_arrays(path).items() if not name.endswith(IGNORED)}
    needed = {name: weight.shape for name, weight in kept(analysis).items()}
    superfluous = [name for name in arrays if name not in needed]
    faults = []
    for name, shape in needed.items():
        if name not in arrays:
            faults.append(_Wrong(f"{harmless(name)} is missing: it has {values_of(shape)}", name))
        elif bare(arrays[name].shape) != bare(shape):
            sizes = f"{times(arrays[name].shape)}: the layer needs {times(shape)}"
            faults.append(_Wrong(f"{harmless(name)} is {sizes}"))
    faults += [
        _Wrong(f"{harmless(name) or 'an array without a name'} is superfluous") for name in superfluous
    ]
    _refuse(path, faults, superfluous, "the file has {}")
    return Given(arrays)


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is wrong with a file, and the name for which one like it is looked for."""

    told: str
    name: str = ""


def _refuse(path: str, faults: Sequence[_Wrong], known: Collection[str], hint: str) -> None:
    """Raise `SpecError` with the first of some faults, if there are any."""
    told = []
    for each in faults[:MOST_TOLD]:
        near = nearest(each.name, known, most=MOST_COMPARED) if each.name else None
        told.append(Fault(each.told, hint=hint.format(harmless(near)) if near else "", place=Place(path)))
    if len(faults) > MOST_TOLD:
        told.append(Fault(f"and {len(faults) - MOST_TOLD:,} more", place=Place(path)))
    if told:
        raise SpecError(told)


def given_inputs(inputs: Mapping[str, Shape], path: str, numbers: Numbers) -> dict[str, Tensor]:
    """The inputs in a file, by name, or the one there is; raises `SpecError` where they do not fit."""
    arrays = read_arrays(path)
    if len(inputs) == len(arrays) == 1:
        arrays = dict(zip(inputs, arrays.values(), strict=True))
    _refuse(path, [*_unfit(inputs, arrays)], arrays, "the file has {}")
    try:
        return {name: Tensor(shape, arrays[name].scalars(numbers)) for name, shape in inputs.items()}
    except LayerError as error:  # a value that these numbers do not have
        raise refused(path, error.fault, error.rule, error.hint) from None


def _unfit(inputs: Mapping[str, Shape], arrays: Mapping[str, Array]) -> Iterator[_Wrong]:
    for name, shape in inputs.items():
        called = f"the input {harmless(name)}"
        if name not in arrays:
            yield _Wrong(f"{called} is missing: every input is needed by its name", name)
        elif bare(arrays[name].shape) != bare(shape):
            sizes = f"{times(arrays[name].shape)}: the network reads {times(shape)}"
            yield _Wrong(f"{called} is {sizes}, as stands under input: in the spec")


def given_outputs(analysis: Analysis, path: str) -> Mapping[str, Array]:
    """The outputs that a file expects of layers; raises `SpecError` for one of a layer that there is not."""
    arrays, names = read_arrays(path), {record.name: None for record in analysis.layers}
    faults = [
        _Wrong(f"{harmless(name) or 'an array without a name'} is no layer of the network", name)
        for name in arrays
        if name not in names
    ]
    _refuse(path, faults if arrays else [_Wrong("it has no output of a layer")], names, "did you mean {}?")
    return arrays
