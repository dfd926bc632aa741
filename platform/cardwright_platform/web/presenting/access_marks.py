"""Scopes, levels and features as marks: the widest one as a coloured word, the others behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from cardwright_entities.access.claims import SHARED, Claim
from cardwright_entities.queries.explaining import FieldVerdict
from cardwright_metadata.schema_files import read_schemas
from cardwright_platform.views.access import AccessMark
from cardwright_platform.web.presenting.reader import Reader

#: Scopes from the widest to the narrowest, with the hue of each.
SCOPES: Mapping[str, str] = MappingProxyType(
    {
        "all": "green",
        "organisation_tree": "teal",
        "organisation": "teal",
        "department_tree": "blue",
        "department": "blue",
        "own_and_subordinates": "violet",
        "my_teams": "violet",
        "own": "amber",
        "pool": "slate",
    }
)
#: What a scope holds anyway, so that it need not be said beside it.
_WITHIN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "all": frozenset(SCOPES),
        "organisation_tree": frozenset({"organisation"}),
        "department_tree": frozenset({"department"}),
        "own_and_subordinates": frozenset({"own"}),
    }
)
LEVELS: Mapping[str, str] = MappingProxyType(
    {"write": "green", "read": "blue", "masked": "amber", "hidden": ""}
)


def all_features() -> tuple[str, ...]:
    """Return the rights that belong to no entity, as the language lists them."""
    listed = read_schemas()["role"]["properties"]["features"]["items"]["enum"]
    return tuple(str(each) for each in listed)


def all_actions() -> tuple[str, ...]:
    """Return what can be granted on an entity, as the language lists it."""
    grants = read_schemas()["role"]["properties"]["grants"]["additionalProperties"]
    listed = grants["properties"]["actions"]["items"]["enum"]
    return tuple(str(each) for each in listed if each != "all")


def feature_label(reader: Reader, name: str) -> str:
    """Return what a right that belongs to no entity lets one do."""
    return reader.words.feature(reader.language, name)


def scopes_in(claims: Iterable[Claim]) -> tuple[str, ...]:
    """Return the scopes of claims in which there can be records, the widest first."""
    held = {each.scope for each in claims if each.within is not False and each.scope != SHARED}
    for each in tuple(held):
        held -= _WITHIN.get(each, frozenset()) - {each}
    return tuple(each for each in SCOPES if each in held)


def scope_mark(reader: Reader, claims: Sequence[Claim], by: str = "") -> AccessMark:
    """Return what claims on one action come to."""
    scopes = scopes_in(claims)
    if not scopes:
        return nothing(reader)
    widest = [each for each in claims if each.scope == scopes[0]]
    others = [reader.t(f"access.scope_{each}") for each in scopes[1:]]
    narrowed = all(each.condition is not None for each in widest)
    # All that meet a condition are not all.
    text = "narrowed" if narrowed and scopes[0] == "all" else scopes[0]
    return AccessMark(
        text=reader.t(f"access.scope_{text}"),
        hue=SCOPES[scopes[0]] if text != "narrowed" else "violet",
        more=" ".join(f"+\N{NO-BREAK SPACE}{each}" for each in others),
        by=by,
        hint=reader.listed(reader.t(f"rights.scope_{each}") for each in scopes),
        narrowed=narrowed and text != "narrowed",
    )


def level_mark(reader: Reader, verdict: FieldVerdict | None, by: str = "") -> AccessMark:
    """Return what may be done with a field."""
    level = verdict.level if verdict is not None else "hidden"
    if level == "write" and verdict is not None and _is_of_engine(verdict):
        level = "read"
    text = reader.t(f"rights.level_{level}")
    return AccessMark(text=text, hue=LEVELS[level], by=by, nothing=level == "hidden")


def yes_or_no(reader: Reader, *, yes: bool, by: str = "") -> AccessMark:
    """Return whether something may be done at all."""
    if not yes:
        return nothing(reader)
    return AccessMark(text=reader.t("rights.yes"), hue="green", by=by)


def nothing(reader: Reader) -> AccessMark:
    """Return that nothing may be done."""
    return AccessMark(text=reader.t("access.nothing"), nothing=True)


def legend(reader: Reader) -> tuple[AccessMark, ...]:
    """Return every mark of a scope with its meaning."""
    return (
        *(
            AccessMark(
                text=reader.t(f"access.scope_{each}"),
                hue=hue,
                more=reader.t(f"rights.scope_{each}"),
            )
            for each, hue in SCOPES.items()
        ),
        AccessMark(text=reader.t("access.nothing"), nothing=True, more=reader.t("rights.no")),
    )


def _is_of_engine(verdict: FieldVerdict) -> bool:
    return verdict.field.definition.system or bool(verdict.field.type.computed)
