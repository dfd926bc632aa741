"""Error class -> HTTP status: one table for pages and API."""

from __future__ import annotations

from cardwright_entities.errors import (
    AccessError,
    AuthenticationError,
    CardwrightError,
    ConflictError,
    InputError,
    LimitError,
    NotFoundError,
    PlanError,
    QueryError,
    UnavailableError,
)
from cardwright_metadata.problems import MetadataError
from cardwright_platform.confined.running import ConfinedError

#: The first class that fits decides.
STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (InputError, 422),
    (QueryError, 422),
    (MetadataError, 422),
    (NotFoundError, 404),
    (AccessError, 403),
    (AuthenticationError, 401),
    (ConflictError, 409),
    (UnavailableError, 503),
    (ConfinedError, 422),
    (CardwrightError, 400),
)


def status_of(error: Exception) -> int:
    """Return the status with which an error is answered; 500 for what nobody foresaw."""
    if isinstance(error, LimitError):
        return 413 if error.retry_after is None else 429
    if isinstance(error, PlanError):
        return 409 if error.stale else 422
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 500)
