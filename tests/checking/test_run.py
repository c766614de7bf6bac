"""A check of many files: policies and their specs, broken files among good ones, several processes."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from lenetcalc.checking.network import check_file
from lenetcalc.checking.run import FEWEST_FOR_PROCESSES, check, check_stdin, processors
from lenetcalc.findings import Outcome
from lenetcalc.spec import packaged

SPEC = "lenetcalc: 1\ninput: 784\nlayers: [{name: F, kind: dense, units: 10}]\n"  # 784·10 + 10 = 7,850
BUDGET = "budget: {parameters: {max: 7k}}\n"


def policy(specs: str, asks: str = BUDGET) -> str:
    return f"lenetcalc-policy: 1\nspecs: {specs}\n{asks}"


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def told(outcome: Outcome) -> list[tuple[str, str, int, str]]:
    return [(each.rule, each.place.file, each.place.line, each.file) for each in outcome.findings]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_the_packaged_specs_hold() -> None:
    outcome = check(next(iter(packaged().values())).parent)
    assert len(outcome.files) == len(packaged())
    assert (outcome.count("error"), outcome.count("warning"), outcome.kept) == (0, 0, outcome.expectations)
    assert outcome.expectations >= 400
    assert {each.rule for each in outcome.findings} == {"published-wrong"}


def test_a_broken_file_does_not_hide_the_others(project: Path) -> None:
    write(
        project,
        {
            "a.yaml": SPEC + BUDGET,
            "b.yaml": "lenetcalc: 1\nlayers: [{\n",
            "c.yaml": SPEC.replace("dense", "dens"),
            "d.yaml": SPEC.replace("784", "1x4x4").replace(
                "kind: dense, units: 10", "kind: conv, filters: 1, kernel: 5"
            ),
            "e.yaml": SPEC,
        },
    )
    assert told(check(".")) == [
        ("over-budget", "a.yaml", 4, "a.yaml"),
        ("invalid-spec", "b.yaml", 3, "b.yaml"),
        ("invalid-spec", "c.yaml", 3, "c.yaml"),
        ("broken-network", "d.yaml", 3, "d.yaml"),
        ("nothing-stated", "e.yaml", 1, "e.yaml"),
    ]


IN_A = ("over-budget", "policy.yaml", 3, "nets/a.yaml")
IN_B = ("over-budget", "policy.yaml", 3, "nets/b.yaml")
NO_SPECS = ("policy-without-specs", "policy.yaml", 2, "policy.yaml")

POLICIES: Mapping[str, tuple[str, str, list[tuple[str, str, int, str]]]] = {
    "one spec": ("policy.yaml", "nets/a.yaml", [IN_A]),
    "a glob": ("policy.yaml", "[nets/*.yaml]", [IN_A, IN_B]),
    "a directory": ("policy.yaml", "nets", [IN_A, IN_B]),
    "twice the same": ("policy.yaml", "[nets/a.yaml, nets/../nets/a.yaml]", [IN_A]),
    "beside": ("ci/policy.yaml", "../nets/b.yaml", [("over-budget", "ci/policy.yaml", 3, "nets/b.yaml")]),
    "missing": ("policy.yaml", "[nets/a.yaml, nets/c.yaml]", [NO_SPECS, IN_A]),
    "outside": ("policy.yaml", "../outside.yaml", [NO_SPECS]),
    "outside by a glob": ("policy.yaml", "'nets/*/../../../*.yaml'", [NO_SPECS]),
    "outside by a link": ("policy.yaml", "out/outside.yaml", [NO_SPECS]),
    "a NUL": ("policy.yaml", '"a\\0b"', [NO_SPECS]),
    "a name that is too long": ("policy.yaml", "a" * 5000, [NO_SPECS]),
    "no spec": ("policy.yaml", "nets/other.txt", [("invalid-spec", "nets/other.txt", 1, "nets/other.txt")]),
}


@pytest.mark.parametrize(
    ("file", "specs", "found"), [pytest.param(*row, id=name) for name, row in POLICIES.items()]
)
def test_a_policy_is_held_against_the_specs_that_it_names(
    project: Path, file: str, specs: str, found: list[tuple[str, str, int, str]]
) -> None:
    files = {"nets/a.yaml": SPEC, "nets/b.yaml": SPEC, "nets/other.txt": "text", "../outside.yaml": SPEC}
    write(project, {**files, file: policy(specs)})
    (project / "out").symlink_to(project.parent)
    assert told(check(file)) == found


def test_a_policy_may_name_a_packaged_network(project: Path) -> None:
    write(project, {"policy.yaml": policy("lenet5")})
    assert [(rule, line) for rule, _, line, _ in told(check("policy.yaml"))] == [("over-budget", 3)]


def test_a_policy_and_a_spec_are_both_held(project: Path) -> None:
    write(project, {"a.yaml": SPEC + "expect: {parameters: 7849}\n", "policy.yaml": policy("a.yaml")})
    assert told(check(".")) == [
        ("figure-differs", "a.yaml", 4, "a.yaml"),
        ("over-budget", "policy.yaml", 3, "a.yaml"),
    ]


def test_two_policies_for_one_spec_are_both_held(project: Path) -> None:
    write(
        project,
        {
            "a.yaml": SPEC + "budget: {macs: {max: 1M}}\n",
            "p.yaml": policy("a.yaml"),
            "q.yaml": policy("a.yaml", "budget: {parameters: {min: 8k}}\nexpect: {parameters: 7850}\n"),
        },
    )
    outcome = check("p.yaml", "q.yaml", "a.yaml")
    assert told(outcome) == [
        ("over-budget", "p.yaml", 3, "a.yaml"),
        ("contradicting-limits", "p.yaml", 3, "a.yaml"),
        ("under-budget", "q.yaml", 3, "a.yaml"),
    ]
    assert outcome.expectations == 5
    (contradiction,) = [each for each in outcome.findings if each.rule == "contradicting-limits"]
    assert contradiction.message == "parameters at most 7k contradicts at least 8k, at q.yaml:3:28"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param(
            "lenetcalc-policy: 1\nspecs: a.yaml\n", 1, "it must state expect, budget or both", id="empty"
        ),
        pytest.param("lenetcalc-policy: 2\nspecs: a.yaml\n", 1, "this release reads version 1", id="version"),
        pytest.param("name: a\nlenetcalc-policy: 1\n", 2, "name stands before lenetcalc-policy", id="order"),
        pytest.param(
            policy("a.yaml", "budget: {size: {max: 1}}"), 3, "the field size is unknown", id="quantity"
        ),
        pytest.param("lenetcalc-policy: 1\n" + BUDGET, 1, "specs is missing", id="no specs"),
        pytest.param(policy("[]"), 2, "specs is []", id="no names"),
        pytest.param("lenetcalc-policy: 1\nspecs: [\n", 3, "this is no YAML", id="syntax"),
    ],
)
def test_a_wrong_policy_is_a_finding(project: Path, text: str, line: int, message: str) -> None:
    write(project, {"a.yaml": SPEC, "policy.yaml": text})
    (finding,) = check("policy.yaml").findings
    assert (finding.rule, finding.place.line) == ("invalid-policy", line)
    assert message in finding.message


def test_a_file_that_vanishes_before_it_is_read_is_a_finding(project: Path) -> None:
    checked = check_file(project / "gone.yaml", "gone.yaml")
    assert [(each.rule, each.place.file) for each in checked.findings] == [
        ("unreadable-file", str(project / "gone.yaml"))
    ]


def test_a_text_is_checked_by_itself() -> None:
    assert told(check_stdin((SPEC + BUDGET).encode())) == [("over-budget", "<stdin>", 4, "<stdin>")]


def test_several_processes_find_what_one_finds(project: Path) -> None:
    count = FEWEST_FOR_PROCESSES + 7
    files = {
        f"net{index:03}.yaml": SPEC + f"budget: {{parameters: {{max: {7800 + index}}}}}\n"
        for index in range(count)
    }
    write(project, {**files, "policy.yaml": policy("net00*.yaml")})
    one, several = check("."), check(".", processes=2)
    assert one == several
    assert len(one.findings) == 50 + 10  # those below 7,850, and those of the policy
    assert processors() >= 1
