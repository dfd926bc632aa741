from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import pytest

from cardwright_platform.cli.reference_pages import walk
from cardwright_platform.cli.verbs import VERBS, find_verb

Cardwright = Callable[..., Any]


def test_it_says_its_version(cardwright: Cardwright) -> None:
    assert cardwright("--version").out == f"cardwright, version {version('cardwright')}\n"


@pytest.mark.parametrize(
    "arguments",
    [("nothing",), ("check", "--colour"), ("serve", "--port", "0"), ("user", "add"), ("--in", "x")],
)
def test_wrong_usage_ends_with_two(cardwright: Cardwright, arguments: tuple[str, ...]) -> None:
    told = cardwright(*arguments)
    assert told.code == 2
    assert told.err.startswith("Usage:")


def test_a_wrong_configuration_ends_with_two(cardwright: Cardwright, place: Path) -> None:
    (place / "config.yaml").write_text("prot: 8000\n", encoding="utf-8")
    told = cardwright("check")
    assert (told.code, told.err) == (2, "config.yaml: there is no setting 'prot'\n")


def test_a_plugin_that_is_not_installed_is_named(cardwright: Cardwright) -> None:
    told = cardwright("check", CARDWRIGHT_PLUGINS="telepathy")
    assert told.code == 2
    assert "telepathy" in told.err


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: key.write_text("00" * 32, encoding="ascii"),
        lambda key: key.write_text("short", encoding="ascii"),
        lambda key: key.chmod(0o644),
    ],
)
def test_no_command_runs_with_a_key_that_cannot_be_trusted(
    cardwright: Cardwright, place: Path, spoil: Callable[[Path], object]
) -> None:
    assert cardwright("plan").code == 0
    spoil(place / "var" / "secret.key")
    told = cardwright("user", "list")
    assert told.code == 2
    assert "secret.key" in told.err


def test_a_pack_that_is_not_there_is_named(cardwright: Cardwright) -> None:
    told = cardwright("plan", CARDWRIGHT_PACKS="crew,nowhere")
    assert told.code == 2
    assert "nowhere" in told.err


def test_the_database_in_use_is_the_configured_one(
    cardwright: Cardwright, place: Path, postgresql_url: str
) -> None:
    assert cardwright("apply", "--yes", CARDWRIGHT_DATABASE_URL=postgresql_url).code == 0
    assert not (place / "var" / "cardwright.sqlite").exists()
    again = cardwright("plan", "--json", CARDWRIGHT_DATABASE_URL=postgresql_url)
    assert again.json()["empty"]


def test_doctor_says_what_to_do(cardwright: Cardwright) -> None:
    ill = cardwright("doctor", "--json")
    assert ill.code == 1
    advice = {each["subject"]: each["advice"] for each in ill.json()}
    assert "user add" in advice["somebody can sign in"]
    assert cardwright("apply", "--yes").code == 0
    assert cardwright("user", "add", "li.na", "--role", "admin").code == 0
    well = cardwright("doctor", "--json")
    assert well.code == 0, well.out


def test_doctor_finds_a_table_that_is_not_as_it_should_be(
    cardwright: Cardwright, place: Path
) -> None:
    assert cardwright("apply", "--yes").code == 0
    assert cardwright("user", "add", "li.na", "--role", "admin").code == 0
    with closing(sqlite3.connect(place / "var" / "cardwright.sqlite")) as database:
        database.execute("alter table e_watch rename column title to titel")
        database.commit()
    ill = cardwright("doctor", "--json")
    assert ill.code == 1
    assert any("missing_column" in each["advice"] for each in ill.json())


def test_docs_are_written_for_every_setting_and_command(
    cardwright: Cardwright, place: Path
) -> None:
    assert cardwright("docs", "written").code == 0
    commands = (place / "written" / "commands.md").read_text(encoding="utf-8")
    for verb in filter(None, map(find_verb, VERBS)):
        with click.Context(verb, info_name=f"cardwright {verb.name}") as context:
            for name, command in walk(verb, context):
                assert f"## {name}\n" in commands
                assert command.help
    assert (place / "written" / "reference" / "field-types.md").exists()
    assert (place / "written" / "schemas" / "cardwright.schema.json").exists()


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_is_in_the_file_that_is_named(name: str) -> None:
    verb = find_verb(name)
    assert verb is not None
    assert verb.name == name


def test_a_command_does_not_import_the_server() -> None:
    program = """
import sys
from cardwright_platform.cli.entry import run
run(["user", "--help"])
print(*({"cardwright_platform.app", "gunicorn", "redis", "waitress"} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "Usage: cardwright user" in done.stdout
    assert done.stdout.splitlines()[-1] == ""
