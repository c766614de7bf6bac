"""``lenetcalc diff`` as it is called: what it prints, and its exit codes."""

import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from lenetcalc.cli import command

Call = Callable[..., tuple[int, str, str]]
TEXTBOOK = ("diff", "lenet5", "lenet5-textbook")


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Call a command in this process: its exit code, and what it prints."""

    def called(*arguments: str) -> tuple[int, str, str]:
        code = command.main([*arguments], standalone_mode=False)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return called


def spec(folder: Path, name: str, *layers: str, size: str = "1x16x16") -> str:
    """A file with a spec of these layers."""
    text = "".join(f"  - {layer}\n" for layer in layers)
    (folder / name).write_text(f"lenetcalc: 1\ninput: {size}\nlayers:\n{text}", encoding="utf-8")
    return str(folder / name)


def test_the_account_is_that_of_the_issue(call: Call) -> None:
    code, out, _ = call(*TEXTBOOK)
    assert code == 0
    lines = out.splitlines()
    assert lines[:4] == [
        "LeNet-5 → LeNet-5 as textbooks have it",
        "before: lenet5, input 1×32×32",
        "after: lenet5-textbook, input 1×32×32",
        "layers: 7 → 7, 7 changed",
    ]
    assert "parameters: 60,000 → 61,706: C3 table +900, S2 −12, S4 −32, OUTPUT +850" in lines
    assert "fixed: 840 → 0: OUTPUT −840" in lines
    assert max(map(len, lines)) <= 80


def test_rows_are_the_changes_of_a_layer(call: Call) -> None:
    rows = [line.split() for line in call(*TEXTBOOK)[1].splitlines()]
    start = rows.index(["C3", "activation", "scaled-tanh", "tanh", "--"])
    assert rows[start + 1 : start + 3] == [
        ["table", "lenet5", "--", "--"],
        ["parameters", "1,516", "2,416", "+900"],
    ]
    assert ["output", "120×1×1", "120", "--"] in rows


def test_no_word_is_broken_where_the_line_has_room(call: Call) -> None:
    lines = call("diff", "alexnet", "vgg-a")[1].splitlines()
    words = [word for line in lines for word in line.split()]
    assert words.count("local-response-norm,") == 2
    assert max(map(len, lines)) <= 80


def test_a_name_is_told_once(call: Call, tmp_path: Path) -> None:
    kept = "{name: B, kind: conv, filters: 2, kernel: 1}"
    one = spec(tmp_path, "a.yaml", "{name: OLD, kind: conv, filters: 1, kernel: 3}", kept)
    other = spec(tmp_path, "b.yaml", "{name: NEW, kind: conv, filters: 1, kernel: 3}", kept)
    out = call("diff", one, other)[1]
    assert (out.count("OLD"), [line.split() for line in out.splitlines() if "OLD" in line]) == (
        1,
        [["NEW", "name", "OLD", "NEW", "--"]],
    )


def test_the_same_networks(call: Call) -> None:
    code, out, _ = call("diff", "lenet5", "lenet5", "--fail-on", "change")
    assert code == 0
    assert out.splitlines()[-3:] == [
        *("layers: 7 → 7, all as they were", "", "difference: none; the networks are the same")
    ]


def test_a_change_that_nothing_counts(call: Call, tmp_path: Path) -> None:
    one = spec(tmp_path, "a.yaml", "{name: C1, kind: conv, filters: 2, kernel: 3}")
    other = spec(tmp_path, "b.yaml", "{name: conv1, kind: conv, filters: 2, kernel: 3}")
    code, out, _ = call("diff", one, other, "--fail-on", "change")
    assert code == 1
    assert "conv1  name  C1      conv1          --" in out.splitlines()
    assert out.splitlines()[-1] == "difference: none in any quantity that is counted"
    assert call("diff", one, other, "--fail-on", "increase")[0] == 0
    assert call("diff", one, other, "--fail-on", "change", "--quantity", "macs")[0] == 0


def test_what_was_added_removed_and_moved(call: Call, tmp_path: Path) -> None:
    kept = ["{name: A, kind: conv, filters: 2, kernel: 1}", "{name: B, kind: conv, filters: 2, kernel: 1}"]
    one = spec(tmp_path, "a.yaml", *kept, "{name: OLD, kind: max-pool, kernel: 2}")
    other = spec(tmp_path, "b.yaml", "{name: NEW, kind: dropout}", kept[1], kept[0], "{kind: flatten}")
    rows = [line.split() for line in call("diff", one, other)[1].splitlines()]
    assert ["NEW", "added", "--", "dropout,", "1×16×16", "--"] in rows
    assert ["OLD", "removed", "max-pool,", "2×8×8", "--", "--"] in rows
    assert ["A", "place", "1", "3", "--"] in rows


@pytest.mark.parametrize(
    ("options", "code", "notes"),
    [
        (("--fail-on", "none"), 0, []),
        (
            ("--fail-on", "increase"),
            1,
            [
                "note: parameters increased by 1,706",
                "note: connections increased by 88,434",
                "note: macs increased by 90,000",
            ],
        ),
        (("--fail-on", "increase", "--quantity", "fixed"), 0, []),
        (
            ("--fail-on", "increase", "--quantity", "peak", "--quantity", "macs"),
            1,
            ["note: macs increased by 90,000"],
        ),
        (("--fail-on", "change", "--quantity", "fixed"), 1, ["note: fixed decreased by 840"]),
        (("--fail-on", "change", "--quantity", "peak"), 0, []),
    ],
)
def test_what_fails(call: Call, options: tuple[str, ...], code: int, notes: list[str]) -> None:
    found, out, _ = call(*TEXTBOOK, *options)
    assert (found, [line for line in out.splitlines() if line.startswith("note:")]) == (code, notes)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("diff", "-", "-"), "standard input can be one of the two networks"),
        ((*TEXTBOOK, "--quantity", "macs"), "add --fail-on increase"),
        ((*TEXTBOOK, "--fail-on", "increase", "--quantity", "mcas"), "did you mean macs?"),
    ],
)
def test_calls_that_mean_nothing(call: Call, arguments: tuple[str, ...], told: str) -> None:
    with pytest.raises(click.UsageError, match=told.replace("?", r"\?")):
        call(*arguments)


@pytest.mark.parametrize("arguments", [("lenet5", "nowhere@main"), ("nowhere.yaml", "lenet5")])
def test_a_network_that_cannot_be_read(
    call: Call, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = call("diff", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("nowhere")


def test_a_network_that_does_not_build(call: Call, tmp_path: Path) -> None:
    broken = spec(tmp_path, "b.yaml", "{name: C1, kind: conv, filters: 2, kernel: 30}")
    code, _, err = call("diff", "lenet5", broken)
    assert code == 2
    assert f"{broken}:4:48: C1: a 30×30 kernel does not fit" in err


def test_the_document(call: Call) -> None:
    document = json.loads(call(*TEXTBOOK, "--format", "json", "--fail-on", "increase")[1])
    assert (document["document"], document["schema_version"], document["same"]) == (
        "lenetcalc diff",
        1,
        False,
    )
    assert document["after"]["spec"] == "lenet5-textbook"
    assert document["after"]["totals"]["parameters"] == 61_706
    assert document["accounts"]["parameters"] == {
        **{"before": 60_000, "after": 61_706, "difference": 1_706},
        "terms": [
            {"layer": "C3", "causes": ["table"], "difference": 900},
            {"layer": "S2", "causes": [], "difference": -12},
            {"layer": "S4", "causes": [], "difference": -32},
            {"layer": "OUTPUT", "causes": [], "difference": 850},
        ],
    }
    (table,) = [layer for layer in document["layers"] if layer["after"]["layer"] == "C3"]
    assert table["fields"][1] == {"what": "table", "before": "lenet5", "after": None}
    assert document["failing"] == {"parameters": 1_706, "connections": 88_434, "macs": 90_000}


def test_markdown(call: Call) -> None:
    lines = call(*TEXTBOOK, "--format", "markdown")[1].splitlines()
    assert lines[0] == "## LeNet-5 → LeNet-5 as textbooks have it"
    assert "| `C3` | activation | scaled-tanh | tanh | -- |" in lines
    assert "- **parameters:** 60,000 → 61,706: C3 table +900, S2 −12, S4 −32, OUTPUT +850" in lines


def test_blocks_and_small_terms_are_told_together(call: Call) -> None:
    """ResNet-101 has 17 blocks more, each with 1,117,184 parameters: 12 are named, 5 are not."""
    _, out, _ = call("diff", "resnet-50", "resnet-101")
    text = " ".join(out.split())
    assert "conv4.block18 added +1,117,184, 5 others +5,585,920" in text
    rows = [line.split() for line in out.splitlines()]
    assert ["conv4.block7", "added", "--", "9", "layers", "--"] in rows
    assert ["parameters", "--", "1,117,184", "+1,117,184"] in rows
    back = " ".join(call("diff", "resnet-101", "resnet-50")[1].split())
    assert "conv4.block7 removed 9 layers --" in back
    assert "5 others −5,585,920" in back


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        pytest.param("bias: true", "bias: false", ["bias", "true", "false"], id="flags"),
        pytest.param("stride: 1", "stride: [1, 2]", ["stride", "1", "[1,", "2]"], id="lists"),
        pytest.param(
            "groups: 1",
            "table: [[0], [0], [0], [0], [0], [0], [0], [0]]",
            ["table", "--", "[[0],"],
            id="a long list",
        ),
        pytest.param(
            "activation: relu",
            "activation: {function: leaky-relu, slope: 0.2}",
            ["activation", "relu", "leaky-relu", "(slope:", "0.2)"],
            id="functions",
        ),
    ],
)
def test_values_as_a_spec_writes_them(
    call: Call, before: str, after: str, shown: list[str], tmp_path: Path
) -> None:
    layer = "{{name: C, kind: conv, filters: 8, kernel: 3, {}}}"
    one, other = spec(tmp_path, "a.yaml", layer.format(before)), spec(tmp_path, "b.yaml", layer.format(after))
    words = call("diff", one, other)[1].split()
    assert any(words[at : at + len(shown)] == shown for at in range(len(words)))


def test_inputs_have_rows(call: Call, tmp_path: Path) -> None:
    one, other = (spec(tmp_path, f"{size}.yaml", "relu", size=size) for size in ("1x4x4", "1x5x5"))
    rows = [line.split() for line in call("diff", one, other)[1].splitlines()]
    assert ["input", "input", "1×4×4", "1×5×5", "--"] in rows
    assert ["peak:", "32", "→", "50:", "input", "+9,", "relu1", "+9"] in rows
