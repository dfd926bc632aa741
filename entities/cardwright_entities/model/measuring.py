"""What a report measures, seen from the records: the way to each dimension, shifted in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from cardwright_entities.expressions.names import Ends, UnknownNameError
from cardwright_entities.expressions.values import DECIMAL, TEXT, ValueType
from cardwright_entities.model.ends import end_of
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.model.scopes import EntityScope
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.definitions.entities import TRAIT_PREFIX
from cardwright_metadata.definitions.reports import (
    GRAINS,
    KIND,
    FigureDefinition,
    MeasureDefinition,
    ReportDefinition,
    ShiftDefinition,
    way_to,
)
from cardwright_metadata.expressions.tree import Binary, Call, Literal, Node, Path
from cardwright_metadata.expressions.walking import rebuild

TIMES = frozenset({"date", "datetime"})
#: Months of a shift that is no number of days.
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}
#: Into which periods one of a grain falls as a whole.
_WITHIN = {
    "day": GRAINS,
    "week": ("week",),
    "month": ("month", "quarter", "year"),
    "quarter": ("quarter", "year"),
    "year": ("year",),
}


@dataclass(frozen=True)
class Way:
    """How one measure knows a dimension: a path, for times with the period that is shown."""

    names: tuple[str, ...]
    grain: str
    type: ValueType
    kind: str = ""  #: the entity, of the dimension that says of which one a record is

    @property
    def path(self) -> str:
        """Return the path as it is written."""
        return ".".join(self.names)


def measures_of(catalog: Catalog, figure: FigureDefinition) -> tuple[MeasureDefinition, ...]:
    """Return what a number of a report measures: nothing for an expression over others."""
    measure = catalog.measures[figure.measure] if figure.measure else figure.own
    return () if measure is None else over_each(catalog, measure)


def entities_of(catalog: Catalog, of: str) -> tuple[str, ...]:
    """Return the entities whose records ``of:`` means: the one named, or all with a trait."""
    trait = of.removeprefix(TRAIT_PREFIX) if of.startswith(TRAIT_PREFIX) else ""
    return tuple(
        name
        for name, each in catalog.entities.items()
        if not each.retired and (name == of or trait in each.traits)
    )


def over_each(catalog: Catalog, measure: MeasureDefinition) -> tuple[MeasureDefinition, ...]:
    """Return a measure once for each entity whose records it is over: several of a trait."""
    over_trait = measure.entity.startswith(TRAIT_PREFIX)
    return tuple(
        replace(measure, entity=each, over_trait=over_trait)
        for each in entities_of(catalog, measure.entity)
    )


def measured_in(
    catalog: Catalog, report: ReportDefinition
) -> Iterator[tuple[FigureDefinition, MeasureDefinition]]:
    """Yield the numbers of a report that are measured, in their order."""
    for figure in report.figures:
        for measure in measures_of(catalog, figure):
            yield figure, measure


def way_of(scope: EntityScope, measure: MeasureDefinition, path: str) -> Way:
    """Return the way to a dimension; raise UnknownNameError where it leads nowhere."""
    if _is_kind(scope, measure, path):
        return Way((), "", TEXT, measure.entity)
    names = way_to(measure.entity, measure.by, path)
    if not names:
        raise UnknownNameError(path)
    try:
        return Way(names, "", scope.type_of(Path(names)))
    except UnknownNameError:
        if len(names) < 2 or names[-1] not in GRAINS:
            raise
    kind = scope.type_of(Path(names[:-1]))
    if kind.kind not in TIMES:
        raise UnknownNameError(path)
    return Way(names[:-1], names[-1], kind)


def _is_kind(scope: EntityScope, measure: MeasureDefinition, path: str) -> bool:
    """Tell whether a dimension is the measured entity, and no field or dimension of that name."""
    own = scope.entity.fields if measure.by is None else measure.by
    return path == KIND and measure.over_trait and KIND not in own


def field_at(model: Model, entity: EntityModel, way: Way) -> FieldModel | None:
    """Return the field in which a way ends, None for a part of a value."""
    if not way.names:
        return None
    try:
        return end_of(model, entity, way.names)
    except (KeyError, StopIteration):
        return None


def own_grain(field: FieldModel | None, way: Way) -> str:
    """Return the period that a value of a time dimension itself is: of a date, a day."""
    return field_grain(field) or ("day" if way.type.kind in TIMES else "")


def field_grain(field: FieldModel | None) -> str:
    """Return the period that a value of a field is, empty for what is no time."""
    if field is None or field.value_type.kind not in TIMES:
        return ""
    if field.definition.type == "period":
        return str(field.definition.options.get("grain", "month"))
    return "day"


def fits(own: str, shown: str) -> bool:
    """Tell whether periods of one grain fall into those of another as a whole."""
    return shown in _WITHIN.get(own, ())


def moved(node: Node, shift: ShiftDefinition | None) -> Node:
    """Return a time as it is shown: last year's a year later under a shift of -1 year."""
    if shift is None:
        return node
    if shift.unit in _MONTHS:
        months = Decimal(-shift.number * _MONTHS[shift.unit])
        return Call("add_months", (node, Literal(months)))
    days = Decimal(-shift.number * _DAYS[shift.unit])
    return Binary("+", node, Call("days", (Literal(days),)))


def over_dimensions(
    tree: Node, scope: EntityScope, measure: MeasureDefinition, shift: ShiftDefinition | None
) -> Node:
    """Return a condition over dimensions as one over the measured records."""

    def change(node: Node) -> Node:
        if not isinstance(node, Path) or node.root:
            return rebuild(node, change)
        written = ".".join(node.names)
        if _is_kind(scope, measure, written):
            return Literal(measure.entity)
        names = way_to(measure.entity, measure.by, written)
        if names is None:
            raise UnknownNameError(node.names[0])
        found = replace(node, names=names)
        timed = shift is not None and scope.type_of(found).kind in TIMES
        return moved(found, shift) if timed else found

    return change(tree)


@dataclass(frozen=True)
class FigureScope:
    """The names of a report's numbers, for expressions over them."""

    figures: Mapping[str, ValueType]

    def type_of(self, path: Path) -> ValueType:
        """Return the type of a number."""
        found = self.figures.get(".".join(path.names)) if not path.root else None
        if found is None:
            raise UnknownNameError(".".join((path.root, *path.names)))
        return found

    def related(self, path: Path) -> FigureScope:
        """Refuse: a number has no records behind it."""
        raise UnknownNameError(".".join(path.names))

    def found(self, entity: str) -> FigureScope:
        """Refuse: nothing is looked up here."""
        raise UnknownNameError(entity)

    def ledger(self, name: str) -> Mapping[str, ValueType]:
        """Refuse: no ledger is asked here."""
        raise UnknownNameError(name)

    def period(self) -> Ends | None:
        """Tell that a number is not valid for a time."""
        return None

    def is_entity(self, name: str) -> bool:
        """Tell that no entity is known here."""
        return False


def figure_scope(report: ReportDefinition) -> FigureScope:
    """Return the names that expressions of a report may say."""
    return FigureScope({each.name: DECIMAL for each in report.figures})
