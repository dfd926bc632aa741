"""An installation of the workshop pack with its API, and callers with different roles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from services.postgresql import PostgresqlServer
from shared_models import SharedModels
from sqlalchemy import Connection, inspect, text
from untouched import holdings
from werkzeug.test import TestResponse

from cardwright_entities.accounts.accounts import set_roles
from cardwright_entities.accounts.tokens import SCOPES, create_token
from cardwright_entities.changes.commits import load_documents, read_active
from cardwright_entities.contexts import Principal
from cardwright_platform.app import create_app, make_theming
from cardwright_platform.config import read_config
from cardwright_platform.installing import prepare
from cardwright_platform.instance import Instance, open_instance
from cardwright_platform.people import add_user

WORKSHOP = Path(__file__).parents[2] / "packs" / "workshop"
BASE = "/api/v1"

#: The log, which nobody but a test may empty.
_GUARDED = ("cw_audit", "cw_audit_seal", "cw_audit_anchor")
#: Tables that hold what is defined, not what is kept.
_DEFINING = frozenset(
    {
        "alembic_version",
        "cw_active",
        "cw_catalog_part",
        "cw_commit",
        "cw_document",
        "cw_identity",
        "cw_journal",
    }
)


@dataclass
class Caller:
    """Somebody with a token: sends requests as a program does."""

    client: FlaskClient
    token: str
    account: int
    headers: dict[str, str] = field(default_factory=dict)

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> TestResponse:
        """Send JSON with the token."""
        sent = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en", **self.headers}
        sent |= headers or {}
        data = orjson.dumps(body) if body is not None else None
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        return self.client.open(
            BASE + path,
            method=method,
            data=data,
            headers=sent,
            query_string=query,
            buffered=True,
        )

    def get(self, path: str, **query: object) -> TestResponse:
        """Read something."""
        return self.send("GET", path, query=query)

    def post(self, path: str, body: object = None, **headers: str) -> TestResponse:
        """Post JSON."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send("POST", path, body, headers=named)

    def patch(self, path: str, body: object, version: int | None = None) -> TestResponse:
        """Change something in the version that was seen."""
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        return self.send("PATCH", path, body, headers=headers)

    def delete(self, path: str) -> TestResponse:
        """Delete something."""
        return self.send("DELETE", path)

    def create(self, entity: str, **values: object) -> dict[str, Any]:
        """Create a record that must be taken."""
        answer = self.post(f"/records/{entity}", values)
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.get_json()
        return created


@dataclass
class Site:
    """One installation: its application, and accounts made on demand."""

    app: Flask
    instance: Instance
    people: int = 0

    def caller(self, *roles: str, scopes: Sequence[str] = SCOPES) -> Caller:
        """Make a person with some roles and a token of his."""
        self.people += 1
        login = f"person{self.people}"
        account = add_user(self.instance, login=login, roles=roles)
        context = self.instance.system_context()
        with self.instance.store.write(context) as session:
            # The pack's users have no field for roles.
            set_roles(session, account.id, roles)
            token = create_token(session, account.id, "tests", scopes=scopes)
        return Caller(self.app.test_client(), token, account.id)

    def set_roles(self, caller: Caller, *roles: str) -> None:
        """Give somebody other roles; they hold from the next request on."""
        context = self.instance.system_context()
        with self.instance.store.write(context) as session:
            set_roles(session, caller.account, roles)

    def principal(self, caller: Caller) -> Principal:
        """Return as whom a caller acts."""
        with self.instance.store.read(self.instance.system_context()) as session:
            return self.instance.openings.read(session, token=caller.token).principal

    def empty(self) -> None:
        """Forget all records and people; definitions stay, and so does what is built of them."""
        store = self.instance.store
        names = sorted(set(inspect(store.engine).get_table_names()) - _DEFINING)
        if store.dialect == "postgresql":
            with store.engine.begin() as connection:
                every = ", ".join(f'"{name}"' for name in names)
                for name in _GUARDED:
                    connection.execute(text(f"alter table {name} disable trigger user"))
                connection.execute(text(f"truncate {every} restart identity cascade"))
                for name in _GUARDED:
                    connection.execute(text(f"alter table {name} enable trigger user"))
        else:
            with store.alone() as connection:
                # Records refer to each other in circles.
                _run(connection, "pragma query_only = off", "pragma foreign_keys = off", "begin")
                own = [name for name in names if "_search" not in name]
                _run(connection, *(f"drop trigger if exists {name}_goes" for name in _GUARDED))
                _run(connection, *(f'delete from "{name}"' for name in own))
                _run(connection, "delete from sqlite_sequence", "commit")
                _run(connection, "pragma foreign_keys = on")
                connection.info["query_only"] = "OFF"
        self.people = 0

    def digest(self) -> Mapping[str, str]:
        """Tell what there is, so that a test can say: nothing was changed."""
        return holdings(self.instance.store, self.instance.config.folder)


def _run(connection: Connection, *statements: str) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    for statement in statements:
        driver.execute(statement)


def _open(folder: Path, url: str, **more: str) -> Site:
    environment = {
        "CARDWRIGHT_PACKS": str(WORKSHOP),
        "CARDWRIGHT_DATABASE_URL": url,
        # A statement may wait for its turn on a busy machine.
        "CARDWRIGHT_STATEMENT_SECONDS": "120",
        **more,
    }
    instance = open_instance(read_config(folder, environment), models_of=SharedModels)
    prepare(instance)
    return Site(create_app(instance, make_theming(instance)), instance)


@pytest.fixture(scope="session")
def standing_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation on SQLite that all tests share; each finds it empty."""
    folder = tmp_path_factory.mktemp("standing")
    site = _open(folder, f"sqlite:///{folder / 'store.sqlite'}")
    yield site
    site.instance.close()


@pytest.fixture(scope="session")
def standing_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgresql_server: PostgresqlServer
) -> Iterator[Site]:
    """An installation on PostgreSQL that all tests share; each finds it empty."""
    url = postgresql_server.url(postgresql_server.create_database())
    site = _open(tmp_path_factory.mktemp("standing"), url)
    yield site
    site.instance.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest) -> Site:
    """An installation that nobody has used yet: the test runs once on each engine."""
    standing: Site = request.getfixturevalue(f"standing_{request.param}")
    standing.empty()
    return standing


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation of one file of tests, whose definitions they may change."""
    folder = tmp_path_factory.mktemp("own")
    url = f"sqlite:///{folder / 'store.sqlite'}"
    site = _open(folder, url, CARDWRIGHT_UNSIGNED_PACKS="true")
    yield site
    site.instance.close()


@pytest.fixture
def chief(site: Site) -> Caller:
    return site.caller("chief")


@pytest.fixture
def clerk(site: Site) -> Caller:
    return site.caller("clerk")


@pytest.fixture
def guest(site: Site) -> Caller:
    return site.caller("guest")


@pytest.fixture
def maker(own_site: Site) -> Caller:
    """Somebody who may define."""
    return own_site.caller("admin")


@pytest.fixture
def firm(own_site: Site) -> tuple[str, str]:
    """The path and text of the document that defines firms."""
    with own_site.instance.store.read(own_site.instance.system_context()) as session:
        documents = load_documents(session, read_active(session).number)
    return next((path, text) for path, text in documents.items() if "name: firm\n" in text)
