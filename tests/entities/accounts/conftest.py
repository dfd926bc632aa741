"""A store with the platform's tables, and contexts at chosen times."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from cardwright_entities.accounts.accounts import Account, NewAccount, create_account
from cardwright_entities.accounts.opening import Openings
from cardwright_entities.changes.applying import apply
from cardwright_entities.changes.planning import make_plan
from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.model.model import Models
from cardwright_entities.store.doors import Store
from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import load_pack

DEFINITIONS = """
kind: entity
name: login
fields:
  sign: {type: text}
plays: {user: {login: sign}}
---
kind: entity
name: crew
fields:
  first_name: {type: text}
plays: {department: {name: first_name}}
---
kind: entity
name: sailor
fields:
  first_name: {type: text}
  signs_in: {type: user}
  sails_with: {type: department}
plays: {employee: {user: signs_in, department: sails_with}}
"""
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def at() -> Callable[..., Context]:
    """Make the system's context at noon plus so much."""

    def make(**later: float) -> Context:
        return Context(principal=SYSTEM, now=NOON + timedelta(**later))

    return make


@pytest.fixture(scope="module")
def types() -> FieldTypes:
    return FieldTypes(BUILTIN_FIELD_TYPES)


@pytest.fixture(scope="module")
def store(
    store_module_url: str,
    at: Callable[..., Context],
    types: FieldTypes,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Store]:
    """A store in which a pack is applied whose entities have names of their own."""
    folder = tmp_path_factory.mktemp("pack")
    (folder / "pack.yaml").write_text("kind: pack\nname: crew\n", encoding="utf-8")
    (folder / "all.yaml").write_text(DEFINITIONS, encoding="utf-8")
    store = Store(store_module_url)
    store.upgrade(at())
    plan = make_plan(store, at(), types, build_catalog([load_pack(folder)], types))
    apply(store, at(), types, plan, author="test", reason="start")
    yield store
    store.close()


@pytest.fixture(scope="module")
def openings(types: FieldTypes) -> Openings:
    return Openings(Models(types), idle=timedelta(hours=8))


@pytest.fixture
def account(store: Store, at: Callable[..., Context], request: pytest.FixtureRequest) -> Account:
    """An editor with a login that no other test uses."""
    login = f"wang.{zlib.crc32(request.node.nodeid.encode())}"
    with store.write(at()) as session:
        return create_account(session, NewAccount(login=login, name="王建国", roles=["editor"]))
