"""OpenID Connect: the code flow with PKCE, and an ID token that is looked at from all sides."""

from __future__ import annotations

import base64
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote, urlencode, urlsplit

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError

from cardwright_platform.security.outbound import Answer, OutboundError
from cardwright_platform.sign_in_providers.openid_documents import OpenIdDocuments, is_safe
from cardwright_platform.sign_in_providers.provider import (
    Arrival,
    Denied,
    Departure,
    Person,
    ProviderError,
    Setup,
    Unreachable,
)

#: Signatures by keys of which only the provider holds the secret half; never none, never HMAC.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
#: Clocks may be so many seconds apart.
_LEEWAY = 60
_LONGEST_SUBJECT = 255
_OPTIONS = frozenset({"issuer", "client", "scopes"})
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


class OpenIdConnect:
    """One OpenID provider."""

    name: ClassVar[str] = "oidc"

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._issuer = _text(setup.options, "issuer")
        self._client = _text(setup.options, "client")
        self._scopes = _scopes(setup.options)
        if unknown := sorted(set(setup.options) - _OPTIONS):
            raise ProviderError(f"there is no '{unknown[0]}'; use {', '.join(sorted(_OPTIONS))}")
        if not is_safe(self._issuer) or urlsplit(self._issuer).query:
            raise ProviderError("issuer: write https:// and what the provider calls itself")
        self._documents = OpenIdDocuments(self._issuer, setup.get, setup.clock)

    def depart(self, back_url: str, state: str, language: str) -> Departure:
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(32)
        address: str = prepare_grant_uri(
            self._documents.addresses().authorize,
            client_id=self._client,
            response_type="code",
            redirect_uri=back_url,
            scope=" ".join(self._scopes),
            state=state,
            nonce=nonce,
            code_challenge=_challenge(verifier),
            code_challenge_method="S256",
            ui_locales={"zh": "zh-CN zh"}.get(language, language),
        )
        return Departure(address=address, kept={"verifier": verifier, "nonce": nonce})

    def arrive(self, arrival: Arrival) -> Person:
        answer = arrival.answer
        self._check_issuer(answer)
        if "error" in answer:
            raise Denied(f"the provider said {answer['error'][:100]!r}")
        if not answer.get("code"):
            raise Denied("no code")
        given = self._redeem(answer["code"], arrival)
        claims = self._read_token(given, arrival.kept["nonce"])
        if "email" not in claims:
            claims = self._ask_about(claims, given) | claims
        return _person(claims)

    def _check_issuer(self, answer: Mapping[str, str]) -> None:
        """Refuse an answer of another provider that was brought here instead (RFC 9207)."""
        is_said = "iss" in answer or self._documents.addresses().says_issuer
        if is_said and answer.get("iss") != self._issuer:
            raise Denied("the answer is of another issuer")

    def _redeem(self, code: str, arrival: Arrival) -> Mapping[str, Any]:
        addresses, headers = self._documents.addresses(), dict(_FORM)
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": arrival.back_url,
            "code_verifier": arrival.kept["verifier"],
        }
        if self._setup.secret and addresses.takes_basic:
            pair = f"{quote(self._client, safe='')}:{quote(self._setup.secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            fields["client_id"] = self._client
            if self._setup.secret:
                fields["client_secret"] = self._setup.secret
        try:
            said = self._setup.post(addresses.token, urlencode(fields).encode(), headers)
        except OutboundError as error:
            raise Unreachable(addresses.token) from error
        if said.status >= 500:
            raise Unreachable(f"the provider answered {said.status}")
        return _object(said)

    def _read_token(self, given: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """Return what the ID token says, once it is known to be for us, now, and for this visit."""
        written = given.get("id_token")
        if not isinstance(written, str) or len(written) > 20_000:
            raise Denied("no ID token")
        try:
            named = jws.extract_compact(written.encode()).headers().get("kid")
            keys = self._documents.keys(named if isinstance(named, str) else None)
            token = jwt.decode(written, keys, algorithms=ALGORITHMS)
            claims = CodeIDToken(
                token.claims,
                token.header,
                options={
                    "iss": {"essential": True, "value": self._issuer},
                    "sub": {"essential": True},
                    "aud": {"essential": True, "value": self._client},
                },
                params={
                    "client_id": self._client,
                    "nonce": nonce,
                    "access_token": given.get("access_token"),
                },
            )
            claims.validate(int(self._setup.clock().timestamp()), _LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Denied(f"the ID token is not good: {type(error).__name__}: {error}") from error
        if not hmac.compare_digest(str(claims.get("nonce")).encode(), nonce.encode()):
            raise Denied("the ID token is of another visit")
        return dict(claims)

    def _ask_about(self, claims: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Ask the provider for more about somebody; an answer about somebody else is none."""
        where, token = self._documents.addresses().people, given.get("access_token")
        if not where or not isinstance(token, str) or not re.fullmatch(r"[!-~]+", token):
            return {}
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        try:
            said = _object(self._setup.get(where, headers))
        except (OSError, OutboundError, Denied):
            return {}
        return dict(said) if said.get("sub") == claims.get("sub") else {}


def _challenge(verifier: str) -> str:
    return str(create_s256_code_challenge(verifier))  # type: ignore[no-untyped-call] # its stub


def _person(claims: Mapping[str, Any]) -> Person:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise Denied("no subject")
    return Person(
        subject=subject,
        login=_said(claims, "preferred_username"),
        name=_said(claims, "name"),
        email=_said(claims, "email"),
        # Some providers write it as a text; anything else is not verified.
        is_email_verified=claims.get("email_verified") in (True, "true"),
    )


def _said(claims: Mapping[str, Any], name: str) -> str:
    found = claims.get(name)
    return " ".join(found.split())[:200] if isinstance(found, str) else ""


def _object(answer: Answer) -> Mapping[str, Any]:
    if answer.status != 200:
        raise Denied(f"the provider answered {answer.status}")
    try:
        document = json.loads(answer.body)
    except ValueError as error:
        raise Denied("the provider answered no JSON") from error
    if not isinstance(document, dict):
        raise Denied("the provider answered no object")
    return document


def _text(options: Mapping[str, object], key: str) -> str:
    found = options.get(key)
    if not isinstance(found, str) or not found:
        raise ProviderError(f"{key}: write a text")
    return found


def _scopes(options: Mapping[str, object]) -> tuple[str, ...]:
    found = options.get("scopes", ["openid", "profile", "email"])
    if not isinstance(found, list) or "openid" not in found:
        raise ProviderError("scopes: write a list with openid in it")
    return tuple(map(str, found))
