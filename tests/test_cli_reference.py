"""The commands verify and forward as a user meets them: what they print, where, and the exit code."""

import gc
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from lenetcalc.cli import main
from tests.conftest import Run

NET = """\
lenetcalc: 1
name: Two
input: 1x2x2
layers:
  - {name: P1, kind: max-pool, kernel: 1x2, stride: 1}
  - {name: F2, kind: dense, units: 2}
"""
"""With ones as weights and a ramp as input: the maxima 1/4 and 3/4, then their sum and 1 as bias, twice."""

DEEP = "{lenetcalc: 1, input: 1, layers: [{kind: dense, units: 1, repeat: 400}]}"
"""So deep that fractions come to more digits than Python prints."""


@dataclass(frozen=True)
class Done:
    """What came of a call."""

    code: object
    out: str
    err: str

    @property
    def rows(self) -> list[list[str]]:
        """The words of every line."""
        return [line.split() for line in self.out.splitlines()]

    @property
    def flowing(self) -> str:
        """What was printed, as if no line had been folded."""
        return " ".join(self.out.split())


Call: TypeAlias = Callable[..., Done]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run the command line in this process, from argv to the exit code."""
    monkeypatch.setattr(gc, "disable", lambda: None)
    monkeypatch.setenv("PYDANTIC_DISABLE_PLUGINS", "__all__")

    def run(*arguments: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["lenetcalc", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        return Done(ended.value.code, shown.out, shown.err)

    return run


@pytest.fixture
def at(tmp_path: Path) -> Callable[[str, object], str]:
    """Write a file: text as it is, anything else as JSON."""

    def write(name: str, content: object) -> str:
        text = content if isinstance(content, str) else json.dumps(content)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return write


At: TypeAlias = Callable[[str, object], str]


@pytest.fixture
def net(at: At) -> str:
    """The file of the small network."""
    return at("net.yaml", NET)


MADE = ("--weights", "ones", "--input", "ramp")


def test_verify_shows_what_was_run_and_that_the_formulas_hold(call: Call) -> None:
    done = call("verify", "lenet5")
    assert (done.code, done.err) == (0, "")
    # LeCun et al. 1998, II-B: C3 has 1,516 parameters and 151,600 connections
    assert ["C3", "(conv)", "1", "whole", "304,800", "151,600", "1,516", "hold"] in done.rows
    assert "Proved: 7 layers of 7; equal layers are run once" in done.out
    assert "Run whole: 7 layers" in done.out


def test_verify_says_what_was_reduced(call: Call) -> None:
    done = call("verify", "alexnet")
    (conv,) = [row for row in done.rows if row[:1] == ["conv2"]]
    assert (done.code, conv[2:4], conv[-1]) == (0, ["1", "reduced"], "hold")
    assert "the others on fewer channels and positions, with the same window" in done.flowing


def test_verify_as_json(call: Call) -> None:
    done = call("verify", "lenet1", "--format", "json")
    document = json.loads(done.out)
    assert (document["document"], document["schema_version"]) == ("lenetcalc verify", 1)
    assert sum(proof["connections"] for proof in document["proofs"]) == 98_442
    assert document["proofs"][-1] == {
        "layers": ["OUTPUT"],
        "type": "dense",
        "run": True,
        "whole": True,
        "inputs": [[12, 4, 4]],
        "output": [10],
        "operations": 2 * 192 * 10,  # 192 products, 191 sums of products and a bias for each unit
        "connections": 193 * 10,
        "weights": 193 * 10,
        "differences": [],
    }


def test_verify_on_another_input(call: Call, net: str) -> None:
    done = call("verify", net, "--input", "3x4x5", "--format", "json")
    assert [proof["inputs"] for proof in json.loads(done.out)["proofs"]] == [[[3, 4, 5]], [[3, 4, 4]]]


@pytest.mark.parametrize(("command", "shown"), [("verify", "hold"), ("forward", "F2 (dense)")])
def test_a_network_may_come_from_standard_input(lenetcalc: Run, command: str, shown: str) -> None:
    done = lenetcalc(command, "-", stdin=NET)
    assert (done.returncode, done.stderr, shown in done.stdout) == (0, "", True)


def test_forward_shows_shapes_extremes_and_first_values(call: Call, net: str) -> None:
    done = call("forward", net, *MADE)
    assert (done.code, done.err) == (0, "")
    assert ["P1", "(max-pool)", "1×2×1", "0.25", "0.75", "0.25,", "0.75"] in done.rows
    assert ["F2", "(dense)", "2", "2", "2", "2,", "2"] in done.rows
    assert done.out.splitlines()[1:4] == ["weights: ones", "input: ramp", "numbers: float"]


@pytest.mark.parametrize(
    ("numbers", "pooled", "sums"),
    [
        pytest.param("float", [0.25, 0.75], [2.0, 2.0], id="float"),
        pytest.param("fraction", ["1/4", "3/4"], ["2", "2"], id="fraction"),
        pytest.param("int", [1, 3], [5, 5], id="int"),
    ],
)
def test_forward_as_json_has_every_value(
    call: Call, net: str, numbers: str, pooled: list[Any], sums: list[Any]
) -> None:
    done = call("forward", net, *MADE, "--numbers", numbers, "--format", "json")
    assert json.loads(done.out) == {
        "document": "lenetcalc forward",
        "schema_version": 1,
        "network": "Two",
        "weights": "ones",
        "input": "ramp",
        "numbers": numbers,
        "expected": None,
        "tolerance": None,
        "compared": {},
        "departure": None,
        "layers": [
            {"name": "P1", "type": "max-pool", "output": [1, 2, 1], "values": pooled},
            {"name": "F2", "type": "dense", "output": [2], "values": sums},
        ],
    }


def test_forward_draws_with_seed_0_where_nothing_is_said(call: Call, net: str) -> None:
    done = call("forward", net)
    assert done.out == call("forward", net, "--weights", "seed:0", "--input", "seed:0").out
    assert done.out != call("forward", net, "--weights", "seed:1").out


def test_one_layer_is_shown_alone(call: Call, net: str) -> None:
    document = json.loads(call("forward", net, *MADE, "--layer", "F2", "--format", "json").out)
    assert [layer["name"] for layer in document["layers"]] == ["F2"]


@pytest.mark.parametrize(
    ("spec", "layer", "near"),
    [("lenet5", "c3", "C3"), ("resnet-18", "conv5.block1.ad1", "conv5.block1.add1")],
    ids=["of a few", "of many"],
)
def test_an_unknown_layer_is_told_with_the_nearest(call: Call, spec: str, layer: str, near: str) -> None:
    done = call("forward", spec, "--layer", layer)
    assert (done.code, done.out) == (2, "")
    assert f"--layer: '{layer}' is none of" in done.err
    assert f"did you mean {near}?" in done.err


EXPECTED = {"P1": [[[0.25], [0.75]]], "F2": [2, 2]}


def test_outputs_that_are_as_expected_are_well(call: Call, net: str, at: At) -> None:
    done = call("forward", net, *MADE, "--expect", at("want.json", EXPECTED))
    assert (done.code, done.err) == (0, "")
    assert "want.json, within 1e-05" in done.flowing


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        pytest.param(
            {**EXPECTED, "F2": [2, 3]},
            "note: F2[1] is 2, and 3 is expected; it is the first value that differs",
            id="a value",
        ),
        pytest.param(
            {"P1": [[[0.25], [0.5]]], "F2": [9, 9]},
            "note: P1[0, 1, 0] is 0.75, and 0.5 is expected; it is the first value that differs",
            id="of the first layer",
        ),
        pytest.param(
            {"P1": [[[1], [2], [3]]]}, "note: P1 has the shape 1×2×1, and 1×3×1 is expected", id="a shape"
        ),
        pytest.param({"F2": ["inf", 2]}, "note: F2[0] is 2, and inf is expected; it is", id="infinity"),
        pytest.param({"F2": [2, "nan"]}, "note: F2[1] is 2, and nan is expected; it is", id="NaN"),
        pytest.param({"F2": [10**400, 2]}, "note: F2[0] is 2, and ", id="beyond all floats"),
    ],
)
def test_the_first_value_that_differs_is_a_finding(
    call: Call, net: str, at: At, expected: object, told: str
) -> None:
    done = call("forward", net, *MADE, "--expect", at("want.json", expected))
    assert (done.code, done.err) == (1, "")
    assert told in done.flowing


def test_a_departure_as_json_ends_the_layers(call: Call, net: str, at: At) -> None:
    wanted = at("want.json", {**EXPECTED, "P1": [0.25, "1/2"]})
    done = call("forward", net, *MADE, "--numbers", "fraction", "--expect", wanted, "--format", "json")
    document = json.loads(done.out)
    assert (done.code, [layer["name"] for layer in document["layers"]]) == (1, ["P1"])
    assert document["departure"] == {
        "rule": "forward/value",
        "layer": "P1",
        "index": [0, 1, 0],
        "expected": "1/2",
        "computed": "3/4",
    }


@pytest.mark.parametrize(("tolerance", "code"), [("0.25", 0), ("0.2", 1), ("0", 1)])
def test_the_tolerance_says_how_far_off_a_value_may_be(
    call: Call, net: str, at: At, tolerance: str, code: int
) -> None:
    wanted = at("want.json", {"P1": [0.25, 0.5]})
    assert call("forward", net, *MADE, "--expect", wanted, "--tolerance", tolerance).code == code


def test_what_forward_writes_it_can_be_held_to(call: Call, net: str, tmp_path: Path) -> None:
    for_programs, tensors = tmp_path / "out.json", tmp_path / "out.safetensors"
    assert call("forward", net, "--format", "json", "-o", for_programs) == Done(0, "", "")
    assert call("forward", net, "--format", "safetensors", "-o", tensors).code == 0
    exactly = ("--tolerance", "0", "--expect")
    assert [call("forward", net, *exactly, path).code for path in (for_programs, tensors)] == [0, 0]
    other = ("--weights", "seed:1")
    assert [call("forward", net, *other, *exactly, path).code for path in (for_programs, tensors)] == [1, 1]


def test_safetensors_written_are_weights_and_inputs_too(call: Call, net: str, at: At, tmp_path: Path) -> None:
    """The output of P1, 1/4 and 3/4, read as the input of a dense layer of ones."""
    tensors = tmp_path / "out.safetensors"
    call("forward", net, *MADE, "--layer", "P1", "--format", "safetensors", "-o", tensors)
    behind = at("behind.yaml", "{lenetcalc: 1, input: 2, layers: [{name: F1, kind: dense, units: 1}]}")
    done = call("forward", behind, "--weights", "ones", "--input", tensors)
    assert ["F1", "(dense)", "1", "2", "2", "2"] in done.rows


def test_a_table_is_written_to_a_file(call: Call, net: str, tmp_path: Path) -> None:
    shown = call("forward", net, *MADE).out
    assert call("forward", net, *MADE, "-o", tmp_path / "out.txt") == Done(0, "", "")
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == shown


@pytest.mark.parametrize("form", ["table", "json", "safetensors"])
def test_a_file_that_cannot_be_written_exits_with_2(call: Call, net: str, tmp_path: Path, form: str) -> None:
    done = call("forward", net, "--format", form, "-o", tmp_path / "no/such")
    assert (done.code, done.out) == (2, "")
    assert "no/such: there is no such folder" in done.err


def test_weights_and_inputs_are_read_from_files(call: Call, net: str, at: At) -> None:
    weights = at("weights.json", {"F2.weight": [[1, 2], [3, "1/2"]], "F2.bias": [0, 10]})
    pixels = at("in.pgm", "P2 2 2 4\n1 4\n2 0\n")
    done = call("forward", net, "--weights", weights, "--input", pixels, "--numbers", "fraction")
    assert ["F2", "(dense)", "2", "2", "53/4", "2,", "53/4"] in done.rows  # of 1 and 1/2


def test_missing_and_superfluous_weights_are_listed(call: Call, net: str, at: At) -> None:
    weights = at("weights.json", {"F2.weights": [[1, 2], [3, 4]], "x": [1]})
    done = call("forward", net, "--weights", weights)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        f"{weights}: F2.weight is missing: it has 2×2 values; the file has F2.weights",
        f"{weights}: F2.bias is missing: it has 2 values",
        f"{weights}: F2.weights is superfluous",
        f"{weights}: x is superfluous",
    ]


@pytest.mark.parametrize("option", ["--weights", "--input"])
@pytest.mark.parametrize("given", ["seed:x", "seed:", "seed:-1", "seed:1.5", "seed:1234567890", "seed:١"])
def test_a_seed_is_a_whole_number(call: Call, net: str, option: str, given: str) -> None:
    done = call("forward", net, option, given)
    assert (done.code, done.out) == (2, "")
    assert f"{option}: {given}: a seed is a whole number of up to nine digits, as in seed:1" in done.err


def test_nan_in_the_input_is_computed_and_said(call: Call, net: str, at: At) -> None:
    done = call("forward", net, "--weights", "ones", "--input", at("in.json", "[[NaN, 1], [2, 3]]"))
    assert (done.code, done.err) == (0, "")
    notes = [line for line in done.out.splitlines() if line.startswith("note: ")]
    assert notes == [
        "note: input: 1 value not finite",
        "note: P1: 1 value not finite",
        "note: F2: 2 values not finite",
    ]
    assert ["P1", "(max-pool)", "1×2×1", "nan", "nan", "nan,", "3"] in done.rows


def test_what_is_not_finite_is_text_in_json(call: Call, net: str, at: At) -> None:
    pixels = at("in.json", "[[NaN, 1], [-Infinity, -Infinity]]")
    done = call("forward", net, "--weights", "ones", "--input", pixels, "--format", "json")
    values = [layer["values"] for layer in json.loads(done.out)["layers"]]
    assert values == [["nan", "-inf"], ["nan", "nan"]]


@pytest.mark.parametrize(
    ("numbers", "pixels", "told"),
    [
        pytest.param("int", "[[0.5, 1], [2, 3]]", "0.5 is no whole number", id="a half"),
        pytest.param("int", "[[NaN, 1], [2, 3]]", "nan is no whole number", id="NaN"),
        pytest.param("int", "[[Infinity, 1], [2, 3]]", "inf is no whole number", id="infinity"),
        pytest.param("fraction", "[[NaN, 1], [2, 3]]", "nan", id="NaN as a fraction"),
        pytest.param("fraction", "[[Infinity, 1], [2, 3]]", "inf", id="infinity as a fraction"),
    ],
)
def test_values_that_the_numbers_do_not_have_exit_with_2(
    call: Call, net: str, at: At, numbers: str, pixels: str, told: str
) -> None:
    path = at("in.json", pixels)
    done = call("forward", net, "--input", path, "--numbers", numbers)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"{path}: ")
    assert told in done.err


def test_a_function_that_fractions_do_not_have_is_refused_by_name(call: Call) -> None:
    done = call("forward", "lenet5", "--numbers", "fraction")
    assert (done.code, done.out) == (2, "")
    assert ": C1: tanh has no exact value as a fraction: " in done.err
    assert done.err.endswith("; run it in floats\n")


@pytest.mark.parametrize("form", ["table", "json"])
def test_numbers_of_more_digits_than_python_prints_are_no_bug_of_ours(call: Call, at: At, form: str) -> None:
    done = call("forward", at("deep.yaml", DEEP), "--numbers", "fraction", "--format", form)
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(["--weights", "none.json"], "none.json: the file cannot be read: no such", id="weights"),
        pytest.param(["--input", "none.pgm"], "none.pgm: the file cannot be read: no such", id="input"),
        pytest.param(["--expect", "none.json"], "none.json: the file cannot be read: no such", id="expected"),
        pytest.param(["--weights", "seed"], "seed: the file cannot be read: no such", id="no seed"),
        pytest.param(["--tolerance", "-1"], "-1.0 is not in the range x>=0", id="negative tolerance"),
        pytest.param(["--tolerance", "nan"], "--tolerance", id="tolerance that is no number"),
        pytest.param(["--numbers", "double"], "'double' is not one of", id="numbers"),
        pytest.param(["--format", "safetensors"], "writes a file: name it with -o", id="tensors unnamed"),
        pytest.param(["--max-layers", "1"], "layers", id="too many layers"),
    ],
)
def test_a_wrong_call_is_told_and_exits_with_2(call: Call, net: str, arguments: list[str], told: str) -> None:
    done = call("forward", net, *arguments)
    assert (done.code, done.out) == (2, "")
    assert told in done.err


def test_expected_outputs_of_another_network_are_a_wrong_call(call: Call, net: str, at: At) -> None:
    done = call("forward", net, "--expect", at("want.json", {**EXPECTED, "F": [1]}))
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith("want.json: F is no layer of the network; did you mean F2?\n")


def test_a_file_without_outputs_expects_nothing_and_is_refused(call: Call, net: str, at: At) -> None:
    done = call("forward", net, "--expect", at("want.json", {}))
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith("want.json: it has no output of a layer\n")


def test_a_layer_shown_alone_does_not_end_the_comparison(call: Call, net: str, at: At) -> None:
    wanted = at("want.json", {"F2": [2, 3]})
    done = call("forward", net, *MADE, "--layer", "P1", "--expect", wanted)
    assert done.code == 1
    assert "F2[1] is 2, and 3 is expected" in done.flowing


def test_how_much_was_compared_is_told(call: Call, net: str, at: At) -> None:
    done = call("forward", net, *MADE, "--expect", at("want.json", EXPECTED))
    assert "Compared: 4 values of 2 layers" in done.flowing


@pytest.mark.parametrize(("ending", "begins"), [("json", b"{\n"), ("JSON", b"{\n"), ("txt", b"Two\n")])
def test_the_ending_of_a_file_says_its_format(
    call: Call, net: str, tmp_path: Path, ending: str, begins: bytes
) -> None:
    path = tmp_path / f"out.{ending}"
    assert call("forward", net, *MADE, "-o", path) == Done(0, "", "")
    assert path.read_bytes().startswith(begins)


def test_tensors_are_written_through_a_link(call: Call, net: str, tmp_path: Path) -> None:
    link, target = tmp_path / "link.safetensors", tmp_path / "target.safetensors"
    link.symlink_to(target)
    assert call("forward", net, *MADE, "-o", link) == Done(0, "", "")
    assert (link.is_symlink(), call("forward", net, *MADE, "--expect", target).code) == (True, 0)


def test_a_format_that_contradicts_the_file_is_refused(call: Call, net: str, tmp_path: Path) -> None:
    done = call("forward", net, "--format", "json", "-o", tmp_path / "out.safetensors")
    assert done.code == 2
    assert "--format json and a file for safetensors contradict each other" in done.err


def test_findings_are_told_where_the_values_go_to_a_file(
    call: Call, net: str, at: At, tmp_path: Path
) -> None:
    wanted = at("want.json", {"F2": [2, 3]})
    done = call("forward", net, *MADE, "--expect", wanted, "-o", tmp_path / "out.json")
    told = "note: F2[1] is 2, and 3 is expected; it is the first value that differs\n"
    assert done == Done(1, "", told)


def test_nan_is_told_wherever_it_stands(call: Call, net: str, at: At) -> None:
    pixels = at("in.json", "[[1, 2], [3, NaN]]")
    done = call("forward", net, "--weights", "ones", "--input", pixels)
    assert ["P1", "(max-pool)", "1×2×1", "nan", "nan", "2,", "nan"] in done.rows


@pytest.mark.parametrize("command", ["verify", "forward"])
def test_a_network_that_does_not_build_is_told(call: Call, at: At, command: str) -> None:
    done = call(command, at("net.yaml", NET.replace("kernel: 1x2", "kernel: 3")))
    assert done.code == 2
    assert "net.yaml:5:40: P1: a 3×3 kernel does not fit a 2×2 map" in done.err


@pytest.mark.parametrize("command", ["verify", "forward"])
def test_a_name_cannot_steer_a_terminal(call: Call, at: At, command: str) -> None:
    spec = at("net.yaml", NET.replace("F2", '"\\e[31m\\a"'))
    wanted = at("want\x07.json", {"\x1b[31m\x07": [5, 5]})
    expecting = ("--expect", wanted) if command == "forward" else ()
    done = call(command, spec, *expecting)
    assert "\\x1b[31m\\x07 (dense)" in done.out
    assert not {"\x1b", "\x07"} & {*done.out, *done.err}
