"""``cardwright check``: everything that is wrong with packs, in one go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from cardwright_entities.errors import CardwrightError
from cardwright_metadata.checking import check as check_packs
from cardwright_metadata.checking import problems_to_json, write_problems
from cardwright_platform.cli.output import Output, as_json_option, write_failure
from cardwright_platform.cli.workplace import Workplace, pass_workplace
from cardwright_platform.installed_packs import installed_packs
from cardwright_platform.installing import examine_with, history_in, known_types, pack_paths


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@as_json_option
@pass_workplace
def check(workplace: Workplace, paths: tuple[Path, ...], as_json: bool) -> int:
    """Check packs; exit code 1 if there are problems.

    PATHS are folders or files of packs; without them those of the configuration are checked,
    over what is installed here.
    """
    output = Output(Output.of().language, as_json)
    config = workplace.config
    types = known_types(config)
    examine = examine_with(types, output.words)
    wanted = paths or pack_paths(config)
    _, problems = check_packs(wanted, types, examine)
    try:
        if problems and config.key_file.is_file():
            # Only now, so that packs are checked where no database is.
            with workplace.instance() as instance:
                installed, history = installed_packs(instance), history_in(instance)
            _, problems = check_packs(wanted, types, examine, installed=installed, history=history)
    except CardwrightError as error:
        write_failure(error, replace(output, as_json=False))
    finally:
        # Whatever became of the database: they are of the files alone.
        output.write_json({"problems": problems_to_json(problems)})
        if not as_json:
            click.echo(write_problems(problems))
    return 1 if problems else 0
