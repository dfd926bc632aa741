"""Parts of approvals → their definitions."""

from __future__ import annotations

from cardwright_metadata.definitions.approvals import (
    ApprovalDefinition,
    ApprovalStepDefinition,
    AskedDefinition,
    LateDefinition,
)
from cardwright_metadata.parts import Parse, Part, in_order, read_text

#: The ways to say who is asked; exactly one of these keys.
ASKED = ("role", "fields", "superior_of", "superiors_of", "department_manager", "team", "user")


def read_approval(part: Part, parse: Parse) -> ApprovalDefinition:
    """Build an approval from its part."""
    states = part.get("states") or {}
    return ApprovalDefinition(
        name=part["name"],
        entity=part["of"],
        stage=part.get("stage", ""),
        origins=tuple(states.get("from", ())),
        pending=states.get("pending", ""),
        behind=frozenset(states.get("behind", ())),
        approved=states.get("approved", ""),
        rejected=states.get("rejected", ""),
        label=read_text(part.get("label")),
        pack=part.get("pack", ""),
        condition=parse(part["if"]) if "if" in part else None,
        steps={name: _read_step(name, each, parse) for name, each in in_order(part.get("steps"))},
        skips_same=part.get("same_person") == "skip",
        skips_applicant=part.get("applicant") == "skip",
        late=_read_late(part.get("late")),
        allowed=frozenset(part.get("allow", ())),
        copy_to=_read_asked(part.get("copy_to"), parse),
        unapprove=(part.get("unapprove") or {}).get("role", ""),
    )


def _read_step(name: str, part: Part, parse: Parse) -> ApprovalStepDefinition:
    by = _read_asked(part["by"], parse)
    assert by is not None
    return ApprovalStepDefinition(
        name=name,
        by=by,
        label=read_text(part.get("label")),
        mode=part.get("mode", "any"),
        condition=parse(part["if"]) if "if" in part else None,
        missing=_read_asked(part.get("missing"), parse),
    )


def _read_asked(part: Part | None, parse: Parse) -> AskedDefinition | None:
    if part is None:
        return None
    kind = next(each for each in ASKED if each in part)
    said = part[kind]
    return AskedDefinition(
        kind=kind,
        names=(said,) if isinstance(said, str) else tuple(said),
        within=part.get("within", ""),
        until=parse(part["until"]) if "until" in part else None,
    )


def _read_late(part: Part | None) -> tuple[LateDefinition, ...]:
    if part is None:
        return ()
    number, unit = part["after"].split()
    first = LateDefinition(
        hours=int(number), working=unit.startswith("work_"), do=part.get("do", "remind")
    )
    return (first, *_read_late(part.get("then")))
