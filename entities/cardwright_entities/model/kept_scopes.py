"""The names of a formula that is kept in a record: of what it is over, and of its siblings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from cardwright_entities.expressions.checking import check_types
from cardwright_entities.expressions.names import Ends, TypeScope
from cardwright_entities.expressions.typed import TypedExpression
from cardwright_entities.expressions.values import DECIMAL, ValueType
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.scopes import Entities, EntityScope
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.names import replace_labels
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.tree import Call, Path
from cardwright_metadata.expressions.walking import walk


@dataclass(frozen=True)
class KeptScope:
    """The fields of an entity, and beside them the names of siblings."""

    inner: EntityScope
    names: Mapping[str, ValueType] = field(default_factory=dict)

    def type_of(self, path: Path) -> ValueType:
        """Return the type of a sibling, or what the entity's own scope says."""
        if not path.root and len(path.names) == 1 and path.names[0] in self.names:
            return self.names[path.names[0]]
        if not path.root and len(path.names) == 2:  # noqa: PLR2004 - field and attribute
            found = self.inner.entity.fields.get(path.names[0])
            if found is not None and found.value_type.kind == "attributes":
                self.inner.type_of(Path(path.names[:1], at=path.at))
                return DECIMAL
        return self.inner.type_of(path)

    def related(self, path: Path) -> TypeScope:
        """Return the scope inside a question about related records."""
        return self.inner.related(path)

    def found(self, entity: str) -> TypeScope:
        """Return the scope inside a look-up."""
        return self.inner.found(entity)

    def ledger(self, name: str) -> Mapping[str, ValueType]:
        """Return the dimensions of a ledger."""
        return self.inner.ledger(name)

    def period(self) -> Ends | None:
        """Return between which days the records are valid."""
        return self.inner.period()

    def is_entity(self, name: str) -> bool:
        """Tell whether there is an entity of that name."""
        return self.inner.is_entity(name)


def check_kept(text: str, scope: KeptScope, expected: ValueType | None) -> TypedExpression:
    """Return a kept formula, checked; raise ExpressionError at the character.

    Siblings and fields may stand by their labels in brackets: ``[Base pay] * 1.2``.
    """

    def name_of(path: Path, index: int) -> str:
        label = path.names[index][1:-1]
        if not index and not path.root and label in scope.names:
            return label
        fields = scope.inner.entity.fields if not index else {}
        named = [
            each.name
            for each in fields.values()
            if label in dict(each.definition.label.words).values()
        ]
        if len(named) == 1:
            return named[0]
        message = f"Nothing is called '{label}' here."
        raise ExpressionError("unknown_label", message, path.at, label)

    tree = replace_labels(parse(text).tree, name_of)
    for each in walk(tree):
        if isinstance(each, Call) and each.function == "evaluate":
            message = "A kept formula cannot evaluate others: use their names."
            raise ExpressionError("not_allowed", message, each.at, "evaluate")
    return check_types(tree, scope, expected=expected, exact=False)


def attribute_of(values: Mapping[str, object], name: str) -> object:
    """Return an attribute as formulas read it: a number, empty where it is none."""
    try:
        number = Decimal(str(values.get(name)))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def field_at(entity: EntityModel, names: tuple[str, ...], model: Entities) -> FieldModel | None:
    """Return the field in which a path over links to one record ends."""
    for index, name in enumerate(names):
        found = entity.fields.get(name)
        if found is None or index == len(names) - 1:
            return found
        if not found.targets:
            return None
        entity = model.entity(found.targets[0])
    return None
