"""Pools and followers of an owner: every name in them, and what they need of their entity."""

from __future__ import annotations

from dataclasses import dataclass

from cardwright_metadata.definitions.pools import RETURNS_ON, SETTING_IN_WORDS
from cardwright_metadata.linking.expressions import Expressions
from cardwright_metadata.linking.names import Names
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import MarkedMap, value_at
from cardwright_metadata.pool_fields import BUILT_IN, POOL_FIELDS

#: Keys that may be a plain number as well.
_NUMBERS = ("limit", "daily", "protect", "warn")


@dataclass(frozen=True)
class PoolLinker:
    """Checks what is said of the owners of an entity's records."""

    names: Names
    expressions: Expressions
    report: Report

    def link(self, entity: str, content: MarkedMap) -> None:
        """Check the pool and the followers of one entity."""
        for key in ("pool", "followed_by"):
            if content.get(key) is not None and content.get("owner"):
                message = "Lines have no owner of their own: say it of their head."
                self.report.add(content, (key,), "owner_of_lines", message, found=key, at_key=True)
                return
        if content.get("pool") is not None:
            self._link_pool(entity, content)
        for name in content.get("followed_by") or {}:
            self._link_follower(entity, content, name)

    def _link_pool(self, entity: str, content: MarkedMap) -> None:
        pool = content["pool"]
        kept = [*POOL_FIELDS, *([RETURNS_ON] if pool.get("return") else [])]
        for name in kept:
            if content["fields"].get(name, {}).get("pack") != BUILT_IN:
                message = f"The pool keeps a field '{name}' of its own."
                self.report.add(
                    content, ("fields", name), "name_taken", message, found=name, at_key=True
                )
        scope = self.expressions.scope_of(entity)
        for key in _NUMBERS:
            if isinstance(pool.get(key), int):
                pool[key] = str(pool[key])
        for key in ("if", "counted", *_NUMBERS):
            self.expressions.check(content, ("pool", key), scope)
        for name in pool.get("return") or {}:
            for key in ("day", "if"):
                self.expressions.check(content, ("pool", "return", name, key), scope)
            self._check_words(content, ("pool", "return", name, "label"))

    def _check_words(self, content: MarkedMap, at: tuple[str, ...]) -> None:
        """Check the settings that the words of a reason name."""
        known = self.names.contents["setting"]
        for language, text in (value_at(content, at) or {}).items():
            for found in SETTING_IN_WORDS.findall(str(text)):
                if found not in known:
                    self.report.unknown(content, (*at, language), "setting", found, known)

    def _link_follower(self, entity: str, content: MarkedMap, name: str) -> None:
        at = ("followed_by", name)
        said = content["followed_by"][name]
        other, _, field = str(said.get("of", "")).partition(".")
        if other not in self.names.entities:
            self.report.unknown(content, (*at, "of"), "entity", other, self.names.entities)
            return
        pointing = {
            each: None
            for each in self.names.fields(other)
            if entity in self.names.targets(other, each)
        }
        if field not in pointing:
            known = [f"{other}.{each}" for each in pointing]
            self.report.unknown(content, (*at, "of"), "link", f"{other}.{field}", known)
            return
        is_lines = bool(self.names.entities[other].get("owner"))
        if is_lines != (said.get("show") == "head"):
            message = (
                "Lines have no owner: 'show: head' names the records whose lines point here."
                if is_lines
                else "Only lines have a head."
            )
            self.report.add(
                content, at, "no_owner", message, found=other, expected="show: head", at_key=True
            )
            return
        self.expressions.check(content, (*at, "where"), self.expressions.scope_of(other))
