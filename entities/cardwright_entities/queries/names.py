"""Names in a query → columns: each hop over a link joins its target with the reader's rights.

A record that the reader may not see reads as empty at the hop; a field that he may not read does
not exist. Paths are resolved either by joins (in a page) or by scalar subqueries (inside the ON of
a join and in conditions of rights).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from sqlalchemy import ColumnElement, FromClause, and_, or_, select, true
from sqlalchemy import false as sql_false
from sqlalchemy.sql.functions import coalesce

from cardwright_entities.errors import Message, QueryError
from cardwright_entities.expressions.sql import compile_condition, compile_value
from cardwright_entities.expressions.values import ValueType
from cardwright_entities.model.ends import end_of
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.scopes import PARTS
from cardwright_entities.queries.masked import whole_column
from cardwright_entities.queries.mirroring import shown_as
from cardwright_entities.queries.reading import Reading, mirrored
from cardwright_entities.queries.sources import Joins, RelatedRecords, Sources
from cardwright_entities.queries.trees import Tree
from cardwright_entities.queries.variables import SqlVariables
from cardwright_entities.queries.worth import calculated_part, column_part
from cardwright_metadata.expressions.tree import Node, Path

Cells = tuple[ColumnElement[Any], ...]

#: Answers the value at a path of a given record.
Root = Callable[[tuple[str, ...]], object]


@dataclass(eq=False)
class RecordNames:
    """Resolves names of one entity over one source; implements SqlNames of the expressions."""

    reading: Reading
    entity: EntityModel
    source: FromClause
    joins: Joins | None = None
    trusted: bool = False  #: conditions of rights read every field
    #: records given from outside, such as ``$record`` in a link's ``where``
    roots: Mapping[str, Root] = field(default_factory=dict)
    sources: Sources = field(default_factory=Sources)
    _hops: dict[str, RecordNames] = field(default_factory=dict)

    @property
    def dialect(self) -> str:
        """Return sqlite or postgresql."""
        return self.reading.dialect

    @property
    def context(self) -> Any:  # noqa: ANN401 - the protocol of the expressions takes any clock
        """Return who reads, and when."""
        return self.reading.context

    # -- names ---------------------------------------------------------------------------------

    def field(self, name: str) -> FieldModel:
        """Return a field that exists for the reader; raise QueryError for all others alike."""
        found = self.entity.fields.get(name)
        if found is None or not (self.trusted or name in self.reading.readable(self.entity)):
            raise QueryError(Message.of("unknown_field", name=name, entity=self.entity.name))
        return found

    def exists(self, path: str) -> bool:
        """Tell whether a path leads to a value that exists for the reader."""
        try:
            self.cells(tuple(path.split(".")))
        except QueryError:
            return False
        return True

    def cells(self, path: tuple[str, ...], *, by_key: bool = False) -> tuple[FieldModel, Cells]:
        """Return the field at the end of a path and the columns that hold its value.

        ``by_key`` asks for what stands in order instead: the stored sort key of a text, of money
        what it is worth in the base currency.
        """
        found = self.field(path[0])
        if len(path) == 1:
            return self._own_cells(found, by_key)
        if found.type.computed == "mirror":
            return self.cells((*mirrored(found), *path[1:]), by_key=by_key)
        if found.type.relation == "one":
            return self._through_link(found, path[1:], by_key)
        if found.type.relation == "any":
            return self._through_any(found, path[1:], by_key)
        if found.type.relation == "lines" and path[1] == "current" and len(path) > 2:
            return self._through_current(found, path[2:], by_key)
        if part := column_part(found, path[1]):
            return found, (self.source.c[part],)
        if found.is_amount:
            return found, (calculated_part(self, found, path[1]),)
        raise QueryError(Message.of("not_a_link", name=path[0], entity=self.entity.name))

    def column(self, path: Path) -> tuple[ColumnElement[Any], ValueType]:
        """Return the one column that stands for a path in an expression, and its kind."""
        if path.root == "$head":
            path = replace(path, root="", names=("head", *path.names))
        if path.root == "$self":
            path = replace(path, root="")
        if not path.names:
            return self.source.c["id"], ValueType("record", entity=self.entity.name)
        if path.whole:
            return whole_column(self, path.names)
        found, cells = self.cells(path.names)
        part = PARTS.get(path.names[-1]) if path.names[-1] in found.type.parts else None
        return cells[0], part or found.value_type

    def type_column(self, path: Path) -> ColumnElement[Any]:
        """Return the column that tells to which entity a link to any points."""
        found, cells = self.cells(path.names)
        if found.type.relation != "any":
            raise QueryError(Message.of("not_a_link", name=".".join(path.names)))
        return cells[1]

    def entity_key(self, name: str) -> str:
        """Return what the type column of a link to any holds for an entity."""
        definition = self.reading.model.catalog.entity(name)
        return definition.id or definition.name

    def variable(self, name: str) -> object:
        """Return what ``$me`` and its like stand for: a value to bind or a subquery."""
        return SqlVariables(self.reading, self.trusted).value(name)

    def root_value(self, path: Path) -> object:
        """Return the value of a path that starts at ``$record`` or another given record."""
        given = self.roots.get(path.root)
        if given is None:
            raise QueryError(Message.of("unknown_root", name=path.root))
        return given(path.names)

    def under(self, path: Path, operand: object) -> ColumnElement[bool]:
        """Return whether a path lies at or below a record of its tree (id or title)."""
        found, cells = self.cells(path.names)
        tree = Tree(self.reading, found, None if self.trusted else self.reading_condition)
        return tree.under(cells[0], operand)

    def related(self, path: Path) -> RelatedRecords[RecordNames]:
        """Open the records that a lines, links or pointing-here path leads to."""
        if path.root == "$head":
            path = replace(path, root="", names=("head", *path.names))
        names = path.names
        own = self.entity.fields.get(names[0])
        if own is not None and own.type.relation == "one" and len(names) > 1:
            return self._related_behind(self.field(names[0]), Path(names[1:]))
        if own is not None and own.type.relation in ("lines", "many") and len(names) == 1:
            self.field(names[0])
            if own.type.relation == "lines":
                return self._open(own.targets[0], "head")
            return self._open_links(own)
        return self._open_pointing(names)

    def _related_behind(self, link: FieldModel, rest: Path) -> RelatedRecords[RecordNames]:
        if self.joins is not None:
            return self.hop(link).related(rest)
        # No statement of its own takes a join: the link's target joins the related records.
        child, condition = self._child(link, link.targets[0])
        child.joins = None
        inner = child.related(rest)
        joins = cast(Joins, inner.names.joins)
        joins.clause = joins.clause.join(child.source, inner.condition)
        return RelatedRecords(inner.names, condition, self)

    def _open_pointing(self, names: tuple[str, ...]) -> RelatedRecords[RecordNames]:
        pointing = [
            (holder.name, field.name)
            for holder, field in self.reading.model.links_to(self.entity)
            if holder.name == names[0] and (len(names) == 1 or field.name == names[1])
        ]
        if len(pointing) != 1 or len(names) > 2:
            raise QueryError(Message.of("unknown_field", name=names[0], entity=self.entity.name))
        holder = self.reading.model.entity(pointing[0][0])
        if pointing[0][1] in holder.tables.links:
            return self._open_holders(holder, pointing[0][1])
        return self._open(*pointing[0])

    def _open(self, entity: str, link: str) -> RelatedRecords[RecordNames]:
        target = self.reading.model.entity(entity)
        source = self.sources.take(target)
        names = self._names(target, source, Joins(source))
        pointing = names.field(link)
        columns = [source.c[column.name] for column in pointing.columns]
        condition = columns[0] == self.source.c["id"]
        if pointing.type.relation == "any":
            condition = and_(condition, columns[1] == self.entity_key(self.entity.name))
        there = self._of_the_same_record(target, source, self.source, link)
        return RelatedRecords(names, and_(condition, there), self)

    def _open_links(self, own: FieldModel) -> RelatedRecords[RecordNames]:
        between = self.entity.tables.links[own.name].alias()
        target = self.reading.model.entity(own.targets[0])
        return self._open_between(target, between, between.c.target, between.c.source)

    def _open_holders(self, holder: EntityModel, link: str) -> RelatedRecords[RecordNames]:
        between = holder.tables.links[link].alias()
        return self._open_between(holder, between, between.c.source, between.c.target, link)

    def _open_between(
        self, target: EntityModel, between: FromClause, theirs: Any, mine: Any, link: str = "id"
    ) -> RelatedRecords[RecordNames]:
        source = self.sources.take(target)
        names = self._names(target, source, Joins(source.join(between, theirs == source.c["id"])))
        names.field(link)
        there = and_(mine == self.source.c["id"], self.reading_condition(target, source))
        return RelatedRecords(names, there, self)

    # -- hops ----------------------------------------------------------------------------------

    def reading_condition(self, target: EntityModel, source: FromClause) -> ColumnElement[bool]:
        """Return the condition under which a record exists for the reader."""
        alive = source.c["deleted_at"].is_(None)
        if self.trusted:
            return alive
        return and_(alive, rows_condition(self.reading, target, source, sources=self.sources))

    def _of_the_same_record(
        self, target: EntityModel, source: FromClause, other: FromClause, link: str
    ) -> ColumnElement[bool]:
        """Return the condition under which a head is there for its line, or a line for its head.

        Whoever judges rights sees what went to the recycle bin together as it was before: the
        rights on a record do not grow when it is deleted.
        """
        there = self.reading_condition(target, source)
        if not self.trusted or link != "head":
            return there
        return or_(there, source.c["deleted_at"] == other.c["deleted_at"])

    def _own_cells(self, found: FieldModel, by_key: bool) -> tuple[FieldModel, Cells]:
        if by_key and found.sort_column is not None:
            return found, (self.source.c[found.sort_column.name],)
        if by_key and found.base_column is not None:
            return found, (self.source.c[found.base_column.name],)
        if found.type.computed == "mirror" and found.columns and not by_key:
            end = end_of(self.reading.model, self.entity, mirrored(found))
            own = tuple(self.source.c[column.name] for column in found.columns)
            return shown_as(found, end), own
        if found.columns and found.type.computed != "mirror":
            return found, tuple(self.source.c[column.name] for column in found.columns)
        if found.type.computed in ("formula", "rollup"):
            formula = found.definition.options["formula"]
            return found, (compile_value(self.reading.model.tree(self.entity, formula), self),)
        if found.type.computed == "mirror":
            end, cells = self.cells(mirrored(found), by_key=by_key)
            return shown_as(found, end), cells
        raise QueryError(Message.of("not_a_value", name=found.name, entity=self.entity.name))

    def trusting(self) -> RecordNames:
        """Return names of the same record that read every field."""
        return replace(self, trusted=True, _hops={})

    def _through_link(
        self, found: FieldModel, rest: tuple[str, ...], by_key: bool
    ) -> tuple[FieldModel, Cells]:
        if rest == ("id",):
            identity = self.reading.model.entity(found.targets[0]).fields["id"]
            return identity, (self.source.c[found.columns[0].name],)
        if self.joins is not None:
            return self.hop(found).cells(rest, by_key=by_key)
        child, condition = self._child(found, found.targets[0])
        inner, cells = child.cells(rest, by_key=by_key)
        return inner, tuple(self._scalar(child, cell, condition) for cell in cells)

    def _through_any(
        self, found: FieldModel, rest: tuple[str, ...], by_key: bool
    ) -> tuple[FieldModel, Cells]:
        options: list[tuple[FieldModel, Cells]] = []
        for target in found.targets:
            model = self.reading.model.entity(target)
            if rest[0] not in model.fields:
                continue
            child, condition = self._child(found, target)
            try:
                inner, cells = child.cells(rest, by_key=by_key)
            except QueryError:
                continue
            options.append((inner, tuple(self._scalar(child, cell, condition) for cell in cells)))
        if not options:
            raise QueryError(Message.of("unknown_field", name=rest[0], entity=self.entity.name))
        width, kind = len(options[0][1]), options[0][0].value_type.kind
        same = [
            cells for end, cells in options if len(cells) == width and end.value_type.kind == kind
        ]
        merged = tuple(
            same[0][index] if len(same) == 1 else coalesce(*(cells[index] for cells in same))
            for index in range(width)
        )
        return options[0][0], merged

    def _through_current(
        self, found: FieldModel, rest: tuple[str, ...], by_key: bool
    ) -> tuple[FieldModel, Cells]:
        rows = self._open(found.targets[0], "head")
        period = rows.names.entity.definition.period
        if period is None:
            raise QueryError(Message.of("no_period", name=found.name, entity=self.entity.name))
        start = rows.names.cells((period.start,))[1][0]
        end = rows.names.cells((period.end,))[1][0]
        today = self.reading.context.now.astimezone(self.reading.context.zone).date()
        valid = and_(start.is_(None) | (start <= today), end.is_(None) | (end >= today))
        inner, cells = rows.names.cells(rest, by_key=by_key)
        order = (start.desc().nulls_last(), rows.names.source.c["id"].desc())
        clause = cast(Joins, rows.names.joins)
        return inner, tuple(
            select(cell)
            .select_from(clause.clause)
            .where(rows.condition, valid)
            .order_by(*order)
            .limit(1)
            .correlate(self.source)
            .scalar_subquery()
            for cell in cells
        )

    def _scalar(
        self, child: RecordNames, cell: ColumnElement[Any], condition: ColumnElement[bool]
    ) -> ColumnElement[Any]:
        joins = cast(Joins, child.joins)
        statement = select(cell).select_from(joins.clause).where(condition)
        return statement.correlate(self.source).scalar_subquery()

    def hop(self, found: FieldModel) -> RecordNames:
        """Return the names over the target of a link, joined to the statement."""
        known = self._hops.get(found.name)
        if known is not None:
            return known
        child, condition = self._child(found, found.targets[0])
        if self.joins is not None:
            self.joins.add(child.source, condition)
            child.joins = self.joins
        self._hops[found.name] = child
        return child

    def _child(self, found: FieldModel, target: str) -> tuple[RecordNames, ColumnElement[bool]]:
        model = self.reading.model.entity(target)
        source = self.sources.take(model)
        condition = source.c["id"] == self.source.c[found.columns[0].name]
        if found.type.relation == "any":
            condition = and_(
                condition, self.source.c[found.columns[1].name] == self.entity_key(target)
            )
        there = self._of_the_same_record(model, source, self.source, found.name)
        condition = and_(condition, there)
        return self._names(model, source, Joins(source)), condition

    def _names(self, entity: EntityModel, source: FromClause, joins: Joins) -> RecordNames:
        return RecordNames(self.reading, entity, source, joins, self.trusted, sources=self.sources)


def names_over(reading: Reading, entity: EntityModel) -> RecordNames:
    """Return the names over an entity's records, to which a statement adds joins."""
    sources = Sources()
    source = sources.take(entity)
    return RecordNames(reading, entity, source, Joins(source), sources=sources)


def rows_condition(
    reading: Reading,
    entity: EntityModel,
    source: FromClause,
    action: str = "read",
    sources: Sources | None = None,
) -> ColumnElement[bool]:
    """Return the rights of the reader over records of a source, as one condition.

    ``sources`` are those of the statement in which it will stand, if it has any others. Whatever
    is done to a stored record is done to one that may be read.
    """
    sources, allowed = sources or Sources(), reading.rows(entity.name, action)
    granted = compile_rights(reading, entity, source, allowed, sources)
    if action in ("read", "create") or allowed == reading.rows(entity.name):
        return granted
    return and_(rows_condition(reading, entity, source, "read", sources), granted)


def compile_rights(
    reading: Reading,
    entity: EntityModel,
    source: FromClause,
    allowed: Node | bool,
    sources: Sources,
) -> ColumnElement[bool]:
    """Return a condition of rights over a source; it looks at values behind the reader's back."""
    if allowed is True:
        return true()
    if allowed is False:
        return sql_false()
    names = RecordNames(reading, entity, source, joins=None, trusted=True, sources=sources)
    return compile_condition(allowed, names)
