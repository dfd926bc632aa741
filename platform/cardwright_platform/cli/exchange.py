"""``cardwright import`` and ``export``: a file into records, records into a file."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path
from typing import Any

import click

from cardwright_entities.accounts.accounts import find_account
from cardwright_entities.accounts.acting import principal_of
from cardwright_entities.contexts import Context
from cardwright_entities.errors import InputError, Message, NotFoundError
from cardwright_entities.exchange.requests import Desk, ExportRequest, ImportRequest
from cardwright_entities.exchange.service import Exchange
from cardwright_entities.files.register import add_file, read_file
from cardwright_entities.jobs.outcomes import RowOutcome, read_outcomes
from cardwright_entities.jobs.queue import ENDED, Job
from cardwright_platform.cli.output import Output, as_json_option
from cardwright_platform.cli.workplace import Workplace, pass_workplace
from cardwright_platform.installing import prepare
from cardwright_platform.instance import Instance
from cardwright_platform.worker.assembly import build_exchange, build_loop, open_bell

_SHOWN_ROWS = 20
_LOOK = 0.1
_MEGABYTE = 1_000_000

_as_option = click.option("--as", "login", default="", help="Login of who acts; the system itself.")


@click.command("import")
@click.argument("what")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option("--mode", type=click.Choice(["create", "update", "upsert"]), default=None)
@click.option("--key", "keys", multiple=True, help="A field that finds records that are there.")
@click.option("--column", "columns", multiple=True, metavar="TITLE=FIELD", help="Use of a column.")
@click.option("--encoding", default="", help="Of a CSV file; found out by default.")
@click.option("--sheet", default="", help="Of a workbook; the first with rows by default.")
@click.option("--rejects", type=click.Path(path_type=Path), help="Where refused rows go.")
@_as_option
@as_json_option
@pass_workplace
def import_(workplace: Workplace, /, **options: Any) -> int:  # noqa: ANN401 - click's own options
    """Import FILE. WHAT is an import map, or an entity whose titles are guessed."""
    output = Output(Output.of().language, options["as_json"])
    with workplace.instance() as instance:
        prepare(instance)
        context = acting(instance, options["login"], output.language)
        exchange = build_exchange(instance)
        file = _bring(instance, exchange, context, options["file"])

        def ask(desk: Desk) -> int:
            return exchange.start_import(desk, _import_request(desk, file, options))

        job = run_job(instance, instance.engine.run_write(context, ask), output)
        _tell_import(instance, context, job, output)
        if options["rejects"] and job.result and job.result.get("rejects"):
            _take(instance, exchange, context, job.result["rejects"], options["rejects"])
    refused = bool(job.result and job.result["rejected"])
    return 1 if job.state != "done" or refused else 0


@click.command("export")
@click.argument("entity")
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--where", default="", help="A condition, such as \"stage = 'sent'\".")
@click.option("--column", "columns", multiple=True, help="A path; the list's columns by default.")
@click.option("--sort", "sort", multiple=True, help="A path, - before it for high to low.")
@click.option("--with-ids", is_flag=True, help="Add id and version, to import changes again.")
@click.option("--reason", default="", help="Why; for the log, and required where it is asked for.")
@_as_option
@as_json_option
@pass_workplace
def export(workplace: Workplace, /, **options: Any) -> int:  # noqa: ANN401 - click's own options
    """Export the records of ENTITY into TARGET, a workbook (.xlsx) or a CSV file."""
    output = Output(Output.of().language, options["as_json"])
    target: Path = options["target"]
    request = ExportRequest(
        entity=options["entity"],
        columns=options["columns"],
        where=options["where"],
        sort=options["sort"],
        format=target.suffix.removeprefix("."),
        with_ids=options["with_ids"],
        reason=options["reason"],
    )
    with workplace.instance() as instance:
        prepare(instance)
        # A file is for whoever opens it, not for the terminal.
        context = acting(instance, options["login"])
        exchange = build_exchange(instance)
        asked = instance.engine.run_write(
            context, lambda desk: exchange.start_export(desk, request)
        )
        job = run_job(instance, asked, output)
        if job.state != "done" or job.result is None:
            _tell_failure(job, output)
            return 1
        _take(instance, exchange, context, job.result["file"], target)
    output.say("cli.exported", rows=job.result["rows"], file=target)
    output.write_json(dict(job.result) | {"file": str(target)})
    return 0


def acting(instance: Instance, login: str, language: str = "") -> Context:
    """Return the context of an account, or of the system itself.

    Where no language is said it is that of the account, else the installation's.
    """
    system = instance.system_context(language)
    if not login:
        return system
    with instance.store.read(system) as session:
        account = find_account(session, login)
        principal, _ = principal_of(session, instance.models.current(session), account.id)
    return instance.context(principal, language=language or account.language or "")


def run_job(instance: Instance, asked: int, output: Output) -> Job:
    """Work until a job is over, whoever does it, with a bar for a person; return the job."""
    loop = build_loop(instance, open_bell(instance.config), "command")
    ended = threading.Event()

    def work() -> None:
        while not ended.is_set():
            loop.drain()
            ended.wait(_LOOK)

    worker = threading.Thread(target=work, name="worker")
    worker.start()
    try:
        return _watch(instance, asked, output)
    finally:
        ended.set()
        loop.stop()
        worker.join()


def _watch(instance: Instance, asked: int, output: Output) -> Job:
    hidden = output.as_json
    with click.progressbar(length=0, hidden=hidden, show_pos=True) as bar:
        while True:
            with instance.store.read(instance.system_context()) as session:
                job = instance.jobs.read(session, asked)
            bar.length = job.progress.total or None
            bar.update(job.progress.done - bar.pos)
            if job.state in ENDED:
                return job
            time.sleep(_LOOK)


def _bring(instance: Instance, exchange: Exchange, context: Context, path: Path) -> int:
    limit = instance.config.upload_megabytes * _MEGABYTE
    with path.open("rb") as source:
        blob = exchange.services.blobs.put(source, limit=limit, name=path.name)
    return instance.store.run_write(context, lambda session: add_file(session, blob, path.name))


def _take(
    instance: Instance, exchange: Exchange, context: Context, file: int, target: Path
) -> None:
    with instance.store.read(context) as session:
        stored = read_file(session, file)
    shutil.copyfile(exchange.services.blobs.path(stored.sha256), target)


def _import_request(desk: Desk, file: int, options: dict[str, Any]) -> ImportRequest:
    catalog = desk.model.catalog
    what = options["what"]
    said = catalog.import_maps.get(what)
    if said is None and what not in catalog.entities:
        raise NotFoundError(Message.of("nothing_to_import_into", name=what))
    pairs = [each.partition("=") for each in options["columns"]]
    if not all(separator for _, separator, _ in pairs):
        raise InputError({"column": [Message("column_without_field")]})
    return ImportRequest(
        file=file,
        entity=said.entity if said else what,
        import_map=what if said else "",
        columns={title: path for title, _, path in pairs},
        key=tuple(options["keys"]),
        mode=options["mode"] or "",
        dry_run=options["dry_run"],
        encoding=options["encoding"] or (said.encoding if said else ""),
        sheet=options["sheet"],
    )


def _tell_import(instance: Instance, context: Context, job: Job, output: Output) -> None:
    if job.state != "done" or job.result is None:
        _tell_failure(job, output)
        return
    with instance.store.read(context) as session:
        said = read_outcomes(session, job.id, limit=_SHOWN_ROWS)
    key = "cli.import_tried" if job.result["dry_run"] else "cli.imported"
    output.say(key, **job.result)
    for each in said:
        for line in _lines(each, output):
            output.say("cli.import_row", row=each.row, text=line)
    output.write_json({"job": job.id, **job.result})


def _lines(outcome: RowOutcome, output: Output) -> list[str]:
    def say(message: Message) -> str:
        return output.words.say(output.language, message)

    return [
        f"{path}: {say(message)}" if path else say(message)
        for path, messages in outcome.messages.items()
        for message in messages
    ]


def _tell_failure(job: Job, output: Output) -> None:
    error = job.error or {"code": f"job_{job.state}"}
    output.write_json({"job": job.id, "state": job.state, "error": error})
    if output.as_json:
        return
    fields = error.get("fields") or {"": [error]}
    for path, messages in fields.items():
        for each in messages:
            text = output.text(each["code"], each.get("params", {}))
            click.echo(f"{path}: {text}" if path else text, err=True)
