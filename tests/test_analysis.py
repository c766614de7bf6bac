"""The published figures, restated by hand from the papers; totals; what is left of a network that fails."""

from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lenetcalc.analysis import analyze
from lenetcalc.entries import read_layer
from lenetcalc.errors import SpecError
from lenetcalc.graph import resolve
from lenetcalc.layers.base import Layer
from lenetcalc.layers.conv import TABLES
from lenetcalc.network import NetworkSpec
from lenetcalc.shapes import Shape
from lenetcalc.spec import load
from tests.measure import stopwatch

SPECS = Path(__file__).parent.parent / "specs"


class Row(NamedTuple):
    """A layer as a paper prints it."""

    name: str
    output: Shape
    parameters: int
    connections: int
    fixed: int = 0
    macs: int | None = None


LENET5 = (  # LeCun et al. 1998, II-B; F6's and the RBF's connections and the MACs follow from its shapes
    Row("C1", (6, 28, 28), 156, 122_304, macs=117_600),
    Row("S2", (6, 14, 14), 12, 5_880, macs=0),
    Row("C3", (16, 10, 10), 1_516, 151_600, macs=150_000),
    Row("S4", (16, 5, 5), 32, 2_000, macs=0),
    Row("C5", (120, 1, 1), 48_120, 48_120, macs=48_000),
    Row("F6", (84,), 10_164, 10_164, macs=10_080),
    Row("OUTPUT", (10,), 0, 840, fixed=840, macs=840),
)
LENET1 = (  # Le Cun et al. 1990; the layers follow from its shapes, the totals are printed
    Row("H1", (4, 24, 24), 104, 59_904),
    Row("H2", (4, 12, 12), 8, 2_880),
    Row("H3", (12, 8, 8), 512, 32_768),
    Row("H4", (12, 4, 4), 24, 960),
    Row("OUTPUT", (10,), 1_930, 1_930),
)
MODERN = (  # LeNet-5 with all 96 kernels in C3, plain pooling and a trained output
    Row("C1", (6, 28, 28), 156, 122_304, macs=117_600),
    Row("S2", (6, 14, 14), 0, 4_704, macs=0),
    Row("C3", (16, 10, 10), 2_416, 241_600, macs=240_000),
    Row("S4", (16, 5, 5), 0, 1_600, macs=0),
    Row("C5", (120,), 48_120, 48_120, macs=48_000),
    Row("F6", (84,), 10_164, 10_164, macs=10_080),
    Row("OUTPUT", (10,), 850, 850, macs=840),
)
PAPERS = {"lenet5": LENET5, "lenet1": LENET1, "lenet5-pytorch": MODERN}
ROWS = [pytest.param(spec, row, id=f"{spec}-{row.name}") for spec, rows in PAPERS.items() for row in rows]


@pytest.mark.parametrize(("spec", "row"), ROWS)
def test_layers_have_the_figures_of_the_papers(spec: str, row: Row) -> None:
    record = analyze(load(spec))[row.name]
    counts = record.counts
    assert record.output == row.output
    assert (counts.parameters.value, counts.connections.value) == (row.parameters, row.connections)
    assert counts.fixed.value == row.fixed
    if row.macs is not None:
        assert counts.macs.value == row.macs


@pytest.mark.parametrize("spec", PAPERS)
def test_the_papers_tables_name_every_layer(spec: str) -> None:
    assert [record.name for record in analyze(load(spec)).layers] == [row.name for row in PAPERS[spec]]


def test_lenet5_has_60000_parameters_and_340908_connections() -> None:
    totals = analyze(load("lenet5")).totals
    assert totals.parameters == 60_000 == 156 + 12 + 1_516 + 32 + 48_120 + 10_164
    assert totals.connections == 340_908 == 122_304 + 5_880 + 151_600 + 2_000 + 48_120 + 10_164 + 840
    assert (totals.fixed, totals.macs) == (840, 326_520)


def test_lenet5_has_340068_connections_without_its_codes() -> None:
    analysis = analyze(load("lenet5"))
    assert analysis.totals.connections - analysis["OUTPUT"].counts.connections.value == 340_068


def test_the_modern_lenet5_has_61706_parameters() -> None:
    totals = analyze(load("lenet5-pytorch")).totals
    assert totals.parameters == 61_706 == 156 + 2_416 + 48_120 + 10_164 + 850
    assert (totals.fixed, totals.macs) == (0, 416_520)


def test_lenet1_has_2578_parameters_and_98442_connections() -> None:
    totals = analyze(load("lenet1")).totals
    assert (totals.parameters, totals.connections, totals.units) == (2_578, 98_442, 4_634)


