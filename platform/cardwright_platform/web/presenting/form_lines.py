"""The lines of a form in their order: those that were posted, among them those that were not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.requests import RowOfPage
from cardwright_platform.security.numbers import is_number
from cardwright_platform.web.presenting.carried_lines import Texts, posted_lines
from cardwright_platform.web.presenting.form_requests import FormRequest


@dataclass(frozen=True)
class FormLine:
    """One line: its key on the page, what is stored or proposed, and what was posted of it."""

    key: str
    row: RowOfPage
    typed: Texts | None = None

    @property
    def id(self) -> str:
        """Return the id of a stored line, empty for a new one."""
        return str(self.row.id) if self.row.id else ""


def lines_of_form(asked: FormRequest, name: str) -> list[FormLine]:
    """Return all lines of a form; a stored one that was not posted keeps its place."""
    stored = asked.lines.get(name, ())
    if not asked.typed:
        return [FormLine(str(index), row) for index, row in enumerate(stored)]
    rest = {str(row.id): row for row in stored if row.id}
    places = {number: place for place, number in enumerate(rest)}
    posted: list[FormLine] = []
    for key, texts in posted_lines(asked.typed, name).items():
        row = rest.pop((texts.get("id") or [""])[0], RowOfPage(0, {}))
        # Of a line that was only moved nothing is posted but which one it is.
        typed = texts if not row.id or texts.keys() - {"id", "version"} else None
        posted.append(FormLine(key, row, typed))
    if not rest:
        return posted
    free = max((int(each.key) for each in posted), default=-1) + 1
    unposted = [FormLine(str(free + index), row) for index, row in enumerate(rest.values())]
    known = unposted + [each for each in posted if each.id]
    known.sort(key=lambda each: places[each.id])
    return known + [each for each in posted if not each.id]


def with_places(asked: FormRequest, entity: EntityModel) -> FormRequest:
    """Return the request with messages about lines that were not posted at their keys."""
    errors = asked.failure.errors
    if not any(".#" in name for name in errors):
        return asked
    keys = {
        f"{field.name}.#{line.id}": f"{field.name}.{line.key}"
        for field in entity.lines
        for line in lines_of_form(asked, field.name)
    }
    placed = {_placed(name, keys): messages for name, messages in errors.items()}
    return replace(asked, failure=replace(asked.failure, errors=placed))


def _placed(name: str, keys: Mapping[str, str]) -> str:
    parts = name.split(".")
    return ".".join([keys.get(".".join(parts[:2]), ".".join(parts[:2])), *parts[2:]])


def numbers_of_lines(asked: FormRequest, entity: EntityModel) -> dict[str, int]:
    """Return by ``items.4``, as inputs are named, which line that is, counted from 1."""
    return {
        f"{field.name}.{line.key}": number
        for field in entity.lines
        for number, line in enumerate(lines_of_form(asked, field.name), 1)
    }


def number_of_line(numbers: Mapping[str, int], parts: Sequence[str]) -> int:
    """Return which line a name such as ``items.4.price`` is about, counted from 1."""
    found = numbers.get(".".join(parts[:2]))
    if found is not None:
        return found
    written = parts[1].removeprefix("r")
    return int(written) + 1 if is_number(written) else 0
