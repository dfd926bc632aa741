"""Views are kept, changed, shared, ordered, deleted and taken back, each with its right.

Everybody keeps views of his own. To share them, and to change what is shared, needs the feature
``build_queries``; whoever changes a version that somebody else has changed since is refused with
both states, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from cardwright_entities.audit.kinds import VIEW_SHARED
from cardwright_entities.audit.noting import note
from cardwright_entities.errors import (
    AccessError,
    ConflictError,
    InputError,
    Message,
    NotFoundError,
    QueryError,
)
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.people.players import player_of
from cardwright_entities.queries.conditions import read_condition
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.queries.reading import Reading
from cardwright_entities.saved_views import rows
from cardwright_entities.saved_views.bodies import Body, write_body
from cardwright_entities.saved_views.resolving import (
    may_build,
    may_change,
    may_delete,
    may_read,
    told_body,
)
from cardwright_entities.saved_views.rows import Holder, StoredView
from cardwright_entities.store.sessions import Session

LONGEST_NAME = 80
#: Views of one person and entity; holders of one view.
MOST_VIEWS, MOST_HOLDERS = 200, 50
#: The part whose records a view may be shared with.
GROUP = "user_group"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What of a view is to change; None stays as it is."""

    name: str | None = None
    folder: str | None = None
    body: Body | None = None
    holders: Sequence[Holder] | None = None


@dataclass(frozen=True)
class Keeping:
    """Views at one writing desk: whose they are follows from the reader."""

    session: Session
    reading: Reading

    def find(self, view: int) -> tuple[EntityModel, StoredView]:
        """Return a view that reaches the principal, with its entity; raise NotFoundError."""
        found = rows.reached_view(self.session, self.reading.model, view)
        entity = self.reading.model.by_id(found.entity) if found is not None else None
        if found is None or entity is None or not may_read(self.reading, entity.name):
            raise NotFoundError(Message("not_found"))
        return entity, found

    def create(self, entity: EntityModel, wanted: Wanted) -> StoredView:
        """Keep a new view; raise InputError with every message at its place."""
        account = self.reading.context.principal.account
        if account is None:
            raise AccessError(Message("not_allowed"))
        body = wanted.body or Body()
        self._check(entity, replace(wanted, name=wanted.name or "", body=body), account)
        name, folder = _clean(wanted.name), _clean(wanted.folder)
        number = rows.insert_view(self.session, entity.key, name, folder, body)
        if wanted.holders:
            self._share(entity, number, name, wanted.holders)
        return self._again(number)

    def change(self, view: int, wanted: Wanted, version: int | None) -> StoredView:
        """Change a view in the version that was seen; raise ConflictError with both states."""
        rows.lock_view(self.session, view)
        entity, found = self.find(view)
        if not may_change(self.reading, entity, found):
            raise AccessError(Message("not_allowed"))
        if version is not None and version != found.version:
            raise _changed_meanwhile(found, told_body(self.reading, entity, found), wanted)
        if wanted.folder is not None and not self._is_own(found):
            raise AccessError(Message("not_allowed"))
        self._check(entity, wanted, found.account, found)
        values: dict[str, Any] = {}
        if wanted.name is not None:
            values["name"] = _clean(wanted.name)
        if wanted.folder is not None:
            values["folder"] = _clean(wanted.folder)
        if wanted.body is not None:
            values["body"] = wanted.body
        if wanted.holders is not None:
            self._share(entity, found.id, wanted.name or found.name, wanted.holders)
        rows.update_view(self.session, found.id, values, told=True)
        return self._again(found.id)

    def arrange(self, view: int, body: Body, *, told: bool) -> bool:
        """Put columns into a view of the principal's own; tell whether it is one he may change."""
        rows.lock_view(self.session, view)
        entity, found = self.find(view)
        if not self._is_own(found) or not may_change(self.reading, entity, found):
            return False
        changed = replace(found.body, columns=body.columns, totals=body.totals)
        rows.update_view(self.session, view, {"body": changed}, told=told)
        return True

    def delete(self, view: int) -> StoredView:
        """Delete a view, for a while so that it can be taken back."""
        _, found = self.find(view)
        if not may_delete(self.reading, found):
            raise AccessError(Message("not_allowed"))
        values = {"deleted_at": self.session.context.now}
        rows.update_view(self.session, found.id, values, told=False)
        return found

    def restore(self, view: int) -> StoredView:
        """Take back the deletion of a view of the principal's own, or of any with the feature."""
        found = rows.deleted_view(
            self.session, self.reading.model, view, own=not may_build(self.reading)
        )
        entity = self.reading.model.by_id(found.entity) if found is not None else None
        if found is None or entity is None or not may_read(self.reading, entity.name):
            raise NotFoundError(Message("not_found"))
        rows.update_view(self.session, found.id, {"deleted_at": None}, told=False)
        return found

    def move(self, view: int, *, up: bool) -> None:
        """Let a view of the principal's own change places with its neighbour in the same folder."""
        _, found = self.find(view)
        if not self._is_own(found):
            raise AccessError(Message("not_allowed"))
        every = rows.reached_views(self.session, self.reading.model, found.entity)
        around = [
            each for each in every if each.account == found.account and each.folder == found.folder
        ]
        place = [each.id for each in around].index(found.id)
        other = place - 1 if up else place + 1
        if not 0 <= other < len(around):
            return
        positions = sorted({each.position for each in around})
        if len(positions) < len(around):
            positions = list(range(1, len(around) + 1))
        around[place], around[other] = around[other], around[place]
        for position, each in zip(positions, around, strict=True):
            if each.position != position:
                rows.update_view(self.session, each.id, {"position": position}, told=False)

    def _is_own(self, stored: StoredView) -> bool:
        return stored.account == self.reading.context.principal.account

    def _again(self, view: int) -> StoredView:
        # Whoever takes a share away may be one whom the view does not reach any more.
        found = rows.stored_view(self.session, view)
        assert found is not None  # it was written in this transaction
        return found

    def _check(
        self,
        entity: EntityModel,
        wanted: Wanted,
        account: int,
        stored: StoredView | None = None,
    ) -> None:
        view, before = (0, Body()) if stored is None else (stored.id, stored.body)
        problems: dict[str, list[Message]] = {}
        if wanted.name is not None:
            known = rows.names_of_views(self.session, account, entity.key, besides=view)
            problem = _problem_of_name(_clean(wanted.name), known, is_new=not view)
            if problem is not None:
                problems["name"] = [problem]
        if wanted.folder is not None and len(_clean(wanted.folder)) > LONGEST_NAME:
            length = len(_clean(wanted.folder))
            problems["folder"] = [Message.of("too_long", max=LONGEST_NAME, length=length)]
        if wanted.holders is not None:
            problems |= self._problems_of_holders(wanted.holders)
        if wanted.body is not None and wanted.body != before:
            problems |= self._problems_of_body(entity, wanted.body, before)
        if problems:
            raise InputError(problems)

    def _problems_of_body(
        self, entity: EntityModel, body: Body, before: Body
    ) -> Mapping[str, list[Message]]:
        """Return what a writer may not say; what was said before and is gone since may stay."""
        found: dict[str, list[Message]] = {}
        try:
            if body.where != before.where:
                read_condition(self.reading, entity.name, body.where)
        except QueryError as error:
            found["where"] = [error.message]
        said = {
            "sort": ([each.path for each in body.sort], [each.path for each in before.sort]),
            "columns": (
                [each.path for each in body.columns],
                [each.path for each in before.columns],
            ),
            "totals": (list(body.totals or ()), list(before.totals or ())),
        }
        for place, (paths, known) in said.items():
            unknown = [
                each
                for each in paths
                if each not in known and not self._is_known(entity, each, whole=place != "columns")
            ]
            if unknown:
                params = {"name": unknown[0][:200], "entity": entity.name}
                found[place] = [Message.of("unknown_field", **params)]
        return found

    def _is_known(self, entity: EntityModel, path: str, *, whole: bool) -> bool:
        names = tuple(path.split("."))
        if self.reading.can_read(entity, names):
            return True
        return not whole and len(names) == 1 and path in self.reading.masked(entity)

    def _problems_of_holders(self, holders: Sequence[Holder]) -> Mapping[str, list[Message]]:
        if not holders:
            return {}
        if not may_build(self.reading):
            return {"with": [Message("view_share_not_allowed")]}
        if len(holders) > MOST_HOLDERS:
            return {"with": [Message.of("too_many", max=MOST_HOLDERS)]}
        roles = {each.role for each in holders if each.role}
        groups = [each.id for each in holders if each.kind]
        if roles - set(self.reading.model.catalog.roles) or not self._are_readable(holders, groups):
            return {"with": [Message("unknown_record")]}
        return {}

    def _are_readable(self, holders: Sequence[Holder], groups: Sequence[int]) -> bool:
        if not groups:
            return True
        player = player_of(self.reading.model, GROUP)
        if player is None or any(each.kind not in ("", player.entity.key) for each in holders):
            return False
        if not may_read(self.reading, player.entity.name):
            return False
        table = player.entity.table
        condition = rows_condition(self.reading, player.entity, table)
        statement = select(table.c["id"]).where(
            table.c["id"].in_(groups), table.c["deleted_at"].is_(None), condition
        )
        return {row[0] for row in self.session.rows(statement)} == set(groups)

    def _share(self, entity: EntityModel, view: int, name: str, holders: Iterable[Holder]) -> None:
        wanted = list(dict.fromkeys(holders))
        if set(rows.holders_of(self.session, [view])[view]) == set(wanted):
            return
        detail = {
            "view": view,
            "roles": [each.role for each in wanted if each.role],
            "groups": [each.id for each in wanted if each.kind],
            "everybody": Holder() in wanted,
        }
        note(self.session, VIEW_SHARED, target=name, entity=entity.key, detail=detail)
        rows.share_with(self.session, view, wanted)


