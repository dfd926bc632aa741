"""The group of all verbs: finds the configuration, and turns errors into words and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from cardwright_entities.errors import CardwrightError
from cardwright_metadata.problems import MetadataError
from cardwright_platform.cli.output import Output, write_failure
from cardwright_platform.cli.verbs import Verbs
from cardwright_platform.cli.workplace import Workplace
from cardwright_platform.config import ConfigError, read_config
from cardwright_platform.connectors.connector import ConnectorError
from cardwright_platform.plugin import PluginError, load_plugins
from cardwright_platform.security.keys import KeyFileError
from cardwright_platform.sign_in_providers.provider import ProviderError

PROBLEMS_FOUND = 1
WRONG_USAGE = 2


def main() -> None:
    """Run one command: exit code 0 done, 1 problems found, 2 wrong usage."""
    sys.exit(run(sys.argv[1:]))


def build_group() -> click.Group:
    """Return the group of all verbs, those of the configured plugins included."""

    @click.group(
        cls=Verbs,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    @click.option(
        "--in",
        "folder",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        default=Path(),
        help="Folder of config.yaml; the current one by default.",
    )
    @click.version_option(version("cardwright"), prog_name="cardwright")
    @click.pass_context
    def group(context: click.Context, folder: Path) -> None:
        """Cardwright: business objects written in YAML, run as a CRM."""
        context.obj = Workplace(read_config(folder.absolute(), os.environ))

    for verb in _plugin_verbs():
        group.add_command(verb)
    return group


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code; nothing but a bug ends in a traceback."""
    try:
        result: Any = build_group().main(
            list(arguments), prog_name="cardwright", standalone_mode=False
        )
        return result if isinstance(result, int) else 0
    except click.exceptions.Abort:
        click.echo("", err=True)
        return PROBLEMS_FOUND
    except click.ClickException as error:
        error.show()
        return WRONG_USAGE
    except (ConfigError, ConnectorError, KeyFileError, PluginError, ProviderError) as error:
        click.echo(str(error), err=True)
        return WRONG_USAGE
    except (CardwrightError, MetadataError) as error:
        write_failure(error, Output.of(arguments))
        return PROBLEMS_FOUND


def _plugin_verbs() -> tuple[click.Command, ...]:
    try:
        config = read_config(Path.cwd(), os.environ)
        plugins = load_plugins(config.plugins)
    except (ConfigError, PluginError):
        # The command itself says what is wrong with them.
        return ()
    return tuple(command for plugin in plugins for command in plugin.commands)
