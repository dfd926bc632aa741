"""Who may do what with one record, and which grant it comes from.

Every claim of a reader's roles is tried alone by the compiler that judges all of them for a list,
in one statement for all actions: there is no second reading of rights that could disagree. Of what
was tried only that is told which the asker could find out from values that he may read himself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy.sql.expression import case

from cardwright_entities.access.claims import Claim, FieldClaim
from cardwright_entities.access.levels import HIDDEN, LEVEL_NAMES, MASKED, READ, WRITE
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.names import compile_rights
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.sources import Sources
from cardwright_entities.store.sessions import Session
from cardwright_metadata.expressions.names import paths_of
from cardwright_metadata.expressions.tree import Node

_MANY = ("lines", "many")

#: What can be asked of a record that is there, in the order in which it is told.
ACTIONS = ("read", "edit", "delete", "assign", "merge", "export", "print")


@dataclass(frozen=True, kw_only=True)
class Tried:
    """One claim that was tried: None is what the asker may not know.

    ``holds``: both its scope (``within``) and its condition; a claim without one has none to hold.
    """

    claim: Claim
    holds: bool | None
    within: bool | None = None
    condition: bool | None = None
    may_know: bool = True  #: the condition speaks of nothing that the asker may not read


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether an action may be done with a record, and the claims that were tried for it.

    ``granted`` is what the claims give; whoever does something with a record must also read it,
    so it is allowed (``holds``) only where reading is.
    """

    action: str
    holds: bool
    granted: bool
    tried: tuple[Tried, ...] = ()

    @property
    def is_granted_anywhere(self) -> bool:
        """Tell whether the action is granted on any record of the entity."""
        return bool(self.tried)


