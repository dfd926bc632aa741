"""Conversions that the database does by itself, a whole batch in one statement."""

from __future__ import annotations

from dataclasses import dataclass

from cardwright_entities.changes.conversions import TypedField
from cardwright_entities.expressions.numbers import DIGITS

#: Digits that SQLite's integers hold for sure.
_SURE = 18


@dataclass(frozen=True)
class ExactSql:
    """For which values of the former column (``condition``) ``value`` is the new one, surely."""

    condition: str
    value: str


def exact_sql(old: TypedField, new: TypedField, column: str, dialect: str) -> ExactSql | None:
    """Return the conversion in SQL, None where only the types themselves can tell."""
    limited = {"min", "max"} & set(new.definition.options)
    target = _scale(new)
    if limited or target is None:
        return None
    whole = min(_SURE, DIGITS - target) if new.definition.type != "integer" else 15
    if old.kind == "text":
        return _from_text(column, whole, target, dialect)
    source = _scale(old)
    if source is None or source > target or old.definition.type == "percent":
        return None
    if dialect == "postgresql":
        return ExactSql(f'abs("{column}") < 1e{whole}', f'"{column}"')
    kept = min(whole + source, _SURE)
    return ExactSql(f'abs("{column}") < {10**kept}', f'"{column}" * {10 ** (target - source)}')


def _from_text(column: str, whole: int, scale: int, dialect: str) -> ExactSql:
    if dialect == "postgresql":
        decimals = rf"(\.[0-9]{{1,{scale}}})?" if scale else ""
        return ExactSql(
            f"\"{column}\" ~ '^-?[0-9]{{1,{whole}}}{decimals}$'", f'CAST("{column}" AS numeric)'
        )
    return ExactSql(
        f'"{column}" NOT GLOB \'*[^0-9]*\' AND length("{column}") BETWEEN 1 AND {whole}',
        f'CAST("{column}" AS INTEGER) * {10**scale}',
    )


def _scale(field: TypedField) -> int | None:
    """Return the decimals of a number with one column, None for everything else."""
    if field.kind != "decimal" or len(field.type.columns(field.definition)) != 1:
        return None
    if field.definition.type == "percent":
        return None
    return field.type.value_type(field.definition).scale