def _changed_meanwhile(found: StoredView, theirs: Body, wanted: Wanted) -> ConflictError:
    """Return the refusal of a change to a version that is no more, with both states."""
    mine: dict[str, object] = {"name": wanted.name, "folder": wanted.folder}
    stored: dict[str, object] = {"name": found.name, "folder": found.folder}
    if wanted.body is not None:
        mine |= write_body(wanted.body)
        stored |= write_body(theirs)
    fields = {
        name: {"mine": mine.get(name), "theirs": stored.get(name), "base": None}
        for name in dict.fromkeys([*mine, *stored])
        if mine.get(name) is not None or wanted.body is not None
    }
    details = {"version": found.version, "changed_by": found.changed_by, "fields": fields}
    return ConflictError(Message("view_changed"), details)


def _problem_of_name(name: str, known: set[str], *, is_new: bool) -> Message | None:
    if not name:
        return Message("required")
    if len(name) > LONGEST_NAME:
        return Message.of("too_long", max=LONGEST_NAME, length=len(name))
    if name in known:
        return Message("already_used")
    if is_new and len(known) >= MOST_VIEWS:
        return Message.of("too_many", max=MOST_VIEWS)
    return None


def _clean(text: str | None) -> str:
    """Return a name on one line, without what nobody sees."""
    seen = (sign if sign.isprintable() else " " for sign in text or "")
    return " ".join("".join(seen).split())
