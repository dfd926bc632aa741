"""Packs laid over each other: traits, built-in traits, extensions and translations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from cardwright_metadata.by_hand import BY_HAND, has_suggestions
from cardwright_metadata.closing import CLOSING, entities_that_close
from cardwright_metadata.currencies import CURRENCY, entities_with_currency, player_of_currency
from cardwright_metadata.definitions.others import PackDefinition
from cardwright_metadata.extending import (
    NO_CHOICES,
    NO_HISTORY,
    Choices,
    Extending,
    History,
)
from cardwright_metadata.ledger_entities import entities_of_ledger, point_entries_at_documents
from cardwright_metadata.loading import Document, Pack, load_pack
from cardwright_metadata.marks import MarkedMap, copy_marked
from cardwright_metadata.overlays import arrange, lay_under
from cardwright_metadata.pack_order import order_packs
from cardwright_metadata.pool_fields import BUILT_IN, lay_pool
from cardwright_metadata.problems import Place, Problem
from cardwright_metadata.schema_files import read_schemas
from cardwright_metadata.stages import lay_since
from cardwright_metadata.three_ways import Merging
from cardwright_metadata.timing_fields import lay_timing
from cardwright_metadata.translating import translate
from cardwright_metadata.type_catalogue import TypeCatalogue
from cardwright_metadata.words import RESERVED_FIELDS, list_words, nearest

#: Built-in traits by the families of entities that have them unless they switch them off.
FEATURES = (
    "active", "files", "history", "comments", "activities", "tags", "favourites", "recycle",
    "import", "sharing", "export_reason", CURRENCY,
)  # fmt: skip
#: Features that are there only where an entity switches them on.
UNUSUAL = frozenset({"sharing", "export_reason"})
#: Features that lines have; the others belong to their head.
LINE_FEATURES = ("history", "recycle", "import")

MERGED_KINDS = (
    "entity", "picklist", "menu", "role", "setting", "seed", "import_map", "scenario", "stages",
    "conversion", "ledger", "rule", "approval", "print", "calendar", "mail", "measure", "report",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Merged:
    """All definitions of an installation: kind → name → content, with who defined what."""

    packs: tuple[PackDefinition, ...]
    contents: Mapping[str, Mapping[str, MarkedMap]]
    owners: Mapping[str, str]  #: address → pack
    places: Mapping[str, Place]  #: address → where it begins
    changes: tuple[Merging, ...] = ()  #: what each pack changes of others
    pack_contents: Mapping[str, MarkedMap] = field(default_factory=dict)  #: pack.yaml of each
    problems: list[Problem] = field(default_factory=list)


@cache  # part of the package; never changes while it runs
def built_in_traits() -> Mapping[str, MarkedMap]:
    """Return the built-in traits by name."""
    pack = load_pack(resources.files("cardwright_metadata") / "traits")
    return {each.name: each.content for each in pack.documents if each.kind == "trait"}


def merge_packs(
    packs: Sequence[Pack],
    types: TypeCatalogue,
    history: History = NO_HISTORY,
    choices: Choices = NO_CHOICES,
) -> Merged:
    """Lay packs over each other in the order of what they require.

    ``history`` is what is known of earlier changes, ``choices`` what was decided where both sides
    changed a property.
    """
    problems: list[Problem] = []
    ordered = order_packs(packs, problems)
    documents = [each for pack in ordered for each in pack.documents]
    found = _gather(documents, problems)
    merging = _Merging(ordered, documents, found, types, problems, history, choices)
    return merging.merge()


def _gather(
    documents: Iterable[Document], problems: list[Problem]
) -> dict[str, dict[str, Document]]:
    """Return the definitions that stand on their own, by kind and name."""
    found: dict[str, dict[str, Document]] = {}
    for each in documents:
        if not each.extend and each.kind not in ("pack", "translation"):
            _take(each, found, problems)
    for ledger in found.get("ledger", {}).values():
        for each in entities_of_ledger(ledger, found.get("entity", {})):
            _take(each, found, problems)
    return found


def _take(
    document: Document, found: dict[str, dict[str, Document]], problems: list[Problem]
) -> None:
    same = found.setdefault(document.kind, {})
    if document.name in same:
        problems.append(_duplicate(document, same[document.name]))
    else:
        same[document.name] = document


def _duplicate(document: Document, first: Document) -> Problem:
    spot = document.content.values_at.get("name")
    return Problem(
        place=spot.place if spot else document.place,
        path="name",
        code="duplicate_name",
        message=f"The {document.kind} '{document.name}' is already defined at {first.place}; "
        "give it another name, or change the first one with 'extend:'.",
        found=document.name,
        expected="a name that is free",
    )


class _Merging:
    """One merge; holds what its steps share."""

    def __init__(
        self,
        packs: list[Pack],
        documents: list[Document],
        found: dict[str, dict[str, Document]],
        types: TypeCatalogue,
        problems: list[Problem],
        history: History,
        choices: Choices,
    ) -> None:
        self._history = history
        self._choices = choices
        self._packs = packs
        self._documents = documents
        self._found = found
        self._types = types
        self._problems = problems
        self._traits = self._name_traits()

    def merge(self) -> Merged:
        contents: dict[str, dict[str, MarkedMap]] = {kind: {} for kind in MERGED_KINDS}
        owners: dict[str, str] = {}
        places: dict[str, Place] = {}
        for kind in MERGED_KINDS:
            for name, document in self._found.get(kind, {}).items():
                contents[kind][name] = self._with_provenance(document)
                owners[f"{kind}/{name}"] = document.pack
                places[f"{kind}/{name}"] = document.place
        extending = Extending(self._packs, self._with_provenance, self._history, self._choices)
        extending.extend(contents, owners, self._documents)
        self._problems += extending.problems
        heads = self._heads(contents["entity"])
        laid = {name: self._lay_traits(each) for name, each in contents["entity"].items()}
        point_entries_at_documents(contents["ledger"], laid)
        self._complete(laid, heads, contents)
        contents["entity"] = laid
        for document in self._documents:
            if document.kind == "translation":
                self._problems += translate(document.content, contents)
        schemas = read_schemas()
        for kind, named in contents.items():
            for content in named.values():
                self._problems += arrange(content, schemas[kind])
        return Merged(
            packs=tuple(pack.definition for pack in self._packs),
            contents=contents,
            owners=owners,
            places=places,
            changes=tuple(extending.merged),
            pack_contents={
                each.pack: each.content for each in self._documents if each.kind == "pack"
            },
            problems=self._problems,
        )

    def _complete(
        self,
        laid: Mapping[str, MarkedMap],
        heads: Mapping[str, object],
        contents: Mapping[str, Mapping[str, MarkedMap]],
    ) -> None:
        """Give entities what is built in: features, a currency, the fields of the engine."""
        currencies = entities_with_currency(laid, self._types)
        closing = entities_that_close(laid, contents["stages"])
        flowing = _flowing(contents["conversion"].values())
        approved = {str(each.get("of")) for each in contents["approval"].values()}
        player = player_of_currency(laid)
        for name, content in laid.items():
            features = self._features(content, name in heads, name in currencies)
            self._lay_built_in(content, features, name in heads, player)
            if name in closing:
                lay_under(content, _built_in(built_in_traits()[CLOSING], content, system=True))
            lay_since(content, self._types, BUILT_IN)
            lay_timing(content, BUILT_IN)
            lay_pool(content)
            content["traits"] = self._trait_names(contents["entity"][name])
            if name in flowing:
                lay_under(content, _built_in(built_in_traits()["chain"], content, system=False))
            if name in approved:
                lay_under(content, _built_in(built_in_traits()["approval"], content, system=False))

    def _with_provenance(self, document: Document) -> MarkedMap:
        content: MarkedMap = copy_marked(document.content)
        for name in ("kind", "extend", "since"):
            content.drop(name)
        fields = content.get("fields")
        if isinstance(fields, MarkedMap):
            self._refuse_reserved(fields)
            for each in fields.values():
                if isinstance(each, MarkedMap):
                    each["pack"] = document.pack
        return content

    def _refuse_reserved(self, fields: MarkedMap) -> None:
        for name in [each for each in fields if each in RESERVED_FIELDS]:
            self._problems.append(
                Problem(
                    place=fields.keys_at.get(name),
                    path=f"fields.{name}",
                    code="reserved_field",
                    message=f"The field '{name}' is kept by the system; choose another name.",
                    found=name,
                    expected="a name that the system does not use",
                )
            )
            fields.drop(name)

    def _heads(self, entities: Mapping[str, MarkedMap]) -> dict[str, set[tuple[str, str]]]:
        """Return the line entities with the heads and fields that hold them; note their owner."""
        heads: dict[str, set[tuple[str, str]]] = {}
        for name, content in entities.items():
            for trait in [content, *self._traits_of(content)]:
                for field_name, each in (trait.get("fields") or {}).items():
                    lines = self._lines_of(each)
                    if lines:
                        heads.setdefault(lines, set()).add((name, field_name))
        for name, content in entities.items():
            if content.get("owner"):
                heads.setdefault(name, set())
            elif name in heads:
                self._infer_owner(name, content, heads[name])
        return heads

    def _lines_of(self, each: Any) -> str:
        if not isinstance(each, dict) or each.get("type") not in self._types.names():
            return ""
        described = self._types.describe(each["type"])
        found = each.get(described.reference) if described.relation == "lines" else None
        return found if isinstance(found, str) else ""

    def _infer_owner(self, name: str, content: MarkedMap, holders: set[tuple[str, str]]) -> None:
        owners = sorted({entity for entity, _ in holders})
        content["owner"] = owners[0]
        if len(owners) > 1:
            self._problems.append(
                Problem(
                    place=next(iter(content.keys_at.values()), None),
                    path="owner",
                    code="ambiguous_owner",
                    message=f"'{name}' holds the lines of several entities; say which one owns it.",
                    found=", ".join(owners),
                    expected="owner: " + owners[0],
                )
            )

    def _name_traits(self) -> dict[str, MarkedMap]:
        traits: dict[str, MarkedMap] = {}
        for name, document in self._found.get("trait", {}).items():
            content = self._with_provenance(document)
            traits[name] = content
            if not name.startswith(f"{document.pack}."):
                traits.setdefault(f"{document.pack}.{name}", content)
        return traits

    def _traits_of(self, content: Mapping[str, Any]) -> list[MarkedMap]:
        """Return the traits that a definition uses, also through other traits, each once."""
        found: dict[str, MarkedMap] = {}
        waiting = list(content.get("use") or ())
        while waiting:
            name = waiting.pop(0)
            if name in self._traits and name not in found:
                found[name] = self._traits[name]
                waiting += self._traits[name].get("use") or ()
        return list(found.values())

    def _lay_traits(self, content: MarkedMap) -> MarkedMap:
        self._check_traits(content)
        laid: MarkedMap = copy_marked(content)
        for trait in self._traits_of(content):
            lay_under(laid, _shareable(trait))
        return laid

    def _lay_built_in(
        self, laid: MarkedMap, features: list[str], is_lines: bool, currency: str
    ) -> None:
        built_in = built_in_traits()
        for name in features:
            trait = _built_in(built_in[name], laid, system=False)
            if name == CURRENCY:
                trait["fields"][CURRENCY]["to"] = currency
            lay_under(laid, trait)
        if has_suggestions(laid):
            lay_under(laid, _built_in(built_in[BY_HAND], laid, system=True))
        system = built_in["lines" if is_lines else "system"]
        lay_under(laid, _built_in(system, laid, system=True))
        laid["features"] = sorted(features)

    def _trait_names(self, content: MarkedMap) -> list[str]:
        used = self._traits_of(content)
        return sorted({name for name, trait in self._traits.items() if trait in used})

    def _features(self, content: MarkedMap, is_lines: bool, has_currency: bool) -> list[str]:
        switches = content.get("features") or {}
        for name in switches:
            if name not in FEATURES:
                self._problems.append(_unknown_feature(content["features"], name))
        usual = set(LINE_FEATURES if is_lines else FEATURES) - UNUSUAL
        if content.get("family", "master") != "master":
            usual.discard("active")
        on = {name for name in FEATURES if switches.get(name, name in usual)} - {CURRENCY}
        return [name for name in FEATURES if name in on or (name == CURRENCY and has_currency)]

    def _check_traits(self, content: MarkedMap) -> None:
        used: Any = content.get("use")
        for name in used or ():
            if name in self._traits:
                continue
            self._problems.append(
                Problem(
                    place=used.keys_at.get(name),
                    path="use",
                    code="unknown_trait",
                    message=f"There is no trait '{name}'.",
                    found=str(name),
                    expected=list_words(self._traits),
                    nearest=nearest(str(name), self._traits),
                )
            )


def _flowing(conversions: Iterable[MarkedMap]) -> set[str]:
    """Return the entities that are made from others or become others."""
    found: set[str] = set()
    for each in conversions:
        further = (each.get("also") or {}).values()
        names = [each.get("from"), each.get("to"), *(one.get("to") for one in further)]
        found |= {name for name in names if isinstance(name, str)}
    return found


def _shareable(trait: MarkedMap) -> MarkedMap:
    """Return what of a trait goes into the entities that use it."""
    shared = MarkedMap()
    for key in trait:
        if key not in ("name", "label", "description", "use", "kind", "since"):
            shared.take(key, trait)
    return shared


def _built_in(trait: MarkedMap, own: MarkedMap, *, system: bool) -> MarkedMap:
    """Return what a built-in trait gives; its fields say that they come from here.

    Not so those that the entity says itself: an employee's own department is typed, not stamped
    from whoever owns the record.
    """
    shared = _shareable(trait)
    if "fields" not in shared:
        return shared
    shared["fields"] = copy_marked(shared["fields"])
    for name, each in shared["fields"].items():
        if name not in (own.get("fields") or {}):
            each["pack"] = BUILT_IN
            if system:
                each["system"] = True
    return shared


def _unknown_feature(features: MarkedMap, name: str) -> Problem:
    return Problem(
        place=features.keys_at.get(name),
        path=f"features.{name}",
        code="unknown_feature",
        message=f"There is no built-in trait '{name}'.",
        found=name,
        expected=list_words(FEATURES),
        nearest=nearest(name, FEATURES),
    )
