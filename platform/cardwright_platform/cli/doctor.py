"""``cardwright doctor``: is this installation sound, and what should be done about it."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click

from cardwright_entities.accounts.accounts import has_accounts
from cardwright_entities.changes.commits import read_active
from cardwright_entities.changes.comparing import compare_tables
from cardwright_entities.changes.journal import unfinished
from cardwright_entities.errors import CardwrightError
from cardwright_entities.outbox import FAILED, WAITING, count_messages
from cardwright_entities.restores import held_message
from cardwright_metadata.problems import MetadataError
from cardwright_platform.app import make_theming
from cardwright_platform.cli.output import Output, as_json_option
from cardwright_platform.cli.workplace import Workplace, pass_workplace
from cardwright_platform.config import ConfigError
from cardwright_platform.connectors.missing import missing_of_catalog
from cardwright_platform.installing import plan_packs, read_packs
from cardwright_platform.instance import Instance

_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``advice`` is empty when it is as it should be."""

    subject: str
    advice: str = ""


@click.command()
@as_json_option
@pass_workplace
def doctor(workplace: Workplace, as_json: bool) -> int:
    """Look at database, definitions, files and accounts; exit code 1 if something needs care."""
    output = Output(Output.of().language, as_json)
    with workplace.instance() as instance:
        findings = [finding for look in _LOOKS for finding in look(instance)]
    output.write_table(
        ("", "what", "advice"),
        [("!" if each.advice else "ok", each.subject, each.advice) for each in findings],
    )
    output.write_json([{"subject": each.subject, "advice": each.advice} for each in findings])
    return 1 if any(each.advice for each in findings) else 0


def _database(instance: Instance) -> Iterator[Finding]:
    with instance.store.read(instance.system_context()) as session:
        active = read_active(session).number
        left = unfinished(session)
        people = has_accounts(session)
    yield Finding(f"database ({instance.store.dialect}) answers")
    yield Finding(
        f"change {active} is in use",
        "" if active else "Nothing is applied yet: start the server, or cardwright apply.",
    )
    yield Finding(
        "no apply is unfinished" if not left else f"changes {left} are unfinished",
        "Start the server: it brings them to their end." if left else "",
    )
    yield Finding("somebody can sign in", "" if people else "cardwright user add NAME --role admin")


def _definitions(instance: Instance) -> Iterator[Finding]:
    try:
        plan = plan_packs(instance, read_packs(instance))
    except (CardwrightError, MetadataError, ConfigError) as error:
        yield Finding("definitions", f"cardwright check says more: {str(error)[:200]}")
        return
    advice = "" if plan.is_empty else "The files differ from what is in use: cardwright plan."
    yield Finding("definitions are what is in use", advice)


def _tables(instance: Instance) -> Iterator[Finding]:
    found = compare_tables(instance.store, instance.system_context(), instance.types)
    if not found:
        yield Finding("tables are what the definitions ask for")
    for each in found:
        wrong = f"{each.code}: found {each.found or '-'}, wanted {each.expected or '-'}."
        yield Finding(f"table {each.name}", f"{wrong} Start the server: it repairs indexes.")


def _values(instance: Instance) -> Iterator[Finding]:
    """Compute stored rollups, formulas and mirrors of samples anew: they are what is stored."""
    checked = instance.engine.check_values(instance.system_context())
    language = Output.of().language
    for each in checked:
        wrong = len(each.differences)
        said = instance.words.translate(
            language,
            "doctor.values",
            {"entity": each.entity, "records": each.records, "values": each.values, "wrong": wrong},
        )
        first = each.differences[0] if each.differences else None
        advice = "" if first is None else f"{each.entity} {first.record}: {first.field}"
        yield Finding(said, advice)


def _outbox(instance: Instance) -> Iterator[Finding]:
    """Look whether what rules tell the outside can go, and whether some of it was given up."""
    language = Output.of().language
    with instance.engine.read(instance.system_context()) as desk:
        missing = missing_of_catalog(instance.config, desk.model.catalog)
        counted = count_messages(desk.session)
        held = held_message(desk.session)
    waiting, given_up = counted.get(WAITING, 0), counted.get(FAILED, 0)
    advice = [instance.words.say(language, each) for each in missing]
    if held is not None:
        advice.append(f"{instance.words.say(language, held)} cardwright outbox release")
    if given_up:
        advice.append("cardwright outbox list --state failed")
    params = {"waiting": waiting, "failed": given_up}
    yield Finding(instance.words.translate(language, "doctor.outbox", params), " ".join(advice))


def _folder(instance: Instance) -> Iterator[Finding]:
    config = instance.config
    mode = stat.S_IMODE(config.folder.stat().st_mode)
    yield Finding(
        f"folder {config.folder}",
        f"Others can write to it: chmod 750 {config.folder}" if mode & 0o002 else "",
    )
    free = shutil.disk_usage(config.folder).free
    yield Finding(
        f"{free // 1_000_000:,} MB of disk are free",
        "Less than 1 GB: make room." if free < _FREE_BYTES else "",
    )


def _front_end(instance: Instance) -> Iterator[Finding]:
    theming = make_theming(instance)
    for name, theme in theming.themes.items():
        is_built = bool(theme.assets) or bool(theme.parent)
        yield Finding(f"theme {name}", "" if is_built else "Not built: npm ci && npm run build.")
    if instance.config.theme not in theming.themes:
        yield Finding("theme", f"config.yaml names '{instance.config.theme}', which is not here.")


_LOOKS: tuple[Callable[[Instance], Iterator[Finding]], ...] = (
    _database,
    _definitions,
    _tables,
    _values,
    _outbox,
    _folder,
    _front_end,
)
