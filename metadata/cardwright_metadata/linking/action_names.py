"""The names of the actions that records of an entity can offer, as scenarios write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cardwright_metadata.definitions.approvals import ACTIONS
from cardwright_metadata.definitions.stages import processes_named
from cardwright_metadata.linking.names import Names

#: Where it is only known in the run what an action shows next.
_ANY = ""


class ActionNames:
    """Actions by entity: each with the entity of the record that it leaves behind."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._known: dict[str, Mapping[str, str]] = {}

    def of(self, entity: str) -> Mapping[str, str]:
        """Return the actions of an entity; none of one that is not known."""
        if entity and entity not in self._known:
            self._known[entity] = dict(self._find(entity))
        return self._known.get(entity, {})

    def _find(self, entity: str) -> Iterator[tuple[str, str]]:
        yield "copy", entity
        found: Mapping[str, Any] = self._names.entities.get(entity) or {}
        if "owner" in self._names.fields(entity):
            owning = (
                ("claim", "release", "assign") if found.get("pool") is not None else ("assign",)
            )
            yield from ((f"owner.{name}", entity) for name in owning)
        yield from ((name, entity) for name in self._moves(entity))
        for name, conversion in self._contents("conversion"):
            if conversion.get("from") == entity:
                target = str(conversion.get("to", ""))
                yield f"push.{name}", target
                ways = (conversion.get("offer") or {}).get("push")
                for way in ways if isinstance(ways, dict) else ():
                    yield f"push.{name}.{way}", target
        for _, approval in self._contents("approval"):
            if approval.get("of") == entity:
                yield from ((f"approval.{name}", entity) for name in ACTIONS)
        for name, rule in self._contents("rule"):
            if rule.get("of") == entity and (rule.get("trigger") or {}).get("button") == "card":
                yield f"rule.{name}", _ANY

    def _moves(self, entity: str) -> Iterator[str]:
        """Yield the moves of the first stage field by their names, of others behind the field."""
        first = True
        for name, field in self._names.fields(entity).items():
            described = self._names.type_of(field)
            if described is None or described.computed != "stage":
                continue
            processes = [
                self._names.stages.get(each) for each in processes_named(field.get("stages"))
            ]
            moves = [
                move for process in processes if process for move in process.get("moves") or {}
            ]
            for move in dict.fromkeys(moves):
                yield str(move) if first else f"{name}.{move}"
            first = False

    def _contents(self, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        yield from self._names.contents.get(kind, {}).items()
