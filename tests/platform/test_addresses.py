"""Routes that compile late say the same addresses as the library's own rules."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.routing import BuildError, Map, MapAdapter, Rule

from cardwright_platform.addresses import Route

ROUTES: dict[str, dict[str, Any]] = {
    "/": {},
    "/list/<entity>": {},
    "/card/<entity>/<int:record>": {},
    "/first": {"defaults": {"page": 1}},
    "/pages/<int:page>": {"defaults": {"size": 10}},
    "/of/<route>/<path:parts>": {},
}


def addresses(kind: type[Rule]) -> MapAdapter:
    rules = [kind(text, endpoint=text, **more) for text, more in ROUTES.items()]
    return Map(rules).bind("crm.example.com")


@pytest.mark.parametrize(
    ("route", "values"),
    [
        ("/", {}),
        ("/", {"q": "über uns", "route": "7"}),
        ("/list/<entity>", {"entity": "客户/1"}),
        ("/card/<entity>/<int:record>", {"entity": "deal", "record": 7, "tab": "chain"}),
        ("/first", {"page": 1}),
        ("/pages/<int:page>", {"page": 2, "size": 10}),
        ("/of/<route>/<path:parts>", {"route": "a", "parts": "b/c", "compiled": "d"}),
    ],
)
def test_an_address_is_the_one_that_the_library_builds(
    route: str, values: dict[str, object]
) -> None:
    late, plain = addresses(Route), addresses(Rule)
    for unknown in (True, False):
        wanted = plain.build(route, values, append_unknown=unknown)
        assert late.build(route, values, append_unknown=unknown) == wanted
        assert late.build(route, values, append_unknown=unknown) == wanted  # as compiled before


def test_what_cannot_be_built_or_found_is_refused_as_ever() -> None:
    late = addresses(Route)
    with pytest.raises(BuildError):
        late.build("/list/<entity>", {})
    with pytest.raises(NotFound):
        late.match("/card/deal/x")
    assert late.match("/card/deal/7")[1] == {"entity": "deal", "record": 7}


def test_nothing_is_compiled_before_an_address_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    ours = Rule._compile_builder

    def compile_builder(rule: Rule, append_unknown: bool = True) -> object:
        compiled.append(rule.rule)
        return ours(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", compile_builder)
    late = addresses(Route)
    assert compiled == []
    assert [late.build("/list/<entity>", {"entity": "deal"}) for _ in range(2)] == [
        "/list/deal",
        "/list/deal",
    ]
    assert compiled == ["/list/<entity>"]
