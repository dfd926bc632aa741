"""Picklists, menus, settings, seeds and import maps: the names they use."""

from __future__ import annotations

from cardwright_metadata.linking.expressions import Expressions
from cardwright_metadata.linking.fields import FieldLinker, check_was
from cardwright_metadata.linking.names import Names, UnknownPathError
from cardwright_metadata.linking.report import Report
from cardwright_metadata.linking.whom import check_choosers, check_who
from cardwright_metadata.marks import MarkedMap, value_at


class OtherLinker:
    """Checks the kinds beside the entity."""

    def __init__(
        self, names: Names, expressions: Expressions, fields: FieldLinker, report: Report
    ) -> None:
        self._names = names
        self._expressions = expressions
        self._fields = fields
        self._report = report

    def link_picklist(self, content: MarkedMap) -> None:
        """Check that the parent is there and that choices name its codes."""
        for code in content.get("choices") or {}:
            check_was(content, ("choices", code), content["choices"], self._report)
        choices = content.get("choices") or {}
        check_choosers(content, ("choices",), choices, self._names, self._report)
        parent = content.get("parent")
        if parent is None:
            return
        if parent not in self._names.picklists:
            self._report.unknown(
                content, ("parent",), "picklist", str(parent), self._names.picklists
            )
            return
        codes = self._names.picklists[parent].get("choices") or {}
        for code, choice in (content.get("choices") or {}).items():
            found = choice.get("parent")
            if found is not None and found not in codes:
                self._report.unknown(
                    content, ("choices", code, "parent"), "choice", str(found), codes
                )

    def link_menu(self, content: MarkedMap) -> None:
        """Check the entities and queries of the items; a plain name is an entity."""
        check_who(content, (), content, self._names, self._report)
        for name, item in (content.get("items") or {}).items():
            check_who(content, ("items", name), item, self._names, self._report)
            if "report" in item:
                self._check_report_item(content, ("items", name))
                continue
            at_key = "entity" not in item
            entity = str(item.get("entity", name))
            path = ("items", name) if at_key else ("items", name, "entity")
            if entity not in self._names.entities:
                self._report.unknown(
                    content, path, "entity", entity, self._names.entities, at_key=at_key
                )
                continue
            item["entity"] = entity
            query = item.get("query")
            queries = self._names.entities[entity].get("queries") or {}
            if query is not None and query not in queries:
                self._report.unknown(
                    content, ("items", name, "query"), "query", str(query), queries
                )

    def _check_report_item(self, content: MarkedMap, path: tuple[str, ...]) -> None:
        """Check an item that opens a report, and so no list."""
        item = value_at(content, path)
        reports = self._names.in_use("report")
        if item["report"] not in reports:
            self._report.unknown(content, (*path, "report"), "report", item["report"], reports)
        for key in ("entity", "query"):
            if key in item:
                self._report.add(
                    content, (*path, key), "list_or_report", "An item opens a list or a report.",
                    found=key, at_key=True,
                )  # fmt: skip

    def link_setting(self, content: MarkedMap) -> None:
        """Check the type of a setting and the keys that the type takes."""
        if isinstance(content.get("type"), str) and self._names.type_of(content) is None:
            self._report.unknown(
                content, ("type",), "field type", str(content.get("type")), self._names.type_names()
            )
            return
        self._fields.check_setting(content)

    def link_seed(self, content: MarkedMap) -> None:
        """Check the entity of a seed and the fields of its rows."""
        entity = self._entity_of(content)
        if not entity:
            return
        for index, name in enumerate(content.get("key") or ()):
            self._check_field(entity, content, ("key", index), str(name))
        for index, row in enumerate(content.get("rows") or ()):
            for name in row:
                # A column may go on behind the field: parent.code finds the parent by its code.
                self._check_field(
                    entity, content, ("rows", index, name), name.split(".")[0], at_key=True
                )
        if ("rows" in content) == ("csv" in content):
            self._report.add(
                content,
                ("entity",),
                "rows_or_csv",
                "A seed has either 'rows' or 'csv'.",
                expected="rows: or csv:",
            )

    def link_import_map(self, content: MarkedMap) -> None:
        """Check the entity and the fields of an import map."""
        entity = self._entity_of(content)
        if not entity:
            return
        for index, name in enumerate(content.get("key") or ()):
            self._check_field(entity, content, ("key", index), str(name))
        for column, said in (content.get("columns") or {}).items():
            self._link_column(entity, content, ("columns", column), said)
        for name in content.get("aliases") or {}:
            self._check_path(entity, content, ("aliases", name), name, at_key=True)

    def _entity_of(self, content: MarkedMap) -> str:
        """Return the entity that a document is about; empty, and reported, if there is none."""
        entity = content.get("entity")
        if not isinstance(entity, str):
            return ""
        if entity not in self._names.entities:
            self._report.unknown(content, ("entity",), "entity", entity, self._names.entities)
            return ""
        return entity

    def _link_column(
        self, entity: str, content: MarkedMap, path: tuple[str, ...], said: MarkedMap
    ) -> None:
        written = said.get("field")
        if not isinstance(written, str):
            return
        self._check_path(entity, content, (*path, "field"), written)
        match = said.get("match")
        targets = self._targets(entity, written)
        if match is not None and not any(match in self._names.fields(each) for each in targets):
            known = [name for each in targets for name in self._names.fields(each)]
            self._report.unknown(content, (*path, "match"), "field", str(match), known)

    def _targets(self, entity: str, written: str) -> tuple[str, ...]:
        names = written.split(".")
        here: tuple[str, ...] = (entity,)
        for name in names:
            here = tuple(target for each in here for target in self._names.targets(each, name))
        return here

    def _check_path(
        self,
        entity: str,
        content: MarkedMap,
        path: tuple[str | int, ...],
        written: str,
        *,
        at_key: bool = False,
    ) -> None:
        """Check a field, or a field of the lines behind a dot."""
        here = [entity]
        for name in written.split("."):
            known = {field for each in here for field in self._names.fields(each)}
            if name not in known:
                error = UnknownPathError(0, name, sorted(known), f"There is no field '{name}'.")
                self._report.unknown_path(content, path, error, at_key=at_key)
                return
            here = [target for each in here for target in self._names.targets(each, name)]

    def _check_field(
        self,
        entity: str,
        content: MarkedMap,
        path: tuple[str | int, ...],
        name: str,
        *,
        at_key: bool = False,
    ) -> None:
        fields = self._names.fields(entity)
        if value_at(content, path) is not None and name not in fields:
            self._report.unknown(content, path, "field", name, fields, at_key=at_key)
