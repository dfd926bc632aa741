"""One signed POST to a provider, and what its answer says: as the operator writes it.

Address, headers, body and signatures are options; what is filled in is given by whoever posts, the
secret comes from the environment.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from cardwright_platform.connectors.connector import Away, ConnectorError, Refused, Setup
from cardwright_platform.connectors.placeholders import fill, fill_text, named_in
from cardwright_platform.connectors.signatures import read_signatures, sign
from cardwright_platform.security.outbound import Answer

#: What every posting gives to fill in.
_ALWAYS = ("secret", "seconds", "millis", "time", "day", "nonce")
_OPTIONS = frozenset({"url", "headers", "json", "form", "sign", "taken", "again", "their_id"})
#: Statuses with which a provider says that it takes nothing now, whatever the message.
_AWAY = frozenset({401, 403, 408, 425, 429})
_SAID = 300


class HttpPosting:
    """Posts JSON or a form, and reads from the answer whether it was taken."""

    def __init__(self, setup: Setup, names: Iterable[str]) -> None:
        """Read the options; raise ConnectorError for a placeholder that ``names`` has not."""
        self._setup = setup
        self._names = (*names, *_ALWAYS)
        options = setup.options
        if unknown := sorted(set(options) - _OPTIONS):
            allowed = ", ".join(sorted(_OPTIONS))
            raise ConnectorError(f"there is no '{unknown[0]}'; use {allowed}")
        if not isinstance(options.get("url"), str):
            raise ConnectorError("say 'url', the address of the provider")
        if ("json" in options) == ("form" in options):
            raise ConnectorError("say what is sent, either 'json' or 'form'")
        self._headers = _texts(options, "headers")
        self._signatures = read_signatures(options.get("sign", {}))
        self._taken = _expectation(options, "taken")
        self._again = _expectation(options, "again")
        self._check_names()

    def post(self, moment: datetime, said: Mapping[str, object]) -> str:
        """Post what ``said`` fills in; return the provider's number for it.

        Raise Refused or Away with what the provider answered.
        """
        options = self._setup.options
        known = {**said, **self._always(moment)}
        # What is signed may stand in the body, or be signed over it: not both.
        inside = self._is_signed_inside()
        known = sign(self._signatures, known) if inside else known
        kind, body = self._body(known)
        known["body"] = body.decode()
        known = known if inside else sign(self._signatures, known)
        headers = {"Content-Type": kind, "User-Agent": "Cardwright"}
        headers |= {name: _one_line(fill_text(each, known)) for name, each in self._headers.items()}
        safe = {name: quote(str(value), safe="") for name, value in known.items()}
        answer = self._setup.post(fill_text(str(options["url"]), safe), body, headers)
        return self._read(answer)

    def _always(self, moment: datetime) -> dict[str, object]:
        at = moment.astimezone(UTC)
        return {
            "secret": self._setup.secret,
            "seconds": str(int(at.timestamp())),
            "millis": str(int(at.timestamp() * 1000)),
            "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "day": at.strftime("%Y-%m-%d"),
            "nonce": secrets.token_hex(8),
        }

    def _body(self, known: Mapping[str, object]) -> tuple[str, bytes]:
        options = self._setup.options
        if "json" in options:
            filled = fill(options["json"], known)
            return "application/json", json.dumps(filled, ensure_ascii=False).encode()
        form = {name: fill_text(each, known) for name, each in _texts(options, "form").items()}
        return "application/x-www-form-urlencoded", urlencode(form).encode()

    def _is_signed_inside(self) -> bool:
        signed = {each.name for each in self._signatures}
        options = self._setup.options
        return not signed.isdisjoint(named_in([options.get("json"), options.get("form")]))

    def _check_names(self) -> None:
        """Raise ConnectorError for a placeholder that nothing fills in."""
        options = self._setup.options
        known = {*self._names}
        body = set() if self._is_signed_inside() else {"body"}
        for each in self._signatures:
            _refuse_unknown(f"sign.{each.name}", [each.over, each.key or ""], known | body)
            known.add(each.name)
        for key in ("json", "form"):
            _refuse_unknown(key, options.get(key), known)
        for key in ("url", "headers"):
            _refuse_unknown(key, options.get(key), known | {"body"})

    def _read(self, answer: Answer) -> str:
        said = self._without_secret(answer.body.decode("utf-8", "replace"))
        told = f"{answer.status} {said}".strip()
        if answer.status >= 500 or answer.status in _AWAY:
            raise Away(told)
        try:
            document: object = json.loads(said)
        except ValueError:
            document = None
        if self._again and str(_at(document, self._again[0])) in self._again[1]:
            raise Away(told)
        taken = self._taken is None or str(_at(document, self._taken[0])) in self._taken[1]
        if not 200 <= answer.status < 300 or not taken:
            raise Refused(told)
        their_id = self._setup.options.get("their_id")
        found = _at(document, str(their_id)) if their_id else None
        return "" if found is None else str(found)[:100]

    def _without_secret(self, said: str) -> str:
        secret = self._setup.secret
        return said.replace(secret, "…") if secret else said


def _at(document: object, path: str) -> object:
    """Return what stands at a path of an answer, such as ``Response.Status.0.Code``."""
    for step in path.split("."):
        if isinstance(document, Mapping):
            document = document.get(step)
        elif isinstance(document, list) and step.isdigit() and int(step) < len(document):
            document = document[int(step)]
        else:
            return None
    return document


def _texts(options: Mapping[str, object], key: str) -> dict[str, str]:
    said = options.get(key, {})
    if not isinstance(said, Mapping) or not all(
        isinstance(name, str) and isinstance(each, str | int) for name, each in said.items()
    ):
        raise ConnectorError(f"{key}: write one 'name: text' a line")
    return {name: str(each) for name, each in said.items()}


def _expectation(options: Mapping[str, object], key: str) -> tuple[str, frozenset[str]] | None:
    """Read ``{path: code, is: [0, OK]}``."""
    said = options.get(key)
    if said is None:
        return None
    values = said.get("is") if isinstance(said, Mapping) else None
    if not isinstance(said, Mapping) or not isinstance(said.get("path"), str) or values is None:
        raise ConnectorError(f"{key}: write path: and is:")
    listed = values if isinstance(values, list) else [values]
    return said["path"], frozenset(map(str, listed))


def _refuse_unknown(key: str, written: object, known: set[str]) -> None:
    for name in named_in(written):
        if name not in known:
            raise ConnectorError(
                f"{key}: nothing fills in {{{name}}}; use {', '.join(sorted(known))}"
            )


def _one_line(text: str) -> str:
    if any(ord(each) < 32 or ord(each) > 126 for each in text):
        raise Refused("a header would hold what no header may hold")
    return text
