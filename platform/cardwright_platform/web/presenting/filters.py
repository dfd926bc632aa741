"""What a list can be filtered by, and a running condition in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from functools import cache

from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.titles import titles_of
from cardwright_metadata.definitions.others import ChoiceDefinition
from cardwright_metadata.expressions.parsing import parse
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
    Related,
)
from cardwright_metadata.expressions.walking import operands, walk
from cardwright_metadata.expressions.words import MARK_ROOTS
from cardwright_platform.views.cells import Choice
from cardwright_platform.views.lists import FilterChip, FilterField, Operator
from cardwright_platform.web.presenting.columns import shown_field
from cardwright_platform.web.presenting.marks import mark_fields
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import options_url

#: What is asked behind an operator.
_ASKED: Mapping[str, str] = {
    "empty": "none",
    "not_empty": "none",
    "between": "two",
    "in": "many",
    "any": "many",
    "none": "many",
    "count": "number",
}

#: Days and periods that move with the calendar, as they are offered for choice.
_DAYS = ("today()", "yesterday()", "tomorrow()")
_PERIODS = (
    "this_week()", "this_month()", "this_quarter()", "this_year()", "last_week()", "last_month()",
    "last_quarter()", "last_year()", "next_week()", "next_month()", "last_n_days(7)",
    "last_n_days(30)", "last_n_days(90)", "next_n_days(7)", "next_n_days(30)",
)  # fmt: skip
#: Operators of fields that lead to several records.
_ABOUT_MANY = ("any", "none", "count", "empty", "not_empty")

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
    """Return every field that may be filtered by, one's marks, then those of linked records."""
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
    return (*own, *mark_fields(desk, reader, entity), *linked)


def _offered(field: FieldModel) -> bool:
    if field.name in ("version", "deleted_at", "head", "position"):
        return False
    if field.value_type.kind == "record" and not field.targets:
        return False  # there is nothing to choose from
    return bool(field.type.operators) and field.value_type.kind in _KINDS


def _field(
    reader: Reader, entity: EntityModel, field: FieldModel, path: str, own: FieldModel, group: str
) -> FilterField:
    choices: Mapping[str, ChoiceDefinition] = field.definition.options.get("choices", {})
    kind = "choice" if choices else _KINDS[field.value_type.kind]
    many = field.type.relation in ("many", "lines")
    url = ""
    if kind == "link" or many:
        url = options_url(entity.name, own.name, field.targets[0]) if field.targets else ""
        kind = "link" if url else "number"
    moving = kind == "date"
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
        relative=_relative(reader, _DAYS) if moving else (),
        periods=_relative(reader, _PERIODS) if moving else (),
        related=many,
    )


