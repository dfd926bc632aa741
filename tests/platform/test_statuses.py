from __future__ import annotations

import inspect

import pytest

from cardwright_entities import errors
from cardwright_entities.errors import InputError, LimitError, Message, PlanError
from cardwright_entities.store.driver_errors import Contention
from cardwright_metadata.problems import MetadataError
from cardwright_platform.statuses import STATUSES, status_of

SAID = Message("x")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InputError({}), 422),
        (errors.QueryError(SAID), 422),
        (MetadataError([]), 422),
        (errors.NotFoundError(SAID), 404),
        (errors.AccessError(SAID), 403),
        (errors.AuthenticationError(SAID), 401),
        (errors.ConflictError(SAID), 409),
        (LimitError(SAID), 413),
        (LimitError(SAID, retry_after=3), 429),
        (errors.UnavailableError(SAID), 503),
        (Contention(), 503),
        (PlanError(SAID, stale=True), 409),
        (PlanError(SAID, stale=False), 422),
        (ValueError(), 500),
    ],
)
def test_an_error_has_its_status(error: Exception, status: int) -> None:
    assert status_of(error) == status


def test_every_error_for_people_has_a_row_of_its_own() -> None:
    kinds = {
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.CardwrightError) and kind is not errors.CardwrightError
    }
    assert kinds - {kind for kind, _ in STATUSES} == {LimitError, PlanError}
