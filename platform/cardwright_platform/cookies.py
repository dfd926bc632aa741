"""The cookies that we set, and nothing in them but random secrets and tastes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import Response

from cardwright_platform.config import Config

_LANGUAGE = "cw_language"
_MODE = "cw_mode"
_YEAR = timedelta(days=365)


def session_secret(cookies: Mapping[str, str], config: Config) -> str:
    """Return the secret of the browser's session, empty when there is none."""
    return cookies.get(_name("session", config), "")


def visit_secret(cookies: Mapping[str, str], config: Config) -> str:
    """Return the secret of a browser in which nobody is signed in."""
    return cookies.get(_name("visit", config), "")


def device_token(cookies: Mapping[str, str], config: Config) -> str:
    """Return what proves that somebody has signed in with this browser before."""
    return cookies.get(_name("device", config), "")


def language(cookies: Mapping[str, str]) -> str:
    """Return the language that was chosen before anybody signed in."""
    return cookies.get(_LANGUAGE, "")


def mode(cookies: Mapping[str, str]) -> str:
    """Return light, dark or auto as it was chosen before anybody signed in."""
    return cookies.get(_MODE, "")


def set_session(response: Response, config: Config, secret: str, *, stay: bool) -> None:
    """Let the browser hold a session, until it is closed or as long as somebody may stay."""
    lifetime = timedelta(days=config.session_days) if stay else None
    _set(response, config, _name("session", config), secret, lifetime)
    response.delete_cookie(
        _name("visit", config), secure=config.is_https, httponly=True, samesite="Lax"
    )


def set_device(response: Response, config: Config, token: str) -> None:
    """Let the browser prove later that somebody has signed in with it."""
    _set(response, config, _name("device", config), token, _YEAR)


def clear_session(response: Response, config: Config) -> None:
    """Take the session from the browser."""
    response.delete_cookie(
        _name("session", config), secure=config.is_https, httponly=True, samesite="Lax"
    )


def set_visit(response: Response, config: Config, secret: str) -> None:
    """Let a stranger's browser hold the secret that its forms are bound to."""
    _set(response, config, _name("visit", config), secret, None)


def set_language(response: Response, config: Config, chosen: str) -> None:
    """Remember the language for the pages before signing in."""
    _set(response, config, _LANGUAGE, chosen, _YEAR)


def set_mode(response: Response, config: Config, chosen: str) -> None:
    """Remember light or dark for the pages before signing in."""
    _set(response, config, _MODE, chosen, _YEAR)


def _name(kind: str, config: Config) -> str:
    # The prefix binds a cookie to this host and to TLS; without TLS browsers refuse it.
    return f"__Host-cw_{kind}" if config.is_https else f"cw_{kind}"


def _set(
    response: Response, config: Config, name: str, value: str, lifetime: timedelta | None
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=lifetime,
        path="/",
        secure=config.is_https,
        httponly=True,
        samesite="Lax",
    )
