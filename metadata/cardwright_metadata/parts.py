"""A part (plain JSON) → its definition, the way a running process loads the catalog."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from cardwright_metadata.definitions.cards import (
    CardDefinition,
    MatrixDefinition,
    RelatedDefinition,
    SectionDefinition,
    TabDefinition,
)
from cardwright_metadata.definitions.entities import (
    CheckDefinition,
    DuplicateDefinition,
    EntityDefinition,
    EquationDefinition,
    FieldDefinition,
    FieldGroupDefinition,
    PeriodDefinition,
    Slot,
    SuggestionDefinition,
    UniqueDefinition,
)
from cardwright_metadata.definitions.flows import PostingDefinition
from cardwright_metadata.definitions.lists import (
    ColumnDefinition,
    ListDefinition,
    QueryDefinition,
    SortDefinition,
)
from cardwright_metadata.definitions.others import ChoiceDefinition, WhoDefinition
from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.expressions.tree import Expression

Part = Mapping[str, Any]
Parse = Callable[[str], Expression]

#: Keys of a field that every type has; what else stands there are the type's options.
FIELD_KEYS = frozenset(
    {
        "type", "id", "column", "number", "label", "help", "hint", "example", "unit", "required",
        "readonly", "visible", "unlocked", "default", "suggest", "suggest_first", "suggestions",
        "check", "checks", "unique", "index", "sort", "active", "system", "was", "pack", "retired",
        "order", "after", "before", "targets", "kept_of", "copy", "history",
    }
)  # fmt: skip

#: Marks in options, so that a part can be read without knowing the field's type.
EXPRESSION_MARK, TEXT_MARK, CHOICES_MARK = "$expression", "$text", "$choices"


def hash_part(part: Part) -> str:
    """Return the content hash of a part: equal parts, equal hash."""
    text = json.dumps(part, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def in_order(items: Mapping[str, Any] | None) -> list[tuple[str, Any]]:
    """Return the items of a keyed map by their ``order``, however the JSON was kept."""
    held = list((items or {}).items())
    return sorted(
        held, key=lambda item: item[1].get("order", 0) if isinstance(item[1], dict) else 0
    )


def read_text(words: Any) -> Text:
    """Return the words of a label and the like."""
    return Text.of(words) if isinstance(words, Mapping) else Text()


def read_choices(part: Part | None) -> dict[str, ChoiceDefinition]:
    """Build the choices of a picklist, or those written in a field."""
    return {
        code: ChoiceDefinition(
            code=code,
            label=read_text(each.get("label")),
            colour=each.get("colour", ""),
            parent=each.get("parent", ""),
            who=WhoDefinition.of(each.get("who")),
            retired=each.get("retired", False),
        )
        for code, each in in_order(part)
    }


def read_entity(part: Part, parse: Parse) -> EntityDefinition:
    """Build an entity from its part."""
    period = part.get("period")
    return EntityDefinition(
        name=part["name"],
        id=part.get("id", ""),
        table=part.get("table", ""),
        label=read_text(part.get("label")),
        description=read_text(part.get("description")),
        family=part.get("family", "master"),
        icon=part.get("icon", ""),
        pack=part.get("pack", ""),
        title=part.get("title", ""),
        subtitle=tuple(part.get("subtitle", ())),
        owner=part.get("owner", ""),
        owner_field=part.get("owner_field", ""),
        fields={name: read_field(name, each, parse) for name, each in in_order(part.get("fields"))},
        field_groups=_read_field_groups(part.get("field_groups")),
        traits=tuple(part.get("traits", ())),
        features=frozenset(part.get("features", ())),
        unique=_read_uniques(part.get("unique"), parse),
        duplicates=_read_duplicates(part.get("duplicates")),
        checks=_read_checks(part.get("checks"), parse, ""),
        solve={
            name: _read_equation(name, each, parse) for name, each in in_order(part.get("solve"))
        },
        search=dict(part.get("search", {})),
        card=_read_card(part.get("card", {}), parse),
        list=_read_list(part.get("list", {})),
        queries=_read_queries(part, parse),
        period=_read_period(period) if period else None,
        frozen=_read_expression(part.get("frozen"), parse),
        locked=_read_expression(part.get("locked"), parse),
        plays={each: dict(roles) for each, roles in part.get("plays", {}).items()},
        post=_read_postings(part.get("post"), parse),
        made_in=part.get("made_in", ""),
        kept=part.get("kept", False),
        was=tuple(part.get("was", ())),
        retired=part.get("retired", False),
        hash=hash_part(part),
    )


def _read_field_groups(groups: Part | None) -> dict[str, FieldGroupDefinition]:
    return {
        name: FieldGroupDefinition(
            name=name, label=read_text(each.get("label")), fields=tuple(each.get("fields", ()))
        )
        for name, each in in_order(groups)
        if not each.get("retired")
    }


def read_field(name: str, part: Part, parse: Parse) -> FieldDefinition:
    """Build a field from its place in the entity's part."""
    return FieldDefinition(
        name=name,
        type=part["type"],
        id=part.get("id", ""),
        column=part.get("column", ""),
        label=read_text(part.get("label")),
        help=read_text(part.get("help")),
        hint=read_text(part.get("hint")),
        example=read_text(part.get("example")),
        unit=read_text(part.get("unit")),
        required=_read_slot(part.get("required", False), parse),
        readonly=_read_slot(part.get("readonly", False), parse),
        visible=_read_slot(part.get("visible", True), parse),
        unlocked=_read_slot(part.get("unlocked", False), parse),
        default=_read_expression(part.get("default"), parse),
        suggest=_read_expression(part.get("suggest"), parse),
        suggest_first=part.get("suggest_first", False),
        suggestions=tuple(
            _read_suggestion(each, source, parse)
            for each, source in in_order(part.get("suggestions"))
        ),
        checks=tuple(_read_checks(part.get("checks"), parse, name).values()),
        unique=part.get("unique", False),
        copy=part.get("copy", True),
        series=part.get("history") == "series",
        index=part.get("index", False),
        sort=part.get("sort", False),
        active=part.get("active", True),
        system=part.get("system", False),
        targets=tuple(part.get("targets", ())),
        number=part.get("number", 0),
        was=tuple(part.get("was", ())),
        pack=part.get("pack", ""),
        kept_of=part.get("kept_of", ""),
        retired=part.get("retired", False),
        options={
            key: read_option(value, parse) for key, value in part.items() if key not in FIELD_KEYS
        },
    )


