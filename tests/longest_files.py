"""Which files take a minute and more: begun last, one of them would keep everybody waiting."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent
LONGEST = tuple(
    _HERE / name
    for name in (
        "examples/test_northwind.py",
        "entities/access/test_oracle.py",
        "platform/bad_input/test_sweep.py",
        "entities/expressions/test_differential.py",
        "browser/test_sales_chain.py",
        "platform/bad_input/test_leading_away.py",
        "entities/access/test_two_worlds.py",
        "platform/test_wheel.py",
        "platform/views/test_look.py",
        "faults/test_killed_applies.py",
        "platform/api/test_sales_chain.py",
        "platform/packs/test_bundled_scenarios.py",
    )
)
