"""Instance: one installation in this process, built once; two of them do not meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cardwright_entities.access.policy import RolePolicy
from cardwright_entities.accounts.opening import Openings
from cardwright_entities.contexts import SYSTEM, Context, Principal
from cardwright_entities.engine import Engine, PolicyOf
from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.model.model import Models
from cardwright_entities.store.doors import Store
from cardwright_entities.store.in_flight import InFlight
from cardwright_platform.config import Config
from cardwright_platform.connectors.connector import Connector
from cardwright_platform.connectors.registered import NoticeWay, connect, open_channels
from cardwright_platform.plugin import Plugin, load_plugins
from cardwright_platform.security.keys import derive, load_key
from cardwright_platform.security.passwords import Passwords
from cardwright_platform.security.sealing import KeySealing
from cardwright_platform.security.turns import Turns
from cardwright_platform.sign_in_providers.registered import SignInWay, open_ways
from cardwright_platform.token_limits import TokenLimits
from cardwright_platform.words import Words, load_words


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Instance:
    """Configuration, database, field types and services; holds parts, no logic."""

    config: Config
    store: Store
    types: FieldTypes
    models: Models
    words: Words
    passwords: Passwords
    plugins: tuple[Plugin, ...]
    jobs: Jobs
    engine: Engine
    openings: Openings
    printing: Turns  #: of those who wait for a document
    token_limits: TokenLimits
    in_flight: InFlight = field(default_factory=InFlight)  #: requests and jobs of this process
    connector: Connector | None = None  #: what sends short messages
    notice_ways: Mapping[str, NoticeWay] = field(default_factory=dict)  #: by name
    ways: Mapping[str, SignInWay] = field(default_factory=dict)  #: to sign in elsewhere
    key: bytes = field(repr=False)
    system: Principal = SYSTEM  #: who acts where nobody in particular does
    clock: Callable[[], datetime] = _now

    def key_for(self, purpose: str) -> bytes:
        """Return the secret for one purpose, such as cursors or forms."""
        return derive(self.key, purpose)

    def system_context(self, language: str = "") -> Context:
        """Make the context of work that nobody in particular asked for."""
        return self.context(self.system, language=language)

    def context(
        self, principal: Principal, *, language: str = "", zone: str = "", commit: int = 0
    ) -> Context:
        """Make the context of one request or job; what is not said is the installation's."""
        return Context(
            principal=principal,
            now=self.clock(),
            zone=ZoneInfo(zone or self.config.zone),
            language=language or self.config.language,
            commit=commit,
            sealing=KeySealing(self.key_for("secrets")),
        )

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()


def open_instance(
    config: Config,
    *,
    policy_of: PolicyOf = RolePolicy,
    models_of: Callable[[FieldTypes], Models] = Models,
    ring: Callable[[], None] = lambda: None,
    system: Principal = SYSTEM,
) -> Instance:
    """Build an instance; raise KeyFileError, PluginError, ConnectorError or ProviderError.

    ``ring`` wakes whoever runs jobs; ``models_of`` makes what keeps the models. Neither the
    database nor the catalog is touched yet.
    """
    plugins = load_plugins(config.plugins)
    own = [each for plugin in plugins for each in plugin.field_types]
    types = FieldTypes([*BUILTIN_FIELD_TYPES, *own])
    models = models_of(types)
    key = load_key(config.key_file)
    store = Store(
        config.store_url,
        statement_timeout=config.statement_seconds,
        pool_size=config.database_pool,
        synchronous=config.synchronous,
    )
    providers = (each for plugin in plugins for each in plugin.sign_in_providers)
    return Instance(
        config=config,
        key=key,
        system=system,
        store=store,
        types=types,
        models=models,
        engine=Engine(store, models, derive(key, "cursors"), policy_of),
        connector=connect(config, (each for plugin in plugins for each in plugin.connectors)),
        notice_ways=open_channels(
            config, (each for plugin in plugins for each in plugin.notice_channels)
        ),
        ways=open_ways(config, providers, _now),
        openings=Openings(models, idle=timedelta(hours=config.session_idle_hours)),
        words=load_words(plugin.words for plugin in plugins if plugin.words),
        passwords=Passwords(shortest=config.password_length),
        plugins=plugins,
        jobs=Jobs(ring),
        printing=Turns(2),
        token_limits=TokenLimits(config.token_requests),
    )
