"""What an answer to nonsense must be: a page or a clear refusal, in one shape, harmless."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from odd_input.ground import Ground
from odd_input.sweeping import Request
from werkzeug.test import TestResponse

#: What leads a browser away from the site when it stands at the start of an address.
_ELSEWHERE = re.compile(r"^[\s\x00-\x1f]*(?:[/\\]{2}|[a-z][a-z0-9+.-]*:)", re.IGNORECASE)
_LINKS = re.compile(r'(?:href|src|action|formaction|hx-get|hx-post|data-url)="([^"]*)"')
_OWN = ("http://localhost/", "http://127.0.0.1/")
_HARMLESS = ("mailto:", "tel:", "data:image/")


@dataclass
class Verdict:
    """What was found wrong in a run of requests, each with the request that showed it."""

    count: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, request: Request, reason: str) -> None:
        """Note one thing that should not be."""
        self.wrong.append(f"{request.method} {request.path[:120]} [{request.about}]: {reason}")


def run(ground: Ground, requests: Iterable[Request]) -> Verdict:
    """Send requests as the chief and judge every answer."""
    verdict = Verdict()
    for request in requests:
        verdict.count += 1
        commits = ground.watch.commits
        answer = request.send(ground.chief)
        for reason in reasons(answer):
            verdict.add(request, reason)
        is_read = request.method in ("GET", "HEAD", "OPTIONS")
        refused = answer.status_code >= 400
        verdict.refused += refused
        if (is_read or refused) and ground.watch.commits != commits:
            verdict.add(request, f"{answer.status_code}, yet something was changed")
        answer.close()
    return verdict


def reasons(answer: TestResponse) -> Iterable[str]:
    """Say what is wrong with an answer."""
    if answer.status_code >= 500:
        yield f"status {answer.status_code}: {answer.text[:300]}"
        return
    if "X-Evil" in answer.headers:
        yield "a header of the sender's"
    location = answer.headers.get("Location", "/")
    if leads_away(location):
        yield f"leads to {location}"
    is_page = answer.mimetype == "text/html"
    if is_page:
        yield from (f"links to {link}" for link in links_away(answer.text))
    if answer.status_code >= 400 and not is_page:
        yield from _json_error(answer)
    if b"Traceback (most" in answer.data:
        yield "shows a traceback"


def leads_away(address: str) -> bool:
    """Tell whether a browser that follows an address leaves the site."""
    plain = address.replace("\t", "").replace("\n", "").replace("\r", "")
    return not plain.startswith(_OWN) and bool(_ELSEWHERE.match(plain))


def links_away(page: str) -> list[str]:
    """Return the addresses of a page that leave the site."""
    found = (link.replace("&amp;", "&") for link in _LINKS.findall(page))
    return [link for link in found if leads_away(link) and not link.startswith(_HARMLESS)]


def _json_error(answer: TestResponse) -> Iterable[str]:
    body = answer.get_json(silent=True)
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        yield f"status {answer.status_code} without an error: {answer.text[:200]}"
        return
    if not error.get("message") or error["message"] == error.get("code"):
        yield f"no words: {error}"
    if not error.get("request_id"):
        yield "no number to quote"
