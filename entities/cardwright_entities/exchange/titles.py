"""What the columns of a written file are called, so that a later import knows them again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cardwright_entities.exchange.fields import IDENTITY
from cardwright_entities.exchange.requests import Desk
from cardwright_entities.model.entities import EntityModel, FieldModel


def column_titles(
    desk: Desk, entity: EntityModel, paths: Sequence[str], language: str
) -> tuple[str, ...]:
    """Return a title for each path; where two are alike, each says its path too."""
    titles = [_title(desk, entity, path, language) for path in paths]
    counts = Counter(titles)
    return tuple(
        title if counts[title] == 1 else f"{title} ({path})"
        for title, path in zip(titles, paths, strict=True)
    )


def _title(desk: Desk, entity: EntityModel, path: str, language: str) -> str:
    if path in IDENTITY:
        return path
    words: list[str] = []
    owners: tuple[EntityModel, ...] = (entity,)
    for name in path.split("."):
        field = _first(owners, name)
        words.append(name if field is None else _label(field, language))
        owners = () if field is None else tuple(map(desk.model.entity, field.targets))
    return ".".join(words)


def _first(owners: Sequence[EntityModel], name: str) -> FieldModel | None:
    return next((each.fields[name] for each in owners if name in each.fields), None)


def _label(field: FieldModel, language: str) -> str:
    return field.definition.label.in_language(language, name=field.name)
