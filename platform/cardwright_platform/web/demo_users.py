"""Users of a demo company, who come in by a click: only in a demo, only from this machine."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address

from cardwright_entities.accounts.accounts import Account, list_accounts
from cardwright_entities.errors import AuthenticationError, Message
from cardwright_platform.instance import Instance

_HUES = ("teal", "blue", "purple", "orange", "green", "red", "amber")
_MOST = 7


@dataclass(frozen=True, kw_only=True)
class DemoPerson:
    """One button on the sign-in page of a demo."""

    login: str
    name: str
    roles: tuple[str, ...]
    hue: str


def demo_users(instance: Instance, address: str) -> tuple[DemoPerson, ...]:
    """List who may come in by a click from this network address; outside of a demo nobody."""
    if not is_offered(instance, address):
        return ()
    with instance.store.read(instance.system_context()) as session:
        accounts = [each for each in list_accounts(session) if each.disabled_at is None]
    # Those that the demo company came with, not whom somebody has added since.
    accounts.sort(key=lambda each: each.id)
    return tuple(
        DemoPerson(login=each.login, name=each.name, roles=tuple(sorted(each.roles)), hue=hue)
        for each, hue in zip(accounts[:_MOST], _HUES, strict=False)
    )


def find_demo_user(instance: Instance, login: str, address: str) -> Account:
    """Return the account behind a button; raise AuthenticationError where there are none."""
    offered = {each.login for each in demo_users(instance, address)}
    if login not in offered:
        raise AuthenticationError(Message("sign_in_failed"))
    with instance.store.read(instance.system_context()) as session:
        return next(each for each in list_accounts(session) if each.login == login)


def is_offered(instance: Instance, address: str) -> bool:
    """Tell whether this is a demo that nobody but this machine can reach."""
    config = instance.config
    if not config.demo or config.base_url or config.trusted_proxies:
        return False
    try:
        return ip_address(address).is_loopback and ip_address(config.host).is_loopback
    except ValueError:
        return False
