"""``cardwright explain``: which layer, pack, file and line set a value of a definition."""

from __future__ import annotations

import re
from pathlib import Path

import click
import orjson

from cardwright_entities.records.reasons import reasons_of
from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.explaining import Layer, NothingThere
from cardwright_metadata.explaining import explain as explain_value
from cardwright_metadata.marks import plain
from cardwright_platform.api.reasons import reason_json
from cardwright_platform.cli.output import Output, as_json_option
from cardwright_platform.cli.workplace import Workplace, pass_workplace
from cardwright_platform.installing import history_in, read_packs

#: A value of a record, not of a definition.
_OF_RECORD = re.compile(r"([a-z_][a-z0-9_]*)/([0-9]{1,18})\.([a-z_][a-z0-9_]*)")


@click.command()
@click.argument("name")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@as_json_option
@pass_workplace
def explain(workplace: Workplace, name: str, paths: tuple[Path, ...], as_json: bool) -> int:
    """Say which pack, file and line set a value of a definition, and what lies below it.

    NAME is such as customer.code.required, customer.list.columns or role/sales#grants; PATHS are
    further packs. customer/12.code is the value of a record: who set it, what it follows from.
    """
    output = Output(Output.of().language, as_json)
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


def _row(layer: Layer, *, has_won: bool, output: Output) -> tuple[str, ...]:
    place = f"{layer.place.file}:{layer.place.line}" if layer.place else ""
    kind = output.text(f"cli.layer_{layer.kind}")
    return ("→" if has_won else "", kind, layer.pack, place, _short(layer.value))


def _short(value: object) -> str:
    text = orjson.dumps(plain(value), default=str).decode()
    return text if len(text) <= 80 else f"{text[:77]}…"
