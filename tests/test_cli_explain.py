"""The command explain as a user meets it: what it prints, where, and the exit code."""

import json

import pytest

from tests.conftest import ROOT, Run
from tests.report.test_golden import without_colours
from tests.test_cli import on_terminal

BLOCKS = """\
lenetcalc: 1
input: 3x9x7
blocks:
  pair:
    layers:
      - {name: a, kind: conv, filters: 3, kernel: 1}
      - {name: b, kind: conv, filters: 3, kernel: 2}
layers:
  - {name: one, block: pair}
  - {name: more, kind: conv, filters: 4, kernel: 1, repeat: 2}
"""


def test_a_layer_is_explained(lenetcalc: Run) -> None:
    done = lenetcalc("explain", "lenet5", "C3")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (ROOT / "tests/golden/lenet5.explain-C3.txt").read_text(encoding="utf-8")


def test_a_quantity_is_explained_alone(lenetcalc: Run) -> None:
    done = lenetcalc("explain", "lenet5", "C3", "macs")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("C3 (conv) of LeNet-5: macs\n")
    assert "parameters" not in done.stdout


def test_a_layer_within_a_block_is_explained_by_its_full_name(lenetcalc: Run) -> None:
    done = lenetcalc("explain", "-", "one.b", "parameters", stdin=BLOCKS)
    assert (done.returncode, "= (2×2×3 + 1)×3" in done.stdout) == (0, True)


def test_a_layer_on_another_input(lenetcalc: Run) -> None:
    done = lenetcalc("explain", "lenet5", "C1", "output", "--input", "3x36x40")
    assert (done.returncode, "= 36 − 5 + 1" in done.stdout) == (0, True)


def test_json_is_json(lenetcalc: Run) -> None:
    told = json.loads(lenetcalc("explain", "lenet5", "S2", "--format", "json").stdout)
    assert (told["document"], told["schema_version"], told["layer"]) == ("lenetcalc explain", 1, "S2")
    assert {count["counts"]: count["value"] for count in told["counts"]}["connections"] == 5_880


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lenet5"], "Missing argument 'LAYER'"),
        (["lenet5", "C33"], "'C33' is none of C1, S2, C3, S4, C5, F6 and OUTPUT; did you mean C3?"),
        (["lenet5", "output"], "did you mean OUTPUT?"),
        (["lenet5", "zzz"], "'zzz' is none of C1, S2, C3, S4, C5, F6 and OUTPUT"),
        (["lenet5", "C3\x1b[31m\x07"], "'C3\\x1b[31m\\x07' is none of"),
        (["lenet5", "C3", "parms"], "did you mean parameters?"),
        (["lenet5", "C3", "addition"], "did you mean additions?"),
        (["lenet5", "C3", "\x9b\u202e"], "'\\x9b\\u202e' is none of output, units,"),
        (["-", "one"], "'one' is a block of one.a and one.b; one layer is explained: did you mean one.b?"),
        (["-", "more"], "'more' is a chain of layers; one layer is explained: did you mean more2?"),
        (["-", "input"], "'input' is none of one.a, one.b, more1 and more2"),
        (["lenet", "C3"], "did you mean lenet5?"),
        (["lenet5", "C3", "--input", "1x0x3"], "whole numbers of at least 1"),
        (["-", "one.a", "--max-layers", "3"], "there are over 3 layers"),
    ],
    ids=lambda value: value if isinstance(value, str) else ascii(" ".join(value)),
)
def test_a_wrong_call_is_told_and_exits_with_2(lenetcalc: Run, arguments: list[str], message: str) -> None:
    done = lenetcalc("explain", *arguments, stdin=BLOCKS)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(done.stderr)


def test_a_network_that_does_not_build_is_told(lenetcalc: Run) -> None:
    done = lenetcalc("explain", "lenet5", "C5", "--input", "1x28x28")
    assert done.returncode == 2
    assert "C5: a 5×5 kernel does not fit a 4×4 map" in done.stderr


def test_a_terminal_gets_colours_and_the_same_words() -> None:
    shown = on_terminal("explain", "lenet5", "C3")
    plain = (ROOT / "tests/golden/lenet5.explain-C3.txt").read_text(encoding="utf-8")
    words = without_colours(shown).replace("─", "").split()
    assert words == plain.replace("─", "").split()
    assert shown != without_colours(shown)
    assert max(map(len, without_colours(shown).splitlines())) <= 80


def test_a_stream_that_knows_only_ascii_gets_ascii(lenetcalc: Run) -> None:
    done = lenetcalc("explain", "lenet5", "C3", "parameters", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "sum  (kernel x in_channels/groups + bias) x filters" in done.stdout
