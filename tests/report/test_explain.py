"""One layer taught: its shape rule, its formulas, what their symbols stand for, and its table of crosses."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from lenetcalc import analyze, load, loads
from lenetcalc.analysis import Analysis
from lenetcalc.counting import conventions
from lenetcalc.formula import Formula
from lenetcalc.layers import KINDS
from lenetcalc.layers.base import GLOSSARY, SIZES
from lenetcalc.ledger import OPERATIONS, QUANTITIES
from lenetcalc.report import render
from lenetcalc.report.crosses import crosses
from lenetcalc.report.explain import EXPLAINED, explain_report
from lenetcalc.report.model import Table
from lenetcalc.report.symbols import symbols_of
from tests.reference.strategies import LAYERS, Fitting

LENET = analyze(load("lenet5"))

# LeCun et al. 1998, Table I, as it is printed: maps of S2 by row, of C3 by column
PUBLISHED = """\
X . . . X X X . . X X X X . X X
X X . . . X X X . . X X X X . X
X X X . . . X X X . . X . X X X
. X X X . . X X X X . . X . X X
. . X X X . . X X X X . X X . X
. . . X X X . . X X X X . X X X
"""

MIX = """\
lenetcalc: 1
name: Mix
input: 4x13x10
layers:
  - {name: G, kind: conv, filters: 6, kernel: 3x2, groups: 2, stride: 2x1, padding: 1, activation: prelu}
  - {name: D, kind: conv, filters: same, groups: depthwise, kernel: 3, padding: 2, dilation: 2, bias: false}
  - {name: B, kind: batch-norm}
  - {name: T, kind: transposed-conv, filters: 4, kernel: 3, stride: 2, padding: 1, output_padding: 1}
  - {name: U, kind: upsample, factor: 2, mode: bilinear}
  - {name: L, kind: lrn}
  - {name: A, kind: add, from: [U, L]}
  - {name: P, kind: adaptive-average-pool, size: 3x2}
  - {name: F, kind: flatten}
"""


@pytest.fixture(scope="module")
def mix() -> Analysis:
    return analyze(loads(MIX))


def worked(analysis: Analysis, layer: str, quantity: str | None = None) -> dict[str, list[str]]:
    """The lines of working of each size and count of a layer, by what they are of."""
    found: dict[str, list[str]] = {}
    for table in explain_report(analysis, layer, quantity=quantity).tables:
        if [column.heading for column in table.columns][1] == "Working":
            name = ""
            for first, step in table.rows:
                name = str(first) or name
                found.setdefault(name, []).append(str(step))
    return found


def here(analysis: Analysis, layer: str, quantity: str | None = None) -> dict[str, str]:
    """The value of every symbol of a layer's last table of symbols."""
    tables = explain_report(analysis, layer, quantity=quantity).tables
    (*_, symbols) = (table for table in tables if table.columns[0].heading == "Symbol")
    return {str(row[0]): str(row[1]) for row in symbols.rows}


def drawn(tables: list[Table]) -> str:
    """The crosses of a table alone, a dot where there is none."""
    return "".join(
        " ".join("X" if cell == "X" else "." for cell in row[1:]) + "\n"
        for table in tables
        for row in table.rows
    )


