"""Parts of conversions, ledgers and postings → their definitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardwright_metadata.definitions.flows import (
    HEAD,
    ConversionDefinition,
    DimensionDefinition,
    FurtherDefinition,
    LedgerDefinition,
    MoveDefinition,
    StrandDefinition,
)
from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.expressions.tree import Expression
from cardwright_metadata.parts import Parse, Part, in_order, read_text


def read_conversion(part: Part, parse: Parse) -> ConversionDefinition:
    """Build a conversion from its part."""
    offer = part.get("offer", {})
    then = part.get("then") or {}
    return ConversionDefinition(
        name=part["name"],
        source=part["from"],
        target=part["to"],
        label=read_text(part.get("label")),
        pack=part.get("pack", ""),
        push=_read_ways(offer.get("push")),
        pull="pull" in offer,
        condition=_optional(part.get("if"), parse),
        merge=tuple(part.get("merge", ())),
        head=_read_strand("", part, parse),
        lines=tuple(
            _read_strand("" if name == HEAD else name, each, parse)
            for name, each in in_order(part.get("lines"))
        ),
        moves=tuple(
            MoveDefinition(entity=name, link=each["from"], to=each["to"])
            for name, each in in_order(part.get("move"))
        ),
        also=tuple(_read_further(name, each, parse) for name, each in in_order(part.get("also"))),
        then_condition=_optional(then.get("if"), parse),
        then=_read_values(then.get("set"), parse),
    )


def _read_ways(ways: Any) -> Mapping[str, Text] | None:
    if ways is None:
        return None
    return {name: read_text(ways[name]) for name in ("whole", "part") if name in ways}


def _read_strand(lines: str, part: Part, parse: Parse) -> StrandDefinition:
    return StrandDefinition(
        lines=lines,
        to=part["to"] if "from" not in part else "",
        source=part.get("source", ""),
        copy=_read_values(part.get("copy"), parse),
        quantity=part.get("quantity", ""),
        total=_optional(part.get("total"), parse),
        open=part.get("open", ""),
        counts=_optional(part.get("counts"), parse),
        tolerance=_optional(part.get("tolerance"), parse),
    )


def _read_further(name: str, part: Part, parse: Parse) -> FurtherDefinition:
    return FurtherDefinition(
        name=name,
        to=part["to"],
        label=read_text(part.get("label")),
        link=part.get("link", ""),
        source=part.get("source", ""),
        copy=_read_values(part.get("copy"), parse),
        condition=_optional(part.get("if"), parse),
        optional=part.get("optional", False),
    )


def read_ledger(part: Part, parse: Parse) -> LedgerDefinition:
    """Build a ledger from its part."""
    return LedgerDefinition(
        name=part["name"],
        label=read_text(part.get("label")),
        pack=part.get("pack", ""),
        dimensions={
            name: DimensionDefinition(
                name=name, entity=each["of"], optional=each.get("optional", False)
            )
            for name, each in in_order(part.get("dimensions"))
        },
        measures=tuple(name for name, _ in in_order(part.get("measures"))),
        never_negative={
            name: each if isinstance(each, bool) else parse(each)
            for name, each in part.get("never_negative", {}).items()
        },
        closed=_optional((part.get("period") or {}).get("closed"), parse),
    )


def _read_values(values: Any, parse: Parse) -> dict[str, Expression]:
    return {name: parse(text) for name, text in (values or {}).items()}


def _optional(text: str | None, parse: Parse) -> Expression | None:
    return None if text is None else parse(text)
