"""Signing in and out, one-time links and new passwords; no page and no hash inside a write."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

from cardwright_entities.accounts import accounts, one_time_links, sessions, tokens
from cardwright_entities.accounts.accounts import Account
from cardwright_entities.accounts.one_time_links import DOORS, SECOND_STEP, OneTimeLink, Purpose
from cardwright_entities.accounts.opening import STRANGER
from cardwright_entities.accounts.rates import Limit, forget_tries
from cardwright_entities.accounts.second_steps import find_second_step
from cardwright_entities.audit import kinds
from cardwright_entities.audit.kinds import Kind
from cardwright_entities.audit.noting import note
from cardwright_entities.contexts import Context, Origin, Principal
from cardwright_entities.errors import (
    AuthenticationError,
    InputError,
    LimitError,
    Message,
    NotFoundError,
)
from cardwright_entities.store.sessions import Session
from cardwright_platform.instance import Instance
from cardwright_platform.password_rules import password_rules, read_rules
from cardwright_platform.second_steps import counted_codes, take_code
from cardwright_platform.security.keys import sign
from cardwright_platform.tries import count_tries

Result = TypeVar("Result")

#: Tries of one address on any login.
BY_ADDRESS = Limit(60, timedelta(minutes=10))


#: How long the second step may take after the password, and a new one after an old one.
_STEP_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """Where a proof has led: to a session, or to what is still to be done before it.

    That is the second step, or a new password by a link. ``device`` proves the next time that
    somebody has signed in with this browser.
    """

    session: str = ""
    step: str = ""
    link: str = ""
    device: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """From where somebody tries: network address and what the browser calls itself."""

    address: str
    device: str
    request: str = ""
    proof: str = field(default="", repr=False)  #: that he signed in with this browser before

    def context(self, instance: Instance, account: Account | None = None) -> Context:
        """Return the context in which an account comes in, or a stranger does not."""
        principal = STRANGER
        if account is not None:
            principal = Principal(account=account.id, name=account.name)
        origin = Origin(address=self.address, device=self.device, request=self.request)
        return replace(instance.context(principal), origin=origin)


def sign_in(
    instance: Instance, login: str, password: str, visitor: Visitor, *, stay: bool
) -> Entrance:
    """Check a password and open a session, or ask for the second step.

    Raise AuthenticationError, in the same words and time whether the login exists or not, and
    LimitError when somebody tries too often.
    """
    tried = _count_try(instance, login, visitor)
    account = _find(instance, login)
    stored = account.password_hash if account else None
    is_right = instance.passwords.is_right(stored, password)
    if account is None or not is_right or account.disabled_at is not None:
        _refuse(instance, visitor, kinds.SIGN_IN_REFUSED, login)
        raise AuthenticationError(Message("sign_in_failed"))
    stronger = ""
    if stored is not None and instance.passwords.is_outdated(stored):
        stronger = instance.passwords.hash(password)
    return enter(instance, account, visitor, stay=stay, stronger=stronger, tried=tried)


def enter(
    instance: Instance,
    account: Account,
    visitor: Visitor,
    *,
    stay: bool = False,
    stronger: str = "",
    is_proven_twice: bool = False,
    tried: str = "",
) -> Entrance:
    """Open a session for somebody whose first step was right, or ask for his second one.

    ``is_proven_twice``: what he has shown counts as both steps. ``tried`` is under what his tries
    were counted.
    """

    def write(session: Session) -> Entrance:
        if tried:
            forget_tries(session, tried)
        if stronger:
            accounts.set_password_hash(session, account.id, stronger, is_new=False)
        step = find_second_step(session, account.id)
        if step is not None and step.confirmed_at is not None and not is_proven_twice:
            made = one_time_links.create_link(
                session, account.id, "second_step", lifetime=_STEP_LASTS
            )
            return Entrance(step=made)
        return _come_in(instance, session, account, visitor, stay=stay)

    return instance.store.run_write(visitor.context(instance, account), write)


def take_step(
    instance: Instance, secret: str, code: str, visitor: Visitor, *, stay: bool = False
) -> Entrance:
    """Take the second step and open a session.

    Raise NotFoundError when it is too late for it, InputError when the code is not right or was
    used already, and LimitError when somebody tries too often.
    """
    account = find_link(instance, secret, SECOND_STEP).account
    count_tries(instance, counted_codes(account.id))
    return take_step_by(
        instance,
        secret,
        account,
        lambda session: take_code(instance, session, account.id, code),
        visitor,
        stay=stay,
    )


def take_step_by(
    instance: Instance,
    secret: str,
    account: Account,
    prove: Callable[[Session], bool],
    visitor: Visitor,
    *,
    stay: bool = False,
) -> Entrance:
    """Take an account's second step by what ``prove`` looks at; raise NotFoundError, InputError."""

    def write(session: Session) -> Entrance:
        if not prove(session):
            raise InputError({"code": [Message("second_step_failed")]})
        used = one_time_links.use_link(session, secret, SECOND_STEP)
        if used is None:
            raise NotFoundError(Message("link_over"))
        return _come_in(instance, session, used.account, visitor, stay=stay)

    try:
        return instance.store.run_write(visitor.context(instance, account), write)
    except InputError:
        _refuse(instance, visitor, kinds.SECOND_STEP_REFUSED, account.login)
        raise


