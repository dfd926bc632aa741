"""The model of one catalog, and the few models a process keeps."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from functools import cached_property
from threading import Lock
from types import MappingProxyType
from typing import Any

from cardwright_entities.changes.commits import ActiveCommit, load_catalog, read_active
from cardwright_entities.changes.tables import EntityTables, build_tables
from cardwright_entities.expressions.checking import check_types
from cardwright_entities.expressions.typed import TypedExpression
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.model.asking_forms import FORM, build_form
from cardwright_entities.model.entities import EntityModel, FieldModel, build_entity
from cardwright_entities.model.graph import ValueGraph, build_graph
from cardwright_entities.model.reaching import Reach, find_reaches
from cardwright_entities.model.returning import lacks_returns, with_returns
from cardwright_entities.model.scopes import OWN_ROOTS, EntityScope
from cardwright_entities.store.sessions import Session
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.expressions.tree import Expression, Node

_NO_ROOTS: Mapping[str, str] = MappingProxyType({})

#: Catalogs kept at most: requests in flight finish on the one they began with.
KEPT_MODELS = 3


class Model:
    """A catalog with its field types; entities are built when first asked for."""

    def __init__(
        self,
        catalog: Catalog,
        types: FieldTypes,
        dialect: str,
        commit: int = 0,
        tables: dict[str, EntityTables] | None = None,
    ) -> None:
        self.catalog = catalog
        self.types = types
        self.dialect = dialect
        self.commit = commit
        self._tables = tables if tables is not None else {}
        self._entities: dict[str, EntityModel] = {}
        self._trees: dict[tuple[object, ...], TypedExpression] = {}
        #: selects and conditions about people that were made before, by whom they are about
        self.kept_people: dict[Hashable, Any] = {}
        #: conditions of rights as they were granted, by entity → as they are judged
        self.kept_rights: dict[tuple[str, Node], Node] = {}

    def entity(self, name: str) -> EntityModel:
        """Return an entity ready for work; raise the catalog's UnknownName when there is none."""
        model = self._entities.get(name)
        if model is None:
            model = self._build(name)
            self._entities[name] = model
        return model

    def by_id(self, identifier: str) -> EntityModel | None:
        """Return the entity with a stable id, None when it is gone."""
        for definition in self.catalog.entities.values():
            if definition.id == identifier:
                return self.entity(definition.name)
        return None

    def by_name_or_id(self, key: str) -> EntityModel | None:
        """Return the entity that is called so or has this stable id, None when it is gone."""
        return self.entity(key) if key in self.catalog.entities else self.by_id(key)

    def tree(self, entity: EntityModel, expression: Expression) -> Node:
        """Return an expression's tree for an entity, its literals in the types they stand for."""
        return self.typed(entity, expression).tree

    def typed(
        self, entity: EntityModel, expression: Expression, roots: Mapping[str, str] = _NO_ROOTS
    ) -> TypedExpression:
        """Return an expression checked for an entity: its tree, its type, where it can run.

        ``roots`` are entities of further records that it may name, such as ``$each``.
        """
        key = (entity.name, expression.text, *roots.items())
        if key not in self._trees:
            scope = EntityScope(self, entity, roots=roots, own=OWN_ROOTS)
            self._trees[key] = check_types(expression, scope)
        return self._trees[key]

    @cached_property
    def graph(self) -> ValueGraph:
        """Return which computed values follow from which, found out when first asked for."""
        return build_graph(self)

    def lines_of(self, entity: EntityModel, field: str) -> EntityModel:
        """Return the line entity that a lines field holds."""
        return self.entity(entity.fields[field].targets[0])

    def links_to(self, entity: EntityModel) -> list[tuple[EntityModel, FieldModel]]:
        """Return the links that point to an entity, with the entities that hold them."""
        found: list[tuple[EntityModel, FieldModel]] = []
        for holder_name, field_name in self.catalog.links_to(entity.name):
            holder = self.entity(holder_name)
            field = holder.fields.get(field_name)
            if field is not None and field.type.relation in ("one", "any", "many"):
                found.append((holder, field))
        return found

    def head_of(self, entity: EntityModel) -> EntityModel | None:
        """Return the head entity of a line entity, None for all others."""
        owner = entity.definition.owner
        return self.entity(owner) if owner else None

    def _build(self, name: str) -> EntityModel:
        if name.startswith(FORM):
            return build_form(self, self.catalog.rules[name.removeprefix(FORM)])
        model = self._declared.entity(name)
        return with_returns(model, self._declared) if lacks_returns(model) else model

    @cached_property
    def reaches(self) -> Mapping[str, tuple[Reach, ...]]:
        """Return which stored computed values changes reach, by the entity that changes."""
        return find_reaches(self)

    @cached_property
    def _declared(self) -> Model:
        """Return the same model with formulas as they were written, to find out their types."""
        return _Declared(self.catalog, self.types, self.dialect, self.commit, self._tables)


class _Declared(Model):
    """Entities as their definitions say, before anybody asks what a formula gives."""

    def _build(self, name: str) -> EntityModel:
        definition = self.catalog.entity(name)
        key = definition.hash or definition.name
        tables = self._tables.get(key)
        if tables is None:
            tables = build_tables(definition, self.catalog, self.types, self.dialect)
            self._tables[key] = tables
        return build_entity(definition, self.catalog, self.types, tables)


class Models:
    """The models of the newest commits, shared by all threads of a process."""

    def __init__(self, types: FieldTypes) -> None:
        self._types = types
        self._lock = Lock()
        self._kept: OrderedDict[int, Model] = OrderedDict()
        self._newest: Catalog | None = None  #: with what was retired, to load only what is new

    def current(self, session: Session) -> Model:
        """Return the model of the active commit, loading only what this process lacks."""
        return self.of(session, read_active(session))

    def of(self, session: Session, active: ActiveCommit) -> Model:
        """Return the model of a commit that the opening statement has read."""
        model = self._kept.get(active.number)
        return model if model is not None else self._load(session, active)

    def newest(self) -> Model | None:
        """Return the model of the newest commit that this process has loaded."""
        return next(reversed(self._kept.values()), None)

    def known(self) -> int:
        """Return the newest commit that this process has loaded, 0 for none."""
        newest = self.newest()
        return newest.commit if newest is not None else 0

    def kept(self, number: int) -> Model | None:
        """Return the model of a commit if this process holds it."""
        return self._kept.get(number)

    def make(self, session: Session, active: ActiveCommit) -> tuple[Catalog, Model]:
        """Make the model of a commit; return the catalog with what was retired, and the model."""
        catalog = load_catalog(session, active, self._newest)
        tables = self._known_tables(active)
        dialect = session.dialect
        return catalog, Model(catalog.living, self._types, dialect, active.number, tables)

    def _load(self, session: Session, active: ActiveCommit) -> Model:
        with self._lock:
            if active.number in self._kept:
                return self._kept[active.number]
            self._newest, model = self.make(session, active)
            self._kept[active.number] = model
            while len(self._kept) > KEPT_MODELS:
                self._kept.popitem(last=False)
            return model

    def _known_tables(self, active: ActiveCommit) -> dict[str, EntityTables]:
        newest = self.newest()
        if newest is None:
            return {}
        wanted = {each for _, each in active.part_hashes}
        known = newest._tables  # noqa: SLF001 - same module
        return {key: tables for key, tables in known.copy().items() if key in wanted}