def read_option(value: Any, parse: Parse) -> Any:
    """Return an option of a field type with its expressions, texts and choices built."""
    if isinstance(value, dict):
        if EXPRESSION_MARK in value:
            return parse(value[EXPRESSION_MARK])
        if TEXT_MARK in value:
            return read_text(value[TEXT_MARK])
        if CHOICES_MARK in value:
            return read_choices(value[CHOICES_MARK])
        return {key: read_option(each, parse) for key, each in value.items()}
    if isinstance(value, list):
        return tuple(read_option(each, parse) for each in value)
    return value


def _read_slot(value: Any, parse: Parse) -> Slot:
    return value if isinstance(value, bool) else parse(value)


def _read_expression(value: Any, parse: Parse) -> Expression | None:
    return None if value is None else parse(value)


def _read_suggestion(name: str, part: Part, parse: Parse) -> SuggestionDefinition:
    return SuggestionDefinition(
        name=name, label=read_text(part.get("label")), value=parse(part["value"])
    )


def _read_equation(name: str, part: Part, parse: Parse) -> EquationDefinition:
    values = tuple((each["field"], parse(each["value"])) for each in part["values"])
    return EquationDefinition(name=name, values=values)


def _read_checks(
    checks: Mapping[str, Any] | None, parse: Parse, place: str
) -> dict[str, CheckDefinition]:
    return {
        name: CheckDefinition(
            name=name,
            condition=_read_expression(each.get("if"), parse),
            test=_read_expression(each.get("test"), parse),
            level=each.get("level", "error"),
            reason=each.get("reason", False),
            message=read_text(each.get("message")),
            place=each.get("place", place),
        )
        for name, each in in_order(checks)
        if not each.get("retired")
    }


def _read_uniques(uniques: Any, parse: Parse) -> dict[str, UniqueDefinition]:
    return {name: _read_unique(name, each, parse) for name, each in in_order(uniques)}


def _read_duplicates(rules: Any) -> dict[str, DuplicateDefinition]:
    return {
        name: DuplicateDefinition(
            name=name,
            match=tuple(each["match"]),
            ignore=tuple(each.get("ignore", ())),
            label=read_text(each.get("label")),
            level=each.get("level", "warn"),
        )
        for name, each in in_order(rules)
        if not each.get("retired")
    }


def _read_queries(part: Part, parse: Parse) -> dict[str, QueryDefinition]:
    return {
        name: _read_query(name, part["name"], each, parse)
        for name, each in in_order(part.get("queries"))
    }


