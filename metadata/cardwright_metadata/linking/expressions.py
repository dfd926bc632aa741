"""Expressions inside definitions: their spelling, and that every path in them exists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.functions import AGGREGATES, FUNCTIONS
from cardwright_metadata.expressions.names import is_label, replace_labels
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tree import Call, Find, Node, Path, RecordAt, Related, TypeTest
from cardwright_metadata.expressions.walking import children, rebuild
from cardwright_metadata.expressions.words import MARK_ROOTS, RECORD_SETS
from cardwright_metadata.linking.names import Names, UnknownPathError
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import BLOCK, MarkedMap, value_at
from cardwright_metadata.words import list_words, nearest

#: Variables of the context → the part whose player they are.
_PLAYED = {
    "$me": "employee",
    "$my_subordinates": "employee",
    "$my_teams": "team",
    "$user": "user",
    "$contact": "contact",
    "$my_department": "department",
    "$my_departments": "department",
    "$my_organisation": "organisation",
    "$my_organisations": "organisation",
}
#: The record itself, where nobody has to say which.
_SELF = "$self"


@dataclass(frozen=True)
class Scope:
    """What names mean: without a root, after ``$record``, after ``$head``.

    ``each`` is what steps are done for, ``asked`` the fields that a form has asked of ``record``.
    """

    here: tuple[str, ...]
    record: tuple[str, ...]
    head: tuple[str, ...] = ()
    each: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    asker: tuple[str, ...] = ()  #: whose fields those are
    mail: tuple[str, ...] = ()  #: what knows the mail that came in
    grants: bool = False  #: it says what somebody may do


class Expressions:
    """Reads the expressions of definitions and reports what they name in vain."""

    def __init__(self, names: Names, report: Report) -> None:
        self._names = names
        self._report = report

    def scope_of(self, entity: str) -> Scope:
        """Return the scope of an expression about a record of the entity."""
        owner = self._names.entities[entity].get("owner") if entity in self._names.entities else ""
        return Scope((entity,), (entity,), (owner,) if owner else ())

    def check(self, content: MarkedMap, path: Sequence[str | int], scope: Scope) -> None:
        """Read the expression at a path of a document; put names in place of labels."""
        text = value_at(content, path)
        if not isinstance(text, str):
            return
        try:
            tree = self._read(text, scope)
        except ExpressionError as error:
            self._report.expression(content, path, error)
            return
        if "[" in text:
            _rewrite(value_at(content, path[:-1]), path[-1], write(tree))

    def check_spelling(self, content: MarkedMap, path: Sequence[str | int]) -> None:
        """Read an expression of which nobody knows yet what its names mean."""
        text = value_at(content, path)
        if isinstance(text, str):
            try:
                parse(text)
            except ExpressionError as error:
                self._report.expression(content, path, error)

    def _read(self, text: str, scope: Scope) -> Node:
        named = self._named(parse(text).tree, scope)
        self._check_node(named, scope)
        return named

    def _named(self, tree: Node, scope: Scope) -> Node:
        """Return a tree with names in place of labels.

        Those in a look-up or a question about related records are other entities'.
        """
        tree = self._named_inside(tree, scope)
        return replace_labels(tree, lambda path, index: self._name_of(path, index, scope))

    def _named_inside(self, node: Node, scope: Scope) -> Node:
        node = self._as_question(node, scope)
        if isinstance(node, Related):
            path = self._named(node.path, scope)
            node = replace(node, path=path) if isinstance(path, Path) else node
            related = self._inside(node.path, scope)
            return rebuild(node, lambda each: self._named(each, related))
        if not isinstance(node, Find):
            return rebuild(node, lambda each: self._named_inside(each, scope))
        inner = replace(scope, here=(node.entity,), record=scope.here)
        value = self._named(node.value, inner)
        node = replace(node, value=value) if isinstance(value, Path) else node
        return rebuild(node, lambda each: self._named(each, inner))

    def _as_question(self, node: Node, scope: Scope) -> Node:
        """Return ``min(items, amount)`` as a question, if the first name leads to several."""
        if not isinstance(node, Call) or node.function not in AGGREGATES:
            return node
        match node.arguments:
            case (Path() as first, value):
                path = self._named(first, scope)
                if isinstance(path, Path) and self._leads_to_several(path, scope):
                    return Related(node.function, path, value, at=node.at)
        return node

    def _leads_to_several(self, path: Path, scope: Scope) -> bool:
        try:
            return bool(self.related(path, scope)[0])
        except (ExpressionError, UnknownPathError):
            return False

    def _name_of(self, path: Path, index: int, scope: Scope) -> str:
        """Return the field that a label in brackets means."""
        label = path.names[index][1:-1]
        entities = self._start(path, scope)
        if index:
            entities = self._walk(path, entities, path.names[:index]).targets
        found = {
            name
            for entity in entities
            for name, field in self._names.fields(entity).items()
            if label in (field.get("label") or {}).values()
        }
        if len(found) == 1:
            return found.pop()
        known = [
            word
            for entity in entities
            for field in self._names.fields(entity).values()
            for word in (field.get("label") or {}).values()
        ]
        if found:
            raise ExpressionError(
                "ambiguous_label",
                f"Several fields are called '{label}'; write the name of one of them.",
                path.at, label, ", ".join(sorted(found)),
            )  # fmt: skip
        raise ExpressionError(
            "unknown_label",
            f"No field is called '{label}'.",
            path.at, label, list_words(known), nearest(label, known),
        )  # fmt: skip

    def _check_node(self, node: Node, scope: Scope) -> None:
        match node:
            case Path():
                self._check_path(node, scope)
            case Related():
                self._check_related(node, scope)
            case RecordAt():
                self._check_record_at(node, scope)
            case Find():
                self._check_find(node, scope)
            case TypeTest():
                self._check_path(node.operand, scope)
                self._check_entity(node)
            case Call() if node.function in FUNCTIONS and FUNCTIONS[node.function].reading:
                # The first argument names an entity or ledger; checked with the types.
                return
            case _:
                for child in children(node):
                    self._check_node(child, scope)

    def _check_find(self, node: Find, scope: Scope) -> None:
        self._check_entity(node)
        inner = replace(scope, here=(node.entity,), record=scope.here)
        for child in children(node):
            self._check_node(child, inner)
        if node.value.names:
            self._walk(node.value, (node.entity,), node.value.names)

    def _check_entity(self, node: TypeTest | Find) -> None:
        if node.entity not in self._names.entities:
            known = list(self._names.entities)
            raise ExpressionError(
                "unknown_entity",
                f"There is no entity '{node.entity}'.",
                node.at, node.entity, list_words(known), nearest(node.entity, known),
            )  # fmt: skip

    def _check_path(self, path: Path, scope: Scope) -> None:
        if path.root == _SELF:
            return
        if path.root == "$setting":
            self._check_setting(path)
            return
        if path.root in MARK_ROOTS and scope.grants:
            message = "What somebody has marked gives him no right."
            raise ExpressionError("no_right", message, path.at, path.root, "a field, or $shared")
        if path.root in RECORD_SETS:
            for name in path.names:
                self._check_entity(TypeTest(path, name, at=path.at))
            return
        entities = self._start(path, scope)
        if path.names:
            self._walk(path, entities, path.names)

    def _check_setting(self, path: Path) -> None:
        name = ".".join(path.names)
        if name not in self._names.settings:
            known = list(self._names.settings)
            raise ExpressionError(
                "unknown_setting",
                f"There is no setting '{name}'.",
                path.at, name, list_words(known), nearest(name, known),
            )  # fmt: skip

    def _start(self, path: Path, scope: Scope) -> tuple[str, ...]:
        if path.root in ("", "$line"):
            return scope.here
        if path.root in ("$record", "$old", _SELF):
            return scope.record
        if path.root == "$each":
            return self._known(path, scope.each, "Nothing is done for each record here.")
        if path.root == "$ask":
            if path.names and path.names[0] not in scope.asked:
                raise ExpressionError(
                    "not_asked", f"'{path.names[0]}' is not asked here.", path.at + 5,
                    path.names[0], list_words(scope.asked), nearest(path.names[0], scope.asked),
                )  # fmt: skip
            return self._known(path, scope.asker, "Nothing is asked here.")
        if path.root == "$mail":
            return self._known(path, scope.mail, "No mail comes in here.")
        if path.root == "$head":
            if not scope.head:
                raise ExpressionError(
                    "no_head", "Only a line has a head.", path.at, "$head", "a field"
                )
            return scope.head
        player = self._names.player(_PLAYED.get(path.root, ""))
        if not player and path.names:
            raise ExpressionError(
                "nobody_plays",
                f"No entity plays '{_PLAYED.get(path.root, '')}', so {path.root} has no fields.",
                path.at, path.root,
            )  # fmt: skip
        return (player,) if player else ()

    def _known(self, path: Path, entities: tuple[str, ...], problem: str) -> tuple[str, ...]:
        if not entities:
            raise ExpressionError("no_such_record", problem, path.at, path.root, "a field")
        return entities

    def _walk(self, path: Path, entities: tuple[str, ...], names: tuple[str, ...]) -> Any:
        try:
            return self._names.walk_any(entities, names)
        except UnknownPathError as error:
            if is_label(error.found):
                raise
            offset = len(path.root) + 1 if path.root else 0
            offset += sum(len(each) + 1 for each in names[: error.index])
            raise ExpressionError(
                "unknown_field",
                error.message,
                path.at + offset,
                error.found,
                list_words(error.known),
                nearest(error.found, error.known),
            ) from error

    def _check_related(self, node: Related, scope: Scope) -> None:
        inner = self._inside(node.path, scope)
        for child in children(node):
            self._check_node(child, inner)

    def _inside(self, path: Path, scope: Scope) -> Scope:
        """Return the scope inside a question about the records at a path."""
        targets, through_lines = self.related(path, scope)
        head = self._start(path, scope) if through_lines else ()
        return replace(scope, here=targets, head=head or scope.here)

    def _check_record_at(self, node: RecordAt, scope: Scope) -> None:
        targets, _ = self.related(node.records, scope)
        self._check_node(node.day, scope)
        if node.value.names:
            self._walk(node.value, targets, node.value.names)

    def related(self, path: Path, scope: Scope) -> tuple[tuple[str, ...], bool]:
        """Return the entities that a question about related records is about; whether lines."""
        entities = self._start(path, scope)
        for index, name in enumerate(path.names):
            known = any(name in self._names.fields(each) for each in entities)
            if not known and self._links_here(name, entities):
                return self._by_entity(path, index, entities), False
            end = self._walk(path, entities, path.names[: index + 1]) if not index else None
            end = end or self._walk(path, self._start(path, scope), path.names[: index + 1])
            if end.many and index == len(path.names) - 1:
                return end.targets, end.type is not None and end.type.relation == "lines"
            entities = end.targets
        raise ExpressionError(
            "not_several",
            "This is not a list of records; name lines, links or an entity that points here.",
            path.at, ".".join(path.names),
        )  # fmt: skip

    def _links_here(self, other: str, entities: tuple[str, ...]) -> bool:
        return any(name == other for entity in entities for name, _ in self._names.links_to(entity))

    def _by_entity(self, path: Path, index: int, entities: tuple[str, ...]) -> tuple[str, ...]:
        other = path.names[index]
        rest = path.names[index + 1 :]
        fields = sorted(
            {
                field
                for entity in entities
                for name, field in self._names.links_to(entity)
                if name == other
            }
        )
        if not rest and len(fields) > 1:
            raise ExpressionError(
                "ambiguous_link",
                f"Several fields of '{other}' point here; say which.",
                path.at, other, ", ".join(f"{other}.{each}" for each in fields),
            )  # fmt: skip
        if rest and rest[0] not in fields:
            raise ExpressionError(
                "unknown_field",
                f"No field '{rest[0]}' of '{other}' points here.",
                path.at, rest[0], ", ".join(fields), nearest(rest[0], fields),
            )  # fmt: skip
        return (other,)


def _rewrite(holder: Any, key: str | int, text: str) -> None:
    """Put the text with names in place of the one with labels."""
    holder[key] = text
    if isinstance(holder, MarkedMap) and key in holder.values_at:
        # Its characters are no longer those of the file: a mistake in it points at the whole.
        holder.values_at[str(key)] = replace(holder.values_at[str(key)], style=BLOCK)
