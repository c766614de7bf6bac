"""A policy: what is asked of several networks, in a file of its own that names their specs."""

from typing import Any, Final, Literal, Self

from pydantic import BaseModel, Field, PrivateAttr, model_validator

from lenetcalc.errors import Place
from lenetcalc.expectations import Budget, Expect
from lenetcalc.layers.fields import RECORD, Names, Text, refuse
from lenetcalc.source import Path, Source

POLICY: Final = "lenetcalc-policy"
"""The key that a policy begins with."""

POLICY_VERSION: Final = 1


class Policy(BaseModel):
    """Figures and limits for the networks of several specs."""

    model_config = RECORD

    version: Literal[1] = Field(
        alias=POLICY, description="The version of this schema; what a policy says first."
    )
    name: Text | None = Field(default=None, description="What the policy is called.")
    specs: Names = Field(
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
        if self.expect is None and self.budget is None:
            refuse("it must state expect, budget or both", "add budget: {parameters: {max: 100k}}")
        return self

    @property
    def file(self) -> str:
        """The file that it was read from."""
        return self._source.file if self._source else "<policy>"

    def place(self, path: Path = ()) -> Place:
        """Where a value stands in the file."""
        return self._source.place(path) if self._source else Place(self.file)
