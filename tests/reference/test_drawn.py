"""Weights and inputs that are made: the generator of the documentation, held to NumPy's; ramps and ones."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import prod, sqrt
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pytest

from lenetcalc.analysis import analyze
from lenetcalc.entries import read_layer
from lenetcalc.layers.base import Role, Weight
from lenetcalc.network import NetworkSpec
from lenetcalc.reference.drawn import FIRST_INPUT, Drawn, Ones, Ramp, made
from lenetcalc.scalars import Floats, Fractions, Integers, Numbers
from lenetcalc.shapes import Shape

Uniform: TypeAlias = npt.NDArray[np.float64]

SEEDS = [0, 1, 7, 999_999_999]
KERNEL = {"weight": Weight((6, 2, 5, 3)), "bias": Weight((6,), "bias")}

every_sort = pytest.mark.parametrize(
    "numbers", [Floats(), Fractions(), Integers()], ids=["float", "fraction", "int"]
)


def uniform(seed: int, number: int, shape: Shape) -> Uniform:
    """The array of that number, from 0 to 1, as NumPy draws it."""
    return np.random.RandomState([seed, number]).random_sample(shape)


def flat(rows: Iterable[Any]) -> list[Any]:
    """The values of a vector, or of an array given by row."""
    return [value for row in rows for value in (row if isinstance(row, list) else [row])]


def drawn(seed: int, numbers: Numbers, **kept: Weight) -> dict[str, list[Any]]:
    """The weights of the first layer of a network."""
    made = Drawn(seed, {f"C1.{name}": number for number, name in enumerate(kept, 1)}).weights(
        "C1", kept, numbers
    )
    return {name: flat(rows) for name, rows in made.items()}


ROLES: dict[str, tuple[Shape, Role, Callable[[Uniform], Uniform]]] = {
    "a kernel": ((6, 2, 5, 3), "weight", lambda u: (2 * u - 1) / sqrt(2 * 5 * 3)),
    "a matrix": ((4, 9), "weight", lambda u: (2 * u - 1) / sqrt(9)),
    "a bias": ((7,), "bias", lambda u: 2 * u - 1),
    "a running mean": ((7,), "mean", lambda u: 2 * u - 1),
    "a running variance": ((7,), "variance", lambda u: u + 1 / 2),
    "a scale or coefficient": ((7,), "weight", lambda u: u + 1 / 2),
    "fixed codes": ((5, 8), "fixed", lambda u: np.where(u < 1 / 2, -1.0, 1.0)),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("shape", "role", "made"), ROLES.values(), ids=ROLES)
def test_floats_are_drawn_as_documented(
    shape: Shape, role: Role, made: Callable[[Uniform], Uniform], seed: int
) -> None:
    found = drawn(seed, Floats(), weight=Weight(shape, role))["weight"]
    assert found == pytest.approx(made(uniform(seed, 1, shape)).ravel().tolist(), rel=1e-15)
    assert {*map(type, found)} == {float}


@pytest.mark.parametrize(("shape", "role", "made"), ROLES.values(), ids=ROLES)
def test_fractions_are_the_floats_exactly(shape: Shape, role: Role, made: object) -> None:
    weight = Weight(shape, role)
    found, floats = (drawn(3, numbers, weight=weight)["weight"] for numbers in (Fractions(), Floats()))
    assert found == [*map(Fraction, floats)]
    assert {*map(type, found)} == {Fraction}


@pytest.mark.parametrize("role", ["weight", "bias", "mean", "variance"])
@pytest.mark.parametrize("shape", [(50, 3), (150,)], ids=["array", "vector"])
def test_integers_are_drawn_from_minus_4_to_4(shape: Shape, role: Role) -> None:
    found = drawn(3, Integers(), weight=Weight(shape, role))["weight"]
    assert found == (np.floor(9 * uniform(3, 1, shape)).astype(int) - 4).ravel().tolist()
    assert {*found} == {*range(-4, 5)}


def test_fixed_codes_are_plus_and_minus_1_as_integers_too() -> None:
    found = drawn(3, Integers(), weight=Weight((9, 8), "fixed"))["weight"]
    assert found == np.where(uniform(3, 1, (72,)) < 1 / 2, -1, 1).tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_arrays_are_numbered_from_1_in_the_order_of_layers_and_names(seed: int) -> None:
    layers = [
        {"kind": "conv", "name": "C1", "filters": 6, "kernel": [5, 3]},
        {"kind": "max-pool", "name": "S2", "kernel": 1},
        {"kind": "conv", "name": "C3", "filters": 6, "kernel": [5, 3], "padding": "same"},
    ]
    network = NetworkSpec.model_validate({"input": "2x9x9", "layers": [*map(read_layer, layers)]})
    source = made(f"seed:{seed}", analyze(network))
    assert isinstance(source, Drawn)
    assert source.numbered == {"C1.weight": 1, "C1.bias": 2, "C3.weight": 3, "C3.bias": 4}
    third = source.weights("C3", KERNEL, Floats())  # in any order, and as often as one likes
    first = source.weights("C1", KERNEL, Floats())
    biases = [flat(layer["bias"]) for layer in (first, third)]
    assert biases == [(2 * uniform(seed, number, (6,)) - 1).tolist() for number in (2, 4)]
    kernels = [flat(layer["weight"]) for layer in (first, third)]
    assert [kernel[0] for kernel in kernels] == [
        pytest.approx((2 * uniform(seed, number, (1,))[0] - 1) / sqrt(30), rel=1e-15) for number in (1, 3)
    ]


@pytest.mark.parametrize("index", [0, 1, 2])
@pytest.mark.parametrize("seed", SEEDS)
def test_inputs_are_drawn_from_0_to_1_and_numbered_from_2_to_the_31(seed: int, index: int) -> None:
    assert FIRST_INPUT == 2**31
    tensor = Drawn(seed, {}).input(index, (3, 4, 5), Floats())
    assert (tensor.shape, tensor.values) == (
        (3, 4, 5),
        uniform(seed, 2**31 + index, (3, 4, 5)).ravel().tolist(),
    )


def test_inputs_in_other_numbers() -> None:
    u = uniform(2, 2**31, (20,))
    assert Drawn(2, {}).input(0, (4, 5), Fractions()).values == [*map(Fraction, u.tolist())]
    assert Drawn(2, {}).input(0, (4, 5), Integers()).values == (np.floor(9 * u).astype(int) - 4).tolist()


def test_another_seed_draws_others_and_the_same_the_same() -> None:
    one, same, other = (drawn(seed, Floats(), **KERNEL) for seed in (1, 1, 2))
    assert one == same
    assert not {*one["weight"]} & {*other["weight"]}


@every_sort
def test_a_ramp_rises_from_0_through_each_array(numbers: Numbers) -> None:
    made = Ramp().weights("C1", KERNEL, numbers)
    steps = {name: 1 if isinstance(numbers, Integers) else prod(KERNEL[name].shape) for name in KERNEL}
    for_kernel, for_bias = (Fraction(1, steps[name]) for name in ("weight", "bias"))
    assert flat(made["weight"]) == pytest.approx([index * for_kernel for index in range(180)], rel=1e-15)
    assert flat(made["bias"]) == pytest.approx([index * for_bias for index in range(6)], rel=1e-15)


def test_a_ramp_of_fractions_is_exact() -> None:
    assert Ramp().input(0, (3, 2), Fractions()).values == [Fraction(index, 6) for index in range(6)]


@every_sort
def test_a_ramp_up_an_input(numbers: Numbers) -> None:
    tensor = Ramp().input(1, (2, 4), numbers)
    expected = [0, 1, 2, 3, 4, 5, 6, 7] if numbers.name == "integer" else [index / 8 for index in range(8)]
    assert (tensor.shape, tensor.values) == ((2, 4), expected)
    assert {*map(type, tensor.values)} == {type(numbers.zero)}


@every_sort
def test_ones_are_nothing_but_ones(numbers: Numbers) -> None:
    made = Ones().weights("C1", KERNEL, numbers)
    tensor = Ones().input(0, (2, 3), numbers)
    assert {name: flat(rows) for name, rows in made.items()} == {"weight": [1] * 180, "bias": [1] * 6}
    assert (tensor.shape, tensor.values) == ((2, 3), [1] * 6)
    assert {*map(type, (*flat(made["bias"]), *tensor.values))} == {type(numbers.one)}


@pytest.mark.parametrize(
    "source", [Drawn(1, {"C1.weight": 1, "C1.bias": 2}), Ones(), Ramp()], ids=["seed", "ones", "ramp"]
)
def test_an_array_is_made_row_by_row_and_a_vector_at_once(source: Any) -> None:
    made = source.weights("C1", KERNEL, Floats())
    assert [len(row) for row in made["weight"]] == [30] * 6
    assert len(made["bias"]) == 6
