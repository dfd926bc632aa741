"""What is sent to a route, who may send it, and whose refusal is a page."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import orjson
from flask import Flask
from guarded.company import Company
from serving import Browser

from cardwright_platform.permissions import is_reading
from cardwright_platform.security.csrf import SAFE_METHODS

#: What everybody does for himself with the same request: only forged ones must not pass.
OWN = frozenset({"looker", "rep", "caller"})
#: Who has records of his own for a rule to work on; those of others it leaves.
WORKING = frozenset({"rep"})
#: What is open to everybody who comes from our own page, by his name or by nobody's.
OPEN = frozenset({"anonymous", "looker", "rep", "caller", "disabled", "disabled program"})


@dataclass(frozen=True)
class Asked:
    """A request; ``may`` names those who may send it, ``shown`` whose refusal is a page."""

    path: str
    json: object = None
    form: Mapping[str, object] | None = None
    files: Mapping[str, tuple[bytes, str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    signature: Mapping[str, str] = field(default_factory=dict)  #: which only the right one has
    browser: Browser | None = None  #: another one of the admin's
    may: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    changes: bool = True  #: False where only a cookie or an answer comes of it

    @property
    def is_api(self) -> bool:
        """Tell whether programs send it."""
        return self.path.startswith("/api/")

    def content(self) -> dict[str, object]:
        """Return the body as the client of tests takes it."""
        if self.json is not None:
            return {"data": orjson.dumps(self.json), "content_type": "application/json"}
        files = {name: (io.BytesIO(data), title) for name, (data, title) in self.files.items()}
        return {"data": {**(self.form or {}), **files}}


Example = Callable[[Company], Asked]


def unsafe_routes(app: Flask) -> Mapping[tuple[str, str], bool]:
    """Return method and rule of every unsafe route, and whether it says that it only reads."""
    return {
        (method, rule.rule): is_reading(app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - SAFE_METHODS)
    }


def form(path: str, may: frozenset[str] = frozenset(), **fields: object) -> Asked:
    """Return a posted form."""
    return Asked(path, form=fields, may=may)


def program(path: str, body: object = None, **headers: str) -> Asked:
    """Return what a program sends to the API."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Asked(f"/api/v1{path}", json=body if body is not None else {}, headers=named)
