"""Stored computed values looked at in the background: what was compared, what differs, repair."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cardwright_entities.engine import Desk
from cardwright_entities.jobs.kinds import JobKind, Schedule
from cardwright_entities.jobs.runs import JobRun
from cardwright_entities.records.sampling import Checked
from cardwright_platform.instance import Instance

CHECK = "check_values"
#: Differences that are named with their records.
NAMED = 100

CHECK_SCHEDULES = (Schedule(kind=CHECK, every=timedelta(days=1)),)


def check_kinds(instance: Instance) -> tuple[JobKind, ...]:
    """Return the kind of job that looks at stored values; asked to, it repairs them first."""
    return (JobKind(name=CHECK, run=lambda run: _check(run, instance), at_once=1),)


def _check(run: JobRun, instance: Instance) -> None:
    context = instance.system_context()
    wrong = [(str(entity), str(field)) for entity, field in run.job.arguments.get("repair", ())]
    if wrong:
        with instance.engine.read(context) as desk:
            known = desk.model.catalog.entities
            places = [
                (name, field)
                for name, field in wrong
                if name in known and field in known[name].fields
            ]
        instance.engine.repair_values(context, places)
    found = instance.engine.check_values(context)
    run.write(lambda step: step.complete(summary(found)))


def summary(found: list[Checked]) -> dict[str, Any]:
    """Return what a look has found, as a job keeps it: counts and places, no values."""
    differences = [each for checked in found for each in checked.differences]
    return {
        "records": sum(each.records for each in found),
        "values": sum(each.values for each in found),
        "differences": len(differences),
        "fields": sorted({(each.entity, each.field) for each in differences}),
        "found": [
            {"entity": each.entity, "record": each.record, "field": each.field}
            for each in differences[:NAMED]
        ],
    }


def ask_for_check(instance: Instance, desk: Desk, *, repair: bool = False) -> int:
    """Enqueue a look; with ``repair`` what the last one found wrong is computed anew before."""
    last = instance.jobs.latest(desk.session, CHECK) if repair else None
    fields = (last.result or {}).get("fields", []) if last is not None else []
    return instance.jobs.enqueue(desk.session, CHECK, {"repair": fields})
