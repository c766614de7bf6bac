"""Figures written into specs: which numbers change, and that nothing else does."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenetcalc import freezing
from lenetcalc.analysis import analyze
from lenetcalc.checking.network import check_analysis
from lenetcalc.errors import SpecError
from lenetcalc.figures import read_figure, reprinted
from lenetcalc.freezing import Frozen, freeze
from lenetcalc.spec import loads, packaged
from lenetcalc.splicing import spliced

HEAD = """\
lenetcalc: 1
input: 1x8x8
layers:
  - {name: A, kind: conv, filters: 2, kernel: 3}
  - flatten
  - {name: B, kind: dense, units: 3}
"""
"""A: (3·3 + 1)·2 = 20 parameters, 2·6·6 = 72 units of 9 macs and 10 lines; B: 72·3 + 3 = 219."""

TOTALS = "expect:\n  parameters: 239\n  connections: 939\n  macs: 864\n"
LAYERS = """\
  layers:
    A: {output: 2x6x6, parameters: 20, connections: 720, macs: 648}
    flatten1: {output: 72}
    B: {output: 3, parameters: 219, connections: 219, macs: 216}
"""
JSON = {
    "lenetcalc": 1,
    "input": [1, 8, 8],
    "layers": [
        {"name": "A", "kind": "conv", "filters": 2, "kernel": 3},
        "flatten",
        {"name": "B", "kind": "dense", "units": 3},
    ],
}
TOTALS_JSON = {"parameters": 239, "connections": 939, "macs": 864}
LAYERS_JSON = {
    "A": {"output": [2, 6, 6], "parameters": 20, "connections": 720, "macs": 648},
    "flatten1": {"output": 72},
    "B": {"output": 3, "parameters": 219, "connections": 219, "macs": 216},
}


def frozen(text: str, *, layers: bool = False) -> Frozen:
    """A text with its own figures."""
    return freeze(text, analyze(loads(text)), layers=layers)


def refusal(text: str, *, layers: bool = False) -> str:
    """What is said of a text that cannot have its figures."""
    with pytest.raises(SpecError) as refused:
        frozen(text, layers=layers)
    return str(refused.value)


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


@pytest.mark.parametrize(
    ("stated", "right"),
    [
        ("units: +0071", "units: 72"),
        ("units: 0072", "units: 0072"),
        ("output: 2x6x7", "output: 2x6x6"),
        ("output: 2×6×7", "output: 2×6×6"),
        ("output: '2x6×7'", "output: '2×6×6'"),
        ('output: "9x9"', 'output: "2x6x6"'),
        ("output: 9", "output: 2x6x6"),
        ("output: [ 2,6 ,7]", "output: [ 2,6 ,6]"),
        ("output: [2, +06, 6]", "output: [2, +06, 6]"),
        ("output: [9]", "output: [2, 6, 6]"),
        ("output: [2, 6, 6, 1, 2,]", "output: [2, 6, 6,]"),
        ("output:\n      - 9 # maps", "output:\n      - 2 # maps\n      - 6\n      - 6"),
        ("output:\n      - 1\n      - 1\n      - 1\n      - 1", "output:\n      - 2\n      - 6\n      - 6"),
        ("output: [\n      9 # maps\n      ]", "output: [\n      2,\n      6,\n      6 # maps\n      ]"),
        ("receptive_field: 3", "receptive_field: 3"),
        ("receptive_field: 4", "receptive_field: 3"),
        ("receptive_field: 3x4", "receptive_field: 3x3"),
        ("receptive_field: [3, 3]", "receptive_field: [3, 3]"),
        ("stride: [2, 3]", "stride: [1, 1]"),
    ],
)  # fmt: skip
def test_a_figure_keeps_its_form(stated: str, right: str) -> None:
    text = HEAD + "expect:\n  layers:\n    A:\n      {}\n      macs: 648 # as before"
    assert frozen(text.replace("{}", stated)).text == text.replace("{}", right)


@pytest.mark.parametrize(
    ("name", "stated", "right"),
    [
        ("B", "output: 3x1", "output: 3"),
        ("B", "output: '3x1'", "output: 3"),
        ("C", "receptive_field: 7", "receptive_field: 3x5"),
        ("C", "stride: '7x7'", "stride: '1x2'"),
    ],
)
def test_a_form_gives_way_where_it_cannot_say_it(name: str, stated: str, right: str) -> None:
    pool = "{name: C, kind: max-pool, kernel: 3x5, stride: 1x2}"
    layers = f"[{pool}, flatten, {{name: B, kind: dense, units: 3}}]"
    text = f"lenetcalc: 1\ninput: 1x8x9\nlayers: {layers}\nexpect: {{layers: {{{name}: {{{{}}}}}}}}\n"
    assert frozen(text.replace("{{}}", f"{{{stated}}}")).text == text.replace("{{}}", f"{{{right}}}")


def test_a_number_becomes_a_list_in_json() -> None:
    text = json.dumps({**JSON, "expect": {"layers": {"A": {"output": 5}}}})
    assert frozen(text).text == text.replace('"output": 5', '"output": [2, 6, 6]')


PRINTED = {
    "rounded still": ("parameters: 0.2k, macs: 0.9k", "parameters: 0.2k, macs: 0.9k"),
    "rounded anew": ("parameters: 0.3k, macs: '0.80e3'", "parameters: 0.2k, macs: '0.86e3'"),
    "too coarse": ("parameters: 60M, macs: '8.0e9'", "parameters: 239, macs: 864"),
    "operations": ("multiplications: 1, additions: 2k", "multiplications: 864, additions: 1k"),
    "bytes": ("weight_memory: 1KiB, peak_memory: 512B", "weight_memory: 1KiB, peak_memory: 544B"),
    "rounded bytes": ("weight_memory: 2.5KiB, peak_memory: 1.5kB", "weight_memory: 956, peak_memory: 0.5kB"),
    "bytes of a size": ("element_size: 2, weight_memory: 956", "element_size: 2, weight_memory: 478"),
    "conventions": (
        "conventions: {torchinfo: 423038, 'torch': \"1.2k\"}",
        "conventions: {torchinfo: 939, 'torch': \"1.7k\"}",
    ),
    "an output": ("output: 4, receptive_field: 7", "output: 3, receptive_field: 8"),
    "of layers": (
        "layers: {conventions: {macs: 1, conventions: {macs: 1}}}, conventions: {macs: 9k}",
        "layers: {conventions: {macs: 648, conventions: {macs: 648}}}, conventions: {macs: 1k}",
    ),
}


@pytest.mark.parametrize(
    ("stated", "right"), [pytest.param(*pair, id=name) for name, pair in PRINTED.items()]
)
def test_figures_of_every_sort_are_written(stated: str, right: str) -> None:
    text = HEAD.replace("A,", "conventions,") + "expect: {%s} # a\n"
    assert frozen(text % stated).text == text % right
    assert frozen(text % right).written == 0


DIFFERING = [
    pytest.param(path, id=path.stem)
    for path in sorted((Path(__file__).parent / "cases" / "figures").glob("*-differs.yaml"))
]


@pytest.mark.parametrize("path", DIFFERING)
def test_a_check_finds_no_figure_that_differs_any_more(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    before, after = [
        [finding.rule for finding in check_analysis(analyze(loads(each)), path.name).findings]
        for each in (text, frozen(text, layers=True).text)
    ]
    assert (set(before), after) == ({"figure-differs"}, [])


def test_cases_that_differ_are_found() -> None:
    assert len(DIFFERING) >= 7


def test_what_was_published_stays() -> None:
    block = "expect: {source: X, published: [{macs: 7, verdict: right}], macs: %s}\n"
    done = frozen(HEAD + block % 1)
    assert done == Frozen(HEAD + block % 864, written=1, kept=0)


LARGE = "lenetcalc: 1\ninput: 999999999999\nlayers: [{kind: dense, units: 9999999}]\n"
UNSTATABLE = {
    "half a stride": (
        "lenetcalc: 1\ninput: 1x4\nlayers:\n  - {name: U, kind: upsample, factor: 2}\n"
        "expect: {layers: {U: {stride: 3}}}",
        "<text>:5:31: U: stride is 3: the network has no whole number for it; take it away",
    ),
    "comments in a list": (
        HEAD + "expect: {layers: {A: {output: [2, # maps\n 6, 6, # rows\n 6]}}}",
        "<text>:7:31: A: output is [2, 6, 6, 6]: the network's is 2x6x6, and there are comments in the list",
    ),
    "block of text": (
        HEAD + "expect:\n  layers:\n    A:\n      output: |-\n        2x6x7",
        "<text>:10:15: A: output is '2x6x7': it is written as a block of text; write it in one line",
    ),
    "too large": (
        LARGE + "expect: {macs: 1, fixed: 0, weights: 2}",
        "<text>:4:16: macs is 1: the network's has 19 digits, and a spec states at most 18\n"
        "<text>:4:38: weights is 2: the network's has 19 digits, and a spec states at most 18",
    ),
    "too large to add": (
        LARGE,
        "<text>:1:1: its figures cannot be written: 9999999000000000000 has 19 digits: "
        "a number in a spec has at most 18",
    ),
    "unknown layer": (
        HEAD + "expect: {layers: {C: {macs: 1}}}",
        "<text>:7:29: C: macs is 1: there is no layer of that name; take it away",
    ),
    "unknown layer of a treacherous name": (
        HEAD + "expect: {layers: {conventions: {units: 1}}}",
        "<text>:7:40: conventions: units is 1: there is no layer of that name; take it away",
    ),
    "misspelt layer": (
        HEAD + "expect: {layers: {flaten1: {conventions: {torch: 1}}}}",
        "<text>:7:50: flaten1: torch is 1: there is no layer of that name; did you mean flatten1?",
    ),
    "misspelt convention": (
        HEAD + "expect: {conventions: {torchinf: 1k}}",
        "<text>:7:34: torchinf is '1k': there is no convention of that name; did you mean torchinfo?",
    ),
    "a convention that does not count all": (
        HEAD.replace("flatten", "{kind: rbf, units: 2}") + "expect: {conventions: {fvcore: 1}}",
        "<text>:7:32: fvcore is 1: the network has no whole number for it; take it away",
    ),
    "several outputs": (
        "lenetcalc: 1\ninput: 5\nlayers:\n  - {name: A, kind: dense, units: 3}\n"
        "  - {name: B, kind: dense, units: 4, from: input}\nexpect: {output: 2}\n",
        "<text>:6:18: output is 2: the network's are 3 and 4; write one of them",
    ),
}


@pytest.mark.parametrize(
    ("text", "told"), [pytest.param(*pair, id=name) for name, pair in UNSTATABLE.items()]
)
def test_what_cannot_be_stated_is_told(text: str, told: str) -> None:
    assert refusal(text) == told


def test_a_spec_that_would_be_too_long_is_told() -> None:
    text = HEAD + "expect: {macs: 1}"
    room = 2**20 - len(text) - 3
    assert frozen(f"{text}\n#{'x' * (room - 2)}\n").written == 1
    assert refusal(f"{text}\n#{'x' * room}\n") == (
        "<text>:1:1: its figures cannot be written: the file has over 1,048,576 bytes: "
        "a spec has at most 1 MiB"
    )


def test_a_hundred_faults_are_told() -> None:
    layers = ", ".join(f"N{number}: {{macs: 1}}" for number in range(500))
    *told, last = refusal(f"{HEAD}expect: {{layers: {{{layers}}}}}").splitlines()
    assert (len(told), last) == (100, "more faults are not shown")


def test_a_layer_without_room_for_its_name_is_told() -> None:
    text = f"lenetcalc: 1\ninput: 4\nlayers: [{{name: {'n' * 201}, kind: flatten}}]\n"
    assert frozen(text).written == 3
    assert refusal(text, layers=True) == (
        "<text>:1:1: its figures cannot be written: a key has 201 characters: a key has at most 200"
    )


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(("units: 139", "units: 138"), id="another figure"),
        pytest.param(("kernel: 3", "kernel: 1"), id="another network"),
        pytest.param((": X", ": Y"), id="another source"),
        pytest.param((", macs: 864", ""), id="a figure lost"),
        pytest.param(("macs: 864", "macs: ["), id="no spec"),
    ],
)
def test_a_bug_of_ours_is_noticed(monkeypatch: pytest.MonkeyPatch, broken: tuple[str, str]) -> None:
    monkeypatch.setattr(freezing, "spliced", lambda text, edits: spliced(text, edits).replace(*broken))
    text = HEAD + "expect: {units: 1, source: X, macs: 864}\n"
    with pytest.raises(RuntimeError):
        frozen(text)


@pytest.mark.parametrize(
    ("printed", "number", "text"),
    [
        ("61.2M", 4_231_976, "4.2M"),
        ("61.2M", 4_250_000, "4.3M"),
        ("60M", 499_999, "499999"),
        ("60M", 500_000, "1M"),
        ("60M", 0, "0M"),
        ("8 k", 61_706, "62 k"),
        ("3.80e9", 12_399_999_999, "12.40e9"),
        ("3e0", 61_706, "61706e0"),
        ("112Ki", 2048 + 512, "3Ki"),
        ("1.05k", 61_004, "61.00k"),
        ("1k", 10**18 - 1, "999999999999999999"),
        ("1T", 10**20, "100000000T"),
        (61706, 10**20, str(10**20)),
    ],
)
def test_a_number_takes_the_form_of_a_figure(printed: object, number: int, text: str) -> None:
    assert reprinted(read_figure(printed), number) == text


@given(
    st.integers(0, 10**6),
    st.sampled_from(["{}k", "{} M", "{}.0G", "{}.50M", "{}T", "{}e3", "{}.7e9", "{}Mi"]),
    st.integers(0, 10**18 - 1),
)
def test_a_reprinted_figure_stands_for_the_number(whole: int, form: str, number: int) -> None:
    text = reprinted(read_figure(form.format(whole)), number)
    assert read_figure(int(text) if text.isdecimal() else text).rounds_to(number)


@dataclass(frozen=True)
class Part:
    """A piece of a spec as it is stated, and as it is when it is right."""

    stated: str
    right: str

    def __add__(self, other: "Part | str") -> "Part":
        other = other if isinstance(other, Part) else Part(other, other)
        return Part(self.stated + other.stated, self.right + other.right)


TOTAL = {
    "units": 64 + 72 + 3,
    "parameters": 239,
    "biases": 5,
    "weights": 234,
    "connections": 939,
    "macs": 864,
}
OF_A = {
    "units": 72,
    "parameters": 20,
    "biases": 2,
    "weights": 18,
    "fixed": 0,
    "connections": 720,
    "macs": 648,
}
WORDS = st.text("aé网🙂 #'\"{}[],:\\-&*!|>%@`\u202e\t", max_size=8)


@st.composite
def numbers(draw: st.DrawFn, right: int) -> Part:
    """A count, right or wrong, perhaps with a sign or zeros."""
    other = draw(st.just(right) | st.integers(0, 10**6))
    form = draw(st.sampled_from(["{}", "+{}", "00{}"]))
    return Part(form.format(other), form.format(other) if other == right else str(right))


@st.composite
def shapes(draw: st.DrawFn) -> Part:
    """An output, right or wrong, spelled with or without quotes or as a list."""
    sizes = draw(st.just([2, 6, 6]) | st.lists(st.integers(1, 99), min_size=3, max_size=3))
    sign, quote = draw(st.sampled_from("x×")), draw(st.sampled_from(["", "'", '"']))
    between = draw(st.sampled_from([None, ",", " ,", ", "]))
    if between is None:
        return Part(*[quote + sign.join(map(str, each)) + quote for each in (sizes, [2, 6, 6])])
    return Part(*["[" + between.join(map(str, each)) + "]" for each in (sizes, [2, 6, 6])])


@st.composite
def specs(draw: st.DrawFn) -> Part:
    """A spec that states some figures, in some order and layout, with words and signs around."""
    key = st.sampled_from(["{}", "'{}'", '"{}"', "{} "])
    comment = st.just("") | WORDS.map(lambda words: f"  # {words}")

    def entry(name: str, value: Part) -> Part:
        return Part("", "") + f"{draw(key).format(name)}: " + value

    figures = {name: draw(numbers(right)) for name, right in OF_A.items() if draw(st.booleans())}
    figures |= {"output": draw(shapes())}
    entries = [entry(name, figures[name]) for name in draw(st.permutations([*figures]))]
    text = (
        Part("", "")
        + f"{HEAD}# {draw(WORDS)}\nname: {json.dumps(draw(WORDS) + 'é')} # {draw(WORDS)}\nexpect:"
    )
    text += f"{draw(comment)}\n"
    for name, right in TOTAL.items():
        text = text + "  " + entry(name, draw(numbers(right))) + f"{draw(comment)}\n"
    text += "  layers:\n    A:"
    if draw(st.booleans()):
        text += " {"
        for each in entries:
            text += each + draw(st.sampled_from([",", " , ", ",\n      "]))
        text += f"}}{draw(comment)}\n"
    else:
        for each in entries:
            text = text + f"{draw(comment)}\n      " + each
        text += f"{draw(comment)}\n"
    text += draw(st.sampled_from(["", f"# {draw(WORDS)}\n", "\n \n"]))
    end, mark = draw(st.sampled_from(["\n", "\r\n"])), draw(st.sampled_from(["", "\ufeff"]))
    last = draw(st.sampled_from(["", "\n"]))
    return Part(*[mark + (each[:-1] + last).replace("\n", end) for each in (text.stated, text.right)])


@settings(max_examples=60, deadline=None)
@given(specs())
def test_nothing_but_wrong_figures_changes(part: Part) -> None:
    done = frozen(part.stated)
    assert done.text == part.right
    assert frozen(done.text) == Frozen(part.right, written=0, kept=done.written + done.kept)
    assert frozen(frozen(part.stated, layers=True).text, layers=True).written == 0
