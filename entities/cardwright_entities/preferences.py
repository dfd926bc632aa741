"""How one person likes a page: columns, totals, order of tabs; checked whenever it is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import and_, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from cardwright_entities.store.platform_tables import cw_preference
from cardwright_entities.store.sessions import Session


def read_preference(session: Session, address: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what the principal keeps at an address, None for nothing."""
    account = session.context.principal.account
    if account is None:
        return None
    statement = select(cw_preference.c.value).where(
        cw_preference.c.account == account, cw_preference.c.address == address
    )
    return session.scalar(statement)


def write_preference(session: Session, address: str, value: object) -> None:
    """Keep a JSON value at an address for the principal; None forgets it."""
    account = session.context.principal.account
    if account is None:
        return
    if value is None:
        own = and_(cw_preference.c.account == account, cw_preference.c.address == address)
        session.execute(delete(cw_preference).where(own))
        return
    insert = postgresql.insert if session.dialect == "postgresql" else sqlite.insert
    row = {"value": value, "changed_at": session.context.now}
    statement = insert(cw_preference).values(account=account, address=address, **row)
    keys = [cw_preference.c.account, cw_preference.c.address]
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=row))


def read_preferences(
    session: Session, below: str, accounts: Collection[int]
) -> Mapping[int, Mapping[str, Any]]:
    """Return what some accounts keep at the addresses below one, by the rest of the address."""
    found: dict[int, dict[str, Any]] = {each: {} for each in accounts}
    columns = cw_preference.c.account, cw_preference.c.address, cw_preference.c.value
    statement = select(*columns).where(
        cw_preference.c.account.in_(sorted(found)),
        cw_preference.c.address.startswith(below, autoescape=True),
    )
    for account, address, value in session.rows(statement):
        found[account][str(address).removeprefix(below)] = value
    return found
