"""The audit log in the reader's words; values of records only as far as he may read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cardwright_entities.accounts.accounts import names_of_accounts
from cardwright_entities.audit.kinds import ACCOUNTS, KINDS, RECORDS, RUNNING, SIGNING, TAKING
from cardwright_entities.audit.reading import Deed
from cardwright_entities.engine import Desk
from cardwright_entities.errors import AccessError, NotFoundError
from cardwright_entities.records.history import touched
from cardwright_platform.views.audit import DeedRow
from cardwright_platform.views.changes import ChangePage, Places
from cardwright_platform.web.presenting.devices import device_name
from cardwright_platform.web.presenting.panels import history_panel
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import AUDIT, card_url, with_query

_ICONS: Mapping[str, str] = {
    SIGNING: "login",
    ACCOUNTS: "shield-lock",
    RECORDS: "pencil",
    TAKING: "download",
    RUNNING: "settings",
}
_REFUSED = frozenset({"sign_in_refused", "second_step_refused"})
#: Records of a change set whose values are shown.
_MOST_RECORDS = 20
#: Changes of a record among which those of the set are looked for.
_MOST_CHANGES = 500


def kind_label(reader: Reader, kind: str) -> str:
    """Return what a kind of deed is called; one that is known no more by its name."""
    return reader.t(f"audit.kind.{kind}") if kind in KINDS else kind


def deed_row(desk: Desk, reader: Reader, deed: Deed) -> DeedRow:
    """Return one row of the list."""
    return DeedRow(
        label=kind_label(reader, deed.kind),
        url=f"{AUDIT}/{deed.id}",
        icon=_ICONS.get(deed.area, "history"),
        hue="red" if deed.kind in _REFUSED else "",
        who=_who(reader, deed),
        who_url=with_query(AUDIT, [("account", str(deed.account or ""))]) if deed.account else "",
        when=reader.locale.datetime(deed.at),
        facts=tuple(
            filter(None, (about(desk, reader, deed), deed.target, deed.reason, deed.address))
        ),
        sealed=deed.seal is not None,
    )


def about(desk: Desk, reader: Reader, deed: Deed) -> str:
    """Return which records a deed touched: an entity, with a number or how many."""
    if not deed.entity:
        return ""
    entity = desk.model.by_id(deed.entity)
    label = reader.entity_label(entity) if entity is not None else deed.entity
    if deed.record is not None:
        return f"{label} #{deed.record}"
    if deed.records is None:
        return label
    count = reader.t("audit.records", count=reader.locale.number(deed.records))
    return f"{label} · {count}"


def deed_page(desk: Desk, reader: Reader, deed: Deed) -> ChangePage:
    """Return the page of one row: who, when, from where, and what the reader may see of it."""
    sealed = (
        reader.t("audit.sealed", number=deed.seal)
        if deed.seal is not None
        else reader.t("audit.not_sealed")
    )
    when = deed.at.astimezone(reader.context.zone)
    return ChangePage(
        title=f"#{deed.id}",
        back_label=reader.t("audit.title"),
        back_url=AUDIT,
        sentences=(f"{_who(reader, deed)} · {kind_label(reader, deed.kind)}", sealed),
        facts=tuple(
            (label, text)
            for label, text in (
                (reader.t("audit.when"), f"{when:%Y-%m-%d %H:%M:%S}"),
                (reader.t("audit.actor"), reader.t(f"audit.actor_{deed.actor}")),
                (reader.t("audit.what"), about(desk, reader, deed)),
                (reader.t("audit.detail"), deed.target),
                *_details(desk, reader, deed),
                (reader.t("audit.address"), deed.address),
                (reader.t("audit.device"), device_name(deed.device) if deed.device else ""),
                (reader.t("audit.request"), deed.request),
                (reader.t("audit.change_set"), str(deed.change_set or "")),
            )
            if text
        ),
        places=_changes(desk, reader, deed),
        icon=_ICONS.get(deed.area, "history"),
    )


def _who(reader: Reader, deed: Deed) -> str:
    if deed.actor == "operator":
        return reader.t("audit.operator", login=deed.name)
    if deed.account is None:
        is_stranger = deed.actor == "stranger"
        return reader.t("audit.actor_stranger" if is_stranger else "audit.actor_system")
    return deed.name or reader.t(f"audit.actor_{deed.actor}")


def _details(desk: Desk, reader: Reader, deed: Deed) -> Iterator[tuple[str, str]]:
    for key, value in deed.detail.items():
        if key == "account" and isinstance(value, int):
            text = names_of_accounts(desk.session, [value]).get(value, f"#{value}")
        elif isinstance(value, list):
            text = reader.listed(_role(reader, str(each)) for each in value)
        else:
            text = str(value)
        yield reader.t(f"audit.detail_{key}"), text or "—"


def _role(reader: Reader, name: str) -> str:
    role = reader.model.catalog.roles.get(name)
    return reader.text(role.label, name) if role is not None else name


def _changes(desk: Desk, reader: Reader, deed: Deed) -> tuple[Places, ...]:
    """Return what a change set did to the records that the reader may read; others are counted."""
    if deed.change_set is None:
        return ()
    records = touched(desk.session, desk.model, deed.change_set, _MOST_CHANGES)
    shown: list[Places] = []
    hidden = 0
    for name, record in records[:_MOST_RECORDS]:
        try:
            shown.append(_of_record(desk, reader, name, record, deed.change_set))
        except (NotFoundError, AccessError):
            hidden += 1
    hidden += max(0, len(records) - _MOST_RECORDS)
    if hidden:
        said = reader.t("audit.changes_hidden", count=hidden)
        shown.append(Places(label=reader.t("audit.changes"), items=(), more=said))
    return tuple(shown)


def _of_record(desk: Desk, reader: Reader, name: str, record: int, change_set: int) -> Places:
    entity = desk.model.entity(name)
    panel = history_panel(desk, reader, entity, record, most=_MOST_CHANGES)
    own = [each for each in panel.change_sets if each.id == str(change_set)]
    lines = [
        f"{change.place} {change.label}: {change.old or '—'} → {change.new or '—'}".strip()
        for each in own
        for change in each.changes
    ]
    url = card_url(name, record)
    items = ((f"{reader.entity_label(entity)} #{record}", url), *((line, "") for line in lines))
    return Places(label=own[0].what if own else reader.t("audit.changes"), items=items)
