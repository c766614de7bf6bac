"""A check of many files: policies and their specs, broken files among good ones, several processes."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from lenetcalc.checking.network import check_file
from lenetcalc.checking.run import FEWEST_FOR_PROCESSES, check, check_stdin, processors
from lenetcalc.findings import Outcome
from lenetcalc.spec import packaged
from tests.measure import stopwatch

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
    assert (outcome.count("error"), outcome.count("warning"), outcome.kept) == (
        0,
        0,
        len(outcome.expectations),
    )
    assert len(outcome.expectations) >= 400
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
    "its own directory": (
        "nets/policy.yaml",
        ".",
        [(rule, "nets/policy.yaml", line, file) for rule, _, line, file in (IN_A, IN_B)],
    ),
    "a link in a directory": ("policy.yaml", "links", [NO_SPECS]),
    "a link by a glob": ("policy.yaml", "links/*.yaml", [NO_SPECS]),
    "a link among others": ("policy.yaml", "'*s/a.yaml'", [NO_SPECS, IN_A]),
    "a name with signs of a glob": (
        "policy.yaml",
        "'nets/[x].yaml'",
        [("over-budget", "policy.yaml", 3, "nets/[x].yaml")],
    ),
    "a linked directory by a glob": ("policy.yaml", "'o*/outside.yaml'", [NO_SPECS]),
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
    files |= {"nets/[x].yaml": SPEC} if "[x]" in specs else {}
    write(project, {**files, file: policy(specs)})
    (project / "out").symlink_to(project.parent)
    (project / "links").mkdir()
    (project / "links" / "a.yaml").symlink_to(project.parent / "outside.yaml")
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
        ("contradicting-limits", "p.yaml", 3, "a.yaml"),
        ("over-budget", "p.yaml", 3, "a.yaml"),
        ("under-budget", "q.yaml", 3, "a.yaml"),
    ]
    assert len(outcome.expectations) == 4
    (contradiction,) = [each for each in outcome.findings if each.rule == "contradicting-limits"]
    assert contradiction.message == "parameters at most 7k contradicts at least 8k, at q.yaml:3:28"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param(
            "lenetcalc-policy: 1\nspecs: a.yaml\n", 1, "it must state a figure or a limit", id="empty"
        ),
        pytest.param("lenetcalc-policy: 2\nspecs: a.yaml\n", 1, "this release reads version 1", id="version"),
        pytest.param(
            "name: a\nlenetcalc-policy: 1\nspecs: a\n", 2, "name stands before lenetcalc-policy", id="order"
        ),
        pytest.param(
            policy("a.yaml", "budget: {size: {max: 1}}"), 3, "the field size is unknown", id="quantity"
        ),
        pytest.param("lenetcalc-policy: 1\n" + BUDGET, 1, "specs is missing", id="no specs"),
        pytest.param(policy("[]"), 2, "specs is []: it must be the path of a spec", id="no names"),
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


def test_limits_in_bytes_of_values_of_other_sizes_do_not_contradict_each_other(project: Path) -> None:
    """LeNet-5's activations take at most 5,880 values: 23,520 bytes of four, 5,880 of one."""
    spec = (packaged()["lenet5"]).read_text(encoding="utf-8")
    write(
        project,
        {
            "a.yaml": spec + "budget: {peak_memory: {min: 20kB}}\n",
            "p.yaml": policy("a.yaml", "budget: {element_size: 1, peak_memory: {max: 10kB}}\n"),
        },
    )
    assert told(check(".")) == []


def test_many_limits_are_compared_in_time_linear_in_their_number(project: Path) -> None:
    names = [f"L{index}" for index in range(4_000)]
    layers = "".join(f"  - {{name: {name}, kind: relu}}\n" for name in names)
    limits = "".join(f"    {name}: {{units: {{min: 5, max: 4}}}}\n" for name in names)
    text = f"lenetcalc: 1\ninput: 4\nlayers:\n{layers}budget:\n  layers:\n{limits}"
    with stopwatch() as taken:
        outcome = check_stdin(text.encode())
    assert taken.seconds < 4
    assert sum(each.rule == "contradicting-limits" for each in outcome.findings) == 4_000
    assert len(outcome.expectations) == 8_000


def test_a_file_that_several_policies_cannot_read_is_told_once(project: Path) -> None:
    write(
        project, {"a.yaml": SPEC, **{f"p{index}.yaml": policy("['*.yaml', gone.yaml]") for index in range(3)}}
    )
    (project / "gone.yaml").symlink_to(project / "nothing")
    found = check("p0.yaml", "p1.yaml", "p2.yaml").findings
    assert [each.file for each in found if each.rule == "unreadable-file"] == ["gone.yaml"]
    assert sum(each.rule == "over-budget" for each in found) == 3
