"""Suspects and merges → their pages; and what a form says of records that look the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.requests import RecordView
from cardwright_entities.records.duplicates import groups_of, readable_rules, suspects_of
from cardwright_entities.records.merging import mergeable_fields
from cardwright_platform.views.cells import Action, Choice
from cardwright_platform.views.duplicates import (
    MergeField,
    MergePage,
    MergeRecord,
    SuspectGroup,
    SuspectPage,
)
from cardwright_platform.views.lists import Column, Empty, Row
from cardwright_platform.web.presenting.cells import cell_of
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import card_url, duplicates_url, list_url, merge_url

#: Groups of suspects on one page.
MOST_GROUPS = 50
#: What is shown of suspects beside the fields that look the same.
_BESIDE = ("owner", "created_at")


@dataclass(frozen=True)
class Known:
    """Records as their reader sees them, and the reader who knows what they link to."""

    reader: Reader
    records: tuple[RecordView, ...]


def known_records(
    desk: Desk, reader: Reader, entity: EntityModel, records: Iterable[int], names: Sequence[str]
) -> Known:
    """Read some fields of records; those that are gone meanwhile are left out."""
    found: list[RecordView] = []
    for record in records:
        try:
            view = desk.record(entity.name, record, fields=tuple(names), lines=False)
        except NotFoundError:
            continue
        reader = reader.knowing(view.titles)
        found.append(view)
    return Known(reader, tuple(found))


def title_of(entity: EntityModel, record: RecordView) -> str:
    """Return what a record is called."""
    name = entity.title.name if entity.title else ""
    return str(record.values.get(name) or f"#{record.id}")


def suspect_page(desk: Desk, reader: Reader, entity: EntityModel, wanted: str) -> SuspectPage:
    """Return the suspects by one rule, by the first one unless another is wanted."""
    rules = [rule for rule, _ in readable_rules(desk.reading, entity)]
    rule = next((each for each in rules if each.name == wanted), rules[0] if rules else None)
    groups = groups_of(desk.session, desk.reading, entity, rule.name, MOST_GROUPS) if rule else []
    title = (entity.title.name,) if entity.title else ()
    names = [
        name
        for name in dict.fromkeys((*title, *(rule.match if rule else ()), *_BESIDE))
        if desk.reading.has_field(entity, name)
    ]
    fields = [entity.fields[name] for name in names]
    may = desk.policy.may(desk.context.principal, entity.name, "merge")
    shown = [_group(desk, reader, entity, fields, group) for group in groups]
    return SuspectPage(
        title=reader.t("duplicates.title"),
        entity=reader.entity_label(entity),
        list_url=list_url(entity.name),
        columns=tuple(Column(path=each.name, label=reader.field_label(each)) for each in fields),
        groups=tuple(each for each in shown if len(each.rows) > 1),
        rules=tuple(
            Choice(
                value=duplicates_url(entity.name, (("rule", each.name),)),
                label=reader.text(each.label)
                or " + ".join(reader.field_label(entity.fields[name]) for name in each.match),
                selected=each is rule,
            )
            for each in rules
        ),
        merge_url=merge_url(entity.name) if may else "",
        text=reader.t("duplicates.text" if may else "duplicates.text_read"),
        empty=Empty(
            title=reader.t("duplicates.none"), text=reader.t("duplicates.none_text"), kind="done"
        ),
    )


def _group(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    fields: Sequence[FieldModel],
    records: Sequence[int],
) -> SuspectGroup:
    known = known_records(desk, reader, entity, records, [each.name for each in fields])
    return SuspectGroup(
        rows=tuple(
            Row(
                id=str(each.id),
                url=card_url(entity.name, each.id),
                title=title_of(entity, each),
                cells=tuple(
                    cell_of(known.reader, field, each.values.get(field.name)) for field in fields
                ),
            )
            for each in known.records
        )
    )


def merge_page(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    records: Sequence[int],
    *,
    master: int = 0,
    choices: Mapping[str, int] | None = None,
    errors: Sequence[str] = (),
) -> MergePage:
    """Return the page on which some records become one."""
    fields = mergeable_fields(desk.reading, entity)
    beside = [name for name in _BESIDE if desk.reading.has_field(entity, name)]
    known = known_records(desk, reader, entity, records, [*(each.name for each in fields), *beside])
    if len(known.records) < 2:
        raise NotFoundError(Message("not_found"))
    stays = next((each for each in known.records if each.id == master), known.records[0])
    return MergePage(
        title=reader.t("merge.title"),
        entity=reader.entity_label(entity),
        list_url=list_url(entity.name),
        action=merge_url(entity.name),
        text=reader.t("merge.text"),
        records=tuple(
            MergeRecord(
                id=each.id,
                title=title_of(entity, each),
                url=card_url(entity.name, each.id),
                note=" · ".join(
                    text
                    for name in beside
                    if (text := cell_of(known.reader, entity.fields[name], each.values[name]).text)
                ),
            )
            for each in known.records
        ),
        master=stays.id,
        fields=tuple(
            _merge_field(known, field, stays.id, choices or {})
            for field in fields
            if len({str(each.values.get(field.name) or "") for each in known.records}) > 1
        ),
        errors=tuple(errors),
        cancel=Action(label=reader.t("cancel"), url=card_url(entity.name, stays.id)),
    )


def _merge_field(
    known: Known, field: FieldModel, master: int, choices: Mapping[str, int]
) -> MergeField:
    held = {each.id: each.values.get(field.name) for each in known.records}
    order = [master, *(each for each in held if each != master)]
    filled = next((each for each in order if held[each] not in (None, (), "")), master)
    return MergeField(
        name=field.name,
        label=known.reader.field_label(field),
        values=tuple((record, cell_of(known.reader, field, held[record])) for record in held),
        chosen=choices.get(field.name, filled),
    )


def merge_actions(
    desk: Desk, reader: Reader, entity: EntityModel, record: RecordView
) -> list[Action]:
    """Return the merge of a record with those that look like it, if there are any."""
    rules = any(readable_rules(desk.reading, entity))
    if not rules or not desk.allowed(entity.name, record.id, ("merge",)):
        return []
    stored = desk.records.loader.record(entity, record.id)
    found = suspects_of(desk.session, desk.reading, entity, stored) if stored else []
    others = dict.fromkeys(each for suspects in found for each in suspects.records)
    if not others:
        return []
    url = merge_url(entity.name, [record.id, *others])
    return [Action(label=reader.t("merge.begin"), url=url, icon="copy")]


def told_duplicates(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    values: Mapping[str, object],
    stored: Mapping[str, object] | None,
) -> list[dict[str, str]]:
    """Return what a form says while somebody types: records that look the same, with links."""
    found = suspects_of(desk.session, desk.reading, entity, values, stored)
    records = dict.fromkeys(record for each in found for record in each.records)
    title = [entity.title.name] if entity.title else []
    names = [*title, *(name for name in _BESIDE[:1] if desk.reading.has_field(entity, name))]
    known = known_records(desk, reader, entity, records, names)
    told: list[dict[str, str]] = []
    for each in known.records:
        owner = each.values.get("owner")
        who = cell_of(known.reader, entity.fields["owner"], owner).text if owner else ""
        name = title_of(entity, each)
        text = reader.t("duplicates.owned", name=name, who=who) if who else name
        told.append({"text": text, "url": card_url(entity.name, each.id)})
    return told
