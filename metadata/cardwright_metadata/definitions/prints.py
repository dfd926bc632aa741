"""Prints: a document of a record, laid out by a template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cardwright_metadata.definitions.texts import Text


@dataclass(frozen=True, kw_only=True)
class PaperDefinition:
    """The sheet that a document is printed on; ``margin`` is a length, or several as in CSS."""

    size: str = "A4"
    orientation: str = "portrait"
    margin: str = "15mm"


@dataclass(frozen=True, kw_only=True)
class PrintDefinition:
    """A document of an entity's records. ``template`` is Jinja2 HTML: the text, not its file.

    ``partials`` are the texts that it may include, by the names of their files. ``language``:
    of labels and formats, empty for the reader's.
    """

    name: str
    entity: str  #: key ``of``
    template: str
    pack: str = ""
    label: Text = Text()
    partials: Mapping[str, str] = field(default_factory=dict)
    paper: PaperDefinition = PaperDefinition()
    language: str = ""
    order: int = 0
