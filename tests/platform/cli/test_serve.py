from __future__ import annotations

import re
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from running import running, until
from services.children import free_port

from cardwright_platform.cli.entry import run


@contextmanager
def server(place: Path, *arguments: str, **variables: str) -> Iterator[tuple[str, str]]:
    """Run the server in a process of its own; give its address and what it printed."""
    port = free_port()
    command = ("serve", "--port", str(port), *arguments)
    with running(place, *command, ready="Ctrl+C", **variables) as printed:
        yield f"http://127.0.0.1:{port}", printed.read_text(encoding="utf-8")


def link_in(printed: str) -> str:
    found = re.search(r"http://\S+/link/\S+", printed)
    assert found is not None, printed
    return found[0]


def enter(client: httpx.Client, link: str, **fields: str) -> httpx.Response:
    page = client.get(link)
    token = re.search(r'name="csrf-token" content="([0-9a-f]+)"', page.text)
    assert token is not None
    return client.post(link, data={"csrf_token": token[1]} | fields)


def test_the_first_start_prints_a_link_with_which_the_first_administrator_sets_a_password(
    place: Path,
) -> None:
    with server(place) as (address, printed), httpx.Client(trust_env=False) as client:
        link = link_in(printed)
        assert link.startswith(address)
        password = {"password": "three old lanterns", "password_again": "three old lanterns"}
        assert enter(client, link, **password).status_code == 303
        assert client.get(f"{address}/sign-in").status_code == 303
        assert client.get(link).status_code == 404
    with server(place) as (_, printed):
        assert "/link/" not in printed


def test_a_change_is_in_use_at_the_next_request_of_every_process(place: Path) -> None:
    with server(place) as (one, _), server(place) as (two, _):
        for address in (one, two):
            assert httpx.get(f"{address}/readyz", trust_env=False).json()["commit"] == 1
        file = place / "crew" / "crew.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("  called:   {", "  rank: {type: text}\n  called:   {", 1))
        assert run(["--in", str(place), "apply", "--yes"]) == 0
        for address in (one, two):
            assert httpx.get(f"{address}/readyz", trust_env=False).json()["commit"] == 2


def test_what_is_purged_goes_while_servers_work(place: Path) -> None:
    file = place / "crew" / "crew.yaml"
    text = file.read_text(encoding="utf-8")
    with server(place) as (one, _), server(place) as (two, _):
        ranked = text.replace("  called:   {", "  rank: {type: text}\n  called:   {", 1)
        for wanted in (ranked, text):
            file.write_text(wanted)
            assert run(["--in", str(place), "apply", "--yes"]) == 0
        asked = ["purge", "sailor.rank", "--early", "--confirm", "sailor.rank"]
        assert run(["--in", str(place), *asked]) == 0
        for address in (one, two):
            assert httpx.get(f"{address}/readyz", trust_env=False).json()["commit"] == 4
    with closing(sqlite3.connect(place / "var" / "cardwright.sqlite")) as database:
        columns = database.execute("select name from pragma_table_xinfo('e_sailor')").fetchall()
    assert ("rank",) not in columns


def test_a_server_says_when_files_differ_and_leaves_them_alone(place: Path) -> None:
    with server(place):
        pass
    file = place / "crew" / "crew.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("  called:   {", "  rank: {type: text}\n  called:   {", 1))
    with server(place) as (address, printed):
        assert "cardwright plan" in printed
        assert httpx.get(f"{address}/readyz", trust_env=False).json()["commit"] == 1


def test_a_port_in_use_is_said_in_words(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert run(["--in", str(place), "serve", "--port", str(port)]) == 2
    assert f"127.0.0.1:{port} is in use by another program" in capsys.readouterr().err


def test_several_processes_share_one_address_and_each_reports(place: Path) -> None:
    with server(place, CARDWRIGHT_PROCESSES="2", CARDWRIGHT_THREADS="2") as (address, _):
        with httpx.Client(trust_env=False, transport=httpx.HTTPTransport(retries=20)) as client:
            assert client.get(f"{address}/readyz").json()["commit"] == 1
        until(lambda: len(processes(place)) >= 2)
        assert len(set(processes(place))) == 2


def processes(place: Path) -> list[int]:
    with closing(sqlite3.connect(place / "var" / "cardwright.sqlite")) as database:
        return [row[0] for row in database.execute("select pid from cw_process")]
