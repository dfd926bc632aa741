"""Imports files in processes that may be killed: one fork for each line of standard input.

A line is JSON: url, folder of files, number of the point to die at (0: none), file for the trace.
The answer is a line with the exit status: 0, or minus the signal.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from installation import Installation

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.engine import Engine
from cardwright_entities.exchange import documents, second_pass
from cardwright_entities.exchange.service import Exchange
from cardwright_entities.exchange.services import Services
from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.files.blobs import Blobs
from cardwright_entities.jobs.kinds import JobKinds
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.jobs.running import JobRunner, Worker
from cardwright_entities.model.model import Models
from cardwright_entities.store.doors import Store
from cardwright_platform.confined.workbooks import ConfinedWorkbooks


def open_exchange(url: str, folder: Path) -> tuple[Installation, Exchange]:
    """Open an installed database with a folder of files."""
    types = FieldTypes(BUILTIN_FIELD_TYPES)
    store = Store(url)
    engine = Engine(store, Models(types), b"test secret")
    folder.mkdir(parents=True, exist_ok=True)
    services = Services(
        desk=engine.desk,
        blobs=Blobs(folder),
        workbooks=ConfinedWorkbooks(folder=folder),
        jobs=Jobs(),
        say=lambda message, language: message.code,
    )
    return Installation(engine, store, types), Exchange(services)


def work(url: str, folder: Path, *, later: timedelta = timedelta(0)) -> None:
    """Be a worker that takes back what dead ones left and runs everything that is due.

    Its batches are small, so that few rows pass through many transactions.
    """
    documents.BATCH = 40
    second_pass.BATCH = 5
    installation, exchange = open_exchange(url, folder)

    def clock() -> datetime:
        return datetime.now(UTC) + later

    def context(asker: object) -> Context:
        return Context(principal=SYSTEM, now=clock(), language="en")

    worker = Worker(installation.store, JobKinds(exchange.kinds()), context, clock, "child")
    runner = JobRunner(worker)
    runner.sweep()
    while runner.run_next():
        pass
    installation.store.close()


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            if order["stop_at"]:
                os.environ["CARDWRIGHT_STOP_AT"] = str(order["stop_at"])
            if order["trace"]:
                os.environ["CARDWRIGHT_STOP_TRACE"] = order["trace"]
            later = timedelta(hours=order["hours"])
            work(order["url"], Path(order["folder"]), later=later)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
