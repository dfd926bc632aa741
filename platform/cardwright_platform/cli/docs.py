"""``cardwright docs``: the reference pages and the editors' schemas, written from the code."""

from __future__ import annotations

from pathlib import Path

import click

from cardwright_metadata.reference import write_reference
from cardwright_metadata.schema_writing import write_schemas
from cardwright_platform.cli.output import Output, as_json_option
from cardwright_platform.cli.reference_pages import command_page, settings_page
from cardwright_platform.cli.workplace import Workplace, pass_workplace
from cardwright_platform.installing import known_types


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("docs"))
@as_json_option
@click.pass_context
@pass_workplace
def docs(workplace: Workplace, context: click.Context, folder: Path, as_json: bool) -> int:
    """Write the reference of language, settings and commands, and the schemas for editors.

    FOLDER is where they go, docs by default.
    """
    output = Output(Output.of().language, as_json)
    types = known_types(workplace.config)
    written = [
        *write_reference(types, folder / "reference"),
        *write_schemas(types, folder / "schemas"),
    ]
    root = context.find_root().command
    pages = {"configuration.md": settings_page(), "commands.md": command_page(root)}
    for name, text in pages.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        written.append(path)
    output.write_json({"files": [str(path) for path in written]})
    if not as_json:
        for path in written:
            click.echo(str(path))
    return 0
