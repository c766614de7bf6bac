"""Arrays in files: what is read from each format, and that no file says more than is in it."""

import json
import struct
from fractions import Fraction
from math import inf, isnan
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lenetcalc.errors import SpecError
from lenetcalc.reference.arrays import Array, ArrayError
from lenetcalc.reference.files import read_arrays
from lenetcalc.reference.pictures import read_pgm
from lenetcalc.reference.safetensors_arrays import safetensors_of
from lenetcalc.scalars import Floats, Fractions, Integers
from lenetcalc.tensors import Tensor


def safetensors(header: object, data: bytes = b"") -> bytes:
    """A file as the format is described: the length of the header, the header as JSON, the data."""
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def tensor(kind: str, shape: list[int], size: int, **more: object) -> bytes:
    """A file of one array ``x`` of zeros that says what it is, and is so many bytes."""
    return safetensors({"x": {"dtype": kind, "shape": shape, "data_offsets": [0, size], **more}}, bytes(size))


def read(tmp_path: Path, name: str, content: bytes | str) -> Any:
    """What is read of a file with this name and content."""
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_arrays(path)


def refused(tmp_path: Path, name: str, content: bytes | str) -> str:
    """The message with which a file is refused, without its place."""
    with pytest.raises(SpecError) as error:
        read(tmp_path, name, content)
    place, _, message = str(error.value).partition(f"{name}: ")
    assert place.endswith("/")
    return message


@pytest.mark.parametrize(
    ("kind", "packed", "values"),
    [
        ("F64", struct.pack("<3d", 0.1, -2.5, inf), [0.1, -2.5, inf]),
        ("F32", struct.pack("<3f", 0.1, -2.5, inf), [float(np.float32(0.1)), -2.5, inf]),
        ("F16", bytes.fromhex("0038 00c1 007c"), [0.5, -2.5, inf]),
        ("BF16", bytes.fromhex("003f 20c0 807f"), [0.5, -2.5, inf]),
        ("I64", struct.pack("<3q", -(2**63), 0, 2**63 - 1), [-(2**63), 0, 2**63 - 1]),
        ("I32", struct.pack("<3i", -(2**31), 0, 7), [-(2**31), 0, 7]),
        ("I16", struct.pack("<3h", -(2**15), 0, 7), [-(2**15), 0, 7]),
        ("I8", struct.pack("<3b", -128, 0, 7), [-128, 0, 7]),
        ("U64", struct.pack("<3Q", 2**64 - 1, 0, 7), [2**64 - 1, 0, 7]),
        ("U32", struct.pack("<3I", 2**32 - 1, 0, 7), [2**32 - 1, 0, 7]),
        ("U16", struct.pack("<3H", 2**16 - 1, 0, 7), [2**16 - 1, 0, 7]),
        ("U8", bytes([255, 0, 7]), [255, 0, 7]),
        ("BOOL", bytes([1, 0, 1]), [True, False, True]),
    ],
)
def test_every_type_of_safetensors_is_read(
    tmp_path: Path, kind: str, packed: bytes, values: list[float]
) -> None:
    header = {"C1.weight": {"dtype": kind, "shape": [3, 1], "data_offsets": [0, len(packed)]}}
    (name, array), *none = read(tmp_path, "a.safetensors", safetensors(header, packed)).items()
    assert (name, array.shape, [*array.values], none) == ("C1.weight", (3, 1), values, [])
    assert array.scalars(Floats()) == [*map(float, values)]


def test_safetensors_hold_several_arrays_and_words_about_them(tmp_path: Path) -> None:
    header = {
        "__metadata__": {"format": "pt"},
        "b": {"dtype": "U8", "shape": [2, 2], "data_offsets": [0, 4]},
        "a": {"dtype": "U8", "shape": [1], "data_offsets": [4, 5]},
        "empty": {"dtype": "BF16", "shape": [0, 3], "data_offsets": [5, 5]},
        "number": {"dtype": "U8", "shape": [], "data_offsets": [5, 6]},
    }
    arrays = read(tmp_path, "a.safetensors", safetensors(header, bytes([1, 2, 3, 4, 5, 6])))
    assert {name: (array.shape, [*array.values]) for name, array in arrays.items()} == {
        "b": ((2, 2), [1, 2, 3, 4]),
        "a": ((1,), [5]),
        "empty": ((0, 3), []),
        "number": ((), [6]),
    }


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "out.safetensors"
    written = {"C1": Tensor((2, 1, 2), [0.1, -inf, 1e-320, 3.0]), "F2": Tensor((1,), [Fraction(1, 3)])}
    path.write_bytes(safetensors_of(written.items()))
    arrays = read_arrays(path)
    assert {name: (array.shape, [*array.values]) for name, array in arrays.items()} == {
        "C1": ((2, 1, 2), [0.1, -inf, 1e-320, 3.0]),
        "F2": ((1,), [1 / 3]),
    }


