"""Arrays in the format safetensors, in which state dicts are kept; an optional library reads it."""

import struct
import sys
from array import array
from collections.abc import Iterable, Mapping
from math import prod
from typing import Any

from lenetcalc.reference.arrays import Array, ArrayError
from lenetcalc.scalars import Floats
from lenetcalc.tensors import Tensor
from lenetcalc.text import harmless

_TYPES: Mapping[str, str] = {
    "F64": "d",
    "F32": "f",
    "F16": "e",
    "I64": "q",
    "I32": "i",
    "I16": "h",
    "I8": "b",
    "U64": "Q",
    "U32": "I",
    "U16": "H",
    "U8": "B",
    "BOOL": "?",
}
"""The types of safetensors as Python's struct has them; BF16 apart."""


METADATA = "__metadata__"
"""What no array can be called."""


def read_safetensors(content: bytes) -> Mapping[str, Array]:
    """The arrays in a file by name.

    Raises:
        ArrayError: the library is missing, the file is not what its header says, or a type is not known.
    """
    library = _library()
    try:
        found = library.deserialize(content)
    except (library.SafetensorError, ValueError, OverflowError) as error:
        raise ArrayError(f"this is no safetensors file: {harmless(error, 200)}") from None
    return {name: _array(name, entry) for name, entry in found}


def safetensors_of(tensors: Iterable[tuple[str, Tensor]]) -> bytes:
    """Tensors as the content of a file, in doubles; raises `ArrayError` where it cannot be done."""
    library = _library()
    doubles = {name: (each.shape, array("d", map(Floats().number, each.values))) for name, each in tensors}
    specs = {
        name: library.TensorSpec(
            dtype="float64", shape=shape, data_ptr=held.buffer_info()[0], data_len=len(held) * held.itemsize
        )
        for name, (shape, held) in doubles.items()
    }
    if METADATA in specs:
        raise ArrayError(f"a layer is called {METADATA}", "the format keeps the word for itself")
    content: bytes = library.serialize(specs)
    return content


def _library() -> Any:
    """The library, which has no types for all of what is used here."""
    try:
        import safetensors
    except ImportError:
        raise ArrayError(
            "the library safetensors is not installed",
            "it reads and writes such files",
            "install lenetcalc[safetensors]",
        ) from None
    return safetensors


def _array(name: str, entry: Mapping[str, Any]) -> Array:
    shape, kind, data = tuple(entry["shape"]), str(entry["dtype"]), bytes(entry["data"])
    if kind == "BF16":  # the upper half of a single
        halves = struct.unpack(f"<{len(data) // 2}H", data)
        return Array(
            shape,
            struct.unpack(
                f"<{len(halves)}f", struct.pack(f"<{len(halves)}I", *(half << 16 for half in halves))
            ),
        )
    if kind not in _TYPES:
        raise ArrayError(
            f"{harmless(name)} is of type {harmless(kind)}", f"known are {', '.join(_TYPES)}, BF16"
        )
    code = _TYPES[kind]
    if code in "e?":
        return Array(shape, struct.unpack(f"<{prod(shape)}{code}", data))
    values = array(code, data)
    if sys.byteorder == "big":
        values.byteswap()
    return Array(shape, values)
