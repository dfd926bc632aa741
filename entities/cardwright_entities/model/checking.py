"""Definitions against field types: what the linked catalog alone cannot see is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from itertools import chain

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.errors import Message, ValueProblem
from cardwright_entities.expressions.checking import check_types
from cardwright_entities.expressions.typed import TypedExpression
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.model.dependencies import Place, Read, reads_of
from cardwright_entities.model.matching import unmatched
from cardwright_entities.model.model import Model
from cardwright_entities.model.report_checks import written_in_reports, wrong_reports
from cardwright_entities.model.resolving import resolve_field, setting_field
from cardwright_entities.model.resting import wrong_rests
from cardwright_entities.model.scopes import CircleError
from cardwright_entities.model.written import Written, written_in
from cardwright_entities.model.written_flows import written_in_flows
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.closing import KEPT
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.names import dotted, paths_of
from cardwright_metadata.expressions.tree import Literal, Node, Path, RecordAt, Related, TypeTest
from cardwright_metadata.expressions.walking import walk
from cardwright_metadata.parts import FIELD_KEYS
from cardwright_metadata.problems import Finding

#: Puts a message of a field type into a sentence.
Say = Callable[[Message], str]

#: When constants are tried: what a constant means depends on no moment.
_TRIAL = Context(principal=SYSTEM, now=datetime(2000, 1, 1, tzinfo=UTC))


def check_definitions(catalog: Catalog, types: FieldTypes, say: Say) -> list[Finding]:
    """Return all that is wrong with options, and with the types of expressions."""
    wrong = list(_wrong_options(catalog, types))
    findings = [_of_options(place, message, say) for place, message in wrong]
    findings += _wrong_settings(catalog, types, say)
    findings += _wrong_parents(catalog)
    findings += unmatched(catalog, types)
    places = {place for place, _ in wrong}
    model = Model(_without_options(catalog, types, places), types, "sqlite")
    findings += wrong_rests(model)
    checking = _Checking(model, say)
    for written in chain(written_in(model), written_in_flows(model), written_in_reports(model)):
        checking.check(written)
    return [
        *findings,
        *checking.findings(),
        *checking.circles(),
        *checking.unstable(),
        *wrong_reports(model),
    ]


# -- options ---------------------------------------------------------------------------------------


def _wrong_options(catalog: Catalog, types: FieldTypes) -> Iterator[tuple[Place, Message]]:
    for entity in catalog.entities.values():
        for field in entity.fields.values():
            resolved = resolve_field(entity, field, catalog, types)
            for message in types.of(resolved).problems(resolved):
                yield (entity.name, field.name), message


def _of_options(place: Place, message: Message, say: Say) -> Finding:
    return Finding(
        address=f"entity/{place[0]}",
        path=("fields", place[1], "type"),
        code=message.code,
        message=say(message),
        found=place[1],
    )


def _wrong_settings(catalog: Catalog, types: FieldTypes, say: Say) -> Iterator[Finding]:
    for setting in catalog.settings.values():
        field = setting_field(setting, catalog)
        field_type = types.of(field)
        address = f"setting/{setting.name}"
        found = [(("type",), message) for message in field_type.problems(field)]
        if field_type.write_only:
            found.append((("type",), Message("secret_setting")))
        if not found:
            try:
                field_type.parse(setting.default, field, _TRIAL)
            except ValueProblem as problem:
                found.append((("default",), problem.message))
        for path, message in found:
            yield Finding(address=address, path=path, code=message.code, message=say(message))


def _wrong_parents(catalog: Catalog) -> Iterator[Finding]:
    """Yield picklists that depend on a field which does not hold their parent's choice."""
    for entity in catalog.entities.values():
        for field in entity.fields.values():
            other = str(field.options.get("depends_on", ""))
            picklist = catalog.picklists.get(str(field.options.get("of", "")))
            held = entity.fields[other].options.get("of") if other in entity.fields else None
            if other and (held is None or picklist is None or picklist.parent != held):
                yield Finding(
                    address=f"entity/{entity.name}",
                    path=("fields", field.name, "depends_on"),
                    code="wrong_parent",
                    message="This names the picklist field that holds the choice above.",
                    found=other,
                    nearest=next(iter(get_close_matches(other, entity.fields, n=1)), ""),
                )


