"""Which records somebody has marked: a select of ids for any statement.

Marks are of one account. They give no right to anything, nobody else finds records by them, and
who looks as somebody else does not either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, select

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.folding import fold
from cardwright_entities.model.model import Model
from cardwright_entities.store.mark_tables import cw_mark, cw_mark_use
from cardwright_entities.store.sessions import Session

TAG, FOLDER = KINDS = ("tag", "folder")

#: Names of the expressions → the kind of mark that they ask for.
ROOTS: Mapping[str, str] = MappingProxyType({"$tagged": TAG, "$favourites": FOLDER})
_WRITTEN = re.compile(r"(\$\w+)(?:\.(\w+))?(?:\('(.*)'\))?", re.DOTALL)


@dataclass(frozen=True)
class Marked:
    """What ``$tagged.customer('VIP')`` asks for; without a name, for any mark of the kind."""

    kind: str
    entity: str = ""
    name: str = ""

    @classmethod
    def read(cls, written: str) -> Marked:
        """Return what a name of the expressions means that is one of marks."""
        found = _WRITTEN.fullmatch(written)
        if found is None:
            raise ValueError(written)
        root, entity, name = found.groups(default="")
        return cls(ROOTS[root], entity, name.replace("''", "'"))

    def name_of_set(self) -> str:
        """Return the set of such records as it is written, with its entity if one is named."""
        root = next(root for root, kind in ROOTS.items() if kind == self.kind)
        quoted = self.name.replace("'", "''")
        of = f".{self.entity}" if self.entity else ""
        return f"{root}{of}" + (f"('{quoted}')" if self.name else "")

    def write(self) -> str:
        """Return the condition under which a record is marked so, as it is written."""
        return f"$self in {replace(self, entity='').name_of_set()}"


def is_marked(name: str) -> bool:
    """Tell whether a name of the expressions asks for marked records."""
    return name.startswith(tuple(ROOTS))


def own_account(context: Context) -> int | None:
    """Return whose marks are meant, None for whoever has none of his own here."""
    principal = context.principal
    return None if principal.viewer is not None else principal.account


def marked_ids(model: Model, context: Context, name: str) -> Select[Any] | None:
    """Return a select of the records of an entity that somebody marked; None if none can be."""
    marked, account = Marked.read(name), own_account(context)
    if account is None or marked.entity not in model.catalog.entities:
        return None
    marks = select(cw_mark.c.id).where(
        cw_mark.c.account == account,
        cw_mark.c.kind == marked.kind,
        cw_mark.c.ended_at.is_(None),
    )
    if marked.name:
        marks = marks.where(cw_mark.c.folded == fold(marked.name))
    uses = cw_mark_use.c
    return select(uses.record).where(
        uses.mark.in_(marks),
        uses.entity == model.entity(marked.entity).key,
        uses.ended_at.is_(None),
    )


def marked_records(session: Session, model: Model, name: str) -> tuple[RecordRef, ...]:
    """Return the records that ``$tagged.customer`` means to whoever reads."""
    found = marked_ids(model, session.context, name)
    rows = () if found is None else session.rows(found)
    entity = Marked.read(name).entity
    return tuple(RecordRef(entity, each) for each in sorted({row[0] for row in rows}))
