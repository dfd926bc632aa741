"""The one place where a list's view becomes what it asks: queries of packs, and kept views.

A view never widens rights: its condition is read with the reader's own. Whoever keeps it is told
what of it is not there for him; to others a view that they cannot ask is not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from cardwright_entities.access.features import BUILD_QUERIES
from cardwright_entities.errors import Message, QueryError
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.conditions import read_condition, typed_condition
from cardwright_entities.queries.reading import Reading
from cardwright_entities.saved_views import rows
from cardwright_entities.saved_views.bodies import Body
from cardwright_entities.saved_views.rows import StoredView
from cardwright_entities.store.sessions import Session
from cardwright_metadata.definitions.entities import EntityDefinition
from cardwright_metadata.definitions.lists import (
    ColumnDefinition,
    QueryDefinition,
    SortDefinition,
)
from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.expressions.tree import Node

#: Whose a view is.
PACK, OWN, SHARED = ORIGINS = ("pack", "own", "shared")


@dataclass(frozen=True, kw_only=True)
class View:
    """What a list shows under a name, ready to be asked by one reader."""

    key: str  #: a name that a pack gives, or the number of a view that somebody keeps
    origin: str
    name: str
    label: Text = Text()  #: of a pack's query
    where: Node | None = None  #: typed for the reader
    text: str = ""  #: the condition as it is written
    sort: tuple[SortDefinition, ...] = ()
    columns: tuple[ColumnDefinition, ...] = ()
    totals: Mapping[str, str] | None = None
    mode: str = ""
    size: int = 0
    stored: StoredView | None = None
    tells: bool = False  #: the reader wrote it himself: what is wrong with it may be named
    problem: QueryError | None = None  #: why its condition cannot be asked

    def called(self, language: str) -> str:
        """Return the name in a language."""
        return self.label.in_language(language, name=self.name)


def is_kept(key: str) -> bool:
    """Tell whether a key is that of a view that somebody keeps: no pack's name is a number."""
    return key.isascii() and key.isdigit() and len(key) < 19


def shipped(definition: EntityDefinition, key: str) -> QueryDefinition | None:
    """Return a query that a pack defines, whoever may ask it."""
    return definition.queries.get(key)


def view_of(session: Session, reading: Reading, entity: EntityModel, key: str) -> View | None:
    """Return a view of an entity by its key; None where there is none for the reader.

    One that cannot be asked has a ``problem``: nothing may be shown for it, rather than everything.
    """
    if not is_kept(key):
        query = shipped(entity.definition, key)
        return None if query is None else _of_pack(reading, entity, key, query)
    found = rows.reached_view(session, reading.model, int(key))
    if found is None or found.entity != entity.key:
        return None
    return _of_row(reading, entity, found)


def pack_views(reading: Reading, entity: EntityModel) -> list[View]:
    """Return the queries of packs that the reader may ask."""
    found = (
        _of_pack(reading, entity, name, query) for name, query in entity.definition.queries.items()
    )
    return [each for each in found if each.problem is None]


def offered_views(session: Session, reading: Reading, entity: EntityModel) -> list[StoredView]:
    """Return the views that the reader keeps, then those that others share and he may ask."""
    found = rows.reached_views(session, reading.model, entity.key)
    return [each for each in found if _is_offered(reading, entity, each)]


def all_kept_views(
    session: Session, reading: Reading, called: Callable[[str], bool] = lambda name: True
) -> list[tuple[EntityModel, View]]:
    """Return the same of every entity that the reader may read, by their names."""
    found: list[tuple[EntityModel, View]] = []
    for each in rows.reached_views(session, reading.model):
        entity = reading.model.by_id(each.entity) if called(each.name) else None
        if entity is not None and may_read(reading, entity.name):
            view = _of_row(reading, entity, each)
            if view.origin != SHARED or view.problem is None:
                found.append((entity, view))
    return found