def test_the_coefficients_of_sub_sampling_are_1176_and_400_multiplications() -> None:
    analysis = analyze(load("lenet5"))
    ledgers = [analysis[name].counts.operations for name in ("S2", "S4")]
    assert [ledger["weights", "multiplications"].value for ledger in ledgers] == [1_176, 400]


def test_lenet5_reads_60_kernels_by_the_papers_table() -> None:
    rows = TABLES["lenet5"]
    assert len(rows) == 16
    assert sum(map(len, rows)) == 60
    assert [sum(channel in row for row in rows) for channel in range(6)] == [10] * 6
    assert [len(row) for row in rows] == [3] * 6 + [4] * 9 + [6]
    assert rows[4:6] == ((0, 4, 5), (0, 1, 5))
    assert rows[11:15] == ((0, 1, 2, 5), (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5))


ARTICLES: Mapping[str, tuple[Shape, int, int, list[Shape]]] = {
    "lenet5": ((1, 32, 32), 60_000, 840, [row.output for row in LENET5]),
    "lenet5-maxpool": ((1, 32, 32), 59_956, 840, [row.output for row in LENET5]),
    "lenet5-keras1": (
        (1, 28, 28),
        166_826,
        0,
        [
            *((6, 24, 24), (6, 12, 12), (6, 12, 12), (16, 8, 8), (16, 4, 4), (16, 4, 4)),
            *((120, 4, 4), (1_920,), (84,), (10,)),
        ],
    ),
    "lenet5-keras-avgpool": (
        (1, 28, 28),
        44_426,
        0,
        [(6, 24, 24), (6, 12, 12), (16, 8, 8), (16, 4, 4), (256,), (120,), (84,), (10,)],
    ),
    "conv-8x8": ((1, 8, 8), 380, 0, [(1, 6, 6), (36,), (10,)]),
    "lenet-keras-wide": (
        (1, 28, 28),
        155_606,
        0,
        [(32, 24, 24), (32, 12, 12), (64, 8, 8), (64, 4, 4), (1_024,), (100,), (10,)],
    ),
    "lenet5-pytorch": ((1, 32, 32), 61_706, 0, [row.output for row in MODERN]),
    "lenet-keras-3x3": (
        (1, 28, 28),
        121_930,
        0,
        [(32, 26, 26), (32, 13, 13), (64, 11, 11), (64, 5, 5), (1_600,), (64,), (10,)],
    ),
    "lenet5-keras-same": (
        (1, 28, 28),
        390_026,
        0,
        [
            *((6, 28, 28), (6, 14, 14), (16, 14, 14), (16, 14, 14)),
            *((3_136,), (120,), (120,), (84,), (10,)),
        ],
    ),
    "lenet5-pytorch-avgpool": (
        (1, 28, 28),
        44_426,
        0,
        [(6, 24, 24), (6, 12, 12), (16, 8, 8), (16, 4, 4), (120,), (84,), (10,)],
    ),
}


@pytest.mark.parametrize("name", ARTICLES)
def test_the_networks_of_the_articles_have_their_shapes_and_parameters(name: str) -> None:
    shape, parameters, fixed, outputs = ARTICLES[name]
    analysis = analyze(load(name))
    assert analysis.spec.inputs == {"input": shape}
    assert [record.output for record in analysis.layers] == outputs
    assert (analysis.totals.parameters, analysis.totals.fixed) == (parameters, fixed)


def test_lenet5_of_article_002_has_62006_parameters_in_colour() -> None:
    assert analyze(load("lenet5-pytorch").with_input((3, 32, 32))).totals.parameters == 62_006


STATED: list[Any] = [  # what the articles state of a layer, and what is right
    pytest.param("lenet5-keras1", "C1", 156, 89_856, id="000-C1"),
    pytest.param("lenet5-keras1", "S2", 0, 3_456, id="000-S2"),
    pytest.param("lenet5-keras1", "C3", 2_416, 154_624, id="000-C3"),
    pytest.param("lenet5-keras1", "S4", 0, 1_024, id="000-S4"),
    pytest.param("lenet5-keras1", "C5", 2_040, 32_640, id="000-C5"),
    pytest.param("lenet5-keras1", "F6", 161_364, 161_364, id="000-F6"),
    pytest.param("conv-8x8", "convolution", 10, 360, id="001-convolution"),
    pytest.param("conv-8x8", "output", 370, 370, id="001-output"),
    pytest.param("lenet5-maxpool", "S2", 0, 4_704, id="004-S2-max-pooling"),
]


