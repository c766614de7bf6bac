"""A policy: what is asked of several networks, in a file of its own that names their specs."""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, Field, PrivateAttr, model_validator

from lenetcalc.errors import Place
from lenetcalc.expectations import Budget, Expect, asks
from lenetcalc.layers.fields import RECORD, Reader, Text, refuse
from lenetcalc.source import Path, Source

POLICY: Final = "lenetcalc-policy"
"""The key that a policy begins with."""

POLICY_VERSION: Final = 1


def _read_names(value: object) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if (
        not isinstance(names, list | tuple)
        or not names
        or not all(isinstance(name, str) and name for name in names)
    ):
        refuse("it must be the path of a spec, or a list of paths", "write it as [nets/*.yaml]")
    return tuple(names)


_NAME = {"type": "string", "minLength": 1}
SpecNames = Annotated[
    tuple[str, ...], Reader(_read_names, {"anyOf": [_NAME, {"type": "array", "minItems": 1, "items": _NAME}]})
]


class Policy(BaseModel):
    """Figures and limits for the networks of several specs."""

    model_config = RECORD

    version: Literal[1] = Field(
        alias=POLICY, description="The version of this schema; what a policy says first."
    )
    name: Text | None = Field(default=None, description="What the policy is called.")
    specs: SpecNames = Field(
        description="Paths of specs, seen from the policy's folder, as in nets/*.yaml, or packaged networks."
    )
    expect: Expect | None = Field(default=None, description="Figures that each of the networks must have.")
    budget: Budget | None = Field(default=None, description="Limits that each of the networks must keep.")

    _source: Source | None = PrivateAttr(None)

    def model_post_init(self, context: Any) -> None:
        """Remember the document that the policy was read from."""
        if isinstance(context, Source):
            self._source = context

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not any(asks(part) for part in (self.expect, self.budget)):
            refuse("it must state a figure or a limit", "add budget: {parameters: {max: 100k}}")
        return self

    @property
    def file(self) -> str:
        """The file that it was read from."""
        return self._source.file if self._source else "<policy>"

    def place(self, path: Path = ()) -> Place:
        """Where a value stands in the file."""
        return self._source.place(path) if self._source else Place(self.file)
