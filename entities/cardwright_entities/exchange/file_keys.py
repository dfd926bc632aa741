"""Which records a file itself brings: links to them are set when all rows are there."""

from __future__ import annotations

from cardwright_entities.contexts import Context
from cardwright_entities.exchange.finding import matched_by, matched_value
from cardwright_entities.exchange.mapping import ImportPlan
from cardwright_entities.exchange.sources import Source
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.model import Model


class FileKeys:
    """The names of the file's own records; read only where the entity links to itself."""

    def __init__(
        self, model: Model, plan: ImportPlan, source: Source, header: int, context: Context
    ) -> None:
        self._context = context
        self._entity: EntityModel = model.entity(plan.entity)
        self._columns = {use.path: use.index for use in plan.columns}
        self._values: dict[str, set[object]] = {}
        matches = self._matches(plan)
        if matches:
            self._read(source, header, matches)

    def holds(self, match: str, text: str) -> bool:
        """Tell whether a text may mean a record of this file."""
        for field in matched_by(self._entity, match):
            known = self._values.get(field.name)
            if known is None:
                # Named by something computed, such as a full name: only the second pass can tell.
                if field.type.computed:
                    return True
            elif matched_value(field, text, self._context) in known:
                return True
        return False

    def _matches(self, plan: ImportPlan) -> set[str]:
        """Return the fields by which links of the entity to itself are found."""
        found: set[str] = set()
        for use in plan.columns:
            link = self._entity.fields.get(use.path)
            if link is not None and link.type.relation and self._entity.name in link.targets:
                found |= {each.name for each in matched_by(self._entity, use.match)}
        return found

    def _read(self, source: Source, header: int, matches: set[str]) -> None:
        wanted = {
            name: self._entity.fields[name] for name in sorted(matches) if name in self._columns
        }
        self._values = {path: set() for path in wanted}
        for row in source.rows(after=header):
            for path, field in wanted.items():
                index = self._columns[path]
                if index < len(row.cells):
                    value = matched_value(field, row.cells[index], self._context)
                    self._values[path].add(value)
        for known in self._values.values():
            known.discard(None)