@pytest.mark.parametrize(("spec", "layer", "parameters", "connections"), STATED)
def test_the_articles_figures_as_they_should_be(
    spec: str, layer: str, parameters: int, connections: int
) -> None:
    counts = analyze(load(spec))[layer].counts
    assert (counts.parameters.value, counts.connections.value) == (parameters, connections)


def test_every_spec_is_in_the_tables_of_this_test() -> None:
    assert {*ARTICLES, "lenet1"} <= {path.stem for path in SPECS.glob("*.yaml")}


def network(shape: object, *layers: object) -> NetworkSpec:
    """A spec from the words of its layers."""
    return NetworkSpec.model_validate({"input": shape, "layers": [read_layer(layer) for layer in layers]})


def test_records_say_what_a_layer_is_and_reads() -> None:
    analysis = analyze(network((1, 8, 8), {"kind": "Conv2d", "filters": 2, "kernel": 3}, "ReLU"))
    conv, relu = analysis.layers
    assert (conv.name, conv.kind, conv.label) == ("conv1", "conv", "conv")
    assert (conv.sources, conv.inputs, conv.output, conv.units.value) == (
        ("input",),
        ((1, 8, 8),),
        (2, 6, 6),
        72,
    )
    assert (relu.name, relu.kind, relu.label, relu.sources) == ("relu1", "activation", "relu", ("conv1",))
    assert (conv.forms_units, relu.forms_units) == (True, False)


def test_a_record_is_found_by_name() -> None:
    analysis = analyze(load("lenet5"))
    assert analysis["S4"].kind == "subsample"
    with pytest.raises(KeyError, match="S5"):
        analysis["S5"]


def test_units_are_those_of_inputs_and_of_layers_that_form_some() -> None:
    spec = network(
        {"l": (1, 4, 4), "r": (5,)},
        {"kind": "conv", "filters": 3, "kernel": 2, "from": "l"},
        "relu",
        "flatten",
        "dropout",
        {"kind": "dense", "units": 7},
    )
    assert analyze(spec).totals.units == 16 + 5 + 27 + 7


def test_totals_are_the_sums_of_the_layers() -> None:
    analysis = analyze(load("lenet5"))
    for field in ("parameters", "fixed", "connections", "macs"):
        each = [getattr(record.counts, field).value for record in analysis.layers]
        assert getattr(analysis.totals, field) == sum(each)
    for entry, total in analysis.totals.operations.items():
        ledgers = [record.counts.operations for record in analysis.layers]
        assert total == sum(ledger[entry].value for ledger in ledgers if entry in ledger)


def test_the_graph_of_a_spec_is_measured_alike() -> None:
    spec = load("lenet5")
    assert analyze(resolve(spec)).totals == analyze(spec).totals


def test_layers_out_of_order_are_measured_after_what_they_read() -> None:
    spec = network(
        (1, 8, 8),
        {"kind": "dense", "units": 2, "name": "F", "from": "C"},
        {"kind": "conv", "filters": 3, "kernel": 3, "name": "C", "from": "input"},
    )
    assert [(record.name, record.inputs) for record in analyze(spec).layers] == [
        ("C", ((1, 8, 8),)),
        ("F", ((3, 6, 6),)),
    ]


def test_layers_alike_on_other_inputs_are_measured_apart() -> None:
    dense = {"kind": "dense", "units": 5}
    analysis = analyze(network((7,), dense, dense, dense | {"activation": "prelu"}, dense))
    assert [record.counts.parameters.value for record in analysis.layers] == [40, 30, 35, 30]


def test_a_failing_network_keeps_the_rows_that_could_be_measured() -> None:
    trunk = {"kind": "max-pool", "kernel": 2, "name": "trunk"}
    wrong = {"kind": "conv", "filters": 1, "kernel": 9, "name": "wrong"}
    behind = {"kind": "conv", "filters": 1, "kernel": 99, "name": "behind"}
    beside = {"kind": "dense", "units": 3, "name": "beside", "from": "trunk"}
    other = {"kind": "reshape", "shape": 7, "name": "other", "from": "trunk"}
    with pytest.raises(SpecError) as refused:
        analyze(network((1, 8, 8), trunk, wrong, behind, beside, other))
    assert [fault.layer for fault in refused.value.faults] == ["wrong", "other"]
    assert [record.name for record in refused.value.analysis.layers] == ["trunk", "beside"]
    assert refused.value.analysis.totals.parameters == 51


