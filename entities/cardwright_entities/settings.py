"""Values that the company sets: the stored ones over the defaults of the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from cardwright_entities.contexts import Context
from cardwright_entities.errors import InputError, Message, NotFoundError, ValueProblem
from cardwright_entities.model.model import Model
from cardwright_entities.model.resolving import setting_field
from cardwright_entities.store.platform_tables import cw_setting
from cardwright_entities.store.sessions import Session
from cardwright_metadata.definitions.others import SettingDefinition


class LazySettings(Mapping[str, object]):
    """The settings of one transaction, read when the first of them is asked for."""

    def __init__(self, session: Session, model: Model) -> None:
        self._session = session
        self._model = model

    @cached_property
    def _values(self) -> Mapping[str, object]:
        return read_settings(self._session, self._model)

    def __getitem__(self, name: str) -> object:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._model.catalog.settings)

    def __len__(self) -> int:
        return len(self._model.catalog.settings)


def read_settings(session: Session, model: Model) -> Mapping[str, object]:
    """Return the value of every setting of the catalog by name, as its type has values."""
    rows = session.rows(select(cw_setting.c.name, cw_setting.c.value))
    stored: dict[str, object] = {row[0]: row[1] for row in rows}
    return {
        name: _read(model, session.context, definition, stored)
        for name, definition in model.catalog.settings.items()
    }


def settings_changed_at(session: Session, names: Iterable[str]) -> datetime | None:
    """Return when one of some settings was set last, None if none ever was."""
    column = cw_setting.c.changed_at
    found: datetime | None = session.scalar(
        select(func.max(column)).where(cw_setting.c.name.in_(sorted(names)))
    )
    return found


def write_setting(
    session: Session, model: Model, context: Context, name: str, value: object
) -> None:
    """Set one setting; raise NotFoundError for an unknown name, InputError for a wrong value."""
    definition = model.catalog.settings.get(name)
    if definition is None:
        raise NotFoundError(Message("not_found"))
    field = setting_field(definition, model.catalog)
    field_type = model.types.of(field)
    try:
        parsed = field_type.parse(value, field, context)
    except ValueProblem as problem:
        raise InputError({name: [problem.message]}) from problem
    insert = postgresql.insert if session.dialect == "postgresql" else sqlite.insert
    row = {
        "value": field_type.to_json(parsed, field),
        "changed_at": context.now,
        "changed_by": context.principal.account,
    }
    statement = insert(cw_setting).values(name=name, **row)
    session.execute(statement.on_conflict_do_update(index_elements=[cw_setting.c.name], set_=row))


def _read(
    model: Model, context: Context, definition: SettingDefinition, stored: Mapping[str, object]
) -> object:
    field = setting_field(definition, model.catalog)
    field_type = model.types.of(field)
    try:
        return field_type.parse(stored.get(definition.name, definition.default), field, context)
    except ValueProblem:
        # Its type was changed after it was set: what was set means nothing any more.
        return field_type.parse(definition.default, field, context)
