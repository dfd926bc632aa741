"""Roles that are gone are nobody's: a new role of the same name is given anew.

A role that leaves without being purged may come back with a revert, and its people with it: till
then its name stands in their accounts and means nothing. Any other way that brings a role of this
name brings it to nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import text

from cardwright_entities.changes.identities import Part
from cardwright_entities.changes.steps import Step
from cardwright_entities.store.sessions import Session

_ROLE = "role/"
_ENTITY = "entity/"
#: Columns of accounts: their own roles, and those of their groups.
_HELD = ("roles", "group_roles")

Parts = Mapping[str, Part]


def unassign_steps(
    session: Session, base: Parts, wanted: Parts, *, purging: bool, reverting: bool
) -> Iterator[Step]:
    """Yield what takes roles from accounts: those purged, and new ones that somebody holds."""
    if not base:
        return
    before, after = _roles(base), _roles(wanted)
    for name in sorted(after - before) if not reverting else ():
        if session.row(text(_holders(name, session.dialect))) is not None:
            yield _step(session.dialect, name, base, "expand")
    # Nobody asks for a field that the next definitions do not know.
    there = {address: part for address, part in wanted.items() if address in base}
    for name in sorted(before - after) if purging else ():
        yield _step(session.dialect, name, there, "contract")


def _step(dialect: str, role: str, parts: Parts, phase: str) -> Step:
    return Step(
        kind="unassign",
        target=_ROLE + role,
        phase=phase,
        statements=tuple(_statements(dialect, role, parts)),
    )


def _statements(dialect: str, role: str, parts: Parts) -> Iterator[str]:
    name = _quoted(role)
    for held in _HELD:
        if dialect == "postgresql":
            less, there = f"{held} - {name}", f"jsonb_exists({held}, {name})"
        else:
            less, there = _less(held, name), _in(held, name)
        yield f"UPDATE cw_account SET {held} = {less} WHERE {there}"
    for table, column in _fields(parts):
        if dialect == "postgresql":
            less = f"NULLIF(array_remove({column}, {name}), '{{}}')"
            yield f"UPDATE {table} SET {column} = {less} WHERE {name} = ANY({column})"
        else:
            less = f"NULLIF({_less(column, name)}, '[]')"
            yield f"UPDATE {table} SET {column} = {less} WHERE {_in(column, name)}"


def _holders(role: str, dialect: str) -> str:
    name = _quoted(role)
    is_postgresql = dialect == "postgresql"
    held = (f"jsonb_exists({each}, {name})" if is_postgresql else _in(each, name) for each in _HELD)
    return f"SELECT id FROM cw_account WHERE {' OR '.join(held)} LIMIT 1"


def _in(column: str, name: str) -> str:
    return f"EXISTS (SELECT 1 FROM json_each({column}) WHERE value = {name})"


def _less(column: str, name: str) -> str:
    return f"(SELECT json_group_array(value) FROM json_each({column}) WHERE value <> {name})"


def _fields(parts: Parts) -> Iterator[tuple[str, str]]:
    """Yield table and column of the records from which accounts take their roles."""
    for address, part in parts.items():
        plays = part.get("plays", {}) if address.startswith(_ENTITY) else {}
        for name in (plays.get(each, {}).get("roles") for each in ("user", "user_group")):
            field = part.get("fields", {}).get(name)
            if field is not None and field.get("type") == "picklists":
                table, column = part.get("table") or part["name"], field.get("column") or name
                yield f'"{table}"', f'"{column}"'


def _roles(parts: Parts) -> frozenset[str]:
    return frozenset(each.removeprefix(_ROLE) for each in parts if each.startswith(_ROLE))


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
