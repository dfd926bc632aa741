"""The page that says who may see a record and change it, and which role gives that."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import EXPLAIN
from cardwright_entities.accounts.acting import active_principals, principal_of
from cardwright_entities.contexts import Principal
from cardwright_entities.engine import Desk
from cardwright_entities.errors import AccessError, Message
from cardwright_entities.model.entities import EntityModel
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.security.numbers import read_number
from cardwright_platform.views.explaining import PersonLine, RightsPage
from cardwright_platform.web.answers import find_entity, show
from cardwright_platform.web.desks import reader_at, reading_desk
from cardwright_platform.web.presenting.explaining import ExplainedRights
from cardwright_platform.web.presenting.owners import why_it_returns
from cardwright_platform.web.presenting.reader import Reader, hue_of, initial_of
from cardwright_platform.web.urls import card_url, rights_url

pages = Blueprint("explaining", __name__)

#: People on one page, each a statement; and what is told of each of them in the list.
PEOPLE = 20
_TOLD = ("read", "edit", "delete", "assign", "export")


@pages.get("/rights/<name>/<int:record>")
@requires(RECORDS)
def show_rights(name: str, record: int) -> ResponseReturnValue:
    """Explain one's own rights over a record and, with the right to ask, those of others."""
    asked = read_number(request.args.get("account", ""))
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        read = desk.record(name, record, lines=False)
        own = desk.context.principal
        may_ask = desk.policy.has_feature(own, EXPLAIN)
        principal = own
        if asked and asked != own.account:
            if not may_ask:
                raise AccessError(Message("forbidden"))
            principal, _ = principal_of(desk.session, desk.model, asked)
        reader = reader_at(desk).knowing(read.titles)
        explained = ExplainedRights(desk, reader, entity, record, principal, read.values)
        explanation = desk.explained(name, record, None if principal is own else principal)
        title = read.values.get(entity.definition.title)
        words, after = request.args.get("q", "").strip()[:80], request.args.get("after", "")
        people, more = (
            _people(desk, reader, entity, record, words, after, principal) if may_ask else ((), "")
        )
        fields = explained.fields(explanation)
        is_open = not fields and any(each.level == "write" for each in explanation.fields)
        page = RightsPage(
            title=reader.t("rights.title", title=title or reader.entity_label(entity)),
            back_url=card_url(name, record),
            who=reader.t("rights.own") if principal is own else principal.name,
            own_url="" if principal is own else rights_url(name, record),
            roles=explained.role_labels(),
            returns=why_it_returns(desk, reader, entity, read),
            actions=explained.actions(explanation),
            fields=fields,
            all_fields=reader.t("rights.fields_open") if is_open else "",
            people=people,
            list_url=rights_url(name, record) if may_ask else "",
            words=words,
            more_url=more,
            nobody=reader.t("rights.nobody") if may_ask and not people else "",
        )
        return show(page, desk, entity=name)


def _people(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    record: int,
    words: str,
    after: str,
    chosen: Principal,
) -> tuple[tuple[PersonLine, ...], str]:
    """Return a page of those who may sign in, and the address of the next one."""
    found = active_principals(desk.session, desk.model, words=words, after=after, limit=PEOPLE + 1)
    lines: list[PersonLine] = []
    kept = (("q", words),) if words else ()
    for principal, account in found[:PEOPLE]:
        allowed = desk.allowed_to(principal, entity.name, record)
        explained = ExplainedRights(desk, reader, entity, record, principal, {})
        pairs = (*kept, ("account", str(account.id)))
        lines.append(
            PersonLine(
                name=account.name,
                login=account.login,
                roles=explained.role_labels(),
                url=rights_url(entity.name, record, pairs),
                hue=hue_of(account.name),
                initial=initial_of(account.name),
                selected=account.id == chosen.account,
                actions=tuple(
                    (reader.t(f"rights.action_{each}"), each in allowed) for each in _TOLD
                ),
            )
        )
    if len(found) <= PEOPLE:
        return tuple(lines), ""
    pairs = (*kept, ("after", found[PEOPLE - 1][1].login))
    return tuple(lines), rights_url(entity.name, record, pairs)
