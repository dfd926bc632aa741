"""The ways to sign in elsewhere that the operator has opened, by the names he gave them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cardwright_platform.config import Config
from cardwright_platform.security.outbound import get, post
from cardwright_platform.sign_in_providers.openid import OpenIdConnect
from cardwright_platform.sign_in_providers.provider import ProviderError, Setup, SignInProvider

#: A new kind of provider of the product is added here and nowhere else.
BUILTIN_PROVIDERS: tuple[type[SignInProvider], ...] = (OpenIdConnect,)

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_SWITCHES = ("create_users", "by_email", "trust_second_step")
_COMMON = frozenset({"uses", "label", "roles", *_SWITCHES})


@dataclass(frozen=True, kw_only=True)
class SignInWay:
    """One way: the place that is asked, and what it is believed."""

    name: str
    label: Mapping[str, str]  #: by language; what stands on the button
    provider: SignInProvider
    create_users: bool = False  #: who is unknown here is made a user
    roles: tuple[str, ...] = ()  #: of users who are made
    by_email: bool = False  #: a verified mail address says which account it is
    trust_second_step: bool = False  #: nobody is asked for a second step here after it

    def in_language(self, language: str) -> str:
        """Return what the way is called."""
        return self.label.get(language) or next(iter(self.label.values()), self.name)


def open_ways(
    config: Config, brought: Iterable[type[SignInProvider]], clock: Callable[[], datetime]
) -> Mapping[str, SignInWay]:
    """Return the ways by name, in the order in which they are offered; raise ProviderError."""
    known = {each.name: each for each in (*BUILTIN_PROVIDERS, *brought)}
    return {
        name: _open(config, name, written, known, clock)
        for name, written in config.sign_in_providers.items()
    }


def _open(
    config: Config,
    name: str,
    written: object,
    known: Mapping[str, type[SignInProvider]],
    clock: Callable[[], datetime],
) -> SignInWay:
    where = f"sign_in_providers: {name}"
    if not _NAME.fullmatch(name):
        raise ProviderError(f"{where}: use a-z, 0-9, - and _ in the name, it stands in addresses")
    if not isinstance(written, Mapping):
        raise ProviderError(f"{where}: write one 'option: value' a line")
    uses = written.get("uses", OpenIdConnect.name)
    if uses not in known:
        raise ProviderError(f"{where}: uses: there is no '{uses}'; use {', '.join(sorted(known))}")
    for switch in _SWITCHES:
        if not isinstance(written.get(switch, False), bool):
            raise ProviderError(f"{where}: {switch}: write true or false")
    roles = written.get("roles", [])
    if not isinstance(roles, list) or (written.get("create_users") and not roles):
        raise ProviderError(f"{where}: roles: list the roles of users who are made")
    setup = Setup(
        options={key: value for key, value in written.items() if key not in _COMMON},
        secret=str(config.sign_in_secrets.get(name, "")),
        get=lambda url, headers: get(url, headers, allowed=config.outbound_networks),
        post=lambda url, body, headers: post(url, body, headers, allowed=config.outbound_networks),
        clock=clock,
    )
    try:
        provider = known[uses](setup)
    except ProviderError as error:
        raise ProviderError(f"{where}: {error}") from error
    return SignInWay(
        name=name,
        label=_label(written.get("label", name), config),
        provider=provider,
        create_users=written.get("create_users", False),
        roles=tuple(map(str, roles)),
        by_email=written.get("by_email", False),
        trust_second_step=written.get("trust_second_step", False),
    )


def _label(written: object, config: Config) -> Mapping[str, str]:
    if isinstance(written, Mapping):
        return {str(language): str(text) for language, text in written.items()}
    return {language: str(written) for language in config.languages}
