"""Fields: type, options of the type, targets, defaults, checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cardwright_metadata.canonical import make_canonical
from cardwright_metadata.definitions.entities import TRAIT_PREFIX
from cardwright_metadata.expressions.words import KEYWORDS
from cardwright_metadata.linking.expressions import Expressions, Scope
from cardwright_metadata.linking.names import Names, UnknownPathError
from cardwright_metadata.linking.record_paths import check_records
from cardwright_metadata.linking.report import Report
from cardwright_metadata.linking.rollups import RollupLinker
from cardwright_metadata.linking.stage_fields import StageFieldLinker
from cardwright_metadata.linking.suggestions import SuggestionLinker
from cardwright_metadata.linking.whom import check_choosers
from cardwright_metadata.marks import MarkedMap
from cardwright_metadata.overlays import arrange
from cardwright_metadata.parts import CHOICES_MARK, EXPRESSION_MARK, FIELD_KEYS, TEXT_MARK
from cardwright_metadata.pool_fields import BUILT_IN
from cardwright_metadata.schema_files import Schema, read_schemas
from cardwright_metadata.shapes import Shape
from cardwright_metadata.stages import MOVED
from cardwright_metadata.type_catalogue import TypeDescription

#: What is computed and leaves no trace in the history.
_UNRECORDED = ("rollup", "mirror")
_SLOTS = ("required", "readonly", "visible", "unlocked")
#: Behind the name of an amount: the same in the base currency.
_BASE = "_base"


class FieldLinker:
    """Checks and completes the fields of every entity; knows each type's schema once."""

    def __init__(
        self, names: Names, expressions: Expressions, report: Report, words: Mapping[str, str]
    ) -> None:
        self._names = names
        self._expressions = expressions
        self._report = report
        self._words = words
        self._suggestions = SuggestionLinker(names, expressions, report)
        self._rollups = RollupLinker(names, expressions, report)
        self._stages = StageFieldLinker(names, report, self.choices_of)
        self._shapes: dict[str, Shape] = {}
        self._schemas: dict[str, Schema] = {}

    def link(self, entity: str, content: MarkedMap) -> None:
        """Check the fields of one entity and complete them."""
        fields = content["fields"]
        if all(field.get("pack") == BUILT_IN for field in fields.values()):
            self._report.add(
                content, ("name",), "no_fields", "An entity has at least one field.",
                expected="fields:",
            )  # fmt: skip
        for name in list(fields):
            if name in KEYWORDS:
                self._refuse_keyword(content, name)
            self._refuse_base(content, name)
            field = fields[name]
            if not isinstance(field, MarkedMap) or not self._check_type(content, name, field):
                continue
            if not field.get("system"):
                self._link_field(entity, content, name, field)
                check_was(content, ("fields", name), fields, self._report)
            targets = self._names.targets(entity, name)
            if targets:
                field["targets"] = list(targets)

    def link_free(self, content: MarkedMap, path: tuple[str, ...], field: MarkedMap) -> bool:
        """Check a field that no entity has, and complete its options; return whether it is good."""
        described = self._names.type_of(field)
        if described is None:
            at, known = (*path, "type"), self._names.type_names()
            self._report.unknown(content, at, "field type", str(field["type"]), known)
            return False
        if not described.stored or described.computed or described.relation == "lines":
            message = f"A value of the type '{described.name}' is not typed in a small form."
            self._report.add(
                content, (*path, "type"), "not_typed_in", message, found=described.name
            )
            return False
        wrong = self._shape_of(described).problems(_written(field), content, path)
        self._report.problems += wrong
        if not wrong:
            self._make_canonical(content, path, described, str(content.get("pack", "")))
            self._check_reference(content, path, field, described)
        return not wrong

    def _make_canonical(
        self, content: MarkedMap, path: Sequence[str], described: TypeDescription, pack: str
    ) -> None:
        """Bring the type's options that stand at a path into canonical form."""
        holder: Any = content
        for step in path:
            holder = holder[step]
        for key in [each for each in holder if each in described.options]:
            schema = described.options[key]
            at = holder.values_at.get(key)
            if key == "values":
                schema = read_schemas()["picklist"]["properties"]["choices"]
            value = make_canonical(holder[key], schema, self._words.get(pack, "zh"), at)
            if key == "values":
                self._report.problems += arrange(value, schema, (*path, key))
                check_choosers(content, (*path, key), value, self._names, self._report)
                value = {CHOICES_MARK: value}
            elif schema.get("format") == "text":
                value = {TEXT_MARK: value}
            holder[key] = value

    def check_setting(self, content: MarkedMap) -> None:
        """Check the options of a setting's type and bring them into canonical form."""
        described = self._names.type_of(content)
        options = content.get("options")
        if described is None or not isinstance(options, MarkedMap):
            return
        schema = {
            "type": "object",
            "properties": dict(described.options),
            "additionalProperties": False,
        }
        wrong = Shape(schema).problems(options, content, ("options",))
        self._report.problems += wrong
        if not wrong:
            self._make_canonical(content, ("options",), described, str(content.get("pack", "")))

    def _refuse_keyword(self, content: MarkedMap, name: str) -> None:
        self._report.add(
            content,
            ("fields", name),
            "keyword",
            f"'{name}' is a word of the expression language; choose another name.",
            found=name,
            expected="a name that is no word of expressions",
            at_key=True,
        )

    def _refuse_base(self, content: MarkedMap, name: str) -> None:
        """Refuse the name under which the API tells what another field's amount is worth."""
        amount = content["fields"].get(name.removesuffix(_BASE))
        if not name.endswith(_BASE) or not isinstance(amount, MarkedMap):
            return
        types = (self._names.type_of(amount), self._names.type_of({"type": amount.get("returns")}))
        if any(each is not None and "base" in each.parts for each in types):
            self._report.add(
                content,
                ("fields", name),
                "reserved_field",
                f"'{name}' is what '{name.removesuffix(_BASE)}' is worth in the base currency; "
                "choose another name.",
                found=name,
                expected="a name that is free",
                at_key=True,
            )

    def _check_type(self, content: MarkedMap, name: str, field: MarkedMap) -> bool:
        if "type" not in field:
            self._report.add(
                content,
                ("fields", name),
                "missing_key",
                f"The field '{name}' does not say its type.",
                expected="type: text",
                at_key=True,
            )
            return False
        if self._names.type_of(field) is None:
            self._report.unknown(
                content,
                ("fields", name, "type"),
                "field type",
                str(field["type"]),
                self._names.type_names(),
            )
            return False
        return True

    def _link_field(self, entity: str, content: MarkedMap, name: str, field: MarkedMap) -> None:
        path = ("fields", name)
        described = self._names.type_of(field)
        if described is None:
            return
        wrong = self._shape_of(described).problems(_written(field), content, path)
        self._report.problems += wrong
        if wrong:
            return
        self._make_canonical(content, path, described, str(field.get("pack", "")))
        self._check_reference(content, path, field, described)
        self._check_source(entity, content, path, field, described)
        if described.computed == MOVED:
            self._stages.link(entity, content, path, field)
        self._write_default(entity, content, path, field)
        scope = self._expressions.scope_of(entity)
        self._check_slots(content, path, field, scope)
        if described.computed == "rollup":
            self._rollups.link(content, path, field, scope)
        else:
            self._check_options(entity, content, path, described, scope)
        if field.get("history"):
            self._check_series(content, path, described)
        self._gather_checks(field, name)
        for check in field.get("checks") or {}:
            for key in ("if", "test"):
                self._expressions.check(content, (*path, "checks", check, key), scope)

    def _check_series(
        self, content: MarkedMap, path: tuple[str, ...], described: TypeDescription
    ) -> None:
        """Refuse a series of what no history is kept of."""
        kept = described.stored and described.computed not in _UNRECORDED
        if not kept or "history" not in (content.get("features") or ()):
            self._report.add(
                content, (*path, "history"), "no_history",
                "No history is kept of this field, so its values make no series.",
                expected="a field that people or rules fill, of an entity with history",
            )  # fmt: skip

    def _shape_of(self, described: TypeDescription) -> Shape:
        if described.name not in self._shapes:
            common = read_schemas()["field"]["properties"]
            schema = {
                "type": "object",
                "properties": {**dict.fromkeys(common, {}), **described.options},
                "required": ["type", *described.required],
                "additionalProperties": False,
            }
            self._shapes[described.name] = Shape(schema)
        return self._shapes[described.name]

    def _check_reference(
        self,
        content: MarkedMap,
        path: tuple[str, ...],
        field: MarkedMap,
        described: TypeDescription,
    ) -> None:
        written = field.get(described.reference) if described.reference else None
        if written is None:
            self._check_player(content, path, described)
            return
        several = written if isinstance(written, list) else [written]
        for index, each in enumerate(several):
            here: tuple[str | int, ...] = (*path, described.reference)
            here = (*here, index) if isinstance(written, list) else here
            target = str(each)
            if target.startswith(TRAIT_PREFIX):
                trait = target.removeprefix(TRAIT_PREFIX)
                if trait not in self._names.traits():
                    self._report.unknown(content, here, "trait", trait, self._names.traits())
            elif target not in self._names.entities:
                self._report.unknown(content, here, "entity", target, self._names.entities)

    def _check_player(
        self, content: MarkedMap, path: tuple[str, ...], described: TypeDescription
    ) -> None:
        parts = described.plays.split()
        if parts and not any(self._names.player(part) for part in parts):
            self._report.add(
                content,
                (*path, "type"),
                "nobody_plays",
                f"No entity plays '{parts[0]}', so a field of type '{described.name}' "
                "points nowhere.",
                found=described.name,
                expected=f"plays: {parts[0]} on an entity",
            )

    def _check_source(
        self,
        entity: str,
        content: MarkedMap,
        path: tuple[str, ...],
        field: MarkedMap,
        described: TypeDescription,
    ) -> None:
        """Check from where a mirror or a memory code takes its value."""
        key = {"mirror": "path", "mnemonic": "of"}.get(described.computed, "")
        written = field.get(key)
        if isinstance(written, str):
            self.check_path(entity, content, (*path, key), written)
        edit = field.get("on_edit") if described.computed == "mirror" else None
        if isinstance(edit, MarkedMap) and isinstance(edit.get("open"), str):
            self.check_path(entity, content, (*path, "on_edit", "open"), edit["open"])

    def check_path(
        self, entity: str, content: MarkedMap, at: Sequence[str | int], written: str
    ) -> None:
        """Report a path over links that leads nowhere."""
        try:
            self._names.walk(entity, written.split("."))
        except UnknownPathError as error:
            self._report.unknown_path(content, at, error)

    def _write_default(
        self, entity: str, content: MarkedMap, path: tuple[str, ...], field: MarkedMap
    ) -> None:
        """Turn a literal default into the expression that means it."""
        default = field.get("default")
        if default is None:
            field.drop("default")
        elif isinstance(default, bool):
            field["default"] = str(default).lower()
        elif not isinstance(default, str):
            field["default"] = str(default)
        elif default not in self._names.fields(entity) and default in self.choices_of(field):
            field["default"] = f"'{default}'"
        self._expressions.check(content, (*path, "default"), self._expressions.scope_of(entity))

    def choices_of(self, field: Mapping[str, Any]) -> Sequence[str]:
        """Return the codes that a field may hold, none if it has no choices."""
        described = self._names.type_of(field)
        if described is not None and described.computed == MOVED:
            return self._stages.states(field)
        if described is None or "values" not in described.options:
            return ()
        values = field.get("values")
        if isinstance(values, Mapping):
            return list(values.get(CHOICES_MARK, values))
        picklist = self._names.picklists.get(str(field.get("of")))
        return list(picklist.get("choices") or ()) if picklist else ()

    def _check_slots(
        self, content: MarkedMap, path: tuple[str, ...], field: MarkedMap, scope: Scope
    ) -> None:
        self._suggestions.link(content, path, field, scope)
        for slot in _SLOTS:
            self._expressions.check(content, (*path, slot), scope)

    def _check_options(
        self,
        entity: str,
        content: MarkedMap,
        path: tuple[str, ...],
        described: TypeDescription,
        scope: Scope,
    ) -> None:
        field = content["fields"][path[-1]]
        targets = self._names.targets(entity, path[-1])
        # In a condition of a link, names mean the target; $record is the record with the link.
        inner = Scope(targets, scope.here, scope.head) if targets else scope
        for key, schema in described.options.items():
            if key in FIELD_KEYS or key not in field:
                continue
            if schema.get("format") == "expression" and isinstance(field[key], str):
                if targets or not described.relation:
                    self._expressions.check(content, (*path, key), inner)
                field[key] = {EXPRESSION_MARK: field[key]}
            check_records(self._names, self._report, entity, content, (*path, key), schema)
        picklist = field.get("of") if "values" in described.options else None
        if picklist is not None and picklist not in self._names.picklists:
            self._report.unknown(
                content, (*path, "of"), "picklist", str(picklist), self._names.picklists
            )
        for index, name in enumerate(field.get("quick") or ()):
            if targets and not any(name in self._names.fields(each) for each in targets):
                known = [each for target in targets for each in self._names.fields(target)]
                self._report.unknown(content, (*path, "quick", index), "field", str(name), known)

    def _gather_checks(self, field: MarkedMap, name: str) -> None:
        """Make the single ``check`` one of the named checks."""
        if not isinstance(field.get("check"), MarkedMap):
            return
        checks = MarkedMap()
        checks.put(name, field["check"], field.keys_at.get("check"), field.values_at.get("check"))
        for key in field.get("checks") or {}:
            checks.take(key, field["checks"])
        field.drop("check")
        field["checks"] = checks


def check_was(
    content: MarkedMap, path: tuple[str, ...], siblings: Mapping[str, Any], report: Report
) -> None:
    """Report an earlier name under which something still stands."""
    holder: Any = content
    for step in path:
        holder = holder[step]
    for index, name in enumerate(holder.get("was") or ()):
        if name in siblings:
            report.add(
                content,
                (*path, "was", index),
                "name_in_use",
                f"'{name}' is still in use, so it cannot be an earlier name.",
                found=str(name),
                expected="a name that is no longer in use",
            )


def _written(field: MarkedMap) -> MarkedMap:
    """Return what the author wrote of a field, without what merging added."""
    written = MarkedMap()
    for key in field:
        if key not in ("pack", "system", "order"):
            written.take(key, field)
    return written
