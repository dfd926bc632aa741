"""What a template of a print is handed: values that know how they are written, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from markupsafe import Markup

Raw = str | bool | Decimal | None


class PrintCell:
    """One value: its text, what it is worth, and the fields of the record behind a link.

    It has no attribute that a template could reach; fields are looked up by their names.
    """

    __slots__ = ("_fields", "_picture", "_text", "_value")

    def __init__(
        self, text: str, value: Raw, fields: Mapping[str, Any] | None = None, picture: str = ""
    ) -> None:
        self._text = text
        self._value = value
        self._fields = fields or {}
        self._picture = picture

    def __getitem__(self, name: object) -> Any:
        """Return a field of the record; a template sees nothing where there is none."""
        if isinstance(name, str) and name in self._fields:
            return self._fields[name]
        raise KeyError(name)

    def __iter__(self) -> Iterator[Any]:
        """Refuse to be gone through: it is one value."""
        raise TypeError("one value is not a list")

    def __str__(self) -> str:
        return self._text

    def __len__(self) -> int:
        return len(self._text)

    def __bool__(self) -> bool:
        return bool(self._fields) or bool(self._text if self._value is None else self._value)

    def __eq__(self, other: object) -> bool:
        own = raw_of(self)
        wanted = raw_of(other)
        return bool(own == wanted) or self._text == wanted

    def __hash__(self) -> int:
        return hash(self._value)


def raw_of(value: object) -> Any:
    """Return what a value is worth: a number for a number, the code for a choice."""
    if not isinstance(value, PrintCell):
        return value
    return value._text if value._value is None else value._value  # noqa: SLF001 - its own module


def picture_of(value: object) -> str:
    """Return the picture that a value holds as a data: address, empty for none."""
    return value._picture if isinstance(value, PrintCell) else ""  # noqa: SLF001 - its own module


def told(value: object) -> object:
    """Return a value as a workbook takes it: with the number beside what is shown of it."""
    number = raw_of(value)
    shown = isinstance(value, PrintCell) and isinstance(number, Decimal)
    return number_in_words(number, str(value)) if shown else value


def number_in_words(number: Decimal, text: str) -> Markup:
    """Return a number and how it is written as HTML."""
    return Markup('<data value="{}">{}</data>').format(f"{number:f}", text)


def decode(sent: Any) -> Any:
    """Return what the parent sent as values for a template."""
    if isinstance(sent, list):
        return [decode(each) for each in sent]
    if not isinstance(sent, dict):
        return sent
    if "t" not in sent:
        return {name: decode(each) for name, each in sent.items()}
    value: Raw = sent.get("v")
    if sent.get("n"):
        value = Decimal(str(value))
    fields = {name: decode(each) for name, each in sent.get("f", {}).items()}
    return PrintCell(sent["t"], value, fields, sent.get("d", ""))
