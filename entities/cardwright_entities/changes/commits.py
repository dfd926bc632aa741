"""Applied changes and the catalogs they made: ``cw_commit``, ``cw_catalog_part``, ``cw_active``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, insert, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from cardwright_entities.audit.kinds import (
    APPLIED,
    PACK_INSTALLED,
    PACK_REMOVED,
    REVERTED,
    RIGHTS_CHANGED,
    Kind,
)
from cardwright_entities.audit.noting import note
from cardwright_entities.errors import Message, NotFoundError, UnavailableError
from cardwright_entities.store.platform_tables import (
    cw_active,
    cw_catalog_part,
    cw_commit,
    cw_document,
)
from cardwright_entities.store.sessions import Session
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.definitions.entities import EntityDefinition
from cardwright_metadata.parts import hash_part

#: Addresses and content hashes of a catalog's parts, in the catalog's order.
PartHashes = tuple[tuple[str, str], ...]

# Built once: every request opens with it.
_ACTIVE = select(cw_active.c.number, cw_active.c.rights_version, cw_commit.c.parts).join_from(
    cw_active, cw_commit, cw_commit.c.number == cw_active.c.number, isouter=True
)
_ONE = 1
_AT_ONCE = 500


@dataclass(frozen=True)
class ActiveCommit:
    """What is in use: commit number, its parts, and the version of everybody's rights."""

    number: int
    part_hashes: PartHashes
    rights_version: int


@dataclass(frozen=True)
class Commit:
    """One applied change, as history shows it."""

    number: int
    parent: int
    author: str
    reason: str
    at: datetime
    plan: Mapping[str, Any]


#: Before the first apply.
NOTHING = ActiveCommit(0, (), 0)


def read_active(session: Session) -> ActiveCommit:
    """Read what is in use, in one statement; number 0 before the first apply."""
    row = session.row(_ACTIVE)
    if row is None:
        return NOTHING
    return ActiveCommit(row.number, _hashes(row.parts or ()), row.rights_version)


def select_active() -> Select[Any]:
    """Select ``active_number`` and ``active_rights``; the opening of a request joins to it."""
    return select(
        cw_active.c.number.label("active_number"),
        cw_active.c.rights_version.label("active_rights"),
    )


def read_commit(session: Session, number: int) -> ActiveCommit:
    """Read the parts of a commit, in use or not."""
    row = session.row(select(cw_commit.c.parts).where(cw_commit.c.number == number))
    return ActiveCommit(number, _hashes(row.parts if row else ()), 0)


def load_catalog(session: Session, active: ActiveCommit, known: Catalog | None = None) -> Catalog:
    """Load the catalog of a commit; parts that a known catalog holds are not read again."""
    held = dict(known.to_parts()) if known is not None else {}
    by_hash = {hash_part(part): part for part in held.values()}
    missing = [wanted for _, wanted in active.part_hashes if wanted not in by_hash]
    bodies = by_hash | load_bodies(session, missing)
    return Catalog.from_parts({address: bodies[wanted] for address, wanted in active.part_hashes})


