"""What publishing changes besides tables: what is added, renamed, retired, worded anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cardwright_entities.changes.identities import Part, field_address
from cardwright_entities.changes.plans import RenameQuestion
from cardwright_entities.changes.steps import Step

_ENTITY = "entity/"
_NOT_WORDS = frozenset({"fields", "name", "was", "retired", "column", "order"})


def tell(base: Mapping[str, Part], wanted: Mapping[str, Part]) -> tuple[Step, ...]:
    """Return a step without statements for everything that differs."""
    return tuple(_tell(base, wanted))


def ask_for_renames(
    base: Mapping[str, Part], wanted: Mapping[str, Part]
) -> tuple[RenameQuestion, ...]:
    """Return the names that vanished beside one of the same type that appeared."""
    return tuple(_entity_questions(base, wanted)) + tuple(_field_questions(base, wanted))


def _tell(base: Mapping[str, Part], wanted: Mapping[str, Part]) -> Iterator[Step]:
    known = {part["id"]: (address, part) for address, part in base.items() if part.get("id")}
    seen: set[str] = set()
    for address, part in wanted.items():
        identifier = part.get("id", "")
        former, old = known.get(identifier, (address, base.get(address)))
        seen.add(former)
        if old is None:
            yield Step(kind="add", target=address)
            continue
        yield from _differences(former, old, address, part)
        if address.startswith(_ENTITY):
            yield from _fields(part["name"], old.get("fields", {}), part.get("fields", {}))
    for address in base:
        if address not in seen:
            kind = "purge" if address.startswith(_ENTITY) else "retire"
            yield Step(kind=kind, target=address)


def _fields(entity: str, base: Mapping[str, Part], wanted: Mapping[str, Part]) -> Iterator[Step]:
    known = {body["id"]: (name, body) for name, body in base.items()}
    there = {body["id"] for body in wanted.values()}
    for name, body in base.items():
        if body["id"] not in there:
            yield Step(kind="purge", target=field_address(entity, name))
    for name, body in wanted.items():
        address = field_address(entity, name)
        if body["id"] not in known:
            if not body.get("kept_of"):
                yield Step(kind="add", target=address)
            continue
        former, old = known[body["id"]]
        yield from _differences(field_address(entity, former), old, address, body)


def _differences(former: str, old: Part, address: str, new: Part) -> Iterator[Step]:
    if former != address:
        yield Step(kind="rename", target=address, name=former)
    if "column" in new and old.get("column") != new["column"]:
        yield Step(kind="retype", target=address, name=f"{old['type']} → {new['type']}")
    if bool(old.get("retired")) != bool(new.get("retired")):
        yield Step(kind="retire" if new.get("retired") else "restore", target=address)
    if _words(old) != _words(new) or _sequence(old) != _sequence(new):
        yield Step(kind="change", target=address)


def _words(part: Part) -> dict[str, Any]:
    return {key: value for key, value in part.items() if key not in _NOT_WORDS}


def _sequence(part: Part) -> list[str]:
    """Return the ids of the fields that people see, in their order."""
    fields: Mapping[str, Part] = part.get("fields", {})
    living = [each for each in fields.values() if not (each.get("retired") or each.get("system"))]
    return [each["id"] for each in sorted(living, key=lambda each: int(each.get("order", 0)))]


def _entity_questions(
    base: Mapping[str, Part], wanted: Mapping[str, Part]
) -> Iterator[RenameQuestion]:
    there = {part["id"] for part in base.values() if part.get("id")}
    for new_address, new in _live_entities(wanted):
        if new["id"] in there:
            continue
        for old_address, old in _live_entities(base):
            now = wanted.get(old_address)
            if now is None or not now.get("retired"):
                continue
            if _types_of(old) & _types_of(new) and _alike(_types_of(old), _types_of(new)):
                yield RenameQuestion(new_address, old["name"], new["name"])
                break


def _field_questions(
    base: Mapping[str, Part], wanted: Mapping[str, Part]
) -> Iterator[RenameQuestion]:
    known = {part["id"]: part for _, part in _live_entities(base)}
    for address, part in _live_entities(wanted):
        old = known.get(part["id"])
        if old is None:
            continue
        before = {body["id"]: body for body in old["fields"].values() if not body.get("retired")}
        gone = [
            (name, body)
            for name, body in part["fields"].items()
            if body.get("retired") and body["id"] in before
        ]
        for name, body in part["fields"].items():
            if body.get("kept_of") or body["id"] in {each["id"] for each in old["fields"].values()}:
                continue
            match = next((each for each in gone if each[1]["type"] == body["type"]), None)
            if match is not None:
                gone.remove(match)
                yield RenameQuestion(address, match[0], name)


def _live_entities(parts: Mapping[str, Part]) -> Iterator[tuple[str, Part]]:
    for address, part in parts.items():
        if address.startswith(_ENTITY) and not part.get("retired"):
            yield address, part


def _types_of(part: Part) -> frozenset[tuple[str, str]]:
    return frozenset(
        (name, str(body["type"]))
        for name, body in part.get("fields", {}).items()
        if not body.get("system")
    )


def _alike(old: frozenset[tuple[str, str]], new: frozenset[tuple[str, str]]) -> bool:
    return 2 * len(old & new) >= max(len(old), len(new))
