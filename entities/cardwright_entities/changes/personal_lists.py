"""Lists as people arranged them for themselves: they name fields, and follow a new name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from sqlalchemy import and_, delete, insert, select

from cardwright_entities.changes.commits import load_bodies, read_commit, read_parent
from cardwright_entities.changes.identities import Part
from cardwright_entities.changes.references import Use
from cardwright_entities.store.every_table import every_table
from cardwright_entities.store.sessions import AnyRow, Session

_ENTITY = "entity/"
#: Where the list of an entity is kept.
LIST = "list/"


def find_views(
    session: Session, parts: Mapping[str, Part], wanted: Mapping[str, frozenset[str]]
) -> tuple[Use, ...]:
    """Return how many personal lists show the given fields, by entity."""
    if not wanted:
        return ()
    found: Counter[tuple[str, str, str]] = Counter()
    for row in _lists(session):
        address, value = row.address, row.value
        entity = address.removeprefix(LIST)
        shown: set[tuple[str, str]] = set()
        for path in _paths(value):
            steps = _steps(parts, entity, path)
            shown |= {step for step in steps if step[1] in wanted.get(step[0], ())}
        found.update((address, *step) for step in shown)
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

    def path(self, entity: str, path: str) -> str:
        """Return a path of fields from an entity."""
        steps = list(_steps(self.before, entity, path))
        names = [self.fields.get(step, step[1]) for step in steps]
        return ".".join([*names, *path.split(".")[len(names) :]])


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
    """Let personal lists name entities and fields as a change has renamed them."""
    table = every_table()["cw_preference"]
    for row in _lists(session):
        account, address, value = row.account, row.address, row.value
        entity = address.removeprefix(LIST)
        place = LIST + names.entity(entity)
        written = _rewritten(value, partial(names.path, entity))
        if (place, written) == (address, value):
            continue
        gone = and_(table.c.account == account, table.c.address.in_([address, place]))
        session.execute(delete(table).where(gone))
        moved = {"account": account, "address": place, "value": written}
        session.execute(insert(table).values(**moved, changed_at=session.context.now))


def _bodies(session: Session, hashes: Mapping[str, str]) -> dict[str, Part]:
    wanted = {each: key for each, key in hashes.items() if each.startswith(_ENTITY)}
    bodies = load_bodies(session, list(wanted.values()))
    return {address: bodies[key] for address, key in wanted.items()}


def _steps(parts: Mapping[str, Part], entity: str, path: str) -> Iterator[tuple[str, str]]:
    """Yield the fields of a path with their entities, as far as they are known."""
    for name in path.split("."):
        field = parts.get(_ENTITY + entity, {}).get("fields", {}).get(name)
        if field is None:
            return
        yield entity, name
        entity = next(iter(field.get("targets", ())), "")


def _lists(session: Session) -> list[AnyRow]:
    kept = every_table()["cw_preference"].c
    found = select(kept.account, kept.address, kept.value).where(kept.address.startswith(LIST))
    return session.rows(found.order_by(kept.account, kept.address))


def _paths(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (str(each) for each in value.get("columns") or ())
        yield from (str(each) for each in value.get("totals") or ())


def _rewritten(value: object, path_of: Callable[[str], str]) -> object:
    if not isinstance(value, Mapping):
        return value
    written = dict(value)
    if value.get("columns"):
        written["columns"] = [path_of(str(each)) for each in value["columns"]]
    if value.get("totals"):
        written["totals"] = {path_of(str(key)): each for key, each in value["totals"].items()}
    return written