def _read_unique(name: str, part: Part, parse: Parse) -> UniqueDefinition:
    return UniqueDefinition(
        name=name,
        fields=tuple(part["fields"]),
        condition=_read_expression(part.get("if"), parse),
        nulls_equal=part.get("nulls") == "equal",
    )


def _read_period(part: Part) -> PeriodDefinition:
    return PeriodDefinition(
        start=part["from"],
        end=part["to"],
        per=tuple(part.get("per", ())),
        overlap=part.get("overlap", "forbid"),
    )


def _read_postings(part: Any, parse: Parse) -> dict[str, PostingDefinition]:
    return {
        name: PostingDefinition(
            name=name,
            ledger=each["ledger"],
            condition=_read_expression(each.get("if"), parse),
            path=tuple(each["for"].split(".")) if each.get("for") else (),
            day=_read_expression(each.get("day"), parse),
            values={key: parse(text) for key, text in each["set"].items()},
        )
        for name, each in in_order(part)
        if not each.get("retired")
    }


def _read_card(part: Part, parse: Parse) -> CardDefinition:
    return CardDefinition(
        tabs=tuple(
            TabDefinition(
                name=name,
                label=read_text(each.get("label")),
                sections=tuple(
                    _read_section(key, section, parse)
                    for key, section in in_order(each.get("sections"))
                ),
                related=_read_related(each.get("related"), parse),
                panel=each.get("panel", ""),
                visible=_read_slot(each.get("visible", True), parse),
            )
            for name, each in in_order(part.get("tabs"))
            if not each.get("retired")
        ),
        figures=tuple(part.get("figures", ())),
        meta=tuple(part.get("meta", ())),
    )


def _read_section(name: str, part: Part, parse: Parse) -> SectionDefinition:
    columns, totals = part.get("columns"), part.get("totals")
    return SectionDefinition(
        name=name,
        label=read_text(part.get("label")),
        columns=columns if isinstance(columns, int) else 2,
        fields=tuple(key for key, _ in in_order(part.get("fields"))),
        grid=part.get("grid", ""),
        grid_columns=tuple(key for key, _ in in_order(columns))
        if isinstance(columns, dict)
        else (),
        totals=tuple(totals) if isinstance(totals, list) else (),
        matrix=_read_matrix(part),
        auto=part.get("auto", False),
        visible=_read_slot(part.get("visible", True), parse),
    )


def _read_matrix(part: Part) -> MatrixDefinition | None:
    if "matrix" not in part:
        return None
    return MatrixDefinition(
        lines=part["matrix"],
        rows=tuple(part.get("rows", ())),
        column=next(iter(part["columns"])),
        cell=part.get("cell", ""),
        totals=part.get("totals") is True,
        spread=tuple(part.get("spread", ())),
    )


def _read_related(part: Any, parse: Parse) -> RelatedDefinition | None:
    if not part:
        return None
    return RelatedDefinition(
        entity=part["entity"],
        field=part["field"],
        show=part.get("show", ""),
        where=_read_expression(part.get("where"), parse),
        columns=tuple(key for key, _ in in_order(part.get("columns"))),
        label=read_text(part.get("label")),
    )


def read_columns(part: Any) -> tuple[ColumnDefinition, ...]:
    """Build the columns of a list."""
    return tuple(
        ColumnDefinition(path=path, width=each.get("width", 0), label=read_text(each.get("label")))
        for path, each in in_order(part)
    )


def read_sort(part: Any) -> tuple[SortDefinition, ...]:
    """Build the keys of a sort."""
    return tuple(
        SortDefinition(path=path, descending=each.get("desc", False))
        for path, each in in_order(part)
    )


def _read_list(part: Part) -> ListDefinition:
    lead = part.get("lead", ())
    return ListDefinition(
        columns=read_columns(part.get("columns")),
        sort=read_sort(part.get("sort")),
        totals=dict(part.get("totals", {})),
        filters=tuple(part.get("filters", ())),
        lead=(lead,) if isinstance(lead, str) else tuple(lead),
        tail=part.get("tail", ""),
    )


def _read_query(name: str, entity: str, part: Part, parse: Parse) -> QueryDefinition:
    return QueryDefinition(
        name=name,
        entity=entity,
        label=read_text(part.get("label")),
        where=_read_expression(part.get("where"), parse),
        sort=read_sort(part.get("sort")),
        columns=read_columns(part.get("columns")),
    )
