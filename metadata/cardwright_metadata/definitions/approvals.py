"""Who must agree before a record goes on: approvals with their steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.expressions.tree import Expression

#: The role of those who are asked when nobody else is found.
ADMIN = "admin"

#: What can be done with a record that is in an approval, before or after it.
ACTIONS = (
    "submit", "approve", "reject", "return", "add_signer", "hand_on", "withdraw", "urge", "take",
    "unapprove",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AskedDefinition:
    """Who is asked.

    ``kind`` is role, fields, superior_of, superiors_of, department_manager, team or user;
    ``names`` holds the role, the sign-in name, or paths of the record.
    """

    kind: str
    names: tuple[str, ...]
    within: str = ""
    until: Expression | None = None


@dataclass(frozen=True, kw_only=True)
class ApprovalStepDefinition:
    """One step; ``mode`` is any, all or in_order."""

    name: str
    by: AskedDefinition
    label: Text = Text()
    mode: str = "any"
    condition: Expression | None = None  #: key ``if``
    missing: AskedDefinition | None = None


@dataclass(frozen=True, kw_only=True)
class LateDefinition:
    """What is done when nobody answers: remind, escalate or pass, after some hours."""

    hours: int
    working: bool  #: only hours of Monday to Friday count
    do: str


@dataclass(frozen=True, kw_only=True)
class ApprovalDefinition:
    """The approval of records of ``entity``, which stand in states of the field ``stage``."""

    name: str
    entity: str  #: key ``of``
    stage: str
    origins: tuple[str, ...]  #: key ``states.from``
    pending: str
    approved: str
    behind: frozenset[str] = frozenset()  #: closed states that only approved records reach
    rejected: str = ""  #: empty: where the record came from
    label: Text = Text()
    pack: str = ""
    condition: Expression | None = None  #: key ``if``
    steps: Mapping[str, ApprovalStepDefinition] = field(default_factory=dict)
    skips_same: bool = False
    skips_applicant: bool = False
    late: tuple[LateDefinition, ...] = ()
    allowed: frozenset[str] = frozenset()
    copy_to: AskedDefinition | None = None
    unapprove: str = ""  #: the role, empty for nobody
