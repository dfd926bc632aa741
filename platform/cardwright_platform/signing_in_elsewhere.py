"""Signing in by what a provider elsewhere says, and binding accounts to who people are there.

A subject of a provider is bound to an account; nothing else that a provider says opens an existing
one, unless the operator lets verified mail addresses do so. Why somebody was not let in is written
into the log and not told to him: what he is told is the same for all who are not known here.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from cardwright_entities.accounts import identities, round_trips
from cardwright_entities.accounts.accounts import Account, fold_login, read_account
from cardwright_entities.accounts.identities import Identity
from cardwright_entities.accounts.round_trips import RoundTrip
from cardwright_entities.errors import (
    AuthenticationError,
    InputError,
    Message,
    NotFoundError,
)
from cardwright_entities.store.sessions import Session
from cardwright_platform.instance import Instance
from cardwright_platform.people import add_user
from cardwright_platform.security.outbound import OutboundError
from cardwright_platform.security.sealing import KeySealing
from cardwright_platform.sign_in_providers.provider import Arrival, Denied, Person, Unreachable
from cardwright_platform.sign_in_providers.registered import SignInWay
from cardwright_platform.signing_in import BY_ADDRESS, Entrance, Visitor, enter
from cardwright_platform.tries import count_tries

_LOG = logging.getLogger("cardwright")
#: How long somebody may take elsewhere.
_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Return:
    """What came of a trip: an entrance, or an account that is bound now."""

    wanted: str  #: the address that somebody wanted to see
    entrance: Entrance | None = None
    stay: bool = False


def find_way(instance: Instance, name: str) -> SignInWay:
    """Return a way by its name in an address; raise NotFoundError."""
    if name not in instance.ways:
        raise NotFoundError(Message("not_found"))
    return instance.ways[name]


def back_url(instance: Instance, way: SignInWay) -> str:
    """Return the address to which a provider sends people back; it is to be registered there."""
    return f"{instance.config.address}/sign-in/with/{way.name}/back"


def depart(
    instance: Instance,
    way: SignInWay,
    visit: str,
    visitor: Visitor,
    *,
    wanted: str,
    language: str,
    stay: bool = False,
    account: Account | None = None,
) -> str:
    """Begin a trip and return where to send the browser that holds the secret ``visit``.

    With an account the trip binds who comes back to it, else it signs him in. Raise
    AuthenticationError when the provider cannot be asked, LimitError for too many tries.
    """
    count_tries(instance, (f"sign_in/address/{visitor.address}", BY_ADDRESS))
    state = round_trips.new_trip_secret()
    try:
        departure = way.provider.depart(back_url(instance, way), state, language)
    except (Unreachable, OSError, OutboundError) as error:
        raise _unreachable(way, error) from error
    kept = {"wanted": wanted, "stay": "1" if stay else "", "provider": dict(departure.kept)}
    trip = RoundTrip(
        purpose=_purpose(way),
        account=account.id if account else None,
        kept=_sealing(instance).seal(json.dumps(kept), _purpose(way)),
    )
    instance.store.run_write(
        instance.system_context(),
        lambda session: round_trips.begin_round_trip(session, visit, state, trip, lifetime=_LASTS),
    )
    return departure.address


def arrive(
    instance: Instance,
    way: SignInWay,
    answer: Mapping[str, str],
    visit: str,
    visitor: Visitor,
    *,
    account: Account | None,
) -> Return:
    """Take a browser that comes back, in which ``account`` is signed in.

    Raise AuthenticationError for all that lets nobody in, InputError when somebody cannot be bound
    to an account, and LimitError for too many tries.
    """
    count_tries(instance, (f"sign_in/address/{visitor.address}", BY_ADDRESS))
    trip = instance.store.run_write(
        instance.system_context(),
        lambda session: round_trips.end_round_trip(
            session, visit, answer.get("state", ""), _purpose(way)
        ),
    )
    if trip is None or (
        trip.account is not None and (account is None or account.id != trip.account)
    ):
        raise AuthenticationError(Message("elsewhere_over"))
    kept = json.loads(_sealing(instance).open(trip.kept, _purpose(way)))
    person = _ask(
        way, Arrival(answer=answer, kept=kept["provider"], back_url=back_url(instance, way))
    )
    if trip.account is not None:
        _bind(instance, way, trip.account, person)
        return Return(wanted=kept["wanted"])
    found = _account_of(instance, way, person)
    entrance = enter(
        instance, found, visitor, stay=bool(kept["stay"]), is_proven_twice=way.trust_second_step
    )
    return Return(wanted=kept["wanted"], entrance=entrance, stay=bool(kept["stay"]))


def list_bound(instance: Instance, account: Account) -> tuple[Identity, ...]:
    """Return who an account is elsewhere."""
    with instance.store.read(instance.system_context()) as session:
        return identities.list_identities(session, account.id)


def unbind(instance: Instance, account: Account, provider: str) -> None:
    """Forget who an account is at a provider; raise InputError when no way in would be left."""

    def write(session: Session) -> None:
        others = [
            each
            for each in identities.list_identities(session, account.id)
            if each.provider != provider and each.provider in instance.ways
        ]
        if not read_account(session, account.id).password_hash and not others:
            raise InputError({"identity": [Message("identity_is_last")]})
        identities.drop_identities(session, account.id, provider=provider)

    instance.store.run_write(instance.system_context(), write)


def _ask(way: SignInWay, arrival: Arrival) -> Person:
    try:
        return way.provider.arrive(arrival)
    except Denied as error:
        raise _denied(way, str(error)) from error
    except (Unreachable, OSError, OutboundError) as error:
        raise _unreachable(way, error) from error


def _bind(instance: Instance, way: SignInWay, account: int, person: Person) -> None:
    def write(session: Session) -> None:
        found = identities.find_identity(session, way.name, person.subject)
        if found is None or found.account != account:
            identities.add_identity(
                session, account, way.name, person.subject, label=_label(person)
            )

    instance.store.run_write(instance.system_context(), write)


def _account_of(instance: Instance, way: SignInWay, person: Person) -> Account:
    """Return whose account a person elsewhere opens; make one where the operator wants that."""

    def find(session: Session) -> Account | None:
        known = identities.find_identity(session, way.name, person.subject)
        if known is not None:
            identities.note_use(session, way.name, person.subject)
            return read_account(session, known.account)
        found = _by_email(session, way, person)
        if found is not None:
            identities.add_identity(
                session, found.id, way.name, person.subject, label=_label(person)
            )
        return found

    account = instance.store.run_write(instance.system_context(), find)
    if account is None and way.create_users:
        account = _made(instance, way, person)
    if account is None:
        raise _denied(way, "nobody here is bound to who came")
    if account.disabled_at is not None:
        raise _denied(way, f"account {account.id} is disabled")
    return account


def _by_email(session: Session, way: SignInWay, person: Person) -> Account | None:
    """Return the one account with a mail address that the provider has verified.

    One that is bound to another subject of the same place stays that one's: addresses are given
    to others when people leave.
    """
    if not way.by_email or not person.is_email_verified:
        return None
    found = identities.accounts_with_email(session, person.email)
    if len(found) != 1 or found[0].disabled_at is not None:
        return None
    bound = identities.list_identities(session, found[0].id)
    return None if any(each.provider == way.name for each in bound) else found[0]


def _made(instance: Instance, way: SignInWay, person: Person) -> Account:
    """Make a user; one whose login is taken is another person, whatever the provider says."""
    wanted = person.login or (person.email if person.is_email_verified else "")
    email = person.email if person.is_email_verified else ""
    try:
        made = add_user(
            instance,
            login=fold_login(wanted or person.subject),
            name=person.name or wanted,
            roles=way.roles,
            email=email,
        )
    except InputError as error:
        reasons = [each.code for many in error.fields.values() for each in many]
        raise _denied(way, f"no user can be made: {', '.join(reasons)}") from error
    _bind(instance, way, made.id, person)
    return made


def _denied(way: SignInWay, reason: str) -> AuthenticationError:
    _LOG.warning("sign-in with %s refused: %s", way.name, _one_line(reason))
    return AuthenticationError(Message("elsewhere_denied"))


def _unreachable(way: SignInWay, error: Exception) -> AuthenticationError:
    reason = _one_line(str(error) or type(error).__name__)
    _LOG.warning("sign-in with %s: the provider cannot be asked: %s", way.name, reason)
    return AuthenticationError(Message("elsewhere_away"))


def _one_line(reason: str) -> str:
    return "".join(each if each.isprintable() else " " for each in reason)[:300]


def _label(person: Person) -> str:
    return person.email or person.login or person.name or person.subject


def _purpose(way: SignInWay) -> str:
    return f"sign_in/{way.name}"


def _sealing(instance: Instance) -> KeySealing:
    return KeySealing(instance.key_for("round trips"))
