"""What a spec and a policy have in common: the document that they were read from."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, PrivateAttr

from lenetcalc.errors import Place
from lenetcalc.layers.fields import RECORD
from lenetcalc.source import Path, Source


class Document(BaseModel):
    """A record that remembers where each of its values stands."""

    model_config = RECORD

    _source: Source | None = PrivateAttr(None)

    def model_post_init(self, context: Any) -> None:
        """Remember the document that it was read from."""
        if isinstance(context, Source):
            self._source = context

    @property
    def file(self) -> str | None:
        """The file that it was read from, `None` where there was none."""
        return self._source.file if self._source else None

    def place(self, path: Path = (), *, words: Iterable[str] = ()) -> Place | None:
        """Where a value stands in the file, or its field by whichever of the words it has there.

        `None` for what was read from no file.
        """
        return self._source.place(path, words=words) if self._source else None
