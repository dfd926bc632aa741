"""Lists, cards, queries and search: their names, and what stands there when nobody says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cardwright_metadata.linking.expressions import Expressions
from cardwright_metadata.linking.matrices import MatrixLinker
from cardwright_metadata.linking.names import Names, UnknownPathError
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import MarkedMap, value_at
from cardwright_metadata.pool_fields import BUILT_IN

#: Columns of a list for which nobody says any.
_USUAL_COLUMNS = 7
#: Fields that name a record when ``title`` does not say, in this order.
_TITLES = ("name", "number", "title", "code")
_LAST = 10_000


class LayoutLinker:
    """Checks the layouts of every entity and completes them."""

    def __init__(self, names: Names, expressions: Expressions, report: Report) -> None:
        self._names = names
        self._expressions = expressions
        self._report = report
        self._matrices = MatrixLinker(names, report)

    def link(self, entity: str, content: MarkedMap) -> None:
        """Check and complete how one entity is shown and searched."""
        self._link_title(entity, content)
        self._link_search(entity, content)
        self._link_list(entity, content)
        for name in content.get("queries") or {}:
            self._link_query(entity, content, name)
        self._link_card(entity, content)

    def _link_title(self, entity: str, content: MarkedMap) -> None:
        fields = self._names.fields(entity)
        title = content.get("title")
        if title is None:
            content["title"] = self._usual_title(fields)
        elif title not in fields:
            self._report.unknown(content, ("title",), "field", str(title), fields)
        self._check_fields(entity, content, ("subtitle",))

    def _usual_title(self, fields: Mapping[str, Any]) -> str:
        own = [name for name, field in fields.items() if not field.get("system")]
        for name in _TITLES:
            if name in own:
                return name
        for name in own:
            described = self._names.type_of(fields[name])
            if described is not None and described.searchable and described.stored:
                return name
        return next((name for name in own), "id")

    def _link_search(self, entity: str, content: MarkedMap) -> None:
        if "search" not in content:
            title = self._names.fields(entity).get(content["title"])
            described = self._names.type_of(title)
            searchable = described is not None and described.searchable
            content["search"] = {content["title"]: 3} if searchable else {}
            return
        for path in content["search"]:
            end = self._check_path(entity, content, ("search", path), path, at_key=True)
            if end is not None and end.type is not None and not end.type.searchable:
                self._report.add(
                    content,
                    ("search", path),
                    "not_searchable",
                    f"A field of type '{end.type.name}' cannot be searched by words.",
                    found=path,
                    expected="a field with text",
                    at_key=True,
                )

    def _link_list(self, entity: str, content: MarkedMap) -> None:
        shown = content.get("list")
        if not isinstance(shown, MarkedMap):
            shown = MarkedMap()
            content["list"] = shown
        for key in ("columns", "sort", "totals"):
            for path in shown.get(key) or {}:
                self._check_path(entity, content, ("list", key, path), path, at_key=True)
        self._check_fields(entity, content, ("list", "filters"))
        for key in ("lead", "tail"):
            if isinstance(shown.get(key), str):
                self._check_path(entity, content, ("list", key), shown[key])
            else:
                self._check_fields(entity, content, ("list", key))
        if not shown.get("columns"):
            shown["columns"] = self._usual_columns(entity, content)
        if not shown.get("sort"):
            shown["sort"] = self._usual_sort(content)

    def _usual_columns(self, entity: str, content: MarkedMap) -> dict[str, Any]:
        fields = self._names.fields(entity)
        fit = [
            name
            for name, field in fields.items()
            if not field.get("system")
            and not field.get("retired")
            and field.get("pack") != BUILT_IN
            and self._fits_a_cell(field)
        ]
        title = content["title"]
        first = [title] if title in fields else []
        names = [*first, *(name for name in fit if name != title and name != "active")]
        if not content.get("owner"):
            names = [*names[: _USUAL_COLUMNS - 1], "created_at"]
        return {name: {"order": place} for place, name in enumerate(names[:_USUAL_COLUMNS], 1)}

    def _fits_a_cell(self, field: Any) -> bool:
        described = self._names.type_of(field)
        if described is None or described.relation == "lines":
            return False
        return described.name not in ("long_text", "json", "file", "image")

    def _usual_sort(self, content: MarkedMap) -> dict[str, Any]:
        if content.get("owner"):
            return {"position": {"order": 1}}
        return {"created_at": {"desc": True, "order": 1}}

    def _link_query(self, entity: str, content: MarkedMap, name: str) -> None:
        path = ("queries", name)
        scope = self._expressions.scope_of(entity)
        self._expressions.check(content, (*path, "where"), scope)
        for key in ("columns", "sort"):
            for each in value_at(content, (*path, key)) or {}:
                self._check_path(entity, content, (*path, key, each), each, at_key=True)

    def _link_card(self, entity: str, content: MarkedMap) -> None:
        card = content.get("card")
        if not isinstance(card, MarkedMap):
            card = MarkedMap()
            content["card"] = card
        for key in ("figures", "meta"):
            self._check_fields(entity, content, ("card", key))
        tabs = card.get("tabs")
        if not isinstance(tabs, MarkedMap):
            tabs = MarkedMap()
            card["tabs"] = tabs
        for name, tab in tabs.items():
            self._link_tab(entity, content, ("card", "tabs", name), tab)
        self._complete_tabs(entity, content, tabs)

    def _link_tab(
        self, entity: str, content: MarkedMap, path: tuple[str, ...], tab: MarkedMap
    ) -> None:
        self._expressions.check(content, (*path, "visible"), self._expressions.scope_of(entity))
        for name, section in (tab.get("sections") or {}).items():
            self._link_section(entity, content, (*path, "sections", name), section)
        if isinstance(tab.get("related"), MarkedMap):
            self._link_related(entity, content, (*path, "related"), tab["related"])

    def _link_section(
        self, entity: str, content: MarkedMap, path: tuple[str, ...], section: MarkedMap
    ) -> None:
        self._expressions.check(content, (*path, "visible"), self._expressions.scope_of(entity))
        fields = self._names.fields(entity)
        for name in section.get("fields") or {}:
            if name not in fields:
                here = (*path, "fields", name)
                self._report.unknown(content, here, "field", name, fields, at_key=True)
        if "matrix" in section:
            self._matrices.link(entity, content, path, section)
        if section.get("grid") is not None:
            self._link_grid(entity, content, path, section)

    def _link_grid(
        self, entity: str, content: MarkedMap, path: tuple[str, ...], section: MarkedMap
    ) -> None:
        grid = str(section["grid"])
        fields = self._names.fields(entity)
        described = self._names.type_of(fields.get(grid))
        if described is None or described.relation != "lines":
            known = [
                name
                for name, field in fields.items()
                if (each := self._names.type_of(field)) is not None and each.relation == "lines"
            ]
            self._report.unknown(content, (*path, "grid"), "lines field", grid, known)
            return
        targets = self._names.targets(entity, grid)
        columns = section.get("columns")
        for target in targets:
            for name in columns if isinstance(columns, dict) else ():
                self._check_path(target, content, (*path, "columns", name), name, at_key=True)
            totals = section.get("totals")
            for index, name in enumerate(totals if isinstance(totals, list) else ()):
                self._check_path(target, content, (*path, "totals", index), str(name))
            if not isinstance(columns, dict):
                section["columns"] = self._grid_columns(target)

    def _grid_columns(self, entity: str) -> dict[str, Any]:
        fields = self._names.fields(entity)
        names = [
            name
            for name, field in fields.items()
            if not field.get("system") and not field.get("retired") and self._fits_a_cell(field)
        ]
        return {name: {"order": place} for place, name in enumerate(names, 1)}

    def _link_related(
        self, entity: str, content: MarkedMap, path: tuple[str, ...], related: MarkedMap
    ) -> None:
        other, _, field = str(related.get("of", "")).partition(".")
        if other not in self._names.entities:
            self._report.unknown(content, (*path, "of"), "entity", other, self._names.entities)
            return
        fields = [name for each, name in self._names.links_to(entity) if each == other]
        if self._names.entities[other].get("owner") == entity:
            fields.append("head")
        if not field and len(fields) != 1:
            self._report_related(content, path, other, fields, entity)
            return
        if field and field not in fields:
            self._report.unknown(content, (*path, "of"), "link", f"{other}.{field}",
                                 [f"{other}.{each}" for each in fields])  # fmt: skip
            return
        related["entity"], related["field"] = other, field or fields[0]
        self._link_related_view(content, path, related, other, entity)

    def _report_related(
        self,
        content: MarkedMap,
        path: tuple[str, ...],
        other: str,
        fields: Sequence[str],
        entity: str,
    ) -> None:
        several = bool(fields)
        self._report.add(
            content,
            (*path, "of"),
            "ambiguous_link" if several else "no_link",
            f"Several fields of '{other}' point to '{entity}'; say which."
            if several
            else f"No field of '{other}' points to '{entity}'.",
            found=other,
            expected=", ".join(f"{other}.{each}" for each in fields),
        )

    def _link_related_view(
        self, content: MarkedMap, path: tuple[str, ...], related: MarkedMap, other: str, entity: str
    ) -> None:
        show = related.get("show")
        targets = self._names.targets(other, str(show)) if show else ()
        if show and not targets:
            self._report.unknown(
                content, (*path, "show"), "link", str(show),
                [name for name in self._names.fields(other) if self._names.targets(other, name)],
            )  # fmt: skip
        scope = self._expressions.scope_of(other)
        self._expressions.check(content, (*path, "where"), scope)
        for name in related.get("columns") or {}:
            self._check_path(other, content, (*path, "columns", name), name, at_key=True)
        del entity

    def _complete_tabs(self, entity: str, content: MarkedMap, tabs: MarkedMap) -> None:
        """Add what no author placed: a first tab, the auto section, lists of what points here."""
        if any(tab.get("sections") for tab in tabs.values()):
            self._add_auto(tabs)
            return
        sections: dict[str, Any] = {"rest": {"auto": True, "order": 1}}
        for name, field in self._names.fields(entity).items():
            described = self._names.type_of(field)
            if described is not None and described.relation == "lines":
                for target in self._names.targets(entity, name):
                    sections[name] = {
                        "grid": name,
                        "label": field.get("label", {}),
                        "columns": self._grid_columns(target),
                        "order": len(sections) + 1,
                    }
        main = {
            "label": {"zh": "概要", "en": "Overview"},
            "sections": sections,
            "order": 0,
        }
        tabs["main" if "main" not in tabs else "overview"] = main
        if not any(tab.get("related") for tab in tabs.values()):
            self._add_related(entity, tabs)

    def _add_auto(self, tabs: MarkedMap) -> None:
        sections = [
            (tab, section)
            for tab in tabs.values()
            for section in (tab.get("sections") or {}).values()
        ]
        if any(section.get("auto") for _, section in sections):
            return
        first = min((tab for tab, _ in sections), key=lambda tab: tab.get("order", 0))
        name = "rest" if "rest" not in first["sections"] else "others"
        first["sections"][name] = {"auto": True, "order": _LAST}

    def _add_related(self, entity: str, tabs: MarkedMap) -> None:
        links = list(self._names.links_to(entity))
        for other, field in links:
            content = self._names.entities[other]
            if content.get("owner") == entity:
                continue
            name = other if other not in tabs else f"{other}_{field}"
            tabs[name] = {
                "label": self._label_of(links, other, field),
                "related": {"of": f"{other}.{field}", "entity": other, "field": field},
                # Behind the first tab, before the panels that stand last.
                "order": 0,
            }

    def _label_of(self, links: Sequence[tuple[str, str]], other: str, field: str) -> dict[str, str]:
        """Return what a tab is called: of several with records of one entity, which link it is."""
        content = self._names.entities[other]
        label: dict[str, str] = dict(content.get("label") or {})
        if sum(each == other for each, _ in links) == 1:
            return label
        of_field = self._names.fields(other)[field].get("label") or {}
        return {
            language: f"{text} · {of_field.get(language, field)}"
            for language, text in label.items()
        }

    def _check_fields(self, entity: str, content: MarkedMap, path: tuple[str, ...]) -> None:
        """Check a list of fields or paths of the entity."""
        for index, name in enumerate(value_at(content, path) or ()):
            self._check_path(entity, content, (*path, index), str(name))

    def _check_path(
        self,
        entity: str,
        content: MarkedMap,
        at: Sequence[str | int],
        written: str,
        *,
        at_key: bool = False,
    ) -> Any:
        try:
            return self._names.walk(entity, written.split("."))
        except UnknownPathError as error:
            self._report.unknown_path(content, at, error, at_key=at_key)
            return None
