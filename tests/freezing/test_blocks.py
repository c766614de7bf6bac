"""Figures written into specs that state none, or not those of all layers: where, and in which layout."""

import json
from pathlib import Path

import pytest

from lenetcalc.freezing.freeze import Frozen
from lenetcalc.spec import packaged
from tests.freezing.texts import HEAD, JSON, LAYERS, LAYERS_JSON, TOTALS, TOTALS_JSON, frozen, refusal


def test_the_block_of_lenet5_is_written_as_in_its_spec() -> None:
    text = packaged()["lenet5"].read_text(encoding="utf-8")
    head, _, block = text.partition("expect:\n")
    plain = block.replace(" # the RBF's 840 lines among them; 340,068 without", "")
    done = frozen(head, layers=True)
    assert done == Frozen(f"{head}expect:\n{plain}", written=30, kept=0)


@pytest.mark.parametrize("path", [pytest.param(path, id=name) for name, path in packaged().items()])
def test_packaged_specs_have_their_figures(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    done = frozen(text)
    assert (done.text, done.written) == (text, 0)
    assert done.kept


def test_buffers_and_fixed_weights_are_written_where_there_are_some() -> None:
    text = HEAD.replace("flatten", "batch-norm")  # two scales, two shifts, and two means and variances
    assert frozen(text.replace("  - {name: B, kind: dense, units: 3}\n", "")).text.endswith(
        "expect:\n  parameters: 24\n  buffers: 4\n  connections: 720\n  macs: 648\n"
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=ascii)
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["no mark", "mark"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "not ended"])
def test_a_block_is_appended_with_the_line_ends_of_the_file(end: str, mark: str, last: bool) -> None:
    def written(text: str) -> str:
        return mark + (text if last else text.removesuffix("\n")).replace("\n", end)

    done = frozen(written(HEAD), layers=True)
    assert done == Frozen(written(HEAD + TOTALS + LAYERS), written=12, kept=0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("# the end", "# the end\n" + TOTALS.removesuffix("\n"), id="comment"),
        pytest.param("...\n# over", TOTALS + "...\n# over", id="end of the document"),
        pytest.param("\n  ", "\n  \n" + TOTALS.removesuffix("\n"), id="white space"),
        pytest.param("? name\n: X\n", "? name\n: X\n" + TOTALS, id="question mark"),
        pytest.param("name: |+\n  X\n\n", "name: |+\n  X\n\n" + TOTALS, id="text that is kept"),
        pytest.param("name: |\n  X\n", "name: |\n  X\n" + TOTALS, id="text"),
    ],
)
def test_a_block_is_appended_behind_all_else(before: str, after: str) -> None:
    assert frozen(HEAD + before).text == HEAD + after


def test_an_indented_spec_gets_an_indented_block() -> None:
    def indented(text: str) -> str:
        return "".join(f"   {line}" for line in text.splitlines(keepends=True))

    assert frozen(indented(HEAD), layers=True).text == indented(HEAD + TOTALS + LAYERS)


def test_a_file_that_breaks_off_within_a_text_is_refused() -> None:
    told = "<text>:1:1: the file breaks off within a text; end its last line"
    assert refusal(f"{HEAD}name: |\n  X") == told


FLOW = "lenetcalc: 1, input: 4, layers: [{name: N, kind: dense, units: 2}]"
FIGURES = "expect: {parameters: 10, connections: 10, macs: 8}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(f"{{{FLOW}}}", f"{{{FLOW}, {FIGURES}}}", id="a line"),
        pytest.param(f"{{{FLOW},}}\n", f"{{{FLOW}, {FIGURES},}}\n", id="comma"),
        pytest.param(f"{{{FLOW} # end, of it\n}}", f"{{{FLOW}, {FIGURES} # end, of it\n}}", id="comment"),
    ],
)
def test_a_spec_in_braces_gets_its_figures_before_the_closing_one(before: str, after: str) -> None:
    assert frozen(before).text == after


