"""Which files take a minute and more: begun last, one of them would keep everybody waiting."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent
LONGEST = tuple(
    _HERE / name
    for name in (
        "entities/access/test_oracle.py",
        "examples/test_northwind.py",
        "examples/test_repairs_tutorial.py",
        "entities/expressions/test_differential.py",
        "browser/test_sales_chain.py",
        "entities/access/test_two_worlds.py",
        "platform/bad_input/test_sweep.py",
        "entities/flows/test_many_at_once.py",
        "examples/test_pack_tutorial.py",
        "entities/flows/test_rules_of_kept_values.py",
        "platform/bad_input/test_leading_away.py",
        "platform/packs/test_bundled_scenarios.py",
        "faults/test_killed_installs.py",
        "faults/test_killed_applies.py",
        "platform/test_wheel.py",
        "platform/views/test_look.py",
        "platform/test_demo_rights.py",
        "platform/api/test_sales_chain.py",
    )
)
