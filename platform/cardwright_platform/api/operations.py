"""What a route takes and answers: declared at the route, checked there, told in OpenAPI."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import request

from cardwright_platform.api.body_fields import Body
from cardwright_platform.api.parameters import Parameter, Parameters, parse_parameters
from cardwright_platform.current import current_view

View = TypeVar("View", bound=Callable[..., Any])

_ATTRIBUTE = "cardwright_operation"

#: Bodies that follow from the entity: all that may be set, and the same for a change.
NEW, CHANGE = "new", "change"


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One route of the API.

    ``action`` is the right on the entity that it needs (several: any of them). ``answer`` names
    a schema of the answers; ``record`` and ``page`` are those of the entity.
    """

    answer: str
    status: int = 200
    action: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    body: type[Body] | str = ""  #: a schema of ours, or NEW or CHANGE
    brings_file: bool = False
    takes_version: str = ""  #: If-Match: required, optional, or not at all
    once: bool = False  #: Idempotency-Key is honoured
    tagged: bool = False  #: the answer has an ETag
    conflicts: bool = False  #: 409 without a version
    later: bool = False  #: may answer 202 with a job that does it


def operation(declared: Operation) -> Callable[[View], View]:
    """Declare what a route takes and answers."""

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, declared)
        return view

    return declare


def operation_of(view: Callable[..., Any] | None) -> Operation:
    """Return what a route declares; raise LookupError for one that declares nothing."""
    declared = getattr(view, _ATTRIBUTE, None)
    if not isinstance(declared, Operation):
        raise LookupError(f"{view} declares no operation")
    return declared


def read_parameters() -> Parameters:
    """Return the parameters of this request; raise CardwrightError for what is not declared."""
    return parse_parameters(request.args, operation_of(current_view()).parameters)
