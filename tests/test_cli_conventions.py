"""The commands that speak of conventions, as they are called: what they print, and their exit codes."""

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from lenetcalc.cli import command
from tests.conftest import ROOT, Run

Call = Callable[..., tuple[int, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Call a command in this process: its exit code, and what it prints."""

    def called(*arguments: str) -> tuple[int, str]:
        code = command.main([*arguments], standalone_mode=False)
        return code, capsys.readouterr().out

    return called


def rows(out: str) -> list[list[str]]:
    """The words of every line."""
    return [line.split() for line in out.splitlines()]


def test_a_report_counts_by_a_convention_and_says_so(call: Call) -> None:
    code, out = call("report", "lenet5-textbook", "--convention", "torchinfo")
    assert code == 0
    assert "Mult-Adds of torchinfo 1.8.0: torchinfo/layer_info.py" in out
    assert ["C1", "(conv)", "6×28×28", "122,304"] in rows(out)
    assert ["S2", "(average-pool)", "6×14×14", "--"] in rows(out)
    assert ["Total", "423,038"] in rows(out)


def test_several_conventions_make_columns(call: Call) -> None:
    _, out = call("report", "lenet5-textbook", "--convention", "torch", "--convention", "thop")
    assert ["Layer", "(type)", "Output", "Shape", "torch", "FLOP", "thop", "macs"] in rows(out)
    assert ["OUTPUT", "(dense)", "10", "1,680", "840"] in rows(out)


def test_what_is_not_counted_makes_a_lower_bound(call: Call) -> None:
    _, out = call("report", "lenet5-textbook", "--convention", "fvcore")
    assert ["S2", "(average-pool)", "6×14×14", "?"] in rows(out)
    assert ["Total", "≥", "416,520"] in rows(out)
    assert "? and ≥: tanh and average-pool not counted" in " ".join(out.split())


def test_what_a_tool_prints_by_mistake_is_told(call: Call) -> None:
    _, out = call("report", "lenet5-textbook", "--convention", "ptflops")
    assert "the tool prints 435,646: modules that call a function" in " ".join(out.split())


def test_blocks_are_sums_of_their_layers(call: Call) -> None:
    _, out = call("report", "resnet-18", "--convention", "torch", "--depth", "1")
    assert [row[-1] for row in rows(out) if row[:1] == ["conv3"]] == ["822,083,584"]
    assert ["Total", "3,628,146,688"] in rows(out)


def test_a_convention_as_json_has_its_terms(call: Call) -> None:
    document = json.loads(call("report", "lenet5-textbook", "--convention", "thop", "--format", "json")[1])
    (thop,) = document["conventions"]
    assert (thop["version"], thop["total"], thop["lower_bound"], thop["not_counted"]) == (
        *("0.1.1", 418_096),
        *(True, ["tanh"]),
    )
    assert thop["layers"]["S2"]["terms"] == [
        {"kind": "average-pool", "factor": 1, "amount": "outputs", "value": 1176}
    ]


def test_a_report_without_conventions_loads_nothing_of_them() -> None:
    code = "import sys; from lenetcalc.cli import command; "
    code += "command.main(['report', 'lenet5'], standalone_mode=False); "
    code += "print('lenetcalc.counting' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "False"


def test_a_document_without_conventions_says_so(call: Call) -> None:
    assert json.loads(call("report", "lenet5", "--format", "json")[1])["conventions"] == []


def test_an_unknown_convention_is_told_with_the_nearest(lenetcalc: Run) -> None:
    done = lenetcalc("report", "lenet5", "--convention", "fvcor")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--convention: 'fvcor' is none of macs, flops" in done.stderr
    assert "did you mean fvcore?" in done.stderr


def test_numbers_are_reconciled(call: Call) -> None:
    code, out = call("reconcile", "lenet5-textbook", "416,520", "423038")
    assert code == 0
    assert ["+6,518", "bias", "additions", "of", "conv", "and", "dense"] in rows(out)
    assert ["423,038", "Mult-Adds", "of", "torchinfo", "1.8.0"] in rows(out)


def test_a_number_that_is_none_is_a_finding(call: Call) -> None:
    code, out = call("reconcile", "lenet5-textbook", "423000")
    assert code == 1
    assert "none; Mult-Adds of torchinfo 1.8.0 is 38 more" in " ".join(out.split())
    assert "note: 423000 is none of the counts that are known; above are the nearest" in out


def test_reconciled_numbers_as_json(call: Call) -> None:
    code, out = call("reconcile", "lenet5-textbook", "416520", "833040", "--format", "json")
    document = json.loads(out)
    assert (code, document["document"], document["schema_version"]) == (0, "lenetcalc reconcile", 1)
    assert document["numbers"][1]["matches"] == [
        {
            **{"convention": "torch", "tool": "torch", "version": "2.13", "calls": "FLOP"},
            **{"value": 833_040, "printed": False, "lower_bound": False, "not_counted": []},
            **{"times": "1", "product": 833_040, "reason": None},
        }
    ]
    (account,) = document["accounts"]
    assert account["steps"] == [
        {"amount": "macs", "kinds": ["conv", "dense"], "value": 416_520, "before": 1, "after": 2}
    ]


@pytest.mark.parametrize(
    "number", ["423038.0", "423,038", "423038 MACs", "0.423M", "423.04 KMac", "0.42 MFLOPs"]
)
def test_numbers_are_read_as_tools_print_them(call: Call, number: str) -> None:
    code, out = call("reconcile", "lenet5-textbook", number)
    assert code == 0
    assert "Mult-Adds of torchinfo 1.8.0" in out


def test_a_number_may_be_of_another_input(call: Call) -> None:
    code, out = call("reconcile", "resnet-18", "3.6G", "--input", "3x224x224")
    assert (code, "FLOP of torch 2.13" in out) == (0, True)


@pytest.mark.parametrize("number", ["abc", "-5", "1e", "٣", "1.5", "1,5", "4,2,,1", "4.09X", "9" * 70, ""])
def test_what_is_no_number_is_refused(lenetcalc: Run, number: str) -> None:
    done = lenetcalc("reconcile", "lenet5", "--", number)
    assert (done.returncode, done.stdout) == (2, "")
    assert "NUMBERS: " in done.stderr
    assert "internal error" not in done.stderr
