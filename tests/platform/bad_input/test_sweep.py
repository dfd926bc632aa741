"""Every address with nonsense in every part: a page or a clear refusal, and nothing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest
from odd_input.ground import Ground
from odd_input.judging import run
from odd_input.sweeping import (
    Request,
    names_of_inputs,
    odd_addresses,
    odd_bodies,
    odd_forms,
    odd_parameters,
)

Share = Callable[[Iterable[Request]], Iterator[Request]]
READING = frozenset({"GET"})
WRITING = frozenset({"POST", "PATCH", "DELETE"})

#: The parser of forms leaves the buffer of a part that never ends to the garbage collector.
BROKEN_PARTS = pytest.mark.filterwarnings(
    "ignore:.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning"
)


@pytest.fixture(autouse=True)
def nothing_sent_becomes_sql(ground: Ground) -> Iterator[None]:
    """No statement's text holds what a request has sent, on no engine, at no address."""
    before = ground.watch.statements
    yield
    assert ground.watch.found == []
    assert ground.watch.statements > before


def test_the_sweep_knows_what_pages_read(ground: Ground) -> None:
    ground.chief.client.get("/")
    assert {"q", "where", "filter", "return_url", "ids", "column.", "login"} <= {
        name.partition("{")[0] for name in names_of_inputs()
    }


def test_odd_addresses_lead_somewhere_or_nowhere(ground: Ground, share: Share) -> None:
    before = ground.digest()
    verdict = run(ground, share(odd_addresses(ground.served.app, ground, READING)))
    assert verdict.wrong == []
    assert verdict.count > 100
    assert ground.digest() == before


def test_odd_parameters_are_left_out_or_refused(ground: Ground, share: Share) -> None:
    before = ground.digest()
    verdict = run(ground, share(odd_parameters(ground.served.app, ground)))
    assert verdict.wrong == []
    assert verdict.count > 100
    assert ground.digest() == before


def test_odd_addresses_of_posts_change_nothing_that_they_refuse(
    ground: Ground, share: Share
) -> None:
    verdict = run(ground, share(odd_addresses(ground.served.app, ground, WRITING)))
    assert verdict.wrong == []
    assert verdict.refused > 100


@BROKEN_PARTS
def test_odd_forms_are_shown_again_or_refused(ground: Ground, share: Share) -> None:
    verdict = run(ground, share(odd_forms(ground.served.app, ground)))
    assert verdict.wrong == []
    assert verdict.count > 100


@BROKEN_PARTS
def test_odd_bodies_are_refused_in_words(ground: Ground, share: Share) -> None:
    verdict = run(ground, share(odd_bodies(ground.served.app, ground)))
    assert verdict.wrong == []
    assert verdict.refused > 100
