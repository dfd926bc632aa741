"""Parts of rules → their definitions."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cardwright_metadata.definitions.rules import (
    MAIL_FIELDS,
    EachDefinition,
    RuleDefinition,
    Shift,
    StepDefinition,
    TriggerDefinition,
)
from cardwright_metadata.expressions.tree import Expression
from cardwright_metadata.parts import Parse, Part, in_order, read_field, read_text

#: What a step may do; a step has exactly one of these keys.
STEPS = (
    "set", "create", "upsert", "move", "convert", "assign", "notify", "webhook", "mail", "sms",
    "calculate", "rank", "stop",
)  # fmt: skip


def read_rule(part: Part, parse: Parse) -> RuleDefinition:
    """Build a rule from its part."""
    is_mail = bool((part.get("trigger") or {}).get("mail"))
    asked = MAIL_FIELDS if is_mail else part.get("ask")
    return RuleDefinition(
        name=part["name"],
        entity=part["of"],
        trigger=_read_trigger(part.get("trigger") or {}),
        label=read_text(part.get("label")),
        description=read_text(part.get("description")),
        pack=part.get("pack", ""),
        condition=parse(part["if"]) if "if" in part else None,
        rights=part.get("as", "actor"),
        active=part.get("active", True),
        asks={name: bool(each.get("required")) for name, each in in_order(asked)},
        own_asks={
            name: read_field(name, each, parse) for name, each in in_order(asked) if "type" in each
        },
        each=_read_each(part["for_each"], parse) if "for_each" in part else None,
        steps=tuple(_read_step(name, each, parse) for name, each in in_order(part.get("do"))),
    )


def _read_trigger(part: Part) -> TriggerDefinition:
    return TriggerDefinition(
        event=part.get("event", ""),
        fields=tuple(part.get("fields", ())),
        states=tuple(part.get("to", ())),
        date=part.get("date", ""),
        shifts=(
            *(_read_shift(each, -1) for each in part.get("before", ())),
            *(_read_shift(each, 1) for each in part.get("after", ())),
        ),
        schedule=part.get("schedule", ""),
        day=part.get("day", 1),
        at=part.get("at", "06:00"),
        entered=part.get("entered", ""),
        left=part.get("left", ""),
        deadline=part.get("deadline", ""),
        webhook=part.get("webhook", False),
        mail=part.get("mail", False),
        button=part.get("button", ""),
    )


def _read_each(part: Part, parse: Parse) -> EachDefinition:
    path = part.get("path", "")
    return EachDefinition(
        path=tuple(path.split(".")) if path else (),
        entity=part.get("entity", ""),
        where=parse(part["where"]) if "where" in part else None,
    )


def _read_shift(text: str, sign: int) -> Shift:
    number, unit = text.split()
    return Shift(number=sign * int(number), unit=unit.rstrip("s"))


def _read_step(name: str, part: Part, parse: Parse) -> StepDefinition:
    kind = next(each for each in STEPS if each in part)
    return StepDefinition(name=name, kind=kind, options=_read_options(kind, part[kind], parse))


def _read_options(kind: str, said: Any, parse: Parse) -> Mapping[str, Any]:
    match kind:
        case "set":
            return {"set": _read_values(said, parse)}
        case "create" | "upsert":
            return {**said, "set": _read_values(said["set"], parse)}
        case "notify":
            return {**said, "message": read_text(said["message"])}
        case "assign" | "stop":
            return {"value": said if isinstance(said, bool) else parse(said)}
        case "calculate" if "if" in said:
            return {**said, "if": parse(said["if"])}
        case "sms":
            return {**said, "to": tuple(said["to"])}
        case "webhook" | "calculate":
            return dict(said)
        case "rank":
            return {**said, "cuts": {name: Decimal(str(cut)) for name, cut in said["cuts"].items()}}
    return {"name": said}


def _read_values(said: Part, parse: Parse) -> Mapping[str, Expression]:
    return {name: parse(each) for name, each in in_order(said)}
