"""Which files take most of a minute or more: begun last, one would keep everybody waiting."""

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
        "platform/guarded/test_unsafe_requests.py",
        "platform/api/test_described_answers.py",
        "browser/test_sales_chain.py",
        "browser/test_accessible.py",
        "browser/test_cards.py",
        "browser/test_frame.py",
        "entities/access/test_two_worlds.py",
        "entities/access/test_living_world.py",
        "platform/bad_input/test_sweep.py",
        "platform/worker/test_mails.py",
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
        "platform/prints/test_rendering.py",
        "platform/test_rights_by_http.py",
        "platform/rush/test_at_once.py",
        "platform/cli/test_pack_installing.py",
        "platform/worker/test_short_messages.py",
        "platform/cli/test_serve.py",
        "platform/api/test_narrowed_tokens.py",
    )
)
