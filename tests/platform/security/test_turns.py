"""Dear work waits for its turn, and is sent away rather than kept waiting for long."""

import pytest

from cardwright_entities.errors import LimitError
from cardwright_platform.security.turns import Turns


def test_one_too_many_is_sent_away_and_may_come_again() -> None:
    turns = Turns(2, wait=0.0)
    with turns.taken():
        with turns.taken():
            with pytest.raises(LimitError) as caught, turns.taken():
                pass
            assert (caught.value.message.code, caught.value.retry_after) == ("busy", 10)
        with turns.taken():
            pass


def test_a_turn_ends_with_what_fails_in_it() -> None:
    turns = Turns(1, wait=0.0)
    with pytest.raises(ZeroDivisionError), turns.taken():
        raise ZeroDivisionError
    with turns.taken():
        pass
