from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from cardwright_entities.accounts import second_steps
from cardwright_entities.accounts.accounts import Account
from cardwright_entities.contexts import Context
from cardwright_entities.store.doors import Store
from cardwright_entities.store.sessions import Session

At = Callable[..., Context]


def confirmed(store: Store, at: At, account: Account) -> None:
    def write(session: Session) -> None:
        second_steps.drop_second_step(session, account.id)
        assert second_steps.propose_second_step(session, account.id, "sealed")
        assert second_steps.confirm_second_step(session, account.id, 100)
        second_steps.set_backup_codes(session, account.id, ["a", "b"])

    store.run_write(at(), write)


def test_of_many_who_try_one_code_exactly_one_gets_in(
    store: Store, at: At, account: Account
) -> None:
    confirmed(store, at, account)

    def of_the_app(session: Session) -> bool:
        return second_steps.take_window(session, account.id, 101)

    def on_paper(session: Session) -> bool:
        return second_steps.use_backup_code(session, account.id, "a")

    for work in (of_the_app, on_paper):
        with ThreadPoolExecutor(16) as pool:
            tries = [pool.submit(store.run_write, at(), work) for _ in range(64)]
        assert sum(each.result() for each in tries) == 1


def test_a_code_before_the_last_one_is_over(store: Store, at: At, account: Account) -> None:
    confirmed(store, at, account)

    def take(window: int) -> bool:
        return store.run_write(
            at(), lambda session: second_steps.take_window(session, account.id, window)
        )

    assert [take(each) for each in (99, 100, 102, 101, 103)] == [False, False, True, False, True]


def test_a_proposal_takes_no_code_and_what_is_in_use_no_proposal(
    store: Store, at: At, account: Account
) -> None:
    confirmed(store, at, account)

    def write(session: Session) -> list[bool]:
        kept = second_steps.propose_second_step(session, account.id, "other")
        dropped = second_steps.drop_second_step(session, account.id)
        proposed = second_steps.propose_second_step(session, account.id, "other")
        again = second_steps.propose_second_step(session, account.id, "third")
        taken = second_steps.take_window(session, account.id, 200)
        return [kept, dropped, proposed, again, taken]

    assert store.run_write(at(), write) == [False, True, True, True, False]
    with store.read(at()) as session:
        assert second_steps.count_backup_codes(session, account.id) == 0
        step = second_steps.find_second_step(session, account.id)
    assert step is not None
    assert step.secret == "third"