OPEN = "{\n    lenetcalc: 1,\n    input: 4,\n    layers: [{name: N, kind: dense, units: 2}]"
LINES = """
    expect: {
        parameters: 10,
        connections: 10,
        macs: 8
    }"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(f"{OPEN}\n}}\n", f"{OPEN},{LINES}\n}}\n", id="plain"),
        pytest.param(f"{OPEN}}}\n", f"{OPEN},{LINES}}}\n", id="brace behind"),
        pytest.param(f"{OPEN} # a, b\n}}\n", f"{OPEN}, # a, b{LINES}\n}}\n", id="comment"),
        pytest.param(f"{OPEN}, # a\n}}\n", f"{OPEN}, # a{LINES},\n}}\n", id="comma, comment"),
        pytest.param(f"{OPEN}\n  # a\n  , }}\n", f"{OPEN}\n  # a\n  ,{LINES}, }}\n", id="comment, comma"),
    ],
)
def test_braces_over_several_lines_get_several(before: str, after: str) -> None:
    assert frozen(before).text == after


@pytest.mark.parametrize("indent", [None, 2, 4, "\t"], ids=repr)
@pytest.mark.parametrize("layers", [False, True], ids=["totals", "layers"])
def test_json_stays_json(indent: int | str | None, layers: bool) -> None:
    text = json.dumps(JSON, indent=indent)
    done = frozen(text, layers=layers)
    assert json.loads(done.text) == {
        **JSON,
        "expect": {**TOTALS_JSON, **({"layers": LAYERS_JSON} if layers else {})},
    }
    assert done.text.startswith(text.rstrip("\n}"))
    assert done.text.endswith("}\n}" if indent else "}}")


@pytest.mark.parametrize("indent", [None, 2, "\t"], ids=repr)
def test_json_is_laid_out_as_it_was(indent: int | str | None) -> None:
    """Lists over several lines stay so, and layers that are added are like the others."""
    wrong = {"A": {"output": [7], "macs": 1}, "B": {"output": [3, 4, 5], "parameters": 219}}
    right = {"A": {"output": [2, 6, 6], "macs": 648}, "B": {"output": [3], "parameters": 219}}
    text = json.dumps({**JSON, "expect": {"layers": wrong}}, indent=indent)
    done = frozen(text)
    assert (done.text, done.written, done.kept) == (
        json.dumps({**JSON, "expect": {"layers": right}}, indent=indent),
        3,
        1,
    )
    more = {**right, "flatten1": {"output": 72}}
    assert frozen(text, layers=True).text == json.dumps({**JSON, "expect": {"layers": more}}, indent=indent)


FLOW_A = "A: {output: 2x6x6, parameters: 20, connections: 720, macs: 648}"
FLOW_B = "B: {output: 3, parameters: 219, connections: 219, macs: 216}"
BLOCK_A = "A:\n     output: [2, 6, 6]\n"
BLOCK_B = "B:\n     output: 3\n     parameters: 219\n     connections: 219\n     macs: 216"
ADDED = {
    "no layers yet": (
        "expect: # why\n   macs: 864 # sum\n\n# end\n",
        f"expect: # why\n   macs: 864 # sum\n   layers:\n      {FLOW_A}\n      flatten1: {{output: 72}}\n"
        f"      {FLOW_B}\n\n# end\n",
    ),
    "flow": (
        "expect:\n  layers:\n    flatten1: {output: 72} # a\nname: X\n",
        f"expect:\n  layers:\n    flatten1: {{output: 72}} # a\n    {FLOW_A}\n    {FLOW_B}\nname: X\n",
    ),
    "all there": ("expect: {layers: {A: {}, B: {}, flatten1: {}}}",) * 2,
    "block": (
        f"expect:\n layers:\n   {BLOCK_A}   flatten1:\n     units: 72 # all",
        f"expect:\n layers:\n   {BLOCK_A}   flatten1:\n     units: 72 # all\n   {BLOCK_B}",
    ),
    "question marks": (
        "expect:\n  ? layers\n  : ? A\n    : {output: 2x6x6}\n    ? flatten1\n    : {}\nname: X",
        "expect:\n  ? layers\n  : ? A\n    : {output: 2x6x6}\n    ? flatten1\n    : {}\n"
        f"    {FLOW_B}\nname: X",
    ),
    "lists": (
        "expect: {layers: {B: {}, flatten1: {output: [72]}}}",
        "expect: {layers: {B: {}, flatten1: {output: [72]}, "
        "A: {output: [2, 6, 6], parameters: 20, connections: 720, macs: 648}}}",
    ),
    "empty": ("expect: {}\n", f"expect: {{layers: {{{FLOW_A}, flatten1: {{output: 72}}, {FLOW_B}}}}}\n"),
    "text last": ("expect:\n  source: |\n    A book\n", "expect:\n  source: |\n    A book\n" + LAYERS),
}


@pytest.mark.parametrize(("before", "after"), [pytest.param(*pair, id=name) for name, pair in ADDED.items()])
def test_layers_are_added_as_those_beside_them_are_written(before: str, after: str) -> None:
    assert frozen(HEAD + before, layers=True).text == HEAD + after
    assert frozen(HEAD + before).written == 0


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("conv-1.a", "conv-1.a"),
        ("Größe", "Größe"),
        ("1", '"1"'),
        ("No", '"No"'),
        ("null", '"null"'),
        ("a: b", '"a: b"'),
        ("{#'", '"{#\'"'),
        ("-", '"-"'),
        ('"\\\n', '"\\"\\\\\\n"'),
        ("a\u202e\x85\x1b", '"a\\u202e\\u0085\\u001b"'),
        ("\U0001f600 ", '"\U0001f600 "'),
    ],
    ids=ascii,
)
def test_names_that_are_no_plain_keys_are_quoted(name: str, key: str) -> None:
    text = json.dumps({**JSON, "layers": [{"name": name, "kind": "flatten"}]})
    yaml = f"lenetcalc: 1\ninput: 4\nlayers:\n  - {json.dumps({'name': name, 'kind': 'flatten'})}\n"
    assert json.loads(frozen(text, layers=True).text)["expect"]["layers"] == {name: {"output": 64}}
    assert frozen(yaml, layers=True).text.endswith(f"  layers:\n    {key}: {{output: 4}}\n")