def _refuse(instance: Instance, visitor: Visitor, kind: Kind, login: str) -> None:
    """Note who was not let in: in a transaction of its own, since the other one came to nothing."""
    context = visitor.context(instance)
    instance.store.run_write(context, lambda session: note(session, kind, target=login))


def _come_in(
    instance: Instance, session: Session, account: Account, visitor: Visitor, *, stay: bool
) -> Entrance:
    """Open a session, or ask for a new password where the present one is too old."""
    if _is_too_old(instance, session, accounts.read_account(session, account.id)):
        link = one_time_links.create_link(
            session, account.id, "renew_password", lifetime=_STEP_LASTS
        )
        return Entrance(link=link)
    return Entrance(
        session=_open(instance, session, account, visitor, stay=stay),
        device=_proof(instance, secrets.token_urlsafe(16), account.login),
    )


def _is_too_old(instance: Instance, session: Session, account: Account) -> bool:
    days = read_rules(instance, session).days
    if not days or not account.password_hash:
        return False
    since = account.password_changed_at or account.created_at
    return instance.clock() - since >= timedelta(days=days)


def _open(
    instance: Instance, session: Session, account: Account, visitor: Visitor, *, stay: bool
) -> str:
    accounts.note_sign_in(session, account.id)
    note(session, kinds.SIGNED_IN, target=account.login)
    sessions.sweep_sessions(session)
    lifetime = timedelta(days=instance.config.session_days) if stay else sessions.SHORT
    return sessions.open_session(
        session, account.id, lifetime=lifetime, device=visitor.device, address=visitor.address
    )


def sign_out(instance: Instance, secret: str, by: Context) -> None:
    """End the session of a browser."""

    def write(session: Session) -> None:
        sessions.close_session(session, secret)
        note(session, kinds.SIGNED_OUT)

    instance.store.run_write(by, write)


def create_link(
    instance: Instance,
    account: Account,
    purpose: Purpose,
    *,
    lifetime: timedelta | None = None,
) -> str:
    """Make a one-time link and return its whole address."""
    lasting = lifetime or timedelta(minutes=instance.config.link_minutes)
    secret = instance.store.run_write(
        instance.system_context(),
        lambda session: one_time_links.create_link(session, account.id, purpose, lifetime=lasting),
    )
    return f"{instance.config.address}/link/{secret}"


def find_link(instance: Instance, secret: str, purposes: frozenset[Purpose] = DOORS) -> OneTimeLink:
    """Read a link without using it; raise NotFoundError when it opens nothing."""
    with instance.store.read(instance.system_context()) as session:
        found = one_time_links.find_link(session, secret, purposes)
    if found is None:
        raise NotFoundError(Message("link_over"))
    return found


