"""Inputs for passwords, new ones typed twice, one's own as a proof, and for codes."""

from __future__ import annotations

from flask import request

from cardwright_entities.errors import AccessError, InputError, Message
from cardwright_platform import signing_in
from cardwright_platform.current import (
    current_account,
    current_context,
    current_instance,
    current_opening,
)
from cardwright_platform.views.forms import Input

#: Inputs under which the rule for passwords is said.
_NEW = frozenset({"new", "password"})


def password_input(name: str) -> Input:
    """Return the input of a password by its name, such as old or new_again."""
    instance, language = current_instance(), current_context().language
    rule = {"limit": instance.config.password_length}
    return Input(
        name=name,
        widget="new_password" if name in _NEW else "text",
        values=_known_words() if name in _NEW else (),
        input_type="password",
        label=instance.words.translate(language, f"account.input_{name}"),
        help=instance.words.translate(language, "account.rule", rule) if name in _NEW else "",
        required=True,
    )


def own_password() -> tuple[Input, ...]:
    """Return the input in which somebody proves who he is; none for whoever has no password."""
    return (password_input("old"),) if current_account().password_hash else ()


def check_own_password() -> None:
    """Raise InputError unless somebody has proved in that input who he is, LimitError in time.

    A program proves nothing, whatever it sends: whose token it holds may have no password at all.
    """
    if current_opening().token is not None:
        raise AccessError(Message("token_is_no_person"))
    typed = request.form.get("old", "")
    signing_in.check_password(current_instance(), current_account(), typed)


def _known_words() -> tuple[str, ...]:
    """Return what somebody would guess first, for the hint while one types."""
    account = current_opening().account
    own = (account.login, account.name) if account is not None else ()
    return tuple(each for each in (*own, current_instance().config.name, "cardwright") if each)


def code_input() -> Input:
    """Return the input of a code that an app shows or that is kept on paper."""
    words, language = current_instance().words, current_context().language
    return Input(
        name="code", label=words.translate(language, "second_step.code"), required=True, focus=True
    )


def check_twice(name: str) -> None:
    """Raise InputError unless a new password was typed twice the same."""
    if request.form.get(name, "") != request.form.get(f"{name}_again", ""):
        raise InputError({f"{name}_again": [Message("password_unlike")]})
