"""``cardwright explain``: which layer, pack, file and line set a value of a definition."""

from __future__ import annotations

import re
from pathlib import Path

import click
import orjson

from cardwright_entities.accounts.accounts import find_account
from cardwright_entities.accounts.acting import principal_of
from cardwright_entities.records.reasons import reasons_of
from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.explaining import Layer, NothingThere
from cardwright_metadata.explaining import explain as explain_value
from cardwright_metadata.marks import plain
from cardwright_platform.api.explaining import rights_json
from cardwright_platform.api.reasons import reason_json
from cardwright_platform.cli.output import Output, as_json_option
from cardwright_platform.cli.workplace import Workplace, pass_workplace
from cardwright_platform.installing import history_in, read_packs

#: A value of a record, not of a definition.
_OF_RECORD = re.compile(r"([a-z_][a-z0-9_]*)/([0-9]{1,18})\.([a-z_][a-z0-9_]*)")

#: A record: who may do what with it.
_RECORD = re.compile(r"([a-z_][a-z0-9_]*)/([0-9]{1,16})")


@click.command()
@click.argument("name")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--for", "login", default="", help="Whose rights over the record customer/12.")
@as_json_option
@pass_workplace
def explain(
    workplace: Workplace, name: str, paths: tuple[Path, ...], login: str, as_json: bool
) -> int:
    """Say which pack, file and line set a value of a definition, and what lies below it.

    NAME is such as customer.code.required, customer.list.columns or role/sales#grants; PATHS are
    further packs. customer/12.code is the value of a record: who set it, what it follows from.
    customer/12 --for LOGIN is what somebody may do with a record, and which role gives it.
    """
    output = Output(Output.of().language, as_json)
    record = _RECORD.fullmatch(name)
    if record is not None and login:
        return _explain_rights(workplace, output, (record[1], int(record[2])), login)
    of_record = _OF_RECORD.fullmatch(name)
    if of_record is not None:
        entity, number, field = of_record.groups()
        return _explain_record(workplace, output, (entity, int(number), field))
    with workplace.instance() as instance:
        packs = read_packs(instance, paths)
        catalog = build_catalog(packs, instance.types, history=history_in(instance))
        try:
            found = explain_value(catalog, packs, name)
        except NothingThere as error:
            output.say("cli.explain_nothing", name=name)
            if error.near:
                output.say("cli.explain_nearest", near=error.near)
            output.write_json({"error": {"code": "not_found", "near": error.near}})
            return 1
    output.write_json(found.to_json())
    if not as_json:
        click.echo(f"{name} = {_short(found.value)}")
    won = found.set_by
    layers = found.layers or (won,)
    output.write_table(
        ("", "layer", "pack", "place", "value"),
        [_row(each, has_won=each is won, output=output) for each in layers],
    )
    return 0


def _explain_record(workplace: Workplace, output: Output, asked: tuple[str, int, str]) -> int:
    name, record, field = asked
    with workplace.instance() as instance:
        context = instance.system_context()
        with instance.engine.read(context) as desk:
            desk.record(name, record, fields=("id",), lines=False)
            (found,) = reasons_of(desk.records, desk.model.entity(name), record, (field,))
    told = reason_json(found, output.language)
    output.write_json(told)
    if not output.as_json:
        click.echo(f"{name}/{record}.{field} = {_short(told['value'])}")
    said = ("kind", "by", "at", "via", "formula", "source", "frozen_at")
    rows = [(key, str(told[key])) for key in said if told[key] not in (None, "")]
    rows += [(each["path"], _short(each["value"])) for each in told["inputs"]]
    rows += [("record", f"{each['entity']}/{each['id']}") for each in told["records"]]
    output.write_table(("", "what"), rows)
    return 0


def _explain_rights(
    workplace: Workplace, output: Output, asked: tuple[str, int], login: str
) -> int:
    name, record = asked
    with workplace.instance() as instance:
        context = instance.system_context()
        with instance.engine.read(context) as desk:
            desk.record(name, record, fields=("id",), lines=False)
            account = find_account(desk.session, login)
            principal, _ = principal_of(desk.session, desk.model, account.id)
            told = rights_json(desk.explained(name, record, principal))
    output.write_json({"account": account.id, **told})
    signs = {True: "✓", False: "✗", None: "?"}
    rows: list[tuple[str, ...]] = []
    for each in told["actions"]:
        rows.append((each["action"], signs[each["holds"]], "", "", ""))
        rows += [
            ("", signs[tried["holds"]], tried["role"], tried["scope"], tried["condition"])
            for tried in each["tried"]
        ]
    output.write_table(("action", "", "role", "scope", "condition"), rows)
    kept = [each for each in told["fields"] if each["level"] != "write"]
    if kept:
        output.write_table(("field", "level"), [(each["field"], each["level"]) for each in kept])
    return 0


def _row(layer: Layer, *, has_won: bool, output: Output) -> tuple[str, ...]:
    place = f"{layer.place.file}:{layer.place.line}" if layer.place else ""
    kind = output.text(f"cli.layer_{layer.kind}")
    return ("→" if has_won else "", kind, layer.pack, place, _short(layer.value))


def _short(value: object) -> str:
    text = orjson.dumps(plain(value), default=str).decode()
    return text if len(text) <= 80 else f"{text[:77]}…"
