"""``cardwright worker``: a process that runs jobs, woken by Redis, beside the servers."""

from __future__ import annotations

import logging
import signal
import threading
from types import FrameType

import click

from cardwright_platform.cli.output import Output
from cardwright_platform.cli.workplace import Workplace, pass_workplace
from cardwright_platform.installing import prepare
from cardwright_platform.serving import Presence
from cardwright_platform.worker.assembly import build_loop, build_rq_worker, open_bell


@click.command()
@click.option("--burst", is_flag=True, help="Run what is due, then end.")
@pass_workplace
def worker(workplace: Workplace, burst: bool) -> int:
    """Run jobs until Ctrl+C; any number of these on any machine."""
    output = Output.of()
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with workplace.instance(attended=False) as instance:
        prepare(instance)
        bell = open_bell(instance.config)
        loop = build_loop(instance, bell, "worker")
        if burst:
            output.say("cli.worker_done", count=loop.drain())
            return 0
        ended = threading.Event()
        waiting = build_rq_worker(instance, loop) if instance.config.worker == "rq" else None

        def end(number: int, frame: FrameType | None) -> None:
            ended.set()
            if waiting is not None:
                waiting.stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        presence = Presence(instance, "worker")
        presence.start()
        loop.start()
        output.say("cli.worker_runs")
        if waiting is not None:
            waiting.run(ended.wait)
        ended.wait()
        loop.stop()
        presence.stop()
        bell.close()
    return 0