@dataclass(frozen=True, kw_only=True)
class FieldVerdict:
    """What may be done with a field: hidden, masked, read or write, and the claims that say so.

    ``missing``: fields that a computed one reads and that are hidden, so that it is hidden too.
    """

    field: FieldModel
    level: str
    claims: tuple[FieldClaim, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What somebody may do with a record and its fields; no verdicts: there is no such record."""

    verdicts: tuple[Verdict, ...]
    fields: tuple[FieldVerdict, ...]


def explain_record(
    session: Session,
    asker: Reading,
    reader: Reading,
    entity: EntityModel,
    record: int,
    actions: Sequence[str] = ACTIONS,
) -> tuple[Verdict, ...]:
    """Explain to an asker, who has read the record, what a reader may do with it.

    Nothing is returned for a record that is not there.
    """
    trial = _Trial(reader, entity)
    wanted = tuple(dict.fromkeys(("read", *actions)))
    overall = {each: trial.add(reader.rows(entity.name, each)) for each in wanted}
    principal = reader.context.principal
    claims = {
        each: [
            (claim, trial.add(reader.strict(entity.name, claim.within)), trial.add_condition(claim))
            for claim in reader.policy.claims(principal, entity.name, each)
        ]
        for each in wanted
    }
    answers = trial.answers(session, record)
    if answers is None:
        return ()
    reads = answers[overall["read"]]
    verdicts: list[Verdict] = []
    for action in wanted:
        granted = answers[overall[action]]
        found = [
            _tried(asker, entity, claim, answers[within], answers[condition])
            for claim, within, condition in claims[action]
        ]
        verdicts.append(
            Verdict(
                action=action,
                holds=granted and reads,
                granted=granted,
                tried=tuple(_concluded(found, granted)),
            )
        )
    return tuple(each for each in verdicts if each.action in actions)


def may_each(
    session: Session,
    reader: Reading,
    entity: EntityModel,
    record: int,
    actions: Sequence[str] = ACTIONS,
) -> frozenset[str]:
    """Return which actions a reader may do with a record, without the reasons, in one statement."""
    trial = _Trial(reader, entity)
    wanted = tuple(dict.fromkeys(("read", *actions)))
    overall = {each: trial.add(reader.rows(entity.name, each)) for each in wanted}
    answers = trial.answers(session, record)
    if answers is None or not answers[overall["read"]]:
        return frozenset()
    return frozenset(each for each in actions if answers[overall[each]])


def explain_fields(
    asker: Reading, reader: Reading, entity: EntityModel
) -> tuple[FieldVerdict, ...]:
    """Explain what a reader may do with each field of which the asker sees all or a part."""
    shown = asker.shown(entity)
    return tuple(_explain_field(asker, reader, entity, entity.fields[name]) for name in shown)


def _explain_field(
    asker: Reading, reader: Reading, entity: EntityModel, field: FieldModel
) -> FieldVerdict:
    principal = reader.context.principal
    level = HIDDEN
    if reader.has_field(entity, field.name):
        writable = reader.policy.fields(principal, entity.name, "write")
        level = WRITE if field.name in writable else READ
    elif field.name in reader.masked(entity):
        level = MASKED
    claims = reader.policy.field_claims(principal, entity.name, field.name)
    missing = () if level else tuple(reader.missing_inputs(entity, field.name))
    known = (each for each in missing if asker.can_read(entity, tuple(each.split("."))))
    return FieldVerdict(
        field=field, level=LEVEL_NAMES[level], claims=tuple(claims), missing=tuple(known)
    )


class _Trial:
    """Conditions of one reader's rights over one record, answered together."""

    def __init__(self, reader: Reading, entity: EntityModel) -> None:
        self._reader, self._entity = reader, entity
        self._asked: list[Node | bool] = []

    def add(self, rows: Node | bool) -> int:
        """Take in a condition; return its place among the answers."""
        for place, known in enumerate(self._asked):
            if known is rows or (type(known) is type(rows) and known == rows):
                return place
        self._asked.append(rows)
        return len(self._asked) - 1

    def add_condition(self, claim: Claim) -> int:
        """Take in the condition of a claim; without one it holds."""
        condition = True if claim.condition is None else claim.condition
        return self.add(self._reader.strict(self._entity.name, condition))

    def answers(self, session: Session, record: int) -> list[bool] | None:
        """Return what holds of the record, None if there is no such record."""
        table, sources = self._entity.table, Sources()
        answers: list[ColumnElement[bool]] = []
        for each in self._asked:
            rights = compile_rights(self._reader, self._entity, table, each, sources)
            answers.append(case((rights, literal(True)), else_=literal(False)))
        row = session.row(select(*answers).where(table.c["id"] == record))
        return None if row is None else [bool(each) for each in row]


def _tried(
    asker: Reading, entity: EntityModel, claim: Claim, within: bool, condition: bool
) -> Tried:
    knows_scope = _may_know(asker, entity, claim.within)
    knows_condition = claim.condition is None or _may_know(asker, entity, claim.condition)
    return Tried(
        claim=claim,
        holds=(within and condition) if knows_scope and knows_condition else None,
        within=within if knows_scope else None,
        condition=condition if knows_condition and claim.condition is not None else None,
        may_know=claim.condition is None or may_name(asker, entity, claim.condition),
    )


def _concluded(tried: Sequence[Tried], granted: bool) -> Iterator[Tried]:
    """Yield the claims with what the whole says of those that the asker may not know."""
    unknown = [each for each in tried if each.holds is None]
    surely = granted and len(unknown) == 1 and not any(each.holds for each in tried)
    for each in tried:
        if each.holds is None and (not granted or surely):
            yield Tried(
                claim=each.claim,
                holds=granted,
                within=each.within,
                condition=each.condition,
                may_know=each.may_know,
            )
        else:
            yield each


def _may_know(asker: Reading, entity: EntityModel, rows: Node | bool) -> bool:
    """Tell whether an asker could answer a condition himself, for a record that he reads.

    Every field must exist for him, and behind a link every record: it may be any of them.
    """
    if isinstance(rows, bool):
        return True
    return may_name(asker, entity, rows) and all(
        asker.rows(passed.name) is True
        for path in paths_of(rows)
        for passed in _passed(asker, entity, path.names)
    )


def may_name(asker: Reading, entity: EntityModel, rows: Node) -> bool:
    """Tell whether a condition speaks of nothing that an asker may not read."""
    paths = [each for each in paths_of(rows) if each.names and each.root in ("", "$self")]
    return all(asker.can_read(entity, path.names) for path in paths)


def _passed(asker: Reading, entity: EntityModel, names: Sequence[str]) -> Iterable[EntityModel]:
    """Return the entities whose records a path looks at beside the one that was read."""
    found: list[EntityModel] = []
    here = [entity]
    for place, name in enumerate(names):
        following: list[EntityModel] = []
        is_last = place == len(names) - 1
        for each in here:
            field = each.fields.get(name)
            # The number at the end of a way to one record is a value of what leads to it.
            if field is None and name in asker.model.catalog.entities:
                following.append(asker.model.entity(name))
            elif field is not None and not (is_last and field.type.relation not in _MANY):
                following += [asker.model.entity(target) for target in field.targets]
        if name != "head":  # who reads a line reads its head
            found += following
        here = following or here
    return found
