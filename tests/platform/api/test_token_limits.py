"""A token may send so many requests in a while; other tokens and browsers do not pay for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import PACKS, Served, serve

from cardwright_entities.accounts.tokens import create_token
from cardwright_entities.errors import LimitError
from cardwright_platform.token_limits import TokenLimits

ALLOWED = 5


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("limited")
    served = serve("", folder, PACKS / "workshop", token_requests=ALLOWED)
    yield served
    served.instance.close()


def token_of(served: Served, account: int, name: str) -> str:
    instance = served.instance
    with instance.store.write(instance.system_context()) as session:
        return create_token(session, account, name, scopes=("read", "write"))


def test_one_token_is_told_to_wait_and_no_other(served: Served) -> None:
    browser = served.signed_in("ann", "chief")
    account = served.add("ben", "chief").id
    busy, calm = token_of(served, account, "busy"), token_of(served, account, "calm")
    client = served.app.test_client()

    def ask(token: str) -> tuple[int, str | None]:
        answer = client.get("/api/v1/notifications", headers={"Authorization": f"Bearer {token}"})
        return answer.status_code, answer.headers.get("Retry-After")

    assert [ask(busy)[0] for _ in range(ALLOWED)] == [200] * ALLOWED
    status, wait = ask(busy)
    assert status == 429
    assert wait is not None
    assert 0 < int(wait) <= 601
    assert ask(busy)[0] == 429
    assert ask(calm)[0] == 200
    assert browser.client.get("/notifications/count").status_code == 200
    served.clock.forward(seconds=int(wait))
    assert ask(busy)[0] == 200


def test_processes_count_together_up_to_a_step_of_each(served: Served) -> None:
    allowed = 1_000
    processes = [TokenLimits(allowed) for _ in range(3)]
    taken = next(
        number
        for number in range(2 * allowed)
        if is_refused(served, processes[number % 3], token=4711)
    )
    assert allowed <= taken <= allowed + 3 * processes[0].step


def is_refused(served: Served, limits: TokenLimits, token: int) -> bool:
    instance = served.instance
    try:
        limits.count(instance.store, instance.system_context(), token)
    except LimitError:
        return True
    return False


def test_nothing_is_counted_where_nothing_is_limited(served: Served) -> None:
    limits = TokenLimits(0)
    assert not any(is_refused(served, limits, token=4712) for _ in range(200))