def all_pack_views(
    reading: Reading, called: Callable[[str], bool]
) -> list[tuple[EntityModel, View]]:
    """Return the queries of packs by their names, of every entity that the reader may read."""
    found: list[tuple[EntityModel, View]] = []
    for definition in reading.model.catalog.entities.values():
        named = [
            (name, query)
            for name, query in definition.queries.items()
            if called(query.label.in_language(reading.context.language, name=name))
        ]
        if named and may_read(reading, definition.name):
            entity = reading.model.entity(definition.name)
            views = (_of_pack(reading, entity, name, query) for name, query in named)
            found += [(entity, view) for view in views if view.problem is None]
    return found


def _is_offered(reading: Reading, entity: EntityModel, stored: StoredView) -> bool:
    """Tell whether a view is offered: of what others share only what the reader may ask."""
    if stored.account == reading.context.principal.account:
        return True
    return _of_row(reading, entity, stored).problem is None


def may_read(reading: Reading, entity: str) -> bool:
    """Tell whether the reader may read records of an entity."""
    return reading.policy.may(reading.context.principal, entity, "read")


def may_build(reading: Reading) -> bool:
    """Tell whether the reader may change what lists offer to others."""
    return reading.policy.has_feature(reading.context.principal, BUILD_QUERIES)


def may_change(reading: Reading, entity: EntityModel, stored: StoredView) -> bool:
    """Tell whether the reader may change a view that reaches him: none of which he sees a part.

    Whoever changes a view is told all of it from then on, as one who has written it.
    """
    own = stored.account == reading.context.principal.account
    allowed = (own and not stored.is_shared) or may_build(reading)
    return allowed and told_body(reading, entity, stored) == stored.body


def may_delete(reading: Reading, stored: StoredView) -> bool:
    """Tell whether the reader may delete a view that reaches him: what is shared goes for all."""
    return stored.account == reading.context.principal.account or may_build(reading)


def told_body(reading: Reading, entity: EntityModel, stored: StoredView) -> Body:
    """Return what a view says, without what is not there for a reader who did not write it."""
    view = _of_row(reading, entity, stored)
    if view.tells:
        return stored.body

    def reads(path: str) -> bool:
        names = tuple(path.split("."))
        return reading.can_read(entity, names) or path in reading.masked(entity)

    totals = stored.body.totals
    return replace(
        stored.body,
        where=view.text,
        sort=tuple(each for each in stored.body.sort if reads(each.path)),
        columns=tuple(each for each in stored.body.columns if reads(each.path)),
        totals=None if totals is None else {p: f for p, f in totals.items() if reads(p)},
    )


def _of_pack(reading: Reading, entity: EntityModel, name: str, query: QueryDefinition) -> View:
    where, problem = None, None
    if query.where is not None:
        try:
            where = typed_condition(reading, entity.name, query.where.tree)
        except QueryError as error:
            problem = error
    return View(
        key=name,
        origin=PACK,
        name=name,
        label=query.label,
        where=where,
        text="" if query.where is None else query.where.text,
        sort=query.sort,
        columns=query.columns,
        problem=problem,
    )


def _of_row(reading: Reading, entity: EntityModel, stored: StoredView) -> View:
    account = reading.context.principal.account
    tells = stored.changed_by == account
    where, problem = None, None
    try:
        where = read_condition(reading, entity.name, stored.body.where)
    except QueryError as error:
        # What another wrote may name what does not exist for this reader.
        problem = error if tells else QueryError(Message("view_unreadable"))
    return View(
        key=str(stored.id),
        origin=OWN if stored.account == account else SHARED,
        name=stored.name,
        where=where,
        text=stored.body.where if tells or problem is None else "",
        sort=stored.body.sort,
        columns=stored.body.columns,
        totals=stored.body.totals,
        mode=stored.body.mode,
        size=stored.body.size,
        stored=stored,
        tells=tells,
        problem=problem,
    )
