"""Conversions, ledgers and postings: the names they use, and what follows from saying less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cardwright_metadata.definitions.flows import HEAD, balance_entity
from cardwright_metadata.ledger_entities import ENTRY_FIELDS
from cardwright_metadata.linking.expressions import Expressions, Scope
from cardwright_metadata.linking.names import Names, UnknownPathError
from cardwright_metadata.linking.reaching import reach
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import MarkedMap, value_at
from cardwright_metadata.words import RESERVED_FIELDS

At = tuple[str | int, ...]

#: Types of fields in which a rest can be kept.
_KEEPS_NUMBERS = ("decimal", "integer", "money")


class FlowLinker:
    """Checks what makes documents flow."""

    def __init__(self, names: Names, expressions: Expressions, report: Report) -> None:
        self._names = names
        self._expressions = expressions
        self._report = report

    # -- conversions ---------------------------------------------------------------------------

    def link_conversion(self, content: MarkedMap) -> None:
        """Check the entities, fields and expressions of a conversion."""
        source = self._head_entity(content, ("from",))
        target = self._head_entity(content, ("to",))
        if not source or not target:
            return
        scope = self._expressions.scope_of(source)
        self._expressions.check(content, ("if",), scope)
        for index, name in enumerate(content.get("merge") or ()):
            self._field(content, ("merge", index), source, str(name))
        self._link_strand(content, (), source, target)
        for name in content.get("lines") or {}:
            self._link_lines(content, ("lines", name), source, target)
        for name in content.get("move") or {}:
            self._link_move(content, ("move", name), source, target)
        for name in content.get("also") or {}:
            self._link_further(content, ("also", name), source, target)
        self._expressions.check(content, ("then", "if"), scope)
        for name in value_at(content, ("then", "set")) or {}:
            at: At = ("then", "set", name)
            self._field(content, at, source, name, at_key=True)
            self._expressions.check(content, at, scope)
        self._require_source(content)

    def _require_source(self, content: MarkedMap) -> None:
        if content.get("source") or content.get("lines"):
            return
        self._report.add(
            content,
            ("to",),
            "no_source",
            "A target has to say where it came from: name the link that keeps it.",
            expected="source:",
            at_key=True,
        )

    def _link_lines(self, content: MarkedMap, at: At, source: str, target: str) -> None:
        name = str(at[-1])
        held = (source,) if name == HEAD else self._lines(content, at, source, name, at_key=True)
        written = str(value_at(content, at).get("to", ""))
        into = self._lines(content, (*at, "to"), target, written)
        if held and into:
            self._link_strand(content, at, held[0], into[0])

    def _lines(
        self, content: MarkedMap, at: At, entity: str, name: str, *, at_key: bool = False
    ) -> tuple[str, ...]:
        fields = {
            each: field
            for each, field in self._names.fields(entity).items()
            if (kind := self._names.type_of(field)) is not None and kind.relation == "lines"
        }
        if name not in fields:
            self._report.unknown(content, at, "lines field", name, fields, at_key=at_key)
            return ()
        return self._names.targets(entity, name)

    def _link_strand(self, content: MarkedMap, at: At, source: str, target: str) -> None:
        """Check what becomes of one part of the source, its head or one of its lines."""
        held = value_at(content, at) if at else content
        scope, own = self._expressions.scope_of(source), self._expressions.scope_of(target)
        self._link_to(content, (*at, "source"), target, source)
        self._link_copy(content, (*at, "copy"), target, scope)
        if isinstance(held.get("quantity"), str):
            self._link_quantity(content, at, source, target)
        else:
            self._refuse_without(content, at, held, "quantity", ("open", "total", "tolerance"))
        if not held.get("source"):
            self._refuse_without(content, at, held, "source", ("quantity",))
        self._expressions.check(content, (*at, "counts"), own)
        if "tolerance" in held and not isinstance(held["tolerance"], str):
            held["tolerance"] = str(held["tolerance"])
        for key in ("total", "tolerance"):
            self._expressions.check(content, (*at, key), scope)

    def _link_quantity(self, content: MarkedMap, at: At, source: str, target: str) -> None:
        held = value_at(content, at) if at else content
        quantity = held["quantity"]
        self._field(content, (*at, "quantity"), target, quantity)
        if "total" not in held:
            if quantity not in self._names.fields(source):
                self._report.add(
                    content, (*at, "quantity"), "no_total",
                    f"'{source}' has no field '{quantity}'; say in 'total' how much there is.",
                    found=quantity, expected="total:",
                )  # fmt: skip
            held["total"] = quantity
        kept = held.get("open")
        if isinstance(kept, str) and self._field(content, (*at, "open"), source, kept):
            field = self._names.fields(source)[kept]
            if field.get("type") not in _KEEPS_NUMBERS:
                self._report.add(
                    content, (*at, "open"), "not_a_number_field",
                    f"The engine keeps the rest in '{kept}', so it has to hold a number.",
                    found=str(field.get("type")), expected=", ".join(_KEEPS_NUMBERS),
                )  # fmt: skip
            field["readonly"] = True

    def _refuse_without(
        self, content: MarkedMap, at: At, held: MarkedMap, needed: str, keys: Sequence[str]
    ) -> None:
        for key in keys:
            if key in held:
                self._report.add(
                    content, (*at, key), "missing_key", f"'{key}' needs '{needed}' beside it.",
                    found=key, expected=f"{needed}:", at_key=True,
                )  # fmt: skip

    def _link_copy(self, content: MarkedMap, at: At, target: str, scope: Scope) -> None:
        copied = value_at(content, at)
        for name in copied or {}:
            here = (*at, name)
            if not self._field(content, here, target, name, at_key=True):
                continue
            if not isinstance(copied[name], str):
                # Named alone: the field of the same name.
                for entity in scope.here:
                    self._field(content, here, entity, name, at_key=True)
                copied[name] = name
            self._expressions.check(content, here, scope)

    def _link_move(self, content: MarkedMap, at: At, source: str, target: str) -> None:
        entity = str(at[-1])
        if entity not in self._names.entities:
            self._report.unknown(content, at, "entity", entity, self._names.entities, at_key=True)
            return
        held = value_at(content, at)
        link = self._only_link(content, (*at, "from"), held.get("from"), entity, source)
        if not link:
            return
        held["from"] = link
        if "to" not in held and target in self._names.targets(entity, link):
            held["to"] = link
            return
        other = self._only_link(content, (*at, "to"), held.get("to"), entity, target)
        if other:
            held["to"] = other

    def _only_link(self, content: MarkedMap, at: At, written: Any, entity: str, target: str) -> str:
        """Return the link that is written, or the only one that leads to the target."""
        links = [name for other, name in self._names.links_to(target) if other == entity]
        if isinstance(written, str):
            if written not in links:
                self._report.unknown(content, at, "link", written, links)
                return ""
            return written
        if len(links) == 1:
            return links[0]
        self._report.add(
            content, at[:-1], "ambiguous_link" if links else "no_link",
            f"Several fields of '{entity}' point to '{target}'; say which in '{at[-1]}'." if links
            else f"No field of '{entity}' points to '{target}'.",
            found=entity, expected=", ".join(links), at_key=True,
        )  # fmt: skip
        return ""

    def _link_further(self, content: MarkedMap, at: At, source: str, target: str) -> None:
        entity = self._head_entity(content, (*at, "to"))
        if not entity:
            return
        scope = self._expressions.scope_of(source)
        for key, other in (("link", target), ("source", source)):
            self._link_to(content, (*at, key), entity, other, ("one", "any"))
        self._link_copy(content, (*at, "copy"), entity, scope)
        self._expressions.check(content, (*at, "if"), scope)

    def _link_to(
        self, content: MarkedMap, at: At, entity: str, target: str, kinds: Sequence[str] = ("one",)
    ) -> None:
        """Check a field that has to be a link from one entity to another.

        A mirror that people edit counts as the link that it shows.
        """
        name = value_at(content, at)
        if not isinstance(name, str):
            return
        links: list[str] = []
        for each, field in self._names.fields(entity).items():
            if field.get("system") or (field.get("type") == "mirror" and not field.get("on_edit")):
                continue
            end = self._names.walk(entity, (each,))
            if end.type is not None and end.type.relation in kinds and target in end.targets:
                links.append(each)
        if name not in links:
            self._report.unknown(content, at, "link", name, links)

    def _head_entity(self, content: MarkedMap, at: At) -> str:
        """Return an entity that is no line; empty, and reported, if it is none."""
        name = value_at(content, at)
        if not isinstance(name, str):
            return ""
        if name not in self._names.entities:
            self._report.unknown(content, at, "entity", name, self._names.entities)
            return ""
        owner = self._names.entities[name].get("owner")
        if owner:
            self._report.add(
                content, at, "not_a_head",
                f"'{name}' holds lines; say their head here and the lines below 'lines'.",
                found=name, expected=str(owner),
            )  # fmt: skip
            return ""
        return name

    def _field(
        self, content: MarkedMap, at: At, entity: str, name: str, *, at_key: bool = False
    ) -> bool:
        fields = self._names.fields(entity)
        if name not in fields:
            self._report.unknown(content, at, "field", name, fields, at_key=at_key)
        return name in fields

    # -- ledgers -------------------------------------------------------------------------------

    def link_ledger(self, content: MarkedMap) -> None:
        """Check the entities, names and conditions of a ledger."""
        dimensions, measures = content.get("dimensions") or {}, content.get("measures") or {}
        for name, each in dimensions.items():
            if isinstance(each.get("of"), str) and each["of"] not in self._names.entities:
                self._report.unknown(
                    content, ("dimensions", name, "of"), "entity", each["of"], self._names.entities
                )
        for key, named in (("dimensions", dimensions), ("measures", measures)):
            for name in named:
                if (
                    name in RESERVED_FIELDS
                    or name in ENTRY_FIELDS
                    or (key == "measures" and name in dimensions)
                ):
                    self._report.add(
                        content, (key, name), "reserved_field",
                        f"'{name}' means something else in a ledger; choose another name.",
                        found=name, at_key=True,
                    )  # fmt: skip
        scope = self._expressions.scope_of(balance_entity(str(content.get("name"))))
        for name in content.get("never_negative") or {}:
            at: At = ("never_negative", name)
            if name not in measures:
                self._report.unknown(content, at, "measure", name, measures, at_key=True)
            self._expressions.check(content, at, scope)
        self._expressions.check(content, ("period", "closed"), scope)

    def link_postings(self, entity: str, content: MarkedMap) -> None:
        """Check what an entity posts."""
        for name, posting in (content.get("post") or {}).items():
            at: At = ("post", name)
            ledgers = self._names.contents["ledger"]
            ledger = ledgers.get(str(posting.get("ledger")))
            if ledger is None:
                found = str(posting.get("ledger"))
                self._report.unknown(content, (*at, "ledger"), "ledger", found, ledgers)
                continue
            self._expressions.check(content, (*at, "if"), self._expressions.scope_of(entity))
            scope = self._scope_of_posting(entity, content, at, posting)
            self._expressions.check(content, (*at, "day"), scope)
            self._link_set(content, at, ledger, scope)

    def _scope_of_posting(
        self, entity: str, content: MarkedMap, at: At, posting: MarkedMap
    ) -> Scope:
        path = posting.get("for")
        if not isinstance(path, str):
            return self._expressions.scope_of(entity)
        lines = self._lines(content, (*at, "for"), entity, path.split(".")[0])
        if not lines:
            return Scope((), ())
        scope = self._expressions.scope_of(lines[0])
        try:
            return replace(scope, each=reach(self._names, lines, path.split(".")[1:]))
        except UnknownPathError as error:
            self._report.unknown_path(content, (*at, "for"), error)
            return scope

    def _link_set(
        self, content: MarkedMap, at: At, ledger: Mapping[str, Any], scope: Scope
    ) -> None:
        dimensions, measures = ledger.get("dimensions") or {}, ledger.get("measures") or {}
        said = value_at(content, (*at, "set")) or {}
        known = [*dimensions, *measures]
        for name in said:
            here = (*at, "set", name)
            if name not in known:
                what = "dimension or measure"
                self._report.unknown(content, here, what, name, known, at_key=True)
            elif scope.here:
                self._expressions.check(content, here, scope)
        missing = [n for n, each in dimensions.items() if not each.get("optional")]
        missing = [name for name in missing if name not in said]
        if missing or not set(said) & set(measures):
            wanted = missing or list(measures)
            self._report.add(
                content, (*at, "set"), "missing_key",
                f"A posting says {', '.join(wanted)}." if missing
                else "A posting says how much.",
                expected=", ".join(f"{each}:" for each in wanted), at_key=True,
            )  # fmt: skip