@pytest.mark.parametrize("values", [[10**400], [Fraction(10**400)]], ids=["integer", "fraction"])
def test_a_number_beyond_all_floats_is_written_as_infinity(tmp_path: Path, values: list[Any]) -> None:
    (tmp_path / "out.safetensors").write_bytes(safetensors_of([("C1", Tensor((1,), values))]))
    assert [*read_arrays(tmp_path / "out.safetensors")["C1"].values] == [inf]


def test_a_word_that_the_format_keeps_for_itself_is_refused() -> None:
    with pytest.raises(ArrayError, match="a layer is called __metadata__"):
        safetensors_of([("__metadata__", Tensor((1,), [1.0]))])


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00\x00", id="no whole length"),
        pytest.param(struct.pack("<Q", 2**63), id="a header beyond the file"),
        pytest.param(struct.pack("<Q", 2) + b"[]", id="a list as header"),
        pytest.param(struct.pack("<Q", 3) + b"\xff\xfe\xfd", id="no text"),
        pytest.param(tensor("F32", [2], 8)[:-1], id="truncated"),
        pytest.param(tensor("F32", [2], 8) + b"\x00", id="a byte too many"),
        pytest.param(tensor("F32", [3], 8), id="a shape larger than its data"),
        pytest.param(tensor("F32", [1], 8), id="a shape smaller than its data"),
        pytest.param(tensor("F32", [2**62, 2**62], 8), id="a shape beyond all memory"),
        pytest.param(tensor("F32", [-2], 8), id="a negative size"),
        pytest.param(tensor("F32", [2], 8, data_offsets=[0, 2**60]), id="data beyond the file"),
        pytest.param(tensor("F32", [2], 8, data_offsets=[8, 0]), id="data backwards"),
        pytest.param(tensor("F99", [2], 8), id="an unknown type"),
        pytest.param(safetensors({"x": 5}), id="a number as array"),
    ],
)
def test_a_lying_safetensors_file_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refused(tmp_path, "a.safetensors", content).startswith("this is no safetensors file: ")


def test_a_type_that_is_not_known_is_told(tmp_path: Path) -> None:
    message = refused(tmp_path, "a.safetensors", tensor("F8_E5M2", [8], 8))
    assert message.startswith("x is of type F8_E5M2: known are F64, F32, F16, I64")


@pytest.mark.parametrize(
    ("text", "shape", "values"),
    [
        pytest.param("[1, 2.5, -3]", (3,), [1, 2.5, -3], id="row"),
        pytest.param("[[1, 2], [3, 4], [5, 6]]", (3, 2), [1, 2, 3, 4, 5, 6], id="rows"),
        pytest.param("[[[7]]]", (1, 1, 1), [7], id="one in many"),
        pytest.param("7", (1,), [7], id="a number alone"),
        pytest.param(
            '["1/3", "-2/4", "0.1", "5"]', (4,), [Fraction(1, 3), -0.5, Fraction(1, 10), 5], id="text"
        ),
        pytest.param(
            '["inf", "-inf", Infinity, -Infinity]',
            (4,),
            [inf, -inf, inf, -inf],
            id="inf",
        ),
        pytest.param("[" * 32 + "1" + "]" * 32, (1,) * 32, [1], id="as deep as it may be"),
        pytest.param(f"[{10**400}]", (1,), [10**400], id="large"),
    ],
)
def test_json_is_lists_in_lists(tmp_path: Path, text: str, shape: tuple[int, ...], values: list[Any]) -> None:
    assert read(tmp_path, "a.json", text) == {"": Array(shape, values)}


@pytest.mark.parametrize("text", ["[NaN]", '["nan"]'])
def test_nan_is_a_value(tmp_path: Path, text: str) -> None:
    assert isnan(read(tmp_path, "a.JSON", text)[""].values[0])


def test_json_names_arrays(tmp_path: Path) -> None:
    arrays = read(tmp_path, "a.json", '{"C1.weight": [[1], [2]], "C1.bias": ["1/7"]}')
    assert arrays == {"C1.weight": Array((2, 1), [1, 2]), "C1.bias": Array((1,), [Fraction(1, 7)])}


def test_the_document_of_a_run_is_read_as_its_outputs(tmp_path: Path) -> None:
    layers = [
        {"name": "C1", "type": "conv", "output": [1, 2, 2], "values": [1, "1/3", "nan", -2.5]},
        {"name": "F2", "type": "dense", "output": [1], "values": ["inf"]},
    ]
    arrays = read(tmp_path, "a.json", json.dumps({"document": "lenetcalc forward", "layers": layers}))
    assert [(name, array.shape) for name, array in arrays.items()] == [("C1", (1, 2, 2)), ("F2", (1,))]
    first, third, odd, last = arrays["C1"].values
    assert (first, third, isnan(odd), last, arrays["F2"].values) == (1, Fraction(1, 3), True, -2.5, [inf])