def test_at_most_a_hundred_faults_are_told() -> None:
    wrong = {"kind": "reshape", "shape": 7, "from": "input"}
    with pytest.raises(SpecError) as refused:
        analyze(network((1, 8, 8), *([wrong] * 150)))
    assert len(refused.value.faults) == 100
    assert str(refused.value).endswith("\nmore faults are not shown")


def test_a_network_that_cannot_be_joined_has_no_analysis() -> None:
    with pytest.raises(SpecError) as refused:
        analyze(network((5,), {"kind": "flatten", "from": "nowhere"}))
    assert refused.value.analysis is None


def test_layers_of_10_to_the_30_parameters_are_exact() -> None:
    wide = 10**15 + 37
    spec = network((wide,), {"kind": "dense", "units": wide + 2})
    counts = analyze(spec)["dense1"].counts
    assert counts.parameters.value == (10**15 + 38) * (10**15 + 39) == 10**30 + 77 * 10**15 + 1_482
    assert counts.macs.value == (10**15 + 37) * (10**15 + 39) == 10**30 + 76 * 10**15 + 1_443


def test_maps_of_10_to_the_36_units_are_exact() -> None:
    side = 10**18 - 1
    spec = network((1, side, side), {"kind": "conv", "filters": 3, "kernel": 5, "padding": 2})
    record = analyze(spec)["conv1"]
    real = 5 * side - 6  # of five taps a stop, two and one are lost at each end
    assert record.output == (3, side, side)
    assert record.counts.connections.value == 3 * (real**2 + side**2)
    assert record.counts.macs.value == 75 * side**2


def test_shapes_of_32_axes_are_exact() -> None:
    spec = network([10**18 - 1] * 32, "flatten", {"kind": "dense", "units": 3, "bias": False})
    assert analyze(spec).totals.parameters == 3 * (10**18 - 1) ** 32


CHAINS: Mapping[str, list[Layer]] = {
    "all alike": [read_layer({"kind": "conv", "filters": 3, "kernel": 1})],
    "of five sorts": [
        read_layer({"kind": "conv", "filters": 8, "kernel": 3, "padding": 1}),
        read_layer({"kind": "max-pool", "kernel": 3, "stride": 1, "padding": 1}),
        read_layer({"kind": "conv", "filters": 3, "kernel": 1}),
        read_layer({"kind": "dense", "units": 12}),
        read_layer({"kind": "reshape", "shape": [3, 2, 2]}),
    ],
}


def seconds(layers: list[Layer], length: int) -> float:
    """The time that the analysis of a chain takes."""
    graph = resolve(network((3, 4, 4), *layers * (length // len(layers))))
    with stopwatch() as taken:
        assert len(analyze(graph).layers) == length
    return taken.seconds


@pytest.mark.parametrize("layers", [pytest.param(layers, id=name) for name, layers in CHAINS.items()])
def test_the_analysis_of_a_chain_takes_linear_time(layers: list[Any]) -> None:
    short = max(seconds(layers, 2_500), 0.01)
    assert seconds(layers, 20_000) < 4 * 8 * short


def test_a_chain_of_windows_that_all_differ_takes_linear_time() -> None:
    kernels = ({"kind": "conv", "filters": 1 + number, "kernel": 1} for number in range(10_000))
    layers = [read_layer(kernel) for kernel in kernels]
    assert seconds(layers, 10_000) < 4


def test_layers_alike_but_for_an_argument_take_linear_time() -> None:
    layers = [
        read_layer({"kind": "activation", "function": {"function": "elu", "alpha": number}})
        for number in range(4_000)
    ]
    assert seconds(layers, 4_000) < 1


def test_the_units_of_a_record_are_the_product_of_its_shape() -> None:
    for record in analyze(load("lenet5-keras-same")).layers:
        assert record.units.value == prod(record.output)


def test_analyses_are_equal_where_networks_are() -> None:
    assert analyze(load("lenet5")) == analyze(load("lenet5"))
    assert analyze(load("lenet5")) != analyze(load("lenet1"))


def test_units_have_their_working() -> None:
    records = analyze(load("lenet5"))
    assert (str(records["C1"].units), str(records["F6"].units)) == ("6×28×28 = 4,704", "84")


def test_units_have_a_limit_so_that_counts_can_be_printed() -> None:
    grow = [{"kind": "reshape", "shape": [1, -1]}, {"kind": "conv", "filters": 10**17, "kernel": 1}]
    with pytest.raises(SpecError, match=r"^conv59: the output has over 10\^1000 units") as error:
        analyze(network((1, 1), *(grow * 100)))
    assert len(str(error.value.analysis.totals.connections)) < 4_300
