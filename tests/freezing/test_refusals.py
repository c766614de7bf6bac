"""Figures that cannot be stated, and texts that have no room for them: what is told."""

import pytest

from lenetcalc.freezing import freeze as freezing
from lenetcalc.freezing.splicing import spliced
from tests.freezing.texts import HEAD, frozen, refusal

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
