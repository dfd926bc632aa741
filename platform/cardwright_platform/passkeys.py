"""Signing in with a passkey (WebAuthn): instead of password and code, or as the second step.

A challenge is good once, for five minutes, and for the browser that it was made for; the host is
the configured one, whatever a request says.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from cardwright_entities.accounts import passkeys, round_trips
from cardwright_entities.accounts.accounts import Account, read_account
from cardwright_entities.accounts.one_time_links import SECOND_STEP
from cardwright_entities.accounts.passkeys import Passkey
from cardwright_entities.accounts.round_trips import RoundTrip
from cardwright_entities.audit import kinds
from cardwright_entities.audit.noting import note
from cardwright_entities.contexts import Context
from cardwright_entities.errors import AuthenticationError, InputError, Message, NotFoundError
from cardwright_entities.store.sessions import Session
from cardwright_platform.instance import Instance
from cardwright_platform.security.keys import sign
from cardwright_platform.signing_in import (
    BY_ADDRESS,
    Entrance,
    Visitor,
    enter,
    find_link,
    take_step_by,
)
from cardwright_platform.tries import count_tries

_LASTS = timedelta(minutes=5)
_ADD, _ENTER = "passkey/add", "passkey/enter"
_MOST = 20  #: of one account
_LONGEST_NAME = 60


def can_use(instance: Instance) -> bool:
    """Tell whether browsers make passkeys for this address: a name, by TLS or on this machine."""
    host = _host(instance)
    is_name = not host.replace(".", "").isdigit() and ":" not in host
    return is_name and (instance.config.is_https or host == "localhost")


def propose(instance: Instance, account: Account, visit: str) -> str:
    """Return as JSON what a browser is asked to make; raise InputError for too many."""
    _must_work(instance)
    known = list_own(instance, account)
    if len(known) >= _MOST:
        raise InputError({"passkey": [Message.of("passkey_too_many", most=_MOST)]})
    options = webauthn.generate_registration_options(
        rp_id=_host(instance),
        rp_name=instance.config.name or "Cardwright",
        user_id=_handle(instance, account.id),
        user_name=account.login,
        user_display_name=account.name,
        challenge=_challenge(instance, visit, _ADD, account.id),
        exclude_credentials=[_descriptor(each) for each in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return options_to_json(options)


def add(
    instance: Instance, account: Account, visit: str, answer: str, name: str, by: Context
) -> str:
    """Store what a browser has made and return what it is called.

    Raise InputError for what we did not ask it for.
    """
    said = _read(answer)
    trip = _end(instance, visit, _ADD, said)
    if trip is None or trip.account != account.id:
        raise InputError({"passkey": [Message("passkey_failed")]})
    try:
        made = webauthn.verify_registration_response(
            credential=said,
            expected_challenge=_challenge_of(said),
            expected_rp_id=_host(instance),
            expected_origin=_origin(instance),
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise InputError({"passkey": [Message("passkey_failed")]}) from error
    called = " ".join(name.split())[:_LONGEST_NAME] or f"{instance.clock():%Y-%m-%d}"

    def write(session: Session) -> None:
        passkeys.add_passkey(
            session,
            account.id,
            credential=bytes_to_base64url(made.credential_id),
            public_key=bytes_to_base64url(made.credential_public_key),
            count=made.sign_count,
            name=called,
        )

    instance.store.run_write(by, write)
    return called


def list_own(instance: Instance, account: Account) -> tuple[Passkey, ...]:
    """Return the passkeys of an account."""
    with instance.store.read(instance.system_context()) as session:
        return passkeys.list_passkeys(session, account.id)


def ask(instance: Instance, visit: str, visitor: Visitor, step: str = "") -> str:
    """Return as JSON what a browser is asked to sign; of a second step only that person's keys."""
    _must_work(instance)
    count_tries(instance, (f"sign_in/address/{visitor.address}", BY_ADDRESS))
    known: tuple[Passkey, ...] = ()
    if step:
        known = list_own(instance, find_link(instance, step, SECOND_STEP).account)
    options = webauthn.generate_authentication_options(
        rp_id=_host(instance),
        challenge=_challenge(instance, visit, _ENTER, None),
        allow_credentials=[_descriptor(each) for each in known],
        user_verification=UserVerificationRequirement.PREFERRED
        if step
        else UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def come_in(
    instance: Instance, visit: str, answer: str, visitor: Visitor, *, step: str, stay: bool
) -> Entrance:
    """Let in who has signed; raise AuthenticationError, in the same words whatever was wrong.

    Without ``step`` the device has also asked who is there: that is both steps.
    """
    count_tries(instance, (f"sign_in/address/{visitor.address}", BY_ADDRESS))
    try:
        found, account, count = _proven(instance, visit, answer, needs_person=not step)
        if step:
            if find_link(instance, step, SECOND_STEP).account.id != account.id:
                raise _WrongError
            return take_step_by(
                instance,
                step,
                account,
                lambda session: passkeys.note_passkey_use(session, found, count),
                visitor,
                stay=stay,
            )
        if not instance.store.run_write(
            instance.system_context(),
            lambda session: passkeys.note_passkey_use(session, found, count),
        ):
            raise _WrongError
    except (_WrongError, NotFoundError, InputError) as error:
        instance.store.run_write(
            visitor.context(instance), lambda session: note(session, kinds.SIGN_IN_REFUSED)
        )
        raise AuthenticationError(Message("passkey_failed")) from error
    return enter(instance, account, visitor, stay=stay, is_proven_twice=True)


class _WrongError(Exception):
    """A proof that proves nothing."""


def _proven(
    instance: Instance, visit: str, answer: str, *, needs_person: bool
) -> tuple[Passkey, Account, int]:
    """Return whose passkey has signed our challenge, and what it counted to; raise _WrongError."""
    said = _read(answer)
    if _end(instance, visit, _ENTER, said) is None:
        raise _WrongError
    with instance.store.read(instance.system_context()) as session:
        found = passkeys.find_passkey(session, str(said.get("id", "")))
        account = read_account(session, found.account) if found is not None else None
    if found is None or account is None or account.disabled_at is not None:
        raise _WrongError
    handle = _part(said, "userHandle")
    if handle and handle != bytes_to_base64url(_handle(instance, account.id)):
        raise _WrongError
    try:
        proven = webauthn.verify_authentication_response(
            credential=said,
            expected_challenge=_challenge_of(said),
            expected_rp_id=_host(instance),
            expected_origin=_origin(instance),
            credential_public_key=base64url_to_bytes(found.public_key),
            credential_current_sign_count=found.sign_count,
            require_user_verification=needs_person,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _WrongError from error
    return found, account, proven.new_sign_count


def _challenge(instance: Instance, visit: str, purpose: str, account: int | None) -> bytes:
    challenge = secrets.token_bytes(32)
    trip = RoundTrip(purpose=purpose, account=account, kept="")
    instance.store.run_write(
        instance.system_context(),
        lambda session: round_trips.begin_round_trip(
            session, visit, bytes_to_base64url(challenge), trip, lifetime=_LASTS
        ),
    )
    return challenge


def _end(instance: Instance, visit: str, purpose: str, said: Mapping[str, Any]) -> RoundTrip | None:
    """Take the challenge that was signed; None unless it was made for this browser and this."""
    challenge = bytes_to_base64url(_challenge_of(said))
    return instance.store.run_write(
        instance.system_context(),
        lambda session: round_trips.end_round_trip(session, visit, challenge, purpose),
    )


def _read(answer: str) -> dict[str, Any]:
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        said = None
    return said if isinstance(said, dict) else {}


def _part(said: Mapping[str, Any], name: str) -> str:
    response = said.get("response")
    found = response.get(name) if isinstance(response, dict) else None
    return found if isinstance(found, str) else ""


def _challenge_of(said: Mapping[str, Any]) -> bytes:
    """Return what was signed as the browser tells it; nothing where it tells nothing."""
    try:
        data = json.loads(base64url_to_bytes(_part(said, "clientDataJSON")))
        return base64url_to_bytes(data["challenge"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return b""


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.credential))


def _handle(instance: Instance, account: int) -> bytes:
    """Return what authenticators keep of an account: a name that tells nothing."""
    return base64.b16decode(sign(instance.key_for("passkeys"), str(account)), casefold=True)


def _must_work(instance: Instance) -> None:
    if not can_use(instance):
        raise NotFoundError(Message("not_found"))


def _origin(instance: Instance) -> str:
    return instance.config.address


def _host(instance: Instance) -> str:
    return urlsplit(instance.config.address).hostname or ""
