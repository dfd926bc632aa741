"""A whole engine on a test database, built from packs the way the product builds one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from originals import make_alike
from shared_models import SharedModels

from cardwright_entities.access.policy import RolePolicy
from cardwright_entities.changes.applying import apply
from cardwright_entities.changes.planning import make_plan
from cardwright_entities.contexts import SYSTEM, Context, Principal
from cardwright_entities.engine import Engine, PolicyOf
from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.store.doors import Store
from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import load_pack

PACKS = Path(__file__).parent / "packs"
#: A statement may wait for its turn on a busy machine.
_STATEMENT_SECONDS = 120
NOW = datetime(2026, 11, 18, 3, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Installation:
    """An engine with one way to act: ``acting`` gives a context of some roles."""

    engine: Engine
    store: Store
    types: FieldTypes

    def system(self) -> Context:
        """Return the context of the system itself."""
        return Context(principal=SYSTEM, now=NOW, zone=ZoneInfo("Asia/Shanghai"), language="en")

    def acting(self, *roles: str, employee: int | None = None, account: int = 1) -> Context:
        """Return the context of somebody with these roles."""
        principal = Principal(account, "Somebody", frozenset(roles), employee)
        return replace(self.system(), principal=principal)

    def install(self, *folders: Path) -> int:
        """Plan and apply packs; return the commit."""
        catalog = build_catalog([load_pack(each) for each in folders], self.types.catalogue())
        plan = make_plan(self.store, self.system(), self.types, catalog)
        commit = apply(self.store, self.system(), self.types, plan, author="test", reason="test")
        self.engine.recompute_changed(self.system())
        return commit


def build_installation(url: str, *folders: Path, policy_of: PolicyOf = RolePolicy) -> Installation:
    """Return an installation with packs applied; the caller closes its store."""
    if not all(each.is_relative_to(PACKS) for each in folders):
        return _install(url, *folders, policy_of=policy_of)
    # Nobody writes into those folders: the second installation of a pack is a copy of the first.
    make_alike(url, folders, lambda: _install(url, *folders).store.close())
    return open_installation(url, policy_of=policy_of)


def open_installation(url: str, *, policy_of: PolicyOf = RolePolicy) -> Installation:
    """Return an installation over a database that has one already, or is still empty."""
    store = Store(url, statement_timeout=_STATEMENT_SECONDS)
    types = FieldTypes(BUILTIN_FIELD_TYPES)
    return Installation(Engine(store, SharedModels(types), b"test secret", policy_of), store, types)


def make_platform_tables(url: str) -> None:
    """Bring an empty database to where nothing has been applied yet."""
    make_alike(url, "platform tables", lambda: _upgrade(url))


def _upgrade(url: str) -> None:
    store = Store(url)
    store.upgrade(Context(principal=SYSTEM, now=NOW))
    store.close()


def _install(url: str, *folders: Path, policy_of: PolicyOf = RolePolicy) -> Installation:
    installation = open_installation(url, policy_of=policy_of)
    installation.store.upgrade(installation.system())
    installation.install(*folders)
    return installation
