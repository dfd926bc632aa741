"""Whatever the API's description lets one send, or forbids: every answer is one that it tells of.

CARDWRIGHT_DESCRIBED says how many requests of each kind are sent to each operation, and
CARDWRIGHT_SEED where they begin.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from described.asking import EXAMPLES, Told, ask_all
from guarded.company import Company, Person, company_on
from services.postgresql import PostgresqlServer

pytestmark = [
    pytest.mark.timeout(300 * EXAMPLES),  # on a machine that is shared by several
    # What sends the requests leaves the files that it downloads to the garbage collector.
    pytest.mark.filterwarnings("ignore:.*FileIO:pytest.PytestUnraisableExceptionWarning"),
]

#: The entities of the packs with the most in them; the others have the same routes.
ENTITIES = frozenset({"task", "deal"})
#: What must have been done by the way: requests that are all refused would show nothing.
DONE = frozenset(
    {
        "GET /records/task",
        "GET /records/task/{record}",
        "POST /records/task/aggregate",
        "POST /records/task/suggestions",
        "GET /history/task/{record}",
        "GET /reports/{name}",
        "GET /search",
        "GET /openapi.json",
    }
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def company(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Company]:
    """A company with a few of everything, so that small numbers are of something."""
    url = ""
    if request.param == "postgresql":
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        url = server.url(server.create_database())
    with company_on(url, tmp_path_factory.mktemp("company")) as company:
        for _ in range(3):
            company.task(mail="a@example.com")
            company.thing()
            company.job()
            company.api("POST", "/records/firm", {"name": company.fresh()})
        company.api("POST", "/records/deal", {"firm": 1, "items": [{"thing": 1, "quantity": "2"}]})
        company.shared()
        company.notification()
        yield company


def test_an_admin_gets_no_answer_that_is_not_described(company: Company) -> None:
    told = _ask(company, company.admin)
    assert told.wrong == []
    assert told.done >= DONE
    assert {200, 400, 403, 404, 409, 422} <= set(told.statuses)


def test_a_rep_gets_no_answer_that_is_not_described(company: Company) -> None:
    told = _ask(company, company.rep)
    assert told.wrong == []
    assert {"GET /records/task", "GET /records/deal", "GET /search"} <= told.done
    assert {200, 400, 403, 404} <= set(told.statuses)


def _ask(company: Company, person: Person) -> Told:
    # What is undone, applied and sent again is what nobody needs: not the account that asks.
    known: dict[str, tuple[object, ...]] = {
        "change_set": tuple(company.made_task()["$change_set"] for _ in range(3)),
        "plan": (company.plan(), company.plan()),
        "message": (company.message("waiting"), company.message("failed")),
        "number": (company.commit(), company.commit()),
    }
    return ask_all(company.served.app, person.token, ENTITIES, known)