def _relative(reader: Reader, calls: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(
        Choice(value=each, label=_called(reader, _tree_of(each)) or each) for each in calls
    )


@cache
def _tree_of(call: str) -> Node:
    return parse(call).tree


def _called(reader: Reader, node: Node) -> str:
    """Return a day or period that moves with the calendar in words, empty without any."""
    match node:
        case Call(arguments=()) | Call(arguments=(Literal(value=Decimal()),)):
            key = f"function.{node.function}"
            number = next((each.value for each in node.arguments if isinstance(each, Literal)), "")
            return reader.t(key, number=number) if reader.words.knows(key) else ""
    return ""


def _operators(reader: Reader, field: FieldModel) -> tuple[Operator, ...]:
    codes = [code for code in field.type.operators if code != "is"]
    if "empty" in codes:
        codes.append("not_empty")
    if field.value_type.tree and "under" not in codes:
        codes.insert(0, "under")
    if field.type.relation == "many":
        codes = list(_ABOUT_MANY)
    elif field.type.relation == "lines":
        codes = list(_ABOUT_MANY[2:])  # which line is meant is no choice of a list
    moving = field.value_type.kind in ("date", "datetime")
    return tuple(
        Operator(
            code=code,
            label=reader.t("operator.within" if moving and code == "in" else f"operator.{code}"),
            value="period" if moving and code == "in" else _ASKED.get(code, "one"),
        )
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
    reader = reader.knowing(titles_asked(desk, _unknown(reader, records_asked(desk, entity, node))))
    match node:
        case Binary(operator="or"):
            said = [describe_condition(desk, reader, entity, each) for each in operands(node, "or")]
            words = (" ".join((each.label, each.operator, each.value)).strip() for each in said)
            return FilterChip(
                label=reader.t("list.any_of"), value=reader.t("list.any_glue").join(words)
            )
        case Related(quantifier="any" | "none") | Binary(left=Related(quantifier="count")):
            return _of_many(desk, reader, entity, node)
        case Binary(left=Path() as path, operator=operator, right=right):
            return _chip(desk, reader, entity, path, operator, [right])
        case Membership(operand=Path(root="$self", names=()), items=items) if _are_marks(items):
            return _mark_chip(reader, node)
        case Membership(operand=Path() as path, items=items, negated=negated):
            return _chip(desk, reader, entity, path, "not_in" if negated else "in", list(items))
        case Between(operand=Path() as path, low=low, high=high):
            return _chip(desk, reader, entity, path, "between", [low, high])
        case Emptiness(operand=Path() as path, negated=negated):
            return _chip(desk, reader, entity, path, "not_empty" if negated else "empty", [])
        case _:
            return FilterChip(label=write(node)[:80])


def _are_marks(items: Sequence[Node]) -> bool:
    """Tell whether all are tags or favourites folders."""
    return bool(items) and all(isinstance(each, Path) and each.root in MARK_ROOTS for each in items)


def _mark_chip(reader: Reader, node: Membership) -> FilterChip:
    marks = [each for each in node.items if isinstance(each, Path)]
    roots = {each.root for each in marks}
    label = {"$tagged": "marks.tags", "$favourites": "favourites.title"}
    return FilterChip(
        label=reader.t(label[roots.pop()] if len(roots) == 1 else "marks.own"),
        operator=reader.t("operator.not_in") if node.negated else "",
        value=reader.listed(each.mark or reader.t("marks.in_any") for each in marks),
    )


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


def _of_many(desk: Desk, reader: Reader, entity: EntityModel, node: Related | Binary) -> FilterChip:
    """Return a question about several records in words, as its text where it asks more of them."""
    question = node if isinstance(node, Related) else node.left
    whole = FilterChip(label=write(node)[:80])
    if not isinstance(question, Related) or question.path.root:
        return whole
    dotted = ".".join(question.path.names)
    label, field = reader.path_label(entity, dotted), shown_field(desk.reading, entity, dotted)
    match node, question.where:
        case Binary(), None:
            count = f"{reader.t('operator.number')} {reader.t(f'operator.{node.operator}')}"
            return FilterChip(
                label=label, operator=count, value=_value(desk, reader, None, node.right)
            )
        case Related(), None:
            code = "not_empty" if node.quantifier == "any" else "empty"
            return FilterChip(label=label, operator=reader.t(f"operator.{code}"))
        case Related(), Membership(operand=Path(names=("id",), root=""), negated=False, items=ids):
            shown = [_title_of(reader, field, each) for each in ids]
            operator = reader.t(f"operator.{node.quantifier}")
            return FilterChip(label=label, operator=operator, value=reader.listed(shown))
    return whole


def records_asked(desk: Desk, entity: EntityModel, node: Node | None) -> dict[str, tuple[str, int]]:
    """Return the records that a condition names, by what the builder knows their titles by."""
    found: dict[str, tuple[str, int]] = {}
    for each in walk(node) if node is not None else ():
        match each:
            case Binary(left=Path(root="") as path, right=right):
                items: tuple[Node, ...] = (right,)
            case Membership(operand=Path(root="") as path, items=items):
                pass
            case Related(path=Path(root="") as path, where=Membership(items=items)):
                pass
            case _:
                continue
        dotted = ".".join(path.names)
        field = shown_field(desk.reading, entity, dotted)
        if field is None or not field.targets or field.type.relation not in ("one", "many"):
            continue
        for item in items:
            if isinstance(item, Literal) and isinstance(item.value, Decimal):
                number = int(item.value)
                found[f"{dotted}:{number}"] = field.targets[0], number
    return found


def _unknown(reader: Reader, records: Mapping[str, tuple[str, int]]) -> set[tuple[str, int]]:
    return set(records.values()) - set(reader.locale.titles)


def titles_asked(desk: Desk, records: Collection[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Return what the records are called that a condition names, a statement for each entity.

    Those that may not be read are called by their numbers, which the condition says anyway.
    """
    found = {(name, number): f"#{number}" for name, number in records}
    for entity in sorted({name for name, _ in records}):
        ids = sorted({number for name, number in records if name == entity})
        found |= titles_of(desk.session, desk.reading, entity, ids)
    return found


def _title_of(reader: Reader, field: FieldModel | None, node: Node) -> str:
    """Return what a record is called whose id a condition names."""
    if field is None or not field.targets or not isinstance(node, Literal):
        return write(node)
    if not isinstance(node.value, Decimal):
        return write(node)
    number = int(node.value)
    return reader.locale.titles.get((field.targets[0], number), f"#{number}")


def _value(desk: Desk, reader: Reader, field: FieldModel | None, node: Node) -> str:
    if isinstance(node, Call):
        return _called(reader, node) or write(node)
    if isinstance(node, Literal) and field is None and isinstance(node.value, Decimal):
        return reader.locale.number(node.value)
    if not isinstance(node, Literal) or field is None:
        return write(node)
    value = node.value
    if isinstance(value, Decimal) and field.value_type.kind == "record" and field.targets:
        return _title_of(reader, field, node)
    choices: Mapping[str, ChoiceDefinition] = field.definition.options.get("choices", {})
    if isinstance(value, str) and value in choices:
        return reader.text(choices[value].label, value)
    if isinstance(value, bool):
        return reader.locale.yes_or_no(value)
    if isinstance(value, Decimal):
        return reader.locale.number(value, grouped=field.type.grouped)
    return str(value)
