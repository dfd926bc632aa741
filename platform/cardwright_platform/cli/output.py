"""What commands write: sentences and tables for people, JSON for machines."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import click
import orjson
from rich.console import Console
from rich.table import Table

from cardwright_entities.errors import CardwrightError, InputError, Message
from cardwright_metadata.checking import problems_to_json, write_problems
from cardwright_metadata.problems import MetadataError
from cardwright_platform.words import Words, load_words

#: Columns of a table: a cut name is of no use, a terminal wraps what is longer.
_WIDEST = 10_000
_VARIABLES = ("CARDWRIGHT_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")

as_json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON, for programs.")


@dataclass(frozen=True)
class Output:
    """How this command speaks: its language, and whether to a person or a program."""

    language: str
    as_json: bool = False

    @classmethod
    def of(cls, arguments: Sequence[str] = ()) -> Output:
        """Take the language from the environment, and ``--json`` from the arguments."""
        return cls(terminal_language(), "--json" in arguments)

    @cached_property
    def words(self) -> Words:
        """Return the product's words."""
        return load_words()

    def say(self, key: str, **params: object) -> None:
        """Write a sentence for a person; programs get none."""
        if not self.as_json:
            click.echo(self.text(key, params))

    def say_aside(self, key: str, **params: object) -> None:
        """Write to standard error how far something is; programs get nothing of it."""
        if not self.as_json:
            click.echo(self.text(key, params), err=True)

    def text(self, key: str, params: Mapping[str, object] = {}) -> str:  # noqa: B006 - never changed
        """Return a sentence in the language of the terminal."""
        return self.words.translate(self.language, key, params)

    def write_json(self, value: object) -> None:
        """Write one JSON document, for programs."""
        if self.as_json:
            click.echo(orjson.dumps(value, default=str, option=orjson.OPT_INDENT_2).decode())

    def write_table(self, titles: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Write a table for a person; programs get none."""
        if self.as_json:
            return
        table = Table(*titles, box=None, pad_edge=False, header_style="bold")
        for row in rows:
            table.add_row(*(str(value) for value in row))
        Console(highlight=False, width=_WIDEST).print(table)


def terminal_language() -> str:
    """Return zh or en, as the environment asks."""
    wanted = next((os.environ[name] for name in _VARIABLES if os.environ.get(name)), "")
    return "zh" if wanted.lower().startswith("zh") else "en"


def write_failure(error: CardwrightError | MetadataError, output: Output) -> None:
    """Write what went wrong to standard error, or as JSON to standard output."""
    if isinstance(error, MetadataError):
        output.write_json({"problems": problems_to_json(error.problems)})
        if not output.as_json:
            click.echo(write_problems(error.problems), err=True)
        return
    lines = [_said(output, error.message)]
    if isinstance(error, InputError):
        lines += [
            f"  {name}: {_said(output, each)}" if name else f"  {_said(output, each)}"
            for name, messages in error.fields.items()
            for each in messages
        ]
    output.write_json({"error": {"code": error.message.code, "message": "\n".join(lines)}})
    if not output.as_json:
        click.echo("\n".join(lines), err=True)


def _said(output: Output, message: Message) -> str:
    return output.words.say(output.language, message)
