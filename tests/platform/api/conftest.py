"""An installation of the workshop pack with its API, and callers with different roles."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, text
from werkzeug.test import TestResponse

from cardwright_entities.accounts.accounts import set_roles
from cardwright_entities.accounts.tokens import SCOPES, create_token
from cardwright_platform.app import create_app, make_theming
from cardwright_platform.config import read_config
from cardwright_platform.installing import prepare
from cardwright_platform.instance import Instance, open_instance
from cardwright_platform.people import add_user

WORKSHOP = Path(__file__).parents[2] / "packs" / "workshop"
BASE = "/api/v1"

#: Tables that live on although nobody writes: heartbeats, and when a token was last used.
_RESTLESS = frozenset({"cw_process", "cw_token"})


@dataclass
class Caller:
    """Somebody with a token: sends requests as a program does."""

    client: FlaskClient
    token: str
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
            BASE + path, method=method, data=data, headers=sent, query_string=query
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
        return Caller(self.app.test_client(), token)

    def digest(self) -> str:
        """Tell what all tables hold, so that a test can say: nothing was changed."""
        store = self.instance.store
        names = sorted(inspect(store.engine).get_table_names())
        told = hashlib.sha256()
        with store.read(self.instance.system_context()) as session:
            for name in names:
                if name not in _RESTLESS:
                    rows = session.rows(text(f'select * from "{name}"'))
                    told.update(repr((name, sorted(map(repr, rows)))).encode())
        return told.hexdigest()


@pytest.fixture
def site(store_url: str, tmp_path: Path) -> Iterator[Site]:
    environment = {"CARDWRIGHT_PACKS": str(WORKSHOP), "CARDWRIGHT_DATABASE_URL": store_url}
    instance = open_instance(read_config(tmp_path, environment))
    prepare(instance)
    yield Site(create_app(instance, make_theming(instance)), instance)
    instance.close()


@pytest.fixture
def chief(site: Site) -> Caller:
    return site.caller("chief")


@pytest.fixture
def clerk(site: Site) -> Caller:
    return site.caller("clerk")


@pytest.fixture
def guest(site: Site) -> Caller:
    return site.caller("guest")
