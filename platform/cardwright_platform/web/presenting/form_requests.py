"""What a form is asked to show: a record, what was typed into it, and why it was not taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from cardwright_entities.engine import Desk
from cardwright_entities.errors import ValueProblem
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.requests import RowOfPage
from cardwright_entities.queries.titles import pointed, titles_of
from cardwright_platform.security.numbers import is_number
from cardwright_platform.views.forms import Confirmation, FormDraft
from cardwright_platform.web.presenting.file_names import file_names
from cardwright_platform.web.presenting.inputs import Typed
from cardwright_platform.web.presenting.matrix_cells import row_keys


@dataclass(frozen=True)
class Failure:
    """Why a post was not taken: messages by input name, checks to confirm, reasons given."""

    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    confirm: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FormRequest:
    """Which form is wanted. ``values`` begin a new record; ``typed`` is what was posted."""

    action: str
    list_url: str
    cancel_url: str
    record: int | None = None
    version: int | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    masked: Mapping[str, object] = field(default_factory=dict)  #: of partly seen fields that part
    lines: Mapping[str, Sequence[RowOfPage]] = field(default_factory=dict)
    typed: Typed = field(default_factory=dict)
    failure: Failure = Failure()
    hidden: tuple[tuple[str, str], ...] = ()
    first: Mapping[str, int] = field(default_factory=dict)  #: places of the lines to show
    focus: str = ""
    only: tuple[str, ...] = ()  #: a quick form asks only these
    title: str = ""
    record_url: str = ""
    draft: FormDraft | None = None


def confirmations_of(failure: Failure) -> tuple[Confirmation, ...]:
    """Return the checks that would pass if they were confirmed, as a form asks them."""
    return tuple(
        Confirmation(
            name=name,
            text=text,
            reason=reason,
            given=failure.reasons.get(name, ""),
            checked=name in failure.reasons,
        )
        for name, (text, reason) in failure.confirm.items()
    )


def typed_keys(typed: Typed, lines: str) -> list[str]:
    """Return the keys of posted lines in the order in which their first names appear."""
    prefix = f"{lines}."
    found: dict[str, None] = {}
    for name in typed:
        if name.startswith(prefix):
            key = name[len(prefix) :].partition(".")[0]
            if is_number(key):
                found[key] = None
    return list(found)


def titles_of_form(
    desk: Desk, entity: EntityModel, asked: FormRequest
) -> dict[tuple[str, int], str]:
    """Return the titles of the records that a form points to, stored and typed ones."""
    wanted: dict[str, set[int]] = {}

    def note(model: EntityModel, values: Mapping[str, object]) -> None:
        for name, value in values.items():
            found = model.fields.get(name)
            if found is not None:
                for target, record in pointed(desk.reading, found, value):
                    wanted.setdefault(target, set()).add(record)

    note(entity, asked.values)
    note(entity, _parsed(desk, entity, asked.typed, ""))
    for name, rows in asked.lines.items():
        line = desk.model.lines_of(entity, name)
        for row in rows:
            note(line, row.values)
    for each in entity.lines:
        line = desk.model.lines_of(entity, each.name)
        keys = typed_keys(asked.typed, each.name)
        for key in [*keys, *(f"r{number}" for number in row_keys(asked.typed, each.name))]:
            note(line, _parsed(desk, line, asked.typed, f"{each.name}.{key}."))
    titles: dict[tuple[str, int], str] = {}
    for target, records in wanted.items():
        titles |= titles_of(desk.session, desk.reading, target, records)
    return titles | file_names(desk, entity.fields, [asked.values])


def _parsed(desk: Desk, entity: EntityModel, typed: Typed, prefix: str) -> dict[str, object]:
    """Return typed links as values, so that their titles can be shown again."""
    values: dict[str, object] = {}
    for name, found in entity.fields.items():
        texts = typed.get(prefix + name) or typed.get(f"{prefix}{name}.region")
        if not texts or not found.targets:
            continue
        numbers = [
            int(text.rpartition(":")[2]) for text in texts if is_number(text.rpartition(":")[2])
        ]
        if found.type.relation == "many":
            values[name] = tuple(numbers)
        elif numbers and found.type.widget == "link_any":
            with suppress(ValueProblem):  # its message stands beside the input
                values[name] = found.parse(texts[0], desk.context)
        elif numbers:
            values[name] = numbers[0]
    return values
