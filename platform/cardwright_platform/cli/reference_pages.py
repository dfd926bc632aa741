"""The pages about settings and commands, written from what the code declares."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from cardwright_platform.config import PREFIX, settings


def settings_page() -> str:
    """Return the page of all settings with their defaults."""
    lines = [
        "# Configuration",
        "",
        "Written by `cardwright docs`; do not edit by hand.",
        "",
        "One `setting: value` a line in `config.yaml`, or an environment variable, which wins.",
        "",
        "| setting | variable | default | meaning |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{name}` | `{PREFIX}{name.upper()}` | {_shown(default)} | {meaning} |"
        for name, default, meaning in settings()
    ]
    return "\n".join(lines) + "\n"


def command_page(root: click.Command) -> str:
    """Return the page of all commands with their arguments and options."""
    lines = [
        "# Commands",
        "",
        "Written by `cardwright docs`; do not edit by hand.",
        "",
        "Exit codes: 0 done, 1 problems found, 2 wrong usage. `--json` is for programs.",
    ]
    with click.Context(root, info_name="cardwright") as context:
        for name, command in walk(root, context):
            lines += ["", f"## {name}", "", inspect.cleandoc(command.help or ""), ""]
            lines += _parameters(command)
    return "\n".join(lines) + "\n"


def walk(command: click.Command, context: click.Context) -> Iterator[tuple[str, click.Command]]:
    """Yield every command below a group with its whole name."""
    if not isinstance(command, click.Group):
        return
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        if found is None:
            continue
        with click.Context(found, info_name=name, parent=context) as below:
            yield below.command_path, found
            yield from walk(found, below)


def _parameters(command: click.Command) -> list[str]:
    rows = []
    for each in command.params:
        name = " ".join((*each.opts, *each.secondary_opts))
        if isinstance(each, click.Option):
            rows.append(f"- `{name}` {each.help or ''}".rstrip())
        else:
            rows.append(f"- `{each.human_readable_name}`")
    return rows


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, tuple):
        return f"`[{', '.join(default)}]`"
    if isinstance(default, Path):
        return f"`{default}`"
    return f"`{default}`" if default != "" else ""
