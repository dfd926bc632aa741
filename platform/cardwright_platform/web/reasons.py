"""The page that says why the values of a record are what they are."""

from __future__ import annotations

from collections import defaultdict

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.accounts.accounts import names_of_accounts
from cardwright_entities.engine import Desk
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.titles import pointed, titles_of
from cardwright_entities.records.reasons import Reason, reasons_of
from cardwright_metadata.expressions.tree import Literal
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.views.reasons import Origin, ReasonsPage, ReasonView
from cardwright_platform.web.answers import find_entity, show
from cardwright_platform.web.desks import reader_at, reading_desk
from cardwright_platform.web.presenting.cells import cell_of
from cardwright_platform.web.presenting.formulas import spoken
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import card_url

pages = Blueprint("reasons", __name__)

#: Fields whose values are no values of their own: lines, and what every save changes.
_PASSED_OVER = frozenset({"id", "version"})


@pages.get("/why/<name>/<int:record>")
@requires(RECORDS)
def show_reasons(name: str, record: int) -> ResponseReturnValue:
    """Say of every field that the reader sees where its value comes from."""
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        read = desk.record(name, record, lines=False)
        wanted = [
            field.name
            for field in read.fields.values()
            if field.name not in _PASSED_OVER and field.type.relation not in ("lines", "many")
        ]
        found = reasons_of(desk.records, entity, record, wanted)
        reader = reader_at(desk).knowing({**read.titles, **_titles(desk, found)})
        names = names_of_accounts(desk.session, {each.by for each in found if each.by})
        title = read.values.get(entity.definition.title)
        page = ReasonsPage(
            title=reader.t("why.title", title=title or reader.entity_label(entity)),
            back_url=card_url(name, record),
            reasons=tuple(_view(reader, entity, each, names) for each in found),
        )
        return show(page, desk, entity=name)


def _titles(desk: Desk, found: list[Reason]) -> dict[tuple[str, int], str]:
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for reason in found:
        shown = [
            (reason.field, reason.value),
            *((each.field, each.value) for each in reason.inputs),
        ]
        for field, value in shown:
            for entity, record in pointed(desk.reading, field, value) if field else ():
                wanted[entity].add(record)
        for each in reason.records:
            wanted[each.entity].add(each.id)
    titles: dict[tuple[str, int], str] = {}
    for entity, records in wanted.items():
        titles |= titles_of(desk.session, desk.reading, entity, records)
    return titles


def _view(reader: Reader, entity: EntityModel, reason: Reason, names: dict[int, str]) -> ReasonView:
    who = names.get(reason.by or 0, "") or reader.t("why.nobody")
    when = reader.locale.datetime(reason.at) if reason.at else ""
    told = reader.t(
        f"why.{reason.kind}",
        who=who,
        when=when,
        formula=_spoken(reader, entity, reason),
        source=reader.text(reason.source),
    )
    if reason.kind in ("default", "suggested") and when:
        told = f"{told} · {reader.t('why.entered', who=who, when=when)}"
    frozen = reason.frozen_at
    return ReasonView(
        label=reader.field_label(reason.field),
        cell=cell_of(reader, reason.field, reason.value),
        text=told.strip(),
        frozen=reader.t("why.frozen", when=reader.locale.datetime(frozen)) if frozen else "",
        inputs=tuple(
            Origin(
                label=reader.path_label(entity, ".".join(each.path)),
                text=cell_of(reader, each.field, each.value).text if each.field else "",
            )
            for each in reason.inputs
        ),
        records=tuple(
            (_called(reader, each), card_url(each.entity, each.id)) for each in reason.records
        ),
        more=reader.t("why.more") if reason.more else "",
    )


def _spoken(reader: Reader, entity: EntityModel, reason: Reason) -> str:
    if reason.formula is None:
        return ""
    if isinstance(reason.formula, Literal) and reason.value is not None:
        return cell_of(reader, reason.field, reason.value).text
    return spoken(reader, entity, reason.formula)


def _called(reader: Reader, record: RecordRef) -> str:
    title = reader.locale.titles.get((record.entity, record.id))
    return title or f"{reader.entity_label(reader.model.entity(record.entity))} #{record.id}"
