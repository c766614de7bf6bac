"""Every file under tests/cases is a case: a valid spec is measured, an invalid one refused word for word,
and of one whose figures are wrong a check says so."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from lenetcalc.analysis import Analysis, LayerRecord, Totals, analyze
from lenetcalc.checking.network import check_text
from lenetcalc.errors import SpecError
from lenetcalc.expectations import Figures
from lenetcalc.figures import Figure
from lenetcalc.ledger import OPERATIONS
from lenetcalc.schema import json_schema
from lenetcalc.source import parse
from lenetcalc.spec import load, loads

ROOT = Path(__file__).parent.parent
CASES = Path(__file__).parent / "cases"


def files(folder: Path, *, least: int) -> list[Any]:
    """The specs of a folder as parameters; an empty or shrunken folder fails the collection."""
    found = sorted([*folder.glob("*.yaml"), *folder.glob("*.json")])
    found = [path for path in found if not path.name.endswith(".schema.json")]
    assert len(found) >= least, f"{folder} has {len(found)} cases"
    return [pytest.param(path, id=path.name) for path in found]


PACKAGED = files(ROOT / "specs", least=11)
VALID = files(CASES / "valid", least=30)
SYNTAX = files(CASES / "invalid" / "syntax", least=40)
SCHEMA = files(CASES / "invalid" / "schema", least=60)
CLASSES = files(CASES / "invalid" / "classes", least=10)
NETWORK = files(CASES / "invalid" / "network", least=30)
FIGURES = files(CASES / "figures", least=20)


@pytest.fixture(scope="module")
def schema() -> Draft7Validator:
    return Draft7Validator(json_schema())


def said(path: Path) -> str:
    """What the analysis of a spec is refused with, under the name of the file alone."""
    with pytest.raises(SpecError) as refused:
        analyze(loads(path.read_bytes(), file=path.name))
    return str(refused.value)


def expected(path: Path) -> str:
    """The text beside an invalid spec."""
    return path.with_suffix(".txt").read_text(encoding="utf-8").removesuffix("\n")


def stated(figures: Figures) -> Mapping[str, Any]:
    """The figures that a spec states, those of layers apart."""
    others = {"source", "layers", "published", "element_size", "conventions"}
    values = {name: getattr(figures, name) for name in type(figures).model_fields if name not in others}
    return {name: value for name, value in values.items() if value is not None}


def figure(measured: LayerRecord | Totals, name: str) -> Any:
    """The measured value that a stated figure is about."""
    if isinstance(measured, Totals):
        operations = Counter[str]()
        for (_, operation), number in measured.operations.items():
            operations[operation] += number
        return operations[name] if name in OPERATIONS else getattr(measured, name)
    if name in OPERATIONS:
        return sum(each.value for (_, done), each in measured.counts.operations.items() if done == name)
    if name in ("output", "units"):
        return measured.output if name == "output" else measured.units.value
    if name in ("receptive_field", "stride"):
        (field,) = measured.fields.values()
        sizes = {axis.size if name == "receptive_field" else axis.stride for axis in field or ()}
        return sizes.pop() if len(sizes) == 1 else sizes
    return int(getattr(measured.counts, name))


def meets(measured: Any, stated: Any) -> bool:
    """Whether a measured value is the one stated, or rounds to it."""
    return stated.rounds_to(measured) if isinstance(stated, Figure) else bool(measured == stated)


def unmet(analysis: Analysis) -> list[str]:
    """The figures under ``expect:`` that a network does not have."""
    expect = analysis.spec.expect
    if expect is None:
        return []
    parts: list[tuple[str, Figures, LayerRecord | Totals]] = [("total", expect, analysis.totals)]
    parts += [(name, figures, analysis[name]) for name, figures in expect.layers.items()]
    return [
        f"{name}: {field} is {figure(measured, field)}, not {value}"
        for name, figures, measured in parts
        for field, value in stated(figures).items()
        if not meets(figure(measured, field), value)
    ]


@pytest.mark.parametrize("path", [*VALID, *PACKAGED])
def test_valid_specs_have_the_figures_that_they_state(path: Path) -> None:
    assert unmet(analyze(load(path))) == []


@pytest.mark.parametrize("path", [*VALID, *PACKAGED])
def test_published_figures_deserve_their_verdicts(path: Path) -> None:
    """A wrong one neither rounds nor is cut off, and the right one stated beside it is what we count."""
    analysis = analyze(load(path))
    for published in analysis.spec.expect.published if analysis.spec.expect else ():
        measured = analysis[published.layer] if published.layer else analysis.totals
        ((quantity, printed),) = published.figures.items()
        counted = figure(measured, quantity)
        deserved = (
            "right" if printed.rounds_to(counted) else "truncated" if printed.cut_from(counted) else "wrong"
        )
        assert (published.verdict, published.layer, counted) == (deserved, published.layer, counted)
        assert published.right == (counted if deserved == "wrong" else None)


@pytest.mark.parametrize("path", [*VALID, *PACKAGED])
def test_valid_specs_pass_the_published_schema(path: Path, schema: Draft7Validator) -> None:
    data = parse(path.read_bytes(), path.name).data
    assert [error.message for error in schema.iter_errors(data)] == []


@pytest.mark.parametrize("path", PACKAGED)
def test_packaged_specs_say_in_their_first_lines_what_they_are(path: Path) -> None:
    editor, version, *_ = path.read_text(encoding="utf-8").splitlines()
    assert version == "lenetcalc: 1"
    assert editor == "# yaml-language-server: $schema=lenetcalc-1.schema.json"


@pytest.mark.parametrize("path", PACKAGED)
def test_packaged_specs_name_their_source_and_state_figures(path: Path) -> None:
    spec = load(path)
    assert spec.source
    assert spec.expect is not None
    assert stated(spec.expect)


@pytest.mark.parametrize("path", [*SYNTAX, *SCHEMA, *CLASSES, *NETWORK])
def test_invalid_specs_are_refused_in_these_words(path: Path) -> None:
    assert said(path) == expected(path)


@pytest.mark.parametrize("path", [*SYNTAX, *SCHEMA, *CLASSES, *NETWORK])
def test_every_fault_of_an_invalid_spec_has_a_place_inside_its_text(path: Path) -> None:
    lines = path.read_bytes().decode("utf-8-sig", "replace").split("\n")
    with pytest.raises(SpecError) as refused:
        analyze(loads(path.read_bytes(), file=path.name))
    for fault in refused.value.faults:
        assert fault.place is not None
        line, column = fault.place.line, fault.place.column
        assert (line, column) == (0, 0) or 1 <= column <= len([*lines, ""][line - 1]) + 1


@pytest.mark.parametrize("path", SYNTAX)
def test_syntax_is_refused_before_a_spec_is_made(path: Path) -> None:
    with pytest.raises(SpecError):
        parse(path.read_bytes(), path.name)


@pytest.mark.parametrize("path", SCHEMA)
def test_what_the_classes_refuse_the_published_schema_refuses_too(
    path: Path, schema: Draft7Validator
) -> None:
    source = parse(path.read_bytes(), path.name)
    with pytest.raises(SpecError):
        loads(path.read_bytes(), file=path.name)
    assert not schema.is_valid(source.data)


@pytest.mark.parametrize("path", CLASSES)
def test_what_only_the_classes_refuse_passes_the_published_schema(
    path: Path, schema: Draft7Validator
) -> None:
    source = parse(path.read_bytes(), path.name)
    with pytest.raises(SpecError):
        loads(path.read_bytes(), file=path.name)
    assert [error.message for error in schema.iter_errors(source.data)] == []


@pytest.mark.parametrize("path", NETWORK)
def test_what_only_the_network_shows_passes_the_classes_and_the_schema(
    path: Path, schema: Draft7Validator
) -> None:
    source = parse(path.read_bytes(), path.name)
    assert loads(path.read_bytes(), file=path.name).layers
    assert [error.message for error in schema.iter_errors(source.data)] == []


@pytest.mark.parametrize("path", FIGURES)
def test_what_only_a_check_finds_is_told_in_these_words(path: Path) -> None:
    assert analyze(load(path)).layers
    found = check_text(path.read_bytes(), path.name).findings
    told = [f"{each.place}: {each.rule}: {each.message}; {each.hint}".removesuffix("; ") for each in found]
    assert "\n".join(told) == expected(path)


@pytest.mark.parametrize("path", [*VALID, *PACKAGED])
def test_a_check_finds_nothing_wrong_with_valid_specs(path: Path) -> None:
    assert [each for each in check_text(path.read_bytes(), path.name).findings if each.level != "note"] == []


def test_every_text_belongs_to_a_spec() -> None:
    cases = [*(CASES / "invalid").glob("*/*.*"), *(CASES / "figures").glob("*.*")]
    texts = {path.with_suffix("") for path in cases if path.suffix == ".txt"}
    specs = {path.with_suffix("") for path in cases if path.suffix != ".txt"}
    assert texts == specs
