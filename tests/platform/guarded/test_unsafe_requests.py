"""Whatever may change something changes nothing for who may not, in no forged way, on no engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from guarded.asked import unsafe_routes
from guarded.attempts import DISGUISED, refused, the_right_one
from guarded.company import Company, company_on
from guarded.examples import EXAMPLES
from services.postgresql import PostgresqlServer


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def company(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Company]:
    url = ""
    if request.param == "postgresql":
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        url = server.url(server.create_database())
    with company_on(url, tmp_path_factory.mktemp("company")) as company:
        yield company


def test_every_unsafe_route_has_an_example(company: Company) -> None:
    """A new route says in tests/guarded/examples.py what is sent to it, and is tried with that."""
    assert set(unsafe_routes(company.served.app)) == set(EXAMPLES)


@pytest.mark.parametrize("route", EXAMPLES, ids=" ".join)
def test_nothing_changes_for_who_may_not_and_something_for_who_may(
    company: Company, route: tuple[str, str]
) -> None:
    method, _ = route
    reads = unsafe_routes(company.served.app)[route]
    asked = EXAMPLES[route](company)
    company.be_seen()
    before, wrong, commits = company.digest(), [], company.watch.commits
    for name, answer in refused(company, method, asked):
        may_be_answered = name in DISGUISED | asked.shown or (
            reads and name in ("looker", "rep", "caller", "reading token")
        )
        if answer.status_code >= 500 or (answer.status_code < 400 and not may_be_answered):
            wrong.append((name, answer.status_code, answer.text[:200]))
        if company.watch.commits != commits and company.digest() != before:
            wrong.append((name, "has changed something"))
            before = company.digest()
        commits = company.watch.commits
        answer.close()
    assert wrong == []
    assert company.digest() == before
    taken = the_right_one(company, method, asked)
    assert taken.status_code < 400, taken.text
    taken.close()
    if asked.changes and not reads:
        assert company.digest() != before
