"""A second step of signing in: a code of an app (TOTP, RFC 6238), or one of ten kept on paper."""

from __future__ import annotations

import base64
import hmac
import os
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from cardwright_entities.accounts import second_steps
from cardwright_entities.accounts.accounts import Account
from cardwright_entities.accounts.rates import Limit
from cardwright_entities.accounts.second_steps import SecondStep
from cardwright_entities.contexts import Context
from cardwright_entities.errors import InputError, Message, NotFoundError
from cardwright_entities.store.sessions import Session
from cardwright_platform.instance import Instance
from cardwright_platform.security.keys import sign
from cardwright_platform.security.sealing import KeySealing, SealBrokenError
from cardwright_platform.tries import count_tries

#: Six digits, anew every half minute: what every app knows (RFC 6238, section 4.1, and RFC 4226).
DIGITS, SECONDS = 6, 30
_SECRET_BYTES = 20  # as long as the hash, RFC 4226 section 4
#: A clock may be so many half minutes off.
_DRIFT = 1
_CODES, _CODE_LENGTH = 10, 10
#: Without signs that look alike.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_TRIES = Limit(10, timedelta(minutes=10))


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What an app is to be told: the secret in letters, and the same as an address to draw."""

    letters: str
    address: str


def read_step(instance: Instance, account: Account) -> SecondStep | None:
    """Read the second step of an account."""
    with instance.store.read(instance.system_context()) as session:
        return second_steps.find_second_step(session, account.id)


def propose(instance: Instance, account: Account) -> None:
    """Draw a secret for the account's app; one that is in use stays as it is."""
    letters = base64.b32encode(os.urandom(_SECRET_BYTES)).decode()
    sealed = _sealing(instance).seal(letters, _purpose(account.id))
    instance.store.run_write(
        instance.system_context(),
        lambda session: second_steps.propose_second_step(session, account.id, sealed),
    )


def proposal_of(instance: Instance, account: Account, step: SecondStep) -> Proposal | None:
    """Return what the app is to be told of a step that waits to be confirmed.

    None where the key does not open it, as after a restore beside another key: a new one is drawn.
    """
    letters = _letters(instance, account.id, step)
    if not letters:
        return None
    made = _totp(letters).get_provisioning_uri(
        account.login, issuer=instance.config.name or "Cardwright"
    )
    return Proposal(letters=letters, address=made)


def confirm(instance: Instance, account: Account, code: str, by: Context) -> tuple[str, ...]:
    """Take a proposal into use after its first code; return the codes to keep on paper.

    Raise InputError when the code is not right, LimitError when somebody tries too often.
    """
    count_tries(instance, counted_codes(account.id))
    step = read_step(instance, account)
    if step is None or step.confirmed_at is not None:
        raise NotFoundError(Message("not_found"))
    window = _window_of(_letters(instance, account.id, step), code, instance.clock())
    if window is None:
        raise InputError({"code": [Message("second_step_failed")]})
    codes = _draw_codes()

    def write(session: Session) -> None:
        if not second_steps.confirm_second_step(session, account.id, window):
            raise NotFoundError(Message("not_found"))
        second_steps.set_backup_codes(session, account.id, _hashes(instance, codes))

    instance.store.run_write(by, write)
    return codes


def renew_codes(instance: Instance, account: Account, by: Context) -> tuple[str, ...]:
    """Replace the codes on paper; return the new ones."""
    codes = _draw_codes()

    def write(session: Session) -> None:
        step = second_steps.find_second_step(session, account.id)
        if step is None or step.confirmed_at is None:
            raise NotFoundError(Message("not_found"))
        second_steps.set_backup_codes(session, account.id, _hashes(instance, codes))

    instance.store.run_write(by, write)
    return codes


def turn_off(instance: Instance, account: Account, by: Context) -> bool:
    """Ask an account for its password only; return whether more was asked before."""
    return instance.store.run_write(
        by,
        lambda session: second_steps.drop_second_step(session, account.id),
    )


def take_code(instance: Instance, session: Session, account: int, code: str) -> bool:
    """Tell whether a code is right now, and see to it that it never is again."""
    step = second_steps.find_second_step(session, account)
    if step is None or step.confirmed_at is None:
        return False
    typed = _typed(code)
    if len(typed) == _CODE_LENGTH:
        (hashed,) = _hashes(instance, (typed,))
        return second_steps.use_backup_code(session, account, hashed)
    window = _window_of(_letters(instance, account, step), typed, instance.clock())
    return window is not None and second_steps.take_window(session, account, window)


def counted_codes(account: int) -> tuple[str, Limit]:
    """Return under what the codes that somebody tries for an account are counted."""
    return f"second_step/{account}", _TRIES


def _sealing(instance: Instance) -> KeySealing:
    return KeySealing(instance.key_for("second steps"))


def _purpose(account: int) -> str:
    return f"second_step/{account}"


def _letters(instance: Instance, account: int, step: SecondStep) -> str:
    """Return the secret; none that the key does not open, so that no code is ever right."""
    try:
        return _sealing(instance).open(step.secret, _purpose(account))
    except SealBrokenError:
        return ""


def _totp(letters: str) -> TOTP:
    # What apps understand is SHA-1, whose weakness (collisions) does not matter in an HMAC.
    return TOTP(base64.b32decode(letters), DIGITS, SHA1(), SECONDS)  # noqa: S303


def _window_of(letters: str, code: str, now: datetime) -> int | None:
    if not letters:
        return None
    totp, typed = _totp(letters), _typed(code).encode()
    middle = int(now.timestamp()) // SECONDS
    for window in range(middle - _DRIFT, middle + _DRIFT + 1):
        if hmac.compare_digest(totp.generate(window * SECONDS), typed):
            return window
    return None


def _typed(code: str) -> str:
    """Return a code as it is compared: full-width, spaces and dashes as people type them."""
    plain = unicodedata.normalize("NFKC", code[:100]).casefold()
    return "".join(each for each in plain if each.isalnum())


def _draw_codes() -> tuple[str, ...]:
    drawn = ("".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)) for _ in range(_CODES))
    return tuple(f"{each[:5]}-{each[5:]}" for each in drawn)


def _hashes(instance: Instance, codes: tuple[str, ...]) -> list[str]:
    key = instance.key_for("backup codes")
    return [sign(key, _typed(each)) for each in codes]
