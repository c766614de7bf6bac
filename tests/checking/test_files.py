"""What the paths of a call lead to: specs and policies, each once; other YAML is left alone."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from lenetcalc.checking.files import CallError, files_to_check, kind_of
from lenetcalc.findings import Finding

SPEC = "lenetcalc: 1\ninput: 784\nlayers: [{kind: dense, units: 10}]\n"
POLICY = "lenetcalc-policy: 1\nspecs: a.yaml\nbudget: {macs: {max: 1M}}\n"

KINDS: Mapping[str, tuple[bytes, str | None]] = {
    "spec": (SPEC.encode(), "spec"),
    "policy": (POLICY.encode(), "policy"),
    "behind comments": (b"# a\n\n# b\n---\n" + SPEC.encode(), "spec"),
    "byte order mark": (b"\xef\xbb\xbf" + SPEC.encode(), "spec"),
    "windows lines": (SPEC.replace("\n", "\r\n").encode(), "spec"),
    "quoted": (b'"lenetcalc": 1\n', "spec"),
    "in braces": (b"{lenetcalc: 1, input: 3, layers: [relu]}", "spec"),
    "JSON": (b'{\n  "lenetcalc": 1,\n  "input": 3}', "spec"),
    "UTF-16": (SPEC.encode("utf-16"), "spec"),
    "blank lines without end": (b"\n" * 10**6, None),
    "comments without end": (b"#\n" * 500_000, None),
    "broken": (b"lenetcalc: 1\nlayers: [{\n", "spec"),
    "another version": (b"lenetcalc: 99\n", "spec"),
    "another key first": (b"name: A\nlenetcalc: 1 # the version\r\ninput: 3\n", "spec"),
    "a policy with another key first": (b"specs: A\nlenetcalc-policy: 1", "policy"),
    "blank lines and comments of every sort": (b"\n  \n  # a\n%YAML 1.2\n---\n\nlenetcalc: 1", "spec"),
    "its version behind a comment": (b"lenetcalc: # one\n  1\ninput: 3", "spec"),
    "in braces behind the mark of a document": (b"--- {lenetcalc: 1, input: 3}", "spec"),
    "in braces behind a comment": (b"{ # hi\n lenetcalc: 1}", "spec"),
    "a key that is marked as one": (b"? lenetcalc\n: 1\n", "spec"),
    "an escaped key": (b'"lenet\\x63alc": 1\n', "spec"),
    "a policy behind a comment": (b"lenetcalc-policy: # v\n  1\n", "policy"),
    "JSON behind a blank": (b' {"lenetcalc": 1}', "spec"),
    "its version in the next line": (b"lenetcalc:\n  1\ninput: 3", "spec"),
    "old lines of a Macintosh": (b"# a\rlenetcalc: 1\rinput: 3\r", "spec"),
    "in a text": (b'x: "\nlenetcalc: 3\n"\n', None),
    "in a list": (b'[\n{"lenetcalc": 1}]', None),
    "JSON with its keys sorted": (b'{"input": [1, 5], "layers": [], "lenetcalc": 1}', "spec"),
    "a policy in JSON with its keys sorted": (
        b'{\n "budget": {},\n "lenetcalc-policy" : 1, "specs": ""}',
        "policy",
    ),
    "JSON that depends on us": (b'{"layers": {}, "dependencies": {"lenetcalc": "1"}}', None),
    "JSON of another file": (b'{"a": {"lenetcalc": "1", "layers": []}}', None),
    "a section of another file": (b"stages: [a]\nlenetcalc: {script: x}\nlayers: 3\n", None),
    "a section at the beginning": (b"lenetcalc: {script: x}\n", None),
    "a version of another file": (b"versions:\n  a: 1\nlenetcalc: 0.1.0\ninput: 3\n", None),
    "a number of another file": (b"versions: 1\nlenetcalc: 1\n", None),
    "not UTF-8": (b"lenetcalc: 1\nname: \xff\n", "spec"),
    "a workflow": (b"jobs:\n  check:\n    steps:\n      - run: lenetcalc check\n", None),
    "a dependency": (b'{"dependencies": {"lenetcalc": "1.0"}}', None),
    "a configuration": (b"lenetcalc:\n  strict: true\n", None),
    "a longer word": (b"lenetcalc-other: 1\nlenetcalculator: 1\n", None),
    "in a comment": (b"# lenetcalc: 1\nname: x\n", None),
    "nothing": (b"", None),
    "binary": (bytes(range(256)), None),
}


@pytest.mark.parametrize(("content", "kind"), [pytest.param(*row, id=name) for name, row in KINDS.items()])
def test_a_file_says_what_it_is(tmp_path: Path, content: bytes, kind: str | None) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(content)
    assert kind_of(file) == kind


def test_a_file_may_say_in_its_name_what_it_is(tmp_path: Path) -> None:
    file = tmp_path / "net.lenetcalc.yml"
    file.write_text("name: no version", encoding="utf-8")
    assert kind_of(file) == "spec"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with specs among other files, as the working directory."""
    files = {
        "a.yaml": SPEC,
        "nets/b.yml": SPEC,
        "nets/deep/c.json": '{"lenetcalc": 1, "input": 3, "layers": ["relu"]}',
        "nets/policy.yaml": POLICY,
        "nets/README.md": SPEC,
        "compose.yaml": "services: {}",
        ".hidden/d.yaml": SPEC,
        "node_modules/e.yaml": SPEC,
        "env/pyvenv.cfg": "",
        "env/f.yaml": SPEC,
        "other/g.yaml": "name: g",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


PATHS: Mapping[str, tuple[list[str], list[str]]] = {
    "the working directory": (["."], ["a.yaml", "nets/b.yml", "nets/policy.yaml", "nets/deep/c.json"]),
    "a directory": (["nets/deep"], ["nets/deep/c.json"]),
    "a file": (["a.yaml"], ["a.yaml"]),
    "a file that says nothing": (["other/g.yaml"], ["other/g.yaml"]),
    "a glob of all": (["nets/**"], ["nets/b.yml", "nets/policy.yaml", "nets/README.md", "nets/deep/c.json"]),
    "a glob": (["nets/*"], ["nets/b.yml", "nets/policy.yaml", "nets/README.md"]),
    "a deep glob": (["**/*.json"], ["nets/deep/c.json"]),
    "one file by several ways": (["a.yaml", "./a.yaml", "nets/../a.yaml", "*.yaml"], ["a.yaml"]),
}


@pytest.mark.parametrize(("paths", "files"), [pytest.param(*row, id=name) for name, row in PATHS.items()])
def test_paths_lead_to_specs_and_policies(tree: Path, paths: list[str], files: list[str]) -> None:
    found, unread = files_to_check(paths)
    assert sorted(each.file for each in found) == sorted(files)
    assert unread == []


def test_an_absolute_glob_leads_to_files_seen_from_here(tree: Path) -> None:
    found, _ = files_to_check([str(tree / "nets" / "*.yml")])
    assert [each.file for each in found] == ["nets/b.yml"]


def test_a_packaged_network_goes_by_its_name(tree: Path) -> None:
    found, _ = files_to_check(["lenet5"])
    assert [(each.kind, each.path.name) for each in found] == [("spec", "lenet5.yaml")]


LEADING_NOWHERE = {
    "other": "other: there is no spec in this directory",
    "missing.yaml": "missing.yaml: there is no such file or directory",
    "lenet6": "did you mean lenet",
    "x*.yaml": "x*.yaml: no spec matches",
    "other/*.yaml": "other/*.yaml: no spec matches",
    "": "there is no such file or directory",
    "a\0b": "a\\x00b: there is no such file or directory",
    "a" * 5000: "there is no such file or directory",
}


@pytest.mark.parametrize(("path", "told"), LEADING_NOWHERE.items(), ids=lambda text: text[:20])
def test_a_path_that_leads_nowhere_is_refused(tree: Path, path: str, told: str) -> None:
    with pytest.raises(CallError) as refused:
        files_to_check(["a.yaml", path])
    assert told in str(refused.value)


def test_a_link_to_nothing_is_a_finding(tree: Path) -> None:
    (tree / "nets" / "gone.yaml").symlink_to(tree / "nothing")
    found, unread = files_to_check(["nets"])
    assert len(found) == 3
    assert [(each.rule, each.file) for each in unread] == [("unreadable-file", "nets/gone.yaml")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_not_waited_for(tree: Path) -> None:
    os.mkfifo(tree / "other" / "pipe.yaml")
    with pytest.raises(CallError):
        files_to_check(["other"])


def test_a_circle_of_links_ends(tree: Path) -> None:
    (tree / "nets" / "deep" / "up").symlink_to(tree / "nets")
    found, _ = files_to_check(["nets"])
    assert len(found) == 3


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_what_may_not_be_read_is_a_finding(tree: Path) -> None:
    (tree / "a.yaml").chmod(0)
    (tree / "nets" / "deep").chmod(0)
    _, unread = files_to_check(["."])
    (tree / "nets" / "deep").chmod(0o755)
    assert [each.file for each in unread] == ["a.yaml", "nets/deep"]


def test_a_folder_that_may_not_be_looked_into_is_a_finding(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is told by the system to whoever is not root."""

    def scandir(folder: str) -> object:
        if str(folder).endswith("deep"):
            raise PermissionError(13, "Permission denied", str(folder))
        return scan(folder)

    scan = os.scandir
    monkeypatch.setattr(os, "scandir", scandir)
    found, unread = files_to_check(["nets"])
    assert [each.file for each in found] == ["nets/b.yml", "nets/policy.yaml"]
    assert [(each.rule, each.file, each.message) for each in unread] == [
        ("unreadable-file", "nets/deep", "the file cannot be read: permission denied")
    ]


def test_a_file_that_vanishes_is_a_finding(tmp_path: Path) -> None:
    finding = kind_of(tmp_path / "gone.yaml")
    assert isinstance(finding, Finding)
    assert (finding.rule, finding.message) == (
        "unreadable-file",
        "the file cannot be read: no such file or directory",
    )