def load_bodies(session: Session, hashes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Load parts by their hashes; raise UnavailableError if one is not stored."""
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(hashes), _AT_ONCE):
        some = hashes[start : start + _AT_ONCE]
        part = cw_catalog_part.c
        rows = session.rows(select(part.hash, part.body).where(part.hash.in_(some)))
        found.update((wanted, json.loads(body)) for wanted, body in rows)
    lost = set(hashes) - set(found)
    if lost:
        raise UnavailableError(Message.of("catalog_part_lost", hash=min(lost)))
    return found


def load_whole_entity(session: Session, name: str) -> EntityDefinition:
    """Load an entity in use with the fields that are out of use; raise NotFoundError."""
    address = f"entity/{name}"
    found = dict(read_active(session).part_hashes).get(address)
    if found is None:
        raise NotFoundError(Message("not_found"))
    return Catalog.from_parts({address: load_bodies(session, [found])[found]}).entity(name)


def load_active(session: Session) -> tuple[int, Catalog]:
    """Load the number of the commit in use and its catalog."""
    active = read_active(session)
    return active.number, load_catalog(session, active)


def write_commit(
    session: Session,
    number: int,
    parent: int,
    *,
    author: str,
    reason: str,
    plan: Mapping[str, Any],
    parts: PartHashes,
    bodies: Mapping[str, str],
    documents: Mapping[str, str],
) -> None:
    """Store a commit with the parts and documents that are not stored yet."""
    _store_once(
        session,
        cw_catalog_part,
        [
            {"hash": wanted, "address": address, "body": bodies[wanted]}
            for address, wanted in parts
            if wanted in bodies
        ],
    )
    texts = {path: hash_text(body) for path, body in documents.items()}
    _store_once(
        session,
        cw_document,
        [{"hash": texts[path], "body": body} for path, body in documents.items()],
    )
    session.execute(
        insert(cw_commit).values(
            number=number,
            parent=parent or None,
            author=author,
            at=session.context.now,
            reason=reason,
            plan=plan,
            parts=[list(pair) for pair in parts],
            documents=texts,
        )
    )


def forget_commit(session: Session, number: int) -> None:
    """Delete a commit that could not be done and never was in use."""
    session.execute(delete(cw_commit).where(cw_commit.c.number == number))


def read_moment(session: Session, number: int) -> datetime:
    """Return when a commit was begun."""
    at: datetime = session.scalar(select(cw_commit.c.at).where(cw_commit.c.number == number))
    return at


def read_parent(session: Session, number: int) -> int | None:
    """Return the commit before a commit, 0 before the first; None if there is no such commit."""
    row = session.row(select(cw_commit.c.parent).where(cw_commit.c.number == number))
    return None if row is None else int(row.parent or 0)


def activate(session: Session, number: int) -> None:
    """Put a commit into use: the one statement that publishes."""
    done = session.execute(update(cw_active).values(number=number))
    if not done.rowcount:
        session.execute(insert(cw_active).values(one=_ONE, number=number, rights_version=1))


def note_published(session: Session, number: int) -> None:
    """Note in the log that a commit is in use from now on, and which roles it changes."""
    commit = cw_commit.c
    columns = (commit.author, commit.reason, commit.parent, commit.parts, commit.plan)
    row = session.row(select(*columns).where(commit.number == number))
    if row is None:
        return
    before = session.scalar(select(commit.parts).where(commit.number == row.parent)) or []
    known, now = dict(map(tuple, before)), dict(map(tuple, row.parts))
    changed = {each for each in known | now if known.get(each) != now.get(each)}
    roles = sorted(each.partition("/")[2] for each in changed if each.startswith("role/"))
    detail = {"commit": number, "author": row.author, "parts": len(changed), "roles": roles}
    kind, packs = _kind_of(row.plan, known, now)
    if packs:
        detail["packs"] = packs
    note(session, kind, target=row.reason, detail=detail)
    if roles and row.parent:
        told = {"commit": number, "author": row.author, "roles": roles}
        note(session, RIGHTS_CHANGED, target=row.reason, detail=told)


def _kind_of(
    plan: Mapping[str, Any], before: Mapping[str, str], after: Mapping[str, str]
) -> tuple[Kind, list[str]]:
    """Return what a commit is called in the log, and which packs came or went with it."""
    if plan.get("reverts"):
        return REVERTED, []
    if not before:
        return APPLIED, []  # the beginning of everything
    there = [{each for each in parts if each.startswith("pack/")} for parts in (before, after)]
    for kind, packs in ((PACK_INSTALLED, there[1] - there[0]), (PACK_REMOVED, there[0] - there[1])):
        if packs:
            return kind, sorted(each.partition("/")[2] for each in packs)
    return APPLIED, []


def bump_rights(session: Session) -> None:
    """Say that somebody's rights have changed, so that the next request looks again."""
    session.execute(update(cw_active).values(rights_version=cw_active.c.rights_version + 1))


def list_commits(session: Session, *, limit: int = 50, below: int = 0) -> tuple[Commit, ...]:
    """Return the newest commits, newest first; only those before ``below`` if it is given."""
    commit = cw_commit.c
    rows = session.rows(
        select(commit.number, commit.parent, commit.author, commit.reason, commit.at, commit.plan)
        .where(commit.number < below if below else true())
        .order_by(commit.number.desc())
        .limit(limit)
    )
    return tuple(
        Commit(row.number, row.parent or 0, row.author, row.reason, row.at, row.plan)
        for row in rows
    )


def commit_numbers(session: Session) -> list[int]:
    """Return the numbers of all applied changes, the newest first."""
    found = session.rows(select(cw_commit.c.number).order_by(cw_commit.c.number.desc()))
    return [int(number) for (number,) in found]


def load_documents(session: Session, number: int) -> dict[str, str]:
    """Load the source documents of a commit by their paths."""
    row = session.row(select(cw_commit.c.documents).where(cw_commit.c.number == number))
    paths: Mapping[str, str] = row.documents if row else {}
    wanted = sorted(set(paths.values()))
    bodies: dict[str, str] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        document = cw_document.c
        for found, body in session.rows(
            select(document.hash, document.body).where(document.hash.in_(some))
        ):
            bodies[found] = body
    return {path: bodies[found] for path, found in paths.items()}


def hash_text(text: str) -> str:
    """Return the content hash of a document."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _hashes(pairs: Iterable[Sequence[str]]) -> PartHashes:
    return tuple((address, wanted) for address, wanted in pairs)


def _store_once(session: Session, table: Any, rows: list[dict[str, str]]) -> None:
    if not rows:
        return
    make = postgresql.insert if session.dialect == "postgresql" else sqlite.insert
    unique = list({row["hash"]: row for row in rows}.values())
    session.execute(make(table).on_conflict_do_nothing(), unique)
