"""Codes of choices and states that are renamed or gone while records still hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import text

from cardwright_entities.changes.differences import Differences
from cardwright_entities.changes.identities import Part, former_names
from cardwright_entities.changes.plans import Offence
from cardwright_entities.changes.steps import Step
from cardwright_entities.errors import Message
from cardwright_entities.store.sessions import Session
from cardwright_metadata.definitions.stages import processes_named, states_of
from cardwright_metadata.stages import SINCE

#: A state as the default of its field: where it is anything else, nothing is filled in.
_LITERAL = re.compile(r"'[a-z0-9_]+'")

#: Records that a plan names.
NAMED = 20

#: Types that hold one code in one column of text.
_SINGLE = frozenset({"picklist", "stage"})


@dataclass(frozen=True)
class _Held:
    """A column that holds codes, with those that are known before and after a plan."""

    entity: str
    field: str
    table: str
    column: str
    before: Mapping[str, Part]
    after: Mapping[str, Part]

    @property
    def target(self) -> str:
        return f"entity/{self.entity}#fields.{self.field}"

    def renamed(self) -> dict[str, str]:
        """Return former codes with those that follow them, forwards or as a rename goes back."""
        return {**_followers(self.after, self.before), **_predecessors(self.after, self.before)}

    def lost(self) -> list[str]:
        """Return codes that are gone and that none follows."""
        followed = self.renamed()
        return sorted(set(self.before) - set(self.after) - set(followed))


def _followers(after: Mapping[str, Part], before: Mapping[str, Part]) -> dict[str, str]:
    return {
        former: code
        for code, part in after.items()
        for former in former_names(part)
        if former in before and former not in after
    }


def _predecessors(after: Mapping[str, Part], before: Mapping[str, Part]) -> dict[str, str]:
    return {code: former for former, code in _followers(before, after).items()}


def recode_steps(
    differences: Differences, base: Mapping[str, Part], wanted: Mapping[str, Part]
) -> Iterator[Step]:
    """Yield what writes a renamed code anew, once the new definitions are in use.

    Until then, and for history, a state is known by its former names as well.
    """
    for held in _held(differences, base, wanted):
        for old, new in held.renamed().items():
            yield Step(
                kind="recode",
                target=f"entity/{held.entity}",
                name=f"{held.table}.{held.column}: {old} → {new}",
                phase="contract",
                statements=(_recode(held, old, new),),
                undo=(_recode(held, new, old),),
            )


def begin_steps(base: Mapping[str, Part], wanted: Mapping[str, Part]) -> Iterator[Step]:
    """Yield what puts records that are there at the start of a process that they go through now."""
    former = {part["id"]: part for part in base.values() if part.get("id")}
    for address, part in wanted.items():
        old = former.get(part.get("id", ""))
        if not address.startswith("entity/") or old is None or part.get("retired"):
            continue
        known = {each["id"] for each in old.get("fields", {}).values()}
        fields = part.get("fields", {})
        for name, field in fields.items():
            since = fields.get(name + SINCE)
            new = field.get("type") == "stage" and field.get("id") not in known
            if new and since is not None and _LITERAL.fullmatch(str(field.get("default"))):
                yield _begin(part, name, field, since)


def _begin(part: Part, name: str, field: Part, since: Part) -> Step:
    table = part.get("table") or part["name"]
    column, moment = field.get("column") or name, since.get("column") or name + SINCE
    # The default is a literal, quoted as SQL quotes it too.
    return Step(
        kind="recode",
        target=f"entity/{part['name']}",
        name=f"{table}.{column}: {field['default']}",
        phase="contract",
        statements=(
            f'UPDATE "{table}" SET "{column}" = {field["default"]}, "{moment}" = "created_at" '
            f'WHERE "{column}" IS NULL',
        ),
    )


def find_lost_codes(
    session: Session,
    differences: Differences,
    base: Mapping[str, Part],
    wanted: Mapping[str, Part],
) -> Iterator[Offence]:
    """Yield fields whose records hold codes that would be gone."""
    for held in _held(differences, base, wanted):
        lost = held.lost()
        if not lost or held.column not in differences.actual.get(held.table, ()):
            continue
        where = f'"{held.column}" IN ({", ".join(map(_quoted, lost))})'
        found = text(f'SELECT count(*) FROM "{held.table}" WHERE {where}')
        count = int(session.scalar(found))
        if not count:
            continue
        named = text(
            f'SELECT "id", "{held.column}" FROM "{held.table}" WHERE {where} '
            f'ORDER BY "id" LIMIT {NAMED}'
        )
        rows = session.rows(named)
        yield Offence(
            held.target,
            (held.field,),
            count,
            tuple(int(row[0]) for row in rows),
            "value",
            tuple(Message.of("not_in_list", value=row[1]) for row in rows),
        )


def _held(
    differences: Differences, base: Mapping[str, Part], wanted: Mapping[str, Part]
) -> Iterator[_Held]:
    former = {part["id"]: part for part in base.values() if part.get("id")}
    for address, part in wanted.items():
        old = former.get(part.get("id", ""))
        if not address.startswith("entity/") or old is None or part.get("retired"):
            continue
        known = {each["id"]: each for each in old.get("fields", {}).values()}
        for name, field in part.get("fields", {}).items():
            was = known.get(field.get("id", ""))
            if was is None or field.get("retired") or field["id"] in differences.moves:
                continue
            lists = _lists_of(was, field, base, wanted)
            if lists is not None:
                table = str(part.get("table") or part["name"])
                column = str(field.get("column") or name)
                yield _Held(part["name"], name, table, column, *lists)


def _lists_of(
    was: Part, field: Part, base: Mapping[str, Part], wanted: Mapping[str, Part]
) -> tuple[Mapping[str, Part], Mapping[str, Part]] | None:
    """Return the codes of a field before and after, None where they are the same."""
    if field.get("type") not in _SINGLE or was.get("type") != field["type"]:
        return None
    if field["type"] == "stage":
        before, after = _states_of(was, base), _states_of(field, wanted)
    elif was.get("of") == field.get("of"):  # another list is looked at where types are compared
        before, after = (_choices_of(field, parts) for parts in (base, wanted))
    else:
        return None
    return (before, after) if before and after and before != after else None


def _states_of(field: Part, parts: Mapping[str, Part]) -> Mapping[str, Part]:
    named = processes_named(field.get("stages"))
    return states_of(field.get("stages"), {each: parts.get(f"stages/{each}", {}) for each in named})


def _choices_of(field: Part, parts: Mapping[str, Part]) -> Mapping[str, Part]:
    found: Mapping[str, Part] = parts.get(f"picklist/{field.get('of')}", {}).get("choices", {})
    return found


def _recode(held: _Held, old: str, new: str) -> str:
    column = f'"{held.column}"'
    return f'UPDATE "{held.table}" SET {column} = {_quoted(new)} WHERE {column} = {_quoted(old)}'


def _quoted(code: str) -> str:
    return "'" + code.replace("'", "''") + "'"
