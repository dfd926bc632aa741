"""A whole application on a test database: the instance, its pages, and people who sign in."""

from __future__ import annotations

import atexit
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from originals import make_alike
from shared_models import SharedModels
from werkzeug.test import TestResponse

from cardwright_entities.accounts.accounts import Account
from cardwright_entities.accounts.tokens import SCOPES, create_token
from cardwright_entities.model.model import Models
from cardwright_metadata.pack_folders import bundled_packs
from cardwright_platform.app import create_app, make_theming
from cardwright_platform.config import Config
from cardwright_platform.installing import prepare
from cardwright_platform.instance import Instance, open_instance
from cardwright_platform.people import add_user
from cardwright_platform.security.passwords import Passwords
from cardwright_platform.signing_in import set_password

PACKS = Path(__file__).parent / "packs"
#: No rule of passwords refuses it.
PASSWORD = "three old lanterns"
#: Nobody attacks these passwords; tests/platform/security and what is served in processes of its
#: own hash at the product's cost.
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
#: Settings that the first start writes something about.
_STORED = ("demo", "language", "packs", "plugins", "zone")
#: A statement may wait for its turn on a busy machine; what ends one sets a time of its own.
_STATEMENT_SECONDS = 120
#: The name of a program is its own: an id() comes back when what had it is gone.
_PROGRAMS = count(1)
_TOKEN = re.compile(r'name="csrf-token" content="([0-9a-f]+)"')


class Clock:
    """A clock that a test sets; the server asks it instead of the machine's."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **how_long: float) -> None:
        """Let time pass."""
        self.now += timedelta(**how_long)


@dataclass(frozen=True)
class Served:
    """An application under test."""

    app: Flask
    instance: Instance
    clock: Clock

    def browser(self) -> Browser:
        """Open a browser in which nobody is signed in."""
        return Browser(self.app.test_client())

    def add(self, login: str, *roles: str, password: str = PASSWORD) -> Account:
        """Add somebody with a password."""
        account = add_user(self.instance, login=login, name=login.title(), roles=roles)
        if password:
            set_password(self.instance, account, password)
        return account

    def signed_in(self, login: str, *roles: str) -> Browser:
        """Add somebody and open a browser in which he is signed in."""
        self.add(login, *roles)
        browser = self.browser()
        answer = browser.sign_in(login, PASSWORD)
        assert answer.status_code == 303, answer.text
        return browser


class Browser:
    """What a browser does: keeps cookies, says where a request comes from, posts the token."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = ""

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page and remember the token of its forms."""
        answer = self.client.get(path, headers=_dashed(headers))
        found = _TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        if found:
            self.token = found[1]
        return answer

    def post(
        self, path: str, fields: Mapping[str, object] | None = None, **headers: str
    ) -> TestResponse:
        """Post a form of a page of ours."""
        sent = {"Sec-Fetch-Site": "same-origin"} | _dashed(headers)
        return self.client.post(
            path, data={"csrf_token": self.token, **(fields or {})}, headers=sent
        )

    def sign_in(self, login: str, password: str, **fields: str) -> TestResponse:
        """Fill in the sign-in form."""
        self.get("/sign-in")
        return self.post("/sign-in", {"login": login, "password": password} | fields)


class Program:
    """A program that speaks to the API with a token of somebody who has some roles."""

    def __init__(self, served: Served, *roles: str, login: str = "") -> None:
        login = login or f"{'_'.join(roles)}_program_{next(_PROGRAMS)}"
        self.account = served.add(login, *roles, password="").id
        with served.instance.store.write(served.instance.system_context()) as session:
            token = create_token(session, self.account, "tests", scopes=SCOPES)
        self.client = served.app.test_client()
        self.headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    def get(self, path: str) -> TestResponse:
        """Ask for what is at an address below the API's."""
        return self.client.get(f"/api/v1{path}", headers=self.headers)

    def post(self, path: str, body: object, **headers: str) -> TestResponse:
        """Send JSON to an address below the API's."""
        sent = self.headers | _dashed(headers)
        return self.client.post(f"/api/v1{path}", json=body, headers=sent)

    def patch(self, path: str, body: object, version: int) -> TestResponse:
        """Change a record of which this version is known."""
        sent = {**self.headers, "If-Match": f'"{version}"'}
        return self.client.patch(f"/api/v1{path}", json=body, headers=sent)


def serve(url: str, folder: Path, *packs: Path, **choices: object) -> Served:
    """Prepare an instance in a folder and put the application around it."""
    config = Config(
        root=folder,
        folder=folder / "var",
        database_url=url,
        packs=tuple(str(pack) for pack in packs or (PACKS / "crew",)),
        language="en",
        statement_seconds=_STATEMENT_SECONDS,
    )
    config = replace(config, **choices)  # type: ignore[arg-type] # fields by name
    clock = Clock()
    if _is_alike(config):
        key = tuple(getattr(config, name) for name in _STORED)
        make_alike(config.store_url, key, lambda: _start(config, clock).close(), _beside(config))
    share_templates(config)
    instance = _start(config, clock)
    return Served(create_app(instance, make_theming(instance)), instance, clock)


def _is_alike(config: Config) -> bool:
    """Tell whether nothing goes into a fresh database but packs that no test writes."""
    kept = (PACKS, *(Path(str(each)).parent for each in bundled_packs().values()))
    return not _beside(config).exists() and all(
        pack in bundled_packs() or any(Path(pack).is_relative_to(each) for each in kept)
        for pack in config.packs
    )


def _beside(config: Config) -> Path:
    """Return what a start need not read the packs for, if it is there."""
    return config.folder / "cache" / "checked-packs"


@cache
def _templates() -> Path:
    """Return where all applications of this process keep their templates as compiled."""
    folder = Path(mkdtemp(prefix="cardwright-templates-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    return folder


def share_templates(config: Config) -> None:
    """Let an application find the templates compiled that another one has drawn before."""
    place = config.folder / "cache" / "templates"
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(_templates(), target_is_directory=True)


def _start(config: Config, clock: Clock) -> Instance:
    models_of = Models if config.plugins else SharedModels
    passwords = Passwords(shortest=config.password_length, hasher=_CHEAP)
    opened = open_instance(config, models_of=models_of)
    instance = replace(opened, clock=clock, passwords=passwords)
    prepare(instance)
    return instance


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