# every number stands in LeCun et al. 1998, II-B, or follows from the sizes that it prints
@pytest.mark.parametrize(
    ("layer", "quantity", "steps"),
    [
        ("C1", "parameters", ["(5×5×1 + 1)×6", "156"]),
        ("C1", "connections", ["(5×5×1 + 1)×6×28×28", "122,304"]),
        ("C1", "rows and columns", ["32 − 5 + 1", "28"]),
        ("S2", "parameters", ["(1 + 1)×6", "12"]),
        ("S2", "connections", ["(2×2 + 1)×6×14×14", "5,880"]),
        ("S2", "rows and columns", ["⌊(28−2)/2⌋ + 1", "14"]),
        ("C3", "parameters", ["(5×5×3+1)×6 + (5×5×4+1)×9 + (5×5×6+1)×1", "1,516"]),
        ("F6", "parameters", ["(120 + 1)×84", "10,164"]),
        ("F6", "macs", ["120×84", "10,080"]),
        ("OUTPUT", "fixed", ["84×10", "840"]),
        ("OUTPUT", "units", ["10"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_layer_of_lenet5(layer: str, quantity: str, steps: list[str]) -> None:
    assert worked(LENET, layer)[quantity][1:] == [f"= {step}" for step in steps]


@pytest.mark.parametrize(
    ("layer", "quantity", "steps"),
    [
        ("G", "parameters", ["(3×2×4/2+1)×6 + 6", "84"]),  # 12 taps and a bias, 6 times, and 6 slopes
        ("G", "rows", ["⌊(13+2−3)/2⌋ + 1", "7"]),
        ("G", "columns", ["10 + 2 − 2 + 1", "11"]),
        ("D", "parameters", ["3×3×6/6×6", "54"]),
        ("D", "rows", ["7 + 4 − (2×(3−1)+1) + 1", "7"]),
        ("B", "buffers", ["2×6", "12"]),
        ("T", "macs", ["3×3×6×4×7×11", "16,632"]),
        ("T", "columns", ["(11−1)×2 − 2 + 3 + 1", "22"]),
        ("U", "columns", ["22×2", "44"]),
        ("L", "normalisation: multiplications", ["2×4×28×44", "9,856"]),
        ("A", "connections", ["2×4×28×44", "9,856"]),
        ("P", "pooling: divisions", ["4×3×2", "24"]),
        ("F", "size", ["4×3×2", "24"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_layer_of_another_kind(mix: Analysis, layer: str, quantity: str, steps: list[str]) -> None:
    assert worked(mix, layer)[quantity][1:] == [f"= {step}" for step in steps]


def test_the_general_formula_stands_first() -> None:
    assert worked(LENET, "C1")["macs"][0] == "kernel × in_channels/groups × filters × positions"


def test_every_symbol_has_its_number() -> None:
    assert here(LENET, "C1", "parameters") == {
        "kernel": "5×5",
        "in_channels": "1",
        "groups": "1",
        "bias": "1",
        "filters": "6",
    }


def test_a_symbol_of_a_sum_has_its_numbers_in_turn() -> None:
    symbols = here(LENET, "C3", "parameters")
    assert (symbols["Σ"], symbols["in_channels"], symbols["filters"]) == ("", "3, 4, 6", "6, 9, 1")


def test_a_symbol_with_a_working_is_explained_down_to_its_own_symbols(mix: Analysis) -> None:
    symbols = here(mix, "D", "output")
    assert (symbols["span"], symbols["dilation"], symbols["kernel"]) == ("2×(3−1) + 1 = 5", "2", "3")
    text = " ".join(render(explain_report(mix, "D", quantity="output"), "table").split())
    assert "both included: dilation × (kernel − 1) + 1" in text


def test_many_numbers_in_turn_are_cut() -> None:
    term = Formula("size")
    joined = sum((term.work({"size": size}) for size in range(1, 13)), start=term.work({"size": 20}))
    assert symbols_of([joined], SIZES)[1].shown == "20, 1, 2, 3, 4, 5, 6, …, 12"


@pytest.mark.parametrize("kind", KINDS)
def test_every_symbol_of_a_kind_has_words(kind: str) -> None:
    """Of its sizes, its counts and its activation, on random layers, down to the symbols of symbols."""

    @given(LAYERS[kind])
    @settings(max_examples=25, deadline=None)
    def explained(fitting: Fitting) -> None:
        layer, inputs = fitting
        output = layer.output(*inputs)
        counts = layer.count(inputs, output)
        workings = [getattr(counts, name) for name in QUANTITIES] + [*counts.operations.values()]
        found = symbols_of(workings, {**GLOSSARY, **layer.SYMBOLS}) + symbols_of(output.workings, SIZES)
        assert all(symbol.words and (symbol.shown or symbol.name == "Σ") for symbol in found)

    explained()


def test_the_table_of_crosses_is_the_published_one() -> None:
    (*_, table) = explain_report(LENET, "C3").tables
    assert drawn([table]) == PUBLISHED
    assert table.title == "Which maps of S2 (rows) the maps of C3 (columns) read"
    assert table.total == ("reads", *[3] * 6, *[4] * 9, 6)


@pytest.mark.parametrize(
    ("quantity", "crossed"), [(None, True), ("connections", True), ("parameters", False), ("output", False)]
)
def test_the_crosses_belong_to_the_layer_and_its_connections(quantity: str | None, crossed: bool) -> None:
    tables = explain_report(LENET, "C3", quantity=quantity).tables
    assert any(table.title.startswith("Which maps") for table in tables) is crossed


def test_a_table_with_many_maps_is_drawn_in_pieces() -> None:
    tables = [*crosses([[number % 3] for number in range(40)], 3, "A", "B")]
    assert [len(table.columns) - 1 for table in tables] == [12, 12, 12, 4]
    assert [bool(table.title) for table in tables] == [True, False, False, False]


@pytest.mark.parametrize(("rows", "maps"), [(65, 3), (3, 65)])
def test_a_table_with_too_many_maps_is_not_drawn(rows: int, maps: int) -> None:
    assert [*crosses([[0]] * rows, maps, "A", "B")] == []


def test_a_layer_without_a_table_has_no_crosses() -> None:
    assert not any("Which maps" in table.title for table in explain_report(LENET, "C1").tables)


def test_one_quantity_is_shown_alone_and_term_by_term() -> None:
    report = explain_report(LENET, "C3", quantity="parameters")
    assert [*worked(LENET, "C3", "parameters")] == ["parameters"]
    assert report.tables[-1].rows == (
        ("parameters", "(5×5×3 + 1)×6", 456),
        ("", "(5×5×4 + 1)×9", 909),
        ("", "(5×5×6 + 1)×1", 151),
    )
    assert report.tables[-1].total == ("Total", "", 1516)
    assert report.footer == {"Share of the network": "1,516 of 60,000, 2.5 %"}


def test_an_operation_is_shown_part_by_part() -> None:
    assert [*worked(LENET, "C1", "additions")] == ["weights: additions", "bias: additions"]
    report = explain_report(LENET, "C1", quantity="additions")
    assert report.tables[-1].total == ("Total", "", 117_600)  # 24 of 25 products, and a bias, for 4,704 units


def test_one_term_is_not_added_up() -> None:
    headings = [table.columns[0].heading for table in explain_report(LENET, "C1", quantity="macs").tables]
    assert headings == ["Counts", "Symbol"]


@pytest.mark.parametrize("quantity", EXPLAINED)
@pytest.mark.parametrize("layer", [record.name for record in LENET.layers])
def test_every_quantity_of_every_layer_can_be_asked_for(layer: str, quantity: str) -> None:
    text = render(explain_report(LENET, layer, quantity=quantity), "table")
    assert text.startswith(f"{layer} (")
    assert [line for line in text.splitlines() if len(line) > 80] == []


def test_what_a_layer_does_not_have_is_said() -> None:
    report = explain_report(LENET, "S2", quantity="macs")
    assert (report.facts["macs"], report.tables, report.footer) == ("none in a subsample layer", (), {})
    assert explain_report(LENET, "S2").footer["Has no"] == "fixed, buffers or macs"


def test_units_of_the_layer_before_have_no_share(mix: Analysis) -> None:
    report = explain_report(mix, "B", quantity="units")
    assert (report.footer, report.notes) == (
        {},
        ("the units are those of the layer before, in another form",),
    )


def test_the_kind_is_told_in_the_words_of_its_class() -> None:
    report = explain_report(LENET, "F6")
    assert report.facts == {
        "dense": "Full connection: every unit reads every unit of the input, whatever its shape.",
        "reads": "C5 120×1×1",
        "makes": "84",
        "shape rule": "(*shape) → (units)",
        "activation": "scaled-tanh, amplitude·tanh(slope·x)",
    }
    assert report.footer["About dense"].endswith("LeCun et al. 1998, II-B (layer F6).")


def test_a_layer_of_several_inputs_names_them(mix: Analysis) -> None:
    assert explain_report(mix, "A").facts["reads"] == "U 4×28×44 and L 4×28×44"


@pytest.mark.parametrize(
    ("shape", "after", "names"),
    [
        ("3x9", "{kind: conv, filters: 2, kernel: 3}", ["positions"]),
        ("3x9x7x8", "{kind: conv, filters: 2, kernel: 3x2x3}", ["axis 1", "axis 2", "axis 3"]),
        ("3x9x7x9", "{kind: conv, filters: 2, kernel: 3}", ["axis 1 and axis 3", "axis 2"]),
        ("4x2", "{kind: concat, from: [input, input]}", ["size"]),
        ("2x8", "{kind: concat, from: [input, input, input, input]}", ["size"]),
    ],
)
def test_sizes_are_named_by_their_axes(shape: str, after: str, names: list[str]) -> None:
    spec = f"{{lenetcalc: 1, input: {shape}, layers: [{after}]}}"
    analysis = analyze(loads(spec))
    assert [*worked(analysis, analysis.layers[0].name, "output")] == names


def test_conventions_stand_in_a_table_where_they_are_given() -> None:
    by = [conventions()[name] for name in ("torchscan-flops", "fvcore", "lecun1998")]
    (*_, table) = explain_report(analyze(load("lenet5-textbook")), "C3", conventions=by).tables
    assert (table.title, table.rows) == (
        "How conventions count it",
        (
            (
                "Module-formula FLOPs of torchscan 0.2.0",
                489_600,
                "2 macs − outputs + biases + 6 outputs of tanh",
            ),
            ("flops of fvcore 0.1.5", "≥ 240,000", "macs; tanh not counted"),
            ("connections of LeCun et al. 1998", 241_600, "connections"),
        ),
    )


def test_what_a_tool_prints_is_told_where_it_is_something_else() -> None:
    by = [conventions()[name] for name in ("torchscan", "torchlens")]
    (*_, table) = explain_report(analyze(load("lenet5-textbook")), "S2", conventions=by).tables
    (_, _, scan), (_, _, lens) = table.rows
    assert scan == "windows − outputs"
    assert str(lens).startswith("windows; the tool prints 2,352: a kernel stated as one number")


def test_a_kind_that_no_tool_knows_is_not_counted() -> None:
    (*_, table) = explain_report(LENET, "S2", conventions=[conventions()["torchinfo"]]).tables
    assert table.rows == (("Mult-Adds of torchinfo 1.8.0", "?", "subsample and scaled-tanh not counted"),)


def document(analysis: Analysis, layer: str, **chosen: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render(explain_report(analysis, layer, **chosen), "json"))
    return found


def test_json_has_the_same_keys_whatever_is_asked_for(mix: Analysis) -> None:
    keys = document(LENET, "C3").keys()
    assert keys == document(LENET, "C3", quantity="macs").keys() == document(mix, "F").keys()


def test_json_holds_formulas_numbers_and_words() -> None:
    told = document(LENET, "C3", quantity="biases", conventions=[conventions()["torch"]])
    assert (told["document"], told["schema_version"], told["quantity"]) == ("lenetcalc explain", 1, "biases")
    assert told["counts"] == [
        {
            "counts": "biases",
            "value": 16,
            "formula": "Σ bias × filters",
            "substituted": "1×6 + 1×9 + 1×1",
            "addends": [
                {"value": 6, "substituted": "1×6"},
                {"value": 9, "substituted": "1×9"},
                {"value": 1, "substituted": "1×1"},
            ],
        }
    ]
    filters = {
        "symbol": "filters",
        "stands_for": "output maps",
        "shown": ["6", "9", "1"],
        "values": [6, 9, 1],
    }
    assert told["symbols"][-1] == filters
    assert told["table"][6] == [0, 1, 2, 3]
    macs = {"kind": "conv", "factor": 2, "amount": "macs", "value": 300_000}
    assert told["conventions"] == [
        {
            **{"convention": "torch", "tool": "torch", "version": "2.13", "calls": "FLOP", "number": 300_000},
            **{"not_counted": ["scaled-tanh"], "terms": [macs], "printed_beside": [], "mistaken": []},
        }
    ]


def test_json_of_a_layer_without_a_table() -> None:
    told = document(LENET, "OUTPUT")
    assert (told["table"], told["activation"]) == (None, None)


@pytest.mark.parametrize("renderer", ["table", "colours", "json"])
def test_names_cannot_steer_the_terminal(renderer: str) -> None:
    name = r"\e]0;owned\a[link=http://evil.test]\u202e"
    layer = f'{{name: "C{name}", kind: conv, filters: 2, kernel: 1, table: [[0], [0, 1]]}}'
    spec = f'{{lenetcalc: 1, name: "{name}", input: {{"{name}": 2x3x5}}, layers: [{layer}]}}'
    analysis = analyze(loads(spec))
    text = render(explain_report(analysis, analysis.layers[0].name), renderer)
    assert not {"\x1b", "\x07", "\u202e"} & set(text.replace("\x1b[", ""))
    assert "\x1b]8" not in text


def test_an_unknown_layer_is_no_record() -> None:
    with pytest.raises(KeyError):
        explain_report(LENET, "C4")


def test_operations_and_counts_may_be_asked_for() -> None:
    assert {*EXPLAINED} == {"output", "units", *QUANTITIES, *OPERATIONS}
