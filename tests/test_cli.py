"""The command line as a user meets it: what it prints, where, and the exit code."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from tests.report.test_golden import without_colours

SPEC = "{lenetcalc: 1, input: 1x5x7, layers: [{kind: conv, filters: 2, kernel: 3}]}"


def test_report_of_a_packaged_network_by_name(lenetcalc: Run, tmp_path: Path) -> None:
    done = lenetcalc("report", "lenet5", cwd=tmp_path, PYTHONPATH=str(ROOT))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (ROOT / "tests/golden/lenet5.txt").read_text(encoding="utf-8")


def test_report_of_standard_input(lenetcalc: Run) -> None:
    done = lenetcalc("report", "-", stdin=SPEC)
    assert done.returncode == 0
    assert "2×3×5" in done.stdout


def test_an_error_in_standard_input_names_it(lenetcalc: Run) -> None:
    done = lenetcalc("report", "-", stdin=SPEC.replace("conv", "cnov"))
    assert done.returncode == 2
    assert done.stderr.startswith("<stdin>:1:46: layer 1: the kind 'cnov' is unknown")


def test_another_input(lenetcalc: Run) -> None:
    done = lenetcalc("report", "-", "--input", "3x9x9", stdin=SPEC)
    assert "3×9×9" in done.stdout


@pytest.mark.parametrize(("inputs", "code"), [([], 0), (["32", "3x36x40"], 0), (["32", "28"], 1)])
def test_sizes_of_which_one_does_not_build_are_a_finding(
    lenetcalc: Run, inputs: list[str], code: int
) -> None:
    done = lenetcalc("sizes", "lenet5", *inputs)
    assert (done.returncode, done.stderr) == (code, "")
    assert "32 to 64" in done.stdout


def test_bytes_are_those_of_the_element_size(lenetcalc: Run) -> None:
    shown = json.loads(lenetcalc("report", "lenet5", "--element-size", "2", "--format", "json").stdout)
    memory = shown["memory"]
    assert (memory["peak"], memory["peak_bytes"]) == (5_880, 11_760)  # C1's 4,704 and S2's 1,176
    sizes = json.loads(lenetcalc("sizes", "lenet5", "32", "--element-size", "1", "--format", "json").stdout)
    assert sizes["inputs"][0]["peak_bytes"] == 5_880


TWO_INPUTS = "{lenetcalc: 1, input: {a: 4, b: 6}, layers: [{kind: dense, units: 2, from: a}]}"


def test_another_input_by_name(lenetcalc: Run) -> None:
    done = lenetcalc("report", "-", "--input", "a=5", "--columns", "input", stdin=TWO_INPUTS)
    assert "a 5 · b 6" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["report"], "Missing argument 'SPEC'"),
        (["report", "lenet5", "--colums", "x"], "No such option"),
        (["report", "lenet5", "--columns", "parms"], "did you mean parameters?"),
        (["report", "lenet5", "--format", "yaml"], "'yaml' is not one of"),
        (["report", "lenet5", "--input", "1x0x3"], "whole numbers of at least 1"),
        (["report", "lenet5", "--input", "left=1x3x3"], "the network's inputs are input"),
        (["report", "-", "--input", "5"], "5 does not say which of a or b"),
        (["sizes", "lenet5", "32x"], "32x: an input is numbers of at least 1"),
        (["sizes", "lenet5", "0"], "0: an input is numbers of at least 1"),
        (["sizes", "lenet5", "1x2x3x4"], "input is 1×32×32; 4 numbers do not say its size"),
        (["rapport"], "No such command 'rapport'"),
        (["kinds", "cnov"], "did you mean conv?"),
        (["report", "no/such.yaml"], "there is no such file"),
        (["report", "lenet"], "did you mean lenet5?"),
        (["report", "specs"], "this is a directory"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_a_wrong_call_is_told_and_exits_with_2(lenetcalc: Run, arguments: list[str], message: str) -> None:
    done = lenetcalc(*arguments, stdin=TWO_INPUTS)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_rows_up_to_a_failing_layer_are_shown(lenetcalc: Run) -> None:
    done = lenetcalc("report", "lenet5", "--input", "1x28x28")
    assert done.returncode == 2
    assert "S4 (subsample)  16×4×4" in done.stdout
    assert "Total" not in done.stdout
    assert "shrinks 28→24→12→8→4" in done.stderr


def test_a_failing_layer_leaves_json_empty(lenetcalc: Run) -> None:
    done = lenetcalc("report", "lenet5", "--input", "1x28x28", "--format", "json")
    assert (done.returncode, done.stdout) == (2, "")


def test_json_is_json(lenetcalc: Run) -> None:
    document = json.loads(lenetcalc("report", "lenet5", "--format", "json").stdout)
    assert document["schema_version"] == 1
    assert document["totals"]["connections"] == 340_908
    assert document["layers"][2]["parameters"] == {
        "value": 1516,
        "formula": "Σ (kernel × in_channels/groups + bias) × filters",
        "substituted": "(5×5×3+1)×6 + (5×5×4+1)×9 + (5×5×6+1)×1",
    }


def test_json_keeps_integers_of_any_size_exact(lenetcalc: Run) -> None:
    size = 10**17 - 1
    spec = f"{{lenetcalc: 1, input: {size}, layers: [{{kind: dense, units: {size}}}]}}"
    document = json.loads(lenetcalc("report", "-", "--format", "json", stdin=spec).stdout)
    assert document["totals"]["parameters"] == (size + 1) * size


def test_kinds_as_json(lenetcalc: Run) -> None:
    document = json.loads(lenetcalc("kinds", "Conv2d", "--format", "json").stdout)
    assert [kind["kind"] for kind in document["kinds"]] == ["conv"]
    assert document["kinds"][0]["formulas"]["parameters"] == "(kernel × in_channels/groups + bias) × filters"


def test_kinds_say_what_other_tools_leave_unsaid(lenetcalc: Run) -> None:
    document = json.loads(lenetcalc("kinds", "lrn", "--format", "json").stdout)
    fields = {
        field["name"]: (field["default"], field["default_as"]) for field in document["kinds"][0]["fields"]
    }
    assert fields["alpha"] == ("0.0001", {"LRN": "1.0"})
    assert fields["beta"] == ("0.75", {})
    assert "true for AvgPool1d, AvgPool2d and AvgPool3d." in lenetcalc("kinds", "average-pool").stdout


def test_the_schema_is_the_one_beside_the_specs(lenetcalc: Run) -> None:
    published = (ROOT / "specs/lenetcalc-1.schema.json").read_text(encoding="utf-8")
    assert lenetcalc("schema").stdout == published


def test_the_version(lenetcalc: Run) -> None:
    assert lenetcalc("--version").stdout == "lenetcalc 0.1.0\n"


def test_a_stream_that_knows_only_ascii_gets_ascii(lenetcalc: Run) -> None:
    done = lenetcalc("report", "lenet5", "--working", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "(5x5x1 + 1)x6 = 156" in done.stdout


def test_a_closed_pipe_is_silent() -> None:
    """The reader is gone before the report is written: no message, and no exit code of ours."""
    command = f"{sys.executable} -m lenetcalc kinds | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("0\n", "")


@pytest.mark.parametrize(
    ("redirection", "code"),
    [(">&-", 0), ("2>&-", 0), (">/dev/full", 2), ("2>/dev/full", 0)],
    ids=["closed output", "closed errors", "full disk", "full disk for errors"],
)
def test_streams_that_cannot_be_written_are_no_bug_of_ours(redirection: str, code: int) -> None:
    command = f"{sys.executable} -m lenetcalc report lenet5 {redirection}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == code
    assert done.stderr == ("cannot go on: no space left on device\n" if code else "")


@pytest.mark.parametrize("spec", ["nope", "-"], ids=["no such file", "no spec"])
@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full"])
def test_an_error_that_cannot_be_told_keeps_its_exit_code(spec: str, redirection: str) -> None:
    command = f"{sys.executable} -m lenetcalc report {spec} {redirection} </dev/null"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stdout) == (2, "")


def test_closed_standard_input_is_told() -> None:
    command = f"{sys.executable} -m lenetcalc report - <&-"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, "standard input is closed")


def test_no_command_shows_the_help(lenetcalc: Run) -> None:
    done = lenetcalc()
    assert done.returncode == 2
    assert "Commands:" in (done.stdout + done.stderr).splitlines()


NAMED = SPEC.replace("{lenetcalc: 1,", '{lenetcalc: 1, name: "Grüße 🙂\\x9b\\u202e",')


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
def test_json_says_the_same_in_every_encoding(lenetcalc: Run, encoding: str) -> None:
    done = lenetcalc(
        "report", "-", "--format", "json", stdin=NAMED, PYTHONIOENCODING=f"{encoding}:strict", PYTHONUTF8="0"
    )
    assert json.loads(done.stdout)["network"]["name"] == "Grüße 🙂\x9b\u202e"
    assert not {"\x9b", "\u202e"} & set(done.stdout)


def test_another_input_keeps_the_name_of_the_one_input(lenetcalc: Run) -> None:
    spec = "{lenetcalc: 1, input: {img: 1x5x5}, layers: [{kind: conv, from: img, filters: 2, kernel: 3}]}"
    done = lenetcalc("report", "-", "--input", "img=1x7x7", stdin=spec)
    assert (done.returncode, "2×5×5" in done.stdout) == (0, True)


def test_a_bug_of_ours_says_so_and_exits_with_3() -> None:
    code = (
        "import sys; import lenetcalc.report.network as network; import lenetcalc.cli as cli\n"
        "def broken(*arguments, **options): raise RuntimeError('a\\x1bb')\n"
        "network.network_report = broken; sys.argv = ['lenetcalc', 'report', 'lenet5']; cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 3
    assert (
        done.stderr == "internal error: RuntimeError at <string>:2: a\\x1bb; please report it with the spec\n"
    )


def test_an_interrupt_exits_with_130() -> None:
    code = (
        "import sys; import lenetcalc.report.network as network; import lenetcalc.cli as cli\n"
        "def stopped(*arguments, **options): raise KeyboardInterrupt\n"
        "network.network_report = stopped; sys.argv = ['lenetcalc', 'report', 'lenet5']; cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr.strip()) == (130, "")


def on_terminal(*arguments: str, **environment: str) -> str:
    """What the command prints on a terminal of 80 columns."""
    main, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "lenetcalc", *arguments],
        stdout=child,
        stderr=child,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "80", "TERM": "xterm", "PYTHONIOENCODING": "utf-8", **environment},
    )
    os.close(child)
    text = b""
    try:
        while part := os.read(main, 4096):
            text += part
    except OSError:  # Linux says so when the child has closed the terminal
        pass
    process.wait(timeout=60)
    os.close(main)
    return text.decode("utf-8").replace("\r\n", "\n")


def test_a_terminal_gets_colours() -> None:
    shown = on_terminal("report", "lenet5")
    golden = (ROOT / "tests/golden/lenet5.terminal.txt").read_text(encoding="utf-8")
    assert without_colours(shown) == golden
    assert shown != golden


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "dumb"])
def test_a_terminal_without_colours_gets_plain_text(environment: dict[str, str]) -> None:
    plain = (ROOT / "tests/golden/lenet5.txt").read_text(encoding="utf-8")
    assert on_terminal("report", "lenet5", **environment) == plain


def test_a_control_character_in_a_name_never_reaches_the_terminal(lenetcalc: Run) -> None:
    spec = SPEC.replace("kind: conv", 'name: "\\e[31m\\a", kind: conv')
    done = lenetcalc("report", "-", stdin=spec)
    assert "\\x1b[31m\\x07 (conv)" in done.stdout
    wrong = lenetcalc("report", "-", stdin=spec.replace("kernel: 3", "kernel: 9"))
    assert "\\x1b[31m\\x07: a 9×9 kernel" in wrong.stderr
    assert not {"\x1b", "\x07"} & set(done.stdout + wrong.stdout + wrong.stderr)
