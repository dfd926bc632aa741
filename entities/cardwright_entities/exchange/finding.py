"""Finds many records at once by what a file calls them, with the rights of who imports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import reduce

from cardwright_entities.contexts import Context
from cardwright_entities.errors import ValueProblem
from cardwright_entities.exchange.cells import Cell, cell_text
from cardwright_entities.exchange.fields import match_fields
from cardwright_entities.exchange.requests import Desk
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.pages import read_rows
from cardwright_entities.queries.requests import PageRequest, RowOfPage
from cardwright_metadata.expressions.tree import Binary, Literal, Membership, Node, Path

Key = tuple[object, ...]
#: Keys in one statement, and rows that it brings at a time.
_KEYS = 200
_ROWS = 1000


def find_records(
    desk: Desk, entity: EntityModel, names: Sequence[str], keys: Collection[Key]
) -> Mapping[Key, tuple[int, ...]]:
    """Return the ids of the records that have such values in the named fields, by values."""
    found: defaultdict[Key, list[int]] = defaultdict(list)
    wanted = sorted({key for key in keys if None not in key}, key=repr)
    for start in range(0, len(wanted), _KEYS):
        part = set(wanted[start : start + _KEYS])
        for row in _rows(desk, entity, names, _condition(names, part)):
            key = tuple(row.values.get(name) for name in names)
            if key in part:
                found[key].append(row.id)
    return {key: tuple(ids) for key, ids in found.items()}


def _condition(names: Sequence[str], keys: Iterable[Key]) -> Node:
    columns = zip(*keys, strict=True)
    memberships: list[Node] = [
        Membership(Path((name,)), tuple(_literal(each) for each in sorted(set(values), key=repr)))
        for name, values in zip(names, columns, strict=True)
    ]
    return reduce(lambda left, right: Binary("and", left, right), memberships)


def _rows(
    desk: Desk, entity: EntityModel, names: Sequence[str], where: Node
) -> Iterator[RowOfPage]:
    after = ""
    while True:
        request = PageRequest(
            entity=entity.name,
            columns=tuple(names),
            where=where,
            limit=_ROWS,
            after=after,
            count="none",
            titles=False,
        )
        page = read_rows(desk.session, desk.reading, request, desk.cursors)
        yield from page.rows
        if page.next is None:
            return
        after = page.next


def _literal(value: object) -> Literal:
    if isinstance(value, int) and not isinstance(value, bool):
        return Literal(Decimal(value))
    return Literal(value)  # type: ignore[arg-type]  # keys are texts, numbers, dates


class LinkFinder:
    """Remembers what the texts of link columns mean, for the length of one import."""

    #: Texts that are remembered; a file with more asks again.
    MOST = 50_000

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str], tuple[int, ...]] = {}

    def learn(self, desk: Desk, wanted: Mapping[tuple[str, str], Collection[str]]) -> None:
        """Look up texts by (entity, field to match or empty for those that name a record)."""
        if len(self._known) > self.MOST:
            self._known.clear()
        for (name, match), texts in sorted(wanted.items()):
            unknown = [each for each in texts if not self._known.get((name, match, each))]
            if unknown:
                self._look_up(desk, desk.model.entity(name), match, unknown)

    def ids(self, entity: str, match: str, text: str) -> tuple[int, ...]:
        """Return the records that a text means: none, one, or several that are alike."""
        return self._known.get((entity, match, text), ())

    def _look_up(self, desk: Desk, entity: EntityModel, match: str, texts: Sequence[str]) -> None:
        left = list(texts)
        for field in matched_by(entity, match):
            values = {each: matched_value(field, each, desk.context) for each in left}
            keys = {(value,) for value in values.values() if value is not None}
            found = find_records(desk, entity, (field.name,), keys) if keys else {}
            for text, value in values.items():
                ids = found.get((value,), ())
                if ids:
                    self._known[entity.name, match, text] = ids
            left = [each for each in left if not found.get((values[each],))]


def matched_by(entity: EntityModel, match: str) -> tuple[FieldModel, ...]:
    """Return the fields by which a text may mean a record."""
    if not match:
        return match_fields(entity)
    field = entity.fields.get(match)
    return (field,) if field is not None and field.columns else ()


def matched_value(field: FieldModel, cell: Cell, context: Context) -> object:
    """Return what a cell would be as a value of a field, None where it could be none."""
    try:
        return field.type.from_excel(cell_text(cell), field.definition, context)
    except ValueProblem:
        return None