def use_link(
    instance: Instance, secret: str, visitor: Visitor, *, password: str = ""
) -> OneTimeLink:
    """Use a link, setting the password that comes with it; raise NotFoundError, InputError."""
    found = find_link(instance, secret)
    hashed = ""
    if found.purpose in one_time_links.SETS_PASSWORD:
        _check_new(instance, found.account, password, "password")
        hashed = instance.passwords.hash(password)

    def write(session: Session) -> OneTimeLink | None:
        used = one_time_links.use_link(session, secret)
        if used is not None and hashed:
            _set_password(session, used.account.id, hashed)
        return used

    used = instance.store.run_write(visitor.context(instance, found.account), write)
    if used is None:
        raise NotFoundError(Message("link_over"))
    return used


def change_password(
    instance: Instance, account: Account, *, old: str, new: str, by: Context, keep: str = ""
) -> None:
    """Replace one's own password and end all other sessions but the one with id ``keep``."""
    check_password(instance, account, old)
    set_password(instance, account, new, keep=keep, field="new", by=by)


def check_password(instance: Instance, account: Account, typed: str) -> None:
    """Ask somebody who is signed in who he is; raise InputError, LimitError."""
    # Apart from signing in: strangers who guess there are not to keep him from this.
    count_tries(instance, (f"password/{account.id}", password_rules(instance).limit))
    if account.password_hash and not instance.passwords.is_right(account.password_hash, typed):
        raise InputError({"old": [Message("wrong_password")]})


def set_password(
    instance: Instance,
    account: Account,
    new: str,
    *,
    keep: str = "",
    field: str = "password",
    by: Context | None = None,
) -> None:
    """Set a password; raise InputError when it can be guessed. Links and tokens die with it."""
    _check_new(instance, account, new, field)
    hashed = instance.passwords.hash(new)
    instance.store.run_write(
        by or instance.system_context(),
        lambda session: _set_password(session, account.id, hashed, keep=keep),
    )


def _check_new(instance: Instance, account: Account, new: str, field: str) -> None:
    """Raise InputError for a password that can be guessed, or that is the one that grew old."""
    around = (account.name, (account.email or "").partition("@")[0], instance.config.name)
    instance.passwords.check_new(new, login=account.login, around=around, field=field)
    renews = bool(password_rules(instance).days) and account.password_hash is not None
    if renews and instance.passwords.is_right(account.password_hash, new):
        raise InputError({field: [Message("password_same")]})


def _set_password(session: Session, account: int, hashed: str, *, keep: str = "") -> None:
    accounts.set_password_hash(session, account, hashed)
    sessions.close_sessions(session, account, but=keep)
    one_time_links.drop_links(session, account)
    tokens.revoke_tokens(session, account)


def _find(instance: Instance, login: str) -> Account | None:
    with instance.store.read(instance.system_context()) as session:
        try:
            return accounts.find_account(session, login)
        except NotFoundError:
            return None


def _count_try(instance: Instance, login: str, visitor: Visitor) -> str:
    """Count a try to sign in; return under what.

    Strangers who guess may lock a login for all browsers that they could have; one with which its
    owner has signed in before has a count of its own, and is never locked out by others.
    """
    folded = accounts.fold_login(login)
    name, _, signature = visitor.proof.partition(".")
    is_known = bool(name) and hmac.compare_digest(
        visitor.proof.encode(), _proof(instance, name, folded).encode()
    )
    key = f"sign_in/device/{name}" if is_known and signature else f"sign_in/login/{folded}"
    limit = password_rules(instance).limit
    try:
        count_tries(instance, (key, limit), (f"sign_in/address/{visitor.address}", BY_ADDRESS))
    except LimitError as error:
        if error.begins == key:
            _refuse(instance, visitor, kinds.SIGN_IN_LOCKED, login)
        raise
    return key


def _proof(instance: Instance, name: str, login: str) -> str:
    """Return what a browser shows that its owner has signed in with it before."""
    key = instance.key_for("devices")
    return f"{name}.{sign(key, f'{name}/{accounts.fold_login(login)}')}"
