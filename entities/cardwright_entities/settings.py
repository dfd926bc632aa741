"""Values that the company sets: the stored ones over the defaults of the catalog."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.model.model import Model
from cardwright_entities.store.platform_tables import cw_setting
from cardwright_entities.store.sessions import Session


def read_settings(session: Session, model: Model) -> Mapping[str, object]:
    """Return the value of every setting of the catalog by name."""
    stored = {row[0]: row[1] for row in session.rows(select(cw_setting.c.name, cw_setting.c.value))}
    return {
        name: stored[name] if name in stored else definition.default
        for name, definition in model.catalog.settings.items()
    }


def write_setting(
    session: Session, model: Model, context: Context, name: str, value: object
) -> None:
    """Set one setting; raise NotFoundError for a name that the catalog does not define."""
    if name not in model.catalog.settings:
        raise NotFoundError(Message("not_found"))
    insert = postgresql.insert if session.dialect == "postgresql" else sqlite.insert
    row = {"value": value, "changed_at": context.now, "changed_by": context.principal.account}
    statement = insert(cw_setting).values(name=name, **row)
    session.execute(statement.on_conflict_do_update(index_elements=[cw_setting.c.name], set_=row))
