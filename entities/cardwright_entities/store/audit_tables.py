"""The platform's tables of what was done: rows that nobody changes, and the chain that seals them.

The database itself refuses changes: a row may go only when an anchor covers it, which is how the
log is shortened, see ``audit.retention``. Rows come with the transaction of what they tell, in no
order that others would have to wait for; seals give them one afterwards.
"""

from __future__ import annotations

from sqlalchemy import DDL, BigInteger, Column, Index, Integer, Table, Text, event

from cardwright_entities.store.column_types import JsonDocument, UtcDateTime
from cardwright_entities.store.platform_tables import METADATA, identity

#: ``area`` and ``kind`` say what was done, see ``audit.kinds``. ``account``, ``name`` and ``actor``
#: (user, token, rule, system, stranger) say who did it. ``entity`` is an entity's id; ``records``
#: how many records the transaction touched, ``record`` which if it was one; ``change_set`` where
#: their values stand. ``target`` is what else it was about: a login, a role, a report.
cw_audit = Table(
    "cw_audit",
    METADATA,
    identity(),
    Column("at", UtcDateTime, nullable=False),
    Column("area", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("account", BigInteger),
    Column("name", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("entity", Text),
    Column("record", BigInteger),
    Column("records", Integer),
    Column("change_set", BigInteger, unique=True),
    Column("target", Text),
    Column("detail", JsonDocument),
    Column("address", Text),
    Column("device", Text),
    Column("request", Text),
    Index("cw_audit_at", "at"),
    Index("cw_audit_area", "area", "id"),
    Index("cw_audit_account", "account", "id"),
    Index("cw_audit_record", "entity", "record", "id"),
    sqlite_autoincrement=True,
)

#: ``hash`` is that of the row and of the seal before, so that each stands for all before it.
cw_audit_seal = Table(
    "cw_audit_seal",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("row", BigInteger, nullable=False, unique=True),
    Column("at", UtcDateTime, nullable=False),
    Column("hash", Text, nullable=False),
)

#: Where the log was shortened: up to the seal with this ``number`` rows are gone on purpose, and
#: ``hash`` is that seal's. ``before``: of when the newest of them was at most.
cw_audit_anchor = Table(
    "cw_audit_anchor",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("before", UtcDateTime, nullable=False),
)

_REFUSED = "the audit log only grows"
#: Whether an anchor covers a row of each table: only then it may go.
_COVERED = {
    "cw_audit": """EXISTS (
        SELECT 1 FROM cw_audit_seal WHERE cw_audit_seal."row" = OLD.id
        AND number <= (SELECT max(number) FROM cw_audit_anchor))""",
    "cw_audit_seal": "OLD.number <= (SELECT max(number) FROM cw_audit_anchor)",
    "cw_audit_anchor": "OLD.number < (SELECT max(number) FROM cw_audit_anchor)",
}


def _guard(table: Table) -> None:
    """Have the database refuse to change rows of a table, whoever asks."""
    name, covered = table.name, _COVERED[table.name]
    stays = f"""
        CREATE TRIGGER {name}_stays BEFORE UPDATE ON {name}
        BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"""
    goes = f"""
        CREATE TRIGGER {name}_goes BEFORE DELETE ON {name} WHEN coalesce(NOT {covered}, true)
        BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"""
    function = f"""
        CREATE OR REPLACE FUNCTION {name}_guard() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                IF {covered} THEN RETURN OLD; END IF;
            END IF;
            RAISE EXCEPTION '{_REFUSED}';
        END $$"""
    row = f"""
        CREATE TRIGGER {name}_stays BEFORE UPDATE OR DELETE ON {name}
        FOR EACH ROW EXECUTE FUNCTION {name}_guard()"""
    whole = f"""
        CREATE TRIGGER {name}_whole BEFORE TRUNCATE ON {name}
        FOR EACH STATEMENT EXECUTE FUNCTION {name}_guard()"""
    for dialect, statements in (("sqlite", (stays, goes)), ("postgresql", (function, row, whole))):
        for statement in statements:
            made = DDL(statement)  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", made.execute_if(dialect=dialect))


for _table in (cw_audit, cw_audit_seal, cw_audit_anchor):
    _guard(_table)
