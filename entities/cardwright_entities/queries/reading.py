"""What one read needs at every hop: the model, the rights, the reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from cardwright_entities.access.policy import IDENTITY_FIELDS, Policy
from cardwright_entities.access.strictness import deny_empty
from cardwright_entities.contexts import Context
from cardwright_entities.expressions.checking import check_condition
from cardwright_entities.field_types.masking import MaskedType
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.model.scopes import EntityScope
from cardwright_entities.queries.many import ask_for_any
from cardwright_metadata.by_hand import FIELD_BY_HAND
from cardwright_metadata.expressions.names import paths_of
from cardwright_metadata.expressions.tree import Node

#: Conditions of rights that a model keeps: as many sets of roles times entities are in use at once.
_MOST_KEPT = 2_000


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
    #: what variables such as ``$shared.deal`` stand for: made once, however often it is named
    selects: dict[str, object] = field(default_factory=dict)
    _readable: dict[str, frozenset[str]] = field(default_factory=dict)
    _masked: dict[str, Mapping[str, FieldModel]] = field(default_factory=dict)
    _known: dict[tuple[str, str], bool] = field(default_factory=dict)
    _rows: dict[tuple[str, str], Node | bool] = field(default_factory=dict)

    def rows(self, entity: str, action: str = "read") -> Node | bool:
        """Return which records of the entity the reader may see or act on: typed, and strict."""
        key = (entity, action)
        if key not in self._rows:
            self.decided.add(entity)
            granted = self.policy.rows(self.context.principal, entity, action)
            self._rows[key] = self.strict(entity, granted)
        return self._rows[key]

    def strict(self, entity: str, granted: Node | bool) -> Node | bool:
        """Return a condition of rights typed, and denying what rests on an empty value."""
        if isinstance(granted, bool):
            return granted
        kept = self.model.kept_rights
        found = kept.get((entity, granted))
        if found is None:
            scope = EntityScope(self.model, self.model.entity(entity))
            found = deny_empty(check_condition(ask_for_any(granted, scope), scope), scope)
            if len(kept) >= _MOST_KEPT:
                kept.clear()
            kept[entity, granted] = found
        return found

    def readable(self, entity: EntityModel) -> frozenset[str]:
        """Return the fields that exist for the reader; a computed one only with all its inputs."""
        known = self._readable.get(entity.name)
        if known is None:
            known = frozenset(name for name in entity.fields if self.has_field(entity, name))
            self._readable[entity.name] = known
        return known

    def masked(self, entity: EntityModel) -> Mapping[str, FieldModel]:
        """Return the fields of which the reader sees a part, each with the type that shows it.

        None of them is ``readable``. Values of a type that has no parts to show stay hidden.
        """
        known = self._masked.get(entity.name)
        if known is None:
            granted = self.policy.fields(self.context.principal, entity.name, "mask")
            known = {
                name: as_masked(entity.fields[name])
                for name in entity.fields
                if name in granted - self.readable(entity) and entity.fields[name].type.masks
            }
            self._masked[entity.name] = known
        return known

    def shown(self, entity: EntityModel) -> dict[str, FieldModel]:
        """Return the fields of which the reader sees all or a part, as he sees them."""
        readable, masked = self.readable(entity), self.masked(entity)
        return {
            name: masked.get(name, found)
            for name, found in entity.fields.items()
            if name in readable or name in masked
        }

    def has_field(self, entity: EntityModel, name: str) -> bool:
        """Tell whether one field exists for the reader."""
        key = (entity.name, name)
        if key not in self._known:
            self._known[key] = True  # what needs itself is refused when it is defined
            self._known[key] = (
                self._is_granted(entity, name)
                and self._inputs_exist(entity, name)
                and self._may_name(entity, name)
            )
        return self._known[key]

    def missing_inputs(self, entity: EntityModel, name: str) -> Iterator[str]:
        """Yield the paths that a computed field reads and that do not exist for the reader."""
        found = entity.fields[name]
        if found.type.computed:
            for names in inputs_of(self.model, entity, found):
                if not self.can_read(entity, names):
                    yield ".".join(names)

    def can_read(self, entity: EntityModel, path: tuple[str, ...]) -> bool:
        """Tell whether every hop of a path exists for the reader."""
        name, rest = path[0], path[1:]
        found = entity.fields.get(name)
        if found is None:
            return self._can_read_pointing(entity, name, rest)
        if not self.has_field(entity, name):
            return False
        if not rest:
            return True
        if found.type.computed == "mirror":
            return self.can_read(entity, (*mirrored(found), *rest))
        targets = [self.model.entity(target) for target in found.targets]
        if found.type.relation == "lines" and rest[0] == "current":
            return all(self._has_period(each) for each in targets) and any(
                len(rest) == 1 or self.can_read(each, rest[1:]) for each in targets
            )
        if not targets or rest[0] in found.type.parts:
            return True
        return any(self.can_read(each, rest) for each in targets)

    def _can_read_pointing(self, entity: EntityModel, name: str, rest: tuple[str, ...]) -> bool:
        """Tell it of a path that begins with the records of another entity that point here."""
        for holder, link in self.model.links_to(entity):
            if holder.name != name or not self.has_field(holder, link.name):
                continue
            inner = rest[1:] if rest[:1] == (link.name,) else rest
            if not rest or not inner or self.can_read(holder, inner) or self.can_read(holder, rest):
                return True
        return False

    def _is_granted(self, entity: EntityModel, name: str) -> bool:
        self.decided.add(entity.name)
        if name not in entity.fields:
            return False
        granted = self.policy.fields(self.context.principal, entity.name, "read")
        return name in granted or name in IDENTITY_FIELDS

    def _inputs_exist(self, entity: EntityModel, name: str) -> bool:
        found = entity.fields[name]
        if not found.type.computed or self.context.principal.is_system:
            return True
        return all(self.can_read(entity, names) for names in inputs_of(self.model, entity, found))

    def _may_name(self, entity: EntityModel, name: str) -> bool:
        """Tell whether a field names no others that do not exist for the reader."""
        if name != FIELD_BY_HAND or not entity.fields[name].definition.system:
            return True
        return all(self.has_field(entity, each) for each in entity.filled_in)

    def _has_period(self, entity: EntityModel) -> bool:
        period = entity.definition.period
        return period is not None and all(self.has_field(entity, each) for each in period.ends)


def as_masked(found: FieldModel) -> FieldModel:
    """Return a field as those have it who see a part of its values."""
    masked = MaskedType(found.type)
    return replace(
        found,
        type=masked,
        columns=(),
        sort_column=None,
        value_type=masked.value_type(found.definition),
        parse=masked.parser(found.definition),
    )


def inputs_of(model: Model, entity: EntityModel, found: FieldModel) -> tuple[tuple[str, ...], ...]:
    """Return the paths that a computed field reads, seen from its record."""
    options = found.definition.options
    match found.type.computed:
        case "mirror":
            return (mirrored(found),)
        case "mnemonic":
            return ((str(options["of"]),),)
        case "rollup" if found.columns:
            return ()  # one value for everybody is a value of the record itself
        case "formula" | "rollup":
            # Checked, it also reads the days that a question about a day asks for.
            paths = paths_of(model.tree(entity, options["formula"]))
            return tuple(
                ("head", *path.names) if path.root == "$head" else path.names
                for path in paths
                if path.names and path.root in _OWN
            )
    return ()


def mirrored(found: FieldModel) -> tuple[str, ...]:
    """Return the path that a mirror shows."""
    return tuple(str(found.definition.options["path"]).split("."))


#: Roots of the record itself; all others are asked of the reader's context.
_OWN = frozenset({"", "$head", "$self", "$record", "$old"})
