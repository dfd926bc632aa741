"""What a list can be filtered by, and a running condition in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.titles import titles_of
from cardwright_metadata.definitions.others import ChoiceDefinition
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tree import (
    Between,
    Binary,
    Call,
    Emptiness,
    Literal,
    Membership,
    Node,
    Path,
)
from cardwright_metadata.expressions.walking import operands
from cardwright_platform.views.cells import Choice
from cardwright_platform.views.lists import FilterChip, FilterField, Operator
from cardwright_platform.web.presenting.columns import shown_field
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import options_url

#: What is asked behind an operator.
_ASKED: Mapping[str, str] = {"empty": "none", "not_empty": "none", "between": "two", "in": "many"}

_KINDS: Mapping[str, str] = {
    "text": "text",
    "decimal": "number",
    "date": "date",
    "datetime": "date",
    "time": "text",
    "boolean": "boolean",
    "record": "link",
    "list": "choice",
}

#: Fields of linked entities are offered one link deep, so many at most.
_MOST_LINKED = 60


def filter_fields(desk: Desk, reader: Reader, entity: EntityModel) -> tuple[FilterField, ...]:
    """Return every field that may be filtered by, then those of linked records."""
    readable = desk.reading.readable(entity)
    own = [
        _field(reader, entity, field, name, field, "")
        for name, field in desk.reading.shown(entity).items()
        if _offered(field)
    ]
    linked: list[FilterField] = []
    for name, field in entity.fields.items():
        if name not in readable or field.type.relation != "one" or field.definition.system:
            continue
        target = desk.model.entity(field.targets[0]) if field.targets else None
        if target is None or len(linked) > _MOST_LINKED:
            continue
        inner = desk.reading.readable(target)
        linked += [
            _field(reader, entity, each, f"{name}.{path}", field, reader.field_label(field))
            for path, each in target.fields.items()
            if path in inner
            and _offered(each)
            and not each.definition.system
            and each.type.relation == ""
        ]
    return tuple(own + linked)


def _offered(field: FieldModel) -> bool:
    if field.name in ("version", "deleted_at", "head", "position"):
        return False
    return bool(field.type.operators) and field.value_type.kind in _KINDS


def _field(
    reader: Reader, entity: EntityModel, field: FieldModel, path: str, own: FieldModel, group: str
) -> FilterField:
    choices: Mapping[str, ChoiceDefinition] = field.definition.options.get("choices", {})
    kind = "choice" if choices else _KINDS[field.value_type.kind]
    url = ""
    if kind == "link":
        url = options_url(entity.name, own.name, field.targets[0]) if field.targets else ""
        kind = "link" if url else "number"
    return FilterField(
        path=path,
        label=reader.field_label(field),
        kind=kind,
        operators=_operators(reader, field),
        choices=tuple(
            Choice(value=code, label=reader.text(each.label, code), hue=each.colour)
            for code, each in choices.items()
            if not each.retired
        ),
        options_url=url,
        unit=reader.text(field.definition.unit),
        group=group,
    )


def _operators(reader: Reader, field: FieldModel) -> tuple[Operator, ...]:
    codes = [code for code in field.type.operators if code != "is"]
    if "empty" in codes:
        codes.append("not_empty")
    if field.value_type.tree:
        codes.insert(0, "under")
    return tuple(
        Operator(code=code, label=reader.t(f"operator.{code}"), value=_ASKED.get(code, "one"))
        for code in codes
    )


def say_problem(reader: Reader, problem: Message) -> str:
    """Return in the reader's words why a condition cannot be asked."""
    params = dict(problem.params)
    key = f"condition.{params.get('cause', '')}"
    if not reader.words.knows(key):
        return reader.say(problem)
    text = reader.t(key, **params)
    if params.get("nearest"):
        text = reader.t("condition.nearest", problem=text, nearest=params["nearest"])
    return reader.t("condition.at", at=params["at"], problem=text)


def describe_condition(desk: Desk, reader: Reader, entity: EntityModel, node: Node) -> FilterChip:
    """Return one condition in words; what has no simple words is shown as its text."""
    match node:
        case Binary(operator="or"):
            said = [describe_condition(desk, reader, entity, each) for each in operands(node, "or")]
            words = (" ".join((each.label, each.operator, each.value)).strip() for each in said)
            return FilterChip(
                label=reader.t("list.any_of"), value=reader.t("list.any_glue").join(words)
            )
        case Binary(left=Path() as path, operator=operator, right=right):
            return _chip(desk, reader, entity, path, operator, [right])
        case Membership(operand=Path() as path, items=items, negated=negated):
            return _chip(desk, reader, entity, path, "not_in" if negated else "in", list(items))
        case Between(operand=Path() as path, low=low, high=high):
            return _chip(desk, reader, entity, path, "between", [low, high])
        case Emptiness(operand=Path() as path, negated=negated):
            return _chip(desk, reader, entity, path, "not_empty" if negated else "empty", [])
        case _:
            return FilterChip(label=write(node)[:80])


def _chip(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    path: Path,
    operator: str,
    values: Sequence[Node],
) -> FilterChip:
    dotted = ".".join(path.names)
    field = shown_field(desk.reading, entity, dotted)
    shown = [_value(desk, reader, field, each) for each in values]
    between = operator == "between"
    return FilterChip(
        label=reader.path_label(entity, dotted),
        operator=reader.t(f"operator.{operator}"),
        value=reader.t("list.between_glue").join(shown) if between else reader.listed(shown),
    )


def _value(desk: Desk, reader: Reader, field: FieldModel | None, node: Node) -> str:
    if isinstance(node, Call) and not node.arguments:
        key = f"function.{node.function}"
        return reader.t(key) if reader.words.knows(key) else write(node)
    if not isinstance(node, Literal) or field is None:
        return write(node)
    value = node.value
    if isinstance(value, Decimal) and field.value_type.kind == "record" and field.targets:
        record = int(value)
        titles = titles_of(desk.session, desk.reading, field.targets[0], [record])
        return titles.get((field.targets[0], record), f"#{record}")
    choices: Mapping[str, ChoiceDefinition] = field.definition.options.get("choices", {})
    if isinstance(value, str) and value in choices:
        return reader.text(choices[value].label, value)
    if isinstance(value, bool):
        return reader.locale.yes_or_no(value)
    if isinstance(value, Decimal):
        return reader.locale.number(value, grouped=field.type.grouped)
    return str(value)
