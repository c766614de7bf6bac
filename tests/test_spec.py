"""From a file or a name to a spec, and the faults of what is no spec."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lenetcalc.errors import SpecError
from lenetcalc.source import MOST_BYTES
from lenetcalc.spec import find, load, loads, packaged
from lenetcalc.validation import received

TEN_NETWORKS_AND_LENET1 = {
    *("lenet5", "lenet5-maxpool", "lenet5-keras1", "lenet5-keras-avgpool", "conv-8x8", "lenet-keras-wide"),
    *("lenet5-pytorch", "lenet-keras-3x3", "lenet5-keras-same", "lenet5-pytorch-avgpool", "lenet1"),
}
SMALL = "lenetcalc: 1\ninput: 5\nlayers: [flatten]\n"


def refusal(read: Callable[[], object]) -> str:
    """What a call is refused with."""
    with pytest.raises(SpecError) as refused:
        read()
    return str(refused.value)


def test_the_networks_of_the_articles_are_packaged() -> None:
    assert set(packaged()) >= TEN_NETWORKS_AND_LENET1


def test_packaged_networks_are_found_by_name() -> None:
    assert find("lenet5") == packaged()["lenet5"]
    assert load("lenet5").name == "LeNet-5"


def test_a_file_goes_before_a_packaged_network_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lenet5").write_text(SMALL)
    assert load("lenet5").inputs == {"input": (5,)}


def test_a_directory_does_not_hide_a_packaged_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lenet5").mkdir()
    assert load("lenet5").name == "LeNet-5"


def test_a_path_may_be_text_or_path(tmp_path: Path) -> None:
    path = tmp_path / "网络.yaml"
    path.write_text(SMALL)
    assert load(path) == load(str(path))


def test_a_missing_file_is_told_with_all_packaged_names(tmp_path: Path) -> None:
    told = refusal(lambda: load(tmp_path / "zzz.yaml"))
    assert told.startswith(
        f"{tmp_path}/zzz.yaml: there is no such file, and no packaged network of that name; "
    )
    assert all(name in told for name in TEN_NETWORKS_AND_LENET1)


@pytest.mark.parametrize("name", ["lenet-5", "LeNet5", "lenet5.yml", "lenett5", "specs/lenet5.yml"])
def test_a_near_miss_is_told_the_name_meant(name: str) -> None:
    assert refusal(lambda: load(name)) == (
        f"{name}: there is no such file, and no packaged network of that name; did you mean lenet5?"
    )


def test_a_directory_is_no_spec(tmp_path: Path) -> None:
    assert refusal(lambda: load(tmp_path)) == (
        f"{tmp_path}: this is a directory: a spec is a file; name the file in it"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read every file")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "secret.yaml"
    path.write_text(SMALL)
    path.chmod(0)
    assert refusal(lambda: load(path)) == f"{path}: the file cannot be read: permission denied"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may search every directory")
def test_a_file_in_a_closed_directory_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0)
    try:
        assert "permission denied" in refusal(lambda: load(folder / "a.yaml"))
    finally:
        folder.chmod(0o700)


def test_a_file_that_breaks_off_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Path, mode: str) -> object:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "a.yaml"
    path.write_text(SMALL)
    monkeypatch.setattr(Path, "open", broken)
    assert refusal(lambda: load(path)) == f"{path}: the file cannot be read: permission denied"


@pytest.mark.parametrize(
    "name", ["", "a" * 5_000, "a\0b", "lenet5/x", "\x1b[31m", "\udc80"], ids=lambda name: ascii(name[:9])
)
def test_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    told = refusal(lambda: load(name))
    assert told.isprintable()
    assert len(told) < 1_000


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(2**33)  # 8 GiB, of which the disk holds nothing
    assert refusal(lambda: load(path)).startswith(f"{path}: the file has over {MOST_BYTES:,} bytes")


def test_errors_call_a_text_what_they_are_told() -> None:
    assert refusal(lambda: loads("")).startswith("<text>: the file is empty")
    assert refusal(lambda: loads("5", file="mine.yaml")).startswith("mine.yaml:1:1: the document is 5")


def test_text_and_bytes_are_read_alike() -> None:
    assert loads(SMALL) == loads(SMALL.encode()) == loads("\ufeff" + SMALL)


HEADS = {
    "behind another key": ("name: x\nlenetcalc: 1\n", "2:1: name stands before lenetcalc"),
    "a fraction": ("lenetcalc: 1.0\n", "1:12: lenetcalc is 1.0"),
    "text": ("lenetcalc: one\n", "1:12: lenetcalc is 'one'"),
    "a list": ("lenetcalc: [1]\n", "1:12: lenetcalc is [1]"),
    "another version": ("lenetcalc: 99\nno: such\nfields: here\n", "1:12: lenetcalc is 99"),
}


@pytest.mark.parametrize(("text", "told"), [pytest.param(*row, id=name) for name, row in HEADS.items()])
def test_the_version_stands_first_and_is_told_alone(text: str, told: str) -> None:
    found = refusal(lambda: loads(text, file="x"))
    assert found.startswith(f"x:{told}")
    assert "\n" not in found
    assert found.endswith("write lenetcalc: 1 in its first line")


def test_comments_may_stand_before_the_version() -> None:
    assert loads("# a network\n\n" + SMALL).layers


def test_faults_are_sorted_by_place_and_each_told_once() -> None:
    layers = "  - {kind: dense, units: 0, bias: 5}\n  - {kind: relu, name: ~}\n"
    text = f"lenetcalc: 1\nname: 5\ninput: 0\nlayers:\n{layers}"
    with pytest.raises(SpecError) as refused:
        loads(text, file="x")
    places = [(fault.place.line, fault.place.column) for fault in refused.value.faults if fault.place]
    assert places == [(2, 7), (3, 8), (5, 26), (5, 35), (6, 24)]


def test_at_most_a_hundred_faults_are_told() -> None:
    text = "lenetcalc: 1\ninput: 5\nlayers:\n" + "  - {kind: dense, units: 0}\n" * 150
    with pytest.raises(SpecError) as refused:
        loads(text)
    assert len(refused.value.faults) == 100
    assert str(refused.value).endswith("\nmore faults are not shown")


def test_a_fault_carries_its_parts() -> None:
    with pytest.raises(SpecError) as refused:
        loads("lenetcalc: 1\ninput: 5\nlayers: [{name: F, kind: dense, units: '10'}]\n", file="x")
    (fault,) = refused.value.faults
    assert (fault.layer, fault.fault) == ("F", "units is '10'")
    assert (fault.rule, fault.hint) == ("it must be a whole number", "write 10 without quotes")
    assert str(fault.place) == "x:3:40"


SHOWN: dict[str, tuple[object, str]] = {
    "nothing": (None, "empty"),
    "truth": (True, "true"),
    "number": (1998, "1998"),
    "fraction": (0.5, "0.5"),
    "text": ("a", "'a'"),
    "text that steers a terminal": ("\x1b[2J", "'\\x1b[2J'"),
    "long text": ("a" * 100, f"'{'a' * 39}…'"),
    "mapping": ({"a": 1}, "a mapping"),
    "list": ([1, [True, "a"]], "[1, [true, 'a']]"),
    "long list": ([*range(100)], "[0, 1, 2, 3, 4, 5, 6, 7, …]"),
    "number beyond Python's printing": (10**5_000, "a number of 16610 bits"),
}


@pytest.mark.parametrize(("value", "shown"), [pytest.param(*row, id=name) for name, row in SHOWN.items()])
def test_a_received_value_is_shown_short_and_as_a_spec_writes_it(value: object, shown: str) -> None:
    assert received(value) == shown