@pytest.mark.parametrize(
    "layers",
    [
        pytest.param(None, id="none"),
        pytest.param(5, id="a number"),
        pytest.param({"C1": [1]}, id="a mapping"),
        pytest.param([5], id="a number as layer"),
        pytest.param([{"name": "C1"}], id="a layer without values"),
        pytest.param([{"name": ["C1"], "output": [1], "values": [1]}], id="a list as name"),
        pytest.param([{"name": "C1", "output": 1, "values": [1]}], id="a number as shape"),
        pytest.param([{"name": "C1", "output": ["1"], "values": [1]}], id="text as size"),
        pytest.param([{"name": "C1", "output": [2], "values": [1]}], id="a value too few"),
        pytest.param([{"name": "C1", "output": [1], "values": 1}], id="a number as values"),
    ],
)
def test_a_document_that_is_no_run_is_refused(tmp_path: Path, layers: object) -> None:
    document = {"document": "lenetcalc forward"} | ({} if layers is None else {"layers": layers})
    assert refused(tmp_path, "a.json", json.dumps(document))


UNEVEN = "lists are of different lengths, empty, or too deep: an array has equal rows"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("[[1, 2], [3]]", UNEVEN, id="ragged"),
        pytest.param("[[1, 2], 3]", UNEVEN, id="a number beside a row"),
        pytest.param("[[[1], [2]], [[3], 4]]", UNEVEN, id="a number deeper beside a row"),
        pytest.param("[]", UNEVEN, id="empty"),
        pytest.param("[[], []]", UNEVEN, id="empty rows"),
        pytest.param("[" * 33 + "1" + "]" * 33, UNEVEN, id="deeper than it may be"),
        pytest.param("[1, [2]]", "[2] is no number", id="a row beside a number"),
        pytest.param("[true]", "true is no number", id="a truth"),
        pytest.param("[null]", "null is no number", id="nothing"),
        pytest.param('["one"]', "one is no number", id="a word"),
        pytest.param('["1/0"]', "1/0 is no number", id="a division by zero"),
        pytest.param('{"C1": {"weight": 1}}', '{"weight": 1} is no number', id="a mapping"),
        pytest.param('["\\u001b[31m"]', "\\x1b[31m is no number", id="a control character"),
        pytest.param("{", "this is no JSON: ", id="no end"),
        pytest.param("", "this is no JSON: ", id="nothing at all"),
        pytest.param(b"\xff\xff", "this is no JSON: ", id="no text"),
        pytest.param("[" * 10**5, "this is no JSON: ", id="far too deep"),
        pytest.param("[" + "9" * 5000 + "]", "this is no JSON: ", id="digits without end"),
    ],
)
def test_json_that_is_no_array_is_refused(tmp_path: Path, text: str | bytes, message: str) -> None:
    assert refused(tmp_path, "a.json", text).startswith(message)


def test_a_text_may_have_more_digits_than_python_prints(tmp_path: Path) -> None:
    text = json.dumps(["1" * 5000, "1/" + "7" * 5000])
    large, small = read(tmp_path, "a.json", text)[""].values
    assert (large, small) == (10**5000 // 9, Fraction(1, 7 * (10**5000 // 9)))


def test_a_decimal_is_what_is_written(tmp_path: Path) -> None:
    (array,) = read(tmp_path, "a.json", '[0.1, "0.1", 1e-3]').values()
    assert array.scalars(Fractions()) == [Fraction(1, 10), Fraction(1, 10), Fraction(1, 1000)]
    assert array.scalars(Floats()) == [0.1, 0.1, 0.001]


@pytest.mark.parametrize("text", ["1e3000000", "1e-3000000"], ids=["large", "small"])
def test_a_text_that_would_be_millions_of_digits_is_refused(tmp_path: Path, text: str) -> None:
    assert refused(tmp_path, "a.json", json.dumps([text]))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"P2 3 2 9\n0 1 2\n3 4 9\n", id="plain"),
        pytest.param(b"P2\n# made by hand\n3 # wide\n2\n9\n0 1 2 3 4 9", id="comments"),
        pytest.param(b"P5 3 2 9\n" + bytes([0, 1, 2, 3, 4, 9]), id="raw"),
        pytest.param(b"P5\n#\n3\t2\r\n9 " + bytes([0, 1, 2, 3, 4, 9]), id="any white space"),
    ],
)
def test_a_picture_is_read_from_0_to_1(tmp_path: Path, content: bytes) -> None:
    (array,) = read(tmp_path, "a.pgm", content).values()
    assert array.shape == (1, 2, 3)
    assert array.scalars(Fractions()) == [Fraction(value, 9) for value in (0, 1, 2, 3, 4, 9)]
    assert array.scalars(Floats()) == [value / 9 for value in (0, 1, 2, 3, 4, 9)]
    assert array.scalars(Integers()) == [0, 1, 2, 3, 4, 9]


