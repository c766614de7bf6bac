"""The command freeze as a user meets it: what it writes, what it says, and the exit code."""

import gc
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from lenetcalc.cli import main, rewriting
from tests.conftest import Run

NET = "lenetcalc: 1\ninput: 4\nlayers: [{name: F, kind: dense, units: 2}]\n"
FIGURES = "expect:\n  parameters: 10\n  connections: 10\n  macs: 8\n"
WRONG = NET + FIGURES.replace("8", "9")

Call: TypeAlias = Callable[..., tuple[object, str, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> Call:
    """Run the command in this process, in an empty folder: its exit code, its output and its errors."""
    monkeypatch.setattr(gc, "disable", lambda: None)
    monkeypatch.setenv("PYDANTIC_DISABLE_PLUGINS", "__all__")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path, stdin: bytes = b"") -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["lenetcalc", "freeze", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capfdbinary.readouterr()
        return ended.value.code, shown.out.decode(), shown.err.decode()

    return run


def net(name: str, text: str = WRONG) -> Path:
    """A file in the folder of the test."""
    path = Path(name)
    path.write_bytes(text.encode())
    return path


def test_figures_are_written_and_told(call: Call) -> None:
    path = net("a.yaml")
    assert call(path) == (0, "a.yaml: 1 figure written, 2 as they were\n", "")
    assert path.read_bytes() == (NET + FIGURES).encode()
    assert call(path) == (0, "a.yaml: 3 figures as they were\n", "")
    assert [*Path().iterdir()] == [path]


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        (NET, [], "3 figures written"),
        (NET, ["--layers"], "7 figures written"),
        (NET + "expect: {macs: 8}", [], "1 figure as it was"),
        (NET + "expect: {macs: 8, units: 7}", [], "1 figure written, 1 as it was"),
        (NET + "expect: {source: X}", [], "no figures are stated"),
    ],
)
def test_it_is_told_what_was_done(call: Call, text: str, options: list[str], told: str) -> None:
    assert call(*options, net("a.yaml", text)) == (0, f"a.yaml: {told}\n", "")


def test_a_file_that_is_right_is_not_touched(call: Call) -> None:
    path = net("a.yaml", NET + FIGURES)
    before = path.stat()
    assert call(path)[0] == 0
    assert path.stat() == before


DIFFERENCE = """\
--- a.yaml
+++ a.yaml
@@ -4,4 +4,4 @@
 expect:
   parameters: 10
   connections: 10
-  macs: 9
+  macs: 8
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=ascii)
def test_a_difference_is_shown_and_nothing_written(call: Call, end: str) -> None:
    path = net("a.yaml", WRONG.replace("\n", end))
    assert call("--diff", path) == (1, DIFFERENCE, "")
    assert path.read_bytes() == WRONG.replace("\n", end).encode()
    assert call("--diff", net("a.yaml", NET + FIGURES)) == (0, "", "")


def test_a_difference_cannot_steer_a_terminal(call: Call) -> None:
    text = WRONG.replace("10\n  m", f"10 #\t\u202e{'x' * 2000}\n  m")
    shown = call("--diff", net("a\x1b.yaml", text))[1]
    assert shown.startswith("--- a\\x1b.yaml\n+++ a\\x1b.yaml\n")
    assert "10 #\t\\u202exxx" in shown
    assert max(map(len, shown.splitlines())) < 1_100


def test_a_packaged_network_is_shown_but_not_written(call: Call) -> None:
    told = "this is a packaged network: only files of your own are written; --diff shows what would change"
    assert call("lenet5") == (2, "", f"lenet5: {told}\n")
    assert call("--diff", "lenet5") == (0, "", "")
    net("lenet5")
    assert call("lenet5") == (0, "lenet5: 1 figure written, 2 as they were\n", "")


def test_standard_input_is_printed_with_its_figures(lenetcalc: Run, call: Call) -> None:
    mark, text = "\ufeff", WRONG.replace("\n", "\r\n")
    right = (NET + FIGURES).replace("\n", "\r\n")
    assert call("-", stdin=(mark + text).encode()) == (0, mark + right, "")
    assert call("-", "--diff", stdin=text.encode())[:2] == (1, DIFFERENCE.replace("a.yaml", "<stdin>"))
    assert lenetcalc("freeze", "-", stdin=WRONG).stdout == NET + FIGURES


def test_an_error_in_one_file_does_not_stop_the_others(call: Call) -> None:
    broken = net("b.yaml", NET + "expect: {layers: {G: {macs: 1}}}\n")
    code, out, err = call("none.yaml", net("a.yaml"), broken, net("c.yaml"))
    assert code == 2
    assert out == "a.yaml: 1 figure written, 2 as they were\nc.yaml: 1 figure written, 2 as they were\n"
    assert [line.partition(": ")[0] for line in err.splitlines()] == ["none.yaml", "b.yaml:4:29"]
    assert broken.read_text() == NET + "expect: {layers: {G: {macs: 1}}}\n"


def test_the_worst_exit_code_is_that_of_all(call: Call) -> None:
    assert call("--diff", net("a.yaml"), net("b.yaml", NET + FIGURES))[0] == 1


def test_permissions_stay_and_links_are_followed(call: Call) -> None:
    folder = Path("folder")
    folder.mkdir()
    path = net("folder/a.yaml")
    path.chmod(0o640)
    link = Path("link.yaml")
    link.symlink_to(path)
    assert call(link) == (0, "link.yaml: 1 figure written, 2 as they were\n", "")
    assert link.is_symlink()
    assert (path.read_text(), path.stat().st_mode & 0o777) == (NET + FIGURES, 0o640)


def written_by_an_editor(path: Path) -> Callable[..., object]:
    def fsync(number: int) -> None:
        path.write_text(NET)

    return fsync


def no_room(*arguments: object, **options: object) -> Any:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("name", "failing", "reason", "left"),
    [
        ("os.fsync", written_by_an_editor(Path("a.yaml")), "it has changed since it was read", NET),
        ("os.fsync", no_room, "no space left on device", WRONG),
        ("mkstemp", no_room, "no space left on device", WRONG),
        ("os.replace", no_room, "no space left on device", WRONG),
    ],
    ids=["an editor", "full disk", "no temporary file", "no replacement"],
)
def test_a_file_that_cannot_be_written_stays(
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    failing: Callable[..., Any],
    reason: str,
    left: str,
) -> None:
    path = net("a.yaml")
    monkeypatch.setattr(f"lenetcalc.cli.rewriting.{name}", failing)
    assert call(path) == (2, "", f"a.yaml: the file cannot be written: {reason}\n")
    assert path.read_text() == left
    assert [*Path().iterdir()] == [path]


def test_a_read_only_file_stays(call: Call) -> None:
    path = net("a.yaml")
    path.chmod(0o444)
    assert call(path) == (2, "", "a.yaml: the file cannot be written: it is read-only\n")
    assert path.read_text() == WRONG


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ValueError, match="it is no regular file"):
        rewriting.rewrite(str(pipe), b"", b"")
    assert pipe.is_fifo()
