"""A field that is used only over a trait is found, with the place that uses it."""

from __future__ import annotations

TICKETS = """
kind: trait
name: serviced
fields:
  status: {type: text}
---
kind: entity
name: ticket
use: [serviced]
fields:
  hours: {type: decimal, scale: 2}
  spare: {type: text}
---
kind: entity
name: visit
use: [serviced]
fields:
  hours: {type: decimal, scale: 2}
  spare: {type: text}
---
kind: measure
name: worked
of: trait:serviced
sum: hours
where: "status = 'done'"
by: {state: status}
---
kind: report
name: work
records: {of: "trait:serviced", columns: [status, hours], where: "hours > 1"}
---
kind: report
name: load
measures: {most: {of: "trait:serviced", max: hours}}
rows: [status]
"""


#: Where both entities' field is used: over the trait alone.
PLACES = (
    "measure/worked#sum",
    "report/load#measures.most.max",
    "report/work#records.columns.hours",
    "report/work#records.where",
)


def used(plan) -> set[tuple[str, str]]:
    """Return the places outside of entities that use what a plan touches, and what they use."""
    return {
        (use.place, f"{use.entity}.{use.field}")
        for use in plan.uses
        if not use.part.startswith("entity/")
    }


def test_a_new_name_of_a_field_names_what_measures_it_over_its_trait(bench) -> None:
    bench.apply(TICKETS)
    renamed = TICKETS.replace("hours: {", "effort: {was: (), ").replace("hours", "effort")
    plan = bench.plan(renamed.replace("()", "hours"))
    assert used(plan) == {
        (place, f"{entity}.hours") for place in PLACES for entity in ("ticket", "visit")
    }


def test_a_field_that_is_retired_names_what_measures_it_over_its_trait(bench) -> None:
    bench.apply(TICKETS)
    without = TICKETS.partition("---\nkind: measure")[0]
    plan = bench.plan(without.replace("  status: {type: text}", "  state: {type: text}"))
    assert ("measure/worked#by.state.path", "visit.status") in used(plan)
    assert ("measure/worked#where", "ticket.status") in used(plan)
    assert ("report/work#records.columns.status", "ticket.status") in used(plan)
