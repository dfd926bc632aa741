"""A path over several to-many steps, such as lines.product.gifts, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.scopes import Entities


@dataclass(frozen=True)
class Hop:
    """One step of a path: its names, where it leads, and the field if it leads to one record."""

    names: tuple[str, ...]
    entity: EntityModel
    single: FieldModel | None = None


def hops_of(model: Entities, entity: EntityModel, path: Sequence[str]) -> list[Hop]:
    """Return the steps of a path that linking has checked."""
    found: list[Hop] = []
    index = 0
    while index < len(path):
        field = entity.fields.get(path[index])
        size = 1
        if field is not None:
            following = path[index + 1] if index + 1 < len(path) else ""
            targets = [model.entity(each) for each in field.targets]
            entity = next((each for each in targets if following in each.fields), targets[0])
        else:
            links = {
                link.name for other, link in model.links_to(entity) if other.name == path[index]
            }
            size = 2 if set(path[index + 1 : index + 2]) & links else 1
            entity = model.entity(path[index])
        is_one = field is not None and field.type.relation in ("one", "any")
        names = tuple(path[index : index + size])
        found.append(Hop(names, entity, field if is_one else None))
        index += size
    return found