def _without_options(catalog: Catalog, types: FieldTypes, places: Set[Place]) -> Catalog:
    """Return the catalog with no more than the needed options where they are wrong."""
    if not places:
        return catalog
    parts = dict(catalog.to_parts())
    for entity, name in places:
        part = parts[f"entity/{entity}"]
        field = part["fields"][name]
        described = types.describe(field["type"])
        needed = {*FIELD_KEYS, *described.required, described.reference}
        kept = {key: value for key, value in field.items() if key in needed}
        parts[f"entity/{entity}"] = {**part, "fields": {**part["fields"], name: kept}}
    return Catalog.from_parts(parts)


# -- expressions -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Value:
    """A formula or default with its type and what it reads."""

    written: Written
    typed: TypedExpression
    reads: tuple[Read, ...]

    @property
    def is_formula(self) -> bool:
        return self.written.slot == "formula"

    @property
    def is_stored_formula(self) -> bool:
        field = self.written.field
        computed = field is not None and field.type.computed == "formula" and bool(field.columns)
        return self.is_formula and computed


class _Checking:
    """The expressions of one catalog; values are kept to see what they need of each other."""

    def __init__(self, model: Model, say: Say) -> None:
        self._model = model
        self._say = say
        self._values: dict[Place, _Value] = {}
        self._rests: list[_Value] = []
        self._findings: list[Finding] = []
        self._circular: set[Place] = set()
        #: Conditions of links to several entities need to fit one of them.
        self._good: set[tuple[str, tuple[str, ...]]] = set()

    def check(self, written: Written) -> None:
        """Check one expression by itself."""
        try:
            typed = check_types(
                written.expression,
                replace(written.scope, choices=True),
                expected=written.expected,
                backends=written.backends,
                clock=written.clock,
            )
            _check_offered(written, typed)
            _check_index(written, typed)
            _check_formula(written, typed)
            self._check_constant(written, typed)
        except CircleError as error:
            self._note_circle(written, error.circle)
            return
        except ExpressionError as error:
            self._findings.append(_of_error(written, error))
            return
        self._good.add((written.address, written.path))
        if written.rest:
            self._rests.append(_Value(written, typed, reads_of(typed, written.scope)))
        if written.field is not None and written.slot in ("formula", "default"):
            place = (written.scope.entity.name, written.field.name)
            self._values[place] = _Value(written, typed, reads_of(typed, written.scope))

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong with single expressions."""
        for each in self._findings:
            if (each.address, each.path) not in self._good:
                yield each

    def circles(self) -> Iterator[Finding]:
        """Yield values that need themselves."""
        for circle in self._model.graph.circles():
            known = next((index for index, each in enumerate(circle) if each in self._values), -1)
            if known >= 0:
                circle = circle[known:] + circle[:known]
                yield _of_circle(self._values[circle[0]].written, circle)
            else:
                yield _of_unwritten(circle)

    def _note_circle(self, written: Written, circle: tuple[Place, ...]) -> None:
        """Report a circle of formulas without types once, at the first of them."""
        place = (written.scope.entity.name, written.field.name if written.field else "")
        if place in circle and not self._circular & set(circle):
            start = circle.index(place)
            self._findings.append(_of_circle(written, circle[start:] + circle[:start]))
            self._circular.update(circle)

    def unstable(self) -> Iterator[Finding]:
        """Yield what is kept and reads what changes without a save of its record."""
        formulas = [each for each in self._values.values() if each.is_stored_formula]
        for value in (*formulas, *self._rests):
            error = self._unstable(value)
            if error is not None:
                yield _of_error(value.written, error)

    def _unstable(self, value: _Value) -> ExpressionError | None:
        if value.typed.reads is not None:
            return _no_lookup(value.typed.reads)
        what = "What is open, being kept," if value.written.rest else "A stored formula"
        for path in value.typed.paths:
            if path.root == "$setting":
                return _refusal(what, path, f"'{dotted(path)}' may be set anew")
        kept = value.written.field is not None and value.written.field.definition.options.get(KEPT)
        for read in value.reads:
            if not read.near and not kept:
                return _refusal(what, read.path, f"'{dotted(read.path)}' lies elsewhere")
            if self._is_moving(read.place, frozenset()):
                return _refusal(what, read.path, f"'{read.place[1]}' depends on more")
        return None

    def _is_moving(self, place: Place, asked: frozenset[Place]) -> bool:
        """Tell whether a virtual formula changes without a save of its record."""
        value = self._values.get(place)
        if value is None or place in asked or not value.is_formula or not value.written.field:
            return False
        if value.written.field.columns:
            return False
        if value.typed.uses_clock or any(each.root == "$setting" for each in value.typed.paths):
            return True
        asked |= {place}
        return any(not each.near or self._is_moving(each.place, asked) for each in value.reads)

    def _check_constant(self, written: Written, typed: TypedExpression) -> None:
        """Try a constant as a value of its field: a choice has to be on the list."""
        if written.slot != "default" or written.field is None:
            return
        if isinstance(typed.tree, Literal):
            try:
                written.field.parse(typed.tree.value, _TRIAL)
            except ValueProblem as problem:
                code, words = problem.message.code, self._say(problem.message)
                raise ExpressionError(
                    code, words, typed.tree.at, found=str(typed.tree.value)
                ) from problem


def _check_offered(written: Written, typed: TypedExpression) -> None:
    for path in typed.paths:
        if path.root in written.scope.roots and len(path.names) > 1:
            message = f"Behind {path.root} one field is named, not a way over links."
            raise ExpressionError("not_allowed", message, path.at, dotted(path))


def _check_index(written: Written, typed: TypedExpression) -> None:
    if not written.is_index:
        return
    for node in walk(typed.tree):
        if not _fits_index(node, written):
            what = "uniqueness" if written.path[0] == "unique" else "what is closed"
            message = f"A condition of {what} reads stored fields of the record itself only."
            raise ExpressionError("not_allowed", message, node.at)


def _fits_index(node: Node, written: Written) -> bool:
    if isinstance(node, Path):
        field = written.scope.entity.fields.get(node.names[0]) if len(node.names) == 1 else None
        return not node.root and field is not None and bool(field.columns)
    elsewhere = isinstance(node, Related | RecordAt | TypeTest)
    return not elsewhere and getattr(node, "operator", "") != "under"


def _check_formula(written: Written, typed: TypedExpression) -> None:
    if written.slot != "formula" or written.field is None:
        return
    options = written.field.definition.options
    if not options.get("returns"):
        message = f"Nothing shows a value of kind {typed.type.kind}; say in 'returns' what it is."
        raise ExpressionError("no_type", message, typed.tree.at, typed.type.kind)
    if typed.reads is not None:
        raise _no_lookup(typed.reads)
    if "sql" not in typed.backends and not options.get("stored"):
        message = "Lists cannot compute this: keep it with 'stored: true'."
        raise ExpressionError("not_allowed", message, typed.tree.at, expected="stored: true")


def _no_lookup(node: Node) -> ExpressionError:
    name = str(getattr(node, "function", ""))
    message = (
        f"A formula cannot look up other records by '{name}': what it gives would change without "
        "a save, and lists could not sort by it. Use it in 'suggest', 'default' or a check."
    )
    return ExpressionError("not_stored", message, node.at, name)


def _refusal(what: str, path: Path, reason: str) -> ExpressionError:
    message = f"{what} reads its record, its head and its lines only; {reason}."
    return ExpressionError("not_stored", message, path.at, dotted(path))


def _of_error(written: Written, error: ExpressionError) -> Finding:
    # The question of a rollup is put together from its keys: what is wrong with it stands at 'of'.
    composed = written.field is not None and written.field.type.computed == "rollup"
    composed = composed and written.path[-1] == "formula"
    return Finding(
        address=written.address,
        path=(*written.path[:-1], "of") if composed else written.path,
        code=error.code,
        message=error.message,
        found=error.found,
        expected=error.expected,
        nearest=error.nearest,
        at=None if composed else error.at,
    )


def _of_circle(written: Written, circle: tuple[Place, ...]) -> Finding:
    """Return the finding at the name that leads on to the second of the circle."""
    following = circle[1 % len(circle)][1]
    paths = (each for each in paths_of(written.expression.tree) if following in each.names)
    at = next((each.at for each in paths), 0)
    way = _way(circle)
    message = f"This needs itself: {way}."
    return _of_error(written, ExpressionError("circle", message, at, found=way))


def _of_unwritten(circle: tuple[Place, ...]) -> Finding:
    """Return the finding at a field whose value follows from no expression that one wrote."""
    way = _way(circle)
    return Finding(
        address=f"entity/{circle[0][0]}",
        path=("fields", circle[0][1]),
        code="circle",
        message=f"This needs itself: {way}.",
        found=way,
    )


def _way(circle: tuple[Place, ...]) -> str:
    return " → ".join(_name(each, circle[0]) for each in (*circle, circle[0]))


def _name(place: Place, start: Place) -> str:
    return place[1] if place[0] == start[0] else ".".join(place)
