"""What one read needs at every hop: the model, the rights, the reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cardwright_entities.access.policy import IDENTITY_FIELDS, Policy
from cardwright_entities.contexts import Context
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_metadata.expressions.names import paths_of
from cardwright_metadata.expressions.tree import Node, Path


@dataclass(frozen=True, eq=False)
class Reading:
    """The model, policy and context of one request, with the fields that exist for its reader."""

    model: Model
    policy: Policy
    context: Context
    dialect: str
    settings: Mapping[str, object] = field(default_factory=dict)
    #: entities for which a permission decision was taken; a test compares it with what was read
    decided: set[str] = field(default_factory=set)
    _readable: dict[str, frozenset[str]] = field(default_factory=dict)

    def rows(self, entity: str, action: str = "read") -> Node | bool:
        """Return which records of the entity the reader may see or act on."""
        self.decided.add(entity)
        return self.policy.rows(self.context.principal, entity, action)

    def readable(self, entity: EntityModel) -> frozenset[str]:
        """Return the fields that exist for the reader; a computed one only with all its inputs."""
        known = self._readable.get(entity.name)
        if known is not None:
            return known
        self.decided.add(entity.name)
        granted = self.policy.fields(self.context.principal, entity.name, "read")
        if self.context.principal.is_system:
            self._readable[entity.name] = granted
            return granted
        granted |= IDENTITY_FIELDS & frozenset(entity.fields)
        self._readable[entity.name] = granted
        result = frozenset(
            name
            for name in granted
            if name in entity.fields and self._inputs_readable(entity, entity.fields[name])
        )
        self._readable[entity.name] = result
        return result

    def can_read(self, entity: EntityModel, path: tuple[str, ...]) -> bool:
        """Tell whether every hop of a path exists for the reader."""
        current = [entity]
        for name in path:
            step: list[EntityModel] = []
            for each in current:
                if name in ("current", "base", "amount") and name not in each.fields:
                    step.append(each)
                    continue
                if name not in each.fields or name not in self.readable(each):
                    continue
                step.extend(self.model.entity(target) for target in each.fields[name].targets)
                if not each.fields[name].targets:
                    return True
            if not step:
                return False
            current = step
        return True

    def _inputs_readable(self, entity: EntityModel, field: FieldModel) -> bool:
        if not field.type.computed:
            return True
        return all(
            self.can_read(entity, path.names)
            for path in inputs_of(field)
            if path.root in ("", "$head")
        )


def inputs_of(field: FieldModel) -> tuple[Path, ...]:
    """Return the paths that a formula or mirror reads."""
    options = field.definition.options
    if field.type.computed == "mirror":
        return (Path(tuple(str(options["path"]).split("."))),)
    if field.type.computed == "formula":
        return tuple(paths_of(options["formula"].tree))
    return ()
