"""Lists as people arranged them and views that they keep: they follow the names of fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from sqlalchemy import and_, delete, insert, select, update

from cardwright_entities.changes.commits import load_bodies, read_commit, read_parent
from cardwright_entities.changes.identities import Part
from cardwright_entities.changes.kept_conditions import Renaming, Step, fields_asked, steps_along
from cardwright_entities.changes.references import Use
from cardwright_entities.store.every_table import every_table
from cardwright_entities.store.sessions import AnyRow, Session

_ENTITY = "entity/"
#: Where the list of an entity is kept.
LIST = "list/"


def find_views(
    session: Session, parts: Mapping[str, Part], wanted: Mapping[str, frozenset[str]]
) -> tuple[Use, ...]:
    """Return how many personal lists and kept views show or ask the given fields, by entity."""
    if not wanted:
        return ()
    found: Counter[tuple[str, str, str]] = Counter()
    for row in _lists(session):
        address, value = row.address, row.value
        steps = _steps_of(parts, address.removeprefix(LIST), _paths_of_list(value))
        found.update((address, *each) for each in _wanted(steps, wanted))
    names = {part["id"]: part["name"] for each, part in parts.items() if each.startswith(_ENTITY)}
    for row in _views(session):
        entity = names.get(row.entity)
        if entity is not None:
            named = _steps_of_view(parts, entity, row.body)
            found.update((LIST + entity, *each) for each in _wanted(named, wanted))
    return tuple(
        Use(address, "", entity, field, views=count)
        for (address, entity, field), count in sorted(found.items())
    )


class Names:
    """What entities and fields of a commit are called in the next one."""

    def __init__(self, before: Mapping[str, Part], after: Mapping[str, Part]) -> None:
        self.before = before
        now = {part["id"]: part for address, part in after.items() if address.startswith(_ENTITY)}
        self.entities: dict[str, str] = {}
        self.fields: dict[tuple[str, str], str] = {}
        for address, part in before.items():
            new = now.get(part["id"]) if address.startswith(_ENTITY) else None
            if new is None:
                continue
            self.entities[part["name"]] = new["name"]
            called = {each["id"]: name for name, each in new["fields"].items()}
            for name, each in part["fields"].items():
                self.fields[part["name"], name] = called.get(each["id"], name)

    @property
    def differ(self) -> bool:
        """Tell whether anything has another name."""
        renamed = any(old != new for old, new in self.entities.items())
        return renamed or any(old[1] != new for old, new in self.fields.items())

    def entity(self, name: str) -> str:
        """Return the name of an entity."""
        return self.entities.get(name, name)

    @cached_property
    def renaming(self) -> Renaming:
        """Return what conditions and paths are rewritten by."""
        return Renaming(self.before, self.entities, self.fields)

    def path(self, entity: str, path: str) -> str:
        """Return a path of fields from an entity."""
        return ".".join(self.renaming.names(entity, tuple(path.split("."))))


def new_names(session: Session, commit: int) -> Names | None:
    """Return what a commit calls otherwise than the one before, None where it renames nothing."""
    former, latter = (
        dict(read_commit(session, number).part_hashes)
        for number in (read_parent(session, commit) or 0, commit)
    )
    changed = [
        {address: key for address, key in one.items() if other.get(address) != key}
        for one, other in ((former, latter), (latter, former))
    ]
    if not Names(*(_bodies(session, each) for each in changed)).differ:
        return None
    return Names(_bodies(session, former), _bodies(session, latter))


def carry_over(session: Session, names: Names) -> None:
    """Let personal lists and kept views name entities and fields as a change has renamed them."""
    table = every_table()["cw_preference"]
    for row in _lists(session):
        account, address, value = row.account, row.address, row.value
        entity = address.removeprefix(LIST)
        place = LIST + names.entity(entity)
        written = _rewritten_list(value, names, entity)
        if (place, written) == (address, value):
            continue
        gone = and_(table.c.account == account, table.c.address.in_([address, place]))
        session.execute(delete(table).where(gone))
        moved = {"account": account, "address": place, "value": written}
        session.execute(insert(table).values(**moved, changed_at=session.context.now))
    views = every_table()["cw_view"]
    called = {part["id"]: part["name"] for part in names.before.values() if "fields" in part}
    for row in _views(session):
        body = row.body
        written = _rewritten_view(body, names, called.get(row.entity, ""))
        if written != body:
            session.execute(update(views).where(views.c.id == row.id).values(body=written))


def _bodies(session: Session, hashes: Mapping[str, str]) -> dict[str, Part]:
    wanted = {each: key for each, key in hashes.items() if each.startswith(_ENTITY)}
    bodies = load_bodies(session, list(wanted.values()))
    return {address: bodies[key] for address, key in wanted.items()}


def _wanted(steps: Iterable[Step], wanted: Mapping[str, frozenset[str]]) -> set[tuple[str, str]]:
    return {
        (each.entity, each.field) for each in steps if each.field in wanted.get(each.entity, ())
    }


def _steps_of(parts: Mapping[str, Part], entity: str, paths: Iterable[str]) -> Iterator[Step]:
    for path in paths:
        yield from steps_along(parts, entity, tuple(path.split(".")))


def _lists(session: Session) -> list[AnyRow]:
    kept = every_table()["cw_preference"].c
    found = select(kept.account, kept.address, kept.value).where(kept.address.startswith(LIST))
    return session.rows(found.order_by(kept.account, kept.address))


def _views(session: Session) -> list[AnyRow]:
    kept = every_table()["cw_view"].c
    return session.rows(select(kept.id, kept.entity, kept.body).order_by(kept.id))


def _paths_of_list(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (str(each) for each in value.get("columns") or ())
        yield from (str(each) for each in value.get("totals") or ())
        for inner in (value.get("views") or {}).values():
            yield from _paths_of_list(inner)


def _steps_of_view(parts: Mapping[str, Part], entity: str, body: object) -> set[Step]:
    """Return what a view names: in its columns, totals and order, and in its condition."""
    if not isinstance(body, Mapping):
        return set()
    named = [str(each.get("path")) for each in body.get("columns") or ()]
    named += [str(each).removeprefix("-") for each in body.get("sort") or ()]
    named += list(body.get("totals") or ())
    asked = fields_asked(parts, entity, str(body.get("where") or ""))
    return asked | set(_steps_of(parts, entity, named))


def _rewritten_list(value: object, names: Names, entity: str) -> object:
    if not isinstance(value, Mapping):
        return value
    written = dict(value)
    if value.get("columns"):
        written["columns"] = [names.path(entity, str(each)) for each in value["columns"]]
    for keyed in ("totals", "widths"):
        if value.get(keyed):
            written[keyed] = {names.path(entity, str(k)): each for k, each in value[keyed].items()}
    if value.get("views"):
        views = value["views"].items()
        written["views"] = {key: _rewritten_list(each, names, entity) for key, each in views}
    return written


def _rewritten_view(body: Any, names: Names, entity: str) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(body, Mapping) or not entity:
        return body
    written = dict(body)
    if body.get("where"):
        written["where"] = names.renaming.condition(entity, str(body["where"]))
    if body.get("columns"):
        written["columns"] = [
            {**each, "path": names.path(entity, str(each.get("path")))} for each in body["columns"]
        ]
    if body.get("sort"):
        written["sort"] = [_rewritten_key(str(each), names, entity) for each in body["sort"]]
    if body.get("totals"):
        totals = body["totals"].items()
        written["totals"] = {names.path(entity, str(key)): each for key, each in totals}
    return written


def _rewritten_key(key: str, names: Names, entity: str) -> str:
    sign = "-" if key.startswith("-") else ""
    return sign + names.path(entity, key.removeprefix("-"))
