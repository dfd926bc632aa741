"""What a plan does to stored records: how many it touches, which stand against a new rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import text

from cardwright_entities.changes.costs import Cost, cost_of
from cardwright_entities.changes.differences import Differences
from cardwright_entities.changes.indexes import IndexSpec
from cardwright_entities.changes.plans import Offence
from cardwright_entities.changes.steps import Step
from cardwright_entities.changes.wording import Effects
from cardwright_entities.store.sessions import Session

#: Ids of offending records that a plan names.
_NAMED = 20


def measure_costs(
    session: Session, steps: Sequence[Step], differences: Differences
) -> tuple[Cost, ...]:
    """Return what each step costs, from the records that are there."""
    counted: dict[str, int] = {}
    costs: list[Cost] = []
    for step in steps:
        address = step.target.partition("#")[0]
        if step.works and address not in counted:
            table = differences.table_of(address)
            known = table in differences.actual
            counted[address] = count_rows(session, table) if known else 0
        costs.append(cost_of(step, session.dialect, counted.get(address, 0)))
    return tuple(costs)


def measure_effects(
    steps: Sequence[Step], costs: Sequence[Cost], offences: Sequence[Offence], kept: int
) -> Effects:
    """Count what the plan does; ``kept`` are frozen records, which keep their values."""
    kinds = Counter((step.kind, "#" in step.target) for step in steps if not step.works)
    records = {
        step.target.partition("#")[0]: cost.rows
        for step, cost in zip(steps, costs, strict=True)
        if step.fills or step.kind == "drop_table"
    }
    return Effects(
        entities=sum(1 for s in steps if s.kind == "add" and _is_entity(s)),
        fields=_count_fields(steps),
        others=_count_other(steps),
        changed=kinds["change", False] + kinds["change", True],
        renamed=kinds["rename", False] + kinds["rename", True],
        retyped=kinds["retype", True],
        retired=kinds["retire", False] + kinds["retire", True],
        restored=kinds["restore", False] + kinds["restore", True],
        purged=kinds["purge", False] + kinds["purge", True],
        records=sum(records.values()),
        offending=sum(offence.count for offence in offences),
        frozen=kept,
        steps=sum(1 for step in steps if step.works),
        seconds=sum(cost.seconds for cost in costs),
    )


def find_offences(session: Session, differences: Differences) -> tuple[Offence, ...]:
    """Return the records that a new unique rule would not allow."""
    found = (
        _offence(session, target, spec)
        for target, spec in differences.new_uniques
        if set(spec.columns) <= differences.actual.get(spec.table, frozenset())
    )
    return tuple(each for each in found if each is not None)


def count_rows(session: Session, table: str) -> int:
    """Return how many records a table holds."""
    return int(session.scalar(text(f'SELECT count(*) FROM "{table}"')))


def _offence(session: Session, target: str, spec: IndexSpec) -> Offence | None:
    conditions = [spec.where] if spec.where else []
    if not spec.suffix:
        conditions += [f"{term} IS NOT NULL" for term in spec.terms]
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    terms = ", ".join(spec.terms)
    rows = session.rows(
        text(
            f'SELECT min("id"), count(*) FROM "{spec.table}" {where} '
            f"GROUP BY {terms} HAVING count(*) > 1 ORDER BY 2 DESC, 1"
        )
    )
    if not rows:
        return None
    records = tuple(int(row[0]) for row in rows[:_NAMED])
    return Offence(target, spec.unique, sum(int(row[1]) for row in rows), records)


def _count_fields(steps: Sequence[Step]) -> int:
    return sum(1 for step in steps if step.kind == "add" and "#fields." in step.target)


def _count_other(steps: Sequence[Step]) -> int:
    return sum(
        1
        for step in steps
        if step.kind == "add" and "#" not in step.target and not _is_entity(step)
    )


def _is_entity(step: Step) -> bool:
    return step.target.startswith("entity/") and "#" not in step.target
