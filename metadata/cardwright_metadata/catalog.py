"""The catalog: all definitions, merged, linked, frozen, with a content hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from cardwright_metadata.approval_parts import read_approval
from cardwright_metadata.calendar_parts import read_calendar
from cardwright_metadata.definitions.approvals import ApprovalDefinition
from cardwright_metadata.definitions.entities import EntityDefinition
from cardwright_metadata.definitions.flows import ConversionDefinition, LedgerDefinition
from cardwright_metadata.definitions.lists import QueryDefinition
from cardwright_metadata.definitions.mails import MailDefinition
from cardwright_metadata.definitions.others import (
    ImportMapDefinition,
    MenuDefinition,
    MenuItemDefinition,
    PackDefinition,
    RoleDefinition,
    SeedDefinition,
    SettingDefinition,
)
from cardwright_metadata.definitions.prints import PrintDefinition
from cardwright_metadata.definitions.reports import MeasureDefinition, ReportDefinition
from cardwright_metadata.definitions.rules import RuleDefinition
from cardwright_metadata.definitions.scenarios import ScenarioDefinition
from cardwright_metadata.definitions.stages import StagesDefinition
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.tree import Expression
from cardwright_metadata.extending import NO_CHOICES, NO_HISTORY, Choices, History
from cardwright_metadata.flow_parts import read_conversion, read_ledger
from cardwright_metadata.linking.link import link
from cardwright_metadata.linking.placing import place_findings
from cardwright_metadata.linking.roles import ALL_ACTIONS
from cardwright_metadata.living_parts import living_part
from cardwright_metadata.loading import Pack
from cardwright_metadata.mail_parts import read_mail
from cardwright_metadata.merging import MERGED_KINDS, merge_packs
from cardwright_metadata.other_parts import (
    read_import_map,
    read_menu,
    read_pack,
    read_picklist,
    read_role,
    read_seed,
    read_setting,
)
from cardwright_metadata.parts import Parse, Part, hash_part, read_entity
from cardwright_metadata.pool_parts import with_owning
from cardwright_metadata.print_parts import read_print
from cardwright_metadata.problems import Finding, MetadataError, Problem
from cardwright_metadata.report_parts import read_measure, read_report
from cardwright_metadata.rule_parts import read_rule
from cardwright_metadata.scenario_parts import read_scenario
from cardwright_metadata.shipped import with_shipped_ids
from cardwright_metadata.stages import read_stages
from cardwright_metadata.three_ways import Merging
from cardwright_metadata.timing_parts import with_timing
from cardwright_metadata.type_catalogue import TypeCatalogue
from cardwright_metadata.words import nearest

Parts = Mapping[str, Part]
Definition = TypeVar("Definition")


class UnknownName(LookupError):  # noqa: N818 - named in the contract of the packages
    """A definition was asked for that is not there; ``nearest`` is the most similar name."""

    def __init__(self, kind: str, name: str, near: str) -> None:
        self.kind = kind
        self.name = name
        self.nearest = near
        hint = f" Did you mean '{near}'?" if near else ""
        super().__init__(f"There is no {kind} '{name}'.{hint}")


class Definitions(Mapping[str, Definition], Generic[Definition]):
    """Definitions by name in their order, each built from its part when first asked for."""

    def __init__(self, parts: Mapping[str, Part], read: Callable[[Part], Definition]) -> None:
        self._parts = parts
        self._read = read
        self._built: dict[str, Definition] = {}

    def __getitem__(self, name: str) -> Definition:
        # Two threads may build the same one; both are equal and the last stays.
        built = self._built.get(name)
        if built is None:
            built = self._read(self._parts[name])
            self._built[name] = built
        return built

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)

    def __contains__(self, name: object) -> bool:
        return name in self._parts


class Catalog:
    """All definitions of an installation. Frozen; shared by threads."""

    def __init__(self, parts: Parts) -> None:
        self._parts: Parts = MappingProxyType(dict(parts))
        self._expressions: dict[str, Expression] = {}
        named, read_all = _by_kind(parts), self._read_all
        self.entities: Mapping[str, EntityDefinition] = Definitions(
            named["entity"],
            lambda part: with_owning(
                with_timing(read_entity(part, self._parse), part, self._parse), part, self._parse
            ),
        )
        self.picklists = Definitions(named["picklist"], read_picklist)
        self.calendars = Definitions(named["calendar"], read_calendar)
        self.roles: Mapping[str, RoleDefinition] = read_all(named["role"], read_role)
        self.settings: Mapping[str, SettingDefinition] = Definitions(
            named["setting"], lambda part: read_setting(part, self._parse)
        )
        self.seeds: Mapping[str, SeedDefinition] = Definitions(named["seed"], read_seed)
        self.import_maps: Mapping[str, ImportMapDefinition] = Definitions(
            named["import_map"], read_import_map
        )
        self.scenarios: Mapping[str, ScenarioDefinition] = Definitions(
            named["scenario"], read_scenario
        )
        self.stages: Mapping[str, StagesDefinition] = read_all(named["stages"], read_stages)
        self.rules: Mapping[str, RuleDefinition] = read_all(named["rule"], read_rule)
        self.approvals: Mapping[str, ApprovalDefinition] = read_all(
            named["approval"], read_approval
        )
        self.conversions: Mapping[str, ConversionDefinition] = read_all(
            named["conversion"], read_conversion
        )
        self.ledgers: Mapping[str, LedgerDefinition] = read_all(named["ledger"], read_ledger)
        self.prints: Mapping[str, PrintDefinition] = Definitions(named["print"], read_print)
        self.measures: Mapping[str, MeasureDefinition] = read_all(named["measure"], read_measure)
        self.reports: Mapping[str, ReportDefinition] = read_all(named["report"], read_report)
        self.mails: Mapping[str, MailDefinition] = Definitions(named["mail"], read_mail)
        self.packs: Mapping[str, PackDefinition] = Definitions(named["pack"], read_pack)
        self._menu_parts = named["menu"]
        #: What merging found out, of a catalog that was just built from packs.
        self.merged: tuple[Merging, ...] = ()

    @classmethod
    def from_parts(cls, parts: Parts) -> Catalog:
        """Load a catalog from its parts, the way a running process does."""
        return cls(parts)

    def to_parts(self) -> Mapping[str, dict[str, Any]]:
        """Return the parts by address, such as ``entity/customer``; each is plain JSON."""
        return {address: dict(part) for address, part in self._parts.items()}

    @cached_property
    def living(self) -> Catalog:
        """Return what an installation works with: all but retired entities and fields."""
        parts = {
            address: living_part(part)
            for address, part in self._parts.items()
            if not part.get("retired")
        }
        return self if parts == self._parts else Catalog(parts)

    @cached_property
    def hash(self) -> str:
        """Return the content hash of all parts together."""
        lines = (f"{address} {hash_part(self._parts[address])}" for address in sorted(self._parts))
        return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()

    @cached_property
    def menus(self) -> Mapping[str, MenuDefinition]:
        """Return the menus in their order; without any, one with an item for each head entity."""
        made = sorted(map(read_menu, self._menu_parts.values()), key=lambda each: each.order)
        return {each.name: each for each in made} or {"all": self._usual_menu()}

    @cached_property
    def queries(self) -> Mapping[str, QueryDefinition]:
        """Return the named queries of all entities as ``entity.query``."""
        return {
            f"{entity.name}.{name}": query
            for entity in self.entities.values()
            for name, query in entity.queries.items()
        }

    def entity(self, name: str) -> EntityDefinition:
        """Return an entity; raise UnknownName when there is none of that name."""
        try:
            return self.entities[name]
        except KeyError:
            raise UnknownName("entity", name, nearest(name, self.entities)) from None

    def links_to(self, name: str) -> tuple[tuple[str, str], ...]:
        """Return the (entity, field) of all links that may point to an entity.

        Links of the system's own fields (owner, head, created by …) and lines are not among them.
        """
        return self._links.get(name, ())

    def player(self, part: str) -> EntityDefinition | None:
        """Return the entity that plays a part such as employee, None when none does."""
        name = self._players.get(part)
        return self.entity(name) if name else None

    def part(self, part: str, role: str) -> str | None:
        """Return the field by which the player of a part fills a role, None when it has none."""
        name = self._players.get(part)
        found = self._parts[f"entity/{name}"]["plays"][part].get(role) if name else None
        return str(found) if found else None

    def targets(self, entity: str, field: str) -> tuple[str, ...]:
        """Return the entities to which a field may point; of lines, the line entity."""
        part = self._parts.get(f"entity/{entity}")
        if part is None:
            raise UnknownName("entity", entity, nearest(entity, self.entities))
        return tuple(part.get("fields", {}).get(field, {}).get("targets", ()))

    def flow_of(self, approval: str) -> Part:
        """Return an approval as running ones keep it, whatever becomes of the definition."""
        return self._parts[f"approval/{approval}"]

    def kept_approval(self, flow: Part) -> ApprovalDefinition:
        """Return an approval as it was when a running one began."""
        return read_approval(flow, self._parse)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Catalog) and self._parts == other._parts

    def __hash__(self) -> int:
        return hash(self.hash)

    def _read_all(
        self, parts: Mapping[str, Part], read: Callable[[Part, Parse], Definition]
    ) -> Definitions[Definition]:
        return Definitions(parts, lambda part: read(part, self._parse))

    def _parse(self, text: str) -> Expression:
        expression = self._expressions.get(text)
        if expression is None:
            expression = parse(text)
            self._expressions[text] = expression
        return expression

    @cached_property
    def _players(self) -> Mapping[str, str]:
        return {
            part: content["name"]
            for address, content in self._parts.items()
            if address.startswith("entity/")
            for part in content.get("plays", {})
        }

    @cached_property
    def _links(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for entity in self.entities:
            for name, field in self._parts[f"entity/{entity}"].get("fields", {}).items():
                if field.get("system") or field.get("retired"):
                    continue
                for target in field.get("targets", ()):
                    if not self._holds_lines(entity, name, target):
                        found.setdefault(target, []).append((entity, name))
        return {target: tuple(links) for target, links in found.items()}

    def _holds_lines(self, entity: str, field: str, target: str) -> bool:
        part = self._parts.get(f"entity/{target}", {})
        return part.get("owner") == entity and part.get("owner_field") == field

    def _usual_menu(self) -> MenuDefinition:
        items = [
            MenuItemDefinition(name=each.name, label=each.label, entity=each.name, icon=each.icon)
            for each in self.entities.values()
            if not each.owner and not each.retired
        ]
        return MenuDefinition(name="all", items=tuple(items))


_ALL_FEATURES = """
    define_objects manage_rights manage_users manage_settings build_queries build_reports hand_over
    explain_rights view_as see_jobs see_messages see_logs back_up download_backups purge_records
    clear_data"""
#: The role of the first account where no pack defines one of that name.
ADMINISTRATOR: dict[str, Any] = {
    "name": "admin",
    "label": {"zh": "管理员", "en": "Administrator"},
    "features": _ALL_FEATURES.split(),
    "grants": {"*": {"actions": list(ALL_ACTIONS)}},
    "pack": "",
}

#: Says what is wrong with a catalog in the eyes of those who know the types of fields.
Examine = Callable[[Catalog], Iterable[Finding]]


@dataclass(frozen=True)
class Identity:
    """What a definition is given at its first apply: stable id, physical name, field number."""

    id: str
    physical: str = ""
    number: int = 0


def build_catalog(
    packs: Sequence[Pack],
    types: TypeCatalogue,
    examine: Examine | None = None,
    *,
    history: History = NO_HISTORY,
    choices: Choices = NO_CHOICES,
) -> Catalog:
    """Merge and link packs; raise MetadataError with all the problems found.

    ``examine`` looks at what was linked without problems, knowing the types of fields.
    ``history`` and ``choices`` are what merging needs of earlier changes to other packs.
    """
    merged = merge_packs(packs, types, history, choices)
    parts: dict[str, Part] = dict(link(merged, types))
    # Somebody must be able to begin: an installation whose packs name no such role has one.
    parts.setdefault("role/admin", ADMINISTRATOR)
    found = [problem for pack in packs for problem in pack.problems]
    # What could not be read rightly would only cause further problems at the same place.
    known = {problem.place for problem in found}
    found += [each for each in merged.problems if each.place is None or each.place not in known]
    if found:
        raise MetadataError(sort_problems(found))
    catalog = Catalog.from_parts(with_shipped_ids(parts, packs))
    catalog.merged = merged.changes
    found = place_findings(merged, examine(catalog)) if examine is not None else []
    if found:
        raise MetadataError(sort_problems(found))
    return catalog


def with_identities(parts: Parts, identities: Mapping[str, Identity]) -> dict[str, dict[str, Any]]:
    """Return parts with ids and physical names filled in.

    Addresses are ``entity/customer``, ``entity/customer/fields/name``, ``picklist/stage``.
    """
    filled: dict[str, dict[str, Any]] = {}
    for address, part in parts.items():
        given = dict(part)
        identity = identities.get(address)
        if identity is not None:
            given["id"] = identity.id
            if identity.physical:
                given["table"] = identity.physical
        if "fields" in part and address.startswith("entity/"):
            given["fields"] = {
                name: _identified(field, identities.get(f"{address}/fields/{name}"))
                for name, field in part["fields"].items()
            }
        filled[address] = given
    return filled


def _identified(field: Mapping[str, Any], identity: Identity | None) -> dict[str, Any]:
    if identity is None:
        return dict(field)
    return {
        **field,
        "id": identity.id,
        "column": identity.physical,
        "number": identity.number,
    }


def sort_problems(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems in the order of their places, each once."""
    unique = {(each.place, each.code, each.message): each for each in problems}
    return sorted(
        unique.values(),
        key=lambda each: (
            (each.place.file, each.place.line, each.place.column) if each.place else ("", 0, 0)
        ),
    )


def _by_kind(parts: Parts) -> dict[str, dict[str, Part]]:
    """Return the parts by kind and name, in the order of packs and of their files."""
    kinds = (*MERGED_KINDS, "pack")
    packs = sorted(
        (part for address, part in parts.items() if address.startswith("pack/")),
        key=lambda part: int(part.get("order", 0)),
    )
    addresses = [address for pack in packs for address in pack.get("contents", ())]
    addresses += [f"pack/{pack['name']}" for pack in packs]
    ordered = dict.fromkeys([*(each for each in addresses if each in parts), *parts])
    named: dict[str, dict[str, Part]] = {kind: {} for kind in kinds}
    for address in ordered:
        kind, _, name = address.partition("/")
        if kind in named:
            named[kind][name] = parts[address]
    return named
