"""A sum spread over parts: alike or by weights, and the parts always add up to the sum."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal


def spread_evenly(total: Decimal, parts: int, scale: int) -> tuple[Decimal, ...]:
    """Return so many parts that differ by one smallest unit at most, the larger ones first."""
    return spread_by(total, [Decimal(1)] * parts, scale)


def spread_by(total: Decimal, weights: Sequence[Decimal], scale: int) -> tuple[Decimal, ...]:
    """Return parts in proportion to weights; what rounding leaves goes to the largest rests.

    Without a positive weight the parts are alike. A weight below zero counts as none.
    """
    if not weights:
        return ()
    unit = Decimal(1).scaleb(-scale)
    given = [max(each, Decimal(0)) for each in weights]
    whole = sum(given, Decimal(0))
    if not whole:
        given, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
    exact = [total * each / whole for each in given]
    parts = [each.quantize(unit, ROUND_DOWN) for each in exact]
    left = int(((total - sum(parts, Decimal(0))) / unit).to_integral_value(ROUND_DOWN))
    order = sorted(range(len(parts)), key=lambda at: (-abs(exact[at] - parts[at]), at))
    step = unit if left >= 0 else -unit
    for at in [each for each in order if given[each]][: abs(left)]:
        parts[at] += step
    return tuple(parts)
