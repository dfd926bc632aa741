"""What somebody may know of an expression: by the fields and records that he reads himself.

A button that is there, a source that is listed, a refusal and a form that is filled in tell what
was read for them. So conditions of conversions are judged for a person without what he may not
read, in three values: they hold where they hold whatever stands there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cardwright_entities.model.dependencies import Hop, read_along
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.scopes import EntityScope
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_metadata.expressions.names import paths_of, related_of
from cardwright_metadata.expressions.tree import Binary, Expression, Node, Path, Unary


def surely_holds(gate: Records, condition: Expression, record: RecordValues) -> bool:
    """Tell whether a condition holds whatever stands where the principal may not look."""
    if gate.context.principal.is_system:
        return gate.evaluator.holds(condition, record)
    return _Known(gate, record).verdict(gate.model.tree(record.entity, condition)) is True


def may_know(gate: Records, expression: Expression, record: RecordValues) -> bool:
    """Tell whether the principal may read everything that an expression reads of a record."""
    if gate.context.principal.is_system:
        return True
    return _Known(gate, record).is_known(gate.model.tree(record.entity, expression))


def reads_only_itself(gate: Records, entity: EntityModel, expression: Expression) -> bool:
    """Tell whether an expression reads fields of its record alone, all of them readable."""
    tree = gate.model.tree(entity, expression)
    return all(
        not read.hops and gate.reading.has_field(entity, read.place[1])
        for read in read_along(paths_of(tree), EntityScope(gate.model, entity))
    )


@dataclass(frozen=True)
class _Known:
    gate: Records
    record: RecordValues

    def verdict(self, node: Node) -> bool | None:
        """Return whether a condition holds, None where that depends on what is not known."""
        match node:
            case Binary(operator="and"):
                found = {self.verdict(node.left), self.verdict(node.right)}
                return False if False in found else None if None in found else True
            case Binary(operator="or"):
                found = {self.verdict(node.left), self.verdict(node.right)}
                return True if True in found else None if None in found else False
            case Unary(operator="not"):
                inner = self.verdict(node.operand)
                return None if inner is None else not inner
        return self.gate.evaluator.value(node, self.record) is True if self.is_known(node) else None

    def is_known(self, node: Node) -> bool:
        """Tell whether every field and record on the way of a part may be read."""
        model, reading = self.gate.model, self.gate.reading
        questions = frozenset(path.names for path in related_of(node))
        scope = EntityScope(model, self.record.entity)
        return all(
            reading.has_field(model.entity(read.place[0]), read.place[1])
            and self._sees_on_the_way(read.hops)
            for read in read_along(paths_of(node), scope, questions)
        )

    def _sees_on_the_way(self, hops: Sequence[Hop]) -> bool:
        standing = [self.record]
        for hop in hops:
            standing = [behind for each in standing for behind in _behind(each, hop)]
            for name in {each.entity.name for each in standing}:
                rows = [dict(each.values) for each in standing if each.entity.name == name]
                entity = self.gate.model.entity(name)
                if len(self.gate.evaluator.reader.seen(entity, rows)) < len(rows):
                    return False
        return True


def _behind(record: RecordValues, hop: Hop) -> Sequence[RecordValues]:
    """Return the records that one step leads to, whoever may read them."""
    if hop.kind == "pointing":
        return record.related(Path((hop.entity, hop.field)))
    if hop.kind == "head":
        head = record.of_head()
        return () if head is None else (head,)
    field = record.entity.fields.get(hop.field)
    if field is None:
        return ()  # a link to several entities leads to one that lacks it
    if hop.kind in ("lines", "many"):
        return record.related(Path((hop.field,)))
    target = record.target(field)
    return () if target is None else (target,)