def test_a_raw_picture_may_begin_with_white_space() -> None:
    assert read_pgm(b"P5 2 1 255\n\n#") == Array((1, 1, 2), [10, 35], 255)


def test_a_picture_of_16_bits_has_the_larger_byte_first() -> None:
    assert read_pgm(b"P5 2 1 1000\n" + bytes([3, 232, 0, 7])) == Array((1, 1, 2), [1000, 7], 1000)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "this is no PGM picture", id="empty"),
        pytest.param(b"P6 1 1 255\n...", "this is no PGM picture", id="in colours"),
        pytest.param(b"P5 1 1", "this is no PGM picture", id="no maximum"),
        pytest.param(b"P5 -1 1 255\n.", "this is no PGM picture", id="a negative size"),
        pytest.param(b"P5 1 1 " + b"9" * 5000, "this is no PGM picture", id="digits without end"),
        pytest.param(b"P5 " + b"#" * 20_000, "this is no PGM picture", id="a comment without end"),
        pytest.param(b"P5 0 1 255\n", "a picture of 0×1 with values up to 255", id="no pixels"),
        pytest.param(b"P5 1 1 0\n.", "a picture of 1×1 with values up to 0", id="no values"),
        pytest.param(b"P5 1 1 65536\n..", "a picture of 1×1 with values up to 65,536", id="17 bits"),
        pytest.param(b"P5 99999999 99999999 1\n", "it has 0 values for 99,999,999×99,999,999", id="large"),
        pytest.param(b"P5 2 2 255\n...", "it has 3 values for 2×2 pixels: a picture", id="truncated"),
        pytest.param(b"P5 2 2 255\n.....", "it has 5 values for 2×2 pixels", id="a value too many"),
        pytest.param(b"P5 2 1 256\n\0\1\0", "it has 0 values", id="half a value"),
        pytest.param(b"P5 2 1 5\n\1\6", "a value is 6: the picture says that none is above 5", id="beyond"),
        pytest.param(b"P2 2 1 5\n1 6", "a value is 6: ", id="plain, beyond it"),
        pytest.param(b"P2 2 1 5\n1", "it has 1 value", id="plain, truncated"),
        pytest.param(b"P2 2 1 5\n1 x", "it has 0 values for 2×1 pixels", id="no number"),
        pytest.param(b"P2 2 1 5\n1 " + b"1" * 5000, "it has ", id="plain, digits without end"),
    ],
)
def test_a_lying_picture_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    assert refused(tmp_path, "a.pgm", content).startswith(message)


@pytest.mark.parametrize("name", ["a.npy", "a", "a.safetensors.txt", ".json"])
def test_the_ending_says_what_a_file_is(tmp_path: Path, name: str) -> None:
    message = "its ending is none of .safetensors, .json and .pgm: it says what the file is"
    assert refused(tmp_path, name, "[1]") == message


@pytest.mark.parametrize(
    ("name", "reason"),
    [("none.json", "no such file or directory"), (".", "is a directory"), ("a\0.json", "embedded null byte")],
    ids=["missing", "a directory", "a NUL in its name"],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(SpecError, match=f": the file cannot be read: {reason}$"):
        read_arrays(str(tmp_path / name))


def test_a_name_cannot_steer_a_terminal(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"a\\x1b\[31m\\x07\.json: the file cannot be read") as error:
        read_arrays(tmp_path / "a\x1b[31m\x07.json")
    assert not {"\x1b", "\x07"} & {*str(error.value)}


def test_a_name_in_a_file_cannot_either(tmp_path: Path) -> None:
    header = {"\x1b[31m": {"dtype": "F8_E5M2", "shape": [1], "data_offsets": [0, 1]}}
    message = refused(tmp_path, "a.safetensors", safetensors(header, b"\0"))
    assert message.startswith("\\x1b[31m is of type")


@pytest.mark.parametrize(("numbers", "one"), [(Fractions(), Fraction(1)), (Integers(), 1)])
def test_values_become_scalars_of_the_numbers_that_are_computed_in(numbers: Any, one: object) -> None:
    (made,) = Array((1,), [1.0]).scalars(numbers)
    assert (made, type(made)) == (one, type(one))
