"""Applies packs in processes that may be killed: one fork for each line of standard input.

A line is JSON: url, folder of the pack, number of the point to die at (0: none), file for the
trace, perhaps the retired field to purge instead, perhaps a statement that somebody else sends once
the plan is made. The answer is a line with the exit status: 0, or minus the signal.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from cardwright_entities.changes.applying import apply
from cardwright_entities.changes.planning import make_plan
from cardwright_entities.changes.purging import make_purge
from cardwright_entities.changes.reconciling import reconcile
from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.errors import PlanError
from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.store.doors import Store
from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import load_pack

TYPES = FieldTypes(BUILTIN_FIELD_TYPES)


def run(url: str, folder: str, stop_at: int, trace: str, purge: str, meanwhile: str) -> None:
    if stop_at:
        os.environ["CARDWRIGHT_STOP_AT"] = str(stop_at)
    if trace:
        os.environ["CARDWRIGHT_STOP_TRACE"] = trace
    store = Store(url)
    context = Context(SYSTEM, datetime.now(UTC))
    reconcile(store, context, TYPES)
    if purge:
        plan = make_purge(store, context, TYPES, purge)
    else:
        plan = make_plan(store, context, TYPES, build_catalog([load_pack(Path(folder))], TYPES))
    if meanwhile:
        with store.write(context) as session:
            session.execute(text(meanwhile))
    with suppress(PlanError):
        apply(store, context, TYPES, plan, author="child", reason="test")
    if stop_at and not purge:
        # Whoever was traced may have passed more points, where others stood in its way.
        os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            run(
                order["url"],
                order["folder"],
                order["stop_at"],
                order["trace"],
                order.get("purge", ""),
                order.get("meanwhile", ""),
            )
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
