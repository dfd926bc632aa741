"""``python tests/bench/expressions.py``: evaluations per second in Python and in the script."""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from expression_worlds.generating import records
from expression_worlds.javascript import running_script
from expression_worlds.world import CONTEXT, Scope

from cardwright_entities.expressions.checking import check_types
from cardwright_entities.expressions.evaluation import evaluate
from cardwright_metadata.expressions.parsing import parse

FORMULAS = {
    "a product": "price * number",
    "a price with tax": "round(price * (1 + coalesce(rate, 0)) / 3, 2)",
    "a condition": "open and price > 10 and (name contains 'tech' or due in this_month())",
    "a sum of lines": "sum(lines where quantity > 0, amount * quantity)",
    "texts and days": "concat(upper(name), '-', add_months(due, 3))",
}
RECORDS = records(2026, 64)


def main() -> int:
    """Print one row for each formula; return 0."""
    print(f"{'formula':<20}{'Python /s':>12}{'JavaScript /s':>16}")
    for name, text in FORMULAS.items():
        python, script = _in_python(text), _in_javascript(text)
        print(f"{name:<20}{python:>12,.0f}{script:>16,.0f}")
    return 0


def _in_python(text: str, seconds: float = 1.0) -> float:
    typed = check_types(parse(text), Scope())
    count, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        for record in RECORDS:
            evaluate(typed, record, CONTEXT)
        count += len(RECORDS)
    return count / (time.perf_counter() - begun)


def _in_javascript(text: str, times: int = 300) -> float:
    """Measure with what it costs to send each answer through a pipe."""
    typed = check_types(parse(text), Scope())
    with running_script(RECORDS) as script:
        script.evaluate(typed)
        begun = time.perf_counter()
        for _ in range(times):
            script.evaluate(typed)
        return times * len(RECORDS) / (time.perf_counter() - begun)


if __name__ == "__main__":
    sys.exit(main())
